package printersim

import (
	"fmt"
	"image"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// readPureQR reads a picture of nothing but the symbol.
func readPureQR(img image.Image) (string, error) {
	picture, err := gozxing.NewBinaryBitmap(gozxing.NewGlobalHistgramBinarizer(gozxing.NewLuminanceSourceFromImage(img)))
	if err != nil {
		return "", err
	}
	got, err := qrcode.NewQRCodeReader().Decode(picture, map[gozxing.DecodeHintType]any{
		gozxing.DecodeHintType_PURE_BARCODE: true, gozxing.DecodeHintType_CHARACTER_SET: "UTF-8",
	})
	if err != nil {
		return "", err
	}
	return got.GetText(), nil
}

// framed returns the picture with a white margin, three pixels a dot.
func framed(b bits) image.Image {
	big := newBits(b.w+20, b.h+20)
	big.blit(b, 10, 10)
	return gray(big.scaled(3, 3))
}

// TestQRIsReadBackInEveryVersion fills each version to its last codeword, in
// every level and every kind of data.
func TestQRIsReadBackInEveryVersion(t *testing.T) {
	kinds := []string{"0123456789", "HTTPS://TILL.EXAMPLE/ $%*+-.", "https://till.example/¥128.50 "}
	for v := 1; v <= 40; v++ {
		if v > 12 && v%7 != 0 && v != 40 && v != 26 && v != 27 {
			continue // the big ones take long and differ in the tables only
		}
		for level := range 4 {
			kind := kinds[(v+level)%3]
			room := qrRoom(v) - qrCheck[level][v-1]*qrBlocks[level][v-1]
			data := fill(kind, v, room)
			pic, ok := drawQR([]byte(data), level)
			if !ok || pic.w != 17+4*v {
				t.Errorf("version %d level %d: %d modules, want %d", v, level, pic.w, 17+4*v)
				continue
			}
			if got, err := readPureQR(framed(pic)); err != nil || got != data {
				t.Errorf("version %d level %d reads %.40q, %v; want %.40q", v, level, got, err, data)
			}
		}
	}
}

// fill returns as much text of the kind as version v holds in room codewords.
func fill(kind string, v, room int) string {
	text := strings.Repeat(kind, 8*room/len(kind)+1)
	lo, hi := 0, len(text)
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if _, ok := qrWords([]byte(text[:mid]), v, room); ok {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return strings.ToValidUTF8(text[:lo], "?")
}

func TestQRHasLimits(t *testing.T) {
	if _, ok := drawQR(make([]byte, 2953), 0); !ok {
		t.Error("2953 bytes do not fit into 40-L")
	}
	if _, ok := drawQR(make([]byte, 2954), 0); ok {
		t.Error("2954 bytes fit into 40-L")
	}
	for name, test := range map[string]struct {
		send []byte
		why  string
	}{
		"too wide":       {qrBytes(strings.Repeat("x", 300), 16, 0), notWide},
		"nothing stored": {join("\x1d(k\x03\x00\x31\x51\x30"), "nothing is stored"},
		"model 1":        {join("\x1d(k\x04\x00\x31\x41\x31\x00", "\x1d(k\x04\x00\x31\x50\x30x", "\x1d(k\x03\x00\x31\x51\x30"), "QR model 1 is not drawn"},
		"level 4":        {join("\x1d(k\x03\x00\x31\x45\x34"), notAllowed},
		"module 0":       {join("\x1d(k\x03\x00\x31\x43\x00"), notAllowed},
		"PDF417":         {join("\x1d(k\x03\x00\x30\x43\x00"), "unknown command"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(Epson(384))
			d.print(test.send)
			if got := d.Unknown(); len(got) != 1 || !strings.Contains(got[0], test.why) {
				t.Errorf("complains %q, want %q", got, test.why)
			}
			d.wantTexts(t)
		})
	}
}

func TestBarCodesAreReadBack(t *testing.T) {
	for name, test := range map[string]struct {
		send, text, reads string
		reader            gozxing.Reader
	}{
		"set B":          {"\x1dkI\x0c{BReceipt 12", "[CODE128:Receipt 12]", "Receipt 12", oned.NewCode128Reader()},
		"set C":          {"\x1dkI\x07{C\x0c\x22\x38\x4e\x63", "[CODE128:1234567899]", "1234567899", oned.NewCode128Reader()},
		"B, C and back":  {"\x1dkI\x0d{BX{C\x0c\x22{B-y{{", "[CODE128:X1234-y{]", "X1234-y{", oned.NewCode128Reader()},
		"A and shift":    {"\x1dkI\x07{AAB{Sc", "[CODE128:ABc]", "ABc", oned.NewCode128Reader()},
		"EAN13":          {"\x1dkC\x0c690123456789", "[EAN13:6901234567892]", "6901234567892", oned.NewEAN13Reader()},
		"EAN13 with NUL": {"\x1dk\x024006381333931\x00", "[EAN13:4006381333931]", "4006381333931", oned.NewEAN13Reader()},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(Epson(576))
			d.print("\x1ba\x01\x1dH\x02", test.send)
			d.wantNothingStrange(t)
			d.wantTexts(t, test.text+"\n")
			source := gozxing.NewLuminanceSourceFromImage(d.Receipts()[0].Image)
			picture, err := gozxing.NewBinaryBitmap(gozxing.NewGlobalHistgramBinarizer(source))
			if err != nil {
				t.Fatal(err)
			}
			got, err := test.reader.Decode(picture, nil)
			if err != nil || got.GetText() != test.reads {
				t.Errorf("reads %v, %v; want %q", got, err, test.reads)
			}
		})
	}
}

func TestBadBarCodesAreNotPrinted(t *testing.T) {
	for name, send := range map[string]string{
		"no set":            "\x1dkI\x03abc",
		"letter in set A":   "\x1dkI\x03{Aa",
		"ends in a brace":   "\x1dkI\x04{Bx{",
		"unknown escape":    "\x1dkI\x04{B{x",
		"byte 100 in set C": "\x1dkI\x03{C\x64",
		"wrong check digit": "\x1dkC\x0d6901234567893",
		"letters in EAN13":  "\x1dkC\x0c69012345678x",
		"UPC-A":             "\x1dkA\x0b01234567890",
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(Epson(576))
			d.print(send, "after\n")
			d.wantTexts(t, "after\n")
			if n := len(d.Unknown()); n != 1 {
				t.Errorf("%d complaints, want 1", n)
			}
		})
	}
}

func TestHumanReadableTextStandsWhereItIsTold(t *testing.T) {
	for hri, want := range []int{50, 74, 74, 98} {
		d := newDesk(Epson(576))
		d.print("\x1dh\x32\x1dH", hri, "\x1dkI\x05{Babc")
		if got := d.Receipts()[0].Image.Rect.Dy(); got != want {
			t.Errorf("HRI %d: %d dots high, want %d", hri, got, want)
		}
	}
}

func ExampleNew() {
	p := New(Clone(384))
	p.Receive([]byte("\x1b@Hello\n"))
	fmt.Print(p.Receipts()[0].Text)
	// Output: Hello
}
