package txn

// Signed reports whether people sign in here, and who is signed in.
func (s State) Signed() (Person, bool) {
	if len(s.Setup.Staff) == 0 {
		return Person{}, false
	}
	return s.Setup.Person(s.Session.Who)
}

// role is what whoever stands at the counter may do. Where nobody signs in it is
// a cashier: what needs a second person then needs somebody to be set up.
func (s State) role() Role {
	p, _ := s.Signed()
	return p.Role
}

// RailSilent reports whether a network has not answered for some time: nothing
// new is begun there.
func (s Session) RailSilent(name RailName) bool {
	for _, r := range s.Rails {
		if r.Name == name {
			return r.Open
		}
	}
	return false
}

// Pending lists what is open and in memory: reversals first, then sales of
// unknown outcome, then refunds, each oldest first. What is left of the backlog
// rests in the journal and is counted in Ledger.Backlog.
func (s State) Pending() []OpenItem {
	var items []OpenItem
	for _, phase := range []Phase{Reversing, Asking} {
		for _, tx := range s.Ledger.Txs {
			if tx.Phase == phase {
				c, _ := s.Session.Chase(tx.Order)
				items = append(items, OpenItem{Order: tx.Order, Rail: tx.Rail, Amount: tx.Amount,
					At: tx.Begun, Phase: tx.Phase.String(), Cause: c.Cause})
			}
		}
	}
	for _, r := range s.Ledger.Refunds {
		if !r.Phase.Final() {
			items = append(items, r.item())
		}
	}
	for _, n := range s.Session.Unheard { // at their end, and nobody knows
		if r, ok := s.Ledger.Refund(n); ok && r.Phase == Failed {
			items = append(items, r.item())
		}
	}
	return items
}

func (r Refund) item() OpenItem {
	return OpenItem{Order: r.Order, Refund: r.No, Rail: r.Rail, Amount: r.Amount, At: r.Begun,
		Phase: r.Phase.String(), Cause: r.Cause}
}

// OpenCount is how many sales and refunds are open, and their amounts in fen.
func (s State) OpenCount() (n int, total int64) {
	n, total = s.Ledger.Backlog.Count, s.Ledger.Backlog.Fen
	for _, tx := range s.Ledger.Txs {
		if !tx.Phase.Final() {
			n++
			total += tx.Amount.Minor()
		}
	}
	return n, total
}

// operator is who answers for what is done now.
func (m *move) operator() string {
	if m.ses.Who != "" {
		return m.ses.Who
	}
	return m.setup.Operator
}

// Lengths of what is keyed, in digits (decisions.md 21).
const (
	numberLen   = 2
	cashierPIN  = 4
	approverPIN = 6
	pinTries    = 5 // wrong PINs in a row until one must wait
)

// pinWait is how long one must wait after so many wrong PINs: it doubles with
// each further one. The count is in the journal, so that pulling the plug brings
// nothing but the same wait again.
func pinWait(failed int) int { return 30 << min(max(failed-pinTries, 0), 5) }

// signIn asks who is there. Where nobody is set up it is idle.
func (m *move) signIn() {
	m.ses.Number, m.ses.PIN, m.ses.Digits, m.ses.Checking = "", PIN{}, "", false
	m.idle()
}

// rest is where the terminal comes to rest.
func (m *move) rest() {
	if len(m.setup.Staff) > 0 && m.ses.Who == "" {
		m.view(ViewSignIn)
	} else {
		m.view(ViewIdle)
	}
}

func (m *move) keySignIn(k Key) {
	switch {
	case m.ses.Checking || m.ses.Barred && m.ses.Number != "" && k != KeyCancel:
		m.sound(CueRejected)
	case m.ses.Number == "":
		m.keyNumber(k)
	case k == KeyCancel:
		m.ses.Number, m.ses.PIN, m.ses.Digits, m.ses.Barred = "", PIN{}, "", false
	case k == KeyEnter:
		m.checkPIN(m.ses.Number)
	default:
		m.keyPIN(k)
	}
}

func (m *move) keyNumber(k Key) {
	d := m.ses.Digits
	switch {
	case k <= Key9 && len(d) < numberLen:
		m.ses.Digits = d + k.String()
	case k == KeyBack && d != "":
		m.ses.Digits = d[:len(d)-1]
	case k == KeyEnter && len(d) == numberLen:
		m.ses.Number, m.ses.Digits = d, ""
		m.bar(d)
	case k == KeyF4:
		m.ses.Lang = 1 - m.ses.Lang
	case k == KeyCancel:
		m.ses.Digits = ""
	default:
		m.sound(CueRejected)
	}
}

// bar makes whoever keyed too many wrong PINs wait.
func (m *move) bar(number string) {
	if failed := m.led.Failed(number); failed >= pinTries {
		m.ses.Barred = true
		m.ses.Bars++
		m.arm(Timer{TimerPIN, "", m.ses.Bars}, seconds(pinWait(failed)))
	}
}

func (m *move) keyPIN(k Key) {
	pin := m.ses.PIN.Reveal()
	switch {
	case k <= Key9 && len(pin) < approverPIN:
		m.ses.PIN = NewPIN(pin + k.String())
	case k == KeyBack && pin != "":
		m.ses.PIN = NewPIN(pin[:len(pin)-1])
	default:
		m.sound(CueRejected)
	}
}

func (m *move) checkPIN(number string) {
	if m.ses.PIN.Len() < cashierPIN {
		m.sound(CueRejected)
		return
	}
	m.ses.Checking = true
	m.ses.Lookups++
	m.do(CheckPIN{Serial: m.ses.Lookups, Number: number, Not: m.ses.Who, PIN: m.ses.PIN})
	m.ses.PIN = PIN{}
}

// askPermit asks a second person. Whoever may decide alone is not asked.
func (m *move) askPermit(p Permit) {
	role := m.state().role()
	m.ses.Desk.For, m.ses.Desk.Refund = p, m.ses.Back
	switch {
	case p == PermitPayout && m.otherSupervisor(): // nobody pays out alone
	case role == Supervisor, len(m.setup.Staff) == 0 && p != PermitRefund:
		m.permitted("")
		return
	case !m.setup.staffed():
		m.ses.Why = BlockedPerson
		m.view(ViewBlocked)
		m.sound(CueRejected)
		return
	}
	m.ses.PIN, m.ses.Checking, m.ses.Barred = PIN{}, false, false
	m.view(ViewApprove)
	m.arm(Timer{TimerCode, "", m.ses.Serial}, m.setup.CodeWait)
	m.bar("")
}

func (m *move) keyApprove(k Key) {
	switch {
	case k == KeyCancel:
		m.leaveApprove()
	case m.ses.Checking || m.ses.Barred:
		m.sound(CueRejected)
	case k == KeyEnter:
		m.checkPIN("")
	default:
		m.keyPIN(k)
	}
}

// leaveApprove goes back to what the permission was for.
func (m *move) leaveApprove() {
	m.ses.PIN, m.ses.Checking = PIN{}, false
	switch m.ses.Desk.For {
	case PermitRefund:
		m.view(ViewRefund)
	case PermitDayClose:
		m.view(ViewDay)
	case PermitWriteOff:
		m.leaveGiveUp()
	case PermitPayout:
		m.view(ViewPayout)
	default:
		m.view(ViewBack)
	}
}

// pinChecked takes whose PIN it was.
func (m *move) pinChecked(ev PINChecked) {
	if !m.ses.Checking || ev.Serial != m.ses.Lookups {
		return
	}
	m.ses.Checking = false
	who := m.ses.Number
	if m.ses.View == ViewApprove {
		who = ""
	}
	p, known := m.setup.Person(ev.Number)
	second := p.Role == Supervisor && ev.Number != m.ses.Who
	if !known || m.ses.View == ViewApprove && !second || m.ses.View == ViewSignIn && ev.Number != who {
		m.enter(PINRefused{m.at, who})
		m.sound(CueRejected)
		m.bar(who)
		return
	}
	switch m.ses.View {
	case ViewSignIn:
		m.enter(SignedIn{m.at, ev.Number})
		if _, open := m.led.Shift(ev.Number); !open {
			m.enter(ShiftOpened{m.at, ev.Number})
		}
		m.ses.Who = ev.Number
		m.ses.Number, m.ses.Digits = "", ""
		m.idle()
	case ViewApprove:
		m.enter(PINTaken{m.at, ev.Number, m.ses.Desk.For.String()})
		m.permitted(ev.Number)
	}
}

// permitted does what was to be allowed.
func (m *move) permitted(approver string) {
	p := m.ses.Desk.For
	r, ok := m.refund(m.ses.Desk.Refund)
	switch {
	case p == PermitRefund:
		m.beginRefund(approver)
		return
	case p == PermitDayClose:
		m.closeDay(approver)
		return
	case p == PermitWriteOff:
		m.writeOff(approver)
		return
	case p == PermitPayout:
		m.payOut(approver)
		return
	case !ok:
		m.idle()
		return
	}
	m.ses.Back = r.No
	if m.ses.View != ViewBack {
		m.view(ViewBack)
	}
	switch {
	case p == PermitRepair && r.Phase == Stranded && !r.Repaired:
		if f, ok := m.ses.Follow(r.No); ok && f.Busy {
			m.sound(CueRejected) // its answer comes first
			return
		}
		m.enter(RefundRepaired{m.at, r.No, m.operator(), approver})
		f := m.follow(r.No)
		f.Busy, f.Call = true, CallRefundRepair
		m.do(SendRepair{m.refundAsk(r)})
	case p == PermitCash || p == PermitDrop:
		m.endBack(r, p, approver)
	}
}

// signOut ends a session at the counter; the shift stays open.
func (m *move) signOut(locked bool) {
	if m.ses.Who == "" {
		m.sound(CueRejected)
		return
	}
	m.enter(SignedOut{m.at, m.ses.Who, locked})
	m.ses.Who = ""
	m.desk(Desk{})
	m.signIn()
}

// idleLock signs out whoever has pressed no key for a while, but not while a
// customer is paying.
func (m *move) idleLock(t Timer) {
	if t.Try != m.ses.Presses || m.ses.Who == "" || m.setup.IdleLock == 0 {
		return
	}
	tx, _ := m.tx(m.ses.Shown)
	switch m.ses.View {
	case ViewCode, ViewWallet:
	case ViewSale, ViewRepeat:
		if tx.Phase.Final() {
			m.signOut(true)
			return
		}
	default:
		m.signOut(true)
		return
	}
	m.arm(t, m.setup.IdleLock)
}

// pressed notes that somebody is there.
func (m *move) pressed() {
	if m.setup.IdleLock > 0 && m.ses.Who != "" {
		m.ses.Presses++
		m.arm(Timer{TimerLock, "", m.ses.Presses}, m.setup.IdleLock)
	}
}
