package txn

import (
	"cmp"
	"container/heap"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"till/txn/money"
)

// shop is one terminal, with its store, its timers and its link.
type shop struct {
	t       *testing.T
	story   string
	street  *street
	s       State
	stored  map[RefundNo]Refund // the store, row by row
	entries map[RefundNo][]Entry
	begun   map[RefundNo]bool
	life    int // answers to an earlier life of the process are lost
	armed   map[Timer]int
	up      bool
	last    string             // letter of the install
	open    []uint64           // numbers of what is open in the store
	drains  bool               // the network loses requests in a calm world too
	trace   func(Event, Ready) // of every step, before it is taken
}

// street is the world: a clock, what is to come, and the network's books.
type street struct {
	rng   *rand.Rand
	now   Wall
	queue plan
	seq   int
	books *books
	shops []*shop
	calm  bool
	loss  int // of a hundred requests
}

type planned struct {
	at  Wall
	seq int
	do  func()
}

type plan []planned

func (p plan) Len() int { return len(p) }
func (p plan) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(p[i].at, p[j].at), cmp.Compare(p[i].seq, p[j].seq)) < 0
}
func (p plan) Swap(i, j int) { p[i], p[j] = p[j], p[i] }
func (p *plan) Push(x any)   { *p = append(*p, x.(planned)) }
func (p *plan) Pop() any {
	old := *p
	x := old[len(old)-1]
	*p = old[:len(old)-1]
	return x
}

func (w *street) later(d time.Duration, do func()) {
	w.seq++
	heap.Push(&w.queue, planned{w.now + Wall(max(1, d.Milliseconds())), w.seq, do})
}

func (w *street) between(a, b time.Duration) time.Duration {
	return a + time.Duration(w.rng.Int64N(int64(b-a)))
}

// run lets time pass, until enough says so.
func (w *street) run(d time.Duration, enough func() bool) {
	end := w.now + Wall(d.Milliseconds())
	for len(w.queue) > 0 && w.queue[0].at <= end && !enough() {
		p := heap.Pop(&w.queue).(planned)
		w.now = p.at
		p.do()
	}
	w.now = max(w.now, min(end, w.now))
}

var refundSetup = func() Setup {
	s := testSetup
	s.Cash = true
	s.Rails = []RailSetup{{Name: WeChatPay, Policy: testPolicy, Finds: true, Tells: true,
		Show: ShowPolicy{Lives: 2 * time.Minute, Soon: 2 * time.Second, SoonFor: 30 * time.Second, Interval: 5 * time.Second, Confirm: true},
		Refund: RefundPolicy{WindowDays: 365, Parts: 50, Spacing: time.Minute, PerSecond: 150, RefundShown: true, MayRepair: true,
			Asks: []time.Duration{time.Minute, time.Minute, 5 * time.Minute, 30 * time.Minute}, Resend: 10 * time.Second, RetryHeld: 10 * time.Minute}}}
	return s
}()

func newStreet(seed uint64) *street {
	w := &street{rng: rand.New(rand.NewPCG(seed, 7)), now: testAt, loss: 30}
	w.books = newBooks(w.rng)
	return w
}

func (w *street) open(t *testing.T, story string, install Install, setup Setup) *shop {
	sh := &shop{t: t, story: story, street: w, s: State{Setup: setup}, stored: map[RefundNo]Refund{},
		entries: map[RefundNo][]Entry{}, begun: map[RefundNo]bool{}, armed: map[Timer]int{}, up: true}
	sh.last = string(install[len(install)-1:])
	w.shops = append(w.shops, sh)
	sh.boot(install)
	return sh
}

// boot starts the process on what is stored: no refund is in memory.
func (sh *shop) boot(fresh Install) {
	sh.life++
	clear(sh.armed)
	l := sh.s.Ledger
	l.Refunds, l.Backlog = nil, Backlog{}
	for _, r := range sh.stored {
		if !r.Phase.Final() {
			l.Backlog.Count++
			l.Backlog.Fen += r.Amount.Minor()
		}
	}
	sh.s.Ledger, sh.s.Session = l, Session{}
	sh.do(Booted{Fresh: fresh})
	sh.do(LinkUp{})
	sh.up = true
}

func (sh *shop) crash() { sh.boot(sh.s.Ledger.Install) }

func (sh *shop) fatal(format string, args ...any) {
	sh.t.Helper()
	sh.t.Fatalf("%s: %s", sh.story, fmt.Sprintf(format, args...))
}

// do is terminal.carryOut: durable, then known, then done.
func (sh *shop) do(ev Event) {
	rd := Step(sh.s, sh.street.now, ev)
	if sh.trace != nil {
		sh.trace(ev, rd)
	}
	l := Recall(sh.s.Ledger, rd.Recalled)
	for _, e := range rd.Entries {
		l = Apply(l, e)
		sh.write(e)
	}
	for _, r := range l.Refunds {
		if sh.stored[r.No] != r {
			sh.stored[r.No] = r
			sh.index(r)
		}
	}
	if n := len(l.Refunds); l.Backlog.Count < 0 || n > 4*followsMax {
		sh.fatal("after %+v: %d refunds in memory, backlog %+v", ev, n, l.Backlog)
	}
	sh.s.Ledger, sh.s.Session = Park(l, rd.Parked), rd.Session
	if err := Check(sh.s); err != nil {
		sh.fatal("after %+v: %v", ev, err)
	}
	if !sh.street.calm && len(rd.Entries) > 0 && sh.street.rng.IntN(60) == 0 {
		sh.crash() // durable, and the power goes before the first effect
		return
	}
	for _, e := range rd.Effects {
		sh.perform(e)
	}
}

// write files an entry under its refund, and holds it against the books.
func (sh *shop) write(e Entry) {
	file := func(no RefundNo) { sh.entries[no] = append(sh.entries[no], e) }
	free := func(no RefundNo) {
		if r := sh.stored[no]; r.Method != ByCash && sh.street.books.live(no) {
			sh.fatal("%T of %s, of which the network has taken %+v", e, no, sh.street.books.refunds[no])
		}
		file(no)
	}
	switch e := e.(type) {
	case RefundBegun:
		if sh.begun[e.Refund] {
			sh.fatal("%s is begun twice", e.Refund)
		}
		sh.begun[e.Refund] = true
		if e.Replaces != "" && sh.street.books.live(e.Replaces) {
			sh.fatal("%s replaces %s, which may still pay", e.Refund, e.Replaces)
		}
		file(e.Refund)
	case RefundDropped:
		free(e.Refund)
	case RefundCashed:
		free(e.Refund)
	case RefundFailed:
		free(e.Refund)
	case RefundSent:
		file(e.Refund)
	case RefundHeld:
		file(e.Refund)
	case RefundTaken:
		file(e.Refund)
	case RefundPaid:
		file(e.Refund)
	case RefundDead:
		file(e.Refund)
	case RefundStranded:
		file(e.Refund)
	case RefundRepaired:
		file(e.Refund)
	case RefundSwitched:
		file(e.Refund)
	case RefundReplaced:
		file(e.Refund)
	}
}

func (sh *shop) perform(e Effect) {
	w := sh.street
	switch e := e.(type) {
	case ArmTimer:
		sh.armed[e.Timer]++
		n, life := sh.armed[e.Timer], sh.life
		w.later(e.After, func() {
			if sh.life == life && sh.armed[e.Timer] == n {
				delete(sh.armed, e.Timer)
				sh.do(TimerFired{e.Timer})
			}
		})
	case SendRefund:
		if r, ok := sh.stored[e.Refund]; !ok || !r.Sent || r.Amount != e.Amount {
			sh.fatal("%s is sent and not on disk: %+v", e.Refund, r)
		}
		sh.ask(CallRefund, e.RefundAsk, func() RefundAnswered { return w.books.refund(e.RefundAsk, e.Method) })
	case SendRefundQuery:
		sh.ask(CallRefundQuery, e.RefundAsk, func() RefundAnswered { return w.books.query(e.RefundAsk, e.Method) })
	case SendRepair:
		sh.ask(CallRefundRepair, e.RefundAsk, func() RefundAnswered { return w.books.repair(e.RefundAsk) })
	case FindSale:
		sh.wire(func() Event { return w.books.find(e.FindAsk) }, Found{Ask: e.FindAsk, Cause: CauseNoAnswer})
	case SendShow:
		sh.sell(e, e.Order, CallShow)
	case SendClose:
		sh.sell(e, e.Order, CallClose)
	case SendQuery:
		sh.sell(e, e.Order, CallQuery)
	case SendReversal:
		sh.sell(e, e.Order, CallReverse)
	case LookUp:
		sh.soon(LookedUp{e.Serial, sh.lookUp(e)})
	case RecallRefunds:
		sh.soon(sh.recall(e))
	case TryPaper:
		sh.soon(PaperTurn{})
	case Print:
		end := ReceiptEnded{Order: e.Receipt.Job, Attempt: e.Receipt.Attempt, Proof: "A"}
		if !w.calm && w.rng.IntN(5) == 0 {
			end.Result, end.Fault = PrintRefused, "P02"
		}
		sh.soon(end)
	}
}

// soon is what comes from within the machine: it dies with the process.
func (sh *shop) soon(ev Event) {
	life := sh.life
	sh.street.later(time.Millisecond, func() {
		if sh.life == life {
			sh.do(ev)
		}
	})
}

func (sh *shop) ask(call RefundCall, a RefundAsk, serve func() RefundAnswered) {
	silent := RefundAnswered{Refund: a.Refund, Order: a.Order, Call: call, Cause: CauseNoAnswer}
	sh.wire(func() Event {
		ans := serve()
		if !sh.street.calm && sh.street.rng.IntN(40) == 0 { // about another sale
			ans.Order, ans.Outcome = "0123456789ZZ0000000001", RefundPaidOut
		}
		return ans
	}, silent)
}

func (sh *shop) sell(e Effect, o OrderNo, call Call) {
	sh.wire(func() Event { return sh.street.books.sale(e) }, Answered{Order: o, Call: call, Cause: CauseNoAnswer})
}

// wire takes a request to the network, and something back: its answer once or
// twice, or silence. What lingers arrives within half a minute of the silence.
func (sh *shop) wire(serve func() Event, silent Event) {
	w, life := sh.street, sh.life
	hear := func(d time.Duration, ev Event) {
		w.later(d, func() {
			if sh.life == life {
				sh.do(ev)
			}
		})
	}
	fast, slow := w.between(5*time.Millisecond, 800*time.Millisecond), w.between(5*time.Second, 20*time.Second)
	bad := (!w.calm || sh.drains) && w.rng.IntN(100) < w.loss
	switch roll := w.rng.IntN(5); {
	case !sh.up || bad && roll == 0: // never left
		hear(fast, notSent(silent))
	case bad && roll == 1: // lost on the way
		hear(slow, silent)
	case bad && roll == 2: // arrives, and the answer is lost
		w.later(fast, func() { serve() })
		hear(slow, silent)
	case bad && roll == 3: // lingers
		w.later(slow+w.between(0, 25*time.Second), func() { serve() })
		hear(slow, silent)
	case bad: // comes twice
		w.later(fast, func() {
			ev := serve()
			hear(fast, ev)
			hear(fast+w.between(0, 10*time.Second), ev)
		})
	default:
		w.later(fast, func() { hear(fast, serve()) })
	}
}

func notSent(silent Event) Event {
	switch ev := silent.(type) {
	case RefundAnswered:
		ev.Cause = CauseNotSent
		return ev
	case Found:
		ev.Cause = CauseNotSent
		return ev
	case Answered:
		ev.Cause = CauseNotSent
		if ev.Call == CallShow {
			ev.Outcome = Declined
		}
		return ev
	}
	return silent
}

func (sh *shop) lookUp(l LookUp) []Original {
	var found []Original
	for _, tx := range slices.Backward(sh.s.Ledger.Txs) {
		if l.Order != "" && tx.Order != l.Order || l.Order == "" && !l.Recent {
			continue
		}
		o := Original{Order: tx.Order, Rail: tx.Rail, Wallet: tx.Wallet, Amount: tx.Amount, Paid: tx.Ended, Day: tx.Day,
			Reference: tx.Reference, Shown: tx.Shown, Phase: tx.Phase, Ours: true}
		o.Refunds = sh.refundsOf(tx.Order)
		found = append(found, o)
	}
	if rs := sh.refundsOf(l.Order); len(found) == 0 && len(rs) > 0 {
		r := rs[0]
		found = append(found, Original{Order: r.Order, Rail: r.Rail, Wallet: r.Wallet, Amount: r.Total, Paid: r.SaleAt,
			Day: r.SaleDay, Reference: r.Sale, Phase: PaidFor, Refunds: rs})
	}
	return found[:min(len(found), LookUpMax)]
}

func (sh *shop) refundsOf(o OrderNo) []Refund {
	var rs []Refund
	for _, r := range sh.stored {
		if r.Order == o {
			rs = append(rs, r)
		}
	}
	slices.SortFunc(rs, func(a, b Refund) int { return compare(OrderNo(a.No), OrderNo(b.No)) })
	return rs
}

// index keeps the numbers of what is open in order, as the store's index does.
func (sh *shop) index(r Refund) {
	i, ok := slices.BinarySearch(sh.open, r.No.N())
	switch {
	case r.Open() && !ok:
		sh.open = slices.Insert(sh.open, i, r.No.N())
	case !r.Open() && ok:
		sh.open = slices.Delete(sh.open, i, i+1)
	}
}

func (sh *shop) recall(q RecallRefunds) RefundsRecalled {
	var rs []Refund
	i, _ := slices.BinarySearch(sh.open, q.After+1)
	for _, n := range sh.open[i:min(len(sh.open), i+q.Limit)] {
		rs = append(rs, sh.stored[NewRefundNo(testInstall[:len(testInstall)-1]+Install(sh.last), n)])
	}
	return RefundsRecalled{Refunds: rs, More: len(sh.open)-i > q.Limit}
}

// sold puts a paid sale into a shop's journal and the books.
func (sh *shop) sold(fen int64) OrderNo {
	l := sh.s.Ledger
	o := NewOrderNo(l.Install, l.Last+1)
	l = Apply(l, Begun{At: sh.street.now, Order: o, Rail: WeChatPay, Amount: money.Fen(fen)})
	sh.s.Ledger = Apply(l, Paid{sh.street.now, sh.street.now.Day(sh.s.Setup.Zone), o, "42"})
	sh.street.books.sales[o] = &bookedSale{total: fen, paid: true, stuck: sh.street.rng.IntN(3) == 0}
	return o
}
