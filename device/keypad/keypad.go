// Package keypad makes keys of what a serial keypad sends.
//
// # The pad
//
// Twenty keys, as drawn in screens.md 9.3, by the names that configuration,
// scripts and the bench use:
//
//	f1   f2   f3   f4
//	1    2    3    cancel
//	4    5    6    back
//	7    8    9    updown
//	00   0    .    enter
//
// # The bytes
//
// The default map is one byte a key, so that nothing ever waits. It is made for
// the raw mode of serial pads (HCC960, devices.md 10.7: digits, 0x08, 0x0D) and
// for 4 by 4 membrane pads (digits, A to D, * and #):
//
//	0 to 9  '0' to '9'            00      'D'
//	.       '.'                   f1      'A'
//	enter   CR, LF or '#'         f2      'B'
//	cancel  ESC (0x1B) or 'C'     f3      'E'
//	back    BS, DEL (0x7F), '*'   f4      'F'
//	                              updown  'U'
//
// An LF straight after a CR is part of the same key. In the map of a VT100
// keypad the function keys are sequences, ESC O P to ESC O S, and updown is
// ESC [ A or ESC [ B; there ESC alone is cancel when nothing follows within
// 20 ms.
//
// # Decisions
//
// Bytes that are no key void what came with them, until the line has been
// silent for 20 ms: the rest of an unknown escape sequence may be digits, and
// digits are money.
//
// No bounce filter unless configured: serial keypads debounce themselves, some
// send "00" as two bytes, and keys read late in one chunk have no times. A pad
// that bounces on the wire is given Config.Debounce.
//
// A key that repeats 16 times, each within 150 ms, is stuck or leaned on: the
// rest of it is dropped until it pauses or another key is pressed. No amount
// has 16 digits, and an enter key held down must not confirm what comes next.
package keypad

import (
	"context"
	"sync"
	"time"

	"till/device"
)

const (
	// sequenceGap is the longest silence inside one sequence of bytes. At 9600
	// baud a byte takes 1.04 ms; people press no two keys within 20 ms.
	sequenceGap = 20 * time.Millisecond

	// stuckRepeats equal keys, each within stuckGap of the one before, are no
	// person's work.
	stuckRepeats = 16
	stuckGap     = 150 * time.Millisecond

	// debounceMax keeps a filter from eating keys that are meant: a practised
	// hand strikes one key twice in about 100 ms.
	debounceMax = 80 * time.Millisecond

	// chunk is how much one Read takes.
	chunk = 256
)

// noise stands in for a code of the keypad's own, which package device does
// not have; the fault's Device tells it from the scanner's.
const noise = device.ScanNoise

// Config says how this keypad speaks.
type Config struct {
	// Map is the keys by their bytes; nil is DefaultMap.
	Map Map

	// Debounce drops a key that equals the one before and comes sooner after it
	// than this, 0 to 80 ms. 0 is no filter.
	Debounce time.Duration
}

// Serve reads port and calls out for every key, until Read fails; it returns
// that error. To stop it, close the port; device.Supervise does so when ctx
// ends.
//
// report gets a fault for bytes that are no key and for a stuck key, and nil
// with the first good key after one. out and report are never called at the
// same time and must return soon; a key whose bytes begin no longer sequence
// is handed on in the goroutine that reads, without waiting.
//
// Serve panics when cfg.Map does not pass its Check or Debounce is out of
// range.
func Serve(
	ctx context.Context, port device.Port, cfg Config, out func(Key), report func(*device.Fault),
) error {
	if cfg.Map == nil {
		cfg.Map = DefaultMap()
	}
	if err := cfg.Map.Check(); err != nil {
		panic("keypad: " + err.Error())
	}
	if cfg.Debounce < 0 || cfg.Debounce > debounceMax {
		panic("keypad: debounce of " + cfg.Debounce.String() + " is out of range")
	}
	p := &pad{decoder: newDecoder(cfg.Map), debounce: cfg.Debounce, out: out, report: report}
	p.timer = time.AfterFunc(time.Hour, p.silent)
	p.timer.Stop()
	defer p.end()
	buf := make([]byte, chunk)
	for ctx.Err() == nil {
		n, err := port.Read(buf)
		if n > 0 {
			p.heard(buf[:n])
		}
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// pad joins the decoder to the clock and the callers.
type pad struct {
	debounce time.Duration
	out      func(Key)
	report   func(*device.Fault)

	mu      sync.Mutex
	decoder *decoder
	timer   *time.Timer
	due     time.Time // when the timer should fire; zero when it should not
	last    Key
	lastAt  time.Time
	repeats int  // of last, after the first
	faulty  bool // a fault was reported since the last good key
	ended   bool
}

// heard takes what Read returned.
func (p *pad) heard(b []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.due.IsZero() && time.Since(p.due) >= 0 {
		p.take(p.decoder.silence()) // the timer is due and has not run
	}
	for i := range b {
		p.take(p.decoder.push(b[i]))
	}
	p.arm()
}

func (p *pad) arm() {
	if !p.decoder.pending() {
		p.due = time.Time{}
		p.timer.Stop()
		return
	}
	p.due = time.Now().Add(sequenceGap)
	p.timer.Reset(sequenceGap)
}

// silent is the timer's function.
func (p *pad) silent() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended || p.due.IsZero() || time.Until(p.due) > 0 {
		return // bytes came meanwhile, and with them a new due time
	}
	p.take(p.decoder.silence())
	p.arm()
}

func (p *pad) end() {
	p.timer.Stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
}

// take passes on what the decoder found.
func (p *pad) take(keys []Key, noisy bool) {
	for _, k := range keys {
		p.press(k)
	}
	if noisy {
		p.fault("read keys")
	}
}

// press hands k on unless it is a bounce or stuck.
func (p *pad) press(k Key) {
	now := time.Now()
	since := now.Sub(p.lastAt)
	again := k == p.last
	p.last, p.lastAt = k, now
	switch {
	case !again || since > stuckGap:
		p.repeats = 0
	case since < p.debounce:
		return
	default:
		p.repeats++
	}
	if p.repeats >= stuckRepeats {
		if p.repeats == stuckRepeats {
			p.fault("release " + k.String())
		}
		return
	}
	p.out(k)
	if p.faulty {
		p.faulty = false
		p.report(nil)
	}
}

func (p *pad) fault(op string) {
	p.faulty = true
	p.report(&device.Fault{Code: noise, Device: device.Keypad, Op: op})
}
