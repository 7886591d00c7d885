package printersim

import (
	"bytes"
	"slices"
	"testing"
	"unicode/utf8"
)

// FuzzReceive feeds any bytes to any printer in a changing world: nothing
// panics, the paper stays within its bound, and every byte that was printed
// text or command came from the input.
func FuzzReceive(f *testing.F) {
	f.Add(uint8(0), uint8(0), sampleReceipt())
	f.Add(uint8(1), uint8(3), join("\x1dv0\x03\x02\x00\x10\x00", make([]byte, 32), dc4Clear, "x\n\x1dVa\x10\n\n\n"))
	f.Add(uint8(2), uint8(200), join("\x1b*\x21\x03\x00123456789\x1d(L\x0b\x000p0\x01\x011\x08\x00\x01\x00\xff\x1d(L\x02\x0002"))
	f.Add(uint8(3), uint8(77), join("\x1cq\x01\x01\x00\x01\x0012345678\x1cp\x01\x03\x1b&\x03AB\x01abc\x02abcdef", qrBytes("q", 2, 3)))
	f.Add(uint8(7), uint8(9), join("\x1c&", gbk("交易"), "\x81\x30\x84\x36\x1d8L\xff\xff\xff\x7f", "\x1bD\x01\x02\x00\t\t", allEOT))
	f.Fuzz(func(t *testing.T, which, world uint8, data []byte) {
		cfg := []Config{{}, Epson(384), Clone(576), {Dots: 96, Chinese: GB18030, Cutter: true, QR: true, Graphics: true, Buffer: 64}}[which%4]
		cfg.MaxPaper, cfg.AnyClear, cfg.LowRowByte = 500, which&4 != 0, which&8 != 0
		d := newDesk(cfg)
		for i, chunk := range slices.Collect(slices.Chunk(data, 64)) {
			meddle(d, int(world)*(i+1))
			d.print(chunk)
		}
		calm(d)
		checkBounds(t, d, data)
	})
}

// meddle changes the world, deterministically.
func meddle(d *desk, n int) {
	switch n % 16 {
	case 1:
		d.SetPaperLeft(n % 100)
	case 2:
		d.SetPaper(true)
	case 3, 4:
		d.SetCover(n%3 == 0)
	case 5, 6:
		d.JamCutter(n%3 == 0)
	case 7, 8:
		d.SetHot(n%3 == 0)
	case 9:
		d.SetFeedHeld(n%3 == 0)
	case 10:
		d.SetLying(n%3 == 0)
	case 11:
		d.SetPower(n%3 != 0)
	case 12:
		d.HoldAndPrintLater(n%3 == 0)
	}
}

// calm puts everything in order, so that what is held is printed.
func calm(d *desk) {
	d.SetPower(true)
	d.SetLying(false)
	d.JamCutter(false)
	d.SetHot(false)
	d.SetFeedHeld(false)
	d.SetPaper(true)
	d.SetCover(false)
}

func checkBounds(t *testing.T, d *desk, data []byte) {
	rows := 0
	for _, r := range d.Receipts() {
		rows += r.Image.Rect.Dy()
		if !utf8.ValidString(r.Text) {
			t.Errorf("text is not UTF-8: %q", r.Text)
		}
		if len(r.Raw) > len(data) {
			t.Errorf("%d raw bytes out of %d", len(r.Raw), len(data))
		}
	}
	if most := d.cfg.MaxPaper + d.cfg.MaxPaper/8; rows > most {
		t.Errorf("%d rows are kept, at most %d should be", rows, most)
	}
	if len(d.heard) > 12*len(data)+64 {
		t.Errorf("%d bytes of answers to %d bytes", len(d.heard), len(data))
	}
	if !d.Idle() && !d.stopped() {
		t.Errorf("%d bytes wait and nothing stops the printer", d.Waiting())
	}
}

// FuzzFrame cuts any bytes into pieces: together they are the input, but for
// what is skipped and a rest, and each begins at its offset.
func FuzzFrame(f *testing.F) {
	f.Add(sampleReceipt())
	f.Add(join("\x1d8L\x00\x00\x05\x00", "\x1cq\x02", "\x1dk\x04abc\x00", "\x1b&\x03  \x02aaaaaa", "\x10\x14\x07\x01", "\x1dg2\x00\x01\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var fr framer
		end := 0
		skipped := false
		for i, b := range data {
			got, ok := fr.push(b, i)
			skipped = skipped || fr.stream == kindSkipped
			if !ok {
				continue
			}
			if !skipped && got.offset != end || !bytes.Equal(got.raw, data[got.offset:got.offset+len(got.raw)]) {
				t.Fatalf("piece % X at %d, want % X at %d", got.raw, got.offset, data[end:i+1], end)
			}
			end = i + 1
		}
		if len(fr.buf) > longest+7 {
			t.Errorf("%d bytes of a half command are kept", len(fr.buf))
		}
	})
}

// BenchmarkReceipt prints the sample receipt.
func BenchmarkReceipt(b *testing.B) {
	job := sampleReceipt()
	for b.Loop() {
		p := New(Epson(384))
		p.Receive(job)
	}
	b.SetBytes(int64(len(job)))
}

// BenchmarkRaster prints a page image of 384 by 1200 dots.
func BenchmarkRaster(b *testing.B) {
	job := join("\x1dv0\x00\x30\x00\xb0\x04", bytes.Repeat([]byte{0xA5}, 48*1200))
	for b.Loop() {
		p := New(Epson(384))
		p.Receive(job)
	}
	b.SetBytes(int64(len(job)))
}
