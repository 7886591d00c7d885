package printersim

// The bytes that start a command of more than one byte.
const (
	ht  = 0x09
	lf  = 0x0A
	ff  = 0x0C
	cr  = 0x0D
	dle = 0x10
	can = 0x18
	esc = 0x1B
	fs  = 0x1C
	gs  = 0x1D
)

// longest is how many data bytes of one command are kept; a longer GS 8 L is
// skipped as a whole. GS ( L cannot be longer than 65535.
const longest = 1 << 18

// kind tells the pieces apart into which the byte stream is cut.
type kind uint8

const (
	kindText     kind = iota // printable bytes, at most textRun of them
	kindCommand              // a control byte, or a whole command with its parameters
	kindRow                  // one row of the raster that a GS v 0 began
	kindColumn               // one column of the bit image that an ESC * began
	kindSkipped              // data that belong to a command which is not performed
	kindRealTime             // a real-time command between commands: it was executed on arrival
)

// textRun is how many text bytes are taken out of the receive buffer at once.
const textRun = 16

// piece is what the receive buffer holds.
type piece struct {
	kind   kind
	raw    []byte
	offset int // of its first byte, counted from when the printer was made
}

// framer cuts the byte stream into pieces. It knows how long every command of
// the ESC/POS reference is, also of those the printer does not perform, so
// that their parameters are not printed as text. The zero framer is ready.
type framer struct {
	buf    []byte // the beginning of a command
	need   int    // bytes of buf that are needed to say more
	offset int    // of buf[0]

	unit   int // bytes of one row or column of image data that follow
	units  int // rows or columns to come
	stream kind

	lowRows bool // quirk: only the low byte of GS v 0's row count is read
}

// push takes one byte and returns the piece that it completes, if any.
func (f *framer) push(b byte, offset int) (piece, bool) {
	if len(f.buf) == 0 {
		f.offset = offset
		f.need = 1
	}
	if f.units > 0 {
		return f.pushData(b)
	}
	f.buf = append(f.buf, b)
	if len(f.buf) < f.need {
		return piece{}, false
	}
	n, known := size(f.buf)
	if !known || n > len(f.buf) {
		f.need = n
		return piece{}, false
	}
	out := piece{kindCommand, f.buf, f.offset}
	switch {
	case f.buf[0] == dle:
		out.kind = kindRealTime
	case f.buf[0] >= 0x20:
		out.kind = kindText
	default:
		f.startData(f.buf)
	}
	f.buf, f.need = nil, 1
	return out, true
}

// pushData takes one byte of image data.
func (f *framer) pushData(b byte) (piece, bool) {
	if f.stream != kindSkipped {
		f.buf = append(f.buf, b)
		if len(f.buf) < f.unit {
			return piece{}, false
		}
	}
	out := piece{f.stream, f.buf, f.offset}
	f.units--
	f.buf, f.need = nil, 1
	return out, f.stream != kindSkipped
}

// startData looks whether image data follow the header b.
func (f *framer) startData(b []byte) {
	switch {
	case len(b) == 8 && b[0] == gs && b[1] == 'v':
		f.unit, f.units, f.stream = word(b[4:]), word(b[6:]), kindRow
		if f.lowRows {
			f.units = int(b[6])
		}
		if f.unit == 0 {
			f.units = 0
		}
	case len(b) == 5 && b[0] == esc && b[1] == '*':
		f.unit, f.units, f.stream = columnBytes(b[2]), word(b[3:]), kindColumn
		if f.unit == 0 {
			f.units = 0
		}
	case len(b) == 7 && b[0] == gs && b[1] == '8':
		f.unit, f.units, f.stream = 1, word(b[3:])|word(b[5:])<<16, kindSkipped
	}
}

// reset forgets a half command, as clearing the buffers does.
func (f *framer) reset() { f.buf, f.need, f.units = nil, 1, 0 }

// columnBytes is how many bytes a column of ESC * m has, 0 for an unknown m.
func columnBytes(m byte) int {
	switch m {
	case 0, 1:
		return 1
	case 32, 33:
		return 3
	}
	return 0
}

// word reads a number sent as low byte, high byte.
func word(b []byte) int { return int(b[0]) | int(b[1])<<8 }

// size says how long the command is that starts with b, when it can be known;
// else how many bytes are needed before it is worth asking again. A command
// that nobody knows is taken to be two bytes long.
//
// Source: Epson ESC/POS command reference, the format line of each command.
func size(b []byte) (n int, known bool) {
	switch b[0] {
	case dle, esc, fs, gs:
	default:
		return 1, true
	}
	if len(b) < 2 {
		return 2, false
	}
	switch b[0] {
	case dle:
		return sizeDLE(b)
	case esc:
		return sizeESC(b)
	case fs:
		return sizeFS(b)
	}
	return sizeGS(b)
}

func sizeDLE(b []byte) (int, bool) {
	switch b[1] {
	case 0x04, 0x05:
		if len(b) < 3 {
			return 3, false
		}
		if b[1] == 0x04 && (b[2] == 7 || b[2] == 8) {
			return 4, true
		}
		return 3, true
	case 0x14:
		if len(b) < 3 {
			return 3, false
		}
		switch b[2] {
		case 1, 2:
			return 5, true
		case 7:
			return 4, true
		case 8:
			return 10, true
		}
		return 3, true
	}
	return 2, true
}

// escArgs is how many parameter bytes follow ESC x.
var escArgs = map[byte]int{
	' ': 1, '!': 1, '$': 2, '%': 1, '*': 3, '-': 1, '2': 0, '3': 1, '<': 0, '=': 1, '?': 1,
	'@': 0, 'E': 1, 'G': 1, 'J': 1, 'K': 1, 'L': 0, 'M': 1, 'R': 1, 'S': 0, 'T': 1, 'U': 1,
	'V': 1, 'W': 8, '\\': 2, 'a': 1, 'c': 2, 'd': 1, 'e': 1, 'i': 0, 'm': 0, 'p': 3, 'r': 1,
	't': 1, 'u': 1, 'v': 0, '{': 1,
}

func sizeESC(b []byte) (int, bool) {
	switch b[1] {
	case 'D':
		return sizeUntilNUL(b, 2, 32)
	case '(':
		return sizeCounted(b)
	case '&':
		return sizeUserFont(b)
	}
	return 2 + escArgs[b[1]], true
}

var fsArgs = map[byte]int{
	'!': 1, '&': 0, '-': 1, '.': 0, '2': 74, '?': 2, 'C': 1, 'S': 2, 'W': 1, 'p': 2,
}

func sizeFS(b []byte) (int, bool) {
	switch b[1] {
	case '(':
		return sizeCounted(b)
	case 'q':
		return sizeLogos(b)
	}
	return 2 + fsArgs[b[1]], true
}

var gsArgs = map[byte]int{
	'!': 1, '$': 2, '/': 1, ':': 0, 'B': 1, 'E': 1, 'H': 1, 'I': 1, 'L': 2, 'P': 2, 'T': 1,
	'W': 2, '\\': 2, '^': 3, 'a': 1, 'b': 1, 'c': 0, 'f': 1, 'h': 1, 'j': 1, 'r': 1, 'v': 6,
	'w': 1, 'x': 1, 'z': 3,
}

// gsSubArgs is how many parameter bytes follow GS x y.
var gsSubArgs = map[[2]byte]int{
	{'g', '0'}: 3, {'g', '2'}: 3, {'C', '0'}: 2, {'C', '1'}: 6, {'C', '2'}: 2,
}

func sizeGS(b []byte) (int, bool) {
	switch b[1] {
	case '(':
		return sizeCounted(b)
	case '8':
		if len(b) < 7 {
			return 7, false
		}
		if p := word(b[3:]) | word(b[5:])<<16; p <= longest {
			return 7 + p, true
		}
		return 7, true
	case '*':
		if len(b) < 4 {
			return 4, false
		}
		return 4 + int(b[2])*int(b[3])*8, true
	case 'V':
		if len(b) < 3 {
			return 3, false
		}
		if b[2] >= 65 {
			return 4, true
		}
		return 3, true
	case 'k':
		return sizeBarcode(b)
	case 'g', 'C':
		if len(b) < 3 {
			return 3, false
		}
		return 3 + gsSubArgs[[2]byte(b[1:3])], true
	}
	return 2 + gsArgs[b[1]], true
}

// sizeCounted is for "x ( f pL pH": p bytes follow.
func sizeCounted(b []byte) (int, bool) {
	if len(b) < 5 {
		return 5, false
	}
	return 5 + word(b[3:]), true
}

// sizeUntilNUL is for a list that starts at from, ends with NUL and has at
// most limit bytes.
func sizeUntilNUL(b []byte, from, limit int) (int, bool) {
	if last := len(b) - 1; last >= from && (b[last] == 0 || last-from >= limit) {
		return len(b), true
	}
	return len(b) + 1, false
}

// sizeBarcode is for GS k: m <= 6 ends with NUL, m >= 65 has a count.
func sizeBarcode(b []byte) (int, bool) {
	switch {
	case len(b) < 3:
		return 3, false
	case b[2] <= 6:
		return sizeUntilNUL(b, 3, 255)
	case b[2] < 65:
		return 3, true
	case len(b) < 4:
		return 4, false
	}
	return 4 + int(b[3]), true
}

// sizeUserFont is for ESC & y c1 c2 [x d1..d(y*x)]...
func sizeUserFont(b []byte) (int, bool) {
	if len(b) < 5 {
		return 5, false
	}
	y, c1, c2 := int(b[2]), int(b[3]), int(b[4])
	if y != 3 || c1 < 0x20 || c2 > 0x7E || c2 < c1 {
		return 5, true
	}
	n := 5
	for range c2 - c1 + 1 {
		if len(b) <= n {
			return n + 1, false
		}
		n += 1 + y*int(b[n])
	}
	return n, true
}

// sizeLogos is for FS q n [xL xH yL yH d1..d(x*y*8)]...
func sizeLogos(b []byte) (int, bool) {
	if len(b) < 3 {
		return 3, false
	}
	n := 3
	for range int(b[2]) {
		if len(b) < n+4 {
			return n + 4, false
		}
		k := word(b[n:]) * word(b[n+2:]) * 8
		if n+4+k > longest {
			return n + 4, true // not stored, and what follows is text, as on a full memory
		}
		n += 4 + k
	}
	return n, true
}
