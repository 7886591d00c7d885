package journal_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"till/sim/storesim"
	"till/txn"
	"till/txn/journal"
	"till/txn/money"
)

const (
	zone    = 8 * time.Hour
	install = txn.Install("0123456789AB")
	// opening is 2026-11-22 14:28:00 in Shanghai.
	opening = txn.Wall(1795328880000)
	today   = 20261122
	minute  = txn.Wall(60_000)
	day     = 24 * 60 * minute
)

// shop keeps a journal of what it is told, a minute apart.
type shop struct {
	t      *testing.T
	store  *storesim.Store
	ledger txn.Ledger
	at     txn.Wall
}

func open(t *testing.T) *shop {
	h := &shop{t: t, store: storesim.New(), at: opening}
	h.keep(txn.Opened{At: h.at, Install: install})
	h.keep(txn.SignedIn{At: h.at, Number: "07"}, txn.ShiftOpened{At: h.at, Number: "07"})
	return h
}

func (h *shop) append(entries ...txn.Entry) error {
	after := h.ledger
	for _, e := range entries {
		after = txn.Apply(after, e)
	}
	err := journal.Keeper{Store: h.store, Zone: zone}.Append(h.ledger, after, entries)
	if err == nil {
		h.ledger = after
	}
	return err
}

func (h *shop) keep(entries ...txn.Entry) {
	h.t.Helper()
	if err := h.append(entries...); err != nil {
		h.t.Fatal(err)
	}
}

func (h *shop) day() int { return h.at.Day(zone) }

// begin begins a sale; what becomes of it is the caller's.
func (h *shop) begin(rail txn.RailName, fen int64) txn.OrderNo {
	h.t.Helper()
	h.at += minute
	o := txn.NewOrderNo(install, h.ledger.Last+1)
	h.keep(txn.Begun{At: h.at, Order: o, Rail: rail, Amount: money.Fen(fen), Terminal: "T-0317", Operator: "07"})
	return o
}

// sell sells, and prints.
func (h *shop) sell(rail txn.RailName, fen int64) txn.OrderNo {
	h.t.Helper()
	o := h.unprinted(rail, fen)
	h.keep(txn.ReceiptSending{At: h.at, Order: o, Attempt: 1})
	h.keep(txn.ReceiptPrinted{At: h.at, Order: o, Attempt: 1, Proof: "A"})
	return o
}

// unprinted sells, and the receipt is still due.
func (h *shop) unprinted(rail txn.RailName, fen int64) txn.OrderNo {
	h.t.Helper()
	o := h.begin(rail, fen)
	h.keep(txn.Paid{At: h.at + 1, Day: h.day(), Order: o, Reference: txn.Reference("42" + o.Tail())}, txn.ReceiptDue{At: h.at + 1, Order: o})
	return o
}

// takeBack begins a sale and reverses it.
func (h *shop) takeBack(rail txn.RailName, fen int64) txn.OrderNo {
	h.t.Helper()
	o := h.begin(rail, fen)
	h.keep(txn.ReversalDue{At: h.at + 1, Order: o, Cause: txn.CauseNoAnswer})
	h.keep(txn.Reversed{At: h.at + 2, Order: o, Cause: txn.CauseConfirmed})
	return o
}

// refund promises a refund of a sale; what becomes of it is the caller's.
func (h *shop) refund(of txn.OrderNo, fen, total int64) txn.RefundNo {
	h.t.Helper()
	no, err := h.tryRefund(of, fen, total)
	if err != nil {
		h.t.Fatal(err)
	}
	return no
}

func (h *shop) tryRefund(of txn.OrderNo, fen, total int64) (txn.RefundNo, error) {
	h.at += minute
	n := txn.NewRefundNo(install, h.ledger.Last+1)
	return n, h.append(txn.RefundBegun{At: h.at, Day: h.day(), Refund: n, Key: n, Order: of, Rail: txn.WeChatPay, Wallet: txn.WeChatPay,
		Amount: money.Fen(fen), Total: money.Fen(total), SaleAt: opening, SaleDay: today, Sale: "4200", By: "07", Terminal: "T-0317"})
}

func (h *shop) paidBack(n txn.RefundNo) {
	h.t.Helper()
	h.keep(txn.RefundSent{At: h.at, Refund: n})
	h.keep(txn.RefundPaid{At: h.at + 1, Day: h.day(), Refund: n, Reference: "50001"})
}

func (h *shop) reload() txn.Ledger {
	h.t.Helper()
	l, n, err := journal.Reload(h.store, zone)
	if err != nil {
		h.t.Fatal(err)
	}
	if seq, _, _ := h.store.Last(); n != seq {
		h.t.Errorf("%d records are told of, and there are %d", n, seq)
	}
	return l
}

// agrees compares what a start finds with what was known before it. Refunds are
// fetched by the rounds, and the Install is of a start.
func (h *shop) agrees(when string) {
	h.t.Helper()
	got, want := h.reload(), h.ledger
	finished := 0 // memory forgets when the next sale is begun
	for _, tx := range slices.Backward(want.Txs) {
		if finished++; tx.Open() {
			finished--
		} else if finished > txn.KeptFinished {
			want.Txs = slices.DeleteFunc(slices.Clone(want.Txs), func(old txn.Tx) bool { return old.Order == tx.Order })
		}
	}
	for _, c := range []struct {
		what      string
		got, want any
	}{
		{"sales", got.Txs, want.Txs}, {"counter", got.Last, want.Last}, {"time", got.LastAt, want.LastAt}, {"day", got.Day, want.Day},
		{"backlog", got.Backlog, want.Backlog}, {"shifts", got.Shifts, want.Shifts}, {"wrong PINs", got.Tries, want.Tries},
		{"closed day", got.Closed, want.Closed},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			h.t.Errorf("%s: the %s that a start finds:\n%.600s\nwant\n%.600s", when, c.what, fmt.Sprint(c.got), fmt.Sprint(c.want))
		}
	}
}

var errBroken = errors.New("the disk is broken")

// breaking is a store of which one question, counted from 1, fails.
type breaking struct {
	journal.Store
	asked, at int
}

func (b *breaking) broken() error {
	if b.asked++; b.asked == b.at {
		return errBroken
	}
	return nil
}

func (b *breaking) Last() (uint64, txn.Wall, error) {
	seq, at, err := b.Store.Last()
	return seq, at, errors.Join(err, b.broken())
}

func (b *breaking) LastTx() (uint64, error) {
	n, err := b.Store.LastTx()
	return n, errors.Join(err, b.broken())
}

func (b *breaking) OfTx(tx uint64) ([]journal.Record, error) {
	return failed(b, func() ([]journal.Record, error) { return b.Store.OfTx(tx) })
}

func (b *breaking) LastOfTx(tx uint64, limit int) ([]journal.Record, error) {
	return failed(b, func() ([]journal.Record, error) { return b.Store.LastOfTx(tx, limit) })
}

func (b *breaking) OpenRows(kinds ...string) ([]journal.Row, error) {
	return failed(b, func() ([]journal.Row, error) { return b.Store.OpenRows(kinds...) })
}

func (b *breaking) RowsBefore(tx uint64, limit int) ([]journal.Row, error) {
	return failed(b, func() ([]journal.Row, error) { return b.Store.RowsBefore(tx, limit) })
}

func (b *breaking) RowByOrder(o txn.OrderNo) (journal.Row, bool, error) {
	r, ok, err := b.Store.RowByOrder(o)
	return r, ok, errors.Join(err, b.broken())
}

func (b *breaking) RowsOf(o txn.OrderNo) ([]journal.Row, error) {
	return failed(b, func() ([]journal.Row, error) { return b.Store.RowsOf(o) })
}

func (b *breaking) Totals(day int) ([]journal.Total, error) {
	return failed(b, func() ([]journal.Total, error) { return b.Store.Totals(day) })
}

func (b *breaking) OpenRowsAfter(kind string, tx uint64, limit int) ([]journal.Row, error) {
	return failed(b, func() ([]journal.Row, error) { return b.Store.OpenRowsAfter(kind, tx, limit) })
}

func (b *breaking) RowsByTail(tail string, limit int, kinds ...string) ([]journal.Row, error) {
	return failed(b, func() ([]journal.Row, error) { return b.Store.RowsByTail(tail, limit, kinds...) })
}

func (b *breaking) RowsByReference(r txn.Reference, limit int, kinds ...string) ([]journal.Row, error) {
	return failed(b, func() ([]journal.Row, error) { return b.Store.RowsByReference(r, limit, kinds...) })
}

func (b *breaking) RowsByAmount(fen int64, from, to, limit int, kinds ...string) ([]journal.Row, error) {
	return failed(b, func() ([]journal.Row, error) { return b.Store.RowsByAmount(fen, from, to, limit, kinds...) })
}

func (b *breaking) RowsByDay(day int, before uint64, limit int, kinds ...string) ([]journal.Row, error) {
	return failed(b, func() ([]journal.Row, error) { return b.Store.RowsByDay(day, before, limit, kinds...) })
}

func failed[T any](b *breaking, ask func() ([]T, error)) ([]T, error) {
	list, err := ask()
	if b.broken() != nil {
		return nil, errBroken
	}
	return list, err
}
