package display

import (
	"strconv"
	"strings"

	"till/txn/screen"
)

// join puts a dot between the texts that are not empty.
func join(texts ...string) string {
	var some []string
	for _, t := range texts {
		if t != "" {
			some = append(some, t)
		}
	}
	return strings.Join(some, " · ")
}

func (d standard) approved() {
	s := d.s
	d.rect(0, barH, d.w, d.foot()-barH, colGreen)
	d.tickDisc(83, 95, 46, colWhite, colGreen)
	x := 154.0
	room := d.w - x - 20
	d.line(x, 78, room, s.Word, strong(34, colWhite), left)
	d.amount(x, 132, room, s.Amount, strong(52, colWhite), left)
	d.line(20, 168, d.w-40, join(s.Charged, s.Verdict), strong(19, colWhite), left)
	d.hair(20, 181, d.w-40, 1, rgb(0x6DB38C))
	rail, number, _ := cutLast(s.Small, " · ")
	w := d.text(d.w-20, 206, number, plain(18, colWhite), right)
	d.line(20, 206, d.w-60-w, rail, plain(18, colWhite), left)
	w = d.text(d.w-20, 232, s.Wait.Sentence(d.m.Left), plain(18, colWhite), right)
	for i, l := range s.Lines {
		d.line(20, 232+25*float64(i), d.w-60-w, l, plain(18, colWhite), left)
	}
}

// cutLast cuts s around the last sep.
func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

func (d standard) refused() {
	s := d.s
	d.rect(0, barH, d.w, 92, colRed)
	d.octagon(55, 74, 31, colWhite, colRed)
	x := 102.0
	room := d.w - x - 12
	d.line(x, 69, room, s.Word, strong(28, colWhite), left)
	d.line(x, 102, room, join(s.Amount, s.Charged), strong(18, colWhite), left)
	w := d.text(d.w-20, 146, s.Verdict, strong(16, colRed), right)
	d.line(20, 146, d.w-52-w, s.Label, plain(16, colSecond), left)
	d.paragraph(20, 177, d.w-40, 28, 3, s.Next, strong(21, colInk), left)
	d.line(20, 260, d.w-40, join(s.Small, s.Code), plain(15, colSecond), left)
}

func (d standard) hazardScreen() {
	s := d.s
	d.rect(0, barH, d.w, d.foot()-barH, colAmber)
	d.hazard(barH, 9)
	d.triangle(55, 84, 38, colInk, colAmber)
	x := 105.0
	room := d.w - x - 12
	d.line(x, 79, room, s.Word, strong(31, colInk), left)
	d.line(x, 110, room, s.Charged, strong(18, colInk), left)
	d.framed(margin, 130, d.w-2*margin, 136, 8, 1, colCreamLn, colCream)
	w := d.amount(30, 168, 200, s.Amount, strong(36, colInk), left)
	y := 165.0
	if s.Code != "" {
		d.line(d.w-30, 173, d.w-72-w, s.Code, plain(14, colSecond), right)
		y = 153
	}
	d.line(d.w-30, y, d.w-72-w, s.Small, plain(15, colSecond), right)
	d.hair(30, 179, d.w-60, 1, colCreamLn)
	if s.Wait.Any() && d.m.Left >= 0 {
		d.ring(48, 221, 20, 6, s.Wait.Part(d.m.Left), colInk, colCreamLn)
		d.text(48, 227, countdown(s.Wait, d.m), strong(16, colInk), centre)
	}
	x, room = 86, d.w-86-26
	d.line(x, 205, room, s.Wait.Sentence(d.m.Left), strong(17, colInk), left)
	verdict := s.Verdict
	if verdict == "" {
		verdict = s.Next
	}
	d.line(x, 231, room, verdict, strong(17, colInk), left)
	for i, l := range s.Lines {
		d.line(x, 255+20*float64(i), room, l, plain(16, colInk), left)
	}
}

func (d standard) paper() {
	s := d.s
	d.rect(0, barH, d.w, 70, colGreen)
	d.tickDisc(44, 63, 21, colWhite, colGreen)
	w := d.amount(d.w-18, 75, 210, s.Amount, strong(34, colWhite), right)
	d.line(80, 73, d.w-80-w-30, s.Word, strong(28, colWhite), left)
	d.toneMark(screen.ToneWarning, 40, 129, 24)
	x := 84.0
	room := d.w - x - 12
	d.line(x, 126, room, s.Next, strong(22, colInk), left)
	d.line(x, 150, room, s.Charged, strong(16, colInk), left)
	for i, step := range s.Steps {
		y, tx := 178+25*float64(i), x
		if len(s.Steps) > 2 {
			d.text(x, y, strconv.Itoa(i+1), plain(17, colInk), left)
			tx += 18
		}
		d.line(tx, y, d.w-tx-12, step.Label, plain(17, colInk), left)
	}
	d.line(x, 260, room, join(s.Verdict, s.Wait.Sentence(d.m.Left)), plain(15, colSecond), left)
}

func (d standard) recovery() {
	s := d.s
	d.title(s.Title, s.Remark)
	d.toneMark(screen.ToneWarning, 43, 96, 21)
	x := 80.0
	room := d.w - x - margin
	d.line(x, 97, room, s.Word, strong(20, colInk), left)
	d.line(x, 119, room, join(s.Amount, s.Small), plain(16, colInk), left)
	if len(s.Cards) > 0 {
		d.foundCard(130, s.Cards[0])
	}
	y := 207.0
	d.line(20, y, d.w-40, s.Verdict, strong(16, colInk), left)
	for i, l := range s.Lines {
		d.line(20, y+20*float64(i+1), d.w-40, l, plain(15, colSecond), left)
	}
}

// foundCard is what was found out about the sale that was cut off.
func (d standard) foundCard(y float64, k screen.Card) {
	const h = 58
	inside, ink := colPanel, colInk
	switch k.Tone {
	case screen.ToneGood:
		inside, ink = colPale, colPaleInk
	case screen.ToneUnknown:
		inside = colCream
	}
	d.framed(margin, y, d.w-2*margin, h, 8, 1, inside, inside)
	d.toneMark(k.Tone, 42, y+h/2, 16)
	room := d.w - 70 - 26
	if d.s.Wait.Any() && d.m.Left >= 0 {
		room -= 50
		d.ring(d.w-44, y+h/2, 18, 5, d.s.Wait.Part(d.m.Left), colInk, colCreamLn)
		d.text(d.w-44, y+h/2+5, countdown(d.s.Wait, d.m), strong(15, colInk), centre)
	}
	d.line(70, y+25, room, k.Text, strong(18, ink), left)
	under := k.Under
	if d.s.Wait.Any() {
		under = join(k.Under, d.s.Wait.Sentence(d.m.Left))
	}
	d.line(70, y+47, room, under, plain(16, ink), left)
}

func (d standard) notice() {
	s := d.s
	d.title(s.Title, s.Amount)
	d.toneMark(screen.ToneWarning, 50, 114, 34)
	x := 102.0
	room := d.w - x - margin
	d.line(x, 109, room, s.Word, strong(25, colInk), left)
	d.line(x, 138, room, s.Charged, plain(17, colInk), left)
	y := 160.0
	for _, k := range s.Cards {
		if k.Amount != "" || k.Over != "" {
			d.card(y, 58, k)
			continue
		}
		d.framed(margin, y, d.w-2*margin, 66, 8, 1, colLine, colPanel)
		if k.Under == "" {
			d.paragraph(30, y+39, d.w-60, 24, 1, k.Text, strong(18, colInk), left)
			continue
		}
		d.line(30, y+27, d.w-60, k.Text, strong(18, colInk), left)
		d.line(30, y+52, d.w-60, k.Under, plain(16, colSecond), left)
	}
	if s.Next != "" {
		d.framed(margin, y, d.w-2*margin, 70, 8, 1, colLine, colPanel)
		d.paragraph(30, y+30, d.w-60, 24, 2, s.Next, strong(18, colInk), left)
	}
	if s.Wait.Any() {
		d.smallRing(40, 250, s.Wait, 68, plain(16, colSecond))
		return
	}
	d.line(20, 260, d.w-40, join(s.Small, s.Code), plain(15, colSecond), left)
}
