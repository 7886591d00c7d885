package main

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"
)

// configTree is a TOML file as its tables and keys, with their places. It is
// made from the library's syntax tree, because the library's own decoder stops
// at the first value of a wrong type.
type configTree struct {
	tables  []configTable
	entries []configEntry
	faults  []configFault

	broken map[string]bool // tables and keys on lines that could not be read
	cut    bool            // the rest of the file could not be read at all
}

// configTable is one heading, or the first mention of a table without one.
type configTable struct {
	name    string
	at      int // offset of the name
	heading bool
}

// configEntry is one key and its value.
type configEntry struct {
	table, key string
	keyAt      int
	value      configValue
}

// configValue is a value as it was written. List is for arrays.
type configValue struct {
	kind unstable.Kind
	text string // strings: decoded; others: as written
	list []configValue
	at   int // offset
}

// show is a value for a message.
func (v configValue) show() string {
	const most = 40
	s := v.text
	switch v.kind {
	case unstable.Array:
		return "a list"
	case unstable.InlineTable:
		return "a table"
	}
	if r := []rune(s); len(r) > most {
		s = string(r[:most-3]) + "..."
	}
	if v.kind == unstable.String {
		return fmt.Sprintf("%q", s)
	}
	return s
}

// configFault is a line that is not TOML.
type configFault struct {
	at        int
	key, text string
}

// syntaxFaultsMax bounds the list for a file that is something else entirely.
const syntaxFaultsMax = 20

// configReader builds a tree.
type configReader struct {
	data   []byte
	base   int // offset of what the parser was given
	done   int // offset behind the last expression that was read
	parser unstable.Parser
	tree   configTree
	seen   map[string]int // tables by name: the last one
	prefix []string       // of the current heading
	lost   bool           // below a heading that could not be read
	array  string         // the table that may stand there many times
	count  int            // ... and how often it did
}

// readTree reads the whole file. After a line that is not TOML it goes on with
// the next, so that all of them are found at once.
func readTree(data []byte) configTree { return readTreeWith(data, "") }

// readTreeWith is readTree for a file in which one table, written [[array]],
// may stand many times. They are called array[1], array[2] and so on.
func readTreeWith(data []byte, array string) configTree {
	r := &configReader{
		data: data, seen: map[string]int{}, tree: configTree{broken: map[string]bool{}}, array: array,
	}
	if i := invalidUTF8(data); i >= 0 {
		r.fault(i, "", "the file is not UTF-8 text here")
		r.tree.cut = true
		return r.tree
	}
	if bytes.HasPrefix(data, []byte("\ufeff")) { // an editor's mark
		r.base = len("\ufeff")
	}
	for r.base < len(data) && !r.tree.cut {
		r.done = r.base
		r.parser.Reset(data[r.base:])
		for r.parser.NextExpression() {
			r.expression(r.parser.Expression())
		}
		if r.parser.Error() == nil {
			break
		}
		r.syntax(r.parser.Error())
	}
	return r.tree
}

func invalidUTF8(data []byte) int {
	for i := 0; i < len(data); {
		c, n := utf8.DecodeRune(data[i:])
		if c == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

func (r *configReader) fault(at int, key, text string) {
	r.tree.faults = append(r.tree.faults, configFault{at, key, text})
}

// offset is where n stands in the file. The library leaves out the place of
// arrays.
func (r *configReader) offset(n *unstable.Node, otherwise int) int {
	if n.Raw.Length == 0 {
		return otherwise
	}
	return r.base + int(n.Raw.Offset)
}

func (r *configReader) expression(e *unstable.Node) {
	switch e.Kind {
	case unstable.Table, unstable.ArrayTable:
		r.heading(e)
	case unstable.KeyValue:
		r.done = r.base + int(e.Raw.Offset+e.Raw.Length)
		if !r.lost {
			r.keyValue(r.prefix, e)
		}
	}
}

func (r *configReader) heading(e *unstable.Node) {
	r.prefix, r.lost = nil, false
	at := -1
	for it := e.Key(); it.Next(); {
		if at < 0 {
			at = r.offset(it.Node(), r.base)
		}
		r.prefix = append(r.prefix, string(it.Node().Data))
		r.done = r.base + int(it.Node().Raw.Offset+it.Node().Raw.Length)
	}
	name := strings.Join(r.prefix, ".")
	switch {
	case e.Kind == unstable.ArrayTable && name == r.array && name != "":
		r.count++
		name = fmt.Sprintf("%s[%d]", name, r.count)
		r.prefix = []string{name}
	case e.Kind == unstable.ArrayTable && r.array == "":
		r.fault(at, name, fmt.Sprintf("a table is written [%s], with one pair of brackets", name))
	}
	if i, seen := r.seen[name]; seen && r.tree.tables[i].heading {
		first := lineOf(r.data, r.tree.tables[i].at)
		r.fault(at, name, fmt.Sprintf("the table stands here twice; first in line %d", first))
	}
	r.seen[name] = len(r.tree.tables)
	r.tree.tables = append(r.tree.tables, configTable{name, at, true})
}

// keyValue notes one key below prefix; inline tables and dotted keys are taken
// apart.
func (r *configReader) keyValue(prefix []string, e *unstable.Node) {
	path, at := append([]string(nil), prefix...), -1
	for it := e.Key(); it.Next(); {
		if at < 0 {
			at = r.offset(it.Node(), r.base)
		}
		path = append(path, string(it.Node().Data))
	}
	table := strings.Join(path[:len(path)-1], ".")
	whole := strings.Join(path, ".")
	_, known := tableNamed(whole)
	if v := e.Value(); v.Kind == unstable.InlineTable && (known || len(path) == 1) {
		r.mention(whole, at)
		for it := v.Children(); it.Next(); {
			if it.Node().Kind == unstable.KeyValue {
				r.keyValue(path, it.Node())
			}
		}
		return
	}
	r.mention(table, at)
	value := r.value(e.Value(), at, 0)
	r.tree.entries = append(r.tree.entries, configEntry{table, path[len(path)-1], at, value})
}

// configDepth is how deep the tables of the schema go.
const configDepth = 2

func (r *configReader) mention(table string, at int) {
	if _, seen := r.seen[table]; !seen {
		r.seen[table] = len(r.tree.tables)
		r.tree.tables = append(r.tree.tables, configTable{table, at, false})
	}
}

func (r *configReader) value(n *unstable.Node, keyAt, depth int) configValue {
	v := configValue{kind: n.Kind, text: string(n.Data), at: r.offset(n, keyAt)}
	if n.Kind == unstable.Array && depth < configDepth {
		for it := n.Children(); it.Next(); {
			v.list = append(v.list, r.value(it.Node(), keyAt, depth+1))
		}
	}
	return v
}

var (
	brokenHeading = regexp.MustCompile(`^\s*\[+\s*([A-Za-z0-9_.-]+)`)
	brokenKey     = regexp.MustCompile(`^\s*"?([A-Za-z0-9_-]+)"?\s*=`)
)

// syntax notes a line that is not TOML, remembers what it was about, and goes
// on behind it.
func (r *configReader) syntax(err error) {
	at := r.base
	if p, ok := errors.AsType[*unstable.ParserError](err); ok {
		// The highlight is a part of what the parser was given, so both end at
		// the same capacity.
		at = r.base + cap(r.data[r.base:]) - cap(p.Highlight)
	}
	at = max(r.base, min(at, len(r.data)))
	for at > 0 && at < len(r.data) && !utf8.RuneStart(r.data[at]) {
		at-- // the parser counts bytes
	}
	// What breaks off in a later line is told of where it begins.
	if begin := r.begin(); lineOf(r.data, begin) != lineOf(r.data, at) {
		at = begin
	}
	start := bytes.LastIndexByte(r.data[:at], '\n') + 1
	end := len(r.data)
	if i := bytes.IndexByte(r.data[at:], '\n'); i >= 0 {
		end = at + i + 1
	}
	line := r.data[start:end]
	r.fault(at, "", "not TOML: "+r.explain(err, at)+hint(line))
	if m := brokenHeading.FindSubmatch(line); m != nil {
		r.lost = true
		r.tree.broken[string(m[1])] = true
	} else if m := brokenKey.FindSubmatch(line); m != nil {
		r.tree.broken[strings.Join(append(append([]string(nil), r.prefix...), string(m[1])), ".")] = true
	}
	// What follows a text over several lines cannot be told from its inside.
	r.tree.cut = bytes.Contains(line, []byte(`"""`)) || bytes.Contains(line, []byte(`'''`)) ||
		len(r.tree.faults) >= syntaxFaultsMax
	if r.tree.cut {
		r.tree.faults[len(r.tree.faults)-1].text += "; nothing below it was read"
	}
	r.base = end
}

// begin is where the expression begins that could not be read: behind the last
// one, blank lines and comments.
func (r *configReader) begin() int {
	rest := r.data[r.done:]
	if r.done > r.base { // the end of its line
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			return r.done
		}
		rest = rest[i+1:]
	}
	for {
		rest = bytes.TrimLeft(rest, " \t\r\n")
		if len(rest) == 0 || rest[0] != '#' {
			return len(r.data) - len(rest)
		}
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			return len(r.data)
		}
		rest = rest[i+1:]
	}
}

var oneByte = regexp.MustCompile(`U\+00[0-9A-F]{2} '.'`)

// explain is the parser's message, which takes the first byte of a character
// for the whole.
func (r *configReader) explain(err error, at int) string {
	if at < len(r.data) && r.data[at] >= utf8.RuneSelf {
		c, _ := utf8.DecodeRune(r.data[at:])
		return oneByte.ReplaceAllLiteralString(err.Error(), fmt.Sprintf("%q", c))
	}
	return err.Error()
}

var bareWord = regexp.MustCompile(`=\s*[^\s"'\[{#0-9+-][^"']*$`)

// hint names the usual mistake.
func hint(line []byte) string {
	if bareWord.Match(bytes.TrimSpace(line)) {
		return "; a text stands between quotes"
	}
	return ""
}

// lineOf is the number of the line of an offset.
func lineOf(data []byte, at int) int { return 1 + bytes.Count(data[:at], []byte("\n")) }

// place is the line, the column in characters, and the line's text.
func place(data []byte, at int) (line, col int, text string) {
	start := bytes.LastIndexByte(data[:at], '\n') + 1
	end := len(data)
	if i := bytes.IndexByte(data[start:], '\n'); i >= 0 {
		end = start + i
	}
	text = strings.TrimPrefix(strings.TrimRight(string(data[start:end]), "\r"), "\ufeff")
	col = 1 + utf8.RuneCountInString(strings.TrimPrefix(string(data[start:at]), "\ufeff"))
	return lineOf(data, at), col, text
}
