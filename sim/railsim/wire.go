package railsim

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
	after  []byte // behind the answer, unasked
}

const (
	hugeDefault = 1 << 20
	probePrefix = "WECHATPAY/SIGNTEST/"
	strangerID  = "PUB_KEY_ID_0000000000000000000000000000"
)

// encode turns an answer into bytes, signs them and spoils them as the
// behaviour says.
func (g *Gateway) encode(a answer, b Behaviour) wire {
	w := wire{status: a.status, header: http.Header{}}
	w.header.Set("Date", g.now(b).UTC().Format(http.TimeFormat))
	w.body = a.body
	kind := a.kind
	if a.reply != nil {
		g.misreport(a.reply, b)
		w.body = marshal(a.reply)
		kind = "application/json; charset=utf-8"
	}
	if b.has(Truncated) {
		w.body = w.body[:len(w.body)/2]
	}
	if kind != "" {
		w.header.Set("Content-Type", kind)
	}
	if a.signed && !b.has(Unsigned) && (!a.failed || !b.has(UnsignedErrors)) {
		g.addSignature(&w, b)
	}
	if b.has(Twice) {
		w.body = append(bytes.Clone(w.body), w.body...)
	}
	if b.has(GarbageAfter) {
		w.after = []byte("\x00\xff{\"trade_state\":\"SUCCESS\"}\r\n")
	}
	if b.has(CutMidAnswer) {
		w.fate = half
	}
	if w.status == http.StatusNoContent || w.status == http.StatusNotModified {
		w.body = nil
	}
	return w
}

// misreport changes what an answer says.
func (g *Gateway) misreport(r *reply, b Behaviour) {
	if b.has(WrongOrder) && r.OutTradeNo != "" {
		r.OutTradeNo = "X" + r.OutTradeNo[1:]
	}
	if b.has(WrongAmount) && r.Amount != nil {
		r.Amount.Total++
		r.Amount.PayerTotal = r.Amount.Total
	}
	if b.has(WrongMerchant) && r.MchID != "" {
		r.MchID = "1900000109"
	}
	if b.has(WrongApp) && r.AppID != "" {
		r.AppID = "wx8888888888888888"
	}
	if act, ok := b.act(Huge); ok {
		n := act.N
		if n == 0 {
			n = hugeDefault
		}
		r.Padding = strings.Repeat("0123456789abcdef", n/16+1)[:n]
	}
}

// marshal writes JSON as the gateway does, without Go's escapes for HTML.
func marshal(r *reply) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r); err != nil {
		panic("railsim: marshal reply: " + err.Error()) // strings and numbers alone
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// addSignature signs timestamp, nonce and body (rails.md 1.9).
func (g *Gateway) addSignature(w *wire, b Behaviour) {
	timestamp := strconv.FormatInt(g.now(b).Unix(), 10)
	g.mu.Lock()
	nonce, requestID := g.nonce(), "08"+g.nonce()[:24]
	g.mu.Unlock()
	message := timestamp + "\n" + nonce + "\n" + string(w.body) + "\n"
	if b.has(WrongSignature) {
		message += "tampered"
	}
	signature, err := g.sign([]byte(message))
	if err != nil {
		panic("railsim: sign answer: " + err.Error()) // the key was given to New
	}
	text := base64.StdEncoding.EncodeToString(signature)
	if b.has(SignatureProbe) {
		text = probePrefix + text[len(probePrefix):]
	}
	id := g.cfg.PlatformID
	if b.has(UnknownSerial) {
		id = strangerID
	}
	w.header.Set("Wechatpay-Timestamp", timestamp)
	w.header.Set("Wechatpay-Nonce", nonce)
	w.header.Set("Wechatpay-Signature", text)
	w.header.Set("Wechatpay-Serial", id)
	w.header.Set("Wechatpay-Signature-Type", scheme)
	w.header.Set("Request-Id", requestID)
}

// ServeHTTP serves real sockets. A lost answer cuts the connection. A handler
// cannot refuse a connection that was already accepted, so "down" is a
// connection that closes at once.
func (g *Gateway) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, requestMax+1))
	if err != nil || len(body) > requestMax {
		panic(http.ErrAbortHandler)
	}
	w, err := g.exchange(r.Context(), read(r, r.RequestURI, body))
	if err != nil || w.fate == silent || w.fate == refused {
		panic(http.ErrAbortHandler)
	}
	if w.after != nil {
		g.writeRaw(rw, w)
		return
	}
	maps.Copy(rw.Header(), w.header)
	if w.status != http.StatusNoContent && w.status != http.StatusNotModified {
		rw.Header().Set("Content-Length", strconv.Itoa(len(w.body)))
	}
	rw.WriteHeader(w.status)
	if w.fate == half {
		_, _ = rw.Write(w.body[:len(w.body)/2])    // the client may be gone: so be it
		_ = http.NewResponseController(rw).Flush() // as above
		panic(http.ErrAbortHandler)
	}
	_, _ = rw.Write(w.body) // as above
}

// writeRaw answers with more bytes than announced, which a ResponseWriter does
// not allow.
func (g *Gateway) writeRaw(rw http.ResponseWriter, w wire) {
	conn, buffered, err := http.NewResponseController(rw).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2 has no such thing as bytes behind an answer
	}
	w.header.Set("Content-Length", strconv.Itoa(len(w.body)))
	// The client may be gone: errors of writing change nothing.
	_, _ = fmt.Fprintf(buffered, "HTTP/1.1 %d %s\r\n", w.status, http.StatusText(w.status))
	_ = w.header.Write(buffered)
	_, _ = buffered.WriteString("\r\n")
	_, _ = buffered.Write(w.body)
	_, _ = buffered.Write(w.after)
	_ = buffered.Flush()
	_ = conn.Close()
}

func read(r *http.Request, uri string, body []byte) *request {
	return &request{
		method: r.Method, uri: uri, path: r.URL.Path, query: r.URL.Query(),
		authorization: r.Header.Get("Authorization"), accept: r.Header.Get("Accept"),
		contentType: r.Header.Get("Content-Type"), userAgent: r.Header.Get("User-Agent"),
		body: body,
	}
}

// Do is the gateway without a socket, for a simulated link. It behaves like
// http.Client.Do on a connection to this gateway: a lost answer is
// io.ErrUnexpectedEOF, one cut in the middle is a response whose body ends in
// io.ErrUnexpectedEOF, "down" is a *net.OpError of a refused connection. It
// honours ctx while a late answer waits on the Clock, and adds the User-Agent
// that Go's transport would add. Bytes behind an answer are invisible here, as
// they are behind Go's transport.
func (g *Gateway) Do(ctx context.Context, r *http.Request) (*http.Response, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(io.LimitReader(r.Body, requestMax+1)); err != nil {
			return nil, fmt.Errorf("railsim: read request: %w", err)
		}
		if err := r.Body.Close(); err != nil {
			return nil, fmt.Errorf("railsim: close request: %w", err)
		}
		if len(body) > requestMax {
			return nil, fmt.Errorf("railsim: request of more than %d bytes: %w",
				requestMax, io.ErrUnexpectedEOF)
		}
	}
	request := read(r, r.URL.RequestURI(), body)
	if _, present := r.Header["User-Agent"]; !present {
		request.userAgent = "Go-http-client/1.1"
	}
	w, err := g.exchange(ctx, request)
	switch {
	case err != nil:
		return nil, err
	case w.fate == refused:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	case w.fate == silent:
		return nil, fmt.Errorf("railsim: no answer: %w", io.ErrUnexpectedEOF)
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
