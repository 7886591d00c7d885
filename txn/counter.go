package txn

import (
	"slices"
	"strings"

	"till/txn/money"
)

// open puts a sale on the desk and asks the network for its word, before a digit
// of the refund is keyed (causes.md C08, C20, A06).
func (m *move) open(o Original) {
	old, again := m.refund(m.ses.Desk.Replaces)
	was, ahead := m.ses.Desk, m.ses.Digits
	m.desk(Desk{Original: o})
	if m.ses.View != ViewRefund || was.Original.Order != o.Order { // else its number was just learned
		was.All, ahead = false, ""
	}
	m.ses.Desk.All, m.ses.Digits = was.All, ahead
	m.ses.Shown, m.ses.Back = "", ""
	if again && old.Phase == Dead && old.Order == o.Order {
		m.ses.Desk.Replaces, m.ses.Desk.Reason, m.ses.Digits = old.No, old.Reason, digitsOf(old.Amount)
	}
	m.view(ViewRefund)
	m.arm(Timer{TimerCode, "", m.ses.Serial}, 2*m.setup.CodeWait)
	m.askSale()
	if m.ses.Desk.All {
		m.asked()
	}
}

// askSale asks whoever may know of the sale on the desk.
func (m *move) askSale() {
	d, o := &m.ses.Desk, m.ses.Desk.Original
	if o.Rail == Cash || o.Ours && o.Phase != PaidFor && o.Phase != WrittenFor {
		return
	}
	m.ses.Lookups++
	d.Serial = m.ses.Lookups
	if m.ses.Link == LinkIsDown {
		d.Cause = CauseNotSent
		return
	}
	for _, r := range m.setup.Rails {
		if r.Finds && (o.Rail == "" || o.Rail == r.Name) {
			d.Asking++
			m.do(FindSale{FindAsk{Order: o.Order, Reference: o.Reference, Rail: r.Name, Shown: o.Shown, Serial: d.Serial}})
		}
	}
	if o.Rail != "" {
		m.askBalance(o.Rail)
	}
}

// found takes a network's word about the sale on the desk. An answer to an
// earlier desk, or after the sale was found at another network, is none.
func (m *move) found(ev Found) {
	m.health(ev.Ask.Rail, ev.Cause)
	m.railFault(Answered{Cause: ev.Cause, Fault: ev.Fault})
	d := &m.ses.Desk
	o := &d.Original
	if m.ses.View != ViewRefund || d.Asking == 0 || ev.Ask.Serial != d.Serial {
		return
	}
	d.Asking--
	d.At = m.at
	switch {
	case o.Rail == "" && ev.Finding == FindUnknown:
		d.Cause, d.Code = ev.Cause, ev.Code
		m.asked()
		return
	case o.Rail == "" && o.Order == "" && ev.Order != "" && ev.Finding != FindNothing: // this journal may know its refunds
		d.Asking, d.Original.Order = 0, ev.Order
		m.lookUp(LookUp{Order: ev.Order})
		return
	case o.Rail == "" && ev.Finding == FindNothing, o.Rail == "" && !m.adopt(ev):
		m.asked()
		return
	}
	d.Heard = ev.Finding != FindUnknown
	d.Finding, d.Refunded, d.Back = ev.Finding, ev.Refunded, ev.Back
	d.Cause, d.Code = ev.Cause, ev.Code
	if d.Heard && ev.Amount != 0 && ev.Amount != o.Amount.Minor() { // not this sale, whatever it is
		d.Heard, d.Finding, d.Refunded, d.Back, d.Cause = false, FindUnknown, false, 0, CauseForeign
	}
	m.asked()
}

// adopt takes a sale of another terminal of the shop from the network: this
// journal knows nothing of it but the refunds that it made itself.
func (m *move) adopt(ev Found) bool {
	d := &m.ses.Desk
	o := &d.Original
	amount, err := money.New(ev.Amount, money.CNY)
	if err != nil || amount.Zero() || o.Order != "" && ev.Order != "" && ev.Order != o.Order || o.Order == "" && ev.Order == "" {
		d.Cause, d.Code = CauseForeign, ev.Code
		return false
	}
	o.Rail, o.Amount, o.Paid, o.Reference = ev.Ask.Rail, amount, ev.Paid, ev.Reference
	o.Wallet = ev.Wallet
	if o.Wallet == "" {
		o.Wallet = ev.Ask.Rail
	}
	if ev.Order != "" {
		o.Order = ev.Order
	}
	if ev.Paid != 0 {
		o.Day = ev.Paid.Day(m.setup.Zone)
	}
	o.Phase, d.Asking = PaidFor, 0
	m.askBalance(o.Rail)
	return true
}

func (m *move) preflight() Preflight {
	return m.state().Preflight(m.at)
}

func (m *move) keyRefund(k Key) {
	d := &m.ses.Desk
	p := m.preflight()
	switch {
	case k == KeyCancel:
		m.idle()
		return
	case p.Verdict == RuleAsking && m.typeAhead(k):
	case p.Verdict != RuleNone:
		m.keyRefused(k, p)
		return
	case m.keyBackAmount(k):
	case k == KeyBack:
		m.find()
		return
	case k == KeyF1: // all of it, and no other key but green
		m.ses.Digits = digitsOf(p.Left)
	case k == KeyF3 && d.Original.Ours:
		m.copyOriginal()
		return
	case k == KeyEnter:
		m.confirmRefund(p)
		return
	default:
		m.sound(CueRejected)
		return
	}
	d.Over = RuleNone
	m.arm(Timer{TimerCode, "", m.ses.Serial}, 2*m.setup.CodeWait)
}

// keyBackAmount edits the amount that goes back, and reports whether the key does.
func (m *move) keyBackAmount(k Key) bool {
	d := m.ses.Digits
	switch {
	case isDigit(k):
		d = typed(d, k.String())
	case k == KeyDot && d != "" && len(d) <= digitsMax-2 && !strings.Contains(d, "."):
		d += "."
	case k == KeyBack && d != "":
		d = d[:len(d)-1]
	default:
		return false
	}
	m.ses.Digits = d
	return true
}

// typeAhead keeps what is keyed while the network is being asked. Green is not
// among it: nobody confirms what he has not seen.
func (m *move) typeAhead(k Key) bool {
	d := &m.ses.Desk
	switch {
	case k == KeyF1: // all that will be left
		d.All, m.ses.Digits = true, ""
		return true
	case k == KeyBack && d.All:
		d.All = false
		return true
	}
	edits := m.keyBackAmount(k)
	d.All = d.All && !edits
	return edits
}

// asked puts what was keyed ahead into force, once nobody is asked any more.
func (m *move) asked() {
	d, p := &m.ses.Desk, m.preflight()
	switch {
	case p.Verdict == RuleAsking:
		return
	case p.Verdict != RuleNone:
		m.ses.Digits = ""
		m.sound(CueRejected)
	case d.All:
		m.ses.Digits = digitsOf(p.Left)
	}
	d.All = false
}

// keyRefused: something speaks against any refund of this sale. What can be done
// instead is one key.
func (m *move) keyRefused(k Key, p Preflight) {
	o := m.state().desked()
	switch {
	case k == KeyEnter && p.Verdict == RuleOpen:
		if _, ok := m.tx(o.Order); ok { // it is finished first
			m.ses.Shown = o.Order
			m.view(ViewSale)
			return
		}
		m.sound(CueRejected)
	case k == KeyF1 && p.InCash(): // recorded against the sale, so that it cannot be refunded twice (C14)
		m.ses.Desk.ByCash = true
	case k == KeyEnter && p.Verdict == RuleElsewhere:
		m.open(m.ses.Desk.Original)
	case k == KeyBack:
		m.find()
	case k == KeyF3 && o.Ours && o.Phase == PaidFor:
		m.copyOriginal()
	default:
		m.sound(CueRejected)
	}
}

// copyOriginal prints the receipt of the sale on the desk again, if it is in
// memory; older ones are printed as a copy that no journal entry answers for.
func (m *move) copyOriginal() {
	if tx, ok := m.tx(m.ses.Desk.Original.Order); ok && tx.Phase == PaidFor {
		m.copyReceipt(tx)
		return
	}
	o := m.ses.Desk.Original
	m.printSlip(Receipt{Kind: SlipSale, Rail: o.Rail, Wallet: o.Wallet, Order: o.Order, Reference: o.Reference,
		Amount: o.Amount, Paid: o.Paid, Operator: o.Operator, Terminal: o.Terminal, Marked: true, Attempt: 1})
}

// confirmRefund judges the amount that was keyed, and goes on to the reason, the
// second person or the refund itself.
func (m *move) confirmRefund(p Preflight) {
	d := &m.ses.Desk
	a := Keyed(m.ses.Digits)
	if d.Over = m.over(a, p); d.Over != RuleNone {
		m.sound(CueRejected)
		return
	}
	d.Amount = a
	if m.setup.Refunds.Reasons && d.Reason == ReasonNone {
		m.view(ViewReason)
		m.arm(Timer{TimerCode, "", m.ses.Serial}, m.setup.CodeWait)
		return
	}
	m.approveRefund(p)
}

// over is why an amount cannot be refunded.
func (m *move) over(a money.Amount, p Preflight) Rule {
	limit := m.overLimit(a)
	switch {
	case a.Zero():
		return RuleZero
	case a.Over(p.Left):
		return RuleLeft
	case m.ses.Desk.Cause == CauseFullOnly && a != m.ses.Desk.Original.Amount:
		return RuleFull
	case limit != RuleNone:
		return limit
	case p.Approval && a.Over(p.Limit) && !m.setup.staffed():
		return RuleNobody
	}
	return RuleNone
}

// overLimit is which of the shop's limits an amount that goes back is over.
func (m *move) overLimit(a money.Amount) Rule {
	rules := m.setup.Refunds
	shift, _ := m.led.Shift(m.ses.Who)
	limited := func(limit money.Amount, sofar int64) bool {
		return !limit.Zero() && sofar+a.Minor() > limit.Minor()
	}
	today := int64(0)
	if m.led.Day.Date == m.at.Day(m.setup.Zone) {
		today = m.led.Day.BacksFen
	}
	switch {
	case limited(rules.Max, 0):
		return RuleMax
	case limited(rules.ShiftLimit, shift.BackFen):
		return RuleShift
	case limited(rules.DayLimit, today):
		return RuleDay
	}
	return RuleNone
}

// staffed reports whether somebody is set up who may allow what a cashier may
// not.
func (s Setup) staffed() bool {
	return slices.ContainsFunc(s.Staff, func(p Person) bool { return p.Role == Supervisor })
}

// approveRefund asks a second person above the limit, and above none when there
// were many in a short time.
func (m *move) approveRefund(p Preflight) {
	cash := m.ses.Desk.ByCash && m.state().role() == Cashier && m.setup.staffed()
	if cash || p.Approval && m.ses.Desk.Amount.Over(p.Limit) {
		m.askPermit(PermitRefund)
		return
	}
	m.beginRefund("")
}

// Reasons lists what can be chosen from, by the digits from 1.
func (d Desk) Reasons() []Reason {
	if d.For == PermitWriteOff {
		return WriteOffReasons
	}
	return Reasons
}

func (m *move) keyReason(k Key) {
	list := m.ses.Desk.Reasons()
	switch {
	case k >= Key1 && int(k-Key1) < len(list):
		m.ses.Desk.Reason = list[k-Key1]
		if p := m.ses.Desk.For; p == PermitWriteOff || p == PermitPayout {
			m.askPermit(p)
			return
		}
		m.approveRefund(m.preflight())
	case (k == KeyCancel || k == KeyBack) && m.ses.Desk.For == PermitWriteOff:
		m.leaveGiveUp()
	case (k == KeyCancel || k == KeyBack) && m.ses.Desk.For == PermitPayout:
		m.view(ViewPayout)
	case k == KeyCancel || k == KeyBack:
		m.view(ViewRefund)
	default:
		m.sound(CueRejected)
	}
}

// digitsOf is an amount as it would be keyed.
func digitsOf(a money.Amount) string {
	if a.Zero() {
		return ""
	}
	return itoa(a.Minor())
}

// beginRefund is the decision: one number, for ever. It is judged once more in
// the state as it is now, since the network may have answered meanwhile.
func (m *move) beginRefund(approver string) {
	d := &m.ses.Desk
	o, p := d.Original, m.preflight()
	if rule := m.over(d.Amount, p); p.Verdict != RuleNone || rule != RuleNone {
		d.Over = rule
		m.view(ViewRefund)
		m.sound(CueRejected)
		return
	}
	if m.noRoom() {
		return
	}
	e := RefundBegun{
		Order: o.Order, Rail: o.Rail, Wallet: o.Wallet, Amount: d.Amount, Total: o.Amount,
		SaleAt: o.Paid, SaleDay: o.Day, Sale: o.Reference, Shown: o.Shown, Reason: d.Reason,
		By: m.operator(), Approver: approver, Replaces: d.Replaces,
	}
	if p.Void && d.Amount == o.Amount {
		e.Method, e.Why = ByVoid, p.VoidWhy
	}
	if o.Rail == Cash || d.ByCash {
		e.Method = ByCash
	}
	r := m.decide(e)
	if old, ok := m.refund(d.Replaces); ok && old.Phase == Dead {
		m.enter(RefundReplaced{m.at, old.No, r.No})
	}
	m.tempo()
	m.desk(Desk{})
	m.ses.Digits, m.ses.Back = "", r.No
	m.view(ViewBack)
	if r.Method == ByCash {
		m.endAs(r, PermitCash, r.By, approver)
		return
	}
	m.sendRefund(r)
	if next, _ := m.refund(r.No); next.Phase == Promised {
		m.promised(next)
	}
	m.parkOldest()
}

// decide enters a decision to refund: here and now, under the next number.
func (m *move) decide(e RefundBegun) Refund {
	e.At, e.Day, e.Terminal = m.at, m.at.Day(m.setup.Zone), m.setup.Terminal
	e.Refund = NewRefundNo(m.led.Install, m.led.Last+1)
	e.Key = e.Refund
	m.enter(e)
	r, _ := m.refund(e.Refund)
	return r
}

// promised: it could not be sent. The customer gets its number on paper.
func (m *move) promised(r Refund) {
	m.sound(CueAttention)
	if !m.setup.NoPaper && r.Paper.State == PaperNone && (m.ses.Link == LinkIsDown || m.ses.RailSilent(r.Rail)) {
		m.enter(ReceiptDue{m.at, OrderNo(r.No), false})
		m.do(TryPaper{})
	}
}

// noRoom: a decision about money must fit on the disk to its end.
func (m *move) noRoom() bool {
	why := BlockedNot
	switch {
	case m.ses.has(FaultDiskFull):
		why = BlockedDisk
	case m.ses.has(FaultDamaged):
		why = BlockedDamaged
	}
	if why == BlockedNot {
		return false
	}
	m.ses.Why = why
	m.view(ViewBlocked)
	m.sound(CueRejected)
	return true
}

// tempo counts a refund for the velocity rule.
func (m *move) tempo() {
	if m.setup.Refunds.Tempo > 0 {
		m.ses.Tempo++
		m.ses.Tempos++
		m.arm(Timer{TimerTempo, "", m.ses.Tempos}, m.setup.Refunds.TempoTime)
	}
}

// refundInstead takes a sale back by a refund that a reversal can no longer.
func (m *move) refundInstead(tx Tx, why Cause, ev Answered) {
	r := m.decide(RefundBegun{
		Order: tx.Order, Rail: tx.Rail, Wallet: tx.Wallet, Amount: tx.Amount, Total: tx.Amount,
		SaleAt: tx.Begun, SaleDay: tx.Begun.Day(m.setup.Zone), Sale: ev.Reference, Shown: tx.Shown,
		Reason: ReasonTerminal, Why: why,
	})
	m.enter(ReturnedBy{m.at, tx.Order, r.No, why, ev.Code})
	m.cue(tx.Order, CueAttention)
	m.ended(tx.Order)
	m.sendRefund(r)
}
