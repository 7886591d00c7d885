package txn

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"till/txn/money"
)

// last carries events out like after and also returns what the last one brought.
func last(t *testing.T, s State, evs ...Event) (State, Ready) {
	t.Helper()
	s = after(t, s, evs[:len(evs)-1]...)
	rd := Step(s, testAt, evs[len(evs)-1])
	return after(t, s, evs[len(evs)-1]), rd
}

func phaseOf(t *testing.T, s State, o OrderNo) Phase {
	t.Helper()
	tx, ok := s.Ledger.Tx(o)
	if !ok {
		t.Fatalf("order %s is not in the ledger", o)
	}
	return tx.Phase
}

// answer is one answer about the test's sale.
func answer(o OrderNo, call Call, out Outcome, cause Cause) Answered {
	return Answered{Order: o, Call: call, Outcome: out, Cause: cause, Reference: "4200001"}
}

func TestWhatAnAnswerDoes(t *testing.T) {
	_, in, o := standings(t)
	again := func(a Answered) Answered { a.Again = true; return a }
	undo := func(a Answered) Answered { a.Undo = true; return a }
	tests := []struct {
		name    string
		in      string
		answers []Event
		entered string // by the last of them
		sent    string
		then    Phase
	}{
		{"an approval is journaled together with the receipt that it owes", "asking, paying",
			[]Event{answer(o, CallPay, Approved, "")}, "Paid ReceiptDue", "", PaidFor},
		{"a refusal is journaled and owes no receipt", "asking, paying",
			[]Event{answer(o, CallPay, Declined, CausePayerFunds)}, "Refused", "", RefusedFor},
		{"not to know is not to fail", "asking, paying",
			[]Event{answer(o, CallPay, Unknown, CauseNoAnswer)}, "", "", Asking},
		{"a customer who types is not a refusal", "asking, paying",
			[]Event{answer(o, CallPay, Pending, CausePayerActing)}, "", "", Asking},
		{"an unsigned approval decides nothing and is asked about at once", "asking, paying",
			[]Event{again(answer(o, CallPay, Unknown, CauseUntrusted))}, "", "query", Asking},
		{"an unsigned answer to a query decides nothing and waits its turn", "asking",
			[]Event{again(answer(o, CallQuery, Unknown, CauseUntrusted))}, "", "", Asking},
		{"an answer about somebody else's order decides nothing", "asking",
			[]Event{answer(o, CallQuery, Unknown, CauseForeign)}, "", "", Asking},
		{"an answer that comes twice counts once", "asking, paying",
			[]Event{answer(o, CallPay, Approved, ""), answer(o, CallPay, Approved, "")}, "", "", PaidFor},
		{"a refusal that comes twice counts once", "asking, paying",
			[]Event{answer(o, CallPay, Declined, CauseRisk), answer(o, CallPay, Declined, CauseRisk)}, "", "", RefusedFor},
		{"a query's approval that comes after the payment's counts once", "paid",
			[]Event{answer(o, CallQuery, Approved, "")}, "", "", PaidFor},
		{"not to know does not touch what is paid", "paid",
			[]Event{answer(o, CallQuery, Unknown, CauseNoSuchOrder)}, "", "", PaidFor},
		{"a denial of what is paid is recorded and moves no money", "paid",
			[]Event{answer(o, CallQuery, Declined, CauseRisk)}, "Contradicted", "", PaidFor},
		{"a second denial is not recorded again", "paid",
			[]Event{answer(o, CallQuery, Declined, CauseRisk), answer(o, CallQuery, Undone, CauseElsewhere)}, "", "", PaidFor},
		{"an approval after a refusal goes back: the customer was told not charged", "refused",
			[]Event{answer(o, CallQuery, Approved, "")}, "ReversalDue", "", Reversing},
		{"... and is reversed as soon as the network allows", "refused",
			[]Event{answer(o, CallQuery, Approved, ""), TimerFired{Timer{TimerReverse, o, 0}}}, "", "reverse", Reversing},
		{"an approval after a reversal goes back again", "reversed",
			[]Event{answer(o, CallPay, Approved, "")}, "ReversalDue", "", Reversing},
		{"an approval of the payment does not bring back what is being reversed", "reversing",
			[]Event{answer(o, CallPay, Approved, "")}, "", "", Reversing},
		{"nor does a query's", "reversing",
			[]Event{answer(o, CallQuery, Approved, "")}, "", "", Reversing},
		{"nor does it when a reversal was accepted", "reversing, confirming",
			[]Event{answer(o, CallQuery, Approved, "")}, "", "", Reversing},
		{"a refusal that wants a reversal gets one", "asking",
			[]Event{undo(answer(o, CallQuery, Declined, CausePayerRefused))}, "ReversalDue", "reverse", Reversing},
		{"no such order means nothing while the request is on its way", "asking, paying",
			[]Event{answer(o, CallQuery, Unknown, CauseNoSuchOrder)}, "", "", Asking},
		{"nor does it after 15 s, as long as it is", "asking, paying",
			[]Event{TimerFired{Timer{TimerMayReverse, o, 1}}, answer(o, CallQuery, Unknown, CauseNoSuchOrder),
				answer(o, CallQuery, Unknown, CauseNoSuchOrder)}, "", "", Asking},
		{"no such order is reversed, not believed", "asking",
			[]Event{answer(o, CallQuery, Unknown, CauseNoSuchOrder)}, "ReversalDue", "reverse", Reversing},
		{"no such order within 15 s waits for them", "asking, under 15 s",
			[]Event{answer(o, CallQuery, Unknown, CauseNoSuchOrder)}, "", "", Asking},
		{"and asks once more then", "asking, under 15 s",
			[]Event{answer(o, CallQuery, Unknown, CauseNoSuchOrder), TimerFired{Timer{TimerMayReverse, o, 1}}}, "", "query", Asking},
		{"and is paid if it turns out so", "asking, under 15 s",
			[]Event{answer(o, CallQuery, Unknown, CauseNoSuchOrder), TimerFired{Timer{TimerMayReverse, o, 1}},
				answer(o, CallQuery, Approved, "")}, "Paid ReceiptDue", "", PaidFor},
		{"and is reversed if nobody knows it even then", "asking, under 15 s",
			[]Event{answer(o, CallQuery, Unknown, CauseNoSuchOrder), TimerFired{Timer{TimerMayReverse, o, 1}},
				answer(o, CallQuery, Unknown, CauseNoSuchOrder)}, "ReversalDue", "reverse", Reversing},
		{"an order that was closed elsewhere is over", "asking",
			[]Event{answer(o, CallQuery, Undone, CauseElsewhere)}, "Reversed", "", ReversedFor},
		{"an answer to a reversal that was never sent means nothing", "asking",
			[]Event{answer(o, CallReverse, Undone, CauseConfirmed)}, "", "", Asking},
		{"the last query's approval is an approval", "asking, closing",
			[]Event{answer(o, CallQuery, Approved, "")}, "Paid ReceiptDue", "", PaidFor},
		{"the last query and the reversal have no gap between them", "asking, closing",
			[]Event{answer(o, CallQuery, Pending, CausePayerActing)}, "ReversalDue", "reverse", Reversing},
		{"a late answer of the payment does not stop for the last query", "asking, closing",
			[]Event{answer(o, CallPay, Approved, "")}, "Paid ReceiptDue", "", PaidFor},
		{"a reversal that was accepted counts when a query says so too", "reversing",
			[]Event{answer(o, CallReverse, Undone, CauseConfirmed)}, "", "query", Reversing},
		{"and then it is over", "reversing",
			[]Event{answer(o, CallReverse, Undone, CauseConfirmed), answer(o, CallQuery, Undone, CauseElsewhere)},
			"Reversed", "", ReversedFor},
		{"an accepted reversal of an order that nobody knows is not over at once", "reversing",
			[]Event{answer(o, CallReverse, Undone, CauseConfirmed), answer(o, CallQuery, Unknown, CauseNoSuchOrder)},
			"", "", Reversing},
		{"... but after the third round", "reversing",
			[]Event{TimerFired{Timer{TimerReverse, o, 1}}, answer(o, CallReverse, Undone, CauseConfirmed),
				answer(o, CallQuery, Unknown, CauseNoSuchOrder), TimerFired{Timer{TimerReverse, o, 2}},
				answer(o, CallReverse, Undone, CauseConfirmed), answer(o, CallQuery, Unknown, CauseNoSuchOrder),
				TimerFired{Timer{TimerReverse, o, 3}},
				answer(o, CallReverse, Undone, CauseConfirmed), answer(o, CallQuery, Unknown, CauseNoSuchOrder)},
			"Reversed", "", ReversedFor},
		{"an accepted reversal that the query does not know of is sent again", "reversing",
			[]Event{answer(o, CallReverse, Undone, CauseConfirmed), answer(o, CallQuery, Approved, ""),
				TimerFired{Timer{TimerReverse, o, 1}}}, "", "reverse", Reversing},
		{"silence after an accepted reversal repeats it", "reversing",
			[]Event{answer(o, CallReverse, Undone, CauseConfirmed), answer(o, CallQuery, Unknown, CauseNoAnswer),
				TimerFired{Timer{TimerReverse, o, 1}}}, "", "reverse", Reversing},
		{"a reversal of a paid order that is refused makes the terminal ask, and go on", "reversing",
			[]Event{answer(o, CallReverse, Declined, CauseTooLate)}, "", "query", Reversing},
		{"recall: the reversal is sent again at once", "reversing",
			[]Event{again(answer(o, CallReverse, Unknown, CauseGatewayDown))}, "", "reverse", Reversing},
		{"recall without end: the timer takes over", "reversing",
			[]Event{again(answer(o, CallReverse, Unknown, CauseGatewayDown)), again(answer(o, CallReverse, Unknown, CauseGatewayDown)),
				again(answer(o, CallReverse, Unknown, CauseGatewayDown))}, "", "", Reversing},
		{"a customer who still types is not reversed yet", "reversing",
			[]Event{answer(o, CallReverse, Pending, CausePayerActing)}, "", "", Reversing},
		{"silence to a reversal is repeated by the timer", "reversing",
			[]Event{answer(o, CallReverse, Unknown, CauseNoAnswer), TimerFired{Timer{TimerReverse, o, 7}}}, "", "reverse", Reversing},
		{"a reversal on its way is not sent a second time", "reversing",
			[]Event{TimerFired{Timer{TimerReverse, o, 1}}}, "", "", Reversing},
		{"a timer of a finished sale does nothing", "paid",
			[]Event{TimerFired{Timer{TimerAsk, o, 3}}}, "", "", PaidFor},
		{"nor does one that would take it back", "paid",
			[]Event{TimerFired{Timer{TimerReverse, o, 1}}}, "", "", PaidFor},
		{"an answer to a number never given out does nothing", "asking",
			[]Event{answer(NewOrderNo(testInstall, 99), CallPay, Approved, "")}, "", "", Asking},
		{"nor does one to another life of this store", "asking",
			[]Event{answer(NewOrderNo("ZZZZZZZZZZZZ", 1), CallPay, Approved, "")}, "", "", Asking},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, rd := last(t, in[tt.in], tt.answers...)
			if got := entryNames(rd.Entries); got != tt.entered {
				t.Errorf("entered %q, want %q", got, tt.entered)
			}
			if got := sendNames(rd.Effects); got != tt.sent {
				t.Errorf("sent %q, want %q", got, tt.sent)
			}
			if got := phaseOf(t, s, o); got != tt.then {
				t.Errorf("then %s, want %s", got, tt.then)
			}
		})
	}
}

// TestEntriesSayWhatWasDecided looks into the entries of the main ways.
func TestEntriesSayWhatWasDecided(t *testing.T) {
	_, in, o := standings(t)
	fresh, begun := last(t, booted(t), append(press(Key1, Key2, Key5, Key0, KeyEnter), payerScan("134567890123456789"))...)
	tests := []struct {
		name string
		got  []Entry
		want []Entry
	}{
		{"a sale is begun under a new number, without the payer's code", begun.Entries,
			[]Entry{Begun{At: testAt, Order: NewOrderNo(testInstall, 1), Rail: WeChatPay, Amount: money.Fen(1250), Terminal: "T-0317", Operator: "Wang"}}},
		{"the next is begun under the next number", Step(after(t, fresh, answer(o, CallPay, Declined, CauseRisk)), testAt,
			payerScan("134567890123456780")).Entries,
			[]Entry{Begun{At: testAt, Order: NewOrderNo(testInstall, 2), Rail: WeChatPay, Amount: money.Fen(1250), Terminal: "T-0317", Operator: "Wang"}}},
		{"an approval keeps the network's number and the day at the shop", Step(in["asking"], testAt, answer(o, CallQuery, Approved, "")).Entries,
			[]Entry{Paid{testAt, 20261122, o, "4200001"}, ReceiptDue{testAt, o, false}}},
		{"a refusal keeps the cause, the code and the words", Step(in["asking"], testAt,
			Answered{Order: o, Call: CallPay, Outcome: Declined, Cause: CausePayerFunds, Code: "NOTENOUGH", Text: "余额不足"}).Entries,
			[]Entry{Refused{testAt, o, CausePayerFunds, "NOTENOUGH", "余额不足"}}},
		{"a reversal says that nobody answered", Step(in["asking, closing"], testAt, answer(o, CallQuery, Unknown, CauseNoAnswer)).Entries,
			[]Entry{ReversalDue{testAt, o, CauseNoAnswer, "", ""}}},
		{"a reversal of a late approval says so", Step(in["refused"], testAt, answer(o, CallPay, Approved, "")).Entries,
			[]Entry{ReversalDue{testAt, o, CausePaidLate, "", ""}}},
		{"a reversal of an unknown order says so", Step(in["asking"], testAt, answer(o, CallQuery, Unknown, CauseNoSuchOrder)).Entries,
			[]Entry{ReversalDue{testAt, o, CauseNoSuchOrder, "", ""}}},
		{"the end of a reversal says that it is confirmed", Step(in["reversing, confirming"], testAt, answer(o, CallQuery, Undone, CauseElsewhere)).Entries,
			[]Entry{Reversed{testAt, o, CauseConfirmed, ""}}},
	}
	for _, tt := range tests {
		if !reflect.DeepEqual(tt.got, tt.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", tt.name, tt.got, tt.want)
		}
	}
}

// TestAReversalThatNeedsNoConfirmationEndsAtOnce is about networks whose
// Policy believes the answer to a reversal.
func TestAReversalThatNeedsNoConfirmationEndsAtOnce(t *testing.T) {
	_, in, o := standings(t)
	s := in["reversing"]
	p := testPolicy
	p.ConfirmReversal = false
	s.Setup.Rails = []RailSetup{{Name: WeChatPay, Policy: p}}
	s, rd := last(t, s, answer(o, CallReverse, Undone, CauseConfirmed))
	if got := entryNames(rd.Entries) + sendNames(rd.Effects); got != "Reversed" || phaseOf(t, s, o) != ReversedFor {
		t.Errorf("it did %q and is %s", got, phaseOf(t, s, o))
	}
}

// TestAPaymentBetweenTheLastQueryAndTheReversalGoesBack plays the race that no
// terminal can avoid: with a network that reverses paid orders, and with one that
// refuses to.
func TestAPaymentBetweenTheLastQueryAndTheReversalGoesBack(t *testing.T) {
	_, in, o := standings(t)
	s := after(t, in["asking, closing"], answer(o, CallQuery, Pending, CausePayerActing)) // and now the customer pays
	back := after(t, s, answer(o, CallReverse, Undone, CauseConfirmed), answer(o, CallQuery, Undone, CauseElsewhere))
	if got := phaseOf(t, back, o); got != ReversedFor {
		t.Errorf("a reversal that took it back leaves it %s", got)
	}
	for range 3 {
		s = after(t, s, answer(o, CallReverse, Declined, CauseOther), answer(o, CallQuery, Approved, ""))
		var rd Ready
		s, rd = last(t, s, TimerFired{Timer{TimerReverse, o, 1}})
		if got := phaseOf(t, s, o); got != Reversing || sendNames(rd.Effects) != "reverse" {
			t.Errorf("a refused reversal leaves it %s and sends %q", got, sendNames(rd.Effects))
		}
	}
}

// TestAnOrderThatNobodyKnowsIsNotForgottenTooSoon is about a network that
// neither knows the order nor remembers its reversal: a request that lingers
// must have had half a minute, however often the operator or the network asks
// for another reversal.
func TestAnOrderThatNobodyKnowsIsNotForgottenTooSoon(t *testing.T) {
	_, in, o := standings(t)
	unknown := []Event{answer(o, CallReverse, Unknown, CauseNoSuchOrder), answer(o, CallQuery, Unknown, CauseNoSuchOrder)}
	s := in["reversing"]
	for range 5 {
		s = after(t, s, append(slices.Clone(unknown), KeyPressed{KeyEnter})...)
	}
	if got := phaseOf(t, s, o); got != Reversing {
		t.Fatalf("after five keys in a moment it is %s", got)
	}
	recall := answer(o, CallReverse, Unknown, CauseGatewayDown)
	recall.Again = true
	s = after(t, in["reversing"], append([]Event{recall, recall}, unknown...)...)
	if got := phaseOf(t, s, o); got != Reversing {
		t.Fatalf("after two recalls in a moment it is %s", got)
	}
	s = after(t, in["reversing"], unknown...)
	for try := 1; try <= 2; try++ {
		if got := phaseOf(t, s, o); got != Reversing {
			t.Fatalf("after %d answers it is %s", try, got)
		}
		s = after(t, s, append([]Event{TimerFired{Timer{TimerReverse, o, try}}}, unknown...)...)
	}
	if got := phaseOf(t, s, o); got != ReversedFor {
		t.Errorf("after three answers over half a minute it is %s", got)
	}
}

// silentNetwork lets all requests of a state go unanswered and time pass, and
// returns when what was sent, in seconds.
func silentNetwork(t *testing.T, s State, rd Ready, limit time.Duration) (State, []string) {
	t.Helper()
	type due struct {
		at time.Duration
		ev Event
	}
	var queue []due
	var log []string
	now := time.Duration(0)
	do := func(rd Ready) {
		for _, e := range rd.Effects {
			silence := func(o OrderNo, c Call) {
				log = append(log, c.String()+" "+now.Truncate(time.Second).String())
				queue = append(queue, due{now, Answered{Order: o, Call: c, Outcome: Unknown, Cause: CauseNoAnswer}})
			}
			switch e := e.(type) {
			case SendPay:
				silence(e.Order, CallPay)
			case SendQuery:
				silence(e.Order, CallQuery)
			case SendReversal:
				silence(e.Order, CallReverse)
			case ArmTimer:
				queue = append(queue, due{now + e.After, TimerFired{e.Timer}})
			}
		}
	}
	do(rd)
	for len(queue) > 0 {
		i := 0
		for j, d := range queue {
			if d.at < queue[i].at {
				i = j
			}
		}
		d := queue[i]
		queue = slices.Delete(queue, i, i+1)
		if now = d.at; now > limit {
			break
		}
		rd := Step(s, testAt, d.ev)
		s = after(t, s, d.ev)
		do(rd)
	}
	return s, log
}

// TestASilentNetworkIsAskedAsThePolicySays counts the requests of a sale that
// nobody ever answers: 5 s, then every 10 s, one last query, and the reversal
// with it, then longer and longer waits.
func TestASilentNetworkIsAskedAsThePolicySays(t *testing.T) {
	evs := append(press(Key1, Key2, Key5, Key0, KeyEnter), payerScan("134567890123456789"))
	s := booted(t)
	s.Setup.Rails = []RailSetup{{Name: WeChatPay, Policy: testPolicy}}
	s.Setup.Rails[0].Policy.Queries = 4
	s, rd := last(t, s, evs...)
	s, log := silentNetwork(t, s, rd, time.Hour)
	want := "pay 0s, query 5s, query 15s, query 25s, query 35s, query 45s, reverse 45s, reverse 55s"
	if got := strings.Join(log[:8], ", "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	wait, before := 20*time.Second, 55*time.Second
	for _, line := range log[8:] {
		at, err := time.ParseDuration(strings.TrimPrefix(line, "reverse "))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if gap := at - before; gap < wait-time.Second || gap > wait*5/4+time.Second {
			t.Errorf("%s follows after %s, want %s to a quarter more", line, gap, wait)
		}
		wait, before = min(2*wait, 5*time.Minute), at
	}
	if o := NewOrderNo(testInstall, 1); phaseOf(t, s, o) != Reversing || len(log) < 15 {
		t.Errorf("after an hour it is %s, %d requests", phaseOf(t, s, o), len(log))
	}
}

// TestASaleIsNeverReversedInItsFirst15Seconds tries to, by every way there is.
func TestASaleIsNeverReversedInItsFirst15Seconds(t *testing.T) {
	_, in, o := standings(t)
	s := in["asking, under 15 s"]
	for _, ev := range []Event{
		KeyPressed{KeyCancel}, TimerFired{Timer{TimerAsk, o, 4}}, TimerFired{Timer{TimerAsk, o, 9}},
		answer(o, CallQuery, Unknown, CauseNoSuchOrder), answer(o, CallQuery, Pending, CausePayerActing),
		TimerFired{Timer{TimerAsk, o, 10}}, answer(o, CallQuery, Unknown, CauseNoAnswer),
	} {
		var rd Ready
		if s, rd = last(t, s, ev); strings.Contains(sendNames(rd.Effects), "reverse") {
			t.Fatalf("%+v reverses it", ev)
		}
	}
	s, rd := last(t, s, TimerFired{Timer{TimerMayReverse, o, 1}}, answer(o, CallQuery, Unknown, CauseNoAnswer))
	if sendNames(rd.Effects) != "reverse" || phaseOf(t, s, o) != Reversing {
		t.Errorf("after 15 s and one more question it is %s", phaseOf(t, s, o))
	}
}

// TestOneStuckSaleHoldsUpNoOther lets a second customer pay while the first
// sale is open.
func TestOneStuckSaleHoldsUpNoOther(t *testing.T) {
	_, in, o := standings(t)
	s := after(t, in["reversing"], press(KeyCancel, Key7, Key00, KeyEnter)...)
	s = after(t, s, payerScan("134567890123456700"))
	second := s.Session.Shown
	if second == o {
		t.Fatal("the second sale was not begun")
	}
	s = after(t, s, answer(second, CallPay, Approved, ""))
	if phaseOf(t, s, second) != PaidFor || phaseOf(t, s, o) != Reversing {
		t.Errorf("they are %s and %s", phaseOf(t, s, second), phaseOf(t, s, o))
	}
}

// TestTheLinkAndTheGatewayAreToldApart: faults of the network's answers show
// until an answer without one; faults of the wire are the link's own.
func TestTheLinkAndTheGatewayAreToldApart(t *testing.T) {
	_, in, o := standings(t)
	bad := answer(o, CallQuery, Unknown, CauseUntrusted)
	bad.Fault = "R01"
	s := after(t, in["asking"], bad, LinkDown{"L01"})
	if s.Session.Fault("gateway") != "R01" || s.Session.Fault("link") != "L01" || s.Session.Link != LinkIsDown {
		t.Errorf("faults %v, link %v", s.Session.Faults, s.Session.Link)
	}
	silent := answer(o, CallQuery, Unknown, CauseNoAnswer)
	silent.Fault = "L04"
	s = after(t, s, silent, LinkUp{})
	if s.Session.Fault("gateway") != "R01" {
		t.Error("silence ends a fault of the network's answers")
	}
	s = after(t, s, answer(o, CallQuery, Pending, CausePayerActing))
	if len(s.Session.Faults) != 0 || s.Session.Link != LinkIsUp {
		t.Errorf("faults %v, link %v", s.Session.Faults, s.Session.Link)
	}
}
