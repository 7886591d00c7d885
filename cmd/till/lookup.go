package main

import (
	"cmp"
	"slices"
	"time"

	"till/device/store"
	"till/txn"
	"till/txn/journal"
)

// lookUpDays is how far back a sale is looked for by its amount: a year and a
// day, the longest window of a network (rails.md 1.7).
const lookUpDays = 366

// lookUp finds sales in the journal, by each thing that is given, newest first.
func lookUp(s *store.Store, l txn.LookUp, now txn.Wall, zone time.Duration) ([]txn.Original, error) {
	rows, err := findRows(s, l, now, zone)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b store.Row) int { return int(int64(b.Tx) - int64(a.Tx)) })
	rows = slices.CompactFunc(rows, func(a, b store.Row) bool { return a.Tx == b.Tx })
	var found []txn.Original
	for _, r := range rows[:min(len(rows), txn.LookUpMax)] {
		o, err := originalOf(s, r.Tx)
		if err != nil {
			return found, err
		}
		found = append(found, o)
	}
	if len(found) == 0 && l.Order != "" { // another terminal's: this journal may know its refunds
		refunds, err := refundsOf(s, l.Order)
		if err == nil && len(refunds) > 0 {
			r := refunds[0]
			found = append(found, txn.Original{Order: r.Order, Rail: r.Rail, Wallet: r.Wallet, Amount: r.Total,
				Paid: r.SaleAt, Day: r.SaleDay, Reference: r.Sale, Shown: r.Shown, Phase: txn.PaidFor, Refunds: refunds})
		}
		return found, err
	}
	return found, nil
}

func findRows(s *store.Store, l txn.LookUp, now txn.Wall, zone time.Duration) ([]store.Row, error) {
	var rows []store.Row
	add := func(more []store.Row, err error) error {
		rows = append(rows, more...)
		return err
	}
	if l.Order != "" {
		if r, ok, err := s.RowByOrder(string(l.Order)); err != nil || ok && r.Kind == journal.Sale {
			return []store.Row{r}, err
		}
	}
	if l.Reference != "" {
		if err := add(s.RowsByReference(string(l.Reference), txn.LookUpMax, journal.Sale)); err != nil {
			return nil, err
		}
	}
	if l.Tail != "" {
		if err := add(s.RowsByTail(l.Tail, txn.LookUpMax, journal.Sale)); err != nil {
			return nil, err
		}
	}
	if !l.Amount.Zero() {
		if err := add(rowsByAmount(s, l.Amount.Minor(), now.In(zone))); err != nil {
			return nil, err
		}
	}
	if l.Recent {
		recent, err := s.RowsBefore(0, 4*txn.LookUpMax)
		recent = slices.DeleteFunc(recent, func(r store.Row) bool { return r.Kind != journal.Sale })
		if err := add(recent[:min(len(recent), txn.LookUpMax)], err); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// rowsByAmount looks back from tomorrow, in steps that grow twofold, and ends with
// the first that has enough: of a shop's favourite price there are a hundred
// thousand in a year.
func rowsByAmount(s *store.Store, fen int64, today time.Time) ([]store.Row, error) {
	var rows []store.Row
	to := today.AddDate(0, 0, 1)
	for oldest, span := today.AddDate(0, 0, -lookUpDays), 1; len(rows) < txn.LookUpMax && !to.Before(oldest); span *= 2 {
		from := to.AddDate(0, 0, -span)
		if from.Before(oldest) {
			from = oldest
		}
		more, err := s.RowsByAmount(fen, txn.Date(from), txn.Date(to), txn.LookUpMax-len(rows), journal.Sale)
		if err != nil {
			return nil, err
		}
		rows, to = append(rows, more...), from.AddDate(0, 0, -1)
	}
	return rows, nil
}

// foldTx folds the records of one transaction.
func foldTx(s *store.Store, tx uint64) (txn.Ledger, error) {
	recs, err := s.OfTx(tx)
	if err != nil {
		return txn.Ledger{}, err
	}
	var list []journal.Record
	for _, r := range recs {
		list = append(list, asJournal(r))
	}
	l, err := journal.Load(list, 0, 0)
	if err != nil {
		return txn.Ledger{}, damaged("fold", err)
	}
	return l, nil
}

// originalOf is a sale with its refunds.
func originalOf(s *store.Store, number uint64) (txn.Original, error) {
	l, err := foldTx(s, number)
	if err != nil || len(l.Txs) == 0 {
		return txn.Original{}, err
	}
	tx := l.Txs[0]
	o := txn.Original{
		Order: tx.Order, Rail: tx.Rail, Wallet: tx.Wallet, Amount: tx.Amount, Paid: tx.Ended, Day: tx.Day,
		Reference: tx.Reference, Terminal: tx.Terminal, Operator: tx.Operator, Shown: tx.Shown, Phase: tx.Phase,
		Disputed: tx.Disputed, Ours: true,
	}
	if o.Paid == 0 || tx.Phase != txn.PaidFor { // not the time at which it was taken back
		o.Paid = tx.Begun
	}
	o.Refunds, err = refundsOf(s, tx.Order)
	return o, err
}

// refundsOf are the refunds of a sale that this journal holds, oldest first.
func refundsOf(s *store.Store, order txn.OrderNo) ([]txn.Refund, error) {
	rows, err := s.RowsOf(string(order))
	if err != nil {
		return nil, err
	}
	var refunds []txn.Refund
	for _, r := range rows {
		l, err := foldTx(s, r.Tx)
		if err != nil {
			return nil, err
		}
		refunds = append(refunds, l.Refunds...)
	}
	return refunds, nil
}

// recallRefunds fetches open refunds from the journal, oldest first.
func recallRefunds(s *store.Store, after uint64, limit int) ([]txn.Refund, bool, error) {
	rows, err := s.OpenRowsAfter(journal.Refund, after, limit+1)
	if err != nil {
		return nil, false, err
	}
	more := len(rows) > limit
	var refunds []txn.Refund
	for _, r := range rows[:min(len(rows), limit)] {
		l, err := foldTx(s, r.Tx)
		if err != nil {
			return refunds, more, err
		}
		refunds = append(refunds, l.Refunds...)
	}
	return refunds, more, nil
}

// dayRefundsMax bounds the refunds that a day report adds up one by one.
const dayRefundsMax = 100_000

// dayReport adds a day up: what is closed from the index, what is open one by
// one.
func dayReport(s *store.Store, day int) (txn.Report, error) {
	rep := txn.Report{Day: day}
	line := func(rail txn.RailName) *txn.ReportLine {
		for i := range rep.Lines {
			if rep.Lines[i].Rail == rail {
				return &rep.Lines[i]
			}
		}
		rep.Lines = append(rep.Lines, txn.ReportLine{Rail: rail})
		return &rep.Lines[len(rep.Lines)-1]
	}
	totals, err := s.Totals(day)
	if err != nil {
		return rep, err
	}
	for _, t := range totals {
		switch l := line(txn.RailName(t.Rail)); {
		case t.Kind == journal.Refund:
		case t.State == txn.PaidFor.String():
			l.Sales, l.SaleFen = l.Sales+t.Count, l.SaleFen+t.Sum
		case t.State == txn.ReversedFor.String():
			l.Taken += t.Count
		}
	}
	open, err := s.OpenRows(journal.Sale)
	if err != nil {
		return rep, err
	}
	for _, r := range open {
		l, err := foldTx(s, r.Tx)
		if err != nil {
			return rep, err
		}
		for _, tx := range l.Txs {
			if tx.Phase == txn.PaidFor && tx.Day == day {
				of := line(tx.Rail)
				of.Sales++
				of.SaleFen += tx.Amount.Minor()
			}
		}
	}
	refunds, err := s.RowsByDay(day, 0, dayRefundsMax, journal.Refund)
	if err != nil {
		return rep, err
	}
	for _, r := range refunds {
		if !slices.Contains(journal.Uncounted(), r.State) {
			l := line(txn.RailName(r.Rail))
			l.Backs++
			l.BackFen += r.Amount
		}
	}
	slices.SortFunc(rep.Lines, func(a, b txn.ReportLine) int { return cmp.Compare(a.Rail, b.Rail) })
	return rep, nil
}

// shiftTotals counts a shift that was open when the program started from the
// rows of its sales and refunds.
func shiftTotals(s *store.Store, shift txn.Shift, zone time.Duration, until txn.Wall) (txn.Shift, error) {
	sum := txn.Shift{Number: shift.Number, Since: shift.Since}
	for t := shift.Since.In(zone); txn.Date(t) <= until.Day(zone); t = t.AddDate(0, 0, 1) {
		rows, err := s.RowsByDay(txn.Date(t), 0, dayRefundsMax)
		if err != nil {
			return sum, err
		}
		for _, r := range rows {
			if r.Operator == shift.Number && r.At >= int64(shift.Since) {
				if err := countRow(s, &sum, r); err != nil {
					return sum, err
				}
			}
		}
	}
	return sum, nil
}

func countRow(s *store.Store, sum *txn.Shift, r store.Row) error {
	l, err := foldTx(s, r.Tx)
	if err != nil {
		return err
	}
	for _, tx := range l.Txs {
		switch tx.Phase {
		case txn.PaidFor:
			sum.Sales++
			sum.SaleFen += tx.Amount.Minor()
			if tx.Rail == txn.Cash {
				sum.Cash += tx.Amount.Minor()
			}
		case txn.ReversedFor:
			sum.Reversed++
		}
	}
	for _, b := range l.Refunds {
		if b.Phase.Counts() {
			sum.Backs++
			sum.BackFen += b.Amount.Minor()
		}
		if b.Phase == txn.Cashed {
			sum.Cash -= b.Amount.Minor()
		}
	}
	return nil
}
