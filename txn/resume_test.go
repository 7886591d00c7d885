package txn

import (
	"strings"
	"testing"
)

// rebooted is what is left of a state after a power cut, switched on again.
func rebooted(t *testing.T, s State) (State, Ready) {
	t.Helper()
	return last(t, State{Setup: s.Setup, Ledger: s.Ledger}, Booted{Fresh: "BA9876543210", Records: 7})
}

// TestRestartInEveryPhase: what is open is asked for or reversed, never paid
// again; what is over stays so.
func TestRestartInEveryPhase(t *testing.T) {
	names, in, o := standings(t)
	sent := map[Phase]string{Asking: "query", Reversing: "reverse"}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			before := in[name]
			phase := phaseOf(t, before, o)
			s, rd := rebooted(t, before)
			if got := sendNames(rd.Effects); got != sent[phase] {
				t.Errorf("it sends %q", got)
			}
			if got := phaseOf(t, s, o); got != phase {
				t.Errorf("it was %s and is %s", phase, got)
			}
			if got := entryNames(rd.Entries); got != "Opened" {
				t.Errorf("it enters %q", got)
			}
			open := !phase.Final() || phase == PaidFor // whose receipt is due
			if (s.Session.View == ViewRecovery) != open || open && s.Session.Shown != o {
				t.Errorf("the screen is %s of %q", s.Session.View, s.Session.Shown)
			}
			if s.Session.Boot.Records != 7 || s.Session.Boot.CutAt != testAt {
				t.Errorf("it tells of %d records and a cut at %d", s.Session.Boot.Records, s.Session.Boot.CutAt)
			}
		})
	}
}

// TestARestartedSaleIsNotReversedAtOnce: the request may still be on its way.
func TestARestartedSaleIsNotReversedAtOnce(t *testing.T) {
	_, in, o := standings(t)
	s, rd := rebooted(t, in["asking, closing"])
	wait, ok := armed(rd.Effects, TimerMayReverse)
	if !ok || wait.After != testPolicy.ReverseAfter {
		t.Fatalf("the wait for a reversal is %+v", wait)
	}
	s, rd = last(t, s, answer(o, CallQuery, Unknown, CauseNoSuchOrder))
	if got := sendNames(rd.Effects); got != "" {
		t.Errorf("no such order: it sends %q", got)
	}
	if _, rd = last(t, s, TimerFired{wait.Timer}, answer(o, CallQuery, Unknown, CauseNoSuchOrder)); sendNames(rd.Effects) != "reverse" {
		t.Errorf("after the wait it sends %q", sendNames(rd.Effects))
	}
}

// TestASilentRestartEndsInAReversal plays the whole of it.
func TestASilentRestartEndsInAReversal(t *testing.T) {
	_, in, o := standings(t)
	s, rd := rebooted(t, in["asking, paying"])
	s, log := silentNetwork(t, s, rd, 200e9)
	got := strings.Join(log, ", ")
	if want := "query 0s, query 10s, query 20s, reverse 20s, reverse 30s"; !strings.HasPrefix(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := phaseOf(t, s, o); got != Reversing {
		t.Errorf("it is %s", got)
	}
}

// TestAScanAfterARestartDoesNotPay: the sale on the recovery screen is not paid
// again, and stays in sight.
func TestAScanAfterARestartDoesNotPay(t *testing.T) {
	_, in, _ := standings(t)
	s, _ := rebooted(t, in["asking"])
	if s, rd := last(t, s, payerScan("134567890123456780")); len(rd.Entries) > 0 || s.Session.View != ViewRecovery {
		t.Errorf("it enters %q, view %s", entryNames(rd.Entries), s.Session.View)
	}
}

// TestNumbersAfterARestartAreNew: another Install, and the counter goes on.
func TestNumbersAfterARestartAreNew(t *testing.T) {
	_, in, o := standings(t)
	s, _ := rebooted(t, in["refused"])
	s = after(t, s, append(typing("7 enter"), payerScan("134567890123456780"))...)
	if got := s.Session.Shown; got != NewOrderNo("BA9876543210", 2) || got == o {
		t.Errorf("the next order is %s after %s", got, o)
	}
}

// TestARestartedReversalStillTakesHalfAMinuteToForgetAnOrder: the count begins anew.
func TestARestartedReversalStillTakesHalfAMinuteToForgetAnOrder(t *testing.T) {
	_, in, o := standings(t)
	s, _ := rebooted(t, in["reversing"])
	unknown := []Event{answer(o, CallReverse, Unknown, CauseNoSuchOrder), answer(o, CallQuery, Unknown, CauseNoSuchOrder)}
	for try := 2; try <= 3; try++ {
		if s = after(t, s, unknown...); phaseOf(t, s, o) != Reversing {
			t.Fatalf("before try %d it is %s", try, phaseOf(t, s, o))
		}
		s = after(t, s, TimerFired{Timer{TimerReverse, o, try}})
	}
	if s = after(t, s, unknown...); phaseOf(t, s, o) != ReversedFor {
		t.Errorf("it is %s", phaseOf(t, s, o))
	}
}

// TestManySalesThatWereOpenAreTakenUpOneAfterAnother and every one is.
func TestManySalesThatWereOpenAreTakenUpOneAfterAnother(t *testing.T) {
	s, rd := last(t, openSales(5), Booted{})
	if got := sendNames(rd.Effects); got != "reverse" {
		t.Errorf("at once: %q", got)
	}
	if len(s.Session.Boot.Orders) != 5 || s.Session.Shown != NewOrderNo(testInstall, 5) {
		t.Errorf("the start tells of %v and shows %s", s.Session.Boot.Orders, s.Session.Shown)
	}
	_, log := silentNetwork(t, s, rd, 1e9)
	if len(log) != 5 {
		t.Errorf("within a second: %v", log)
	}
}
