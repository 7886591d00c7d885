package alipay

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	oracle "github.com/smartwalle/alipay/v3"

	"till/txn"
	"till/txn/rail"
	"till/txn/rail/railtest"
)

// The public library smartwalle/alipay v3.2.23 is the oracle of this file. Its
// traps (rails.md 5.2) are shown here beside what this package does.

type trip func(*http.Request) (*http.Response, error)

func (f trip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// call is our own biz_content in the library's envelope.
type call struct {
	oracle.AuxParam
	method string
	biz    json.RawMessage
}

func (c call) APIName() string              { return c.method }
func (c call) Params() map[string]string    { return nil }
func (c call) MarshalJSON() ([]byte, error) { return c.biz, nil }

// client is the library with our keys, in Beijing's zone, led to f.
func client(t *testing.T, f trip) *oracle.Client {
	t.Helper()
	raw, err := x509.MarshalPKCS8PrivateKey(readKey(t, "merchant"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := oracle.New(testConfig().AppID, base64.StdEncoding.EncodeToString(raw), true,
		oracle.WithTimeLocation(time.FixedZone("", 8*3600)),
		oracle.WithProductionGateway(testConfig().BaseURL),
		oracle.WithHTTPClient(&http.Client{Transport: f}))
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&readKey(t, "alipay").PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	key := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}))
	if err := c.LoadAliPayPublicKey(key); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestLibrarySignsAsWeDo lets the library send our biz_content: its whole
// request, signature included, must be ours. The bubble holds its clock.
func TestLibrarySignsAsWeDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := txn.Wall(time.Now().UnixMilli() + 999)
		for name, make := range makers(rsaRail(t)) {
			ours, err := make(at)
			if err != nil {
				t.Fatal(err)
			}
			form, err := url.ParseQuery(string(ours.Body))
			if err != nil {
				t.Fatal(err)
			}
			stop := errors.New("seen enough")
			var body []byte
			var to, kind string
			c := client(t, func(r *http.Request) (*http.Response, error) {
				to, kind = r.Method+" "+r.URL.String(), r.Header.Get("Content-Type")
				body, err = io.ReadAll(r.Body)
				return nil, stop
			})
			biz := json.RawMessage(form.Get("biz_content"))
			if len(biz) == 0 {
				biz = json.RawMessage("{}") // which the library leaves out
			}
			if got := c.Request(t.Context(), call{method: form.Get("method"), biz: biz}, &struct{}{}); !errors.Is(got, stop) {
				t.Fatal(got)
			}
			if !bytes.Equal(body, ours.Body) {
				t.Errorf("%s: the library sends\n%s\nwe send\n%s", name, body, ours.Body)
			}
			if to != ours.Method+" "+ours.URL || kind != ours.Header[0][1] {
				t.Errorf("%s: the library's %s %s", name, to, kind)
			}
		}
	})
}

// TestLibraryAgreesOnAnswers gives the same answers to the library and to us.
// It believes what we believe; where it does not look, it is written down.
func TestLibraryAgreesOnAnswers(t *testing.T) {
	p := rsaRail(t)
	key := rsaSigner(t, "a", "alipay")
	ok := trade("TRADE_SUCCESS")
	nested := with(t, paid, `{"code"`, `{"trade_status":"TRADE_SUCCESS","code"`)
	broken := signed(t, key, queryMember, ok)
	broken.Body = bytes.Replace(broken.Body, []byte("12.50"), []byte("12.51"), 1)
	spaced := answered(fmt.Sprintf(" {\"sign\" : \"%s\" ,\n\"%s\" : %s } ", signature(t, key, ok), queryMember, ok))
	tests := []struct {
		name   string
		r      rail.Response
		theirs string // the library's error, "" for none
		ours   string
	}{
		{"good", signed(t, key, queryMember, ok), "", "approved "},
		{"nested braces, quotes and escapes", signed(t, key, queryMember, nested), "", "approved "},
		{"white space around", spaced, "", "approved "},
		{"still waiting", signed(t, key, queryMember, trade("WAIT_BUYER_PAY")), "", "pending payer-acting"},
		{"a changed amount", broken, "crypto/rsa: verification error", "unknown untrusted R01"},
		{"a stranger's key", signed(t, rsaSigner(t, "s", "stranger"), queryMember, ok), "crypto/rsa: verification error", "unknown untrusted R01"},
		{"HTML", answered("<html>"), "invalid character '<' looking for beginning of value", "unknown other L05"},
		{"another member", signed(t, key, payMember, ok), oracle.ErrBadResponse.Error(), "unknown other L05"},
		{"trap: unsigned, with any code", bareAnswer(queryMember, ok), "10000 - ", "unknown untrusted R01"},
		{"trap: error_response, with any code", bareAnswer("error_response", ok), "10000 - ", "unknown untrusted R01"},
		{"trap: another order", signed(t, key, queryMember, with(t, ok, "042", "043")), "", "unknown foreign R03"},
		{"trap: another amount", signed(t, key, queryMember, with(t, ok, "12.50", "0.01")), "", "unknown foreign R03"},
	}
	for _, tt := range tests {
		var got oracle.TradeQueryRsp
		c := client(t, func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(bytes.NewReader(tt.r.Body))}, nil
		})
		err := c.Request(t.Context(), call{method: methodQuery, biz: json.RawMessage(`{}`)}, &got)
		if (err == nil) != (tt.theirs == "") || err != nil && err.Error() != tt.theirs {
			t.Errorf("%s: the library says %v, want %q", tt.name, err, tt.theirs)
		}
		ours := p.Read(txn.CallQuery, testAsk(), tt.r, noon)
		if railtest.Brief(ours) != tt.ours {
			t.Errorf("%s: we say %s, want %s", tt.name, railtest.Brief(ours), tt.ours)
		}
		if err == nil && ours.Outcome == txn.Approved && string(ours.Reference) != got.TradeNo {
			t.Errorf("%s: trade %s, the library's %s", tt.name, ours.Reference, got.TradeNo)
		}
	}
}

// TestLibraryTakes10003ForSuccess is the trap that a sale must not step into.
func TestLibraryTakes10003ForSuccess(t *testing.T) {
	if !oracle.Code("10003").IsSuccess() {
		t.Skip("the library has changed")
	}
	if (answer{Code: "10003"}).done() {
		t.Error("so do we")
	}
}

// TestLibraryFetchesUnknownCertificates and we do not: the answer names a
// certificate, and the library asks the gateway for it (rails.md 5.2).
func TestLibraryFetchesUnknownCertificates(t *testing.T) {
	named := answered(fmt.Sprintf(`{"%s":%s,"alipay_cert_sn":"stranger","sign":"%s"}`, queryMember,
		trade("TRADE_SUCCESS"), signature(t, rsaSigner(t, "s", "stranger"), trade("TRADE_SUCCESS"))))
	var methods []string
	c := client(t, func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		form, err := url.ParseQuery(string(body))
		methods = append(methods, form.Get("method"))
		if len(methods) > 1 {
			return nil, errors.New("refused")
		}
		return &http.Response{StatusCode: 200, Body: io.NopCloser(bytes.NewReader(named.Body))}, err
	})
	err := c.Request(t.Context(), call{method: methodQuery, biz: json.RawMessage(`{}`)}, &oracle.TradeQueryRsp{})
	if err == nil || len(methods) != 2 || !strings.HasPrefix(methods[1], "alipay.open.app.alipaycert.download") {
		t.Errorf("the library has changed: %v, %v", methods, err)
	}
	if got := certRail(t).Read(txn.CallQuery, testAsk(), named, noon); railtest.Brief(got) != "unknown untrusted R01" {
		t.Errorf("%s", railtest.Brief(got))
	}
}
