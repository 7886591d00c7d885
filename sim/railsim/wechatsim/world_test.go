package wechatsim

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
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
	keys  KeySet
	nonce int
}

func newWorld(t *testing.T, change func(*Config)) *world {
	t.Helper()
	keys := Keys()
	clock := railsim.NewVirtualClock(time.Date(2030, 3, 1, 9, 0, 0, 0, time.UTC))
	cfg := keys.Config()
	cfg.Clock = clock
	if change != nil {
		change(&cfg)
	}
	w := &world{t: t, g: New(cfg), clock: clock, keys: keys}
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

// said is an answer, read.
type said struct {
	err    error // of Do, or of reading
	status int
	header http.Header
	raw    []byte
	reply  reply
	refund refundReply
	signed error // nil if the signature is right
}

// brief is what a test mostly wants to know: the code of an error, or the
// state, or the recall, or how it broke.
func (s said) brief() string {
	switch {
	case IsCut(s.err):
		return "cut"
	case s.err != nil:
		return "error"
	case s.reply.Code != "" && s.reply.Recall != "":
		return s.reply.Code + " " + s.reply.Recall
	case s.reply.Code != "":
		return s.reply.Code
	case s.reply.TradeState != "":
		return string(s.reply.TradeState)
	case s.reply.Recall != "":
		return "recall " + s.reply.Recall
	case s.refund.Status != "":
		return string(s.refund.Status)
	}
	return fmt.Sprint(s.status)
}

// request builds a signed request; change may spoil it after signing.
func (w *world) request(method, path string, body any, change func(*http.Request)) *http.Request {
	w.t.Helper()
	var raw []byte
	switch body := body.(type) {
	case nil:
	case string:
		raw = []byte(body)
	default:
		var err error
		if raw, err = json.Marshal(body); err != nil {
			w.t.Fatal(err)
		}
	}
	r, err := http.NewRequest(method, "https://gateway"+path, bytes.NewReader(raw))
	if err != nil {
		w.t.Fatal(err)
	}
	w.nonce++
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", signed(w.keys, w.clock.Now(), fmt.Sprintf("nonce%d", w.nonce),
		method, path, raw))
	if change != nil {
		change(r)
	}
	return r
}

// signed makes an Authorization header.
func signed(keys KeySet, now time.Time, nonce, method, uri string, body []byte) string {
	message := fmt.Sprintf("%s\n%s\n%d\n%s\n%s\n", method, uri, now.Unix(), nonce, body)
	sum := sha256.Sum256([]byte(message))
	signature, err := rsa.SignPKCS1v15(rand.Reader, keys.Merchant, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf(`%s mchid="%s",nonce_str="%s",timestamp="%d",serial_no="%s",signature="%s"`,
		scheme, keys.MchID, nonce, now.Unix(), keys.MerchantSerial,
		base64.StdEncoding.EncodeToString(signature))
}

func (w *world) send(ctx context.Context, r *http.Request) said {
	w.t.Helper()
	response, err := w.g.Do(ctx, r)
	if err != nil {
		return said{err: err}
	}
	s := said{status: response.StatusCode, header: response.Header}
	s.raw, s.err = io.ReadAll(response.Body)
	if err := response.Body.Close(); err != nil {
		w.t.Error(err)
	}
	_ = json.Unmarshal(s.raw, &s.reply)  // some answers are not JSON: brief says the status
	_ = json.Unmarshal(s.raw, &s.refund) // as above
	s.signed = w.check(s)
	return s
}

// check verifies an answer as the SDK does.
func (w *world) check(s said) error {
	stamp := s.header.Get("Wechatpay-Timestamp")
	var seconds int64
	if _, err := fmt.Sscan(stamp, &seconds); err != nil {
		return fmt.Errorf("timestamp %q: %w", stamp, err)
	}
	if d := w.clock.Now().Sub(time.Unix(seconds, 0)); d > 5*time.Minute || d < -5*time.Minute {
		return fmt.Errorf("answer is off by %s", d)
	}
	if id := s.header.Get("Wechatpay-Serial"); id != w.keys.PlatformID {
		return fmt.Errorf("serial %q", id)
	}
	signature, err := base64.StdEncoding.DecodeString(s.header.Get("Wechatpay-Signature"))
	if err != nil {
		return err
	}
	message := stamp + "\n" + s.header.Get("Wechatpay-Nonce") + "\n" + string(s.raw) + "\n"
	sum := sha256.Sum256([]byte(message))
	return rsa.VerifyPKCS1v15(&w.keys.Platform.PublicKey, crypto.SHA256, sum[:], signature)
}

func (w *world) pay(number string, fen int64) said { return w.payCode(number, fen, "") }

func (w *world) payCode(number string, fen int64, code string) said {
	w.t.Helper()
	if code == "" {
		code = w.g.Wallet("").Code()
	}
	return w.send(w.t.Context(),
		w.request("POST", "/v3/pay/transactions/codepay", payBody(number, fen, code), nil))
}

func (w *world) query(number string) said {
	w.t.Helper()
	return w.send(w.t.Context(), w.request("GET",
		"/v3/pay/transactions/out-trade-no/"+number+"?mchid="+w.keys.MchID, nil, nil))
}

func (w *world) undo(number, how string) said {
	w.t.Helper()
	return w.send(w.t.Context(), w.request("POST",
		"/v3/pay/transactions/out-trade-no/"+number+"/"+how,
		map[string]any{"appid": w.keys.AppID, "mchid": w.keys.MchID}, nil))
}

func (w *world) reverse(number string) said { w.t.Helper(); return w.undo(number, "reverse") }

// holds checks what an order cost the customer in the end, and its state.
func (w *world) holds(number string, state State, kept int64) {
	w.t.Helper()
	o, ok := w.g.Order(number)
	if !ok || o.State != state || o.Charged-o.Returned != kept {
		w.t.Errorf("order %s: %+v, %v; want %s and %d fen kept", number, o, ok, state, kept)
	}
}

// refund asks for fen of an order of 10.00.
func (w *world) refund(number, key string, fen, total int64) said {
	w.t.Helper()
	return w.send(w.t.Context(), w.request("POST", "/v3/refund/domestic/refunds", map[string]any{
		"out_trade_no": number, "out_refund_no": key,
		"amount": map[string]any{"refund": fen, "total": total, "currency": "CNY"},
	}, nil))
}

func (w *world) get(path string) said {
	w.t.Helper()
	return w.send(w.t.Context(), w.request("GET", path, nil, nil))
}

func (w *world) native(number string) said {
	w.t.Helper()
	body := payBody(number, 1000, "")
	body["notify_url"] = "https://shop/notify"
	body["time_expire"] = w.clock.Now().Truncate(time.Hour).Add(time.Hour + 5*time.Minute).
		Format(time.RFC3339)
	return w.send(w.t.Context(), w.request("POST", "/v3/pay/transactions/native", body, nil))
}

// step is a step of want that is about refunds, links and the merchant's money.
func (w *world) step(words []string) string {
	w.t.Helper()
	number := func(i int) int64 {
		n, err := strconv.ParseInt(words[i], 10, 64)
		if err != nil {
			w.t.Fatal(err)
		}
		return n
	}
	said := func(err error) string {
		if err != nil {
			return "no"
		}
		return ""
	}
	switch words[0] {
	case "refund":
		return w.refund(words[1], words[2], number(3), 1000).brief()
	case "ask":
		return w.get("/v3/refund/domestic/refunds/" + words[1]).brief()
	case "topup":
		w.g.TopUp(number(1))
	case "available":
		w.g.SetAvailable(number(1))
	case "native":
		return strings.SplitAfterN(w.native(words[1]).reply.CodeURL+w.native(words[1]).reply.Code, "?", 2)[0]
	case "scan":
		return said(w.g.Wallet("").Scan(w.native(words[1]).reply.CodeURL))
	case "look":
		return said(w.g.Wallet("").Open(w.native(words[1]).reply.CodeURL))
	default:
		w.t.Fatalf("unknown step %q", words)
	}
	return ""
}

// want compares a whole conversation: each step is a word and what it is
// answered.
func (w *world) want(steps ...string) {
	w.t.Helper()
	for i, step := range steps {
		do, want, _ := strings.Cut(step, " -> ")
		words := strings.Fields(do)
		var got string
		switch words[0] {
		case "pay":
			got = w.pay(words[1], 1000).brief()
		case "query":
			got = w.query(words[1]).brief()
		case "reverse":
			got = w.reverse(words[1]).brief()
		case "close":
			got = w.undo(words[1], "close").brief()
		case "wait":
			d, err := time.ParseDuration(words[1])
			if err != nil {
				w.t.Fatal(err)
			}
			w.clock.Pass(d)
		case "confirm", "refuse":
			decide := w.g.Wallet("").Confirm
			if words[0] == "refuse" {
				decide = w.g.Wallet("").Refuse
			}
			if err := decide(); err != nil {
				got = err.Error()
			}
		default:
			got = w.step(words)
		}
		if got != want {
			w.t.Errorf("step %d %q: got %q", i, step, got)
		}
	}
}
