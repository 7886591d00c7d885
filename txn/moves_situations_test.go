package txn

import (
	"slices"
	"testing"
	"time"

	"till/txn/money"
)

// situations are states that every event is tried in.
func situations(t *testing.T) []situation {
	list := saleSituations(t)
	list = append(list, shownSituations(t)...)
	list = append(list, refundSituations(t)...)
	list = append(list, counterSituations(t)...)
	list = append(list, peopleSituations(t)...)
	list = append(list, moreSituations(t)...)
	list = append(list, deepSituations(t)...)
	return append(list, oddSituations(t)...)
}

// saleSituations: one sale, in every state, and others around it.
func saleSituations(t *testing.T) []situation {
	var list []situation
	names, byName, o := standings(t)
	for _, name := range names {
		s := byName[name]
		list = append(list, situation{"a sale, " + name, s, everything(s, o, "")})
		away := after(t, s, typing("cancel")...)
		if away.Session.View == s.Session.View {
			away.Session.View, away.Session.Shown = ViewIdle, ""
		}
		list = append(list, situation{"a sale off the screen, " + name, away, slices.Concat(saleAnswers(away, o), waits(away, o, ""))})
	}
	cut := after(t, State{Setup: testSetup, Ledger: byName["asking"].Ledger}, Booted{Fresh: "0123456789AC", Records: 7})
	list = append(list, situation{"back after a power cut, asking", cut, everything(cut, o, "")})
	cut = after(t, State{Setup: testSetup, Ledger: byName["reversing"].Ledger}, Booted{Fresh: "0123456789AC", Records: 9, Oldest: 5})
	list = append(list, situation{"back after a power cut, reversing", cut, everything(cut, o, "")})
	paid := byName["paid"]
	printing := after(t, paid, PaperTurn{})
	list = append(list, situation{"paid, and printing", printing, everything(printing, o, "")})
	torn := after(t, printing, ReceiptEnded{o, 1, PrintTorn, "", "P02"}, FaultRaised{"printer", "P02"})
	list = append(list, situation{"paid, without paper", torn, everything(torn, o, "")})
	printed := after(t, printing, ReceiptEnded{o, 1, PrintDone, "A", ""})
	list = append(list, situation{"paid and printed", printed, everything(printed, o, "")})
	repeat := after(t, byName["asking"], typing("cancel 1 2 5 0 enter")...)
	list = append(list, situation{"the same amount again", repeat, keysAndScans(o)})
	down := after(t, byName["asking"], LinkDown{"L01"})
	list = append(list, situation{"asking, and the network is gone", down, slices.Concat(saleAnswers(down, o), waits(down, o, ""), devices(down))})
	typed := after(t, booted(t), typing("1 2 .")...)
	list = append(list, situation{"an amount with a dot", typed, keysAndScans(o)})
	code := after(t, booted(t), typing("1 2 5 0 enter")...)
	list = append(list, situation{"a code is awaited", code, slices.Concat(keysAndScans(o), waits(code, "", ""), devices(code))})
	reject := after(t, code, CodeScanned{Scanned{Kind: ScanGoods, Shown: "6901234567892"}})
	list = append(list, situation{"goods were scanned", reject, slices.Concat(keysAndScans(o), waits(reject, "", ""))})
	limit := after(t, booted(t), typing("9 9 9 9 9 9 enter")...)
	return append(list, situation{"above the limit", limit, slices.Concat(keysAndScans(o), waits(limit, "", ""), devices(limit))})
}

// shownSituations: a sale by a shown code, and in cash.
func shownSituations(t *testing.T) []situation {
	s, _ := paidSale(t, func(s *Setup) { s.Cash = true })
	asked := after(t, s, typing("5 00 enter f1")...)
	o := asked.Session.Shown
	on := after(t, asked, Answered{Order: o, Call: CallShow, Outcome: Pending, QR: "weixin://x"})
	closing := after(t, on, typing("cancel")...)
	early := after(t, asked, typing("cancel")...)
	queried := after(t, on, TimerFired{Timer{TimerAsk, o, 1}}, KeyPressed{KeyCancel}, Answered{Order: o, Call: CallClose, Outcome: Undone})
	silent := after(t, closing, Answered{Order: o, Call: CallClose, Cause: CauseNoAnswer})
	closed := after(t, closing, Answered{Order: o, Call: CallClose, Outcome: Undone})
	if now, _ := closed.Ledger.Tx(o); now.Phase == Asking {
		closed = after(t, closed, Answered{Order: o, Call: CallQuery, Outcome: Undone})
	}
	over := after(t, on, TimerFired{Timer{TimerShow, o, 1}})
	cut := after(t, State{Setup: on.Setup, Ledger: on.Ledger}, Booted{Fresh: "0123456789AC"})
	cash := after(t, s, typing("5 00 enter f4")...)
	sold := after(t, cash, typing("enter")...)
	var list []situation
	for _, c := range []struct {
		name string
		s    State
	}{
		{"a code to show was asked for", asked}, {"a code is on show", on}, {"a code is being closed", closing},
		{"closed before the code came", early}, {"closed while a question was on its way", queried},
		{"the close was not answered", silent}, {"a code was closed", closed}, {"a code ran out", over},
		{"a code was on show when the power went", cut}, {"cash: in the drawer?", cash}, {"sold for cash", sold},
	} {
		list = append(list, situation{c.name, c.s, everything(c.s, o, "")})
	}
	return list
}

// refundSituations: one refund, in every state, on the screen and off it.
func refundSituations(t *testing.T) []situation {
	var list []situation
	names, byName, no := refundStandings(t)
	for _, name := range names {
		s := byName[name]
		r := refundOf(t, s, no)
		list = append(list, situation{"a refund, " + name, s, everything(s, r.Order, no)})
		away := after(t, s, typing("cancel")...)
		list = append(list, situation{"a refund off the screen, " + name, away, slices.Concat(refundAnswers(away, no), waits(away, r.Order, no), devices(away))})
		cut := after(t, State{Setup: s.Setup, Ledger: s.Ledger}, Booted{Fresh: "0123456789AC", Oldest: testAt})
		cut = after(t, cut, LinkUp{})
		list = append(list, situation{"a refund after a power cut, " + name, cut, slices.Concat(refundAnswers(cut, no), waits(cut, r.Order, no))})
	}
	paid, o := paidSale(t, voids)
	void, no := refunding(t, paid, o, "f1 enter")
	list = append(list, situation{"a void", void, everything(void, o, no)})
	lost := after(t, void, back(void, no, CallRefund, RefundUnknown, CauseNoAnswer))
	list = append(list, situation{"a void without an answer", lost, slices.Concat(refundAnswers(lost, no), waits(lost, o, no))})
	taken := after(t, void, back(void, no, CallRefund, RefundAccepted, ""))
	list = append(list, situation{"a void that was taken", taken, slices.Concat(refundAnswers(taken, no), waits(taken, o, no))})
	switched := after(t, void, back(void, no, CallRefund, RefundRefused, CauseTooLate))
	return append(list, situation{"a void that became a refund", switched, slices.Concat(refundAnswers(switched, no), waits(switched, o, no))})
}

// counterSituations: people, look-ups, totals.
func counterSituations(t *testing.T) []situation {
	s, o := signedIn(t, richSetup)
	desk := desked(t, s, o)
	scanned := after(t, s, CodeScanned{Scanned{Kind: ScanReceipt, Order: o}})
	opened := after(t, scanned, LookedUp{scanned.Session.Lookups, []Original{originalOf(scanned, o)}})
	strange := after(t, s, CodeScanned{Scanned{Kind: ScanBill, Shown: "4200001234"}})
	strange = after(t, strange, LookedUp{Serial: strange.Session.Lookups})
	find := after(t, s, typing("f1 1 2 .")...)
	looking := after(t, s, typing("f1 0 0 0 0 0 1 enter")...)
	var several []Original
	for i := range 12 {
		several = append(several, Original{Order: NewOrderNo(testInstall, uint64(900+i)), Rail: Alipay,
			Amount: money.Fen(1000), Paid: testAt, Day: 20261122, Phase: PaidFor, Ours: true})
	}
	found := after(t, looking, LookedUp{looking.Session.Lookups, several})
	reason := after(t, desk, typing("6 0 00 enter")...)
	approve := after(t, reason, typing("2")...)
	keyed := after(t, approve, typing("1 2 3 4 5")...)
	checking := after(t, keyed, typing("6 enter")...)
	wrong := checking
	for range pinTries {
		wrong = after(t, wrong, PINChecked{Serial: wrong.Session.Lookups})
		if !wrong.Session.Barred {
			wrong = after(t, wrong, typing("1 1 1 1 enter")...)
		}
	}
	small := after(t, desk, typing("1 00 enter 1")...)
	offline := after(t, s, LinkDown{"L01"})
	offdesk := desked(t, offline, o)
	menu := after(t, s, typing("f4")...)
	day := after(t, menu, typing("5")...)
	report := after(t, day, Reported{Report{Day: 20261122, Lines: []ReportLine{{Rail: WeChatPay, Sales: 1, SaleFen: 10000}}}})
	out := after(t, menu, typing("f4")...)
	number := after(t, out, typing("0 1 enter 1 2 3")...)
	pin := after(t, number, typing("4 enter")...)
	var list []situation
	for _, c := range []struct {
		name string
		s    State
	}{
		{"signed in, idle", s}, {"a receipt was scanned", scanned}, {"the network is asked about the sale", opened},
		{"a sale of another terminal is asked for", strange}, {"a sale is on the desk", desk},
		{"an amount is looked for", find}, {"a number is looked for", looking}, {"several were found", found},
		{"further down the list", after(t, found, typing("updown updown updown updown updown updown updown updown updown updown")...)},
		{"an amount to give back is keyed", after(t, desk, typing("6 0 .")...)},
		{"why it goes back", reason}, {"a second person is asked", approve}, {"a second person keys a PIN", keyed},
		{"a PIN is being checked", checking}, {"too many wrong PINs", wrong}, {"a small refund", small},
		{"a refund without the network", offdesk}, {"idle without the network", offline},
		{"menu", menu}, {"a day is being added up", day}, {"a day was added up", report},
		{"a shift", after(t, menu, typing("7")...)}, {"rules", after(t, menu, typing("9")...)},
		{"what is pending: nothing", after(t, menu, typing("f1")...)},
		{"what is pending: a refund", after(t, small, typing("cancel f4 f1")...)},
		{"nobody is signed in", out}, {"a PIN is keyed", number}, {"who is it?", pin},
		{"a wallet is to be chosen", after(t, s, typing("5 00 enter f1")...)},
		{"sold out of the shift's limit", after(t, s, typing("9 0 0 0 1 enter")...)},
	} {
		list = append(list, situation{c.name, c.s, everything(c.s, o, c.s.Session.Back)})
	}
	return list
}

// oddSituations: what seldom is.
func oddSituations(t *testing.T) []situation {
	s, o := paidSale(t, func(s *Setup) { s.NoPaper = true })
	desk := desked(t, s, o)
	list := []situation{{"no printer, a sale on the desk", desk, keysAndScans(o)}}
	sent, no := refunding(t, s, o, "5 00 enter")
	list = append(list, situation{"no printer, a refund", sent, slices.Concat(keysAndScans(o), refundAnswers(sent, no))})

	two, no := refunding(t, s, o, "2 00 enter")
	two = after(t, two, back(two, no, CallRefund, RefundAccepted, ""), KeyPressed{KeyCancel})
	two, second := refunding(t, two, o, "3 00 enter")
	list = append(list, situation{"a second refund of a sale", two, slices.Concat(keysAndScans(o), waits(two, o, second), devices(two))})

	gone := s
	gone.Setup.Rails = nil
	gone = after(t, State{Setup: gone.Setup, Ledger: sent.Ledger}, Booted{Fresh: "0123456789AC"}, LinkUp{})
	list = append(list, situation{"a refund at a network that is not configured any more", gone, waits(gone, o, sent.Session.Back)})

	silent := s
	for range 3 {
		silent = after(t, silent, Found{Ask: FindAsk{Rail: WeChatPay}, Cause: CauseNoAnswer}, TimerFired{Timer{TimerProbe, OrderNo(WeChatPay), 1}})
	}
	list = append(list, situation{"a network is silent", silent, slices.Concat(keysAndScans(o), waits(silent, o, ""), devices(silent))})
	wanted := after(t, silent, typing("5 00 enter")...)
	wanted = after(t, wanted, payerScan("134567890123456789"))
	list = append(list, situation{"a sale at a silent network", wanted, keysAndScans(o)})

	// Refunds that rest in the journal, and are fetched in a round.
	walk := after(t, s, TimerFired{Timer{TimerRound, "", s.Session.Round.Next}})
	walk.Ledger.Backlog = Backlog{Count: 3, Fen: 600}
	var resting []Refund
	for i, phase := range []RefundPhase{Underway, Taken, Dead} {
		n := NewRefundNo(testInstall, uint64(40+i))
		resting = append(resting, Refund{No: n, Key: n, Order: o, Rail: WeChatPay, Amount: money.Fen(200), Total: money.Fen(10000),
			Begun: testAt - 1000, Day: 20261122, Phase: phase, Sent: true, Reason: ReasonNone})
	}
	walk.Ledger.Last = 99
	walk.Session.Round.Walking, walk.Session.Round.Fetching = true, true
	list = append(list, situation{"a walk through the journal", walk, []happening{
		{"three of many", RefundsRecalled{resting, true}}, {"the last", RefundsRecalled{resting[:1], false}},
		{"none", RefundsRecalled{nil, true}}, {"link down", LinkDown{"L01"}},
	}})
	for i, ev := range []Event{FaultRaised{"clock", FaultClock}, FaultRaised{"store", FaultDiskFull}, FaultRaised{"store", FaultDamaged}} {
		bad := after(t, desk, ev)
		list = append(list, situation{"a fault of the terminal, " + itoa(int64(i)), bad, keysAndScans(o)})
		bad = after(t, bad, typing("cancel 5 00 enter")...)
		list = append(list, situation{"... and a sale is begun", bad, keysAndScans(o)})
	}
	urgent := sent
	for range 4 {
		urgent = after(t, urgent, TimerFired{Timer{TimerAlarm, "", urgent.Session.Alarms}})
	}
	return append(list, situation{"what is open has become urgent", urgent, slices.Concat(keysAndScans(o), waits(urgent, o, ""))})
}

// TestTheEndOfTheDayIsCountedAtTheShop: what is open becomes most urgent at
// midnight there.
func TestTheEndOfTheDayIsCountedAtTheShop(t *testing.T) {
	m := begin(State{Setup: testSetup}, testAt)
	if got := m.toMidnight(); got != 9*time.Hour+32*time.Minute {
		t.Errorf("14:28 is %s before midnight", got)
	}
}
