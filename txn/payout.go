package txn

import "slices"

// beginPayout begins a refund without its sale, where the shop allows such things.
func (m *move) beginPayout() {
	if m.state().role() == Technician || !m.otherSupervisor() || m.noRoom() {
		if m.ses.View != ViewBlocked {
			m.ses.Why = BlockedPerson
			m.view(ViewBlocked)
			m.sound(CueRejected)
		}
		return
	}
	m.desk(Desk{For: PermitPayout})
	m.ses.Digits = ""
	m.view(ViewPayout)
	m.arm(Timer{TimerCode, "", m.ses.Serial}, m.setup.CodeWait)
}

// otherSupervisor reports whether somebody is set up who may allow what whoever is
// signed in may not allow himself, be he a supervisor.
func (m *move) otherSupervisor() bool {
	return slices.ContainsFunc(m.setup.Staff, func(p Person) bool { return p.Role == Supervisor && p.Number != m.ses.Who })
}

func (m *move) keyPayout(k Key) {
	switch {
	case k == KeyCancel:
		m.idle()
		return
	case m.keyBackAmount(k):
	case k == KeyBack:
		m.find()
		return
	case k == KeyEnter:
		a := Keyed(m.ses.Digits)
		if m.ses.Desk.Over = m.overLimit(a); a.Zero() {
			m.ses.Desk.Over = RuleZero
		}
		if m.ses.Desk.Over != RuleNone {
			m.sound(CueRejected)
			return
		}
		m.ses.Desk.Amount = a
		m.view(ViewReason)
		m.arm(Timer{TimerCode, "", m.ses.Serial}, m.setup.CodeWait)
		return
	default:
		m.sound(CueRejected)
		return
	}
	m.ses.Desk.Over = RuleNone
	m.arm(Timer{TimerCode, "", m.ses.Serial}, m.setup.CodeWait)
}

// payOut is the decision, judged once more: the day may have changed meanwhile.
func (m *move) payOut(approver string) {
	d := m.ses.Desk
	if rule := m.overLimit(d.Amount); rule != RuleNone || approver == "" || d.Amount.Zero() {
		m.ses.Desk.Over = rule
		m.view(ViewPayout)
		m.sound(CueRejected)
		return
	}
	if m.noRoom() {
		return
	}
	no := NewRefundNo(m.led.Install, m.led.Last+1)
	m.enter(PaidOut{At: m.at, Day: m.at.Day(m.setup.Zone), Refund: no, Amount: d.Amount, Reason: d.Reason,
		By: m.operator(), Approver: approver, Terminal: m.setup.Terminal})
	m.tempo()
	m.desk(Desk{})
	m.ses.Digits, m.ses.Back = "", no
	m.view(ViewBack)
	r, _ := m.refund(no)
	m.refundNews(r, CueApproved)
}
