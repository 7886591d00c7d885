package alipay

import (
	"slices"
	"strings"

	"till/txn"
	"till/txn/rail"
)

// ReadRefund implements rail.Refunder. To a query that was done, RefundAbsent
// means that the network knows no refund of this number.
func (p *Rail) ReadRefund(
	call txn.RefundCall, a txn.RefundAsk, r rail.Response, _ txn.Wall,
) txn.RefundAnswered {
	method, table, fold := methodRefund, refundCodes, refundAnswer
	if call == txn.CallRefundQuery {
		method, table, fold = methodRefundQuery, refundQueryCodes, refundQueryAnswer
	}
	out := txn.RefundAnswered{Refund: a.Refund, Order: a.Order, Call: call}
	ans, why := p.admit(method, r)
	out.Code, out.Text = name(ans, r.Status), words(ans)
	var v refundVerdict
	switch {
	case why.cause != txn.CauseNone:
		v = refundVerdict{cause: why.cause, fault: why.fault}
	case differs(string(a.Order), ans.OutTradeNo) || differs(string(a.Refund), ans.OutRequestNo):
		v = foreignRefund
	case !ans.done():
		v = judgeRefund(table, ans)
	default:
		v = fold(&out, a, ans)
	}
	out.Outcome, out.Cause, out.Fault = v.outcome, v.cause, v.fault
	return out
}

var foreignRefund = refundVerdict{cause: txn.CauseForeign, fault: rail.FaultForeign}

func differs(want, got string) bool { return got != "" && got != want }

// judgeRefund says what an answer to a call that was not done means. What the
// gateway refuses decides nothing: the same number may have been booked by an
// earlier copy, and the gateway does not look.
func judgeRefund(table []code[refundVerdict], ans answer) refundVerdict {
	if g, ok := gateOf(ans); ok {
		return refundVerdict{cause: g.cause, fault: g.fault}
	}
	if v, ok := find(table, ans.SubCode); ok && refused(ans) {
		return v
	}
	return refundVerdict{cause: txn.CauseOther}
}

// refundAnswer folds a refund that was done: fund_change Y has moved the money;
// N and nothing mean that it was moved before, or not, so ask (rails.md 2.5).
// refund_fee is the sum of all refunds of the trade: it bounds this one and is
// never taken for it.
func refundAnswer(out *txn.RefundAnswered, a txn.RefundAsk, ans answer) refundVerdict {
	out.Code = clip("fund_change=" + ans.FundChange)
	sum, ok := fen(ans.RefundFee)
	switch {
	case ans.OutTradeNo == "",
		ans.RefundFee != "" && (!ok || sum < a.Amount.Minor() || sum > a.Total.Minor()):
		return foreignRefund
	case ans.FundChange != "Y":
		return refundVerdict{cause: txn.CauseOther}
	}
	return paidOut(out, a, ans)
}

// refundQueryAnswer folds a query that was done. Only refund_status and the
// amount of this refund say that it was paid out.
func refundQueryAnswer(out *txn.RefundAnswered, a txn.RefundAsk, ans answer) refundVerdict {
	if ans.RefundStatus == "" && ans.RefundAmount == "" {
		return absent
	}
	out.Code = clip("refund_status=" + ans.RefundStatus)
	amount, ok := fen(ans.RefundAmount)
	total, whole := fen(ans.TotalAmount)
	switch {
	case ans.OutTradeNo == "", ans.OutRequestNo == "",
		ans.RefundAmount != "" && (!ok || amount != a.Amount.Minor()),
		ans.TotalAmount != "" && (!whole || total != a.Total.Minor()):
		return foreignRefund
	case ans.RefundStatus == "REFUND_SUCCESS" && ok:
		return paidOut(out, a, ans)
	case ans.RefundStatus == "REFUND_PROCESSING":
		return refundVerdict{outcome: txn.RefundAccepted}
	}
	return refundVerdict{cause: txn.CauseOther}
}

// paidOut notes where the money went. The split is told when it is whole: its
// parts are amounts, and their sum is the refund.
func paidOut(out *txn.RefundAnswered, a txn.RefundAsk, ans answer) refundVerdict {
	buyer, ok := fen(ans.Buyer)
	platform, okPlatform := part(ans.Discount)
	shop, okShop := part(ans.MDiscount)
	if ok && okPlatform && okShop && buyer+platform+shop == a.Amount.Minor() {
		out.Payer, out.Discount = buyer, platform+shop
	}
	var channels []string
	for _, item := range ans.RefundItems {
		if c := clip(item.FundChannel); c != "" && !slices.Contains(channels, c) {
			channels = append(channels, c)
		}
	}
	out.Account = rail.Clean(strings.Join(channels, " "))
	if rail.Token(ans.TradeNo, numberMax) {
		out.Reference = txn.Reference(ans.TradeNo)
	}
	return refundVerdict{outcome: txn.RefundPaidOut}
}

// part is an amount that may be missing.
func part(s string) (int64, bool) {
	if s == "" {
		return 0, true
	}
	return fen(s)
}
