package devicetest

import (
	"errors"
	"math"
	"testing"

	"till/device"
	"till/device/store"
)

// storeGuards refunds a sale of 1,000 fen in parts.
func storeGuards(t *testing.T, open func() (Storage, error)) {
	s := mustOpen(t, open)
	guard := store.Guard{Of: "A000001", Max: 1000, Except: []string{"refused", "closed"}}
	mustAppend(t, s, []store.Record{{Tx: 1, Kind: "begun"}},
		store.Row{Tx: 1, Order: "A000001", Amount: 1000, State: "paid"})
	for _, c := range []struct {
		name   string
		tx     uint64
		amount int64
		state  string
		holds  bool
	}{
		{"more than all of it", 2, 1001, "promised", false},
		{"a first part", 2, 600, "promised", true},
		{"more than the remainder", 3, 401, "promised", false},
		{"less than nothing, to make room", 3, -1, "promised", false},
		{"so much that the sum turns over", 3, math.MaxInt64, "promised", false},
		{"one that does not count", 3, 401, "refused", true},
		{"one that counts after all", 3, 401, "promised", false},
		{"the remainder", 4, 400, "promised", true},
		{"one fen over", 5, 1, "promised", false},
		{"the first part is closed", 2, 600, "closed", true},
		{"its money once more", 5, 600, "promised", true},
	} {
		row := store.Row{
			Tx: c.tx, Order: "R00000" + string(rune('0'+c.tx)), Amount: c.amount, State: c.state,
			Kind: "refund", Of: guard.Of, Open: true,
		}
		seq, hash := s.Head()
		was, wasThere, _ := s.Row(c.tx)
		recs := []store.Record{{Tx: c.tx, Kind: "one"}, {Tx: c.tx, Kind: "two"}}
		err := s.Append(recs, []store.Row{row}, store.Guard{Of: "A000009"}, guard)
		if c.holds {
			if got, _, _ := s.Row(c.tx); err != nil || got != row {
				t.Errorf("%s: row %v, error %v", c.name, got, err)
			}
			continue
		}
		f, ok := errors.AsType[*device.Fault](err)
		if !ok || f.Code != device.JournalBroken || !errors.Is(err, store.ErrGuard) {
			t.Errorf("%s: error %v, want %s for a guard", c.name, err, device.JournalBroken)
		}
		if got, there, _ := s.Row(c.tx); got != was || there != wasThere {
			t.Errorf("%s: row %v was written", c.name, got)
		}
		if n, h := s.Head(); n != seq || h != hash || len(walk(t, s, 1)) != int(seq) {
			t.Errorf("%s: records were written", c.name)
		}
	}
	if sum := must(s.SumOf(guard.Of, guard.Except...))(t); sum != 1000 {
		t.Errorf("%d fen refunded of 1,000", sum)
	}
	wantPanic(t, "a guard of nothing", func() { mustGuard(t, s, store.Guard{Max: 1}) })
	mustAppend(t, s, []store.Record{{Kind: "after"}}) // the panic let go of everything
	if next := must(s.Verify(1, 100))(t); next != 0 {
		t.Errorf("verification goes on at %d", next)
	}
}

func mustGuard(t *testing.T, s Storage, g store.Guard) {
	t.Helper()
	if err := s.Append([]store.Record{{Kind: "guarded"}}, nil, g); err != nil {
		t.Fatal(err)
	}
}
