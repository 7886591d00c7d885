package main

import (
	"sync"
	"time"

	"till/txn"
)

// clock is where time comes from: the system's, or sim.Clock.
type clock interface {
	Now() time.Time
	AfterFunc(d time.Duration, f func()) (stop func() bool)
}

// systemClock is package time.
type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }
func (systemClock) AfterFunc(d time.Duration, f func()) func() bool {
	return time.AfterFunc(d, f).Stop
}

// wheel holds the waits of the machine: the one place where they run out
// (decisions.md 12). The screen asks it how long a wait still takes.
type wheel struct {
	clock clock
	fire  func(txn.Timer)

	mu    sync.Mutex
	armed map[txn.Timer]*armed
}

type armed struct {
	due  time.Time
	stop func() bool
}

func newWheel(c clock, fire func(txn.Timer)) *wheel {
	return &wheel{clock: c, fire: fire, armed: map[txn.Timer]*armed{}}
}

// arm begins a wait. One that is armed already begins anew, and is not heard of
// even when it has just run out.
func (w *wheel) arm(t txn.Timer, d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if old, ok := w.armed[t]; ok {
		old.stop()
	}
	a := &armed{due: w.clock.Now().Add(d)}
	w.armed[t] = a
	a.stop = w.clock.AfterFunc(d, func() {
		w.mu.Lock()
		current := w.armed[t] == a
		if current {
			delete(w.armed, t)
		}
		w.mu.Unlock()
		if current {
			w.fire(t)
		}
	})
}

// remaining tells how long a wait still takes.
func (w *wheel) remaining(t txn.Timer) (time.Duration, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a, ok := w.armed[t]
	if !ok {
		return 0, false
	}
	return max(a.due.Sub(w.clock.Now()), 0), true
}

// stop ends all waits unheard.
func (w *wheel) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, a := range w.armed {
		a.stop()
	}
	clear(w.armed)
}
