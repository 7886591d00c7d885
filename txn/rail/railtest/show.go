package railtest

import (
	"till/txn"
	"till/txn/rail"
)

var showTests = []test{
	{"a shown code is paid by whoever scans it", showPaid},
	{"a shown code that is closed cannot be paid", showClosed},
	{"a shown code that was paid before it was closed ends in one outcome", showPaidThenClosed},
	{"a shown code without an answer is nothing to scan", showSilent},
}

// shown is a code before a payer.
func (k *kit) shown() (txn.Ask, string) {
	k.Helper()
	k.has(Show)
	a := k.ask()
	a.Shown = true
	ans := k.sale(txn.CallShow, a)
	if ans.Outcome != txn.Pending || ans.QR == "" {
		k.Fatalf("a code to show, %q: %s", ans.QR, said(ans))
	}
	if ans = k.sale(txn.CallQuery, a); ans.Outcome != txn.Pending || ans.QR != "" {
		k.Errorf("before anybody scans: %s", said(ans))
	}
	return a, k.again(a)
}

// again shows the code once more, as a terminal does after a restart.
func (k *kit) again(a txn.Ask) string {
	k.Helper()
	ans := k.sale(txn.CallShow, a)
	if ans.Outcome != txn.Pending || ans.QR == "" {
		k.Fatalf("the same code once more, %q: %s", ans.QR, said(ans))
	}
	return ans.QR
}

func showPaid(k *kit) {
	a, code := k.shown()
	if err := k.g.Scan(code); err != nil {
		k.Fatal(err)
	}
	ans := k.settle(a, k.sale(txn.CallQuery, a))
	if ans.Outcome != txn.Approved || ans.Reference == "" {
		k.Errorf("scanned and paid: %s", said(ans))
	}
	k.kept(a.Order, price.Minor())
	if r, ok := k.s.Rail.(rail.Refunder); ok && k.tellsOf(Refund) {
		k.g.Pass(r.RefundPolicy().Spacing)
		ra := k.refundAsk(a, part)
		if ans := k.settleRefund(ra, k.refund(txn.CallRefund, ra)); ans.Outcome != txn.RefundPaidOut {
			k.Errorf("refunded: %s", saidRefund(ans))
		}
		k.kept(a.Order, price.Minor()-part.Minor())
	}
}

// tellsOf reports whether the gateway has a call at all.
func (k *kit) tellsOf(c Call) bool {
	l, lacking := k.lack(c, "")
	return !lacking || l.Behaviour != ""
}

// closing closes until the network has said what became of it.
func (k *kit) closing(a txn.Ask) txn.Answered {
	k.Helper()
	ans := k.sale(txn.CallClose, a)
	for range tries {
		if !open(ans.Outcome) {
			break
		}
		k.g.Pass(k.s.Rail.Policy().ReversalInterval)
		ans = k.sale(txn.CallClose, a)
	}
	return ans
}

func showClosed(k *kit) {
	a, code := k.shown()
	if ans := k.closing(a); ans.Outcome != txn.Undone {
		k.Errorf("%s", said(ans))
	}
	if k.s.Rail.(rail.Shower).ShowPolicy().Confirm {
		if ans := k.sale(txn.CallQuery, a); ans.Outcome != txn.Undone {
			k.Errorf("asked whether it is closed: %s", said(ans))
		}
	}
	if err := k.g.Scan(code); err == nil {
		k.Error("the payer could pay a code that was closed")
	}
	if ans := k.sale(txn.CallClose, a); ans.Outcome != txn.Undone && ans.Outcome != txn.Unknown {
		k.Errorf("closed once more: %s", said(ans))
	}
	k.kept(a.Order, 0)
}

func showPaidThenClosed(k *kit) {
	a, code := k.shown()
	if err := k.g.Scan(code); err != nil {
		k.Fatal(err)
	}
	ans := k.closing(a)
	switch ans.Outcome {
	case txn.Declined:
		if ans.Cause != txn.CauseAlreadyPaid {
			k.Errorf("%s", said(ans))
		}
		k.kept(a.Order, price.Minor())
		if ans = k.sale(txn.CallQuery, a); ans.Outcome != txn.Approved {
			k.Errorf("asked: %s", said(ans))
		}
	case txn.Undone:
		k.kept(a.Order, 0)
		if ans = k.sale(txn.CallQuery, a); ans.Outcome != txn.Undone {
			k.Errorf("asked: %s", said(ans))
		}
	default:
		k.Errorf("%s", said(ans))
	}
}

func showSilent(k *kit) {
	k.has(Show)
	for _, b := range []Behaviour{Down, LoseRequest, LoseAnswer} {
		if !k.tell(Show, b) {
			continue
		}
		a := k.ask()
		a.Shown = true
		ans := k.sale(txn.CallShow, a)
		if ans.Outcome != txn.Unknown || ans.QR != "" {
			k.Errorf("%s: a code %q, %s", b, ans.QR, said(ans))
		}
		if code := k.again(a); k.g.Scan(code) != nil {
			k.Errorf("%s, and shown again: the code cannot be scanned", b)
		}
		if ans = k.settle(a, ans); ans.Outcome != txn.Approved {
			k.Errorf("%s, shown again and paid: %s", b, said(ans))
		}
		k.kept(a.Order, price.Minor())
	}
}
