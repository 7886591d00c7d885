package rail

import "till/txn"

// Refunder is a Rail that gives money back. A refund has one number for all its
// repeats, and a repeat of one that was booked moves no money (rails.md 0.3).
type Refunder interface {
	Rail

	// Refund and RefundQuery return a signed request, or an error when there is
	// none to be made: nothing to give back, more than the sale, a number that the
	// network does not take, a key that does not sign. Then nothing was sent.
	Refund(a txn.RefundAsk, nonce string, at txn.Wall) (Request, error)
	RefundQuery(a txn.RefundAsk, nonce string, at txn.Wall) (Request, error)

	// ReadRefund says what an answer to call means. It folds every answer: what
	// cannot be read or believed is RefundUnknown.
	ReadRefund(call txn.RefundCall, a txn.RefundAsk, r Response, at txn.Wall) txn.RefundAnswered
}

// SilentRefund says what it means that no answer came: RefundUnknown, whether
// the request left or not. A refund is never reversed (rails.md 0.4); it is
// asked for, or sent again under the same number, which may have been sent
// before, so that "this request did not leave" says nothing about the refund.
func SilentRefund(call txn.RefundCall, a txn.RefundAsk, s Silence) txn.RefundAnswered {
	out := txn.RefundAnswered{
		Refund: a.Refund, Order: a.Order, Call: call, Fault: s.Fault,
		Outcome: txn.RefundUnknown, Cause: txn.CauseNoAnswer,
	}
	if !s.Sent {
		out.Cause = txn.CauseNotSent
	}
	return out
}
