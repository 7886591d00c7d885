package main

import (
	"context"
	"slices"
	"sync"
	"time"

	"till/device"
	"till/device/keypad"
	"till/printer"
	"till/printer/escpos"
	"till/scanner"
	"till/txn"
	"till/txn/paycode"
)

// ports are the wires of the shop: real lines, or those of the twins.
type ports struct {
	scanner, keypad, printer device.Opener

	scans   scanner.Config
	keys    keypad.Config
	paper   *printer.Printer
	shopKey []byte // tells our own receipts
}

// keysByName joins the driver's keys and the machine's, which have the same
// names.
var keysByName = func() map[string]txn.Key {
	m := map[string]txn.Key{}
	for k := txn.Key0; k <= txn.KeyF4; k++ {
		m[k.String()] = k
	}
	return m
}()

// pump starts one goroutine a device, each of which turns what its driver says
// into events, and lives through unplugged cables. They end with ctx.
func (e *engine) pump(ctx context.Context, p ports, wg *sync.WaitGroup) {
	keep := func(dev string, open device.Opener, serve func(context.Context, device.Port) error) {
		if open != nil { // a shop without this device has none to miss
			wg.Go(func() { device.Supervise(ctx, dev, open, e.reporter(dev), serve) })
		}
	}
	keep(device.Scanner, p.scanner, func(ctx context.Context, port device.Port) error {
		return scanner.Serve(ctx, port, p.scans, func(s scanner.Scan) {
			e.post(txn.CodeScanned{Scanned: paycode.Classify(s.Text.Reveal(), p.shopKey)})
		}, e.reporter(device.Scanner))
	})
	keep(device.Keypad, p.keypad, func(ctx context.Context, port device.Port) error {
		return keypad.Serve(ctx, port, p.keys, func(k keypad.Key) {
			e.post(txn.KeyPressed{Key: keysByName[k.String()]})
		}, e.reporter(device.Keypad))
	})
	if p.printer != nil { // an open port is not yet a printer: Ready and Status tell when it is
		faults := func(f *device.Fault) {
			if f != nil {
				e.reporter(device.Printer)(f)
			}
		}
		wg.Go(func() { device.Supervise(ctx, device.Printer, p.printer, faults, p.paper.Serve) })
	}
}

// printerConfig joins the driver's reports and the machine. A receipt that the
// journal left in the printer may still be in its buffer, half sent.
func printerConfig(profile escpos.Profile, e *engine) printer.Config {
	return printer.Config{
		Profile: profile,
		Unfinished: slices.ContainsFunc(e.term.State().Ledger.Txs, func(tx txn.Tx) bool {
			return tx.Paper.State == txn.PaperSending
		}),
		Report: func(s printer.Status) { e.reporter(device.Printer)(s.Fault()) },
		Ready: func() {
			if profile.Level == escpos.LevelD { // it reports nothing, good or bad
				e.post(txn.FaultCleared{Device: device.Printer})
			}
		},
	}
}

// reporter turns the faults of a device into events; nil is the all-clear.
func (e *engine) reporter(dev string) func(*device.Fault) {
	return func(f *device.Fault) {
		if f == nil {
			e.post(txn.FaultCleared{Device: dev})
			return
		}
		e.log.Warn("fault", "fault", f)
		e.post(txn.FaultRaised{Device: dev, Code: txn.FaultCode(f.Code)})
	}
}

// linkState is told by the links when the ways to the gateways open and close.
// The terminal is off the network when no way is known to be open: one network
// that is out of reach is left alone by the machine, and the others go on.
func (e *engine) linkState(route int, up bool, f *device.Fault) {
	if !up && f == nil {
		return
	}
	e.wiresMu.Lock()
	if up {
		e.wires[route] = txn.LinkIsUp
	} else {
		e.wires[route] = txn.LinkIsDown
	}
	any := slices.Contains(e.wires, txn.LinkIsUp)
	probe := !up && !e.probing[route]
	e.probing[route] = e.probing[route] || probe
	switch { // still locked: links tell of edges only, so the last word must be the true one
	case up:
		e.post(txn.LinkUp{})
	case !any:
		e.log.Warn("link down", "rail", e.routes[route].rail.Name(), "fault", f)
		e.post(txn.LinkDown{Code: txn.FaultCode(f.Code)})
	}
	e.wiresMu.Unlock()
	if probe {
		e.probe(route, probeFirst)
	}
}

// How often a way that is closed is tried, so that what waits for the network
// leaves when it is back, though nobody presses a key.
const (
	probeFirst = 5 * time.Second
	probeLast  = 20 * time.Second
)

// probe tries a way that is closed until it is open.
func (e *engine) probe(route int, after time.Duration) {
	e.clock.AfterFunc(after, func() {
		e.wiresMu.Lock()
		down := e.wires[route] == txn.LinkIsDown
		e.probing[route] = down
		e.wiresMu.Unlock()
		if !down || e.ctx.Err() != nil {
			return
		}
		e.start(func() txn.Event {
			if err := e.routes[route].link.Warm(e.ctx, e.routes[route].url); err != nil {
				e.probe(route, min(2*after, probeLast))
				return nil
			}
			e.wiresMu.Lock()
			e.probing[route] = false
			e.wiresMu.Unlock()
			return nil
		})
	})
}

// faultOf is the code of a fault in an error, "" when there is none.
func faultOf(err error) txn.FaultCode {
	if f, ok := asFault(err); ok {
		return txn.FaultCode(f.Code)
	}
	return ""
}
