package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"till/device"
	"till/device/store"
	"till/txn"
	"till/txn/journal"
)

// keeper is the journal of the terminal: entries of package txn in, records of
// the store out. It is the one adapter between the two.
type keeper struct {
	store *store.Store
	zone  time.Duration
}

// Append implements terminal.Journal.
func (k keeper) Append(before, after txn.Ledger, entries []txn.Entry) error {
	recs := make([]store.Record, len(entries))
	for i, e := range entries {
		r := journal.Encode(e)
		recs[i] = store.Record{Tx: r.Tx, At: int64(r.At), Kind: r.Kind, Body: r.Body}
	}
	var rows []store.Row
	for _, r := range journal.Rows(before, after, k.zone) {
		rows = append(rows, store.Row{
			Tx: r.Tx, Order: string(r.Order), At: int64(r.At), Day: r.Day, Amount: r.Amount,
			Rail: string(r.Rail), State: r.State, Reference: string(r.Reference), Open: r.Open,
		})
	}
	return k.store.Append(recs, rows)
}

// recentRows is how far back the newest finished sales are looked for: more
// than a ledger keeps, since open ones lie between them.
const recentRows = 1024

// loadLedger reads what is open and the last few sales, however long the
// history is. A store whose records do not fit together is damaged (J02).
func loadLedger(s *store.Store) (txn.Ledger, uint64, error) {
	open, err := s.OpenRows()
	if err != nil {
		return txn.Ledger{}, 0, err
	}
	recent, err := s.RowsBefore(0, recentRows)
	if err != nil {
		return txn.Ledger{}, 0, err
	}
	closed := slices.DeleteFunc(slices.Clone(recent), func(r store.Row) bool { return r.Open })
	closed = closed[:min(len(closed), txn.KeptFinished)]
	var numbers []uint64 // not 0: a start has an Install of its own
	for _, r := range slices.Concat(open, closed) {
		numbers = append(numbers, r.Tx)
	}
	var recs []journal.Record
	for _, tx := range numbers {
		of, err := s.OfTx(tx)
		if err != nil {
			return txn.Ledger{}, 0, err
		}
		for _, r := range of {
			recs = append(recs, asJournal(r))
		}
	}
	last, err := s.LastTx()
	if err != nil {
		return txn.Ledger{}, 0, err
	}
	seq, _ := s.Head()
	var at txn.Wall
	for r, err := range s.Records(max(seq, 1)) {
		if err != nil {
			return txn.Ledger{}, 0, err
		}
		at = txn.Wall(r.At)
	}
	l, err := journal.Load(recs, last, at)
	if err != nil {
		return txn.Ledger{}, 0, damaged("load", err)
	}
	l.Day, err = dayOf(s, l, recent)
	return l, seq, err
}

func asJournal(r store.Record) journal.Record {
	return journal.Record{Seq: r.Seq, Tx: r.Tx, At: txn.Wall(r.At), Kind: r.Kind, Body: r.Body}
}

func damaged(op string, err error) error {
	if f, ok := errors.AsType[*device.Fault](err); ok {
		return f
	}
	return &device.Fault{Code: device.JournalDamaged, Device: device.Store, Op: op, Err: err}
}

// dayOf counts the sales of the day of the last payment, which is in memory or
// among the newest rows: finished ones from the store, those with a receipt
// still due from memory.
func dayOf(s *store.Store, l txn.Ledger, recent []store.Row) (txn.Day, error) {
	paid := slices.DeleteFunc(slices.Clone(l.Txs), func(tx txn.Tx) bool { return tx.Phase != txn.PaidFor })
	var day txn.Day
	for _, r := range recent {
		if r.State == txn.PaidFor.String() && !r.Open {
			day.Date = r.Day
			break
		}
	}
	if len(paid) > 0 {
		day.Date = slices.MaxFunc(paid, func(a, b txn.Tx) int { return cmp.Compare(a.Ended, b.Ended) }).Day
	}
	if day.Date == 0 {
		return day, nil
	}
	totals, err := s.Totals(day.Date)
	if err != nil {
		return day, fmt.Errorf("count the sales of %d: %w", day.Date, err)
	}
	for _, t := range totals {
		if t.Kind == store.DefaultKind && t.State == txn.PaidFor.String() { // one line a rail
			day.Count += t.Count
			day.Fen += t.Sum
		}
	}
	for _, tx := range paid {
		if tx.Open() && tx.Day == day.Date {
			day.Count++
			day.Fen += tx.Amount.Minor()
		}
	}
	return day, nil
}

// asFault finds the fault in an error.
func asFault(err error) (*device.Fault, bool) { return errors.AsType[*device.Fault](err) }
