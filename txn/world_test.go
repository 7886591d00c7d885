package txn

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// world is a terminal in a hostile world of its own: a gateway whose answers
// are lost, late and doubled, a printer that tears, fingers that press
// anything, and a power switch. It is pure, so a seed is a story.
type world struct {
	t        *testing.T
	rng      *rand.Rand
	seed     uint64
	now      Wall
	s        State
	began    map[OrderNo]bool // on stable storage
	phases   map[OrderNo]Phase
	timers   []Timer
	mail     []Answered // answers on their way
	lingers  []Effect   // requests on their way
	orders   map[OrderNo]*modelOrder
	sequence []OrderNo          // of orders, as the gateway met them
	printed  map[OrderNo][2]int // unmarked, marked
	codes    int
	calm     bool // nothing goes wrong any more
	look     func(State, Event)
}

// modelOrder is an order in the books of the model gateway.
type modelOrder struct {
	charged, returned int
	closed, pending   bool
}

func newWorld(t *testing.T, seed uint64) *world {
	w := &world{
		t: t, rng: rand.New(rand.NewPCG(seed, 1)), seed: seed, now: testAt,
		s: State{Setup: testSetup}, began: map[OrderNo]bool{}, phases: map[OrderNo]Phase{},
		orders: map[OrderNo]*modelOrder{}, printed: map[OrderNo][2]int{},
	}
	w.boot()
	return w
}

func (w *world) boot() {
	w.timers, w.mail = nil, nil
	w.s.Session = Session{}
	w.do(Booted{Fresh: testInstall})
	w.do(FaultCleared{devicePrinter})
}

// do is terminal.carryOut: durable, then known, then done.
func (w *world) do(ev Event) {
	w.t.Helper()
	w.now += 37
	if w.look != nil {
		w.look(w.s, ev)
	}
	rd := Step(w.s, w.now, ev)
	for _, e := range rd.Entries {
		if b, ok := e.(Begun); ok {
			if w.began[b.Order] {
				w.t.Fatalf("seed %d: order %s is begun twice", w.seed, b.Order)
			}
			w.began[b.Order] = true
		}
		w.s.Ledger = Apply(w.s.Ledger, e)
	}
	w.s.Session = rd.Session
	if err := Check(w.s); err != nil {
		w.t.Fatalf("seed %d: after %+v: %v", w.seed, ev, err)
	}
	for _, tx := range w.s.Ledger.Txs {
		w.phases[tx.Order] = tx.Phase
	}
	if !w.calm && len(rd.Entries) > 0 && w.rng.IntN(20) == 0 {
		w.boot() // durable, and the power goes before the first effect
		return
	}
	for _, e := range rd.Effects {
		w.perform(e)
		if !w.calm && w.rng.IntN(200) == 0 {
			w.boot()
			return
		}
	}
}

func (w *world) perform(e Effect) {
	switch e := e.(type) {
	case ArmTimer:
		w.timers = slices.DeleteFunc(w.timers, func(t Timer) bool { return t == e.Timer })
		w.timers = append(w.timers, e.Timer)
	case SendPay:
		if !w.began[e.Order] {
			w.t.Fatalf("seed %d: %s is paid before it is on disk", w.seed, e.Order)
		}
		w.send(e, e.Order, CallPay)
	case SendQuery:
		w.send(e, e.Order, CallQuery)
	case SendReversal:
		w.send(e, e.Order, CallReverse)
	case TryPaper:
		w.do(PaperTurn{})
	case Print:
		w.print(e.Receipt)
	}
}

// send takes a request to the gateway now, later or never, and its answer back
// likewise. Silence comes back in any case, as from the link.
func (w *world) send(e Effect, o OrderNo, call Call) {
	silent := Answered{Order: o, Call: call, Outcome: Unknown, Cause: CauseNoAnswer}
	switch roll := w.rng.IntN(10); {
	case w.calm || roll < 6:
		w.mail = append(w.mail, w.gateway(e))
	case roll < 7: // arrives, and the answer is lost
		w.gateway(e)
		w.mail = append(w.mail, silent)
	case roll < 8: // arrives after the terminal has stopped listening
		w.lingers = append(w.lingers, e)
		w.mail = append(w.mail, silent)
	case roll < 9: // is doubled, answer and all
		w.mail = append(w.mail, w.gateway(e), w.gateway(e))
	default: // never left
		silent.Cause = CauseNotSent
		if call == CallPay {
			silent.Outcome = Declined
		}
		w.mail = append(w.mail, silent)
	}
}

// gateway is a model of WeChat Pay: an order is charged once at most, and a
// reversal closes its number for ever.
func (w *world) gateway(e Effect) Answered {
	switch e := e.(type) {
	case SendPay:
		m := w.order(e.Order)
		if m.closed || m.charged > 0 || m.pending {
			return w.state(e.Order, CallPay)
		}
		switch roll := w.rng.IntN(10); {
		case roll < 5:
			m.charged++
		case roll < 8:
			m.pending = true
		default:
			m.closed = true
			return Answered{Order: e.Order, Call: CallPay, Outcome: Declined, Cause: CausePayerFunds}
		}
		return w.state(e.Order, CallPay)
	case SendQuery:
		if w.orders[e.Order] == nil {
			return Answered{Order: e.Order, Call: CallQuery, Outcome: Unknown, Cause: CauseNoSuchOrder}
		}
		return w.state(e.Order, CallQuery)
	case SendReversal:
		m := w.order(e.Order)
		if m.pending && !w.calm && w.rng.IntN(2) == 0 {
			return Answered{Order: e.Order, Call: CallReverse, Outcome: Pending, Cause: CausePayerActing, Again: true}
		}
		m.pending, m.closed, m.returned = false, true, m.charged
		return Answered{Order: e.Order, Call: CallReverse, Outcome: Undone}
	}
	panic(fmt.Sprintf("the gateway knows no %T", e))
}

func (w *world) order(o OrderNo) *modelOrder {
	if w.orders[o] == nil {
		w.orders[o] = &modelOrder{}
		w.sequence = append(w.sequence, o)
	}
	return w.orders[o]
}

func (w *world) state(o OrderNo, call Call) Answered {
	a := Answered{Order: o, Call: call, Outcome: Unknown, Cause: CauseGatewayDown}
	switch m := w.orders[o]; {
	case m.closed:
		a.Outcome, a.Cause = Undone, CauseElsewhere
	case m.charged > 0:
		a.Outcome, a.Cause, a.Reference = Approved, CauseNone, "4200001"
	case m.pending:
		a.Outcome, a.Cause = Pending, CausePayerActing
	}
	if !w.calm && w.rng.IntN(8) == 0 { // a signature that is wrong decides nothing
		a.Outcome, a.Cause, a.Again = Unknown, CauseUntrusted, call == CallPay
	}
	return a
}

func (w *world) print(r Receipt) {
	end := ReceiptEnded{Order: r.Job, Attempt: r.Attempt, Proof: "A"}
	roll := w.rng.IntN(8)
	if r.Job == r.Order && (w.calm || roll < 5 || roll == 7) {
		p := w.printed[r.Order]
		if r.Marked {
			p[1]++
		} else {
			p[0]++
		}
		w.printed[r.Order] = p
	}
	switch {
	case !w.calm && w.rng.IntN(12) == 0:
		w.boot() // the power goes while the paper comes out
		return
	case w.calm || roll < 5:
	case roll == 5:
		end.Result, end.Fault = PrintRefused, "P02"
	default: // 7: the whole receipt came out, and then the cable
		end.Result, end.Fault = PrintTorn, "P01"
	}
	w.do(end)
}

// happen lets one thing happen, in no order that anybody promised.
func (w *world) happen() {
	if !w.calm {
		if n := len(w.sequence); n > 0 {
			m := w.orders[w.sequence[w.rng.IntN(n)]]
			if m.pending && w.rng.IntN(4) == 0 {
				m.pending = false
				m.charged++ // the password was right
			}
		}
	}
	switch roll := w.rng.IntN(100); {
	case roll < 30 && len(w.mail) > 0:
		i := w.rng.IntN(len(w.mail))
		ev := w.mail[i]
		w.mail = slices.Delete(w.mail, i, i+1)
		w.do(ev)
	case roll < 55 && len(w.timers) > 0:
		i := w.rng.IntN(len(w.timers))
		ev := w.timers[i]
		w.timers = slices.Delete(w.timers, i, i+1)
		w.do(TimerFired{ev})
	case roll < 60 && len(w.lingers) > 0:
		e := w.lingers[0]
		w.lingers = w.lingers[1:]
		w.gateway(e)
	case roll < 62:
		w.boot()
	case roll < 75 && len(w.phases) < 60:
		if w.rng.IntN(3) > 0 { // the ordinary way to a sale
			for _, k := range []Key{KeyCancel, KeyCancel, Key(1 + w.rng.IntN(9)), Key00, KeyEnter, KeyEnter} {
				w.do(KeyPressed{k})
			}
		}
		w.codes++
		n := w.codes - w.rng.IntN(3) // some show the code of a minute ago
		w.do(payerScan(fmt.Sprintf("13%016d", n)))
	case roll < 80:
		w.do(KeyPressed{KeyEnter})
	default:
		w.do(KeyPressed{Key(w.rng.IntN(len(keyNames)))})
	}
}

// settle lets everything that is open come to its end in a world in which
// nothing goes wrong any more.
func (w *world) settle() {
	w.calm = true
	for _, e := range w.lingers {
		w.gateway(e)
	}
	w.lingers = nil
	for _, m := range w.orders {
		m.pending = false
	}
	for range 100_000 {
		switch {
		case len(w.mail) > 0:
			ev := w.mail[0]
			w.mail = w.mail[1:]
			w.do(ev)
		case slices.ContainsFunc(w.s.Ledger.Txs, Tx.Open) && len(w.timers) > 0:
			ev := w.timers[0]
			w.timers = w.timers[1:]
			w.do(TimerFired{ev})
		default:
			return
		}
	}
}

// TestNoStoryLosesOrDoublesMoney plays random stories and then compares the
// terminal's word with the gateway's books and the paper.
func TestNoStoryLosesOrDoublesMoney(t *testing.T) {
	stories, sales, ends := 250, 0, map[Phase]int{}
	if testing.Short() {
		stories = 50
	}
	for seed := range uint64(stories) {
		w := newWorld(t, seed)
		for range 600 {
			w.happen()
		}
		w.settle()
		for o := range w.began {
			sales++
			ends[w.phases[o]]++
			w.audit(o)
		}
	}
	t.Logf("%d stories, %d sales: %v", stories, sales, ends)
	if ends[PaidFor] == 0 || ends[RefusedFor] == 0 || ends[ReversedFor] == 0 {
		t.Errorf("the stories are too tame: %v", ends)
	}
}

func (w *world) audit(o OrderNo) {
	m := w.orders[o]
	if m == nil {
		m = &modelOrder{}
	}
	p, phase := w.printed[o], w.phases[o]
	switch {
	case m.charged > 1:
		w.t.Errorf("seed %d: %s was charged %d times", w.seed, o, m.charged)
	case phase == PaidFor && m.charged-m.returned != 1:
		w.t.Errorf("seed %d: %s is told paid; the gateway kept %d", w.seed, o, m.charged-m.returned)
	case phase == PaidFor && p[0]+p[1] == 0:
		w.t.Errorf("seed %d: %s is paid and has no receipt", w.seed, o)
	case p[0] > 1:
		w.t.Errorf("seed %d: %s has %d unmarked receipts", w.seed, o, p[0])
	case phase != PaidFor && m.charged != m.returned:
		w.t.Errorf("seed %d: %s is told %s; the gateway kept the money", w.seed, o, phase)
	case phase != PaidFor && p[0]+p[1] > 0:
		w.t.Errorf("seed %d: %s is %s and has a receipt", w.seed, o, phase)
	case !phase.Final():
		w.t.Errorf("seed %d: %s is still %s", w.seed, o, phase)
	}
}
