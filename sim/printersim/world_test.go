package printersim

import (
	"bytes"
	"fmt"
	"image"
	"strings"
	"testing"
)

// Requests and the answers of a healthy printer.
const (
	eot1, eot2, eot3, eot4 = "\x10\x04\x01", "\x10\x04\x02", "\x10\x04\x03", "\x10\x04\x04"
	allEOT                 = eot1 + eot2 + eot3 + eot4
	pid                    = "\x1d(H\x06\x0000" // and four characters
	dc4Clear               = "\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
)

// TestRollEndsInTheMiddleOfALine stops the printer 40 dots into a receipt of
// lines of 30 dots.
func TestRollEndsInTheMiddleOfALine(t *testing.T) {
	d := newDesk(Epson(384))
	d.SetPaperLeft(40)
	d.print("one\ntwo\nthree\n", pid, "body")
	d.wantTexts(t, "one\n")
	if r := d.Receipts()[0]; !r.RollEnd || r.Cut || r.Image.Rect.Dy() != 40 {
		t.Errorf("roll end %v, cut %v, %d dots; want true, false, 40", r.RollEnd, r.Cut, r.Image.Rect.Dy())
	}
	d.wantAnswer(t)
	d.print(allEOT)
	d.wantAnswer(t, 0x1A, 0x32, 0x12, 0x7E)

	d.SetPaper(true)
	d.wantTexts(t, "one\n", "two\nthree\n")
	d.wantAnswer(t, 0x37, 0x22, 'b', 'o', 'd', 'y', 0)
	d.print(allEOT)
	d.wantAnswer(t, 0x12, 0x12, 0x12, 0x12)
}

func TestRollThatEndsWithALineLosesNothing(t *testing.T) {
	d := newDesk(Epson(384))
	d.SetPaperLeft(60)
	d.print("one\ntwo\nthree\n")
	d.wantTexts(t, "one\ntwo\n")
	d.SetPaper(true)
	d.wantTexts(t, "one\ntwo\n", "three\n")
}

func TestClearingWhileThePaperIsOutKeepsTheNewRollClean(t *testing.T) {
	d := newDesk(Epson(384))
	d.SetPaperLeft(40)
	d.print("one\ntwo\nthree\n", dc4Clear)
	d.wantAnswer(t, 0x37, 0x25, 0x00)
	d.SetPaper(true)
	d.print("again\n")
	d.wantTexts(t, "one\n", "again\n")
	d.wantNothingStrange(t)
}

// TestRecoverIsForErrorsOnly: missing paper is no error, so DLE ENQ 2 does not
// help against the rest of the receipt, unless the printer is obliging.
func TestRecoverIsForErrorsOnly(t *testing.T) {
	for _, obliging := range []bool{false, true} {
		cfg := Epson(384)
		cfg.AnyClear = obliging
		d := newDesk(cfg)
		d.SetPaper(false)
		d.print("old\n", "\x10\x05\x02")
		d.SetPaper(true)
		d.print("new\n")
		if obliging {
			d.wantTexts(t, "new\n")
		} else {
			d.wantTexts(t, "old\nnew\n")
		}
	}
}

func TestNearEndIsAWarning(t *testing.T) {
	cfg := Epson(384)
	cfg.NearEnd = 100
	d := newDesk(cfg)
	d.SetPaperLeft(150)
	d.print("\x1da\xff", "one\n", "\x1dr\x01", eot4)
	d.wantAnswer(t, 0x10, 0, 0, 0x0F, 0x00, 0x12)
	d.print("two\n", "\x1dr\x01", eot4)
	d.wantAnswer(t, 0x10, 0, 0x03, 0x0F, 0x03, 0x1E)
	d.wantTexts(t, "one\ntwo\n")
}

func TestAutomaticStatusTellsEveryChange(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*desk)
		want   []byte
	}{
		"cover":  {func(d *desk) { d.SetCover(true) }, []byte{0x38, 0, 0, 0x0F}},
		"paper":  {func(d *desk) { d.SetPaper(false) }, []byte{0x18, 0, 0x0F, 0x0F}},
		"hot":    {func(d *desk) { d.SetHot(true) }, []byte{0x18, 0x40, 0, 0x0F}},
		"feed":   {func(d *desk) { d.SetFeedHeld(true) }, []byte{0x58, 0, 0, 0x0F}},
		"drawer": {func(d *desk) { d.SetDrawer(true) }, []byte{0x14, 0, 0, 0x0F}},
		"cutter": {func(d *desk) { d.JamCutter(true); d.print("x\n\x1dVA\x00") }, []byte{0x18, 0x08, 0, 0x0F}},
		"lies":   {func(d *desk) { d.SetLying(true); d.SetCover(true) }, nil},
		"silent": {func(d *desk) { d.SetSilent(true); d.SetCover(true) }, nil},
		"ESC @":  {func(d *desk) { d.print("\x1b@"); d.SetCover(true) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(Epson(384))
			d.print("\x1da\xff")
			d.wantAnswer(t, 0x10, 0, 0, 0x0F)
			test.change(d)
			d.wantAnswer(t, test.want...)
		})
	}
	d := newDesk(Epson(384))
	d.print("\x1da\x08")
	d.answers()
	d.SetHot(true)
	d.wantAnswer(t) // asked for the paper sensors only
	d.SetPaper(false)
	d.wantAnswer(t, 0x18, 0x40, 0x0F, 0x0F)
	d.SetPaper(true)
	d.print("\x1da\x04")
	d.SetHot(false)
	d.answers()
	d.SetPaper(false)
	d.wantAnswer(t) // asked for errors only
}

func TestRealTimeStatusTellsEveryTrouble(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*desk)
		want   []byte
	}{
		"well":   {func(*desk) {}, []byte{0x12, 0x12, 0x12, 0x12}},
		"cover":  {func(d *desk) { d.SetCover(true) }, []byte{0x1A, 0x16, 0x12, 0x12}},
		"hot":    {func(d *desk) { d.SetHot(true) }, []byte{0x1A, 0x52, 0x52, 0x12}},
		"feed":   {func(d *desk) { d.SetFeedHeld(true) }, []byte{0x5A, 0x1A, 0x12, 0x12}},
		"drawer": {func(d *desk) { d.SetDrawer(true) }, []byte{0x16, 0x12, 0x12, 0x12}},
		"lies":   {func(d *desk) { d.SetLying(true); d.SetCover(true); d.SetPaper(false) }, []byte{0x12, 0x12, 0x12, 0x12}},
		"silent": {func(d *desk) { d.SetSilent(true) }, nil},
		"off":    {func(d *desk) { d.SetPower(false) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(Epson(384))
			test.change(d)
			d.print(allEOT)
			d.wantAnswer(t, test.want...)
		})
	}
}

// TestJamAfterTheBodyIsKnownFromTheCheckpoints is the case in which nothing
// may be printed twice: the body is confirmed, the cut is not.
func TestJamAfterTheBodyIsKnownFromTheCheckpoints(t *testing.T) {
	d := newDesk(Epson(384))
	d.JamCutter(true)
	d.print("body\n", pid, "0001", "\x1dVB\x00", pid, "0002")
	d.wantAnswer(t, 0x37, 0x22, '0', '0', '0', '1', 0)
	d.print(allEOT)
	d.wantAnswer(t, 0x1A, 0x52, 0x1A, 0x12)

	d.print("\x10\x05\x01") // the blade is still stuck
	d.JamCutter(false)
	d.print(eot3)
	d.wantAnswer(t, 0x1A)
	d.print("\x10\x05\x01")
	d.wantAnswer(t, 0x37, 0x22, '0', '0', '0', '2', 0)
	d.wantTexts(t, "body\n")
	if !d.Receipts()[0].Cut {
		t.Error("the cut was not made again")
	}
}

func TestRecoverWithClearingForgetsTheCut(t *testing.T) {
	d := newDesk(Epson(384))
	d.JamCutter(true)
	d.print("body\n\x1dVB\x00", "next\n", "\x10\x05\x02", eot3, "new\n")
	d.wantAnswer(t, 0x12)
	d.wantTexts(t, "body\nnew\n")
}

func TestLiarPrintsOnAirAndConfirmsIt(t *testing.T) {
	d := newDesk(Epson(384))
	d.SetLying(true)
	d.SetPaperLeft(40)
	d.print("one\ntwo\nthree\n", pid, "body", "\x1dr\x01", eot4)
	d.wantAnswer(t, 0x37, 0x22, 'b', 'o', 'd', 'y', 0, 0x00, 0x12)
	d.wantTexts(t, "one\n")
}

func TestFeedButtonAndHeatOnlyMakeThePrinterWait(t *testing.T) {
	d := newDesk(Epson(384))
	d.print("one\n")
	d.SetFeedHeld(true)
	d.print("two\n")
	d.wantTexts(t, "one\n")
	d.SetFeedHeld(false)
	d.SetHot(true)
	d.print("three\n")
	d.SetHot(false)
	d.wantTexts(t, "one\ntwo\nthree\n")
	if got := d.Receipts()[0].Image.Rect.Dy(); got != 120 {
		t.Errorf("%d dots, want three lines and the button's one", got)
	}
}

func TestHeldDataArePrintedLaterOrForgotten(t *testing.T) {
	for _, hold := range []bool{true, false} {
		d := newDesk(Clone(384))
		d.HoldAndPrintLater(hold)
		d.SetPaperLeft(40)
		d.print("one\ntwo\n")
		d.SetCover(true)
		d.print("three\n")
		d.SetPaper(true)
		d.SetCover(false)
		d.print("four\n")
		if hold {
			d.wantTexts(t, "one\n", "two\nthree\nfour\n")
		} else {
			d.wantTexts(t, "one\n", "four\n")
		}
	}
}

func TestFullBufferDropsBytes(t *testing.T) {
	d := newDesk(Config{Buffer: 10, RealTimeStatus: true})
	d.SetCover(true)
	d.print("1234\n6789\nlost\n", eot1)
	d.wantAnswer(t, 0x1A) // real-time commands are heard all the same
	if got := d.Dropped(); got != 8 {
		t.Errorf("%d bytes dropped, want the five of the text and the three of the request", got)
	}
	d.SetCover(false)
	d.wantTexts(t, "1234\n6789\n")
}

func TestImageLargerThanTheBufferIsPrinted(t *testing.T) {
	d := newDesk(Config{Buffer: 100})
	d.print("\x1dv0\x00\x30\x00\x40\x00", strings.Repeat("\xff", 48*64))
	if got := d.Dropped(); got != 0 {
		t.Errorf("%d bytes dropped", got)
	}
	d.wantTexts(t, "[IMG:384x64]\n")

	d = newDesk(Config{Buffer: 100, Graphics: true})
	d.print("\x1d(L\x0a\x0c0p0\x01\x011\x80\x01\x40\x00", strings.Repeat("\xff", 48*64), "\x1d(L\x02\x0002")
	d.wantNothingStrange(t)
	d.wantTexts(t, "[IMG:384x64]\n")
}

func TestFlowControlBytesStopAndStartTheHost(t *testing.T) {
	d := newDesk(Config{Buffer: 16, XONXOFF: true, ProcessID: true})
	d.SetCover(true)
	d.wantAnswer(t, xoff)
	d.print("123456789\n")
	d.SetCover(false)
	d.wantAnswer(t, xon)
	d.wantTexts(t, "123456789\n")
}

// TestFlowControlByteOvertakesInTheMiddleOfABlock has an answer on its way
// when the printer can go on again.
func TestFlowControlByteOvertakesInTheMiddleOfABlock(t *testing.T) {
	d := newDesk(Config{XONXOFF: true, ProcessID: true})
	d.SetCover(true)
	d.print(pid, "abcd")
	d.answers()
	d.SetCover(false)
	d.wantAnswer(t, 0x37, xon, 0x22, 'a', 'b', 'c', 'd', 0)
}

// TestRealTimeBytesAreExecutedInsideAnImage sends a raster that contains DLE
// EOT 1, and the picture is whole all the same.
func TestRealTimeBytesAreExecutedInsideAnImage(t *testing.T) {
	d := newDesk(Epson(384))
	d.print("\x1dv0\x00\x03\x00\x01\x00", eot1, "after\n")
	d.wantAnswer(t, 0x12)
	d.wantTexts(t, "[IMG:24x1]\nafter\n")
	got := black(sub(d.Receipts()[0].Image, 1), 24)
	if want := "...#.........#.........#"; got != want {
		t.Errorf("raster is %s, want %s", got, want)
	}
	d.print("\x1dv0\x00\x05\x00\x01\x00", "\x10\x14\x01\x00\x05") // and a drawer opens
	if got := d.Pulses(); got != 1 {
		t.Errorf("%d drawer pulses, want 1", got)
	}
	d.print("\x1d(D\x05\x00\x14\x01\x00\x02\x00", "\x1dv0\x00\x05\x00\x01\x00", "\x10\x14\x01\x00\x05", eot1)
	if got := d.Pulses(); got != 1 {
		t.Errorf("%d drawer pulses after GS ( D, want 1", got)
	}
	d.wantAnswer(t, 0x12)
}

// sub returns the first rows of img.
func sub(img *image.Gray, rows int) *image.Gray {
	return &image.Gray{Pix: img.Pix, Stride: img.Stride, Rect: image.Rect(0, 0, img.Rect.Dx(), rows)}
}

// TestClearingInsideAnImageMakesGarbage: the printer is in error, the image
// holds DLE ENQ 2, and the rest of its data become text.
func TestClearingInsideAnImageMakesGarbage(t *testing.T) {
	d := newDesk(Epson(384))
	d.JamCutter(true)
	d.print("x\n\x1dVA\x00")
	d.JamCutter(false)
	d.print("\x1dv0\x00\x08\x00\x01\x00", "\x10\x05\x02Rest!\n")
	d.wantTexts(t, "x\nRest!\n")
}

func TestDrawerIsKicked(t *testing.T) {
	d := newDesk(Epson(384))
	d.print("\x1bp\x00\x19\xfa", "\x1bp1\x19\xfa", "\x1bp\x05\x19\xfa", "\x10\x14\x01\x00\x08")
	if got := d.Pulses(); got != 3 {
		t.Errorf("%d pulses, want 3", got)
	}
	d.SetDrawer(true)
	d.print("\x1dr\x02")
	d.wantAnswer(t, 0x01)
}

func TestIdentity(t *testing.T) {
	d := newDesk(Epson(384))
	d.print("\x1dIB\x1dIC")
	d.wantAnswer(t, join("\x5fEPSON\x00\x5fTM-T82III\x00")...)
	d.print("\x1dI\x02")
	d.wantAnswer(t, 0x03)
}

func TestPrinterWithoutAFeatureAnswersNothing(t *testing.T) {
	d := newDesk(Config{})
	d.print(allEOT, "\x10\x05\x01", dc4Clear, "\x1da\xff", "\x1dr\x01", pid, "abcd", "\x1dIB", "text\n")
	d.wantAnswer(t)
	d.wantTexts(t, "text\n")
	if got := len(d.Unknown()); got != 10 {
		t.Errorf("%d complaints, want 10: %q", got, d.Unknown())
	}
}

func TestPowerCutLosesTheBuffersAndNotThePaper(t *testing.T) {
	d := newDesk(Epson(384))
	d.print("one\n\x1bE\x01two")
	d.SetPower(false)
	d.print("lost\n", allEOT)
	d.SetPower(true)
	d.print("three\n")
	d.wantAnswer(t)
	d.wantTexts(t, "one\nthree\n")
}

func TestPowerIsCutAtAnyByte(t *testing.T) {
	job := join("\x1b@one\n", "two\n")
	for at := 1; at <= len(job); at++ {
		d := newDesk(Clone(384))
		d.OnByte(func(n int) {
			if n == at {
				d.SetPower(false)
			}
		})
		d.print(job)
		want := ""
		if at > 6 {
			want = "one\n"
		}
		var got strings.Builder
		for _, r := range d.Receipts() {
			got.WriteString(r.Text)
		}
		if got.String() != want || d.Bytes() != len(job) {
			t.Errorf("cut at byte %d: prints %q of %d bytes, want %q of %d", at, got.String(), d.Bytes(), want, len(job))
		}
	}
}

// TestPowerOffCommand is DLE DC4 2, which has to be allowed first.
func TestPowerOffCommand(t *testing.T) {
	d := newDesk(Epson(384))
	d.print("\x10\x14\x02\x01\x08", eot1)
	d.wantAnswer(t, 0x12)
	d.print("\x1d(D\x03\x00\x14\x02\x01", "\x10\x14\x02\x01\x08", eot1)
	d.wantAnswer(t, 0x3B, 0x30, 0x00)
}

func TestChangesAreToldWithoutTheLock(t *testing.T) {
	d := newDesk(Epson(384))
	told := 0
	d.OnChange(func() { told++; _ = d.Receipts() })
	d.print("x\n")
	d.SetCover(true)
	if told != 2 {
		t.Errorf("told %d times, want 2", told)
	}
	d.print(eot1)
	if told != 2 {
		t.Error("a status request counts as a change")
	}
}

func TestRawHoldsTheBytesOfItsReceipt(t *testing.T) {
	d := newDesk(Epson(384))
	one, two := join("\x1b@one\n\x1dVB\x00"), join("\x1bE\x01two\n\x1dVB\x00")
	d.print(eot1, one, eot4, two)
	rs := d.Receipts()
	if len(rs) != 2 || !bytes.Equal(rs[0].Raw, one) || !bytes.Equal(rs[1].Raw, two) {
		t.Errorf("raw %s, want %q and %q", fmt.Sprint(rs), one, two)
	}
}
