package main

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"till/device/store"
	"till/sim/railsim"
	"till/txn"
	"till/txn/journal"
	"till/txn/paycode"
)

// sweepBacks is what a world of power cuts remembers of refunds: what people
// decided, read and hold in their hands cannot be taken back.
type sweepBacks struct {
	decisions int                       // green keys that a refund may come of
	sent      map[txn.RefundNo]string   // what was asked for under each key
	shown     map[txn.RefundNo][]string // phases on the screen and on paper
	wire      *lossy                    // nil loses nothing
}

func newSweepBacks() sweepBacks {
	return sweepBacks{sent: map[txn.RefundNo]string{}, shown: map[txn.RefundNo][]string{}}
}

// see keeps what the screen says of refunds.
func (b *sweepBacks) see(s txn.State) {
	for _, r := range s.Ledger.Refunds {
		b.told(r)
	}
}

// printed keeps what paper says of a refund.
func (b *sweepBacks) printed(r txn.Receipt) {
	if r.Kind == txn.SlipRefund {
		b.told(r.Refund)
	}
}

func (b *sweepBacks) told(r txn.Refund) {
	if seen := b.shown[r.No]; len(seen) == 0 || seen[len(seen)-1] != r.Phase.String() {
		b.shown[r.No] = append(seen, r.Phase.String())
	}
}

// read carries out the effects that ask the journal, with the production look-ups.
func (l *sweepLife) read(effect txn.Effect) {
	w := l.w
	switch e := effect.(type) {
	case txn.LookUp:
		found, err := journal.LookUp(shelf{l.store}, e, w.now(), l.term.State().Setup.Zone)
		w.readFailed(err)
		l.queue = append(l.queue, txn.LookedUp{Serial: e.Serial, Found: found})
	case txn.RecallRefunds:
		refunds, more, err := journal.Recall(shelf{l.store}, e.After, e.Limit)
		w.readFailed(err)
		l.queue = append(l.queue, txn.RefundsRecalled{Refunds: refunds, More: more})
	}
}

func (w *sweepWorld) readFailed(err error) {
	if err != nil && !w.powerless() {
		w.fail("read: %w", err)
	}
}

// sendsRefund looks at a refund in the moment in which it is sent: one content
// under one key for ever, and the decision and the sending on the disk before.
func (l *sweepLife) sendsRefund(e txn.SendRefund) {
	w := l.w
	content := fmt.Sprint(e.Order, e.Amount, e.Total)
	if was, ok := w.backs.sent[e.Refund]; ok && was != content {
		w.fail("%s was sent for %s and again for %s", e.Refund, was, content)
	}
	w.backs.sent[e.Refund] = content
	recs, err := l.store.OfTx(e.Refund.N())
	w.readFailed(err)
	var kinds []string
	for _, r := range recs {
		kinds = append(kinds, r.Kind)
	}
	said := strings.Join(kinds, " ")
	if !strings.Contains(said, "refund-begun/") || !strings.Contains(said, "refund-sent/") {
		w.fail("%s is sent, and the journal says %q", e.Refund, said)
	}
}

// remembers looks at the journal as a start finds it: what people were told is
// final must be in it already, not only be found again.
func (w *sweepWorld) remembers(s *store.Store) {
	told, err := refundsIn(s)
	w.readFailed(err)
	for no, seen := range w.backs.shown {
		last := seen[len(seen)-1]
		i := slices.IndexFunc(told, func(r txn.Refund) bool { return r.No == no })
		switch {
		case i < 0:
			w.fail("refund %s was told %s, and a start finds no word of it", no, last)
		case slices.Contains(journal.Ends(), last) && told[i].Phase.String() != last:
			w.fail("refund %s was told %s, and a start finds it %s", no, last, told[i].Phase)
		}
	}
}

// network pulls the cable or puts it back: the link's probe finds it open.
func (w *sweepWorld) network(on bool) error {
	w.offline = !on
	if on && w.life.term.State().Session.Link == txn.LinkIsDown {
		return w.tell(txn.LinkUp{})
	}
	return nil
}

// refundsIn folds every refund of a journal.
func refundsIn(s *store.Store) ([]txn.Refund, error) {
	rows, err := s.RowsBefore(0, 10_000)
	var list []txn.Refund
	for _, r := range rows {
		if r.Kind != journal.Refund {
			continue
		}
		l, ferr := foldTx(s, r.Tx)
		err = errors.Join(err, ferr)
		list = append(list, l.Refunds...)
	}
	return list, err
}

// returned is what the gateway paid back by refunds of an order.
func returned(o railsim.Order) (fen int64) {
	for _, r := range o.Refunds {
		fen += r.Moved
	}
	return fen
}

// auditBacks compares the refunds of the journal with the gateway's books, the
// machine's memory, the screen and the paper, when the world is calm.
func (w *sweepWorld) auditBacks(now txn.Ledger) (errs []error) {
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	told, err := refundsIn(w.life.store)
	if err != nil {
		wrong("fold the refunds: %w", err)
	}
	if len(told) > w.backs.decisions {
		wrong("%d refunds are journaled for %d decisions", len(told), w.backs.decisions)
	}
	for _, live := range now.Refunds {
		i := slices.IndexFunc(told, func(r txn.Refund) bool { return r.No == live.No })
		if i < 0 || !reflect.DeepEqual(told[i], live) {
			wrong("the journal does not tell the refund that the terminal knows: %+v", live)
		}
	}
	booked := map[txn.RefundNo]railsim.RefundView{}
	for _, b := range w.gateway.Refunds() {
		booked[txn.RefundNo(b.Number)] = b
		if !slices.ContainsFunc(told, func(r txn.Refund) bool { return r.Key == txn.RefundNo(b.Number) }) {
			wrong("the journal has never heard of refund %s of %d fen", b.Number, b.Amount)
		}
	}
	for _, r := range told {
		b, known := booked[r.Key]
		errs = append(errs, w.auditBack(r, b, known)...)
	}
	return errs
}

func (w *sweepWorld) auditBack(r txn.Refund, b railsim.RefundView, known bool) (errs []error) {
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	switch paper := w.paper[txn.OrderNo(r.No)]; {
	case r.Open():
		wrong("refund %s is still open: %s, paper %s", r.No, r.Phase, r.Paper.State)
	case r.Method == txn.ByCash && (r.Phase != txn.Cashed || known):
		wrong("refund %s in cash is %s; booked %v", r.No, r.Phase, known)
	case r.Method != txn.ByCash && r.Phase != txn.PaidBack:
		wrong("refund %s is %s: it was to be paid", r.No, r.Phase)
	case r.Phase == txn.PaidBack && (b.Moved != r.Amount.Minor() || b.Order != string(r.Order)):
		wrong("refund %s is told paid out with %s; the gateway paid %d fen of %s", r.No, r.Amount, b.Moved, b.Order)
	case paper.plain > 1:
		wrong("refund %s has %d pieces of paper without a mark", r.No, paper.plain)
	}
	for _, was := range w.backs.shown[r.No] {
		if (was == txn.PaidBack.String() || was == txn.Cashed.String()) && was != r.Phase.String() {
			wrong("refund %s was told %s and is %s", r.No, was, r.Phase)
		}
	}
	return errs
}

// takeReceipt scans the code of the newest receipt that came out.
func takeReceipt(w *sweepWorld) error {
	for _, tx := range slices.Backward(w.life.term.State().Ledger.Txs) {
		if tx.Phase == txn.PaidFor {
			return w.tell(txn.CodeScanned{Scanned: paycode.Classify(paycode.ReceiptCode(tx.Order, twinsShopKey), twinsShopKey)})
		}
	}
	return errors.New("nothing was paid")
}

// refunding decides a refund of the sale of the newest receipt; no keys are all
// of it.
func refunding(digits ...txn.Key) func(*sweepWorld) error {
	if len(digits) == 0 {
		digits = []txn.Key{txn.KeyF1}
	}
	return func(w *sweepWorld) error {
		if err := takeReceipt(w); err != nil {
			return err
		}
		if err := w.press(digits...); err != nil {
			return err
		}
		w.backs.decisions++
		return w.press(txn.KeyEnter)
	}
}
