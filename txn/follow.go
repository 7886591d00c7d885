package txn

import (
	"slices"
	"time"
)

// findFollow returns where the notes on a refund are, or would be.
func (s Session) findFollow(n RefundNo) (int, bool) {
	return slices.BinarySearchFunc(s.Follows, n, func(f Follow, n RefundNo) int {
		return compare(OrderNo(f.Refund), OrderNo(n))
	})
}

// Follow returns the notes on a refund that is being worked on.
func (s Session) Follow(n RefundNo) (Follow, bool) {
	if i, ok := s.findFollow(n); ok {
		return s.Follows[i], true
	}
	return Follow{}, false
}

// follow returns the notes on a refund, making them if there are none.
func (m *move) follow(n RefundNo) *Follow {
	i, ok := m.ses.findFollow(n)
	if !ok {
		r, _ := m.refund(n)
		m.ses.Follows = slices.Insert(m.ses.Follows, i, Follow{Refund: n, Left: r.Sent,
			Doubt: r.Sent && r.Phase != Taken && r.Phase != Stranded})
	}
	return &m.ses.Follows[i]
}

// QR returns the text of the code on show for a sale, or "".
func (s Session) QR(o OrderNo) string {
	for _, q := range s.QRs {
		if q.Order == o {
			return q.Text
		}
	}
	return ""
}

func (m *move) refund(n RefundNo) (Refund, bool) { return m.led.Refund(n) }

// showsBack reports whether the refund is before the operator.
func (m *move) showsBack(n RefundNo) bool { return m.ses.View == ViewBack && m.ses.Back == n }

func (m *move) refundAsk(r Refund) RefundAsk {
	return RefundAsk{Refund: r.Key, Order: r.Order, Rail: r.Rail, Amount: r.Amount, Total: r.Total,
		Reason: string(r.Reason), Begun: r.Begun, Shown: r.Shown, Reference: r.Reference, Sale: r.Sale}
}

func (m *move) refundPolicy(r Refund) RefundPolicy {
	rail, known := m.setup.rail(r.Rail)
	if !known {
		return goneRefunds
	}
	return rail.Refund
}

// goneRefunds is how a network is asked about its open refunds that is no
// longer in the configuration.
var goneRefunds = RefundPolicy{Asks: []time.Duration{10 * time.Minute}, Resend: time.Minute, RetryHeld: 10 * time.Minute}

// Waits that no network's page gives: from a silence to the question about it,
// and from a refusal that may pass to the next attempt.
const (
	refundResend  = 10 * time.Second
	refundHeld    = 10 * time.Minute
	refundWaitMax = 30 * time.Minute
	// absentsToEnd is how often a network must say that it knows nothing of a
	// refund of which a request left, before it counts as never made: a request
	// that lingers somewhere has a minute to arrive, however often somebody asks.
	absentsToEnd  = 3
	absentWait    = 30 * time.Second
	followsAtOnce = 16 // refunds of a round that are being asked about at the same time
	followsMax    = 64 // refunds in memory that are followed one by one
	personsMax    = 32 // refunds in memory that wait for a person
	spacingMax    = 256
)

func (m *move) armRefund(r Refund, f *Follow, after time.Duration) {
	f.Wait, f.WaitFor, f.Waiting = Timer{TimerRefund, OrderNo(r.No), f.Wait.Try + 1}, after, true
	m.arm(f.Wait, after)
}

// advance does what comes next with a refund: sends it, asks about it, or waits.
// What may have left is asked about before it is sent again, and once a refusal
// or the operator has spoken it is not sent at all.
func (m *move) advance(r Refund) {
	f := m.follow(r.No)
	switch {
	case f.Busy, r.Phase.Final(), r.Phase == Dead:
	case r.Phase == Taken, r.Phase == Stranded:
		m.queryRefund(r)
	case r.Phase == Underway && f.Doubt && f.Absents == 0 && (f.Vague < vagueMax || r.Method == ByVoid):
		m.queryRefund(r)
	default:
		m.sendRefund(r)
	}
}

// vagueMax is how often a question may be answered with a code that nobody has
// mapped ("no such refund" may hide behind it) until the refund is sent again
// under its number, which moves money once however often it comes (rails.md 0.3).
const vagueMax = 3

// sendRefund sends a refund under its number, as soon as the network may be
// asked: never two of one sale within its spacing.
func (m *move) sendRefund(r Refund) {
	f, p := m.follow(r.No), m.refundPolicy(r)
	switch {
	case f.Busy:
		return
	case f.Ending != PermitNone || f.Refusal != CauseNone:
		m.queryRefund(r)
		return
	case slices.Contains(m.ses.Spacing, r.Order):
		m.armRefund(r, f, max(p.Spacing, time.Second))
		return
	case m.ses.Link == LinkIsDown || m.ses.RailSilent(r.Rail):
		f.Cause = CauseNotSent
		m.armRefund(r, f, refundWaitMax) // the network's return comes first
		return
	}
	if !r.Sent {
		m.enter(RefundSent{m.at, r.No})
	}
	f.Busy, f.Call, f.Vague = true, CallRefund, 0
	f.Resent++
	if p.Spacing > 0 && r.Method != ByVoid {
		m.ses.Spacing = append(slices.Clone(m.ses.Spacing), r.Order)
		m.ses.Spacing = m.ses.Spacing[max(0, len(m.ses.Spacing)-spacingMax):]
		m.arm(Timer{TimerSpacing, r.Order, 0}, p.Spacing)
	}
	m.do(SendRefund{m.refundAsk(r), r.Method})
}

func (m *move) queryRefund(r Refund) {
	if f := m.follow(r.No); !f.Busy {
		f.Busy, f.Call = true, CallRefundQuery
		m.do(SendRefundQuery{m.refundAsk(r), r.Method})
	}
}

// byKey finds a refund in memory by what the network knows it by.
func (m *move) byKey(key RefundNo) (Refund, bool) {
	if r, ok := m.refund(key); ok && r.Key == key {
		return r, true
	}
	for _, r := range m.led.Refunds {
		if r.Key == key {
			return r, true
		}
	}
	return Refund{}, false
}

// refundAnswered takes what became of one request about a refund. What the
// network has booked counts whenever it is heard; a refusal, or that it knows
// nothing, only as the answer to the request that is on its way: an answer that
// comes twice, or for an earlier one, says nothing about what was sent since.
func (m *move) refundAnswered(ev RefundAnswered) {
	r, ok := m.byKey(ev.Refund)
	if !ok {
		return // parked or long settled: the next round asks again
	}
	m.health(r.Rail, ev.Cause)
	m.railFault(Answered{Cause: ev.Cause, Fault: ev.Fault})
	if ev.Order != "" && ev.Order != r.Order {
		ev.Outcome, ev.Cause = RefundUnknown, CauseForeign
	}
	known, _ := m.ses.Follow(r.No)
	asked := known.Busy && known.Call == ev.Call
	switch ev.Outcome {
	case RefundUnknown, RefundRefused, RefundAbsent:
		if !asked {
			return
		}
	}
	f := m.follow(r.No)
	f.Busy = f.Busy && !asked
	f.Left = f.Left || ev.Call == CallRefund && ev.Cause != CauseNotSent
	f.Heard, f.Last, f.Cause, f.Code, f.Fault = true, ev.Outcome, ev.Cause, ev.Code, ev.Fault
	if ev.Outcome != RefundAbsent {
		f.Absents = 0
	}
	if ev.Outcome != RefundRefused {
		f.Denials = 0
	}
	m.refundHeard(r, f, ev)
	m.endRefund(r.No)
}

func (m *move) refundHeard(r Refund, f *Follow, ev RefundAnswered) {
	switch ev.Outcome {
	case RefundPaidOut:
		m.refundPaid(r, ev)
	case RefundAccepted:
		m.refundTaken(r, f, ev)
	case RefundClosed:
		if (!r.Phase.Final() || r.Phase == GivenUp) && r.Phase != Dead {
			m.enter(RefundDead{m.at, r.No, ev.Code, ev.Text})
			m.refundNews(r, CueAttention)
		}
	case RefundAbnormal:
		f.Doubt, f.Refusal, f.Ending = false, CauseNone, PermitNone
		if (!r.Phase.Final() || r.Phase == GivenUp) && r.Phase != Stranded {
			m.enter(RefundStranded{m.at, r.No, ev.Code, ev.Text})
			m.refundNews(r, CueAttention)
		}
	case RefundRefused:
		m.refundRefused(r, f, ev)
	case RefundAbsent:
		m.refundAbsent(r, f)
	default:
		m.refundSilent(r, f, ev)
	}
}

// refundPaid: also one that had been called off, or paid in cash. It is the
// truth, and marked for people to look at.
func (m *move) refundPaid(r Refund, ev RefundAnswered) {
	if r.Phase == PaidBack {
		return
	}
	m.enter(RefundPaid{At: m.at, Day: m.at.Day(m.setup.Zone), Refund: r.No, Reference: ev.Reference,
		Account: ev.Account, Payer: ev.Payer, Discount: ev.Discount, Code: ev.Code})
	cue := CueApproved
	if r.Phase.Final() || r.Phase == Dead {
		cue = CueAttention
	}
	m.refundNews(r, cue)
}

// refundTaken: also one that had been told final. It is followed again then, and
// marked.
func (m *move) refundTaken(r Refund, f *Follow, ev RefundAnswered) {
	f.Doubt, f.Refusal, f.Silences = false, CauseNone, 0
	switch {
	case r.Phase == PaidBack:
		return
	case r.Method == ByVoid: // to be confirmed at once by a query
		f.Doubt = true
		if ev.Call == CallRefund {
			f.Ending = PermitNone // it is on its way: too late to call it off
			m.queryRefund(r)
			return
		}
	case r.Phase != Taken:
		m.enter(RefundTaken{m.at, r.No, ev.Reference, ev.Code})
		cue := CueApproved
		if r.Phase.Final() || r.Phase == Dead {
			cue = CueAttention
		}
		m.refundNews(r, cue)
		f.Asked = 0
	default:
		f.Asked++
	}
	f.Ending = PermitNone // it is on its way: too late to call it off
	m.armAsk(r, f)
}

// armAsk waits on the network's schedule for the next question about what it
// has taken.
func (m *move) armAsk(r Refund, f *Follow) {
	asks := m.refundPolicy(r).Asks
	if len(asks) == 0 {
		asks = []time.Duration{time.Minute}
	}
	m.armRefund(r, f, asks[min(f.Asked, len(asks)-1)])
}

// passes reports whether a refusal can come to an end by itself, or by what the
// shop does: then the same number goes again.
func passes(c Cause) bool {
	switch c {
	case CauseMerchantFunds, CauseBusy, CauseGatewayDown, CauseBankDown, CauseNoAnswer, CauseNotSent,
		CauseMerchantSetup, CauseMerchantLimit, CauseKeyWrong, CauseClockWrong, CauseUntrusted, CauseForeign:
		return true
	}
	return false
}

// refundRefused: one that can pass is held and goes again under its number. One
// that cannot counts at once when no earlier request is unaccounted for, and
// otherwise only when the network says that nothing was booked.
func (m *move) refundRefused(r Refund, f *Follow, ev RefundAnswered) {
	denied := ev.Call == CallRefundQuery && r.Method == ByRefund && !passes(ev.Cause)
	if denied { // the network says of this very number that it failed
		f.Denials++
	}
	switch {
	case r.Phase.Final(), r.Phase == Dead:
	case denied && f.Denials >= absentsToEnd && r.Phase == Taken:
		m.enter(RefundDead{m.at, r.No, ev.Code, ev.Text})
		m.refundNews(r, CueAttention)
	case r.Phase == Taken && denied:
		m.armRefund(r, f, absentWait)
	case denied && f.Denials >= absentsToEnd && r.Phase != Stranded && f.Doubt:
		f.Doubt = false
		m.refuse(r, f, ev.Cause, ev.Code, ev.Text)
	case r.Phase == Taken, r.Phase == Stranded:
	case f.Switched && ev.Cause == r.Cause && ev.Code == r.Code: // perhaps that of the void, once more
		f.Switched, ev.Cause = false, CauseForeign
		m.refundSilent(r, f, ev)
	case passes(ev.Cause):
		m.hold(r, f, ev.Cause, ev.Code, ev.Text)
	case f.Doubt:
		f.Refusal, f.RefCode, f.RefText = ev.Cause, ev.Code, ev.Text
		if ev.Call == CallRefundQuery {
			m.armRefund(r, f, absentWait)
			return
		}
		m.queryRefund(r)
	default:
		m.refuse(r, f, ev.Cause, ev.Code, ev.Text)
	}
}

// hold keeps a refund that was refused for now.
func (m *move) hold(r Refund, f *Follow, why Cause, code, text string) {
	if r.Phase != Held || r.Cause != why {
		m.enter(RefundHeld{m.at, r.No, why, code, text})
		m.refundNews(r, CueAttention)
	}
	switch {
	case f.Ending != PermitNone && f.Call == CallRefundQuery && !f.Waiting:
		if f.Denials++; f.Denials >= absentsToEnd { // asked again and again, it says that the number has failed
			m.endAs(r, f.Ending, f.By, f.Approver)
			return
		}
		m.armRefund(r, f, absentWait)
		return
	case f.Ending != PermitNone && f.Call == CallRefundQuery:
		return // somebody was faster than the wait
	case f.Ending != PermitNone:
		m.queryRefund(r)
		return
	}
	wait := m.refundPolicy(r).RetryHeld
	if wait == 0 {
		wait = refundHeld
	}
	if why == CauseBusy {
		wait = time.Minute
	}
	m.armRefund(r, f, wait)
	if why == CauseMerchantFunds {
		m.askBalance(r.Rail)
	}
}

// refuse takes a refusal for good, when nothing else can come of what was sent: a
// void becomes a refund under the same number, and what the terminal itself owes,
// because it could not reverse a sale, stays open for a person.
func (m *move) refuse(r Refund, f *Follow, why Cause, code, text string) {
	f.Refusal, f.Absents = CauseNone, 0
	switch {
	case r.Method == ByVoid:
		m.enter(RefundSwitched{m.at, r.No, why, code})
		f.Doubt, f.Heard, f.Switched = false, false, true
		next, _ := m.refund(r.No)
		m.sendRefund(next)
	case r.Reason == ReasonTerminal:
		m.hold(r, f, why, code, text)
	default:
		m.enter(RefundFailed{m.at, r.No, why, code, text})
		m.refundNews(r, CueDeclined)
	}
}

// refundAbsent: the network knows nothing of the number. It goes again, unless a
// refusal or the operator had the last word; and then only after the network has
// said so three times, should a request be on its way somewhere.
func (m *move) refundAbsent(r Refund, f *Follow) {
	if ends := f.Refusal != CauseNone || f.Ending != PermitNone; ends && f.Doubt && f.Absents > 0 && f.Waiting {
		return // somebody was faster than the wait between two of them, which goes on
	}
	f.Absents++
	switch {
	case r.Phase.Final(), r.Phase == Dead:
	case r.Phase == Taken && f.Absents >= absentsToEnd: // it has forgotten what it took: the same number again
		f.Absents = 0
		m.sendRefund(r)
	case r.Phase == Taken, r.Phase == Stranded: // it contradicts itself; its later word will tell
		m.armAsk(r, f)
	case f.Refusal == CauseNone && f.Ending == PermitNone && f.Resent > 1: // it was lost more than once: no hurry
		m.armRefund(r, f, min(refundResend<<min(f.Resent-2, 8), refundWaitMax))
	case f.Refusal == CauseNone && f.Ending == PermitNone:
		m.sendRefund(r)
	case f.Doubt && f.Absents < absentsToEnd:
		m.armRefund(r, f, absentWait)
	case f.Ending != PermitNone:
		m.endAs(r, f.Ending, f.By, f.Approver)
	default:
		f.Doubt = false
		m.refuse(r, f, f.Refusal, f.RefCode, f.RefText)
	}
}

// refundSilent: no answer, or one that says nothing. What may have left is asked
// about; what did not leave goes again when the network is back.
func (m *move) refundSilent(r Refund, f *Follow, ev RefundAnswered) {
	f.Silences++
	if ev.Call == CallRefundQuery && unmapped(ev.Code, ev.Cause) {
		f.Vague++
	}
	if ev.Call == CallRefund && ev.Cause != CauseNotSent {
		if !f.Doubt && m.showsBack(r.No) {
			m.sound(CueUnknown)
		}
		f.Doubt = true
		if r.Phase == Held && ev.Cause != CauseMerchantFunds {
			m.enter(RefundSent{m.at, r.No}) // it is in doubt again, also after a power cut
		}
	}
	switch {
	case r.Phase.Final(), r.Phase == Dead:
		return
	case r.Phase == Taken, r.Phase == Stranded:
		m.armAsk(r, f)
		return
	case ev.Call == CallRefund && ev.Cause == CauseNotSent && !f.Left && !f.Doubt && r.Method != ByVoid:
		m.unspace(r.Order) // not a byte left
		m.hold(r, f, ev.Cause, "", "")
		return
	case ev.Call == CallRefund && ev.Cause == CauseMerchantFunds: // a reversal says so without refusing
		m.hold(r, f, ev.Cause, ev.Code, ev.Text)
		return
	}
	wait := m.refundPolicy(r).Resend
	if wait == 0 {
		wait = refundResend
	}
	m.armRefund(r, f, min(wait<<min(f.Silences-1, 8), refundWaitMax))
}
