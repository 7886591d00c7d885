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
			Tx: r.Tx, Kind: r.Kind, Order: string(r.Order), Of: string(r.Of), At: int64(r.At), Day: r.Day, Amount: r.Amount,
			Rail: string(r.Rail), State: r.State, Reference: string(r.Reference), Operator: r.Operator, Open: r.Open,
		})
	}
	return k.store.Append(recs, rows, guards(entries)...)
}

// guards keep the refunds of a sale within it, in the store itself: belt and
// braces under the machine's own sum, in the commit of the decision.
func guards(entries []txn.Entry) []store.Guard {
	var list []store.Guard
	for _, e := range entries {
		if b, ok := e.(txn.RefundBegun); ok {
			list = append(list, store.Guard{Of: string(b.Order), Max: b.Total.Minor(), Except: journal.Uncounted()})
		}
	}
	return list
}

// recentRows is how far back the newest finished sales are looked for: more
// than a ledger keeps, since open ones lie between them.
const recentRows = 1024

// loadLedger reads what is open and the last few sales, however long the
// history is. A store whose records do not fit together is damaged (J02).
func loadLedger(s *store.Store, zone time.Duration) (txn.Ledger, uint64, error) {
	open, err := s.OpenRows(journal.Sale)
	if err != nil {
		return txn.Ledger{}, 0, err
	}
	recent, err := s.RowsBefore(0, recentRows)
	if err != nil {
		return txn.Ledger{}, 0, err
	}
	closed := slices.DeleteFunc(slices.Clone(recent), func(r store.Row) bool { return r.Open || r.Kind != journal.Sale })
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
	sales := slices.DeleteFunc(recent, func(r store.Row) bool { return r.Kind != journal.Sale })
	if l.Day, err = dayOf(s, l, sales); err != nil {
		return l, 0, err
	}
	backlog, err := s.OpenTotals(journal.Refund)
	if err != nil {
		return l, 0, err
	}
	l.Backlog = txn.Backlog{Count: backlog.Count, Fen: backlog.Sum}
	if l, err = loadPeople(s, l, zone); err != nil {
		return l, 0, err
	}
	return l, seq, nil
}

// peopleRecords is how many records about no transaction are read at a start:
// one for each start, and some ten for each day and cashier.
const peopleRecords = 4096

// loadPeople folds what people did that is filed under no transaction, and
// counts the shifts that are open.
func loadPeople(s *store.Store, l txn.Ledger, zone time.Duration) (txn.Ledger, error) {
	recs, err := s.LastOfTx(0, peopleRecords)
	if err != nil {
		return l, err
	}
	for _, r := range recs {
		e, err := journal.Decode(asJournal(r))
		if err != nil {
			return l, damaged("load", err)
		}
		if _, start := e.(txn.Opened); !start {
			at := l.LastAt
			l = txn.Apply(l, e)
			l.LastAt = at
		}
	}
	for i := range l.Shifts {
		if l.Shifts[i], err = shiftTotals(s, l.Shifts[i], zone, l.LastAt); err != nil {
			return l, err
		}
	}
	return l, nil
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
