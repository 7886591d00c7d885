package escpos

import (
	"fmt"

	"till/printer/raster"
)

// qr prints a QR code by the best way that the profile has.
func (e *encoder) qr(op QR) error {
	if op.Module < 1 || op.Module > 16 || op.ECC > raster.LevelH || op.Data == "" {
		return fmt.Errorf("a QR code of %d bytes, level %d, modules of %d dots", len(op.Data), op.ECC, op.Module)
	}
	version := qrVersion(len(op.Data), op.ECC)
	if version == 0 {
		return fmt.Errorf("a QR code of %d bytes at level %d: too long", len(op.Data), op.ECC)
	}
	if e.p.QR == QRNative && nativeFits(e.p, op.Data) {
		e.nativeQR(op, 17+4*version)
		return nil
	}
	return e.drawnQR(op)
}

// nativeFits tells whether the data can be stored by one GS ( k without a
// real-time sequence in it: some are commands wherever they occur.
func nativeFits(p Profile, data string) bool {
	n := len(data) + 3
	if n+64 > p.ChunkMax() || n&0xFF == dle && realtime(byte(n>>8)) {
		return false
	}
	for i := range len(data) - 1 {
		if data[i] == dle && realtime(data[i+1]) {
			return false
		}
	}
	return true
}

// nativeQR is GS ( k with cn = 49: functions 165 model, 167 size, 169 level,
// 180 store, 181 print. Source: Epson ESC/POS command reference.
func (e *encoder) nativeQR(op QR, side int) {
	e.setAlign(op.Align)
	module := min(op.Module, max(1, e.p.Dots/(side+2*raster.QuietZone)))
	quiet := raster.QuietZone * module
	e.out = feedDots(e.out, quiet-gapDots)
	e.mark(quiet - gapDots)
	if e.module == 0 {
		e.out = append(e.out, gs, '(', 'k', 4, 0, 49, 65, 50, 0)
	}
	if e.module == 0 || e.module != module {
		e.out = append(e.out, gs, '(', 'k', 3, 0, 49, 67, byte(module))
	}
	if e.module == 0 || e.ecc != op.ECC {
		e.out = append(e.out, gs, '(', 'k', 3, 0, 49, 69, 48+byte(op.ECC))
	}
	e.module, e.ecc = module, op.ECC
	n := len(op.Data) + 3
	e.out = append(e.out, gs, '(', 'k', byte(n), byte(n>>8), 49, 80, 48)
	e.out = append(e.out, op.Data...)
	e.out = append(e.out, gs, '(', 'k', 3, 0, 49, 81, 48)
	e.mark(side * module)
	e.out = feedDots(e.out, quiet)
	e.mark(quiet)
}

// drawnQR draws the code. The white above and below is fed; that at the sides
// is the paper, or drawn when the code stands at an edge.
func (e *encoder) drawnQR(op QR) error {
	code, err := raster.QR(op.Data, op.ECC, 1)
	if err != nil {
		return err
	}
	module, mode, scale := min(op.Module, max(1, e.p.Dots/code.W)), byte(0), 1
	if e.p.QR != QRPlain && module%2 == 0 {
		mode, scale = 3, 2
	}
	left, width := raster.QuietZone, code.W-2*raster.QuietZone
	if op.Align != Centre {
		left, width = 0, code.W
	}
	bare := raster.New(width, code.H-2*raster.QuietZone)
	bare.Draw(code, -left, -raster.QuietZone)
	quiet := raster.QuietZone * module
	e.setAlign(op.Align)
	e.out = feedDots(e.out, quiet-gapDots)
	e.mark(quiet - gapDots)
	e.picture(bare.Scale(module/scale, module/scale), op.Align, mode)
	e.out = feedDots(e.out, quiet)
	e.mark(quiet)
	return nil
}

// qrVersion is the smallest version, 1 to 40, that holds n bytes in byte mode,
// or 0. A code of digits may come out smaller: it is an upper bound.
// Source: ISO/IEC 18004, tables 1, 7 and 9.
func qrVersion(n int, ecc raster.Level) int {
	for v := 1; v <= 40; v++ {
		header := 12 // bits: mode and length
		if v > 9 {
			header = 20
		}
		if 8*n+header <= 8*qrCapacity[ecc][v-1] {
			return v
		}
	}
	return 0
}

// qrCapacity is the number of data codewords, ISO/IEC 18004, table 7, rows L, M, Q, H.
var qrCapacity = [4][40]int{
	{19, 34, 55, 80, 108, 136, 156, 194, 232, 274, 324, 370, 428, 461, 523, 589, 647, 721, 795, 861,
		932, 1006, 1094, 1174, 1276, 1370, 1468, 1531, 1631, 1735, 1843, 1955, 2071, 2191, 2306, 2434, 2566, 2702, 2812, 2956},
	{16, 28, 44, 64, 86, 108, 124, 154, 182, 216, 254, 290, 334, 365, 415, 453, 507, 563, 627, 669,
		714, 782, 860, 914, 1000, 1062, 1128, 1193, 1267, 1373, 1455, 1541, 1631, 1725, 1812, 1914, 1992, 2102, 2216, 2334},
	{13, 22, 34, 48, 62, 76, 88, 110, 132, 154, 180, 206, 244, 261, 295, 325, 367, 397, 445, 485,
		512, 568, 614, 664, 718, 754, 808, 871, 911, 985, 1033, 1115, 1171, 1231, 1286, 1354, 1426, 1502, 1582, 1666},
	{9, 16, 26, 36, 46, 60, 66, 86, 100, 122, 140, 158, 180, 197, 223, 253, 283, 313, 341, 385,
		406, 442, 464, 514, 538, 596, 628, 661, 701, 745, 793, 845, 901, 961, 986, 1054, 1096, 1142, 1222, 1276},
}
