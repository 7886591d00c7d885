package alipay

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"till/sim/railsim/railwire"
	"till/txn"
	"till/txn/money"
	"till/txn/rail"
)

func dump(t testing.TB, r rail.Request) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", r.Method, r.URL)
	for _, h := range r.Header {
		fmt.Fprintf(&b, "%s: %s\n", h[0], h[1])
	}
	fmt.Fprintf(&b, "\n%s\n\n", r.Body)
	for f := range strings.SplitSeq(string(r.Body), "&") { // once more, for people
		plain, err := url.QueryUnescape(f)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, plain)
	}
	return b.String()
}

// makers is every request that this package makes.
func makers(p *Rail) map[string]func(txn.Wall) (rail.Request, error) {
	return map[string]func(txn.Wall) (rail.Request, error){
		"pay":          func(at txn.Wall) (rail.Request, error) { return p.Pay(testPay(), "n", at) },
		"query":        func(at txn.Wall) (rail.Request, error) { return p.Query(testAsk(), "n", at) },
		"cancel":       func(at txn.Wall) (rail.Request, error) { return p.Reverse(testAsk(), "n", at) },
		"refund":       func(at txn.Wall) (rail.Request, error) { return p.Refund(testRefundAsk(), "n", at) },
		"refund-query": func(at txn.Wall) (rail.Request, error) { return p.RefundQuery(testRefundAsk(), "n", at) },
		"show":         func(at txn.Wall) (rail.Request, error) { return p.Show(testShow(), "n", at) },
		"find": func(at txn.Wall) (rail.Request, error) {
			return p.Find(txn.FindAsk{Order: testOrder, Reference: tradeNo}, "n", at)
		},
		"find-by-reference": func(at txn.Wall) (rail.Request, error) {
			return p.Find(txn.FindAsk{Reference: tradeNo}, "n", at)
		},
		"balance": func(at txn.Wall) (rail.Request, error) { return p.Balance("n", at) },
	}
}

// TestRequestsAreTheseBytes pins every request, signed with a real key.
func TestRequestsAreTheseBytes(t *testing.T) {
	for name, make := range makers(rsaRail(t)) {
		t.Run(name, func(t *testing.T) {
			r, err := make(noon)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+".http", dump(t, r))
		})
	}
}

// TestSignatureIsOpenSSLs compares with what this made on the day it was
// written (OpenSSL 3.0):
//
//	openssl dgst -sha256 -sign merchant.key.pem vector.txt | base64 -w0 > vector.sig
//
// vector.txt was written by hand from rails.md 2.6.
func TestSignatureIsOpenSSLs(t *testing.T) {
	message, err := os.ReadFile("testdata/vector.txt")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/vector.sig")
	if err != nil {
		t.Fatal(err)
	}
	sig, err := rsaSigner(t, "merchant", "merchant").Sign(message)
	if err != nil {
		t.Fatal(err)
	}
	if got := base64.StdEncoding.EncodeToString(sig); got != string(want) {
		t.Errorf("signature\n%s\nwant OpenSSL's\n%s", got, want)
	}
	r, err := rsaRail(t).Pay(testPay(), "", noon)
	if err != nil {
		t.Fatal(err)
	}
	form, err := url.ParseQuery(string(r.Body))
	if err != nil {
		t.Fatal(err)
	}
	if got := form.Get("sign"); got != string(want) {
		t.Errorf("the payment of the vector is signed\n%s\nwant\n%s", got, want)
	}
}

// TestTimeStampIsBeijings: the library takes the machine's zone (rails.md 5.2).
func TestTimeStampIsBeijings(t *testing.T) {
	p := testRail(t, nil)
	for at, want := range map[txn.Wall]string{
		noon:                  "2026-01-01 08:00:00",
		1767283199_999:        "2026-01-01 23:59:59",
		1767283200_000:        "2026-01-02 00:00:00",
		0:                     "1970-01-01 08:00:00",
		-1:                    "1970-01-01 07:59:59",
		1772294399_000:        "2026-02-28 23:59:59",
		1772294399_000 + 1000: "2026-03-01 00:00:00",
	} {
		r, err := p.Query(testAsk(), "", at)
		if err != nil {
			t.Fatal(err)
		}
		form, err := url.ParseQuery(string(r.Body))
		if err != nil || form.Get("timestamp") != want {
			t.Errorf("at %d: %q (%v), want %q", at, form.Get("timestamp"), err, want)
		}
	}
}

func TestWhatCannotBeSentIsRefusedWithoutTheCode(t *testing.T) {
	pay := func(change func(*txn.SendPay)) func(*Rail) (rail.Request, error) {
		e := testPay()
		change(&e)
		return func(p *Rail) (rail.Request, error) { return p.Pay(e, "", noon) }
	}
	scanned := func(s string) func(*Rail) (rail.Request, error) {
		return pay(func(e *txn.SendPay) { e.Code = txn.NewPayerCode(s) })
	}
	refund := func(change func(*txn.RefundAsk)) func(*Rail) (rail.Request, error) {
		a := testRefundAsk()
		change(&a)
		return func(p *Rail) (rail.Request, error) { return p.Refund(a, "", noon) }
	}
	tests := []struct {
		name string
		make func(*Rail) (rail.Request, error)
		want error
	}{
		{"no code", pay(func(e *txn.SendPay) { e.Code = txn.PayerCode{} }), errNoCode},
		{"a WeChat code", scanned("134567890123456789"), errNoCode},
		{"24 begins no code", scanned("241234567890123456"), errNoCode},
		{"31 begins no code", scanned("311234567890123456"), errNoCode},
		{"15 digits", scanned("281234567890123"), errNoCode},
		{"25 digits", scanned("2812345678901234567890123"), errNoCode},
		{"a letter", scanned("28123456789012345O"), errNoCode},
		{"a face", scanned("fp0123456789abcdef"), errNoCode},
		{"nothing to pay", pay(func(e *txn.SendPay) { e.Amount = money.Fen(0) }), errNothing},
		{"no currency", pay(func(e *txn.SendPay) { e.Amount = money.Amount{} }), errNothing},
		{"no order number", pay(func(e *txn.SendPay) { e.Order = "" }), errOrderNo},
		{"an order number of 65", pay(func(e *txn.SendPay) { e.Order = txn.OrderNo(strings.Repeat("A", 65)) }), errOrderNo},
		{"an order number with a dash", func(p *Rail) (rail.Request, error) {
			return p.Query(txn.Ask{Order: "TEST-42"}, "", noon)
		}, errOrderNo},
		{"an order number that ends its field", func(p *Rail) (rail.Request, error) {
			return p.Reverse(txn.Ask{Order: `1","x":"`}, "", noon)
		}, errOrderNo},
		{"nothing to show", func(p *Rail) (rail.Request, error) {
			return p.Show(txn.SendShow{Ask: txn.Ask{Order: testOrder}}, "", noon)
		}, errNothing},
		{"a search for nothing", func(p *Rail) (rail.Request, error) {
			return p.Find(txn.FindAsk{}, "", noon)
		}, errUnnamed},
		{"a search that ends its field", func(p *Rail) (rail.Request, error) {
			return p.Find(txn.FindAsk{Reference: `1","x":"`}, "", noon)
		}, errUnnamed},
		{"nothing to give back", refund(func(a *txn.RefundAsk) { a.Amount = money.Fen(0) }), errNothing},
		{"more than the sale", refund(func(a *txn.RefundAsk) { a.Amount = money.Fen(1251) }), errTooMuch},
		{"no refund number", refund(func(a *txn.RefundAsk) { a.Refund = "" }), errRefundNo},
		{"a refund of no order", refund(func(a *txn.RefundAsk) { a.Order = "" }), errOrderNo},
		{"a question about no refund", func(p *Rail) (rail.Request, error) {
			return p.RefundQuery(txn.RefundAsk{Order: testOrder}, "", noon)
		}, errRefundNo},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := tt.make(testRail(t, nil))
			if !errors.Is(err, tt.want) {
				t.Fatalf("error %v, want %v", err, tt.want)
			}
			if r.URL != "" || r.Body != nil {
				t.Errorf("a request all the same: %v", r)
			}
			if strings.Contains(err.Error(), "3456789") {
				t.Errorf("the error tells the payer's code: %v", err)
			}
		})
	}
	for _, s := range []string{"2512345678901234", "301234567890123456789012"} {
		if _, err := scanned(s)(testRail(t, nil)); err != nil {
			t.Errorf("%d digits: %v", len(s), err)
		}
	}
}

// brokenSigner cannot sign.
type brokenSigner struct{ railwire.HMAC }

func (brokenSigner) Sign([]byte) ([]byte, error) { return nil, rail.ErrUnknownKey }

func TestAKeyThatDoesNotSignSendsNothing(t *testing.T) {
	for name, make := range makers(testRail(t, func(c *Config) { c.Signer = brokenSigner{} })) {
		if r, err := make(noon); !errors.Is(err, rail.ErrUnknownKey) || r.Body != nil {
			t.Errorf("%s: %v, %v", name, r, err)
		}
	}
}

// TestOneNumberOneRequest: every repeat of a refund is the same but for its time.
func TestOneNumberOneRequest(t *testing.T) {
	p := testRail(t, nil)
	biz := func(at txn.Wall) string {
		r, err := p.Refund(testRefundAsk(), "", at)
		if err != nil {
			t.Fatal(err)
		}
		form, err := url.ParseQuery(string(r.Body))
		if err != nil {
			t.Fatal(err)
		}
		return form.Get("biz_content")
	}
	first := biz(noon)
	if again := biz(noon + 86_400_000); again != first {
		t.Errorf("repeated as %s, first %s", again, first)
	}
	if !strings.Contains(first, `"out_request_no":"`+string(testRefund)+`"`) {
		t.Errorf("no refund number in %s", first)
	}
}

// TestTheURLTellsNothing: it may be logged.
func TestTheURLTellsNothing(t *testing.T) {
	for name, make := range makers(testRail(t, nil)) {
		r, err := make(noon)
		if err != nil {
			t.Fatal(err)
		}
		if r.URL != testConfig().BaseURL {
			t.Errorf("%s is sent to %s", name, r.URL)
		}
		if s := fmt.Sprint(r); strings.Contains(s, secretCode) || strings.Contains(s, "sign") {
			t.Errorf("%s prints %s", name, s)
		}
	}
}

func TestOptionalFieldsAreLeftOut(t *testing.T) {
	p := testRail(t, func(c *Config) { c.StoreID, c.TerminalID, c.OperatorID = "", "", "" })
	for name, make := range makers(p) {
		r, err := make(noon)
		if err != nil {
			t.Fatal(err)
		}
		form, err := url.ParseQuery(string(r.Body))
		if err != nil {
			t.Fatal(err)
		}
		for _, field := range []string{"store_id", "terminal_id", "operator_id", "seller_id", `""`} {
			if strings.Contains(form.Get("biz_content"), field) {
				t.Errorf("%s has %s in %s", name, field, form.Get("biz_content"))
			}
		}
		for _, v := range form {
			if len(v) != 1 || v[0] == "" {
				t.Errorf("%s: %v", name, form)
			}
		}
	}
	p = testRail(t, func(c *Config) { c.SellerID = "2088000000000009" })
	r, err := p.Pay(testPay(), "", noon)
	if err != nil || !strings.Contains(string(r.Body), "seller_id%22%3A%222088000000000009") {
		t.Errorf("no seller in %s (%v)", r.Body, err)
	}
}

func TestCertificateModeNamesItsCertificates(t *testing.T) {
	r, err := certRail(t).Query(testAsk(), "", noon)
	if err != nil {
		t.Fatal(err)
	}
	form, err := url.ParseQuery(string(r.Body))
	if err != nil {
		t.Fatal(err)
	}
	if form.Get("app_cert_sn") != appSN || form.Get("alipay_root_cert_sn") != rootSN {
		t.Errorf("%v", form)
	}
	want, err := railwire.HMAC("merchant").Sign([]byte("alipay_root_cert_sn=" + rootSN + "&app_cert_sn=" + appSN +
		`&app_id=2021000122610000&biz_content={"out_trade_no":"TESTINSTALL10000000042"}&charset=utf-8&format=JSON` +
		`&method=alipay.trade.query&sign_type=RSA2&timestamp=2026-01-01 08:00:00&version=1.0`))
	if err != nil {
		t.Fatal(err)
	}
	if form.Get("sign") != base64.StdEncoding.EncodeToString(want) {
		t.Error("the certificates are not signed")
	}
}

func TestSubjectIsWhatTheNetworkTakes(t *testing.T) {
	tests := []struct{ template, want string }{
		{"街角面包店 {order}", "街角面包店 000042"},
		{"a\x00b\tc\nd\u200be", "ab c de"},
		{"a/b=c&d", "abcd"},
		{"coffee ☕ and 🎉🎉", "coffee ☕ and"},
		{strings.Repeat("店", 300), strings.Repeat("店", 256)},
		{"\xff\xfe ok", "ok"},
	}
	for _, tt := range tests {
		got := describe(tt.template, "000042")
		if got != tt.want || !utf8.ValidString(got) {
			t.Errorf("describe(%q) = %q, want %q", tt.template, got, tt.want)
		}
	}
}

func TestSetUpIsCheckedFieldByField(t *testing.T) {
	wrong := []struct {
		name   string
		change func(*Config)
	}{
		{"base_url", func(c *Config) { c.BaseURL = "https://openapi.alipay.com/gateway.do?x=1" }},
		{"base_url", func(c *Config) { c.BaseURL = "openapi.alipay.com/gateway.do" }},
		{"base_url", func(c *Config) { c.BaseURL = "https://" }},
		{"base_url", func(c *Config) { c.BaseURL = "https:///gateway.do" }},
		{"app_id", func(c *Config) { c.AppID = "" }},
		{"app_id", func(c *Config) { c.AppID = "1&x=1" }},
		{"seller_id", func(c *Config) { c.SellerID = strings.Repeat("2", 29) }},
		{"store", func(c *Config) { c.StoreID = strings.Repeat("7", 33) }},
		{"terminal", func(c *Config) { c.TerminalID = "a b" }},
		{"operator", func(c *Config) { c.OperatorID = strings.Repeat("7", 29) }},
		{"subject", func(c *Config) { c.Subject = "🎉" }},
		{"one without the other", func(c *Config) { c.AppCertSN = appSN }},
		{"one without the other", func(c *Config) { c.RootCertSN = rootSN }},
		{"application's key", func(c *Config) { c.Signer = nil }},
		{"Alipay's key", func(c *Config) { c.Verifier = nil }},
	}
	for _, tt := range wrong {
		cfg := testConfig()
		tt.change(&cfg)
		if _, err := New(cfg); err == nil || !strings.Contains(err.Error(), tt.name) {
			t.Errorf("%s: New returned %v", tt.name, err)
		}
	}
}

// TestPolicyTimeline spells rails.md 0.2 out.
func TestPolicyTimeline(t *testing.T) {
	p := testRail(t, nil).Policy()
	if got := p.GiveUp().Seconds(); got != 59 {
		t.Errorf("gives up after %v s, want about 60", got)
	}
	if n := p.Queries + 1; n < 10 || n > 20 {
		t.Errorf("%d queries, want 10 to 20", n)
	}
	if p.FirstQuery.Seconds() != 5 || p.Interval.Seconds() != 3 || p.ReverseAfter > p.FirstQuery {
		t.Errorf("%+v", p)
	}
	if p.ReversalInterval.Seconds() != 10 || p.ReversalIntervalMax.Minutes() != 5 || !p.ConfirmReversal {
		t.Errorf("reversals: %+v", p)
	}
	if payTimeout != "2m" || p.GiveUp().Minutes() >= 2 {
		t.Errorf("the network closes the payment after %s, before it is given up at %v", payTimeout, p.GiveUp())
	}
}
