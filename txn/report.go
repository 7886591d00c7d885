package txn

import (
	"strconv"
	"time"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

// keyMenu: ten tiles and two keys.
func (m *move) keyMenu(k Key) {
	switch k {
	case Key1, KeyCancel, KeyBack:
		m.idle()
	case Key3:
		m.find()
	case Key5:
		m.openDay()
	case Key6:
		m.idle()
		m.reprint()
	case Key7:
		if m.ses.Who == "" {
			m.sound(CueRejected)
			return
		}
		m.view(ViewShift)
	case Key9:
		m.ses.Cursor = 0
		m.view(ViewRules)
	case Key0:
		m.ses.Lang = 1 - m.ses.Lang
	case KeyF1:
		m.openPending()
	case KeyF4:
		m.signOut(false)
	default:
		m.sound(CueRejected)
	}
}

func (m *move) openPending() {
	m.ses.Cursor = 0
	m.view(ViewPending)
}

// openDay adds the day of the clock up.
func (m *move) openDay() {
	m.ses.Report = Report{Day: m.at.Day(m.setup.Zone)}
	m.view(ViewDay)
	m.do(MakeReport{m.ses.Report.Day})
}

func (m *move) reported(ev Reported) {
	if m.ses.View != ViewDay || ev.Report.Day != m.ses.Report.Day {
		return
	}
	m.ses.Report = ev.Report
	m.ses.Report.Open = m.state().Pending()
	m.ses.Report.Open = m.ses.Report.Open[:min(len(m.ses.Report.Open), LookUpMax)]
	m.ses.Report.Count, m.ses.Report.Fen = m.state().OpenCount()
	m.ses.Report.Ready = true
	m.ses.Report.Closed = m.led.Closed >= ev.Report.Day
}

func (m *move) keyDay(k Key) {
	switch {
	case k == KeyCancel || k == KeyBack:
		m.idle()
	case !m.ses.Report.Ready:
		m.sound(CueRejected)
	case k == KeyEnter && !m.ses.Report.Closed:
		if m.state().role() == Cashier && m.setup.staffed() {
			m.askPermit(PermitDayClose)
			return
		}
		m.closeDay("")
	case k == KeyEnter:
		m.idle()
	case k == KeyF3:
		m.printSlip(Receipt{Kind: SlipDay, Report: m.ses.Report})
	default:
		m.sound(CueRejected)
	}
}

// closeDay writes the totals down as they were seen. What is open is carried
// forward by name and amount: a day can be closed over it, and it stays open.
func (m *move) closeDay(approver string) {
	n, total := m.state().OpenCount()
	m.enter(DayClosed{m.at, m.ses.Report.Day, m.operator(), approver, n, total})
	m.ses.Report.Closed = true
	m.view(ViewDay)
	m.sound(CueApproved)
	m.printSlip(Receipt{Kind: SlipDay, Report: m.ses.Report})
}

func (m *move) keyShift(k Key) {
	s, ok := m.led.Shift(m.ses.Who)
	switch {
	case k == KeyCancel || k == KeyBack || !ok:
		m.idle()
	case k == KeyEnter:
		m.enter(ShiftClosed{m.at, s})
		m.printSlip(Receipt{Kind: SlipShift, Shift: s, Report: Report{Closed: true}})
		m.sound(CueApproved)
		m.signOut(false)
	case k == KeyF3:
		m.printSlip(Receipt{Kind: SlipShift, Shift: s})
	default:
		m.sound(CueRejected)
	}
}

func (m *move) keyRules(k Key) {
	switch k {
	case KeyUpDown:
		m.ses.Cursor++
	case KeyCancel, KeyBack, KeyEnter:
		m.idle()
	default:
		m.sound(CueRejected)
	}
}

// slipJob names a print in the printer that is nobody's receipt.
const slipJob OrderNo = "slip"

// printSlip prints what no entry answers for: a report, a pending slip, a code.
// When it fails the operator sees it and presses the key again.
func (m *move) printSlip(r Receipt) {
	if m.setup.NoPaper || m.ses.Printer != "" {
		m.sound(CueRejected)
		m.ses.Slip = SlipFailed
		return
	}
	r.Merchant, r.Zone, r.Printed = m.setup.Merchant, m.setup.Zone, m.at
	if r.Terminal == "" {
		r.Terminal = m.setup.Terminal
	}
	if r.Operator == "" {
		r.Operator = m.operator()
	}
	if p, ok := m.setup.Person(r.Operator); ok {
		r.Person = p.Name
	}
	m.ses.Slips++
	m.ses.Printer, m.ses.Slip = slipJob, SlipPrinting
	r.Job, r.Attempt = slipJob, m.ses.Slips
	m.do(Print{r})
}

func (m *move) slipEnded(ev ReceiptEnded) {
	m.ses.Printer = ""
	m.ses.Slip = SlipFailed
	if ev.Result == PrintDone || ev.Result == PrintUnconfirmed && ev.Fault == "" {
		m.ses.Slip = SlipPrinted
	} else {
		m.sound(CueAttention)
	}
	m.do(TryPaper{})
}
