// Package display draws the values of package txn/screen and shows them: one
// pure function to a picture, and glasses that show it (a socket for the
// bench, a terminal, nothing). The frame buffer and panels come later as more
// glasses.
//
// # Decisions
//
// Drawing is golang.org/x/image alone: opentype outlines (sfnt) and the vector
// rasteriser, each shape over its bounding box only, which is what makes it
// fast enough for a slow ARM (shared/screens.md 10.1). The masks of glyphs are
// kept between pictures: text is most of the work.
//
// Everything is placed in units of a 480x320 panel and scaled; a panel that is
// smaller than that in either direction gets the compact profile, which has
// units of 320x240, one message, one amount and two keys (screens.md 4, 21).
//
// The fonts are Noto Sans SC, Medium and Bold, cut to GB2312 and Latin by
// fonts.py and embedded gzipped: 2.8 MB instead of 4.4, for about 20 ms each at
// the first picture. What they lack (rare hanzi of names) is drawn with the
// bitmaps of printer/raster, coarser but legible, and what those lack as the
// geta mark: nothing is silently left out.
//
// The clock and the seconds left are arguments (screen.Moment). A Runner redraws
// once a second while a screen waits, at each full minute for the clock, and
// not at all otherwise.
//
// The code that a customer scans is drawn with modules of whole pixels, at the
// lowest level of error correction: a clean display needs none, and larger
// modules are read from further away.
//
// Lists and totals show what fits without a text below 14 px; what does not fit
// is on the next page, in the text of the screen, or on paper. Of the notes
// above a refund the least important are left out first.
//
// Would change our mind: an ARM board on which a picture takes more than 50 ms.
package display

import (
	"image"
	"image/color"
	"sync"

	"till/txn/screen"
)

//go:generate /usr/bin/python3 fonts.py fonts

// Size is that of a panel, in pixels.
type Size struct{ W, H int }

// The panels that every screen is tested on.
var (
	Base     = Size{480, 320}
	Medium   = Size{800, 480}
	Large    = Size{1024, 600}
	Compact  = Size{320, 240}
	Customer = Size{270, 180} // the smallest customer display
)

// Visual constants of screens.md section 5.
var (
	colBack     = rgb(0xF3F5F7)
	colPanel    = rgb(0xFFFFFF)
	colLine     = rgb(0xD3DAE0)
	colInk      = rgb(0x10171E)
	colSecond   = rgb(0x4C5864)
	colFaint    = rgb(0x8894A0)
	colHead     = rgb(0x15202A)
	colAccent   = rgb(0x0B5CAD)
	colGreen    = rgb(0x08783A)
	colRed      = rgb(0xB3231B)
	colAmber    = rgb(0xFFB81C)
	colPale     = rgb(0xE2F3E8) // good news on a card
	colPaleInk  = rgb(0x07562A)
	colCream    = rgb(0xFFF5DC) // a card on amber
	colCreamLn  = rgb(0xE6D5A4)
	colBrown    = rgb(0xB87900)
	colTrain    = rgb(0xF2A3FF)
	colKeyRed   = rgb(0xD5352B)
	colKeyYel   = rgb(0xF5C518)
	colKeyGrn   = rgb(0x12914A)
	colKeyGry   = rgb(0x5D6A76)
	colWarnRed  = rgb(0xFF6B5E) // on the dark status bar
	colDim      = rgb(0x6B7884)
	colWhite    = rgb(0xFFFFFF)
	colSlate    = rgb(0x33414E)
	colCursor   = rgb(0xDCE9F6) // the row that a key acts on
	colBrownInk = rgb(0x7A5000)
)

type colour = color.RGBA

func rgb(v uint32) color.RGBA {
	return color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 255}
}

// pale is a colour that is not at work: mixed with two parts of white.
func pale(c color.RGBA) color.RGBA {
	mix := func(v uint8) uint8 { return uint8((int(v) + 2*255) / 3) }
	return color.RGBA{mix(c.R), mix(c.G), mix(c.B), 255}
}

// press is held while a picture is drawn: the outlines' buffer, the
// rasteriser and the glyph cache are shared.
var press sync.Mutex

// Draw is the operator's picture of a screen at a moment. It depends on its
// arguments alone.
func Draw(s screen.Screen, size Size, m screen.Moment) *image.RGBA {
	c := newCanvas(size)
	drawOperator(c, s, m)
	return c.img
}

// DrawCustomer is the customer's picture.
func DrawCustomer(s screen.Customer, size Size, m screen.Moment) *image.RGBA {
	c := newCanvas(size)
	drawCustomer(c, s, m)
	return c.img
}

func drawOperator(c *canvas, s screen.Screen, m screen.Moment) {
	press.Lock()
	defer press.Unlock()
	if c.img.Rect.Dx() < Base.W || c.img.Rect.Dy() < Base.H {
		c.units(float64(Compact.W), float64(Compact.H))
		compact{c, s, m}.draw()
		return
	}
	c.units(float64(Base.W), float64(Base.H))
	standard{c, s, m}.draw()
}

func drawCustomer(c *canvas, s screen.Customer, m screen.Moment) {
	press.Lock()
	defer press.Unlock()
	c.units(float64(Customer.W), float64(Customer.H))
	customer{c, s, m}.draw()
}
