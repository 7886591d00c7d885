package rig

import "image"

// Kind is what an Event is about.
type Kind uint8

// The kinds of events.
const (
	Shown      Kind = iota // the program drew a new picture
	Sounded                // it made a sound; Text is the cue
	PowerOn                // it was started
	PowerOff               // it was killed
	Ended                  // it ended by itself; Text says how
	Logged                 // it said a line
	PaperMoved             // the paper or the state of the printer changed
	GatewayDid             // Text is railsim's name of it, Order the number
	WorldSet               // a cable or the network
)

// Event is something that happened in the world. It carries no payment code.
type Event struct {
	Kind  Kind
	Text  string
	Order string
	Rail  string // of GatewayDid: whose it is, "wechatpay"
	Patch *Patch // of Shown; nil when the displays went dark
}

// Patch is the part of a display that has changed.
type Patch struct {
	Side string // "operator" or "customer"
	View        // as it is now
	At   image.Rectangle
	PNG  []byte // empty when only the text changed
}

// OnEvent adds a listener. It is called in the goroutine in which the thing
// happened, and must not wait: the world stands still meanwhile.
func (r *Rig) OnEvent(f func(Event)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.listeners = append(r.listeners[:len(r.listeners):len(r.listeners)], f)
}

func (r *Rig) tell(ev Event) {
	r.mu.Lock()
	listeners := r.listeners
	r.mu.Unlock()
	for _, f := range listeners {
		f(ev)
	}
}
