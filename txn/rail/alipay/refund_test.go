package alipay

import (
	"strings"
	"testing"

	"till/txn"
	"till/txn/money"
	"till/txn/rail"
	"till/txn/rail/railtest"
)

func TestARefundThatMovedMoneyTellsItsSplit(t *testing.T) {
	got := testRail(t, nil).ReadRefund(txn.CallRefund, testRefundAsk(), genuine(t, refundMember, refunded), noon)
	want := txn.RefundAnswered{Refund: testRefund, Order: testOrder, Call: txn.CallRefund,
		Outcome: txn.RefundPaidOut, Code: "fund_change=Y", Reference: tradeNo,
		Account: "BANKCARD MCOUPON", Payer: 420, Discount: 80}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// TestRefundFeeIsNotThisRefund: it is the sum of all refunds of the trade
// (rails.md 2.5), so it may be more than this refund, and nothing is taken from it.
func TestRefundFeeIsNotThisRefund(t *testing.T) {
	p := testRail(t, nil)
	for fee, want := range map[string]string{
		"5.00": "paid-out ", "8.00": "paid-out ", "12.50": "paid-out ",
		"4.99": "unknown foreign R03", "12.51": "unknown foreign R03", "8": "unknown foreign R03", "8.0": "unknown foreign R03",
	} {
		r := genuine(t, refundMember, with(t, refunded, `"refund_fee":"8.00"`, `"refund_fee":"`+fee+`"`))
		got := p.ReadRefund(txn.CallRefund, testRefundAsk(), r, noon)
		if railtest.BriefRefund(got) != want {
			t.Errorf("refund_fee %s: %s, want %s", fee, railtest.BriefRefund(got), want)
		}
		if got.Outcome == txn.RefundPaidOut && got.Payer+got.Discount != 500 {
			t.Errorf("refund_fee %s: split %d + %d", fee, got.Payer, got.Discount)
		}
	}
}

// TestASplitIsWholeOrUntold: a part that is no amount, or parts that are not the
// refund, are not shown; the refund itself is none the less paid out.
func TestASplitIsWholeOrUntold(t *testing.T) {
	p := testRail(t, nil)
	buyer := `"present_refund_buyer_amount":"4.20"`
	for name, c := range map[string][2]string{
		"no split":       {buyer + `,"present_refund_discount_amount":"0.50","present_refund_mdiscount_amount":"0.30"`, `"x":""`},
		"no buyer":       {buyer + ",", ""},
		"one fen short":  {`"4.20"`, `"4.19"`},
		"fen":            {buyer, `"present_refund_buyer_amount":"420"`},
		"a part is none": {`"0.50"`, `"half"`},
	} {
		body := strings.Replace(refunded, c[0], c[1], 1)
		if name == "one fen short" || name == "a part is none" {
			at := strings.LastIndex(refunded, c[0])
			body = refunded[:at] + c[1] + refunded[at+len(c[0]):]
		}
		if body == refunded {
			t.Fatalf("%s: nothing changed", name)
		}
		got := p.ReadRefund(txn.CallRefund, testRefundAsk(), genuine(t, refundMember, body), noon)
		if got.Outcome != txn.RefundPaidOut || got.Payer != 0 || got.Discount != 0 {
			t.Errorf("%s: %s, %d + %d", name, railtest.BriefRefund(got), got.Payer, got.Discount)
		}
	}
	whole := testRefundAsk()
	whole.Amount = money.Fen(1250)
	body := `{"code":"10000","fund_change":"Y","out_trade_no":"TESTINSTALL10000000042","refund_fee":"12.50",` +
		`"present_refund_buyer_amount":"12.50"}`
	got := p.ReadRefund(txn.CallRefund, whole, genuine(t, refundMember, body), noon)
	if got.Payer != 1250 || got.Discount != 0 || got.Account != "" {
		t.Errorf("all of it to the buyer: %+v", got)
	}
}

// TestOnlyFundChangeYIsDone: 10000 alone proves nothing (rails.md 2.5).
func TestOnlyFundChangeYIsDone(t *testing.T) {
	p := testRail(t, nil)
	tests := []struct{ name, content, want string }{
		{"N", with(t, refunded, `"fund_change":"Y"`, `"fund_change":"N"`), "unknown other"},
		{"absent", with(t, refunded, `"fund_change":"Y",`, ``), "unknown other"},
		{"empty", with(t, refunded, `"fund_change":"Y"`, `"fund_change":""`), "unknown other"},
		{"another letter", with(t, refunded, `"fund_change":"Y"`, `"fund_change":"y"`), "unknown other"},
		{"10003", with(t, refunded, `"10000"`, `"10003"`), "unknown other"},
		{"nothing but 10000", `{"code":"10000","msg":"Success"}`, "unknown foreign R03"},
		{"another order", with(t, refunded, string(testOrder), "TESTINSTALL10000000043"), "unknown foreign R03"},
		{"no order", with(t, refunded, `"out_trade_no":"TESTINSTALL10000000042",`, ""), "unknown foreign R03"},
		{"another refund", with(t, refunded, `{"code"`, `{"out_request_no":"TESTINSTALL1R0000000044","code"`), "unknown foreign R03"},
		{"a refusal of another refund", with(t, business("ACQ.TRADE_HAS_FINISHED"), `{"code"`, `{"out_request_no":"X","code"`), "unknown foreign R03"},
		{"an answer to a query", refundFound, "unknown other"},
	}
	for _, tt := range tests {
		got := p.ReadRefund(txn.CallRefund, testRefundAsk(), genuine(t, refundMember, tt.content), noon)
		if railtest.BriefRefund(got) != tt.want || got.Payer != 0 || got.Reference != "" {
			t.Errorf("%s: %+v, want %s", tt.name, got, tt.want)
		}
	}
}

func TestRefundQuery(t *testing.T) {
	p := testRail(t, nil)
	amount := `"refund_amount":"5.00",`
	status := `"refund_status":"REFUND_SUCCESS",`
	empty := with(t, with(t, refundFound, amount, ""), status, "")
	tests := []struct{ name, content, want string }{
		{"found", refundFound, "paid-out "},
		{"found, without the sale's amount", with(t, refundFound, `"total_amount":"12.50",`, ""), "paid-out "},
		{"no refund data", `{"code":"10000","msg":"Success"}`, "absent no-such-order"},
		{"no refund data, and our numbers", empty, "absent no-such-order"},
		{"no refund data, and other numbers", with(t, empty, "0043", "0044"), "unknown foreign R03"},
		{"a status without an amount", with(t, refundFound, amount, ""), "unknown other"},
		{"an amount without a status", with(t, refundFound, status, ""), "unknown other"},
		{"at work", with(t, refundFound, "REFUND_SUCCESS", "REFUND_PROCESSING"), "accepted "},
		{"a status that nobody knows", with(t, refundFound, "REFUND_SUCCESS", "REFUND_FAIL"), "unknown other"},
		{"another amount", with(t, refundFound, `"5.00"`, `"5.01"`), "unknown foreign R03"},
		{"an amount in fen", with(t, refundFound, `"5.00"`, `"500"`), "unknown foreign R03"},
		{"another amount of the sale", with(t, refundFound, `"12.50"`, `"12.51"`), "unknown foreign R03"},
		{"another refund", with(t, refundFound, string(testRefund), "TESTINSTALL1R0000000044"), "unknown foreign R03"},
		{"no refund number", with(t, refundFound, `"out_request_no":"TESTINSTALL1R0000000043",`, ""), "unknown foreign R03"},
		{"another order", with(t, refundFound, string(testOrder), "TESTINSTALL10000000043"), "unknown foreign R03"},
		{"no order", with(t, refundFound, `"out_trade_no":"TESTINSTALL10000000042",`, ""), "unknown foreign R03"},
		{"never heard of the sale", business("ACQ.TRADE_NOT_EXIST"), "absent no-such-order"},
		{"the network is ill", business("ACQ.SYSTEM_ERROR"), "unknown gateway-down"},
		{"too many questions", failure("40005", "isv.app-call-limited", ""), "unknown busy"},
		{"an answer to a refund", refunded, "absent no-such-order"},
	}
	for _, tt := range tests {
		got := p.ReadRefund(txn.CallRefundQuery, testRefundAsk(), genuine(t, refundQueryMember, tt.content), noon)
		if railtest.BriefRefund(got) != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, railtest.BriefRefund(got), tt.want)
		}
	}
	got := p.ReadRefund(txn.CallRefundQuery, testRefundAsk(), genuine(t, refundQueryMember, refundFound), noon)
	want := txn.RefundAnswered{Refund: testRefund, Order: testOrder, Call: txn.CallRefundQuery,
		Outcome: txn.RefundPaidOut, Code: "refund_status=REFUND_SUCCESS", Reference: tradeNo, Account: "ALIPAYACCOUNT"}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// TestTheGatewayRefusesNoRefund: an earlier copy of the same number may have been
// booked, and the gateway does not look before it refuses a request.
func TestTheGatewayRefusesNoRefund(t *testing.T) {
	p := testRail(t, nil)
	for _, g := range gates {
		for _, h := range append([]gate{{}}, gateHints...) {
			for _, call := range refundCalls {
				r := genuine(t, refundMemberOf(call), failure(g.name, h.name, ""))
				if got := p.ReadRefund(call, testRefundAsk(), r, noon); got.Outcome != txn.RefundUnknown {
					t.Errorf("%s %s to a %s: %s", g.name, h.name, call, railtest.BriefRefund(got))
				}
			}
		}
	}
}

func TestAFailingServerDecidesNoRefund(t *testing.T) {
	p := testRail(t, nil)
	for status, want := range map[int]string{
		302: "unknown other L05", 400: "unknown other L05", 429: "unknown busy", 500: "unknown gateway-down", 504: "unknown gateway-down",
	} {
		for _, content := range []string{refunded, refundFound, business("ACQ.TRADE_HAS_FINISHED")} {
			for _, call := range refundCalls {
				r := genuine(t, refundMemberOf(call), content)
				r.Status = status
				if got := p.ReadRefund(call, testRefundAsk(), r, noon); railtest.BriefRefund(got) != want {
					t.Errorf("%d to a %s: %s, want %s", status, call, railtest.BriefRefund(got), want)
				}
			}
		}
	}
}

// FuzzReadRefund promises that nothing panics and that only a signed echo of our
// own numbers is paid out.
func FuzzReadRefund(f *testing.F) {
	f.Add(200, []byte(refunded), true, false)
	f.Add(200, []byte(refundFound), true, true)
	f.Add(200, []byte(`{"code":"10000"}`), true, true)
	f.Add(200, []byte(business("ACQ.SELLER_BALANCE_NOT_ENOUGH")), true, false)
	f.Add(200, []byte(refunded), false, false)
	f.Add(502, []byte("<html>"), false, true)
	f.Fuzz(func(t *testing.T, status int, content []byte, sign, query bool) {
		p, call := testRail(t, nil), txn.CallRefund
		if query {
			call = txn.CallRefundQuery
		}
		r := bareAnswer(refundMemberOf(call), string(content))
		if sign {
			r = genuine(t, refundMemberOf(call), string(content))
		}
		r.Status = status
		got := p.ReadRefund(call, testRefundAsk(), r, noon)
		if got.Refund != testRefund || got.Order != testOrder || got.Call != call {
			t.Fatalf("about %+v", got)
		}
		if (!sign || status != 200) && got.Outcome != txn.RefundUnknown {
			t.Fatalf("%d, signed %v, %q: %s", status, sign, content, railtest.BriefRefund(got))
		}
		if got.Outcome == txn.RefundPaidOut {
			s := string(content)
			if !strings.Contains(s, string(testOrder)) && !strings.Contains(s, `\u`) {
				t.Fatalf("paid out by %q", content)
			}
		} else if got.Reference != "" || got.Payer != 0 || got.Discount != 0 || got.Account != "" {
			t.Fatalf("%+v", got)
		}
		if sum := got.Payer + got.Discount; sum != 0 && sum != 500 {
			t.Fatalf("split %d + %d", got.Payer, got.Discount)
		}
		if len([]rune(got.Text)) > rail.TextMax || len([]rune(got.Code)) > 64 || len([]rune(got.Account)) > rail.TextMax {
			t.Fatalf("%+v", got)
		}
	})
}
