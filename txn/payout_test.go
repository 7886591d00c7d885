package txn

import (
	"testing"

	"till/txn/money"
)

var twoSupervisors = append(staff[:len(staff):len(staff)], Person{"03", "Zhou", Supervisor})

// payingOut is a cashier at the search, in a shop that pays out without a sale.
func payingOut(t *testing.T, change func(*Setup)) State {
	t.Helper()
	s, _ := signedIn(t, func(s *Setup) {
		s.Refunds.NoSale = true
		if change != nil {
			change(s)
		}
	})
	return after(t, s, KeyPressed{KeyF1})
}

// TestCashWithoutASaleIsDecidedByTwo: with an amount and a reason, in one entry that
// names both, on the shift and the day of whoever pays it out, with a slip.
func TestCashWithoutASaleIsDecidedByTwo(t *testing.T) {
	s := payingOut(t, nil)
	drawer, _ := s.Ledger.Shift("01")
	s = after(t, s, typing("f4 3 6 5 0 enter 2")...)
	s, rd := manager(t, s)
	no := s.Session.Back
	want := PaidOut{At: testAt, Day: 20261122, Refund: no, Amount: money.Fen(3650), Reason: ReasonGoods, By: "01", Approver: "02",
		Terminal: s.Setup.Terminal}
	if entryNames(rd.Entries) != "PINTaken PaidOut ReceiptDue" || rd.Entries[1] != want || sends(rd.Effects) != "" {
		t.Fatalf("%+v", rd.Entries)
	}
	r, shift := refundOf(t, s, no), drawer
	shift.Backs, shift.BackFen, shift.Cash = shift.Backs+1, shift.BackFen+3650, shift.Cash-3650
	if got, _ := s.Ledger.Shift("01"); got != shift || r.Phase != Cashed || r.Rail != Cash || s.Ledger.Day.BacksFen != 3650 {
		t.Errorf("%+v, %+v, %+v", got, r, s.Ledger.Day)
	}
	if n, fen := s.OpenCount(); n != 0 || fen != 0 {
		t.Errorf("%d of %d are open", n, fen)
	}
	again := after(t, s, typing("cancel f1 f4 1 00 enter 1")...)
	if again, _ = manager(t, again); len(again.Ledger.Refunds) != 2 {
		t.Errorf("a second one: %+v", again.Ledger.Refunds)
	}
}

// TestNobodyPaysOutAloneNorWhereItIsNotAllowed, be he a supervisor.
func TestNobodyPaysOutAloneNorWhereItIsNotAllowed(t *testing.T) {
	off, _ := signedIn(t, nil)
	if got := after(t, off, typing("f1 f4")...); got.Session.View != ViewFind {
		t.Errorf("off by default, and it leads to %s", got.Session.View)
	}
	s := after(t, payingOut(t, nil), typing("f4 1 00 enter 1")...)
	for name, ev := range map[string]PINChecked{
		"his own": {s.Session.Lookups + 1, "01", Cashier}, "a technician's": {s.Session.Lookups + 1, "09", Technician}, "nobody's": {Serial: s.Session.Lookups + 1},
	} {
		got := after(t, after(t, s, typing("1 2 3 4 5 6 enter")...), ev)
		if len(got.Ledger.Refunds) > 0 {
			t.Errorf("%s PIN allows it", name)
		}
	}
	for who, view := range map[string]View{"02": ViewBlocked, "09": ViewBlocked, "01": ViewPayout} {
		at := payingOut(t, nil)
		at.Session.Who = who
		if got := after(t, at, KeyPressed{KeyF4}); got.Session.View != view {
			t.Errorf("%s is led to %s, want %s", who, got.Session.View, view)
		}
	}
	two := payingOut(t, func(s *Setup) { s.Staff = twoSupervisors })
	two.Session.Who = "02"
	two = after(t, two, typing("f4 1 00 enter 1")...)
	if two.Session.View != ViewApprove {
		t.Fatalf("a supervisor who is signed in is led to %s", two.Session.View)
	}
	two = after(t, two, typing("1 2 3 4 5 6 enter")...)
	if own := after(t, two, PINChecked{two.Session.Lookups, "02", Supervisor}); len(own.Ledger.Refunds) > 0 {
		t.Error("a supervisor allows himself")
	}
	if other := after(t, two, PINChecked{two.Session.Lookups, "03", Supervisor}); len(other.Ledger.Refunds) != 1 {
		t.Error("another supervisor may not allow it")
	}
}

// TestCashWithoutASaleIsWithinTheLimits of one refund, a shift and a day.
func TestCashWithoutASaleIsWithinTheLimits(t *testing.T) {
	for rule, change := range map[Rule]func(*RefundRules){
		RuleMax:   func(r *RefundRules) { r.Max = money.Fen(99) },
		RuleShift: func(r *RefundRules) { r.ShiftLimit = money.Fen(199) },
		RuleDay:   func(r *RefundRules) { r.DayLimit = money.Fen(199) },
		RuleZero:  func(*RefundRules) {},
	} {
		s := payingOut(t, func(s *Setup) { change(&s.Refunds) })
		if rule == RuleShift || rule == RuleDay {
			s, _ = manager(t, after(t, s, typing("f4 1 00 enter 1")...))
			s = after(t, s, typing("cancel f1")...)
		}
		before, keys := len(s.Ledger.Refunds), "f4 1 00 enter"
		if rule == RuleZero {
			keys = "f4 0 enter"
		}
		if s = after(t, s, typing(keys)...); s.Session.Desk.Over != rule || s.Session.View != ViewPayout || len(s.Ledger.Refunds) != before {
			t.Errorf("%q, on %s, want %q", s.Session.Desk.Over, s.Session.View, rule)
		}
	}
}

// TestPayoutsAreNoRefundsOfAnySale, of one whose number is not known either.
func TestPayoutsAreNoRefundsOfAnySale(t *testing.T) {
	s := payingOut(t, nil)
	s, _ = manager(t, after(t, s, typing("f4 1 00 enter 1")...))
	if got := s.refundsOf(Original{Reference: "42"}); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}
