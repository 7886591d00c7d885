package sim

import (
	"time"

	"till/sim/railsim"
	"till/txn"
	"till/txn/paycode"
)

// charge keys the amount of a sale, again where the same is open, and green.
func (st *staff) charge() {
	st.amount()
	st.press(txn.KeyEnter)
	if st.view() == txn.ViewRepeat {
		st.press(txn.KeyEnter)
	}
}

// amount keys the amount of a sale.
func (st *staff) amount() {
	st.home()
	fen := int64(1 + st.rng.IntN(20000))
	switch st.rng.IntN(20) {
	case 0:
		fen = 600_000 // above the limit
	case 1, 2, 3:
		fen = 2000 // what everybody buys
	}
	st.digits(fen)
}

// networks are the codes that a customer can show.
var networks = []railsim.Network{railsim.WeChatPay, railsim.WeChatPay, railsim.Alipay, railsim.Alipay, railsim.UnionPay}

// sell is a sale by the payer's code.
func (st *staff) sell() {
	w := st.shop.w
	st.charge()
	if st.view() != txn.ViewCode {
		st.wait(2 * time.Second)
		return
	}
	c := st.customer()
	st.wait(time.Duration(1+st.rng.IntN(20)) * time.Second)
	if st.rng.IntN(15) == 0 { // the wrong thing first
		st.scan([]string{"6901234567892", "https://weixin.qq.com/r/abc", "TILL1XXXXXXXX0000000001AAAAAAAA"}[st.rng.IntN(3)])
		st.wait(3 * time.Second)
		if st.view() == txn.ViewReject {
			st.press(txn.KeyEnter)
		}
	}
	code := c.CodeOf(networks[st.rng.IntN(len(networks))])
	w.audit.recent = append(w.audit.recent[max(0, len(w.audit.recent)-3):], code)
	st.scan(code)
	st.see(st.session().Shown)
}

// customer comes to the counter, with a mood.
func (st *staff) customer() *railsim.Customer {
	w := st.shop.w
	i := st.rng.IntN(len(w.customers))
	if i == len(w.customers)-1 && st.rng.IntN(2) == 0 {
		i = 0
	}
	return w.customers[i]
}

// see waits for the end of a sale, as patient people do, and others.
func (st *staff) see(o txn.OrderNo) {
	final := func() bool {
		tx, ok := st.shop.term.State().Ledger.Tx(o)
		return !ok || tx.Phase.Final()
	}
	if o == "" {
		st.wait(2 * time.Second)
		return
	}
	switch st.rng.IntN(12) {
	case 0: // presses green all the time
		for range 20 {
			if st.shop.on && final() {
				break
			}
			st.press(txn.KeyEnter)
			st.wait(time.Second)
		}
	case 1: // cancels
		st.wait(time.Duration(1+st.rng.IntN(25)) * time.Second)
		st.press(txn.KeyCancel)
		st.until(2*time.Minute, final)
	case 2: // serves the next one
		st.until(30*time.Second, final)
		st.press(txn.KeyF1 + txn.Key(st.rng.IntN(4)))
		return
	case 3: // walks away
		st.wait(5 * time.Second)
		return
	default:
		st.until(3*time.Minute, final)
	}
	st.wait(time.Duration(st.rng.IntN(4)) * time.Second)
	if st.rng.IntN(3) > 0 {
		st.press(txn.KeyEnter)
	}
}

// sellCode is a sale by a code that the terminal shows.
func (st *staff) sellCode() {
	w := st.shop.w
	st.charge()
	st.press(txn.KeyF1)
	if st.view() == txn.ViewWallet {
		st.press(txn.Key1 + txn.Key(st.rng.IntN(3)))
	}
	o := st.session().Shown
	if o == "" {
		return
	}
	var link string
	st.until(20*time.Second, func() bool {
		for _, q := range st.session().QRs {
			if q.Order == o {
				link = q.Text
			}
		}
		return link != ""
	})
	if link != "" {
		c := st.customer()
		after := time.Duration(1+st.rng.IntN(40)) * time.Second
		if st.rng.IntN(8) == 0 {
			after = time.Duration(1+st.rng.IntN(10)) * time.Minute // from the picture that he took
		}
		if st.rng.IntN(8) > 0 {
			w.later(after, func() {
				w.watch(anybody, Phone("scans"))
				_ = c.Scan(link) // a code that is closed, or a short wallet: his phone says so
				w.customersLook()
			})
		}
		if st.rng.IntN(4) == 0 {
			st.wait(time.Duration(1+st.rng.IntN(40)) * time.Second)
			st.press(txn.KeyCancel)
		}
	}
	st.see(o)
}

// giveBack is a refund, found in one of the ways.
func (st *staff) giveBack() {
	w := st.shop.w
	if st.rng.IntN(20) == 0 && st.shop.setup.Refunds.NoSale {
		st.payOut()
		return
	}
	o, ok := st.someSale()
	if !ok {
		return
	}
	st.home()
	switch st.rng.IntN(8) {
	case 0: // the last six digits
		st.press(txn.KeyF1)
		st.typed(digitsOf(o.Tail()))
		st.press(txn.KeyEnter)
	case 1: // the newest
		st.press(txn.KeyF1, txn.KeyF1)
	case 2: // the number in the wallet's bill
		st.scan(string(o))
	case 3: // the amount
		st.press(txn.KeyF1)
		if b := w.audit.sales[o]; b != nil {
			st.digits(b.begun.Amount.Minor())
		}
		st.press(txn.KeyEnter)
	default:
		st.scan(paycode.ReceiptCode(o, shopKey))
	}
	st.wait(time.Second)
	if st.view() == txn.ViewFound {
		st.press(txn.Key1 + txn.Key(st.rng.IntN(3)))
	}
	st.until(25*time.Second, func() bool {
		ses := st.session()
		return ses.View != txn.ViewRefund || ses.Desk.Asking == 0
	})
	if st.view() != txn.ViewRefund {
		st.wait(2 * time.Second)
		return
	}
	st.refundDesk()
}

// decide answers what is asked before money goes: why, and who allows it.
func (st *staff) decide() {
	for range 3 {
		switch st.view() {
		case txn.ViewReason:
			st.press(txn.Key1 + txn.Key(st.rng.IntN(4)))
		case txn.ViewApprove:
			st.typed(pins["02"])
			st.press(txn.KeyEnter)
			st.wait(time.Second)
		}
	}
}

// payOut is cash without a sale, where the shop allows it.
func (st *staff) payOut() {
	st.home()
	st.press(txn.KeyF1, txn.KeyF4)
	st.digits(int64(100 + st.rng.IntN(5000)))
	st.press(txn.KeyEnter)
	st.decide()
	st.wait(2 * time.Second)
}

func digitsOf(s string) string {
	var out []rune
	for _, c := range s {
		if c >= '0' && c <= '9' {
			out = append(out, c)
		}
	}
	return string(out)
}

// refundDesk chooses the amount and answers what is asked.
func (st *staff) refundDesk() {
	if st.rng.IntN(2) == 0 {
		st.press(txn.KeyF1)
	} else {
		st.digits(int64(1 + st.rng.IntN(6000)))
	}
	st.press(txn.KeyEnter)
	st.decide()
	if st.view() != txn.ViewBack {
		return
	}
	switch st.rng.IntN(6) {
	case 0: // calls it off, or asks for cash
		st.wait(time.Duration(st.rng.IntN(8)) * time.Second)
		st.press(txn.KeyF1+txn.Key(st.rng.IntN(2)), txn.KeyEnter)
	case 1:
		return
	}
	st.wait(time.Duration(1+st.rng.IntN(20)) * time.Second)
	st.press(txn.KeyEnter)
}

// someSale is one that somebody wants money back from: often a recent one, or one
// of which a part went back already.
func (st *staff) someSale() (txn.OrderNo, bool) {
	a := st.shop.w.audit
	n := len(a.order)
	if n == 0 {
		return "", false
	}
	if r := len(a.refunds); r > 0 && st.rng.IntN(3) == 0 {
		return a.refunds[r-1-st.rng.IntN(min(r, 3))].begun.Order, true
	}
	for range 5 {
		b := a.order[n-1-st.rng.IntN(min(n, 20))]
		if b.said == txn.PaidFor {
			return b.begun.Order, true
		}
	}
	return a.order[n-1].begun.Order, true
}
