package escpos

import (
	"errors"
	"fmt"
)

// Sensors is a set of what a printer says about itself.
type Sensors uint16

const (
	Offline         Sensors = 1 << iota // does not print, for one of the reasons below or one it does not tell
	CoverOpen                           //
	FeedHeld                            // paper is being fed by the button
	PaperStop                           // printing was stopped by the end of the paper
	ErrorState                          // some error; the next four tell which
	Recoverable                         // DLE ENQ ends it
	CutterError                         //
	Unrecoverable                       // only service ends it
	AutoRecoverable                     // ends by itself: the head is too hot
	PaperNearEnd                        //
	PaperEnd                            //
	DrawerHigh                          // pin 3 of the drawer connector
)

// ErrNotStatus means that bytes cannot be the answer they were taken for.
var ErrNotStatus = errors.New("not a status byte")

type sensorBit struct {
	bits byte
	set  Sensors
}

var realtimeFlags = [4][]sensorBit{
	{{0x04, DrawerHigh}, {0x08, Offline}},
	{{0x04, CoverOpen}, {0x08, FeedHeld}, {0x20, PaperStop}, {0x40, ErrorState}},
	{{0x04, Recoverable}, {0x08, CutterError}, {0x20, Unrecoverable}, {0x40, AutoRecoverable}},
	{{0x0C, PaperNearEnd}, {0x60, PaperEnd}},
}

var asbFlags = [3][]sensorBit{
	{{0x04, DrawerHigh}, {0x08, Offline}, {0x20, CoverOpen}, {0x40, FeedHeld}},
	{{0x04, Recoverable}, {0x08, CutterError}, {0x20, Unrecoverable}, {0x40, AutoRecoverable}},
	{{0x03, PaperNearEnd}, {0x0C, PaperEnd}},
}

func read(b byte, flags []sensorBit) (set Sensors) {
	for _, f := range flags {
		if b&f.bits != 0 {
			set |= f.set
		}
	}
	return set
}

func told(flags []sensorBit) (mask Sensors) {
	for _, f := range flags {
		mask |= f.set
	}
	return mask
}

// Told is the set that the answer to DLE EOT n speaks about; what is outside
// stays unknown. It panics unless n is 1 to 4.
func Told(n int) Sensors { return told(realtimeFlags[n-1]) }

// ToldByASB is the set that the four bytes of automatic status back speak about.
const ToldByASB = DrawerHigh | Offline | CoverOpen | FeedHeld | Recoverable | CutterError |
	Unrecoverable | AutoRecoverable | PaperNearEnd | PaperEnd

// ToldBySensor is the set that the answer to GS r 1 speaks about.
const ToldBySensor = PaperNearEnd | PaperEnd

// ParseRealtime reads the answer to DLE EOT n. The byte does not tell which n
// was asked: the caller must know. One bit of a paper sensor's pair alone is
// taken for the worse. Bits 0, 1, 4 and 7 are 0, 1, 1 and 0.
//
// Source: Epson ESC/POS command reference, DLE EOT; shared/printing.md, section 2.
func ParseRealtime(n int, b byte) (Sensors, error) {
	if n < 1 || n > 4 {
		return 0, fmt.Errorf("%w: there is no DLE EOT %d", ErrNotStatus, n)
	}
	if !isRealtime(b) {
		return 0, fmt.Errorf("%w: %#02x answers no DLE EOT", ErrNotStatus, b)
	}
	return read(b, realtimeFlags[n-1]), nil
}

// ParseASB reads the four bytes of automatic status back. The first has bits
// 0, 1, 4 and 7 as 0, 0, 1 and 0; the others have bits 4 and 7 as 0. The fourth
// carries nothing.
//
// Source: Epson ESC/POS command reference, GS a; shared/printing.md, section 2.
func ParseASB(b [4]byte) (Sensors, error) {
	if !isASB(b[0]) || !isRest(b[1]) || !isRest(b[2]) || !isRest(b[3]) {
		return 0, fmt.Errorf("%w: % x is no automatic status", ErrNotStatus, b[:])
	}
	return read(b[0], asbFlags[0]) | read(b[1], asbFlags[1]) | read(b[2], asbFlags[2]), nil
}

// ParseSensor reads the answer to GS r 1: bits 0 and 1 are the near-end
// sensor, 2 and 3 the end sensor, 4 and 7 are 0.
//
// Source: Epson ESC/POS command reference, GS r; shared/printing.md, section 2.
func ParseSensor(b byte) (Sensors, error) {
	if !isRest(b) {
		return 0, fmt.Errorf("%w: %#02x answers no GS r", ErrNotStatus, b)
	}
	return read(b, asbFlags[2]), nil
}

// ParseProcessID reads a block as the answer to AskProcessID: 37h 22h and the
// four bytes of the ID, its closing NUL taken off.
func ParseProcessID(block []byte) (id [4]byte, ok bool) {
	if len(block) != 6 || block[0] != 0x37 || block[1] != 0x22 {
		return id, false
	}
	return [4]byte(block[2:]), true
}

// IsCleared reads a block as the answer to ClearBuffers: 37h 25h.
func IsCleared(block []byte) bool {
	return len(block) == 2 && block[0] == 0x37 && block[1] == 0x25
}

func isRealtime(b byte) bool { return b&0x93 == 0x12 }
func isASB(b byte) bool      { return b&0x93 == 0x10 }
func isRest(b byte) bool     { return b&0x90 == 0 }
