// Package scanner reads a barcode scanner on a serial line: bytes on a Port
// become whole scans, each with its symbology when the scanner tells it.
//
// A scan is a prefix (if one is configured), an AIM identifier (if the scanner
// sends one), text, and CR, LF or both. It is handed on at the first of them:
// nothing waits for the LF of a CR LF.
//
// # What is never taken for a scan
//
// Half a payment code must never pass for a whole one. A silence of more than
// 50 ms inside a scan tears it (S02), and what follows belongs to the torn
// scan, up to its CR or LF or until the line has been silent for 200 ms more: a
// USB adapter that stumbles for 60 ms must not have its second half believed.
// When the program itself was held up, so that it cannot know whether the line
// was silent or only unread, it takes the scan for torn and believes the next
// one. Control characters, text that is not UTF-8 or not printable, and a
// scan without the configured prefix are noise (S01); more than 2953 bytes is
// no code (S03); after either, all is dropped until the line has been silent
// for 50 ms.
//
// # Decisions
//
// The AIM identifier is recognized without being configured: no payment code,
// receipt or product number begins with a bracket, and a scanner that was set
// to send identifiers would otherwise be of no use. A code that does begin
// with one, letter and digit, and must keep them, would change our mind.
//
// A configured prefix is demanded, not only stripped: it then shows that the
// head of a scan was lost. Two equal scans in a row (a stuck trigger) are both
// delivered: whether they are one is a question of money, for package txn.
//
// GS (0x1D), which separates the fields of GS1 codes, is noise like any other
// control character: such codes are on goods, and there is no goods list.
//
// Source: /work/shared/devices.md, sections 2 (rule 12), 10.1 and 10.2.
package scanner

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"till/device"
)

const (
	// interByteGap is the longest silence inside one scan. At 9600 baud, 8N1, a
	// byte takes 1.04 ms; a gap fifty times as long means that the rest is lost.
	interByteGap = 50 * time.Millisecond

	// tornGap is the silence, beyond interByteGap, after which bytes no longer
	// belong to a torn scan. People and re-reading scanners need longer than the
	// sum for the next code (300 ms).
	tornGap = 200 * time.Millisecond

	// scanBytesMax is the longest text of a scan: what a version 40-L QR code
	// holds in byte mode (ISO/IEC 18004:2015, table 7).
	scanBytesMax = 2953

	// prefixBytesMax bounds a configured prefix.
	prefixBytesMax = 16

	// chunk is how much one Read takes: any scan.
	chunk = 4096
)

// Scan is one whole scan.
type Scan struct {
	Text      Code
	Symbology Symbology // Unknown when the scanner does not tell
}

// Config says how this scanner frames its scans. The zero Config is right for
// a scanner as delivered.
type Config struct {
	// Prefix is what the scanner sends before each scan, at most 16 bytes, for
	// instance STX. A scan without it is noise.
	Prefix string
}

// Check says what is wrong with c.
func (c Config) Check() error {
	if len(c.Prefix) > prefixBytesMax {
		return fmt.Errorf("prefix of %d bytes: longer than %d", len(c.Prefix), prefixBytesMax)
	}
	if strings.ContainsAny(c.Prefix, "\r\n") {
		return fmt.Errorf("prefix %q: CR and LF end a scan", c.Prefix)
	}
	return nil
}

// Serve reads port and calls out for every whole scan, until Read fails; it
// returns that error. To stop it, close the port; device.Supervise does so when
// ctx ends.
//
// report gets a fault for every torn scan (S02), burst of noise (S01) and code
// that is too long (S03), and nil with the first good scan after one. out and
// report are never called at the same time and must return soon: out is called
// in the goroutine that reads, straight from the CR. The text is a secret until
// somebody knows better.
//
// Serve panics when cfg does not pass its Check.
func Serve(
	ctx context.Context, port device.Port, cfg Config, out func(Scan), report func(*device.Fault),
) error {
	if err := cfg.Check(); err != nil {
		panic("scanner: " + err.Error())
	}
	l := &line{framer: framer{prefix: cfg.Prefix}, out: out, report: report}
	l.timer = time.AfterFunc(time.Hour, l.silent)
	l.timer.Stop()
	defer l.end()
	buf := make([]byte, chunk)
	for ctx.Err() == nil {
		n, err := port.Read(buf)
		if n > 0 {
			l.heard(buf[:n])
		}
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// line joins the framer to the clock and the callers.
type line struct {
	out    func(Scan)
	report func(*device.Fault)

	mu     sync.Mutex
	framer framer
	timer  *time.Timer
	due    time.Time // when the timer should fire; zero when it should not
	faulty bool      // a fault was reported since the last good scan
	ended  bool
}

// heard takes what Read returned.
func (l *line) heard(b []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.due.IsZero() && time.Since(l.due) >= 0 {
		// The timer is due and has not run: the line may have been silent.
		if code := l.framer.doubt(); code != "" {
			l.fault(code)
		}
	}
	for i := range b {
		scan, code := l.framer.push(b[i])
		switch {
		case code != "":
			l.fault(code)
		case scan != nil:
			l.out(*scan)
			if l.faulty {
				l.faulty = false
				l.report(nil)
			}
		}
	}
	l.arm()
}

// arm sets the timer to the silence that would mean something now.
func (l *line) arm() {
	wait := l.framer.patience()
	if wait == 0 {
		l.due = time.Time{}
		l.timer.Stop()
		return
	}
	l.due = time.Now().Add(wait)
	l.timer.Reset(wait)
}

// silent is the timer's function.
func (l *line) silent() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended || l.due.IsZero() || time.Until(l.due) > 0 {
		return // bytes came meanwhile, and with them a new due time
	}
	sure := time.Since(l.due) <= interByteGap/2
	if code := l.framer.silence(sure); code != "" {
		l.fault(code)
	}
	l.arm()
}

func (l *line) end() {
	l.timer.Stop()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
}

func (l *line) fault(code device.Code) {
	l.faulty = true
	l.report(&device.Fault{Code: code, Device: device.Scanner, Op: "read scan"})
}
