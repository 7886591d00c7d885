package wechatsim

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"till/sim/railsim"
)

const (
	hugeDefault = 1 << 20
	probePrefix = "WECHATPAY/SIGNTEST/"
	strangerID  = "PUB_KEY_ID_0000000000000000000000000000"
)

// encode turns an answer into bytes, signs them and spoils them as the
// behaviour says.
func (g *Gateway) encode(a answer, b Behaviour) railsim.Wire {
	w := railsim.Wire{Status: a.status, Header: http.Header{}}
	w.Header.Set("Date", g.now(b).UTC().Format(http.TimeFormat))
	w.Body = a.body
	kind := a.kind
	if a.reply != nil {
		g.misreport(a.reply, b)
		w.Body = marshal(a.reply)
		kind = "application/json; charset=utf-8"
	}
	if a.other != nil {
		if r, ok := a.other.(*refundReply); ok {
			misreportRefund(r, b)
		}
		w.Body = marshal(a.other)
		kind = "application/json; charset=utf-8"
	}
	if b.Has(Truncated) {
		w.Body = w.Body[:len(w.Body)/2]
	}
	if kind != "" {
		w.Header.Set("Content-Type", kind)
	}
	if a.signed && !b.Has(Unsigned) && (!a.failed || !b.Has(UnsignedErrors)) {
		g.addSignature(&w, b)
	}
	if b.Has(Twice) {
		w.Body = append(bytes.Clone(w.Body), w.Body...)
	}
	if b.Has(GarbageAfter) {
		w.After = []byte("\x00\xff{\"trade_state\":\"SUCCESS\"}\r\n")
	}
	if b.Has(CutMidAnswer) {
		w.Fate = railsim.Half
	}
	if w.Status == http.StatusNoContent || w.Status == http.StatusNotModified {
		w.Body = nil
	}
	return w
}

// misreport changes what an answer says.
func (g *Gateway) misreport(r *reply, b Behaviour) {
	if b.Has(WrongOrder) && r.OutTradeNo != "" {
		r.OutTradeNo = "X" + r.OutTradeNo[1:]
	}
	if b.Has(WrongAmount) && r.Amount != nil {
		r.Amount.Total++
		r.Amount.PayerTotal = r.Amount.Total
	}
	if b.Has(WrongMerchant) && r.MchID != "" {
		r.MchID = "1900000109"
	}
	if b.Has(WrongApp) && r.AppID != "" {
		r.AppID = "wx8888888888888888"
	}
	r.Padding = padding(b)
}

// misreportRefund changes what an answer says of a refund.
func misreportRefund(r *refundReply, b Behaviour) {
	if b.Has(WrongOrder) {
		r.OutTradeNo = "X" + r.OutTradeNo[1:]
	}
	if b.Has(WrongRefund) {
		r.OutRefundNo = "X" + r.OutRefundNo[1:]
	}
	if b.Has(WrongAmount) {
		r.Amount.Refund++
		r.Amount.PayerRefund++
	}
	r.Padding = padding(b)
}

func padding(b Behaviour) string {
	act, ok := b.Act(Huge)
	if !ok {
		return ""
	}
	n := act.N
	if n == 0 {
		n = hugeDefault
	}
	return strings.Repeat("0123456789abcdef", n/16+1)[:n]
}

// marshal writes JSON as the gateway does, without Go's escapes for HTML.
func marshal(r any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r); err != nil {
		panic("railsim: marshal reply: " + err.Error()) // strings and numbers alone
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// addSignature signs timestamp, nonce and body (rails.md 1.9).
func (g *Gateway) addSignature(w *railsim.Wire, b Behaviour) {
	timestamp := strconv.FormatInt(g.now(b).Unix(), 10)
	var nonce, requestID string
	g.Locked(func(time.Time) { nonce, requestID = g.Letters(32), "08"+g.Letters(24) })
	message := timestamp + "\n" + nonce + "\n" + string(w.Body) + "\n"
	if b.Has(WrongSignature) {
		message += "tampered"
	}
	signature, err := g.sign([]byte(message))
	if err != nil {
		panic("railsim: sign answer: " + err.Error()) // the key was given to New
	}
	text := base64.StdEncoding.EncodeToString(signature)
	if b.Has(SignatureProbe) {
		text = probePrefix + text[len(probePrefix):]
	}
	id := g.cfg.PlatformID
	if b.Has(UnknownSerial) {
		id = strangerID
	}
	w.Header.Set("Wechatpay-Timestamp", timestamp)
	w.Header.Set("Wechatpay-Nonce", nonce)
	w.Header.Set("Wechatpay-Signature", text)
	w.Header.Set("Wechatpay-Serial", id)
	w.Header.Set("Wechatpay-Signature-Type", scheme)
	w.Header.Set("Request-Id", requestID)
}

// ServeHTTP serves real sockets: railsim.Exchange.
func (g *Gateway) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	railsim.Exchange(g.exchange).ServeHTTP(rw, r)
}

// Do is the gateway without a socket, for a simulated link: railsim.Exchange.
func (g *Gateway) Do(ctx context.Context, r *http.Request) (*http.Response, error) {
	return railsim.Exchange(g.exchange).Do(ctx, r)
}

// RoundTrip makes the gateway an http.RoundTripper, so that any client can be
// led to it without a socket.
func (g *Gateway) RoundTrip(r *http.Request) (*http.Response, error) {
	return g.Do(r.Context(), r)
}

// IsCut says whether an error of Do is one of a lost answer.
func IsCut(err error) bool { return railsim.IsCut(err) }
