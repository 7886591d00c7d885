package escpos

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/makiuchi-d/gozxing"
	zxing "github.com/makiuchi-d/gozxing/qrcode"

	"till/printer/raster"
)

// paper draws what a walker saw, as a printer with all the ROMs would.
type paper struct {
	picture *raster.Image
	y       int
	line    *raster.Image // open line, on its bottom
	x, tall int
	align   byte
	bold    bool
	dx, dy  int
	module  int
	ecc     raster.Level
	data    string
}

func newPaper(dots int) *paper {
	return &paper{picture: raster.New(dots, 4000), line: raster.New(dots, 48), dx: 1, dy: 1}
}

func (p *paper) block(m *raster.Image) {
	x := []int{0, (p.picture.W - m.W) / 2, p.picture.W - m.W}[p.align]
	p.picture.Draw(m, x, p.y)
	p.y += m.H
}

func (p *paper) see(c command) {
	switch c.name {
	case "text":
		for _, r := range c.text {
			g, _ := raster.Glyph(r)
			if p.bold {
				g = g.Bold()
			}
			p.put(g.Scale(p.dx, p.dy))
		}
	case "ESC *":
		g := raster.New(int(c.args[1])+int(c.args[2])<<8, 24)
		for i, b := range c.data {
			for bit := range 8 {
				if b&(0x80>>bit) != 0 {
					g.Set(i/3, i%3*8+bit)
				}
			}
		}
		p.put(g)
	case "LF":
		height := max(p.tall, 24)
		m := raster.New(p.x, height)
		m.Draw(p.line, 0, height-48)
		p.block(m)
		p.y += 6
		p.line, p.x, p.tall = raster.New(p.picture.W, 48), 0, 0
	case "ESC J":
		p.y += int(c.args[0])
	case "ESC d":
		p.y += 30 * int(c.args[0])
	case "ESC a":
		p.align = c.args[0]
	case "ESC E":
		p.bold = c.args[0] == 1
	case "GS !":
		p.dx, p.dy = 1+int(c.args[0]>>4), 1+int(c.args[0]&15)
	case "GS v 0":
		width := int(c.args[1])
		m := &raster.Image{W: width * 8, H: int(c.args[3]), Stride: width, Bits: c.data}
		p.block(m.Scale(1+int(c.args[0]&1), 1+int(c.args[0]>>1)))
	case "GS ( k":
		p.code(c.args)
	}
}

func (p *paper) put(g *raster.Image) {
	p.line.Draw(g, p.x, 48-g.H)
	p.x += g.W
	p.tall = max(p.tall, g.H)
}

func (p *paper) code(args []byte) {
	switch args[3] {
	case 67:
		p.module = int(args[4])
	case 69:
		p.ecc = raster.Level(args[4] - 48)
	case 80:
		p.data = string(args[5:])
	case 81:
		m, err := raster.QR(p.data, p.ecc, p.module)
		if err != nil {
			panic(err)
		}
		quiet := raster.QuietZone * p.module
		bare := raster.New(m.W-2*quiet, m.H-2*quiet)
		bare.Draw(m, -quiet, -quiet)
		p.block(bare)
	}
}

func printed(t *testing.T, p Profile, ops []Op) *raster.Image {
	t.Helper()
	paper := newPaper(p.Dots)
	w := &walker{columns: p.Columns, saw: paper.see}
	body := mustEncode(t, p, ops)
	if err := w.walk(Join(body)); err != nil {
		t.Fatal(err)
	}
	dots := 0
	for _, c := range body {
		dots += c.Dots
	}
	if short := dots < paper.y; short || dots > paper.y && p.QR != QRNative { // the size of a native code is bounded
		t.Errorf("%s: chunks promise %d dots, the paper has moved %d", p.Name, dots, paper.y)
	}
	out := raster.New(p.Dots, paper.y)
	out.Draw(paper.picture, 0, 0)
	return out
}

// TestTheSameReceiptComesOutOfEveryProfile compares dot by dot; what scrubbing
// moved (a dot here and there) is let pass.
func TestTheSameReceiptComesOutOfEveryProfile(t *testing.T) {
	base, _ := ProfileNamed("generic-58")
	base.QR = QRNative
	ops := append(sample(32), Line{Align: Right, Spans: []Span{{"姓名 镕堃 䶮", 0}, {" Ⅳ", Tall}, {"ñ", Bold}}})
	want := printed(t, base, ops)
	var file bytes.Buffer
	if err := png.Encode(&file, want); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(filepath.Join("testdata", "paper.png"), file.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if golden, err := os.ReadFile(filepath.Join("testdata", "paper.png")); err != nil || !bytes.Equal(golden, file.Bytes()) {
		t.Error("testdata/paper.png differs (run with -update and look at it)", err)
	}
	for _, name := range []string{"latin-58", "raster-58"} {
		p, _ := ProfileNamed(name)
		p.QR = QRPlain
		got := printed(t, p, ops)
		if got.H != want.H {
			t.Errorf("%s: %d dots long, want %d", name, got.H, want.H)
			continue
		}
		different := 0
		for y := range want.H {
			for x := range want.W {
				if got.Black(x, y) != want.Black(x, y) {
					different++
				}
			}
		}
		if t.Logf("%s: %d dots differ", name, different); different > 60 {
			t.Errorf("%s: %d dots differ", name, different)
		}
	}
}

// TestQRCodesAreReadBackOffThePaper reads the code of the receipt off every
// profile's paper with another library.
func TestQRCodesAreReadBackOffThePaper(t *testing.T) {
	for _, p := range Profiles {
		for _, op := range []QR{
			{Align: Centre, Data: "https://till.example/r/T1A7000123?c=7F3A9B2C51D0E8F4A6B3C", ECC: raster.LevelM, Module: 6},
			{Align: Left, Data: "T1A7000123", ECC: raster.LevelH, Module: 4},
			{Align: Right, Data: "退款 T1A7000123", ECC: raster.LevelQ, Module: 3},
			{Align: Centre, Data: string(bytes.Repeat([]byte("long "), 150)), ECC: raster.LevelL, Module: 16},
		} {
			p.NVLogo = false
			bitmap, err := gozxing.NewBinaryBitmapFromImage(printed(t, p, []Op{Feed{2}, op, Feed{2}}))
			if err != nil {
				t.Fatal(err)
			}
			got, err := zxing.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{
				gozxing.DecodeHintType_TRY_HARDER: true, gozxing.DecodeHintType_CHARACTER_SET: "UTF-8"})
			if err != nil || got.GetText() != op.Data {
				t.Errorf("%s, %d bytes: read %q, %v", p.Name, len(op.Data), got, err)
			}
		}
	}
}
