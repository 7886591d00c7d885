package alipaysim

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
	Any         Call = "any"
	Pay         Call = "pay"          // alipay.trade.pay
	Query       Call = "query"        // alipay.trade.query
	Cancel      Call = "cancel"       // alipay.trade.cancel
	Refund      Call = "refund"       // alipay.trade.refund
	RefundQuery Call = "refund-query" // alipay.trade.fastpay.refund.query
	Precreate   Call = "precreate"    // alipay.trade.precreate
	Close       Call = "close"        // alipay.trade.close
)

var calls = []Call{Any, Pay, Query, Cancel, Refund, RefundQuery, Precreate, Close}

// Word names one thing that a gateway can do wrong, or right.
type Word string

// What happens to the order.
const (
	Approve          Word = "approve"
	Decline          Word = "decline"
	Password         Word = "password"
	PasswordThenFail Word = "password-then-fail"
	SystemError      Word = "system-error"
	SlowCharge       Word = "slow-charge"
	ArrivesLate      Word = "arrives-late"
	PayAfterLast     Word = "pay-after-last-query"
	NotFound         Word = "not-found"
	RetryAgain       Word = "retry"
	MerchantShort    Word = "merchant-short"
	RefundLost       Word = "refund-lost"
	RefundLate       Word = "refund-late"
	HTML502          Word = "html-502"
)

// What happens to the answer's content.
const (
	AnswerError     Word = "answer-error"
	WrongOrder      Word = "wrong-order"
	WrongAmount     Word = "wrong-amount"
	Huge            Word = "huge"
	DuplicateMember Word = "duplicate-member"
	DuplicateInside Word = "duplicate-inside"
	WrongSignature  Word = "wrong-signature"
	Unsigned        Word = "unsigned"
	UnsignedErrors  Word = "unsigned-errors"
)

// What happens on the wire.
const (
	Down         Word = "down"
	LoseRequest  Word = "lose-request"
	LoseAnswer   Word = "lose-answer"
	ChargeLose   Word = "charge-and-lose-answer"
	CutMidAnswer Word = "cut-mid-answer"
	Late         Word = "late"
)

// Act is a word with what it needs. A field that the word does not take is
// zero.
type Act struct {
	Word  Word
	Code  string        // decline, answer-error: a sub_code; ACQ. is added if it has no dot
	After time.Duration // password, late, refund-late ...
	Done  bool          // system-error, html-502: handled all the same
	N     int           // huge: bytes
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

// aboutOrder is the act that is about the order, the zero Act if there is none.
func (b Behaviour) aboutOrder() Act {
	for _, a := range b.Acts {
		if infoOf(a.Word).place == onOrder {
			return a
		}
	}
	return Act{}
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
		case arg.kind == argCode:
			s.WriteString(" " + a.Code)
		case arg.kind == argBytes && a.N != 0:
			s.WriteString(" " + strconv.Itoa(a.N))
		case arg.kind == argDuration && (a.After != 0 || !arg.optional):
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
		panic("alipaysim: " + err.Error())
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
