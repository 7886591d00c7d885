package txn

import "testing"

// What the seeded world has found (sim; the seed stands with each).

// TestARefundOfAnotherTerminalDoesNotUnmakeASale: "some refund exists" is said of
// a sale that was paid. (storm, 2434: shown, the power cut, a part refunded
// elsewhere, and the terminal told the payer that nothing was charged.)
func TestARefundOfAnotherTerminalDoesNotUnmakeASale(t *testing.T) {
	back := func(call Call, o OrderNo) Answered {
		return Answered{Order: o, Call: call, Outcome: Undone, Cause: CauseElsewhere, Refunded: true, Reference: "42"}
	}
	s, o := asking(t)
	if end := after(t, s, back(CallQuery, o)); phaseOf(t, end, o) != PaidFor {
		t.Errorf("asking: %s", phaseOf(t, end, o))
	}
	paid, o := paidSale(t, nil)
	if end := after(t, paid, back(CallQuery, o)); len(end.Ledger.Txs) == 0 || end.Ledger.Txs[0].Disputed {
		t.Errorf("a paid sale is disputed: %+v", end.Ledger.Txs)
	}
	s, o = asking(t)
	s = after(t, s, Answered{Order: o, Call: CallPay, Outcome: Declined, Cause: CausePayerRefused, Undo: true})
	if phaseOf(t, s, o) != Reversing {
		t.Fatal(phaseOf(t, s, o))
	}
	if end := after(t, s, back(CallQuery, o)); phaseOf(t, end, o) != Reversing {
		t.Errorf("a reversal that the network has not accepted is confirmed by somebody's refund: %s", phaseOf(t, end, o))
	}
	// hurricane, 0x30de5: the network will not reverse what was refunded in part, and the terminal asked for ever
	s = after(t, s, Answered{Order: o, Call: CallReverse, Outcome: Declined, Cause: CauseTooLate})
	if end := after(t, s, back(CallQuery, o)); len(end.Ledger.Refunds) != 1 {
		t.Errorf("what cannot be reversed is not refunded: %s", phaseOf(t, end, o))
	}
}

// TestPaidIsNotTheLastWordWhileACloseMayGiveItBack. (storm, 2187: the payer was
// faster, the query said so, and the cancel that was on its way gave it back.)
func TestPaidIsNotTheLastWordWhileACloseMayGiveItBack(t *testing.T) {
	for _, returns := range []bool{true, false} {
		s, _ := paidSale(t, nil)
		s.Setup.Rails[0].Show.Returns = returns
		s = after(t, s, typing("5 00 enter f1")...)
		o := s.Session.Shown
		s = after(t, s, Answered{Order: o, Call: CallShow, Outcome: Pending, QR: "weixin://x"}, KeyPressed{KeyCancel})
		approved := Answered{Order: o, Call: CallQuery, Outcome: Approved, Reference: "43"}
		s = after(t, s, TimerFired{Timer{TimerAsk, o, 1}}, approved)
		if now := phaseOf(t, s, o); (now == PaidFor) == returns {
			t.Errorf("returns %v: %s before the close is answered", returns, now)
		}
		if !returns {
			continue
		}
		undone := after(t, s, Answered{Order: o, Call: CallClose, Outcome: Undone}, Answered{Order: o, Call: CallQuery, Outcome: Undone})
		if phaseOf(t, undone, o) != ReversedFor {
			t.Errorf("given back: %s", phaseOf(t, undone, o))
		}
		kept := after(t, s, Answered{Order: o, Call: CallClose, Outcome: Declined, Cause: CauseAlreadyPaid}, approved)
		if phaseOf(t, kept, o) != PaidFor {
			t.Errorf("the network will not close it: %s", phaseOf(t, kept, o))
		}
	}
}

// TestNoKeyReversesASaleBeforeItsTime: the password was wrong after five seconds, and
// the cashier pressed green. (storm, 0x5e4.)
func TestNoKeyReversesASaleBeforeItsTime(t *testing.T) {
	s, o := asking(t)
	early := after(t, s, Answered{Order: o, Call: CallPay, Outcome: Declined, Cause: CausePayerRefused, Undo: true})
	if _, rd := last(t, early, KeyPressed{KeyEnter}); phaseOf(t, early, o) != Reversing || sends(rd.Effects) != "" {
		t.Errorf("green sends %q", sends(rd.Effects))
	}
	c, _ := early.Session.Chase(o)
	due, rd := last(t, early, TimerFired{c.Wait})
	if sends(rd.Effects) != "reverse" {
		t.Errorf("in its time: %q", sends(rd.Effects))
	}
	due = after(t, due, Answered{Order: o, Call: CallReverse, Cause: CauseNoAnswer})
	if _, rd = last(t, due, KeyPressed{KeyEnter}); sends(rd.Effects) != "reverse" {
		t.Errorf("later green sends %q", sends(rd.Effects))
	}
}

// TestWhatIsNotBelievedClosesNothing: keys were rotated, the payer was faster than
// the close, and one "no such order" made it "not charged". (storm, 0x50e060.)
func TestWhatIsNotBelievedClosesNothing(t *testing.T) {
	s, _ := paidSale(t, nil)
	s = after(t, s, typing("5 00 enter f1")...)
	o := s.Session.Shown
	s = after(t, s, Answered{Order: o, Call: CallShow, Outcome: Pending, QR: "weixin://x"}, KeyPressed{KeyCancel})
	for range 2 * roundsWithoutOrder {
		s = after(t, s, Answered{Order: o, Call: CallClose, Outcome: Unknown, Cause: CauseUntrusted, Code: "HTTP 200"})
		if c, open := s.Session.Chase(o); open && c.Wait.Kind == TimerClose {
			s = after(t, s, TimerFired{c.Wait})
		}
	}
	s = after(t, s, Answered{Order: o, Call: CallClose, Outcome: Unknown, Cause: CauseUntrusted, Code: "HTTP 200"},
		Answered{Order: o, Call: CallQuery, Outcome: Unknown, Cause: CauseNoSuchOrder})
	if phaseOf(t, s, o) != Asking {
		t.Errorf("it is %s", phaseOf(t, s, o))
	}
}

// TestWhatIsToEndComesToItsEnd: a refund that the network refuses for want of
// money, asked about for ever because somebody wants to call it off. (storm, 1319.)
func TestWhatIsToEndComesToItsEnd(t *testing.T) {
	s, o := paidSale(t, nil)
	s, no := refunding(t, s, o, "f1 enter")
	short := RefundAnswered{Refund: no, Order: o, Call: CallRefund, Outcome: RefundRefused, Cause: CauseMerchantFunds}
	s = after(t, s, short)
	s = after(t, s, KeyPressed{KeyF2})
	for range 6 {
		f, open := s.Session.Follow(no)
		if !open {
			break
		}
		if !f.Busy {
			s = after(t, s, TimerFired{f.Wait})
		}
		again := short
		again.Call = CallRefundQuery
		s = after(t, s, again)
	}
	if r := refundOf(t, s, no); r.Phase != Dropped {
		t.Errorf("it is %s", r.Phase)
	}
}
