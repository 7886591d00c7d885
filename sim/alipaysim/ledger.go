package alipaysim

import (
	"errors"
	"fmt"
	"time"
)

// OutsideAccount is where deposits come from, so that the books balance.
const OutsideAccount = "outside"

// Posting is one double entry: fen leave the account Debit and arrive in the
// account Credit (the gateway's own books, in which wallets and merchants are
// liabilities: a debit lowers them). Fen is always positive.
type Posting struct {
	Order  string // out_trade_no; empty for a deposit
	Debit  string
	Credit string
	Fen    int64
	At     time.Time
	Reason string // "deposit", "payment", "cancel", "refund", "payout", "top-up"
}

// books is the ledger with running balances, which CheckBooks works out anew.
type books struct {
	postings []Posting
	balances map[string]int64
}

func (b *books) post(p Posting) {
	if p.Fen <= 0 || p.Debit == p.Credit {
		panic(fmt.Sprintf("alipaysim: impossible posting %+v", p))
	}
	if b.balances == nil {
		b.balances = map[string]int64{}
	}
	b.postings = append(b.postings, p)
	b.balances[p.Debit] -= p.Fen
	b.balances[p.Credit] += p.Fen
}

// MerchantAccount is the merchant's account in the ledger.
func (g *Gateway) MerchantAccount() string { return "merchant/" + g.cfg.AppID }

// Ledger returns every posting, oldest first.
func (g *Gateway) Ledger() []Posting {
	var list []Posting
	g.do(func(time.Time) { list = append(list, g.books.postings...) })
	return list
}

// Balance returns the fen in an account, 0 for one that does not exist.
func (g *Gateway) Balance(account string) int64 {
	var fen int64
	g.do(func(time.Time) { fen = g.books.balances[account] })
	return fen
}

// CheckBooks returns what is wrong with the gateway's own books: nil if every
// promise of the ledger holds. A test that drives the gateway calls it last;
// an error is a mistake of this package, never of the terminal.
func (g *Gateway) CheckBooks() error {
	var errs []error
	g.do(func(time.Time) {
		errs = append(errs, g.books.check()...)
		errs = append(errs, g.checkOrders()...)
	})
	return errors.Join(errs...)
}

func (b *books) check() []error {
	var errs []error
	balances := map[string]int64{}
	for i, p := range b.postings {
		if p.Fen <= 0 {
			errs = append(errs, fmt.Errorf("posting %d of %d fen", i, p.Fen))
		}
		balances[p.Debit] -= p.Fen
		balances[p.Credit] += p.Fen
		if p.Debit != OutsideAccount && balances[p.Debit] < 0 {
			errs = append(errs, fmt.Errorf("posting %d overdraws %s to %d fen",
				i, p.Debit, balances[p.Debit]))
		}
	}
	var sum int64
	for account, fen := range b.balances {
		sum += fen
		if fen != balances[account] {
			errs = append(errs, fmt.Errorf("%s holds %d fen, its postings make %d",
				account, fen, balances[account]))
		}
	}
	if sum != 0 {
		errs = append(errs, fmt.Errorf("all accounts together hold %d fen, not 0", sum))
	}
	return errs
}

// tally is what the postings say about one order.
type tally struct {
	charges           int
	charged, returned int64
}

func (g *Gateway) checkOrders() []error {
	var errs []error
	tallies := map[string]*tally{}
	for _, p := range g.books.postings {
		if p.Order == "" {
			continue
		}
		t := tallies[p.Order]
		if t == nil {
			t = &tally{}
			tallies[p.Order] = t
		}
		if p.Credit == g.MerchantAccount() {
			t.charges++
			t.charged += p.Fen
		} else {
			t.returned += p.Fen
		}
		if g.orders[p.Order] == nil {
			errs = append(errs, fmt.Errorf("posting for order %s, which does not exist", p.Order))
		}
	}
	usedBy := map[digest]string{}
	for _, o := range g.sequence {
		t := tallies[o.number]
		if t == nil {
			t = &tally{}
		}
		errs = append(errs, o.check(*t)...)
		if t.charges > 0 && o.code != (digest{}) {
			if other := usedBy[o.code]; other != "" {
				errs = append(errs, fmt.Errorf("orders %s and %s were charged on one code",
					other, o.number))
			}
			usedBy[o.code] = o.number
		}
	}
	return errs
}

// check compares one order with the postings made for it.
func (o *order) check(t tally) []error {
	var errs []error
	wrong := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("order "+o.number+": "+format, args...))
	}
	if t.charges > 1 {
		wrong("charged %d times", t.charges)
	}
	if t.returned > t.charged {
		wrong("returned %d of %d fen", t.returned, t.charged)
	}
	if t.charged != 0 && t.charged != o.fen {
		wrong("charged %d of %d fen", t.charged, o.fen)
	}
	if t.charged != o.charged || t.returned != o.returned {
		wrong("says charged %d and returned %d, the ledger says %d and %d",
			o.charged, o.returned, t.charged, t.returned)
	}
	var refunded int64
	for _, r := range o.refunds {
		if r.done {
			refunded += r.fen
		}
	}
	if o.cancelled {
		refunded += o.fen
	}
	if refunded != t.returned {
		wrong("has refunds of %d fen and %d fen returned", refunded, t.returned)
	}
	switch kept := t.charged - t.returned; {
	case o.state == Success && (t.charged != o.fen || kept <= 0):
		wrong("is %s with %d of %d fen", o.state, kept, o.fen)
	case o.state != Success && kept != 0:
		wrong("is %s and the merchant holds %d fen", o.state, kept)
	}
	return errs
}
