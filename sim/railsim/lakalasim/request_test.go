package lakalasim

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"till/sim/railsim"
)

// terminal signs requests by itself, in a few lines.
type terminal struct {
	t *testing.T
	g *Gateway
	n int
}

func newTerminal(t *testing.T) *terminal {
	g := New(Keys().Config())
	t.Cleanup(func() {
		if err := g.CheckBooks(); err != nil {
			t.Error(err)
		}
	})
	return &terminal{t: t, g: g}
}

func authorize(t *testing.T, appID, serial, stamp, nonce, body string) string {
	t.Helper()
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%s\n%s\n", appID, serial, stamp, nonce, body))
	signature, err := rsa.SignPKCS1v15(nil, Keys().Merchant, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`LKLAPI-SHA256withRSA appid="%s",nonce_str="%s",timestamp="%s",serial_no="%s",signature="%s"`,
		appID, nonce, stamp, serial, base64.StdEncoding.EncodeToString(signature))
}

// post sends a body with a header, and returns the status and the answer's code.
func (w *terminal) post(path, authorization, body string) (int, string) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, "https://x"+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", authorization)
	answer, err := w.g.Do(w.t.Context(), r)
	if err != nil {
		w.t.Fatal(err)
	}
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	var e struct {
		Code string `json:"code"`
	}
	if len(raw) > 0 && json.Unmarshal(raw, &e) != nil {
		w.t.Fatalf("answer %s", raw)
	}
	return answer.StatusCode, e.Code
}

// send signs a body rightly.
func (w *terminal) send(path, body string) (int, string) {
	w.t.Helper()
	w.n++
	stamp := fmt.Sprint(time.Now().Unix())
	return w.post(path, authorize(w.t, Keys().AppID, Keys().MerchantSerial, stamp, fmt.Sprint("n", w.n), body), body)
}

const (
	micropay  = "/api/v3/labs/trans/micropay"
	preorder  = "/api/v3/labs/trans/preorder"
	tradequry = "/api/v3/labs/query/tradequery"
	revoked   = "/api/v3/labs/relation/revoked"
	refund    = "/api/v3/rfd/refund_front/refund"
)

const header = `"req_time":"20260101080000","version":"3.0"`

const who = `"merchant_no":"822290070111135","term_no":"29034705","location_info":{"request_ip":"36.45.36.95"}`

func body(data string) string { return `{` + header + `,"req_data":{` + who + `,` + data + `}}` }

const payData = `"out_trade_no":"A1","auth_code":"134567890123456789","total_amount":"1250","subject":"面包"`

const link = `"total_amount":"1","subject":"x","trans_type":"41",`

func TestAGoodRequestIsDone(t *testing.T) {
	w := newTerminal(t)
	for _, tt := range [][3]string{
		{micropay, payData, codeDone},
		{tradequry, `"out_trade_no":"A1"`, codeDone},
		{refund, `"out_trade_no":"R1","refund_amount":"250","origin_out_trade_no":"A1"`, codeRefundDone},
		{revoked, `"out_trade_no":"V1","origin_out_trade_no":"A1"`, codeState}, // refunded in part
		{preorder, link + `"out_trade_no":"A2","account_type":"ALIPAY"`, codeDone},
		{preorder, link + `"out_trade_no":"A3","account_type":"BESTPAY"`, codeParameter},
	} {
		if status, code := w.send(tt[0], body(tt[1])); status != 200 || code != tt[2] {
			t.Errorf("%s: %d %s, want %s", tt[0], status, code, tt[2])
		}
	}
	if got := w.g.Balance(w.g.MerchantAccount()); got != 1000 {
		t.Errorf("the merchant has %d fen", got)
	}
}

// TestRevocationsHaveNumbers of their own, are for code payments, and shown codes
// keep their amount.
func TestRevocationsHaveNumbers(t *testing.T) {
	w := newTerminal(t)
	for _, tt := range [][3]string{
		{micropay, payData, codeDone},
		{micropay, strings.Replace(payData, "1345", "1145", 1), codeRepeated},
		{micropay, strings.Replace(strings.Replace(payData, "A1", "A2", 1), "1345", "1045", 1), codeDone},
		{revoked, `"out_trade_no":"V1","origin_out_trade_no":"A1"`, codeDone},
		{revoked, `"out_trade_no":"V1","origin_out_trade_no":"A2"`, codeRepeated},
		{revoked, `"out_trade_no":"V2","origin_out_trade_no":"A2"`, codeDone},
		{preorder, link + `"out_trade_no":"A3","account_type":"ALIPAY"`, codeDone},
		{preorder, link + `"out_trade_no":"A3","account_type":"ALIPAY"`, codeDone},
		{preorder, link + `"out_trade_no":"A3","account_type":"UQRCODEPAY"`, codeRepeated},
		{preorder, strings.Replace(link, `"1"`, `"2"`, 1) + `"out_trade_no":"A3","account_type":"ALIPAY"`, codeRepeated},
	} {
		if status, code := w.send(tt[0], body(tt[1])); status != 200 || code != tt[2] {
			t.Errorf("%s %s: %d %s, want %s", tt[0], tt[1], status, code, tt[2])
		}
	}
	if err := w.g.Customer("").Scan(own(w.g.Find("A3")).link); err != nil {
		t.Fatal(err)
	}
	if _, code := w.send(revoked, body(`"out_trade_no":"V3","origin_out_trade_no":"A3"`)); code != codeState {
		t.Errorf("a shown code is revoked: %s", code)
	}
	if got := w.g.Balance(w.g.MerchantAccount()); got != 1 {
		t.Errorf("the merchant has %d fen", got)
	}
}

func TestARequestThatIsNotSignedIsNotSeen(t *testing.T) {
	w := newTerminal(t)
	k, b := Keys(), body(payData)
	stamp := fmt.Sprint(time.Now().Unix())
	good := authorize(t, k.AppID, k.MerchantSerial, stamp, "n0", b)
	spoiled := map[string]string{
		"nothing":              "",
		"another scheme":       strings.Replace(good, "LKLAPI", "WECHATPAY2", 1),
		"another application":  authorize(t, "OP99999999", k.MerchantSerial, stamp, "n1", b),
		"another key":          authorize(t, k.AppID, "0", stamp, "n2", b),
		"an old time":          authorize(t, k.AppID, k.MerchantSerial, "1767225600", "n3", b),
		"no time":              authorize(t, k.AppID, k.MerchantSerial, "now", "n4", b),
		"another body":         authorize(t, k.AppID, k.MerchantSerial, stamp, "n5", b+" "),
		"a part twice":         good + `,appid="` + k.AppID + `"`,
		"an unknown part":      good + `,x="y"`,
		"a part without marks": strings.Replace(good, `nonce_str="n0"`, `nonce_str=n0`, 1),
		"an empty part":        strings.Replace(good, `nonce_str="n0"`, `nonce_str=""`, 1),
		"no base64":            good[:len(good)-3] + `!!"`,
	}
	for name, authorization := range spoiled {
		if status, code := w.post(micropay, authorization, b); status != 401 || code != codeSignature {
			t.Errorf("%s: %d %s", name, status, code)
		}
	}
	if len(w.g.Orders()) != 0 {
		t.Fatalf("%d orders", len(w.g.Orders()))
	}
	if status, code := w.post(micropay, good, b); status != 200 || code != codeDone {
		t.Errorf("the good one: %d %s", status, code)
	}
	if status, _ := w.post(micropay, good, b); status != 401 {
		t.Errorf("the same nonce again: %d", status)
	}
}

func TestRequestsAreReadStrictly(t *testing.T) {
	w := newTerminal(t)
	swap := func(old, new string) string {
		s := body(payData)
		if !strings.Contains(s, old) {
			t.Fatalf("%q is not in %s", old, s)
		}
		return strings.Replace(s, old, new, 1)
	}
	for _, b := range []string{
		"", "[]", `{}`, body(payData) + "{}", swap(`"3.0"`, `"2.0"`), swap(`"20260101080000"`, `"2026-01-01"`),
		swap(`"req_data":{`, `"req_data":[{`) + "]", swap(`"822290070111135"`, `"1"`), swap(`"29034705"`, `"1"`),
		swap(`,"location_info":{"request_ip":"36.45.36.95"}`, ``), swap(`"36.45.36.95"`, `"till"`),
		swap(`"36.45.36.95"`, `1`),
		swap(`"A1"`, `""`), swap(`"A1"`, `"`+strings.Repeat("A", 33)+`"`), swap(`"A1"`, `"A 1"`), swap(`"A1"`, `1`),
		swap(`"1250"`, `1250`), swap(`"1250"`, `"12.50"`), swap(`"1250"`, `"0"`), swap(`"1250"`, `"-1"`),
		swap(`"1250"`, `"01"`),
		swap(`"134567890123456789"`, `null`), swap(`"面包"`, `"`+strings.Repeat("面", 43)+`"`),
	} {
		if status, code := w.send(micropay, b); status != 200 || code != codeParameter {
			t.Errorf("%d %s for %s", status, code, b)
		}
	}
	for path, data := range map[string]string{
		tradequry: `"x":1`, revoked: `"out_trade_no":"V1"`, refund: `"out_trade_no":"R1","refund_amount":"1"`,
		preorder: `"out_trade_no":"A2","total_amount":"1","subject":"x","account_type":"ALIPAY","trans_type":"51"`,
	} {
		if status, code := w.send(path, body(data)); status != 200 || code != codeParameter {
			t.Errorf("%s: %d %s", path, status, code)
		}
	}
	if len(w.g.Orders()) != 0 {
		t.Errorf("%d orders", len(w.g.Orders()))
	}
	if status, _ := w.send("/api/v3/labs/trans/other", body(payData)); status != 404 {
		t.Errorf("another address: %d", status)
	}
}

func TestSetupsAreChecked(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"no application": func(c *Config) { c.AppID = "" }, "no serial number": func(c *Config) { c.LakalaSerial = "" },
		"no key":          func(c *Config) { c.MerchantKey = nil },
		"half a stand-in": func(c *Config) { c.Sign = func([]byte) ([]byte, error) { return nil, nil } },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is accepted", name)
				}
			}()
			cfg := Keys().Config()
			change(&cfg)
			New(cfg)
		}()
	}
}

func TestNothingPrintsACode(t *testing.T) {
	w := newTerminal(t)
	if status, code := w.send(micropay, body(payData)); status != 200 || code != codeDone {
		t.Fatalf("%d %s", status, code)
	}
	for _, s := range []string{fmt.Sprintf("%v %+v %#v", w.g, w.g, w.g), fmt.Sprint(w.g.Orders()),
		fmt.Sprint(w.g.Ledger()),
		fmt.Sprint(w.g.Customer("").Shown())} {
		if strings.Contains(s, "134567890123456789") {
			t.Errorf("printed: %s", s)
		}
	}
}

func TestTheManualIsUnderstood(t *testing.T) {
	for _, help := range Behaviours() {
		var text strings.Builder
		text.WriteString(string(help.Calls[0]) + " next " + string(help.Word))
		for _, arg := range strings.Fields(help.Usage)[1:] {
			text.WriteString(" " + map[string]string{"DURATION": "20s", "[DURATION]": "20s", "CODE": "BBS11105",
				"[BYTES]": "100",
				"BYTES":   "100", "charged": "charged", "[charged]": "charged", "[N]": ""}[arg])
		}
		if b, err := Parse(strings.TrimSpace(text.String())); err != nil {
			t.Errorf("%q: %v", text.String(), err)
		} else if again, err := Parse(b.String()); err != nil || again.String() != b.String() {
			t.Errorf("%q becomes %q: %v", text.String(), b, err)
		}
	}
	if _, err := Parse("pay next decline ACQ.X"); err == nil {
		t.Error("a code of Alipay is understood")
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(body(payData)),
		"LKLAPI-SHA256withRSA appid=\"a\",serial_no=\"b\",timestamp=\"1\",nonce_str=\"c\",signature=\"d\"")
	f.Add([]byte(`{"req_data":{"location_info":[]}}`), "LKLAPI-SHA256withRSA ,,=")
	f.Add([]byte(`{"req_data":null}`), "")
	g := New(Keys().Config())
	f.Fuzz(func(t *testing.T, raw []byte, authorization string) {
		for _, call := range calls {
			r, bad := g.read(call, raw)
			if bad == "" && (r.fen < 0 || len(r.number) > 32 || len(r.origin) > 32) {
				t.Fatalf("%s: %+v", call, r)
			}
		}
		peekNumber(raw)
		if a, err := readAuthorization(authorization); err == nil && (a.appID == "" || a.signature == "") {
			t.Fatalf("%+v", a)
		}
		if err := g.authenticate(&railsim.Request{Header: http.Header{"Authorization": {authorization}},
			Body: raw}, time.Unix(1, 0)); err == nil {
			t.Fatal("a signature out of nothing")
		}
	})
}
