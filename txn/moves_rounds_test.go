package txn

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"till/txn/money"
)

// resting puts refunds into the store of a shop, as another life left them.
func (sh *shop) resting(phases ...RefundPhase) {
	l := sh.s.Ledger
	for _, phase := range phases {
		o, no := NewOrderNo(testInstall, l.Last+1), NewRefundNo(testInstall, l.Last+2)
		sh.street.books.sales[o] = &bookedSale{total: 100, paid: true}
		r := Apply(Ledger{}, RefundBegun{At: testAt, Day: 20261122, Refund: no, Key: no, Order: o, Rail: WeChatPay,
			Amount: money.Fen(100), Total: money.Fen(100)}).Refunds[0]
		if r.Phase = phase; phase != Promised {
			r.Sent = true
			sh.street.books.refund(sh.asked(r), r.Method)
		}
		sh.stored[no] = r
		sh.index(r)
		l.Last += 2
	}
	sh.s.Ledger.Last = l.Last
}

func (sh *shop) asked(r Refund) RefundAsk { return begin(sh.s, sh.street.now).refundAsk(r) }

func (w *street) payEveryTenMinutes() {
	w.later(10*time.Minute, func() {
		w.books.pay()
		w.payEveryTenMinutes()
	})
}

// writeDown notes every step of a shop: when, what happened, what it led to.
func (sh *shop) writeDown(b *strings.Builder) {
	from := sh.street.now
	sh.trace = func(ev Event, rd Ready) {
		name := reflect.TypeOf(ev).Name()
		switch ev := ev.(type) {
		case TimerFired:
			name = "time " + brief(ev.Timer)
		case RefundAnswered:
			name = fmt.Sprintf("%s of %s: %s %s", ev.Call, short(string(ev.Refund)), ev.Outcome, ev.Cause)
		case RefundsRecalled:
			name = fmt.Sprintf("recalled %d, more %v", len(ev.Refunds), ev.More)
		}
		_, text := told(sh.s, rd)
		does := slices.DeleteFunc(strings.Split(text, "; "), func(part string) bool {
			return strings.HasPrefix(part, "Follows") || strings.HasPrefix(part, "Ledger.LastAt")
		})
		fmt.Fprintf(b, "%s  %s: %s\n", time.Duration(sh.street.now-from)*time.Millisecond, name, strings.Join(does, "; "))
	}
}

// TestHowABacklogDrainsIsWrittenDown: twenty-five refunds that rest in the journal in
// every phase, of which the network loses a third, until all of them are back or
// wait for a person.
func TestHowABacklogDrainsIsWrittenDown(t *testing.T) {
	w := newStreet(3)
	w.calm, w.books.calm = true, false
	sh := w.open(t, "backlog", testInstall, refundSetup)
	var phases []RefundPhase
	for range 5 {
		phases = append(phases, Promised, Underway, Taken, Held, Dead)
	}
	sh.resting(phases...)
	sh.drains = true
	var b strings.Builder
	sh.writeDown(&b)
	sh.boot(testInstall)
	w.payEveryTenMinutes()
	w.run(3*time.Hour, func() bool { return false })
	for no, r := range sh.stored {
		if !r.Phase.Final() && r.Phase != Dead {
			t.Errorf("%s is %s after three hours", no, r.Phase)
		}
	}
	goldenFile(t, "testdata/backlog.txt", b.String())
}

// TestManyRefundsOfOneAfternoonRestInTheJournal: more than are followed one by one
// are promised while the network is away; the oldest rest, and none is lost.
func TestManyRefundsOfOneAfternoonRestInTheJournal(t *testing.T) {
	w := newStreet(5)
	w.calm = true
	sh := w.open(t, "afternoon", testInstall, refundSetup)
	sh.up = false
	sh.do(LinkDown{"L01"})
	var orders []OrderNo
	most := 0
	for range followsMax + 20 {
		orders = append(orders, sh.sold(1000))
		sh.do(CodeScanned{Scanned{Kind: ScanReceipt, Order: orders[len(orders)-1]}})
		w.run(2*time.Millisecond, func() bool { return false })
		for _, ev := range typing("f1 enter cancel") {
			sh.do(ev)
		}
		w.run(50*time.Millisecond, func() bool { return false })
		most = max(most, len(sh.s.Session.Follows))
	}
	if n := sh.s.Ledger.Backlog.Count; n != followsMax+20 || most != followsMax {
		t.Errorf("%d refunds are promised, %d at most are followed", n, most)
	}
	first, _ := sh.s.Session.Follow(sh.s.Session.Follows[0].Refund)
	if want := NewRefundNo(testInstall, 2*20+2); first.Refund != want {
		t.Errorf("the oldest that is followed is %s, want %s", first.Refund, want)
	}
	sh.up = true
	sh.do(LinkUp{})
	w.payEveryTenMinutes()
	w.run(24*time.Hour, func() bool { return false })
	ends := map[RefundPhase]int{}
	for _, r := range sh.stored {
		ends[r.Phase]++
	}
	if sh.s.Ledger.Backlog.Count != 0 || len(sh.stored) != followsMax+20 {
		t.Errorf("a day later: %v, %d open", ends, sh.s.Ledger.Backlog.Count)
	}
}

// TestHowSalesAreTakenUpWhenTheNetworkComesBack: twenty of them, sixteen at once,
// reversals first.
func TestHowSalesAreTakenUpWhenTheNetworkComesBack(t *testing.T) {
	s := openSales(20)
	s = after(t, s, LinkDown{"L01"})
	for i, tx := range s.Ledger.Txs {
		if i%4 == 3 && tx.Phase == Asking {
			s = after(t, s, Answered{Order: tx.Order, Call: CallQuery, Outcome: Declined, Cause: CausePayerRefused, Undo: true})
		}
	}
	for _, tx := range s.Ledger.Txs {
		s = after(t, s, Answered{Order: tx.Order, Call: CallQuery, Cause: CauseNotSent},
			Answered{Order: tx.Order, Call: CallReverse, Cause: CauseNotSent}, Answered{Order: tx.Order, Call: CallPay, Cause: CauseNoAnswer})
	}
	var b strings.Builder
	for _, ev := range []Event{LinkUp{}, LinkDown{"L01"}, LinkUp{}} {
		rd := Step(s, testAt, ev)
		_, text := told(s, rd)
		fmt.Fprintf(&b, "%T: %s\n", ev, text)
		s = after(t, s, ev)
	}
	for _, kind := range []TimerKind{TimerReverse, TimerAsk} {
		for try := range 12 {
			for _, tx := range s.Ledger.Txs[:4] {
				ev := TimerFired{Timer{kind, tx.Order, try + 1}}
				_, text := told(s, Step(s, testAt, ev))
				fmt.Fprintf(&b, "%s: %s\n", brief(ev.Timer), text)
			}
		}
	}
	goldenFile(t, "testdata/comeback.txt", b.String())
}
