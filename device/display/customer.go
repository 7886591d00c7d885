package display

import (
	"image/color"

	"till/txn/screen"
)

// customer draws on 270x180 and its multiples.
type customer struct {
	*canvas
	s screen.Customer
	m screen.Moment
}

const customerHead = 30

func (d customer) draw() {
	switch d.s.Scene {
	case screen.SceneWelcome:
		d.welcome()
	case screen.SceneResult, screen.SceneUnknown:
		d.result()
	default:
		d.pay()
	}
	if d.s.Mark != "" {
		st := strong(14, colInk)
		w := d.width(d.s.Mark, st) + 12
		d.round(d.w-w-6, 4, w, 18, 9, colTrain)
		d.text(d.w-6-w/2, 18, d.s.Mark, st, centre)
	}
}

func (d customer) welcome() {
	d.rect(0, 0, d.w, d.h, colHead)
	d.paragraph(d.w/2, 84, d.w-24, 32, 2, d.s.Shop, strong(30, colWhite), centre)
	d.line(d.w/2, 130, d.w-24, d.s.Word, plain(18, rgb(0xC6D0D8)), centre)
}

// pay is everything before a result: shop, amount, what to do.
func (d customer) pay() {
	s := d.s
	d.rect(0, 0, d.w, d.h, colWhite)
	d.rect(0, 0, d.w, customerHead, colHead)
	w := 0.0
	switch {
	case s.Mark != "": // it stands there
		w = d.width(s.Mark, strong(14, colInk)) + 24
	case s.Title != "":
		w = d.text(d.w-10, 21, s.Title, plain(14, rgb(0xC6D0D8)), right) + 10
	}
	d.line(10, 21, d.w-20-w, s.Shop, strong(16, colWhite), left)
	size, y := 50.0, 84.0
	if s.Word == "" {
		size, y = 58, 98
	}
	d.amount(d.w/2, y, d.w-20, s.Amount, strong(size, colInk), centre)
	if s.Amount == "" {
		y = 70
	}
	d.line(d.w/2, y+32, d.w-20, s.Word, strong(20, colAccent), centre)
	for i, l := range s.Lines {
		ly := y + 54 + 19*float64(i)
		if s.Word == "" {
			ly = y + 36
		}
		d.line(d.w/2, ly, d.w-20, l, plain(14, colSecond), centre)
	}
	if s.Wait.Any() && d.m.Left >= 0 {
		d.rect(0, d.h-5, d.w, 5, colLine)
		d.rect(0, d.h-5, d.w*s.Wait.Part(d.m.Left), 5, colAccent)
	}
}

// result fills the screen with its colour, so that it is seen from afar.
func (d customer) result() {
	s := d.s
	back, ink := colAmber, colInk
	switch s.Tone {
	case screen.ToneGood:
		back, ink = colGreen, colWhite
	case screen.ToneBad:
		back, ink = colRed, colWhite
	}
	d.rect(0, 0, d.w, d.h, back)
	d.mark(back)
	d.paragraph(74, 46, d.w-84, 24, 2, s.Word, strong(24, ink), left)
	d.amount(d.w/2, 116, d.w-24, s.Amount, strong(42, ink), centre)
	y := 142.0
	for _, l := range s.Lines {
		y += 20 * float64(d.paragraph(d.w/2, y, d.w-20, 20, 2, l, plain(15, ink), centre))
	}
}

func (d customer) mark(back color.RGBA) {
	switch d.s.Tone {
	case screen.ToneGood:
		d.tickDisc(38, 42, 26, colWhite, back)
	case screen.ToneBad:
		d.octagon(38, 42, 27, colWhite, back)
	default:
		d.triangle(38, 42, 27, colInk, back)
	}
}
