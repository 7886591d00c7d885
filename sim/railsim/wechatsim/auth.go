package wechatsim

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha1" // as the protocol has it
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"till/sim/railsim"
)

const (
	scheme           = "WECHATPAY2-SHA256-RSA2048"
	authorizationMax = 4096            // bytes; a real one has about 500
	skewMax          = 5 * time.Minute // rails.md 1.9, doc.go S1
	nonceMax         = 64              // characters; 32 are usual
)

// authorization is the header of a request, taken apart.
type authorization struct {
	mchID, nonce, serial string
	timestamp            int64 // seconds since 1970
	signature            []byte
}

// parseAuthorization reads
//
//	WECHATPAY2-SHA256-RSA2048 mchid="..",nonce_str="..",timestamp="..",serial_no="..",signature=".."
//
// with the five members in any order, each once (rails.md 1.9, doc.go S1).
func parseAuthorization(header string) (authorization, error) {
	if len(header) > authorizationMax {
		return authorization{}, fmt.Errorf("authorization of %d bytes", len(header))
	}
	rest, ok := strings.CutPrefix(header, scheme+" ")
	if !ok {
		return authorization{}, fmt.Errorf("authorization is not %s", scheme)
	}
	members := map[string]string{}
	for rest != "" {
		name, value, after, err := cutMember(rest)
		if err != nil {
			return authorization{}, err
		}
		if _, twice := members[name]; twice {
			return authorization{}, fmt.Errorf("member %s comes twice", name)
		}
		members[name] = value
		rest = after
	}
	for _, name := range []string{"mchid", "nonce_str", "timestamp", "serial_no", "signature"} {
		if members[name] == "" {
			return authorization{}, fmt.Errorf("member %s is missing", name)
		}
	}
	if len(members) != 5 {
		return authorization{}, fmt.Errorf("%d members, not 5", len(members))
	}
	a := authorization{
		mchID:  members["mchid"],
		nonce:  members["nonce_str"],
		serial: members["serial_no"],
	}
	if len(a.nonce) > nonceMax {
		return authorization{}, fmt.Errorf("nonce of %d characters", len(a.nonce))
	}
	var err error
	if a.timestamp, err = parseTimestamp(members["timestamp"]); err != nil {
		return authorization{}, err
	}
	if strings.ContainsAny(members["signature"], "\r\n") { // which package base64 overlooks
		return authorization{}, errors.New("signature is on more than one line")
	}
	if a.signature, err = base64.StdEncoding.DecodeString(members["signature"]); err != nil {
		return authorization{}, fmt.Errorf("signature is not base64: %w", err)
	}
	return a, nil
}

// cutMember takes name="value" and the comma after it off s.
func cutMember(s string) (name, value, rest string, err error) {
	name, rest, ok := strings.Cut(s, `="`)
	if !ok || name == "" || strings.ContainsAny(name, `", =`) {
		return "", "", "", fmt.Errorf("member %q has no quoted value", railsim.Printable(s, 20))
	}
	value, rest, ok = strings.Cut(rest, `"`)
	if !ok {
		return "", "", "", fmt.Errorf("value of %q is not closed", railsim.Printable(name, 20))
	}
	if rest == "" {
		return name, value, "", nil
	}
	rest, ok = strings.CutPrefix(rest, ",")
	if !ok || rest == "" {
		return "", "", "", fmt.Errorf("no member after %q", railsim.Printable(name, 20))
	}
	return name, value, rest, nil
}

// parseTimestamp takes seconds since 1970 in decimal digits alone.
func parseTimestamp(s string) (int64, error) {
	if len(s) > 12 || strings.Trim(s, "0123456789") != "" {
		return 0, fmt.Errorf("timestamp %q is not a number of seconds", railsim.Printable(s, 20))
	}
	return strconv.ParseInt(s, 10, 64)
}

// nonces remembers what was used within the window in which it could be used
// again.
type nonces struct {
	seen map[string]time.Time
	next time.Time // when to forget the old ones
}

func (n *nonces) use(nonce string, now time.Time) bool {
	if n.seen == nil {
		n.seen = map[string]time.Time{}
	}
	if now.After(n.next) {
		for key, at := range n.seen {
			if now.Sub(at) > 2*skewMax {
				delete(n.seen, key)
			}
		}
		n.next = now.Add(skewMax)
	}
	if _, used := n.seen[nonce]; used {
		return false
	}
	n.seen[nonce] = now
	return true
}

// authenticate checks the signature of a request against the merchant's key.
// now is the gateway's time, which a behaviour may have skewed. The reason of
// a refusal goes into the log; the answer is SIGN_ERROR for all of them.
func (g *Gateway) authenticate(r *request, now time.Time) error {
	a, err := parseAuthorization(r.authorization)
	if err != nil {
		return err
	}
	if a.mchID != g.cfg.MchID {
		return fmt.Errorf("merchant %s is unknown", railsim.Printable(a.mchID, 32))
	}
	if a.serial != g.cfg.MerchantSerial {
		return fmt.Errorf("certificate %s is unknown", railsim.Printable(a.serial, 64))
	}
	skew := now.Sub(time.Unix(a.timestamp, 0))
	if skew > skewMax || skew < -skewMax {
		return fmt.Errorf("timestamp is off by %s", skew)
	}
	message := r.method + "\n" + r.uri + "\n" + strconv.FormatInt(a.timestamp, 10) + "\n" +
		a.nonce + "\n" + string(r.body) + "\n"
	if err := g.verify([]byte(message), a.signature); err != nil {
		return fmt.Errorf("signature is wrong: %w", err)
	}
	fresh := false
	g.Locked(func(now time.Time) { fresh = g.nonces.use(a.nonce, now) })
	if !fresh {
		return fmt.Errorf("nonce was used before")
	}
	return nil
}

func (g *Gateway) verify(message, signature []byte) error {
	if g.cfg.Verify != nil {
		return g.cfg.Verify(message, signature)
	}
	sum := sha256.Sum256(message)
	return rsa.VerifyPKCS1v15(g.cfg.MerchantKey, crypto.SHA256, sum[:], signature)
}

// sign signs an answer with the platform's key.
func (g *Gateway) sign(message []byte) ([]byte, error) {
	if g.cfg.Sign != nil {
		return g.cfg.Sign(message)
	}
	sum := sha256.Sum256(message)
	return rsa.SignPKCS1v15(nil, g.cfg.PlatformKey, crypto.SHA256, sum[:])
}

// open decrypts what a merchant encrypted for the platform: RSA-OAEP with
// SHA-1, in base64. It returns nothing for what cannot be opened.
func (g *Gateway) open(text string) string {
	sealed, err := base64.StdEncoding.DecodeString(text)
	if err != nil || g.cfg.PlatformKey == nil {
		return ""
	}
	plain, err := rsa.DecryptOAEP(sha1.New(), nil, g.cfg.PlatformKey, sealed, nil)
	if err != nil {
		return ""
	}
	return string(plain)
}
