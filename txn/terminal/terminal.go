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
	Parked  []txn.RefundNo
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
	return t.HandleAll(at, []txn.Event{ev})
}

// HandleAll takes events that came at the same moment, one after the other, and
// makes what they decide durable in one commit: a backlog that drains waits for
// the disk once for many answers.
func (t *Terminal) HandleAll(at txn.Wall, events []txn.Event) error {
	b := batch{at: at, before: t.state.Ledger, after: t.state.Ledger, next: t.state}
	for _, ev := range events {
		rd := txn.Step(b.next, at, ev)
		if len(b.entries) > 0 && begins(rd.Entries) {
			if err := t.carryOut(b); err != nil {
				return err
			}
			b = batch{at: at, before: t.state.Ledger, after: t.state.Ledger, next: t.state}
		}
		if err := b.take(ev, rd); err != nil {
			return err
		}
	}
	return t.carryOut(b)
}

// begins reports whether a transaction begins: then memory forgets finished ones,
// which must be in the journal with their rows by then.
func begins(entries []txn.Entry) bool {
	for _, e := range entries {
		switch e.(type) {
		case txn.Begun, txn.RefundBegun, txn.PaidOut:
			return true
		}
	}
	return false
}

// batch is what several events lead to, as one.
type batch struct {
	at      txn.Wall
	before  txn.Ledger // as stored, with what was recalled
	after   txn.Ledger // ... and with what was decided; nothing is parked in it
	next    txn.State
	entries []txn.Entry
	steps   []Step
}

// take folds what one event leads to. Nothing of it is durable or done yet.
func (b *batch) take(ev txn.Event, rd txn.Ready) error {
	b.before = txn.Recall(b.before, rd.Recalled)
	b.after = txn.Recall(b.after, rd.Recalled)
	l := txn.Recall(b.next.Ledger, rd.Recalled)
	for _, e := range rd.Entries {
		l, b.after = txn.Apply(l, e), txn.Apply(b.after, e)
	}
	b.next.Ledger, b.next.Session = txn.Park(l, rd.Parked), rd.Session
	b.entries = append(b.entries, rd.Entries...)
	b.steps = append(b.steps, Step{b.at, ev, rd.Entries, rd.Effects, rd.Parked})
	if err := txn.Check(b.next); err != nil {
		return fmt.Errorf("after %T: %w", ev, err)
	}
	return nil
}

// carryOut is the one place where decisions become facts: first durable, then
// known, then done. Nobody else writes the journal.
func (t *Terminal) carryOut(b batch) error {
	if len(b.entries) > 0 {
		if err := t.journal.Append(b.before, b.after, b.entries); err != nil {
			return fmt.Errorf("journal %d entries after %T: %w", len(b.entries), b.steps[0].Event, err)
		}
	}
	t.state = b.next
	for _, s := range b.steps {
		t.record(s)
		for _, e := range s.Effects {
			t.performer.Perform(e)
		}
	}
	t.performer.Show(t.state)
	return nil
}
