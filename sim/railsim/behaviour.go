package railsim

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Call is a kind of request.
type Call string

// The calls that gateways have. Any is every one of them.
const (
	Any         Call = "any"
	Pay         Call = "pay" // with the customer's payment code
	Query       Call = "query"
	Reverse     Call = "reverse" // WeChat Pay
	Cancel      Call = "cancel"  // Alipay
	Close       Call = "close"
	Native      Call = "native"    // WeChat Pay: a link for the customer to scan
	Precreate   Call = "precreate" // Alipay: the same
	RefundCall  Call = "refund"
	RefundQuery Call = "refund-query"
	RefundHung  Call = "abnormal-refund" // WeChat Pay: where the money of an abnormal one shall go
	FundBalance Call = "balance"         // of the merchant
	TradeBill   Call = "bill"            // the daily file, and its download
)

// Act is a word with what it needs. A field that the word does not take is
// zero.
type Act struct {
	Word   Word
	Code   string        // decline, answer-error, says (a state)
	Status int           // decline, answer-error; 0 for the usual one
	After  time.Duration // password, late, clock ...
	Fen    int64         // password-above: more than this needs a password
	Done   bool          // system-error, bank-error, html-502: handled all the same
	N      int           // huge: bytes
}

// Behaviour says what a gateway does with the next requests of a kind.
type Behaviour struct {
	Call  Call
	Times int // so many requests, 0 for ever
	Acts  []Act
}

// Act finds the act of a word.
func (b Behaviour) Act(w Word) (Act, bool) {
	i := slices.IndexFunc(b.Acts, func(a Act) bool { return a.Word == w })
	if i < 0 {
		return Act{}, false
	}
	return b.Acts[i], true
}

// AboutOrder is the act that is about the order, the zero Act if there is none.
func (b Behaviour) AboutOrder() Act {
	for _, a := range b.Acts {
		if grammar[a.Word].place == onOrder {
			return a
		}
	}
	return Act{}
}

// Has says whether one of the words is said.
func (b Behaviour) Has(words ...Word) bool {
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
	for _, arg := range grammar[a.Word].args {
		switch {
		case arg.kind == argCode && (a.Code != "" || !arg.optional), arg.kind == argState:
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
