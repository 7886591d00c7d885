package storesim_test

import (
	"testing"

	"till/sim/storesim"
	"till/txn"
	"till/txn/journal"
)

// BenchmarkAppend is a commit of two records of 200 bytes: six make a sale, whose
// row is written with the first and the last. The store is given up after as many
// sales as a seed has.
func BenchmarkAppend(b *testing.B) {
	b.ReportAllocs()
	const commitsASale, salesASeed = 6, 2000
	body := make([]byte, 200)
	var s *storesim.Store
	var order txn.OrderNo
	for i := 0; b.Loop(); i++ {
		if i%(commitsASale*salesASeed) == 0 {
			s = storesim.New()
		}
		step, tx := i%commitsASale, uint64(i/commitsASale%salesASeed)+1
		at := txn.Wall(i) * 1000
		recs := []journal.Record{
			{Tx: tx, At: at, Kind: "begun/2", Body: body},
			{Tx: tx, At: at, Kind: "receipt-due/1", Body: body},
		}
		var rows []journal.Row
		if step == 0 {
			order = txn.NewOrderNo("0123456789AB", tx)
		}
		if step == 0 || step == commitsASale-1 {
			rows = []journal.Row{{Tx: tx, Kind: journal.Sale, Order: order, At: at, Day: 20261122 + int(tx/500), Amount: 100,
				Rail: txn.WeChatPay, State: "asking", Open: step == 0}}
		}
		if err := s.Append(recs, rows, nil); err != nil {
			b.Fatal(err)
		}
	}
}
