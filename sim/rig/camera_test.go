package rig

import (
	"errors"
	"image"
	"image/color"
	"image/draw"
	"strings"
	"testing"

	"till/device/display"
	"till/printer/raster"
	"till/txn/screen"
)

// photo is a picture with a code in it, as a display shows it.
func photo(t *testing.T, text string, level raster.Level, dot int) *image.RGBA {
	t.Helper()
	m, err := raster.QR(text, level, dot)
	if err != nil {
		t.Fatal(err)
	}
	img := image.NewRGBA(image.Rect(0, 0, m.W+60, m.H+70))
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(0, 0, img.Rect.Max.X, 30), image.Black, image.Point{}, draw.Src) // the head
	for y := range m.H {
		for x := range m.W {
			if m.Black(x, y) {
				img.Set(10+x, 33+y, color.RGBA{16, 23, 30, 255})
			}
		}
	}
	return img
}

func TestCameraReadsWhatADisplayCanShow(t *testing.T) {
	for n := 1; n <= 210; n += 3 {
		for _, one := range []string{"7", "A$", "weixin://wxpay/bizpayurl?pr=aB3", "https://qr.alipay.com/bax0123"} {
			text := strings.Repeat(one, n)[:n]
			for level, name := range []string{"L", "M"} {
				got, err := readQR(photo(t, text, raster.Level(level), 1+n%4))
				if err != nil || got != text {
					t.Fatalf("%d characters of %q at level %s: %q, %v", n, one, name, got, err)
				}
			}
		}
	}
}

func TestCameraReadsNoCodeThatIsDrawnWrongly(t *testing.T) {
	const text = "weixin://wxpay/bizpayurl?pr=abcdefghzz"
	img := photo(t, text, raster.LevelL, 3)
	black, white := 0, 0
	for y := 33 + 3*(raster.QuietZone+12); y < 33+3*(raster.QuietZone+20); y += 3 {
		at := image.Rect(70, y, 73, y+3).Add(image.Pt((10+3*raster.QuietZone-70)%3, 0))
		was := img.RGBAAt(at.Min.X+1, at.Min.Y+1)
		flip := color.RGBA{255, 255, 255, 255}
		if was == flip {
			flip, white = color.RGBA{A: 255}, white+1
		} else {
			black++
		}
		draw.Draw(img, at, image.NewUniform(flip), image.Point{}, draw.Src)
		if got, err := readQR(img); !errors.Is(err, ErrNoCode) {
			t.Fatalf("with a wrong module at %v: %q, %v", at, got, err)
		}
		draw.Draw(img, at, image.NewUniform(was), image.Point{}, draw.Src)
	}
	if black == 0 || white == 0 {
		t.Errorf("%d black and %d white modules were turned over: not both", black, white)
	}
	for _, ink := range []color.Color{color.Black, color.White, color.Transparent} {
		blank := image.NewRGBA(image.Rect(0, 0, 70, 70))
		draw.Draw(blank, blank.Rect, image.NewUniform(ink), image.Point{}, draw.Src)
		if got, err := readQR(blank); !errors.Is(err, ErrNoCode) {
			t.Errorf("an empty picture: %q, %v", got, err)
		}
	}
}

// TestCameraReadsTheCustomersDisplay takes the picture that the terminal draws.
func TestCameraReadsTheCustomersDisplay(t *testing.T) {
	for _, text := range []string{"weixin://wxpay/bizpayurl?pr=abcdefghzz", "https://qr.alipay.com/bax01234567890123456"} {
		c := screen.Customer{
			Scene: screen.SceneQR, Shop: "老张面馆", Title: "应付金额", Amount: "¥128.00", Word: "请扫码付款",
			Lines: []string{"请核对商户名称"}, QR: text, Mark: "模拟",
		}
		got, err := readQR(display.DrawCustomer(c, display.Customer, screen.Moment{}))
		if err != nil || got != text {
			t.Errorf("%q, %v, want %q", got, err, text)
		}
	}
}

// FuzzCamera turns modules of a code over: whatever is on a display is read
// right, or not at all.
func FuzzCamera(f *testing.F) {
	f.Add("weixin://wxpay/bizpayurl?pr=abcdefghzz", uint16(0), []byte{0, 1, 2})
	f.Add("7", uint16(300), []byte{})
	f.Add("https://qr.alipay.com/bax0", uint16(90), []byte{255, 0, 255})
	f.Fuzz(func(t *testing.T, text string, at uint16, flips []byte) {
		if text == "" || len(text) > 150 {
			t.Skip()
		}
		m, err := raster.QR(text, raster.LevelL, 1)
		if err != nil {
			t.Skip()
		}
		img := image.NewRGBA(image.Rect(0, 0, m.W, m.H))
		draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
		changed := false
		for i := range m.W * m.H {
			x, y := i%m.W, i/m.W
			black := m.Black(x, y)
			if k := i - int(at); k >= 0 && k < 8*len(flips) && flips[k/8]>>(k%8)&1 != 0 {
				black, changed = !black, true
			}
			if black {
				img.Set(x, y, color.Black)
			}
		}
		got, err := readQR(img)
		switch {
		case err != nil && !errors.Is(err, ErrNoCode):
			t.Fatalf("%v", err)
		case err != nil && !changed:
			t.Fatalf("%q was not read: %v", text, err)
		case err == nil && !changed && got != text:
			t.Fatalf("%q was read as %q", text, got)
		}
	})
}
