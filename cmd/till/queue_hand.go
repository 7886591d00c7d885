package main

import (
	"cmp"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"till/device/store"
	"till/txn"
	"till/txn/journal"
)

// sealMark begins a sealed file; its last character is the version.
const sealMark = "TILLHAND1"

// handed is what is in a sealed file.
type handed struct {
	Terminal string
	Made     txn.Wall
	Items    []txn.Handover
}

// Errors of sealed files, for people.
var (
	errSealForeign = errors.New("it was sealed with another shop's key, or was changed")
	errSealTaken   = errors.New("this file was taken over here before: nothing was changed")
)

func queueHandCommands(f *journalFlags) []*cobra.Command {
	var to string
	export := &cobra.Command{
		Use:   "export --to FILE",
		Short: "Hand pending refunds and reversals over to another terminal of the shop, sealed",
		Long: `Write what is pending into a new file, sealed with the shop's key, and mark it in
the journal as handed over: this terminal does nothing about it any more. Another
terminal with the same shop.key takes it over with 'till queue import'; each item
keeps the number that the network knows, so nothing can be paid twice.

Sales of unknown outcome stay here: whether the goods were given is known at this
counter alone. They are listed; look them up at the network by their number.

The terminal must not be running. It ends with 3 when something stays here.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return handOver(cmd.OutOrStdout(), f.data, to, time.Now()) },
	}
	export.Flags().StringVar(&to, "to", "", "new `FILE`")
	imported := &cobra.Command{
		Use:   "import FILE",
		Short: "Take over what another terminal of the shop has sealed",
		Long: `Take over the pending refunds and reversals of a sealed file, once. They go on by
themselves when the terminal runs. The terminal must not be running now.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return takeOver(cmd.OutOrStdout(), f.data, args[0], time.Now())
		},
	}
	return []*cobra.Command{export, imported}
}

// shopSeal is the cipher that the terminals of one shop share. Its key is
// derived from the shop's, which signs receipts and nothing else.
func shopSeal(data string) (cipher.AEAD, error) {
	key, err := os.ReadFile(filepath.Join(data, "shop.key"))
	if err != nil {
		return nil, fmt.Errorf("read the shop's key: %w", err)
	}
	derived, err := hkdf.Key(sha256.New, key, nil, "till pending items", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func seal(data string, h handed) (file []byte, name string, err error) {
	aead, err := shopSeal(data)
	if err != nil {
		return nil, "", err
	}
	plain, err := json.Marshal(h)
	if err != nil {
		return nil, "", err
	}
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails (Go 1.24)
	file = append([]byte(sealMark), nonce...)
	file = aead.Seal(file, nonce, plain, []byte(sealMark))
	return file, sealName(file), nil
}

// sealName names a sealed file, by its bytes.
func sealName(file []byte) string {
	sum := sha256.Sum256(file)
	return hex.EncodeToString(sum[:8])
}

func unseal(data string, file []byte) (h handed, err error) {
	aead, err := shopSeal(data)
	if err != nil {
		return h, err
	}
	n := len(sealMark) + aead.NonceSize()
	if len(file) < n || string(file[:len(sealMark)]) != sealMark {
		return h, fmt.Errorf("it does not begin with %s: %w", sealMark, errUsage)
	}
	plain, err := aead.Open(nil, file[len(sealMark):n], file[n:], []byte(sealMark))
	if err != nil {
		return h, errSealForeign
	}
	return h, json.Unmarshal(plain, &h)
}

// handLimit bounds a sealed file: 100,000 refunds take some 40 MB.
const handLimit = 64 << 20

// partSuffix marks a sealed file whose items are still this terminal's.
const partSuffix = ".part"

// handOver seals what is pending. The file is durable before the journal says
// that another terminal has it, and has its name only afterwards: nobody takes
// items over that this terminal may still call off or pay in cash. After a power
// cut the next export to the same file completes it.
func handOver(w io.Writer, data, name string, now time.Time) (err error) {
	if name == "" {
		return fmt.Errorf("%w: export needs --to FILE", errUsage)
	}
	if _, err := os.Lstat(name); err == nil {
		return fmt.Errorf("write %s: %w; nothing was handed over", name, fs.ErrExist)
	}
	s, err := store.Open(data)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("journal in %s: %w", data, errAbsent)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	begun, err := brokenOff(s, data, name+partSuffix)
	if err != nil {
		return err
	}
	l, stay, h, err := pendingItems(w, s)
	if err != nil {
		return err
	}
	if begun != nil { // what is pending now goes into another file
		return errors.Join(named(w, name, *begun), stays(stay+len(h.Items)))
	}
	h.Made = txn.Wall(now.UnixMilli())
	if len(h.Items) == 0 {
		_, err := fmt.Fprintln(w, "nothing can be handed over")
		return errors.Join(err, stays(stay))
	}
	file, id, err := seal(data, h)
	if err != nil {
		return err
	}
	whole := func(w io.Writer) error { _, err := w.Write(file); return err }
	if err := writeNew(name+partSuffix, whole); err != nil {
		return fmt.Errorf("write %s: %w; nothing was handed over", name, err)
	}
	if err := keepEntries(s, l, handedEntries(h, id)); err != nil {
		return err
	}
	return errors.Join(named(w, name, h), stays(stay))
}

// handedEntries say that another terminal has the items.
func handedEntries(h handed, id string) []txn.Entry {
	var entries []txn.Entry
	for _, it := range h.Items {
		if it.Refund == "" {
			entries = append(entries, txn.SaleHanded{At: h.Made, Order: it.Order, Seal: id})
		} else {
			entries = append(entries, txn.RefundHanded{At: h.Made, Refund: it.Refund, Seal: id})
		}
	}
	return entries
}

// named gives a sealed file its name, now that its items are in nobody else's
// hands.
func named(w io.Writer, name string, h handed) error {
	if err := os.Rename(name+partSuffix, name); err != nil {
		return fmt.Errorf("the items are in %s%s: %w; export to the same file again", name, partSuffix, err)
	}
	_, err := fmt.Fprintf(w, "%d handed over in %s; this terminal does nothing about them any more\n", len(h.Items), name)
	return err
}

// brokenOff looks at a file that an export has left without its name: what the
// journal says was handed over in it, or nil. One that the journal does not know
// was never anybody's, and is deleted.
func brokenOff(s *store.Store, data, part string) (*handed, error) {
	file, err := readSmall(part, handLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if h, err := unseal(data, file); err == nil && len(h.Items) > 0 {
		switch known, err := handedAs(s, h.Items[0], sealName(file)); {
		case err != nil:
			return nil, err
		case known:
			return &h, nil
		}
	}
	return nil, os.Remove(part)
}

// handedAs reports whether an item was handed over in a file: all of a file are,
// or none.
func handedAs(s *store.Store, it txn.Handover, id string) (bool, error) {
	n := it.Order.N()
	if it.Refund != "" {
		n = it.Refund.N()
	}
	recs, err := s.OfTx(n)
	if err != nil {
		return false, err
	}
	for _, r := range recs {
		e, err := journal.Decode(asJournal(r))
		if err != nil {
			return false, damaged("read", err)
		}
		switch e := e.(type) {
		case txn.RefundHanded:
			if e.Refund == it.Refund && e.Seal == id {
				return true, nil
			}
		case txn.SaleHanded:
			if it.Refund == "" && e.Order == it.Order && e.Seal == id {
				return true, nil
			}
		}
	}
	return false, nil
}

func stays(n int) error {
	if n == 0 {
		return nil
	}
	return &exitError{exitWarned, fmt.Sprintf("till: %d stay here: a person must look them up at the network", n)}
}

// pendingItems are what can be handed over, and a ledger that holds all of it.
func pendingItems(w io.Writer, s *store.Store) (l txn.Ledger, stay int, h handed, err error) {
	for _, kind := range []string{journal.Sale, journal.Refund} {
		err = eachOpen(s, kind, func(k filed) error {
			one, err := foldTx(s, txn.OrderNo(k.number).N())
			if err != nil {
				return err
			}
			var it txn.Handover
			var ok bool
			switch {
			case kind == journal.Sale:
				it, ok = txn.HandSale(one.Txs[0])
			default:
				it, ok = txn.HandRefund(one.Refunds[0])
			}
			if !ok {
				stay++
				_, err := fmt.Fprintf(w, "stays here: %s %s  %s  %s  %s\n", k.kind, k.number, k.amount, k.rail, k.state)
				return err
			}
			h.Terminal = it.Terminal
			h.Items = append(h.Items, it)
			l.Txs, l.Refunds = append(l.Txs, one.Txs...), append(l.Refunds, one.Refunds...)
			return nil
		})
		if err != nil {
			return l, stay, h, err
		}
	}
	return l, stay, h, nil
}

// keepEntries makes decisions durable that are made beside the machine: in one
// commit, by the same adapter.
func keepEntries(s *store.Store, before txn.Ledger, entries []txn.Entry) error {
	after := before
	for _, e := range entries {
		after = txn.Apply(after, e)
	}
	return keep(s, shopZone).Append(before, after, entries)
}

// takeOver takes a sealed file in, once.
func takeOver(w io.Writer, data, name string, now time.Time) (err error) {
	if strings.HasSuffix(name, partSuffix) {
		return fmt.Errorf("%s: its items may still be at the other terminal: export there to the same file again", name)
	}
	file, err := readSmall(name, handLimit)
	if err != nil {
		return err
	}
	h, err := unseal(data, file)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	s, err := openStore(data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	id := sealName(file)
	taken, err := takenBefore(s, id)
	if err != nil {
		return err
	}
	if taken {
		return fmt.Errorf("%s: %w", name, errSealTaken)
	}
	a, err := admit(w, s, h.Items)
	if err != nil {
		return err
	}
	last, err := s.LastTx()
	if err != nil {
		return err
	}
	at := txn.Wall(now.UnixMilli())
	l := txn.Ledger{Install: newInstall(), Last: last, Refunds: a.returned}
	entries := txn.TakeOver(l, at, at.Day(shopZone), id, h.Terminal, a.items)
	for _, e := range entries {
		if b, ok := e.(txn.RefundBegun); ok && a.back[b.Key] != "" {
			entries = append(entries, txn.RefundReplaced{At: at, Refund: a.back[b.Key], With: b.Refund})
		}
	}
	if err := keepEntries(s, l, entries); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%d taken over from terminal %s; they go on when this terminal runs\n",
		len(a.items), h.Terminal)
	if a.out > 0 {
		err = errors.Join(err, &exitError{exitWarned, fmt.Sprintf("till: %d left out: a person must look at them", a.out)})
	}
	return err
}

// admitted is what of a sealed file is taken over.
type admitted struct {
	items    []txn.Handover
	out      int
	returned []txn.Refund                  // handed over by this very terminal before, by number
	back     map[txn.RefundNo]txn.RefundNo // ... by key
}

// admit leaves out what this journal has already: the same refund out of another
// file, and a sale that was given back here meanwhile. One such item must not keep
// the others from going on. What is taken over counts as sent, whatever the first
// terminal knew: there may be more files than one, so it is asked about before
// it is called off or paid in cash.
func admit(w io.Writer, s *store.Store, items []txn.Handover) (a admitted, err error) {
	a.back = map[txn.RefundNo]txn.RefundNo{}
	more := map[txn.OrderNo]int64{} // fen of this file, by sale
	for _, it := range items {
		refunds, err := journal.RefundsOf(shelf{s}, it.Order)
		if err != nil {
			return a, err
		}
		sum, here := more[it.Order]+it.Amount.Minor(), false
		for _, r := range refunds {
			switch {
			case r.Key == it.Key && r.Phase == txn.Handed:
				a.returned, a.back[r.Key] = append(a.returned, r), r.No
			case r.Key == it.Key && r.Phase != txn.Replaced, it.Refund == "" && r.Method == txn.ByVoid && r.Phase.Counts():
				here = true
			case r.Phase.Counts():
				sum += r.Amount.Minor()
			}
		}
		switch {
		case here:
			_, err = fmt.Fprintf(w, "here already: %s%s  %s  %s\n", it.Key, it.Order, it.Amount, it.Rail)
		case sum > it.Total.Minor():
			a.out++
			_, err = fmt.Fprintf(w, "left out: %s  %s  %s: this terminal gave too much of sale %s back itself\n",
				it.Key, it.Amount, it.Rail, it.Order)
		default:
			it.Sent = true
			a.items, more[it.Order] = append(a.items, it), more[it.Order]+it.Amount.Minor()
		}
		if err != nil {
			return a, err
		}
	}
	slices.SortFunc(a.returned, func(x, y txn.Refund) int { return cmp.Compare(x.No.N(), y.No.N()) })
	return a, nil
}

// takenBefore reports whether a sealed file was taken in before. It looks at all
// records about no transaction: they are few.
func takenBefore(s *store.Store, id string) (bool, error) {
	recs, err := s.OfTx(0)
	if err != nil {
		return false, err
	}
	for _, r := range recs {
		e, err := journal.Decode(asJournal(r))
		if err != nil {
			return false, damaged("read", err)
		}
		if t, ok := e.(txn.TakenOver); ok && t.Seal == id {
			return true, nil
		}
	}
	return false, nil
}
