package alipaysim

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"till/sim/railsim"
)

// fields reads biz_content member by member, with the exact spelling of names,
// and keeps the first complaint.
type fields struct {
	members map[string]json.RawMessage
	bad     string
}

func readFields(content string) fields {
	var f fields
	decoder := json.NewDecoder(bytes.NewReader([]byte(content)))
	if err := decoder.Decode(&f.members); err != nil || f.members == nil {
		f.bad = "biz_content is not a JSON object"
		return f
	}
	if _, err := decoder.Token(); err != io.EOF {
		f.bad = "something follows biz_content"
	}
	return f
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

var yuan = regexp.MustCompile(`^(0|[1-9][0-9]{0,8})(\.[0-9]{1,2})?$`)

// amountMax is the largest amount accepted, in fen: 100,000,000.00 yuan
// (doc.go S1).
const amountMax = 100_000_000_00

// fen returns a member that must be an amount in yuan with at most two
// decimals, as a string or a number, from 0.01 to 100000000.
func (f *fields) fen(name string) int64 {
	raw, present := f.members[name]
	if !present {
		f.blame(name, "is missing")
		return 0
	}
	n, ok := parseYuan(strings.Trim(string(raw), `"`))
	if !ok || n < 1 || n > amountMax {
		f.blame(name, "is not an amount from 0.01 to 100000000.00 yuan")
		return 0
	}
	return n
}

// parseYuan reads yuan with at most two decimals.
func parseYuan(s string) (fen int64, ok bool) {
	if !yuan.MatchString(s) {
		return 0, false
	}
	whole, part, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	return n, err == nil
}

// number returns an out_trade_no or out_request_no: at most 64 letters,
// digits, underscores and (tolerated by the real gateway, K) hyphens.
func (f *fields) number(name string, required bool) string {
	s := f.text(name, 64, required)
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9', r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r == '_', r == '-':
		default:
			f.blame(name, "has a character that is not a letter, a digit, _ or -")
		}
	}
	return s
}

// target is the order that a request is about, by either number; trade_no has
// precedence (doc.go S1).
type target struct{ number, trade string }

func (f *fields) target() target {
	t := target{f.number("out_trade_no", false), f.text("trade_no", 64, false)}
	if t.number == "" && t.trade == "" {
		f.blame("out_trade_no", "and trade_no are both missing")
	}
	return t
}

// payRequest is the content of pay and precreate, checked.
type payRequest struct {
	number   string
	fen      int64
	authCode string // pay only
	subject  string
	timeout  string
	store    string
	terminal string
	content  railsim.Digest // of what must not change when the number comes again
}

// readPay decodes and checks the content of pay (coded) or precreate
// (rails.md 2.1, doc.go S1).
func readPay(content string, coded bool) (payRequest, string) {
	f := readFields(content)
	r := payRequest{
		number:  f.number("out_trade_no", true),
		fen:     f.fen("total_amount"),
		subject: f.text("subject", 256, true),
		timeout: f.text("timeout_express", 6, false),
		store:   f.text("store_id", 32, false), terminal: f.text("terminal_id", 32, false),
	}
	f.text("operator_id", 28, false)
	f.text("product_code", 64, false)
	f.text("body", 128, false)
	if r.timeout != "" && !timeoutFits(r.timeout) {
		f.blame("timeout_express", "is not 1m to 15d, nor 1c")
	}
	if coded {
		r.authCode = f.text("auth_code", 64, true)
		if scene := f.text("scene", 32, true); scene != "bar_code" {
			f.blame("scene", "is not bar_code")
		}
	}
	r.content = railsim.DigestOf(r.number + "\x00" + strconv.FormatInt(r.fen, 10) + "\x00" + r.subject)
	return r, f.bad
}

// authCodeFits says whether s can be a payment code: 16 to 24 digits that
// begin 25 to 30 (rails.md 2.1 [K1]).
func authCodeFits(s string) bool {
	if len(s) < 16 || len(s) > 24 || strings.Trim(s, "0123456789") != "" {
		return false
	}
	return s[:2] >= "25" && s[:2] <= "30"
}

var timeoutText = regexp.MustCompile(`^[1-9][0-9]{0,4}[mhd]$`)

var timeoutUnits = map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}

func timeoutFits(s string) bool {
	return s == "1c" || timeoutText.MatchString(s) && timeoutOf(s) <= 15*24*time.Hour
}

func timeoutOf(s string) time.Duration {
	n, err := strconv.Atoi(s[:len(s)-1])
	if err != nil {
		panic("alipaysim: timeout " + s + " was not checked")
	}
	return time.Duration(n) * timeoutUnits[s[len(s)-1]]
}

// deadline is when an unpaid trade closes: timeout_express, where 1c is the
// next midnight of Beijing, or usual.
func deadline(timeout string, usual time.Duration, now time.Time) time.Time {
	switch timeout {
	case "":
		return now.Add(usual)
	case "1c":
		y, m, d := now.In(railsim.Beijing).Date()
		return time.Date(y, m, d+1, 0, 0, 0, 0, railsim.Beijing)
	}
	return now.Add(timeoutOf(timeout))
}

// refundRequest is the content of refund and of the refund query.
type refundRequest struct {
	target
	fen     int64
	key     string // out_request_no; empty if not given
	options []string
}

func readRefund(content string) (refundRequest, string) {
	f := readFields(content)
	r := refundRequest{target: f.target(), fen: f.fen("refund_amount"),
		key: f.number("out_request_no", false)}
	f.text("refund_reason", 256, false)
	return r, f.bad
}

func readRefundQuery(content string) (refundRequest, string) {
	f := readFields(content)
	r := refundRequest{target: f.target(), key: f.number("out_request_no", true)}
	if raw, present := f.members["query_options"]; present {
		if json.Unmarshal(raw, &r.options) != nil {
			f.blame("query_options", "is not a list of strings")
		}
	}
	return r, f.bad
}

func (r refundRequest) wants(option string) bool { return slices.Contains(r.options, option) }

func readTarget(content string) (target, string) {
	f := readFields(content)
	return f.target(), f.bad
}
