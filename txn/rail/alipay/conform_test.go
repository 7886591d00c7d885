package alipay_test

import (
	"cmp"
	"fmt"
	"testing"
	"time"

	"till/sim/railsim"
	"till/sim/railsim/alipaysim"
	"till/sim/railsim/railkit"
	"till/txn"
	"till/txn/money"
	"till/txn/rail"
	"till/txn/rail/alipay"
	"till/txn/rail/railtest"
	"till/txn/screen"
)

// twin is alipaysim as the kit wants it.
type twin struct {
	*alipaysim.Gateway
	clock *railsim.VirtualClock
}

// openAs opens a twin that names a certificate, or none.
func openAs(t testing.TB, certSN string) railtest.Gateway {
	clock := railsim.NewVirtualClock(time.Date(2030, 3, 1, 1, 0, 0, 0, time.UTC))
	cfg := alipaysim.Keys().Config()
	cfg.Clock, cfg.CertSN = clock, certSN
	g := alipaysim.New(cfg)
	t.Cleanup(func() {
		if err := g.CheckBooks(); err != nil {
			t.Errorf("the books of the twin: %v", err)
		}
	})
	return twin{g, clock}
}

func (w twin) Exchange(r rail.Request) (rail.Response, error) { return railkit.Exchange(w, r) }

var calls = map[railtest.Call]string{
	railtest.Pay: "pay", railtest.Query: "query", railtest.Find: "query", railtest.Reverse: "cancel",
	railtest.Close: "cancel", railtest.Show: "precreate", railtest.Refund: "refund",
	railtest.RefundQuery: "refund-query",
}

var words = map[railtest.Behaviour]string{
	railtest.Decline:   "decline ACQ.BUYER_BALANCE_NOT_ENOUGH",
	railtest.ErrorDone: "system-error charged", railtest.ErrorUndone: "system-error",
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

// theRail knows Alipay's key under a certificate's serial number, or without.
func theRail(t *testing.T, certSN string) *alipay.Rail {
	t.Helper()
	keys := alipaysim.Keys()
	signer, err := rail.NewRSASigner("app", keys.App)
	if err != nil {
		t.Fatal(err)
	}
	known := rail.RSAKey{Serial: cmp.Or(certSN, alipay.KeySerial), Key: &keys.Alipay.PublicKey}
	verifier, err := rail.NewRSAVerifier(known)
	if err != nil {
		t.Fatal(err)
	}
	cfg := alipay.Config{
		BaseURL: "https://openapi.alipay.com/gateway.do", AppID: keys.AppID, Subject: "街角面包店 {order}",
		StoreID: "SHOP7", TerminalID: "till-1", OperatorID: "07", Signer: signer, Verifier: verifier,
	}
	if certSN != "" {
		cfg.AppCertSN, cfg.RootCertSN = "6f1d2c0a9f3b4e5d8c7b6a5f4e3d2c1b", "687b59193f3f462dd5336e5abf83c5d8"
	}
	p, err := alipay.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func advice(c txn.Cause, l txn.Lang) (what, next string) {
	a := screen.In(l).Cause(c)
	return a.What, a.Do
}

// lacks is what the twin cannot do in either mode.
var lacks = []railtest.Lack{
	{Call: railtest.Balance, Why: "the twin does not know alipay.data.bill.balance.query"},
	{Behaviour: railtest.UnknownKey, Why: "the twin does not lie about its certificate: see below"},
	{Behaviour: railtest.Truncated, Why: "half of a member is no JSON, so no signature can cover it"},
	{Behaviour: railtest.WrongRefund, Why: "the twin does not lie about out_request_no; the kit does"},
	{Call: railtest.Refund, Behaviour: railtest.WrongAmount,
		Why: "refund_fee is the sum of all refunds of a sale: nothing tells a wrong one from a right one"},
	{Behaviour: railtest.WrongMerchant, Why: "answers of Alipay name no merchant"},
	{Behaviour: railtest.RefundClosed, Why: "Alipay gives no refund up: it refuses or it pays"},
	{Behaviour: railtest.RefundAbnormal, Why: "Alipay tells of no stuck refund"},
}

// TestTheRailConforms is the whole kit on the twin, with Alipay's key and with its
// certificate. Rows of causes.md that the kit settles here: C01, C05, C09, C20,
// C23, C27, C33, C52.
func TestTheRailConforms(t *testing.T) {
	var codes []railtest.Code
	for _, c := range alipay.Codes() {
		codes = append(codes, railtest.Code{Name: c.Code, Causes: c.Causes})
	}
	for name, certSN := range map[string]string{"by key": "", "by certificate": certSN} {
		t.Run(name, func(t *testing.T) {
			railtest.Run(t, railtest.Subject{
				Rail: theRail(t, certSN), Codes: codes, Advice: advice, Lacks: lacks,
				Open: func(t testing.TB) railtest.Gateway { return openAs(t, certSN) },
			})
		})
	}
}

const certSN = "0123456789abcdef0123456789abcdef"

// TestAnotherCertificateIsNotFetched: the right key under a name that the
// configuration does not know is a wrong signature (rails.md 5.2).
func TestAnotherCertificateIsNotFetched(t *testing.T) {
	p, w := theRail(t, certSN), openAs(t, "fedcba9876543210fedcba9876543210")
	a := txn.Ask{Order: "CERTINSTALL10000000001", Rail: txn.Alipay, Amount: money.Fen(1250)}
	req, err := p.Query(a, "", w.Now())
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.Exchange(req)
	if err != nil {
		t.Fatal(err)
	}
	got := p.Read(txn.CallQuery, a, r, w.Now())
	if got.Outcome != txn.Unknown || got.Cause != txn.CauseUntrusted || got.Fault != rail.FaultUntrusted {
		t.Errorf("%+v", got)
	}
}
