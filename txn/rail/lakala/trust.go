package lakala

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
	wrong trust = iota // not signed by a known key over this answer to us
	stale              // rightly signed, at another time than ours
	trusted
)

// windowSeconds is how far the answer's time stamp may be off; it must be less.
// The acquirer names none; the value is WeChat Pay's, whose scheme this one
// copies (K).
const windowSeconds = 5 * 60

// signedText is what a signature covers, of requests and of answers alike.
func signedText(appID, serial, stamp, nonce string, body []byte) []byte {
	return fmt.Appendf(nil, "%s\n%s\n%s\n%s\n%s\n", appID, serial, stamp, nonce, body)
}

// check judges an answer by its headers Lklapi-Serial, -Timestamp, -Nonce and
// -Signature over "appid\nserial\ntimestamp\nnonce\nbody\n" with the body as it
// came (S1). The application is ours, whatever Lklapi-Appid says: an answer to
// another merchant does not verify.
func (p *Rail) check(r rail.Response, at txn.Wall) trust {
	value := func(name string) string { return strings.TrimSpace(r.Value(name)) }
	serial, nonce := value("Lklapi-Serial"), value("Lklapi-Nonce")
	stamp, signature := value("Lklapi-Timestamp"), value("Lklapi-Signature")
	signed, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return wrong
	}
	raw, err := base64.StdEncoding.DecodeString(signature)
	if err != nil || len(raw) == 0 {
		return wrong
	}
	text := signedText(p.cfg.AppID, serial, stamp, nonce, r.Body)
	if err := p.cfg.Verifier.Verify(serial, text, raw); err != nil {
		return wrong
	}
	if len(stamp) == len("1767225600000") { // one public copy has milliseconds
		signed /= 1000
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
