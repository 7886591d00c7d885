package raster

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	zxing "github.com/makiuchi-d/gozxing/qrcode"
)

var update = flag.Bool("update", false, "rewrite the golden files; look at them before you commit")

// sheet is what the golden picture shows: the test line of the fonts, the
// yuan, each of the fonts, the styles, a missing character.
func sheet() *Image {
	out := New(384, 12*CellHeight)
	lines := []string{
		"交易成功 退款金额 ￥128.50 商",
		"户余额不足 0123456789 ABCDEFGHIJ",
		"abcdefghij !\"#$%&'()*+,-./:;<=>?",
		"@[\\]^_`{|}~ ©®¥ é ü α β Ж ① — 。“”",
		"镕堃瑨玥鎏 䶮㛃 が한 ≥ ½ €",
		"重打印 REPRINT (第2次)",
	}
	for i, line := range lines {
		out.Draw(Text(line), 0, i*CellHeight)
	}
	out.Draw(Text("合计 12.50").Bold(), 0, 6*CellHeight)
	out.Draw(Text("合计 12.50").Scale(2, 1), 0, 7*CellHeight)
	out.Draw(Text("￥128.50").Scale(2, 2), 0, 8*CellHeight)
	qr, err := QR("T1:000123:7F3A", LevelM, 2)
	if err != nil {
		panic(err)
	}
	out.Draw(qr, 260, 8*CellHeight)
	return out
}

func TestSheetLooksAsItDid(t *testing.T) {
	path := filepath.Join("testdata", "sheet.png")
	got := sheet()
	if *update {
		var file bytes.Buffer
		if err := png.Encode(&file, got); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, file.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if want := FromImage(picture, false); got.W != want.W || !bytes.Equal(got.Bits, want.Bits) {
		t.Errorf("%s differs (run with -update and look at it)", path)
	}
}

func TestEveryCharacterOfGBKHasAGlyphOfTwoColumns(t *testing.T) {
	hanzi := 0
	for r := rune(0x80); r <= 0xFFFF; r++ {
		_, _, ok := GBK(r)
		if !ok {
			continue
		}
		g, ok := Glyph(r)
		if !ok {
			t.Errorf("no glyph for %U %c", r, r)
		}
		if g.W != Wide || g.H != CellHeight || Columns(r) != 2 {
			t.Errorf("glyph of %U is %dx%d, %d columns", r, g.W, g.H, Columns(r))
		}
		if r != '\u3000' && blank(g.Bits) {
			t.Errorf("glyph of %U is white", r)
		}
		if r >= 0x4E00 && r <= 0x9FA5 {
			hanzi++
		}
	}
	if hanzi != 20902 {
		t.Errorf("%d hanzi, want the 20902 of GBK", hanzi)
	}
}

func TestGlyphIsAsWideAsItsColumns(t *testing.T) {
	for r := rune(' '); r <= 0x2FFFF; r++ {
		if r >= 0x7F && r < 0xA0 {
			continue
		}
		if g, _ := Glyph(r); g.W != Narrow*Columns(r) || g.H != CellHeight || len(g.Bits) != g.H*g.Stride {
			t.Fatalf("%U: %dx%d dots, %d bytes, %d columns", r, g.W, g.H, len(g.Bits), Columns(r))
		}
	}
}

func TestGBK(t *testing.T) {
	for _, c := range []struct {
		r    rune
		want string // empty: not in the ROM
	}{
		{'￥', "\xA3\xA4"}, {'啊', "\xB0\xA1"}, {'镕', "\xE9\x46"}, {'·', "\xA1\xA4"},
		{'¥', ""}, {'€', ""}, {'A', ""}, {'䶮', ""}, {'\uE000', ""}, {0x1F600, ""}, {0xFFFD, ""}, {-1, ""}, {0xD800, ""},
	} {
		hi, lo, ok := GBK(c.r)
		if ok != (c.want != "") || ok && string([]byte{hi, lo}) != c.want {
			t.Errorf("GBK(%U) = %02X %02X %v, want % X", c.r, hi, lo, ok, c.want)
		}
	}
}

func TestMissingCharacterIsAGetaMarkAndSaidToBeMissing(t *testing.T) {
	geta, _ := Glyph(Missing)
	g, ok := Glyph(0x1F600)
	if ok || !bytes.Equal(g.Bits, geta.Bits) {
		t.Error("a character without a glyph must print the geta mark and say so")
	}
}

func TestQRIsReadBackByAnotherLibrary(t *testing.T) {
	for name, data := range map[string]string{
		"short":   "T1",
		"url":     "https://example.com/r/4200001234567890123456789012?c=7F3A",
		"chinese": "退款 ￥12.50",
		"long":    strings.Repeat("0123456789abcdef", 40),
	} {
		for level := LevelL; level <= LevelH; level++ {
			picture, err := QR(data, level, 3)
			if err != nil {
				t.Fatal(name, err)
			}
			bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
			if err != nil {
				t.Fatal(name, err)
			}
			got, err := zxing.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{
				gozxing.DecodeHintType_PURE_BARCODE: true, gozxing.DecodeHintType_CHARACTER_SET: "UTF-8"})
			if err != nil || got.GetText() != data {
				t.Errorf("%s at level %d: read %q, %v", name, level, got, err)
			}
		}
	}
}

func TestQRRefusesWhatItCannotDraw(t *testing.T) {
	for name, err := range map[string]error{
		"no data":        second(QR("", LevelM, 1)),
		"no dots":        second(QR("x", LevelM, 0)),
		"too many dots":  second(QR("x", LevelM, 17)),
		"no such level":  second(QR("x", LevelH+1, 1)),
		"one byte more":  second(QR(strings.Repeat("x", 2954), LevelL, 1)),
		"one more at Q ": second(QR(strings.Repeat("x", 1664), LevelQ, 1)),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := QR(strings.Repeat("x", 2953), LevelL, 1); err != nil {
		t.Errorf("the longest code: %v", err)
	}
}

func second(_ *Image, err error) error { return err }

func TestScaleAndBoldAndTrim(t *testing.T) {
	m := New(10, 2)
	m.Set(1, 0)
	m.Set(7, 1)
	m.Set(99, 99)
	if s := m.Scale(3, 2); s.W != 30 || s.H != 4 || !s.Black(3, 1) || !s.Black(5, 0) || s.Black(6, 0) || !s.Black(23, 3) {
		t.Error("Scale does not repeat dots")
	}
	if b := m.Bold(); !b.Black(2, 0) || !b.Black(8, 1) || b.Black(3, 0) || b.Black(0, 0) {
		t.Error("Bold does not double dots to the right")
	}
	if c := m.TrimRight(); c.W != 8 || c.H != 2 || !c.Black(7, 1) {
		t.Errorf("TrimRight left %d columns", c.W)
	}
	if c := New(20, 3).TrimRight(); c.W != 1 {
		t.Errorf("TrimRight of white left %d columns", c.W)
	}
	edge := New(10, 1)
	edge.Set(9, 0)
	if b := edge.Bold(); b.Bits[1] != 0x40 {
		t.Error("Bold wrote beyond the width")
	}
}

func TestFromImage(t *testing.T) {
	grey := image.NewGray(image.Rect(5, 5, 69, 37))
	for i := range grey.Pix {
		grey.Pix[i] = 0xC0
	}
	if m := FromImage(grey, false); m.W != 64 || m.H != 32 || !blank(m.Bits) {
		t.Error("light grey is not white without dithering")
	}
	black := 0
	m := FromImage(grey, true)
	for y := range m.H {
		for x := range m.W {
			if m.Black(x, y) {
				black++
			}
		}
	}
	if share := float64(black) / 64 / 32; share < 0.22 || share > 0.28 {
		t.Errorf("a quarter black came out as %.2f", share)
	}
	clear := image.NewNRGBA(image.Rect(0, 0, 8, 1))
	clear.Set(3, 0, color.NRGBA{A: 0xFF})
	if m := FromImage(clear, false); m.Bits[0] != 0x10 {
		t.Errorf("transparent is not white: %08b", m.Bits[0])
	}
}

// FuzzText draws anything: no panic, and never more memory than its columns.
func FuzzText(f *testing.F) {
	f.Add("交易成功 ￥1\x00\xff")
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 200 {
			return
		}
		m := Text(s)
		if m.W > 2*Narrow*len(s) || m.H != CellHeight {
			t.Errorf("%d bytes drew %d dots", len(s), m.W)
		}
	})
}

func BenchmarkInflateHanzi(b *testing.B) {
	for b.Loop() {
		inflate(hanziPacked)
	}
}

func BenchmarkInflateUnifont(b *testing.B) {
	for b.Loop() {
		newSparse(inflate(widePacked), 32)
	}
}

func BenchmarkTextLine(b *testing.B) {
	for b.Loop() {
		Text("退款金额             ￥128.50")
	}
}

func BenchmarkQR(b *testing.B) {
	for b.Loop() {
		if _, err := QR("https://example.com/r/4200001234567890123456789012?c=7F3A", LevelM, 2); err != nil {
			b.Fatal(err)
		}
	}
}
