package main

import (
	"slices"
	"time"

	"till/device/store"
	"till/txn"
	"till/txn/bill"
	"till/txn/journal"
)

// dayPage is how many rows of a day are read at a time.
const dayPage = 1024

// billEntries reads what the journal says: everything of the day and of its
// neighbours on this rail, and whatever else the file names.
func billEntries(s *store.Store, rail txn.RailName, b bill.Bill) ([]bill.Entry, error) {
	g := billGatherer{store: s, rail: rail, seen: map[uint64]bool{}}
	day := time.Date(b.Day/10000, time.Month(b.Day/100%100), b.Day%100, 12, 0, 0, 0, time.UTC)
	for shift := -1; shift <= 1; shift++ {
		d := day.AddDate(0, 0, shift)
		if err := g.day(d.Year()*10000 + int(d.Month())*100 + d.Day()); err != nil {
			return nil, err
		}
	}
	for _, l := range b.Payments {
		if err := g.order(l.Order); err != nil {
			return nil, err
		}
	}
	for _, l := range b.Refunds {
		if err := g.order(l.Order); err != nil {
			return nil, err
		}
		rows, err := s.RowsOf(l.Order)
		if err != nil {
			return nil, err
		}
		if err := g.rows(rows); err != nil {
			return nil, err
		}
	}
	return g.entries, nil
}

// billGatherer collects entries, each transaction once.
type billGatherer struct {
	store   *store.Store
	rail    txn.RailName
	seen    map[uint64]bool
	entries []bill.Entry
}

// day takes the rows of one day, oldest first.
func (g *billGatherer) day(day int) error {
	var all []store.Row
	for before := uint64(0); ; {
		rows, err := g.store.RowsByDay(day, before, dayPage)
		if err != nil {
			return err
		}
		all = append(all, rows...)
		if len(rows) < dayPage {
			break
		}
		before = rows[len(rows)-1].Tx
	}
	slices.Reverse(all)
	return g.rows(all)
}

// order takes the row with this order number, if there is one.
func (g *billGatherer) order(order string) error {
	row, ok, err := g.store.RowByOrder(order)
	if err != nil || !ok {
		return err
	}
	return g.rows([]store.Row{row})
}

func (g *billGatherer) rows(rows []store.Row) error {
	for _, row := range rows {
		if g.seen[row.Tx] || row.Rail != string(g.rail) || row.Kind != store.DefaultKind && row.Kind != journal.Refund {
			continue
		}
		g.seen[row.Tx] = true
		e, err := g.entry(row)
		if err != nil {
			return err
		}
		g.entries = append(g.entries, e)
	}
	return nil
}

// entry makes an entry of a row. The row of a finished sale says all; of others
// the records are asked, because a row is not written with every step.
func (g *billGatherer) entry(row store.Row) (bill.Entry, error) {
	e := bill.Entry{
		Kind: bill.Sale, Order: row.Order, Reference: row.Reference, Amount: row.Amount,
		At: txn.Wall(row.At), Day: row.Day, State: bill.Open,
	}
	switch {
	case row.Kind == journal.Refund:
		e.Kind, e.Order, e.Refund = bill.Refund, row.Of, row.Order
		if !row.Open && row.State == txn.PaidBack.String() {
			e.State = bill.Refunded
		}
	case !row.Open && row.State == txn.PaidFor.String():
		e.State = bill.Paid
		return e, nil
	}
	recs, err := g.store.OfTx(row.Tx)
	if err != nil {
		return e, err
	}
	for _, r := range recs {
		entry, err := journal.Decode(asJournal(r))
		if err != nil {
			return e, damaged("read", err)
		}
		billStep(&e, entry)
	}
	return e, nil
}

// billStep follows one record of a sale or a refund.
func billStep(e *bill.Entry, entry txn.Entry) {
	switch r := entry.(type) {
	case txn.Paid:
		e.State, e.Ended, e.Reference = bill.Paid, r.At, string(r.Reference)
	case txn.Refused:
		e.State, e.Ended = bill.Refused, r.At
	case txn.ReversalDue:
		e.State, e.Ended = bill.Open, 0
	case txn.Reversed:
		e.State, e.Ended = bill.Reversed, r.At
	case txn.ReturnedBy:
		e.State, e.Ended = bill.Reversed, r.At
	case txn.WrittenOff:
		e.State, e.Ended = bill.GivenUp, r.At
	case txn.RefundBegun:
		if r.Key != "" {
			e.Refund = string(r.Key)
		}
	case txn.RefundTaken:
		e.State, e.Ended = bill.Accepted, r.At // the file is of the day of acceptance
	case txn.RefundPaid:
		e.State = bill.Refunded
		if e.Ended == 0 {
			e.Ended = r.At
		}
	case txn.RefundWrittenOff:
		e.State, e.Ended = bill.GivenUp, r.At
	case txn.RefundFailed, txn.RefundDropped:
		e.State = bill.Refused
	case txn.RefundDead, txn.RefundStranded:
		e.State = bill.Stuck
	case txn.RefundCashed:
		if e.State != bill.Stuck && e.State != bill.Accepted {
			e.State = bill.Refused
		} else {
			e.State = bill.Stuck
		}
	}
}

// anyOf reports whether the journal has anything of the day, or of what the
// file names.
func anyOf(entries []bill.Entry, b bill.Bill) bool {
	named := map[string]bool{}
	for _, l := range slices.Concat(b.Payments, b.Refunds) {
		named[l.Order] = true
	}
	return slices.ContainsFunc(entries, func(e bill.Entry) bool { return e.Day == b.Day || named[e.Order] })
}
