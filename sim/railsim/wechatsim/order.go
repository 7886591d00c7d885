package wechatsim

import (
	"time"

	"till/sim/railsim"
)

// The states of an order: trade_state (rails.md 1.4).
const (
	Success    State = "SUCCESS"
	Refund     State = "REFUND"
	NotPay     State = "NOTPAY"
	Closed     State = "CLOSED"
	Revoked    State = "REVOKED"
	UserPaying State = "USERPAYING"
	PayError   State = "PAYERROR"
)

var tradeStates = []State{Success, Refund, NotPay, Closed, Revoked, UserPaying, PayError}

// descriptions are the trade_state_desc of answers.
var descriptions = map[State]string{
	Success:    "支付成功",
	Refund:     "转入退款",
	NotPay:     "订单未支付",
	Closed:     "订单已关闭",
	Revoked:    "订单已撤销",
	UserPaying: "需要用户输入支付密码",
	PayError:   "支付失败，请撤销订单再重新下单",
}

// reverseWindow is how long a payment can be reversed (rails.md 1.6).
const reverseWindow = 7 * 24 * time.Hour

// order is one out_trade_no: what the core does not keep of it.
type order struct {
	*railsim.Sale // Kind: MICROPAY or NATIVE; ID: the transaction's, once it was paid
	content       railsim.Digest
	attach        string
	description   string
	codeURL       string    // native
	expire        time.Time // native: until when it can be paid
	screenEnd     time.Time // until when the customer sees the password screen
	refusal       *apiError // what the first payment was answered, and its repeats are
	payAtReverse  bool
}

// newOrder books a number.
func (g *Gateway) newOrder(kind string, r payRequest, now time.Time) *order {
	o := &order{content: r.content, attach: r.attach, description: r.description}
	o.Sale = &railsim.Sale{Number: r.number, Kind: kind, State: NotPay, Fen: r.fen, Own: o}
	g.Add(o.Sale, now)
	return o
}

// coupon lets somebody else pay a part, if the behaviour says so.
func (o *order) coupon(b Behaviour) {
	if act, ok := b.Act(WithCoupon); ok {
		o.Coupon = min(act.Fen, o.Fen-1)
	}
}

// shown is the trade_state: a paid order with refunds is REFUND, and of a
// native order nobody sees that the customer looks at the amount.
func (o *order) shown() State {
	switch {
	case o.State == Success && len(o.Refunds) > 0:
		return Refund
	case o.State == UserPaying && o.Kind == "NATIVE":
		return NotPay
	}
	return o.State
}

// find returns the order of a number, nil if there is none.
func (g *Gateway) find(number string) *order { return own(g.Find(number)) }

func own(s *railsim.Sale) *order {
	if s == nil {
		return nil
	}
	return s.Own.(*order)
}

// charge takes the money, once, from an order that can still be paid. It says
// whether the customer has paid; a wallet that is short leaves the order as it
// is.
func (g *Gateway) charge(o *order, at time.Time) bool {
	switch o.State {
	case NotPay, UserPaying:
	default:
		return o.Charged > 0 && o.Returned == 0
	}
	if !g.Collect(o.Sale, Success, at) {
		return false
	}
	g.SetID(o.Sale, g.transactionID(at))
	return true
}

// agreed and refused are the customer's words on the password screen.
func (g *Gateway) agreed(s *railsim.Sale, at time.Time) bool { return g.charge(own(s), at) }

func (g *Gateway) refused(s *railsim.Sale, at time.Time) {
	if s.Kind == "NATIVE" {
		s.State = NotPay // another customer may scan it
		return
	}
	g.End(s, PayError, at)
}

// pay handles a payment that has reached the gateway.
func (g *Gateway) pay(r payRequest, b Behaviour, now time.Time) answer {
	if o := g.find(r.number); o != nil {
		return g.payAgain(o, r)
	}
	o := g.newOrder("MICROPAY", r, now)
	o.Code, o.Pays = railsim.DigestOf(r.authCode), 1
	o.coupon(b)
	c := g.Code(r.authCode, g.cfg.StrictCodes, now)
	if c != nil {
		o.Payer = c.Payer
	}
	if a, ok := b.Act(Decline); ok {
		return o.refuse(chosenError(a))
	}
	switch {
	case c == nil, c.Order != "":
		return o.refuse(newError(codeAuthInvalid))
	case now.Sub(c.Shown) > g.cfg.CodeLife:
		return o.refuse(newError(codeAuthExpired))
	}
	c.Order = o.Number
	return g.payFirst(o, b, now)
}

// payFirst decides what becomes of a new order with a good code.
func (g *Gateway) payFirst(o *order, b Behaviour, now time.Time) answer {
	short := g.Holds(o.Payer.Account()) < o.Fen-o.Coupon
	act := b.AboutOrder()
	switch act.Word {
	case Password:
		return g.await(o, act.After, false, now)
	case PasswordThenFail:
		return g.await(o, act.After, true, now)
	case PasswordAbove:
		if o.Fen > act.Fen {
			return g.await(o, act.After, false, now)
		}
	case ShortWaits:
		if short {
			return g.await(o, 0, false, now)
		}
	case PayAfterLast:
		o.payAtReverse = true
		return g.await(o, 0, false, now)
	case SlowCharge: // the answer is cut anyway
		g.Later(now.Add(act.After), func(at time.Time) { g.charge(o, at) })
		return o.report(g)
	case SystemError, BankError:
		e := newError(codeSystem)
		if act.Word == BankError {
			e = newError(codeBank)
		}
		if act.Done && g.charge(o, now) {
			return failure(e) // a repeat of the request will be told the truth
		}
		return o.refuse(e)
	}
	if !g.charge(o, now) {
		return o.refuse(newError(codeShort))
	}
	return o.report(g)
}

// await puts the order before the customer: for ever if after is 0, otherwise
// the customer confirms, or refuses, after that time.
func (g *Gateway) await(o *order, after time.Duration, fail bool, now time.Time) answer {
	o.screenEnd = now.Add(max(after, g.cfg.PasswordScreen))
	g.Await(o.Sale, UserPaying)
	if after > 0 {
		g.Decide(o.Sale, !fail, now.Add(after))
	}
	return failure(newError(codePaying))
}

// payAgain answers a number that was seen before: as the first time if
// everything is the same, otherwise with the misleading code of rails.md 0.3
// (another payment code) or as used (anything else).
func (g *Gateway) payAgain(o *order, r payRequest) answer {
	o.Pays++
	switch {
	case o.State == Closed:
		return failure(newError(codeClosed))
	case o.content != r.content:
		return failure(newError(codeOrderUsed))
	case o.Code != railsim.DigestOf(r.authCode):
		return failure(newError(codeAuthInvalid))
	case o.shown() == Revoked, o.shown() == Refund:
		return failure(newError(codeReversed))
	case o.refusal != nil:
		return failure(o.refusal)
	case o.State == UserPaying:
		return failure(newError(codePaying))
	case o.State == PayError:
		return failure(newError(codeTrade))
	case o.State == NotPay: // a slow charge is under way
		return failure(newError(codeSystem))
	}
	return o.report(g)
}

// refuse remembers the refusal for the repeats of the request.
func (o *order) refuse(e *apiError) answer {
	o.refusal = e
	return failure(e)
}
