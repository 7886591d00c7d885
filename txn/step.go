package txn

import (
	"fmt"
	"slices"
	"time"
)

// Step answers one event. It is a function of its arguments alone; what does
// not fit the state changes nothing, and is never an error.
func Step(s State, at Wall, ev Event) Ready {
	m := begin(s, at)
	switch ev := ev.(type) {
	case Booted:
		m.boot(ev)
	case KeyPressed:
		m.key(ev.Key)
	case CodeScanned:
		m.scan(ev.Scanned)
	case Answered:
		m.answered(ev)
	case TimerFired:
		m.fired(ev.Timer)
	case PaperTurn:
		m.printNext(false)
	case ReceiptEnded:
		m.receiptEnded(ev)
	case FaultRaised:
		m.fault(ev.Device, ev.Code)
	case FaultCleared:
		m.fault(ev.Device, "")
	case LinkUp:
		m.linkUp()
	case LinkDown:
		m.ses.Link = LinkIsDown
		m.fault(deviceLink, ev.Code)
	default:
		m.refundEvent(ev)
	}
	m.tidy()
	return Ready{Recalled: m.recall, Session: m.ses, Entries: m.entries, Effects: m.effects, Parked: m.parked}
}

// tidy keeps true, whatever the event was, what the screens and the rounds rely
// on.
func (m *move) tidy() {
	m.ses.QRs = slices.DeleteFunc(slices.Clone(m.ses.QRs), func(q QR) bool {
		tx, ok := m.tx(q.Order)
		return !ok || tx.Phase != Asking
	})
	if _, ok := m.refund(m.ses.Back); m.ses.View == ViewBack && (!ok || slices.Contains(m.parked, m.ses.Back)) {
		m.idle() // long settled, and forgotten
	}
	if m.ses.View != ViewSignIn && m.ses.View != ViewApprove {
		m.ses.PIN = PIN{}
	}
	if m.led.Backlog.Count == 0 {
		m.ses.Oldest = 0
	} else if m.ses.Oldest == 0 {
		if i := slices.IndexFunc(m.led.Refunds, func(r Refund) bool { return !r.Phase.Final() }); i >= 0 {
			m.ses.Oldest = m.led.Refunds[i].Begun
		}
	}
	m.forget()
	m.keepRounds()
	m.watchAge()
	m.watchDoubt()
}

// refundEvent answers the events about refunds and people.
func (m *move) refundEvent(ev Event) {
	switch ev := ev.(type) {
	case RefundAnswered:
		m.refundAnswered(ev)
	case RefundsRecalled:
		m.recalled(ev)
	case Found:
		m.found(ev)
	case Balance:
		m.balance(ev)
	case LookedUp:
		m.lookedUp(ev)
	case PINChecked:
		m.pinChecked(ev)
	case Reported:
		m.reported(ev)
	default:
		panic(fmt.Sprintf("txn: event %T has no case in Step", ev))
	}
}

// Resume says what a terminal must do that was switched on in state s: what
// Step answers to Booted.
func Resume(s State, at Wall, b Booted) Ready { return Step(s, at, b) }

// The devices whose faults the machine looks at, by the names of package device.
const (
	devicePrinter = "printer"
	deviceLink    = "link"
	deviceGateway = "gateway"
)

// faultNearEnd is a warning, not a reason to hold a receipt back.
const faultNearEnd FaultCode = "P03"

// move is one Step in the making: what has been decided so far, and the state
// as it will be then.
type move struct {
	setup   Setup
	at      Wall
	led     Ledger
	ses     Session
	entries []Entry
	effects []Effect
	recall  []Refund
	parked  []RefundNo
}

func begin(s State, at Wall) *move {
	m := &move{setup: s.Setup, at: at, led: s.Ledger, ses: s.Session}
	m.ses.Chases = slices.Clone(s.Session.Chases)
	m.ses.Faults = slices.Clone(s.Session.Faults)
	m.ses.Spent = slices.Clone(s.Session.Spent)
	m.ses.Follows = slices.Clone(s.Session.Follows)
	return m
}

func (m *move) enter(e Entry)           { m.entries, m.led = append(m.entries, e), Apply(m.led, e) }
func (m *move) do(e ...Effect)          { m.effects = append(m.effects, e...) }
func (m *move) sound(c Cue)             { m.do(Sound{c}) }
func (m *move) state() State            { return State{m.setup, m.led, m.ses} }
func (m *move) policy(tx Tx) Policy     { r, _ := m.setup.rail(tx.Rail); return r.Policy }
func (m *move) shows(o OrderNo) bool    { return m.ses.View == ViewSale && m.ses.Shown == o }
func (m *move) ask(tx Tx) Ask           { return Ask{tx.Order, tx.Rail, tx.Amount, tx.Begun, tx.Shown} }
func (m *move) tx(o OrderNo) (Tx, bool) { return m.led.Tx(o) }

func (m *move) arm(t Timer, after time.Duration) { m.do(ArmTimer{t, after}) }

// view puts another screen up. Waits of the screen before end nothing on it.
func (m *move) view(v View) {
	m.ses.View, m.ses.Slip = v, SlipNone
	m.ses.Serial++
}

// chase returns the notes on an open sale, making them if there are none.
func (m *move) chase(o OrderNo) *Chase {
	i, ok := m.ses.findChase(o)
	if !ok {
		m.ses.Chases = slices.Insert(m.ses.Chases, i, Chase{Order: o})
	}
	return &m.ses.Chases[i]
}

// findChase returns where the notes on a sale are, or would be.
func (s Session) findChase(o OrderNo) (int, bool) {
	return slices.BinarySearchFunc(s.Chases, o, func(c Chase, o OrderNo) int { return compare(c.Order, o) })
}

// Chase returns the notes on an open sale.
func (s Session) Chase(o OrderNo) (Chase, bool) {
	i, ok := s.findChase(o)
	if !ok {
		return Chase{}, false
	}
	return s.Chases[i], true
}

// settle drops the notes on sales that need no more asking. Those of which an
// answer is still on its way are kept until it is here.
func (m *move) settle() {
	m.ses.Chases = slices.DeleteFunc(m.ses.Chases, func(c Chase) bool {
		tx, ok := m.tx(c.Order)
		return !ok || tx.Phase.Final() && !c.Pay && !c.Query && !c.Reversal && !c.Show && !c.Close
	})
}

func (m *move) fault(dev string, code FaultCode) {
	i := slices.IndexFunc(m.ses.Faults, func(f Fault) bool { return f.Device == dev })
	switch {
	case code == "" && i >= 0:
		m.ses.Faults = slices.Delete(m.ses.Faults, i, i+1)
	case code != "" && i >= 0:
		m.ses.Faults[i].Code = code
	case code != "":
		m.ses.Faults = append(m.ses.Faults, Fault{dev, code})
	}
	if dev == devicePrinter && (code == "" || code == faultNearEnd) {
		m.do(TryPaper{})
	}
}

// Fault returns what troubles a device, or "".
func (s Session) Fault(dev string) FaultCode {
	for _, f := range s.Faults {
		if f.Device == dev {
			return f.Code
		}
	}
	return ""
}

// has reports whether any device has this trouble.
func (s Session) has(code FaultCode) bool {
	return slices.ContainsFunc(s.Faults, func(f Fault) bool { return f.Code == code })
}

// linkUp is the moment to ask for everything that waited for the network:
// reversals first, then queries, by age (house.md 5.3).
func (m *move) linkUp() {
	was := m.ses.Link
	m.ses.Link = LinkIsUp
	m.fault(deviceLink, "")
	if was == LinkIsUp { // one network of several is back
		if slices.ContainsFunc(m.ses.Follows, func(f Follow) bool { return f.Cause == CauseNotSent }) {
			m.armRound(roundAfterLink)
		}
		return
	}
	if m.ses.View == ViewBlocked && m.ses.Why == BlockedOffline && !m.ses.Amount.Zero() {
		m.waitForCode() // what the customer waits for is possible again
	}
	m.askOpen(linkUpAtOnce)
	if m.led.Backlog.Count > 0 {
		m.armRound(roundAfterLink)
	}
}

// askOpen asks for sales that are open: reversals first, then questions, by age,
// at most so many, but none of which a request is on its way.
func (m *move) askOpen(most int) {
	n := 0
	for _, phase := range []Phase{Reversing, Asking} {
		for _, tx := range m.led.Txs {
			c := m.chase(tx.Order)
			if tx.Phase != phase || c.Pay || c.Query || c.Reversal || c.Show || c.Close || n >= most {
				continue // its timer comes
			}
			n++
			if phase == Asking {
				m.query(tx)
			} else if c.MayReverse {
				m.sendReversal(tx, c)
			}
		}
	}
	m.settle()
}

// linkUpAtOnce is how many open sales are asked for in the moment in which the
// network comes back; the others wait for their timers.
const linkUpAtOnce = 16

// resumeStagger keeps many sales that were open from asking all at once.
const resumeStagger = 200 * time.Millisecond

// boot goes after everything that a power cut interrupted, as if its next
// timer had just fired. Paper waits until the printer says that it is there.
func (m *move) boot(b Booted) {
	m.ses = Session{Lang: m.setup.Lang, Boot: Boot{CutAt: m.led.LastAt, At: m.at, Records: b.Records}, Oldest: b.Oldest}
	m.rest()
	m.enter(Opened{m.at, b.Fresh})
	n := 0
	for _, tx := range slices.Clone(m.led.Txs) {
		if tx.Shown && tx.Phase == ReversedFor && tx.Back == "" {
			m.arm(Timer{TimerWatch, tx.Order, 1}, watchAfter)
		}
		if !tx.Open() {
			continue
		}
		m.ses.Boot.Orders = append(m.ses.Boot.Orders, tx.Order)
		if tx.Phase == Asking && tx.Shown {
			m.pursueShown(tx)
		} else if tx.Phase == Asking || tx.Phase == Reversing {
			m.pursue(tx, time.Duration(n)*resumeStagger)
			n++
		}
		if tx.Paper.State == PaperSending {
			m.enter(ReceiptTorn{m.at, tx.Order, tx.Paper.Attempt, ""})
		}
	}
	for _, r := range m.led.Refunds { // the store holds them back; a journal that is folded whole does not
		if r.Paper.State == PaperSending {
			m.enter(ReceiptTorn{m.at, OrderNo(r.No), r.Paper.Attempt, ""})
		}
		if !r.Phase.Final() && r.Phase != Dead {
			f := m.follow(r.No)
			f.Cause = CauseNotSent // the first walk takes it up
			m.armRefund(r, f, roundAfterLink)
		}
	}
	m.armRound(roundAfterLink) // also for paper that is owed
	m.ses.Unseen = slices.Clone(m.ses.Boot.Orders)
	m.ses.Unseen = m.ses.Unseen[max(0, len(m.ses.Unseen)-unseenMax):]
	if len(m.ses.Boot.Orders) > 0 {
		m.ses.Shown = m.ses.Boot.Orders[len(m.ses.Boot.Orders)-1]
		m.view(ViewRecovery)
	}
}

// pursue takes up a sale whose outcome was open when the power went.
func (m *move) pursue(tx Tx, after time.Duration) {
	c, p := m.chase(tx.Order), m.policy(tx)
	kind := TimerAsk
	c.Found = true
	if tx.Phase == Reversing {
		kind, c.MayReverse = TimerReverse, true
	} else {
		c.GiveUpAt = m.at + Wall(p.GiveUp()/time.Millisecond)
		m.arm(Timer{TimerMayReverse, tx.Order, 1}, p.ReverseAfter)
	}
	t := Timer{kind, tx.Order, 1}
	if after > 0 {
		c.Wait, c.WaitFor = t, after
		m.arm(t, after)
		return
	}
	m.fired(t)
}
