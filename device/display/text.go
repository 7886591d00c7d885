package display

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"strings"
	"unicode"
)

// style is how a text is written. Size is in units.
type style struct {
	size float64
	bold bool
	col  color.RGBA
}

func plain(size float64, col color.RGBA) style  { return style{size, false, col} }
func strong(size float64, col color.RGBA) style { return style{size, true, col} }

// align says which point of a text is given.
type align uint8

const (
	left align = iota
	centre
	right
)

// smallest is the smallest text, in units: 2.2 mm on a panel of 3.5 inches.
const smallest = 14

// yen is the size of the yuan sign next to its digits.
const yen = 0.62

// width of a text in units.
func (c *canvas) width(s string, st style) float64 {
	t := face(st.bold)
	w := 0.0
	for _, r := range s {
		w += t.advance(r)
	}
	return w * st.size
}

// text writes on a base line and returns the width.
func (c *canvas) text(x, y float64, s string, st style, a align) float64 {
	if s == "" {
		return 0
	}
	w := c.width(s, st)
	switch a {
	case centre:
		x -= w / 2
	case right:
		x -= w
	}
	if c.log != nil {
		c.noteText(x, y, w, st, st.size, s)
	}
	c.glyphs(x, y, s, st)
	return w
}

// noteText keeps a text for the lint: it counts as 0.72 em above the base line
// and 0.12 em below (screens.md 10.3). Least is the size of its smallest part.
func (c *canvas) noteText(x, y, w float64, st style, least float64, s string) {
	c.log.texts = append(c.log.texts, mark{
		x0: x, y0: y - 0.72*st.size, x1: x + w, y1: y + 0.12*st.size, size: least, text: s, font: st.bold,
	})
}

func (c *canvas) glyphs(x, y float64, s string, st style) {
	t := face(st.bold)
	size := c.px(st.size)
	dot := c.px(x)
	base := int(math.Round(c.px(y)))
	ink := image.NewUniform(st.col)
	for _, r := range s {
		whole := math.Floor(dot)
		sub := uint8((dot - whole) * 4)
		if g := glyphOf(st.bold, size, sub, r); g.mask != nil {
			at := image.Pt(int(whole)+g.at.X, base+g.at.Y)
			draw.DrawMask(c.img, g.mask.Rect.Add(at), ink, image.Point{}, g.mask, image.Point{}, draw.Over)
		}
		dot += t.advance(r) * size
	}
}

// fit is the largest style, down to the smallest text, in which s is at most
// w wide, and s, cut with an ellipsis if even that does not do.
func (c *canvas) fit(s string, st style, w float64) (string, style) {
	if full := c.width(s, st); full > w {
		st.size = max(min(smallest, st.size), math.Floor(st.size*w/full*4)/4)
	}
	if c.width(s, st) <= w {
		return s, st
	}
	if c.log != nil {
		c.log.cut = append(c.log.cut, s)
	}
	r := []rune(s)
	for len(r) > 0 && c.width(string(r)+"…", st) > w {
		r = r[:len(r)-1]
	}
	return strings.TrimRight(string(r), " ") + "…", st
}

// line writes one line into a width.
func (c *canvas) line(x, y, w float64, s string, st style, a align) float64 {
	s, st = c.fit(s, st, w)
	return c.text(x, y, s, st, a)
}

// paragraph writes at most n lines, step apart, shrinking until they suffice,
// and returns how many it wrote. What fits on one line when it is a little
// smaller gets one line.
func (c *canvas) paragraph(x, y, w, step float64, n int, s string, st style, a align) int {
	const little = 0.85
	if full := c.width(s, st); full > w && full*little <= w && st.size*little >= smallest {
		st.size *= w / full
	}
	ls := c.wrap(s, st, w)
	for len(ls) > n && st.size > smallest {
		st.size = max(smallest, st.size-1)
		ls = c.wrap(s, st, w)
	}
	if len(ls) > n {
		ls[n-1] = strings.Join(ls[n-1:], " ")
		ls = ls[:n]
	}
	for i, l := range ls {
		c.line(x, y+float64(i)*step, w, l, st, a)
	}
	return len(ls)
}

// closing must not begin a line, opening must not end one.
const (
	closing = "，。；：！？、）》」』”’…,.;:!?)›%"
	opening = "（《「『“‘("
)

// wrap breaks a text into lines of at most w units: at spaces for Latin,
// anywhere between Han; closing punctuation may hang over the edge but never
// begins a line.
func (c *canvas) wrap(s string, st style, w float64) []string {
	var lines []string
	line := ""
	for _, word := range words(s) {
		trimmed := strings.TrimRight(word, " ")
		hangs := strings.ContainsAny(trimmed, closing) && len([]rune(trimmed)) == 1
		fits := c.width(line+trimmed, st) <= w || hangs
		if line == "" || fits {
			line += word
			continue
		}
		lines = append(lines, strings.TrimRight(line, " "))
		line = word
	}
	if line = strings.TrimRight(line, " "); line != "" {
		lines = append(lines, line)
	}
	return lines
}

// words cuts a text into what must stay together: a Latin word with the space
// behind it, a Han character, an opening mark with what it opens.
func words(s string) []string {
	var out []string
	glue := false
	for _, r := range s {
		single := wide(r) || strings.ContainsRune(closing, r) && r > 0x7F
		open := strings.ContainsRune(opening, r)
		last := len(out) - 1
		switch {
		case last >= 0 && glue, // after an opening mark
			last >= 0 && r == ' ',
			last >= 0 && !single && !open && !strings.HasSuffix(out[last], " ") && !endsWide(out[last]):
			out[last] += string(r)
		default:
			out = append(out, string(r))
		}
		glue = open
	}
	return out
}

// wide reports whether a character may be followed by a line break: Han and
// the full-width forms.
func wide(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFF60
}

func endsWide(s string) bool {
	r := []rune(s)
	return len(r) > 0 && (wide(r[len(r)-1]) || strings.ContainsRune(closing, r[len(r)-1]) && r[len(r)-1] > 0x7F)
}

// amount writes money with a small yuan sign, shrunk to a width.
func (c *canvas) amount(x, y, w float64, s string, st style, a align) float64 {
	if s == "" {
		return 0
	}
	sign, digits := "", s
	if after, ok := strings.CutPrefix(s, "¥"); ok {
		sign, digits = "¥", after
	}
	full := func(st style) float64 {
		small := st
		small.size *= yen
		return c.width(sign, small) + 0.06*st.size + c.width(digits, st)
	}
	for full(st) > w && st.size > smallest {
		st.size--
	}
	total := full(st)
	switch a {
	case centre:
		x -= total / 2
	case right:
		x -= total
	}
	small := st
	small.size *= yen
	c.glyphs(x, y, sign, small)
	c.glyphs(x+c.width(sign, small)+0.06*st.size, y, digits, st)
	if c.log != nil {
		c.noteText(x, y, total, st, small.size, s)
	}
	return total
}
