package printersim

import "time"

// dotsPerMM is the resolution of a 203 dpi head and of its paper feed.
const dotsPerMM = 8

// Charset is what the printer's Chinese font ROM understands.
type Charset uint8

const (
	NoChinese Charset = iota // bytes above 7Fh print from the code page
	GBK                      // two-byte forms; of a four-byte form the digits print
	GB18030                  // also the four-byte forms
)

// Clock is the printer's sense of time. The zero Clock is package time, which
// is virtual inside a synctest bubble; a World sets both functions.
type Clock struct {
	Now       func() time.Time
	AfterFunc func(time.Duration, func()) // calls the function once, later
}

// Config says which printer is on the other end of the wire. The zero Config
// is a write-only printer of 58 mm without a Chinese font and without a
// cutter, infinitely fast; Epson and Clone return richer ones.
type Config struct {
	Dots           int     // width of the head: 384 (58 mm paper, the default), 512 or 576 (80 mm)
	Speed          float64 // paper speed in mm/s; 0 prints at once
	Buffer         int     // receive buffer in bytes; what comes when it is full is dropped; 0 = endless
	CutterDistance int     // dots from the head to the blade or the tear bar
	Roll           int     // dots on a new roll; 0 = endless
	NearEnd        int     // dots left at which the near-end sensor reports; 0 = no such sensor
	MaxPaper       int     // dots kept, up to an eighth more; the oldest go first; 0 = 40000 (5 m)

	Chinese      Charset
	ChineseFirst bool // in Chinese mode after power-on and ESC @, without FS &

	QR             bool // GS ( k, two-dimensional codes
	Graphics       bool // GS ( L and NV logos (FS q, FS p)
	Cutter         bool // GS V, ESC i, ESC m
	RealTimeStatus bool // DLE EOT
	Recover        bool // DLE ENQ
	RealTimeClear  bool // DLE DC4, GS ( D
	ASB            bool // GS a, automatic status back
	PaperSensor    bool // GS r
	ProcessID      bool // GS ( H
	Identity       bool // GS I
	XONXOFF        bool // sends XOFF when nearly full or offline, XON after that

	LowRowByte bool // quirk: reads only the low byte of a raster's row count
	AnyClear   bool // quirk: DLE ENQ 2 clears in every offline state, not in an error only

	Maker, Model, Firmware, Serial string // answers to GS I

	Font  Font // glyph shapes; nil = the built-in font
	Clock Clock
}

// Epson returns a printer that does everything at acknowledgement level A
// (printing.md, section 3): process IDs, ASB, real-time clear, cutter,
// Chinese font, QR codes; 4 kB buffer, 112 dots (14 mm) from head to blade.
func Epson(dots int) Config {
	return Config{
		Dots: dots, Buffer: 4096, CutterDistance: 112, NearEnd: 800,
		Chinese: GBK, QR: true, Graphics: true, Cutter: true,
		RealTimeStatus: true, Recover: true, RealTimeClear: true, ASB: true,
		PaperSensor: true, ProcessID: true, Identity: true,
		Maker: "EPSON", Model: "TM-T82III", Firmware: "1.00 ESC/POS", Serial: "SIM0000001",
	}
}

// Clone returns a usual inexpensive printer, acknowledgement level B: DLE EOT
// and GS r, Chinese font and QR codes, no cutter, no process IDs; 2 kB buffer.
func Clone(dots int) Config {
	return Config{
		Dots: dots, Buffer: 2048, CutterDistance: 80,
		Chinese: GBK, ChineseFirst: true, QR: true,
		RealTimeStatus: true, PaperSensor: true,
	}
}

func (c Config) withDefaults() Config {
	if c.Dots == 0 {
		c.Dots = 384
	}
	if c.Dots < 96 || c.Dots > 1024 || c.Dots%8 != 0 {
		panic("printersim: Dots must be a multiple of 8 from 96 to 1024")
	}
	if c.MaxPaper == 0 {
		c.MaxPaper = 40000
	}
	if c.Font == nil {
		c.Font = builtin{}
	}
	if c.Clock.Now == nil {
		c.Clock.Now = time.Now
	}
	if c.Clock.AfterFunc == nil {
		c.Clock.AfterFunc = func(d time.Duration, f func()) { time.AfterFunc(d, f) }
	}
	return c
}
