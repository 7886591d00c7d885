package alipaysim

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"till/sim/railsim"
)

const hugeDefault = 1 << 20

// encode turns an answer into bytes, signs them and spoils them as the
// behaviour says. The signature covers the bytes of the response member.
func (g *Gateway) encode(a answer, b Behaviour) railsim.Wire {
	w := railsim.Wire{Status: a.status, Header: http.Header{}, Body: a.body}
	w.Header.Set("Date", g.Clock().Now().UTC().Format(http.TimeFormat))
	w.Header.Set("Content-Type", "text/html;charset=utf-8") // as the real one, JSON or not (K)
	if b.Has(CutMidAnswer) {
		w.Fate = railsim.Half
	}
	if a.reply == nil {
		return w
	}
	g.misreport(a.reply, b)
	content := marshal(a.reply)
	if b.Has(DuplicateInside) {
		content = append(content[:len(content)-1],
			`,"code":"10000","trade_status":"TRADE_SUCCESS","fund_change":"Y"}`...)
	}
	var body bytes.Buffer
	fmt.Fprintf(&body, "{%q:%s", a.member, content)
	if b.Has(DuplicateMember) {
		forged := *a.reply
		forged.Code, forged.Msg, forged.SubCode, forged.SubMsg = "10000", "Success", "", ""
		forged.TradeStatus, forged.FundChange = Success, "Y"
		fmt.Fprintf(&body, ",%q:%s", a.member, marshal(&forged))
	}
	if !a.bare && !b.Has(Unsigned) && (!a.failed || !b.Has(UnsignedErrors)) {
		if g.cfg.CertSN != "" {
			fmt.Fprintf(&body, ",\"alipay_cert_sn\":%q", g.cfg.CertSN)
		}
		if b.Has(WrongSignature) {
			content = append(content, "tampered"...)
		}
		signature, err := g.sign(content)
		if err != nil {
			panic("alipaysim: sign answer: " + err.Error()) // the key was given to New
		}
		fmt.Fprintf(&body, ",\"sign\":%q", base64.StdEncoding.EncodeToString(signature))
	}
	body.WriteByte('}')
	w.Body = body.Bytes()
	return w
}

// misreport changes what an answer says.
func (g *Gateway) misreport(r *reply, b Behaviour) {
	if b.Has(WrongOrder) && r.OutTradeNo != "" {
		r.OutTradeNo = "X" + r.OutTradeNo[1:]
	}
	if b.Has(WrongAmount) {
		for _, amount := range []*string{&r.TotalAmount, &r.ReceiptAmount, &r.BuyerPayAmount,
			&r.RefundFee, &r.RefundAmount} {
			if fen, ok := parseYuan(*amount); ok {
				*amount = railsim.Yuan(fen + 1)
			}
		}
	}
	if act, ok := b.Act(Huge); ok {
		n := act.N
		if n == 0 {
			n = hugeDefault
		}
		r.Padding = strings.Repeat("0123456789abcdef", n/16+1)[:n]
	}
}

// marshal writes JSON as the gateway does: without Go's escapes for HTML, but
// with every slash escaped (K), which a client that marshals again before it
// verifies gets wrong.
func marshal(r *reply) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r); err != nil {
		panic("alipaysim: marshal reply: " + err.Error()) // strings alone
	}
	return bytes.ReplaceAll(bytes.TrimSuffix(b.Bytes(), []byte("\n")), []byte("/"), []byte(`\/`))
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
