package wechatpay

import (
	"strings"
	"testing"
	"time"

	"till/sim/railsim/railwire"
	"till/txn"
	"till/txn/rail"
	"till/txn/rail/railtest"
)

const codeJSON = `{"code_url":"weixin://wxpay/bizpayurl?pr=qnu8QTL00"}`

func TestACodeToShowIsSignedAndOfTheNetwork(t *testing.T) {
	w := testRail(t, nil)
	long := `{"code_url":"weixin://wxpay/` + strings.Repeat("a", codeMax) + `"}`
	tests := []struct {
		name string
		r    rail.Response
		want string
	}{
		{"a code", genuine(t, 200, codeJSON), "pending payer-acting"},
		{"unsigned", bare(200, codeJSON), "unknown untrusted R01 again"},
		{"yesterday's", signed(t, railwire.HMAC("platform"), seconds(noon)-86400, 200, codeJSON), "unknown clock-wrong C02 again"},
		{"cut short", genuine(t, 200, codeJSON[:20]), "unknown other L05 again"},
		{"no code", genuine(t, 200, `{}`), "unknown other L05 again"},
		{"a page", genuine(t, 200, `{"code_url":"https://evil.example/"}`), "unknown other L05 again"},
		{"a code with a line break", genuine(t, 200, `{"code_url":"weixin://a\nb"}`), "unknown other L05 again"},
		{"a code too long", genuine(t, 200, long), "unknown other L05 again"},
		{"another order's", genuine(t, 200, `{"out_trade_no":"OTHER1","code_url":"weixin://a"}`), "unknown foreign R03 again"},
		{"accepted, not done", genuine(t, 202, orderBody("USERPAYING")), "unknown other"},
		{"no content", genuine(t, 204, ""), "unknown other"},
		{"paid already", genuine(t, 400, errorBody("ORDER_PAID", "")), "unknown number-used again"},
		{"the payer is acting", genuine(t, 400, errorBody("USERPAYING", "")), "unknown payer-acting again"},
		{"closed", genuine(t, 400, errorBody("ORDER_CLOSED", "")), "declined order-closed"},
		{"no right to it", genuine(t, 403, errorBody("NO_AUTH", "")), "declined merchant-setup R02"},
		{"the network is ill", genuine(t, 500, errorBody("SYSTEM_ERROR", "")), "unknown gateway-down"},
	}
	for _, tt := range tests {
		got := w.Read(txn.CallShow, testShow().Ask, tt.r, noon)
		if railtest.Brief(got) != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, railtest.Brief(got), tt.want)
		}
		if (got.QR == "weixin://wxpay/bizpayurl?pr=qnu8QTL00") != (tt.name == "a code") {
			t.Errorf("%s: code %q", tt.name, got.QR)
		}
	}
}

func TestClosing(t *testing.T) {
	w := testRail(t, nil)
	tests := []struct {
		name string
		r    rail.Response
		want string
	}{
		{"no content", genuine(t, 204, ""), "undone undo-final"},
		{"no content, unsigned", bare(204, ""), "unknown untrusted R01"},
		{"the answer of a reversal", genuine(t, 200, reverseBodyOK), "unknown other"},
		{"an order that says it is closed", genuine(t, 200, orderBody("CLOSED")), "unknown other"},
		{"closed already", genuine(t, 400, errorBody("ORDERCLOSED", "")), "undone undo-final"},
		{"paid", genuine(t, 400, errorBody("ORDERPAID", "")), "declined already-paid"},
		{"paid, unsigned", bare(400, errorBody("ORDERPAID", "")), "unknown untrusted R01"},
		{"paid, says a server that fails", genuine(t, 500, errorBody("ORDERPAID", "")), "unknown gateway-down"},
		{"the payer is acting", genuine(t, 400, errorBody("USERPAYING", "")), "pending payer-acting"},
		{"never heard of it", genuine(t, 404, errorBody("ORDER_NOT_EXIST", "")), "unknown no-such-order"},
		{"a window that closing has not", genuine(t, 400, errorBody("REVERSE_EXPIRE", "")), "unknown too-late"},
	}
	for _, tt := range tests {
		if got := railtest.Brief(w.Read(txn.CallClose, testShow().Ask, tt.r, noon)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestAShownOrderIsPendingUntilItIsPaidOrClosed: nobody has scanned it, or a first
// attempt of the payer failed and the code still pays.
func TestAShownOrderIsPendingUntilItIsPaidOrClosed(t *testing.T) {
	w := testRail(t, nil)
	for state, want := range map[string]string{
		"NOTPAY": "pending payer-acting", "USERPAYING": "pending payer-acting",
		"PAYERROR": "pending payer-refused", "SUCCESS": "approved ", "CLOSED": "undone elsewhere",
	} {
		got := w.Read(txn.CallQuery, testShow().Ask, genuine(t, 200, orderBody(state)), noon)
		if railtest.Brief(got) != want {
			t.Errorf("%s: %s, want %s", state, railtest.Brief(got), want)
		}
	}
}

// TestAShownOrderOutlivesItsCode: the network takes no time_expire under five
// minutes, and its clock may be ahead of ours.
func TestAShownOrderOutlivesItsCode(t *testing.T) {
	w := testRail(t, nil)
	for lives, want := range map[time.Duration]string{
		0:                `"time_expire":"2026-01-01T08:06:00+08:00"`,
		3 * time.Minute:  `"time_expire":"2026-01-01T08:06:00+08:00"`,
		10 * time.Minute: `"time_expire":"2026-01-01T08:11:00+08:00"`,
	} {
		e := testShow()
		e.Lives = lives
		r, err := w.Show(e, testNonce, noon)
		if err != nil || !strings.Contains(string(r.Body), want) {
			t.Errorf("%s: %s, %v; want %s", lives, r.Body, err, want)
		}
	}
	p := w.ShowPolicy()
	if p.Lives != 3*time.Minute || p.Lives >= expireMin || !p.Confirm ||
		p.Soon != 2*time.Second || p.SoonFor != 30*time.Second || p.Interval != 5*time.Second {
		t.Errorf("policy %+v", p)
	}
}
