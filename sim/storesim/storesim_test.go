package storesim_test

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"till/sim/storesim"
	"till/txn"
	"till/txn/journal"
	"till/txn/money"
)

const (
	zone    = 8 * time.Hour
	install = txn.Install("0123456789AB")
	start   = txn.Wall(1795328880000)
)

// story writes sales through the keeper of a terminal.
type story struct {
	t      *testing.T
	s      *storesim.Store
	ledger txn.Ledger
}

func (h *story) append(entries ...txn.Entry) error {
	after := h.ledger
	for _, e := range entries {
		after = txn.Apply(after, e)
	}
	err := journal.Keeper{Store: h.s, Zone: zone}.Append(h.ledger, after, entries)
	if err == nil {
		h.ledger = after
	}
	return err
}

func (h *story) must(entries ...txn.Entry) {
	h.t.Helper()
	if err := h.append(entries...); err != nil {
		h.t.Fatal(err)
	}
}

// begin is the first commit of the next sale.
func (h *story) begin() (txn.OrderNo, error) {
	n := h.ledger.Last + 1
	o := txn.NewOrderNo(install, n)
	return o, h.append(txn.Begun{At: start + txn.Wall(n)*60_000, Order: o, Rail: txn.WeChatPay, Amount: money.Fen(100),
		Terminal: "T0317", Operator: "07"})
}

// sell is a whole sale.
func (h *story) sell() {
	h.t.Helper()
	o, err := h.begin()
	if err != nil {
		h.t.Fatal(err)
	}
	at := start + txn.Wall(o.N())*60_000
	h.must(txn.Paid{At: at + 1, Day: at.Day(zone), Order: o, Reference: "4200"}, txn.ReceiptDue{At: at + 1, Order: o})
	h.must(txn.ReceiptSending{At: at + 2, Order: o, Attempt: 1})
	h.must(txn.ReceiptPrinted{At: at + 3, Order: o, Attempt: 1, Proof: "A"})
}

func newStory(t *testing.T, sales int) *story {
	h := &story{t: t, s: storesim.New()}
	for range sales {
		h.sell()
	}
	return h
}

// all is everything that a store holds.
func all(s *storesim.Store) string {
	_, hash := s.Head()
	return fmt.Sprint(slices.Collect(s.Records(1)), slices.Collect(s.Rows()), hash)
}

// uses are all methods of journal.Store.
func uses(s *storesim.Store) map[string]error {
	errs := map[string]error{"Append": s.Append([]journal.Record{{Kind: "k"}}, nil, nil), "Checkpoint": s.Checkpoint()}
	_, _, errs["Last"] = s.Last()
	_, errs["LastTx"] = s.LastTx()
	_, errs["OfTx"] = s.OfTx(1)
	_, errs["LastOfTx"] = s.LastOfTx(1, 1)
	_, errs["OpenRows"] = s.OpenRows()
	_, errs["OpenRowsAfter"] = s.OpenRowsAfter("", 0, 1)
	_, errs["OpenTotals"] = s.OpenTotals("")
	_, errs["RowsBefore"] = s.RowsBefore(0, 1)
	_, _, errs["RowByOrder"] = s.RowByOrder("")
	_, errs["RowsOf"] = s.RowsOf("")
	_, errs["Totals"] = s.Totals(1)
	_, errs["RowsByTail"] = s.RowsByTail("", 1)
	_, errs["RowsByReference"] = s.RowsByReference("", 1)
	_, errs["RowsByAmount"] = s.RowsByAmount(1, 0, 1, 1)
	_, errs["RowsByTime"] = s.RowsByTime(1, 0, 1, 2, 1)
	_, errs["RowsByDay"] = s.RowsByDay(1, 0, 1)
	return errs
}

func wantAll(t *testing.T, s *storesim.Store, want error) {
	t.Helper()
	for name, err := range uses(s) {
		if !errors.Is(err, want) || (want == nil) != (err == nil) {
			t.Errorf("%s = %v, want %v", name, err, want)
		}
	}
}

func TestWhatWasAppendedSurvivesEveryRestart(t *testing.T) {
	h := newStory(t, 5)
	was := all(h.s)
	for name, again := range map[string]func() *storesim.Store{"a power cut": h.s.Restart, "a kill": h.s.Kill} {
		old := h.s
		h.s = again()
		if got := all(h.s); got != was {
			t.Errorf("after %s there is\n%s, and there was\n%s", name, got, was)
		}
		wantAll(t, old, storesim.ErrOver)
		if err := h.s.Verify(zone); err != nil {
			t.Error(err)
		}
	}
	h.sell()
	if h.s.Count() == 0 || all(h.s) == was {
		t.Error("the new life keeps nothing")
	}
}

// TestACommitThatFailsIsThereAsAWholeOrNotAtAll, and the store is dead until the
// next life.
func TestACommitThatFailsIsThereAsAWholeOrNotAtAll(t *testing.T) {
	for how, there := range map[storesim.Failure]bool{
		storesim.NotDone: false, storesim.DoneAllTheSame: true,
		storesim.TornToNothing: false, storesim.TornToAll: true,
	} {
		t.Run(how.String(), func(t *testing.T) {
			h := newStory(t, 2)
			was, count := all(h.s), h.s.Count()
			h.s.Fail(how)
			if _, err := h.begin(); !errors.Is(err, storesim.ErrUnknown) {
				t.Fatalf("Append = %v", err)
			}
			wantAll(t, h.s, storesim.ErrUnknown)
			h.s = h.s.Restart()
			if there != (h.s.Count() == count+1) || there == (all(h.s) == was) {
				t.Errorf("%d records, there were %d", h.s.Count(), count)
			}
			if _, ok, err := h.s.RowByOrder(txn.NewOrderNo(install, 3)); ok != there || err != nil {
				t.Errorf("the row of the failed commit: %v, %v", ok, err)
			}
			if err := h.s.Verify(zone); err != nil {
				t.Error(err)
			}
			wantAll(t, h.s, nil)
		})
	}
}

func TestAFailureIsForgottenWithTheLifeThatItWasMeantFor(t *testing.T) {
	h := newStory(t, 1)
	h.s.Fail(storesim.NotDone)
	h.s = h.s.Restart()
	h.sell()
}

// TestADiskThatLiesLosesWhatItAcknowledged at a power cut, and not at a kill.
func TestADiskThatLiesLosesWhatItAcknowledged(t *testing.T) {
	h := newStory(t, 2)
	o, err := h.begin() // open when the disk begins to lie
	if err != nil {
		t.Fatal(err)
	}
	was, before := all(h.s), h.ledger
	h.s.SetLyingSync(true)
	for range 2 {
		h.must(txn.Refused{At: start, Order: o, Cause: txn.CausePayerFunds})
		h.sell()
		lied := all(h.s)
		if h.s = h.s.Kill(); all(h.s) != lied {
			t.Fatal("a kill lost something")
		}
		if h.s = h.s.Restart(); all(h.s) != was {
			t.Fatalf("a power cut leaves\n%s, and durable was\n%s", all(h.s), was)
		}
		h.ledger = before
		if err := h.s.Verify(zone); err != nil {
			t.Fatal(err)
		}
		if open, _ := h.s.OpenRows(); len(open) != 1 || open[0].Order != o {
			t.Errorf("open is %v", open)
		}
	}
	h.sell() // still lost
	h.s.SetLyingSync(false)
	h.sell() // an honest sync
	was = all(h.s)
	if h.s = h.s.Restart(); all(h.s) != was {
		t.Error("what an honest sync made durable is lost")
	}
}

// TestAFullDiskTellsSoAndCarriesWhatIsOpen: first in what is left, then from the
// reserve, then not at all.
func TestAFullDiskTellsSoAndCarriesWhatIsOpen(t *testing.T) {
	h := newStory(t, 1)
	if h.s.Full() {
		t.Error("full from the start")
	}
	h.s.Fill(1, 3)
	if !h.s.Full() {
		t.Error("not full")
	}
	h.must(txn.Opened{At: start, Install: install})
	h.s.MakeRoom()
	if h.s.Full() {
		t.Error("full although the reserve was not needed")
	}
	h.s.Fill(1, 3)
	h.sell() // four commits
	h.s = h.s.Restart()
	if !h.s.Full() {
		t.Error("a restart does not tell of the full disk")
	}
	was := all(h.s)
	_, err := h.begin()
	if !errors.Is(err, storesim.ErrFull) || !errors.Is(err, storesim.ErrUnknown) {
		t.Errorf("beyond the reserve: %v", err)
	}
	if h.s = h.s.Restart(); all(h.s) != was {
		t.Error("a commit without room was done")
	}
	h.s.MakeRoom()
	if !h.s.Full() {
		t.Error("not full although the reserve is gone")
	}
	if err := h.s.Checkpoint(); err != nil || h.s.Full() {
		t.Errorf("still full after a checkpoint, %v", err)
	}
	h.sell()
}

func TestAReadOnlyDiskTakesNothingAndOpensNothing(t *testing.T) {
	h := newStory(t, 1)
	was := all(h.s)
	h.s.SetReadOnly(true)
	if open, err := h.s.OpenRows(); err != nil {
		t.Errorf("reading: %v, %v", open, err)
	}
	if _, err := h.begin(); !errors.Is(err, storesim.ErrReadOnly) || !errors.Is(err, storesim.ErrUnknown) {
		t.Errorf("Append = %v", err)
	}
	if _, err := h.s.OpenAs(2); !errors.Is(err, storesim.ErrReadOnly) {
		t.Errorf("OpenAs = %v", err)
	}
	h.s = h.s.Restart()
	wantAll(t, h.s, storesim.ErrReadOnly)
	h.s.SetReadOnly(false)
	if h.s = h.s.Restart(); all(h.s) != was {
		t.Error("something changed")
	}
	h.sell()
}

// TestAnOlderProgramRefusesANewerStoreAndLosesNothing: decisions.md 20.
func TestAnOlderProgramRefusesANewerStoreAndLosesNothing(t *testing.T) {
	h := newStory(t, 1)
	newer, err := h.s.OpenAs(3)
	if err != nil || newer.Version() != 3 {
		t.Fatalf("version %d, %v", newer.Version(), err)
	}
	h.s = newer
	h.sell()
	was := all(h.s)
	older, err := h.s.OpenAs(2)
	if !errors.Is(err, storesim.ErrNewer) || older != nil {
		t.Errorf("OpenAs(2) = %v, %v", older, err)
	}
	wantAll(t, h.s, storesim.ErrOver)
	if h.s, err = h.s.OpenAs(4); err != nil || all(h.s) != was || h.s.Version() != 4 {
		t.Errorf("version %d, %v", h.s.Version(), err)
	}
	h.s.SetVersion(9)
	if _, err := h.s.OpenAs(8); !errors.Is(err, storesim.ErrNewer) {
		t.Errorf("OpenAs(8) of version 9 = %v", err)
	}
}

// TestAGuardThatDoesNotHoldWritesNothing, also when the new rows alone break it, and
// the store goes on.
func TestAGuardThatDoesNotHoldWritesNothing(t *testing.T) {
	row := func(tx uint64, fen int64, state string) journal.Row {
		return journal.Row{Tx: tx, Kind: journal.Refund, Of: "S", Amount: fen, State: state}
	}
	one := []journal.Record{{Tx: 1, Kind: "k"}}
	for _, tt := range []struct {
		name string
		rows []journal.Row
		max  int64
		ok   bool
	}{
		{"at the limit", []journal.Row{row(2, 40, "sent")}, 100, true},
		{"one beyond", []journal.Row{row(2, 41, "sent")}, 100, false},
		{"one beyond that does not count", []journal.Row{row(2, 41, "failed")}, 100, true},
		{"in the place of the one there", []journal.Row{row(1, 100, "sent")}, 100, true},
		{"in the place of one in the same commit", []journal.Row{row(2, 999, "sent"), row(2, 40, "sent")}, 100, true},
		{"no longer counting", []journal.Row{row(1, 60, "failed"), row(2, 100, "sent")}, 100, true},
		{"of another sale", []journal.Row{{Tx: 2, Of: "T", Amount: 999}}, 100, true},
		{"nothing new, and too much there", nil, 59, false},
		{"a negative amount", []journal.Row{row(2, -1, "sent")}, 100, false},
		{"a sum beyond 64 bits", []journal.Row{row(2, math.MaxInt64, "sent")}, math.MaxInt64, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := storesim.New()
			if err := s.Append(one, []journal.Row{row(1, 60, "sent")}, nil); err != nil {
				t.Fatal(err)
			}
			was := all(s)
			err := s.Append(one, tt.rows, []journal.Guard{{Of: "S", Max: tt.max, Except: []string{"failed"}}})
			if errors.Is(err, storesim.ErrGuard) == tt.ok || (err == nil) != tt.ok {
				t.Errorf("Append = %v", err)
			}
			if tt.ok == (all(s) == was) {
				t.Errorf("there is %s", all(s))
			}
			wantAll(t, s, nil)
		})
	}
}

// TestTheChainIsTheOneOfTheDocument computes it once more, in one line each.
func TestTheChainIsTheOneOfTheDocument(t *testing.T) {
	h := newStory(t, 3)
	var sum storesim.Hash
	for r := range h.s.Records(1) {
		b := binary.BigEndian.AppendUint64(sum[:], r.Seq)
		b = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, r.Tx), uint64(r.At))
		b = append(binary.BigEndian.AppendUint16(b, uint16(len(r.Kind))), r.Kind+string(r.Body)...)
		sum = sha256.Sum256(b)
	}
	if seq, got := h.s.Head(); got != sum || seq != 15 {
		t.Errorf("head %d %x, want %x", seq, got, sum)
	}
}

// TestVerificationFindsEveryRecordThatRots, from wherever it begins up to it.
func TestVerificationFindsEveryRecordThatRots(t *testing.T) {
	n := newStory(t, 3).s.Count()
	for seq := uint64(1); seq <= n; seq++ {
		h := newStory(t, 3)
		if next, err := h.s.VerifyFrom(seq, zone); err != nil || next != n+1 {
			t.Fatalf("VerifyFrom(%d) = %d, %v", seq, next, err)
		}
		h.s.Damage(seq)
		for from := uint64(0); from <= seq; from++ {
			if _, err := h.s.VerifyFrom(from, zone); !errors.Is(err, storesim.ErrDamaged) {
				t.Errorf("record %d, verified from %d: %v", seq, from, err)
			}
		}
		if next, err := h.s.VerifyChain(seq + 1); err != nil || next != n+1 {
			t.Errorf("behind record %d: %d, %v", seq, next, err)
		}
	}
}

// TestVerificationFindsARowThatItsRecordsDoNotTellOf, whichever field it is.
func TestVerificationFindsARowThatItsRecordsDoNotTellOf(t *testing.T) {
	fields := reflect.TypeFor[journal.Row]().NumField()
	for i := range fields {
		h := newStory(t, 3)
		row, _, _ := h.s.RowByOrder(txn.NewOrderNo(install, 2))
		switch f := reflect.ValueOf(&row).Elem().Field(i); f.Kind() {
		case reflect.String:
			f.SetString(f.String() + "x")
		case reflect.Int, reflect.Int64:
			f.SetInt(f.Int() + 1)
		case reflect.Uint64:
			f.SetUint(f.Uint() + 1)
		case reflect.Bool:
			f.SetBool(!f.Bool())
		}
		if err := h.s.Append(nil, []journal.Row{row}, nil); err != nil {
			t.Fatal(err)
		}
		if err := h.s.Verify(zone); !errors.Is(err, storesim.ErrDamaged) {
			t.Errorf("%s changed: %v", reflect.TypeFor[journal.Row]().Field(i).Name, err)
		}
	}
	h := newStory(t, 1)
	if err := h.s.Append(nil, []journal.Row{{Tx: 9, Kind: journal.Sale}}, nil); err != nil {
		t.Fatal(err)
	}
	if err := h.s.Verify(zone); !errors.Is(err, storesim.ErrDamaged) {
		t.Errorf("a row without records: %v", err)
	}
}

// TestTheLimitsOfARecordAreKept as in device/store: beyond it the store panics
// and nothing is written.
func TestTheLimitsOfARecordAreKept(t *testing.T) {
	kind := string(make([]byte, 64))
	s := storesim.New()
	if err := s.Append([]journal.Record{{Kind: kind, Body: make([]byte, 1<<20), Tx: math.MaxInt64}}, nil, nil); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]func(){
		"a long kind":   func() { _ = s.Append([]journal.Record{{Kind: kind + "k"}}, nil, nil) },
		"no kind":       func() { _ = s.Append([]journal.Record{{Kind: "k"}, {}}, nil, nil) },
		"a long body":   func() { _ = s.Append([]journal.Record{{Kind: "k", Body: make([]byte, 1<<20+1)}}, nil, nil) },
		"a high number": func() { _ = s.Append([]journal.Record{{Kind: "k", Tx: 1 << 63}}, nil, nil) },
		"an open guard": func() { _ = s.Append([]journal.Record{{Kind: "k"}}, nil, []journal.Guard{{Max: 1}}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			bad()
		}()
	}
	if s.Count() != 1 {
		t.Errorf("%d records", s.Count())
	}
}

func TestBytesOfTheCallerAreCopied(t *testing.T) {
	s, body := storesim.New(), []byte("one")
	for range 2 {
		if err := s.Append([]journal.Record{{Tx: 1, Kind: "k", Body: body}}, nil, nil); err != nil {
			t.Fatal(err)
		}
		copy(body, "two")
	}
	recs, err := s.OfTx(1)
	if err != nil || len(recs) != 2 || string(recs[0].Body) != "one" || string(recs[1].Body) != "two" {
		t.Errorf("%v, %v", recs, err)
	}
	_ = append(recs[0].Body, "XXX"...) // must not run into the next
	if _, err := s.VerifyChain(1); err != nil {
		t.Error(err)
	}
}
