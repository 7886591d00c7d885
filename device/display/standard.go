package display

import (
	"image/color"
	"strconv"
	"strings"

	"till/txn/screen"
)

// standard draws on 480x320 and its multiples.
type standard struct {
	*canvas
	s screen.Screen
	m screen.Moment
}

// The bands of every screen, in units.
const (
	margin   = 14
	barH     = 28 // status bar
	titleY   = 72 // foot of the title strip
	keysH    = 46
	labelGap = 9 // between a key and its label
)

func (d standard) draw() {
	d.rect(0, 0, d.w, d.h, colBack)
	d.statusBar()
	switch d.s.Layout {
	case screen.LayoutIdle:
		d.idle()
	case screen.LayoutAmount:
		d.amountScreen()
	case screen.LayoutScan:
		d.scan()
	case screen.LayoutWaiting:
		d.waiting()
	case screen.LayoutApproved:
		d.approved()
	case screen.LayoutRefused:
		d.refused()
	case screen.LayoutHazard:
		d.hazardScreen()
	case screen.LayoutPaper:
		d.paper()
	case screen.LayoutRecovery:
		d.recovery()
	case screen.LayoutNotice:
		d.notice()
	default:
		d.counter()
	}
	d.keys()
}

// counter draws the screens of refunds, people, lists and totals.
func (d standard) counter() {
	switch d.s.Layout {
	case screen.LayoutRefund:
		d.refund()
	case screen.LayoutEntry:
		d.entry()
	case screen.LayoutBack:
		d.back()
	case screen.LayoutTiles:
		d.tiles()
	case screen.LayoutList:
		d.list()
	case screen.LayoutTable:
		d.table()
	case screen.LayoutOffline:
		d.offline()
	}
}

// foot is where the key strip begins.
func (d standard) foot() float64 { return d.h - keysH }

func (d standard) statusBar() {
	st := d.s.Status
	d.rect(0, 0, d.w, barH, colHead)
	x := d.w - 10
	if d.m.Clock != "" {
		x -= d.text(x, 20, d.m.Clock, strong(16, colWhite), right) + 14
	}
	x -= 18
	d.bars(x, 7, st.Link)
	x -= 28
	d.printerGlyph(x, 7, st.Printer)
	x -= 10
	if st.Pending != "" {
		x = d.pendingChip(x, st)
	}
	if st.Mark != "" {
		x = d.chip(x, st.Mark, colTrain)
	}
	who := st.Terminal
	if st.Operator != "" {
		who += " · " + st.Operator
	}
	d.line(10, 20, x-20, who, plain(16, colWhite), left)
}

// pendingChip says how much is open, with its sum where there is room for it;
// red once it has been open for too long.
func (d standard) pendingChip(x float64, st screen.Status) float64 {
	col, ink := colAmber, colInk
	if st.Urgent {
		col, ink = colRed, colWhite
	}
	text := st.Pending
	if full := st.PendingText(); st.Mark == "" && d.width(full, strong(14, ink)) < 170 {
		text = full
	}
	return d.inked(x, text, col, ink)
}

// chip draws a rounded label that ends at x, and returns where the next ends.
func (c *canvas) chip(x float64, s string, col color.RGBA) float64 { return c.inked(x, s, col, colInk) }

func (c *canvas) inked(x float64, s string, col, ink color.RGBA) float64 {
	st := strong(14, ink)
	w := c.width(s, st) + 16
	c.round(x-w, 5, w, 18, 9, col)
	c.text(x-w/2, 19, s, st, centre)
	return x - w - 8
}

// title is the strip under the status bar.
func (d standard) title(head, remark string) {
	d.hair(0, titleY-1, d.w, 1, colLine)
	st := plain(17, colSecond)
	w := d.line(d.w-margin, 57, d.w*0.6, remark, st, right)
	d.line(margin, 58, d.w-w-3*margin, head, strong(21, colInk), left)
}

func (d standard) keys() {
	y := d.foot()
	d.rect(0, y, d.w, keysH, colPanel)
	d.hair(0, y, d.w, 1, colLine)
	n := len(d.s.Keys)
	if n == 0 {
		return
	}
	size := 17.0
	label := float64(labelGap)
	if n > 4 {
		label = 5
	}
	total := d.keysWidth(size, label)
	for total+20+12*float64(n-1) > d.w && size > smallest {
		size -= 0.5
		total = d.keysWidth(size, label)
	}
	// Three and more reach from edge to edge; fewer stand around the middle.
	gap := (d.w - 20 - total) / float64(max(n-1, 1))
	if gap < 6 && n > 1 && d.log != nil {
		d.log.cut = append(d.log.cut, "the keys of "+d.s.ID)
	}
	x := 10.0
	if n < 3 {
		gap = max(12, (d.w-total)/float64(n+1))
		x = max(10, (d.w-total-gap*float64(n-1))/2)
	}
	for _, k := range d.s.Keys {
		x += d.keyCap(x, y+9, k) + label
		st := strong(size, colInk)
		if k.Off {
			st.col = colFaint
		}
		x += d.line(x, y+29, d.w-8-x, k.LabelAt(d.m), st, left) + gap
	}
}

func (d standard) keysWidth(size, label float64) float64 {
	total := 0.0
	for _, k := range d.s.Keys {
		total += keyWidth(k) + label + d.width(k.LabelAt(d.m), strong(size, colInk))
	}
	return total
}

func (d standard) idle() {
	s := d.s
	mid := d.w / 2
	if s.Tone == screen.ToneWarning {
		d.line(mid, 77, d.w-2*margin, s.Word, strong(32, colInk), centre)
		d.warningLine(104, s.Lines[0])
		d.line(mid, 125, d.w-2*margin, s.Lines[1], plain(16, colInk), centre)
	} else {
		d.line(mid, 89, d.w-2*margin, s.Word, strong(34, colInk), centre)
		d.line(mid, 117, d.w-2*margin, s.Lines[0], plain(17, colSecond), centre)
	}
	if len(s.Cards) > 0 {
		d.card(136, 53, s.Cards[0])
	}
	d.facts(s.Facts)
}

// warningLine is a trouble in one line behind a small triangle.
func (d standard) warningLine(y float64, s string) {
	s, st := d.fit(s, strong(16, colInk), d.w-2*margin-26)
	w := d.width(s, st) + 26
	x := (d.w - w) / 2
	d.toneMark(screen.ToneWarning, x+10, y-6, 10)
	d.text(x+26, y, s, st, left)
}

// card is one sale: a mark, two lines, an amount.
func (d standard) card(y, h float64, k screen.Card) {
	d.framed(margin, y, d.w-2*margin, h, 8, 1, colLine, colPanel)
	x := 30.0
	if k.Tone != screen.ToneCalm {
		d.toneMark(k.Tone, 42, y+h/2, 14)
		x = 66
	}
	room := d.w - 30 - x
	if k.Amount != "" {
		room -= d.amount(d.w-28, y+h/2+10, 142, k.Amount, strong(30, colInk), right) + 12
	}
	d.line(x, y+22, room, k.Over, plain(15, colSecond), left)
	d.line(x, y+44, room, k.Text, strong(17, colInk), left)
}

func (d standard) facts(facts []screen.Fact) {
	centres := []float64{0.16, 0.4875, 0.827}
	for i, f := range facts {
		if i >= len(centres) {
			break
		}
		x := centres[i] * d.w
		d.line(x, 222, 0.28*d.w, f.Name, plain(16, colSecond), centre)
		d.line(x, 250, 0.31*d.w, f.Value, strong(22, colInk), centre)
	}
	d.hair(0.302*d.w, 208, 1, 48, colLine)
	d.hair(0.677*d.w, 208, 1, 48, colLine)
}

func (d standard) amountScreen() {
	d.title(d.s.Title, d.s.Remark)
	d.framed(margin, 88, d.w-2*margin, 104, 8, 2, colAccent, colPanel)
	d.amount(d.w-margin-20, 166, d.w-2*margin-40, d.s.Amount, strong(72, colInk), right)
	mid := d.w / 2
	for i, l := range d.s.Lines {
		switch {
		case i == 0:
			d.line(mid, 221, d.w-2*margin, l, plain(18, colInk), centre)
		case d.s.Tone == screen.ToneWarning:
			d.warningLine(250, l)
		default:
			d.line(mid, 250, d.w-2*margin, l, plain(16, colSecond), centre)
		}
	}
}

func (d standard) scan() {
	s := d.s
	d.title(s.Title, s.Remark)
	if s.Customer.Scene == screen.SceneQR {
		d.smallQR(28, 104, 92)
	} else {
		d.phone(40, 99, 66, 113)
	}
	x := 146.0
	room := d.w - x - margin
	d.amount(x, 128, room, s.Amount, strong(52, colInk), left)
	d.line(x, 163, room, s.Word, strong(24, colInk), left)
	if s.Tone == screen.ToneWarning {
		d.toneMark(screen.ToneWarning, x+10, 182, 10)
		d.line(x+26, 188, room-26, s.Lines[0], strong(15, colInk), left)
		d.line(x+26, 209, room-26, s.Lines[1], plain(15, colInk), left)
	} else {
		d.line(x, 190, room, s.Lines[0], plain(16, colSecond), left)
		d.line(x, 213, room, s.Verdict, strong(15, colInk), left)
	}
	d.smallRing(x+18, 242, s.Wait, x+46, plain(16, colSecond))
}

// countdown is the number of a wait, in the unit of its sentence.
func countdown(w screen.Wait, m screen.Moment) string {
	n, _ := w.Count(m.Left)
	return strconv.Itoa(n)
}

// smallRing is a ring with its seconds, and what happens then.
func (d standard) smallRing(x, y float64, w screen.Wait, tx float64, st style) {
	if !w.Any() || d.m.Left < 0 {
		return
	}
	d.ring(x, y, 18, 5, w.Part(d.m.Left), colAccent, colLine)
	d.text(x, y+5, countdown(w, d.m), strong(15, colInk), centre)
	_, after := w.Count(d.m.Left)
	d.line(tx, y+5, d.w-8-tx, strings.TrimSpace(after), st, left)
}

func (d standard) waiting() {
	s := d.s
	d.title(s.Title, join(s.Verdict, s.Amount))
	x := 136.0
	room := d.w - x - margin
	if s.Wait.Any() && d.m.Left >= 0 {
		d.ring(69, 127, 42, 10, s.Wait.Part(d.m.Left), colAccent, colLine)
		d.text(69, 138, countdown(s.Wait, d.m), strong(32, colInk), centre)
	} else {
		d.clock(69, 127, 36)
	}
	d.paragraph(x, 106, room, 28, 2, s.Word, strong(22, colInk), left)
	for i, l := range append(s.Lines, s.Wait.Sentence(d.m.Left)) {
		d.line(x, 160+22*float64(i), room, l, plain(16, colSecond), left)
	}
	d.steps(217, s.Steps)
}

// steps is a line of stages.
func (d standard) steps(y float64, steps []screen.Step) {
	at := []float64{75, d.w / 2, d.w - 75}
	for i, s := range steps {
		if i >= len(at) {
			break
		}
		if i > 0 {
			col := colLine
			if s.State != screen.StepToDo {
				col = colAccent
			}
			d.rect(at[i-1], y-2, at[i]-at[i-1], 4, col)
		}
	}
	for i, s := range steps {
		if i >= len(at) {
			break
		}
		st := plain(15, colSecond)
		switch s.State {
		case screen.StepDone:
			d.tickDisc(at[i], y, 12, colAccent, colWhite)
		case screen.StepNow:
			d.disc(at[i], y, 12, colAccent)
			d.disc(at[i], y, 7.5, colWhite)
			d.disc(at[i], y, 5, colAccent)
			st = strong(15, colInk)
		default:
			d.disc(at[i], y, 11, colLine)
		}
		d.line(at[i], y+31, 150, s.Label, st, centre)
	}
}
