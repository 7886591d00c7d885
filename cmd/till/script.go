package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// stage is where a script is played: on the twins in this process with
// virtual time, or around the real program.
type stage interface {
	Keys(keys []string) error
	Scan(what scanned) error
	Gateway(rail, behaviour string) error // "" behaves well again
	Customer(does string) error           // confirms, refuses, scans
	Merchant(rail string, available bool, fen int64) error
	Elsewhere(fen int64) error // another terminal of the shop refunds the last payment
	NoSale() error             // the shop pays cash out without a sale, from now on
	Staff() error              // people sign in from now on: those of the demo
	Network(up bool) error
	Paper(what string) error // "out", "loaded", or dots that are left
	Cover(open bool) error   //
	Plug(device string, plugged bool) error
	Wait(d time.Duration) error
	Cut(when string) error // "" is now
	On() error
	Clock(t time.Time, by time.Duration) error // to t, or by when t is zero
	DiskFull(full bool) error

	// Seen returns what can be observed once the world has come to rest. Where
	// it does not rest by itself, ok is asked until it holds or patience ends.
	Seen(ok func(seen) bool) (seen, error)
	// Close ends the play; artifacts are written to dir unless it is "".
	Close(dir string) error
}

// scanned is what is held before the scanner.
type scanned struct {
	wallet  string // the customer's phone shows a fresh code of this network
	bill    bool   // ... the network's number of the last payment
	receipt int    // a receipt: the first is 1, the newest -1; 0 is none
	again   bool   // the code that was shown last, once more
	half    bool   // the scan breaks off
	text    string // something else
}

// seen is what a bystander sees.
type seen struct {
	screen   string   // its name: "05-approved"
	lines    []string // its text in reading order
	customer []string
	receipts []string // the text of each piece of paper
	gateway  []string // each order: "paid 128.00", "paid 128.00 back 40.00", "closed 1.00", "returned 128.00"
	bill     []string // the customer's: "paid 128.00", "back 40.00"
	journal  []string // kinds of the last order's records
	phase    string   // of the last order, as the journal tells
}

// step is one line of a script.
type step struct {
	line int
	text string
	verb string
	args []string
	rest string // everything after the verb
}

// ErrScript means that a line is not of the language.
var ErrScript = errors.New("not a line of the script language (see till help play)")

// parseScript reads the lines of a script.
func parseScript(text string) ([]step, error) {
	var steps []step
	var bad []error
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		verb, rest, _ := strings.Cut(line, " ")
		rest = strings.TrimSpace(rest)
		s := step{line: i + 1, text: line, verb: verb, rest: rest, args: strings.Fields(rest)}
		if err := checkStep(s); err != nil {
			bad = append(bad, fmt.Errorf("line %d: %s: %w", s.line, line, err))
		}
		steps = append(steps, s)
	}
	return steps, errors.Join(bad...)
}

// verbs is the language, in the order of the manual.
var verbs = []struct{ name, usage, text string }{
	{"keys", "keys KEY...", "press keys: 0 to 9, 00, ., enter, cancel, back, updown, f1 to f4"},
	{"scan", "scan wallet | alipay | unionpay | again | half | receipt [N] | bill | text TEXT", "the customer shows a fresh payment code (WeChat's, Alipay's, UnionPay's); the same again; the scan breaks off; our receipt (the newest, or the Nth) ; the number in his bill; anything else"},
	{"gateway", "gateway [alipay|lakala] well | BEHAVIOUR", "how a gateway behaves from now on (list below)"},
	{"customer", "customer confirms | refuses | scans", "at the password prompt; the code that the terminal shows"},
	{"merchant", "merchant [alipay|lakala] available | tops up YUAN", "what the shop has at the network to pay refunds from"},
	{"elsewhere", "elsewhere refunds YUAN", "another terminal of the shop refunds the last payment"},
	{"network", "network up | down", "the cable to the gateways"},
	{"paper", "paper out | loaded | left DOTS", "the roll"},
	{"cover", "cover open | closed", "of the printer"},
	{"unplug", "unplug scanner | printer | keypad", "pull a device's cable"},
	{"plug", "plug scanner | printer | keypad", "put it back"},
	{"wait", "wait DURATION", "let time pass: 5s, 2m (virtual, but for --process)"},
	{"power", "power cut [when EVENT] | on", "cut the power, now or the next time EVENT happens: \"pay received\", \"pay answered\", \"query received\", \"reverse received\", \"reverse answered\", \"printing\"; then switch on again"},
	{"policy", "policy refund_without_original", "the shop pays cash out without a sale; the power goes off and on"},
	{"staff", "staff", "the shop has people who sign in (01 PIN 1357, 02 PIN 2468, supervisor 90 PIN 246800); the power goes off and on"},
	{"clock", "clock YYYY-MM-DDTHH:MM:SSZ | +DURATION | -DURATION", "the terminal's clock jumps"},
	{"disk", "disk full | free", "the disk of the journal"},
	{"lang", "lang zh | en", "switch the screen's language with its key, from the idle screen"},
	{"expect", "expect screen|customer|paper|gateway|journal|receipts|bill|phase ...", "fail unless it is so (below)"},
}

func checkStep(s step) error {
	one := func(allowed ...string) error {
		if slices.Contains(allowed, s.rest) {
			return nil
		}
		return fmt.Errorf("%q: want %s: %w", s.rest, strings.Join(allowed, " or "), ErrScript)
	}
	switch s.verb {
	case "keys":
		return checkKeys(s.args)
	case "scan":
		if strings.HasPrefix(s.rest, "text ") {
			return nil
		}
		if n, ok := strings.CutPrefix(s.rest, "receipt "); ok {
			_, err := strconv.ParseUint(n, 10, 8)
			return err
		}
		return one("wallet", "wechatpay", "alipay", "unionpay", "again", "half", "receipt", "bill")
	case "merchant":
		_, _, _, err := parseMerchant(s.args)
		return err
	case "staff":
		return one("")
	case "policy":
		return one("refund_without_original")
	case "elsewhere":
		if len(s.args) != 2 || s.args[0] != "refunds" {
			return fmt.Errorf("%q: want refunds YUAN: %w", s.rest, ErrScript)
		}
		_, err := parseYuan(s.args[1])
		return err
	case "gateway", "expect":
		return checkRest(s)
	case "customer":
		return one("confirms", "refuses", "scans")
	case "network":
		return one("up", "down")
	case "paper":
		if n, ok := strings.CutPrefix(s.rest, "left "); ok {
			_, err := strconv.ParseUint(n, 10, 31)
			return err
		}
		return one("out", "loaded")
	case "cover":
		return one("open", "closed")
	case "unplug", "plug":
		return one("scanner", "printer", "keypad")
	case "wait":
		_, err := time.ParseDuration(s.rest)
		return err
	case "power":
		if ev, ok := strings.CutPrefix(s.rest, "cut when "); ok && ev != "" {
			return nil
		}
		return one("cut", "on")
	case "clock":
		_, _, err := parseClock(s.rest)
		return err
	case "disk":
		return one("full", "free")
	case "lang":
		return one("zh", "en")
	}
	return fmt.Errorf("%q: %w", s.verb, ErrScript)
}

// railOf takes the name of a gateway off the front of a line; WeChat Pay's needs
// none.
func railOf(args []string) (string, []string) {
	if len(args) > 0 && slices.Contains([]string{"wechatpay", "alipay", "lakala"}, args[0]) {
		return args[0], args[1:]
	}
	return "wechatpay", args
}

// parseMerchant reads "[RAIL] available YUAN" and "[RAIL] tops up YUAN".
func parseMerchant(args []string) (rail string, available bool, fen int64, err error) {
	rail, args = railOf(args)
	switch {
	case len(args) == 2 && args[0] == "available":
		fen, err = parseYuan(args[1])
		return rail, true, fen, err
	case len(args) == 3 && args[0] == "tops" && args[1] == "up":
		fen, err = parseYuan(args[2])
		return rail, false, fen, err
	}
	return rail, false, 0, fmt.Errorf("want [RAIL] available YUAN, or tops up YUAN: %w", ErrScript)
}

// parseYuan reads "36.50".
func parseYuan(s string) (int64, error) {
	whole, frac, ok := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole+frac, 10, 64)
	if err != nil || !ok || len(frac) != 2 || n < 0 {
		return 0, fmt.Errorf("%q: want an amount such as 36.50: %w", s, ErrScript)
	}
	return n, nil
}

func parseClock(s string) (time.Time, time.Duration, error) {
	if strings.HasPrefix(s, "+") || strings.HasPrefix(s, "-") {
		d, err := time.ParseDuration(s)
		return time.Time{}, d, err
	}
	t, err := time.Parse(time.RFC3339, s)
	return t, 0, err
}

// expectation is what a line "expect ..." demands of what is seen.
type expectation struct {
	what string
	not  bool
	want string
}

func parseExpect(rest string) (expectation, error) {
	what, want, _ := strings.Cut(rest, " ")
	e := expectation{what: what, want: strings.TrimSpace(want)}
	if what == "no" {
		e.not = true
		e.what, e.want, _ = strings.Cut(e.want, " ")
	}
	e.want = strings.Trim(e.want, `"`)
	if e.want == "" {
		return e, fmt.Errorf("nothing is expected: %w", ErrScript)
	}
	switch e.what {
	case "screen", "customer", "paper", "gateway", "journal", "phase", "receipts", "bill":
		return e, nil
	}
	return e, fmt.Errorf("%q: want screen, customer, paper, gateway, journal, receipts, bill or phase: %w", e.what, ErrScript)
}

// holds reports whether what is seen is what is demanded.
func (e expectation) holds(s seen) bool {
	in := func(lines []string) bool {
		return strings.Contains(strings.Join(lines, "\n"), e.want) ||
			strings.Contains(strings.Join(lines, " "), e.want)
	}
	var ok bool
	switch e.what {
	case "screen":
		ok = s.screen == e.want || in(s.lines)
	case "customer":
		ok = in(s.customer)
	case "paper":
		ok = in(s.receipts)
	case "gateway":
		ok = strings.Join(s.gateway, ", ") == e.want
	case "bill":
		ok = strings.Join(s.bill, ", ") == e.want
	case "journal":
		ok = strings.Join(s.journal, " ") == e.want
	case "phase":
		ok = s.phase == e.want
	case "receipts":
		ok = strconv.Itoa(len(s.receipts)) == e.want
	}
	return ok != e.not
}

// got is the part of what is seen that an expectation looks at.
func (e expectation) got(s seen) string {
	switch e.what {
	case "screen":
		return s.screen + "\n" + strings.Join(s.lines, "\n")
	case "customer":
		return strings.Join(s.customer, "\n")
	case "gateway":
		return strings.Join(s.gateway, ", ")
	case "bill":
		return strings.Join(s.bill, ", ")
	case "journal":
		return strings.Join(s.journal, " ")
	case "phase":
		return s.phase
	case "receipts":
		return strconv.Itoa(len(s.receipts))
	}
	return strings.Join(s.receipts, "\n---\n")
}

// mustDuration reads a duration that parseScript has looked at.
func mustDuration(s string) time.Duration {
	d, err := time.ParseDuration(s)
	if err != nil {
		panic("till: duration " + s + " was not checked")
	}
	return d
}
