package escpos

import "till/printer/raster"

// Op is one thing to print, from the beginning of a line to the end of one.
type Op interface{ op() }

// Align is where a line stands on the paper.
type Align uint8

const (
	Left Align = iota
	Centre
	Right
)

// Style is a set of attributes of text.
type Style uint8

const (
	Bold   Style = 1 << iota
	Double       // twice as wide
	Tall         // twice as high
)

// columns is how many columns one column of text takes.
func (s Style) columns() int {
	if s&Double != 0 {
		return 2
	}
	return 1
}

// Span is text of one style.
type Span struct {
	Text  string
	Style Style
}

// Line is a line of text. What is wider than the paper goes on in the next
// line; a line feed inside the text ends the line there.
type Line struct {
	Align Align
	Spans []Span
}

// Say is a line of one style at the left.
func Say(text string, style Style) Line { return Line{Spans: []Span{{text, style}}} }

// Feed moves the paper by that many empty lines.
type Feed struct{ Lines int }

// Rule is a line of one repeated character over the whole width, '-' if it is
// 0. It must be a character of one column.
type Rule struct{ Mark rune }

// QR is a QR code of so many dots a module (1 to 16) with white around it. It
// is made smaller when it is wider than the paper.
type QR struct {
	Align  Align
	Data   string
	ECC    raster.Level
	Module int
}

// Picture is a one-bit picture, cut off at the width of the paper.
type Picture struct {
	Align Align
	Image *raster.Image
}

// Logo is the picture that the printer has stored under a number (FS p), or
// the same picture sent when the profile has no store.
type Logo struct {
	Align  Align
	Number int // 1 to 255
	Image  *raster.Image
}

func (Line) op()    {}
func (Feed) op()    {}
func (Rule) op()    {}
func (QR) op()      {}
func (Picture) op() {}
func (Logo) op()    {}
