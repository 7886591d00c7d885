package txn

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// books are what a network has written down, for every terminal of the shop: a
// refund number moves money once at most, and a sale gives back no more than was
// paid.
type books struct {
	rng     *rand.Rand
	sales   map[OrderNo]*bookedSale
	refunds map[RefundNo]*bookedRefund
	funds   bool // the shop's balance covers refunds
	calm    bool
}

type bookedSale struct {
	total, back   int64
	open          bool // a code of it may be paid
	paid, closed  bool
	voided, stuck bool // stuck: it can no longer be reversed
}

type bookedRefund struct {
	order  OrderNo
	amount int64
	state  RefundOutcome // accepted, paid out, closed, abnormal
	told   bool          // somebody has heard that it was taken
}

func newBooks(rng *rand.Rand) *books {
	return &books{rng: rng, sales: map[OrderNo]*bookedSale{}, refunds: map[RefundNo]*bookedRefund{}, funds: true}
}

// live reports whether money moved under a number, or still may.
func (b *books) live(no RefundNo) bool {
	r := b.refunds[no]
	return r != nil && r.state != RefundClosed
}

func (b *books) refund(a RefundAsk, m RefundMethod) RefundAnswered {
	out := RefundAnswered{Refund: a.Refund, Order: a.Order, Call: CallRefund}
	if m == ByVoid {
		return b.void(a, out)
	}
	s, r := b.sales[a.Order], b.refunds[a.Refund]
	refused := func(c Cause) RefundAnswered { out.Outcome, out.Cause = RefundRefused, c; return out }
	switch {
	case r != nil && r.amount != a.Amount.Minor():
		panic("a number is used with another amount")
	case r != nil:
	case s == nil || !s.paid:
		return refused(CauseNotPaid)
	case s.back+a.Amount.Minor() > s.total:
		return refused(CauseOverRemainder)
	case !b.calm && b.rng.IntN(12) == 0:
		return refused(CausePayerAccount)
	case !b.funds:
		return refused(CauseMerchantFunds)
	default:
		r = &bookedRefund{order: a.Order, amount: a.Amount.Minor(), state: RefundAccepted}
		b.refunds[a.Refund] = r
		s.back += r.amount
	}
	return b.say(r, out)
}

func (b *books) void(a RefundAsk, out RefundAnswered) RefundAnswered {
	s := b.sales[a.Order]
	switch {
	case out.Call == CallRefundQuery && s.voided:
		out.Outcome, out.Payer = RefundPaidOut, a.Amount.Minor()
	case out.Call == CallRefundQuery:
		out.Outcome = RefundAbsent
	case s.voided:
		out.Outcome = RefundAccepted
	case s.stuck || s.back > 0:
		out.Outcome, out.Cause = RefundRefused, CauseTooLate
	default:
		s.voided, s.back = true, s.total
		out.Outcome = RefundAccepted
	}
	return out
}

func (b *books) say(r *bookedRefund, out RefundAnswered) RefundAnswered {
	out.Outcome, r.told = r.state, true
	if r.state == RefundPaidOut {
		out.Payer, out.Account = r.amount, "balance"
	}
	return out
}

func (b *books) query(a RefundAsk, m RefundMethod) RefundAnswered {
	out := RefundAnswered{Refund: a.Refund, Order: a.Order, Call: CallRefundQuery}
	if m == ByVoid {
		return b.void(a, out)
	}
	r := b.refunds[a.Refund]
	switch {
	case r == nil, r.told && !b.calm && b.rng.IntN(30) == 0: // or it contradicts itself
		out.Outcome, out.Cause = RefundAbsent, CauseNoSuchOrder
		return out
	case !b.calm && b.rng.IntN(20) == 0:
		out.Cause = CauseUntrusted
		return out
	}
	return b.say(r, out)
}

func (b *books) repair(a RefundAsk) RefundAnswered {
	out := RefundAnswered{Refund: a.Refund, Order: a.Order, Call: CallRefundRepair}
	if r := b.refunds[a.Refund]; r != nil {
		if r.state == RefundAbnormal {
			r.state = RefundAccepted
		}
		return b.say(r, out)
	}
	return out
}

// move lets time pass in the books.
func (b *books) move() {
	for _, no := range slices.Sorted(maps(b.refunds)) {
		r := b.refunds[no]
		switch roll := b.rng.IntN(40); {
		case b.calm && (r.state == RefundAccepted || r.state == RefundAbnormal):
			r.state = RefundPaidOut
		case b.calm || r.state != RefundAccepted:
		case roll < 20:
			r.state = RefundPaidOut
		case roll == 20:
			r.state = RefundClosed
			b.sales[r.order].back -= r.amount
		case roll == 21:
			r.state = RefundAbnormal
		}
	}
}

func maps[K comparable, V any](m map[K]V) func(func(K) bool) {
	return func(yield func(K) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func (b *books) find(a FindAsk) Found {
	f := Found{Ask: a, Order: a.Order}
	s := b.sales[a.Order]
	switch {
	case s == nil:
		f.Finding = FindNothing
		return f
	case !s.paid:
		f.Finding, f.Amount = FindUnpaid, s.total
		return f
	}
	f.Finding, f.Amount, f.Paid, f.Reference = FindPaid, s.total, testAt, "42"
	f.Refunded, f.Back = s.back > 0, s.back
	if s.back == s.total {
		f.Finding = FindGone
	}
	return f
}

// sale answers the requests about a payment by a shown code.
func (b *books) sale(e Effect) Answered {
	switch e := e.(type) {
	case SendShow:
		if b.sales[e.Order] == nil {
			b.sales[e.Order] = &bookedSale{total: e.Amount.Minor(), open: true}
		}
		if s := b.sales[e.Order]; !s.open {
			return b.said(e.Order, CallShow)
		}
		return Answered{Order: e.Order, Call: CallShow, Outcome: Pending, QR: "weixin://x"}
	case SendClose:
		s := b.sales[e.Order]
		switch {
		case s == nil:
			return Answered{Order: e.Order, Call: CallClose, Cause: CauseNoSuchOrder}
		case s.paid:
			return Answered{Order: e.Order, Call: CallClose, Outcome: Declined, Cause: CauseAlreadyPaid}
		}
		s.open, s.closed = !b.calm && b.rng.IntN(20) == 0, true // rarely it is paid all the same
		return Answered{Order: e.Order, Call: CallClose, Outcome: Undone}
	case SendQuery:
		return b.said(e.Order, CallQuery)
	case SendReversal:
		panic("what was paid by a shown code cannot be reversed")
	}
	panic(fmt.Sprintf("no %T", e))
}

func (b *books) said(o OrderNo, c Call) Answered {
	a := Answered{Order: o, Call: c, Outcome: Pending, Cause: CausePayerActing}
	switch s := b.sales[o]; {
	case s == nil:
		a.Outcome, a.Cause = Unknown, CauseNoSuchOrder
	case s.paid:
		a.Outcome, a.Cause, a.Reference = Approved, CauseNone, "42"
	case s.closed:
		a.Outcome, a.Cause = Undone, CauseElsewhere
	}
	return a
}
