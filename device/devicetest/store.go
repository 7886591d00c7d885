package devicetest

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"testing"

	"till/device"
	"till/device/store"
)

// Storage is what device/store can do, and whatever takes its place.
type Storage interface {
	Head() (seq uint64, hash store.Hash)
	Append([]store.Record, []store.Row, ...store.Guard) error
	OfTx(tx uint64) ([]store.Record, error)
	Records(from uint64) iter.Seq2[store.Record, error]
	Row(tx uint64) (store.Row, bool, error)
	OpenRows(kinds ...string) ([]store.Row, error)
	OpenRowsAfter(kind string, tx uint64, limit int) ([]store.Row, error)
	OpenTotals(kind string) (store.OpenTotal, error)
	RowsOf(order string) ([]store.Row, error)
	SumOf(order string, except ...string) (int64, error)
	RowByOrder(order string) (store.Row, bool, error)
	RowsByTail(tail string, limit int, kinds ...string) ([]store.Row, error)
	RowsByReference(reference string, limit int, kinds ...string) ([]store.Row, error)
	RowsBefore(tx uint64, limit int) ([]store.Row, error)
	RowsByDay(day int, before uint64, limit int, kinds ...string) ([]store.Row, error)
	RowsByTime(amount int64, day int, from, to int64, limit int, kinds ...string) ([]store.Row, error)
	RowsByAmount(amount int64, from, to, limit int, kinds ...string) ([]store.Row, error)
	Totals(day int) ([]store.Total, error)
	LastTx() (uint64, error)
	Verify(from uint64, limit int) (next uint64, err error)
	Checkpoint() error
	Full() bool
	Stats() (store.Stats, error)
	Close() error
}

var _ Storage = (*store.Store)(nil)

// TestStore runs the promises of a store. place makes an empty home and
// returns the function that opens the store there, as often as it is called.
func TestStore(t *testing.T, place func(t *testing.T) (open func() (Storage, error))) {
	for _, c := range []struct {
		name string
		test func(*testing.T, func() (Storage, error))
	}{
		{"a new store is empty", storeEmpty},
		{"what was appended is there and after opening again", storeKeeps},
		{"every record is chained to the one before", storeChains},
		{"an empty append changes nothing", storeNothing},
		{"a wrong number panics and writes nothing", storeWrongNumber},
		{"a record beyond the limits panics and one at them does not", storeLimits},
		{"bytes of every value and length come back", storeBytes},
		{"a walk sees what is appended meanwhile", storeWalks},
		{"a row is replaced as a whole", storeReplaces},
		{"look-ups find what a plain search finds", storeLooksUp},
		{"a guard that does not hold leaves nothing behind", storeGuards},
		{"verification goes piece by piece", storeVerifies},
		{"a second opener is refused while the first has it", storeLocks},
		{"a closed store refuses use and closes again", storeCloses},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, place(t)) })
	}
}

// mustOpen opens a store and closes it at the end unless the test did.
func mustOpen(t *testing.T, open func() (Storage, error)) Storage {
	t.Helper()
	s, err := open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func mustAppend(t *testing.T, s Storage, recs []store.Record, rows ...store.Row) {
	t.Helper()
	if err := s.Append(recs, rows); err != nil {
		t.Fatal(err)
	}
}

func walk(t *testing.T, s Storage, from uint64) []store.Record {
	t.Helper()
	var recs []store.Record
	for r, err := range s.Records(from) {
		recs = append(recs, must(r, err)(t))
	}
	return recs
}

func storeEmpty(t *testing.T, open func() (Storage, error)) {
	s := mustOpen(t, open)
	if seq, hash := s.Head(); seq != 0 || hash != (store.Hash{}) {
		t.Errorf("head %d %v, want none", seq, hash)
	}
	if last := must(s.LastTx())(t); last != 0 {
		t.Errorf("last transaction %d", last)
	}
	if recs := walk(t, s, 1); len(recs) != 0 {
		t.Errorf("%d records", len(recs))
	}
	if _, found, err := s.Row(1); found || err != nil {
		t.Errorf("Row = %v, %v", found, err)
	}
	if totals := must(s.Totals(20260101))(t); len(totals) != 0 {
		t.Errorf("totals %v", totals)
	}
	if next := must(s.Verify(1, 10))(t); next != 0 {
		t.Errorf("verification goes on at %d", next)
	}
	if s.Full() {
		t.Error("full")
	}
}

func storeKeeps(t *testing.T, open func() (Storage, error)) {
	s := mustOpen(t, open)
	recs := []store.Record{
		{Tx: 7, At: 1_760_000_000_000, Kind: "begun", Body: []byte("one")},
		{Tx: 0, At: -5, Kind: "clock set", Body: nil},
		{Seq: 3, Tx: 7, Kind: "paid", Body: []byte{0}},
	}
	mustAppend(t, s, recs[:2], store.Row{Tx: 7, Order: "AB000007", Open: true})
	mustAppend(t, s, recs[2:])
	for range 2 {
		got := walk(t, s, 1)
		for i := range got {
			if len(got[i].Body) == 0 {
				got[i].Body = nil
			}
		}
		if !reflect.DeepEqual(got, recs) {
			t.Errorf("records %v, want %v", got, recs)
		}
		if seq, hash := s.Head(); seq != 3 || hash != recs[2].Hash {
			t.Errorf("head %d %v", seq, hash)
		}
		if of := must(s.OfTx(7))(t); len(of) != 2 || of[0].Seq != 1 || of[1].Seq != 3 {
			t.Errorf("transaction 7 has %v", of)
		}
		if row, found, err := s.Row(7); !found || err != nil || row.Order != "AB000007" ||
			row.Kind != store.DefaultKind {
			t.Errorf("row %v, %v, %v", row, found, err)
		}
		if st := must(s.Stats())(t); st.Records != 3 || st.DB == 0 || st.Free == 0 {
			t.Errorf("stats %+v", st)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = mustOpen(t, open)
	}
}

func storeChains(t *testing.T, open func() (Storage, error)) {
	s := mustOpen(t, open)
	for i := range 5 {
		mustAppend(t, s, []store.Record{
			{Tx: uint64(i), Kind: "a"},
			{Tx: uint64(i), At: 9, Kind: "b", Body: []byte("x")},
		})
	}
	var prev store.Hash
	for i, r := range walk(t, s, 1) {
		if r.Seq != uint64(i+1) {
			t.Errorf("record %d at place %d", r.Seq, i+1)
		}
		if want := store.Chain(prev, r); r.Hash != want {
			t.Errorf("record %d has hash %v, want %v", r.Seq, r.Hash, want)
		}
		prev = r.Hash
	}
}

func storeNothing(t *testing.T, open func() (Storage, error)) {
	s := mustOpen(t, open)
	mustAppend(t, s, []store.Record{{Kind: "a"}})
	mustAppend(t, s, nil)
	if seq, _ := s.Head(); seq != 1 {
		t.Errorf("head %d", seq)
	}
}

func storeWrongNumber(t *testing.T, open func() (Storage, error)) {
	s := mustOpen(t, open)
	mustAppend(t, s, []store.Record{{Kind: "a"}})
	for _, seq := range []uint64{1, 3} {
		wantPanic(t, fmt.Sprint("record ", seq), func() {
			mustAppend(t, s, []store.Record{{Seq: seq, Kind: "b"}})
		})
	}
	mustAppend(t, s, []store.Record{{Seq: 2, Kind: "b"}})
	if got := walk(t, s, 1); len(got) != 2 {
		t.Errorf("%d records, want 2", len(got))
	}
}

func storeLimits(t *testing.T, open func() (Storage, error)) {
	s := mustOpen(t, open)
	kind, body := string(bytes.Repeat([]byte("k"), 64)), make([]byte, 1<<20)
	mustAppend(t, s, []store.Record{{Kind: kind, Body: body, Tx: 1<<63 - 1}})
	for name, r := range map[string]store.Record{
		"a kind of 65 bytes":       {Kind: kind + "k"},
		"no kind":                  {Body: body},
		"a body of 1 MiB + 1":      {Kind: "k", Body: append(body, 0)},
		"transaction number 2^63":  {Kind: "k", Tx: 1 << 63},
		"transaction number 2^64-": {Kind: "k", Tx: 1<<64 - 1},
	} {
		wantPanic(t, name, func() { mustAppend(t, s, []store.Record{r}) })
	}
	if got := walk(t, s, 1); len(got) != 1 || len(got[0].Body) != 1<<20 {
		t.Errorf("%d records", len(got))
	}
}

func wantPanic(t *testing.T, what string, f func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s: no panic", what)
		}
	}()
	f()
}

func storeBytes(t *testing.T, open func() (Storage, error)) {
	s := mustOpen(t, open)
	for _, n := range []int{0, 1, 255, 4095, 4096, 5000, 70_000} {
		body := bytes.Repeat(everyByte(), n/256+1)[:n]
		mustAppend(t, s, []store.Record{{Tx: uint64(n + 1), Kind: "käse 奶酪", Body: body}})
		of := must(s.OfTx(uint64(n + 1)))(t)
		if len(of) != 1 || !bytes.Equal(of[0].Body, body) || of[0].Kind != "käse 奶酪" {
			t.Errorf("body of %d bytes does not come back", n)
		}
	}
}

func storeWalks(t *testing.T, open func() (Storage, error)) {
	s := mustOpen(t, open)
	many := make([]store.Record, 1000)
	for i := range many {
		many[i] = store.Record{Tx: uint64(i), Kind: "k"}
	}
	mustAppend(t, s, many)
	n := uint64(400)
	for r, err := range s.Records(n) {
		if r := must(r, err)(t); r.Seq != n {
			t.Fatalf("record %d, want %d", r.Seq, n)
		}
		if n++; n == 500 {
			mustAppend(t, s, []store.Record{{Kind: "late"}})
		}
	}
	if n != 1002 {
		t.Errorf("the walk ended before %d, want 1002", n)
	}
	for _, err := range s.Records(1) {
		if err != nil {
			t.Error(err)
		}
		break // a walk may be left at any time
	}
}

func storeReplaces(t *testing.T, open func() (Storage, error)) {
	s := mustOpen(t, open)
	row := store.Row{
		Tx: 3, Order: "AB000003", At: 1, Day: 20260101, Amount: 100,
		Rail: "a", State: "asking", Open: true, Kind: store.DefaultKind,
	}
	steps := []func(){
		func() { row.State = "reversing" },
		func() { row.State, row.Open, row.Reference = "paid", false, "R1" },
		func() { row.Reference = "R2" },
		func() { row.Amount, row.Day = 90, 20260102 },
		func() { row.Order, row.At, row.Rail = "CD000004", 2, "b" },
		func() { row.Open, row.Reference = true, "" },
		func() { row.State = "reversing" },
		func() { row.Kind, row.Of, row.Operator = "refund", "AB000001", "07" },
		func() { row.State = "written off" },
		func() { row.Open = false },
		func() { row.Of, row.Open = "", true },
		func() {}, // the same again
	}
	mustAppend(t, s, nil, row)
	for i, step := range steps {
		old := row
		step()
		mustAppend(t, s, nil, row)
		got, found, err := s.Row(3)
		if !found || err != nil || got != row {
			t.Errorf("step %d: row %v, want %v (%v)", i, got, row, err)
		}
		if open := must(s.OpenRows())(t); (len(open) == 1) != row.Open {
			t.Errorf("step %d: open %v", i, open)
		}
		if of := must(s.RowsOf("AB000001"))(t); (len(of) == 1) != (row.Of != "") {
			t.Errorf("step %d: belonging to another: %v", i, of)
		}
		if _, found, err := s.RowByOrder(old.Order); err != nil || found != (old.Order == row.Order) {
			t.Errorf("step %d: the old order number is found: %v, %v", i, found, err)
		}
	}
	if totals := must(s.Totals(20260102))(t); len(totals) != 0 {
		t.Errorf("an open row is in the totals: %v", totals)
	}
}

func storeVerifies(t *testing.T, open func() (Storage, error)) {
	s := mustOpen(t, open)
	recs := make([]store.Record, 1030)
	for i := range recs {
		recs[i].Kind = "k"
	}
	mustAppend(t, s, recs)
	var at []uint64
	for next := uint64(1); next != 0; {
		at = append(at, next)
		next = must(s.Verify(next, 500))(t)
	}
	if !slices.Equal(at, []uint64{1, 501, 1001}) {
		t.Errorf("verified in pieces from %v", at)
	}
	if _, err := s.Verify(5000, 10); err == nil {
		t.Error("verification beyond the end found nothing wrong")
	}
}

func storeLocks(t *testing.T, open func() (Storage, error)) {
	s := mustOpen(t, open)
	second, err := open()
	if err == nil {
		t.Error("a second opener was let in:", second.Close())
	}
	if f, ok := errors.AsType[*device.Fault](err); !ok || f.Code != device.JournalLocked {
		t.Errorf("error %v, want %s", err, device.JournalLocked)
	}
	mustAppend(t, s, []store.Record{{Kind: "k"}})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if seq, _ := mustOpen(t, open).Head(); seq != 1 {
		t.Errorf("head %d", seq)
	}
}

func storeCloses(t *testing.T, open func() (Storage, error)) {
	s := mustOpen(t, open)
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Append([]store.Record{{Kind: "k"}}, nil); !errors.Is(err, store.ErrClosed) {
		t.Errorf("Append = %v", err)
	}
	if _, err := s.RowsBefore(0, 1); !errors.Is(err, store.ErrClosed) {
		t.Errorf("RowsBefore = %v", err)
	}
	for _, err := range s.Records(1) {
		if !errors.Is(err, store.ErrClosed) {
			t.Errorf("Records = %v", err)
		}
	}
}
