package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"syscall"
	"time"

	"till/sim"
)

// tally is what worlds come to.
type tally struct {
	Worlds   int              `json:"worlds"`
	Twice    int              `json:"twice"` // of them lived two times, with one trace
	Days     float64          `json:"days"`
	Sales    int              `json:"sales"`
	Refunds  int              `json:"refunds"`
	Steps    int              `json:"steps"` // events that terminals were told
	Mishaps  map[sim.Kind]int `json:"mishaps"`
	Failures map[string]int   `json:"failures"` // by invariant
	Lived    int              `json:"lived"`    // sales and refunds of every life, for the rate
	CPU      time.Duration    `json:"cpu"`
	pairs    *sim.Pairs
}

func newTally() *tally {
	return &tally{Mishaps: map[sim.Kind]int{}, Failures: map[string]int{}, pairs: &sim.Pairs{}}
}

// count adds a world that has lived so many times.
func (f *tally) count(r sim.Result, lives int) {
	f.Worlds++
	if lives > 1 {
		f.Twice++
	}
	f.Days += r.Days
	f.Sales += r.Sales
	f.Refunds += r.Refunds
	f.Steps += r.Steps
	f.Lived += lives * (r.Sales + r.Refunds)
	for _, m := range r.Struck {
		f.Mishaps[m.Kind]++
	}
	if r.Failure != nil {
		f.Failures[r.Failure.Invariant]++
	}
	if r.Pairs != nil {
		f.pairs.Add(r.Pairs)
	}
}

// add adds what other worlds came to.
func (f *tally) add(g *tally) {
	f.Worlds += g.Worlds
	f.Twice += g.Twice
	f.Days += g.Days
	f.Sales += g.Sales
	f.Refunds += g.Refunds
	f.Steps += g.Steps
	f.Lived += g.Lived
	f.CPU += g.CPU
	for k, n := range g.Mishaps {
		f.Mishaps[k] += n
	}
	for k, n := range g.Failures {
		f.Failures[k] += n
	}
	if f.pairs != nil && g.pairs != nil { // a file keeps those of all versions together
		f.pairs.Add(g.pairs)
	}
}

func (f *tally) failed() int { return sum(f.Failures) }

func sum[K comparable](counts map[K]int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}

// rate is how many sales and refunds one core lives through in a second.
func (f *tally) rate() int {
	if f.CPU <= 0 {
		return 0
	}
	return int(float64(f.Lived) / f.CPU.Seconds())
}

// line is all of it on one line.
func (f *tally) line() string {
	return fmt.Sprintf("%s worlds, %s sales, %s refunds, %s days; %s mishaps of %d kinds; %s pairs; %s/s a core; %s failed",
		thousands(f.Worlds), thousands(f.Sales), thousands(f.Refunds), thousands(int(f.Days)), thousands(sum(f.Mishaps)),
		len(f.Mishaps), thousands(len(f.pairs.Names())), thousands(f.rate()), thousands(f.failed()))
}

// kinds lists what went wrong how often, the gateways' behaviours added up.
func (f *tally) kinds() string {
	counts := map[string]int{}
	for k, n := range f.Mishaps {
		name := string(k)
		if gateway, _, ok := strings.Cut(name, " "); ok {
			name = "gateway " + gateway
		}
		counts[name] += n
	}
	var b strings.Builder
	for i, name := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(&b, "  %-24s%10s", name, thousands(counts[name]))
		if i%2 == 1 || i == len(counts)-1 {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// thousands writes a number as people read it.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// processorTime is what this process has used.
func processorTime() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0 // the rate is told as 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
