package wechatpay

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/validators"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/verifiers"
	"github.com/wechatpay-apiv3/wechatpay-go/core/option"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/native"
	"github.com/wechatpay-apiv3/wechatpay-go/services/refunddomestic"

	"till/txn"
	"till/txn/rail"
)

// The official library, wechatpay-go v0.2.20, is the oracle of this file. It
// has no call of code payment; its core signs and checks whatever it is given.

type trip func(*http.Request) (*http.Response, error)

func (f trip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

var errStop = errors.New("seen enough")

// official is the library's client: it signs, tells seen what it would send, and
// sends nothing.
func official(t *testing.T, seen func(r *http.Request, body []byte)) *core.Client {
	t.Helper()
	client, err := core.NewClient(t.Context(),
		option.WithMerchantCredential("1900000109", merchantKey, readKey(t, "merchant")),
		option.WithWechatPayPublicKeyAuthCipher("1900000109", merchantKey, readKey(t, "merchant"),
			platformKey, &readKey(t, "platform").PublicKey),
		option.WithHTTPClient(&http.Client{Transport: trip(func(r *http.Request) (*http.Response, error) {
			var body []byte
			if r.Body != nil {
				var err error
				if body, err = io.ReadAll(r.Body); err != nil {
					return nil, err
				}
			}
			seen(r, body)
			return nil, errStop
		})}))
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// TestOfficialServicesAskTheSame lets the library make the requests that it has
// services for, out of its own types: method, URL and body must be ours. The
// members of its bodies come in another order.
func TestOfficialServicesAskTheSame(t *testing.T) {
	w := rsaRail(t)
	a, ra := testAsk(), testRefundAsk()
	order, refund, mch, app := string(a.Order), string(ra.Refund), "1900000109", "wx8888888888888888"
	expire := time.Date(2026, 1, 1, 8, 6, 0, 0, time.FixedZone("", 8*3600))
	ours := func(r rail.Request, err error) rail.Request {
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	tests := []struct {
		name string
		ours rail.Request
		ask  func(context.Context, *core.Client) error
	}{
		{"refund", ours(w.Refund(ra, testNonce, noon)), func(ctx context.Context, c *core.Client) error {
			s := refunddomestic.RefundsApiService{Client: c}
			_, _, err := s.Create(ctx, refunddomestic.CreateRequest{
				OutTradeNo: &order, OutRefundNo: &refund, Reason: &ra.Reason,
				Amount: &refunddomestic.AmountReq{Refund: new(int64(500)), Total: new(int64(1250)), Currency: new("CNY")}})
			return err
		}},
		{"refund query", ours(w.RefundQuery(ra, testNonce, noon)), func(ctx context.Context, c *core.Client) error {
			s := refunddomestic.RefundsApiService{Client: c}
			_, _, err := s.QueryByOutRefundNo(ctx, refunddomestic.QueryByOutRefundNoRequest{OutRefundNo: &refund})
			return err
		}},
		{"show", ours(w.Show(testShow(), testNonce, noon)), func(ctx context.Context, c *core.Client) error {
			s := native.NativeApiService{Client: c}
			_, _, err := s.Prepay(ctx, native.PrepayRequest{Appid: &app, Mchid: &mch,
				Description: new("街角面包店 000042"), OutTradeNo: &order, TimeExpire: &expire,
				NotifyUrl: new("https://shop.example/notify"),
				Amount:    &native.Amount{Total: new(int64(1250)), Currency: new("CNY")},
				SceneInfo: &native.SceneInfo{PayerClientIp: new("192.168.1.20"), DeviceId: new("till-1"),
					StoreInfo: &native.StoreInfo{Id: new("SHOP7")}}})
			return err
		}},
		{"close", ours(w.Close(a, testNonce, noon)), func(ctx context.Context, c *core.Client) error {
			s := native.NativeApiService{Client: c}
			_, err := s.CloseOrder(ctx, native.CloseOrderRequest{OutTradeNo: &order, Mchid: &mch})
			return err
		}},
		{"find", ours(w.Find(txn.FindAsk{Order: a.Order}, testNonce, noon)), func(ctx context.Context, c *core.Client) error {
			s := native.NativeApiService{Client: c}
			_, _, err := s.QueryOrderByOutTradeNo(ctx, native.QueryOrderByOutTradeNoRequest{OutTradeNo: &order, Mchid: &mch})
			return err
		}},
		{"find by reference", ours(w.Find(txn.FindAsk{Reference: "42"}, testNonce, noon)), func(ctx context.Context, c *core.Client) error {
			s := native.NativeApiService{Client: c}
			_, _, err := s.QueryOrderById(ctx, native.QueryOrderByIdRequest{TransactionId: new("42"), Mchid: &mch})
			return err
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var theirs *http.Request
			var body []byte
			client := official(t, func(r *http.Request, sent []byte) { theirs, body = r, sent })
			if err := tt.ask(t.Context(), client); !errors.Is(err, errStop) {
				t.Fatal(err)
			}
			if theirs.Method != tt.ours.Method || theirs.URL.String() != tt.ours.URL {
				t.Errorf("the library asks %s %s, we %s", theirs.Method, theirs.URL, tt.ours)
			}
			if got, want := canonical(t, tt.ours.Body), canonical(t, body); got != want {
				t.Errorf("body\n%s\nwant the library's\n%s", got, want)
			}
		})
	}
}

// canonical is JSON with its members in order, "" for none.
func canonical(t *testing.T, raw []byte) string {
	t.Helper()
	if len(raw) == 0 {
		return ""
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("%q: %v", raw, err)
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

var authFields = regexp.MustCompile(`nonce_str="([^"]+)",timestamp="([0-9]+)"`)

// TestOfficialLibrarySignsAsWeDo lets the library send our bodies to our URLs,
// takes nonce and time off its requests, and must find its own Authorization in
// ours.
func TestOfficialLibrarySignsAsWeDo(t *testing.T) {
	w := rsaRail(t)
	makers := map[string]func(nonce string, at txn.Wall) (rail.Request, error){
		"pay":     func(n string, at txn.Wall) (rail.Request, error) { return w.Pay(testPay(), n, at) },
		"query":   func(n string, at txn.Wall) (rail.Request, error) { return w.Query(testAsk(), n, at) },
		"reverse": func(n string, at txn.Wall) (rail.Request, error) { return w.Reverse(testAsk(), n, at) },
		"close":   func(n string, at txn.Wall) (rail.Request, error) { return w.Close(testAsk(), n, at) },
		"refund":  func(n string, at txn.Wall) (rail.Request, error) { return w.Refund(testRefundAsk(), n, at) },
		"refund query": func(n string, at txn.Wall) (rail.Request, error) {
			return w.RefundQuery(testRefundAsk(), n, at)
		},
		"balance": func(n string, at txn.Wall) (rail.Request, error) { return w.Balance(n, at) },
	}
	for name, make := range makers {
		t.Run(name, func(t *testing.T) {
			ours, err := make(testNonce, noon)
			if err != nil {
				t.Fatal(err)
			}
			var theirs *http.Request
			var body []byte
			client := official(t, func(r *http.Request, sent []byte) { theirs, body = r, sent })
			if ours.Method == "GET" {
				_, err = client.Get(t.Context(), ours.URL)
			} else {
				_, err = client.Post(t.Context(), ours.URL, ours.Body)
			}
			if !errors.Is(err, errStop) {
				t.Fatal(err)
			}
			if !bytes.Equal(body, ours.Body) || theirs.URL.String() != ours.URL {
				t.Fatalf("the library sends %s %q for %s %q", theirs.URL, body, ours.URL, ours.Body)
			}
			auth := theirs.Header.Get("Authorization")
			m := authFields.FindStringSubmatch(auth)
			if m == nil {
				t.Fatalf("Authorization %q", auth)
			}
			stamp, err := strconv.ParseInt(m[2], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			again, err := make(m[1], txn.Wall(stamp*1000+999))
			if err != nil {
				t.Fatal(err)
			}
			if again.Header[0][1] != auth {
				t.Errorf("Authorization\n%s\nwant the library's\n%s", again.Header[0][1], auth)
			}
		})
	}
}

// TestOfficialLibraryAgreesOnAnswers gives the same answers to its validator
// and to our check. The bubble makes the time exact.
func TestOfficialLibraryAgreesOnAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := rsaRail(t)
		theirs := validators.NewWechatPayResponseValidator(
			verifiers.NewSHA256WithRSAPubkeyVerifier(platformKey, readKey(t, "platform").PublicKey))
		key := rsaSigner(t, platformKey, "platform")
		now := time.Now()
		at := txn.Wall(now.UnixMilli())
		at1 := func(off int64) rail.Response {
			return signed(t, key, now.Unix()+off, 200, orderBody("SUCCESS"))
		}
		change := func(name, value string) rail.Response {
			r := at1(0)
			replace(&r, name, value)
			return r
		}
		cut := at1(0)
		cut.Body = cut.Body[:len(cut.Body)-1]
		tests := []struct {
			name string
			r    rail.Response
			ok   bool
		}{
			{"good", at1(0), true},
			{"299 s old", at1(-299), true},
			{"300 s old", at1(-300), false},
			{"299 s ahead", at1(299), true},
			{"300 s ahead", at1(300), false},
			{"an empty body", signed(t, key, now.Unix(), 204, ""), true},
			{"blanks around a header", change("Wechatpay-Serial", " "+platformKey+" "), true},
			{"a body cut short", cut, false},
			{"a stranger's key", signed(t, rsaSigner(t, platformKey, "stranger"), now.Unix(), 200, "{}"), false},
			{"an unknown name", change("Wechatpay-Serial", "PUB_KEY_ID_1"), false},
			{"no name", change("Wechatpay-Serial", ""), false},
			{"no nonce", change("Wechatpay-Nonce", ""), false},
			{"no time", change("Wechatpay-Timestamp", ""), false},
			{"a time that is none", change("Wechatpay-Timestamp", "soon"), false},
			{"no signature", change("Wechatpay-Signature", ""), false},
			{"a probe", change("Wechatpay-Signature", "WECHATPAY/SIGNTEST/AAAA"), false},
		}
		for _, tt := range tests {
			header := http.Header{}
			for _, h := range tt.r.Header {
				header.Add(h[0], h[1])
			}
			err := theirs.Validate(context.Background(), &http.Response{
				Header: header, Body: io.NopCloser(bytes.NewReader(tt.r.Body))})
			ours := check(w.cfg.Verifier, tt.r, at) == trusted
			if (err == nil) != tt.ok || ours != tt.ok {
				t.Errorf("%s: library %v, we %v, want %v", tt.name, err, ours, tt.ok)
			}
		}
	})
}
