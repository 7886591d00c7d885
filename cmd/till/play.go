package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"till/sim/railsim/wechatsim"
)

func playCommand() *cobra.Command {
	var process, quiet bool
	var artifacts string
	c := &cobra.Command{
		Use:   "play SCRIPT...",
		Short: "Play scripted stories on the simulated world, and fail on the first broken expectation",
		Long: `Play scripts: keys, scans, gateways that misbehave, power cuts, and what must be
seen on the screen, the paper, the gateway's books and the journal. In this
process time is virtual and a story takes a fraction of a second; with --process
the same script is played around the real program, in real time.

` + playLanguage(),
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, file := range args {
				dir := ""
				if artifacts != "" {
					dir = filepath.Join(artifacts, strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)))
				}
				if err := playFile(cmd.OutOrStdout(), file, dir, process, quiet); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&process, "process", false, "around the real program, in real time")
	c.Flags().BoolVarP(&quiet, "quiet", "q", false, "one line a script")
	c.Flags().StringVar(&artifacts, "artifacts", "", "keep receipts (.bin, .png), screens (.png) and the journal below `DIR`")
	return c
}

func playFile(w io.Writer, file, artifacts string, process, quiet bool) (err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	steps, err := parseScript(string(text))
	if err != nil {
		return fmt.Errorf("%w: %s:\n%w", errUsage, file, err)
	}
	if artifacts != "" {
		if err := os.MkdirAll(artifacts, 0o755); err != nil {
			return err
		}
	}
	st, err := openStage(process)
	if err != nil {
		return err
	}
	log := func(format string, args ...any) {
		if !quiet {
			_, _ = fmt.Fprintf(w, format+"\n", args...) // the verdict is what counts
		}
	}
	log("%s", file)
	err = st.On()
	if err == nil {
		err = playScript(st, steps, log)
	}
	if err = errors.Join(err, st.Close(artifacts)); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	_, err = fmt.Fprintf(w, "%s: %d lines hold\n", file, len(steps))
	return err
}

func openStage(process bool) (stage, error) {
	if !process {
		return newTwins()
	}
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return newProcessStage(exe, "zh")
}

// playLanguage is the manual of the script language.
func playLanguage() string {
	var b strings.Builder
	b.WriteString("The language: one command a line, # begins a comment.\n\n")
	for _, v := range verbs {
		fmt.Fprintf(&b, "  %s\n", v.usage)
		fmt.Fprintf(&b, "      %s\n", v.text)
	}
	b.WriteString(`
Expectations:

  expect screen 05-approved         the screen with that name is shown
  expect screen "Approved"          the operator's screen has this text
  expect no screen "failed"         and not this one ("no" works with all)
  expect customer "Paid"            the customer's display has this text
  expect paper "重打印"              some receipt has this text; a QR code is [QR:...]
  expect receipts 1                 so many pieces of paper came out
  expect gateway paid 128.00, closed 0.00
                                    the gateway's books: every order in turn, as
                                    paid, returned, notpay, userpaying, closed,
                                    revoked, payerror or none, and its amount
  expect journal begun paid ...     the records of the last order
  expect phase paid                 what the terminal says of the last order:
                                    asking, paid, refused, reversing, reversed

The screen starts in Chinese. What the gateway can be told (till's own words for
what real gateways were seen to do), each with the call it is mostly said of:

`)
	for _, h := range wechatsim.Behaviours() {
		fmt.Fprintf(&b, "  gateway [CALL] [always | next [N]] %s\n      %s\n", h.Usage, h.Text)
	}
	return b.String()
}
