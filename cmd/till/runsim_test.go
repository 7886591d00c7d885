package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"till/device/store"
)

// TestProcessPlaysTheScriptsOfTheTwins plays some of the scripts around the
// real program: a lost answer, a power cut while the receipt comes out, no
// paper, a code on the customer's display, and what is no code at all before the
// scanner. The others take minutes: till play --process FILE.
func TestProcessPlaysTheScriptsOfTheTwins(t *testing.T) {
	exe := e2eBinary(t)
	for _, name := range []string{"answer-lost", "power-cut-printing", "paper-out", "double-scan",
		"c26-shown-code-paid", "c27-wrong-thing-scanned"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join("testdata", "play", name+".till"))
			if err != nil {
				t.Fatal(err)
			}
			steps, err := parseScript(string(text))
			if err != nil {
				t.Fatal(err)
			}
			st, err := newProcessStage(exe, "zh")
			if err != nil {
				t.Fatal(err)
			}
			if err := st.On(); err != nil {
				t.Error(err)
			} else if err := playScript(st, steps, t.Logf); err != nil {
				t.Error(err)
			}
			if err := st.Close(t.ArtifactDir()); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestProcessRefundsInRealTime holds a receipt and a number out of a bill before
// the scanner, on two networks.
func TestProcessRefundsInRealTime(t *testing.T) {
	exe := e2eBinary(t)
	t.Parallel()
	steps, err := parseScript(`keys 5 0 00 enter
scan alipay
expect screen 05-approved
expect receipts 1
keys cancel
scan receipt
expect screen "核实"
keys 2 0 00 enter
expect screen 34-refund-paid-back
expect phase paid-back
expect gateway paid 50.00 back 20.00
keys cancel
scan bill
expect screen 08-refund
wait 4s
keys f1 enter
expect screen 34-refund-paid-back
expect bill paid 50.00, back 20.00, back 30.00
keys cancel
keys 7 00 enter
scan unionpay
expect screen 05-approved
expect gateway returned 50.00, paid 7.00
`)
	if err != nil {
		t.Fatal(err)
	}
	st, err := newProcessStage(exe, "zh")
	if err != nil {
		t.Fatal(err)
	}
	if err := st.On(); err != nil {
		t.Error(err)
	} else if err := playScript(st, steps, t.Logf); err != nil {
		t.Error(err)
	}
	if err := st.Close(t.ArtifactDir()); err != nil {
		t.Error(err)
	}
}

func TestProcessSaysWhatItCannotDo(t *testing.T) {
	st, err := newProcessStage("/bin/false", "zh")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := st.Close(""); err != nil {
			t.Error(err)
		}
	}()
	if err := st.Clock(time.Time{}, time.Hour); !errors.Is(err, errOnlyTwins) {
		t.Errorf("clock: %v", err)
	}
	if err := st.DiskFull(true); !errors.Is(err, errOnlyTwins) {
		t.Errorf("disk: %v", err)
	}
	if err := st.On(); err == nil || !strings.Contains(err.Error(), "not running") {
		t.Errorf("a program that ends at once: %v", err)
	}
}

func TestSimRefusesWhatCannotBe(t *testing.T) {
	for _, c := range []struct {
		opts simOptions
		want string
	}{
		{simOptions{Listen: "127.0.0.1:0", Lang: "fr"}, "want zh or en"},
		{simOptions{Listen: "0.0.0.0:0", Lang: "zh"}, "loopback only"},
		{simOptions{Listen: "8420", Lang: "zh"}, "listen on"},
	} {
		c.opts.Out = io.Discard
		if err := runSim(t.Context(), c.opts); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.opts, err, c.want)
		}
	}
}

// TestSimLeavesOnlyTheJournalBehind ends the real program as a person does,
// and as the kernel does.
func TestSimLeavesOnlyTheJournalBehind(t *testing.T) {
	exe := e2eBinary(t)
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGKILL} {
		t.Run(sig.String(), func(t *testing.T) {
			temp, data := t.TempDir(), t.TempDir()
			cmd := exec.Command(exe, "run", "--sim", "--listen", "127.0.0.1:0", "--data", data)
			cmd.Env = append(os.Environ(), "TMPDIR="+temp)
			cmd.Stderr = os.Stderr
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
				t.Fatal(err)
			}
			child := childOf(t, cmd.Process.Pid)
			waitForStore(t, data)
			if err := cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); (err != nil) != (sig == syscall.SIGKILL) {
				t.Errorf("it ended: %v", err)
			}
			soon(t, "the terminal's end", func() bool { return !running(child) })
			left, err := os.ReadDir(temp)
			if err != nil {
				t.Fatal(err)
			}
			if len(left) != 0 && sig != syscall.SIGKILL {
				t.Errorf("left behind: %v", left)
			}
			s, err := store.Open(data, store.ReadOnly())
			if err != nil {
				t.Fatalf("the journal: %v", err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// soon is patient with slow machines.
func soon(t *testing.T, what string, ok func() bool) {
	t.Helper()
	const limit = 30 * time.Second
	for end := time.Now().Add(limit); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within %v", what, limit)
		}
	}
}

func waitForStore(t *testing.T, dir string) {
	t.Helper()
	soon(t, "a journal", func() bool {
		_, err := os.Stat(filepath.Join(dir, "till.db"))
		return err == nil
	})
}

// childOf finds the process that pid started.
func childOf(t *testing.T, pid int) int {
	t.Helper()
	tasks, err := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/children")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range tasks {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // a thread that has ended
		}
		for word := range strings.FieldsSeq(string(text)) {
			n, err := strconv.Atoi(word)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatal("no child")
	return 0
}

// running asks the kernel; a process that nobody has buried does not run.
func running(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	_, after, _ := strings.Cut(string(stat), ") ")
	return err == nil && !strings.HasPrefix(after, "Z") && !strings.HasPrefix(after, "X")
}
