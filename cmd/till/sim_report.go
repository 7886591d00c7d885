package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/spf13/cobra"

	"till/sim"
)

// trust is the report file: what was found over many runs.
type trust struct {
	Tried []*tried       `json:"tried"`
	Pairs map[string]int `json:"pairs"` // of states and events, over all
}

// tried is what one version of the program lived through under one profile.
type tried struct {
	Version string `json:"version"`
	Profile string `json:"profile"`
	Runs    int    `json:"runs"`
	First   string `json:"first"` // days of the runs
	Last    string `json:"last"`
	tally
	Seeds []seeds `json:"seeds"`
}

// seeds are those of one run, one after the other.
type seeds struct {
	From   uint64 `json:"from"`
	Worlds uint64 `json:"worlds"`
	Acts   int    `json:"acts,omitempty"`
}

// profile names what can go wrong in a run.
func (f *simFlags) profile() string {
	if len(f.only) == 0 {
		return f.faults
	}
	return fmt.Sprintf("%s, only %v", f.faults, f.only)
}

func readTrust(file string) (*trust, error) {
	t := &trust{Pairs: map[string]int{}}
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return t, nil
	}
	if err == nil {
		err = json.Unmarshal(data, t)
	}
	if err != nil {
		return nil, fmt.Errorf("report %s: %w", file, err)
	}
	return t, nil
}

// of returns what a version lived through under a profile, empty at first.
func (t *trust) of(version, profile string) *tried {
	for _, r := range t.Tried {
		if r.Version == version && r.Profile == profile {
			return r
		}
	}
	r := &tried{Version: version, Profile: profile, First: today(), tally: *newTally()}
	t.Tried = append(t.Tried, r)
	return r
}

// has reports whether a world is among those that were tried.
func (r *tried) has(seed uint64, acts int) bool {
	return slices.ContainsFunc(r.Seeds, func(s seeds) bool { return s.Acts == acts && seed >= s.From && seed-s.From < s.Worlds })
}

// unheard makes sure that no world is counted twice.
func (w *worlds) unheard(seed uint64) error {
	if w.report == "" {
		return nil
	}
	t, err := readTrust(w.report)
	if err != nil {
		return err
	}
	r := t.of(version, w.profile())
	for _, s := range r.Seeds {
		if r.has(seed, w.base.Acts) || s.Acts == w.base.Acts && s.From >= seed && s.From-seed < w.seeds {
			return fmt.Errorf("%w: seeds 0x%x and the %d after it are in %s already: --from fresh", errUsage, s.From, s.Worlds-1, w.report)
		}
	}
	return nil
}

// save adds to the report what it does not have yet. Other runs may do so at the
// same time.
func (w *worlds) save() (err error) {
	if w.report == "" || w.unsaved.Worlds == 0 {
		return nil
	}
	dir, err := os.Open(filepath.Dir(w.report))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dir.Close()) }() // and with it the lock
	if err := syscall.Flock(int(dir.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	t, err := readTrust(w.report)
	if err != nil {
		return err
	}
	r := t.of(version, w.profile())
	at := slices.IndexFunc(r.Seeds, func(s seeds) bool { return s.From == w.began && s.Acts == w.base.Acts })
	if at < 0 {
		at = len(r.Seeds)
		r.Runs++
		r.Seeds = append(r.Seeds, seeds{From: w.began, Acts: w.base.Acts})
	}
	r.Seeds[at].Worlds += uint64(w.unsaved.Worlds)
	r.Last = today()
	r.add(w.unsaved)
	for _, name := range w.unsaved.pairs.Names() {
		t.Pairs[name] += w.unsaved.pairs.Count(name)
	}
	w.unsaved = newTally()
	return t.write(w.report)
}

// write replaces the file in one step.
func (t *trust) write(file string) error {
	slices.SortFunc(t.Tried, func(a, b *tried) int {
		return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Profile, b.Profile))
	})
	data, err := json.MarshalIndent(t, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(file+".new", append(data, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

func simReportCommand() *cobra.Command {
	var in []string
	var out, into, mutants string
	c := &cobra.Command{
		Use:   "report",
		Short: "Write what till was tried with, as a page of Markdown",
		Long: `Write the trust report: worlds, simulated days, transactions, mishaps by kind,
crash points, invariants, what the machine was told in which state, and mutants
caught. The figures are those that runs of till sim --report FILE have left.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			all := &trust{Pairs: map[string]int{}}
			for _, file := range in {
				if _, err := os.Stat(file); err != nil {
					return err
				}
				t, err := readTrust(file)
				if err != nil {
					return err
				}
				all.merge(t)
			}
			caught, err := readMutants(mutants)
			if err != nil {
				return err
			}
			page := all.page(caught)
			if into != "" {
				if err := all.into(into); err != nil {
					return err
				}
			}
			if out == "" {
				_, err := cmd.OutOrStdout().Write([]byte(page))
				return err
			}
			return os.WriteFile(out, []byte(page), 0o644)
		},
	}
	c.Flags().StringSliceVar(&in, "in", []string{"sim/testdata/trust.json"}, "the figures: `FILE,...`")
	c.Flags().StringVar(&out, "out", "", "write to `FILE` instead of the standard output")
	c.Flags().StringVar(&into, "into", "", "put the first table into `FILE` too, between its lines \"<!-- trust\" and \"<!-- /trust\"")
	c.Flags().StringVar(&mutants, "mutants", "sim/testdata/mutants.txt", "what the planted bugs came to: `FILE`, if it exists")
	return c
}

// merge adds the figures of another file.
func (t *trust) merge(u *trust) {
	for _, r := range u.Tried {
		to := t.of(r.Version, r.Profile)
		to.First, to.Last = min(to.First, r.First), max(to.Last, r.Last)
		to.Runs += r.Runs
		to.Seeds = append(to.Seeds, r.Seeds...)
		to.add(&r.tally)
	}
	for name, n := range u.Pairs {
		t.Pairs[name] += n
	}
}

// total is all of it.
func (t *trust) total() *tally {
	all := newTally()
	for _, r := range t.Tried {
		all.add(&r.tally)
	}
	return all
}

func crash(k sim.Kind) bool { return slices.Contains(sim.Crashes, k) }
