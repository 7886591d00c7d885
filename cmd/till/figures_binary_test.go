package main

import (
	"cmp"
	"debug/elf"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// measureBinaries builds the program for every board, as the Makefile does.
func measureBinaries(t *testing.T, f *figures) {
	for _, board := range []struct {
		arch  string
		limit float64
	}{{"arm", 20}, {"arm64", 0}, {"riscv64", 0}, {"amd64", 0}} {
		path := build(t, board.arch, true)
		info, err := os.Stat(path)
		must(t, "measure the program", err)
		name, note := "stripped program, "+board.arch, ""
		if board.arch == "arm" {
			name, note = "stripped program, arm v7", piecesOf(t, build(t, board.arch, false), info.Size())
		}
		f.add(figure{name, float64(info.Size()) / mib, board.limit, "MiB", note})
	}
}

// build runs the Makefile's command, which TILL_BUILD holds, for another board
// and with other flags of the linker; without it, the one of a bare go build.
func build(t *testing.T, arch string, stripped bool) string {
	t.Helper()
	command := os.Getenv("TILL_BUILD")
	if command == "" {
		command = "go build -trimpath -ldflags '-s -w'"
	}
	if !stripped {
		command = strings.Replace(command, "-s -w", "", 1)
	}
	path := filepath.Join(t.TempDir(), "till-"+arch)
	cmd := exec.Command("sh", "-c", command+` -o "$0" .`, path)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch, "GOARM=7")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("cannot measure: build for %s: %v\n%s", arch, err, out)
	}
	return path
}

// pieces sorts symbols by the first prefix that fits.
var pieces = []struct{ prefix, piece string }{
	{"till/device/display..gobytes", "screen fonts"},
	{"till/printer/raster..gobytes", "paper fonts"},
	{"till/sim/", "simulated world"},
	{"till/", "till"}, {"main.", "till"},
	{"github.com/ncruces/", "SQLite"},
	{"github.com/makiuchi-d/", "gozxing"},
	{"github.com/spf13/", "cobra"},
	{"github.com/pelletier/", "toml"},
	{"golang.org/x/image", "x/image"},
	{"golang.org/x/text", "x/text"},
	{"net", "net and net/http"}, {"vendor/golang.org/x/net", "net and net/http"}, {"mime", "net and net/http"},
	{"internal/nettrace", "net and net/http"},
	{"crypto", "crypto"}, {"vendor/golang.org/x/crypto", "crypto"},
	{"text/template", "templates"}, {"html", "templates"},
	{"image", "image"}, {"compress", "image"},
	{"runtime", "runtime"}, {"internal/runtime", "runtime"}, {"go:", "runtime"}, {"type:", "types"},
}

// piecesOf says what the largest parts of a program are. It reads the symbols
// of one that was not stripped; size is that of the one that was.
func piecesOf(t *testing.T, path string, size int64) string {
	t.Helper()
	file, err := elf.Open(path)
	must(t, "read the program", err)
	defer func() { _ = file.Close() }() // only read from
	symbols, err := file.Symbols()
	must(t, "read the symbols", err)
	by, known := map[string]uint64{}, uint64(0)
	for _, s := range file.Sections {
		if s.Name == ".gopclntab" {
			by["line tables"], known = s.Size, s.Size
		}
	}
	for _, s := range symbols {
		if int(s.Section) >= len(file.Sections) || file.Sections[s.Section].Type == elf.SHT_NOBITS ||
			file.Sections[s.Section].Name == ".gopclntab" {
			continue
		}
		part := "other packages"
		for _, p := range pieces {
			if strings.HasPrefix(s.Name, p.prefix) {
				part = p.piece
				break
			}
		}
		by[part] += s.Size
		known += s.Size
	}
	if uint64(size) > known {
		by["constants, types and the rest"] += uint64(size) - known
	}
	var said []string
	for _, part := range slices.SortedFunc(maps.Keys(by), func(a, b string) int { return cmp.Compare(by[b], by[a]) }) {
		if by[part] >= mib/10 {
			said = append(said, fmt.Sprintf("%s %.1f", part, float64(by[part])/mib))
		}
	}
	return strings.Join(said, ", ")
}
