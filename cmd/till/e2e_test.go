package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"till/sim/rig"
)

// The tests in e2e_*_test.go start the real program and look at it from
// outside: exit statuses, files, wires. Each of them waits for what it promises
// and never for a time; e2ePatience only ends the wait of a test that fails.

// e2ePatience is how long anything may take on the busiest machine.
const e2ePatience = 30 * time.Second

// e2eProgram is the program, built once for all tests that are under way.
var e2eProgram struct {
	sync.Mutex
	users int
	dir   string
	err   error
}

// e2eBinary builds the program and returns its path. A parallel test calls it
// before t.Parallel, so that the file lives until the last of them is done.
func e2eBinary(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("starts the real program, in which the race detector is not")
	}
	p := &e2eProgram
	p.Lock()
	defer p.Unlock()
	if p.users++; p.users == 1 {
		p.dir, p.err = e2eBuild()
	}
	t.Cleanup(func() {
		p.Lock()
		defer p.Unlock()
		if p.users--; p.users == 0 {
			if err := os.RemoveAll(p.dir); err != nil {
				t.Error(err)
			}
		}
	})
	if p.err != nil {
		t.Fatal(p.err)
	}
	return filepath.Join(p.dir, "till")
}

func e2eBuild() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "till-e2e-"); err != nil {
		return "", err
	}
	if err := os.Chmod(dir, 0o755); err != nil { // TestADataDirectory... runs it as nobody
		return dir, err
	}
	cmd := exec.Command("go", "build", "-o", filepath.Join(dir, "till"), ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return dir, fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return dir, nil
}

// e2eEnd is how a run of the program ended.
type e2eEnd struct {
	status      int
	out, errOut string
}

// e2eRun runs the program to its end.
func e2eRun(t *testing.T, exe string, args ...string) e2eEnd {
	t.Helper()
	return e2eRunAs(t, nil, exe, args...)
}

func e2eRunAs(t *testing.T, who *syscall.Credential, exe string, args ...string) e2eEnd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), e2ePatience)
	defer cancel()
	cmd := exec.CommandContext(ctx, exe, args...)
	cmd.Dir = filepath.Dir(exe)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who}
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err := cmd.Run()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited || ctx.Err() != nil {
		t.Fatalf("till %s: %v %v\n%s", strings.Join(args, " "), err, ctx.Err(), errOut.String())
	}
	return e2eEnd{cmd.ProcessState.ExitCode(), out.String(), errOut.String()}
}

// e2eSays fails unless text has each of the parts.
func e2eSays(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%s does not say %q:\n%s", what, p, text)
		}
	}
}

// e2eWorld is the program in its world, and what a bystander remembers.
type e2eWorld struct {
	*rig.Rig
	t     *testing.T
	ended chan string // how the program ended by itself

	mu    sync.Mutex
	shown []string // every text of every picture
}

// e2eBuildWorld builds a world around the program and leaves the power off. The
// terminal speaks English.
func e2eBuildWorld(t *testing.T, exe string) *e2eWorld {
	t.Helper()
	w := &e2eWorld{t: t, ended: make(chan string, 1)}
	r, err := rig.Start(rig.Options{Dir: t.TempDir(), Exe: exe, Off: true, Lang: "en"})
	if err != nil {
		t.Fatal(err)
	}
	w.Rig = r
	t.Cleanup(func() {
		if err := errors.Join(r.Close(), r.Gateway.CheckBooks()); err != nil {
			t.Error(err)
		}
	})
	r.OnEvent(w.remember)
	return w
}

// e2eStart is e2eBuildWorld and the power on.
func e2eStart(t *testing.T, exe string) *e2eWorld {
	t.Helper()
	w := e2eBuildWorld(t, exe)
	w.on()
	return w
}

// on switches the terminal on and waits until it hears its devices.
func (w *e2eWorld) on() {
	w.t.Helper()
	w.must(w.PowerOn())
	w.must(w.Ready(e2ePatience))
}

func (w *e2eWorld) remember(ev rig.Event) {
	switch {
	case ev.Kind == rig.Ended:
		select {
		case w.ended <- ev.Text:
		default:
		}
	case ev.Kind == rig.Shown && ev.Patch != nil:
		w.mu.Lock()
		defer w.mu.Unlock()
		w.shown = append(w.shown, ev.Patch.Screen+"\n"+strings.Join(ev.Patch.Text, "\n"))
	}
}

func (w *e2eWorld) config() string { return filepath.Join(w.Dir(), "till.toml") }

// until waits until it is so, and returns how long that took.
func (w *e2eWorld) until(what string, ok func() bool) time.Duration {
	w.t.Helper()
	start := time.Now()
	for !ok() {
		if time.Since(start) > e2ePatience {
			w.t.Fatalf("it never came: %s\nscreen: %+v\ngateway: %q\nprogram: %s", what,
				w.Operator(), w.Gateway.Log(), strings.Join(w.Log(), "\n"))
		}
		time.Sleep(2 * time.Millisecond)
	}
	return time.Since(start)
}

func (w *e2eWorld) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// reads reports whether the operator's screen has this text or this name.
func (w *e2eWorld) reads(text string) bool {
	v := w.Operator()
	return v.Screen == text || strings.Contains(strings.Join(v.Text, "\n"), text)
}

func (w *e2eWorld) screen(text string) {
	w.t.Helper()
	w.until("the screen "+text, func() bool { return w.reads(text) })
}

// press strikes keys.
func (w *e2eWorld) press(keys ...string) {
	w.t.Helper()
	w.must(w.Keypad.Press(keys...))
}

// ask keys in an amount from the idle screen and scans a fresh code of the
// customer.
func (w *e2eWorld) ask(keys ...string) (code string) {
	w.t.Helper()
	code = w.Gateway.Wallet("").Code()
	w.screen("01-idle")
	w.press(append(keys, "enter")...)
	w.screen("03-waitcode")
	w.must(w.Scanner.Send(code))
	return code
}

// pieces is how many receipts came out whole.
func (w *e2eWorld) pieces() int {
	n := 0
	for _, r := range w.Printer.Receipts() {
		if r.Cut {
			n++
		}
	}
	return n
}

// sell makes a whole sale, receipt and all, and goes back to the idle screen.
func (w *e2eWorld) sell(keys ...string) (code string) {
	w.t.Helper()
	before := w.pieces()
	code = w.ask(keys...)
	w.screen("05-approved")
	w.until("the receipt", func() bool { return w.pieces() == before+1 })
	w.screen("Receipt printed")
	w.press("enter")
	w.screen("01-idle")
	return code
}

// stop ends the program as a service manager does, and wants it to end well.
func (w *e2eWorld) stop() {
	w.t.Helper()
	w.must(syscall.Kill(w.PID(), syscall.SIGTERM))
	select {
	case how := <-w.ended:
		if how != "the program ended with status 0" {
			w.t.Fatalf("after SIGTERM %s\n%s", how, strings.Join(w.Log(), "\n"))
		}
	case <-time.After(e2ePatience):
		w.t.Fatalf("SIGTERM does not end the program\n%s", strings.Join(w.Log(), "\n"))
	}
}
