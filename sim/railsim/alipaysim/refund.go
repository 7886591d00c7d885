package alipaysim

import (
	"slices"
	"time"

	"till/sim/railsim"
)

// refunded is what refunds have returned.
func (o *order) refunded() int64 {
	var fen int64
	for _, r := range o.Refunds {
		fen += r.Moved
	}
	return fen
}

// refund handles a refund that has reached the gateway (rails.md 2.5). A key
// seen before moves no money: fund_change N, or an error if the amount is
// another one.
func (g *Gateway) refund(r refundRequest, b Behaviour, now time.Time) answer {
	o := g.find(r.target)
	if o != nil {
		g.expire(o, now)
	}
	if o == nil || o.State == NoTrade {
		return failure(refusal(subNoTrade))
	}
	key := r.key
	if key == "" {
		key = o.Number // doc.go S1
	}
	if before := o.RefundOf(key); before != nil {
		if before.Fen != r.fen {
			return failure(refusal(subDiscordant))
		}
		return g.refundAnswer(o, "N", now)
	}
	if sub := g.whyNotRefund(o, r, b, now); sub != "" {
		return failure(refusal(sub))
	}
	if b.Has(RefundLost) {
		return g.refundAnswer(o, "N", now)
	}
	entry := &railsim.Refund{Key: key, Fen: r.fen, Asked: now, At: now}
	o.Refunds = append(o.Refunds, entry)
	if act, ok := b.Act(RefundLate); ok {
		g.Later(now.Add(act.After), func(at time.Time) { g.refundNow(o, entry, at) })
		return g.refundAnswer(o, "N", now)
	}
	g.refundNow(o, entry, now)
	return g.refundAnswer(o, "Y", now)
}

func (g *Gateway) whyNotRefund(o *order, r refundRequest, b Behaviour, now time.Time) string {
	state := g.status(o, now)
	switch {
	case state == Waiting:
		return subStatus
	case state == Closed:
		return subClosed
	case state == Finished:
		return subFinished
	case r.key == "" && r.fen != o.Fen, o.Refunding()+r.fen > o.Fen:
		return subOver
	case b.Has(MerchantShort), g.Holds(g.MerchantAccount()) < r.fen:
		return subSeller
	}
	return ""
}

// refundNow moves the money of a booked refund, or drops the refund if the
// merchant has too little by now. A fully refunded trade closes.
func (g *Gateway) refundNow(o *order, entry *railsim.Refund, at time.Time) {
	if !g.Refund(o.Sale, entry, at) {
		o.Refunds = slices.DeleteFunc(o.Refunds, func(r *railsim.Refund) bool { return r == entry })
		return
	}
	if o.Returned == o.Charged {
		g.end(o, at)
	}
}

// refundQuery answers 10000 with the refund, or 10000 with nothing if there is
// none (rails.md 2.5 [A2b]).
func (g *Gateway) refundQuery(r refundRequest, b Behaviour) answer {
	o := g.find(r.target)
	if o == nil || o.State == NoTrade {
		return failure(refusal(subNoTrade))
	}
	entry := o.RefundOf(r.key)
	if entry == nil || entry.Stage != railsim.Refunded || b.Has(NotFound) {
		return success(&reply{})
	}
	answered := &reply{
		TradeNo: o.ID, OutTradeNo: o.Number, OutRequestNo: entry.Key,
		TotalAmount: railsim.Yuan(o.Fen), RefundAmount: railsim.Yuan(entry.Fen),
		RefundStatus: "REFUND_SUCCESS",
	}
	if r.wants("gmt_refund_pay") {
		answered.GmtRefundPay = stamp(entry.At)
	}
	if r.wants("refund_detail_item_list") {
		answered.SendBackFee = railsim.Yuan(entry.Fen)
		answered.RefundDetail = []fundBill{{"ALIPAYACCOUNT", railsim.Yuan(entry.Fen)}}
	}
	return success(answered)
}
