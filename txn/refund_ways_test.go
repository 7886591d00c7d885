package txn

import (
	"slices"
	"testing"
	"time"

	"till/txn/money"
)

// TestASecondRefundOfASaleWaitsAMinuteAndIsSentOnce: rails.md 1.7.
func TestASecondRefundOfASaleWaitsAMinuteAndIsSentOnce(t *testing.T) {
	s, o := paidSale(t, nil)
	s, one := refunding(t, s, o, "1 00 enter")
	s = after(t, s, back(s, one, CallRefund, RefundAccepted, ""))
	s = desked(t, s, o)
	if !s.Preflight(testAt).Spaced {
		t.Error("the pre-flight does not say so")
	}
	s, rd := last(t, s, typing("2 00 enter")...)
	two := s.Session.Back
	if sends(rd.Effects) != "" || refundOf(t, s, two).Phase != Promised {
		t.Fatalf("%s is sent at once, it is %s", sends(rd.Effects), refundOf(t, s, two).Phase)
	}
	_, rd = last(t, s, typing("cancel")...)
	s, rd = last(t, s, TimerFired{Timer{TimerSpacing, o, 0}})
	if sends(rd.Effects) != "refund" {
		t.Errorf("after the minute: %s", sends(rd.Effects))
	}
	if s, rd = last(t, s, waited(s, two)); sends(rd.Effects) != "" {
		t.Errorf("its own wait sends it again: %s", sends(rd.Effects))
	}
	if s, rd = last(t, s, TimerFired{Timer{TimerSpacing, o, 0}}); sends(rd.Effects) != "" {
		t.Errorf("the next minute sends it again: %s", sends(rd.Effects))
	}
}

func voids(s *Setup) { s.Rails[0].Refund.VoidSameDay, s.Rails[0].Refund.VoidWhy = true, CauseFeeBack }

// TestAWholeSaleOfTodayIsVoidedAndTheFeeComesBack: rails.md 0.4; a part, and a
// sale of yesterday, are refunded.
func TestAWholeSaleOfTodayIsVoidedAndTheFeeComesBack(t *testing.T) {
	s, o := paidSale(t, voids)
	for keys, want := range map[string]RefundMethod{"f1 enter": ByVoid, "1 00 enter": ByRefund} {
		next, no := refunding(t, s, o, keys)
		if r := refundOf(t, next, no); r.Method != want || want == ByVoid && r.Why != CauseFeeBack {
			t.Errorf("%s is a %s because of %q", keys, r.Method, r.Why)
		}
	}
	if p := desked(t, s, o).Preflight(testAt + 24*3600*1000); p.Void {
		t.Error("a sale of yesterday is voided")
	}
	skewed := desked(t, after(t, s, FaultRaised{"clock", FaultClock}), o)
	if skewed.Preflight(testAt).Void {
		t.Error("a clock that is not set says what today is")
	}
}

// TestAVoidThatIsRefusedBecomesARefundUnderTheSameNumber, at once when no void is
// unaccounted for, and otherwise after the network has denied it three times.
func TestAVoidThatIsRefusedBecomesARefundUnderTheSameNumber(t *testing.T) {
	s, o := paidSale(t, voids)
	s, no := refunding(t, s, o, "f1 enter")
	_, rd := last(t, s, back(s, no, CallRefund, RefundRefused, CauseTooLate))
	if entryNames(rd.Entries) != "RefundSwitched" || sends(rd.Effects) != "refund" {
		t.Fatalf("%s, %s", entryNames(rd.Entries), sends(rd.Effects))
	}
	if e := refundSent(t, rd); e.Refund != no || e.Method != ByRefund {
		t.Errorf("%+v", e)
	}
	s = after(t, s, back(s, no, CallRefund, RefundUnknown, CauseNoAnswer)) // the first void may linger
	s = after(t, s, waited(s, no))
	s = after(t, s, back(s, no, CallRefundQuery, RefundAbsent, CauseNoSuchOrder)) // so it goes again
	s, rd = last(t, s, back(s, no, CallRefund, RefundRefused, CauseTooLate))
	if len(rd.Entries) > 0 || sends(rd.Effects) != "refund-query" {
		t.Fatalf("in doubt: %s, %s", entryNames(rd.Entries), sends(rd.Effects))
	}
	for i := range 3 {
		if i > 0 {
			s = after(t, s, waited(s, no))
		}
		s, rd = last(t, s, back(s, no, CallRefundQuery, RefundAbsent, CauseNoSuchOrder))
		if got := entryNames(rd.Entries) == "RefundSwitched"; got != (i == 2) {
			t.Errorf("after %d denials: %s", i+1, entryNames(rd.Entries))
		}
	}
	paid := after(t, s, back(s, no, CallRefundQuery, RefundPaidOut, ""))
	if refundOf(t, paid, no).Phase != PaidBack {
		t.Error("it is never paid back")
	}
}

// TestAVoidIsAskedAboutAfterAPowerCut before anything is sent.
func TestAVoidIsAskedAboutAfterAPowerCut(t *testing.T) {
	s, o := paidSale(t, voids)
	s, no := refunding(t, s, o, "f1 enter")
	stored := refundOf(t, s, no)
	l := s.Ledger
	l.Refunds = nil
	again := after(t, State{Setup: s.Setup, Ledger: l}, Booted{Fresh: testInstall}, LinkUp{})
	again, rd := last(t, again, TimerFired{Timer{TimerRound, "", again.Session.Round.Next}})
	if sends(rd.Effects) != "recall" {
		t.Fatalf("the round begins with %s", sends(rd.Effects))
	}
	again, rd = stepped(t, again, testAt, RefundsRecalled{Refunds: []Refund{stored}})
	if sends(rd.Effects) != "refund-query" {
		t.Errorf("it goes on with %s", sends(rd.Effects))
	}
	again, _ = stepped(t, again, testAt, back(again, no, CallRefundQuery, RefundPaidOut, ""))
	if n, _ := again.OpenCount(); n != 0 || again.Session.Round.Ended != 1 {
		t.Errorf("%d are open, %d ended", n, again.Session.Round.Ended)
	}
}

// TestAShortBalanceKeepsTheNumberUntilItIsToppedUp: causes.md C01.
func TestAShortBalanceKeepsTheNumberUntilItIsToppedUp(t *testing.T) {
	s, o := paidSale(t, nil)
	s, no := refunding(t, s, o, "f1 enter")
	s, rd := last(t, s, back(s, no, CallRefund, RefundRefused, CauseMerchantFunds))
	if r := refundOf(t, s, no); r.Phase != Held || r.Cause != CauseMerchantFunds {
		t.Fatalf("%+v", r)
	}
	if !slices.Contains(rd.Effects, Effect(AskBalance{WeChatPay})) {
		t.Error("nobody asks how much is there")
	}
	s = after(t, s, Balance{Rail: WeChatPay, Known: true, Fen: 2000}, TimerFired{Timer{TimerSpacing, o, 0}})
	for range 3 { // ten minutes each
		s, rd = last(t, s, waited(s, no))
		if len(rd.Entries) > 0 || sends(rd.Effects) != "refund" {
			t.Fatalf("%s, %s", entryNames(rd.Entries), sends(rd.Effects))
		}
		s, rd = last(t, s, back(s, no, CallRefund, RefundRefused, CauseMerchantFunds))
		if len(rd.Entries) > 0 {
			t.Errorf("every attempt fills the journal: %s", entryNames(rd.Entries))
		}
		s = after(t, s, TimerFired{Timer{TimerSpacing, o, 0}})
	}
	s, rd = last(t, s, waited(s, no))
	if e := refundSent(t, rd); e.Refund != no {
		t.Errorf("another number: %s", e.Refund)
	}
	s = after(t, s, back(s, no, CallRefund, RefundAccepted, ""))
	if refundOf(t, s, no).Phase != Taken {
		t.Error("topped up, and not taken")
	}
}

// TestADeadNumberIsReplacedByAnotherAndLinked: rails.md 0.3.
func TestADeadNumberIsReplacedByAnotherAndLinked(t *testing.T) {
	s, o := paidSale(t, nil)
	s, no := refunding(t, s, o, "f1 enter")
	s = after(t, s, back(s, no, CallRefund, RefundAccepted, ""))
	s = after(t, s, back(s, no, CallRefundQuery, RefundClosed, CauseDead), TimerFired{Timer{TimerSpacing, o, 0}})
	if got := desked(t, s, o).Preflight(testAt); got.Verdict != RuleNothing {
		t.Errorf("what is given up and not decided is free for another: %+v", got)
	}
	s = after(t, s, typing("f1")...)
	s = after(t, s, LookedUp{s.Session.Lookups, []Original{originalOf(s, o)}})
	s = heardPaid(t, s)
	if s.Session.Digits != "10000" {
		t.Errorf("the amount is %q", s.Session.Digits)
	}
	s, rd := last(t, s, typing("enter")...)
	if entryNames(rd.Entries) != "RefundBegun RefundReplaced RefundSent" {
		t.Fatalf("%s", entryNames(rd.Entries))
	}
	next := s.Session.Back
	if r := refundOf(t, s, next); r.Replaces != no || next == no || refundOf(t, s, no).Phase != Replaced {
		t.Errorf("%s replaces %q, which is %s", next, r.Replaces, refundOf(t, s, no).Phase)
	}
}

// TestAStrandedRefundIsSentToTheShop by a second person: causes.md C32.
func TestAStrandedRefundIsSentToTheShop(t *testing.T) {
	s, o := signedIn(t, func(s *Setup) { s.Refunds.Limit = money.Fen(0) })
	s, no := refunding(t, s, o, "f1 enter")
	s = after(t, s, back(s, no, CallRefund, RefundAccepted, ""), back(s, no, CallRefundQuery, RefundAbnormal, ""))
	if f, _ := s.Session.Follow(no); !f.Waiting {
		t.Error("nobody asks about it any more")
	}
	s = after(t, s, typing("f2")...)
	if refundOf(t, s, no).Phase != Stranded || s.Session.View != ViewBack {
		t.Error("cash is paid while the network holds the money")
	}
	s = after(t, s, typing("f1 1 2 3 4 5 6 enter")...)
	s, rd := last(t, s, PINChecked{s.Session.Lookups, "02", Supervisor})
	if entryNames(rd.Entries) != "PINTaken RefundRepaired" || sends(rd.Effects) != "repair" {
		t.Fatalf("%s, %s", entryNames(rd.Entries), sends(rd.Effects))
	}
	s = after(t, s, back(s, no, CallRefundRepair, RefundUnknown, CauseNoAnswer))
	s = after(t, s, waited(s, no))
	s = after(t, s, back(s, no, CallRefundQuery, RefundPaidOut, ""))
	if r := refundOf(t, s, no); r.Phase != PaidBack || !r.Repaired {
		t.Errorf("%+v", r)
	}
}

// TestCashClosesTheElectronicWayForEver: causes.md C43.
func TestCashClosesTheElectronicWayForEver(t *testing.T) {
	s, o := paidSale(t, nil)
	s, no := refunding(t, s, o, "f1 enter")
	s = after(t, s, back(s, no, CallRefund, RefundUnknown, CauseNoAnswer))
	s = after(t, s, waited(s, no))
	s = after(t, s, back(s, no, CallRefundQuery, RefundAbsent, ""), TimerFired{Timer{TimerSpacing, o, 0}})
	s = after(t, s, back(s, no, CallRefund, RefundRefused, CauseMerchantFunds))
	s, rd := last(t, s, typing("f1")...)
	if sends(rd.Effects) != "refund-query" || refundOf(t, s, no).Phase != Held {
		t.Fatalf("cash at once: %s, %s", sends(rd.Effects), refundOf(t, s, no).Phase)
	}
	for i := range 3 { // a request was lost: it may be on its way for half a minute
		if i > 0 {
			if s, rd = last(t, s, waited(s, no)); sends(rd.Effects) != "refund-query" {
				t.Fatalf("%s", sends(rd.Effects))
			}
		}
		if refundOf(t, s, no).Phase == Cashed {
			t.Errorf("cash after %d denials", i)
		}
		s = after(t, s, back(s, no, CallRefundQuery, RefundAbsent, ""))
	}
	if refundOf(t, s, no).Phase != Cashed || !desked(t, s, o).Preflight(testAt).Left.Zero() {
		t.Fatalf("%+v", refundOf(t, s, no))
	}
	for _, ev := range append(typing("enter f1 f2"), TimerFired{Timer{TimerRefund, OrderNo(no), 3}}, TimerFired{Timer{TimerSpacing, o, 0}}) {
		if s, rd = last(t, s, ev); slices.ContainsFunc(rd.Effects, func(e Effect) bool { _, ok := e.(SendRefund); return ok }) {
			t.Errorf("%+v sends it all the same", ev)
		}
	}
	s, rd = last(t, s, back(s, no, CallRefundQuery, RefundPaidOut, ""))
	if r := refundOf(t, s, no); !r.Disputed || r.Phase != PaidBack || heard(rd.Effects) != "attention" {
		t.Errorf("paid twice, and nobody is told: %+v", r)
	}
}

// TestARefundIsPromisedOfflineAndSentWhenTheNetworkIsBack, once, after reversals
// and queries; or called off before.
func TestARefundIsPromisedOfflineAndSentWhenTheNetworkIsBack(t *testing.T) {
	s, o := paidSale(t, nil)
	for i, phase := range []Phase{Reversing, Asking} {
		n := NewOrderNo(testInstall, uint64(2+i))
		s.Ledger = Apply(s.Ledger, Begun{At: testAt, Order: n, Rail: WeChatPay, Amount: money.Fen(100)})
		if phase == Reversing {
			s.Ledger = Apply(s.Ledger, ReversalDue{testAt, n, CauseGaveUp, "", ""})
		}
	}
	s = after(t, State{Setup: s.Setup, Ledger: s.Ledger}, Booted{Fresh: testInstall})
	for _, tx := range s.Ledger.Txs[1:] {
		call := map[Phase]Call{Asking: CallQuery, Reversing: CallReverse}[tx.Phase]
		s = after(t, s, Answered{Order: tx.Order, Call: call, Cause: CauseNotSent})
	}
	s = after(t, s, LinkDown{"N01"}, KeyPressed{KeyCancel})
	s, no := refunding(t, s, o, "f1 enter")
	r := refundOf(t, s, no)
	if r.Phase != Promised || r.Sent || r.Paper.State != PaperDue || !s.Preflight(testAt).Offline {
		t.Fatalf("%+v", r)
	}
	dropped, rd := last(t, s, typing("f2")...)
	if refundOf(t, dropped, no).Phase != Dropped || sends(rd.Effects) != "" {
		t.Errorf("called off: %s, %s", refundOf(t, dropped, no).Phase, sends(rd.Effects))
	}
	s, rd = last(t, s, LinkUp{})
	if sends(rd.Effects) != "reverse query" {
		t.Errorf("the network is back: %s", sends(rd.Effects))
	}
	wait, _ := armed(rd.Effects, TimerRound)
	s, rd = last(t, s, TimerFired{wait.Timer})
	if sends(rd.Effects) != "refund recall" || wait.After != 2*time.Second {
		t.Errorf("%v later: %s", wait.After, sends(rd.Effects))
	}
	_, rd = last(t, s, RefundsRecalled{Refunds: []Refund{refundOf(t, s, no)}})
	if sends(rd.Effects) != "" {
		t.Errorf("the walk sends it again: %s", sends(rd.Effects))
	}
}

// TestABreakerOpensAfterThreeSilencesAndTheOtherNetworkGoesOn; a burst of requests
// that one hiccup silences is one silence.
func TestABreakerOpensAfterThreeSilencesAndTheOtherNetworkGoesOn(t *testing.T) {
	s, o := paidSale(t, func(s *Setup) { s.Rails = append(s.Rails, RailSetup{Name: Alipay, Policy: testPolicy}) })
	s, no := refunding(t, s, o, "f1 enter")
	silence := Found{Ask: FindAsk{Rail: WeChatPay}, Cause: CauseNoAnswer}
	if burst := after(t, s, silence, silence, silence, silence); burst.Session.RailSilent(WeChatPay) {
		t.Error("one hiccup opens the breaker")
	}
	moment := TimerFired{Timer{TimerProbe, OrderNo(WeChatPay), 1}}
	s = after(t, s, silence, moment, silence, moment, silence)
	if !s.Session.RailSilent(WeChatPay) || s.Session.RailSilent(Alipay) {
		t.Fatalf("%+v", s.Session.Rails)
	}
	s = after(t, s, typing("cancel 5 enter")...)
	if stopped := after(t, s, payerScan("134567890123456789")); stopped.Session.Why != BlockedSilent {
		t.Errorf("a sale is begun at a silent network: %s", stopped.Session.View)
	}
	ali := CodeScanned{Scanned{Kind: ScanPayer, Rail: Alipay, Code: NewPayerCode("284567890123456789")}}
	if _, rd := last(t, s, ali); !slices.ContainsFunc(rd.Effects, func(e Effect) bool { _, ok := e.(SendPay); return ok }) {
		t.Error("the other network does not go on")
	}
	s = after(t, s, back(s, no, CallRefund, RefundAccepted, ""))
	if s.Session.RailSilent(WeChatPay) {
		t.Error("an answer does not close it")
	}
}

// TestAReceiptOfAnotherTerminalIsAskedForAtTheNetworks and refunded in two parts:
// decisions.md 8.
func TestAReceiptOfAnotherTerminalIsAskedForAtTheNetworks(t *testing.T) {
	s, _ := paidSale(t, func(s *Setup) { s.Rails = append(s.Rails, RailSetup{Name: Alipay, Policy: testPolicy, Finds: true}) })
	const theirs OrderNo = "BA98765432100000000007"
	s = after(t, s, CodeScanned{Scanned{Kind: ScanReceipt, Order: theirs}})
	s, rd := last(t, s, LookedUp{Serial: s.Session.Lookups})
	if sends(rd.Effects) != "find wechatpay find alipay" {
		t.Fatalf("%s", sends(rd.Effects))
	}
	ask := func(rail RailName, n int) FindAsk { return FindAsk{Order: theirs, Rail: rail, Serial: n} }
	n := s.Session.Desk.Serial
	if old := after(t, s, Found{Ask: ask(WeChatPay, n-1), Finding: FindPaid, Amount: 1}); old.Session.Desk.Heard {
		t.Error("an answer to an earlier desk counts")
	}
	other := after(t, s, Found{Ask: ask(WeChatPay, n), Finding: FindPaid, Order: "BA98765432100000000008", Amount: 1})
	if other.Session.Desk.Heard || other.Session.Desk.Original.Rail != "" {
		t.Error("another sale is taken for it")
	}
	s = after(t, s, Found{Ask: ask(WeChatPay, n), Finding: FindPaid, Order: theirs, Amount: 5000, Paid: testAt, Refunded: true, Back: 1000})
	if p := s.Preflight(testAt); p.Verdict != RuleNone || p.Left.Minor() != 4000 || !p.Elsewise || p.Void {
		t.Fatalf("%+v", p)
	}
	s = after(t, s, Found{Ask: ask(Alipay, n), Finding: FindNothing}) // comes late and changes nothing
	s = after(t, s, typing("1 00 enter")...)
	r := refundOf(t, s, s.Session.Back)
	if r.Order != theirs || r.Total.Minor() != 5000 || r.Rail != WeChatPay {
		t.Fatalf("%+v", r)
	}
	again := Original{Order: theirs, Rail: WeChatPay, Amount: r.Total, Paid: r.SaleAt, Day: r.SaleDay, Phase: PaidFor, Refunds: []Refund{r}}
	s = after(t, s, CodeScanned{Scanned{Kind: ScanReceipt, Order: theirs}})
	s = after(t, s, LookedUp{s.Session.Lookups, []Original{again}})
	wrong := after(t, s, Found{Ask: FindAsk{Order: theirs, Rail: WeChatPay, Serial: s.Session.Desk.Serial}, Finding: FindPaid, Amount: 77})
	if d := wrong.Session.Desk; d.Heard || d.Cause != CauseForeign || wrong.Preflight(testAt).Verdict != RuleElsewhere {
		t.Errorf("another amount: %+v", d)
	}
	s = after(t, s, Found{Ask: FindAsk{Order: theirs, Rail: WeChatPay, Serial: s.Session.Desk.Serial}, Finding: FindPaid, Amount: 5000, Back: 1100})
	if p := s.Preflight(testAt); p.Verdict != RuleNone || p.Left.Minor() != 3800 {
		t.Errorf("the second part: %+v", p)
	}
}

// TestAnAnswerAboutAnotherSaleDecidesNothing also when it names the number.
func TestAnAnswerAboutAnotherSaleDecidesNothing(t *testing.T) {
	s, o := paidSale(t, nil)
	s, no := refunding(t, s, o, "f1 enter")
	foreign := back(s, no, CallRefund, RefundPaidOut, "")
	foreign.Order = "0123456789ZZ0000000001"
	s, rd := last(t, s, foreign)
	if f, _ := s.Session.Follow(no); len(rd.Entries) > 0 || !f.Doubt {
		t.Errorf("%s, doubt %v", entryNames(rd.Entries), f.Doubt)
	}
}

// TestASaleGoesBackByOneRefundOnly: the network still says "paid" of a sale that
// goes back by a refund, as often as it is asked.
func TestASaleGoesBackByOneRefundOnly(t *testing.T) {
	_, in, o := standings(t)
	s := after(t, in["reversing"], Answered{Order: o, Call: CallReverse, Outcome: Declined, Cause: CauseTooLate})
	s = after(t, s, Answered{Order: o, Call: CallQuery, Outcome: Approved})
	if len(s.Ledger.Refunds) != 1 {
		t.Fatalf("%d refunds", len(s.Ledger.Refunds))
	}
	for range 3 {
		s = after(t, s, Answered{Order: o, Call: CallQuery, Outcome: Approved}, Answered{Order: o, Call: CallReverse, Outcome: Declined, Cause: CauseTooLate})
	}
	if tx, _ := s.Ledger.Tx(o); len(s.Ledger.Refunds) != 1 || tx.Phase != ReversedFor {
		t.Errorf("%d refunds of a sale that is %s", len(s.Ledger.Refunds), tx.Phase)
	}
	no := s.Ledger.Refunds[0].No
	s = after(t, s, back(s, no, CallRefund, RefundRefused, CauseFrozen))
	if r := refundOf(t, s, no); r.Phase != Held {
		t.Errorf("what the terminal owes is %s, and out of sight", r.Phase)
	}
}

// TestWhatIsOpenBecomesUrgent: 1 min, 10 min, 1 h, the end of the day (causes.md C56).
func TestWhatIsOpenBecomesUrgent(t *testing.T) {
	_, in, o := standings(t)
	s := in["reversing"]
	s.Setup.Staff, s.Session.Who = staff, "01"
	waits := []time.Duration{9 * time.Minute, 50 * time.Minute, 9*time.Hour + 32*time.Minute}
	for i := range 4 {
		var rd Ready
		s, rd = last(t, s, TimerFired{Timer{TimerAlarm, "", s.Session.Alarms}})
		if s.Session.Alarm != i+1 || heard(rd.Effects) != "attention" {
			t.Errorf("level %d, heard %q", s.Session.Alarm, heard(rd.Effects))
		}
		if wait, ok := armed(rd.Effects, TimerAlarm); ok != (i < 3) || ok && wait.After != waits[i] {
			t.Errorf("level %d waits %v", i+1, wait.After)
		}
	}
	s = after(t, s, Answered{Order: o, Call: CallReverse, Outcome: Undone})
	if s = after(t, s, Answered{Order: o, Call: CallQuery, Outcome: Undone}); s.Session.Alarm != 0 {
		t.Error("nothing is open, and it is urgent")
	}
}

// TestARefundOnItsWayIsNoAlarm: a card takes days.
func TestARefundOnItsWayIsNoAlarm(t *testing.T) {
	s, o := paidSale(t, nil)
	s, no := refunding(t, s, o, "f1 enter")
	if s = after(t, s, back(s, no, CallRefund, RefundUnknown, CauseNoAnswer)); !s.Session.Watching {
		t.Error("nobody watches a doubt")
	}
	if s = after(t, s, back(s, no, CallRefundQuery, RefundAccepted, "")); s.Session.Watching {
		t.Error("what the network has taken alarms")
	}
}

// TestTheLastSaleIsTakenBackByTwoKeys, and a wrong amount is a reason: C16, C52.
func TestTheLastSaleIsTakenBackByTwoKeys(t *testing.T) {
	s, o := asking(t)
	s.Setup = refundSetup
	s = after(t, s, Answered{Order: o, Call: CallPay, Outcome: Approved, Reference: "42"}, KeyPressed{KeyF2})
	s = after(t, s, LookedUp{s.Session.Lookups, []Original{originalOf(s, o)}})
	s = after(t, heardPaid(t, s), KeyPressed{KeyEnter})
	if r := refundOf(t, s, s.Session.Back); r.Order != o || r.Reason != ReasonAmount || r.Amount.Minor() != 1250 {
		t.Fatalf("%+v", r)
	}
	s = after(t, s, back(s, s.Session.Back, CallRefund, RefundAccepted, ""), KeyPressed{Key3})
	if s.Session.View != ViewAmount || s.Session.Digits != "3" {
		t.Errorf("the right amount: %s %q", s.Session.View, s.Session.Digits)
	}
}

// TestWhatIsShownIsClosedBeforeItIsToldCancelled, also when a question is on its
// way at that moment; and who pays first has paid.
func TestWhatIsShownIsClosedBeforeItIsToldCancelled(t *testing.T) {
	s, _ := paidSale(t, nil)
	s, rd := last(t, s, typing("5 00 enter f1")...)
	o := s.Session.Shown
	s = after(t, s, Answered{Order: o, Call: CallShow, Outcome: Pending, QR: "weixin://x"}, TimerFired{Timer{TimerAsk, o, 1}})
	if sends(rd.Effects) != "show" || s.Session.QR(o) == "" {
		t.Fatalf("%s, %q", sends(rd.Effects), s.Session.QR(o))
	}
	s, rd = last(t, s, KeyPressed{KeyCancel})
	if sends(rd.Effects) != "close" || s.Session.QR(o) != "" || phaseOf(t, s, o) != Asking {
		t.Fatalf("cancel: %s, %q, %s", sends(rd.Effects), s.Session.QR(o), phaseOf(t, s, o))
	}
	s = after(t, s, Answered{Order: o, Call: CallClose, Outcome: Undone})
	old, rd := last(t, s, Answered{Order: o, Call: CallQuery, Outcome: Declined}) // of before the close
	if phaseOf(t, old, o) != Asking || sends(rd.Effects) != "query" {
		t.Errorf("an old answer confirms: %s, %s", phaseOf(t, old, o), sends(rd.Effects))
	}
	if end := after(t, old, Answered{Order: o, Call: CallQuery, Outcome: Undone}); phaseOf(t, end, o) != ReversedFor {
		t.Errorf("closed: %s", phaseOf(t, end, o))
	}
	if end := after(t, old, Answered{Order: o, Call: CallQuery, Outcome: Approved}); phaseOf(t, end, o) != PaidFor {
		t.Errorf("the payer was faster: %s", phaseOf(t, end, o))
	}
	late := after(t, old, Answered{Order: o, Call: CallQuery, Outcome: Undone}, Answered{Order: o, Call: CallQuery, Outcome: Approved})
	if tx, _ := late.Ledger.Tx(o); tx.Back == "" || len(late.Ledger.Refunds) != 1 {
		t.Errorf("paid after all, and it does not go back: %+v", tx)
	}
}

// TestACloseThatIsLostIsRepeated for as long as it takes, also while its answer
// hangs.
func TestACloseThatIsLostIsRepeated(t *testing.T) {
	s, _ := paidSale(t, nil)
	s = after(t, s, typing("5 00 enter f1")...)
	o := s.Session.Shown
	s = after(t, s, Answered{Order: o, Call: CallShow, Outcome: Pending, QR: "weixin://x"}, KeyPressed{KeyCancel})
	c, _ := s.Session.Chase(o)
	s, rd := last(t, s, TimerFired{c.Wait})
	if wait, ok := armed(rd.Effects, TimerClose); !ok || wait.Timer != c.Wait {
		t.Fatalf("it hangs, and nothing is waited for: %+v", rd.Effects)
	}
	s = after(t, s, Answered{Order: o, Call: CallClose, Cause: CauseNoAnswer})
	if _, rd = last(t, s, TimerFired{c.Wait}); sends(rd.Effects) != "close" {
		t.Errorf("after a silence: %s", sends(rd.Effects))
	}
}

// TestACodeThatFailedAndCannotBeClosedComesToItsEnd: the payer refused, the network
// says so and will not close what has failed. (sim: seed 21, calm.)
func TestACodeThatFailedAndCannotBeClosedComesToItsEnd(t *testing.T) {
	s, _ := paidSale(t, nil)
	s = after(t, s, typing("5 00 enter f1")...)
	o := s.Session.Shown
	shown := after(t, s, Answered{Order: o, Call: CallShow, Outcome: Pending, QR: "weixin://x"}, KeyPressed{KeyCancel})
	for _, said := range []Answered{
		{Order: o, Call: CallQuery, Outcome: Declined, Cause: CausePayerRefused, Undo: true},
		{Order: o, Call: CallQuery, Outcome: Unknown, Cause: CauseNoSuchOrder},
	} {
		s := shown
		for round := range roundsWithoutOrder {
			if phaseOf(t, s, o) != Asking {
				t.Fatalf("after %d rounds it is %s", round, phaseOf(t, s, o))
			}
			s = after(t, s, Answered{Order: o, Call: CallClose, Outcome: Unknown, Cause: CauseOther, Code: "BBS90405"}, said)
			if c, open := s.Session.Chase(o); open && c.Wait.Kind == TimerClose {
				s = after(t, s, TimerFired{c.Wait})
			}
		}
		if phaseOf(t, s, o) != ReversedFor {
			t.Errorf("%s: it is %s", said.Outcome, phaseOf(t, s, o))
		}
	}
}
