package journal

import (
	"slices"
	"time"

	"till/txn"
)

// LookUpDays is how far back a sale is looked for by its amount: a year and a
// day, the longest window of a network (rails.md 1.7).
const LookUpDays = 366

// LookUp finds sales in the journal, by each thing that is given, newest first.
func LookUp(s Store, l txn.LookUp, now txn.Wall, zone time.Duration) ([]txn.Original, error) {
	rows, err := findRows(s, l, now, zone)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b Row) int { return int(int64(b.Tx) - int64(a.Tx)) })
	rows = slices.CompactFunc(rows, func(a, b Row) bool { return a.Tx == b.Tx })
	var found []txn.Original
	for _, r := range rows[:min(len(rows), txn.LookUpMax)] {
		o, err := originalOf(s, r.Tx)
		if err != nil {
			return found, err
		}
		found = append(found, o)
	}
	if len(found) == 0 && l.Order != "" { // another terminal's: this journal may know its refunds
		refunds, err := RefundsOf(s, l.Order)
		if err == nil && len(refunds) > 0 {
			r := refunds[0]
			found = append(found, txn.Original{Order: r.Order, Rail: r.Rail, Wallet: r.Wallet, Amount: r.Total,
				Paid: r.SaleAt, Day: r.SaleDay, Reference: r.Sale, Shown: r.Shown, Phase: txn.PaidFor, Refunds: refunds})
		}
		return found, err
	}
	return found, nil
}

func findRows(s Store, l txn.LookUp, now txn.Wall, zone time.Duration) ([]Row, error) {
	var rows []Row
	add := func(more []Row, err error) error {
		rows = append(rows, more...)
		return err
	}
	if l.Order != "" {
		if r, ok, err := s.RowByOrder(l.Order); err != nil || ok && r.Kind == Sale {
			return []Row{r}, err
		}
	}
	if l.Reference != "" {
		if err := add(s.RowsByReference(l.Reference, txn.LookUpMax, Sale)); err != nil {
			return nil, err
		}
	}
	if l.Tail != "" {
		if err := add(s.RowsByTail(l.Tail, txn.LookUpMax, Sale)); err != nil {
			return nil, err
		}
	}
	if !l.Amount.Zero() {
		byAmount := rowsByAmount
		if l.About.Given {
			byAmount = rowsAbout(l.About)
		}
		if err := add(byAmount(s, l.Amount.Minor(), now.In(zone))); err != nil {
			return nil, err
		}
	}
	if l.Recent {
		recent, err := s.RowsBefore(0, 4*txn.LookUpMax)
		recent = slices.DeleteFunc(recent, func(r Row) bool { return r.Kind != Sale })
		if err := add(recent[:min(len(recent), txn.LookUpMax)], err); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// rowsByAmount looks back from tomorrow, in steps that grow twofold, and ends with
// the first that has enough: of a shop's favourite price there are a hundred
// thousand in a year.
func rowsByAmount(s Store, fen int64, today time.Time) ([]Row, error) {
	var rows []Row
	to := today.AddDate(0, 0, 1)
	for oldest, span := today.AddDate(0, 0, -LookUpDays), 1; len(rows) < txn.LookUpMax && !to.Before(oldest); span *= 2 {
		from := to.AddDate(0, 0, -span)
		if from.Before(oldest) {
			from = oldest
		}
		more, err := s.RowsByAmount(fen, txn.Date(from), txn.Date(to), txn.LookUpMax-len(rows), Sale)
		if err != nil {
			return nil, err
		}
		rows, to = append(rows, more...), from.AddDate(0, 0, -1)
	}
	return rows, nil
}

// What people remember of when they paid.
const (
	aboutWithin = 30 * time.Minute // how far their time of day may be wrong
	aboutDays   = 7                // how far back it is looked for when they name no day, today being the first
	aboutPaid   = time.Hour        // from the scan, which is the time of a row, to the payment, which is its day
)

// rowsAbout looks an amount up about a time of day: on the day that is named, or on
// each of the last days.
func rowsAbout(a txn.About) func(Store, int64, time.Time) ([]Row, error) {
	return func(s Store, fen int64, now time.Time) (rows []Row, err error) {
		for _, at := range timesOf(a, now) {
			from, to := at.Add(-aboutWithin), at.Add(aboutWithin)
			for day := to.Add(aboutPaid); txn.Date(day) >= txn.Date(from); day = day.AddDate(0, 0, -1) {
				more, err := s.RowsByTime(fen, txn.Date(day), txn.Wall(from.UnixMilli()), txn.Wall(to.UnixMilli()),
					txn.LookUpMax-len(rows), Sale)
				if err != nil {
					return nil, err
				}
				rows = append(rows, more...)
			}
		}
		return rows, nil
	}
}

// timesOf are the moments that somebody may mean, newest first.
func timesOf(a txn.About, now time.Time) []time.Time {
	on := func(y int, m time.Month, d int) time.Time {
		return time.Date(y, m, d, a.Minute/60, a.Minute%60, 0, 0, now.Location())
	}
	var list []time.Time
	if a.Date == 0 {
		for back := range aboutDays {
			list = append(list, on(now.Year(), now.Month(), now.Day()-back))
		}
		return list
	}
	for y := now.Year(); y >= now.Year()-1; y-- { // the last time that this day came; 29 February may not have
		at := on(y, time.Month(a.Date/100), a.Date%100)
		if txn.Date(at)%10000 == a.Date && txn.Date(at) <= txn.Date(now) {
			return []time.Time{at}
		}
	}
	return nil
}

// Fold folds the records of one transaction.
func Fold(s Store, tx uint64) (txn.Ledger, error) {
	recs, err := s.OfTx(tx)
	if err != nil {
		return txn.Ledger{}, err
	}
	return Load(recs, 0, 0)
}

// originalOf is a sale with its refunds.
func originalOf(s Store, number uint64) (txn.Original, error) {
	l, err := Fold(s, number)
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
	o.Refunds, err = RefundsOf(s, tx.Order)
	return o, err
}

// RefundsOf are the refunds of a sale that this journal holds, oldest first.
func RefundsOf(s Store, order txn.OrderNo) ([]txn.Refund, error) {
	rows, err := s.RowsOf(order)
	if err != nil {
		return nil, err
	}
	var refunds []txn.Refund
	for _, r := range rows {
		l, err := Fold(s, r.Tx)
		if err != nil {
			return nil, err
		}
		refunds = append(refunds, l.Refunds...)
	}
	return refunds, nil
}

// Recall fetches open refunds from the journal, oldest first.
func Recall(s Store, after uint64, limit int) ([]txn.Refund, bool, error) {
	rows, err := s.OpenRowsAfter(Refund, after, limit+1)
	if err != nil {
		return nil, false, err
	}
	more := len(rows) > limit
	var refunds []txn.Refund
	for _, r := range rows[:min(len(rows), limit)] {
		l, err := Fold(s, r.Tx)
		if err != nil {
			return refunds, more, err
		}
		refunds = append(refunds, l.Refunds...)
	}
	return refunds, more, nil
}

// Whole adds to a refund slip what memory alone does not tell: what all refunds of
// the sale leave of it, those that rest in the journal too.
func Whole(s Store, r txn.Receipt) (txn.Receipt, error) {
	if r.Kind != txn.SlipRefund {
		return r, nil
	}
	refunds, err := RefundsOf(s, r.Order)
	if err != nil {
		return r, err
	}
	if left := txn.Left(r.Refund.Total, refunds); r.Left.Over(left) {
		r.Left = left
	}
	return r, nil
}
