// # The whole world
//
// A Rig is everything around the real, unmodified program: three lines with
// the twins of its devices, a payment gateway behind TLS on loopback, a
// configuration, a socket for its display, and the power switch.
//
// # Decisions
//
// The program is a child process that gets SIGKILL at a power cut: nothing in it
// knows that it is simulated, and no code of it can run when the power goes.
// The kernel kills it too when the parent dies (PR_SET_PDEATHSIG), so that no
// terminal is left behind; that follows the thread that started it, which is
// why one goroutine is locked to its thread for as long as the child lives.
//
// A power cut also pulls the three cables of the terminal and puts them back
// with the power: what is on its way on a line is lost, as in a real UART. The
// printer and the gateway have power of their own.
//
// The gateway's keys are the fixtures of railsim, and its certificate is made
// at every start: no key of this world opens anything outside.
package rig

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"till/sim/keypadsim"
	"till/sim/printersim"
	"till/sim/railsim"
	"till/sim/railsim/wechatsim"
	"till/sim/scannersim"
)

// Options say what is built.
type Options struct {
	Dir  string // everything is kept below it; it must exist
	Data string // of the journal; Dir/data if empty
	Exe  string // the program
	Off  bool   // leave the power off

	// Args are the program's arguments. Without any it is started as
	// run --simulated --config Dir/till.toml --data Data.
	Args []string

	Lang string            // of the screen at start: "zh" (if empty) or "en"
	Env  []string          // added to the environment of this process
	Log  io.Writer         // gets what the program says, besides Dir/till.log; may be nil
	Keys *wechatsim.KeySet // nil: the fixtures
	Seed uint64            // of the gateway's codes and numbers

	// Staff is the text of a staff file; nobody works there if it is empty.
	Staff string
}

// Rig is the world. Its methods may be called from several goroutines; the
// twins may be used directly.
type Rig struct {
	*Gateways
	Gateway *wechatsim.Gateway // Gateways.WeChat
	Printer *printersim.Printer
	Scanner *scannersim.Scanner
	Keypad  *keypadsim.Keypad

	opts  Options
	keys  wechatsim.KeySet
	lines map[string]*Line // by device: "scanner", "printer", "keypad"
	wans  []*wan           // by gateway: WeChat Pay, Alipay, Lakala
	glass *glass
	log   *logbook

	power sync.Mutex            // held while the power is switched
	child atomic.Pointer[child] // nil while it is off
	shut  bool

	mu        sync.Mutex
	pulled    map[string]bool // by hand, whatever the power does
	listeners []func(Event)
	cutAt     string // the event that cuts the power
	cutAfter  int    // how many bytes the printer had when that was asked for
}

// devices are the lines of the terminal.
var devices = []string{"scanner", "printer", "keypad"}

// Start builds the world and, unless told otherwise, switches the terminal on.
func Start(opts Options) (*Rig, error) {
	r, err := build(opts)
	if err == nil && !opts.Off {
		err = r.PowerOn()
	}
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

func build(opts Options) (*Rig, error) {
	r := &Rig{opts: opts, lines: map[string]*Line{}, pulled: map[string]bool{}}
	keys := wechatsim.Keys()
	if opts.Keys != nil {
		keys = *opts.Keys
	}
	r.keys = keys
	dir, err := filepath.Abs(opts.Dir)
	if err != nil {
		return r, err
	}
	r.opts.Dir = dir
	if opts.Data == "" {
		r.opts.Data = filepath.Join(dir, "data")
	} else if r.opts.Data, err = filepath.Abs(opts.Data); err != nil {
		return r, err
	}
	if r.log, err = openLogbook(filepath.Join(dir, "till.log"), opts.Log, r.tell); err != nil {
		return r, err
	}
	r.Printer = printersim.New(paperPrinter())
	r.Gateways = gatewaysWith(keys, nil, opts.Seed, nil)
	r.Gateway = r.WeChat
	for i, h := range []http.Handler{r.WeChat, r.Alipay, r.Lakala} {
		r.Desks()[i].OnEvent(r.gatewayEvent)
		w, err := openWAN(h)
		if err != nil {
			return r, err
		}
		r.wans = append(r.wans, w)
	}
	if err := r.layLines(); err != nil {
		return r, err
	}
	if r.glass, err = openGlass(dir, r.tell); err != nil {
		return r, err
	}
	r.Printer.OnChange(func() { r.tell(Event{Kind: PaperMoved}) })
	r.Printer.OnByte(r.printerByte)
	return r, writeConfig(configOf(r, keys))
}

// paperPrinter is what the configuration calls epson-tm-58: a narrow roll, so
// that the page has room for it, and every proof of print.
func paperPrinter() printersim.Config {
	cfg := printersim.Epson(384)
	cfg.Speed = 100      // mm/s: a receipt takes a second and can be interrupted
	cfg.MaxPaper = 12000 // dots kept: half a dozen slips
	return cfg
}

// layLines lays the cables and puts a twin at the end of each.
func (r *Rig) layLines() error {
	for _, name := range devices {
		line, err := OpenLine(r.opts.Dir, name)
		if err != nil {
			return err
		}
		r.lines[name] = line
		if err := line.Unplug(); err != nil { // until the power is on
			return err
		}
	}
	r.Scanner = scannersim.New(r.lines["scanner"].Master(), scannersim.Options{})
	r.Keypad = keypadsim.New(r.lines["keypad"].Master())
	paper := r.lines["printer"]
	wire := Pace(paper.Master(), paper.Baud)
	go func() { _ = r.Printer.Serve(wire) }() // ends with the line
	return nil
}

// Dir is where the world is kept.
func (r *Rig) Dir() string { return r.opts.Dir }

// DataDir is where the program keeps its journal.
func (r *Rig) DataDir() string { return r.opts.Data }

// PowerOn switches the terminal on. One that is on stays as it is; one whose
// program has ended by itself is started again.
func (r *Rig) PowerOn() error {
	r.power.Lock()
	defer r.power.Unlock()
	switch {
	case r.shut:
		return fmt.Errorf("switch on: %w", os.ErrClosed)
	case r.Alive():
		return nil
	}
	for name, line := range r.lines {
		if r.isPulled(name) {
			continue
		}
		if err := line.Plug(); err != nil {
			return err
		}
	}
	args := r.opts.Args
	if args == nil {
		args = []string{"run", "--simulated", "--config", r.configPath(), "--data", r.DataDir()}
	}
	c, err := startChild(r.opts.Exe, args, r.opts.Env, r.log)
	if err != nil {
		return err
	}
	r.child.Store(c)
	go r.watch(c)
	r.tell(Event{Kind: PowerOn})
	return nil
}

// watch tells when the program ends by itself, which it should not.
func (r *Rig) watch(c *child) {
	<-c.done
	if !c.cut.Load() {
		r.glass.darken()
		r.tell(Event{Kind: Ended, Text: c.how()})
	}
}

// PowerCut takes the power away at this instant: SIGKILL, and the cables. It
// returns when the program is gone. It may be called by a listener.
func (r *Rig) PowerCut() error {
	r.power.Lock()
	defer r.power.Unlock()
	return r.powerCut()
}

func (r *Rig) powerCut() error {
	c := r.child.Swap(nil)
	if c == nil {
		return nil
	}
	err := c.kill()
	for _, line := range r.lines {
		err = errors.Join(err, line.Unplug())
	}
	r.glass.darken()
	r.tell(Event{Kind: PowerOff})
	return err
}

// Alive reports whether the program runs.
func (r *Rig) Alive() bool {
	c := r.child.Load()
	return c != nil && c.alive()
}

// Fallen says how the program ended by itself, nil if it did not.
func (r *Rig) Fallen() error {
	c := r.child.Load()
	if c == nil || c.alive() {
		return nil
	}
	return errors.New(c.how())
}

// PID is the program's process, 0 when there is none.
func (r *Rig) PID() int {
	c := r.child.Load()
	if c == nil || !c.alive() {
		return 0
	}
	return c.cmd.Process.Pid
}

// readyPoll is how often Ready looks, and openTime what a serial line needs
// after it was opened: the program drops what arrives until it was silent for
// 50 ms.
const (
	readyPoll = 10 * time.Millisecond
	openTime  = 200 * time.Millisecond
)

// Ready waits until the program shows a picture and listens on every cable that
// is plugged in. It fails when that takes longer than limit or the program is
// gone.
func (r *Rig) Ready(limit time.Duration) error {
	for end := time.Now().Add(limit); ; time.Sleep(readyPoll) {
		waits := ""
		if r.Operator().Screen == Dark {
			waits = "display"
		}
		for _, name := range devices {
			if !r.isPulled(name) && !r.lines[name].Held() {
				waits = name
			}
		}
		switch {
		case waits == "":
			time.Sleep(openTime)
			return nil
		case !r.Alive():
			return errors.New("the program is not running")
		case time.Now().After(end):
			return fmt.Errorf("the program has not opened the %s within %v", waits, limit)
		}
	}
}

// Printing is the event of CutWhen that the printer brings: the body of a
// receipt has begun to arrive.
const Printing = "printing"

// statusBytes is more than a driver asks a printer before it sends a job.
const statusBytes = 64

// CutWhen cuts the power the next time that event happens: the text of a
// gateway's event ("pay received", "query answered"), or Printing. "" takes it
// back.
func (r *Rig) CutWhen(event string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cutAt, r.cutAfter = event, r.Printer.Bytes()
}

// happened cuts the power if this is what it waits for.
func (r *Rig) happened(event string) {
	r.mu.Lock()
	hit := r.cutAt != "" && r.cutAt == event
	if hit {
		r.cutAt = ""
	}
	r.mu.Unlock()
	if hit {
		if err := r.PowerCut(); err != nil {
			r.tell(Event{Kind: Logged, Text: "power cut: " + err.Error()})
		}
	}
}

func (r *Rig) gatewayEvent(ev railsim.Event) {
	r.happened(ev.Text())
	r.tell(Event{Kind: GatewayDid, Text: ev.Text(), Order: ev.Order, Rail: ev.Rail})
}

func (r *Rig) printerByte(n int) {
	r.mu.Lock()
	body := r.cutAt == Printing && n > r.cutAfter+statusBytes
	r.mu.Unlock()
	if body {
		r.happened(Printing)
	}
}

// Network opens and closes the ways to the gateways. Closed, the ports refuse,
// and every open connection is cut.
func (r *Rig) Network(up bool) error {
	var err error
	for _, w := range r.wans {
		err = errors.Join(err, w.set(up))
	}
	r.tell(Event{Kind: WorldSet})
	return err
}

// NetworkUp reports whether the way to the gateway is open.
func (r *Rig) NetworkUp() bool { return r.wans[0].isUp() }

// Latency makes the way to the gateway and back take d in all.
func (r *Rig) Latency(d time.Duration) {
	for _, w := range r.wans {
		w.latency.Store(int64(d))
	}
}

// Unplug pulls the cable of a device: "scanner", "printer" or "keypad".
func (r *Rig) Unplug(device string) error { return r.cable(device, true) }

// Plug puts it back.
func (r *Rig) Plug(device string) error { return r.cable(device, false) }

func (r *Rig) cable(device string, pull bool) error {
	line, ok := r.lines[device]
	if !ok {
		return fmt.Errorf("no device %q", device)
	}
	r.power.Lock()
	defer r.power.Unlock()
	r.mu.Lock()
	r.pulled[device] = pull
	r.mu.Unlock()
	var err error
	switch {
	case pull:
		err = line.Unplug()
	case r.child.Load() != nil:
		err = line.Plug()
	}
	r.tell(Event{Kind: WorldSet})
	return err
}

func (r *Rig) isPulled(device string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.pulled[device]
}

// Plugged reports whether the cable of a device is in, whatever the power does.
func (r *Rig) Plugged(device string) bool { return !r.isPulled(device) }

// Close switches everything off and leaves nothing behind but the files in
// Dir. It may be called again.
func (r *Rig) Close() error {
	r.power.Lock()
	defer r.power.Unlock()
	if r.shut {
		return nil
	}
	r.shut = true
	err := r.powerCut()
	for _, line := range r.lines {
		err = errors.Join(err, line.Close())
	}
	for _, w := range r.wans {
		err = errors.Join(err, w.set(false))
	}
	if r.glass != nil {
		err = errors.Join(err, r.glass.close())
	}
	if r.log != nil {
		err = errors.Join(err, r.log.close())
	}
	return err
}
