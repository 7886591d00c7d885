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
// and no number of 16 digits or more, grouped or not, because a network may quote the payer's
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
	out = hideGrouped(out)
	if len(out) > TextMax {
		out = append(out[:TextMax-1], '…')
	}
	return strings.TrimSpace(string(out))
}

// hideGrouped takes out long numbers that are written in groups: 1345 6789 ...,
// 1345-6789-....
func hideGrouped(text []rune) []rune {
	var out []rune
	for i := 0; i < len(text); {
		end, digits := i, 0
		for end < len(text) && (unicode.IsDigit(text[end]) || digits > 0 && strings.ContainsRune(" -.,_/", text[end])) {
			if unicode.IsDigit(text[end]) {
				digits++
			}
			end++
		}
		switch {
		case digits >= longDigits:
			out, i = append(out, '…'), end
		case end > i:
			out, i = append(out, text[i:end]...), end
		default:
			out, i = append(out, text[i]), i+1
		}
	}
	return out
}
