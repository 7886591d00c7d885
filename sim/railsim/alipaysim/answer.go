package alipaysim

import (
	"fmt"
	"net/http"
	"time"

	"till/sim/railsim"
)

// answer is what the gateway wants to say, before the behaviours of answer
// and wire spoil it.
type answer struct {
	status int
	member string // of the response in the JSON object
	reply  *reply // nil for no JSON
	body   []byte // instead of reply
	failed bool   // an error
	bare   bool   // not signed because nobody knows for whom
}

func success(r *reply) answer {
	r.Code, r.Msg = "10000", gateTexts["10000"]
	return answer{status: http.StatusOK, reply: r}
}

func failure(e *apiError) answer {
	return answer{status: http.StatusOK, failed: true, reply: &reply{
		Code: e.code, Msg: gateTexts[e.code], SubCode: e.sub, SubMsg: e.text,
	}}
}

// reply is every member that a response can have (doc.go S1). Those that do
// not apply are left out.
type reply struct {
	Code    string `json:"code"`
	Msg     string `json:"msg"`
	SubCode string `json:"sub_code,omitempty"`
	SubMsg  string `json:"sub_msg,omitempty"`

	TradeNo        string     `json:"trade_no,omitempty"`
	OutTradeNo     string     `json:"out_trade_no,omitempty"`
	OutRequestNo   string     `json:"out_request_no,omitempty"`
	BuyerLogonID   string     `json:"buyer_logon_id,omitempty"`
	BuyerUserID    string     `json:"buyer_user_id,omitempty"`
	TradeStatus    State      `json:"trade_status,omitempty"`
	TotalAmount    string     `json:"total_amount,omitempty"`
	ReceiptAmount  string     `json:"receipt_amount,omitempty"`
	BuyerPayAmount string     `json:"buyer_pay_amount,omitempty"`
	PointAmount    string     `json:"point_amount,omitempty"`
	InvoiceAmount  string     `json:"invoice_amount,omitempty"`
	GmtPayment     string     `json:"gmt_payment,omitempty"`
	SendPayDate    string     `json:"send_pay_date,omitempty"`
	FundBills      []fundBill `json:"fund_bill_list,omitempty"`
	StoreID        string     `json:"store_id,omitempty"`
	TerminalID     string     `json:"terminal_id,omitempty"`
	QRCode         string     `json:"qr_code,omitempty"`

	RetryFlag string `json:"retry_flag,omitempty"`
	Action    string `json:"action,omitempty"`

	FundChange       string     `json:"fund_change,omitempty"`
	RefundFee        string     `json:"refund_fee,omitempty"` // cumulative
	RefundAmount     string     `json:"refund_amount,omitempty"`
	RefundStatus     string     `json:"refund_status,omitempty"`
	GmtRefundPay     string     `json:"gmt_refund_pay,omitempty"`
	SendBackFee      string     `json:"send_back_fee,omitempty"`
	RefundDetail     []fundBill `json:"refund_detail_item_list,omitempty"`
	PresentBuyer     string     `json:"present_refund_buyer_amount,omitempty"`
	PresentDiscount  string     `json:"present_refund_discount_amount,omitempty"`
	PresentMDiscount string     `json:"present_refund_mdiscount_amount,omitempty"`

	Padding string `json:"store_name,omitempty"` // of a huge answer
}

type fundBill struct {
	Channel string `json:"fund_channel"`
	Amount  string `json:"amount"`
}

// buyer fills in the customer, masked as the real gateway masks.
func (r *reply) buyer(w *railsim.Customer) {
	if w != nil {
		sum := railsim.DigestOf("buyer\x00" + w.Name())
		r.BuyerLogonID = "138****" + fmt.Sprintf("%04d", int(sum[0])<<4)
		r.BuyerUserID = "2088" + fmt.Sprintf("%012d", int64(sum[1])<<24|int64(sum[2])<<16|int64(sum[3]))
	}
}

// inProcess is 10003: the trade exists and the customer is acting.
func (g *Gateway) inProcess(o *order) answer {
	r := &reply{TradeNo: o.ID, OutTradeNo: o.Number, TotalAmount: railsim.Yuan(o.Fen)}
	r.buyer(o.Payer)
	a := success(r)
	r.Code, r.Msg = "10003", gateTexts["10003"]
	return a
}

// payAnswer is 10000 of a payment.
func (g *Gateway) payAnswer(o *order) answer {
	r := &reply{
		TradeNo: o.ID, OutTradeNo: o.Number, TotalAmount: railsim.Yuan(o.Fen),
		ReceiptAmount: railsim.Yuan(o.Fen), BuyerPayAmount: railsim.Yuan(o.Fen), PointAmount: railsim.Yuan(0),
		InvoiceAmount: railsim.Yuan(o.Fen), GmtPayment: stamp(o.Paid),
		FundBills: []fundBill{{"ALIPAYACCOUNT", railsim.Yuan(o.Fen)}},
	}
	r.buyer(o.Payer)
	return success(r)
}

// queryAnswer is the trade as it stands.
func (g *Gateway) queryAnswer(o *order, now time.Time) answer {
	r := &reply{
		TradeNo: o.ID, OutTradeNo: o.Number, TradeStatus: g.status(o, now),
		TotalAmount: railsim.Yuan(o.Fen), ReceiptAmount: railsim.Yuan(0), BuyerPayAmount: railsim.Yuan(0),
		PointAmount: railsim.Yuan(0), InvoiceAmount: railsim.Yuan(0),
		StoreID: o.store, TerminalID: o.terminal,
	}
	r.buyer(o.Payer)
	if o.Charged > 0 {
		r.ReceiptAmount, r.BuyerPayAmount = railsim.Yuan(o.Fen), railsim.Yuan(o.Fen)
		r.InvoiceAmount, r.SendPayDate = railsim.Yuan(o.Fen), stamp(o.Paid)
		r.FundBills = []fundBill{{"ALIPAYACCOUNT", railsim.Yuan(o.Fen)}}
	}
	return success(r)
}

func (g *Gateway) cancelAnswer(o *order, retry, action string) answer {
	return success(&reply{
		TradeNo: o.ID, OutTradeNo: o.Number, RetryFlag: retry, Action: action,
	})
}

// cancelRefused is 40004 that repeating will not change.
func (g *Gateway) cancelRefused(o *order, sub string) answer {
	a := failure(refusal(sub))
	a.reply.TradeNo, a.reply.OutTradeNo, a.reply.RetryFlag = o.ID, o.Number, "N"
	return a
}

// refundAnswer is 10000 of a refund; refund_fee is all that was refunded of
// the trade so far (rails.md 2.5 [A8]).
func (g *Gateway) refundAnswer(o *order, change string, now time.Time) answer {
	r := &reply{
		TradeNo: o.ID, OutTradeNo: o.Number, FundChange: change,
		RefundFee: railsim.Yuan(o.refunded()),
	}
	r.buyer(o.Payer)
	if change == "Y" {
		last := railsim.Yuan(o.Refunds[len(o.Refunds)-1].Fen)
		r.GmtRefundPay, r.SendBackFee = stamp(now), last
		r.RefundDetail = []fundBill{{"ALIPAYACCOUNT", last}}
		r.PresentBuyer, r.PresentDiscount, r.PresentMDiscount = last, railsim.Yuan(0), railsim.Yuan(0)
	}
	return success(r)
}
