package lakala

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"till/txn"
	"till/txn/money"
)

// TestThePolicyIsWholeAsItsSourcesSay: every wait and number of it. rails.md 4 and
// the package's Decisions say why.
func TestThePolicyIsWholeAsItsSourcesSay(t *testing.T) {
	p := testRail(t, func(c *Config) { c.RefundDays = 90 })
	if got, want := p.Policy(), (txn.Policy{
		FirstQuery: 5 * time.Second, Interval: 5 * time.Second, Queries: 9, ReverseAfter: 15 * time.Second,
		ReversalInterval: 10 * time.Second, ReversalIntervalMax: 5 * time.Minute, ConfirmReversal: true,
	}); got != want {
		t.Errorf("%+v", got)
	}
	if got, want := p.RefundPolicy(), (txn.RefundPolicy{
		WindowDays: 90, Parts: 50, Spacing: time.Minute, RefundShown: true, FundedFrom: "balance",
		Asks:   []time.Duration{10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute},
		Resend: 10 * time.Second, RetryHeld: 10 * time.Minute,
	}); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	if got, want := p.ShowPolicy(), (txn.ShowPolicy{
		Lives: 4 * time.Minute, Soon: 2 * time.Second, SoonFor: 30 * time.Second, Interval: 5 * time.Second, Confirm: true,
	}); got != want {
		t.Errorf("%+v", got)
	}
}

// TestLimitsHoldAtTheirEdge and not one beyond.
func TestLimitsHoldAtTheirEdge(t *testing.T) {
	for _, c := range []struct {
		what string
		ok   bool
		got  bool
	}{
		{"a place", true, place("+31.221345,+121.12345")},
		{"the longest place", true, place("+1." + strings.Repeat("2", placeMax-len("+1.,-3.4")) + ",-3.4")},
		{"a longer place", false, place("+1." + strings.Repeat("2", placeMax-len("+1.,-3.4")+1) + ",-3.4")},
		{"half a place", false, place("+31.2")},
		{"a place without a sign", false, place("31.2,+121.1")},
		{"a place without its east", false, place("+31.2,")},
		{"three digits of degrees", true, degrees("-121")},
		{"four digits of degrees", false, degrees("+1211.5")},
		{"degrees without a fraction", false, degrees("+121.")},
		{"letters of degrees", false, degrees("+12a")},
		{"visible text", true, visible(" ~", 2)},
		{"text that is too long", false, visible("abc", 2)},
		{"a control character", false, visible("a\x1f", 9)},
		{"a character beyond ASCII", false, visible("a\x7f", 9)},
		{"a gateway", true, gatewayURL("https://h/p")},
		{"a gateway without TLS", true, gatewayURL("http://h")},
		{"a gateway with a blank", false, gatewayURL("https://h /p")},
		{"a gateway with a tilde", true, gatewayURL("https://h/~")},
		{"a gateway beyond ASCII", false, gatewayURL("https://h/\x7f")},
		{"a gateway with a query", false, gatewayURL("https://h?q")},
		{"no host", false, gatewayURL("https:///p")},
		{"nothing", false, gatewayURL("https://")},
		{"another scheme", false, gatewayURL("ftp://h")},
		{"a code to show", true, showable("https://a~")},
		{"the longest code to show", true, showable("w://" + strings.Repeat("x", qrMax-4))},
		{"a longer code to show", false, showable("w://" + strings.Repeat("x", qrMax-3))},
		{"a code with a blank", false, showable("w://a b")},
		{"a code beyond ASCII", false, showable("w://a\x7f")},
		{"a code without a scheme", false, showable("://a")},
		{"a code of nothing", false, showable("w://")},
	} {
		if c.got != c.ok {
			t.Errorf("%s: %v", c.what, c.got)
		}
	}
	for in, want := range map[string]string{"a\u200b b\ufffd": "a b", "\U0001F600x": "x", "{order}!": "000007!", "abcdefgh": "abcdefgh", "abcdefghi": "abcdefgh",
		"\uffee": "\uffee"} {
		if got := describe(in, "000007", 8); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

// TestTheSplitIsTold only when it can be: what the payer gets, at most the refund.
func TestTheSplitIsTold(t *testing.T) {
	a := txn.RefundAsk{Amount: money.Fen(1000)}
	for payer, want := range map[word][2]int64{"0": {0, 1000}, "400": {400, 600}, "1000": {1000, 0}, "1001": {0, 0}, "x": {0, 0}} {
		var out txn.RefundAnswered
		split(&out, a, data{PayerAmount: payer})
		if out.Payer != want[0] || out.Discount != want[1] {
			t.Errorf("payer_amount %s: %d and %d, want %v", payer, out.Payer, out.Discount, want)
		}
	}
}

// TestEveryCodeIsListedOnce, those of refunds too.
func TestEveryCodeIsListedOnce(t *testing.T) {
	listed := map[string][]txn.Cause{}
	for _, c := range Codes() {
		if _, twice := listed[c.Code]; twice {
			t.Errorf("%s is listed twice", c.Code)
		}
		listed[c.Code] = c.Causes
	}
	for _, c := range codes {
		if _, ok := listed[c.Name]; !ok {
			t.Errorf("%s is not listed", c.Name)
		}
	}
	for _, c := range refundCodes {
		if _, ok := listed[c.Name]; !ok {
			t.Errorf("%s of refunds is not listed", c.Name)
		}
	}
}
