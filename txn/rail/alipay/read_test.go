package alipay

import (
	"strings"
	"testing"

	"till/sim/railsim/railwire"
	"till/txn"
	"till/txn/rail"
	"till/txn/rail/railtest"
)

// TestOnlyTradeStatusApproves: 10000 and 10003 to a payment are not money, though
// the library calls both a success (rails.md 5.2).
func TestOnlyTradeStatusApproves(t *testing.T) {
	p := testRail(t, nil)
	for _, state := range []string{"TRADE_SUCCESS", "TRADE_FINISHED"} {
		got := p.Read(txn.CallQuery, testAsk(), genuine(t, queryMember, trade(state)), noon)
		want := txn.Answered{Order: testOrder, Call: txn.CallQuery, Outcome: txn.Approved, Code: state, Reference: tradeNo}
		if got != want {
			t.Errorf("%s: %+v, want %+v", state, got, want)
		}
	}
	for _, c := range []string{paid, trade("TRADE_SUCCESS"),
		`{"code":"10003","msg":" order success pay inprocess","out_trade_no":"TESTINSTALL10000000042","total_amount":"12.50"}`,
		`{"code":"10003"}`} {
		got := p.Read(txn.CallPay, testAsk(), genuine(t, payMember, c), noon)
		if railtest.Brief(got) != "pending payer-acting again" || got.Reference != "" {
			t.Errorf("%s to a payment: %s", c, railtest.Brief(got))
		}
		if got := p.Read(txn.CallReverse, testAsk(), genuine(t, cancelMember, c), noon); got.Outcome != txn.Unknown {
			t.Errorf("%s to a cancellation: %s", c, railtest.Brief(got))
		}
	}
	for _, code := range []string{"10001", "10003", "1000", "010000", "10000 ", ""} {
		c := with(t, trade("TRADE_SUCCESS"), `"10000"`, `"`+code+`"`)
		if got := p.Read(txn.CallQuery, testAsk(), genuine(t, queryMember, c), noon); got.Outcome != txn.Unknown {
			t.Errorf("TRADE_SUCCESS under code %q: %s", code, railtest.Brief(got))
		}
	}
}

// TestAnswerAboutSomethingElseIsForeign changes one echoed field at a time.
func TestAnswerAboutSomethingElseIsForeign(t *testing.T) {
	p := testRail(t, nil)
	ok := with(t, trade("TRADE_SUCCESS"), `{"code"`, `{"trans_currency":"CNY","code"`)
	changes := map[string][2]string{
		"another order":          {string(testOrder), "TESTINSTALL10000000043"},
		"no order":               {`"out_trade_no":"TESTINSTALL10000000042",`, ""},
		"another amount":         {`"total_amount":"12.50"`, `"total_amount":"12.51"`},
		"no amount":              {`"total_amount":"12.50",`, ``},
		"fen":                    {`"total_amount":"12.50"`, `"total_amount":"1250"`},
		"one decimal":            {`"total_amount":"12.50"`, `"total_amount":"12.5"`},
		"three decimals":         {`"total_amount":"12.50"`, `"total_amount":"12.500"`},
		"a leading zero":         {`"total_amount":"12.50"`, `"total_amount":"012.50"`},
		"a sign":                 {`"total_amount":"12.50"`, `"total_amount":"+12.50"`},
		"a blank":                {`"total_amount":"12.50"`, `"total_amount":" 12.50"`},
		"another currency":       {`"CNY"`, `"USD"`},
		"an amount of one yuan":  {`"total_amount":"12.50"`, `"total_amount":"1.00"`},
		"an amount in the billi": {`"total_amount":"12.50"`, `"total_amount":"99999999999999999999.00"`},
	}
	for name, c := range changes {
		t.Run(name, func(t *testing.T) {
			body := with(t, ok, c[0], c[1])
			got := p.Read(txn.CallQuery, testAsk(), genuine(t, queryMember, body), noon)
			if railtest.Brief(got) != "unknown foreign R03" || got.Reference != "" {
				t.Errorf("to a query: %s", railtest.Brief(got))
			}
			got = p.Read(txn.CallPay, testAsk(), genuine(t, payMember, body), noon)
			if want := "unknown foreign R03 again"; railtest.Brief(got) != want && name != "no amount" {
				t.Errorf("to a payment: %s, want %s", railtest.Brief(got), want)
			}
		})
	}
	for _, state := range []string{"WAIT_BUYER_PAY", "TRADE_CLOSED"} {
		other := with(t, trade(state), `"12.50"`, `"1.00"`)
		if got := p.Read(txn.CallQuery, testAsk(), genuine(t, queryMember, other), noon); railtest.Brief(got) != "unknown foreign R03" {
			t.Errorf("%s of another amount: %s", state, railtest.Brief(got))
		}
	}
	refusal := with(t, business("ACQ.BUYER_BALANCE_NOT_ENOUGH"), `{"code"`, `{"out_trade_no":"TESTINSTALL10000000043","code"`)
	if got := p.Read(txn.CallPay, testAsk(), genuine(t, payMember, refusal), noon); railtest.Brief(got) != "unknown foreign R03 again" {
		t.Errorf("a refusal of another order: %s", railtest.Brief(got))
	}
	refusal = strings.Replace(refusal, "043", "042", 1)
	if got := p.Read(txn.CallPay, testAsk(), genuine(t, payMember, refusal), noon); railtest.Brief(got) != "declined payer-funds" {
		t.Errorf("a refusal of our order: %s", railtest.Brief(got))
	}
	for _, o := range []string{"TESTINSTALL10000000043", ""} {
		c := strings.Replace(cancelled(`,"retry_flag":"N","action":"refund"`), string(testOrder), o, 1)
		if got := p.Read(txn.CallReverse, testAsk(), genuine(t, cancelMember, c), noon); railtest.Brief(got) != "unknown foreign R03" {
			t.Errorf("a cancellation of %q: %s", o, railtest.Brief(got))
		}
	}
}

// TestYuanBecomeFenInOnePlace and only as the network writes them.
func TestYuanBecomeFenInOnePlace(t *testing.T) {
	for s, want := range map[string]int64{
		"12.50": 1250, "0.01": 1, "0.00": 0, "100000000.00": 10000000000, "9999999999.99": 999999999999,
	} {
		if got, ok := fen(s); !ok || got != want {
			t.Errorf("fen(%q) = %d, %v", s, got, ok)
		}
	}
	for _, s := range []string{"", ".50", "1.5", "1.", "1", "1.500", "-1.00", "+1.00", "1,00", "1,000.00", "00.50",
		"01.00", " 1.00", "1.00 ", "1e2.00", "１.00", "1.0a", "0x1.00", "10000000000.00", "NaN", "12.50.00"} {
		if got, ok := fen(s); ok {
			t.Errorf("fen(%q) = %d", s, got)
		}
	}
}

// TestWhatIsNoAnswer is what gateways and the machines before them send on bad
// days (rails.md 5.2: the library looks at no status and reads without limit).
func TestWhatIsNoAnswer(t *testing.T) {
	p := testRail(t, nil)
	html := answered("<html><body><h1>502 Bad Gateway</h1></body></html>")
	status := func(n int) rail.Response {
		r := genuine(t, payMember, business("ACQ.BUYER_BALANCE_NOT_ENOUGH"))
		r.Status = n
		return r
	}
	cut := genuine(t, payMember, paid)
	cut.Body = cut.Body[:len(cut.Body)-1]
	half := genuine(t, payMember, paid)
	half.Body = half.Body[:len(half.Body)/2]
	twice := genuine(t, payMember, paid)
	twice.Body = append(twice.Body, twice.Body...)
	tests := []struct {
		name string
		r    rail.Response
		want string
		code string
	}{
		{"HTML", html, "unknown other L05 again", "HTTP 200"},
		{"502", status(502), "unknown gateway-down", "HTTP 502"},
		{"500", status(500), "unknown gateway-down", "HTTP 500"},
		{"429", status(429), "unknown busy", "HTTP 429"},
		{"400", status(400), "unknown other L05 again", "HTTP 400"},
		{"302", status(302), "unknown other L05 again", "HTTP 302"},
		{"201", status(201), "unknown other L05 again", "HTTP 201"},
		{"0", status(0), "unknown other L05 again", "HTTP 0"},
		{"nothing", answered(""), "unknown other L05 again", "HTTP 200"},
		{"null", answered("null"), "unknown other L05 again", "HTTP 200"},
		{"an array", answered("[]"), "unknown other L05 again", "HTTP 200"},
		{"an empty object", answered("{}"), "unknown other L05 again", "HTTP 200"},
		{"one brace short", cut, "unknown other L05 again", "HTTP 200"},
		{"half", half, "unknown other L05 again", "HTTP 200"},
		{"two answers", twice, "unknown other L05 again", "HTTP 200"},
		{"a huge one", genuine(t, payMember, with(t, paid, "Success", strings.Repeat("x", bodyMax))), "unknown other L05 again", "HTTP 200"},
		{"a signed string", genuine(t, payMember, `"ZW5jcnlwdGVk"`), "unknown other L05 again", "HTTP 200"},
		{"a signed null", genuine(t, payMember, `null`), "unknown other L05 again", "HTTP 200"},
		{"a code that is a number", genuine(t, payMember, with(t, paid, `"10000"`, `10000`)), "unknown other L05 again", "HTTP 200"},
		{"an amount that is a number", genuine(t, payMember, with(t, paid, `"12.50"`, `12.50`)), "unknown other L05 again", "HTTP 200"},
		{"no code", genuine(t, payMember, `{}`), "unknown other", "HTTP 200"},
		{"an unknown code", genuine(t, payMember, failure("40004", "ACQ.BRAND_NEW", "新的\\t错误 287634438256643945")), "unknown other", "ACQ.BRAND_NEW"},
	}
	for _, tt := range tests {
		got := p.Read(txn.CallPay, testAsk(), tt.r, noon)
		if railtest.Brief(got) != tt.want || got.Code != tt.code {
			t.Errorf("%s: %s with code %q, want %s with %q", tt.name, railtest.Brief(got), got.Code, tt.want, tt.code)
		}
		if strings.Contains(got.Text, secretCode) {
			t.Errorf("%s quotes the payer's code: %s", tt.name, got.Text)
		}
		want := strings.TrimSuffix(tt.want, " again")
		r := tt.r
		r.Body = []byte(strings.Replace(string(r.Body), payMember, queryMember, 1))
		if got := p.Read(txn.CallQuery, testAsk(), r, noon); railtest.Brief(got) != want {
			t.Errorf("%s to a query: %s, want %s", tt.name, railtest.Brief(got), want)
		}
	}
}

func TestCancellation(t *testing.T) {
	p := testRail(t, nil)
	tests := []struct{ name, content, want, code string }{
		{"nothing was paid", cancelled(`,"retry_flag":"N","action":"close"`), "undone undo-final", "action=close"},
		{"the money went back", cancelled(`,"retry_flag":"N","action":"refund"`), "undone undo-final", "action=refund"},
		{"without a flag", cancelled(`,"action":"refund"`), "undone undo-final", "action=refund"},
		{"again", cancelled(`,"retry_flag":"Y"`), "pending gateway-down again", "retry_flag=Y"},
		{"again, whatever was done", cancelled(`,"retry_flag":"Y","action":"refund"`), "pending gateway-down again", "retry_flag=Y"},
		{"no trade was found", cancelled(`,"retry_flag":"N"`), "unknown no-such-order", "retry_flag=N"},
		{"neither flag nor action", cancelled(``), "unknown other", "action="},
		{"a flag that nobody knows", cancelled(`,"retry_flag":"MAYBE","action":"close"`), "unknown other", "retry_flag=MAYBE"},
		{"an action that nobody knows", cancelled(`,"retry_flag":"N","action":"wait"`), "unknown other", "action=wait"},
		{"misspelt by the network", business("AQC.SYSTEM_ERROR"), "unknown gateway-down", "AQC.SYSTEM_ERROR"},
		{"the shop has no money", business("ACQ.SELLER_BALANCE_NOT_ENOUGH"), "unknown merchant-funds", "ACQ.SELLER_BALANCE_NOT_ENOUGH"},
		{"too late", business("ACQ.TRADE_CANCEL_TIME_OUT"), "declined too-late", "ACQ.TRADE_CANCEL_TIME_OUT"},
		{"the gateway does not know", failure("20000", "isp.unknow-error", ""), "unknown gateway-down", "isp.unknow-error"},
	}
	for _, tt := range tests {
		got := p.Read(txn.CallReverse, testAsk(), genuine(t, cancelMember, tt.content), noon)
		if railtest.Brief(got) != tt.want || got.Code != tt.code {
			t.Errorf("%s: %s with code %q, want %s with %q", tt.name, railtest.Brief(got), got.Code, tt.want, tt.code)
		}
	}
}

// TestQueryNeverDeclines: what is said about a question is not about the sale.
func TestQueryNeverDeclines(t *testing.T) {
	p := testRail(t, nil)
	for _, g := range gates {
		for _, sub := range []string{"", "isv.invalid-signature", "ACQ.INVALID_PARAMETER", "ACQ.BUYER_BALANCE_NOT_ENOUGH"} {
			got := p.Read(txn.CallQuery, testAsk(), genuine(t, queryMember, failure(g.name, sub, "")), noon)
			if got.Outcome != txn.Unknown {
				t.Errorf("%s %s: %s", g.name, sub, railtest.Brief(got))
			}
		}
	}
	got := p.Read(txn.CallQuery, testAsk(), genuine(t, queryMember, trade("TRADE_REFUND")), noon)
	if railtest.Brief(got) != "unknown other" || got.Code != "TRADE_REFUND" {
		t.Errorf("a state that nobody knows: %s", railtest.Brief(got))
	}
}

// FuzzRead promises that nothing panics, that only a signed echo of our own order
// is an approval, and that what is unsigned decides nothing.
func FuzzRead(f *testing.F) {
	for _, s := range states {
		f.Add(200, []byte(trade(s.name)), true, uint8(1))
	}
	f.Add(200, []byte(paid), true, uint8(0))
	f.Add(200, []byte(cancelled(`,"retry_flag":"N","action":"refund"`)), true, uint8(2))
	f.Add(200, []byte(business("ACQ.PAYMENT_AUTH_CODE_INVALID")), true, uint8(0))
	f.Add(200, []byte(failure("40002", "isv.invalid-signature", "无效签名")), false, uint8(0))
	f.Add(502, []byte("<html>"), false, uint8(1))
	f.Add(200, genuine(f, queryMember, trade("TRADE_SUCCESS")).Body, false, uint8(6))
	f.Fuzz(func(t *testing.T, status int, content []byte, sign bool, which uint8) {
		p, call := testRail(t, nil), calls[int(which)%len(calls)]
		r := answered(string(content)) // the whole body
		if int(which) < len(calls) {
			r = bareAnswer(memberOf(call), string(content))
		}
		if sign {
			r = genuine(t, memberOf(call), string(content))
		}
		r.Status = status
		got := p.Read(call, testAsk(), r, noon)
		if got.Order != testOrder || got.Call != call {
			t.Fatalf("about %s %s", got.Order, got.Call)
		}
		// A whole body may hold a good signature: of the seed, or of nothing else.
		ours := strings.Contains(string(r.Body), signature(t, railwire.HMAC(KeySerial), trade("TRADE_SUCCESS")))
		if got.Outcome == txn.Approved {
			s := string(content)
			if !sign && !ours || status != 200 || call != txn.CallQuery || !strings.Contains(s, "12.50") && !strings.Contains(s, `\u`) {
				t.Fatalf("approved by %d %q, signed %v", status, r.Body, sign)
			}
		} else if got.Reference != "" {
			t.Fatalf("%s has a reference", railtest.Brief(got))
		}
		if (got.QR != "") != (call == txn.CallShow && got.Outcome == txn.Pending) {
			t.Fatalf("%s to %s with the code %q", railtest.Brief(got), call, got.QR)
		}
		if !sign && !ours && got.Outcome != txn.Unknown {
			t.Fatalf("unsigned %d %q: %s", status, r.Body, railtest.Brief(got))
		}
		if len([]rune(got.Text)) > rail.TextMax || len([]rune(got.Code)) > 64 {
			t.Fatalf("text %q, code %q", got.Text, got.Code)
		}
	})
}
