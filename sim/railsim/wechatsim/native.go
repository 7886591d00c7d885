package wechatsim

import (
	"fmt"
	"time"

	"till/sim/railsim"
)

// native makes an order that the customer pays by scanning code_url
// (rails.md 1.8). The code never expires here: time_expire is not simulated.
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
	o := g.newOrder("NATIVE", r, now)
	o.Pays, o.codeURL = 1, "weixin://wxpay/bizpayurl?pr="+g.Letters(9)+"zz"
	return success(&reply{CodeURL: o.codeURL})
}

// scanned is the customer scanning a code_url.
func (g *Gateway) scanned(c *railsim.Customer, link string, _ time.Time) (*railsim.Sale, error) {
	for _, s := range g.Sales() {
		o := own(s)
		if o.codeURL == "" || o.codeURL != link {
			continue
		}
		if o.State != NotPay {
			return nil, fmt.Errorf("order %s is %s", o.Number, o.State)
		}
		o.Payer = c
		return s, nil
	}
	return nil, nil
}
