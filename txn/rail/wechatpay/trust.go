package wechatpay

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"till/txn"
	"till/txn/rail"
)

// trust is how far an answer can be believed.
type trust uint8

const (
	unsigned trust = iota // a part of the signature is missing
	wrong                 // the signature is not a known key's over this answer
	stale                 // rightly signed, at another time than ours
	trusted
)

// windowSeconds is how far the answer's time stamp may be off; it must be less.
// The same value and the same comparison as in wechatpay-go v0.2.20,
// core/auth/validators.
const windowSeconds = 5 * 60

// check judges an answer by its headers Wechatpay-Serial, -Timestamp, -Nonce
// and -Signature over "timestamp\nnonce\nbody\n" (rails.md 1.9).
//
// WeChat Pay sends wrong signatures on purpose now and then, to see whether
// they are checked; they begin "WECHATPAY/SIGNTEST/" (K). They are wrong like any
// other.
func check(v rail.Verifier, r rail.Response, at txn.Wall) trust {
	value := func(name string) string { return strings.TrimSpace(r.Value(name)) }
	serial, nonce := value("Wechatpay-Serial"), value("Wechatpay-Nonce")
	stamp, signature := value("Wechatpay-Timestamp"), value("Wechatpay-Signature")
	if serial == "" || nonce == "" || stamp == "" || signature == "" {
		return unsigned
	}
	signed, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return wrong
	}
	raw, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		return wrong
	}
	message := fmt.Appendf(nil, "%s\n%s\n%s\n", stamp, nonce, r.Body)
	if err := v.Verify(serial, message, raw); err != nil {
		return wrong
	}
	if apart(seconds(at), signed) >= windowSeconds {
		return stale
	}
	return trusted
}

// apart is the distance of two times, right also for clocks and stamps that are
// off by more than an int64 holds.
func apart(a, b int64) uint64 {
	if a < b {
		a, b = b, a
	}
	return uint64(a) - uint64(b)
}
