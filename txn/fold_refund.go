package txn

import (
	"fmt"
	"slices"

	"till/txn/money"
)

// applyRefund folds the entries about refunds and people.
func (l *Ledger) applyRefund(e Entry) {
	switch e := e.(type) {
	case RefundBegun:
		l.beginRefund(e)
	case RefundSent:
		l.changeRefund(e.Refund, e.At, func(r *Refund) { r.Phase, r.Sent = Underway, true })
	case RefundHeld:
		l.changeRefund(e.Refund, e.At, func(r *Refund) {
			r.Phase, r.Cause, r.Code, r.Text = Held, e.Cause, e.Code, e.Text
		})
	case RefundTaken:
		l.changeRefund(e.Refund, e.At, func(r *Refund) {
			r.Disputed = r.Disputed || r.Phase.Final() || !r.Phase.Counts()
			r.Phase, r.Cause, r.Code, r.Text = Taken, CauseNone, e.Code, ""
			if e.Reference != "" {
				r.Reference = e.Reference
			}
		})
	case RefundPaid:
		l.changeRefund(e.Refund, e.At, func(r *Refund) {
			r.Disputed = r.Disputed || r.Phase.Final() || !r.Phase.Counts()
			r.Phase, r.Cause, r.Code, r.Text = PaidBack, CauseNone, e.Code, ""
			r.Account, r.Payer, r.Discount = e.Account, e.Payer, e.Discount
			if e.Reference != "" {
				r.Reference = e.Reference
			}
		})
	case RefundFailed:
		l.changeRefund(e.Refund, e.At, func(r *Refund) {
			r.Phase, r.Cause, r.Code, r.Text = Failed, e.Cause, e.Code, e.Text
		})
	case PaidOut:
		l.beginRefund(RefundBegun{At: e.At, Day: e.Day, Refund: e.Refund, Key: e.Refund, Rail: Cash, Wallet: Cash, Amount: e.Amount,
			Total: e.Amount, Method: ByCash, Reason: e.Reason, By: e.By, Approver: e.Approver, Terminal: e.Terminal})
		l.changeRefund(e.Refund, e.At, func(r *Refund) { r.Phase = Cashed })
		l.cash(RefundCashed{Refund: e.Refund, By: e.By})
	case RefundWrittenOff:
		l.changeRefund(e.Refund, e.At, func(r *Refund) { r.Phase, r.WrittenBy, r.WrittenOn = GivenUp, e.By, e.Why })
	case RefundDead:
		l.changeRefund(e.Refund, e.At, func(r *Refund) {
			r.Disputed = r.Disputed || r.Phase == GivenUp
			r.Phase, r.Cause, r.Code, r.Text = Dead, CauseDead, e.Code, e.Text
		})
	case RefundStranded:
		l.changeRefund(e.Refund, e.At, func(r *Refund) {
			r.Disputed = r.Disputed || r.Phase == GivenUp
			r.Phase, r.Cause, r.Code, r.Text = Stranded, CausePayerAccount, e.Code, e.Text
		})
	case RefundRepaired:
		l.changeRefund(e.Refund, e.At, func(r *Refund) { r.Repaired = true })
	case RefundSwitched:
		l.changeRefund(e.Refund, e.At, func(r *Refund) {
			r.Method, r.Cause, r.Code = ByRefund, e.Cause, e.Code
		})
	case RefundReplaced:
		l.changeRefund(e.Refund, e.At, func(r *Refund) { r.Phase = Replaced })
	case RefundHanded:
		l.changeRefund(e.Refund, e.At, func(r *Refund) { r.Phase = Handed })
	case RefundDropped:
		l.changeRefund(e.Refund, e.At, func(r *Refund) { r.Phase = Dropped })
	case RefundCashed:
		l.changeRefund(e.Refund, e.At, func(r *Refund) { r.Phase = Cashed })
		l.cash(e)
	default:
		l.applyPeople(e)
	}
}

// beginRefund files a refund.
func (l *Ledger) beginRefund(e RefundBegun) {
	l.LastAt, l.Last = e.At, max(l.Last, e.Refund.N())
	l.pruneRefunds()
	i, ok := l.findRefund(e.Refund)
	if ok {
		panic(fmt.Sprintf("txn: refund %s is begun twice", e.Refund))
	}
	l.Refunds = slices.Insert(slices.Clone(l.Refunds), i, Refund{
		No: e.Refund, Key: e.Key, Order: e.Order, Rail: e.Rail, Wallet: e.Wallet, Amount: e.Amount, Total: e.Total,
		SaleAt: e.SaleAt, SaleDay: e.SaleDay, Sale: e.Sale, Shown: e.Shown, Method: e.Method, Why: e.Why,
		Reason: e.Reason, By: e.By, Approver: e.Approver, Terminal: e.Terminal, Replaces: e.Replaces, Begun: e.At, Day: e.Day,
	})
	l.Day = l.Day.countBack(e.Day, e.Amount.Minor())
	l.Backlog.Count++
	l.Backlog.Fen += e.Amount.Minor()
	l.onShift(e.By, func(s *Shift) {
		s.Backs++
		s.BackFen += e.Amount.Minor()
	})
}

// countBack counts a refund on the day on which it was begun.
func (d Day) countBack(date int, fen int64) Day {
	if d.Date != date {
		d = Day{Date: date}
	}
	d.Backs++
	d.BacksFen += fen
	return d
}

// findRefund returns where the refund is, or would be.
func (l Ledger) findRefund(n RefundNo) (int, bool) {
	return slices.BinarySearchFunc(l.Refunds, n, func(r Refund, n RefundNo) int {
		return compare(OrderNo(r.No), OrderNo(n))
	})
}

// Refund returns a refund that is in memory.
func (l Ledger) Refund(n RefundNo) (Refund, bool) {
	if i, ok := l.findRefund(n); ok {
		return l.Refunds[i], true
	}
	return Refund{}, false
}

func (l *Ledger) changeRefund(n RefundNo, at Wall, f func(*Refund)) {
	i, ok := l.findRefund(n)
	if !ok {
		panic(fmt.Sprintf("txn: entry about refund %s, which the ledger does not hold", n))
	}
	l.Refunds = slices.Clone(l.Refunds)
	r := &l.Refunds[i]
	was := *r
	f(r)
	switch is := r.Phase.Final(); {
	case is && !was.Phase.Final():
		r.Ended = at
		l.Backlog.Count--
		l.Backlog.Fen -= r.Amount.Minor()
	case !is && was.Phase.Final(): // the network took it all the same
		r.Ended = 0
		l.Backlog.Count++
		l.Backlog.Fen += r.Amount.Minor()
	}
	if was.Phase.Counts() != r.Phase.Counts() {
		l.recount(*r)
	}
	l.LastAt = at
}

// recount takes a refund out of the totals of its day and its shift when it
// gives nothing back after all, or into them again.
func (l *Ledger) recount(r Refund) {
	n, fen := -1, -r.Amount.Minor()
	if r.Phase.Counts() {
		n, fen = 1, r.Amount.Minor()
	}
	if r.Day == l.Day.Date {
		l.Day.Backs, l.Day.BacksFen = max(0, l.Day.Backs+n), max(0, l.Day.BacksFen+fen)
	}
	l.onShift(r.By, func(s *Shift) {
		if r.Begun >= s.Since { // of this shift
			s.Backs, s.BackFen = max(0, s.Backs+n), max(0, s.BackFen+fen)
		}
	})
}

// pruneRefunds forgets finished refunds but the newest few.
func (l *Ledger) pruneRefunds() {
	finished := 0
	for _, r := range l.Refunds {
		if !r.Open() {
			finished++
		}
	}
	l.Refunds = slices.DeleteFunc(slices.Clone(l.Refunds), func(r Refund) bool {
		if r.Open() || finished <= KeptFinished {
			return false
		}
		finished--
		return true
	})
}

// recall takes a refund that was fetched from the journal into memory. It is
// no decision and needs no entry.
func (l *Ledger) recall(r Refund) {
	if i, ok := l.findRefund(r.No); !ok {
		l.Refunds = slices.Insert(slices.Clone(l.Refunds), i, r)
	}
}

// park lets open refunds leave memory; the journal holds them.
func (l *Ledger) park(numbers []RefundNo) {
	if len(numbers) > 0 {
		l.Refunds = slices.DeleteFunc(slices.Clone(l.Refunds), func(r Refund) bool {
			return slices.Contains(numbers, r.No) && !r.Paper.Owed()
		})
	}
}

// Recall returns l with refunds that were fetched from the journal.
func Recall(l Ledger, refunds []Refund) Ledger {
	for _, r := range refunds {
		l.recall(r)
	}
	return l
}

// Park returns l without refunds that are open and rest in the journal.
func Park(l Ledger, numbers []RefundNo) Ledger {
	l.park(numbers)
	return l
}

// applyPeople folds what people did that moved no money.
func (l *Ledger) applyPeople(e Entry) {
	switch e := e.(type) {
	case SignedIn:
		l.LastAt = e.At
		l.tries(e.Number, 0)
	case SignedOut:
		l.LastAt = e.At
	case PINRefused:
		l.LastAt = e.At
		l.tries(e.Number, l.Failed(e.Number)+1)
	case PINTaken:
		l.LastAt = e.At
		l.tries("", 0)
	case ShiftOpened:
		l.LastAt = e.At
		if _, ok := l.Shift(e.Number); !ok {
			l.Shifts = append(slices.Clone(l.Shifts), Shift{Number: e.Number, Since: e.At})
		}
	case ShiftClosed:
		l.LastAt = e.At
		l.Shifts = slices.DeleteFunc(slices.Clone(l.Shifts), func(s Shift) bool { return s.Number == e.Shift.Number })
	case TakenOver:
		l.LastAt = e.At
	case DayClosed:
		l.LastAt, l.Closed = e.At, e.Day
	default:
		panic(fmt.Sprintf("txn: entry %T has no case in Apply", e))
	}
}

// Failed counts the wrong PINs of a number since the last right one.
func (l Ledger) Failed(number string) int {
	for _, t := range l.Tries {
		if t.Number == number {
			return t.Failed
		}
	}
	return 0
}

func (l *Ledger) tries(number string, failed int) {
	l.Tries = slices.DeleteFunc(slices.Clone(l.Tries), func(t Tries) bool { return t.Number == number })
	if failed > 0 {
		l.Tries = append(l.Tries, Tries{number, failed})
	}
}

// Shift returns the open shift of an operator.
func (l Ledger) Shift(number string) (Shift, bool) {
	for _, s := range l.Shifts {
		if s.Number == number {
			return s, true
		}
	}
	return Shift{}, false
}

// onShift counts something on an operator's shift, if he has one open.
func (l *Ledger) onShift(number string, f func(*Shift)) {
	for i, s := range l.Shifts {
		if s.Number == number {
			l.Shifts = slices.Clone(l.Shifts)
			f(&l.Shifts[i])
		}
	}
}

// cash counts what left the drawer.
func (l *Ledger) cash(e RefundCashed) {
	if r, ok := l.Refund(e.Refund); ok {
		l.onShift(e.By, func(s *Shift) { s.Cash -= r.Amount.Minor() })
	}
}

// Left is what a sale has left after the refunds that count.
func Left(total money.Amount, refunds []Refund) money.Amount {
	left := total.Minor()
	for _, r := range refunds {
		if r.Phase.Counts() {
			left -= r.Amount.Minor()
		}
	}
	return fen(left)
}
