package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// bug is one mistake that a tired engineer could make in a change that passes
// review.
type bug struct {
	name string
	does string // what it does, in a sentence that goes on from "it"
	file string
	old  string // occurs once in the file
	new  string
	also []change // in the same file
	// catch is who must notice. The zero catch is the seeded world.
	catch catch
}

type change struct{ old, new string }

// catch is a package of tests and a pattern of their names; "" is all of them.
type catch struct{ pkg, run string }

func bugs() []bug { return slices.Concat(saleBugs, refundBugs, edgeBugs) }

// plant returns the file with the bug in it. What the bug replaces must be there
// exactly once: a list that has gone stale proves nothing.
func (b bug) plant(src string) (string, error) {
	for _, c := range append([]change{{b.old, b.new}}, b.also...) {
		if n := strings.Count(src, c.old); n != 1 {
			return "", fmt.Errorf("bug %s is stale: %s has its text %d times, want once:\n%s", b.name, b.file, n, c.old)
		}
		src = strings.Replace(src, c.old, c.new, 1)
	}
	return src, nil
}

// world is how the seeded world is asked: {overlay}, {binary}, {from} and {seeds}
// are filled in. The first group of invariant and of seed is what stood in the way.
type world struct {
	there     string // a file without which there is no world
	build     string
	run       string
	invariant string
	seed      string
}

// theWorld is what make mutants asks.
var theWorld = world{
	there:     "sim/world.go",
	build:     "go test -c -overlay={overlay} -o {binary} ./sim",
	run:       "{binary} -test.run=^TestWorlds$ -from={from} -seeds={seeds}",
	invariant: `seed \d+: ([^:\n]+): `,
	seed:      `seed (\d+): `,
}

// sighting is what became of a bug.
type sighting struct {
	caught   bool
	by, seed string
	standIn  bool // the world is not there: the package's own tests were asked
	missed   bool // the world did not notice: the package's own tests were asked
	took     time.Duration
	out      string
}

// planting is one run over the list.
type planting struct {
	world  world
	seeds  int
	limit  time.Duration
	jobs   int
	dir    string
	tests  bool
	strict bool // the world must notice
}

func planted(args []string, stdout, stderr io.Writer) (bool, error) {
	fs := flag.NewFlagSet("planted", flag.ContinueOnError)
	fs.SetOutput(stderr)
	p := planting{world: theWorld}
	fs.StringVar(&p.world.build, "world-build", theWorld.build, "builds the world")
	fs.StringVar(&p.world.run, "world-run", theWorld.run, "runs it")
	fs.StringVar(&p.world.invariant, "world-invariant", theWorld.invariant, "finds the invariant in what it says")
	fs.StringVar(&p.world.seed, "world-seed", theWorld.seed, "finds the seed")
	fs.StringVar(&p.world.there, "world-there", theWorld.there, "a file that says that there is a world")
	fs.IntVar(&p.seeds, "seeds", 200, "seeds for each bug at most")
	fs.DurationVar(&p.limit, "limit", 2*time.Minute, "time for a run of tests, or of 25 seeds")
	fs.IntVar(&p.jobs, "jobs", 2, "bugs at a time")
	fs.BoolVar(&p.tests, "tests", false, "ask the tests of the bug's own package instead of the world")
	fs.BoolVar(&p.strict, "strict", false, "what the world does not notice has survived, whatever the package's own tests say")
	only := fs.String("only", "", "bugs whose name has this pattern")
	list := fs.Bool("list", false, "only list the bugs")
	verbose := fs.Bool("v", false, "show what is said about survivors")
	if err := fs.Parse(args); err != nil {
		return false, err
	}
	pattern, err := regexp.Compile(*only)
	if err != nil {
		return false, err
	}
	all := slices.DeleteFunc(bugs(), func(b bug) bool { return !pattern.MatchString(b.name) })
	texts, err := plantAll(all)
	if err != nil {
		return false, err
	}
	if *list {
		return false, listBugs(stdout, all)
	}
	if p.dir, err = os.MkdirTemp("", "planted-"); err != nil {
		return false, err
	}
	defer func() { _ = os.RemoveAll(p.dir) }()
	began := time.Now()
	seen, err := p.hunt(all, texts, stderr)
	survivors, terr := table(stdout, all, seen, time.Since(began), *verbose)
	return survivors, errors.Join(err, terr) // also when one of them could not be built
}

// plantAll plants every bug, and tells of all that are stale at once.
func plantAll(all []bug) ([]string, error) {
	texts := make([]string, len(all))
	var errs []error
	for i, b := range all {
		src, err := os.ReadFile(b.file)
		if err != nil {
			errs = append(errs, fmt.Errorf("bug %s: %w", b.name, err))
			continue
		}
		if texts[i], err = b.plant(string(src)); err != nil {
			errs = append(errs, err)
		}
	}
	return texts, errors.Join(errs...)
}

func listBugs(w io.Writer, all []bug) error {
	for _, b := range all {
		if _, err := fmt.Fprintf(w, "%-32s %-30s it %s\n", b.name, b.file, b.does); err != nil {
			return err
		}
	}
	return nil
}

// hunt looks for every bug, some at a time.
func (p *planting) hunt(all []bug, texts []string, progress io.Writer) ([]sighting, error) {
	seen, errs := make([]sighting, len(all)), make([]error, len(all))
	todo := make(chan int)
	var wg sync.WaitGroup
	for range p.jobs {
		wg.Go(func() {
			for i := range todo {
				seen[i], errs[i] = p.look(all[i], texts[i])
				_, _ = fmt.Fprintf(progress, "%s: %s %s\n", all[i].name, seen[i].verdict(), seen[i].by)
			}
		})
	}
	for i := range all {
		todo <- i
	}
	close(todo)
	wg.Wait()
	return seen, errors.Join(errs...)
}

// look plants one bug and asks whoever must notice.
func (p *planting) look(b bug, text string) (sighting, error) {
	began := time.Now()
	dir := filepath.Join(p.dir, b.name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return sighting{}, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	over, err := overlay(dir, map[string]string{b.file: text})
	if err != nil {
		return sighting{}, err
	}
	var s sighting
	_, missing := os.Stat(p.world.there)
	switch {
	case b.catch.pkg != "":
		s, err = p.ask(b.catch, over, dir)
	case p.tests || missing != nil:
		s, err = p.ask(catch{pkg: "./" + path.Dir(b.file)}, over, dir)
		s.standIn = true
	default:
		if s, err = p.askWorld(over, dir); err == nil && !s.caught && !p.strict {
			s, err = p.ask(catch{pkg: "./" + path.Dir(b.file)}, over, dir)
			s.missed = true
		}
	}
	if err != nil {
		return s, fmt.Errorf("bug %s: %w", b.name, err)
	}
	s.took = time.Since(began)
	return s, nil
}

// ask runs the tests of one package.
func (p *planting) ask(c catch, over, dir string) (sighting, error) {
	binary := filepath.Join(dir, "tests")
	if err := compile(over, c.pkg, binary); err != nil {
		return sighting{}, err
	}
	run := "-test.run=" + c.run
	if c.run == "" {
		run = "-test.run=."
	}
	r, err := start(c.pkg, nil, p.limit, binary, run, "-test.failfast", "-test.short")
	return sighting{caught: r.failed, by: noticedIf(r), out: r.out}, err
}

func noticedIf(r result) string {
	if !r.failed {
		return ""
	}
	return noticed(r)
}

// batch is how many seeds are asked for at once: then it is seen whether one
// has failed.
const batch = 25

// askWorld runs the seeded world, until a seed fails.
func (p *planting) askWorld(over, dir string) (sighting, error) {
	fill := func(command string, from int) []string {
		return strings.Fields(strings.NewReplacer("{overlay}", over, "{binary}", filepath.Join(dir, "world"),
			"{from}", strconv.Itoa(from), "{seeds}", strconv.Itoa(min(batch, p.seeds-from+1))).Replace(command))
	}
	if p.world.build != "" {
		r, err := start("", nil, 5*time.Minute, fill(p.world.build, 1)...)
		if err != nil || r.failed {
			return sighting{}, errors.Join(err, fmt.Errorf("build the world: %s", head([]byte(r.out))))
		}
	}
	var s sighting
	for from := 1; from <= p.seeds && !s.caught; from += batch {
		r, err := start("", nil, p.limit, fill(p.world.run, from)...)
		if err != nil {
			return sighting{}, err
		}
		s = sighting{caught: r.failed, by: noticedIf(r), out: r.out, seed: group(p.world.seed, r.out)}
		if m := group(p.world.invariant, r.out); m != "" && r.failed {
			s.by = m
		}
		if s.caught && s.seed == "" {
			s.seed = fmt.Sprintf("from %d", from)
		}
	}
	return s, nil
}

// group is the first group of the first match.
func group(pattern, text string) string {
	if m := regexp.MustCompile(pattern).FindStringSubmatch(text); len(m) > 1 {
		return m[1]
	}
	return ""
}

func (s sighting) verdict() string {
	if s.caught {
		return "caught"
	}
	return "SURVIVED"
}

// table is what make mutants prints; it reports whether a bug survived.
func table(w io.Writer, all []bug, seen []sighting, took time.Duration, verbose bool) (bool, error) {
	var b strings.Builder
	caught, missed := 0, 0
	fmt.Fprintf(&b, "%-32s %-9s %7s  %-12s %s\n", "bug", "", "seconds", "seed", "noticed by")
	for i, s := range seen {
		if s.caught {
			caught++
		}
		by := s.by
		switch {
		case s.standIn:
			by += " (the package's own tests, not the world)"
		case s.missed:
			missed++
			by += " (the world did not notice)"
		}
		fmt.Fprintf(&b, "%-32s %-9s %7.1f  %-12s %s\n", all[i].name, s.verdict(), s.took.Seconds(), s.seed, by)
		if !s.caught && verbose {
			fmt.Fprintf(&b, "it %s\n%s\n", all[i].does, s.out)
		}
	}
	fmt.Fprintf(&b, "%d of %d bugs caught, %d of them unnoticed by the world, in %s\n", caught, len(all), missed, took.Round(time.Second))
	_, err := io.WriteString(w, b.String())
	return caught < len(all), err
}
