package main

import (
	"context"
	"log/slog"

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
}

// attemptsPerOrder keeps the numbers of two jobs apart: process IDs are made
// of them.
const attemptsPerOrder = 16

// Print implements paperer.
func (p paper) Print(ctx context.Context, r txn.Receipt) txn.ReceiptEnded {
	end := txn.ReceiptEnded{Order: r.Order, Attempt: r.Attempt}
	look := receipt.Look{Columns: p.profile.Columns, Mark: p.mark, Code: paycode.ReceiptCode(r.Order, p.shopKey)}
	body, err := escpos.Encode(p.profile, receipt.Sale(r, look))
	if err != nil { // the code: it fits on every paper that a profile may have
		panic("till: receipt of " + string(r.Order) + ": " + err.Error())
	}
	res := p.printer.Print(ctx, printer.Job{
		ID:   uint32(r.Order.N()*attemptsPerOrder + uint64(r.Attempt)),
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
	p.log.Info("receipt", "order", r.Order, "attempt", r.Attempt, "outcome", res.Outcome, "level", res.Level, "fault", res.Fault)
	return end
}
