package lakalasim

import (
	"time"

	"till/sim/railsim"
)

// The states of a refund (rails.md 4; doc.go S12, S14).
const (
	Processing State = "PROCESSING" // the answer to a refund that was taken
	Exception  State = "EXCEPTION"
)

// refundStates are what the refund query says.
var refundStates = map[railsim.RefundStage]State{
	railsim.Processing: Deal, railsim.Refunded: Success, railsim.Abnormal: Exception,
	railsim.RefundDropped: Failed,
}

// refusedRefund is a refund that failed at once: nothing was booked.
type refusedRefund struct {
	order *order
	fen   int64
	desc  string // channel_ret_desc
}

// The channel_ret_desc of this gateway: "code#words" (doc.go S14). The codes
// behind RFD00000 are made up, see codes.go.
const (
	descDone   = "RFD00000#成功"
	descTaken  = "RFD00000#交易已受理"
	descShort  = "RFD90051#商户余额不足"
	descOver   = "RFD90013#超过可退金额"
	descClosed = "RFD90098#退款关闭"
)

// refundOf finds a refund by its key.
func (g *Gateway) refundOf(key string) (*order, *railsim.Refund) {
	for _, s := range g.Sales() {
		if r := s.RefundOf(key); r != nil {
			return own(s), r
		}
	}
	return nil, nil
}

// refund handles a refund that has reached the gateway. A key that was booked
// moves no money again: it tells what became of it, or refuses another amount. A
// key that failed is taken anew (K).
func (g *Gateway) refund(r request, b Behaviour, now time.Time) answer {
	if before, entry := g.refundOf(r.number); entry != nil {
		if entry.Fen != r.fen || before.Number != r.origin && r.origin != "" {
			return refusal(codeRefundRepeated)
		}
		return success(g.refundReply(before, entry, refundStates[entry.Stage], descDone))
	}
	o := g.find(r.origin, r.parent, now)
	switch {
	case o == nil:
		return refusal(codeRefundNone)
	case o.Charged == 0 || o.State == Refunded && o.Undone > 0:
		return refusal(codeRefundState)
	case b.Has(railsim.RefundLost):
		return refusal(codeRefundUnknown)
	}
	entry := &railsim.Refund{Key: r.number, Fen: r.fen}
	desc := ""
	switch {
	case o.Refunding()+r.fen > o.Fen:
		desc = descOver
	case b.Has(railsim.MerchantShort) || !g.Accept(o.Sale, entry, now):
		desc = descShort
	}
	if desc != "" {
		g.refused[r.number] = refusedRefund{o, r.fen, desc}
		return success(g.refundReply(o, entry, Failed, desc))
	}
	entry.ID = now.In(railsim.Beijing).Format("20060102") + "110113130277" + g.Digits(12)
	act := b.AboutOrder()
	switch act.Word {
	case railsim.RefundStays:
	case railsim.RefundLate:
		g.Later(now.Add(act.After), func(at time.Time) { g.arrive(o, entry, at) })
	case railsim.RefundAbnormal:
		g.Later(now.Add(act.After), func(at time.Time) { g.Hang(o.Sale, entry, at) })
	case railsim.RefundClosed:
		g.Later(now.Add(act.After), func(at time.Time) { g.Drop(o.Sale, entry, at) })
	default:
		g.arrive(o, entry, now)
		return success(g.refundReply(o, entry, Success, descDone))
	}
	return success(g.refundReply(o, entry, Processing, descTaken))
}

// arrive gives the customer the money of a refund. A sale that is refunded in
// full is over.
func (g *Gateway) arrive(o *order, entry *railsim.Refund, at time.Time) {
	g.Arrive(o.Sale, entry, "", at)
	if o.Returned == o.Charged {
		g.End(o.Sale, Refunded, at)
	}
}

// refundQuery answers what became of a refund.
func (g *Gateway) refundQuery(r request, b Behaviour) answer {
	if b.Has(railsim.NotFound) {
		return refusal(codeRefundNone)
	}
	if o, entry := g.refundOf(r.number); entry != nil {
		desc := descDone
		if entry.Stage == railsim.RefundDropped {
			desc = descClosed
		}
		reply := g.refundReply(o, entry, refundStates[entry.Stage], desc)
		reply.TotalAmount, reply.OriginTotalAmount = "", digits(o.Fen)
		return success(reply)
	}
	if bad, ok := g.refused[r.number]; ok {
		return success(g.refundReply(bad.order, &railsim.Refund{Key: r.number, Fen: bad.fen}, Failed, bad.desc))
	}
	return refusal(codeRefundNone)
}
