package printersim

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"slices"
	"strings"
)

// Receipt is a piece of paper: what came out between two cuts.
type Receipt struct {
	// Raw holds the bytes that made it: all that the interpreter took from
	// the receive buffer for it, in order, without real-time commands that
	// stood between other commands.
	Raw []byte
	// Image is the paper at one pixel a dot: 255 white, 0 black.
	Image *image.Gray
	// Text is what a person can read on it, a line a printed line, ended by
	// LF. See the package documentation for what stands for pictures.
	Text string
	// Cut says that the cutter separated it; else it was torn off, or the
	// roll ended, or it is still in the printer.
	Cut bool
	// RollEnd says that it ends because the roll ended or was taken away.
	RollEnd bool
	// Unfinished says that it is still in the printer.
	Unfinished bool
}

// mark is one line of text on the paper.
type mark struct {
	row  int // where it begins
	text string
	w, h int // for a raster image: its size, so that slices can join; else 0
}

// Limits of what is remembered about one piece of paper besides its dots.
const (
	rawMost   = 1 << 20
	textMost  = 1 << 20
	piecesMax = 500
)

// strip is a piece of paper in the making, or finished.
type strip struct {
	bits     bits
	marks    []mark
	textSize int
	raw      []byte
	cut, end bool
}

// paper is everything that came out of the printer and is still remembered.
type paper struct {
	dots, most int
	done       []strip
	doneRows   int
	now        strip
}

func newPaper(dots, most int) paper {
	return paper{dots: dots, most: most, now: strip{bits: newBits(dots, 0)}}
}

// addMark notes a line of text that begins at the given row of the present
// strip. A raster image that continues the one above becomes one with it.
func (p *paper) addMark(m mark) {
	if n := len(p.now.marks); n > 0 && m.h > 0 {
		if last := &p.now.marks[n-1]; last.h > 0 && last.w == m.w && last.row+last.h == m.row {
			last.h += m.h
			return
		}
	}
	p.now.marks = append(p.now.marks, m)
	p.now.textSize += len(m.text) + 1
	for p.now.textSize > textMost {
		p.now.textSize -= len(p.now.marks[0].text) + 1
		p.now.marks = p.now.marks[1:]
	}
}

func (p *paper) addRaw(b []byte) {
	p.now.raw = append(p.now.raw, b...)
	if n := len(p.now.raw); n > rawMost {
		p.now.raw = slices.Clone(p.now.raw[n-rawMost/2:])
	}
}

// separate ends the strip. What is between the head and the blade, keep dots,
// stays in the printer and begins the next one.
func (p *paper) separate(keep int, cut, end bool) {
	at := p.now.bits.h - keep
	if at <= 0 {
		return
	}
	out := p.now
	out.cut, out.end = cut, end
	out.bits = p.now.bits.rows(0, at)
	rest := newBits(p.dots, 0)
	rest.add(p.now.bits.rows(at, p.now.bits.h))
	i := 0
	for i < len(out.marks) && out.marks[i].row < at {
		i++
	}
	p.now = strip{bits: rest}
	for _, m := range out.marks[i:] {
		m.row -= at
		p.now.marks = append(p.now.marks, m)
		p.now.textSize += len(m.text) + 1
	}
	out.marks = out.marks[:i:i]
	p.done = append(p.done, out)
	p.doneRows += at
	p.trim()
}

// trim drops the oldest paper when there is an eighth too much of it: not
// before, for it moves all dots that stay.
func (p *paper) trim() {
	if len(p.done) <= piecesMax && p.doneRows+p.now.bits.h <= p.most+p.most/8 {
		return
	}
	for len(p.done) > 0 && (p.doneRows+p.now.bits.h > p.most || len(p.done) > piecesMax) {
		p.doneRows -= p.done[0].bits.h
		p.done = slices.Delete(p.done, 0, 1)
	}
	over := p.now.bits.h - p.most
	if over <= 0 {
		return
	}
	kept := newBits(p.dots, 0)
	kept.add(p.now.bits.rows(over, p.now.bits.h))
	p.now.bits = kept
	var marks []mark
	for _, m := range p.now.marks {
		if m.row -= over; m.row >= 0 {
			marks = append(marks, m)
		}
	}
	p.now.marks = marks
}

// receipt makes the public picture of a strip.
func (s strip) receipt() Receipt {
	var text strings.Builder
	for _, m := range s.marks {
		line := m.text
		if m.h > 0 {
			line = fmt.Sprintf("[IMG:%dx%d]", m.w, m.h)
		}
		text.WriteString(line + "\n")
	}
	return Receipt{
		Raw: slices.Clone(s.raw), Image: gray(s.bits), Text: text.String(), Cut: s.cut, RollEnd: s.end,
	}
}

func gray(b bits) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, b.w, b.h))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for y := range b.h {
		for x := range b.w {
			if b.at(x, y) {
				img.SetGray(x, y, color.Gray{})
			}
		}
	}
	return img
}

// Receipts returns the pieces of paper that came out, oldest first, and last,
// if anything is printed on it, the one that is still in the printer.
func (p *Printer) Receipts() []Receipt {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []Receipt
	for _, s := range p.paper.done {
		out = append(out, s.receipt())
	}
	if now := p.paper.now; len(now.marks) > 0 || !now.bits.blank() {
		r := now.receipt()
		r.Unfinished = true
		out = append(out, r)
	}
	return out
}

// Roll returns the last dots of paper that came out, across all cuts, for a
// picture of the printer's slot. The picture is shorter when less was printed.
func (p *Printer) Roll(dots int) *image.Gray {
	p.mu.Lock()
	defer p.mu.Unlock()
	strips := append(slices.Clone(p.paper.done), p.paper.now)
	total := 0
	for _, s := range strips {
		total += s.bits.h
	}
	skip := max(total-max(dots, 0), 0)
	all := newBits(p.cfg.Dots, 0)
	for _, s := range strips {
		from := min(skip, s.bits.h)
		skip -= from
		all.add(s.bits.rows(from, s.bits.h))
	}
	return gray(all)
}

// WritePNG stores a receipt's image as a file, for people to look at.
func WritePNG(name string, img image.Image) (err error) {
	f, err := os.Create(name)
	if err != nil {
		return fmt.Errorf("write the picture of a receipt: %w", err)
	}
	defer func() {
		if cerr := f.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("write the picture of a receipt: %w", cerr)
		}
	}()
	if err := png.Encode(f, img); err != nil {
		return fmt.Errorf("write the picture of a receipt %s: %w", name, err)
	}
	return nil
}
