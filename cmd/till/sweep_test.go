package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"till/sim/disksim"
	"till/txn"
	"till/txn/terminal"
)

// journey is one story of a sale, told to a world in which the power may go at
// any moment: each part returns errDark then.
type journey struct {
	name  string
	parts []func(*sweepWorld) error
	ends  map[txn.Phase]int       // what its sales lead to when nothing goes wrong
	backs map[txn.RefundPhase]int // ... and its refunds

	sample bool // damages take turns: see sweepAll
}

func switchOn(w *sweepWorld) error { return w.on() }

func restart(w *sweepWorld) error {
	if err := w.exit(); err != nil {
		return err
	}
	return w.on()
}

func gatewayDoes(texts ...string) func(*sweepWorld) error {
	return func(w *sweepWorld) error {
		var errs []error
		for _, text := range texts {
			errs = append(errs, w.gateway.SetText(text))
		}
		return errors.Join(errs...)
	}
}

func keyed(keys ...txn.Key) func(*sweepWorld) error {
	return func(w *sweepWorld) error { return w.press(keys...) }
}

func showCode(w *sweepWorld) error { return w.scan() }

func confirm(w *sweepWorld) error { return w.gateway.Wallet("").Confirm() }

func wait(d time.Duration) func(*sweepWorld) error {
	return func(w *sweepWorld) error { return w.pass(d) }
}

func paperRunsOut(w *sweepWorld) error {
	w.paperOut = true
	return w.tell(w.printerSays())
}

func paperComes(w *sweepWorld) error {
	w.paperOut = false
	return w.tell(w.printerSays())
}

var keysOfASale = keyed(txn.Key1, txn.Key2, txn.Key5, txn.Key0, txn.KeyEnter)

// journeys: those after the first begin with a store that is there.
var journeys = slices.Concat(saleJourneys, refundJourneys)

var saleJourneys = []journey{
	{"a plain sale on a new store", []func(*sweepWorld) error{switchOn, keysOfASale, showCode,
		wait(8 * time.Second)},
		map[txn.Phase]int{txn.PaidFor: 1}, nil, false},
	{"declined, and the next code is paid", []func(*sweepWorld) error{switchOn,
		gatewayDoes("pay next decline NOT_ENOUGH"), keysOfASale, showCode, wait(2 * time.Second), showCode,
		wait(8 * time.Second)},
		map[txn.Phase]int{txn.RefusedFor: 1, txn.PaidFor: 1}, nil, false},
	{"the customer types the password", []func(*sweepWorld) error{switchOn, gatewayDoes("pay next password"),
		keysOfASale, showCode, wait(7 * time.Second), confirm, wait(16 * time.Second)},
		map[txn.Phase]int{txn.PaidFor: 1}, nil, false},
	{"charged, the answer is lost, and a query finds it", []func(*sweepWorld) error{switchOn,
		gatewayDoes("pay next charge-and-lose-answer"), keysOfASale, showCode, wait(13 * time.Second)},
		map[txn.Phase]int{txn.PaidFor: 1}, nil, false},
	{"charged, nobody answers, and it is reversed", []func(*sweepWorld) error{switchOn,
		gatewayDoes("pay next charge-and-lose-answer", "query next 5 lose-answer", "reverse next lose-answer"),
		keysOfASale, showCode, wait(90 * time.Second)},
		map[txn.Phase]int{txn.ReversedFor: 1}, nil, false},
	{"cancelled, and the reversal asks for another one", []func(*sweepWorld) error{switchOn,
		gatewayDoes("pay next password 10m", "reverse next reverse-userpaying", "reverse next recall"),
		keysOfASale, showCode, wait(17 * time.Second), keyed(txn.KeyCancel), wait(15 * time.Minute)},
		map[txn.Phase]int{txn.ReversedFor: 1}, nil, false},
	{"the request never arrives", []func(*sweepWorld) error{switchOn, gatewayDoes("pay next lose-request"),
		keysOfASale, showCode, wait(40 * time.Second)},
		map[txn.Phase]int{txn.ReversedFor: 1}, nil, false},
	{"the paper is out, and comes", []func(*sweepWorld) error{switchOn, paperRunsOut, keysOfASale, showCode,
		wait(20 * time.Second), paperComes, wait(8 * time.Second)},
		map[txn.Phase]int{txn.PaidFor: 1}, nil, false},
	{"a sale, a restart and a copy", []func(*sweepWorld) error{switchOn, keysOfASale, showCode, restart,
		keyed(txn.KeyF3), wait(8 * time.Second)},
		map[txn.Phase]int{txn.PaidFor: 1}, nil, false},
}

// play tells a journey until it is over or the power is.
func (j journey) play(w *sweepWorld) error {
	for i, part := range j.parts {
		if err := part(w); err != nil {
			if errors.Is(err, errDark) {
				return errDark
			}
			return fmt.Errorf("%s, part %d: %w", j.name, i, err)
		}
		if w.powerless() {
			return errDark
		}
	}
	return nil
}

// rehearse plays a journey without a cut and returns after how many operations
// the terminal was on, how many there were, and how many deeds.
func (j journey) rehearse(t *testing.T) (on, ops, deeds int) {
	t.Helper()
	w := newSweepWorld(disksim.Options{})
	defer w.close()
	if err := j.parts[0](w); err != nil {
		t.Fatal(err)
	}
	on = w.disk.Ops()
	if err := (journey{name: j.name, parts: j.parts[1:]}).play(w); err != nil {
		t.Fatal(err)
	}
	ends := map[txn.Phase]int{}
	for _, tx := range w.life.term.State().Ledger.Txs {
		ends[tx.Phase]++
	}
	backs := map[txn.RefundPhase]int{}
	told, err := refundsIn(w.life.store)
	if err != nil {
		t.Error(err)
	}
	for _, r := range told {
		backs[r.Phase]++
	}
	if fmt.Sprint(ends, backs) != fmt.Sprint(j.ends, j.backs) {
		t.Errorf("it ends with %v and %v, want %v and %v", ends, backs, j.ends, j.backs)
	}
	if err := w.audit(); err != nil {
		t.Error(err)
	}
	return on, w.disk.Ops(), w.deeds
}

// sweepCut is where and how one life ends.
type sweepCut struct {
	disksim.Cut
	deed int // in the middle of this deed, unless 0
	kill bool
}

func (c sweepCut) String() string {
	if c.kill {
		return fmt.Sprintf("killed after %d", c.After)
	}
	if c.deed > 0 {
		return fmt.Sprintf("in the middle of deed %d, %v", c.deed, c.Cut)
	}
	return c.Cut.String()
}

// shortSweep is of how many journeys one is swept under -short, which is how the
// race detector runs: a journey is one goroutine, and there are others for it.
const shortSweep = 5

// sweepAll asks for every damage at every operation of the journeys of refunds
// too, which otherwise take turns: TILL_SWEEP=all, some minutes.
var sweepAll = os.Getenv("TILL_SWEEP") == "all"

// samples reports whether a journey takes a sample of what can go wrong.
func (j journey) samples() bool { return !sweepAll && j.sample }

// cutsAt lists the ways in which the power can go at one operation.
func cutsAt(op int, short, sample bool) []sweepCut {
	cut := func(d disksim.Damage, seed uint64) sweepCut {
		return sweepCut{Cut: disksim.Cut{After: op, Damage: d, Seed: seed}}
	}
	cuts := []sweepCut{cut(disksim.Drop, 0), cut(disksim.Shuffle, 1)}
	if short {
		return cuts
	}
	rest := []sweepCut{cut(disksim.Keep, 0), cut(disksim.Tear512, 1), cut(disksim.Ruin4K, 1), cut(disksim.Shuffle, 2),
		{Cut: disksim.Cut{After: op}, kill: true}}
	if sample {
		return append(cuts[:1], rest[op%len(rest)])
	}
	return append(cuts, rest...)
}

// die plays a journey up to the cut and returns the disk that it leaves.
func (j journey) die(w *sweepWorld, c sweepCut) (*disksim.Disk, error) {
	w.cutOp, w.cutDeed = c.After, c.deed
	if err := j.play(w); err != nil && !errors.Is(err, errDark) {
		return nil, err
	}
	w.dark = true
	if c.kill {
		return w.disk.Kill(c.After), nil
	}
	if c.After == 0 {
		c.After = w.disk.Ops()
	}
	return w.disk.CrashClone(c.Cut), nil
}

// try plays a journey to the cut, and then what comes after it.
func (j journey) try(c sweepCut, opt disksim.Options) error {
	opt.History = true
	w := newSweepWorld(opt)
	defer w.close()
	d, err := j.die(w, c)
	if err != nil {
		return err
	}
	if err := w.recovers(d); err != nil || !c.kill {
		return err
	}
	// What a killed process left in the memory of the system has been read and
	// acted upon: it must be on the platter too.
	return w.recovers(w.disk.CrashClone(disksim.Cut{Damage: disksim.Drop}))
}

// cutsOf lists every cut of a journey.
func (j journey) cutsOf(on, ops, deeds int) []sweepCut {
	var all []sweepCut
	for op := on + 1; op <= ops+1; op++ {
		all = append(all, cutsAt(op, testing.Short(), j.samples())...)
	}
	for deed := range deeds {
		all = append(all, sweepCut{deed: deed + 1, Cut: disksim.Cut{Damage: disksim.Drop}})
	}
	return all
}

// TestAPowerCutAnywhereInASaleLosesNoMoney cuts the power at every write and
// every sync, and in the middle of every request and print, with every damage
// that a disk may take; switches on again; waits; and compares the terminal's
// word with the gateway's books and the paper.
func TestAPowerCutAnywhereInASaleLosesNoMoney(t *testing.T) {
	var cuts atomic.Int64
	t.Run("journeys", func(t *testing.T) {
		for i, j := range journeys {
			if testing.Short() && i%shortSweep != 0 {
				continue
			}
			t.Run(j.name, func(t *testing.T) {
				t.Parallel()
				on, ops, deeds := j.rehearse(t)
				if i == 0 {
					on = 0 // the others begin with a store that is there
				}
				all := j.cutsOf(on, ops, deeds)
				for _, c := range all {
					if err := j.try(c, disksim.Options{}); err != nil {
						t.Errorf("%v: %v", c, err)
					}
				}
				cuts.Add(int64(len(all)))
				t.Logf("%d cuts at %d operations and %d deeds", len(all), ops-on, deeds)
			})
		}
	})
	t.Logf("%d power cuts", cuts.Load())
}

// TestPowerCutsDuringRecoveryLoseNoMoney cuts the power again while the terminal
// comes back from the cut before, up to four times.
func TestPowerCutsDuringRecoveryLoseNoMoney(t *testing.T) {
	storms := 60
	if testing.Short() {
		storms = 5
	}
	var cuts atomic.Int64
	t.Run("journeys", func(t *testing.T) {
		for i, j := range journeys {
			if testing.Short() && i%shortSweep != 0 {
				continue
			}
			t.Run(j.name, func(t *testing.T) {
				t.Parallel()
				_, ops, deeds := j.rehearse(t)
				all := j.cutsOf(0, ops, deeds)
				rng := rand.New(rand.NewPCG(uint64(i), 2))
				for range storms {
					story, n, err := j.storm(all[rng.IntN(len(all))], rng)
					if err != nil {
						t.Errorf("%s: %v", story, err)
					}
					cuts.Add(int64(n))
				}
			})
		}
	})
	t.Logf("%d power cuts", cuts.Load())
}

// storm plays a journey to its first cut, and cuts each recovery short as well.
func (j journey) storm(first sweepCut, rng *rand.Rand) (story string, cuts int, err error) {
	w := newSweepWorld(disksim.Options{History: true})
	defer w.close()
	story = first.String()
	d, err := j.die(w, first)
	for range 1 + rng.IntN(3) {
		if err != nil {
			return story, cuts, err
		}
		cuts++
		w.replace(d)
		w.cutOp = d.Ops() + 1 + rng.IntN(40)
		if err = w.on(); err == nil {
			err = w.settle()
		}
		if err != nil && !errors.Is(err, errDark) {
			return story, cuts, err
		}
		again := disksim.Cut{Damage: disksim.Damages[rng.IntN(len(disksim.Damages))], Seed: rng.Uint64()}
		if w.powerless() {
			again.After = w.cutOp
		}
		story += "; then " + again.String()
		d, err = w.disk.CrashClone(again), nil
	}
	return story, cuts + 1, w.recovers(d)
}

// TestEveryFailedStepOfTheDiskEndsTheProgramAndLosesNoMoney fails every operation
// once, as not done and as done although reported otherwise. The program ends, with
// nothing done after the failure; the next start, and one after a power cut then or
// later, know all that was done before it.
func TestEveryFailedStepOfTheDiskEndsTheProgramAndLosesNoMoney(t *testing.T) {
	for i, j := range journeys {
		if testing.Short() && i%shortSweep != 0 {
			continue
		}
		t.Run(j.name, func(t *testing.T) {
			t.Parallel()
			on, ops, _ := j.rehearse(t)
			if i == 0 {
				on = 0
			}
			if testing.Short() {
				on = max(on, ops-20)
			}
			ended, tried := 0, 0
			for op := on + 1; op <= ops; op++ {
				for _, v := range []disksim.Verdict{disksim.Fail, disksim.FailDone} {
					for _, power := range []bool{false, true} {
						if j.samples() && power == (op%2 == 0) {
							continue
						}
						tried++
						failed, err := j.fail(op, v, power)
						if err != nil {
							t.Errorf("operation %d, verdict %d, power cut %v: %v", op, v, power, err)
						}
						if failed {
							ended++
						}
					}
				}
			}
			if ended < tried/2 {
				t.Errorf("only %d of %d failures were noticed", ended, tried)
			}
			t.Logf("%d of %d failures ended the program", ended, tried)
		})
	}
}

// fail plays a journey in which one operation fails, and what comes after.
func (j journey) fail(op int, v disksim.Verdict, power bool) (ended bool, err error) {
	w := newSweepWorld(disksim.Options{History: true, OnOp: func(o disksim.Op) disksim.Verdict {
		if o.N == op {
			return v
		}
		return disksim.Do
	}})
	defer w.close()
	err = j.play(w)
	if _, ok := asFault(err); err != nil && !ok {
		return true, fmt.Errorf("it is no fault: %w", err)
	}
	ended = err != nil
	w.dark = true
	if power {
		return ended, w.recovers(w.disk.CrashClone(disksim.Cut{Damage: disksim.Drop}))
	}
	if err := w.recovers(w.disk.Kill(0)); err != nil {
		return ended, err
	}
	return ended, w.recovers(w.disk.CrashClone(disksim.Cut{Damage: disksim.Drop}))
}

// TestTheSweepHasTeeth plays a plain sale on a disk that lies about its syncs, and
// with a journal that says "stored" one entry too early. A sweep that did not
// notice would prove nothing.
func TestTheSweepHasTeeth(t *testing.T) {
	j := journeys[0]
	on, ops, _ := j.rehearse(t)
	lying := func(op disksim.Op) disksim.Verdict {
		if op.N > on && (op.Kind == disksim.Sync || op.Kind == disksim.SyncDir) {
			return disksim.Lie
		}
		return disksim.Do
	}
	lied, late := 0, 0
	for op := on + 1; op <= ops+1; op++ {
		c := sweepCut{Cut: disksim.Cut{After: op, Damage: disksim.Drop}}
		if err := j.try(c, disksim.Options{OnOp: lying}); err != nil {
			lied++
		}
		w := newSweepWorld(disksim.Options{History: true})
		w.wrap = func(j terminal.Journal) terminal.Journal { return &lateJournal{Journal: j} }
		d, err := j.die(w, c)
		if err == nil {
			err = w.recovers(d)
		}
		w.close()
		if err != nil {
			late++
		}
	}
	t.Logf("of %d cuts %d went wrong on the lying disk and %d with the late journal", ops+1-on, lied, late)
	if lied == 0 || late == 0 {
		t.Error("the sweep does not notice")
	}
}

// sells makes sure that the terminal can still do what it is there for.
func (w *sweepWorld) sells() error {
	before := len(w.gateway.Orders())
	err := errors.Join(w.press(txn.KeyCancel, txn.KeyCancel, txn.Key9, txn.Key9, txn.KeyEnter, txn.KeyEnter),
		w.scan(), w.pass(30*time.Second), w.audit())
	orders := w.gateway.Orders()
	if err == nil && (len(orders) != before+1 || orders[before].Charged != 99) {
		err = fmt.Errorf("the next sale did not come about: %+v", orders[before:])
	}
	return err
}

// recovers starts the program again on a disk, and looks at what comes of it.
func (w *sweepWorld) recovers(d *disksim.Disk) error {
	w.replace(d)
	if err := w.on(); err != nil {
		return fmt.Errorf("start again: %w", err)
	}
	if err := errors.Join(w.settle(), w.audit()); err != nil {
		return err
	}
	return w.sells()
}

// lateJournal says that entries are stored when those before them are.
type lateJournal struct {
	terminal.Journal
	before, after txn.Ledger
	waiting       []txn.Entry
}

func (j *lateJournal) Append(before, after txn.Ledger, entries []txn.Entry) error {
	if len(j.waiting) > 0 {
		if err := j.Journal.Append(j.before, j.after, j.waiting); err != nil {
			return err
		}
	}
	j.before, j.after, j.waiting = before, after, entries
	return nil
}
