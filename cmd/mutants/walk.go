package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// stmts offers to leave each statement of a list out, and looks into it.
func (f *finder) stmts(list []ast.Stmt) {
	for _, s := range list {
		f.leaveOut(s)
		f.stmt(s)
	}
}

// leaveOut: assignments, calls, counts and jumps can be left out and compile
// all the same. A return gives nothing back instead.
func (f *finder) leaveOut(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		if s.Tok == token.DEFINE {
			return
		}
		if id, ok := s.Lhs[0].(*ast.Ident); ok && id.Name == "_" && len(s.Lhs) == 1 {
			return
		}
	case *ast.ExprStmt:
		if isPanic(s.X) {
			return // what cannot happen is not tested
		}
	case *ast.IncDecStmt:
	case *ast.BranchStmt:
		if s.Tok != token.BREAK && s.Tok != token.CONTINUE {
			return
		}
	case *ast.ReturnStmt:
		f.returnNothing(s)
		return
	default:
		return
	}
	f.add(s.Pos(), f.text(f.file, s)+" is left out", f.around(s, "if !M { ", " }"))
}

func isPanic(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	id, ok := call.Fun.(*ast.Ident)
	return ok && id.Name == "panic"
}

func (f *finder) returnNothing(s *ast.ReturnStmt) {
	results := f.results[len(f.results)-1]
	if results == nil {
		f.add(s.Pos(), "return is left out", f.around(s, "if !M { ", " }"))
		return
	}
	something := len(s.Results) == 0
	for _, r := range s.Results {
		something = something || !f.nothing(r)
	}
	if something {
		f.add(s.Pos(), f.text(f.file, s)+" returns nothing", f.around(s, "if M { return "+f.zeros(results)+" }; ", ""))
	}
}

// nothing reports whether an expression is plainly the zero value, or a
// condition, which has mutants of its own.
func (f *finder) nothing(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name == "nil" || e.Name == "false" || e.Name == "true"
	case *ast.BasicLit:
		return e.Value == "0" || e.Value == `""`
	case *ast.CompositeLit:
		return len(e.Elts) == 0
	case *ast.BinaryExpr:
		return f.truth(e)
	case *ast.UnaryExpr:
		return e.Op == token.NOT
	case *ast.ParenExpr:
		return f.nothing(e.X)
	}
	return false
}

func (f *finder) truth(e ast.Expr) bool {
	t := f.info.TypeOf(e)
	if t == nil {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}

// stmt looks into a statement.
func (f *finder) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.BlockStmt:
		f.stmts(s.List)
	case *ast.IfStmt:
		f.simple(s.Init)
		f.cond(s.Cond)
		f.stmts(s.Body.List)
		f.stmt(s.Else)
	case *ast.ForStmt:
		f.simple(s.Init)
		f.cond(s.Cond)
		f.simple(s.Post)
		f.stmts(s.Body.List)
	case *ast.RangeStmt:
		f.expr(s.X)
		f.stmts(s.Body.List)
	case *ast.SwitchStmt:
		f.simple(s.Init)
		f.expr(s.Tag)
		f.cases(s.Body, s.Tag == nil)
	case *ast.TypeSwitchStmt:
		f.simple(s.Init)
		f.cases(s.Body, false)
	case *ast.LabeledStmt:
		f.stmt(s.Stmt)
	case nil:
	default:
		f.simple(s)
	}
}

// cases: the body of a case can be dropped.
func (f *finder) cases(body *ast.BlockStmt, conditions bool) {
	for _, c := range body.List {
		clause, ok := c.(*ast.CaseClause)
		if !ok {
			continue
		}
		if conditions {
			for _, e := range clause.List {
				f.cond(e)
			}
		}
		if len(clause.Body) > 0 && !onlyPanics(clause.Body) {
			o := f.offset(clause.Colon) + 1
			f.add(clause.Pos(), "the case does nothing", wrap{from: o, to: o, before: " if M { break }; "})
		}
		f.stmts(clause.Body)
	}
}

func onlyPanics(list []ast.Stmt) bool {
	s, ok := list[0].(*ast.ExprStmt)
	return ok && isPanic(s.X)
}

// simple looks into a statement without a body.
func (f *finder) simple(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		for _, e := range s.Lhs {
			f.target(e)
		}
		for _, e := range s.Rhs {
			f.expr(e)
		}
	case *ast.ExprStmt:
		if !isPanic(s.X) {
			f.expr(s.X)
		}
	case *ast.ReturnStmt:
		for i, e := range s.Results {
			if i < len(s.Results)-1 && f.failing(s) {
				continue // what is returned beside an error means nothing
			}
			f.expr(e)
		}
	case *ast.IncDecStmt:
		f.target(s.X)
	case *ast.DeferStmt:
		f.expr(s.Call)
	case *ast.DeclStmt:
		if d, ok := s.Decl.(*ast.GenDecl); ok && d.Tok == token.VAR {
			for _, spec := range d.Specs {
				for _, v := range spec.(*ast.ValueSpec).Values {
					f.expr(v)
				}
			}
		}
	}
}

// failing reports whether a return gives an error back.
func (f *finder) failing(s *ast.ReturnStmt) bool {
	last := s.Results[len(s.Results)-1]
	id, null := last.(*ast.Ident)
	t := f.info.TypeOf(last)
	return t != nil && t.String() == "error" && !(null && id.Name == "nil")
}

// target is what is assigned to: only the index in it can be changed.
func (f *finder) target(e ast.Expr) {
	if x, ok := e.(*ast.IndexExpr); ok {
		f.target(x.X)
		f.expr(x.Index)
	}
}

// cond is an expression that decides: it can be negated, if none of its parts
// can.
func (f *finder) cond(e ast.Expr) {
	if e == nil {
		return
	}
	if f.info.Types[e].Value == nil {
		switch x := ast.Unparen(e).(type) {
		case *ast.BinaryExpr:
		case *ast.UnaryExpr:
			if _, ok := ast.Unparen(x.X).(*ast.BinaryExpr); !ok {
				f.negate(e)
			}
		default:
			f.negate(e)
		}
	}
	f.expr(e)
}

func (f *finder) negate(e ast.Expr) {
	f.add(e.Pos(), f.text(f.file, e)+" is negated", f.around(e, "((", ") != M)"))
}

// expr looks into an expression.
func (f *finder) expr(e ast.Expr) {
	if e == nil {
		return
	}
	if tv := f.info.Types[e]; tv.Value != nil {
		f.constant(e, tv.Value)
		return
	} else if tv.IsType() {
		return
	}
	switch e := e.(type) {
	case *ast.BinaryExpr:
		f.binary(e)
	case *ast.UnaryExpr:
		f.expr(e.X)
	case *ast.ParenExpr:
		f.expr(e.X)
	case *ast.StarExpr:
		f.expr(e.X)
	case *ast.SelectorExpr:
		f.expr(e.X)
	case *ast.IndexExpr:
		f.expr(e.X)
		f.expr(e.Index)
	case *ast.SliceExpr:
		f.expr(e.X)
		f.expr(e.Low)
		f.expr(e.High)
	case *ast.TypeAssertExpr:
		f.expr(e.X)
	case *ast.CallExpr:
		f.call(e)
	case *ast.CompositeLit:
		f.literal(e)
	case *ast.FuncLit:
		f.function(e.Type, e.Body)
	}
}

func (f *finder) call(e *ast.CallExpr) {
	f.expr(e.Fun)
	if id, ok := e.Fun.(*ast.Ident); ok && id.Name == "make" {
		return // room kept in advance changes nothing that can be seen
	}
	if sel, ok := e.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Errorf" {
		return // the words of an error
	}
	for _, a := range e.Args {
		f.expr(a)
	}
}

func (f *finder) literal(e *ast.CompositeLit) {
	for _, el := range e.Elts {
		if kv, ok := el.(*ast.KeyValueExpr); ok {
			el = kv.Value
		}
		f.expr(el)
	}
}

func (f *finder) binary(e *ast.BinaryExpr) {
	whole := f.around(e, "((", ") != M)")
	switch e.Op {
	case token.LAND, token.LOR:
		becomes := " becomes ||"
		if e.Op == token.LOR {
			becomes = " becomes &&"
		}
		f.add(e.OpPos, e.Op.String()+becomes+" after "+f.text(f.file, e.X), whole,
			f.around(e.X, "((", ") != M)"), f.around(e.Y, "((", ") != M)"))
		f.cond(e.X)
		f.cond(e.Y)
		return
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		f.add(e.OpPos, f.text(f.file, e)+" is negated", whole)
	}
	op := e.Op.String()
	i := slices.IndexFunc(swaps, func(s swap) bool { return s.source == op })
	if i >= 0 && f.swappable(e) {
		w := f.around(e, "mutant"+swaps[i].name+"(M, ", ")")
		w.at, w.del, w.instead = f.offset(e.OpPos), len(op), ","
		f.add(e.OpPos, f.text(f.file, e)+": "+op+" becomes "+swaps[i].does, w)
	}
	f.expr(e.X)
	f.expr(e.Y)
}

// swappable: numbers only. What has a text on either side is put together, not
// added up.
func (f *finder) swappable(e *ast.BinaryExpr) bool {
	x := f.info.TypeOf(e.X)
	if x == nil {
		return false
	}
	b, ok := x.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsNumeric != 0
}
