package main

import (
	"cmp"
	"context"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"

	"till/printer"
	"till/printer/escpos"
	"till/printer/receipt"
	"till/txn"
	"till/txn/paycode"
)

// paper prints receipts on one printer: the adapter between txn.Receipt and
// the driver.
type paper struct {
	printer *printer.Printer
	profile escpos.Profile
	shopKey []byte // checks the code on the receipt
	mark    string // "模拟 SIMULATED"
	log     *slog.Logger
	jobs    *atomic.Uint32 // numbers the jobs of this process: no two have one process ID
}

// newPaper returns an adapter. Its first job has a random number, so that the
// echo of a job from before a restart is not taken for one of now.
func newPaper(drv *printer.Printer, profile escpos.Profile, shopKey []byte, mark string, log *slog.Logger) paper {
	p := paper{printer: drv, profile: profile, shopKey: shopKey, mark: mark, log: log, jobs: new(atomic.Uint32)}
	p.jobs.Store(rand.Uint32())
	return p
}

// Print implements paperer.
func (p paper) Print(ctx context.Context, r txn.Receipt) txn.ReceiptEnded {
	end := txn.ReceiptEnded{Order: cmp.Or(r.Job, r.Order), Attempt: r.Attempt}
	body, err := escpos.Encode(p.profile, p.layOut(r))
	if err != nil { // the code: it fits on every paper that a profile may have
		panic("till: paper of " + string(end.Order) + ": " + err.Error())
	}
	res := p.printer.Print(ctx, printer.Job{
		ID:   p.jobs.Add(1),
		Body: body, Cut: escpos.EncodeCut(p.profile),
	})
	if res.Fault != nil {
		end.Fault = txn.FaultCode(res.Fault.Code)
	}
	end.Proof = txn.Proof(res.Level.String())
	switch res.Outcome {
	case printer.Printed, printer.CutFailed:
		end.Result = txn.PrintDone
	case printer.Unconfirmed:
		end.Result = txn.PrintUnconfirmed
	case printer.Torn:
		end.Result = txn.PrintTorn
	default:
		end.Result = txn.PrintRefused
	}
	p.log.Info("receipt", "kind", r.Kind, "order", end.Order, "attempt", r.Attempt, "outcome", res.Outcome, "level", res.Level, "fault", res.Fault)
	return end
}

// layOut is a slip with the code that finds its sale; a report has none.
func (p paper) layOut(r txn.Receipt) []escpos.Op {
	look := receipt.Look{Columns: p.profile.Columns, Mark: p.mark}
	if order := receipt.Subject(r); order != "" {
		look.Code = paycode.ReceiptCode(order, p.shopKey)
	}
	return receipt.Of(r, look)
}
