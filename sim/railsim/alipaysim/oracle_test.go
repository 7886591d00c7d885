package alipaysim

import (
	"context"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/smartwalle/alipay/v3"

	"till/sim/railsim"
)

// The oracle: an independent client, with its own signing and its own check of
// answers, against this gateway over TLS.

type oracle struct {
	t      *testing.T
	g      *Gateway
	client *alipay.Client
}

func newOracle(t *testing.T, change func(*Config)) *oracle {
	t.Helper()
	keys := Keys()
	cfg := keys.Config()
	if change != nil {
		change(&cfg)
	}
	g := New(cfg)
	server := httptest.NewTLSServer(g)
	t.Cleanup(server.Close)
	t.Cleanup(func() { balanced(t, g) })
	client, err := alipay.New(keys.AppID, bare(t, keys.AppKeyPEM()), true,
		alipay.WithProductionGateway(server.URL+"/gateway.do"),
		alipay.WithHTTPClient(server.Client()), alipay.WithTimeLocation(railsim.Beijing))
	if err != nil {
		t.Fatal(err)
	}
	if err := client.LoadAliPayPublicKey(bare(t, keys.AlipayKeyPEM())); err != nil {
		t.Fatal(err)
	}
	return &oracle{t, g, client}
}

// bare is the key as Alipay's tools print it: base64 without the PEM frame.
func bare(t *testing.T, text []byte) string {
	t.Helper()
	block, _ := pem.Decode(text)
	if block == nil {
		t.Fatal("not PEM")
	}
	return base64.StdEncoding.EncodeToString(block.Bytes)
}

func balanced(t *testing.T, g *Gateway) {
	t.Helper()
	if err := g.CheckBooks(); err != nil {
		t.Errorf("the gateway's books: %v", err)
	}
}

func (o *oracle) trade(number, yuan string) alipay.Trade {
	return alipay.Trade{Subject: "门店/商品 <1>&2", OutTradeNo: number, TotalAmount: yuan,
		ProductCode: "FACE_TO_FACE_PAYMENT", StoreId: "S/1"}
}

func (o *oracle) pay(number, yuan string) (*alipay.TradePayRsp, error) {
	return o.client.TradePay(o.t.Context(), alipay.TradePay{
		Trade: o.trade(number, yuan), Scene: "bar_code", AuthCode: o.g.Wallet("").Code(),
	})
}

func (o *oracle) query(number string) (*alipay.TradeQueryRsp, error) {
	return o.client.TradeQuery(o.t.Context(), alipay.TradeQuery{OutTradeNo: number})
}

func (o *oracle) cancel(number string) (*alipay.TradeCancelRsp, error) {
	return o.client.TradeCancel(o.t.Context(), alipay.TradeCancel{OutTradeNo: number})
}

func (o *oracle) refund(number, yuan, key string) (*alipay.TradeRefundRsp, error) {
	return o.client.TradeRefund(o.t.Context(), alipay.TradeRefund{
		OutTradeNo: number, RefundAmount: yuan, OutRequestNo: key, RefundReason: "退货"})
}

func (o *oracle) refundQuery(number, key string) (*alipay.TradeFastPayRefundQueryRsp, error) {
	return o.client.TradeFastPayRefundQuery(o.t.Context(), alipay.TradeFastPayRefundQuery{
		OutTradeNo: number, OutRequestNo: key, QueryOptions: []string{"gmt_refund_pay"}})
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestIndependentClientPaysAsksAndCancels(t *testing.T) {
	o := newOracle(t, nil)
	paid := must[*alipay.TradePayRsp](t)(o.pay("p1", "12.50"))
	if paid.Code != "10000" || paid.OutTradeNo != "p1" || paid.TotalAmount != "12.50" ||
		len(paid.TradeNo) != 28 || paid.GmtPayment == "" || len(paid.FundBillList) != 1 {
		t.Errorf("pay answered %+v", paid)
	}
	asked := must[*alipay.TradeQueryRsp](t)(o.query("p1"))
	if asked.TradeStatus != alipay.TradeStatusSuccess || asked.TradeNo != paid.TradeNo ||
		asked.TotalAmount != "12.50" || asked.StoreId != "S/1" || asked.SendPayDate == "" {
		t.Errorf("query answered %+v", asked)
	}
	for range 2 { // a repeat is harmless
		undone := must[*alipay.TradeCancelRsp](t)(o.cancel("p1"))
		if undone.Code != "10000" || undone.RetryFlag != "N" || undone.Action != "refund" {
			t.Errorf("cancel answered %+v", undone)
		}
	}
	if asked := must[*alipay.TradeQueryRsp](t)(o.query("p1")); asked.TradeStatus != "TRADE_CLOSED" {
		t.Errorf("after cancel %s", asked.TradeStatus)
	}
	if got := o.g.Wallet("").Balance(); got != 100_000_00 {
		t.Errorf("the customer has %d fen", got)
	}
	if none := must[*alipay.TradeQueryRsp](t)(o.query("nobody")); none.SubCode != subNoTrade {
		t.Errorf("unknown order: %+v", none)
	}
}

func TestIndependentClientRefundsInParts(t *testing.T) {
	o := newOracle(t, nil)
	must[*alipay.TradePayRsp](t)(o.pay("r1", "10.00"))
	steps := []struct{ yuan, key, code, change, fee string }{
		{"3.00", "k1", "10000", "Y", "3.00"},
		{"3.00", "k1", "10000", "N", "3.00"},
		{"2.00", "k1", subDiscordant, "", ""},
		{"7.01", "k2", subOver, "", ""},
		{"1.00", "", subOver, "", ""},
		{"2.50", "k2", "10000", "Y", "5.50"},
		{"4.50", "k3", "10000", "Y", "10.00"},
		{"4.50", "k3", "10000", "N", "10.00"},
		{"0.01", "k4", subClosed, "", ""},
	}
	for i, step := range steps {
		got := must[*alipay.TradeRefundRsp](t)(o.refund("r1", step.yuan, step.key))
		code := string(got.Code)
		if got.SubCode != "" {
			code = got.SubCode
		}
		if code != step.code || got.FundChange != step.change || got.RefundFee != step.fee {
			t.Errorf("step %d %v: %s %s %s", i, step, code, got.FundChange, got.RefundFee)
		}
	}
	found := must[*alipay.TradeFastPayRefundQueryRsp](t)(o.refundQuery("r1", "k2"))
	if found.RefundStatus != "REFUND_SUCCESS" || found.RefundAmount != "2.50" ||
		found.TotalAmount != "10.00" || found.OutRequestNo != "k2" || found.GMTRefundPay == "" {
		t.Errorf("refund query answered %+v", found)
	}
	none := must[*alipay.TradeFastPayRefundQueryRsp](t)(o.refundQuery("r1", "k9"))
	if none.Code != "10000" || none.RefundStatus != "" || none.RefundAmount != "" {
		t.Errorf("no such refund: %+v", none)
	}
	if got := must[*alipay.TradeQueryRsp](t)(o.query("r1")); got.TradeStatus != "TRADE_CLOSED" {
		t.Errorf("fully refunded: %s", got.TradeStatus)
	}
}

func TestIndependentClientShowsAndClosesQRCodes(t *testing.T) {
	o := newOracle(t, nil)
	make := func(number string) string {
		t.Helper()
		made := must[*alipay.TradePreCreateRsp](t)(o.client.TradePreCreate(t.Context(),
			alipay.TradePreCreate{Trade: o.trade(number, "8.80")}))
		if !strings.HasPrefix(made.QRCode, "https://qr.alipay.com/") || made.OutTradeNo != number {
			t.Fatalf("precreate answered %+v", made)
		}
		return made.QRCode
	}
	state := func(number string) string {
		t.Helper()
		asked := must[*alipay.TradeQueryRsp](t)(o.query(number))
		return string(asked.TradeStatus) + asked.SubCode
	}
	wallet := o.g.Wallet("")
	qr := make("q1")
	if got := state("q1"); got != subNoTrade {
		t.Errorf("before the scan %s", got)
	}
	if err := wallet.Scan(qr); err != nil || state("q1") != "TRADE_SUCCESS" {
		t.Errorf("after the scan %v, %s", err, state("q1"))
	}
	qr = make("q2")
	if err := wallet.Open(qr); err != nil || state("q2") != "WAIT_BUYER_PAY" {
		t.Errorf("after looking %v, %s", err, state("q2"))
	}
	for _, want := range []string{"10000", subStatus} {
		closed := must[*alipay.TradeCloseRsp](t)(o.client.TradeClose(t.Context(),
			alipay.TradeClose{OutTradeNo: "q2"}))
		if got := string(closed.Code); got != want && closed.SubCode != want {
			t.Errorf("close answered %+v, want %s", closed, want)
		}
	}
	if err := wallet.Confirm(); !errors.Is(err, ErrNothingToConfirm) || state("q2") != "TRADE_CLOSED" {
		t.Errorf("after close %v, %s", err, state("q2"))
	}
	qr = make("q3")
	if undone := must[*alipay.TradeCancelRsp](t)(o.cancel("q3")); undone.Action != "close" {
		t.Errorf("cancel answered %+v", undone)
	}
	if err := wallet.Scan(qr); err == nil {
		t.Error("a cancelled QR code was paid")
	}
}

func TestIndependentClientRejectsWhatIsNotSigned(t *testing.T) {
	o := newOracle(t, nil)
	must[*alipay.TradePayRsp](t)(o.pay("s1", "1.00"))
	for _, text := range []string{"wrong-signature", "unsigned", "duplicate-member", "html-502"} {
		if err := o.g.SetText("query next " + text); err != nil {
			t.Fatal(err)
		}
		if got, err := o.query("s1"); err == nil {
			t.Errorf("%s: accepted %+v", text, got)
		}
	}
	if err := o.g.SetText("query next duplicate-inside"); err != nil {
		t.Fatal(err)
	}
	if _, err := o.query("s1"); err != nil {
		t.Errorf("duplicate-inside is signed: %v", err)
	}
	must[*alipay.TradeQueryRsp](t)(o.query("s1"))
}

func TestIndependentClientIsRejectedWithWrongKeys(t *testing.T) {
	o := newOracle(t, func(c *Config) { c.AppKey = &Keys().Alipay.PublicKey })
	got, err := o.pay("w1", "1.00")
	if err != nil || got.Code != "40002" || got.SubCode != "isv.invalid-signature" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, seen := o.g.Order("w1"); seen {
		t.Error("a wrongly signed payment was handled")
	}
	o = newOracle(t, func(c *Config) { c.AppID = "2021000000000002" })
	var refusal *alipay.Error
	if _, err := o.pay("w1", "1.00"); !errors.As(err, &refusal) ||
		refusal.SubCode != "isv.invalid-app-id" {
		t.Errorf("unknown application: %v", err)
	}
}

func TestUnknownMethodIsSignedError(t *testing.T) {
	o := newOracle(t, nil)
	_, err := o.client.TradeCreate(t.Context(), alipay.TradeCreate{Trade: o.trade("c1", "1.00")})
	var refusal *alipay.Error
	if !errors.As(err, &refusal) || refusal.SubCode != "isv.invalid-method" {
		t.Errorf("%v", err)
	}
}

func TestLostAnswersOverASocket(t *testing.T) {
	o := newOracle(t, nil)
	for i, text := range []string{"charge-and-lose-answer", "cut-mid-answer"} {
		number := "l" + string(rune('1'+i))
		if err := o.g.SetText("pay next " + text); err != nil {
			t.Fatal(err)
		}
		if _, err := o.pay(number, "1.00"); err == nil {
			t.Errorf("%s: an answer came", text)
		}
		if asked := must[*alipay.TradeQueryRsp](t)(o.query(number)); asked.TradeStatus != "TRADE_SUCCESS" {
			t.Errorf("%s: %s", text, asked.TradeStatus)
		}
	}
	if err := o.g.SetText("pay next lose-request"); err != nil {
		t.Fatal(err)
	}
	if _, err := o.pay("l9", "1.00"); err == nil {
		t.Error("an answer to a lost request")
	}
	if _, seen := o.g.Order("l9"); seen {
		t.Error("a lost request was handled")
	}
}

func TestLateAnswerComesLateUnlessTheContextEnds(t *testing.T) {
	o := newOracle(t, func(c *Config) { c.Clock = railsim.NewVirtualClock(time.Now()) })
	if err := o.g.SetText("pay next late 8s"); err != nil {
		t.Fatal(err)
	}
	began := o.g.Clock().Now()
	must[*alipay.TradePayRsp](t)(o.pay("t1", "1.00"))
	if took := o.g.Clock().Now().Sub(began); took != 8*time.Second {
		t.Errorf("took %s", took)
	}
	if err := o.g.SetText("query next late 8s"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://x/gateway.do", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.g.RoundTrip(r); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
