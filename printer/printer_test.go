package printer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"till/device"
	"till/printer/escpos"
)

type pipe struct{ net.Conn }

func (pipe) String() string { return "pipe" }

// bench is a printer, its driver, and what the driver reported.
type bench struct {
	*testing.T
	fake    *fake
	printer *Printer
	port    net.Conn
	mu      sync.Mutex
	reports []Status
	served  chan error
	begun   time.Time
}

// at plugs the fake in, after set has made it what it is, and lets the driver
// probe it.
func at(t *testing.T, p escpos.Profile, set func(*fake)) *bench {
	return with(t, Config{Profile: p}, set)
}

func with(t *testing.T, cfg Config, set func(*fake)) *bench {
	f, port := newFake()
	if set != nil {
		f.do(func() { set(f) })
	}
	b := &bench{T: t, fake: f, port: port, served: make(chan error, 1), begun: time.Now()}
	cfg.Report = b.report
	b.printer = New(cfg)
	b.serve()
	return b
}

func (b *bench) report(s Status) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reports = append(b.reports, s)
}

func (b *bench) reported() []Status {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.reports)
}

// last is the status that was reported last.
func (b *bench) last() Status {
	all := b.reported()
	return all[len(all)-1]
}

func (b *bench) serve() {
	go func() { b.served <- b.printer.Serve(b.Context(), pipe{b.port}) }()
	synctest.Wait()
}

func (b *bench) print(id uint32) Result {
	return b.printer.Print(b.Context(), b.job(id, 10))
}

func (b *bench) job(id uint32, lines int) Job {
	var ops []escpos.Op
	for i := range lines {
		ops = append(ops, escpos.Say(fmt.Sprintf("job %d line %d of the receipt", id, i+1), 0))
	}
	body, err := escpos.Encode(b.printer.cfg.Profile, ops)
	if err != nil {
		b.Fatal(err)
	}
	return Job{ID: id, Body: body, Cut: escpos.EncodeCut(b.printer.cfg.Profile)}
}

// whole tells whether every line of the job is on paper, in order.
func (b *bench) whole(id uint32, lines int) bool {
	var want []string
	for i := range lines {
		want = append(want, fmt.Sprintf("job %d line %d of the receipt", id, i+1))
	}
	seen := b.fake.seen()
	return len(seen) >= lines && slices.Equal(seen[len(seen)-lines:], want)
}

func (b *bench) end() {
	_ = b.port.Close() // what ends the fake, too
	synctest.Wait()
	time.Sleep(b.fake.perLine) // the line that it is at
}

func expect(t *testing.T, got Result, outcome Outcome, level escpos.Level, code device.Code) {
	t.Helper()
	var is device.Code
	if got.Fault != nil {
		is = got.Fault.Code
	}
	if got.Outcome != outcome || got.Level != level || is != code {
		t.Fatalf("%v at level %v with %q (%v); want %v at %v with %q",
			got.Outcome, got.Level, is, got.Fault, outcome, level, code)
	}
}

func bubble(t *testing.T, test func(*testing.T)) {
	t.Helper()
	synctest.Test(t, test)
}

func epson() escpos.Profile {
	p, _ := escpos.ProfileNamed("epson-tm")
	p.Level = escpos.Probe
	return p
}

func generic() escpos.Profile {
	p, _ := escpos.ProfileNamed("generic-80")
	return p
}

func TestJobIsPrintedAtTheLevelThatThePrinterCanProve(t *testing.T) {
	for _, c := range []struct {
		name  string
		p     escpos.Profile
		set   func(*fake)
		level escpos.Level
		want  Outcome
	}{
		{"all", epson(), nil, escpos.LevelA, Printed},
		{"no automatic status", epson(), func(f *fake) { f.noASB = true }, escpos.LevelA, Printed},
		{"no process ID", generic(), func(f *fake) { f.noID = true }, escpos.LevelB, Printed},
		{"no real-time status", generic(), func(f *fake) { f.noEOT = true }, escpos.LevelC, Printed},
		{"only real-time status", generic(), func(f *fake) { f.noID, f.noSensor, f.noASB = true, true, true }, escpos.LevelC, Printed},
		{"half of the real-time status", generic(), func(f *fake) { f.lastEOT, f.noASB = 2, true }, escpos.LevelC, Printed},
		{"the same without process ID", generic(), func(f *fake) { f.lastEOT, f.noASB, f.noID = 2, true, true }, escpos.LevelC, Printed},
		{"half, but automatic status", generic(), func(f *fake) { f.lastEOT = 2 }, escpos.LevelA, Printed},
		{"fixed A", fixed(escpos.LevelA), nil, escpos.LevelA, Printed},
		{"fixed B", fixed(escpos.LevelB), nil, escpos.LevelB, Printed},
		{"fixed C", fixed(escpos.LevelC), nil, escpos.LevelC, Printed},
		{"write-only", fixed(escpos.LevelD), func(f *fake) { f.silent = true }, escpos.LevelD, Unconfirmed},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b := at(t, c.p, c.set)
				defer b.end()
				for id := range uint32(3) {
					expect(t, b.print(id), c.want, c.level, "")
					time.Sleep(5 * time.Second) // write-only: let it print
					if !b.whole(id, 10) || b.fake.count(&b.fake.cuts) != int(id)+1 {
						t.Fatalf("job %d is not on paper and cut: %q", id, b.fake.seen())
					}
				}
			})
		})
	}
}

func fixed(l escpos.Level) escpos.Profile {
	p := generic()
	p.Level, p.Speed = l, 50 // as fast as the fake
	return p
}

func TestPrintedIsNotSaidBeforeThePaperHasMoved(t *testing.T) {
	for _, l := range []escpos.Level{escpos.LevelA, escpos.LevelB, escpos.LevelC} {
		bubble(t, func(t *testing.T) {
			p := fixed(l)
			p.Speed = 50
			b := at(t, p, nil)
			defer b.end()
			res := b.printer.Print(t.Context(), b.job(1, 40))
			expect(t, res, Printed, l, "")
			if !b.whole(1, 40) {
				t.Errorf("level %v: said printed after %d lines", l, len(b.fake.seen()))
			}
		})
	}
}

func TestNothingIsSentToAPrinterThatIsNotWell(t *testing.T) {
	for code, set := range map[device.Code]func(*fake){
		device.CoverOpen:      func(f *fake) { f.cover = true },
		device.PaperEmpty:     func(f *fake) { f.out = true },
		device.PrinterHot:     func(f *fake) { f.hot = true },
		device.PrinterOffline: func(f *fake) { f.offline = true },
		device.PrinterSilent:  func(f *fake) { f.silent = true },
	} {
		for _, p := range []escpos.Profile{epson(), generic(), fixed(escpos.LevelA)} {
			bubble(t, func(t *testing.T) {
				b := at(t, p, set)
				defer b.end()
				expect(t, b.print(1), Refused, 0, code)
				b.fake.do(func() {
					b.fake.cover, b.fake.out, b.fake.hot, b.fake.offline, b.fake.silent = false, false, false, false, false
				})
				time.Sleep(5 * time.Second)
				if len(b.fake.seen()) > 0 {
					t.Errorf("%s: refused, and yet on paper: %q", code, b.fake.seen())
				}
				if last := b.last(); !last.Ready() {
					t.Errorf("%s: well again after 5 s, reported %+v", code, last)
				}
				expect(t, b.print(2), Printed, escpos.LevelA, "")
			})
		}
	}
}

func TestPaperEndInTheMiddleTearsTheJobAndNothingOfItComesOutLater(t *testing.T) {
	for _, c := range []struct {
		name  string
		p     escpos.Profile
		set   func(*fake)
		clean bool // the rest is cleared before the new roll
	}{
		{"A", epson(), nil, true},
		{"A without automatic status", epson(), func(f *fake) { f.noASB = true }, true},
		{"B, which clears when well again", fixed(escpos.LevelB), func(f *fake) { f.noDC4 = true }, false},
		{"C", fixed(escpos.LevelC), func(f *fake) { f.noDC4, f.noASB = true, true }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b := at(t, c.p, c.set)
				defer b.end()
				b.fake.do(func() { b.fake.outAfter = 4 })
				expect(t, b.print(1), Torn, 0, device.PaperEmpty)
				if n := len(b.fake.seen()); n != 4 {
					t.Fatalf("%d lines on paper", n)
				}
				expect(t, b.print(2), Refused, 0, device.PaperEmpty)
				b.fake.do(func() { b.fake.out = false })
				time.Sleep(20 * time.Second)
				if n := len(b.fake.seen()); c.clean && n != 4 {
					t.Errorf("%d lines of the torn job came out on the new roll", n-4)
				}
				res := b.print(1)
				if res.Outcome != Printed || !b.whole(1, 10) {
					t.Errorf("printed again: %v %v, %q", res.Outcome, res.Fault, b.fake.seen())
				}
			})
		})
	}
}

func TestCutterJamIsNotAReasonToPrintAgain(t *testing.T) {
	for _, l := range []escpos.Level{escpos.LevelA, escpos.LevelB, escpos.LevelC} {
		bubble(t, func(t *testing.T) {
			b := at(t, fixed(l), func(f *fake) { f.jamAtCut = true })
			defer b.end()
			expect(t, b.print(1), CutFailed, l, device.CutterJammed)
			if !b.whole(1, 10) {
				t.Error("the body is not on paper")
			}
			// The person opens the cover, frees the knife and closes it.
			b.fake.do(func() { b.fake.cover = true })
			time.Sleep(3 * time.Second)
			b.fake.do(func() { b.fake.cover = false })
			time.Sleep(15 * time.Second)
			if last := b.last(); !last.Ready() {
				t.Errorf("level %v: the jam was not left: %+v", l, last)
			}
			expect(t, b.print(2), Printed, l, "")
		})
	}
}

func TestWithoutAPortPrintReturnsAtOnce(t *testing.T) {
	p := New(Config{Profile: generic()})
	expect(t, p.Print(t.Context(), Job{}), Refused, 0, device.PortGone)
	bubble(t, func(t *testing.T) {
		b := at(t, generic(), nil)
		b.end()
		if err := <-b.served; !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("Serve ended with %v", err)
		}
		expect(t, b.print(1), Refused, 0, device.PortGone)
	})
}

func TestUnplugInTheMiddleTearsTheJobAndTheNextPortIsFlushed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := at(t, fixed(escpos.LevelB), nil)
		result := make(chan Result)
		go func() { result <- b.printer.Print(t.Context(), b.job(1, 200)) }()
		time.Sleep(2 * time.Second)
		b.end()
		expect(t, <-result, Torn, 0, device.PortGone)
		if err := <-b.served; err == nil {
			t.Error("Serve ended well on a broken wire")
		}

		f, port := newFake()
		f.do(func() { f.buffer = []byte("\x1Dv0\x00\x30\x00\x05\x00") }) // the printer waits for a picture
		b.fake, b.port = f, port
		b.serve()
		time.Sleep(20 * time.Second)
		expect(t, b.print(2), Printed, escpos.LevelB, "")
		if !b.whole(2, 10) {
			t.Errorf("on paper: %q", f.seen())
		}
		b.end()
	})
}

func TestCreditKeepsALongReportFromOverrunningTheBuffer(t *testing.T) {
	for _, l := range []escpos.Level{escpos.LevelA, escpos.LevelB, escpos.LevelC} {
		for _, buffer := range []int{512, 2048} {
			bubble(t, func(t *testing.T) {
				p := fixed(l)
				p.Buffer, p.Speed, p.Baud = buffer, 50, 115200
				b := at(t, p, func(f *fake) { f.limit = buffer })
				defer b.end()
				expect(t, b.printer.Print(t.Context(), b.job(1, 200)), Printed, l, "")
				if d := b.fake.count(&b.fake.dropped); d > 0 || !b.whole(1, 200) {
					t.Errorf("level %v, buffer of %d: %d bytes dropped", l, buffer, d)
				}
			})
		}
	}
}

func TestXOFFStopsTheDataUntilXON(t *testing.T) {
	for _, l := range []escpos.Level{escpos.LevelA, escpos.LevelB, escpos.LevelC} {
		bubble(t, func(t *testing.T) {
			b := at(t, fixed(l), nil)
			defer b.end()
			b.fake.do(func() { b.fake.say(0x13) })
			result := make(chan Result)
			go func() { result <- b.print(1) }()
			time.Sleep(5 * time.Second)
			if len(b.fake.seen()) > 0 {
				t.Fatal("data in spite of XOFF")
			}
			b.fake.do(func() { b.fake.say(0x11) })
			expect(t, <-result, Printed, l, "")

			b.fake.do(func() { b.fake.say(0x13) })
			begun := time.Now()
			expect(t, b.print(2), Torn, 0, device.PrinterOffline)
			if d := time.Since(begun); d > 15*time.Second {
				t.Errorf("level %v: XOFF was obeyed for %v", l, d)
			}
			// The XON was lost. The printer is well: after a clear it is tried again.
			time.Sleep(15 * time.Second)
			expect(t, b.print(3), Printed, l, "")
		})
	}
}

func TestPaperEndIsKnownAtOnceWhenThePrinterTellsAndSoonWhenAsked(t *testing.T) {
	for _, c := range []struct {
		name string
		p    escpos.Profile
		set  func(*fake)
		most time.Duration
	}{
		{"told", epson(), nil, 1100 * time.Millisecond}, // 0.6 s of paper, and the clear at once
		{"asked", epson(), func(f *fake) { f.noASB = true }, 3 * time.Second},
		{"paced", fixed(escpos.LevelC), nil, 4 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b := at(t, c.p, c.set)
				defer b.end()
				time.Sleep(time.Second)
				b.fake.do(func() { b.fake.outAfter = 8 })
				begun := time.Now()
				expect(t, b.printer.Print(t.Context(), b.job(1, 300)), Torn, 0, device.PaperEmpty)
				if d := time.Since(begun); d > c.most {
					t.Errorf("known after %v", d)
				}
			})
		})
	}
}

func TestPrintingAgainLeavesACutterJam(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := at(t, fixed(escpos.LevelB), func(f *fake) { f.jamAtCut = true })
		defer b.end()
		expect(t, b.print(1), CutFailed, escpos.LevelB, device.CutterJammed)
		expect(t, b.print(2), Printed, escpos.LevelB, "")
	})
}

// TestAfterACrashTheOldJobIsNotTakenForSilence starts the driver while half a
// job of an earlier life is still being printed.
func TestAfterACrashTheOldJobIsNotTakenForSilence(t *testing.T) {
	for _, name := range []string{"generic-80", "generic-58", "epson-tm"} {
		bubble(t, func(t *testing.T) {
			p, _ := escpos.ProfileNamed(name)
			p.Speed = 50
			b := with(t, Config{Profile: p, Unfinished: true}, func(f *fake) {
				f.buffer = []byte(strings.Repeat("old job\n", 40) + "\x1Dv0\x00\x30\x00\x05\x00half")
			})
			defer b.end()
			expect(t, b.print(1), Printed, escpos.LevelA, "")
			if !b.whole(1, 10) {
				t.Errorf("%s: on paper: %q", name, b.fake.seen())
			}
		})
	}
}

func TestSilenceInTheMiddleIsTornAndAfterAllWasSentUnconfirmed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := at(t, fixed(escpos.LevelB), nil)
		defer b.end()
		go func() {
			time.Sleep(2 * time.Second)
			b.fake.do(func() { b.fake.silent = true })
		}()
		expect(t, b.printer.Print(t.Context(), b.job(1, 300)), Torn, 0, device.PrinterSilent)
		if last := b.last(); last.Known {
			t.Error("a silent printer is reported as known")
		}
	})
	bubble(t, func(t *testing.T) {
		b := at(t, fixed(escpos.LevelA), nil)
		defer b.end()
		go func() {
			time.Sleep(time.Second / 2)
			b.fake.do(func() { b.fake.silent = true })
		}()
		expect(t, b.printer.Print(t.Context(), b.job(1, 10)), Unconfirmed, 0, device.PrinterSilent)
	})
}

func TestUnplugAfterAllWasSentIsUnconfirmed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := at(t, fixed(escpos.LevelA), nil)
		time.Sleep(time.Second)
		result := make(chan Result)
		go func() { result <- b.print(1) }()
		time.Sleep(300 * time.Millisecond)
		b.end()
		expect(t, <-result, Unconfirmed, 0, device.PortGone)
	})
}

func TestNearEndIsAWarningOfAPrintedJob(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := at(t, epson(), func(f *fake) { f.near = true })
		defer b.end()
		expect(t, b.print(1), Printed, escpos.LevelA, device.PaperNearEnd)
	})
}

func TestHotHeadIsWaitedOut(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := at(t, epson(), nil)
		defer b.end()
		go func() {
			time.Sleep(200 * time.Millisecond)
			b.fake.do(func() { b.fake.hot = true })
			time.Sleep(60 * time.Second)
			b.fake.do(func() { b.fake.hot = false })
		}()
		expect(t, b.print(1), Printed, escpos.LevelA, "")
	})
}

func TestCallerWhoGivesUpTearsTheJob(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := at(t, epson(), nil)
		defer b.end()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		expect(t, b.printer.Print(ctx, b.job(1, 100)), Torn, 0, "")
		time.Sleep(20 * time.Second)
		expect(t, b.print(2), Printed, escpos.LevelA, "")
		if !b.whole(2, 10) || strings.Contains(strings.Join(b.fake.seen(), ""), "job 1 line 100 ") {
			t.Errorf("on paper: %q", b.fake.seen())
		}
	})
}
