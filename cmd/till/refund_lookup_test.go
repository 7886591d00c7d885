package main

import (
	"testing"
	"time"

	"till/device/store"
	"till/txn"
	"till/txn/journal"
	"till/txn/money"
)

// TestALookUpByAmountFindsTheNewestOfAWholeYear: rare amounts as far back as a
// network refunds, common ones the newest first, and nothing older.
func TestALookUpByAmountFindsTheNewestOfAWholeYear(t *testing.T) {
	s := memoryStore(t)
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	tx := uint64(0)
	sell := func(daysAgo int, fen int64) {
		tx++
		at := txn.Wall(now.AddDate(0, 0, -daysAgo).UnixMilli())
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
