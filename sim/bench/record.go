package bench

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"till/sim/railsim"
)

// recorder writes down what a person does, in the language of till play.
type recorder struct {
	mu    sync.Mutex
	lines []string
	keys  bool // the last line is one of keys
	last  time.Time
}

const (
	recordMax = 1000
	// pauseMin is the shortest pause that is worth a line.
	pauseMin = 2 * time.Second
	// keysMost keeps a line of keys readable.
	keysMost = 12
)

func newRecorder() *recorder { return &recorder{last: time.Now()} }

// add writes one line, after a pause if there was one.
func (r *recorder) add(line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pause()
	r.keys = false
	r.put(line)
}

// key writes a key behind those before it.
func (r *recorder) key(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pause()
	if n := len(r.lines); r.keys && n > 0 && strings.Count(r.lines[n-1], " ") < keysMost {
		r.lines[n-1] += " " + name
		return
	}
	r.keys = true
	r.put("keys " + name)
}

// pause writes how long nothing was done. Under the lock.
func (r *recorder) pause() {
	gap := time.Since(r.last)
	r.last = time.Now()
	if gap < pauseMin || len(r.lines) == 0 {
		return
	}
	r.keys = false
	r.put(fmt.Sprintf("wait %ds", int(gap.Round(time.Second)/time.Second)))
}

func (r *recorder) put(line string) {
	r.lines = append(r.lines, line)
	r.lines = r.lines[max(0, len(r.lines)-recordMax):]
}

// script is all that was done, and how long nothing was done since.
func (r *recorder) script() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	lines := strings.Join(r.lines, "\n") + "\n"
	if gap := time.Since(r.last); gap >= pauseMin && len(r.lines) > 0 {
		lines += fmt.Sprintf("wait %ds\n", int(gap.Round(time.Second)/time.Second))
	}
	return "# Recorded on the bench. Play it: till play FILE\n" + lines
}

// expectation is the end of a script: it demands the bill that the customer has
// now, "" without one. The minute before it is for what is paced otherwise in
// virtual time, such as the return of the network.
func expectation(bill []railsim.BillLine) string {
	var words []string
	for _, l := range bill {
		if l.Fen < 0 {
			words = append(words, "paid "+railsim.Yuan(-l.Fen))
		} else {
			words = append(words, "back "+railsim.Yuan(l.Fen))
		}
	}
	if words == nil {
		return ""
	}
	return "wait 60s\nexpect bill " + strings.Join(words, ", ") + "\n"
}
