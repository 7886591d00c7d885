package railsim

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"time"
)

const (
	defaultBalance = 100_000_00 // fen of the default customer
	logLines       = 1000       // kept in memory
)

// Config is what a world is made of. The zero Config works.
type Config struct {
	Clock Clock        // RealClock if nil
	Seed  uint64       // of codes, nonces and numbers
	Log   *slog.Logger // gets every event; nil for none
}

// World is one clock, one set of books, the customers and the gateways. Its
// methods may be called by several goroutines at once; everything about money
// happens under one lock, nothing sleeps under it and no listener is called
// under it.
type World struct {
	clock Clock
	log   *slog.Logger

	mu        sync.Mutex
	rng       *rand.Rand
	books     books
	desks     []*Desk
	customers []*Customer
	codes     map[Digest]*Code
	dues      []due
	dueSeq    int

	listeners []func(Event)
	pending   []Event
	eventSeq  int
	lines     []line
}

// New makes a world with one customer, "customer", who has 100,000.00 yuan,
// and no gateway yet.
func New(cfg Config) *World {
	if cfg.Clock == nil {
		cfg.Clock = RealClock{}
	}
	w := &World{
		clock: cfg.Clock, log: cfg.Log,
		rng:   rand.New(rand.NewPCG(cfg.Seed, 0x7261696c73696d)), // "railsim"
		codes: map[Digest]*Code{},
	}
	w.NewCustomer("customer", defaultBalance)
	return w
}

// Clock returns the world's clock.
func (w *World) Clock() Clock { return w.clock }

// String and Format keep codes out of logs.
func (w *World) String() string { return "railsim.World" }

// Format prints the same for every verb.
func (w *World) Format(f fmt.State, _ rune) {
	_, _ = f.Write([]byte(w.String())) // fmt keeps its own error
}

// Locked runs f under the lock with everything due settled, then tells the
// listeners what happened. It is for gateways: f must not call anything that
// locks, and everything that says "under the lock" is called in it.
func (w *World) Locked(f func(now time.Time)) {
	w.mu.Lock()
	now := w.clock.Now()
	w.settle(now)
	f(now)
	events := w.pending
	w.pending = nil
	listeners := w.listeners
	w.mu.Unlock()
	for _, event := range events {
		if w.log != nil {
			w.log.Info(event.Text(), "call", string(event.Call), "order", event.Order)
		}
		for _, listener := range listeners {
			listener(event)
		}
	}
}

// Digits returns n random digits. Under the lock.
func (w *World) Digits(n int) string { return w.random("0123456789", n) }

// Letters returns n random letters and digits. Under the lock.
func (w *World) Letters(n int) string {
	return w.random("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", n)
}

func (w *World) random(alphabet string, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(alphabet[w.rng.IntN(len(alphabet))])
	}
	return b.String()
}

// Beijing is the zone of every time in an answer.
var Beijing = time.FixedZone("CST", 8*60*60)

// Yuan writes fen as yuan with two decimals.
func Yuan(fen int64) string { return fmt.Sprintf("%d.%02d", fen/100, fen%100) }
