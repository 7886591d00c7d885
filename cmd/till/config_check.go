package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"till/printer/escpos"
)

// configChecker holds a file against the schema.
type configChecker struct {
	file   string
	data   []byte
	tree   configTree
	env    configEnv
	config Config
	errs   ConfigError

	set    map[string]int  // keys by path: where they were set first
	bad    map[string]bool // keys by path whose value is wrong
	badMap bool            // something is wrong below [keypad.map]
}

// DefaultConfig is a configuration in which nothing is set: the keys that must
// be set are empty.
func DefaultConfig() *Config {
	c := &configChecker{}
	c.defaults()
	return &c.config
}

// parseConfig checks data, which is the file called name.
func parseConfig(name string, data []byte, files configFiles) (*Config, error) {
	c := &configChecker{
		file: name, data: data, tree: readTree(data),
		env: configEnv{dir: filepath.Dir(name), files: files},
		set: map[string]int{}, bad: map[string]bool{},
	}
	c.defaults()
	for _, f := range c.tree.faults {
		c.problem(f.at, f.key, complaint{text: f.text}, "")
	}
	c.tables()
	for _, e := range c.tree.entries {
		c.entry(e)
	}
	if !c.tree.cut {
		for _, t := range configSchema {
			c.missing(t)
		}
	}
	c.together()
	if len(c.errs.Problems) > 0 {
		c.errs.sort()
		return nil, &c.errs
	}
	return &c.config, nil
}

// defaults fills in every default, read as if it stood in the file.
func (c *configChecker) defaults() {
	for _, t := range configSchema {
		for _, k := range t.keys {
			if k.def == "" {
				continue
			}
			v := literal(k.def)
			if bad := k.kind.read(v, &c.env, k.at(&c.config)); bad != nil {
				panic(fmt.Sprintf("config: default of %s.%s: %s", t.name, k.name, bad.text))
			}
		}
	}
}

// literal is one TOML value of the schema.
func literal(s string) configValue {
	tree := readTree([]byte("x = " + s))
	if len(tree.faults) > 0 || len(tree.entries) != 1 {
		panic("config: the schema's " + s + " is not a TOML value")
	}
	return tree.entries[0].value
}

// problemsMax bounds the report on a file that is something else entirely.
const problemsMax = 100

// problem notes one problem at an offset.
func (c *configChecker) problem(at int, key string, bad complaint, want string) {
	if strings.HasPrefix(key, "keypad.map") {
		c.badMap = true
	}
	if len(c.errs.Problems) == problemsMax {
		c.errs.More++
		return
	}
	line, col, text := place(c.data, at)
	if bad.hide || bytes.Contains(c.data, []byte(pemMark)) { // any line may be one of the key's
		text = ""
	}
	if bad.want != "" {
		want = bad.want
	}
	c.errs.Problems = append(c.errs.Problems, Problem{
		File: c.file, Line: line, Col: col, Key: key, Text: bad.text, Want: want, excerpt: text,
	})
}

// tables looks for headings that are not known. The keys below them are not
// looked at.
func (c *configChecker) tables() {
	told := map[string]bool{}
	for _, t := range c.tree.tables {
		if _, known := tableNamed(t.name); known || t.name == "" || told[t.name] {
			continue
		}
		told[t.name] = true
		want := hintFor(t.name, tableNames(), "tables")
		if last := t.name[strings.LastIndexByte(t.name, '.')+1:]; last != t.name {
			want = c.home(last, want)
		}
		c.problem(t.at, t.name, complaint{text: "unknown table"}, want)
	}
}

// hintFor says what was meant, or what there is.
func hintFor(name string, known []string, what string) string {
	if s := suggest(name, known); s != "" {
		return "did you mean " + s + "?"
	}
	return "the " + what + " are " + strings.Join(known, ", ")
}

func (c *configChecker) entry(e configEntry) {
	path := e.table + "." + e.key
	if e.table == "" {
		want := c.home(e.key, "write it below a heading such as [terminal]")
		c.problem(e.keyAt, e.key, complaint{text: "a key outside of any table"}, want)
		return
	}
	t, known := tableNamed(e.table)
	if !known {
		return
	}
	k, known := t.key(e.key)
	if !known {
		want := hintFor(e.key, t.names(), "keys")
		if !strings.HasPrefix(want, "did") {
			want = c.home(e.key, want)
		}
		c.problem(e.keyAt, path, complaint{text: "unknown key"}, want)
		return
	}
	if first, twice := c.set[path]; twice {
		text := fmt.Sprintf("set twice; first in line %d", lineOf(c.data, first))
		c.problem(e.keyAt, path, complaint{text: text}, "")
		return
	}
	c.set[path] = e.keyAt
	if bad := k.kind.read(e.value, &c.env, k.at(&c.config)); bad != nil {
		c.bad[path] = true
		c.problem(e.value.at, path, *bad, "use "+k.kind.want())
	}
}

// home says in which table a misplaced key belongs.
func (c *configChecker) home(key, otherwise string) string {
	if _, isTable := tableNamed(key); isTable {
		return fmt.Sprintf("a table is written [%s]", key)
	}
	var homes []string
	for _, t := range configSchema {
		if _, ok := t.key(key); ok && t.name != "keypad.map" {
			homes = append(homes, "["+t.name+"]")
		}
	}
	if len(homes) == 0 {
		return otherwise
	}
	return "it belongs below " + strings.Join(homes, ", ")
}

// missing looks for keys that must be there. A problem points at the heading of
// their table, or at the end of the file when there is none.
func (c *configChecker) missing(t tableSpec) {
	at := c.tableAt(t.name)
	if c.tree.broken[t.name] {
		return
	}
	if at < 0 {
		if t.must {
			var keys []string
			for _, k := range t.keys {
				if k.must {
					keys = append(keys, k.name)
				}
			}
			c.problem(c.end(), t.name, complaint{text: "the table is missing", hide: true},
				fmt.Sprintf("add [%s] with %s", t.name, strings.Join(keys, ", ")))
		}
		return
	}
	for _, k := range t.keys {
		path := t.name + "." + k.name
		if _, set := c.set[path]; k.must && !set && !c.tree.broken[path] {
			c.problem(at, path, complaint{text: "missing"}, "use "+k.kind.want())
		}
	}
}

// end is where the last line begins that has something on it.
func (c *configChecker) end() int {
	text := strings.TrimRight(string(c.data), " \t\r\n")
	return strings.LastIndexByte(text, '\n') + 1
}

// good returns where path was set, or the heading of its table if it was not,
// and whether nothing is wrong with it by itself.
func (c *configChecker) good(path string) (at int, good bool) {
	at, set := c.set[path]
	return at, set && !c.bad[path]
}

// together checks what can only be wrong together. Each rule speaks up only
// when its keys are right one by one.
func (c *configChecker) together() {
	c.railsTogether()
	c.printerTogether()
	c.portsTogether()
	c.keysTogether()
	c.policyTogether()
	cfg := &c.config
	pathless := cfg.Display.Path == "" && !c.bad["display.path"]
	if at, ok := c.good("display.kind"); ok && cfg.Display.Kind == "socket" && pathless {
		c.problem(at, "display.path", complaint{text: `missing for kind = "socket"`}, "use the socket's path")
	}
	if cfg.Keypad.Map != nil && !c.badMap {
		if err := cfg.Keypad.Map.Check(); err != nil {
			c.problem(max(0, c.tableAt("keypad.map")), "keypad.map", complaint{text: err.Error()}, "")
		}
	}
}

// tableAt is where a table stands first, -1 if it does not.
func (c *configChecker) tableAt(name string) int {
	for _, t := range c.tree.tables {
		if t.name == name {
			return t.at
		}
	}
	return -1
}

// paperWidth is the roll that a head of so many dots prints on, in mm.
func paperWidth(p escpos.Profile) int {
	if p.Dots <= 432 { // 54 mm at 203 dpi
		return 58
	}
	return 80
}

func (c *configChecker) printerTogether() {
	cfg := &c.config.Printer
	profile, ok := escpos.ProfileNamed(cfg.Profile)
	if !ok || c.bad["printer.profile"] {
		return
	}
	if _, set := c.set["printer.baud"]; !set {
		cfg.Line.Baud = profile.Baud
	}
	if cfg.Line.Baud == 0 {
		cfg.Line.Baud = bauds[3] // as delivered: printing.md section 7
	}
	fits := paperWidth(profile)
	if at, set := c.good("printer.paper_width"); set && cfg.PaperWidth != fits {
		text := fmt.Sprintf("the profile %s prints on %d mm", cfg.Profile, fits)
		c.problem(at, "printer.paper_width", complaint{text: text}, "choose another profile or width")
		return
	}
	cfg.PaperWidth = fits
}

// portsTogether refuses two devices on one port: each would read half.
func (c *configChecker) portsTogether() {
	first := map[string]string{}
	for _, line := range []struct {
		table string
		port  string
	}{
		{"scanner", c.config.Scanner.Line.Port},
		{"printer", c.config.Printer.Line.Port},
		{"keypad", c.config.Keypad.Line.Port},
	} {
		at, ok := c.good(line.table + ".port")
		if !ok || line.port == "" {
			continue
		}
		if other, taken := first[line.port]; taken {
			text := fmt.Sprintf("%s is already the %s's", line.port, other)
			c.problem(at, line.table+".port", complaint{text: text}, "use another port")
			continue
		}
		first[line.port] = line.table
	}
}

// isBare says whether a key needs no quotes in TOML.
func isBare(key string) bool { return key != "" && tokenPattern.MatchString(key) }

// spell is a key as it stands in a file.
func spell(key string) string {
	if isBare(key) {
		return key
	}
	return quote(key)
}
