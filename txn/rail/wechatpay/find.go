package wechatpay

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"till/txn"
	"till/txn/money"
	"till/txn/rail"
)

var errUnnamed = errors.New("neither an order number nor the network's own number of it")

const (
	transactionPath = "/v3/pay/transactions/id/"
	balancePath     = "/v3/merchant/fund/balance/BASIC"
)

// admission is what can be done with an answer.
type admission uint8

const (
	shut   admission = iota // not believed, or not to be read: it decides nothing
	failed                  // believed, and an error
	good                    // believed, 200
)

// admit believes an answer, or folds why it is not looked into: what is true of
// every question beside sales. It is folded as an answer to a query is.
func (w *Rail) admit(r rail.Response, at txn.Wall) (answer, txn.Answered, admission) {
	out := txn.Answered{Call: txn.CallQuery, Code: fmt.Sprintf("HTTP %d", r.Status)}
	ans, readable := parse(r.Body)
	if ans.Code != "" {
		out.Code, out.Text = clip(ans.Code), rail.Clean(ans.Message)
	}
	how := check(w.cfg.Verifier, r, at)
	switch {
	case how != trusted:
		doubt(&out, how, r.Status, ans)
	case r.Status >= 500: // whatever the body is: a server that fails has decided nothing
		set(&out, verdict{cause: txn.CauseGatewayDown})
	case !readable && r.Status == 429:
		set(&out, verdict{cause: txn.CauseBusy})
	case !readable:
		set(&out, verdict{cause: txn.CauseOther, fault: rail.FaultBroken})
	case ans.Code != "" || r.Status < 200 || r.Status > 299:
		failure(&out, r.Status, ans)
		return ans, out, failed
	case r.Status != 200:
		set(&out, nothing)
	default:
		return ans, out, good
	}
	return ans, out, shut
}

// Find implements rail.Finder: GET .../out-trade-no/{no}, or
// GET .../id/{transaction_id} when our number is not known (rails.md 1.1).
func (w *Rail) Find(a txn.FindAsk, nonce string, at txn.Wall) (rail.Request, error) {
	query := "?mchid=" + w.cfg.MchID
	switch {
	case a.Order != "":
		return w.order("find", "GET", orderPath+string(a.Order)+query, a.Order, nil, nonce, at)
	case rail.Token(string(a.Reference), idMax):
		path := transactionPath + string(a.Reference) + query
		return w.request("find "+string(a.Reference), "GET", path, nil, nonce, at)
	}
	return rail.Request{}, fmt.Errorf("find %q: %w", a.Reference, errUnnamed)
}

// ReadFind implements rail.Finder.
func (w *Rail) ReadFind(a txn.FindAsk, r rail.Response, at txn.Wall) txn.Found {
	ans, said, how := w.admit(r, at)
	out := txn.Found{Ask: a, Cause: said.Cause, Code: said.Code, Text: said.Text, Fault: said.Fault}
	switch {
	case how == failed && said.Cause == txn.CauseNoSuchOrder:
		out.Finding = txn.FindNothing
	case how != good:
	case !w.asked(a, ans):
		out.Cause, out.Fault = txn.CauseForeign, rail.FaultForeign
	default:
		found(&out, ans)
	}
	return out
}

// asked reports whether an order is of this merchant and the one that was asked
// for, by whichever number.
func (w *Rail) asked(a txn.FindAsk, ans answer) bool {
	return ans.MchID == w.cfg.MchID && (ans.AppID == "" || ans.AppID == w.cfg.AppID) &&
		(a.Order == "" || ans.OutTradeNo == string(a.Order)) &&
		(a.Reference == "" || a.Order != "" && ans.TransactionID == "" ||
			ans.TransactionID == string(a.Reference)) &&
		(ans.Amount == nil || ans.Amount.Currency == "" || money.Currency(ans.Amount.Currency) == money.CNY)
}

// findings is every trade_state (rails.md 1.4) as the answer to Find. CLOSED is an
// order that nobody paid: one that was paid and taken back is REVOKED, and one
// that was refunded is REFUND however much went back.
var findings = []struct {
	state   string
	finding txn.Finding
	cause   txn.Cause
}{
	{"SUCCESS", txn.FindPaid, txn.CauseNone},
	{"REFUND", txn.FindPaid, txn.CauseNone},
	{"NOTPAY", txn.FindUnpaid, txn.CauseNotPaid},
	{"CLOSED", txn.FindUnpaid, txn.CauseOrderClosed},
	{"PAYERROR", txn.FindUnpaid, txn.CausePayerRefused},
	{"USERPAYING", txn.FindUnpaid, txn.CausePayerActing},
	{"ACCEPT", txn.FindUnpaid, txn.CausePayerActing},
	{"REVOKED", txn.FindGone, txn.CauseElsewhere},
}

// found folds an order that is the one asked for. A payment without its amount is
// not taken for one.
func found(out *txn.Found, ans answer) {
	out.Code, out.Text, out.Cause = clip(ans.TradeState), rail.Clean(ans.StateDesc), txn.CauseOther
	for _, f := range findings {
		if f.state == ans.TradeState {
			out.Finding, out.Cause = f.finding, f.cause
		}
	}
	if ans.Amount != nil && ans.Amount.Total != nil && *ans.Amount.Total > 0 {
		out.Amount = *ans.Amount.Total
	}
	if out.Finding == txn.FindPaid && out.Amount == 0 {
		out.Finding, out.Cause, out.Fault = txn.FindUnknown, txn.CauseForeign, rail.FaultForeign
		return
	}
	if o := txn.OrderNo(ans.OutTradeNo); orderNo(o) {
		out.Order = o
	}
	if rail.Token(ans.TransactionID, idMax) {
		out.Reference = txn.Reference(ans.TransactionID)
	}
	out.Refunded = ans.TradeState == "REFUND"
	if out.Finding == txn.FindPaid {
		out.Wallet = txn.WeChatPay
	}
	if t, err := time.Parse(time.RFC3339, ans.SuccessTime); err == nil {
		out.Paid = txn.Wall(t.UnixMilli())
	}
}

// Balance implements rail.Balancer: GET /v3/merchant/fund/balance/BASIC, the
// account that refunds are paid from (rails.md 0.5 and 1.7). Many merchants have
// no right to ask.
func (w *Rail) Balance(nonce string, at txn.Wall) (rail.Request, error) {
	return w.request("ask for the balance", "GET", balancePath, nil, nonce, at)
}

// ReadBalance implements rail.Balancer. That the right is missing is no fault of
// the shop's set-up: sales and refunds go on. The answer names no merchant.
func (w *Rail) ReadBalance(r rail.Response, at txn.Wall) txn.Balance {
	_, said, how := w.admit(r, at)
	out := txn.Balance{Rail: txn.WeChatPay, Cause: said.Cause, Code: said.Code, Fault: said.Fault}
	if how == failed && said.Cause == txn.CauseMerchantSetup {
		out.Fault = ""
	}
	if how != good {
		return out
	}
	var b struct {
		Available *int64 `json:"available_amount"` // fen
	}
	if json.Unmarshal(r.Body, &b) != nil || b.Available == nil {
		out.Cause, out.Fault = txn.CauseOther, rail.FaultBroken
		return out
	}
	out.Known, out.Fen = true, *b.Available
	return out
}
