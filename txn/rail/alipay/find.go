package alipay

import (
	"errors"
	"fmt"
	"time"

	"till/txn"
	"till/txn/money"
	"till/txn/rail"
)

var errUnnamed = errors.New("neither an order number nor the network's own number of it")

type findBody struct {
	OutTradeNo string `json:"out_trade_no,omitempty"`
	TradeNo    string `json:"trade_no,omitempty"`
}

// Find implements rail.Finder: alipay.trade.query by our number or, when that is
// not known, by the network's.
func (p *Rail) Find(a txn.FindAsk, _ string, at txn.Wall) (rail.Request, error) {
	switch {
	case a.Order != "":
		return p.sale("find", methodQuery, a.Order, findBody{OutTradeNo: string(a.Order)}, at)
	case rail.Token(string(a.Reference), numberMax):
		return p.request("find "+string(a.Reference), methodQuery, findBody{TradeNo: string(a.Reference)}, at)
	}
	return rail.Request{}, fmt.Errorf("find %q: %w", a.Reference, errUnnamed)
}

// ReadFind implements rail.Finder. The network does not tell whether a part of a
// sale went back: TRADE_SUCCESS stays (rails.md 2.2).
func (p *Rail) ReadFind(a txn.FindAsk, r rail.Response, _ txn.Wall) txn.Found {
	ans, why := p.admit(methodQuery, r)
	out := txn.Found{Ask: a, Cause: why.cause, Code: name(ans, r.Status), Text: words(ans), Fault: why.fault}
	switch {
	case why.cause != txn.CauseNone:
	case !ans.done() && (a.Order == "" || !differs(string(a.Order), ans.OutTradeNo)):
		v := judge(txn.CallQuery, queryCodes, ans)
		out.Cause, out.Fault = v.cause, v.fault
		if v == noOrder {
			out.Finding = txn.FindNothing
		}
	case !asked(a, ans):
		out.Cause, out.Fault = txn.CauseForeign, rail.FaultForeign
	default:
		found(&out, ans)
	}
	return out
}

// asked reports whether a trade is the one that was asked for, by whichever
// number. A trade names no merchant.
func asked(a txn.FindAsk, ans answer) bool {
	return (a.Order == "" || ans.OutTradeNo == string(a.Order)) &&
		(a.Reference == "" || a.Order != "" && ans.TradeNo == "" || ans.TradeNo == string(a.Reference)) &&
		(ans.TransCurrency == "" || money.Currency(ans.TransCurrency) == money.CNY)
}

// found folds a trade that is the one asked for. A payment without its amount is
// not taken for one. TRADE_CLOSED was paid when it has the time of its payment.
func found(out *txn.Found, ans answer) {
	total, ok := fen(ans.TotalAmount)
	paid, err := time.ParseInLocation(stampForm, ans.SendPayDate, time.FixedZone("", int(beijing/time.Second)))
	wasPaid := err == nil
	out.Cause = txn.CauseOther
	switch ans.TradeStatus {
	case "WAIT_BUYER_PAY":
		out.Finding, out.Cause = txn.FindUnpaid, txn.CausePayerActing
	case "TRADE_SUCCESS":
		out.Finding, out.Cause = txn.FindPaid, txn.CauseNone
	case "TRADE_FINISHED":
		out.Finding, out.Cause = txn.FindPaid, txn.CauseWindowOver
	case "TRADE_CLOSED":
		out.Finding, out.Cause = txn.FindUnpaid, txn.CauseOrderClosed
		if wasPaid {
			out.Finding, out.Cause = txn.FindGone, txn.CauseRefundedUp
		}
	default:
		return
	}
	if out.Finding == txn.FindPaid && (!ok || total == 0) {
		out.Finding, out.Cause, out.Fault = txn.FindUnknown, txn.CauseForeign, rail.FaultForeign
		return
	}
	if out.Amount = total; wasPaid {
		out.Paid = txn.Wall(paid.UnixMilli())
	}
	if number(ans.OutTradeNo) {
		out.Order = txn.OrderNo(ans.OutTradeNo)
	}
	if rail.Token(ans.TradeNo, numberMax) {
		out.Reference = txn.Reference(ans.TradeNo)
	}
	switch out.Finding {
	case txn.FindGone:
		out.Refunded, out.Back, out.Wallet = true, total, txn.Alipay
	case txn.FindPaid:
		out.Wallet = txn.Alipay
	}
}

// Balance implements rail.Balancer: alipay.data.bill.balance.query, of the account
// that refunds are paid from (rails.md 0.5). Many merchants have no right to ask.
func (p *Rail) Balance(_ string, at txn.Wall) (rail.Request, error) {
	return p.request("ask for the balance", methodBalance, nil, at)
}

// ReadBalance implements rail.Balancer. That the right is missing is no fault of
// the shop's set-up: sales and refunds go on. The answer names no merchant.
func (p *Rail) ReadBalance(r rail.Response, _ txn.Wall) txn.Balance {
	ans, why := p.admit(methodBalance, r)
	out := txn.Balance{Rail: txn.Alipay, Cause: why.cause, Code: name(ans, r.Status), Fault: why.fault}
	switch available, ok := fen(ans.Available); {
	case why.cause != txn.CauseNone:
	case !ans.done():
		v := judge(txn.CallQuery, queryCodes, ans)
		out.Cause, out.Fault = v.cause, v.fault
		if v.cause == txn.CauseMerchantSetup {
			out.Fault = ""
		}
	case !ok:
		out.Cause, out.Fault = txn.CauseOther, rail.FaultBroken
	default:
		out.Known, out.Fen = true, available
	}
	return out
}
