package alipay

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
)

// bodyMax is the longest answer that is looked into: 64 KiB (house.md 8). The
// longest real one, a trade with all its vouchers, has a few.
const bodyMax = 64 << 10

const (
	errorMember    = "error_response"
	responseSuffix = "_response"
)

// envelope is an answer taken apart: the member that is signed, byte by byte as
// it came, and what is said about its signature.
type envelope struct {
	member json.RawMessage
	failed bool // the member is error_response: no call was done
	sign   json.RawMessage
	certSN json.RawMessage
}

// open finds the member of a method, or error_response in its absence, without
// changing a byte of it: the signature covers the raw text (rails.md 2.6). It is
// false for what is no single JSON object, has neither member, or has one of its
// four members twice: of two members one would be verified and the other read.
func open(method string, body []byte) (envelope, bool) {
	if len(body) > bodyMax {
		return envelope{}, false
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return envelope{}, false
	}
	var env envelope
	var own, failure json.RawMessage
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return envelope{}, false
		}
		var raw json.RawMessage
		if dec.Decode(&raw) != nil {
			return envelope{}, false
		}
		home := new(json.RawMessage) // of no interest
		switch name {
		case strings.ReplaceAll(method, ".", "_") + responseSuffix:
			home = &own
		case errorMember:
			home = &failure
		case "sign":
			home = &env.sign
		case "alipay_cert_sn":
			home = &env.certSN
		}
		if *home != nil {
			return envelope{}, false
		}
		*home = raw
	}
	if _, err := dec.Token(); err != nil || len(bytes.TrimSpace(body[dec.InputOffset():])) > 0 {
		return envelope{}, false
	}
	env.member = own
	if own == nil {
		env.member, env.failed = failure, true
	}
	return env, env.member != nil
}

// trusted reports whether the signature of an answer is Alipay's. There is no
// time in it: an old answer of the same order is as good as a new one, which is
// why numbers are never used again and TLS is no luxury.
func (p *Rail) trusted(env envelope) bool {
	serial := KeySerial
	if p.cfg.AppCertSN != "" {
		serial = text(env.certSN)
	}
	signature, err := base64.StdEncoding.DecodeString(text(env.sign))
	return err == nil && len(signature) > 0 && serial != "" &&
		p.cfg.Verifier.Verify(serial, env.member, signature) == nil
}

// text is a JSON string, "" for anything else.
func text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}
