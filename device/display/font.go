package display

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"image"
	"io"
	"math"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"till/printer/raster"
)

//go:embed fonts/NotoSansSC-Medium.ttf.gz
var mediumFont []byte

//go:embed fonts/NotoSansSC-Bold.ttf.gz
var boldFont []byte

// typeface is one weight of the font. It is used under press only.
type typeface struct {
	font     *sfnt.Font
	buf      sfnt.Buffer
	advances map[rune]float64 // in em
}

var (
	medium = sync.OnceValue(func() *typeface { return newTypeface(mediumFont) })
	bold   = sync.OnceValue(func() *typeface { return newTypeface(boldFont) })
)

// newTypeface unpacks an embedded font: what fails here fails for everybody.
func newTypeface(packed []byte) *typeface {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic("display: " + err.Error())
	}
	data, err := io.ReadAll(z)
	if err != nil {
		panic("display: " + err.Error())
	}
	f, err := sfnt.Parse(data)
	if err != nil {
		panic("display: " + err.Error())
	}
	return &typeface{font: f, advances: map[rune]float64{}}
}

func face(isBold bool) *typeface {
	if isBold {
		return bold()
	}
	return medium()
}

// index is the glyph of a character, or 0 when the font has none.
func (t *typeface) index(r rune) sfnt.GlyphIndex {
	i, err := t.font.GlyphIndex(&t.buf, r)
	if err != nil {
		return 0
	}
	return i
}

// advance is the width of a character in em. What the font lacks is as wide
// as its bitmap: half an em or a whole one.
func (t *typeface) advance(r rune) float64 {
	if a, ok := t.advances[r]; ok {
		return a
	}
	a := 1.0
	if i := t.index(r); i != 0 {
		const em = 1000
		if adv, err := t.font.GlyphAdvance(&t.buf, i, fixed.I(em), font.HintingNone); err == nil {
			a = float64(adv) / 64 / em
		}
	} else if g, _ := raster.Glyph(r); g != nil {
		a = float64(g.W) / raster.CellHeight
	}
	if len(t.advances) > glyphsMax {
		clear(t.advances)
	}
	t.advances[r] = a
	return a
}

// glyph is the mask of a character and where it goes, relative to the point
// on the base line.
type glyph struct {
	mask *image.Alpha
	at   image.Point
}

type glyphKey struct {
	bold bool
	size int32 // 1/64 pixel
	sub  uint8 // quarter of a pixel to the right
	r    rune
}

// glyphsMax bounds the cache: at 30 px a mask is about 1 KB.
const glyphsMax = 4096

var glyphs = map[glyphKey]glyph{}

// glyphOf returns the mask of a character at a size in pixels.
func glyphOf(isBold bool, size float64, sub uint8, r rune) glyph {
	key := glyphKey{isBold, int32(math.Round(size * 64)), sub, r}
	if g, ok := glyphs[key]; ok {
		return g
	}
	t := face(isBold)
	var g glyph
	if i := t.index(r); i != 0 {
		g = t.outline(i, fixed.Int26_6(key.size), float32(sub)/4)
	} else {
		g = bitmap(r, size)
	}
	if len(glyphs) >= glyphsMax {
		clear(glyphs)
	}
	glyphs[key] = g
	return g
}

// outline rasterises a glyph over its bounding box, shifted right by dx.
func (t *typeface) outline(i sfnt.GlyphIndex, ppem fixed.Int26_6, dx float32) glyph {
	segs, err := t.font.LoadGlyph(&t.buf, i, ppem, nil)
	if err != nil {
		return glyph{}
	}
	box := segs.Bounds()
	x0, y0 := int(math.Floor(float64(box.Min.X)/64+float64(dx))), box.Min.Y.Floor()
	x1, y1 := int(math.Ceil(float64(box.Max.X)/64+float64(dx))), box.Max.Y.Ceil()
	if x1 <= x0 || y1 <= y0 {
		return glyph{}
	}
	rasteriser.Reset(x1-x0, y1-y0)
	rasteriser.DrawOp = drawSrc
	pt := func(p fixed.Point26_6) (float32, float32) {
		return float32(p.X)/64 + dx - float32(x0), float32(p.Y)/64 - float32(y0)
	}
	for _, s := range segs {
		ax, ay := pt(s.Args[0])
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			rasteriser.ClosePath()
			rasteriser.MoveTo(ax, ay)
		case sfnt.SegmentOpLineTo:
			rasteriser.LineTo(ax, ay)
		case sfnt.SegmentOpQuadTo:
			bx, by := pt(s.Args[1])
			rasteriser.QuadTo(ax, ay, bx, by)
		case sfnt.SegmentOpCubeTo:
			bx, by := pt(s.Args[1])
			cx, cy := pt(s.Args[2])
			rasteriser.CubeTo(ax, ay, bx, by, cx, cy)
		}
	}
	rasteriser.ClosePath()
	mask := image.NewAlpha(image.Rect(0, 0, x1-x0, y1-y0))
	rasteriser.Draw(mask, mask.Rect, image.Opaque, image.Point{})
	return glyph{mask, image.Pt(x0, y0)}
}

var rasteriser = vector.NewRasterizer(1, 1)

// bitmap draws a character of the paper font, smoothed to the size: every dot
// is a square, and a pixel is as dark as the part of it that is covered.
func bitmap(r rune, size float64) glyph {
	g, _ := raster.Glyph(r) // the geta mark when there is none
	k := size / raster.CellHeight
	w, h := int(math.Ceil(float64(g.W)*k)), int(math.Ceil(size))
	if w < 1 || h < 1 {
		return glyph{}
	}
	mask := image.NewAlpha(image.Rect(0, 0, w, h))
	const grid = 4 // samples across and down
	for y := range h {
		for x := range w {
			dark := 0
			for i := range grid * grid {
				dx := (float64(x) + (float64(i%grid)+0.5)/grid) / k
				dy := (float64(y) + (float64(i/grid)+0.5)/grid) / k
				if g.Black(int(dx), int(dy)) {
					dark++
				}
			}
			mask.Pix[y*mask.Stride+x] = uint8(dark * 255 / (grid * grid))
		}
	}
	return glyph{mask, image.Pt(0, -int(math.Round(size*0.86)))}
}
