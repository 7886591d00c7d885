package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"till/device/store"
	"till/txn"
	"till/txn/bill"
)

// exitError ends the process with a status of its own, and says why.
type exitError struct {
	code int
	text string // for the error output; "" when all is said
}

func (e *exitError) Error() string { return e.text }

// billFlags are what the command bill takes.
type billFlags struct {
	journalFlags
	rail     string
	day      int
	merchant string
	config   string
	rate     int
	shared   bool
	every    bool
}

// newBillCommand compares a day of the journal with the network's own file.
func newBillCommand() *cobra.Command {
	var f billFlags
	c := &cobra.Command{
		Use:   "bill --rail RAIL --day YYYYMMDD FILE [NEIGHBOUR...]",
		Short: "Compare a day of the journal with the day file of a payment network",
		Long: `Compare a day of the journal with the day file of a payment network.

FILE is the trade bill of that day as it was downloaded: WeChat Pay's text, or
gzip of it; Alipay's zip (bill type trade), or the CSV file of details in it.
Files of the day before and after settle what was paid around midnight.

The status is 0 when all agrees, 3 when something differs, 2 when a file cannot
be used, and 4 when the journal has nothing of that day. Nothing is changed.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd.OutOrStdout(), args) },
	}
	fl := c.Flags()
	fl.StringVar(&f.rail, "rail", "", "payment network: wechatpay or alipay")
	fl.IntVar(&f.day, "day", 0, "day as `YYYYMMDD`")
	fl.StringVar(&f.data, "data", DefaultConfig().Terminal.Data, "`DIR` of the journal")
	fl.StringVar(&f.lang, "lang", "en", "language: zh or en")
	fl.StringVar(&f.merchant, "merchant", "", "`NUMBER` of the shop at the network; another's file is refused")
	fl.StringVar(&f.config, "config", "", "configuration `FILE` to take WeChat Pay's merchant number from")
	fl.IntVar(&f.rate, "rate", 0, "fee of the contract in basis `POINTS` (60 is 0.60 %); 0 checks no fees")
	fl.BoolVar(&f.shared, "shared", false, "other terminals or channels use the same merchant number")
	fl.BoolVar(&f.every, "all", false, "list also what agrees")
	fl.BoolVar(&f.json, "json", false, "one JSON object")
	return c
}

// run compares and writes.
func (f billFlags) run(w io.Writer, files []string) error {
	lang, err := f.language()
	if err != nil {
		return err
	}
	words := billWords[lang]
	rail := txn.RailName(f.rail)
	if rail != txn.WeChatPay && rail != txn.Alipay {
		return fmt.Errorf("%w: --rail %q: want wechatpay or alipay", errUsage, f.rail)
	}
	if _, err := time.Parse("20060102", fmt.Sprint(f.day)); err != nil {
		return fmt.Errorf("%w: --day %d: want a day such as 20261122", errUsage, f.day)
	}
	if f.rate < 0 || f.rate > 10_000 {
		return fmt.Errorf("%w: --rate %d: want 0 to 10000", errUsage, f.rate)
	}
	if err := f.ownMerchant(rail); err != nil {
		return err
	}
	bills, err := f.readAll(words, rail, files)
	if err != nil {
		return err
	}
	return f.with(func(s *store.Store) error {
		entries, err := billEntries(s, rail, bills[0])
		if err != nil {
			return err
		}
		if !anyOf(entries, bills[0]) {
			t := bills[0].Totals
			return &exitError{exitAbsent, "till: " + fmt.Sprintf(words.noDay, dayText(f.day), t.Payments.Count, t.Refunds.Count)}
		}
		return f.tell(w, words, bills, bill.Compare(entries, bills[0], bills[1:]...))
	})
}

// ownMerchant takes the merchant number from the configuration, if one is named.
func (f *billFlags) ownMerchant(rail txn.RailName) error {
	if f.config == "" || f.merchant != "" || rail != txn.WeChatPay {
		return nil
	}
	cfg, err := LoadConfig(f.config)
	if err != nil {
		return err
	}
	f.merchant = cfg.WeChatPay.MchID
	return nil
}

// readAll reads the file of the day and those beside it.
func (f billFlags) readAll(words billText, rail txn.RailName, files []string) ([]bill.Bill, error) {
	var bills []bill.Bill
	for n, name := range files {
		b, err := readBill(rail, name)
		if err == nil {
			day := f.day
			if n > 0 && b.Day != 0 {
				day = b.Day
			}
			err = b.Check(f.merchant, day)
		}
		if e, ok := errors.AsType[*bill.Error](err); ok {
			return nil, &exitError{exitUsage, "till: " + name + ": " + words.refusal(e)}
		}
		if err != nil {
			return nil, err
		}
		if b.Day == 0 && n == 0 {
			b.Day = f.day
		}
		bills = append(bills, b)
	}
	return bills, nil
}

// zipFilesMax is how many files of a zip are looked at: Alipay's has two.
const zipFilesMax = 16

// readBill reads one file, and unpacks it.
func readBill(rail txn.RailName, name string) (bill.Bill, error) {
	file, err := os.Open(name)
	if err != nil {
		return bill.Bill{}, err
	}
	data, err := readBounded(file)
	if err = errors.Join(err, file.Close()); err != nil {
		return bill.Bill{}, fmt.Errorf("read %s: %w", name, err)
	}
	switch {
	case bytes.HasPrefix(data, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err == nil {
			data, err = readBounded(z)
		}
		if err != nil {
			return bill.Bill{}, &bill.Error{Problem: bill.Packed, Value: err.Error()}
		}
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return readZip(rail, data)
	}
	return bill.Parse(rail, data)
}

// readBounded reads at most one byte more than a file may have, which then is
// refused as too large.
func readBounded(r io.Reader) ([]byte, error) { return io.ReadAll(io.LimitReader(r, bill.BytesMax+1)) }

// readZip takes the CSV file of details out of a zip: the one beside it, the
// summary, is another kind of file. Their names are in GBK and are not looked at.
func readZip(rail txn.RailName, data []byte) (bill.Bill, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return bill.Bill{}, &bill.Error{Problem: bill.Packed, Value: err.Error()}
	}
	var why error = &bill.Error{Problem: bill.Packed, Want: "*.csv"}
	for _, entry := range z.File[:min(len(z.File), zipFilesMax)] {
		if !strings.HasSuffix(strings.ToLower(entry.Name), ".csv") {
			continue
		}
		text, err := readEntry(entry)
		if err != nil {
			return bill.Bill{}, &bill.Error{Problem: bill.Packed, Value: err.Error()}
		}
		b, err := bill.Parse(rail, text)
		if e, ok := errors.AsType[*bill.Error](err); ok && e.Problem == bill.OtherBill {
			why = err
			continue
		}
		return b, err
	}
	return bill.Bill{}, why
}

func readEntry(entry *zip.File) ([]byte, error) {
	r, err := entry.Open()
	if err != nil {
		return nil, err
	}
	text, err := readBounded(r)
	return text, errors.Join(err, r.Close())
}

// billReport is what --json writes.
type billReport struct {
	bill.Report
	Fees    *bill.Fees  `json:"fees,omitempty"`
	Notes   []bill.Note `json:"unknown_columns,omitempty"`
	Checked bool        `json:"merchant_checked"`
	Agrees  bool        `json:"agrees"`
}

// tell writes what was found, and ends with 3 when something differs.
func (f billFlags) tell(w io.Writer, words billText, bills []bill.Bill, r bill.Report) error {
	out := billReport{Report: r, Notes: bills[0].Notes, Checked: f.merchant != "", Agrees: true}
	if f.rate > 0 {
		fees := bill.CheckFees(bills[0], f.rate)
		out.Fees, out.Agrees = &fees, !fees.Wrong()
	}
	for _, i := range r.Items {
		out.Agrees = out.Agrees && !i.Differs(f.shared)
	}
	var err error
	if f.json {
		err = json.NewEncoder(w).Encode(out)
	} else {
		_, err = io.WriteString(w, words.table(out, f.shared, f.every))
	}
	if err == nil && !out.Agrees {
		return &exitError{code: exitWarned}
	}
	return err
}
