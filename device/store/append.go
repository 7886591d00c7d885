package store

import (
	"errors"
	"fmt"

	"github.com/ncruces/go-sqlite3"

	"till/device"
)

// Append makes records and rows durable in one commit, or none of them. It
// fills in the Seq (0 means the next one; any other must be it) and the Hash
// of recs. A row replaces the one of the same transaction. When it returns
// nil, they survive a power cut.
//
// Guards are looked at last, inside the same commit; when one does not hold,
// nothing is written and the error wraps ErrGuard.
//
// On a full disk it gives up the reserve and tries once more; see Full. An
// error that wraps ErrUnknownCommit leaves open whether the records are there
// and ends the use of this store. After any other error nothing was written.
func (s *Store) Append(recs []Record, rows []Row, guards ...Guard) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead != nil {
		return s.dead
	}
	if s.opt.readOnly {
		return &device.Fault{
			Code: device.JournalBroken, Device: device.Store, Op: "append",
			Err: errors.New("opened for reading"),
		}
	}
	if len(recs) == 0 && len(rows) == 0 {
		return nil
	}
	mustGuard(guards)
	seq, hash := s.link(recs)
	unknown, err := s.commit(recs, rows, guards)
	if full(err) && s.releaseReserve() {
		// The second attempt overwrites what the first left in the log.
		unknown, err = s.commit(recs, rows, guards)
	}
	if unknown {
		err = fmt.Errorf("%w: %w", ErrUnknownCommit, err)
		s.dead = fault("commit", err)
		return s.dead
	}
	if err != nil {
		return fault("append", err)
	}
	s.seq, s.hash = seq, hash
	if s.logged >= autoCheckpointPages {
		_ = s.checkpoint() // the records are safe; the next call tells of a broken disk, Full of a full one
	}
	return nil
}

// link numbers recs and chains them to the head.
func (s *Store) link(recs []Record) (seq uint64, hash Hash) {
	seq, hash = s.seq, s.hash
	for i := range recs {
		r := &recs[i]
		mustFit(*r)
		seq++
		if r.Seq != 0 && r.Seq != seq {
			panic(fmt.Sprintf("store: record %d appended where %d is next", r.Seq, seq))
		}
		r.Seq = seq
		r.Hash = Chain(hash, *r)
		hash = r.Hash
	}
	return seq, hash
}

// commit writes one transaction. unknown means that COMMIT itself failed.
func (s *Store) commit(recs []Record, rows []Row, guards []Guard) (unknown bool, err error) {
	if err := s.each("BEGIN IMMEDIATE", nil, nil); err != nil {
		return false, err
	}
	err = s.insert(recs, rows)
	if err == nil {
		err = s.guard(guards)
	}
	if err != nil {
		return false, errors.Join(err, s.rollback())
	}
	if err := s.each("COMMIT", nil, nil); err != nil {
		return true, errors.Join(err, s.rollback())
	}
	return false, nil
}

// rollback ends a transaction that SQLite has not ended by itself.
func (s *Store) rollback() error {
	if s.conn.GetAutocommit() {
		return nil
	}
	err := s.each("ROLLBACK", nil, nil)
	if err != nil {
		s.dead = fault("roll back", err)
	}
	return err
}

func (s *Store) insert(recs []Record, rows []Row) error {
	for _, r := range recs {
		err := s.each(`INSERT INTO entry(seq, tx, at, kind, body, hash) VALUES(?, ?, ?, ?, ?, ?)`,
			[]any{r.Seq, r.Tx, r.At, r.Kind, r.Body, r.Hash[:]}, nil)
		if err != nil {
			return fmt.Errorf("record %d: %w", r.Seq, err)
		}
	}
	for _, r := range rows {
		if err := s.putRow(r); err != nil {
			return fmt.Errorf("row of transaction %d: %w", r.Tx, err)
		}
	}
	return nil
}

// Guard is what must hold after an Append, or nothing of it is written: the
// rows that belong to a transaction may not sum up to more than a limit. The
// caller has checked that before; this is the second lock on the same door.
type Guard struct {
	Of     string   // order number of the transaction that they belong to
	Max    int64    // fen
	Except []string // states whose rows do not count
}

// mustGuard panics on a guard that would always hold.
func mustGuard(guards []Guard) {
	for _, g := range guards {
		if g.Of == "" {
			panic("store: a guard of no transaction")
		}
	}
}

// guard checks guards in the open transaction, its own rows included.
func (s *Store) guard(guards []Guard) error {
	for _, g := range guards {
		switch sum, err := s.sumOf(g.Of, g.Except); {
		case errors.Is(err, errSum):
			return fmt.Errorf("%w: %w", ErrGuard, err)
		case err != nil:
			return err
		case sum > g.Max:
			return fmt.Errorf("%w: %d fen belong to %s, at most %d may", ErrGuard, sum, g.Of, g.Max)
		}
	}
	return nil
}

// putRow writes r with as few pages as it can: SQLite rewrites every index
// that has a column among those set, changed or not.
func (s *Store) putRow(r Row) error {
	if r.Kind == "" {
		r.Kind = DefaultKind
	}
	was, found, err := s.rowOf(r.Tx)
	if err != nil {
		return err
	}
	same := was
	same.State, same.Reference, same.Open = r.State, r.Reference, r.Open
	switch {
	case found && was == r:
		return nil
	case found && same == r && was.Reference == r.Reference && was.Open == r.Open:
		return s.each(`UPDATE tx SET state = ? WHERE tx = ?`, []any{r.State, r.Tx}, nil)
	case found && same == r && was.Reference == r.Reference:
		return s.each(`UPDATE tx SET state = ?, open = ? WHERE tx = ?`,
			[]any{r.State, r.Open, r.Tx}, nil)
	case found && same == r:
		return s.each(`UPDATE tx SET state = ?, open = ?, reference = ? WHERE tx = ?`,
			[]any{r.State, r.Open, r.Reference, r.Tx}, nil)
	}
	return s.each(`INSERT OR REPLACE INTO
		tx(tx, order_no, at, day, amount, rail, state, reference, open, kind, of, operator)
		VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		[]any{
			r.Tx, r.Order, r.At, r.Day, r.Amount, r.Rail, r.State, r.Reference, r.Open,
			r.Kind, r.Of, r.Operator,
		}, nil)
}

// each runs sql with args and calls scan for every row of the answer. The
// statement is prepared once and kept.
func (s *Store) each(sql string, args []any, scan func(*sqlite3.Stmt)) (err error) {
	st, ok := s.stmts[sql]
	if !ok {
		var tail string
		if st, tail, err = s.conn.Prepare(sql); err != nil {
			return err
		}
		if tail != "" {
			panic("store: two statements in one: " + sql)
		}
		s.stmts[sql] = st
	}
	defer func() {
		if rerr := st.Reset(); err == nil {
			err = rerr
		}
	}()
	for i, arg := range args {
		if err := bind(st, i+1, arg); err != nil {
			return err
		}
	}
	for st.Step() {
		if scan != nil {
			scan(st)
		}
	}
	return st.Err()
}

func bind(st *sqlite3.Stmt, param int, arg any) error {
	switch v := arg.(type) {
	case int:
		return st.BindInt(param, v)
	case int64:
		return st.BindInt64(param, v)
	case uint64:
		return st.BindInt64(param, int64(v)) // mustFit saw to the range
	case bool:
		return st.BindBool(param, v)
	case string:
		return st.BindText(param, v)
	case []byte:
		if len(v) == 0 {
			return st.BindZeroBlob(param, 0) // nil would be NULL
		}
		return st.BindBlob(param, v)
	}
	panic(fmt.Sprintf("store: cannot bind a %T", arg))
}
