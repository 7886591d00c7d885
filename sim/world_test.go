package sim_test

import (
	"flag"
	"testing"

	"till/sim"
)

var (
	seeds = flag.Uint64("seeds", 20, "how many worlds")
	from  = flag.Uint64("from", 1, "the first seed")
	tell  = flag.Bool("tell", false, "tell the story")
	prof  = flag.String("profile", "storm", "")
)

func TestWorlds(t *testing.T) {
	sales, refunds, steps := 0, 0, 0
	struck := map[sim.Kind]int{}
	for seed := *from; seed < *from+*seeds; seed++ {
		o := sim.Options{Seed: seed, Profile: *prof}
		if *tell {
			o.Tell = func(s string) { t.Log(s) }
		}
		r := sim.Run(o)
		sales, refunds, steps = sales+r.Sales, refunds+r.Refunds, steps+r.Steps
		for _, m := range r.Struck {
			struck[m.Kind]++
		}
		if r.Failure != nil {
			t.Errorf("seed %d: %v; %d mishaps", seed, r.Failure, len(r.Struck))
		}
	}
	t.Logf("%d sales, %d refunds, %d steps, %d kinds", sales, refunds, steps, len(struck))
}
