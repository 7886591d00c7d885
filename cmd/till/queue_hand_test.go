package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"till/device/store"
	"till/txn"
	"till/txn/journal"
	"till/txn/money"
)

// shopTerminal is a data directory with nothing in it but the shop's key.
func shopTerminal(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "shop.key"), bytes.Repeat([]byte{7}, shopKeyLen), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// sealedFile is what the terminal of pendingTerminal hands over.
func sealedFile(t *testing.T, from string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "sealed")
	err := handOver(&bytes.Buffer{}, from, file, queueDay)
	if e, ok := errors.AsType[*exitError](err); !ok || e.code != exitWarned {
		t.Fatalf("hand over: %v", err)
	}
	return file
}

func openBacks(t *testing.T, dir string) []txn.Refund {
	t.Helper()
	s, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	refunds, _, err := journal.Recall(shelf{s}, 0, 100)
	if err = errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return refunds
}

// TestOneItemThatIsGivenBackHereAlreadyDoesNotHoldUpTheOthers: the customer of a
// promised refund went to the other terminal, which paid him.
func TestOneItemThatIsGivenBackHereAlreadyDoesNotHoldUpTheOthers(t *testing.T) {
	from, to := pendingTerminal(t, bytes.Repeat([]byte{7}, shopKeyLen)), shopTerminal(t)
	s, err := openStore(to)
	if err != nil {
		t.Fatal(err)
	}
	no := txn.NewRefundNo("OTHERTILLBBB", 1)
	at := txn.Wall(queueDay.UnixMilli())
	err = keepEntries(s, txn.Ledger{}, []txn.Entry{
		txn.Opened{At: at, Install: "OTHERTILLBBB"},
		txn.RefundBegun{At: at, Day: 20261122, Refund: no, Key: no, Order: txn.NewOrderNo("PENDINGTILLA", 3),
			Rail: txn.WeChatPay, Wallet: txn.WeChatPay, Amount: money.Fen(8000), Total: money.Fen(10000), SaleAt: at,
			SaleDay: 20261122, Terminal: "T-B"},
		txn.RefundSent{At: at, Refund: no},
	})
	if err = errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	err = takeOver(&out, to, sealedFile(t, from), queueDay)
	if e, ok := errors.AsType[*exitError](err); !ok || e.code != exitWarned {
		t.Fatalf("take over: %v\n%s", err, out.String())
	}
	// its own, two of the four that are pending there, and the reversal
	if got := openBacks(t, to); len(got) != 4 || strings.Count(out.String(), "left out") != 2 {
		t.Errorf("%d refunds\n%s", len(got), out.String())
	}
}

// TestTheSameItemInTwoFilesIsTakenOverOnce: the first export did not come to its end.
func TestTheSameItemInTwoFilesIsTakenOverOnce(t *testing.T) {
	to := shopTerminal(t)
	var out bytes.Buffer
	for range 2 {
		file := sealedFile(t, pendingTerminal(t, bytes.Repeat([]byte{7}, shopKeyLen)))
		if err := takeOver(&out, to, file, queueDay); err != nil {
			t.Fatalf("take over: %v\n%s", err, out.String())
		}
	}
	keys := map[txn.RefundNo]int{}
	for _, r := range openBacks(t, to) {
		keys[r.Key]++
		if keys[r.Key] > 1 {
			t.Errorf("%s is here twice", r.Key)
		}
	}
	if len(keys) != 5 {
		t.Errorf("%d refunds", len(keys))
	}
}

// TestWhatIsTakenOverIsAskedAboutBeforeItIsCalledOff: the same file may be at a
// third terminal, or the first may have sent it after all.
func TestWhatIsTakenOverIsAskedAboutBeforeItIsCalledOff(t *testing.T) {
	to := shopTerminal(t)
	file := sealedFile(t, pendingTerminal(t, bytes.Repeat([]byte{7}, shopKeyLen)))
	if err := takeOver(&bytes.Buffer{}, to, file, queueDay); err != nil {
		t.Fatal(err)
	}
	for _, r := range openBacks(t, to) {
		if !r.Sent || r.Phase != txn.Underway {
			t.Errorf("%s is %s, sent %v", r.Key, r.Phase, r.Sent)
		}
	}
}

// TestAnExportThatBrokeOffIsCompletedByTheNext: the power went after the file and
// before the journal, or after both and before the file had its name.
func TestAnExportThatBrokeOffIsCompletedByTheNext(t *testing.T) {
	key := bytes.Repeat([]byte{7}, shopKeyLen)
	for _, cut := range []string{"before the journal", "after it"} {
		from := pendingTerminal(t, key)
		file := filepath.Join(t.TempDir(), "sealed")
		done := sealedFile(t, pendingTerminal(t, key)) // as durable as one's own, and not in this journal
		if cut == "after it" {
			file = sealedFile(t, from)
			done = file
		}
		if err := os.Rename(done, file+partSuffix); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		err := handOver(&out, from, file, queueDay)
		if e, ok := errors.AsType[*exitError](err); !ok || e.code != exitWarned {
			t.Fatalf("%s: %v\n%s", cut, err, out.String())
		}
		if _, err := os.Stat(file + partSuffix); err == nil {
			t.Errorf("%s: an unfinished file is left", cut)
		}
		to := shopTerminal(t)
		if err := takeOver(&out, to, file, queueDay); err != nil || len(openBacks(t, to)) != 5 {
			t.Errorf("%s: %v\n%s", cut, err, out.String())
		}
	}
}

// TestWhatWasHandedOverMayComeBack: the other terminal broke too.
func TestWhatWasHandedOverMayComeBack(t *testing.T) {
	from := pendingTerminal(t, bytes.Repeat([]byte{7}, shopKeyLen))
	var out bytes.Buffer
	if err := takeOver(&out, from, sealedFile(t, from), queueDay); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	n := 0
	for _, r := range openBacks(t, from) {
		if r.Phase == txn.Underway {
			n++
		}
	}
	if n != 5 {
		t.Errorf("%d came back\n%s", n, out.String())
	}
}
