package sim

import (
	"time"

	"till/device"
	"till/txn"
)

// paper is the printer of one terminal and all that came out of it: receipts as
// values. The printer that speaks ESC/POS is sim/printersim, under cmd/till's
// scripts and sweeps.
type paper struct {
	shop   *Shop
	fault  txn.FaultCode
	begun  int // counts jobs
	sheets []Sheet
}

// troubles stop a printer until somebody sees to it.
var troubles = []struct {
	kind Kind
	code device.Code
}{
	{PaperOut, device.PaperEmpty}, {CoverOpen, device.CoverOpen}, {CutterJam, device.CutterJammed}, {PrinterHot, device.PrinterHot},
	{PrinterGone, device.PortGone},
}

// print takes one receipt and says, in its time, how it went.
func (p *paper) print(r txn.Receipt) {
	s, w := p.shop, p.shop.w
	w.audit.prints(s, r)
	p.begun++
	n := p.begun
	took := w.between(600*time.Millisecond, 2500*time.Millisecond)
	end := func(after time.Duration, result txn.PrintResult, proof txn.Proof, fault txn.FaultCode) {
		s.later(after, func() {
			if p.begun == n {
				s.tell(txn.ReceiptEnded{Order: r.Job, Attempt: r.Attempt, Result: result, Proof: proof, Fault: fault})
			}
		})
	}
	if p.fault != "" {
		end(30*time.Millisecond, txn.PrintRefused, "", p.fault)
		return
	}
	for _, t := range troubles {
		if w.strikes(t.kind) {
			code := txn.FaultCode(t.code)
			p.breaks(code)
			if w.pick(t.kind, 3) == 0 { // before a byte of it
				end(30*time.Millisecond, txn.PrintRefused, "", code)
				return
			}
			p.sheets = append(p.sheets, Sheet{r, w.pick(t.kind, 2) == 0})
			end(took, txn.PrintTorn, "", code)
			return
		}
	}
	switch {
	case w.strikes(CutPrinting):
		p.sheets = append(p.sheets, Sheet{r, w.pick(CutPrinting, 2) == 0})
		s.later(took/2, func() { s.off("power, while printing", s.pause()) })
	case w.strikes(PrinterLies):
		end(took, txn.PrintDone, "A", "")
	case w.strikes(PrinterMute):
		p.sheets = append(p.sheets, Sheet{r, true})
		end(took, txn.PrintUnconfirmed, "", "")
	case w.strikes(PrinterLater):
		w.later(took+w.between(time.Second, time.Minute), func() { p.sheets = append(p.sheets, Sheet{r, true}) })
		end(took, txn.PrintTorn, "", txn.FaultCode(device.PrinterSilent))
	default:
		p.sheets = append(p.sheets, Sheet{r, true})
		end(took, txn.PrintDone, "A", "")
	}
}

// breaks stops the printer until somebody sees to it.
func (p *paper) breaks(code txn.FaultCode) {
	s := p.shop
	p.fault = code
	s.soon(5*time.Millisecond, txn.FaultRaised{Device: device.Printer, Code: code})
	s.w.later(s.w.between(20*time.Second, 20*time.Minute), p.mend)
}

func (p *paper) mend() {
	if p.fault != "" {
		p.fault = ""
		p.report()
	}
}

// report is what the driver says when the printer is there.
func (p *paper) report() {
	if p.fault != "" {
		p.shop.tell(txn.FaultRaised{Device: device.Printer, Code: p.fault})
		return
	}
	p.shop.tell(txn.FaultCleared{Device: device.Printer})
}
