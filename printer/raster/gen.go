//go:build ignore

// Gen packs the paper font: it reads the PCF files of Debian's xfonts-base and
// the hex file of Debian's unifont and writes fonts/*.z, which are committed.
// Needed only to make them again: apt-get install xfonts-base unifont.
package main

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"log"
	"os"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const (
	x11     = "/usr/share/fonts/X11/misc/"
	unifont = "/usr/share/unifont/unifont.hex"
	cell    = 24 // dots, the height of every cell and the width of a wide one
)

func main() {
	log.SetFlags(0)
	hanzi := readPCF(x11 + "gb24st.pcf.gz")
	latin := readPCF(x11 + "12x24.pcf.gz")
	packHanzi(hanzi)
	packLatin(latin)
	packUnifont(hanzi)
}

// packHanzi writes rows 1 to 87 of GB 2312, 94 cells each, 72 bytes a cell:
// 24 rows of 3 bytes.
func packHanzi(f *pcf) {
	var out []byte
	for hi := 0x21; hi <= 0x77; hi++ {
		for lo := 0x21; lo <= 0x7E; lo++ {
			out = append(out, f.glyph(hi<<8|lo, 3)...)
		}
	}
	write("hanzi24.z", out)
}

// packLatin writes ISO 8859-1, 256 cells of 48 bytes: 24 rows of 2 bytes.
func packLatin(f *pcf) {
	var out []byte
	for c := range 256 {
		if c < 0x20 || c >= 0x7F && c < 0xA0 {
			out = append(out, make([]byte, 2*cell)...)
			continue
		}
		out = append(out, f.glyph(c, 2)...)
	}
	write("latin12.z", out)
}

// packUnifont writes every character of the ranges below that the other two
// fonts lack, narrow and wide apart: the number of characters, their code
// points in ascending order (two bytes each, big-endian), their rows.
func packUnifont(hanzi *pcf) {
	ranges := [][2]int64{
		{0x0100, 0x1CFF}, {0x1E00, 0x2BFF}, {0x2E80, 0x33FF}, // scripts, symbols, radicals
		{0x3400, 0x4DBF}, {0x4E00, 0x9FFF}, {0xF900, 0xFAFF}, // hanzi
		{0xFE10, 0xFE6F}, {0xFF01, 0xFFEF}, // forms
	}
	file, err := os.Open(unifont)
	check(err)
	var points, rows [2][]byte
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		point, data, _ := strings.Cut(lines.Text(), ":")
		r, err := strconv.ParseInt(point, 16, 32)
		check(err)
		in := false
		for _, span := range ranges {
			in = in || span[0] <= r && r <= span[1]
		}
		if !in || inGB2312(rune(r), hanzi) {
			continue
		}
		glyph, err := hex.DecodeString(data)
		check(err)
		kind := len(glyph)/16 - 1
		points[kind] = binary.BigEndian.AppendUint16(points[kind], uint16(r))
		rows[kind] = append(rows[kind], glyph...)
	}
	check(lines.Err())
	check(file.Close())
	for kind, name := range []string{"narrow16.z", "wide16.z"} {
		out := binary.BigEndian.AppendUint32(nil, uint32(len(points[kind])/2))
		out = append(out, points[kind]...)
		write(name, append(out, rows[kind]...))
	}
}

func inGB2312(r rune, f *pcf) bool {
	b, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(string(r)))
	if err != nil || len(b) != 2 || b[0] < 0xA1 || b[1] < 0xA1 {
		return false
	}
	_, ok := f.index[int(b[0]&0x7F)<<8|int(b[1]&0x7F)]
	return ok
}

func write(name string, data []byte) {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	check(err)
	_, err = w.Write(data)
	check(err)
	check(w.Close())
	check(os.WriteFile("fonts/"+name, out.Bytes(), 0o644))
	fmt.Printf("%-10s %7d bytes, %7d deflated\n", name, len(data), out.Len())
}

// pcf is what is needed of an X11 Portable Compiled Format font.
type pcf struct {
	metrics []metric
	offsets []uint32
	bitmaps []byte
	order   binary.ByteOrder // of the bitmap table
	format  uint32           // of the bitmap table
	ascent  int              // rows above the base line
	index   map[int]int      // code to glyph
}

type metric struct{ left, right, width, ascent, descent int }

func readPCF(name string) *pcf {
	file, err := os.Open(name)
	check(err)
	zip, err := gzip.NewReader(file)
	check(err)
	data, err := io.ReadAll(zip)
	check(err)
	check(file.Close())
	if string(data[:4]) != "\x01fcp" {
		log.Fatal(name, ": not a PCF font")
	}
	f := &pcf{index: map[int]int{}}
	for i := range int(binary.LittleEndian.Uint32(data[4:])) {
		entry := data[8+16*i:]
		table := data[binary.LittleEndian.Uint32(entry[12:]):]
		f.table(binary.LittleEndian.Uint32(entry), table)
	}
	return f
}

func (f *pcf) table(kind uint32, t []byte) {
	format := binary.LittleEndian.Uint32(t)
	var order binary.ByteOrder = binary.LittleEndian
	if format&4 != 0 {
		order = binary.BigEndian
	}
	t = t[4:]
	switch kind {
	case 1 << 1: // accelerators
		f.ascent = int(order.Uint32(t[8:]))
	case 1 << 2:
		f.readMetrics(format, order, t)
	case 1 << 3: // bitmaps
		n := order.Uint32(t)
		for i := range n {
			f.offsets = append(f.offsets, order.Uint32(t[4+4*i:]))
		}
		f.bitmaps, f.order, f.format = t[4+4*n+16:], order, format
	case 1 << 5: // encodings
		lo1, lo2 := int(order.Uint16(t)), int(order.Uint16(t[2:]))
		hi1, hi2 := int(order.Uint16(t[4:])), int(order.Uint16(t[6:]))
		for at, b1 := 10, hi1; b1 <= hi2; b1++ {
			for b2 := lo1; b2 <= lo2; b2++ {
				if g := order.Uint16(t[at:]); g != 0xFFFF {
					f.index[b1<<8|b2] = int(g)
				}
				at += 2
			}
		}
	}
}

func (f *pcf) readMetrics(format uint32, order binary.ByteOrder, t []byte) {
	if format&0x100 != 0 { // compressed
		for i := range int(order.Uint16(t)) {
			m := t[2+5*i:]
			at := func(k int) int { return int(m[k]) - 0x80 }
			f.metrics = append(f.metrics, metric{at(0), at(1), at(2), at(3), at(4)})
		}
		return
	}
	for i := range int(order.Uint32(t)) {
		m := t[4+12*i:]
		at := func(k int) int { return int(int16(order.Uint16(m[2*k:]))) }
		f.metrics = append(f.metrics, metric{at(0), at(1), at(2), at(3), at(4)})
	}
}

// glyph returns 24 rows of stride bytes each, the left-most dot in the highest bit.
func (f *pcf) glyph(code, stride int) []byte {
	out := make([]byte, cell*stride)
	g, ok := f.index[code]
	if !ok {
		return out
	}
	m := f.metrics[g]
	pad := 1 << (f.format & 3)
	line := ((m.right-m.left+7)/8 + pad - 1) / pad * pad
	unit := 1 << (f.format >> 4 & 3)
	for y := range m.ascent + m.descent {
		row := f.bitmaps[int(f.offsets[g])+y*line:]
		for x := range m.right - m.left {
			at := x / 8
			if f.format&4 != 0 != (f.format&8 != 0) { // byte order differs from bit order
				at = at ^ (unit - 1)
			}
			bit := row[at] >> (x % 8) & 1
			if f.format&8 != 0 {
				bit = row[at] >> (7 - x%8) & 1
			}
			px, py := x+m.left, y+f.ascent-m.ascent
			if bit == 1 && px >= 0 && px < 8*stride && py >= 0 && py < cell {
				out[py*stride+px/8] |= 0x80 >> (px % 8)
			}
		}
	}
	return out
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
