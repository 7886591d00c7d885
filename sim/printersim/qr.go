package printersim

import (
	"math"
	"strings"
)

// qrSettings is what GS ( k fn 167, 169 and 180 set.
type qrSettings struct {
	module int // dots, 1 to 16
	level  int // 0 L, 1 M, 2 Q, 3 H
	data   []byte
	tooOld bool // fn 165 asked for model 1
}

// symbol is GS ( k pL pH cn fn ...: cn 49 is the QR code.
func (p *Printer) symbol(data []byte) string {
	if len(data) < 2 || data[0] != 49 {
		return "unknown command"
	}
	if !p.cfg.QR {
		return notHere
	}
	fn, args := data[1], data[2:]
	if len(args) == 0 {
		return notAllowed
	}
	switch fn {
	case 65:
		if args[0] != 49 && args[0] != 50 {
			return notAllowed
		}
		p.qr.tooOld = args[0] == 49
	case 67:
		if args[0] < 1 || args[0] > 16 {
			return notAllowed
		}
		p.qr.module = int(args[0])
	case 69:
		if args[0] < 48 || args[0] > 51 {
			return notAllowed
		}
		p.qr.level = int(args[0] - 48)
	case 80:
		if args[0] != 48 || len(args) < 2 {
			return notAllowed
		}
		p.qr.data = append([]byte{}, args[1:]...)
	case 81:
		return p.printQR(args[0])
	default:
		return "unknown command"
	}
	return ""
}

func (p *Printer) printQR(m byte) string {
	switch {
	case m != 48:
		return notAllowed
	case p.qr.tooOld:
		return "QR model 1 is not drawn"
	case len(p.qr.data) == 0:
		return "nothing is stored"
	case !p.line.fresh():
		return notInLine
	}
	pic, ok := drawQR(p.qr.data, p.qr.level)
	if !ok {
		return "too much data for a QR code"
	}
	pic = pic.scaled(p.qr.module, p.qr.module)
	return p.block(pic, []mark{{text: "[QR:" + oneLine(p.qr.data) + "]"}})
}

// oneLine makes data fit into one line of text.
func oneLine(data []byte) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' {
			return unreadable
		}
		return r
	}, strings.ToValidUTF8(string(data), string(unreadable)))
}

// What the 40 versions have, by level L M Q H: error correction codewords a
// block, and blocks. Source: ISO/IEC 18004:2015, table 9.
var (
	qrCheck = [4][40]int{
		{7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28,
			28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30},
		{10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
			26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28},
		{13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30,
			28, 30, 30, 30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30},
		{17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28,
			30, 24, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30},
	}
	qrBlocks = [4][40]int{
		{1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8,
			8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25},
		{1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16,
			17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49},
		{1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20,
			23, 23, 25, 27, 29, 34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68},
		{1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25,
			25, 34, 30, 32, 35, 37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81},
	}
)

// qrRoom is how many codewords version v (1 to 40) has, data and check.
func qrRoom(v int) int {
	n := (16*v+128)*v + 64
	if v >= 2 {
		align := v/7 + 2
		n -= (25*align-10)*align - 55
		if v >= 7 {
			n -= 36
		}
	}
	return n / 8
}

// drawQR draws data as the smallest QR code model 2 of the level, a dot a
// module, without a quiet zone: a printer adds none.
func drawQR(data []byte, level int) (bits, bool) {
	for v := 1; v <= 40; v++ {
		room := qrRoom(v) - qrCheck[level][v-1]*qrBlocks[level][v-1]
		words, ok := qrWords(data, v, room)
		if !ok {
			continue
		}
		q := newQR(v, level)
		q.place(qrInterleave(words, v, level))
		return q.best(), true
	}
	return bits{}, false
}

const qrAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

// bitString collects bits, highest first.
type bitString struct {
	b []byte
	n int
}

func (s *bitString) put(v, width int) {
	for i := width - 1; i >= 0; i-- {
		if s.n%8 == 0 {
			s.b = append(s.b, 0)
		}
		s.b[s.n/8] |= byte(v>>i&1) << (7 - s.n%8)
		s.n++
	}
}

// qrWords encodes data as one segment, digits, capitals or bytes, padded to
// room codewords. ok is false when it does not fit.
func qrWords(data []byte, v, room int) (words []byte, ok bool) {
	if len(data) > 8*room {
		return nil, false
	}
	size := func(small, middle, large int) int {
		switch {
		case v < 10:
			return small
		case v < 27:
			return middle
		}
		return large
	}
	var s bitString
	switch text := string(data); {
	case strings.Trim(text, "0123456789") == "":
		s.put(1, 4)
		s.put(len(data), size(10, 12, 14))
		for i := 0; i < len(data); i += 3 {
			n := 0
			group := data[i:min(i+3, len(data))]
			for _, d := range group {
				n = n*10 + int(d-'0')
			}
			s.put(n, 1+3*len(group))
		}
	case strings.Trim(text, qrAlphabet) == "":
		s.put(2, 4)
		s.put(len(data), size(9, 11, 13))
		for i := 0; i < len(data); i += 2 {
			n := strings.IndexByte(qrAlphabet, data[i])
			if i+1 < len(data) {
				s.put(n*45+strings.IndexByte(qrAlphabet, data[i+1]), 11)
			} else {
				s.put(n, 6)
			}
		}
	default:
		s.put(4, 4)
		s.put(len(data), size(8, 16, 16))
		for _, b := range data {
			s.put(int(b), 8)
		}
	}
	if s.n > room*8 {
		return nil, false
	}
	s.put(0, min(4, room*8-s.n))
	s.put(0, (8-s.n%8)%8)
	for pad := 0; len(s.b) < room; pad ^= 1 {
		s.b = append(s.b, [2]byte{0xEC, 0x11}[pad])
	}
	return s.b, true
}

// gfMul multiplies in GF(256) with the polynomial 11Dh.
func gfMul(a, b byte) byte {
	var z int
	for i := 7; i >= 0; i-- {
		z = z<<1 ^ (z>>7)*0x11D
		z ^= int(b>>i&1) * int(a)
	}
	return byte(z)
}

// reedSolomon returns the n check codewords of data.
func reedSolomon(data []byte, n int) []byte {
	divisor := make([]byte, n)
	divisor[n-1] = 1
	root := byte(1)
	for range n {
		for j := range divisor {
			divisor[j] = gfMul(divisor[j], root)
			if j+1 < n {
				divisor[j] ^= divisor[j+1]
			}
		}
		root = gfMul(root, 2)
	}
	rest := make([]byte, n)
	for _, b := range data {
		factor := b ^ rest[0]
		copy(rest, rest[1:])
		rest[n-1] = 0
		for i := range rest {
			rest[i] ^= gfMul(divisor[i], factor)
		}
	}
	return rest
}

// qrInterleave adds the check codewords and mixes the blocks.
func qrInterleave(words []byte, v, level int) []byte {
	blocks, check := qrBlocks[level][v-1], qrCheck[level][v-1]
	short := len(words) / blocks
	long := len(words) % blocks // the last blocks have one codeword more
	var data, checks [][]byte
	for i := range blocks {
		n := short
		if i >= blocks-long {
			n++
		}
		data = append(data, words[:n])
		checks = append(checks, reedSolomon(words[:n], check))
		words = words[n:]
	}
	var out []byte
	for i := range short + 1 {
		for _, block := range data {
			if i < len(block) {
				out = append(out, block[i])
			}
		}
	}
	for i := range check {
		for _, block := range checks {
			out = append(out, block[i])
		}
	}
	return out
}

// best returns the symbol with the mask that ISO/IEC 18004 prefers.
func (q *qrCode) best() bits {
	least, out := math.MaxInt, bits{}
	for mask := range 8 {
		pic := q.masked(mask)
		if n := penalty(pic); n < least {
			least, out = n, pic
		}
	}
	return out
}
