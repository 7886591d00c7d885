package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"till/txn"
)

// TestWrongStaffFilesAreReportedWhole reads files with mistakes. Beside each is
// what a person is told; no PIN and no hash is in it.
func TestWrongStaffFilesAreReportedWhole(t *testing.T) {
	dir, err := filepath.Abs("testdata/staff")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.toml"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	t.Chdir(t.TempDir())
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, data, 0o600); err != nil {
				t.Fatal(err)
			}
			staff, err := loadStaff(name)
			if len(staff.members) > 0 {
				t.Errorf("loadStaff = %v beside %v", staff, err)
			}
			told := report(t, err) + "\n"
			goldenConfig(t, strings.TrimSuffix(file, ".toml")+".txt", told)
			for _, secret := range []string{"246813", "xsyaiGpw", "FCYuVgCH"} {
				if strings.Contains(told, secret) {
					t.Errorf("%s stands in\n%s", secret, told)
				}
			}
		})
	}
}

func TestAStaffFileThatOthersReadIsRefused(t *testing.T) {
	t.Chdir(t.TempDir())
	for mode, want := range map[os.FileMode]string{
		0o600: "", 0o400: "", 0o640: "s.toml: others can read it (mode 0640); run: chmod 600 s.toml",
		0o604: "s.toml: others can read it (mode 0604); run: chmod 600 s.toml", 0o644: "mode 0644", 0o620: "mode 0620",
	} {
		if err := os.WriteFile("s.toml", []byte(demoStaffTOML()), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod("s.toml", mode); err != nil {
			t.Fatal(err)
		}
		staff, err := loadStaff("s.toml")
		good := want == "" && err == nil && len(staff.members) > 0
		if !good && (want == "" || err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("mode %o: %v, want %q", mode, err, want)
		}
	}
}

func TestAStaffFileThatIsNotThereIsOneProblem(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("long.toml", make([]byte, staffBytesMax+1), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"none.toml": "none.toml: no such file; 'till staff add' makes one\n1 problem",
		".":         ".: cannot be read: not a file\n1 problem",
		"long.toml": "long.toml: cannot be read: the file is too large\n1 problem",
	} {
		_, err := loadStaff(name)
		if got := report(t, err); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// demo is the demo's staff as it is read from its file.
func demo(t *testing.T) Staff {
	t.Helper()
	path := filepath.Join(t.TempDir(), "staff.toml")
	if err := writeDemoStaff(path); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info.Mode(), err)
	}
	staff, err := loadStaff(path)
	if err != nil {
		t.Fatal(err)
	}
	return staff
}

func TestAStaffFileIsReadBack(t *testing.T) {
	staff := demo(t).with(member{txn.Person{Number: "00", Name: `a "b" \ 店`, Role: txn.Technician},
		hashPIN(txn.NewPIN("x"))}).without("02")
	again, err := parseStaff("s.toml", []byte(staff.TOML()), 0o600)
	if err != nil || !reflect.DeepEqual(again, staff) {
		t.Fatalf("%s\nwas read as %v, %v", staff.TOML(), again, err)
	}
	var numbers []string
	for _, p := range again.People() {
		numbers = append(numbers, p.Number)
	}
	if got := strings.Join(numbers, " "); got != "00 01 90 99" {
		t.Errorf("by number: %s", got)
	}
}

// TestTheDemosPINsAreTheirs, whoever asks.
func TestTheDemosPINsAreTheirs(t *testing.T) {
	staff := demo(t)
	people := demoStaff()
	if len(people) != 4 {
		t.Fatal(people)
	}
	for _, d := range people {
		got := staff.check(txn.CheckPIN{Serial: 7, Number: d.Number, PIN: txn.NewPIN(d.PIN)})
		if want := (txn.PINChecked{Serial: 7, Number: d.Number, Role: d.Role}); got != want {
			t.Errorf("%s %s is %+v, want %+v", d.Number, d.PIN, got, want)
		}
		if why := weakPIN(d.Person, txn.NewPIN(d.PIN)); why != "" {
			t.Errorf("the PIN of %s: %s", d.Number, why)
		}
	}
}

// TestAPINIsItsOwnersAlone: of the number that is asked for, or of any second
// person but the one who asks.
func TestAPINIsItsOwnersAlone(t *testing.T) {
	staff := demo(t)
	for _, c := range []struct{ number, not, pin, want string }{
		{"01", "", "1357", "01"},
		{"01", "", "2468", ""}, // the other cashier's
		{"01", "", "135", ""},
		{"01", "", "13570", ""},
		{"01", "", "", ""},
		{"03", "", "1357", ""}, // nobody
		{"03", "", "", ""},
		{"90", "", "246800", "90"},
		{"90", "90", "246800", ""},
		{"", "", "246800", "90"},
		{"", "01", "246800", "90"},
		{"", "90", "246800", ""}, // one person is not two
		{"", "90", "135790", "99"},
		{"", "", "1357", ""}, // a cashier is no second person
		{"", "", "246801", ""},
		{"", "", "", ""},
	} {
		got := staff.check(txn.CheckPIN{Serial: 1, Number: c.number, Not: c.not, PIN: txn.NewPIN(c.pin)})
		if got.Number != c.want || got.Serial != 1 || c.want == "" && got.Role != 0 {
			t.Errorf("%+v: %+v", c, got)
		}
	}
	if got := (Staff{}).check(txn.CheckPIN{PIN: txn.NewPIN("246800")}); got.Number != "" {
		t.Errorf("without staff: %+v", got)
	}
}

// TestTheSamePINTwiceIsNobodys: who of the two agreed could not be told.
func TestTheSamePINTwiceIsNobodys(t *testing.T) {
	staff := demo(t)
	twin := staff.members[staff.index("90")]
	twin.Number = "91"
	staff = staff.with(twin)
	if got := staff.check(txn.CheckPIN{PIN: txn.NewPIN("246800")}); got != (txn.PINChecked{}) {
		t.Errorf("two have it: %+v", got)
	}
	if got := staff.check(txn.CheckPIN{PIN: txn.NewPIN("246800"), Not: "91"}); got.Number != "90" {
		t.Errorf("one of the two asks: %+v", got)
	}
	if got := staff.check(txn.CheckPIN{Number: "91", PIN: txn.NewPIN("246800")}); got.Number != "91" {
		t.Errorf("by number: %+v", got)
	}
}

// TestPINHashesAreMasked in every way that they could get out.
func TestPINHashesAreMasked(t *testing.T) {
	staff := demo(t)
	m := staff.members[0]
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+verb+verb+verb, staff, &staff, m, m.hash)
	}
	for _, v := range []any{staff, m, m.hash} {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(data)
		slog.New(slog.NewTextHandler(&out, nil)).Info("x", "staff", v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "staff", v)
	}
	_, key, _ := m.hash.reveal()
	for _, secret := range []string{
		strings.Split(m.hash.text(), "$")[5], fmt.Sprintf("%x", key[:8]),
		strings.Trim(fmt.Sprint(key[:8]), "[]"), string(key[:8]),
	} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("%s got out", secret)
		}
	}
	if !strings.Contains(out.String(), pinHashMask) {
		t.Error("there is no mask either")
	}
}

func TestHashesHaveTheirOwnSalt(t *testing.T) {
	a, b := hashPIN(txn.NewPIN("1357")), hashPIN(txn.NewPIN("1357"))
	if a.text() == b.text() || !verifyPIN(a, txn.NewPIN("1357")) || !verifyPIN(b, txn.NewPIN("1357")) {
		t.Errorf("%s\n%s", a.text(), b.text())
	}
	if verifyPIN(pinHash{}, txn.NewPIN("1357")) || verifyPIN(nobodysHash, txn.NewPIN("1357")) {
		t.Error("no hash is somebody's")
	}
	if verifyPIN(hashPIN(txn.PIN{}), txn.PIN{}) {
		t.Error("no PIN is somebody's")
	}
}

// TestHashesAreReadInOneWay: another cost, salt or spelling is no hash.
func TestHashesAreReadInOneWay(t *testing.T) {
	good := demoStaff()[0].hash
	if h, err := parsePINHash(good); err != nil || h.text() != good {
		t.Fatal(err)
	}
	for from, to := range map[string]string{
		"m=7168": "m=7167", "t=5": "t=4", "p=1": "p=2", "v=19": "v=16", "argon2id": "argon2i", "$argon2id": "argon2id",
		"m=7168,t=5": "t=5,m=7168", "TAA$": "TAB$", "Ruc": "Ruc=", "Ruc ": "", "$x": "$", "$F": "$$F", "Ru": "R\\nu",
		"kYRuc": "kYRud", // bits that do not count
	} {
		if s := strings.Replace(good, from, to, 1); s != good {
			if _, err := parsePINHash(s); err == nil {
				t.Errorf("%s is taken for a hash", s)
			}
		}
	}
	for _, s := range []string{"", "$", "$$$$$", "1357", "$argon2id$v=19$m=7168,t=5,p=1$$"} {
		if _, err := parsePINHash(s); err == nil {
			t.Errorf("%q is taken for a hash", s)
		}
	}
}

func TestWeakPINsAreRefused(t *testing.T) {
	cashier := txn.Person{Number: "07", Role: txn.Cashier}
	supervisor := txn.Person{Number: "90", Role: txn.Supervisor}
	technician := txn.Person{Number: "53", Role: txn.Technician}
	for _, c := range []struct {
		p    txn.Person
		pin  string
		want string
	}{
		{cashier, "1357", ""}, {cashier, "9071", ""}, {cashier, "0913", ""},
		{supervisor, "246800", ""}, {technician, "530417", ""},
		{cashier, "135", "has 4 digits"}, {cashier, "13579", "has 4 digits"}, {cashier, "", "has 4 digits"},
		{supervisor, "1357", "of a supervisor has 6 digits"}, {technician, "1357913", "of a technician has 6 digits"},
		{cashier, "13a7", "made of digits"}, {cashier, "１３５７", "made of digits"},
		{cashier, " 1357", "made of digits"},
		{cashier, "0000", "repeats"}, {cashier, "7777", "repeats"}, {cashier, "1212", "repeats"},
		{supervisor, "123123", "repeats"},
		{supervisor, "121212", "repeats"}, {supervisor, "999999", "repeats"},
		{cashier, "1234", "counts"}, {cashier, "4321", "counts"}, {cashier, "7890", "counts"}, {cashier, "2109", "counts"},
		{supervisor, "345678", "counts"}, {supervisor, "876543", "counts"}, {supervisor, "890123", "counts"},
		{cashier, "0007", "the number"}, {cashier, "0700", "the number"}, {technician, "000053", "the number"},
		{technician, "530000", "the number"}, {supervisor, "900000", "the number"},
		{cashier, "2580", "everybody"}, {supervisor, "147258", "everybody"}, {cashier, "1314", "everybody"},
	} {
		got := weakPIN(c.p, txn.NewPIN(c.pin))
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s %q: %q, want %q", c.p.Number, c.pin, got, c.want)
		}
	}
	for _, usual := range usualPINs {
		if len(usual) != cashierDigits && len(usual) != secondDigits || repeats(usual) || runs(usual, 1) || runs(usual, 9) {
			t.Errorf("%s is refused without the list", usual)
		}
	}
}

// FuzzParseStaff: no file makes the checker panic, every problem is inside the
// file, no report repeats a hash, and what is accepted is read back the same.
func FuzzParseStaff(f *testing.F) {
	files, err := filepath.Glob("testdata/staff/*.toml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(demoStaffTOML()))
	f.Fuzz(func(t *testing.T, data []byte) {
		staff, err := parseStaff("f.toml", data, 0o600)
		if err == nil {
			again, err := parseStaff("f.toml", []byte(staff.TOML()), 0o600)
			if err != nil || !reflect.DeepEqual(again, staff) {
				t.Fatalf("%s\n%v\nwas read as %v, want %v", staff.TOML(), err, again, staff)
			}
			return
		}
		bad, ok := errors.AsType[*ConfigError](err)
		if !ok || len(bad.Problems) == 0 || len(staff.members) > 0 || bad.Report() == "" {
			t.Fatalf("%v, %v", staff, err)
		}
		lines := strings.Split(string(data), "\n")
		for _, p := range bad.Problems {
			if p.Line < 1 || p.Line > len(lines) || p.Col < 1 || p.Col > utf8.RuneCountInString(lines[p.Line-1])+1 ||
				strings.Contains(p.String(), "\n") {
				t.Fatalf("%q is outside of the file", p)
			}
		}
	})
}
