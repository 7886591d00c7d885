package railsim

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Call is a kind of request.
type Call string

// The calls. Any is every one of them.
const (
	Any     Call = "any"
	Pay     Call = "pay"
	Query   Call = "query"
	Reverse Call = "reverse"
	Close   Call = "close"
	Native  Call = "native"
)

var calls = []Call{Any, Pay, Query, Reverse, Close, Native}

// Word names one thing that a gateway can do wrong, or right.
type Word string

// What happens to the order.
const (
	Approve          Word = "approve"
	Decline          Word = "decline"
	Password         Word = "password"
	PasswordThenFail Word = "password-then-fail"
	PasswordAbove    Word = "password-above"
	ShortWaits       Word = "short-waits"
	SystemError      Word = "system-error"
	BankError        Word = "bank-error"
	SlowCharge       Word = "slow-charge"
	ArrivesLate      Word = "arrives-late"
	PayAfterLast     Word = "pay-after-last-query"
	NotFound         Word = "not-found"
	Contradictory    Word = "contradictory"
	Says             Word = "says"
	RecallAgain      Word = "recall"
	NoRecall         Word = "no-recall"
	ReversePaying    Word = "reverse-userpaying"
	Tomb             Word = "tombstone"
	NoSuchOrder      Word = "order-not-exist"
	HTML502          Word = "html-502"
	HTTP429          Word = "http-429"
	Frequency        Word = "frequency-limited"
	Maintenance      Word = "maintenance"
)

// What happens to the answer's content.
const (
	AnswerError    Word = "answer-error"
	WrongOrder     Word = "wrong-order"
	WrongAmount    Word = "wrong-amount"
	WrongMerchant  Word = "wrong-merchant"
	WrongApp       Word = "wrong-app"
	Huge           Word = "huge"
	Truncated      Word = "truncated"
	WrongSignature Word = "wrong-signature"
	UnknownSerial  Word = "unknown-serial"
	SignatureProbe Word = "signature-probe"
	Unsigned       Word = "unsigned"
	UnsignedErrors Word = "unsigned-errors"
	SkewedClock    Word = "clock"
)

// What happens on the wire.
const (
	Down         Word = "down"
	LoseRequest  Word = "lose-request"
	LoseAnswer   Word = "lose-answer"
	ChargeLose   Word = "charge-and-lose-answer"
	CutMidAnswer Word = "cut-mid-answer"
	Late         Word = "late"
	Twice        Word = "twice"
	GarbageAfter Word = "garbage-after"
)

// Act is a word with what it needs. A field that the word does not take is
// zero.
type Act struct {
	Word   Word
	Code   string        // decline, answer-error, says (a trade state)
	Status int           // decline, answer-error; 0 for the usual one
	After  time.Duration // password, late, clock ...
	Fen    int64         // password-above: more than this needs a password
	Done   bool          // system-error, bank-error, html-502: handled all the same
	N      int           // huge: bytes
}

// Behaviour says what the gateway does with the next requests of a kind.
type Behaviour struct {
	Call  Call
	Times int // so many requests, 0 for ever
	Acts  []Act
}

// act finds the act of a word.
func (b Behaviour) act(w Word) (Act, bool) {
	i := slices.IndexFunc(b.Acts, func(a Act) bool { return a.Word == w })
	if i < 0 {
		return Act{}, false
	}
	return b.Acts[i], true
}

func (b Behaviour) has(words ...Word) bool {
	return slices.ContainsFunc(b.Acts, func(a Act) bool { return slices.Contains(words, a.Word) })
}

// String is the behaviour in the language of Parse.
func (b Behaviour) String() string {
	var s strings.Builder
	s.WriteString(string(b.Call))
	if b.Times == 0 {
		s.WriteString(" always")
	} else {
		s.WriteString(" next " + strconv.Itoa(b.Times))
	}
	for i, a := range b.Acts {
		if i > 0 {
			s.WriteString(" +")
		}
		s.WriteString(" " + a.String())
	}
	return s.String()
}

// String is the act in the language of Parse.
func (a Act) String() string {
	var s strings.Builder
	s.WriteString(string(a.Word))
	info := infoOf(a.Word)
	for _, arg := range info.args {
		switch {
		case arg.kind == argCode || arg.kind == argState:
			s.WriteString(" " + a.Code)
		case arg.kind == argStatus && a.Status != 0:
			s.WriteString(" " + strconv.Itoa(a.Status))
		case arg.kind == argFen:
			s.WriteString(" " + strconv.FormatInt(a.Fen, 10))
		case arg.kind == argBytes && a.N != 0:
			s.WriteString(" " + strconv.Itoa(a.N))
		case arg.kind == argDuration && (a.After != 0 || !arg.optional), arg.kind == argSkew:
			s.WriteString(" " + a.After.String())
		case arg.kind == argDone && a.Done:
			s.WriteString(" charged")
		}
	}
	return s.String()
}

// Set makes b the behaviour of its call. One with a count is queued behind the
// counted ones before it and has precedence over one for ever; one for ever
// replaces its predecessor. It panics on a behaviour that Parse would refuse.
func (g *Gateway) Set(b Behaviour) {
	if err := b.check(); err != nil {
		panic("railsim: " + err.Error())
	}
	b.Acts = slices.Clone(b.Acts)
	g.do(func(now time.Time) {
		if b.Times > 0 {
			g.queued = append(g.queued, b)
		} else {
			g.standing[b.Call] = b
		}
		g.happened(now, BehaviourSet, "", "", b.String())
	})
}

// SetText is Set of what Parse makes of the text.
func (g *Gateway) SetText(text string) error {
	b, err := Parse(text)
	if err == nil {
		g.Set(b)
	}
	return err
}

// Clear makes the gateway behave again. Orders that wait or will be charged
// later are not touched.
func (g *Gateway) Clear() {
	g.do(func(now time.Time) {
		g.queued = nil
		g.standing = map[Call]Behaviour{}
		g.happened(now, BehaviourSet, "", "", "cleared")
	})
}

// Current returns what is set, counted ones first in their order.
func (g *Gateway) Current() []Behaviour {
	g.mu.Lock()
	defer g.mu.Unlock()
	list := slices.Clone(g.queued)
	for _, call := range calls {
		if b, ok := g.standing[call]; ok {
			list = append(list, b)
		}
	}
	return list
}

// take chooses the behaviour for one request and counts it. Under the lock.
func (g *Gateway) take(call Call) Behaviour {
	for i, b := range g.queued {
		if b.Call != call && b.Call != Any {
			continue
		}
		g.queued[i].Times--
		if g.queued[i].Times == 0 {
			g.queued = slices.Delete(g.queued, i, i+1)
		}
		return b
	}
	if b, ok := g.standing[call]; ok {
		return b
	}
	return g.standing[Any]
}
