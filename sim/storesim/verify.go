package storesim

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"till/txn"
	"till/txn/journal"
)

// What follows is the world's own look at the disk. It sees it at all times, also
// when the store is dead.

// Count is how many records there are.
func (s *Store) Count() uint64 { return uint64(len(s.disk.entries)) }

// Head is the number and the hash of the last record: 0 and zero bytes without any.
func (s *Store) Head() (uint64, Hash) { return s.Count(), s.disk.chain }

// Records walks the records from number from (1 is the first) to the end.
func (s *Store) Records(from uint64) iter.Seq[journal.Record] {
	return func(yield func(journal.Record) bool) {
		for ; from <= s.Count(); from++ {
			if !yield(s.disk.entries[max(from, 1)-1].Record) {
				return
			}
		}
	}
}

// Rows walks all rows, oldest first.
func (s *Store) Rows() iter.Seq[journal.Row] {
	return func(yield func(journal.Row) bool) {
		for _, r := range s.disk.rows {
			if !yield(*r) {
				return
			}
		}
	}
}

// Verify checks the chain of all records, and that the rows are those that the
// records tell of. zone is the one of the journal.Keeper. Its errors are
// ErrDamaged.
func (s *Store) Verify(zone time.Duration) error {
	if _, err := s.VerifyFrom(1, zone); err != nil {
		return err
	}
	for _, r := range s.disk.rows {
		if s.disk.newest[r.Tx] == 0 {
			return fmt.Errorf("%w: transaction %d has a row and no record", ErrDamaged, r.Tx)
		}
	}
	return nil
}

// VerifyFrom is Verify for the records from a number on and the rows of their
// transactions. It returns where to go on once there are more.
func (s *Store) VerifyFrom(seq uint64, zone time.Duration) (next uint64, err error) {
	seq = max(seq, 1)
	if next, err = s.VerifyChain(seq); err != nil || seq == next {
		return next, err
	}
	var txs []uint64
	for _, e := range s.disk.entries[seq-1:] {
		txs = append(txs, e.Tx)
	}
	slices.Sort(txs)
	for _, tx := range slices.Compact(txs) {
		if err := s.verifyRow(tx, zone); err != nil {
			return seq, err
		}
	}
	return next, nil
}

// VerifyChain checks the numbers and the hashes of the records from a number on:
// one SHA-256 each. It returns where to go on once there are more.
func (s *Store) VerifyChain(seq uint64) (next uint64, err error) {
	seq = max(seq, 1)
	d, n := s.disk, s.Count()
	if seq > n+1 {
		return seq, fmt.Errorf("%w: record %d is missing", ErrDamaged, n+1)
	}
	var prev Hash
	if seq > 1 {
		prev = d.entries[seq-2].hash
	}
	for i := seq - 1; i < n; i++ {
		switch e := &d.entries[i]; {
		case e.Seq != i+1:
			return seq, fmt.Errorf("%w: record %d at the place of %d", ErrDamaged, e.Seq, i+1)
		case d.link(prev, &e.Record) != e.hash:
			return seq, fmt.Errorf("%w: record %d (%s) does not match its hash", ErrDamaged, e.Seq, e.Kind)
		default:
			prev = e.hash
		}
	}
	if prev != d.chain {
		return seq, fmt.Errorf("%w: the chain does not end at its head", ErrDamaged)
	}
	return n + 1, nil
}

// verifyRow writes the row of a transaction anew from its records, commit by
// commit, and compares.
func (s *Store) verifyRow(tx uint64, zone time.Duration) error {
	want, found, err := s.disk.rowFrom(tx, zone)
	if err != nil {
		return fmt.Errorf("%w: transaction %d: %w", ErrDamaged, tx, err)
	}
	var got journal.Row
	at, there := find(s.disk.rows, tx)
	if there {
		got = *s.disk.rows[at]
	}
	if there != found || got != want {
		return fmt.Errorf("%w: the row of transaction %d is %+v, its records tell of %+v", ErrDamaged, tx, got, want)
	}
	return nil
}

// rowFrom returns the last row that the commits of a transaction wrote.
func (x *index) rowFrom(tx uint64, zone time.Duration) (row journal.Row, found bool, err error) {
	defer func() {
		if p := recover(); p != nil { // Apply panics on what cannot have happened
			err = errors.Join(err, fmt.Errorf("%v", p))
		}
	}()
	var places []int32
	for at := x.newest[tx] - 1; at >= 0 && tx != 0; at = x.entries[at].prev {
		places = append(places, at)
	}
	slices.Reverse(places)
	var before, after txn.Ledger
	for i, at := range places {
		e, err := journal.Decode(x.entries[at].Record)
		if err != nil {
			return row, found, err
		}
		after = txn.Apply(after, e)
		if i+1 < len(places) && x.entries[places[i+1]].commit == x.entries[at].commit {
			continue
		}
		for _, r := range journal.Rows(before, after, zone) {
			if r.Tx == tx {
				row, found = r, true
			}
		}
		before = after
	}
	return row, found, nil
}
