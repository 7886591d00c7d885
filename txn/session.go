package txn

import (
	"slices"
	"strconv"
	"strings"

	"till/txn/money"
)

// key takes one press. Red leaves without effect, yellow deletes one, green
// goes on (screens.md, rules, 2); what a key does not mean is a sound.
func (m *move) key(k Key) {
	if k == KeyCancel && m.ses.Guarded {
		m.sound(CueRejected)
		return
	}
	m.acknowledge(k)
	m.pressed()
	switch m.ses.View {
	case ViewIdle, ViewReject, ViewBlocked, ViewRecovery:
		m.keyAtRest(k)
	case ViewAmount:
		m.keyAmount(k)
	case ViewCode:
		m.keyCode(k)
	case ViewRepeat:
		m.keyRepeat(k)
	case ViewSale:
		m.keySale(k)
	default:
		m.keyCounter(k)
	}
}

// keyCounter is a press on the screens about refunds, people and totals.
func (m *move) keyCounter(k Key) {
	switch m.ses.View {
	case ViewSignIn:
		m.keySignIn(k)
	case ViewMenu:
		m.keyMenu(k)
	case ViewWallet:
		m.keyWallet(k)
	case ViewFind:
		m.keyFind(k)
	case ViewFound:
		m.keyFound(k)
	case ViewRefund:
		m.keyRefund(k)
	case ViewReason:
		m.keyReason(k)
	case ViewApprove:
		m.keyApprove(k)
	case ViewBack:
		m.keyBack(k)
	case ViewPending:
		m.keyPending(k)
	case ViewDay:
		m.keyDay(k)
	case ViewShift:
		m.keyShift(k)
	case ViewRules:
		m.keyRules(k)
	case ViewCash:
		m.keyCash(k)
	case ViewPayout:
		m.keyPayout(k)
	}
}

// keyCode: a payer's code is awaited.
func (m *move) keyCode(k Key) {
	switch k {
	case KeyCancel, KeyBack:
		m.idle()
	case KeyF1:
		m.offerCode()
	case KeyF4:
		m.offerCash()
	default:
		m.sound(CueRejected)
	}
}

// beginAmount starts a sale with its first digit, from wherever a result was on
// the screen. Where nobody is signed in the digit is that of a number.
func (m *move) beginAmount(k Key) {
	m.idle()
	if m.ses.View == ViewIdle {
		m.keyAmount(k)
		return
	}
	m.keySignIn(k)
}

// acknowledge takes it that the operator has seen the sale on the screen, once
// he goes on from it with a result before his eyes.
func (m *move) acknowledge(k Key) {
	tx, ok := m.tx(m.ses.Shown)
	goesOn := k == KeyEnter || k == KeyCancel && m.ses.View != ViewRepeat
	if ok && tx.Phase.Final() && goesOn && m.ses.View != ViewIdle {
		o := tx.Order
		m.ses.Unseen = slices.DeleteFunc(slices.Clone(m.ses.Unseen), func(u OrderNo) bool { return u == o })
	}
}

func (m *move) idle() {
	m.ses.Digits, m.ses.Amount, m.ses.Shown = "", money.Amount{}, ""
	m.ses.Reject, m.ses.Why = Scanned{}, BlockedNot
	m.ses.Retry = false
	m.desk(Desk{})
	m.ses.Back, m.ses.PIN, m.ses.Checking = "", PIN{}, false
	m.ses.Number, m.ses.Barred = "", false // whoever must wait is told so again when he keys his number
	m.rest()
}

// leave ends a screen that has been up long enough.
func (m *move) leave(k TimerKind) {
	if k == TimerCode && m.ses.View == ViewSale {
		m.ses.Retry = false
		return
	}
	if k == TimerResult && m.ses.View == ViewSale {
		tx, ok := m.tx(m.ses.Shown)
		if ok && (tx.Phase != PaidFor || tx.Paper.Owed() || tx.Paper.State == PaperUnconfirmed) {
			return // a refusal, or paper that needs a hand, stays until somebody has seen it
		}
	}
	m.idle()
}

// keyAtRest: nothing is in progress. Digits start a sale.
func (m *move) keyAtRest(k Key) {
	switch {
	case isDigit(k):
		m.beginAmount(k)
	case k == KeyF3:
		m.reprint()
	case k == KeyF4 && m.ses.View == ViewIdle:
		m.view(ViewMenu)
	case k == KeyF1 && (m.ses.View == ViewIdle || m.ses.Why == BlockedOffline):
		m.find()
	case m.ses.View == ViewBlocked && (m.ses.Why == BlockedOffline || m.ses.Why == BlockedSilent) && !m.ses.Amount.Zero():
		m.keyOffline(k)
	case m.ses.View == ViewIdle:
		m.sound(CueRejected)
	case k == KeyCancel || k == KeyEnter || k == KeyBack:
		m.idle()
	default:
		m.sound(CueRejected)
	}
}

// keyOffline: a wallet cannot be charged now. Cash can, and green tries again.
func (m *move) keyOffline(k Key) {
	switch k {
	case KeyF4:
		m.offerCash()
	case KeyEnter:
		m.do(WarmLink{})
		m.waitForCode()
	case KeyCancel, KeyBack:
		m.idle()
	default:
		m.sound(CueRejected)
	}
}

func isDigit(k Key) bool { return k <= Key00 }

func (m *move) keyAmount(k Key) {
	d := m.ses.Digits
	switch {
	case isDigit(k):
		next := typed(d, k.String())
		if next == d && k != Key0 && k != Key00 {
			m.sound(CueRejected)
		}
		d = next
	case k == KeyDot && d != "" && len(d) <= digitsMax-2 && !strings.Contains(d, "."):
		d += "."
	case k == KeyBack && d != "":
		d = d[:len(d)-1]
	case k == KeyCancel:
		d = ""
	case k == KeyEnter:
		m.charge()
		return
	default:
		m.sound(CueRejected)
		return
	}
	if d == "" {
		m.idle()
		return
	}
	if m.ses.View != ViewAmount {
		m.view(ViewAmount)
		m.do(WarmLink{})
	}
	m.ses.Digits = d
}

// typed adds keys to an amount, as far as they fit. No amount begins with 0.
func typed(d, keys string) string {
	for i := range len(keys) {
		whole, frac, dot := strings.Cut(d, ".")
		switch {
		case d == "" && keys[i] == '0':
		case dot && len(frac) == 2, !dot && len(whole) == digitsMax:
		case dot && len(whole) > digitsMax-2:
		default:
			d += keys[i : i+1]
		}
	}
	return d
}

// Keyed is the amount that digits stand for: the last two are fen, unless
// there is a dot, which makes what stands before it whole yuan.
func Keyed(digits string) money.Amount {
	whole, frac, dot := strings.Cut(digits, ".")
	if dot {
		whole += (frac + "00")[:2]
	}
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		n = 0
	}
	a, err := money.New(n, money.CNY)
	if err != nil {
		return money.Fen(0)
	}
	return a
}

// charge asks for a payer's code, once nothing speaks against a sale.
func (m *move) charge() {
	a := Keyed(m.ses.Digits)
	if a.Zero() {
		m.sound(CueRejected)
		return
	}
	m.ses.Amount = a
	if m.blocked(a) {
		return
	}
	for _, tx := range m.led.Txs {
		open := !tx.Phase.Final() || tx.Phase == PaidFor && slices.Contains(m.ses.Unseen, tx.Order)
		if open && tx.Amount == a {
			m.ses.Shown = tx.Order
			m.view(ViewRepeat)
			m.sound(CueAttention)
			return
		}
	}
	m.waitForCode()
}

func (m *move) waitForCode() {
	m.ses.Digits, m.ses.Shown = "", ""
	m.ses.Reject, m.ses.Why = Scanned{}, BlockedNot
	m.view(ViewCode)
	m.arm(Timer{TimerCode, "", m.ses.Serial}, m.setup.CodeWait)
}

// blocked shows why no sale of this amount can be begun.
func (m *move) blocked(a money.Amount) bool {
	why := BlockedNot
	switch {
	case !m.setup.SaleLimit.Zero() && a.Over(m.setup.SaleLimit):
		why = BlockedLimit
	case m.ses.has(FaultDiskFull):
		why = BlockedDisk
	case m.ses.has(FaultDamaged):
		why = BlockedDamaged
	case m.ses.has(FaultClock):
		why = BlockedClock
	case m.led.Unsettled() >= OpenMax:
		why = BlockedOpen
	case m.overShift(a):
		why = BlockedShift
	}
	if why == BlockedNot {
		return false
	}
	m.ses.Why = why
	m.view(ViewBlocked)
	m.sound(CueRejected)
	return true
}

// overShift reports whether a sale would take the shift over its limit.
func (m *move) overShift(a money.Amount) bool {
	limit := m.setup.ShiftSales
	s, _ := m.led.Shift(m.ses.Who)
	return !limit.Zero() && s.SaleFen+a.Minor() > limit.Minor()
}

func (m *move) keyRepeat(k Key) {
	switch k {
	case KeyEnter:
		m.waitForCode()
	case KeyF1:
		m.ses.Digits = ""
		m.view(ViewSale)
	case KeyCancel, KeyBack:
		m.idle()
	default:
		m.sound(CueRejected)
	}
}

// keySale: the sale Shown is before the operator.
func (m *move) keySale(k Key) {
	tx, ok := m.tx(m.ses.Shown)
	if !ok {
		m.idle()
		m.key(k)
		return
	}
	switch tx.Phase {
	case Asking:
		if tx.Shown {
			m.keyShown(tx, k)
			return
		}
		m.keyAsking(tx, k)
	case Reversing:
		m.keyReversing(tx, k)
	case PaidFor:
		m.keyPaid(tx, k)
	default:
		m.keyNotPaid(tx, k)
	}
}

// Doubtful reports whether the outcome of an open sale is in doubt, rather
// than just not there yet: what the screen calls unknown.
func (c Chase) Doubtful() bool { return c.Heard && c.Last == Unknown }

func (m *move) keyAsking(tx Tx, k Key) {
	c := m.chase(tx.Order)
	switch {
	case k == KeyCancel && c.Doubtful():
		m.idle() // the next customer; this sale goes on by itself and stays in sight
	case k == KeyCancel && c.MayReverse && c.Closing == CauseNone:
		c.Closing = CauseOperator
		m.query(tx)
	case k == KeyEnter && c.Doubtful():
		m.query(tx)
	case k == KeyF3 && c.Doubtful():
		m.pendingSlip(tx)
	case k == KeyF2:
		m.giveUp(c.Fair)
	default:
		m.sound(CueRejected)
	}
}

// pendingSlip is for a customer who cannot wait: the number to ask with.
func (m *move) pendingSlip(tx Tx) {
	m.printSlip(Receipt{Kind: SlipPending, Sale: tx, Rail: tx.Rail, Wallet: tx.Wallet, Order: tx.Order,
		Amount: tx.Amount, Paid: tx.Begun, Operator: tx.Operator})
}

func (m *move) keyReversing(tx Tx, k Key) {
	c := m.chase(tx.Order)
	switch k {
	case KeyCancel:
		m.idle()
	case KeyEnter:
		switch {
		case !c.MayReverse: // the network allows none yet
			m.sound(CueRejected)
		case !c.Reversal && !c.Query:
			m.sendReversal(tx, c)
		}
	case KeyF3:
		m.pendingSlip(tx)
	case KeyF2:
		m.giveUp(c.Fair)
	default:
		m.sound(CueRejected)
	}
}

func (m *move) keyPaid(tx Tx, k Key) {
	switch {
	case isDigit(k):
		m.beginAmount(k)
	case k == KeyEnter || k == KeyCancel:
		m.idle()
	case k == KeyF3:
		m.copyReceipt(tx)
	case k == KeyF1: // the first minutes are the best to take it back in (C52, A07)
		m.undo(tx, ReasonNone)
	case k == KeyF2: // a wrong amount: all of it goes back, and the next digits are the right one (C16)
		m.undo(tx, ReasonAmount)
	default:
		m.sound(CueRejected)
	}
}

// undo opens the refund of the sale on the screen. The journal is asked as for a
// scanned receipt: refunds of it may rest there.
func (m *move) undo(tx Tx, why Reason) {
	m.find()
	m.ses.Desk.Original, m.ses.Desk.Reason = Original{Order: tx.Order, Rail: tx.Rail}, why
	m.lookUp(LookUp{Order: tx.Order})
}

// keyNotPaid: refused or undone. The same amount again is one key, or none:
// the next scan is the retry.
func (m *move) keyNotPaid(tx Tx, k Key) {
	switch {
	case isDigit(k):
		m.beginAmount(k)
	case k == KeyCancel:
		m.idle()
	case k == KeyF3 && tx.Phase == ReversedFor:
		m.printSlip(Receipt{Kind: SlipUndone, Sale: tx, Rail: tx.Rail, Wallet: tx.Wallet, Order: tx.Order,
			Amount: tx.Amount, Paid: tx.Begun, Operator: tx.Operator})
	case k == KeyEnter && tx.Phase != WrittenFor:
		m.ses.Amount = tx.Amount
		if !m.blocked(tx.Amount) {
			m.waitForCode()
		}
	case k == KeyF1:
		digits := strconv.FormatInt(tx.Amount.Minor(), 10)
		m.idle()
		m.view(ViewAmount)
		m.ses.Digits = digits
	default:
		m.sound(CueRejected)
	}
}
