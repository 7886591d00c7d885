package railsim

import (
	"slices"
	"time"
)

// State is a trade_state (rails.md 1.4).
type State string

// The states of an order.
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

// order is one out_trade_no, which is spent for ever once it exists.
type order struct {
	number, id string // id: the transaction's, once it was paid
	kind       string // MICROPAY or NATIVE
	state      State
	fen        int64
	content    digest
	code       digest // zero for native
	wallet     *Wallet
	attach     string
	codeURL    string // native

	received, paid, ended time.Time
	screenEnd             time.Time // until when the customer sees the password screen
	charged, returned     int64
	refusal               *apiError // what the first payment was answered, and its repeats are
	payAtReverse          bool
	pays, queries         int
	reverses              int
}

// Order is one order as the books show it.
type Order struct {
	Number        string // out_trade_no
	TransactionID string // empty until paid
	Kind          string // MICROPAY or NATIVE
	State         State
	Fen           int64 // asked for
	Charged       int64 // taken from the customer, in all
	Returned      int64 // given back, in all
	Wallet        string
	Received      time.Time
	Paid          time.Time // zero if never
	Ended         time.Time // when closed, revoked or failed; zero if not
	Pays          int       // payment requests that arrived under the number
	Queries       int
	Reverses      int
}

// Orders returns every order, in the order of their arrival.
func (g *Gateway) Orders() []Order {
	var list []Order
	g.do(func(time.Time) {
		for _, o := range g.sequence {
			list = append(list, o.public())
		}
	})
	return list
}

// Order returns one order, and false if the number was never seen.
func (g *Gateway) Order(number string) (Order, bool) {
	var found Order
	ok := false
	g.do(func(time.Time) {
		if o := g.orders[number]; o != nil {
			found, ok = o.public(), true
		}
	})
	return found, ok
}

func (o *order) public() Order {
	p := Order{
		Number: o.number, TransactionID: o.id, Kind: o.kind, State: o.state, Fen: o.fen,
		Charged: o.charged, Returned: o.returned, Received: o.received, Paid: o.paid,
		Ended: o.ended, Pays: o.pays, Queries: o.queries, Reverses: o.reverses,
	}
	if o.wallet != nil {
		p.Wallet = o.wallet.name
	}
	return p
}

// add books a new order. Under the lock, like everything below.
func (g *Gateway) add(o *order, now time.Time) {
	o.received = now
	g.orders[o.number] = o
	g.sequence = append(g.sequence, o)
}

// charge takes the money, once, from an order that can still be paid. It says
// whether the customer has paid; a wallet that is short leaves the order as it
// is.
func (g *Gateway) charge(o *order, at time.Time) bool {
	switch o.state {
	case NotPay, UserPaying:
	default:
		return o.charged > 0 && o.returned == 0
	}
	account := o.wallet.Account()
	if g.books.balances[account] < o.fen {
		return false
	}
	g.books.post(Posting{o.number, account, g.MerchantAccount(), o.fen, at, "payment"})
	o.charged += o.fen
	o.state, o.paid = Success, at
	o.id = g.transactionID(at)
	g.byID[o.id] = o
	g.happened(at, Charged, "", o.number, fenText(o.fen)+" from "+o.wallet.name)
	return true
}

// giveBack returns all that was charged.
func (g *Gateway) giveBack(o *order, at time.Time) {
	fen := o.charged - o.returned
	g.books.post(Posting{o.number, g.MerchantAccount(), o.wallet.Account(), fen, at, "reversal"})
	o.returned += fen
	g.happened(at, Returned, "", o.number, fenText(fen)+" to "+o.wallet.name)
}

// end closes an order that holds no money, for ever.
func (g *Gateway) end(o *order, state State, at time.Time) {
	o.state, o.ended = state, at
	g.happened(at, Ended, "", o.number, string(state))
}

// pay handles a payment that has reached the gateway.
func (g *Gateway) pay(r payRequest, b Behaviour, now time.Time) answer {
	if o := g.orders[r.number]; o != nil {
		return g.payAgain(o, r)
	}
	o := &order{
		number: r.number, kind: "MICROPAY", state: NotPay, fen: r.fen, attach: r.attach,
		content: r.content, code: digestOf(r.authCode), pays: 1,
	}
	c := g.codes[o.code]
	if c == nil && !g.cfg.StrictCodes {
		c = g.wallets[0].show(r.authCode, now)
	}
	if c != nil {
		o.wallet = c.wallet
	}
	g.add(o, now)
	if a, ok := b.act(Decline); ok {
		return o.refuse(chosenError(a))
	}
	switch {
	case c == nil, c.order != "":
		return o.refuse(newError(codeAuthInvalid))
	case now.Sub(c.shown) > g.cfg.CodeLife:
		return o.refuse(newError(codeAuthExpired))
	}
	c.order = o.number
	return g.payFirst(o, b, now)
}

// payFirst decides what becomes of a new order with a good code.
func (g *Gateway) payFirst(o *order, b Behaviour, now time.Time) answer {
	short := g.books.balances[o.wallet.Account()] < o.fen
	var act Act
	for _, a := range b.Acts {
		if infoOf(a.Word).place == onOrder {
			act = a
		}
	}
	switch act.Word {
	case Password:
		return g.await(o, act.After, false, now)
	case PasswordThenFail:
		return g.await(o, act.After, true, now)
	case PasswordAbove:
		if o.fen > act.Fen {
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
		g.later(now.Add(act.After), func(at time.Time) { g.charge(o, at) })
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
	o.state = UserPaying
	o.screenEnd = now.Add(max(after, g.cfg.PasswordScreen))
	w := o.wallet
	w.waiting = slices.DeleteFunc(w.waiting, func(o *order) bool { return o.state != UserPaying })
	w.waiting = append(w.waiting, o)
	if after > 0 {
		g.later(now.Add(after), func(at time.Time) {
			switch {
			case o.state != UserPaying:
			case fail:
				g.happened(at, RefusedPay, "", o.number, "")
				g.end(o, PayError, at)
			default:
				g.happened(at, ConfirmedPay, "", o.number, "")
				g.charge(o, at)
			}
		})
	}
	return failure(newError(codePaying))
}

// payAgain answers a number that was seen before: as the first time if
// everything is the same, otherwise with the misleading code of rails.md 0.3
// (another payment code) or as used (anything else).
func (g *Gateway) payAgain(o *order, r payRequest) answer {
	o.pays++
	switch {
	case o.state == Closed:
		return failure(newError(codeClosed))
	case o.content != r.content:
		return failure(newError(codeOrderUsed))
	case o.code != digestOf(r.authCode):
		return failure(newError(codeAuthInvalid))
	case o.state == Revoked, o.state == Refund:
		return failure(newError(codeReversed))
	case o.refusal != nil:
		return failure(o.refusal)
	case o.state == UserPaying:
		return failure(newError(codePaying))
	case o.state == PayError:
		return failure(newError(codeTrade))
	case o.state == NotPay: // a slow charge is under way
		return failure(newError(codeSystem))
	}
	return o.report(g)
}

// refuse remembers the refusal for the repeats of the request.
func (o *order) refuse(e *apiError) answer {
	o.refusal = e
	return failure(e)
}
