package display

import (
	"image/color"

	"till/txn"
	"till/txn/screen"
)

// compact draws on 320x240: one message, one amount, two keys.
type compact struct {
	*canvas
	s screen.Screen
	m screen.Moment
}

const (
	compactBar  = 24
	compactKeys = 38
)

func (d compact) draw() {
	back, ink, second := colBack, colInk, colSecond
	switch d.s.Tone {
	case screen.ToneGood:
		back, ink, second = colGreen, colWhite, colWhite
	case screen.ToneBad:
		back, ink, second = colRed, colWhite, colWhite
	case screen.ToneUnknown:
		back, second = colAmber, colInk
	}
	d.rect(0, 0, d.w, d.h, back)
	d.statusBar()
	if d.s.Tone == screen.ToneUnknown {
		d.hazard(compactBar, 7)
	}
	switch d.s.Layout {
	case screen.LayoutAmount:
		d.amountScreen()
	case screen.LayoutIdle:
		d.idle()
	default:
		if !d.counter() {
			d.message(ink, second)
		}
	}
	d.keys()
}

func (d compact) statusBar() {
	st := d.s.Status
	d.rect(0, 0, d.w, compactBar, colHead)
	x := d.w - 8
	if d.m.Clock != "" {
		x -= d.text(x, 17, d.m.Clock, strong(15, colWhite), right) + 8
	}
	for _, chip := range []struct {
		text string
		mark bool
	}{{st.Pending, false}, {st.Mark, true}} {
		if chip.text == "" {
			continue
		}
		col := colAmber
		if chip.mark {
			col = colTrain
		}
		style := strong(14, colInk)
		w := d.width(chip.text, style) + 12
		d.round(x-w, 3, w, 18, 9, col)
		d.text(x-w/2, 17, chip.text, style, centre)
		x -= w + 6
	}
	who := st.Terminal
	if full := who + " " + st.Operator; d.width(full, plain(smallest, colWhite)) <= x-12 {
		who = full
	}
	d.line(8, 17, x-12, who, plain(15, colWhite), left)
}

func (d compact) amountScreen() {
	s := d.s
	d.line(12, 50, d.w-24, s.Title, strong(20, colInk), left)
	d.framed(8, 66, d.w-16, 84, 8, 2, colAccent, colPanel)
	d.amount(d.w-24, 128, d.w-48, s.Amount, strong(56, colInk), right)
	line := s.Lines[0]
	if s.Tone == screen.ToneWarning {
		line = s.Lines[len(s.Lines)-1]
	}
	d.line(d.w/2, 179, d.w-16, line, plain(15, colSecond), centre)
}

func (d compact) idle() {
	s := d.s
	if s.Tone == screen.ToneWarning {
		d.line(d.w/2, 60, d.w-24, s.Word, strong(26, colInk), centre)
		d.toneMark(s.Tone, 24, 87, 12)
		n := d.paragraph(44, 92, d.w-54, 19, 2, s.Lines[0], strong(15, colInk), left)
		d.paragraph(44, 92+19*float64(n), d.w-54, 19, 2, s.Lines[1], plain(15, colInk), left)
	} else {
		n := d.paragraph(d.w/2, 68, d.w-24, 30, 2, s.Word, strong(26, colInk), centre)
		d.line(d.w/2, 74+30*float64(n), d.w-16, s.Lines[0], plain(15, colSecond), centre)
	}
	if len(s.Cards) > 0 {
		k := s.Cards[0]
		d.toneMark(k.Tone, 24, 184, 12)
		w := d.amount(d.w-12, 190, 130, k.Amount, strong(24, colInk), right)
		d.paragraph(44, 180, d.w-44-w-24, 18, 2, k.Text, plain(15, colInk), left)
	}
}

// message is every other screen: a mark, the word, whether the customer was
// charged, the amount, and one line.
func (d compact) message(ink, second color.RGBA) {
	s := d.s
	x, y := 92.0, 68.0
	tx := x
	switch {
	case s.Tone == screen.ToneGood:
		d.tickDisc(46, 76, 28, colWhite, colGreen)
	case s.Tone == screen.ToneBad:
		d.octagon(46, 74, 28, colWhite, colRed)
	case s.Tone == screen.ToneUnknown:
		d.triangle(46, 76, 28, colInk, colAmber)
	case s.Layout == screen.LayoutWaiting && d.seconds(46, 74, 28, 7, s.Wait, d.m):
	case s.Customer.Scene == screen.SceneQR && s.Layout == screen.LayoutScan:
		d.smallQR(18, 44, 58)
	case s.Layout == screen.LayoutScan:
		d.phone(30, 38, 42, 72)
	case s.Ended && s.Tone == screen.ToneCalm:
		d.tickDisc(46, 72, 25, colAccent, colWhite)
	case (s.Layout == screen.LayoutBack || s.Layout == screen.LayoutWaiting) && s.Tone == screen.ToneCalm:
		d.clock(46, 72, 25)
	default:
		d.toneMark(s.Tone, 46, 76, 28)
		if s.Tone == screen.ToneCalm {
			tx = 12
		}
	}
	room := d.w - tx - 8
	if s.Charged == "" || s.Layout == screen.LayoutPaper {
		d.paragraph(tx, y, room, 26, 2, s.Word, strong(24, ink), left)
	} else {
		word := strong(25, ink)
		if d.width(s.Word, strong(18, ink)) > room {
			word.size, y = 18, 54
			y += 19 * float64(d.paragraph(tx, y, room, 19, 2, s.Word, word, left)-1)
		} else {
			d.line(tx, y, room, s.Word, word, left)
		}
		d.paragraph(tx, y+20, room, 17, 2, s.Charged, strong(15, ink), left)
	}
	d.amount(d.w/2, 150, d.w-24, s.Amount, strong(46, ink), centre)
	note, st := d.note(), plain(15, second)
	if d.width(note, st) <= d.w-16 {
		d.text(d.w/2, 184, note, st, centre)
		return
	}
	d.paragraph(d.w/2, 176, d.w-16, 19, 2, note, st, centre)
}

// note is the one line that matters most.
func (d compact) note() string {
	s := d.s
	wait := s.Wait.Sentence(d.m.Left)
	switch s.Layout {
	case screen.LayoutScan:
		if s.Tone == screen.ToneWarning {
			return join(s.Lines...)
		}
		return join(s.Verdict, wait)
	case screen.LayoutWaiting:
		if wait == "" && len(s.Lines) > 0 {
			return s.Lines[0]
		}
		return join(s.Verdict, wait)
	case screen.LayoutApproved:
		if len(s.Lines) > 0 {
			return s.Lines[0]
		}
		return s.Small
	case screen.LayoutHazard:
		return join(s.Verdict, wait)
	case screen.LayoutPaper, screen.LayoutRefused:
		return s.Next
	case screen.LayoutBack:
		if wait != "" || len(s.Lines) == 0 {
			return wait
		}
		return s.Lines[0]
	case screen.LayoutOffline:
		return join(s.Label, s.Steps[len(s.Steps)-1].Label)
	case screen.LayoutRecovery:
		if len(s.Cards) > 0 {
			return join(s.Cards[0].Text, s.Verdict)
		}
		return s.Small
	}
	if s.Next != "" {
		return s.Next
	}
	if len(s.Cards) > 0 {
		return s.Cards[0].Text
	}
	return s.Small
}

// keys shows the two that matter most: green, and red or F3.
func (d compact) keys() {
	y := d.h - compactKeys
	d.rect(0, y, d.w, compactKeys, colPanel)
	d.hair(0, y, d.w, 1, colLine)
	ks := twoKeys(d.s.Keys)
	if len(ks) == 0 {
		return
	}
	size := 16.0
	wide := func() float64 {
		w := 0.0
		for _, k := range ks {
			w += keyWidth(k) + 6 + d.width(k.LabelAt(d.m), strong(size, colInk))
		}
		return w
	}
	for wide()+26 > d.w && size > smallest {
		size -= 0.5
	}
	if wide()+26 > d.w && len(ks) == 2 {
		ks, size = ks[1:], 16 // the more important one alone
	}
	for i, k := range ks {
		st := strong(size, colInk)
		if k.Off {
			st.col = colFaint
		}
		label := k.LabelAt(d.m)
		label, st = d.fit(label, st, d.w-26-keyWidth(k)-6)
		x := 8.0
		switch {
		case len(ks) == 1:
			x = (d.w - keyWidth(k) - 6 - d.width(label, st)) / 2
		case i == 1:
			x = d.w - 8 - keyWidth(k) - 6 - d.width(label, st)
		}
		x += d.keyCap(x, y+5, k) + 6
		d.text(x, y+25, label, st, left)
	}
}

// twoKeys picks enter, and one other: cancel before F1 before F3 before the rest. The
// others still work.
func twoKeys(keys []screen.Key) []screen.Key {
	if len(keys) <= 2 {
		return keys
	}
	rank := func(k screen.Key) int {
		switch {
		case k.Digits:
			return 9
		case k.Key == txn.KeyEnter:
			return 0
		case k.Key == txn.KeyCancel:
			return 1
		case k.Key == txn.KeyF1:
			return 2
		case k.Key == txn.KeyF3:
			return 3
		}
		return 4 + int(k.Key)
	}
	best, next := 0, -1
	for i := range keys {
		if rank(keys[i]) < rank(keys[best]) {
			best = i
		}
	}
	for i := range keys {
		if i != best && (next < 0 || rank(keys[i]) < rank(keys[next])) {
			next = i
		}
	}
	return []screen.Key{keys[next], keys[best]}
}

// seconds is the number in a ring.
func (c *canvas) seconds(x, y, r, width float64, w screen.Wait, m screen.Moment) bool {
	if !w.Any() || m.Left < 0 {
		return false
	}
	c.ring(x, y, r, width, w.Part(m.Left), colAccent, colLine)
	c.text(x, y+r*0.25, countdown(w, m), strong(max(smallest, r*0.8), colInk), centre)
	return true
}
