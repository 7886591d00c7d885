package sim

import (
	"flag"
	"testing"
	"time"
)

var (
	from  = flag.Uint64("from", 1, "the first seed of TestWorlds")
	seeds = flag.Uint64("seeds", 8, "how many worlds TestWorlds lives")
)

// TestWorlds lives worlds of several profiles, as many as it is told: cmd/mutants
// asks it whether anybody notices a planted bug.
func TestWorlds(t *testing.T) {
	for seed := *from; seed < *from+*seeds; seed++ {
		r := Run(Options{Seed: seed, Profile: []string{"storm", "hurricane", "storm", "shop"}[seed%4]})
		if r.Failure != nil {
			t.Fatalf("seed %d: %s: %s", seed, r.Failure.Invariant, r.Failure.Text)
		}
	}
}

// TestWorldsHold lives some worlds of every profile: load and chaos over days
// (causes.md A42), newer programs that take over what is open and older ones that
// are refused (C75). make sim lives many more.
func TestWorldsHold(t *testing.T) {
	worlds := uint64(60)
	if testing.Short() {
		worlds = 20
	}
	for _, profile := range []string{"calm", "shop", "storm", "hurricane"} {
		sales, refunds, kinds := 0, 0, map[Kind]bool{}
		for seed := range worlds {
			r := Run(Options{Seed: seed, Profile: profile})
			if r.Failure != nil {
				t.Errorf("till sim %s: %v", Options{Seed: seed, Profile: profile}.Args(), r.Failure)
			}
			sales, refunds = sales+r.Sales, refunds+r.Refunds
			for _, m := range r.Struck {
				kinds[m.Kind] = true
			}
		}
		t.Logf("%s: %d sales, %d refunds, %d kinds of mishaps", profile, sales, refunds, len(kinds))
		if sales == 0 || refunds == 0 || (len(kinds) > 0) == (profile == "calm") {
			t.Errorf("%s: %d sales, %d refunds, %d kinds", profile, sales, refunds, len(kinds))
		}
	}
}

// TestWhatCannotBeSurvivedIsSeen: a disk that lies and a printer that lies are what
// the audit is there for.
func TestWhatCannotBeSurvivedIsSeen(t *testing.T) {
	for _, kind := range []Kind{LyingSync, PrinterLies} {
		seen := map[string]int{}
		for seed := range uint64(40) {
			if r := Run(Options{Seed: seed, Only: []Kind{kind, Killed}}); r.Failure != nil {
				seen[r.Failure.Invariant]++
			}
		}
		if len(seen) == 0 || seen["the world"]+seen["nothing panics"] > 0 || kind == PrinterLies && seen["every charge kept is on a receipt"] == 0 {
			t.Errorf("%s is seen as %v", kind, seen)
		}
	}
}

// TestACalmWorldIsQuiet: where nothing goes wrong no process ends, and a day is over
// in a day.
func TestACalmWorldIsQuiet(t *testing.T) {
	for seed := range uint64(20) {
		w := newWorld(Options{Seed: seed, Profile: "calm"})
		w.story()
		for _, s := range w.shops {
			for _, p := range w.acts {
				if p.Kind == PullPlug && p.Shop == s.n {
					s.life = 0 // people pull plugs here too
				}
			}
			if s.life > 1 {
				t.Errorf("seed %d: terminal %d has started %d times", seed, s.n, s.life)
			}
		}
		if d := w.since(); d > 15*24*time.Hour {
			t.Errorf("seed %d: a day takes %s", seed, d)
		}
	}
}
