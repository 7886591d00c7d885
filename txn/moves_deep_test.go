package txn

import (
	"slices"
	"testing"
	"time"

	"till/txn/money"
)

// deepSituations: what is reached by several answers in a row.
func deepSituations(t *testing.T) []situation {
	list := deepRefunds(t)
	put := func(name string, s State, o OrderNo) {
		list = append(list, situation{name, s, everything(s, o, s.Session.Back)})
	}
	s, o := paidSale(t, nil)
	slip := after(t, s, typing("f4 f1 f3")...)
	put("a slip is in the printer", slip, "")
	put("a slip could not be printed", after(t, slip, ReceiptEnded{slipJob, 1, PrintTorn, "", "P02"}), "")
	put("a slip was printed", after(t, slip, ReceiptEnded{slipJob, 1, PrintDone, "A", ""}), "")

	alone, ao := signedIn(t, func(s *Setup) { s.Staff = staff[:1] })
	small, no := refunding(t, alone, ao, "3 00 enter")
	put("nobody may allow cash", after(t, small, backOf(small, no, RefundRefused, CauseMerchantFunds)), ao)
	desk := after(t, desked(t, alone, ao), typing("6 0 00")...)
	put("nobody may allow a refund", desk, ao)

	staffed, _ := signedIn(t, nil)
	sale := after(t, staffed, typing("8 00 enter")...)
	sale = after(t, sale, payerScan("134567890123456789"))
	order := sale.Session.Shown
	sale = after(t, sale, Answered{Order: order, Call: CallPay, Cause: CauseNoAnswer}, TimerFired{Timer{TimerMayReverse, order, 1}})
	for range 2 {
		sale = after(t, sale, TimerFired{Timer{TimerAlarm, "", sale.Session.Alarms}})
	}
	sale = after(t, sale, TimerFired{Timer{TimerGuard, "", sale.Session.Guards}})
	put("a sale of unknown outcome is old", sale, order)
	off := after(t, sale, typing("f2")...)
	put("the sale of unknown outcome is to be given up", off, order)
	paid := off
	paid.Ledger = Apply(paid.Ledger, Paid{testAt, 20261122, order, "42"})
	put("... and is paid meanwhile", paid, order)

	closed := after(t, s, typing("5 00 enter f1")...)
	shown := closed.Session.Shown
	closed = after(t, closed, Answered{Order: shown, Call: CallShow, Outcome: Pending, QR: "weixin://x"}, KeyPressed{KeyCancel})
	for range 3 {
		closed = after(t, closed, Answered{Order: shown, Call: CallClose, Cause: CauseNoSuchOrder, Code: "NOT_EXIST"})
		list = append(list, situation{"no such order, closing", closed, saleAnswers(closed, shown)})
		closed = after(t, closed, Answered{Order: shown, Call: CallQuery, Cause: CauseNoSuchOrder, Code: "NOT_EXIST"})
		c, _ := closed.Session.Chase(shown)
		closed = after(t, closed, TimerFired{c.Wait})
	}
	plain := s
	plain.Setup.Rails = slices.Clone(plain.Setup.Rails)
	plain.Setup.Rails[0].Show.Confirm, plain.Setup.Rails[0].Policy.ReversalInterval = false, 0
	unconfirmed := after(t, plain, typing("5 00 enter f1")...)
	unconfirmed = after(t, unconfirmed, Answered{Order: unconfirmed.Session.Shown, Call: CallShow, Outcome: Pending, QR: "weixin://x"}, KeyPressed{KeyCancel})
	put("a network whose close is its word", unconfirmed, unconfirmed.Session.Shown)

	again := s
	for range paperDoublings + 2 {
		again = after(t, again, CodeScanned{Scanned{Kind: ScanReceipt, Order: o}})
		again = after(t, again, KeyPressed{KeyCancel}, KeyPressed{KeyF3})
		p := again.Session.Printer
		if p == "" {
			again = after(t, again, TimerFired{Timer{TimerPaper, "", again.Session.Retries}})
			p = again.Session.Printer
		}
		if paper, ok := begin(again, testAt).paperOf(p); ok {
			list = append(list, situation{"a copy is in the printer once more", again, devices(again)})
			again = after(t, again, ReceiptEnded{p, paper.Attempt, PrintTorn, "", "P02"})
		}
	}
	return list
}

// deepRefunds: a refund that the network answers about several times.
func deepRefunds(t *testing.T) []situation {
	var list []situation
	_, in, no := refundStandings(t)
	answer := func(s State, out RefundOutcome, cause Cause) State {
		f, _ := s.Session.Follow(no)
		if !f.Busy && f.Waiting {
			s = after(t, s, TimerFired{f.Wait})
			f, _ = s.Session.Follow(no)
		}
		return after(t, s, back(s, no, f.Call, out, cause))
	}
	row := func(name string, s State, n int, out RefundOutcome, cause Cause) {
		for i := range n {
			if r, ok := s.Ledger.Refund(no); !ok || r.Phase.Final() {
				return
			}
			s = answer(s, out, cause)
			o := refundOf(t, s, no).Order
			list = append(list, situation{name + ", " + itoa(int64(i+1)), s, slices.Concat(refundAnswers(s, no), waits(s, o, no), deciding())})
		}
	}
	for _, from := range []string{"underway", "underway, doubt", "underway, refused", "held", "held, called off", "taken", "stranded"} {
		row(from+", denied", in[from], 3, RefundRefused, CausePayerAccount)
		row(from+", absent", in[from], 4, RefundAbsent, CauseNoSuchOrder)
		row(from+", silent", in[from], 4, RefundUnknown, CauseNoAnswer)
		row(from+", a strange code", in[from], 4, RefundUnknown, CauseOther)
		row(from+", not sent", in[from], 2, RefundUnknown, CauseNotSent)
	}
	s, o := paidSale(t, func(s *Setup) {
		voids(s)
		s.Rails[0].Refund.Spacing, s.Rails[0].Refund.Resend, s.Rails[0].Refund.RetryHeld, s.Rails[0].Refund.Asks = 0, 0, 0, nil
	})
	for _, keys := range []string{"f1 enter", "5 00 enter"} {
		bare, number := refunding(t, s, o, keys)
		no = number
		list = append(list, situation{"a network without waits", bare, slices.Concat(refundAnswers(bare, no), waits(bare, o, no))})
		row("a network without waits, absent", bare, 3, RefundAbsent, CauseNoSuchOrder)
		row("a network without waits, silent", bare, 9, RefundUnknown, CauseNoAnswer)
		row("a network without waits, refused", bare, 2, RefundRefused, CauseTooLate)
	}
	theirs := after(t, s, CodeScanned{Scanned{Kind: ScanReceipt, Order: "BA98765432100000000007"}})
	theirs = after(t, theirs, LookedUp{Serial: theirs.Session.Lookups})
	ask := FindAsk{Order: "BA98765432100000000007", Rail: WeChatPay, Serial: theirs.Session.Desk.Serial}
	for _, f := range []Found{
		{Ask: ask, Finding: FindPaid, Amount: 5000}, {Ask: ask, Finding: FindPaid, Amount: 5000, Paid: testAt, Wallet: UnionPay},
		{Ask: ask, Finding: FindPaid, Order: ask.Order, Amount: 5000, Paid: testAt - Wall(48*time.Hour/time.Millisecond), Reference: "42"},
		{Ask: ask, Finding: FindPaid}, {Ask: ask, Finding: FindPaid, Amount: -1}, {Ask: ask, Finding: FindPaid, Amount: money.Max + 1},
	} {
		list = append(list, situation{"another terminal's sale: " + brief(f), after(t, theirs, f), deciding()})
	}
	return list
}

// deciding are the keys that decide about a refund.
func deciding() []happening {
	var list []happening
	for _, k := range []Key{KeyEnter, KeyCancel, KeyF1, KeyF2, KeyF3} {
		list = append(list, happening{"key " + k.String(), KeyPressed{k}})
	}
	return list
}
