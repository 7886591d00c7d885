package escpos

import "fmt"

// Level is how much a printer tells about what it has printed
// (shared/printing.md, section 3).
type Level uint8

const (
	Probe  Level = iota // not known yet: find out when the port opens
	LevelA              // process IDs: printed
	LevelB              // GS r in the order of the data, DLE EOT: processed, and healthy afterwards
	LevelC              // DLE EOT before and after: probably printed
	LevelD              // write-only: nobody knows
)

func (l Level) String() string {
	if l > LevelD {
		return fmt.Sprintf("Level(%d)", uint8(l))
	}
	return [...]string{"probe", "A", "B", "C", "D"}[l]
}

// QRMethod is how a QR code gets on paper.
type QRMethod uint8

const (
	QRNative  QRMethod = iota // GS ( k, model 2
	QRDoubled                 // GS v 0 m=3: the printer doubles both axes
	QRPlain                   // GS v 0 m=0
)

// Cutter is the knife of a printer.
type Cutter uint8

const (
	NoCutter Cutter = iota // torn off by hand
	CutPartial
	CutFull
)

// Clear is how a printer is brought to forget an interrupted job
// (shared/printing.md, section 3, step 5).
type Clear uint8

const (
	ClearNUL Clear = iota // NULs to end a half-sent command, then ESC @
	ClearENQ              // DLE ENQ 2, then as above
	ClearDC4              // DLE DC4 8, which is answered
)

// Profile is what is known about a model of printer. Level, Clear and the
// cutter can be found out or asked for at installation; the rest comes from
// the data sheet.
type Profile struct {
	Name       string
	Dots       int      // printable width, multiple of 8: 384 (58 mm) or 576 (80 mm)
	Columns    int      // of 12 dots
	Chinese    bool     // has GBK in ROM
	Inline     bool     // has ESC * 33, column pictures inside a line
	QR         QRMethod //
	NVLogo     bool     // a logo is stored in the printer and printed by FS p
	Cutter     Cutter   //
	CutterDots int      // feed before the cut, 0 if the printer feeds to its knife itself (GS V 65 or 66)
	TearLines  int      // lines to feed so that the paper can be torn, without a cutter
	Level      Level    //
	Clear      Clear    //
	Buffer     int      // receive buffer, bytes; at least 256
	Speed      int      // mm/s
	Baud       int      // of the serial line, 0 for USB
}

// dotsPerMM is 203 dpi.
const dotsPerMM = 8

// DotsPerSecond is how fast the paper moves.
func (p Profile) DotsPerSecond() int { return p.Speed * dotsPerMM }

// Window is how many bytes may be on their way unconfirmed: half of the
// receive buffer (shared/printing.md, section 4).
func (p Profile) Window() int { return p.Buffer / 2 }

// ChunkMax is the longest chunk of an encoded body in bytes. It leaves room in
// the buffer for the requests that the driver puts behind a chunk.
func (p Profile) ChunkMax() int { return p.Buffer - 32 }

// Profiles are the built-in ones; the first is the default.
var Profiles = []Profile{
	{
		Name: "generic-58", Dots: 384, Columns: 32, Chinese: true, Inline: true, QR: QRDoubled,
		Cutter: NoCutter, TearLines: 4, Level: Probe, Clear: ClearNUL, Buffer: 2048, Speed: 50, Baud: 9600,
	},
	{
		Name: "generic-80", Dots: 576, Columns: 48, Chinese: true, Inline: true, QR: QRNative,
		Cutter: CutPartial, Level: Probe, Clear: ClearENQ, Buffer: 4096, Speed: 150, Baud: 19200,
	},
	{
		Name: "epson-tm", Dots: 576, Columns: 48, Chinese: true, Inline: true, QR: QRNative, NVLogo: true,
		Cutter: CutPartial, Level: LevelA, Clear: ClearDC4, Buffer: 4096, Speed: 150, Baud: 38400,
	},
	{
		Name: "epson-tm-58", Dots: 384, Columns: 32, Chinese: true, Inline: true, QR: QRNative, NVLogo: true,
		Cutter: CutPartial, Level: LevelA, Clear: ClearDC4, Buffer: 4096, Speed: 100, Baud: 38400,
	},
	{
		Name: "latin-58", Dots: 384, Columns: 32, Inline: true, QR: QRDoubled,
		Cutter: NoCutter, TearLines: 4, Level: Probe, Clear: ClearNUL, Buffer: 2048, Speed: 50, Baud: 9600,
	},
	{ // POS-5890, ZJ-5870: no column pictures, no native QR (shared/printing.md, sections 5 and 6)
		Name: "raster-58", Dots: 384, Columns: 32, QR: QRPlain,
		Cutter: NoCutter, TearLines: 4, Level: Probe, Clear: ClearNUL, Buffer: 2048, Speed: 50, Baud: 9600,
	},
}

// ProfileNamed finds a built-in profile.
func ProfileNamed(name string) (Profile, bool) {
	for _, p := range Profiles {
		if p.Name == name {
			return p, true
		}
	}
	return Profile{}, false
}

// Check tells what cannot be right about a profile, for one that was written
// by hand.
func (p Profile) Check() error {
	switch {
	case p.Dots < 8*12 || p.Dots > 8*255 || p.Dots%8 != 0:
		return fmt.Errorf("profile %q: a width of %d dots", p.Name, p.Dots)
	case p.Columns < 8 || p.Columns*12 > p.Dots:
		return fmt.Errorf("profile %q: %d columns on %d dots", p.Name, p.Columns, p.Dots)
	case p.Buffer < 256 || p.ChunkMax() < 16+p.Dots/8:
		return fmt.Errorf("profile %q: a receive buffer of %d bytes", p.Name, p.Buffer)
	case p.Speed < 1 || p.Speed > 1000:
		return fmt.Errorf("profile %q: a speed of %d mm/s", p.Name, p.Speed)
	case p.CutterDots < 0 || p.TearLines < 0 || p.TearLines > 255 || p.Baud < 0:
		return fmt.Errorf("profile %q: a negative distance or rate, or more than 255 lines", p.Name)
	}
	return nil
}
