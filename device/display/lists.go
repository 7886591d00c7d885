package display

import "till/txn/screen"

// list is what can be paged through: the sales that fit, what is open, the
// rules.
func (d standard) list() {
	s := d.s
	d.title(s.Title, s.Remark)
	if len(s.Rows) > 0 && s.Rows[0].Cap != "" {
		d.leaves()
	}
	if len(s.Rows) == 0 {
		d.toneMark(s.Tone, d.w/2, 140, 30)
		d.line(d.w/2, 205, d.w-40, s.Word, strong(22, colInk), centre)
		return
	}
	switch {
	case s.Rows[0].Under != "":
		d.openRows()
	case s.Rows[0].Cap != "":
		d.foundRows()
	default:
		d.ruleRows()
	}
}

// openRows are two lines each, and two lines below.
func (d standard) openRows() {
	const h = 37.0
	for i, r := range d.s.Rows {
		y := 76 + h*float64(i)
		d.cursor(y, h-3, r.Now)
		d.shape(r.Tone, 32, y+17)
		w := d.text(d.w-26, y+15, r.Cells[len(r.Cells)-1], strong(17, colInk), right)
		d.line(54, y+14, d.w-94-w, r.Cells[0], strong(15, colInk), left)
		d.line(54, y+30, d.w-80, r.Under, plain(14, colSecond), left)
	}
	for i, l := range pendingLines(d.s, d.m) {
		d.line(20, 241+19*float64(i), d.w-40, l, plain(15, colSecond), left)
	}
}

// pendingLines are what stands below the list of what is open: first when it is
// tried again.
func pendingLines(s screen.Screen, m screen.Moment) []string {
	if wait := s.Wait.Sentence(m.Left); wait != "" {
		return append([]string{wait}, s.Lines...)
	}
	return s.Lines
}

// shape is a mark of any tone: calm work has a clock.
func (d standard) shape(t screen.Tone, x, y float64) {
	if t == screen.ToneCalm {
		d.clock(x, y, 10)
		return
	}
	d.toneMark(t, x, y, 11)
}

// cursor is the ground of the row that a key acts on.
func (d standard) cursor(y, h float64, now bool) {
	if now {
		d.round(margin, y, d.w-2*margin, h, 6, colCursor)
		d.rect(margin, y+4, 4, h-8, colAccent)
	}
}

// foundRows are one line each: number to press, when, wallet, number, amount
// and state.
func (d standard) foundRows() {
	const h = 20.0
	ends := []float64{33, 142, 234, 292, 384, d.w - 18}
	for i, r := range d.s.Rows {
		y := 76 + h*float64(i)
		d.cursor(y, h, r.Now)
		d.text(22, y+15, r.Cap, strong(14, colAccent), left)
		st := plain(14, colInk)
		for j, cell := range r.Cells {
			if j+1 >= len(ends) {
				break
			}
			room := ends[j+1] - ends[j] - 5
			switch {
			case j < 3:
				d.line(ends[j]+2, y+15, room, cell, st, left)
			case j == 3:
				d.line(ends[j+1], y+15, room, cell, strong(14, colInk), right)
			default:
				d.line(ends[j+1], y+15, room, cell, strong(14, toneInk(r.Tone)), right)
			}
		}
	}
	d.line(20, 270, d.w-40, d.s.Small, plain(14, colSecond), left)
}

// toneInk is the colour of a word with a tone, on a light ground.
func toneInk(t screen.Tone) (col colour) {
	switch t {
	case screen.ToneGood:
		return colGreen
	case screen.ToneBad:
		return colRed
	case screen.ToneWarning, screen.ToneUnknown:
		return colBrownInk
	}
	return colInk
}

// ruleRows are a name and a value.
func (d standard) ruleRows() {
	const h = 24.0
	for i, r := range d.s.Rows {
		y := 78 + h*float64(i)
		if i > 0 {
			d.hair(20, y, d.w-40, 1, colLine)
		}
		w := d.text(d.w-20, y+18, r.Cells[len(r.Cells)-1], strong(16, colInk), right)
		d.line(20, y+18, d.w-56-w, r.Cells[0], plain(16, colSecond), left)
	}
}

// table is drawing 11: columns, a sum, and what is carried forward.
func (d standard) table() {
	s := d.s
	d.title(s.Title, s.Remark)
	if len(s.Rows) == 0 {
		if len(s.Lines) > 0 {
			d.clock(d.w/2, 140, 26)
			d.line(d.w/2, 205, d.w-40, s.Lines[0], strong(20, colInk), centre)
		}
		return
	}
	if len(s.Head) == 0 {
		d.sums(76, 26, s.Rows)
		d.forward(217)
		return
	}
	ends := []float64{20, 196, 320, d.w - 20}
	cell := func(y float64, texts []string, bold bool, col colour) {
		for j, text := range texts {
			st := style{15, bold, col}
			switch {
			case text == "":
			case j == 0 && len(texts) > 1 && texts[1] == "": // of the sum
				d.line(ends[0], y, ends[1]-ends[0], text, st, left)
			case j == 0:
				d.line(ends[0], y, ends[1]-ends[0]-52, text, st, left)
			default:
				room := ends[j] - ends[j-1] - 10
				if j == 1 {
					room = 50
				}
				d.line(ends[j], y, room, text, st, right)
			}
		}
	}
	cell(92, s.Head, false, colSecond)
	step := min(21, 106/float64(len(s.Rows)))
	y := 94.0
	for _, r := range s.Rows {
		d.hair(20, y+2, d.w-40, 1, colLine)
		y += step
		cell(y-2, r.Cells, r.Bold, colInk)
	}
	d.line(20, 213, d.w-40, s.Small, plain(14, colSecond), left)
	d.forward(218)
}

// forward is the card at the foot: nothing is open, or what is carried forward.
func (d standard) forward(y float64) {
	if len(d.s.Cards) == 0 {
		return
	}
	k := d.s.Cards[0]
	h := d.foot() - 6 - y
	inside, ink := colPale, colPaleInk
	if k.Tone != screen.ToneGood {
		inside, ink = colCream, colInk
	}
	d.framed(margin, y, d.w-2*margin, h, 8, 1, inside, inside)
	d.toneMark(k.Tone, 36, y+h/2, 11)
	if len(d.s.Lines) == 0 {
		d.line(58, y+h/2+6, d.w-84, k.Text, strong(17, ink), left)
		return
	}
	d.line(58, y+14.3, d.w-84, k.Text, strong(14, ink), left)
	for i, l := range d.s.Lines {
		if i == 2 {
			break
		}
		d.line(58, y+14.3+14.8*float64(i+1), d.w-84, l, plain(14, ink), left)
	}
}
