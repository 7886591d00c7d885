package sim

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"till/txn"
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
