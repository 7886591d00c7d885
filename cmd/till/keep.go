package main

import (
	"errors"
	"time"

	"till/device"
	"till/device/store"
	"till/txn"
	"till/txn/journal"
)

// shelf is the store as package journal wants it. It is the one adapter between
// the two: the store knows nothing of payments, and the journal of no disk.
type shelf struct{ *store.Store }

// keep is the journal of a terminal in a store.
func keep(s *store.Store, zone time.Duration) journal.Keeper {
	return journal.Keeper{Store: shelf{s}, Zone: zone}
}

// Append implements journal.Store.
func (s shelf) Append(records []journal.Record, rows []journal.Row, guards []journal.Guard) error {
	recs := make([]store.Record, len(records))
	for i, r := range records {
		recs[i] = store.Record{Tx: r.Tx, At: int64(r.At), Kind: r.Kind, Body: r.Body}
	}
	var lines []store.Row
	for _, r := range rows {
		lines = append(lines, store.Row{
			Tx: r.Tx, Kind: r.Kind, Order: string(r.Order), Of: string(r.Of), At: int64(r.At), Day: r.Day, Amount: r.Amount,
			Rail: string(r.Rail), State: r.State, Reference: string(r.Reference), Operator: r.Operator, Open: r.Open,
		})
	}
	var locks []store.Guard
	for _, g := range guards {
		locks = append(locks, store.Guard{Of: string(g.Of), Max: g.Max, Except: g.Except})
	}
	return s.Store.Append(recs, lines, locks...)
}

// Last implements journal.Store.
func (s shelf) Last() (seq uint64, at txn.Wall, err error) {
	seq, _ = s.Head()
	for r, err := range s.Records(max(seq, 1)) {
		if err != nil {
			return 0, 0, err
		}
		at = txn.Wall(r.At)
	}
	return seq, at, nil
}

// The rest of journal.Store is what the store does, in the journal's words.

func (s shelf) OfTx(tx uint64) ([]journal.Record, error) { return asJournals(s.Store.OfTx(tx)) }
func (s shelf) LastOfTx(tx uint64, limit int) ([]journal.Record, error) {
	return asJournals(s.Store.LastOfTx(tx, limit))
}
func (s shelf) OpenRows(kinds ...string) ([]journal.Row, error) {
	return asRows(s.Store.OpenRows(kinds...))
}
func (s shelf) OpenRowsAfter(kind string, tx uint64, limit int) ([]journal.Row, error) {
	return asRows(s.Store.OpenRowsAfter(kind, tx, limit))
}
func (s shelf) RowsBefore(tx uint64, limit int) ([]journal.Row, error) {
	return asRows(s.Store.RowsBefore(tx, limit))
}
func (s shelf) RowsOf(order txn.OrderNo) ([]journal.Row, error) {
	return asRows(s.Store.RowsOf(string(order)))
}
func (s shelf) RowsByTail(tail string, limit int, kinds ...string) ([]journal.Row, error) {
	return asRows(s.Store.RowsByTail(tail, limit, kinds...))
}
func (s shelf) RowsByReference(r txn.Reference, limit int, kinds ...string) ([]journal.Row, error) {
	return asRows(s.Store.RowsByReference(string(r), limit, kinds...))
}
func (s shelf) RowsByAmount(fen int64, from, to, limit int, kinds ...string) ([]journal.Row, error) {
	return asRows(s.Store.RowsByAmount(fen, from, to, limit, kinds...))
}
func (s shelf) RowsByTime(fen int64, day int, from, to txn.Wall, limit int, kinds ...string) ([]journal.Row, error) {
	return asRows(s.Store.RowsByTime(fen, day, int64(from), int64(to), limit, kinds...))
}
func (s shelf) RowsByDay(day int, before uint64, limit int, kinds ...string) ([]journal.Row, error) {
	return asRows(s.Store.RowsByDay(day, before, limit, kinds...))
}
func (s shelf) RowByOrder(order txn.OrderNo) (journal.Row, bool, error) {
	r, ok, err := s.Store.RowByOrder(string(order))
	return asRow(r), ok, err
}
func (s shelf) Totals(day int) ([]journal.Total, error) {
	totals, err := s.Store.Totals(day)
	var list []journal.Total
	for _, t := range totals {
		list = append(list, journal.Total{Kind: t.Kind, Rail: txn.RailName(t.Rail), State: t.State, Count: t.Count, Sum: t.Sum})
	}
	return list, err
}

func asRow(r store.Row) journal.Row {
	return journal.Row{
		Tx: r.Tx, Kind: r.Kind, Order: txn.OrderNo(r.Order), Of: txn.OrderNo(r.Of), At: txn.Wall(r.At), Day: r.Day, Amount: r.Amount,
		Rail: txn.RailName(r.Rail), State: r.State, Reference: txn.Reference(r.Reference), Operator: r.Operator, Open: r.Open,
	}
}

func asRows(rows []store.Row, err error) ([]journal.Row, error) {
	var list []journal.Row
	for _, r := range rows {
		list = append(list, asRow(r))
	}
	return list, err
}

func asJournal(r store.Record) journal.Record {
	return journal.Record{Seq: r.Seq, Tx: r.Tx, At: txn.Wall(r.At), Kind: r.Kind, Body: r.Body}
}

func asJournals(recs []store.Record, err error) ([]journal.Record, error) {
	var list []journal.Record
	for _, r := range recs {
		list = append(list, asJournal(r))
	}
	return list, err
}

// loadLedger reads what is open and the last few sales, and how many records
// there are. A store whose records do not fit together is damaged (J02).
func loadLedger(s *store.Store, zone time.Duration) (txn.Ledger, uint64, error) {
	l, records, err := journal.Reload(shelf{s}, zone)
	return l, records, unreadable("load", err)
}

// foldTx folds the records of one transaction.
func foldTx(s *store.Store, tx uint64) (txn.Ledger, error) {
	l, err := journal.Fold(shelf{s}, tx)
	return l, unreadable("fold", err)
}

// unreadable makes records that do not fit together a fault, and leaves all
// other errors as they are.
func unreadable(op string, err error) error {
	if errors.Is(err, journal.ErrFormat) {
		return damaged(op, err)
	}
	return err
}

func damaged(op string, err error) error {
	if f, ok := asFault(err); ok {
		return f
	}
	return &device.Fault{Code: device.JournalDamaged, Device: device.Store, Op: op, Err: err}
}

// asFault finds the fault in an error.
func asFault(err error) (*device.Fault, bool) { return errors.AsType[*device.Fault](err) }
