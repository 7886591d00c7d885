package sim

import (
	"slices"

	"till/sim/railsim"
	"till/txn"
)

// quiet reports whether nothing is open that can still end by itself.
func (w *World) quiet() bool {
	for _, s := range w.shops {
		if !s.on || len(s.own) > 0 {
			return false
		}
		st := s.term.State()
		if st.Session.Printer != "" || slices.ContainsFunc(st.Ledger.Txs, txn.Tx.Open) ||
			slices.ContainsFunc(st.Ledger.Refunds, func(r txn.Refund) bool { return r.Paper.Owed() }) {
			return false
		}
	}
	for _, b := range w.audit.refunds {
		if !b.said.Final() && !w.waits(b) {
			return false
		}
	}
	return true
}

// waits reports whether a refund is open and waits for a person, or for a network
// that has the money and says neither yes nor no.
func (w *World) waits(b *backBook) bool {
	if b.said == txn.Dead || b.said == txn.Stranded || b.said == txn.Held && b.begun.Reason == txn.ReasonTerminal {
		return true // what the terminal itself owes and cannot pay is a person's
	}
	r, ok := w.refundAt(b.begun.Key)
	return ok && r.Stage == railsim.Abnormal
}

// refundAt is a refund in the books of its network.
func (w *World) refundAt(key txn.RefundNo) (railsim.RefundView, bool) {
	for _, g := range w.gates {
		for _, r := range g.Refunds() {
			if r.Number == string(key) {
				return r, true
			}
		}
	}
	return railsim.RefundView{}, false
}

// books compares, when everything has come to rest, what the terminals, the
// gateways, the customers and the paper say.
func (a *audit) books() {
	w := a.w
	if err := w.bank.CheckBooks(); err != nil {
		w.fail("the books of the gateways balance", "%v", err)
	}
	for _, s := range w.shops {
		if !s.on {
			w.fail("a terminal comes back", "terminal %d does not run", s.n)
			return
		}
		if err := s.disk.Verify(s.setup.Zone); err != nil {
			w.fail("the hash chain verifies", "terminal %d: %v", s.n, err)
		}
	}
	var sold []railsim.Order // as the networks have it
	var returned []railsim.RefundView
	for _, g := range w.gates {
		sold, returned = append(sold, g.Orders()...), append(returned, g.Refunds()...)
	}
	orders, refunds := map[txn.OrderNo]railsim.Order{}, map[txn.RefundNo]railsim.RefundView{}
	for _, o := range sold {
		orders[txn.OrderNo(o.Number)] = o
	}
	for _, r := range returned {
		refunds[txn.RefundNo(r.Number)] = r
	}
	a.countPaper()
	back := map[txn.OrderNo]int64{} // that terminals say went back through the network
	for _, b := range a.refunds {
		a.settledRefund(b, refunds, back)
	}
	for _, b := range a.order {
		a.settledSale(b, orders[b.begun.Order], back[b.begun.Order])
	}
	a.strangers(sold, returned)
}

// countPaper files the sheets under their sales.
func (a *audit) countPaper() {
	for _, s := range a.w.shops {
		for _, sh := range s.printer.sheets {
			b := a.sales[sh.Receipt.Order]
			if sh.Receipt.Kind != txn.SlipSale || b == nil {
				continue
			}
			if sh.Whole {
				b.papers++
			}
			if !sh.Receipt.Marked {
				b.plain++
			}
		}
	}
}

// settledRefund holds a refund against the network's books. A void has none: its
// sale is taken back.
func (a *audit) settledRefund(b *backBook, refunds map[txn.RefundNo]railsim.RefundView, back map[txn.OrderNo]int64) {
	w := a.w
	r, known := refunds[b.begun.Key]
	moved := known && r.Stage == railsim.Refunded
	fen := b.begun.Amount.Minor()
	switch {
	case !b.said.Final() && !w.waits(b):
		w.fail("nothing open is forgotten", "refund %s is still %s", b.begun.Refund, b.said)
	case b.said == txn.PaidBack && known && r.Amount != fen:
		w.fail("a refund is sent as it was decided", "%s: %d fen at the network, %d here", b.begun.Refund, r.Amount, fen)
	case b.said == txn.PaidBack && b.begun.Method == txn.ByRefund && !moved:
		w.fail("no refund is lost", "%s is told paid out, and the network has %v", b.begun.Refund, r.Stage)
	case (b.said == txn.Failed || b.said == txn.Dropped || b.said == txn.Cashed || b.said == txn.Replaced) && moved:
		w.fail("no refund is paid twice", "%s is %s, and the network has paid it out", b.begun.Refund, b.said)
	}
	if moved {
		back[b.begun.Order] += r.Amount
	}
}

// settledSale holds a sale against the network's books, the paper and the word of
// its terminal.
func (a *audit) settledSale(b *saleBook, o railsim.Order, back int64) {
	w, begun := a.w, b.begun
	fen := begun.Amount.Minor()
	if begun.Rail == txn.Cash {
		o.Charged = fen
		if b.said != txn.PaidFor {
			o.Charged = 0
		}
	}
	voided, owed := int64(0), false // ... and still open, before people's eyes
	for _, r := range a.refunds {
		owed = owed || r.begun.Order == begun.Order && r.begun.Reason == txn.ReasonTerminal && !r.said.Final()
		if r.begun.Order == begun.Order && r.said == txn.PaidBack && r.begun.Method == txn.ByVoid {
			voided = fen - back
		}
	}
	kept := o.Charged - o.Returned
	switch {
	case o.Charged > fen:
		w.fail("a sale is charged once", "%s was charged %d fen of %s", begun.Order, o.Charged, begun.Amount)
	case o.Returned > o.Charged:
		w.fail("no refund exceeds its sale", "%s gave back %d fen of %d", begun.Order, o.Returned, o.Charged)
	case !b.said.Final():
		w.fail("nothing open is forgotten", "%s is still %s", begun.Order, b.said)
	case b.said == txn.WrittenFor: // a person gave it up, and was told that nobody knows
	case b.said == txn.PaidFor && o.Charged != fen:
		w.fail("paid is paid", "%s is told paid; the network took %d fen of %s", begun.Order, o.Charged, begun.Amount)
	case b.said == txn.PaidFor && kept != fen-back-voided:
		w.fail("totals equal the gateway's books", "%s: %d fen kept, want %d less %d refunded and %d voided", begun.Order, kept, fen, back, voided)
	case (b.said == txn.RefusedFor || b.said == txn.ReversedFor) && kept != 0 && !owed:
		w.fail("nothing is told as failed that was charged", "%s is told %s, and the network kept %d fen", begun.Order, b.said, kept)
	case b.said == txn.PaidFor && b.papers == 0:
		w.fail("every charge kept is on a receipt", "%s has none", begun.Order)
	case b.plain > 1:
		w.fail("one unmarked receipt at most", "%s has %d", begun.Order, b.plain)
	case b.said != txn.PaidFor && b.papers+b.plain > 0:
		w.fail("only what is paid has a receipt", "%s is %s", begun.Order, b.said)
	}
}

// strangers are orders and refunds at the networks that no terminal knows.
func (a *audit) strangers(sold []railsim.Order, returned []railsim.RefundView) {
	for _, o := range sold {
		if a.sales[txn.OrderNo(o.Number)] == nil {
			a.w.fail("ids are durable before the first byte", "%s has %s, which nobody has begun", o.Rail, o.Number)
		}
	}
	for _, r := range returned {
		if a.backs[txn.RefundNo(r.Number)] == nil {
			a.w.fail("ids are durable before the first byte", "%s has refund %s, which nobody has begun", r.Rail, r.Number)
		}
	}
}
