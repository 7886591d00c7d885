package store_test

import (
	"fmt"
	"testing"

	"till/device/store"
	"till/sim/disksim"
)

// warm is a store whose log is long enough to be overwritten and has just
// been begun anew, as after an idle moment.
func warm(t *testing.T) (*store.Store, *disksim.Disk, uint64) {
	t.Helper()
	disk := newDisk(t, disksim.Options{})
	s := open(t, disk)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	const before = 60
	for _, c := range workload(before) {
		if err := s.Append(c.recs, c.rows); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Checkpoint(); err != nil {
		t.Fatal(err)
	}
	if err := s.Append([]store.Record{{Kind: "started"}}, nil); err != nil { // begins the log anew
		t.Fatal(err)
	}
	return s, disk, before
}

// flushed counts what an Append asks of the disk.
func flushed(
	t *testing.T, s *store.Store, disk *disksim.Disk, recs []store.Record, rows ...store.Row,
) (syncs int, pages int64) {
	t.Helper()
	before, err := s.Stats()
	if err != nil {
		t.Fatal(err)
	}
	disk.OnOp(func(op disksim.Op) disksim.Verdict {
		if op.Kind == disksim.Sync {
			syncs++
		}
		return disksim.Do
	})
	err = s.Append(recs, rows)
	disk.OnOp(nil)
	if err != nil {
		t.Fatal(err)
	}
	after, err := s.Stats()
	if err != nil {
		t.Fatal(err)
	}
	return syncs, (after.Written - before.Written) / (4096 + 24)
}

// TestGroupOf16CostsOneFlush moves 16 refunds on in one commit.
func TestGroupOf16CostsOneFlush(t *testing.T) {
	s, disk, tx := warm(t)
	group := func(state string, open bool) (recs []store.Record, rows []store.Row) {
		for i := range uint64(16) {
			c := refunded(tx + 1 + i)
			c.rows[0].State, c.rows[0].Open = state, open
			recs, rows = append(recs, c.recs...), append(rows, c.rows...)
		}
		return recs, rows
	}
	const most = 8 // pages; 16 commits of one refund each write some 100
	for _, step := range []struct {
		state string
		open  bool
	}{{"promised", true}, {"sent", true}, {"paid out", false}} {
		recs, rows := group(step.state, step.open)
		syncs, pages := flushed(t, s, disk, recs, rows...)
		if syncs != 1 {
			t.Errorf("%s: %d flushes for 16 records, want 1", step.state, syncs)
		}
		if pages > most {
			t.Errorf("%s: %d pages, want at most %d", step.state, pages, most)
		}
		t.Logf("%s: 16 records, %d flush, %d pages", step.state, syncs, pages)
	}
}

// TestSaleWritesNoPageForRefunds counts the pages of a sale's transitions: the
// records and their index, the row, the indexes that a sale is found by, and
// the last page once more, which fills the sector. They are the same as those
// of schema version 1; one more is a page that each sale pays for refunds.
func TestSaleWritesNoPageForRefunds(t *testing.T) {
	s, disk, tx := warm(t)
	tx++
	row := store.Row{
		Tx: tx, Order: fmt.Sprintf("K7Q2X9%06d", tx), At: 1, Day: 20251009, Amount: 1234,
		Rail: "wechatpay", State: "asking", Open: true, Operator: "07",
	}
	rec := func(kind string) []store.Record {
		return []store.Record{{Tx: tx, Kind: kind, Body: make([]byte, 200)}}
	}
	paid := row
	paid.State, paid.Open, paid.Reference = "paid", false, "4200001234"
	for _, step := range []struct {
		kind  string
		rows  []store.Row
		pages int64
	}{
		{"begun", []store.Row{row}, 6},    // entry, entry_tx, tx, tx_tail, tx_open
		{"sent", nil, 3},                  // entry, entry_tx
		{"paid", []store.Row{paid}, 7},    // entry, entry_tx, tx, tx_reference, tx_day, tx_open
		{"printed", []store.Row{paid}, 3}, // entry, entry_tx: the row is as it was
	} {
		syncs, pages := flushed(t, s, disk, rec(step.kind), step.rows...)
		if syncs != 1 || pages > step.pages {
			t.Errorf("%s: %d flushes, %d pages; want 1 and at most %d", step.kind, syncs, pages, step.pages)
		}
		t.Logf("%s: %d pages", step.kind, pages)
	}
}
