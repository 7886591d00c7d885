package alipaysim

import (
	"strings"
	"time"
)

// EventKind is what happened.
type EventKind string

// The events, in the order of a payment's life.
const (
	CodeShown    EventKind = "code shown"    // a wallet showed a fresh code
	RequestLost  EventKind = "request lost"  // cut before the gateway saw it
	Received     EventKind = "received"      // read and verified, not yet handled
	Rejected     EventKind = "rejected"      // signature, format or method wrong
	Charged      EventKind = "charged"       // money went to the merchant
	Returned     EventKind = "returned"      // money went back
	Ended        EventKind = "ended"         // closed without money
	Answered     EventKind = "answered"      // about to leave
	AnswerCut    EventKind = "answer cut"    // handled, the connection cut instead
	ConfirmedPay EventKind = "confirmed"     // the customer typed the password
	RefusedPay   EventKind = "refused"       // the customer refused
	BehaviourSet EventKind = "behaviour set" // somebody changed the gateway
)

// Event is one thing that happened. It never carries a payment code, a
// signature or a key.
type Event struct {
	Seq    int // from 1, without gaps
	At     time.Time
	Kind   EventKind
	Call   Call   // empty if no call is concerned
	Order  string // out_trade_no, empty if none is known
	Detail string
}

// Text is the event as a script names it: "pay received", "query answered",
// "charged".
func (e Event) Text() string {
	if e.Call == "" {
		return string(e.Kind)
	}
	return string(e.Call) + " " + string(e.Kind)
}

// String is one line of the log.
func (e Event) String() string {
	parts := []string{e.At.In(beijing).Format("15:04:05.000"), e.Text()}
	for _, s := range []string{e.Order, e.Detail} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " ")
}

// OnEvent adds a listener. It is called in the goroutine in which the thing
// happened, after the change and before anything else happens to that request,
// with no lock held: it may call the gateway, and it may cut the power of the
// terminal at that instant. What it does delays the answer.
func (g *Gateway) OnEvent(listener func(Event)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.listeners = append(g.listeners[:len(g.listeners):len(g.listeners)], listener)
}

// Log returns the last 1000 events as lines, oldest first.
func (g *Gateway) Log() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]string(nil), g.lines...)
}

// happened books an event. Under the lock.
func (g *Gateway) happened(at time.Time, kind EventKind, call Call, order, detail string) {
	g.eventSeq++
	event := Event{g.eventSeq, at, kind, call, printable(order, 64), detail}
	g.pending = append(g.pending, event)
	if len(g.lines) >= logLines {
		g.lines = append(g.lines[:0], g.lines[len(g.lines)-logLines/2:]...)
	}
	g.lines = append(g.lines, event.String())
}

// printable cuts what a stranger sent down to n characters that fit in a log
// line.
func printable(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
	return s[:min(len(s), n)]
}
