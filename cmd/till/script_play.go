package main

import (
	"fmt"
	"slices"
	"strings"

	"till/device/keypad"
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
	if s.rest == "well" {
		return nil
	}
	_, err := wechatsim.Parse(s.rest)
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
		text, _ := strings.CutPrefix(s.rest, "text ")
		return st.Scan(scanned{wallet: s.rest == "wallet", again: s.rest == "again", half: s.rest == "half", text: text})
	case "gateway":
		if s.rest == "well" {
			return st.Gateway("")
		}
		return st.Gateway(s.rest)
	case "customer":
		return st.Customer(s.rest == "confirms")
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
		if err := st.Keys([]string{"f4"}); err != nil {
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

// booksOf tells what the gateway's books say of each order.
func booksOf(g *wechatsim.Gateway) []string {
	var lines []string
	for _, o := range g.Orders() {
		state := strings.ToLower(string(o.State))
		switch {
		case o.Charged > 0 && o.Returned == o.Charged:
			state = "returned"
		case o.Charged > 0:
			state = "paid"
		case o.Returned > o.Charged || o.Charged > o.Fen:
			state = "WRONG"
		}
		lines = append(lines, state+" "+yuan(o.Fen))
	}
	return slices.Clip(lines)
}
