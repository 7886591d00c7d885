package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

type keySet struct {
	merchant, platform, short, alipay, lakala *rsa.PrivateKey
	files                                     map[string][]byte
}

// testKeys makes every key file that a test may want, once.
var testKeys = sync.OnceValue(func() keySet {
	var k keySet
	var errs []error
	note := func(err error) { errs = append(errs, err) }
	make := func(bits int) *rsa.PrivateKey {
		key, err := rsa.GenerateKey(rand.Reader, bits)
		note(err)
		return key
	}
	k.merchant, k.platform, k.short = make(2048), make(2048), make(1024)
	k.alipay, k.lakala = make(2048), make(2048)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	note(err)
	pkcs8 := func(key any) []byte { der, err := x509.MarshalPKCS8PrivateKey(key); note(err); return der }
	pkix := func(key any) []byte { der, err := x509.MarshalPKIXPublicKey(key); note(err); return der }
	block := func(kind string, der []byte) []byte {
		return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
	}
	cert := certificate(k.platform, 0x7777AB, note)
	lakalaCert := certificate(k.platform, 0xdfba8194c41b84e, note)
	legacy := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: []byte("x"),
		Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-128-CBC,00"}})
	k.files = map[string][]byte{
		"apiclient_key.pem":    block("PRIVATE KEY", pkcs8(k.merchant)),
		"merchant.pem":         block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(k.merchant)),
		"pub_key.pem":          block("PUBLIC KEY", pkix(&k.platform.PublicKey)),
		"platform.pem":         block("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&k.platform.PublicKey)),
		"cert.pem":             block("CERTIFICATE", cert),
		"ca.pem":               append(append([]byte("# ours\n"), block("CERTIFICATE", cert)...), block("CERTIFICATE", cert)...),
		"own.pem":              block("PUBLIC KEY", pkix(&k.merchant.PublicKey)),
		"short.pem":            block("PRIVATE KEY", pkcs8(k.short)),
		"short_pub.pem":        block("PUBLIC KEY", pkix(&k.short.PublicKey)),
		"curve.pem":            block("PRIVATE KEY", pkcs8(curve)),
		"curve_pub.pem":        block("PUBLIC KEY", pkix(&curve.PublicKey)),
		"ec.pem":               block("EC PRIVATE KEY", []byte("x")),
		"encrypted.pem":        block("ENCRYPTED PRIVATE KEY", []byte("x")),
		"legacy.pem":           legacy,
		"damaged.pem":          block("PRIVATE KEY", []byte("x")),
		"damaged_pub.pem":      block("PUBLIC KEY", []byte("x")),
		"damaged_cert.pem":     block("CERTIFICATE", []byte("x")),
		"mixed.pem":            append(block("CERTIFICATE", cert), block("PRIVATE KEY", pkcs8(k.merchant))...),
		"alipay_app_key.pem":   block("PRIVATE KEY", pkcs8(k.alipay)),
		"alipay_pub_key.pem":   block("PUBLIC KEY", pkix(&k.platform.PublicKey)),
		"lakala_key.pem":       block("PRIVATE KEY", pkcs8(k.lakala)),
		"lakala_cert.pem":      block("CERTIFICATE", lakalaCert),
		"appCertPublicKey.crt": block("CERTIFICATE", cert),
		"alipayRootCert.crt": slices.Concat(block("CERTIFICATE", cert), block("CERTIFICATE", []byte("of SM2")),
			block("CERTIFICATE", lakalaCert)),
		"text.pem":   []byte("not PEM at all\n"),
		"empty.pem":  nil,
		"staff.toml": []byte(demoStaffTOML()),
	}
	for _, err := range errs {
		if err != nil {
			panic(err)
		}
	}
	return k
})

func certificate(key *rsa.PrivateKey, serial int64, note func(error)) []byte {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "Tenpay.com"},
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	note(err)
	return der
}

// keyDir is a new directory with the key files below keys, all mode 0600 but
// open.pem.
func keyDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "keys"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, data := range testKeys().files {
		if err := os.WriteFile(filepath.Join(dir, "keys", name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "staff.toml"), testKeys().files["staff.toml"], 0o600); err != nil {
		t.Fatal(err)
	}
	open := filepath.Join(dir, "keys", "open.pem")
	if err := os.WriteFile(open, testKeys().files["merchant.pem"], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, 0o640); err != nil {
		t.Fatal(err)
	}
	return dir
}

// memoryFiles serves the key files without a disk.
type memoryFiles struct{}

func (memoryFiles) read(path string) ([]byte, fs.FileMode, error) {
	data, ok := testKeys().files[filepath.Base(path)]
	if !ok {
		return nil, 0, fs.ErrNotExist
	}
	return data, 0o600, nil
}

// TestEveryKeyFileIsJudged: its name, what is wrong with it, what to do.
func TestEveryKeyFileIsJudged(t *testing.T) {
	t.Chdir(keyDir(t))
	const private, public, ca = "key_file", "platform_key_file", "ca_file"
	for _, c := range []struct{ key, file, want string }{
		{private, "apiclient_key.pem", ""},
		{private, "merchant.pem", ""},
		{private, "open.pem", "keys/open.pem: others can read it (mode 0640); run: chmod 600 keys/open.pem"},
		{private, "cert.pem", "keys/cert.pem: holds a certificate, not a private key; use a PEM file"},
		{private, "pub_key.pem", "keys/pub_key.pem: holds a public key, not a private key; use"},
		{private, "ec.pem", "keys/ec.pem: holds an elliptic curve key, not a private key"},
		{private, "curve.pem", "keys/curve.pem: holds a key of another kind (*ecdsa.PrivateKey), not RSA"},
		{private, "short.pem", "keys/short.pem: an RSA key of 1024 bits is too short; 2048 at least"},
		{private, "encrypted.pem", "keys/encrypted.pem: the key is encrypted and a terminal starts without anybody" +
			" to type a password; decrypt it: openssl pkey -in"},
		{private, "legacy.pem", "keys/legacy.pem: the key is encrypted"},
		{private, "damaged.pem", "keys/damaged.pem: the key is damaged: "},
		{private, "text.pem", "keys/text.pem: not a PEM file"},
		{private, "empty.pem", "keys/empty.pem: not a PEM file"},
		{private, "none.pem", "keys/none.pem: no such file; use a PEM file with the merchant's RSA private key, mode 0600"},
		{private, "..", ".: cannot be read: not a file"},
		{public, "pub_key.pem", ""},
		{public, "platform.pem", ""},
		{public, "own.pem", "keys/own.pem: this is the merchant's own key, the public half of key_file; use the platform's"},
		{public, "cert.pem", "wechatpay.platform_id: the certificate in platform_key_file has the number 7777AB; use that number"},
		{public, "merchant.pem", "keys/merchant.pem: holds a private key, not a public key or certificate"},
		{public, "curve_pub.pem", "keys/curve_pub.pem: holds a key of another kind (*ecdsa.PublicKey), not RSA"},
		{public, "short_pub.pem", "keys/short_pub.pem: an RSA key of 1024 bits is too short"},
		{public, "damaged_pub.pem", "keys/damaged_pub.pem: the key is damaged: "},
		{public, "damaged_cert.pem", "keys/damaged_cert.pem: the key is damaged: "},
		{public, "text.pem", "keys/text.pem: not a PEM file"},
		{ca, "ca.pem", ""},
		{ca, "merchant.pem", "keys/merchant.pem: holds a private key; only certificates belong in it"},
		{ca, "mixed.pem", "keys/mixed.pem: holds a private key; only certificates belong in it"},
		{ca, "damaged_cert.pem", "keys/damaged_cert.pem: certificate 1 is damaged: "},
		{ca, "text.pem", "keys/text.pem: no certificate in it"},
	} {
		text := setKey(ExampleConfig(), c.key, "keys/"+c.file)
		if err := os.WriteFile("till.toml", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := LoadConfig("till.toml")
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s = %s: %v", c.key, c.file, err)
		case c.want == "":
		case err == nil || !strings.Contains(err.Error(), c.want), !strings.HasSuffix(report(t, err), "\n1 problem"):
			t.Errorf("%s = %s: %v\nwant %s", c.key, c.file, err, c.want)
		}
	}

	text := setKey(ExampleConfig(), "platform_key_file", "keys/cert.pem")
	text = setKey(text, "platform_id", "007777AB")
	if cfg := load(t, text); cfg.WeChatPay.PlatformKey.Serial != "7777AB" {
		t.Errorf("the certificate's number is %s", cfg.WeChatPay.PlatformKey.Serial)
	}
}

// setKey sets one key of the example to another text, where it stands first.
func setKey(text, key, value string) string { return setLine(text, key, quote(value)) }

// setLine is setKey with a value of any kind.
func setLine(text, key, value string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(strings.TrimPrefix(line, "#"), key+" = ") {
			lines[i] = key + " = " + value
			return strings.Join(lines, "\n")
		}
	}
	panic("the example has no key " + key)
}
