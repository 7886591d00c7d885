package main

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"till/sim"
)

// simFlags are what the command sim takes.
type simFlags struct {
	seeds   uint64
	from    string
	days    int
	faults  string
	only    []string
	jobs    int
	limit   time.Duration
	once    bool
	sums    bool
	list    string
	seed    string
	acts    string
	mishaps string
	tell    bool
	shrink  time.Duration
	report  string
	keep    string
	kept    string // artifacts
}

func simCommand() *cobra.Command {
	var f simFlags
	c := &cobra.Command{
		Use:   "sim",
		Short: "Live whole worlds of a shop, each on one seed, with everything going wrong",
		Long: `Live worlds: the machine, the journal's encoding and the networks' requests of the
program, with people, gateways, a disk, a network and devices that do what real
ones were seen to do, in one process and in virtual time. Each world is made from
one seed, ends when all is at rest, and then every book is compared with every
other: see sim/doc.go for what is promised.

Every world lives twice, and both lives must have the same trace. A failure is
told in one line that repeats it:

  till sim --seed 0x2a --faults storm

and is then made smaller, act by act and mishap by mishap, for as long as the same
invariant fails: the story that is left is told in words and, as far as that
language goes, as a script for till play. Of many failures that is done for the
first of each invariant, five at most.

` + simManual(),
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	s := c.Flags()
	s.Uint64Var(&f.seeds, "seeds", 100, "live `N` worlds; without a limit when only --for is given")
	s.StringVar(&f.from, "from", "1", "the first `SEED`; \"fresh\" is one that the clock gives and nobody has tried")
	s.IntVar(&f.days, "days", 0, fmt.Sprintf("let people work for `D` days, %d acts each; 0 is a short day of %d", sim.ActsPerDay, sim.ShortDay))
	s.StringVar(&f.faults, "faults", sim.Storm, "how often things go wrong: "+strings.Join(profileNames(), ", "))
	s.StringSliceVar(&f.only, "only", nil, "let only mishaps of `KIND,...` happen")
	s.IntVarP(&f.jobs, "jobs", "j", runtime.NumCPU(), "worlds that live at the same time")
	s.DurationVar(&f.limit, "for", 0, "begin no world after this `TIME`")
	s.BoolVar(&f.once, "once", false, "live each world once: faster, and an accident of the simulation is not seen")
	s.BoolVar(&f.sums, "trace-sums", false, "print each seed with the sum of its trace, and nothing else")
	s.StringVar(&f.list, "list", "", "first live the worlds that `FILE` lists (sim/testdata/seeds.txt)")
	s.StringVar(&f.seed, "seed", "", "live the world of one `SEED`, such as 0x2a")
	s.StringVar(&f.acts, "acts", "", "with --seed: only these acts: `N,...`, or \"none\"")
	s.StringVar(&f.mishaps, "mishaps", "", "with --seed: exactly these mishaps: `KIND@ACT.N,...`, or \"none\"")
	s.BoolVar(&f.tell, "tell", false, "with --seed: tell everything that happens")
	s.DurationVar(&f.shrink, "shrink", time.Minute, "make a failure smaller for this `TIME` at most; 0 leaves it as it is")
	s.StringVar(&f.report, "report", "", "add the figures to `FILE`, from which till sim report writes")
	s.StringVar(&f.keep, "keep", "", "add each world that failed to the list in `FILE`")
	s.StringVar(&f.kept, "artifacts", "", "keep journal, story, receipts and last screens of a failure below `DIR`")
	c.AddCommand(simReportCommand())
	return c
}

// simManual lists what has names, and how the command ends.
func simManual() string {
	var b strings.Builder
	b.WriteString("Mishaps of the terminal and its wires (--only, --mishaps), beside every behaviour of\n" +
		"the gateways, as in \"alipay pay wrong-signature\" (till help play lists WeChat Pay's):\n\n")
	line := ""
	for _, k := range sim.Kinds() {
		word := string(k)
		if sim.Beyond(k) {
			word += "*"
		}
		if len(line)+len(word) > 78 {
			b.WriteString(" " + line + "\n")
			line = ""
		}
		line += " " + word
	}
	b.WriteString(" " + line + "\n" + `
* till does not survive it, and no profile has it: for trying the invariants.

It ends with 0 when every invariant held, with 1 when one did not, and with 2 when
the command line asks for what cannot be. An interrupt ends it after the worlds
that live, with what was found until then. Figures are of worlds, each counted
once; the rate counts both lives, and seconds of the processor.`)
	return b.String()
}

func profileNames() []string {
	names := slices.Collect(maps.Keys(sim.Profiles))
	slices.SortFunc(names, func(a, b string) int { return sim.Profiles[a] - sim.Profiles[b] })
	return names
}

func (f *simFlags) run(cmd *cobra.Command) error {
	base, err := f.options()
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	if cmd.Flags().Changed("for") && !cmd.Flags().Changed("seeds") {
		f.seeds = 0
	}
	w := &worlds{simFlags: f, base: base, out: cmd.OutOrStdout(), err: cmd.ErrOrStderr()}
	if f.seed != "" {
		return w.single()
	}
	return w.many(cmd.Context())
}

// options are those of every world of this command line.
func (f *simFlags) options() (sim.Options, error) {
	o := sim.Options{Profile: f.faults, Acts: f.days * sim.ActsPerDay}
	if _, ok := sim.Profiles[f.faults]; !ok {
		return o, fmt.Errorf("--faults %q: want %s", f.faults, strings.Join(profileNames(), ", "))
	}
	if f.days < 0 || f.jobs < 1 {
		return o, fmt.Errorf("--days %d --jobs %d: no world lives so", f.days, f.jobs)
	}
	for _, word := range f.only {
		if !sim.IsKind(sim.Kind(word)) {
			return o, fmt.Errorf("--only %q: no mishap has this name", word)
		}
		if f.report != "" && sim.Beyond(sim.Kind(word)) {
			return o, fmt.Errorf("--report with --only %s: worlds that till does not survive are no figures of it", word)
		}
		o.Only = append(o.Only, sim.Kind(word))
	}
	if f.seed == "" {
		if f.acts != "" || f.mishaps != "" || f.tell {
			return o, fmt.Errorf("--acts, --mishaps and --tell are of one world: want --seed")
		}
		return o, nil
	}
	var err error
	if o.Seed, err = strconv.ParseUint(f.seed, 0, 64); err != nil {
		return o, fmt.Errorf("--seed %q: want a number, such as 0x2a", f.seed)
	}
	if f.acts != "" {
		if o.Keep, err = sim.ParseActs(f.acts); err != nil {
			return o, err
		}
	}
	if f.mishaps != "" {
		o.Mishaps, err = sim.ParseMishaps(f.mishaps)
	}
	return o, err
}

// first is the seed to begin with.
func (f *simFlags) first() (uint64, error) {
	if f.from == "fresh" {
		return uint64(time.Now().UnixMilli()) << 12, nil // more a millisecond than any machine can live
	}
	n, err := strconv.ParseUint(f.from, 0, 64)
	if err != nil {
		return 0, fmt.Errorf("%w: --from %q: want a number, or fresh", errUsage, f.from)
	}
	return n, nil
}
