package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"till/device"
	"till/device/display"
	"till/device/keypad"
	"till/device/store"
	"till/printer"
	"till/scanner"
	"till/sim"
	"till/sim/disksim"
	"till/sim/keypadsim"
	"till/sim/linksim"
	"till/sim/printersim"
	"till/sim/railsim"
	"till/sim/rig"
	"till/sim/scannersim"
	"till/txn"
	"till/txn/money"
	"till/txn/rail"
	"till/txn/rail/wechatpay"
	"till/txn/screen"
)

// twins is the stage in this process: the production program on the twins of
// its devices, its disk and its gateway, in virtual time.
type twins struct {
	clock   *sim.Clock
	skew    time.Duration // of the terminal's wall clock
	disk    *disksim.Disk
	gateway *railsim.Gateway
	rail    rail.Rail

	wires   map[string]*rig.Wire
	pulled  map[string]bool // by the script, whatever the power does
	scanner *scannersim.Scanner
	keypad  *keypadsim.Keypad
	printer *printersim.Printer
	code    string // the payment code shown last
	network bool

	mu     sync.Mutex
	life   *life
	cutAt  string          // the event that cuts the power
	bytes  int             // how many the printer had when that was asked for
	frames []screen.Screen // each screen that was shown, marked as simulated
	probed atomic.Bool     // the driver knows which printer it has
}

// life is the program between two power cuts.
type life struct {
	engine *engine
	link   *linksim.Link
	store  *store.Store
	stop   context.CancelFunc
	ended  chan error // of the loop
	pumps  sync.WaitGroup
	dead   atomic.Pointer[disksim.Disk] // the disk as the power cut left it, once it has
	cut    sync.Once

	mu    sync.Mutex
	state txn.State
}

// twinsStart is when every script begins, by the clock of the shop 14:28.
var twinsStart = time.Date(2026, 11, 22, 6, 28, 0, 0, time.UTC)

// twinsSetup is the shop of the scripts.
func twinsSetup() txn.Setup {
	return txn.Setup{
		Terminal: "T0317", Operator: "Wang", Zone: 8 * time.Hour,
		Merchant: txn.Merchant{Name: "老张面馆", Address: "上海市静安区南京西路 100 号", Footer: "7 天内凭小票退款"},
		Rails:    []txn.RailSetup{},
		CodeWait: time.Minute, ResultStays: 5 * time.Second, PaperRetry: 15 * time.Second,
		SaleLimit: money.Fen(500000),
	}
}

const twinsURL = "https://gateway.till"

// newTwins builds the world and leaves the power off.
func newTwins() (*twins, error) {
	keys := railsim.Keys()
	w := &twins{
		clock: sim.NewClock(twinsStart), network: true,
		disk: disksim.New(disksim.Options{}), pulled: map[string]bool{},
		wires:   map[string]*rig.Wire{"scanner": rig.Pipe("scanner"), "keypad": rig.Pipe("keypad"), "printer": rig.Pipe("printer")},
		printer: printersim.New(printersim.Epson(384)),
	}
	cfg := keys.Config()
	cfg.Clock = w.clock
	w.gateway = railsim.New(cfg)
	w.gateway.OnEvent(func(ev railsim.Event) { w.happened(ev.Text()) })
	w.scanner = scannersim.New(w.wires["scanner"].Twin(), scannersim.Options{})
	w.keypad = keypadsim.New(w.wires["keypad"].Twin())
	w.printer.OnByte(func(n int) {
		w.mu.Lock()
		body := n > w.bytes+statusBytes
		w.mu.Unlock()
		if body {
			w.happened("printing")
		}
	})
	go func() { _ = w.printer.Serve(w.wires["printer"].Twin()) }() // ends with the wire
	for _, wire := range w.wires {
		wire.Unplug()
	}
	var err error
	w.rail, err = twinsRail(keys)
	return w, err
}

func twinsRail(keys railsim.KeySet) (rail.Rail, error) {
	signer, err := rail.NewRSASigner(keys.MerchantSerial, keys.Merchant)
	if err != nil {
		return nil, err
	}
	verifier, err := rail.NewRSAVerifier(rail.RSAKey{Serial: keys.PlatformID, Key: &keys.Platform.PublicKey})
	if err != nil {
		return nil, err
	}
	return wechatpay.New(wechatpay.Config{
		BaseURL: twinsURL, AppID: keys.AppID, MchID: keys.MchID, StoreID: "S001", DeviceID: "T0317", DeviceIP: "127.0.0.1",
		Description: "老张面馆 {order}", Signer: signer, Verifier: verifier,
	})
}

// On switches the terminal on with what is on its disk.
func (w *twins) On() error {
	if w.life != nil {
		if err := w.bury(); err != nil {
			return err
		}
	}
	s, err := store.Open("/till", store.OnDisk(w.disk), store.Create())
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	l := &life{store: s, stop: stop, ended: make(chan error, 1)}
	profile := profileNamed("epson-tm-58")
	setup := twinsSetup()
	setup.Rails = []txn.RailSetup{{Name: w.rail.Name(), Policy: w.rail.Policy()}}
	l.link = linksim.New(linksim.Config{Clock: w.clock, OnState: func(up bool, f *device.Fault) { l.engine.linkState(up, f) }}, w.gateway)
	w.cable(l)
	log := slog.New(slog.DiscardHandler)
	nonces := 0
	var records uint64
	l.engine, records, err = newEngine(ctx, parts{
		setup: setup, store: s, routes: []route{{w.rail, l.link, twinsURL}},
		clock: w.clock, wall: func() time.Time { return w.clock.Now().Add(w.skew) },
		show: func(s txn.State) { w.shown(l, s) }, sound: func(txn.Cue) {},
		nonce: func() string { nonces++; return fmt.Sprintf("N%d%d", w.clock.Now().UnixNano(), nonces) },
		busy:  w.clock.Busy, log: log,
	})
	if err != nil {
		stop()
		return errors.Join(err, s.Close())
	}
	drvConfig := printerConfig(profile, l.engine)
	ready := drvConfig.Ready
	drvConfig.Ready = func() {
		ready()
		w.probed.Store(true)
	}
	drv := printer.New(drvConfig)
	l.engine.paper = newPaper(drv, profile, twinsShopKey, simulatedMark, log)
	w.mu.Lock()
	w.life = l
	w.mu.Unlock()
	w.probed.Store(false)
	for name, wire := range w.wires {
		if !w.pulled[name] {
			wire.Plug()
		}
	}
	l.engine.pump(ctx, ports{
		scanner: w.wires["scanner"].Open, keypad: w.wires["keypad"].Open, printer: w.wires["printer"].Open,
		scans: scanner.Config{}, keys: keypad.Config{}, paper: drv, shopKey: twinsShopKey,
	}, &l.pumps)
	go func() {
		l.ended <- l.engine.loop(txn.Booted{Fresh: twinsInstall(w.clock.Now()), Records: records}, make(chan struct{}))
	}()
	return w.settle()
}

// twinsShopKey signs the codes on the receipts of the scripts.
var twinsShopKey = []byte("the shop key of the scripts: a fixture")

// twinsInstall is as good as random: no two stores of a script are made at
// the same time.
func twinsInstall(t time.Time) txn.Install {
	return txn.Install(fmt.Sprintf("%0*d", txn.InstallLen, t.UnixMilli()%1e12))
}

func (w *twins) shown(l *life, s txn.State) {
	l.mu.Lock()
	l.state = s
	l.mu.Unlock()
	now := screen.Of(s, s.Session.Lang).Marked(screen.MarkSimulated)
	w.mu.Lock()
	defer w.mu.Unlock()
	if n := len(w.frames); n == 0 || !slices.Equal(w.frames[n-1].Text(), now.Text()) {
		w.frames = append(w.frames, now)
	}
}

// statusBytes is more than a driver asks a printer before it sends a job.
const statusBytes = 64

// happened cuts the power if it is what the script waits for.
func (w *twins) happened(event string) {
	w.mu.Lock()
	hit := w.cutAt == event
	if hit {
		w.cutAt = ""
	}
	w.mu.Unlock()
	if hit {
		w.cut()
	}
}

// cut takes the power away at this instant, in whatever goroutine it comes:
// nothing that the old life does from here on reaches a disk or a wire.
func (w *twins) cut() {
	w.mu.Lock()
	l := w.life
	w.mu.Unlock()
	if l == nil {
		return
	}
	l.cut.Do(func() {
		l.dead.Store(w.disk.CrashClone(disksim.Cut{Damage: disksim.Drop, Seed: 1}))
		l.link.Set(linksim.Refused)
		for _, wire := range w.wires {
			wire.Unplug()
		}
		l.stop()
	})
}

// Cut implements stage.
func (w *twins) Cut(when string) error {
	if when == "" {
		w.cut()
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cutAt, w.bytes = when, w.printer.Bytes()
	return nil
}

// bury waits until the old life is gone, and takes over its disk.
func (w *twins) bury() error {
	l := w.life
	if l.dead.Load() == nil {
		return errors.New("the power is on")
	}
	if err := <-l.ended; err != nil {
		return err
	}
	l.pumps.Wait()
	l.engine.work.Wait()
	l.engine.wheel.stop()
	if l.engine.rest != nil {
		l.engine.rest()
	}
	_ = l.store.Close() // on a disk that is no more
	w.disk = l.dead.Load()
	w.mu.Lock()
	w.life = nil
	w.mu.Unlock()
	w.clock.Forget()
	return nil
}

// patience is how long, in real time, the world may take to come to rest.
const patience = 20 * time.Second

// settle waits until every wire is silent and nothing is under way.
func (w *twins) settle() error {
	quiet := 0
	for end := time.Now().Add(patience); quiet < 3; {
		l := w.life
		if l == nil || l.dead.Load() != nil {
			return nil
		}
		select {
		case err := <-l.ended:
			l.ended <- err
			if err != nil {
				return fmt.Errorf("the terminal stopped: %w", err)
			}
			return nil
		default:
		}
		if w.clock.Quiet() && w.printer.Idle() && w.wiresQuiet() {
			quiet++
		} else {
			quiet = 0
		}
		if time.Now().After(end) {
			return errors.New("the world does not come to rest")
		}
		time.Sleep(200 * time.Microsecond)
	}
	return nil
}

func (w *twins) wiresQuiet() bool {
	for name, wire := range w.wires {
		if !w.pulled[name] && !wire.Quiet() {
			return false
		}
	}
	return w.pulled["printer"] || w.probed.Load()
}

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
