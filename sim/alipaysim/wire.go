package alipaysim

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
)

// fate is how far an answer comes.
type fate int

const (
	whole   fate = iota
	half         // the head and half of the body
	silent       // not a byte
	refused      // nobody listens
)

// wire is what leaves the gateway.
type wire struct {
	fate   fate
	status int
	header http.Header
	body   []byte
}

const hugeDefault = 1 << 20

// encode turns an answer into bytes, signs them and spoils them as the
// behaviour says. The signature covers the bytes of the response member.
func (g *Gateway) encode(a answer, b Behaviour) wire {
	w := wire{status: a.status, header: http.Header{}, body: a.body}
	w.header.Set("Date", g.clock.Now().UTC().Format(http.TimeFormat))
	w.header.Set("Content-Type", "text/html;charset=utf-8") // as the real one, JSON or not (K)
	if b.has(CutMidAnswer) {
		w.fate = half
	}
	if a.reply == nil {
		return w
	}
	g.misreport(a.reply, b)
	content := marshal(a.reply)
	if b.has(DuplicateInside) {
		content = append(content[:len(content)-1],
			`,"code":"10000","trade_status":"TRADE_SUCCESS","fund_change":"Y"}`...)
	}
	var body bytes.Buffer
	fmt.Fprintf(&body, "{%q:%s", a.member, content)
	if b.has(DuplicateMember) {
		forged := *a.reply
		forged.Code, forged.Msg, forged.SubCode, forged.SubMsg = "10000", "Success", "", ""
		forged.TradeStatus, forged.FundChange = Success, "Y"
		fmt.Fprintf(&body, ",%q:%s", a.member, marshal(&forged))
	}
	if !a.bare && !b.has(Unsigned) && (!a.failed || !b.has(UnsignedErrors)) {
		if g.cfg.CertSN != "" {
			fmt.Fprintf(&body, ",\"alipay_cert_sn\":%q", g.cfg.CertSN)
		}
		if b.has(WrongSignature) {
			content = append(content, "tampered"...)
		}
		signature, err := g.sign(content)
		if err != nil {
			panic("alipaysim: sign answer: " + err.Error()) // the key was given to New
		}
		fmt.Fprintf(&body, ",\"sign\":%q", base64.StdEncoding.EncodeToString(signature))
	}
	body.WriteByte('}')
	w.body = body.Bytes()
	return w
}

// misreport changes what an answer says.
func (g *Gateway) misreport(r *reply, b Behaviour) {
	if b.has(WrongOrder) && r.OutTradeNo != "" {
		r.OutTradeNo = "X" + r.OutTradeNo[1:]
	}
	if b.has(WrongAmount) {
		for _, amount := range []*string{&r.TotalAmount, &r.ReceiptAmount, &r.BuyerPayAmount,
			&r.RefundFee, &r.RefundAmount} {
			if fen, ok := parseYuan(*amount); ok {
				*amount = fenText(fen + 1)
			}
		}
	}
	if act, ok := b.act(Huge); ok {
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

// ServeHTTP serves real sockets. A lost answer cuts the connection. A handler
// cannot refuse a connection that was already accepted, so "down" is a
// connection that closes at once.
func (g *Gateway) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, requestMax+1))
	if err != nil || len(body) > requestMax {
		panic(http.ErrAbortHandler)
	}
	w, err := g.exchange(r.Context(), read(r, body))
	if err != nil || w.fate == silent || w.fate == refused {
		panic(http.ErrAbortHandler)
	}
	maps.Copy(rw.Header(), w.header)
	rw.Header().Set("Content-Length", strconv.Itoa(len(w.body)))
	rw.WriteHeader(w.status)
	if w.fate == half {
		_, _ = rw.Write(w.body[:len(w.body)/2])    // the client may be gone: so be it
		_ = http.NewResponseController(rw).Flush() // as above
		panic(http.ErrAbortHandler)
	}
	_, _ = rw.Write(w.body) // as above
}

func read(r *http.Request, body []byte) *request {
	return &request{
		method: r.Method, path: r.URL.Path, query: r.URL.RawQuery,
		contentType: r.Header.Get("Content-Type"), body: body,
	}
}

// Do is the gateway without a socket, for a simulated link. It behaves like
// http.Client.Do on a connection to this gateway: a lost answer is
// io.ErrUnexpectedEOF, one cut in the middle is a response whose body ends in
// io.ErrUnexpectedEOF, "down" is a *net.OpError of a refused connection. It
// honours ctx while a late answer waits on the Clock.
func (g *Gateway) Do(ctx context.Context, r *http.Request) (*http.Response, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(io.LimitReader(r.Body, requestMax+1)); err != nil {
			return nil, fmt.Errorf("alipaysim: read request: %w", err)
		}
		if err := r.Body.Close(); err != nil {
			return nil, fmt.Errorf("alipaysim: close request: %w", err)
		}
		if len(body) > requestMax {
			return nil, fmt.Errorf("alipaysim: request of more than %d bytes: %w",
				requestMax, io.ErrUnexpectedEOF)
		}
	}
	w, err := g.exchange(ctx, read(r, body))
	switch {
	case err != nil:
		return nil, err
	case w.fate == refused:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	case w.fate == silent:
		return nil, fmt.Errorf("alipaysim: no answer: %w", io.ErrUnexpectedEOF)
	}
	content := io.Reader(bytes.NewReader(w.body))
	if w.fate == half {
		content = io.MultiReader(bytes.NewReader(w.body[:len(w.body)/2]), cut{})
	}
	w.header.Set("Content-Length", strconv.Itoa(len(w.body)))
	return &http.Response{
		Status:     strconv.Itoa(w.status) + " " + http.StatusText(w.status),
		StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, Body: io.NopCloser(content), ContentLength: int64(len(w.body)),
		Request: r,
	}, nil
}

// RoundTrip makes the gateway an http.RoundTripper, so that any client can be
// led to it without a socket.
func (g *Gateway) RoundTrip(r *http.Request) (*http.Response, error) {
	return g.Do(r.Context(), r)
}

// cut is where a connection broke.
type cut struct{}

func (cut) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// IsCut says whether an error of Do is one of a lost answer.
func IsCut(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }
