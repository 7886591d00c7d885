package main

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"till/device/display"
	"till/printer/escpos"
	"till/printer/receipt"
	"till/sim"
	"till/sim/printersim"
	"till/txn"
	"till/txn/journal"
)

// lastLines is how much of a story is told on the screen.
const lastLines = 40

// playLines is how long a script may be that is printed.
const playLines = 200

// explain makes the story of a failure small, tells it, and keeps what is left of
// its world.
func (w *worlds) explain(l lived) error {
	invariant := l.res.Failure.Invariant
	if w.shrink > 0 && invariant != sim.OneTrace {
		began := time.Now()
		var lives int
		l.opt, l.res, lives = sim.Shrink(l.opt, func() bool { return time.Since(began) > w.shrink })
		if l.res.Failure == nil { // so it was not the same world twice
			l.res.Failure = &sim.Failure{Invariant: invariant, Text: "it did not fail again"}
		}
		if _, err := fmt.Fprintf(w.out, "\nSmallest story found, after %d worlds in %s:\n  till sim %s\n",
			lives, time.Since(began).Round(time.Second/10), l.opt.Args()); err != nil {
			return err
		}
	}
	var story []string
	told := l.opt
	told.Tell = func(line string) { story = append(story, line) }
	res, left := sim.Look(told)
	var b strings.Builder
	fmt.Fprintf(&b, "\n%v\n\nPeople:\n", l.res.Failure)
	for _, a := range l.opt.Plan() {
		fmt.Fprintf(&b, "  %s\n", a)
	}
	b.WriteString("Mishaps:\n")
	for _, m := range res.Struck {
		fmt.Fprintf(&b, "  %s\n", m)
	}
	fmt.Fprintf(&b, "The last of %d lines:\n", len(story))
	for _, line := range story[max(0, len(story)-lastLines):] {
		fmt.Fprintf(&b, "  %s\n", line)
	}
	play := playOf(l.opt, l.res.Failure.Error())
	if n := strings.Count(play, "\n"); n <= playLines {
		fmt.Fprintf(&b, "As a script for till play:\n\n%s", play)
	}
	if _, err := fmt.Fprint(w.out, b.String()); err != nil || w.kept == "" {
		return err
	}
	dir := filepath.Join(w.kept, fmt.Sprintf("sim-%x-%s", l.opt.Seed, strings.ReplaceAll(invariant, " ", "-")))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	head := "till sim " + l.opt.Args() + "\n" + b.String() + "\nThe whole story:\n"
	err := errors.Join(
		os.WriteFile(filepath.Join(dir, "story.txt"), []byte(head+strings.Join(story, "\n")+"\n"), 0o644),
		os.WriteFile(filepath.Join(dir, "story.till"), []byte(play), 0o644),
		keepRemains(dir, left))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.out, "kept in %s\n", dir)
	return err
}

// keepRemains writes what is left of a world.
func keepRemains(dir string, left []sim.Remains) (err error) {
	for _, r := range left {
		name := func(what string) string { return filepath.Join(dir, r.Terminal+"-"+what) }
		err = errors.Join(err, keepRecords(name("journal.json"), r.Records), keepSheets(name("receipt"), r.Sheets))
		if r.Screen.ID != "" {
			err = errors.Join(err, printersim.WritePNG(name("screen.png"), display.Draw(r.Screen, display.Base, r.Screen.Start())))
		}
	}
	return err
}

// keepRecords writes a journal as till journal export does, but for the hashes.
func keepRecords(file string, records []journal.Record) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(f)
	for _, r := range records {
		line := exported{Seq: r.Seq, Tx: r.Tx, At: int64(r.At), Kind: r.Kind, Body: r.Body, Raw: hex.EncodeToString(r.Body)}
		err = errors.Join(err, enc.Encode(line))
	}
	return errors.Join(err, f.Close())
}

// paperKept is how many receipts of a terminal are drawn, the newest.
const paperKept = 20

// keepSheets prints each receipt once more, onto the paper twin.
func keepSheets(name string, sheets []sim.Sheet) error {
	profile, _ := escpos.ProfileNamed("epson-tm-58") // built in; printer.New checks it
	var errs []error
	first := max(0, len(sheets)-paperKept)
	for i, s := range slices.All(sheets[first:]) {
		out, err := onTwin(profile, s.Receipt)
		if err != nil {
			return err
		}
		if !s.Whole {
			out.Text += "\n(torn: not all of it came out)\n"
		}
		base := fmt.Sprintf("%s-%02d", name, first+i+1)
		errs = append(errs, os.WriteFile(base+".txt", []byte(out.Text), 0o644), printersim.WritePNG(base+".png", out.Image))
	}
	return errors.Join(errs...)
}

// onTwin is a receipt as the paper twin shows it.
func onTwin(profile escpos.Profile, r txn.Receipt) (printersim.Receipt, error) {
	body, err := escpos.Encode(profile, receipt.Of(r, receipt.Look{Columns: profile.Columns, Mark: simulatedMark}))
	if err != nil {
		return printersim.Receipt{}, err
	}
	p := printersim.New(printersim.Epson(profile.Dots))
	p.Receive(escpos.Join(body))
	p.Receive(escpos.EncodeCut(profile))
	all := p.Receipts()
	if len(all) == 0 {
		return printersim.Receipt{}, errors.New("no receipt came out")
	}
	return all[0], nil
}
