package alipaysim

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"till/sim/railsim"
)

// world is a gateway under a virtual clock with a terminal of a few lines that
// signs by itself.
type world struct {
	t     *testing.T
	g     *Gateway
	clock *railsim.VirtualClock
}

func newWorld(t *testing.T, change func(*Config)) *world {
	t.Helper()
	clock := railsim.NewVirtualClock(time.Date(2030, 3, 1, 9, 0, 0, 0, time.UTC))
	cfg := Keys().Config()
	cfg.Clock = clock
	if change != nil {
		change(&cfg)
	}
	w := &world{t: t, g: New(cfg), clock: clock}
	t.Cleanup(func() { balanced(t, w.g) })
	return w
}

func (w *world) set(texts ...string) {
	w.t.Helper()
	for _, text := range texts {
		if err := w.g.SetText(text); err != nil {
			w.t.Fatal(err)
		}
	}
}

// parameters are a signed request's; change may spoil them before signing.
func (w *world) parameters(method string, content map[string]any, change func(form)) form {
	w.t.Helper()
	text, err := json.Marshal(content)
	if err != nil {
		w.t.Fatal(err)
	}
	f := form{
		"app_id": Keys().AppID, "method": method, "format": "JSON", "charset": "utf-8",
		"sign_type": "RSA2", "version": "1.0", "biz_content": string(text),
		"timestamp": w.clock.Now().In(railsim.Beijing).Format(time.DateTime),
	}
	if change != nil {
		change(f)
	}
	sum := sha256.Sum256(f.signed())
	signature, err := rsa.SignPKCS1v15(nil, Keys().App, crypto.SHA256, sum[:])
	if err != nil {
		w.t.Fatal(err)
	}
	f["sign"] = base64.StdEncoding.EncodeToString(signature)
	return f
}

// send posts parameters and returns the answer, or how it broke.
func (w *world) send(f form) (string, error) {
	w.t.Helper()
	values := url.Values{}
	for name, value := range f {
		values.Set(name, value)
	}
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, "https://x/gateway.do",
		strings.NewReader(values.Encode()))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded;charset=utf-8")
	response, err := w.g.Do(w.t.Context(), r)
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d", response.StatusCode)
	}
	return string(body), err
}

// verified returns the response member of an answer and whether it is signed
// with Alipay's key, found by cutting the text as a careful client does.
func verified(body, method string) (member string, ok bool) {
	rest, found := strings.CutPrefix(body, `{"`+method+`":`)
	member, signature, signed := strings.Cut(rest, `,"sign":"`)
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(signature, `"}`))
	if !found || !signed || err != nil {
		return strings.TrimSuffix(rest, "}"), false
	}
	sum := sha256.Sum256([]byte(member))
	return member, rsa.VerifyPKCS1v15(&Keys().Alipay.PublicKey, crypto.SHA256, sum[:], raw) == nil
}

// brief is what a test mostly wants to know of an answer.
func brief(body, member string, err error) string {
	switch {
	case IsCut(err):
		return "cut"
	case err != nil:
		return err.Error()
	}
	text, ok := verified(body, member)
	var r reply
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return "unreadable"
	}
	code := r.Code
	if r.SubCode != "" {
		code = strings.TrimPrefix(r.SubCode, "ACQ.")
	}
	words := []string{code, string(r.TradeStatus), r.RetryFlag, r.Action, r.FundChange, r.RefundFee,
		r.RefundStatus}
	if !ok {
		words = append(words, "unsigned")
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

func (w *world) call(method string, content map[string]any) string {
	w.t.Helper()
	body, err := w.send(w.parameters(method, content, nil))
	return brief(body, strings.ReplaceAll(method, ".", "_")+"_response", err)
}

func payContent(number, code, yuan string) map[string]any {
	return map[string]any{"out_trade_no": number, "scene": "bar_code", "auth_code": code,
		"subject": "till", "total_amount": yuan}
}

// want runs a story of steps "WORDS -> ANSWER".
func (w *world) want(steps ...string) {
	w.t.Helper()
	for i, step := range steps {
		text, want, found := strings.Cut(step, " -> ")
		if !found {
			w.t.Fatalf("step %q has no arrow", step)
		}
		words := append(strings.Fields(text), "", "", "")
		if got := w.step(words); got != want {
			w.t.Errorf("step %d %q: got %q", i, step, got)
		}
	}
}

func (w *world) step(words []string) string {
	w.t.Helper()
	number := map[string]any{"out_trade_no": words[1]}
	switch words[0] {
	case "pay": // NUMBER [TIMEOUT]
		content := payContent(words[1], w.g.Wallet("").Code(), "10.00")
		if words[2] != "" {
			content["timeout_express"] = words[2]
		}
		return w.call("alipay.trade.pay", content)
	case "query", "cancel", "close":
		return w.call("alipay.trade."+words[0], number)
	case "refund": // NUMBER KEY YUAN
		number["out_request_no"], number["refund_amount"] = words[2], words[3]
		return w.call("alipay.trade.refund", number)
	case "asked": // NUMBER KEY
		number["out_request_no"] = words[2]
		return w.call("alipay.trade.fastpay.refund.query", number)
	case "wait":
		d, err := time.ParseDuration(words[1])
		if err != nil {
			w.t.Fatal(err)
		}
		return fmt.Sprint(w.clock.Sleep(w.t.Context(), d))
	case "confirm":
		return fmt.Sprint(w.g.Wallet("").Confirm())
	case "refuse":
		return fmt.Sprint(w.g.Wallet("").Refuse())
	case "payout":
		w.g.PayOut(w.g.Balance(w.g.MerchantAccount()))
		return "ok"
	case "topup":
		w.g.TopUp(100_00)
		return "ok"
	}
	w.t.Fatalf("unknown step %q", words[0])
	return ""
}
