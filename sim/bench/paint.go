package bench

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"

	"till/sim/rig"
)

// frame is a picture for one canvas of the page.
type frame struct {
	Side string   `json:"side"`
	ID   string   `json:"id"`
	Lang string   `json:"lang,omitempty"`
	Tone string   `json:"tone,omitempty"`
	Text []string `json:"text,omitempty"`
	W    int      `json:"w,omitempty"` // of the whole display
	H    int      `json:"h,omitempty"`
	X    int      `json:"x"` // where the picture goes
	Y    int      `json:"y"`
	PNG  string   `json:"png,omitempty"` // base64
}

// frameMessage passes on what the terminal drew; nil is darkness.
func frameMessage(p *rig.Patch) message {
	if p == nil {
		return message{"frame", frame{Side: "all", ID: rig.Dark}}
	}
	f := frameOf(p.Side, p.View)
	f.X, f.Y = p.At.Min.X, p.At.Min.Y
	f.PNG = base64.StdEncoding.EncodeToString(p.PNG)
	return message{"frame", f}
}

// wholeFrame is the picture that stands on a display.
func wholeFrame(side string, v rig.View, img *image.RGBA) message {
	f := frameOf(side, v)
	if img != nil {
		f.PNG = encodePNG(img)
	}
	return message{"frame", f}
}

func frameOf(side string, v rig.View) frame {
	return frame{Side: side, ID: v.Screen, Lang: v.Lang, Tone: v.Tone, Text: v.Text, W: v.W, H: v.H}
}

func encodePNG(img image.Image) string { return base64.StdEncoding.EncodeToString(pngOf(img)) }

func pngOf(img image.Image) []byte {
	var out bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := enc.Encode(&out, img); err != nil {
		panic("bench: encode a picture: " + err.Error()) // into memory, of a size that is right
	}
	return out.Bytes()
}

// paperColours make a receipt an eighth of its size.
var paperColours = color.Palette{color.White, color.Black}

// bilevel is a receipt in two colours.
func bilevel(g *image.Gray) *image.Paletted {
	p := image.NewPaletted(g.Rect, paperColours)
	for y := g.Rect.Min.Y; y < g.Rect.Max.Y; y++ {
		from, to := g.Pix[g.PixOffset(g.Rect.Min.X, y):], p.Pix[p.PixOffset(g.Rect.Min.X, y):]
		for x := range g.Rect.Dx() {
			if from[x] < 128 {
				to[x] = 1
			}
		}
	}
	return p
}
