package lakala_test

import (
	"fmt"
	"testing"
	"time"

	"till/sim/railsim"
	"till/sim/railsim/lakalasim"
	"till/sim/railsim/railkit"
	"till/txn"
	"till/txn/rail"
	"till/txn/rail/lakala"
	"till/txn/rail/railtest"
	"till/txn/screen"
)

// twin is lakalasim as the kit wants it; its customer shows codes of one wallet.
type twin struct {
	*lakalasim.Gateway
	clock  *railsim.VirtualClock
	wallet railsim.Network
}

func open(wallet railsim.Network) func(testing.TB) railtest.Gateway {
	return func(t testing.TB) railtest.Gateway {
		clock := railsim.NewVirtualClock(time.Date(2030, 3, 1, 1, 0, 0, 0, time.UTC))
		cfg := lakalasim.Keys().Config()
		cfg.Clock = clock
		g := lakalasim.New(cfg)
		t.Cleanup(func() {
			if err := g.CheckBooks(); err != nil {
				t.Errorf("the books of the twin: %v", err)
			}
		})
		return twin{g, clock, wallet}
	}
}

func (w twin) Exchange(r rail.Request) (rail.Response, error) { return railkit.Exchange(w, r) }

var kitCalls = map[railtest.Call]string{
	railtest.Pay: "pay", railtest.Query: "query", railtest.Find: "query", railtest.Reverse: "reverse",
	railtest.Close: "close", railtest.Show: "preorder", railtest.Refund: "refund", railtest.RefundQuery: "refund-query",
}

var kitWords = map[railtest.Behaviour]string{
	railtest.Decline: "decline BBS90051", railtest.ErrorDone: "system-error charged", railtest.ErrorUndone: "system-error",
}

// ends are what the twin can do and the acquirer does not tell apart: FAIL and
// EXCEPTION say nothing about the number (see the rail's Decisions).
var ends = []railtest.Behaviour{railtest.RefundClosed, railtest.RefundAbnormal}

func (w twin) Tell(c railtest.Call, b railtest.Behaviour) error {
	call, known := kitCalls[c]
	if !known || b == ends[0] || b == ends[1] {
		return fmt.Errorf("no %s for %s", b, c)
	}
	word, other := kitWords[b]
	if !other {
		word = string(b)
	}
	return w.SetText(call + " next " + word)
}

func (w twin) Now() txn.Wall        { return txn.Wall(w.clock.Now().UnixMilli()) }
func (w twin) Pass(d time.Duration) { w.clock.Pass(d); w.Settle() }
func (w twin) Code() string         { return w.Customer("").CodeOf(w.wallet) }
func (w twin) Confirm() error       { return w.Customer("").Confirm() }
func (w twin) Scan(c string) error  { return w.Customer("").Scan(c) }
func (w twin) SetFunds(fen int64)   { w.SetAvailable(fen) }

func (w twin) Books(o txn.OrderNo) railtest.Books {
	order, _ := w.Order(string(o))
	return railtest.Books{Charged: order.Charged, Returned: order.Returned}
}

// theRail knows the twin's own codes, as a shop's rail knows those of its contract.
func theRail(t *testing.T, wallet txn.RailName) *lakala.Rail {
	t.Helper()
	keys := lakalasim.Keys()
	signer, err := rail.NewRSASigner(keys.MerchantSerial, keys.Merchant)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := rail.NewRSAVerifier(rail.RSAKey{Serial: keys.LakalaSerial, Key: &keys.Lakala.PublicKey})
	if err != nil {
		t.Fatal(err)
	}
	p, err := lakala.New(lakala.Config{
		BaseURL: "https://s2.lakala.com/api", AppID: keys.AppID, MerchantNo: keys.MerchantNo, TermNo: keys.TermNo,
		IP: "36.45.36.95", Subject: "街角面包店 {order}", Wallet: wallet, Signer: signer, Verifier: verifier,
		Codes: []lakala.Code{
			{Call: txn.CallPay, Name: "BBS90051", Outcome: txn.Declined, Cause: txn.CausePayerFunds},
			{Call: txn.CallQuery, Name: "BBS90404", Outcome: txn.Unknown, Cause: txn.CauseNoSuchOrder},
			{Call: txn.CallReverse, Name: "BBS90404", Outcome: txn.Unknown, Cause: txn.CauseNoSuchOrder},
			{Call: txn.CallClose, Name: "BBS90407", Outcome: txn.Declined, Cause: txn.CauseAlreadyPaid},
		},
		RefundCodes: []lakala.RefundCode{
			{Call: txn.CallRefund, Name: "RFD90404", Outcome: txn.RefundRefused, Cause: txn.CauseNotPaid},
			{Call: txn.CallRefundQuery, Name: "RFD90404", Outcome: txn.RefundAbsent, Cause: txn.CauseNoSuchOrder},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func advice(c txn.Cause, l txn.Lang) (what, next string) {
	a := screen.In(l).Cause(c)
	return a.What, a.Do
}

// TestTheRailConforms is the whole kit on the twin, with codes of each wallet.
// Causes.md rows that the kit settles here: C01, C05, C06, C09, C20, C23, C27, C33,
// C52.
func TestTheRailConforms(t *testing.T) {
	var codes []railtest.Code
	for _, c := range lakala.Codes() {
		codes = append(codes, railtest.Code{Name: c.Code, Causes: c.Causes})
	}
	for _, tt := range []struct {
		pays  railsim.Network
		shown txn.RailName
	}{{railsim.WeChatPay, txn.Alipay}, {railsim.Alipay, txn.Alipay}, {railsim.UnionPay, txn.UnionPay}} {
		t.Run(string(tt.pays), func(t *testing.T) {
			railtest.Run(t, railtest.Subject{
				Rail: theRail(t, tt.shown), Open: open(tt.pays), Codes: codes, Advice: advice, Dated: true,
				Lacks: []railtest.Lack{
					{Behaviour: railtest.RefundClosed, Why: "FAIL does not tell a dead number from a refusal"},
					{Behaviour: railtest.RefundAbnormal, Why: "EXCEPTION is explained nowhere"},
				},
			})
		})
	}
}
