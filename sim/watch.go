package sim

import (
	"time"

	"till/txn/rail"
)

// Moment is something that happened in a world, for whoever tells it again. What is
// a txn.Event that a terminal was told, an Act, or one of the types below.
type Moment struct {
	At   time.Duration // since the world began
	Shop int           // whose terminal; anybody: of a gateway, or a customer
	Skew time.Duration // of that terminal's clock
	What any
}

// Struck is a mishap. Wire is the gateway and the call that were being served.
type Struck struct {
	Mishap
	Gateway, Call string
}

// Misbehaves is what a gateway will do with the request that has just come.
type Misbehaves struct{ Gateway, Words string }

// Power is a terminal's, or its process: on or off.
type Power bool

// Cable is the way from a terminal to the networks.
type Cable bool

// Phone is what a customer does: "confirms", "refuses", "scans".
type Phone string

// Account is what the shop has at a network, or more of it.
type Account struct {
	Gateway string
	Fen     int64
	More    bool
}

// anybody stands for the number of a terminal.
const anybody = -1

// watch tells whoever wants to know.
func (w *World) watch(shop int, what any) {
	if w.opt.Watch == nil {
		return
	}
	m := Moment{At: w.since(), Shop: shop, What: what}
	if shop >= 0 && shop < len(w.shops) {
		m.Skew = time.Duration(w.shops[shop].skew) * time.Millisecond
	}
	w.opt.Watch(m)
}

// serving remembers who is being asked what, for mishaps of the wire.
func (w *World) serving(shop int, g *gate, x rail.Exchange) {
	if w.opt.Watch == nil {
		return
	}
	w.asking = Struck{Gateway: g.Name(), Call: string(callOf(g, x))}
	w.askedBy = shop
}

// tellStruck tells of a mishap.
func (w *World) tellStruck(m Mishap) {
	s := w.asking
	s.Mishap = m
	w.watch(w.askedBy, s)
}
