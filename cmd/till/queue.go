package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"till/device/store"
	"till/txn"
	"till/txn/journal"
	"till/txn/screen"
)

func queueCommand() *cobra.Command {
	var f journalFlags
	c := &cobra.Command{
		Use:   "queue",
		Short: "List what is pending: sales and refunds that are not at their end",
		Long: `List what is pending, oldest first: sales of unknown outcome, reversals to be
delivered, refunds promised, held back or on their way, refunds that wait for a
person. It reads the journal, also while the terminal runs, and changes nothing.
On the terminal the same list is F4 F1, and the green key there tries all now.

It ends with 0 when nothing is pending and with 3 when something is.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.with(func(s *store.Store) error { return f.queue(cmd.OutOrStdout(), s, time.Now()) })
		},
	}
	c.PersistentFlags().StringVar(&f.data, "data", DefaultConfig().Terminal.Data, "`DIR` of the journal")
	c.Flags().StringVar(&f.lang, "lang", "en", "language: zh or en")
	c.Flags().BoolVar(&f.json, "json", false, "one JSON object a line")
	c.AddCommand(queueHandCommands(&f)...)
	return c
}

// queue lists what is open, page by page: there may be very many.
func (f journalFlags) queue(w io.Writer, s *store.Store, now time.Time) error {
	lang, err := f.language()
	if err != nil {
		return err
	}
	n := 0
	for _, kind := range []string{journal.Sale, journal.Refund} {
		err := eachOpen(s, kind, func(k filed) error {
			n++
			return f.queued(w, k, screen.In(lang), now)
		})
		if err != nil {
			return err
		}
	}
	if n == 0 {
		_, err := fmt.Fprintln(w, "nothing is pending")
		return err
	}
	return &exitError{code: exitWarned}
}

// queuePage is how many open transactions are read at a time.
const queuePage = 256

// eachOpen tells of each transaction of a kind whose money is open: one whose
// receipt alone is owed is not pending.
func eachOpen(s *store.Store, kind string, do func(filed) error) error {
	for after := uint64(0); ; {
		rows, err := s.OpenRowsAfter(kind, after, queuePage)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			after = r.Tx
			k, err := filedOf(s, r.Tx)
			if err != nil {
				return err
			}
			if !k.final() {
				if err := do(k); err != nil {
					return err
				}
			}
		}
	}
}

// final reports whether nothing about the money is open.
func (k filed) final() bool {
	for _, p := range txn.RefundPhases {
		if k.kind == journal.Refund && p.String() == k.state {
			return p.Final()
		}
	}
	for p := txn.Asking; p <= txn.WrittenFor; p++ {
		if k.kind == journal.Sale && p.String() == k.state {
			return p.Final()
		}
	}
	return false
}

func (f journalFlags) queued(w io.Writer, k filed, text screen.Text, now time.Time) error {
	l := k.listed()
	if f.json {
		return json.NewEncoder(w).Encode(l)
	}
	why := ""
	if k.cause != txn.CauseNone {
		why = text.Cause(k.cause).What
	}
	age := max(0, now.Sub(k.begun.In(0)).Truncate(time.Minute))
	_, err := fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("%-6s  %s  %12s  %-9s  %-10s  %8s  %s",
		k.kind, txn.OrderNo(k.number).Tail(), l.Amount, l.Rail, l.State, age, why), " "))
	return err
}

// resetCommand empties a terminal for another shop, or before it is taken away.
func resetCommand() *cobra.Command {
	var data, backup string
	var check bool
	c := &cobra.Command{
		Use:   "reset --backup FILE [--data DIR]",
		Short: "Empty the terminal; refused while money is pending",
		Long: `Empty the terminal's data: the journal and the shop's key. It is refused, with
the list of what is open, as long as a sale or a refund is not at its end: what is
deleted then is lost. --backup names a new file that gets the whole journal first,
one JSON object a line (as 'till journal export'). --check only asks; the package's
uninstall script does. The terminal must not be running.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return reset(cmd.OutOrStdout(), data, backup, check) },
	}
	c.Flags().StringVar(&data, "data", DefaultConfig().Terminal.Data, "`DIR` of the journal")
	c.Flags().StringVar(&backup, "backup", "", "new `FILE` for the journal")
	c.Flags().BoolVar(&check, "check", false, "change nothing")
	return c
}

func reset(w io.Writer, data, backup string, check bool) (err error) {
	if backup == "" && !check {
		return fmt.Errorf("%w: reset needs --backup FILE, or --check", errUsage)
	}
	s, err := store.Open(data) // takes the lock: not beside a running terminal
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("journal in %s: %w", data, errAbsent)
	}
	if err != nil {
		return err
	}
	closed := false
	defer func() {
		if !closed {
			err = errors.Join(err, s.Close())
		}
	}()
	n := 0
	for _, kind := range []string{journal.Sale, journal.Refund} {
		err := eachOpen(s, kind, func(k filed) error {
			n++
			return journalFlags{}.queued(w, k, screen.In(txn.English), time.Now())
		})
		if err != nil {
			return err
		}
	}
	switch {
	case n > 0:
		return &exitError{exitFailed, fmt.Sprintf("till: %d pending: nothing was deleted. Let the terminal finish them (F4 F1, "+
			"green key), or have a supervisor end each of them there.", n)}
	case check:
		_, err := fmt.Fprintln(w, "nothing is pending")
		return err
	}
	if err := backUp(s, backup); err != nil {
		return fmt.Errorf("back up to %s: %w; nothing was deleted", backup, err)
	}
	closed = true
	if err := s.Close(); err != nil {
		return err
	}
	return wipe(w, data, backup)
}

// backUp writes the whole journal to a file that was not there.
func backUp(s *store.Store, name string) error {
	return writeNew(name, func(w io.Writer) error { return exportStore(w, s) })
}

// writeNew makes a file that was not there, and makes it durable.
func writeNew(name string, write func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	return nil
}

// resetFiles are what a terminal keeps in its data directory.
var resetFiles = []string{"till.db-wal", "till.db-shm", "till.db", "till.new", "reserve", "shop.key"}

func wipe(w io.Writer, data, backup string) error {
	for _, name := range resetFiles {
		if err := os.Remove(filepath.Join(data, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("delete %s: %w", name, err)
		}
	}
	_, err := fmt.Fprintf(w, "the terminal is empty; its journal is in %s\n", backup)
	return err
}
