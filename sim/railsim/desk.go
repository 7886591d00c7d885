package railsim

import (
	"slices"
	"strings"
	"time"
)

// Rules are what a gateway tells the core about itself. Functions are called
// under the lock.
type Rules struct {
	Name     string // of the gateway, new in the world: "wechatpay"
	Merchant string // the merchant's number, for the name of the account
	Network  Network
	Language *Language

	Stages       map[State]Stage
	RefundStates map[RefundStage]State

	// Charge takes the money of an order to which the customer said yes, if it
	// can still be paid; it says whether it did. Refuse ends one to which the
	// customer said no. Look lets the order's deadlines pass, before either.
	Charge func(s *Sale, at time.Time) bool
	Refuse func(s *Sale, at time.Time)
	Look   func(s *Sale, at time.Time)

	// Show is the state to be shown where State alone does not tell; nil if it
	// does.
	Show func(s *Sale, now time.Time) State

	// Scanned begins the payment of a link that the customer has scanned. nil
	// and no error if the link is not this gateway's; nil if the gateway has no
	// links.
	Scanned func(c *Customer, link string, now time.Time) (*Sale, error)

	// Funded is told when the available balance was changed by hand, so that
	// promised refunds can go on; nil if the gateway makes no promises.
	Funded func(now time.Time)
}

// Desk is the half that every gateway has: orders, refunds, the merchant's
// account, behaviours and events. A gateway embeds one.
type Desk struct {
	*World
	rules    Rules
	sales    []*Sale // as they came
	byNumber map[string]*Sale
	byID     map[string]*Sale
	queued   []Behaviour // with a count, oldest first
	standing map[Call]Behaviour
}

// NewDesk adds a gateway to the world. It panics if the name is taken.
func (w *World) NewDesk(rules Rules) *Desk {
	d := &Desk{
		World: w, rules: rules, byNumber: map[string]*Sale{}, byID: map[string]*Sale{},
		standing: map[Call]Behaviour{},
	}
	w.Locked(func(time.Time) {
		for _, other := range w.desks {
			if other.Name() == rules.Name || other.MerchantAccount() == d.MerchantAccount() {
				panic("railsim: gateway " + rules.Name + " exists")
			}
		}
		w.desks = append(w.desks, d)
	})
	return d
}

// Name is the gateway's name in the world.
func (d *Desk) Name() string { return d.rules.Name }

// Behaviours is the manual of what the gateway can be told.
func (d *Desk) Behaviours() []Help { return d.rules.Language.Behaviours() }

// MerchantAccount is the merchant's account in the ledger: the available
// balance, from which refunds are paid.
func (d *Desk) MerchantAccount() string { return "merchant/" + d.rules.Merchant }

// TransitAccount holds refunds that were accepted and have not arrived.
func (d *Desk) TransitAccount() string { return "transit/" + d.rules.Merchant }

// Available is what the merchant can refund from, in fen.
func (d *Desk) Available() int64 { return d.Balance(d.MerchantAccount()) }

// TopUp is the merchant paying fen in, so that refunds can be made.
func (d *Desk) TopUp(fen int64) {
	d.Locked(func(now time.Time) { d.pour(fen, now) })
}

// PayOut is the settlement of the merchant's takings to the bank: fen leave
// the account from which refunds are paid. It panics if they are not there.
func (d *Desk) PayOut(fen int64) {
	d.Locked(func(now time.Time) {
		if d.Holds(d.MerchantAccount()) < fen {
			panic("railsim: pay out more than the merchant has")
		}
		d.pour(-fen, now)
	})
}

// SetAvailable settles to, or takes from, the merchant's bank until the
// available balance is fen.
func (d *Desk) SetAvailable(fen int64) {
	if fen < 0 {
		panic("railsim: negative balance")
	}
	d.Locked(func(now time.Time) { d.pour(fen-d.Holds(d.MerchantAccount()), now) })
}

// pour moves fen between the merchant's bank and the available balance. Under
// the lock.
func (d *Desk) pour(fen int64, now time.Time) {
	p := Posting{"", OutsideAccount, d.MerchantAccount(), fen, now, "top-up", d.Name()}
	switch {
	case fen == 0:
		return
	case fen < 0:
		p = Posting{"", d.MerchantAccount(), OutsideAccount, -fen, now, "payout", d.Name()}
	}
	d.books.post(p)
	d.Happened(now, ToppedUp, "", "", Yuan(d.Holds(d.MerchantAccount()))+" available")
	if d.rules.Funded != nil {
		d.rules.Funded(now)
	}
}

// Find returns an order by the merchant's number, nil if there is none. Under
// the lock, like everything below.
func (d *Desk) Find(number string) *Sale { return d.byNumber[number] }

// FindID returns an order by the gateway's number, nil if there is none.
func (d *Desk) FindID(id string) *Sale { return d.byID[id] }

// Sales returns every order as it came. It must not be changed.
func (d *Desk) Sales() []*Sale { return d.sales }

// Add books a new order.
func (d *Desk) Add(s *Sale, now time.Time) {
	s.Received = now
	d.byNumber[s.Number] = s
	d.sales = append(d.sales, s)
}

// SetID gives an order the gateway's number, which must be new.
func (d *Desk) SetID(s *Sale, id string) {
	s.ID = id
	d.byID[id] = s
}

// Collect takes the money of an order from its payer. It does nothing and says
// false if the payer is short. Whether the order may be paid is the gateway's
// business.
func (d *Desk) Collect(s *Sale, paid State, at time.Time) bool {
	account, own := s.Payer.Account(), s.Fen-s.Coupon
	if d.Holds(account) < own {
		return false
	}
	d.books.post(Posting{s.Number, account, d.MerchantAccount(), own, at, "payment", d.Name()})
	if s.Coupon > 0 {
		d.books.post(Posting{s.Number, OutsideAccount, d.MerchantAccount(), s.Coupon, at, "coupon",
			d.Name()})
	}
	s.Charged += s.Fen
	s.State, s.Paid = paid, at
	d.Happened(at, Charged, "", s.Number, Yuan(own)+" from "+s.Payer.name)
	return true
}

// Undo returns all that is left of a payment, for a reversal or a cancel. It
// says false, and does nothing, if the merchant is short.
func (d *Desk) Undo(s *Sale, reason string, at time.Time) bool {
	fen := s.Charged - s.Returned
	if d.Holds(d.MerchantAccount()) < fen {
		return false
	}
	coupon := s.couponOf(fen)
	s.Undone += fen
	d.giveBack(s, d.MerchantAccount(), s.Payer.Account(), fen, coupon, reason, at)
	return true
}

// giveBack returns fen, of which coupon go back to whoever paid the coupon.
func (d *Desk) giveBack(
	s *Sale, from, to string, fen, coupon int64, reason string, at time.Time,
) {
	if fen > coupon {
		d.books.post(Posting{s.Number, from, to, fen - coupon, at, reason, d.Name()})
	}
	if coupon > 0 {
		d.books.post(Posting{s.Number, from, OutsideAccount, coupon, at, "coupon back", d.Name()})
	}
	s.Returned += fen
	d.Happened(at, Returned, "", s.Number,
		Yuan(fen-coupon)+" to "+strings.TrimPrefix(to, "wallet/"))
}

// Accept books a refund whose money leaves the merchant now and arrives
// later: see Arrive and Drop. It says false, and does nothing, if the merchant
// is short.
func (d *Desk) Accept(s *Sale, r *Refund, at time.Time) bool {
	if d.Holds(d.MerchantAccount()) < r.Fen {
		return false
	}
	d.Promise(s, r, at)
	return d.Fund(s, r, at)
}

// Promise books a refund for which the merchant has no money yet: see Fund. The
// refund takes its part of the order all the same.
func (d *Desk) Promise(s *Sale, r *Refund, at time.Time) {
	r.Coupon = s.couponOf(r.Fen)
	r.Asked, r.At, r.Stage = at, at, Processing
	s.Refunds = append(s.Refunds, r)
	d.Happened(at, Refunding, "", s.Number, Yuan(r.Fen)+" as "+Printable(r.Key, 64))
}

// Fund takes the money of a promised refund from the merchant. It says false,
// and does nothing, if the merchant is short.
func (d *Desk) Fund(s *Sale, r *Refund, at time.Time) bool {
	if r.funded {
		return true
	}
	if d.Holds(d.MerchantAccount()) < r.Fen {
		return false
	}
	r.funded = true
	d.books.post(Posting{s.Number, d.MerchantAccount(), d.TransitAccount(), r.Fen, at,
		"refund accepted", d.Name()})
	return true
}

// Arrive gives the money of an accepted refund to the customer, or with
// another account to that one.
func (d *Desk) Arrive(s *Sale, r *Refund, account string, at time.Time) {
	if account == "" {
		account = s.Payer.Account()
	}
	r.Stage, r.At, r.Moved = Refunded, at, r.Fen
	d.giveBack(s, d.TransitAccount(), account, r.Fen, r.Coupon, "refund", at)
}

// Hang marks an accepted refund whose money cannot be delivered.
func (d *Desk) Hang(s *Sale, r *Refund, at time.Time) {
	r.Stage, r.At = Abnormal, at
	d.Happened(at, RefundEnded, "", s.Number, "abnormal "+Printable(r.Key, 64))
}

// Drop closes an accepted or promised refund: its money, if there was any, goes
// back to the merchant.
func (d *Desk) Drop(s *Sale, r *Refund, at time.Time) {
	r.Stage, r.At = RefundDropped, at
	if r.funded {
		r.funded = false
		d.books.post(Posting{s.Number, d.TransitAccount(), d.MerchantAccount(), r.Fen, at,
			"refund closed", d.Name()})
	}
	d.Happened(at, RefundEnded, "", s.Number, "closed "+Printable(r.Key, 64))
}

// Refund moves the money of a refund that the gateway has put into
// Sale.Refunds, at once. It says false, and does nothing, if the merchant is
// short.
func (d *Desk) Refund(s *Sale, r *Refund, at time.Time) bool {
	if d.Holds(d.MerchantAccount()) < r.Fen {
		return false
	}
	r.Stage, r.At, r.Moved = Refunded, at, r.Fen
	d.giveBack(s, d.MerchantAccount(), s.Payer.Account(), r.Fen, r.Coupon, "refund", at)
	return true
}

// End closes an order, for ever.
func (d *Desk) End(s *Sale, state State, at time.Time) {
	s.State, s.Ended = state, at
	d.Happened(at, Ended, "", s.Number, string(state))
}

// Await puts an order before its payer, who says yes or no with Confirm and
// Refuse.
func (d *Desk) Await(s *Sale, state State) {
	s.State = state
	c := s.Payer
	c.waiting = slices.DeleteFunc(c.waiting, func(a asked) bool {
		return a.desk.rules.Stages[a.sale.State] != Waiting
	})
	c.waiting = append(c.waiting, asked{d, s})
}

// Decide lets the customer say yes, or no, at a time, unless the order was
// decided before.
func (d *Desk) Decide(s *Sale, yes bool, when time.Time) {
	d.Later(when, func(at time.Time) {
		d.rules.Look(s, at)
		if d.rules.Stages[s.State] == Waiting {
			d.decide(s, yes, at)
		}
	})
}

func (d *Desk) decide(s *Sale, yes bool, at time.Time) {
	if yes {
		d.Happened(at, ConfirmedPay, "", s.Number, "")
		d.rules.Charge(s, at)
	} else {
		d.Happened(at, RefusedPay, "", s.Number, "")
		d.rules.Refuse(s, at)
	}
}

// Set makes b the behaviour of its call. One with a count is queued behind the
// counted ones before it and has precedence over one for ever; one for ever
// replaces its predecessor. It panics on a behaviour that Parse would refuse.
func (d *Desk) Set(b Behaviour) {
	if err := d.rules.Language.check(b); err != nil {
		panic("railsim: " + err.Error())
	}
	b.Acts = slices.Clone(b.Acts)
	d.Locked(func(now time.Time) {
		if b.Times > 0 {
			d.queued = append(d.queued, b)
		} else {
			d.standing[b.Call] = b
		}
		d.Happened(now, BehaviourSet, "", "", b.String())
	})
}

// SetText is Set of what Parse makes of the text.
func (d *Desk) SetText(text string) error {
	b, err := d.rules.Language.Parse(text)
	if err == nil {
		d.Set(b)
	}
	return err
}

// Clear makes the gateway behave again. Orders that wait or will be charged
// later are not touched.
func (d *Desk) Clear() {
	d.Locked(func(now time.Time) {
		d.queued = nil
		d.standing = map[Call]Behaviour{}
		d.Happened(now, BehaviourSet, "", "", "cleared")
	})
}

// Current returns what is set, counted ones first in their order.
func (d *Desk) Current() []Behaviour {
	d.mu.Lock()
	defer d.mu.Unlock()
	list := slices.Clone(d.queued)
	for _, call := range d.rules.Language.Calls {
		if b, ok := d.standing[call]; ok {
			list = append(list, b)
		}
	}
	return list
}

// Take chooses the behaviour for one request and counts it.
func (d *Desk) Take(call Call) Behaviour {
	var b Behaviour
	d.Locked(func(time.Time) { b = d.take(call) })
	return b
}

func (d *Desk) take(call Call) Behaviour {
	for i, b := range d.queued {
		if b.Call != call && b.Call != Any {
			continue
		}
		d.queued[i].Times--
		if d.queued[i].Times == 0 {
			d.queued = slices.Delete(d.queued, i, i+1)
		}
		return b
	}
	if b, ok := d.standing[call]; ok {
		return b
	}
	return d.standing[Any]
}
