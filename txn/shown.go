package txn

import (
	"slices"
	"time"
)

// Showers lists the networks that a payer can pay at by a code that we show.
func (s Setup) Showers() []RailSetup {
	var list []RailSetup
	for _, r := range s.Rails {
		if r.Show.Lives > 0 {
			list = append(list, r)
		}
	}
	return list
}

// offerCode begins a sale by a code that the customer scans; with several
// networks the operator chooses.
func (m *move) offerCode() {
	list := m.setup.Showers()
	switch len(list) {
	case 0:
		m.ses.Why = BlockedNoQR
		m.view(ViewBlocked)
		m.sound(CueRejected)
	case 1:
		m.showCode(list[0])
	default:
		m.view(ViewWallet)
		m.arm(Timer{TimerCode, "", m.ses.Serial}, m.setup.CodeWait)
	}
}

func (m *move) keyWallet(k Key) {
	list := m.setup.Showers()
	switch {
	case k >= Key1 && int(k-Key1) < len(list):
		m.showCode(list[k-Key1])
	case k == KeyCancel || k == KeyBack:
		m.waitForCode()
	default:
		m.sound(CueRejected)
	}
}

// Lives is how long a code of a network may be paid here: the shop's choice,
// within the network's.
func (s Setup) Lives(r RailSetup) time.Duration {
	if l := s.ShownLives; l > 0 {
		return min(l, r.Show.Lives)
	}
	return r.Show.Lives
}

func (m *move) showCode(r RailSetup) {
	if m.blocked(m.ses.Amount) || m.unreachable(r.Name) {
		return
	}
	o := NewOrderNo(m.led.Install, m.led.Last+1)
	m.enter(Begun{At: m.at, Order: o, Rail: r.Name, Amount: m.ses.Amount, Terminal: m.setup.Terminal,
		Operator: m.operator(), Wallet: r.Shows, Shown: true})
	tx, _ := m.tx(o)
	m.ses.Shown, m.ses.Reject, m.ses.Why = o, Scanned{}, BlockedNot
	m.view(ViewSale)
	c := m.chase(o)
	c.Show, c.MayReverse, c.GiveUpAt = true, true, m.at+Wall(m.setup.Lives(r).Milliseconds())
	c.Wait, c.WaitFor = Timer{TimerShow, o, 1}, m.setup.Lives(r)
	m.do(SendShow{m.ask(tx), m.setup.Lives(r)})
	m.arm(c.Wait, c.WaitFor)
	m.arm(Timer{TimerAsk, o, 1}, r.Show.Soon)
}

// shownAnswered takes an answer about a sale whose code is on show. Whoever
// cancels such a sale closes it at the network first; only when that is
// confirmed is it told cancelled, and when the payer was faster it is paid.
func (m *move) shownAnswered(tx Tx, c *Chase, ev Answered) {
	switch ev.Call {
	case CallShow:
		c.Show = false
		m.codeCame(tx, c, ev)
		if now, _ := m.tx(tx.Order); c.Closing != CauseNone && c.Reversals == 0 && now.Phase == Asking { // cancelled meanwhile
			m.closeCode(tx, c)
		}
		return
	case CallClose:
		c.Close = false
		m.closeAnswered(tx, c, ev)
		return
	}
	before := c.Before // it left before the close and confirms nothing
	c.Before = false
	switch {
	case ev.Outcome == Approved && m.mayReturn(tx, c):
		m.noteShown(c, ev) // the close that has left may take it back: its answer comes first
	case ev.Outcome == Approved:
		m.paid(tx, ev)
	case ev.Outcome == Undone, ev.Outcome == Declined && !before && (c.Confirming || c.Closes >= roundsWithoutOrder),
		ev.Cause == CauseNoSuchOrder && !before && c.Closes >= roundsWithoutOrder:
		m.closed(tx, c, ev)
	case ev.Outcome == Declined && c.Closing == CauseNone: // the payer failed; the code is still there
		m.note(c, ev)
	case c.Confirming && before:
		m.noteShown(c, ev)
		m.query(tx)
	default:
		m.noteShown(c, ev)
		c.Confirming = false
	}
}

// mayReturn reports whether a close has left that gives the money back if the payer
// was faster. Then "paid" is not the last word until the network has refused to
// close.
func (m *move) mayReturn(tx Tx, c *Chase) bool {
	rail, _ := m.setup.rail(tx.Rail)
	return rail.Show.Returns && c.Closing != CauseNone && c.Reversals > 0 && !c.Unclosed
}

// noteShown keeps what an answer said, without alarming anybody: while a code is
// on show, silence costs nothing.
func (m *move) noteShown(c *Chase, ev Answered) {
	c.Cause, c.Code, c.Fault = ev.Cause, ev.Code, ev.Fault
}

// codeCame takes the code to show. Without one nobody can pay: the order is
// closed, should the request for it have arrived.
func (m *move) codeCame(tx Tx, c *Chase, ev Answered) {
	switch {
	case ev.Outcome == Pending && ev.QR != "" && c.Closing == CauseNone:
		m.hideCode(tx.Order)
		m.ses.QRs = append(m.ses.QRs, QR{tx.Order, ev.QR})
		m.noteShown(c, ev)
	case ev.Outcome == Approved:
		m.paid(tx, ev)
	case ev.Outcome == Declined && !ev.Undo && m.ses.QR(tx.Order) == "":
		m.enter(Refused{m.at, tx.Order, ev.Cause, ev.Code, ev.Text})
		m.cue(tx.Order, CueDeclined)
		m.ended(tx.Order)
	case m.ses.QR(tx.Order) != "": // it is there already
	default:
		m.noteShown(c, ev)
		if c.Closing == CauseNone {
			if c.Closing = ev.Cause; c.Closing == CauseNone {
				c.Closing = CauseNoAnswer
			}
			m.closeCode(tx, c)
		}
	}
}

// closeCode asks the network to end a payment that was not made.
func (m *move) closeCode(tx Tx, c *Chase) {
	m.hideCode(tx.Order)
	if c.Close || c.Show { // its answer comes first: what is asked for must be there to be closed
		if c.Wait.Kind == TimerClose {
			m.arm(c.Wait, c.WaitFor)
		}
		return
	}
	c.Close, c.Confirming, c.Before, c.Unclosed = true, false, c.Query, false
	c.Reversals++
	m.do(SendClose{m.ask(tx)})
	wait := m.policy(tx).ReversalInterval
	if wait == 0 {
		wait = refundResend
	}
	c.Wait, c.WaitFor = Timer{TimerClose, tx.Order, c.Reversals}, min(wait<<min(c.Reversals-1, 5), 5*time.Minute)
	m.arm(c.Wait, c.WaitFor)
}

// closeAnswered: closed is confirmed by a query; refused because the payer was
// faster is asked about; the rest is repeated by its timer.
func (m *move) closeAnswered(tx Tx, c *Chase, ev Answered) {
	rail, _ := m.setup.rail(tx.Rail)
	c.Heard, c.Last, c.Cause, c.Code, c.Fault = true, ev.Outcome, ev.Cause, ev.Code, ev.Fault
	vague := ev.Outcome == Unknown && unmapped(ev.Code, ev.Cause)
	if (ev.Cause == CauseNoSuchOrder || vague) && c.Rounds != c.Reversals { // once for each time that it was asked
		c.Closes, c.Rounds = c.Closes+1, c.Reversals
	}
	switch {
	case ev.Outcome == Undone && !rail.Show.Confirm:
		m.closed(tx, c, ev)
	case ev.Outcome == Undone, ev.Cause == CauseNoSuchOrder:
		c.Confirming = true
		m.query(tx)
	case ev.Outcome == Declined:
		c.Unclosed = true
		m.query(tx)
	case ev.Code != "": // a code that nobody has mapped: what is it then?
		m.query(tx)
	}
}

// closed ends a sale that nobody paid. A minute later the network is asked once
// more, should it have taken the money all the same.
func (m *move) closed(tx Tx, c *Chase, ev Answered) {
	why := c.Closing
	if why == CauseNone {
		why = CauseElsewhere
	}
	m.enter(Reversed{m.at, tx.Order, why, ev.Code})
	m.cue(tx.Order, CueDeclined)
	m.ended(tx.Order)
	m.arm(Timer{TimerWatch, tx.Order, 1}, watchAfter)
}

// watchAfter is when a closed sale is looked at once more, and watchesMax how
// often, each time after twice the wait: in all a quarter of an hour.
const (
	watchAfter = time.Minute
	watchesMax = 4
)

func (m *move) hideCode(o OrderNo) {
	m.ses.QRs = slices.DeleteFunc(slices.Clone(m.ses.QRs), func(q QR) bool { return q.Order == o })
}

// shownFired is the end of a wait for a sale whose code is on show.
func (m *move) shownFired(tx Tx, t Timer) {
	if t.Kind == TimerWatch {
		switch {
		case tx.Phase != ReversedFor || tx.Back != "" || t.Try > watchesMax:
		case m.ses.Link == LinkIsDown:
			m.arm(t, watchAfter)
		default:
			m.query(tx)
			m.arm(Timer{TimerWatch, tx.Order, t.Try + 1}, watchAfter<<t.Try)
		}
		return
	}
	if tx.Phase != Asking {
		return
	}
	c := m.chase(tx.Order)
	rail, known := m.setup.rail(tx.Rail)
	switch t.Kind {
	case TimerShow:
		if c.Closing == CauseNone {
			c.Closing = CauseGaveUp
			m.closeCode(tx, c)
		}
	case TimerClose:
		if c.Closing != CauseNone && c.Wait == t {
			m.closeCode(tx, c)
		}
	case TimerAsk:
		p := rail.Show
		wait := p.Interval
		if time.Duration(t.Try)*p.Soon <= p.SoonFor {
			wait = p.Soon
		}
		if !known || wait == 0 {
			wait = time.Minute
		}
		if c.Closing != CauseNone { // it takes its time; the network need not be asked every few seconds
			wait = max(wait, c.WaitFor)
		}
		if c.Closing == CauseNone || !c.Close {
			m.query(tx)
		}
		m.arm(Timer{TimerAsk, tx.Order, t.Try + 1}, wait)
	}
}

// keyShown: a code is on show.
func (m *move) keyShown(tx Tx, k Key) {
	c := m.chase(tx.Order)
	switch {
	case k == KeyCancel && c.Closing == CauseNone:
		c.Closing = CauseOperator
		m.closeCode(tx, c)
	case k == KeyCancel && c.Heard:
		m.idle() // the next customer; it is closed by itself and stays in sight
	case k == KeyF3 && m.ses.QR(tx.Order) != "":
		m.printSlip(Receipt{Kind: SlipQR, QR: m.ses.QR(tx.Order), Rail: tx.Rail, Wallet: tx.Wallet, Order: tx.Order,
			Amount: tx.Amount, Paid: tx.Begun, Lives: c.WaitFor, Operator: tx.Operator})
	case k == KeyF2:
		m.giveUp(c.Fair)
	default:
		m.sound(CueRejected)
	}
}

// pursueShown takes up a sale whose code was on show when the power went: the
// code is gone from the screen, whoever scanned it has a minute, then it is
// closed.
func (m *move) pursueShown(tx Tx) {
	c := m.chase(tx.Order)
	c.Found, c.MayReverse, c.GiveUpAt = true, true, m.at+Wall(watchAfter.Milliseconds())
	c.Wait, c.WaitFor = Timer{TimerShow, tx.Order, 1}, watchAfter
	m.arm(c.Wait, c.WaitFor)
	m.shownFired(tx, Timer{TimerAsk, tx.Order, 1})
}

// offerCash asks whether the money is in the drawer: one key alone records no sale.
func (m *move) offerCash() {
	if !m.setup.Cash || m.blocked(m.ses.Amount) {
		m.sound(CueRejected)
		return
	}
	m.view(ViewCash)
	m.arm(Timer{TimerCode, "", m.ses.Serial}, m.setup.CodeWait)
}

func (m *move) keyCash(k Key) {
	switch k {
	case KeyEnter:
		m.sellForCash()
	case KeyCancel:
		m.idle()
	case KeyBack:
		m.waitForCode()
	default:
		m.sound(CueRejected)
	}
}

// sellForCash records a sale in cash: decided and paid in one breath.
func (m *move) sellForCash() {
	if !m.setup.Cash || m.blocked(m.ses.Amount) {
		m.sound(CueRejected)
		return
	}
	o := NewOrderNo(m.led.Install, m.led.Last+1)
	m.enter(Begun{At: m.at, Order: o, Rail: Cash, Amount: m.ses.Amount, Terminal: m.setup.Terminal, Operator: m.operator()})
	m.ses.Shown = o
	m.view(ViewSale)
	tx, _ := m.tx(o)
	m.paid(tx, Answered{Order: o})
}

// unreachable shows why a wallet cannot be charged now: no sale is begun of
// which not a byte could leave, and a network that is silent is left alone.
func (m *move) unreachable(name RailName) bool {
	why := BlockedNot
	switch {
	case m.ses.Link == LinkIsDown:
		why = BlockedOffline
	case m.ses.RailSilent(name):
		why = BlockedSilent
	}
	if why == BlockedNot {
		return false
	}
	m.ses.Why = why
	m.view(ViewBlocked)
	m.sound(CueRejected)
	return true
}
