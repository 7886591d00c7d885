package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// fate is what became of a mutant.
type fate uint8

const (
	waiting fate = iota
	killed
	survived
	unreached // by any test: survived without a run
	excused   // the same program in other words: see equivalent.txt
)

// test is one test of one of the binaries that hold the mutants.
type test struct {
	binary, dir, name string
	took              time.Duration
}

// hunt is a mutation run over one package.
type hunt struct {
	*schema
	tests   []test
	dir     string // for files of ours
	picked  []*mutant
	short   bool
	jobs    int
	slow    time.Duration // tests that take longer are not run; 0: all are
	skipped []string      // ... those
}

// testedBy are packages whose tests are for the package as well, because it has
// few of its own.
var testedBy = map[string][]string{
	"txn/rail": {"txn/rail/wechatpay", "txn/rail/alipay", "txn/rail/lakala"},
}

// prepare builds the binaries and finds out which test reaches which mutant.
func prepare(dir string, how hunt, stdout io.Writer) (*hunt, error) {
	p, err := load(dir)
	if err != nil {
		return nil, err
	}
	s, err := build(p)
	if err != nil {
		return nil, err
	}
	tmp, err := os.MkdirTemp("", "mutants-")
	if err != nil {
		return nil, err
	}
	h := &how
	h.schema, h.dir = s, tmp
	files := map[string]string{filepath.Join(dir, "zz_mutants.go"): s.text[len(p.names)]}
	for i, name := range p.names {
		files[name] = s.text[i]
	}
	over, err := overlay(tmp, files)
	if err != nil {
		return nil, err
	}
	for _, by := range append([]string{dir}, testedBy[dir]...) {
		if err := h.addTests(over, by); err != nil {
			return nil, err
		}
	}
	_, err = fmt.Fprintf(stdout, "%s: %d mutants, %d left out, %d tests\n", dir, len(s.mutants), len(s.left), len(h.tests))
	for _, t := range h.skipped {
		_, err = fmt.Fprintf(stdout, "%s: not run, for it is slow: %s\n", dir, t)
	}
	return h, err
}

// addTests builds the tests of a package, and runs each alone, with no mutant
// chosen: how long it takes, and what it reaches.
func (h *hunt) addTests(over, by string) error {
	binary := filepath.Join(h.dir, strings.ReplaceAll(by, "/", "_")+".test")
	if err := compile(over, "./"+by, binary); err != nil {
		return err
	}
	if _, err := os.Stat(binary); err != nil {
		return nil // it has no tests
	}
	list, err := start(by, nil, time.Minute, binary, "-test.list=.")
	if err != nil || list.failed {
		return errors.Join(err, fmt.Errorf("list the tests of %s: %s", by, list.out))
	}
	for name := range strings.FieldsSeq(list.out) {
		if !strings.HasPrefix(name, "Test") && !strings.HasPrefix(name, "Fuzz") && !strings.HasPrefix(name, "Example") {
			continue
		}
		t := test{binary: binary, dir: by, name: name}
		reached := filepath.Join(h.dir, "reached")
		_ = os.Remove(reached)
		r, err := start(by, []string{"TILL_MUTANT_REACHED=" + reached}, 5*time.Minute, h.command(t.binary, []string{name}, 0)...)
		if err != nil || r.failed {
			return errors.Join(err, fmt.Errorf("%s fails without a mutant:\n%s", name, head([]byte(r.out))))
		}
		if t.took = r.took; h.slow > 0 && t.took > h.slow {
			h.skipped = append(h.skipped, fmt.Sprintf("%s (%.1f s)", name, t.took.Seconds()))
			continue
		}
		if err := h.mark(reached, len(h.tests)); err != nil {
			return err
		}
		h.tests = append(h.tests, t)
	}
	return nil
}

// mark notes what a test has reached.
func (h *hunt) mark(file string, test int) error {
	f, err := os.Open(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	byID := map[int]*mutant{}
	for _, m := range h.mutants {
		byID[m.id] = m
	}
	for sc := bufio.NewScanner(f); sc.Scan(); {
		id, err := strconv.Atoi(sc.Text())
		if err != nil {
			return fmt.Errorf("read what was reached: %w", err)
		}
		if m := byID[id]; m != nil && !slices.Contains(m.tests, test) {
			m.tests = append(m.tests, test)
		}
	}
	return nil
}

func (h *hunt) command(binary string, names []string, limit time.Duration) []string {
	c := []string{binary, "-test.run=^(" + strings.Join(names, "|") + ")$", "-test.failfast"}
	if h.short {
		c = append(c, "-test.short")
	}
	if limit > 0 {
		c = append(c, "-test.timeout="+limit.String())
	}
	return c
}

// pick chooses so many mutants at random, or all.
func (h *hunt) pick(n int, rng *rand.Rand) {
	h.picked = slices.Clone(h.mutants)
	if n > 0 && n < len(h.picked) {
		rng.Shuffle(len(h.picked), func(i, k int) { h.picked[i], h.picked[k] = h.picked[k], h.picked[i] })
		h.picked = h.picked[:n]
		slices.SortFunc(h.picked, func(a, b *mutant) int { return cmp.Compare(a.id, b.id) })
	}
}

// all tries every mutant that was picked, several at a time, and tells of each
// when its fate is known.
func (h *hunt) all(progress io.Writer, tell func(*mutant)) error {
	todo := make(chan *mutant)
	errs := make([]error, h.jobs)
	var mu sync.Mutex
	done := 0
	var wg sync.WaitGroup
	for i := range h.jobs {
		wg.Go(func() {
			for m := range todo {
				errs[i] = errors.Join(errs[i], h.try(m))
				mu.Lock()
				tell(m)
				if done++; done%100 == 0 {
					_, _ = fmt.Fprintf(progress, "%s: %d of %d\n", h.pkg.dir, done, len(h.picked))
				}
				mu.Unlock()
			}
		})
	}
	for _, m := range h.picked {
		if m.fate == waiting {
			todo <- m
		}
	}
	close(todo)
	wg.Wait()
	return errors.Join(errs...)
}

// cheap is how long the tests may take together that are run in the first
// process, which ends most mutants.
const cheap = 300 * time.Millisecond

// try runs the tests that reach a mutant, the quick ones first, until one fails.
func (h *hunt) try(m *mutant) error {
	if len(m.tests) == 0 {
		m.fate = unreached
		return nil
	}
	order := slices.Clone(m.tests)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(h.tests[a].took, h.tests[b].took) })
	for len(order) > 0 {
		first := h.tests[order[0]]
		names, took := []string{first.name}, first.took
		rest := []int{}
		for _, i := range order[1:] {
			t := h.tests[i]
			if t.binary == first.binary && took+t.took <= cheap {
				names, took = append(names, t.name), took+t.took
			} else {
				rest = append(rest, i)
			}
		}
		order = rest
		limit := 5*took + 10*time.Second
		r, err := start(first.dir, []string{"TILL_MUTANT=" + strconv.Itoa(m.id)}, limit, h.command(first.binary, names, 0)...)
		if err != nil {
			return err
		}
		if r.failed {
			m.fate, m.by = killed, noticed(r)
			return nil
		}
	}
	m.fate = survived
	return nil
}
