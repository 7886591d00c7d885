package raster

import (
	"bytes"
	"compress/flate"
	_ "embed" // the packed fonts
	"encoding/binary"
	"io"
	"slices"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// The cells of the paper font, in dots.
const (
	CellHeight = 24
	Narrow     = 12 // the width of one column
	Wide       = 24 // the width of two columns
)

var (
	//go:embed fonts/hanzi24.z
	hanziPacked []byte
	//go:embed fonts/latin12.z
	latinPacked []byte
	//go:embed fonts/narrow16.z
	narrowPacked []byte
	//go:embed fonts/wide16.z
	widePacked []byte
)

// The unpacked fonts; gen.go describes the layouts.
var (
	hanzi24  = sync.OnceValue(func() []byte { return inflate(hanziPacked) })
	latin12  = sync.OnceValue(func() []byte { return inflate(latinPacked) })
	narrow16 = sync.OnceValue(func() sparse { return newSparse(inflate(narrowPacked), 16) })
	wide16   = sync.OnceValue(func() sparse { return newSparse(inflate(widePacked), 32) })
)

// inflate panics on a damaged font: it is part of the program.
func inflate(packed []byte) []byte {
	data, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
	if err != nil {
		panic("raster: packed font does not inflate: " + err.Error())
	}
	return data
}

// sparse is a font of some characters of the Basic Multilingual Plane.
type sparse struct {
	points []uint16 // ascending
	rows   []byte
	size   int // bytes a character
}

func newSparse(data []byte, size int) sparse {
	n := int(binary.BigEndian.Uint32(data))
	s := sparse{points: make([]uint16, n), rows: data[4+2*n:], size: size}
	for i := range s.points {
		s.points[i] = binary.BigEndian.Uint16(data[4+2*i:])
	}
	return s
}

func (s sparse) glyph(r rune) ([]byte, bool) {
	if r > 0xFFFF {
		return nil, false
	}
	i, ok := slices.BinarySearch(s.points, uint16(r))
	if !ok {
		return nil, false
	}
	return s.rows[i*s.size : (i+1)*s.size], true
}

// gbk is the encoder of GBK; it keeps no state.
var gbk = simplifiedchinese.GBK.NewEncoder()

// GBK returns the two bytes of r in GBK, code page 936, the set that Chinese
// printers have in ROM. ok is false for ASCII, for what needs the four bytes
// of GB 18030 or came with it, for the euro sign (one byte in code page 936,
// and no ROM agrees on it) and for the private use area.
func GBK(r rune) (hi, lo byte, ok bool) {
	if r < 0x80 || r >= 0xE000 && r <= 0xF8FF || r == utf8.RuneError {
		return 0, 0, false
	}
	var src [utf8.UTFMax]byte
	var dst [4]byte
	n, _, err := gbk.Transformer.Transform(dst[:], src[:utf8.EncodeRune(src[:], r)], true)
	if err != nil || n != 2 || laterThanGBK(dst[0], dst[1]) {
		return 0, 0, false
	}
	return dst[0], dst[1], true
}

// laterThanGBK tells the two-byte codes that GB 18030-2000 added to code page
// 936 and that x/text counts as GBK: a ROM of GBK prints nothing there.
func laterThanGBK(hi, lo byte) bool {
	switch hi {
	case 0xA6:
		return lo >= 0xD9 && lo <= 0xDF || lo == 0xEC || lo == 0xED || lo == 0xF3
	case 0xA8:
		return lo == 0xBC || lo == 0xBF
	case 0xA9:
		return lo >= 0x89 && lo <= 0x95
	case 0xFE:
		return lo >= 0x50
	}
	return false
}

// Columns is the width of a character on paper: 1 or 2 columns of 12 dots. A
// character without a glyph has the width of the geta mark that stands for it.
// Control characters have no width and must not be asked for.
func Columns(r rune) int {
	if r < 0x80 {
		return 1
	}
	if _, _, ok := GBK(r); ok {
		return 2
	}
	if r >= 0xA0 && r <= 0xFF {
		return 1
	}
	if _, ok := narrow16().glyph(r); ok {
		return 1
	}
	return 2
}

// Missing is printed in place of a character that the font lacks: the geta
// mark, which Chinese and Japanese printers use for this.
const Missing = '〓'

// Glyph returns the character's picture, 24 dots high and 12 or 24 wide; ok is
// false, and the picture that of Missing, when the font lacks it. Every
// character of GBK is there. The picture may be shared: do not draw on it.
func Glyph(r rune) (picture *Image, ok bool) {
	switch hi, lo, two := GBK(r); {
	case two && hi >= 0xA1 && lo >= 0xA1 && hi <= 0xF7:
		const size = CellHeight * Wide / 8
		at := (int(hi-0xA1)*94 + int(lo-0xA1)) * size
		if rows := hanzi24()[at : at+size]; !blank(rows) || r == '\u3000' {
			return &Image{W: Wide, H: CellHeight, Stride: Wide / 8, Bits: rows}, true
		}
	case r >= ' ' && r < 0x7F, !two && r >= 0xA0 && r <= 0xFF:
		const size = CellHeight * 2
		at := int(r) * size
		return &Image{W: Narrow, H: CellHeight, Stride: 2, Bits: latin12()[at : at+size]}, true
	}
	width := Narrow * Columns(r)
	if rows, ok := wide16().glyph(r); ok {
		return centred(rows, 16, width), true
	}
	if rows, ok := narrow16().glyph(r); ok {
		return centred(rows, 8, width), true
	}
	picture, _ = Glyph(Missing)
	return picture, false
}

func blank(rows []byte) bool {
	return !slices.ContainsFunc(rows, func(b byte) bool { return b != 0 })
}

// centred puts a glyph of 16 rows into the middle of a cell.
func centred(rows []byte, w, cell int) *Image {
	out := New(cell, CellHeight)
	out.Draw(&Image{W: w, H: 16, Stride: w / 8, Bits: rows}, (cell-w)/2, (CellHeight-16)/2)
	return out
}

// Text draws one line, 24 dots high and as wide as its characters.
func Text(s string) *Image {
	width := 0
	for _, r := range s {
		width += Narrow * Columns(r)
	}
	out := New(width, CellHeight)
	x := 0
	for _, r := range s {
		g, _ := Glyph(r)
		out.Draw(g, x, 0)
		x += Narrow * Columns(r)
	}
	return out
}
