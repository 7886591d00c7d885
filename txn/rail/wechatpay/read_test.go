package wechatpay

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"till/sim/railsim/railwire"
	"till/txn"
	"till/txn/rail"
	"till/txn/rail/railtest"
)

// with returns a body with one piece of it replaced; it must be there.
func with(t *testing.T, body, old, new string) string {
	t.Helper()
	if !strings.Contains(body, old) {
		t.Fatalf("%q is not in %s", old, body)
	}
	return strings.Replace(body, old, new, 1)
}

func TestPaidIsWhatIsSignedOursAndSUCCESS(t *testing.T) {
	w := testRail(t, nil)
	for _, call := range []txn.Call{txn.CallPay, txn.CallQuery} {
		got := w.Read(call, testAsk(), genuine(t, 200, orderBody("SUCCESS")), noon)
		want := txn.Answered{Order: testOrder, Call: call, Outcome: txn.Approved, Code: "SUCCESS",
			Text: "说明", Reference: "4200002000202601010123456789"}
		if got != want {
			t.Errorf("%s: %+v, want %+v", call, got, want)
		}
	}
}

// TestAnswerAboutSomethingElseIsForeign changes one echoed field at a time: the
// official library looks at none of them (rails.md 5.2).
func TestAnswerAboutSomethingElseIsForeign(t *testing.T) {
	w := testRail(t, nil)
	ok := orderBody("SUCCESS")
	changes := map[string][2]string{
		"another order":       {string(testOrder), "TESTINSTALL10000000043"},
		"no order":            {`"out_trade_no":"TESTINSTALL10000000042",`, ""},
		"another merchant":    {"1900000109", "1900000110"},
		"no merchant":         {`"mchid":"1900000109",`, ""},
		"another application": {"wx8888888888888888", "wx8888888888888889"},
		"another amount":      {`"total":1250`, `"total":1251`},
		"no amount":           {`"total":1250,`, ``},
		"nothing of amounts":  {`,"amount":{"total":1250,"payer_total":1250,"currency":"CNY"}`, ""},
		"another currency":    {`"CNY"`, `"USD"`},
	}
	for name, c := range changes {
		t.Run(name, func(t *testing.T) {
			for _, call := range []txn.Call{txn.CallPay, txn.CallQuery} {
				got := w.Read(call, testAsk(), genuine(t, 200, with(t, ok, c[0], c[1])), noon)
				if got.Outcome != txn.Unknown || got.Cause != txn.CauseForeign || got.Fault != rail.FaultForeign {
					t.Errorf("%s: %s, want unknown foreign R03", call, railtest.Brief(got))
				}
				if got.Again != (call == txn.CallPay) || got.Reference != "" {
					t.Errorf("%s: again %v, reference %q", call, got.Again, got.Reference)
				}
			}
		})
	}
	for _, c := range [][2]string{{`"appid":"wx8888888888888888",`, ""}, {`,"currency":"CNY"`, ""}} {
		got := w.Read(txn.CallQuery, testAsk(), genuine(t, 200, with(t, ok, c[0], c[1])), noon)
		if got.Outcome != txn.Approved {
			t.Errorf("without the optional %s: %s", c[0], railtest.Brief(got))
		}
	}
	unpaid := with(t, orderBody("NOTPAY"), `"total":1250`, `"total":1`)
	if got := w.Read(txn.CallQuery, testAsk(), genuine(t, 200, unpaid), noon); got.Cause != txn.CauseForeign {
		t.Errorf("an unpaid order with another amount: %s", railtest.Brief(got))
	}
	elsewhere := with(t, reverseBodyOK, string(testOrder), "TESTINSTALL10000000043")
	if got := w.Read(txn.CallReverse, testAsk(), genuine(t, 200, elsewhere), noon); got.Cause != txn.CauseForeign {
		t.Errorf("a reversal of another order: %s", railtest.Brief(got))
	}
}

// TestUnbelievedAnswersDecideNothing takes the signature apart, one piece at a
// time, under answers that would decide everything.
func TestUnbelievedAnswersDecideNothing(t *testing.T) {
	w := testRail(t, nil)
	drop := func(name string) func(*rail.Response) {
		return func(r *rail.Response) { replace(r, name, "") }
	}
	swap := func(name, value string) func(*rail.Response) {
		return func(r *rail.Response) { replace(r, name, value) }
	}
	changes := map[string]func(*rail.Response){
		"no signature at all":        func(r *rail.Response) { r.Header = nil },
		"no signature":               drop("Wechatpay-Signature"),
		"no serial number":           drop("Wechatpay-Serial"),
		"no nonce":                   drop("Wechatpay-Nonce"),
		"no time":                    drop("Wechatpay-Timestamp"),
		"an unknown key":             swap("Wechatpay-Serial", "PUB_KEY_ID_STRANGER"),
		"another nonce":              swap("Wechatpay-Nonce", "x"),
		"another time":               swap("Wechatpay-Timestamp", "1767225601"),
		"a time that is none":        swap("Wechatpay-Timestamp", "soon"),
		"a time with a sign":         swap("Wechatpay-Timestamp", "+1767225600"),
		"no base64":                  swap("Wechatpay-Signature", "***"),
		"an empty signature":         swap("Wechatpay-Signature", "===="),
		"a probe of the network":     swap("Wechatpay-Signature", "WECHATPAY/SIGNTEST/AAAA"),
		"a changed body":             func(r *rail.Response) { r.Body = append(r.Body, ' ') },
		"the signature of a request": func(r *rail.Response) { replace(r, "Wechatpay-Serial", "merchant") },
	}
	bodies := []struct {
		status int
		body   string
	}{
		{200, orderBody("SUCCESS")}, {200, orderBody("CLOSED")}, {200, orderBody("PAYERROR")},
		{200, reverseBodyOK}, {204, ""}, {400, errorBody("ORDER_CLOSED", "")},
		{403, errorBody("NOT_ENOUGH", "余额不足")}, {404, errorBody("ORDER_NOT_EXIST", "")},
		{400, errorBody("REVERSE_EXPIRE", "")}, {400, errorBody("USERPAYING", "")},
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			for _, b := range bodies {
				for _, call := range calls {
					r := genuine(t, b.status, b.body)
					change(&r)
					got := w.Read(call, testAsk(), r, noon)
					if got.Outcome != txn.Unknown || got.Cause != txn.CauseUntrusted || got.Fault != rail.FaultUntrusted {
						t.Errorf("%d %s to a %s: %s, want unknown untrusted R01", b.status, b.body, call, railtest.Brief(got))
					}
					if got.Again != begins(call) || got.Undo || got.Reference != "" {
						t.Errorf("%d %s to a %s: %+v", b.status, b.body, call, got)
					}
				}
			}
		})
	}
}

// TestANonceIsNeeded signs an answer without one, as the library demands.
func TestANonceIsNeeded(t *testing.T) {
	r := genuine(t, 200, orderBody("SUCCESS"))
	sig, err := railwire.HMAC("platform").Sign(fmt.Appendf(nil, "%d\n\n%s\n", seconds(noon), r.Body))
	if err != nil {
		t.Fatal(err)
	}
	replace(&r, "Wechatpay-Nonce", "")
	replace(&r, "Wechatpay-Signature", base64.StdEncoding.EncodeToString(sig))
	if got := testRail(t, nil).Read(txn.CallPay, testAsk(), r, noon); got.Outcome != txn.Unknown {
		t.Errorf("%s", railtest.Brief(got))
	}
}

func replace(r *rail.Response, name, value string) {
	for i, h := range r.Header {
		if h[0] == name {
			r.Header[i][1] = value
		}
	}
}

func TestAnUnbelievedAnswerMayColourTheText(t *testing.T) {
	got := testRail(t, nil).Read(txn.CallPay, testAsk(), bare(403, errorBody("NOT_ENOUGH", "余额不足")), noon)
	if got.Code != "NOT_ENOUGH" || got.Text != "余额不足" {
		t.Errorf("%+v", got)
	}
}

// TestTimeWindow is the same to the second as the official library's; see
// TestOfficialLibraryAgreesOnAnswers.
func TestTimeWindow(t *testing.T) {
	w := testRail(t, nil)
	for _, tt := range []struct {
		off  int64
		want txn.Outcome
	}{{0, txn.Approved}, {299, txn.Approved}, {-299, txn.Approved}, {300, txn.Unknown}, {-300, txn.Unknown},
		{1 << 40, txn.Unknown}, {-1 << 40, txn.Unknown}} {
		r := signed(t, railwire.HMAC("platform"), seconds(noon)+tt.off, 200, orderBody("SUCCESS"))
		got := w.Read(txn.CallPay, testAsk(), r, noon)
		if got.Outcome != tt.want {
			t.Errorf("%d s off: %s, want %s", tt.off, railtest.Brief(got), tt.want)
		}
		if tt.want == txn.Unknown && (got.Cause != txn.CauseClockWrong || got.Fault != txn.FaultSkewed || !got.Again) {
			t.Errorf("%d s off: %s, want clock-wrong C02 again", tt.off, railtest.Brief(got))
		}
	}
	for _, at := range []txn.Wall{-1 << 63, 1<<63 - 1, -1, 0} {
		if got := w.Read(txn.CallPay, testAsk(), genuine(t, 200, orderBody("SUCCESS")), at); got.Outcome != txn.Unknown {
			t.Errorf("by a clock at %d: %s", at, railtest.Brief(got))
		}
	}
	for _, far := range []int64{-1 << 63, 1<<63 - 1, seconds(noon) + (-1 << 63)} {
		r := signed(t, railwire.HMAC("platform"), far, 200, orderBody("SUCCESS"))
		if got := w.Read(txn.CallPay, testAsk(), r, noon); got.Outcome != txn.Unknown {
			t.Errorf("signed at %d: %s", far, railtest.Brief(got))
		}
	}
}

// TestOneUnsignedCodeDeclines is the list of codes that cannot hide a charge:
// one row, only for a payment, only with its status, only without a signature
// that is wrong.
func TestOneUnsignedCodeDeclines(t *testing.T) {
	w := testRail(t, nil)
	forged := genuine(t, 401, errorBody("SIGN_ERROR", ""))
	forged.Body = append(forged.Body, ' ')
	tests := []struct {
		name string
		call txn.Call
		r    rail.Response
		want string
	}{
		{"a payment that was not signed well", txn.CallPay, bare(401, errorBody("SIGN_ERROR", "签名错误")),
			"declined key-wrong R02"},
		{"in the old spelling", txn.CallPay, bare(401, errorBody("SIGNERROR", "")), "declined key-wrong R02"},
		{"because of the clock", txn.CallPay, bare(401, errorBody("SIGN_ERROR", "时间戳超过5分钟")),
			"declined clock-wrong C02"},
		{"a query", txn.CallQuery, bare(401, errorBody("SIGN_ERROR", "")), "unknown key-wrong R02"},
		{"a reversal", txn.CallReverse, bare(401, errorBody("SIGN_ERROR", "")), "unknown key-wrong R02"},
		{"another status", txn.CallPay, bare(400, errorBody("SIGN_ERROR", "")), "unknown untrusted R01 again"},
		{"another code", txn.CallPay, bare(401, errorBody("NO_AUTH", "")), "unknown untrusted R01 again"},
		{"no code", txn.CallPay, bare(401, ""), "unknown untrusted R01 again"},
		{"a wrong signature", txn.CallPay, forged, "unknown untrusted R01 again"},
		{"a clock named unsigned", txn.CallPay, bare(400, errorBody("PARAM_ERROR", "timestamp与发起请求的时间不得超过5分钟")),
			"unknown clock-wrong C02 again"},
	}
	for _, tt := range tests {
		if got := railtest.Brief(w.Read(tt.call, testAsk(), tt.r, noon)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	for _, code := range documented {
		for _, status := range []int{400, 401, 403, 404} {
			got := w.Read(txn.CallPay, testAsk(), bare(status, errorBody(code, "")), noon)
			if got.Outcome == txn.Declined && (status != 401 || !same(code, "SIGN_ERROR")) {
				t.Errorf("unsigned %d %s declines", status, code)
			}
		}
	}
}

// TestWhatIsNoAnswer is what gateways and the machines before them send on bad
// days (rails.md 5.2).
func TestWhatIsNoAnswer(t *testing.T) {
	w := testRail(t, nil)
	html := "<html><body><h1>502 Bad Gateway</h1></body></html>"
	cut := orderBody("SUCCESS")
	cut = cut[:len(cut)/2]
	huge := strings.Replace(orderBody("SUCCESS"), "说明", strings.Repeat("x", bodyMax), 1)
	tests := []struct {
		name string
		call txn.Call
		r    rail.Response
		want string
		code string
	}{
		{"HTML from a machine in front", txn.CallPay, bare(502, html), "unknown gateway-down", "HTTP 502"},
		{"HTML, signed", txn.CallPay, genuine(t, 502, html), "unknown gateway-down", "HTTP 502"},
		{"nothing with 503", txn.CallQuery, bare(503, ""), "unknown gateway-down", "HTTP 503"},
		{"too many requests, unsigned", txn.CallPay, bare(429, errorBody("RATELIMIT_EXCEEDED", "")), "unknown busy", "RATELIMIT_EXCEEDED"},
		{"too many requests, signed", txn.CallPay, genuine(t, 429, errorBody("NOTENOUGH", "")), "unknown busy", "NOTENOUGH"},
		{"an error without a code", txn.CallPay, genuine(t, 400, `{"message":"?"}`), "unknown other", "HTTP 400"},
		{"an error with an empty code", txn.CallPay, genuine(t, 403, errorBody("", "?")), "unknown other", "HTTP 403"},
		{"an unknown code", txn.CallPay, genuine(t, 400, errorBody("BRAND_NEW", "新的\t错误")), "unknown other", "BRAND_NEW"},
		{"half of an approval", txn.CallPay, genuine(t, 200, cut), "unknown other L05 again", "HTTP 200"},
		{"a huge approval", txn.CallPay, genuine(t, 200, huge), "unknown other L05 again", "HTTP 200"},
		{"two approvals", txn.CallPay, genuine(t, 200, orderBody("SUCCESS")+orderBody("SUCCESS")), "unknown other L05 again", "HTTP 200"},
		{"an amount with decimals", txn.CallQuery, genuine(t, 200, with(t, orderBody("SUCCESS"), `"total":1250`, `"total":1250.0`)), "unknown other L05", "HTTP 200"},
		{"an amount in quotes", txn.CallQuery, genuine(t, 200, with(t, orderBody("SUCCESS"), `"total":1250`, `"total":"1250"`)), "unknown other L05", "HTTP 200"},
		{"accepted, not done", txn.CallPay, genuine(t, 202, orderBody("SUCCESS")), "unknown other", "SUCCESS"},
		{"accepted, the payer is acting", txn.CallPay, genuine(t, 202, errorBody("USERPAYING", "需要用户输入支付密码")), "pending payer-acting", "USERPAYING"},
		{"no content to a payment", txn.CallPay, genuine(t, 204, ""), "unknown other", "HTTP 204"},
		{"no content to a query", txn.CallQuery, genuine(t, 204, ""), "unknown other", "HTTP 204"},
		{"a redirection", txn.CallPay, genuine(t, 302, "{}"), "unknown other", "HTTP 302"},
		{"an order without a state", txn.CallPay, genuine(t, 200, reverseBodyOK), "unknown other again", "HTTP 200"},
		{"a state that nobody knows", txn.CallQuery, genuine(t, 200, orderBody("HALFPAID")), "unknown other", "HALFPAID"},
		{"a state in other letters", txn.CallQuery, genuine(t, 200, orderBody("Success")), "unknown other", "Success"},
		{"an approval with an error code", txn.CallPay, genuine(t, 200, with(t, orderBody("SUCCESS"), `{"appid"`, `{"code":"SYSTEM_ERROR","appid"`)), "unknown gateway-down", "SYSTEM_ERROR"},
		{"an empty object", txn.CallQuery, genuine(t, 200, "{}"), "unknown foreign R03", "HTTP 200"},
		{"null", txn.CallQuery, genuine(t, 200, "null"), "unknown foreign R03", "HTTP 200"},
		{"an array", txn.CallQuery, genuine(t, 200, "[]"), "unknown other L05", "HTTP 200"},
	}
	for _, tt := range tests {
		got := w.Read(tt.call, testAsk(), tt.r, noon)
		if railtest.Brief(got) != tt.want || got.Code != tt.code {
			t.Errorf("%s: %s with code %q, want %s with %q", tt.name, railtest.Brief(got), got.Code, tt.want, tt.code)
		}
	}
}

func TestReversal(t *testing.T) {
	w := testRail(t, nil)
	recall := func(v string) rail.Response {
		return genuine(t, 200, with(t, reverseBodyOK, "}", fmt.Sprintf(`,"recall":%q}`, v)))
	}
	tests := []struct {
		name string
		r    rail.Response
		want string
	}{
		{"as the page of v3 has it", genuine(t, 200, reverseBodyOK), "undone undo-final"},
		{"done", recall("N"), "undone undo-final"},
		{"call again", recall("Y"), "pending gateway-down again"},
		{"a recall that nobody knows", recall("MAYBE"), "unknown other"},
		{"no content, as abroad", genuine(t, 204, ""), "undone undo-final"},
		{"accepted, not done", genuine(t, 202, reverseBodyOK), "unknown other"},
		{"the payer is still acting", genuine(t, 400, errorBody("USERPAYING", "正在支付中不能发起撤销")), "pending payer-acting"},
		{"closed already", genuine(t, 400, errorBody("ORDER_CLOSED", "")), "undone undo-final"},
		{"the window is over", genuine(t, 400, errorBody("REVERSE_EXPIRE", "")), "declined too-late"},
		{"never heard of it", genuine(t, 404, errorBody("ORDER_NOT_EXIST", "")), "unknown no-such-order"},
		{"never heard of it, unsigned", bare(404, errorBody("ORDER_NOT_EXIST", "")), "unknown untrusted R01"},
		{"the network is ill", genuine(t, 500, errorBody("SYSTEM_ERROR", "")), "unknown gateway-down"},
		{"closed, says a server that fails", genuine(t, 500, errorBody("ORDER_CLOSED", "")), "unknown gateway-down"},
		{"an answer that says it is paid", genuine(t, 200, orderBody("SUCCESS")), "unknown other"},
		{"an answer that says it is revoked", genuine(t, 200, orderBody("REVOKED")), "undone undo-final"},
	}
	for _, tt := range tests {
		if got := railtest.Brief(w.Read(txn.CallReverse, testAsk(), tt.r, noon)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestNoAnswerTellsThePayersCode lets the network quote it.
func TestNoAnswerTellsThePayersCode(t *testing.T) {
	w := testRail(t, nil)
	const code = "134567890123456789"
	for _, body := range []string{
		errorBody("AUTH_CODE_INVALID", "授权码"+code+"无效"), errorBody(code, code),
		with(t, orderBody("USERPAYING"), "说明", code), orderBody(code),
	} {
		for _, r := range []rail.Response{genuine(t, 400, body), genuine(t, 200, body), bare(400, body)} {
			if got := fmt.Sprintf("%+v", w.Read(txn.CallPay, testAsk(), r, noon)); strings.Contains(got, code) {
				t.Errorf("%s: %s", body, got)
			}
		}
	}
}

func TestTwoPlatformKeysAreKnownAndNoThird(t *testing.T) {
	w := rsaRail(t)
	tests := []struct {
		name   string
		signer *rail.RSASigner
		want   txn.Outcome
	}{
		{"the old key", rsaSigner(t, platformKey, "platform"), txn.Approved},
		{"the new key", rsaSigner(t, platformKey2, "platform2"), txn.Approved},
		{"the new key under the old name", rsaSigner(t, platformKey, "platform2"), txn.Unknown},
		{"a stranger", rsaSigner(t, "PUB_KEY_ID_STRANGER", "stranger"), txn.Unknown},
		{"a stranger under a known name", rsaSigner(t, platformKey, "stranger"), txn.Unknown},
		{"ourselves", rsaSigner(t, merchantKey, "merchant"), txn.Unknown},
	}
	for _, tt := range tests {
		r := signed(t, tt.signer, seconds(noon), 200, orderBody("SUCCESS"))
		if got := w.Read(txn.CallPay, testAsk(), r, noon); got.Outcome != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, railtest.Brief(got), tt.want)
		}
	}
}

// FuzzRead promises that nothing panics, that only a signed echo of our own
// order is an approval, and that what is unsigned decides nothing but by the
// one code.
func FuzzRead(f *testing.F) {
	for _, r := range append(table, states...) {
		f.Add(200, []byte(orderBody(r.code)), true, uint8(0))
		f.Add(400, []byte(errorBody(r.code, "已使用")), true, uint8(1))
	}
	f.Add(401, []byte(errorBody("SIGN_ERROR", "时间戳")), false, uint8(0))
	f.Add(200, []byte(reverseBodyOK), true, uint8(2))
	f.Add(502, []byte("<html>"), false, uint8(1))
	f.Fuzz(func(t *testing.T, status int, body []byte, sign bool, which uint8) {
		w, call := testRail(t, nil), calls[int(which)%len(calls)]
		r := bare(status, string(body))
		if sign {
			r = genuine(t, status, string(body))
		}
		got := w.Read(call, testAsk(), r, noon)
		if got.Order != testOrder || got.Call != call {
			t.Fatalf("about %s %s", got.Order, got.Call)
		}
		if got.Outcome == txn.Approved || got.Refunded {
			s := string(body)
			if !sign || status != 200 || call != txn.CallPay && call != txn.CallQuery || !strings.Contains(s, string(testOrder)) ||
				!strings.Contains(s, "1900000109") || !strings.Contains(s, "1250") {
				t.Fatalf("approved by %d %q, signed %v", status, body, sign)
			}
		} else if got.Reference != "" {
			t.Fatalf("%s has a reference", railtest.Brief(got))
		}
		if (got.QR != "") != (call == txn.CallShow && got.Outcome == txn.Pending) {
			t.Fatalf("%s to %s with the code %q", railtest.Brief(got), call, got.QR)
		}
		if !sign && got.Outcome != txn.Unknown && (status != 401 || !begins(call)) {
			t.Fatalf("unsigned %d %q: %s", status, body, railtest.Brief(got))
		}
		if len([]rune(got.Text)) > rail.TextMax || len([]rune(got.Code)) > 64 {
			t.Fatalf("text %q, code %q", got.Text, got.Code)
		}
	})
}
