package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"till/txn"
)

// Staff is who works here, with the hashes of their PINs. It is checked: the
// numbers are two digits and unique. The zero value is nobody.
//
// Decisions. The staff is a file of its own and not a table of the
// configuration, because 'till staff' rewrites it, at which comments are lost,
// and because nobody else may read it: a PIN of four digits has 10,000 values,
// 50 ms each, so its hash keeps no secret from whoever has the file. What
// protects a PIN is the mode of the file and the lock-out (decisions.md 21). A
// second person is known by the PIN alone, so those of supervisors and
// technicians differ from one another, and two that do not are nobody's.
type Staff struct{ members []member }

// member is a person and how his PIN is checked.
type member struct {
	txn.Person
	hash pinHash
}

// People returns everybody, by number.
func (s Staff) People() []txn.Person {
	var people []txn.Person
	for _, m := range s.members {
		people = append(people, m.Person)
	}
	return people
}

// index returns where a number stands, -1 if it does not.
func (s Staff) index(number string) int {
	return slices.IndexFunc(s.members, func(m member) bool { return m.Number == number })
}

// with returns a staff that has m, in the place of whoever had the number.
func (s Staff) with(m member) Staff {
	out := s.without(m.Number)
	out.members = append(out.members, m)
	slices.SortFunc(out.members, func(a, b member) int { return strings.Compare(a.Number, b.Number) })
	return out
}

func (s Staff) without(number string) Staff {
	var out Staff
	for _, m := range s.members {
		if m.Number != number {
			out.members = append(out.members, m)
		}
	}
	return out
}

// second reports whether a person proves who he is by his PIN alone.
func second(r txn.Role) bool { return r == txn.Supervisor || r == txn.Technician }

// check answers txn.CheckPIN. It takes as long for a number that nobody has as
// for one that somebody has, some 50 ms for each person it may be, and is not
// to be called on the loop.
func (s Staff) check(ask txn.CheckPIN) txn.PINChecked {
	out, found := txn.PINChecked{Serial: ask.Serial}, 0
	tried := false
	for _, m := range s.members {
		candidate := m.Number == ask.Number
		if ask.Number == "" {
			candidate = second(m.Role)
		}
		if !candidate || m.Number == ask.Not {
			continue
		}
		tried = true
		if verifyPIN(m.hash, ask.PIN) { // all of them: the time tells nothing
			found++
			out.Number, out.Role = m.Number, m.Role
		}
	}
	if !tried {
		verifyPIN(nobodysHash, ask.PIN)
	}
	if found != 1 {
		return txn.PINChecked{Serial: ask.Serial}
	}
	return out
}

// taken reports whether another second person has this PIN.
func (s Staff) taken(p txn.Person, pin txn.PIN) bool {
	for _, m := range s.members {
		if second(p.Role) && second(m.Role) && m.Number != p.Number && verifyPIN(m.hash, pin) {
			return true
		}
	}
	return false
}

// staffBytesMax is the longest staff file: a hundred people take a third.
const staffBytesMax = 64 << 10

// loadStaff reads and checks a staff file. The error is a *ConfigError with
// every problem that was found.
func loadStaff(path string) (Staff, error) {
	alone := func(text string) (Staff, error) {
		return Staff{}, &ConfigError{Problems: []Problem{{File: path, Text: text}}}
	}
	data, err := readSmall(path, staffBytesMax)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return alone("no such file; 'till staff add' makes one")
	case err != nil:
		return alone("cannot be read: " + causeOf(err))
	}
	info, err := os.Stat(path)
	if err != nil {
		return alone("cannot be read: " + causeOf(err))
	}
	return parseStaff(path, data, info.Mode().Perm())
}

// personKey is one key of [[person]]; all of them must be there.
type personKey struct {
	name string
	kind configKind
	at   func(*member) any
}

var personKeys = []personKey{
	{"number", staffNumberKind{}, func(m *member) any { return &m.Number }},
	{"name", textKind{min: 1, max: 32}, func(m *member) any { return &m.Name }},
	{"role", roleKind{}, func(m *member) any { return &m.Role }},
	{"pin", pinKind{}, func(m *member) any { return &m.hash }},
}

func personKeyNames() []string {
	var names []string
	for _, k := range personKeys {
		names = append(names, k.name)
	}
	return names
}

// staffChecker holds a staff file against personKeys.
type staffChecker struct {
	configChecker
	people map[string]*member // by table, "person[1]"
}

// parseStaff checks data, which is the file called name and has this mode.
func parseStaff(name string, data []byte, mode fs.FileMode) (Staff, error) {
	c := &staffChecker{configChecker: configChecker{
		file: name, data: data, tree: readTreeWith(data, "person"),
		set: map[string]int{}, bad: map[string]bool{},
	}, people: map[string]*member{}}
	if mode&0o077 != 0 {
		c.errs.Problems = append(c.errs.Problems, Problem{
			File: name, Text: fmt.Sprintf("others can read it (mode %04o)", mode), Want: "run: chmod 600 " + name,
		})
	}
	for _, f := range c.tree.faults {
		c.problem(f.at, "", complaint{text: f.text, hide: true}, "")
	}
	for _, t := range c.tree.tables {
		switch {
		case strings.HasPrefix(t.name, "person[") && strings.HasSuffix(t.name, "]"):
			c.people[t.name] = &member{}
		case t.name == "person":
			c.problem(t.at, "person", complaint{text: "a single heading"}, "a person is written [[person]]")
		case t.name != "":
			c.problem(t.at, t.name, complaint{text: "unknown table", hide: true}, "a person is written [[person]]")
		}
	}
	for _, e := range c.tree.entries {
		c.person(e)
	}
	staff := c.whole()
	if len(c.errs.Problems) > 0 {
		c.errs.sort()
		return Staff{}, &c.errs
	}
	return staff, nil
}

// person looks at one key.
func (c *staffChecker) person(e configEntry) {
	m, known := c.people[e.table]
	if e.table == "" {
		c.problem(e.keyAt, e.key, complaint{text: "a key outside of any person", hide: true},
			"write it below a heading [[person]]")
	}
	if !known {
		return
	}
	i := slices.IndexFunc(personKeys, func(k personKey) bool { return k.name == e.key })
	if i < 0 {
		c.problem(e.keyAt, "person."+e.key, complaint{text: "unknown key", hide: true},
			hintFor(e.key, personKeyNames(), "keys"))
		return
	}
	path := e.table + "." + e.key
	if first, twice := c.set[path]; twice {
		text := fmt.Sprintf("set twice; first in line %d", lineOf(c.data, first))
		c.problem(e.keyAt, "person."+e.key, complaint{text: text, hide: true}, "")
		return
	}
	c.set[path] = e.keyAt
	k := personKeys[i]
	if bad := k.kind.read(e.value, &c.env, k.at(m)); bad != nil {
		c.bad[path] = true
		bad.hide = bad.hide || e.value.kind == unstable.InlineTable
		c.problem(e.value.at, "person."+e.key, *bad, "use "+k.kind.want())
	}
}

// whole looks for what is missing, and for numbers that two people have.
func (c *staffChecker) whole() Staff {
	var staff Staff
	for _, t := range c.tree.tables {
		m, known := c.people[t.name]
		if !known {
			continue
		}
		for _, k := range personKeys {
			path := t.name + "." + k.name
			if _, set := c.set[path]; !set && !c.tree.broken[path] && !c.tree.cut {
				c.problem(t.at, "person."+k.name, complaint{text: "missing"}, "use "+k.kind.want())
			}
		}
		at, ok := c.good(t.name + ".number")
		if !ok {
			continue
		}
		if i := staff.index(m.Number); i >= 0 {
			text := fmt.Sprintf("%q is already the number of %s", m.Number, staff.members[i].Name)
			c.problem(at, "person.number", complaint{text: text}, "use another number")
			continue
		}
		staff = staff.with(*m)
	}
	return staff
}

// staffNumberKind is what a person signs in with.
type staffNumberKind struct{}

var staffNumberPattern = regexp.MustCompile(`^\d\d$`)

func (staffNumberKind) read(v configValue, _ *configEnv, to any) *complaint {
	switch {
	case v.kind != unstable.String:
		return &complaint{text: "not a text between quotes", hide: true} // it may be a PIN in the wrong place
	case !staffNumberPattern.MatchString(v.text):
		return &complaint{text: "not two digits", hide: true}
	}
	*to.(*string) = v.text
	return nil
}

func (staffNumberKind) want() string         { return `two digits, such as "07"` }
func (staffNumberKind) show(from any) string { return quote(*from.(*string)) }

// roleKind is what a person may do.
type roleKind struct{}

var roles = []txn.Role{txn.Cashier, txn.Supervisor, txn.Technician}

func roleNames() choiceKind {
	var names choiceKind
	for _, r := range roles {
		names = append(names, r.String())
	}
	return names
}

func (roleKind) read(v configValue, env *configEnv, to any) *complaint {
	var name string
	if bad := roleNames().read(v, env, &name); bad != nil {
		return bad
	}
	*to.(*txn.Role) = roles[slices.Index(roleNames(), name)]
	return nil
}

func (roleKind) want() string         { return roleNames().want() }
func (roleKind) show(from any) string { return quote(from.(*txn.Role).String()) }

// pinKind is the hash of a PIN. What stands in its place is never repeated: it
// may be the PIN.
type pinKind struct{}

func (pinKind) read(v configValue, _ *configEnv, to any) *complaint {
	if v.kind != unstable.String {
		return &complaint{text: "not a text between quotes", hide: true}
	}
	hash, err := parsePINHash(v.text)
	if err != nil {
		return &complaint{text: err.Error(), hide: true}
	}
	*to.(*pinHash) = hash
	return nil
}

func (pinKind) want() string         { return "what 'till staff pin' writes" }
func (pinKind) show(from any) string { return quote(from.(*pinHash).text()) }

const staffHead = `# Who works here. Kept by 'till staff', which does not keep comments.
`

// TOML writes the staff as a file.
func (s Staff) TOML() string {
	var b strings.Builder
	b.WriteString(staffHead)
	for _, m := range s.members {
		b.WriteString("\n[[person]]\n")
		for _, k := range personKeys {
			fmt.Fprintf(&b, "%s = %s\n", k.name, k.kind.show(k.at(&m)))
		}
	}
	return b.String()
}
