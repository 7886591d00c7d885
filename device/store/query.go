package store

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"

	"github.com/ncruces/go-sqlite3"
)

const (
	selectRecord = `SELECT seq, tx, at, kind, body, hash FROM entry`
	selectRow    = `SELECT tx, order_no, at, day, amount, rail, state, reference, open,
		kind, of, operator FROM tx`

	// chunkRecords is how many records a walk reads at a time; between two
	// chunks the store is free for others.
	chunkRecords = 256
)

func scanRecord(st *sqlite3.Stmt) Record {
	r := Record{
		Seq: uint64(st.ColumnInt64(0)), Tx: uint64(st.ColumnInt64(1)), At: st.ColumnInt64(2),
		Kind: st.ColumnText(3), Body: st.ColumnBlob(4, nil),
	}
	// A hash of another length does not verify, which is all that can be said.
	copy(r.Hash[:], st.ColumnRawBlob(5))
	return r
}

func scanRow(st *sqlite3.Stmt) Row {
	return Row{
		Tx: uint64(st.ColumnInt64(0)), Order: st.ColumnText(1), At: st.ColumnInt64(2),
		Day: st.ColumnInt(3), Amount: st.ColumnInt64(4), Rail: st.ColumnText(5),
		State: st.ColumnText(6), Reference: st.ColumnText(7), Open: st.ColumnBool(8),
		Kind: st.ColumnText(9), Of: st.ColumnText(10), Operator: st.ColumnText(11),
	}
}

// records runs a look-up of records; the caller does not hold the lock.
func (s *Store) records(where string, args ...any) ([]Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead != nil {
		return nil, s.dead
	}
	var recs []Record
	err := s.each(selectRecord+where, args, func(st *sqlite3.Stmt) { recs = append(recs, scanRecord(st)) })
	return recs, fault("read", err)
}

// rows runs a look-up of rows; the caller does not hold the lock.
func (s *Store) rows(sql string, args ...any) ([]Row, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead != nil {
		return nil, s.dead
	}
	var rows []Row
	err := s.each(sql, args, func(st *sqlite3.Stmt) { rows = append(rows, scanRow(st)) })
	return rows, fault("read", err)
}

func (s *Store) row(sql string, args ...any) (Row, bool, error) {
	rows, err := s.rows(sql, args...)
	if err != nil || len(rows) == 0 {
		return Row{}, false, err
	}
	return rows[0], true, nil
}

// rowOf is Row for a caller that holds the lock.
func (s *Store) rowOf(tx uint64) (row Row, found bool, err error) {
	err = s.each(selectRow+" WHERE tx = ?", []any{tx}, func(st *sqlite3.Stmt) { row, found = scanRow(st), true })
	return row, found, err
}

// OfTx returns the records of one transaction, oldest first; none is no error.
func (s *Store) OfTx(tx uint64) ([]Record, error) {
	return s.records(" WHERE tx = ? ORDER BY seq", tx)
}

// LastOfTx returns at most limit records of one transaction, or of none when tx
// is 0: the newest, oldest first.
func (s *Store) LastOfTx(tx uint64, limit int) ([]Record, error) {
	recs, err := s.records(" WHERE tx = ? ORDER BY seq DESC LIMIT ?", tx, limit)
	slices.Reverse(recs)
	return recs, err
}

// Records walks the journal from record number from (1 is the first) to the
// end. It holds the store only while it reads a few hundred records; those
// appended meanwhile are walked too. An error ends the walk.
func (s *Store) Records(from uint64) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for {
			recs, err := s.records(" WHERE seq >= ? ORDER BY seq LIMIT ?", from, chunkRecords)
			if err != nil {
				yield(Record{}, err)
				return
			}
			for _, r := range recs {
				if !yield(r, nil) {
					return
				}
				from = r.Seq + 1
			}
			if len(recs) < chunkRecords {
				return
			}
		}
	}
}

// Row returns the row of one transaction and whether there is one.
func (s *Store) Row(tx uint64) (Row, bool, error) {
	return s.row(selectRow+" WHERE tx = ?", tx)
}

// OpenRows returns every open transaction of these kinds, oldest first.
//
// In this and all look-ups, kinds names the kinds that are wanted; none, or
// "" among them, means all.
func (s *Store) OpenRows(kinds ...string) ([]Row, error) {
	return s.openRows(0, math.MaxInt32, kinds)
}

// OpenRowsAfter returns at most limit open transactions of a kind ("" is all)
// with a higher number than tx, oldest first: for a backlog that should not be
// held in memory.
func (s *Store) OpenRowsAfter(kind string, tx uint64, limit int) ([]Row, error) {
	return s.openRows(tx, limit, []string{kind})
}

// openRows asks for each kind by itself, for that is the order of the index.
func (s *Store) openRows(after uint64, limit int, kinds []string) (rows []Row, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead != nil {
		return nil, s.dead
	}
	if all(kinds) {
		if kinds, err = s.openKinds(); err != nil {
			return nil, fault("read", err)
		}
	}
	for _, kind := range kinds {
		err := s.each(selectRow+" WHERE open = 1 AND kind = ? AND tx > ? ORDER BY tx LIMIT ?",
			[]any{kind, after, limit}, func(st *sqlite3.Stmt) { rows = append(rows, scanRow(st)) })
		if err != nil {
			return nil, fault("read", err)
		}
	}
	slices.SortFunc(rows, func(a, b Row) int { return cmp.Compare(a.Tx, b.Tx) })
	rows = slices.Compact(rows) // a kind that was named twice
	return rows[:min(len(rows), limit)], nil
}

// openKinds jumps through the index of what is open from kind to kind.
func (s *Store) openKinds() (kinds []string, err error) {
	for last, more := "", true; more; {
		more = false
		err = s.each("SELECT kind FROM tx WHERE open = 1 AND kind > ? ORDER BY kind LIMIT 1",
			[]any{last}, func(st *sqlite3.Stmt) { last, more = st.ColumnText(0), true })
		if err != nil {
			return nil, err
		}
		if more {
			kinds = append(kinds, last)
		}
	}
	return kinds, nil
}

// RowsOf returns the rows that belong to the transaction with this order
// number, oldest first. The empty number has none.
func (s *Store) RowsOf(order string) ([]Row, error) {
	return s.rows(selectRow+" WHERE of = ? AND of <> '' ORDER BY tx", order)
}

// RowByOrder returns the row with this order number and whether there is one;
// should several bear it, the oldest.
func (s *Store) RowByOrder(order string) (Row, bool, error) {
	return s.row(selectRow+` WHERE substr(order_no, -6) = substr(?1, -6) AND order_no = ?1
		ORDER BY tx LIMIT 1`, order)
}

// RowsByTail returns at most limit rows whose order number ends in these six
// characters (which is what people read to each other), newest first.
func (s *Store) RowsByTail(tail string, limit int, kinds ...string) ([]Row, error) {
	args := []any{tail, limit}
	which := ofKinds(&args, kinds)
	return s.rows(selectRow+" WHERE substr(order_no, -6) = ?1"+which+" ORDER BY tx DESC LIMIT ?2", args...)
}

// RowsByReference returns at most limit rows with the gateway's number,
// newest first. The empty reference finds nothing.
func (s *Store) RowsByReference(reference string, limit int, kinds ...string) ([]Row, error) {
	args := []any{reference, limit}
	which := ofKinds(&args, kinds)
	return s.rows(selectRow+` WHERE reference = ?1 AND reference <> ''`+which+`
		ORDER BY tx DESC LIMIT ?2`, args...)
}

// RowsBefore returns at most limit rows with a lower transaction number than
// tx, newest first; tx 0 begins at the newest. It is how a list is paged.
func (s *Store) RowsBefore(tx uint64, limit int) ([]Row, error) {
	return s.rows(selectRow+" WHERE tx < ? ORDER BY tx DESC LIMIT ?", orEnd(tx), limit)
}

// RowsByDay returns at most limit rows of one business day (yyyymmdd) with a
// lower transaction number than before, newest first; before 0 begins at the
// newest.
func (s *Store) RowsByDay(day int, before uint64, limit int, kinds ...string) ([]Row, error) {
	args := []any{day, orEnd(before), limit}
	which := ofKinds(&args, kinds)
	return s.rows(`SELECT * FROM (`+dayRows("day = ?1 AND tx < ?2"+which)+`)
		ORDER BY tx DESC LIMIT ?3`, args...)
}

// RowsByTime returns at most limit rows of this amount in fen from one business
// day (yyyymmdd) whose wall time is from from to to (Unix milliseconds, both
// included), newest first. A customer knows how much and about when; day and
// amount keep the search short.
func (s *Store) RowsByTime(amount int64, day int, from, to int64, limit int, kinds ...string) ([]Row, error) {
	args := []any{day, amount, from, to, limit}
	which := ofKinds(&args, kinds)
	return s.rows(`SELECT * FROM (`+dayRows("day = ?1 AND amount = ?2 AND at BETWEEN ?3 AND ?4"+which)+`)
		ORDER BY at DESC, tx DESC LIMIT ?5`, args...)
}

// RowsByAmount returns at most limit rows of this amount in fen from the days
// from to to (yyyymmdd, both included), newest first. It jumps from day to
// day, however many transactions lie between.
func (s *Store) RowsByAmount(amount int64, from, to, limit int, kinds ...string) ([]Row, error) {
	args := []any{from, to, amount, limit}
	which := ofKinds(&args, kinds)
	return s.rows(`WITH RECURSIVE days(d) AS (
			SELECT min(day) FROM tx WHERE open = 0 AND day >= ?1 UNION ALL
			SELECT (SELECT min(day) FROM tx WHERE open = 0 AND day > d) FROM days WHERE d < ?2
		) SELECT * FROM (`+
		selectRow+` WHERE open = 0 AND day IN (SELECT d FROM days WHERE d <= ?2) AND amount = ?3`+which+
		` UNION ALL `+openOfDays("day BETWEEN ?1 AND ?2 AND amount = ?3"+which)+`
		) ORDER BY tx DESC LIMIT ?4`, args...)
}

// dayRows selects what matches among the rows of a day: closed ones through
// one index, open ones through two others.
func dayRows(match string) string {
	return selectRow + ` WHERE open = 0 AND ` + match + ` UNION ALL ` + openOfDays(match)
}

// openOfDays selects what matches among open rows: the few of the default kind
// one by one, the others through their index.
func openOfDays(match string) string {
	return selectRow + ` WHERE open = 1 AND kind = '` + DefaultKind + `' AND ` + match + ` UNION ALL ` +
		selectRow + ` WHERE open = 1 AND kind <> '` + DefaultKind + `' AND ` + match
}

// all tells whether a look-up is for rows of every kind.
func all(kinds []string) bool { return len(kinds) == 0 || slices.Contains(kinds, "") }

// ofKinds returns a condition for rows of these kinds and adds what it needs
// to args. The sign + keeps SQLite from choosing an index for it.
func ofKinds(args *[]any, kinds []string) string {
	if all(kinds) {
		return ""
	}
	var marks []string
	for _, kind := range kinds {
		*args = append(*args, kind)
		marks = append(marks, fmt.Sprint("?", len(*args)))
	}
	return " AND +kind IN (" + strings.Join(marks, ", ") + ")"
}

func orEnd(tx uint64) uint64 {
	if tx == 0 {
		return math.MaxInt64
	}
	return tx
}

// LastTx returns the highest transaction number ever written, in a record or
// a row; 0 when there is none.
func (s *Store) LastTx() (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead != nil {
		return 0, s.dead
	}
	var last uint64
	for _, sql := range []string{"SELECT max(tx) FROM entry", "SELECT max(tx) FROM tx"} {
		err := s.each(sql, nil, func(st *sqlite3.Stmt) { last = max(last, uint64(st.ColumnInt64(0))) })
		if err != nil {
			return 0, fault("read", err)
		}
	}
	return last, nil
}
