package main

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParseConfig: no file makes the checker panic, every problem is inside the
// file and in order, and what is accepted is written and read back the same.
func FuzzParseConfig(f *testing.F) {
	files, err := filepath.Glob("testdata/config/*.toml")
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
	f.Add([]byte(ExampleConfig()))
	f.Add([]byte(fullExample()))
	f.Add([]byte("[wechatpay]\nkey_file = \"\\n\"\n[policy]\nstaff_file = \"a\\u0085b\"\n[scanner]\nport = \"a\\tb\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		cfg, err := parseConfig("f.toml", data, memoryFiles{})
		if err == nil {
			again, err := parseConfig("f.toml", []byte(cfg.TOML()), memoryFiles{})
			if err != nil || !reflect.DeepEqual(again, cfg) {
				t.Fatalf("%s\n%v\nwas read as %+v, want %+v", cfg.TOML(), err, again, cfg)
			}
			return
		}
		bad, ok := errors.AsType[*ConfigError](err)
		if !ok || len(bad.Problems) == 0 || cfg != nil {
			t.Fatalf("%v, %v", cfg, err)
		}
		if bad.Error() == "" || bad.Report() == "" {
			t.Fatal("nothing is said")
		}
		lines := strings.Split(string(data), "\n")
		for _, p := range bad.Problems {
			if p.Line < 1 || p.Line > len(lines) {
				t.Fatalf("%v is outside of the file", p)
			}
			if p.Col < 1 || p.Col > utf8.RuneCountInString(lines[p.Line-1])+1 {
				t.Fatalf("%v is outside of the file", p)
			}
			if strings.Contains(p.String(), "\n") {
				t.Fatalf("%q is not one line", p)
			}
		}
		byLine := func(i, j int) bool { return bad.Problems[i].Line < bad.Problems[j].Line }
		if !sort.SliceIsSorted(bad.Problems, byLine) {
			t.Fatalf("not in order:\n%v", err)
		}
	})
}
