package display

import (
	"image"
	"image/color"
	"image/draw"
	"math"
)

const drawSrc = draw.Src

// canvas is a picture in the making, in the units of its profile.
type canvas struct {
	img  *image.RGBA
	k    float64 // pixels a unit
	w, h float64 // units
	log  *record // what was drawn where, for the layout lint
}

// record is what the lint looks at. All of it is in units.
type record struct {
	texts []mark
	boxes []mark
	cut   []string // texts that ended in an ellipsis
}

// mark is one text or one framed box.
type mark struct {
	x0, y0, x1, y1 float64
	size           float64
	text           string
	font           bool // bold
}

func newCanvas(size Size) *canvas {
	return &canvas{img: image.NewRGBA(image.Rect(0, 0, size.W, size.H)), k: 1}
}

// units lays the units of a profile over the picture: as many in the tighter
// direction, more in the other.
func (c *canvas) units(w, h float64) {
	pw, ph := float64(c.img.Rect.Dx()), float64(c.img.Rect.Dy())
	c.k = min(pw/w, ph/h)
	c.w, c.h = pw/c.k, ph/c.k
}

// path is an outline in pixels.
type path struct {
	ops            []op
	x0, y0, x1, y1 float64
}

type op struct {
	kind byte // 'm', 'l', 'c'
	p    [6]float64
}

func (p *path) add(kind byte, xy ...float64) {
	o := op{kind: kind}
	copy(o.p[:], xy)
	for i := 0; i < len(xy); i += 2 {
		if len(p.ops) == 0 && i == 0 {
			p.x0, p.y0, p.x1, p.y1 = xy[0], xy[1], xy[0], xy[1]
		}
		p.x0, p.x1 = min(p.x0, xy[i]), max(p.x1, xy[i])
		p.y0, p.y1 = min(p.y0, xy[i+1]), max(p.y1, xy[i+1])
	}
	p.ops = append(p.ops, o)
}

// polygon adds straight lines through points: x, y, x, y.
func (p *path) polygon(xy ...float64) {
	p.add('m', xy[0], xy[1])
	for i := 2; i < len(xy); i += 2 {
		p.add('l', xy[i], xy[i+1])
	}
}

// curve of a quarter circle: the usual constant for cubics.
const quarter = 0.5522847498

// circle adds a circle, clockwise on the screen, or the other way as a hole.
func (p *path) circle(x, y, r float64, hole bool) {
	s := 1.0
	if hole {
		s = -1
	}
	q := quarter * r
	p.add('m', x+r, y)
	p.add('c', x+r, y+s*q, x+q, y+s*r, x, y+s*r)
	p.add('c', x-q, y+s*r, x-r, y+s*q, x-r, y)
	p.add('c', x-r, y-s*q, x-q, y-s*r, x, y-s*r)
	p.add('c', x+q, y-s*r, x+r, y-s*q, x+r, y)
}

// cap adds the top of a rectangle with round corners, r high, or, with a
// negative r, the bottom of one: y is the round edge.
func (p *path) cap(x, y, w, r float64) {
	side := math.Abs(r)
	q := side * (1 - quarter)
	v := r * (1 - quarter)
	p.add('m', x, y+r)
	p.add('c', x, y+v, x+q, y, x+side, y)
	p.add('l', x+w-side, y)
	p.add('c', x+w-q, y, x+w, y+v, x+w, y+r)
}

// stroke adds lines of a width with round ends through points.
func (p *path) stroke(width float64, xy ...float64) {
	r := width / 2
	for i := 0; i+3 < len(xy); i += 2 {
		ax, ay, bx, by := xy[i], xy[i+1], xy[i+2], xy[i+3]
		d := math.Hypot(bx-ax, by-ay)
		if d == 0 {
			continue
		}
		nx, ny := -(by-ay)/d*r, (bx-ax)/d*r
		p.polygon(ax-nx, ay-ny, bx-nx, by-ny, bx+nx, by+ny, ax+nx, ay+ny)
	}
	for i := 0; i+1 < len(xy); i += 2 {
		p.circle(xy[i], xy[i+1], r, false)
	}
}

// fill draws an outline over its bounding box. One that leaves the picture
// goes through a mask, since the rasteriser does not clip.
func (c *canvas) fill(p *path, col color.RGBA) {
	if len(p.ops) == 0 {
		return
	}
	r := image.Rect(int(math.Floor(p.x0)), int(math.Floor(p.y0)),
		int(math.Ceil(p.x1)), int(math.Ceil(p.y1)))
	if r.Empty() || !r.Overlaps(c.img.Rect) {
		return
	}
	z := rasteriser
	z.Reset(r.Dx(), r.Dy())
	ox, oy := float64(r.Min.X), float64(r.Min.Y)
	for _, o := range p.ops {
		at := func(i int) (float32, float32) { return float32(o.p[i] - ox), float32(o.p[i+1] - oy) }
		ax, ay := at(0)
		switch o.kind {
		case 'm':
			z.ClosePath()
			z.MoveTo(ax, ay)
		case 'l':
			z.LineTo(ax, ay)
		case 'c':
			bx, by := at(2)
			ex, ey := at(4)
			z.CubeTo(ax, ay, bx, by, ex, ey)
		}
	}
	z.ClosePath()
	if r.In(c.img.Rect) {
		z.DrawOp = draw.Over
		z.Draw(c.img, r, image.NewUniform(col), image.Point{})
		return
	}
	mask := image.NewAlpha(image.Rect(0, 0, r.Dx(), r.Dy()))
	z.DrawOp = draw.Src
	z.Draw(mask, mask.Rect, image.Opaque, image.Point{})
	draw.DrawMask(c.img, r, image.NewUniform(col), image.Point{}, mask, image.Point{}, draw.Over)
}

// px turns units into pixels.
func (c *canvas) px(v float64) float64 { return v * c.k }

// rect fills a rectangle whose edges are rounded to whole pixels.
func (c *canvas) rect(x, y, w, h float64, col color.RGBA) {
	px := func(v float64) int { return int(math.Round(c.px(v))) }
	r := image.Rect(px(x), px(y), px(x+w), px(y+h))
	draw.Draw(c.img, r, image.NewUniform(col), image.Point{}, draw.Src)
}

// hair is a line of one unit, at least one pixel.
func (c *canvas) hair(x, y, w, h float64, col color.RGBA) {
	c.rect(x, y, max(w, 1/c.k), max(h, 1/c.k), col)
}

// round fills a rectangle with round corners. Its edges are rounded to whole
// pixels, and only the two ends are rasterised: the middle is most of it.
func (c *canvas) round(x, y, w, h, r float64, col color.RGBA) {
	x0, y0 := math.Round(c.px(x)), math.Round(c.px(y))
	x1, y1 := math.Round(c.px(x+w)), math.Round(c.px(y+h))
	rr := math.Ceil(min(c.px(r), (x1-x0)/2, math.Floor((y1-y0)/2)))
	rr = min(rr, math.Floor((y1-y0)/2))
	var top, bottom path
	top.cap(x0, y0, x1-x0, rr)
	bottom.cap(x0, y1, x1-x0, -rr)
	c.fill(&top, col)
	c.fill(&bottom, col)
	middle := image.Rect(int(x0), int(y0+rr), int(x1), int(y1-rr))
	draw.Draw(c.img, middle, image.NewUniform(col), image.Point{}, draw.Src)
}

// framed is a box with a border: what is written in it must stay in it.
func (c *canvas) framed(x, y, w, h, r, border float64, edge, inside color.RGBA) {
	c.round(x, y, w, h, r, edge)
	c.round(x+border, y+border, w-2*border, h-2*border, r-border, inside)
	if c.log != nil {
		c.log.boxes = append(c.log.boxes, mark{x0: x, y0: y, x1: x + w, y1: y + h})
	}
}

// disc fills a circle.
func (c *canvas) disc(x, y, r float64, col color.RGBA) {
	var p path
	p.circle(c.px(x), c.px(y), c.px(r), false)
	c.fill(&p, col)
}

// lines strokes through points, in units.
func (c *canvas) lines(width float64, col color.RGBA, xy ...float64) {
	var p path
	p.stroke(c.px(width), c.scaled(xy)...)
	c.fill(&p, col)
}

// polygon fills straight lines through points, in units.
func (c *canvas) polygon(col color.RGBA, xy ...float64) {
	var p path
	p.polygon(c.scaled(xy)...)
	c.fill(&p, col)
}

func (c *canvas) scaled(xy []float64) []float64 {
	out := make([]float64, len(xy))
	for i, v := range xy {
		out[i] = c.px(v)
	}
	return out
}

// ring draws a track and, over it, the part of it that is left, from the top
// clockwise.
func (c *canvas) ring(x, y, r, width, part float64, col, track color.RGBA) {
	var p path
	p.circle(c.px(x), c.px(y), c.px(r), false)
	p.circle(c.px(x), c.px(y), c.px(r-width), true)
	c.fill(&p, track)
	if part <= 0 {
		return
	}
	if part >= 1 {
		c.fill(&p, col)
		return
	}
	var arc []float64
	const steps = 60
	edge := func(radius, at float64) {
		a := 2*math.Pi*at - math.Pi/2
		arc = append(arc, x+radius*math.Cos(a), y+radius*math.Sin(a))
	}
	for i := 0; i <= steps; i++ {
		edge(r, part*float64(i)/steps)
	}
	for i := steps; i >= 0; i-- {
		edge(r-width, part*float64(i)/steps)
	}
	c.polygon(col, arc...)
}
