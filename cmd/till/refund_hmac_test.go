package main

import (
	"crypto/hmac"
	"crypto/sha256"

	"till/txn/rail"
)

// hmacKey stands in for RSA, on both sides (decisions.md 16).
type hmacKey string

func (k hmacKey) Serial() string { return string(k) }

func (k hmacKey) Sign(message []byte) ([]byte, error) {
	mac := hmac.New(sha256.New, []byte(k))
	_, _ = mac.Write(message) // a hash never fails
	return mac.Sum(nil), nil
}

func (k hmacKey) check(message, signature []byte) error {
	if want, _ := k.Sign(message); !hmac.Equal(want, signature) {
		return rail.ErrSignature
	}
	return nil
}

func (k hmacKey) Verify(serial string, message, signature []byte) error {
	if serial != string(k) {
		return rail.ErrUnknownKey
	}
	return k.check(message, signature)
}
