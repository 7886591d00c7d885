package bill

import (
	"fmt"
	"strings"
	"testing"

	"till/txn"
)

// day is what the journal says of the day of the fixtures.
func day(t testing.TB) []Entry {
	s := func(n uint64, clock string, fen int64, state State) Entry {
		return Entry{
			Kind: Sale, Order: sale(n), Amount: fen, State: state, At: at(t, "2026-11-22 "+clock), Day: 20261122,
		}
	}
	return []Entry{
		s(1, "09:01:10", 1250, Paid), s(2, "11:30:01", 12800, Paid), s(3, "18:03:00", 3680, Paid),
		s(4, "18:59:55", 800, Reversed),
		{
			Kind: Refund, Order: sale(2), Refund: refund(5), Amount: 2800, State: Refunded,
			At: at(t, "2026-11-22 18:20:40"), Day: 20261122,
		},
	}
}

// verdicts lists what is not matched, one a line.
func verdicts(r Report) string {
	var out strings.Builder
	for _, i := range r.Items {
		if i.Verdict != Matched {
			number := i.Order
			if i.Kind == Refund {
				number = i.Refund
			}
			out.WriteString(fmt.Sprintf("%s %s %s %d %d %s\n", i.Verdict, i.Kind, number, i.Here, i.There, i.Action))
		}
	}
	return out.String()
}

func TestADayThatAgreesHasNoDifference(t *testing.T) {
	for _, name := range []string{"wechat-all.csv", "alipay-gbk.csv", "alipay-utf8.csv"} {
		r := Compare(day(t), parsed(t, railOf(name), name))
		if v := verdicts(r); v != "" || r.Count(Matched) != 5 {
			t.Errorf("%s: %d matched, and\n%s", name, r.Count(Matched), v)
		}
		// A reversed sale is on neither side of ours, and on both of theirs.
		if r.Here.Payments != (Sum{3, 17730}) || r.There.Payments != (Sum{4, 18530}) ||
			r.Here.Refunds != (Sum{1, 2800}) || r.There.Refunds != (Sum{2, 3600}) ||
			r.Undone != (Totals{Payments: Sum{1, 800}, Refunds: Sum{1, 800}}) {
			t.Errorf("%s: here %+v, there %+v, undone %+v", name, r.Here, r.There, r.Undone)
		}
	}
}

// TestEachDifferenceHasItsVerdictAndAction: C03, C04, A55.
func TestEachDifferenceHasItsVerdictAndAction(t *testing.T) {
	entries := append(day(t),
		Entry{Kind: Sale, Order: sale(7), Amount: 2000, State: Paid, At: at(t, "2026-11-22 20:00:00"), Day: 20261122},
		Entry{Kind: Sale, Order: sale(8), Amount: 1500, State: Open, At: at(t, "2026-11-22 20:30:00"), Day: 20261122},
		Entry{Kind: Sale, Order: sale(9), Amount: 1600, State: Open, At: at(t, "2026-11-22 20:40:00"), Day: 20261122},
		Entry{Kind: Sale, Order: sale(10), Amount: 1700, State: Refused, At: at(t, "2026-11-22 20:41:00"), Day: 20261122},
		Entry{
			Kind: Refund, Order: sale(3), Refund: refund(11), Amount: 100, State: Accepted,
			At: at(t, "2026-11-22 20:42:00"), Day: 20261122,
		},
	)
	r := Compare(entries, parsed(t, txn.WeChatPay, "wechat-differs.csv"))
	want := fmt.Sprintf(`amount-differs refund %s 2800 2000 check-amount
amount-differs sale %s 12800 13000 check-amount
status-differs sale %s 800 800 give-back
only-there sale %s -1 6600 find-record
not-ours sale SHOP-WEB-1 -1 990 check-others
status-differs sale %s 1500 1500 settle
only-there refund PORTAL-1 -1 500 check-refund
only-here sale %s 3680 -1 ask-sale
open sale %s 1600 -1 settle
only-here refund %s 100 -1 ask-refund
`, refund(5), sale(2), sale(4), sale(6), sale(8), sale(3), sale(9), refund(11))
	if got := verdicts(r); got != want {
		t.Errorf("found\n%swant\n%s", got, want)
	}
	if r.Foreign.Payments != (Sum{1, 990}) {
		t.Errorf("of others: %+v", r.Foreign)
	}
}

// around is a file with one row, and the entry that it is about.
func around(t testing.TB, fate Fate, when string) (Bill, Line) {
	l := Line{Line: 2, Order: sale(1), Amount: 1000, Fate: fate, At: at(t, when)}
	if fate != Charged {
		l.Refund = refund(2)
	}
	b := Bill{Rail: txn.WeChatPay, Merchant: "1900000001", Day: l.At.Day(Zone)}
	b.add(l)
	return b, l
}

func TestASaleAroundMidnightIsNotMissing(t *testing.T) {
	empty := Bill{Rail: txn.WeChatPay, Day: 20261122}
	for _, c := range []struct {
		clock   string
		verdict Verdict
		other   int
	}{
		{"2026-11-22 00:09:59", OtherFile, 20261121}, {"2026-11-22 00:10:00", OnlyHere, 0},
		{"2026-11-22 23:49:59", OnlyHere, 0}, {"2026-11-22 23:50:00", OtherFile, 20261123},
	} {
		e := Entry{Kind: Sale, Order: sale(1), Amount: 1000, State: Paid, At: at(t, c.clock), Day: 20261122}
		i := Compare([]Entry{e}, empty).Items[0]
		if i.Verdict != c.verdict || i.Other != c.other || !i.Differs(true) {
			t.Errorf("%s: %+v", c.clock, i)
		}
	}
	// The neighbour's file settles it: there, or missing after all.
	next, _ := around(t, Charged, "2026-11-23 00:00:02")
	e := Entry{Kind: Sale, Order: sale(1), Amount: 1000, State: Paid, At: at(t, "2026-11-22 23:59:58"), Day: 20261122}
	if i := Compare([]Entry{e}, empty, next).Items[0]; i.Verdict != Matched || i.Other != 20261123 || i.There != 1000 {
		t.Errorf("with the next file: %+v", i)
	}
	if i := Compare([]Entry{e}, empty, Bill{Day: 20261123}).Items[0]; i.Verdict != OnlyHere {
		t.Errorf("with a next file that has it not: %+v", i)
	}
	// And on the next day it is matched, and marked.
	if r := Compare([]Entry{e}, next); len(r.Items) != 1 || r.Items[0].Verdict != Matched ||
		r.Items[0].Day != 20261122 {
		t.Errorf("the next day: %+v", r.Items)
	}
}

func TestAReversalAfterMidnightIsLookedForInTheNextFile(t *testing.T) {
	b, l := around(t, Charged, "2026-11-22 23:59:50")
	e := Entry{Kind: Sale, Order: l.Order, Amount: 1000, State: Reversed, At: at(t, "2026-11-22 23:59:45"),
		Ended: at(t, "2026-11-23 00:00:20"), Day: 20261122}
	if i := Compare([]Entry{e}, b).Items[0]; i.Verdict != OtherFile || i.Other != 20261123 {
		t.Errorf("%+v", i)
	}
	next, _ := around(t, Revoked, "2026-11-23 00:00:15")
	if i := Compare([]Entry{e}, b, next).Items[0]; i.Verdict != Matched || i.Other != 20261123 {
		t.Errorf("with the next file: %+v", i)
	}
	if i := Compare([]Entry{e}, next).Items[0]; i.Verdict != Matched || i.Day != 20261122 {
		t.Errorf("in the next file: %+v", i)
	}
}

func TestAVoidIsARefundOfOurs(t *testing.T) {
	b, l := around(t, Charged, "2026-11-22 12:00:00")
	back := Line{Line: 3, Order: l.Order, Amount: 1000, Fate: Revoked, At: at(t, "2026-11-22 13:00:00")}
	b.add(back)
	paid := Entry{Kind: Sale, Order: l.Order, Amount: 1000, State: Paid, At: l.At, Day: 20261122}
	void := Entry{Kind: Refund, Order: l.Order, Refund: refund(2), Amount: 1000, State: Refunded, At: back.At,
		Day: 20261122}
	if v := verdicts(Compare([]Entry{paid, void}, b)); v != "" {
		t.Error(v)
	}
	// With another amount it is another thing.
	void.Amount = 999
	if r := Compare([]Entry{paid, void}, b); r.Count(OnlyHere) != 1 || r.Count(StatusDiffers) != 1 {
		t.Errorf("%+v", r.Items)
	}
	// Without such a refund of ours, the network took back what we hold for paid.
	if i := Compare([]Entry{paid}, b).Items[0]; i.Verdict != StatusDiffers || i.Action != CheckUndone {
		t.Errorf("%+v", i)
	}
	// Also when the sale is of another day.
	paid.Day, b.Payments = 20261121, nil
	if i := Compare([]Entry{paid}, b).Items[0]; i.Verdict != StatusDiffers || i.Action != CheckUndone {
		t.Errorf("of another day: %+v", i)
	}
}

func TestASaleGivenBackByARefundIsReversed(t *testing.T) {
	b, l := around(t, Charged, "2026-11-22 12:00:00")
	b.add(Line{Line: 3, Order: l.Order, Refund: refund(2), Amount: 1000, Fate: Returning, At: l.At})
	sold := Entry{Kind: Sale, Order: l.Order, Amount: 1000, State: Reversed, At: l.At, Day: 20261122}
	back := Entry{Kind: Refund, Order: l.Order, Refund: refund(2), Amount: 1000, State: Accepted, At: l.At,
		Day: 20261122}
	if v := verdicts(Compare([]Entry{sold, back}, b)); v != "" {
		t.Error(v)
	}
	b.Refunds[0].Amount = 999
	if i := Compare([]Entry{sold}, b).Items[0]; i.Action != GiveBack {
		t.Errorf("a fen short: %+v", i)
	}
}

func TestANeighbouringDayIsNeitherMissingNorCounted(t *testing.T) {
	b, l := around(t, Charged, "2026-11-22 12:00:00")
	entries := []Entry{
		{Kind: Sale, Order: l.Order, Amount: 1000, State: Paid, At: l.At, Day: 20261122},
		{Kind: Sale, Order: sale(2), Amount: 500, State: Paid, At: at(t, "2026-11-21 12:00:00"), Day: 20261121},
		{Kind: Refund, Order: sale(2), Refund: refund(3), Amount: 5, State: Refunded, At: at(t, "2026-11-23 12:00:00"), Day: 20261123},
	}
	if r := Compare(entries, b); len(r.Items) != 1 || r.Here != (Totals{Payments: Sum{1, 1000}}) {
		t.Errorf("here %+v, %+v", r.Here, r.Items)
	}
}

func TestARefundThatDidNotGetThroughGivesNothingBack(t *testing.T) {
	b, l := around(t, Charged, "2026-11-22 12:00:00")
	b.add(Line{Line: 3, Order: l.Order, Refund: "R", Amount: 1000, Fate: Failed, At: l.At})
	e := Entry{Kind: Sale, Order: l.Order, Amount: 1000, State: Reversed, At: l.At, Day: 20261122}
	if i := Compare([]Entry{e}, b).Items[0]; i.Action != GiveBack {
		t.Errorf("%+v", i)
	}
}

func TestTheStateOfARefundIsCompared(t *testing.T) {
	for _, c := range []struct {
		state State
		fate  Fate
		want  Verdict
	}{
		{Refunded, Returned, Matched}, {Refunded, Returning, Matched}, {Refunded, Failed, StatusDiffers},
		{Accepted, Returned, Matched}, {Accepted, Returning, Matched}, {Accepted, Failed, Matched},
		{Stuck, Returning, Matched}, {Stuck, Failed, Matched}, {Stuck, Returned, StatusDiffers},
		{Refused, Returning, StatusDiffers}, {Refused, Failed, Matched}, {Open, Returned, StatusDiffers},
	} {
		b, l := around(t, c.fate, "2026-11-22 12:00:00")
		e := Entry{Kind: Refund, Order: l.Order, Refund: l.Refund, Amount: 1000, State: c.state, At: l.At, Day: 20261122}
		if i := Compare([]Entry{e}, b).Items[0]; i.Verdict != c.want {
			t.Errorf("we say %s, they %d: %s, want %s", c.state, c.fate, i.Verdict, c.want)
		}
		e.Order = sale(77)
		if i := Compare([]Entry{e}, b).Items[0]; i.Verdict != StatusDiffers {
			t.Errorf("of another sale: %+v", i)
		}
	}
}

func TestTheSameNumberTwiceIsNotMatchedTwice(t *testing.T) {
	b, l := around(t, Charged, "2026-11-22 12:00:00")
	l.Line = 3
	b.add(l)
	e := Entry{Kind: Sale, Order: l.Order, Amount: 1000, State: Paid, At: l.At, Day: 20261122}
	if r := Compare([]Entry{e}, b); r.Count(Matched) != 1 || r.Count(Twice) != 1 {
		t.Errorf("%+v", r.Items)
	}
	b, l = around(t, Returned, "2026-11-22 12:00:00")
	l.Line = 3
	b.add(l)
	e = Entry{Kind: Refund, Order: l.Order, Refund: l.Refund, Amount: 1000, State: Refunded, At: l.At, Day: 20261122}
	if r := Compare([]Entry{e}, b); r.Count(Matched) != 1 || r.Count(Twice) != 1 {
		t.Errorf("%+v", r.Items)
	}
}

func TestWhatAFileDoesNotHoldIsNotMissingInIt(t *testing.T) {
	for _, c := range []struct {
		name string
		kind Kind
		n    int
	}{{"wechat-success.csv", Refund, 1}, {"wechat-refund.csv", Sale, 3}} {
		r := Compare(day(t), parsed(t, txn.WeChatPay, c.name))
		for _, i := range r.Items {
			if i.Differs(false) {
				t.Errorf("%s: %+v", c.name, i)
			}
		}
		if r.Count(NotCovered) == 0 {
			t.Errorf("%s: %+v", c.name, r.Items)
		}
	}
}

func TestAnotherTerminalOfTheShopIsNoDifferenceWhenItIsSaid(t *testing.T) {
	b, _ := around(t, Charged, "2026-11-22 12:00:00")
	i := Compare(nil, b).Items[0]
	if i.Verdict != Foreign || !i.Differs(false) || i.Differs(true) {
		t.Errorf("%+v", i)
	}
	// A number of a life that the journal knows is never another terminal's.
	e := Entry{Kind: Sale, Order: sale(9), Amount: 1, State: Refused, Day: 20261121}
	if i := Compare([]Entry{e}, b).Items[0]; i.Verdict != OnlyThere || !i.Differs(true) {
		t.Errorf("%+v", i)
	}
}

// TestAFeeThatIsNotTheContractsIsFound: C03, A55.
func TestAFeeThatIsNotTheContractsIsFound(t *testing.T) {
	b := parsed(t, txn.WeChatPay, "wechat-differs.csv")
	f := CheckFees(b, 60)
	if len(f.Lines) != 1 || f.Lines[0].Order != sale(7) || f.Lines[0].Booked != 20 || f.Lines[0].Expected != 12 ||
		!f.Wrong() {
		t.Errorf("%+v", f)
	}
	if f := CheckFees(parsed(t, txn.WeChatPay, "wechat-all.csv"), 60); f.Wrong() || f.Booked != 112 ||
		f.Expected != 112 {
		t.Errorf("%+v", f)
	}
	// The file itself states another rate.
	if f := CheckFees(parsed(t, txn.WeChatPay, "wechat-all.csv"), 38); len(f.Lines) != 4 {
		t.Errorf("%+v", f)
	}
	// A fen too much each time is within rounding, and adds up.
	b = Bill{}
	for n := range 20 {
		b.add(Line{Order: sale(uint64(n)), Amount: 1000, Fee: 7})
	}
	if f := CheckFees(b, 60); len(f.Lines) != 0 || !f.Drift || f.Booked-f.Expected != 20 {
		t.Errorf("%+v", f)
	}
}
