package alipaysim

import "strings"

// apiError is an answer with a code other than 10000 and 10003.
type apiError struct {
	code string
	sub  string
	text string
}

// The sub_codes that the gateway uses of its own accord (rails.md 2.4, 2.5). A
// behaviour may send any other string.
const (
	subParameter   = "ACQ.INVALID_PARAMETER"
	subNoTrade     = "ACQ.TRADE_NOT_EXIST"
	subContext     = "ACQ.CONTEXT_INCONSISTENT"
	subPaid        = "ACQ.TRADE_HAS_SUCCESS"
	subClosed      = "ACQ.TRADE_HAS_CLOSE"
	subFinished    = "ACQ.TRADE_HAS_FINISHED"
	subStatus      = "ACQ.TRADE_STATUS_ERROR"
	subBuyer       = "ACQ.TRADE_BUYER_NOT_MATCH"
	subAuthCode    = "ACQ.PAYMENT_AUTH_CODE_INVALID"
	subShort       = "ACQ.BUYER_BALANCE_NOT_ENOUGH"
	subSeller      = "ACQ.SELLER_BALANCE_NOT_ENOUGH"
	subTooLate     = "ACQ.TRADE_CANCEL_TIME_OUT"
	subCancelFee   = "ACQ.REASON_TRADE_REFUND_FEE_ERR"
	subOver        = "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"
	subDiscordant  = "ACQ.DISCORDANT_REPEAT_REQUEST"
	subUnknowError = "isp.unknow-error" // spelt so on the wire (doc.go S2)
)

var subTexts = map[string]string{
	subParameter:   "参数无效",
	subNoTrade:     "交易不存在",
	subContext:     "交易信息被篡改",
	subPaid:        "交易已被支付",
	subClosed:      "交易已经关闭",
	subFinished:    "交易已完结",
	subStatus:      "交易状态不合法",
	subBuyer:       "交易买家不匹配",
	subAuthCode:    "支付失败，获取顾客账户信息失败，请顾客刷新付款码后重新收款",
	subShort:       "支付失败，顾客余额不足",
	subSeller:      "卖家余额不足",
	subTooLate:     "超过撤销时间范围",
	subCancelFee:   "退款金额无效",
	subOver:        "退款金额超限",
	subDiscordant:  "请求信息不一致",
	subUnknowError: "系统繁忙",
}

// gateTexts are the msg of the codes (doc.go S2).
var gateTexts = map[string]string{
	"10000": "Success",
	"10003": "order success pay inprocess",
	"20000": "Service Currently Unavailable",
	"40001": "Missing Required Arguments",
	"40002": "Invalid Arguments",
	"40004": "Business Failed",
}

func gateError(code, sub, detail string) *apiError {
	text := subTexts[sub]
	if detail != "" {
		text = strings.TrimSpace(text + " " + detail)
	}
	return &apiError{code: code, sub: sub, text: text}
}

// refusal is 40004 with a sub_code.
func refusal(sub string) *apiError { return gateError("40004", sub, "") }

// unavailable is 20000.
func unavailable() *apiError { return gateError("20000", subUnknowError, "") }

// chosenError is the error that a behaviour names, with the code that its
// family has.
func chosenError(a Act) *apiError {
	sub := a.Code
	if !strings.Contains(sub, ".") {
		sub = "ACQ." + sub
	}
	switch {
	case strings.HasPrefix(sub, "isp."), strings.HasPrefix(sub, "aop."):
		return gateError("20000", sub, "")
	case strings.HasPrefix(sub, "isv.missing"):
		return gateError("40001", sub, "")
	case strings.HasPrefix(sub, "isv."):
		return gateError("40002", sub, "")
	}
	return refusal(sub)
}
