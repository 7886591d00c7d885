package railsim

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
	defaultCodeLife       = 60 * time.Second // 1.2: refreshes about every minute (K)
	defaultPasswordScreen = 60 * time.Second // our choice: longer than the 45 s budget of 0.2
	defaultBalance        = 100_000_00       // fen in the default wallet
	logLines              = 1000             // kept in memory
)

// UnknownReverse says what a reversal of a number never seen gets.
type UnknownReverse int

const (
	// Tombstone answers success and refuses a payment under the number for
	// ever after. The real gateway is reported to answer success even for
	// orders of another merchant (rails.md 1.6).
	Tombstone UnknownReverse = iota
	// OrderNotExist answers 404 ORDER_NOT_EXIST and remembers nothing: a
	// payment that was under way is charged when it arrives.
	OrderNotExist
)

// RecallField says whether the answer to a reversal carries "recall".
type RecallField int

const (
	// WithRecall sends recall Y or N, as the v2 interface documents it
	// (rails.md 1.6).
	WithRecall RecallField = iota
	// WithoutRecall sends appid, mchid and out_trade_no alone, as the official
	// page of the v3 interface shows it (doc.go, source S2).
	WithoutRecall
)

// Config is what a gateway is made of. AppID, MchID and MerchantSerial must be
// given, and the keys unless Sign and Verify replace them.
type Config struct {
	Clock          Clock           // RealClock if nil
	AppID          string          // the one application that exists
	MchID          string          // the one merchant that exists
	MerchantSerial string          // serial number of the merchant's certificate
	MerchantKey    *rsa.PublicKey  // verifies the signature of requests
	PlatformKey    *rsa.PrivateKey // signs answers
	PlatformID     string          // certificate serial, or PUB_KEY_ID_...
	Seed           uint64          // of nonces, codes and transaction numbers

	// Sign and Verify stand in for RSA in the fast tier of a simulation. Both
	// or none; they may be called by several goroutines at once.
	Sign   func(message []byte) (signature []byte, err error)
	Verify func(message, signature []byte) error

	Unknown        UnknownReverse
	Recall         RecallField
	StrictCodes    bool          // refuse codes that no wallet has shown
	CodeLife       time.Duration // 60 s if zero
	PasswordScreen time.Duration // 60 s if zero, see order.reverse
	Log            *slog.Logger  // gets every event; nil for none
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
	byID     map[string]*order
	codes    map[digest]*code
	wallets  []*Wallet
	nonces   nonces
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
		panic("railsim: " + err.Error())
	}
	if cfg.Clock == nil {
		cfg.Clock = RealClock{}
	}
	if cfg.CodeLife == 0 {
		cfg.CodeLife = defaultCodeLife
	}
	if cfg.PasswordScreen == 0 {
		cfg.PasswordScreen = defaultPasswordScreen
	}
	g := &Gateway{
		cfg:      cfg,
		clock:    cfg.Clock,
		rng:      rand.New(rand.NewPCG(cfg.Seed, 0x7261696c73696d)), // "railsim"
		orders:   map[string]*order{},
		byID:     map[string]*order{},
		codes:    map[digest]*code{},
		standing: map[Call]Behaviour{},
	}
	g.NewWallet("customer", defaultBalance)
	return g
}

func (c Config) check() error {
	switch {
	case c.AppID == "" || c.MchID == "" || c.MerchantSerial == "":
		return errors.New("an AppID, a MchID and a MerchantSerial must be given")
	case (c.Sign == nil) != (c.Verify == nil):
		return errors.New("only one of Sign and Verify is given")
	case c.Sign == nil && (c.MerchantKey == nil || c.PlatformKey == nil || c.PlatformID == ""):
		return errors.New("a MerchantKey, a PlatformKey and a PlatformID must be given")
	}
	return nil
}

// String and Format keep keys and codes out of logs.
func (g *Gateway) String() string { return "railsim.Gateway(" + g.cfg.MchID + ")" }

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

// nonce returns 32 characters as the real gateway sends them. Under the lock.
func (g *Gateway) nonce() string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	var b strings.Builder
	for range 32 {
		b.WriteByte(alphabet[g.rng.IntN(len(alphabet))])
	}
	return b.String()
}

// transactionID is 28 digits that begin 4200, as rails.md and the SDK's
// examples show them: 4200, six random, the day, ten random.
func (g *Gateway) transactionID(now time.Time) string {
	for {
		id := "4200" + g.digits(6) + now.In(beijing).Format("20060102") + g.digits(10)
		if _, taken := g.byID[id]; !taken {
			return id
		}
	}
}

// beijing is the zone of every time in an answer.
var beijing = time.FixedZone("CST", 8*60*60)
