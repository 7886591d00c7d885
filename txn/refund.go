package txn

import (
	"fmt"

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
)

var refundCallNames = [...]string{"refund", "refund query"}

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
