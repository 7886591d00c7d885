package rig

import (
	"fmt"
	"strings"
)

// qrData puts the codewords back into their blocks (7.6), checks each, and
// returns the data.
func qrData(words []byte, shape qrBlocks) ([]byte, error) {
	blocks := shape.count + shape.longer
	if want := blocks*(shape.data+shape.check) + shape.longer; len(words) < want {
		return nil, fmt.Errorf("%d of %d codewords: %w", len(words), want, ErrNoCode)
	}
	split := make([][]byte, blocks)
	next := 0
	deal := func(rounds int, skip int) {
		for range rounds {
			for b := skip; b < blocks; b++ {
				split[b] = append(split[b], words[next])
				next++
			}
		}
	}
	deal(shape.data, 0)
	if shape.longer > 0 {
		deal(1, shape.count)
	}
	deal(shape.check, 0)
	var data []byte
	for _, block := range split {
		if !qrSound(block, shape.check) {
			return nil, fmt.Errorf("the code is damaged: %w", ErrNoCode)
		}
		data = append(data, block[:len(block)-shape.check]...)
	}
	return data, nil
}

// qrSound reports whether a block is a codeword of the Reed-Solomon code over
// GF(256) with x^8+x^4+x^3+x^2+1 (7.5.2): all its syndromes are zero.
func qrSound(block []byte, check int) bool {
	root := byte(1)
	for range check {
		sum := byte(0)
		for _, c := range block {
			sum = gfTimes(sum, root) ^ c
		}
		if sum != 0 {
			return false
		}
		root = gfTimes(root, 2)
	}
	return true
}

func gfTimes(a, b byte) byte {
	var p byte
	for ; b > 0; b >>= 1 {
		if b&1 != 0 {
			p ^= a
		}
		high := a&0x80 != 0
		if a <<= 1; high {
			a ^= 0x1d
		}
	}
	return p
}

// qrAlphabet is that of the alphanumeric mode (table 5).
const qrAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

// bitReader reads the data from its highest bit on; past the end there are
// zeros, which are the terminator.
type bitReader struct {
	data []byte
	at   int
}

func (r *bitReader) take(n int) int {
	v := 0
	for range n {
		v <<= 1
		if k := r.at / 8; k < len(r.data) && r.data[k]>>(7-r.at%8)&1 != 0 {
			v |= 1
		}
		r.at++
	}
	return v
}

// qrSegments reads the segments (7.4) of a code up to version 10.
func qrSegments(data []byte, version int) (string, error) {
	r := &bitReader{data: data}
	var out strings.Builder
	wider := 0
	if version >= 10 { // table 3: longer counts
		wider = 1
	}
	for r.at < 8*len(data) {
		switch mode := r.take(4); mode {
		case 0:
			return out.String(), nil
		case 1:
			qrNumbers(&out, r, r.take(10+2*wider))
		case 2:
			for n := r.take(9 + 2*wider); n > 0; n -= 2 {
				if n == 1 {
					out.WriteByte(qrAlphabet[r.take(6)%len(qrAlphabet)])
					break
				}
				v := r.take(11) % (len(qrAlphabet) * len(qrAlphabet))
				out.WriteByte(qrAlphabet[v/len(qrAlphabet)])
				out.WriteByte(qrAlphabet[v%len(qrAlphabet)])
			}
		case 4:
			for range r.take(8 + 8*wider) {
				out.WriteByte(byte(r.take(8)))
			}
		default:
			return "", fmt.Errorf("a segment of mode %d: %w", mode, ErrNoCode)
		}
	}
	return out.String(), nil
}

// qrNumbers reads digits: three in ten bits.
func qrNumbers(out *strings.Builder, r *bitReader, n int) {
	for ; n >= 3; n -= 3 {
		fmt.Fprintf(out, "%03d", r.take(10))
	}
	switch n {
	case 2:
		fmt.Fprintf(out, "%02d", r.take(7))
	case 1:
		fmt.Fprintf(out, "%d", r.take(4))
	}
}
