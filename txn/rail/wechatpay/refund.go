package wechatpay

import (
	"errors"
	"fmt"
	"time"

	"till/txn"
	"till/txn/money"
	"till/txn/rail"
)

var (
	errTooMuch  = errors.New("more than the sale")
	errRefundNo = errors.New("refund number is not 1 to 64 letters and digits")
	errRefundID = errors.New("the network's own number of the refund is not known")
)

const (
	refundPath = "/v3/refund/domestic/refunds"
	refundMax  = 64 // out_refund_no: string(64)
	reasonMax  = 80 // reason: string(80); bytes are safe
	// repairTo is where an abnormal refund is sent: the shop's settlement account.
	repairTo = "MERCHANT_BANK_CARD"
)

type refundBody struct {
	OutTradeNo   string           `json:"out_trade_no"`
	OutRefundNo  string           `json:"out_refund_no"`
	Reason       string           `json:"reason,omitempty"`
	FundsAccount string           `json:"funds_account,omitempty"`
	Amount       refundAmountBody `json:"amount"`
}

type refundAmountBody struct {
	Refund   int64  `json:"refund"` // fen, of this refund
	Total    int64  `json:"total"`  // fen, of the sale
	Currency string `json:"currency"`
}

type repairBody struct {
	OutRefundNo string `json:"out_refund_no"`
	Type        string `json:"type"`
}

// RefundPolicy implements rail.Refunder.
//
// Sources: rails.md 1.7 from W3 and W4 (365 days, 50 parts, 150 requests per
// second, a minute between two refunds of one order) and 0.2 (a question after
// 60 s and every 60 s, after 5 minutes 5, 10, 20 and 30). A request without an
// answer is asked about after the same minute: earlier, the network may not know
// the number yet. There is no void: a reversal is for results that are not clear
// (0.4). The 10 minutes of RetryHeld are ours.
func (*Rail) RefundPolicy() txn.RefundPolicy {
	return txn.RefundPolicy{
		WindowDays: 365, Parts: 50, Spacing: time.Minute, PerSecond: 150,
		RefundShown: true,
		FundedFrom:  "balance",
		Asks: []time.Duration{time.Minute, time.Minute, time.Minute, time.Minute, time.Minute,
			5 * time.Minute, 10 * time.Minute, 20 * time.Minute, 30 * time.Minute},
		Resend: time.Minute, RetryHeld: 10 * time.Minute, MayRepair: true,
	}
}

// Refund implements rail.Refunder: POST /v3/refund/domestic/refunds. The same
// number again, with the same body, moves money once (rails.md 0.3, W3).
func (w *Rail) Refund(a txn.RefundAsk, nonce string, at txn.Wall) (rail.Request, error) {
	switch {
	case a.Amount.Zero() || a.Amount.Currency() != money.CNY || a.Total.Currency() != money.CNY:
		return rail.Request{}, fmt.Errorf("refund %s: %w", a.Refund, errNothing)
	case a.Amount.Over(a.Total):
		return rail.Request{}, fmt.Errorf("refund %s: %w", a.Refund, errTooMuch)
	case !orderNo(a.Order):
		return rail.Request{}, fmt.Errorf("refund %s of %q: %w", a.Refund, a.Order, errOrderNo)
	}
	body := refundBody{
		OutTradeNo:  string(a.Order),
		OutRefundNo: string(a.Refund),
		Reason:      describe(a.Reason, a.Order.Tail(), reasonMax),
		Amount:      refundAmountBody{a.Amount.Minor(), a.Total.Minor(), string(a.Amount.Currency())},
	}
	if w.cfg.RefundAvailable {
		body.FundsAccount = "AVAILABLE"
	}
	return w.refund("refund", "POST", refundPath, a, body, nonce, at)
}

// RefundQuery implements rail.Refunder:
// GET /v3/refund/domestic/refunds/{out_refund_no}.
func (w *Rail) RefundQuery(a txn.RefundAsk, nonce string, at txn.Wall) (rail.Request, error) {
	return w.refund("query refund", "GET", refundPath+"/"+string(a.Refund), a, nil, nonce, at)
}

// Repair implements rail.Repairer: POST .../{refund_id}/apply-abnormal-refund, to
// the shop's own account (rails.md 1.7; docs/merchant/apis/refund/refunds/
// create-abnormal-refund of 2024-12-30). It needs the network's own number of the
// refund, which every answer about it tells.
func (w *Rail) Repair(a txn.RefundAsk, nonce string, at txn.Wall) (rail.Request, error) {
	if !rail.Token(string(a.Reference), idMax) {
		return rail.Request{}, fmt.Errorf("repair refund %s: %w", a.Refund, errRefundID)
	}
	path := refundPath + "/" + string(a.Reference) + "/apply-abnormal-refund"
	return w.refund("repair refund", "POST", path, a, repairBody{string(a.Refund), repairTo}, nonce, at)
}

func (w *Rail) refund(
	verb, method, path string, a txn.RefundAsk, body any, nonce string, at txn.Wall,
) (rail.Request, error) {
	if !rail.Token(string(a.Refund), refundMax) {
		return rail.Request{}, fmt.Errorf("%s %q: %w", verb, a.Refund, errRefundNo)
	}
	return w.request(verb+" "+string(a.Refund), method, path, body, nonce, at)
}
