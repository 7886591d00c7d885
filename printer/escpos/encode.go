package escpos

import (
	"bytes"
	"fmt"

	"till/printer/raster"
)

const (
	lineDots = 30 // from one line to the next
	gapDots  = lineDots - raster.CellHeight
	sliceMax = 255 // rows of a raster command: some printers read one byte of the count
)

// Chunk is a part of a body that may be followed by a request to the printer:
// it ends where a command ends.
type Chunk struct {
	Bytes []byte
	Dots  int // how far the paper moves when it is printed
}

// Encode turns operations into the chunks of a body for that printer. The
// first chunk is ESC @ and, with a Chinese ROM, FS &. It returns an error for
// a QR code that cannot be drawn, and panics on a profile that does not Check.
func Encode(p Profile, ops []Op) ([]Chunk, error) {
	if err := p.Check(); err != nil {
		panic("escpos: " + err.Error())
	}
	e := &encoder{p: p, out: make([]byte, 0, 2048), chunks: make([]Chunk, 0, 2*len(ops)+1)}
	e.out = append(e.out, Reset()...)
	if p.Chinese {
		e.out = append(e.out, fs, '&')
	}
	e.mark(0)
	for i, op := range ops {
		if err := e.encode(op); err != nil {
			return nil, fmt.Errorf("encode operation %d for %s: %w", i, p.Name, err)
		}
	}
	return e.finish(), nil
}

// Size is the number of bytes in a body.
func Size(body []Chunk) (n int) {
	for _, c := range body {
		n += len(c.Bytes)
	}
	return n
}

// Join is a body as one piece.
func Join(body []Chunk) []byte {
	out := make([]byte, 0, Size(body))
	for _, c := range body {
		out = append(out, c.Bytes...)
	}
	return out
}

// encoder is always at the beginning of a line between two operations.
type encoder struct {
	p      Profile
	out    []byte
	begun  int // where the open chunk begins
	ends   []int
	chunks []Chunk

	align  Align
	style  Style
	module int // last module size, level and model sent for a native QR code; 0 if none
	ecc    raster.Level
}

// mark ends the open chunk.
func (e *encoder) mark(dots int) {
	if len(e.out) == e.begun {
		return
	}
	e.ends = append(e.ends, len(e.out))
	e.chunks = append(e.chunks, Chunk{Dots: dots})
	e.begun = len(e.out)
}

func (e *encoder) finish() []Chunk {
	from := 0
	for i, end := range e.ends {
		e.chunks[i].Bytes = e.out[from:end:end]
		from = end
	}
	return e.chunks
}

func (e *encoder) encode(op Op) error {
	switch op := op.(type) {
	case Line:
		e.line(op)
	case Feed:
		for n := op.Lines; n > 0; n -= min(n, 255) {
			e.feed(min(n, 255))
		}
	case Rule:
		mark := op.Mark
		if mark == 0 {
			mark = '-'
		}
		if raster.Columns(mark) != 1 {
			panic(fmt.Sprintf("escpos: a rule of %c, which has two columns", mark))
		}
		e.line(Say(string(bytes.Repeat([]byte(string(mark)), e.p.Columns)), 0))
	case QR:
		return e.qr(op)
	case Picture:
		e.picture(op.Image, op.Align, 0)
	case Logo:
		e.logo(op)
	default:
		panic(fmt.Sprintf("escpos: no such operation: %T", op))
	}
	return nil
}

// feed leaves up to 255 lines empty, by ESC d or, shorter for a few, by LF.
func (e *encoder) feed(n int) {
	if n <= 3 {
		for range n {
			e.out = append(e.out, lf)
		}
	} else {
		e.out = append(e.out, esc, 'd', byte(n))
	}
	e.mark(n * lineDots)
}

// setAlign must be called at the beginning of a line: ESC a works nowhere else.
func (e *encoder) setAlign(a Align) {
	if a != e.align {
		e.out = append(e.out, esc, 'a', byte(a))
		e.align = a
	}
}

func (e *encoder) setStyle(s Style) {
	changed := s ^ e.style
	if changed&Bold != 0 {
		e.out = append(e.out, esc, 'E', byte(s&Bold))
	}
	if changed&(Double|Tall) != 0 {
		size := byte(0)
		if s&Double != 0 {
			size |= 0x10
		}
		if s&Tall != 0 {
			size |= 0x01
		}
		e.out = append(e.out, gs, '!', size)
	}
	e.style = s
}

// picture sends GS v 0 in slices. The printer doubles the width if bit 0 of
// mode is set, the height if bit 1 is.
func (e *encoder) picture(m *raster.Image, align Align, mode byte) {
	e.setAlign(align)
	if pad := 8*m.Stride - m.W; align != Left && pad > 0 { // the printer aligns whole bytes
		shifted := raster.New(8*m.Stride, m.H)
		if align == Centre {
			pad /= 2
		}
		shifted.Draw(m, pad, 0)
		m = shifted
	}
	stride := min(m.Stride, e.p.Dots/8>>(mode&1))
	rows := min(sliceMax, (e.p.ChunkMax()-16)/stride)
	for y := 0; y < m.H; y += rows {
		n := min(rows, m.H-y)
		e.out = append(e.out, gs, 'v', '0', mode, byte(stride), byte(stride>>8), byte(n), byte(n>>8))
		begin := len(e.out)
		for row := y; row < y+n; row++ {
			e.out = append(e.out, m.Bits[row*m.Stride:row*m.Stride+stride]...)
		}
		scrub(e.out[begin:])
		e.mark(n << (mode >> 1))
	}
}

// scrub breaks up what a printer would take for a real-time command in the
// middle of a picture: it moves the one dot of the byte 10h by a column
// (shared/printing.md, section 6).
func scrub(data []byte) {
	for at := 0; ; at++ {
		i := bytes.IndexByte(data[at:], dle)
		if i < 0 || at+i+1 == len(data) {
			return
		}
		if at += i; realtime(data[at+1]) {
			data[at] = 0x20
		}
	}
}

// realtime tells whether b makes a real-time command of the DLE before it.
func realtime(b byte) bool { return b == eot || b == enq || b == dc4 }

func (e *encoder) logo(op Logo) {
	if !e.p.NVLogo {
		e.picture(op.Image, op.Align, 0)
		return
	}
	if op.Number < 1 || op.Number > 255 {
		panic(fmt.Sprintf("escpos: logo number %d", op.Number))
	}
	e.setAlign(op.Align)
	e.out = append(e.out, fs, 'p', byte(op.Number), 0)
	e.mark(op.Image.H)
}
