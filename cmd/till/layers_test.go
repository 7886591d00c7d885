package main

import (
	"go/ast"
	"go/importer"
	"go/parser"
	gotoken "go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "till/"

// layers says who may import whom inside this module. Anything missing is
// forbidden. cmd/till knows everything and is not listed.
var layers = map[string][]string{
	"cmd/mutants":        {}, // a tool: it knows nothing
	"txn/money":          {},
	"txn":                {"txn/money"},
	"txn/bill":           {"txn", "txn/money"},
	"txn/journal":        {"txn"},
	"txn/paycode":        {"txn"},
	"txn/rail":           {"txn"},
	"txn/rail/wechatpay": {"txn", "txn/money", "txn/rail"},
	"txn/rail/alipay":    {"txn", "txn/money", "txn/rail"},
	"txn/rail/lakala":    {"txn", "txn/money", "txn/rail"},
	"txn/rail/railtest":  {"txn", "txn/money", "txn/rail"}, // what every rail must pass, for tests
	"txn/screen":         {"txn", "txn/money"},
	"txn/terminal":       {"txn"},

	"device":            {},
	"device/serial":     {"device"},
	"device/keypad":     {"device"},
	"device/link":       {"device"},
	"device/store":      {"device"},
	"device/display":    {"device", "txn", "txn/screen", "printer/raster"},
	"device/devicetest": {"device", "device/link", "device/store"},
	"scanner":           {"device"},
	"scanner/decode":    {},
	"printer":           {"device", "printer/escpos"},
	"printer/escpos":    {"printer/raster"},
	"printer/raster":    {},
	"printer/receipt":   {"printer/escpos", "printer/raster", "txn"},

	"sim": {"device", "txn", "txn/money", "txn/journal", "txn/paycode", "txn/rail", "txn/rail/wechatpay", "txn/rail/alipay",
		"txn/rail/lakala", "txn/screen", "txn/terminal", "sim/storesim", "sim/railsim", "sim/railsim/railwire",
		"sim/railsim/wechatsim", "sim/railsim/alipaysim", "sim/railsim/lakalasim"},
	"sim/disksim":           {},
	"sim/keypadsim":         {},
	"sim/linksim":           {"device", "device/link"},
	"sim/printersim":        {"printer/raster"}, // the shapes of letters; nothing of the wire
	"sim/railsim":           {},
	"sim/railsim/wechatsim": {"sim/railsim"},
	"sim/railsim/alipaysim": {"sim/railsim"},
	"sim/railsim/lakalasim": {"sim/railsim"},
	"sim/railsim/railwire":  {"sim/railsim", "txn/rail"},
	"sim/railsim/railkit":   {"sim/railsim", "sim/railsim/railwire", "txn", "txn/rail", "txn/rail/railtest"}, // for tests
	"sim/scannersim":        {},
	"sim/storesim":          {"txn", "txn/journal"},
	"sim/rig":               {"device", "device/display", "sim/keypadsim", "sim/printersim", "sim/railsim", "sim/railsim/wechatsim", "sim/railsim/alipaysim", "sim/railsim/lakalasim", "sim/scannersim"},
	"sim/bench":             {"txn", "txn/journal", "device/store", "sim/rig", "sim/printersim", "sim/railsim", "sim/railsim/wechatsim", "sim/railsim/alipaysim", "sim/railsim/lakalasim"},
	"txn/screen/screentest": {"txn", "txn/money"}, // states of every screen, for tests
}

// impure is what nothing below txn may import.
var impure = []string{"context", "io", "log", "math/rand", "math/rand/v2", "net", "net/http", "os", "os/exec",
	"runtime", "sync", "sync/atomic", "syscall", "unsafe"}

// importers says which one package may import a third-party module.
// golang.org/x is exempt (decisions.md 15).
var importers = map[string]string{
	"github.com/ncruces/go-sqlite3":     "device/store", // and its file layer: sim/disksim
	"go.bug.st/serial":                  "device/serial",
	"github.com/skip2/go-qrcode":        "printer/raster",
	"github.com/makiuchi-d/gozxing":     "scanner/decode",
	"github.com/pelletier/go-toml/v2":   "cmd/till",
	"github.com/spf13/cobra":            "cmd/till",
	"github.com/spf13/pflag":            "cmd/till",
	"github.com/wechatpay-apiv3":        "", // tests only: an independent client
	"github.com/smartwalle":             "", // tests only: an independent client
	"github.com/chromedp":               "", // tests only: a browser
	"periph.io/x/host/v3":               "device/gpio",
	"github.com/ncruces/go-sqlite3/vfs": "sim/disksim",
}

// source is one file that the program is made of.
type source struct {
	name, dir string
	file      *ast.File
}

func sources(t *testing.T) (*gotoken.FileSet, []source) {
	t.Helper()
	fset := gotoken.NewFileSet()
	var all []source
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		src, err := fs.ReadFile(root, name)
		if err != nil || strings.HasPrefix(string(src), "//go:build ignore") {
			return err
		}
		file, err := parser.ParseFile(fset, name, src, parser.ParseComments)
		all = append(all, source{name, path.Dir(name), file})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return fset, all
}

func TestNobodyImportsUpwards(t *testing.T) {
	_, all := sources(t)
	for _, s := range all {
		pure := s.dir == "txn" || strings.HasPrefix(s.dir, "txn/")
		for _, spec := range s.file.Imports {
			imp, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if pure && slices.Contains(impure, imp) {
				t.Errorf("%s imports %s, but what is below txn is pure", s.name, imp)
			}
			if own, ok := strings.CutPrefix(imp, module); ok && s.dir != "cmd/till" && !slices.Contains(layers[s.dir], own) {
				t.Errorf("%s imports %s, which is not below it: see layers", s.name, own)
			}
			if owner, ok := ownerOf(imp); ok && s.dir != owner {
				t.Errorf("%s imports %s, which belongs to %q alone", s.name, imp, owner)
			}
		}
	}
}

func ownerOf(imp string) (string, bool) {
	if strings.HasPrefix(imp, "golang.org/x/") || strings.HasPrefix(imp, module) || !strings.Contains(imp, ".") {
		return "", false
	}
	best := ""
	for mod := range importers {
		if (imp == mod || strings.HasPrefix(imp, mod+"/")) && len(mod) > len(best) {
			best = mod
		}
	}
	if best == "" {
		return "nobody", true
	}
	return importers[best], true
}

// TestWhatIsBelowTxnDoesNothing looks for goroutines, clocks and the order of
// maps, the classic leaks of randomness.
func TestWhatIsBelowTxnDoesNothing(t *testing.T) {
	fset, all := sources(t)
	byDir := map[string][]*ast.File{}
	for _, s := range all {
		if s.dir == "txn" || strings.HasPrefix(s.dir, "txn/") {
			byDir[s.dir] = append(byDir[s.dir], s.file)
		}
	}
	if len(byDir) < 5 {
		t.Fatalf("only %d packages below txn were found", len(byDir))
	}
	imp := importer.ForCompiler(fset, "source", nil)
	for dir, files := range byDir {
		info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
		conf := types.Config{Importer: imp, Error: func(error) {}}
		if _, err := conf.Check(module+dir, fset, files, info); err != nil {
			t.Errorf("%s does not type-check here: %v", dir, err)
		}
		for _, file := range files {
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.GoStmt:
					t.Errorf("%s: a goroutine below txn", fset.Position(n.Pos()))
				case *ast.SelectorExpr:
					if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Sleep", "After", "AfterFunc", "NewTimer", "Tick"}, n.Sel.Name) {
						t.Errorf("%s: a clock below txn", fset.Position(n.Pos()))
					}
				case *ast.RangeStmt:
					if typ := info.TypeOf(n.X); typ != nil {
						if _, ok := typ.Underlying().(*types.Map); ok {
							t.Errorf("%s: the order of a map below txn", fset.Position(n.Pos()))
						}
					}
				}
				return true
			})
		}
	}
}

// TestTheTopLevelIsAsAgreed keeps the house in order.
func TestTheTopLevelIsAsAgreed(t *testing.T) {
	want := []string{"LICENSE", "Makefile", "README.md", "cmd", "device", "go.mod", "go.sum", "printer", "scanner", "sim", "txn"}
	entries, err := os.ReadDir("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(want, e.Name()) && e.Name() != "bin" && e.Name() != "artifacts" {
			t.Errorf("%s stands at the top level", e.Name())
		}
	}
}
