package sim

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Storm is the profile that a world has unless it is told otherwise.
const Storm = "storm"

// ShortDay is how much people do when nothing else is said.
const ShortDay = 60

// ActsPerDay is how much people do in a day of a world, nights included: measured,
// in the storm.
const ActsPerDay = 48

// Kinds are the mishaps of the terminal and its wires, by name. The gateways have
// theirs beside them.
func Kinds() []Kind {
	all := slices.AppendSeq(slices.Clone(beyond), maps.Keys(likely))
	slices.Sort(all)
	return slices.Compact(all)
}

// IsKind reports whether a mishap can happen in a world: also those of the gateways.
func IsKind(k Kind) bool {
	if _, ok := likely[k]; ok || Beyond(k) {
		return true
	}
	for _, g := range newWorld(Options{}).gates {
		for _, words := range g.words {
			if slices.ContainsFunc(words, func(x word) bool { return x.kind == k }) {
				return true
			}
		}
	}
	return false
}

// Args are the options as arguments of till sim, which make the same world again.
func (o Options) Args() string {
	args := []string{"--seed", fmt.Sprintf("0x%x", o.Seed), "--faults", cmp.Or(o.Profile, Storm)}
	if o.Acts > 0 {
		args = append(args, "--days", strconv.Itoa(o.Acts/ActsPerDay))
	}
	if len(o.Only) > 0 {
		args = append(args, "--only", quoted(words(o.Only)))
	}
	if o.Keep != nil {
		args = append(args, "--acts", cmp.Or(words(o.Keep), none))
	}
	if o.Mishaps != nil {
		args = append(args, "--mishaps", quoted(cmp.Or(words(o.Mishaps), none)))
	}
	return strings.Join(args, " ")
}

// none is a list without anything in it.
const none = "none"

func words[T any](list []T) string {
	var b strings.Builder
	for i, x := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprint(&b, x)
	}
	return b.String()
}

// quoted is a word for a shell.
func quoted(s string) string {
	if strings.Contains(s, " ") {
		return "'" + s + "'"
	}
	return s
}

// ParseActs reads the numbers of acts, with commas between.
func ParseActs(text string) ([]int, error) {
	list := []int{}
	if text == none {
		return list, nil
	}
	for part := range strings.SplitSeq(text, ",") {
		n, err := strconv.ParseUint(strings.TrimSpace(part), 10, 31)
		if err != nil || n == 0 {
			return nil, fmt.Errorf("act %q is not a number from 1", part)
		}
		list = append(list, int(n))
	}
	return list, nil
}

// Known is a world in which an invariant once failed.
type Known struct {
	Options   Options
	Invariant string
	Date      string // when it was found
}

// String is a line of the list: seed, profile, invariant and date with tabs
// between, and then the arguments that the seed alone does not say.
func (k Known) String() string {
	line := fmt.Sprintf("0x%x\t%s\t%s\t%s", k.Options.Seed, cmp.Or(k.Options.Profile, Storm), k.Invariant, k.Date)
	_, more, _ := strings.Cut(k.Options.Args(), "--faults ")
	if _, more, ok := strings.Cut(more, " "); ok {
		line += "\t" + more
	}
	return line
}

// ParseSeeds reads a list of worlds that failed once; # begins a comment.
func ParseSeeds(text string) ([]Known, error) {
	var list []Known
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		k, err := parseKnown(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		list = append(list, k)
	}
	return list, nil
}

func parseKnown(line string) (k Known, err error) {
	cols := strings.Split(line, "\t")
	if len(cols) < 4 || len(cols) > 5 {
		return k, fmt.Errorf("%q: want seed, profile, invariant and date with tabs between", line)
	}
	k = Known{Options: Options{Profile: cols[1]}, Invariant: cols[2], Date: cols[3]}
	if k.Options.Seed, err = strconv.ParseUint(cols[0], 0, 64); err != nil {
		return k, fmt.Errorf("seed %q: %w", cols[0], err)
	}
	if _, ok := Profiles[cols[1]]; !ok {
		return k, fmt.Errorf("there is no profile %q", cols[1])
	}
	if len(cols) == 5 {
		err = k.Options.parse(cols[4])
	}
	return k, err
}

// parse reads what Args wrote, after the profile.
func (o *Options) parse(args string) (err error) {
	for arg := range strings.SplitSeq(strings.TrimPrefix(args, "--"), " --") {
		name, value, _ := strings.Cut(arg, " ")
		value = strings.Trim(value, "'")
		switch name {
		case "days":
			o.Acts, err = strconv.Atoi(value)
			o.Acts *= ActsPerDay
		case "only":
			for k := range strings.SplitSeq(value, ",") {
				o.Only = append(o.Only, Kind(k))
			}
		case "acts":
			o.Keep, err = ParseActs(value)
		case "mishaps":
			o.Mishaps, err = ParseMishaps(value)
		default:
			err = fmt.Errorf("--%s is not of a list", name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Crashes are the mishaps that end a terminal in the middle of something.
var Crashes = []Kind{CutBeforeWrite, CutAfterWrite, CutBeforeEffect, CutAfterEffect, CutPrinting, Killed, WriteFailed, WriteFailedDone,
	DiskReadOnly, Upgraded, OlderProgram}
