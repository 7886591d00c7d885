package storesim

import (
	"cmp"
	"slices"

	"till/txn"
	"till/txn/journal"
)

// index is the records and the rows, and the ways to them. Lists of rows are by
// transaction number; they hold the same rows, which are replaced in place.
type index struct {
	entries []entry
	newest  map[uint64]int32 // by transaction: the place of its newest record, plus 1
	highest uint64           // transaction with a record

	rows    []*journal.Row
	byOrder map[txn.OrderNo][]*journal.Row
	of      map[txn.OrderNo][]*journal.Row // refunds by their sale
	days    []group[int]
	open    []group[string] // by kind
}

// group is the rows with something in common. One without rows may be left.
type group[K cmp.Ordered] struct {
	key  K
	rows []*journal.Row
}

func newIndex() index {
	return index{
		newest:  map[uint64]int32{},
		byOrder: map[txn.OrderNo][]*journal.Row{},
		of:      map[txn.OrderNo][]*journal.Row{},
	}
}

// add puts a record at the end.
func (x *index) add(e entry) {
	e.prev = x.newest[e.Tx] - 1
	x.entries = append(x.entries, e)
	x.newest[e.Tx] = int32(len(x.entries))
	x.highest = max(x.highest, e.Tx)
}

// put puts a row into all lists where it belongs, in the place of the one that
// there was.
func (x *index) put(r journal.Row) {
	at, found := find(x.rows, r.Tx)
	if !found {
		p := &r
		x.rows = slices.Insert(x.rows, at, p)
		x.byOrder[r.Order] = insert(x.byOrder[r.Order], p)
		if r.Of != "" {
			x.of[r.Of] = insert(x.of[r.Of], p)
		}
		x.days = enter(x.days, r.Day, p)
		if r.Open {
			x.open = enter(x.open, r.Kind, p)
		}
		return
	}
	p := x.rows[at]
	was := *p
	*p = r
	if was.Order != r.Order {
		x.byOrder[was.Order] = remove(x.byOrder[was.Order], r.Tx)
		x.byOrder[r.Order] = insert(x.byOrder[r.Order], p)
	}
	if was.Of != r.Of {
		x.of[was.Of] = remove(x.of[was.Of], r.Tx)
		if r.Of != "" {
			x.of[r.Of] = insert(x.of[r.Of], p)
		}
	}
	if was.Day != r.Day {
		leave(x.days, was.Day, r.Tx)
		x.days = enter(x.days, r.Day, p)
	}
	if was.Open && (!r.Open || was.Kind != r.Kind) {
		leave(x.open, was.Kind, r.Tx)
	}
	if r.Open && (!was.Open || was.Kind != r.Kind) {
		x.open = enter(x.open, r.Kind, p)
	}
}

// find returns where a transaction is in a list, or would be. Numbers are compared
// as SQLite does, with a sign.
func find(list []*journal.Row, tx uint64) (int, bool) {
	if n := len(list); n == 0 || int64(list[n-1].Tx) < int64(tx) {
		return n, false // the newest, as nearly always
	}
	return slices.BinarySearchFunc(list, tx, func(r *journal.Row, tx uint64) int {
		return cmp.Compare(int64(r.Tx), int64(tx))
	})
}

func insert(list []*journal.Row, r *journal.Row) []*journal.Row {
	at, _ := find(list, r.Tx)
	return slices.Insert(list, at, r)
}

func remove(list []*journal.Row, tx uint64) []*journal.Row {
	if at, found := find(list, tx); found {
		return slices.Delete(list, at, at+1)
	}
	return list
}

func groupOf[K cmp.Ordered](groups []group[K], key K) (int, bool) {
	return slices.BinarySearchFunc(groups, key, func(g group[K], key K) int { return cmp.Compare(g.key, key) })
}

func enter[K cmp.Ordered](groups []group[K], key K, r *journal.Row) []group[K] {
	at, found := groupOf(groups, key)
	if !found {
		groups = slices.Insert(groups, at, group[K]{key: key})
	}
	groups[at].rows = insert(groups[at].rows, r)
	return groups
}

func leave[K cmp.Ordered](groups []group[K], key K, tx uint64) {
	if at, found := groupOf(groups, key); found {
		groups[at].rows = remove(groups[at].rows, tx)
	}
}
