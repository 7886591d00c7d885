package link_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"

	"till/device"
	"till/device/link"
)

// newProxy tunnels for whoever knows the password, and refuses others.
func newProxy(t *testing.T) *url.URL {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Header.Get("Proxy-Authorization") != "Basic c2hvcDpwYTpzcw==" {
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		far, err := net.Dial("tcp", r.RequestURI)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		near, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		go relay(far, near)
		_, _ = io.WriteString(near, "HTTP/1.1 200 Connection established\r\n\r\n") // checked by the client
		relay(near, far)
	}))
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestProxyIsAskedForATunnel(t *testing.T) {
	proxy := newProxy(t)
	s := newServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Header.Get("Proxy-Authorization")) // checked by the client
	}))
	for name, c := range map[string]struct {
		user *url.Userinfo
		url  string
		want string
	}{
		"known":         {url.UserPassword("shop", "pa:ss"), s.URL, ""},
		"unknown":       {url.UserPassword("shop", "other"), s.URL, "link: connect: L01: proxy: no tunnel: status 407"},
		"nobody":        {nil, s.URL, "link: connect: L01: proxy: no tunnel: status 407"},
		"no way beyond": {url.UserPassword("shop", "pa:ss"), nobody(t), "link: connect: L01: proxy: no tunnel: status 502"},
	} {
		at := *proxy
		at.User = c.user
		l, err := link.New(link.Config{CA: s.ca(), Proxy: &at})
		if err != nil {
			t.Fatal(err)
		}
		resp, tr, err := l.Do(t.Context(), link.Request{Method: http.MethodPost, URL: c.url, Body: []byte("1")})
		if got := fmt.Sprint(err); c.want != "" && (got != c.want || tr.Sent) {
			t.Errorf("%s: %v, sent = %v; want %s", name, err, tr.Sent, c.want)
		}
		if c.want == "" && (err != nil || string(resp.Body) != "") {
			t.Errorf("%s: %v; the gateway was told %q", name, err, resp.Body)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestConfigurationThatCannotWorkIsRefused(t *testing.T) {
	for _, cfg := range []link.Config{
		{CA: []byte{}},
		{CA: []byte("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n")},
		{Proxy: &url.URL{Scheme: "socks5", Host: "x:1"}},
		{Proxy: &url.URL{Scheme: "http", User: url.UserPassword("a", "hush")}},
	} {
		l, err := link.New(cfg)
		if l != nil || err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("New(%v) = %v, %v", cfg, l, err)
		}
	}
}

// TestNoNetworkIsL01 whatever was being done when the system said so: without
// a network the name server is out of reach too.
func TestNoNetworkIsL01(t *testing.T) {
	for _, no := range []error{syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.ENETDOWN} {
		for _, err := range []error{
			&net.OpError{Op: "dial", Err: no},
			&net.DNSError{Name: "gateway", UnwrapErr: &net.OpError{Op: "dial", Err: no}},
		} {
			l, newErr := link.New(link.Config{})
			if newErr != nil {
				t.Fatal(newErr)
			}
			l.SetDial(func(context.Context, string, string) (net.Conn, error) { return nil, err })
			_, _, got := l.Do(t.Context(), post("1"))
			expectCode(t, got, device.LinkDown)
		}
	}
}
