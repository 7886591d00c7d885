package sim_test

import (
	"testing"

	"till/sim"
)

// BenchmarkWorld is one world of the storm after the other, on one core.
func BenchmarkWorld(b *testing.B) {
	done := 0
	for i := range b.N {
		r := sim.Run(sim.Options{Seed: 1 + uint64(i)})
		if r.Failure != nil {
			b.Fatal(i, r.Failure)
		}
		done += r.Sales + r.Refunds
	}
	b.ReportMetric(float64(done)/b.Elapsed().Seconds(), "transactions/s")
}
