package sim

import (
	"slices"
	"testing"
	"time"
)

// TestAStoryIsMadeSmall plants a disk that lies, which till does not survive: what
// is left of a day is one lie, and the few acts that it takes to be found out.
func TestAStoryIsMadeSmall(t *testing.T) {
	began := time.Now()
	enough := func() bool { return time.Since(began) > time.Minute }
	caught := 0
	for seed := uint64(0); caught < 3 && seed < 100; seed++ {
		o := Options{Seed: seed, Only: []Kind{LyingSync}}
		r := Run(o)
		if r.Failure == nil {
			continue
		}
		caught++
		small, end, lives := Shrink(o, enough)
		switch {
		case end.Failure == nil || end.Failure.Invariant != r.Failure.Invariant:
			t.Errorf("seed %d: %v became %v", seed, r.Failure, end.Failure)
		case len(small.Mishaps) != 1 || small.Mishaps[0].Kind != LyingSync || len(small.Keep) > ShortDay/3:
			t.Errorf("seed %d: %d acts and %v are left after %d worlds", seed, len(small.Keep), small.Mishaps, lives)
		}
		if again := Run(small); again.Failure == nil || *again.Failure != *end.Failure || again.Trace != end.Trace {
			t.Errorf("seed %d: the small story ends as %v, and then as %v", seed, end.Failure, again.Failure)
		}
	}
	if caught < 3 {
		t.Errorf("a disk that lies was caught %d times in 100 worlds", caught)
	}
}

// TestFewerLeavesWhatIsNeeded leaves out all but three numbers, alone and together.
func TestFewerLeavesWhatIsNeeded(t *testing.T) {
	var list []int
	for i := range 100 {
		list = append(list, i)
	}
	best, tries := list, 0
	fewer(list, func(some []int) bool {
		tries++
		ok := slices.Contains(some, 3) && slices.Contains(some, 40) && slices.Contains(some, 99)
		if ok {
			best = some
		}
		return ok
	})
	if !slices.Equal(best, []int{3, 40, 99}) || tries > 100 {
		t.Errorf("%v is left after %d tries", best, tries)
	}
}
