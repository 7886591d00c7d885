// Package printersim is the twin of a receipt printer: it reads ESC/POS bytes
// and keeps the paper. It answers as a printer does, and it can have the
// troubles a printer has: a roll that ends in the middle of a line, an open
// cover, a stuck blade, a full buffer, sensors that lie.
//
// It is written from the standard (shared/printing.md, sections 2 to 6 and 10,
// and the Epson ESC/POS command reference), never from printer/escpos.
//
//	p := printersim.New(printersim.Epson(384))
//	go p.Serve(wire)          // or p.Connect and p.Receive, without goroutines
//	p.SetPaperLeft(500)       // the world
//	for _, r := range p.Receipts() { fmt.Print(r.Text) }
//
// # What stands in Receipt.Text
//
// One line for each printed line, in reading order, without the blanks of ESC
// a; room made by HT, ESC $ or ESC \ counts as spaces. [QR:data],
// [CODE128:data] and [EAN13:data] are symbols the printer drew itself,
// [IMG:384x96] is a raster (slices that touch are one), U+25AF is one ESC *
// bit image within a line, however wide: pictures are not read. U+FFFD is a
// byte or a Chinese code for which the printer has no character. A line that
// was interrupted by the end of the roll is not text; nor is what was printed
// on air by a printer that lies.
//
// # Decisions
//
// The stream is cut into commands when it arrives, not when it is executed. So
// the twin knows which DLE EOT stands between commands and which inside an
// image: both are executed at once, the first takes no room in the receive
// buffer and the second stays part of the image, as in a real printer. Image
// data are executed row by row, column by column: an image may be larger than
// the buffer. Would change our mind: a printer whose buffer fills up with
// status requests while it is offline.
//
// GS r is answered when it is interpreted, up to 120 dots of paper ahead of
// the head; GS ( H waits in line with the paper. With Speed 0 there is no
// difference.
//
// DLE ENQ does nothing unless a cut has failed (Epson: "only when a recoverable
// error has occurred"); missing paper and an open cover are no such errors.
// AnyClear is for printers that are more obliging.
//
// What FS ! and ESC ! say is kept apart: ESC ! sizes Latin characters only, FS
// ! Chinese only, GS ! both. Block commands (QR, bar code, raster, logo, cut)
// in the middle of a line print nothing and are listed by Unknown: escpos-php
// issue 941. All units are dots; GS P is not known. Page mode is not known.
//
// A cut separates the paper at the blade, CutterDistance dots behind the head:
// a GS V 0 without a feed leaves the last lines on the next receipt.
//
// The shapes of the characters come from printer/raster, nothing else does:
// the QR and bar codes here are a second implementation.
package printersim
