package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"till/device/display"
	"till/device/link"
	"till/device/store"
	"till/sim/linksim"
	"till/sim/printersim"
	"till/sim/railsim"
	"till/sim/rig"
	"till/txn"
	"till/txn/money"
	"till/txn/rail"
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
			w.gateway.World.Settle()
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
	text, err := s.text, error(nil)
	switch {
	case s.wallet != "" || s.half:
		w.code = w.gateway.World.Customer("").CodeOf(railsim.Network(cmp.Or(s.wallet, "wechatpay")))
		text = w.code
	case s.again:
		text = w.code
	case s.bill:
		text, err = lastBill(w.gateway)
	case s.receipt != 0:
		text, err = codeOn(w.printer.Receipts(), s.receipt)
	}
	if err != nil {
		return err
	}
	if s.half {
		err = w.scanner.Send(text[:len(text)-4])
	} else {
		err = w.scanner.Send(text)
	}
	return errors.Join(err, w.settle())
}

// receiptCode is what the QR code of a slip holds, as the printer gets it.
var receiptCode = regexp.MustCompile(`TILL1[0-9A-Z]{30}`)

// codeOn is the code on a slip: the first is 1, the newest that has one -1.
func codeOn(slips []printersim.Receipt, n int) (string, error) {
	var codes []string
	for _, r := range slips {
		if c := receiptCode.Find(r.Raw); c != nil {
			codes = append(codes, string(c))
		}
	}
	if n < 0 {
		n = len(codes)
	}
	if n < 1 || n > len(codes) {
		return "", fmt.Errorf("there are %d slips with a code, not %d", len(codes), n)
	}
	return codes[n-1], nil
}

// lastBill is the network's number of the last payment, as the customer's wallet
// shows it.
func lastBill(g *rig.Gateways) (string, error) {
	orders := g.Orders()
	if len(orders) == 0 || orders[len(orders)-1].TransactionID == "" {
		return "", errors.New("the customer has paid nothing")
	}
	return orders[len(orders)-1].TransactionID, nil
}

// Gateway implements stage.
func (w *twins) Gateway(name, behaviour string) error {
	return behave(w.gateway, name, behaviour)
}

// behave makes a gateway behave so from now on; "" is well.
func behave(g *rig.Gateways, name, behaviour string) error {
	desk, ok := g.Desk(name)
	switch {
	case !ok:
		return fmt.Errorf("there is no gateway %q", name)
	case behaviour == "":
		desk.Clear()
		return nil
	}
	return desk.SetText(behaviour)
}

// Customer implements stage.
func (w *twins) Customer(does string) error {
	c := w.gateway.World.Customer("")
	switch does {
	case "confirms":
		return c.Confirm()
	case "refuses":
		return c.Refuse()
	}
	l := w.life
	l.mu.Lock()
	qrs := l.state.Session.QRs
	l.mu.Unlock()
	if len(qrs) == 0 {
		return errors.New("no code is on show")
	}
	return errors.Join(c.Scan(qrs[len(qrs)-1].Text), w.settle())
}

// Merchant implements stage.
func (w *twins) Merchant(name string, available bool, fen int64) error {
	return pourMerchant(w.gateway, name, available, fen)
}

func pourMerchant(g *rig.Gateways, name string, available bool, fen int64) error {
	desk, ok := g.Desk(name)
	switch {
	case !ok:
		return fmt.Errorf("there is no gateway %q", name)
	case available:
		desk.SetAvailable(fen)
	default:
		desk.TopUp(fen)
	}
	return nil
}

// Staff implements stage.
func (w *twins) Staff() error {
	staff, err := demoHired()
	if err != nil {
		return err
	}
	w.staff = staff
	w.cut()
	return w.On()
}

// NoSale implements stage.
func (w *twins) NoSale() error {
	w.noSale = true
	w.cut()
	return w.On()
}

// Elsewhere implements stage.
func (w *twins) Elsewhere(fen int64) error {
	orders := w.gateway.Orders()
	if len(orders) == 0 {
		return errors.New("nothing was paid")
	}
	o := orders[len(orders)-1]
	for i, r := range w.rails {
		if string(r.Name()) != o.Rail {
			continue
		}
		w.elsewhere++
		ask := txn.RefundAsk{Order: txn.OrderNo(o.Number), Rail: r.Name(), Amount: money.Fen(fen), Total: money.Fen(o.Fen),
			Refund: txn.NewRefundNo("OTHERTILL000", uint64(w.elsewhere))}
		at := txn.Wall(w.clock.Now().UnixMilli())
		req, err := r.(rail.Refunder).Refund(ask, fmt.Sprintf("OTHER%d", w.elsewhere), at)
		if err != nil {
			return err
		}
		wire := linksim.New(linksim.Config{Clock: w.clock},
			w.doors()[i])
		_, _, err = wire.Do(context.Background(), link.Request{Method: req.Method, URL: req.URL, Header: req.Header, Body: req.Body})
		return errors.Join(err, w.settle())
	}
	return fmt.Errorf("no rail is called %s", o.Rail)
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
	for _, wire := range l.links {
		if w.network {
			wire.Set(linksim.Fine)
		} else {
			wire.Set(linksim.Refused)
		}
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
	out := seen{gateway: booksOf(w.gateway), bill: billOf(w.gateway.World.Customer(""))}
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
	out.phase = lastPhase(state.Ledger)
	var err error
	out.journal, err = kindsOfLast(l.store)
	return out, err
}

// lastPhase is that of the newest sale or refund.
func lastPhase(l txn.Ledger) string {
	phase, newest := "", uint64(0)
	if n := len(l.Txs); n > 0 {
		phase, newest = l.Txs[n-1].Phase.String(), l.Txs[n-1].Order.N()
	}
	if n := len(l.Refunds); n > 0 && l.Refunds[n-1].No.N() > newest {
		phase = l.Refunds[n-1].Phase.String()
	}
	return phase
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
	return errors.Join(err, w.gateway.World.CheckBooks(), w.disk.Close())
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
