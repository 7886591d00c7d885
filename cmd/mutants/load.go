package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// pkg is one package of the module, read and type-checked.
type pkg struct {
	path  string // till/txn
	dir   string // relative to the module: txn
	fset  *token.FileSet
	files []*ast.File
	names []string // of files, relative to the module
	src   [][]byte
	info  *types.Info
	imp   types.Importer
}

// listed is what go list says of a package.
type listed struct {
	ImportPath, Dir, Export string
	GoFiles                 []string
}

// load reads the package in dir, and the compiled form of what it imports.
func load(dir string) (*pkg, error) {
	cmd := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Dir,Export,GoFiles",
		"./"+dir, "os", "strconv") // the helpers need these
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("list %s: %w\n%s", dir, err, stderr.String())
	}
	exports := map[string]string{}
	here, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	var own listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var l listed
		if err := dec.Decode(&l); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("list %s: %w", dir, err)
		}
		exports[l.ImportPath] = l.Export
		if l.Dir == here {
			own = l
		}
	}
	p := &pkg{path: own.ImportPath, dir: dir, fset: token.NewFileSet()}
	p.imp = importer.ForCompiler(p.fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	for _, name := range own.GoFiles {
		src, err := os.ReadFile(filepath.Join(own.Dir, name))
		if err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(p.fset, name, src, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		p.files, p.src = append(p.files, file), append(p.src, src)
		p.names = append(p.names, filepath.Join(dir, name))
	}
	p.info = &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
	conf := types.Config{Importer: p.imp}
	if _, err := conf.Check(p.path, p.fset, p.files, p.info); err != nil {
		return nil, fmt.Errorf("check %s: %w", dir, err)
	}
	return p, nil
}

// text is the source of a node, on one line and not too long.
func (p *pkg) text(file int, n ast.Node) string {
	s := strings.Join(strings.Fields(string(p.slice(file, n))), " ")
	if r := []rune(s); len(r) > textMax {
		s = string(r[:textMax-3]) + "..."
	}
	return s
}

const textMax = 60

func (p *pkg) slice(file int, n ast.Node) []byte {
	return p.src[file][p.offset(n.Pos()):p.offset(n.End())]
}

func (p *pkg) offset(pos token.Pos) int { return p.fset.Position(pos).Offset }

// line is the source line on which a position stands.
func (p *pkg) line(file int, pos token.Pos) string {
	src, o := p.src[file], p.offset(pos)
	start := bytes.LastIndexByte(src[:o], '\n') + 1
	end := bytes.IndexByte(src[o:], '\n')
	if end < 0 {
		return string(src[start:])
	}
	return strings.TrimSpace(string(src[start : o+end]))
}
