package txn

import (
	"slices"
	"time"
)

// answered takes what became of one request.
func (m *move) answered(ev Answered) {
	tx, ok := m.tx(ev.Order)
	if !ok {
		return // long settled, and nothing that it could change
	}
	c := m.chase(ev.Order)
	switch ev.Call {
	case CallPay:
		c.Pay = false
	case CallQuery:
		c.Query = false
		c.Asked++
		if ev.Cause != CauseNotSent {
			c.Reached++
		}
	case CallReverse:
		c.Reversal = false
	}
	m.health(tx.Rail, ev.Cause)
	m.railFault(ev)
	if ev.Refunded && ev.Outcome == Undone && (tx.Phase == Asking || tx.Phase == PaidFor) {
		ev.Outcome, ev.Cause = Approved, CauseNone // another terminal gave some of it back: how much, the desk asks
	}
	if tx.Shown && tx.Phase == Asking {
		m.shownAnswered(tx, c, ev)
		m.settle()
		return
	}
	switch tx.Phase {
	case Asking:
		if ev.Call != CallReverse { // no reversal has been sent
			m.answerAsking(tx, c, ev)
		}
	case Reversing:
		m.answerReversing(tx, c, ev)
	case PaidFor:
		if ev.Call != CallReverse && (ev.Outcome == Declined || ev.Outcome == Undone) && !tx.Disputed {
			m.enter(Contradicted{m.at, tx.Order, ev.Call, ev.Outcome, ev.Cause, ev.Code})
			m.sound(CueAttention)
		}
	case WrittenFor:
		m.toldLate(tx, ev)
	case RefusedFor, ReversedFor:
		if ev.Call != CallReverse && ev.Call != CallClose && ev.Outcome == Approved {
			m.paidLate(tx, ev)
		}
	}
	m.settle()
}

// toldLate: a person gave the sale up, and the network tells after all how it ended.
// It is written down, and nothing moves: what is to be done with it he decides too.
func (m *move) toldLate(tx Tx, ev Answered) {
	final := ev.Outcome == Approved && ev.Call != CallReverse || ev.Outcome == Declined && ev.Call == CallQuery || ev.Outcome == Undone
	if !final || tx.Disputed && tx.Said == ev.Outcome {
		return
	}
	m.enter(Contradicted{m.at, tx.Order, ev.Call, ev.Outcome, ev.Cause, ev.Code})
	m.cue(tx.Order, CueAttention)
}

// paidLate: the customer was told "not charged", so it must go back: by a
// reversal, or by a refund where what was paid by a shown code cannot be reversed.
// What goes back by a refund already stays "paid" at the network, and goes back
// once.
func (m *move) paidLate(tx Tx, ev Answered) {
	rail, _ := m.setup.rail(tx.Rail)
	switch {
	case tx.Back != "":
	case tx.Shown && rail.Refund.RefundShown:
		m.refundInstead(tx, CausePaidLate, ev)
	default:
		m.reverse(tx, CausePaidLate, ev)
	}
}

// railFault keeps the faults of the network apart from those of the wire,
// which the link reports itself. Only an answer ends one: silence says nothing
// about keys and rights.
func (m *move) railFault(ev Answered) {
	switch f := ev.Fault; {
	case f != "" && (f[0] == 'R' || f == FaultSkewed):
		m.fault(deviceGateway, f)
	case f == "" && ev.Cause != CauseNoAnswer && ev.Cause != CauseNotSent:
		m.fault(deviceGateway, "")
	}
}

func (m *move) answerAsking(tx Tx, c *Chase, ev Answered) {
	switch ev.Outcome {
	case Approved:
		m.paid(tx, ev)
		return
	case Declined:
		if ev.Undo {
			m.reverse(tx, ev.Cause, ev)
			return
		}
		m.enter(Refused{m.at, tx.Order, ev.Cause, ev.Code, ev.Text})
		m.cue(tx.Order, CueDeclined)
		m.ended(tx.Order)
		return
	case Undone:
		m.enter(Reversed{m.at, tx.Order, ev.Cause, ev.Code})
		m.cue(tx.Order, CueDeclined)
		m.ended(tx.Order)
		return
	}
	m.note(c, ev)
	switch {
	case ev.Call == CallQuery && hopeless(ev.Cause) && !c.Pay && c.Closing == CauseNone:
		c.Closing = ev.Cause
		m.reverseIfAllowed(tx, c, ev)
	case ev.Call == CallQuery && c.Closing != CauseNone:
		m.reverseIfAllowed(tx, c, ev)
	case ev.Call == CallPay && ev.Again:
		m.query(tx)
	}
}

// hopeless are the causes after which nothing can come of a sale any more but
// a request that is late: its number is closed for ever, and then counts as
// not charged.
func hopeless(c Cause) bool { return c == CauseNoSuchOrder || c == CauseOrderClosed }

// cue is heard about a sale. What is heard while another is on the screen
// must not be taken for that one's outcome.
func (m *move) cue(o OrderNo, c Cue) {
	if !m.shows(o) && !(m.ses.View == ViewRecovery && m.ses.Shown == o) {
		c = CueAttention
	}
	m.sound(c)
}

// note keeps for the screen what an answer said that decides nothing.
func (m *move) note(c *Chase, ev Answered) {
	if ev.Outcome == Unknown && !c.Doubtful() {
		m.cue(c.Order, CueUnknown)
		if c.MayReverse && m.shows(c.Order) { // red has just changed its meaning under a finger
			m.ses.Guards++
			m.ses.Guarded = true
			m.arm(Timer{TimerGuard, "", m.ses.Guards}, guardFor)
		}
	}
	c.Heard, c.Last, c.Cause, c.Code, c.Fault = true, ev.Outcome, ev.Cause, ev.Code, ev.Fault
}

func (m *move) paid(tx Tx, ev Answered) {
	m.enter(Paid{m.at, m.at.Day(m.setup.Zone), tx.Order, ev.Reference})
	if !m.setup.NoPaper {
		m.enter(ReceiptDue{m.at, tx.Order, false})
	}
	m.cue(tx.Order, CueApproved)
	if !m.shows(tx.Order) {
		m.ses.Unseen = append(slices.Clone(m.ses.Unseen), tx.Order)
		m.ses.Unseen = m.ses.Unseen[max(0, len(m.ses.Unseen)-unseenMax):]
	}
	m.ended(tx.Order)
	m.do(TryPaper{})
}

// ended gives a result that is on the screen its time there: an approval until
// idle, a refusal until a scan is no retry any more.
func (m *move) ended(o OrderNo) {
	if !m.shows(o) {
		return
	}
	m.view(ViewSale)
	tx, _ := m.tx(o)
	if m.ses.Retry = tx.Phase == RefusedFor; m.ses.Retry {
		m.arm(Timer{TimerCode, "", m.ses.Serial}, m.setup.CodeWait)
	}
	m.armResult()
}

func (m *move) armResult() { m.arm(Timer{TimerResult, "", m.ses.Serial}, m.setup.ResultStays) }

// query asks, unless a query is on its way.
func (m *move) query(tx Tx) {
	if c := m.chase(tx.Order); !c.Query {
		c.Query = true
		m.do(SendQuery{m.ask(tx)})
	}
}

// reverseIfAllowed takes a sale back at once after the last query, without a
// gap in which it might be paid; before the earliest moment it waits, and
// asks once more then.
func (m *move) reverseIfAllowed(tx Tx, c *Chase, ev Answered) {
	if c.MayReverse {
		m.reverse(tx, c.Closing, ev)
	}
}

func (m *move) reverse(tx Tx, why Cause, ev Answered) {
	if why == CauseNone { // a refusal that names none
		why = CauseOther
	}
	m.enter(ReversalDue{m.at, tx.Order, why, ev.Code, ev.Text})
	m.cue(tx.Order, CueUnknown)
	c := m.chase(tx.Order)
	c.Closing, c.Reversals, c.Rounds, c.Refused = CauseNone, 0, 0, CauseNone
	if !c.MayReverse { // decided now, sent when the network allows it
		c.Wait, c.WaitFor = Timer{TimerReverse, tx.Order, 0}, m.policy(tx).ReverseAfter
		m.arm(c.Wait, c.WaitFor)
		return
	}
	c.Rounds = 1
	m.sendReversal(tx, c)
	m.armReversal(tx, c, 1)
}

func (m *move) sendReversal(tx Tx, c *Chase) {
	c.Reversal, c.Confirming, c.MayReverse, c.Before = true, false, true, c.Query
	c.Reversals++
	m.do(SendReversal{m.ask(tx)})
}

// armReversal waits for the next attempt: the rail's interval, doubled with
// each attempt up to its maximum, and spread by up to a quarter so that many
// terminals that lost one gateway do not come back in step. The spread comes
// from the order number: the machine has no dice.
func (m *move) armReversal(tx Tx, c *Chase, try int) {
	p := m.policy(tx)
	wait := p.ReversalInterval
	for range min(try-1, 10) {
		wait = min(2*wait, p.ReversalIntervalMax)
	}
	if try > 1 {
		var h uint32
		for i := range len(tx.Order) {
			h = h*31 + uint32(tx.Order[i])
		}
		wait += wait / 4 * time.Duration((h+uint32(try)*2654435761)>>8&0xff) / 256
	}
	c.Wait, c.WaitFor = Timer{TimerReverse, tx.Order, try}, wait
	m.arm(c.Wait, wait)
}

// guardFor is how long the red key is dead after its meaning has changed.
const guardFor = 400 * time.Millisecond

// unseenMax bounds the sales that were approved while nobody looked.
const unseenMax = 16

// recallsAtOnce is how often a network's "call again" is obeyed without a
// wait; then the timer does it.
const recallsAtOnce = 3

// roundsWithoutOrder is how many rounds of reversals, which the timer keeps
// apart, a sale must have had that the network does not know before it counts
// as not charged: a request that lingers somewhere has half a minute to arrive.
const roundsWithoutOrder = 3

func (m *move) answerReversing(tx Tx, c *Chase, ev Answered) {
	if ev.Call == CallPay {
		return // an approval comes too late: the money is on its way back
	}
	if ev.Call == CallQuery && c.Before { // it left before the reversal and confirms nothing
		c.Before = false
		if c.Confirming {
			m.query(tx)
		}
		return
	}
	c.Heard, c.Last, c.Cause, c.Code, c.Fault = true, ev.Outcome, ev.Cause, ev.Code, ev.Fault
	if ev.Call == CallReverse {
		c.NoOrder = ev.Cause == CauseNoSuchOrder
		if c.Refused = CauseNone; ev.Outcome == Declined {
			c.Refused = ev.Cause
		}
		switch {
		case ev.Outcome == Undone && !m.policy(tx).ConfirmReversal:
			m.reversed(tx, ev)
		case ev.Outcome == Undone, c.NoOrder:
			c.Confirming = true
			m.query(tx)
		case ev.Outcome == Declined, ev.Outcome == Approved:
			m.query(tx) // refused: what is it then?
		case ev.Again && c.Reversals < recallsAtOnce:
			m.sendReversal(tx, c)
		case ev.Code != "" && !ev.Again:
			m.query(tx) // it answered, with a code that nobody has mapped
		}
		return
	}
	unknownOrder := ev.Cause == CauseNoSuchOrder
	switch {
	case ev.Outcome == Undone && (c.Confirming || !ev.Refunded),
		ev.Outcome == Declined && (c.Confirming || c.Rounds >= roundsWithoutOrder), // never paid, and closed now
		unknownOrder && c.Confirming && c.Rounds >= roundsWithoutOrder:
		m.reversed(tx, ev)
		if unknownOrder { // a request that lingers for longer still finds somebody who asks
			m.arm(Timer{TimerWatch, tx.Order, 1}, watchAfter)
		}
	case (ev.Outcome == Approved || ev.Refunded) && neverReversed(c.Refused) && !c.Reversal:
		m.refundInstead(tx, CauseTooLate, ev)
	default:
		c.Confirming = false // the timer sends the reversal again
		if c.Refused != CauseNone {
			c.Cause = c.Refused // why it cannot be reversed matters more than that it is paid
		}
	}
}

// neverReversed reports whether a refusal to reverse is for good: the money then
// goes back by a refund (rails.md 1.6, 2.4).
func neverReversed(c Cause) bool { return c == CauseTooLate || c == CauseAlreadyPaid }

func (m *move) reversed(tx Tx, ev Answered) {
	m.enter(Reversed{m.at, tx.Order, CauseConfirmed, ev.Code})
	m.cue(tx.Order, CueDeclined)
	m.ended(tx.Order)
}

// fired is the end of a wait.
func (m *move) fired(t Timer) {
	switch t.Kind {
	case TimerCode, TimerResult:
		if t.Try == m.ses.Serial {
			m.leave(t.Kind)
		}
		return
	case TimerGuard:
		m.ses.Guarded = m.ses.Guarded && t.Try != m.ses.Guards
		return
	case TimerRefund, TimerSpacing, TimerRound, TimerGap, TimerProbe, TimerPIN, TimerLock, TimerTempo, TimerAlarm, TimerFair:
		m.counterFired(t)
		return
	case TimerPaper:
		if t.Try == m.ses.Retries {
			m.printNext(true)
		}
		return
	}
	tx, ok := m.tx(t.Order)
	if !ok {
		return
	}
	if tx.Shown && tx.Phase != Reversing {
		m.shownFired(tx, t)
		return
	}
	switch {
	case t.Kind == TimerAsk && tx.Phase == Asking:
		m.askAgain(tx, t.Try)
	case t.Kind == TimerMayReverse && tx.Phase == Asking:
		c := m.chase(tx.Order)
		c.MayReverse = true
		if c.Closing != CauseNone {
			m.query(tx)
		}
	case t.Kind == TimerReverse && tx.Phase == Reversing:
		m.reverseAgain(tx, t.Try)
	}
}

// counterFired is the end of a wait that is about no sale.
func (m *move) counterFired(t Timer) {
	switch t.Kind {
	case TimerRefund:
		m.refundFired(t)
	case TimerSpacing:
		m.spaced(t.Order)
	case TimerRound, TimerGap:
		m.roundFired(t)
	case TimerProbe:
		m.probe(t)
	case TimerPIN:
		m.ses.Barred = m.ses.Barred && t.Try != m.ses.Bars
	case TimerLock:
		m.idleLock(t)
	case TimerTempo:
		m.ses.Tempo = max(0, m.ses.Tempo-1)
	case TimerAlarm:
		m.alarm(t)
	case TimerFair:
		m.fairOver(t)
	}
}

// askAgain asks as often as the rail's Policy says, then once more, and takes
// the sale back at the answer. Should even that answer never come, the next
// timer takes it back.
func (m *move) askAgain(tx Tx, try int) {
	c, p := m.chase(tx.Order), m.policy(tx)
	if c.Found && c.Reached == 0 && try > p.Queries {
		try = p.Queries // no question has reached the network since the start: time alone decides nothing
	}
	if try > p.Queries && c.Closing == CauseNone {
		c.Closing = CauseNoAnswer
		if c.Heard && c.Last == Pending {
			c.Closing = CauseGaveUp
		}
	}
	if try > p.Queries+1 && c.MayReverse {
		m.reverse(tx, c.Closing, Answered{Code: c.Code})
		return
	}
	m.query(tx)
	c.Wait, c.WaitFor = Timer{TimerAsk, tx.Order, try + 1}, p.Interval
	m.arm(c.Wait, p.Interval)
}

func (m *move) reverseAgain(tx Tx, try int) {
	c := m.chase(tx.Order)
	if !c.Reversal {
		c.Rounds++
		m.sendReversal(tx, c)
	}
	m.armReversal(tx, c, try+1)
}
