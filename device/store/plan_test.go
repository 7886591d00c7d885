package store_test

import (
	"strings"
	"testing"

	"till/device/store"
)

// TestNoLookUpWalksTheHistory asks every question and then SQLite how it
// answers: through an index or a key, never along a table. The one index that
// may be walked from end to end is that of what is open.
func TestNoLookUpWalksTheHistory(t *testing.T) {
	s, err := store.Open(t.TempDir(), store.Create(), small)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range workload(20) {
		if err := s.Append(c.recs, c.rows, store.Guard{Of: "A", Max: 1, Except: []string{"refused"}}); err != nil {
			t.Fatal(err)
		}
	}
	for name, ask := range map[string]func(kinds ...string) error{
		"Row":             func(...string) error { _, _, err := s.Row(1); return err },
		"OfTx":            func(...string) error { _, err := s.OfTx(1); return err },
		"OpenRows":        func(k ...string) error { _, err := s.OpenRows(k...); return err },
		"OpenRowsAfter":   func(k ...string) error { _, err := s.OpenRowsAfter("sale", 1, 5); return err },
		"OpenTotals":      func(k ...string) error { _, err := s.OpenTotals(strings.Join(k, "")); return err },
		"RowsOf":          func(...string) error { _, err := s.RowsOf("A"); return err },
		"SumOf":           func(...string) error { _, err := s.SumOf("A"); return err },
		"RowByOrder":      func(...string) error { _, _, err := s.RowByOrder("A"); return err },
		"RowsByTail":      func(k ...string) error { _, err := s.RowsByTail("000001", 5, k...); return err },
		"RowsByReference": func(k ...string) error { _, err := s.RowsByReference("R", 5, k...); return err },
		"RowsBefore":      func(...string) error { _, err := s.RowsBefore(9, 5); return err },
		"RowsByDay":       func(k ...string) error { _, err := s.RowsByDay(20251009, 0, 5, k...); return err },
		"RowsByTime":      func(k ...string) error { _, err := s.RowsByTime(1, 20251009, 1, 2, 5, k...); return err },
		"RowsByAmount":    func(k ...string) error { _, err := s.RowsByAmount(1, 20251001, 20251031, 5, k...); return err },
		"Totals":          func(...string) error { _, err := s.Totals(20251009); return err },
		"LastTx":          func(...string) error { _, err := s.LastTx(); return err },
		"VerifyAll":       func(...string) error { return s.VerifyAll() },
	} {
		for _, kinds := range [][]string{nil, {"refund"}} {
			if err := ask(kinds...); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	plans, err := s.Plans()
	if err != nil {
		t.Fatal(err)
	}
	steps := 0
	for sql, plan := range plans {
		for _, step := range plan {
			steps++
			if walks(sql, step) {
				t.Errorf("%s\nwalks: %s", sql, strings.Join(plan, "; "))
			}
		}
	}
	if steps < 30 {
		t.Errorf("%d steps in %d statements: not everything was asked", steps, len(plans))
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// walks tells whether a step of a plan reads a table or an index from end to
// end. A limit or an extreme of a key ends such a reading after a few rows.
func walks(sql, step string) bool {
	switch {
	case !strings.HasPrefix(step, "SCAN "), strings.HasPrefix(step, "SCAN (") || step == "SCAN days":
		return false
	case strings.Contains(step, "tx_open"):
		return false
	}
	ends := strings.HasSuffix(sql, "DESC LIMIT 2") || strings.HasSuffix(sql, "LIMIT 0")
	return !ends
}
