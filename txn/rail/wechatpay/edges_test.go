package wechatpay

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"till/txn"
	"till/txn/rail"
)

// TestSecondsAreWholeOnBothSidesOf1970: the broken one is left off.
func TestSecondsAreWholeOnBothSidesOf1970(t *testing.T) {
	for at, want := range map[txn.Wall]int64{0: 0, 999: 0, 1000: 1, 1999: 1, -1: -1, -999: -1, -1000: -1, -1001: -2, -2000: -2,
		1795328880000: 1795328880} {
		if got := seconds(at); got != want {
			t.Errorf("%d ms are %d s, want %d", at, got, want)
		}
	}
}

// TestAShownCodeIsOfTheNetworkAndVisible, and not too long.
func TestAShownCodeIsOfTheNetworkAndVisible(t *testing.T) {
	long := "weixin://" + strings.Repeat("x", codeMax-len("weixin://"))
	for code, want := range map[string]bool{"weixin://wxpay/x?pr=1": true, "weixin://~": true, "weixin://!": true, "weixin://a b": false,
		"weixin://\x7f": false, "weixin://é": false, "https://x": false, "": false, long: true, long + "x": false} {
		if showable(code) != want {
			t.Errorf("%.40q: %v", code, !want)
		}
	}
}

// TestANonceIsAtMost32Letters, and a request is made with one of 32.
func TestANonceIsAtMost32Letters(t *testing.T) {
	w := testRail(t, nil)
	for n, ok := range map[int]bool{0: false, 1: true, 32: true, 33: false} {
		if _, err := w.authorization("GET", "/", nil, strings.Repeat("n", n), 0); (err == nil) != ok {
			t.Errorf("%d letters: %v", n, err)
		}
	}
}

// TestWhatCannotBeVerifiedIsWrongAndNotUnsigned: half a signature, half a time.
func TestWhatCannotBeVerifiedIsWrongAndNotUnsigned(t *testing.T) {
	head := func(stamp, signature string) rail.Response {
		return rail.Response{Status: 200, Header: [][2]string{{"Wechatpay-Serial", "s"}, {"Wechatpay-Nonce", "n"},
			{"Wechatpay-Timestamp", stamp}, {"Wechatpay-Signature", signature}}}
	}
	v := testRail(t, nil).cfg.Verifier
	for name, c := range map[string]struct {
		r    rail.Response
		want trust
	}{
		"a time that is none":         {head("yesterday", "AAAA"), wrong},
		"a signature that is none":    {head("1", "%"), wrong},
		"another's signature":         {head("1", "AAAA"), wrong},
		"no signature":                {head("1", ""), unsigned},
		"no time":                     {head("", "AAAA"), unsigned},
		"nothing of it, and a status": {rail.Response{Status: 500}, unsigned},
	} {
		if got := check(v, c.r, 0); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	for _, c := range []struct {
		a, b int64
		want uint64
	}{{3, 3, 0}, {3, 5, 2}, {5, 3, 2}, {-1 << 63, 1<<63 - 1, 1<<64 - 1}} {
		if got := apart(c.a, c.b); got != c.want {
			t.Errorf("%d and %d are %d apart, want %d", c.a, c.b, got, c.want)
		}
	}
}

// TestThePolicyIsWholeAsItsSourcesSay: every wait and number of it (rails.md 0.2,
// 1.7).
func TestThePolicyIsWholeAsItsSourcesSay(t *testing.T) {
	w := testRail(t, nil)
	if got, want := w.Policy(), (txn.Policy{
		FirstQuery: 5 * time.Second, Interval: 10 * time.Second, Queries: 4, ReverseAfter: 15 * time.Second,
		ReversalInterval: 10 * time.Second, ReversalIntervalMax: 5 * time.Minute, ConfirmReversal: true,
	}); got != want {
		t.Errorf("%+v", got)
	}
	if r := w.RefundPolicy(); r.Resend != time.Minute || r.RetryHeld != 10*time.Minute || !r.RefundShown {
		t.Errorf("%+v", r)
	}
	shows := testRail(t, func(c *Config) { c.NotifyURL = "https://shop.example/n" })
	want := txn.ShowPolicy{Lives: 3 * time.Minute, Soon: 2 * time.Second, SoonFor: 30 * time.Second, Interval: 5 * time.Second, Confirm: true}
	if got := shows.ShowPolicy(); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}
