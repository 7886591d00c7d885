package alipaysim

import (
	"crypto/rsa"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"till/sim/railsim"
)

// Defaults of Config, with their source in /work/shared/rails.md.
const (
	defaultCodeLife     = 60 * time.Second     // refreshes about every minute (K)
	defaultPayLife      = 3 * time.Minute      // 0.2: the barcode trade dies after 3 min
	defaultRefundWindow = 365 * 24 * time.Hour // 2.5: contractual, 12 months are usual
	qrLife              = 2 * time.Hour        // 2.1 [A7]
	cancelWindow        = 24 * time.Hour       // 2.4 (K)
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
	World     *railsim.World  // a world of its own, with Clock, Seed and Log, if nil
	Name      string          // in the world; "alipay" if empty
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
// once.
type Gateway struct {
	*railsim.Desk
	cfg Config
}

var _ railsim.Gateway = (*Gateway)(nil)

// New makes a gateway. It panics if the configuration cannot work: that is the
// caller's mistake.
func New(cfg Config) *Gateway {
	if err := cfg.check(); err != nil {
		panic("alipaysim: " + err.Error())
	}
	if cfg.Name == "" {
		cfg.Name = "alipay"
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
	world := cfg.World
	if world == nil {
		world = railsim.New(railsim.Config{Clock: cfg.Clock, Seed: cfg.Seed, Log: cfg.Log})
	}
	g := &Gateway{cfg: cfg}
	g.Desk = world.NewDesk(railsim.Rules{
		Name: cfg.Name, Merchant: cfg.AppID, Network: railsim.Alipay, Language: language,
		Stages: stages, RefundStates: refundStates,
		Charge: func(s *railsim.Sale, at time.Time) bool { return g.charge(own(s), at) },
		Refuse: func(s *railsim.Sale, at time.Time) { g.end(own(s), at) },
		Look:   func(s *railsim.Sale, at time.Time) { g.expire(own(s), at) },
		Show:   func(s *railsim.Sale, now time.Time) State { return g.status(own(s), now) },
		Scanned: func(c *railsim.Customer, link string, now time.Time) (*railsim.Sale, error) {
			return g.scanned(c, link, now)
		},
	})
	return g
}

// stages are the states, for the core.
var stages = map[State]railsim.Stage{
	NoTrade: railsim.Open, Waiting: railsim.Waiting, Success: railsim.Paid, Finished: railsim.Paid,
	Closed: railsim.Gone,
}

// refundStates are what the refund query says; it knows no other word.
var refundStates = map[railsim.RefundStage]State{railsim.Refunded: "REFUND_SUCCESS"}

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

// tradeNumber is 28 digits that begin with the day and 22, as the official
// examples show them.
func (g *Gateway) tradeNumber(now time.Time) string {
	for {
		id := now.In(railsim.Beijing).Format("20060102") + "22001" + g.Digits(15)
		if g.FindID(id) == nil {
			return id
		}
	}
}

// stamp is a time as answers write it.
func stamp(t time.Time) string { return t.In(railsim.Beijing).Format(time.DateTime) }
