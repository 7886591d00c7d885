package alipaysim

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"time"
)

// digest stands for a payment code: the gateway never keeps the code itself,
// so nothing that prints a gateway can print a code.
type digest [sha256.Size]byte

func digestOf(s string) digest { return sha256.Sum256([]byte(s)) }

// code is one payment code that was shown.
type code struct {
	wallet *Wallet
	shown  time.Time
	order  string // that used it, empty while fresh
	mask   string
}

// maskCode keeps the two digits that name the kind of wallet.
func maskCode(s string) string {
	if len(s) < 2 {
		return "[payment code]"
	}
	return printable(s[:2], 2) + "****************"
}

// Wallet is one customer.
type Wallet struct {
	g       *Gateway
	name    string
	waiting []*order // that wait for this customer's password, oldest first
	shown   []*code
}

// Shown is one code in a wallet's history, masked.
type Shown struct {
	Code  string
	At    time.Time
	Order string // the order that used it, if any
}

// NewWallet makes a customer with fen in the wallet. The name must be new and
// the amount not negative, otherwise NewWallet panics.
func (g *Gateway) NewWallet(name string, fen int64) *Wallet {
	w := &Wallet{g: g, name: name}
	g.do(func(now time.Time) {
		for _, other := range g.wallets {
			if other.name == name {
				panic("alipaysim: wallet " + name + " exists")
			}
		}
		g.wallets = append(g.wallets, w)
	})
	w.Deposit(fen)
	return w
}

// Wallet returns the customer of that name, or nil. The empty name is the
// default customer, who also owns every code that no wallet has shown (unless
// Config.StrictCodes).
func (g *Gateway) Wallet(name string) *Wallet {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, w := range g.wallets {
		if w.name == name || name == "" {
			return w
		}
	}
	return nil
}

// Name returns the customer's name.
func (w *Wallet) Name() string { return w.name }

// Account is the wallet's account in the ledger.
func (w *Wallet) Account() string { return "wallet/" + w.name }

// Balance returns the fen in the wallet.
func (w *Wallet) Balance() int64 { return w.g.Balance(w.Account()) }

// Deposit puts fen into the wallet from outside. It panics on a negative sum.
func (w *Wallet) Deposit(fen int64) {
	if fen < 0 {
		panic("alipaysim: negative deposit")
	}
	w.g.do(func(now time.Time) {
		if fen > 0 {
			w.g.books.post(Posting{"", OutsideAccount, w.Account(), fen, now, "deposit"})
		}
	})
}

// Code shows a fresh payment code: 18 digits beginning 28 (rails.md 2.1), good
// for one payment within Config.CodeLife.
func (w *Wallet) Code() string {
	var s string
	w.g.do(func(now time.Time) {
		for {
			s = "28" + w.g.digits(16)
			if _, taken := w.g.codes[digestOf(s)]; !taken {
				break
			}
		}
		c := w.show(s, now)
		w.g.happened(now, CodeShown, "", "", w.name+" "+c.mask)
	})
	return s
}

// show books a code. Under the lock.
func (w *Wallet) show(s string, now time.Time) *code {
	c := &code{wallet: w, shown: now, mask: maskCode(s)}
	w.g.codes[digestOf(s)] = c
	w.shown = append(w.shown, c)
	return c
}

// Shown returns every code this wallet has shown, oldest first.
func (w *Wallet) Shown() []Shown {
	var list []Shown
	w.g.do(func(time.Time) {
		for _, c := range w.shown {
			list = append(list, Shown{c.mask, c.shown, c.order})
		}
	})
	return list
}

// ErrNothingToConfirm is the answer of Confirm and Refuse when no payment
// waits for this customer.
var ErrNothingToConfirm = errors.New("no payment waits for this customer")

// Confirm is the customer typing the password for every payment that waits.
func (w *Wallet) Confirm() error {
	return w.decide(func(o *order, now time.Time) {
		w.g.happened(now, ConfirmedPay, "", o.number, "")
		w.g.charge(o, now)
	})
}

// Refuse is the customer leaving the password screen of every payment that
// waits: TRADE_CLOSED.
func (w *Wallet) Refuse() error {
	return w.decide(func(o *order, now time.Time) {
		w.g.happened(now, RefusedPay, "", o.number, "")
		w.g.end(o, now)
	})
}

func (w *Wallet) decide(what func(*order, time.Time)) error {
	err := error(nil)
	w.g.do(func(now time.Time) {
		waiting := w.waiting
		w.waiting = nil
		asked := 0
		for _, o := range waiting {
			w.g.expire(o, now)
			if o.state == Waiting {
				asked++
				what(o, now)
			}
			if o.state == Waiting { // still short of money: the screen stays
				w.waiting = append(w.waiting, o)
			}
		}
		if asked == 0 {
			err = fmt.Errorf("wallet %s: %w", w.name, ErrNothingToConfirm)
		}
	})
	return err
}
