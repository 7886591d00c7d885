package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// overlay writes the file that go build -overlay reads: what stands in place of
// which file of the module.
func overlay(dir string, files map[string]string) (string, error) {
	replace := map[string]string{}
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for name, text := range files {
		at := filepath.Join(dir, strings.ReplaceAll(name, "/", "_"))
		if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
			return "", err
		}
		replace[filepath.Join(here, name)] = at
	}
	b, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	at := filepath.Join(dir, "overlay.json")
	return at, os.WriteFile(at, b, 0o600)
}

// compile builds the test binary of a package with an overlay.
func compile(overlay, pkg, binary string) error {
	out, err := exec.Command("go", "test", "-c", "-overlay="+overlay, "-o", binary, pkg).CombinedOutput()
	if err != nil {
		return fmt.Errorf("build the tests of %s: %w\n%s", pkg, err, head(out))
	}
	return nil
}

func head(out []byte) []byte { return out[:min(len(out), 3000)] }

// result is how a run of a binary went.
type result struct {
	failed, late bool
	out          string
	took         time.Duration
}

// start runs a command to its end, or to the end of its time.
func start(dir string, env []string, limit time.Duration, command ...string) (result, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	cmd.WaitDelay = time.Second
	var out tail
	cmd.Stdout, cmd.Stderr = &out, &out
	began := time.Now()
	err := cmd.Run()
	r := result{failed: err != nil, late: ctx.Err() != nil, out: out.String(), took: time.Since(began)}
	var exit *exec.ExitError
	if err != nil && !r.late && !errors.As(err, &exit) && !errors.Is(err, exec.ErrWaitDelay) {
		return r, fmt.Errorf("run %s: %w", command[0], err)
	}
	return r, nil
}

// tail keeps the beginning and the end of what a program says: a mutant may say
// much.
type tail struct {
	first bytes.Buffer
	last  []byte
}

const tailMax = 64 << 10

func (t *tail) Write(p []byte) (int, error) {
	n := len(p)
	if room := tailMax - t.first.Len(); room > 0 {
		k := min(room, len(p))
		t.first.Write(p[:k])
		p = p[k:]
	}
	t.last = append(t.last, p...)
	if len(t.last) > 2*tailMax {
		t.last = slices.Clone(t.last[len(t.last)-tailMax:])
	}
	return n, nil
}

func (t *tail) String() string { return t.first.String() + string(t.last) }

var (
	failedTest = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)
	panicked   = regexp.MustCompile(`(?m)^panic: (.{0,60})`)
	running    = regexp.MustCompile(`(?m)^\s*(?:running tests:\n\s*)?(Test\S+|Fuzz\S+) \(`)
)

// noticed is who noticed: the innermost test that failed, or what it died of.
func noticed(r result) string {
	if r.late {
		return "no end in time"
	}
	var name string
	for _, m := range failedTest.FindAllStringSubmatch(r.out, -1) {
		if len(m[1]) > len(name) {
			name = m[1]
		}
	}
	if name == "" {
		if m := panicked.FindStringSubmatch(r.out); m != nil {
			name = "panic: " + m[1]
		} else if m := running.FindStringSubmatch(r.out); m != nil {
			name = m[1]
		} else {
			name = "it ends badly"
		}
	}
	return name
}
