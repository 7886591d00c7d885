package main

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// What make bench asks for.
var (
	figuresOn  = flag.Bool("figures", false, "measure the figures of the README; takes some minutes")
	figuresExe = flag.String("till", "", "the `PROGRAM` to measure")
	figureSale = flag.Int("sales", 1_000_000, "how many sales the long journal holds")
)

// figure is one line of the table. A limit of 0 is no promise, only a number.
type figure struct {
	name  string
	value float64
	limit float64 // at most
	unit  string
	note  string
}

func (f figure) verdict() string {
	switch {
	case f.limit == 0:
		return ""
	case f.value > f.limit:
		return "OVER"
	}
	return "within"
}

func (f figure) row() []string {
	cells := []string{f.name, number(f.value) + " " + f.unit, "", "", f.verdict(), f.note}
	if f.limit != 0 {
		cells[2], cells[3] = number(f.limit)+" "+f.unit, fmt.Sprintf("%.2f", f.value/f.limit)
	}
	return cells
}

// number has three digits, and no more behind the point than that leaves.
func number(v float64) string {
	switch a := math.Abs(v); {
	case a >= 100 || v == math.Trunc(v):
		return fmt.Sprintf("%.0f", v)
	case a >= 10:
		return fmt.Sprintf("%.1f", v)
	case a >= 0.1:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.3f", v)
}

// figures collects the lines.
type figures struct {
	t   *testing.T
	exe string
	all []figure
}

func (s *figures) add(f figure) {
	s.all = append(s.all, f)
	s.t.Log(strings.Join(f.row(), " | "))
}

// number in the table for readers of Markdown.
func (s *figures) markdown() string {
	var b strings.Builder
	b.WriteString("| figure | measured | budget | ratio | verdict | how |\n|---|---|---|---|---|---|\n")
	for _, f := range s.all {
		b.WriteString("| " + strings.Join(f.row(), " | ") + " |\n")
	}
	fmt.Fprintf(&b, "\n%s/%s, %d cores, %s, %s.\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(),
		time.Now().UTC().Format("2006-01-02 15:04 UTC"))
	return b.String()
}

// TestFigures measures what the README promises, on the real program in the
// rig's world. A budget that is exceeded is printed as OVER and fails nothing:
// machines are shared. What cannot be measured fails.
func TestFigures(t *testing.T) {
	if !*figuresOn {
		t.Log("not asked to measure: make bench does")
		return
	}
	exe, err := filepath.Abs(*figuresExe)
	if _, serr := os.Stat(exe); *figuresExe == "" || err != nil || serr != nil {
		t.Fatalf("-till %q is no program: %v", *figuresExe, errors.Join(err, serr))
	}
	s := &figures{t: t, exe: exe}
	for _, part := range []struct {
		name    string
		measure func(*testing.T, *figures)
	}{
		{"sale", measureSales},
		{"start", measureStarts},
		{"refund", measureDrain},
		{"binary", measureBinaries},
	} {
		t.Run(part.name, func(t *testing.T) { part.measure(t, s) })
	}
	table := s.markdown()
	t.Log("\n" + table)
	if out := os.Getenv("BENCH_OUT"); out != "" {
		if err := os.WriteFile(out, []byte(table), 0o644); err != nil {
			t.Error(err)
		}
	}
}

// sample is durations of the same thing.
type sample []time.Duration

// at is the quantile q of a sample.
func (s sample) at(q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(s))
	return sorted[int(math.Round(q*float64(len(sorted)-1)))]
}

func (s sample) median() time.Duration { return s.at(0.5) }

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

const mib = 1 << 20

// must ends the part that cannot be measured.
func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("cannot measure: %s: %v", what, err)
	}
}
