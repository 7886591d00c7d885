package alipaysim

import (
	"slices"
	"time"
)

// State is a trade_status (rails.md 2.2), or empty for a number under which no
// trade exists.
type State string

// The states of an order.
const (
	NoTrade  State = "" // declined, cancelled before it came, or a QR code not scanned yet
	Waiting  State = "WAIT_BUYER_PAY"
	Success  State = "TRADE_SUCCESS"
	Closed   State = "TRADE_CLOSED"
	Finished State = "TRADE_FINISHED"
)

// order is one out_trade_no, which is spent for ever once it exists.
type order struct {
	number, trade string // trade: trade_no, once the trade exists
	state         State  // Finished is never stored, see status
	scanned       bool   // by the customer: false for a fresh precreate
	dead          bool   // no payment will ever be taken
	fen           int64
	content       digest
	code          digest // zero for precreate
	wallet        *Wallet
	store         string
	terminal      string
	qr            string // precreate
	timeout       string

	received, paid, ended time.Time
	deadline              time.Time // an unpaid trade, or QR code, closes then
	charged, returned     int64
	refusal               *apiError // what the first payment was answered, and its repeats are
	refunds               []*refund
	cancelled             bool // money went back by cancel
	payAtCancel           bool
	pays, queries         int
	cancels               int
}

// refund is one out_request_no of an order.
type refund struct {
	key  string
	fen  int64
	done bool
	at   time.Time
}

// Order is one order as the books show it.
type Order struct {
	Number   string // out_trade_no
	Trade    string // trade_no, empty until the trade exists
	Kind     Call   // Pay or Precreate; Cancel for a number that was cancelled unseen
	State    State
	Fen      int64 // asked for
	Charged  int64 // taken from the customer, in all
	Returned int64 // given back, in all
	Wallet   string
	Received time.Time
	Paid     time.Time // zero if never
	Ended    time.Time // when closed; zero if not
	Pays     int       // payment requests that arrived under the number
	Queries  int
	Cancels  int
	Refunds  []RefundEntry
}

// RefundEntry is one refund as the books show it.
type RefundEntry struct {
	Key  string // out_request_no
	Fen  int64
	Done bool // false while a late refund is under way
	At   time.Time
}

// Orders returns every order, in the order of their arrival.
func (g *Gateway) Orders() []Order {
	var list []Order
	g.do(func(now time.Time) {
		for _, o := range g.sequence {
			list = append(list, g.public(o, now))
		}
	})
	return list
}

// Order returns one order, and false if the number was never seen.
func (g *Gateway) Order(number string) (Order, bool) {
	var found Order
	ok := false
	g.do(func(now time.Time) {
		if o := g.orders[number]; o != nil {
			found, ok = g.public(o, now), true
		}
	})
	return found, ok
}

func (g *Gateway) public(o *order, now time.Time) Order {
	p := Order{
		Number: o.number, Trade: o.trade, Kind: Pay, State: g.status(o, now), Fen: o.fen,
		Charged: o.charged, Returned: o.returned, Received: o.received, Paid: o.paid,
		Ended: o.ended, Pays: o.pays, Queries: o.queries, Cancels: o.cancels,
	}
	switch {
	case o.qr != "":
		p.Kind = Precreate
	case o.pays == 0:
		p.Kind = Cancel
	}
	if o.wallet != nil {
		p.Wallet = o.wallet.name
	}
	for _, r := range o.refunds {
		p.Refunds = append(p.Refunds, RefundEntry{r.key, r.fen, r.done, r.at})
	}
	return p
}

// find returns the order that a request is about, nil if there is none.
func (g *Gateway) find(t target) *order {
	if t.trade != "" {
		return g.byTrade[t.trade]
	}
	return g.orders[t.number]
}

// add books a new order. Under the lock, like everything below.
func (g *Gateway) add(o *order, now time.Time) {
	o.received = now
	g.orders[o.number] = o
	g.sequence = append(g.sequence, o)
}

// begin makes the trade.
func (g *Gateway) begin(o *order, now time.Time) {
	o.state, o.trade, o.scanned = Waiting, g.tradeNumber(now), true
	g.byTrade[o.trade] = o
}

// status is the state to be shown: an unpaid trade closes at its deadline, a
// paid one is finished when the refund window is over.
func (g *Gateway) status(o *order, now time.Time) State {
	g.expire(o, now)
	if o.state == Success && now.Sub(o.paid) > g.cfg.RefundWindow {
		return Finished
	}
	return o.state
}

// expire closes what its deadline has passed, at the time of the deadline.
func (g *Gateway) expire(o *order, now time.Time) {
	if now.Before(o.deadline) || o.deadline.IsZero() {
		return
	}
	switch o.state {
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
	if o.state != Waiting || o.dead {
		return o.charged > o.returned
	}
	account := o.wallet.Account()
	if g.books.balances[account] < o.fen {
		return false
	}
	g.books.post(Posting{o.number, account, g.MerchantAccount(), o.fen, at, "payment"})
	o.charged += o.fen
	o.state, o.paid = Success, at
	g.happened(at, Charged, "", o.number, fenText(o.fen)+" from "+o.wallet.name)
	return true
}

// end closes an order that holds no money, for ever.
func (g *Gateway) end(o *order, at time.Time) {
	o.dead = true
	if o.trade != "" {
		o.state = Closed
	}
	o.ended = at
	g.happened(at, Ended, "", o.number, string(o.state))
}

// pay handles a code payment that has reached the gateway.
func (g *Gateway) pay(r payRequest, b Behaviour, now time.Time) answer {
	if o := g.orders[r.number]; o != nil {
		return g.payAgain(o, r, now)
	}
	o := &order{
		number: r.number, fen: r.fen, content: r.content, code: digestOf(r.authCode), pays: 1,
		store: r.store, terminal: r.terminal, timeout: r.timeout,
		deadline: deadline(r.timeout, g.cfg.PayLife, now),
	}
	g.add(o, now)
	if a, ok := b.act(Decline); ok {
		return o.refuse(chosenError(a))
	}
	if !authCodeFits(r.authCode) {
		return o.refuse(refusal(subAuthCode))
	}
	c := g.codes[o.code]
	if c == nil && !g.cfg.StrictCodes {
		c = g.wallets[0].show(r.authCode, now)
	}
	if c == nil || c.order != "" || now.Sub(c.shown) > g.cfg.CodeLife {
		return o.refuse(refusal(subAuthCode))
	}
	o.wallet, c.order = c.wallet, o.number
	return g.payFirst(o, b, now)
}

// refuse declines a payment for ever; no trade comes to be.
func (o *order) refuse(e *apiError) answer {
	o.refusal, o.dead = e, true
	return failure(e)
}

// payFirst decides what becomes of a new order with a good code.
func (g *Gateway) payFirst(o *order, b Behaviour, now time.Time) answer {
	act := b.aboutOrder()
	if act.Word == SystemError && !act.Done {
		return o.refuse(unavailable())
	}
	if g.books.balances[o.wallet.Account()] < o.fen {
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
		g.later(now.Add(act.After), func(at time.Time) { g.charge(o, at) })
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
	w := o.wallet
	w.waiting = slices.DeleteFunc(w.waiting, func(o *order) bool { return o.state != Waiting })
	w.waiting = append(w.waiting, o)
	if act.After > 0 {
		g.later(now.Add(act.After), func(at time.Time) {
			g.expire(o, at)
			switch {
			case o.state != Waiting:
			case act.Word == PasswordThenFail:
				g.happened(at, RefusedPay, "", o.number, "")
				g.end(o, at)
			default:
				g.happened(at, ConfirmedPay, "", o.number, "")
				g.charge(o, at)
			}
		})
	}
	return g.inProcess(o)
}

// payAgain answers a number that was seen before (rails.md 2.5, the groups of
// payment codes).
func (g *Gateway) payAgain(o *order, r payRequest, now time.Time) answer {
	o.pays++
	state := g.status(o, now)
	switch {
	case o.content != r.content || o.qr != "":
		return failure(refusal(subContext))
	case o.refusal != nil && o.code == digestOf(r.authCode):
		return failure(o.refusal)
	case state == Success:
		return failure(refusal(subPaid))
	case state == Waiting && o.code != digestOf(r.authCode):
		return failure(refusal(subBuyer))
	case state == Waiting:
		return g.inProcess(o)
	case state == Finished:
		return failure(refusal(subFinished))
	}
	return failure(refusal(subClosed))
}
