package main

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"till/device"
	"till/device/link"
	"till/device/store"
	"till/txn"
	"till/txn/journal"
	"till/txn/rail"
	"till/txn/terminal"
)

// exchanger is the wire to the gateways: device/link, or its twin.
type exchanger interface {
	Do(ctx context.Context, req link.Request) (link.Response, link.Trace, error)
	Warm(ctx context.Context, url string) error
}

// paperer prints one receipt and says how it went. It may take its time.
type paperer interface {
	Print(ctx context.Context, r txn.Receipt) txn.ReceiptEnded
}

// parts is everything that a terminal is put together from: the shop's, the
// bench's and a script's differ in nothing else.
type parts struct {
	setup  txn.Setup
	store  *store.Store
	routes []route
	paper  paperer
	staff  Staff
	clock  clock            // of waits
	wall   func() time.Time // of dates, which may jump
	show   func(txn.State)
	sound  func(txn.Cue)
	nonce  func() string // 1 to 32 random letters and digits
	record func(terminal.Step)
	busy   func(n int) // counts what is under way, for a world that waits for rest
	log    *slog.Logger
}

// inboxLen bounds what may wait for the loop.
const inboxLen = 64

// engine runs one terminal: one inbox, one goroutine that owns the machine,
// and one goroutine for each request and print.
type engine struct {
	parts
	term     *terminal.Terminal
	keep     journal.Keeper
	wheel    *wheel
	inbox    chan txn.Event
	own      []txn.Event // events that the loop's own effects brought
	recalls  []txn.RecallRefunds
	inStore  txn.FaultCode // what the machine was told of the store
	inClock  txn.FaultCode // ... and of the clock
	damaged  atomic.Bool   // the journal does not verify
	verified atomic.Uint64 // where to go on verifying; 0 when that is done
	warming  []atomic.Bool // by route
	wiresMu  sync.Mutex
	wires    []txn.LinkState // by route
	probing  []bool          // by route
	rest     func() bool     // stops the wait for the next checkpoint

	ctx  context.Context
	work sync.WaitGroup
}

// newEngine loads the journal and returns a terminal that has not been told
// anything yet, and how many records the journal holds. It lives until ctx
// ends.
func newEngine(ctx context.Context, p parts) (*engine, uint64, error) {
	ledger, records, err := loadLedger(p.store, p.setup.Zone)
	if err != nil {
		return nil, 0, err
	}
	e := &engine{
		parts: p, ctx: ctx, inbox: make(chan txn.Event, inboxLen),
		keep: keep(p.store, p.setup.Zone), warming: make([]atomic.Bool, len(p.routes)),
		wires: make([]txn.LinkState, len(p.routes)), probing: make([]bool, len(p.routes)),
	}
	if e.busy == nil {
		e.busy = func(int) {}
	}
	e.verified.Store(1)
	e.wheel = newWheel(p.clock, func(t txn.Timer) { e.post(txn.TimerFired{Timer: t}) })
	e.term = terminal.New(txn.State{Setup: p.setup, Ledger: ledger}, e.keep, e, p.record)
	return e, records, nil
}

// booted is the first event of the program.
func (e *engine) booted(fresh txn.Install, records uint64) txn.Booted {
	b := txn.Booted{Fresh: fresh, Records: records}
	if open, err := e.store.OpenTotals(journal.Refund); err == nil {
		b.Oldest = txn.Wall(open.Oldest)
	}
	return b
}

// post puts an event into the inbox. It waits for room, unless the terminal
// has stopped.
func (e *engine) post(ev txn.Event) {
	e.busy(1)
	select {
	case e.inbox <- ev:
	case <-e.ctx.Done():
		e.busy(-1)
	}
}

// loop is the terminal's life. It returns nil when it is told to stop, or its
// context ends, and otherwise the reason why the terminal can no longer keep
// its promises.
func (e *engine) loop(first txn.Event, stop <-chan struct{}) error {
	e.own = append(e.own, first)
	var patience <-chan time.Time
	for {
		if err := e.handleOwn(); err != nil {
			return err
		}
		select {
		case ev := <-e.inbox:
			events, alone := e.waiting(ev)
			err := e.handle(events...)
			if err == nil && len(alone) > 0 {
				if err = e.handleOwn(); err == nil {
					err = e.handle(alone...)
				}
			}
			e.busy(-len(events) - len(alone))
			if err != nil {
				return err
			}
		case <-stop:
			stop, patience = nil, time.After(stopPatience) // for a receipt that is coming out
		case <-patience:
			return nil
		case <-e.ctx.Done():
			return nil
		}
		if stop == nil && e.term.State().Session.Printer == "" {
			return nil
		}
	}
}

// stopPatience is how long an orderly stop waits for the receipt in the printer.
const stopPatience = 5 * time.Second

// together is how many answers are made durable in one commit while a backlog
// drains: as many as are asked for at once.
const together = 16

// waiting takes what else is in the inbox: answers that came at once share a
// commit. What people do is handled by itself, after them.
func (e *engine) waiting(first txn.Event) (events, alone []txn.Event) {
	events = []txn.Event{first}
	for len(events) < together && shares(first) {
		select {
		case ev := <-e.inbox:
			if !shares(ev) {
				return events, []txn.Event{ev}
			}
			events = append(events, ev)
		default:
			return events, nil
		}
	}
	return events, nil
}

// shares reports whether an event may wait for others of its kind that are in the
// inbox already, and share their commit.
func shares(ev txn.Event) bool {
	switch ev.(type) {
	case txn.RefundAnswered, txn.Answered, txn.RefundsRecalled:
		return true
	}
	return false
}

// handleOwn takes what the loop's own effects brought, before anything else.
func (e *engine) handleOwn() error {
	for len(e.own) > 0 {
		ev := e.own[0]
		e.own = e.own[1:]
		if err := e.handle(ev); err != nil {
			return err
		}
	}
	return nil
}

// handle takes events in turn; nil is one that only wants to be looked at.
func (e *engine) handle(events ...txn.Event) error {
	events = slices.DeleteFunc(events, func(ev txn.Event) bool { return ev == nil })
	if len(events) > 0 {
		if err := e.term.HandleAll(e.now(), events); err != nil {
			return err
		}
	}
	e.recall()
	e.look()
	e.restLater()
	return nil
}

// look turns what is to be seen of the store and the clock into faults. Damage
// outranks a full disk: it does not pass when there is room again.
func (e *engine) look() {
	var inStore, inClock txn.FaultCode
	switch {
	case e.damaged.Load():
		inStore = txn.FaultDamaged
	case e.store.Full():
		inStore = txn.FaultDiskFull
	}
	if e.now() < txn.ClockFloor {
		inClock = txn.FaultClock
	}
	e.watch(&e.inStore, inStore, device.Store)
	e.watch(&e.inClock, inClock, device.Clock)
}

// watch tells the machine when what is looked at after every event changes.
func (e *engine) watch(was *txn.FaultCode, is txn.FaultCode, dev string) {
	if *was == is {
		return
	}
	*was = is
	if is != "" {
		e.own = append(e.own, txn.FaultRaised{Device: dev, Code: is})
		return
	}
	e.own = append(e.own, txn.FaultCleared{Device: dev})
}

func (e *engine) now() txn.Wall { return txn.Wall(e.parts.wall().UnixMilli()) }

// restAfter is how long nothing must happen before the store is tidied up.
const restAfter = 5 * time.Second

// restLater copies the store's log back when the terminal has been idle for a
// while: never in the way of a sale, and with no ticker.
func (e *engine) restLater() {
	if e.rest != nil {
		e.rest()
	}
	e.rest = e.clock.AfterFunc(restAfter, func() {
		if err := e.store.Checkpoint(); err != nil {
			e.log.Warn("checkpoint", "err", err)
		}
		e.verifyLater()
	})
}

// verifyPiece is how many records are looked at in one rest: some 10 ms.
const verifyPiece = 2000

// verifyLater checks the numbers and hashes of the whole journal once after each
// start, piece by piece while nobody sells. A journal that does not verify is
// J02: no sale is begun on it.
func (e *engine) verifyLater() {
	from := e.verified.Load()
	if from == 0 { // all of it is in order
		return
	}
	next, err := e.store.Verify(from, verifyPiece)
	if err != nil {
		e.log.Error("verify the journal", "err", err)
		e.damaged.Store(true)
	}
	if e.verified.Store(next); err != nil || next > 0 {
		e.post(nil) // to be looked at, and to go on after the next rest
	}
}

// start begins one piece of work that ends with an event.
func (e *engine) start(f func() txn.Event) {
	e.busy(1)
	e.work.Go(func() {
		defer e.busy(-1)
		if ev := f(); ev != nil {
			e.post(ev)
		}
	})
}

// Perform implements terminal.Performer.
func (e *engine) Perform(effect txn.Effect) {
	if x, ok := rail.Asks(effect); ok {
		e.start(func() txn.Event { return e.exchange(x) })
		return
	}
	switch f := effect.(type) {
	case txn.WarmLink:
		for i, r := range e.routes {
			if !e.warming[i].CompareAndSwap(false, true) {
				continue
			}
			e.start(func() txn.Event {
				defer e.warming[i].Store(false)
				_ = r.link.Warm(e.ctx, r.url) // the link reports its own state
				return nil
			})
		}
	case txn.Print:
		e.start(func() txn.Event { return e.paper.Print(e.ctx, e.whole(f.Receipt)) })
	case txn.TryPaper:
		e.own = append(e.own, txn.PaperTurn{})
	case txn.ArmTimer:
		e.wheel.arm(f.Timer, f.After)
	case txn.Sound:
		e.sound(f.Cue)
	default:
		e.performAtCounter(effect)
	}
}

// Show implements terminal.Performer.
func (e *engine) Show(s txn.State) { e.show(s) }

// exchange sends one request to a network and brings the answer, or the silence,
// back.
func (e *engine) exchange(x rail.Exchange) txn.Event {
	r, resp, quiet := e.send(x)
	if quiet != nil {
		return x.Silent(*quiet)
	}
	ev := x.Read(r, resp, e.now())
	log := e.log.With("call", x.Call, "number", x.Number, "status", resp.Status)
	switch ans := ev.(type) {
	case txn.Answered:
		log.Info("answer", "outcome", ans.Outcome, "cause", ans.Cause, "code", ans.Code)
	case txn.RefundAnswered:
		log.Info("answer", "outcome", ans.Outcome, "cause", ans.Cause, "code", ans.Code)
	case txn.Found:
		log.Info("answer", "finding", ans.Finding, "cause", ans.Cause, "code", ans.Code)
	case txn.Balance:
		log.Info("answer", "known", ans.Known, "cause", ans.Cause, "code", ans.Code)
	}
	return ev
}

// send exchanges one request with a network: an answer, or the silence.
func (e *engine) send(x rail.Exchange) (rail.Rail, rail.Response, *rail.Silence) {
	r, ok := e.routeOf(x.Rail)
	if !ok {
		return nil, rail.Response{}, &rail.Silence{Fault: rail.FaultRefused}
	}
	req, err := x.Build(r.rail, e.nonce(), e.now())
	if err != nil {
		e.log.Error("build request", "call", x.Call, "number", x.Number, "err", err)
		return nil, rail.Response{}, &rail.Silence{Fault: rail.FaultRefused}
	}
	ctx, cancel := context.WithCancel(e.ctx)
	defer cancel()
	stop := e.clock.AfterFunc(x.Limit, cancel)
	defer stop()
	resp, trace, err := r.link.Do(ctx, link.Request{Method: req.Method, URL: req.URL, Header: req.Header, Body: req.Body})
	if err != nil {
		e.log.Info("no answer", "call", x.Call, "number", x.Number, "sent", trace.Sent, "err", err)
		return nil, rail.Response{}, &rail.Silence{Fault: faultOf(err), Sent: trace.Sent}
	}
	return r.rail, rail.Response{Status: resp.Status, Header: resp.Header, Body: resp.Body}, nil
}

func (e *engine) routeOf(name txn.RailName) (route, bool) {
	for _, r := range e.routes {
		if r.rail.Name() == name {
			return r, true
		}
	}
	return route{}, false
}
