// Package escpos is the language of the thermal printer: typed operations to
// bytes, status bytes to meaning, and what is known about a model (Profile). It
// does no I/O. The facts are in shared/printing.md, sections 1 to 8, most of
// them from Epson's ESC/POS command reference; nothing was tried on a physical
// printer.
//
// What is promised about the bytes of Encode, for every profile:
//
//   - no real-time sequence 10h {04h, 05h, 14h} occurs, in pictures or anywhere
//     else (section 6);
//   - Chinese is sent in two-byte GBK forms only; every other character is drawn
//     (section 5);
//   - no line is wider than the profile's columns, measured on what is sent;
//   - commands that want the beginning of a line are at one (GS v 0, GS ( k,
//     FS p, GS V, ESC a);
//   - a raster slice has at most 255 rows, and no chunk is longer than
//     Profile.ChunkMax, so that it fits into an empty receive buffer.
//
// # Decisions
//
// The same operations are encoded for every profile; what a printer lacks is
// drawn, one rung down at a time: ROM text, ESC * 33 inside the line, the line
// as a picture; native QR, GS v 0 with m=3, with m=0. Columns are the same on
// every rung, so a receipt is laid out once. Would change our mind: a printer
// whose ROM is narrower than two columns for a GBK character.
//
// A body begins with ESC @ and FS &, so that it is complete in itself, whatever
// was printed before. ESC @ switches automatic status back off: the driver
// switches it on again after the first chunk.
//
// The quiet zone above and below a QR code is fed (ESC J, 3 bytes), not drawn;
// to its left and right it is the paper, or drawn when the paper is too narrow.
//
// Lines are 30 dots apart, the default of printers of 203 dpi; the line spacing
// is not set. Some have 34 dots: then only the time estimate is short.
package escpos
