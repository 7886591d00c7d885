// Package terminal joins the machine of package txn to the world it is told
// of. It owns the order in which things happen and nothing else: it imports
// no operating system, and it never waits for anything but the journal.
package terminal

import (
	"fmt"

	"till/txn"
)

// Journal keeps entries across a power cut.
type Journal interface {
	// Append returns once every entry is on stable storage, in order and as
	// one: after a power cut there are all of them or none. After an error
	// nothing is known of what is stored, and the journal must not be used
	// again. The ledgers are those before and after the entries.
	Append(before, after txn.Ledger, entries []txn.Entry) error
}

// Performer carries out effects and shows states.
type Performer interface {
	// Perform starts one effect and does not wait for its end: how it went
	// comes back to Handle as an event.
	Perform(effect txn.Effect)
	// Show puts a state before the operator and the customer. What is shown
	// is always derived from the newest state, never from an answer.
	Show(txn.State)
}

// Step is one event and what came of it: what the flight recorder keeps, the
// world traces and replay compares.
type Step struct {
	At      txn.Wall
	Event   txn.Event
	Entries []txn.Entry
	Effects []txn.Effect
}

// Terminal is one payment terminal. Its methods are for one goroutine.
type Terminal struct {
	state     txn.State
	journal   Journal
	performer Performer
	record    func(Step)
}

// New returns a terminal in the state that the journal tells of. Every step
// is given to record, which may be nil. The first event is txn.Booted.
func New(s txn.State, j Journal, p Performer, record func(Step)) *Terminal {
	if record == nil {
		record = func(Step) {}
	}
	return &Terminal{state: s, journal: j, performer: p, record: record}
}

// State is what the terminal knows.
func (t *Terminal) State() txn.State { return t.state }

// Handle takes one event to its end. An error means that the terminal can no
// longer keep its promises: stop the program and do not sell.
func (t *Terminal) Handle(at txn.Wall, ev txn.Event) error {
	return t.carryOut(at, ev, txn.Step(t.state, at, ev))
}

// carryOut is the one place where decisions become facts: first durable, then
// known, then done. Nobody else writes the journal.
func (t *Terminal) carryOut(at txn.Wall, ev txn.Event, rd txn.Ready) error {
	next := t.state
	next.Session = rd.Session
	if len(rd.Entries) > 0 {
		for _, e := range rd.Entries {
			next.Ledger = txn.Apply(next.Ledger, e)
		}
		if err := t.journal.Append(t.state.Ledger, next.Ledger, rd.Entries); err != nil {
			return fmt.Errorf("journal %d entries after %T: %w", len(rd.Entries), ev, err)
		}
	}
	if err := txn.Check(next); err != nil {
		return fmt.Errorf("after %T: %w", ev, err)
	}
	t.state = next
	t.record(Step{at, ev, rd.Entries, rd.Effects})
	for _, e := range rd.Effects {
		t.performer.Perform(e)
	}
	t.performer.Show(t.state)
	return nil
}
