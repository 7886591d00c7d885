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

// books are what a network has written down, for every terminal of the shop: a
// refund number moves money once at most, and a sale gives back no more than was
// paid.
type books struct {
	rng     *rand.Rand
	sales   map[OrderNo]*bookedSale
	refunds map[RefundNo]*bookedRefund
	funds   bool // the shop's balance covers refunds
	calm    bool
}

type bookedSale struct {
	total, back   int64
	open          bool // a code of it may be paid
	paid, closed  bool
	voided, stuck bool // stuck: it can no longer be reversed
}

type bookedRefund struct {
	order  OrderNo
	amount int64
	state  RefundOutcome // accepted, paid out, closed, abnormal
	told   bool          // somebody has heard that it was taken
}

func newBooks(rng *rand.Rand) *books {
	return &books{rng: rng, sales: map[OrderNo]*bookedSale{}, refunds: map[RefundNo]*bookedRefund{}, funds: true}
}

// live reports whether money moved under a number, or still may.
func (b *books) live(no RefundNo) bool {
	r := b.refunds[no]
	return r != nil && r.state != RefundClosed
}

func (b *books) refund(a RefundAsk, m RefundMethod) RefundAnswered {
	out := RefundAnswered{Refund: a.Refund, Order: a.Order, Call: CallRefund}
	if m == ByVoid {
		return b.void(a, out)
	}
	s, r := b.sales[a.Order], b.refunds[a.Refund]
	refused := func(c Cause) RefundAnswered { out.Outcome, out.Cause = RefundRefused, c; return out }
	switch {
	case r != nil && r.amount != a.Amount.Minor():
		panic("a number is used with another amount")
	case r != nil:
	case s == nil || !s.paid:
		return refused(CauseNotPaid)
	case s.back+a.Amount.Minor() > s.total:
		return refused(CauseOverRemainder)
	case !b.calm && b.rng.IntN(12) == 0:
		return refused(CausePayerAccount)
	case !b.funds:
		return refused(CauseMerchantFunds)
	default:
		r = &bookedRefund{order: a.Order, amount: a.Amount.Minor(), state: RefundAccepted}
		b.refunds[a.Refund] = r
		s.back += r.amount
	}
	return b.say(r, out)
}

func (b *books) void(a RefundAsk, out RefundAnswered) RefundAnswered {
	s := b.sales[a.Order]
	switch {
	case out.Call == CallRefundQuery && s.voided:
		out.Outcome, out.Payer = RefundPaidOut, a.Amount.Minor()
	case out.Call == CallRefundQuery:
		out.Outcome = RefundAbsent
	case s.voided:
		out.Outcome = RefundAccepted
	case s.stuck || s.back > 0:
		out.Outcome, out.Cause = RefundRefused, CauseTooLate
	default:
		s.voided, s.back = true, s.total
		out.Outcome = RefundAccepted
	}
	return out
}

func (b *books) say(r *bookedRefund, out RefundAnswered) RefundAnswered {
	out.Outcome, r.told = r.state, true
	if r.state == RefundPaidOut {
		out.Payer, out.Account = r.amount, "balance"
	}
	return out
}

func (b *books) query(a RefundAsk, m RefundMethod) RefundAnswered {
	out := RefundAnswered{Refund: a.Refund, Order: a.Order, Call: CallRefundQuery}
	if m == ByVoid {
		return b.void(a, out)
	}
	r := b.refunds[a.Refund]
	switch {
	case r == nil, r.told && !b.calm && b.rng.IntN(30) == 0: // or it contradicts itself
		out.Outcome, out.Cause = RefundAbsent, CauseNoSuchOrder
		return out
	case !b.calm && b.rng.IntN(20) == 0:
		out.Cause = CauseUntrusted
		return out
	}
	return b.say(r, out)
}

func (b *books) repair(a RefundAsk) RefundAnswered {
	out := RefundAnswered{Refund: a.Refund, Order: a.Order, Call: CallRefundRepair}
	if r := b.refunds[a.Refund]; r != nil {
		if r.state == RefundAbnormal {
			r.state = RefundAccepted
		}
		return b.say(r, out)
	}
	return out
}

// move lets time pass in the books.
func (b *books) move() {
	for _, no := range slices.Sorted(maps(b.refunds)) {
		r := b.refunds[no]
		switch roll := b.rng.IntN(40); {
		case b.calm && (r.state == RefundAccepted || r.state == RefundAbnormal):
			r.state = RefundPaidOut
		case b.calm || r.state != RefundAccepted:
		case roll < 20:
			r.state = RefundPaidOut
		case roll == 20:
			r.state = RefundClosed
			b.sales[r.order].back -= r.amount
		case roll == 21:
			r.state = RefundAbnormal
		}
	}
}

func maps[K comparable, V any](m map[K]V) func(func(K) bool) {
	return func(yield func(K) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func (b *books) find(a FindAsk) Found {
	f := Found{Ask: a, Order: a.Order}
	s := b.sales[a.Order]
	switch {
	case s == nil:
		f.Finding = FindNothing
		return f
	case !s.paid:
		f.Finding, f.Amount = FindUnpaid, s.total
		return f
	}
	f.Finding, f.Amount, f.Paid, f.Reference = FindPaid, s.total, testAt, "42"
	f.Refunded, f.Back = s.back > 0, s.back
	if s.back == s.total {
		f.Finding = FindGone
	}
	return f
}

// sale answers the requests about a payment by a shown code.
func (b *books) sale(e Effect) Answered {
	switch e := e.(type) {
	case SendShow:
		if b.sales[e.Order] == nil {
			b.sales[e.Order] = &bookedSale{total: e.Amount.Minor(), open: true}
		}
		if s := b.sales[e.Order]; !s.open {
			return b.said(e.Order, CallShow)
		}
		return Answered{Order: e.Order, Call: CallShow, Outcome: Pending, QR: "weixin://x"}
	case SendClose:
		s := b.sales[e.Order]
		switch {
		case s == nil:
			return Answered{Order: e.Order, Call: CallClose, Cause: CauseNoSuchOrder}
		case s.paid:
			return Answered{Order: e.Order, Call: CallClose, Outcome: Declined, Cause: CauseAlreadyPaid}
		}
		s.open, s.closed = !b.calm && b.rng.IntN(20) == 0, true // rarely it is paid all the same
		return Answered{Order: e.Order, Call: CallClose, Outcome: Undone}
	case SendQuery:
		return b.said(e.Order, CallQuery)
	case SendReversal:
		panic("what was paid by a shown code cannot be reversed")
	}
	panic(fmt.Sprintf("no %T", e))
}

func (b *books) said(o OrderNo, c Call) Answered {
	a := Answered{Order: o, Call: c, Outcome: Pending, Cause: CausePayerActing}
	switch s := b.sales[o]; {
	case s == nil:
		a.Outcome, a.Cause = Unknown, CauseNoSuchOrder
	case s.paid:
		a.Outcome, a.Cause, a.Reference = Approved, CauseNone, "42"
	case s.closed:
		a.Outcome, a.Cause = Undone, CauseElsewhere
	}
	return a
}

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
	last    string   // letter of the install
	open    []uint64 // numbers of what is open in the store
	drains  bool     // the network loses requests in a calm world too
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

// fingers is an operator who does what operators do, and what nobody would.
func (sh *shop) fingers(orders []OrderNo) {
	rng := sh.street.rng
	press := func(names string) {
		for _, ev := range typing(names) {
			sh.do(ev)
		}
	}
	switch roll := rng.IntN(12); {
	case roll < 4:
		press("cancel cancel")
		sh.do(CodeScanned{Scanned{Kind: ScanReceipt, Order: orders[rng.IntN(len(orders))]}})
	case roll < 6 && sh.s.Session.View == ViewRefund:
		press([]string{"f1 enter", "5 00 enter", "2 0 enter", "9 9 9 9 enter", "f1 enter enter"}[rng.IntN(5)])
	case roll < 7:
		press("cancel cancel 7 00 enter f1")
		if o := sh.s.Session.Shown; sh.s.Session.View == ViewSale && o != "" {
			sh.street.later(sh.street.between(0, 3*time.Minute), func() { sh.payer(o) })
		}
	case roll < 9 && sh.s.Session.View == ViewBack:
		press([]string{"enter", "f1", "f2", "f3", "f1 enter", "cancel"}[rng.IntN(6)])
	case roll < 10:
		press("cancel f4 f1 f1")
	default:
		sh.do(KeyPressed{Key(rng.IntN(len(keyNames)))})
	}
}

// payer scans the code of a sale, if it can be paid at all.
func (sh *shop) payer(o OrderNo) {
	if s := sh.street.books.sales[o]; s != nil && s.open && !s.paid {
		s.paid, s.open = true, false
	}
}

// storm lets everything go wrong for some time, and then nothing.
func (w *street) storm(d time.Duration, orders []OrderNo) {
	var stir func()
	stir = func() {
		if w.calm {
			return
		}
		sh := w.shops[w.rng.IntN(len(w.shops))]
		switch roll := w.rng.IntN(40); {
		case roll == 0:
			sh.crash()
		case roll == 1:
			sh.up = !sh.up
			if sh.up {
				sh.do(LinkUp{})
			} else {
				sh.do(LinkDown{"N01"})
			}
		case roll == 2:
			w.books.funds = !w.books.funds
		case roll < 8:
			w.books.move()
		default:
			sh.fingers(orders)
		}
		w.later(w.between(time.Second, 20*time.Second), stir)
	}
	stir()
	w.run(d, func() bool { return false })
	w.calm, w.books.calm, w.books.funds = true, true, true
	for _, sh := range w.shops {
		if sh.do(KeyPressed{KeyCancel}); !sh.up {
			sh.up = true
			sh.do(LinkUp{})
		}
	}
	var tick func()
	tick = func() { w.books.move(); w.later(10*time.Minute, tick) }
	tick()
	ended := func() bool { return !slices.ContainsFunc(w.shops, (*shop).waits) }
	w.run(10*24*time.Hour, ended)
	w.run(20*time.Minute, func() bool { return false }) // the watches of closed sales
	w.run(10*24*time.Hour, ended)
}

// waits reports whether something is open that no person must decide.
func (sh *shop) waits() bool {
	for _, r := range sh.stored {
		if r.Phase != Dead && !r.Phase.Final() {
			return true
		}
	}
	return slices.ContainsFunc(sh.s.Ledger.Txs, func(tx Tx) bool { return !tx.Phase.Final() })
}

// audit compares what a terminal tells with the network's books.
func (sh *shop) audit(ends map[string]int) {
	b, t := sh.street.books, sh.t
	open := 0
	for _, no := range slices.Sorted(maps(sh.stored)) {
		r := sh.stored[no]
		ends[r.Phase.String()]++
		booked, voided := b.refunds[no], r.Method == ByVoid && r.Sent && b.sales[r.Order].voided
		paid := booked != nil && booked.state == RefundPaidOut || voided
		var l Ledger
		for _, e := range sh.entries[no] {
			l = Apply(l, e)
		}
		folded, _ := l.Refund(no)
		folded.Paper = r.Paper
		switch {
		case folded != r:
			t.Errorf("%s: %s is stored as\n%+v\nand its entries tell\n%+v", sh.story, no, r, folded)
		case !r.Phase.Final() && r.Phase != Dead:
			t.Errorf("%s: %s is still %s: %+v", sh.story, no, r.Phase, r)
		case r.Phase == PaidBack && !paid:
			t.Errorf("%s: %s is told paid back; the books have %+v", sh.story, no, booked)
		case r.Phase != PaidBack && paid:
			t.Errorf("%s: %s is told %s, and the money went back: %+v", sh.story, no, r.Phase, r)
		case r.Phase == Dead && (booked == nil || booked.state != RefundClosed):
			t.Errorf("%s: %s is told dead; the books have %+v", sh.story, no, booked)
		}
		if !r.Phase.Final() {
			open++
		}
	}
	if got := sh.s.Ledger.Backlog.Count; got != open {
		t.Errorf("%s: %d refunds are open, %d are counted", sh.story, open, got)
	}
}

// auditSales: whatever was paid by a code that we showed has exactly one outcome.
func (sh *shop) auditSales(ends map[string]int) {
	for _, tx := range sh.s.Ledger.Txs {
		s := sh.street.books.sales[tx.Order]
		kept := s != nil && s.paid && s.back < s.total
		if tx.Shown {
			ends["shown "+tx.Phase.String()]++
		}
		switch {
		case !tx.Shown || tx.Phase == PaidFor && s != nil && s.paid:
		case tx.Phase == PaidFor:
			sh.t.Errorf("%s: %s is told paid; the books have %+v", sh.story, tx.Order, s)
		case kept && tx.Back == "":
			sh.t.Errorf("%s: %s is told %s; the network kept the money", sh.story, tx.Order, tx.Phase)
		case kept && sh.stored[tx.Back].Phase != Cashed && sh.stored[tx.Back].Phase != Dead: // a person decides
			sh.t.Errorf("%s: %s goes back by %+v; the network kept the money", sh.story, tx.Order, sh.stored[tx.Back])
		}
	}
}

// TestNoRefundIsLostOrPaidTwice plays random stories of one terminal and of two
// that refund the same sales, and then compares what they tell with the network's
// books.
func TestNoRefundIsLostOrPaidTwice(t *testing.T) {
	ends, stories := map[string]int{}, some(30)
	for seed := range uint64(stories) {
		w := newStreet(seed)
		setup := refundSetup
		if seed%3 == 0 { // a network that takes whole sales back by reversals
			setup.Rails = slices.Clone(setup.Rails)
			setup.Rails[0].Refund.VoidSameDay, setup.Rails[0].Refund.VoidWhy = true, CauseFeeBack
		}
		w.open(t, fmt.Sprintf("seed %d, A", seed), "0123456789AB", setup)
		if seed%2 == 0 {
			w.open(t, fmt.Sprintf("seed %d, B", seed), "0123456789AC", setup)
		}
		var orders []OrderNo
		for _, sh := range w.shops {
			for range 3 {
				orders = append(orders, sh.sold(10000))
			}
		}
		w.storm(2*time.Hour, orders)
		for _, sh := range w.shops {
			sh.audit(ends)
			sh.auditSales(ends)
		}
		for _, o := range orders {
			s, cash := w.books.sales[o], int64(0)
			for _, r := range w.shops[0].refundsOf(o) {
				if r.Phase == Cashed {
					cash += r.Amount.Minor()
				}
			}
			if s.back > s.total || len(w.shops) == 1 && s.back+cash > s.total {
				t.Errorf("seed %d: %s of %d gave back %d and %d in cash", seed, o, s.total, s.back, cash)
			}
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d stories: %v", stories, ends)
	for _, p := range []RefundPhase{PaidBack, Failed, Dropped, Cashed} {
		if ends[p.String()] == 0 {
			t.Errorf("the stories are too tame: no refund is %s", p)
		}
	}
}
