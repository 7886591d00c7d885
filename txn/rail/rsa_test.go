package rail

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
)

func newKey(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestSignaturesVerifyUnderTheirNameOnly(t *testing.T) {
	a, b := newKey(t, 2048), newKey(t, 2048)
	s, err := NewRSASigner("A", a)
	if err != nil {
		t.Fatal(err)
	}
	v, err := NewRSAVerifier(RSAKey{"A", &a.PublicKey}, RSAKey{"B", &b.PublicKey})
	if err != nil {
		t.Fatal(err)
	}
	message := []byte("1767225600\nnonce\n{}\n")
	sig, err := s.Sign(message)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Sign(message)
	if err != nil || string(again) != string(sig) {
		t.Errorf("the same message has another signature (%v)", err)
	}
	tests := []struct {
		serial  string
		message []byte
		sig     []byte
		want    error
	}{
		{"A", message, sig, nil},
		{"B", message, sig, ErrSignature},
		{"C", message, sig, ErrUnknownKey},
		{"a", message, sig, ErrUnknownKey},
		{"", message, sig, ErrUnknownKey},
		{"A", message[1:], sig, ErrSignature},
		{"A", message, sig[1:], ErrSignature},
		{"A", message, nil, ErrSignature},
	}
	for _, tt := range tests {
		if err := v.Verify(tt.serial, tt.message, tt.sig); !errors.Is(err, tt.want) {
			t.Errorf("under %q: %v, want %v", tt.serial, err, tt.want)
		}
	}
}

func TestKeysAreChecked(t *testing.T) {
	good := newKey(t, 2048)
	weak := &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 1023), E: 65537}
	for name, err := range map[string]error{
		"a signer without a name":   second(NewRSASigner("", good)),
		"a signer without a key":    second(NewRSASigner("A", nil)),
		"a name that ends a header": second(NewRSASigner("A\"\r\n", good)),
		"a short private key":       second(NewRSASigner("A", &rsa.PrivateKey{PublicKey: *weak})),
		"no key of the network":     second(NewRSAVerifier()),
		"a key without a name":      second(NewRSAVerifier(RSAKey{"", &good.PublicKey})),
		"a name without a key":      second(NewRSAVerifier(RSAKey{"A", nil})),
		"one name twice":            second(NewRSAVerifier(RSAKey{"A", &good.PublicKey}, RSAKey{"A", &good.PublicKey})),
		"a short key":               second(NewRSAVerifier(RSAKey{"A", weak})),
	} {
		if err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestSignerPrintsItsNameOnly(t *testing.T) {
	key := newKey(t, 2048)
	s, err := NewRSASigner("A1", key)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(map[string]any{"key": s})
	if err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{fmt.Sprint(s), fmt.Sprintf("%+v", s), fmt.Sprintf("%#v", s), string(raw)} {
		if strings.Contains(out, key.D.String()) || strings.Contains(out, key.Primes[0].String()) || !strings.Contains(out, "A1") {
			t.Errorf("printed: %s", out)
		}
	}
}
