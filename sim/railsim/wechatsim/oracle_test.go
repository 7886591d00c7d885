package wechatsim

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/option"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/native"
)

// The oracle: the official SDK, with its own signing and its own check of
// answers, against this gateway over TLS.

type oracle struct {
	t      *testing.T
	g      *Gateway
	client *core.Client
	base   string
}

func newOracle(t *testing.T, change func(*Config), opts ...core.ClientOption) *oracle {
	t.Helper()
	keys := Keys()
	cfg := keys.Config()
	if change != nil {
		change(&cfg)
	}
	g := New(cfg)
	server := httptest.NewTLSServer(g)
	server.Config.ErrorLog = nil
	t.Cleanup(server.Close)
	t.Cleanup(func() { balanced(t, g) })
	if opts == nil {
		opts = []core.ClientOption{option.WithWechatPayPublicKeyAuthCipher(
			keys.MchID, keys.MerchantSerial, keys.Merchant, keys.PlatformID, &keys.Platform.PublicKey)}
	}
	client, err := core.NewClient(t.Context(), append(opts, option.WithHTTPClient(server.Client()))...)
	if err != nil {
		t.Fatal(err)
	}
	return &oracle{t, g, client, server.URL + "/v3/pay/transactions/"}
}

func balanced(t *testing.T, g *Gateway) {
	t.Helper()
	if err := g.CheckBooks(); err != nil {
		t.Errorf("the gateway's books: %v", err)
	}
}

// payBody is a complete codepay request.
func payBody(number string, fen int64, code string) map[string]any {
	keys := Keys()
	return map[string]any{
		"appid": keys.AppID, "mchid": keys.MchID,
		"description": "门店-商品", "out_trade_no": number,
		"amount": map[string]any{"total": fen, "currency": "CNY"},
		"payer":  map[string]any{"auth_code": code},
		"scene_info": map[string]any{
			"device_id": "T0001", "device_ip": "192.168.1.7",
			"store_info": map[string]any{"out_id": "A1111"},
		},
	}
}

func (o *oracle) pay(number string, fen int64) (payments.Transaction, error) {
	return decoded(o.client.Post(o.t.Context(), o.base+"codepay",
		payBody(number, fen, o.g.Wallet("").Code())))
}

func (o *oracle) query(number string) (payments.Transaction, error) {
	return decoded(o.client.Get(o.t.Context(), o.base+"out-trade-no/"+number+"?mchid="+Keys().MchID))
}

func (o *oracle) reverse(number string) (string, error) {
	keys := Keys()
	result, err := o.client.Post(o.t.Context(), o.base+"out-trade-no/"+number+"/reverse",
		map[string]any{"appid": keys.AppID, "mchid": keys.MchID})
	if err != nil {
		return "", err
	}
	var answer struct {
		Number string `json:"out_trade_no"`
		Recall string `json:"recall"`
	}
	err = json.NewDecoder(result.Response.Body).Decode(&answer)
	return answer.Number + " " + answer.Recall, err
}

func decoded(result *core.APIResult, err error) (payments.Transaction, error) {
	var transaction payments.Transaction
	if err != nil {
		return transaction, err
	}
	return transaction, core.UnMarshalResponse(result.Response, &transaction)
}

func apiCode(t *testing.T, err error) string {
	t.Helper()
	var api *core.APIError
	if !errors.As(err, &api) {
		t.Fatalf("got %v, want an APIError", err)
	}
	return api.Code
}

func TestOfficialClientPaysAsksAndReverses(t *testing.T) {
	o := newOracle(t, nil)
	paid, err := o.pay("000001-a", 12_50)
	if err != nil {
		t.Fatal(err)
	}
	asked, err := o.query("000001-a")
	if err != nil {
		t.Fatal(err)
	}
	for name, tr := range map[string]payments.Transaction{"pay": paid, "query": asked} {
		if *tr.TradeState != "SUCCESS" || *tr.TradeType != "MICROPAY" || *tr.Amount.Total != 1250 ||
			*tr.Amount.PayerTotal != 1250 || *tr.OutTradeNo != "000001-a" || *tr.Payer.Openid == "" ||
			*tr.BankType == "" || *tr.Appid != Keys().AppID || *tr.Mchid != Keys().MchID {
			t.Errorf("%s answered %v", name, tr)
		}
		if id := *tr.TransactionId; len(id) != 28 || !strings.HasPrefix(id, "4200") {
			t.Errorf("%s: transaction id %q", name, id)
		}
		if at, err := time.Parse(time.RFC3339, *tr.SuccessTime); err != nil ||
			!strings.HasSuffix(*tr.SuccessTime, "+08:00") || time.Since(at) > time.Minute {
			t.Errorf("%s: success time %q: %v", name, *tr.SuccessTime, err)
		}
	}
	byID, err := decoded(o.client.Get(t.Context(),
		o.base+"id/"+*paid.TransactionId+"?mchid="+Keys().MchID))
	if err != nil || *byID.OutTradeNo != "000001-a" {
		t.Errorf("query by transaction id: %v, %v", byID, err)
	}
	if got := o.g.Balance(o.g.MerchantAccount()); got != 1250 {
		t.Errorf("merchant holds %d fen", got)
	}
	for range 2 { // a repeat is answered like the first
		if got, err := o.reverse("000001-a"); err != nil || got != "000001-a N" {
			t.Errorf("reverse: %q, %v", got, err)
		}
	}
	if asked, err = o.query("000001-a"); err != nil || *asked.TradeState != "REVOKED" {
		t.Errorf("after the reversal: %v, %v", asked, err)
	}
	if got := o.g.Wallet("").Balance(); got != 100_000_00 {
		t.Errorf("customer holds %d fen", got)
	}
	if _, err = o.query("999999"); apiCode(t, err) != "ORDER_NOT_EXIST" {
		t.Errorf("unknown order: %v", err)
	}
}

func TestOfficialClientKnowsThePlatformByCertificate(t *testing.T) {
	keys := Keys()
	keys.PlatformID = "5F4E3D2C1B0A99887766554433221100FFEEDDCC"
	der, err := keys.PlatformCertificate(time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	o := newOracle(t, func(c *Config) { c.PlatformID = keys.PlatformID },
		option.WithWechatPayAuthCipher(keys.MchID, keys.MerchantSerial, keys.Merchant,
			[]*x509.Certificate{certificate}))
	if _, err := o.pay("000001-a", 1); err != nil {
		t.Error(err)
	}
}

func TestOfficialClientRefusesWhatIsNotSigned(t *testing.T) {
	for _, word := range []string{
		"wrong-signature", "unsigned", "unknown-serial", "signature-probe", "twice", "clock -4m59s",
		"clock +6m", "cut-mid-answer",
	} {
		t.Run(word, func(t *testing.T) {
			o := newOracle(t, nil)
			if _, err := o.pay("000001-a", 1); err != nil {
				t.Fatal(err)
			}
			if err := o.g.SetText("query " + word); err != nil {
				t.Fatal(err)
			}
			_, err := o.query("000001-a")
			if word == "clock -4m59s" { // still inside the window
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil {
				t.Error("the client believed it")
			}
		})
	}
}

func TestOfficialClientSeesErrorsBeforeTheirSignature(t *testing.T) {
	o := newOracle(t, nil)
	o.g.Set(Behaviour{Call: Pay, Acts: []Act{{Word: Decline, Code: "TRADE_ERROR"}, {Word: Unsigned}}})
	if _, err := o.pay("000001-a", 1); apiCode(t, err) != "TRADE_ERROR" {
		t.Error(err)
	}
}

func TestTamperedRequestIsRefused(t *testing.T) {
	keys := Keys()
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		key    *rsa.PrivateKey
		serial string
		tamper func(*http.Request)
	}{
		{"another key", other, keys.MerchantSerial, func(*http.Request) {}},
		{"another serial", keys.Merchant, "00AA", func(*http.Request) {}},
		{"another query", keys.Merchant, keys.MerchantSerial, func(r *http.Request) {
			r.URL.RawQuery += "&x=1"
		}},
		{"no authorization", keys.Merchant, keys.MerchantSerial, func(r *http.Request) {
			r.Header.Del("Authorization")
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := New(keys.Config())
			client, err := core.NewClient(t.Context(),
				option.WithWechatPayPublicKeyAuthCipher(keys.MchID, tt.serial, tt.key,
					keys.PlatformID, &keys.Platform.PublicKey),
				option.WithHTTPClient(&http.Client{Transport: roundTrip(
					func(r *http.Request) (*http.Response, error) {
						r = r.Clone(r.Context())
						tt.tamper(r)
						return g.Do(r.Context(), r)
					})}))
			if err != nil {
				t.Fatal(err)
			}
			_, err = client.Get(t.Context(),
				"https://x/v3/pay/transactions/out-trade-no/000001-a?mchid="+keys.MchID)
			if apiCode(t, err) != "SIGN_ERROR" {
				t.Error(err)
			}
			balanced(t, g)
		})
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestOfficialNativeServiceMakesAndClosesOrders(t *testing.T) {
	keys := Keys()
	g := New(keys.Config())
	client, err := core.NewClient(t.Context(),
		option.WithWechatPayPublicKeyAuthCipher(keys.MchID, keys.MerchantSerial, keys.Merchant,
			keys.PlatformID, &keys.Platform.PublicKey),
		option.WithHTTPClient(&http.Client{Transport: g}))
	if err != nil {
		t.Fatal(err)
	}
	service := native.NativeApiService{Client: client}
	ctx := context.Background()
	made := func(number string) string {
		answer, _, err := service.Prepay(ctx, native.PrepayRequest{
			Appid: &keys.AppID, Mchid: &keys.MchID, Description: new("x"),
			OutTradeNo: &number, NotifyUrl: new("https://shop/notify"),
			Amount: &native.Amount{Total: core.Int64(300), Currency: new("CNY")},
		})
		if err != nil {
			t.Fatal(err)
		}
		return *answer.CodeUrl
	}
	closing := func(number string) error {
		result, err := service.CloseOrder(ctx, native.CloseOrderRequest{
			OutTradeNo: &number, Mchid: &keys.MchID})
		if err == nil && result.Response.StatusCode != 204 {
			t.Errorf("close: status %d", result.Response.StatusCode)
		}
		return err
	}
	paidURL, closedURL := made("native-1"), made("native-2")
	if err := g.Wallet("").Scan(paidURL); err != nil {
		t.Error(err)
	}
	if err := closing("native-1"); apiCode(t, err) != "ORDERPAID" {
		t.Error(err)
	}
	if err := closing("native-2"); err != nil {
		t.Error(err)
	}
	if err := g.Wallet("").Scan(closedURL); err == nil {
		t.Error("a closed order was paid")
	}
	paid, _, err := service.QueryOrderByOutTradeNo(ctx, native.QueryOrderByOutTradeNoRequest{
		OutTradeNo: new("native-1"), Mchid: &keys.MchID})
	if err != nil || *paid.TradeState != "SUCCESS" || *paid.TradeType != "NATIVE" {
		t.Errorf("query: %v, %v", paid, err)
	}
	balanced(t, g)
}

func TestRealSocketsBreakAsToldInProcessToo(t *testing.T) {
	o := newOracle(t, nil)
	for _, word := range []string{"down", "lose-request", "lose-answer", "cut-mid-answer"} {
		if err := o.g.SetText("pay next " + word); err != nil {
			t.Fatal(err)
		}
		number := "cut-" + word
		_, err := o.pay(number, 1)
		var api *core.APIError
		if err == nil || errors.As(err, &api) {
			t.Errorf("%s: got %v, want a broken connection", word, err)
		}
		order, seen := o.g.Order(number)
		handled := word == "lose-answer" || word == "cut-mid-answer"
		if seen != handled || handled && order.State != Success {
			t.Errorf("%s: seen %v, %+v", word, seen, order)
		}
	}
}

func TestASocketCutInMidAnswerHasDeliveredHalf(t *testing.T) {
	g := New(Keys().Config())
	g.Set(Behaviour{Call: Any, Acts: []Act{{Word: CutMidAnswer}}})
	server := httptest.NewServer(g)
	defer server.Close()
	response, err := server.Client().Get(server.URL + "/v3/pay/transactions/id/42")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if !errors.Is(err, io.ErrUnexpectedEOF) || int64(len(body)) != response.ContentLength/2 {
		t.Errorf("%d of %d bytes, %v", len(body), response.ContentLength, err)
	}
	if err := response.Body.Close(); err != nil {
		t.Error(err)
	}
}

func TestGarbageBehindTheAnswerIsOnTheSocket(t *testing.T) {
	g := New(Keys().Config())
	g.Set(Behaviour{Call: Any, Acts: []Act{{Word: GarbageAfter}}})
	server := httptest.NewServer(g)
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn,
		"GET /v3/pay/transactions/id/42 HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	reader := bufio.NewReader(bytes.NewReader(raw))
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil || !json.Valid(body) || response.StatusCode != 401 {
		t.Errorf("%d %q, %v", response.StatusCode, body, err)
	}
	if rest, err := io.ReadAll(reader); err != nil || !bytes.HasPrefix(rest, []byte("\x00\xff")) {
		t.Errorf("behind the answer: %q, %v", rest, err)
	}
	if err := errors.Join(response.Body.Close(), conn.Close()); err != nil {
		t.Error(err)
	}
}
