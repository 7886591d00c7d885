package main

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"till/sim"
	"till/txn"
)

var (
	askFirst  = txn.Timer{Kind: txn.TimerAsk, Order: "0123456789AB0000000001", Try: 1}
	askSecond = txn.Timer{Kind: txn.TimerAsk, Order: "0123456789AB0000000001", Try: 2}
	askOther  = txn.Timer{Kind: txn.TimerAsk, Order: "0123456789AB0000000002", Try: 1}
)

// turns is a wheel in the time of a clock, and what has run out on it when.
type turns struct {
	*wheel
	start time.Time
	log   []string
}

func newTurns(c clock) *turns {
	w := &turns{start: c.Now()}
	w.wheel = newWheel(c, func(t txn.Timer) {
		w.log = append(w.log, t.Order.Tail()+"/"+string(rune('0'+t.Try))+" "+c.Now().Sub(w.start).String())
	})
	return w
}

// turnStory arms, arms anew and stops waits; pass lets time pass.
func turnStory(t *testing.T, c clock, pass func(time.Duration)) {
	t.Helper()
	w := newTurns(c)
	w.arm(askFirst, 5*time.Second)
	w.arm(askSecond, 15*time.Second)
	w.arm(askOther, 7*time.Second)
	pass(2 * time.Second)
	if left, ok := w.remaining(askFirst); !ok || left != 3*time.Second {
		t.Errorf("after 2 s the wait of 5 s takes %s more, %v", left, ok)
	}
	w.arm(askFirst, 10*time.Second) // begins anew
	pass(6 * time.Second)
	if _, ok := w.remaining(askOther); ok {
		t.Error("a wait that has run out still takes time")
	}
	pass(5 * time.Second)
	w.stop()
	if _, ok := w.remaining(askSecond); ok {
		t.Error("a wait still takes time after stop")
	}
	pass(time.Minute)
	if want := []string{"000002/1 7s", "000001/1 12s"}; !slices.Equal(w.log, want) {
		t.Errorf("ran out: %q, want %q", w.log, want)
	}
	w.arm(askFirst, time.Second) // the next life's
	pass(2 * time.Second)
	if len(w.log) != 3 {
		t.Errorf("ran out: %q", w.log)
	}
}

func TestWaitsRunOutOnTheSystemClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turnStory(t, systemClock{}, func(d time.Duration) {
			time.Sleep(d)
			synctest.Wait()
		})
	})
}

func TestWaitsRunOutOnTheVirtualClock(t *testing.T) {
	c := sim.NewClock(twinsStart)
	turnStory(t, c, func(d time.Duration) {
		for limit := c.Now().Add(d); c.Advance(limit); {
		}
	})
}

// slowClock is a clock whose waits have always just run out when somebody
// stops them: it calls nothing by itself.
type slowClock struct {
	sim.Clock
	waits []func()
}

func (c *slowClock) AfterFunc(_ time.Duration, f func()) func() bool {
	c.waits = append(c.waits, f)
	return func() bool { return false }
}

// TestAWaitThatRanOutWhileItWasArmedAnewIsNotHeard: the machine armed it anew, so
// it does not want to hear of the old one; and the new one runs out once.
func TestAWaitThatRanOutWhileItWasArmedAnewIsNotHeard(t *testing.T) {
	c := &slowClock{}
	w := newTurns(c)
	w.arm(askFirst, time.Second)
	w.arm(askFirst, time.Minute)
	c.waits[0]()
	if _, ok := w.remaining(askFirst); len(w.log) != 0 || !ok {
		t.Errorf("the old wait is heard: %q, the new one is known: %v", w.log, ok)
	}
	c.waits[1]()
	if _, ok := w.remaining(askFirst); len(w.log) != 1 || ok {
		t.Errorf("ran out: %q, still known: %v", w.log, ok)
	}
	w.arm(askOther, time.Second)
	w.stop()
	c.waits[2]()
	if len(w.log) != 1 {
		t.Errorf("a wait is heard after stop: %q", w.log)
	}
}
