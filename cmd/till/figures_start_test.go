package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"till/device/store"
	"till/txn"
	"till/txn/journal"
	"till/txn/money"
)

const (
	shortJournal = 10_000 // sales
	starts       = 9
)

// measureStarts measures from the start of the process to the idle screen with
// a short and a long history, in turn.
func measureStarts(t *testing.T, f *figures) {
	sales := []int{shortJournal, *figureSale}
	var shops []*shop
	var took [2]sample
	var notes [2]string
	for i, n := range sales {
		dir, begin := t.TempDir(), time.Now()
		size := fillJournal(t, filepath.Join(dir, "data"), n)
		notes[i] = fmt.Sprintf("journal of %.0f MiB, made in %.0f s", float64(size)/mib, time.Since(begin).Seconds())
		if i > 0 {
			measureLookUps(t, f, filepath.Join(dir, "data"), n)
		}
		s := openShop(t, f.exe, dir)
		s.untilScreen(idleScreen)
		shops = append(shops, s)
	}
	for range starts {
		for i, s := range shops {
			took[i] = append(took[i], s.restart())
		}
	}
	for i, limit := range []float64{300, 0} {
		f.add(figure{fmt.Sprintf("start to idle screen, %d sales", sales[i]), ms(took[i].median()), limit, "ms",
			fmt.Sprintf("median of %d, slowest %.0f ms; %s", starts, ms(took[i].at(1)), notes[i])})
	}
	f.add(figure{"long journal / short journal", ms(took[1].median()) / ms(took[0].median()), startRatio, "",
		"1 and what two medians of the same thing differ by on a shared machine"})
	for i, s := range shops {
		s.askForCode()
		_, _ = s.sell() // its time does not count
		time.Sleep(restTime)
		f.add(memory(t, s, fmt.Sprintf("memory with %d sales", sales[i]), "after a start, a sale and a rest; private part %s MiB"))
	}
}

// startRatio is "no more", and some room for noise.
const startRatio = 1.15

// fillJournal makes a store of n sales, as a terminal would have made it in
// n / salesADay days, but with thousands in each commit. It returns how many
// bytes it has.
func fillJournal(t *testing.T, dir string, n int) int64 {
	t.Helper()
	s, err := store.Open(dir, store.Create())
	must(t, "make a journal", err)
	h := history{
		install: newInstall(), rng: rand.New(rand.NewPCG(1, 0)),
		at: txn.Wall(time.Now().Add(-time.Duration(n/salesADay+1) * 24 * time.Hour).UnixMilli()),
	}
	h.put(txn.Opened{At: h.at, Install: h.install})
	for i := range n {
		h.sale(uint64(i + 1))
		if len(h.recs) > batch || i == n-1 {
			must(t, "fill the journal", s.Append(h.recs, h.rows))
			h.recs, h.rows = h.recs[:0], h.rows[:0]
		}
	}
	must(t, "fill the journal", errors.Join(s.Checkpoint(), s.Close()))
	info, err := os.Stat(filepath.Join(dir, "till.db"))
	must(t, "measure the journal", err)
	return info.Size()
}

const (
	salesADay = 1000
	batch     = 20_000 // records in a commit
	favourite = 1200   // fen: what every third customer pays
)

// history makes up the past of a shop.
type history struct {
	install txn.Install
	rng     *rand.Rand
	at      txn.Wall
	recs    []store.Record
	rows    []store.Row
}

// wait lets time pass.
func (h *history) wait(d time.Duration) txn.Wall {
	h.at += txn.Wall(d.Milliseconds())
	return h.at
}

func (h *history) put(e txn.Entry) {
	r := journal.Encode(e)
	h.recs = append(h.recs, store.Record{Tx: r.Tx, At: int64(r.At), Kind: r.Kind, Body: r.Body})
}

// sale is a sale without trouble, with what the real program writes about it.
func (h *history) sale(n uint64) {
	order := txn.NewOrderNo(h.install, n)
	amount := money.Fen(1 + h.rng.Int64N(50_000))
	if h.rng.IntN(3) == 0 {
		amount = money.Fen(favourite)
	}
	begun := h.wait(24 * time.Hour / salesADay)
	day := begun.Day(figuresZone)
	ref := txn.Reference(fmt.Sprintf("4200%06d%d%010d", h.rng.IntN(1e6), day, h.rng.Int64N(1e10)))
	h.put(txn.Begun{At: begun, Order: order, Rail: txn.WeChatPay, Amount: amount, Terminal: "T0317", Operator: "王芳"})
	paid := h.wait(time.Second)
	h.put(txn.Paid{At: paid, Day: day, Order: order, Reference: ref})
	h.put(txn.ReceiptDue{At: paid, Order: order})
	h.put(txn.ReceiptSending{At: h.wait(time.Millisecond), Order: order, Attempt: 1})
	h.put(txn.ReceiptPrinted{At: h.wait(time.Second), Order: order, Attempt: 1, Proof: "A"})
	h.rows = append(h.rows, store.Row{
		Tx: n, Order: string(order), At: int64(begun), Day: day, Amount: amount.Minor(),
		Rail: string(txn.WeChatPay), State: txn.PaidFor.String(), Reference: string(ref),
	})
}

// figuresZone is the shop's time.
const figuresZone = 8 * time.Hour
