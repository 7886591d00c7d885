package scanner_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"till/device"
	"till/device/serial"
	"till/scanner"
	"till/sim/rig"
	"till/sim/scannersim"
)

const payer = "280012345678901234"

// bench is a scanner and its twin on a wire.
type bench struct {
	t    *testing.T
	wire *rig.Wire
	twin *scannersim.Scanner
	done chan error

	mu  sync.Mutex
	log []string // what came out, in order
}

// lay starts Serve; the twin's options and the driver's configuration need not
// agree.
func lay(t *testing.T, cfg scanner.Config, opts scannersim.Options) *bench {
	b := &bench{t: t, wire: rig.Pipe("wire"), done: make(chan error, 1)}
	b.twin = scannersim.New(b.wire.Twin(), opts)
	port, err := b.wire.Open()
	if err != nil {
		t.Fatal(err)
	}
	go func() { b.done <- scanner.Serve(t.Context(), port, cfg, b.scan, b.fault) }()
	t.Cleanup(func() {
		if err := port.Close(); err != nil {
			t.Error(err)
		}
		if err := <-b.done; err != io.EOF {
			t.Errorf("Serve returned %v after Close, want io.EOF", err)
		}
	})
	return b
}

func (b *bench) scan(s scanner.Scan) { b.note(fmt.Sprintf("%s %s", s.Text.Reveal(), s.Symbology)) }

func (b *bench) fault(f *device.Fault) {
	if f == nil {
		b.note("ok")
		return
	}
	b.note(fmt.Sprintf("%s %s", f.Device, f.Code))
}

func (b *bench) note(s string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.log = append(b.log, s)
}

// must fails the test for an error of the twin.
func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// raw sends s and waits until the driver has read it.
func (b *bench) raw(s string) {
	b.t.Helper()
	b.must(b.twin.Raw([]byte(s)))
	synctest.Wait()
}

// expect compares all that came out since the last time.
func (b *bench) expect(want ...string) {
	b.t.Helper()
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	if fmt.Sprintf("%q", b.log) != fmt.Sprintf("%q", want) {
		b.t.Errorf("came out %.300q, want %.300q", b.log, want)
	}
	b.log = nil
}

// bubble is a test in virtual time.
func bubble(t *testing.T, f func(*testing.T)) { synctest.Test(t, f) }

func TestAScanEndsAtOnceAndOnlyOnce(t *testing.T) {
	for _, suffix := range []string{"\r", "\n", "\r\n", "\r\r\n", "\n\r"} {
		t.Run(fmt.Sprintf("%q", suffix), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b := lay(t, scanner.Config{}, scannersim.Options{Suffix: suffix})
				start := time.Now()
				for range 3 {
					b.must(b.twin.Send(payer))
				}
				b.expect(payer+" unknown", payer+" unknown", payer+" unknown")
				if took := time.Since(start); took != 0 {
					t.Errorf("took %v of virtual time: something waits for a timer", took)
				}
				time.Sleep(time.Minute)
				b.expect()
			})
		})
	}
}

// TestAScanDoesNotWaitForTheLF has LF come a second after CR.
func TestAScanDoesNotWaitForTheLF(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := lay(t, scanner.Config{}, scannersim.Options{})
		b.raw(payer + "\r")
		b.expect(payer + " unknown")
		time.Sleep(time.Second)
		b.raw("\n69")
		b.raw("01234567892\r")
		b.expect("6901234567892 unknown")
	})
}

func TestADoubleIsDeliveredTwice(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := lay(t, scanner.Config{}, scannersim.Options{})
		b.must(b.twin.Double(payer))
		b.expect(payer+" unknown", payer+" unknown")
	})
}

func TestIdentifierAndPrefixAreTakenOff(t *testing.T) {
	stx := scanner.Config{Prefix: "\x02"}
	for _, tt := range []struct {
		name string
		cfg  scanner.Config
		raw  string
		want []string
	}{
		{"QR", scanner.Config{}, "]Q1" + payer + "\r", []string{payer + " QR"}},
		{"Code 128", scanner.Config{}, "]C0" + payer + "\r", []string{payer + " Code 128"}},
		{"GS1-128", scanner.Config{}, "]C10106901234567892\r", []string{"0106901234567892 GS1-128"}},
		{"EAN-13", scanner.Config{}, "]E06901234567892\r", []string{"6901234567892 EAN-13"}},
		{"EAN-8", scanner.Config{}, "]E469012341\r", []string{"69012341 EAN-8"}},
		{"Data Matrix", scanner.Config{}, "]d2123\r", []string{"123 Data Matrix"}},
		{"unknown letter is text", scanner.Config{}, "]?1x\r", []string{"]?1x unknown"}},
		{"a bracket alone is text", scanner.Config{}, "]\r", []string{"] unknown"}},
		{"no modifier is text", scanner.Config{}, "]Q-1\r", []string{"]Q-1 unknown"}},
		{"an identifier without text is noise", scanner.Config{}, "]Q1\r", []string{"scanner S01"}},
		{"prefix", stx, "\x02" + payer + "\r", []string{payer + " unknown"}},
		{"prefix and identifier", stx, "\x02]Q1" + payer + "\r\n", []string{payer + " QR"}},
		{"prefix is demanded", stx, payer + "\r", []string{"scanner S01"}},
		{"half a prefix is noise", scanner.Config{Prefix: "AB"}, "A\r", []string{"scanner S01"}},
		{"prefix alone is noise", stx, "\x02\r", []string{"scanner S01"}},
		{"Chinese", scanner.Config{}, "收钱吧\r", []string{"收钱吧 unknown"}},
		{"inner spaces stay", scanner.Config{}, " a b \r", []string{" a b  unknown"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b := lay(t, tt.cfg, scannersim.Options{})
				b.raw(tt.raw)
				b.expect(tt.want...)
			})
		})
	}
}

func TestWhatIsNoScanIsNoise(t *testing.T) {
	for name, raw := range map[string]string{
		"NUL":                "2800\x001234\r",
		"GS":                 "]C1010690\x1d17\r",
		"ESC":                "\x1b[A\r",
		"DEL":                "2800\x7f\r",
		"TAB":                "2800\t1234\r",
		"half a character":   "\xe6\x94\r",
		"GBK":                "\xca\xd5\xc7\xae\r",
		"unprintable":        "a\u200bb\r",
		"byte order mark":    "\ufeff2800\r",
		"C1 control":         "\u0085\r",
		"a break, then more": "\x00" + payer + "\r" + payer + "\r",
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b := lay(t, scanner.Config{}, scannersim.Options{})
				b.raw(raw)
				b.expect("scanner S01")
				time.Sleep(60 * time.Millisecond)
				b.must(b.twin.Send(payer))
				b.expect(payer+" unknown", "ok")
				b.must(b.twin.Send(payer))
				b.expect(payer + " unknown") // one "ok" is enough
			})
		})
	}
}

// TestNoiseIsDroppedUntilTheLineIsSilent looks at both sides of 50 ms.
func TestNoiseIsDroppedUntilTheLineIsSilent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := lay(t, scanner.Config{}, scannersim.Options{})
		b.raw("\x00")
		for range 5 {
			time.Sleep(49 * time.Millisecond)
			b.raw(payer + "\r")
		}
		b.expect("scanner S01")
		time.Sleep(51 * time.Millisecond)
		b.raw(payer + "\r")
		b.expect(payer+" unknown", "ok")
	})
}

// TestATornScanNeverPassesForAWholeOne is the promise that this package is
// for. Each row is one hesitation of the line, after 10 bytes of 18.
func TestATornScanNeverPassesForAWholeOne(t *testing.T) {
	whole, torn := []string{payer + " unknown"}, []string{"scanner S02"}
	for _, tt := range []struct {
		hesitates time.Duration
		want      []string
	}{
		{0, whole},
		{time.Millisecond, whole},
		{49 * time.Millisecond, whole},
		{50 * time.Millisecond, torn}, // and the rest, which looks like a code, is dropped
		{51 * time.Millisecond, torn},
		{200 * time.Millisecond, torn},
		{249 * time.Millisecond, torn},
	} {
		t.Run(tt.hesitates.String(), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b := lay(t, scanner.Config{}, scannersim.Options{})
				b.must(b.twin.SendHalf(payer, 10))
				time.Sleep(tt.hesitates)
				synctest.Wait()
				b.must(b.twin.SendRest(payer, 10))
				b.expect(tt.want...)
				// The next one, even at once, is believed.
				b.must(b.twin.Send("6901234567892"))
				next := []string{"6901234567892 unknown"}
				if tt.hesitates >= 50*time.Millisecond {
					next = append(next, "ok")
				}
				b.expect(next...)
			})
		})
	}
}

func TestAHalfIsReportedAfterFiftyMillisecondsAndOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := lay(t, scanner.Config{}, scannersim.Options{})
		b.must(b.twin.SendHalf(payer, 4))
		time.Sleep(49 * time.Millisecond)
		b.expect()
		time.Sleep(time.Millisecond)
		b.expect("scanner S02")
		time.Sleep(251 * time.Millisecond)
		b.must(b.twin.Send(payer)) // 301 ms after the half: a person scans again
		b.expect(payer+" unknown", "ok")
		time.Sleep(time.Hour)
		b.expect()
	})
}

// TestTheGapIsBetweenBytes: a scan may take as long as it likes.
func TestTheGapIsBetweenBytes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := lay(t, scanner.Config{}, scannersim.Options{Baud: 300}) // 33 ms a byte
		b.must(b.twin.Send(payer))
		b.expect(payer + " unknown")
	})
}

func TestTheLongestScan(t *testing.T) {
	longest := strings.Repeat("7", 2953)
	for _, tt := range []struct {
		name string
		cfg  scanner.Config
		raw  string
		want []string
	}{
		{"as long as a code can be", scanner.Config{}, longest + "\r", []string{longest + " unknown"}},
		{"the same with all that stands before it", scanner.Config{Prefix: "\x02"},
			"\x02]Q1" + longest + "\r", []string{longest + " QR"}},
		{"one byte more", scanner.Config{}, longest + "7\r", []string{"scanner S03"}},
		{"one byte more after an identifier", scanner.Config{},
			"]Q1" + longest + "7\r", []string{"scanner S03"}},
		{"a megabyte", scanner.Config{}, strings.Repeat("7", 1<<20), []string{"scanner S03"}},
		{"with codes inside", scanner.Config{},
			longest + "7777\r" + payer + "\r", []string{"scanner S03"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b := lay(t, tt.cfg, scannersim.Options{})
				b.raw(tt.raw)
				b.expect(tt.want...)
			})
		})
	}
}

// TestNoiseNeverMakesALongOrUnprintableScan runs seeds of pure noise.
func TestNoiseNeverMakesALongOrUnprintableScan(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := lay(t, scanner.Config{}, scannersim.Options{})
		for seed := range uint64(50) {
			b.must(b.twin.Noise(seed, 5000))
			time.Sleep(time.Second)
		}
		synctest.Wait()
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, line := range b.log {
			if line != "ok" && line != "scanner S01" && line != "scanner S02" && len(line) > 40 {
				t.Errorf("noise made the scan %.60q", line)
			}
		}
		b.log = nil
	})
}

func TestABadConfigIsRefused(t *testing.T) {
	for _, prefix := range []string{"a\rb", "\n", strings.Repeat("x", 17)} {
		cfg := scanner.Config{Prefix: prefix}
		if cfg.Check() == nil {
			t.Errorf("Check accepts the prefix %q", prefix)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("Serve takes the prefix %q", prefix)
				}
			}()
			err := scanner.Serve(t.Context(), nil, cfg, nil, nil)
			t.Error("Serve returned", err)
		}()
	}
	if err := (scanner.Config{Prefix: strings.Repeat("\x02", 16)}).Check(); err != nil {
		t.Error(err)
	}
}

// TestScansComeThroughAPseudoTerminal runs the real driver with the real
// serial port, through an unplug in the middle of a code.
func TestScansComeThroughAPseudoTerminal(t *testing.T) {
	line, err := rig.OpenLine(t.TempDir(), "ttySCANNER")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	scans, faults := make(chan string, 8), make(chan *device.Fault, 8)
	done := make(chan struct{})
	go func() {
		defer close(done)
		report := func(f *device.Fault) { faults <- f }
		serve := func(ctx context.Context, p device.Port) error {
			out := func(s scanner.Scan) { scans <- s.Text.Reveal() }
			return scanner.Serve(ctx, p, scanner.Config{}, out, report)
		}
		mode := serial.Mode{Baud: 9600}
		device.Supervise(ctx, device.Scanner, serial.Opener(line.Path(), mode), report, serve)
	}()
	defer func() { stop(); <-done }()
	twin := scannersim.New(line.Master(), scannersim.Options{Suffix: "\r\n"})
	await(t, faults, func(f *device.Fault) bool { return f == nil })
	for range 2 {
		if err := twin.Send(payer); err != nil {
			t.Fatal(err)
		}
		await(t, scans, func(s string) bool { return s == payer })
		if err := twin.SendHalf(payer, 9); err != nil {
			t.Fatal(err)
		}
		if err := line.Unplug(); err != nil {
			t.Fatal(err)
		}
		gone := func(f *device.Fault) bool { return f != nil && f.Code == device.PortGone }
		await(t, faults, func(f *device.Fault) bool {
			// The half may be judged torn before the hang-up is seen.
			return gone(f) || f != nil && f.Code == device.ScanTorn && gone(<-faults)
		})
		if err := line.Plug(); err != nil {
			t.Fatal(err)
		}
		await(t, faults, func(f *device.Fault) bool { return f == nil })
	}
	if err := line.Close(); err != nil {
		t.Error(err)
	}
}

func await[T any](t *testing.T, c <-chan T, ok func(T) bool) {
	t.Helper()
	select {
	case v := <-c:
		if !ok(v) {
			t.Fatalf("got %v", v)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("waited 20 s for nothing")
	}
}

// BenchmarkScan is one scan from the twin's write to out, over a
// pseudo-terminal (or a wire in memory).
func BenchmarkScan(b *testing.B) {
	wire := rig.Pipe("wire")
	line, err := rig.OpenLine(b.TempDir(), "ttySCANNER")
	if err != nil {
		b.Fatal(err)
	}
	for _, bb := range []struct {
		name string
		open device.Opener
		far  io.ReadWriteCloser
	}{
		{"wire", wire.Open, wire.Twin()},
		{"pty", serial.Opener(line.Path(), serial.Mode{Baud: 115200}), line.Master()},
	} {
		b.Run(bb.name, func(b *testing.B) {
			port, err := bb.open()
			if err != nil {
				b.Fatal(err)
			}
			out, done := make(chan struct{}, 1), make(chan error, 1)
			go func() {
				done <- scanner.Serve(b.Context(), port, scanner.Config{},
					func(scanner.Scan) { out <- struct{}{} }, func(f *device.Fault) { b.Error(f) })
			}()
			scan := []byte(payer + "\r")
			for b.Loop() {
				if _, err := bb.far.Write(scan); err != nil {
					b.Fatal(err)
				}
				<-out
			}
			if err := port.Close(); err != nil {
				b.Fatal(err)
			}
			if err := <-done; err != io.EOF {
				b.Fatal(err)
			}
		})
	}
	if err := errors.Join(wire.Close(), line.Close()); err != nil {
		b.Error(err)
	}
}
