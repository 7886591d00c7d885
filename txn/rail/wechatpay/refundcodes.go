package wechatpay

import (
	"slices"
	"strings"

	"till/txn"
	"till/txn/rail"
)

// ClassRefund is for codes that only refunds have.
const ClassRefund Class = "refund"

// refundVerdict is what a code means as the answer to a call about a refund.
type refundVerdict struct {
	outcome txn.RefundOutcome
	cause   txn.Cause
	fault   txn.FaultCode
}

// refundRow is one code as the answer to Refund and to RefundQuery.
type refundRow struct {
	code          string
	class         Class
	refund, query refundVerdict
}

func refusal(cause txn.Cause) refundVerdict {
	return refundVerdict{outcome: txn.RefundRefused, cause: cause}
}

func unsure(cause txn.Cause, fault txn.FaultCode) refundVerdict {
	return refundVerdict{cause: cause, fault: fault}
}

// refuseRefund is a refusal of a refund; to a query it says nothing.
func refuseRefund(class Class, cause txn.Cause, codes ...string) []refundRow {
	var rows []refundRow
	for _, c := range codes {
		rows = append(rows, refundRow{c, class, refusal(cause), unsure(cause, "")})
	}
	return rows
}

// openRefund decides nothing: the refund is asked for, or sent again under its
// number.
func openRefund(class Class, cause txn.Cause, fault txn.FaultCode, codes ...string) []refundRow {
	var rows []refundRow
	for _, c := range codes {
		rows = append(rows, refundRow{c, class, unsure(cause, fault), unsure(cause, fault)})
	}
	return rows
}

var absentRefund = refundVerdict{outcome: txn.RefundAbsent, cause: txn.CauseNoSuchOrder}

// refundTable is every code of rails.md 1.7 and of the error table that stands
// over Create and QueryByOutRefundNo in wechatpay-go v0.2.20 (refunddomestic), and
// those of v2's refund that neither lists (K): CERT_ERROR, ORDER_NOT_READY,
// REFUND_FEE_MISMATCH. Codes are compared without underscores, as in table.
var refundTable = slices.Concat(
	// resend, same number, same parameters
	openRefund(ClassUnknown, txn.CauseGatewayDown, "", "SYSTEM_ERROR", "BIZERR_NEED_RETRY"),
	openRefund(ClassUnknown, txn.CauseBankDown, "", "BANK_ERROR"),
	// not accepted: slower, same number
	refuseRefund(ClassBusy, txn.CauseBusy,
		"FREQUENCY_LIMITED", "INVALID_REQ_TOO_MUCH", "RATELIMIT_EXCEEDED", "ORDER_NOT_READY"),
	// "this state means that the application failed"
	refuseRefund(ClassRefund, txn.CauseMerchantFunds, "NOT_ENOUGH"),
	refuseRefund(ClassRefund, txn.CauseWindowOver, "TRADE_OVERDUE"),
	refuseRefund(ClassRefund, txn.CausePayerAccount, "USER_ACCOUNT_ABNORMAL"),
	[]refundRow{{"NO_AUTH", ClassSetup,
		refundVerdict{txn.RefundRefused, txn.CauseMerchantSetup, rail.FaultRefused},
		unsure(txn.CauseMerchantSetup, rail.FaultRefused)}},
	// of the sale when it is a refund, of the refund when it is a query
	[]refundRow{
		{"RESOURCE_NOT_EXISTS", ClassRefund, refusal(txn.CauseNotPaid), absentRefund},
		{"ORDER_NOT_EXIST", ClassRefund, refusal(txn.CauseNotPaid), absentRefund},
		{"INVALID_TRANSACTIONID", ClassRefund, refusal(txn.CauseNotPaid), unsure(txn.CauseRequestWrong, "")},
		{"REFUND_NOT_EXIST", ClassRefund, unsure(txn.CauseOther, ""), absentRefund},
	},
	// money may have moved under this number, with another amount
	openRefund(ClassRefund, txn.CauseKeyReused, "", "REFUND_FEE_MISMATCH"),
	// found before the number is looked at: an earlier copy may have been taken
	openRefund(ClassSetup, txn.CauseMerchantSetup, rail.FaultRefused,
		"MCH_NOT_EXISTS", "MCHID_NOT_EXIST", "APPID_NOT_EXIST", "APPID_MCHID_NOT_MATCH"),
	openRefund(ClassRequest, txn.CauseKeyWrong, rail.FaultRefused, "SIGN_ERROR", "CERT_ERROR"),
	openRefund(ClassRequest, txn.CauseRequestWrong, rail.FaultRefused, "LACK_PARAMS",
		"XML_FORMAT_ERROR", "NOT_UTF8", "REQUIRE_POST_METHOD", "POST_DATA_EMPTY"),
	// what they mean stands in their words alone: see refundHints
	openRefund(ClassRequest, txn.CauseRequestWrong, rail.FaultRefused, "INVALID_REQUEST", "PARAM_ERROR"),
	openRefund(ClassRefund, txn.CauseOther, "", "ERROR"),
)

// refundHint is what the words mean beside a code that says nothing by itself.
type refundHint struct {
	phrases []string // any of them, compared in lower case
	v       refundVerdict
}

// speaking is the codes whose words are looked at (rails.md 1.7).
var speaking = []string{"INVALID_REQUEST", "PARAM_ERROR", "ERROR"}

// refundHints: the first that fits. Seen in answers (5ityx.cn 198585,
// programming.vip "wechat payment refund exception", cnblogs gyrgyr 13500762,
// rails.md W9b); those after the K are the words of the pages.
var refundHints = []refundHint{
	// the number was booked before, with another amount: nothing is certain
	{[]string{"与之前请求不一致", "should be consistent", "退款已存在", "refund exists"},
		unsure(txn.CauseKeyReused, "")},
	{[]string{"时间戳", "timestamp"}, unsure(txn.CauseClockWrong, txn.FaultSkewed)},
	{[]string{"余额不足", "资金不足", "not enough"}, refusal(txn.CauseMerchantFunds)},
	{[]string{"全额退款", "已退完"}, refusal(txn.CauseRefundedUp)},
	{[]string{"大于可退", "超过可退", "超出可退", "可退金额不足", "大于订单金额", "超过订单金额", "大于支付金额",
		"invalid refund_fee"}, refusal(txn.CauseOverRemainder)},
	// K
	{[]string{"退款次数", "50次"}, refusal(txn.CauseTooManyParts)},
	{[]string{"超过一年", "退款期限", "退款有效期", "365天"}, refusal(txn.CauseWindowOver)},
	{[]string{"频率", "频繁", "订单处理中", "稍后再试"}, refusal(txn.CauseBusy)},
	{[]string{"未支付", "订单不存在", "已关闭"}, refusal(txn.CauseNotPaid)},
	{[]string{"已撤销"}, refusal(txn.CauseRefundedUp)},
	{[]string{"注销", "账号异常", "账户异常", "帐号异常"}, refusal(txn.CausePayerAccount)},
	{[]string{"总金额不一致", "订单金额不一致"},
		refundVerdict{txn.RefundRefused, txn.CauseRequestWrong, rail.FaultRefused}},
}

// judgeRefund says what a believed error means. A status of 429 is a refusal only
// with a code that says so; a repair that is refused leaves the refund as it was,
// so it decides nothing.
func judgeRefund(call txn.RefundCall, status int, ans answer) refundVerdict {
	v := unsure(txn.CauseOther, "")
	for _, r := range refundTable {
		if !same(r.code, ans.Code) {
			continue
		}
		if v = r.query; call != txn.CallRefundQuery {
			v = r.refund
		}
		if h, ok := refundHinted(r.code, ans.Message); ok && call != txn.CallRefundQuery {
			v = h.v
		}
	}
	switch {
	case status == 429 && v.cause != txn.CauseBusy:
		return unsure(txn.CauseBusy, "")
	case call == txn.CallRefundRepair && v.cause == txn.CauseNotPaid:
		return unsure(txn.CauseNoSuchOrder, "")
	case call == txn.CallRefundRepair:
		return unsure(v.cause, v.fault)
	}
	return v
}

func refundHinted(code, text string) (refundHint, bool) {
	text = strings.ToLower(text)
	for _, h := range refundHints {
		if slices.Contains(speaking, code) && slices.ContainsFunc(h.phrases, func(p string) bool {
			return strings.Contains(text, p)
		}) {
			return h, true
		}
	}
	return refundHint{}, false
}
