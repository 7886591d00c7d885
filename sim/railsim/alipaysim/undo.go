package alipaysim

import (
	"fmt"
	"time"

	"till/sim/railsim"
)

// query answers what became of a trade.
func (g *Gateway) query(t target, b Behaviour, now time.Time) answer {
	o := g.find(t)
	if o != nil {
		o.Queries++
		g.expire(o, now)
	}
	if o == nil || o.State == NoTrade || b.Has(NotFound) {
		return failure(refusal(subNoTrade))
	}
	return g.queryAnswer(o, now)
}

// cancel takes an order back (rails.md 2.4): close if nothing was paid, refund
// if it was. A repeat gets the answer of the first.
func (g *Gateway) cancel(t target, b Behaviour, now time.Time) answer {
	o := g.find(t)
	if o == nil {
		return g.cancelUnknown(t, b, now)
	}
	o.Undos++
	if b.Has(RetryAgain) {
		return g.cancelAnswer(o, "Y", "")
	}
	if b.Has(MerchantShort) {
		return g.cancelRefused(o, subSeller)
	}
	if o.payAtCancel {
		g.charge(o, now)
	}
	g.lastMoment(o, b, now)
	switch g.status(o, now) {
	case Finished:
		return g.cancelRefused(o, subFinished)
	case Success:
		if sub := g.whyNotCancel(o, now); sub != "" {
			return g.cancelRefused(o, sub)
		}
		g.Undo(o.Sale, "cancel", now)
		g.end(o, now)
	case Waiting:
		g.end(o, now)
	case NoTrade:
		o.dead = true
		o.refusal = nil // the number now answers as closed
	}
	if o.Returned > 0 {
		return g.cancelAnswer(o, "N", "refund")
	}
	return g.cancelAnswer(o, "N", "close")
}

// lastMoment lets the customer pay just before a cancel or a close, if the
// behaviour says so.
func (g *Gateway) lastMoment(o *order, b Behaviour, now time.Time) {
	if !b.Has(PayBeforeClose) {
		return
	}
	if o.qr != "" && o.State == NoTrade && !o.dead {
		if _, err := g.scanned(g.First(), o.qr, now); err != nil {
			return // too late: the code has expired
		}
	}
	g.charge(o, now)
}

func (g *Gateway) whyNotCancel(o *order, now time.Time) string {
	switch {
	case now.Sub(o.Paid) > cancelWindow:
		return subTooLate
	case o.Refunding() > 0:
		return subCancelFee
	case g.Holds(g.MerchantAccount()) < o.Fen:
		return subSeller
	}
	return ""
}

// cancelUnknown answers a cancel of a number never seen.
func (g *Gateway) cancelUnknown(t target, b Behaviour, now time.Time) answer {
	if b.Has(RetryAgain) {
		return g.cancelAnswer(&order{Sale: &railsim.Sale{Number: t.number}}, "Y", "")
	}
	if g.cfg.Unknown == TradeNotExist || t.number == "" {
		return failure(refusal(subNoTrade))
	}
	o := g.newOrder(Cancel, payRequest{number: t.number}, time.Time{}, now)
	o.dead, o.Undos, o.Ended = true, 1, now
	return g.cancelAnswer(o, "N", "close")
}

// close ends an unpaid trade, which must exist.
func (g *Gateway) close(t target, b Behaviour, now time.Time) answer {
	o := g.find(t)
	if o != nil {
		g.expire(o, now)
		g.lastMoment(o, b, now)
	}
	switch {
	case o == nil || o.State == NoTrade:
		return failure(refusal(subNoTrade))
	case o.State != Waiting:
		return failure(refusal(subStatus))
	}
	g.end(o, now)
	return success(&reply{TradeNo: o.ID, OutTradeNo: o.Number})
}

// precreate makes an order that the customer pays by scanning qr_code. No
// trade exists before the scan.
func (g *Gateway) precreate(r payRequest, now time.Time) answer {
	if o := g.find(target{number: r.number}); o != nil {
		o.Pays++
		state := g.status(o, now)
		switch {
		case o.content != r.content || o.qr == "":
			return failure(refusal(subContext))
		case state == Success || state == Finished:
			return failure(refusal(subPaid))
		case o.dead:
			return failure(refusal(subClosed))
		}
		return success(&reply{OutTradeNo: o.Number, QRCode: o.qr})
	}
	o := g.newOrder(Precreate, r, now.Add(qrLife), now)
	o.Pays, o.qr = 1, "https://qr.alipay.com/bax0"+g.Digits(16)
	return success(&reply{OutTradeNo: o.Number, QRCode: o.qr})
}

// scanned begins the trade of a qr_code.
func (g *Gateway) scanned(c *railsim.Customer, qr string, now time.Time) (*railsim.Sale, error) {
	for _, s := range g.Sales() {
		o := own(s)
		if o.qr == "" || o.qr != qr {
			continue
		}
		g.expire(o, now)
		switch {
		case o.State == Waiting && o.Payer == c:
			return s, nil
		case o.dead || o.State != NoTrade:
			return nil, fmt.Errorf("order %s is used or closed", o.Number)
		}
		o.Payer = c
		o.deadline = deadline(o.timeout, qrLife, now)
		g.begin(o, now)
		g.Await(s, Waiting)
		return s, nil
	}
	return nil, nil
}
