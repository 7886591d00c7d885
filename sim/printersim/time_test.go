package printersim

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// slow is a printer of 50 mm/s: a line of 30 dots takes 75 ms.
func slow() Config {
	cfg := Epson(384)
	cfg.Speed = 50
	return cfg
}

const lineTime = 75 * time.Millisecond

func TestPaperMovesAtItsSpeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(slow())
		start := time.Now()
		d.print(strings.Repeat("x\n", 40), pid, "done") // 1200 dots, 150 mm
		for !d.Idle() {
			time.Sleep(time.Millisecond)
			synctest.Wait()
		}
		d.wantAnswer(t, 0x37, 0x22, 'd', 'o', 'n', 'e', 0)
		if took := time.Since(start).Round(10 * time.Millisecond); took != 3*time.Second {
			t.Errorf("150 mm at 50 mm/s took %v, want 3 s", took)
		}
	})
}

// TestProcessIDWaitsForThePaperAndSensorsDoNot is the difference between the
// acknowledgement levels A and B.
func TestProcessIDWaitsForThePaperAndSensorsDoNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(slow())
		d.print("one\ntwo\n", "\x1dr\x01", pid, "done")
		synctest.Wait()
		d.wantAnswer(t, 0x00) // processed, and nothing is on paper yet
		if n := len(d.Receipts()); n != 0 {
			t.Errorf("%d receipts before the first line is printed", n)
		}
		time.Sleep(2*lineTime - time.Millisecond)
		synctest.Wait()
		d.wantAnswer(t)
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		d.wantAnswer(t, 0x37, 0x22, 'd', 'o', 'n', 'e', 0)
	})
}

// TestSensorsAreBelievedTooEarly: GS r said "processed, paper there", then the
// roll ended.
func TestSensorsAreBelievedTooEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := slow()
		cfg.NearEnd = 0
		d := newDesk(cfg)
		d.SetPaperLeft(40)
		d.print("one\ntwo\n", "\x1dr\x01")
		synctest.Wait()
		d.wantAnswer(t, 0x00)
		time.Sleep(time.Second)
		synctest.Wait()
		d.print(eot4)
		d.wantAnswer(t, 0x72)
		d.wantTexts(t, "one\n")
	})
}

func TestCoverOpenedWhilePrintingDoublesTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(slow())
		d.print("one\ntwo\n")
		time.Sleep(lineTime + lineTime/2)
		synctest.Wait()
		d.SetCover(true)
		d.print(eot3)
		d.wantAnswer(t, 0x52)
		time.Sleep(time.Second)
		synctest.Wait()
		d.SetCover(false)
		time.Sleep(time.Second)
		synctest.Wait()
		d.wantTexts(t, "one\ntwo\n")
		// One line, the upper 8 dots of the second, and the second once more.
		if got := d.Receipts()[0].Image.Rect.Dy(); got != 30+8+30 {
			t.Errorf("%d dots, want the interrupted line doubled", got)
		}
		d.print(allEOT)
		d.wantAnswer(t, 0x12, 0x12, 0x12, 0x12)
	})
}

func TestClearingWhilePrintingStopsTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(slow())
		d.print("ONE\nTWO\n")
		time.Sleep(lineTime / 2)
		d.print(dc4Clear)
		time.Sleep(time.Second)
		d.print("THREE\n")
		time.Sleep(time.Second)
		synctest.Wait()
		d.wantAnswer(t, 0x37, 0x25, 0x00)
		d.wantTexts(t, "THREE\n")
	})
}

// TestInterruptionsDoNotHastenThePaper opens and closes the cover so quickly
// that no dot is printed between.
func TestInterruptionsDoNotHastenThePaper(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(slow())
		d.print("one\n")
		for range 10 {
			d.SetCover(true)
			d.SetCover(false)
		}
		time.Sleep(lineTime - time.Millisecond)
		synctest.Wait()
		if d.Idle() {
			t.Error("a line is printed in less than its time")
		}
	})
}

// TestImageIsPrintedWhileItArrives sends a raster of 64 rows, 8 mm: 160 ms.
func TestImageIsPrintedWhileItArrives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(slow())
		d.print("\x1dv0\x00\x30\x00\x40\x00", strings.Repeat("\xff\x00", 24*32))
		time.Sleep(80*time.Millisecond + time.Microsecond)
		synctest.Wait()
		d.print(strings.Repeat("\xff\x00", 24*32), pid, "done")
		if h := d.Receipts()[0].Image.Rect.Dy(); h < 16 || h > 32 {
			t.Errorf("%d rows after half the time, want about 30", h)
		}
		time.Sleep(90 * time.Millisecond)
		synctest.Wait()
		d.wantAnswer(t, 0x37, 0x22, 'd', 'o', 'n', 'e', 0)
		d.wantTexts(t, "[IMG:384x64]\n")
		img := d.Receipts()[0].Image
		if img.Rect.Dy() != 64 || strings.Count(black(img, 16), "########........\n") != 63 {
			t.Errorf("%d rows:\n%s", img.Rect.Dy(), black(img, 16))
		}
	})
}

func TestHeatInTheMiddleOfALineOnlyDelaysIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(slow())
		d.print("one\n")
		time.Sleep(lineTime / 2)
		d.SetHot(true)
		time.Sleep(time.Minute)
		synctest.Wait()
		if d.Idle() {
			t.Error("printed while too hot")
		}
		d.SetHot(false)
		time.Sleep(lineTime)
		synctest.Wait()
		if got := d.Receipts()[0].Image.Rect.Dy(); got != 30 {
			t.Errorf("%d dots, want 30", got)
		}
	})
}

// TestFastHostOverrunsASlowPrinter is the arithmetic of printing.md, section
// 4: a report that comes at 115200 baud and leaves at 50 mm/s.
func TestFastHostOverrunsASlowPrinter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(slow())
		line := strings.Repeat("x", 31) + "\n"
		for range 200 {
			d.print(line)
			time.Sleep(time.Duration(len(line)) * time.Second / 11520)
		}
		// 6400 bytes in 0.56 s, in which 7 lines are printed and about 4
		// more are read ahead; the buffer takes 4096.
		if got := d.Dropped(); got < 1700 || got > 2300 {
			t.Errorf("%d bytes dropped, want about 2000", got)
		}
	})
}

func TestPowerCutInTheMiddleOfALineLeavesHalfOfIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(slow())
		d.print("ONE\nTWO\n")
		time.Sleep(lineTime * 6 / 10)
		synctest.Wait()
		d.SetPower(false)
		d.SetPower(true)
		time.Sleep(time.Minute)
		synctest.Wait()
		rs := d.Receipts()
		if len(rs) != 1 || rs[0].Text != "" || rs[0].Image.Rect.Dy() >= 24 {
			t.Errorf("receipts %v, want half a line without text", rs)
		}
	})
}

func TestCutTakesItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := slow()
		cfg.CutterDistance = 0
		d := newDesk(cfg)
		d.print("x\n\x1dV\x00", pid, "done")
		time.Sleep(lineTime + cutTime - time.Millisecond)
		synctest.Wait()
		d.wantAnswer(t)
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		d.wantAnswer(t, 0x37, 0x22, 'd', 'o', 'n', 'e', 0)
		if !d.Receipts()[0].Cut {
			t.Error("not cut")
		}
	})
}

// TestClockOfAWorldDrivesThePrinter has no goroutine at all.
func TestClockOfAWorldDrivesThePrinter(t *testing.T) {
	var due []func()
	cfg := slow()
	cfg.Clock.AfterFunc = func(_ time.Duration, f func()) { due = append(due, f) }
	d := newDesk(cfg)
	d.print("one\n")
	for len(due) > 0 {
		f := due[0]
		due = due[1:]
		f()
	}
	d.wantTexts(t, "one\n")
}

// TestUnpluggedPrinterKeepsHalfACommand pulls the wire in the middle of an
// image; the next host prints into that image, unless it sends NULs first
// (printing.md, section 3, step 8).
func TestUnpluggedPrinterKeepsHalfACommand(t *testing.T) {
	for _, flush := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			p := New(Epson(384))
			host, done := plug(t, p)
			write(t, host, join("one\n\x1dv0\x00\x30\x00\x02\x00", "half"))
			unplug(t, host, done)

			host, done = plug(t, p)
			if flush {
				write(t, host, make([]byte, 8192))
			}
			write(t, host, join("\x1b@", "two\n"))
			synctest.Wait()
			var text strings.Builder
			for _, r := range p.Receipts() {
				text.WriteString(r.Text)
			}
			if flush != strings.HasSuffix(text.String(), "two\n") {
				t.Errorf("flushed %v: prints %q", flush, text.String())
			}
			unplug(t, host, done)
		})
	}
}

func TestServeAnswersOnTheWireAndOutlivesAHostThatDoesNotListen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Epson(384))
		host, done := plug(t, p)
		for range 5000 {
			write(t, host, join(eot1)) // nobody reads the answers
		}
		write(t, host, join("text\n"))
		synctest.Wait()
		if got := p.Receipts(); len(got) != 1 || got[0].Text != "text\n" {
			t.Errorf("prints %v", got)
		}
		var b [1]byte
		if _, err := io.ReadFull(host, b[:]); err != nil || b[0] != 0x12 {
			t.Errorf("answer %X, %v", b, err)
		}
		unplug(t, host, done)
	})
}

func TestServeReportsABrokenWire(t *testing.T) {
	broken := errors.New("broken")
	if err := New(Config{}).Serve(brokenWire{broken}); !errors.Is(err, broken) {
		t.Errorf("Serve returns %v", err)
	}
}

type brokenWire struct{ err error }

func (w brokenWire) Read([]byte) (int, error)    { return 0, w.err }
func (w brokenWire) Write(b []byte) (int, error) { return len(b), nil }

func plug(t *testing.T, p *Printer) (net.Conn, chan error) {
	t.Helper()
	host, wire := net.Pipe()
	done := make(chan error, 1)
	go func() { done <- p.Serve(wire) }()
	return host, done
}

func unplug(t *testing.T, host net.Conn, done chan error) {
	t.Helper()
	if err := host.Close(); err != nil {
		t.Error(err)
	}
	if err := <-done; err != nil {
		t.Errorf("Serve returns %v after the wire was pulled", err)
	}
}

func write(t *testing.T, w io.Writer, b []byte) {
	t.Helper()
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
}
