package alipaysim

import (
	"time"

	"till/sim/railsim"
)

// The states of an order: trade_status (rails.md 2.2), or empty for a number
// under which no trade exists.
const (
	NoTrade  State = "" // declined, cancelled before it came, or a QR code not scanned yet
	Waiting  State = "WAIT_BUYER_PAY"
	Success  State = "TRADE_SUCCESS"
	Closed   State = "TRADE_CLOSED"
	Finished State = "TRADE_FINISHED"
)

// order is one out_trade_no: what the core does not keep of it. Its ID is the
// trade_no, once the trade exists, its Kind a Call: Pay, Precreate, or Cancel
// for a number that was cancelled unseen. Finished is never stored, see status.
type order struct {
	*railsim.Sale
	dead        bool // no payment will ever be taken
	content     railsim.Digest
	store       string
	terminal    string
	qr          string // precreate
	timeout     string
	deadline    time.Time // an unpaid trade, or QR code, closes then
	refusal     *apiError // what the first payment was answered, and its repeats are
	payAtCancel bool
}

// newOrder books a number.
func (g *Gateway) newOrder(kind Call, r payRequest, deadline, now time.Time) *order {
	o := &order{
		content: r.content, store: r.store, terminal: r.terminal, timeout: r.timeout,
		deadline: deadline,
	}
	o.Sale = &railsim.Sale{Number: r.number, Kind: string(kind), State: NoTrade, Fen: r.fen, Own: o}
	g.Add(o.Sale, now)
	return o
}

// find returns the order that a request is about, nil if there is none.
func (g *Gateway) find(t target) *order {
	if t.trade != "" {
		return own(g.FindID(t.trade))
	}
	return own(g.Find(t.number))
}

func own(s *railsim.Sale) *order {
	if s == nil {
		return nil
	}
	return s.Own.(*order)
}

// begin makes the trade.
func (g *Gateway) begin(o *order, now time.Time) {
	o.State = Waiting
	g.SetID(o.Sale, g.tradeNumber(now))
}

// status is the state to be shown: an unpaid trade closes at its deadline, a
// paid one is finished when the refund window is over.
func (g *Gateway) status(o *order, now time.Time) State {
	g.expire(o, now)
	if o.State == Success && now.Sub(o.Paid) > g.cfg.RefundWindow {
		return Finished
	}
	return o.State
}

// expire closes what its deadline has passed, at the time of the deadline.
func (g *Gateway) expire(o *order, now time.Time) {
	if now.Before(o.deadline) || o.deadline.IsZero() {
		return
	}
	switch o.State {
	case Waiting:
		g.end(o, o.deadline)
	case NoTrade:
		o.dead = true
	}
}

// charge takes the money, once, from an order that can still be paid. It says
// whether the customer has paid; a wallet that is short leaves the order as it
// is.
func (g *Gateway) charge(o *order, at time.Time) bool {
	g.expire(o, at)
	if o.State != Waiting || o.dead {
		return o.Charged > o.Returned
	}
	return g.Collect(o.Sale, Success, at)
}

// end closes an order that holds no money, for ever.
func (g *Gateway) end(o *order, at time.Time) {
	o.dead = true
	state := o.State
	if o.ID != "" {
		state = Closed
	}
	g.End(o.Sale, state, at)
}

// pay handles a code payment that has reached the gateway.
func (g *Gateway) pay(r payRequest, b Behaviour, now time.Time) answer {
	if o := g.find(target{number: r.number}); o != nil {
		return g.payAgain(o, r, now)
	}
	o := g.newOrder(Pay, r, deadline(r.timeout, g.cfg.PayLife, now), now)
	o.Code, o.Pays = railsim.DigestOf(r.authCode), 1
	if a, ok := b.Act(Decline); ok {
		return o.refuse(chosenError(a))
	}
	if !authCodeFits(r.authCode) {
		return o.refuse(refusal(subAuthCode))
	}
	c := g.Code(r.authCode, g.cfg.StrictCodes, now)
	if c == nil || c.Order != "" || now.Sub(c.Shown) > g.cfg.CodeLife {
		return o.refuse(refusal(subAuthCode))
	}
	o.Payer, c.Order = c.Payer, o.Number
	return g.payFirst(o, b, now)
}

// refuse declines a payment for ever; no trade comes to be.
func (o *order) refuse(e *apiError) answer {
	o.refusal, o.dead = e, true
	return failure(e)
}

// payFirst decides what becomes of a new order with a good code.
func (g *Gateway) payFirst(o *order, b Behaviour, now time.Time) answer {
	act := b.AboutOrder()
	if act.Word == SystemError && !act.Done {
		return o.refuse(unavailable())
	}
	if g.Holds(o.Payer.Account()) < o.Fen {
		return o.refuse(refusal(subShort))
	}
	g.begin(o, now)
	switch act.Word {
	case Password, PasswordThenFail:
		return g.await(o, act, now)
	case PayAfterLast:
		o.payAtCancel = true
		return g.await(o, act, now)
	case SlowCharge: // the answer is cut anyway
		g.Later(now.Add(act.After), func(at time.Time) { g.charge(o, at) })
		return g.inProcess(o)
	}
	g.charge(o, now)
	if act.Word == SystemError {
		return failure(unavailable()) // a repeat of the request will be told the truth
	}
	return g.payAnswer(o)
}

// await puts the order before the customer, until the deadline or until the
// act's time, if it has one.
func (g *Gateway) await(o *order, act Act, now time.Time) answer {
	g.Await(o.Sale, Waiting)
	if act.After > 0 {
		g.Decide(o.Sale, act.Word != PasswordThenFail, now.Add(act.After))
	}
	return g.inProcess(o)
}

// payAgain answers a number that was seen before (rails.md 2.5, the groups of
// payment codes).
func (g *Gateway) payAgain(o *order, r payRequest, now time.Time) answer {
	o.Pays++
	state := g.status(o, now)
	switch {
	case o.content != r.content || o.qr != "":
		return failure(refusal(subContext))
	case o.refusal != nil && o.Code == railsim.DigestOf(r.authCode):
		return failure(o.refusal)
	case state == Success:
		return failure(refusal(subPaid))
	case state == Waiting && o.Code != railsim.DigestOf(r.authCode):
		return failure(refusal(subBuyer))
	case state == Waiting:
		return g.inProcess(o)
	case state == Finished:
		return failure(refusal(subFinished))
	}
	return failure(refusal(subClosed))
}
