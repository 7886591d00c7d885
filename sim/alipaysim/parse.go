package alipaysim

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	textMax  = 500 // bytes of a behaviour's text
	actsMax  = 8
	timesMax = 1_000_000
	bytesMax = 16 << 20
	afterMax = 720 * time.Hour
)

// Parse reads a behaviour:
//
//	[CALL] [always | next [N]] WORD [ARGUMENT...] [+ WORD [ARGUMENT...]]...
//
// CALL is pay, query, cancel, refund, refund-query, precreate, close or any;
// without it, the call that the first word is mostly said of. Without a count
// it holds for ever. The words are those of Behaviours. Examples:
//
//	decline ACQ.BUYER_BALANCE_NOT_ENOUGH
//	pay next 2 system-error charged + late 8s
//	query next not-found
//	cancel retry 3
//
// An error names the word that was not understood and what was expected.
func Parse(text string) (Behaviour, error) {
	b, err := parse(text)
	if err != nil {
		return Behaviour{}, fmt.Errorf("behaviour %q: %w", printable(text, 60), err)
	}
	return b, nil
}

func parse(text string) (Behaviour, error) {
	if len(text) > textMax {
		return Behaviour{}, fmt.Errorf("is longer than %d bytes", textMax)
	}
	words := strings.Fields(strings.ReplaceAll(text, "+", " + "))
	var b Behaviour
	if len(words) > 0 && slices.Contains(calls, Call(words[0])) {
		b.Call = Call(words[0])
		words = words[1:]
	}
	words, err := b.parseCount(words)
	if err != nil {
		return b, err
	}
	for {
		var a Act
		if a, words, err = parseAct(words, &b.Times); err != nil {
			return b, err
		}
		b.Acts = append(b.Acts, a)
		if len(words) == 0 {
			break
		}
		if words[0] != "+" {
			return b, fmt.Errorf("%q behind %s: expected + or the end",
				printable(words[0], 30), a.Word)
		}
		words = words[1:]
	}
	if b.Call == "" {
		b.Call = b.naturalCall()
	}
	return b, b.check()
}

// naturalCall is the call that the first particular word is mostly said of.
func (b Behaviour) naturalCall() Call {
	for _, a := range b.Acts {
		if info := infoOf(a.Word); len(info.calls) > 0 && info.calls[0] != Any {
			return info.calls[0]
		}
	}
	return Any
}

func (b *Behaviour) parseCount(words []string) ([]string, error) {
	if len(words) == 0 {
		return words, nil
	}
	switch words[0] {
	case "always":
		return words[1:], nil
	case "next":
		b.Times = 1
		words = words[1:]
		if len(words) == 0 || words[0] == "" || words[0][0] < '0' || words[0][0] > '9' {
			return words, nil
		}
		n, err := strconv.Atoi(words[0])
		if err != nil || n < 1 || n > timesMax {
			return words, fmt.Errorf("%q behind next: expected a number from 1 to %d",
				printable(words[0], 30), timesMax)
		}
		b.Times = n
		return words[1:], nil
	}
	return words, nil
}

// parseAct reads one word and its arguments. times is set by a word that
// counts requests.
func parseAct(words []string, times *int) (Act, []string, error) {
	if len(words) == 0 {
		return Act{}, nil, errors.New("ends too early: expected one of " + wordList())
	}
	a := Act{Word: Word(words[0])}
	info := infoOf(a.Word)
	if info.word == "" {
		return a, nil, fmt.Errorf("unknown word %q: expected one of %s",
			printable(words[0], 30), wordList())
	}
	words = words[1:]
	for _, arg := range info.args {
		if len(words) == 0 || words[0] == "+" {
			if arg.optional {
				continue
			}
			return a, nil, fmt.Errorf("nothing behind %s: expected %s", a.Word, expected[arg.kind])
		}
		untilConfirmed := arg.kind == argDuration && arg.optional // is said by leaving it out
		if !a.take(arg.kind, words[0], times) || untilConfirmed && a.After == 0 {
			return a, nil, fmt.Errorf("%q behind %s: expected %s",
				printable(words[0], 30), a.Word, expected[arg.kind])
		}
		words = words[1:]
	}
	return a, words, nil
}

// take reads one argument and says whether it was one.
func (a *Act) take(kind argKind, s string, times *int) bool {
	switch kind {
	case argDuration:
		d, err := time.ParseDuration(s)
		a.After = d
		return err == nil
	case argCode:
		a.Code = s
		return true
	case argBytes:
		n, err := strconv.Atoi(s)
		a.N = n
		return err == nil && n != 0
	case argCount:
		n, err := strconv.Atoi(s)
		*times = n
		return err == nil && n >= 1 && n <= timesMax
	case argDone:
		a.Done = s == "charged"
		return s == "charged" || s == "uncharged"
	}
	return false
}

// check refuses a behaviour that means nothing.
func (b Behaviour) check() error {
	if !slices.Contains(calls, b.Call) {
		return fmt.Errorf("unknown call %q", printable(string(b.Call), 30))
	}
	if b.Times < 0 || b.Times > timesMax {
		return fmt.Errorf("%d times: expected 0 to %d", b.Times, timesMax)
	}
	if len(b.Acts) == 0 || len(b.Acts) > actsMax {
		return fmt.Errorf("%d words: expected 1 to %d", len(b.Acts), actsMax)
	}
	var about Word
	for i, a := range b.Acts {
		info := infoOf(a.Word)
		if info.word == "" {
			return fmt.Errorf("unknown word %q", printable(string(a.Word), 30))
		}
		if !slices.Contains(info.calls, b.Call) {
			return fmt.Errorf("%s cannot be said of %s: expected %s", a.Word, b.Call,
				info.calls[0])
		}
		if slices.ContainsFunc(b.Acts[:i], func(o Act) bool { return o.Word == a.Word }) {
			return fmt.Errorf("%s comes twice", a.Word)
		}
		if info.place == onOrder {
			if about != "" {
				return fmt.Errorf("%s and %s: expected one of them", about, a.Word)
			}
			about = a.Word
		}
		if err := a.check(info); err != nil {
			return err
		}
	}
	return nil
}

// check keeps an act's values within their ranges.
func (a Act) check(info wordInfo) error {
	for _, arg := range info.args {
		ok := true
		switch arg.kind {
		case argDuration:
			ok = a.After >= 0 && a.After <= afterMax
		case argCode:
			ok = codeFits(a.Code)
		case argBytes:
			ok = a.N >= 0 && a.N <= bytesMax
		}
		if !ok {
			return fmt.Errorf("%s: expected %s", a.String(), expected[arg.kind])
		}
	}
	return nil
}

// codeFits says whether s can be a sub_code: 1 to 64 letters, digits, _ - and
// dots.
func codeFits(s string) bool {
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9', r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
		case strings.ContainsRune("_-.", r):
		default:
			return false
		}
	}
	return s != "" && len(s) <= 64
}
