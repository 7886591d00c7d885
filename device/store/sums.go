package store

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/ncruces/go-sqlite3"
)

// Total is what a day's closed transactions of one kind, rail and state add up
// to.
type Total struct {
	Kind, Rail, State string
	Count             int
	Sum               int64 // fen
}

// Totals adds up the closed transactions of one business day (yyyymmdd) for
// each kind, rail and state, in the order of these names. What is open is not
// in it.
func (s *Store) Totals(day int) ([]Total, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead != nil {
		return nil, s.dead
	}
	var totals []Total
	err := s.each(`SELECT kind, rail, state, count(*), sum(amount) FROM tx
		WHERE open = 0 AND day = ? GROUP BY kind, rail, state ORDER BY kind, rail, state`,
		[]any{day}, func(st *sqlite3.Stmt) {
			totals = append(totals, Total{
				Kind: st.ColumnText(0), Rail: st.ColumnText(1), State: st.ColumnText(2),
				Count: st.ColumnInt(3), Sum: st.ColumnInt64(4),
			})
		})
	return totals, fault("read", err)
}

// OpenTotal is what is open, added up.
type OpenTotal struct {
	Count  int
	Sum    int64 // fen
	Oldest int64 // lowest wall time, Unix milliseconds; 0 when nothing is open
}

// OpenTotals adds up the open transactions of a kind; "" is all. It reads one
// entry of an index for each of them: a program asks at its start and counts
// along from there.
func (s *Store) OpenTotals(kind string) (t OpenTotal, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead != nil {
		return t, s.dead
	}
	sql, args := "SELECT count(*), sum(amount), min(at) FROM tx WHERE open = 1", []any(nil)
	if kind != "" {
		sql, args = sql+" AND kind = ?", []any{kind}
	}
	err = s.each(sql, args, func(st *sqlite3.Stmt) {
		t = OpenTotal{st.ColumnInt(0), st.ColumnInt64(1), st.ColumnInt64(2)}
	})
	return t, fault("read", err)
}

// SumOf adds up, in fen, the amounts of the rows that belong to the
// transaction with this order number, without those in one of the states
// except. A sum beyond 64 bits or a negative amount is an error.
func (s *Store) SumOf(order string, except ...string) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead != nil {
		return 0, s.dead
	}
	sum, err := s.sumOf(order, except)
	return sum, fault("read", err)
}

// sumOf is SumOf for a caller that holds the lock.
func (s *Store) sumOf(order string, except []string) (sum int64, err error) {
	var bad error
	err = s.each("SELECT tx, state, amount FROM tx WHERE of = ? AND of <> ''", []any{order},
		func(st *sqlite3.Stmt) {
			amount := st.ColumnInt64(2)
			switch {
			case slices.Contains(except, st.ColumnText(1)):
			case amount < 0 || sum > math.MaxInt64-amount:
				bad = fmt.Errorf("%w: transaction %d of %d fen, after %d", errSum, st.ColumnInt64(0), amount, sum)
			default:
				sum += amount
			}
		})
	return sum, errors.Join(err, bad)
}
