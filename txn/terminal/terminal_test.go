package terminal_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"till/txn"
	"till/txn/money"
	"till/txn/terminal"
)

const at txn.Wall = 1795328880000

var setup = txn.Setup{
	Terminal: "T-0317", Operator: "Wang", Zone: 8 * time.Hour,
	Rails: []txn.RailSetup{{Name: txn.WeChatPay, Policy: txn.Policy{
		FirstQuery: 5 * time.Second, Interval: 10 * time.Second, Queries: 2, ReverseAfter: 15 * time.Second,
		ReversalInterval: 10 * time.Second, ReversalIntervalMax: 5 * time.Minute, ConfirmReversal: true,
	}}},
	SaleLimit: money.Fen(500000), CodeWait: time.Minute, ResultStays: 5 * time.Second, PaperRetry: 10 * time.Second,
}

// witness is a journal, a performer and a recorder that write down, in one
// list, what the terminal does with them, and when it was safe.
type witness struct {
	t      *testing.T
	term   *terminal.Terminal
	log    []string
	ledger txn.Ledger // as stored
	err    error      // what Append returns
	inside bool       // Append has not returned yet
	steps  []terminal.Step
}

func newWitness(t *testing.T) *witness {
	w := &witness{t: t}
	w.term = terminal.New(txn.State{Setup: setup}, w, w, func(s terminal.Step) {
		w.note("record")
		w.steps = append(w.steps, s)
	})
	return w
}

func (w *witness) note(format string, args ...any) {
	if w.inside {
		w.t.Errorf("%s before Append has returned", fmt.Sprintf(format, args...))
	}
	w.log = append(w.log, fmt.Sprintf(format, args...))
}

// Append implements terminal.Journal.
func (w *witness) Append(before, after txn.Ledger, entries []txn.Entry) error {
	w.note("append %s", names(entries))
	w.inside = true
	defer func() { w.inside = false }()
	if !reflect.DeepEqual(before, w.ledger) {
		w.t.Errorf("Append is told of %+v before, and %+v is stored", before, w.ledger)
	}
	if now := w.term.State().Ledger; !reflect.DeepEqual(now, before) {
		w.t.Errorf("the terminal knows %+v before it is stored", now)
	}
	if w.err != nil {
		return w.err
	}
	for _, e := range entries {
		w.ledger = txn.Apply(w.ledger, e)
	}
	if !reflect.DeepEqual(after, w.ledger) {
		w.t.Errorf("Append is told of %+v after, and the entries lead to %+v", after, w.ledger)
	}
	return nil
}

// Perform implements terminal.Performer.
func (w *witness) Perform(e txn.Effect) {
	w.note("perform %s", reflect.TypeOf(e).Name())
	if now := w.term.State().Ledger; !reflect.DeepEqual(now, w.ledger) {
		w.t.Errorf("%T while the terminal knows %+v and %+v is stored", e, now, w.ledger)
	}
}

// Show implements terminal.Performer.
func (w *witness) Show(s txn.State) {
	w.note("show %s", s.Session.View)
	if !reflect.DeepEqual(s, w.term.State()) {
		w.t.Error("another state is shown than the terminal's")
	}
}

func names[T any](list []T) string {
	var out []string
	for _, e := range list {
		out = append(out, reflect.TypeOf(e).Name())
	}
	return strings.Join(out, " ")
}

// handle handles an event and returns what that led to.
func (w *witness) handle(ev txn.Event) (string, error) {
	w.log = nil
	err := w.term.Handle(at, ev)
	return strings.Join(w.log, ", "), err
}

var scan = txn.CodeScanned{Scanned: txn.Scanned{
	Kind: txn.ScanPayer, Rail: txn.WeChatPay, Code: txn.NewPayerCode("134567890123456789"), Len: 18,
}}

// waiting is a terminal that waits for a payer's code.
func waiting(t *testing.T) *witness {
	w := newWitness(t)
	for _, ev := range []txn.Event{
		txn.Booted{Fresh: "0123456789AB"}, txn.KeyPressed{Key: txn.Key5}, txn.KeyPressed{Key: txn.KeyEnter},
	} {
		if _, err := w.handle(ev); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// TestDecisionsAreDurableThenKnownThenDone is the order of carryOut.
func TestDecisionsAreDurableThenKnownThenDone(t *testing.T) {
	w := waiting(t)
	order := txn.NewOrderNo("0123456789AB", 1)
	for _, step := range []struct {
		event txn.Event
		want  string
	}{
		{scan, "append Begun, record, perform SendPay, perform ArmTimer, perform ArmTimer, perform ArmTimer, show sale"},
		{txn.Answered{Order: order, Outcome: txn.Approved, Reference: "42"},
			"append Paid ReceiptDue, record, perform Sound, perform ArmTimer, perform TryPaper, show sale"},
		{txn.PaperTurn{}, "append ReceiptSending, record, perform Print, show sale"},
		{txn.ReceiptEnded{Order: order, Attempt: 1, Proof: "A"},
			"append ReceiptPrinted, record, perform ArmTimer, perform TryPaper, show sale"},
		{txn.KeyPressed{Key: txn.KeyEnter}, "record, show idle"}, // nothing to store: the journal is left alone
	} {
		got, err := w.handle(step.event)
		if err != nil {
			t.Fatal(err)
		}
		if got != step.want {
			t.Errorf("%T: %s\nwant %s", step.event, got, step.want)
		}
	}
}

// TestNothingIsDoneThatTheJournalHasNotTaken: an error of Append comes back, and
// the terminal neither does, shows, records nor knows what was to be stored.
func TestNothingIsDoneThatTheJournalHasNotTaken(t *testing.T) {
	w := waiting(t)
	before := w.term.State()
	w.err = errors.New("the disk is gone")
	got, err := w.handle(scan)
	if !errors.Is(err, w.err) || got != "append Begun" {
		t.Errorf("it did %q and returned %v", got, err)
	}
	if !strings.Contains(err.Error(), "CodeScanned") {
		t.Errorf("%v does not say after what", err)
	}
	if !reflect.DeepEqual(w.term.State(), before) {
		t.Error("the terminal knows what is not stored")
	}
}

// TestABrokenPromiseStopsTheTerminalBeforeItActs lets the state be one that
// cannot have come about.
func TestABrokenPromiseStopsTheTerminalBeforeItActs(t *testing.T) {
	w := &witness{t: t}
	w.ledger = txn.Ledger{Install: "0123456789AB", Txs: []txn.Tx{
		{Order: txn.NewOrderNo("0123456789AB", 3), Rail: txn.WeChatPay, Amount: money.Fen(1), Phase: txn.Reversing},
	}}
	w.term = terminal.New(txn.State{Setup: setup, Ledger: w.ledger}, w, w, nil)
	got, err := w.handle(txn.Booted{Fresh: "0123456789AB"})
	if !errors.Is(err, txn.ErrPromise) || strings.Contains(got, "perform") || strings.Contains(got, "show") {
		t.Errorf("it did %q and returned %v", got, err)
	}
}

// TestEveryStepIsRecorded with what went in and what came out, those that
// change nothing as well, and in order.
func TestEveryStepIsRecorded(t *testing.T) {
	w := waiting(t)
	order := txn.NewOrderNo("0123456789AB", 1)
	events := []txn.Event{scan, txn.PaperTurn{}, txn.Answered{Order: order, Outcome: txn.Declined, Cause: txn.CauseRisk}}
	w.steps = nil
	for i, ev := range events {
		before := w.term.State()
		if _, err := w.handle(ev); err != nil {
			t.Fatal(err)
		}
		want := txn.Step(before, at, ev)
		if len(w.steps) != i+1 || !reflect.DeepEqual(w.steps[i], terminal.Step{At: at, Event: ev, Entries: want.Entries, Effects: want.Effects}) {
			t.Errorf("%T is recorded as %+v", ev, w.steps[i:])
		}
	}
}
