package txn

import (
	"strings"

	"till/txn/money"
)

// find begins the search for a sale that somebody wants money back from.
func (m *move) find() {
	m.desk(Desk{})
	m.ses.Digits, m.ses.Cursor = "", 0
	m.view(ViewFind)
	m.arm(Timer{TimerCode, "", m.ses.Serial}, m.setup.CodeWait)
}

// desk begins another refund.
func (m *move) desk(d Desk) { m.ses.Desk = d }

func (m *move) lookUp(l LookUp) {
	m.ses.Desk.Looking, m.ses.Desk.Missed = true, false
	m.ses.Lookups++
	l.Serial = m.ses.Lookups
	m.do(l)
}

// tailLen is how many digits of a number people read to each other.
const tailLen = 6

func (m *move) keyFind(k Key) {
	d := m.ses.Digits
	m.ses.Desk.Missed = m.ses.Desk.Missed && k == KeyEnter
	switch {
	case m.ses.Desk.Timing:
		m.keyTime(k)
		return
	case k == KeyF2 && !sought(d).Zero():
		m.ses.Desk.Timing = true
		return
	case isDigit(k) && len(d)+len(k.String()) <= digitsMax+1:
		d += k.String()
	case k == KeyDot && d != "" && len(d) <= digitsMax && !strings.Contains(d, "."):
		d += "."
	case k == KeyBack && d != "":
		d = d[:len(d)-1]
	case k == KeyCancel, k == KeyBack:
		m.idle()
		return
	case k == KeyF1:
		m.lookUp(LookUp{Recent: true})
		return
	case k == KeyF4 && m.setup.Refunds.NoSale:
		m.beginPayout()
		return
	case k == KeyEnter && d != "":
		l := LookUp{Amount: sought(d)}
		if len(d) == tailLen && !strings.Contains(d, ".") {
			l.Tail = d
		}
		m.lookUp(l)
		return
	default:
		m.sound(CueRejected)
		return
	}
	m.ses.Digits = d
}

// sought is the amount that digits of a search stand for.
func sought(digits string) money.Amount { return Keyed(strings.TrimLeft(digits, "0")) }

// keyTime: the time of a sale is being keyed, for of a shop's favourite price there
// are hundreds in a day.
func (m *move) keyTime(k Key) {
	d := &m.ses.Desk
	about, ok := ParseAbout(d.Time)
	switch {
	case isDigit(k) && len(d.Time)+len(k.String()) <= 2*aboutLen:
		d.Time += k.String()
	case k == KeyBack && d.Time != "":
		d.Time = d.Time[:len(d.Time)-1]
	case k == KeyBack, k == KeyF2:
		d.Timing, d.Time = false, ""
	case k == KeyCancel:
		m.idle()
	case k == KeyEnter && ok:
		m.lookUp(LookUp{Amount: sought(m.ses.Digits), About: about})
	default:
		m.sound(CueRejected)
	}
}

// scanFind takes a code while a sale is looked for, or on idle: our receipt, or
// a number out of the customer's wallet.
func (m *move) scanFind(s Scanned) bool {
	switch s.Kind {
	case ScanReceipt:
		m.find()
		m.ses.Desk.Original = Original{Order: s.Order}
		m.lookUp(LookUp{Order: s.Order})
	case ScanBill:
		m.find()
		m.ses.Desk.Original = Original{Order: s.Order, Reference: Reference(s.Shown)}
		m.lookUp(LookUp{Order: s.Order, Reference: Reference(s.Shown)})
	default:
		return false
	}
	return true
}

// lookedUp takes what the journal holds. A sale that it does not know may be
// another terminal's: the networks are asked.
func (m *move) lookedUp(ev LookedUp) {
	d := &m.ses.Desk
	if ev.Serial != m.ses.Lookups || !d.Looking {
		return
	}
	d.Looking = false
	asked := d.Original
	switch {
	case len(ev.Found) == 1:
		why := d.Reason
		m.open(ev.Found[0])
		if why == ReasonAmount {
			m.ses.Desk.Reason, m.ses.Digits = why, digitsOf(m.preflight().Left)
		}
	case len(ev.Found) > 1:
		d.Choices = ev.Found[:min(len(ev.Found), LookUpMax)]
		m.ses.Cursor = 0
		m.view(ViewFound)
		m.arm(Timer{TimerCode, "", m.ses.Serial}, m.setup.CodeWait)
	case asked.Order != "" || asked.Reference != "":
		m.open(asked)
	default:
		d.Missed = true
		m.sound(CueRejected)
	}
}

// pageLen is how many sales a digit can choose from.
const pageLen = 9

func (m *move) keyFound(k Key) {
	list := m.ses.Desk.Choices
	switch {
	case k == KeyUpDown:
		m.ses.Cursor = (m.ses.Cursor + 1) % max(1, len(list))
	case k == KeyEnter && m.ses.Cursor < len(list):
		m.open(list[m.ses.Cursor])
	case k >= Key1 && k <= Key9:
		i := m.ses.Cursor/pageLen*pageLen + int(k-Key1)
		if i >= len(list) {
			m.sound(CueRejected)
			return
		}
		m.open(list[i])
	case k == KeyBack:
		m.find()
	case k == KeyF2 && !sought(m.ses.Digits).Zero(): // too many: which of them?
		digits := m.ses.Digits
		m.find()
		m.ses.Digits, m.ses.Desk.Timing = digits, true
	case k == KeyCancel:
		m.idle()
	default:
		m.sound(CueRejected)
	}
}
