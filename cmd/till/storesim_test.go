package main

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"till/device/store"
	"till/sim/storesim"
	"till/txn"
	"till/txn/journal"
	"till/txn/money"
)

// bothStores writes to a store and to its twin, and asks both everything.
type bothStores struct {
	journal.Store // the real one
	real          *store.Store
	twin          *storesim.Store
	t             *testing.T
	asked         map[string]int // by what was asked: answers that were not empty
}

func openBoth(t *testing.T) *bothStores {
	s := memoryStore(t)
	return &bothStores{Store: shelf{s}, real: s, twin: storesim.New(), t: t, asked: map[string]int{}}
}

// Append writes to both, which must take it or refuse it alike.
func (w *bothStores) Append(records []journal.Record, rows []journal.Row, guards []journal.Guard) error {
	w.t.Helper()
	err, sim := w.Store.Append(records, rows, guards), w.twin.Append(records, rows, guards)
	if (err == nil) != (sim == nil) || errors.Is(err, store.ErrGuard) != errors.Is(sim, storesim.ErrGuard) {
		w.t.Fatalf("Append of %d records, rows %+v, guards %+v\nstore: %v\n twin: %v", len(records), rows, guards, err, sim)
	}
	if err != nil && !errors.Is(err, store.ErrGuard) {
		w.t.Fatal(err)
	}
	return err
}

// ask puts one question to both. An error must be one of both; its words are the
// store's own.
func (w *bothStores) ask(name string, args []any, f func(s journal.Store) (any, error)) {
	w.t.Helper()
	want, err := f(w.Store)
	got, simErr := f(w.twin)
	if (err == nil) != (simErr == nil) || err == nil && !reflect.DeepEqual(got, want) {
		w.t.Fatalf("%s%v\nstore: %+v, %v\n twin: %+v, %v", name, args, want, err, got, simErr)
	}
	v := reflect.ValueOf(want)
	if v.IsValid() && !v.IsZero() && (v.Kind() != reflect.Slice || v.Len() > 0) {
		w.asked[name]++
	}
}

// found is an answer of two values.
type found struct{ Value, More any }

// askAll asks every method of journal.Store with random arguments, and looks at
// all records and the chain.
func (w *bothStores) askAll(c *choice) {
	w.t.Helper()
	type S = journal.Store
	tx, day, to, limit, kinds := c.tx(), c.day(), c.day(), c.limit(), c.kinds()
	order, row := c.order(), c.row()
	tail, ref, fen := txn.OrderNo(order).Tail(), row.Reference, row.Amount
	if c.rng.IntN(4) == 0 {
		tail = c.some([]string{"", "1", "000001", "王000001", "AB0001"})
	}
	for name, f := range map[string]func(S) (any, error){
		"Last":            func(s S) (any, error) { seq, at, err := s.Last(); return found{seq, at}, err },
		"LastTx":          func(s S) (any, error) { return s.LastTx() },
		"OfTx":            func(s S) (any, error) { return s.OfTx(tx) },
		"LastOfTx":        func(s S) (any, error) { return s.LastOfTx(tx, limit) },
		"OpenRows":        func(s S) (any, error) { return s.OpenRows(kinds...) },
		"OpenRowsAfter":   func(s S) (any, error) { return s.OpenRowsAfter(c.first(kinds), tx, max(limit, 0)) },
		"RowsBefore":      func(s S) (any, error) { return s.RowsBefore(tx, limit) },
		"RowByOrder":      func(s S) (any, error) { r, ok, err := s.RowByOrder(order); return found{r, ok}, err },
		"RowsOf":          func(s S) (any, error) { return s.RowsOf(c.parent(order, row)) },
		"Totals":          func(s S) (any, error) { return s.Totals(day) },
		"RowsByTail":      func(s S) (any, error) { return s.RowsByTail(tail, limit, kinds...) },
		"RowsByReference": func(s S) (any, error) { return s.RowsByReference(ref, limit, kinds...) },
		"RowsByTime":      func(s S) (any, error) { return s.RowsByTime(fen, day, 0, 1<<62, limit, kinds...) },
		"RowsByAmount":    func(s S) (any, error) { return s.RowsByAmount(fen, day, to, limit, kinds...) },
		"RowsByDay":       func(s S) (any, error) { return s.RowsByDay(day, tx, limit, kinds...) },
	} {
		w.ask(name, []any{tx, day, to, limit, kinds, order, tail, ref, fen}, f)
	}
	seq, hash := w.real.Head()
	if n, sum := w.twin.Head(); n != seq || store.Hash(sum) != hash {
		w.t.Fatalf("head %d %x, the twin's is %d %x", seq, hash, n, sum)
	}
}

// choice chooses arguments that often find something.
type choice struct {
	rng  *rand.Rand
	rows []journal.Row // all that there are, newest first
	last uint64
}

func (w *bothStores) choice(rng *rand.Rand) *choice {
	rows, err := w.RowsBefore(0, -1)
	last, err2 := w.LastTx()
	if err := errors.Join(err, err2); err != nil {
		w.t.Fatal(err)
	}
	return &choice{rng, rows, last}
}

func (c *choice) some(list []string) string { return list[c.rng.IntN(len(list))] }

func (c *choice) tx() uint64 {
	if c.rng.IntN(20) == 0 {
		return []uint64{1 << 62, math.MaxInt64, 1 << 63, math.MaxUint64}[c.rng.IntN(4)]
	}
	return c.rng.Uint64N(min(c.last, 1<<62) + 2)
}

func (c *choice) limit() int { return []int{-1, 0, 1, 2, 3, 20, 5000}[c.rng.IntN(7)] }

func (c *choice) kinds() []string {
	return [][]string{nil, {journal.Sale}, {journal.Refund}, {""}, {journal.Sale, journal.Refund},
		{journal.Refund, journal.Refund}, {"gift"}, {"gift", ""}}[c.rng.IntN(8)]
}

func (c *choice) first(kinds []string) string { return slices.Concat(kinds, []string{""})[0] }

func (c *choice) row() journal.Row {
	if len(c.rows) == 0 {
		return journal.Row{}
	}
	return c.rows[c.rng.IntN(len(c.rows))]
}

func (c *choice) order() txn.OrderNo {
	switch r := c.row(); c.rng.IntN(8) {
	case 0:
		return r.Of
	case 1:
		return r.Order + "0"
	case 2:
		return ""
	default:
		return r.Order
	}
}

func (c *choice) parent(order txn.OrderNo, r journal.Row) txn.OrderNo {
	if r.Of != "" {
		return r.Of
	}
	return order
}

func (c *choice) day() int { return c.row().Day + []int{0, 0, 0, -1, 1, 5}[c.rng.IntN(6)] }

// mustHaveAskedAll sees that every method was asked and that it found something.
func (w *bothStores) mustHaveAskedAll(more ...string) {
	w.t.Helper()
	for m := range reflect.TypeFor[journal.Store]().Methods() {
		if m.Name != "Append" {
			more = append(more, m.Name)
		}
	}
	for _, name := range more {
		if w.asked[name] == 0 {
			w.t.Errorf("%s found nothing, or was not asked", name)
		}
	}
}

// TestTheTwinOfTheStoreAnswersAsTheStoreDoes fills both with nonsense in which
// numbers, orders and days collide, and asks after every commit.
func TestTheTwinOfTheStoreAnswersAsTheStoreDoes(t *testing.T) {
	w := openBoth(t)
	for seed := range uint64(6) {
		rng, asked, tt := rand.New(rand.NewPCG(seed, 8)), w.asked, t
		if w = openBoth(tt); seed > 0 {
			w.asked = asked
		}
		extreme := []int64{-7, math.MaxInt64}[seed%2] // both in one day have no agreed sum
		refused := 0
		for range 120 {
			recs, rows, guards := nonsense(rng, extreme)
			if err := w.Append(recs, rows, guards); err != nil {
				refused++
			}
			c := w.choice(rng)
			for range 3 {
				w.askAll(c)
			}
		}
		if refused == 0 {
			t.Error("no guard refused anything")
		}
	}
	w.mustHaveAskedAll()
}

// nonsense is what no terminal appends.
func nonsense(rng *rand.Rand, extreme int64) (recs []journal.Record, rows []journal.Row, guards []journal.Guard) {
	some := func(list ...string) string { return list[rng.IntN(len(list))] }
	for range rng.IntN(4) {
		recs = append(recs, journal.Record{
			Tx: rng.Uint64N(60), At: txn.Wall(rng.Int64N(99) - 9), Kind: some("a", "käse 奶酪", "c/1"),
			Body: []byte(some("x", "{}", "\x00\xff", "a body of some length")),
		})
	}
	for range rng.IntN(4) {
		r := journal.Row{
			Tx: 1 + rng.Uint64N(40), Kind: some("", journal.Sale, journal.Refund, journal.Refund, "gift"),
			Order: txn.OrderNo(some("", "1", "AB0001", "CCAB0001", "DD000001", "0123王000001", "奶酪奶酪奶酪奶酪")),
			Of:    txn.OrderNo(some("", "", "DD000001", "S")), At: txn.Wall(rng.Int64N(99)), Day: 20261129 + rng.IntN(4),
			Amount: rng.Int64N(5), Rail: txn.RailName(some("alipay", "wechatpay", "")), State: some("paid", "asking", "failed", ""),
			Reference: txn.Reference(some("", "", "R1", "R2")), Operator: some("", "王"), Open: rng.IntN(3) == 0,
		}
		switch rng.IntN(60) {
		case 0:
			r.Amount = extreme
		case 1:
			r.Tx = 1<<63 + rng.Uint64N(2)
		case 2:
			r.Tx = math.MaxInt64
		}
		rows = append(rows, r)
	}
	if rng.IntN(3) == 0 {
		for range 1 + rng.IntN(2) {
			guards = append(guards, journal.Guard{Of: txn.OrderNo(some("S", "DD000001", "none")), Max: rng.Int64N(40),
				Except: [][]string{nil, {"failed"}, {"failed", "paid", "asking"}}[rng.IntN(3)]})
		}
	}
	return recs, rows, guards
}

// TestAJournalReadsTheSameInTheTwin lives through days of a shop on both, and asks
// everything that package journal asks of a store.
func TestAJournalReadsTheSameInTheTwin(t *testing.T) {
	const zone = 8 * time.Hour
	w := openBoth(t)
	rng := rand.New(rand.NewPCG(4, 8))
	h := &keptStory{t: t, keep: journal.Keeper{Store: w, Zone: zone}, at: 1795328880000, back: map[txn.OrderNo]bool{}}
	h.add(txn.Opened{At: h.at, Install: "0123456789AB"})
	verified := uint64(1)
	for i := range 160 {
		h.sale(rng)
		if rng.IntN(2) == 0 {
			h.refund(rng)
		}
		h.people(rng)
		h.foreign(rng)
		h.late(rng)
		h.tooMuch(w)
		c := w.choice(rng)
		w.askAll(c)
		w.askJournal(c, h.at, zone, i%8 == 0)
		var err error
		if verified, err = w.twin.VerifyFrom(verified, zone); err != nil {
			t.Fatal(err)
		}
		if i%40 == 39 {
			w.twin = []func() *storesim.Store{w.twin.Restart, w.twin.Kill}[i/40%2]()
		}
	}
	if err := errors.Join(w.twin.Verify(zone), w.real.VerifyAll()); err != nil {
		t.Error(err)
	}
	w.mustHaveAskedAll("Reload", "Fold", "LookUp order", "LookUp tail", "LookUp reference", "LookUp amount",
		"LookUp recent", "LookUp all", "Recall", "DayReport", "RefundsOf", "Whole")
}

// askJournal asks what package journal makes of a store's answers.
func (w *bothStores) askJournal(c *choice, now txn.Wall, zone time.Duration, start bool) {
	w.t.Helper()
	type S = journal.Store
	if start {
		w.ask("Reload", nil, func(s S) (any, error) { l, n, err := journal.Reload(s, zone); return found{l, n}, err })
	}
	row, order, tx, day := c.row(), c.order(), c.tx(), c.day()
	w.ask("Fold", []any{tx}, func(s S) (any, error) { return journal.Fold(s, tx) })
	w.ask("Recall", []any{tx}, func(s S) (any, error) {
		limit := 1 + int(tx%9)
		refunds, more, err := journal.Recall(s, tx/2, limit)
		return found{refunds, more}, err
	})
	w.ask("DayReport", []any{day}, func(s S) (any, error) { return journal.DayReport(s, day) })
	parent := c.parent(order, row)
	w.ask("RefundsOf", []any{parent}, func(s S) (any, error) { return journal.RefundsOf(s, parent) })
	if row.Kind == journal.Refund {
		l, err := journal.Fold(w.Store, row.Tx)
		if err != nil || len(l.Refunds) != 1 {
			w.t.Fatalf("%+v: %v", row, err)
		}
		r := txn.Receipt{Kind: txn.SlipRefund, Order: row.Of, Refund: l.Refunds[0], Left: money.Fen(999_999)}
		w.ask("Whole", []any{row.Of}, func(s S) (any, error) { return journal.Whole(s, r) })
	}
	for name, l := range map[string]txn.LookUp{
		"LookUp order": {Order: order}, "LookUp tail": {Tail: order.Tail()}, "LookUp reference": {Reference: row.Reference},
		"LookUp amount": {Amount: money.Fen(max(row.Amount, 1))}, "LookUp recent": {Recent: true},
		"LookUp all": {Order: order + "0", Tail: order.Tail(), Reference: row.Reference, Amount: money.Fen(max(row.Amount, 1)),
			Recent: true},
	} {
		w.ask(name, []any{l}, func(s S) (any, error) { return journal.LookUp(s, l, now, zone) })
	}
	for _, kind := range []string{"", journal.Sale, journal.Refund} {
		want, err := w.real.OpenTotals(kind)
		got, simErr := w.twin.OpenTotals(kind)
		if err := errors.Join(err, simErr); err != nil {
			w.t.Fatal(err)
		}
		if got != (storesim.OpenTotal{Count: want.Count, Sum: want.Sum, Oldest: txn.Wall(want.Oldest)}) {
			w.t.Fatalf("OpenTotals(%q) = %+v, the twin's are %+v", kind, want, got)
		}
	}
}

// people open and close shifts, mistype their PIN and close days.
func (h *keptStory) people(rng *rand.Rand) {
	at := h.at + 30
	switch rng.IntN(12) {
	case 0:
		h.add(txn.SignedIn{At: at, Number: "王"})
		if !slices.ContainsFunc(h.full.Shifts, func(s txn.Shift) bool { return s.Number == "王" }) {
			h.add(txn.ShiftOpened{At: at, Number: "王"})
		}
	case 1:
		for _, s := range h.full.Shifts {
			h.add(txn.ShiftClosed{At: at, Shift: s})
		}
	case 2:
		h.add(txn.PINRefused{At: at, Number: "王"}, txn.PINTaken{At: at, Number: "90", For: "refund"})
	case 3:
		h.add(txn.DayClosed{At: at, Day: at.Day(8 * time.Hour), By: "王"})
	}
}

// foreign gives money back for a sale of another terminal.
func (h *keptStory) foreign(rng *rand.Rand) {
	if rng.IntN(6) > 0 {
		return
	}
	at, no := h.at+40, txn.NewRefundNo("0123456789AB", h.full.Last+1)
	h.add(txn.RefundBegun{At: at, Day: at.Day(8 * time.Hour), Refund: no, Key: no, Rail: txn.Alipay, Wallet: txn.Alipay,
		Order: txn.NewOrderNo("BBBBBBBBBBBB", rng.Uint64N(9)+1), Amount: money.Fen(3), Total: money.Fen(9_999),
		SaleAt: at - 99, SaleDay: at.Day(8 * time.Hour), Sale: "2026", By: "王"})
}

// late is what comes for a refund that was open for long.
func (h *keptStory) late(rng *rand.Rand) {
	i := slices.IndexFunc(h.full.Refunds, func(r txn.Refund) bool { return !r.Phase.Final() })
	if i < 0 || rng.IntN(2) == 0 {
		return
	}
	no, at := h.full.Refunds[i].No, h.at+50
	switch rng.IntN(5) {
	case 0:
		h.add(txn.RefundSent{At: at, Refund: no},
			txn.RefundPaid{At: at, Day: at.Day(8 * time.Hour), Refund: no, Reference: "5000"})
	case 1:
		h.add(txn.RefundFailed{At: at, Refund: no, Cause: txn.CauseWindowOver})
	case 2:
		h.add(txn.RefundStranded{At: at, Refund: no}, txn.RefundRepaired{At: at, Refund: no})
	case 3:
		h.add(txn.RefundHanded{At: at, Refund: no, Seal: "0badc0de"})
	default:
		h.add(txn.RefundDropped{At: at, Refund: no})
	}
}

// tooMuch begins a refund of more than is left, which neither store may take.
func (h *keptStory) tooMuch(w *bothStores) {
	i := slices.IndexFunc(h.full.Refunds, func(r txn.Refund) bool { return r.Phase.Counts() })
	if i < 0 {
		return
	}
	r := h.full.Refunds[i]
	no := txn.NewRefundNo("0123456789AB", h.full.Last+1)
	e := txn.RefundBegun{At: h.at, Day: h.at.Day(8 * time.Hour), Refund: no, Key: no, Order: r.Order, Rail: r.Rail,
		Amount: r.Total, Total: r.Total, SaleAt: r.SaleAt, SaleDay: r.SaleDay}
	if err := h.keep.Append(h.full, txn.Apply(h.full, e), []txn.Entry{e}); !errors.Is(err, store.ErrGuard) {
		w.t.Fatalf("a refund of %v, with %v given back before: %v", r.Total, r.Amount, err)
	}
}

// TestTheTwinWritesTheSameRecords, one by one, with their numbers.
func TestTheTwinWritesTheSameRecords(t *testing.T) {
	w := openBoth(t)
	rng := rand.New(rand.NewPCG(5, 8))
	for range 100 {
		recs, rows, _ := nonsense(rng, 1)
		if err := w.Append(recs, rows, nil); err != nil {
			t.Fatal(err)
		}
	}
	var want []string
	for r, err := range w.real.Records(7) {
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, fmt.Sprint(asJournal(r)))
	}
	var got []string
	for r := range w.twin.Records(7) {
		got = append(got, fmt.Sprint(r))
	}
	if !slices.Equal(got, want) || len(got) < 90 {
		t.Errorf("%d records, the twin has %d", len(want), len(got))
	}
}
