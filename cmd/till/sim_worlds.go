package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/term"

	"till/sim"
)

// worlds is one run of the command sim.
type worlds struct {
	*simFlags
	base     sim.Options
	out, err io.Writer

	all     *tally // of the run
	unsaved *tally // ... that the report does not have yet
	used    time.Duration
	began   uint64  // the first seed
	failed  []lived // the first of each invariant
}

// lived is a world that is over.
type lived struct {
	opt   sim.Options
	res   sim.Result
	known string // of a list: the invariant that once failed here
}

// live lives a world, and once more to see that it is the same.
func (w *worlds) live(o sim.Options) sim.Result {
	if w.once {
		return sim.Run(o)
	}
	return sim.Twice(o)
}

func (w *worlds) lives() int {
	if w.once {
		return 1
	}
	return 2
}

// gcPercent trades memory, some ten megabytes a world, for half as many worlds again.
const gcPercent = 400

// many lives through all seeds.
func (w *worlds) many(ctx context.Context) error {
	next, err := w.order(ctx)
	if err != nil {
		return err
	}
	debug.SetGCPercent(gcPercent)
	w.all, w.unsaved, w.used = newTally(), newTally(), processorTime()
	results := make(chan lived)
	var working sync.WaitGroup
	for range w.jobs {
		working.Go(func() {
			for o, ok := next(); ok; o, ok = next() {
				results <- lived{opt: o.Options, known: o.Invariant, res: w.live(o.Options)}
			}
		})
	}
	go func() {
		working.Wait()
		close(results)
	}()
	if err := w.collect(results); err != nil {
		for range results { // let them come home
		}
		return err
	}
	return w.end()
}

// order gives out the worlds, those of the list first, until there are enough.
func (w *worlds) order(ctx context.Context) (func() (sim.Known, bool), error) {
	seed, err := w.first()
	if err == nil {
		err = w.unheard(seed)
	}
	if err != nil {
		return nil, err
	}
	w.began = seed
	var list []sim.Known
	if w.list != "" {
		text, err := os.ReadFile(w.list)
		if err != nil {
			return nil, err
		}
		if list, err = sim.ParseSeeds(string(text)); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", errUsage, w.list, err)
		}
	}
	var mu sync.Mutex
	given, began := uint64(0), time.Now()
	return func() (sim.Known, bool) {
		mu.Lock()
		defer mu.Unlock()
		if ctx.Err() != nil {
			return sim.Known{}, false
		}
		if len(list) > 0 {
			k := list[0]
			list = list[1:]
			return k, true
		}
		limited := w.seeds > 0 || w.limit == 0
		if limited && given == w.seeds || w.limit > 0 && time.Since(began) > w.limit {
			return sim.Known{}, false
		}
		o := w.base
		o.Seed = seed + given
		given++
		return sim.Known{Options: o}, true
	}, nil
}

// How often a run says how far it is, and saves what it has.
const (
	sayEvery  = 10 * time.Second
	drawEvery = 200 * time.Millisecond
	saveEvery = time.Minute
)

// collect counts the worlds as they end.
func (w *worlds) collect(results <-chan lived) error {
	said, saved := time.Now(), time.Now()
	every, clear, end, width := sayEvery, "", "\n", 0
	if f, ok := w.err.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		every, clear, end = drawEvery, "\r\x1b[K", ""
		width, _, _ = term.GetSize(int(f.Fd())) // one that is not known is wide enough
	}
	for l := range results {
		for _, f := range []*tally{w.all, w.unsaved} {
			f.count(l.res, w.lives())
		}
		if w.sums {
			if _, err := fmt.Fprintf(w.out, "0x%x %016x\n", l.opt.Seed, l.res.Trace); err != nil {
				return err
			}
		}
		if l.res.Failure != nil {
			_, _ = io.WriteString(w.err, clear)
			if err := w.sayFailed(l); err != nil {
				return err
			}
		}
		if time.Since(said) > every && !w.sums {
			said = time.Now()
			w.meter()
			line := w.all.line()
			if width > 0 {
				line = line[:min(len(line), width-1)]
			}
			_, _ = fmt.Fprintf(w.err, "%s%s%s", clear, line, end) // progress
		}
		if time.Since(saved) > saveEvery {
			saved = time.Now()
			if err := w.save(); err != nil {
				return err
			}
		}
	}
	_, _ = io.WriteString(w.err, clear)
	return nil
}

// meter adds what the processor has done since the last time.
func (w *worlds) meter() {
	now := processorTime()
	w.all.CPU += now - w.used
	w.unsaved.CPU += now - w.used
	w.used = now
}

// sayFailed tells of a world in which an invariant did not hold, and keeps the
// first of each.
func (w *worlds) sayFailed(l lived) error {
	_, err := fmt.Fprintf(w.out, "FAILED %v\n  till sim %s\n", l.res.Failure, l.opt.Args())
	if w.all.Failures[l.res.Failure.Invariant] == 1 {
		w.failed = append(w.failed, l)
	}
	if w.keep != "" && l.known == "" {
		err = errors.Join(err, keepSeed(w.keep, sim.Known{Options: l.opt, Invariant: l.res.Failure.Invariant, Date: today()}))
	}
	return err
}

func today() string { return time.Now().UTC().Format(time.DateOnly) }

// keepSeed adds a line to a list of worlds.
func keepSeed(file string, k sim.Known) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, k)
	return errors.Join(err, f.Close())
}

// storiesMax is of how many invariants a run looks for the smallest story: each may
// take --shrink.
const storiesMax = 5

// end sums up, and looks closer at what failed.
func (w *worlds) end() error {
	w.meter()
	if err := w.save(); err != nil {
		return err
	}
	if !w.sums {
		if _, err := fmt.Fprintf(w.out, "%s%s\n", w.all.kinds(), w.all.line()); err != nil {
			return err
		}
	}
	for _, l := range w.failed[:min(len(w.failed), storiesMax)] {
		if err := w.explain(l); err != nil {
			return err
		}
	}
	if len(w.failed) > 0 {
		return &exitError{code: exitFailed}
	}
	return nil
}

// single lives one world.
func (w *worlds) single() error {
	o := w.base
	if w.tell {
		o.Tell = func(line string) { _, _ = fmt.Fprintln(w.out, line) } // the verdict is what counts
	}
	r := w.live(o)
	if w.sums {
		_, err := fmt.Fprintf(w.out, "0x%x %016x\n", o.Seed, r.Trace)
		return err
	}
	w.all = newTally()
	w.all.count(r, w.lives())
	if _, err := fmt.Fprintf(w.out, "seed 0x%x, %d acts, %d mishaps, %d steps, %.1f days, %d sales, %d refunds, trace %016x\n",
		o.Seed, r.Acts, len(r.Struck), r.Steps, r.Days, r.Sales, r.Refunds, r.Trace); err != nil {
		return err
	}
	if r.Failure == nil {
		_, err := fmt.Fprintln(w.out, "every invariant holds")
		return err
	}
	l := lived{opt: w.base, res: r}
	return errors.Join(w.sayFailed(l), w.explain(l), &exitError{code: exitFailed})
}
