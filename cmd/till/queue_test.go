package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"till/device/store"
	"till/txn"
	"till/txn/journal"
	"till/txn/money"
)

// queueDay is when the stories of this file happen.
var queueDay = time.Date(2026, 11, 22, 6, 28, 0, 0, time.UTC)

// pendingTerminal is a data directory with one item of each kind that can be
// pending: refunds promised, underway, held, taken and stranded, a reversal, a
// sale of unknown outcome, and one refund that is at its end.
func pendingTerminal(t *testing.T, key []byte) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "shop.key"), key, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(dir, store.Create())
	if err != nil {
		t.Fatal(err)
	}
	at := txn.Wall(queueDay.UnixMilli())
	var l txn.Ledger
	entries := []txn.Entry{txn.Opened{At: at, Install: "PENDINGTILLA"}}
	sale := func(n uint64) txn.OrderNo {
		o := txn.NewOrderNo("PENDINGTILLA", n)
		entries = append(entries, txn.Begun{At: at, Order: o, Rail: txn.WeChatPay, Amount: money.Fen(10000), Terminal: "T-A", Operator: "07"})
		return o
	}
	sale(1)
	taken := sale(2)
	entries = append(entries, txn.ReversalDue{At: at, Order: taken, Cause: txn.CauseNoAnswer})
	paid := sale(3)
	entries = append(entries, txn.Paid{At: at, Day: 20261122, Order: paid, Reference: "42"})
	refund := func(n uint64, more ...txn.Entry) {
		r := txn.NewRefundNo("PENDINGTILLA", n)
		entries = append(entries, txn.RefundBegun{At: at, Day: 20261122, Refund: r, Key: r, Order: paid, Rail: txn.WeChatPay,
			Wallet: txn.WeChatPay, Amount: money.Fen(1000), Total: money.Fen(10000), SaleAt: at, SaleDay: 20261122, Sale: "42",
			By: "07", Terminal: "T-A"})
		entries = append(entries, more...)
	}
	no := func(n uint64) txn.RefundNo { return txn.NewRefundNo("PENDINGTILLA", n) }
	refund(4)
	refund(5, txn.RefundSent{At: at, Refund: no(5)})
	refund(6, txn.RefundSent{At: at, Refund: no(6)}, txn.RefundHeld{At: at, Refund: no(6), Cause: txn.CauseMerchantFunds})
	refund(7, txn.RefundSent{At: at, Refund: no(7)}, txn.RefundTaken{At: at, Refund: no(7), Reference: "50"})
	refund(8, txn.RefundSent{At: at, Refund: no(8)}, txn.RefundStranded{At: at, Refund: no(8), Code: "ABNORMAL"})
	refund(9, txn.RefundSent{At: at, Refund: no(9)}, txn.RefundPaid{At: at, Day: 20261122, Refund: no(9)})
	if err := errors.Join(keepEntries(s, l, entries), s.Close()); err != nil {
		t.Fatal(err)
	}
	return dir
}

func queueOf(t *testing.T, dir string) string {
	t.Helper()
	var out bytes.Buffer
	err := journalFlags{data: dir, lang: "en"}.with(func(s *store.Store) error {
		return journalFlags{data: dir, lang: "en"}.queue(&out, s, queueDay.Add(3*time.Hour))
	})
	if e, ok := errors.AsType[*exitError](err); err != nil && (!ok || e.code != exitWarned) {
		t.Fatal(err)
	}
	return out.String()
}

func TestTheQueueListsWhatIsPendingWithItsAge(t *testing.T) {
	got := queueOf(t, pendingTerminal(t, bytes.Repeat([]byte{7}, shopKeyLen)))
	for _, want := range []string{"asking", "reversing", "promised", "underway", "held", "taken", "stranded", "3h0m0s"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	if n := strings.Count(got, "\n"); n != 7 || strings.Contains(got, "paid-back") {
		t.Errorf("%d lines:\n%s", n, got)
	}
}

// TestAResetIsRefusedWhileMoneyIsPending is capability 58: what is deleted then
// is lost.
func TestAResetIsRefusedWhileMoneyIsPending(t *testing.T) {
	dir := pendingTerminal(t, bytes.Repeat([]byte{7}, shopKeyLen))
	var out bytes.Buffer
	backup := filepath.Join(t.TempDir(), "journal.json")
	err := reset(&out, dir, backup, false)
	if e, ok := errors.AsType[*exitError](err); !ok || e.code != exitFailed || !strings.Contains(e.text, "7 pending") {
		t.Errorf("reset: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "till.db")); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(backup); err == nil {
		t.Error("a backup was made of a terminal that was not emptied")
	}
}

func TestAnEmptyTerminalIsResetAfterItsJournalIsSafe(t *testing.T) {
	dir := t.TempDir()
	s, err := store.Open(dir, store.Create())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(keepEntries(s, txn.Ledger{}, []txn.Entry{txn.Opened{At: 1, Install: "PENDINGTILLA"}}), s.Close()); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	backup := filepath.Join(t.TempDir(), "journal.json")
	if err := reset(&out, dir, backup, false); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(backup); err != nil || !strings.Contains(string(data), "PENDINGTILLA") {
		t.Errorf("backup %q, %v", data, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "till.db")); err == nil {
		t.Error("the journal is still there")
	}
}

// TestPendingItemsAreTakenOverOnceUnderTheirKeys is capability 70: the other
// terminal asks about what was sent and sends what was not, under the numbers
// that the network knows; the first does nothing about them any more.
func TestPendingItemsAreTakenOverOnceUnderTheirKeys(t *testing.T) {
	key := bytes.Repeat([]byte{7}, shopKeyLen)
	from, to := pendingTerminal(t, key), t.TempDir()
	if err := os.WriteFile(filepath.Join(to, "shop.key"), key, 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "sealed")
	var out bytes.Buffer
	err := handOver(&out, from, file, queueDay)
	if e, ok := errors.AsType[*exitError](err); !ok || e.code != exitWarned {
		t.Fatalf("hand over: %v\n%s", err, out.String())
	}
	if !strings.Contains(out.String(), "5 handed over") || strings.Count(out.String(), "stays here") != 2 {
		t.Errorf("%s", out.String())
	}
	if left := queueOf(t, from); strings.Count(left, "\n") != 2 {
		t.Errorf("the first terminal still has\n%s", left)
	}
	if raw, err := os.ReadFile(file); err != nil || bytes.Contains(raw, []byte("PENDINGTILLA")) {
		t.Error("the file is not sealed", err)
	}
	if err := takeOver(&out, to, file, queueDay); err != nil {
		t.Fatal(err)
	}
	if err := takeOver(&out, to, file, queueDay); !errors.Is(err, errSealTaken) {
		t.Errorf("a second time: %v", err)
	}
	s, err := store.Open(to)
	if err != nil {
		t.Fatal(err)
	}
	refunds, more, err := journal.Recall(shelf{s}, 0, 100)
	if err = errors.Join(err, s.Close()); err != nil || more || len(refunds) != 5 {
		t.Fatalf("%d refunds, %v, %v", len(refunds), more, err)
	}
	for _, r := range refunds {
		switch {
		case r.Key == txn.NewRefundNo("PENDINGTILLA", 4) && r.Phase == txn.Underway && r.Sent: // by whom is not known
		case r.Method == txn.ByVoid && r.Order == txn.NewOrderNo("PENDINGTILLA", 2) && r.Sent:
		case strings.HasPrefix(string(r.Key), "PENDINGTILLAR") && r.Phase == txn.Underway && r.Sent:
		default:
			t.Errorf("taken over: %+v", r)
		}
		if strings.HasPrefix(string(r.No), "PENDINGTILLA") {
			t.Errorf("%s is filed under the other terminal's number", r.No)
		}
	}
}

func TestASealedFileOfAnotherShopOrAChangedOneIsRefused(t *testing.T) {
	from := pendingTerminal(t, bytes.Repeat([]byte{7}, shopKeyLen))
	file := filepath.Join(t.TempDir(), "sealed")
	var out bytes.Buffer
	_ = handOver(&out, from, file, queueDay) // some stay there
	for name, change := range map[string]func(key, file []byte){
		"another shop":  func(key, _ []byte) { key[0]++ },
		"one bit":       func(_, f []byte) { f[len(f)-1] ^= 1 },
		"its beginning": func(_, f []byte) { f[len(sealMark)] ^= 1 },
		"another mark":  func(_, f []byte) { f[0] = 'X' },
	} {
		to := t.TempDir()
		key := bytes.Repeat([]byte{7}, shopKeyLen)
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		change(key, data)
		changed := filepath.Join(to, "sealed")
		if err := errors.Join(os.WriteFile(filepath.Join(to, "shop.key"), key, 0o600), os.WriteFile(changed, data, 0o600)); err != nil {
			t.Fatal(err)
		}
		if err := takeOver(&out, to, changed, queueDay); err == nil {
			t.Errorf("%s: taken over", name)
		}
		if _, err := os.Stat(filepath.Join(to, "till.db")); err == nil {
			t.Errorf("%s: a journal was begun", name)
		}
	}
}
