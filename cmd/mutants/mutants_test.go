package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// atRoot goes to the root of the module, where the tool runs.
func atRoot(t *testing.T) { t.Chdir("../..") }

// TestThePlantedBugsAreNotStale: the text of each stands in its file exactly once,
// and no two have a name.
func TestThePlantedBugsAreNotStale(t *testing.T) {
	atRoot(t)
	all := bugs()
	if _, err := plantAll(all); err != nil {
		t.Error(err)
	}
	names := map[string]bool{}
	for _, b := range all {
		if names[b.name] || b.does == "" || b.old == b.new {
			t.Errorf("bug %s has its name twice, no sentence, or changes nothing", b.name)
		}
		names[b.name] = true
	}
	if len(all) < 44 {
		t.Errorf("%d bugs", len(all))
	}
}

// TestAStaleBugIsAnError: a text that is gone, or is there twice.
func TestAStaleBugIsAnError(t *testing.T) {
	b := bug{name: "b", file: "f", old: "x", new: "y"}
	for _, src := range []string{"a", "x x"} {
		if _, err := b.plant(src); err == nil || !strings.Contains(err.Error(), "stale") {
			t.Errorf("%q: %v", src, err)
		}
	}
	if got, err := b.plant("a x b"); err != nil || got != "a y b" {
		t.Errorf("%q, %v", got, err)
	}
}

const source = `package p

import "time"

const limit = 3

func F(a, b int, ok bool, s string) (int, error) {
	n := a + b*limit
	if a < b && !ok || s == "x" {
		n++
	}
	switch {
	case n >= 5:
		return n % 2, nil
	case ok:
		n = n << 1
	}
	for i := range 3 {
		if i == 1 {
			continue
		}
		n -= i
	}
	wait := 5 * time.Second
	_ = wait
	switch s {
	case "a":
		return 1, nil
	default:
		return 2, nil
	}
}
`

// inModule writes a small module and goes there.
func inModule(t *testing.T, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	files["go.mod"] = "module m\n\ngo 1.26\n"
	for name, text := range files {
		at := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

// TestEveryMutantCompilesBesideTheOthers, and says what it changes.
func TestEveryMutantCompilesBesideTheOthers(t *testing.T) {
	inModule(t, map[string]string{"p/p.go": source})
	p, err := load("p")
	if err != nil {
		t.Fatal(err)
	}
	s, err := build(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range s.left {
		t.Errorf("left out: line %d, %s", m.line, m.change)
	}
	var changes []string
	for _, m := range s.mutants {
		changes = append(changes, m.change)
	}
	all := strings.Join(changes, "\n")
	for _, want := range []string{
		"a + b*limit: + becomes -", "b*limit: * becomes /", "limit is one more", "a < b: < becomes <=", "a < b is negated",
		"&& becomes || after a < b", "|| becomes && after a < b && !ok", "!ok is negated", `s == "x" is negated`, "n++ is left out",
		"n >= 5: >= becomes >", "the case does nothing", "n % 2: % becomes *", "n << 1: << becomes >>", "continue is left out",
		"5 * time.Second is doubled", "return n % 2, nil returns nothing", "n = n << 1 is left out", "ok is negated", "n -= i is left out",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("there is no mutant %q in\n%s", want, all)
		}
	}
}

// TestTheScoreIsWhatTheTestsNotice, on a package of which half is tested.
func TestTheScoreIsWhatTheTestsNotice(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a package")
	}
	inModule(t, map[string]string{
		"p/p.go": "package p\n\nfunc Double(n int) int { return n * 2 }\n\nfunc Half(n int) int { return n / 2 }\n\n" +
			"func Never(n int) int { return n + 7 }\n",
		"p/p_test.go": "package p\n\nimport \"testing\"\n\nfunc TestDouble(t *testing.T) {\n\tif Double(3) != 6 {\n\t\tt.Error()\n\t}\n}\n\n" +
			"func TestHalf(t *testing.T) { Half(4) }\n",
		"equivalent.txt": "# none\n",
	})
	var out, progress bytes.Buffer
	low, err := standard([]string{"-packages", "p", "-equivalent", "equivalent.txt"}, &out, &progress)
	if err != nil || !low {
		t.Fatalf("low %v, %v\n%s", low, err, progress.String())
	}
	for _, want := range []string{"survived   p/p.go:5: n / 2: / becomes *", "unreached  p/p.go:7: n + 7: + becomes -"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	if !strings.Contains(out.String(), "33.3 %") {
		t.Errorf("three of nine are killed:\n%s", out.String())
	}
	excuse := "p/p.go | Half | func Half(n int) int { return n / 2 } | n / 2: / becomes * | nobody cares\n"
	for text, want := range map[string]string{excuse: "", strings.Replace(excuse, "n / 2:", "n / 3:", 1): "no mutant is like this any more"} {
		if err := os.WriteFile("equivalent.txt", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		out.Reset()
		_, err := standard([]string{"-packages", "p", "-equivalent", "equivalent.txt"}, &out, &progress)
		if want == "" && (err != nil || strings.Contains(out.String(), "/ becomes *")) || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v\n%s", text, err, out.String())
		}
	}
}

// TestWhoNoticedIsNamed: the innermost test, the panic, or that it did not end.
func TestWhoNoticedIsNamed(t *testing.T) {
	for want, r := range map[string]result{
		"TestA/one":       {failed: true, out: "--- FAIL: TestA (0.1s)\n    --- FAIL: TestA/one (0.0s)\n"},
		"panic: boom":     {failed: true, out: "panic: boom\n\ngoroutine 1"},
		"no end in time":  {failed: true, late: true},
		"it ends badly":   {failed: true, out: "exit status 2"},
		"TestB/a-b-c-d-e": {failed: true, out: "--- FAIL: TestB/a-b-c-d-e (0.0s)\npanic: late"},
	} {
		if got := noticed(r); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
