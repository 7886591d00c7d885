package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"till/sim"
)

var update = flag.Bool("update", false, "write the trust report and the README's table anew")

// simmed is what the command sim says and ends with.
func simmed(args ...string) (code int, out, errs string) {
	var stdout, stderr bytes.Buffer
	code = run(append([]string{"sim"}, args...), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func TestSimSaysWhatCannotBe(t *testing.T) {
	for _, args := range [][]string{
		{"--faults", "gale"}, {"--seed", "x"}, {"--seed", "1", "--acts", "0"}, {"--seed", "1", "--mishaps", "killed"}, {"--from", "x"},
		{"--acts", "1"}, {"--tell"}, {"--only", "rain"}, {"--days", "-1"}, {"--jobs", "0"}, {"--only", "lying-sync", "--report", "x"},
		{"word"}, {"report", "word"}, {"--seeds", "x"},
	} {
		if code, out, errs := simmed(args...); code != exitUsage || out != "" || errs == "" {
			t.Errorf("sim %v ends with %d: %s%s", args, code, out, errs)
		}
	}
	if code, _, errs := simmed("--list", "testdata/there-is-none"); code != exitAbsent || errs == "" {
		t.Errorf("a list that is not there ends with %d: %s", code, errs)
	}
	if code, _, errs := simmed("report", "--in", "testdata/there-is-none"); code != exitAbsent || errs == "" {
		t.Errorf("figures that are not there end with %d: %s", code, errs)
	}
}

// TestSimRunsWorlds lives calm worlds: nothing goes wrong, and everything is said.
func TestSimRunsWorlds(t *testing.T) {
	code, out, errs := simmed("--seeds", "3", "--faults", "calm", "--from", "0x10")
	if code != exitGood || errs != "" || !regexp.MustCompile(`^3 worlds, \d+ sales, \d+ refunds, \d+ days; 0 mishaps of 0 kinds; \d+ pairs; [\d,]+/s a core; 0 failed\n$`).MatchString(out) {
		t.Errorf("it ends with %d:\n%s%s", code, out, errs)
	}
	code, out, errs = simmed("--seed", "0x10", "--faults", "calm", "--tell", "--days", "1")
	if code != exitGood || errs != "" || !strings.Contains(out, "terminal 0  starts") || !strings.HasSuffix(out, "every invariant holds\n") ||
		!strings.Contains(out, "seed 0x10, 48 acts, 0 mishaps") {
		t.Errorf("it ends with %d:\n%s%s", code, out[max(0, len(out)-300):], errs)
	}
	_, first, _ := simmed("--seeds", "4", "--trace-sums", "--jobs", "1")
	_, again, _ := simmed("--seeds", "4", "--trace-sums", "--jobs", "1", "--once")
	if first != again || !regexp.MustCompile(`^(0x[1-4] [0-9a-f]{16}\n){4}$`).MatchString(first) {
		t.Errorf("the traces are\n%s and\n%s", first, again)
	}
}

// TestSimRepeatsAFailure plants a disk that lies, and does what a person would do
// who finds the failure in a log.
func TestSimRepeatsAFailure(t *testing.T) {
	dir := t.TempDir()
	list := filepath.Join(dir, "seeds.txt")
	code, out, errs := simmed("--seeds", "30", "--only", "lying-sync", "--jobs", "1", "--once", "--keep", list, "--artifacts", dir)
	lines := regexp.MustCompile(`FAILED (.*) \(after .*\)\n  till sim (.*)\n`).FindAllStringSubmatch(out, -1)
	small := regexp.MustCompile(`Smallest story found, .*:\n  till sim (.*)\n\n(.*) \(after`).FindAllStringSubmatch(out, -1)
	if code != exitFailed || errs != "" || len(lines) == 0 || len(small) == 0 {
		t.Fatalf("it ends with %d, %d failures and %d stories:\n%s%s", code, len(lines), len(small), out, errs)
	}
	code, again, errs := simmed(append(strings.Fields(lines[0][2]), "--shrink", "0")...)
	if code != exitFailed || errs != "" || !strings.Contains(again, "FAILED "+lines[0][1]) {
		t.Errorf("%s ends with %d:\n%s%s", lines[0][2], code, again, errs)
	}
	for _, s := range small {
		code, again, _ = simmed(append(strings.Fields(s[1]), "--shrink", "0")...)
		if code != exitFailed || !strings.Contains(again, "FAILED "+s[2]) || strings.Count(s[1], "lying-sync@") != 1 {
			t.Errorf("%s ends with %d:\n%s", s[1], code, again)
		}
	}
	code, again, _ = simmed("--list", list, "--seeds", "1", "--faults", "calm", "--shrink", "0", "--keep", list, "--once")
	kept, err := os.ReadFile(list)
	if err != nil || code != exitFailed || strings.Count(string(kept), "\n") != len(lines) ||
		len(regexp.MustCompile(`(?m)^FAILED `).FindAllString(again, -1)) != len(lines) {
		t.Errorf("the list ends with %d, %v:\n%s\n%s", code, err, kept, again)
	}
	keptWell(t, dir, len(small))
}

// keptWell looks at the artifacts of so many stories.
func keptWell(t *testing.T, dir string, stories int) {
	t.Helper()
	for _, what := range []string{"story.txt", "story.till", "T0317-journal.json", "T0317-screen.png"} {
		files, err := filepath.Glob(filepath.Join(dir, "sim-*", what))
		if err != nil || len(files) != stories {
			t.Errorf("%d stories have %d of %s", stories, len(files), what)
		}
	}
	files, _ := filepath.Glob(filepath.Join(dir, "sim-*", "T0317-journal.json"))
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
			var e exported
			if err := json.Unmarshal([]byte(line), &e); err != nil || e.Seq != uint64(i+1) || e.Kind == "" {
				t.Fatalf("%s, line %d: %s: %v", f, i+1, line, err)
			}
		}
	}
	files, _ = filepath.Glob(filepath.Join(dir, "sim-*", "T0317-receipt-*.txt"))
	if len(files) == 0 {
		t.Error("no receipts are kept")
	}
}

// TestAWorldIsPlayed writes worlds down as scripts: each is of the language, and a
// calm one is played to its end.
func TestAWorldIsPlayed(t *testing.T) {
	for seed := range uint64(12) {
		text := playOf(sim.Options{Seed: seed, Acts: 20, Profile: "hurricane"}, "nothing")
		if _, err := parseScript(text); err != nil {
			t.Errorf("seed %d:\n%s\n%v", seed, text, err)
		}
	}
	calm := playOf(sim.Options{Seed: 2, Acts: 20, Profile: "calm", Shops: 1}, "nothing")
	for _, verb := range []string{"keys ", "scan wallet", "wait "} {
		if !strings.Contains(calm, verb) {
			t.Errorf("nobody says %q in\n%s", verb, calm)
		}
	}
	file := filepath.Join(t.TempDir(), "calm.till")
	if err := os.WriteFile(file, []byte(calm), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := run([]string{"play", "-q", file}, &out, &errs); code != exitGood {
		t.Errorf("it ends with %d: %s\n%s", code, errs.String(), calm)
	}
}

// TestSimReportsWhatItTried collects the figures of two runs, and writes the page.
func TestSimReportsWhatItTried(t *testing.T) {
	dir := t.TempDir()
	file, page := filepath.Join(dir, "trust.json"), filepath.Join(dir, "TRUST.md")
	for _, args := range [][]string{{"--seeds", "2"}, {"--seeds", "2", "--from", "3"}, {"--seeds", "1", "--faults", "calm"}} {
		if code, out, errs := simmed(append(args, "--report", file)...); code != exitGood {
			t.Fatalf("sim %v ends with %d: %s%s", args, code, out, errs)
		}
	}
	if code, _, errs := simmed("--seeds", "2", "--from", "2", "--report", file); code != exitUsage || !strings.Contains(errs, "--from fresh") {
		t.Errorf("worlds that were counted before end with %d: %s", code, errs)
	}
	mutants := filepath.Join(dir, "mutants.txt")
	if err := os.WriteFile(mutants, []byte("all of them\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := simmed("report", "--in", file, "--out", page, "--mutants", mutants); code != exitGood {
		t.Fatalf("the report ends with %d: %s", code, errs)
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| worlds, each from a seed of its own | 5 |", "; 3; 1 |", "| development | calm |",
		"| development | storm |", "| cut-after-write | ", "| answer-lost | ", "all of them", "| no refund is paid twice | ",
		"pairs of a state and an event", "make sim-long"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(string(text), "lying-sync") {
		t.Error("the page has what till does not survive")
	}
	_, out, _ := simmed("report", "--in", file, "--mutants", mutants)
	if out != string(text) {
		t.Error("the page on the standard output is another one")
	}
}

// TestThePublishedFiguresAreThoseOfTheRuns holds TRUST.md and the README to the
// figures that the runs have left (-update writes them anew).
func TestThePublishedFiguresAreThoseOfTheRuns(t *testing.T) {
	const root = "../../"
	args := []string{"report", "--in", root + "sim/testdata/trust.json", "--mutants", root + "sim/testdata/mutants.txt"}
	if *update {
		if code, _, errs := simmed(append(args, "--out", root+"sim/TRUST.md", "--into", root+"README.md")...); code != exitGood {
			t.Fatal(errs)
		}
	}
	code, want, errs := simmed(args...)
	got, err := os.ReadFile(root + "sim/TRUST.md")
	if err != nil || code != exitGood || want != string(got) {
		t.Errorf("sim/TRUST.md is not what the runs have left: make golden writes it (%v, %s)", err, errs)
	}
	figures, err := readTrust(root + "sim/testdata/trust.json")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(root + "README.md")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := figures.inserted(string(readme)); err != nil || again != string(readme) {
		t.Errorf("README.md does not show what the runs have left: make golden writes it (%v)", err)
	}
}
