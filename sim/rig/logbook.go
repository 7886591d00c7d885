package rig

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
)

// Bounds of what is kept of the program's words.
const (
	logLines   = 500
	logLineMax = 2000
)

// logbook keeps what the program says: the last lines, a file, and whoever
// else listens.
type logbook struct {
	file *os.File
	also io.Writer // may be nil
	tell func(Event)

	mu    sync.Mutex
	lines []string
	part  []byte // a line that has no end yet
}

func openLogbook(path string, also io.Writer, tell func(Event)) (*logbook, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the program's log: %w", err)
	}
	return &logbook{file: f, also: also, tell: tell}, nil
}

// Write takes what the program says. It never fails: a full disk must not
// stop the terminal.
func (l *logbook) Write(b []byte) (int, error) {
	_, _ = l.file.Write(b) // as above
	if l.also != nil {
		_, _ = l.also.Write(b) // as above
	}
	var whole []string
	l.mu.Lock()
	l.part = append(l.part, b...)
	for {
		line, rest, ok := bytes.Cut(l.part, []byte("\n"))
		if !ok {
			break
		}
		whole = append(whole, clip(line))
		l.part = append([]byte(nil), rest...)
	}
	l.part = l.part[max(0, len(l.part)-logLineMax):]
	l.lines = append(l.lines, whole...)
	l.lines = l.lines[max(0, len(l.lines)-logLines):]
	l.mu.Unlock()
	for _, line := range whole {
		l.tell(Event{Kind: Logged, Text: line})
	}
	return len(b), nil
}

// clip is a line as text, not longer than a page can show.
func clip(line []byte) string {
	if len(line) > logLineMax {
		line = append(line[:logLineMax:logLineMax], "..."...)
	}
	return strings.ToValidUTF8(string(line), "?")
}

func (l *logbook) close() error {
	err := l.file.Close()
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	return err
}

// Log returns the last lines that the program said, oldest first.
func (r *Rig) Log() []string {
	r.log.mu.Lock()
	defer r.log.mu.Unlock()
	return append([]string(nil), r.log.lines...)
}
