package alipaysim

import (
	"fmt"
	"time"
)

// query answers what became of a trade.
func (g *Gateway) query(t target, b Behaviour, now time.Time) answer {
	o := g.find(t)
	if o != nil {
		o.queries++
		g.expire(o, now)
	}
	if o == nil || o.state == NoTrade || b.has(NotFound) {
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
	o.cancels++
	if b.has(RetryAgain) {
		return g.cancelAnswer(o, "Y", "")
	}
	if b.has(MerchantShort) {
		return g.cancelRefused(o, subSeller)
	}
	if o.payAtCancel {
		g.charge(o, now)
	}
	switch g.status(o, now) {
	case Finished:
		return g.cancelRefused(o, subFinished)
	case Success:
		if sub := g.whyNotCancel(o, now); sub != "" {
			return g.cancelRefused(o, sub)
		}
		g.giveBack(o, o.fen, "cancel", now)
		o.cancelled = true
		g.end(o, now)
	case Waiting:
		g.end(o, now)
	case NoTrade:
		o.dead = true
		o.refusal = nil // the number now answers as closed
	}
	if o.returned > 0 {
		return g.cancelAnswer(o, "N", "refund")
	}
	return g.cancelAnswer(o, "N", "close")
}

func (g *Gateway) whyNotCancel(o *order, now time.Time) string {
	switch {
	case now.Sub(o.paid) > cancelWindow:
		return subTooLate
	case o.reserved() > 0:
		return subCancelFee
	case g.books.balances[g.MerchantAccount()] < o.fen:
		return subSeller
	}
	return ""
}

// cancelUnknown answers a cancel of a number never seen.
func (g *Gateway) cancelUnknown(t target, b Behaviour, now time.Time) answer {
	if b.has(RetryAgain) {
		return g.cancelAnswer(&order{number: t.number}, "Y", "")
	}
	if g.cfg.Unknown == TradeNotExist || t.number == "" {
		return failure(refusal(subNoTrade))
	}
	o := &order{number: t.number, dead: true, cancels: 1, ended: now}
	g.add(o, now)
	return g.cancelAnswer(o, "N", "close")
}

// close ends an unpaid trade, which must exist.
func (g *Gateway) close(t target, now time.Time) answer {
	o := g.find(t)
	if o != nil {
		g.expire(o, now)
	}
	switch {
	case o == nil || o.state == NoTrade:
		return failure(refusal(subNoTrade))
	case o.state != Waiting:
		return failure(refusal(subStatus))
	}
	g.end(o, now)
	return success(&reply{TradeNo: o.trade, OutTradeNo: o.number})
}

// giveBack returns money to the customer.
func (g *Gateway) giveBack(o *order, fen int64, reason string, at time.Time) {
	g.books.post(Posting{o.number, g.MerchantAccount(), o.wallet.Account(), fen, at, reason})
	o.returned += fen
	g.happened(at, Returned, "", o.number, fenText(fen)+" to "+o.wallet.name)
}

// precreate makes an order that the customer pays by scanning qr_code. No
// trade exists before the scan.
func (g *Gateway) precreate(r payRequest, now time.Time) answer {
	if o := g.orders[r.number]; o != nil {
		o.pays++
		state := g.status(o, now)
		switch {
		case o.content != r.content || o.qr == "":
			return failure(refusal(subContext))
		case state == Success || state == Finished:
			return failure(refusal(subPaid))
		case o.dead:
			return failure(refusal(subClosed))
		}
		return success(&reply{OutTradeNo: o.number, QRCode: o.qr})
	}
	o := &order{
		number: r.number, fen: r.fen, content: r.content, pays: 1,
		store: r.store, terminal: r.terminal, timeout: r.timeout,
		qr:       "https://qr.alipay.com/bax0" + g.digits(16),
		deadline: now.Add(qrLife),
	}
	g.add(o, now)
	return success(&reply{OutTradeNo: o.number, QRCode: o.qr})
}

// Open is the customer scanning a qr_code and looking at the amount: from now
// on the trade waits, and Confirm or Refuse decides. It says what stood in the
// way: an order that is unknown, closed or paid, or a code that is too old.
func (w *Wallet) Open(qr string) error {
	var err error
	w.g.do(func(now time.Time) { _, err = w.open(qr, now) })
	return err
}

// Scan is the customer scanning a qr_code and paying.
func (w *Wallet) Scan(qr string) error {
	var err error
	w.g.do(func(now time.Time) {
		var o *order
		if o, err = w.open(qr, now); err == nil && !w.g.charge(o, now) {
			err = fmt.Errorf("scan %q: wallet %s is short of money", qr, w.name)
		}
	})
	return err
}

// open begins the trade of a qr_code. Under the lock.
func (w *Wallet) open(qr string, now time.Time) (*order, error) {
	for _, o := range w.g.sequence {
		if o.qr == "" || o.qr != qr {
			continue
		}
		w.g.expire(o, now)
		switch {
		case o.state == Waiting && o.wallet == w:
			return o, nil
		case o.dead || o.state != NoTrade:
			return nil, fmt.Errorf("scan %q: order %s is used or closed", qr, o.number)
		}
		o.wallet = w
		o.deadline = deadline(o.timeout, qrLife, now)
		w.g.begin(o, now)
		w.waiting = append(w.waiting, o)
		return o, nil
	}
	return nil, fmt.Errorf("scan %q: no such order", qr)
}
