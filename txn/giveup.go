package txn

import (
	"cmp"
	"time"
)

// fairTime is how long something must have been in doubt before a person may give
// it up: a network that is serviced comes back, and most that is lost is found then.
const fairTime = 10 * time.Minute

// dark reports whether nobody knows what became of a refund, or its end is wanted
// and the network does not say that it may.
func (f Follow) dark() bool { return f.Doubt || f.Ending != PermitNone }

// watchDoubt counts the time for which each sale and refund is in doubt. It begins
// anew when something is heard that ends the doubt, and after a power cut.
func (m *move) watchDoubt() {
	for i := range m.ses.Chases {
		c := &m.ses.Chases[i]
		tx, ok := m.tx(c.Order)
		doubt := c.Doubtful() || c.Found || c.Closing != CauseNone || tx.Phase == Reversing
		m.fair(&c.Fair, c.Order, ok && !tx.Phase.Final() && doubt)
	}
	for i := range m.ses.Follows {
		f := &m.ses.Follows[i]
		r, ok := m.refund(f.Refund)
		open := r.Phase == Underway || r.Phase == Held
		m.fair(&f.Fair, OrderNo(f.Refund), ok && open && f.dark())
	}
}

func (m *move) fair(f *Fair, o OrderNo, doubt bool) {
	switch {
	case !doubt:
		*f = Fair{}
	case f.Runs == 0:
		m.ses.Fairs++
		f.Runs = m.ses.Fairs
		m.arm(Timer{TimerFair, o, f.Runs}, fairTime)
	}
}

// fairOver is the end of that time.
func (m *move) fairOver(t Timer) {
	for i := range m.ses.Chases {
		if c := &m.ses.Chases[i]; c.Order == t.Order && c.Fair.Runs == t.Try {
			c.Fair.Past = true
		}
	}
	for i := range m.ses.Follows {
		if f := &m.ses.Follows[i]; OrderNo(f.Refund) == t.Order && f.Fair.Runs == t.Try {
			f.Fair.Past = true
		}
	}
}

// MayGiveUp reports whether a person may end what has been in doubt for so long,
// without knowing how it ended: only where somebody is set up who may.
func (s Setup) MayGiveUp(f Fair) bool { return f.Past && s.staffed() }

// giveUp asks why the sale or the refund on the screen is to be given up.
func (m *move) giveUp(f Fair) {
	if !m.setup.MayGiveUp(f) {
		m.sound(CueRejected)
		return
	}
	if m.ses.View != ViewBack {
		m.ses.Back = ""
	}
	m.desk(Desk{For: PermitWriteOff})
	m.view(ViewReason)
	m.arm(Timer{TimerCode, "", m.ses.Serial}, m.setup.CodeWait)
}

// leaveGiveUp goes back to what was not given up.
func (m *move) leaveGiveUp() {
	if m.ses.Back != "" {
		m.view(ViewBack)
		return
	}
	m.view(ViewSale)
}

// writeOff gives a sale or a refund up: a person's decision, in the journal with his
// name and his reason. Nothing is sent about it any more, and nothing is told about
// the money; what a refund may have given back counts against its sale for ever.
func (m *move) writeOff(approver string) {
	by, why := cmp.Or(approver, m.operator()), m.ses.Desk.Reason
	tx, isTx := m.tx(m.ses.Shown)
	r, isBack := m.refund(m.ses.Back)
	f, _ := m.ses.Follow(r.No)
	switch {
	case isBack && f.Fair.Past && (r.Phase == Underway || r.Phase == Held):
		m.enter(RefundWrittenOff{m.at, r.No, by, m.operator(), why})
		m.view(ViewBack)
		m.refundNews(r, CueAttention)
		m.endRefund(r.No)
	case m.ses.Back == "" && isTx && !tx.Phase.Final() && m.chase(tx.Order).Fair.Past:
		m.enter(WrittenOff{m.at, tx.Order, by, m.operator(), why})
		m.view(ViewSale)
		m.settle()
	default: // its answer has come meanwhile
		m.leaveGiveUp()
		m.sound(CueRejected)
	}
}
