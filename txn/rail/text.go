package rail

import (
	"strings"
	"unicode"
)

// TextMax is the longest text of a network that is kept, in characters: two
// lines in the small print of the smallest display.
const TextMax = 120

// longDigits is the number of digits in a row from which a text may hold a
// payer's code or a card number: both have at least 16.
const longDigits = 16

// Clean makes the words of a network fit for display and journal: printable
// characters only, white space as single blanks, at most TextMax characters,
// and no run of 16 digits or more, because a network may quote the payer's
// code in its complaint about it.
func Clean(s string) string {
	var out []rune
	digits, blank := 0, false
	for _, r := range s {
		if len(out) == TextMax+longDigits { // a run of digits may still shrink
			break
		}
		switch {
		case unicode.IsSpace(r):
			blank = len(out) > 0
			continue
		case !unicode.IsPrint(r) || r == unicode.ReplacementChar:
			continue
		}
		if blank {
			out, blank, digits = append(out, ' '), false, 0
		}
		out = append(out, r)
		if !unicode.IsDigit(r) {
			digits = 0
			continue
		}
		switch digits++; {
		case digits == longDigits:
			out = append(out[:len(out)-longDigits], '…')
		case digits > longDigits:
			out = out[:len(out)-1]
		}
	}
	if len(out) > TextMax {
		out = append(out[:TextMax-1], '…')
	}
	return strings.TrimSpace(string(out))
}
