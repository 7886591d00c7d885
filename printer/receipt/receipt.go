package receipt

import (
	"cmp"
	"fmt"

	"till/printer/escpos"
	"till/txn"
)

// Look is what the shop adds to a slip.
type Look struct {
	Columns int    // of the paper: 32 (58 mm), 48 (80 mm)
	Code    string // of Subject(r), as a QR code: paycode.ReceiptCode; "" for none
	Mark    string // "模拟 SIMULATED", "培训 TRAINING": stands at the head and foot
}

// Subject is the sale that the code on a slip finds: the sale itself, the sale
// of a refund; "" for a report. Look.Code is made of it.
func Subject(r txn.Receipt) txn.OrderNo {
	switch r.Kind {
	case txn.SlipDay, txn.SlipShift, txn.SlipList:
		return ""
	case txn.SlipRefund:
		return r.Refund.Order
	case txn.SlipUndone, txn.SlipPending:
		return cmp.Or(r.Sale.Order, r.Refund.Order, r.Order)
	}
	return r.Order
}

// Of returns the slip that r is. A Kind that there is not panics.
func Of(r txn.Receipt, look Look) []escpos.Op {
	switch r.Kind {
	case txn.SlipSale:
		return sale(r, look)
	case txn.SlipRefund:
		return refund(r, look)
	case txn.SlipUndone:
		return undone(r, look)
	case txn.SlipPending:
		if r.Sale.Order == "" {
			return refund(r, look)
		}
		return pending(r, look)
	case txn.SlipQR:
		return qr(r, look)
	case txn.SlipDay:
		return dayReport(r, look)
	case txn.SlipShift:
		return shiftReport(r, look)
	case txn.SlipList:
		return openList(r, look)
	}
	panic(fmt.Sprintf("receipt: no slip of kind %d", r.Kind))
}

// sale is the receipt of a paid sale.
func sale(r txn.Receipt, look Look) []escpos.Op {
	p := newPage(r, look)
	p.field(wordType, "消费 SALE")
	p.payment(r.Rail, r.Wallet)
	p.field(words{zh: "流水号"}, r.Order.Tail()) // alone on its line: the bench reads it
	p.field(wordTerminal, r.Terminal)
	p.field(wordOperator, r.Operator)
	p.at(words{"时间", "Time"}, r.Paid)
	p.rule()
	p.total(words{"合计", "TOTAL"}, r.Amount.String())
	p.rule()
	p.field(wordOrder, string(r.Order))
	p.field(wordReference, string(r.Reference))
	p.field(words{"可退款至", "Refund by"}, day(r.Until))
	p.code(words{"退款请出示此码", "Keep for refunds"})
	return p.end(r)
}

// payment is how money came: the wallet, and the network behind it when that is
// another.
func (p *page) payment(rail, wallet txn.RailName) {
	p.field(wordMethod, railName(cmp.Or(wallet, rail)))
	if wallet != "" && wallet != rail {
		p.field(words{"收单平台", "Via"}, railName(rail))
	}
}
