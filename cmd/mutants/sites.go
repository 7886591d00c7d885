package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// mutant is one small change of a package, which is made at run time when its
// number is chosen.
type mutant struct {
	id     int
	file   int
	name   string // of the file
	line   int
	inFunc string
	source string // the line
	change string // "> becomes >="
	wraps  []wrap
	tests  []int // that reach it
	fate   fate
	by     string // the test that noticed
}

// key names a mutant in a list that outlives the numbers of lines.
func (m *mutant) key() string {
	return fmt.Sprintf("%s | %s | %s | %s", m.name, m.inFunc, m.source, m.change)
}

// wrap is text before and after a stretch of a file, and text instead of
// another stretch inside it.
type wrap struct {
	from, to      int
	before, after string
	at, del       int // replaced when del > 0
	instead       string
	seq           int
}

// finder walks a package and collects what can be changed in it.
type finder struct {
	*pkg
	file    int
	fn      *ast.FuncDecl
	results []*ast.FieldList // of the functions around, outermost first
	mutants []*mutant
	pads    []wrap // returns that nobody reaches: the compiler wants them
	seq     int
	types.Qualifier
}

// find lists the mutants of a package, numbered from 1.
func find(p *pkg) ([]*mutant, []*mutant) {
	f := &finder{pkg: p}
	var pads []*mutant
	for i, file := range p.files {
		f.file = i
		f.Qualifier = qualifier(p, file)
		f.pads = nil
		for _, d := range file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
				f.fn = fn
				f.function(fn.Type, fn.Body)
			}
		}
		for _, w := range f.pads {
			pads = append(pads, &mutant{file: i, name: p.names[i], wraps: []wrap{w}})
		}
	}
	for i, m := range f.mutants {
		m.id = i + 1
	}
	return f.mutants, pads
}

// qualifier writes a type as the file would.
func qualifier(p *pkg, file *ast.File) types.Qualifier {
	names := map[string]string{}
	for _, spec := range file.Imports {
		path := strings.Trim(spec.Path.Value, `"`)
		if spec.Name != nil {
			names[path] = spec.Name.Name
		}
	}
	return func(q *types.Package) string {
		if q.Path() == p.path {
			return ""
		}
		if n, ok := names[q.Path()]; ok {
			return n
		}
		return q.Name()
	}
}

func (f *finder) function(typ *ast.FuncType, body *ast.BlockStmt) {
	f.results = append(f.results, typ.Results)
	f.stmts(body.List)
	f.results = f.results[:len(f.results)-1]
	if typ.Results == nil || len(body.List) == 0 {
		return
	}
	if _, ok := body.List[len(body.List)-1].(*ast.ReturnStmt); !ok {
		o := f.offset(body.Rbrace)
		f.seq++
		f.pads = append(f.pads, wrap{from: o, to: o, before: "; return " + f.zeros(typ.Results) + " ", seq: f.seq})
	}
}

// zeros are nothing, once for every result.
func (f *finder) zeros(results *ast.FieldList) string {
	var list []string
	for _, r := range results.List {
		for range max(1, len(r.Names)) {
			list = append(list, "*new("+string(f.slice(f.file, r.Type))+")")
		}
	}
	return strings.Join(list, ", ")
}

// add makes a mutant. In the texts of its wraps M stands for the call that
// says whether it is chosen.
func (f *finder) add(at token.Pos, change string, wraps ...wrap) {
	for i := range wraps {
		f.seq++
		wraps[i].seq = f.seq
	}
	f.mutants = append(f.mutants, &mutant{file: f.file, name: f.names[f.file], line: f.fset.Position(at).Line,
		inFunc: funcName(f.fn), source: f.line(f.file, at), change: change, wraps: wraps})
}

func funcName(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return fn.Name.Name
	}
	t := fn.Recv.List[0].Type
	if s, ok := t.(*ast.StarExpr); ok {
		t = s.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name + "." + fn.Name.Name
	}
	return fn.Name.Name
}

func (f *finder) around(n ast.Node, before, after string) wrap {
	return wrap{from: f.offset(n.Pos()), to: f.offset(n.End()), before: before, after: after}
}

// numeric returns the type of an expression when it counts something.
func (f *finder) numeric(e ast.Expr) (types.Type, bool) {
	t := f.info.TypeOf(e)
	if t == nil {
		return nil, false
	}
	b, ok := t.Underlying().(*types.Basic)
	return t, ok && b.Info()&types.IsNumeric != 0 && b.Info()&types.IsUntyped == 0 && b.Info()&types.IsComplex == 0
}

// constant offers one more than a number that stands in the source; a wait is
// doubled, because nobody notices a nanosecond.
func (f *finder) constant(e ast.Expr, v constant.Value) {
	if v.Kind() == constant.Bool {
		f.add(e.Pos(), f.text(f.file, e)+" becomes its opposite", f.around(e, "((", ") != M)"))
		return
	}
	t, ok := f.numeric(e)
	if !ok {
		return
	}
	name := types.TypeString(t, f.Qualifier)
	if strings.HasSuffix(name, ".Duration") && constant.Sign(v) != 0 {
		f.add(e.Pos(), f.text(f.file, e)+" is doubled", f.around(e, "mutantTwice["+name+"](M, ", ")"))
		return
	}
	f.add(e.Pos(), f.text(f.file, e)+" is one more", f.around(e, "mutantMore["+name+"](M, ", ")"))
}
