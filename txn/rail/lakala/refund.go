package lakala

import (
	"till/txn"
	"till/txn/rail"
)

// ReadRefund implements rail.Refunder. The acquirer cannot repair a refund:
// CallRefundRepair is RefundUnknown.
func (p *Rail) ReadRefund(
	call txn.RefundCall, a txn.RefundAsk, r rail.Response, at txn.Wall,
) txn.RefundAnswered {
	out := txn.RefundAnswered{Refund: a.Refund, Order: a.Order, Call: call}
	ans, why := p.admit(r, at)
	out.Code, out.Text = ans.name(r.Status), ans.words()
	var v refundVerdict
	switch {
	case why != refusal{}:
		v = refundVerdict{cause: why.cause, fault: why.fault}
	case call != txn.CallRefund && call != txn.CallRefundQuery:
		v = refundVerdict{cause: txn.CauseOther}
	case p.otherRefund(a, ans.data):
		v = refundVerdict{cause: txn.CauseForeign, fault: rail.FaultForeign}
	case !ans.done():
		v = p.judgeRefund(call, string(ans.Code))
	default:
		v = foldRefund(&out, a, ans.data)
	}
	out.Outcome, out.Cause, out.Fault = v.outcome, v.cause, v.fault
	return out
}

// otherRefund reports whether an answer names another refund, sale, merchant or
// amount than ours. total_amount of a refund is "the amount of the trade" in the
// pages, which may be the refund or the sale: it must be one of the two.
func (p *Rail) otherRefund(a txn.RefundAsk, d data) bool {
	amount, total := a.Amount.Minor(), a.Total.Minor()
	return differs(d.MerchantNo, p.cfg.MerchantNo) ||
		differs(d.OutTradeNo, string(a.Refund)) ||
		differs(d.OriginOutTradeNo, string(a.Order)) ||
		a.Sale != "" && differs(d.OriginTradeNo, string(a.Sale)) ||
		otherAmount(d.RefundAmount, amount, amount) ||
		otherAmount(d.OriginTotalAmount, total, total) ||
		otherAmount(d.TotalAmount, amount, total)
}

func otherAmount(got word, want, or int64) bool {
	n, ok := fen(got)
	return got != "" && (!ok || n != want && n != or)
}

// foldRefund folds a refund whose call was done. Its number must be there, and
// with the money also its amount.
func foldRefund(out *txn.RefundAnswered, a txn.RefundAsk, d data) refundVerdict {
	v := refundVerdict{cause: txn.CauseOther} // no state, or a new one
	for _, s := range refundStates {
		if s.name == string(d.TradeState) {
			v = s.v
		}
	}
	if d.OutTradeNo == "" || v.outcome == txn.RefundPaidOut && d.RefundAmount == "" {
		return refundVerdict{cause: txn.CauseForeign, fault: rail.FaultForeign}
	}
	switch v.outcome {
	case txn.RefundRefused:
		v.cause = hinted(refundHints, out.Text, v.cause)
	case txn.RefundPaidOut, txn.RefundAccepted:
		if rail.Token(string(d.TradeNo), numberMax) {
			out.Reference = txn.Reference(d.TradeNo)
		}
	}
	if v.outcome == txn.RefundPaidOut {
		split(out, a, d)
	}
	return v
}

// split notes what the payer gets: payer_amount; the rest are discounts that
// lapse (rails.md 0.5, case 3).
func split(out *txn.RefundAnswered, a txn.RefundAsk, d data) {
	for _, w := range wallets {
		if w.name == d.AccountType {
			out.Account = string(d.AccountType)
		}
	}
	if payer, ok := fen(d.PayerAmount); ok && payer <= a.Amount.Minor() {
		out.Payer, out.Discount = payer, a.Amount.Minor()-payer
	}
}
