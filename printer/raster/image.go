package raster

import (
	"image"
	"image/color"
)

// Image is a one-bit picture, 1 for black. A row is Stride bytes, the
// left-most dot in the highest bit, as GS v 0 wants it; bits to the right of W
// are always 0. It is an image.Image, so that it can be saved and compared.
type Image struct {
	W, H   int // dots
	Stride int // bytes a row: (W+7)/8
	Bits   []byte
}

// New returns a white picture of w by h dots. It panics if one is negative.
func New(w, h int) *Image {
	if w < 0 || h < 0 {
		panic("raster: negative size")
	}
	stride := (w + 7) / 8
	return &Image{W: w, H: h, Stride: stride, Bits: make([]byte, stride*h)}
}

// Black tells whether the dot is set; what is outside is white.
func (m *Image) Black(x, y int) bool {
	if x < 0 || y < 0 || x >= m.W || y >= m.H {
		return false
	}
	return m.Bits[y*m.Stride+x/8]&(0x80>>(x%8)) != 0
}

// Set blackens a dot; what is outside is left out.
func (m *Image) Set(x, y int) {
	if x < 0 || y < 0 || x >= m.W || y >= m.H {
		return
	}
	m.Bits[y*m.Stride+x/8] |= 0x80 >> (x % 8)
}

// Draw adds the black dots of src with its upper left corner at x, y. What
// falls outside is cut off.
func (m *Image) Draw(src *Image, x, y int) {
	for sy := range src.H {
		if y+sy < 0 || y+sy >= m.H {
			continue
		}
		row := src.Bits[sy*src.Stride : (sy+1)*src.Stride]
		for i, b := range row {
			for bit := 0; b != 0; bit, b = bit+1, b<<1 {
				if b&0x80 != 0 {
					m.Set(x+8*i+bit, y+sy)
				}
			}
		}
	}
}

// Scale returns the picture with every dot repeated dx times across and dy
// times down, as double width and double height do. It panics below 1.
func (m *Image) Scale(dx, dy int) *Image {
	if dx < 1 || dy < 1 {
		panic("raster: scale below 1")
	}
	out := New(m.W*dx, m.H*dy)
	for y := range m.H {
		first := out.Bits[y*dy*out.Stride : (y*dy+1)*out.Stride]
		for x := range m.W {
			if !m.Black(x, y) {
				continue
			}
			for px := x * dx; px < (x+1)*dx; px++ {
				first[px/8] |= 0x80 >> (px % 8)
			}
		}
		for k := 1; k < dy; k++ {
			copy(out.Bits[(y*dy+k)*out.Stride:], first)
		}
	}
	return out
}

// Bold returns the picture with every dot doubled to the right, the way a
// thermal printer emphasises. The width stays.
func (m *Image) Bold() *Image {
	out := New(m.W, m.H)
	for y := range m.H {
		carry := byte(0)
		for i := range m.Stride {
			b := m.Bits[y*m.Stride+i]
			out.Bits[y*m.Stride+i] = b | b>>1 | carry
			carry = b << 7
		}
		if m.W%8 != 0 {
			out.Bits[(y+1)*m.Stride-1] &= 0xFF << (8 - m.W%8)
		}
	}
	return out
}

// TrimRight returns the picture without the white columns at its right edge,
// at least one column wide. The result may share memory with m.
func (m *Image) TrimRight() *Image {
	used := 0
	for y := range m.H {
		row := m.Bits[y*m.Stride : (y+1)*m.Stride]
		for i := len(row) - 1; i >= used/8; i-- {
			if row[i] != 0 {
				used = max(used, 8*i+lastDot(row[i]))
				break
			}
		}
	}
	used = max(used, 1)
	if used >= m.W {
		return m
	}
	out := New(used, m.H)
	for y := range m.H {
		copy(out.Bits[y*out.Stride:(y+1)*out.Stride], m.Bits[y*m.Stride:])
	}
	return out
}

// lastDot counts the columns of a byte up to its last black dot, 0 to 8.
func lastDot(b byte) int {
	n := 8
	for ; n > 0 && b&1 == 0; b >>= 1 {
		n--
	}
	return n
}

// Bounds is part of image.Image.
func (m *Image) Bounds() image.Rectangle { return image.Rect(0, 0, m.W, m.H) }

// ColorModel is part of image.Image.
func (m *Image) ColorModel() color.Model { return color.GrayModel }

// At is part of image.Image.
func (m *Image) At(x, y int) color.Color {
	if m.Black(x, y) {
		return color.Gray{}
	}
	return color.Gray{Y: 0xFF}
}

// FromImage makes a one-bit picture of src, transparent taken for white.
// Dithered (Floyd and Steinberg) it keeps greys, for photographs; otherwise
// what is darker than half is black, for logos.
func FromImage(src image.Image, dither bool) *Image {
	box := src.Bounds()
	out := New(box.Dx(), box.Dy())
	here, below := make([]int, out.W+2), make([]int, out.W+2) // error, 1/16 grey, one dot of margin
	for y := range out.H {
		for x := range out.W {
			r, g, b, a := src.At(box.Min.X+x, box.Min.Y+y).RGBA()
			grey := int((299*r+587*g+114*b)/1000+0xFFFF-a) >> 8
			if dither {
				grey += here[x+1] / 16
			}
			left := grey
			if grey < 128 {
				out.Set(x, y)
			} else {
				left -= 255
			}
			here[x+2] += 7 * left
			below[x] += 3 * left
			below[x+1] += 5 * left
			below[x+2] += left
		}
		here, below = below, here
		clear(below)
	}
	return out
}
