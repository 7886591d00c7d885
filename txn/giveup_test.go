package txn

import (
	"testing"

	"till/txn/money"
)

// fairly lets the time pass after which something in doubt may be given up.
func fairly(t *testing.T, s State, o OrderNo) State {
	t.Helper()
	c, _ := s.Session.Chase(o)
	f, _ := s.Session.Follow(RefundNo(o))
	if c.Fair.Runs+f.Fair.Runs == 0 {
		t.Fatalf("nobody counts the time of %s", o)
	}
	return after(t, s, TimerFired{Timer{TimerFair, o, c.Fair.Runs + f.Fair.Runs}})
}

// manager keys his PIN.
func manager(t *testing.T, s State) (State, Ready) {
	t.Helper()
	s = after(t, s, typing("1 2 3 4 5 6 enter")...)
	return last(t, s, PINChecked{s.Session.Lookups, "02", Supervisor})
}

// lostRefund is one of all of a sale of 100.00, of which nobody knows, on the screen
// of a cashier.
func lostRefund(t *testing.T, change func(*Setup)) (State, OrderNo, RefundNo) {
	t.Helper()
	s, o := signedIn(t, func(s *Setup) {
		s.Refunds.Limit = money.Fen(0)
		if change != nil {
			change(s)
		}
	})
	s, no := refunding(t, s, o, "f1 enter")
	return after(t, s, back(s, no, CallRefund, RefundUnknown, CauseNoAnswer)), o, no
}

// openSale is one that is being taken back, on the screen of a cashier.
func openSale(t *testing.T) (State, OrderNo) {
	t.Helper()
	_, in, o := standings(t)
	s := in["reversing"]
	s.Setup.Staff, s.Session.Who = staff, "01"
	s.Session.Shown, s.Session.View = o, ViewSale
	return after(t, s, Answered{Order: o, Call: CallReverse, Cause: CauseNoAnswer}), o
}

// TestAManagerGivesUpWhatStaysUnknown: a sale or a refund, after a fair time, with a
// reason and his PIN; the journal has who, when and why, and it is open no more.
func TestAManagerGivesUpWhatStaysUnknown(t *testing.T) {
	sale, o := openSale(t)
	early := after(t, sale, KeyPressed{KeyF2})
	if early.Session.View != ViewSale {
		t.Error("a sale is given up at once")
	}
	sale, rd := manager(t, after(t, fairly(t, sale, o), typing("f2 1")...))
	want := WrittenOff{At: testAt, Order: o, By: "02", Asker: "01", Why: ReasonBooks}
	if entryNames(rd.Entries) != "PINTaken WrittenOff" || rd.Entries[1] != want || sends(rd.Effects) != "" {
		t.Errorf("%+v", rd.Entries)
	}
	if n, _ := sale.OpenCount(); n != 0 || sale.Session.View != ViewSale {
		t.Errorf("%d are open, on %s", n, sale.Session.View)
	}
	s, of, no := lostRefund(t, nil)
	if early = after(t, s, KeyPressed{KeyF4}); early.Session.View != ViewBack {
		t.Error("a refund is given up at once")
	}
	s, rd = manager(t, after(t, fairly(t, s, OrderNo(no)), typing("f4 3")...))
	if got := rd.Entries[1]; got != Entry(RefundWrittenOff{testAt, no, "02", "01", ReasonGone}) || sends(rd.Effects) != "" {
		t.Errorf("%+v", rd.Entries)
	}
	if n, fen := s.OpenCount(); n != 0 || fen != 0 || refundOf(t, s, no).Phase != GivenUp || len(s.Session.Follows) != 0 {
		t.Errorf("%d are open, %+v", n, s.Session.Follows)
	}
	if p := desked(t, s, of).Preflight(testAt); p.Verdict != RuleNothing || p.Lost.Minor() != 10000 || !p.Underway.Zero() {
		t.Errorf("what may have gone back can go back again: %+v", p)
	}
}

// TestNobodyElseGivesUp: a cashier's PIN, a shop without a supervisor, who thinks
// better of it, and an answer that comes while it is being decided.
func TestNobodyElseGivesUp(t *testing.T) {
	s, _, no := lostRefund(t, nil)
	s = fairly(t, s, OrderNo(no))
	asked := after(t, s, typing("f4 2")...)
	wrong := after(t, asked, typing("1 2 3 4 5 6 enter")...)
	wrong = after(t, wrong, PINChecked{wrong.Session.Lookups, "01", Cashier})
	if refundOf(t, wrong, no).Phase != Underway {
		t.Error("a cashier gives it up")
	}
	for _, keys := range []string{"cancel"} {
		for name, at := range map[string]State{"the reason": after(t, s, KeyPressed{KeyF4}), "the PIN": asked} {
			if got := after(t, at, typing(keys)...); got.Session.View != ViewBack || got.Session.Back != no {
				t.Errorf("%s at %s leads to %s", keys, name, got.Session.View)
			}
		}
	}
	alone := s
	alone.Setup.Staff = staff[:1]
	if got := after(t, alone, KeyPressed{KeyF4}); got.Session.View != ViewBack {
		t.Error("nobody may allow it, and it is asked for")
	}
	late := after(t, asked, back(s, no, CallRefundQuery, RefundPaidOut, ""))
	late, rd := manager(t, late)
	if entryNames(rd.Entries) != "PINTaken" || refundOf(t, late, no).Phase != PaidBack || refundOf(t, late, no).Disputed {
		t.Errorf("its answer came first: %s, %+v", entryNames(rd.Entries), refundOf(t, late, no))
	}
	boss := s
	boss.Session.Who = "02"
	boss, rd = last(t, boss, typing("f4 4")...)
	if got := rd.Entries[0]; got != Entry(RefundWrittenOff{testAt, no, "02", "02", ReasonOther}) {
		t.Errorf("a supervisor who is signed in decides alone: %+v, on %s", rd.Entries, boss.Session.View)
	}
}

// TestTheFairTimeIsThatOfOneDoubt: it counts for each by itself, and ends with the
// doubt.
func TestTheFairTimeIsThatOfOneDoubt(t *testing.T) {
	s, _, no := lostRefund(t, nil)
	old, _ := s.Session.Follow(no)
	s = after(t, s, back(s, no, CallRefundQuery, RefundAccepted, ""))
	if s = after(t, s, TimerFired{Timer{TimerFair, OrderNo(no), old.Fair.Runs}}, KeyPressed{KeyF4}); s.Session.View != ViewBack {
		t.Error("what the network has taken is given up")
	}
	sale, o := openSale(t)
	c, _ := sale.Session.Chase(o)
	for range 4 { // whatever else has been open for long
		sale = after(t, sale, TimerFired{Timer{TimerAlarm, "", sale.Session.Alarms}})
	}
	other := after(t, sale, TimerFired{Timer{TimerFair, o, c.Fair.Runs + 1}}, TimerFired{Timer{TimerFair, "9", c.Fair.Runs}}, KeyPressed{KeyF2})
	if other.Session.View != ViewSale {
		t.Error("it is given up because another has been in doubt for long")
	}
}

// TestAnAnswerAfterAllIsTheTruthAndMarked, and what was given up is never sent,
// asked about, or paid in another way by itself.
func TestAnAnswerAfterAllIsTheTruthAndMarked(t *testing.T) {
	s, _, no := lostRefund(t, nil)
	s = after(t, s, waited(s, no)) // a question is on its way
	s, _ = manager(t, after(t, fairly(t, s, OrderNo(no)), typing("f4 1")...))
	for out, want := range map[RefundOutcome]RefundPhase{
		RefundPaidOut: PaidBack, RefundAccepted: Taken, RefundClosed: Dead, RefundAbnormal: Stranded,
		RefundRefused: GivenUp, RefundAbsent: GivenUp, RefundUnknown: GivenUp,
	} {
		next, rd := last(t, s, back(s, no, CallRefundQuery, out, CausePayerAccount))
		r := refundOf(t, next, no)
		if r.Phase != want || r.Disputed != (want != GivenUp) || r.WrittenBy != "02" || sends(rd.Effects) != "" {
			t.Errorf("%s: %+v, sends %q", out, r, sends(rd.Effects))
		}
	}
	for _, keys := range []string{"f1", "f2", "f4", "enter"} {
		if next, rd := last(t, s, typing(keys)...); len(next.Ledger.Refunds) != 1 || sends(rd.Effects) != "" || refundOf(t, next, no).Phase != GivenUp {
			t.Errorf("%s: %s, %+v", keys, sends(rd.Effects), next.Ledger.Refunds)
		}
	}
	sale, o := openSale(t)
	sale = after(t, sale, TimerFired{Timer{TimerReverse, o, 1}})
	sale, _ = manager(t, after(t, fairly(t, sale, o), typing("f2 1")...))
	for _, tt := range []struct {
		call Call
		out  Outcome
		told bool
	}{
		{CallReverse, Undone, true}, {CallQuery, Approved, true}, {CallQuery, Declined, true}, {CallPay, Approved, true},
		{CallQuery, Unknown, false}, {CallQuery, Pending, false}, {CallReverse, Declined, false},
	} {
		ev := Answered{Order: o, Call: tt.call, Outcome: tt.out}
		next, rd := last(t, sale, ev)
		tx, _ := next.Ledger.Tx(o)
		if tx.Phase != WrittenFor || tx.Disputed != tt.told || tt.told && tx.Said != tt.out || sends(rd.Effects) != "" {
			t.Errorf("%s %s: %+v, sends %q", tt.call, tt.out, tx, sends(rd.Effects))
		}
		if _, rd = last(t, next, ev); len(rd.Entries) > 0 {
			t.Errorf("%s %s is written down twice", tt.call, tt.out)
		}
	}
}

// TestWhatIsInDoubtStaysWhereAPersonFindsIt, when a round through the journal meets
// it and hears nothing.
func TestWhatIsInDoubtStaysWhereAPersonFindsIt(t *testing.T) {
	s, _, no := lostRefund(t, nil)
	stored := refundOf(t, s, no)
	l := s.Ledger
	l.Refunds = nil
	s = after(t, State{Setup: s.Setup, Ledger: l}, Booted{Fresh: testInstall}, LinkUp{})
	s = after(t, s, TimerFired{Timer{TimerRound, "", s.Session.Round.Next}})
	s, _ = stepped(t, s, testAt, RefundsRecalled{Refunds: []Refund{stored}})
	s, _ = stepped(t, s, testAt, back(s, no, CallRefundQuery, RefundUnknown, CauseNoAnswer))
	if items := s.Pending(); len(items) != 1 || items[0].Refund != no {
		t.Errorf("%+v", items)
	}
}
