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
		if err := add(rowsByAmount(s, l.Amount.Minor(), now.In(zone))); err != nil {
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
