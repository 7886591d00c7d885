// Package journal turns entries into bytes and back, for ever: FORMAT.md is
// the contract. It knows nothing of files; what keeps the bytes is told to
// package cmd/till.
//
// # Decisions
//
// The body of a record is JSON, the kind carries its version ("begun/1"). A
// person with the sqlite3 command can read it, an entry is 100 to 300 bytes,
// and encoding costs a hundredth of the fsync. A field that is added or
// changed makes a new version, and the old one is read for ever. (A terminal
// whose flash wears out by bytes would change this.)
//
// Unknown fields and kinds are errors: a program that half understands a
// decision about money must not go on.
package journal

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"till/txn"
)

// ErrFormat means that a record is not one that this program understands.
var ErrFormat = errors.New("not a record of this journal")

// Record is one entry as it is stored. Tx is the counter of its order number,
// 0 for entries about no order.
type Record struct {
	Seq  uint64
	Tx   uint64
	At   txn.Wall
	Kind string
	Body []byte
}

// kinds holds one zero value for each kind of entry, by name and version.
// Names are never changed and never reused.
var kinds = []struct {
	name  string
	entry txn.Entry
}{
	{"opened/1", txn.Opened{}},
	{"begun/1", txn.Begun{}},
	{"paid/1", txn.Paid{}},
	{"refused/1", txn.Refused{}},
	{"reversal-due/1", txn.ReversalDue{}},
	{"reversed/1", txn.Reversed{}},
	{"contradicted/1", txn.Contradicted{}},
	{"receipt-due/1", txn.ReceiptDue{}},
	{"receipt-sending/1", txn.ReceiptSending{}},
	{"receipt-held/1", txn.ReceiptHeld{}},
	{"receipt-torn/1", txn.ReceiptTorn{}},
	{"receipt-printed/1", txn.ReceiptPrinted{}},
}

// Kinds lists the names that Encode writes.
func Kinds() []string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.name)
	}
	return names
}

// Encode returns the record of an entry, without a place in the journal.
func Encode(e txn.Entry) Record {
	i := slices.IndexFunc(kinds, func(k struct {
		name  string
		entry txn.Entry
	}) bool {
		return reflect.TypeOf(k.entry) == reflect.TypeOf(e)
	})
	if i < 0 {
		panic(fmt.Sprintf("journal: entry %T has no kind", e))
	}
	body, err := json.Marshal(e)
	if err != nil {
		panic(fmt.Sprintf("journal: entry %T: %v", e, err))
	}
	order, at := About(e)
	return Record{Tx: order.N(), At: at, Kind: kinds[i].name, Body: body}
}

// Decode reads an entry back.
func Decode(r Record) (txn.Entry, error) {
	for _, k := range kinds {
		if k.name != r.Kind {
			continue
		}
		p := reflect.New(reflect.TypeOf(k.entry))
		d := json.NewDecoder(bytes.NewReader(r.Body))
		d.DisallowUnknownFields()
		if err := d.Decode(p.Interface()); err != nil {
			return nil, fmt.Errorf("%w: record %d, %s: %v", ErrFormat, r.Seq, r.Kind, err)
		}
		if d.More() {
			return nil, fmt.Errorf("%w: record %d, %s: more than one value", ErrFormat, r.Seq, r.Kind)
		}
		e := p.Elem().Interface().(txn.Entry)
		if order, at := About(e); order.N() != r.Tx || at != r.At {
			return nil, fmt.Errorf("%w: record %d is filed under transaction %d at %d and tells of %d at %d",
				ErrFormat, r.Seq, r.Tx, r.At, order.N(), at)
		}
		return e, nil
	}
	return nil, fmt.Errorf("%w: record %d has the kind %q", ErrFormat, r.Seq, r.Kind)
}

// About tells which order an entry is about, and when it was made.
func About(e txn.Entry) (txn.OrderNo, txn.Wall) {
	switch e := e.(type) {
	case txn.Opened:
		return "", e.At
	case txn.Begun:
		return e.Order, e.At
	case txn.Paid:
		return e.Order, e.At
	case txn.Refused:
		return e.Order, e.At
	case txn.ReversalDue:
		return e.Order, e.At
	case txn.Reversed:
		return e.Order, e.At
	case txn.Contradicted:
		return e.Order, e.At
	case txn.ReceiptDue:
		return e.Order, e.At
	case txn.ReceiptSending:
		return e.Order, e.At
	case txn.ReceiptHeld:
		return e.Order, e.At
	case txn.ReceiptTorn:
		return e.Order, e.At
	case txn.ReceiptPrinted:
		return e.Order, e.At
	}
	panic(fmt.Sprintf("journal: entry %T is about nothing", e))
}

// Row is what look-ups and reports know of one transaction. It is written with
// the first and the last entry of a transaction and can be made anew from the
// records.
type Row struct {
	Tx        uint64
	Order     txn.OrderNo
	At        txn.Wall // begun
	Day       int      // paid, or else begun: yyyymmdd at the shop
	Amount    int64    // fen
	Rail      txn.RailName
	State     string // a phase: "asking", "paid", ...
	Reference txn.Reference
	Open      bool
}

// Rows returns the rows that change between two ledgers.
func Rows(before, after txn.Ledger, zone time.Duration) []Row {
	var rows []Row
	for _, tx := range after.Txs {
		was, ok := before.Tx(tx.Order)
		if ok && was.Open() == tx.Open() {
			continue
		}
		r := Row{
			Tx: tx.Order.N(), Order: tx.Order, At: tx.Begun, Day: tx.Day, Amount: tx.Amount.Minor(), Rail: tx.Rail,
			State: tx.Phase.String(), Reference: tx.Reference, Open: tx.Open(),
		}
		if r.Day == 0 {
			r.Day = tx.Begun.Day(zone)
		}
		rows = append(rows, r)
	}
	return rows
}

// Load folds records into the ledger they tell of: those of what is open, of
// the last few finished sales, and of no order, in the order of the journal.
// last is the highest counter ever given out, at the time of the last record.
func Load(records []Record, last uint64, at txn.Wall) (l txn.Ledger, err error) {
	defer func() {
		if p := recover(); p != nil { // Apply panics on what cannot have happened
			err = fmt.Errorf("%w: %v", ErrFormat, p)
		}
	}()
	for _, r := range slices.SortedFunc(slices.Values(records), bySeq) {
		e, err := Decode(r)
		if err != nil {
			return txn.Ledger{}, err
		}
		l = txn.Apply(l, e)
	}
	l.Last = max(l.Last, last)
	if at != 0 {
		l.LastAt = at
	}
	return l, nil
}

func bySeq(a, b Record) int { return cmp.Compare(a.Seq, b.Seq) }
