package bill

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"till/txn"
)

// decode makes text of a file: UTF-8 with or without a mark, or else GB18030,
// of which GBK and GB2312 are parts.
func decode(data []byte) (string, error) {
	switch {
	case len(data) > BytesMax:
		want := fmt.Sprintf("≤ %d", BytesMax)
		return "", &Error{Problem: TooLarge, Value: fmt.Sprint(len(data)), Want: want}
	case len(bytes.TrimSpace(data)) == 0:
		return "", &Error{Problem: Empty}
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte{0x1f, 0x8b}):
		return "", &Error{Problem: Packed}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if first := bytes.TrimSpace(data); len(first) > 0 && (first[0] == '{' || first[0] == '<') {
		return "", &Error{Problem: Refusal, Value: shown(string(first[:min(len(first), lineMax)]))}
	}
	if valid(data) {
		return strings.ToValidUTF8(string(data), ""), nil
	}
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	if err != nil {
		return "", &Error{Problem: NotText}
	}
	if i := bytes.IndexRune(out, utf8.RuneError); i >= 0 {
		return "", &Error{Problem: NotText, Line: 1 + bytes.Count(out[:i], []byte("\n"))}
	}
	return string(out), nil
}

// valid reports whether data is UTF-8, but for a last character that was cut.
func valid(data []byte) bool {
	for cut := range min(len(data), utf8.UTFMax) {
		if utf8.Valid(data[:len(data)-cut]) {
			return true
		}
	}
	return false
}

// linesOf is the number of lines of a text.
func linesOf(text string) int { return strings.Count(strings.TrimRight(text, "\r\n"), "\n") + 1 }

// lines walks through a text, line by line, and passes over blank ones.
type lines struct {
	rest string
	n    int // of the line that next returned last, from 1
}

// next returns the next line that is not blank; false at the end.
func (l *lines) next() (line string, ok bool, err error) {
	for l.rest != "" {
		line, l.rest, _ = strings.Cut(l.rest, "\n")
		l.n++
		if len(line) > lineMax {
			want := fmt.Sprintf("≤ %d", lineMax)
			return "", false, &Error{Problem: Shape, Line: l.n, Value: shown(line), Want: want}
		}
		line = strings.TrimRight(line, "\r \t")
		if strings.Trim(line, ", \t") != "" {
			return line, true, nil
		}
	}
	return "", false, nil
}

// split cuts a line of comma separated values, RFC 4180 within one line.
func split(line string) []string {
	var out []string
	for {
		if !strings.HasPrefix(line, `"`) {
			field, rest, more := strings.Cut(line, ",")
			out = append(out, strings.TrimSpace(field))
			if !more {
				return out
			}
			line = rest
			continue
		}
		var field strings.Builder
		line = line[1:]
		for {
			part, rest, closed := strings.Cut(line, `"`)
			field.WriteString(part)
			line = rest
			if !closed || !strings.HasPrefix(line, `"`) {
				break
			}
			field.WriteByte('"')
			line = line[1:]
		}
		tail, rest, more := strings.Cut(line, ",")
		out = append(out, strings.TrimSpace(field.String()+tail))
		if !more {
			return out
		}
		line = rest
	}
}

// header is the columns of a table.
type header struct {
	names []string
	at    map[string]int
}

// newHeader checks a header line against the columns that are known.
func newHeader(names []string, line int, known []string, b *Bill) (header, error) {
	h := header{names, map[string]int{}}
	if len(names) > columnsMax {
		want := fmt.Sprintf("≤ %d", columnsMax)
		return h, &Error{Problem: Shape, Line: line, Value: fmt.Sprint(len(names)), Want: want}
	}
	isKnown := map[string]bool{}
	for _, k := range known {
		isKnown[k] = true
	}
	for i, name := range names {
		if _, twice := h.at[name]; twice {
			return h, &Error{Problem: Shape, Line: line, Value: shown(name), Want: "1 ×"}
		}
		h.at[name] = i
		if !isKnown[name] && len(b.Notes) < notesMax {
			b.Notes = append(b.Notes, Note{line, shown(name)})
		}
	}
	return h, nil
}

func (h header) has(name string) bool { _, ok := h.at[name]; return ok }

// first returns the first of the columns that is there, "" when none is.
func (h header) first(names ...string) string {
	for _, n := range names {
		if h.has(n) {
			return n
		}
	}
	return ""
}

// need refuses a header without one of these columns.
func (h header) need(line int, names ...string) error {
	for _, n := range names {
		if !h.has(n) {
			return &Error{Problem: NoColumn, Line: line, Want: n}
		}
	}
	return nil
}

// row is one row of a table; the first mistake in it sticks to err.
type row struct {
	header
	line   int
	fields []string
	err    error
}

func (r *row) wrong(column, value, want string) {
	if r.err == nil {
		r.err = &Error{Problem: BadValue, Line: r.line, Column: column, Value: shown(value), Want: want}
	}
}

// text returns a field; a column that is not there is empty.
func (r *row) text(column string) string {
	i, ok := r.at[column]
	if !ok {
		return ""
	}
	return r.fields[i]
}

// number returns a field that names something, or "": networks write 0 for none.
func (r *row) number(column string) string {
	s := r.text(column)
	if s == "0" {
		return ""
	}
	if len(s) > 64 || strings.ContainsFunc(s, func(c rune) bool { return c <= ' ' || c > '~' }) {
		r.wrong(column, s, "7K2QXM4NHD8P0000000001")
	}
	return s
}

// amountDigits is the number of digits of the largest amount of a row in yuan:
// one below a hundred million, so that a hundred thousand rows fit an int64.
const amountDigits = 8

// money returns an amount in thousandths of a fen, at most five decimals of a
// yuan. An empty field is nothing.
func (r *row) money(column string) int64 {
	s := r.text(column)
	if s == "" {
		return 0
	}
	v, ok := decimal(s, amountDigits)
	if !ok {
		r.wrong(column, s, "12.50")
	}
	return v
}

// fen returns an amount of whole fen.
func (r *row) fen(column string) int64 {
	v := r.money(column)
	if v%milli != 0 {
		r.wrong(column, r.text(column), "12.50")
	}
	return v / milli
}

// milli is the thousandths of a fen.
const milli = 1000

// decimal reads yuan with at most five decimals as thousandths of a fen.
func decimal(s string, digits int) (int64, bool) {
	body, negative := strings.CutPrefix(s, "-")
	whole, frac, dot := strings.Cut(body, ".")
	if whole == "" || len(whole) > digits || len(frac) > 5 || dot && frac == "" {
		return 0, false
	}
	var v int64
	for _, c := range whole + (frac + "00000")[:5] {
		if c < '0' || c > '9' {
			return 0, false
		}
		v = v*10 + int64(c-'0')
	}
	if negative {
		v = -v
	}
	return v, true
}

// rounded makes fen of thousandths, half away from nothing.
func rounded(v int64) int64 {
	if v < 0 {
		return -rounded(-v)
	}
	return (v + milli/2) / milli
}

// plain writes thousandths of a fen as yuan.
func plain(v int64) string {
	sign := ""
	if v < 0 {
		sign, v = "-", -v
	}
	s := fmt.Sprintf("%s%d.%05d", sign, v/100_000, v%100_000)
	if short, ok := strings.CutSuffix(s, "000"); ok {
		return short
	}
	return s
}

// when returns a time of the file, which is the shop's.
func (r *row) when(column string) txn.Wall {
	s := r.text(column)
	t, err := time.ParseInLocation(time.DateTime, s, time.FixedZone("", int(Zone/time.Second)))
	if err != nil {
		r.wrong(column, s, "2026-11-22 18:03:07")
		return 0
	}
	return txn.Wall(t.UnixMilli())
}

// rate returns a percentage such as 0.60% in millionths; empty is 0.
func (r *row) rate(column string) int64 {
	s := r.text(column)
	if s == "" {
		return 0
	}
	v, ok := decimal(strings.TrimSuffix(s, "%"), 2)
	if !ok || v < 0 || !strings.HasSuffix(s, "%") {
		r.wrong(column, s, "0.60%")
	}
	return v / 10 // 1 % is 10,000 millionths and 100,000 of decimal's units
}
