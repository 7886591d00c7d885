package railwire

import (
	"crypto/hmac"
	"crypto/sha256"

	"till/txn/rail"
)

// HMAC stands in for RSA where the arithmetic of RSA is not the point: it signs and
// verifies, and its serial number is itself (decisions.md 16).
type HMAC string

// Serial is the key's own name.
func (k HMAC) Serial() string { return string(k) }

// Sign is HMAC-SHA256 under the key's name.
func (k HMAC) Sign(message []byte) ([]byte, error) {
	mac := hmac.New(sha256.New, []byte(k))
	_, _ = mac.Write(message) // a hash never fails
	return mac.Sum(nil), nil
}

// Verify knows one serial number.
func (k HMAC) Verify(serial string, message, signature []byte) error {
	if serial != string(k) {
		return rail.ErrUnknownKey
	}
	return k.Check(message, signature)
}

// Check verifies where no serial number is named.
func (k HMAC) Check(message, signature []byte) error {
	if want, _ := k.Sign(message); !hmac.Equal(want, signature) {
		return rail.ErrSignature
	}
	return nil
}
