package device

import (
	"fmt"
	"log/slog"
)

// Code names one thing that can be wrong with the machine. It is what the
// display shows, what the operator reads out on the telephone and what the
// manual is sorted by, so a code is never renumbered and never reused. The
// sentences that go with a code, in both languages, are in package txn/screen.
type Code string

// The letter tells whose trouble it is: C clock, D device, J journal, K
// configuration and keys, L link, P printer, R rail, S scanner.
const (
	ClockUnset      Code = "C01" // the wall clock stands before this program was built
	ClockSkewed     Code = "C02" // the gateway's time differs by more than its signatures allow
	PortGone        Code = "D01" // a port vanished or never appeared
	PortBusy        Code = "D02" // another program holds the port
	PortRefused     Code = "D03" // the port is there and does not open: rights, speed, not a serial line
	JournalBroken   Code = "J01" // the journal cannot be written; selling stops
	JournalDamaged  Code = "J02" // the store does not verify
	DiskFull        Code = "J03" // no room for another sale; open ones are finished from the reserve
	JournalForeign  Code = "J04" // the file is not a store of till
	JournalNewer    Code = "J05" // the store was written by a newer till
	JournalLocked   Code = "J06" // another till holds the store
	PromiseBroken   Code = "J07" // the program found itself where it cannot be, and stopped
	LinkDown        Code = "L01" // no way to the gateway: no route, refused, unreachable
	LinkNameUnknown Code = "L02" // the gateway's name does not resolve
	LinkUntrusted   Code = "L03" // TLS: the certificate does not verify
	LinkSlow        Code = "L04" // no answer within the time limit
	LinkBroken      Code = "L05" // the answer broke off, or is not HTTP, or is too long
	CoverOpen       Code = "P01"
	PaperEmpty      Code = "P02"
	PaperNearEnd    Code = "P03" // a warning: the job was printed
	CutterJammed    Code = "P04"
	PrinterSilent   Code = "P05" // the printer answers no status request
	PrinterFailed   Code = "P06" // an error that only service can clear
	PrinterHot      Code = "P07" // the head is too hot; it goes on by itself
	PrinterOffline  Code = "P08" // offline for a reason it does not tell: FEED held, a buffer
	RailUntrusted   Code = "R01" // an answer is not signed by the gateway
	RailRefused     Code = "R02" // the gateway refuses this merchant, its keys or its rights
	RailForeign     Code = "R03" // an answer is about another order, amount or merchant
	ScanNoise       Code = "S01" // bytes that are no scan: wrong speed, noise
	ScanTorn        Code = "S02" // a scan that broke off half-way
	ScanTooLong     Code = "S03" // more bytes than any code holds
)

// Codes lists every code, in the order of the manual.
var Codes = []Code{
	ClockUnset, ClockSkewed,
	PortGone, PortBusy, PortRefused,
	JournalBroken, JournalDamaged, DiskFull, JournalForeign, JournalNewer, JournalLocked, PromiseBroken,
	LinkDown, LinkNameUnknown, LinkUntrusted, LinkSlow, LinkBroken,
	CoverOpen, PaperEmpty, PaperNearEnd, CutterJammed, PrinterSilent, PrinterFailed, PrinterHot, PrinterOffline,
	RailUntrusted, RailRefused, RailForeign,
	ScanNoise, ScanTorn, ScanTooLong,
}

// The devices a fault can be about.
const (
	Scanner = "scanner"
	Printer = "printer"
	Keypad  = "keypad"
	Display = "display"
	Store   = "store"
	Link    = "link"
	Clock   = "clock"
	Gateway = "gateway"
)

// Fault is an error that a person standing at the terminal can act on.
type Fault struct {
	Code   Code
	Device string // one of the names above
	Op     string // what was being done, as a verb: "open", "cut", "read status"
	Err    error  // what the driver saw; nil when a sensor said it
}

func (f *Fault) Error() string {
	if f.Err == nil {
		return fmt.Sprintf("%s: %s: %s", f.Device, f.Op, f.Code)
	}
	return fmt.Sprintf("%s: %s: %s: %v", f.Device, f.Op, f.Code, f.Err)
}

func (f *Fault) Unwrap() error { return f.Err }

// LogValue keeps the parts of a fault apart in the log, where they are searched.
func (f *Fault) LogValue() slog.Value {
	if f == nil {
		return slog.StringValue("none")
	}
	return slog.GroupValue(
		slog.String("code", string(f.Code)),
		slog.String("device", f.Device),
		slog.String("op", f.Op),
		slog.Any("err", f.Err),
	)
}
