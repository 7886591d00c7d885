// Package journal turns entries into bytes and back, for ever: FORMAT.md is
// the contract. It knows nothing of files: what keeps the bytes is a
// Store, and here stands what is asked of it, at a start, at the counter and at
// the close of a day.
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

// kind is an entry with a name and version.
type kind struct {
	name  string
	entry txn.Entry
}

// kinds holds one zero value for each kind of entry, by name and version.
// Names are never changed and never reused. Of an entry with several versions
// the last is written, and all are read.
var kinds = []kind{
	{"opened/1", txn.Opened{}},
	{"begun/1", txn.Begun{}}, // without Wallet and Shown
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

	{"begun/2", txn.Begun{}},
	{"written-off/1", txn.WrittenOff{}}, // without Why
	{"returned-by/1", txn.ReturnedBy{}},
	{"refund-begun/1", txn.RefundBegun{}},
	{"refund-sent/1", txn.RefundSent{}},
	{"refund-held/1", txn.RefundHeld{}},
	{"refund-taken/1", txn.RefundTaken{}},
	{"refund-paid/1", txn.RefundPaid{}},
	{"refund-failed/1", txn.RefundFailed{}},
	{"refund-dead/1", txn.RefundDead{}},
	{"refund-stranded/1", txn.RefundStranded{}},
	{"refund-repaired/1", txn.RefundRepaired{}},
	{"refund-switched/1", txn.RefundSwitched{}},
	{"refund-replaced/1", txn.RefundReplaced{}},
	{"refund-handed/1", txn.RefundHanded{}},
	{"sale-handed/1", txn.SaleHanded{}},
	{"taken-over/1", txn.TakenOver{}},
	{"refund-dropped/1", txn.RefundDropped{}},
	{"refund-cashed/1", txn.RefundCashed{}},
	{"signed-in/1", txn.SignedIn{}},
	{"signed-out/1", txn.SignedOut{}},
	{"pin-refused/1", txn.PINRefused{}},
	{"pin-taken/1", txn.PINTaken{}},
	{"shift-opened/1", txn.ShiftOpened{}},
	{"shift-closed/1", txn.ShiftClosed{}},
	{"day-closed/1", txn.DayClosed{}},

	{"written-off/2", txn.WrittenOff{}}, // with Why
	{"refund-written-off/1", txn.RefundWrittenOff{}},
	{"paid-out/1", txn.PaidOut{}},
}

// Kinds lists the names that Encode writes.
func Kinds() []string {
	var names []string
	for i, k := range kinds {
		newer := slices.ContainsFunc(kinds[i+1:], func(n kind) bool {
			return reflect.TypeOf(n.entry) == reflect.TypeOf(k.entry)
		})
		if !newer {
			names = append(names, k.name)
		}
	}
	return names
}

// Encode returns the record of an entry, without a place in the journal.
func Encode(e txn.Entry) Record {
	name := ""
	for _, k := range kinds {
		if reflect.TypeOf(k.entry) == reflect.TypeOf(e) {
			name = k.name
		}
	}
	if name == "" {
		panic(fmt.Sprintf("journal: entry %T has no kind", e))
	}
	body, err := json.Marshal(e)
	if err != nil {
		panic(fmt.Sprintf("journal: entry %T: %v", e, err))
	}
	order, at := About(e)
	return Record{Tx: order.N(), At: at, Kind: name, Body: body}
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

// About tells which transaction an entry is about, by its number, and when it
// was made. A refund is a transaction of its own.
func About(e txn.Entry) (txn.OrderNo, txn.Wall) {
	v := reflect.ValueOf(e)
	at := txn.Wall(v.FieldByName("At").Int())
	if r := v.FieldByName("Refund"); r.IsValid() && r.Kind() == reflect.String && !aboutOrder(e) {
		return txn.OrderNo(r.String()), at
	}
	if o := v.FieldByName("Order"); o.IsValid() {
		return txn.OrderNo(o.String()), at
	}
	return "", at
}

// aboutOrder reports whether an entry names a refund and is about the sale.
func aboutOrder(e txn.Entry) bool {
	_, ok := e.(txn.ReturnedBy)
	return ok
}

// Row is what look-ups and reports know of one transaction. It is written with
// the first and the last entry of a transaction, and when a refund ceases to
// count, and can be made anew from the records.
type Row struct {
	Tx        uint64
	Kind      string // Sale or Refund
	Order     txn.OrderNo
	Of        txn.OrderNo // of a refund: the sale
	At        txn.Wall    // begun
	Day       int         // paid, or else begun: yyyymmdd at the shop
	Amount    int64       // fen
	Rail      txn.RailName
	State     string // a phase: "asking", "paid", "promised" ...
	Reference txn.Reference
	Operator  string
	Open      bool
}

// The kinds of rows.
const (
	Sale   = "sale"
	Refund = "refund"
)

// Uncounted are the states of refunds that take nothing off what is left of
// their sale.
func Uncounted() []string {
	var states []string
	for _, p := range txn.RefundPhases {
		if !p.Counts() {
			states = append(states, p.String())
		}
	}
	return states
}

// Ends are the states of refunds in which nothing about the money is open.
func Ends() []string {
	var states []string
	for _, p := range txn.RefundPhases {
		if p.Final() {
			states = append(states, p.String())
		}
	}
	return states
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
			Tx: tx.Order.N(), Kind: Sale, Order: tx.Order, At: tx.Begun, Day: tx.Day, Amount: tx.Amount.Minor(), Rail: tx.Rail,
			State: tx.Phase.String(), Reference: tx.Reference, Operator: tx.Operator, Open: tx.Open(),
		}
		if r.Day == 0 {
			r.Day = tx.Begun.Day(zone)
		}
		rows = append(rows, r)
	}
	for _, b := range after.Refunds {
		was, ok := before.Refund(b.No)
		if ok && was.Open() == b.Open() && was.Phase.Counts() == b.Phase.Counts() && was.Phase.Final() == b.Phase.Final() {
			continue
		}
		rows = append(rows, Row{
			Tx: b.No.N(), Kind: Refund, Order: txn.OrderNo(b.No), Of: b.Order, At: b.Begun, Day: b.Day,
			Amount: b.Amount.Minor(), Rail: b.Rail, State: b.Phase.String(), Reference: b.Reference,
			Operator: b.By, Open: b.Open(),
		})
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
