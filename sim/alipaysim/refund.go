package alipaysim

import (
	"slices"
	"time"
)

// reserved is what refunds have returned or are about to.
func (o *order) reserved() int64 {
	var fen int64
	for _, r := range o.refunds {
		fen += r.fen
	}
	return fen
}

// refunded is what refunds have returned.
func (o *order) refunded() int64 {
	var fen int64
	for _, r := range o.refunds {
		if r.done {
			fen += r.fen
		}
	}
	return fen
}

func (o *order) refundOf(key string) *refund {
	i := slices.IndexFunc(o.refunds, func(r *refund) bool { return r.key == key })
	if i < 0 {
		return nil
	}
	return o.refunds[i]
}

// refund handles a refund that has reached the gateway (rails.md 2.5). A key
// seen before moves no money: fund_change N, or an error if the amount is
// another one.
func (g *Gateway) refund(r refundRequest, b Behaviour, now time.Time) answer {
	o := g.find(r.target)
	if o != nil {
		g.expire(o, now)
	}
	if o == nil || o.state == NoTrade {
		return failure(refusal(subNoTrade))
	}
	key := r.key
	if key == "" {
		key = o.number // doc.go S1
	}
	if before := o.refundOf(key); before != nil {
		if before.fen != r.fen {
			return failure(refusal(subDiscordant))
		}
		return g.refundAnswer(o, "N", now)
	}
	if sub := g.whyNotRefund(o, r, b, now); sub != "" {
		return failure(refusal(sub))
	}
	if b.has(RefundLost) {
		return g.refundAnswer(o, "N", now)
	}
	entry := &refund{key: key, fen: r.fen, at: now}
	o.refunds = append(o.refunds, entry)
	if act, ok := b.act(RefundLate); ok {
		g.later(now.Add(act.After), func(at time.Time) { g.refundNow(o, entry, at) })
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
	case r.key == "" && r.fen != o.fen, o.reserved()+r.fen > o.fen:
		return subOver
	case b.has(MerchantShort), g.books.balances[g.MerchantAccount()] < r.fen:
		return subSeller
	}
	return ""
}

// refundNow moves the money of a booked refund, or drops the refund if the
// merchant has too little by now. A fully refunded trade closes.
func (g *Gateway) refundNow(o *order, entry *refund, at time.Time) {
	if g.books.balances[g.MerchantAccount()] < entry.fen {
		o.refunds = slices.DeleteFunc(o.refunds, func(r *refund) bool { return r == entry })
		return
	}
	g.giveBack(o, entry.fen, "refund", at)
	entry.done, entry.at = true, at
	if o.returned == o.charged {
		g.end(o, at)
	}
}

// refundQuery answers 10000 with the refund, or 10000 with nothing if there is
// none (rails.md 2.5 [A2b]).
func (g *Gateway) refundQuery(r refundRequest, b Behaviour) answer {
	o := g.find(r.target)
	if o == nil || o.state == NoTrade {
		return failure(refusal(subNoTrade))
	}
	entry := o.refundOf(r.key)
	if entry == nil || !entry.done || b.has(NotFound) {
		return success(&reply{})
	}
	answered := &reply{
		TradeNo: o.trade, OutTradeNo: o.number, OutRequestNo: entry.key,
		TotalAmount: fenText(o.fen), RefundAmount: fenText(entry.fen),
		RefundStatus: "REFUND_SUCCESS",
	}
	if r.wants("gmt_refund_pay") {
		answered.GmtRefundPay = stamp(entry.at)
	}
	if r.wants("refund_detail_item_list") {
		answered.SendBackFee = fenText(entry.fen)
		answered.RefundDetail = []fundBill{{"ALIPAYACCOUNT", fenText(entry.fen)}}
	}
	return success(answered)
}

// PayOut is the settlement of the merchant's takings to the bank: fen leave
// the account from which refunds are paid. It panics if they are not there.
func (g *Gateway) PayOut(fen int64) {
	g.do(func(now time.Time) {
		if g.books.balances[g.MerchantAccount()] < fen {
			panic("alipaysim: pay out more than the merchant has")
		}
		g.books.post(Posting{"", g.MerchantAccount(), OutsideAccount, fen, now, "payout"})
	})
}

// TopUp is the merchant paying fen in, so that refunds can be made.
func (g *Gateway) TopUp(fen int64) {
	g.do(func(now time.Time) {
		g.books.post(Posting{"", OutsideAccount, g.MerchantAccount(), fen, now, "top-up"})
	})
}
