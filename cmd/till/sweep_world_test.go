package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"till/device"
	"till/device/store"
	"till/sim"
	"till/sim/disksim"
	"till/sim/railsim/railwire"
	"till/sim/railsim/wechatsim"
	"till/txn"
	"till/txn/paycode"
	"till/txn/rail"
	"till/txn/terminal"
)

const sweepMerchant, sweepPlatform railwire.HMAC = "5157F09EFDC096DE15EBE81A47057A72", "PLATFORMFIXTURE0001"

// sweepWorld is a terminal with the production journal, store, wheel and rail,
// a gateway, paper and a power switch, in one goroutine: whatever is done
// twice comes out the same.
type sweepWorld struct {
	clock   *sim.Clock
	gateway *wechatsim.Gateway
	rail    rail.Rail
	disk    *disksim.Disk
	disks   []*disksim.Disk
	nonces  int
	lives   int                                     // starts of the program
	wrap    func(terminal.Journal) terminal.Journal // spoils the journal of the first life

	cutOp    int  // the power goes when this operation of the disk has been begun, 0 never
	cutDeed  int  // ... or in the middle of this deed
	dark     bool // it has gone
	deeds    int  // requests and prints begun
	paperOut bool
	offline  bool // not a byte leaves the machine

	life  *sweepLife
	scans int
	paper map[txn.OrderNo]sheets // by sale or refund
	sent  map[txn.OrderNo]string // what was asked for under each number
	shown map[txn.OrderNo][]txn.Phase
	backs sweepBacks
	wrong []error
}

// sheets is the paper that came out for one sale or refund.
type sheets struct {
	whole int // receipts that came to their end
	plain int // pieces without the mark 重打印, whole or torn
	all   int
}

// sweepLife is the program from one start to its end.
type sweepLife struct {
	w     *sweepWorld
	store *store.Store
	term  *terminal.Terminal
	wheel *wheel
	queue []txn.Event
}

func newSweepWorld(opt disksim.Options) *sweepWorld {
	w := &sweepWorld{
		clock: sim.NewClock(twinsStart), disk: disksim.New(opt), paper: map[txn.OrderNo]sheets{},
		sent: map[txn.OrderNo]string{}, shown: map[txn.OrderNo][]txn.Phase{}, backs: newSweepBacks(),
	}
	w.disks = append(w.disks, w.disk)
	w.gateway = wechatsim.New(wechatsim.Config{
		Clock: w.clock, AppID: "wxd678efh567hg6787", MchID: "1230000109", MerchantSerial: string(sweepMerchant),
		PlatformID: string(sweepPlatform), Sign: sweepPlatform.Sign, Verify: sweepMerchant.Check, StrictCodes: true,
	})
	var err error
	w.rail, err = sweepRail()
	if err != nil {
		panic(err)
	}
	return w
}

// close gives back what the disks hold of the real one.
func (w *sweepWorld) close() {
	w.off()
	for _, d := range w.disks {
		if err := d.Close(); err != nil {
			w.wrong = append(w.wrong, err)
		}
	}
}

// errDark ends what was under way when the power went.
var errDark = errors.New("the power is off")

func (w *sweepWorld) powerless() bool {
	w.dark = w.dark || w.cutOp > 0 && w.disk.Ops() >= w.cutOp
	return w.dark
}

// on starts the program on what is on the disk.
func (w *sweepWorld) on() error {
	s, err := store.Open("/till", store.OnDisk(w.disk), store.Create(), store.ReserveSize(64<<10))
	if err != nil {
		return err
	}
	l := &sweepLife{w: w, store: s}
	w.life = l
	ledger, records, err := loadLedger(s, 8*time.Hour)
	if err != nil {
		return err
	}
	w.remembers(s)
	l.wheel = newWheel(w.clock, func(t txn.Timer) { l.queue = append(l.queue, txn.TimerFired{Timer: t}) })
	setup := twinsSetup()
	setup.Rails = []txn.RailSetup{route{rail: w.rail}.setup()}
	var j terminal.Journal = keep(s, setup.Zone)
	if w.wrap != nil {
		j = w.wrap(j)
	}
	l.term = terminal.New(txn.State{Setup: setup, Ledger: ledger}, j, l, nil)
	w.lives++
	fresh := txn.Install(fmt.Sprintf("LIFE%08d", w.lives))
	if err := w.tell(txn.Booted{Fresh: fresh, Records: records}); err != nil {
		return err
	}
	return w.tell(w.printerSays())
}

// printerSays is what the driver reports of the paper.
func (w *sweepWorld) printerSays() txn.Event {
	if w.paperOut {
		return txn.FaultRaised{Device: device.Printer, Code: txn.FaultCode(device.PaperEmpty)}
	}
	return txn.FaultCleared{Device: device.Printer}
}

// off ends the program as a power cut does: nothing more is done. What its
// store does while it is closed happens on a disk that is no more.
func (w *sweepWorld) off() {
	if w.life == nil {
		return
	}
	if w.life.wheel != nil {
		w.life.wheel.stop()
	}
	_ = w.life.store.Close() // see above
	w.life = nil
}

// exit ends the program as a service manager does.
func (w *sweepWorld) exit() error {
	if w.powerless() {
		return errDark
	}
	w.life.wheel.stop()
	err := w.life.store.Close()
	w.life = nil
	if w.powerless() {
		return errDark
	}
	return err
}

// replace puts the disk as d in the place of this one.
func (w *sweepWorld) replace(d *disksim.Disk) {
	w.off()
	w.disks = append(w.disks, d)
	w.disk, w.dark, w.cutOp, w.cutDeed, w.wrap = d, false, 0, 0, nil
}

// tell gives the terminal one event, and all that come of it.
func (w *sweepWorld) tell(ev txn.Event) error {
	l := w.life
	for l.queue = append(l.queue, ev); len(l.queue) > 0; {
		if w.powerless() {
			return errDark
		}
		events := l.together()
		done := w.deeds
		if err := l.term.HandleAll(txn.Wall(w.clock.Now().UnixMilli()), events); err != nil {
			if w.powerless() {
				return errDark
			}
			if w.deeds != done {
				w.fail("after %T: %d deeds were done although: %v", events[0], w.deeds-done, err)
			}
			return err
		}
	}
	if w.powerless() {
		return errDark
	}
	return nil
}

// together takes answers that came at once, as engine.waiting does.
func (l *sweepLife) together() []txn.Event {
	n := 1
	for n < min(together, len(l.queue)) && shares(l.queue[0]) && shares(l.queue[n]) {
		n++
	}
	events := l.queue[:n:n]
	l.queue = l.queue[n:]
	return events
}

func (w *sweepWorld) fail(format string, args ...any) {
	w.wrong = append(w.wrong, fmt.Errorf(format, args...))
}

// deed counts something that the world can see, and reports whether the power
// is still on when it is begun and when it is done.
func (w *sweepWorld) deed() (begun, done bool) {
	if w.powerless() {
		return false, false
	}
	w.deeds++
	w.dark = w.deeds == w.cutDeed
	return true, !w.dark
}

// Perform implements terminal.Performer.
func (l *sweepLife) Perform(effect txn.Effect) {
	w := l.w
	if w.powerless() {
		return
	}
	switch e := effect.(type) {
	case txn.SendPay:
		content := fmt.Sprint(e.Amount, e.Code.Reveal())
		if was, ok := w.sent[e.Order]; ok {
			w.fail("%s was paid for %s and again for %s", e.Order, was, content)
		}
		w.sent[e.Order] = content
	case txn.SendRefund:
		l.sendsRefund(e)
	case txn.Print:
		l.print(e.Receipt)
	case txn.TryPaper:
		l.queue = append(l.queue, txn.PaperTurn{})
	case txn.ArmTimer:
		l.wheel.arm(e.Timer, e.After)
	case txn.WarmLink, txn.Sound:
	case txn.LookUp, txn.RecallRefunds:
		l.read(effect)
	default:
		if _, ok := rail.Asks(effect); !ok {
			panic(fmt.Sprintf("till: effect %T has no performer", effect))
		}
	}
	if x, ok := rail.Asks(effect); ok {
		l.exchange(x)
	}
}

// Show implements terminal.Performer: what people have read cannot be taken back.
func (l *sweepLife) Show(s txn.State) {
	if l.w.powerless() {
		return
	}
	for _, tx := range s.Ledger.Txs {
		if seen := l.w.shown[tx.Order]; len(seen) == 0 || seen[len(seen)-1] != tx.Phase {
			l.w.shown[tx.Order] = append(seen, tx.Phase)
		}
	}
	l.w.backs.see(s)
}

// exchange brings one request to the gateway and what its answer, or the silence,
// means back. The power may go while it is on its way.
func (l *sweepLife) exchange(x rail.Exchange) {
	w := l.w
	begun, done := w.deed()
	if !begun {
		return
	}
	w.nonces++
	req, err := x.Build(w.rail, fmt.Sprintf("N%d", w.nonces), w.now())
	if err != nil {
		w.fail("build request: %w", err)
		return
	}
	resp, quiet := w.ask(req)
	if !done {
		return
	}
	if link := l.term.State().Session.Link; w.offline && link != txn.LinkIsDown {
		l.queue = append(l.queue, txn.LinkDown{Code: txn.FaultCode(device.LinkDown)})
	} else if !w.offline && link != txn.LinkIsUp {
		l.queue = append(l.queue, txn.LinkUp{})
	}
	if quiet != nil {
		l.queue = append(l.queue, x.Silent(*quiet))
		return
	}
	l.queue = append(l.queue, x.Read(w.rail, resp, w.now()))
}

func (w *sweepWorld) now() txn.Wall { return txn.Wall(w.clock.Now().UnixMilli()) }

// ask brings one request to the gateway and its answer back.
func (w *sweepWorld) ask(req rail.Request) (rail.Response, *rail.Silence) {
	lost, unheard := w.backs.wire.loses()
	switch {
	case w.offline:
		return rail.Response{}, &rail.Silence{Fault: txn.FaultCode(device.LinkDown)}
	case lost:
		return rail.Response{}, &rail.Silence{Fault: txn.FaultCode(device.LinkSlow), Sent: true}
	}
	answer, silence, err := railwire.Exchange(context.Background(), w.gateway, req)
	switch {
	case err != nil:
		w.fail("request: %w", err)
		return rail.Response{}, &rail.Silence{Fault: rail.FaultRefused}
	case silence == nil && unheard:
		return rail.Response{}, &rail.Silence{Fault: rail.FaultBroken, Sent: true}
	}
	return answer, silence
}

// print is a printer: the whole receipt comes out, or the power goes in the
// middle of it.
func (l *sweepLife) print(r txn.Receipt) {
	w := l.w
	end := txn.ReceiptEnded{Order: cmp.Or(r.Job, r.Order), Attempt: r.Attempt, Proof: "A"}
	begun, done := w.deed()
	switch {
	case !begun:
		return
	case w.paperOut:
		end.Result, end.Fault = txn.PrintRefused, txn.FaultCode(device.PaperEmpty)
		if done {
			l.queue = append(l.queue, end)
		}
		return
	}
	p := w.paper[end.Order]
	p.all++
	if !r.Marked {
		p.plain++
	}
	if done {
		p.whole++
	}
	w.paper[end.Order] = p
	w.backs.printed(r)
	if done {
		l.queue = append(l.queue, end)
	}
}

// pass lets time pass, and ends early when the power goes.
func (w *sweepWorld) pass(d time.Duration) error {
	limit := w.clock.Now().Add(d)
	for {
		more := w.clock.Advance(limit)
		if w.life != nil && len(w.life.queue) > 0 {
			ev := w.life.queue[0]
			w.life.queue = w.life.queue[1:]
			if err := w.tell(ev); err != nil {
				return err
			}
		}
		if !more {
			w.gateway.Settle()
			return nil
		}
	}
}

// press presses keys.
func (w *sweepWorld) press(keys ...txn.Key) error {
	for _, k := range keys {
		if err := w.tell(txn.KeyPressed{Key: k}); err != nil {
			return err
		}
	}
	return nil
}

// scan shows a fresh payment code.
func (w *sweepWorld) scan() error {
	w.scans++
	return w.tell(txn.CodeScanned{Scanned: paycode.Classify(w.gateway.Wallet("").Code(), twinsShopKey)})
}

// settle lets the world go on as it is for a while, and then in peace.
func (w *sweepWorld) settle() error {
	if err := w.pass(90 * time.Second); err != nil {
		return err
	}
	w.gateway.Clear()
	w.gateway.TopUp(1000_00)
	w.paperOut = false
	if err := errors.Join(w.tell(w.printerSays()), w.network(true)); err != nil {
		return err
	}
	return w.pass(15 * time.Minute)
}

// audit compares the terminal's word with the gateway's books, the paper, and
// what people have read before.
func (w *sweepWorld) audit() error {
	errs := slices.Clone(w.wrong)
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	s := w.life.store
	errs = append(errs, s.VerifyAll(), w.gateway.CheckBooks())
	ledger, _, err := loadLedger(s, 8*time.Hour)
	if err != nil {
		return errors.Join(append(errs, err)...)
	}
	now := w.life.term.State().Ledger
	errs = append(errs, w.auditBacks(now)...)
	now.Install = ""  // that of a life is not needed by the next
	now.Refunds = nil // recalled in rounds: see auditBacks
	if !reflect.DeepEqual(now, ledger) {
		wrong("the journal tells\n%+v\nand the terminal knows\n%+v", ledger, now)
	}
	kept := 0
	for _, o := range w.gateway.Orders() {
		tx, known := ledger.Tx(txn.OrderNo(o.Number))
		money := o.Charged - o.Returned + returned(o)
		if money > 0 {
			kept++
		}
		switch {
		case o.Pays > 1:
			wrong("%s was paid %d times", o.Number, o.Pays)
		case !known:
			wrong("the terminal has never heard of %s: %d fen kept", o.Number, money)
		case tx.Phase == txn.PaidFor && money != tx.Amount.Minor():
			wrong("%s is told paid with %s; the gateway kept %d fen", o.Number, tx.Amount, money)
		case tx.Phase != txn.PaidFor && money != 0:
			wrong("%s is told %s; the gateway kept %d fen", o.Number, tx.Phase, money)
		}
	}
	if kept > w.scans {
		wrong("%d charges were kept for %d scans", kept, w.scans)
	}
	for _, tx := range ledger.Txs {
		errs = append(errs, w.auditTx(tx)...)
	}
	return errors.Join(errs...)
}

func (w *sweepWorld) auditTx(tx txn.Tx) (errs []error) {
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	paper, paid := w.paper[tx.Order], tx.Phase == txn.PaidFor
	if _, known := w.gateway.Order(string(tx.Order)); paid && !known && tx.Rail != txn.Cash {
		wrong("%s is told paid; the gateway has never heard of it", tx.Order)
	}
	switch {
	case tx.Open():
		wrong("%s is still open: %s, receipt %s", tx.Order, tx.Phase, tx.Paper.State)
	case paid && paper.whole == 0:
		wrong("%s is paid and has no receipt", tx.Order)
	case paper.plain > 1:
		wrong("%s has %d pieces of paper without a mark", tx.Order, paper.plain)
	case !paid && paper.all > 0:
		wrong("%s is %s and has a receipt", tx.Order, tx.Phase)
	}
	for _, was := range w.shown[tx.Order] {
		if was == txn.PaidFor && !paid {
			wrong("%s was shown as paid and is %s", tx.Order, tx.Phase)
		}
		if was == txn.Reversing && paid {
			wrong("%s was shown as being reversed and is paid", tx.Order)
		}
	}
	return errs
}
