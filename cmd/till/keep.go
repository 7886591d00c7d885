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
	if l.Day, err = dayOf(s, l, recent); err != nil {
		return l, 0, err
	}
	if l.Backlog, err = backlogOf(s); err != nil {
		return l, 0, err
	}
	if l, err = loadPeople(s, l, zone); err != nil {
		return l, 0, err
	}
	return l, seq, nil
}

// backlogPage is how many open refunds are looked at at once.
const backlogPage = 1000

// backlogOf counts the refunds whose money is open. The store holds those open
// too of which only the paper is still to come: the first round recalls them.
func backlogOf(s *store.Store) (txn.Backlog, error) {
	var b txn.Backlog
	for after := uint64(0); ; {
		rows, err := s.OpenRowsAfter(journal.Refund, after, backlogPage)
		if err != nil {
			return b, fmt.Errorf("count the open refunds: %w", err)
		}
		for _, r := range rows {
			after = r.Tx
			if !slices.Contains(endsOfRefunds, r.State) {
				b.Count++
				b.Fen += r.Amount
			}
		}
		if len(rows) < backlogPage {
			return b, nil
		}
	}
}

// endsOfRefunds are the states of rows in which nothing about the money is open.
var endsOfRefunds = func() (names []string) {
	for _, p := range txn.RefundPhases {
		if p.Final() {
			names = append(names, p.String())
		}
	}
	return names
}()

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

// dayOf counts the sales and the refunds of the last day on which there were
// any. Finished sales are counted in the store, those with a receipt still due in
// memory, and refunds on the day of their decision, unless they came to nothing.
func dayOf(s *store.Store, l txn.Ledger, recent []store.Row) (txn.Day, error) {
	paid := slices.DeleteFunc(slices.Clone(l.Txs), func(tx txn.Tx) bool { return tx.Phase != txn.PaidFor })
	date, err := lastDay(s, paid, recent)
	if err != nil || date == 0 {
		return txn.Day{}, err
	}
	day := txn.Day{Date: date}
	totals, err := s.Totals(day.Date)
	if err != nil {
		return day, fmt.Errorf("count the sales of %d: %w", day.Date, err)
	}
	for _, t := range totals {
		switch { // one line a rail and state
		case t.Kind == journal.Refund && !slices.Contains(journal.Uncounted(), t.State):
			day.Backs += t.Count
			day.BacksFen += t.Sum
		case t.Kind == journal.Refund:
		case t.State == txn.PaidFor.String():
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
	backs, err := s.RowsByDay(day.Date, 0, dayRefundsMax, journal.Refund)
	if err != nil {
		return day, fmt.Errorf("count the refunds of %d: %w", day.Date, err)
	}
	for _, r := range backs {
		if r.Open && !slices.Contains(journal.Uncounted(), r.State) {
			day.Backs++
			day.BacksFen += r.Amount
		}
	}
	return day, nil
}

// lastDay is the day of the last payment or of the last decision to refund,
// whichever came later; 0 when there was none.
func lastDay(s *store.Store, paid []txn.Tx, recent []store.Row) (date int, err error) {
	var at txn.Wall // of the last payment
	if len(paid) > 0 {
		last := slices.MaxFunc(paid, func(a, b txn.Tx) int { return cmp.Compare(a.Ended, b.Ended) })
		date, at = last.Day, last.Ended
	}
	for _, r := range recent {
		switch paidRow := r.Kind == journal.Sale && r.State == txn.PaidFor.String() && !r.Open; {
		case paidRow && date == 0: // long out of memory
			date, at = r.Day, txn.Wall(r.At)
		case r.Kind == journal.Refund && (date == 0 || txn.Wall(r.At) >= at):
			return r.Day, nil
		}
	}
	return date, nil
}

// asFault finds the fault in an error.
func asFault(err error) (*device.Fault, bool) { return errors.AsType[*device.Fault](err) }
