package txn

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"till/txn/money"
)

// situation is a state that the machine can be in, and what may happen in it.
type situation struct {
	name   string
	s      State
	events []happening
}

type happening struct {
	name string
	ev   Event
}

// TestWhatEveryEventDoesInEverySituation writes down what the machine does: each
// key on each screen, each answer in each state, each wait at its end. What an
// event does in most situations stands at the top, and is not said again. A change
// is read in the diff before it is committed.
func TestWhatEveryEventDoesInEverySituation(t *testing.T) {
	all := situations(t)
	does := make([][]string, len(all))
	count := map[string]map[string]int{}
	var names []string
	for i, sit := range all {
		for _, h := range sit.events {
			rd := Step(sit.s, testAt, h.ev)
			next, text := told(sit.s, rd)
			if err := Check(State{sit.s.Setup, next, rd.Session}); err != nil {
				t.Fatalf("%s: after %s: %v", sit.name, h.name, err)
			}
			does[i] = append(does[i], text)
			if count[h.name] == nil {
				count[h.name], names = map[string]int{}, append(names, h.name)
			}
			count[h.name][text]++
		}
	}
	usual := map[string]string{}
	var b strings.Builder
	b.WriteString("# usually\n")
	grouped := newGroups()
	for _, name := range names {
		usual[name] = most(count[name])
		grouped.add(usual[name], name)
	}
	grouped.write(&b)
	for i, sit := range all {
		fmt.Fprintf(&b, "# %s\n", sit.name)
		grouped = newGroups()
		for k, h := range sit.events {
			if does[i][k] != usual[h.name] {
				grouped.add(does[i][k], h.name)
			}
		}
		grouped.write(&b)
	}
	goldenFile(t, "testdata/moves.txt", b.String())
}

// most is what was counted more often than all else together; "" when nothing was.
func most(count map[string]int) (best string) {
	all := 0
	for _, times := range count {
		all += times
	}
	for text, times := range count {
		if 2*times > all {
			best = text
		}
	}
	return best
}

// groups are events that do the same, in the order in which they were met.
type groups struct {
	order []string
	names map[string][]string
}

func newGroups() *groups { return &groups{names: map[string][]string{}} }

func (g *groups) add(does, name string) {
	if g.names[does] == nil {
		g.order = append(g.order, does)
	}
	g.names[does] = append(g.names[does], name)
}

func (g *groups) write(b *strings.Builder) {
	for _, does := range g.order {
		text := does
		if text == "" {
			text = "nothing"
		}
		fmt.Fprintf(b, "%s: %s\n", strings.Join(g.names[does], ", "), text)
	}
	b.WriteByte('\n')
}

// keysAndScans are what people do.
func keysAndScans(o OrderNo) []happening {
	var list []happening
	for k := range KeyF4 + 1 {
		list = append(list, happening{"key " + k.String(), KeyPressed{k}})
	}
	code := NewPayerCode("289012345678901234")
	scan := func(name string, s Scanned) { list = append(list, happening{"scan " + name, CodeScanned{s}}) }
	scan("another payer", Scanned{Kind: ScanPayer, Rail: WeChatPay, Code: NewPayerCode("134567890123456781"), Len: 18})
	scan("the payer again", Scanned{Kind: ScanPayer, Rail: WeChatPay, Code: NewPayerCode("134567890123456789"), Len: 18})
	scan("a payer of another wallet", Scanned{Kind: ScanPayer, Rail: Alipay, Code: code, Len: 18})
	scan("half a code", Scanned{Kind: ScanHalf, Rail: WeChatPay, Len: 12})
	scan("goods", Scanned{Kind: ScanGoods, Shown: "6901234567892"})
	scan("a receipt", Scanned{Kind: ScanReceipt, Order: o})
	scan("a number of the network", Scanned{Kind: ScanBill, Shown: "4200001234"})
	scan("a number of ours", Scanned{Kind: ScanBill, Order: o, Shown: string(o)})
	return list
}

// waits are the ends of all waits that a state may have.
func waits(s State, o OrderNo, no RefundNo) []happening {
	var list []happening
	add := func(t Timer) { list = append(list, happening{fmt.Sprintf("time %s %d", t.Kind, t.Try), TimerFired{t}}) }
	for _, k := range []TimerKind{TimerCode, TimerResult} {
		add(Timer{k, "", s.Session.Serial})
		add(Timer{k, "", s.Session.Serial - 1})
	}
	add(Timer{TimerPaper, "", s.Session.Retries})
	add(Timer{TimerGuard, "", s.Session.Guards})
	add(Timer{TimerRound, "", s.Session.Round.Next})
	add(Timer{TimerGap, "", 0})
	add(Timer{TimerPIN, "", s.Session.Bars})
	add(Timer{TimerLock, "", s.Session.Presses})
	add(Timer{TimerTempo, "", s.Session.Tempos})
	add(Timer{TimerAlarm, "", s.Session.Alarms})
	add(Timer{TimerProbe, OrderNo(WeChatPay), 0})
	add(Timer{TimerProbe, OrderNo(WeChatPay), 1})
	if o != "" {
		for try := range 5 {
			add(Timer{TimerAsk, o, try + 1})
		}
		add(Timer{TimerMayReverse, o, 1})
		add(Timer{TimerReverse, o, 1})
		add(Timer{TimerReverse, o, 4})
		add(Timer{TimerReverse, o, 12})
		add(Timer{TimerShow, o, 1})
		add(Timer{TimerWatch, o, 1})
		add(Timer{TimerWatch, o, 4})
		add(Timer{TimerWatch, o, 5})
		add(Timer{TimerSpacing, o, 0})
		if c, ok := s.Session.Chase(o); ok {
			add(c.Wait)
		}
	}
	if f, ok := s.Session.Follow(no); ok {
		add(f.Wait)
	}
	return list
}

// saleAnswers are what a network can say about a sale.
func saleAnswers(s State, o OrderNo) []happening {
	calls := []Call{CallPay, CallQuery, CallReverse}
	if tx, _ := s.Ledger.Tx(o); tx.Shown {
		calls = []Call{CallQuery, CallShow, CallClose}
	}
	var list []happening
	add := func(name string, a Answered) {
		a.Order = o
		list = append(list, happening{fmt.Sprintf("%s %s", a.Call, name), a})
	}
	for _, call := range calls {
		for _, out := range []Outcome{Unknown, Pending, Approved, Declined, Undone} {
			add(out.String(), Answered{Call: call, Outcome: out, Cause: CauseOther, Code: "CODE", Text: "text", Reference: "42001", QR: "weixin://x"})
		}
		add("silence", Answered{Call: call, Cause: CauseNoAnswer, Fault: "L04"})
		add("not sent", Answered{Call: call, Cause: CauseNotSent, Fault: "L01"})
		add("no such order", Answered{Call: call, Cause: CauseNoSuchOrder, Code: "NOT_EXIST"})
		add("closed", Answered{Call: call, Cause: CauseOrderClosed})
		add("untrusted, again", Answered{Call: call, Cause: CauseUntrusted, Again: true, Fault: "R01"})
		add("clock", Answered{Call: call, Cause: CauseClockWrong, Fault: FaultSkewed})
		add("declined, undo", Answered{Call: call, Outcome: Declined, Cause: CausePayerRefused, Undo: true})
		add("too late", Answered{Call: call, Outcome: Declined, Cause: CauseTooLate})
		add("busy", Answered{Call: call, Cause: CauseBusy})
	}
	return list
}

// refundAnswers are what a network can say about a refund.
func refundAnswers(s State, no RefundNo) []happening {
	var list []happening
	add := func(name string, a RefundAnswered) { list = append(list, happening{name, a}) }
	for _, call := range []RefundCall{CallRefund, CallRefundQuery, CallRefundRepair} {
		for out := RefundUnknown; out <= RefundAbnormal; out++ {
			a := back(s, no, call, out, CausePayerAccount)
			a.Reference, a.Account, a.Payer, a.Discount, a.Text = "50001", "零钱", 900, 100, "text"
			add(fmt.Sprintf("%s %s", call, out), a)
		}
		for _, cause := range []Cause{CauseNoAnswer, CauseNotSent, CauseOther, CauseMerchantFunds} {
			add(fmt.Sprintf("%s unknown %s", call, cause), back(s, no, call, RefundUnknown, cause))
		}
		for _, cause := range []Cause{CauseMerchantFunds, CauseBusy, CauseWindowOver, CauseNotSent} {
			add(fmt.Sprintf("%s refused %s", call, cause), back(s, no, call, RefundRefused, cause))
		}
	}
	return list
}

// devices are what the devices and the wires say.
func devices(s State) []happening {
	list := []happening{
		{"no paper", FaultRaised{"printer", "P02"}}, {"paper near end", FaultRaised{"printer", "P03"}},
		{"printer well", FaultCleared{"printer"}}, {"clock not set", FaultRaised{"clock", FaultClock}},
		{"disk full", FaultRaised{"store", FaultDiskFull}}, {"link down", LinkDown{"L01"}}, {"link up", LinkUp{}},
		{"turn of the paper", PaperTurn{}}, {"balance", Balance{Rail: WeChatPay, Known: true, Fen: 1234}},
		{"recalled none", RefundsRecalled{}},
	}
	p := s.Session.Printer
	attempt := 0
	if paper, ok := begin(s, testAt).paperOf(p); ok {
		attempt = paper.Attempt
	}
	for r := PrintDone; r <= PrintUnconfirmed && p != ""; r++ {
		list = append(list, happening{fmt.Sprintf("print %d", r), ReceiptEnded{p, attempt, r, "A", ""}},
			happening{fmt.Sprintf("print %d with fault", r), ReceiptEnded{p, attempt, r, "A", "P02"}})
	}
	return list
}

// desks are the answers to what is asked while a refund is prepared.
func desks(s State, o OrderNo) []happening {
	ask := FindAsk{Order: o, Rail: WeChatPay, Serial: s.Session.Desk.Serial}
	ses := s.Session
	var several []Original
	for i := range 12 {
		several = append(several, Original{Order: NewOrderNo(testInstall, uint64(900+i)), Rail: WeChatPay,
			Amount: money.Fen(1000), Paid: testAt, Day: 20261122, Phase: PaidFor, Ours: true})
	}
	report := Report{Day: ses.Report.Day, Lines: []ReportLine{{Rail: WeChatPay, Sales: 1, SaleFen: 10000}}}
	return []happening{
		{"looked up: none", LookedUp{Serial: ses.Lookups}}, {"looked up: one", LookedUp{ses.Lookups, several[:1]}},
		{"looked up: several", LookedUp{ses.Lookups, several}}, {"looked up: earlier", LookedUp{ses.Lookups - 1, several}},
		{"found paid", Found{Ask: ask, Finding: FindPaid, Order: o, Amount: 10000, Paid: testAt, Reference: "42", Code: "SUCCESS"}},
		{"found partly back", Found{Ask: ask, Finding: FindPaid, Order: o, Amount: 10000, Paid: testAt, Refunded: true, Back: 4000, Reference: "42"}},
		{"found another amount", Found{Ask: ask, Finding: FindPaid, Order: o, Amount: 77}},
		{"found another order", Found{Ask: ask, Finding: FindPaid, Order: "BA98765432100000000008", Amount: 77}},
		{"found nothing", Found{Ask: ask, Finding: FindNothing}}, {"found gone", Found{Ask: ask, Finding: FindGone}},
		{"found unpaid", Found{Ask: ask, Finding: FindUnpaid}},
		{"found silence", Found{Ask: ask, Cause: CauseNoAnswer, Fault: "L04"}},
		{"PIN of a cashier", PINChecked{ses.Lookups, "01", Cashier}}, {"PIN of a supervisor", PINChecked{ses.Lookups, "02", Supervisor}},
		{"PIN of nobody", PINChecked{Serial: ses.Lookups}}, {"PIN of before", PINChecked{ses.Lookups - 1, "02", Supervisor}},
		{"report", Reported{report}},
	}
}

// everything is all of it.
func everything(s State, o OrderNo, no RefundNo) []happening {
	list := append(keysAndScans(o), desks(s, o)...)
	list = append(list, devices(s)...)
	list = append(list, waits(s, o, no)...)
	if _, ok := s.Ledger.Tx(o); ok {
		list = append(list, saleAnswers(s, o)...)
	}
	if _, ok := s.Ledger.Refund(no); ok {
		list = append(list, refundAnswers(s, no)...)
	}
	return list
}

// richSetup is a shop with two networks, people, limits and cash.
func richSetup(s *Setup) {
	s.Staff, s.Cash, s.IdleLock = staff, true, 5*time.Minute
	s.Refunds = RefundRules{Limit: money.Fen(5000), Max: money.Fen(9000), ShiftLimit: money.Fen(20000), DayLimit: money.Fen(30000),
		Days: 30, Reasons: true, Tempo: 3, TempoTime: 10 * time.Minute}
	s.ShiftSales, s.ShownLives = money.Fen(90000), 2*time.Minute
	s.Rails = append(s.Rails, RailSetup{Name: Alipay, Policy: testPolicy, Finds: true, Tells: true,
		Refund: RefundPolicy{WindowDays: 365, Asks: []time.Duration{time.Minute}, VoidSameDay: true, VoidWhy: CauseFeeBack, PerSecond: 20},
		Show:   ShowPolicy{Lives: 10 * time.Minute, Soon: 2 * time.Second, SoonFor: time.Minute, Interval: 5 * time.Second}})
}
