package main

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"till/sim/disksim"
	"till/txn"
	"till/txn/terminal"
)

// afterASale is what the journeys of refunds begin with: the sale itself is cut
// in the others.
func afterASale(w *sweepWorld) error {
	return errors.Join(switchOn(w), keysOfASale(w), showCode(w), w.pass(8*time.Second))
}

func cableOut(w *sweepWorld) error { return w.network(false) }

func cableIn(w *sweepWorld) error { return w.network(true) }

// merchantHas settles the merchant's takings but for so much, or pays in.
func merchantHas(fen int64) func(*sweepWorld) error {
	return func(w *sweepWorld) error {
		w.gateway.SetAvailable(fen)
		return nil
	}
}

var offerQR = keyed(txn.Key1, txn.Key2, txn.Key5, txn.Key0, txn.KeyEnter, txn.KeyF1)

// customerScans pays by the code on show.
func customerScans(w *sweepWorld) error {
	qrs := w.life.term.State().Session.QRs
	if len(qrs) == 0 {
		return errors.New("no code is on show")
	}
	w.scans++
	return w.gateway.Wallet("").Scan(qrs[len(qrs)-1].Text)
}

func sellForCash(w *sweepWorld) error {
	return w.press(txn.Key1, txn.Key2, txn.Key5, txn.Key0, txn.KeyEnter, txn.KeyF4, txn.KeyEnter)
}

// aSlowCustomer pays while the code is being closed.
func aSlowCustomer(w *sweepWorld) error {
	w.scans++
	return w.gateway.SetText("close next pay-before-close")
}

var (
	refundPart = refunding(txn.Key4, txn.Key00)
	refundRest = refunding() // all that is left
	paidOnce   = map[txn.Phase]int{txn.PaidFor: 1}
	backOnce   = map[txn.RefundPhase]int{txn.PaidBack: 1}
)

// refundJourneys take turns with the damages, so that the sweep is not much
// longer for them.
var refundJourneys = []journey{
	{"refunded in two parts, one after the other", []func(*sweepWorld) error{afterASale, refundPart, wait(5 * time.Second),
		keyed(txn.KeyCancel), refundRest, wait(4 * time.Minute)},
		paidOnce, map[txn.RefundPhase]int{txn.PaidBack: 2}, true},
	{"refunded, and the answer is lost", []func(*sweepWorld) error{afterASale,
		gatewayDoes("refund next lose-answer", "refund-query next lose-answer"), refundRest, wait(6 * time.Minute)},
		paidOnce, backOnce, true},
	{"the request of a refund never arrives", []func(*sweepWorld) error{afterASale,
		gatewayDoes("refund next lose-request"), refundPart, wait(6 * time.Minute)},
		paidOnce, backOnce, true},
	{"promised without the network, and sent when it is back", []func(*sweepWorld) error{afterASale, cableOut,
		refundPart, wait(20 * time.Second), keyed(txn.KeyEnter), cableIn, wait(4 * time.Minute)},
		paidOnce, backOnce, true},
	{"two promises, a restart, and the network comes back", []func(*sweepWorld) error{afterASale, cableOut,
		refundPart, wait(10 * time.Second), keyed(txn.KeyEnter), refundRest, wait(10 * time.Second), restart, cableIn,
		wait(8 * time.Minute)},
		paidOnce, map[txn.RefundPhase]int{txn.PaidBack: 2}, true},
	{"the merchant is short, and pays in", []func(*sweepWorld) error{afterASale, merchantHas(100), refundPart,
		wait(15 * time.Second), merchantHas(90000), wait(14 * time.Minute)},
		paidOnce, backOnce, true},
	{"accepted, and a restart before it is paid out", []func(*sweepWorld) error{afterASale,
		gatewayDoes("refund next refund-late 5m"), refundPart, wait(20 * time.Second), restart, wait(25 * time.Minute)},
		paidOnce, backOnce, true},
	{"a shown code is paid", []func(*sweepWorld) error{switchOn, offerQR, wait(3 * time.Second), customerScans,
		wait(15 * time.Second)},
		paidOnce, nil, true},
	{"a shown code is taken off", []func(*sweepWorld) error{switchOn, offerQR, wait(3 * time.Second),
		keyed(txn.KeyCancel), wait(2 * time.Minute)},
		map[txn.Phase]int{txn.ReversedFor: 1}, nil, true},
	{"a shown code is paid in the last moment", []func(*sweepWorld) error{switchOn, aSlowCustomer,
		offerQR, wait(3 * time.Second), keyed(txn.KeyCancel), wait(2 * time.Minute)},
		paidOnce, nil, true},
	{"a sale in cash, refunded in cash", []func(*sweepWorld) error{switchOn, sellForCash, wait(8 * time.Second),
		refundPart, wait(10 * time.Second), keyed(txn.KeyEnter), wait(4 * time.Minute)},
		paidOnce, map[txn.RefundPhase]int{txn.Cashed: 1}, true},
}

// lateRefunds says of some entries that they are stored when others are.
type lateRefunds struct {
	terminal.Journal
	late          func(txn.Entry) bool
	before, after txn.Ledger
	waiting       []txn.Entry
}

func (j *lateRefunds) Append(before, after txn.Ledger, entries []txn.Entry) error {
	if len(j.waiting) > 0 {
		if err := j.Journal.Append(j.before, j.after, j.waiting); err != nil {
			return err
		}
		j.waiting = nil
	}
	i := slices.IndexFunc(entries, j.late)
	if i < 0 {
		return j.Journal.Append(before, after, entries)
	}
	mid := before
	for _, e := range entries[:i] {
		mid = txn.Apply(mid, e)
	}
	j.before, j.after, j.waiting = mid, after, entries[i:]
	if i == 0 {
		return nil
	}
	return j.Journal.Append(before, mid, entries[:i])
}

// TestTheSweepNoticesAKeeperThatIsLateWithRefunds: with the decision, with the
// word that a request may have left, and with the payout.
func TestTheSweepNoticesAKeeperThatIsLateWithRefunds(t *testing.T) {
	j := journey{name: "a refund", parts: []func(*sweepWorld) error{afterASale, refundPart, wait(3 * time.Minute)},
		ends: paidOnce, backs: backOnce}
	on, ops, _ := j.rehearse(t)
	for name, tt := range map[string]struct {
		late func(txn.Entry) bool
		says string // what is wrong
	}{
		"begun": {func(e txn.Entry) bool { _, is := e.(txn.RefundBegun); return is }, "never heard of refund"},
		"sent":  {func(e txn.Entry) bool { _, is := e.(txn.RefundSent); return is }, "is sent, and the journal says"},
		"paid":  {func(e txn.Entry) bool { _, is := e.(txn.RefundPaid); return is }, "was told paid-back"},
	} {
		t.Run(name, func(t *testing.T) {
			noticed, said := 0, false
			for op := on + 1; op <= ops+1; op++ {
				w := newSweepWorld(disksim.Options{History: true})
				w.wrap = func(j terminal.Journal) terminal.Journal { return &lateRefunds{Journal: j, late: tt.late} }
				d, err := j.die(w, sweepCut{Cut: disksim.Cut{After: op, Damage: disksim.Drop}})
				if err == nil {
					err = w.recovers(d)
				}
				w.close()
				if err != nil {
					noticed++
					said = said || strings.Contains(err.Error(), tt.says)
				}
			}
			t.Logf("%d of %d cuts went wrong", noticed, ops+1-on)
			if noticed == 0 || !said {
				t.Error("the sweep does not notice")
			}
		})
	}
}
