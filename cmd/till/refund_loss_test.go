package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"till/sim/disksim"
	"till/txn"
	"till/txn/journal"
	"till/txn/money"

	"till/device/store"
)

// lossy is a wire on which three of ten exchanges fail: the request is lost, or
// its answer, as often.
type lossy struct {
	rng            *rand.Rand
	asked, dropped int
}

const lossOf = 30 // of 100

// loses decides what becomes of one exchange.
func (l *lossy) loses() (request, answer bool) {
	if l == nil {
		return false, false
	}
	l.asked++
	n := l.rng.IntN(100)
	if n < lossOf {
		l.dropped++
	}
	return n < lossOf/2, n >= lossOf/2 && n < lossOf
}

// TestABacklogIsPaidExactlyOnceThoughThreeOfTenExchangesAreLost: promises of
// many sales, a network that loses requests and answers, a restart on the way.
func TestABacklogIsPaidExactlyOnceThoughThreeOfTenExchangesAreLost(t *testing.T) {
	promises := 400
	if testing.Short() {
		promises = 60
	}
	w := newSweepWorld(disksim.Options{})
	defer w.close()
	if err := w.on(); err != nil {
		t.Fatal(err)
	}
	orders := w.paidElsewhere(t, promises)
	if err := w.exit(); err != nil {
		t.Fatal(err)
	}
	w.promise(t, orders)
	w.backs.decisions = promises
	w.backs.wire = &lossy{rng: rand.New(rand.NewPCG(4, 30))}
	if err := errors.Join(w.on(), w.pass(time.Minute), restart(w)); err != nil {
		t.Fatal(err)
	}
	since := w.clock.Now()
	for w.life.term.State().Ledger.Backlog.Count > 0 {
		if err := w.pass(10 * time.Minute); err != nil {
			t.Fatal(err)
		}
		if w.clock.Now().Sub(since) > 48*time.Hour {
			t.Fatalf("after two days %+v is open", w.life.term.State().Ledger.Backlog)
		}
	}
	if w.backs.wire.dropped*100 < w.backs.wire.asked*lossOf*2/3 {
		t.Errorf("only %d of %d exchanges were lost", w.backs.wire.dropped, w.backs.wire.asked)
	}
	paid := 0
	for _, r := range w.gateway.Refunds() {
		if r.Moved != r.Amount {
			t.Errorf("of %s %d of %d fen came back", r.Number, r.Moved, r.Amount)
		}
		paid++
	}
	if paid != promises {
		t.Errorf("%d of %d refunds were paid", paid, promises)
	}
	wrong := append(w.auditBacks(w.life.term.State().Ledger), w.gateway.CheckBooks())
	if err := errors.Join(append(wrong, w.wrong...)...); err != nil {
		t.Error(err)
	}
	t.Logf("%d refunds, %d exchanges of which %d were lost, %v", promises, w.backs.wire.asked, w.backs.wire.dropped,
		w.clock.Now().Sub(since))
}

// paidElsewhere makes sales at another terminal of the shop.
func (w *sweepWorld) paidElsewhere(t *testing.T, n int) (orders []txn.OrderNo) {
	t.Helper()
	for i := range n {
		at := txn.Wall(w.clock.Now().UnixMilli())
		ask := txn.Ask{
			Order: txn.NewOrderNo("OTHERTILL000", uint64(i+1)), Rail: txn.WeChatPay, Amount: money.Fen(100), Begun: at,
		}
		code := txn.NewPayerCode(w.gateway.Wallet("").Code())
		req, err := w.rail.Pay(txn.SendPay{Ask: ask, Code: code}, fmt.Sprintf("E%d", i), at)
		if err != nil {
			t.Fatal(err)
		}
		resp, quiet := w.ask(req)
		if quiet != nil || w.rail.Read(txn.CallPay, ask, resp, at).Outcome != txn.Approved {
			t.Fatalf("sale %d: %+v, %+v", i, quiet, resp)
		}
		orders = append(orders, ask.Order)
	}
	return orders
}

// promise journals a refund of each of these sales, as if the network had been
// away.
func (w *sweepWorld) promise(t *testing.T, orders []txn.OrderNo) {
	t.Helper()
	s, err := store.Open("/till", store.OnDisk(w.disk), store.ReserveSize(64<<10))
	if err != nil {
		t.Fatal(err)
	}
	fillPromises(t, s, len(orders), func(i int) txn.OrderNo { return orders[i] })
	open, err := s.OpenTotals(journal.Refund)
	if err != nil || open.Count != len(orders) {
		t.Fatalf("%+v, %v", open, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
