package display

import (
	"till/txn/screen"
)

// counter draws the compact screens of refunds, people, lists and totals, and
// reports whether there was one to draw.
func (d compact) counter() bool {
	switch d.s.Layout {
	case screen.LayoutRefund:
		d.refund()
	case screen.LayoutEntry:
		d.entry()
	case screen.LayoutTiles:
		d.tiles()
	case screen.LayoutTable:
		d.table()
	case screen.LayoutList:
		d.list()
	default:
		return false
	}
	return true
}

// foot is where the key strip begins.
func (d compact) foot() float64 { return d.h - compactKeys }

// refund shows what is left and what is keyed; or the rule against it.
func (d compact) refund() {
	s := d.s
	d.line(12, 45, d.w-24, join(s.Title, s.Remark), strong(16, colInk), left)
	if !s.Field.Any() {
		d.toneMark(s.Tone, 30, 82, 18)
		x := 58.0
		if s.Tone == screen.ToneCalm {
			d.clock(30, 82, 16)
		}
		n := d.paragraph(x, 80, d.w-x-10, 22, 2, s.Word, strong(18, colInk), left)
		y := 80 + 22*float64(n) + 16
		n = d.paragraph(12, y, d.w-24, 19, 3, s.Next, plain(16, colInk), left)
		d.line(12, y+19*float64(n)+4, d.w-24, join(s.Charged, s.Code), plain(14, colSecond), left)
		return
	}
	y := 66.0
	if n := len(s.Rows); n > 0 {
		r := s.Rows[n-1]
		w := d.text(d.w-12, y, r.Cells[1], strong(16, colGreen), right)
		d.line(12, y, d.w-32-w, r.Cells[0], plain(14, colSecond), left)
	}
	d.framed(8, 76, d.w-16, 66, 8, 2, colAccent, colPanel)
	col := colInk
	if s.Field.Faint {
		col = colFaint
	}
	d.amount(d.w-22, 124, d.w-44, s.Field.Text, strong(44, col), right)
	under := plain(15, colSecond)
	if s.Field.Wrong {
		under = strong(15, colRed)
	}
	d.line(d.w/2, 162, d.w-16, s.Field.Under, under, centre)
	if len(s.Lines) > 0 {
		d.paragraph(d.w/2, 180, d.w-16, 17, 2, s.Lines[0], plain(14, colInk), centre)
	}
}

// entry is a field, or boxes, in which something is keyed.
func (d compact) entry() {
	s := d.s
	y := 46.0
	if len(s.Cards) > 0 {
		k := s.Cards[0]
		d.line(12, y, d.w-24, k.Text, strong(15, colInk), left)
		w := d.amount(d.w-12, y+25, 150, k.Amount, strong(24, colInk), right)
		d.line(12, y+22, d.w-36-w, k.Over, plain(14, colSecond), left)
		y += 30
	} else {
		d.line(12, y, d.w-24, s.Title, strong(18, colInk), left)
		y += 12
	}
	d.line(d.w/2, y+20, d.w-16, s.Field.Label, strong(15, colInk), centre)
	if s.Field.Boxes > 0 {
		d.boxes(y+30, s.Field)
	} else {
		d.framed(50, y+30, d.w-100, 40, 8, 2, colAccent, colPanel)
		d.text(d.w/2, y+58, s.Field.Text, strong(22, colInk), centre)
	}
	under := plain(15, colSecond)
	note := s.Field.Under
	if s.Field.Wrong {
		under = strong(15, colRed)
	}
	if wait := s.Wait.Sentence(d.m.Left); s.Tone == screen.ToneWarning && note == "" {
		note = wait
	} else if len(s.Cards) > 0 || len(s.Lines) == 0 {
		note = join(note, wait)
	}
	n := d.paragraph(d.w/2, y+94, d.w-16, 17, 2, note, under, centre)
	if len(s.Lines) > 0 && len(s.Cards) == 0 && n < 2 {
		d.paragraph(d.w/2, y+114, d.w-16, 17, 2, s.Lines[0], plain(14, colSecond), centre)
	}
}

func (d compact) boxes(y float64, f screen.Field) {
	const w, h, gap = 34.0, 40.0, 8.0
	x := (d.w - float64(f.Boxes)*(w+gap) + gap) / 2
	for i := range f.Boxes {
		edge, border := colLine, 1.0
		if i == len(f.Text) {
			edge, border = colAccent, 2
		}
		d.framed(x, y, w, h, 6, border, edge, colPanel)
		if i < len(f.Text) {
			if ch := f.Text[i : i+1]; ch == "*" {
				d.disc(x+w/2, y+h/2, 6, colInk)
			} else {
				d.text(x+w/2, y+h/2+8, ch, strong(20, colInk), centre)
			}
		}
		x += w + gap
	}
}

// tiles are one column when that is enough.
func (d compact) tiles() {
	s := d.s
	cols, h := 1, 29.0
	if len(s.Rows) > 6 {
		cols, h = 2, 40
	}
	w := (d.w - 16 - 6*float64(cols-1)) / float64(cols)
	for i, r := range s.Rows {
		x := 8 + float64(i%cols)*(w+6)
		y := 28 + float64(i/cols)*h
		d.framed(x, y, w, h-3, 6, 1, colLine, colPanel)
		mid := y + (h-3)/2
		d.round(x+4, mid-10, 20, 20, 4, colKeyGry)
		d.text(x+14, mid+5, r.Cap, strong(14, colWhite), centre)
		d.line(x+30, mid+6, w-36, r.Cells[0], strong(15, colInk), left)
	}
}

// table shows the name and the last cell of each row.
func (d compact) table() {
	s := d.s
	d.line(12, 44, d.w-24, s.Title, strong(16, colInk), left)
	if len(s.Rows) == 0 {
		if len(s.Lines) > 0 {
			d.line(d.w/2, 110, d.w-24, s.Lines[0], strong(18, colInk), centre)
		}
		return
	}
	y := 50.0
	step := min(24, 128/float64(len(s.Rows)))
	for _, r := range s.Rows {
		d.hair(12, y+3, d.w-24, 1, colLine)
		y += step
		st := style{15, true, colInk}
		w := d.text(d.w-12, y-3, r.Cells[len(r.Cells)-1], st, right)
		d.line(12, y-3, d.w-40-w, r.Cells[0], style{15, r.Bold, colInk}, left)
	}
	if len(s.Cards) > 0 {
		d.line(12, d.foot()-7, d.w-24, s.Cards[0].Text, plain(14, colSecond), left)
	}
}

// list shows the page; of the row under the cursor also what does not fit.
func (d compact) list() {
	s := d.s
	if len(s.Rows) == 0 {
		d.toneMark(s.Tone, d.w/2, 85, 26)
		d.line(d.w/2, 150, d.w-24, s.Word, strong(20, colInk), centre)
		return
	}
	switch {
	case s.Rows[0].Under != "":
		for i, r := range s.Rows {
			y := 26 + 36*float64(i)
			d.cursor(y, 34, r.Now)
			w := d.text(d.w-12, y+14, r.Cells[1], strong(15, colInk), right)
			d.line(14, y+14, d.w-42-w, r.Cells[0], strong(15, colInk), left)
			d.line(14, y+30, d.w-26, r.Under, plain(14, colSecond), left)
		}
		d.line(12, d.foot()-9, d.w-24, pendingLines(s, d.m)[0], plain(14, colSecond), left)
	case s.Rows[0].Cap != "":
		d.foundRows()
	default:
		for i, r := range s.Rows {
			y := 44 + 21.5*float64(i)
			w := d.text(d.w-10, y, r.Cells[1], strong(14, colInk), right)
			d.line(10, y, d.w-28-w, r.Cells[0], plain(14, colSecond), left)
		}
	}
}

func (d compact) cursor(y, h float64, now bool) {
	if now {
		d.round(6, y, d.w-12, h, 5, colCursor)
	}
}

func (d compact) foundRows() {
	s := d.s
	for i, r := range s.Rows {
		y := 25 + 17.4*float64(i)
		d.cursor(y, 17.4, r.Now)
		d.text(14, y+13.4, r.Cap, strong(14, colAccent), left)
		d.line(30, y+13.4, 118, r.Cells[0], plain(14, colInk), left)
		d.line(154, y+13.4, 60, r.Cells[2], plain(14, colInk), left)
		d.line(d.w-12, y+13.4, 88, r.Cells[3], strong(14, toneInk(r.Tone)), right)
		if r.Now {
			d.line(12, d.foot()-6, d.w-24, join(r.Cells[1], r.Cells[4]), strong(14, toneInk(r.Tone)), left)
		}
	}
}
