package store

import (
	"iter"
	"math"

	"github.com/ncruces/go-sqlite3"
)

const (
	selectRecord = `SELECT seq, tx, at, kind, body, hash FROM entry`
	selectRow    = `SELECT tx, order_no, at, day, amount, rail, state, reference, open FROM tx`

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

// OpenRows returns every transaction that is open, oldest first.
func (s *Store) OpenRows() ([]Row, error) {
	return s.rows(selectRow + " WHERE open = 1 ORDER BY tx")
}

// OpenRowsAfter returns at most limit open transactions with a higher number
// than tx, oldest first: for a backlog that should not be held in memory.
func (s *Store) OpenRowsAfter(tx uint64, limit int) ([]Row, error) {
	return s.rows(selectRow+" WHERE open = 1 AND tx > ? ORDER BY tx LIMIT ?", tx, limit)
}

// RowByOrder returns the row with this order number and whether there is one;
// should several bear it, the oldest.
func (s *Store) RowByOrder(order string) (Row, bool, error) {
	return s.row(selectRow+` WHERE substr(order_no, -6) = substr(?1, -6) AND order_no = ?1
		ORDER BY tx LIMIT 1`, order)
}

// RowsByTail returns at most limit rows whose order number ends in these six
// characters (which is what people read to each other), newest first.
func (s *Store) RowsByTail(tail string, limit int) ([]Row, error) {
	return s.rows(selectRow+" WHERE substr(order_no, -6) = ? ORDER BY tx DESC LIMIT ?", tail, limit)
}

// RowsByReference returns at most limit rows with the gateway's number,
// newest first. The empty reference finds nothing.
func (s *Store) RowsByReference(reference string, limit int) ([]Row, error) {
	return s.rows(selectRow+` WHERE reference = ? AND reference <> ''
		ORDER BY tx DESC LIMIT ?`, reference, limit)
}

// RowsBefore returns at most limit rows with a lower transaction number than
// tx, newest first; tx 0 begins at the newest. It is how a list is paged.
func (s *Store) RowsBefore(tx uint64, limit int) ([]Row, error) {
	return s.rows(selectRow+" WHERE tx < ? ORDER BY tx DESC LIMIT ?", orEnd(tx), limit)
}

// RowsByDay returns at most limit rows of one business day (yyyymmdd) with a
// lower transaction number than before, newest first; before 0 begins at the
// newest.
func (s *Store) RowsByDay(day int, before uint64, limit int) ([]Row, error) {
	return s.rows(`SELECT * FROM (`+
		selectRow+` WHERE open = 0 AND day = ?1 UNION ALL `+
		selectRow+` WHERE open = 1 AND day = ?1
		) WHERE tx < ?2 ORDER BY tx DESC LIMIT ?3`, day, orEnd(before), limit)
}

// RowsByAmount returns at most limit rows of this amount in fen from the days
// from to to (yyyymmdd, both included), newest first.
func (s *Store) RowsByAmount(amount int64, from, to, limit int) ([]Row, error) {
	return s.rows(`SELECT * FROM (`+
		selectRow+` WHERE open = 0 AND day BETWEEN ?1 AND ?2 AND amount = ?3 UNION ALL `+
		selectRow+` WHERE open = 1 AND day BETWEEN ?1 AND ?2 AND amount = ?3
		) ORDER BY tx DESC LIMIT ?4`, from, to, amount, limit)
}

func orEnd(tx uint64) uint64 {
	if tx == 0 {
		return math.MaxInt64
	}
	return tx
}

// Total is what a day's closed transactions of one state add up to.
type Total struct {
	State string
	Count int
	Sum   int64 // fen
}

// Totals adds up the closed transactions of one business day (yyyymmdd) for
// each state, in the order of the states' names. What is open is not in it.
func (s *Store) Totals(day int) ([]Total, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead != nil {
		return nil, s.dead
	}
	var totals []Total
	err := s.each(`SELECT state, count(*), sum(amount) FROM tx
		WHERE open = 0 AND day = ? GROUP BY state ORDER BY state`, []any{day}, func(st *sqlite3.Stmt) {
		totals = append(totals, Total{st.ColumnText(0), st.ColumnInt(1), st.ColumnInt64(2)})
	})
	return totals, fault("read", err)
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
