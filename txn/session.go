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
	switch m.ses.View {
	case ViewIdle, ViewReject, ViewBlocked, ViewRecovery:
		m.keyAtRest(k)
	case ViewAmount:
		m.keyAmount(k)
	case ViewCode:
		if k == KeyCancel || k == KeyBack {
			m.idle()
			return
		}
		m.sound(CueRejected)
	case ViewRepeat:
		m.keyRepeat(k)
	case ViewSale:
		m.keySale(k)
	}
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
	m.view(ViewIdle)
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
		m.idle()
		m.keyAmount(k)
	case k == KeyF3:
		m.reprint()
	case k == KeyF4 && m.ses.View == ViewIdle:
		m.ses.Lang = 1 - m.ses.Lang
	case m.ses.View == ViewIdle:
		m.sound(CueRejected)
	case k == KeyCancel || k == KeyEnter || k == KeyBack:
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
	}
	if why == BlockedNot {
		return false
	}
	m.ses.Why = why
	m.view(ViewBlocked)
	m.sound(CueRejected)
	return true
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
	default:
		m.sound(CueRejected)
	}
}

func (m *move) keyReversing(tx Tx, k Key) {
	c := m.chase(tx.Order)
	switch k {
	case KeyCancel:
		m.idle()
	case KeyEnter:
		if !c.Reversal && !c.Query {
			m.sendReversal(tx, c)
		}
	default:
		m.sound(CueRejected)
	}
}

func (m *move) keyPaid(tx Tx, k Key) {
	switch {
	case isDigit(k):
		m.idle()
		m.keyAmount(k)
	case k == KeyEnter || k == KeyCancel:
		m.idle()
	case k == KeyF3:
		m.copyReceipt(tx)
	default:
		m.sound(CueRejected)
	}
}

// keyNotPaid: refused or undone. The same amount again is one key, or none:
// the next scan is the retry.
func (m *move) keyNotPaid(tx Tx, k Key) {
	switch {
	case isDigit(k):
		m.idle()
		m.keyAmount(k)
	case k == KeyCancel:
		m.idle()
	case k == KeyEnter:
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
	case ViewIdle, ViewBlocked:
		m.ses.Amount = money.Amount{}
		m.reject(s, BlockedNot)
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

// spentMax is how many used codes are remembered, to tell a scanner that
// reads twice from a customer who shows a new code.
const spentMax = 16

// pay begins a sale, if the scan is a payer's code that can be charged.
func (m *move) pay(s Scanned) {
	_, taken := m.setup.rail(s.Rail)
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
	case m.blocked(m.ses.Amount):
		return
	}
	o := NewOrderNo(m.led.Install, m.led.Last+1)
	m.enter(Begun{At: m.at, Order: o, Rail: s.Rail, Amount: m.ses.Amount, Terminal: m.setup.Terminal, Operator: m.setup.Operator})
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
