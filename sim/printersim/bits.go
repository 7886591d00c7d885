package printersim

// bits is a picture of black dots: one bit a dot, rows from the top, the
// leftmost dot in the highest bit of a row's first byte, as print heads and
// GS v 0 have it.
type bits struct {
	w, h   int // dots
	stride int // bytes a row
	pix    []byte
}

func newBits(w, h int) bits {
	stride := (w + 7) / 8
	return bits{w: w, h: h, stride: stride, pix: make([]byte, stride*h)}
}

// at says whether the dot is black; outside of the picture all is white.
func (b bits) at(x, y int) bool {
	if x < 0 || y < 0 || x >= b.w || y >= b.h {
		return false
	}
	return b.pix[y*b.stride+x/8]&(0x80>>(x%8)) != 0
}

// set blackens a dot; outside of the picture it does nothing.
func (b bits) set(x, y int) {
	if x < 0 || y < 0 || x >= b.w || y >= b.h {
		return
	}
	b.pix[y*b.stride+x/8] |= 0x80 >> (x % 8)
}

// fill blackens the rectangle of w by h dots at x, y.
func (b bits) fill(x, y, w, h int) {
	for dy := max(y, 0); dy < min(y+h, b.h); dy++ {
		row := b.pix[dy*b.stride : (dy+1)*b.stride]
		for dx := 0; dx < w; dx += 8 {
			b.orByte(row, x+dx, 0xFF<<max(0, 8-(w-dx)))
		}
	}
}

// blit blackens in b every dot that is black in src, shifted by x, y. It works
// by bytes: all that is printed passes through here.
func (b bits) blit(src bits, x, y int) {
	for sy := max(0, -y); sy < src.h && y+sy < b.h; sy++ {
		dst := b.pix[(y+sy)*b.stride : (y+sy+1)*b.stride]
		for i := 0; i*8 < src.w; i++ {
			v := src.pix[sy*src.stride+i]
			if over := i*8 + 8 - src.w; over > 0 {
				v &= 0xFF << over
			}
			if v != 0 {
				b.orByte(dst, x+i*8, v)
			}
		}
	}
}

// orByte blackens up to eight dots of a row, beginning at x.
func (b bits) orByte(row []byte, x int, v byte) {
	if x <= -8 || x >= b.w {
		return
	}
	if over := x + 8 - b.w; over > 0 {
		v &= 0xFF << over
	}
	at, shift := (x+8)/8-1, (x+8)%8 // rounded down, also left of the row
	if at >= 0 {
		row[at] |= v >> shift
	}
	if at+1 < len(row) {
		row[at+1] |= v << (8 - shift)
	}
}

// scaled returns the picture with every dot sx wide and sy high.
func (b bits) scaled(sx, sy int) bits {
	if sx == 1 && sy == 1 {
		return b
	}
	out := newBits(b.w*sx, b.h*sy)
	for y := range b.h {
		for x := range b.w {
			if b.at(x, y) {
				out.fill(x*sx, y*sy, sx, sy)
			}
		}
	}
	return out
}

// resized returns the picture squeezed to w by h dots, w <= b.w and h <= b.h:
// a dot is black when any dot that falls on it is, so that no stroke is lost.
func (b bits) resized(w, h int) bits {
	if w == b.w && h == b.h {
		return b
	}
	out := newBits(w, h)
	for y := range b.h {
		for x := range b.w {
			if b.at(x, y) {
				out.set(x*w/b.w, y*h/b.h)
			}
		}
	}
	return out
}

// inverted returns the picture with black and white exchanged.
func (b bits) inverted() bits {
	out := newBits(b.w, b.h)
	for y := range b.h {
		for x := range b.w {
			if !b.at(x, y) {
				out.set(x, y)
			}
		}
	}
	return out
}

// rows returns the rows from (included) to (excluded), sharing the dots.
func (b bits) rows(from, to int) bits {
	return bits{w: b.w, h: to - from, stride: b.stride, pix: b.pix[from*b.stride : to*b.stride]}
}

// add appends the rows of src, which is as wide as b.
func (b *bits) add(src bits) {
	b.pix = append(b.pix, src.pix...)
	b.h += src.h
}

// addBlank appends n white rows.
func (b *bits) addBlank(n int) {
	b.pix = append(b.pix, make([]byte, n*b.stride)...)
	b.h += n
}

// blank says that no dot is black.
func (b bits) blank() bool {
	for _, v := range b.pix {
		if v != 0 {
			return false
		}
	}
	return true
}
