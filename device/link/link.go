package link

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"till/device"
)

// The limits that Config's zero values stand for.
const (
	DefaultConnectTimeout = 5 * time.Second
	DefaultTLSTimeout     = 5 * time.Second
	DefaultAnswerTimeout  = 15 * time.Second
	DefaultIdleTimeout    = time.Minute
	DefaultMaxAnswer      = 64 << 10 // house.md section 8
)

// maxHeader is the longest head of an answer in bytes. A gateway's signature
// headers take about 600.
const maxHeader = 16 << 10

// maxIdle is how many connections are kept for the next requests: one sells,
// the others work off what a dead link left behind.
const maxIdle = 4

// Config says how to reach the gateways. The zero Config is good.
type Config struct {
	CA        []byte        // PEM of the authorities to trust; nil: the system's
	Proxy     *url.URL      // http://[user:password@]host:port, asked by CONNECT; nil: none
	Resolver  *net.Resolver // nil: the system's
	UserAgent string        // "" is "till"; a request may bring its own

	ConnectTimeout time.Duration // name, TCP and proxy; 0: 5 s
	TLSTimeout     time.Duration // handshake; 0: 5 s
	AnswerTimeout  time.Duration // first byte out to last byte in; 0: 15 s
	IdleTimeout    time.Duration // oldest idle connection still used; 0: 1 min
	MaxAnswer      int           // longest body in bytes; 0: 64 KiB

	// Built is when this program was built. A certificate that is not valid
	// yet, by a clock that stands before Built, is the clock's fault (C01).
	// Zero: not known, and such a certificate is L03 with a hint.
	Built time.Time

	// OnState, if set, is told when the link comes up (with a nil fault) and
	// when it goes down or changes its reason: edges, not every request. Calls
	// come one at a time, from Do and Warm; it must not call the Link.
	OnState func(up bool, f *device.Fault)
}

// Header is a list of names and values, in order.
type Header [][2]string

// Value returns the first value of the header called name in any case, or "".
func (h Header) Value(name string) string {
	for _, f := range h {
		if strings.EqualFold(f[0], name) {
			return f[1]
		}
	}
	return ""
}

// Request is what to send. URL is https and absolute.
type Request struct {
	Method string
	URL    string
	Header Header
	Body   []byte
}

// String says what is asked for and shows no header and no body, which may hold
// a payer's code and a signature.
func (r Request) String() string {
	return fmt.Sprintf("%s %s (%d bytes)", r.Method, r.URL, len(r.Body))
}

// Format implements fmt.Formatter for every verb.
func (r Request) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(r.String())) } // fmt keeps its own error

// LogValue implements slog.LogValuer.
func (r Request) LogValue() slog.Value { return slog.StringValue(r.String()) }

// Response is a whole answer, of any status: 500 and 302 are answers too. Its
// headers are sorted by name.
type Response struct {
	Status int
	Header Header
	Body   []byte
}

// Stage is how far a request came.
type Stage uint8

// The stages in their order. A reused connection begins with Write.
const (
	Prepare   Stage = iota // nothing was done yet
	Resolve                // the name is asked for
	Connect                // TCP, and the proxy's CONNECT
	Handshake              // TLS
	Write                  // the request is being sent
	Wait                   // it is sent and no byte of the answer came
	Read                   // the answer is coming
	Done                   // the answer is here
)

var stageNames = [...]string{
	"prepare", "find host", "connect", "shake hands", "send request", "wait for answer", "read answer", "done",
}

func (s Stage) String() string {
	if int(s) < len(stageNames) {
		return stageNames[s]
	}
	return fmt.Sprintf("stage %d", uint8(s))
}

// Trace is the story of one request: how long each stage took, the one it
// ended in, and what else a rail may want to know. Stages that were not
// reached, or not needed on a reused connection, took 0.
type Trace struct {
	DNS, Connect, TLS, Write, Wait, Read time.Duration

	Reused bool  // the connection was opened before this request
	Stage  Stage // where it ended; Done when there is an answer

	// Sent says that some byte of the request may have left. It is never
	// false when one has.
	Sent bool

	// ServerDate is the answer's Date header, zero if it has none: what the
	// gateway takes the time to be, to one second.
	ServerDate time.Time
}

// Link sends requests. Its methods may be called from many goroutines.
type Link struct {
	cfg  Config
	tls  *tls.Config
	dial func(ctx context.Context, network, addr string) (net.Conn, error)

	mu   sync.Mutex
	idle []*session

	stateMu sync.Mutex
	state   device.Code // of the last report; "" none yet, "up" when up
}

// New returns a link. The error is about the configuration: a CA without a
// certificate in it, or a proxy that is not http.
func New(cfg Config) (*Link, error) {
	setDefault(&cfg.ConnectTimeout, DefaultConnectTimeout)
	setDefault(&cfg.TLSTimeout, DefaultTLSTimeout)
	setDefault(&cfg.AnswerTimeout, DefaultAnswerTimeout)
	setDefault(&cfg.IdleTimeout, DefaultIdleTimeout)
	setDefault(&cfg.MaxAnswer, DefaultMaxAnswer)
	setDefault(&cfg.UserAgent, "till")

	l := &Link{cfg: cfg, tls: &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}}
	if cfg.CA != nil {
		l.tls.RootCAs = x509.NewCertPool()
		if !l.tls.RootCAs.AppendCertsFromPEM(cfg.CA) {
			return nil, errors.New("link: no certificate in the CA file")
		}
	}
	if p := cfg.Proxy; p != nil && (p.Scheme != "http" || p.Hostname() == "") {
		return nil, fmt.Errorf("link: proxy %s is not http://host:port", p.Redacted())
	}
	// Keep-alive probes find a dead peer, and keep a mobile network's memory
	// of the connection fresh.
	dialer := &net.Dialer{Resolver: cfg.Resolver, KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3,
	}}
	l.dial = dialer.DialContext
	return l, nil
}

func setDefault[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}

// Do sends req once and returns the answer. The error is a *device.Fault, L01
// to L05 or C01, whose Op names the stage; it wraps ctx's error when ctx ended
// the request. Do never sends a request again of which a byte may have left.
func (l *Link) Do(ctx context.Context, req Request) (Response, Trace, error) {
	hr, addr, err := l.build(ctx, req)
	if err != nil {
		f := &device.Fault{Code: device.LinkDown, Device: device.Link, Op: Prepare.String(), Err: err}
		return Response{}, Trace{}, f
	}
	for {
		var tr Trace
		s, err := l.session(ctx, addr, &tr)
		var resp Response
		if err == nil {
			resp, err = l.exchange(ctx, s, hr, req.Body, &tr)
		}
		if err == nil {
			l.report(nil)
			return resp, tr, nil
		}
		if tr.Reused && !tr.Sent && ctx.Err() == nil {
			continue // the idle connection was dead; nothing left this machine
		}
		f := l.fault(ctx, tr.Stage, err)
		l.report(f)
		return Response{}, tr, f
	}
}

// Warm opens a connection to the host of rawURL ahead of the first request, for
// instance when an amount is being keyed, and tells OnState what it found. It
// does nothing if there is one. The error is a *device.Fault.
func (l *Link) Warm(ctx context.Context, rawURL string) error {
	_, addr, err := parseURL(rawURL)
	if err != nil {
		return &device.Fault{Code: device.LinkDown, Device: device.Link, Op: Prepare.String(), Err: err}
	}
	var tr Trace
	s, err := l.session(ctx, addr, &tr)
	if err != nil {
		f := l.fault(ctx, tr.Stage, err)
		l.report(f)
		return f
	}
	l.release(s)
	l.report(nil)
	return nil
}

// Close drops the idle connections. Requests under way go on, and the link may
// be used again: call Close when the network has changed.
func (l *Link) Close() error {
	l.mu.Lock()
	idle := l.idle
	l.idle = nil
	l.mu.Unlock()
	for _, s := range idle {
		s.close()
	}
	return nil
}

// parseURL returns the URL and the host:port to connect to.
func parseURL(raw string) (*url.URL, string, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, "", err
	}
	if u.Scheme != "https" || u.Hostname() == "" {
		return nil, "", errors.New("URL is not https://host")
	}
	port := u.Port()
	if port == "" {
		port = "443"
	}
	return u, net.JoinHostPort(u.Hostname(), port), nil
}

// build checks what can be checked before anything is opened.
func (l *Link) build(ctx context.Context, req Request) (*http.Request, string, error) {
	_, addr, err := parseURL(req.URL)
	if err != nil {
		return nil, "", err
	}
	hr, err := http.NewRequestWithContext(ctx, req.Method, req.URL, nil)
	if err != nil {
		return nil, "", err
	}
	for _, f := range req.Header {
		if !isToken(f[0]) || strings.ContainsFunc(f[1], unicode.IsControl) {
			return nil, "", fmt.Errorf("header %.40q cannot be sent", f[0])
		}
		hr.Header.Add(f[0], f[1])
	}
	if hr.Header.Get("User-Agent") == "" {
		hr.Header.Set("User-Agent", l.cfg.UserAgent)
	}
	return hr, addr, nil
}

// isToken says that s can be a header's name.
//
// Source: RFC 9110 section 5.6.2.
func isToken(s string) bool {
	return s != "" && strings.Trim(s, "!#$%&'*+-.^_`|~"+
		"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == ""
}

// exchange sends the request on s and reads the answer. It is the only place
// from which bytes of a request leave.
func (l *Link) exchange(ctx context.Context, s *session, hr *http.Request, body []byte, tr *Trace) (Response, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, l.cfg.AnswerTimeout, errSlow)
	defer cancel()
	hr = hr.WithContext(ctx)
	if len(body) > 0 {
		// A plain ReadCloser has no GetBody: there is nothing to send twice.
		hr.Body = io.NopCloser(bytes.NewReader(body))
		hr.ContentLength = int64(len(body))
	}
	s.wire.begin()
	resp, err := l.roundTrip(s, hr)
	s.wire.end(tr)
	if err != nil {
		s.close()
		return Response{}, cause(ctx, err)
	}
	l.release(s)
	tr.Stage = Done
	if date, err := http.ParseTime(resp.Header.Value("Date")); err == nil {
		tr.ServerDate = date
	}
	return resp, nil
}

// roundTrip reads the whole answer, at most MaxAnswer bytes of body.
func (l *Link) roundTrip(s *session, hr *http.Request) (Response, error) {
	resp, err := s.conn.RoundTrip(hr)
	if err != nil {
		return Response{}, err
	}
	defer func() { _ = resp.Body.Close() }() // the bytes are read; what is left is thrown away with the connection
	switch enc := resp.Header.Get("Content-Encoding"); {
	case resp.StatusCode == http.StatusSwitchingProtocols:
		return Response{}, errors.New("the answer changes the protocol")
	case enc != "" && !strings.EqualFold(enc, "identity"):
		return Response{}, fmt.Errorf("the answer is encoded (%.20q) and nobody asked for it", enc)
	case resp.ContentLength > int64(l.cfg.MaxAnswer):
		return Response{}, fmt.Errorf("the answer has %d bytes, more than %d", resp.ContentLength, l.cfg.MaxAnswer)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, int64(l.cfg.MaxAnswer)+1))
	if err != nil {
		return Response{}, err
	}
	if len(body) > l.cfg.MaxAnswer {
		return Response{}, fmt.Errorf("the answer has more than %d bytes", l.cfg.MaxAnswer)
	}
	return Response{Status: resp.StatusCode, Header: flatten(resp.Header), Body: body}, nil
}

// flatten makes a list of h, sorted by name.
func flatten(h http.Header) Header {
	var list Header
	for name, values := range h {
		for _, v := range values {
			list = append(list, [2]string{name, v})
		}
	}
	slices.SortStableFunc(list, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return list
}

// report tells OnState of an edge; a nil fault is up. A request that the caller
// gave up says nothing about the link.
func (l *Link) report(f *device.Fault) {
	if f != nil && errors.Is(f, context.Canceled) {
		return
	}
	state := device.Code("up")
	if f != nil {
		state = f.Code
	}
	l.stateMu.Lock()
	defer l.stateMu.Unlock()
	if state == l.state {
		return
	}
	l.state = state
	if l.cfg.OnState != nil {
		l.cfg.OnState(f == nil, f)
	}
}
