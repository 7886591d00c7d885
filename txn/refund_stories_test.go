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

// TestASecondRefundOfASaleWaitsAMinuteAndIsSentOnce: rails.md 1.7.
func TestASecondRefundOfASaleWaitsAMinuteAndIsSentOnce(t *testing.T) {
	s, o := paidSale(t, nil)
	s, one := refunding(t, s, o, "1 00 enter")
	s = after(t, s, back(s, one, CallRefund, RefundAccepted, ""))
	s = desked(t, s, o)
	if !s.Preflight(testAt).Spaced {
		t.Error("the pre-flight does not say so")
	}
	s, rd := last(t, s, typing("2 00 enter")...)
	two := s.Session.Back
	if sends(rd.Effects) != "" || refundOf(t, s, two).Phase != Promised {
		t.Fatalf("%s is sent at once, it is %s", sends(rd.Effects), refundOf(t, s, two).Phase)
	}
	_, rd = last(t, s, typing("cancel")...)
	s, rd = last(t, s, TimerFired{Timer{TimerSpacing, o, 0}})
	if sends(rd.Effects) != "refund" {
		t.Errorf("after the minute: %s", sends(rd.Effects))
	}
	if s, rd = last(t, s, waited(s, two)); sends(rd.Effects) != "" {
		t.Errorf("its own wait sends it again: %s", sends(rd.Effects))
	}
	if s, rd = last(t, s, TimerFired{Timer{TimerSpacing, o, 0}}); sends(rd.Effects) != "" {
		t.Errorf("the next minute sends it again: %s", sends(rd.Effects))
	}
}

func voids(s *Setup) { s.Rails[0].Refund.VoidSameDay, s.Rails[0].Refund.VoidWhy = true, CauseFeeBack }

// TestAWholeSaleOfTodayIsVoidedAndTheFeeComesBack: rails.md 0.4; a part, and a
// sale of yesterday, are refunded.
func TestAWholeSaleOfTodayIsVoidedAndTheFeeComesBack(t *testing.T) {
	s, o := paidSale(t, voids)
	for keys, want := range map[string]RefundMethod{"f1 enter": ByVoid, "1 00 enter": ByRefund} {
		next, no := refunding(t, s, o, keys)
		if r := refundOf(t, next, no); r.Method != want || want == ByVoid && r.Why != CauseFeeBack {
			t.Errorf("%s is a %s because of %q", keys, r.Method, r.Why)
		}
	}
	if p := desked(t, s, o).Preflight(testAt + 24*3600*1000); p.Void {
		t.Error("a sale of yesterday is voided")
	}
	skewed := desked(t, after(t, s, FaultRaised{"clock", FaultClock}), o)
	if skewed.Preflight(testAt).Void {
		t.Error("a clock that is not set says what today is")
	}
}

// TestAVoidThatIsRefusedBecomesARefundUnderTheSameNumber, at once when no void is
// unaccounted for, and otherwise after the network has denied it three times.
func TestAVoidThatIsRefusedBecomesARefundUnderTheSameNumber(t *testing.T) {
	s, o := paidSale(t, voids)
	s, no := refunding(t, s, o, "f1 enter")
	_, rd := last(t, s, back(s, no, CallRefund, RefundRefused, CauseTooLate))
	if entryNames(rd.Entries) != "RefundSwitched" || sends(rd.Effects) != "refund" {
		t.Fatalf("%s, %s", entryNames(rd.Entries), sends(rd.Effects))
	}
	if e := refundSent(t, rd); e.Refund != no || e.Method != ByRefund {
		t.Errorf("%+v", e)
	}
	s = after(t, s, back(s, no, CallRefund, RefundUnknown, CauseNoAnswer)) // the first void may linger
	s = after(t, s, waited(s, no))
	s = after(t, s, back(s, no, CallRefundQuery, RefundAbsent, CauseNoSuchOrder)) // so it goes again
	s, rd = last(t, s, back(s, no, CallRefund, RefundRefused, CauseTooLate))
	if len(rd.Entries) > 0 || sends(rd.Effects) != "refund-query" {
		t.Fatalf("in doubt: %s, %s", entryNames(rd.Entries), sends(rd.Effects))
	}
	for i := range 3 {
		if i > 0 {
			s = after(t, s, waited(s, no))
		}
		s, rd = last(t, s, back(s, no, CallRefundQuery, RefundAbsent, CauseNoSuchOrder))
		if got := entryNames(rd.Entries) == "RefundSwitched"; got != (i == 2) {
			t.Errorf("after %d denials: %s", i+1, entryNames(rd.Entries))
		}
	}
	paid := after(t, s, back(s, no, CallRefundQuery, RefundPaidOut, ""))
	if refundOf(t, paid, no).Phase != PaidBack {
		t.Error("it is never paid back")
	}
}

// TestAVoidIsAskedAboutAfterAPowerCut before anything is sent.
func TestAVoidIsAskedAboutAfterAPowerCut(t *testing.T) {
	s, o := paidSale(t, voids)
	s, no := refunding(t, s, o, "f1 enter")
	stored := refundOf(t, s, no)
	l := s.Ledger
	l.Refunds = nil
	again := after(t, State{Setup: s.Setup, Ledger: l}, Booted{Fresh: testInstall}, LinkUp{})
	again, rd := last(t, again, TimerFired{Timer{TimerRound, "", again.Session.Round.Next}})
	if sends(rd.Effects) != "recall" {
		t.Fatalf("the round begins with %s", sends(rd.Effects))
	}
	again, rd = stepped(t, again, testAt, RefundsRecalled{Refunds: []Refund{stored}})
	if sends(rd.Effects) != "refund-query" {
		t.Errorf("it goes on with %s", sends(rd.Effects))
	}
	again, _ = stepped(t, again, testAt, back(again, no, CallRefundQuery, RefundPaidOut, ""))
	if n, _ := again.OpenCount(); n != 0 || again.Session.Round.Ended != 1 {
		t.Errorf("%d are open, %d ended", n, again.Session.Round.Ended)
	}
}

// TestAShortBalanceKeepsTheNumberUntilItIsToppedUp: causes.md C01.
func TestAShortBalanceKeepsTheNumberUntilItIsToppedUp(t *testing.T) {
	s, o := paidSale(t, nil)
	s, no := refunding(t, s, o, "f1 enter")
	s, rd := last(t, s, back(s, no, CallRefund, RefundRefused, CauseMerchantFunds))
	if r := refundOf(t, s, no); r.Phase != Held || r.Cause != CauseMerchantFunds {
		t.Fatalf("%+v", r)
	}
	if !slices.Contains(rd.Effects, Effect(AskBalance{WeChatPay})) {
		t.Error("nobody asks how much is there")
	}
	s = after(t, s, Balance{Rail: WeChatPay, Known: true, Fen: 2000}, TimerFired{Timer{TimerSpacing, o, 0}})
	for range 3 { // ten minutes each
		s, rd = last(t, s, waited(s, no))
		if len(rd.Entries) > 0 || sends(rd.Effects) != "refund" {
			t.Fatalf("%s, %s", entryNames(rd.Entries), sends(rd.Effects))
		}
		s, rd = last(t, s, back(s, no, CallRefund, RefundRefused, CauseMerchantFunds))
		if len(rd.Entries) > 0 {
			t.Errorf("every attempt fills the journal: %s", entryNames(rd.Entries))
		}
		s = after(t, s, TimerFired{Timer{TimerSpacing, o, 0}})
	}
	s, rd = last(t, s, waited(s, no))
	if e := refundSent(t, rd); e.Refund != no {
		t.Errorf("another number: %s", e.Refund)
	}
	s = after(t, s, back(s, no, CallRefund, RefundAccepted, ""))
	if refundOf(t, s, no).Phase != Taken {
		t.Error("topped up, and not taken")
	}
}

// TestADeadNumberIsReplacedByAnotherAndLinked: rails.md 0.3.
func TestADeadNumberIsReplacedByAnotherAndLinked(t *testing.T) {
	s, o := paidSale(t, nil)
	s, no := refunding(t, s, o, "f1 enter")
	s = after(t, s, back(s, no, CallRefund, RefundAccepted, ""))
	s = after(t, s, back(s, no, CallRefundQuery, RefundClosed, CauseDead), TimerFired{Timer{TimerSpacing, o, 0}})
	if got := desked(t, s, o).Preflight(testAt); got.Verdict != RuleNothing {
		t.Errorf("what is given up and not decided is free for another: %+v", got)
	}
	s = after(t, s, typing("f1")...)
	s = after(t, s, LookedUp{s.Session.Lookups, []Original{originalOf(s, o)}})
	s = heardPaid(t, s)
	if s.Session.Digits != "10000" {
		t.Errorf("the amount is %q", s.Session.Digits)
	}
	s, rd := last(t, s, typing("enter")...)
	if entryNames(rd.Entries) != "RefundBegun RefundReplaced RefundSent" {
		t.Fatalf("%s", entryNames(rd.Entries))
	}
	next := s.Session.Back
	if r := refundOf(t, s, next); r.Replaces != no || next == no || refundOf(t, s, no).Phase != Replaced {
		t.Errorf("%s replaces %q, which is %s", next, r.Replaces, refundOf(t, s, no).Phase)
	}
}

// TestAStrandedRefundIsSentToTheShop by a second person: causes.md C32.
func TestAStrandedRefundIsSentToTheShop(t *testing.T) {
	s, o := signedIn(t, func(s *Setup) { s.Refunds.Limit = money.Fen(0) })
	s, no := refunding(t, s, o, "f1 enter")
	s = after(t, s, back(s, no, CallRefund, RefundAccepted, ""), back(s, no, CallRefundQuery, RefundAbnormal, ""))
	if f, _ := s.Session.Follow(no); !f.Waiting {
		t.Error("nobody asks about it any more")
	}
	s = after(t, s, typing("f2")...)
	if refundOf(t, s, no).Phase != Stranded || s.Session.View != ViewBack {
		t.Error("cash is paid while the network holds the money")
	}
	s = after(t, s, typing("f1 1 2 3 4 5 6 enter")...)
	s, rd := last(t, s, PINChecked{s.Session.Lookups, "02", Supervisor})
	if entryNames(rd.Entries) != "PINTaken RefundRepaired" || sends(rd.Effects) != "repair" {
		t.Fatalf("%s, %s", entryNames(rd.Entries), sends(rd.Effects))
	}
	s = after(t, s, back(s, no, CallRefundRepair, RefundUnknown, CauseNoAnswer))
	s = after(t, s, waited(s, no))
	s = after(t, s, back(s, no, CallRefundQuery, RefundPaidOut, ""))
	if r := refundOf(t, s, no); r.Phase != PaidBack || !r.Repaired {
		t.Errorf("%+v", r)
	}
}

// TestCashClosesTheElectronicWayForEver: causes.md C43.
func TestCashClosesTheElectronicWayForEver(t *testing.T) {
	s, o := paidSale(t, nil)
	s, no := refunding(t, s, o, "f1 enter")
	s = after(t, s, back(s, no, CallRefund, RefundUnknown, CauseNoAnswer))
	s = after(t, s, waited(s, no))
	s = after(t, s, back(s, no, CallRefundQuery, RefundAbsent, ""), TimerFired{Timer{TimerSpacing, o, 0}})
	s = after(t, s, back(s, no, CallRefund, RefundRefused, CauseMerchantFunds))
	s, rd := last(t, s, typing("f1")...)
	if sends(rd.Effects) != "refund-query" || refundOf(t, s, no).Phase != Held {
		t.Fatalf("cash at once: %s, %s", sends(rd.Effects), refundOf(t, s, no).Phase)
	}
	for i := range 3 { // a request was lost: it may be on its way for half a minute
		if i > 0 {
			if s, rd = last(t, s, waited(s, no)); sends(rd.Effects) != "refund-query" {
				t.Fatalf("%s", sends(rd.Effects))
			}
		}
		if refundOf(t, s, no).Phase == Cashed {
			t.Errorf("cash after %d denials", i)
		}
		s = after(t, s, back(s, no, CallRefundQuery, RefundAbsent, ""))
	}
	if refundOf(t, s, no).Phase != Cashed || !desked(t, s, o).Preflight(testAt).Left.Zero() {
		t.Fatalf("%+v", refundOf(t, s, no))
	}
	for _, ev := range append(typing("enter f1 f2"), TimerFired{Timer{TimerRefund, OrderNo(no), 3}}, TimerFired{Timer{TimerSpacing, o, 0}}) {
		if s, rd = last(t, s, ev); slices.ContainsFunc(rd.Effects, func(e Effect) bool { _, ok := e.(SendRefund); return ok }) {
			t.Errorf("%+v sends it all the same", ev)
		}
	}
	s, rd = last(t, s, back(s, no, CallRefundQuery, RefundPaidOut, ""))
	if r := refundOf(t, s, no); !r.Disputed || r.Phase != PaidBack || heard(rd.Effects) != "attention" {
		t.Errorf("paid twice, and nobody is told: %+v", r)
	}
}

// TestARefundIsPromisedOfflineAndSentWhenTheNetworkIsBack, once, after reversals
// and queries; or called off before.
func TestARefundIsPromisedOfflineAndSentWhenTheNetworkIsBack(t *testing.T) {
	s, o := paidSale(t, nil)
	for i, phase := range []Phase{Reversing, Asking} {
		n := NewOrderNo(testInstall, uint64(2+i))
		s.Ledger = Apply(s.Ledger, Begun{At: testAt, Order: n, Rail: WeChatPay, Amount: money.Fen(100)})
		if phase == Reversing {
			s.Ledger = Apply(s.Ledger, ReversalDue{testAt, n, CauseGaveUp, "", ""})
		}
	}
	s = after(t, State{Setup: s.Setup, Ledger: s.Ledger}, Booted{Fresh: testInstall})
	for _, tx := range s.Ledger.Txs[1:] {
		call := map[Phase]Call{Asking: CallQuery, Reversing: CallReverse}[tx.Phase]
		s = after(t, s, Answered{Order: tx.Order, Call: call, Cause: CauseNotSent})
	}
	s = after(t, s, LinkDown{"N01"}, KeyPressed{KeyCancel})
	s, no := refunding(t, s, o, "f1 enter")
	r := refundOf(t, s, no)
	if r.Phase != Promised || r.Sent || r.Paper.State != PaperDue || !s.Preflight(testAt).Offline {
		t.Fatalf("%+v", r)
	}
	dropped, rd := last(t, s, typing("f2")...)
	if refundOf(t, dropped, no).Phase != Dropped || sends(rd.Effects) != "" {
		t.Errorf("called off: %s, %s", refundOf(t, dropped, no).Phase, sends(rd.Effects))
	}
	s, rd = last(t, s, LinkUp{})
	if sends(rd.Effects) != "reverse query" {
		t.Errorf("the network is back: %s", sends(rd.Effects))
	}
	wait, _ := armed(rd.Effects, TimerRound)
	s, rd = last(t, s, TimerFired{wait.Timer})
	if sends(rd.Effects) != "refund recall" || wait.After != 2*time.Second {
		t.Errorf("%v later: %s", wait.After, sends(rd.Effects))
	}
	_, rd = last(t, s, RefundsRecalled{Refunds: []Refund{refundOf(t, s, no)}})
	if sends(rd.Effects) != "" {
		t.Errorf("the walk sends it again: %s", sends(rd.Effects))
	}
}

// TestABreakerOpensAfterThreeSilencesAndTheOtherNetworkGoesOn; a burst of requests
// that one hiccup silences is one silence.
func TestABreakerOpensAfterThreeSilencesAndTheOtherNetworkGoesOn(t *testing.T) {
	s, o := paidSale(t, func(s *Setup) { s.Rails = append(s.Rails, RailSetup{Name: Alipay, Policy: testPolicy}) })
	s, no := refunding(t, s, o, "f1 enter")
	silence := Found{Ask: FindAsk{Rail: WeChatPay}, Cause: CauseNoAnswer}
	if burst := after(t, s, silence, silence, silence, silence); burst.Session.RailSilent(WeChatPay) {
		t.Error("one hiccup opens the breaker")
	}
	moment := TimerFired{Timer{TimerProbe, OrderNo(WeChatPay), 1}}
	s = after(t, s, silence, moment, silence, moment, silence)
	if !s.Session.RailSilent(WeChatPay) || s.Session.RailSilent(Alipay) {
		t.Fatalf("%+v", s.Session.Rails)
	}
	s = after(t, s, typing("cancel 5 enter")...)
	if stopped := after(t, s, payerScan("134567890123456789")); stopped.Session.Why != BlockedSilent {
		t.Errorf("a sale is begun at a silent network: %s", stopped.Session.View)
	}
	ali := CodeScanned{Scanned{Kind: ScanPayer, Rail: Alipay, Code: NewPayerCode("284567890123456789")}}
	if _, rd := last(t, s, ali); !slices.ContainsFunc(rd.Effects, func(e Effect) bool { _, ok := e.(SendPay); return ok }) {
		t.Error("the other network does not go on")
	}
	s = after(t, s, back(s, no, CallRefund, RefundAccepted, ""))
	if s.Session.RailSilent(WeChatPay) {
		t.Error("an answer does not close it")
	}
}

// TestAReceiptOfAnotherTerminalIsAskedForAtTheNetworks and refunded in two parts:
// decisions.md 8.
func TestAReceiptOfAnotherTerminalIsAskedForAtTheNetworks(t *testing.T) {
	s, _ := paidSale(t, func(s *Setup) { s.Rails = append(s.Rails, RailSetup{Name: Alipay, Policy: testPolicy, Finds: true}) })
	const theirs OrderNo = "BA98765432100000000007"
	s = after(t, s, CodeScanned{Scanned{Kind: ScanReceipt, Order: theirs}})
	s, rd := last(t, s, LookedUp{Serial: s.Session.Lookups})
	if sends(rd.Effects) != "find wechatpay find alipay" {
		t.Fatalf("%s", sends(rd.Effects))
	}
	ask := func(rail RailName, n int) FindAsk { return FindAsk{Order: theirs, Rail: rail, Serial: n} }
	n := s.Session.Desk.Serial
	if old := after(t, s, Found{Ask: ask(WeChatPay, n-1), Finding: FindPaid, Amount: 1}); old.Session.Desk.Heard {
		t.Error("an answer to an earlier desk counts")
	}
	other := after(t, s, Found{Ask: ask(WeChatPay, n), Finding: FindPaid, Order: "BA98765432100000000008", Amount: 1})
	if other.Session.Desk.Heard || other.Session.Desk.Original.Rail != "" {
		t.Error("another sale is taken for it")
	}
	s = after(t, s, Found{Ask: ask(WeChatPay, n), Finding: FindPaid, Order: theirs, Amount: 5000, Paid: testAt, Refunded: true, Back: 1000})
	if p := s.Preflight(testAt); p.Verdict != RuleNone || p.Left.Minor() != 4000 || !p.Elsewise || p.Void {
		t.Fatalf("%+v", p)
	}
	s = after(t, s, Found{Ask: ask(Alipay, n), Finding: FindNothing}) // comes late and changes nothing
	s = after(t, s, typing("1 00 enter")...)
	r := refundOf(t, s, s.Session.Back)
	if r.Order != theirs || r.Total.Minor() != 5000 || r.Rail != WeChatPay {
		t.Fatalf("%+v", r)
	}
	again := Original{Order: theirs, Rail: WeChatPay, Amount: r.Total, Paid: r.SaleAt, Day: r.SaleDay, Phase: PaidFor, Refunds: []Refund{r}}
	s = after(t, s, CodeScanned{Scanned{Kind: ScanReceipt, Order: theirs}})
	s = after(t, s, LookedUp{s.Session.Lookups, []Original{again}})
	wrong := after(t, s, Found{Ask: FindAsk{Order: theirs, Rail: WeChatPay, Serial: s.Session.Desk.Serial}, Finding: FindPaid, Amount: 77})
	if d := wrong.Session.Desk; d.Heard || d.Cause != CauseForeign || wrong.Preflight(testAt).Verdict != RuleElsewhere {
		t.Errorf("another amount: %+v", d)
	}
	s = after(t, s, Found{Ask: FindAsk{Order: theirs, Rail: WeChatPay, Serial: s.Session.Desk.Serial}, Finding: FindPaid, Amount: 5000, Back: 1100})
	if p := s.Preflight(testAt); p.Verdict != RuleNone || p.Left.Minor() != 3800 {
		t.Errorf("the second part: %+v", p)
	}
}

// TestAnAnswerAboutAnotherSaleDecidesNothing also when it names the number.
func TestAnAnswerAboutAnotherSaleDecidesNothing(t *testing.T) {
	s, o := paidSale(t, nil)
	s, no := refunding(t, s, o, "f1 enter")
	foreign := back(s, no, CallRefund, RefundPaidOut, "")
	foreign.Order = "0123456789ZZ0000000001"
	s, rd := last(t, s, foreign)
	if f, _ := s.Session.Follow(no); len(rd.Entries) > 0 || !f.Doubt {
		t.Errorf("%s, doubt %v", entryNames(rd.Entries), f.Doubt)
	}
}

// TestASaleGoesBackByOneRefundOnly: the network still says "paid" of a sale that
// goes back by a refund, as often as it is asked.
func TestASaleGoesBackByOneRefundOnly(t *testing.T) {
	_, in, o := standings(t)
	s := after(t, in["reversing"], Answered{Order: o, Call: CallReverse, Outcome: Declined, Cause: CauseTooLate})
	s = after(t, s, Answered{Order: o, Call: CallQuery, Outcome: Approved})
	if len(s.Ledger.Refunds) != 1 {
		t.Fatalf("%d refunds", len(s.Ledger.Refunds))
	}
	for range 3 {
		s = after(t, s, Answered{Order: o, Call: CallQuery, Outcome: Approved}, Answered{Order: o, Call: CallReverse, Outcome: Declined, Cause: CauseTooLate})
	}
	if tx, _ := s.Ledger.Tx(o); len(s.Ledger.Refunds) != 1 || tx.Phase != ReversedFor {
		t.Errorf("%d refunds of a sale that is %s", len(s.Ledger.Refunds), tx.Phase)
	}
	no := s.Ledger.Refunds[0].No
	s = after(t, s, back(s, no, CallRefund, RefundRefused, CauseFrozen))
	if r := refundOf(t, s, no); r.Phase != Held {
		t.Errorf("what the terminal owes is %s, and out of sight", r.Phase)
	}
}

// TestWhatIsOpenBecomesUrgent: 1 min, 10 min, 1 h, the end of the day; a manager
// may give up a sale that is open for long (causes.md C56).
func TestWhatIsOpenBecomesUrgent(t *testing.T) {
	_, in, o := standings(t)
	s := in["reversing"]
	s.Setup.Staff, s.Session.Who = staff, "01"
	s.Session.Shown, s.Session.View = o, ViewSale
	if early := after(t, s, typing("f2")...); early.Session.View != ViewSale {
		t.Error("it may be given up at once")
	}
	waits := []time.Duration{9 * time.Minute, 50 * time.Minute, 9*time.Hour + 32*time.Minute}
	for i := range 4 {
		var rd Ready
		s, rd = last(t, s, TimerFired{Timer{TimerAlarm, "", s.Session.Alarms}})
		if s.Session.Alarm != i+1 || heard(rd.Effects) != "attention" {
			t.Errorf("level %d, heard %q", s.Session.Alarm, heard(rd.Effects))
		}
		if wait, ok := armed(rd.Effects, TimerAlarm); ok != (i < 3) || ok && wait.After != waits[i] {
			t.Errorf("level %d waits %v", i+1, wait.After)
		}
	}
	s = after(t, s, typing("f2 1 2 3 4 5 6 enter")...)
	s, rd := last(t, s, PINChecked{s.Session.Lookups, "02", Supervisor})
	if entryNames(rd.Entries) != "PINTaken WrittenOff" || phaseOf(t, s, o) != WrittenFor {
		t.Fatalf("%s", entryNames(rd.Entries))
	}
	if s = after(t, s, KeyPressed{KeyCancel}); s.Session.Alarm != 0 {
		t.Error("nothing is open, and it is urgent")
	}
}

// TestARefundOnItsWayIsNoAlarm: a card takes days.
func TestARefundOnItsWayIsNoAlarm(t *testing.T) {
	s, o := paidSale(t, nil)
	s, no := refunding(t, s, o, "f1 enter")
	if s = after(t, s, back(s, no, CallRefund, RefundUnknown, CauseNoAnswer)); !s.Session.Watching {
		t.Error("nobody watches a doubt")
	}
	if s = after(t, s, back(s, no, CallRefundQuery, RefundAccepted, "")); s.Session.Watching {
		t.Error("what the network has taken alarms")
	}
}

// TestTheLastSaleIsTakenBackByTwoKeys, and a wrong amount is a reason: C16, C52.
func TestTheLastSaleIsTakenBackByTwoKeys(t *testing.T) {
	s, o := asking(t)
	s.Setup = refundSetup
	s = after(t, s, Answered{Order: o, Call: CallPay, Outcome: Approved, Reference: "42"}, KeyPressed{KeyF2})
	s = after(t, heardPaid(t, s), KeyPressed{KeyEnter})
	if r := refundOf(t, s, s.Session.Back); r.Order != o || r.Reason != ReasonAmount || r.Amount.Minor() != 1250 {
		t.Fatalf("%+v", r)
	}
	s = after(t, s, back(s, s.Session.Back, CallRefund, RefundAccepted, ""), KeyPressed{Key3})
	if s.Session.View != ViewAmount || s.Session.Digits != "3" {
		t.Errorf("the right amount: %s %q", s.Session.View, s.Session.Digits)
	}
}

// TestWhatIsShownIsClosedBeforeItIsToldCancelled, also when a question is on its
// way at that moment; and who pays first has paid.
func TestWhatIsShownIsClosedBeforeItIsToldCancelled(t *testing.T) {
	s, _ := paidSale(t, nil)
	s, rd := last(t, s, typing("5 00 enter f1")...)
	o := s.Session.Shown
	s = after(t, s, Answered{Order: o, Call: CallShow, Outcome: Pending, QR: "weixin://x"}, TimerFired{Timer{TimerAsk, o, 1}})
	if sends(rd.Effects) != "show" || s.Session.QR(o) == "" {
		t.Fatalf("%s, %q", sends(rd.Effects), s.Session.QR(o))
	}
	s, rd = last(t, s, KeyPressed{KeyCancel})
	if sends(rd.Effects) != "close" || s.Session.QR(o) != "" || phaseOf(t, s, o) != Asking {
		t.Fatalf("cancel: %s, %q, %s", sends(rd.Effects), s.Session.QR(o), phaseOf(t, s, o))
	}
	s = after(t, s, Answered{Order: o, Call: CallClose, Outcome: Undone})
	old, rd := last(t, s, Answered{Order: o, Call: CallQuery, Outcome: Declined}) // of before the close
	if phaseOf(t, old, o) != Asking || sends(rd.Effects) != "query" {
		t.Errorf("an old answer confirms: %s, %s", phaseOf(t, old, o), sends(rd.Effects))
	}
	if end := after(t, old, Answered{Order: o, Call: CallQuery, Outcome: Undone}); phaseOf(t, end, o) != ReversedFor {
		t.Errorf("closed: %s", phaseOf(t, end, o))
	}
	if end := after(t, old, Answered{Order: o, Call: CallQuery, Outcome: Approved}); phaseOf(t, end, o) != PaidFor {
		t.Errorf("the payer was faster: %s", phaseOf(t, end, o))
	}
	late := after(t, old, Answered{Order: o, Call: CallQuery, Outcome: Undone}, Answered{Order: o, Call: CallQuery, Outcome: Approved})
	if tx, _ := late.Ledger.Tx(o); tx.Back == "" || len(late.Ledger.Refunds) != 1 {
		t.Errorf("paid after all, and it does not go back: %+v", tx)
	}
}

// TestACloseThatIsLostIsRepeated for as long as it takes, also while its answer
// hangs.
func TestACloseThatIsLostIsRepeated(t *testing.T) {
	s, _ := paidSale(t, nil)
	s = after(t, s, typing("5 00 enter f1")...)
	o := s.Session.Shown
	s = after(t, s, Answered{Order: o, Call: CallShow, Outcome: Pending, QR: "weixin://x"}, KeyPressed{KeyCancel})
	c, _ := s.Session.Chase(o)
	s, rd := last(t, s, TimerFired{c.Wait})
	if wait, ok := armed(rd.Effects, TimerClose); !ok || wait.Timer != c.Wait {
		t.Fatalf("it hangs, and nothing is waited for: %+v", rd.Effects)
	}
	s = after(t, s, Answered{Order: o, Call: CallClose, Cause: CauseNoAnswer})
	if _, rd = last(t, s, TimerFired{c.Wait}); sends(rd.Effects) != "close" {
		t.Errorf("after a silence: %s", sends(rd.Effects))
	}
}
