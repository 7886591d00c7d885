package railtest

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"till/txn"
	"till/txn/money"
	"till/txn/rail"
)

// probe is one call in a state in which its honest answer decides something. run
// makes the call and tells what it decided, "" for nothing.
type probe struct {
	call Call
	run  func(k *kit, spoil func()) string
}

// forgeries can befall every answer; lies only those that name what they lie about.
var (
	forgeries = []Behaviour{Unsigned, WrongSignature, UnknownKey, Truncated, Huge, BadGateway}
	lies      = map[Call][]Behaviour{ // looked up, never walked through
		Pay: {WrongOrder}, Reverse: {WrongOrder},
		Query:       {WrongOrder, WrongAmount, WrongMerchant},
		Refund:      {WrongOrder, WrongRefund, WrongAmount},
		RefundQuery: {WrongOrder, WrongRefund, WrongAmount},
		Repair:      {WrongOrder, WrongRefund},
		Find:        {WrongOrder, WrongMerchant},
	}
)

func trustTests(r rail.Rail) []test {
	var tests []test
	for _, p := range probes(r) {
		for _, b := range slices.Concat(forgeries, lies[p.call]) {
			tests = append(tests, test{
				fmt.Sprintf("an answer to %s that is %s decides nothing", p.call, b),
				func(k *kit) { spoilt(k, p, b) },
			})
		}
	}
	tests = append(tests,
		test{"no changed byte of an answer decides anything else", bytesChanged},
		test{"no header of an answer can be missing in silence", headersMissing},
		test{"an answer about another sale decides nothing", foreignSale},
		test{"yesterday's answer decides nothing today", replayedSale})
	if _, ok := r.(rail.Refunder); ok {
		tests = append(tests, test{"an answer about another refund decides nothing", foreignRefund})
	}
	return tests
}

func spoilt(k *kit, p probe, b Behaviour) {
	k.has(p.call)
	if slices.Contains(k.s.Bodyless, p.call) && (b == Truncated || b == Huge) {
		k.Skip("the answer has no body")
	}
	l, lacking := k.lack(p.call, b)
	var telling error
	decided := p.run(k, func() { telling = k.g.Tell(p.call, b) })
	switch {
	case lacking && (telling != nil || decided != ""):
		k.Skip(l.Why)
	case lacking:
		k.Errorf("Lacks says that the gateway cannot (%s), but it can", l.Why)
	case telling != nil:
		k.Errorf("the gateway cannot, and Lacks does not say why: %v", telling)
	case decided != "":
		k.Errorf("it decided: %s", decided)
	}
	if honest := p.run(k.fresh(), func() {}); honest == "" {
		k.Errorf("the honest answer decides nothing either, so this test says nothing")
	}
}

func probes(r rail.Rail) []probe {
	all := []probe{{Pay, probePay}, {Query, probeQuery}, {Reverse, probeReverse}}
	if _, ok := r.(rail.Refunder); ok {
		all = append(all, probe{Refund, probeRefund}, probe{RefundQuery, probeRefundQuery})
	}
	if _, ok := r.(rail.Repairer); ok {
		all = append(all, probe{Repair, probeRepair})
	}
	if _, ok := r.(rail.Shower); ok {
		all = append(all, probe{Show, probeShow}, probe{Close, probeClose})
	}
	if _, ok := r.(rail.Finder); ok {
		all = append(all, probe{Find, probeFind})
	}
	if _, ok := r.(rail.Balancer); ok {
		all = append(all, probe{Balance, probeBalance})
	}
	return all
}

// verdict is what a sale's answer decided.
func verdict(a txn.Answered) string {
	if a.Outcome == txn.Unknown && a.QR == "" && a.Reference == "" {
		return ""
	}
	return said(a)
}

func refundVerdict(a txn.RefundAnswered) string {
	if a.Outcome == txn.RefundUnknown && a.Payer == 0 && a.Discount == 0 && a.Reference == "" {
		return ""
	}
	return saidRefund(a)
}

func probePay(k *kit, spoil func()) string {
	a := k.ask()
	spoil()
	return verdict(k.sale(txn.CallPay, a))
}

func probeQuery(k *kit, spoil func()) string {
	a, _ := k.paid()
	spoil()
	return verdict(k.sale(txn.CallQuery, a))
}

func probeReverse(k *kit, spoil func()) string {
	a, _ := k.paid()
	k.g.Pass(k.s.Rail.Policy().ReverseAfter)
	spoil()
	return verdict(k.sale(txn.CallReverse, a))
}

func probeRefund(k *kit, spoil func()) string {
	a, _ := k.paid()
	ra := k.refundAsk(a, part)
	spoil()
	return refundVerdict(k.refund(txn.CallRefund, ra))
}

func probeRefundQuery(k *kit, spoil func()) string {
	a, _ := k.paid()
	ra := k.refundAsk(a, part)
	k.settleRefund(ra, k.refund(txn.CallRefund, ra))
	spoil()
	return refundVerdict(k.refund(txn.CallRefundQuery, ra))
}

func probeRepair(k *kit, spoil func()) string {
	_, ra, _ := k.later(RefundAbnormal)
	spoil()
	return refundVerdict(k.refund(txn.CallRefundRepair, ra))
}

func probeShow(k *kit, spoil func()) string {
	a := k.ask()
	a.Shown = true
	spoil()
	return verdict(k.sale(txn.CallShow, a))
}

func probeClose(k *kit, spoil func()) string {
	a, _ := k.shown()
	spoil()
	return verdict(k.sale(txn.CallClose, a))
}

func probeFind(k *kit, spoil func()) string {
	a, _ := k.paid()
	spoil()
	if f := k.find(txn.FindAsk{Order: a.Order, Rail: a.Rail}); f.Finding != txn.FindUnknown {
		return saidFound(f)
	}
	return ""
}

func probeBalance(k *kit, spoil func()) string {
	k.g.SetFunds(price.Minor())
	spoil()
	if b := k.balance(); b.Known {
		return fmt.Sprintf("%+v", b)
	}
	return ""
}

// answer is an honest answer to a query about a sale that was paid.
func (k *kit) answer() (txn.Ask, rail.Response, txn.Answered) {
	k.Helper()
	a, _ := k.paid()
	r, silence := k.exchange(k.maker(txn.CallQuery, a))
	if silence != nil {
		k.Fatalf("no answer to a query: %+v", silence)
	}
	return a, r, k.s.Rail.Read(txn.CallQuery, a, r, k.g.Now())
}

func bytesChanged(k *kit) {
	a, r, honest := k.answer()
	step := max(1, len(r.Body)/300)
	for at := 0; at < len(r.Body); at += step {
		for _, change := range []byte{1, ' ' ^ r.Body[at]} {
			body := bytes.Clone(r.Body)
			body[at] ^= change
			k.same(a, rail.Response{Status: r.Status, Header: r.Header, Body: body}, honest,
				fmt.Sprintf("byte %d changed from %q to %q", at, r.Body[at], body[at]))
		}
		k.same(a, rail.Response{Status: r.Status, Header: r.Header, Body: r.Body[:at]}, honest,
			fmt.Sprintf("cut after %d bytes", at))
	}
	long := slices.Concat(r.Body, bytes.Repeat([]byte(" "), 1<<20))
	k.same(a, rail.Response{Status: r.Status, Header: r.Header, Body: long}, honest, "a megabyte longer")
}

func headersMissing(k *kit) {
	a, r, honest := k.answer()
	for i, h := range r.Header {
		without := slices.Delete(slices.Clone(r.Header), i, i+1)
		k.same(a, rail.Response{Status: r.Status, Header: without, Body: r.Body}, honest, "without "+h[0])
		other := slices.Clone(r.Header)
		other[i][1] = "x" + h[1]
		k.same(a, rail.Response{Status: r.Status, Header: other, Body: r.Body}, honest, "another "+h[0])
	}
	k.same(a, rail.Response{Status: 500, Header: r.Header, Body: r.Body}, honest, "status 500")
}

// same fails unless a changed answer says what the honest one says, or nothing.
func (k *kit) same(a txn.Ask, r rail.Response, honest txn.Answered, what string) {
	k.Helper()
	if got := k.s.Rail.Read(txn.CallQuery, a, r, k.g.Now()); got != honest && verdict(got) != "" {
		k.Errorf("%s: %s", what, said(got))
	}
}

func foreignSale(k *kit) {
	a, r, _ := k.answer()
	b, _ := k.paid()
	other := a
	other.Amount = money.Fen(price.Minor() + 1)
	for _, ask := range []txn.Ask{b, other} {
		for _, call := range []txn.Call{txn.CallPay, txn.CallQuery} {
			if got := k.s.Rail.Read(call, ask, r, k.g.Now()); verdict(got) != "" {
				k.Errorf("%s for %s: %s", ask.Order, ask.Amount, said(got))
			}
		}
	}
	if f, ok := k.s.Rail.(rail.Finder); ok {
		got := f.ReadFind(txn.FindAsk{Order: b.Order, Rail: b.Rail}, r, k.g.Now())
		if got.Finding != txn.FindUnknown {
			k.Errorf("found: %s", saidFound(got))
		}
	}
}

func replayedSale(k *kit) {
	a, r, honest := k.answer()
	k.g.Pass(24 * time.Hour)
	today := k.ask()
	if got := k.s.Rail.Read(txn.CallQuery, today, r, k.g.Now()); verdict(got) != "" {
		k.Errorf("about today's sale: %s", said(got))
	}
	got := k.s.Rail.Read(txn.CallQuery, a, r, k.g.Now())
	switch {
	case k.s.Dated && verdict(got) != "":
		k.Errorf("about its own sale, a day later: %s", said(got))
	case !k.s.Dated && got != honest:
		k.Errorf("about its own sale: %s, was %s", said(got), said(honest))
	}
}

func foreignRefund(k *kit) {
	k.has(Refund)
	a, _ := k.paid()
	ra := k.refundAsk(a, part)
	k.settleRefund(ra, k.refund(txn.CallRefund, ra))
	r, silence := k.exchange(k.refundMaker(txn.CallRefundQuery, ra))
	if silence != nil {
		k.Fatalf("no answer: %+v", silence)
	}
	refunder := k.s.Rail.(rail.Refunder)
	if honest := refunder.ReadRefund(txn.CallRefundQuery, ra, r, k.g.Now()); refundVerdict(honest) == "" {
		k.Fatalf("the honest answer decides nothing: %s", saidRefund(honest))
	}
	refund, sale, amount := ra, ra, ra
	refund.Refund += "1"
	sale.Order += "1"
	amount.Amount = money.Fen(part.Minor() - 1)
	for _, other := range []txn.RefundAsk{refund, sale, amount} {
		got := refunder.ReadRefund(txn.CallRefundQuery, other, r, k.g.Now())
		if refundVerdict(got) != "" {
			k.Errorf("%s of %s, %s: %s", other.Refund, other.Order, other.Amount, saidRefund(got))
		}
	}
}

func rest() money.Amount { return money.Fen(price.Minor() - part.Minor()) }
