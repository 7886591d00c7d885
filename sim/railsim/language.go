package railsim

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

// Entry is a word that a gateway understands.
type Entry struct {
	Word  Word
	Calls []Call // the calls it can be said of; the first is the default
	Help  string
}

// Language is what a gateway can be told.
type Language struct {
	Calls    []Call // Any among them
	Entries  []Entry
	States   []State                // that says can name
	CodeFits func(code string) bool // what decline and answer-error can name
	CodeName string                 // "an error code such as NOT_ENOUGH"
	Statuses bool                   // an HTTP status may follow a code
	FenMax   int64
}

// expects says an argument in words, for errors and help.
func (l *Language) expects(kind argKind) string {
	return map[argKind]string{
		argDuration: "a duration such as 20s",
		argSkew:     "a duration such as -10m",
		argCode:     l.CodeName,
		argState:    "a trade state such as USERPAYING",
		argStatus:   "an HTTP status from 200 to 599",
		argFen:      "an amount in fen",
		argBytes:    "a number of bytes up to 16777216",
		argDone:     "charged or uncharged",
		argCount:    "a number of requests",
	}[kind]
}

// args is what a word takes in this language.
func (l *Language) args(w Word) []arg {
	list := grammar[w].args
	if l.Statuses {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), func(a arg) bool { return a.kind == argStatus })
}

// entry returns the entry of a word; false if the language has no such word.
func (l *Language) entry(w Word) (Entry, bool) {
	i := slices.IndexFunc(l.Entries, func(e Entry) bool { return e.Word == w })
	if i < 0 {
		return Entry{}, false
	}
	return l.Entries[i], true
}

// Help is one line of a language's manual.
type Help struct {
	Word  Word
	Usage string // "password [DURATION]"
	Calls []Call // what it can be said of; Any means all
	Text  string
}

// Behaviours is the manual: every word with what it takes.
func (l *Language) Behaviours() []Help {
	names := map[argKind]string{
		argDuration: "DURATION", argSkew: "DURATION", argCode: "CODE", argState: "STATE",
		argStatus: "STATUS", argFen: "FEN", argBytes: "BYTES", argDone: "charged",
		argCount: "N",
	}
	list := make([]Help, 0, len(l.Entries))
	for _, e := range l.Entries {
		var usage strings.Builder
		usage.WriteString(string(e.Word))
		for _, a := range l.args(e.Word) {
			if a.optional {
				usage.WriteString(" [" + names[a.kind] + "]")
			} else {
				usage.WriteString(" " + names[a.kind])
			}
		}
		where := slices.Clone(e.Calls)
		if slices.Contains(where, Any) {
			where = []Call{Any}
		}
		list = append(list, Help{e.Word, usage.String(), where, e.Help})
	}
	return list
}

// wordList joins every word, for an error that says what was expected.
func (l *Language) wordList() string {
	words := make([]string, len(l.Entries))
	for i, e := range l.Entries {
		words[i] = string(e.Word)
	}
	return strings.Join(words, ", ")
}

// Parse reads a behaviour:
//
//	[CALL] [always | next [N]] WORD [ARGUMENT...] [+ WORD [ARGUMENT...]]...
//
// CALL is one of the language's, such as pay, query, refund or any; without
// it, the call that the first word is mostly said of. Without a count it holds
// for ever. The words are those of Behaviours. Examples:
//
//	decline NOT_ENOUGH
//	pay next 2 system-error charged + late 8s
//	query next not-found
//	any always unsigned-errors
//	pay password 20s + answer-error USER_PAYING 202
//
// An error names the word that was not understood and what was expected.
func (l *Language) Parse(text string) (Behaviour, error) {
	b, err := l.parse(text)
	if err != nil {
		return Behaviour{}, fmt.Errorf("behaviour %q: %w", Printable(text, 60), err)
	}
	return b, nil
}

func (l *Language) parse(text string) (Behaviour, error) {
	if len(text) > textMax {
		return Behaviour{}, fmt.Errorf("is longer than %d bytes", textMax)
	}
	words := strings.Fields(strings.ReplaceAll(text, "+", " + "))
	words = rejoinSigns(words)
	var b Behaviour
	if len(words) > 0 && slices.Contains(l.Calls, Call(words[0])) {
		b.Call = Call(words[0])
		words = words[1:]
	}
	words, err := b.parseCount(words)
	if err != nil {
		return b, err
	}
	for {
		var a Act
		if a, words, err = l.parseAct(words, &b.Times); err != nil {
			return b, err
		}
		b.Acts = append(b.Acts, a)
		if len(words) == 0 {
			break
		}
		if words[0] != "+" {
			return b, fmt.Errorf("%q behind %s: expected + or the end",
				Printable(words[0], 30), a.Word)
		}
		words = words[1:]
	}
	if b.Call == "" {
		b.Call = l.naturalCall(b)
	}
	return b, l.check(b)
}

// rejoinSigns puts the plus of "clock +10m" back: a duration that begins with
// plus follows a word that takes a skew.
func rejoinSigns(words []string) []string {
	for i := 0; i+2 < len(words); i++ {
		if Word(words[i]) == SkewedClock && words[i+1] == "+" {
			words = slices.Delete(words, i+1, i+2)
		}
	}
	return words
}

// naturalCall is the call that the first particular word is mostly said of.
func (l *Language) naturalCall(b Behaviour) Call {
	for _, a := range b.Acts {
		if e, ok := l.entry(a.Word); ok && e.Calls[0] != Any {
			return e.Calls[0]
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
				Printable(words[0], 30), timesMax)
		}
		b.Times = n
		return words[1:], nil
	}
	return words, nil
}

// parseAct reads one word and its arguments. times is set by a word that
// counts requests.
func (l *Language) parseAct(words []string, times *int) (Act, []string, error) {
	if len(words) == 0 {
		return Act{}, nil, errors.New("ends too early: expected one of " + l.wordList())
	}
	a := Act{Word: Word(words[0])}
	if _, known := l.entry(a.Word); !known {
		return a, nil, fmt.Errorf("unknown word %q: expected one of %s",
			Printable(words[0], 30), l.wordList())
	}
	words = words[1:]
	for _, arg := range l.args(a.Word) {
		if len(words) == 0 || words[0] == "+" {
			if arg.optional {
				continue
			}
			return a, nil, fmt.Errorf("nothing behind %s: expected %s", a.Word, l.expects(arg.kind))
		}
		untilConfirmed := arg.kind == argDuration && arg.optional // is said by leaving it out
		if !a.take(arg.kind, words[0], times) || untilConfirmed && a.After == 0 {
			return a, nil, fmt.Errorf("%q behind %s: expected %s",
				Printable(words[0], 30), a.Word, l.expects(arg.kind))
		}
		words = words[1:]
	}
	return a, words, nil
}

// take reads one argument and says whether it was one.
func (a *Act) take(kind argKind, s string, times *int) bool {
	switch kind {
	case argDuration, argSkew:
		d, err := time.ParseDuration(s)
		a.After = d
		return err == nil
	case argCode, argState:
		a.Code = s
		return true
	case argStatus:
		n, err := strconv.Atoi(s)
		a.Status = n
		return err == nil && n != 0
	case argFen:
		n, err := strconv.ParseInt(s, 10, 64)
		a.Fen = n
		return err == nil
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
func (l *Language) check(b Behaviour) error {
	if !slices.Contains(l.Calls, b.Call) {
		return fmt.Errorf("unknown call %q", Printable(string(b.Call), 30))
	}
	if b.Times < 0 || b.Times > timesMax {
		return fmt.Errorf("%d times: expected 0 to %d", b.Times, timesMax)
	}
	if len(b.Acts) == 0 || len(b.Acts) > actsMax {
		return fmt.Errorf("%d words: expected 1 to %d", len(b.Acts), actsMax)
	}
	var about Word
	for i, a := range b.Acts {
		e, known := l.entry(a.Word)
		if !known {
			return fmt.Errorf("unknown word %q", Printable(string(a.Word), 30))
		}
		if !slices.Contains(e.Calls, b.Call) {
			return fmt.Errorf("%s cannot be said of %s: expected %s", a.Word, b.Call,
				e.Calls[0])
		}
		if slices.ContainsFunc(b.Acts[:i], func(o Act) bool { return o.Word == a.Word }) {
			return fmt.Errorf("%s comes twice", a.Word)
		}
		if grammar[a.Word].place == onOrder {
			if about != "" {
				return fmt.Errorf("%s and %s: expected one of them", about, a.Word)
			}
			about = a.Word
		}
		if err := l.checkAct(a); err != nil {
			return err
		}
	}
	return nil
}

// checkAct keeps an act's values within their ranges.
func (l *Language) checkAct(a Act) error {
	for _, arg := range l.args(a.Word) {
		ok := true
		switch arg.kind {
		case argDuration:
			ok = a.After >= 0 && a.After <= afterMax
		case argSkew:
			ok = a.After >= -afterMax && a.After <= afterMax
		case argCode:
			ok = l.CodeFits(a.Code)
		case argState:
			ok = slices.Contains(l.States, State(a.Code))
		case argStatus:
			ok = a.Status == 0 || a.Status >= 200 && a.Status <= 599
		case argFen:
			ok = a.Fen >= 0 && a.Fen <= l.FenMax
		case argBytes:
			ok = a.N >= 0 && a.N <= bytesMax
		}
		if !ok {
			return fmt.Errorf("%s: expected %s", a.String(), l.expects(arg.kind))
		}
	}
	return nil
}
