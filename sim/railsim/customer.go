package railsim

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"time"
)

// Digest stands for a payment code: nobody here keeps the code itself, so
// nothing that prints a world can print a code.
type Digest [sha256.Size]byte

// DigestOf is SHA-256.
func DigestOf(s string) Digest { return sha256.Sum256([]byte(s)) }

// Network is whose payment codes an app shows.
type Network string

// The networks of a customer's phone.
const (
	WeChatPay Network = "wechatpay"
	Alipay    Network = "alipay"
	UnionPay  Network = "unionpay"
)

// codeShapes are how the codes of a network look (rails.md 1.2, 2.1, 3):
// first digits, and how many follow at random.
var codeShapes = map[Network]struct {
	first string
	more  int
}{
	WeChatPay: {"13", 16}, Alipay: {"28", 16}, UnionPay: {"62", 17},
}

// Code is one payment code that was shown.
type Code struct {
	Payer   *Customer
	Network Network
	Shown   time.Time
	Order   string // that used it, empty while fresh
	mask    string
}

// maskCode keeps the two digits that name the kind of wallet.
func maskCode(s string) string {
	if len(s) < 2 {
		return "[payment code]"
	}
	return Printable(s[:2], 2) + "****************"
}

// asked is a payment that waits for the customer's password.
type asked struct {
	desk *Desk
	sale *Sale
}

// Customer is one person with a phone: one bank account behind a wallet of
// every network.
type Customer struct {
	w       *World
	name    string
	waiting []asked // oldest first
	shown   []*Code
}

// Shown is one code in a customer's history, masked.
type Shown struct {
	Code    string
	At      time.Time
	Order   string // the order that used it, if any
	Network Network
}

// NewCustomer makes a customer with fen in the account. The name must be new
// and the amount not negative, otherwise it panics.
func (w *World) NewCustomer(name string, fen int64) *Customer {
	c := &Customer{w: w, name: name}
	w.Locked(func(time.Time) {
		for _, other := range w.customers {
			if other.name == name {
				panic("railsim: customer " + name + " exists")
			}
		}
		w.customers = append(w.customers, c)
	})
	c.Deposit(fen)
	return c
}

// Customer returns the customer of that name, or nil. The empty name is the
// default customer, who also owns every code that nobody has shown (unless a
// gateway is strict).
func (w *World) Customer(name string) *Customer {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.customers {
		if c.name == name || name == "" {
			return c
		}
	}
	return nil
}

// First is the default customer. Under the lock.
func (w *World) First() *Customer { return w.customers[0] }

// Name returns the customer's name.
func (c *Customer) Name() string { return c.name }

// Account is the customer's account in the ledger.
func (c *Customer) Account() string { return "wallet/" + c.name }

// Balance returns the fen in the account.
func (c *Customer) Balance() int64 { return c.w.Balance(c.Account()) }

// Deposit puts fen into the account from outside. It panics on a negative sum.
func (c *Customer) Deposit(fen int64) {
	if fen < 0 {
		panic("railsim: negative deposit")
	}
	c.w.Locked(func(now time.Time) {
		if fen > 0 {
			c.w.books.post(Posting{"", OutsideAccount, c.Account(), fen, now, "deposit", ""})
		}
	})
}

// CodeOf shows a fresh payment code of a network, good for one payment. It
// panics on an unknown network.
func (c *Customer) CodeOf(n Network) string { return c.codeAt(n, "") }

func (c *Customer) codeAt(n Network, rail string) string {
	shape, known := codeShapes[n]
	if !known {
		panic("railsim: no network " + string(n))
	}
	var s string
	c.w.Locked(func(now time.Time) {
		for {
			s = shape.first + c.w.Digits(shape.more)
			if _, taken := c.w.codes[DigestOf(s)]; !taken {
				break
			}
		}
		code := c.show(s, n, now)
		c.w.happened(Event{
			At: now, Kind: CodeShown, Detail: c.name + " " + code.mask, Rail: rail,
		})
	})
	return s
}

// show books a code. Under the lock.
func (c *Customer) show(s string, n Network, now time.Time) *Code {
	code := &Code{Payer: c, Network: n, Shown: now, mask: maskCode(s)}
	c.w.codes[DigestOf(s)] = code
	c.shown = append(c.shown, code)
	return code
}

// Code finds a payment code that a terminal sent. Unless strict, one that
// nobody has shown is the default customer's and fresh; otherwise it is nil.
// Under the lock.
func (d *Desk) Code(s string, strict bool, now time.Time) *Code {
	code := d.codes[DigestOf(s)]
	if code == nil && !strict {
		code = d.First().show(s, d.rules.Network, now)
	}
	return code
}

// Shown returns every code this customer has shown, oldest first.
func (c *Customer) Shown() []Shown {
	var list []Shown
	c.w.Locked(func(time.Time) {
		for _, code := range c.shown {
			list = append(list, Shown{code.mask, code.Shown, code.Order, code.Network})
		}
	})
	return list
}

// ErrNothingToConfirm is the answer of Confirm and Refuse when no payment
// waits for this customer.
var ErrNothingToConfirm = errors.New("no payment waits for this customer")

// Confirm is the customer typing the password for every payment that waits,
// at any gateway.
func (c *Customer) Confirm() error { return c.decide(nil, true) }

// Refuse is the customer leaving the password screen of every payment that
// waits.
func (c *Customer) Refuse() error { return c.decide(nil, false) }

func (c *Customer) decide(at *Desk, yes bool) error {
	err := error(nil)
	c.w.Locked(func(now time.Time) {
		waiting := c.waiting
		c.waiting = nil
		decided := 0
		for _, a := range waiting {
			a.desk.rules.Look(a.sale, now)
			still := func() bool {
				return a.desk.rules.Stages[a.sale.State] == Waiting && a.sale.Payer == c
			}
			if still() && (at == nil || at == a.desk) {
				decided++
				a.desk.decide(a.sale, yes, now)
			}
			if still() { // short of money, or another gateway's: the screen stays
				c.waiting = append(c.waiting, a)
			}
		}
		if decided == 0 {
			err = fmt.Errorf("wallet %s: %w", c.name, ErrNothingToConfirm)
		}
	})
	return err
}

// Asks returns the payments that wait for this customer's password, oldest
// first.
func (c *Customer) Asks() []Order {
	var list []Order
	c.w.Locked(func(now time.Time) {
		for _, a := range c.waiting {
			a.desk.rules.Look(a.sale, now)
			if a.desk.rules.Stages[a.sale.State] == Waiting && a.sale.Payer == c {
				list = append(list, a.desk.view(a.sale, now))
			}
		}
	})
	return list
}

// Scan is the customer scanning a merchant's link (a QR code) and paying. It
// says what stood in the way: an order that is unknown, closed or paid, or an
// empty account.
func (c *Customer) Scan(link string) error { return c.scan(link, true) }

// Open is the customer scanning a link and looking at the amount: from now on
// the order waits, and Confirm or Refuse decides.
func (c *Customer) Open(link string) error { return c.scan(link, false) }

func (c *Customer) scan(link string, pay bool) error {
	var err error
	c.w.Locked(func(now time.Time) {
		err = fmt.Errorf("scan %q: no such order", link)
		for _, d := range c.w.desks {
			if d.rules.Scanned == nil {
				continue
			}
			s, bad := d.rules.Scanned(c, link, now)
			switch {
			case bad != nil:
				err = fmt.Errorf("scan %q: %w", link, bad)
				return
			case s == nil:
			case !pay, d.rules.Charge(s, now):
				err = nil
				return
			default:
				err = fmt.Errorf("scan %q: wallet %s is short of money", link, c.name)
				return
			}
		}
	})
	return err
}

// BillLine is one line of the customer's own bill.
type BillLine struct {
	At     time.Time
	Rail   string // the gateway's name
	Order  string // the merchant's number
	Fen    int64  // negative: paid; positive: came back
	Reason string // of the posting: "payment", "refund", "reversal", "cancel"
}

// Bill is what the customer sees of payments and refunds, oldest first.
func (c *Customer) Bill() []BillLine {
	var list []BillLine
	c.w.Locked(func(time.Time) {
		for _, p := range c.w.books.postings {
			switch {
			case p.Rail == "":
			case p.Debit == c.Account():
				list = append(list, BillLine{p.At, p.Rail, p.Order, -p.Fen, p.Reason})
			case p.Credit == c.Account():
				list = append(list, BillLine{p.At, p.Rail, p.Order, p.Fen, p.Reason})
			}
		}
	})
	return list
}

// Wallet is a customer's app of one network, as one gateway meets it.
type Wallet struct {
	*Customer
	desk *Desk
}

// Wallet returns the wallet of the customer of that name, or nil; "" is the
// default customer.
func (d *Desk) Wallet(name string) *Wallet {
	c := d.Customer(name)
	if c == nil {
		return nil
	}
	return &Wallet{c, d}
}

// NewWallet makes a customer: World.NewCustomer.
func (d *Desk) NewWallet(name string, fen int64) *Wallet {
	return &Wallet{d.NewCustomer(name, fen), d}
}

// Code shows a fresh payment code of the gateway's network.
func (w *Wallet) Code() string { return w.codeAt(w.desk.rules.Network, w.desk.Name()) }

// Confirm is Customer.Confirm for the payments of this gateway alone.
func (w *Wallet) Confirm() error { return w.decide(w.desk, true) }

// Refuse is Customer.Refuse for the payments of this gateway alone.
func (w *Wallet) Refuse() error { return w.decide(w.desk, false) }
