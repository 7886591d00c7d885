package txn

import (
	"slices"
	"time"
)

// roundWaits are the waits between walks through the open refunds in the
// journal while nothing changes: they take days, so the last one repeats.
var roundWaits = []time.Duration{time.Minute, time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute}

// roundAfterLink is how long reversals and queries have the network to
// themselves when it comes back, before refunds follow.
const roundAfterLink = 2 * time.Second

// startRound walks through the open refunds: by age, a few at a time, at the
// network's pace. A walk that is under way goes on.
func (m *move) startRound(forced bool) {
	r := &m.ses.Round
	r.Forced, r.Due = r.Forced || forced, false
	if m.ses.Link == LinkIsDown {
		return
	}
	for _, f := range slices.Clone(m.ses.Follows) {
		if live, ok := m.refund(f.Refund); ok && !f.Busy && (forced || f.Cause == CauseNotSent) {
			m.advance(live)
		}
	}
	if r.Walking {
		return
	}
	r.Walking, r.After, r.More, r.Seen, r.Ended, r.Changed, r.Worries = true, 0, true, 0, 0, false, 0
	m.goOnRound()
}

// inRound counts the refunds of the walk that are being asked about.
func (m *move) inRound() int {
	n := 0
	for _, f := range m.ses.Follows {
		if f.InRound {
			n++
		}
	}
	return n
}

// goOnRound fetches more when there is room, and ends the walk when all was seen.
func (m *move) goOnRound() {
	r, n := &m.ses.Round, m.inRound()
	switch {
	case !r.Walking, r.Fetching, r.Gap:
	case r.More && m.ses.Link != LinkIsDown && n <= followsAtOnce/2:
		r.Fetching = true
		m.do(RecallRefunds{r.After, followsAtOnce - n})
	case n == 0:
		m.endRound()
	}
}

func (m *move) endRound() {
	r := &m.ses.Round
	r.Walking, r.Forced, r.Worry = false, false, r.Worries
	if r.Quiet++; r.Changed {
		r.Quiet = 0
	}
	m.keepRounds()
}

func (m *move) armRound(after time.Duration) {
	m.ses.Round.Next++
	m.ses.Round.Due = true
	m.arm(Timer{TimerRound, "", m.ses.Round.Next}, after)
}

// keepRounds sees to it that another walk comes for as long as there is a refund
// that is open. While the network is down, its return is what is waited for.
func (m *move) keepRounds() {
	r := &m.ses.Round
	if m.led.Backlog.Count > 0 && !r.Walking && !r.Due && m.ses.Link != LinkIsDown {
		m.armRound(roundWaits[min(r.Quiet, len(roundWaits)-1)])
	}
}

// recalled takes refunds from the journal. Those that are in memory are being
// followed already; those that wait for a person stay where they are.
func (m *move) recalled(ev RefundsRecalled) {
	r := &m.ses.Round
	r.Fetching, r.More = false, ev.More && len(ev.Refunds) > 0 // a journal that cannot be read ends the walk
	if !r.Walking {
		return
	}
	slowest := 0
	for _, b := range ev.Refunds {
		if r.After == 0 {
			m.ses.Oldest = b.Begun
		}
		r.After = max(r.After, b.No.N())
		r.Seen++
		if !m.takeUp(&b) {
			continue
		}
		m.follow(b.No).InRound = true
		if p := m.refundPolicy(b); p.PerSecond > 0 && (slowest == 0 || p.PerSecond < slowest) {
			slowest = p.PerSecond
		}
		m.advance(b)
		if f := m.follow(b.No); !f.Busy { // it has to wait: not in memory
			m.ses.Round.Changed = m.ses.Round.Changed || f.Cause != CauseNotSent
			live, _ := m.refund(b.No)
			m.park(live)
		}
	}
	if slowest > 0 && len(ev.Refunds) > 0 && r.More {
		r.Gap = true
		m.arm(Timer{TimerGap, "", 0}, time.Second*time.Duration(len(ev.Refunds))/time.Duration(slowest))
	}
	m.goOnRound()
}

// takeUp brings a refund of the walk into memory, and reports whether there is
// something to ask about it. Paper that is owed is printed; what a power cut left
// in the printer is printed anew, marked.
func (m *move) takeUp(b *Refund) bool {
	if _, ok := m.ses.Follow(b.No); ok {
		return false
	}
	live, known := m.refund(b.No)
	switch {
	case known:
		*b = live
	case b.Phase == Dead && !b.Paper.Owed() && m.persons() >= personsMax:
		m.ses.Round.Worries++ // it waits for a person, who has enough before him
		return false
	case b.Paper.Owed() || !b.Phase.Final():
		m.recall = append(m.recall, *b)
		m.led.recall(*b)
	}
	if !known && b.Paper.State == PaperSending {
		m.enter(ReceiptTorn{m.at, OrderNo(b.No), b.Paper.Attempt, ""})
	}
	if !known && b.Paper.Owed() {
		m.do(TryPaper{})
	}
	return !b.Phase.Final() && b.Phase != Dead
}

// roundFired is the end of a wait of the rounds.
func (m *move) roundFired(t Timer) {
	switch {
	case t.Kind == TimerGap:
		m.ses.Round.Gap = false
		m.goOnRound()
	case t.Try == m.ses.Round.Next:
		m.startRound(false)
	}
}

// alarms are when what is open becomes more urgent; the fourth level is the end
// of the day (causes.md C56).
var alarms = []time.Duration{time.Minute, 10 * time.Minute, time.Hour}

// watchAge begins to count when something is open that should not be for long: a
// refund that the network has taken may be days on its way.
func (m *move) watchAge() {
	open := slices.ContainsFunc(m.led.Txs, func(tx Tx) bool { return !tx.Phase.Final() }) ||
		m.led.Backlog.Count > 0 && m.ses.Round.Worry > 0 ||
		slices.ContainsFunc(m.led.Refunds, func(r Refund) bool { return !r.Phase.Final() && r.Phase != Taken })
	switch {
	case !open:
		m.ses.Alarm, m.ses.Watching = 0, false
	case !m.ses.Watching:
		m.ses.Watching = true
		m.ses.Alarms++
		m.arm(Timer{TimerAlarm, "", m.ses.Alarms}, alarms[0])
	}
}

// alarm makes what is open more urgent, once a level.
func (m *move) alarm(t Timer) {
	if !m.ses.Watching || t.Try != m.ses.Alarms || m.ses.Alarm > len(alarms) {
		return
	}
	m.ses.Alarm++
	m.sound(CueAttention)
	if m.ses.Alarm > len(alarms) {
		return
	}
	wait := m.toMidnight()
	if m.ses.Alarm < len(alarms) {
		wait = alarms[m.ses.Alarm] - alarms[m.ses.Alarm-1]
	}
	m.ses.Alarms++
	m.arm(Timer{TimerAlarm, "", m.ses.Alarms}, wait)
}

// toMidnight is the time to the end of the day at the shop, by the clock: it
// makes something more urgent and decides nothing else.
func (m *move) toMidnight() time.Duration {
	t := m.at.In(m.setup.Zone)
	return time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, t.Location()).Sub(t)
}
