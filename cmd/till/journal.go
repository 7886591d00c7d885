package main

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"till/device/store"
	"till/txn"
	"till/txn/journal"
	"till/txn/money"
	"till/txn/screen"
)

// journalFlags are what every journal command takes.
type journalFlags struct {
	data string
	lang string
	json bool
}

func (f journalFlags) language() (txn.Lang, error) {
	switch f.lang {
	case "zh":
		return txn.Chinese, nil
	case "en":
		return txn.English, nil
	}
	return 0, fmt.Errorf("%w: --lang %q: want zh or en", errUsage, f.lang)
}

func journalCommand() *cobra.Command {
	var f journalFlags
	c := &cobra.Command{
		Use:   "journal",
		Short: "Read the journal: what was decided about money, and when",
		Long: `Read the journal, also while the terminal runs. Nothing here changes it.

NUMBER is an order number or its last digits, as on the screen and the receipt.`,
	}
	c.PersistentFlags().StringVar(&f.data, "data", DefaultConfig().Terminal.Data, "`DIR` of the journal")
	c.PersistentFlags().StringVar(&f.lang, "lang", "en", "language: zh or en")
	var limit int
	list := &cobra.Command{
		Use: "list", Short: "List the newest transactions", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.with(func(s *store.Store) error { return f.list(cmd.OutOrStdout(), s, limit) })
		},
	}
	list.Flags().IntVarP(&limit, "limit", "n", 20, "how many")
	list.Flags().BoolVar(&f.json, "json", false, "one JSON object a line")
	show := &cobra.Command{
		Use: "show NUMBER", Short: "Tell the story of one transaction", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.with(func(s *store.Store) error { return f.show(cmd.OutOrStdout(), s, args[0]) })
		},
	}
	verify := &cobra.Command{
		Use: "verify", Short: "Check every record, number and hash", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.with(func(s *store.Store) error { return verifyStore(cmd.OutOrStdout(), s) })
		},
	}
	export := &cobra.Command{
		Use: "export --json", Short: "Write every record, one JSON object a line, with its hash", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.with(func(s *store.Store) error { return exportStore(cmd.OutOrStdout(), s) })
		},
	}
	export.Flags().BoolVar(&f.json, "json", true, "the only format there is")
	c.AddCommand(list, show, verify, export)
	return group(c)
}

// with opens the store to read it.
func (f journalFlags) with(do func(*store.Store) error) error {
	s, err := store.Open(f.data, store.ReadOnly())
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

// listed is one line of a list.
type listed struct {
	Kind      string `json:"kind"`
	Number    string `json:"number"`
	Of        string `json:"of,omitempty"` // of a refund: its sale
	At        string `json:"at"`
	Rail      string `json:"rail"`
	Amount    string `json:"amount"`
	State     string `json:"state"`
	Paper     string `json:"paper"`
	Reference string `json:"reference,omitempty"`
}

func (f journalFlags) list(w io.Writer, s *store.Store, limit int) error {
	rows, err := s.RowsBefore(0, limit)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		_, err := fmt.Fprintln(w, "no transactions")
		return err
	}
	for _, r := range rows {
		k, err := filedOf(s, r.Tx)
		if err != nil {
			return err
		}
		l := k.listed()
		if f.json {
			if err := json.NewEncoder(w).Encode(l); err != nil {
				return err
			}
			continue
		}
		if _, err := fmt.Fprintln(w, l.line()); err != nil {
			return err
		}
	}
	return nil
}

// shopZone is where the times of the journal are shown: China has one zone.
const shopZone = 8 * time.Hour

// find returns the transaction that a person means.
func find(s *store.Store, number string) (store.Row, error) {
	row, ok, err := s.RowByOrder(number)
	if err != nil || ok {
		return row, err
	}
	n, err := strconv.ParseUint(number, 10, 64)
	if err != nil || len(number) > 10 {
		return store.Row{}, fmt.Errorf("order %q: %w: want an order number or its last digits", number, errAbsent)
	}
	row, ok, err = s.Row(n)
	if err != nil || ok {
		return row, err
	}
	rows, err := s.RowsByTail(fmt.Sprintf("%06d", n), 2)
	switch {
	case err != nil:
		return store.Row{}, err
	case len(rows) == 1:
		return rows[0], nil
	case len(rows) > 1:
		return store.Row{}, fmt.Errorf("order %s: %w: several end so; give the whole number", number, errUsage)
	}
	return store.Row{}, fmt.Errorf("order %s: %w", number, errAbsent)
}

// show tells everything that is known of one transaction, times included.
func (f journalFlags) show(w io.Writer, s *store.Store, number string) error {
	lang, err := f.language()
	if err != nil {
		return err
	}
	row, err := find(s, number)
	if err != nil {
		return err
	}
	var b strings.Builder
	if err := tellStory(&b, s, row, screen.In(lang)); err != nil {
		return err
	}
	refunds, err := s.RowsOf(row.Order)
	if err != nil {
		return err
	}
	for _, r := range refunds {
		b.WriteByte('\n')
		if err := tellStory(&b, s, r, screen.In(lang)); err != nil {
			return err
		}
	}
	_, err = io.WriteString(w, b.String())
	return err
}

// tellStory writes one transaction and all its records.
func tellStory(b *strings.Builder, s *store.Store, row store.Row, text screen.Text) error {
	k, err := filedOf(s, row.Tx)
	if err != nil {
		return err
	}
	recs, err := s.OfTx(row.Tx)
	if err != nil {
		return err
	}
	l := k.listed()
	fmt.Fprintf(b, "%s  %s  %s  %s", l.Number, k.amount, text.Rail(k.rail), l.State)
	if l.Of != "" {
		fmt.Fprintf(b, "  of %s", l.Of)
	}
	b.WriteByte('\n')
	for _, r := range recs {
		e, err := journal.Decode(asJournal(r))
		if err != nil {
			return damaged("read", err)
		}
		kind, _, _ := strings.Cut(r.Kind, "/")
		fmt.Fprintf(b, "%8d  %s  %-15s  %s\n", r.Seq, txn.Wall(r.At).In(shopZone).Format("2006-01-02 15:04:05.000"), kind, tell(text, e))
	}
	return nil
}

func verifyStore(w io.Writer, s *store.Store) error {
	if err := s.VerifyAll(); err != nil {
		return err
	}
	for r, err := range s.Records(1) {
		if err != nil {
			return err
		}
		if _, err := journal.Decode(asJournal(r)); err != nil {
			return damaged("verify", err)
		}
	}
	if err := verifyRows(s); err != nil {
		return err
	}
	seq, hash := s.Head()
	_, err := fmt.Fprintf(w, "%d records, every number and hash in order; head %x\n", seq, hash[:])
	return err
}

// verifyRows compares the table of look-ups with the records: it is not in the
// chain, and a row that says that nothing is open hides a sale at the next start.
func verifyRows(s *store.Store) error {
	last, err := s.LastTx()
	if err != nil {
		return err
	}
	for n := uint64(1); n <= last; n++ {
		row, ok, err := s.Row(n)
		if err != nil {
			return err
		}
		if !ok {
			recs, err := s.OfTx(n)
			if err != nil {
				return err
			}
			if len(recs) == 0 {
				continue
			}
			return damaged("verify", fmt.Errorf("transaction %d has records and no row", n))
		}
		k, err := filedOf(s, n)
		if err != nil {
			return err
		}
		same := row.Kind == k.kind && row.Order == k.number && row.Of == k.of && row.Amount == k.amount.Minor() &&
			row.Rail == string(k.rail) && row.Open == k.open
		if !k.open {
			same = same && row.State == k.state && row.Reference == k.reference
		}
		if !same {
			return damaged("verify", fmt.Errorf("the row of transaction %d is not what its records tell", n))
		}
	}
	return nil
}

// exported is one line of an export. Everything that the hash is made of is
// in it.
type exported struct {
	Seq  uint64          `json:"seq"`
	Tx   uint64          `json:"tx"`
	At   int64           `json:"at"`
	Kind string          `json:"kind"`
	Body json.RawMessage `json:"body"`
	Raw  string          `json:"raw"`  // the body's bytes in hex, as they were hashed
	Hash string          `json:"hash"` // all 32 bytes in hex
}

func exportStore(w io.Writer, s *store.Store) error {
	enc := json.NewEncoder(w)
	for r, err := range s.Records(1) {
		if err != nil {
			return err
		}
		line := exported{r.Seq, r.Tx, r.At, r.Kind, r.Body, hex.EncodeToString(r.Body), hex.EncodeToString(r.Hash[:])}
		if err := enc.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

// yuan shows an amount of the gateway's books.
func yuan(fen int64) string { return money.Fen(fen).Plain() }
