package store

import (
	"github.com/ncruces/go-sqlite3"
)

// checkLink checks that r may follow prev: the next number and the hash of
// the chain. Before the first record stands the zero Record.
func checkLink(prev, r Record) error {
	if r.Seq != prev.Seq+1 {
		return damaged("verify", "record %d follows record %d", r.Seq, prev.Seq)
	}
	if Chain(prev.Hash, r) != r.Hash {
		return damaged("verify", "record %d (%s) does not match its hash", r.Seq, r.Kind)
	}
	return nil
}

// Verify walks at most limit records from number from on (1 is the first) and
// checks numbers and hashes. It returns where to go on, or 0 when it has
// reached the end and the end is the head: idle time verifies the store
// piece by piece. Damage is a *device.Fault J02 that names the record.
func (s *Store) Verify(from uint64, limit int) (next uint64, err error) {
	from = max(from, 1)
	seq, hash := s.Head() // first: more may be appended while we walk
	var prev Record
	if from > 1 {
		before, err := s.records(" WHERE seq = ?", from-1)
		if err != nil {
			return 0, err
		}
		if len(before) == 0 {
			return 0, damaged("verify", "record %d is missing", from-1)
		}
		prev = before[0]
	}
	for r, err := range s.Records(from) {
		if err != nil {
			return 0, err
		}
		if limit--; limit < 0 {
			return r.Seq, nil
		}
		if err := checkLink(prev, r); err != nil {
			return 0, err
		}
		if r.Seq == seq && r.Hash != hash {
			return 0, damaged("verify", "record %d is not the head that was read at the start", seq)
		}
		prev = r
	}
	if prev.Seq < seq {
		return 0, damaged("verify", "the journal ends at %d, its head is %d", prev.Seq, seq)
	}
	return 0, nil
}

// VerifyAll verifies the whole chain: about a second for 100,000 records.
func (s *Store) VerifyAll() error {
	for next := uint64(1); next != 0; {
		var err error
		if next, err = s.Verify(next, chunkRecords); err != nil {
			return err
		}
	}
	return nil
}

// Check has SQLite look at its own pages and indexes. It takes minutes on a
// store of gigabytes and belongs to the technician's self-test.
func (s *Store) Check() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead != nil {
		return s.dead
	}
	var found []string
	err := s.each("PRAGMA integrity_check(10)", nil, func(st *sqlite3.Stmt) {
		found = append(found, st.ColumnText(0))
	})
	if err != nil {
		return fault("check", err)
	}
	if len(found) != 1 || found[0] != "ok" {
		return damaged("check", "%q", found)
	}
	return nil
}
