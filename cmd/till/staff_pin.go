package main

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"golang.org/x/crypto/argon2"

	"till/txn"
)

// The cost of one hash (decisions.md 21): 7 MiB, five passes, one thread. It is
// the smallest of the settings that OWASP's Password Storage Cheat Sheet counts
// as equal, and what a board with 256 MiB can spare beside a sale.
const (
	pinMemory = 7 << 10 // KiB
	pinPasses = 5
	pinLanes  = 1
	pinSalt   = 16 // bytes; RFC 9106 section 3.1
	pinKey    = 32 // bytes
)

// pinHash is a salt and argon2id of a PIN with it. It prints, formats, logs and
// marshals as a mask: a short PIN can be tried out from it.
//
// The bytes sit behind a pointer for the reason that txn.PayerCode gives, and in
// a string because package fmt prints what a pointer to a struct points to when
// the verb is not for pointers.
type pinHash struct{ clear *string } // the salt and then the key

func newPINHash(salt [pinSalt]byte, key [pinKey]byte) pinHash {
	s := string(salt[:]) + string(key[:])
	return pinHash{&s}
}

func (h pinHash) reveal() (salt [pinSalt]byte, key [pinKey]byte, ok bool) {
	if h.clear == nil {
		return salt, key, false
	}
	copy(salt[:], (*h.clear)[:pinSalt])
	copy(key[:], (*h.clear)[pinSalt:])
	return salt, key, true
}

const pinHashMask = "[PIN hash]"

func (pinHash) String() string               { return pinHashMask }
func (pinHash) GoString() string             { return pinHashMask }
func (pinHash) LogValue() slog.Value         { return slog.StringValue(pinHashMask) }
func (pinHash) MarshalText() ([]byte, error) { return []byte(pinHashMask), nil }

// nobodysHash is what a PIN is compared with when nobody has the number.
var nobodysHash = newPINHash([pinSalt]byte{}, [pinKey]byte{})

// hashPIN makes a hash with a new salt.
func hashPIN(pin txn.PIN) pinHash {
	var salt [pinSalt]byte
	_, _ = rand.Read(salt[:]) // never fails (Go 1.24)
	return newPINHash(salt, derive(pin, salt))
}

func derive(pin txn.PIN, salt [pinSalt]byte) [pinKey]byte {
	return [pinKey]byte(argon2.IDKey([]byte(pin.Reveal()), salt[:], pinPasses, pinMemory, pinLanes, pinKey))
}

// verifyPIN reports whether a hash is of this PIN, in a time that does not
// depend on it. The empty PIN and the zero hash fit nothing.
func verifyPIN(hash pinHash, pin txn.PIN) bool {
	salt, want, ok := hash.reveal()
	if !ok || pin.Len() == 0 {
		return false
	}
	got := derive(pin, salt)
	return subtle.ConstantTimeCompare(got[:], want[:]) == 1
}

var pinCost = fmt.Sprintf("m=%d,t=%d,p=%d", pinMemory, pinPasses, pinLanes)

// text is the hash as it stands in a file, in the form of the reference
// implementation (github.com/P-H-C/phc-winner-argon2, encoding.c).
func (h pinHash) text() string {
	salt, key, ok := h.reveal()
	if !ok {
		return ""
	}
	return fmt.Sprintf("$argon2id$v=%d$%s$%s$%s", argon2.Version, pinCost,
		base64.RawStdEncoding.EncodeToString(salt[:]), base64.RawStdEncoding.EncodeToString(key[:]))
}

// parsePINHash reads what text wrote. Another cost is refused: a lower one is
// weak, and a higher one would let a board stall at the sign-in. The errors do
// not repeat what stands there.
func parsePINHash(s string) (pinHash, error) {
	if s != "" && strings.Trim(s, "0123456789") == "" {
		return pinHash{}, errors.New("a PIN does not stand in this file in clear")
	}
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return pinHash{}, errors.New("not a hash of argon2id")
	}
	if parts[2] != fmt.Sprintf("v=%d", argon2.Version) || parts[3] != pinCost {
		return pinHash{}, fmt.Errorf("the hash has another version or cost than v=%d and %s", argon2.Version, pinCost)
	}
	var salt [pinSalt]byte
	var key [pinKey]byte
	if !decodeInto(salt[:], parts[4]) || !decodeInto(key[:], parts[5]) {
		return pinHash{}, errors.New("the hash is damaged")
	}
	return newPINHash(salt, key), nil
}

// decodeInto reports whether s is exactly to, in the one way to write it.
func decodeInto(to []byte, s string) bool {
	got, err := base64.RawStdEncoding.Strict().DecodeString(s)
	return err == nil && copy(to, got) == len(to) && len(got) == len(to) &&
		base64.RawStdEncoding.EncodeToString(got) == s
}

// Lengths of PINs (decisions.md 21).
const (
	cashierDigits = 4
	secondDigits  = 6
)

func pinDigits(r txn.Role) int {
	if second(r) {
		return secondDigits
	}
	return cashierDigits
}

// usualPINs are what somebody tries who has seen a keypad, a calendar of love
// or a bank's advertisement: lines and corners of the pad, 1314, 520, 168.
// Choice; what is repeated or counts up and down is refused by rule.
var usualPINs = []string{
	"2580", "0852", "1470", "0741", "3690", "1397", "1793", "1379", "1314", "5200", "5201", "1688", "8168", "5188",
	"147258", "258369", "147369", "159357", "357159", "147852", "963852", "520131", "131452", "201314",
	"112233", "332211", "123321", "654456", "789456", "123654", "888168",
}

// weakPIN says why a PIN is refused for somebody, "" if it is not.
func weakPIN(p txn.Person, pin txn.PIN) string {
	s := pin.Reveal()
	switch digits := pinDigits(p.Role); {
	case strings.Trim(s, "0123456789") != "":
		return "a PIN is made of digits"
	case len(s) != digits:
		return fmt.Sprintf("the PIN of a %s has %d digits", p.Role, digits)
	case strings.TrimLeft(s, "0") == strings.TrimLeft(p.Number, "0"),
		strings.TrimRight(s, "0") == strings.TrimRight(p.Number, "0"):
		return "the PIN is the number of the person"
	case repeats(s):
		return "the PIN repeats itself"
	case runs(s, 1), runs(s, 9):
		return "the PIN counts up or down"
	case slices.Contains(usualPINs, s):
		return "the PIN is one that everybody tries first"
	}
	return ""
}

// repeats reports whether s is one part over and over, or its first half is its
// second: 1111, 1212, 123123.
func repeats(s string) bool {
	for n := 1; n <= len(s)/2; n++ {
		if len(s)%n == 0 && strings.Repeat(s[:n], len(s)/n) == s {
			return true
		}
	}
	return false
}

// runs reports whether each digit is the one before it and step, 0 coming after
// 9. A step of 9 counts down.
func runs(s string, step byte) bool {
	for i := 1; i < len(s); i++ {
		if (s[i]-s[i-1]+10)%10 != step { // in bytes: -1 is 255, and 255+10 is 9
			return false
		}
	}
	return true
}
