package railtest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"till/txn"
	"till/txn/rail"
)

// Call is a kind of request, by one name for every network.
type Call string

// The calls.
const (
	Pay         Call = "pay"
	Query       Call = "query"
	Reverse     Call = "reverse"
	Show        Call = "show"
	Close       Call = "close"
	Refund      Call = "refund"
	RefundQuery Call = "refund-query"
	Repair      Call = "repair"
	Find        Call = "find"
	Balance     Call = "balance"
)

// Behaviour is what a gateway does with one request. The words are those of package
// railsim, where it has them; Gateway.Tell translates.
type Behaviour string

// What happens to the money.
const (
	Decline        Behaviour = "decline"         // the payer has too little: nothing moves
	Password       Behaviour = "password"        // waits until Confirm
	ErrorDone      Behaviour = "error-done"      // a system error, and it is done all the same
	ErrorUndone    Behaviour = "error-undone"    // a system error, and nothing is done
	RefundClosed   Behaviour = "refund-closed"   // accepted, and given up within a day
	RefundAbnormal Behaviour = "refund-abnormal" // accepted, and stuck within a day
)

// What happens to the answer. It is done properly; then the answer is spoilt.
const (
	Unsigned       Behaviour = "unsigned"
	WrongSignature Behaviour = "wrong-signature"
	UnknownKey     Behaviour = "unknown-serial"
	Truncated      Behaviour = "truncated" // half of it, rightly signed
	Huge           Behaviour = "huge"      // over a megabyte, rightly signed
	WrongOrder     Behaviour = "wrong-order"
	WrongRefund    Behaviour = "wrong-refund"
	WrongAmount    Behaviour = "wrong-amount"
	WrongMerchant  Behaviour = "wrong-merchant"
)

// What happens on the wire.
const (
	BadGateway   Behaviour = "html-502" // a page, and nothing is done
	Down         Behaviour = "down"     // nobody listens
	LoseRequest  Behaviour = "lose-request"
	LoseAnswer   Behaviour = "lose-answer"
	CutMidAnswer Behaviour = "cut-mid-answer"
)

// Lost is the error of an Exchange that brought no answer.
type Lost struct{ Sent bool }

func (l *Lost) Error() string { return fmt.Sprintf("no answer, sent %v", l.Sent) }

// Books is what a gateway's books say of one sale, in fen: what was taken from the
// payer, and what came back to him and nobody else.
type Books struct{ Charged, Returned int64 }

// Kept is what the sale has cost the payer.
func (b Books) Kept() int64 { return b.Charged - b.Returned }

// Gateway is a network with the levers that a test has. It is new, and its clock
// stands still but for Pass.
type Gateway interface {
	// Exchange carries one request. Its error is a *Lost.
	Exchange(rail.Request) (rail.Response, error)
	// Tell says what happens to the next request of a kind; its error is that this
	// gateway has no such thing.
	Tell(Call, Behaviour) error

	Now() txn.Wall
	Pass(time.Duration)

	Code() string            // a fresh code of a payer with plenty of money
	Confirm() error          // the payer enters his password
	Scan(code string) error  // the payer scans a shown code and pays
	Books(txn.OrderNo) Books // of a sale; zero when there is none
	SetFunds(fen int64)      // what the shop can refund from, from now on
}

// Code is one code of a network and all that it can become.
type Code struct {
	Name   string
	Causes []txn.Cause
}

// Lack is something that a gateway cannot do, or that makes no difference to its
// answer. An empty Call is every call.
type Lack struct {
	Call      Call
	Behaviour Behaviour // "" is the call itself
	Why       string
}

// Subject is a rail and the gateway that it is tried on.
type Subject struct {
	Rail rail.Rail
	Open func(testing.TB) Gateway // for one test, new

	Codes  []Code
	Advice func(txn.Cause, txn.Lang) (what, next string)

	// Bodyless is the calls whose good answer has no body: nothing of it can be
	// missing or too much.
	Bodyless []Call
	// Dated says that a signed answer tells its time, so that yesterday's is not
	// believed. Otherwise it is believed about its own order.
	Dated bool
	Lacks []Lack
}

// kit is one test: a rail and a new gateway.
type kit struct {
	testing.TB
	s      Subject
	g      Gateway
	orders int
	nonces int
}

// Run tries a rail on everything that its interfaces promise.
func Run(t *testing.T, s Subject) {
	t.Helper()
	if s.Rail == nil || s.Open == nil || s.Advice == nil || len(s.Codes) == 0 {
		t.Fatal("railtest: a Rail, Open, Codes and Advice must be given")
	}
	tests := slices.Concat(saleTests, requestTests, trustTests(s.Rail))
	if _, ok := s.Rail.(rail.Refunder); ok {
		tests = append(tests, refundTests...)
	}
	if _, ok := s.Rail.(rail.Repairer); ok {
		tests = append(tests, test{"an abnormal refund goes to the shop", abnormalIsRepaired})
	}
	if _, ok := s.Rail.(rail.Shower); ok {
		tests = append(tests, showTests...)
	}
	if _, ok := s.Rail.(rail.Finder); ok {
		tests = append(tests, findTests...)
	}
	if _, ok := s.Rail.(rail.Balancer); ok {
		tests = append(tests, test{"the balance is what refunds can be paid from", balanceIsTold})
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.run(newKit(t, s)) })
	}
	t.Run("every code has a sentence and a next step", func(t *testing.T) { codesHaveAdvice(t, s) })
}

type test struct {
	name string
	run  func(*kit)
}

func newKit(t testing.TB, s Subject) *kit { return &kit{TB: t, s: s, g: s.Open(t)} }

// fresh is the same on another new gateway.
func (k *kit) fresh() *kit { return newKit(k.TB, k.s) }

// lack finds the reason why the gateway cannot do something.
func (k *kit) lack(c Call, b Behaviour) (Lack, bool) {
	for _, l := range k.s.Lacks {
		if (l.Call == c || l.Call == "") && (l.Behaviour == b || l.Behaviour == "" && l.Call != "") {
			return l, true
		}
	}
	return Lack{}, false
}

// tell says what happens to the next request, or that the gateway has no such
// thing, which Lacks must say too.
func (k *kit) tell(c Call, b Behaviour) bool {
	k.Helper()
	l, lacking := k.lack(c, b)
	if lacking && l.Behaviour == "" {
		return false
	}
	switch err := k.g.Tell(c, b); {
	case err == nil && lacking:
		k.Errorf("Lacks says that the gateway has no %q for %s (%s), but it has", b, c, l.Why)
	case err != nil && !lacking:
		k.Errorf("the gateway has no %q for %s, and Lacks does not say why: %v", b, c, err)
	case err == nil:
		return true
	}
	return false
}

// must is tell, and the end of the test where the gateway has no such thing.
func (k *kit) must(c Call, b Behaviour) {
	k.Helper()
	if !k.tell(c, b) {
		l, _ := k.lack(c, b)
		k.Skipf("the gateway has no %q for %s: %s", b, c, l.Why)
	}
}

// has ends the test where the gateway does not have the call at all.
func (k *kit) has(c Call) {
	k.Helper()
	if l, lacking := k.lack(c, ""); lacking && l.Behaviour == "" {
		k.Skipf("the gateway has no %s: %s", c, l.Why)
	}
}
