package raster

import (
	"fmt"

	qrcode "github.com/skip2/go-qrcode"
)

// Level is the error correction of a QR code (ISO/IEC 18004): the share of the
// symbol that may be damaged.
type Level uint8

const (
	LevelL Level = iota // 7 %
	LevelM              // 15 %
	LevelQ              // 25 %
	LevelH              // 30 %
)

// QuietZone is the white margin of a QR code on each side, in modules
// (ISO/IEC 18004, 6.3.8).
const QuietZone = 4

// QR draws a QR code with its quiet zone, module dots a module, and returns
// an error when the data is empty, longer than a code of that level holds
// (2953 bytes at level L), or when module is not 1 to 16.
func QR(data string, level Level, module int) (*Image, error) {
	if module < 1 || module > 16 {
		return nil, fmt.Errorf("draw qr code: module of %d dots", module)
	}
	if data == "" {
		return nil, fmt.Errorf("draw qr code: no data")
	}
	levels := [...]qrcode.RecoveryLevel{qrcode.Low, qrcode.Medium, qrcode.High, qrcode.Highest}
	if int(level) >= len(levels) {
		return nil, fmt.Errorf("draw qr code: no level %d", level)
	}
	code, err := qrcode.New(data, levels[level])
	if err != nil {
		return nil, fmt.Errorf("draw qr code of %d bytes: %w", len(data), err)
	}
	modules := code.Bitmap()
	out := New(len(modules), len(modules))
	for y, row := range modules {
		for x, black := range row {
			if black {
				out.Set(x, y)
			}
		}
	}
	if module == 1 {
		return out, nil
	}
	return out.Scale(module, module), nil
}
