package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"till/sim/bench"
	"till/sim/rig"
)

// simOptions are those of till run --sim.
type simOptions struct {
	Listen string // loopback only
	Lang   string // "zh" or "en"
	Data   string // of the journal; a temporary directory if empty
	Staff  bool   // the demonstration staff works from the start; the page can switch it on and off
	Out    io.Writer
}

// runSim runs this program in a simulated world, with a page that shows both,
// until ctx ends. Nothing is left behind but the journal, if it was given a
// place (decisions.md 14).
func runSim(ctx context.Context, opts simOptions) (err error) {
	if opts.Lang != "zh" && opts.Lang != "en" {
		return fmt.Errorf("%w: --lang %q: want zh or en", errUsage, opts.Lang)
	}
	ln, err := bench.Listen(opts.Listen)
	if err != nil {
		return fmt.Errorf("%w (choose another with --listen 127.0.0.1:0)", err)
	}
	defer func() { _ = ln.Close() }() // closed already when all went well
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	dir, err := os.MkdirTemp("", "till-sim-")
	if err != nil {
		return fmt.Errorf("make a place for the simulated world: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	staff := ""
	if opts.Staff {
		staff = demoStaffTOML()
	}
	r, err := rig.Start(rig.Options{
		Dir: dir, Data: opts.Data, Exe: exe, Lang: opts.Lang, Seed: uint64(time.Now().UnixNano()), Staff: staff,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	b := bench.New(r, bench.Options{
		Lang: opts.Lang, Version: version, Staff: demoPersons(), StaffFile: demoStaffTOML(), Staffed: opts.Staff,
	})
	if _, err := fmt.Fprintf(opts.Out, "till is running in a simulated world: open http://%s/ (Ctrl-C ends it)\n", ln.Addr()); err != nil {
		return err
	}
	return b.Serve(ctx, ln)
}

// demoPersons are the demonstration staff with their PINs, which the page shows
// (decisions.md 21).
func demoPersons() []bench.Person {
	var list []bench.Person
	for _, d := range demoStaff() {
		list = append(list, bench.Person{Number: d.Number, Name: d.Name, Role: d.Role.String(), PIN: d.PIN})
	}
	return list
}
