package bench

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// world is how the switches of the page stand.
type world struct {
	Gateways []gateway `json:"gateways"`
	Latency  int       `json:"latency"` // ms
	Paper    string    `json:"paper"`   // "loaded", "short" (ends soon) or "out"
	Cover    string    `json:"cover"`   // "closed" or "open"
	Cutter   string    `json:"cutter"`  // "free" or "jammed"
	Scanner  bool      `json:"scanner"` // plugged in
	Printer  bool      `json:"printer"`
	Keypad   bool      `json:"keypad"`
	Network  bool      `json:"network"`
	Power    bool      `json:"power"`
	Staff    []Person  `json:"staff"`    // who can be put to work
	Staffed  bool      `json:"staffed"`  // they work
	Story    string    `json:"story"`    // the one that runs
	StoryErr string    `json:"storyErr"` // how the last one failed
	Lang     string    `json:"lang"`     // of the page at first
	Version  string    `json:"version"`
}

// usualLatency is that of a good mobile network with a gateway behind it.
const usualLatency = 600

func newWorld() world {
	return world{Gateways: newGateways(), Latency: usualLatency, Paper: "loaded", Cover: "closed", Cutter: "free"}
}

// snapshot is everything as it is.
func (b *Bench) snapshot() []message {
	ms := []message{
		wholeFrame("operator", b.rig.Operator(), b.rig.OperatorPicture()),
		wholeFrame("customer", b.rig.Customer(), b.rig.CustomerPicture()),
	}
	return append(ms, b.refresh(everything)...)
}

// refresh makes the messages of parts.
func (b *Bench) refresh(p part) []message {
	var ms []message
	if p&paperPart != 0 {
		ms = append(ms, message{"paper", b.paper()})
	}
	if p&ledgerPart != 0 {
		ms = append(ms, message{"ledger", b.rows()})
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if p&worldPart != 0 {
		w := b.world
		w.Gateways = slices.Clone(w.Gateways)
		for i, d := range b.rig.Desks() {
			w.Gateways[i].Available = d.Available()
		}
		w.Staff = append([]Person{}, b.opts.Staff...)
		w.Scanner, w.Printer, w.Keypad = b.rig.Plugged("scanner"), b.rig.Plugged("printer"), b.rig.Plugged("keypad")
		w.Network, w.Power, w.Lang, w.Version = b.rig.NetworkUp(), b.rig.Alive(), b.opts.Lang, b.opts.Version
		w.Story, w.StoryErr = b.story.name, b.story.err
		ms = append(ms, message{"world", w})
	}
	if p&phonePart != 0 {
		ms = append(ms, message{"phone", b.phoneNow()})
	}
	if p&logPart != 0 {
		lines := make([]logLine, len(b.log))
		copy(lines, b.log)
		ms = append(ms, message{"log", lines})
	}
	return ms
}

// logLine is one line of the page's log.
type logLine struct {
	At   string `json:"at"`
	Text string `json:"text"`
}

const logMax = 200

// note writes a line into the log.
func (b *Bench) note(text string) {
	b.mu.Lock()
	b.log = append(b.log, logLine{time.Now().Format("15:04:05.000"), text})
	b.log = b.log[max(0, len(b.log)-logMax):]
	b.mu.Unlock()
	b.hub.mark(logPart)
}

// shorten leaves out of a line of slog what the log shows anyway.
func shorten(line string) string {
	if rest, ok := strings.CutPrefix(line, "time="); ok {
		_, line, _ = strings.Cut(rest, " ")
	}
	const most = 240
	if len(line) > most {
		line = strings.ToValidUTF8(line[:most], "") + "..."
	}
	return strings.TrimPrefix(line, "level=INFO msg=")
}

// masked is a code as the log shows it: 4 and 4.
func masked(code string) string {
	if len(code) < 12 {
		return fmt.Sprintf("%q", code)
	}
	return code[:4] + strings.Repeat("*", len(code)-8) + code[len(code)-4:]
}

// tail is the last six characters of an order number.
func tail(order string) string { return order[max(0, len(order)-6):] }
