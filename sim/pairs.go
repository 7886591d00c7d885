package sim

import (
	"maps"
	"slices"

	"till/txn"
)

// Pairs counts what the machine was told in which state.
type Pairs struct{ n map[string]int }

// met counts one event in one state.
func (p *Pairs) met(s txn.State, ev txn.Event) {
	if p.n == nil {
		p.n = map[string]int{}
	}
	p.n[pairOf(s, ev)]++
}

// pairOf names a state, as far as it matters to an event, and the event.
func pairOf(s txn.State, ev txn.Event) string {
	switch e := ev.(type) {
	case txn.KeyPressed:
		return s.Session.View.String() + " / " + e.Key.String() + " key"
	case txn.CodeScanned:
		return s.Session.View.String() + " / " + scanNames[e.Scanned.Kind]
	case txn.Answered:
		return saleState(s, e.Order) + " / " + e.Call.String() + " " + e.Outcome.String()
	case txn.RefundAnswered:
		state := "in the journal"
		if r, ok := s.Ledger.Refund(e.Refund); ok {
			state = r.Phase.String()
		}
		return state + " / " + e.Call.String() + " " + e.Outcome.String()
	case txn.TimerFired:
		return timerState(s, e.Timer) + " / " + e.Timer.Kind.String() + " timer"
	}
	return s.Session.View.String() + " / " + kindOf(ev)
}

func saleState(s txn.State, o txn.OrderNo) string {
	tx, ok := s.Ledger.Tx(o)
	if !ok {
		return "gone"
	}
	c, _ := s.Session.Chase(o)
	switch {
	case tx.Phase == txn.Asking && c.Closing != txn.CauseNone:
		return "asking, closing"
	case tx.Phase == txn.Reversing && c.Confirming:
		return "reversing, confirming"
	}
	return tx.Phase.String()
}

func timerState(s txn.State, t txn.Timer) string {
	switch t.Kind {
	case txn.TimerAsk, txn.TimerMayReverse, txn.TimerReverse, txn.TimerShow, txn.TimerClose, txn.TimerWatch:
		return saleState(s, t.Order)
	case txn.TimerRefund:
		if r, ok := s.Ledger.Refund(txn.RefundNo(t.Order)); ok {
			return r.Phase.String()
		}
		return "in the journal"
	}
	return s.Session.View.String()
}

var scanNames = [...]string{"payer's code", "half a code", "goods code", "merchant's code", "receipt", "bill number", "forged receipt", "something else"}

// Add counts what another world has met.
func (p *Pairs) Add(q *Pairs) {
	if p.n == nil {
		p.n = map[string]int{}
	}
	for k, n := range q.n {
		p.n[k] += n
	}
}

// Names are the pairs that were met, in order.
func (p *Pairs) Names() []string { return slices.Sorted(maps.Keys(p.n)) }

// Count is how often a pair was met.
func (p *Pairs) Count(name string) int { return p.n[name] }
