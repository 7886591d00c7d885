package sim

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"till/device"
	"till/sim/storesim"
	"till/txn"
	"till/txn/journal"
	"till/txn/money"
	"till/txn/rail"
	"till/txn/screen"
	"till/txn/terminal"
)

// Shop is one terminal: the production machine, journal encoding and rails, on the
// twins of everything else.
type Shop struct {
	w     *World
	n     int
	setup txn.Setup
	disk  *disk
	term  *terminal.Terminal
	life  int  // of the process
	on    bool // it runs
	dark  bool // the power has gone, or the process has been killed, in the middle of something
	own   []txn.Event
	armed map[txn.Timer]int
	arms  int
	busy  txn.Wall    // until then the disk is slow
	held  []txn.Event // answers that will be handled at once
	full  bool        // as the machine was told
	unset bool        // ... of its clock

	skew     txn.Wall // of its wall clock
	cableOut bool
	wires    []wire
	printer  paper
	staff    *staff
	screen   screen.Screen
	looked   txn.View // of it
	dull     bool     // the last event decided nothing: people see the same but for a number
	recalls  []txn.RecallRefunds
}

// shopKey is what tells the receipts of this shop.
var shopKey = []byte("0123456789abcdef0123456789abcdef")

func (w *World) newShop(n int) *Shop {
	s := &Shop{w: w, n: n, armed: map[txn.Timer]int{}, wires: make([]wire, len(w.gates))}
	s.disk = &disk{Store: storesim.New(), shop: s}
	s.setup = txn.Setup{
		Terminal: fmt.Sprintf("T%04d", 317+n), Operator: "Wang", Zone: 8 * time.Hour,
		Merchant: txn.Merchant{Name: "老张面馆", Address: "上海市静安区南京西路 100 号", Footer: "7 天内凭小票退款"},
		CodeWait: time.Minute, ResultStays: 5 * time.Second, PaperRetry: 15 * time.Second,
		SaleLimit: money.Fen(500000), Cash: true, ShownLives: 3 * time.Minute,
		Refunds: txn.RefundRules{Limit: money.Fen(200000), Max: money.Fen(300000), Days: 180},
	}
	for _, g := range w.gates {
		s.setup.Rails = append(s.setup.Rails, g.setup)
	}
	if w.seed%4 == 3 { // a shop in which people sign in
		s.setup.Staff = []txn.Person{{Number: "01", Name: "Wang", Role: txn.Cashier}, {Number: "02", Name: "Li", Role: txn.Supervisor},
			{Number: "09", Name: "Ma", Role: txn.Technician}}
		s.setup.Refunds.Limit, s.setup.Refunds.Reasons = money.Fen(20000), true
		s.setup.Refunds.NoSale = true
		s.setup.Refunds.Tempo, s.setup.Refunds.TempoTime = 4, 10*time.Minute
	}
	s.printer.shop = s
	s.staff = newStaff(s)
	if w.opt.Broken != nil {
		w.opt.Broken(s)
	}
	return s
}

func (s *Shop) wall() txn.Wall { return s.w.now + s.skew }

// boot starts the process on what is on its disk.
func (s *Shop) boot() {
	w := s.w
	s.life++
	clear(s.armed)
	s.own, s.recalls, s.held, s.dark, s.busy = nil, nil, nil, false, 0
	for i := range s.wires {
		s.wires[i] = wire{deadTil: s.wires[i].deadTil}
	}
	if !s.open() {
		return
	}
	ledger, records, err := journal.Reload(s.disk, s.setup.Zone)
	if err != nil {
		w.fail("the journal is read back", "terminal %d: %v", s.n, err)
		return
	}
	w.audit.reloaded(s, ledger)
	setup := s.setup
	s.term = terminal.New(txn.State{Setup: setup, Ledger: ledger}, journal.Keeper{Store: s.disk, Zone: setup.Zone}, s, s.recorded)
	s.on, s.full, s.unset = true, false, false
	w.tell("terminal %d  starts", s.n)
	w.watch(s.n, Power(true))
	fresh := txn.Install(fmt.Sprintf("W%dLIFE%06d", s.n, s.life))
	open, err := s.disk.OpenTotals(journal.Refund)
	if err != nil {
		w.fail("the journal is read back", "%v", err)
	}
	s.tell(txn.Booted{Fresh: fresh, Records: records, Oldest: txn.Wall(open.Oldest)})
	s.printer.report()
}

// open opens the store, which a read-only disk does not allow: the supervisor
// tries again. An older program is refused by a newer store, and changes nothing.
func (s *Shop) open() bool {
	w := s.w
	if w.strikes(Upgraded) {
		s.disk.SetVersion(s.disk.Version() + 1)
	}
	if w.strikes(OlderProgram) {
		head, hash := s.disk.Head()
		if _, err := s.disk.OpenAs(s.disk.Version() - 1); !errors.Is(err, storesim.ErrNewer) && !errors.Is(err, storesim.ErrReadOnly) {
			w.fail("an older program changes nothing", "it opens the store: %v", err)
		}
		if n, h := s.disk.Head(); n != head || h != hash {
			w.fail("an older program changes nothing", "%d records were %d", n, head)
		}
	}
	fresh, err := s.disk.OpenAs(s.disk.Version())
	if err != nil {
		s.off(err.Error(), w.between(5*time.Second, time.Minute))
		return false
	}
	s.disk.Store = fresh
	return true
}

// off ends the process, at once.
func (s *Shop) off(why string, back time.Duration) {
	s.w.tell("terminal %d  ends: %s", s.n, why)
	s.w.watch(s.n, Power(false))
	s.on = false
	s.life++
	s.later(back, s.boot)
}

// tell gives the terminal one event, and all that comes of it.
func (s *Shop) tell(ev txn.Event) {
	if !s.on || s.w.failure != nil {
		return
	}
	if s.busy > s.w.now { // the loop waits for its disk, and what happens waits for the loop
		s.soon(time.Duration(s.busy-s.w.now)*time.Millisecond, ev)
		return
	}
	s.own = append(s.own, ev)
	if len(s.own) > 1 && s.term.State().Session.Boot.At == 0 {
		return
	}
	s.drain()
}

// drain handles what the loop's own effects have brought, before anything else.
func (s *Shop) drain() {
	for life := s.life; len(s.own) > 0 && s.on && s.life == life && s.w.failure == nil; {
		ev := s.own[0]
		s.own = s.own[1:]
		s.handle(ev)
	}
}

func (s *Shop) handle(events ...txn.Event) {
	w := s.w
	before := s.term.State()
	for _, ev := range events {
		w.pairs.met(before, ev)
	}
	err := s.term.HandleAll(s.wall(), events)
	switch {
	case errors.Is(err, txn.ErrPromise):
		w.fail("the machine's own check", "terminal %d: %v", s.n, err)
	case s.dark:
		s.off("power or kill", s.pause())
	case err != nil:
		s.off(err.Error(), w.between(2*time.Second, 20*time.Second))
	default:
		s.after()
		if w.strikes(Killed) {
			s.off("killed", w.between(2*time.Second, 8*time.Second))
		}
	}
}

// answered tells what came from a network: by itself, or with others that came
// while the loop was busy, which then share a commit.
func (s *Shop) answered(ev txn.Event) {
	if !s.on || s.w.failure != nil || s.busy > s.w.now {
		s.tell(ev)
		return
	}
	s.held = append(s.held, ev)
	if len(s.held) < 16 && s.w.strikes(TwinAnswers) {
		s.later(s.w.between(time.Millisecond, 2*time.Second), func() {
			if len(s.held) > 0 {
				s.flush()
			}
		})
		return
	}
	s.flush()
}

func (s *Shop) flush() {
	events := s.held
	s.held = nil
	if len(events) == 1 || len(s.own) > 0 {
		for _, ev := range events {
			s.tell(ev)
		}
		return
	}
	s.handle(events...)
	s.drain()
}

// pause is how long a terminal is without power.
func (s *Shop) pause() time.Duration {
	if s.w.rng.IntN(20) == 0 {
		return s.w.between(time.Hour, 14*time.Hour)
	}
	return s.w.between(3*time.Second, 5*time.Minute)
}

// after is what the loop does between events: recall what was asked for, look at
// the disk and the clock.
func (s *Shop) after() {
	for _, f := range s.recalls {
		refunds, more, err := journal.Recall(s.disk, f.After, f.Limit)
		if err != nil {
			s.w.fail("the journal is read back", "recall: %v", err)
		}
		s.own = append(s.own, txn.RefundsRecalled{Refunds: refunds, More: more})
	}
	s.recalls = s.recalls[:0]
	if full := s.disk.Full(); full != s.full {
		s.full = full
		s.fault(device.Store, full, txn.FaultDiskFull)
	}
	if unset := s.wall() < txn.ClockFloor; unset != s.unset {
		s.unset = unset
		s.fault(device.Clock, unset, txn.FaultClock)
	}
	if s.w.strikes(DiskFills) {
		s.disk.Fill(0, 300)
		s.w.later(s.w.between(time.Minute, 30*time.Minute), func() {
			s.disk.MakeRoom()
			_ = s.disk.Checkpoint() // as the program does when it is idle
		})
	}
}

func (s *Shop) fault(dev string, there bool, code txn.FaultCode) {
	if there {
		s.own = append(s.own, txn.FaultRaised{Device: dev, Code: code})
		return
	}
	s.own = append(s.own, txn.FaultCleared{Device: dev})
}

// later plans what happens after a while in this life of the process, and not if
// that has ended by then.
func (s *Shop) later(d time.Duration, do func()) { s.laterIn(s.life, d, do) }

// laterIn is later for what was begun in an earlier life, perhaps.
func (s *Shop) laterIn(life int, d time.Duration, do func()) {
	s.w.later(d, func() {
		if s.life == life {
			do()
		}
	})
}

// soon tells something after a while.
func (s *Shop) soon(d time.Duration, ev txn.Event) { s.later(d, func() { s.tell(ev) }) }

// recorded takes one step of the machine, when it is durable and before it is
// carried out.
func (s *Shop) recorded(st terminal.Step) {
	switch st.Event.(type) {
	case txn.TimerFired, txn.Answered, txn.RefundAnswered, txn.RefundsRecalled, txn.PaperTurn:
		s.dull = len(st.Entries) == 0
	default:
		s.dull = false
	}
	now := s.term.State()
	s.w.watch(s.n, st.Event)
	s.w.trace.step(s.n, st, now.Session.View)
	s.w.audit.step(s, st, now)
	if s.w.opt.Tell != nil {
		s.narrate(st, now.Session.View)
	}
}

func (s *Shop) narrate(st terminal.Step, view txn.View) {
	var entries strings.Builder
	for _, e := range st.Entries {
		entries.WriteString(" " + kindOf(e))
	}
	s.w.tell("terminal %d  %s %v ->%s [%s]", s.n, kindOf(st.Event), st.Event, entries.String(), view)
}

// Perform implements terminal.Performer.
func (s *Shop) Perform(effect txn.Effect) {
	if s.dark || s.w.failure != nil {
		return
	}
	if s.w.strikes(CutBeforeEffect) {
		s.dark = true
		return
	}
	s.do(effect)
	if s.w.strikes(CutAfterEffect) {
		s.dark = true
	}
}

func (s *Shop) do(effect txn.Effect) {
	if x, ok := rail.Asks(effect); ok {
		s.w.audit.sends(s, effect)
		s.exchange(x)
		return
	}
	switch f := effect.(type) {
	case txn.ArmTimer:
		s.arm(f)
	case txn.WarmLink:
		s.warm()
	case txn.Print:
		s.printer.print(f.Receipt)
	case txn.TryPaper:
		s.own = append(s.own, txn.PaperTurn{})
	case txn.Sound:
	case txn.LookUp:
		found, err := journal.LookUp(s.disk, f, s.wall(), s.setup.Zone)
		if err != nil {
			s.w.fail("the journal is read back", "look up: %v", err)
		}
		s.soon(2*time.Millisecond, txn.LookedUp{Serial: f.Serial, Found: found})
	case txn.RecallRefunds:
		s.recalls = append(s.recalls, f)
	case txn.CheckPIN:
		s.soon(300*time.Millisecond, s.staff.check(f))
	case txn.MakeReport:
		r, err := journal.DayReport(s.disk, f.Day)
		if err != nil {
			s.w.fail("the journal is read back", "day: %v", err)
		}
		s.soon(3*time.Millisecond, txn.Reported{Report: r})
	default:
		panic(fmt.Sprintf("sim: effect %T has no performer", effect))
	}
}

// arm begins a wait; one that is armed begins anew.
func (s *Shop) arm(f txn.ArmTimer) {
	s.arms++
	n := s.arms
	s.armed[f.Timer] = n
	s.later(f.After, func() {
		if s.armed[f.Timer] == n {
			delete(s.armed, f.Timer)
			s.tell(txn.TimerFired{Timer: f.Timer})
		}
	})
}

// warm opens connections ahead of a sale.
func (s *Shop) warm() {
	for i := range s.wires {
		s.later(s.w.between(20*time.Millisecond, 300*time.Millisecond), func() {
			if fault := s.unreachable(); fault != "" {
				s.linkIs(i, txn.LinkIsDown, fault)
			} else {
				s.linkIs(i, txn.LinkIsUp, "")
			}
		})
	}
}

// Show implements terminal.Performer: what people have read cannot be taken back.
func (s *Shop) Show(st txn.State) {
	if s.dark || s.dull && st.Session.View == s.looked {
		return
	}
	s.looked = st.Session.View
	s.screen = screen.Of(st, st.Session.Lang)
	s.w.audit.shown(s, st, s.screen)
}

// disk is the store of one shop, with what can happen to a write.
type disk struct {
	*storesim.Store
	shop *Shop
}

// Append implements journal.Store.
func (d *disk) Append(records []journal.Record, rows []journal.Row, guards []journal.Guard) error {
	s, w := d.shop, d.shop.w
	if w.strikes(LyingSync) {
		d.SetLyingSync(true)
	}
	torn := false
	switch {
	case w.strikes(CutBeforeWrite):
		torn = true
		d.Fail(storesim.TornToNothing)
	case w.strikes(CutAfterWrite):
		torn = true
		d.Fail(storesim.TornToAll)
	case w.strikes(WriteFailed):
		d.Fail(storesim.NotDone)
	case w.strikes(WriteFailedDone):
		d.Fail(storesim.DoneAllTheSame)
	case w.strikes(DiskReadOnly):
		d.SetReadOnly(true)
		w.later(w.between(10*time.Second, 10*time.Minute), func() { d.SetReadOnly(false) })
	}
	if w.strikes(DiskSlow) {
		s.busy = w.now + txn.Wall(w.between(time.Second, 12*time.Second).Milliseconds())
	}
	before := d.Count()
	err := d.Store.Append(records, rows, guards)
	if d.Count() > before {
		w.trace.stored(records)
		w.audit.stored(records)
		if err != nil { // durable, and the process ends without a word of it
			w.audit.unheard(s, records)
		}
	}
	switch {
	case torn:
		s.dark = true
	case err == nil, errors.Is(err, storesim.ErrUnknown): // the process ends, and starts again
	default:
		w.fail("the journal takes what is decided", "terminal %d: %v", s.n, err)
	}
	return err
}

// mend puts everything in order: for the end of the story.
func (s *Shop) mend() {
	s.cableOut, s.skew = false, 0
	s.disk.MakeRoom()
	s.disk.SetReadOnly(false)
	for i := range s.wires {
		s.wires[i].deadTil = 0
	}
	s.printer.mend()
	if !s.on {
		s.boot()
	}
}
