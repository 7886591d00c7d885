package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"till/device"
)

// What the process ends with (screens.md section 15).
const (
	exitGood   = 0
	exitFailed = 1
	exitUsage  = 2 // or configuration
	exitWarned = 3
	exitAbsent = 4
	exitBusy   = 5 // or locked
)

// errAbsent means that what was asked for is not there.
var errAbsent = errors.New("not found")

// errUsage means that the command line asks for what cannot be.
var errUsage = errors.New("usage")

// run is the program: arguments in, exit status out.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	root, begun := rootCommand(), false
	root.PersistentPreRun = func(*cobra.Command, []string) { begun = true }
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitGood
	}
	if !begun {
		err = fmt.Errorf("%w: %w", errUsage, err)
	}
	code, text := explain(err)
	if text != "" {
		_, _ = fmt.Fprintln(stderr, text) // there is nobody else to tell
	}
	return code
}

// explain makes of an error what the process ends with and says.
func explain(err error) (code int, text string) {
	if c, ok := errors.AsType[*ConfigError](err); ok {
		return exitUsage, c.Report()
	}
	if f, ok := asFault(err); ok {
		text = faultText(f)
		if f.Code == device.JournalLocked {
			return exitBusy, text
		}
		return exitFailed, text
	}
	if e, ok := errors.AsType[*exitError](err); ok {
		return e.code, e.text
	}
	switch {
	case errors.Is(err, errUsage):
		return exitUsage, "till: " + strings.TrimSpace(err.Error()) + "\nSee till help."
	case errors.Is(err, errAbsent), errors.Is(err, fs.ErrNotExist):
		return exitAbsent, "till: " + err.Error()
	}
	return exitFailed, "till: " + err.Error()
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "till",
		Short: "A payment terminal: WeChat Pay by code, printed, journaled, never charged twice",
		Long: `till is a payment terminal. It drives a barcode scanner, a receipt printer and a
keypad, takes payments by code, and keeps a journal that survives any power cut.

Without hardware:  till run --sim
With hardware:     till run --config /etc/till/till.toml`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(runCommand(), playCommand(), journalCommand(), newBillCommand(), configCommand(), versionCommand())
	root.AddCommand(staffCommand(), queueCommand(), resetCommand(), simCommand())
	return root
}

// group makes c a command that only holds others: alone it prints its help, and
// a word that is none of them is a mistake. Cobra would print the help and end
// well, so that a mistyped "journal verify" in a script would seem to verify.
func group(c *cobra.Command) *cobra.Command {
	c.DisableFlagsInUseLine = true
	c.Args = cobra.ArbitraryArgs
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		return fmt.Errorf("%w: unknown command %q for %q", errUsage, args[0], cmd.CommandPath())
	}
	return c
}
