package txn

import (
	"slices"

	"till/txn/money"
)

// scan takes one whole scan. While a sale is on the screen, a payer's code
// shows that sale instead of charging again (decisions.md 5).
func (m *move) scan(s Scanned) {
	switch m.ses.View {
	case ViewCode, ViewReject:
		m.pay(s)
	case ViewSale:
		tx, ok := m.tx(m.ses.Shown)
		if ok && tx.Phase == RefusedFor && m.ses.Retry {
			m.ses.Amount = tx.Amount
			m.pay(s)
		}
	case ViewIdle, ViewBlocked, ViewFind, ViewFound, ViewRefund, ViewMenu, ViewPending, ViewRecovery, ViewBack:
		if m.ses.View == ViewRecovery && len(m.setup.Staff) > 0 || !m.scanFind(s) {
			m.rejectAtRest(s)
		}
	default:
		m.sound(CueRejected)
	}
}

// reject says what was scanned, and that nothing was charged.
func (m *move) reject(s Scanned, why Blocked) {
	m.ses.Reject, m.ses.Why = s, why
	m.view(ViewReject)
	m.sound(CueRejected)
	wait := m.setup.CodeWait
	m.arm(Timer{TimerCode, "", m.ses.Serial}, wait)
}

// rejectAtRest names what was scanned where no payment is awaited.
func (m *move) rejectAtRest(s Scanned) {
	if m.ses.View == ViewIdle || m.ses.View == ViewBlocked {
		m.ses.Amount = money.Amount{}
		m.reject(s, BlockedNot)
		return
	}
	m.sound(CueRejected)
}

// spentMax is how many used codes are remembered, to tell a scanner that
// reads twice from a customer who shows a new code.
const spentMax = 16

// pay begins a sale, if the scan is a payer's code that can be charged.
func (m *move) pay(s Scanned) {
	rail, taken := m.setup.taking(s.Rail)
	used := slices.ContainsFunc(m.ses.Spent, func(c PayerCode) bool { return c.Same(s.Code) })
	switch {
	case s.Kind != ScanPayer, m.ses.Amount.Zero():
		m.reject(s, BlockedNot)
		return
	case !taken:
		m.reject(s, BlockedRail)
		return
	case used:
		m.reject(s, BlockedCode)
		return
	case m.blocked(m.ses.Amount), m.unreachable(rail.Name):
		return
	}
	o := NewOrderNo(m.led.Install, m.led.Last+1)
	wallet := s.Rail
	if wallet == rail.Name {
		wallet = "" // the rail itself
	}
	m.enter(Begun{At: m.at, Order: o, Rail: rail.Name, Amount: m.ses.Amount, Terminal: m.setup.Terminal,
		Operator: m.operator(), Wallet: wallet})
	tx, _ := m.tx(o)
	p := m.policy(tx)
	m.ses.Shown, m.ses.Reject, m.ses.Why = o, Scanned{}, BlockedNot
	m.ses.Spent = append(m.ses.Spent, s.Code)
	m.ses.Spent = m.ses.Spent[max(0, len(m.ses.Spent)-spentMax):]
	m.view(ViewSale)
	c := m.chase(o)
	c.Pay, c.GiveUpAt = true, m.at+Wall(p.GiveUp().Milliseconds())
	c.Wait, c.WaitFor = Timer{TimerAsk, o, 1}, p.FirstQuery
	m.do(SendPay{m.ask(tx), s.Code})
	m.arm(c.Wait, p.FirstQuery)
	m.arm(Timer{TimerMayReverse, o, 1}, p.ReverseAfter)
}
