package alipay

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"till/sim/railsim/railwire"
	"till/txn"
	"till/txn/rail"
	"till/txn/rail/railtest"
)

// TestTheRawTextIsVerified: the signature covers the bytes of the member, which
// must be found whatever is inside, before and behind it.
func TestTheRawTextIsVerified(t *testing.T) {
	p := testRail(t, nil)
	spaced := "{ \"code\" : \"10000\",\n\t\"out_trade_no\":\"TESTINSTALL10000000042\" , \"trade_status\":\"TRADE_SUCCESS\"," +
		"\"total_amount\":\"12.50\",\"a\":{\"b\":[{\"c\":\"}]\\\"\\\\\"}]},\"url\":\"https:\\/\\/x\",\"u\":\"\\u0041\\u005c\",\"n\":1.50e+2 }"
	for _, content := range []string{
		trade("TRADE_SUCCESS"), spaced,
		with(t, paid, `{"code"`, `{"trade_status":"TRADE_SUCCESS","code"`),
		with(t, trade("TRADE_SUCCESS"), `"msg":"Success"`, `"msg":"\"},\"sign\":\"AAAA\"}"`),
		with(t, trade("TRADE_SUCCESS"), `"msg":"Success"`, `"error_response":{"sign":"x"},"sign":"x"`),
	} {
		sig := signature(t, railwire.HMAC(KeySerial), content)
		for _, body := range []string{
			fmt.Sprintf(`{"%s":%s,"sign":"%s"}`, queryMember, content, sig),
			fmt.Sprintf(`{"sign":"%s","%s":%s}`, sig, queryMember, content),
			fmt.Sprintf(" {\n \"%s\" :\t%s\n,\r\n\"sign\" : \"%s\" } \n", queryMember, content, sig),
			fmt.Sprintf(`{"%s":%s,"alipay_cert_sn":"x","other":[{"sign":"no"}],"sign":"%s"}`, queryMember, content, sig),
			fmt.Sprintf(`{"%s":%s,"sign":"%s"}`, queryMember, content, strings.ReplaceAll(sig, "/", `\/`)),
		} {
			if got := p.Read(txn.CallQuery, testAsk(), answered(body), noon); got.Outcome != txn.Approved {
				t.Errorf("%s for %s", railtest.Brief(got), body)
			}
		}
		marshalled, err := json.Marshal(json.RawMessage(content))
		if err != nil {
			t.Fatal(err)
		}
		if string(marshalled) == content {
			continue
		}
		body := fmt.Sprintf(`{"%s":%s,"sign":"%s"}`, queryMember, marshalled, sig)
		if got := p.Read(txn.CallQuery, testAsk(), answered(body), noon); got.Outcome != txn.Unknown {
			t.Errorf("%s for the marshalled %s", railtest.Brief(got), body)
		}
	}
}

// TestUnbelievedAnswersDecideNothing spoils the signature in every way, under
// answers that would decide everything.
func TestUnbelievedAnswersDecideNothing(t *testing.T) {
	p := testRail(t, nil)
	wrap := func(member, content, sign string) string {
		return fmt.Sprintf(`{"%s":%s,"sign":%s}`, member, content, sign)
	}
	sign := func(by, content string) string { return `"` + signature(t, railwire.HMAC(by), content) + `"` }
	spoil := map[string]func(member, content string) string{
		"no signature":       func(m, c string) string { return fmt.Sprintf(`{"%s":%s}`, m, c) },
		"an empty signature": func(m, c string) string { return wrap(m, c, `""`) },
		"no base64":          func(m, c string) string { return wrap(m, c, `"***"`) },
		"a number":           func(m, c string) string { return wrap(m, c, `1`) },
		"null":               func(m, c string) string { return wrap(m, c, `null`) },
		"a stranger's":       func(m, c string) string { return wrap(m, c, sign("stranger", c)) },
		"our own":            func(m, c string) string { return wrap(m, c, sign("merchant", c)) },
		"another text's":     func(m, c string) string { return wrap(m, c, sign(KeySerial, c+" ")) },
		"a changed text":     func(m, c string) string { return wrap(m, strings.Replace(c, ":", ": ", 1), sign(KeySerial, c)) },
		"the signature of another member": func(m, c string) string {
			return fmt.Sprintf(`{"%s":%s,"other":{},"sign":%s}`, m, c, sign(KeySerial, "{}"))
		},
		"an error_response": func(m, c string) string { return fmt.Sprintf(`{"error_response":%s}`, c) },
	}
	contents := []string{
		paid, trade("TRADE_SUCCESS"), trade("TRADE_CLOSED"), cancelled(`,"retry_flag":"N","action":"refund"`),
		business("ACQ.BUYER_BALANCE_NOT_ENOUGH"), business("ACQ.TRADE_NOT_EXIST"), business("ACQ.TRADE_CANCEL_TIME_OUT"),
		failure("40002", "isv.invalid-signature", "无效签名"), failure("10003", "", ""),
		refunded, refundFound, `{"code":"10000"}`, business("ACQ.SELLER_BALANCE_NOT_ENOUGH"),
	}
	for name, change := range spoil {
		t.Run(name, func(t *testing.T) {
			for _, c := range contents {
				for _, call := range calls {
					got := p.Read(call, testAsk(), answered(change(memberOf(call), c)), noon)
					want := "unknown untrusted R01"
					if begins(call) {
						want += " again"
					}
					if railtest.Brief(got) != want || got.Reference != "" {
						t.Errorf("%s to a %s: %s", c, call, railtest.Brief(got))
					}
				}
				for _, call := range refundCalls {
					got := p.ReadRefund(call, testRefundAsk(), answered(change(refundMemberOf(call), c)), noon)
					if railtest.BriefRefund(got) != "unknown untrusted R01" || got.Reference != "" || got.Payer != 0 {
						t.Errorf("%s to a %s: %s", c, call, railtest.BriefRefund(got))
					}
				}
			}
		})
	}
}

// TestAnUnbelievedAnswerMayColourTheText and nothing else.
func TestAnUnbelievedAnswerMayColourTheText(t *testing.T) {
	r := bareAnswer("error_response", failure("40002", "isv.invalid-app-id", "无效的AppID参数"))
	got := testRail(t, nil).Read(txn.CallPay, testAsk(), r, noon)
	if got.Code != "isv.invalid-app-id" || got.Text != "无效的AppID参数" || got.Outcome != txn.Unknown {
		t.Errorf("%+v", got)
	}
}

// TestNoMemberStandsTwice: one would be verified and the other read.
func TestNoMemberStandsTwice(t *testing.T) {
	p := testRail(t, nil)
	ok, waiting := trade("TRADE_SUCCESS"), trade("WAIT_BUYER_PAY")
	sign := func(c string) string { return signature(t, railwire.HMAC(KeySerial), c) }
	for _, body := range []string{
		fmt.Sprintf(`{"%s":%s,"%s":%s,"sign":"%s"}`, queryMember, waiting, queryMember, ok, sign(waiting)),
		fmt.Sprintf(`{"%s":%s,"%s":%s,"sign":"%s"}`, queryMember, ok, queryMember, waiting, sign(waiting)),
		fmt.Sprintf(`{"%s":%s,"alipay\u005ftrade_query_response":%s,"sign":"%s"}`, queryMember, ok, ok, sign(ok)),
		fmt.Sprintf(`{"%s":%s,"sign":"AAAA","sign":"%s"}`, queryMember, ok, sign(ok)),
		fmt.Sprintf(`{"%s":%s,"sign":null,"sign":"%s"}`, queryMember, ok, sign(ok)),
		fmt.Sprintf(`{"%s":%s,"alipay_cert_sn":"a","alipay_cert_sn":"b","sign":"%s"}`, queryMember, ok, sign(ok)),
		fmt.Sprintf(`{"%s":%s,"error_response":{},"error_response":{},"sign":"%s"}`, queryMember, ok, sign(ok)),
	} {
		if got := p.Read(txn.CallQuery, testAsk(), answered(body), noon); railtest.Brief(got) != "unknown other L05" {
			t.Errorf("%s for %s", railtest.Brief(got), body)
		}
	}
}

// TestAnAnswerToAnotherMethodIsNone: rightly signed, in another member.
func TestAnAnswerToAnotherMethodIsNone(t *testing.T) {
	p := testRail(t, nil)
	ok := trade("TRADE_SUCCESS")
	for _, member := range []string{payMember, cancelMember, "Alipay_Trade_Query_Response", "response", "", "sign "} {
		if got := p.Read(txn.CallQuery, testAsk(), genuine(t, member, ok), noon); railtest.Brief(got) != "unknown other L05" {
			t.Errorf("in %q: %s", member, railtest.Brief(got))
		}
	}
}

// TestAnErrorThatSaysDoneIsNothing: the library hands out an error with code
// 10000 (rails.md 5.2). Signed or not, error_response is no success.
func TestAnErrorThatSaysDoneIsNothing(t *testing.T) {
	p := testRail(t, nil)
	for _, c := range []string{paid, trade("TRADE_SUCCESS"), cancelled(`,"retry_flag":"N","action":"close"`),
		`{"code":"10003","out_trade_no":"TESTINSTALL10000000042"}`} {
		for _, call := range calls {
			if got := p.Read(call, testAsk(), genuine(t, "error_response", c), noon); railtest.Brief(got) != "unknown other" {
				t.Errorf("%s to a %s: %s", c, call, railtest.Brief(got))
			}
		}
	}
	for _, c := range []string{refunded, refundFound, `{"code":"10000"}`} {
		for _, call := range refundCalls {
			got := p.ReadRefund(call, testRefundAsk(), genuine(t, "error_response", c), noon)
			if railtest.BriefRefund(got) != "unknown other" {
				t.Errorf("%s to a %s: %s", c, call, railtest.BriefRefund(got))
			}
		}
	}
	got := p.Read(txn.CallPay, testAsk(), genuine(t, "error_response", failure("40002", "isv.invalid-signature", "")), noon)
	if railtest.Brief(got) != "declined key-wrong R02" {
		t.Errorf("a signed refusal: %s", railtest.Brief(got))
	}
}

// TestCertificatesArePinned: an answer that names another certificate is wrong,
// whoever signed it, and nothing is fetched (rails.md 5.2).
func TestCertificatesArePinned(t *testing.T) {
	ok := trade("TRADE_SUCCESS")
	of := func(key, sn string) rail.Response {
		return answered(fmt.Sprintf(`{"%s":%s,"alipay_cert_sn":%s,"sign":"%s"}`,
			queryMember, ok, sn, signature(t, railwire.HMAC(key), ok)))
	}
	tests := []struct {
		name string
		p    *Rail
		r    rail.Response
		want string
	}{
		{"the pinned certificate", certRail(t), of(alipaySN, `"`+alipaySN+`"`), "approved "},
		{"another certificate", certRail(t), of("stranger", `"stranger"`), "unknown untrusted R01"},
		{"another name", certRail(t), of(alipaySN, `"`+appSN+`"`), "unknown untrusted R01"},
		{"no name", certRail(t), of(alipaySN, `""`), "unknown untrusted R01"},
		{"a number for a name", certRail(t), of(alipaySN, `1`), "unknown untrusted R01"},
		{"a stranger under the name", certRail(t), of("stranger", `"`+alipaySN+`"`), "unknown untrusted R01"},
		{"no certificate at all", certRail(t), genuine(t, queryMember, ok), "unknown untrusted R01"},
		{"a name where there are no certificates", testRail(t, nil), of(KeySerial, `"x"`), "approved "},
	}
	for _, tt := range tests {
		if got := tt.p.Read(txn.CallQuery, testAsk(), tt.r, noon); railtest.Brief(got) != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, railtest.Brief(got), tt.want)
		}
	}
}

// TestRealKeys is the same with RSA.
func TestRealKeys(t *testing.T) {
	p := rsaRail(t)
	tests := []struct {
		key  string
		want txn.Outcome
	}{{"alipay", txn.Approved}, {"alipay2", txn.Unknown}, {"stranger", txn.Unknown}, {"merchant", txn.Unknown}}
	for _, tt := range tests {
		r := signed(t, rsaSigner(t, tt.key, tt.key), queryMember, trade("TRADE_SUCCESS"))
		if got := p.Read(txn.CallQuery, testAsk(), r, noon); got.Outcome != tt.want {
			t.Errorf("signed by %s: %s", tt.key, railtest.Brief(got))
		}
	}
	ok := trade("TRADE_SUCCESS")
	sig, err := base64.StdEncoding.DecodeString(signature(t, rsaSigner(t, "a", "alipay"), ok))
	if err != nil {
		t.Fatal(err)
	}
	sig[0] ^= 1
	r := answered(fmt.Sprintf(`{"%s":%s,"sign":"%s"}`, queryMember, ok, base64.StdEncoding.EncodeToString(sig)))
	if got := p.Read(txn.CallQuery, testAsk(), r, noon); got.Cause != txn.CauseUntrusted {
		t.Errorf("a bit of the signature changed: %s", railtest.Brief(got))
	}
}

// gullible believes everything it is asked about.
type gullible struct{}

func (gullible) Verify(string, []byte, []byte) error { return nil }

// TestNobodyIsAskedAboutNoSignature: what is unsigned does not reach the key.
func TestNobodyIsAskedAboutNoSignature(t *testing.T) {
	ok := trade("TRADE_SUCCESS")
	for name, body := range map[string]string{
		"no signature":    fmt.Sprintf(`{"%s":%s,"alipay_cert_sn":"x"}`, queryMember, ok),
		"an empty one":    fmt.Sprintf(`{"%s":%s,"alipay_cert_sn":"x","sign":""}`, queryMember, ok),
		"one and no name": fmt.Sprintf(`{"%s":%s,"sign":"AAAA"}`, queryMember, ok),
	} {
		p := testRail(t, func(c *Config) { c.AppCertSN, c.RootCertSN, c.Verifier = appSN, rootSN, gullible{} })
		if got := p.Read(txn.CallQuery, testAsk(), answered(body), noon); railtest.Brief(got) != "unknown untrusted R01" {
			t.Errorf("%s: %s", name, railtest.Brief(got))
		}
	}
}
