package wechatsim

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
	defaultCodeLife       = 60 * time.Second // 1.2: refreshes about every minute (K)
	defaultRefundTime     = 3 * time.Second  // 1.7: within 5 min for a wallet
	defaultPasswordScreen = 60 * time.Second // our choice: longer than the 45 s budget of 0.2
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
	World          *railsim.World  // a world of its own, with Clock, Seed and Log, if nil
	Name           string          // in the world; "wechatpay" if empty
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
	RefundTime     time.Duration // 3 s if zero: from PROCESSING to SUCCESS
	Log            *slog.Logger  // gets every event; nil for none
}

// Gateway is the twin. Its methods may be called by several goroutines at
// once.
type Gateway struct {
	*railsim.Desk
	cfg     Config
	nonces  nonces
	refunds map[string]*refund // by out_refund_no
	rates   rates
	bills   map[string]billFile // by token
}

var _ railsim.Gateway = (*Gateway)(nil)

// New makes a gateway. It panics if the configuration cannot work: that is the
// caller's mistake.
func New(cfg Config) *Gateway {
	if err := cfg.check(); err != nil {
		panic("wechatsim: " + err.Error())
	}
	if cfg.CodeLife == 0 {
		cfg.CodeLife = defaultCodeLife
	}
	if cfg.PasswordScreen == 0 {
		cfg.PasswordScreen = defaultPasswordScreen
	}
	if cfg.RefundTime == 0 {
		cfg.RefundTime = defaultRefundTime
	}
	if cfg.Name == "" {
		cfg.Name = "wechatpay"
	}
	world := cfg.World
	if world == nil {
		world = railsim.New(railsim.Config{Clock: cfg.Clock, Seed: cfg.Seed, Log: cfg.Log})
	}
	g := &Gateway{cfg: cfg, refunds: map[string]*refund{}, bills: map[string]billFile{}}
	g.Desk = world.NewDesk(railsim.Rules{
		Name: cfg.Name, Merchant: cfg.MchID, Network: railsim.WeChatPay, Language: language,
		Stages: stages, RefundStates: refundStates,
		Charge: g.agreed, Refuse: g.refused, Look: g.look, Scanned: g.scanned, Funded: g.funded,
		Show: func(s *railsim.Sale, _ time.Time) State { return own(s).shown() },
	})
	return g
}

// stages are the states, for the core.
var stages = map[State]railsim.Stage{
	NotPay: railsim.Open, UserPaying: railsim.Waiting, Success: railsim.Paid, Refund: railsim.Paid,
	Closed: railsim.Gone, Revoked: railsim.Gone, PayError: railsim.Gone,
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
func (g *Gateway) String() string { return "wechatsim.Gateway(" + g.cfg.MchID + ")" }

// Format prints the same for every verb.
func (g *Gateway) Format(f fmt.State, _ rune) {
	_, _ = f.Write([]byte(g.String())) // fmt keeps its own error
}

// transactionID is 28 digits that begin 4200, as rails.md and the SDK's
// examples show them: 4200, six random, the day, ten random.
func (g *Gateway) transactionID(now time.Time) string {
	for {
		id := "4200" + g.Digits(6) + now.In(railsim.Beijing).Format("20060102") + g.Digits(10)
		if g.FindID(id) == nil {
			return id
		}
	}
}
