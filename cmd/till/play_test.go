package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestScripts plays every script in testdata/play on the twins.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/play/*.till")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".till"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			steps, err := parseScript(string(text))
			if err != nil {
				t.Fatal(err)
			}
			st, err := newTwins()
			if err != nil {
				t.Fatal(err)
			}
			if err := st.On(); err != nil {
				t.Fatal(err)
			}
			if err := playScript(st, steps, t.Logf); err != nil {
				t.Log(strings.Join(st.gateway.World.Log(), "\n"))
				t.Error(err)
			}
			if err := st.Close(t.ArtifactDir()); err != nil {
				t.Error(err)
			}
		})
	}
}
