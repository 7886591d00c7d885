package main

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"till/device"
	"till/device/keypad"
	"till/device/store"
	"till/printer"
	"till/printer/escpos"
	"till/scanner"
	"till/sim"
	"till/sim/disksim"
	"till/sim/keypadsim"
	"till/sim/linksim"
	"till/sim/printersim"
	"till/sim/railsim"
	"till/sim/railsim/alipaysim"
	"till/sim/railsim/lakalasim"
	"till/sim/railsim/wechatsim"
	"till/sim/rig"
	"till/sim/scannersim"
	"till/txn"
	"till/txn/money"
	"till/txn/rail"
	"till/txn/rail/alipay"
	"till/txn/screen"
)

// twins is the stage in this process: the production program on the twins of
// its devices, its disk and its gateway, in virtual time.
type twins struct {
	clock   *sim.Clock
	skew    time.Duration // of the terminal's wall clock
	disk    *disksim.Disk
	gateway *rig.Gateways
	rails   []rail.Rail

	wires     map[string]*rig.Wire
	pulled    map[string]bool // by the script, whatever the power does
	scanner   *scannersim.Scanner
	keypad    *keypadsim.Keypad
	printer   *printersim.Printer
	code      string // the payment code shown last
	network   bool
	staff     Staff        // of the shop; nobody unless the script says so
	noSale    bool         // it pays cash out without a sale
	elsewhere int          // refunds of another terminal
	nonces    atomic.Int64 // in all lives: a gateway refuses one that it has seen

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
	links  []*linksim.Link // by rail
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
		SaleLimit: money.Fen(500000), Cash: true, ShownLives: 3 * time.Minute,
		Refunds: txn.RefundRules{Limit: money.Fen(20000), Max: money.Fen(300000), ShiftLimit: money.Fen(400000),
			Days: 180, Tempo: 4, TempoTime: 10 * time.Minute},
	}
}

// newTwins builds the world and leaves the power off.
func newTwins() (*twins, error) {
	w := &twins{
		clock: sim.NewClock(twinsStart), network: true,
		disk: disksim.New(disksim.Options{}), pulled: map[string]bool{},
		wires: map[string]*rig.Wire{
			"scanner": rig.Pipe("scanner"), "keypad": rig.Pipe("keypad"), "printer": rig.Pipe("printer"),
		},
		printer: printersim.New(printersim.Epson(384)),
	}
	w.gateway = rig.NewGateways(w.clock, 0, nil)
	for _, d := range w.gateway.Desks() {
		d.OnEvent(func(ev railsim.Event) { w.happened(ev.Text()) })
	}
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
	w.rails, err = twinsRails()
	return w, err
}

// twinsRails are the shop's, with the keys of the twins.
func twinsRails() ([]rail.Rail, error) {
	w, a, l := wechatsim.Keys(), alipaysim.Keys(), lakalasim.Keys()
	var signs [3]sim.Signs
	for i, k := range []struct {
		serial string
		own    *rsa.PrivateKey
		theirs rail.RSAKey
	}{
		{w.MerchantSerial, w.Merchant, rail.RSAKey{Serial: w.PlatformID, Key: &w.Platform.PublicKey}},
		{a.AppID, a.App, rail.RSAKey{Serial: alipay.KeySerial, Key: &a.Alipay.PublicKey}},
		{l.MerchantSerial, l.Merchant, rail.RSAKey{Serial: l.LakalaSerial, Key: &l.Lakala.PublicKey}},
	} {
		signer, verifier, err := keyPair(k.serial, k.own, k.theirs)
		if err != nil {
			return nil, err
		}
		signs[i] = sim.Signs{Signer: signer, Verifier: verifier}
	}
	return sim.Rails(signs[0], signs[1], signs[2])
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
	profile, _ := escpos.ProfileNamed("epson-tm-58") // built in; printer.New checks it
	setup := twinsSetup()
	var routes []route
	for i, r := range w.rails {
		wire := linksim.New(linksim.Config{
			Clock: w.clock, OnState: func(up bool, f *device.Fault) { l.engine.linkState(i, up, f) },
		}, w.doors()[i])
		l.links = append(l.links, wire)
		routes = append(routes, route{rail: r, link: wire, url: sim.URLs[r.Name()]})
	}
	routes[2].wallets, routes[2].shows = []txn.RailName{txn.UnionPay}, txn.UnionPay
	for _, r := range routes {
		setup.Rails = append(setup.Rails, r.setup())
	}
	setup.Staff, setup.Refunds.NoSale = w.staff.People(), w.noSale
	w.cable(l)
	log := slog.New(slog.DiscardHandler)
	var records uint64
	l.engine, records, err = newEngine(ctx, parts{
		setup: setup, store: s, routes: routes, staff: w.staff,
		clock: w.clock, wall: func() time.Time { return w.clock.Now().Add(w.skew) },
		show: func(s txn.State) { w.shown(l, s) }, sound: func(txn.Cue) {},
		nonce: func() string { return fmt.Sprintf("N%d%d", w.clock.Now().UnixNano(), w.nonces.Add(1)) },
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
		l.ended <- l.engine.loop(l.engine.booted(twinsInstall(w.clock.Now()), records), make(chan struct{}))
	}()
	return w.settle()
}

// twinsShopKey signs the codes on the receipts of the scripts.
var twinsShopKey = []byte("the shop key of the scripts: a fixture")

// twinsInstall is as good as random: no two stores of a script are made at
// the same time.
func twinsInstall(t time.Time) txn.Install {
	return txn.Install(fmt.Sprintf("T%0*d", txn.InstallLen-1, t.UnixMilli()%1e11))
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
		for _, wire := range l.links {
			wire.Set(linksim.Refused)
		}
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

// doors are where requests go, by rail.
func (w *twins) doors() []linksim.Doer {
	return []linksim.Doer{w.gateway.WeChat, w.gateway.Alipay, w.gateway.Lakala}
}
