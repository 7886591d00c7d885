package main

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// standardPackages are those of which nine of ten mutants must be noticed.
const standardPackages = "txn,txn/journal,txn/rail,txn/rail/wechatpay,txn/rail/alipay,txn/rail/lakala"

// standard is the mutation run over whole packages.
func standard(args []string, stdout, stderr io.Writer) (bool, error) {
	fs := flag.NewFlagSet("run", flag.ContinueOnError)
	fs.SetOutput(stderr)
	packages := fs.String("packages", standardPackages, "folders, with commas between them")
	sample := fs.Int("sample", 0, "how many mutants of all packages, at random; 0: all")
	seed := fs.Uint64("seed", 1, "which sample")
	least := fs.Int("least", 90, "percent that must be killed of each package (of all, with a sample)")
	short := fs.Bool("short", true, "run the tests with -test.short")
	jobs := fs.Int("jobs", 2, "mutants at a time")
	slow := fs.Duration("slowest", 0, "leave out tests that take longer alone: the score is then at least what it says; 0: none")
	excuses := fs.String("equivalent", "cmd/mutants/equivalent.txt", "mutants that are the same program in other words")
	verbose := fs.Bool("v", false, "list those that were killed too, and those that were left out")
	if err := fs.Parse(args); err != nil {
		return false, err
	}
	began := time.Now()
	list, err := readExcuses(*excuses)
	if err != nil {
		return false, err
	}
	var hunts []*hunt
	total := 0
	for dir := range strings.SplitSeq(*packages, ",") {
		h, err := prepare(filepath.Clean(dir), hunt{short: *short, jobs: *jobs, slow: *slow}, stderr)
		if err != nil {
			return false, err
		}
		defer func() { _ = os.RemoveAll(h.dir) }()
		hunts, total = append(hunts, h), total+len(h.mutants)
	}
	r := report{w: stdout, verbose: *verbose, least: *least, each: *sample == 0}
	rng := rand.New(rand.NewPCG(*seed, 0))
	for _, h := range hunts {
		n := 0
		if *sample > 0 {
			n = max(1, *sample*len(h.mutants)/total)
		}
		h.pick(n, rng)
		if err := list.excuse(h); err != nil {
			return false, err
		}
		if err := h.all(stderr, r.tell); err != nil {
			return false, err
		}
		r.of(h)
	}
	if err := list.stale(hunts, *sample == 0); err != nil {
		return false, err
	}
	return r.end(time.Since(began)), r.err
}

// report is what a run says: the survivors, and then how many there are.
type report struct {
	w       io.Writer
	verbose bool
	least   int
	each    bool
	rows    []string
	all     [excused + 1]int
	low     bool
	err     error
}

func (r *report) print(format string, args ...any) {
	if r.err == nil {
		_, r.err = fmt.Fprintf(r.w, format, args...)
	}
}

// tell prints a mutant that nobody noticed.
func (r *report) tell(m *mutant) {
	switch {
	case m.fate == survived:
		r.print("survived   %s:%d: %s\n    %s\n", m.name, m.line, m.change, m.key())
	case m.fate == unreached:
		r.print("unreached  %s:%d: %s\n    %s\n", m.name, m.line, m.change, m.key())
	case m.fate == killed && r.verbose:
		r.print("killed     %s:%d: %s: %s\n", m.name, m.line, m.change, m.by)
	}
}

// of counts the mutants of one package.
func (r *report) of(h *hunt) {
	var n [excused + 1]int
	for _, m := range h.picked {
		n[m.fate]++
		r.all[m.fate]++
	}
	if r.verbose {
		for _, m := range h.left {
			r.print("left out   %s:%d: %s\n", m.name, m.line, m.change)
		}
	}
	score := percent(n)
	r.low = r.low || r.each && score < float64(r.least)
	r.rows = append(r.rows, row(h.pkg.dir, n, len(h.left)))
}

// percent is how many of a hundred were killed, of those that can be.
func percent(n [excused + 1]int) float64 {
	all := n[killed] + n[survived] + n[unreached]
	if all == 0 {
		return 100
	}
	return 100 * float64(n[killed]) / float64(all)
}

func row(name string, n [excused + 1]int, left int) string {
	return fmt.Sprintf("%-22s %7d %7d %9d %10d %11d %9d %7.1f %%\n", name, n[killed]+n[survived]+n[unreached],
		n[killed], n[survived], n[unreached], n[excused], left, percent(n))
}

// end prints the table, and reports whether too few were killed.
func (r *report) end(took time.Duration) bool {
	r.print("\n%-22s %7s %7s %9s %10s %11s %9s %9s\n", "package", "mutants", "killed", "survived", "unreached", "equivalent", "left out", "score")
	for _, row := range r.rows {
		r.print("%s", row)
	}
	r.print("%s", row("all", r.all, 0))
	r.print("%s\n", took.Round(time.Second))
	return r.low || !r.each && percent(r.all) < float64(r.least)
}
