package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"till/sim"
)

// readMutants is what a run of the planted bugs has said, if there was one.
func readMutants(file string) (string, error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return strings.TrimSpace(string(data)), err
}

// page is the trust report.
func (t *trust) page(mutants string) string {
	var b strings.Builder
	all := t.total()
	b.WriteString(`# What till was tried with

Worlds of a shop in virtual time, each on one seed: the production machine, journal
encoding and networks' requests, people, gateways that misbehave, disks that forget.
At the end of each world every book is compared with every other. doc.go says what is
promised, and what is not.

` + t.table())
	fmt.Fprintf(&b, "\nAs many again, on other seeds:\n\n```\nmake sim-long SEEDS=%d\n```\n\n", max(1, all.Worlds))
	t.versions(&b)
	pageFailures(&b, all)
	pageMishaps(&b, "Crash points", "Power cuts, kills, failed writes and changes of the program, by where they struck.", all, crash)
	pageMishaps(&b, "Mishaps", "Everything else that went wrong.", all, func(k sim.Kind) bool { return !crash(k) })
	b.WriteString("## Invariants\n\n| name | what must hold |\n|---|---|\n")
	for _, i := range sim.Invariants {
		fmt.Fprintf(&b, "| %s | %s |\n", i.Name, i.Sentence)
	}
	t.pagePairs(&b)
	if mutants != "" {
		fmt.Fprintf(&b, "\n## Bugs planted to see whether they are caught\n\n```\n%s\n```\n", mutants)
	}
	return b.String()
}

// table is the report in a few lines.
func (t *trust) table() string {
	all, versions, runs, last := t.total(), map[string]bool{}, 0, ""
	for _, r := range t.Tried {
		versions[r.Version] = true
		runs += r.Runs
		last = max(last, r.Last)
	}
	rows := [][2]string{
		{"last run; runs; versions of the program", last + "; " + thousands(runs) + "; " + thousands(len(versions))},
		{"worlds, each from a seed of its own", thousands(all.Worlds)},
		{"of them lived twice, with the same trace", thousands(all.Twice)},
		{"simulated days", thousands(int(all.Days))},
		{"transactions: sales, refunds", thousands(all.Sales+all.Refunds) + ": " + thousands(all.Sales) + ", " + thousands(all.Refunds)},
		{"events that terminals were told", thousands(all.Steps)},
		{"mishaps; kinds of them", thousands(sum(all.Mishaps)) + "; " + thousands(len(all.Mishaps))},
		{"of them crash points", thousands(crashes(all))},
		{"invariants looked at", thousands(len(sim.Invariants))},
		{"worlds in which one did not hold", thousands(all.failed())},
		{"sales and refunds a second, on one core", thousands(all.rate())},
	}
	var b strings.Builder
	b.WriteString("| | |\n|---|---:|\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s | %s |\n", r[0], r[1])
	}
	return b.String()
}

// The lines in a page between which the table stands.
const (
	tableBegins = "<!-- trust: till sim report writes this -->\n"
	tableEnds   = "<!-- /trust -->\n"
)

// into puts the table where it belongs in another page.
func (t *trust) into(file string) error {
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	text, err := t.inserted(string(old))
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return os.WriteFile(file, []byte(text), 0o644)
}

func (t *trust) inserted(page string) (string, error) {
	before, rest, ok := strings.Cut(page, tableBegins)
	_, after, ok2 := strings.Cut(rest, tableEnds)
	if !ok || !ok2 {
		return "", fmt.Errorf("it has no lines %s and %s", strings.TrimSpace(tableBegins), strings.TrimSpace(tableEnds))
	}
	return before + tableBegins + t.table() + tableEnds + after, nil
}

func crashes(f *tally) (n int) {
	for k, c := range f.Mishaps {
		if crash(k) {
			n += c
		}
	}
	return n
}

// versions is a line for each program that was tried.
func (t *trust) versions(b *strings.Builder) {
	b.WriteString("## Runs\n\n| program | profile | days of the runs | runs | worlds | transactions | simulated days | failed | processor |\n" +
		"|---|---|---|---:|---:|---:|---:|---:|---:|\n")
	for _, r := range t.Tried {
		when := r.First
		if r.Last != r.First {
			when += " to " + r.Last
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", r.Version, r.Profile, when, thousands(r.Runs), thousands(r.Worlds),
			thousands(r.Sales+r.Refunds), thousands(int(r.Days)), thousands(r.failed()), r.CPU.Round(time.Second))
	}
	b.WriteByte('\n')
}

func pageFailures(b *strings.Builder, f *tally) {
	if f.failed() == 0 {
		return
	}
	b.WriteString("## What did not hold\n\nEach of these was mended, and its seed is in testdata/seeds.txt.\n\n| invariant | worlds |\n|---|---:|\n")
	for _, name := range slices.Sorted(maps.Keys(f.Failures)) {
		fmt.Fprintf(b, "| %s | %s |\n", name, thousands(f.Failures[name]))
	}
	b.WriteByte('\n')
}

// pageMishaps lists kinds of mishaps, those that never struck too.
func pageMishaps(b *strings.Builder, title, text string, f *tally, of func(sim.Kind) bool) {
	fmt.Fprintf(b, "## %s\n\n%s\n\n| kind | struck |\n|---|---:|\n", title, text)
	counts := maps.Clone(f.Mishaps)
	for _, k := range sim.Kinds() {
		counts[k] += 0
	}
	for _, k := range slices.Sorted(maps.Keys(counts)) {
		if of(k) && !sim.Beyond(k) {
			fmt.Fprintf(b, "| %s | %s |\n", k, thousands(counts[k]))
		}
	}
	b.WriteByte('\n')
}

// pagePairs says what the machine was told in which state.
func (t *trust) pagePairs(b *strings.Builder) {
	names := slices.Sorted(maps.Keys(t.Pairs))
	seldom := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return t.Pairs[n] > seldomMet })
	fmt.Fprintf(b, "\n## What the machine was told, in which state\n\n%s pairs of a state and an event, %s times in all; %s of them %d times or less:\n\n",
		thousands(len(names)), thousands(sum(t.Pairs)), thousands(len(seldom)), seldomMet)
	for _, n := range seldom {
		fmt.Fprintf(b, "- %s: %d\n", n, t.Pairs[n])
	}
}

// seldomMet is how often a pair is met that the report names.
const seldomMet = 10
