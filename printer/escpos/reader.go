package escpos

import "bytes"

// Kind says what a message from the printer is.
type Kind uint8

const (
	XOff     Kind = iota + 1 // 13h: stop sending
	XOn                      // 11h: go on
	Realtime                 // the answer to DLE EOT
	Sensor                   // the answer to GS r
	ASB                      // automatic status back
	Block                    // 37h or 5Fh up to a NUL: process ID, cleared, name
)

// Message is one thing that a printer said.
type Message struct {
	Kind  Kind
	Byte  byte    // Realtime and Sensor
	ASB   [4]byte // ASB
	Block []byte  // Block, without its closing NUL
}

// blockMax is the longest block, in bytes without its NUL: a printer's name
// (GS I) has at most 80 characters.
const blockMax = 84

// Reader takes the bytes of the one line apart on which a printer sends all
// its answers, mixed. XON and XOFF may stand inside everything else, an answer
// to DLE EOT inside an automatic status and, below 20h, inside a block. What fits nowhere is dropped, and a
// message that breaks off is given up at the first byte that cannot be its own.
// The zero Reader is ready.
//
// An answer to GS r looks like a byte of an automatic status; after a silence
// inside a message call Drop, so that a lost byte does not swallow an answer.
//
// Source: shared/printing.md, section 2.
type Reader struct {
	block []byte // begun block, empty if none
	asb   [4]byte
	n     int // bytes of asb
}

// Pending tells whether a message has begun and not ended.
func (r *Reader) Pending() bool { return r.n > 0 || len(r.block) > 0 }

// Drop gives up the message that has begun.
func (r *Reader) Drop() { r.n, r.block = 0, r.block[:0] }

// Push takes one byte and returns the message that it completes, if any.
func (r *Reader) Push(b byte) (Message, bool) {
	switch {
	case b == 0x13:
		return Message{Kind: XOff}, true
	case b == 0x11:
		return Message{Kind: XOn}, true
	case len(r.block) > 0:
		return r.pushBlock(b)
	case isRealtime(b):
		return Message{Kind: Realtime, Byte: b}, true
	case isASB(b):
		r.asb[0], r.n = b, 1
	case r.n > 0 && isRest(b):
		r.asb[r.n] = b
		if r.n++; r.n == len(r.asb) {
			r.n = 0
			return Message{Kind: ASB, ASB: r.asb}, true
		}
	case b == 0x37 || b == 0x5F:
		r.n = 0
		r.block = append(r.block[:0], b)
	case isRest(b):
		return Message{Kind: Sensor, Byte: b}, true
	default:
		r.n = 0 // noise
	}
	return Message{}, false
}

// pushBlock adds a byte to the block that has begun. Its contents are 20h and
// above; a byte below begins something else.
func (r *Reader) pushBlock(b byte) (Message, bool) {
	switch {
	case b == nul:
		m := Message{Kind: Block, Block: bytes.Clone(r.block)}
		r.block = r.block[:0]
		return m, true
	case b < ' ' && isRealtime(b):
		return Message{Kind: Realtime, Byte: b}, true
	case b < ' ':
		r.Drop()
		return r.Push(b)
	case len(r.block) == blockMax:
		r.Drop()
	default:
		r.block = append(r.block, b)
	}
	return Message{}, false
}
