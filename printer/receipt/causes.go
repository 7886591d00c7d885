package receipt

import "till/txn"

// actor is who has to act so that money can go back, and when.
type actor uint8

const (
	nobody    actor = iota // there is nothing to do
	shopNow                // the shop, while the customer waits
	shopLater              // the shop, with somebody's help
	payer                  // the customer
	passes                 // it passes by itself
)

// actors are the sentences for a refund that did not go through (causes.md C61).
var actors = [...]words{
	nobody:    {"无需再办理。", "Nobody has to do anything."},
	shopNow:   {"请本店现在改用其他方式或金额退还。", "The shop acts now: another way, or another amount."},
	shopLater: {"由本店联系服务商处理，请凭查询号询问。", "The shop calls its service. Please ask with the number."},
	payer:     {"请顾客先在钱包或银行处理，再来办理。", "The customer settles it with wallet or bank, then asks again."},
	passes:    {"稍后可再次办理。", "Later: it can be done again."},
}

// why is a cause on paper: a neutral sentence that the customer may read, and who
// acts when a refund failed for it.
type why struct {
	words
	acts actor
}

// causeWords has every cause of package txn; a test compares.
var causeWords = []struct {
	cause txn.Cause
	why   why
}{
	{txn.CausePayerActing, why{words{"顾客尚未确认", "The customer has not confirmed yet"}, passes}},
	{txn.CausePayerFunds, why{words{"付款账户余额不足或超限", "The payer's funds or limit do not cover it"}, payer}},
	{txn.CausePayerCard, why{words{"这张银行卡不能用", "This card cannot be used"}, payer}},
	{txn.CausePayerAccount, why{words{"顾客的账户受限", "The customer's account is restricted"}, shopNow}},
	{txn.CausePayerRefused, why{words{"顾客没有完成付款", "The customer did not complete the payment"}, nobody}},
	{txn.CauseCodeExpired, why{words{"付款码已过期", "The payment code was too old"}, nobody}},
	{txn.CauseCodeUsed, why{words{"付款码已用过", "The payment code was used before"}, nobody}},
	{txn.CauseCodeInvalid, why{words{"付款码无效", "The payment code is not known"}, nobody}},
	{txn.CauseOtherPayer, why{words{"单号属于另一位顾客", "The number belongs to another customer"}, shopLater}},
	{txn.CauseRisk, why{words{"被支付平台的风控拦下", "Stopped by the network's safety rules"}, shopNow}},
	{txn.CauseNumberUsed, why{words{"单号已被使用", "The number was used before"}, shopLater}},
	{txn.CauseOrderClosed, why{words{"交易已关闭", "The sale is closed"}, shopNow}},
	{txn.CauseMerchantSetup, why{words{"本店未开通此功能", "The shop is not set up for this"}, shopLater}},
	{txn.CauseMerchantLimit, why{words{"本店额度已满", "A limit of the shop is reached"}, shopNow}},
	{txn.CauseMerchantFunds, why{words{"本店账户余额不足", "The shop's account is short of funds"}, shopNow}},
	{txn.CauseRequestWrong, why{words{"支付平台不接受此请求", "The network does not take this request"}, shopLater}},
	{txn.CauseKeyWrong, why{words{"终端密钥未被接受", "The terminal's key is not accepted"}, shopLater}},
	{txn.CauseClockWrong, why{words{"终端时间不准", "The terminal's clock is wrong"}, shopLater}},
	{txn.CauseBusy, why{words{"支付平台繁忙", "The network is busy"}, passes}},
	{txn.CauseGatewayDown, why{words{"支付平台故障或维护", "The network has a fault or is being serviced"}, passes}},
	{txn.CauseBankDown, why{words{"银行系统故障", "The bank has a fault"}, passes}},
	{txn.CauseNoAnswer, why{words{"没有等到支付平台的答复", "No answer came from the network"}, passes}},
	{txn.CauseNotSent, why{words{"网络不通，请求未发出", "No connection: nothing was sent"}, passes}},
	{txn.CauseUntrusted, why{words{"答复无法核实", "The answer could not be verified"}, shopLater}},
	{txn.CauseForeign, why{words{"答复与本交易不符", "The answer was about something else"}, shopLater}},
	{txn.CauseNoSuchOrder, why{words{"支付平台没有此交易", "The network does not know this sale"}, shopNow}},
	{txn.CauseTooLate, why{words{"已过撤销期限", "It is too late to take the sale back"}, shopNow}},
	{txn.CauseOverRemainder, why{words{"超过可退金额", "More than is left of the sale"}, shopNow}},
	{txn.CauseWindowOver, why{words{"已过平台退款期限", "Too old to be refunded by the network"}, shopNow}},
	{txn.CauseTooManyParts, why{words{"部分退款次数已满", "The network takes no further part refund"}, shopNow}},
	{txn.CauseFullOnly, why{words{"此交易只能全额退款", "Only the whole sale can be refunded"}, shopNow}},
	{txn.CauseNotPaid, why{words{"没有找到这笔付款", "No payment was found"}, nobody}},
	{txn.CauseRefundedUp, why{words{"此交易之前已全部退款", "All of it was refunded before"}, nobody}},
	{txn.CauseFrozen, why{words{"款项有争议，由平台冻结", "In dispute: the network holds the money"}, shopLater}},
	{txn.CauseAlreadyPaid, why{words{"顾客已先付款", "The customer had already paid"}, nobody}},
	{txn.CauseDead, why{words{"支付平台已放弃此退款", "The network gave this refund up"}, shopNow}},
	{txn.CauseKeyReused, why{words{"退款单号曾用于其他金额", "The refund number was used with other data"}, shopLater}},
	{txn.CauseHanded, why{words{"已移交本店另一台终端", "Another terminal of the shop sees to it"}, nobody}},
	{txn.CauseFeeBack, why{words{"当日全额撤销，手续费一并退回", "Same day, whole amount: the fee comes back too"}, nobody}},
	{txn.CauseOther, why{words{"支付平台拒绝", "The network said no"}, shopLater}},
	{txn.CauseOperator, why{words{"收银员取消", "Cancelled at the counter"}, nobody}},
	{txn.CausePaidLate, why{words{"取消后才收到付款", "It was paid after it had been cancelled"}, nobody}},
	{txn.CauseElsewhere, why{words{"已在别处撤销", "It was taken back elsewhere"}, nobody}},
	{txn.CauseGaveUp, why{words{"顾客没有及时确认", "It was not confirmed in time"}, nobody}},
	{txn.CauseConfirmed, why{words{"支付平台已确认撤销", "The network confirmed that it was taken back"}, nobody}},
}

// whyOf is a cause on paper. One that a later version journaled, of which this
// one has no words, goes as "the network said no".
func whyOf(c txn.Cause) why {
	for _, w := range causeWords {
		if w.cause == c {
			return w.why
		}
	}
	return whyOf(txn.CauseOther)
}

// because prints a cause and, in small print, the network's own words and code.
func (p *page) because(c txn.Cause, code, text string) {
	if c == txn.CauseNone {
		return
	}
	w := whyOf(c)
	p.field(wordWhy, w.zh)
	p.say(words{zh: w.en})
	p.field(words{"平台答复", "Network says"}, joined(text, code))
}

// joined is text (code), or what there is of the two.
func joined(text, code string) string {
	switch {
	case text == "":
		return code
	case code == "":
		return text
	}
	return text + " (" + code + ")"
}
