package main

import (
	"log/slog"
	"testing"
	"time"

	"till/printer"
	"till/printer/escpos"
	"till/txn"
	"till/txn/money"
	"till/txn/paycode"
)

// TestEverySlipIsScannedBackToItsSale lays out each kind of slip and reads its
// code as the scanner would: that of a refund opens the sale.
func TestEverySlipIsScannedBackToItsSale(t *testing.T) {
	profile, ok := escpos.ProfileNamed("epson-tm-58")
	if !ok {
		t.Fatal("there is no profile epson-tm-58")
	}
	key := []byte("the shop key of a test: a fixture")
	p := newPaper(printer.New(printer.Config{Profile: profile}), profile, key, "", slog.New(slog.DiscardHandler))
	const install = txn.Install("0123456789AB")
	order, refund := txn.NewOrderNo(install, 7), txn.NewRefundNo(install, 9)
	sale := txn.Tx{Order: order, Rail: txn.Alipay, Amount: money.Fen(100), Phase: txn.ReversedFor}
	back := txn.Refund{No: refund, Key: refund, Order: order, Rail: txn.Alipay, Amount: money.Fen(100), Phase: txn.Taken}
	for _, r := range []txn.Receipt{
		{Kind: txn.SlipSale, Job: order, Order: order},
		{Kind: txn.SlipRefund, Job: txn.OrderNo(refund), Order: txn.OrderNo(refund), Refund: back},
		{Kind: txn.SlipUndone, Job: "slip", Sale: sale},
		{Kind: txn.SlipPending, Job: "slip", Sale: sale},
		{Kind: txn.SlipQR, Job: "slip", Order: order, QR: "weixin://wxpay/bizpayurl?pr=1", Lives: time.Minute},
		{Kind: txn.SlipDay, Job: "slip"},
		{Kind: txn.SlipShift, Job: "slip"},
		{Kind: txn.SlipList, Job: "slip"},
	} {
		var codes []string
		for _, op := range p.layOut(r) {
			if qr, ok := op.(escpos.QR); ok {
				codes = append(codes, qr.Data)
			}
		}
		switch r.Kind {
		case txn.SlipDay, txn.SlipShift, txn.SlipList:
			if len(codes) != 0 {
				t.Errorf("a report, kind %d, has the codes %q", r.Kind, codes)
			}
		case txn.SlipQR:
			if len(codes) != 1 || codes[0] != r.QR {
				t.Errorf("the slip to scan has the codes %q", codes)
			}
		default:
			if len(codes) != 1 {
				t.Fatalf("kind %d has the codes %q", r.Kind, codes)
			}
			if got := paycode.Classify(codes[0], key); got.Kind != txn.ScanReceipt || got.Order != order {
				t.Errorf("the code of kind %d is of kind %d and opens %q", r.Kind, got.Kind, got.Order)
			}
		}
		end := p.Print(t.Context(), r)
		if end.Order != r.Job || end.Result != txn.PrintRefused {
			t.Errorf("without a printer, kind %d ends as %+v", r.Kind, end)
		}
	}
}
