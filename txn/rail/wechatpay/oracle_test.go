package wechatpay

import (
	"bytes"
	"context"
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

	"till/txn"
	"till/txn/rail"
)

// The official library, wechatpay-go v0.2.20, is the oracle of this file. It
// has no call of code payment; its core signs and checks whatever it is given.

type trip func(*http.Request) (*http.Response, error)

func (f trip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

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
	}
	for name, make := range makers {
		t.Run(name, func(t *testing.T) {
			ours, err := make(testNonce, noon)
			if err != nil {
				t.Fatal(err)
			}
			var theirs *http.Request
			var body []byte
			stop := errors.New("seen enough")
			client, err := core.NewClient(t.Context(),
				option.WithMerchantCredential("1900000109", merchantKey, readKey(t, "merchant")),
				option.WithWechatPayPublicKeyAuthCipher("1900000109", merchantKey, readKey(t, "merchant"),
					platformKey, &readKey(t, "platform").PublicKey),
				option.WithHTTPClient(&http.Client{Transport: trip(func(r *http.Request) (*http.Response, error) {
					theirs = r
					if r.Body != nil {
						body, err = io.ReadAll(r.Body)
					}
					return nil, stop
				})}))
			if err != nil {
				t.Fatal(err)
			}
			if ours.Method == "GET" {
				_, err = client.Get(t.Context(), ours.URL)
			} else {
				_, err = client.Post(t.Context(), ours.URL, ours.Body)
			}
			if !errors.Is(err, stop) {
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
