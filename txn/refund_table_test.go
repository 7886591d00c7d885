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

// paidSale is a terminal with one sale of 100.00 that was paid, at a network that
// does all there is.
func paidSale(t *testing.T, change func(*Setup)) (State, OrderNo) {
	setup := refundSetup
	setup.Rails = slices.Clone(setup.Rails)
	if change != nil {
		change(&setup)
	}
	s := after(t, State{Setup: setup}, Booted{Fresh: testInstall}, LinkUp{})
	o := NewOrderNo(testInstall, 1)
	s.Ledger = Apply(s.Ledger, Begun{At: testAt, Order: o, Rail: setup.Rails[0].Name, Amount: money.Fen(10000), Operator: "Wang"})
	s.Ledger = Apply(s.Ledger, Paid{testAt, testAt.Day(setup.Zone), o, "42"})
	return s, o
}

// originalOf is what the store tells of a sale in memory.
func originalOf(s State, o OrderNo) Original {
	m := begin(s, testAt)
	tx, _ := m.tx(o)
	return m.original(tx)
}

// desked has scanned the receipt of a sale, and the network has confirmed it.
func desked(t *testing.T, s State, o OrderNo) State {
	t.Helper()
	s = after(t, s, CodeScanned{Scanned{Kind: ScanReceipt, Order: o}})
	s = after(t, s, LookedUp{s.Session.Lookups, []Original{originalOf(s, o)}})
	return heardPaid(t, s)
}

func heardPaid(t *testing.T, s State) State {
	t.Helper()
	if s.Session.Desk.Asking == 0 {
		return s
	}
	d := s.Session.Desk
	return after(t, s, Found{Ask: FindAsk{Order: d.Original.Order, Reference: d.Original.Reference, Rail: d.Original.Rail,
		Serial: d.Serial}, Finding: FindPaid, Amount: d.Original.Amount.Minor()})
}

// refunding has sent a refund of it by keys.
func refunding(t *testing.T, s State, o OrderNo, keys string) (State, RefundNo) {
	t.Helper()
	s = after(t, desked(t, s, o), typing(keys)...)
	if s.Session.View != ViewBack {
		t.Fatalf("%s leads to %s, over %q, verdict %q", keys, s.Session.View, s.Session.Desk.Over, s.Preflight(testAt).Verdict)
	}
	return s, s.Session.Back
}

// back is an answer about a refund of the test's sale.
func back(s State, no RefundNo, call RefundCall, out RefundOutcome, cause Cause) RefundAnswered {
	r, _ := s.Ledger.Refund(no)
	return RefundAnswered{Refund: no, Order: r.Order, Call: call, Outcome: out, Cause: cause, Code: string(cause)}
}

func waited(s State, no RefundNo) Event {
	f, _ := s.Session.Follow(no)
	return TimerFired{f.Wait}
}

func refundOf(t *testing.T, s State, no RefundNo) Refund {
	t.Helper()
	r, ok := s.Ledger.Refund(no)
	if !ok {
		t.Fatalf("refund %s is not in memory", no)
	}
	return r
}

// refundStandings are the states of one refund that the table has rows for.
func refundStandings(t *testing.T) ([]string, map[string]State, RefundNo) {
	paid, o := paidSale(t, nil)
	sent, no := refunding(t, paid, o, "f1 enter")
	offline, _ := refunding(t, after(t, paid, LinkDown{"N01"}), o, "f1 enter")
	ans := func(s State, call RefundCall, out RefundOutcome, cause Cause) State {
		return after(t, s, back(s, no, call, out, cause))
	}
	doubt := ans(sent, CallRefund, RefundUnknown, CauseNoAnswer)
	asked := after(t, doubt, waited(doubt, no))
	resent := ans(asked, CallRefundQuery, RefundAbsent, CauseNoSuchOrder)
	resent = after(t, resent, TimerFired{Timer{TimerSpacing, o, 0}})
	refused := ans(resent, CallRefund, RefundRefused, CausePayerAccount)
	held := ans(sent, CallRefund, RefundRefused, CauseMerchantFunds)
	ending := after(t, held, typing("f2")...)
	taken := ans(sent, CallRefund, RefundAccepted, "")
	list := []struct {
		name string
		s    State
	}{
		{"promised, offline", offline}, {"underway", sent}, {"underway, doubt", doubt}, {"underway, asked", asked},
		{"underway, refused", refused}, {"held", held}, {"held, called off", ending}, {"taken", taken},
		{"taken, asked", after(t, taken, waited(taken, no))},
		{"paid-back", ans(taken, CallRefundQuery, RefundPaidOut, "")},
		{"failed", ans(sent, CallRefund, RefundRefused, CausePayerAccount)},
		{"dead", ans(taken, CallRefundQuery, RefundClosed, CauseDead)},
		{"stranded", ans(taken, CallRefundQuery, RefundAbnormal, CausePayerAccount)},
		{"dropped", after(t, offline, typing("f2")...)}, {"written-off", writtenOff(t, doubt, no)},
	}
	var names []string
	byName := map[string]State{}
	for _, l := range list {
		names, byName[l.name] = append(names, l.name), l.s
	}
	return names, byName, no
}

// writtenOff is a refund that a person gave up.
func writtenOff(t *testing.T, s State, no RefundNo) State {
	s.Ledger = Apply(s.Ledger, RefundWrittenOff{At: testAt, Refund: no, By: "02", Asker: "01", Why: ReasonBooks})
	s.Session.Follows = nil
	return after(t, s, PaperTurn{})
}

func refundHappenings(s State, no RefundNo) ([]string, map[string]Event) {
	var names []string
	evs := map[string]Event{}
	add := func(name string, ev Event) { names, evs[name] = append(names, name), ev }
	for _, call := range []RefundCall{CallRefund, CallRefundQuery} {
		for out := RefundUnknown; out <= RefundAbnormal; out++ {
			cause := CausePayerAccount
			if out == RefundUnknown {
				cause = CauseNoAnswer
			}
			add(fmt.Sprintf("%s %s", call, out), back(s, no, call, out, cause))
		}
		add(call.String()+" short", back(s, no, call, RefundRefused, CauseMerchantFunds))
	}
	add("time is over", waited(s, no))
	add("enter key", KeyPressed{KeyEnter})
	add("F1 key", KeyPressed{KeyF1})
	add("F2 key", KeyPressed{KeyF2})
	return names, evs
}

func refundSends(es []Effect) string {
	var names []string
	for _, e := range es {
		switch e := e.(type) {
		case SendRefund:
			names = append(names, e.Method.String())
		case SendRefundQuery:
			names = append(names, "query")
		case SendRepair:
			names = append(names, "repair")
		}
	}
	return strings.Join(names, " ")
}

// TestTheTableOfRefundsIsThatOfTheMachine makes the second table of doc.go from
// every state of a refund and every event, and compares.
func TestTheTableOfRefundsIsThatOfTheMachine(t *testing.T) {
	states, byState, no := refundStandings(t)
	var b strings.Builder
	row := func(cells ...any) { fmt.Fprintf(&b, "//\t%-17s  %-21s  %-9s  %-26s  %s\n", cells...) }
	row("state", "event", "then", "entered", "sent")
	for _, st := range states {
		s := byState[st]
		events, byEvent := refundHappenings(s, no)
		for _, ev := range events {
			rd := Step(s, testAt, byEvent[ev])
			next := after(t, s, byEvent[ev])
			entries := slices.DeleteFunc(slices.Clone(rd.Entries), func(e Entry) bool { _, paper := e.(ReceiptDue); return paper })
			entered, sent := entryNames(entries), refundSends(rd.Effects)
			if entered == "" && sent == "" {
				continue
			}
			row(st, ev, refundOf(t, next, no).Phase, entered, sent)
		}
	}
	golden(t, "nothing else.\n//\n", "//\n// # Decisions\n", trimLines(b.String()))
}

// golden compares a table in doc.go with the machine's, or rewrites it.
func golden(t *testing.T, begin, end, table string) {
	t.Helper()
	const file = "doc.go"
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(src), begin)
	old, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no %q and %q", file, begin, end)
	}
	if *update {
		if err := os.WriteFile(file, []byte(head+begin+table+end+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if old != table {
		t.Errorf("the table in %s is not the machine's (run with -update and read the diff)\n--- machine\n%s", file, table)
	}
}

// TestADrainOfTenThousandIsExactlyOnce: ten thousand promised refunds, a third of
// all requests lost in some way, and each is paid out once.
func TestADrainOfTenThousandIsExactlyOnce(t *testing.T) {
	t.Parallel()
	n := some(10_000)
	w := newStreet(1)
	w.calm, w.books.calm = true, false
	sh := w.open(t, "drain", testInstall, refundSetup)
	l := sh.s.Ledger
	for range n {
		o, no := NewOrderNo(testInstall, l.Last+1), NewRefundNo(testInstall, l.Last+2)
		w.books.sales[o] = &bookedSale{total: 100, paid: true}
		one := Apply(Ledger{}, RefundBegun{At: testAt, Day: 20261122, Refund: no, Key: no, Order: o, Rail: WeChatPay,
			Amount: money.Fen(100), Total: money.Fen(100)})
		sh.stored[no] = one.Refunds[0]
		sh.index(one.Refunds[0])
		l.Last += 2
	}
	sh.s.Ledger.Last = l.Last
	sh.drains = true
	sh.boot(testInstall)
	if got := sh.s.Ledger.Backlog.Count; got != n {
		t.Fatalf("%d are open", got)
	}
	began, virtual := time.Now(), w.now
	var tick func()
	tick = func() { w.books.pay(); w.later(time.Minute, tick) }
	tick()
	w.run(7*24*time.Hour, func() bool { return sh.s.Ledger.Backlog.Count == 0 })
	paid := 0
	for _, r := range w.books.refunds {
		if r.state == RefundPaidOut {
			paid++
		}
	}
	ends := map[RefundPhase]int{}
	for _, r := range sh.stored {
		ends[r.Phase]++
	}
	t.Logf("%d in %v of virtual time, %v of ours: %v", n, time.Duration(w.now-virtual)*time.Millisecond, time.Since(began), ends)
	if paid+ends[Failed] != n || ends[PaidBack] != paid || sh.s.Ledger.Backlog.Count != 0 {
		t.Errorf("%d of %d were paid, the terminal tells %v, %d are open", paid, n, ends, sh.s.Ledger.Backlog.Count)
	}
}

// pay pays everything out that was taken.
func (b *books) pay() {
	for _, r := range b.refunds {
		if r.state == RefundAccepted {
			r.state = RefundPaidOut
		}
	}
}

// original is a sale in memory as somebody wants money back from it: what a
// look-up in the journal brings.
func (m *move) original(tx Tx) Original {
	o := Original{Order: tx.Order, Rail: tx.Rail, Wallet: tx.Wallet, Amount: tx.Amount, Paid: tx.Ended, Day: tx.Day,
		Reference: tx.Reference, Terminal: tx.Terminal, Operator: tx.Operator, Shown: tx.Shown, Phase: tx.Phase,
		Disputed: tx.Disputed, Ours: true}
	o.Refunds = m.state().refundsOf(o)
	return o
}
