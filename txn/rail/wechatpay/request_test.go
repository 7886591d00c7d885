package wechatpay

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"till/txn"
	"till/txn/money"
	"till/txn/rail"
)

func dump(r rail.Request) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", r.Method, r.URL)
	for _, h := range r.Header {
		fmt.Fprintf(&b, "%s: %s\n", h[0], h[1])
	}
	fmt.Fprintf(&b, "\n%s\n", r.Body)
	return b.String()
}

// TestRequestsAreTheseBytes pins every request, signed with a real key.
func TestRequestsAreTheseBytes(t *testing.T) {
	w := rsaRail(t)
	a := testAsk()
	requests := map[string]func() (rail.Request, error){
		"pay.http":     func() (rail.Request, error) { return w.Pay(testPay(), testNonce, noon) },
		"query.http":   func() (rail.Request, error) { return w.Query(a, testNonce, noon) },
		"reverse.http": func() (rail.Request, error) { return w.Reverse(a, testNonce, noon) },
		"close.http":   func() (rail.Request, error) { return w.Close(a, testNonce, noon) },
		"show.http":    func() (rail.Request, error) { return w.Show(testShow(), testNonce, noon) },
		"refund.http":  func() (rail.Request, error) { return w.Refund(testRefundAsk(), testNonce, noon) },
		"refund-query.http": func() (rail.Request, error) {
			return w.RefundQuery(testRefundAsk(), testNonce, noon)
		},
		"repair.http": func() (rail.Request, error) {
			a := testRefundAsk()
			a.Reference = refundID
			return w.Repair(a, testNonce, noon)
		},
		"find.http": func() (rail.Request, error) {
			return w.Find(txn.FindAsk{Order: testOrder, Reference: "42"}, testNonce, noon)
		},
		"find-by-reference.http": func() (rail.Request, error) {
			return w.Find(txn.FindAsk{Reference: "4200002000202601010123456789"}, testNonce, noon)
		},
		"balance.http": func() (rail.Request, error) { return w.Balance(testNonce, noon) },
	}
	for name, make := range requests {
		t.Run(name, func(t *testing.T) {
			r, err := make()
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name, dump(r))
		})
	}
}

// TestSignatureIsOpenSSLs compares with what this made on the day it was
// written (OpenSSL 3.0):
//
//	openssl dgst -sha256 -sign merchant.key.pem vector.txt | base64 -w0 > vector.sig
func TestSignatureIsOpenSSLs(t *testing.T) {
	message, err := os.ReadFile("testdata/vector.txt")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/vector.sig")
	if err != nil {
		t.Fatal(err)
	}
	sig, err := rsaSigner(t, merchantKey, "merchant").Sign(message)
	if err != nil {
		t.Fatal(err)
	}
	if got := base64.StdEncoding.EncodeToString(sig); got != string(want) {
		t.Errorf("signature\n%s\nwant OpenSSL's\n%s", got, want)
	}
	r, err := rsaRail(t).Query(testAsk(), testNonce, noon)
	if err != nil {
		t.Fatal(err)
	}
	if auth := r.Header[0][1]; !strings.Contains(auth, `signature="`+string(want)+`"`) {
		t.Errorf("the query of the vector is signed otherwise:\n%s", auth)
	}
}

func TestWhatCannotBeSentIsRefusedWithoutTheCode(t *testing.T) {
	pay := func(change func(*txn.SendPay)) func(*Rail) (rail.Request, error) {
		e := testPay()
		change(&e)
		return func(w *Rail) (rail.Request, error) { return w.Pay(e, testNonce, noon) }
	}
	refund := func(change func(*txn.RefundAsk)) func(*Rail) (rail.Request, error) {
		a := testRefundAsk()
		change(&a)
		return func(w *Rail) (rail.Request, error) { return w.Refund(a, testNonce, noon) }
	}
	code := func(s string) func(*Rail) (rail.Request, error) {
		return pay(func(e *txn.SendPay) { e.Code = txn.NewPayerCode(s) })
	}
	tests := []struct {
		name string
		make func(*Rail) (rail.Request, error)
		want error
	}{
		{"no code", pay(func(e *txn.SendPay) { e.Code = txn.PayerCode{} }), errNoCode},
		{"an Alipay code", code("281234567890123456"), errNoCode},
		{"16 begins no code", code("161234567890123456"), errNoCode},
		{"17 digits", code("13456789012345678"), errNoCode},
		{"19 digits", code("1345678901234567890"), errNoCode},
		{"a letter", code("13456789012345678O"), errNoCode},
		{"nothing to pay", pay(func(e *txn.SendPay) { e.Amount = money.Fen(0) }), errNothing},
		{"no currency", pay(func(e *txn.SendPay) { e.Amount = money.Amount{} }), errNothing},
		{"no order number", pay(func(e *txn.SendPay) { e.Order = "" }), errOrderNo},
		{"an order number of 33", pay(func(e *txn.SendPay) { e.Order = txn.OrderNo(strings.Repeat("A", 33)) }), errOrderNo},
		{"an order number that is a path", func(w *Rail) (rail.Request, error) {
			return w.Query(txn.Ask{Order: "../../refund?x=1"}, testNonce, noon)
		}, errOrderNo},
		{"a refund of nothing", refund(func(a *txn.RefundAsk) { a.Amount = money.Fen(0) }), errNothing},
		{"a refund without currency", refund(func(a *txn.RefundAsk) { a.Amount = money.Amount{} }), errNothing},
		{"a refund of more than the sale", refund(func(a *txn.RefundAsk) { a.Amount = money.Fen(1251) }), errTooMuch},
		{"a refund of no sale", refund(func(a *txn.RefundAsk) { a.Order = "" }), errOrderNo},
		{"a refund without a number", refund(func(a *txn.RefundAsk) { a.Refund = "" }), errRefundNo},
		{"a refund number of 65", refund(func(a *txn.RefundAsk) {
			a.Refund = txn.RefundNo(strings.Repeat("R", 65))
		}), errRefundNo},
		{"a refund number that is a path", func(w *Rail) (rail.Request, error) {
			return w.RefundQuery(txn.RefundAsk{Refund: "../x"}, testNonce, noon)
		}, errRefundNo},
		{"a repair without the network's number", func(w *Rail) (rail.Request, error) {
			return w.Repair(testRefundAsk(), testNonce, noon)
		}, errRefundID},
		{"a search for nothing", func(w *Rail) (rail.Request, error) {
			return w.Find(txn.FindAsk{}, testNonce, noon)
		}, errUnnamed},
		{"a search that is a path", func(w *Rail) (rail.Request, error) {
			return w.Find(txn.FindAsk{Reference: "a/b"}, testNonce, noon)
		}, errUnnamed},
		{"a code for nothing", func(w *Rail) (rail.Request, error) {
			return w.Show(txn.SendShow{Ask: txn.Ask{Order: testOrder}}, testNonce, noon)
		}, errNothing},
		{"a code without notify_url", func(*Rail) (rail.Request, error) {
			return testRail(t, func(c *Config) { c.NotifyURL = "" }).Show(testShow(), testNonce, noon)
		}, errNotify},
		{"no nonce", func(w *Rail) (rail.Request, error) { return w.Reverse(testAsk(), "", noon) }, errNonce},
		{"a nonce that ends its field", func(w *Rail) (rail.Request, error) {
			return w.Reverse(testAsk(), `x",mchid="1`, noon)
		}, errNonce},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := tt.make(testRail(t, nil))
			if !errors.Is(err, tt.want) {
				t.Fatalf("error %v, want %v", err, tt.want)
			}
			if r.URL != "" || r.Body != nil {
				t.Errorf("a request all the same: %v", dump(r))
			}
			if strings.Contains(err.Error(), "345678901234") || strings.Contains(err.Error(), "281234") {
				t.Errorf("the error tells the payer's code: %v", err)
			}
		})
	}
}

func TestShopNumberAndAnswerKeyAreOptional(t *testing.T) {
	w := testRail(t, func(c *Config) { c.StoreID, c.AcceptSerial = "", platformKey })
	r, err := w.Pay(testPay(), testNonce, noon)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(r.Body), "store_info") {
		t.Errorf("a shop without a number is sent: %s", r.Body)
	}
	if last := r.Header[len(r.Header)-1]; last != [2]string{"Wechatpay-Serial", platformKey} {
		t.Errorf("last header %q, want the key that answers should be signed with", last)
	}
}

func TestDescriptionIsFilteredAndShort(t *testing.T) {
	tests := []struct{ template, want string }{
		{"街角面包店 {order}", "街角面包店 000042"},
		{"a\x00b\tc\nd\u200be", "ab c de"},
		{"coffee ☕ and 🎉🎉", "coffee ☕ and"},
		{strings.Repeat("店", 60), strings.Repeat("店", 42)},
		{strings.Repeat("x", 127) + "y", strings.Repeat("x", 127)},
		{"\xff\xfe ok", "ok"},
	}
	for _, tt := range tests {
		got := describe(tt.template, "000042", descriptionMax)
		if got != tt.want {
			t.Errorf("describe(%q) = %q, want %q", tt.template, got, tt.want)
		}
		if len(got) > descriptionMax || !utf8.ValidString(got) {
			t.Errorf("describe(%q) has %d bytes", tt.template, len(got))
		}
	}
}

func TestSetUpIsCheckedFieldByField(t *testing.T) {
	wrong := []struct {
		name   string
		change func(*Config)
	}{
		{"base_url", func(c *Config) { c.BaseURL = "https://api.mch.weixin.qq.com/" }},
		{"base_url", func(c *Config) { c.BaseURL = "api.mch.weixin.qq.com" }},
		{"base_url", func(c *Config) { c.BaseURL = "https://" }},
		{"appid", func(c *Config) { c.AppID = "" }},
		{"mchid", func(c *Config) { c.MchID = `1",x="` }},
		{"store", func(c *Config) { c.StoreID = strings.Repeat("7", 33) }},
		{"terminal", func(c *Config) { c.DeviceID = "" }},
		{"device_ip", func(c *Config) { c.DeviceIP = "eth0" }},
		{"device_ip", func(c *Config) { c.DeviceIP = "" }},
		{"description", func(c *Config) { c.Description = "🎉" }},
		{"serial", func(c *Config) { c.AcceptSerial = "a b" }},
		{"notify_url", func(c *Config) { c.NotifyURL = "http://shop.example/notify" }},
		{"notify_url", func(c *Config) { c.NotifyURL = "https:///notify" }},
		{"notify_url", func(c *Config) { c.NotifyURL = "https://shop.example/notify?a=1" }},
		{"notify_url", func(c *Config) { c.NotifyURL = "https://shop.example/" + strings.Repeat("a", 235) }},
		{"merchant's key", func(c *Config) { c.Signer = nil }},
		{"network's key", func(c *Config) { c.Verifier = nil }},
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
	if got := p.GiveUp().Seconds(); got != 45 {
		t.Errorf("gives up after %v s, want 45", got)
	}
	var asks []float64
	for i := range p.Queries {
		asks = append(asks, (p.FirstQuery.Seconds() + float64(i)*p.Interval.Seconds()))
	}
	if fmt.Sprint(asks) != "[5 15 25 35]" {
		t.Errorf("asks at %v s, want 5, 15, 25 and 35", asks)
	}
	if p.ReverseAfter.Seconds() != 15 || p.ReversalInterval.Seconds() != 10 || p.ReversalIntervalMax.Minutes() != 5 {
		t.Errorf("reversals: %+v", p)
	}
	if !p.ConfirmReversal {
		t.Error("a reversal is not confirmed by a query; an answer without recall and a 204 would be believed alone")
	}
}
