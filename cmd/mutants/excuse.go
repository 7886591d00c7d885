package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"
)

// excuses are mutants that are the same program in other words, with the reason.
type excuses struct {
	file  string
	lines []excuse
}

type excuse struct {
	line        int
	key, reason string
	met         bool // a mutant has this key
}

// readExcuses reads lines of "file | function | source line | change | reason";
// those that begin with # are for people.
func readExcuses(name string) (*excuses, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	list := &excuses{file: name}
	sc := bufio.NewScanner(f)
	for n := 1; sc.Scan(); n++ {
		line := strings.TrimSpace(sc.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		i := strings.LastIndex(line, " | ")
		if strings.Count(line, " | ") < 4 || i < 0 {
			return nil, fmt.Errorf("%s:%d: want file | function | line | change | reason", name, n)
		}
		list.lines = append(list.lines, excuse{line: n, key: line[:i], reason: line[i+3:]})
	}
	return list, sc.Err()
}

// excuse spares the mutants of a hunt that are listed.
func (l *excuses) excuse(h *hunt) error {
	for i := range l.lines {
		for _, m := range h.mutants {
			if m.key() == l.lines[i].key {
				l.lines[i].met = true
				m.fate = excused
			}
		}
	}
	return nil
}

// stale returns an error for every line about a file that was looked at which
// has no mutant any more: the code has changed, and the reason may not hold.
func (l *excuses) stale(hunts []*hunt, whole bool) error {
	var errs []error
	for _, e := range l.lines {
		for _, h := range hunts {
			if rest, ok := strings.CutPrefix(e.key, h.pkg.dir+"/"); ok && !strings.Contains(strings.SplitN(rest, " ", 2)[0], "/") && !e.met {
				errs = append(errs, fmt.Errorf("%s:%d: no mutant is like this any more: %s", l.file, e.line, e.key))
			}
		}
	}
	return errors.Join(errs...)
}
