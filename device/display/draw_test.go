package display

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"till/txn"
	"till/txn/screen"
	"till/txn/screen/screentest"
)

var (
	update  = flag.Bool("update", false, "write the golden pictures anew")
	gallery = flag.String("gallery", "", "write every screen in every language and size to this folder")
)

var languages = []txn.Lang{txn.Chinese, txn.English}

func langName(l txn.Lang) string { return []string{"zh", "en"}[l] }

// begun is the screen's first moment, at the time of the drawings.
func begun(s screen.Screen) screen.Moment {
	m := s.Start()
	m.Clock = "14:32"
	return m
}

// drawn are the pictures that are kept: the drawings of shared/screens.md.
var drawn = map[string]string{
	"01-idle": "01-idle", "02-amount": "02-amount", "03-waitcode": "03-waitcode", "04-processing": "04-processing",
	"05-approved": "05-approved", "06-declined": "06-declined", "07-unknown": "07-unknown", "13-paperout": "13-paperout",
	"17-recovery-found": "17-recovery", "20-codereject-goods": "20-codereject", "23-reversing": "23-reversing",
	"08-refund": "08-refund", "09-supervisor": "09-supervisor", "10-queue": "10-queue", "11-settlement": "11-settlement",
	"16-offline": "16-offline", "15-shown": "15-shown", "29-menu": "29-menu", "32-found-pages": "32-found",
	"34-refund-held": "34-refund-held", "34-refund-underway-doubt": "34-refund-doubt",
}

// TestThePicturesAreTheDrawings compares pixels: drawing is deterministic.
func TestThePicturesAreTheDrawings(t *testing.T) {
	for _, c := range screentest.Cases(12800) {
		file, ok := drawn[c.Name]
		if !ok {
			continue
		}
		for _, lang := range languages {
			if lang == txn.English && !slices.Contains([]string{"04", "06", "07"}, file[:2]) {
				continue // one language shows the drawing; the texts of both are in package screen
			}
			s := screen.Of(c.State, lang)
			goldenPicture(t, file+"-"+langName(lang), Draw(s, Base, begun(s)))
			if lang == txn.Chinese && slices.Contains([]string{"07-unknown", "05-approved", "08-refund", "15-shown"}, c.Name) {
				goldenPicture(t, "compact-"+file+"-"+langName(lang), Draw(s, Compact, begun(s)))
				goldenPicture(t, "customer-"+file+"-"+langName(lang), DrawCustomer(s.Customer, Customer, begun(s)))
			}
		}
	}
}

func goldenPicture(t *testing.T, name string, got *image.RGBA) {
	t.Helper()
	file := filepath.Join("testdata", name+".png")
	if *update {
		writePNG(t, file, got, png.BestCompression)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if want.Bounds() != got.Bounds() {
		t.Fatalf("%s: %v, want %v", name, got.Bounds(), want.Bounds())
	}
	for y := range got.Rect.Dy() {
		for x := range got.Rect.Dx() {
			r, g, b, _ := want.At(x, y).RGBA()
			if p := got.RGBAAt(x, y); uint32(p.R)*0x101 != r || uint32(p.G)*0x101 != g || uint32(p.B)*0x101 != b {
				t.Errorf("%s: the pixel at %d,%d differs (go test -update writes it anew; then look at it)", name, x, y)
				return
			}
		}
	}
}

func writePNG(t *testing.T, file string, m image.Image, level png.CompressionLevel) {
	t.Helper()
	var b bytes.Buffer
	enc := png.Encoder{CompressionLevel: level}
	if err := enc.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestGallery writes pictures to look at, when asked to.
func TestGallery(t *testing.T) {
	if *gallery == "" {
		t.Skip("no -gallery")
	}
	for _, fen := range []int64{12800, 9999999} {
		for _, c := range screentest.Cases(fen) {
			for _, lang := range languages {
				s := screen.Of(c.State, lang)
				for _, size := range []Size{Base, Compact, Medium, Large} {
					name := fmt.Sprintf("%s-%s-%d-%d.png", c.Name, langName(lang), size.W, fen)
					writePNG(t, filepath.Join(*gallery, name), Draw(s, size, begun(s)), png.BestSpeed)
				}
				name := fmt.Sprintf("cust-%s-%s-%d.png", c.Name, langName(lang), fen)
				writePNG(t, filepath.Join(*gallery, name), DrawCustomer(s.Customer, Customer, begun(s)), png.BestSpeed)
			}
		}
	}
}

// BenchmarkDraw is one screen after the other at 480x320.
func BenchmarkDraw(b *testing.B) {
	for _, c := range screentest.Cases(12800) {
		if _, ok := drawn[c.Name]; !ok {
			continue
		}
		s := screen.Of(c.State, txn.Chinese)
		b.Run(c.Name, func(b *testing.B) {
			for b.Loop() {
				Draw(s, Base, begun(s))
			}
		})
	}
}
