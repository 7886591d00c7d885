package railtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"till/txn"
	"till/txn/money"
	"till/txn/rail"
)

var requestTests = []test{
	{"no request is made without what names it", requestsAreNamed},
	{"no request prints its body, its signature or the payer's code", requestsAreMasked},
	{"no silence decides but that of a payment that did not leave", silencesDecideNothing},
	{"the policies can be kept", policiesCanBeKept},
}

// unnamed is a way to ask for a request without saying for what.
type unnamed struct {
	what string
	make maker
}

// namelessSales are those about sales.
func (k *kit) namelessSales() []unnamed {
	r, a := k.s.Rail, k.ask()
	none, nothing := a, a
	none.Order, nothing.Amount = "", money.Fen(0)
	code := txn.NewPayerCode(k.g.Code())
	out := []unnamed{
		{"a payment without a number", k.maker(txn.CallPay, none)},
		{"a payment of nothing", k.maker(txn.CallPay, nothing)},
		{"a payment without a code", func(n string, at txn.Wall) (rail.Request, error) {
			return r.Pay(txn.SendPay{Ask: a}, n, at)
		}},
		{"a payment without a currency", func(n string, at txn.Wall) (rail.Request, error) {
			return r.Pay(txn.SendPay{Ask: txn.Ask{Order: a.Order}, Code: code}, n, at)
		}},
		{"a query without a number", k.maker(txn.CallQuery, none)},
		{"a reversal without a number", k.maker(txn.CallReverse, none)},
	}
	if _, ok := r.(rail.Shower); ok {
		out = append(out,
			unnamed{"a code for no number", k.maker(txn.CallShow, none)},
			unnamed{"a code for nothing", k.maker(txn.CallShow, nothing)},
			unnamed{"a closing without a number", k.maker(txn.CallClose, none)})
	}
	if f, ok := r.(rail.Finder); ok {
		search := func(n string, at txn.Wall) (rail.Request, error) {
			return f.Find(txn.FindAsk{Rail: a.Rail}, n, at)
		}
		out = append(out, unnamed{"a search for nothing", search})
	}
	return out
}

// namelessRefunds are those about refunds.
func (k *kit) namelessRefunds() []unnamed {
	a := k.ask()
	ra := k.refundAsk(a, part)
	noNumber, noSale, zero, over := ra, ra, ra, ra
	noNumber.Refund, noSale.Order = "", ""
	zero.Amount, over.Amount = money.Fen(0), money.Fen(price.Minor()+1)
	out := []unnamed{
		{"a refund without a number", k.refundMaker(txn.CallRefund, noNumber)},
		{"a refund of no sale", k.refundMaker(txn.CallRefund, noSale)},
		{"a refund of nothing", k.refundMaker(txn.CallRefund, zero)},
		{"a refund of more than the sale", k.refundMaker(txn.CallRefund, over)},
		{"a query of a refund without a number", k.refundMaker(txn.CallRefundQuery, noNumber)},
	}
	if _, ok := k.s.Rail.(rail.Repairer); ok {
		out = append(out, unnamed{"a repair without the network's number",
			k.refundMaker(txn.CallRefundRepair, ra)})
	}
	return out
}

func requestsAreNamed(k *kit) {
	all := k.namelessSales()
	if _, ok := k.s.Rail.(rail.Refunder); ok {
		all = append(all, k.namelessRefunds()...)
	}
	for _, u := range all {
		if req, err := u.make("railtest", k.g.Now()); err == nil || req.URL != "" || req.Body != nil {
			k.Errorf("%s: a request all the same: %s, %v", u.what, req, err)
		}
	}
}

func requestsAreMasked(k *kit) {
	a := k.ask()
	secret := k.g.Code()
	e := txn.SendPay{Ask: a, Code: txn.NewPayerCode(secret)}
	pay := func(n string, at txn.Wall) (rail.Request, error) { return k.s.Rail.Pay(e, n, at) }
	makers := []maker{pay, k.maker(txn.CallQuery, a), k.maker(txn.CallReverse, a)}
	if _, ok := k.s.Rail.(rail.Refunder); ok {
		ra := k.refundAsk(a, part)
		makers = append(makers, k.refundMaker(txn.CallRefund, ra), k.refundMaker(txn.CallRefundQuery, ra))
	}
	if _, ok := k.s.Rail.(rail.Shower); ok {
		a.Shown = true
		makers = append(makers, k.maker(txn.CallShow, a), k.maker(txn.CallClose, a))
	}
	for _, make := range makers {
		req, err := make("railtest", k.g.Now())
		if err != nil {
			k.Fatal(err)
		}
		hidden := []string{secret}
		for _, h := range req.Header {
			if strings.EqualFold(h[0], "Authorization") {
				hidden = append(hidden, h[1])
			}
		}
		if len(req.Body) > 40 {
			hidden = append(hidden, string(req.Body[len(req.Body)/2:]))
		}
		for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			printed := fmt.Sprintf(format, req)
			for _, h := range hidden {
				if strings.Contains(printed, h) {
					k.Errorf("%s prints %q: %s", format, h, printed)
				}
			}
		}
		if strings.Contains(req.URL, secret) {
			k.Errorf("the URL tells the payer's code: %s", req.URL)
		}
	}
	e.Order = ""
	if _, err := k.s.Rail.Pay(e, "railtest", k.g.Now()); err == nil || strings.Contains(err.Error(), secret) {
		k.Errorf("the error tells the payer's code: %v", err)
	}
}

func silencesDecideNothing(k *kit) {
	a := k.ask()
	for _, call := range []txn.Call{
		txn.CallPay, txn.CallQuery, txn.CallReverse, txn.CallShow, txn.CallClose,
	} {
		for _, sent := range []bool{true, false} {
			ans := rail.Silent(call, a, rail.Silence{Fault: rail.FaultBroken, Sent: sent})
			decided := ans.Outcome != txn.Unknown
			if decided != (call == txn.CallPay && !sent) || ans.Cause == txn.CauseNone {
				k.Errorf("sent %v: %s", sent, said(ans))
			}
		}
	}
}

func policiesCanBeKept(k *kit) {
	p := k.s.Rail.Policy()
	if p.FirstQuery <= 0 || p.Interval <= 0 || p.Queries <= 0 || p.ReversalInterval <= 0 ||
		p.ReversalIntervalMax < p.ReversalInterval || p.ReverseAfter > p.GiveUp() {
		k.Errorf("sales: %+v", p)
	}
	if r, ok := k.s.Rail.(rail.Refunder); ok {
		p := r.RefundPolicy()
		if len(p.Asks) == 0 || slices.Min(p.Asks) <= 0 || p.Resend <= 0 || p.RetryHeld <= 0 ||
			p.Spacing < 0 || p.WindowDays < 0 || p.Parts < 0 || p.PerSecond < 0 || p.FundedFrom == "" ||
			p.VoidSameDay != (p.VoidWhy != txn.CauseNone) {
			k.Errorf("refunds: %+v", p)
		}
		if _, repairs := r.(rail.Repairer); repairs != p.MayRepair {
			k.Errorf("MayRepair is %v, and the rail is a Repairer: %v", p.MayRepair, repairs)
		}
	}
	if r, ok := k.s.Rail.(rail.Shower); ok {
		p := r.ShowPolicy()
		if p.Lives <= 0 || p.Soon <= 0 || p.Interval < p.Soon || p.SoonFor > p.Lives {
			k.Errorf("shown codes: %+v", p)
		}
	}
}

// codesHaveAdvice looks each cause of each code up in the catalogue, in both
// languages, and the causes that silences and untrusted answers have.
func codesHaveAdvice(t testing.TB, s Subject) {
	always := Code{"(no answer)", []txn.Cause{txn.CauseNoAnswer, txn.CauseNotSent, txn.CauseUntrusted,
		txn.CauseForeign, txn.CauseNoSuchOrder, txn.CauseBusy, txn.CauseGatewayDown, txn.CauseOther}}
	for _, c := range append(slices.Clone(s.Codes), always) {
		if c.Name == "" {
			t.Errorf("a code without a name: %v", c.Causes)
		}
		for _, cause := range c.Causes {
			if !slices.Contains(txn.Causes, cause) {
				t.Errorf("%s becomes %q, which is no cause", c.Name, cause)
			}
			zhWhat, zhDo := s.Advice(cause, txn.Chinese)
			enWhat, enDo := s.Advice(cause, txn.English)
			if zhWhat == "" || zhDo == "" || enWhat == "" || enDo == "" || zhWhat == enWhat || zhDo == enDo {
				t.Errorf("%s becomes %q, which says %q, %q in Chinese and %q, %q in English",
					c.Name, cause, zhWhat, zhDo, enWhat, enDo)
			}
		}
	}
}
