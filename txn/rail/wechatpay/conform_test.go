package wechatpay_test

import (
	"fmt"
	"testing"
	"time"

	"till/sim/railsim"
	"till/sim/railsim/railkit"
	"till/sim/railsim/wechatsim"
	"till/txn"
	"till/txn/rail"
	"till/txn/rail/railtest"
	"till/txn/rail/wechatpay"
	"till/txn/screen"
)

// twin is wechatsim as the kit wants it.
type twin struct {
	*wechatsim.Gateway
	clock *railsim.VirtualClock
}

func open(t testing.TB) railtest.Gateway {
	clock := railsim.NewVirtualClock(time.Date(2030, 3, 1, 1, 0, 0, 0, time.UTC))
	cfg := wechatsim.Keys().Config()
	cfg.Clock = clock
	g := wechatsim.New(cfg)
	t.Cleanup(func() {
		if err := g.CheckBooks(); err != nil {
			t.Errorf("the books of the twin: %v", err)
		}
	})
	return twin{g, clock}
}

func (w twin) Exchange(r rail.Request) (rail.Response, error) { return railkit.Exchange(w, r) }

var calls = map[railtest.Call]string{
	railtest.Pay: "pay", railtest.Query: "query", railtest.Find: "query", railtest.Reverse: "reverse",
	railtest.Close: "close", railtest.Show: "native", railtest.Refund: "refund",
	railtest.RefundQuery: "refund-query", railtest.Repair: "abnormal-refund", railtest.Balance: "balance",
}

var words = map[railtest.Behaviour]string{
	railtest.Decline:   "decline NOT_ENOUGH",
	railtest.ErrorDone: "system-error charged", railtest.ErrorUndone: "system-error",
	railtest.RefundClosed: "refund-closed 1h", railtest.RefundAbnormal: "refund-abnormal 1h",
}

func (w twin) Tell(c railtest.Call, b railtest.Behaviour) error {
	call, known := calls[c]
	if !known {
		return fmt.Errorf("no call %s", c)
	}
	word, other := words[b]
	if !other {
		word = string(b)
	}
	return w.SetText(call + " next " + word)
}

func (w twin) Now() txn.Wall        { return txn.Wall(w.clock.Now().UnixMilli()) }
func (w twin) Pass(d time.Duration) { w.clock.Pass(d); w.Settle() }
func (w twin) Code() string         { return w.Wallet("").Code() }
func (w twin) Confirm() error       { return w.Wallet("").Confirm() }
func (w twin) Scan(c string) error  { return w.Wallet("").Scan(c) }
func (w twin) SetFunds(fen int64)   { w.SetAvailable(fen) }

// Books counts what left and reached wallets.
func (w twin) Books(o txn.OrderNo) railtest.Books { return railkit.Books(w, o) }

func theRail(t *testing.T) *wechatpay.Rail {
	t.Helper()
	keys := wechatsim.Keys()
	signer, err := rail.NewRSASigner(keys.MerchantSerial, keys.Merchant)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := rail.NewRSAVerifier(rail.RSAKey{Serial: keys.PlatformID, Key: &keys.Platform.PublicKey})
	if err != nil {
		t.Fatal(err)
	}
	w, err := wechatpay.New(wechatpay.Config{
		BaseURL: "https://api.mch.weixin.qq.com", AppID: keys.AppID, MchID: keys.MchID,
		StoreID: "SHOP7", DeviceID: "till-1", DeviceIP: "192.168.1.20",
		Description: "街角面包店 {order}", NotifyURL: "https://shop.example/notify",
		Signer: signer, Verifier: verifier,
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func advice(c txn.Cause, l txn.Lang) (what, next string) {
	a := screen.In(l).Cause(c)
	return a.What, a.Do
}

// TestTheRailConforms is the whole kit on the twin. Causes.md rows that the kit
// settles here: C01, C02, C05, C09, C20, C23, C32, C33.
func TestTheRailConforms(t *testing.T) {
	var codes []railtest.Code
	for _, c := range wechatpay.Codes() {
		codes = append(codes, railtest.Code{Name: c.Code, Causes: c.Causes})
	}
	railtest.Run(t, railtest.Subject{
		Rail: theRail(t), Open: open, Codes: codes, Advice: advice,
		Dated:    true,
		Bodyless: []railtest.Call{railtest.Close},
		Lacks: []railtest.Lack{
			{Call: railtest.Balance, Behaviour: railtest.Huge, Why: "the twin has nothing to make a balance long with"},
		},
	})
}
