package devicetest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"testing"

	"till/device/store"
)

// storeLooksUp writes rows of every mixture and compares each look-up with a
// search through all of them.
func storeLooksUp(t *testing.T, open func() (Storage, error)) {
	s := mustOpen(t, open)
	var all []store.Row
	for i := range 200 {
		row := store.Row{
			Tx: uint64(1000 + 3*i), Order: fmt.Sprintf("%c%06d", 'A'+i%2, i/2), At: int64(i),
			Day: 20260101 + i%4, Amount: int64(i % 7), Rail: "lakala",
			State: []string{"paid", "reversed", "refused"}[i%3], Open: i%5 == 0,
			Kind: []string{"sale", "sale", "refund", "sale", "other"}[i/2%5],
		}
		if row.Kind != "sale" {
			row.Of, row.Operator = fmt.Sprintf("A%06d", i%10), fmt.Sprint(i%4)
			row.Rail = "wechatpay"
		}
		if i%3 == 0 {
			row.Reference = fmt.Sprint("R", i%20)
		}
		all = append(all, row)
	}
	mustAppend(t, s, nil, all...)
	find := func(limit int, match func(store.Row) bool) []store.Row { return newest(all, limit, match) }
	same := func(what string, got []store.Row, err error, want []store.Row) {
		t.Helper()
		sameRows(t, what, got, err, want)
	}
	isOpen := find(500, func(r store.Row) bool { return r.Open })
	slices.Reverse(isOpen)
	got, err := s.OpenRows()
	same("OpenRows", got, err, isOpen)
	got, err = s.OpenRowsAfter("", isOpen[3].Tx, 4)
	same("OpenRowsAfter", got, err, isOpen[4:8])
	got, err = s.RowsBefore(0, 7)
	same("RowsBefore 0", got, err, find(7, func(store.Row) bool { return true }))
	got, err = s.RowsBefore(1300, 500)
	same("RowsBefore", got, err, find(500, func(r store.Row) bool { return r.Tx < 1300 }))
	got, err = s.RowsByTail("000042", 10)
	same("RowsByTail", got, err, find(10, func(r store.Row) bool { return r.Order[1:] == "000042" }))
	got, err = s.RowsByReference("R6", 10)
	same("RowsByReference", got, err, find(10, func(r store.Row) bool { return r.Reference == "R6" }))
	got, err = s.RowsByReference("", 10)
	same("RowsByReference of nothing", got, err, nil)
	got, err = s.RowsByDay(20260103, 0, 500)
	same("RowsByDay", got, err, find(500, func(r store.Row) bool { return r.Day == 20260103 }))
	got, err = s.RowsByDay(20260103, 1300, 5)
	same("RowsByDay before", got, err, find(5, func(r store.Row) bool { return r.Day == 20260103 && r.Tx < 1300 }))
	got, err = s.RowsByAmount(3, 20260102, 20260103, 500)
	same("RowsByAmount", got, err, find(500, func(r store.Row) bool {
		return r.Amount == 3 && r.Day >= 20260102 && r.Day <= 20260103
	}))
	for _, row := range all {
		got, found, err := s.RowByOrder(row.Order)
		if err != nil || !found || got != row {
			t.Errorf("order %s: %v, %v, %v", row.Order, got, found, err)
		}
	}
	if last := must(s.LastTx())(t); last != all[len(all)-1].Tx {
		t.Errorf("last transaction %d", last)
	}
	storeLooksUpKinds(t, s, all)
	mustAppend(t, s, []store.Record{{Tx: 9999, Kind: "k"}})
	if last := must(s.LastTx())(t); last != 9999 {
		t.Errorf("last transaction %d, want 9999 of a record without a row", last)
	}
	storeTotals(t, s, all)
}

func storeTotals(t *testing.T, s Storage, all []store.Row) {
	t.Helper()
	for day := 20260101; day <= 20260105; day++ {
		sums := map[store.Total]store.Total{}
		for _, row := range all {
			if row.Day != day || row.Open {
				continue
			}
			name := store.Total{Kind: row.Kind, Rail: row.Rail, State: row.State}
			total := name
			total.Count, total.Sum = sums[name].Count+1, sums[name].Sum+row.Amount
			sums[name] = total
		}
		want := slices.SortedFunc(maps.Values(sums), func(a, b store.Total) int {
			return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Rail, b.Rail), cmp.Compare(a.State, b.State))
		})
		if got := must(s.Totals(day))(t); !slices.Equal(got, want) {
			t.Errorf("totals of %d are %v, want %v", day, got, want)
		}
	}
}

// newest searches rows from the last to the first.
func newest(rows []store.Row, limit int, match func(store.Row) bool) (found []store.Row) {
	for _, row := range slices.Backward(rows) {
		if match(row) && len(found) < limit {
			found = append(found, row)
		}
	}
	return found
}

func sameRows(t *testing.T, what string, got []store.Row, err error, want []store.Row) {
	t.Helper()
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%s: %d rows, want %d; error %v\n got %v\nwant %v", what, len(got), len(want), err, got, want)
	}
}

// storeLooksUpKinds asks every look-up for some kinds only.
func storeLooksUpKinds(t *testing.T, s Storage, all []store.Row) {
	t.Helper()
	for _, kinds := range [][]string{
		nil, {""}, {"sale"}, {"refund"}, {"other", "refund"}, {"refund", "refund"}, {"none"}, {"refund", ""},
	} {
		of := func(match func(store.Row) bool) func(store.Row) bool {
			return func(r store.Row) bool {
				wanted := len(kinds) == 0 || slices.Contains(kinds, "") || slices.Contains(kinds, r.Kind)
				return wanted && match(r)
			}
		}
		isOpen := newest(all, 500, of(func(r store.Row) bool { return r.Open }))
		slices.Reverse(isOpen)
		got, err := s.OpenRows(kinds...)
		sameRows(t, fmt.Sprint("OpenRows ", kinds), got, err, isOpen)
		got, err = s.RowsByTail("000042", 10, kinds...)
		sameRows(t, fmt.Sprint("RowsByTail ", kinds), got, err,
			newest(all, 10, of(func(r store.Row) bool { return r.Order[1:] == "000042" })))
		got, err = s.RowsByReference("R6", 3, kinds...)
		sameRows(t, fmt.Sprint("RowsByReference ", kinds), got, err,
			newest(all, 3, of(func(r store.Row) bool { return r.Reference == "R6" })))
		got, err = s.RowsByDay(20260103, 1500, 7, kinds...)
		sameRows(t, fmt.Sprint("RowsByDay ", kinds), got, err,
			newest(all, 7, of(func(r store.Row) bool { return r.Day == 20260103 && r.Tx < 1500 })))
		got, err = s.RowsByTime(3, 20260103, 22, 150, 7, kinds...)
		sameRows(t, fmt.Sprint("RowsByTime ", kinds), got, err,
			newest(all, 7, of(func(r store.Row) bool {
				return r.Amount == 3 && r.Day == 20260103 && r.At >= 22 && r.At <= 150
			})))
		got, err = s.RowsByAmount(3, 20260102, 20260103, 6, kinds...)
		sameRows(t, fmt.Sprint("RowsByAmount ", kinds), got, err,
			newest(all, 6, of(func(r store.Row) bool {
				return r.Amount == 3 && r.Day >= 20260102 && r.Day <= 20260103
			})))
	}
	storeOpenTotals(t, s, all)
	storeOf(t, s, all)
}

// storeOpenTotals also pages through what is open.
func storeOpenTotals(t *testing.T, s Storage, all []store.Row) {
	t.Helper()
	for _, kind := range []string{"", "sale", "refund", "other", "none"} {
		var want store.OpenTotal
		var rows []store.Row
		for _, row := range all {
			if !row.Open || kind != "" && row.Kind != kind {
				continue
			}
			if want.Count == 0 || row.At < want.Oldest {
				want.Oldest = row.At
			}
			want.Count++
			want.Sum += row.Amount
			rows = append(rows, row)
		}
		if got := must(s.OpenTotals(kind))(t); got != want {
			t.Errorf("open of kind %q: %+v, want %+v", kind, got, want)
		}
		var paged []store.Row
		for after, more := uint64(0), true; more; {
			page := must(s.OpenRowsAfter(kind, after, 3))(t)
			if more = len(page) > 0; more {
				paged, after = append(paged, page...), page[len(page)-1].Tx
			}
		}
		sameRows(t, "OpenRowsAfter page by page of "+kind, paged, nil, rows)
	}
}

// storeOf looks at the rows that belong to a transaction and at their sum.
func storeOf(t *testing.T, s Storage, all []store.Row) {
	t.Helper()
	for _, order := range []string{"A000004", "A000005", "A000099", ""} {
		of := newest(all, 500, func(r store.Row) bool { return order != "" && r.Of == order })
		slices.Reverse(of)
		got, err := s.RowsOf(order)
		sameRows(t, "RowsOf "+order, got, err, of)
		for _, except := range [][]string{nil, {"refused"}, {"refused", "paid"}, {"refused", "paid", "reversed"}} {
			var want int64
			for _, row := range of {
				if !slices.Contains(except, row.State) {
					want += row.Amount
				}
			}
			if got := must(s.SumOf(order, except...))(t); got != want {
				t.Errorf("sum of %s without %v is %d, want %d", order, except, got, want)
			}
		}
	}
}
