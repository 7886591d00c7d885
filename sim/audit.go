package sim

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"till/sim/railsim"
	"till/txn"
	"till/txn/journal"
	"till/txn/rail"
	"till/txn/screen"
	"till/txn/terminal"
)

// audit looks at a world after every event, and at its end. It knows what each
// party said and believes none of them.
type audit struct {
	w       *World
	sales   map[txn.OrderNo]*saleBook
	backs   map[txn.RefundNo]*backBook
	order   []*saleBook // as they were begun
	refunds []*backBook
	codes   map[string]txn.OrderNo // payers' codes, and what they paid
	recent  []string               // the last codes shown
	seen    map[string]bool        // screens that were looked at in both languages
	checked []uint64               // records verified, by shop
	give    []txn.OrderNo          // the sale on each screen that says GIVE
	spaced  map[txn.OrderNo]lastBack
}

// saleBook is what one terminal said of a sale.
type saleBook struct {
	begun  txn.Begun
	at     txn.Wall // by the world's clock
	life   int      // of the process that began it
	shop   *Shop
	said   txn.Phase // the last word of its journal
	ever   [8]bool   // by phase
	ask    string    // what the network was asked under its number
	papers int       // receipts, whole
	plain  int       // ... or torn, without the mark of a copy
}

// lastBack is when a terminal last sent a refund of a sale.
type lastBack struct {
	at   txn.Wall
	shop *Shop
	life int
}

// backBook is what one terminal said of a refund.
type backBook struct {
	begun txn.RefundBegun
	shop  *Shop
	said  txn.RefundPhase
	ask   string
}

func newAudit(w *World) *audit {
	return &audit{
		w: w, sales: map[txn.OrderNo]*saleBook{}, backs: map[txn.RefundNo]*backBook{}, codes: map[string]txn.OrderNo{},
		spaced: map[txn.OrderNo]lastBack{}, seen: map[string]bool{}, checked: make([]uint64, 2), give: make([]txn.OrderNo, 2),
	}
}

func (a *audit) counts() (sales, refunds int) { return len(a.order), len(a.refunds) }

// secret looks for the codes that were shown last in what may have none.
func (a *audit) secret(text []byte, format string, args ...any) {
	for _, code := range a.recent {
		if bytes.Contains(text, []byte(code)) {
			a.w.fail("no secret is written down", format+" a payer's code", args...)
		}
	}
}

// stored sees what has become durable, before anything is done about it.
func (a *audit) stored(records []journal.Record) {
	for _, r := range records {
		a.secret(r.Body, "%s holds", r.Kind)
	}
}

// unheard sees what is durable though the terminal will only learn of it at its
// next start.
func (a *audit) unheard(s *Shop, records []journal.Record) {
	for _, r := range records {
		e, err := journal.Decode(r)
		if err != nil {
			a.w.fail("the journal is read back", "%s: %v", r.Kind, err)
			return
		}
		a.entry(s, e)
	}
}

// entry follows a decision.
func (a *audit) entry(s *Shop, e txn.Entry) {
	switch e := e.(type) {
	case txn.Begun:
		if old := a.sales[e.Order]; old != nil {
			a.w.fail("a number is given out once", "sale %s is begun twice", e.Order)
		}
		b := &saleBook{begun: e, at: a.w.now, life: s.life, shop: s}
		a.sales[e.Order] = b
		a.order = append(a.order, b)
	case txn.Paid:
		a.says(e.Order, txn.PaidFor)
	case txn.Refused:
		a.says(e.Order, txn.RefusedFor)
	case txn.ReversalDue:
		a.says(e.Order, txn.Reversing)
	case txn.Reversed:
		a.says(e.Order, txn.ReversedFor)
	case txn.ReturnedBy:
		a.says(e.Order, txn.ReversedFor)
	case txn.WrittenOff:
		a.says(e.Order, txn.WrittenFor)
	case txn.RefundBegun:
		a.refundBegun(s, e)
	case txn.PaidOut: // of no sale, in cash, and over in the same breath
		a.backs[e.Refund] = &backBook{begun: txn.RefundBegun{Refund: e.Refund, Amount: e.Amount, Method: txn.ByCash}, shop: s, said: txn.Cashed}
		if e.Approver == "" || e.Approver == e.By {
			a.w.fail("nobody pays out alone", "%s by %q, allowed by %q", e.Refund, e.By, e.Approver)
		}
	default:
		a.refundEntry(e)
	}
}

// says holds a new word against the ones before.
func (a *audit) says(o txn.OrderNo, p txn.Phase) {
	b := a.sales[o]
	if b == nil {
		a.w.fail("a number is given out once", "%s is %s and was never begun", o, p)
		return
	}
	if b.said == txn.PaidFor {
		a.w.fail("paid is never taken back by an answer", "%s was paid, and is now %s", o, p)
	}
	if b.ever[txn.Reversing] && p == txn.PaidFor {
		a.w.fail("what is being reversed never becomes paid", "%s", o)
	}
	b.said, b.ever[p] = p, true
}

func (a *audit) refundBegun(s *Shop, e txn.RefundBegun) {
	if a.backs[e.Refund] != nil {
		a.w.fail("a number is given out once", "refund %s is begun twice", e.Refund)
	}
	b := &backBook{begun: e, shop: s, said: txn.Promised}
	a.backs[e.Refund] = b
	a.refunds = append(a.refunds, b)
	var sum int64
	for _, r := range a.refunds {
		if r.begun.Order == e.Order && r.shop == s && r.said.Counts() {
			sum += r.begun.Amount.Minor()
		}
	}
	if sum > e.Total.Minor() {
		a.w.fail("no refund exceeds its sale", "%s: %d fen of %s", e.Order, sum, e.Total)
	}
	if e.Replaces != "" && a.w.live(e.Replaces) {
		a.w.fail("a refund is replaced only when it is dead", "%s replaces %s", e.Refund, e.Replaces)
	}
}

// refundEntry follows what becomes of a refund.
func (a *audit) refundEntry(e txn.Entry) {
	no, p, ok := wordOf(e)
	if !ok {
		return
	}
	b := a.backs[no]
	if b == nil {
		a.w.fail("a number is given out once", "refund %s is %s and was never begun", no, p)
		return
	}
	if gone := p == txn.Failed || p == txn.Dropped || p == txn.Cashed; gone && b.begun.Method != txn.ByCash && a.w.live(no) {
		a.w.fail("nothing is told as failed that has moved", "refund %s is %s and the network has it", no, p)
	}
	b.said = p
}

// wordOf is what an entry says of a refund; false when it says nothing of one.
func wordOf(e txn.Entry) (txn.RefundNo, txn.RefundPhase, bool) {
	switch e := e.(type) {
	case txn.RefundSent:
		return e.Refund, txn.Underway, true
	case txn.RefundHeld:
		return e.Refund, txn.Held, true
	case txn.RefundTaken:
		return e.Refund, txn.Taken, true
	case txn.RefundPaid:
		return e.Refund, txn.PaidBack, true
	case txn.RefundFailed:
		return e.Refund, txn.Failed, true
	case txn.RefundDead:
		return e.Refund, txn.Dead, true
	case txn.RefundStranded:
		return e.Refund, txn.Stranded, true
	case txn.RefundDropped:
		return e.Refund, txn.Dropped, true
	case txn.RefundCashed:
		return e.Refund, txn.Cashed, true
	case txn.RefundWrittenOff:
		return e.Refund, txn.GivenUp, true
	case txn.RefundReplaced:
		return e.Refund, txn.Replaced, true
	}
	return "", 0, false
}

// step sees one event that was handled, and what the terminal knows now.
func (a *audit) step(s *Shop, st terminal.Step, now txn.State) {
	begun := 0
	for _, e := range st.Entries {
		a.entry(s, e)
		if _, ok := e.(txn.Begun); ok {
			begun++
		}
	}
	a.formatted(st)
	if begun > 1 {
		a.w.fail("at most one sale for one scan", "%d sales are begun by one event", begun)
	}
	if len(now.Ledger.Txs) > txn.OpenMax+txn.KeptFinished+1 || len(s.own) > 64 || len(s.armed) > 4*txn.OpenMax ||
		a.w.clock.Waiting() > 20_000 || len(now.Session.Faults) > 16 {
		a.w.fail("memory is bounded", "%d sales, %d events, %d waits, %d things to come, %d faults",
			len(now.Ledger.Txs), len(s.own), len(s.armed), a.w.clock.Waiting(), len(now.Session.Faults))
	}
}

// formatted looks at an event and its effects as a log would print them.
func (a *audit) formatted(st terminal.Step) {
	if _, ok := st.Event.(txn.CodeScanned); !ok || len(a.recent) == 0 {
		return
	}
	a.secret(fmt.Appendf(nil, "%v %+v %+v %#v", st.Event, st.Event, st.Effects, st.Event), "a log of %T holds", st.Event)
}

// openBacks counts the refunds of a terminal that are open.
func (a *audit) openBacks(s *Shop) (n int) {
	for _, b := range a.refunds {
		if b.shop == s && !b.said.Final() {
			n++
		}
	}
	return n
}

// sends sees an effect that asks a network, before the request is made.
func (a *audit) sends(s *Shop, effect txn.Effect) {
	switch e := effect.(type) {
	case txn.SendPay:
		code := e.Code.Reveal()
		if o, ok := a.codes[code]; ok {
			a.w.fail("a code pays once", "%s pays %s and %s", code, o, e.Order)
		}
		a.codes[code] = e.Order
		a.oneContent(e.Order, "pay "+e.Amount.String()+code)
		a.isDurable(s, e.Order.N(), "begun/")
	case txn.SendShow:
		a.oneContent(e.Order, "show "+e.Amount.String())
		a.isDurable(s, e.Order.N(), "begun/")
	case txn.SendReversal:
		b := a.sales[e.Order]
		if b == nil {
			return
		}
		a.isDurable(s, e.Order.N(), "reversal-due/")
		_, g := a.w.gateOf(e.Rail)
		if after := time.Duration(a.w.now-b.at) * time.Millisecond; after < g.setup.Policy.ReverseAfter && b.life == s.life && !b.begun.Shown {
			a.w.fail("no sale is reversed before its time", "%s after %s", e.Order, after)
		}
	case txn.SendRefund:
		a.refundLeaves(s, e)
	}
}

func (a *audit) oneContent(o txn.OrderNo, content string) {
	b := a.sales[o]
	switch {
	case b == nil:
		a.w.fail("ids are durable before the first byte", "%s is not begun", o)
	case b.ask != "" && b.ask != content:
		a.w.fail("no key is used with two contents", "%s", o)
	default:
		b.ask = content
	}
}

func (a *audit) refundLeaves(s *Shop, e txn.SendRefund) {
	b := a.backs[e.Refund]
	content := fmt.Sprint(e.Order, e.Amount, e.Total)
	switch {
	case b == nil:
		a.w.fail("ids are durable before the first byte", "refund %s is not begun", e.Refund)
		return
	case b.ask != "" && b.ask != content:
		a.w.fail("no key is used with two contents", "refund %s: %s and %s", e.Refund, b.ask, content)
	case b.begun.Amount != e.Amount || b.begun.Order != e.Order:
		a.w.fail("a refund is sent as it was decided", "%s", e.Refund)
	}
	b.ask = content
	a.isDurable(s, e.Refund.N(), "refund-begun/")
	a.isDurable(s, e.Refund.N(), "refund-sent/")
}

// isDurable looks whether a transaction's record of a kind is on the disk.
func (a *audit) isDurable(s *Shop, tx uint64, kind string) {
	recs, err := s.disk.OfTx(tx)
	if err != nil || !slices.ContainsFunc(recs, func(r journal.Record) bool { return strings.HasPrefix(r.Kind, kind) }) {
		a.w.fail("durable before done", "transaction %d is sent and %s is not on the disk (%v)", tx, kind, err)
	}
}

// leaves sees a request that is about to leave. The payer's code is in the one that
// pays.
func (a *audit) leaves(x rail.Exchange, req rail.Request) {
	if x.Call != txn.CallPay.String() {
		a.secret(req.Body, "%s holds", x.Call)
	}
}

// departs sees a request whose first byte leaves.
func (a *audit) departs(s *Shop, x rail.Exchange, pace time.Duration) {
	b := a.backs[txn.RefundNo(x.Number)]
	if x.Call != "refund" || b == nil || b.begun.Method != txn.ByRefund {
		return
	}
	o := b.begun.Order
	last := a.spaced[o]
	after := time.Duration(a.w.now-last.at) * time.Millisecond
	if last.shop == s && last.life == s.life && after < pace {
		a.w.fail("the network's pace is kept", "two refunds of %s within %s", o, after)
	}
	a.spaced[o] = lastBack{a.w.now, s, s.life}
}

// served sees a gateway's books after each request.
func (a *audit) served(g *gate, x rail.Exchange) {
	if x.Call != "pay" && x.Call != "reverse" {
		return
	}
	if b := a.sales[txn.OrderNo(x.Number)]; b != nil {
		if o, ok := g.Order(x.Number); ok && o.Charged > b.begun.Amount.Minor() {
			a.w.fail("a sale is charged once", "%s was charged %d fen of %s", x.Number, o.Charged, b.begun.Amount)
		}
	}
}

// prints sees a receipt on its way to the printer.
func (a *audit) prints(s *Shop, r txn.Receipt) {
	switch r.Kind {
	case txn.SlipSale:
		b := a.sales[r.Order]
		switch {
		case b == nil || b.said != txn.PaidFor:
			a.w.fail("only what is paid has a receipt", "%s", r.Order)
		case b.begun.Amount != r.Amount:
			a.w.fail("paper and journal agree", "%s is printed with %s and was %s", r.Order, r.Amount, b.begun.Amount)
		}
	case txn.SlipRefund:
		if b := a.backs[r.Refund.No]; b == nil || b.begun.Amount != r.Refund.Amount {
			a.w.fail("paper and journal agree", "refund %s is printed with %s", r.Refund.No, r.Refund.Amount)
		}
	}
}

// shown sees what people read.
func (a *audit) shown(s *Shop, st txn.State, v screen.Screen) {
	if v.Goods == screen.GoodsGive && a.give[s.n] != st.Session.Shown {
		a.give[s.n] = st.Session.Shown
		a.mayGive(st)
	}
	if v.Goods != screen.GoodsGive {
		a.give[s.n] = ""
	}
	if n, _ := st.OpenCount(); n > 0 && st.Session.View == txn.ViewIdle && v.Status.Pending == "" {
		a.w.fail("every open item is visible", "%d are open and idle does not say so", n)
	}
	tx, _ := st.Ledger.Tx(st.Session.Shown)
	if b := a.sales[tx.Order]; b != nil && b.shop == s && b.said != tx.Phase {
		a.w.fail("what is shown is durable", "%s is shown as %s and written down as %s", tx.Order, tx.Phase, b.said)
	}
	if n, open := st.Ledger.Backlog.Count, a.openBacks(s); n != open {
		a.w.fail("what is open is counted right", "terminal %d counts %d refunds, and %d are open", s.n, n, open)
	}
	if st.Session.View == txn.ViewPending {
		a.listed(s, st)
	}
	if st.Session.View == txn.ViewIdle && v.Amount != "" {
		a.w.fail("nothing stale survives a transaction", "idle shows %s", v.Amount)
	}
	a.readable(st, v)
}

// listed looks whether every sale that is open stands on the list of what is open.
func (a *audit) listed(s *Shop, st txn.State) {
	items := st.Pending()
	for _, b := range a.order {
		if b.shop == s && !b.said.Final() && !slices.ContainsFunc(items, func(i txn.OpenItem) bool { return i.Order == b.begun.Order }) {
			a.w.fail("every open item is visible", "%s is %s and not on the list", b.begun.Order, b.said)
		}
	}
	for _, r := range st.Ledger.Refunds {
		if !r.Phase.Final() && !slices.ContainsFunc(items, func(i txn.OpenItem) bool { return i.Refund == r.No }) {
			a.w.fail("every open item is visible", "refund %s is %s and not on the list", r.No, r.Phase)
		}
	}
}

// mayGive looks whether the money is there.
func (a *audit) mayGive(st txn.State) {
	tx, ok := st.Ledger.Tx(st.Session.Shown)
	if !ok || tx.Rail == txn.Cash {
		return
	}
	_, g := a.w.gateOf(tx.Rail)
	o, _ := g.Order(string(tx.Order))
	if o.Charged != tx.Amount.Minor() {
		a.w.fail("GIVE only when the money is there", "%s: %d fen of %s were charged", tx.Order, o.Charged, tx.Amount)
	}
}

// readable looks at a new sort of screen in both languages: whatever is wrong has
// a code, a sentence and a next step, and no screen shows a secret.
func (a *audit) readable(st txn.State, v screen.Screen) {
	tx, _ := st.Ledger.Tx(st.Session.Shown)
	var key strings.Builder
	key.WriteString(v.ID + v.Code + string(rune('a'+tx.Phase)))
	for _, f := range st.Session.Faults {
		key.WriteString(string(f.Code))
	}
	if fresh := !a.seen[key.String()]; fresh {
		a.seen[key.String()] = true
		other := screen.Of(st, 1-st.Session.Lang)
		for _, lang := range []screen.Screen{v, other} {
			if lang.Word == "" && lang.Title == "" && lang.Next == "" && len(lang.Lines) == 0 && lang.Amount == "" {
				a.w.fail("every screen has words in both languages", "%s in language %d", v.ID, lang.Lang)
			}
			if (lang.Tone == screen.ToneBad || lang.Tone == screen.ToneUnknown) && lang.Next == "" && lang.Charged == "" && len(lang.Steps) == 0 {
				a.w.fail("every fault shown has a next step", "%s in language %d", v.ID, lang.Lang)
			}
		}
	} else if a.w.trace.n%32 != 0 {
		return
	}
	if len(a.recent) == 0 {
		return
	}
	a.secret([]byte(strings.Join(v.Text(), "\n")), "%s shows", v.ID)
}

// reloaded compares what a start finds with what was decided before it.
func (a *audit) reloaded(s *Shop, l txn.Ledger) {
	next, err := s.disk.VerifyFrom(max(1, a.checked[s.n]), s.setup.Zone)
	if err != nil {
		a.w.fail("the hash chain verifies", "terminal %d: %v", s.n, err)
	}
	a.checked[s.n] = next
	for _, b := range a.order {
		if b.shop != s || b.said.Final() {
			continue
		}
		if tx, ok := l.Tx(b.begun.Order); !ok || tx.Phase != b.said {
			a.w.fail("nothing open is forgotten", "%s is %s, and a start finds %v", b.begun.Order, b.said, tx.Phase)
		}
	}
	if open := a.openBacks(s); l.Backlog.Count != open {
		a.w.fail("nothing open is forgotten", "terminal %d: %d refunds are open, and a start finds %d", s.n, open, l.Backlog.Count)
	}
}

// live reports whether a network has booked a refund that may still move money.
func (w *World) live(no txn.RefundNo) bool {
	r, ok := w.refundAt(no)
	return ok && r.Stage != railsim.RefundDropped
}
