package printersim

// imageJob is a picture whose data are arriving.
type imageJob struct {
	ignore bool
	sx, sy int // size of a dot
	bytes  int // a row

	pic bits // ESC *: the columns so far
	x   int
	m   byte

	w, h int // GS v 0: the size that was announced, in dots of the head
	rows int // seen so far
}

// beginRows is GS v 0 m xL xH yL yH: a raster follows. m doubles its width
// (1), its height (2) or both (3). The rows are printed as they come.
func (p *Printer) beginRows(b []byte) string {
	p.image = imageJob{ignore: true}
	m, ok := pick(b[3], 3)
	switch {
	case b[2] != '0' || !ok:
		return notAllowed
	case !p.line.fresh():
		return notInLine
	}
	j := imageJob{sx: 1 + int(m&1), sy: 1 + int(m>>1), bytes: word(b[4:])}
	j.w, j.h = min(j.bytes*8*j.sx, p.width()), word(b[6:])*j.sy
	p.image = j
	return ""
}

func (p *Printer) imageRow(raw []byte) {
	j := &p.image
	if j.ignore {
		return
	}
	n := min(len(raw), (p.cfg.Dots+7)/8)
	src := bits{w: n * 8, h: 1, stride: n, pix: raw[:n]}.scaled(j.sx, j.sy)
	rows := newBits(p.cfg.Dots, j.sy)
	p.drawAligned(rows, src, j.w)
	p.add(op{kind: opPrint, rows: rows, marks: []mark{{w: j.w, h: j.sy}}})
	j.rows++
}

// beginColumns is ESC * m nL nH: a bit image of 8 or 24 dots height, one
// column after the other, as a part of the line.
func (p *Printer) beginColumns(b []byte) string {
	p.image = imageJob{ignore: true}
	n := word(b[3:])
	if columnBytes(b[2]) == 0 || n == 0 {
		return notAllowed
	}
	j := imageJob{m: b[2], sx: 1, sy: 1, w: n}
	if j.m == 0 || j.m == 32 {
		j.sx = 2
	}
	if j.m <= 1 {
		j.sy = 3
	}
	j.pic = newBits(min(n*j.sx, p.width()), cellH)
	p.image = j
	return ""
}

func (p *Printer) imageColumn(raw []byte) {
	j := &p.image
	if j.ignore {
		return
	}
	for i, v := range raw {
		for bit := range 8 {
			if v&(0x80>>bit) != 0 {
				j.pic.fill(j.x*j.sx, (i*8+bit)*j.sy, j.sx, j.sy)
			}
		}
	}
	if j.x++; j.x == j.w {
		p.putAt(j.pic, picture)
		j.ignore = true
	}
}

// picture stands in a receipt's text for a bit image in the line.
const picture = "\u25AF"

// logos is the NV memory: pictures that stay when the power goes.
type logos struct {
	numbered []bits           // FS q, FS p
	keyed    map[[2]byte]bits // GS ( L
}

// storeLogos is FS q n and n times xL xH yL yH with columns of y bytes. It
// replaces all logos there are.
func (p *Printer) storeLogos(b []byte) string {
	switch {
	case !p.cfg.Graphics:
		return notHere
	case !p.line.fresh():
		return notInLine
	}
	var all []bits
	rest := b[3:]
	for range int(b[2]) {
		w, h := word(rest)*8, word(rest[2:])*8
		rest = rest[4:]
		if w == 0 || h == 0 || w > 1024 || len(rest) < w*h/8 {
			return notAllowed
		}
		pic := newBits(w, h)
		for x := range w {
			for y := range h {
				if rest[x*h/8+y/8]&(0x80>>(y%8)) != 0 {
					pic.set(x, y)
				}
			}
		}
		all = append(all, pic)
		rest = rest[w*h/8:]
	}
	p.logos.numbered = all
	return ""
}

// printLogo is FS p n m.
func (p *Printer) printLogo(b []byte) string {
	m, ok := pick(b[3], 3)
	switch {
	case !p.cfg.Graphics:
		return notHere
	case !ok:
		return notAllowed
	case b[2] == 0 || int(b[2]) > len(p.logos.numbered):
		return "no such logo"
	}
	return p.block(p.logos.numbered[b[2]-1].scaled(1+int(m&1), 1+int(m>>1)), nil)
}

// block prints a picture on paper of its own: at the beginning of a line only
// and, except for raster images, only when it fits.
func (p *Printer) block(pic bits, marks []mark) string {
	switch {
	case !p.line.fresh():
		return notInLine
	case pic.w > p.width():
		return notWide
	}
	if marks == nil {
		marks = []mark{{w: pic.w, h: pic.h}}
	}
	rows := newBits(p.cfg.Dots, pic.h)
	p.drawAligned(rows, pic, pic.w)
	p.add(op{kind: opPrint, rows: rows, marks: marks})
	return ""
}

// graphics is GS ( L, monochrome raster format only: fn 112 stores a picture,
// 50 prints it; 67 stores one in NV memory under a key, 69 prints that.
func (p *Printer) graphics(data []byte) string {
	if !p.cfg.Graphics {
		return notHere
	}
	if len(data) < 2 || data[0] != 48 {
		return notAllowed
	}
	args := data[2:]
	switch data[1] {
	case 112:
		return p.storeGraphics(args)
	case 2, 50:
		if p.stored.h == 0 {
			return "nothing is stored"
		}
		pic := p.stored
		p.stored = bits{}
		return p.block(pic, nil)
	case 67:
		return p.storeKeyed(args)
	case 69:
		if len(args) != 4 {
			return notAllowed
		}
		pic, ok := p.logos.keyed[[2]byte(args)]
		if !ok {
			return "no such logo"
		}
		if args[2]-1 > 1 || args[3]-1 > 1 {
			return notAllowed
		}
		return p.block(pic.scaled(int(args[2]), int(args[3])), nil)
	}
	return "unknown command"
}

// longGraphics is GS 8 L: GS ( L with a count of four bytes.
func (p *Printer) longGraphics(b []byte) string {
	if b[2] != 'L' || len(b) == 7 {
		return "unknown command, or too long"
	}
	return p.graphics(b[7:])
}

// storeGraphics takes a bx by c xL xH yL yH and the raster.
func (p *Printer) storeGraphics(a []byte) string {
	if len(a) < 8 || a[0] != 48 || a[1]-1 > 1 || a[2]-1 > 1 || a[3] != 49 {
		return notAllowed
	}
	pic, ok := rasterOf(a[4:])
	if !ok {
		return notAllowed
	}
	p.stored = pic.scaled(int(a[1]), int(a[2]))
	return ""
}

// keyedMost is how many logos GS ( L can keep.
const keyedMost = 64

// storeKeyed takes a kc1 kc2 b xL xH yL yH c and the raster.
func (p *Printer) storeKeyed(a []byte) string {
	if len(a) < 9 || a[0] != 48 || a[3] != 1 || a[8] != 49 || len(p.logos.keyed) >= keyedMost {
		return notAllowed
	}
	pic, ok := rasterOf(append(append([]byte{}, a[4:8]...), a[9:]...))
	if !ok {
		return notAllowed
	}
	if p.logos.keyed == nil {
		p.logos.keyed = map[[2]byte]bits{}
	}
	p.logos.keyed[[2]byte(a[1:])] = pic
	return ""
}

// rasterOf reads xL xH yL yH (dots) and the rows.
func rasterOf(b []byte) (bits, bool) {
	w, h := word(b), word(b[2:])
	stride := (w + 7) / 8
	if w == 0 || h == 0 || w > 1024 || len(b)-4 < stride*h {
		return bits{}, false
	}
	return bits{w: w, h: h, stride: stride, pix: append([]byte{}, b[4:4+stride*h]...)}, true
}
