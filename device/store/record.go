package store

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
)

// Hash is one link of the chain over the journal.
type Hash [sha256.Size]byte

func (h Hash) String() string { return fmt.Sprintf("%x", h[:4]) }

// Record is one journal entry as it is stored. The store knows its place and
// not its meaning: Kind and Body belong to whoever encodes entries.
type Record struct {
	Seq  uint64 // counts from 1 without gaps over the whole store
	Tx   uint64 // the transaction that it belongs to; 0 for none
	At   int64  // wall time, Unix milliseconds; printed, never compared
	Kind string // 1 to 64 bytes of UTF-8
	Body []byte // at most 1 MiB
	Hash Hash   // Chain(hash of the record before, this record)
}

// Row is the projection: one line a transaction, for look-ups and totals. It
// can be written again from the records by whoever understands them.
type Row struct {
	Tx        uint64
	Order     string // order number; operators know its last six characters
	At        int64  // wall time, Unix milliseconds
	Day       int    // local business day as yyyymmdd
	Amount    int64  // fen
	Rail      string
	State     string
	Reference string // the gateway's number; empty until it is known
	Open      bool   // its outcome, or a duty of ours, is still open
	Kind      string // what sort of transaction; "" is written as DefaultKind
	Of        string // order number of the transaction that this one belongs to, or empty
	Operator  string // who began it, or empty
}

// DefaultKind is the kind of a row that names none, and of every row that was
// written before there were kinds. There are many of this kind, so that some
// indexes leave it out.
const DefaultKind = "sale"

// Limits of one record. Our own encoder makes records, so that one beyond a
// limit is a programmer's error.
const (
	kindBytesMax = 64
	bodyBytesMax = 1 << 20 // a gateway's answer is cut at 64 KiB before it gets here
)

// Chain returns the hash of r after a record whose hash is prev; the first
// record follows 32 zero bytes. It reads every field of r but Hash:
//
//	SHA-256(prev | seq 8 | tx 8 | at 8 | len(kind) 2 | kind | body)
//
// with numbers in big endian. The rule is fixed for ever: it is what makes an
// old store verifiable.
func Chain(prev Hash, r Record) Hash {
	h := sha256.New()
	var b [len(prev) + 8 + 8 + 8 + 2]byte
	n := copy(b[:], prev[:])
	binary.BigEndian.PutUint64(b[n:], r.Seq)
	binary.BigEndian.PutUint64(b[n+8:], r.Tx)
	binary.BigEndian.PutUint64(b[n+16:], uint64(r.At))
	binary.BigEndian.PutUint16(b[n+24:], uint16(len(r.Kind)))
	_, _ = h.Write(b[:]) // a hash.Hash never fails
	_, _ = h.Write([]byte(r.Kind))
	_, _ = h.Write(r.Body)
	var sum Hash
	h.Sum(sum[:0])
	return sum
}

// mustFit panics on a record that no encoder of ours should have made.
func mustFit(r Record) {
	switch {
	case len(r.Kind) == 0 || len(r.Kind) > kindBytesMax:
		panic(fmt.Sprintf("store: kind of %d bytes", len(r.Kind)))
	case len(r.Body) > bodyBytesMax:
		panic(fmt.Sprintf("store: body of %d bytes in %s", len(r.Body), r.Kind))
	case r.Tx > math.MaxInt64:
		panic(fmt.Sprintf("store: transaction %d", r.Tx))
	}
}
