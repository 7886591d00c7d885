package lakalasim

import (
	"strconv"
	"strings"
	"time"

	"till/sim/railsim"
)

// The codes. Those of the first group are the acquirer's (rails.md 4; doc.go S2,
// S3, S9, S10, S12); its other errors are not public (rails.md 9), so the second
// group is made up, with 90 in it so that nobody takes one for real.
const (
	codeDone          = "BBS00000"
	codeRefundDone    = "000000"
	codePaying        = "BBS10000"
	codeTimeout       = "BBS11112"
	codeWeChat        = "BBS16111"
	codeRefundUnknown = "RFD11105"
	codeRefundTimeout = "RFD11112"

	codeFailed    = "BBS90001" // the trade is FAIL
	codeParameter = "BBS90400"
	codeSignature = "BBS90401"
	codeNoTrade   = "BBS90404"
	codeState     = "BBS90405"
	codeShort     = "BBS90406"
	codePaid      = "BBS90407"
	codeRepeated  = "BBS90409"

	codeRefundNone     = "RFD90404"
	codeRefundState    = "RFD90405"
	codeRefundRepeated = "RFD90409"
)

var texts = map[string]string{
	codeDone: "成功", codeRefundDone: "成功", codePaying: "支付中,请查询", codeTimeout: "网络请求超时",
	codeWeChat:        "sub_mch_id与sub_appid不匹配",
	codeRefundUnknown: "交易未知", codeRefundTimeout: "网络请求超时", codeFailed: "交易失败",
	codeParameter: "参数错误", codeSignature: "验签失败", codeNoTrade: "交易不存在", codeState: "交易状态不允许该操作",
	codeShort: "商户余额不足", codePaid: "订单已支付", codeRepeated: "商户流水号重复", codeRefundNone: "退款交易不存在",
	codeRefundState: "原交易状态不允许退款", codeRefundRepeated: "商户流水号重复",
}

// answer is what the gateway wants to say, before the behaviours of answer and
// wire spoil it.
type answer struct {
	status int // 200 if zero
	code   string
	msg    string
	reply  *reply // nil for an error
	html   bool   // a page instead
	bare   bool   // not signed because nobody knows for whom
}

func success(r *reply) answer { return answer{code: codeDone, reply: r} }

func refusal(code string) answer { return answer{code: code} }

// failed says whether the answer is an error.
func (a answer) failed() bool { return a.reply == nil }

// reply is every member that resp_data can have (doc.go S4, S6, S12, S14). Those
// that do not apply are left out; amounts are fen.
type reply struct {
	MerchantNo        string  `json:"merchant_no,omitempty"`
	OutTradeNo        string  `json:"out_trade_no,omitempty"`
	TradeNo           string  `json:"trade_no,omitempty"`
	LogNo             string  `json:"log_no,omitempty"`
	MainType          string  `json:"trade_main_type,omitempty"`
	WalletNo          string  `json:"acc_trade_no,omitempty"`
	AccountType       string  `json:"account_type,omitempty"`
	TradeState        State   `json:"trade_state,omitempty"`
	StateDesc         string  `json:"trade_state_desc,omitempty"`
	TotalAmount       string  `json:"total_amount,omitempty"`
	RefundAmount      string  `json:"refund_amount,omitempty"`
	PayerAmount       string  `json:"payer_amount,omitempty"`
	TradeTime         string  `json:"trade_time,omitempty"`
	OriginOutTradeNo  string  `json:"origin_out_trade_no,omitempty"`
	OriginTradeNo     string  `json:"origin_trade_no,omitempty"`
	OriginTotalAmount string  `json:"origin_total_amount,omitempty"`
	ChannelDesc       string  `json:"channel_ret_desc,omitempty"`
	Wallet            *wallet `json:"acc_resp_fields,omitempty"`
	Remark            string  `json:"remark,omitempty"` // of a huge answer
}

// wallet is acc_resp_fields of a preorder.
type wallet struct {
	Code  string `json:"code"`
	Image string `json:"code_image"`
}

func digits(fen int64) string { return strconv.FormatInt(fen, 10) }

// saleReply is what every answer about a sale has.
func (g *Gateway) saleReply(o *order) *reply {
	r := &reply{
		MerchantNo: g.cfg.MerchantNo, OutTradeNo: o.Number, TradeNo: o.ID, LogNo: logNo(o.ID),
		WalletNo: o.walletNo, AccountType: o.account, TotalAmount: digits(o.Fen), TradeTime: stamp(o.Paid),
	}
	if o.Charged > 0 {
		r.PayerAmount = digits(o.Charged)
	}
	return r
}

// refundReply is what every answer about a refund has.
func (g *Gateway) refundReply(o *order, entry *railsim.Refund, state State, desc string) *reply {
	r := &reply{
		MerchantNo: g.cfg.MerchantNo, OutTradeNo: entry.Key, TradeNo: entry.ID, LogNo: logNo(entry.ID),
		AccountType: o.account, TradeState: state, TotalAmount: digits(o.Fen), RefundAmount: digits(entry.Fen),
		OriginOutTradeNo: o.Number, OriginTradeNo: o.ID, ChannelDesc: desc,
	}
	if state == Success {
		r.PayerAmount, r.TradeTime = digits(entry.Moved), stamp(entry.At)
	}
	return r
}

// summary is the answer in a few words of the log.
func (a answer) summary() string {
	if a.html {
		return "a page"
	}
	words := []string{a.code}
	if a.reply != nil {
		words = append(words, string(a.reply.TradeState))
	}
	return strings.TrimSpace(strings.Join(words, " "))
}

// now is the time that the gateway signs with.
func (g *Gateway) now(b Behaviour) time.Time {
	act, _ := b.Act(railsim.SkewedClock)
	return g.Clock().Now().Add(act.After)
}
