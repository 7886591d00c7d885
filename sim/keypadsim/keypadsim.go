// Package keypadsim is a serial keypad of twenty keys as it looks on the wire,
// with keys that bounce and keys that are stuck.
//
// Its bytes are a table of its own, written from the pad and the byte lists in
// the documentation of package keypad (and /work/shared/screens.md 9.3,
// devices.md 10.7), not taken from that package.
package keypadsim

import (
	"fmt"
	"io"
	"slices"
	"sync"
	"time"
)

// raw is what a pad with one byte a key sends.
var raw = map[string]string{
	"0": "0", "1": "1", "2": "2", "3": "3", "4": "4",
	"5": "5", "6": "6", "7": "7", "8": "8", "9": "9",
	"00": "D", ".": ".", "enter": "\r", "cancel": "C", "back": "\x08",
	"updown": "U", "f1": "A", "f2": "B", "f3": "E", "f4": "F",
}

// vt100 is what differs on a pad that speaks as a VT100 does.
var vt100 = map[string]string{
	"f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS",
	"updown": "\x1b[B", "cancel": "\x1b", "back": "\x7f",
}

// Keys lists the names of the keys, row by row.
var Keys = []string{
	"f1", "f2", "f3", "f4",
	"1", "2", "3", "cancel",
	"4", "5", "6", "back",
	"7", "8", "9", "updown",
	"00", "0", ".", "enter",
}

// Options say what kind of pad it is. The zero Options are a clean one with
// one byte a key.
type Options struct {
	VT100  bool // function keys are escape sequences
	Bounce int  // how many times the contact of each key closes again
	CRLF   bool // enter sends CR LF

	// Between is the time between two closings of a bouncing contact.
	Between time.Duration

	// Repeat is the time between two repeats of a key that is held; 0 is 33 ms,
	// as most repeat.
	Repeat time.Duration
}

// Keypad writes keys. Its methods may be called from several goroutines.
type Keypad struct {
	mu   sync.Mutex
	w    io.Writer
	opts Options
}

// New makes a clean pad with one byte a key on the wire w.
func New(w io.Writer) *Keypad { return NewWith(w, Options{}) }

// NewWith makes a pad.
func NewWith(w io.Writer, opts Options) *Keypad {
	if opts.Repeat == 0 {
		opts.Repeat = 33 * time.Millisecond
	}
	return &Keypad{w: w, opts: opts}
}

// Press strikes the keys with these names, one after the other. It panics when
// a name is not in Keys.
func (k *Keypad) Press(names ...string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, name := range names {
		for i := range k.opts.Bounce + 1 {
			if i > 0 {
				time.Sleep(k.opts.Between)
			}
			if err := k.write(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// Hold presses a key and lets it repeat times more: a stuck key.
func (k *Keypad) Hold(name string, repeats int) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i := range repeats + 1 {
		if i > 0 {
			time.Sleep(k.opts.Repeat)
		}
		if err := k.write(name); err != nil {
			return err
		}
	}
	return nil
}

// Raw sends b as it is.
func (k *Keypad) Raw(b []byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, err := k.w.Write(b); err != nil {
		return fmt.Errorf("send to the terminal: %w", err)
	}
	return nil
}

func (k *Keypad) write(name string) error {
	if !slices.Contains(Keys, name) {
		panic("keypadsim: there is no key " + name)
	}
	seq := raw[name]
	if other, ok := vt100[name]; ok && k.opts.VT100 {
		seq = other
	}
	if name == "enter" && k.opts.CRLF {
		seq = "\r\n"
	}
	if _, err := k.w.Write([]byte(seq)); err != nil {
		return fmt.Errorf("press %s: %w", name, err)
	}
	return nil
}
