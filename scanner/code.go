package scanner

import (
	"fmt"
	"io"
	"log/slog"
	"unicode/utf8"
)

// Code is the text of a scan. It may be what a payer showed, and whoever has
// that can spend the payer's money while it is valid. So a Code prints,
// formats, logs and marshals as a mask of at most the first and last four
// characters; Reveal is the one way to all of them.
//
// The characters sit behind a pointer because package fmt does not call the
// methods of a value in an unexported field: it prints the value's insides.
// Two Codes are compared by what Reveal returns, not with ==.
type Code struct{ clear *string }

// NewCode wraps text, which the caller should then forget.
func NewCode(text string) Code { return Code{&text} }

// Reveal returns the characters. Every call of it is a line to review.
func (c Code) Reveal() string {
	if c.clear == nil {
		return ""
	}
	return *c.clear
}

// mask leaves at most half of the characters, and at most four at each end.
func (c Code) mask() string {
	text := []rune(c.Reveal())
	shown := min(4, len(text)/4)
	if !utf8.ValidString(c.Reveal()) {
		shown = 0
	}
	return string(text[:shown]) + "****" + string(text[len(text)-shown:])
}

func (c Code) String() string               { return c.mask() }
func (c Code) GoString() string             { return c.mask() }
func (c Code) LogValue() slog.Value         { return slog.StringValue(c.mask()) }
func (c Code) MarshalText() ([]byte, error) { return []byte(c.mask()), nil }

// Format writes the mask for every verb, so that %x and %d show no more.
func (c Code) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, c.mask()) // fmt.State keeps its own errors
}
