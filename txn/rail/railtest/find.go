package railtest

import (
	"fmt"

	"till/txn"
	"till/txn/rail"
)

var findTests = []test{
	{"a paid sale is found by either number", findPaid},
	{"a refunded sale is found as such", findRefunded},
	{"a sale that was taken back is not found as paid", findGone},
	{"a sale that the network has never heard of is found nowhere", findNothing},
}

func saidFound(f txn.Found) string {
	return fmt.Sprintf("%s, cause %q, code %q, fault %q, %+v", f.Finding, f.Cause, f.Code, f.Fault, f)
}

func findPaid(k *kit) {
	k.has(Find)
	a, paid := k.paid()
	for _, ask := range []txn.FindAsk{
		{Order: a.Order, Rail: a.Rail}, {Order: a.Order, Reference: paid.Reference, Rail: a.Rail},
		{Reference: paid.Reference, Rail: a.Rail},
	} {
		f := k.find(ask)
		if f.Ask != ask || f.Finding != txn.FindPaid || f.Order != a.Order ||
			f.Reference != paid.Reference || f.Amount != price.Minor() || f.Refunded {
			k.Errorf("%+v: %s", ask, saidFound(f))
		}
		if f.Paid != 0 && (f.Paid < a.Begun-1000 || f.Paid > k.g.Now()) {
			k.Errorf("paid at %d, between %d and %d", f.Paid, a.Begun, k.g.Now())
		}
	}
}

func findRefunded(k *kit) {
	k.has(Find)
	r, ok := k.s.Rail.(rail.Refunder)
	if !ok {
		k.Skip("the rail has no refunds")
	}
	k.has(Refund)
	a, _ := k.paid()
	ra := k.refundAsk(a, part)
	k.settleRefund(ra, k.refund(txn.CallRefund, ra))
	ask := txn.FindAsk{Order: a.Order, Rail: a.Rail}
	f := k.find(ask)
	if f.Finding != txn.FindPaid || f.Amount != price.Minor() ||
		f.Back != 0 && f.Back != part.Minor() {
		k.Errorf("refunded in part: %s", saidFound(f))
	}
	k.g.Pass(r.RefundPolicy().Spacing)
	last := k.refundAsk(a, rest())
	k.settleRefund(last, k.refund(txn.CallRefund, last))
	if f = k.find(ask); !f.Refunded || f.Finding != txn.FindGone && f.Finding != txn.FindPaid ||
		f.Back != 0 && f.Back != price.Minor() {
		k.Errorf("refunded in full: %s", saidFound(f))
	}
}

func findGone(k *kit) {
	k.has(Find)
	a, _ := k.paid()
	k.undo(a)
	if f := k.find(txn.FindAsk{Order: a.Order, Rail: a.Rail}); f.Finding != txn.FindGone {
		k.Errorf("%s", saidFound(f))
	}
	if k.tell(Pay, Password) {
		a = k.ask()
		k.sale(txn.CallPay, a)
		if f := k.find(txn.FindAsk{Order: a.Order, Rail: a.Rail}); f.Finding != txn.FindUnpaid {
			k.Errorf("a sale that is not paid yet: %s", saidFound(f))
		}
	}
}

func findNothing(k *kit) {
	k.has(Find)
	for _, ask := range []txn.FindAsk{
		{Order: k.ask().Order}, {Reference: "4200000000000000000000000042"},
	} {
		f := k.find(ask)
		if f.Finding != txn.FindNothing || f.Cause != txn.CauseNoSuchOrder || f.Amount != 0 {
			k.Errorf("%s", saidFound(f))
		}
	}
	if k.tell(Find, Down) {
		if f := k.find(txn.FindAsk{Order: k.ask().Order}); f.Finding != txn.FindUnknown {
			k.Errorf("without an answer: %s", saidFound(f))
		}
	}
}

func balanceIsTold(k *kit) {
	k.has(Balance)
	for _, fen := range []int64{0, 1, 123456789} {
		k.g.SetFunds(fen)
		if b := k.balance(); !b.Known || b.Fen != fen || b.Rail != k.s.Rail.Name() {
			k.Errorf("%d fen: %+v", fen, b)
		}
	}
}

func (k *kit) balance() txn.Balance {
	k.Helper()
	r := k.s.Rail.(rail.Balancer)
	got, silence := k.exchange(r.Balance)
	if silence != nil {
		return txn.Balance{Rail: k.s.Rail.Name(), Cause: txn.CauseNoAnswer}
	}
	return r.ReadBalance(got, k.g.Now())
}
