package wechatpay

import (
	"strings"
	"testing"

	"till/sim/railsim/railwire"
	"till/txn"
	"till/txn/rail"
	"till/txn/rail/railtest"
)

const wechatNo = "4200002000202601010123456789"

func findAsk() txn.FindAsk { return txn.FindAsk{Order: testOrder, Rail: txn.WeChatPay} }

// foundBody is an order with the time of its payment.
func foundBody(state string) string {
	return strings.Replace(orderBody(state), `"amount"`, `"success_time":"2026-01-01T08:00:05+08:00","amount"`, 1)
}

func TestEveryStateOfASaleIsFound(t *testing.T) {
	w := testRail(t, nil)
	for state, want := range map[string]string{
		"SUCCESS": "paid ", "REFUND": "paid ", "NOTPAY": "unpaid not-paid", "CLOSED": "unpaid order-closed",
		"PAYERROR": "unpaid payer-refused", "USERPAYING": "unpaid payer-acting", "ACCEPT": "unpaid payer-acting",
		"REVOKED": "gone elsewhere", "NEW": "unknown other", "": "unknown other",
	} {
		got := w.ReadFind(findAsk(), genuine(t, 200, foundBody(state)), noon)
		if railtest.BriefFound(got) != want || got.Refunded != (state == "REFUND") {
			t.Errorf("%s: %s, refunded %v, want %s", state, railtest.BriefFound(got), got.Refunded, want)
		}
	}
	got := w.ReadFind(findAsk(), genuine(t, 200, foundBody("REFUND")), noon)
	want := txn.Found{Ask: findAsk(), Finding: txn.FindPaid, Order: testOrder, Reference: wechatNo,
		Wallet: txn.WeChatPay, Amount: 1250, Paid: 1767225605_000, Refunded: true, Code: "REFUND", Text: "说明"}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	for _, s := range states {
		if got := w.ReadFind(findAsk(), genuine(t, 200, foundBody(s.code)), noon); got.Finding == txn.FindUnknown {
			t.Errorf("%s is no finding", s.code)
		}
	}
}

func TestASaleIsFoundByTheNetworksNumber(t *testing.T) {
	w := testRail(t, nil)
	a := txn.FindAsk{Reference: wechatNo, Rail: txn.WeChatPay}
	got := w.ReadFind(a, genuine(t, 200, foundBody("SUCCESS")), noon)
	if got.Finding != txn.FindPaid || got.Order != testOrder || got.Ask != a {
		t.Errorf("%+v", got)
	}
	strange := with(t, foundBody("SUCCESS"), string(testOrder), "a/b")
	if got := w.ReadFind(a, genuine(t, 200, strange), noon); got.Finding != txn.FindPaid || got.Order != "" {
		t.Errorf("an order number that we could not ask for: %+v", got)
	}
}

// TestWhatIsNotTheSaleThatWasAskedForIsForeign changes one echoed field at a time.
func TestWhatIsNotTheSaleThatWasAskedForIsForeign(t *testing.T) {
	w := testRail(t, nil)
	byID := txn.FindAsk{Reference: wechatNo}
	tests := []struct {
		name, old, new string
		ask            txn.FindAsk
	}{
		{"another order", string(testOrder), "TESTINSTALL10000000043", findAsk()},
		{"another merchant", "1900000109", "1900000110", findAsk()},
		{"no merchant", `"mchid":"1900000109",`, "", findAsk()},
		{"another application", "wx8888888888888888", "wx8888888888888889", findAsk()},
		{"another currency", `"CNY"`, `"USD"`, findAsk()},
		{"no amount", `"total":1250,`, "", findAsk()},
		{"nothing", `"total":1250`, `"total":0`, findAsk()},
		{"less than nothing", `"total":1250`, `"total":-1`, findAsk()},
		{"another payment", wechatNo, "4200002000202601010123456780", byID},
		{"no payment", `"transaction_id":"` + wechatNo + `",`, "", byID},
		{"of two numbers one", wechatNo, "4200002000202601010123456780",
			txn.FindAsk{Order: testOrder, Reference: wechatNo}},
	}
	for _, tt := range tests {
		got := w.ReadFind(tt.ask, genuine(t, 200, with(t, foundBody("SUCCESS"), tt.old, tt.new)), noon)
		if railtest.BriefFound(got) != "unknown foreign R03" {
			t.Errorf("%s: %s", tt.name, railtest.BriefFound(got))
		}
	}
}

func TestWhatFindsNothing(t *testing.T) {
	w := testRail(t, nil)
	tests := []struct {
		name string
		r    rail.Response
		want string
	}{
		{"never heard of it", genuine(t, 404, errorBody("ORDER_NOT_EXIST", "")), "nothing no-such-order"},
		{"never heard of it, v3", genuine(t, 404, errorBody("RESOURCE_NOT_EXISTS", "")), "nothing no-such-order"},
		{"never heard of it, unsigned", bare(404, errorBody("ORDER_NOT_EXIST", "")), "unknown untrusted R01"},
		{"never heard of it, while ill", genuine(t, 500, errorBody("ORDER_NOT_EXIST", "")), "unknown gateway-down"},
		{"unsigned", bare(200, foundBody("SUCCESS")), "unknown untrusted R01"},
		{"yesterday's", signed(t, railwire.HMAC("platform"), seconds(noon)-86400, 200, foundBody("SUCCESS")), "unknown clock-wrong C02"},
		{"cut short", genuine(t, 200, foundBody("SUCCESS")[:90]), "unknown other L05"},
		{"too busy", genuine(t, 429, errorBody("FREQUENCY_LIMITED", "")), "unknown busy"},
		{"too busy, a page", genuine(t, 429, "<html>"), "unknown busy"},
		{"accepted, not done", genuine(t, 202, foundBody("SUCCESS")), "unknown other"},
		{"a page", bare(502, "<html>"), "unknown gateway-down"},
		{"our key is wrong", bare(401, errorBody("SIGN_ERROR", "")), "unknown key-wrong R02"},
	}
	for _, tt := range tests {
		if got := w.ReadFind(findAsk(), tt.r, noon); railtest.BriefFound(got) != tt.want || got.Amount != 0 {
			t.Errorf("%s: %+v, want %s", tt.name, got, tt.want)
		}
	}
}

func TestBalance(t *testing.T) {
	w := testRail(t, nil)
	tests := []struct {
		name string
		r    rail.Response
		want txn.Balance
	}{
		{"known", genuine(t, 200, `{"available_amount":123456,"pending_amount":7}`),
			txn.Balance{Known: true, Fen: 123456, Code: "HTTP 200"}},
		{"overdrawn", genuine(t, 200, `{"available_amount":-5}`), txn.Balance{Known: true, Fen: -5, Code: "HTTP 200"}},
		{"not told", genuine(t, 200, `{"pending_amount":7}`),
			txn.Balance{Cause: txn.CauseOther, Code: "HTTP 200", Fault: rail.FaultBroken}},
		{"no number", genuine(t, 200, `{"available_amount":"1"}`),
			txn.Balance{Cause: txn.CauseOther, Code: "HTTP 200", Fault: rail.FaultBroken}},
		{"no right to ask is no fault", genuine(t, 403, errorBody("NO_AUTH", "")),
			txn.Balance{Cause: txn.CauseMerchantSetup, Code: "NO_AUTH"}},
		{"unsigned", bare(200, `{"available_amount":123456}`),
			txn.Balance{Cause: txn.CauseUntrusted, Code: "HTTP 200", Fault: rail.FaultUntrusted}},
		{"ill", genuine(t, 500, errorBody("SYSTEM_ERROR", "")),
			txn.Balance{Cause: txn.CauseGatewayDown, Code: "SYSTEM_ERROR"}},
	}
	for _, tt := range tests {
		tt.want.Rail = txn.WeChatPay
		if got := w.ReadBalance(tt.r, noon); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

// FuzzReadFind promises that only a signed answer about the sale that was asked
// for is a finding, and that a payment has an amount.
func FuzzReadFind(f *testing.F) {
	for _, s := range states {
		f.Add(200, []byte(foundBody(s.code)), true, true)
	}
	f.Add(404, []byte(errorBody("ORDER_NOT_EXIST", "")), true, false)
	f.Fuzz(func(t *testing.T, status int, body []byte, sign, byID bool) {
		w, a, r := testRail(t, nil), findAsk(), bare(status, string(body))
		if byID {
			a = txn.FindAsk{Reference: wechatNo}
		}
		if sign {
			r = genuine(t, status, string(body))
		}
		got := w.ReadFind(a, r, noon)
		known := got.Finding != txn.FindUnknown
		switch {
		case got.Ask != a:
			t.Fatalf("about %+v", got.Ask)
		case known && !sign:
			t.Fatalf("unsigned %d %q: %s", status, body, railtest.BriefFound(got))
		case known && got.Finding != txn.FindNothing && status != 200:
			t.Fatalf("%d %q: %s", status, body, railtest.BriefFound(got))
		case got.Finding == txn.FindPaid && got.Amount <= 0, !known && got.Amount != 0 && got.Cause != txn.CauseOther:
			t.Fatalf("%+v", got)
		}
		w.ReadBalance(r, noon)
	})
}
