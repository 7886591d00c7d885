package txn

import (
	"slices"
	"strings"
	"testing"
	"time"

	"till/txn/money"
)

// sends lists what leaves for the networks, in order.
func sends(es []Effect) string {
	var names []string
	for _, e := range es {
		switch e := e.(type) {
		case SendReversal:
			names = append(names, "reverse")
		case SendQuery:
			names = append(names, "query")
		case SendRefund:
			names = append(names, e.Method.String())
		case SendRefundQuery:
			names = append(names, "refund-query")
		case SendRepair:
			names = append(names, "repair")
		case FindSale:
			names = append(names, "find "+string(e.Rail))
		case RecallRefunds:
			names = append(names, "recall")
		case SendShow:
			names = append(names, "show")
		case SendClose:
			names = append(names, "close")
		}
	}
	return strings.Join(names, " ")
}

// refundSent is the refund among effects.
func refundSent(t *testing.T, rd Ready) SendRefund {
	t.Helper()
	for _, e := range rd.Effects {
		if r, ok := e.(SendRefund); ok {
			return r
		}
	}
	t.Fatalf("no refund is sent: %+v", rd.Effects)
	return SendRefund{}
}

func stepped(t *testing.T, s State, at Wall, ev Event) (State, Ready) {
	t.Helper()
	rd := Step(s, at, ev)
	l := Recall(s.Ledger, rd.Recalled)
	for _, e := range rd.Entries {
		l = Apply(l, e)
	}
	s.Ledger, s.Session = Park(l, rd.Parked), rd.Session
	if err := Check(s); err != nil {
		t.Fatalf("after %+v: %v", ev, err)
	}
	return s, rd
}

// TestThePreflightNamesItsRule: each rule of causes.md C05 to C60 that speaks
// against a refund before a digit is keyed.
func TestThePreflightNamesItsRule(t *testing.T) {
	base, o := paidSale(t, nil)
	with := func(f func(*State)) State {
		s := desked(t, base, o)
		s.Ledger.Txs = slices.Clone(s.Ledger.Txs)
		f(&s)
		return s
	}
	phase := func(p Phase) func(*State) { return func(s *State) { s.Ledger.Txs[0].Phase = p } }
	given := func(n int, fen int64) func(*State) {
		return func(s *State) {
			for i := range n {
				s.Session.Desk.Original.Refunds = append(s.Session.Desk.Original.Refunds,
					Refund{No: NewRefundNo(testInstall, uint64(100+i)), Order: o, Amount: money.Fen(fen), Phase: PaidBack})
			}
		}
	}
	foreign := func(d Desk) func(*State) {
		return func(s *State) { d.Original.Order = "9"; s.Session.Desk = d }
	}
	day := func(n int) Wall { return testAt + Wall(n)*24*3600*1000 }
	tests := []struct {
		rule Rule
		s    State
		at   Wall
	}{
		{RuleNone, with(func(*State) {}), testAt},
		{RuleOpen, with(phase(Asking)), testAt},
		{RuleOpen, with(phase(Reversing)), testAt},
		{RuleNotPaid, with(phase(RefusedFor)), testAt},
		{RuleGone, with(phase(ReversedFor)), testAt},
		{RuleElsewhere, with(func(s *State) { s.Ledger.Txs[0].Phase = WrittenFor; s.Session.Desk.Heard = false }), testAt},
		{RuleNotPaid, with(func(s *State) { s.Session.Desk.Finding = FindNothing }), testAt},
		{RuleNothing, with(func(s *State) { s.Session.Desk.Finding = FindGone }), testAt},
		{RuleNothing, with(given(1, 10000)), testAt},
		{RuleNothing, with(func(s *State) { s.Session.Desk.Back = 10000 }), testAt},
		{RuleParts, with(given(50, 1)), testAt},
		{RuleNone, with(given(49, 1)), testAt},
		{RuleWindow, with(func(*State) {}), day(366)},
		{RuleNone, with(func(*State) {}), day(365)},
		{RuleNone, with(func(s *State) { s.Session.Faults = []Fault{{"clock", FaultClock}} }), day(366)},
		{RuleShop, with(func(s *State) { s.Setup.Refunds.Days = 7 }), day(8)},
		{RuleNone, with(func(s *State) { s.Setup.Refunds.Days = 7 }), day(7)},
		{RuleNoRail, with(func(s *State) { s.Setup.Rails = nil }), testAt},
		{RuleFrozen, with(func(s *State) { s.Session.Desk.Cause = CauseFrozen }), testAt},
		{RuleTempo, with(func(s *State) { s.Setup.Refunds.Tempo, s.Session.Tempo = 2, 2 }), testAt},
		{RuleNone, with(func(s *State) { s.Setup.Refunds.Tempo, s.Session.Tempo = 2, 1 }), testAt},
		{RuleAsking, with(func(s *State) { s.Session.Desk.Asking = 1 }), testAt},
		{RulePerson, with(func(s *State) {
			s.Setup.Staff, s.Session.Who = []Person{{"09", "Ma", Technician}}, "09"
		}), testAt},
		{RuleAsking, with(foreign(Desk{Asking: 1})), testAt},
		{RuleUnknown, with(foreign(Desk{})), testAt},
		{RuleElsewhere, with(foreign(Desk{Cause: CauseNoAnswer})), testAt},
	}
	for i, tt := range tests {
		if got := tt.s.Preflight(tt.at).Verdict; got != tt.rule {
			t.Errorf("%d: the rule is %q, want %q", i, got, tt.rule)
		}
	}
}

// TestTheWindowIsCountedInDaysOfTheCalendar over the ends of months and of a leap
// year.
func TestTheWindowIsCountedInDaysOfTheCalendar(t *testing.T) {
	at := func(y, m, d, h int) Wall {
		return Wall(time.Date(y, time.Month(m), d, h, 30, 0, 0, time.FixedZone("", 8*3600)).UnixMilli())
	}
	for _, tt := range []struct {
		paid Wall
		days int
		want int
	}{
		{at(2026, 1, 31, 23), 1, 20260201}, {at(2026, 1, 31, 0), 28, 20260228}, {at(2026, 11, 22, 14), 365, 20271122},
		{at(2027, 2, 28, 12), 365, 20280228}, {at(2028, 2, 28, 12), 1, 20280229}, {at(2028, 2, 29, 12), 365, 20290228},
		{at(2026, 12, 31, 23), 90, 20270331},
	} {
		if got := dayAfter(tt.paid, 8*time.Hour, tt.days); got != tt.want {
			t.Errorf("%d days after %d: %d, want %d", tt.days, tt.paid.Day(8*time.Hour), got, tt.want)
		}
	}
}

// TestWhatIsLeftIsTheLeastOfBothBooks: causes.md C09.
func TestWhatIsLeftIsTheLeastOfBothBooks(t *testing.T) {
	base, o := paidSale(t, nil)
	for _, tt := range []struct {
		name         string
		ours         []RefundPhase // each of 10.00
		theirs, left int64
		else_        bool
	}{
		{"nothing", nil, 0, 10000, false},
		{"ours, which the network counts too", []RefundPhase{PaidBack, Taken}, 2000, 8000, false},
		{"ours, which the network does not tell", []RefundPhase{PaidBack, Taken}, 0, 8000, false},
		{"another terminal's", nil, 3000, 7000, true},
		{"another terminal's and ours on its way", []RefundPhase{Underway}, 3000, 6000, true},
		{"cash, of which the network knows nothing", []RefundPhase{Cashed}, 3000, 6000, true},
		{"promised", []RefundPhase{Promised}, 0, 9000, false},
		{"given up, and not decided", []RefundPhase{Dead}, 0, 9000, false},
		{"refused, called off, replaced", []RefundPhase{Failed, Dropped, Replaced}, 0, 10000, false},
	} {
		s := desked(t, base, o)
		for i, p := range tt.ours {
			s.Session.Desk.Original.Refunds = append(s.Session.Desk.Original.Refunds,
				Refund{No: NewRefundNo(testInstall, uint64(100+i)), Order: o, Amount: money.Fen(1000), Phase: p})
		}
		s.Session.Desk.Back = tt.theirs
		if p := s.Preflight(testAt); p.Left.Minor() != tt.left || p.Elsewise != tt.else_ {
			t.Errorf("%s: %s is left, elsewhere %v; want %d, %v", tt.name, p.Left, p.Elsewise, tt.left, tt.else_)
		}
	}
}

// TestTheFewestKeys: a refund by a receipt scan is two presses, a part of it five.
func TestTheFewestKeys(t *testing.T) {
	s, o := paidSale(t, nil)
	for keys, fen := range map[string]int64{"f1 enter": 10000, "3 6 5 0 enter": 3650} {
		next, no := refunding(t, s, o, keys)
		if r := refundOf(t, next, no); r.Amount.Minor() != fen || !r.Sent {
			t.Errorf("%s refunds %s", keys, r.Amount)
		}
	}
	for keys, rule := range map[string]Rule{"enter": RuleZero, "0 enter": RuleZero, "1 0 00 1 enter": RuleLeft} {
		if next := after(t, desked(t, s, o), typing(keys)...); next.Session.Desk.Over != rule || len(next.Ledger.Refunds) != 0 {
			t.Errorf("%s: %q", keys, next.Session.Desk.Over)
		}
	}
}

var staff = []Person{{"01", "Wang", Cashier}, {"02", "Li", Supervisor}, {"09", "Ma", Technician}}

func signedIn(t *testing.T, change func(*Setup)) (State, OrderNo) {
	s, o := paidSale(t, func(setup *Setup) {
		setup.Staff, setup.Refunds.Limit = staff, money.Fen(5000)
		if change != nil {
			change(setup)
		}
	})
	s = after(t, s, typing("0 1 enter 1 2 3 4 enter")...)
	s = after(t, s, PINChecked{s.Session.Lookups, "01", Cashier})
	if s.Session.Who != "01" || s.Session.View != ViewIdle {
		t.Fatalf("%q is signed in on %s", s.Session.Who, s.Session.View)
	}
	return s, o
}

// TestAboveTheLimitASecondPersonDecides: causes.md A04, C41.
func TestAboveTheLimitASecondPersonDecides(t *testing.T) {
	s, o := signedIn(t, nil)
	if next, no := refunding(t, s, o, "5 0 00 enter"); refundOf(t, next, no).Approver != "" {
		t.Error("50.00 needs nobody")
	}
	s = after(t, desked(t, s, o), typing("f1 enter 1 2 3 4 5 6 enter")...)
	if s.Session.View != ViewApprove || !s.Session.Checking || s.Session.PIN.Len() != 0 {
		t.Fatalf("view %s, checking %v", s.Session.View, s.Session.Checking)
	}
	for _, no := range []PINChecked{{s.Session.Lookups, "", 0}, {s.Session.Lookups, "01", Supervisor}, {s.Session.Lookups, "09", Technician}} {
		if next := after(t, s, no); len(next.Ledger.Refunds) > 0 || next.Ledger.Failed("") != 1 {
			t.Errorf("%+v decides", no)
		}
	}
	s = after(t, s, PINChecked{s.Session.Lookups, "02", Supervisor})
	if r := refundOf(t, s, s.Session.Back); r.Approver != "02" || r.By != "01" || r.Amount.Minor() != 10000 {
		t.Errorf("%+v", r)
	}
}

// TestManyRefundsInAShortTimeNeedASecondPerson, whatever their amount.
func TestManyRefundsInAShortTimeNeedASecondPerson(t *testing.T) {
	s, o := signedIn(t, func(s *Setup) { s.Refunds.Tempo, s.Refunds.TempoTime = 2, time.Minute })
	for range 2 {
		s, _ = refunding(t, s, o, "1 enter")
		s = after(t, s, typing("cancel")...)
	}
	third := after(t, desked(t, s, o), typing("1 enter")...)
	if third.Session.View != ViewApprove {
		t.Errorf("the third leads to %s", third.Session.View)
	}
	s = after(t, s, TimerFired{Timer{TimerTempo, "", 1}})
	if s = after(t, desked(t, s, o), typing("1 enter")...); s.Session.View != ViewBack {
		t.Errorf("a minute later: %s", s.Session.View)
	}
}

// TestALimitSaysWhichOneItIs: causes.md C12.
func TestALimitSaysWhichOneItIs(t *testing.T) {
	for rule, change := range map[Rule]func(*Setup){
		RuleMax:    func(s *Setup) { s.Refunds.Max = money.Fen(3000) },
		RuleShift:  func(s *Setup) { s.Refunds.ShiftLimit = money.Fen(3000) },
		RuleDay:    func(s *Setup) { s.Refunds.DayLimit = money.Fen(3000) },
		RuleNobody: func(s *Setup) { s.Staff, s.Refunds.Limit = staff[:1], money.Fen(3000) },
	} {
		s, o := signedIn(t, change)
		s, no := refunding(t, s, o, "2 0 00 enter")
		s = after(t, s, back(s, no, CallRefund, RefundAccepted, ""), TimerFired{Timer{TimerSpacing, o, 0}})
		if s = after(t, desked(t, s, o), typing("3 0 0 1 enter")...); s.Session.Desk.Over != rule {
			t.Errorf("30.01 after 20.00: %q, want %q", s.Session.Desk.Over, rule)
		}
	}
}

// TestARefusedRefundFreesTheLimitOfTheShift: what gave nothing back counts for
// nothing.
func TestARefusedRefundFreesTheLimitOfTheShift(t *testing.T) {
	s, o := signedIn(t, nil)
	s, no := refunding(t, s, o, "2 0 00 enter")
	if shift, _ := s.Ledger.Shift("01"); shift.BackFen != 2000 || s.Ledger.Day.BacksFen != 2000 {
		t.Fatalf("%+v %+v", shift, s.Ledger.Day)
	}
	s = after(t, s, back(s, no, CallRefund, RefundRefused, CauseFrozen))
	shift, _ := s.Ledger.Shift("01")
	if shift.BackFen != 0 || shift.Backs != 0 || s.Ledger.Day.BacksFen != 0 || s.Ledger.Backlog != (Backlog{}) {
		t.Errorf("%+v %+v %+v", shift, s.Ledger.Day, s.Ledger.Backlog)
	}
	s = after(t, s, typing("f1")...) // in cash: a second person
	s = after(t, s, typing("1 2 3 4 5 6 enter")...)
	s = after(t, s, PINChecked{s.Session.Lookups, "02", Supervisor})
	if shift, _ = s.Ledger.Shift("01"); shift.Cash != -2000 || shift.BackFen != 2000 {
		t.Errorf("after cash: %+v", shift)
	}
}

// TestWrongPINsLockOutAndAPowerCutDoesNotHelp: decisions.md 21.
func TestWrongPINsLockOutAndAPowerCutDoesNotHelp(t *testing.T) {
	s, _ := paidSale(t, func(setup *Setup) { setup.Staff = staff })
	s = after(t, s, typing("cancel cancel")...)
	wrong := func(s State) State {
		s = after(t, s, typing("1 1 1 1 enter")...)
		return after(t, s, PINChecked{Serial: s.Session.Lookups})
	}
	s = after(t, s, typing("0 1 enter")...)
	for range 4 {
		s = wrong(s)
	}
	if s.Session.Barred {
		t.Error("four are not five")
	}
	if s = wrong(s); !s.Session.Barred || s.Ledger.Failed("01") != 5 {
		t.Fatalf("barred %v after %d", s.Session.Barred, s.Ledger.Failed("01"))
	}
	var l Ledger // the journal alone
	l = Apply(l, Opened{testAt, testInstall})
	for range 5 {
		l = Apply(l, PINRefused{testAt, "01"})
	}
	again := after(t, State{Setup: s.Setup, Ledger: l}, Booted{Fresh: testInstall})
	again, rd := last(t, again, typing("0 1 enter")...)
	if wait, ok := armed(rd.Effects, TimerPIN); !ok || wait.After != 30*time.Second || !again.Session.Barred {
		t.Errorf("after a power cut: %v %v", wait, again.Session.Barred)
	}
	_, rd = last(t, again, typing("1 1 1 1 enter")...)
	if slices.ContainsFunc(rd.Effects, func(e Effect) bool { _, ok := e.(CheckPIN); return ok }) {
		t.Error("a PIN is checked while one must wait")
	}
	again = after(t, again, TimerFired{Timer{TimerPIN, "", again.Session.Bars}})
	again = wrong(again)
	if got := pinWait(again.Ledger.Failed("01")); got != 60 || !again.Session.Barred {
		t.Errorf("the sixth waits %d s", got)
	}
	if free := after(t, again, typing("cancel 0 2 enter")...); free.Session.Barred {
		t.Error("another person must wait too")
	}
	if back := after(t, again, typing("cancel 0 1 enter")...); !back.Session.Barred {
		t.Error("keying the number again ends the wait")
	}
}

// TestWhoLeavesIsSignedOut by a key, by his shift's end, or by time, and what is
// on its way goes on.
func TestWhoLeavesIsSignedOut(t *testing.T) {
	s, o := signedIn(t, func(s *Setup) { s.IdleLock = time.Minute })
	s, no := refunding(t, s, o, "1 enter")
	locked, rd := last(t, s, TimerFired{Timer{TimerLock, "", s.Session.Presses}})
	if locked.Session.Who != "" || locked.Session.View != ViewSignIn || entryNames(rd.Entries) != "SignedOut" {
		t.Errorf("locked: %q on %s, %s", locked.Session.Who, locked.Session.View, entryNames(rd.Entries))
	}
	if locked = after(t, locked, back(locked, no, CallRefund, RefundAccepted, "")); refundOf(t, locked, no).Phase != Taken {
		t.Error("the refund does not go on")
	}
	if waits := after(t, s, typing("cancel 5 enter")...); after(t, waits, TimerFired{Timer{TimerLock, "", waits.Session.Presses}}).Session.Who == "" {
		t.Error("signed out while a customer is to pay")
	}
	out := after(t, s, typing("cancel f4 f4")...)
	if out.Session.View != ViewSignIn {
		t.Errorf("by key: %s", out.Session.View)
	}
	closed, rd := last(t, s, typing("cancel f4 7 enter")...)
	if entryNames(rd.Entries) != "ShiftClosed SignedOut" || len(closed.Ledger.Shifts) != 0 {
		t.Errorf("shift: %s, %v", entryNames(rd.Entries), closed.Ledger.Shifts)
	}
	if e := rd.Entries[0].(ShiftClosed); e.Shift.Backs != 1 || e.Shift.BackFen != 1 {
		t.Errorf("%+v", e.Shift)
	}
}

// TestADayClosesOverWhatIsOpen and carries it forward by name and amount.
func TestADayClosesOverWhatIsOpen(t *testing.T) {
	s, o := paidSale(t, nil)
	s, _ = refunding(t, s, o, "1 2 3 4 enter")
	s = after(t, s, typing("cancel f4 5")...)
	s = after(t, s, Reported{Report{Day: 20261122, Lines: []ReportLine{{Rail: WeChatPay, Sales: 1, SaleFen: 10000}}}})
	s, rd := last(t, s, typing("enter")...)
	e, ok := rd.Entries[0].(DayClosed)
	if !ok || e.Open != 1 || e.OpenFen != 1234 || s.Ledger.Closed != 20261122 {
		t.Fatalf("%+v", rd.Entries)
	}
	slip, _ := printing(rd.Effects)
	if slip.Kind != SlipDay || len(slip.Report.Open) != 1 || slip.Report.Open[0].Amount.Minor() != 1234 {
		t.Errorf("%+v", slip)
	}
	if n, fen := s.OpenCount(); n != 1 || fen != 1234 {
		t.Errorf("%d of %d are open", n, fen)
	}
}

// TestADayWithoutSalesCountsItsRefunds.
func TestADayWithoutSalesCountsItsRefunds(t *testing.T) {
	s, o := paidSale(t, nil)
	s = desked(t, s, o)
	tomorrow := testAt + 24*3600*1000
	for _, ev := range typing("5 00 enter") {
		s, _ = stepped(t, s, tomorrow, ev)
	}
	if d := s.Ledger.Day; d != (Day{Date: 20261123, Backs: 1, BacksFen: 500}) {
		t.Errorf("%+v", d)
	}
}
