package txn

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"till/txn/money"
)

// The tests of this file each play one story that once ended badly.

func cues(es []Effect) []Cue {
	var out []Cue
	for _, e := range es {
		if s, ok := e.(Sound); ok {
			out = append(out, s.Cue)
		}
	}
	return out
}

// TestSoundsAreAboutTheSaleOnTheScreen: A is in doubt and left, B is on
// the screen and not paid; A's approval must not sound as if B were paid.
func TestSoundsAreAboutTheSaleOnTheScreen(t *testing.T) {
	s, a := asking(t)
	s = after(t, s, Answered{Order: a, Call: CallPay, Outcome: Unknown, Cause: CauseNoAnswer})
	s = after(t, s, append(press(KeyCancel, Key9, Key00, KeyEnter), payerScan("134567890123450000"))...)
	b := s.Session.Shown
	for _, tt := range []struct {
		ev   Event
		cue  Cue
		what string
	}{
		{Answered{Order: a, Call: CallQuery, Outcome: Approved, Reference: "1"}, CueApproved, "approval"},
		{Answered{Order: a, Call: CallQuery, Outcome: Undone, Cause: CauseElsewhere}, CueDeclined, "end"},
	} {
		rd := Step(s, testAt, tt.ev)
		if rd.Session.Shown != b || rd.Session.View != ViewSale {
			t.Fatalf("the screen shows %s", rd.Session.Shown)
		}
		if slices.Contains(cues(rd.Effects), tt.cue) {
			t.Errorf("B (%s) is on the screen and unpaid; the %s of A (%s) is heard as %q", b, tt.what, a, tt.cue)
		}
	}
}

// TestSameAmountAfterAnUnseenSuccessAsks: decisions.md 5, causes.md C25.
func TestSameAmountAfterAnUnseenSuccessAsks(t *testing.T) {
	ask, o := asking(t)
	approved := Answered{Order: o, Call: CallQuery, Outcome: Approved, Reference: "1"}
	again := press(Key1, Key2, Key5, Key0, KeyEnter)

	left := after(t, ask, Answered{Order: o, Call: CallPay, Outcome: Unknown, Cause: CauseNoAnswer})
	left = after(t, left, press(KeyCancel)...) // "next, this stays"
	left = after(t, left, approved)            // nobody sees it: the screen is idle
	if s := after(t, left, again...); s.Session.View != ViewRepeat {
		t.Errorf("left in doubt, approved unseen, same amount again: view %s, no question asked", s.Session.View)
	}

	cut := after(t, State{Setup: testSetup, Ledger: ask.Ledger}, Booted{Fresh: "BBBBBBBBBBBB"}, approved)
	cut = after(t, cut, payerScan("134567890123456789")) // the customer holds the phone up again
	if cut.Session.View == ViewReject {
		t.Errorf("a scan takes the screen of the power cut away and asks for the amount")
	}
	cut = after(t, cut, again...)
	if cut.Session.View != ViewRepeat {
		t.Errorf("found paid after a power cut, same amount again: view %s, no question asked", cut.Session.View)
	}
	s := after(t, cut, payerScan("134567890123450001"))
	n := 0
	for _, tx := range s.Ledger.Txs {
		if tx.Amount == money.Fen(1250) && (tx.Phase == PaidFor || tx.Phase == Asking) {
			n++
		}
	}
	if n > 1 {
		t.Errorf("the customer is charged %d times", n)
	}
}

// paidSales is a ledger with n paid sales whose receipts are due.
func paidSales(n int) State {
	s := State{Setup: testSetup}
	s.Ledger = Apply(s.Ledger, Opened{testAt, testInstall})
	for i := range n {
		o := NewOrderNo(testInstall, uint64(i+1))
		s.Ledger = Apply(s.Ledger, Begun{At: testAt, Order: o, Rail: WeChatPay, Amount: money.Fen(100), Terminal: "T", Operator: "W"})
		s.Ledger = Apply(s.Ledger, Paid{testAt, 20261122, o, "1"})
		s.Ledger = Apply(s.Ledger, ReceiptDue{testAt, o, false})
	}
	return s
}

// TestALongQueueOfReceiptsIsPrinted: a day without a printer, then the
// queue comes out while nobody sells.
func TestALongQueueOfReceiptsIsPrinted(t *testing.T) {
	const n = 600
	s := paidSales(n)
	do := func(ev Event) {
		rd := Step(s, testAt, ev)
		for _, e := range rd.Entries {
			s.Ledger = Apply(s.Ledger, e)
		}
		s.Session = rd.Session
	}
	do(Booted{Fresh: testInstall})
	do(FaultCleared{devicePrinter})
	for i := range n {
		do(PaperTurn{})
		o := s.Session.Printer
		tx, _ := s.Ledger.Tx(o)
		do(ReceiptEnded{Order: o, Attempt: tx.Paper.Attempt, Result: PrintDone, Proof: "A"})
		if err := Check(s); err != nil {
			t.Fatalf("after receipt %d the process ends: %v", i+1, err)
		}
	}
}

// TestAPrinterWithoutPaperDoesNotFillTheJournal counts what a night
// without paper writes.
func TestAPrinterWithoutPaperDoesNotFillTheJournal(t *testing.T) {
	s := after(t, paidSales(1), Booted{Fresh: testInstall}, FaultRaised{devicePrinter, "P02"})
	s.Session.Retries = 1
	entries := 0
	ev := Event(TimerFired{Timer{TimerPaper, "", 1}})
	night := 12 * time.Hour
	wait := testSetup.PaperRetry
	for now := time.Duration(0); now < night; now += wait {
		rd := Step(s, testAt, ev)
		s, entries = after(t, s, ev), entries+len(rd.Entries)
		if s.Session.Printer == "" {
			break
		}
		tx, _ := s.Ledger.Tx(s.Session.Printer)
		end := ReceiptEnded{Order: tx.Order, Attempt: tx.Paper.Attempt, Result: PrintRefused, Fault: "P02"}
		rd = Step(s, testAt, end)
		for _, e := range rd.Effects {
			if a, ok := e.(ArmTimer); ok {
				wait = a.After
			}
		}
		s, entries = after(t, s, end), entries+len(rd.Entries)
		ev = TimerFired{Timer{TimerPaper, "", s.Session.Retries}}
	}
	if entries > 500 {
		t.Errorf("one receipt and a printer known to be without paper: %d commits of a record each in a night", entries)
	}
}

// TestARailThatIsGoneDoesNotSpin: a sale is open whose network is no
// longer configured.
func TestARailThatIsGoneDoesNotSpin(t *testing.T) {
	for _, reversing := range []bool{false, true} {
		s := State{Setup: testSetup}
		o := NewOrderNo(testInstall, 1)
		s.Ledger = Apply(s.Ledger, Begun{At: testAt, Order: o, Rail: Alipay, Amount: money.Fen(100), Terminal: "T", Operator: "W"})
		if reversing {
			s.Ledger = Apply(s.Ledger, ReversalDue{testAt, o, CauseNoAnswer, "", ""})
		}
		rd := Step(s, testAt, Booted{Fresh: testInstall})
		for _, e := range rd.Effects {
			if a, ok := e.(ArmTimer); ok && a.After < time.Second {
				t.Errorf("reversing %v: %+v: a loop without a pause", reversing, a)
			}
		}
	}
}

// TestAReversalIsNotSentInTheFirst15Seconds: rails.md 0.2 and 1.6.
func TestAReversalIsNotSentInTheFirst15Seconds(t *testing.T) {
	s, o := asking(t)
	rd := Step(s, testAt, Answered{Order: o, Call: CallPay, Outcome: Declined, Cause: CausePayerRefused, Undo: true})
	if got := sendNames(rd.Effects); strings.Contains(got, "reverse") {
		t.Errorf("PAYERROR in the first second: sends %q", got)
	}
}

// TestAReversalThatComesTooLateEnds: after seven days the network will
// never reverse it, and the sale is paid.
func TestAReversalThatComesTooLateEnds(t *testing.T) {
	_, in, o := standings(t)
	s := in["reversing"]
	for try := 1; try < 200; try++ {
		s = after(t, s, Answered{Order: o, Call: CallReverse, Outcome: Declined, Cause: CauseTooLate, Code: "REVERSE_EXPIRE"},
			Answered{Order: o, Call: CallQuery, Outcome: Approved, Reference: "1"}, TimerFired{Timer{TimerReverse, o, try}})
	}
	c, _ := s.Session.Chase(o)
	if phaseOf(t, s, o) == Reversing && c.Cause != CauseTooLate {
		t.Errorf("200 rounds of REVERSE_EXPIRE and SUCCESS: still reversing, cause on the screen %q", c.Cause)
	}
}

// TestAnOldQueryConfirmsNothing: a query that left before the reversal
// is answered after it.
func TestAnOldQueryConfirmsNothing(t *testing.T) {
	s, o := asking(t)
	s = after(t, s, Answered{Order: o, Call: CallPay, Outcome: Unknown, Cause: CauseNoAnswer},
		TimerFired{Timer{TimerMayReverse, o, 1}}, TimerFired{Timer{TimerAsk, o, 1}}) // a query leaves and dawdles
	s = after(t, s, TimerFired{Timer{TimerAsk, o, 3}}, TimerFired{Timer{TimerAsk, o, 4}})
	if phaseOf(t, s, o) != Reversing {
		t.Fatalf("it is %s", phaseOf(t, s, o))
	}
	s = after(t, s, Answered{Order: o, Call: CallReverse, Outcome: Undone})
	old := Answered{Order: o, Call: CallQuery, Outcome: Unknown, Cause: CauseNoSuchOrder}
	rd := Step(s, testAt, old)
	s = after(t, s, old)
	if got := sendNames(rd.Effects); got != "query" || phaseOf(t, s, o) != Reversing {
		t.Errorf("the answer to the old query makes it %s and sends %q", phaseOf(t, s, o), got)
	}
}

// TestACancelledSaleIsNotBegunByAScanAlone: the operator took it back;
// the customer's phone still lies before the scanner and shows a new code.
func TestACancelledSaleIsNotBegunByAScanAlone(t *testing.T) {
	_, in, o := standings(t)
	s := after(t, in["asking, paying"], Answered{Order: o, Call: CallPay, Outcome: Pending, Cause: CausePayerActing},
		TimerFired{Timer{TimerMayReverse, o, 1}}, KeyPressed{KeyCancel},
		Answered{Order: o, Call: CallQuery, Outcome: Pending, Cause: CausePayerActing},
		Answered{Order: o, Call: CallReverse, Outcome: Undone}, Answered{Order: o, Call: CallQuery, Outcome: Undone})
	tx, _ := s.Ledger.Tx(o)
	rd := Step(s, testAt, payerScan("134567890123450002"))
	if tx.Phase != ReversedFor || tx.Cause != CauseOperator {
		t.Fatalf("it is %s, %s", tx.Phase, tx.Cause)
	}
	if entryNames(rd.Entries) == "Begun" {
		t.Errorf("cancelled by the operator (%s, %s): a scan without a key charges again", tx.Phase, tx.Cause)
	}
}

// TestAnUnconfirmedReceiptIsNotForgotten: the printer's cable goes after
// the last byte, when the next customer is on the screen.
func TestAnUnconfirmedReceiptIsNotForgotten(t *testing.T) {
	_, in, o := standings(t)
	s := after(t, in["paid"], PaperTurn{}, KeyPressed{KeyEnter}, KeyPressed{Key7})
	tx, _ := s.Ledger.Tx(o)
	rd := Step(s, testAt, ReceiptEnded{Order: o, Attempt: tx.Paper.Attempt, Result: PrintUnconfirmed, Fault: "D01"})
	if len(cues(rd.Effects)) == 0 {
		t.Error("nobody hears that the receipt may not have come out, and no screen shows it")
	}
}

func TestSecretsStayMasked(t *testing.T) {
	s, _ := asking(t)
	ev := payerScan("134567890123456789")
	rd := Step(s, testAt, KeyPressed{KeyEnter})
	for _, v := range []any{s, s.Session, rd, ev, s.Session.Spent} {
		for _, f := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			if got := fmt.Sprintf(f, v); strings.Contains(got, "134567890123456789") || strings.Contains(got, "313334353637") {
				t.Errorf("%s of %T shows the payer's code", f, v)
			}
		}
	}
}

// TestASaleFoundAtStartIsAskedForBeforeItIsTakenBack: house.md 5.3, 5 and
// 9. The power came back and the network did not: not one query has left, and the
// customer went home with a phone that says "paid".
func TestASaleFoundAtStartIsAskedForBeforeItIsTakenBack(t *testing.T) {
	ask, o := asking(t)
	s := after(t, State{Setup: testSetup, Ledger: ask.Ledger}, Booted{Fresh: "BBBBBBBBBBBB"})
	unsent := Answered{Order: o, Call: CallQuery, Outcome: Unknown, Cause: CauseNotSent, Fault: "L01"}
	s = after(t, s, LinkDown{"L01"}, unsent, TimerFired{Timer{TimerMayReverse, o, 1}})
	for try := 2; try <= testPolicy.Queries+2; try++ {
		s = after(t, s, TimerFired{Timer{TimerAsk, o, try}}, unsent)
	}
	if got := phaseOf(t, s, o); got != Asking {
		t.Errorf("no query has left the machine, and the sale is %s", got)
	}
	rd := Step(s, testAt, LinkUp{})
	if got := sendNames(rd.Effects); got != "query" {
		t.Errorf("the network is back: sends %q, want the query at once", got)
	}
}
