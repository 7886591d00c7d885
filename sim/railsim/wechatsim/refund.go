package wechatsim

import (
	"cmp"
	"time"

	"till/sim/railsim"
)

// The limits of refunds (rails.md 1.7).
const (
	refundWindow   = 365 * 24 * time.Hour
	refundPartsMax = 50
	refundPause    = time.Minute        // between two refunds of one order
	unfundedLife   = 7 * 24 * time.Hour // then a refund without money is CLOSED
	refundRate     = 150                // requests in a second
	badRefundRate  = 6                  // refused requests in a second
	oldOrder       = 30 * 24 * time.Hour
	oldRefundRate  = 5000 // requests for old orders in a minute
)

// refundStates are the status of a refund.
var refundStates = map[railsim.RefundStage]State{
	railsim.Processing: "PROCESSING", railsim.Refunded: "SUCCESS", railsim.Abnormal: "ABNORMAL",
	railsim.RefundDropped: "CLOSED",
}

// refund is one out_refund_no: what the core does not keep of it.
type refund struct {
	*railsim.Refund
	order    *order
	channel  string
	received string // user_received_account
	created  time.Time
	account  string    // where the money goes, empty for the payer's
	deadline time.Time // of one without money
	arrives  time.Duration
	fate     railsim.RefundStage
}

// rates counts requests in windows of a second and a minute.
type rates struct {
	second, minute time.Time
	all, bad, old  int
}

// turn begins new windows when the old ones are over.
func (r *rates) turn(now time.Time) {
	if now.Sub(r.second) >= time.Second {
		r.second, r.all, r.bad = now, 0, 0
	}
	if now.Sub(r.minute) >= time.Minute {
		r.minute, r.old = now, 0
	}
}

// refund handles a refund that has reached the gateway (rails.md 1.7). A key
// seen before moves no money: it is answered as it stands, or refused if order
// or amounts differ.
func (g *Gateway) refund(r refundRequest, b Behaviour, now time.Time) answer {
	g.rates.turn(now)
	g.rates.all++
	if g.rates.all > refundRate {
		return failure(newError(codeFrequency))
	}
	if g.rates.bad >= badRefundRate {
		return failure(newError(codeTooManyBad))
	}
	o := g.find(r.order)
	if r.transaction != "" {
		o = own(g.FindID(r.transaction))
	}
	if known := g.refunds[r.key]; known != nil {
		if known.order != o || known.Fen != r.fen || o.Fen != r.total {
			return g.refuse(codeInvalid, "订单金额或退款金额与之前请求不一致，请核实后再试")
		}
		return known.report()
	}
	if refused := g.whyNotRefund(o, r, now); refused != nil {
		return *refused
	}
	if b.Has(MerchantShort) || !b.Has(RefundUnfunded) && g.Holds(g.MerchantAccount()) < r.fen {
		e := newError(codeShort)
		e.message = "基本账户余额不足，请充值后重新发起"
		return failure(e)
	}
	return g.accept(o, r, b, now)
}

// refuse is a refusal that counts as a bad request.
func (g *Gateway) refuse(code, text string) answer {
	g.rates.bad++
	e := newError(code)
	e.message = text
	return failure(e)
}

// whyNotRefund checks a new refund against its order.
func (g *Gateway) whyNotRefund(o *order, r refundRequest, now time.Time) *answer {
	parts, last := 0, time.Time{}
	if o != nil {
		for _, other := range o.Refunds {
			if other.Stage != railsim.RefundDropped {
				parts++
			}
			last = other.Asked
		}
	}
	var a answer
	switch {
	case o == nil || o.Charged == 0:
		a = g.refuse(codeNotFound, "订单不存在")
	case o.State != Success:
		a = g.refuse(codeInvalid, "订单已撤销")
	case r.total != o.Fen:
		a = g.refuse(codeInvalid, "订单金额不一致，请核实后再试")
	case now.Sub(o.Paid) > refundWindow:
		a = g.refuse(codeOverdue, "订单已经超过退款期限")
	case o.Refunding()+r.fen > o.Fen:
		a = g.refuse(codeInvalid, "退款总金额大于订单金额")
	case parts >= refundPartsMax:
		a = g.refuse(codeInvalid, "超过部分退款次数上限")
	case !last.IsZero() && now.Sub(last) < refundPause:
		a = failure(newError(codeFrequency))
	case now.Sub(o.Paid) > oldOrder && g.rates.old >= oldRefundRate:
		a = failure(newError(codeFrequency))
	default:
		return nil
	}
	return &a
}

// accept books a refund and what will become of it.
func (g *Gateway) accept(o *order, r refundRequest, b Behaviour, now time.Time) answer {
	if now.Sub(o.Paid) > oldOrder {
		g.rates.old++
	}
	f := &refund{
		order: o, channel: "ORIGINAL", received: "支付用户零钱", created: now,
		arrives: g.cfg.RefundTime, fate: railsim.Refunded,
		Refund: &railsim.Refund{
			Key: r.key, Fen: r.fen,
			ID: "503" + g.Digits(7) + now.In(railsim.Beijing).Format("20060102") + g.Digits(11),
		},
	}
	f.Own = f
	g.refunds[r.key] = f
	act := b.AboutOrder()
	switch act.Word {
	case RefundLate:
		f.arrives = act.After
	case RefundStays:
		f.fate = railsim.Processing
	case RefundAbnormal:
		f.fate, f.received = railsim.Abnormal, "招商银行信用卡0403"
		f.arrives = cmp.Or(act.After, f.arrives)
	case RefundClosed:
		f.fate, f.arrives = railsim.RefundDropped, cmp.Or(act.After, f.arrives)
	case RefundUnfunded:
		f.deadline = now.Add(unfundedLife)
		g.Promise(o.Sale, f.Refund, now)
		g.Later(f.deadline, func(at time.Time) {
			if f.Stage == railsim.Processing && !f.deadline.IsZero() {
				g.Drop(o.Sale, f.Refund, at)
			}
		})
		return f.report()
	}
	g.Accept(o.Sale, f.Refund, now)
	g.send(f, now)
	return f.report()
}

// send books the end of a refund that has its money.
func (g *Gateway) send(f *refund, now time.Time) {
	g.Later(now.Add(f.arrives), func(at time.Time) {
		switch f.fate {
		case railsim.Refunded:
			g.Arrive(f.order.Sale, f.Refund, f.account, at)
		case railsim.Abnormal:
			g.Hang(f.order.Sale, f.Refund, at)
		case railsim.RefundDropped:
			g.Drop(f.order.Sale, f.Refund, at)
		}
	})
}

// funded lets the refunds that wait for money go on, oldest first.
func (g *Gateway) funded(now time.Time) {
	for _, s := range g.Sales() {
		for _, r := range s.Refunds {
			f, _ := r.Own.(*refund)
			if f == nil || f.deadline.IsZero() || r.Stage != railsim.Processing {
				continue
			}
			if !g.Fund(s, r, now) {
				return
			}
			f.deadline = time.Time{}
			g.send(f, now)
		}
	}
}

// refundQuery answers one refund as it stands.
func (g *Gateway) refundQuery(key string, b Behaviour) answer {
	f := g.refunds[key]
	if f == nil || b.Has(NotFound) {
		return failure(newError(codeNotFound))
	}
	return f.report()
}

// hung says where the money of an abnormal refund shall go (doc.go S9): to
// another card of the customer, or to the merchant's bank.
func (g *Gateway) hung(id string, r hungRequest, now time.Time) answer {
	f := g.refunds[r.key]
	switch {
	case f == nil || f.ID != id:
		return failure(newError(codeNotFound))
	case f.Stage != railsim.Abnormal && f.account == "" && f.channel == "ORIGINAL":
		e := newError(codeInvalid)
		e.message = "退款单状态不是退款异常"
		return failure(e)
	case f.Stage != railsim.Abnormal:
		return f.report() // asked before
	}
	f.fate, f.Stage, f.At = railsim.Refunded, railsim.Processing, now
	f.channel, f.received = "OTHER_BANKCARD", r.bank+"借记卡"+r.tail
	if r.toMerchant {
		f.account, f.received = railsim.OutsideAccount, "商户结算银行账户"
	}
	g.send(f, now)
	return f.report()
}

// balance answers what can be refunded from.
func (g *Gateway) balance(account string) answer {
	fen := int64(0)
	switch account {
	case "BASIC":
		fen = g.Holds(g.MerchantAccount())
	case "OPERATION", "FEES":
	default:
		return failure(paramError("/account_type", "is not BASIC, OPERATION or FEES"))
	}
	return content(&fundsReply{Available: fen})
}

// fundsReply is the answer about the balance (doc.go S9).
type fundsReply struct {
	Available int64 `json:"available_amount"` // fen
	Pending   int64 `json:"pending_amount"`
}

// refundReply is a refund as answers show it (doc.go S8).
type refundReply struct {
	RefundID    string            `json:"refund_id"`
	OutRefundNo string            `json:"out_refund_no"`
	Transaction string            `json:"transaction_id"`
	OutTradeNo  string            `json:"out_trade_no"`
	Channel     string            `json:"channel"`
	Received    string            `json:"user_received_account"`
	SuccessTime string            `json:"success_time,omitempty"`
	CreateTime  string            `json:"create_time"`
	Status      State             `json:"status"`
	Funds       string            `json:"funds_account"`
	Amount      refundAmount      `json:"amount"`
	Promotion   []refundPromotion `json:"promotion_detail,omitempty"`
	Padding     string            `json:"remark,omitempty"` // of a huge answer
}

type refundAmount struct {
	Total            int64  `json:"total"`
	Refund           int64  `json:"refund"`
	PayerTotal       int64  `json:"payer_total"`
	PayerRefund      int64  `json:"payer_refund"`
	SettlementTotal  int64  `json:"settlement_total"`
	SettlementRefund int64  `json:"settlement_refund"`
	DiscountRefund   int64  `json:"discount_refund"`
	Currency         string `json:"currency"`
}

type refundPromotion struct {
	ID     string `json:"promotion_id"`
	Scope  string `json:"scope"`
	Type   string `json:"type"`
	Amount int64  `json:"amount"`
	Refund int64  `json:"refund_amount"`
}

// report is the answer of a refund and of its query.
func (f *refund) report() answer {
	o := f.order
	r := &refundReply{
		RefundID: f.ID, OutRefundNo: f.Key, Transaction: o.ID, OutTradeNo: o.Number,
		Channel: f.channel, Received: f.received, Status: refundStates[f.Stage], Funds: "AVAILABLE",
		CreateTime: f.created.In(railsim.Beijing).Format(time.RFC3339),
		Amount: refundAmount{
			Total: o.Fen, Refund: f.Fen, PayerTotal: o.Fen - o.Coupon,
			PayerRefund: f.Fen - f.Coupon, SettlementTotal: o.Fen, SettlementRefund: f.Fen,
			DiscountRefund: f.Coupon, Currency: "CNY",
		},
	}
	if f.Stage == railsim.Refunded {
		r.SuccessTime = f.At.In(railsim.Beijing).Format(time.RFC3339)
	}
	if f.Coupon > 0 {
		r.Promotion = []refundPromotion{{couponID, "GLOBAL", "COUPON", o.Coupon, f.Coupon}}
	}
	return content(r)
}

// couponID names the one coupon that exists.
const couponID = "109519"
