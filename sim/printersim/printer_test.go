package printersim

import (
	"bytes"
	"flag"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"
	"golang.org/x/text/encoding/simplifiedchinese"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// desk is a printer with somebody who listens to it.
type desk struct {
	*Printer
	mu    sync.Mutex // guards heard: a timer may be the one that answers
	heard []byte
}

func newDesk(cfg Config) *desk {
	d := &desk{Printer: New(cfg)}
	d.Connect(func(b []byte) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.heard = append(d.heard, b...)
	})
	return d
}

// print sends strings and bytes: anything else is a mistake of the test.
func (d *desk) print(parts ...any) {
	d.Receive(join(parts...))
}

func join(parts ...any) []byte {
	var out []byte
	for _, part := range parts {
		switch v := part.(type) {
		case string:
			out = append(out, v...)
		case []byte:
			out = append(out, v...)
		case int:
			out = append(out, byte(v))
		default:
			panic("printersim: test sends neither text nor bytes")
		}
	}
	return out
}

// answers returns what was heard since the last call.
func (d *desk) answers() []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := d.heard
	d.heard = nil
	return out
}

func (d *desk) wantAnswer(t *testing.T, want ...byte) {
	t.Helper()
	if got := d.answers(); !bytes.Equal(got, want) {
		t.Errorf("answer % X, want % X", got, want)
	}
}

// wantTexts compares the texts of all receipts.
func (d *desk) wantTexts(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for _, r := range d.Receipts() {
		got = append(got, r.Text)
	}
	if g, w := strings.Join(got, "----\n"), strings.Join(want, "----\n"); g != w {
		t.Errorf("receipts:\n%s\nwant:\n%s", g, w)
	}
}

func (d *desk) wantNothingStrange(t *testing.T) {
	t.Helper()
	if got := d.Unknown(); len(got) > 0 {
		t.Errorf("unknown: %q", got)
	}
}

// gbk encodes Chinese text as the wire has it.
func gbk(s string) []byte {
	out, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(s))
	if err != nil {
		panic("printersim: test text is not GBK: " + s)
	}
	return out
}

// qrBytes is GS ( k for a whole symbol.
func qrBytes(data string, module, level int) []byte {
	n := len(data) + 3
	return join("\x1d(k\x04\x00\x31\x41\x32\x00", "\x1d(k\x03\x00\x31\x43", module, "\x1d(k\x03\x00\x31\x45", 48+level,
		"\x1d(k", n&0xFF, n>>8, "\x31\x50\x30", data, "\x1d(k\x03\x00\x31\x51\x30")
}

const receiptURL = "https://till.example/r/7K2M9Q-000128"

// sampleReceipt uses most of what a receipt needs.
func sampleReceipt() []byte {
	return join("\x1b@\x1c&", "\x1ba\x01", "\x1d!\x11", gbk("青石茶馆"), "\n", "\x1d!\x00", gbk("人民路 12 号"), "\n",
		"\x1ba\x00", "--------------------------------\n",
		"\x1bE\x01", gbk("商品"), "\x1bE\x00", "\x1b$\xf8\x00", gbk("金额"), "\n",
		gbk("龙井 x2"), "\t\t\t", gbk("￥56.00"), "\n", "\x1c-\x01", gbk("普洱"), "\x1c-\x00", " A4", "\t\t\t", gbk("￥72.50"), "\n",
		"\x1dB\x01", gbk(" 合计 128.50 "), "\x1dB\x00", "\n", "\x1bM\x01small print, font B\n\x1bM\x00", "\x1b-\x02underlined\x1b-\x00\n",
		"\x1ba\x01", qrBytes(receiptURL, 6, 1), "\n\x1dh\x40\x1dw\x02\x1dH\x02\x1dkI\x09{BAB{C", 12, 34, 56, "\x1ba\x02", gbk("谢谢惠顾"), "\n",
		"\x1ba\x00\x1dVB\x10")
}

const sampleText = `青石茶馆
人民路 12 号
--------------------------------
商品                 金额
龙井 x2                 ￥56.00
普洱 A4                 ￥72.50
 合计 128.50
small print, font B
underlined
[QR:https://till.example/r/7K2M9Q-000128]
[CODE128:AB123456]
谢谢惠顾
`

func TestReceiptIsReadAsAPersonReadsIt(t *testing.T) {
	d := newDesk(Epson(384))
	job := sampleReceipt()
	d.print(job)
	d.wantNothingStrange(t)
	d.wantTexts(t, sampleText)
	r := d.Receipts()[0]
	if !bytes.Equal(r.Raw, job) || !r.Cut || r.Unfinished {
		t.Errorf("%d raw bytes, cut %v, unfinished %v; want %d, true, false", len(r.Raw), r.Cut, r.Unfinished, len(job))
	}
	golden(t, "receipt-58mm.png", r.Image)
}

func TestCodesOnTheReceiptAreReadByAnotherLibrary(t *testing.T) {
	d := newDesk(Epson(576))
	d.print(sampleReceipt())
	img := d.Receipts()[0].Image
	if got, err := readQR(img); err != nil || got != receiptURL {
		t.Errorf("QR reads %q, %v", got, err)
	}
	source := gozxing.NewLuminanceSourceFromImage(img)
	picture, err := gozxing.NewBinaryBitmap(gozxing.NewHybridBinarizer(source))
	if err != nil {
		t.Fatal(err)
	}
	hard := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}
	if got, err := oned.NewCode128Reader().Decode(picture, hard); err != nil || got.GetText() != "AB123456" {
		t.Errorf("CODE128 reads %v, %v", got, err)
	}
}

func readQR(img image.Image) (string, error) {
	source := gozxing.NewLuminanceSourceFromImage(img)
	picture, err := gozxing.NewBinaryBitmap(gozxing.NewHybridBinarizer(source))
	if err != nil {
		return "", err
	}
	got, err := qrcode.NewQRCodeReader().Decode(picture, map[gozxing.DecodeHintType]any{
		gozxing.DecodeHintType_TRY_HARDER: true, gozxing.DecodeHintType_CHARACTER_SET: "UTF-8",
	})
	if err != nil {
		return "", err
	}
	return got.GetText(), nil
}

// golden compares img with testdata/name, dot by dot.
func golden(t *testing.T, name string, img *image.Gray) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := WritePNG(path, img); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // it was only read
	want, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if g, ok := want.(*image.Gray); ok && g.Rect == img.Rect && bytes.Equal(g.Pix, img.Pix) {
		return
	}
	kept := filepath.Join(t.ArtifactDir(), name)
	if err := WritePNG(kept, img); err != nil {
		t.Log(err)
	}
	t.Errorf("%s differs (run with -update to accept); see %s", path, kept)
}
