package escpos

import (
	"till/printer/raster"
)

// cell is one character ready to be placed.
type cell struct {
	r       rune
	style   Style
	columns int
	gbk     [2]byte // its ROM code; 0 if it has none or is ASCII
	ascii   bool
}

// drawn tells whether the printer has no such character itself.
func (c cell) drawn() bool { return !c.ascii && c.gbk[0] == 0 }

// cellOf measures a character as the printer gets it. A character that no font
// has becomes the geta mark.
func (e *encoder) cellOf(r rune, style Style) cell {
	if r < 0x80 {
		return cell{r: r, style: style, columns: style.columns(), ascii: true}
	}
	hi, lo, ok := raster.GBK(r)
	if !ok {
		if _, has := raster.Glyph(r); !has {
			return e.cellOf(raster.Missing, style)
		}
	}
	c := cell{r: r, style: style, columns: 2 * style.columns()}
	if !ok {
		c.columns = raster.Columns(r) * style.columns()
	} else if e.p.Chinese {
		c.gbk = [2]byte{hi, lo}
	}
	return c
}

// line prints a line of text, and more lines when it does not fit.
func (e *encoder) line(op Line) {
	var room [64]cell
	cells, used := room[:0], 0
	for _, span := range op.Spans {
		for _, r := range span.Text {
			if r == '\n' {
				e.place(cells, op.Align)
				cells, used = cells[:0], 0
				continue
			}
			r, ok := clean(r)
			if !ok {
				continue
			}
			c := e.cellOf(r, span.Style)
			if used+c.columns > e.p.Columns {
				e.place(cells, op.Align)
				cells, used = cells[:0], 0
			}
			cells = append(cells, c)
			used += c.columns
		}
	}
	e.place(cells, op.Align)
}

// place prints one line that fits, by the best way that the profile has.
func (e *encoder) place(cells []cell, align Align) {
	drawn, tall, drawnTall := false, false, false
	for _, c := range cells {
		drawn = drawn || c.drawn()
		tall = tall || c.style&Tall != 0
		drawnTall = drawnTall || c.drawn() && c.style&Tall != 0
	}
	e.setAlign(align)
	if drawn && (!e.p.Inline || drawnTall) {
		e.rasterLine(cells, align, tall)
		return
	}
	for i := 0; i < len(cells); {
		if !cells[i].drawn() {
			e.native(cells[i])
			i++
			if len(e.out)-e.begun > e.p.ChunkMax()-16 { // a change of style at every character
				e.mark(0)
			}
			continue
		}
		n := i
		for n < len(cells) && cells[n].drawn() && (n-i+1)*2*72 < e.p.ChunkMax()-64 {
			n++
		}
		e.mark(0)
		e.inline(cells[i:n])
		e.mark(0)
		i = n
	}
	e.out = append(e.out, lf)
	dots := lineDots
	if tall {
		dots += raster.CellHeight
	}
	e.mark(dots)
}

func (e *encoder) native(c cell) {
	// A space looks the same in bold, and a change of style costs three bytes.
	if c.style != e.style && (c.r != ' ' || (c.style^e.style)&^Bold != 0) {
		e.setStyle(c.style)
	}
	if c.ascii {
		e.out = append(e.out, byte(c.r))
		return
	}
	e.out = append(e.out, c.gbk[0], c.gbk[1])
}

// inline sends characters as columns of 24 dots: ESC * 33 with their number of
// columns, three bytes a column from the top. Bit images are not affected by
// the style, so it is drawn.
func (e *encoder) inline(cells []cell) {
	m := draw(cells, raster.CellHeight)
	e.out = append(e.out, esc, '*', 33, byte(m.W), byte(m.W>>8))
	begin := len(e.out)
	for x := range m.W {
		var column uint32
		for y := range raster.CellHeight {
			column <<= 1
			if m.Black(x, y) {
				column |= 1
			}
		}
		e.out = append(e.out, byte(column>>16), byte(column>>8), byte(column))
	}
	scrub(e.out[begin:])
}

// rasterLine sends a whole line as a picture. What all its characters have in
// common, double width or height, is left to the printer: half the bytes.
func (e *encoder) rasterLine(cells []cell, align Align, tall bool) {
	common := Double | Tall
	for _, c := range cells {
		common &= c.style
	}
	for i, c := range cells {
		cells[i].style &^= common
		cells[i].columns = c.columns / common.columns()
	}
	height, mode := raster.CellHeight, byte(0)
	if tall && common&Tall == 0 {
		height *= 2
	}
	if common&Double != 0 {
		mode |= 1
	}
	if common&Tall != 0 {
		mode |= 2
	}
	m := draw(cells, height)
	if align == Left {
		m = m.TrimRight()
	}
	e.picture(m, align, mode)
	e.out = feedDots(e.out, gapDots)
	e.mark(gapDots)
}

// draw sets cells side by side on their bottom line.
func draw(cells []cell, height int) *raster.Image {
	width := 0
	for _, c := range cells {
		width += c.columns * raster.Narrow
	}
	m := raster.New(width, height)
	x := 0
	for _, c := range cells {
		g, _ := raster.Glyph(c.r)
		if c.style&Bold != 0 {
			g = g.Bold()
		}
		if c.style&(Double|Tall) != 0 {
			tall := 1
			if c.style&Tall != 0 {
				tall = 2
			}
			g = g.Scale(c.style.columns(), tall)
		}
		m.Draw(g, x, height-g.H)
		x += c.columns * raster.Narrow
	}
	return m
}
