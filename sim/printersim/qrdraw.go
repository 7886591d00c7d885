package printersim

// qrCode is a symbol in the making.
type qrCode struct {
	version, level int
	n              int  // modules a side
	pic            bits // black modules
	fixed          bits // modules that belong to the patterns, not to the data
}

// newQR draws the patterns of an empty symbol (ISO/IEC 18004:2015, 6.3).
func newQR(v, level int) *qrCode {
	n := 17 + 4*v
	q := &qrCode{version: v, level: level, n: n, pic: newBits(n, n), fixed: newBits(n, n)}
	for i := range n {
		q.pattern(6, i, i%2 == 0)
		q.pattern(i, 6, i%2 == 0)
	}
	for _, at := range [][2]int{{3, 3}, {n - 4, 3}, {3, n - 4}} {
		q.rings(at[0], at[1], 4, func(d int) bool { return d != 2 && d != 4 })
	}
	align := alignments(v)
	for i, x := range align {
		for j, y := range align {
			last := len(align) - 1
			if i == 0 && j == 0 || i == 0 && j == last || i == last && j == 0 {
				continue
			}
			q.rings(x, y, 2, func(d int) bool { return d != 1 })
		}
	}
	q.format(0) // reserves the room
	q.versionInfo()
	return q
}

// pattern sets a module that is not data.
func (q *qrCode) pattern(x, y int, black bool) {
	if x < 0 || y < 0 || x >= q.n || y >= q.n {
		return
	}
	q.fixed.set(x, y)
	paint(q.pic, x, y, black)
}

func paint(b bits, x, y int, black bool) {
	if black {
		b.set(x, y)
	} else {
		b.pix[y*b.stride+x/8] &^= 0x80 >> (x % 8)
	}
}

// rings draws concentric squares around x, y; black says which are.
func (q *qrCode) rings(x, y, radius int, black func(d int) bool) {
	for dy := -radius; dy <= radius; dy++ {
		for dx := -radius; dx <= radius; dx++ {
			q.pattern(x+dx, y+dy, black(max(dx, -dx, dy, -dy)))
		}
	}
}

// alignments returns the coordinates of the alignment patterns, evenly spaced
// from the far side (ISO/IEC 18004:2015, annex E).
func alignments(v int) []int {
	if v == 1 {
		return nil
	}
	count := v/7 + 2
	step := (v*8 + count*3 + 5) / (count*4 - 4) * 2
	out := make([]int, count)
	out[0] = 6
	for i, at := count-1, v*4+10; i >= 1; i, at = i-1, at-step {
		out[i] = at
	}
	return out
}

// format writes the level and the mask, twice.
func (q *qrCode) format(mask int) {
	data := [4]int{1, 0, 3, 2}[q.level]<<3 | mask
	rest := data
	for range 10 {
		rest = rest<<1 ^ (rest>>9)*0x537
	}
	word := (data<<10 | rest) ^ 0x5412
	bit := func(i int) bool { return word>>i&1 != 0 }
	for i := range 6 {
		q.pattern(8, i, bit(i))
	}
	q.pattern(8, 7, bit(6))
	q.pattern(8, 8, bit(7))
	q.pattern(7, 8, bit(8))
	for i := 9; i < 15; i++ {
		q.pattern(14-i, 8, bit(i))
	}
	for i := range 8 {
		q.pattern(q.n-1-i, 8, bit(i))
	}
	for i := 8; i < 15; i++ {
		q.pattern(8, q.n-15+i, bit(i))
	}
	q.pattern(8, q.n-8, true)
}

// versionInfo writes the version, twice, from version 7 on.
func (q *qrCode) versionInfo() {
	if q.version < 7 {
		return
	}
	rest := q.version
	for range 12 {
		rest = rest<<1 ^ (rest>>11)*0x1F25
	}
	word := q.version<<12 | rest
	for i := range 18 {
		a, b := q.n-11+i%3, i/3
		q.pattern(a, b, word>>i&1 != 0)
		q.pattern(b, a, word>>i&1 != 0)
	}
}

// place writes the codewords in the zigzag from the lower right corner.
func (q *qrCode) place(words []byte) {
	i := 0
	for right := q.n - 1; right >= 1; right -= 2 {
		if right == 6 {
			right = 5
		}
		up := (right+1)&2 == 0
		for k := range q.n {
			y := k
			if up {
				y = q.n - 1 - k
			}
			for _, x := range [2]int{right, right - 1} {
				if q.fixed.at(x, y) || i >= len(words)*8 {
					continue
				}
				paint(q.pic, x, y, words[i/8]>>(7-i%8)&1 != 0)
				i++
			}
		}
	}
}

// masked returns the symbol with the data under the given mask.
func (q *qrCode) masked(mask int) bits {
	rules := [8]func(x, y int) bool{
		func(x, y int) bool { return (x+y)%2 == 0 },
		func(_, y int) bool { return y%2 == 0 },
		func(x, _ int) bool { return x%3 == 0 },
		func(x, y int) bool { return (x+y)%3 == 0 },
		func(x, y int) bool { return (x/3+y/2)%2 == 0 },
		func(x, y int) bool { return x*y%2+x*y%3 == 0 },
		func(x, y int) bool { return (x*y%2+x*y%3)%2 == 0 },
		func(x, y int) bool { return ((x+y)%2+x*y%3)%2 == 0 },
	}
	q.format(mask)
	out := newBits(q.n, q.n)
	for y := range q.n {
		for x := range q.n {
			black := q.pic.at(x, y)
			if !q.fixed.at(x, y) && rules[mask](x, y) {
				black = !black
			}
			if black {
				out.set(x, y)
			}
		}
	}
	return out
}

// penalty rates a symbol (ISO/IEC 18004:2015, 7.8.3).
func penalty(b bits) int {
	total, dark := 0, 0
	for i := range b.h {
		total += linePenalty(b.w, func(k int) bool { return b.at(k, i) })
		total += linePenalty(b.w, func(k int) bool { return b.at(i, k) })
		for k := range b.w {
			if b.at(k, i) {
				dark++
			}
			c := b.at(k, i)
			if i+1 < b.h && k+1 < b.w && c == b.at(k+1, i) && c == b.at(k, i+1) && c == b.at(k+1, i+1) {
				total += 3
			}
		}
	}
	percent := dark * 100 / (b.w * b.h)
	return total + max(percent-50, 50-percent)/5*10
}

// linePenalty rates one row or column: runs of five and more, and what looks
// like a finder pattern.
func linePenalty(n int, at func(int) bool) int {
	total, run := 0, 0
	window := 0
	for i := range n {
		if i > 0 && at(i) == at(i-1) {
			run++
		} else {
			run = 1
		}
		switch {
		case run == 5:
			total += 3
		case run > 5:
			total++
		}
		window = window << 1 & 0x7FF
		if at(i) {
			window |= 1
		}
		if i >= 10 && (window == 0b10111010000 || window == 0b00001011101) {
			total += 40
		}
	}
	return total
}
