package sim

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"time"

	"till/device"
	"till/sim/railsim"
	"till/txn"
	"till/txn/paycode"
)

// ActKind is one sort of thing that people do.
type ActKind uint8

// The acts.
const (
	Sell     ActKind = iota // a sale by the payer's code
	SellCode                // by a code that the terminal shows
	SellCash
	GiveBack // a refund
	Browse   // the menu and what is below it
	Mash     // keys without sense
	PullPlug
	Night   // nobody is there for hours
	Exhaust // the shop's money leaves its account for a time
)

var actNames = [...]string{"sell", "sell-by-code", "sell-for-cash", "refund", "browse", "mash", "pull-plug", "night", "exhaust"}

func (k ActKind) String() string { return actNames[k] }

// Act is one thing that somebody does. What is left open in it comes from its own
// Seed, so that an act that is left out changes no other.
type Act struct {
	N     int // from 1
	Shop  int
	Kind  ActKind
	After time.Duration // since the one before
	Seed  uint64
}

func (a Act) String() string {
	return fmt.Sprintf("%d: %s at terminal %d, %s later", a.N, a.Kind, a.Shop, a.After.Round(time.Second))
}

// weights is how often people do what.
var weights = []struct {
	kind ActKind
	n    int
}{{Sell, 44}, {SellCode, 6}, {SellCash, 5}, {GiveBack, 24}, {Browse, 6}, {Mash, 5}, {PullPlug, 3}, {Night, 2}, {Exhaust, 2}}

// plan makes the acts of a world.
func (w *World) plan(shops int) {
	n := w.opt.Acts
	if n == 0 {
		n = ShortDay
	}
	sum := 0
	for _, x := range weights {
		sum += x.n
	}
	rng := rand.New(rand.NewPCG(w.opt.Seed, 2))
	for i := range n {
		a := Act{N: i + 1, Shop: rng.IntN(shops), Seed: rng.Uint64(), After: time.Duration(rng.IntN(60)) * time.Second}
		roll := rng.IntN(sum)
		for _, x := range weights {
			if roll -= x.n; roll < 0 {
				a.Kind = x.kind
				break
			}
		}
		if w.opt.Keep == nil || slices.Contains(w.opt.Keep, a.N) {
			w.acts = append(w.acts, a)
		}
	}
}

// staff is whoever stands at one terminal: a cashier who reads the screen.
type staff struct {
	shop  *Shop
	done  bool
	yield func(time.Duration) bool
	next  func() (time.Duration, bool)
	stop  func()
	rng   *rand.Rand // of the act
}

func newStaff(s *Shop) *staff { return &staff{shop: s} }

// gone ends a cashier in the middle of an act: the world is over.
type gone struct{}

// begin lets the cashier do one thing after the other.
func (st *staff) begin() {
	st.next, st.stop = iter.Pull(func(yield func(time.Duration) bool) {
		defer func() {
			if p := recover(); p != nil && p != any(gone{}) {
				panic(p)
			}
		}()
		st.yield = yield
		for _, a := range st.shop.w.acts {
			if a.Shop == st.shop.n {
				st.wait(a.After)
				st.act(a)
			}
		}
	})
	st.goOn(time.Second)
}

func (st *staff) goOn(d time.Duration) {
	st.shop.w.later(d, func() {
		if d, ok := st.next(); ok {
			st.goOn(d)
			return
		}
		st.done = true
	})
}

func (st *staff) wait(d time.Duration) {
	if !st.yield(d) {
		panic(gone{})
	}
}

// until waits until something is to be seen, or for at most d.
func (st *staff) until(d time.Duration, seen func() bool) bool {
	for ; d > 0; d -= time.Second {
		if st.shop.on && seen() {
			return true
		}
		st.wait(time.Second)
	}
	return false
}

func (st *staff) view() txn.View {
	if !st.shop.on {
		return txn.ViewIdle
	}
	return st.shop.term.State().Session.View
}

func (st *staff) session() txn.Session {
	if !st.shop.on {
		return txn.Session{}
	}
	return st.shop.term.State().Session
}

// press is one key, and the time until the next.
func (st *staff) press(keys ...txn.Key) {
	s, w := st.shop, st.shop.w
	for _, k := range keys {
		times := 1
		switch {
		case w.strikes(KeypadGone):
			s.tell(txn.FaultRaised{Device: device.Keypad, Code: txn.FaultCode(device.PortGone)})
			st.wait(20 * time.Second)
			s.tell(txn.FaultCleared{Device: device.Keypad})
		case w.strikes(KeyDead):
			times = 0
		case w.strikes(KeyBounce):
			times = 2
		case w.strikes(KeyStuck):
			times = 25
		}
		for range times {
			s.tell(txn.KeyPressed{Key: k})
		}
		st.wait(time.Duration(120+st.rng.IntN(400)) * time.Millisecond)
	}
}

// digits keys a number.
func (st *staff) digits(n int64) {
	for _, c := range fmt.Sprint(n) {
		st.press(txn.Key0 + txn.Key(c-'0'))
	}
}

// home brings the terminal to rest, and signs in where that is asked.
func (st *staff) home() {
	if !st.until(15*time.Minute, func() bool { return true }) { // it is off
		return
	}
	for range 8 {
		switch st.view() {
		case txn.ViewIdle:
			return
		case txn.ViewSignIn:
			st.signIn()
		case txn.ViewSale, txn.ViewBack, txn.ViewRecovery:
			st.press(txn.KeyEnter)
			if v := st.view(); v == txn.ViewSale || v == txn.ViewBack {
				st.press(txn.KeyCancel)
				st.wait(600 * time.Millisecond)
			}
		default:
			st.press(txn.KeyCancel)
			st.wait(600 * time.Millisecond)
		}
	}
}

// pins are those of the shops in which people sign in.
var pins = map[string]string{"01": "1111", "02": "222222", "09": "999999"}

func (st *staff) signIn() {
	number := "01"
	if st.rng.IntN(4) == 0 {
		number = "02"
	}
	st.press(txn.KeyCancel)
	st.typed(number)
	st.press(txn.KeyEnter)
	pin := pins[number]
	if st.rng.IntN(12) == 0 {
		pin = "0000"
	}
	st.typed(pin)
	st.press(txn.KeyEnter)
	st.wait(2 * time.Second)
}

func (st *staff) typed(text string) {
	for _, c := range text {
		st.press(txn.Key0 + txn.Key(c-'0'))
	}
}

// check says whose PIN it was: an effect that takes its time.
func (st *staff) check(f txn.CheckPIN) txn.PINChecked {
	out := txn.PINChecked{Serial: f.Serial}
	for _, p := range st.shop.setup.Staff {
		fits := f.Number == p.Number || f.Number == "" && p.Role == txn.Supervisor && p.Number != f.Not
		if fits && pins[p.Number] == f.PIN.Reveal() {
			out.Number, out.Role = p.Number, p.Role
		}
	}
	return out
}

// scan holds something before the scanner.
func (st *staff) scan(text string) {
	s, w := st.shop, st.shop.w
	told := func(t string) {
		s.tell(txn.CodeScanned{Scanned: paycode.Classify(t, shopKey)})
	}
	switch {
	case w.strikes(ScannerGone):
		s.tell(txn.FaultRaised{Device: device.Scanner, Code: txn.FaultCode(device.PortGone)})
		st.wait(30 * time.Second)
		s.tell(txn.FaultCleared{Device: device.Scanner})
		return
	case w.strikes(ScanHalf):
		told(text[:max(1, len(text)/2)])
		st.wait(2 * time.Second)
	case w.strikes(ScanNoise):
		s.tell(txn.FaultRaised{Device: device.Scanner, Code: txn.FaultCode(device.ScanNoise)})
		s.tell(txn.FaultCleared{Device: device.Scanner})
		st.wait(2 * time.Second)
	}
	told(text)
	switch {
	case w.strikes(ScanDouble):
		st.wait(80 * time.Millisecond)
		told(text)
	case w.strikes(ScanStuck):
		for range 12 {
			st.wait(300 * time.Millisecond)
			told(text)
		}
	}
}

// act does one thing, with what may happen to the terminal meanwhile.
func (st *staff) act(a Act) {
	s := st.shop
	st.rng = rand.New(rand.NewPCG(a.Seed, 3))
	s.w.luck.act = a.N
	s.w.watch(s.n, a)
	s.w.tell("act %s", a)
	s.clockTroubles()
	if s.w.strikes(ShopShort) {
		s.w.exhaust(s.w.pick(ShopShort, len(s.w.gates)), time.Duration(s.w.pick(ShopShort, 40))*time.Hour)
	}
	if s.w.strikes(KeyRotated) {
		g := s.w.gates[s.w.pick(KeyRotated, len(s.w.gates))]
		if err := g.SetText("any always unknown-serial"); err == nil { // Alipay names no key in its answers
			s.w.later(s.w.between(time.Minute, time.Hour), g.Clear)
		}
	}
	switch a.Kind {
	case Sell:
		st.sell()
	case SellCode:
		st.sellCode()
	case SellCash:
		st.amount()
		st.press(txn.KeyEnter, txn.KeyF4)
		if st.view() == txn.ViewCash {
			st.press(txn.KeyEnter)
		}
		st.wait(3 * time.Second)
	case GiveBack:
		st.giveBack()
	case Browse:
		st.home()
		st.press(txn.KeyF4, txn.Key(st.rng.IntN(10)))
		st.mash(1 + st.rng.IntN(6))
	case Mash:
		st.mash(5 + st.rng.IntN(15))
	case PullPlug:
		if s.on {
			s.off("the plug is pulled", s.pause())
		}
	case Night:
		st.wait(time.Duration(6+st.rng.IntN(40)) * time.Hour)
	case Exhaust:
		s.w.exhaust(st.rng.IntN(len(s.w.gates)), time.Duration(1+st.rng.IntN(60))*time.Hour)
	}
}

func (st *staff) mash(n int) {
	for range n {
		st.press(txn.Key(st.rng.IntN(int(txn.KeyF4) + 1)))
	}
}

// exhaust takes the shop's money out of its account at a network for a time.
func (w *World) exhaust(gate int, d time.Duration) {
	g := w.gates[gate]
	w.tell("the shop's money leaves %s for %s", g.Name(), d)
	g.SetAvailable(0)
	w.watch(anybody, Account{Gateway: g.Name()})
	w.later(d, func() {
		g.TopUp(5000_00)
		w.watch(anybody, Account{Gateway: g.Name(), Fen: 5000_00, More: true})
	})
}

// clockTroubles lets the terminal's wall clock go wrong, and be set again.
func (s *Shop) clockTroubles() {
	w := s.w
	set := func(skew time.Duration) {
		s.skew = txn.Wall(skew.Milliseconds())
		w.tell("terminal %d  its clock is off by %s", s.n, skew)
		w.later(w.between(time.Minute, 2*time.Hour), func() { s.skew = 0 })
	}
	switch {
	case w.strikes(ClockBack):
		set(-time.Duration(1+w.pick(ClockBack, 72*60)) * time.Minute)
	case w.strikes(ClockAhead):
		set(time.Duration(1+w.pick(ClockAhead, 72*60)) * time.Minute)
	case w.strikes(ClockUnset):
		s.skew = -w.now
		w.later(w.between(time.Minute, time.Hour), func() { s.skew = 0 })
	case w.strikes(ClockDrifts):
		s.skew += txn.Wall(w.pick(ClockDrifts, 180_000) - 90_000)
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
	st.amount()
	st.press(txn.KeyEnter)
	if st.view() == txn.ViewRepeat {
		st.press(txn.KeyEnter)
	}
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
	st.amount()
	st.press(txn.KeyEnter)
	if st.view() == txn.ViewRepeat {
		st.press(txn.KeyEnter)
	}
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

// customersLook lets customers see the password screens that have come up.
func (w *World) customersLook() {
	for i, c := range w.customers {
		if len(c.Asks()) == 0 || w.asked[i] {
			continue
		}
		w.asked[i] = true
		mood := w.rng.IntN(10)
		w.later(w.between(2*time.Second, 50*time.Second), func() {
			w.asked[i] = false
			switch {
			case len(c.Asks()) == 0, mood == 0 && !w.calm:
			case mood == 1:
				w.watch(anybody, Phone("refuses"))
				_ = c.Refuse() // too late: his phone says so
			default:
				w.watch(anybody, Phone("confirms"))
				_ = c.Confirm()
			}
		})
	}
}

// settleCustomers lets everybody decide.
func (w *World) settleCustomers() {
	for _, c := range w.customers {
		for range c.Asks() {
			_ = c.Refuse()
		}
	}
}

// visitAll lets the staff look at what is still there to be looked at.
func (s *Shop) visitAll() {}
