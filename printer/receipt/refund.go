package receipt

import (
	"cmp"

	"till/printer/escpos"
	"till/txn"
)

// refund is the slip of one refund, in whatever phase it is: it says what that
// means, who acts when it did not go through, and how to ask about it.
func refund(r txn.Receipt, look Look) []escpos.Op {
	p, b := newPage(r, look), r.Refund
	p.field(wordType, typeOf(b.Method).line())
	p.banner(stateOf(b))
	p.field(wordAsk, b.No.Tail())
	p.rule()
	if b.Phase == txn.PaidBack || b.Phase == txn.Cashed {
		p.total(words{"退款", "REFUND"}, b.Amount.String())
	} else {
		p.total(words{"金额", "AMOUNT"}, b.Amount.String())
	}
	p.arithmetic(b, r.Left.Minor())
	p.rule()
	p.say(tellOf(b))
	p.whyNot(b)
	p.whereTo(b)
	p.rule()
	p.people(r, b)
	p.original(b)
	p.numbers(b)
	p.help(r)
	p.code(words{"扫码查原交易", "Finds the sale"})
	if b.Phase == txn.Cashed || b.Phase == txn.PaidBack && b.Repaired {
		p.signature(words{"顾客签收", "Cash received"})
	}
	return p.end(r)
}

// arithmetic is how what is left comes about, so that nobody has to work it out
// (causes.md C07): paid, less the other refunds that count, less this. (Others, not
// earlier ones: on a copy made later they may be either.) A refund that moves no
// money takes nothing off.
func (p *page) arithmetic(b txn.Refund, left int64) {
	paid, this := b.Total.Minor(), b.Amount.Minor()
	if !b.Phase.Counts() {
		this = 0
	}
	if paid == 0 || b.Order == "" {
		return // the sale's amount is not known, or there is none
	}
	p.row("  原付款 Paid", yuan(paid))
	if others := paid - this - left; others > 0 {
		p.row("  其他退款 Others", yuan(-others))
	}
	p.row("  本次 This refund", yuan(-this))
	p.row("  剩余可退 Left", yuan(left))
}

// whyNot is why a refund waits or was refused, and who acts (causes.md C61); and
// why a void became a refund.
func (p *page) whyNot(b txn.Refund) {
	switch b.Phase {
	case txn.Failed:
		p.because(b.Cause, b.Code, b.Text)
		p.say(actors[whyOf(b.Cause).acts])
	case txn.Held:
		p.because(b.Cause, b.Code, b.Text)
	case txn.Dead, txn.Stranded:
		p.field(words{"平台答复", "Network says"}, joined(b.Text, b.Code))
	}
	if b.WrittenBy != "" {
		p.field(words{"停止查询", "Given up by"}, b.WrittenBy)
		p.field(words{"停止原因", "Because"}, reasonOf(b.WrittenOn).line())
	}
	switch {
	case b.Disputed && b.WrittenBy != "":
		p.say(words{"注意：停止查询之后，平台才有答复。", "Note: the network answered after the shop had stopped asking."})
	case b.Disputed:
		p.say(words{"注意：平台曾称未退，后确认已退。", "Note: it was told as not refunded before; then it was paid out."})
	}
}

// whereTo is where money went and in which parts (causes.md C06).
func (p *page) whereTo(b txn.Refund) {
	if b.Phase != txn.PaidBack {
		return
	}
	p.field(words{"退至", "Went to"}, b.Account)
	if b.Discount != 0 {
		p.row("  退回款项 Money", yuan(b.Payer))
		p.row("  优惠退回 Coupons", yuan(b.Discount))
	}
}

// people is when the refund was decided and ended, by whom and why; and why it is
// a void, or is not one any more.
func (p *page) people(r txn.Receipt, b txn.Refund) {
	p.at(words{"退款时间", "Refund asked"}, b.Begun)
	p.at(words{"完成时间", "Ended"}, b.Ended)
	p.field(wordTerminal, cmp.Or(b.Terminal, r.Terminal))
	by := cmp.Or(b.By, r.Operator)
	if b.Reason == txn.ReasonTerminal && b.By == "" {
		by = "终端 terminal"
	}
	p.field(wordOperator, by)
	p.field(wordApprover, b.Approver)
	if b.Reason != txn.ReasonNone {
		p.field(words{"退款原因", "Reason"}, reasonOf(b.Reason).line())
	}
	switch {
	case b.Why == txn.CauseNone:
	case b.Method == txn.ByRefund: // it had been meant as a void
		p.say(words{"原拟撤销，未被接受，改为退款。", "It was meant as a void, which was not taken."})
	default:
		p.say(whyOf(b.Why).words)
	}
}

// original is the sale that the money was paid in.
func (p *page) original(b txn.Refund) {
	p.payment(b.Rail, b.Wallet)
	if b.Order == "" {
		p.field(words{"原交易", "Sale"}, "无原单 none")
		return
	}
	date := day(b.SaleDay)
	if b.SaleAt != 0 {
		date = b.SaleAt.In(p.zone).Format(timeFormat)
	}
	p.field(words{"原交易", "Sale"}, b.Order.Tail())
	p.field(words{"交易时间", "Sale time"}, date)
}

// numbers are all that name the refund and its sale, here and at the network.
func (p *page) numbers(b txn.Refund) {
	p.field(words{"退款单号", "Refund number"}, string(b.No))
	if b.Key != "" && b.Key != b.No {
		p.field(words{"原退款单号", "Sent as"}, string(b.Key))
	}
	if b.Replaces != "" {
		p.field(words{"代替单号", "Replaces"}, string(b.Replaces))
	}
	p.field(words{"平台退款", "Network refund"}, string(b.Reference))
	p.field(wordOrder, string(b.Order))
	p.field(wordReference, string(b.Sale))
}
