package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestASeedIsOneStoryOnEveryMachine lives the same worlds on arm64, under an
// emulator, and here: the traces must be the same. CI may not skip it.
func TestASeedIsOneStoryOnEveryMachine(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the program for another machine")
	}
	emulator, err := exec.LookPath("qemu-aarch64-static")
	if err != nil {
		emulator, err = exec.LookPath("qemu-aarch64")
	}
	switch {
	case runtime.GOARCH == "arm64":
		t.Skip("this is the other machine: there is nothing to compare with")
	case err != nil && os.Getenv("CI") != "":
		t.Fatal("no qemu-aarch64, which .ci/run installs")
	case err != nil:
		t.Skip("no qemu-aarch64: apt-get install qemu-user-static")
	}
	till := filepath.Join(t.TempDir(), "till-arm64")
	build := exec.Command("go", "build", "-o", till, ".")
	build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	args := []string{"sim", "--seeds", "5", "--trace-sums", "--once", "--jobs", "1"}
	there, err := exec.Command(emulator, append([]string{till}, args...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var here, stderr bytes.Buffer
	if code := run(args, &here, &stderr); code != exitGood {
		t.Fatalf("it ends with %d: %s", code, stderr.String())
	}
	if here.String() != string(there) || strings.Count(here.String(), "\n") != 5 {
		t.Errorf("here:\n%s\nand on arm64:\n%s", here.String(), there)
	}
}
