package main

import (
	"fmt"
	"sort"
	"strings"

	"golang.org/x/text/width"
)

// Problem is one thing that is wrong with a configuration.
type Problem struct {
	File      string
	Line, Col int    // from 1, in characters; 0: the file as a whole
	Key       string // "printer.baud", "printer" for a table, or ""
	Text      string // what is wrong
	Want      string // what was expected, "" if Text says it

	excerpt string // the line, "" to show none: it may hold a secret
}

// String is the problem in one line: file:line:col: table.key: problem; what
// was expected.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Col)
	}
	b.WriteString(": ")
	if p.Key != "" {
		b.WriteString(p.Key + ": ")
	}
	b.WriteString(p.Text)
	if p.Want != "" {
		b.WriteString("; " + p.Want)
	}
	return b.String()
}

// excerptMax is the longest part of a line that is shown, in characters.
const excerptMax = 160

// Excerpt is the line with a caret below the place, "" if it is not to be
// shown.
func (p Problem) Excerpt() string {
	if p.excerpt == "" || p.Line == 0 {
		return ""
	}
	line, col := []rune(p.excerpt), min(p.Col-1, len([]rune(p.excerpt)))
	if len(line) > excerptMax { // the part around the place
		from := max(0, min(col-excerptMax/2, len(line)-excerptMax))
		line, col = line[from:from+excerptMax], col-from
	}
	var pad strings.Builder
	for _, r := range line[:col] {
		switch k := width.LookupRune(r).Kind(); {
		case r == '\t':
			pad.WriteByte('\t')
		case k == width.EastAsianWide || k == width.EastAsianFullwidth:
			pad.WriteString("  ")
		default:
			pad.WriteByte(' ')
		}
	}
	return fmt.Sprintf("%6d | %s\n       | %s^\n", p.Line, string(line), pad.String())
}

// ConfigError is everything that is wrong with a configuration. The exit code
// that goes with it is 2.
type ConfigError struct {
	Problems []Problem // by their place in the file, 1 to 100
	More     int       // how many are not among them
}

// Error is the first problem and how many there are, in one line.
func (e *ConfigError) Error() string {
	if n := len(e.Problems) + e.More; n > 1 {
		return fmt.Sprintf("%s (the first of %d problems)", e.Problems[0], n)
	}
	return e.Problems[0].String()
}

// Report is each problem with its excerpt, and their number.
func (e *ConfigError) Report() string {
	var b strings.Builder
	for _, p := range e.Problems {
		b.WriteString(p.String() + "\n" + p.Excerpt())
	}
	switch n := len(e.Problems) + e.More; {
	case n == 1:
		b.WriteString("1 problem")
	case e.More > 0:
		fmt.Fprintf(&b, "%d problems; %d are listed", n, len(e.Problems))
	default:
		fmt.Fprintf(&b, "%d problems", n)
	}
	return b.String()
}

func (e *ConfigError) sort() {
	sort.SliceStable(e.Problems, func(i, j int) bool {
		a, b := e.Problems[i], e.Problems[j]
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Col < b.Col
	})
}

// suggest returns the name that was probably meant, "" if none is close. Close
// is an edit distance below 4 and at most half of the shorter name: a name of
// two letters is within 3 of every other.
func suggest(name string, known []string) string {
	best, distance := "", 4
	for _, k := range known {
		d := editDistance(strings.ToLower(name), strings.ToLower(k))
		if d < distance && 2*d <= min(len(name), len(k)) {
			best, distance = k, d
		}
	}
	return best
}

// editDistance counts the letters to insert, delete or replace.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
