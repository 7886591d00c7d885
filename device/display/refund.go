package display

import (
	"strings"

	"till/txn/screen"
)

// refund is drawing 08: sums, notes, and the framed field of the amount; or,
// when a rule speaks against it, that rule.
func (d standard) refund() {
	s := d.s
	d.title(s.Title, s.Remark)
	d.leaves()
	const top, fieldH = 76.0, 54.0
	foot := d.foot() - 7
	if !s.Field.Any() {
		y := d.sums(top, min(24, 90/(float64(len(s.Rows))+bigger)), s.Rows)
		d.ruling(y+8, foot-y-8)
		return
	}
	fieldY := foot - fieldH
	room := fieldY - top - 4
	const least = 15.5 // of a row, and of a note
	rows := float64(len(s.Rows)) + bigger
	notes := min(len(s.Lines), int((room-rows*least)/least)) // the least important are left out first
	noteH := min(19, (room-rows*least)/float64(max(1, notes)))
	step := min(24, (room-float64(notes)*noteH)/rows)
	if extra := room - step*rows - float64(notes)*noteH; notes > 0 {
		noteH = min(20, noteH+extra/float64(notes))
	}
	y := d.sums(top, step, s.Rows)
	for i, l := range s.Lines[:notes] {
		ly := y + noteH*float64(i+1) - 3
		d.toneMark(screen.ToneWarning, 27, ly-5, 7)
		d.line(40, ly, d.w-54, l, plain(15, colInk), left)
	}
	d.framed(margin, fieldY, d.w-2*margin, fieldH, 8, 2, colAccent, colPanel)
	f := s.Field
	col := colInk
	if f.Faint {
		col = colFaint
	}
	w := d.amount(d.w-30, fieldY+39, 186, f.Text, strong(36, col), right)
	d.line(28, fieldY+24, d.w-76-w, f.Label, strong(17, colInk), left)
	under := plain(15, colSecond)
	if f.Wrong {
		under = strong(15, colRed)
	}
	d.line(28, fieldY+44, d.w-76-w, f.Under, under, left)
}

// leaves is a line under the title that becomes shorter until the screen closes.
func (d standard) leaves() {
	if w := d.s.Wait; w.Any() && d.m.Left >= 0 {
		d.rect(0, titleY-3, d.w*w.Part(d.m.Left), 3, colAccent)
	}
}

// bigger is by how much of a row the sum is higher than the others.
const bigger = 0.25

// sums writes names at the left and amounts at the right, the sum bigger, and
// returns where they end.
func (d standard) sums(y, step float64, rows []screen.Row) float64 {
	for _, r := range rows {
		h := step
		if r.Bold {
			h *= 1 + bigger
		}
		y += h
		base := y - h*0.26
		st := plain(min(17, step*0.84), colInk)
		name := plain(st.size, colSecond)
		switch {
		case r.Bold && r.Tone == screen.ToneGood:
			st, name = strong(min(24, step), colGreen), strong(min(18, step*0.84), colInk)
			d.hair(20, y-h+1, d.w-40, 1, colLine)
		case r.Bold:
			st, name = strong(min(24, step), colInk), strong(min(18, step*0.84), colInk)
			d.hair(20, y-h+1, d.w-40, 1, colLine)
		case r.Tone == screen.ToneBad:
			st.col, st.bold = colRed, true
		default:
			st.bold = true
		}
		st.size, name.size = max(smallest, st.size), max(smallest, name.size)
		last := r.Cells[len(r.Cells)-1]
		w := d.text(d.w-20, base, last, st, right)
		d.line(20, base, d.w-56-w, r.Cells[0], name, left)
	}
	return y
}

// ruling is the rule that speaks against a refund, and what to do.
func (d standard) ruling(y, h float64) {
	s := d.s
	h = min(h, 128)
	d.framed(margin, y, d.w-2*margin, h, 8, 1, colLine, colPanel)
	if s.Tone == screen.ToneCalm {
		d.clock(48, y+h/2, 20)
	} else {
		d.toneMark(s.Tone, 48, y+h/2, 22)
	}
	x := 84.0
	room := d.w - x - 26
	small := join(s.Charged, s.Code)
	top := y + h/2 - 14
	if small != "" {
		top -= 12
	}
	d.line(x, top, room, s.Word, strong(19, colInk), left)
	n := d.paragraph(x, top+23, room, 21, 2, s.Next, plain(17, colInk), left)
	d.line(x, top+23+21*float64(n), room, small, plain(15, colSecond), left)
}

// clock is a disc with hands: somebody else is at work.
func (c *canvas) clock(x, y, r float64) {
	c.disc(x, y, r, colAccent)
	c.disc(x, y, r*0.82, colWhite)
	c.lines(r*0.14, colAccent, x, y-r*0.5, x, y, x+r*0.36, y+r*0.22)
}

// entry is drawing 09 and its kin: a field in which something is keyed.
func (d standard) entry() {
	s := d.s
	remark := s.Remark
	wait := s.Wait.Sentence(d.m.Left)
	barred := s.Tone == screen.ToneWarning && s.Field.Under == ""
	if remark == "" && !barred {
		remark, wait = wait, ""
	}
	d.title(s.Title, remark)
	y := 78.0
	if len(s.Cards) > 0 {
		d.card(y+6, 58, s.Cards[0])
		y += 66
	} else {
		y += 24
	}
	f := s.Field
	mid := d.w / 2
	d.line(mid, y+26, d.w-40, f.Label, strong(18, colInk), centre)
	if f.Boxes > 0 {
		d.boxes(y+38, f)
	} else {
		d.framed(mid-130, y+38, 260, 48, 8, 2, colAccent, colPanel)
		d.text(mid, y+71, f.Text, strong(26, colInk), centre)
	}
	under := plain(16, colSecond)
	if f.Wrong {
		under = strong(16, colRed)
	}
	y += 106
	if barred {
		d.warningLine(y, wait)
	} else {
		d.line(mid, y, d.w-40, join(f.Under, wait), under, centre)
	}
	for i, l := range s.Lines {
		d.line(mid, y+22*float64(i+1), d.w-40, l, plain(15, colSecond), centre)
	}
}

// boxes is one for each character that is wanted; a star is a disc.
func (d standard) boxes(y float64, f screen.Field) {
	const w, h, gap = 38.0, 44.0, 10.0
	x := (d.w - float64(f.Boxes)*(w+gap) + gap) / 2
	for i := range f.Boxes {
		edge, border := colLine, 1.0
		if i == len(f.Text) {
			edge, border = colAccent, 2
		}
		d.framed(x, y, w, h, 7, border, edge, colPanel)
		if i < len(f.Text) {
			if ch := f.Text[i : i+1]; ch == "*" {
				d.disc(x+w/2, y+h/2, 7, colInk)
			} else {
				d.text(x+w/2, y+h/2+9, ch, strong(24, colInk), centre)
			}
		}
		x += w + gap
	}
}

// back is where a refund stands: a mark, the word, whether the money went back,
// what happens next, and when.
func (d standard) back() {
	s := d.s
	d.title(s.Title, s.Amount)
	switch {
	case s.Ended:
		d.tickDisc(48, 110, 27, colAccent, colWhite)
	case s.Tone == screen.ToneCalm:
		d.clock(48, 110, 27)
	default:
		d.toneMark(s.Tone, 48, 112, 29)
	}
	x := 92.0
	room := d.w - x - margin
	d.line(x, 106, room, s.Word, strong(24, colInk), left)
	d.line(x, 133, room, s.Charged, strong(17, colInk), left)
	const y, h = 148.0, 78.0
	d.framed(margin, y, d.w-2*margin, h, 8, 1, colLine, colPanel)
	ls := s.Lines
	if len(ls) == 1 {
		st := strong(17, colInk)
		top := y + 45
		if d.width(ls[0], st)*0.85 > d.w-60 {
			top = y + 31
		}
		d.paragraph(30, top, d.w-60, 24, 2, ls[0], st, left)
	} else {
		step := 24.0
		if len(ls) < 3 {
			step = 30
		}
		for i, l := range ls {
			if i == 3 {
				break
			}
			st := plain(16, colSecond)
			if i == 0 {
				st = strong(17, colInk)
			}
			d.line(30, y+step*float64(i)+step*0.5+11, d.w-60, l, st, left)
		}
	}
	if wait := s.Wait.Sentence(d.m.Left); wait != "" {
		d.ring(28, 244, 9, 3, s.Wait.Part(d.m.Left), colAccent, colLine)
		d.line(46, 249, d.w-60, wait, strong(16, colInk), left)
	}
	d.line(20, 268, d.w-40, join(s.Small, s.Code), plain(14, colSecond), left)
}

// tiles is drawing 18: numbered choices in two columns.
func (d standard) tiles() {
	s := d.s
	d.title(s.Title, s.Remark)
	d.leaves()
	const h, gap = 34.0, 5.0
	w := (d.w - 2*margin - 8) / 2
	for i, r := range s.Rows {
		x := margin + float64(i%2)*(w+8)
		y := 79 + float64(i/2)*(h+gap)
		d.framed(x, y, w, h, 7, 1, colLine, colPanel)
		d.round(x+6, y+5, 24, 24, 5, colKeyGry)
		d.text(x+18, y+23, r.Cap, strong(16, colWhite), centre)
		d.line(x+40, y+23, w-50, r.Cells[0], strong(17, colInk), left)
	}
}

// offline is drawing 16.
func (d standard) offline() {
	s := d.s
	d.rect(0, barH, d.w, 78, colSlate)
	d.triangle(46, 70, 25, colAmber, colInk)
	x := 86.0
	room := d.w - x - margin
	d.line(x, 62, room, s.Word, strong(25, colWhite), left)
	d.line(x, 91, room, join(s.Amount, s.Charged), plain(17, colWhite), left)
	d.line(20, 132, d.w-40, s.Label, plain(16, colSecond), left)
	for i, st := range s.Steps {
		y := 158 + 28*float64(i)
		d.tickDisc(32, y-6, 10, colGreen, colWhite)
		d.line(54, y, d.w-68, st.Label, plain(18, colInk), left)
	}
	d.line(20, 260, d.w-40, strings.TrimSpace(s.Next), plain(16, colSecond), left)
}
