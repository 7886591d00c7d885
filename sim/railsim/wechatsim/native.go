package wechatsim

import (
	"errors"
	"fmt"
	"time"

	"till/sim/railsim"
)

// The limits of a link (rails.md 1.8).
const (
	linkLife  = 2 * time.Hour   // of code_url
	expireMin = 5 * time.Minute // time_expire lies at least so far ahead
)

// native makes an order that the customer pays by scanning code_url
// (rails.md 1.8). time_expire ends the time in which it can be paid; the order
// stays NOTPAY until it is closed (K).
func (g *Gateway) native(r payRequest, b Behaviour, now time.Time) answer {
	if o := g.find(r.number); o != nil {
		o.Pays++
		switch {
		case o.State == Closed:
			return failure(newError(codeClosed))
		case o.content != r.content || o.Kind != "NATIVE":
			return failure(newError(codeOrderUsed))
		case o.State == Success:
			return failure(newError(codeOrderPaid))
		}
		return success(&reply{CodeURL: o.codeURL})
	}
	if !r.expire.IsZero() && r.expire.Before(now.Add(expireMin)) {
		e := newError(codeInvalid)
		e.message = "time_expire时间过短，刷卡至少1分钟，其他5分钟"
		return failure(e)
	}
	o := g.newOrder("NATIVE", r, now)
	o.Pays, o.codeURL = 1, "weixin://wxpay/bizpayurl?pr="+g.Letters(9)+"zz"
	o.expire = now.Add(linkLife)
	if !r.expire.IsZero() && r.expire.Before(o.expire) {
		o.expire = r.expire
	}
	o.coupon(b)
	return success(&reply{CodeURL: o.codeURL})
}

// open says why a native order can no longer be paid.
func (o *order) open(now time.Time) error {
	switch {
	case o.State != NotPay && o.State != UserPaying:
		return fmt.Errorf("order %s is %s", o.Number, o.State)
	case !now.Before(o.expire):
		return errors.New("the code is too old")
	}
	return nil
}

// scanned is the customer scanning a code_url and looking at the amount.
func (g *Gateway) scanned(c *railsim.Customer, link string, now time.Time) (*railsim.Sale, error) {
	for _, s := range g.Sales() {
		o := own(s)
		if o.codeURL == "" || o.codeURL != link {
			continue
		}
		if err := o.open(now); err != nil {
			return nil, err
		}
		s.Payer = c
		g.Await(s, UserPaying)
		return s, nil
	}
	return nil, nil
}

// look takes the amount off the phone when the time to pay is over.
func (g *Gateway) look(s *railsim.Sale, at time.Time) {
	if o := own(s); o.Kind == "NATIVE" && s.State == UserPaying && !at.Before(o.expire) {
		s.State = NotPay
	}
}
