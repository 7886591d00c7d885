package bench

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"till/sim/rig"
)

// ErrUnknown means that the page was asked for something that it does not have.
var ErrUnknown = errors.New("there is no such thing on the bench")

// keys are those of the pad, row by row.
var keys = []string{
	"f1", "f2", "f3", "f4",
	"1", "2", "3", "cancel",
	"4", "5", "6", "back",
	"7", "8", "9", "updown",
	"00", "0", ".", "enter",
}

// Key presses a key of the pad.
func (b *Bench) Key(name string) error {
	if !slices.Contains(keys, name) {
		return fmt.Errorf("key %q: %w", name, ErrUnknown)
	}
	b.note("key " + name)
	b.rec.key(name)
	return b.rig.Keypad.Press(name)
}

// Scan holds any text before the scanner.
func (b *Bench) Scan(text string) error {
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' }) {
		return errors.New("scan: a text of one line is wanted")
	}
	b.note("scan " + masked(text))
	b.rec.add("scan text " + text)
	return b.rig.Scanner.Send(text)
}

// switches are the two-way ones: what a value does, and its line of a script.
var switches = map[string]map[string]struct {
	do   func(*rig.Rig) error
	line string
}{
	"scanner": {"plugged": {func(r *rig.Rig) error { return r.Plug("scanner") }, "plug scanner"},
		"unplugged": {func(r *rig.Rig) error { return r.Unplug("scanner") }, "unplug scanner"}},
	"printer": {"plugged": {func(r *rig.Rig) error { return r.Plug("printer") }, "plug printer"},
		"unplugged": {func(r *rig.Rig) error { return r.Unplug("printer") }, "unplug printer"}},
	"keypad": {"plugged": {func(r *rig.Rig) error { return r.Plug("keypad") }, "plug keypad"},
		"unplugged": {func(r *rig.Rig) error { return r.Unplug("keypad") }, "unplug keypad"}},
	"network": {"up": {func(r *rig.Rig) error { return r.Network(true) }, "network up"},
		"down": {func(r *rig.Rig) error { return r.Network(false) }, "network down"}},
	"power": {"on": {(*rig.Rig).PowerOn, "power on"}, "off": {(*rig.Rig).PowerCut, "power cut"}},
}

// Set turns a switch of the world.
func (b *Bench) Set(what, value string) error {
	if s, ok := switches[what][value]; ok {
		b.note("set " + what + " " + value)
		b.rec.add(s.line)
		err := s.do(b.rig)
		b.hub.mark(worldPart | ledgerPart)
		return err
	}
	switch what {
	case "wallet":
		return b.setWallet(value)
	case "staff":
		return b.setStaff(value)
	case "latency":
		return b.setLatency(value)
	case "paper":
		return b.setPaper(value)
	case "cover":
		if value == "open" || value == "closed" {
			b.rig.Printer.SetCover(value == "open")
			b.keep(func(w *world) { w.Cover = value }, "cover "+value, "cover "+value)
			return nil
		}
	case "cutter":
		if value == "free" || value == "jammed" {
			b.rig.Printer.JamCutter(value == "jammed")
			b.keep(func(w *world) { w.Cutter = value }, "# cutter "+value, "cutter "+value)
			return nil
		}
	case "language":
		if value == "zh" || value == "en" {
			return b.setLanguage(value)
		}
	}
	return fmt.Errorf("set %q %q: %w", what, value, ErrUnknown)
}

// keep remembers how a switch stands, and writes it down.
func (b *Bench) keep(set func(*world), line, text string) {
	b.mu.Lock()
	set(&b.world)
	b.mu.Unlock()
	b.rec.add(line)
	b.note("set " + text)
	b.hub.mark(worldPart)
}

// latencyMax is the end of the page's slider, in ms.
const latencyMax = 8000

func (b *Bench) setLatency(value string) error {
	ms, err := strconv.Atoi(value)
	if err != nil || ms < 0 || ms > latencyMax {
		return fmt.Errorf("latency %q: want 0 to %d ms", value, latencyMax)
	}
	b.rig.Latency(time.Duration(ms) * time.Millisecond)
	b.keep(func(w *world) { w.Latency = ms }, fmt.Sprintf("# latency %d ms", ms), "latency "+value+" ms")
	return nil
}

// shortRoll is how many dots a roll has left that ends in the next receipt.
const shortRoll = 420

func (b *Bench) setPaper(value string) error {
	line := "paper " + value
	switch value {
	case "loaded": // in the place of what is left of the old roll
		b.rig.Printer.SetPaper(false)
		b.rig.Printer.SetPaper(true)
	case "out":
		b.rig.Printer.SetPaper(false)
	case "short":
		b.rig.Printer.SetPaperLeft(shortRoll)
		line = "paper left " + strconv.Itoa(shortRoll)
	default:
		return fmt.Errorf("paper %q: %w", value, ErrUnknown)
	}
	b.keep(func(w *world) { w.Paper = value }, line, "paper "+value)
	return nil
}

// setLanguage switches the terminal's screen with its keys, from the idle
// screen: in the menu the key 0 is the language.
func (b *Bench) setLanguage(lang string) error {
	v := b.rig.Operator()
	if v.Screen != "01-idle" || v.Lang == lang {
		return nil // the page's own language needs no help from here
	}
	for _, key := range []string{"f4", "0", "cancel"} {
		if err := b.Key(key); err != nil {
			return err
		}
		if err := b.pause(keyPace); err != nil {
			return err
		}
	}
	return nil
}

// setStaff puts the demonstration staff to work, or sends it home. The terminal
// is started again, as it is when its configuration changes.
func (b *Bench) setStaff(value string) error {
	text := ""
	switch {
	case value == "none":
	case value == "demo" && b.opts.StaffFile != "":
		text = b.opts.StaffFile
	default:
		return fmt.Errorf("staff %q: %w", value, ErrUnknown)
	}
	if err := b.rig.SetStaff(text); err != nil {
		return err
	}
	b.keep(func(w *world) { w.Staffed = text != "" },
		"# staff "+value+": the terminal is started again", "staff "+value)
	if !b.rig.Alive() {
		return nil
	}
	return errors.Join(b.rig.PowerCut(), b.rig.PowerOn())
}
