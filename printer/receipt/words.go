package receipt

import "till/txn"

// The names of fields that stand on several slips.
var (
	wordType      = words{"交易类型", "Type"}
	wordMethod    = words{"支付方式", "Paid by"}
	wordTerminal  = words{"终端号", "Terminal"}
	wordOperator  = words{"操作员", "Operator"}
	wordApprover  = words{"授权人", "Approved by"}
	wordOrder     = words{"商户单号", "Order number"}
	wordReference = words{"交易单号", "Network number"}
	wordAsk       = words{"查询号", "Ask with"}
	wordWhy       = words{"原因", "Why"}
)

// railNames are as they stand on paper.
var railNames = []struct {
	rail txn.RailName
	name words
}{
	{txn.WeChatPay, words{"微信支付", "WeChat Pay"}},
	{txn.Alipay, words{"支付宝", "Alipay"}},
	{txn.UnionPay, words{"云闪付", "UnionPay"}},
	{"lakala", words{"拉卡拉", "Lakala"}},
	{txn.Cash, words{"现金", "Cash"}},
}

// railName is the name of a network or wallet; one without a name here goes by
// that of the configuration.
func railName(r txn.RailName) string {
	for _, n := range railNames {
		if n.rail == r {
			return n.name.line()
		}
	}
	return string(r)
}

// typeOf is what kind of refund it is.
func typeOf(m txn.RefundMethod) words {
	switch m {
	case txn.ByVoid:
		return words{"撤销", "VOID"}
	case txn.ByCash:
		return words{"现金退款", "CASH REFUND"}
	}
	return words{"退款", "REFUND"}
}

// reasonOf is why the shop gives money back.
func reasonOf(r txn.Reason) words {
	switch r {
	case txn.ReasonNone:
		return words{}
	case txn.ReasonCustomer:
		return words{"顾客要求", "not wanted"}
	case txn.ReasonGoods:
		return words{"退货", "goods returned"}
	case txn.ReasonAmount:
		return words{"金额收错", "wrong amount"}
	case txn.ReasonTwice:
		return words{"重复付款", "paid twice"}
	case txn.ReasonMissing:
		return words{"未交付", "not delivered"}
	case txn.ReasonTerminal:
		return words{"终端自动", "by terminal"}
	case txn.ReasonBooks:
		return words{"已核对平台账单", "seen in the network's list"}
	case txn.ReasonSettled:
		return words{"已另行结清", "settled otherwise"}
	case txn.ReasonGone:
		return words{"平台不再答复", "nobody answers"}
	}
	return words{"其他", "other"}
}

// stateOf is the state of a refund, as its slip says it in large letters.
func stateOf(r txn.Refund) words {
	switch r.Phase {
	case txn.Promised:
		return words{"已登记，待办理", "PROMISED, NOT SENT YET"}
	case txn.Underway:
		return words{"退款结果待定", "REFUND PENDING"}
	case txn.Held:
		return words{"退款等待中", "REFUND WAITING"}
	case txn.Taken:
		return words{"已受理，未到账", "ACCEPTED, NOT YET PAID OUT"}
	case txn.PaidBack:
		if r.Repaired {
			return words{"款项已退本店", "MONEY IS WITH THE SHOP"}
		}
		return words{"款项已退回", "MONEY RETURNED"}
	case txn.Failed:
		return words{"退款未成功", "NOT REFUNDED"}
	case txn.Dead:
		return words{"退款已失效", "REFUND EXPIRED"}
	case txn.Stranded:
		return words{"退款无法入账", "REFUND CANNOT ARRIVE"}
	case txn.Dropped:
		return words{"退款已取消", "REFUND CALLED OFF"}
	case txn.Cashed:
		return words{"已退现金", "PAID BACK IN CASH"}
	case txn.Handed:
		return words{"已移交另一台终端", "ANOTHER TERMINAL HAS IT"}
	case txn.GivenUp:
		return words{"退款结果未知", "OUTCOME NOT KNOWN"}
	}
	return words{"已换新退款号", "REPLACED BY ANOTHER REFUND"}
}

// tellOf is what the state of a refund means for whoever holds its slip.
func tellOf(r txn.Refund) words {
	switch r.Phase {
	case txn.Promised:
		return words{"款项尚未退出。网络恢复后自动办理；如未到账，请凭此单来店。",
			"No money has gone back yet. It goes by itself when the network is back. If nothing comes, bring this slip."}
	case txn.Underway:
		return words{"请求已发出，结果未知。请勿再次退款：同一单号会一直查询，直到有结果。",
			"Sent; the outcome is not known. Do not refund again: this number is asked about until it is settled."}
	case txn.Held:
		return words{"支付平台尚未受理，款项尚未退出。同一单号会自动再次办理。",
			"Nobody has accepted it yet and no money has gone back. It goes again by itself, under the same number."}
	case txn.Taken:
		if r.Repaired {
			return words{"款项正退往本店账户，到账后由本店当面退还。",
				"The money is going to the shop's account. The shop then hands it to you."}
		}
		return words{"支付平台已受理，款项尚未到账。预计到账：钱包余额几分钟，银行卡 1 至 3 个工作日。",
			"Accepted, not yet paid out. Expected: wallet within minutes, bank card 1 to 3 working days."}
	case txn.PaidBack:
		if r.Repaired {
			return words{"款项已退到本店账户，由本店当面退还现金。",
				"The money went to the shop's account. The shop hands it to you in cash."}
		}
		return words{"款项已按原路退回。", "The money is back where it came from."}
	case txn.Failed:
		return words{"没有退款，此单号也不会再退。", "No money went back, and none will under this number."}
	case txn.Dead:
		return words{"支付平台已放弃此单号，款项没有退出。本店将换新单号，或用其他方式退还。",
			"The network gave this number up; no money went back. The shop takes a new number or another way."}
	case txn.Stranded:
		return words{"收款账户无法入账，款项暂存支付平台。本店将转到本店账户后当面退还，或改退现金。",
			"The account cannot take it; the network holds the money. The shop fetches it for you or pays in cash."}
	case txn.Dropped:
		return words{"退款已取消，没有退款。", "It was called off. No money went back."}
	case txn.Cashed:
		return words{"已用现金退还，此单号不再退款。", "Paid back in cash. No other refund goes out under this number."}
	case txn.GivenUp:
		return words{"本店已停止查询，不知道款项是否已退回。请以钱包账单为准，凭查询号询问。",
			"The shop has stopped asking and does not know whether the money went back. See the bill in the wallet, and ask with the number."}
	case txn.Handed:
		return words{"退款已移交本店另一台终端，单号不变，由该终端办理。",
			"Another terminal of the shop sees to it, under the same number."}
	}
	return words{"此单号已失效，没有退款；已用新单号办理。",
		"No money went back under this number; another one has taken its place."}
}

// phaseWords are the phases of what is open, by the names that txn.OpenItem has.
var phaseWords = []struct {
	phase string
	words words
}{
	{txn.Asking.String(), words{"结果未知", "unknown"}},
	{txn.Reversing.String(), words{"正在撤销", "reversing"}},
	{txn.Promised.String(), words{"已登记", "promised"}},
	{txn.Underway.String(), words{"结果待定", "pending"}},
	{txn.Held.String(), words{"等待中", "waiting"}},
	{txn.Taken.String(), words{"已受理", "accepted"}},
	{txn.Dead.String(), words{"已失效", "expired"}},
	{txn.Stranded.String(), words{"无法入账", "cannot arrive"}},
}

// phaseOf is the phase of an open item; one without words here goes by its name.
func phaseOf(phase string) words {
	for _, p := range phaseWords {
		if p.phase == phase {
			return p.words
		}
	}
	return words{phase, ""}
}
