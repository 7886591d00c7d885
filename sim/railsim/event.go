package railsim

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
	Rejected     EventKind = "rejected"      // signature, format or route wrong
	Charged      EventKind = "charged"       // money went to the merchant
	Returned     EventKind = "returned"      // money went back
	Ended        EventKind = "ended"         // closed, revoked or failed without money
	Refunding    EventKind = "refunding"     // a refund was accepted and is under way
	RefundEnded  EventKind = "refund ended"  // closed or abnormal: the customer has no money
	ToppedUp     EventKind = "topped up"     // the merchant's available balance was changed
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
	Rail   string // the gateway's name, empty if none is concerned
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
	parts := []string{e.At.In(Beijing).Format("15:04:05.000"), e.Text()}
	for _, s := range []string{e.Order, e.Detail} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " ")
}

// line is one line of the log.
type line struct{ rail, text string }

// OnEvent adds a listener. It is called in the goroutine in which the thing
// happened, after the change and before anything else happens to that request,
// with no lock held: it may call the gateway, and it may cut the power of the
// terminal at that instant. What it does delays the answer.
func (w *World) OnEvent(listener func(Event)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listeners = append(w.listeners[:len(w.listeners):len(w.listeners)], listener)
}

// Log returns the last 1000 events as lines, oldest first.
func (w *World) Log() []string { return w.logOf(func(string) bool { return true }) }

func (w *World) logOf(wanted func(rail string) bool) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []string
	for _, l := range w.lines {
		if wanted(l.rail) {
			list = append(list, l.text)
		}
	}
	return list
}

// OnEvent adds a listener that hears of this gateway alone: World.OnEvent.
func (d *Desk) OnEvent(listener func(Event)) {
	d.World.OnEvent(func(e Event) {
		if e.Rail == d.Name() {
			listener(e)
		}
	})
}

// Log returns this gateway's lines of World.Log.
func (d *Desk) Log() []string {
	return d.logOf(func(rail string) bool { return rail == d.Name() })
}

// Happened books an event. Under the lock.
func (d *Desk) Happened(at time.Time, kind EventKind, call Call, order, detail string) {
	d.happened(Event{
		At: at, Kind: kind, Call: call, Order: Printable(order, 64), Detail: detail, Rail: d.Name(),
	})
}

// Note is Happened at this instant, outside the lock.
func (d *Desk) Note(kind EventKind, call Call, order, detail string) {
	d.Locked(func(now time.Time) { d.Happened(now, kind, call, order, detail) })
}

func (w *World) happened(e Event) {
	w.eventSeq++
	e.Seq = w.eventSeq
	w.pending = append(w.pending, e)
	if len(w.lines) >= logLines {
		w.lines = append(w.lines[:0], w.lines[len(w.lines)-logLines/2:]...)
	}
	w.lines = append(w.lines, line{e.Rail, e.String()})
}

// Printable cuts what a stranger sent down to n characters that fit in a log
// line.
func Printable(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
	return s[:min(len(s), n)]
}
