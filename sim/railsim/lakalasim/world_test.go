package lakalasim_test

import (
	"fmt"
	"testing"
	"time"

	"till/sim/railsim"
	"till/sim/railsim/lakalasim"
	"till/sim/railsim/railwire"
	"till/txn"
	"till/txn/money"
	"till/txn/rail"
	"till/txn/rail/lakala"
)

// world is the twin under a virtual clock, with the real rail as its terminal.
type world struct {
	t     *testing.T
	g     *lakalasim.Gateway
	rail  *lakala.Rail
	clock *railsim.VirtualClock
	sent  int
}

// contract is the list of codes that comes with the contract: the twin's made-up
// ones.
func contract(c *lakala.Config) {
	c.Codes = []lakala.Code{
		{Call: txn.CallQuery, Name: "BBS90404", Outcome: txn.Unknown, Cause: txn.CauseNoSuchOrder},
		{Call: txn.CallReverse, Name: "BBS90404", Outcome: txn.Unknown, Cause: txn.CauseNoSuchOrder},
		{Call: txn.CallReverse, Name: "BBS90405", Outcome: txn.Declined, Cause: txn.CauseTooLate},
		{Call: txn.CallClose, Name: "BBS90407", Outcome: txn.Declined, Cause: txn.CauseAlreadyPaid},
	}
	c.RefundCodes = []lakala.RefundCode{
		{Call: txn.CallRefundQuery, Name: "RFD90404", Outcome: txn.RefundAbsent, Cause: txn.CauseNoSuchOrder},
	}
}

func newWorld(t *testing.T, change func(*lakala.Config)) *world {
	t.Helper()
	clock := railsim.NewVirtualClock(time.Date(2030, 3, 1, 9, 0, 0, 0, time.UTC))
	keys := lakalasim.Keys()
	cfg := keys.Config()
	cfg.Clock = clock
	g := lakalasim.New(cfg)
	signer, err := rail.NewRSASigner(keys.MerchantSerial, keys.Merchant)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := rail.NewRSAVerifier(rail.RSAKey{Serial: keys.LakalaSerial, Key: &keys.Lakala.PublicKey})
	if err != nil {
		t.Fatal(err)
	}
	config := lakala.Config{
		BaseURL: "https://s2.lakala.com/api", AppID: keys.AppID, MerchantNo: keys.MerchantNo, TermNo: keys.TermNo,
		IP: "36.45.36.95", Subject: "街角面包店 {order}", Signer: signer, Verifier: verifier,
	}
	if change != nil {
		change(&config)
	}
	p, err := lakala.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.CheckBooks(); err != nil {
			t.Errorf("the gateway's books: %v", err)
		}
	})
	return &world{t: t, g: g, rail: p, clock: clock}
}

func (w *world) set(texts ...string) {
	w.t.Helper()
	for _, text := range texts {
		if err := w.g.SetText(text); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *world) wait(d time.Duration) {
	w.t.Helper()
	if err := w.clock.Sleep(w.t.Context(), d); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) now() txn.Wall { return txn.Wall(w.clock.Now().UnixMilli()) }

func (w *world) nonce() string {
	w.sent++
	return fmt.Sprintf("nonce%08d", w.sent)
}

// exchange brings a request to the gateway once; silence is the second answer.
func (w *world) exchange(req rail.Request, err error) (rail.Response, *rail.Silence) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	answer, silence, err := railwire.Exchange(w.t.Context(), w.g, req)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer, silence
}

func (w *world) read(call txn.Call, a txn.Ask, req rail.Request, err error) txn.Answered {
	w.t.Helper()
	r, silence := w.exchange(req, err)
	if silence != nil {
		return rail.Silent(call, a, *silence)
	}
	return w.rail.Read(call, a, r, w.now())
}

// ask is sale n of 12.50.
func ask(n int) txn.Ask {
	return txn.Ask{Order: txn.NewOrderNo("TESTINSTALL1", uint64(n)), Rail: lakala.Name, Amount: money.Fen(1250)}
}

func (w *world) pay(a txn.Ask, code string) txn.Answered {
	w.t.Helper()
	req, err := w.rail.Pay(txn.SendPay{Ask: a, Code: txn.NewPayerCode(code)}, w.nonce(), w.now())
	return w.read(txn.CallPay, a, req, err)
}

// sell pays with a WeChat code.
func (w *world) sell(a txn.Ask) txn.Answered {
	w.t.Helper()
	return w.pay(a, w.g.Customer("").CodeOf(railsim.WeChatPay))
}

func (w *world) query(a txn.Ask) txn.Answered {
	w.t.Helper()
	req, err := w.rail.Query(a, w.nonce(), w.now())
	return w.read(txn.CallQuery, a, req, err)
}

func (w *world) reverse(a txn.Ask) txn.Answered {
	w.t.Helper()
	req, err := w.rail.Reverse(a, w.nonce(), w.now())
	return w.read(txn.CallReverse, a, req, err)
}

func (w *world) show(a txn.Ask) txn.Answered {
	w.t.Helper()
	req, err := w.rail.Show(txn.SendShow{Ask: a, Lives: 4 * time.Minute}, w.nonce(), w.now())
	return w.read(txn.CallShow, a, req, err)
}

func (w *world) close(a txn.Ask) txn.Answered {
	w.t.Helper()
	req, err := w.rail.Close(a, w.nonce(), w.now())
	return w.read(txn.CallClose, a, req, err)
}

func (w *world) find(a txn.FindAsk) txn.Found {
	w.t.Helper()
	r, silence := w.exchange(w.rail.Find(a, w.nonce(), w.now()))
	if silence != nil {
		return rail.SilentFind(a, *silence)
	}
	return w.rail.ReadFind(a, r, w.now())
}

// back is refund n of so many fen of a sale.
func back(a txn.Ask, n int, fen int64) txn.RefundAsk {
	return txn.RefundAsk{Refund: txn.NewRefundNo("TESTINSTALL1", uint64(n)), Order: a.Order, Rail: lakala.Name,
		Amount: money.Fen(fen), Total: a.Amount, Reason: "不新鲜"}
}

func (w *world) refund(a txn.RefundAsk) txn.RefundAnswered {
	w.t.Helper()
	r, silence := w.exchange(w.rail.Refund(a, w.nonce(), w.now()))
	if silence != nil {
		return rail.SilentRefund(txn.CallRefund, a, *silence)
	}
	return w.rail.ReadRefund(txn.CallRefund, a, r, w.now())
}

func (w *world) refundQuery(a txn.RefundAsk) txn.RefundAnswered {
	w.t.Helper()
	r, silence := w.exchange(w.rail.RefundQuery(a, w.nonce(), w.now()))
	if silence != nil {
		return rail.SilentRefund(txn.CallRefundQuery, a, *silence)
	}
	return w.rail.ReadRefund(txn.CallRefundQuery, a, r, w.now())
}

// says fails unless an answer is as said: "approved ", "declined payer-funds".
func (w *world) says(got txn.Answered, want string) {
	w.t.Helper()
	if said := got.Outcome.String() + " " + string(got.Cause); said != want {
		w.t.Errorf("%s: %s (%s %q), want %s", got.Call, said, got.Code, got.Text, want)
	}
}

func (w *world) saysRefund(got txn.RefundAnswered, want string) {
	w.t.Helper()
	if said := got.Outcome.String() + " " + string(got.Cause); said != want {
		w.t.Errorf("%s: %s (%s %q), want %s", got.Call, said, got.Code, got.Text, want)
	}
}

// holds fails unless the merchant has so many fen of a sale.
func (w *world) holds(a txn.Ask, fen int64) {
	w.t.Helper()
	o, _ := w.g.Order(string(a.Order))
	if o.Charged-o.Returned != fen {
		w.t.Errorf("the merchant has %d fen of the sale, want %d", o.Charged-o.Returned, fen)
	}
}
