package lakalasim

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"till/sim/railsim"
)

const (
	hugeDefault    = 1 << 20
	strangerSerial = "000000000000"
	page           = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n" +
		"<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
)

// envelope is the body of every answer, its members in the order of the pages'
// examples (doc.go S4).
type envelope struct {
	Msg      string `json:"msg"`
	RespTime string `json:"resp_time"`
	Code     string `json:"code"`
	Data     *reply `json:"resp_data"`
}

// encode turns an answer into bytes, signs them and spoils them as the behaviour
// says.
func (g *Gateway) encode(a answer, b Behaviour) railsim.Wire {
	w := railsim.Wire{Status: a.status, Header: http.Header{}}
	if w.Status == 0 {
		w.Status = http.StatusOK
	}
	w.Header.Set("Date", g.now(b).UTC().Format(http.TimeFormat))
	if b.Has(railsim.CutMidAnswer) {
		w.Fate = railsim.Half
	}
	if a.html {
		w.Header.Set("Content-Type", "text/html")
		w.Body = []byte(page)
		return w
	}
	if a.msg == "" {
		a.msg = texts[a.code]
	}
	if a.reply != nil {
		g.misreport(a.reply, b)
	}
	w.Header.Set("Content-Type", "application/json;charset=UTF-8")
	w.Body = marshal(envelope{a.msg, stamp(g.now(b)), a.code, a.reply})
	if b.Has(railsim.Truncated) {
		w.Body = w.Body[:len(w.Body)/2]
	}
	if !a.bare && !b.Has(railsim.Unsigned) && (!a.failed() || !b.Has(railsim.UnsignedErrors)) {
		g.addSignature(&w, b)
	}
	return w
}

// addSignature signs "appid\nserial\ntimestamp\nnonce\nbody\n" (doc.go S1).
func (g *Gateway) addSignature(w *railsim.Wire, b Behaviour) {
	serial, at := g.cfg.LakalaSerial, strconv.FormatInt(g.now(b).Unix(), 10)
	if b.Has(railsim.UnknownSerial) {
		serial = strangerSerial
	}
	var nonce string
	g.Locked(func(time.Time) { nonce = g.Letters(12) })
	text := fmt.Appendf(nil, "%s\n%s\n%s\n%s\n%s\n", g.cfg.AppID, serial, at, nonce, w.Body)
	if b.Has(railsim.WrongSignature) {
		text = append(text, "tampered"...)
	}
	signature, err := g.sign(text)
	if err != nil {
		panic("lakalasim: sign answer: " + err.Error()) // the key was given to New
	}
	for name, value := range map[string]string{
		"Lklapi-Appid": g.cfg.AppID, "Lklapi-Serial": serial, "Lklapi-Timestamp": at,
		"Lklapi-Nonce": nonce, "Lklapi-Signature": base64.StdEncoding.EncodeToString(signature),
	} {
		w.Header.Set(name, value)
	}
}

// misreport changes what an answer says.
func (g *Gateway) misreport(r *reply, b Behaviour) {
	sale := &r.OriginOutTradeNo
	if *sale == "" {
		sale = &r.OutTradeNo
	}
	if b.Has(railsim.WrongOrder) && *sale != "" {
		*sale = "X" + (*sale)[1:]
	}
	if b.Has(railsim.WrongRefund) && r.OutTradeNo != "" {
		r.OutTradeNo = "X" + r.OutTradeNo[1:]
	}
	if b.Has(railsim.WrongAmount) {
		for _, amount := range []*string{&r.TotalAmount, &r.RefundAmount, &r.OriginTotalAmount} {
			if *amount != "" {
				*amount += "1"
			}
		}
	}
	if b.Has(railsim.WrongMerchant) {
		r.MerchantNo = "822290070111136"
	}
	if act, ok := b.Act(railsim.Huge); ok {
		n := act.N
		if n == 0 {
			n = hugeDefault
		}
		r.Remark = strings.Repeat("0123456789abcdef", n/16+1)[:n]
	}
}

// marshal writes JSON without Go's escapes for HTML, as other languages do.
func marshal(e envelope) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(e); err != nil {
		panic("lakalasim: marshal answer: " + err.Error()) // strings alone
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
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
