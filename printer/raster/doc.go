// Package raster draws what a receipt printer cannot: one-bit images, a paper
// font of 24 dots, and QR codes. It does no I/O.
//
// A character cell is 24 dots high and 12 (one column) or 24 dots (two
// columns) wide, which is font A of a 203 dpi printer: 32 columns on 384 dots,
// 48 on 576 (shared/printing.md, section 1).
//
// # Decisions
//
// The paper font is three bitmap fonts, packed by gen.go into fonts/ and
// inflated on first use (shared/printing.md, section 11): the Song ti of the
// Institute of Software, Academia Sinica (24x24, all of GB 2312), Sony's Fixed
// (12x24, ISO 8859-1), and GNU Unifont (16 dots, centred in the cell) for the
// other hanzi of GBK, for extension A, where the rare hanzi of names are, and
// for other scripts. No outline renderer, hence no dependency. Would change our
// mind: a free 24 dot font of all of GB 18030.
//
// The width of a character is that of its GBK form, if it has one of two bytes:
// then it takes two columns, as it does in a printer's ROM, even where a narrow
// glyph exists. So a receipt has the same columns with and without a ROM.
//
// Unifont is used under the SIL Open Font License 1.1 (it is dual-licensed
// upstream since 13.0.04). The packed file is a modified version; Unifont
// declares no reserved font name. The licences are in fonts/.
package raster

//go:generate go run gen.go
