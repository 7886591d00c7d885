package main

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// helpers is what the changed package gets as another file: which mutant is
// chosen, which were reached, and both sides of every operator.
const helpers = `package %s

import (
	"os"
	"strconv"
)

var mutantChosen = func() int { n, _ := strconv.Atoi(os.Getenv("TILL_MUTANT")); return n }()

var mutantReached = func() *os.File {
	if name := os.Getenv("TILL_MUTANT_REACHED"); name != "" {
		f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		if err != nil {
			panic(err)
		}
		return f
	}
	return nil
}()

var mutantSeen [%d]bool

func mutantIs(id int) bool {
	if mutantReached != nil && !mutantSeen[id] {
		mutantSeen[id] = true
		mutantReached.WriteString(strconv.Itoa(id) + "\n")
	}
	return id == mutantChosen
}

type mutantInteger interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr
}

type mutantNumber interface{ mutantInteger | ~float32 | ~float64 }

func mutantMore[T mutantNumber](m bool, v T) T {
	if m {
		return v + 1
	}
	return v
}

func mutantTwice[T mutantNumber](m bool, v T) T {
	if m {
		return v + v
	}
	return v
}
`

// swap is an operator with two sides: what stands in the source, and what the
// mutant does.
type swap struct{ name, kind, result, source, does string }

var swaps = []swap{
	{"Minus", "mutantNumber", "T", "+", "-"}, {"Plus", "mutantNumber", "T", "-", "+"},
	{"Quotient", "mutantNumber", "T", "*", "/"}, {"Product", "mutantNumber", "T", "/", "*"},
	{"Whole", "mutantInteger", "T", "%", "*"},
	{"Or", "mutantInteger", "T", "&", "|"}, {"And", "mutantInteger", "T", "|", "&"},
	{"AtMost", "mutantNumber", "bool", "<", "<="}, {"Below", "mutantNumber", "bool", "<=", "<"},
	{"AtLeast", "mutantNumber", "bool", ">", ">="}, {"Above", "mutantNumber", "bool", ">=", ">"},
	{"Right", "mutantInteger", "T", "<<", ">>"}, {"Left", "mutantInteger", "T", ">>", "<<"},
}

// helperFile is the file of helpers of a package with so many mutants.
func helperFile(name string, mutants int) string {
	var b strings.Builder
	fmt.Fprintf(&b, helpers, name, mutants+1)
	for _, s := range swaps {
		params, types := "T "+s.kind, "a, b T"
		if s.name == "Right" || s.name == "Left" {
			params, types = "T, S "+s.kind, "a T, b S"
		}
		fmt.Fprintf(&b, "\nfunc mutant%s[%s](m bool, %s) %s {\n", s.name, params, types, s.result)
		fmt.Fprintf(&b, "\tif m {\n\t\treturn a %s b\n\t}\n\treturn a %s b\n}\n", s.does, s.source)
	}
	return b.String()
}

// piece is text that goes in at an offset of the source.
type piece struct {
	at, del int
	text    string
	after   bool // it ends a stretch
	other   int  // where the stretch begins (after) or ends
	seq     int
	owner   *mutant
}

// span is where a mutant's stretch came to lie.
type span struct {
	from, to int
	owner    *mutant
}

// render writes a file with all of its mutants in it.
func render(src []byte, mutants []*mutant) (string, []span) {
	var pieces []piece
	for _, m := range mutants {
		chosen := "mutantIs(" + strconv.Itoa(m.id) + ")"
		for _, w := range m.wraps {
			pieces = append(pieces,
				piece{at: w.from, text: fill(w.before, chosen), other: w.to, seq: w.seq, owner: m},
				piece{at: w.to, text: fill(w.after, chosen), after: true, other: w.from, seq: w.seq, owner: m})
			if w.del > 0 {
				pieces = append(pieces, piece{at: w.at, del: w.del, text: w.instead, other: w.at, seq: w.seq, owner: m})
			}
		}
	}
	slices.SortStableFunc(pieces, comparePieces)
	var b strings.Builder
	var spans []span
	open := map[int]int{} // seq to the index of its span
	at := 0
	for _, p := range pieces {
		b.Write(src[at:p.at])
		at = p.at + p.del
		switch {
		case p.after:
			b.WriteString(p.text)
			spans[open[p.seq]].to = b.Len()
		case p.del > 0:
			b.WriteString(p.text)
		default:
			open[p.seq] = len(spans)
			spans = append(spans, span{b.Len(), 0, p.owner})
			b.WriteString(p.text)
		}
	}
	b.Write(src[at:])
	return b.String(), spans
}

// fill puts the call in the place of M.
func fill(text, chosen string) string {
	text = strings.Replace(text, "(M,", "("+chosen+",", 1)
	text = strings.Replace(text, "!M ", "!"+chosen+" ", 1)
	text = strings.Replace(text, "!= M)", "!= "+chosen+")", 1)
	return strings.Replace(text, "if M ", "if "+chosen+" ", 1)
}

// comparePieces nests stretches: the outer opens first and closes last, and
// what ends at an offset ends before anything begins there.
func comparePieces(a, b piece) int {
	if c := cmp.Compare(a.at, b.at); c != 0 {
		return c
	}
	aEnds, bEnds := a.after && a.other < a.at, b.after && b.other < b.at
	empty := func(p piece) bool { return p.other == p.at && p.del == 0 }
	switch {
	case empty(a) && empty(b):
		if c := cmp.Compare(a.seq, b.seq); c != 0 {
			return c
		}
		return cmp.Compare(boolInt(a.after), boolInt(b.after))
	case aEnds != bEnds:
		return cmp.Compare(boolInt(bEnds), boolInt(aEnds))
	case aEnds:
		return cmp.Or(cmp.Compare(b.other, a.other), cmp.Compare(b.seq, a.seq))
	case empty(a) != empty(b):
		return cmp.Compare(boolInt(empty(b)), boolInt(empty(a)))
	}
	return cmp.Or(cmp.Compare(b.other, a.other), cmp.Compare(a.seq, b.seq))
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// schema is a package in which every mutant is compiled in.
type schema struct {
	pkg     *pkg
	mutants []*mutant
	left    []*mutant // that do not compile with the others
	text    []string  // of the files
}

// build writes the schema of a package, without what does not type-check.
func build(p *pkg) (*schema, error) {
	all, pads := find(p)
	s := &schema{pkg: p, mutants: all}
	helper := helperFile(p.files[0].Name.Name, len(all))
	for range tries {
		bad, err := s.check(pads, helper)
		if err != nil {
			return nil, err
		}
		if len(bad) == 0 {
			s.text = append(s.text, helper)
			return s, nil
		}
		drop := func(m *mutant) bool { return bad[m] }
		for _, m := range s.mutants {
			if bad[m] {
				s.left = append(s.left, m)
			}
		}
		s.mutants = slices.DeleteFunc(slices.Clone(s.mutants), drop)
		pads = slices.DeleteFunc(slices.Clone(pads), drop)
	}
	return nil, errors.New("the mutants of " + p.dir + " do not come to type-check")
}

// tries bounds the rounds in which mutants that do not type-check are left out.
const tries = 40

// check type-checks what is there, and says which mutants stand where it fails.
func (s *schema) check(pads []*mutant, helper string) (map[*mutant]bool, error) {
	fset := token.NewFileSet()
	var files []*ast.File
	spans := map[string][]span{}
	s.text = nil
	for i, name := range s.pkg.names {
		own := slices.DeleteFunc(slices.Concat(s.mutants, pads), func(m *mutant) bool { return m.file != i })
		text, sp := render(s.pkg.src[i], own)
		file, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
		if err != nil {
			s.keep(name, text)
			return nil, fmt.Errorf("parse the mutants: %w", err)
		}
		files, spans[name] = append(files, file), sp
		s.text = append(s.text, text)
	}
	file, err := parser.ParseFile(fset, "mutants.go", helper, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	bad := map[*mutant]bool{}
	var lost error
	conf := types.Config{Importer: s.pkg.imp, Error: func(err error) {
		var te types.Error
		if !errors.As(err, &te) {
			lost = err
			return
		}
		pos := fset.Position(te.Pos)
		if m := innermost(spans[pos.Filename], pos.Offset); m != nil {
			bad[m] = true
		} else if !te.Soft {
			lost = err
		}
	}}
	_, _ = conf.Check(s.pkg.path, fset, append(files, file), nil)
	if len(bad) == 0 && lost != nil {
		return nil, fmt.Errorf("type-check the mutants: %w", lost)
	}
	return bad, nil
}

// keep writes a file that did not parse where a person can look at it.
func (s *schema) keep(name, text string) {
	_ = os.WriteFile(filepath.Join(os.TempDir(), "mutants-"+filepath.Base(name)), []byte(text), 0o600)
}

func innermost(spans []span, at int) *mutant {
	var best *span
	for i := range spans {
		sp := &spans[i]
		if sp.from <= at && at <= sp.to && (best == nil || sp.to-sp.from <= best.to-best.from) {
			best = sp
		}
	}
	if best == nil {
		return nil
	}
	return best.owner
}
