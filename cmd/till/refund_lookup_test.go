package main

import (
	"strings"
	"testing"
	"time"

	"till/device/store"
	"till/txn"
	"till/txn/journal"
	"till/txn/money"
)

// sellAt files a sale that was paid at once.
func sellAt(t *testing.T, s *store.Store, tx uint64, when time.Time, fen int64) {
	t.Helper()
	at := txn.Wall(when.UnixMilli())
	o, day := txn.NewOrderNo("0123456789AB", tx), at.Day(figuresZone)
	var recs []store.Record
	for _, e := range []txn.Entry{
		txn.Begun{At: at, Order: o, Rail: txn.WeChatPay, Amount: money.Fen(fen)}, txn.Paid{At: at, Day: day, Order: o},
	} {
		r := journal.Encode(e)
		recs = append(recs, store.Record{Tx: r.Tx, At: int64(r.At), Kind: r.Kind, Body: r.Body})
	}
	row := store.Row{Tx: tx, Order: string(o), At: int64(at), Day: day, Amount: fen, Rail: "wechatpay", State: "paid"}
	if err := s.Append(recs, []store.Row{row}); err != nil {
		t.Fatal(err)
	}
}

// TestALookUpByAmountFindsTheNewestOfAWholeYear: rare amounts as far back as a
// network refunds, common ones the newest first, and nothing older.
func TestALookUpByAmountFindsTheNewestOfAWholeYear(t *testing.T) {
	s := memoryStore(t)
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	var sold uint64
	sell := func(daysAgo int, fen int64) {
		sold++
		sellAt(t, s, sold, now.AddDate(0, 0, -daysAgo), fen)
	}
	for day := 400; day >= 0; day-- {
		sell(day, favourite)
		sell(day, int64(day+1)) // once
	}
	find := func(fen int64) []txn.Original {
		found, err := journal.LookUp(shelf{s}, txn.LookUp{Amount: money.Fen(fen)}, txn.Wall(now.UnixMilli()), figuresZone)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	for day := range 400 {
		found, want := find(int64(day+1)), 1
		if day > journal.LookUpDays {
			want = 0
		}
		if len(found) != want {
			t.Errorf("a sale of %d days ago is found %d times, want %d", day, len(found), want)
		}
	}
	common := find(favourite)
	if len(common) != txn.LookUpMax {
		t.Fatalf("%d are found", len(common))
	}
	for i, o := range common {
		if want := now.AddDate(0, 0, -i).UnixMilli(); int64(o.Paid) != want {
			t.Errorf("place %d is of %s", i, o.Paid.In(0))
		}
	}
}

// TestALookUpByAmountAndTimeFindsTheSaleOfThatHour: half an hour to either side,
// also over midnight; today first, then the days before, a week back; on a day that
// is named, that day alone, of last year when it has not come this year.
func TestALookUpByAmountAndTimeFindsTheSaleOfThatHour(t *testing.T) {
	s := memoryStore(t)
	shop := time.FixedZone("", int(figuresZone/time.Second))
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, shop)
	sold := map[uint64]string{}
	for when := now.AddDate(-1, 0, 0).Add(-30 * time.Minute); when.Before(now); when = when.Add(30 * time.Minute) {
		tx := uint64(len(sold) + 1)
		sold[tx] = when.Format("01-02 15:04")
		sellAt(t, s, tx, when, favourite)
	}
	for keyed, want := range map[string]string{
		"1015": "11-22 10:30, 11-22 10:00, 11-21 10:30, 11-21 10:00, 11-20 10:30, 11-20 10:00, 11-19 10:30, 11-19 10:00, " +
			"11-18 10:30, 11-18 10:00, 11-17 10:30, 11-17 10:00, 11-16 10:30, 11-16 10:00",
		"10151103": "11-03 10:30, 11-03 10:00", "00001104": "11-04 00:30, 11-04 00:00, 11-03 23:30",
		"23591231": "01-01 00:00, 12-31 23:30", "11301122": "11-22 11:30, 11-22 11:00", "23451122": "",
		"12001123": "11-23 12:30, 11-23 12:00, 11-23 11:30", "10000229": "",
	} {
		about, ok := txn.ParseAbout(keyed)
		found, err := journal.LookUp(shelf{s}, txn.LookUp{Amount: money.Fen(favourite), About: about},
			txn.Wall(now.UnixMilli()), figuresZone)
		var got []string
		for _, o := range found {
			got = append(got, sold[o.Order.N()])
		}
		if !ok || err != nil || strings.Join(got, ", ") != want {
			t.Errorf("about %s: %v, %v; want %s", keyed, got, err, want)
		}
	}
	other, err := journal.LookUp(shelf{s}, txn.LookUp{Amount: money.Fen(favourite + 1), About: txn.About{Given: true, Minute: 615}},
		txn.Wall(now.UnixMilli()), figuresZone)
	if len(other) > 0 || err != nil {
		t.Errorf("of another amount: %d, %v", len(other), err)
	}
}
