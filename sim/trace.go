package sim

import (
	"reflect"

	"till/txn"
	"till/txn/journal"
	"till/txn/terminal"
)

// trace sums up everything that a world's terminals heard, decided and did. Keys,
// signatures and pixels are not in it (decisions.md 16).
type trace struct {
	sum uint64
	n   int
}

func (t *trace) add(x uint64) { t.sum = hash(t.sum, x) }

// step adds one event of a terminal.
func (t *trace) step(shop int, s terminal.Step, view txn.View) {
	t.n++
	t.add(uint64(s.At))
	t.add(hashText(kindOf(s.Event)) ^ uint64(shop)<<32 ^ uint64(view)<<40)
	t.add(uint64(len(s.Effects)))
	for _, e := range s.Effects {
		t.add(hashText(kindOf(e)))
	}
}

// stored adds what was made durable.
func (t *trace) stored(records []journal.Record) {
	for _, r := range records {
		t.add(hashText(r.Kind))
		t.add(hashText(r.Body))
	}
}

// kindOf is the type of an event or effect, without its package.
func kindOf(v any) string { return reflect.TypeOf(v).Name() }
