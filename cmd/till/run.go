package main

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	stdlog "log"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"till/device"
	"till/device/keypad"
	"till/device/serial"
	"till/device/store"
	"till/printer"
	"till/printer/escpos"
	"till/scanner"
	"till/txn"
	"till/txn/screen"
)

// simulatedMark stands on the paper of a terminal whose world is simulated.
const simulatedMark = "模拟 SIMULATED"

func runCommand() *cobra.Command {
	var config, data, listen, lang string
	var sim, simulated, staff bool
	c := &cobra.Command{
		Use:   "run --config FILE [--data DIR] | run --sim",
		Short: "Run the terminal, on hardware or in a simulated world with a page in the browser",
		Long: `Run the terminal.

On hardware: till run --config FILE. Devices may be missing: they are named on
the screen and taken when they appear. Ctrl-C or SIGTERM ends it; so may SIGKILL
and the power switch, at any moment.

Without hardware: till run --sim. It starts a simulated scanner, printer, keypad
and payment gateway, a page on loopback that shows them all, and this same
program on pseudo-terminals and loopback TLS in between. No money is real.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if sim {
				if config != "" {
					return fmt.Errorf("%w: --sim makes its own configuration; --config is for hardware", errUsage)
				}
				return runSim(cmd.Context(), simOptions{
					Listen: listen, Lang: lang, Data: data, Staff: staff, Out: cmd.OutOrStdout(),
				})
			}
			if config == "" {
				return fmt.Errorf("%w: run needs --config FILE, or --sim", errUsage)
			}
			cfg, err := LoadConfig(config)
			if err != nil {
				return err
			}
			if data != "" {
				cfg.Terminal.Data = data
			}
			return runTerminal(cmd.Context(), cfg, simulated)
		},
	}
	f := c.Flags()
	f.StringVar(&config, "config", "", "configuration `FILE`")
	f.StringVar(&data, "data", "", "`DIR` of the journal, instead of the configured one")
	f.BoolVar(&sim, "sim", false, "simulate devices and gateway, and serve the bench on loopback")
	f.StringVar(&listen, "listen", "127.0.0.1:8420", "with --sim: `ADDRESS` of the bench, loopback only")
	f.StringVar(&lang, "lang", "zh", "with --sim: language of the screen at start, zh or en")
	f.BoolVar(&staff, "staff", false, "with --sim: people sign in; the page shows their PINs")
	f.BoolVar(&simulated, "simulated", false, "mark screens and receipts as simulated (set by --sim)")
	return c
}

// runTerminal runs one terminal until ctx ends, or until it cannot keep its
// promises: then the screen says why.
func runTerminal(ctx context.Context, cfg *Config, simulated bool) (err error) {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	stdlog.SetOutput(io.Discard) // net/http writes bytes of answers there
	debug.SetGCPercent(heapGrowth)
	stop := ctx.Done()
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx)) // it ends when the loop has
	defer cancel()
	s, opened := openStore(cfg.Terminal.Data)
	if f, ok := asFault(opened); ok && f.Code == device.JournalLocked {
		return opened // to the one who started it: the display is the other till's
	}
	var e *engine
	mark := screen.MarkNone
	if simulated {
		mark = screen.MarkSimulated
	}
	face, err := openFace(cfg, mark, func(t txn.Timer) (time.Duration, bool) { return e.wheel.remaining(t) }, log)
	if err != nil {
		return errors.Join(err, opened)
	}
	defer func() {
		p := recover()
		if p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
		if err != nil {
			face.Stop(setupOf(cfg), stopFault(err))
		}
		err = errors.Join(err, face.Close())
		if p != nil {
			panic(p) // with the screen telling the truth
		}
	}()
	if opened != nil {
		return opened
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	shopKey, err := loadShopKey(filepath.Join(cfg.Terminal.Data, "shop.key"))
	if err != nil {
		return err
	}
	staff, err := staffOf(cfg)
	if err != nil {
		return err
	}
	routes, err := routesOf(cfg, func(i int, up bool, f *device.Fault) { e.linkState(i, up, f) })
	if err != nil {
		return err
	}
	setup := setupOf(cfg, routes...)
	setup.Staff = staff.People()
	e, records, err := newEngine(ctx, parts{
		setup: setup, store: s, routes: routes, staff: staff,
		clock: systemClock{}, wall: time.Now, show: face.Show, sound: face.Sound, nonce: newNonce, log: log,
	})
	if err != nil {
		return err
	}
	profile, _ := escpos.ProfileNamed(cfg.Printer.Profile) // the configuration was checked
	drv := printer.New(printerConfig(profile, e))
	paperMark := ""
	if simulated {
		paperMark = simulatedMark
	}
	e.paper = newPaper(drv, profile, shopKey, paperMark, log)
	var pumps sync.WaitGroup
	e.pump(ctx, portsOf(cfg, drv, shopKey), &pumps)
	err = e.loop(e.booted(newInstall(), records), stop)
	cancel()
	pumps.Wait()
	e.work.Wait()
	e.wheel.stop()
	return err
}

// stopFault is why the terminal cannot go on, as a fault with a next step.
func stopFault(err error) *device.Fault {
	if f, ok := asFault(err); ok {
		return f
	}
	return &device.Fault{Code: device.PromiseBroken, Device: device.Store, Op: "go on", Err: err}
}

// openStore opens the journal, and makes it at the first start.
func openStore(dir string) (*store.Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, &device.Fault{Code: device.JournalBroken, Device: device.Store, Op: "make directory", Err: err}
	}
	return store.Open(dir, store.Create())
}

// heapGrowth is by how many percent the heap may grow between two collections.
// A sale draws pictures of 1.5 MB each: with Go's 100 the process peaks at 42
// MiB resident, with 50 at 36, for 3 collections a second instead of 1.5 while
// something moves (make bench).
const heapGrowth = 50

// setupOf is the configuration as the machine knows it.
func setupOf(cfg *Config, routes ...route) txn.Setup {
	s := txn.Setup{
		Terminal: cfg.Terminal.ID, Operator: cfg.Terminal.Operator, Zone: cfg.Terminal.Timezone,
		Merchant: txn.Merchant{Name: cfg.Merchant.Name, Address: cfg.Merchant.Address,
			Phone: cfg.Merchant.Phone, Footer: cfg.Policy.Footer},
		SaleLimit: cfg.Policy.SaleLimit, CodeWait: cfg.Policy.CodeWait, ResultStays: cfg.Policy.ResultTime,
		PaperRetry: paperRetry, NoPaper: cfg.Printer.Line.Port == "",
	}
	if cfg.Terminal.Language == "en" {
		s.Lang = txn.English
	}
	p := cfg.Policy
	s.Refunds = txn.RefundRules{
		Limit: p.RefundLimit, Max: p.RefundMax, ShiftLimit: p.ShiftRefundLimit, DayLimit: p.DayRefundLimit,
		Days: p.RefundDays, Reasons: p.Reasons, NoSale: p.RefundWithoutOriginal, Tempo: p.RefundVelocityCount, TempoTime: p.RefundVelocityTime,
	}
	s.ShiftSales, s.Cash, s.ShownLives, s.IdleLock = p.ShiftSaleLimit, p.Cash, p.ShownCode, p.IdleLock
	for _, r := range routes {
		s.Rails = append(s.Rails, r.setup())
	}
	return s
}

// staffOf reads who works here; nobody, when no file is named.
func staffOf(cfg *Config) (Staff, error) {
	if cfg.Policy.StaffFile == "" {
		return Staff{}, nil
	}
	return loadStaff(cfg.Policy.StaffFile)
}

// paperRetry is how long a receipt that could not be printed waits when the
// printer does not say that it is well again.
const paperRetry = 30 * time.Second

// portsOf is how the devices are reached. A port "none" is one that is never
// there.
func portsOf(cfg *Config, drv *printer.Printer, shopKey []byte) ports {
	opener := func(l LineConfig, rtscts bool) device.Opener {
		if l.Port == "" {
			return nil
		}
		mode := l.Mode()
		mode.RTSCTS = rtscts
		return serial.Opener(l.Port, mode)
	}
	return ports{
		scanner: opener(cfg.Scanner.Line, false), keypad: opener(cfg.Keypad.Line, false),
		printer: opener(cfg.Printer.Line, cfg.Printer.RTSCTS),
		scans:   scanner.Config{Prefix: cfg.Scanner.Prefix},
		keys:    keypad.Config{Map: cfg.Keypad.Map, Debounce: cfg.Keypad.Debounce},
		paper:   drv, shopKey: shopKey,
	}
}

// shopKeyLen is the length of the key that signs the codes on receipts.
const shopKeyLen = 32

// loadShopKey reads the key that the terminals of one shop share, so that each
// knows the others' receipts. The first start makes one.
func loadShopKey(path string) ([]byte, error) {
	key, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		key = make([]byte, shopKeyLen)
		_, _ = rand.Read(key) // never fails (Go 1.24)
		return key, writeDurably(path, key)
	case err != nil:
		return nil, fmt.Errorf("read the shop key: %w", err)
	case len(key) != shopKeyLen:
		return nil, fmt.Errorf("shop key %s has %d bytes, not %d: put the shop's key back", path, len(key), shopKeyLen)
	}
	return key, nil
}

// writeDurably makes a new file that is whole or not there, whatever happens.
func writeDurably(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path))
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(data)
	if err = errors.Join(err, f.Chmod(0o600), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// newNonce is 32 random letters and digits.
func newNonce() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails (Go 1.24)
	return hex.EncodeToString(b[:])
}

// installs writes an Install in letters and digits that nobody mistakes for
// one another.
var installs = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

func newInstall() txn.Install {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails (Go 1.24)
	return txn.Install(installs.EncodeToString(b[:])[:txn.InstallLen])
}

// faultText is a fault for whoever started the program: what, what to do, in
// both languages, and what the driver saw.
func faultText(f *device.Fault) string {
	zh := screen.In(txn.Chinese).Fault(f.Device, txn.FaultCode(f.Code))
	en := screen.In(txn.English).Fault(f.Device, txn.FaultCode(f.Code))
	return fmt.Sprintf("till: %s: %s. %s.\n      %s。%s。\n      %v", f.Code, en.What, en.Do, zh.What, zh.Do, f)
}
