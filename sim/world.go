package sim

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"till/sim/railsim"
	"till/txn"
)

// Options are one world. The zero value, with a seed, is a storm of one day.
type Options struct {
	Seed    uint64
	Profile string // one of Profiles; "" is "storm"
	Only    []Kind // if given: nothing else goes wrong
	Acts    int    // what people do; 0 is ShortDay
	Shops   int    // terminals of one shop, 1 or 2; 0: as the seed says

	Keep    []int    // if not nil: only these acts, by number, from 1
	Mishaps []Mishap // if not nil: exactly these, and no others
	Tell    func(line string)
	Watch   func(Moment)
	Broken  func(*Shop) // spoils a shop before it starts, for tests of the invariants
}

func (o Options) rate() int { return Profiles[cmp.Or(o.Profile, Storm)] }

// Result is what became of a world.
type Result struct {
	Failure *Failure // the first invariant that did not hold; nil
	Trace   uint64   // of everything that happened, in order
	Steps   int      // events of terminals
	Sales   int
	Refunds int
	Days    float64 // of simulated time
	Acts    int
	Struck  []Mishap
	Pairs   *Pairs // of states and events
}

// Failure is an invariant that did not hold.
type Failure struct {
	Invariant string
	Text      string
	At        time.Duration // since the world began
}

func (f Failure) Error() string { return fmt.Sprintf("%s: %s (after %s)", f.Invariant, f.Text, f.At) }

// World is one seed's: a clock, people, gateways with their books, and the
// terminals of a shop. One goroutine; what is done twice comes out the same.
type World struct {
	*luck
	opt   Options
	clock *Clock
	now   txn.Wall      // by it
	lag   time.Duration // that a gateway has taken, within one exchange
	rng   *rand.Rand    // of latencies and small things

	bank      *railsim.World
	gates     []*gate
	customers []*railsim.Customer
	shops     []*Shop
	acts      []Act
	audit     *audit
	trace     trace
	pairs     *Pairs
	failure   *Failure
	nonces    int
	asked     [5]bool // customers who are about to decide
	asking    Struck  // which gateway, and what
	askedBy   int     // which terminal
}

// worldStart is when every world begins: a Sunday in Shanghai, half past two.
const worldStart txn.Wall = 1795328880000

// later plans what happens after a while, 1 ms at least: in whole ones, which are
// what a journal has. What comes of an act belongs to it, however late.
func (w *World) later(d time.Duration, do func()) {
	act := w.luck.act
	w.clock.AfterFunc(max(d.Truncate(time.Millisecond), time.Millisecond), func() {
		w.now, w.luck.act = wallOf(w.clock), act
		do()
	})
}

func wallOf(c *Clock) txn.Wall { return txn.Wall(c.Now().UnixMilli()) }

// run lets time pass until enough says so, for as long as there is something to
// come, and for at most d.
func (w *World) run(d time.Duration, enough func() bool) {
	for end := w.clock.Now().Add(d); w.clock.Waiting() > 0 && w.failure == nil && !enough(); {
		if !w.clock.Advance(end) {
			w.now = wallOf(w.clock)
			return
		}
	}
}

func (w *World) between(a, b time.Duration) time.Duration {
	return a + time.Duration(w.rng.Int64N(int64(b-a)))
}

func (w *World) since() time.Duration { return time.Duration(w.now-worldStart) * time.Millisecond }

// fail ends the world: an invariant does not hold.
func (w *World) fail(invariant, format string, args ...any) {
	if w.failure == nil {
		w.failure = &Failure{invariant, fmt.Sprintf(format, args...), w.since()}
		w.tell("FAILED %s: %s", invariant, w.failure.Text)
	}
}

func (w *World) tell(format string, args ...any) {
	if w.opt.Tell != nil {
		w.opt.Tell(fmt.Sprintf("%12s  ", w.since().Round(time.Millisecond)) + fmt.Sprintf(format, args...))
	}
}

// Run lives one world to its end: the day with its mishaps, then as long as it
// takes for everything to come to rest in a world in which nothing goes wrong any
// more, and then the books are compared.
func Run(o Options) Result { return newWorld(o).story() }

func (w *World) story() Result {
	w.guarded(func() {
		w.day()
		w.rest()
		if w.failure == nil {
			w.audit.books()
		}
	})
	for _, s := range w.shops {
		s.staff.stop()
	}
	res := Result{
		Failure: w.failure, Trace: w.trace.sum, Steps: w.trace.n, Days: w.since().Hours() / 24, Acts: len(w.acts),
		Struck: w.struck, Pairs: w.pairs,
	}
	res.Sales, res.Refunds = w.audit.counts()
	return res
}

// guarded does something, and a panic in it is a failure of the world.
func (w *World) guarded(do func()) {
	defer func() {
		if p := recover(); p != nil {
			w.fail("nothing panics", "%v", p)
			w.tell("%s", debug.Stack())
		}
	}()
	do()
}

// day lets people do what they do.
func (w *World) day() {
	for _, s := range w.shops {
		s.boot()
		s.staff.begin()
	}
	idle := func() bool {
		for _, s := range w.shops {
			if !s.staff.done {
				return false
			}
		}
		return true
	}
	w.run(time.Duration(max(ShortDay, len(w.acts)))*24*time.Hour, idle)
	if w.failure == nil && !idle() {
		w.fail("the day ends", "people are not done with what they do after %s", w.since())
	}
}

func newWorld(o Options) *World {
	w := &World{
		luck: newLuck(o), opt: o, clock: NewClock(worldStart.In(0)), now: worldStart, rng: rand.New(rand.NewPCG(o.Seed, 1)), pairs: &Pairs{},
	}
	if o.Watch != nil {
		w.luck.told = w.tellStruck
	}
	w.trace.sum = hash(o.Seed)
	w.bank = railsim.New(railsim.Config{Clock: worldClock{w}, Seed: o.Seed})
	w.openGates()
	for i := range 4 {
		w.customers = append(w.customers, w.bank.NewCustomer(fmt.Sprintf("customer-%d", i+1), 1_000_000_00))
	}
	w.customers = append(w.customers, w.bank.NewCustomer("poor", 30_00))
	w.audit = newAudit(w)
	n := o.Shops
	if n == 0 {
		n = 1 + int(hash(o.Seed, 2)%3/2) // a third of the worlds has two
	}
	w.plan(n)
	for i := range n {
		w.shops = append(w.shops, w.newShop(i))
	}
	return w
}

// rest is the world in which nothing goes wrong any more: cables are in, paper is
// in, the shop has money, customers answer. It ends when nothing is open that
// can end by itself.
func (w *World) rest() {
	w.calm = true
	for _, g := range w.gates {
		g.Clear()
		g.SetAvailable(10_000_000_00)
	}
	for _, s := range w.shops {
		s.mend()
	}
	for range 15 {
		steps := w.trace.n
		w.run(24*time.Hour, func() bool { return w.trace.n%16 == 0 && w.quiet() || w.trace.n > steps+20_000 })
		if w.failure != nil || w.quiet() {
			break
		}
		w.settleCustomers()
	}
	if w.failure != nil {
		return
	}
	w.run(time.Minute, func() bool { return false })
}
