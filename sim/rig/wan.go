package rig

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// wan is the way to the gateway: TLS on one port of loopback, which can be
// closed and opened again.
type wan struct {
	handler http.Handler
	tls     *tls.Config
	caPEM   []byte
	latency atomic.Int64 // nanoseconds, there and back

	mu   sync.Mutex
	addr string
	srv  *http.Server // nil while the network is down
}

func openWAN(gateway http.Handler) (*wan, error) {
	cert, ca, err := throwAwayCA()
	if err != nil {
		return nil, err
	}
	w := &wan{addr: "127.0.0.1:0", caPEM: ca, tls: &tls.Config{Certificates: []tls.Certificate{cert}}}
	w.handler = w.slow(gateway)
	return w, w.set(true)
}

// set opens or closes the way.
func (w *wan) set(up bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if up == (w.srv != nil) {
		return nil
	}
	if !up {
		err := w.srv.Close()
		w.srv = nil
		return err
	}
	ln, err := net.Listen("tcp", w.addr)
	if err != nil {
		return fmt.Errorf("open the gateway's port: %w", err)
	}
	w.addr = ln.Addr().String()
	srv := &http.Server{
		Handler: w.handler, ReadHeaderTimeout: 10 * time.Second,
		ErrorLog: log.New(io.Discard, "", 0), // handshakes that a power cut ends
	}
	w.srv = srv
	go func() {
		err := srv.Serve(tls.NewListener(ln, w.tls))
		if !errors.Is(err, http.ErrServerClosed) {
			w.mu.Lock()
			defer w.mu.Unlock()
			if w.srv == srv {
				w.srv = nil // the port is gone; nobody answers
			}
		}
	}()
	return nil
}

func (w *wan) isUp() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.srv != nil
}

func (w *wan) url() string { return "https://" + w.addr }

// slow holds a request for half of the latency, and its answer for the other.
// A client that goes away meanwhile does not stop its request: that is on the
// wire.
func (w *wan) slow(gateway http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		half := time.Duration(w.latency.Load() / 2)
		if half > 0 {
			time.Sleep(half)
			rw = &lateWriter{ResponseWriter: rw, by: half}
		}
		gateway.ServeHTTP(rw, req)
	})
}

// lateWriter holds the head of an answer back.
type lateWriter struct {
	http.ResponseWriter
	by time.Duration
}

func (w *lateWriter) WriteHeader(status int) {
	time.Sleep(w.by)
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController flush and hijack.
func (w *lateWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// caLife is longer than any rig runs.
const caLife = 30 * 24 * time.Hour

// throwAwayCA makes an authority, a certificate for loopback that it vouches
// for, and forgets the authority's key.
func throwAwayCA() (cert tls.Certificate, caPEM []byte, err error) {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return cert, nil, fmt.Errorf("make the gateway's authority: %w", err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return cert, nil, fmt.Errorf("make the gateway's key: %w", err)
	}
	from := time.Now().Add(-time.Hour)
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "till simulation, worth nothing"},
		NotBefore: from, NotAfter: from.Add(caLife), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign,
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "simulated gateway"},
		NotBefore: from, NotAfter: from.Add(caLife),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	caDER, err := x509.CreateCertificate(rand.Reader, authority, authority, &caKey.PublicKey, caKey)
	if err != nil {
		return cert, nil, fmt.Errorf("make the gateway's authority: %w", err)
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, authority, &key.PublicKey, caKey)
	if err != nil {
		return cert, nil, fmt.Errorf("make the gateway's certificate: %w", err)
	}
	caPEM = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, caPEM, nil
}
