package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"till/device/store"
)

// refundEvery is how many sales there are for each that was refunded, in two
// parts of which the second is still open.
const refundEvery = 10

// order is the order number of a transaction of the benchmarks.
func order(tx uint64) string { return fmt.Sprintf("K7Q2X9%010d", tx) }

// refund is part 0 or 1 of the refund of a sale among n, with its records.
func refund(sale, n uint64, part int) ([]store.Record, store.Row) {
	tx := n + 1 + 2*(sale/refundEvery) + uint64(part)
	row := store.Row{
		Tx: tx, Order: order(tx), At: 1_760_000_000_000 + int64(sale)*60_000 + int64(part), Operator: "07",
		Day: 20260101 + int(sale/1000), Amount: int64(sale*7919%100_000)/2 + 1, Rail: "wechatpay",
		State: "promised", Open: true, Kind: "refund", Of: order(sale),
	}
	if part == 0 {
		row.State, row.Open, row.Reference = "paid out", false, fmt.Sprintf("5030000001%018d", tx)
	}
	return []store.Record{{Tx: tx, At: row.At, Kind: "refund promised", Body: make([]byte, 400)}}, row
}

// addRefunds refunds every tenth of n sales.
func addRefunds(b *testing.B, s *store.Store, n uint64) {
	b.Helper()
	var recs []store.Record
	var rows []store.Row
	for sale := uint64(refundEvery); sale <= n; sale += refundEvery {
		for part := range 2 {
			r, row := refund(sale, n, part)
			recs, rows = append(recs, r...), append(rows, row)
		}
		if len(recs) > 20_000 || sale+refundEvery > n {
			if err := s.Append(recs, rows); err != nil {
				b.Fatal(err)
			}
			recs, rows = nil, nil
		}
	}
}

// question is one look-up for a transaction of the store.
type question struct {
	name string
	ask  func(tx uint64) (rows int, err error)
}

func count(rows []store.Row, err error) (int, error) { return len(rows), err }

// questions are those about one transaction, by every way to find it.
func questions(s *store.Store) []question {
	found := func(_ store.Row, found bool, err error) (int, error) {
		if !found {
			return 0, err
		}
		return 1, err
	}
	day := func(tx uint64) int { return 20260101 + int(tx/1000) }
	amount := func(tx uint64) int64 { return int64(tx*7919%100_000) + 1 }
	return []question{
		{"Row", func(tx uint64) (int, error) { return found(s.Row(tx)) }},
		{"OfTx", func(tx uint64) (int, error) { recs, err := s.OfTx(tx); return len(recs), err }},
		{"RowByOrder", func(tx uint64) (int, error) { return found(s.RowByOrder(order(tx))) }},
		{"RowsByTail", func(tx uint64) (int, error) { return count(s.RowsByTail(order(tx)[10:], 20, "sale")) }},
		{"RowsByReference", func(tx uint64) (int, error) {
			return count(s.RowsByReference(fmt.Sprintf("4200001234%018d", tx*104729), 10, "sale"))
		}},
		{"RowsByAmount1Day", func(tx uint64) (int, error) {
			return count(s.RowsByAmount(amount(tx), day(tx), day(tx), 20, "sale"))
		}},
		{"RowsByAmount31Days", func(tx uint64) (int, error) {
			return count(s.RowsByAmount(amount(tx), day(tx)-15, day(tx)+15, 20, "sale"))
		}},
		{"RowsByAmount1000Days", func(tx uint64) (int, error) {
			return count(s.RowsByAmount(amount(tx), 20260101, 20270101, 20))
		}},
		{"RowsByTime", func(tx uint64) (int, error) {
			at := 1_760_000_000_000 + int64(tx)*60_000
			return count(s.RowsByTime(amount(tx), day(tx), at-600_000, at+600_000, 20, "sale"))
		}},
		{"RowsByDay", func(tx uint64) (int, error) { return count(s.RowsByDay(day(tx), 0, 20)) }},
		{"RowsByDayRefunds", func(tx uint64) (int, error) { return count(s.RowsByDay(day(tx), 0, 20, "refund")) }},
		{"RowsOf", func(tx uint64) (int, error) {
			return count(s.RowsOf(order(max(refundEvery, tx-tx%refundEvery))))
		}},
		{"SumOf", func(tx uint64) (int, error) {
			sum, err := s.SumOf(order(max(refundEvery, tx-tx%refundEvery)), "refused")
			return int(sum), err
		}},
		{"Totals", func(tx uint64) (int, error) { totals, err := s.Totals(day(tx)); return len(totals), err }},
		{"OpenRowsSales", func(uint64) (int, error) { rows, err := s.OpenRows("sale"); return 1 + len(rows), err }},
		{"OpenRowsAfter", func(tx uint64) (int, error) {
			return count(s.OpenRowsAfter("refund", tx, 16))
		}},
		{"OpenTotals", func(uint64) (int, error) { t, err := s.OpenTotals("refund"); return t.Count, err }},
		{"LastTx", func(uint64) (int, error) { last, err := s.LastTx(); return int(last), err }},
	}
}

// BenchmarkLookUp asks a store with -sales sales, of which every tenth has one
// refund that is paid out and one that is open, each of the questions. With
// -sales 1000000 that leaves 100,000 refunds open.
func BenchmarkLookUp(b *testing.B) {
	s, err := store.Open(grown(b, *sales))
	if err != nil {
		b.Fatal(err)
	}
	n := uint64(*sales)
	addRefunds(b, s, n)
	for _, q := range questions(s) {
		b.Run(q.name, func(b *testing.B) {
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				tx := uint64(i)*7919%n + 1
				start := time.Now()
				rows, err := q.ask(tx)
				took = append(took, time.Since(start))
				if err != nil || rows == 0 {
					b.Fatalf("nothing found for %d: %v", tx, err)
				}
			}
			b.ReportMetric(float64(quantile(took, 0.99).Microseconds()), "us-p99")
		})
	}
	if err := errors.Join(s.Checkpoint(), s.Close()); err != nil {
		b.Error(err)
	}
}
