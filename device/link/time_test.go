package link_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"till/device"
	"till/device/link"
)

// piped returns a link whose connections are pipes to serve, for a synctest
// bubble, in which it is the year 2000.
func piped(t *testing.T, cfg link.Config, serve func(net.Conn)) *link.Link {
	t.Helper()
	l, err := link.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	l.SetDial(func(context.Context, string, string) (net.Conn, error) {
		client, near := net.Pipe()
		far, server := net.Pipe()
		go func() {
			defer func() { _ = server.Close() }() // a pipe
			serve(server)
		}()
		go relay(near, far)
		go relay(far, near)
		return client, nil
	})
	return l
}

// relay carries bytes one way, so that a write need not wait for its reader:
// TLS says why it gives up while the other side is still talking.
func relay(to, from net.Conn) {
	_, _ = io.Copy(to, from) // ends when either pipe does
	_ = to.Close()           // a pipe
	_ = from.Close()         // a pipe
}

// overTLS serves requests on a pipe: each after wait and with answer.
func overTLS(cfg *tls.Config, wait time.Duration, answer string) func(net.Conn) {
	return func(c net.Conn) {
		secure := tls.Server(c, cfg)
		in := bufio.NewReader(secure)
		for {
			r, err := http.ReadRequest(in)
			if err != nil {
				return
			}
			if _, err := io.Copy(io.Discard, r.Body); err != nil {
				return
			}
			time.Sleep(wait)
			if _, err := io.WriteString(secure, answer); err != nil {
				return
			}
		}
	}
}

const gateway = "https://localhost/pay"

func post(body string) link.Request {
	return link.Request{Method: http.MethodPost, URL: gateway, Body: []byte(body)}
}

func expectCode(t *testing.T, err error, code device.Code) {
	t.Helper()
	if f, ok := errors.AsType[*device.Fault](err); !ok || f.Code != code {
		t.Errorf("error is %v, want %s", err, code)
	}
}

// TestEveryStageHasItsTimeLimit holds up one stage after the other.
func TestEveryStageHasItsTimeLimit(t *testing.T) {
	cert := selfSigned(t, valid{})
	proxy := &url.URL{Scheme: "http", Host: "proxy:3128"}
	deaf := func(c net.Conn) { _, _ = io.Copy(io.Discard, c) } // reads until the client gives up
	late := func(d time.Duration) func(net.Conn) { return overTLS(cert, d, ok) }
	shut := func(c net.Conn) {
		if tls.Server(c, cert).Handshake() == nil {
			time.Sleep(time.Hour)
		}
	}
	half := overTLS(cert, 0, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok")
	cases := []struct {
		name  string
		cfg   link.Config
		serve func(net.Conn) // nil: not even dialled
		stage link.Stage
		after time.Duration
		sent  bool
	}{
		{"connect", link.Config{}, nil, link.Connect, 5 * time.Second, false},
		{"connect, own limit", link.Config{ConnectTimeout: time.Second}, nil, link.Connect, time.Second, false},
		{"proxy", link.Config{Proxy: proxy}, deaf, link.Connect, 5 * time.Second, false},
		{"handshake", link.Config{}, deaf, link.Handshake, 5 * time.Second, false},
		{"handshake, own limit", link.Config{TLSTimeout: time.Second}, deaf, link.Handshake, time.Second, false},
		{"answer", link.Config{}, late(time.Hour), link.Wait, 15 * time.Second, true},
		{"answer, own limit", link.Config{AnswerTimeout: time.Minute}, late(time.Hour), link.Wait, time.Minute, true},
		{"a request that nobody reads", link.Config{}, shut, link.Write, 15 * time.Second, true},
		{"half an answer", link.Config{}, half, link.Read, 15 * time.Second, true},
		{"in time", link.Config{}, late(15*time.Second - 1), link.Done, 15*time.Second - 1, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c.cfg.CA = ca(cert)
				l := piped(t, c.cfg, c.serve)
				if c.serve == nil {
					l.SetDial(func(ctx context.Context, _, _ string) (net.Conn, error) {
						<-ctx.Done()
						return nil, ctx.Err()
					})
				}
				start := time.Now()
				_, tr, err := l.Do(t.Context(), post(strings.Repeat("x", 100<<10)))
				if c.stage == link.Done {
					if err != nil {
						t.Error(err)
					}
				} else {
					expectCode(t, err, device.LinkSlow)
				}
				if took := time.Since(start); took != c.after || tr.Stage != c.stage || tr.Sent != c.sent {
					t.Errorf("ended in %q after %v, sent = %v; want %q after %v, %v", tr.Stage, took, tr.Sent, c.stage, c.after, c.sent)
				}
				if sum := tr.DNS + tr.Connect + tr.TLS + tr.Write + tr.Wait + tr.Read; sum != c.after {
					t.Errorf("the stages' times add up to %v, want %v: %+v", sum, c.after, tr)
				}
				if err := l.Close(); err != nil {
					t.Error(err)
				}
				time.Sleep(2 * time.Hour) // lets the server finish
			})
		})
	}
}

// TestGivingUpDoesNotWaitForThePeer: TLS would say goodbye to a server that
// does not listen, for 5 s.
func TestGivingUpDoesNotWaitForThePeer(t *testing.T) {
	cert := selfSigned(t, valid{})
	synctest.Test(t, func(t *testing.T) {
		l := piped(t, link.Config{CA: ca(cert)}, nil)
		l.SetDial(func(context.Context, string, string) (net.Conn, error) {
			near, far := net.Pipe()
			go overTLS(cert, time.Hour, ok)(far)
			return near, nil
		})
		start := time.Now()
		_, _, err := l.Do(t.Context(), post("1"))
		expectCode(t, err, device.LinkSlow)
		if took := time.Since(start); took != 15*time.Second {
			t.Errorf("took %v, want 15 s", took)
		}
		time.Sleep(2 * time.Hour)
	})
}

// TestTheCallersLimitIsSlow tells a caller's deadline from a caller's cancel:
// the first says something about the link.
func TestTheCallersLimitIsSlow(t *testing.T) {
	cert := selfSigned(t, valid{})
	synctest.Test(t, func(t *testing.T) {
		var states []string
		l := piped(t, link.Config{CA: ca(cert), OnState: func(up bool, f *device.Fault) {
			states = append(states, f.Error())
		}}, overTLS(cert, time.Hour, ok))
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		_, tr, err := l.Do(ctx, post("1"))
		expectCode(t, err, device.LinkSlow)
		if !errors.Is(err, context.DeadlineExceeded) || tr.Wait != 3*time.Second {
			t.Errorf("%v after %v", err, tr.Wait)
		}
		if got := strings.Join(states, "; "); got != "link: wait for answer: L04: context deadline exceeded" {
			t.Errorf("states: %s", got)
		}
		time.Sleep(2 * time.Hour)
	})
}

// TestOldIdleConnectionIsNotUsed: a network may have forgotten it.
func TestOldIdleConnectionIsNotUsed(t *testing.T) {
	cert := selfSigned(t, valid{})
	synctest.Test(t, func(t *testing.T) {
		l := piped(t, link.Config{CA: ca(cert)}, overTLS(cert, 0, ok))
		for i, wait := range []time.Duration{0, time.Minute, time.Minute + 1} {
			time.Sleep(wait)
			_, tr, err := l.Do(t.Context(), post("1"))
			if want := i == 1; err != nil || tr.Reused != want {
				t.Errorf("after %v: reused = %v, want %v; %v", wait, tr.Reused, want, err)
			}
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Minute)
	})
}

// TestClockAndCertificate: in a bubble it is 1 January 2000.
func TestClockAndCertificate(t *testing.T) {
	day := func(y int) time.Time { return time.Date(y, 6, 1, 0, 0, 0, 0, time.UTC) }
	cases := []struct {
		name  string
		valid valid
		built time.Time
		code  device.Code
		hint  string
	}{
		{"clock before the program", valid{from: day(2026)}, day(2026), device.ClockUnset, "clock says 2000-01-01, this program was built 2026-06-01"},
		{"not yet valid, build not known", valid{from: day(2026)}, time.Time{}, device.LinkUntrusted, "is the clock behind?"},
		{"not yet valid, clock after the build", valid{from: day(2026)}, day(1999), device.LinkUntrusted, "valid from 2026-06-01, clock says 2000-01-01"},
		{"expired", valid{to: day(1999)}, day(2026), device.LinkUntrusted, "is the clock ahead?"},
		{"another name", valid{host: "example.com"}, day(2026), device.LinkUntrusted, "example.com"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			cert := selfSigned(t, c.valid)
			synctest.Test(t, func(t *testing.T) {
				l := piped(t, link.Config{CA: ca(cert), Built: c.built}, overTLS(cert, 0, ok))
				_, tr, err := l.Do(t.Context(), post("1"))
				expectCode(t, err, c.code)
				if err == nil || !strings.Contains(err.Error(), c.hint) || tr.Sent || tr.Stage != link.Handshake {
					t.Errorf("%v, sent = %v, stage %v; want the hint %q", err, tr.Sent, tr.Stage, c.hint)
				}
			})
		})
	}
}

// TestHandshakesThatFail: not TLS and a broken wire are L05, TLS that we do not
// take is L03.
func TestHandshakesThatFail(t *testing.T) {
	old := selfSigned(t, valid{})
	old.MaxVersion = tls.VersionTLS11
	old.MinVersion = tls.VersionTLS10
	hello := make([]byte, 1)
	for name, c := range map[string]struct {
		serve func(net.Conn)
		code  device.Code
	}{
		"TLS 1.1":        {overTLS(old, 0, ok), device.LinkUntrusted},
		"hangs up":       {func(c net.Conn) { _, _ = c.Read(hello) }, device.LinkBroken},
		"captive portal": {func(c net.Conn) { _, _ = c.Read(hello); _, _ = io.WriteString(c, "HTTP/1.1 302 Found\r\n\r\n") }, device.LinkBroken},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := piped(t, link.Config{CA: ca(old)}, c.serve)
				_, tr, err := l.Do(t.Context(), post("1"))
				expectCode(t, err, c.code)
				if tr.Sent || tr.Stage != link.Handshake {
					t.Errorf("sent = %v, stage %v", tr.Sent, tr.Stage)
				}
			})
		})
	}
}
