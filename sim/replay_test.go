package sim

import (
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// TestASeedIsOneStory lives worlds twice, and a third time from the list of what
// went wrong: nothing may differ.
func TestASeedIsOneStory(t *testing.T) {
	for seed := uint64(100); seed < 104; seed++ {
		o := Options{Seed: seed, Acts: 40}
		first := Run(o)
		if again := Run(o); again.Trace != first.Trace || again.Steps != first.Steps || !reflect.DeepEqual(again.Struck, first.Struck) {
			t.Errorf("seed %d: %d steps with trace %x, and %d with %x", seed, first.Steps, first.Trace, again.Steps, again.Trace)
		}
		o.Mishaps = append([]Mishap{}, first.Struck...)
		if told := Run(o); told.Trace != first.Trace {
			t.Errorf("seed %d: the list of its %d mishaps makes another world", seed, len(first.Struck))
		}
	}
}

// TestAnActLeftOutMovesNoOther leaves the second half of a day out: until the
// last act of the first half everything is as it was.
func TestAnActLeftOutMovesNoOther(t *testing.T) {
	const acts, half = 30, 15
	live := func(keep []int) (all []Moment, last time.Duration) {
		Run(Options{Seed: 100, Acts: acts, Shops: 1, Keep: keep, Watch: func(m Moment) {
			if a, ok := m.What.(Act); ok && a.N == half {
				last = m.At
			}
			all = append(all, m)
		}})
		return all, last
	}
	var kept []int
	for i := range half {
		kept = append(kept, i+1)
	}
	all, last := live(nil)
	some, _ := live(kept)
	n := slices.IndexFunc(all, func(m Moment) bool { return m.At >= last })
	struck := slices.ContainsFunc(all[:n], func(m Moment) bool { _, ok := m.What.(Struck); return ok })
	if last == 0 || !struck || len(some) < n || !reflect.DeepEqual(all[:n], some[:n]) {
		t.Errorf("%d of %d moments until %s, and %d", n, len(all), last, len(some))
	}
}

// TestNothingOfAWorldGoesOn: the bubble ends only when all that was begun in it has
// ended, also when a world ends in the middle of an act.
func TestNothingOfAWorldGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for seed := range uint64(4) {
			Run(Options{Seed: seed, Acts: 10})
			if r := Run(Options{Seed: seed, Acts: 10, Shops: 2, Broken: spoilt}); r.Failure == nil {
				t.Error("a spoilt world did not fail")
			}
		}
	})
}

// spoilt lets a world fail in the middle of its first sale.
func spoilt(s *Shop) { s.w.later(20*time.Second, func() { s.w.fail("the world", "it is spoilt") }) }
