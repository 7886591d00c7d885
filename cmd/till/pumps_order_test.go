package main

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"testing"

	"till/device"
	"till/txn"
	"till/txn/rail/lakala"
)

// TestTheLastWordAboutTheLinksIsTheTrueOne: one network is lost in the moment in
// which another comes back, and neither says so twice.
func TestTheLastWordAboutTheLinksIsTheTrueOne(t *testing.T) {
	for range 50000 {
		e := &engine{ctx: context.Background(), inbox: make(chan txn.Event),
			wires: make([]txn.LinkState, 2), probing: []bool{true, true}}
		e.busy, e.log = func(int) {}, slog.New(slog.NewTextHandler(io.Discard, nil))
		e.routes = []route{{rail: &lakala.Rail{}}, {rail: &lakala.Rail{}}}
		var last txn.Event
		var both, heard sync.WaitGroup
		heard.Go(func() {
			for ev := range e.inbox {
				last = ev
			}
		})
		both.Go(func() { e.linkState(0, false, &device.Fault{Code: device.LinkDown, Device: device.Link}) })
		both.Go(func() { e.linkState(1, true, nil) })
		both.Wait()
		close(e.inbox)
		heard.Wait()
		if _, up := last.(txn.LinkUp); !up {
			t.Fatalf("the second network is up, and the terminal was told %T", last)
		}
	}
}
