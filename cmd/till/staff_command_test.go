package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"till/sim/rig"
	"till/txn"
)

// staffRun runs one 'till staff' with lines on standard input.
func staffRun(t *testing.T, in string, args ...string) (code int, out string) {
	t.Helper()
	root := rootCommand()
	var text bytes.Buffer
	root.SetIn(strings.NewReader(in))
	root.SetOut(&text)
	root.SetErr(&text)
	root.SetArgs(append([]string{"staff"}, args...))
	err := root.ExecuteContext(t.Context())
	if err == nil {
		return exitGood, text.String()
	}
	code, told := explain(err)
	return code, text.String() + told + "\n"
}

// TestAStaffIsKeptByCommands: the story of a small shop.
func TestAStaffIsKeptByCommands(t *testing.T) {
	file := filepath.Join(t.TempDir(), "staff.toml")
	for _, c := range []struct {
		in   string
		args string
		code int
		want string
	}{
		{"", "list", exitAbsent, "staff.toml: not found; 'till staff add' makes it"},
		{"", "remove --number 07", exitAbsent, "not found"},
		{"", "pin --number 07", exitAbsent, "not found"},
		{"1357\n1357\n", "add --number 07 --name 王芳 --role cashier", exitGood, "added 07 王芳, cashier\n"},
		{"2468\n2468\n", "add --number 07 --name 李强", exitFailed, "07 is already the number of 王芳; 'till staff pin'"},
		{"2468\r\n2468", "add --number 08 --name 李强", exitGood, "added 08 李强, cashier\n"},
		{"2468\n2469\n", "add --number 09 --name 赵", exitFailed, "the two PINs differ; nothing was changed"},
		{"1234\n1234\n", "add --number 09 --name 赵", exitFailed, "the PIN counts up or down; choose another"},
		{"1357\n1357\n", "add --number 90 --name 陈 --role supervisor", exitFailed, "the PIN of a supervisor has 6 digits"},
		{"", "add --number 09 --name 赵", exitFailed, "read the PIN: EOF"},
		{"9135\n", "add --number 09 --name 赵", exitFailed, "read the PIN: EOF"},
		{"246800\n246800\n", "add --number 90 --name 陈 --role supervisor", exitGood, "added 90"},
		{"246800\n246800\n", "add --number 99 --name 周 --role technician", exitFailed,
			"another supervisor or technician has this PIN"},
		{"135790\n135790\n", "add --number 99 --name 周 --role technician", exitGood, "added 99"},
		{"", "list", exitGood, "07  cashier     王芳\n08  cashier     李强\n90  supervisor  陈\n99  technician  周\n"},
		{"", "list --json", exitGood, `{"name":"王芳","number":"07","role":"cashier"}` + "\n"},
		{"246800\n246800\n", "pin --number 90", exitGood, "90 陈 has a new PIN\n"}, // the same is his own
		{"970531\n970531\n", "pin --number 90", exitGood, "90 陈 has a new PIN\n"},
		{"970531\n970531\n", "pin --number 07", exitFailed, "the PIN of a cashier has 4 digits"},
		{"", "pin --number 11", exitAbsent, "number 11: not found in"},
		{"", "remove --number 08", exitGood, "removed 08 李强\n"},
		{"", "remove --number 08", exitAbsent, "number 08: not found in"},
		{"", "remove --number 8", exitUsage, "--number: not two digits"},
		{"", "remove", exitUsage, "--number: not two digits"},
		{"", "add --number 7 --name 王芳", exitUsage, `--number: not two digits; use two digits, such as "07"`},
		{"", "add --number 10", exitUsage, "--name: empty; use a text of 1 to 32 characters"},
		{"", "add --number 10 --name 王 --role casheir", exitUsage,
			`--role: "casheir" is not known; did you mean "cashier"?`},
		{"", "fire", exitUsage, `unknown command "fire" for "till staff"`},
	} {
		code, out := staffRun(t, c.in, append(strings.Fields(c.args), "--file", file)...)
		if code != c.code || !strings.Contains(out, c.want) {
			t.Errorf("%s: %d %q, want %d %q", c.args, code, out, c.code, c.want)
		}
		if strings.Contains(out, "argon2") || c.in != "" && strings.Contains(out, c.in[:4]) {
			t.Errorf("%s: a secret in %q", c.args, out)
		}
	}
	staff, err := loadStaff(file)
	if err != nil {
		t.Fatal(err)
	}
	for number, pin := range map[string]string{"07": "1357", "90": "970531", "99": "135790"} {
		if got := staff.check(txn.CheckPIN{Number: number, PIN: txn.NewPIN(pin)}); got.Number != number {
			t.Errorf("%s has another PIN than %s", number, pin)
		}
	}
	left, err := os.ReadDir(filepath.Dir(file))
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// TestTwoCommandsAtOnceLoseNobody.
func TestTwoCommandsAtOnceLoseNobody(t *testing.T) {
	file := filepath.Join(t.TempDir(), "staff.toml")
	var work sync.WaitGroup
	const many = 8
	for i := range many {
		work.Go(func() {
			number := "1" + string(rune('0'+i))
			if code, out := staffRun(t, "9135\n9135\n", "add", "--file", file, "--number", number, "--name", "王"); code != 0 {
				t.Error(out)
			}
		})
	}
	work.Wait()
	if staff, err := loadStaff(file); err != nil || len(staff.members) != many {
		t.Errorf("%d of %d, %v", len(staff.members), many, err)
	}
}

// TestADamagedStaffFileIsNotWrittenOver.
func TestADamagedStaffFileIsNotWrittenOver(t *testing.T) {
	file := filepath.Join(t.TempDir(), "staff.toml")
	text := demoStaffTOML() + "[[person]]\nnumber = \"7\"\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range []string{"list", "add --number 07 --name 王", "remove --number 01", "pin --number 01"} {
		code, out := staffRun(t, "1397\n1397\n", append(strings.Fields(args), "--file", file)...)
		told := strings.Contains(out, "person.number: not two digits") && strings.Contains(out, "4 problems")
		if code != exitUsage || !told {
			t.Errorf("%s: %d %s", args, code, out)
		}
		if now, err := os.ReadFile(file); err != nil || string(now) != text {
			t.Errorf("%s: the file is %q, %v", args, now, err)
		}
	}
}

// TestAConfigurationWithABadStaffIsRefused, and says where to look.
func TestAConfigurationWithABadStaffIsRefused(t *testing.T) {
	t.Chdir(keyDir(t))
	for _, c := range []struct{ text, want string }{
		{demoStaffTOML(), ""},
		{"", ""}, // nobody yet
		{"[[person]]\n", "policy.staff_file: staff.toml:1:3: person.number: missing; use two digits, such as \"07\" " +
			"(the first of 4 problems); till staff list --file staff.toml names them all"},
		{"x = 1\n", "policy.staff_file: staff.toml:1:1: x: a key outside of any person; write it below a heading " +
			"[[person]]; correct it there"},
	} {
		if err := os.WriteFile("staff.toml", []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("till.toml", []byte(setKey(ExampleConfig(), "staff_file", "staff.toml")), 0o644); err != nil {
			t.Fatal(err)
		}
		cfg, err := LoadConfig("till.toml")
		if c.want == "" && (err != nil || cfg.Policy.StaffFile != "staff.toml") ||
			c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%q: %v, want %s", c.text, err, c.want)
		}
	}
	config := setKey(ExampleConfig(), "staff_file", "gone.toml")
	if err := os.WriteFile("till.toml", []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	want := "policy.staff_file: gone.toml: no such file; till staff add --file gone.toml makes it"
	if _, err := LoadConfig("till.toml"); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
}

// pseudoTerminal returns what a person holds and what a program reads.
func pseudoTerminal(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, slave, err := rig.OpenPTY()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = person.Close() })
	program, err = os.OpenFile(slave, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = program.Close() })
	return person, program
}

// shared is a buffer that two goroutines use.
type shared struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// echoes reports whether a terminal shows what is typed.
func echoes(t *testing.T, program *os.File) bool {
	t.Helper()
	state, err := unix.IoctlGetTermios(int(program.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return state.Lflag&unix.ECHO != 0
}

// TestAPINIsNotShownWhileItIsTyped on a terminal.
func TestAPINIsNotShownWhileItIsTyped(t *testing.T) {
	person, program := pseudoTerminal(t)
	file := filepath.Join(t.TempDir(), "staff.toml")
	var seen, prompts shared
	go func() { _, _ = io.Copy(&seen, person) }() // until the terminal is closed
	root := rootCommand()
	root.SetIn(program)
	root.SetOut(io.Discard)
	root.SetErr(&prompts)
	root.SetArgs([]string{"staff", "add", "--file", file, "--number", "07", "--name", "王芳"})
	done := make(chan error, 1)
	go func() { done <- root.ExecuteContext(t.Context()) }()
	for i, prompt := range []string{"PIN of 07 王芳, 4 digits: ", "Once more: "} {
		soon(t, "a prompt", func() bool {
			text := prompts.String()
			return strings.Count(text, "\n") == i && strings.HasSuffix(text, prompt) && !echoes(t, program)
		})
		if _, err := person.WriteString("1357\n"); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if strings.Contains(seen.String(), "1") || !echoes(t, program) {
		t.Errorf("shown: %q; echo is on: %v", seen.String(), echoes(t, program))
	}
	if _, err := loadStaff(file); err != nil {
		t.Error(err)
	}
}

// TestCtrlCGivesTheTerminalBack in the middle of a PIN.
func TestCtrlCGivesTheTerminalBack(t *testing.T) {
	_, program := pseudoTerminal(t)
	ctx, cancel := context.WithCancel(t.Context())
	root := rootCommand()
	root.SetIn(program)
	root.SetOut(io.Discard)
	root.SetErr(io.Discard)
	file := filepath.Join(t.TempDir(), "s.toml")
	root.SetArgs([]string{"staff", "add", "--file", file, "--number", "07", "--name", "王"})
	done := make(chan error, 1)
	go func() { done <- root.ExecuteContext(ctx) }()
	soon(t, "the prompt", func() bool { return !echoes(t, program) })
	cancel()
	select {
	case err := <-done:
		if err == nil || !strings.Contains(err.Error(), "nothing was changed") || errors.Is(err, errUsage) {
			t.Errorf("it ended with %v", err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("it goes on")
	}
	if !echoes(t, program) {
		t.Error("the terminal does not show what is typed")
	}
}
