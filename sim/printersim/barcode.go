package printersim

import (
	"fmt"
	"strings"
)

func (p *Printer) setBarHeight(b []byte) string {
	if b[2] == 0 {
		return notAllowed
	}
	p.modes.barHeight = int(b[2])
	return ""
}

func (p *Printer) setBarModule(b []byte) string {
	if b[2] < 2 || b[2] > 6 {
		return notAllowed
	}
	p.modes.barModule = int(b[2])
	return ""
}

func (p *Printer) setHRI(b []byte) string {
	v, ok := pick(b[2], 3)
	if !ok {
		return notAllowed
	}
	p.modes.hri = v
	return ""
}

// barcode is GS k: CODE128 (73) and EAN13 (2 and 67).
func (p *Printer) barcode(b []byte) string {
	var data []byte
	switch m := b[2]; {
	case m <= 6:
		data = b[3 : len(b)-1]
	case m >= 65:
		data = b[4:]
	default:
		return notAllowed
	}
	if !p.line.fresh() {
		return notInLine
	}
	switch b[2] {
	case 73:
		bars, text, ok := code128(data)
		if !ok {
			return notAllowed
		}
		return p.printBars(bars, "CODE128", text)
	case 2, 67:
		bars, text, ok := ean13(data)
		if !ok {
			return notAllowed
		}
		return p.printBars(bars, "EAN13", text)
	}
	return "this kind of bar code is not drawn"
}

// printBars prints a bar code with its human readable text above (1), below
// (2) or both (3). The modules are '1' for black.
func (p *Printer) printBars(modules, kind, text string) string {
	m := &p.modes
	bars := newBits(len(modules)*m.barModule, m.barHeight)
	for i, c := range modules {
		if c == '1' {
			bars.fill(i*m.barModule, 0, m.barModule, m.barHeight)
		}
	}
	label := newBits(max(len([]rune(text))*cellW, bars.w), cellH)
	x := (label.w - len([]rune(text))*cellW) / 2
	for _, r := range text {
		label.blit(p.shape(r, cellW), x, 0)
		x += cellW
	}
	above, below := int(m.hri&1), int(m.hri>>1)
	pic := newBits(label.w, bars.h+(above+below)*cellH)
	if m.hri == 0 {
		pic = newBits(bars.w, bars.h)
	}
	pic.blit(bars, (pic.w-bars.w)/2, above*cellH)
	if above == 1 {
		pic.blit(label, 0, 0)
	}
	if below == 1 {
		pic.blit(label, 0, pic.h-cellH)
	}
	return p.block(pic, []mark{{text: fmt.Sprintf("[%s:%s]", kind, text)}})
}

// code128Widths holds the widths of bars and spaces of the symbol characters
// 0 to 105 and of the stop. Source: ISO/IEC 15417:2007, table 1.
const code128Widths = "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 " +
	"221312 231212 112232 122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 " +
	"312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 " +
	"112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 " +
	"211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 " +
	"431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 " +
	"241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 " +
	"421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 " +
	"311141 411131 211412 211214 211232 2331112"

// code128 reads the data of GS k 73: {A {B {C choose the set, {S shifts, {1
// to {4 are the function characters, {{ is a brace; in set C every byte is a
// pair of digits, 0 to 99. The data begin with a set.
func code128(data []byte) (modules, text string, ok bool) {
	if len(data) < 3 || data[0] != '{' {
		return "", "", false
	}
	var codes []int
	var out strings.Builder
	set, shift := byte(0), false
	for i := 0; i < len(data); i++ {
		c := data[i]
		if set == 'C' && c <= 99 {
			codes = append(codes, int(c))
			fmt.Fprintf(&out, "%02d", c)
			continue
		}
		if c == '{' {
			if i++; i == len(data) {
				return "", "", false
			}
			if c = data[i]; c != '{' {
				code, next, known := code128Special(set, c)
				if !known {
					return "", "", false
				}
				codes = append(codes, code)
				set, shift = next, c == 'S'
				continue
			}
		}
		now := set
		if shift {
			now, shift = 'A'+'B'-set, false
		}
		code, known := code128Char(now, c)
		if !known {
			return "", "", false
		}
		codes = append(codes, code)
		out.WriteByte(max(c, ' '))
	}
	return code128Bars(codes), out.String(), true
}

// code128Special is the code of {c when set is in use (0: none yet).
func code128Special(set, c byte) (code int, next byte, ok bool) {
	switch {
	case set == 0 && 'A' <= c && c <= 'C':
		return 103 + int(c-'A'), c, true
	case set == 0:
		return 0, 0, false
	case 'A' <= c && c <= 'C' && c != set:
		return map[byte]int{'A': 101, 'B': 100, 'C': 99}[c], c, true
	case c == '1':
		return 102, set, true
	case set == 'C':
		return 0, 0, false
	case c == '2':
		return 97, set, true
	case c == '3':
		return 96, set, true
	case c == '4' && set == 'A':
		return 101, set, true
	case c == '4':
		return 100, set, true
	case c == 'S':
		return 98, set, true
	}
	return 0, 0, false
}

func code128Char(set, c byte) (code int, ok bool) {
	switch {
	case set == 'A' && c < 0x20:
		return int(c) + 64, true
	case set == 'A' && c < 0x60, set == 'B' && 0x20 <= c && c < 0x80:
		return int(c) - 0x20, true
	}
	return 0, false
}

// code128Bars adds the check character and the stop.
func code128Bars(codes []int) string {
	sum := codes[0]
	for i, c := range codes {
		sum += i * c
	}
	widths := strings.Fields(code128Widths)
	var out strings.Builder
	for _, c := range append(codes, sum%103, 106) {
		for i, w := range widths[c] {
			out.WriteString(strings.Repeat([]string{"1", "0"}[i%2], int(w-'0')))
		}
	}
	return out.String()
}

// ean13 reads 12 or 13 digits; a check digit that is missing is added, one
// that is wrong is not printed. Source: ISO/IEC 15420:2009.
func ean13(data []byte) (modules, text string, ok bool) {
	if len(data) != 12 && len(data) != 13 || strings.Trim(string(data), "0123456789") != "" {
		return "", "", false
	}
	sum := 0
	for i, d := range data[:12] {
		sum += int(d-'0') * (1 + 2*(i%2))
	}
	check := byte('0' + (10-sum%10)%10)
	if len(data) == 13 && data[12] != check {
		return "", "", false
	}
	all := append(append([]byte{}, data[:12]...), check)
	left := strings.Fields("0001101 0011001 0010011 0111101 0100011 " +
		"0110001 0101111 0111011 0110111 0001011")
	parity := strings.Fields("000000 001011 001101 001110 010011 " +
		"011001 011100 010101 010110 011010")[all[0]-'0']
	var out strings.Builder
	out.WriteString("101")
	for i, d := range all[1:7] {
		bars := left[d-'0']
		if parity[i] == '1' {
			bars = reversed(flipped(bars))
		}
		out.WriteString(bars)
	}
	out.WriteString("01010")
	for _, d := range all[7:] {
		out.WriteString(flipped(left[d-'0']))
	}
	out.WriteString("101")
	return out.String(), string(all), true
}

func flipped(s string) string { return strings.NewReplacer("0", "1", "1", "0").Replace(s) }

func reversed(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}
