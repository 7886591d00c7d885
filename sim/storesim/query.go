package storesim

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"till/txn"
	"till/txn/journal"
)

// The look-ups of journal.Store. Each returns the store's error when it is dead. A
// negative limit is none. The bodies of records are the store's: who changes one
// damages it.
//
// kinds names the kinds that are wanted; none, or "" among them, means all.

// Last implements journal.Store.
func (s *Store) Last() (seq uint64, at txn.Wall, err error) {
	n := len(s.disk.entries)
	if s.dead != nil || n == 0 {
		return 0, 0, s.dead
	}
	return uint64(n), s.disk.entries[n-1].At, nil
}

// LastTx implements journal.Store. Records and rows count.
func (s *Store) LastTx() (uint64, error) {
	if s.dead != nil {
		return 0, s.dead
	}
	last := s.disk.highest
	if rows := s.disk.rows; len(rows) > 0 {
		last = max(last, rows[len(rows)-1].Tx)
	}
	return last, nil
}

// OfTx implements journal.Store.
func (s *Store) OfTx(tx uint64) ([]journal.Record, error) { return s.LastOfTx(tx, -1) }

// LastOfTx implements journal.Store.
func (s *Store) LastOfTx(tx uint64, limit int) ([]journal.Record, error) {
	if s.dead != nil {
		return nil, s.dead
	}
	return s.disk.lastOf(tx, limit), nil
}

func (x *index) lastOf(tx uint64, limit int) []journal.Record {
	first, n := x.newest[tx]-1, 0
	for at := first; at >= 0 && n != limit; at = x.entries[at].prev {
		n++
	}
	if n == 0 {
		return nil
	}
	recs := make([]journal.Record, n)
	for at := first; n > 0; at = x.entries[at].prev {
		n--
		recs[n] = x.entries[at].Record
	}
	return recs
}

// OpenRows implements journal.Store.
func (s *Store) OpenRows(kinds ...string) ([]journal.Row, error) {
	return s.openRows(0, math.MaxInt32, kinds)
}

// OpenRowsAfter implements journal.Store. It panics when limit is negative, as
// device/store does.
func (s *Store) OpenRowsAfter(kind string, tx uint64, limit int) ([]journal.Row, error) {
	return s.openRows(tx, limit, []string{kind})
}

func (s *Store) openRows(after uint64, limit int, kinds []string) ([]journal.Row, error) {
	if s.dead != nil {
		return nil, s.dead
	}
	var rows []journal.Row
	for _, g := range s.disk.open {
		if !wanted(kinds, g.key) {
			continue
		}
		at, found := find(g.rows, after)
		if found {
			at++
		}
		for _, r := range g.rows[at : at+min(len(g.rows)-at, limit)] {
			rows = append(rows, *r)
		}
	}
	slices.SortFunc(rows, func(a, b journal.Row) int { return cmp.Compare(a.Tx, b.Tx) })
	return rows[:min(len(rows), limit)], nil
}

// wanted tells whether rows of a kind are asked for.
func wanted(kinds []string, kind string) bool {
	if len(kinds) == 0 {
		return true
	}
	for _, k := range kinds {
		if k == kind || k == "" {
			return true
		}
	}
	return false
}

// latest returns at most limit rows of a list that match, newest first.
func latest(list []*journal.Row, limit int, match func(*journal.Row) bool) []journal.Row {
	var rows []journal.Row
	for i := len(list) - 1; i >= 0 && len(rows) != limit; i-- {
		if match(list[i]) {
			rows = append(rows, *list[i])
		}
	}
	return rows
}

// before cuts a list off before a transaction; 0 leaves it whole, but for the
// highest number that there can be.
func before(list []*journal.Row, tx uint64) []*journal.Row {
	if tx == 0 {
		tx = math.MaxInt64
	}
	at, _ := find(list, tx)
	return list[:at]
}

// RowsBefore implements journal.Store.
func (s *Store) RowsBefore(tx uint64, limit int) ([]journal.Row, error) {
	if s.dead != nil {
		return nil, s.dead
	}
	return latest(before(s.disk.rows, tx), limit, func(*journal.Row) bool { return true }), nil
}

// RowByOrder implements journal.Store. Of several it is the oldest.
func (s *Store) RowByOrder(order txn.OrderNo) (journal.Row, bool, error) {
	if s.dead != nil {
		return journal.Row{}, false, s.dead
	}
	if rows := s.disk.byOrder[order]; len(rows) > 0 {
		return *rows[0], true, nil
	}
	return journal.Row{}, false, nil
}

// RowsOf implements journal.Store. The empty number has none.
func (s *Store) RowsOf(order txn.OrderNo) ([]journal.Row, error) {
	if s.dead != nil {
		return nil, s.dead
	}
	var rows []journal.Row
	for _, r := range s.disk.of[order] {
		rows = append(rows, *r)
	}
	return rows, nil
}

// Totals implements journal.Store: by kind, rail and state, in this order.
func (s *Store) Totals(day int) ([]journal.Total, error) {
	if s.dead != nil {
		return nil, s.dead
	}
	var totals []journal.Total
	for _, r := range s.disk.day(day) {
		if r.Open {
			continue
		}
		key := journal.Total{Kind: r.Kind, Rail: r.Rail, State: r.State}
		at, found := slices.BinarySearchFunc(totals, key, byName)
		if !found {
			totals = slices.Insert(totals, at, key)
		}
		totals[at].Count++
		sum := totals[at].Sum + r.Amount
		if (sum > totals[at].Sum) != (r.Amount > 0) {
			return nil, errSum // beyond 64 bits: an error of SQLite's, too
		}
		totals[at].Sum = sum
	}
	return totals, nil
}

func byName(a, b journal.Total) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Rail, b.Rail), cmp.Compare(a.State, b.State))
}

// day returns the rows of a day, oldest first.
func (x *index) day(day int) []*journal.Row {
	if at, found := groupOf(x.days, day); found {
		return x.days[at].rows
	}
	return nil
}

// RowsByTail implements journal.Store. A tail is the last six characters of an
// order number, or all of a shorter one. It reads every row, as RowsByReference
// does.
func (s *Store) RowsByTail(tail string, limit int, kinds ...string) ([]journal.Row, error) {
	if s.dead != nil {
		return nil, s.dead
	}
	return latest(s.disk.rows, limit, func(r *journal.Row) bool {
		return strings.HasSuffix(string(r.Order), tail) && tailOf(string(r.Order)) == tail && wanted(kinds, r.Kind)
	}), nil
}

func tailOf(order string) string {
	at := len(order)
	for range 6 {
		_, size := utf8.DecodeLastRuneInString(order[:at])
		at -= size
	}
	return order[at:]
}

// RowsByReference implements journal.Store. The empty reference finds nothing.
func (s *Store) RowsByReference(ref txn.Reference, limit int, kinds ...string) ([]journal.Row, error) {
	if s.dead != nil || ref == "" {
		return nil, s.dead
	}
	return latest(s.disk.rows, limit, func(r *journal.Row) bool {
		return r.Reference == ref && wanted(kinds, r.Kind)
	}), nil
}

// RowsByAmount implements journal.Store.
func (s *Store) RowsByAmount(fen int64, from, to, limit int, kinds ...string) ([]journal.Row, error) {
	if s.dead != nil {
		return nil, s.dead
	}
	var rows []*journal.Row
	first, _ := groupOf(s.disk.days, from)
	for _, g := range s.disk.days[first:] {
		if g.key > to {
			break
		}
		for _, r := range g.rows {
			if r.Amount == fen && wanted(kinds, r.Kind) {
				rows = append(rows, r)
			}
		}
	}
	slices.SortFunc(rows, func(a, b *journal.Row) int { return cmp.Compare(int64(a.Tx), int64(b.Tx)) })
	return latest(rows, limit, func(*journal.Row) bool { return true }), nil
}

// RowsByTime implements journal.Store.
func (s *Store) RowsByTime(fen int64, day int, from, to txn.Wall, limit int, kinds ...string) ([]journal.Row, error) {
	if s.dead != nil {
		return nil, s.dead
	}
	rows := slices.DeleteFunc(slices.Clone(s.disk.day(day)), func(r *journal.Row) bool {
		return r.Amount != fen || r.At < from || r.At > to || !wanted(kinds, r.Kind)
	})
	slices.SortFunc(rows, func(a, b *journal.Row) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Tx, b.Tx))
	})
	return latest(rows, limit, func(*journal.Row) bool { return true }), nil
}

// RowsByDay implements journal.Store.
func (s *Store) RowsByDay(day int, tx uint64, limit int, kinds ...string) ([]journal.Row, error) {
	if s.dead != nil {
		return nil, s.dead
	}
	return latest(before(s.disk.day(day), tx), limit, func(r *journal.Row) bool { return wanted(kinds, r.Kind) }), nil
}

// OpenTotal is what is open, added up.
type OpenTotal struct {
	Count  int
	Sum    int64    // fen
	Oldest txn.Wall // the lowest time; 0 when nothing is open
}

// OpenTotals adds up what is open of a kind; "" is all. It is no part of
// journal.Store: cmd/till asks for it at a start.
func (s *Store) OpenTotals(kind string) (t OpenTotal, err error) {
	if s.dead != nil {
		return t, s.dead
	}
	for _, g := range s.disk.open {
		for _, r := range g.rows {
			if !wanted([]string{kind}, g.key) {
				break
			}
			if t.Count == 0 || r.At < t.Oldest {
				t.Oldest = r.At
			}
			t.Count++
			t.Sum += r.Amount
		}
	}
	return t, nil
}
