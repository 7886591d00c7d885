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

// TestWhatIsConfiguredHoldsAtItsEdge and not one beyond.
func TestWhatIsConfiguredHoldsAtItsEdge(t *testing.T) {
	url := "https://h/" + strings.Repeat("x", 245)
	for _, c := range []struct {
		what string
		ok   bool
		got  bool
	}{
		{"an address to be told at", true, notifyURL("https://h/~!")},
		{"... of 255 characters", true, notifyURL(url)},
		{"... of 256", false, notifyURL(url + "x")},
		{"... without TLS", false, notifyURL("http://h/p")},
		{"... without a host", false, notifyURL("https:///p")},
		{"... with a query", false, notifyURL("https://h/p?q")},
		{"... with a blank", false, notifyURL("https://h/p q")},
		{"... beyond ASCII", false, notifyURL("https://h/\x7f")},
		{"a gateway", true, bareURL("https://h:1~")},
		{"a gateway without TLS", true, bareURL("http://h")},
		{"a gateway with a path", false, bareURL("https://h/")},
		{"a gateway with a blank", false, bareURL("https://h h")},
		{"a gateway beyond ASCII", false, bareURL("https://h\x7f")},
		{"no gateway", false, bareURL("https://")},
		{"an address of this machine", true, addressLike("10.0.0.1")},
		{"... of IPv6", true, addressLike("2001:db8::Ff")},
		{"the longest", true, addressLike("1." + strings.Repeat("2", ipMax-2))},
		{"one beyond", false, addressLike("1." + strings.Repeat("2", ipMax-1))},
		{"a number", false, addressLike("1234")},
		{"a name", false, addressLike("host.example")},
		{"no address", false, addressLike("")},
	} {
		if c.got != c.ok {
			t.Errorf("%s: %v", c.what, c.got)
		}
	}
	for in, want := range map[string]string{strings.Repeat("字", descriptionMax): strings.Repeat("字", descriptionMax),
		strings.Repeat("x", descriptionMax+1): strings.Repeat("x", descriptionMax)} {
		if got := describe(in, "000007", descriptionMax); len(got) > descriptionMax || len(in) <= descriptionMax && got != want {
			t.Errorf("%d bytes become %d", len(in), len(got))
		}
	}
	for n, ok := range map[int]bool{idMax: true, idMax + 1: false} {
		for name, change := range map[string]func(*Config, string){
			"appid":    func(c *Config, s string) { c.AppID = s },
			"mchid":    func(c *Config, s string) { c.MchID = s },
			"store":    func(c *Config, s string) { c.StoreID = s },
			"terminal": func(c *Config, s string) { c.DeviceID = s },
		} {
			cfg := testConfig()
			change(&cfg, strings.Repeat("7", n))
			if _, err := New(cfg); (err == nil) != ok {
				t.Errorf("%s of %d characters: %v", name, n, err)
			}
		}
	}
}

// TestASaleOfNothingIsNotFound: a network that names no amount, or none above zero,
// has said nothing.
func TestASaleOfNothingIsNotFound(t *testing.T) {
	for total, want := range map[int64]txn.Finding{0: txn.FindUnknown, -1: txn.FindUnknown, 1: txn.FindPaid} {
		var ans answer
		ans.TradeState, ans.OutTradeNo = "SUCCESS", "0123456789AB0000000001"
		ans.Amount = &struct {
			Total    *int64 `json:"total"`
			Currency string `json:"currency"`
		}{Total: &total}
		var out txn.Found
		found(&out, ans)
		if out.Finding != want || want == txn.FindPaid && (out.Amount != total || out.Order == "") || want == txn.FindUnknown && out.Order != "" {
			t.Errorf("%d fen: %+v", total, out)
		}
	}
}
