package lakalasim

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"till/sim/railsim"
)

const defaultCodeLife = 60 * time.Second // rails.md 1.2: refreshes about every minute (K)

// Config is what a gateway is made of. The ids must be given, and the keys
// unless Sign and Verify replace them.
type Config struct {
	World *railsim.World // a world of its own, with Clock, Seed and Log, if nil
	Name  string         // in the world; "lakala" if empty
	Clock Clock          // RealClock if nil
	Seed  uint64         // of codes and trade numbers

	AppID      string // the one application that exists
	MerchantNo string // its one merchant
	TermNo     string // and his one terminal

	MerchantSerial string
	MerchantKey    *rsa.PublicKey // verifies the signature of requests
	LakalaSerial   string
	LakalaKey      *rsa.PrivateKey // signs answers

	// Sign and Verify stand in for RSA in the fast tier of a simulation. Both
	// or none; they may be called by several goroutines at once.
	Sign   func(message []byte) (signature []byte, err error)
	Verify func(message, signature []byte) error

	StrictCodes bool          // refuse codes that no wallet has shown
	CodeLife    time.Duration // 60 s if zero
	Log         *slog.Logger  // gets every event; nil for none
}

// Gateway is the twin. Its methods may be called by several goroutines at
// once.
type Gateway struct {
	*railsim.Desk
	cfg     Config
	nonces  map[string]time.Time     // of requests, and when they came
	refused map[string]refusedRefund // refunds that failed at once, by their key
	spent   map[string]bool          // numbers of revocations
}

// New makes a gateway. It panics if the configuration cannot work: that is the
// caller's mistake.
func New(cfg Config) *Gateway {
	if err := cfg.check(); err != nil {
		panic("lakalasim: " + err.Error())
	}
	if cfg.Name == "" {
		cfg.Name = "lakala"
	}
	if cfg.CodeLife == 0 {
		cfg.CodeLife = defaultCodeLife
	}
	world := cfg.World
	if world == nil {
		world = railsim.New(railsim.Config{Clock: cfg.Clock, Seed: cfg.Seed, Log: cfg.Log})
	}
	g := &Gateway{
		cfg: cfg, nonces: map[string]time.Time{}, refused: map[string]refusedRefund{}, spent: map[string]bool{},
	}
	g.Desk = world.NewDesk(railsim.Rules{
		Name: cfg.Name, Merchant: cfg.MerchantNo, Network: railsim.UnionPay, Language: language,
		Stages: stages, RefundStates: refundStates,
		Charge: func(s *railsim.Sale, at time.Time) bool { return g.charge(own(s), at) },
		Refuse: func(s *railsim.Sale, at time.Time) { g.fail(own(s), "用户取消支付", at) },
		Look:   func(s *railsim.Sale, at time.Time) { g.expire(own(s), at) },
		Show:   func(s *railsim.Sale, now time.Time) State { return g.state(own(s), now) },
		Scanned: func(c *railsim.Customer, link string, now time.Time) (*railsim.Sale, error) {
			return g.scanned(c, link, now)
		},
	})
	return g
}

func (c Config) check() error {
	switch {
	case c.AppID == "" || c.MerchantNo == "" || c.TermNo == "":
		return errors.New("AppID, MerchantNo and TermNo must be given")
	case c.MerchantSerial == "" || c.LakalaSerial == "":
		return errors.New("both serial numbers must be given")
	case (c.Sign == nil) != (c.Verify == nil):
		return errors.New("only one of Sign and Verify is given")
	case c.Sign == nil && (c.MerchantKey == nil || c.LakalaKey == nil):
		return errors.New("a MerchantKey and a LakalaKey must be given")
	}
	return nil
}

// String and Format keep keys and codes out of logs.
func (g *Gateway) String() string { return "lakalasim.Gateway(" + g.cfg.MerchantNo + ")" }

// Format prints the same for every verb.
func (g *Gateway) Format(f fmt.State, _ rune) {
	_, _ = f.Write([]byte(g.String())) // fmt keeps its own error
}

func (g *Gateway) verify(message, signature []byte) error {
	if g.cfg.Verify != nil {
		return g.cfg.Verify(message, signature)
	}
	sum := sha256.Sum256(message)
	return rsa.VerifyPKCS1v15(g.cfg.MerchantKey, crypto.SHA256, sum[:], signature)
}

func (g *Gateway) sign(message []byte) ([]byte, error) {
	if g.cfg.Sign != nil {
		return g.cfg.Sign(message)
	}
	sum := sha256.Sum256(message)
	return rsa.SignPKCS1v15(nil, g.cfg.LakalaKey, crypto.SHA256, sum[:])
}

// stamp is a time as requests and answers write it.
const stampForm = "20060102150405"

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(railsim.Beijing).Format(stampForm)
}
