package alipay

import (
	"strings"
	"testing"
	"time"

	"till/txn"
	"till/txn/rail"
	"till/txn/rail/railtest"
)

func findAsk() txn.FindAsk { return txn.FindAsk{Order: testOrder, Rail: txn.Alipay} }

// settled is a trade with the time of its payment.
func settled(state string) string {
	return strings.Replace(trade(state), `"out_trade_no"`, `"send_pay_date":"2026-01-01 08:00:05","out_trade_no"`, 1)
}

func TestEveryStateOfASaleIsFound(t *testing.T) {
	p := testRail(t, nil)
	paid := txn.Wall(1767225605_000)
	base := txn.Found{Ask: findAsk(), Order: testOrder, Reference: tradeNo, Amount: 1250}
	tests := []struct {
		name, content string
		want          func(*txn.Found)
	}{
		{"paid", settled("TRADE_SUCCESS"), func(f *txn.Found) {
			f.Finding, f.Wallet, f.Paid, f.Code = txn.FindPaid, txn.Alipay, paid, "TRADE_SUCCESS"
		}},
		{"paid, when is not told", trade("TRADE_SUCCESS"), func(f *txn.Found) {
			f.Finding, f.Wallet, f.Code = txn.FindPaid, txn.Alipay, "TRADE_SUCCESS"
		}},
		{"paid, too long ago", settled("TRADE_FINISHED"), func(f *txn.Found) {
			f.Finding, f.Wallet, f.Paid, f.Code = txn.FindPaid, txn.Alipay, paid, "TRADE_FINISHED"
			f.Cause = txn.CauseWindowOver
		}},
		{"paid and gone", settled("TRADE_CLOSED"), func(f *txn.Found) {
			f.Finding, f.Wallet, f.Paid, f.Code = txn.FindGone, txn.Alipay, paid, "TRADE_CLOSED"
			f.Cause, f.Refunded, f.Back = txn.CauseRefundedUp, true, 1250
		}},
		{"never paid", trade("TRADE_CLOSED"), func(f *txn.Found) {
			f.Finding, f.Code, f.Cause = txn.FindUnpaid, "TRADE_CLOSED", txn.CauseOrderClosed
		}},
		{"not paid yet", trade("WAIT_BUYER_PAY"), func(f *txn.Found) {
			f.Finding, f.Code, f.Cause = txn.FindUnpaid, "WAIT_BUYER_PAY", txn.CausePayerActing
		}},
		{"a state that nobody knows", settled("TRADE_REFUND"), func(f *txn.Found) {
			*f = txn.Found{Ask: findAsk(), Code: "TRADE_REFUND", Cause: txn.CauseOther}
		}},
	}
	for _, tt := range tests {
		want := base
		tt.want(&want)
		if got := p.ReadFind(findAsk(), genuine(t, queryMember, tt.content), noon); got != want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, want)
		}
	}
}

func TestASaleIsFoundByTheNetworksNumber(t *testing.T) {
	p := testRail(t, nil)
	a := txn.FindAsk{Reference: tradeNo, Rail: txn.Alipay}
	got := p.ReadFind(a, genuine(t, queryMember, settled("TRADE_SUCCESS")), noon)
	if got.Finding != txn.FindPaid || got.Order != testOrder || got.Ask != a {
		t.Errorf("%+v", got)
	}
}

func TestWhatFindsNothing(t *testing.T) {
	p := testRail(t, nil)
	ok := settled("TRADE_SUCCESS")
	byNo := txn.FindAsk{Reference: tradeNo}
	tests := []struct {
		name string
		ask  txn.FindAsk
		r    rail.Response
		want string
	}{
		{"another order", findAsk(), genuine(t, queryMember, with(t, ok, "042", "043")), "unknown foreign R03"},
		{"another trade", byNo, genuine(t, queryMember, with(t, ok, tradeNo, "1")), "unknown foreign R03"},
		{"no trade", byNo, genuine(t, queryMember, with(t, ok, tradeNo, "")), "unknown foreign R03"},
		{"of two numbers one", txn.FindAsk{Order: testOrder, Reference: "1"}, genuine(t, queryMember, ok), "unknown foreign R03"},
		{"no amount", findAsk(), genuine(t, queryMember, with(t, ok, "12.50", "")), "unknown foreign R03"},
		{"nothing", findAsk(), genuine(t, queryMember, with(t, ok, "12.50", "0.00")), "unknown foreign R03"},
		{"another currency", findAsk(), genuine(t, queryMember, with(t, ok, `"code"`, `"trans_currency":"USD","code"`)), "unknown foreign R03"},
		{"never heard of it", findAsk(), genuine(t, queryMember, business("ACQ.TRADE_NOT_EXIST")), "nothing no-such-order"},
		{"never heard of it, unsigned", findAsk(), bareAnswer(queryMember, business("ACQ.TRADE_NOT_EXIST")), "unknown untrusted R01"},
		{"ill", findAsk(), genuine(t, queryMember, business("ACQ.SYSTEM_ERROR")), "unknown gateway-down"},
		{"our key is wrong", findAsk(), genuine(t, queryMember, failure("40002", "isv.invalid-signature", "")), "unknown key-wrong R02"},
		{"unsigned", findAsk(), bareAnswer(queryMember, ok), "unknown untrusted R01"},
		{"an answer to something else", findAsk(), genuine(t, cancelMember, ok), "unknown other L05"},
	}
	for _, tt := range tests {
		if got := p.ReadFind(tt.ask, tt.r, noon); railtest.BriefFound(got) != tt.want || got.Amount != 0 || got.Order != "" {
			t.Errorf("%s: %+v, want %s", tt.name, got, tt.want)
		}
	}
}

func TestBalance(t *testing.T) {
	p := testRail(t, nil)
	const known = `{"code":"10000","msg":"Success","total_amount":"1300.00","available_amount":"1234.56","freeze_amount":"65.44"}`
	tests := []struct {
		name string
		r    rail.Response
		want txn.Balance
	}{
		{"known", genuine(t, balanceMember, known), txn.Balance{Known: true, Fen: 123456, Code: "10000"}},
		{"nothing left", genuine(t, balanceMember, with(t, known, "1234.56", "0.00")), txn.Balance{Known: true, Code: "10000"}},
		{"not told", genuine(t, balanceMember, `{"code":"10000"}`),
			txn.Balance{Cause: txn.CauseOther, Code: "10000", Fault: rail.FaultBroken}},
		{"no right to ask is no fault", genuine(t, balanceMember, failure("40006", "isv.insufficient-isv-permissions", "")),
			txn.Balance{Cause: txn.CauseMerchantSetup, Code: "isv.insufficient-isv-permissions"}},
		{"unsigned", bareAnswer(balanceMember, known),
			txn.Balance{Cause: txn.CauseUntrusted, Code: "10000", Fault: rail.FaultUntrusted}},
	}
	for _, tt := range tests {
		tt.want.Rail = txn.Alipay
		if got := p.ReadBalance(tt.r, noon); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestTheWindowOfRefundsIsATermOfTheContract(t *testing.T) {
	for days, want := range map[int]int{0: 90, 360: 360} {
		p := testRail(t, func(c *Config) { c.RefundDays = days }).RefundPolicy()
		if p.WindowDays != want || p.Spacing != 3*time.Second || !p.VoidSameDay || p.VoidWhy != txn.CauseFeeBack {
			t.Errorf("%d days: %+v", days, p)
		}
	}
	for _, days := range []int{-1, daysMax + 1} {
		cfg := testConfig()
		cfg.RefundDays = days
		if _, err := New(cfg); err == nil || !strings.Contains(err.Error(), "refund_days") {
			t.Errorf("%d days: %v", days, err)
		}
	}
}

// FuzzReadFind promises that only a signed answer is a finding, and that a payment
// has an amount.
func FuzzReadFind(f *testing.F) {
	for _, s := range states {
		f.Add([]byte(settled(s.name)), true, true)
	}
	f.Add([]byte(business("ACQ.TRADE_NOT_EXIST")), true, false)
	f.Fuzz(func(t *testing.T, content []byte, sign, byNo bool) {
		p, a, r := testRail(t, nil), findAsk(), bareAnswer(queryMember, string(content))
		if byNo {
			a = txn.FindAsk{Reference: tradeNo}
		}
		if sign {
			r = genuine(t, queryMember, string(content))
		}
		got := p.ReadFind(a, r, noon)
		known := got.Finding != txn.FindUnknown
		if got.Ask != a || known && !sign || (got.Finding == txn.FindPaid) && got.Amount <= 0 || !known && got.Amount != 0 {
			t.Fatalf("%q, signed %v: %+v", content, sign, got)
		}
		p.ReadBalance(r, noon)
	})
}
