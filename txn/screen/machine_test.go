package screen_test

import (
	"slices"
	"testing"

	"till/txn"
	"till/txn/screen"
	"till/txn/screen/screentest"
)

// caseOf is the state of a case.
func caseOf(t *testing.T, name string) txn.State {
	t.Helper()
	all := screentest.Cases(12800)
	i := slices.IndexFunc(all, func(c screentest.Case) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("no case %s", name)
	}
	return all[i].State
}

// press is the state after a key.
func press(s txn.State, k txn.Key) (txn.State, txn.Ready) {
	r := txn.Step(s, s.Ledger.LastAt, txn.KeyPressed{Key: k})
	return txn.State{Setup: s.Setup, Ledger: s.Ledger, Session: r.Session}, r
}

// TestADigitOpensTheSaleBesideIt on every page of what was found.
func TestADigitOpensTheSaleBesideIt(t *testing.T) {
	for cursor := range 20 {
		s := caseOf(t, "32-found-pages")
		s.Session.Cursor = cursor
		rows := screen.Of(s, txn.English).Rows
		now := 0
		for _, r := range rows {
			opened, _ := press(s, txn.Key(r.Cap[0]-'0'))
			if got := opened.Session.Desk.Original.Order.Tail(); got != r.Cells[2] {
				t.Errorf("cursor %d: %s opens %s, and stands beside %s", cursor, r.Cap, got, r.Cells[2])
			}
			if r.Now {
				now++
				entered, _ := press(s, txn.KeyEnter)
				if got := entered.Session.Desk.Original.Order.Tail(); got != r.Cells[2] {
					t.Errorf("cursor %d: enter opens %s, and %s is marked", cursor, got, r.Cells[2])
				}
			}
		}
		if now != 1 {
			t.Errorf("cursor %d: %d rows are marked", cursor, now)
		}
	}
}

// TestWhatIsProposedIsWhatTheKeyForAllOfItKeys.
func TestWhatIsProposedIsWhatTheKeyForAllOfItKeys(t *testing.T) {
	for _, c := range screentest.Cases(12800) {
		s := screen.Of(c.State, txn.English)
		if s.ID != "08-refund" || !s.Field.Any() || c.State.Session.Desk.Asking > 0 {
			continue // keyed ahead: nothing is proposed yet
		}
		all, _ := press(c.State, txn.KeyF1)
		want := txn.Keyed(all.Session.Digits).String()
		if got := s.Rows[len(s.Rows)-1].Cells[1]; got != want {
			t.Errorf("%s: %s is said to be left; all of it is %s", c.Name, got, want)
		}
		if s.Field.Faint && s.Field.Text != want {
			t.Errorf("%s: %s is proposed; all of it is %s", c.Name, s.Field.Text, want)
		}
	}
}

// TestWhoKeyedTooManyWrongPINsSeesHowLongToWait, as long as the machine waits.
func TestWhoKeyedTooManyWrongPINsSeesHowLongToWait(t *testing.T) {
	for failed := range 14 {
		s := caseOf(t, "28-signin-number")
		s.Setup.IdleLock = 0
		s.Ledger.Tries = []txn.Tries{{Number: "07", Failed: failed}}
		next, ready := press(s, txn.KeyEnter)
		v := screen.Of(next, txn.English)
		var armed txn.ArmTimer
		for _, e := range ready.Effects {
			if a, ok := e.(txn.ArmTimer); ok && a.Timer.Kind == txn.TimerPIN {
				armed = a
			}
		}
		if v.Wait.Timer != armed.Timer && armed.After > 0 || v.Wait.For != armed.After {
			t.Errorf("%d wrong: the screen waits %s for %+v, the machine %s for %+v",
				failed, v.Wait.For, v.Wait.Timer, armed.After, armed.Timer)
		}
		if (failed >= 5) != (armed.After > 0) {
			t.Errorf("%d wrong: the machine waits %s", failed, armed.After)
		}
	}
}

// TestWhatIsPendingSaysWhenItIsTriedAgain, as long as the machine waits.
func TestWhatIsPendingSaysWhenItIsTriedAgain(t *testing.T) {
	for quiet := range 8 {
		s := caseOf(t, "10-queue")
		s.Setup.IdleLock = 0
		s.Session.Round = txn.Round{Quiet: quiet}
		next, ready := press(s, txn.KeyUpDown)
		w := screen.Of(next, txn.English).Wait
		armed := false
		for _, e := range ready.Effects {
			if a, ok := e.(txn.ArmTimer); ok && a.Timer.Kind == txn.TimerRound {
				armed = true
				if a.Timer != w.Timer || a.After != w.For {
					t.Errorf("quiet %d: the screen waits %s for %+v, the machine %s for %+v", quiet, w.For, w.Timer, a.After, a.Timer)
				}
			}
		}
		if !armed {
			t.Errorf("quiet %d: nothing is armed", quiet)
		}
	}
}

// TestWhatIsJustBeingMadeIsNotPendingYet: neither a sale nor a refund, until
// something about it is in doubt.
func TestWhatIsJustBeingMadeIsNotPendingYet(t *testing.T) {
	for name, want := range map[string]string{
		"04-processing": "", "07-unknown": "pending 1 · ¥128.00", "15-shown": "", "23-closing": "pending 1 · ¥128.00",
		"34-refund-underway": "", "34-refund-underway-doubt": "pending 1 · ¥128.00",
		"34-refund-taken": "pending 1 · ¥128.00", "34-refund-paid-back": "",
	} {
		if got := screen.Of(caseOf(t, name), txn.English).Status.PendingText(); got != want {
			t.Errorf("%s: %q is pending, want %q", name, got, want)
		}
	}
}
