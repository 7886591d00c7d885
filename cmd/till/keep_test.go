package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"till/device"
	"till/device/store"
	"till/sim/disksim"
	"till/txn"
	"till/txn/journal"
	"till/txn/money"
)

// memoryStore is a store on a disk in memory.
func memoryStore(t *testing.T) *store.Store {
	t.Helper()
	disk := disksim.New(disksim.Options{})
	s, err := store.Open("/till", store.OnDisk(disk), store.Create(), store.ReserveSize(64<<10))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(s.Close(), disk.Close()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// keptStory writes entries through the keeper and folds all of them.
type keptStory struct {
	t    *testing.T
	keep journal.Keeper
	full txn.Ledger
	at   txn.Wall
	back map[txn.OrderNo]bool // refunded
}

func newKeptStory(t *testing.T, s *store.Store) *keptStory {
	h := &keptStory{t: t, keep: keep(s, 8*time.Hour), at: 1795328880000, back: map[txn.OrderNo]bool{}}
	h.add(txn.Opened{At: h.at, Install: "0123456789AB"})
	return h
}

func (h *keptStory) add(entries ...txn.Entry) {
	h.t.Helper()
	after := h.full
	for _, e := range entries {
		after = txn.Apply(after, e)
	}
	if err := h.keep.Append(h.full, after, entries); err != nil {
		h.t.Fatal(err)
	}
	h.full = after
}

// sale lives through one sale, which ends in one of many ways, or does not.
func (h *keptStory) sale(rng *rand.Rand) {
	h.at += txn.Wall(rng.IntN(3 * 3600 * 1000))
	at, day := h.at, h.at.Day(8*time.Hour)
	o := txn.NewOrderNo("0123456789AB", h.full.Last+1)
	h.add(txn.Begun{At: at, Order: o, Rail: txn.WeChatPay, Amount: money.Fen(1 + rng.Int64N(99999)), Terminal: "T0317", Operator: "王"})
	reverse := func() {
		h.add(txn.ReversalDue{At: at + 9, Order: o, Cause: txn.CauseNoAnswer, Code: "SYSTEMERROR", Text: "系统繁忙"})
	}
	paid := func() {
		h.add(txn.Paid{At: at + 1, Day: day, Order: o, Reference: txn.Reference(fmt.Sprintf("4200%d", o.N()))},
			txn.ReceiptDue{At: at + 1, Order: o})
	}
	switch roll := rng.IntN(40); {
	case roll == 0: // nobody knows yet
	case roll < 8:
		h.add(txn.Refused{At: at + 1, Order: o, Cause: txn.CausePayerFunds, Code: "NOTENOUGH", Text: "余额不足"})
	case roll == 8:
		reverse()
	case roll < 13:
		reverse()
		h.add(txn.Reversed{At: at + 10, Order: o, Cause: txn.CauseConfirmed})
	case roll == 13:
		paid()
	case roll == 14:
		paid()
		h.add(txn.ReceiptSending{At: at + 2, Order: o, Attempt: 1})
		h.add(txn.ReceiptTorn{At: at + 3, Order: o, Attempt: 1, Fault: "P01"})
	case roll == 15:
		paid()
		h.add(txn.Contradicted{At: at + 2, Order: o, Call: txn.CallQuery, Said: txn.Declined, Cause: txn.CauseRisk})
		h.add(txn.ReceiptSending{At: at + 2, Order: o, Attempt: 1})
		h.add(txn.ReceiptPrinted{At: at + 3, Order: o, Attempt: 1, Proof: "A", Unconfirmed: true})
	default:
		paid()
		h.add(txn.ReceiptSending{At: at + 2, Order: o, Attempt: 1})
		h.add(txn.ReceiptPrinted{At: at + 3, Order: o, Attempt: 1, Proof: "A"})
	}
	if rng.IntN(10) == 0 { // somebody asks for a copy of the last receipt
		if tx, ok := h.full.LastFinal(); ok && tx.Phase == txn.PaidFor && !tx.Open() {
			h.add(txn.ReceiptDue{At: at + 20, Order: tx.Order, Copy: true})
			h.add(txn.ReceiptSending{At: at + 21, Order: tx.Order, Attempt: tx.Paper.Attempt + 1})
			h.add(txn.ReceiptPrinted{At: at + 22, Order: tx.Order, Attempt: tx.Paper.Attempt + 1, Proof: "A"})
		}
	}
}

// refund gives one fen back of a sale in memory, in one of many ways.
func (h *keptStory) refund(rng *rand.Rand) {
	i := slices.IndexFunc(h.full.Txs, func(tx txn.Tx) bool { return tx.Phase == txn.PaidFor && !h.back[tx.Order] })
	if i < 0 {
		return
	}
	tx := h.full.Txs[i]
	h.back[tx.Order] = true
	h.at += txn.Wall(rng.IntN(3 * 3600 * 1000))
	at, no := h.at, txn.NewRefundNo("0123456789AB", h.full.Last+1)
	h.add(txn.RefundBegun{At: at, Day: at.Day(8 * time.Hour), Refund: no, Key: no, Order: tx.Order, Rail: tx.Rail,
		Amount: money.Fen(1), Total: tx.Amount, SaleAt: tx.Ended, SaleDay: tx.Day, By: "王"})
	paid := txn.RefundPaid{At: at + 3, Day: at.Day(8 * time.Hour), Refund: no}
	due := txn.ReceiptDue{At: at + 3, Order: txn.OrderNo(no)}
	sending := txn.ReceiptSending{At: at + 4, Order: txn.OrderNo(no), Attempt: 1}
	printed := txn.ReceiptPrinted{At: at + 5, Order: txn.OrderNo(no), Attempt: 1, Proof: "A"}
	switch sent := (txn.RefundSent{At: at + 1, Refund: no}); rng.IntN(10) {
	case 0: // promised
	case 1:
		h.add(sent)
	case 2:
		h.add(sent, txn.RefundTaken{At: at + 2, Refund: no}, due)
		h.add(sending)
		h.add(printed)
	case 3:
		h.add(sent)
		h.add(txn.RefundFailed{At: at + 2, Refund: no, Cause: txn.CauseWindowOver})
	case 4:
		h.add(sent)
		h.add(txn.RefundDead{At: at + 2, Refund: no})
	case 5:
		h.add(txn.RefundDropped{At: at + 2, Refund: no})
	case 6:
		h.add(txn.RefundCashed{At: at + 2, Day: at.Day(8 * time.Hour), Refund: no}, due)
	case 7:
		h.add(sent)
		h.add(paid, due)
		h.add(sending)
	case 8:
		h.add(sent)
		h.add(txn.RefundHeld{At: at + 2, Refund: no, Cause: txn.CauseMerchantFunds})
	default:
		h.add(sent)
		h.add(paid, due)
		h.add(sending)
		h.add(printed)
	}
}

// kept is what a start must know of a ledger: all that is open, the last
// sixteen that are not, the counter, and the day.
func kept(l txn.Ledger) txn.Ledger {
	out := l
	out.Install, out.Txs = "", nil
	out.Refunds = nil // recalled in rounds
	finished := 0
	for _, tx := range l.Txs {
		if !tx.Open() {
			finished++
		}
	}
	for _, tx := range l.Txs {
		if !tx.Open() {
			if finished--; finished >= txn.KeptFinished {
				continue
			}
		}
		out.Txs = append(out.Txs, tx)
	}
	return out
}

// TestAStartKnowsWhatTheWholeJournalTells loads short and long journals, and
// compares with all entries folded.
func TestAStartKnowsWhatTheWholeJournalTells(t *testing.T) {
	for _, n := range []int{0, 1, 16, 17, 200} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			s := memoryStore(t)
			h, rng := newKeptStory(t, s), rand.New(rand.NewPCG(uint64(n), 5))
			for i := range n {
				h.sale(rng)
				if rng.IntN(3) == 0 {
					h.refund(rng)
				}
				if i < n-3 && i%20 != 0 {
					continue
				}
				got, records, err := loadLedger(s, 8*time.Hour)
				if err != nil {
					t.Fatal(err)
				}
				if want := kept(h.full); !reflect.DeepEqual(got, want) {
					t.Fatalf("after %d sales\n got %+v\nwant %+v", i+1, got, want)
				}
				if seq, _ := s.Head(); records != seq {
					t.Errorf("%d records are told of, there are %d", records, seq)
				}
				if err := txn.Check(txn.State{Ledger: got}); err != nil {
					t.Error(err)
				}
			}
			if err := s.VerifyAll(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestAnEmptyStoreTellsNothing: not even an install.
func TestAnEmptyStoreTellsNothing(t *testing.T) {
	l, records, err := loadLedger(memoryStore(t), 8*time.Hour)
	if err != nil || records != 0 || !reflect.DeepEqual(l, txn.Ledger{}) {
		t.Errorf("%+v, %d records, %v", l, records, err)
	}
}

// TestRecordsThatNobodyUnderstandsAreDamage: J02, and the program does not start.
func TestRecordsThatNobodyUnderstandsAreDamage(t *testing.T) {
	o := txn.NewOrderNo("0123456789AB", 1)
	good := func(e txn.Entry) store.Record {
		r := journal.Encode(e)
		return store.Record{Tx: r.Tx, At: int64(r.At), Kind: r.Kind, Body: r.Body}
	}
	begun := good(txn.Begun{At: 5, Order: o, Rail: txn.WeChatPay, Amount: money.Fen(1)})
	spoil := func(f func(*store.Record)) store.Record { r := begun; f(&r); return r }
	for name, recs := range map[string][]store.Record{
		"a kind of tomorrow":          {spoil(func(r *store.Record) { r.Kind = "begun/99" })},
		"a body that is not JSON":     {spoil(func(r *store.Record) { r.Body = []byte("{") })},
		"a field of tomorrow":         {spoil(func(r *store.Record) { r.Body = []byte(`{"At":5,"Tip":1}`) })},
		"a body of another sale":      {spoil(func(r *store.Record) { r.Tx = 2 })},
		"an approval of no sale":      {good(txn.Paid{At: 5, Day: 20261122, Order: o})},
		"a sale that is begun twice":  {begun, begun},
		"another time than its entry": {spoil(func(r *store.Record) { r.At = 6 })},
	} {
		t.Run(name, func(t *testing.T) {
			s := memoryStore(t)
			row := store.Row{Tx: recs[0].Tx, Order: string(o), Day: 20261122, Amount: 1, Rail: "wechatpay", State: "asking", Open: true}
			if err := s.Append(recs, []store.Row{row}); err != nil {
				t.Fatal(err)
			}
			_, _, err := loadLedger(s, 8*time.Hour)
			if f, ok := asFault(err); !ok || f.Code != device.JournalDamaged {
				t.Errorf("loadLedger = %v", err)
			}
		})
	}
}

// TestRowsTellWhatIsOpenAndWhatBecameOfTheRest: the look-ups of people and of
// the next start.
func TestRowsTellWhatIsOpenAndWhatBecameOfTheRest(t *testing.T) {
	s := memoryStore(t)
	h, rng := newKeptStory(t, s), rand.New(rand.NewPCG(9, 5))
	want := map[txn.OrderNo]txn.Tx{}
	for range 60 {
		h.sale(rng)
		for _, tx := range h.full.Txs {
			want[tx.Order] = tx
		}
	}
	for o, tx := range want {
		r, ok, err := s.RowByOrder(string(o))
		if err != nil || !ok {
			t.Fatalf("%s: %v, %v", o, ok, err)
		}
		day := tx.Day
		if day == 0 {
			day = tx.Begun.Day(8 * time.Hour)
		}
		if r.Open != tx.Open() || !tx.Open() && (r.State != tx.Phase.String() || r.Reference != string(tx.Reference) || r.Day != day) ||
			r.Amount != tx.Amount.Minor() {
			t.Errorf("%+v tells of %+v", r, tx)
		}
	}
}

// TestAJournalThatFailsOnceIsNotUsedAgain: after an error of the disk nothing
// more is stored, and the reason stays.
func TestAJournalThatFailsOnceIsNotUsedAgain(t *testing.T) {
	failing := false
	disk := disksim.New(disksim.Options{OnOp: func(op disksim.Op) disksim.Verdict {
		if failing && op.Kind == disksim.Sync {
			return disksim.Fail
		}
		return disksim.Do
	}})
	s, err := store.Open("/till", store.OnDisk(disk), store.Create(), store.ReserveSize(64<<10))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := errors.Join(s.Close(), disk.Close()); err != nil {
			t.Log(err) // of a store that has failed
		}
	}()
	h := newKeptStory(t, s)
	begun := txn.Begun{At: 5, Order: txn.NewOrderNo("0123456789AB", 1), Rail: txn.WeChatPay, Amount: money.Fen(1)}
	after := txn.Apply(h.full, begun)
	failing = true
	if err := h.keep.Append(h.full, after, []txn.Entry{begun}); !errors.Is(err, store.ErrUnknownCommit) {
		t.Errorf("Append = %v", err)
	}
	failing = false
	if err := h.keep.Append(h.full, after, []txn.Entry{begun}); err == nil {
		t.Error("the journal was used again")
	}
}
