package screen

import (
	"till/txn"
	"till/txn/money"
)

// Rule says what speaks against a refund, and what to do.
func (zh) Rule(r txn.Rule, a money.Amount) Advice {
	switch r {
	case txn.RuleOpen:
		return Advice{What: "这笔收款还没有结果", Do: "请先看那一笔：它可能会自动退回"}
	case txn.RuleNotPaid:
		return Advice{What: "这笔没有付过款", Do: "没有款项可退，请再核对号码"}
	case txn.RuleGone:
		return Advice{What: "这笔已经撤销", Do: "款项已退回，请顾客查看账单"}
	case txn.RuleNothing:
		return Advice{What: "已经全部退完", Do: "没有可退金额，请顾客看账单或退款单"}
	case txn.RuleWindow:
		return Advice{What: "已过平台的退款期限", Do: "请与店长商量，用别的方式退给顾客"}
	case txn.RuleShop:
		return Advice{What: "已过本店的退款期限", Do: "是否破例，请问店长"}
	case txn.RuleParts:
		return Advice{What: "部分退款次数已满", Do: "余下的请与店长商量，用别的方式退"}
	case txn.RuleUnknown:
		return Advice{What: "查不到这笔收款", Do: "请看账单里的商户名，再扫其中的单号"}
	case txn.RuleElsewhere:
		return Advice{What: "这是别的终端收的款", Do: "要先问平台，现在问不到，请稍后再试"}
	case txn.RuleNoRail:
		return Advice{What: "本机没有开通这个平台", Do: "请在原来收款的终端上退"}
	case txn.RuleAsking:
		return Advice{What: "正在向平台核实这笔收款", Do: "请稍候，结果会自动出现"}
	}
	return zhRuleOfShop(r, a)
}

// zhRuleOfShop is what the shop allows, and what does not fit the amount.
func zhRuleOfShop(r txn.Rule, a money.Amount) Advice {
	switch r {
	case txn.RuleLeft:
		return Advice{What: "最多还能退 " + a.String(), Do: "请改小金额，或按 F1 全退"}
	case txn.RuleZero:
		return Advice{What: "请输入金额", Do: "全退请按 F1"}
	case txn.RuleMax:
		return Advice{What: "单笔退款最多 " + a.String(), Do: "请改小金额，或问店长"}
	case txn.RuleShift:
		return Advice{What: "本班退款最多 " + a.String(), Do: "要继续，请问店长"}
	case txn.RuleDay:
		return Advice{What: "当天退款最多 " + a.String(), Do: "请明天再退，或问店长"}
	case txn.RuleTempo:
		return Advice{What: "短时间内退款太多", Do: "请等一会儿，或问店长"}
	case txn.RuleNobody:
		return Advice{What: "这里没有设店长", Do: "请改小金额，或先设好店长"}
	case txn.RulePerson:
		return Advice{What: "您没有退款权限", Do: "请店长签到后办理"}
	case txn.RuleFrozen:
		return Advice{What: "款项有争议", Do: "平台冻结了款项，请联系服务商"}
	case txn.RuleFull:
		return Advice{What: "只能全额退款", Do: "请按 F1 全退，再重新收款"}
	}
	return Advice{What: "这笔不能退款", Do: "请联系服务商"}
}

// RefundDo says who acts on a refund that was refused, and how.
func (zh) RefundDo(c txn.Cause) string {
	switch c {
	case txn.CauseMerchantFunds:
		return "请给本店账户充值，会自动再退"
	case txn.CauseMerchantSetup, txn.CauseKeyWrong:
		return "请把代码告诉服务商，会自动再退"
	case txn.CauseMerchantLimit:
		return "请店长提高限额，会自动再退"
	case txn.CauseBusy, txn.CauseGatewayDown, txn.CauseBankDown, txn.CauseNoAnswer:
		return "不用操作，会自动再退"
	case txn.CauseNotSent:
		return "请检查网络，会自动再退"
	case txn.CauseClockWrong:
		return "请校准本机时间，会自动再退"
	case txn.CauseUntrusted, txn.CauseForeign:
		return "请联系服务商；没有签名的回答一律不信"
	case txn.CauseWindowOver, txn.CauseTooLate, txn.CauseTooManyParts:
		return "请与店长商量，用现金退给顾客"
	case txn.CausePayerAccount, txn.CausePayerCard:
		return "顾客的账户收不了款，请退现金"
	case txn.CauseFullOnly:
		return "请全额退款，或这部分退现金"
	case txn.CauseNotPaid, txn.CauseNoSuchOrder:
		return "请再核对顾客账单里的单号"
	case txn.CauseRefundedUp:
		return "请顾客在钱包里查看退款"
	case txn.CauseOverRemainder:
		return "请重新打开这笔，输入可退金额"
	case txn.CauseFrozen:
		return "请联系服务商：款项被平台冻结"
	case txn.CauseKeyReused:
		return "不要再退，请把代码告诉服务商"
	case txn.CauseDead:
		return "请用新号再退，或退现金"
	case txn.CauseRisk, txn.CausePayerRefused:
		return "请店长联系平台，或退现金"
	}
	return "请把代码告诉服务商，或退现金"
}
