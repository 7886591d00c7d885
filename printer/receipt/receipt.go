// Package receipt lays the truth of a sale out on paper: txn.Receipt to typed
// operations, for any width. Words are bilingual by template, not by the
// language of the screen: the paper outlives the moment.
//
// # Decisions
//
// The amount, the order number, the network's reference and the mark of a
// second print are always there; the merchant gives name, address, telephone
// and the lines at the foot. (A merchant's own template, which cannot remove
// these, comes with the devices issue.)
//
// The code on the receipt names the order and proves itself by a check made
// with the shop's key; the amount is not in it (causes.md C10).
package receipt

import (
	"strconv"

	"till/printer/escpos"
	"till/printer/raster"
	"till/txn"
)

// Look is what the shop adds to a receipt.
type Look struct {
	Columns int    // of the paper: 32 (58 mm), 48 (80 mm)
	Code    string // of the order, as a QR code: paycode.ReceiptCode
	Mark    string // "模拟 SIMULATED", "培训 TRAINING": stands at the head and foot
}

// railNames are as they stand on paper.
var railNames = []struct {
	rail txn.RailName
	name string
}{
	{txn.WeChatPay, "微信支付 WeChat Pay"},
	{txn.Alipay, "支付宝 Alipay"},
	{txn.UnionPay, "云闪付 UnionPay"},
}

func railName(r txn.RailName) string {
	for _, n := range railNames {
		if n.rail == r {
			return n.name
		}
	}
	return string(r)
}

// timeFormat is the date and time of the payment at the shop.
const timeFormat = "2006-01-02 15:04:05"

// Sale returns the receipt of a paid sale.
func Sale(r txn.Receipt, look Look) []escpos.Op {
	var ops []escpos.Op
	centre := func(text string, style escpos.Style) {
		if text != "" {
			ops = append(ops, escpos.Line{Align: escpos.Centre, Spans: []escpos.Span{{Text: text, Style: style}}})
		}
	}
	field := func(name, value string) {
		if value != "" {
			ops = append(ops, fieldLines(name, value, look.Columns)...)
		}
	}
	centre(look.Mark, escpos.Bold)
	if r.Marked {
		centre("重打印 REPRINT", escpos.Bold|escpos.Double|escpos.Tall)
		centre("第 "+strconv.Itoa(r.Attempt)+" 次打印，请勿重复入账", 0)
	}
	centre(r.Merchant.Name, titleStyle(r.Merchant.Name, look.Columns))
	centre(r.Merchant.Address, 0)
	centre(r.Merchant.Phone, 0)
	ops = append(ops, escpos.Rule{})
	field("交易类型", "消费 SALE")
	field("支付方式", railName(r.Rail))
	field("流水号", r.Order.Tail())
	field("终端号", r.Terminal)
	field("操作员", r.Operator)
	field("时间", r.Paid.In(r.Zone).Format(timeFormat))
	ops = append(ops, escpos.Rule{})
	ops = append(ops, totalLine("合计 TOTAL", r.Amount.String(), look.Columns)...)
	ops = append(ops, escpos.Rule{})
	field("商户单号", string(r.Order))
	field("交易单号", string(r.Reference))
	if look.Code != "" {
		ops = append(ops, escpos.QR{Align: escpos.Centre, Data: look.Code, ECC: raster.LevelM, Module: 5})
		centre("退款请出示此码 Keep for refunds", 0)
	}
	for _, line := range escpos.Wrap(r.Merchant.Footer, look.Columns) {
		centre(line, 0)
	}
	centre(look.Mark, escpos.Bold)
	return ops
}

// titleStyle is as large as the name allows on one line.
func titleStyle(name string, columns int) escpos.Style {
	if escpos.Width(name)*2 <= columns {
		return escpos.Bold | escpos.Double | escpos.Tall
	}
	return escpos.Bold
}

// fieldWidth is the column where values begin: the widest name and a colon.
const fieldWidth = 10

// fieldLines is "name: value"; a value that is too long has lines of its own.
func fieldLines(name, value string, columns int) []escpos.Op {
	pad := name + ":"
	for escpos.Width(pad) < fieldWidth {
		pad += " "
	}
	if escpos.Width(pad+value) <= columns {
		return []escpos.Op{escpos.Say(pad+value, 0)}
	}
	ops := []escpos.Op{escpos.Say(name+":", 0)}
	for _, line := range escpos.Wrap(value, columns-2) {
		ops = append(ops, escpos.Say("  "+line, 0))
	}
	return ops
}

// totalLine is twice as high, and twice as wide if there is room.
func totalLine(name, amount string, columns int) []escpos.Op {
	style := escpos.Bold | escpos.Tall | escpos.Double
	if escpos.Width(name+" "+amount)*2 > columns {
		if name = "合计"; escpos.Width(name+" "+amount)*2 > columns {
			style = escpos.Bold | escpos.Tall
		}
	}
	width := columns
	if style&escpos.Double != 0 {
		width /= 2
	}
	return []escpos.Op{escpos.Say(escpos.Pad(name, amount, width), style)}
}
