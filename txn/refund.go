package txn

import (
	"fmt"
	"time"

	"till/txn/money"
)

// RefundNo is the refund number (out_refund_no, out_request_no): one for each
// decision to refund, on stable storage before it is sent, and kept by every
// repeat, restart and repair. A new one is minted only for a new decision, or
// when the network has declared the old one dead (rails.md 0.3).
type RefundNo string

// NewRefundNo returns number n of an installation. Orders and refunds share a
// counter; the R keeps their numbers apart at the network too.
func NewRefundNo(i Install, n uint64) RefundNo {
	return RefundNo(fmt.Sprintf("%sR%0*d", i, counterLen, n))
}

// N is the counter in the number, or 0 when it is none of ours.
func (r RefundNo) N() uint64 { return OrderNo(r).N() }

// Tail is what people read: the last six digits.
func (r RefundNo) Tail() string { return OrderNo(r).Tail() }

// RefundAsk is what every request about a refund carries; the network's answer
// must echo it.
type RefundAsk struct {
	Refund RefundNo
	Order  OrderNo // the sale
	Rail   RailName
	Amount money.Amount // of this refund
	Total  money.Amount // of the sale
	Reason string       // shown to the payer; may be empty
	Begun  Wall         // the decision

	Shown     bool      // the sale was paid by a code that we showed
	Reference Reference // of the refund, once the network has named it
	Sale      Reference // of the sale, where it is known
}

// RefundOutcome is all that an answer about a refund can mean.
type RefundOutcome uint8

const (
	RefundUnknown  RefundOutcome = iota // no answer, or one that says nothing: ask, or send again under the same number
	RefundAccepted                      // taken, not yet paid out; ask on the rail's schedule
	RefundPaidOut                       // the money is back with the payer; final
	RefundRefused                       // not taken and no money moved; the number may be sent again if Cause says that it can help
	RefundAbsent                        // the network has never heard of the number: send it again
	RefundClosed                        // the number is dead (unfunded too long): a new decision needs a new one
	RefundAbnormal                      // the payer's account cannot take it: a person must act
)

var refundOutcomeNames = [...]string{"unknown", "accepted", "paid-out", "refused", "absent", "closed", "abnormal"}

func (o RefundOutcome) String() string { return refundOutcomeNames[o] }

// RefundCall names a request about a refund.
type RefundCall uint8

const (
	CallRefund RefundCall = iota
	CallRefundQuery
	CallRefundRepair // an abnormal refund is sent to the shop's own account instead
)

var refundCallNames = [...]string{"refund", "refund query", "refund repair"}

func (c RefundCall) String() string { return refundCallNames[c] }

// RefundAnswered is what became of one request about a refund, folded by the
// rail. The split says where the money goes; a part that the network does not
// tell is 0 (causes.md C06).
type RefundAnswered struct {
	Refund    RefundNo
	Order     OrderNo
	Call      RefundCall
	Outcome   RefundOutcome
	Cause     Cause
	Code      string // the network's own code
	Text      string // the network's own words, cleaned for display
	Reference Reference
	Account   string // where it went, in the network's words: "支付用户零钱"
	Payer     int64  // fen that the payer gets in money
	Discount  int64  // fen of coupons and discounts that are given back or lapse
	Fault     FaultCode
}

// FindAsk asks a network what it knows of a sale that is to be refunded. The
// sale is named by our number or by the network's; one of the two may be empty.
type FindAsk struct {
	Order     OrderNo
	Reference Reference
	Rail      RailName
	Shown     bool
	Serial    int // the desk that asks: an answer to an earlier one is none
}

// Finding is what a network knows of a sale.
type Finding uint8

const (
	FindUnknown Finding = iota // no answer, or one that says nothing
	FindPaid                   // paid; perhaps refunded in part, see Refunded
	FindUnpaid                 // known, and no money has moved or it never will
	FindGone                   // all of it went back: refunded, reversed
	FindNothing                // the network has never heard of it
)

var findingNames = [...]string{"unknown", "paid", "unpaid", "gone", "nothing"}

func (f Finding) String() string { return findingNames[f] }

// Found is the network's answer to FindAsk, folded by the rail.
type Found struct {
	Ask       FindAsk
	Finding   Finding
	Order     OrderNo   // our number, as the network has it
	Reference Reference // the network's
	Wallet    RailName  // whose code paid, where the network tells
	Amount    int64     // fen of the sale; 0 when it is not told
	Paid      Wall      // when; 0 when it is not told
	Refunded  bool      // the network says that some of it went back
	Back      int64     // fen that went back, or 0 when it is not told
	Cause     Cause
	Code      string
	Text      string
	Fault     FaultCode
}

// Balance is what the shop has at a network to pay refunds from.
type Balance struct {
	Rail  RailName
	Known bool
	Fen   int64 // available
	Cause Cause
	Code  string
	Fault FaultCode
}

// RefundPolicy is how a payment network wants refunds to be handled. Its values
// are data in the rail's package, each with its source; contract terms may be
// set by the configuration.
type RefundPolicy struct {
	WindowDays  int           // from the day of the payment; 0: not known
	Parts       int           // the most refunds of one sale; 0: no limit known
	Spacing     time.Duration // between two refunds of one sale
	PerSecond   int           // requests that the network takes from one merchant; 0: no limit known
	VoidSameDay bool          // on the day of payment the whole of a sale that we charged is taken back by a reversal
	VoidWhy     Cause         // what speaks for that: CauseFeeBack
	RefundShown bool          // voids are for code payments only: what was paid by a shown code is refunded
	FundedFrom  string        // what pays for refunds, as a catalogue key: "balance", "takings"

	Asks      []time.Duration // waits from an acceptance to a query, and from query to query; the last one repeats
	Resend    time.Duration   // from a request without an answer to the question about it
	RetryHeld time.Duration   // from a refusal that can pass (the shop's balance) to the next attempt
	MayRepair bool            // an abnormal refund can be sent to the shop's account
}

// ShowPolicy is how a payment by a code that we show goes at a network.
type ShowPolicy struct {
	Lives    time.Duration // how long the code may be paid; then the order is closed
	Soon     time.Duration // between queries at first
	SoonFor  time.Duration // ... for so long
	Interval time.Duration // between queries later
	Confirm  bool          // closing counts only when a query says so too
	Returns  bool          // closing what was paid in the last moment gives the money back
}
