package wechatsim

import (
	"net/http"
	"strings"
)

// apiError is an answer {"code","message","detail"} with its HTTP status.
type apiError struct {
	status  int
	code    string
	message string
	field   string // of PARAM_ERROR: JSON pointer to the offender
	issue   string
}

// The codes that the gateway uses of its own accord, in the v3 spelling where
// one is known. A behaviour may send any other string.
const (
	codeParam       = "PARAM_ERROR"
	codeInvalid     = "INVALID_REQUEST"
	codeSign        = "SIGN_ERROR"
	codeNotFound    = "RESOURCE_NOT_EXISTS"
	codeNoOrder     = "ORDER_NOT_EXIST"
	codeOrderUsed   = "OUT_TRADE_NO_USED"
	codeOrderPaid   = "ORDERPAID"
	codeClosed      = "ORDER_CLOSED"
	codeReversed    = "ORDER_REVERSED"
	codeMerchant    = "MCH_NOT_EXISTS"
	codeApp         = "APPID_MCHID_NOT_MATCH"
	codeAuthInvalid = "AUTH_CODE_INVALID"
	codeAuthExpired = "AUTHCODEEXPIRE"
	codeShort       = "NOT_ENOUGH"
	codePaying      = "USERPAYING"
	codeSystem      = "SYSTEM_ERROR"
	codeBank        = "BANK_ERROR"
	codeFrequency   = "FREQUENCY_LIMITED"
	codeTrade       = "TRADE_ERROR"
	codeTooOld      = "REVERSE_EXPIRE"
	codeOverdue     = "TRADE_OVERDUE"
	codeTooManyBad  = "INVALID_REQ_TOO_MUCH"
)

// knownCode is what is known of one code of rails.md 1.5 to 1.7.
type knownCode struct {
	status  int
	message string
}

// knownCodes is keyed without underscores, because the v2 and v3 spellings of
// a code differ in nothing else. The statuses of PARAM_ERROR, SIGN_ERROR,
// NO_AUTH, ORDER_NOT_EXIST, FREQUENCY_LIMITED and SYSTEM_ERROR are the
// official ones (doc.go S3); the others are their nearest relatives' (K).
var knownCodes = map[string]knownCode{
	"PARAMERROR":          {http.StatusBadRequest, "参数错误"},
	"INVALIDREQUEST":      {http.StatusBadRequest, "无效请求"},
	"SIGNERROR":           {http.StatusUnauthorized, "签名验证失败"},
	"NOAUTH":              {http.StatusForbidden, "商户无权限"},
	"RESOURCENOTEXISTS":   {http.StatusNotFound, "请求的资源不存在"},
	"ORDERNOTEXIST":       {http.StatusNotFound, "订单不存在"},
	"OUTTRADENOUSED":      {http.StatusForbidden, "商户订单号重复"},
	"ORDERPAID":           {http.StatusBadRequest, "订单已支付"},
	"ORDERCLOSED":         {http.StatusBadRequest, "订单已关闭"},
	"ORDERREVERSED":       {http.StatusBadRequest, "订单已撤销"},
	"MCHNOTEXISTS":        {http.StatusBadRequest, "商户号不存在"},
	"MCHIDNOTEXIST":       {http.StatusBadRequest, "商户号不存在"},
	"APPIDNOTEXIST":       {http.StatusBadRequest, "APPID不存在"},
	"APPIDMCHIDNOTMATCH":  {http.StatusBadRequest, "appid和mch_id不匹配"},
	"AUTHCODEINVALID":     {http.StatusBadRequest, "付款码无效，请刷新后重试"},
	"AUTHCODEEXPIRE":      {http.StatusBadRequest, "付款码已过期，请刷新后重试"},
	"AUTHCODEERROR":       {http.StatusBadRequest, "付款码错误，请刷新后重试"},
	"NOTENOUGH":           {http.StatusForbidden, "用户账号余额不足"},
	"NOTSUPORTCARD":       {http.StatusForbidden, "不支持卡类型"},
	"BUYERMISMATCH":       {http.StatusForbidden, "支付帐号错误"},
	"TRADEERROR":          {http.StatusForbidden, "交易错误"},
	"RULELIMIT":           {http.StatusForbidden, "业务规则限制"},
	"ACCOUNTERROR":        {http.StatusForbidden, "账号异常"},
	"USERPAYING":          {http.StatusBadRequest, "需要用户输入支付密码"},
	"SYSTEMERROR":         {http.StatusInternalServerError, "系统繁忙，请稍后重试"},
	"BANKERROR":           {http.StatusInternalServerError, "银行系统异常"},
	"FREQUENCYLIMITED":    {http.StatusTooManyRequests, "频率超限"},
	"RATELIMITED":         {http.StatusTooManyRequests, "频率超限"},
	"REVERSEEXPIRE":       {http.StatusForbidden, "订单无法撤销"},
	"TRADEOVERDUE":        {http.StatusForbidden, "订单已经超过退款期限"},
	"INVALIDREQTOOMUCH":   {http.StatusForbidden, "无效请求过多"},
	"USERACCOUNTABNORMAL": {http.StatusForbidden, "用户账户异常或已注销"},
	"SERVICEUNAVAILABLE":  {http.StatusBadGateway, "服务不可用"},
}

// newError makes the error of a code with its usual status and message. An
// unknown code gets 400.
func newError(code string) *apiError {
	known, ok := knownCodes[strings.ReplaceAll(code, "_", "")]
	if !ok {
		known = knownCode{http.StatusBadRequest, "业务错误"}
	}
	return &apiError{status: known.status, code: code, message: known.message}
}

// paramError blames one field of the body.
func paramError(field, issue string) *apiError {
	e := newError(codeParam)
	e.field, e.issue = field, issue
	return e
}
