package journal

import (
	"cmp"
	"slices"
	"time"

	"till/txn"
)

// dayRefundsMax bounds the refunds that a day report adds up one by one.
const dayRefundsMax = 100_000

// DayReport adds a day up: what is closed from the index, what is open one by
// one.
func DayReport(s Store, day int) (txn.Report, error) {
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
		switch l := line(t.Rail); {
		case t.Kind == Refund:
		case t.State == txn.PaidFor.String():
			l.Sales, l.SaleFen = l.Sales+t.Count, l.SaleFen+t.Sum
		case t.State == txn.ReversedFor.String():
			l.Taken += t.Count
		}
	}
	open, err := s.OpenRows(Sale)
	if err != nil {
		return rep, err
	}
	for _, r := range open {
		l, err := Fold(s, r.Tx)
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
	refunds, err := s.RowsByDay(day, 0, dayRefundsMax, Refund)
	if err != nil {
		return rep, err
	}
	for _, r := range refunds {
		if !slices.Contains(Uncounted(), r.State) {
			l := line(r.Rail)
			l.Backs++
			l.BackFen += r.Amount
			if r.Of == "" {
				rep.NoSale++
				rep.NoFen += r.Amount
			}
		}
	}
	slices.SortFunc(rep.Lines, func(a, b txn.ReportLine) int { return cmp.Compare(a.Rail, b.Rail) })
	return rep, nil
}

// shiftTotals counts a shift that was open when the program started from the
// rows of its sales and refunds.
func shiftTotals(s Store, shift txn.Shift, zone time.Duration, until txn.Wall) (txn.Shift, error) {
	sum := txn.Shift{Number: shift.Number, Since: shift.Since}
	for t := shift.Since.In(zone); txn.Date(t) <= until.Day(zone); t = t.AddDate(0, 0, 1) {
		rows, err := s.RowsByDay(txn.Date(t), 0, dayRefundsMax)
		if err != nil {
			return sum, err
		}
		for _, r := range rows {
			if r.Operator == shift.Number && r.At >= shift.Since {
				if err := countRow(s, &sum, r); err != nil {
					return sum, err
				}
			}
		}
	}
	return sum, nil
}

func countRow(s Store, sum *txn.Shift, r Row) error {
	l, err := Fold(s, r.Tx)
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
