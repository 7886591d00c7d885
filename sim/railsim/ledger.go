package railsim

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
	Order  string // its number; empty for a deposit
	Debit  string
	Credit string
	Fen    int64
	At     time.Time
	Reason string // "deposit", "payment", "reversal", "refund", "payout", "top-up" ...
	Rail   string // the gateway's name; empty for a deposit
}

// books is the ledger with running balances, which CheckBooks works out anew.
type books struct {
	postings []Posting
	balances map[string]int64
}

func (b *books) post(p Posting) {
	if p.Fen <= 0 || p.Debit == p.Credit {
		panic(fmt.Sprintf("railsim: impossible posting %+v", p))
	}
	if b.balances == nil {
		b.balances = map[string]int64{}
	}
	b.postings = append(b.postings, p)
	b.balances[p.Debit] -= p.Fen
	b.balances[p.Credit] += p.Fen
}

// Ledger returns every posting of all gateways, oldest first.
func (w *World) Ledger() []Posting {
	var list []Posting
	w.Locked(func(time.Time) { list = append(list, w.books.postings...) })
	return list
}

// Balance returns the fen in an account, 0 for one that does not exist.
func (w *World) Balance(account string) int64 {
	var fen int64
	w.Locked(func(time.Time) { fen = w.books.balances[account] })
	return fen
}

// Holds is Balance under the lock.
func (w *World) Holds(account string) int64 { return w.books.balances[account] }

// CheckBooks returns what is wrong with the books: nil if every promise of the
// ledger holds, at every gateway. A test that drives a gateway calls it last;
// an error is a mistake of these packages, never of the terminal.
func (w *World) CheckBooks() error {
	var errs []error
	w.Locked(func(time.Time) {
		errs = append(errs, w.books.check()...)
		for _, d := range w.desks {
			errs = append(errs, d.check()...)
		}
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
	charges                 int
	charged, returned, held int64 // held: from the merchant, for the customer
}

func (d *Desk) tallies() (map[string]*tally, []error) {
	var errs []error
	tallies := map[string]*tally{}
	for _, p := range d.books.postings {
		if p.Order == "" || p.Rail != d.Name() {
			continue
		}
		t := tallies[p.Order]
		if t == nil {
			t = &tally{}
			tallies[p.Order] = t
		}
		switch d.MerchantAccount() {
		case p.Credit:
			if p.Debit == d.TransitAccount() {
				t.held -= p.Fen
				break
			}
			if p.Reason != "coupon" {
				t.charges++
			}
			t.charged += p.Fen
		case p.Debit:
			if p.Credit == d.TransitAccount() {
				t.held += p.Fen
				break
			}
			t.returned += p.Fen
		default: // from the transit account to the customer, or to the merchant's bank
			t.held -= p.Fen
			t.returned += p.Fen
		}
		if d.byNumber[p.Order] == nil {
			errs = append(errs, fmt.Errorf("posting for order %s, which does not exist", p.Order))
		}
	}
	return tallies, errs
}

// check compares the orders of a gateway with the postings.
func (d *Desk) check() []error {
	tallies, errs := d.tallies()
	usedBy := map[Digest]string{}
	for _, s := range d.sales {
		t := tallies[s.Number]
		if t == nil {
			t = &tally{}
		}
		errs = append(errs, s.check(*t, d.rules.Stages[s.State])...)
		if t.charges > 0 && s.Code != (Digest{}) {
			if other := usedBy[s.Code]; other != "" {
				errs = append(errs, fmt.Errorf("orders %s and %s were charged on one code",
					other, s.Number))
			}
			usedBy[s.Code] = s.Number
		}
	}
	return errs
}

// check compares one order with the postings made for it.
func (s *Sale) check(t tally, stage Stage) []error {
	var errs []error
	wrong := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("order "+s.Number+": "+format, args...))
	}
	if t.charges > 1 {
		wrong("charged %d times", t.charges)
	}
	if t.returned+t.held > t.charged {
		wrong("returned %d of %d fen", t.returned+t.held, t.charged)
	}
	if t.charged != 0 && t.charged != s.Fen {
		wrong("charged %d of %d fen", t.charged, s.Fen)
	}
	if t.charged != s.Charged || t.returned != s.Returned {
		wrong("says charged %d and returned %d, the ledger says %d and %d",
			s.Charged, s.Returned, t.charged, t.returned)
	}
	refunded, keys := s.Undone, map[string]bool{}
	for _, r := range s.Refunds {
		refunded += r.Moved
		if keys[r.Key] {
			wrong("has refund %s twice", r.Key)
		}
		keys[r.Key] = true
		if r.Moved > r.Fen {
			wrong("refund %s moved %d of %d fen", r.Key, r.Moved, r.Fen)
		}
	}
	if refunded != t.returned {
		wrong("has refunds of %d fen and %d fen returned", refunded, t.returned)
	}
	switch kept := t.charged - t.returned; {
	case stage == Paid && (t.charged != s.Fen || t.returned != refunded):
		wrong("is %s with %d of %d fen", s.State, kept, s.Fen)
	case stage != Paid && kept != 0:
		wrong("is %s and the merchant holds %d fen", s.State, kept)
	}
	return errs
}
