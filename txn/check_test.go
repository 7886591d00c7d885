package txn

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"till/txn/money"
)

// TestCheckSeesEveryBrokenPromise breaks one promise at a time in a state that
// keeps them all.
func TestCheckSeesEveryBrokenPromise(t *testing.T) {
	_, in, _ := standings(t)
	printing := after(t, in["paid"], PaperTurn{})
	two := after(t, in["refused"], payerScan("134567890123456780"))
	tests := []struct {
		says  string // in Check's words
		from  State
		spoil func(*State)
	}{
		{"stands after", two, func(s *State) { slices.Reverse(s.Ledger.Txs) }},
		{"stands after", two, func(s *State) { s.Ledger.Txs[1] = s.Ledger.Txs[0] }},
		{"never given out", in["paid"], func(s *State) { s.Ledger.Last = 0 }},
		{"never given out", in["paid"], func(s *State) { s.Ledger.Txs[0].Order = "no number" }},
		{"charges nothing", in["paid"], func(s *State) { s.Ledger.Txs[0].Amount = money.Fen(0) }},
		{"has ended and is open", in["asking"], func(s *State) { s.Ledger.Txs[0].Ended = testAt }},
		{"paid on no day", in["paid"], func(s *State) { s.Ledger.Txs[0].Day = 0 }},
		{"has a receipt and is not paid", in["refused"], func(s *State) { s.Ledger.Txs[0].Paper.State = PaperPrinted }},
		{"is reversed for no reason", in["reversing"], func(s *State) { s.Ledger.Txs[0].Cause = CauseNone }},
		{"in a printer that does not print it", printing, func(s *State) { s.Session.Printer = "" }},
		{"nobody asks about it", in["asking"], func(s *State) { s.Session.Chases = nil }},
		{"nobody asks about it", in["reversing"], func(s *State) { s.Session.Chases = nil }},
		{"nothing will happen to it", in["asking"], func(s *State) { s.Session.Chases[0].Wait = Timer{} }},
		{"no sale is on the screen", in["paid"], func(s *State) { s.Session.Shown = "" }},
		{"an amount without a digit", in["paid"], func(s *State) { s.Session.View = ViewAmount }},
		{"a code is awaited for no amount", booted(t), func(s *State) { s.Session.View = ViewCode }},
		{"the sale to compare with is gone", in["paid"], func(s *State) { s.Session.View, s.Session.Shown = ViewRepeat, "x" }},
		{"2 chases of 1 sales", in["asking"], func(s *State) { s.Session.Chases = append([]Chase{{}}, s.Session.Chases...) }},
		{"grows without bound", in["paid"], func(s *State) { s.Session.Spent = make([]PayerCode, spentMax+1) }},
		{"grows without bound", in["paid"], func(s *State) { s.Session.Digits = "12345678901" }},
		{"grows without bound", in["paid"], func(s *State) { s.Session.Unseen = make([]OrderNo, unseenMax+1) }},
	}
	for _, tt := range tests {
		s := copyState(tt.from)
		if err := Check(s); err != nil {
			t.Fatalf("before: %v", err)
		}
		tt.spoil(&s)
		if err := Check(s); !errors.Is(err, ErrPromise) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("Check = %v, want %q", err, tt.says)
		}
	}
	if err := Check(State{}); err != nil {
		t.Errorf("nothing at all breaks no promise: %v", err)
	}
	for _, s := range in {
		if err := Check(State{Setup: s.Setup, Ledger: s.Ledger}); err != nil {
			t.Errorf("what a journal tells breaks no promise: %v", err)
		}
	}
}

// TestApplyRefusesWhatCannotHaveHappened: an entry about a sale that is not
// there, one that is begun twice, and one that nobody knows, stop the program.
func TestApplyRefusesWhatCannotHaveHappened(t *testing.T) {
	_, in, o := standings(t)
	for name, e := range map[string]Entry{
		"an approval of nothing": Paid{testAt, 20261122, NewOrderNo(testInstall, 9), "42"},
		"a sale twice":           Begun{At: testAt, Order: o, Rail: WeChatPay, Amount: money.Fen(1), Terminal: "", Operator: ""},
		"no entry":               nil,
	} {
		func() {
			defer func() {
				if p := recover(); p == nil || !strings.HasPrefix(p.(string), "txn: ") {
					t.Errorf("%s: it says %v", name, p)
				}
			}()
			Apply(in["paid"].Ledger, e)
		}()
	}
}

// TestTheDayCountsItsSales also when the clock jumps over midnight.
func TestTheDayCountsItsSales(t *testing.T) {
	var l Ledger
	l = Apply(l, Opened{testAt, testInstall})
	for i, day := range []int{20261122, 20261122, 20261123, 20261122} {
		o := NewOrderNo(testInstall, uint64(i+1))
		l = Apply(l, Begun{At: testAt, Order: o, Rail: WeChatPay, Amount: money.Fen(100), Terminal: "", Operator: ""})
		l = Apply(l, Paid{testAt, day, o, "42"})
		want := []Day{
			{Date: 20261122, Count: 1, Fen: 100}, {Date: 20261122, Count: 2, Fen: 200},
			{Date: 20261123, Count: 1, Fen: 100}, {Date: 20261122, Count: 1, Fen: 100},
		}[i]
		if l.Day != want {
			t.Errorf("after sale %d: %+v, want %+v", i+1, l.Day, want)
		}
	}
}

// TestTheLedgerForgetsWhatIsOverAndNothingElse: sixteen finished sales stay.
func TestTheLedgerForgetsWhatIsOverAndNothingElse(t *testing.T) {
	l := openSales(3).Ledger
	for i := 4; i <= 100; i++ {
		o := NewOrderNo(testInstall, uint64(i))
		l = Apply(l, Begun{At: testAt, Order: o, Rail: WeChatPay, Amount: money.Fen(100), Terminal: "", Operator: ""})
		l = Apply(l, Refused{testAt, o, CauseRisk, "", ""})
	}
	l = Apply(l, Begun{At: testAt, Order: NewOrderNo(testInstall, 101), Rail: WeChatPay, Amount: money.Fen(100), Terminal: "", Operator: ""})
	if got := len(l.Txs); got != 3+KeptFinished+1 {
		t.Errorf("%d sales are kept", got)
	}
	for n := uint64(1); n <= 3; n++ {
		if _, ok := l.Tx(NewOrderNo(testInstall, n)); !ok {
			t.Errorf("open sale %d is forgotten", n)
		}
	}
	if _, ok := l.Tx(NewOrderNo(testInstall, 101-KeptFinished)); !ok || l.Last != 101 {
		t.Errorf("the sixteenth last is forgotten, last is %d", l.Last)
	}
	if tx, ok := l.LastFinal(); !ok || tx.Order.N() != 100 {
		t.Errorf("the last final one is %s", tx.Order)
	}
}
