package link

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync"
	"time"
)

// session is one open connection: the wire and net/http's half of HTTP on it.
type session struct {
	addr  string // host:port that was asked for
	conn  *http.ClientConn
	wire  *wire
	since time.Time // idle since
}

func (s *session) close() { _ = s.conn.Close() } // it is given up; nothing can be done about an error

// session returns an idle connection to addr or opens one. It is reserved for
// one request.
func (l *Link) session(ctx context.Context, addr string, tr *Trace) (*session, error) {
	for s := l.takeIdle(addr); s != nil; s = l.takeIdle(addr) {
		if time.Since(s.since) <= l.cfg.IdleTimeout && s.conn.Reserve() == nil {
			tr.Reused = true
			tr.Stage = Write
			return s, nil
		}
		s.close() // too old, or the server has closed it
	}
	return l.open(ctx, addr, tr)
}

// takeIdle takes the connection to addr that was used last.
func (l *Link) takeIdle(addr string) *session {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := len(l.idle) - 1; i >= 0; i-- {
		if s := l.idle[i]; s.addr == addr {
			l.idle = append(l.idle[:i], l.idle[i+1:]...)
			return s
		}
	}
	return nil
}

// release gives a connection back that has done its work, if it can do more.
func (l *Link) release(s *session) {
	s.conn.Release() // of a reservation that no request used; otherwise nothing
	if s.conn.Available() != 1 {
		s.close()
		return
	}
	s.since = time.Now()
	l.mu.Lock()
	l.idle = append(l.idle, s)
	var over *session
	if len(l.idle) > maxIdle {
		over, l.idle = l.idle[0], append([]*session(nil), l.idle[1:]...)
	}
	l.mu.Unlock()
	if over != nil {
		over.close()
	}
}

// open makes a new connection, stage by stage, and reserves it.
func (l *Link) open(ctx context.Context, addr string, tr *Trace) (*session, error) {
	raw, err := l.connect(ctx, addr, tr)
	if err != nil {
		return nil, err
	}
	secure, err := l.handshake(ctx, raw, addr, tr)
	if err != nil {
		_ = raw.Close() // the handshake's error is the one that matters
		return nil, err
	}
	w := &wire{Conn: secure, raw: raw}
	// A transport of its own gives net/http the connection that is already
	// there; it has no pool, no proxy and no second try.
	t := &http.Transport{
		DialTLSContext:         func(context.Context, string, string) (net.Conn, error) { return w, nil },
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxHeader,
		Protocols:              new(http.Protocols),
	}
	t.Protocols.SetHTTP1(true)
	conn, err := t.NewClientConn(ctx, "https", addr)
	if err == nil {
		err = conn.Reserve()
	}
	if err != nil {
		_ = w.Close() // as above
		return nil, err
	}
	return &session{addr: addr, conn: conn, wire: w}, nil
}

// connect resolves the name and opens TCP, through the proxy if there is one.
func (l *Link) connect(ctx context.Context, addr string, tr *Trace) (net.Conn, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, l.cfg.ConnectTimeout, errSlow)
	defer cancel()
	target := addr
	if p := l.cfg.Proxy; p != nil {
		target = hostPort(p, "80")
	}
	start := time.Now()
	var names lookup
	tr.Stage = Connect
	raw, err := l.dial(names.watch(ctx), "tcp", target)
	var during bool
	tr.DNS, during = names.took()
	if during || isNameError(err) {
		tr.Stage = Resolve
	}
	if err == nil && l.cfg.Proxy != nil {
		if err = throughProxy(ctx, raw, l.cfg.Proxy, addr); err != nil {
			_ = raw.Close() // the proxy's refusal is the error that matters
		}
	}
	tr.Connect = time.Since(start) - tr.DNS
	if err != nil {
		return nil, cause(ctx, err)
	}
	return raw, nil
}

func hostPort(u *url.URL, port string) string {
	if p := u.Port(); p != "" {
		port = p
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// lookup measures the name look-up inside a dial.
type lookup struct {
	mu          sync.Mutex
	start, done time.Time
}

func (k *lookup) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart: func(httptrace.DNSStartInfo) { k.mu.Lock(); k.start = time.Now(); k.mu.Unlock() },
		DNSDone:  func(httptrace.DNSDoneInfo) { k.mu.Lock(); k.done = time.Now(); k.mu.Unlock() },
	})
}

// took returns how long the look-up took, and whether it is still going on.
func (k *lookup) took() (d time.Duration, during bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.start.IsZero():
		return 0, false
	case k.done.IsZero():
		return time.Since(k.start), true
	}
	return k.done.Sub(k.start), false
}

// throughProxy asks an HTTP proxy for a tunnel to addr.
//
// Source: RFC 9110 section 9.3.6.
func throughProxy(ctx context.Context, raw net.Conn, proxy *url.URL, addr string) error {
	stop := context.AfterFunc(ctx, func() { _ = raw.SetDeadline(time.Unix(1, 0)) }) // ends what waits below
	defer stop()
	req := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: addr}, Host: addr, Header: http.Header{}}
	if u := proxy.User; u != nil {
		password, _ := u.Password()
		basic := base64.StdEncoding.EncodeToString([]byte(u.Username() + ":" + password))
		req.Header.Set("Proxy-Authorization", "Basic "+basic)
	}
	if err := req.Write(raw); err != nil {
		return fmt.Errorf("proxy: %w", err)
	}
	// The reader may be thrown away: nobody speaks TLS to us before we do.
	resp, err := http.ReadResponse(bufio.NewReader(io.LimitReader(raw, maxHeader)), req)
	if err != nil {
		return fmt.Errorf("proxy: %w", err)
	}
	_ = resp.Body.Close() // a tunnel has no body, and a refusal's is not read
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("proxy: %w: status %d", errRefused, resp.StatusCode)
	}
	return nil
}

// handshake makes the connection secure.
func (l *Link) handshake(ctx context.Context, raw net.Conn, addr string, tr *Trace) (*tls.Conn, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, l.cfg.TLSTimeout, errSlow)
	defer cancel()
	tr.Stage = Handshake
	cfg := l.tls.Clone()
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	cfg.ServerName = host
	start := time.Now()
	secure := tls.Client(raw, cfg)
	err = secure.HandshakeContext(ctx)
	tr.TLS = time.Since(start)
	if err != nil {
		return nil, cause(ctx, err)
	}
	return secure, nil
}

// wire is a TLS connection that notes when the bytes of an exchange go and
// come. net/http reads and writes from goroutines of its own.
type wire struct {
	net.Conn
	raw net.Conn // below TLS

	mu       sync.Mutex
	sent     bool      // a byte of the request may have left
	writing  bool      // a Write is under way
	began    time.Time // the exchange
	wrote    time.Time // end of the last Write
	answered time.Time // first byte of the answer; zero: not yet
}

func (w *wire) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent, w.began, w.answered = false, time.Now(), time.Time{}
}

// end fills in what the exchange came to.
func (w *wire) end(tr *Trace) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	tr.Sent = w.sent
	switch {
	case !w.answered.IsZero():
		// A server may answer before it has read everything.
		wrote := w.wrote
		if w.writing || wrote.After(w.answered) {
			wrote = w.answered
		}
		tr.Stage, tr.Write, tr.Wait, tr.Read = Read, wrote.Sub(w.began), w.answered.Sub(wrote), now.Sub(w.answered)
	case !w.sent || w.writing:
		tr.Stage, tr.Write = Write, now.Sub(w.began)
	default:
		tr.Stage, tr.Write, tr.Wait = Wait, w.wrote.Sub(w.began), now.Sub(w.wrote)
	}
}

// Write counts as sent before the first byte goes: what fails half-way may
// have left.
func (w *wire) Write(b []byte) (int, error) {
	w.mu.Lock()
	w.sent, w.writing = true, true
	w.mu.Unlock()
	n, err := w.Conn.Write(b)
	w.mu.Lock()
	if err == nil { // what did not end stays under way
		w.writing, w.wrote = false, time.Now()
	}
	w.mu.Unlock()
	return n, err
}

func (w *wire) Read(b []byte) (int, error) {
	n, err := w.Conn.Read(b)
	if n > 0 {
		w.mu.Lock()
		if w.answered.IsZero() {
			w.answered = time.Now()
		}
		w.mu.Unlock()
	}
	return n, err
}

// Close closes TCP and leaves out TLS's goodbye, which waits up to 5 s for a
// peer that reads nothing (crypto/tls, Conn.closeNotify): a request must end
// when its time is up.
func (w *wire) Close() error { return w.raw.Close() }

// errRefused is a proxy that does not make a tunnel.
var errRefused = errors.New("no tunnel")
