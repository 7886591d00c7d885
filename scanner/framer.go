package scanner

import (
	"time"
	"unicode"
	"unicode/utf8"

	"till/device"
)

// mode is what the framer does with the next byte.
type mode uint8

const (
	reading  mode = iota // a scan, or nothing yet
	tailing              // drop up to CR or LF: the rest of a torn scan
	dropping             // drop until silence
)

// framer cuts bytes into scans. It knows no clock: it is told of silence. The
// zero framer is ready.
type framer struct {
	prefix string
	buf    []byte // what has come of the scan, with its prefix; at most rawMax
	mode   mode
}

// rawMax is the longest scan with all that may stand before its text.
func (f *framer) rawMax() int { return len(f.prefix) + aimBytes + scanBytesMax }

// push takes one byte. It returns the scan that the byte completes, or the
// code of the fault that it brings to light, or neither.
func (f *framer) push(b byte) (*Scan, device.Code) {
	end := b == '\r' || b == '\n'
	switch {
	case f.mode == dropping:
		return nil, ""
	case f.mode == tailing:
		if end {
			f.mode = reading
		}
		return nil, ""
	case end && len(f.buf) == 0:
		return nil, "" // the LF of CR LF, or an empty scan
	case end:
		return f.whole()
	case len(f.buf) < len(f.prefix):
		if b != f.prefix[len(f.buf)] {
			return nil, f.drop(device.ScanNoise)
		}
	case len(f.buf) == f.rawMax():
		return nil, f.drop(device.ScanTooLong)
	case b < ' ': // the rest is judged when the scan is whole
		return nil, f.drop(device.ScanNoise)
	}
	f.buf = append(f.buf, b)
	return nil, ""
}

// whole makes a scan of the buffer.
func (f *framer) whole() (*Scan, device.Code) {
	if len(f.buf) < len(f.prefix) {
		return nil, f.drop(device.ScanNoise)
	}
	text := f.buf[len(f.prefix):]
	symbology, n := parseAIM(text)
	text = text[n:]
	switch {
	case len(text) > scanBytesMax:
		return nil, f.drop(device.ScanTooLong)
	case len(text) == 0 || !printable(text):
		return nil, f.drop(device.ScanNoise)
	}
	scan := &Scan{Text: NewCode(string(text)), Symbology: symbology}
	f.buf = f.buf[:0]
	return scan, ""
}

// drop forgets what came and will forget the rest, until silence.
func (f *framer) drop(code device.Code) device.Code {
	f.buf = f.buf[:0]
	f.mode = dropping
	return code
}

// tear gives up the scan in the buffer.
func (f *framer) tear() device.Code {
	if len(f.buf) == 0 {
		return ""
	}
	f.buf = f.buf[:0]
	f.mode = tailing
	return device.ScanTorn
}

// patience is the length of the silence that would change something; 0 for
// none.
func (f *framer) patience() time.Duration {
	switch {
	case f.mode == tailing:
		return tornGap
	case f.mode == dropping, len(f.buf) > 0:
		return interByteGap
	}
	return 0
}

// silence tells the framer that the line has been silent for its patience.
// sure is false when the program ran so late that bytes may lie unread; then a
// scan is still torn, but nothing is taken for over.
func (f *framer) silence(sure bool) device.Code {
	if f.mode == reading {
		return f.tear()
	}
	if sure {
		f.mode = reading
	}
	return ""
}

// doubt tells the framer that bytes came so late that there may have been
// silence before them.
func (f *framer) doubt() device.Code {
	if f.mode == reading {
		return f.tear()
	}
	return "" // go on dropping
}

// printable reports whether text is UTF-8 and all of it can be shown.
func printable(text []byte) bool {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 || !unicode.IsPrint(r) {
			return false
		}
		i += n
	}
	return true
}
