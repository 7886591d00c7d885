package main

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"unicode"

	"github.com/pelletier/go-toml/v2/unstable"
)

// pathKind is the path of something that is not looked at: a device that may
// be plugged in later, a directory that is made at start.
type pathKind struct {
	what string // "the device's path"
	none bool   // "none" says that there is nothing
	abs  bool   // it must begin with a slash
	free bool   // it may be empty
}

func (k pathKind) read(v configValue, env *configEnv, to any) *complaint {
	p := to.(*string)
	switch {
	case v.kind != unstable.String:
		return notThat(v, "a text")
	case k.none && v.text == "none", k.free && v.text == "":
		*p = ""
	case !isPath(v.text):
		return notThat(v, "a path")
	case k.abs && !strings.HasPrefix(v.text, "/"):
		return &complaint{text: v.show() + " does not begin with /"}
	default:
		*p = resolve(env.dir, v.text)
	}
	return nil
}

func (k pathKind) want() string {
	if k.none {
		return k.what + `, or "none"`
	}
	return k.what
}

func (k pathKind) show(from any) string {
	if p := *from.(*string); p != "" || !k.none {
		return quote(p)
	}
	return quote("none")
}

// isPath tells whether s can be a path here: one with a line break or another
// control character is a slip, and would not fit the line of a problem.
func isPath(s string) bool { return s != "" && !strings.ContainsFunc(s, unicode.IsControl) }

// readPEM reads the PEM file that v names. The complaints name the file as the
// program sees it, because that is where a person must look.
func readPEM(v configValue, env *configEnv) (path string, data []byte, mode fs.FileMode, c *complaint) {
	switch {
	case v.kind != unstable.String:
		return "", nil, 0, notThat(v, "a text")
	case strings.Contains(v.text, pemMark):
		return "", nil, 0, pasted()
	case !isPath(v.text):
		return "", nil, 0, notThat(v, "a path")
	}
	path = resolve(env.dir, v.text)
	data, mode, err := env.files.read(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil, 0, &complaint{text: path + ": no such file"}
	case err != nil:
		return "", nil, 0, &complaint{text: fmt.Sprintf("%s: cannot be read: %s", path, causeOf(err))}
	}
	return path, data, mode, nil
}

// pemMark is how keys and certificates begin (RFC 7468).
const pemMark = "-----BEGIN"

// pasted is the complaint about a key in the place of a file's name.
func pasted() *complaint {
	return &complaint{
		text: "a key does not belong in this file",
		want: "put it into a file of its own and name that", hide: true,
	}
}

// rsaBitsMin is what SHA256-RSA2048, the only signature of WeChat Pay v3, is
// named after.
const rsaBitsMin = 2048

// privateKeyKind is a file with an RSA private key that nobody else can read.
type privateKeyKind struct{}

func (privateKeyKind) want() string {
	return "a PEM file with the merchant's RSA private key, mode 0600"
}

func (privateKeyKind) show(from any) string { return quote(from.(*PrivateKey).Path) }

func (privateKeyKind) read(v configValue, env *configEnv, to any) *complaint {
	path, data, mode, c := readPEM(v, env)
	if c != nil {
		return c
	}
	about := func(format string, args ...any) *complaint {
		return &complaint{text: path + ": " + fmt.Sprintf(format, args...)}
	}
	if mode&0o077 != 0 {
		c := about("others can read it (mode %04o)", mode)
		c.want = "run: chmod 600 " + path
		return c
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return about("not a PEM file")
	}
	if block.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED") {
		c := about("the key is encrypted and a terminal starts without anybody to type a password")
		c.want = "decrypt it: openssl pkey -in " + path + " -out plain.pem"
		return c
	}
	var key any
	var err error
	switch block.Type {
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	default:
		return about("holds %s, not a private key", pemWord(block.Type))
	}
	if err != nil {
		return about("the key is damaged: %v", err)
	}
	private, ok := key.(*rsa.PrivateKey)
	if !ok {
		return about("holds a key of another kind (%T), not RSA", key)
	}
	if bits := private.N.BitLen(); bits < rsaBitsMin {
		return about("an RSA key of %d bits is too short; %d at least", bits, rsaBitsMin)
	}
	*to.(*PrivateKey) = PrivateKey{Path: path, key: private}
	return nil
}

// pemWord is a PEM type with its article, for a sentence.
func pemWord(blockType string) string {
	switch blockType {
	case "CERTIFICATE":
		return "a certificate"
	case "CERTIFICATE REQUEST":
		return "a certificate request"
	case "PUBLIC KEY", "RSA PUBLIC KEY":
		return "a public key"
	case "PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY":
		return "a private key"
	case "EC PRIVATE KEY":
		return "an elliptic curve key"
	}
	return fmt.Sprintf("%.40q", blockType)
}

// publicKeyKind is a file with an RSA public key, bare or in a certificate.
type publicKeyKind struct{}

func (publicKeyKind) want() string {
	return "a PEM file with the platform's public key or certificate"
}

func (publicKeyKind) show(from any) string { return quote(from.(*PublicKey).Path) }

func (publicKeyKind) read(v configValue, env *configEnv, to any) *complaint {
	path, data, _, c := readPEM(v, env)
	if c != nil {
		return c
	}
	about := func(format string, args ...any) *complaint {
		return &complaint{text: path + ": " + fmt.Sprintf(format, args...)}
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return about("not a PEM file")
	}
	got := PublicKey{Path: path}
	var key any
	var err error
	switch block.Type {
	case "PUBLIC KEY":
		key, err = x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PUBLIC KEY":
		key, err = x509.ParsePKCS1PublicKey(block.Bytes)
	case "CERTIFICATE":
		var cert *x509.Certificate
		if cert, err = x509.ParseCertificate(block.Bytes); err == nil {
			key, got.Serial = cert.PublicKey, fmt.Sprintf("%X", cert.SerialNumber)
			got.CertSN = alipaySerial(cert)
		}
	default:
		return about("holds %s, not a public key or certificate", pemWord(block.Type))
	}
	if err != nil {
		return about("the key is damaged: %v", err)
	}
	public, ok := key.(*rsa.PublicKey)
	if !ok {
		return about("holds a key of another kind (%T), not RSA", key)
	}
	if bits := public.N.BitLen(); bits < rsaBitsMin {
		return about("an RSA key of %d bits is too short; %d at least", bits, rsaBitsMin)
	}
	got.Key = public
	*to.(*PublicKey) = got
	return nil
}

// caKind is a file with the certificates of authorities; "" is the system's.
type caKind struct{}

func (caKind) want() string { return "a PEM file with certificates" }

func (caKind) show(from any) string { return quote(from.(*CAFile).Path) }

func (caKind) read(v configValue, env *configEnv, to any) *complaint {
	if v.kind == unstable.String && v.text == "" {
		*to.(*CAFile) = CAFile{}
		return nil
	}
	path, data, _, c := readPEM(v, env)
	if c != nil {
		return c
	}
	n := 0
	for rest := data; ; n++ {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			text := fmt.Sprintf("%s: holds %s; only certificates belong in it", path, pemWord(block.Type))
			return &complaint{text: text}
		}
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return &complaint{text: fmt.Sprintf("%s: certificate %d is damaged: %v", path, n+1, err)}
		}
	}
	if n == 0 {
		return &complaint{text: path + ": no certificate in it"}
	}
	*to.(*CAFile) = CAFile{Path: path, PEM: data}
	return nil
}
