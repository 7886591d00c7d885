package journal

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"till/txn"
)

// recentRows is how far back the newest finished sales are looked for: more
// than a ledger keeps, since open ones lie between them.
const recentRows = 1024

// Reload reads what is open and the last few sales, however long the history is,
// and returns how many records there are, too. Records that do not fit together
// are ErrFormat.
func Reload(s Store, zone time.Duration) (txn.Ledger, uint64, error) {
	open, err := s.OpenRows(Sale)
	if err != nil {
		return txn.Ledger{}, 0, err
	}
	recent, err := s.RowsBefore(0, recentRows)
	if err != nil {
		return txn.Ledger{}, 0, err
	}
	closed := slices.DeleteFunc(slices.Clone(recent), func(r Row) bool { return r.Open || r.Kind != Sale })
	closed = closed[:min(len(closed), txn.KeptFinished)]
	var numbers []uint64 // not 0: a start has an Install of its own
	for _, r := range slices.Concat(open, closed) {
		numbers = append(numbers, r.Tx)
	}
	var recs []Record
	for _, tx := range numbers {
		of, err := s.OfTx(tx)
		if err != nil {
			return txn.Ledger{}, 0, err
		}
		recs = append(recs, of...)
	}
	last, err := s.LastTx()
	if err != nil {
		return txn.Ledger{}, 0, err
	}
	seq, at, err := s.Last()
	if err != nil {
		return txn.Ledger{}, 0, err
	}
	l, err := Load(recs, last, at)
	if err != nil {
		return txn.Ledger{}, 0, err
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
func backlogOf(s Store) (txn.Backlog, error) {
	var b txn.Backlog
	ends := Ends()
	for after := uint64(0); ; {
		rows, err := s.OpenRowsAfter(Refund, after, backlogPage)
		if err != nil {
			return b, fmt.Errorf("count the open refunds: %w", err)
		}
		for _, r := range rows {
			after = r.Tx
			if !slices.Contains(ends, r.State) {
				b.Count++
				b.Fen += r.Amount
			}
		}
		if len(rows) < backlogPage {
			return b, nil
		}
	}
}

// peopleRecords is how many records about no transaction are read at a start:
// one for each start, and some ten for each day and cashier.
const peopleRecords = 4096

// loadPeople folds what people did that is filed under no transaction, and
// counts the shifts that are open.
func loadPeople(s Store, l txn.Ledger, zone time.Duration) (txn.Ledger, error) {
	recs, err := s.LastOfTx(0, peopleRecords)
	if err != nil {
		return l, err
	}
	for _, r := range recs {
		e, err := Decode(r)
		if err != nil {
			return l, err
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

// dayOf counts the sales and the refunds of the last day on which there were
// any. Finished sales are counted in the store, those with a receipt still due in
// memory, and refunds on the day of their decision, unless they came to nothing.
func dayOf(s Store, l txn.Ledger, recent []Row) (txn.Day, error) {
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
		case t.Kind == Refund && !slices.Contains(Uncounted(), t.State):
			day.Backs += t.Count
			day.BacksFen += t.Sum
		case t.Kind == Refund:
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
	backs, err := s.RowsByDay(day.Date, 0, dayRefundsMax, Refund)
	if err != nil {
		return day, fmt.Errorf("count the refunds of %d: %w", day.Date, err)
	}
	for _, r := range backs {
		if r.Open && !slices.Contains(Uncounted(), r.State) {
			day.Backs++
			day.BacksFen += r.Amount
		}
	}
	return day, nil
}

// lastDay is the day of the last payment or of the last decision to refund,
// whichever came later; 0 when there was none.
func lastDay(s Store, paid []txn.Tx, recent []Row) (date int, err error) {
	var at txn.Wall // of the last payment
	if len(paid) > 0 {
		last := slices.MaxFunc(paid, func(a, b txn.Tx) int { return cmp.Compare(a.Ended, b.Ended) })
		date, at = last.Day, last.Ended
	}
	for _, r := range recent {
		switch paidRow := r.Kind == Sale && r.State == txn.PaidFor.String() && !r.Open; {
		case paidRow && date == 0: // long out of memory
			date, at = r.Day, r.At
		case r.Kind == Refund && (date == 0 || r.At >= at):
			return r.Day, nil
		}
	}
	return date, nil
}
