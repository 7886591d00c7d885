package txn

import (
	"flag"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"till/txn/money"
)

var update = flag.Bool("update", false, "rewrite the golden files; read the diff before you commit it")

// testPolicy is WeChat Pay's, with two queries.
var testPolicy = Policy{
	FirstQuery: 5 * time.Second, Interval: 10 * time.Second, Queries: 2, ReverseAfter: 15 * time.Second,
	ReversalInterval: 10 * time.Second, ReversalIntervalMax: 5 * time.Minute, ConfirmReversal: true,
}

var testSetup = Setup{
	Terminal: "T-0317", Operator: "Wang", Zone: 8 * time.Hour, Merchant: Merchant{Name: "老张面馆"},
	Rails: []RailSetup{{Name: WeChatPay, Policy: testPolicy}}, SaleLimit: money.Fen(500000),
	CodeWait: time.Minute, ResultStays: 5 * time.Second, PaperRetry: 10 * time.Second,
}

// testAt is 2026-11-22 14:28:00 in Shanghai.
const testAt Wall = 1795328880000

const testInstall Install = "0123456789AB"

// after carries events out in memory and returns the state they lead to.
func after(t *testing.T, s State, evs ...Event) State {
	t.Helper()
	for _, ev := range evs {
		rd := Step(s, testAt, ev)
		for _, e := range rd.Entries {
			s.Ledger = Apply(s.Ledger, e)
		}
		s.Session = rd.Session
		if err := Check(s); err != nil {
			t.Fatalf("after %+v: %v", ev, err)
		}
	}
	return s
}

func booted(t *testing.T) State {
	return after(t, State{Setup: testSetup}, Booted{Fresh: testInstall})
}

func press(keys ...Key) []Event {
	var evs []Event
	for _, k := range keys {
		evs = append(evs, KeyPressed{k})
	}
	return evs
}

func payerScan(code string) Event {
	return CodeScanned{Scanned{Kind: ScanPayer, Rail: WeChatPay, Code: NewPayerCode(code), Len: len(code)}}
}

// asking returns a terminal with one sale of 12.50 that has just been begun.
func asking(t *testing.T) (State, OrderNo) {
	s := after(t, booted(t), append(press(Key1, Key2, Key5, Key0, KeyEnter), payerScan("134567890123456789"))...)
	return s, s.Session.Shown
}

// standings are the states of one sale that the table has rows for.
func standings(t *testing.T) ([]string, map[string]State, OrderNo) {
	ask, o := asking(t)
	unheard := Answered{Order: o, Call: CallPay, Outcome: Unknown, Cause: CauseNoAnswer}
	closing := after(t, ask, unheard, TimerFired{Timer{TimerMayReverse, o, 1}}, TimerFired{Timer{TimerAsk, o, 3}})
	young := after(t, ask, unheard)
	old := after(t, young, TimerFired{Timer{TimerMayReverse, o, 1}})
	reversing := after(t, closing, Answered{Order: o, Call: CallQuery, Outcome: Unknown, Cause: CauseNoAnswer})
	confirming := after(t, reversing, Answered{Order: o, Call: CallReverse, Outcome: Undone})
	paid := after(t, ask, Answered{Order: o, Call: CallPay, Outcome: Approved, Reference: "4200001"})
	refused := after(t, ask, Answered{Order: o, Call: CallPay, Outcome: Declined, Cause: CausePayerFunds, Code: "NOTENOUGH"})
	reversed := after(t, confirming, Answered{Order: o, Call: CallQuery, Outcome: Undone})
	names := []string{"asking, paying", "asking, under 15 s", "asking", "asking, closing", "reversing",
		"reversing, confirming", "paid", "refused", "reversed"}
	return names, map[string]State{names[0]: ask, names[1]: young, names[2]: old, names[3]: closing, names[4]: reversing,
		names[5]: confirming, names[6]: paid, names[7]: refused, names[8]: reversed}, o
}

// happenings are the events of the table.
func happenings(o OrderNo) ([]string, map[string]Event) {
	var names []string
	evs := map[string]Event{}
	add := func(name string, ev Event) { names, evs[name] = append(names, name), ev }
	for _, call := range []Call{CallPay, CallQuery, CallReverse} {
		for _, out := range []Outcome{Unknown, Pending, Approved, Declined, Undone} {
			add(fmt.Sprintf("%s %s", call, out), Answered{Order: o, Call: call, Outcome: out, Cause: CauseOther, Reference: "4200001"})
		}
		add(call.String()+" no such order", Answered{Order: o, Call: call, Outcome: Unknown, Cause: CauseNoSuchOrder})
		add(call.String()+" unknown, again", Answered{Order: o, Call: call, Outcome: Unknown, Cause: CauseUntrusted, Again: true})
		add(call.String()+" declined, undo", Answered{Order: o, Call: call, Outcome: Declined, Cause: CausePayerRefused, Undo: true})
	}
	add("time to ask", TimerFired{Timer{TimerAsk, o, 2}})
	add("time to ask last", TimerFired{Timer{TimerAsk, o, 3}})
	add("time is over", TimerFired{Timer{TimerAsk, o, 4}})
	add("reversal allowed", TimerFired{Timer{TimerMayReverse, o, 1}})
	add("time to reverse", TimerFired{Timer{TimerReverse, o, 2}})
	add("cancel key", KeyPressed{KeyCancel})
	add("enter key", KeyPressed{KeyEnter})
	add("same code again", payerScan("134567890123456789"))
	add("another code", payerScan("134567890123456780"))
	return names, evs
}

// TestTheTransitionTableIsThatOfTheMachine makes the table of doc.go from
// every state of a sale and every event, and compares.
func TestTheTransitionTableIsThatOfTheMachine(t *testing.T) {
	states, byState, o := standings(t)
	events, byEvent := happenings(o)
	var b strings.Builder
	row := func(cells ...any) { fmt.Fprintf(&b, "//\t%-21s  %-22s  %-9s  %-21s  %s\n", cells...) }
	row("state", "event", "then", "entered", "sent")
	for _, st := range states {
		for _, ev := range events {
			s := byState[st]
			rd := Step(s, testAt, byEvent[ev])
			next := after(t, s, byEvent[ev])
			was, _ := s.Ledger.Tx(o)
			is, _ := next.Ledger.Tx(o)
			entered, sent := entryNames(rd.Entries), sendNames(rd.Effects)
			if was.Phase == is.Phase && entered == "" && sent == "" {
				continue
			}
			row(st, ev, is.Phase, entered, sent)
		}
	}
	golden(t, "confirmed.\n//\n", "//\n// # Transition table of refunds\n", trimLines(b.String()))
}

func trimLines(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

func entryNames(es []Entry) string {
	var names []string
	for _, e := range es {
		names = append(names, reflect.TypeOf(e).Name())
	}
	return strings.Join(names, " ")
}

func sendNames(es []Effect) string {
	var names []string
	for _, e := range es {
		switch e.(type) {
		case SendPay:
			names = append(names, "pay")
		case SendQuery:
			names = append(names, "query")
		case SendReversal:
			names = append(names, "reverse")
		}
	}
	return strings.Join(names, " ")
}
