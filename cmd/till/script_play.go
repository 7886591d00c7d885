package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"till/device/keypad"
	"till/sim/railsim"
	"till/sim/railsim/alipaysim"
	"till/sim/railsim/lakalasim"
	"till/sim/railsim/wechatsim"
)

func checkKeys(names []string) error {
	if len(names) == 0 {
		return fmt.Errorf("no key: %w", ErrScript)
	}
	for _, n := range names {
		if _, err := keypad.ParseKey(n); err != nil {
			return err
		}
	}
	return nil
}

// checkRest looks at the lines that have a language of their own.
func checkRest(s step) error {
	if s.verb == "expect" {
		_, err := parseExpect(s.rest)
		return err
	}
	rail, rest := railOf(s.args)
	text := strings.Join(rest, " ")
	if text == "well" {
		return nil
	}
	var err error
	switch rail {
	case "alipay":
		_, err = alipaysim.Parse(text)
	case "lakala":
		_, err = lakalasim.Parse(text)
	default:
		_, err = wechatsim.Parse(text)
	}
	return err
}

// playScript plays the steps and stops at the first that does not hold.
func playScript(st stage, steps []step, log func(format string, args ...any)) error {
	for _, s := range steps {
		log("%4d  %s", s.line, s.text)
		if err := playStep(st, s); err != nil {
			return fmt.Errorf("line %d: %s: %w", s.line, s.text, err)
		}
	}
	return nil
}

func playStep(st stage, s step) error {
	switch s.verb {
	case "keys":
		return st.Keys(s.args)
	case "scan":
		return st.Scan(readScan(s))
	case "gateway":
		rail, rest := railOf(s.args)
		if text := strings.Join(rest, " "); text != "well" {
			return st.Gateway(rail, text)
		}
		return st.Gateway(rail, "")
	case "customer":
		return st.Customer(s.rest)
	case "merchant":
		rail, available, fen, err := parseMerchant(s.args)
		if err != nil {
			return err
		}
		return st.Merchant(rail, available, fen)
	case "staff":
		return st.Staff()
	case "policy":
		return st.NoSale()
	case "elsewhere":
		fen, err := parseYuan(s.args[1])
		if err != nil {
			return err
		}
		return st.Elsewhere(fen)
	case "network":
		return st.Network(s.rest == "up")
	case "paper":
		return st.Paper(s.rest)
	case "cover":
		return st.Cover(s.rest == "open")
	case "unplug", "plug":
		return st.Plug(s.rest, s.verb == "plug")
	case "wait":
		return st.Wait(mustDuration(s.rest))
	case "power":
		if s.rest == "on" {
			return st.On()
		}
		when, _ := strings.CutPrefix(s.rest, "cut when ")
		if s.rest == "cut" {
			when = ""
		}
		return st.Cut(strings.Trim(when, `"`))
	case "clock":
		t, d, err := parseClock(s.rest)
		if err != nil {
			return err
		}
		return st.Clock(t, d)
	case "disk":
		return st.DiskFull(s.rest == "full")
	case "lang":
		return playLang(st, s.rest)
	case "expect":
		return playExpect(st, s.rest)
	}
	return ErrScript
}

// readScan is what a line "scan ..." holds before the scanner.
func readScan(s step) scanned {
	if text, ok := strings.CutPrefix(s.rest, "text "); ok {
		return scanned{text: text}
	}
	switch s.args[0] {
	case "wallet":
		return scanned{wallet: "wechatpay"}
	case "wechatpay", "alipay", "unionpay":
		return scanned{wallet: s.args[0]}
	case "receipt":
		if len(s.args) == 2 {
			n, _ := strconv.Atoi(s.args[1]) // was checked
			return scanned{receipt: n}
		}
		return scanned{receipt: -1}
	}
	return scanned{again: s.rest == "again", half: s.rest == "half", bill: s.rest == "bill"}
}

// idleWord tells the language of the idle screen.
var idleWord = map[string]string{"zh": "输入金额", "en": "amount"}

func playLang(st stage, lang string) error {
	speaks := func(s seen) bool {
		return s.screen == "01-idle" && strings.Contains(strings.Join(s.lines, "\n"), idleWord[lang])
	}
	now, err := st.Seen(func(s seen) bool { return s.screen == "01-idle" })
	if err != nil {
		return err
	}
	if !speaks(now) {
		if err := st.Keys([]string{"f4", "0", "cancel"}); err != nil {
			return err
		}
	}
	now, err = st.Seen(speaks)
	if err == nil && !speaks(now) {
		err = fmt.Errorf("the screen is %s", now.screen)
	}
	return err
}

func playExpect(st stage, rest string) error {
	e, err := parseExpect(rest)
	if err != nil {
		return err
	}
	got, err := st.Seen(e.holds)
	if err != nil {
		return err
	}
	if !e.holds(got) {
		return fmt.Errorf("it is:\n%s", indent(e.got(got)))
	}
	return nil
}

func indent(s string) string {
	return "        " + strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n        ")
}

// booksOf is what the gateways' books say of each order, in the order of their
// arrival.
func booksOf(world interface{ Orders() []railsim.Order }) []string {
	var lines []string
	for _, o := range world.Orders() {
		state := cmp.Or(strings.ToLower(string(o.State)), "none")
		switch {
		case o.Returned > o.Charged || o.Charged > o.Fen:
			state = "WRONG"
		case o.Charged > 0 && o.Returned == o.Charged:
			state = "returned"
		case o.Charged > 0:
			state = "paid"
		}
		line := state + " " + yuan(o.Fen)
		if o.Returned > 0 && o.Returned < o.Charged {
			line += " back " + yuan(o.Returned)
		}
		lines = append(lines, line)
	}
	return slices.Clip(lines)
}

// billOf is what the customer sees on his phone.
func billOf(c *railsim.Customer) []string {
	var lines []string
	for _, l := range c.Bill() {
		if l.Fen < 0 {
			lines = append(lines, "paid "+yuan(-l.Fen))
		} else {
			lines = append(lines, "back "+yuan(l.Fen))
		}
	}
	return lines
}
