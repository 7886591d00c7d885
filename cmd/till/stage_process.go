package main

import (
	"cmp"
	"errors"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"till/device/store"
	"till/sim/printersim"
	"till/sim/railsim"
	"till/sim/rig"
	"till/txn"
)

// process is the stage around the real program, in real time: pseudo-terminals,
// TLS on loopback, and a power cut that is SIGKILL.
type process struct {
	rig   *rig.Rig
	dir   string        // removed at the end
	code  string        // the payment code shown last
	drawn chan struct{} // one token: the display changed
}

// What the play of a process waits for, at most.
const (
	processStart  = 15 * time.Second       // the program to open everything
	processSeen   = 10 * time.Second       // an expectation to hold
	processRest   = 4 * time.Second        // ... the printer to end before it counts
	processPoll   = 25 * time.Millisecond  // between two looks
	processKey    = 250 * time.Millisecond // a key to change the display
	processRipple = 40 * time.Millisecond  // ... and the rest to follow
)

// errOnlyTwins means that a line needs a world that only the twins have.
var errOnlyTwins = errors.New("only on the twins: leave out --process")

// newProcessStage builds the world around the program exe and leaves the power
// off.
func newProcessStage(exe, lang string) (stage, error) {
	dir, err := os.MkdirTemp("", "till-play-")
	if err != nil {
		return nil, fmt.Errorf("make a place for the play: %w", err)
	}
	r, err := rig.Start(rig.Options{Dir: dir, Exe: exe, Lang: lang, Off: true})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	p := &process{rig: r, dir: dir, drawn: make(chan struct{}, 1)}
	r.OnEvent(func(ev rig.Event) {
		if ev.Kind != rig.Shown {
			return
		}
		select {
		case p.drawn <- struct{}{}:
		default:
		}
	})
	return p, nil
}

// On implements stage.
func (p *process) On() error {
	if p.rig.Alive() {
		return errors.New("the power is on")
	}
	if err := p.rig.PowerOn(); err != nil {
		return err
	}
	return p.explained(p.rig.Ready(processStart))
}

// explained adds the program's last words to an error.
func (p *process) explained(err error) error {
	if err == nil {
		return nil
	}
	const words = 5
	log := p.rig.Log()
	return fmt.Errorf("%w; its last words:\n%s", err, indent(strings.Join(log[max(0, len(log)-words):], "\n")))
}

// Cut implements stage.
func (p *process) Cut(when string) error {
	if when == "" {
		return p.rig.PowerCut()
	}
	p.rig.CutWhen(when)
	return nil
}

// follow does something and waits until the display has followed, or does not.
func (p *process) follow(do func() error) error {
	select {
	case <-p.drawn:
	default:
	}
	if err := do(); err != nil {
		return err
	}
	select {
	case <-p.drawn:
	case <-time.After(processKey):
	}
	time.Sleep(processRipple)
	return nil
}

// Keys implements stage.
func (p *process) Keys(keys []string) error {
	for _, k := range keys {
		if err := p.follow(func() error { return p.rig.Keypad.Press(k) }); err != nil {
			return err
		}
	}
	return nil
}

// Scan implements stage.
func (p *process) Scan(s scanned) error {
	text, err := s.text, error(nil)
	switch {
	case s.wallet != "" || s.half:
		p.code = p.rig.Gateways.World.Customer("").CodeOf(railsim.Network(cmp.Or(s.wallet, "wechatpay")))
		text = p.code
	case s.again:
		text = p.code
	case s.bill:
		text, err = lastBill(p.rig.Gateways)
	case s.receipt != 0:
		text, err = codeOn(p.rig.Printer.Receipts(), s.receipt)
	}
	if err != nil {
		return err
	}
	if s.half {
		text = text[:max(0, len(text)-halfLacks)]
	}
	return p.follow(func() error { return p.rig.Scanner.Send(text) })
}

// halfLacks is how many characters half a scan lacks.
const halfLacks = 4

// Gateway implements stage.
func (p *process) Gateway(name, behaviour string) error {
	return behave(p.rig.Gateways, name, behaviour)
}

// Merchant implements stage.
func (p *process) Merchant(name string, available bool, fen int64) error {
	return pourMerchant(p.rig.Gateways, name, available, fen)
}

// Elsewhere implements stage.
func (p *process) Elsewhere(int64) error { return errOnlyTwins }

// Customer implements stage. The request may still be on its way to the
// customer's phone, and a code to the display that the phone reads.
func (p *process) Customer(does string) error {
	c := p.rig.World.Customer("")
	do, early := c.Refuse, railsim.ErrNothingToConfirm
	switch does {
	case "confirms":
		do = c.Confirm
	case "scans":
		do, early = p.scanShown, rig.ErrNoCode
	}
	for end := time.Now().Add(processSeen); ; time.Sleep(processPoll) {
		err := do()
		if !errors.Is(err, early) || time.Now().After(end) {
			return err
		}
	}
}

// scanShown holds the customer's phone before the customer's display.
func (p *process) scanShown() error {
	link, err := p.rig.CodeOnShow()
	if err != nil {
		return err
	}
	return p.rig.World.Customer("").Scan(link)
}

// Network implements stage.
func (p *process) Network(up bool) error { return p.rig.Network(up) }

// Paper implements stage.
func (p *process) Paper(what string) error {
	dots, left := strings.CutPrefix(what, "left ")
	if !left {
		p.rig.Printer.SetPaper(what == "loaded")
		return nil
	}
	n, err := strconv.Atoi(dots)
	if err != nil {
		return err
	}
	p.rig.Printer.SetPaperLeft(n)
	return nil
}

// Cover implements stage.
func (p *process) Cover(open bool) error {
	p.rig.Printer.SetCover(open)
	return nil
}

// Plug implements stage.
func (p *process) Plug(device string, plugged bool) error {
	if !plugged {
		return p.rig.Unplug(device)
	}
	if err := p.rig.Plug(device); err != nil || !p.rig.Alive() {
		return err
	}
	return p.explained(p.rig.Ready(processStart))
}

// Wait implements stage.
func (p *process) Wait(d time.Duration) error {
	time.Sleep(d)
	return nil
}

// Clock implements stage.
func (p *process) Clock(time.Time, time.Duration) error {
	return fmt.Errorf("the clock of a real machine: %w", errOnlyTwins)
}

// DiskFull implements stage.
func (p *process) DiskFull(bool) error {
	return fmt.Errorf("the disk of a real machine: %w", errOnlyTwins)
}

// Seen implements stage. What is seen while the printer prints counts only if
// it does not come to an end.
func (p *process) Seen(ok func(seen) bool) (seen, error) {
	began := time.Now()
	for ; ; time.Sleep(processPoll) {
		s, busy, err := p.look()
		passed := time.Since(began)
		if err != nil || ok(s) && (!busy || passed > processRest) || passed > processSeen {
			return s, err
		}
	}
}

// look is what can be seen now, and whether a receipt is on its way.
func (p *process) look() (out seen, busy bool, err error) {
	out = seen{gateway: booksOf(p.rig.Gateways), bill: billOf(p.rig.Gateways.World.Customer("")), screen: rig.Dark}
	for _, r := range p.rig.Printer.Receipts() {
		out.receipts = append(out.receipts, r.Text)
	}
	if err := p.rig.Fallen(); err != nil {
		return out, false, p.explained(err)
	}
	if !p.rig.Alive() {
		return out, false, nil
	}
	view := p.rig.Operator()
	out.screen, out.lines, out.customer = view.Screen, view.Text, p.rig.Customer().Text
	sending, err := p.readJournal(&out)
	return out, sending || !p.rig.Printer.Idle(), err
}

// readJournal asks the journal about the last order, beside the program.
func (p *process) readJournal(out *seen) (sending bool, err error) {
	s, err := store.Open(p.rig.DataDir(), store.ReadOnly())
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	last, err := s.LastTx()
	if err != nil || last == 0 {
		return false, err
	}
	k, err := filedOf(s, last)
	if err != nil {
		return false, err
	}
	out.phase = k.state
	out.journal, err = kindsOfLast(s)
	return k.paper == txn.PaperSending, err
}

// Close implements stage.
func (p *process) Close(dir string) error {
	var err error
	if dir != "" {
		err = p.keep(dir)
	}
	return errors.Join(err, p.rig.Close(), os.RemoveAll(p.dir))
}

// keep writes what can be looked at afterwards: pictures, paper, logs.
func (p *process) keep(dir string) error {
	write := func(name string, data []byte) error { return os.WriteFile(filepath.Join(dir, name), data, 0o644) }
	var errs []error
	for name, img := range map[string]*image.RGBA{
		"operator.png": p.rig.OperatorPicture(), "customer.png": p.rig.CustomerPicture(),
	} {
		if img != nil {
			errs = append(errs, printersim.WritePNG(filepath.Join(dir, name), img))
		}
	}
	for i, r := range p.rig.Printer.Receipts() {
		name := fmt.Sprintf("receipt-%d", i+1)
		errs = append(errs, write(name+".bin", r.Raw))
		if !r.Image.Rect.Empty() {
			errs = append(errs, printersim.WritePNG(filepath.Join(dir, name+".png"), r.Image))
		}
	}
	errs = append(errs, write("till.log", []byte(strings.Join(p.rig.Log(), "\n"))),
		write("gateway.log", []byte(strings.Join(p.rig.Gateway.Log(), "\n"))))
	return errors.Join(errs...)
}

// NoSale implements stage.
func (p *process) NoSale() error { return errOnlyTwins }

// Staff implements stage.
func (p *process) Staff() error { return errOnlyTwins }
