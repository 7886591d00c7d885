package txn

import (
	"testing"
	"time"

	"till/txn/money"
)

// TestWhatIsTakenOverKeepsItsKey: a refund of another terminal goes on under the
// number that the network knows, and what had been sent is asked about first.
func TestWhatIsTakenOverKeepsItsKey(t *testing.T) {
	theirs, o := paidSale(t, nil)
	sent, no := refunding(t, theirs, o, "5 00 enter")
	h, ok := HandRefund(refundOf(t, sent, no))
	if !ok || h.Key != no || !h.Sent {
		t.Fatalf("%+v, %v", h, ok)
	}
	promised, second := refunding(t, after(t, theirs, LinkDown{"L01"}), o, "6 00 enter")
	p, ok := HandRefund(refundOf(t, promised, second))
	if !ok || p.Sent {
		t.Fatalf("%+v, %v", p, ok)
	}
	_, in, reversing := standings(t)
	tx, _ := in["reversing"].Ledger.Tx(reversing)
	sale, ok := HandSale(tx)
	if !ok || !sale.Sent || sale.Total != tx.Amount || sale.Method != ByVoid || sale.Reason != ReasonTerminal {
		t.Fatalf("%+v, %v", sale, ok)
	}
	var l Ledger
	l = Apply(l, Opened{testAt, "CCCCCCCCCCCC"})
	for _, e := range TakeOver(l, testAt, 20261122, "seal", "T-0317", []Handover{h, p, sale}) {
		l = Apply(l, e)
	}
	if len(l.Refunds) != 3 || l.Last != 3 || l.Backlog != (Backlog{3, 500 + 600 + 1250}) {
		t.Fatalf("%d refunds, last %d, %+v", len(l.Refunds), l.Last, l.Backlog)
	}
	for i, want := range []struct {
		key   RefundNo
		phase RefundPhase
	}{{no, Underway}, {second, Promised}, {NewRefundNo("CCCCCCCCCCCC", 3), Underway}} {
		r := l.Refunds[i]
		if r.No != NewRefundNo("CCCCCCCCCCCC", uint64(i+1)) || r.Key != want.key || r.Phase != want.phase {
			t.Errorf("%s has the key %s and is %s, want %+v", r.No, r.Key, r.Phase, want)
		}
	}
	m := begin(State{Setup: sent.Setup, Ledger: l}, testAt)
	if ask := m.refundAsk(l.Refunds[0]); ask.Refund != no || ask.Order != o {
		t.Errorf("the network is asked about %s of %s", ask.Refund, ask.Order)
	}
	if r, ok := m.byKey(no); !ok || r.No != l.Refunds[0].No {
		t.Errorf("an answer to %s is about %s", no, r.No)
	}
}

// TestOnlyWhatCanGoOnElsewhereIsHandedOver: nothing that waits for a person, that
// has ended, or whose goods only its own counter knows of.
func TestOnlyWhatCanGoOnElsewhereIsHandedOver(t *testing.T) {
	for _, phase := range RefundPhases {
		want := phase == Promised || phase == Underway || phase == Held || phase == Taken
		if _, ok := HandRefund(Refund{Phase: phase}); ok != want {
			t.Errorf("a refund that is %s: %v", phase, ok)
		}
	}
	for _, phase := range []Phase{Asking, Reversing, PaidFor, RefusedFor, ReversedFor, WrittenFor} {
		if _, ok := HandSale(Tx{Phase: phase}); ok != (phase == Reversing) {
			t.Errorf("a sale that is %s: %v", phase, ok)
		}
	}
}

// TestASecondPersonAllowsWhatIsTrueNow: the network has spoken while he keyed his
// PIN, and what was left is not there any more.
func TestASecondPersonAllowsWhatIsTrueNow(t *testing.T) {
	s, o := signedIn(t, nil)
	s = after(t, desked(t, s, o), typing("f1 enter 1 2 3 4 5 6 enter")...)
	if s.Session.View != ViewApprove {
		t.Fatal(s.Session.View)
	}
	for name, change := range map[string]func(*Desk){
		"all of it went back elsewhere":  func(d *Desk) { d.Back, d.Refunded = 10000, true },
		"a part of it went back":         func(d *Desk) { d.Back, d.Refunded = 1, true },
		"the money is in dispute":        func(d *Desk) { d.Cause = CauseFrozen },
		"the network knows no such sale": func(d *Desk) { d.Finding = FindNothing },
	} {
		now := s
		change(&now.Session.Desk)
		now = after(t, now, PINChecked{now.Session.Lookups, "02", Supervisor})
		if len(now.Ledger.Refunds) > 0 || now.Session.View != ViewRefund {
			t.Errorf("%s: %d refunds, on %s", name, len(now.Ledger.Refunds), now.Session.View)
		}
	}
}

// TestCashIsNotPaidOnTopOfWhatWentBackAnotherWay.
func TestCashIsNotPaidOnTopOfWhatWentBackAnotherWay(t *testing.T) {
	s, o := paidSale(t, nil)
	s, no := refunding(t, s, o, "6 0 00 enter")
	s = after(t, s, back(s, no, CallRefund, RefundRefused, CauseWindowOver))
	if r := refundOf(t, s, no); r.Phase != Failed {
		t.Fatal(r.Phase)
	}
	other := NewRefundNo(testInstall, s.Ledger.Last+1)
	s.Ledger = Apply(s.Ledger, RefundBegun{At: testAt, Day: 20261122, Refund: other, Key: other, Order: o, Rail: WeChatPay,
		Amount: money.Fen(4001), Total: money.Fen(10000)})
	s.Ledger = Apply(s.Ledger, RefundSent{testAt, other})
	s.Ledger = Apply(s.Ledger, RefundPaid{At: testAt, Day: 20261122, Refund: other})
	before := len(s.Ledger.Refunds)
	if next, rd := last(t, s, KeyPressed{KeyF1}); len(next.Ledger.Refunds) != before || heard(rd.Effects) != "rejected" {
		t.Errorf("60.00 in cash of a sale of 100.00 of which 40.01 went back: %s", entryNames(rd.Entries))
	}
}

// TestWhoeverMustActFindsItOnTheList: what waits for a person is pending, by name.
func TestWhoeverMustActFindsItOnTheList(t *testing.T) {
	names, in, no := refundStandings(t)
	for _, name := range names {
		s := in[name]
		r := refundOf(t, s, no)
		listed := false
		for _, it := range s.Pending() {
			listed = listed || it.Refund == no
		}
		if listed == r.Phase.Final() {
			t.Errorf("a refund that is %s is listed: %v", name, listed)
		}
	}
}

// TestASlipThatThePowerCutTookIsPrintedAgainMarked: also of a refund that rests in
// the journal.
func TestASlipThatThePowerCutTookIsPrintedAgainMarked(t *testing.T) {
	s, o := paidSale(t, nil)
	s, no := refunding(t, s, o, "5 00 enter")
	s = after(t, s, back(s, no, CallRefund, RefundAccepted, ""))
	r := refundOf(t, s, no)
	r.Paper = Paper{State: PaperSending, Attempt: 1}
	cut := s.Ledger
	cut.Refunds = nil // as the store loads it
	now := after(t, State{Setup: s.Setup, Ledger: cut}, Booted{Fresh: "0123456789AC"}, LinkUp{})
	now = after(t, now, TimerFired{Timer{TimerRound, "", now.Session.Round.Next}})
	rd := Step(now, testAt, RefundsRecalled{Refunds: []Refund{r}})
	now.Ledger = Recall(now.Ledger, rd.Recalled)
	for _, e := range rd.Entries {
		now.Ledger = Apply(now.Ledger, e)
	}
	if p := refundOf(t, now, no).Paper; p.State != PaperDue || !p.Marked {
		t.Errorf("its paper is %+v after %s", p, entryNames(rd.Entries))
	}
}

// TestEveryEntryTellsWhenItWas: the ledger's last time is that of the last entry.
func TestEveryEntryTellsWhenItWas(t *testing.T) {
	o, no := NewOrderNo(testInstall, 1), NewRefundNo(testInstall, 2)
	var l Ledger
	for i, e := range []Entry{
		Opened{1, testInstall}, Begun{At: 2, Order: o, Rail: WeChatPay, Amount: money.Fen(9)}, Paid{3, 20261122, o, "r"},
		ReceiptDue{4, o, false}, ReceiptSending{5, o, 1}, ReceiptTorn{6, o, 1, ""}, ReceiptSending{7, o, 2}, ReceiptPrinted{8, o, 2, "A", false},
		RefundBegun{At: 9, Refund: no, Key: no, Order: o, Amount: money.Fen(1), Total: money.Fen(9)}, RefundSent{10, no}, RefundTaken{11, no, "", ""},
		SignedIn{12, "01"}, SignedOut{13, "01", false}, PINRefused{14, "01"}, PINTaken{15, "02", "x"}, ShiftOpened{16, "01"},
		ShiftClosed{17, Shift{Number: "01"}}, TakenOver{18, "s", "f", 0}, DayClosed{At: 19, Day: 20261122},
	} {
		if l = Apply(l, e); l.LastAt != Wall(i+1) {
			t.Errorf("after %T: %d, want %d", e, l.LastAt, i+1)
		}
	}
	if len(l.Shifts) != 0 || l.Closed != 20261122 || len(l.Tries) != 1 {
		t.Errorf("%+v", l)
	}
	if d := 24 * time.Hour; Wall(d.Milliseconds()).Day(0) != 19700102 {
		t.Error("a day is no day")
	}
}

// TestWhatTheNetworkHasTakenIsAskedAboutForDays: as often as it takes, on the
// network's schedule, the last wait again and again.
func TestWhatTheNetworkHasTakenIsAskedAboutForDays(t *testing.T) {
	s, o := paidSale(t, nil)
	s, no := refunding(t, s, o, "5 00 enter")
	s = after(t, s, back(s, no, CallRefund, RefundAccepted, ""))
	asks := refundSetup.Rails[0].Refund.Asks
	for i := range 40 {
		f, _ := s.Session.Follow(no)
		if want := asks[min(i, len(asks)-1)]; !f.Waiting || f.WaitFor != want {
			t.Fatalf("question %d comes after %v (waiting %v), want %v", i+1, f.WaitFor, f.Waiting, want)
		}
		var rd Ready
		if s, rd = last(t, s, TimerFired{f.Wait}); refundSends(rd.Effects) != "query" {
			t.Fatalf("question %d: %q", i+1, refundSends(rd.Effects))
		}
		s = after(t, s, back(s, no, CallRefundQuery, RefundAccepted, ""))
	}
	if s = after(t, s, waited(s, no), back(s, no, CallRefundQuery, RefundPaidOut, "")); refundOf(t, s, no).Phase != PaidBack {
		t.Error("the fortieth answer pays it out, and nobody hears")
	}
}
