package printersim

import (
	"math"
	"slices"
	"strings"
)

// Cells of the fonts, in dots.
const (
	cellH  = 24 // font A and Chinese
	cellW  = 12 // font A
	cellWB = 9  // font B
	cellHB = 17
	cellWC = 24 // Chinese

	lineMax = cellH * 8 // the highest line: eightfold characters
)

// textMostItems bounds what one line remembers of its text; ESC $ can print
// at the same place without end.
const textMostItems = 1024

// modes is everything that ESC @ sets back.
type modes struct {
	spacing  int // dots from line to line
	align    byte
	margin   int
	area     int // width of the printing area in dots
	fontB    bool
	bold     bool
	reverse  bool
	under    int // thickness of the underline of Latin characters
	w, h     int // scale of Latin characters
	gap      int // dots to the right of Latin characters
	cnUnder  int
	cnW, cnH int
	cnLeft   int
	cnRight  int
	chinese  bool
	lead     []byte // the beginning of a Chinese character
	codePage byte
	country  byte
	tabs     []int // dots from the left margin

	barHeight, barModule int
	hri                  byte
}

func (p *Printer) startModes() modes {
	m := modes{
		spacing: 30, area: p.cfg.Dots, w: 1, h: 1, cnW: 1, cnH: 1,
		chinese: p.cfg.ChineseFirst && p.cfg.Chinese != NoChinese, barHeight: 162, barModule: 3,
	}
	for i := 8; i*cellW < p.cfg.Dots; i += 8 {
		m.tabs = append(m.tabs, i*cellW)
	}
	return m
}

// line is the print buffer: one line, bottom-aligned in its canvas.
type line struct {
	canvas bits
	x      int // where the next character goes, from the left margin
	right  int // the rightmost dot in use, plus one
	height int
	used   bool
	texts  []placed
}

// placed is a piece of text and where it stands.
type placed struct {
	x, w int
	text string
}

func newLine(dots int) line { return line{canvas: newBits(dots, lineMax)} }

// fresh says that the line has not begun: block commands need that.
func (l *line) fresh() bool { return !l.used && l.x == 0 }

// width is the printing area that is really there.
func (p *Printer) width() int {
	return max(min(p.modes.area, p.cfg.Dots-p.modes.margin), 1)
}

// put places a picture of a character at the end of the line, and prints the
// line first when there is no room for it.
func (p *Printer) put(pic bits, text string) {
	if p.line.x > 0 && p.line.x+pic.w > p.width() {
		p.endLine(p.modes.spacing)
	}
	p.putAt(pic, text)
}

func (p *Printer) putAt(pic bits, text string) {
	l := &p.line
	if l.x < p.width() {
		l.canvas.blit(pic, l.x, lineMax-pic.h)
	}
	if text != "" && len(l.texts) < textMostItems {
		l.texts = append(l.texts, placed{l.x, pic.w, text})
	}
	l.x = min(l.x+pic.w, math.MaxInt16)
	l.right = max(l.right, min(l.x, p.width()))
	l.height = max(l.height, pic.h)
	l.used = true
}

// endLine prints the line and feeds the paper by feed dots, or by the height
// of the line when that is more.
func (p *Printer) endLine(feed int) {
	l := p.line
	p.line = newLine(p.cfg.Dots)
	if !l.used {
		p.feed(feed)
		return
	}
	rows := newBits(p.cfg.Dots, max(l.height, min(feed, feedMost)))
	p.drawAligned(rows, l.canvas.rows(lineMax-l.height, lineMax), l.right)
	var marks []mark
	if text := l.text(); text != "" {
		marks = []mark{{text: text}}
	}
	p.add(op{kind: opPrint, rows: rows, marks: marks})
}

// feedMost is the longest feed of one command: 1016 mm (Epson, ESC d).
const feedMost = 1016 * dotsPerMM

// feed moves the paper.
func (p *Printer) feed(dots int) {
	if dots > 0 {
		p.add(op{kind: opFeed, feed: min(dots, feedMost)})
	}
}

// shift is how far ESC a moves something of the given width to the right.
func (p *Printer) shift(width int) int {
	rest := max(p.width()-width, 0)
	switch p.modes.align {
	case 1:
		return rest / 2
	case 2:
		return rest
	}
	return 0
}

// drawAligned draws src, of which width dots count, into the printing area.
func (p *Printer) drawAligned(dst, src bits, width int) {
	src.w = min(src.w, p.width(), width)
	dst.blit(src, p.modes.margin+p.shift(width), 0)
}

// text is what the line says, from left to right. Room between two pieces
// counts as one space for each column of font A, at least one.
func (l *line) text() string {
	texts := slices.Clone(l.texts)
	slices.SortStableFunc(texts, func(a, b placed) int { return a.x - b.x })
	var out strings.Builder
	end := 0
	for _, t := range texts {
		if t.x > end {
			out.WriteString(strings.Repeat(" ", max((t.x-end+cellW/2)/cellW, 1)))
		}
		out.WriteString(t.text)
		end = max(end, t.x+t.w)
	}
	return strings.TrimRight(out.String(), " ")
}

// latin prints one character of the code page.
func (p *Printer) latin(r rune) {
	m := &p.modes
	pic := p.shape(r, cellW)
	if m.fontB {
		pic = pic.resized(cellWB, cellHB)
	}
	p.put(dress(pic, m.w, m.h, m.bold, m.reverse, m.under, 0, m.gap), string(r))
}

// hanzi prints one character of the Chinese ROM: always a full cell.
func (p *Printer) hanzi(r rune) {
	m := &p.modes
	pic := p.shape(r, cellWC)
	p.put(dress(pic, m.cnW, m.cnH, m.bold, m.reverse, m.cnUnder, m.cnLeft, m.cnRight), string(r))
}

// dress makes a character as it is printed out of its shape.
func dress(pic bits, w, h int, bold, reverse bool, under, left, right int) bits {
	out := newBits(pic.w*w+left+right, pic.h*h)
	pic = pic.scaled(w, h)
	out.blit(pic, left, 0)
	if bold {
		out.blit(pic, left+1, 0)
	}
	if reverse {
		return out.inverted()
	}
	out.fill(0, out.h-under, out.w, under)
	return out
}

// tab moves to the next tab stop; without one it does nothing.
func (p *Printer) tab() {
	for _, stop := range p.modes.tabs {
		if stop > p.line.x {
			p.line.x = min(stop, p.width())
			return
		}
	}
}
