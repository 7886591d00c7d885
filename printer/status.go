package printer

import (
	"till/device"
	"till/printer/escpos"
)

// Status is what a printer says about itself. The zero Status is that of a
// printer that says nothing, and is not a good one.
type Status struct {
	Known        bool // it answers; if not, all below means nothing
	Online       bool
	CoverOpen    bool
	PaperEmpty   bool
	PaperNearEnd bool // a warning
	CutterJammed bool
	Failed       bool // only service helps
	Hot          bool // goes on by itself
}

func statusOf(told, set escpos.Sensors) Status {
	if told&escpos.Offline == 0 {
		return Status{}
	}
	return Status{
		Known:        true,
		Online:       set&escpos.Offline == 0,
		CoverOpen:    set&escpos.CoverOpen != 0,
		PaperEmpty:   set&(escpos.PaperEnd|escpos.PaperStop) != 0,
		PaperNearEnd: set&escpos.PaperNearEnd != 0,
		CutterJammed: set&escpos.CutterError != 0,
		Failed:       set&escpos.Unrecoverable != 0,
		Hot:          set&escpos.AutoRecoverable != 0,
	}
}

// Fault is the worst that keeps the printer from printing, P03 when it is
// only near the end of its paper, nil when all is well. What is unknown is P05.
func (s Status) Fault() *device.Fault {
	const op = "read status"
	switch {
	case !s.Known:
		return fault(device.PrinterSilent, op, nil)
	case s.Failed:
		return fault(device.PrinterFailed, op, nil)
	case s.CutterJammed:
		return fault(device.CutterJammed, op, nil)
	case s.CoverOpen: // before paper: an open cover often reads as no paper
		return fault(device.CoverOpen, op, nil)
	case s.PaperEmpty:
		return fault(device.PaperEmpty, op, nil)
	case s.Hot:
		return fault(device.PrinterHot, op, nil)
	case !s.Online:
		return fault(device.PrinterOffline, op, nil)
	case s.PaperNearEnd:
		return fault(device.PaperNearEnd, op, nil)
	}
	return nil
}

// Ready tells whether a job can be begun.
func (s Status) Ready() bool {
	f := s.Fault()
	return f == nil || f.Code == device.PaperNearEnd
}

// stops tells whether a job under way is lost. What passes by itself, and
// what is unknown for the moment, does not stop it.
func (s Status) stops() bool {
	return s.Known && (s.Failed || s.CutterJammed || s.CoverOpen || s.PaperEmpty)
}
