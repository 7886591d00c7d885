package txn

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// fingers is an operator who does what operators do, and what nobody would.
func (sh *shop) fingers(orders []OrderNo) {
	rng := sh.street.rng
	press := func(names string) {
		for _, ev := range typing(names) {
			sh.do(ev)
		}
	}
	switch roll := rng.IntN(12); {
	case roll < 4:
		press("cancel cancel")
		sh.do(CodeScanned{Scanned{Kind: ScanReceipt, Order: orders[rng.IntN(len(orders))]}})
	case roll < 6 && sh.s.Session.View == ViewRefund:
		press([]string{"f1 enter", "5 00 enter", "2 0 enter", "9 9 9 9 enter", "f1 enter enter"}[rng.IntN(5)])
	case roll < 7:
		press("cancel cancel 7 00 enter f1")
		if o := sh.s.Session.Shown; sh.s.Session.View == ViewSale && o != "" {
			sh.street.later(sh.street.between(0, 3*time.Minute), func() { sh.payer(o) })
		}
	case roll < 9 && sh.s.Session.View == ViewBack:
		press([]string{"enter", "f1", "f2", "f3", "f1 enter", "cancel"}[rng.IntN(6)])
	case roll < 10:
		press("cancel f4 f1 f1")
	default:
		sh.do(KeyPressed{Key(rng.IntN(len(keyNames)))})
	}
}

// payer scans the code of a sale, if it can be paid at all.
func (sh *shop) payer(o OrderNo) {
	if s := sh.street.books.sales[o]; s != nil && s.open && !s.paid {
		s.paid, s.open = true, false
	}
}

// storm lets everything go wrong for some time, and then nothing.
func (w *street) storm(d time.Duration, orders []OrderNo) {
	var stir func()
	stir = func() {
		if w.calm {
			return
		}
		sh := w.shops[w.rng.IntN(len(w.shops))]
		switch roll := w.rng.IntN(40); {
		case roll == 0:
			sh.crash()
		case roll == 1:
			sh.up = !sh.up
			if sh.up {
				sh.do(LinkUp{})
			} else {
				sh.do(LinkDown{"N01"})
			}
		case roll == 2:
			w.books.funds = !w.books.funds
		case roll < 8:
			w.books.move()
		default:
			sh.fingers(orders)
		}
		w.later(w.between(time.Second, 20*time.Second), stir)
	}
	stir()
	w.run(d, func() bool { return false })
	w.calm, w.books.calm, w.books.funds = true, true, true
	for _, sh := range w.shops {
		if sh.do(KeyPressed{KeyCancel}); !sh.up {
			sh.up = true
			sh.do(LinkUp{})
		}
	}
	var tick func()
	tick = func() { w.books.move(); w.later(10*time.Minute, tick) }
	tick()
	ended := func() bool { return !slices.ContainsFunc(w.shops, (*shop).waits) }
	w.run(10*24*time.Hour, ended)
	w.run(20*time.Minute, func() bool { return false }) // the watches of closed sales
	w.run(10*24*time.Hour, ended)
}

// waits reports whether something is open that no person must decide.
func (sh *shop) waits() bool {
	for _, r := range sh.stored {
		if r.Phase != Dead && !r.Phase.Final() {
			return true
		}
	}
	return slices.ContainsFunc(sh.s.Ledger.Txs, func(tx Tx) bool { return !tx.Phase.Final() })
}

// audit compares what a terminal tells with the network's books.
func (sh *shop) audit(ends map[string]int) {
	b, t := sh.street.books, sh.t
	open := 0
	for _, no := range slices.Sorted(maps(sh.stored)) {
		r := sh.stored[no]
		ends[r.Phase.String()]++
		booked, voided := b.refunds[no], r.Method == ByVoid && r.Sent && b.sales[r.Order].voided
		paid := booked != nil && booked.state == RefundPaidOut || voided
		var l Ledger
		for _, e := range sh.entries[no] {
			l = Apply(l, e)
		}
		folded, _ := l.Refund(no)
		folded.Paper = r.Paper
		switch {
		case folded != r:
			t.Errorf("%s: %s is stored as\n%+v\nand its entries tell\n%+v", sh.story, no, r, folded)
		case !r.Phase.Final() && r.Phase != Dead:
			t.Errorf("%s: %s is still %s: %+v", sh.story, no, r.Phase, r)
		case r.Phase == PaidBack && !paid:
			t.Errorf("%s: %s is told paid back; the books have %+v", sh.story, no, booked)
		case r.Phase != PaidBack && paid:
			t.Errorf("%s: %s is told %s, and the money went back: %+v", sh.story, no, r.Phase, r)
		case r.Phase == Dead && (booked == nil || booked.state != RefundClosed):
			t.Errorf("%s: %s is told dead; the books have %+v", sh.story, no, booked)
		}
		if !r.Phase.Final() {
			open++
		}
	}
	if got := sh.s.Ledger.Backlog.Count; got != open {
		t.Errorf("%s: %d refunds are open, %d are counted", sh.story, open, got)
	}
}

// auditSales: whatever was paid by a code that we showed has exactly one outcome.
func (sh *shop) auditSales(ends map[string]int) {
	for _, tx := range sh.s.Ledger.Txs {
		s := sh.street.books.sales[tx.Order]
		kept := s != nil && s.paid && s.back < s.total
		if tx.Shown {
			ends["shown "+tx.Phase.String()]++
		}
		switch {
		case !tx.Shown || tx.Phase == PaidFor && s != nil && s.paid:
		case tx.Phase == PaidFor:
			sh.t.Errorf("%s: %s is told paid; the books have %+v", sh.story, tx.Order, s)
		case kept && tx.Back == "":
			sh.t.Errorf("%s: %s is told %s; the network kept the money", sh.story, tx.Order, tx.Phase)
		case kept && sh.stored[tx.Back].Phase != Cashed && sh.stored[tx.Back].Phase != Dead: // a person decides
			sh.t.Errorf("%s: %s goes back by %+v; the network kept the money", sh.story, tx.Order, sh.stored[tx.Back])
		}
	}
}

// TestNoRefundIsLostOrPaidTwice plays random stories of one terminal and of two
// that refund the same sales, and then compares what they tell with the network's
// books.
func TestNoRefundIsLostOrPaidTwice(t *testing.T) {
	t.Parallel()
	ends, stories := map[string]int{}, some(25)
	for seed := range uint64(stories) {
		w := newStreet(seed)
		setup := refundSetup
		if seed%3 == 0 { // a network that takes whole sales back by reversals
			setup.Rails = slices.Clone(setup.Rails)
			setup.Rails[0].Refund.VoidSameDay, setup.Rails[0].Refund.VoidWhy = true, CauseFeeBack
		}
		w.open(t, fmt.Sprintf("seed %d, A", seed), "0123456789AB", setup)
		if seed%2 == 0 {
			w.open(t, fmt.Sprintf("seed %d, B", seed), "0123456789AC", setup)
		}
		var orders []OrderNo
		for _, sh := range w.shops {
			for range 3 {
				orders = append(orders, sh.sold(10000))
			}
		}
		w.storm(2*time.Hour, orders)
		for _, sh := range w.shops {
			sh.audit(ends)
			sh.auditSales(ends)
		}
		for _, o := range orders {
			s, cash := w.books.sales[o], int64(0)
			for _, r := range w.shops[0].refundsOf(o) {
				if r.Phase == Cashed {
					cash += r.Amount.Minor()
				}
			}
			if s.back > s.total || len(w.shops) == 1 && s.back+cash > s.total {
				t.Errorf("seed %d: %s of %d gave back %d and %d in cash", seed, o, s.total, s.back, cash)
			}
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d stories: %v", stories, ends)
	for _, p := range []RefundPhase{PaidBack, Failed, Dropped, Cashed} {
		if ends[p.String()] == 0 && !testing.Short() {
			t.Errorf("the stories are too tame: no refund is %s", p)
		}
	}
}
