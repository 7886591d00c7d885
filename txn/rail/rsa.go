package rail

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
)

// Signer signs for this merchant: RSA in production, injected in the fast
// simulation (decisions.md 16).
type Signer interface {
	// Serial names the key, as the network does: the serial number of the
	// merchant's certificate, 40 hexadecimal digits at WeChat Pay.
	Serial() string
	Sign(message []byte) ([]byte, error)
}

// Verifier checks what a network signed.
type Verifier interface {
	// Verify returns nil when the key that serial names signed message. The
	// error is ErrUnknownKey, possibly wrapped, when there is no such key.
	Verify(serial string, message, signature []byte) error
}

// The ways in which a signature is no proof.
var (
	ErrUnknownKey = errors.New("no such key of the network")
	ErrSignature  = errors.New("signature does not match")
)

// rsaBitsMin is the shortest modulus that is accepted: both wallets prescribe
// 2048 bits (rails.md 1.9 and 2.6).
const rsaBitsMin = 2048

// RSASigner signs with RSASSA-PKCS1-v1_5 over SHA-256, which is deterministic:
// the same message has the same signature (RFC 8017 section 8.2). It prints as
// its serial number.
type RSASigner struct {
	serial string
	key    *rsa.PrivateKey
}

// NewRSASigner returns a signer with the merchant's key, of at least 2048 bits.
func NewRSASigner(serial string, key *rsa.PrivateKey) (*RSASigner, error) {
	switch {
	case !Token(serial, 64):
		return nil, fmt.Errorf("serial number %q of the merchant's key: not 1 to 64 letters and digits", serial)
	case key == nil:
		return nil, fmt.Errorf("merchant's key %s: none given", serial)
	case key.N.BitLen() < rsaBitsMin:
		return nil, fmt.Errorf("merchant's key %s: %d bits, need %d", serial, key.N.BitLen(), rsaBitsMin)
	}
	if err := key.Validate(); err != nil {
		return nil, fmt.Errorf("merchant's key %s: %w", serial, err)
	}
	return &RSASigner{serial, key}, nil
}

// Serial implements Signer.
func (s *RSASigner) Serial() string { return s.serial }

// Sign implements Signer.
func (s *RSASigner) Sign(message []byte) ([]byte, error) {
	sum := sha256.Sum256(message)
	sig, err := rsa.SignPKCS1v15(nil, s.key, crypto.SHA256, sum[:])
	if err != nil {
		return nil, fmt.Errorf("sign with merchant's key %s: %w", s.serial, err)
	}
	return sig, nil
}

func (s *RSASigner) String() string               { return "RSA key " + s.serial }
func (s *RSASigner) GoString() string             { return s.String() }
func (s *RSASigner) LogValue() slog.Value         { return slog.StringValue(s.String()) }
func (s *RSASigner) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// RSAKey is a public key of a network and the name that answers give it: the
// serial number of a platform certificate, or "PUB_KEY_ID_..." (rails.md 1.9).
type RSAKey struct {
	Serial string
	Key    *rsa.PublicKey
}

// RSAVerifier knows one key of a network, or several while one is replaced.
type RSAVerifier struct{ keys []RSAKey }

// NewRSAVerifier returns a verifier that believes the given keys and no other.
// A key is never learned from an answer.
func NewRSAVerifier(keys ...RSAKey) (*RSAVerifier, error) {
	if len(keys) == 0 {
		return nil, errors.New("keys of the network: none given")
	}
	v := &RSAVerifier{}
	for _, k := range keys {
		switch {
		case !Token(k.Serial, 64):
			return nil, fmt.Errorf("serial number %q of a key of the network: not 1 to 64 letters and digits", k.Serial)
		case k.Key == nil:
			return nil, fmt.Errorf("network's key %s: none given", k.Serial)
		case k.Key.N.BitLen() < rsaBitsMin:
			return nil, fmt.Errorf("network's key %s: %d bits, need %d", k.Serial, k.Key.N.BitLen(), rsaBitsMin)
		case v.key(k.Serial) != nil:
			return nil, fmt.Errorf("network's key %s: given twice", k.Serial)
		}
		v.keys = append(v.keys, k)
	}
	return v, nil
}

func (v *RSAVerifier) key(serial string) *rsa.PublicKey {
	for _, k := range v.keys {
		if k.Serial == serial {
			return k.Key
		}
	}
	return nil
}

// Verify implements Verifier.
func (v *RSAVerifier) Verify(serial string, message, signature []byte) error {
	key := v.key(serial)
	if key == nil {
		return ErrUnknownKey
	}
	sum := sha256.Sum256(message)
	if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature); err != nil {
		return fmt.Errorf("%w: %w", ErrSignature, err)
	}
	return nil
}

// Token reports whether s is 1 to longest letters, digits, "_" or "-": what can
// stand in a header field, a path and a query as it is.
func Token(s string, longest int) bool {
	if s == "" || len(s) > longest {
		return false
	}
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return true
}
