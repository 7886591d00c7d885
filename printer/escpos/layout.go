package escpos

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"till/printer/raster"
)

// clean maps a character to what is printed for it; ok is false for what
// leaves no trace: control and format characters, variation selectors.
//
// U+00A5 becomes the full-width U+FFE5, A3A4 in GBK, before anything is
// measured: as GB 18030 it would be four bytes of which a GBK ROM prints "0"
// and "6" (shared/printing.md, section 5).
func clean(r rune) (rune, bool) {
	switch {
	case r >= ' ' && r < 0x7F:
		return r, true
	case r == '¥':
		return '￥', true
	case r == '\t' || r == '\u00A0':
		return ' ', true
	case r == utf8.RuneError:
		return raster.Missing, true
	case r >= 0xFE00 && r <= 0xFE0F || unicode.In(r, unicode.Cc, unicode.Cf):
		return 0, false
	}
	return r, true
}

// Width is how many columns the text takes on paper, in single width, line
// feeds not counted. It is the same for every profile.
func Width(text string) int {
	n := 0
	for _, r := range text {
		if r, ok := clean(r); ok {
			n += raster.Columns(r)
		}
	}
	return n
}

// Pad puts left at the left and right at the right of so many columns. When
// both do not fit with a space between them, it returns them on two lines.
func Pad(left, right string, columns int) string {
	gap := columns - Width(left) - Width(right)
	if gap < 1 {
		return left + "\n" + strings.Repeat(" ", max(0, columns-Width(right))) + right
	}
	return left + strings.Repeat(" ", gap) + right
}

// Fit returns the longest beginning of text that takes at most so many columns.
func Fit(text string, columns int) string {
	n := 0
	for i, r := range text {
		if r, ok := clean(r); ok {
			if n += raster.Columns(r); n > columns {
				return text[:i]
			}
		}
	}
	return text
}

// Wrap breaks text into lines of at most so many columns: at line feeds, at
// spaces, which go, between hanzi, and inside a word that is longer than a
// line. A closing mark does not begin a line, an opening one or a yuan sign does
// not end one, if it can be avoided. It panics below two columns.
func Wrap(text string, columns int) []string {
	if columns < 2 {
		panic("escpos: wrap to less than two columns")
	}
	var lines []string
	for para := range strings.SplitSeq(text, "\n") {
		for head := Fit(para, columns); len(head) < len(para); head = Fit(para, columns) {
			at := breakAt(para, len(head))
			lines = append(lines, strings.TrimRight(para[:at], " "))
			para = strings.TrimLeft(para[at:], " ")
		}
		lines = append(lines, para)
	}
	return lines
}

// Marks that do not begin a line, and marks that do not end one.
const (
	closing = "，。、；：？！）》」』】〉”’,.;:?!)]}%"
	opening = "￥¥（《「『【〈“‘([{"
)

// breakAt finds the last place up to limit where the text may be broken.
func breakAt(text string, limit int) int {
	for at := limit; at > 0; {
		before, size := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at:])
		if before == ' ' || after == ' ' {
			return at
		}
		hanzi := raster.Columns(before) == 2 || raster.Columns(after) == 2
		if hanzi && !strings.ContainsRune(closing, after) && !strings.ContainsRune(opening, before) {
			return at
		}
		at -= size
	}
	return limit
}
