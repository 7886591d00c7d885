// Package scannersim is a barcode scanner as it looks on the wire: text
// between an optional prefix and identifier and a suffix, at the speed of a
// serial line, and everything that goes wrong with that.
//
// It is written from what scanners are delivered with (/work/shared/devices.md,
// sections 10.1 and 10.2: 9600 8N1, suffix CR, LF or CR LF, prefix such as STX,
// AIM identifiers), and not from package scanner.
package scannersim

import (
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"
)

// Options say how the scanner is set. The zero Options are CR after each scan,
// nothing before it, and no pacing.
type Options struct {
	Prefix string // sent first, for instance "\x02"
	AIM    string // the identifier sent after the prefix, for instance "]Q1"
	Suffix string // "" is CR; "\n", "\r\n" and "\t" are in use too

	// Baud is the speed of the line, ten bits a byte. 0 writes each scan at
	// once.
	Baud int
}

// Scanner writes scans. Its methods may be called from several goroutines; the
// bytes of one call stay together.
type Scanner struct {
	mu   sync.Mutex
	w    io.Writer
	opts Options
	free time.Time // when the line has carried all that was sent
}

// New makes a scanner on the wire w.
func New(w io.Writer, opts Options) *Scanner {
	if opts.Suffix == "" {
		opts.Suffix = "\r"
	}
	return &Scanner{w: w, opts: opts}
}

// Send scans text.
func (s *Scanner) Send(text string) error {
	return s.SendAs(s.opts.AIM, text)
}

// SendAs scans text as a code of another kind: with the identifier aim, or
// without one when it is empty.
func (s *Scanner) SendAs(aim, text string) error {
	return s.put([]byte(s.opts.Prefix + aim + text + s.opts.Suffix))
}

// SendHalf scans text and falls silent after its first n bytes.
func (s *Scanner) SendHalf(text string, n int) error {
	return s.put([]byte(s.opts.Prefix + s.opts.AIM + text[:n]))
}

// SendRest goes on where SendHalf stopped, as a scanner does whose cable
// hesitated.
func (s *Scanner) SendRest(text string, n int) error {
	return s.put([]byte(text[n:] + s.opts.Suffix))
}

// Double scans text twice in a row: a stuck trigger, or presentation mode
// without a re-read delay.
func (s *Scanner) Double(text string) error {
	whole := s.opts.Prefix + s.opts.AIM + text + s.opts.Suffix
	return s.put([]byte(whole + whole))
}

// Noise sends n bytes of anything, the same for the same seed: a wrong speed,
// or a cable beside a motor.
func (s *Scanner) Noise(seed uint64, n int) error {
	rng := rand.New(rand.NewPCG(seed, 0x5ca7))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return s.put(b)
}

// Raw sends b as it is.
func (s *Scanner) Raw(b []byte) error { return s.put(b) }

// put writes b, byte by byte when the line has a speed.
func (s *Scanner) put(b []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.opts.Baud <= 0 {
		return s.write(b)
	}
	if now := time.Now(); s.free.Before(now) {
		s.free = now
	}
	for i := range b {
		// Each byte has its slot by the clock, so that late sleeps do not add up.
		s.free = s.free.Add(10 * time.Second / time.Duration(s.opts.Baud))
		time.Sleep(time.Until(s.free))
		if err := s.write(b[i : i+1]); err != nil {
			return err
		}
	}
	return nil
}

func (s *Scanner) write(b []byte) error {
	if _, err := s.w.Write(b); err != nil {
		return fmt.Errorf("send scan: %w", err)
	}
	return nil
}
