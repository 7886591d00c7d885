package main

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// e2eLine is one line of an export, read by the names in FORMAT.md.
type e2eLine struct {
	Seq, Tx, At     uint64
	Kind, Raw, Hash string
	Body            map[string]any
}

// e2eExport exports a journal and works its chain out again, from what
// txn/journal/FORMAT.md says and with nothing of the program's.
func e2eExport(t *testing.T, exe, data string) []e2eLine {
	t.Helper()
	end := e2eRun(t, exe, "journal", "export", "--json", "--data", data)
	if end.status != 0 {
		t.Fatalf("journal export: status %d\n%s", end.status, end.errOut)
	}
	var lines []e2eLine
	before := make([]byte, 32)
	for i, text := range strings.Split(strings.TrimSpace(end.out), "\n") {
		var l e2eLine
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatalf("line %d: %v\n%s", i+1, err, text)
		}
		raw, err := hex.DecodeString(l.Raw)
		var again map[string]any
		if err != nil || json.Unmarshal(raw, &again) != nil || fmt.Sprint(again) != fmt.Sprint(l.Body) {
			t.Errorf("line %d: the body is not what was hashed: %v\n%s\n%s", i+1, err, raw, text)
		}
		h := sha256.New()
		h.Write(before)
		for _, n := range []uint64{l.Seq, l.Tx, l.At} {
			h.Write(binary.BigEndian.AppendUint64(nil, n))
		}
		h.Write(binary.BigEndian.AppendUint16(nil, uint16(len(l.Kind))))
		h.Write([]byte(l.Kind))
		h.Write(raw)
		before = h.Sum(nil)
		if l.Seq != uint64(i+1) || l.Hash != hex.EncodeToString(before) {
			t.Errorf("line %d does not continue the chain: its hash should be %x\n%s", i+1, before, text)
		}
		lines = append(lines, l)
	}
	return lines
}

// TestJournalIsReadBesideTheRunningTerminalAndAfter: the same list, story,
// verdict and export while the terminal sells, when it has ended, and nothing
// of that writes.
func TestJournalIsReadBesideTheRunningTerminalAndAfter(t *testing.T) {
	exe := e2eBinary(t)
	t.Parallel()
	w := e2eStart(t, exe)
	w.sell("1", "2", "8", "00")
	w.must(w.Gateway.SetText("pay next decline NOT_ENOUGH"))
	w.ask("5", "00")
	w.screen("06-declined")
	t.Run("while it runs", func(t *testing.T) { e2eReadJournal(t, exe, w) })
	w.stop()
	before := e2eHashes(t, w.DataDir())
	t.Run("when it has ended", func(t *testing.T) { e2eReadJournal(t, exe, w) })
	e2eSame(t, before, e2eHashes(t, w.DataDir()))
}

// e2eReadJournal reads a journal of one sale of 128 yuan and one of 5 that was
// not charged.
func e2eReadJournal(t *testing.T, exe string, w *e2eWorld) {
	journal := func(status int, args ...string) string {
		t.Helper()
		end := e2eRun(t, exe, append([]string{"journal", "--data", w.DataDir()}, args...)...)
		if end.status != status {
			t.Errorf("journal %v: status %d, want %d\n%s%s", args, end.status, status, end.out, end.errOut)
		}
		return end.out + end.errOut
	}
	sale := w.Gateway.Orders()[0]
	records := e2eExport(t, exe, w.DataDir())
	verdict := journal(0, "verify")
	e2eSays(t, "verify", verdict, fmt.Sprintf("%d records", len(records)), records[len(records)-1].Hash)

	list := strings.Split(strings.TrimSpace(journal(0, "list")), "\n")
	if len(list) != 2 {
		t.Fatalf("list:\n%s", strings.Join(list, "\n"))
	}
	e2eSays(t, "the newest", list[0], "000002", "5.00", "refused")
	e2eSays(t, "the first", list[1], "000001", "128.00", "wechatpay", "paid", "printed", sale.TransactionID)
	e2eSays(t, "list --json", journal(0, "list", "--json", "-n", "1"), `"amount":"5.00"`, `"state":"refused"`)

	for _, number := range []string{"1", "000001", sale.Number} {
		story := journal(0, "show", number)
		e2eSays(t, "show "+number, story, sale.Number, "¥128.00", "WeChat Pay", "T0317", sale.TransactionID)
		for _, r := range records {
			if r.Tx != 1 {
				continue
			}
			at := time.UnixMilli(int64(r.At)).In(time.FixedZone("", 8*3600)).Format("2006-01-02 15:04:05.000")
			kind, _, _ := strings.Cut(r.Kind, "/")
			e2eSays(t, "show "+number, story, fmt.Sprintf("%d  %s  %s", r.Seq, at, kind))
		}
	}
	e2eSays(t, "show 2", journal(0, "show", "2"), "¥5.00", "refused", "not enough funds")
	e2eSays(t, "show 2", journal(0, "show", "2", "--lang", "zh"), "余额不足")
	for _, number := range []string{"3", "999999", "abc", sale.Number[:len(sale.Number)-1] + "9", "12345678901"} {
		e2eSays(t, "show "+number, journal(exitAbsent, "show", number), number, "not found")
	}
}

// TestVerifyNamesTheRecordThatWasChanged, whichever column was touched, and
// whoever did it without the program.
func TestVerifyNamesTheRecordThatWasChanged(t *testing.T) {
	exe := e2eBinary(t)
	t.Parallel()
	w := e2eStart(t, exe)
	w.must(w.Gateway.SetText("pay next 3 decline NOT_ENOUGH"))
	for range 3 {
		w.ask("1", "00")
		w.screen("06-declined")
		w.press("cancel")
	}
	w.stop()
	for _, c := range []struct{ name, sql, says string }{
		{"an amount", `UPDATE entry SET body = CAST(replace(body, '"100 CNY"', '"900 CNY"') AS BLOB)
			WHERE seq = 4`, "record 4 (begun/2)"},
		{"a time", "UPDATE entry SET at = at - 3600000 WHERE seq = 3", "record 3 (refused/1)"},
		{"whose it is", "UPDATE entry SET tx = 1 WHERE seq = 4", "record 4 (begun/2)"},
		{"a record that is missing", "DELETE FROM entry WHERE seq = 5", "record 6 follows record 4"},
		{"two that changed places", `UPDATE entry SET seq = 99 WHERE seq = 4; UPDATE entry SET seq = 4 WHERE seq = 2;
			UPDATE entry SET seq = 2 WHERE seq = 99`, "record 2 (begun/2)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := e2eCopy(t, w.DataDir())
			e2eSQL(t, dir, c.sql)
			end := e2eRun(t, exe, "journal", "verify", "--data", dir)
			if end.status != exitFailed || end.out != "" {
				t.Errorf("status %d, want %d; standard output %q", end.status, exitFailed, end.out)
			}
			e2eSays(t, "verify", end.errOut, "till: J02: ", c.says)
		})
	}
}
