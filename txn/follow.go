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
		m.ses.Follows = slices.Insert(m.ses.Follows, i, Follow{Refund: n})
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
	// that lingers somewhere has half a minute to arrive.
	absentsToEnd  = 3
	absentWait    = 15 * time.Second
	followsAtOnce = 16 // refunds of a round that are being asked about at the same time
	followsMax    = 64 // refunds in memory that are followed one by one
)

func (m *move) armRefund(r Refund, f *Follow, after time.Duration) {
	f.Wait, f.WaitFor = Timer{TimerRefund, OrderNo(r.No), f.Wait.Try + 1}, after
	m.arm(f.Wait, after)
}

// advance does what comes next with a refund: sends it, asks about it, or waits.
func (m *move) advance(r Refund) {
	f := m.follow(r.No)
	if f.Busy {
		return
	}
	switch r.Phase {
	case Promised, Held:
		m.sendRefund(r)
	case Underway:
		if f.Doubt || f.Refusal != CauseNone || f.Ending != PermitNone {
			m.queryRefund(r)
		} else {
			m.sendRefund(r)
		}
	case Taken, Stranded:
		m.queryRefund(r)
	}
}

// sendRefund sends a refund under its number, as soon as the network may be
// asked: never two of one sale within its spacing.
func (m *move) sendRefund(r Refund) {
	f, p := m.follow(r.No), m.refundPolicy(r)
	switch {
	case slices.Contains(m.ses.Spacing, r.Order):
		m.armRefund(r, f, max(p.Spacing, time.Second))
		return
	case m.ses.Link == LinkIsDown || m.ses.RailSilent(r.Rail):
		f.Cause = CauseNotSent
		m.armRefund(r, f, refundWaitMax) // the network's return comes first
		return
	}
	if r.Phase != Underway || !r.Sent {
		m.enter(RefundSent{m.at, r.No})
	}
	f.Busy, f.Ending = true, PermitNone
	f.Resent++
	if p.Spacing > 0 {
		m.ses.Spacing = append(slices.Clone(m.ses.Spacing), r.Order)
		m.arm(Timer{TimerSpacing, r.Order, 0}, p.Spacing)
	}
	if r.Method == ByVoid {
		f.Doubt = true
	}
	m.do(SendRefund{m.refundAsk(r), r.Method})
}

func (m *move) queryRefund(r Refund) {
	if f := m.follow(r.No); !f.Busy {
		f.Busy = true
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

// refundAnswered takes what became of one request about a refund.
func (m *move) refundAnswered(ev RefundAnswered) {
	r, ok := m.byKey(ev.Refund)
	if !ok {
		return // parked or long settled: the next round asks again
	}
	f := m.follow(r.No)
	f.Busy = false
	m.health(r.Rail, ev.Cause)
	m.railFault(Answered{Cause: ev.Cause, Fault: ev.Fault})
	f.Heard, f.Last, f.Cause, f.Code, f.Fault = true, ev.Outcome, ev.Cause, ev.Code, ev.Fault
	if ev.Outcome != RefundAbsent {
		f.Absents = 0
	}
	switch ev.Outcome {
	case RefundPaidOut:
		m.refundPaid(r, ev)
	case RefundAccepted:
		m.refundTaken(r, f, ev)
	case RefundClosed:
		if !r.Phase.Final() && r.Phase != Dead {
			m.enter(RefundDead{m.at, r.No, ev.Code, ev.Text})
			m.refundNews(r, CueAttention)
		}
	case RefundAbnormal:
		if !r.Phase.Final() && r.Phase != Stranded {
			m.enter(RefundStranded{m.at, r.No, ev.Code, ev.Text})
			m.refundNews(r, CueAttention)
		}
	case RefundRefused:
		m.refundRefused(r, f, ev)
	case RefundAbsent:
		m.refundAbsent(r, f, ev)
	default:
		m.refundSilent(r, f, ev)
	}
	m.endRefund(r.No)
}

// refundPaid: also one that had been called off, or paid in cash. It is the
// truth, and marked for people to look at.
func (m *move) refundPaid(r Refund, ev RefundAnswered) {
	if r.Phase == PaidBack || r.Phase == Replaced {
		return
	}
	m.enter(RefundPaid{At: m.at, Day: m.at.Day(m.setup.Zone), Refund: r.No, Reference: ev.Reference,
		Account: ev.Account, Payer: ev.Payer, Discount: ev.Discount, Code: ev.Code})
	cue := CueApproved
	if r.Phase.Final() {
		cue = CueAttention
	}
	m.refundNews(r, cue)
}

func (m *move) refundTaken(r Refund, f *Follow, ev RefundAnswered) {
	f.Doubt, f.Refusal, f.Silences = false, CauseNone, 0
	switch {
	case r.Phase.Final() || r.Phase == Dead:
		return
	case r.Method == ByVoid: // to be confirmed at once by a query
		f.Doubt = true
		if ev.Call == CallRefund {
			m.queryRefund(r)
			return
		}
	case r.Phase != Taken:
		m.enter(RefundTaken{m.at, r.No, ev.Reference, ev.Code})
		m.refundNews(r, CueApproved)
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
	if r.Phase.Final() || r.Phase == Taken || r.Phase == Stranded || r.Phase == Dead {
		return
	}
	switch {
	case r.Method == ByVoid:
		m.enter(RefundSwitched{m.at, r.No, ev.Cause, ev.Code})
		f.Doubt, f.Heard = false, false
		if next, ok := m.refund(r.No); ok {
			m.ses.Spacing = slices.DeleteFunc(slices.Clone(m.ses.Spacing), func(o OrderNo) bool { return o == r.Order })
			m.sendRefund(next)
		}
	case passes(ev.Cause):
		if r.Phase != Held || r.Cause != ev.Cause {
			m.enter(RefundHeld{m.at, r.No, ev.Cause, ev.Code, ev.Text})
			m.refundNews(r, CueAttention)
		}
		wait := m.refundPolicy(r).RetryHeld
		if wait == 0 {
			wait = refundHeld
		}
		if ev.Cause == CauseBusy {
			wait = time.Minute
		}
		m.armRefund(r, f, wait)
		if ev.Cause == CauseMerchantFunds {
			m.askBalance(r.Rail)
		}
	case f.Doubt:
		f.Refusal, f.RefCode, f.RefText = ev.Cause, ev.Code, ev.Text
		m.queryRefund(r)
	default:
		m.refundFailed(r, ev.Cause, ev.Code, ev.Text)
	}
}

func (m *move) refundFailed(r Refund, why Cause, code, text string) {
	m.enter(RefundFailed{m.at, r.No, why, code, text})
	m.refundNews(r, CueDeclined)
}

// refundAbsent: the network knows nothing of the number. It goes again, unless a
// refusal or the operator had the last word; and then only after the network has
// said so three times, should a request be on its way somewhere.
func (m *move) refundAbsent(r Refund, f *Follow, ev RefundAnswered) {
	if r.Phase.Final() || r.Phase == Dead {
		return
	}
	f.Absents++
	if r.Phase == Taken { // it contradicts itself; its later word will tell
		m.armAsk(r, f)
		return
	}
	if f.Refusal == CauseNone && f.Ending == PermitNone {
		f.Doubt = false
		if f.Resent > 1 { // it was lost more than once: no hurry
			m.armRefund(r, f, min(refundResend<<min(f.Resent-2, 8), refundWaitMax))
			return
		}
		m.sendRefund(r)
		return
	}
	if f.Doubt && f.Absents < absentsToEnd {
		m.armRefund(r, f, absentWait)
		return
	}
	if f.Ending != PermitNone {
		m.endAs(r, f.Ending, f.By, f.Approver)
		return
	}
	m.refundFailed(r, f.Refusal, f.RefCode, f.RefText)
}

// refundSilent: no answer, or one that says nothing. What may have left is asked
// about; what did not leave goes again when the network is back.
func (m *move) refundSilent(r Refund, f *Follow, ev RefundAnswered) {
	f.Silences++
	if ev.Call == CallRefund && ev.Cause != CauseNotSent {
		if !f.Doubt && m.showsBack(r.No) {
			m.sound(CueUnknown)
		}
		f.Doubt = true
	}
	if r.Phase == Taken || r.Phase == Stranded {
		m.armAsk(r, f)
		return
	}
	wait := m.refundPolicy(r).Resend
	if wait == 0 {
		wait = refundResend
	}
	m.armRefund(r, f, min(wait<<min(f.Silences-1, 8), refundWaitMax))
}

// endAs ends a refund of which the network knows nothing, as the operator wants.
func (m *move) endAs(r Refund, how Permit, by, approver string) {
	if how == PermitCash {
		m.enter(RefundCashed{m.at, m.at.Day(m.setup.Zone), r.No, by, approver})
	} else {
		m.enter(RefundDropped{m.at, r.No, by, approver})
	}
	m.refundNews(r, CueApproved)
}

// refundNews tells whoever is at the counter of a change, and gives him paper
// the first time that something is decided.
func (m *move) refundNews(r Refund, c Cue) {
	if !m.showsBack(r.No) {
		c = CueAttention
		if f := m.follow(r.No); f.InRound && !m.ses.Round.Forced {
			c = "" // a backlog that drains makes no noise
		}
	}
	if c != "" {
		m.sound(c)
	}
	m.ses.Round.Changed = true
	if m.showsBack(r.No) && !m.setup.NoPaper && r.Paper.State == PaperNone {
		m.enter(ReceiptDue{m.at, OrderNo(r.No), false})
		m.do(TryPaper{})
	}
}

// endRefund drops the notes on a refund that needs no more asking, and lets a
// refund of a round go back to the journal.
func (m *move) endRefund(n RefundNo) {
	r, ok := m.refund(n)
	f := m.follow(n)
	ended := !ok || r.Phase.Final() || r.Phase == Dead
	if f.Busy {
		return
	}
	if f.InRound {
		if ended {
			m.ses.Round.Ended++
		} else if m.showsBack(n) || ok && r.Paper.Owed() {
			f.InRound = false
			m.goOnRound()
			return
		} else {
			m.parked = append(m.parked, n)
		}
		m.dropFollow(n)
		m.goOnRound()
		return
	}
	if ended {
		m.dropFollow(n)
		return
	}
	m.parkOldest()
}

func (m *move) dropFollow(n RefundNo) {
	m.ses.Follows = slices.DeleteFunc(m.ses.Follows, func(f Follow) bool { return f.Refund == n })
}

// parkOldest keeps the refunds in memory few: the oldest that is quietly on its
// way rests in the journal, and the rounds ask about it.
func (m *move) parkOldest() {
	if len(m.ses.Follows) <= followsMax {
		return
	}
	for _, f := range m.ses.Follows {
		r, ok := m.refund(f.Refund)
		if ok && !f.Busy && !f.InRound && !m.showsBack(r.No) && !r.Paper.Owed() && r.Phase != Stranded {
			m.parked = append(m.parked, r.No)
			m.dropFollow(r.No)
			return
		}
	}
}

// refundFired is the end of a wait for a refund.
func (m *move) refundFired(t Timer) {
	r, ok := m.refund(RefundNo(t.Order))
	if !ok || slices.Contains(m.parked, r.No) {
		return
	}
	f, known := m.ses.Follow(r.No)
	if known && f.Wait == t {
		m.advance(r)
	}
}

// spaced says that another refund of a sale may be sent.
func (m *move) spaced(o OrderNo) {
	m.ses.Spacing = slices.DeleteFunc(slices.Clone(m.ses.Spacing), func(s OrderNo) bool { return s == o })
	for _, r := range m.led.Refunds {
		f, ok := m.ses.Follow(r.No)
		if r.Order == o && ok && !f.Busy && (r.Phase == Promised || r.Phase == Underway && !f.Doubt) {
			m.sendRefund(r)
			return
		}
	}
}

// askBalance asks what there is to pay refunds from, where the network tells.
func (m *move) askBalance(name RailName) {
	if rail, ok := m.setup.rail(name); ok && rail.Tells && m.ses.Link != LinkIsDown {
		m.do(AskBalance{name})
	}
}

// balance keeps what a network told.
func (m *move) balance(b Balance) {
	m.ses.Balances = slices.DeleteFunc(slices.Clone(m.ses.Balances), func(o Balance) bool { return o.Rail == b.Rail })
	m.ses.Balances = append(m.ses.Balances, b)
}

// silencesToOpen is how many requests in a row a network must leave without an
// answer before nothing new is begun there; probeAfter is how long until it is
// tried again.
const (
	silencesToOpen = 3
	probeAfter     = 30 * time.Second
)

// health counts the silences of one network: one that is down is left alone
// while the others go on.
func (m *move) health(name RailName, why Cause) {
	i := slices.IndexFunc(m.ses.Rails, func(h RailHealth) bool { return h.Name == name })
	if i < 0 {
		m.ses.Rails = append(slices.Clone(m.ses.Rails), RailHealth{Name: name})
		i = len(m.ses.Rails) - 1
	}
	m.ses.Rails = slices.Clone(m.ses.Rails)
	h := &m.ses.Rails[i]
	switch {
	case why == CauseNotSent && m.ses.Link != LinkIsUp:
		return // nobody is reached at all
	case why == CauseNoAnswer, why == CauseGatewayDown, why == CauseNotSent:
		h.Silent++
		if h.Silent >= silencesToOpen {
			h.Open = true
			m.arm(Timer{TimerProbe, OrderNo(name), 0}, probeAfter)
		}
	default:
		wasOpen := h.Open
		h.Silent, h.Open = 0, false
		if wasOpen {
			m.startRound(false)
		}
	}
}

// probe lets the next request to a silent network pass.
func (m *move) probe(name RailName) {
	m.ses.Rails = slices.Clone(m.ses.Rails)
	for i := range m.ses.Rails {
		if h := &m.ses.Rails[i]; h.Name == name && h.Open {
			h.Open, h.Silent = false, silencesToOpen-1
			m.startRound(false)
		}
	}
}
