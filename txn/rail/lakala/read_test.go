package lakala

import (
	"encoding/json"
	"strings"
	"testing"

	"till/txn"
	"till/txn/money"
	"till/txn/rail"
	"till/txn/rail/railtest"
)

func TestAnswersToCallsAboutASale(t *testing.T) {
	p := testRail(t, nil)
	pay, query, reverse, show, shut := txn.CallPay, txn.CallQuery, txn.CallReverse, txn.CallShow, txn.CallClose
	tests := []struct {
		call txn.Call
		body string
		want string
	}{
		{pay, with("BBS00000", paidData), "approved "},
		{pay, with("000000", paidData), "approved "},
		{pay, with("BBS00000", paidData+`,"trade_state":"SUCCESS"`), "approved "},
		{pay, with("BBS00000", paidData+`,"trade_state":"DEAL"`), "pending payer-acting"},
		{pay, with("BBS00000", paidData+`,"trade_state":"CLOSE"`), "unknown number-used again"},
		{pay, with("BBS00000", paidData+`,"trade_state":"NEW"`), "unknown other again"},
		{pay, said("BBS10000", "支付中"), "pending payer-acting"},
		{pay, said("BBS11105", "超时"), "unknown gateway-down again"},
		{pay, said("BBS11112", "网络请求超时"), "unknown gateway-down again"},
		{pay, said("BBS11184", "该商户已停用"), "unknown other again"},
		{pay, said("BBS99999", "余额不足"), "unknown other again"},
		{query, trade("INIT"), "pending payer-acting"},
		{query, trade("CREATE"), "pending payer-acting"},
		{query, trade("DEAL"), "pending payer-acting"},
		{query, trade("SUCCESS"), "approved "},
		{query, trade("PART_REFUND"), "approved "},
		{query, trade("FAIL"), "declined payer-refused"},
		{query, trade("UNKNOWN"), "unknown gateway-down"},
		{query, trade("CLOSE"), "undone elsewhere"},
		{query, trade("REFUND"), "undone elsewhere"},
		{query, trade(""), "unknown other"},
		{query, trade("success"), "unknown other"},
		{query, said("BBS10000", "业务处理失败"), "unknown other"},
		{query, said("BBS11114", "订单不存在"), "unknown other"},
		{reverse, with("BBS00000", revokedData), "undone undo-final"},
		{reverse, with("BBS00000", revokedData+`,"trade_state":"REFUND"`), "undone undo-final"},
		{reverse, with("BBS00000", revokedData+`,"trade_state":"FAIL"`), "unknown other"},
		{reverse, with("BBS00000", strings.ReplaceAll(revokedData, "V767225600", "")), "undone undo-final"},
		{reverse, said("BBS11105", "超时"), "unknown other"},
		{reverse, said("BBS10000", "支付中"), "unknown other"},
		{shut, with("BBS00000", closedData), "undone undo-final"},
		{shut, with("BBS00000", closedData+`,"trade_state":"DEAL"`), "unknown other"},
		{shut, said("BBS11100", "订单已支付"), "unknown other"},
		{show, with("BBS00000", shownData), "pending payer-acting"},
		{show, said("BBS16111", "sub_mch_id与sub_appid不匹配"), "unknown other"},
		{show, with("BBS00000", strings.Split(shownData, `,"acc_resp_fields"`)[0]), "unknown other L05"},
		{show, swap(t, with("BBS00000", shownData), "https://qr", "qr"), "unknown other L05"},
		{show, swap(t, with("BBS00000", shownData), "https://qr", "https:// qr"), "unknown other L05"},
		{show, swap(t, with("BBS00000", shownData), "bax0", strings.Repeat("x", qrMax)), "unknown other L05"},
	}
	for _, tt := range tests {
		got := p.Read(tt.call, testAsk(), signed(t, tt.body), noon)
		if railtest.Brief(got) != tt.want {
			t.Errorf("%s: %s, want %s\n%s", tt.call, railtest.Brief(got), tt.want, tt.body)
		}
		if qr := got.QR != ""; qr != (got.Outcome == txn.Pending && tt.call == show) {
			t.Errorf("%s: code %q beside %s", tt.call, got.QR, railtest.Brief(got))
		}
		if got.Outcome == txn.Approved && got.Reference != tradeNo {
			t.Errorf("%s: reference %q", tt.call, got.Reference)
		}
	}
}

// TestAForeignAnswerDecidesNothing: rightly signed, about something else.
func TestAForeignAnswerDecidesNothing(t *testing.T) {
	p := testRail(t, nil)
	changes := map[txn.Call][][2]string{
		txn.CallPay: {{`0000042"`, `0000041"`}, {`"1250"`, `"1251"`}, {`"822290070111135"`, `"822290070111136"`},
			{`"total_amount":"1250",`, ``}, {`"1250"`, `"1250.00"`}, {`"1250"`, `"01250"`},
			{`"out_trade_no":"TESTINSTALL10000000042",`, ``}},
		txn.CallQuery: {{`0000042"`, `0000041"`}, {`"1250"`, `"1"`}, {`111135"`, `111136"`},
			{`MICROPAY`, `REFUND`}, {`MICROPAY`, `CANCEL`}, {`"total_amount":"1250",`, ``},
			{`"out_trade_no":"TESTINSTALL10000000042",`, ``}},
		txn.CallReverse: {{`"origin_out_trade_no":"TESTINSTALL10000000042"`,
			`"origin_out_trade_no":"TESTINSTALL10000000041"`},
			{`0000042V`, `0000041V`}, {`"1250"`, `"1251"`}, {`111135"`, `111136"`}},
		txn.CallClose: {{`0000042"`, `0000041"`}, {`"origin_out_trade_no":"TESTINSTALL10000000042",`, ``}},
		txn.CallShow: {{`0000042"`, `0000041"`}, {`111135"`, `111136"`},
			{`"out_trade_no":"TESTINSTALL10000000042",`, ``}},
	}
	for call, pairs := range changes {
		for _, c := range pairs {
			got := p.Read(call, testAsk(), signed(t, swap(t, goodBody(call), c[0], c[1])), noon)
			want := "unknown foreign R03"
			if call == txn.CallPay {
				want += " again"
			}
			if railtest.Brief(got) != want || got.Reference != "" || got.QR != "" {
				t.Errorf("%s with %q for %q: %+v", call, c[1], c[0], got)
			}
		}
	}
	refusal := `{"code":"BBS10000","msg":"支付中","resp_data":{"out_trade_no":"TESTINSTALL10000000041"}}`
	if got := p.Read(txn.CallPay, testAsk(), signed(t, refusal), noon); railtest.Brief(got) != "unknown foreign R03 again" {
		t.Errorf("a refusal that names another order: %s", railtest.Brief(got))
	}
}

func TestWordsBesideAFailureChooseACauseOnly(t *testing.T) {
	p := testRail(t, nil)
	for words, want := range map[string]string{
		"用户账户余额不足": "declined payer-funds", "付款码已使用": "declined code-used", "二维码已过期,请刷新": "declined code-expired",
		"授权码失效": "declined code-expired", "用户取消": "declined payer-refused", "支付成功": "declined payer-refused",
	} {
		body := swap(t, trade("FAIL"), `"trade_state"`, `"trade_state_desc":"`+words+`","trade_state"`)
		got := p.Read(txn.CallQuery, testAsk(), signed(t, body), noon)
		if railtest.Brief(got) != want || got.Text != words || got.Code != "FAIL" {
			t.Errorf("%s: %s with %q, %q", words, railtest.Brief(got), got.Code, got.Text)
		}
		body = swap(t, trade("DEAL"), `"trade_state"`, `"trade_state_desc":"`+words+`","trade_state"`)
		if got := p.Read(txn.CallQuery, testAsk(), signed(t, body), noon); got.Outcome != txn.Pending {
			t.Errorf("%s beside DEAL: %s", words, railtest.Brief(got))
		}
	}
	shown := testAsk()
	shown.Shown = true
	got := p.Read(txn.CallQuery, shown, signed(t, trade("FAIL")), noon)
	if railtest.Brief(got) != "declined payer-refused undo" {
		t.Errorf("a failure of a shown code: %s", railtest.Brief(got))
	}
}

func TestAnUnknownCodeIsUnknownWithItsWordsCleaned(t *testing.T) {
	p := testRail(t, nil)
	body := said("BBS55555", `授权码134567890123456789\n无效\u0000`)
	for _, call := range calls {
		got := p.Read(call, testAsk(), signed(t, body), noon)
		if got.Outcome != txn.Unknown || got.Cause != txn.CauseOther || got.Code != "BBS55555" ||
			got.Text != "授权码… 无效" {
			t.Errorf("%s: %+v", call, got)
		}
	}
	for _, call := range refundCalls {
		got := p.ReadRefund(call, testRefundAsk(), signed(t, body), noon)
		if railtest.BriefRefund(got) != "unknown other" || got.Code != "BBS55555" || got.Text != "授权码… 无效" {
			t.Errorf("%s: %+v", call, got)
		}
	}
	if got := p.ReadFind(testFind(), signed(t, body), noon); got.Finding != txn.FindUnknown || got.Text != "授权码… 无效" {
		t.Errorf("find: %+v", got)
	}
}

func TestTheContractsListIsObeyed(t *testing.T) {
	p := testRail(t, func(c *Config) {
		c.Codes = []Code{
			{txn.CallPay, "BBS20001", txn.Declined, txn.CauseCodeInvalid},
			{txn.CallQuery, "BBS20002", txn.Unknown, txn.CauseNoSuchOrder},
			{txn.CallReverse, "BBS20003", txn.Declined, txn.CauseTooLate},
			{txn.CallReverse, "BBS20002", txn.Undone, txn.CauseConfirmed},
			{txn.CallClose, "BBS20004", txn.Declined, txn.CauseAlreadyPaid},
			{txn.CallShow, "BBS16111", txn.Declined, txn.CauseMerchantSetup},
		}
		c.RefundCodes = []RefundCode{
			{txn.CallRefund, "RFD20001", txn.RefundRefused, txn.CauseMerchantFunds},
			{txn.CallRefundQuery, "RFD20002", txn.RefundAbsent, txn.CauseNoSuchOrder},
		}
	})
	for _, tt := range []struct {
		call       txn.Call
		code, want string
	}{
		{txn.CallPay, "BBS20001", "declined code-invalid"}, {txn.CallQuery, "BBS20001", "unknown other"},
		{txn.CallQuery, "BBS20002", "unknown no-such-order"}, {txn.CallReverse, "BBS20003", "declined too-late"},
		{txn.CallReverse, "BBS20002", "undone undo-final"}, {txn.CallClose, "BBS20004", "declined already-paid"},
		{txn.CallShow, "BBS16111", "declined merchant-setup"},
	} {
		if got := p.Read(tt.call, testAsk(), signed(t, said(tt.code, "")), noon); railtest.Brief(got) != tt.want {
			t.Errorf("%s to %s: %s, want %s", tt.code, tt.call, railtest.Brief(got), tt.want)
		}
	}
	for _, tt := range []struct {
		call       txn.RefundCall
		code, want string
	}{
		{txn.CallRefund, "RFD20001", "refused merchant-funds"},
		{txn.CallRefundQuery, "RFD20002", "absent no-such-order"},
		{txn.CallRefund, "RFD20002", "unknown other"},
	} {
		got := p.ReadRefund(tt.call, testRefundAsk(), signed(t, said(tt.code, "")), noon)
		if railtest.BriefRefund(got) != tt.want {
			t.Errorf("%s to %s: %s, want %s", tt.code, tt.call, railtest.BriefRefund(got), tt.want)
		}
	}
	if got := p.ReadFind(testFind(), signed(t, said("BBS20002", "")), noon); got.Finding != txn.FindNothing {
		t.Errorf("find: %+v", got)
	}
	unsignedSay := rail.Response{Status: 200, Body: []byte(said("BBS20001", ""))}
	if got := p.Read(txn.CallPay, testAsk(), unsignedSay, noon); railtest.Brief(got) != "unknown untrusted R01 again" {
		t.Errorf("the list, unsigned: %s", railtest.Brief(got))
	}
}

func TestBrokenAnswersDecideNothing(t *testing.T) {
	p := testRail(t, nil)
	for name, tt := range map[string]struct{ body, want string }{
		"nothing":             {"", "unknown other L05"},
		"no JSON":             {"<html>", "unknown other L05"},
		"torn":                {trade("SUCCESS")[:100], "unknown other L05"},
		"no code":             {`{"resp_data":{}}`, "unknown other L05"},
		"a list":              {`[` + trade("SUCCESS") + `]`, "unknown other L05"},
		"two answers":         {trade("SUCCESS") + trade("SUCCESS"), "unknown other L05"},
		"done without data":   {said("BBS00000", ""), "unknown foreign R03"},
		"data that is a text": {`{"code":"BBS00000","resp_data":"SUCCESS"}`, "unknown foreign R03"},
		"data that is broken": {`{"code":"BBS00000","resp_data":{"trade_no":"\ud800}}`, "unknown other L05"},
		"too long":            {swap(t, trade("SUCCESS"), "成功", strings.Repeat("x", bodyMax)), "unknown other L05"},
	} {
		if got := p.Read(txn.CallQuery, testAsk(), signed(t, tt.body), noon); railtest.Brief(got) != tt.want {
			t.Errorf("%s: %s, want %s", name, railtest.Brief(got), tt.want)
		}
	}
	for status, want := range map[int]string{429: "unknown busy", 500: "unknown gateway-down",
		502: "unknown gateway-down",
		204: "unknown other L05", 302: "unknown other L05", 401: "unknown other L05", 0: "unknown other L05"} {
		for _, call := range []txn.Call{txn.CallQuery, txn.CallReverse, txn.CallShow, txn.CallClose} {
			r := signed(t, goodBody(call))
			r.Status = status
			if got := p.Read(call, testAsk(), r, noon); railtest.Brief(got) != want {
				t.Errorf("%s with status %d: %s", call, status, railtest.Brief(got))
			}
		}
		r := signed(t, goodBody(txn.CallPay))
		r.Status = status
		again := want // only what is broken is asked for at once: a gateway that is down gets its time
		if strings.HasSuffix(want, "L05") {
			again += " again"
		}
		if got := p.Read(txn.CallPay, testAsk(), r, noon); railtest.Brief(got) != again {
			t.Errorf("a payment with status %d: %s", status, railtest.Brief(got))
		}
		r = signed(t, refundData("SUCCESS"))
		r.Status = status
		if got := p.ReadRefund(txn.CallRefund, testRefundAsk(), r, noon); railtest.BriefRefund(got) != want {
			t.Errorf("a refund with status %d: %s", status, railtest.BriefRefund(got))
		}
	}
}

// TestNumbersMayComeAsNumbers: the pages say text, and notices have numbers.
func TestNumbersMayComeAsNumbers(t *testing.T) {
	p := testRail(t, nil)
	body := swap(t, trade("SUCCESS"), `"total_amount":"1250","payer_amount":"1200"`,
		`"total_amount":1250,"payer_amount":null`)
	if got := p.Read(txn.CallQuery, testAsk(), signed(t, body), noon); railtest.Brief(got) != "approved " {
		t.Error(railtest.Brief(got))
	}
	for _, n := range []string{"12.5e2", "-1250", "1250.0", "[1250]", "true"} {
		body := swap(t, trade("SUCCESS"), `"total_amount":"1250"`, `"total_amount":`+n)
		if got := p.Read(txn.CallQuery, testAsk(), signed(t, body), noon); got.Outcome != txn.Unknown {
			t.Errorf("%s: %s", n, railtest.Brief(got))
		}
	}
}

func TestFindingTellsWhatIsKnownOfASale(t *testing.T) {
	p := testRail(t, nil)
	for state, want := range map[string]txn.Finding{
		"INIT": txn.FindUnpaid, "CREATE": txn.FindUnpaid, "DEAL": txn.FindUnpaid, "UNKNOWN": txn.FindUnknown,
		"SUCCESS": txn.FindPaid, "PART_REFUND": txn.FindPaid, "FAIL": txn.FindUnpaid, "CLOSE": txn.FindUnpaid,
		"REFUND": txn.FindGone, "NEW": txn.FindUnknown,
	} {
		got := p.ReadFind(testFind(), signed(t, trade(state)), noon)
		if got.Finding != want || got.Order != testOrder || got.Reference != tradeNo || got.Amount != 1250 ||
			got.Wallet != txn.UnionPay || got.Fault != "" || got.Code != state {
			t.Errorf("%s: %+v", state, got)
		}
		if paid := want == txn.FindPaid || want == txn.FindGone; (got.Paid == noon-500) != paid {
			t.Errorf("%s: paid at %d", state, got.Paid)
		}
		if got.Refunded != (state == "PART_REFUND" || state == "REFUND") || (got.Back == 1250) != (state == "REFUND") {
			t.Errorf("%s: refunded %v, %d", state, got.Refunded, got.Back)
		}
	}
	byReference := txn.FindAsk{Reference: tradeNo, Rail: Name}
	if got := p.ReadFind(byReference, signed(t, trade("SUCCESS")), noon); got.Order != testOrder ||
		got.Finding != txn.FindPaid {
		t.Errorf("by Lakala's number: %+v", got)
	}
	for _, c := range [][2]string{{`0000042"`, `0000041"`}, {`111135"`, `111136"`}, {`"1250"`, `"x"`},
		{`"1250"`, `"1000000000000"`}, {"MICROPAY", "REFUND"}} {
		got := p.ReadFind(testFind(), signed(t, swap(t, trade("SUCCESS"), c[0], c[1])), noon)
		if got.Finding != txn.FindUnknown || got.Fault != rail.FaultForeign || got.Amount != 0 {
			t.Errorf("with %q: %+v", c[1], got)
		}
	}
	got := p.ReadFind(byReference, signed(t, swap(t, trade("SUCCESS"), "26851350", "26851351")), noon)
	if got.Fault != rail.FaultForeign {
		t.Errorf("another number of Lakala's: %+v", got)
	}
}

// FuzzRead gives any body and any signature to every reader: nothing is decided
// by what is not signed, and what is signed cannot break a reader.
func FuzzRead(f *testing.F) {
	for _, call := range calls {
		f.Add([]byte(goodBody(call)), true)
	}
	f.Add([]byte(refundData("SUCCESS")), true)
	f.Add([]byte(refundData("FAIL")), false)
	f.Add([]byte(said("BBS10000", "支付中")), true)
	f.Add([]byte(`{"code":1,"resp_data":{"acc_resp_fields":[]}}`), true)
	f.Fuzz(func(t *testing.T, body []byte, genuine bool) {
		p := testRail(t, nil)
		r := rail.Response{Status: 200, Body: body}
		if genuine {
			r = signed(t, string(body))
		}
		for _, call := range calls {
			got := p.Read(call, testAsk(), r, noon)
			if !genuine && got.Outcome != txn.Unknown {
				t.Fatalf("%s, unsigned: %+v", call, got)
			}
			if got.Order != testOrder || got.Call != call || len([]rune(got.Text)) > rail.TextMax ||
				len([]rune(got.Code)) > codeMax {
				t.Fatalf("%+v", got)
			}
			if got.Outcome == txn.Approved && (!json.Valid(body) || call == txn.CallReverse || call == txn.CallClose) {
				t.Fatalf("%s: %+v", call, got)
			}
		}
		for _, call := range refundCalls {
			got := p.ReadRefund(call, testRefundAsk(), r, noon)
			if !genuine && got.Outcome != txn.RefundUnknown || got.Payer < 0 || got.Discount < 0 ||
				got.Payer+got.Discount > 500 {
				t.Fatalf("%s: %+v", call, got)
			}
		}
		if got := p.ReadFind(testFind(), r, noon); !genuine && got.Finding != txn.FindUnknown || got.Amount < 0 {
			t.Fatalf("%+v", got)
		}
	})
}

func TestAnotherAmountIsAnotherSale(t *testing.T) {
	p := testRail(t, nil)
	a := testAsk()
	a.Amount = money.Fen(1251)
	for _, call := range []txn.Call{txn.CallPay, txn.CallQuery, txn.CallReverse} {
		if got := p.Read(call, a, signed(t, goodBody(call)), noon); got.Cause != txn.CauseForeign {
			t.Errorf("%s: %s", call, railtest.Brief(got))
		}
	}
}
