package txn

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"till/txn/money"
)

// peopleSituations: what a second person decides, and what only he may.
func peopleSituations(t *testing.T) []situation {
	var list []situation
	put := func(name string, s State, o OrderNo) {
		list = append(list, situation{name, s, everything(s, o, s.Session.Back)})
	}
	s, o := signedIn(t, richSetup)
	report := Report{Day: 20261122, Lines: []ReportLine{{Rail: WeChatPay, Sales: 1, SaleFen: 10000}}}
	put("the day is to be closed", after(t, after(t, s, typing("f4 5")...), Reported{report}, KeyPressed{KeyEnter}), o)
	closed := after(t, s, typing("f4 5")...)
	closed.Ledger.Closed = 20261122
	put("the day was closed", after(t, closed, Reported{report}), o)

	boss := after(t, s, typing("f4 f4 0 2 enter 1 2 3 4 5 6 enter")...)
	boss = after(t, boss, PINChecked{boss.Session.Lookups, "02", Supervisor})
	put("a supervisor, idle", boss, o)
	put("a supervisor refunds", after(t, desked(t, boss, o), typing("6 0 00 enter 1")...), o)
	tech := after(t, s, typing("f4 f4 0 9 enter 1 2 3 4 5 6 enter")...)
	tech = after(t, tech, PINChecked{tech.Session.Lookups, "09", Technician})
	put("a technician at a sale", desked(t, tech, o), o)

	sold := after(t, s, typing("8 00 enter")...)
	sold = after(t, sold, payerScan("134567890123456789"))
	sale := sold.Session.Shown
	put("a sale of a shift", sold, sale)
	back := after(t, sold, TimerFired{Timer{TimerMayReverse, sale, 1}}, KeyPressed{KeyCancel},
		Answered{Order: sale, Call: CallQuery, Outcome: Unknown, Cause: CauseNoAnswer})
	back = after(t, back, TimerFired{Timer{TimerGuard, "", back.Session.Guards}})
	put("a sale of a shift is taken back", back, sale)
	cash := after(t, s, typing("8 00 enter f4")...)
	put("cash of a shift", cash, "")
	for range 2 {
		back = after(t, back, TimerFired{Timer{TimerAlarm, "", back.Session.Alarms}})
	}
	put("it has been open for ten minutes", back, sale)
	off := after(t, back, typing("f2")...)
	put("it is to be given up", off, sale)
	put("it was given up", after(t, off, typing("1 2 3 4 5 6 enter")...), sale)
	given := after(t, off, typing("1 2 3 4 5 6 enter")...)
	put("given up", after(t, given, PINChecked{given.Session.Lookups, "02", Supervisor}), sale)

	small, no := refunding(t, s, o, "3 00 enter 1")
	dead := after(t, small, backOf(small, no, RefundAccepted, ""), backOf(small, no, RefundClosed, CauseDead))
	put("a cashier's refund is dead", dead, o)
	put("cash for the dead one?", after(t, dead, typing("f2")...), o)
	again := after(t, dead, typing("f1")...)
	again = after(t, again, LookedUp{again.Session.Lookups, []Original{originalOf(again, o)}})
	put("another number for the dead one", again, o)
	put("another number, and the network has spoken", heardPaid(t, again), o)
	stranded := after(t, small, backOf(small, no, RefundAccepted, ""), backOf(small, no, RefundAbnormal, CausePayerAccount))
	put("a cashier's refund is stranded", stranded, o)
	put("to the shop's account?", after(t, stranded, typing("f1")...), o)
	held := after(t, small, backOf(small, no, RefundRefused, CauseMerchantFunds))
	put("a cashier's refund is held", held, o)
	put("cash for the held one?", after(t, held, typing("f1")...), o)
	failed := after(t, small, backOf(small, no, RefundRefused, CauseWindowOver))
	put("a cashier's refund has failed", failed, o)
	put("cash for the failed one?", after(t, failed, typing("f1")...), o)
	return list
}

// backOf is the answer to the refund itself, or to a question about one that was taken.
func backOf(s State, no RefundNo, out RefundOutcome, cause Cause) RefundAnswered {
	call := CallRefund
	if out == RefundClosed || out == RefundAbnormal {
		call = CallRefundQuery
	}
	return back(s, no, call, out, cause)
}

// moreSituations: several things at once, and what was forgotten.
func moreSituations(t *testing.T) []situation {
	var list []situation
	put := func(name string, s State, o OrderNo) {
		list = append(list, situation{name, s, everything(s, o, s.Session.Back)})
	}
	s, o := paidSale(t, nil)
	refund, _ := refunding(t, s, o, "5 00 enter")
	busy := after(t, refund, typing("cancel 7 00 enter")...)
	busy = after(t, busy, payerScan("134567890123456789"))
	first := busy.Session.Shown
	busy = after(t, busy, Answered{Order: first, Call: CallPay, Outcome: Unknown, Cause: CauseNoAnswer}, KeyPressed{KeyCancel})
	busy = after(t, busy, typing("9 00 enter")...)
	busy = after(t, busy, payerScan("134567890123456780"))
	second := busy.Session.Shown
	busy = after(t, busy, Answered{Order: second, Call: CallPay, Outcome: Declined, Cause: CausePayerRefused, Undo: true}, KeyPressed{KeyCancel})
	pending := after(t, busy, typing("f4 f1")...)
	put("three things are pending", pending, first)
	put("the second of them", after(t, pending, typing("updown")...), second)
	put("the third of them", after(t, pending, typing("updown updown")...), first)
	put("the first is opened", after(t, pending, typing("f1")...), second)
	put("the third is opened", after(t, pending, typing("updown updown f1")...), first)
	put("an alarm over three things", after(t, busy, TimerFired{Timer{TimerAlarm, "", busy.Session.Alarms}}), first)
	down := after(t, busy, LinkDown{"L01"})
	put("the network is gone over three things", down, first)
	wanted := after(t, down, typing("5 00 enter")...)
	wanted = after(t, wanted, payerScan("134567890123456781"))
	put("a wallet cannot be charged without the network", wanted, first)
	paid := after(t, busy, Answered{Order: first, Call: CallQuery, Outcome: Approved})
	put("approved while nobody looked", paid, first)
	put("... and the same amount again", after(t, paid, typing("cancel cancel 7 00 enter")...), first)

	gone := s
	gone.Session.View, gone.Session.Shown = ViewSale, NewOrderNo(testInstall, 999)
	gone.Ledger.Last = 999
	list = append(list, situation{"the sale on the screen was forgotten", gone, keysAndScans(o)})
	elsewhere := after(t, s, CodeScanned{Scanned{Kind: ScanReceipt, Order: NewOrderNo(testInstall, 900)}})
	elsewhere.Ledger.Last = 999
	elsewhere = after(t, elsewhere, LookedUp{elsewhere.Session.Lookups, []Original{{Order: NewOrderNo(testInstall, 900), Rail: WeChatPay,
		Amount: money.Fen(1000), Paid: testAt, Day: 20261122, Phase: PaidFor, Ours: true}}})
	put("a sale that is out of memory", heardPaid(t, elsewhere), NewOrderNo(testInstall, 900))
	open := after(t, busy, CodeScanned{Scanned{Kind: ScanReceipt, Order: first}})
	put("an open sale is to be refunded", after(t, open, LookedUp{open.Session.Lookups, []Original{originalOf(open, first)}}), first)
	cash := after(t, s, typing("5 00 enter f4 enter cancel")...)
	put("a sale in cash on the desk", desked(t, cash, NewOrderNo(testInstall, 2)), NewOrderNo(testInstall, 2))
	put("all of it in cash", after(t, desked(t, cash, NewOrderNo(testInstall, 2)), typing("f1 enter")...), NewOrderNo(testInstall, 2))
	full := after(t, desked(t, s, o), Found{})
	full.Session.Desk.Cause = CauseFullOnly
	put("only the whole of it can go back", after(t, full, typing("5 00 enter")...), o)
	return list
}

// TestThePreflightIsWrittenDown: every rule, and the figures beside it.
func TestThePreflightIsWrittenDown(t *testing.T) {
	base, o := paidSale(t, nil)
	rich, ro := signedIn(t, richSetup)
	var b strings.Builder
	try := func(name string, s State, o OrderNo, at Wall, change func(*State)) {
		s = desked(t, s, o)
		s.Setup.Rails, s.Ledger.Refunds = slices.Clone(s.Setup.Rails), slices.Clone(s.Ledger.Refunds)
		if change != nil {
			change(&s)
		}
		fmt.Fprintf(&b, "%s: %s\n", name, brief(s.Preflight(at)))
	}
	parts := func(n int, phase RefundPhase, fen int64) func(*State) {
		return func(s *State) {
			for i := range n {
				no := NewRefundNo(testInstall, uint64(20+i))
				s.Ledger.Refunds = append(s.Ledger.Refunds, Refund{No: no, Key: no, Order: o, Amount: money.Fen(fen), Total: money.Fen(10000), Phase: phase})
			}
		}
	}
	const dayLong = Wall(24 * 3600 * 1000)
	for _, c := range []struct {
		name string
		s    State
		o    OrderNo
	}{{"plain", base, o}, {"rich", rich, ro}} {
		for _, days := range []Wall{0, 1, 29, 30, 31, 364, 365, 366} {
			try(fmt.Sprintf("%s, %d days later", c.name, days), c.s, c.o, testAt+days*dayLong, nil)
		}
		for _, phase := range RefundPhases {
			try(fmt.Sprintf("%s, one %s", c.name, phase), c.s, c.o, testAt, parts(1, phase, 1000))
		}
		for _, n := range []int{49, 50, 51} {
			try(fmt.Sprintf("%s, %d parts", c.name, n), c.s, c.o, testAt, parts(n, PaidBack, 100))
		}
		try(c.name+", all of it", c.s, c.o, testAt, parts(1, PaidBack, 10000))
		try(c.name+", more than all of it", c.s, c.o, testAt, parts(2, PaidBack, 9000))
		for _, fen := range []int64{0, 1000, 1500, 2500, 10000} {
			try(fmt.Sprintf("%s, the network says %d, the journal 1000 and 500 on its way", c.name, fen), c.s, c.o, testAt, func(s *State) {
				parts(1, PaidBack, 1000)(s)
				no := NewRefundNo(testInstall, 30)
				s.Ledger.Refunds = append(s.Ledger.Refunds, Refund{No: no, Key: no, Order: o, Amount: money.Fen(500), Total: money.Fen(10000), Phase: Underway})
				s.Session.Desk.Back, s.Session.Desk.Refunded = fen, fen > 0
			})
		}
		for finding := FindUnknown; finding <= FindGone; finding++ {
			try(fmt.Sprintf("%s, finding %d", c.name, finding), c.s, c.o, testAt, func(s *State) {
				s.Session.Desk.Finding, s.Session.Desk.Heard = finding, finding != FindUnknown
			})
		}
		for _, change := range preflightChanges() {
			try(c.name+", "+change.name, c.s, c.o, testAt, change.do)
		}
	}
	goldenFile(t, "testdata/preflight.txt", b.String())
}

type named struct {
	name string
	do   func(*State)
}

func preflightChanges() []named {
	return []named{
		{"link down", func(s *State) { s.Session.Link = LinkIsDown }},
		{"network silent", func(s *State) { s.Session.Rails = []RailHealth{{Name: WeChatPay, Open: true}} }},
		{"by cash", func(s *State) { s.Session.Desk.ByCash = true }},
		{"by cash, too old", func(s *State) {
			s.Session.Desk.ByCash, s.Session.Desk.Original.Paid = true, testAt-Wall(400*24*3600*1000)
		}},
		{"clock not set", func(s *State) { s.Session.Faults = []Fault{{"clock", FaultClock}} }},
		{"clock not set, too old", func(s *State) {
			s.Session.Faults, s.Session.Desk.Original.Paid = []Fault{{"clock", FaultClock}}, testAt-Wall(400*24*3600*1000)
		}},
		{"no time of payment", func(s *State) { s.Session.Desk.Original.Paid, s.Session.Desk.Original.Day = 0, 0 }},
		{"no day of payment", func(s *State) { s.Session.Desk.Original.Day = 0 }},
		{"frozen", func(s *State) { s.Session.Desk.Cause = CauseFrozen }},
		{"still asking", func(s *State) { s.Session.Desk.Asking = 1 }},
		{"spaced", func(s *State) { s.Session.Spacing = []OrderNo{"x", s.Session.Desk.Original.Order, "y"} }},
		{"balance of less", func(s *State) {
			s.Session.Balances = []Balance{{Rail: "x", Known: true, Fen: 1}, {Rail: WeChatPay, Known: true, Fen: 9000}}
		}},
		{"balance of enough", func(s *State) { s.Session.Balances = []Balance{{Rail: WeChatPay, Known: true, Fen: 10000}} }},
		{"balance not known", func(s *State) { s.Session.Balances = []Balance{{Rail: WeChatPay, Fen: 10}} }},
		{"shown", func(s *State) { s.Session.Desk.Original.Shown = true }},
		{"voids", func(s *State) { voids(&s.Setup) }},
		{"voids, and a part went back", func(s *State) { voids(&s.Setup); s.Session.Desk.Refunded = true }},
		{"another terminal's", func(s *State) { s.Session.Desk.Original.Ours = false }},
		{"another terminal's, not heard", func(s *State) { s.Session.Desk.Original.Ours, s.Session.Desk.Heard = false, false }},
		{"another terminal's, being asked", func(s *State) {
			s.Session.Desk.Original.Ours, s.Session.Desk.Heard, s.Session.Desk.Asking = false, false, 2
		}},
		{"another terminal's, silence", func(s *State) {
			s.Session.Desk.Original.Ours, s.Session.Desk.Heard, s.Session.Desk.Cause = false, false, CauseNoAnswer
		}},
		{"another terminal's, link down", func(s *State) {
			s.Session.Desk.Original.Ours, s.Session.Desk.Heard, s.Session.Link = false, false, LinkIsDown
		}},
		{"network not configured", func(s *State) { s.Setup.Rails = nil }},
		{"many in a short time", func(s *State) { s.Session.Tempo = 3 }},
		{"nearly many", func(s *State) { s.Session.Tempo = 2 }},
		{"the shop's window is longer", func(s *State) { s.Setup.Refunds.Days = 500 }},
		{"replaces a dead one", func(s *State) {
			no := NewRefundNo(testInstall, 20)
			s.Ledger.Refunds = append(s.Ledger.Refunds, Refund{No: no, Key: no, Order: s.Session.Desk.Original.Order, Amount: money.Fen(700), Phase: Dead})
			s.Session.Desk.Replaces = no
		}},
	}
}

// goldenFile compares a text with a file, line by line, or rewrites it.
func goldenFile(t *testing.T, file, text string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	was, is := strings.Split(string(want), "\n"), strings.Split(text, "\n")
	for i := range min(len(was), len(is)) {
		if was[i] != is[i] {
			t.Fatalf("%s:%d (run with -update and read the diff)\nwas %s\nis  %s", file, i+1, was[i], is[i])
		}
	}
	if len(was) != len(is) {
		t.Fatalf("%s has %d lines, and the machine %d", file, len(was), len(is))
	}
}

// TestWaitsAreAsLongAsTheySay: those that grow.
func TestWaitsAreAsLongAsTheySay(t *testing.T) {
	for failed, want := range map[int]int{0: 30, 5: 30, 6: 60, 7: 120, 9: 480, 10: 960, 11: 960} {
		if got := pinWait(failed); got != want {
			t.Errorf("after %d wrong PINs %d s, want %d", failed, got, want)
		}
	}
	if seconds(3) != 3*time.Second {
		t.Error("a second is no second")
	}
}
