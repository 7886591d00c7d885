package link_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"testing"
	"time"
)

// valid is what a certificate is valid for. The zero value is 127.0.0.1 and
// localhost from 1990 to 2100, so also at midnight of 2000, when every
// synctest bubble begins.
type valid struct {
	from, to time.Time
	host     string
}

// selfSigned makes a server's configuration; ca returns what trusts it.
func selfSigned(t *testing.T, v valid) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if v.from.IsZero() {
		v.from = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if v.to.IsZero() {
		v.to = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "till test"},
		NotBefore: v.from, NotAfter: v.to, BasicConstraintsValid: true, IsCA: true,
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	if v.host != "" {
		template.DNSNames, template.IPAddresses = []string{v.host}, nil
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

func ca(c *tls.Config) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificates[0].Certificate[0]})
}
