package receipt

import (
	"cmp"
	"strconv"
	"time"

	"till/printer/escpos"
	"till/txn"
)

// undone is the slip of a sale that took no money in the end, with both times
// (causes.md C21, C23). One that is still open is told as pending.
func undone(r txn.Receipt, look Look) []escpos.Op {
	t := r.Sale
	if t.Phase != txn.RefusedFor && t.Phase != txn.ReversedFor {
		return pending(r, look)
	}
	p := newPage(r, look)
	if t.Phase == txn.RefusedFor {
		p.field(wordType, "消费未成功 SALE DECLINED")
	} else {
		p.field(wordType, "撤销 SALE UNDONE")
	}
	state, tell := undoneWords(t)
	p.banner(state)
	p.field(wordAsk, t.Order.Tail())
	p.rule()
	p.total(words{"金额", "AMOUNT"}, t.Amount.String())
	p.rule()
	p.say(tell)
	if t.Cause != txn.CauseConfirmed { // which is no reason
		p.because(t.Cause, t.Code, t.Text)
	}
	p.rule()
	p.at(words{"交易时间", "Sale begun"}, t.Begun)
	if t.Phase == txn.RefusedFor || t.Back != "" {
		p.at(words{"结束时间", "Ended"}, t.Ended)
	} else {
		p.at(words{"撤销时间", "Undone"}, t.Ended)
	}
	p.field(words{"退款单号", "Refund number"}, string(t.Back))
	p.saleFoot(r, t)
	return p.end(r)
}

// undoneWords say what became of the money, as far as it is known.
func undoneWords(t txn.Tx) (state, tell words) {
	switch {
	case t.Phase == txn.RefusedFor:
		return words{"没有扣款", "NOT CHARGED"}, words{"这笔交易没有扣款。", "This sale was not charged."}
	case t.Back != "":
		return words{"改为退款", "BEING REFUNDED"},
			words{"款项由下列退款单退回。", "The refund below returns the money."}
	case t.Cause == txn.CausePaidLate || t.Reference != "":
		return words{"款项已退回", "MONEY RETURNED"},
			words{"这笔交易已撤销，款项已退回付款账户。", "The sale was taken back. The money went back to where it came from."}
	}
	return words{"未扣款或已退回", "NOT CHARGED, OR RETURNED"},
		words{"这笔交易已撤销，没有扣款；如曾扣款，款项已退回。",
			"The sale was taken back: not charged, and anything that was paid is returned."}
}

// pending is the slip of a sale whose outcome is open.
func pending(r txn.Receipt, look Look) []escpos.Op {
	p, t := newPage(r, look), r.Sale
	p.field(wordType, "待定凭条 PENDING SLIP")
	switch t.Phase {
	case txn.Reversing:
		p.banner(words{"正在撤销", "BEING TAKEN BACK"})
	case txn.WrittenFor:
		p.banner(words{"结果未知", "OUTCOME NOT KNOWN"})
	default:
		p.banner(words{"付款结果待定", "PAYMENT PENDING"})
	}
	p.field(wordAsk, t.Order.Tail())
	p.rule()
	p.total(words{"金额", "AMOUNT"}, t.Amount.String())
	p.rule()
	p.centre("请勿再次付款", escpos.Bold|escpos.Double)
	p.centre("DO NOT PAY AGAIN", escpos.Bold)
	switch t.Phase {
	case txn.Reversing:
		p.say(words{"这笔交易正在撤销，已付款项会自动退回。请凭查询号询问。",
			"The sale is being taken back. Anything paid comes back by itself. Ask with the number."})
	case txn.WrittenFor:
		p.say(words{"本店已停止查询，请以钱包账单为准，凭查询号询问。",
			"The shop has stopped asking. See the bill in the wallet, and ask with the number."})
	default:
		p.say(words{"付款结果尚未确定，系统正在查询：或已付款，或自动退回。请凭查询号询问。",
			"The outcome is not known yet and is being settled: paid, or returned by itself. Ask with the number."})
	}
	p.rule()
	p.at(words{"交易时间", "Sale begun"}, t.Begun)
	p.at(words{"打印时间", "Printed"}, r.Printed)
	p.saleFoot(r, t)
	return p.end(r)
}

// saleFoot is what finds a sale that has no receipt.
func (p *page) saleFoot(r txn.Receipt, t txn.Tx) {
	p.payment(t.Rail, t.Wallet)
	p.field(wordTerminal, cmp.Or(t.Terminal, r.Terminal))
	p.field(wordOperator, cmp.Or(t.Operator, r.Operator))
	p.field(wordOrder, string(t.Order))
	p.field(wordReference, string(t.Reference))
	p.help(r)
	p.code(words{"查询请出示此码", "Show it to ask"})
}

// qrBytes is the longest code that is printed: at level M, 58 mm paper then has
// two dots a module, which phones still read (ISO/IEC 18004, table 7: version
// 40-M holds 2331 bytes; those of the networks have less than 150).
const qrBytes = 1000

// qr is the slip that the payer scans. It has no other QR code.
func qr(r txn.Receipt, look Look) []escpos.Op {
	p := newPage(r, look)
	p.field(wordType, "扫码付款 SCAN TO PAY")
	p.payment(r.Rail, r.Wallet)
	p.total(words{"应付", "TO PAY"}, r.Amount.String())
	if r.QR == "" || len(r.QR) > qrBytes {
		p.banner(words{"无法打印付款码", "THIS CODE CANNOT BE PRINTED"})
	} else {
		p.add(escpos.QR{Align: escpos.Centre, Data: r.QR, Module: 8, ECC: qrLevel})
	}
	p.centre("请用手机扫码 Scan with phone", escpos.Bold)
	p.centre("只付一次 Pay once only", escpos.Bold)
	if r.Lives > 0 {
		minutes := strconv.Itoa(max(1, int(r.Lives/time.Minute)))
		p.field(words{"有效时长", "Valid for"}, minutes+" 分钟 min")
	}
	if r.Printed != 0 && r.Lives > 0 {
		p.at(words{"有效至", "Valid until"}, r.Printed+txn.Wall(r.Lives.Milliseconds()))
	}
	p.rule()
	p.field(wordAsk, r.Order.Tail())
	p.field(wordTerminal, r.Terminal)
	p.field(wordOrder, string(r.Order))
	if look.Code != "" {
		p.codeText()
	}
	p.help(r)
	return p.close()
}
