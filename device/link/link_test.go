package link_test

import (
	"context"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"till/device/devicetest"
	"till/device/link"
)

// server is a gateway on loopback whose answers can be spoiled.
type server struct {
	*httptest.Server
	trouble atomic.Uint32
}

func newServer(t *testing.T, h http.Handler) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch devicetest.LinkTrouble(s.trouble.Load()) {
		case devicetest.LinkMute:
			h.ServeHTTP(httptest.NewRecorder(), r)
			<-r.Context().Done()
		case devicetest.LinkCut:
			h.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		default:
			h.ServeHTTP(w, r)
		}
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func (s *server) ca() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
}

// nobody returns the URL of a port where nobody listens.
func nobody(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }() // that is the point
	return "https://" + l.Addr().String()
}

// noNames is a resolver that knows no name and needs no network.
var noNames = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
	return nil, errors.New("no name server here")
}}

func TestConformance(t *testing.T) {
	devicetest.TestLink(t, func(t *testing.T, h http.Handler, o devicetest.LinkOptions) devicetest.LinkRig {
		gateway := newServer(t, h)
		l, err := link.New(link.Config{
			CA: gateway.ca(), Resolver: noNames, AnswerTimeout: o.AnswerTimeout, OnState: o.OnState,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() }) // never fails
		other := otherAuthority(t, h)
		return devicetest.LinkRig{Link: l, Trouble: func(trouble devicetest.LinkTrouble) string {
			gateway.trouble.Store(uint32(trouble))
			switch trouble {
			case devicetest.LinkRefused:
				return nobody(t)
			case devicetest.LinkNoName:
				return "https://gateway.invalid"
			case devicetest.LinkUntrusted:
				return other.URL
			}
			return gateway.URL
		}}
	})
}

// otherAuthority is a server with a certificate of its own making.
func otherAuthority(t *testing.T, h http.Handler) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.TLS = selfSigned(t, valid{})
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}
