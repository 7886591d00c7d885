package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// TestProgramEndsWithTheStatusThatScriptsRelyOn: 0 good, 2 usage or
// configuration, 4 not there. What went wrong goes to standard error and
// nothing else to standard output.
func TestProgramEndsWithTheStatusThatScriptsRelyOn(t *testing.T) {
	exe := e2eBinary(t)
	t.Parallel()
	absent := filepath.Join(t.TempDir(), "absent")
	for _, c := range []struct {
		args   string
		status int
		says   string
	}{
		{"frobnicate", 2, `unknown command "frobnicate"`},
		{"--nope", 2, "unknown flag: --nope"},
		{"run --nope", 2, "unknown flag: --nope"},
		{"run extra", 2, "extra"},
		{"run", 2, "run needs --config FILE, or --sim"},
		{"run --sim --config x", 2, "--sim makes its own configuration"},
		{"run --config " + absent, 2, absent + ": no such file"},
		{"run --config /dev/null", 2, "/dev/null: cannot be read: not a file"},
		{"config check " + absent, 2, absent + ": no such file"},
		{"config check", 2, "accepts 1 arg"},
		{"config frobnicate", 2, `unknown command "frobnicate"`},
		{"play", 2, "requires at least 1 arg"},
		{"play " + absent, 4, absent},
		{"journal frobnicate", 2, `unknown command "frobnicate"`},
		{"journal verfy --data " + absent, 2, `unknown command "verfy"`},
		{"journal show", 2, "accepts 1 arg"},
		{"journal list --data " + absent, 4, absent},
		{"journal verify --data " + absent, 4, absent},
	} {
		end := e2eRun(t, exe, strings.Fields(c.args)...)
		if end.status != c.status || end.out != "" {
			t.Errorf("till %s: status %d, want %d; standard output %q", c.args, end.status, c.status, end.out)
		}
		e2eSays(t, "till "+c.args, end.errOut, c.says)
	}
	for _, args := range []string{"", "help", "help run", "help play", "run --help", "journal", "config",
		"version", "config example"} {
		if end := e2eRun(t, exe, strings.Fields(args)...); end.status != 0 || end.out == "" || end.errOut != "" {
			t.Errorf("till %s: status %d, %d bytes, standard error %q", args, end.status, len(end.out), end.errOut)
		}
	}
	if _, err := os.Stat(absent); err == nil {
		t.Error("a command that failed made what was absent")
	}
}

// TestAWrongConfigurationIsListedWhole: every mistake in one go, each with its
// place, and the terminal has not touched anything.
func TestAWrongConfigurationIsListedWhole(t *testing.T) {
	exe := e2eBinary(t)
	t.Parallel()
	w := e2eBuildWorld(t, exe)
	text, err := os.ReadFile(w.config())
	w.must(err)
	lines := strings.Split(string(text), "\n")
	place := func(key string) string { // of its value
		for i, l := range lines {
			if strings.HasPrefix(l, key+" = ") {
				return fmt.Sprintf("%s:%d:%d: ", w.config(), i+1, len(key)+4)
			}
		}
		t.Fatalf("no key %q in\n%s", key, text)
		return ""
	}
	for i, l := range lines {
		switch key, _, _ := strings.Cut(l, " = "); key {
		case "base_url":
			lines[i] = `base_url = "http://127.0.0.1:1"`
		case "ca_file":
			lines[i] = `ca_file = "keys/gone.pem"`
		case "profile":
			lines[i] = `profile = "papyrus"`
		case "footer":
			lines[i] = `fotter = "7 days"`
		case "kind":
			lines[i] = `kind = 3`
		}
	}
	w.must(os.WriteFile(w.config(), []byte(strings.Join(lines, "\n")), 0o600))
	footer := strings.Replace(place("fotter"), fmt.Sprint(":", len("fotter")+4, ": "), ":1: ", 1)
	for _, args := range [][]string{
		{"run", "--config", w.config(), "--data", w.DataDir()}, {"config", "check", w.config()},
	} {
		end := e2eRun(t, exe, args...)
		if end.status != exitUsage || end.out != "" {
			t.Errorf("till %v: status %d, standard output %q", args, end.status, end.out)
		}
		e2eSays(t, args[0], end.errOut,
			place("base_url")+"wechatpay.base_url: ", place("ca_file")+"wechatpay.ca_file: ",
			place("profile")+"printer.profile: ", place("kind")+"display.kind: ", footer+"policy.fotter: ",
			"gone.pem: no such file", "9 problems")
	}
	if _, err := os.Stat(w.DataDir()); err == nil {
		t.Error("the data directory was made for a configuration that is wrong")
	}
}

// TestASecondTerminalOnTheSameJournalIsRefused, and the first one sells on: its
// display, its devices and its journal are not touched.
func TestASecondTerminalOnTheSameJournalIsRefused(t *testing.T) {
	exe := e2eBinary(t)
	t.Parallel()
	w := e2eStart(t, exe)
	w.ask("1", "00")
	w.screen("05-approved")
	display, err := net.Listen("unix", filepath.Join(filepath.Dir(exe), "second.sock")) // a short path
	w.must(err)
	defer func() { w.must(display.Close()) }()
	text, err := os.ReadFile(w.config())
	w.must(err)
	second := filepath.Join(w.Dir(), "second.toml")
	w.must(os.WriteFile(second, regexp.MustCompile(`(?m)^path = .*`).
		ReplaceAll(text, fmt.Appendf(nil, "path = %q", display.Addr())), 0o600))

	end := e2eRun(t, exe, "run", "--config", second, "--data", w.DataDir())
	if end.status != exitBusy || end.out != "" {
		t.Errorf("status %d, want %d; standard output %q", end.status, exitBusy, end.out)
	}
	e2eSays(t, "the second one", end.errOut, "till: J06: The program runs twice.", "程序重复启动", "data/lock")
	w.must(display.(*net.UnixListener).SetDeadline(time.Now().Add(10 * time.Millisecond)))
	if _, err := display.Accept(); err == nil {
		t.Error("the second one reached for the display, which is the first one's")
	}

	w.until("the receipt", func() bool { return w.pieces() == 1 })
	w.press("enter")
	w.sell("2", "00")
	if got := booksOf(w.Gateway); strings.Join(got, ", ") != "paid 1.00, paid 2.00" {
		t.Errorf("the gateway's books: %q", got)
	}
}

// e2eCopy copies the journal of a stopped terminal.
func e2eCopy(t *testing.T, data string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(dir, os.DirFS(data)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// e2eSQL changes a stopped terminal's journal as anybody can who has its disk.
func e2eSQL(t *testing.T, dir, sql string) {
	t.Helper()
	db, err := sqlite3.Open(filepath.Join(dir, "till.db"))
	if err == nil {
		err = errors.Join(db.Exec(sql), db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// e2eHashes is the content of every file below dir.
func e2eHashes(t *testing.T, dir string) map[string]string {
	t.Helper()
	sums := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		sums[filepath.Base(path)] = fmt.Sprintf("%d bytes, %x", len(data), sha256.Sum256(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sums
}

// e2eEdit changes a file in place.
func e2eEdit(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, change(data), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestAJournalThatIsNotOursIsLeftAsItIs: foreign, newer and damaged ones are
// refused with status 1 and a code, in two languages, and not a byte changes.
func TestAJournalThatIsNotOursIsLeftAsItIs(t *testing.T) {
	exe := e2eBinary(t)
	t.Parallel()
	w := e2eStart(t, exe)
	w.must(w.Gateway.SetText("pay next decline NOT_ENOUGH"))
	w.ask("1", "00")
	w.screen("06-declined")
	w.stop()
	for _, c := range []struct {
		name, code string
		change     func(dir string)
	}{
		{"something else", "J04", func(dir string) {
			w.must(os.Remove(filepath.Join(dir, "till.db-wal")))
			w.must(os.Remove(filepath.Join(dir, "reserve"))) // what says that it was ours
			e2eEdit(t, filepath.Join(dir, "till.db"), func([]byte) []byte { return bytes.Repeat([]byte("a letter\n"), 99) })
		}},
		{"a database of another program", "J04", func(dir string) { e2eSQL(t, dir, "PRAGMA application_id = 4660") }},
		{"a newer till's", "J05", func(dir string) { e2eSQL(t, dir, "PRAGMA user_version = 99") }},
		{"an empty file", "J02", func(dir string) {
			e2eEdit(t, filepath.Join(dir, "till.db"), func([]byte) []byte { return nil })
		}},
		{"half of it, without its log", "J02", func(dir string) {
			w.must(os.Remove(filepath.Join(dir, "till.db-wal")))
			e2eEdit(t, filepath.Join(dir, "till.db"), func(b []byte) []byte { return b[:len(b)/2] })
		}},
		{"a log without its database", "J02", func(dir string) { w.must(os.Remove(filepath.Join(dir, "till.db"))) }},
		{"a last record that was changed", "J02", func(dir string) {
			e2eSQL(t, dir, "UPDATE entry SET at = at + 1 WHERE seq = (SELECT max(seq) FROM entry)")
		}},
		{"a record that was taken out", "J02", func(dir string) {
			e2eSQL(t, dir, "DELETE FROM entry WHERE kind LIKE 'begun/%'")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := e2eCopy(t, w.DataDir())
			c.change(dir)
			before := e2eHashes(t, dir)
			end := e2eRun(t, exe, "run", "--config", w.config(), "--data", dir)
			if end.status != exitFailed || end.out != "" {
				t.Errorf("status %d, want %d; standard output %q", end.status, exitFailed, end.out)
			}
			e2eSays(t, "till run", end.errOut, "till: "+c.code+": ")
			if !regexp.MustCompile(`\p{Han}{4}`).MatchString(end.errOut) {
				t.Errorf("nothing in Chinese:\n%s", end.errOut)
			}
			e2eSame(t, before, e2eHashes(t, dir))
		})
	}
	w.on() // nothing of this was the journal's own
	w.screen("01-idle")
}

// e2eSame fails if a file of before is changed or gone, or if one came that
// holds anything. The index of the log is SQLite's scratch paper.
func e2eSame(t *testing.T, before, after map[string]string) {
	t.Helper()
	for name, sum := range before {
		if after[name] != sum && name != "till.db-shm" {
			t.Errorf("%s was %s and is %s", name, sum, after[name])
		}
	}
	for name, sum := range after {
		if before[name] == "" && name != "till.db-shm" && !strings.HasPrefix(sum, "0 bytes") {
			t.Errorf("%s is new: %s", name, sum)
		}
	}
}

// TestADataDirectoryThatCannotBeWrittenIsNamed, with status 1 and what to do.
func TestADataDirectoryThatCannotBeWrittenIsNamed(t *testing.T) {
	exe := e2eBinary(t)
	t.Parallel()
	w := e2eBuildWorld(t, exe)
	w.must(os.WriteFile(filepath.Join(w.Dir(), "file"), nil, 0o600))
	sealed := filepath.Join(w.Dir(), "sealed")
	w.must(os.Mkdir(sealed, 0o500))
	for _, data := range []string{filepath.Join(w.Dir(), "file"), filepath.Join(w.Dir(), "file", "data"), sealed} {
		var who *syscall.Credential
		if data == sealed && os.Geteuid() == 0 { // who may write everywhere
			who = e2eNobody(t, w.Dir())
		}
		end := e2eRunAs(t, who, exe, "run", "--config", w.config(), "--data", data)
		if end.status != exitFailed || end.out != "" {
			t.Errorf("%s: status %d, want %d; standard output %q", data, end.status, exitFailed, end.out)
		}
		e2eSays(t, "till run", end.errOut, "till: J01: ", w.Dir())
	}
	if entries, err := os.ReadDir(sealed); err != nil || len(entries) > 0 {
		t.Errorf("the sealed directory has %v, %v", entries, err)
	}
}

// e2eNobody gives what is in dir to a user without rights.
func e2eNobody(t *testing.T, dir string) *syscall.Credential {
	t.Helper()
	const nobody = 65534
	for up := filepath.Dir(dir); up != os.TempDir() && up != "/"; up = filepath.Dir(up) {
		if err := os.Chmod(up, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, nobody, nobody)
	})
	if err != nil {
		t.Fatal(err)
	}
	return &syscall.Credential{Uid: nobody, Gid: nobody}
}
