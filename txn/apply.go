package txn

import (
	"cmp"
	"fmt"
	"slices"
)

// Apply returns l after one durable entry. It decides nothing. An entry about
// a sale that the ledger does not hold breaks our promises: Apply panics.
func Apply(l Ledger, e Entry) Ledger {
	l.Txs = slices.Clone(l.Txs)
	switch e := e.(type) {
	case Opened:
		l.Install, l.LastAt = e.Install, e.At
	case Begun:
		l.LastAt, l.Last = e.At, max(l.Last, e.Order.N())
		l.prune()
		l.insert(Tx{Order: e.Order, Rail: e.Rail, Amount: e.Amount, Terminal: e.Terminal,
			Operator: e.Operator, Begun: e.At, Phase: Asking, Wallet: cmp.Or(e.Wallet, e.Rail), Shown: e.Shown})
	case Paid:
		l.change(e.Order, e.At, func(tx *Tx) {
			tx.Phase, tx.Ended, tx.Day, tx.Reference = PaidFor, e.At, e.Day, e.Reference
			tx.Cause, tx.Code, tx.Text = CauseNone, "", ""
			l.Day = l.Day.with(e.Day, tx.Amount.Minor())
			l.onShift(tx.Operator, func(s *Shift) {
				s.Sales++
				s.SaleFen += tx.Amount.Minor()
				if tx.Rail == Cash {
					s.Cash += tx.Amount.Minor()
				}
			})
		})
	case Refused:
		l.change(e.Order, e.At, func(tx *Tx) {
			tx.Phase, tx.Ended, tx.Cause, tx.Code, tx.Text = RefusedFor, e.At, e.Cause, e.Code, e.Text
		})
	case ReversalDue:
		l.change(e.Order, e.At, func(tx *Tx) {
			tx.Phase, tx.Ended, tx.Cause, tx.Code, tx.Text = Reversing, 0, e.Cause, e.Code, e.Text
		})
	case Reversed:
		l.change(e.Order, e.At, func(tx *Tx) {
			tx.Phase, tx.Ended = ReversedFor, e.At
			if tx.Cause == CauseNone {
				tx.Cause, tx.Code = e.Cause, e.Code
			}
			l.onShift(tx.Operator, func(s *Shift) { s.Reversed++ })
		})
	case ReturnedBy:
		l.change(e.Order, e.At, func(tx *Tx) {
			tx.Phase, tx.Ended, tx.Back = ReversedFor, e.At, e.Refund
			l.onShift(tx.Operator, func(s *Shift) { s.Reversed++ })
		})
	case SaleHanded:
		l.change(e.Order, e.At, func(tx *Tx) { tx.Phase, tx.Ended, tx.Cause = WrittenFor, e.At, CauseHanded })
	case WrittenOff:
		l.change(e.Order, e.At, func(tx *Tx) { tx.Phase, tx.Ended = WrittenFor, e.At })
	case Contradicted:
		l.change(e.Order, e.At, func(tx *Tx) { tx.Disputed, tx.Said = true, e.Said })
	default:
		l.applyPaper(e)
	}
	return l
}

// applyPaper folds the entries about paper, which change nothing about money.
func (l *Ledger) applyPaper(e Entry) {
	switch e := e.(type) {
	case ReceiptDue:
		l.changePaper(e.Order, e.At, func(p *Paper) {
			p.State, p.Fault, p.Marked = PaperDue, "", p.Marked || e.Copy
		})
	case ReceiptSending:
		l.changePaper(e.Order, e.At, func(p *Paper) { p.State, p.Attempt = PaperSending, e.Attempt })
	case ReceiptHeld:
		l.changePaper(e.Order, e.At, func(p *Paper) { p.State, p.Fault = PaperDue, e.Fault })
	case ReceiptTorn:
		l.changePaper(e.Order, e.At, func(p *Paper) { p.State, p.Fault, p.Marked = PaperDue, e.Fault, true })
	case ReceiptPrinted:
		l.changePaper(e.Order, e.At, func(p *Paper) {
			p.State, p.Fault = PaperPrinted, ""
			if e.Unconfirmed {
				p.State = PaperUnconfirmed
			}
		})
	default:
		l.applyRefund(e)
	}
}

// changePaper changes the paper of a sale or of a refund.
func (l *Ledger) changePaper(o OrderNo, at Wall, f func(*Paper)) {
	if _, ok := l.findRefund(RefundNo(o)); ok {
		l.changeRefund(RefundNo(o), at, func(r *Refund) { f(&r.Paper) })
		return
	}
	l.change(o, at, func(tx *Tx) { f(&tx.Paper) })
}

// with counts one more sale on a day. The day is that of the last sale; a
// clock that jumps back over midnight starts a count anew, for the screen
// only: reports are made from the store.
func (d Day) with(date int, fen int64) Day {
	if d.Date != date {
		d = Day{Date: date}
	}
	d.Count++
	d.Fen += fen
	return d
}

// find returns where the order is, or would be.
func (l Ledger) find(o OrderNo) (int, bool) {
	return slices.BinarySearchFunc(l.Txs, o, func(tx Tx, o OrderNo) int { return compare(tx.Order, o) })
}

// compare orders by number: an Install minted later (after a restore) has
// higher numbers, since the counter of a store never goes back.
func compare(a, b OrderNo) int {
	switch an, bn := a.N(), b.N(); {
	case an < bn:
		return -1
	case an > bn:
		return 1
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Tx returns a sale that is in memory.
func (l Ledger) Tx(o OrderNo) (Tx, bool) {
	if i, ok := l.find(o); ok {
		return l.Txs[i], true
	}
	return Tx{}, false
}

func (l *Ledger) insert(tx Tx) {
	i, ok := l.find(tx.Order)
	if ok {
		panic(fmt.Sprintf("txn: order %s is begun twice", tx.Order))
	}
	l.Txs = slices.Insert(l.Txs, i, tx)
}

func (l *Ledger) change(o OrderNo, at Wall, f func(*Tx)) {
	i, ok := l.find(o)
	if !ok {
		panic(fmt.Sprintf("txn: entry about order %s, which the ledger does not hold", o))
	}
	f(&l.Txs[i])
	l.LastAt = at
}

// prune forgets finished sales but the newest few, when another is begun. What
// is open stays.
func (l *Ledger) prune() {
	finished := 0
	for _, tx := range l.Txs {
		if !tx.Open() {
			finished++
		}
	}
	l.Txs = slices.DeleteFunc(l.Txs, func(tx Tx) bool {
		if tx.Open() || finished <= KeptFinished {
			return false
		}
		finished--
		return true
	})
}

// Unsettled counts the sales whose outcome is open.
func (l Ledger) Unsettled() int {
	n := 0
	for _, tx := range l.Txs {
		if !tx.Phase.Final() {
			n++
		}
	}
	return n
}

// LastFinal returns the newest sale whose money is settled.
func (l Ledger) LastFinal() (Tx, bool) {
	for _, tx := range slices.Backward(l.Txs) {
		if tx.Phase.Final() {
			return tx, true
		}
	}
	return Tx{}, false
}
