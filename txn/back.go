package txn

// keyBack: the refund Back is before the operator.
func (m *move) keyBack(k Key) {
	r, ok := m.refund(m.ses.Back)
	if !ok {
		m.idle()
		m.key(k)
		return
	}
	f, _ := m.ses.Follow(r.No)
	switch {
	case isDigit(k) && (r.Phase.Final() || r.Phase == Taken):
		m.beginAmount(k)
	case k == KeyF3:
		m.copyRefund(r)
	case k == KeyCancel:
		m.leaveBack(r)
	case r.Phase.Final():
		m.keyEnded(r, k)
	case k == KeyEnter && r.Phase == Promised:
		m.leaveBack(r)
	case k == KeyEnter && !f.Busy && r.Phase != Dead:
		m.advance(r)
	case k == KeyF1 && r.Phase == Dead:
		m.replace(r)
	case k == KeyF1 && r.Phase == Stranded && m.refundPolicy(r).MayRepair && !r.Repaired:
		m.askPermit(PermitRepair)
	case k == KeyF1 && (r.Phase == Held || r.Phase == Underway && f.Doubt), k == KeyF2 && r.Phase == Dead:
		m.askPermit(PermitCash)
	case k == KeyF2 && r.Reason == ReasonTerminal && r.Phase != Dead:
		m.sound(CueRejected) // the customer was told that the sale is taken back: it is owed
	case k == KeyF2 && (r.Phase == Promised || r.Phase == Held || r.Phase == Underway):
		m.endBack(r, PermitDrop, "")
	case k == KeyF4:
		m.giveUp(f.Fair)
	default:
		m.sound(CueRejected)
	}
}

func (m *move) keyEnded(r Refund, k Key) {
	switch {
	case k == KeyEnter:
		m.leaveBack(r)
	case k == KeyF1 && r.Phase == Failed && handable(r.Cause):
		m.askPermit(PermitCash)
	default:
		m.sound(CueRejected)
	}
}

// handable reports whether cash can help where the network refused: the money
// is owed, and the way back is closed.
func handable(c Cause) bool {
	switch c {
	case CauseWindowOver, CauseTooLate, CauseTooManyParts, CauseFullOnly, CausePayerAccount, CausePayerCard,
		CauseFrozen, CauseOther:
		return true
	}
	return false
}

// leaveBack goes on to the next customer; the refund goes on by itself.
func (m *move) leaveBack(r Refund) {
	m.ses.Back = ""
	m.idle()
	if r.Phase.Final() {
		m.dropFollow(r.No)
	}
}

func (m *move) copyRefund(r Refund) {
	if m.setup.NoPaper {
		m.sound(CueRejected)
		return
	}
	if !r.Paper.Owed() {
		m.enter(ReceiptDue{m.at, OrderNo(r.No), r.Paper.State != PaperNone})
	}
	if m.ses.Printer == "" {
		m.printNext(true)
	}
}

// endBack calls a refund off, or pays it in cash: at once when nothing has left or
// the network has given it up, and otherwise when the network says that it knows
// nothing of it. What the network has taken is not ended by anybody here.
func (m *move) endBack(r Refund, how Permit, approver string) {
	switch r.Phase {
	case Failed:
		m.cashFailed(r, approver)
		return
	case Promised, Underway, Held, Dead:
	default:
		m.sound(CueRejected)
		return
	}
	f := m.follow(r.No)
	f.Ending, f.By, f.Approver, f.Absents = how, m.operator(), approver, 0
	switch {
	case !f.Left && !f.Busy, r.Phase == Dead:
		m.endAs(r, how, f.By, approver)
		m.endRefund(r.No)
	case !f.Busy:
		m.queryRefund(r)
	}
}

// cashFailed records cash for a refund that the network refused: a refund of its
// own, by hand, so that what is left of the sale is true.
func (m *move) cashFailed(r Refund, approver string) {
	if r.Amount.Over(m.leftOf(r)) { // it went back another way meanwhile
		m.sound(CueRejected)
		return
	}
	cash := m.decide(RefundBegun{
		Order: r.Order, Rail: r.Rail, Wallet: r.Wallet, Amount: r.Amount, Total: r.Total, SaleAt: r.SaleAt,
		SaleDay: r.SaleDay, Sale: r.Sale, Shown: r.Shown, Reason: r.Reason, By: m.operator(), Approver: approver,
		Method: ByCash, Why: r.Cause,
	})
	m.dropFollow(r.No)
	m.ses.Back = cash.No
	m.endAs(cash, PermitCash, cash.By, approver)
}

// replace begins another refund for one that the network gave up. The new number
// is a new decision: the amount, the limits and the second person are asked for
// as for any other.
func (m *move) replace(r Refund) {
	m.find()
	m.ses.Desk.Replaces, m.ses.Desk.Refund = r.No, r.No
	m.ses.Desk.Original = Original{Order: r.Order, Rail: r.Rail, Reference: r.Sale}
	m.lookUp(LookUp{Order: r.Order})
}

// keyPending: everything that is open.
func (m *move) keyPending(k Key) {
	items := m.state().Pending()
	switch k {
	case KeyUpDown:
		m.ses.Cursor = (m.ses.Cursor + 1) % max(1, len(items))
	case KeyEnter:
		m.tryAll()
	case KeyF1:
		if m.ses.Cursor >= len(items) {
			m.sound(CueRejected)
			return
		}
		m.openItem(items[m.ses.Cursor])
	case KeyF3:
		m.printSlip(Receipt{Kind: SlipList, Report: m.openReport(items)})
	case KeyCancel, KeyBack:
		m.idle()
	default:
		m.sound(CueRejected)
	}
}

func (m *move) openItem(it OpenItem) {
	if it.Refund != "" {
		m.ses.Back = it.Refund
		m.heard(it.Refund)
		m.view(ViewBack)
		return
	}
	m.ses.Shown = it.Order
	m.view(ViewSale)
}

func (m *move) openReport(items []OpenItem) Report {
	n, total := m.state().OpenCount()
	return Report{Day: m.at.Day(m.setup.Zone), Open: items[:min(len(items), LookUpMax)], Count: n, Fen: total, Ready: true}
}

// tryAll asks for everything that is open now: reversals first, then sales, then
// refunds.
func (m *move) tryAll() {
	m.askOpen(len(m.led.Txs))
	m.startRound(true)
}
