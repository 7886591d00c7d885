package rig

import (
	"errors"
	"fmt"
	"image"
)

// ErrNoCode means that a picture holds no QR code that a phone could read.
var ErrNoCode = errors.New("no QR code is on show")

// CodeOnShow is what the customer's phone reads when it is held before the
// customer's display: the text of the QR code there.
func (r *Rig) CodeOnShow() (string, error) {
	img := r.CustomerPicture()
	if img == nil {
		return "", fmt.Errorf("the customer's display is dark: %w", ErrNoCode)
	}
	return readQR(img)
}

// The sides of a QR code in modules (ISO/IEC 18004, 6.1 and 6.3.3).
const (
	finderSide  = 7
	versionMost = 10 // 57 modules: more than a display of 270 points can show
)

// readQR finds one QR code in a picture and reads it. The picture is as a
// display shows it: upright, sharp, each module the same whole number of pixels.
// Nothing is corrected: a wrong pixel in a module's middle is an error, so that
// a code that is drawn wrongly is found out.
func readQR(img image.Image) (string, error) {
	b := img.Bounds()
	dark := func(x, y int) bool {
		if !(image.Point{x, y}).In(b) {
			return false
		}
		r, g, bl, _ := img.At(x, y).RGBA()
		return (299*r+587*g+114*bl)/1000 < 0x8000
	}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if !dark(x, y) || dark(x-1, y) || dark(x, y-1) {
				continue // no corner
			}
			wide := 0
			for dark(x+wide, y) {
				wide++
			}
			if wide%finderSide != 0 {
				continue
			}
			if text, ok, err := qrAt(dark, x, y, wide/finderSide); ok {
				return text, err
			}
		}
	}
	return "", ErrNoCode
}

// qrAt reads the code whose upper left corner is there, and reports whether
// there is one.
func qrAt(dark func(x, y int) bool, x, y, dot int) (text string, ok bool, err error) {
	at := func(i, j int) bool { return dark(x+i*dot+dot/2, y+j*dot+dot/2) }
	if !finder(at, 0, 0) {
		return "", false, nil
	}
	for version := 1; version <= versionMost; version++ {
		n := 17 + 4*version
		if finder(at, n-finderSide, 0) && finder(at, 0, n-finderSide) && timing(at, n) {
			text, err = qrText(at, version)
			return text, true, err
		}
	}
	return "", false, nil
}

// finder reports whether the 7 by 7 pattern is there, with its light edge.
func finder(at func(i, j int) bool, i, j int) bool {
	for dj := -1; dj <= finderSide; dj++ {
		for di := -1; di <= finderSide; di++ {
			ring := max(abs(di-3), abs(dj-3))
			if at(i+di, j+dj) != (ring != 2 && ring != 4) {
				return false
			}
		}
	}
	return true
}

func abs(n int) int { return max(n, -n) }

// timing reports whether modules alternate between the finders.
func timing(at func(i, j int) bool, n int) bool {
	for k := finderSide + 1; k < n-finderSide-1; k++ {
		if at(k, 6) != (k%2 == 0) || at(6, k) != (k%2 == 0) {
			return false
		}
	}
	return true
}

// qrBlocks is how the codewords of a version and level are shared out: blocks
// and data codewords of each, then as many that are one codeword longer, and
// the check codewords of each (ISO/IEC 18004, table 9).
type qrBlocks struct{ count, data, longer, check int }

// Levels L and M of versions 1 to 10; the others hold too little for a display.
var qrTable = map[int][versionMost]qrBlocks{
	1: {{1, 19, 0, 7}, {1, 34, 0, 10}, {1, 55, 0, 15}, {1, 80, 0, 20}, {1, 108, 0, 26}, // L
		{2, 68, 0, 18}, {2, 78, 0, 20}, {2, 97, 0, 24}, {2, 116, 0, 30}, {2, 68, 2, 18}},
	0: {{1, 16, 0, 10}, {1, 28, 0, 16}, {1, 44, 0, 26}, {2, 32, 0, 18}, {2, 43, 0, 24}, // M
		{4, 27, 0, 16}, {4, 31, 0, 18}, {2, 38, 2, 22}, {3, 36, 2, 22}, {4, 43, 1, 26}},
}

// qrText reads the code of a version.
func qrText(at func(i, j int) bool, version int) (string, error) {
	n := 17 + 4*version
	level, mask := qrFormat(at)
	table, ok := qrTable[level]
	if !ok {
		return "", fmt.Errorf("a QR code of level %d: %w", level, ErrNoCode)
	}
	var words []byte
	bits, word := 0, byte(0)
	upward := true
	for right := n - 1; right > 0; right -= 2 {
		if right == 6 { // the column of the timing
			right--
		}
		for k := range n {
			j := k
			if upward {
				j = n - 1 - k
			}
			for _, i := range []int{right, right - 1} {
				if qrFixed(i, j, version) {
					continue
				}
				word <<= 1
				if at(i, j) != qrMasked(mask, i, j) {
					word |= 1
				}
				if bits++; bits == 8 {
					words, bits, word = append(words, word), 0, 0
				}
			}
		}
		upward = !upward
	}
	data, err := qrData(words, table[version-1])
	if err != nil {
		return "", err
	}
	return qrSegments(data, version)
}

// qrFormat reads the level and the mask beside the upper left finder (7.9.1).
func qrFormat(at func(i, j int) bool) (level, mask int) {
	format := 0
	for k := range 5 { // the first five of fifteen bits are all that is wanted
		format <<= 1
		if at(k, 8) {
			format |= 1
		}
	}
	format ^= 0x5412 >> 10
	return format >> 3, format & 7
}

// qrFixed reports whether a module carries no data.
func qrFixed(i, j, version int) bool {
	n := 17 + 4*version
	switch {
	case i == 6 || j == 6, i < 9 && j < 9, i >= n-8 && j < 9, i < 9 && j >= n-8:
		return true
	case version >= 7 && (i >= n-11 && j < 6 || j >= n-11 && i < 6): // the version
		return true
	case version == 1:
		return false
	}
	// The centres of the alignment patterns (annex E): the first at 6, the last
	// seven modules from the edge, one in the middle from version 7 on.
	centres := []int{6, n - 7}
	if version >= 7 {
		centres = []int{6, 6 + 2*((n-13+2)/4), n - 7}
	}
	last := len(centres) - 1
	for a, cj := range centres {
		for b, ci := range centres {
			corner := a == 0 && (b == 0 || b == last) || a == last && b == 0
			if !corner && abs(i-ci) <= 2 && abs(j-cj) <= 2 {
				return true
			}
		}
	}
	return false
}

// qrMasked reports whether a mask turns a module over (7.8.2).
func qrMasked(mask, i, j int) bool {
	switch mask {
	case 0:
		return (i+j)%2 == 0
	case 1:
		return j%2 == 0
	case 2:
		return i%3 == 0
	case 3:
		return (i+j)%3 == 0
	case 4:
		return (j/2+i/3)%2 == 0
	case 5:
		return i*j%2+i*j%3 == 0
	case 6:
		return (i*j%2+i*j%3)%2 == 0
	}
	return ((i+j)%2+i*j%3)%2 == 0
}
