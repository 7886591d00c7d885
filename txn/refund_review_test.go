package txn

import (
	"slices"
	"testing"
)

// The customer's bill names the network's number; the sale is another terminal's,
// and this journal has refunds of it that are not in memory.
func TestASaleFoundByTheNetworksNumberIsLookedUpByItsOwn(t *testing.T) {
	s, _ := paidSale(t, nil)
	const theirs OrderNo = "BA98765432100000000007"
	s = after(t, s, CodeScanned{Scanned{Kind: ScanBill, Shown: "4200001"}})
	s, _ = last(t, s, LookedUp{Serial: s.Session.Lookups})
	s, rd := last(t, s, Found{Ask: FindAsk{Reference: "4200001", Rail: WeChatPay, Serial: s.Session.Desk.Serial}, Finding: FindPaid, Order: theirs, Amount: 5000, Paid: testAt, Refunded: true})
	looked := false
	for _, e := range rd.Effects {
		if l, ok := e.(LookUp); ok && l.Order == theirs {
			looked = true
		}
	}
	s = after(t, s, typing("f1 enter")...)
	if r, ok := s.Ledger.Refund(s.Session.Back); !looked {
		t.Errorf("the journal is not asked for refunds of %s; begun: %v %s of %s", theirs, ok, r.Amount, r.Total)
	}
}

// After a restart the refunds of a sale are in the journal and not in memory.
func TestTheSaleOnTheScreenIsLookedUpBeforeItIsRefunded(t *testing.T) {
	s, o := paidSale(t, nil)
	s, no := refunding(t, s, o, "1 00 enter")
	s = after(t, s, back(s, no, CallRefund, RefundPaidOut, ""))
	s.Ledger.Refunds, s.Ledger.Backlog = nil, Backlog{} // the store holds it
	s = after(t, s, Booted{Fresh: "0123456789AC"}, LinkUp{})
	s.Session.View, s.Session.Shown = ViewSale, o // by way of ViewRepeat, F1
	s, rd := last(t, s, KeyPressed{KeyF1})
	for _, e := range rd.Effects {
		if _, ok := e.(LookUp); ok {
			return
		}
	}
	t.Errorf("what is left is %s by memory alone", s.Preflight(testAt).Left)
}

// A void that the network has taken cannot be called off any more.
func TestAVoidThatWasTakenIsNotCashed(t *testing.T) {
	s, o := paidSale(t, voids)
	s, no := refunding(t, s, o, "f1 enter")
	s = after(t, s, back(s, no, CallRefund, RefundUnknown, CauseNoAnswer)) // lost
	f, _ := s.Session.Follow(no)
	s = after(t, s, TimerFired{f.Wait})
	s = after(t, s, back(s, no, CallRefundQuery, RefundAbsent, "")) // still paid: the void goes again
	r := refundOf(t, s, no)
	f, _ = s.Session.Follow(no)
	t.Logf("%s busy %v call %s", r.Phase, f.Busy, f.Call)
	s = after(t, s, typing("f2")...) // called off while it is on its way
	s = after(t, s, back(s, no, CallRefund, RefundAccepted, ""))
	f, _ = s.Session.Follow(no)
	t.Logf("accepted: ending %v busy %v", f.Ending, f.Busy)
	for range 4 {
		f, _ = s.Session.Follow(no)
		if !f.Busy && f.Waiting {
			s = after(t, s, TimerFired{f.Wait})
		}
		s = after(t, s, back(s, no, CallRefundQuery, RefundAbsent, ""))
	}
	if r, _ := s.Ledger.Refund(no); r.Phase == Dropped {
		t.Error("dropped, after the network had taken it")
	}
}

// Lakala: PROCESSING, and later trade_state FAIL of the same number.
func TestARefundThatFailsAfterItWasTakenIsTold(t *testing.T) {
	s, o := paidSale(t, nil)
	s, no := refunding(t, s, o, "1 00 enter")
	s = after(t, s, back(s, no, CallRefund, RefundAccepted, ""))
	for range 20 {
		f, _ := s.Session.Follow(no)
		if f.Waiting {
			s = after(t, s, TimerFired{f.Wait})
		}
		s = after(t, s, back(s, no, CallRefundQuery, RefundRefused, CauseOther))
	}
	if r := refundOf(t, s, no); r.Phase == Taken {
		t.Errorf("after 20 signed answers \"failed\" it is %s, alarm %d watching %v", r.Phase, s.Session.Alarm, s.Session.Watching)
	}
}

// ... or after the first answer was lost; and the operator calls it off.
func TestARefundThatFailedAfterALostAnswerEnds(t *testing.T) {
	for _, keys := range []string{"", "f2"} {
		s, o := paidSale(t, nil)
		s, no := refunding(t, s, o, "1 00 enter")
		s = after(t, s, back(s, no, CallRefund, RefundUnknown, CauseNoAnswer))
		if keys != "" {
			s = after(t, s, typing(keys)...)
		}
		for range 20 {
			f, _ := s.Session.Follow(no)
			if !f.Busy && f.Waiting {
				s = after(t, s, TimerFired{f.Wait})
			}
			s = after(t, s, back(s, no, CallRefundQuery, RefundRefused, CauseOther))
		}
		if r := refundOf(t, s, no); !r.Phase.Final() {
			t.Errorf("%q: after 20 signed answers \"failed\" it is %s", keys, r.Phase)
		}
	}
}

// Cash beyond the network's window, while no network can be asked: the other
// terminal may have refunded it.
func TestCashBeyondTheWindowNeedsTheNetworksWord(t *testing.T) {
	s, o := paidSale(t, nil)
	tx, _ := s.Ledger.Tx(o)
	s = after(t, s, LinkDown{Code: "L01"})
	m := begin(s, testAt+Wall(400*24*3600*1000))
	m.open(m.original(tx))
	s.Session, s.Ledger = m.ses, m.led
	at := testAt + Wall(400*24*3600*1000)
	for _, ev := range typing("f1 f1 enter") {
		s, _ = stepped(t, s, at, ev)
	}
	if r, ok := s.Ledger.Refund(s.Session.Back); ok && r.Phase == Cashed {
		t.Errorf("%s is paid in cash, unheard", r.Amount)
	}
}

// TestARefundThatIsRefusedWhileNobodyLooksIsTold: the customer holds a slip that
// says "promised". It is heard, printed, and stays among what is pending until
// somebody opens it.
func TestARefundThatIsRefusedWhileNobodyLooksIsTold(t *testing.T) {
	s, o := paidSale(t, nil)
	s, no := refunding(t, s, o, "f1 enter")
	s = after(t, s, KeyPressed{KeyCancel})
	s, rd := last(t, s, back(s, no, CallRefund, RefundRefused, CauseWindowOver))
	if !slices.Contains(rd.Effects, Effect(Sound{CueAttention})) {
		t.Errorf("nothing is heard: %+v", rd.Effects)
	}
	if r := refundOf(t, s, no); r.Phase != Failed || !r.Paper.Owed() {
		t.Errorf("%s, paper %s", r.Phase, r.Paper.State)
	}
	items := s.Pending()
	if len(items) != 1 || items[0].Refund != no || items[0].Phase != Failed.String() {
		t.Fatalf("pending: %+v", items)
	}
	s = after(t, s, typing("f4 f1 f1")...)
	if s.Session.View != ViewBack || s.Session.Back != no || len(s.Pending()) != 0 {
		t.Errorf("opened: %s %s, pending %+v", s.Session.View, s.Session.Back, s.Pending())
	}
}
