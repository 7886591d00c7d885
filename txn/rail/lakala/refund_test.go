package lakala

import (
	"slices"
	"testing"

	"till/txn"
	"till/txn/rail/railtest"
)

func TestAnswersToCallsAboutARefund(t *testing.T) {
	p := testRail(t, nil)
	for body, want := range map[string]string{
		refundData("INIT"): "accepted ", refundData("PROCESSING"): "accepted ", refundData("DEAL"): "accepted ",
		refundData("SUCCESS"): "paid-out ", refundData("FAIL"): "refused other",
		refundData("TIMEOUT"):   "unknown gateway-down",
		refundData("EXCEPTION"): "unknown other", refundData(""): "unknown other", refundData("CLOSE"): "unknown other",
		said("RFD11105", "交易未知"): "unknown gateway-down", said("RFD11112", "网络请求超时"): "unknown gateway-down",
		said("RFD10001", "退款失败"): "unknown other", said("000000", ""): "unknown foreign R03",
		said("BBS10000", "支付中"): "unknown other",
	} {
		for _, call := range refundCalls {
			got := p.ReadRefund(call, testRefundAsk(), signed(t, body), noon)
			if railtest.BriefRefund(got) != want {
				t.Errorf("%s: %s, want %s\n%s", call, railtest.BriefRefund(got), want, body)
			}
			if paid := got.Outcome == txn.RefundPaidOut; (got.Payer == 420 && got.Discount == 80) != paid ||
				(got.Account == "WECHAT") != paid {
				t.Errorf("%s: %+v", call, got)
			}
		}
	}
}

func TestTheWordsOfAFailedRefundChooseACause(t *testing.T) {
	p := testRail(t, nil)
	for words, want := range map[string]string{
		"商户余额不足": "refused merchant-funds", "可退余额不足": "refused over-remainder", "超过可退金额": "refused over-remainder",
		"已超过退款期限": "refused window-over", "账户异常": "refused other",
	} {
		body := swap(t, refundData("FAIL"), "RFD00000#成功", "RFD10016#"+words)
		got := p.ReadRefund(txn.CallRefundQuery, testRefundAsk(), signed(t, body), noon)
		if railtest.BriefRefund(got) != want || got.Text != words || got.Code != "FAIL" {
			t.Errorf("%s: %s with %q, %q", words, railtest.BriefRefund(got), got.Code, got.Text)
		}
		body = swap(t, refundData("SUCCESS"), "RFD00000#成功", "RFD10016#"+words)
		got = p.ReadRefund(txn.CallRefund, testRefundAsk(), signed(t, body), noon)
		if got.Outcome != txn.RefundPaidOut {
			t.Errorf("%s beside SUCCESS: %s", words, railtest.BriefRefund(got))
		}
	}
}

func TestARefundThatIsNotOursDecidesNothing(t *testing.T) {
	p := testRail(t, nil)
	a := testRefundAsk()
	a.Sale = tradeNo
	good := swap(t, refundData("SUCCESS"), `"origin_out_trade_no"`,
		`"origin_total_amount":"1250","origin_trade_no":"`+tradeNo+`","origin_out_trade_no"`)
	if got := p.ReadRefund(txn.CallRefund, a, signed(t, good), noon); got.Outcome != txn.RefundPaidOut {
		t.Fatalf("the good one: %s", railtest.BriefRefund(got))
	}
	for _, c := range [][2]string{
		{`R0000000043"`, `R0000000044"`}, {`"out_trade_no":"TESTINSTALL1R0000000043",`, ``},
		{`"origin_out_trade_no":"TESTINSTALL10000000042"`, `"origin_out_trade_no":"TESTINSTALL10000000041"`},
		{`"refund_amount":"500"`, `"refund_amount":"501"`}, {`"refund_amount":"500",`, ``},
		{`"refund_amount":"500"`, `"refund_amount":"5.00"`},
		{`"total_amount":"1250"`, `"total_amount":"999"`},
		{`"origin_total_amount":"1250"`, `"origin_total_amount":"500"`},
		{`111135"`, `111136"`}, {tradeNo, tradeNo[1:]},
	} {
		got := p.ReadRefund(txn.CallRefund, a, signed(t, swap(t, good, c[0], c[1])), noon)
		if railtest.BriefRefund(got) != "unknown foreign R03" || got.Payer != 0 || got.Reference != "" {
			t.Errorf("with %q for %q: %+v", c[1], c[0], got)
		}
	}
	small := swap(t, good, `"total_amount":"1250"`, `"total_amount":"500"`)
	if got := p.ReadRefund(txn.CallRefund, a, signed(t, small), noon); got.Outcome != txn.RefundPaidOut {
		t.Errorf("total_amount of the refund: %s", railtest.BriefRefund(got))
	}
	for _, payer := range []string{`"501"`, `"-1"`, `"x"`, `""`} {
		body := swap(t, good, `"payer_amount":"420"`, `"payer_amount":`+payer)
		got := p.ReadRefund(txn.CallRefund, a, signed(t, body), noon)
		if got.Outcome != txn.RefundPaidOut || got.Payer != 0 || got.Discount != 0 {
			t.Errorf("payer_amount %s: %+v", payer, got)
		}
	}
	if got := p.ReadRefund(txn.CallRefundRepair, a, signed(t, good), noon); got.Outcome != txn.RefundUnknown {
		t.Errorf("a repair: %s", railtest.BriefRefund(got))
	}
}

// documented is what rails.md 4 names, copied by hand.
var documented = []string{"RFD11105", "RFD11112", "INIT", "CREATE", "SUCCESS", "FAIL", "DEAL", "UNKNOWN", "CLOSE",
	"PART_REFUND", "REFUND", "PROCESSING", "TIMEOUT", "EXCEPTION"}

func TestEveryDocumentedCodeIsMapped(t *testing.T) {
	infos := Codes()
	for _, name := range documented {
		if !slices.ContainsFunc(infos, func(c CodeInfo) bool { return c.Code == name }) {
			t.Errorf("%s is not listed", name)
		}
	}
	for i, c := range infos {
		if slices.ContainsFunc(infos[i+1:], func(d CodeInfo) bool { return d.Code == c.Code }) {
			t.Errorf("%s is listed twice", c.Code)
		}
		for _, cause := range c.Causes {
			if !slices.Contains(txn.Causes, cause) {
				t.Errorf("%s has the cause %q, which is not in the catalogue", c.Code, cause)
			}
		}
	}
	if !slices.Equal(done, []string{"BBS00000", "000000"}) {
		t.Errorf("done is said by %v", done)
	}
}
