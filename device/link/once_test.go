package link_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"till/device"
	"till/device/link"
)

// rawServer is TLS on loopback whose every connection is given to serve: what
// no well-behaved HTTP server would do is written here byte by byte.
type rawServer struct {
	url string
	ca  []byte

	mu       sync.Mutex
	requests []string
}

func newRawServer(t *testing.T, serve func(s *rawServer, c net.Conn, in *bufio.Reader)) *rawServer {
	t.Helper()
	cfg := selfSigned(t, valid{})
	l, err := tls.Listen("tcp", "127.0.0.1:0", cfg)
	if err != nil {
		t.Fatal(err)
	}
	s := &rawServer{url: "https://" + l.Addr().String(), ca: ca(cfg)}
	var conns sync.WaitGroup
	conns.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			conns.Go(func() {
				defer func() { _ = c.Close() }() // the client sees it or is gone
				serve(s, c, bufio.NewReader(c))
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close() // ends Accept
		conns.Wait()
	})
	return s
}

// read takes one whole request off the wire; false: the client has gone.
func (s *rawServer) read(in *bufio.Reader) bool {
	r, err := http.ReadRequest(in)
	if err != nil {
		return false
	}
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r.Method)
	return true
}

func (s *rawServer) served() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.requests, " ")
}

func (s *rawServer) link(t *testing.T, cfg link.Config) *link.Link {
	t.Helper()
	cfg.CA = s.ca
	l, err := link.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // never fails
	return l
}

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

// oneThenHangUp answers the first request of a connection, reads the second
// and hangs up: the moment in which net/http's Transport sends again.
func oneThenHangUp(s *rawServer, c net.Conn, in *bufio.Reader) {
	if s.read(in) {
		if _, err := io.WriteString(c, ok); err == nil {
			s.read(in)
		}
	}
}

// TestNoRequestIsSentTwice hangs up on a reused connection after the request
// has been read. The control, net/http's own client, does send again.
func TestNoRequestIsSentTwice(t *testing.T) {
	for _, c := range []struct {
		method string
		header link.Header
	}{
		{http.MethodGet, nil},
		{http.MethodHead, nil},
		{http.MethodPost, nil},
		{http.MethodPost, link.Header{{"Idempotency-Key", "1"}}},
		{http.MethodPost, link.Header{{"X-Idempotency-Key", "1"}}},
	} {
		s := newRawServer(t, oneThenHangUp)
		l := s.link(t, link.Config{})
		if _, _, err := l.Do(t.Context(), link.Request{Method: http.MethodGet, URL: s.url}); err != nil {
			t.Fatal(err)
		}
		req := link.Request{Method: c.method, URL: s.url, Header: c.header, Body: []byte("pay")}
		_, tr, err := l.Do(t.Context(), req)
		if f, ok := errors.AsType[*device.Fault](err); !ok || f.Code != device.LinkBroken || !tr.Sent || !tr.Reused {
			t.Errorf("%s %v: %v, sent = %v, reused = %v; want L05 after sending on a reused connection",
				c.method, c.header, err, tr.Sent, tr.Reused)
		}
		if got, want := s.served(), "GET "+c.method; got != want {
			t.Errorf("%s %v: the server read %q, want %q", c.method, c.header, got, want)
		}
	}

	s := newRawServer(t, oneThenHangUp)
	control := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	defer control.CloseIdleConnections()
	for range 2 {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url, strings.NewReader("pay"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Idempotency-Key", "1")
		resp, err := control.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			t.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.served(); got != "POST POST POST" {
		t.Errorf("the control's server read %q; it should have provoked a repeat", got)
	}
}

// TestDeadIdleConnectionIsNotUsed lets the server say goodbye between two
// requests. The second one goes out on a new connection, once.
func TestDeadIdleConnectionIsNotUsed(t *testing.T) {
	s := newRawServer(t, func(s *rawServer, c net.Conn, in *bufio.Reader) {
		if s.read(in) {
			_, _ = io.WriteString(c, ok) // and hang up
		}
	})
	l := s.link(t, link.Config{})
	for i := range 3 {
		_, tr, err := l.Do(t.Context(), link.Request{Method: http.MethodPost, URL: s.url, Body: []byte("pay")})
		if err != nil || tr.Reused {
			t.Fatalf("request %d: reused = %v, %v", i, tr.Reused, err)
		}
		<-l.Gone()
	}
	if got := s.served(); got != "POST POST POST" {
		t.Errorf("the server read %q", got)
	}
}

// TestBrokenAnswers are L05 after sending, whatever they are.
func TestBrokenAnswers(t *testing.T) {
	long := strings.Repeat("x", 100)
	for name, answer := range map[string]string{
		"nothing":              "",
		"half a status line":   "HTTP/1.1 20",
		"not HTTP":             "SSH-2.0-OpenSSH_9.2\r\n\r\n",
		"half a head":          "HTTP/1.1 200 OK\r\nContent-Le",
		"a head without end":   "HTTP/1.1 200 OK\r\n" + strings.Repeat("A: "+strings.Repeat("b", 1000)+"\r\n", 30) + "Content-Length: 2\r\n\r\nok",
		"half a body":          "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
		"half a chunk":         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nhalf",
		"no last chunk":        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
		"a bad chunk":          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"two lengths":          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
		"a length too long":    "HTTP/1.1 200 OK\r\nContent-Length: 65\r\n\r\n" + long,
		"too long in chunks":   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n" + long + "\r\n0\r\n\r\n",
		"too long without end": "HTTP/1.1 200 OK\r\n\r\n" + long,
		"compressed unasked":   "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nab",
		"another protocol":     "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
	} {
		s := newRawServer(t, func(s *rawServer, c net.Conn, in *bufio.Reader) {
			if s.read(in) {
				_, _ = io.WriteString(c, answer) // the client may hang up first
			}
		})
		l := s.link(t, link.Config{MaxAnswer: 64})
		resp, tr, err := l.Do(t.Context(), link.Request{Method: http.MethodPost, URL: s.url, Body: []byte("pay")})
		if f, ok := errors.AsType[*device.Fault](err); !ok || f.Code != device.LinkBroken || !tr.Sent {
			t.Errorf("%s: %v %v, sent = %v; want L05 after sending", name, resp, err, tr.Sent)
		}
		if got := s.served(); got != "POST" {
			t.Errorf("%s: the server read %q", name, got)
		}
	}
}

// TestOddAnswersThatAreWhole are answers.
func TestOddAnswersThatAreWhole(t *testing.T) {
	for name, answer := range map[string]string{
		"chunks":         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n",
		"until the end":  "HTTP/1.0 200 OK\r\n\r\nok",
		"after a 100":    "HTTP/1.1 100 Continue\r\n\r\n" + ok,
		"exactly enough": ok,
	} {
		s := newRawServer(t, func(s *rawServer, c net.Conn, in *bufio.Reader) {
			if s.read(in) {
				_, _ = io.WriteString(c, answer) // checked by what the client reads
			}
		})
		l := s.link(t, link.Config{MaxAnswer: 2})
		resp, _, err := l.Do(t.Context(), link.Request{Method: http.MethodPost, URL: s.url, Body: []byte("pay")})
		if err != nil || resp.Status != 200 || string(resp.Body) != "ok" {
			t.Errorf("%s: %d %q, %v", name, resp.Status, resp.Body, err)
		}
	}
}

// TestManyAtOnce sends from many goroutines; each gets its own answer, and a
// few connections are kept.
func TestManyAtOnce(t *testing.T) {
	s := newServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, r.Body) // checked by the client
	}))
	l, err := link.New(link.Config{CA: s.ca()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }() // never fails
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			body := strings.Repeat("x", i)
			for range 4 {
				resp, _, err := l.Do(context.Background(), link.Request{Method: http.MethodPost, URL: s.URL, Body: []byte(body)})
				if err != nil || string(resp.Body) != body {
					t.Errorf("sent %q, got %q, %v", body, resp.Body, err)
				}
			}
		})
	}
	all.Wait()
}
