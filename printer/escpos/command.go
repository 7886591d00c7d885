package escpos

const (
	nul = 0x00
	eot = 0x04
	enq = 0x05
	lf  = 0x0A
	dle = 0x10
	dc4 = 0x14
	esc = 0x1B
	fs  = 0x1C
	gs  = 0x1D
)

// Reset is ESC @: styles, alignment and automatic status back are off after it.
func Reset() []byte { return []byte{esc, '@'} }

// AskStatus is DLE EOT n, n 1 to 4, answered at once by one byte even when the
// printer is offline or its buffer full. See ParseRealtime.
func AskStatus(n int) []byte { return []byte{dle, eot, byte(n)} }

// AskSensor is GS r 1, answered by one byte when everything before it was
// processed. See ParseSensor.
func AskSensor() []byte { return []byte{gs, 'r', 1} }

// EnableASB is GS a FFh: the printer sends its four status bytes at once and
// whenever one changes. See ParseASB.
func EnableASB() []byte { return []byte{gs, 'a', 0xFF} }

// AskProcessID is GS ( H function 48: the printer sends the ID back when
// everything before it has been printed. The ID is four bytes of 20h to 7Eh.
func AskProcessID(id [4]byte) []byte {
	return []byte{gs, '(', 'H', 6, 0, 48, 48, id[0], id[1], id[2], id[3]}
}

// ProcessID writes n in four digits of base 95; it wraps after 81,450,625.
func ProcessID(n uint32) (id [4]byte) {
	for i := len(id) - 1; i >= 0; i-- {
		id[i] = ' ' + byte(n%95)
		n /= 95
	}
	return id
}

// ClearBuffers is DLE DC4 8: receive and print buffer are emptied and
// recoverable errors left. Nothing may be sent before the answer: see IsCleared.
func ClearBuffers() []byte { return []byte{dle, dc4, 8, 1, 3, 20, 1, 6, 2, 8} }

// RecoverAndClear is DLE ENQ 2: a recoverable error is left and the buffers
// emptied. Without such an error it does nothing.
func RecoverAndClear() []byte { return []byte{dle, enq, 2} }

// Flush returns n NULs, which end a half-sent command and print nothing.
func Flush(n int) []byte { return make([]byte, n) }

// EncodeCut feeds the paper to the knife and cuts, or far enough to be torn.
func EncodeCut(p Profile) []byte {
	if p.Cutter == NoCutter {
		if p.TearLines == 0 {
			return nil
		}
		return []byte{esc, 'd', byte(p.TearLines)}
	}
	kind := byte(p.Cutter % 2) // GS V: 0 full, 1 partial
	if p.CutterDots == 0 {
		return []byte{gs, 'V', 65 + kind, 0}
	}
	return append(feedDots(nil, p.CutterDots), gs, 'V', kind)
}

// feedDots appends ESC J, as often as it takes.
func feedDots(out []byte, dots int) []byte {
	for ; dots > 0; dots -= min(dots, 255) {
		out = append(out, esc, 'J', byte(min(dots, 255)))
	}
	return out
}
