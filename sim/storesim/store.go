package storesim

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"till/txn/journal"
)

// Store is one life of a store: from its opening to a power cut. Its methods are
// those of journal.Store and what the world does to it.
type Store struct {
	disk *disk
	dead error   // why it refuses further use
	next Failure // what becomes of the next commit
}

var _ journal.Store = (*Store)(nil)

// schemaVersion is the version of a new store.
const schemaVersion = 2

// New returns an empty store on a sound disk.
func New() *Store {
	d := &disk{index: newIndex(), version: schemaVersion, reserved: true}
	d.life = &Store{disk: d}
	return d.life
}

// Hash is one link of the chain over the records.
type Hash [sha256.Size]byte

// entry is one record at its place, which is its number less 1.
type entry struct {
	journal.Record
	hash   Hash
	prev   int32  // place of the record before of the same transaction; -1: none
	commit uint32 // records with the same were appended together
}

// disk is what outlives the store that uses it.
type disk struct {
	index
	version int
	life    *Store // who uses it

	chain   Hash
	commits uint32
	buf     []byte // what is hashed
	bodies  []byte // room for the bodies of the next records

	filled   bool // below the floor
	room     int  // how many commits fit before the next step
	spare    int  // how many the reserve makes room for
	reserved bool // the reserve is in place
	readOnly bool
	lying    bool
	durable  *image // what a power cut leaves, where that is less than all
}

// image is what was on the disk when it began to lie.
type image struct {
	records int
	rows    []journal.Row
}

// Append implements journal.Store. The numbers of records are given out here. A
// guard that does not hold is ErrGuard: nothing is written and the store goes on.
// After any other error it is dead. Records and guards that no encoder of ours
// makes panic, as they do in device/store.
func (s *Store) Append(records []journal.Record, rows []journal.Row, guards []journal.Guard) error {
	if s.dead != nil {
		return s.dead
	}
	if len(records) == 0 && len(rows) == 0 {
		return nil
	}
	for _, g := range guards {
		if g.Of == "" {
			panic("storesim: a guard of no transaction")
		}
	}
	for i := range records {
		mustFit(&records[i])
	}
	d := s.disk
	if err := d.guard(rows, guards); err != nil {
		return err
	}
	done, err := s.commit()
	if done {
		d.write(records, rows)
		if !d.lying {
			d.durable = nil // a sync makes all durable that was written before it
		}
	}
	s.dead = err
	return err
}

// write puts records and rows where they belong.
func (d *disk) write(records []journal.Record, rows []journal.Row) {
	d.commits++
	for i := range records {
		r := records[i]
		r.Seq, r.Body = uint64(len(d.entries))+1, d.keep(r.Body)
		d.chain = d.link(d.chain, &r)
		d.add(entry{Record: r, hash: d.chain, commit: d.commits})
	}
	for _, r := range rows {
		if r.Kind == "" {
			r.Kind = journal.Sale
		}
		d.put(r)
	}
}

// bodiesPiece is how many bytes of bodies are made room for at once.
const bodiesPiece = 64 << 10

// keep copies a body: its maker may use the bytes again.
func (d *disk) keep(body []byte) []byte {
	if len(body) == 0 {
		return nil
	}
	if cap(d.bodies)-len(d.bodies) < len(body) {
		d.bodies = make([]byte, 0, max(bodiesPiece, len(body)))
	}
	n := len(d.bodies)
	d.bodies = append(d.bodies, body...)
	return d.bodies[n:len(d.bodies):len(d.bodies)]
}

// link is the hash of r after a record whose hash is prev:
//
//	SHA-256(prev | seq 8 | tx 8 | at 8 | len(kind) 2 | kind | body)
//
// with numbers in big endian, and 32 zero bytes before the first record.
func (d *disk) link(prev Hash, r *journal.Record) Hash {
	b := append(d.buf[:0], prev[:]...)
	b = binary.BigEndian.AppendUint64(b, r.Seq)
	b = binary.BigEndian.AppendUint64(b, r.Tx)
	b = binary.BigEndian.AppendUint64(b, uint64(r.At))
	b = binary.BigEndian.AppendUint16(b, uint16(len(r.Kind)))
	b = append(b, r.Kind...)
	b = append(b, r.Body...)
	d.buf = b
	return sha256.Sum256(b)
}

// The limits of a record in device/store.
const (
	kindBytesMax = 64
	bodyBytesMax = 1 << 20
)

func mustFit(r *journal.Record) {
	if len(r.Kind) == 0 || len(r.Kind) > kindBytesMax || len(r.Body) > bodyBytesMax || r.Tx > math.MaxInt64 {
		panic(fmt.Sprintf("storesim: record %.70q of transaction %d with %d bytes", r.Kind, r.Tx, len(r.Body)))
	}
}

// guard looks whether guards will hold with these rows.
func (d *disk) guard(rows []journal.Row, guards []journal.Guard) error {
	for _, g := range guards {
		sum := total{except: g.Except}
		for _, r := range d.of[g.Of] {
			if !replaced(r.Tx, rows) {
				sum.add(r)
			}
		}
		for i := range rows {
			if r := &rows[i]; r.Of == g.Of && !replaced(r.Tx, rows[i+1:]) {
				sum.add(r)
			}
		}
		switch {
		case sum.none:
			return fmt.Errorf("%w: amounts of %s without a sum", ErrGuard, g.Of)
		case sum.fen > g.Max:
			return fmt.Errorf("%w: %d fen belong to %s, at most %d may", ErrGuard, sum.fen, g.Of, g.Max)
		}
	}
	return nil
}

func replaced(tx uint64, by []journal.Row) bool {
	for i := range by {
		if by[i].Tx == tx {
			return true
		}
	}
	return false
}

// total adds up what counts.
type total struct {
	except []string
	fen    int64
	none   bool // there is no sum: a negative amount, or beyond 64 bits
}

func (t *total) add(r *journal.Row) {
	if slices.Contains(t.except, r.State) {
		return
	}
	if r.Amount < 0 || t.fen > math.MaxInt64-r.Amount {
		t.none = true
		return
	}
	t.fen += r.Amount
}
