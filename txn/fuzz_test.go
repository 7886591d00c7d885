package txn

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"till/txn/money"
)

// copyState copies all that a state refers to.
func copyState(s State) State {
	s.Setup.Rails = slices.Clone(s.Setup.Rails)
	s.Ledger.Txs = slices.Clone(s.Ledger.Txs)
	s.Session.Chases = slices.Clone(s.Session.Chases)
	s.Session.Spent = slices.Clone(s.Session.Spent)
	s.Session.Faults = slices.Clone(s.Session.Faults)
	s.Session.Boot.Orders = slices.Clone(s.Session.Boot.Orders)
	s.Ledger.Refunds = slices.Clone(s.Ledger.Refunds)
	s.Ledger.Shifts = slices.Clone(s.Ledger.Shifts)
	s.Ledger.Tries = slices.Clone(s.Ledger.Tries)
	s.Session.Follows = slices.Clone(s.Session.Follows)
	s.Session.Spacing = slices.Clone(s.Session.Spacing)
	s.Session.Rails = slices.Clone(s.Session.Rails)
	s.Session.Balances = slices.Clone(s.Session.Balances)
	s.Session.QRs = slices.Clone(s.Session.QRs)
	s.Session.Unseen = slices.Clone(s.Session.Unseen)
	s.Session.Desk.Choices = slices.Clone(s.Session.Desk.Choices)
	s.Session.Desk.Original.Refunds = slices.Clone(s.Session.Desk.Original.Refunds)
	s.Session.Report.Open = slices.Clone(s.Session.Report.Open)
	return s
}

// taken is s after one event, without a look at its promises.
func taken(s State, ev Event) State {
	rd := Step(s, testAt, ev)
	l := Recall(s.Ledger, rd.Recalled)
	for _, e := range rd.Entries {
		l = Apply(l, e)
	}
	s.Ledger, s.Session = Park(l, rd.Parked), rd.Session
	return s
}

// wild is any event at all about what a state holds, and about what it does not.
func wild(rng *rand.Rand, s State) Event {
	o := NewOrderNo(testInstall, uint64(rng.IntN(5)))
	if n := len(s.Ledger.Txs); n > 0 && rng.IntN(4) > 0 {
		o = s.Ledger.Txs[rng.IntN(n)].Order
	}
	switch rng.IntN(18) {
	case 12, 13:
		no := RefundNo("nobody's")
		if n := len(s.Ledger.Refunds); n > 0 {
			no = s.Ledger.Refunds[rng.IntN(n)].No
		}
		causes := []Cause{CauseNone, CauseMerchantFunds, CauseNoAnswer, CauseNotSent, CauseFrozen, CauseTooLate}
		return back(s, no, RefundCall(rng.IntN(3)), RefundOutcome(rng.IntN(7)), causes[rng.IntN(len(causes))])
	case 14:
		if tx, ok := s.Ledger.Tx(o); ok && rng.IntN(2) == 0 {
			return LookedUp{s.Session.Lookups, []Original{originalOf(s, tx.Order)}}
		}
		return LookedUp{Serial: s.Session.Lookups}
	case 15:
		d := s.Session.Desk
		return Found{Ask: FindAsk{Order: d.Original.Order, Rail: WeChatPay, Serial: d.Serial}, Finding: Finding(rng.IntN(5)),
			Amount: int64(rng.IntN(3)) * 500, Order: d.Original.Order, Back: int64(rng.IntN(3)) * 100}
	case 16:
		return []Event{LinkUp{}, LinkDown{"N01"}, RefundsRecalled{}, Balance{Rail: WeChatPay, Known: true, Fen: 5}}[rng.IntN(4)]
	case 17:
		return PINChecked{s.Session.Lookups, []string{"", "01", "02", "09"}[rng.IntN(4)], Cashier}
	case 0:
		return CodeScanned{Scanned{Kind: ScanKind(rng.IntN(int(ScanOther) + 1)), Rail: WeChatPay, Code: NewPayerCode("1"), Order: o}}
	case 1:
		return payerScan(fmt.Sprintf("13%016d", rng.IntN(40)))
	case 2, 3:
		causes := []Cause{CauseNone, CauseNoSuchOrder, CauseNoAnswer, CauseNotSent, CausePayerActing}
		return Answered{Order: o, QR: "weixin://x", Call: Call(rng.IntN(5)), Outcome: Outcome(rng.IntN(5)), Cause: causes[rng.IntN(len(causes))],
			Again: rng.IntN(4) == 0, Undo: rng.IntN(4) == 0, Reference: "42"}
	case 4, 5:
		return TimerFired{Timer{TimerKind(rng.IntN(len(timerNames))), o, rng.IntN(9)}}
	case 6:
		return PaperTurn{}
	case 7:
		return ReceiptEnded{Order: o, Attempt: rng.IntN(4), Result: PrintResult(rng.IntN(4))}
	case 8:
		if rng.IntN(2) == 0 {
			return FaultCleared{[]string{"printer", "store", "clock", "scanner"}[rng.IntN(4)]}
		}
		return FaultRaised{[]string{"printer", "store", "clock", "scanner"}[rng.IntN(4)], []FaultCode{"P02", "P03", FaultDiskFull, FaultClock}[rng.IntN(4)]}
	}
	return KeyPressed{Key(rng.IntN(len(keyNames)))}
}

// stories calls look with many states and the event that comes next: those of
// the hostile world, and those of events that no world would send.
func stories(t *testing.T, n int, look func(State, Event)) {
	for seed := range uint64(n) {
		w := newWorld(t, 1000+seed)
		w.look = look
		for range 300 {
			w.happen()
		}
		rng := rand.New(rand.NewPCG(seed, 3))
		s := taken(State{Setup: wildSetup(seed)}, Booted{Fresh: testInstall})
		for range 300 {
			ev := wild(rng, s)
			look(s, ev)
			s = taken(s, ev)
			if err := Check(s); err != nil {
				t.Fatalf("seed %d: after %+v: %v", seed, ev, err)
			}
		}
	}
}

// wildSetup is one of several shops.
func wildSetup(seed uint64) Setup {
	s := refundSetup
	switch seed % 4 {
	case 0:
		return testSetup
	case 1:
		s.Staff, s.Refunds = staff, RefundRules{Limit: money.Fen(300), Reasons: true, Tempo: 2, TempoTime: time.Minute}
	case 2:
		s.Rails = slices.Clone(s.Rails)
		voids(&s)
	}
	return s
}

func some(n int) int {
	if testing.Short() {
		return n / 10
	}
	return n
}

// TestAStateIsAValue: Step changes neither the state that it is given nor one
// that it has given before, and says the same when asked again.
func TestAStateIsAValue(t *testing.T) {
	stories(t, some(25), func(s State, ev Event) {
		before := copyState(s)
		first := Step(s, testAt, ev)
		firstWas := copyState(State{Session: first.Session})
		for _, other := range []Event{KeyPressed{KeyCancel}, payerScan("134567890123456999"), PaperTurn{}, ev} {
			second := Step(s, testAt, other)
			if reflect.DeepEqual(other, ev) && !reflect.DeepEqual(first, second) {
				t.Fatalf("%+v is answered with %+v and then with %+v", ev, first, second)
			}
		}
		if !reflect.DeepEqual(s, before) {
			t.Fatalf("%+v changes the state it was given:\n%+v\n%+v", ev, before, s)
		}
		if got := copyState(State{Session: first.Session}); !reflect.DeepEqual(got, firstWas) {
			t.Fatalf("a later step changes the session that %+v has led to", ev)
		}
		next := taken(s, ev)
		nextWas := copyState(next)
		_ = taken(next, KeyPressed{KeyCancel})
		_ = taken(taken(next, PaperTurn{}), payerScan("134567890123456998"))
		if !reflect.DeepEqual(next, nextWas) {
			t.Fatalf("what comes after %+v changes the state it has led to", ev)
		}
	})
}

// TestTwoFuturesOfOneStateShareNothing: a list that has room to grow is grown
// twice.
func TestTwoFuturesOfOneStateShareNothing(t *testing.T) {
	s := booted(t)
	for i := range spentMax {
		s = after(t, s, typing("5 enter")...)
		one := Step(s, testAt, payerScan(fmt.Sprintf("13%016d", 2*i)))
		was := copyState(State{Session: one.Session})
		Step(s, testAt, payerScan(fmt.Sprintf("13%016d", 2*i+1)))
		if got := copyState(State{Session: one.Session}); !reflect.DeepEqual(got, was) {
			t.Fatalf("with %d codes spent, a scan changes the session that another one has led to", i)
		}
		s = after(t, s, payerScan(fmt.Sprintf("13%016d", 2*i)))
		s = after(t, s, answer(s.Session.Shown, CallPay, Declined, CauseRisk), KeyPressed{KeyCancel})
	}
}

// TestNoStateIsADeadEnd: from every state, once the network has been silent to
// what was sent and to one question more, and a moment has passed, at most two keys lead to the idle
// screen.
func TestNoStateIsADeadEnd(t *testing.T) {
	states := 0
	stories(t, some(25), func(s State, _ Event) {
		states++
		if err := Check(s); err != nil {
			t.Fatal(err)
		}
		for _, tx := range s.Ledger.Txs {
			c, ok := s.Session.Chase(tx.Order)
			for call, sent := range []bool{CallPay: c.Pay, CallQuery: c.Query, CallReverse: c.Reversal, CallShow: c.Show, CallClose: c.Close} {
				if ok && sent {
					s = taken(s, Answered{Order: tx.Order, Call: Call(call), Outcome: Unknown, Cause: CauseNoAnswer})
				}
			}
			if tx.Phase == Asking { // the next question, at the latest
				s = taken(s, Answered{Order: tx.Order, Call: CallQuery, Outcome: Unknown, Cause: CauseNoAnswer})
			}
		}
		s = taken(s, TimerFired{Timer{TimerGuard, "", s.Session.Guards}}) // a moment later
		if !leads(s, 2) {
			t.Fatalf("no way out of %s: %+v", s.Session.View, s.Session)
		}
	})
	t.Logf("%d states", states)
}

// leads reports whether so many keys lead to the idle screen.
func leads(s State, keys int) bool {
	if s.Session.View == ViewIdle || s.Session.View == ViewSignIn {
		return true
	}
	if keys == 0 {
		return false
	}
	for _, k := range []Key{KeyCancel, KeyEnter, KeyBack, KeyF1} {
		if leads(taken(s, KeyPressed{k}), keys-1) {
			return true
		}
	}
	return false
}

// TestThePayersCodeIsNowhereToBeRead prints, formats, logs and marshals every
// state, event, entry and effect of many stories.
func TestThePayersCodeIsNowhereToBeRead(t *testing.T) {
	const secret = "134567890123456789"
	_, in, _ := standings(t)
	code := after(t, booted(t), typing("1 2 5 0 enter")...)
	scan := payerScan(secret)
	begun := Step(code, testAt, scan)
	if !slices.ContainsFunc(begun.Effects, func(e Effect) bool {
		pay, ok := e.(SendPay)
		return ok && pay.Code.Reveal() == secret
	}) {
		t.Fatal("the payment does not carry the code")
	}
	state := in["asking, paying"]
	again := after(t, in["refused"], payerScan(secret)) // the code that is refused
	for _, v := range []any{scan, begun, begun.Entries, begun.Effects, state, state.Session, again, again.Session.Reject, NewPayerCode(secret)} {
		for what, text := range printed(t, v) {
			if strings.Contains(text, secret) || strings.Contains(text, fmt.Sprintf("%x", secret)) {
				t.Errorf("%T, %s: %s", v, what, text)
			}
		}
	}
	if !state.Session.Spent[0].Same(NewPayerCode(secret)) || NewPayerCode("").Same(NewPayerCode("")) || (PayerCode{}).Same(PayerCode{}) {
		t.Error("Same does not compare codes")
	}
}

// printed is v in every way that Go has to print it.
func printed(t *testing.T, v any) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		out[verb] = fmt.Sprintf(verb, v)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out["json"] = string(b)
	var text, js bytes.Buffer
	slog.New(slog.NewTextHandler(&text, nil)).Info("", "v", v)
	slog.New(slog.NewJSONHandler(&js, nil)).Info("", "v", v)
	out["text log"], out["json log"] = text.String(), js.String()
	return out
}

// FuzzStep feeds any events in any order: Step never panics, keeps every promise,
// gives out each number once, and never charges without an entry before.
func FuzzStep(f *testing.F) {
	f.Add([]byte("sale"), uint64(1))
	f.Add(bytes.Repeat([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 20), uint64(2))
	f.Fuzz(func(t *testing.T, data []byte, seed uint64) {
		rng := rand.New(rand.NewPCG(seed, 4))
		s := taken(State{Setup: wildSetup(seed)}, Booted{Fresh: testInstall})
		begun := map[OrderNo]bool{}
		for _, b := range data[:min(len(data), 2000)] {
			ev := wild(rng, s)
			switch {
			case b < 40: // a hint: the keys of a sale come in a row
				ev = KeyPressed{[]Key{Key5, Key00, KeyEnter, KeyCancel}[b%4]}
			case b == 255:
				s.Session = Session{} // a journal that is folded whole: the refunds stay
				ev = Booted{Fresh: testInstall}
			}
			rd := Step(s, testAt, ev)
			for _, e := range rd.Entries {
				if e, ok := e.(Begun); ok {
					if begun[e.Order] {
						t.Fatalf("%s is begun twice", e.Order)
					}
					begun[e.Order] = true
				}
			}
			for _, e := range rd.Effects {
				if e, ok := e.(SendPay); ok && !slices.ContainsFunc(rd.Entries, func(b Entry) bool {
					begin, ok := b.(Begun)
					return ok && begin.Order == e.Order && begin.Amount == e.Amount
				}) {
					t.Fatalf("%s is paid and was not begun by the same step", e.Order)
				}
			}
			s = taken(s, ev)
			if err := Check(s); err != nil {
				t.Fatalf("after %+v: %v", ev, err)
			}
		}
	})
}
