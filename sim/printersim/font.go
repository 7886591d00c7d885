package printersim

import "till/printer/raster"

// Font is where the printer has the shapes of its characters from.
type Font interface {
	// Glyph returns the rows of r from the top, at most 24 of them, and its
	// width in dots, at most 32. The dot in column x of a row is bit 31-x.
	Glyph(r rune) (rows []uint32, width int, ok bool)
}

// shape returns r in a cell of the given width, which the ROM decides and not
// the font: a byte is half as wide as a Chinese character. A character that
// the font lacks prints as a frame, so that nobody takes it for blank.
func (p *Printer) shape(r rune, cell int) bits {
	out := newBits(cell, cellH)
	if r == ' ' || r == '\u3000' || r == '\u00A0' {
		return out
	}
	rows, w, ok := p.cfg.Font.Glyph(r)
	if !ok || w <= 0 {
		out.fill(1, 2, cell-2, 1)
		out.fill(1, 21, cell-2, 1)
		out.fill(1, 2, 1, 20)
		out.fill(cell-2, 2, 1, 20)
		return out
	}
	w = min(w, 32)
	pic := newBits(w, min(len(rows), cellH))
	for y := range pic.h {
		for x := range w {
			if rows[y]&(1<<(31-x)) != 0 {
				pic.set(x, y)
			}
		}
	}
	if w > cell {
		pic = pic.resized(cell, pic.h)
	}
	out.blit(pic, (cell-pic.w)/2, (cellH-pic.h)/2)
	return out
}

// builtin is the paper font of till/printer/raster: shapes only. Which
// character a byte means, and how wide it is, the twin decides by itself.
type builtin struct{}

func (builtin) Glyph(r rune) ([]uint32, int, bool) {
	pic, ok := raster.Glyph(r)
	if !ok {
		return nil, 0, false
	}
	rows := make([]uint32, pic.H)
	for y := range pic.H {
		for x := range min(pic.W, 32) {
			if pic.Black(x, y) {
				rows[y] |= 1 << (31 - x)
			}
		}
	}
	return rows, pic.W, true
}
