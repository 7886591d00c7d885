package txn

import "slices"

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
	now, _ := m.refund(r.No)
	if !m.showsBack(r.No) {
		c = CueAttention
		bad := now.Phase == Failed || now.Phase == Dead || now.Phase == Stranded
		if f, _ := m.ses.Follow(r.No); f.InRound && !m.ses.Round.Forced && !bad {
			c = "" // a backlog that drains makes no noise
		}
		if now.Phase == Failed {
			m.unheard(now)
		}
	}
	if c != "" {
		m.sound(c)
	}
	m.ses.Round.Changed = true
	hand := now.Phase == Cashed || now.Phase == Dropped || now.Phase == GivenUp || now.Phase == PaidBack && now.Repaired // a new paper, to sign or to keep
	if m.showsBack(r.No) && !m.setup.NoPaper && (now.Paper.State == PaperNone || hand && !now.Paper.Owed()) {
		m.enter(ReceiptDue{m.at, OrderNo(r.No), false})
		m.do(TryPaper{})
	}
}

// unheard keeps a refund that was refused while nobody looked among what is
// pending, until somebody opens it; and its paper says so to the customer, who
// was told something else.
func (m *move) unheard(r Refund) {
	m.ses.Unheard = append(slices.Clone(m.ses.Unheard), r.No)
	m.ses.Unheard = m.ses.Unheard[max(0, len(m.ses.Unheard)-unseenMax):]
	if !m.setup.NoPaper && !r.Paper.Owed() {
		m.enter(ReceiptDue{m.at, OrderNo(r.No), false})
		m.do(TryPaper{})
	}
}

// heard is when a person has a refund before him.
func (m *move) heard(n RefundNo) {
	m.ses.Unheard = slices.DeleteFunc(slices.Clone(m.ses.Unheard), func(u RefundNo) bool { return u == n })
}

// endRefund drops the notes on a refund that needs no more asking, and lets a
// refund of a round go back to the journal.
func (m *move) endRefund(n RefundNo) {
	f, ok := m.ses.Follow(n)
	r, held := m.refund(n)
	switch {
	case !ok || f.Busy:
		return
	case !held || r.Phase.Final() || r.Phase == Dead:
		if f.InRound {
			m.ses.Round.Ended++
		}
		m.dropFollow(n)
	case f.InRound && f.Ending == PermitNone && f.Refusal == CauseNone && f.Denials == 0 && !(m.forPerson(r) && m.persons() <= personsMax):
		m.park(r)
	default:
		m.stay(r)
	}
	m.goOnRound()
	m.parkOldest()
}

// stay keeps a refund in memory, and sees to it that something will happen to it.
func (m *move) stay(r Refund) {
	f := m.follow(r.No)
	f.InRound = false
	if !f.Busy && !f.Waiting {
		m.armAsk(r, f)
	}
}

// persons counts the refunds in memory that wait for a person.
func (m *move) persons() int {
	n := 0
	for _, r := range m.led.Refunds {
		if r.Phase == Dead || m.forPerson(r) {
			n++
		}
	}
	return n
}

// forPerson reports whether a refund stays in memory, where a person finds it: what
// he must act upon, and what is in doubt, should he want to give it up.
func (m *move) forPerson(r Refund) bool {
	f, _ := m.ses.Follow(r.No)
	return r.Phase == Stranded || r.Phase == Underway && f.Doubt && f.Silences > 0
}

func (m *move) dropFollow(n RefundNo) {
	m.ses.Follows = slices.DeleteFunc(m.ses.Follows, func(f Follow) bool { return f.Refund == n })
}

// park lets a refund rest in the journal; the rounds ask about it. What is on the
// screen stays; what has paper to come rests in memory until it is printed.
func (m *move) park(r Refund) {
	if m.showsBack(r.No) {
		m.stay(r)
		return
	}
	m.dropFollow(r.No)
	if r.Paper.Owed() {
		return
	}
	m.parked = append(m.parked, r.No)
	if r.Phase != Taken {
		m.ses.Round.Worries++
		if !m.ses.Round.Walking {
			m.ses.Round.Worry++
		}
	}
}

// forget lets the oldest finished refunds leave memory: a backlog that drains
// leaves as many there as it had.
func (m *move) forget() {
	finished := 0
	for _, r := range slices.Backward(m.led.Refunds) {
		if r.Open() || m.showsBack(r.No) {
			continue
		}
		if finished++; finished > KeptFinished {
			m.parked = append(m.parked, r.No)
		}
	}
}

// parkOldest keeps the refunds in memory few: the oldest that may rest in the
// journal does.
func (m *move) parkOldest() {
	for i := 0; i < len(m.ses.Follows) && len(m.ses.Follows) > followsMax; {
		f := m.ses.Follows[i]
		r, ok := m.refund(f.Refund)
		if !ok || f.Busy || f.InRound || f.Ending != PermitNone || m.showsBack(r.No) {
			i++
			continue
		}
		m.park(r)
	}
}

// refundFired is the end of a wait for a refund.
func (m *move) refundFired(t Timer) {
	i, ok := m.ses.findFollow(RefundNo(t.Order))
	if !ok || m.ses.Follows[i].Wait != t || !m.ses.Follows[i].Waiting {
		return
	}
	m.ses.Follows[i].Waiting = false
	if r, ok := m.refund(RefundNo(t.Order)); ok {
		m.advance(r)
	}
}

func (m *move) unspace(o OrderNo) {
	m.ses.Spacing = slices.DeleteFunc(slices.Clone(m.ses.Spacing), func(s OrderNo) bool { return s == o })
}

// spaced says that another refund of a sale may be sent.
func (m *move) spaced(o OrderNo) {
	m.unspace(o)
	for _, r := range m.led.Refunds {
		f, ok := m.ses.Follow(r.No)
		if r.Order == o && ok && !f.Busy && (r.Phase == Promised || r.Phase == Underway && (!f.Doubt || f.Absents > 0)) {
			m.sendRefund(r)
			return
		}
	}
}
