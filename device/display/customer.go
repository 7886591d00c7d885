package display

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"till/printer/raster"
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
	case screen.SceneQR:
		d.scan()
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

// scan is drawing 15: a code for the customer to scan, whose modules are whole
// pixels, and the amount.
func (d customer) scan() {
	s := d.s
	d.head()
	const side = 118
	d.qr(4, customerHead+(d.h-customerHead-5-side)/2, side, s.QR)
	x := side + 10.0
	room := d.w - x - 8
	y := customerHead + 40.0
	d.amount(x, y, room, s.Amount, strong(30, colInk), left)
	y += 26
	y += 20 * float64(d.paragraph(x, y, room, 20, 2, s.Word, strong(17, colInk), left))
	for _, l := range s.Lines {
		y += 18 * float64(d.paragraph(x, y+2, room, 18, 3, l, plain(14, colSecond), left))
	}
	d.progress()
}

// qr draws a code into a square, with its quiet zone; as a square that cannot be
// read if it cannot be drawn, which the operator's key to print it mends.
func (d customer) qr(x, y, side float64, text string) {
	m, err := raster.QR(text, raster.LevelL, 1)
	if err != nil {
		d.rect(x, y, side, side, colLine)
		return
	}
	dot := math.Max(1, math.Floor(d.px(side)/float64(m.W)))
	left, top := math.Round(d.px(x)+(d.px(side)-dot*float64(m.W))/2), math.Round(d.px(y)+(d.px(side)-dot*float64(m.H))/2)
	ink := image.NewUniform(colInk)
	for j := range m.H {
		for i := range m.W {
			if m.Black(i, j) {
				px, py := int(left+dot*float64(i)), int(top+dot*float64(j))
				draw.Draw(d.img, image.Rect(px, py, px+int(dot), py+int(dot)), ink, image.Point{}, draw.Src)
			}
		}
	}
}

// pay is everything before a result: shop, amount, what to do.
func (d customer) pay() {
	s := d.s
	d.head()
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
		if len(s.Lines) == 1 {
			d.paragraph(d.w/2, ly, d.w-20, 18, 2, l, plain(14, colSecond), centre)
			break
		}
		d.line(d.w/2, ly, d.w-20, l, plain(14, colSecond), centre)
	}
	d.progress()
}

// head is the shop's name on dark.
func (d customer) head() {
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
}

// progress is a bar at the foot that becomes shorter.
func (d customer) progress() {
	if w := d.s.Wait; w.Any() && d.m.Left >= 0 {
		d.rect(0, d.h-5, d.w, 5, colLine)
		d.rect(0, d.h-5, d.w*w.Part(d.m.Left), 5, colAccent)
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
