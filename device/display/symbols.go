package display

import (
	"image/color"
	"math"

	"till/txn"
	"till/txn/screen"
)

// Shapes carry the meaning that colour alone must not: a disc is approved, an
// octagon declined, a triangle unknown or a warning.

// tickDisc is a disc with a tick in it.
func (c *canvas) tickDisc(x, y, r float64, disc, tick color.RGBA) {
	c.disc(x, y, r, disc)
	c.lines(r*0.2, tick, x-r*0.42, y+r*0.05, x-r*0.1, y+r*0.36, x+r*0.44, y-r*0.3)
}

// octagon is a stop sign with a cross in it.
func (c *canvas) octagon(x, y, r float64, sign, cross color.RGBA) {
	var p []float64
	for i := range 8 {
		a := math.Pi/8 + float64(i)*math.Pi/4
		p = append(p, x+r*math.Cos(a), y+r*math.Sin(a))
	}
	c.polygon(sign, p...)
	d := r * 0.34
	c.lines(r*0.24, cross, x-d, y-d, x+d, y+d)
	c.lines(r*0.24, cross, x-d, y+d, x+d, y-d)
}

// triangle is a warning sign whose base line is at y+0.8r.
func (c *canvas) triangle(x, y, r float64, sign, mark color.RGBA) {
	var p path
	edge := c.px(r * 0.12)
	xy := c.scaled([]float64{x, y - r*0.82, x + r*0.94, y + r*0.76, x - r*0.94, y + r*0.76})
	p.polygon(xy...)
	c.fill(&p, sign)
	p = path{}
	p.stroke(edge, append(xy, xy[0], xy[1])...)
	c.fill(&p, sign)
	c.lines(r*0.17, mark, x, y-r*0.28, x, y+r*0.22)
	c.disc(x, y+r*0.52, r*0.11, mark)
}

// toneMark is the shape of a tone.
func (c *canvas) toneMark(t screen.Tone, x, y, r float64) {
	switch t {
	case screen.ToneGood:
		c.tickDisc(x, y, r, colGreen, colWhite)
	case screen.ToneBad:
		c.octagon(x, y, r, colRed, colWhite)
	case screen.ToneUnknown:
		c.triangle(x, y, r, colInk, colAmber)
	case screen.ToneWarning:
		c.triangle(x, y, r, colBrown, colWhite)
	}
}

// hazard is a strip of slanted stripes.
func (c *canvas) hazard(y, h float64) {
	c.rect(0, y, c.w, h, colAmber)
	const step = 14
	for x := -h; x < c.w; x += step {
		c.polygon(colInk, x+h, y, x+h+step/2, y, x+step/2, y+h, x, y+h)
	}
}

// phone shows a bar code and a QR code under a red beam: scan this.
func (c *canvas) phone(x, y, w, h float64) {
	c.round(x, y, w, h, w*0.12, colInk)
	px, py, pw, ph := x+w*0.1, y+h*0.1, w*0.8, h*0.8
	c.round(px, py, pw, ph, 2, colWhite)
	bars := "1011001011010011101001011"
	bw := pw * 0.8 / float64(len(bars))
	for i, b := range bars {
		if b == '1' {
			c.rect(px+pw*0.1+float64(i)*bw, py+ph*0.09, bw, ph*0.28, colInk)
		}
	}
	side := min(pw*0.62, ph*0.42)
	c.smallQR(px+(pw-side)/2, py+ph*0.48, side)
	beam := rgb(0xE01B1B)
	c.rect(x-w*0.2, y+h*0.6, w*1.4, max(2, h*0.018), beam)
}

// smallQR is a picture of a QR code that cannot be read: it is a symbol.
func (c *canvas) smallQR(x, y, side float64) {
	rows := [...]string{
		"11101010111", "10100110101", "11101100111", "00010101000", "10110111010", "01101001101",
		"11010110010", "00011010110", "11100111011", "10101010010", "11101101101",
	}
	m := side / float64(len(rows))
	for i, row := range rows {
		for j, b := range row {
			if b == '1' {
				c.rect(x+float64(j)*m, y+float64(i)*m, m, m, colInk)
			}
		}
	}
}

func lightColour(l screen.Light) color.RGBA {
	switch l {
	case screen.LightBad:
		return colWarnRed
	case screen.LightDim:
		return colDim
	}
	return colWhite
}

// printerGlyph is 18 wide and 14 high.
func (c *canvas) printerGlyph(x, y float64, l screen.Light) {
	col := lightColour(l)
	c.rect(x+4, y, 10, 4, col)
	c.round(x, y+4.5, 18, 6, 1.5, col)
	c.rect(x+4, y+8, 10, 7, colHead)
	c.rect(x+5, y+9, 8, 5, col)
}

// bars is the network: struck through when it is down.
func (c *canvas) bars(x, y float64, l screen.Light) {
	col := lightColour(l)
	if l == screen.LightBad {
		col = colDim
	}
	for i := range 4 {
		h := 4 + 3*float64(i)
		c.rect(x+4.5*float64(i), y+14-h, 3, h, col)
	}
	if l == screen.LightBad {
		c.lines(2, colWarnRed, x, y+14, x+17, y)
	}
}

// keyCap is the picture of a key, h high; it returns its width.
func (c *canvas) keyCap(x, y float64, k screen.Key) float64 {
	const h, r = 28, 6
	w, col := 32.0, colKeyGry
	switch {
	case k.Digits:
		w = 46
	case k.Key == txn.KeyCancel:
		col = colKeyRed
	case k.Key == txn.KeyBack:
		col = colKeyYel
	case k.Key == txn.KeyEnter:
		col = colKeyGrn
	}
	if k.Off {
		col = pale(col)
	}
	c.round(x, y, w, h, r, col)
	mx, my := x+w/2, y+h/2.0
	switch {
	case k.Cap() != "":
		c.text(mx, my+5.5, k.Cap(), strong(16, colWhite), centre)
	case k.Key == txn.KeyCancel:
		c.lines(3, colWhite, mx-6, my-6, mx+6, my+6)
		c.lines(3, colWhite, mx-6, my+6, mx+6, my-6)
	case k.Key == txn.KeyBack:
		c.lines(3, colInk, mx+8, my, mx-8, my)
		c.lines(3, colInk, mx-2, my-6, mx-8, my, mx-2, my+6)
	case k.Key == txn.KeyUpDown:
		c.polygon(colWhite, mx-7, my-3, mx, my-10, mx+7, my-3)
		c.polygon(colWhite, mx-7, my+3, mx, my+10, mx+7, my+3)
	case k.Key == txn.KeyEnter:
		c.lines(3, colWhite, mx+8, my-6, mx+8, my+2, mx-7, my+2)
		c.lines(3, colWhite, mx-2, my-3, mx-7, my+2, mx-2, my+7)
	}
	return w
}

// keyWidth is what keyCap will return.
func keyWidth(k screen.Key) float64 {
	if k.Digits {
		return 46
	}
	return 32
}
