package alipaysim

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"till/sim/railsim"
)

func TestRequestsThatAreRefused(t *testing.T) {
	put := func(name, value string) func(form) { return func(f form) { f[name] = value } }
	tests := []struct {
		name   string
		change func(form)
		want   string
	}{
		{"no app", put("app_id", ""), "isv.missing-app-id unsigned"},
		{"other app", put("app_id", "2021"), "isv.invalid-app-id unsigned"},
		{"no sign type", put("sign_type", ""), "isv.missing-signature-type"},
		{"RSA", put("sign_type", "RSA"), "isv.invalid-signature-type"},
		{"no time", put("timestamp", ""), "isv.missing-timestamp"},
		{"another time", put("timestamp", "2030-03-01T09:00:00Z"), "isv.invalid-timestamp"},
		{"no version", put("version", ""), "isv.missing-version"},
		{"another version", put("version", "2.0"), "isv.invalid-version"},
		{"GBK", put("charset", "gbk"), "isv.invalid-charset"},
		{"XML", put("format", "XML"), "isv.invalid-format"},
		{"encrypted", put("encrypt_type", "AES"), "isv.invalid-encrypt-type"},
		{"nothing", put("biz_content", ""), "INVALID_PARAMETER"},
		{"no object", put("biz_content", "[]"), "INVALID_PARAMETER"},
		{"two objects", put("biz_content", `{"out_trade_no":"1"}{}`), "INVALID_PARAMETER"},
		{"no order", put("biz_content", `{}`), "INVALID_PARAMETER"},
		{"a number", put("biz_content", `{"out_trade_no":1}`), "INVALID_PARAMETER"},
		{"too long", put("biz_content", `{"out_trade_no":"`+strings.Repeat("1", 65)+`"}`),
			"INVALID_PARAMETER"},
		{"strange", put("biz_content", `{"out_trade_no":"1/2"}`), "INVALID_PARAMETER"},
		{"fine", put("app_cert_sn", "x"), "TRADE_NOT_EXIST"},
	}
	for _, tt := range tests {
		w := newWorld(t, nil)
		body, err := w.send(w.parameters("alipay.trade.query",
			map[string]any{"out_trade_no": "1"}, tt.change))
		if got := brief(body, "alipay_trade_query_response", err); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestEveryParameterIsUnderTheSignature(t *testing.T) {
	w := newWorld(t, nil)
	good := w.parameters("alipay.trade.query", map[string]any{"out_trade_no": "1"}, nil)
	for _, name := range slices.Sorted(maps.Keys(good)) {
		for _, value := range []string{good[name] + " ", "", good[name]} {
			f := maps.Clone(good)
			f[name] = value
			body, err := w.send(f)
			refused := !strings.Contains(body, "ACQ.TRADE_NOT_EXIST")
			if err != nil || refused != (value != good[name]) {
				t.Errorf("%s=%q: %v %s", name, value, err, body)
			}
		}
	}
	f := maps.Clone(good)
	f["notify_url"] = "https://example.com/"
	if body, err := w.send(f); err != nil || !strings.Contains(body, "isv.invalid-signature") {
		t.Errorf("one more parameter: %v %s", err, body)
	}
}

func TestPaymentsThatAreRefused(t *testing.T) {
	tests := []struct {
		name  string
		value any
	}{
		{"total_amount", "0.00"}, {"total_amount", "1.001"}, {"total_amount", "-1.00"},
		{"total_amount", "1e2"}, {"total_amount", "01.00"}, {"total_amount", ""},
		{"total_amount", "100000000.01"}, {"total_amount", "1,00"}, {"total_amount", 1.001},
		{"total_amount", nil}, {"total_amount", true},
		{"scene", "wave_code"}, {"scene", ""}, {"subject", ""}, {"auth_code", ""},
		{"subject", strings.Repeat("店", 257)}, {"out_trade_no", ""},
		{"timeout_express", "0m"}, {"timeout_express", "16d"}, {"timeout_express", "1.5h"},
		{"timeout_express", "2c"}, {"timeout_express", "361h"}, {"store_id", 7},
	}
	for _, tt := range tests {
		w := newWorld(t, nil)
		content := payContent("1", w.g.Wallet("").Code(), "10.00")
		content[tt.name] = tt.value
		if got := w.call("alipay.trade.pay", content); got != "INVALID_PARAMETER" {
			t.Errorf("%s %v: got %q", tt.name, tt.value, got)
		}
		if n := len(w.g.Orders()); n != 0 {
			t.Errorf("%s %v: %d orders", tt.name, tt.value, n)
		}
	}
}

func TestAmounts(t *testing.T) {
	for text, want := range map[string]int64{
		"0.01": 1, "1": 100, "1.5": 150, "12.34": 1234, "100000000.00": amountMax,
	} {
		if got, ok := parseYuan(text); !ok || got != want {
			t.Errorf("%s: %d, %v", text, got, ok)
		}
	}
	for fen, want := range map[int64]string{0: "0.00", 1: "0.01", 99: "0.99", 1234: "12.34"} {
		if got := railsim.Yuan(fen); got != want {
			t.Errorf("%d: %s", fen, got)
		}
	}
}

func TestOtherAddressesAndRepeatedParameters(t *testing.T) {
	g := New(Keys().Config())
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://x/other", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := g.Do(t.Context(), r)
	if err != nil || answer.StatusCode != http.StatusNotFound {
		t.Errorf("%v, %v", answer, err)
	}
	kind := func(s string) http.Header { return http.Header{"Content-Type": {s}} }
	for _, bad := range []railsim.Request{
		{Query: "a=1&a=2"}, {Query: "a=%ff"}, {Query: "a=%zz"},
		{Query: "a=1", Header: kind("application/x-www-form-urlencoded"), Body: []byte("a=1")},
		{Header: kind("application/json"), Body: []byte("{}")},
	} {
		if f, err := parseForm(&bad); err == nil {
			t.Errorf("%+v is accepted: %v", bad, f)
		}
	}
}

// FuzzContent: no content makes the decoders panic, and what they accept is
// within the limits.
func FuzzContent(f *testing.F) {
	f.Add(`{"out_trade_no":"1","total_amount":"1.00","subject":"x","scene":"bar_code",` +
		`"auth_code":"281234567890123456","timeout_express":"5m"}`)
	f.Add(`{"out_trade_no":"1","refund_amount":1.5,"out_request_no":"k","query_options":["x"]}`)
	f.Add(`{"trade_no":null}`)
	f.Fuzz(func(t *testing.T, content string) {
		for _, coded := range []bool{false, true} {
			r, bad := readPay(content, coded)
			if bad == "" && (r.fen < 1 || r.fen > amountMax || r.number == "" || len(r.number) > 64) {
				t.Errorf("%q: %+v", content, r)
			}
			if again, ok := parseYuan(railsim.Yuan(r.fen)); !ok || again != r.fen {
				t.Errorf("%d fen come back as %d", r.fen, again)
			}
			if bad == "" {
				deadline(r.timeout, 0, time.Date(2030, 3, 1, 12, 0, 0, 0, railsim.Beijing))
			}
		}
		if r, bad := readRefund(content); bad == "" && (r.fen < 1 || r.number+r.trade == "") {
			t.Errorf("%q: %+v", content, r)
		}
		if r, bad := readRefundQuery(content); bad == "" && r.key == "" {
			t.Errorf("%q: %+v", content, r)
		}
		readTarget(content)
	})
}

// FuzzForm: no request makes the gateway panic, none gets through unsigned,
// and every answer is JSON.
func FuzzForm(f *testing.F) {
	keys := Keys()
	g := New(keys.Config())
	f.Add("app_id="+keys.AppID+"&method=alipay.trade.pay", "sign=x&sign_type=RSA2")
	f.Add("a=1&a=2", "a=%zz")
	f.Add("", "method=alipay.trade.query&biz_content=%7B%22out_trade_no%22%3A%221%22%7D")
	f.Fuzz(func(t *testing.T, query, body string) {
		w, err := g.exchange(t.Context(), &railsim.Request{
			Method: http.MethodPost, Path: gatePath, Query: query, Body: []byte(body),
			Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
		})
		if err != nil || !json.Valid(w.Body) || strings.Contains(string(w.Body), `"10000"`) {
			t.Errorf("%q %q: %v %s", query, body, err, w.Body)
		}
		if len(g.Orders()) != 0 {
			t.Errorf("%q %q made an order", query, body)
		}
	})
}
