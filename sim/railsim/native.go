package railsim

import (
	"fmt"
	"time"
)

// native makes an order that the customer pays by scanning code_url
// (rails.md 1.8). The code never expires here: time_expire is not simulated.
func (g *Gateway) native(r payRequest, b Behaviour, now time.Time) answer {
	if o := g.orders[r.number]; o != nil {
		o.pays++
		switch {
		case o.state == Closed:
			return failure(newError(codeClosed))
		case o.content != r.content || o.kind != "NATIVE":
			return failure(newError(codeOrderUsed))
		case o.state == Success:
			return failure(newError(codeOrderPaid))
		}
		return success(&reply{CodeURL: o.codeURL})
	}
	o := &order{
		number: r.number, kind: "NATIVE", state: NotPay, fen: r.fen, attach: r.attach,
		content: r.content, pays: 1,
		codeURL: "weixin://wxpay/bizpayurl?pr=" + g.nonce()[:9] + "zz",
	}
	g.add(o, now)
	return success(&reply{CodeURL: o.codeURL})
}

// Scan is the customer scanning a code_url and paying. It says what stood in
// the way: an order that is unknown, closed or paid, or an empty wallet.
func (w *Wallet) Scan(codeURL string) error {
	var err error
	w.g.do(func(now time.Time) {
		err = fmt.Errorf("scan %q: no such order", codeURL)
		for _, o := range w.g.sequence {
			if o.kind != "NATIVE" || o.codeURL != codeURL {
				continue
			}
			err = nil
			if o.state != NotPay {
				err = fmt.Errorf("scan %q: order %s is %s", codeURL, o.number, o.state)
				return
			}
			o.wallet = w
			if !w.g.charge(o, now) {
				o.wallet = nil
				err = fmt.Errorf("scan %q: wallet %s is short of money", codeURL, w.name)
			}
			return
		}
	})
	return err
}
