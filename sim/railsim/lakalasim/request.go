package lakalasim

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"till/sim/railsim"
)

// scheme is the first word of Authorization (doc.go S1).
const scheme = "LKLAPI-SHA256withRSA "

// skewMax is how far the clock of a request may be off (K).
const skewMax = 5 * time.Minute

// noncesMax is how many nonces are kept before those are forgotten that are too
// old to be sent again.
const noncesMax = 10_000

// authorization is what stands behind the scheme.
type authorization struct{ appID, serial, stamp, nonce, signature string }

func readAuthorization(header string) (authorization, error) {
	rest, ok := strings.CutPrefix(header, scheme)
	if !ok {
		return authorization{}, errors.New("no " + strings.TrimSpace(scheme))
	}
	var a authorization
	homes := map[string]*string{
		"appid": &a.appID, "serial_no": &a.serial, "timestamp": &a.stamp, "nonce_str": &a.nonce,
		"signature": &a.signature,
	}
	for pair := range strings.SplitSeq(rest, ",") {
		name, value, ok := strings.Cut(pair, "=")
		home := homes[name]
		n := len(value)
		if !ok || home == nil || *home != "" || n < 3 || value[0] != '"' || value[n-1] != '"' {
			return authorization{}, fmt.Errorf("authorization: %q", railsim.Printable(name, 30))
		}
		*home = value[1 : n-1]
	}
	for _, home := range homes {
		if *home == "" {
			return authorization{}, errors.New("authorization: a part is missing")
		}
	}
	return a, nil
}

// authenticate checks the signature over "appid\nserial\ntimestamp\nnonce\nbody\n"
// (doc.go S1). A nonce counts once.
func (g *Gateway) authenticate(r *railsim.Request, now time.Time) error {
	a, err := readAuthorization(r.Header.Get("Authorization"))
	if err != nil {
		return err
	}
	seconds, err := strconv.ParseInt(a.stamp, 10, 64)
	switch {
	case err != nil:
		return errors.New("timestamp is no number")
	case a.appID != g.cfg.AppID || a.serial != g.cfg.MerchantSerial:
		return errors.New("application or key unknown")
	case now.Sub(time.Unix(seconds, 0)).Abs() > skewMax:
		return errors.New("timestamp is off")
	}
	signature, err := base64.StdEncoding.DecodeString(a.signature)
	if err != nil {
		return errors.New("signature is not base64")
	}
	text := fmt.Appendf(nil, "%s\n%s\n%s\n%s\n%s\n", a.appID, a.serial, a.stamp, a.nonce, r.Body)
	if g.verify(text, signature) != nil {
		return errors.New("signature does not match")
	}
	seen := false
	g.Locked(func(time.Time) {
		if _, seen = g.nonces[a.nonce]; len(g.nonces) > noncesMax {
			maps.DeleteFunc(g.nonces, func(_ string, at time.Time) bool { return now.Sub(at) > 2*skewMax })
		}
		g.nonces[a.nonce] = now
	})
	if seen {
		return errors.New("nonce was used before")
	}
	return nil
}

// fields reads req_data member by member, with the exact spelling of names, and
// keeps the first complaint.
type fields struct {
	members map[string]json.RawMessage
	bad     string
}

// readEnvelope opens the body of a request: req_time, version and req_data.
func readEnvelope(body []byte) fields {
	outer, after := decode(body)
	if outer == nil || after {
		return fields{bad: "the body is not one JSON object"}
	}
	f := fields{members: outer}
	at := f.text("req_time", 14, true)
	version := f.text("version", 8, true)
	inner, _ := decode(outer["req_data"])
	if _, err := time.Parse(stampForm, at); f.bad == "" && err != nil {
		f.blame("req_time", "is not yyyyMMddHHmmss")
	}
	switch {
	case f.bad != "":
	case version != "3.0":
		f.blame("version", "is not 3.0")
	case inner == nil:
		f.blame("req_data", "is not an object")
	}
	f.members = inner
	return f
}

// decode reads one object, and says whether anything follows it.
func decode(raw []byte) (members map[string]json.RawMessage, after bool) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if decoder.Decode(&members) != nil {
		return nil, false
	}
	_, err := decoder.Token()
	return members, err != io.EOF
}

func (f *fields) blame(name, issue string) {
	if f.bad == "" {
		f.bad = name + " " + issue
	}
}

// text returns a member that must be a string of at most limit characters; a
// required one must not be empty. null is as good as missing.
func (f *fields) text(name string, limit int, required bool) string {
	raw, present := f.members[name]
	var s string
	switch {
	case !present || string(raw) == "null":
		if required {
			f.blame(name, "is missing")
		}
	case json.Unmarshal(raw, &s) != nil:
		f.blame(name, "is not a string")
		return ""
	case s == "" && required:
		f.blame(name, "is empty")
	case utf8.RuneCountInString(s) > limit:
		f.blame(name, "is longer than "+strconv.Itoa(limit)+" characters")
		return ""
	}
	return s
}

// amountMax is the largest amount accepted: twelve digits of fen (doc.go S7).
const amountMax = 999_999_999_999

// fen returns a member that must be an amount: a string of digits, from 1.
func (f *fields) fen(name string) int64 {
	s := f.text(name, 12, true)
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1 || strconv.FormatInt(n, 10) != s {
		f.blame(name, "is not an amount in fen")
	}
	return n
}

// number returns one of the merchant's numbers: at most 32 letters and digits.
func (f *fields) number(name string, required bool) string {
	s := f.text(name, 32, required)
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9', r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r == '_', r == '-':
		default:
			f.blame(name, "has a character that is not a letter or a digit")
		}
	}
	return s
}

// request is req_data of any call, checked.
type request struct {
	number  string // out_trade_no: of the sale, of the revocation, of the refund
	trade   string // trade_no
	code    string // auth_code
	fen     int64
	account string // account_type
	minutes int    // timeout_express
	origin  string // origin_out_trade_no
	parent  string // origin_trade_no
}

// read decodes and checks req_data (rails.md 4; doc.go S4 to S7).
func (g *Gateway) read(call Call, body []byte) (request, string) {
	f := readEnvelope(body)
	var r request
	if f.text("merchant_no", 32, true) != g.cfg.MerchantNo || f.text("term_no", 32, true) != g.cfg.TermNo {
		f.blame("merchant_no", "or term_no is unknown")
	}
	place, _ := decode(f.members["location_info"])
	where := fields{members: place}
	if _, err := netip.ParseAddr(where.text("request_ip", 64, true)); err != nil {
		f.blame("location_info", "has no request_ip")
	}
	where.text("base_station", 128, false)
	where.text("location", 32, false)
	if where.bad != "" {
		f.blame("location_info", where.bad)
	}
	r.number = f.number("out_trade_no", call == Pay || call == Preorder || call == Reverse ||
		call == Refund || call == RefundQuery)
	switch call {
	case Pay:
		r.fen, r.code = f.fen("total_amount"), f.text("auth_code", 32, true)
		f.text("subject", 42, false)
	case Preorder:
		r.fen, r.account = f.fen("total_amount"), f.text("account_type", 32, true)
		f.text("subject", 42, true)
		if f.text("trans_type", 2, true) != "41" {
			f.blame("trans_type", "is not 41")
		}
		r.minutes = f.lifetime()
	case Query:
		r.trade = f.text("trade_no", 32, false)
		if r.trade == "" && r.number == "" {
			f.blame("out_trade_no", "and trade_no are both missing")
		}
	case Refund:
		r.fen = f.fen("refund_amount")
		f.text("refund_reason", 32, false)
		f.text("refund_acc_mode", 2, false)
		fallthrough
	case Reverse, Close:
		r.origin, r.parent = f.number("origin_out_trade_no", false), f.text("origin_trade_no", 32, false)
		if r.origin == "" && r.parent == "" {
			f.blame("origin_out_trade_no", "and origin_trade_no are both missing")
		}
	}
	return r, f.bad
}

// lifetime is timeout_express: minutes, two digits at most; 5 if it is not said
// (doc.go S5).
func (f *fields) lifetime() int {
	wallet, _ := decode(f.members["acc_busi_fields"])
	inner := fields{members: wallet}
	s := inner.text("timeout_express", 2, false)
	if s == "" {
		return 5
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		f.blame("timeout_express", "is not a number of minutes")
	}
	return n
}
