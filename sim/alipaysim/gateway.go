package alipaysim

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"time"
)

// Defaults of Config, with their source in /work/shared/rails.md.
const (
	defaultCodeLife     = 60 * time.Second     // refreshes about every minute (K)
	defaultPayLife      = 3 * time.Minute      // 0.2: the barcode trade dies after 3 min
	defaultRefundWindow = 365 * 24 * time.Hour // 2.5: contractual, 12 months are usual
	qrLife              = 2 * time.Hour        // 2.1 [A7]
	cancelWindow        = 24 * time.Hour       // 2.4 (K)
	defaultBalance      = 100_000_00           // fen in the default wallet
	logLines            = 1000                 // kept in memory
)

// UnknownCancel says what a cancel of a number never seen gets.
type UnknownCancel int

const (
	// Tombstone answers action close and refuses a payment under the number
	// for ever after.
	Tombstone UnknownCancel = iota
	// TradeNotExist answers 40004 ACQ.TRADE_NOT_EXIST and remembers nothing: a
	// payment that was under way is charged when it arrives.
	TradeNotExist
)

// Config is what a gateway is made of. AppID must be given, and the keys
// unless Sign and Verify replace them.
type Config struct {
	Clock     Clock           // RealClock if nil
	AppID     string          // the one application that exists
	AppKey    *rsa.PublicKey  // verifies the signature of requests
	AlipayKey *rsa.PrivateKey // signs answers
	CertSN    string          // sent as alipay_cert_sn (certificate mode) if not empty
	Seed      uint64          // of codes and trade numbers

	// Sign and Verify stand in for RSA in the fast tier of a simulation. Both
	// or none; they may be called by several goroutines at once.
	Sign   func(message []byte) (signature []byte, err error)
	Verify func(message, signature []byte) error

	Unknown      UnknownCancel
	StrictCodes  bool          // refuse codes that no wallet has shown
	CodeLife     time.Duration // 60 s if zero
	PayLife      time.Duration // of a code payment without timeout_express; 3 min if zero
	RefundWindow time.Duration // 365 days if zero; TRADE_FINISHED afterwards
	Log          *slog.Logger  // gets every event; nil for none
}

// Gateway is the twin. Its methods may be called by several goroutines at
// once; everything about money happens under one lock, nothing sleeps under it
// and no listener is called under it.
type Gateway struct {
	cfg   Config
	clock Clock

	mu       sync.Mutex
	rng      *rand.Rand
	books    books
	orders   map[string]*order
	sequence []*order // as they came
	byTrade  map[string]*order
	codes    map[digest]*code
	wallets  []*Wallet
	queued   []Behaviour // with a count, oldest first
	standing map[Call]Behaviour
	dues     []due
	dueSeq   int

	listeners []func(Event)
	pending   []Event
	eventSeq  int
	lines     []string
}

// New makes a gateway with one wallet, "customer", of 100,000.00 yuan. It
// panics if the configuration cannot work: that is the caller's mistake.
func New(cfg Config) *Gateway {
	if err := cfg.check(); err != nil {
		panic("alipaysim: " + err.Error())
	}
	if cfg.Clock == nil {
		cfg.Clock = RealClock{}
	}
	for _, d := range []struct {
		field *time.Duration
		usual time.Duration
	}{
		{&cfg.CodeLife, defaultCodeLife},
		{&cfg.PayLife, defaultPayLife},
		{&cfg.RefundWindow, defaultRefundWindow},
	} {
		if *d.field == 0 {
			*d.field = d.usual
		}
	}
	g := &Gateway{
		cfg:      cfg,
		clock:    cfg.Clock,
		rng:      rand.New(rand.NewPCG(cfg.Seed, 0x616c6970617973)), // "alipays"
		orders:   map[string]*order{},
		byTrade:  map[string]*order{},
		codes:    map[digest]*code{},
		standing: map[Call]Behaviour{},
	}
	g.NewWallet("customer", defaultBalance)
	return g
}

func (c Config) check() error {
	switch {
	case c.AppID == "":
		return errors.New("an AppID must be given")
	case (c.Sign == nil) != (c.Verify == nil):
		return errors.New("only one of Sign and Verify is given")
	case c.Sign == nil && (c.AppKey == nil || c.AlipayKey == nil):
		return errors.New("an AppKey and an AlipayKey must be given")
	}
	return nil
}

// String and Format keep keys and codes out of logs.
func (g *Gateway) String() string { return "alipaysim.Gateway(" + g.cfg.AppID + ")" }

// Format prints the same for every verb.
func (g *Gateway) Format(f fmt.State, _ rune) {
	_, _ = f.Write([]byte(g.String())) // fmt keeps its own error
}

// do runs f under the lock with everything due settled, then tells the
// listeners what happened.
func (g *Gateway) do(f func(now time.Time)) {
	g.mu.Lock()
	now := g.clock.Now()
	g.settle(now)
	f(now)
	events := g.pending
	g.pending = nil
	listeners := g.listeners
	g.mu.Unlock()
	for _, event := range events {
		if g.cfg.Log != nil {
			g.cfg.Log.Info(event.Text(), "call", string(event.Call), "order", event.Order)
		}
		for _, listener := range listeners {
			listener(event)
		}
	}
}

// digits returns n random digits. Under the lock.
func (g *Gateway) digits(n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(byte('0' + g.rng.IntN(10)))
	}
	return b.String()
}

// tradeNumber is 28 digits that begin with the day and 22, as the official
// examples show them.
func (g *Gateway) tradeNumber(now time.Time) string {
	for {
		id := now.In(beijing).Format("20060102") + "22001" + g.digits(15)
		if _, taken := g.byTrade[id]; !taken {
			return id
		}
	}
}

// beijing is the zone of every time on this wire.
var beijing = time.FixedZone("CST", 8*60*60)

// stamp is a time as answers write it.
func stamp(t time.Time) string { return t.In(beijing).Format(time.DateTime) }
