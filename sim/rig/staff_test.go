package rig_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"till/sim/rig"
)

// TestStaffIsWrittenBesideTheConfiguration: nobody works there by default.
func TestStaffIsWrittenBesideTheConfiguration(t *testing.T) {
	r, err := rig.Start(rig.Options{Dir: t.TempDir(), Exe: "/bin/false", Off: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	names := func(file string) bool {
		text, err := os.ReadFile(filepath.Join(r.Dir(), "till.toml"))
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(text), "staff_file = \""+file+"\"\n")
	}
	if !names("") {
		t.Error("somebody works there by default")
	}
	if err := r.SetStaff("# staff\n"); err != nil || !names("staff.toml") {
		t.Errorf("the staff is not in the configuration: %v", err)
	}
	file := filepath.Join(r.Dir(), "staff.toml")
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the staff file: %v, %v", info, err)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "# staff\n" {
		t.Errorf("it says %q, %v", text, err)
	}
	if err := r.SetStaff(""); err != nil || !names("") {
		t.Errorf("they still work there: %v", err)
	}
}
