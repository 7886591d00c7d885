package sim

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestEveryInvariantHasASentence holds the list to the code: what can fail is in
// it, in order and once, and what is in it can fail.
func TestEveryInvariantHasASentence(t *testing.T) {
	used := map[string]bool{OneTrace: true}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if name, ok := failName(n); ok {
				used[name] = true
			}
			return true
		})
	}
	var names []string
	for _, i := range Invariants {
		names = append(names, i.Name)
		if !used[i.Name] {
			t.Errorf("nothing fails as %q", i.Name)
		}
		if i.Sentence == "" || !strings.HasSuffix(i.Sentence, ".") {
			t.Errorf("%q has no sentence", i.Name)
		}
	}
	for name := range used {
		if !slices.Contains(names, name) {
			t.Errorf("%q can fail and is not in the list", name)
		}
	}
	fold := func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }
	if !slices.IsSortedFunc(names, fold) || len(slices.Compact(names)) != len(Invariants) {
		t.Error("the list is not in order, or has a name twice")
	}
}

// failName is the name in a call x.fail("name", ...).
func failName(n ast.Node) (string, bool) {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) < 2 {
		return "", false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "fail" {
		return "", false
	}
	lit, ok := call.Args[0].(*ast.BasicLit)
	if !ok {
		return "", false
	}
	name, err := strconv.Unquote(lit.Value)
	return name, err == nil
}

// TestTheInvariantsStandInTheDocumentation, each with its name: the statement of
// what till survives is doc.go.
func TestTheInvariantsStandInTheDocumentation(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	doc := strings.ReplaceAll(string(text), "\n//     ", " ")
	if n := len(Invariants); n < 25 {
		t.Errorf("%d invariants", n)
	}
	for _, i := range Invariants {
		if line := "//   - " + strings.ToUpper(i.Name[:1]) + i.Name[1:] + ": "; !strings.Contains(doc, line) {
			t.Errorf("doc.go does not have %q", line)
		}
	}
}
