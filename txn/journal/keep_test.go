package journal_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"till/sim/storesim"
	"till/txn"
	"till/txn/journal"
	"till/txn/money"
)

// TestAStartFindsWhatWasKnown: after every commit of two days with everything in
// them, what is loaded is what the machine knew.
func TestAStartFindsWhatWasKnown(t *testing.T) {
	h := open(t)
	h.agrees("after the start")
	h.sell(txn.Cash, 700)
	h.agrees("a sale in cash")
	first := h.sell(txn.WeChatPay, 10000)
	h.agrees("a sale")
	h.unprinted(txn.WeChatPay, 1250)
	h.agrees("a receipt is due")
	h.begin(txn.WeChatPay, 300)
	h.agrees("a sale is open")
	h.takeBack(txn.WeChatPay, 450)
	h.agrees("a sale was taken back")
	h.keep(txn.PINRefused{At: h.at, Number: "09"})
	h.agrees("a wrong PIN")
	h.refund(first, 1000, 10000)
	h.agrees("a promise")
	back := h.refund(first, 2000, 10000)
	h.paidBack(back)
	h.agrees("a refund")
	cash := h.refund(first, 500, 10000)
	h.keep(txn.RefundCashed{At: h.at, Day: h.day(), Refund: cash, By: "07"})
	h.agrees("cash instead")
	failed := h.refund(first, 300, 10000)
	h.keep(txn.RefundFailed{At: h.at, Refund: failed, Cause: txn.CauseWindowOver})
	h.agrees("a refusal")
	slip := h.refund(first, 100, 10000)
	h.paidBack(slip)
	h.keep(txn.ReceiptDue{At: h.at, Order: txn.OrderNo(slip)})
	h.agrees("a refund whose slip is due")
	h.keep(txn.DayClosed{At: h.at, Day: today, By: "07"})
	h.agrees("the day is closed")

	h.at += day
	h.refund(first, 200, 10000)
	h.agrees("a refund is the first of the next day")
	for i := range 20 {
		h.sell(txn.Alipay, int64(100+i))
		h.agrees(fmt.Sprintf("sale %d of the next day", i))
	}
}

// TestAnotherShiftIsCountedForItself: by its operator, and from its beginning.
func TestAnotherShiftIsCountedForItself(t *testing.T) {
	h := open(t)
	h.sell(txn.Cash, 5000)
	h.at += minute
	h.keep(txn.ShiftClosed{At: h.at, Shift: h.ledger.Shifts[0]}, txn.SignedOut{At: h.at, Number: "07"})
	h.at += minute
	h.keep(txn.SignedIn{At: h.at, Number: "08"}, txn.ShiftOpened{At: h.at, Number: "08"})
	h.sell(txn.WeChatPay, 900) // by 07, who has no shift
	h.agrees("a sale of nobody's shift")
	h.at += minute
	h.keep(txn.ShiftOpened{At: h.at, Number: "07"})
	h.agrees("a second shift on one day")
	h.at += day
	h.sell(txn.Cash, 300)
	h.takeBack(txn.WeChatPay, 200)
	h.agrees("a shift over midnight")
}

// TestManyOpenRefundsAreAllCounted: more than are looked at at once.
func TestManyOpenRefundsAreAllCounted(t *testing.T) {
	h := open(t)
	o := h.sell(txn.WeChatPay, 1_000_000)
	for range 2001 {
		h.refund(o, 7, 1_000_000)
		h.ledger = txn.Park(h.ledger, []txn.RefundNo{h.ledger.Refunds[0].No})
	}
	if b := h.reload().Backlog; b != (txn.Backlog{Count: 2001, Fen: 14007}) {
		t.Errorf("%+v", b)
	}
}

// TestTheStoreItselfKeepsRefundsWithinTheirSale, should the machine not.
func TestTheStoreItselfKeepsRefundsWithinTheirSale(t *testing.T) {
	h := open(t)
	o := h.sell(txn.WeChatPay, 1000)
	h.refund(o, 600, 1000)
	failed := h.refund(o, 300, 1000)
	if _, err := h.tryRefund(o, 101, 1000); !errors.Is(err, storesim.ErrGuard) {
		t.Fatalf("600 + 300 + 101 of 1000: %v", err)
	}
	h.keep(txn.RefundFailed{At: h.at, Refund: failed, Cause: txn.CauseWindowOver})
	h.refund(o, 400, 1000) // what failed counts for nothing
	if _, err := h.tryRefund(o, 1, 1000); !errors.Is(err, storesim.ErrGuard) {
		t.Errorf("600 + 400 + 1 of 1000: %v", err)
	}
}

// TestASaleIsFoundByWhateverIsKnownOfIt, newest first, and each once.
func TestASaleIsFoundByWhateverIsKnownOfIt(t *testing.T) {
	h := open(t)
	a, b := h.sell(txn.WeChatPay, 1250), h.sell(txn.Alipay, 1250)
	gone := h.takeBack(txn.WeChatPay, 1250)
	back := h.refund(a, 250, 1250)
	for _, c := range []struct {
		what string
		ask  txn.LookUp
		want []txn.OrderNo
	}{
		{"its number", txn.LookUp{Order: a}, []txn.OrderNo{a}},
		{"the network's number", txn.LookUp{Reference: txn.Reference("42" + b.Tail())}, []txn.OrderNo{b}},
		{"six digits", txn.LookUp{Tail: b.Tail()}, []txn.OrderNo{b}},
		{"its amount", txn.LookUp{Amount: money.Fen(1250)}, []txn.OrderNo{gone, b, a}},
		{"amount and digits", txn.LookUp{Amount: money.Fen(1250), Tail: a.Tail()}, []txn.OrderNo{gone, b, a}},
		{"the newest", txn.LookUp{Recent: true}, []txn.OrderNo{gone, b, a}},
		{"another amount", txn.LookUp{Amount: money.Fen(1251)}, nil},
		{"a refund's number", txn.LookUp{Tail: back.Tail()}, nil},
		{"a number of nobody", txn.LookUp{Order: "BA98765432100000000007"}, nil},
		{"nothing", txn.LookUp{}, nil},
	} {
		found, err := journal.LookUp(h.store, c.ask, h.at, zone)
		var got []txn.OrderNo
		for _, o := range found {
			got = append(got, o.Order)
		}
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("by %s: %v, %v, want %v", c.what, got, err, c.want)
		}
	}
}

// TestWhatIsFoundIsTheWholeSale with its refunds; and of one that was taken back
// the time at which it was begun, not that of its end.
func TestWhatIsFoundIsTheWholeSale(t *testing.T) {
	h := open(t)
	o := h.sell(txn.WeChatPay, 1250)
	first, second := h.refund(o, 250, 1250), h.refund(o, 50, 1250)
	tx, _ := h.ledger.Tx(o)
	found, err := journal.LookUp(h.store, txn.LookUp{Order: o}, h.at, zone)
	if err != nil || len(found) != 1 {
		t.Fatalf("%+v, %v", found, err)
	}
	got := found[0]
	if len(got.Refunds) != 2 || got.Refunds[0].No != first || got.Refunds[1].No != second {
		t.Errorf("its refunds: %+v", got.Refunds)
	}
	got.Refunds = nil
	want := txn.Original{Order: o, Rail: tx.Rail, Wallet: tx.Wallet, Amount: tx.Amount, Paid: tx.Ended, Day: today,
		Reference: tx.Reference, Terminal: "T-0317", Operator: "07", Phase: txn.PaidFor, Ours: true}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
	gone := h.takeBack(txn.WeChatPay, 100)
	begun, _ := h.ledger.Tx(gone)
	if found, err = journal.LookUp(h.store, txn.LookUp{Order: gone}, h.at, zone); err != nil || found[0].Paid != begun.Begun {
		t.Errorf("taken back: %+v, %v", found, err)
	}
	open := h.begin(txn.WeChatPay, 100)
	if found, err = journal.LookUp(h.store, txn.LookUp{Order: open}, h.at, zone); err != nil || found[0].Paid != h.at {
		t.Errorf("open: %+v, %v", found, err)
	}
}

// TestASaleOfAnotherTerminalIsKnownByItsRefundsHere.
func TestASaleOfAnotherTerminalIsKnownByItsRefundsHere(t *testing.T) {
	h := open(t)
	const theirs txn.OrderNo = "BA98765432100000000007"
	n := h.refund(theirs, 250, 1250)
	found, err := journal.LookUp(h.store, txn.LookUp{Order: theirs}, h.at, zone)
	if err != nil || len(found) != 1 {
		t.Fatalf("%+v, %v", found, err)
	}
	r, _ := h.ledger.Refund(n)
	want := txn.Original{Order: theirs, Rail: txn.WeChatPay, Wallet: txn.WeChatPay, Amount: money.Fen(1250), Paid: opening, Day: today,
		Reference: "4200", Phase: txn.PaidFor, Refunds: []txn.Refund{r}}
	if !reflect.DeepEqual(found[0], want) {
		t.Errorf("\n got %+v\nwant %+v", found[0], want)
	}
}

// TestNoMoreAreFoundThanFitTheScreen: twenty, of the newest days first, within a
// year and a day.
func TestNoMoreAreFoundThanFitTheScreen(t *testing.T) {
	h := open(t)
	old := h.sell(txn.WeChatPay, 88)
	h.at += journal.LookUpDays * day
	if found, err := journal.LookUp(h.store, txn.LookUp{Amount: money.Fen(88)}, h.at, zone); err != nil || len(found) != 1 || found[0].Order != old {
		t.Errorf("a year and a day later: %+v, %v", found, err)
	}
	h.at += day
	if found, err := journal.LookUp(h.store, txn.LookUp{Amount: money.Fen(88)}, h.at, zone); err != nil || len(found) != 0 {
		t.Errorf("two days more: %+v, %v", found, err)
	}
	var newest txn.OrderNo
	for range txn.LookUpMax + 5 {
		newest = h.sell(txn.WeChatPay, 88)
		h.at += day
	}
	for what, ask := range map[string]txn.LookUp{"amount": {Amount: money.Fen(88)}, "recent": {Recent: true}} {
		found, err := journal.LookUp(h.store, ask, h.at, zone)
		if err != nil || len(found) != txn.LookUpMax || found[0].Order != newest {
			t.Errorf("%s: %d were found, the first is %+v, %v", what, len(found), found[:1], err)
		}
		for i := 1; i < len(found); i++ {
			if found[i].Order.N() != found[i-1].Order.N()-1 {
				t.Errorf("%s: %s stands after %s", what, found[i].Order, found[i-1].Order)
			}
		}
	}
	for range 4 * txn.LookUpMax { // refunds lie between the sales
		h.refund(newest, 1, 88)
	}
	if found, err := journal.LookUp(h.store, txn.LookUp{Recent: true}, h.at, zone); err != nil || len(found) != 0 {
		t.Errorf("behind eighty refunds: %d, %v", len(found), err)
	}
}

// TestADayIsAddedUp: sales by network, what was taken back, and refunds on the
// day of their decision, whether they are closed or open.
func TestADayIsAddedUp(t *testing.T) {
	h := open(t)
	o := h.sell(txn.WeChatPay, 10000)
	h.sell(txn.Alipay, 2000)
	h.sell(txn.WeChatPay, 300)
	h.unprinted(txn.WeChatPay, 50)
	h.begin(txn.WeChatPay, 4)
	h.takeBack(txn.Alipay, 60)
	h.refund(o, 100, 10000)
	h.paidBack(h.refund(o, 200, 10000))
	failed := h.refund(o, 400, 10000)
	h.keep(txn.RefundFailed{At: h.at, Refund: failed, Cause: txn.CauseWindowOver})
	h.at += day
	tomorrow := h.day()
	h.unprinted(txn.UnionPay, 7)
	h.refund(o, 800, 10000)
	for _, c := range []struct {
		day  int
		want []txn.ReportLine
	}{
		{today, []txn.ReportLine{{Rail: txn.Alipay, Sales: 1, SaleFen: 2000, Taken: 1},
			{Rail: txn.WeChatPay, Sales: 3, SaleFen: 10350, Backs: 2, BackFen: 300}}},
		{tomorrow, []txn.ReportLine{{Rail: txn.UnionPay, Sales: 1, SaleFen: 7}, {Rail: txn.WeChatPay, Backs: 1, BackFen: 800}}},
		{20200101, nil},
	} {
		got, err := journal.DayReport(h.store, c.day)
		if err != nil || got.Day != c.day || !reflect.DeepEqual(got.Lines, c.want) {
			t.Errorf("%d: %+v, %v\nwant %+v", c.day, got, err, c.want)
		}
	}
}

// TestOpenRefundsAreFetchedOldestFirst, so many at a time, and it is said whether
// there are more.
func TestOpenRefundsAreFetchedOldestFirst(t *testing.T) {
	h := open(t)
	o := h.sell(txn.WeChatPay, 10000)
	var open []txn.RefundNo
	for range 4 {
		open = append(open, h.refund(o, 10, 10000))
		h.paidBack(h.refund(o, 10, 10000))
	}
	for _, c := range []struct {
		after uint64
		limit int
		want  []txn.RefundNo
		more  bool
	}{
		{0, 4, open, false}, {0, 3, open[:3], true}, {open[1].N(), 2, open[2:], false}, {open[0].N(), 1, open[1:2], true}, {open[3].N(), 5, nil, false},
	} {
		list, more, err := journal.Recall(h.store, c.after, c.limit)
		var got []txn.RefundNo
		for _, r := range list {
			got = append(got, r.No)
		}
		if err != nil || more != c.more || !reflect.DeepEqual(got, c.want) {
			t.Errorf("after %d, %d: %v, more %v, %v, want %v", c.after, c.limit, got, more, err, c.want)
		}
	}
}

// TestASlipSaysWhatAllRefundsLeave, those that are not in memory too, and never
// more than memory says.
func TestASlipSaysWhatAllRefundsLeave(t *testing.T) {
	h := open(t)
	o := h.sell(txn.WeChatPay, 1000)
	h.refund(o, 300, 1000)
	r, _ := h.ledger.Refund(h.refund(o, 200, 1000))
	slip := txn.Receipt{Kind: txn.SlipRefund, Order: o, Refund: r, Left: money.Fen(800)}
	if got, err := journal.Whole(h.store, slip); err != nil || got.Left.Minor() != 500 {
		t.Errorf("%v, %v", got.Left, err)
	}
	slip.Left = money.Fen(400)
	if got, err := journal.Whole(h.store, slip); err != nil || got.Left.Minor() != 400 {
		t.Errorf("memory knows less: %v, %v", got.Left, err)
	}
	slip.Kind, slip.Left = txn.SlipSale, money.Fen(800)
	if got, err := journal.Whole(h.store, slip); err != nil || got.Left.Minor() != 800 {
		t.Errorf("another slip: %v, %v", got.Left, err)
	}
}

// TestWhatTheStoreCannotAnswerIsAnError, whichever of its answers it is, and
// never half an answer.
func TestWhatTheStoreCannotAnswerIsAnError(t *testing.T) {
	h := open(t)
	o := h.sell(txn.WeChatPay, 1000)
	h.unprinted(txn.WeChatPay, 20)
	h.refund(o, 300, 1000)
	r, _ := h.ledger.Refund(h.refund(o, 200, 1000))
	const theirs txn.OrderNo = "BA98765432100000000007"
	h.refund(theirs, 1, 2)
	asks := map[string]func(journal.Store) error{
		"a start": func(s journal.Store) error { _, _, err := journal.Reload(s, zone); return err },
		"a day":   func(s journal.Store) error { _, err := journal.DayReport(s, today); return err },
		"recall":  func(s journal.Store) error { _, _, err := journal.Recall(s, 0, 5); return err },
		"a slip": func(s journal.Store) error {
			_, err := journal.Whole(s, txn.Receipt{Kind: txn.SlipRefund, Order: o, Refund: r})
			return err
		},
		"one sale":   func(s journal.Store) error { _, err := journal.Fold(s, o.N()); return err },
		"its refund": func(s journal.Store) error { _, err := journal.RefundsOf(s, o); return err },
	}
	for what, l := range map[string]txn.LookUp{"order": {Order: o}, "another's": {Order: theirs}, "tail": {Tail: o.Tail()},
		"reference": {Reference: "42000001"}, "amount": {Amount: money.Fen(1000)}, "recent": {Recent: true}} {
		asks["look up "+what] = func(s journal.Store) error { _, err := journal.LookUp(s, l, h.at, zone); return err }
	}
	for what, ask := range asks {
		b := &breaking{Store: h.store}
		if err := ask(b); err != nil || b.asked == 0 {
			t.Errorf("%s: %v after %d questions", what, err, b.asked)
		}
		for at := range b.asked {
			if err := ask(&breaking{Store: h.store, at: at + 1}); !errors.Is(err, errBroken) {
				t.Errorf("%s: answer %d is missing, and the error is %v", what, at+1, err)
			}
		}
	}
}

// TestARefundsRowIsWrittenWhenALookUpWouldBeWrong: when it begins, when it ceases
// to count, when its money is settled, and when its paper is done.
func TestARefundsRowIsWrittenWhenALookUpWouldBeWrong(t *testing.T) {
	h := open(t)
	o := h.sell(txn.WeChatPay, 1000)
	var l txn.Ledger
	var written []string
	step := func(e txn.Entry) {
		next := txn.Apply(h.ledger, e)
		for _, r := range journal.Rows(h.ledger, next, zone) {
			written = append(written, fmt.Sprintf("%s %s open=%v", r.Kind, r.State, r.Open))
		}
		h.ledger = next
	}
	l = h.ledger
	for _, end := range [][]txn.Entry{
		{txn.RefundSent{}, txn.RefundTaken{}, txn.ReceiptDue{}, txn.RefundPaid{Day: today}, txn.ReceiptSending{Attempt: 1}, txn.ReceiptPrinted{Attempt: 1}},
		{txn.RefundSent{}, txn.RefundHeld{Cause: txn.CauseBusy}, txn.RefundFailed{Cause: txn.CauseFrozen}, txn.RefundTaken{}},
	} {
		h.ledger = l
		n := txn.NewRefundNo(install, l.Last+1)
		step(txn.RefundBegun{At: h.at, Day: today, Refund: n, Key: n, Order: o, Rail: txn.WeChatPay, Amount: money.Fen(10), Total: money.Fen(1000)})
		for _, e := range end {
			v := reflect.New(reflect.TypeOf(e)).Elem()
			v.Set(reflect.ValueOf(e))
			for _, name := range []string{"Refund", "Order"} {
				if f := v.FieldByName(name); f.IsValid() {
					f.SetString(string(n))
				}
			}
			step(v.Interface().(txn.Entry))
		}
		written = append(written, "")
	}
	want := []string{
		"refund promised open=true", "refund paid-back open=true", "refund paid-back open=false", "",
		"refund promised open=true", "refund failed open=false", "refund taken open=true", "",
	}
	if !reflect.DeepEqual(written, want) {
		t.Errorf("\n got %q\nwant %q", written, want)
	}
}

// TestTheLastDayIsFoundWhenItsSalesAreLongOutOfMemory: behind more sales than are
// kept that came to nothing.
func TestTheLastDayIsFoundWhenItsSalesAreLongOutOfMemory(t *testing.T) {
	h := open(t)
	if d := h.reload().Day; d != (txn.Day{}) {
		t.Errorf("before the first sale: %+v", d)
	}
	first := h.sell(txn.WeChatPay, 10000)
	h.unprinted(txn.WeChatPay, 300)
	h.keep(txn.ReceiptSending{At: h.at, Order: txn.NewOrderNo(install, 2), Attempt: 1})
	h.keep(txn.ReceiptPrinted{At: h.at, Order: txn.NewOrderNo(install, 2), Attempt: 1})
	h.at += day
	for range txn.KeptFinished + 4 {
		h.takeBack(txn.WeChatPay, 50)
	}
	h.begin(txn.WeChatPay, 60)
	want := txn.Day{Date: today, Count: 2, Fen: 10300}
	if d := h.reload().Day; d != want {
		t.Errorf("a day of reversals: %+v, want %+v", d, want)
	}
	h.paidBack(h.refund(first, 700, 10000))
	if d := h.reload().Day; d != (txn.Day{Date: h.day(), Backs: 1, BacksFen: 700}) {
		t.Errorf("then a refund: %+v", d)
	}
	h.at += day
	h.sell(txn.WeChatPay, 80)
	if d := h.reload().Day; d != (txn.Day{Date: h.day(), Count: 1, Fen: 80}) {
		t.Errorf("then a sale: %+v", d)
	}
}

// asked notes the days that are looked at for an amount.
type asked struct {
	journal.Store
	ranges [][2]int
	limits []int
}

func (a *asked) RowsByAmount(fen int64, from, to, limit int, kinds ...string) ([]journal.Row, error) {
	a.ranges, a.limits = append(a.ranges, [2]int{from, to}), append(a.limits, limit)
	return a.Store.RowsByAmount(fen, from, to, limit, kinds...)
}

// TestAnAmountIsLookedForInGrowingSteps: from tomorrow back to a year and a day,
// each day once, and not further than it takes.
func TestAnAmountIsLookedForInGrowingSteps(t *testing.T) {
	h := open(t)
	for range 3 {
		h.sell(txn.WeChatPay, 88)
	}
	a := &asked{Store: h.store}
	if _, err := journal.LookUp(a, txn.LookUp{Amount: money.Fen(88)}, h.at, zone); err != nil {
		t.Fatal(err)
	}
	want := [][2]int{{20261122, 20261123}, {20261119, 20261121}, {20261114, 20261118}, {20261105, 20261113}, {20261019, 20261104},
		{20260916, 20261018}, {20260713, 20260915}, {20260306, 20260712}, {20251121, 20260305}}
	if !reflect.DeepEqual(a.ranges, want) {
		t.Errorf("\n got %v\nwant %v", a.ranges, want)
	}
	for i, limit := range a.limits {
		if n := txn.LookUpMax - min(i, 1)*3; limit != n {
			t.Errorf("step %d asks for %d, want %d", i, limit, n)
		}
	}
	for range txn.LookUpMax - 3 {
		h.sell(txn.WeChatPay, 88)
	}
	a = &asked{Store: h.store}
	if _, err := journal.LookUp(a, txn.LookUp{Amount: money.Fen(88)}, h.at, zone); err != nil || len(a.ranges) != 1 {
		t.Errorf("twenty of today, and %v is looked at: %v", a.ranges, err)
	}
}

// TestKindsAreThoseThatAreWritten: of an entry with several versions the last.
func TestKindsAreThoseThatAreWritten(t *testing.T) {
	kinds := journal.Kinds()
	for _, want := range []string{"opened/1", "begun/2", "day-closed/1"} {
		if !slices.Contains(kinds, want) {
			t.Errorf("%s is missing in %v", want, kinds)
		}
	}
	seen := map[string]bool{}
	for _, k := range kinds {
		name, _, _ := strings.Cut(k, "/")
		if seen[name] {
			t.Errorf("%s is written in two versions: %v", name, kinds)
		}
		seen[name] = true
	}
	if len(kinds) < 37 {
		t.Errorf("%d kinds: %v", len(kinds), kinds)
	}
}

// TestAJournalWithARecordOfALaterProgramDoesNotStart, wherever it stands.
func TestAJournalWithARecordOfALaterProgramDoesNotStart(t *testing.T) {
	for name, r := range map[string]journal.Record{
		"of a sale": {Tx: 1, At: opening, Kind: "begun/99", Body: []byte("{}")},
		"of people": {At: opening, Kind: "signed-in/99", Body: []byte("{}")},
	} {
		h := open(t)
		h.sell(txn.WeChatPay, 1000)
		h.begin(txn.WeChatPay, 1000)
		r.Tx *= 2
		if err := h.store.Append([]journal.Record{r}, nil, nil); err != nil {
			t.Fatal(err)
		}
		if _, _, err := journal.Reload(h.store, zone); !errors.Is(err, journal.ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
