package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"till/device/display"
	"till/device/store"
	"till/sim/linksim"
	"till/sim/printersim"
	"till/txn/screen"
)

// Wait implements stage.
func (w *twins) Wait(d time.Duration) error {
	limit := w.clock.Now().Add(d)
	for {
		if err := w.settle(); err != nil {
			return err
		}
		if !w.clock.Advance(limit) {
			w.gateway.Settle()
			return w.settle()
		}
	}
}

// Keys implements stage.
func (w *twins) Keys(keys []string) error {
	for _, k := range keys {
		if err := w.keypad.Press(k); err != nil {
			return err
		}
		if err := w.settle(); err != nil {
			return err
		}
	}
	return nil
}

// Scan implements stage.
func (w *twins) Scan(s scanned) error {
	text := s.text
	if s.wallet || s.half {
		w.code = w.gateway.Wallet("").Code()
	}
	if s.wallet || s.half || s.again {
		text = w.code
	}
	var err error
	if s.half {
		err = w.scanner.Send(text[:len(text)-4])
	} else {
		err = w.scanner.Send(text)
	}
	return errors.Join(err, w.settle())
}

// Gateway implements stage.
func (w *twins) Gateway(behaviour string) error {
	if behaviour == "" {
		w.gateway.Clear()
		return nil
	}
	return w.gateway.SetText(behaviour)
}

// Customer implements stage.
func (w *twins) Customer(confirms bool) error {
	if confirms {
		return w.gateway.Wallet("").Confirm()
	}
	return w.gateway.Wallet("").Refuse()
}

// Network implements stage.
func (w *twins) Network(up bool) error {
	w.network = up
	if w.life != nil {
		w.cable(w.life)
	}
	return nil
}

func (w *twins) cable(l *life) {
	if w.network {
		l.link.Set(linksim.Fine)
	} else {
		l.link.Set(linksim.Refused)
	}
}

// Paper implements stage.
func (w *twins) Paper(what string) error {
	switch dots, left := strings.CutPrefix(what, "left "); {
	case left:
		n, err := strconv.Atoi(dots)
		if err != nil {
			return err
		}
		w.printer.SetPaperLeft(n)
	default:
		w.printer.SetPaper(what == "loaded")
	}
	return w.settle()
}

// Cover implements stage.
func (w *twins) Cover(open bool) error {
	w.printer.SetCover(open)
	return w.settle()
}

// Plug implements stage.
func (w *twins) Plug(dev string, plugged bool) error {
	w.pulled[dev] = !plugged
	if plugged {
		w.probed.Store(w.probed.Load() && dev != "printer")
		w.wires[dev].Plug()
	} else {
		w.wires[dev].Unplug()
	}
	return w.settle()
}

// Clock implements stage.
func (w *twins) Clock(t time.Time, by time.Duration) error {
	if t.IsZero() {
		w.skew += by
	} else {
		w.skew = t.Sub(w.clock.Now())
	}
	return nil
}

// DiskFull implements stage.
func (w *twins) DiskFull(full bool) error {
	if !full {
		w.disk.SetCapacity(0)
		return nil
	}
	w.disk.SetCapacity(w.disk.Used() + 1)
	return nil
}

// Seen implements stage.
func (w *twins) Seen(func(seen) bool) (seen, error) {
	if err := w.settle(); err != nil {
		return seen{}, err
	}
	out := seen{gateway: booksOf(w.gateway)}
	for _, r := range w.printer.Receipts() {
		out.receipts = append(out.receipts, r.Text)
	}
	l := w.life
	if l == nil || l.dead.Load() != nil {
		out.screen = "dark"
		return out, nil
	}
	l.mu.Lock()
	state := l.state
	l.mu.Unlock()
	now := screen.Of(state, state.Session.Lang)
	out.screen, out.lines, out.customer = now.ID, now.Text(), now.Customer.Text()
	if n := len(state.Ledger.Txs); n > 0 {
		out.phase = state.Ledger.Txs[n-1].Phase.String()
	}
	var err error
	out.journal, err = kindsOfLast(l.store)
	return out, err
}

// kindsOfLast lists the records of the last order.
func kindsOfLast(s *store.Store) ([]string, error) {
	last, err := s.LastTx()
	if err != nil || last == 0 {
		return nil, err
	}
	recs, err := s.OfTx(last)
	var kinds []string
	for _, r := range recs {
		kind, _, _ := strings.Cut(r.Kind, "/")
		kinds = append(kinds, kind)
	}
	return kinds, err
}

// Close implements stage.
func (w *twins) Close(dir string) error {
	w.cut()
	err := w.bury()
	for _, wire := range w.wires {
		err = errors.Join(err, wire.Close())
	}
	if dir != "" {
		err = errors.Join(err, w.keepArtifacts(dir))
	}
	return errors.Join(err, w.gateway.CheckBooks(), w.disk.Close())
}

// keepArtifacts writes what was printed, shown and journaled.
func (w *twins) keepArtifacts(dir string) error {
	err := keepReceipts(dir, w.printer)
	for i, s := range w.frames {
		name := filepath.Join(dir, fmt.Sprintf("screen-%02d-%s.png", i+1, s.ID))
		err = errors.Join(err, printersim.WritePNG(name, display.Draw(s, display.Base, s.Start())))
	}
	s, openErr := store.Open("/till", store.OnDisk(w.disk))
	if openErr != nil {
		return errors.Join(err, openErr)
	}
	f, createErr := os.Create(filepath.Join(dir, "journal.json"))
	if createErr != nil {
		return errors.Join(err, createErr, s.Close())
	}
	return errors.Join(err, exportStore(f, s), f.Close(), s.Close())
}

// keepReceipts writes each receipt as the printer's bytes and as a picture.
func keepReceipts(dir string, p *printersim.Printer) error {
	var err error
	for i, r := range p.Receipts() {
		name := filepath.Join(dir, fmt.Sprintf("receipt-%02d", i+1))
		err = errors.Join(err, os.WriteFile(name+".bin", r.Raw, 0o644), printersim.WritePNG(name+".png", r.Image))
	}
	return err
}
