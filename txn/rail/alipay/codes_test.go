package alipay

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"till/txn"
	"till/txn/rail/railtest"
)

// documented is every sub_code that rails.md names for payments and
// cancellations (2.4, 2.5), copied by hand; the groups that it writes with a star
// are spelled out from the OpenAPI (A1).
var documented = strings.Fields(`
	PAYMENT_AUTH_CODE_INVALID PULL_MOBILE_CASHIER_FAIL PAYMENT_FAIL SYSTEM_ERROR TRADE_HAS_SUCCESS
	CONTEXT_INCONSISTENT TRADE_HAS_CLOSE TRADE_BUYER_NOT_MATCH BUYER_BALANCE_NOT_ENOUGH
	BUYER_BANKCARD_BALANCE_NOT_ENOUGH BUYER_BANKCARD_DECLINED BUYER_BANKCARD_INVALID
	BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR BUYER_LIMIT_EXCEEDED
	NO_PAYMENT_INSTRUMENTS_AVAILABLE ERROR_BALANCE_PAYMENT_DISABLE BUYER_ENABLE_STATUS_FORBID
	ERROR_BUYER_CERTIFY_LEVEL_LIMIT NOT_CERTIFIED_USER USER_FACE_PAYMENT_SWITCH_OFF
	MOBILE_PAYMENT_SWITCH_OFF BUYER_SELLER_EQUAL PAYMENT_REQUEST_HAS_RISK TOTAL_FEE_EXCEED
	PRODUCT_AMOUNT_LIMIT_ERROR BEYOND_PAY_RESTRICTION BEYOND_PER_RECEIPT_RESTRICTION
	BEYOND_PER_RECEIPT_SINGLE_RESTRICTION BEYOND_PER_RECEIPT_DAY_RESTRICTION
	MERCHANT_PERM_RECEIPT_SUSPEND_LIMIT MERCHANT_PERM_RECEIPT_SINGLE_LIMIT MERCHANT_PERM_RECEIPT_DAY_LIMIT
	SELLER_BEEN_BLOCKED SECONDARY_MERCHANT_STATUS_ERROR SECONDARY_MERCHANT_ALIPAY_ACCOUNT_INVALID
	SECONDARY_MERCHANT_ID_INVALID SECONDARY_MERCHANT_NOT_MATCH SECONDARY_MERCHANT_ID_BLANK
	SECONDARY_MERCHANT_ISV_PUNISH_INDIRECT ACCESS_FORBIDDEN PARTNER_ERROR INVALID_PARAMETER INVALID_STORE_ID
	EXIST_FORBIDDEN_WORD MERCHANT_AGREEMENT_NOT_EXIST MERCHANT_AGREEMENT_INVALID`)

var documentedCancel = strings.Fields(`
	ACQ.SYSTEM_ERROR AQC.SYSTEM_ERROR ACQ.INVALID_PARAMETER ACQ.SELLER_BALANCE_NOT_ENOUGH
	ACQ.REASON_TRADE_BEEN_FREEZEN ACQ.TRADE_HAS_FINISHED ACQ.TRADE_CANCEL_TIME_OUT
	ACQ.REASON_TRADE_REFUND_FEE_ERR ACQ.CANCEL_NOT_ALLOWED`)

// documentedRefund is the table of rails.md 2.5, complete.
var documentedRefund = strings.Fields(`
	SYSTEM_ERROR SELLER_BALANCE_NOT_ENOUGH REFUND_AMT_NOT_EQUAL_TOTAL REASON_TRADE_REFUND_FEE_ERR
	REFUND_FEE_ERROR REFUND_CHARGE_ERROR NOT_ALLOW_PARTIAL_REFUND ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND
	DISCORDANT_REPEAT_REQUEST TRADE_NOT_EXIST TRADE_STATUS_ERROR REASON_TRADE_STATUS_INVALID
	TRADE_NOT_ALLOW_REFUND TRADE_HAS_CLOSE TRADE_HAS_FINISHED REASON_TRADE_BEEN_FREEZEN BUYER_NOT_EXIST
	BUYER_ERROR BUYER_ENABLE_STATUS_FORBID USER_NOT_MATCH_ERR CUSTOMER_VALIDATE_ERROR
	REFUND_ACCOUNT_NOT_EXIST ALLOC_AMOUNT_VALIDATE_ERROR REFUND_ROYALTY_PAYEE_ACCOUNT_NOT_EXIST
	REFUNDALLOC_UNAUTH_LIMIT TRADE_SETTLE_ERROR ENTERPRISE_PAY_BIZ_ERROR OVERDRAFT_ASSIGN_ACCOUNT_INVALID
	OVERDRAFT_AGREEMENT_NOT_MATCH CURRENCY_NOT_SUPPORT INVALID_PARAMETER`)

// unsure is the set of rails.md 0.1 and 2.5: payments after which must be asked,
// and those of our own number (Decisions).
var unsure = strings.Fields(`SYSTEM_ERROR TRADE_HAS_SUCCESS TRADE_STATUS_ERROR
	CONTEXT_INCONSISTENT TRADE_BUYER_NOT_MATCH`)

func TestEveryDocumentedCodeIsMapped(t *testing.T) {
	for _, c := range documented {
		if _, ok := find(payCodes, "ACQ."+c); !ok {
			t.Errorf("%s to a payment has no row", c)
		}
	}
	for _, c := range documentedCancel {
		if _, ok := find(cancelCodes, c); !ok {
			t.Errorf("%s to a cancellation has no row", c)
		}
	}
	for _, c := range documentedRefund {
		if _, ok := find(refundCodes, "ACQ."+c); !ok {
			t.Errorf("%s to a refund has no row", c)
		}
	}
	if n := len(payCodes); n != 98 {
		t.Errorf("%d codes of payments, the OpenAPI has 98", n)
	}
	if n := len(refundCodes); n != 31 {
		t.Errorf("%d codes of refunds, the OpenAPI has 31", n)
	}
}

func TestNoCodeStandsTwiceInATable(t *testing.T) {
	for i, table := range [][]code[verdict]{payCodes, queryCodes, cancelCodes, closeCodes, states} {
		for j, c := range table {
			if slices.ContainsFunc(table[j+1:], func(d code[verdict]) bool { return d.name == c.name }) {
				t.Errorf("%s stands twice in table %d", c.name, i)
			}
		}
	}
	for _, table := range [][]code[refundVerdict]{refundCodes, refundQueryCodes} {
		for j, c := range table {
			if slices.ContainsFunc(table[j+1:], func(d code[refundVerdict]) bool { return d.name == c.name }) {
				t.Errorf("%s stands twice among the refunds", c.name)
			}
		}
	}
}

func TestOnlyCodesThatHideNoChargeDecline(t *testing.T) {
	p := testRail(t, nil)
	for _, c := range payCodes {
		got := p.Read(txn.CallPay, testAsk(), genuine(t, payMember, business("ACQ."+c.name)), noon)
		if want := !slices.Contains(unsure, c.name); want != (got.Outcome == txn.Declined) {
			t.Errorf("%s to a payment: %s, may decline: %v", c.name, railtest.Brief(got), want)
		}
		got = p.Read(txn.CallQuery, testAsk(), genuine(t, queryMember, business("ACQ."+c.name)), noon)
		if got.Outcome != txn.Unknown {
			t.Errorf("%s to a query: %s", c.name, railtest.Brief(got))
		}
		for _, call := range calls {
			if got := p.Read(call, testAsk(), genuine(t, memberOf(call), business("ACQ."+c.name)), noon); got.Outcome == txn.Approved {
				t.Errorf("%s to a %s approves", c.name, call)
			}
		}
	}
}

// TestCodesGolden is every table as people read it: each code, for each call, in
// an answer with a good signature.
func TestCodesGolden(t *testing.T) {
	p := testRail(t, nil)
	var b strings.Builder
	of := func(call txn.Call, content string) string {
		return railtest.Brief(p.Read(call, testAsk(), genuine(t, memberOf(call), content), noon))
	}
	refund := func(call txn.RefundCall, content string) string {
		return railtest.BriefRefund(p.ReadRefund(call, testRefundAsk(), genuine(t, refundMemberOf(call), content), noon))
	}
	section := func(name string) { fmt.Fprintf(&b, "\n%s\n", name) }
	line := func(name string, columns ...string) {
		fmt.Fprintf(&b, "%-52s | %s\n", name, strings.Join(columns, " | "))
	}
	section("gateway: pay | query | cancel | refund | refund query")
	for _, code := range []string{"10000", "10003", "20000", "20001", "40001", "40002", "40003", "40004", "40005", "40006", "99999"} {
		subs := []string{""}
		if code == "40002" {
			for _, h := range gateHints {
				subs = append(subs, h.name)
			}
			subs = append(subs, "isv.invalid-parameter", "isp.other", "ACQ.SYSTEM_ERROR", "ACQ.INVALID_PARAMETER")
		}
		for _, sub := range subs {
			c := failure(code, sub, "")
			line(code+" "+sub, of(txn.CallPay, c), of(txn.CallQuery, c), of(txn.CallReverse, c),
				refund(txn.CallRefund, c), refund(txn.CallRefundQuery, c))
		}
	}
	section("pay")
	for _, c := range payCodes {
		line(c.name, of(txn.CallPay, business("ACQ."+c.name)))
	}
	for _, h := range hints {
		line(h.name+" "+h.phrase, of(txn.CallPay, failure("40004", "ACQ."+h.name, h.phrase)))
	}
	line("NEVER_SEEN", of(txn.CallPay, business("ACQ.NEVER_SEEN")))
	section("query")
	for _, c := range queryCodes {
		line(c.name, of(txn.CallQuery, business("ACQ."+c.name)))
	}
	for _, s := range states {
		line("trade_status "+s.name, of(txn.CallQuery, trade(s.name)))
	}
	section("cancel")
	for _, c := range cancelCodes {
		line(c.name, of(txn.CallReverse, business("ACQ."+c.name)))
	}
	section("close")
	for _, c := range closeCodes {
		line(c.name, railtest.Brief(p.Read(txn.CallClose, testShow().Ask, genuine(t, cancelMember, business("ACQ."+c.name)), noon)))
	}
	section("refund")
	for _, c := range refundCodes {
		line(c.name, refund(txn.CallRefund, business("ACQ."+c.name)))
	}
	section("refund query")
	for _, c := range refundQueryCodes {
		line(c.name, refund(txn.CallRefundQuery, business("ACQ."+c.name)))
	}
	golden(t, "codes.txt", b.String())
}

// TestASubCodeAloneIsNothing: it counts beside 40004, and beside a refusal of the
// gateway, and beside nothing else.
func TestASubCodeAloneIsNothing(t *testing.T) {
	p := testRail(t, nil)
	for _, code := range []string{"", "10000", "10003", "20000", "40005", "40007", "50000"} {
		c := failure(code, "ACQ.BUYER_BALANCE_NOT_ENOUGH", "余额不足")
		for _, member := range []string{payMember, "error_response"} {
			got := p.Read(txn.CallPay, testAsk(), genuine(t, member, c), noon)
			if got.Outcome == txn.Declined || got.Outcome == txn.Approved {
				t.Errorf("beside %q in %s: %s", code, member, railtest.Brief(got))
			}
		}
		c = failure(code, "ACQ.TRADE_HAS_FINISHED", "")
		got := p.ReadRefund(txn.CallRefund, testRefundAsk(), genuine(t, refundMember, c), noon)
		if got.Outcome != txn.RefundUnknown {
			t.Errorf("a refund beside %q: %s", code, railtest.BriefRefund(got))
		}
	}
}

func TestPrefixesDoNotMatter(t *testing.T) {
	p := testRail(t, nil)
	for _, sub := range []string{"ACQ.SYSTEM_ERROR", "AQC.SYSTEM_ERROR", "aop.ACQ.SYSTEM_ERROR", "SYSTEM_ERROR"} {
		got := p.Read(txn.CallReverse, testAsk(), genuine(t, cancelMember, business(sub)), noon)
		if railtest.Brief(got) != "unknown gateway-down" || got.Code != sub {
			t.Errorf("%s: %s with code %q", sub, railtest.Brief(got), got.Code)
		}
	}
	got := p.ReadRefund(txn.CallRefundQuery, testRefundAsk(), genuine(t, refundQueryMember, business("TRADE_NOT_EXIST")), noon)
	if railtest.BriefRefund(got) != "absent no-such-order" {
		t.Errorf("TRADE_NOT_EXIST without a prefix: %s", railtest.BriefRefund(got))
	}
}

func TestCodesListCausesThatExist(t *testing.T) {
	infos := Codes()
	for i, c := range infos {
		if c.Code == "" || c.Class == "" || len(c.Causes) == 0 && c.Code != "TRADE_SUCCESS" && c.Code != "TRADE_FINISHED" {
			t.Errorf("incomplete: %+v", c)
		}
		if slices.ContainsFunc(infos[i+1:], func(d CodeInfo) bool { return d.Code == c.Code }) {
			t.Errorf("%s is listed twice", c.Code)
		}
		for _, cause := range c.Causes {
			if !slices.Contains(txn.Causes, cause) {
				t.Errorf("%s has the cause %q, which is not in the catalogue", c.Code, cause)
			}
		}
	}
	for _, name := range slices.Concat(documented, documentedRefund) {
		if !slices.ContainsFunc(infos, func(c CodeInfo) bool { return c.Code == name }) {
			t.Errorf("%s is not listed", name)
		}
	}
}
