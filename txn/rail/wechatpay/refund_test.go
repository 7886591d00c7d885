package wechatpay

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"till/sim/railsim/railwire"
	"till/txn"
	"till/txn/rail"
	"till/txn/rail/railtest"
)

// documentedRefund is the table of rails.md 1.7, with the codes over Create and
// QueryByOutRefundNo in wechatpay-go.
var documentedRefund = strings.Fields(`
	SYSTEMERROR SYSTEM_ERROR BIZERR_NEED_RETRY TRADE_OVERDUE USER_ACCOUNT_ABNORMAL INVALID_REQ_TOO_MUCH
	NOTENOUGH NOT_ENOUGH FREQUENCY_LIMITED ORDERNOTEXIST RESOURCE_NOT_EXISTS INVALID_TRANSACTIONID
	INVALID_REQUEST ERROR PARAM_ERROR NO_AUTH MCH_NOT_EXISTS MCHID_NOT_EXIST APPID_NOT_EXIST SIGNERROR
	SIGN_ERROR REFUNDNOTEXIST`)

// mayRefuse is rails.md 1.7 read once more: the codes that book nothing under a
// number that no earlier copy has brought. Everything else must stay open.
var mayRefuse = strings.Fields(`TRADE_OVERDUE USER_ACCOUNT_ABNORMAL INVALID_REQ_TOO_MUCH NOTENOUGH NOT_ENOUGH
	FREQUENCY_LIMITED ORDERNOTEXIST RESOURCE_NOT_EXISTS INVALID_TRANSACTIONID NO_AUTH`)

func TestEveryRefundCodeIsMapped(t *testing.T) {
	w := testRail(t, nil)
	for _, code := range documentedRefund {
		if !slices.ContainsFunc(refundTable, func(r refundRow) bool { return same(r.code, code) }) {
			t.Errorf("%s has no row", code)
		}
		got := w.ReadRefund(txn.CallRefund, testRefundAsk(), genuine(t, 400, errorBody(code, "")), noon)
		if want := slices.Contains(mayRefuse, code); want != (got.Outcome == txn.RefundRefused) {
			t.Errorf("%s to a refund: %s, may refuse: %v", code, railtest.BriefRefund(got), want)
		}
	}
	for i, a := range refundTable {
		if slices.ContainsFunc(refundTable[i+1:], func(b refundRow) bool { return same(a.code, b.code) }) {
			t.Errorf("%s stands twice", a.code)
		}
	}
}

func TestRefundCodesGolden(t *testing.T) {
	w := testRail(t, nil)
	var b strings.Builder
	line := func(name string, status int, body string) {
		fmt.Fprintf(&b, "%-32s", name)
		for _, call := range refundCalls {
			got := w.ReadRefund(call, testRefundAsk(), genuine(t, status, body), noon)
			fmt.Fprintf(&b, " | %-28s", railtest.BriefRefund(got))
		}
		fmt.Fprintln(&b)
	}
	fmt.Fprintf(&b, "%-32s | %-28s | %-28s | %-28s\n", "code", "refund", "query", "repair")
	for _, r := range refundTable {
		line(r.code, 400, errorBody(r.code, ""))
	}
	line("NEVER_SEEN", 400, errorBody("NEVER_SEEN", "余额不足"))
	line("429 FREQUENCY_LIMITED", 429, errorBody("FREQUENCY_LIMITED", ""))
	line("429 NOT_ENOUGH", 429, errorBody("NOT_ENOUGH", ""))
	for _, h := range refundHints {
		for _, p := range h.phrases {
			line("INVALID_REQUEST "+p, 400, errorBody("INVALID_REQUEST", "…"+strings.ToUpper(p)+"…"))
		}
	}
	for _, s := range refundStates {
		line("status "+s.status, 200, refundJSON(s.status))
	}
	line("status NEW", 200, refundJSON("NEW"))
	golden(t, "refunds.txt", b.String())
}

func TestARefundIsWhatIsSignedAndOurs(t *testing.T) {
	w := testRail(t, nil)
	for _, call := range refundCalls {
		got := w.ReadRefund(call, testRefundAsk(), genuine(t, 200, refundJSON("SUCCESS")), noon)
		want := txn.RefundAnswered{Refund: testRefund, Order: testOrder, Call: call, Outcome: txn.RefundPaidOut,
			Code: "SUCCESS", Reference: refundID, Account: "支付用户零钱", Payer: 420, Discount: 80}
		if got != want {
			t.Errorf("%s: %+v, want %+v", call, got, want)
		}
	}
}

// TestARefundAboutSomethingElseIsForeign changes one echoed field at a time.
func TestARefundAboutSomethingElseIsForeign(t *testing.T) {
	w := testRail(t, nil)
	a := testRefundAsk()
	a.Reference = refundID
	for name, c := range map[string][2]string{
		"another refund":                  {string(testRefund), "TESTINSTALL1R0000000044"},
		"no refund number":                {`"out_refund_no":"` + string(testRefund) + `",`, ""},
		"another order":                   {string(testOrder), "TESTINSTALL10000000041"},
		"no order":                        {`"out_trade_no":"` + string(testOrder) + `",`, ""},
		"another amount":                  {`"refund":500`, `"refund":501`},
		"no amount":                       {`"refund":500,`, ""},
		"another sale":                    {`"total":1250`, `"total":1251`},
		"no sale":                         {`"total":1250,`, ""},
		"another currency":                {`"CNY"`, `"USD"`},
		"another number than it had once": {refundID, "50300002012026010112345678902"},
	} {
		for _, call := range refundCalls {
			got := w.ReadRefund(call, a, genuine(t, 200, with(t, refundJSON("SUCCESS"), c[0], c[1])), noon)
			if railtest.BriefRefund(got) != "unknown foreign R03" || got.Reference != "" || got.Payer != 0 {
				t.Errorf("%s to a %s: %+v", name, call, got)
			}
		}
	}
}

func TestWhatDecidesNoRefund(t *testing.T) {
	w := testRail(t, nil)
	huge := strings.Replace(refundJSON("SUCCESS"), "支付用户零钱", strings.Repeat("x", bodyMax), 1)
	probe := genuine(t, 200, refundJSON("SUCCESS"))
	replace(&probe, "Wechatpay-Signature", "WECHATPAY/SIGNTEST/AAAA")
	tests := []struct {
		name string
		r    rail.Response
		want string
	}{
		{"unsigned", bare(200, refundJSON("SUCCESS")), "unknown untrusted R01"},
		{"a probe", probe, "unknown untrusted R01"},
		{"signed by us", signed(t, railwire.HMAC("merchant"), seconds(noon), 200, refundJSON("SUCCESS")), "unknown untrusted R01"},
		{"yesterday's", signed(t, railwire.HMAC("platform"), seconds(noon)-86400, 200, refundJSON("SUCCESS")), "unknown clock-wrong C02"},
		{"cut short", genuine(t, 200, refundJSON("SUCCESS")[:60]), "unknown other L05"},
		{"too long", genuine(t, 200, huge), "unknown other L05"},
		{"no content", genuine(t, 204, ""), "unknown other L05"},
		{"accepted, not done", genuine(t, 202, refundJSON("SUCCESS")), "unknown other"},
		{"an amount that is text", genuine(t, 200, with(t, refundJSON("SUCCESS"), `"refund":500`, `"refund":"500"`)), "unknown other L05"},
		{"an error with status 200", genuine(t, 200, errorBody("NEVER_SEEN", "")), "unknown other"},
		{"refused, unsigned", bare(403, errorBody("NOT_ENOUGH", "余额不足")), "unknown untrusted R01"},
		{"refused, by a server that fails", genuine(t, 500, errorBody("NOT_ENOUGH", "")), "unknown gateway-down"},
		{"our key is wrong, unsigned", bare(401, errorBody("SIGN_ERROR", "")), "unknown key-wrong R02"},
		{"too busy, a page", bare(429, ""), "unknown busy"},
		{"a page", bare(502, "<html>"), "unknown gateway-down"},
		{"absent, unsigned", bare(404, errorBody("RESOURCE_NOT_EXISTS", "")), "unknown untrusted R01"},
		{"an order", genuine(t, 200, orderBody("SUCCESS")), "unknown foreign R03"},
	}
	for _, tt := range tests {
		for _, call := range refundCalls {
			if got := w.ReadRefund(call, testRefundAsk(), tt.r, noon); railtest.BriefRefund(got) != tt.want {
				t.Errorf("%s to a %s: %s, want %s", tt.name, call, railtest.BriefRefund(got), tt.want)
			}
		}
	}
}

// TestTheSplitIsToldWhenItIsWhole (causes.md C06): what the payer gets in money,
// and what lapses or goes back as a coupon.
func TestTheSplitIsToldWhenItIsWhole(t *testing.T) {
	w := testRail(t, nil)
	tests := []struct {
		name, old, new  string
		payer, discount int64
	}{
		{"whole", `420`, `420`, 420, 80},
		{"no discount", `"payer_refund":420,"settlement_refund":420,"settlement_total":1170,"discount_refund":80`,
			`"payer_refund":500,"discount_refund":0`, 500, 0},
		{"not told", `"payer_refund":420,`, "", 0, 0},
		{"not the refund", `"discount_refund":80`, `"discount_refund":81`, 0, 0},
		{"less than nothing", `"payer_refund":420`, `"payer_refund":-420`, 0, 0},
		{"more than the refund", `"payer_refund":420`, `"payer_refund":9223372036854775807`, 0, 0},
	}
	for _, tt := range tests {
		body := with(t, refundJSON("SUCCESS"), tt.old, tt.new)
		got := w.ReadRefund(txn.CallRefundQuery, testRefundAsk(), genuine(t, 200, body), noon)
		if got.Outcome != txn.RefundPaidOut || got.Payer != tt.payer || got.Discount != tt.discount {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
}

// TestARepairedRefundIsNotThePayers: the money is with the shop, which has to hand
// it on (causes.md C32).
func TestARepairedRefundIsNotThePayers(t *testing.T) {
	w := testRail(t, nil)
	for _, account := range []string{"商户结算银行账户", "商户基本账户", "退还商户:商户基本账户"} {
		body := with(t, refundJSON("SUCCESS"), "支付用户零钱", account)
		got := w.ReadRefund(txn.CallRefundQuery, testRefundAsk(), genuine(t, 200, body), noon)
		if got.Outcome != txn.RefundPaidOut || got.Account != account || got.Payer != 0 || got.Discount != 80 {
			t.Errorf("%+v", got)
		}
	}
}

// TestRefundPolicyTimeline spells rails.md 0.2 and 1.7 out.
func TestRefundPolicyTimeline(t *testing.T) {
	p := testRail(t, nil).RefundPolicy()
	if p.WindowDays != 365 || p.Parts != 50 || p.Spacing != time.Minute || p.PerSecond != 150 || p.VoidSameDay ||
		!p.MayRepair || p.FundedFrom != "balance" || p.Resend < p.Spacing || p.RetryHeld <= 0 {
		t.Errorf("%+v", p)
	}
	if got := fmt.Sprint(p.Asks); got != "[1m0s 1m0s 1m0s 1m0s 1m0s 5m0s 10m0s 20m0s 30m0s]" {
		t.Errorf("asks %s", got)
	}
}

func TestRefundsFromTheAvailableBalance(t *testing.T) {
	w := testRail(t, func(c *Config) { c.RefundAvailable = true })
	r, err := w.Refund(testRefundAsk(), testNonce, noon)
	if err != nil || !strings.Contains(string(r.Body), `"funds_account":"AVAILABLE"`) {
		t.Errorf("%s, %v", r.Body, err)
	}
	long := testRefundAsk()
	long.Reason = strings.Repeat("退", 100)
	if r, err = w.Refund(long, testNonce, noon); err != nil || !strings.Contains(string(r.Body), `"`+strings.Repeat("退", 26)+`"`) {
		t.Errorf("%s, %v: want a reason of at most 80 bytes", r.Body, err)
	}
}

// FuzzReadRefund promises that only a signed echo of our own refund moves it on,
// and that a refusal is signed.
func FuzzReadRefund(f *testing.F) {
	for _, r := range refundTable {
		f.Add(400, []byte(errorBody(r.code, "余额不足")), true, uint8(0))
	}
	for _, s := range refundStates {
		f.Add(200, []byte(refundJSON(s.status)), true, uint8(1))
	}
	f.Add(502, []byte("<html>"), false, uint8(2))
	f.Fuzz(func(t *testing.T, status int, body []byte, sign bool, which uint8) {
		w, call, r := testRail(t, nil), refundCalls[int(which)%len(refundCalls)], bare(status, string(body))
		if sign {
			r = genuine(t, status, string(body))
		}
		a := testRefundAsk()
		got := w.ReadRefund(call, a, r, noon)
		if got.Refund != a.Refund || got.Order != a.Order || got.Call != call {
			t.Fatalf("about %s of %s, %s", got.Refund, got.Order, got.Call)
		}
		switch got.Outcome {
		case txn.RefundUnknown:
		case txn.RefundRefused, txn.RefundAbsent:
			if !sign || status >= 500 || call == txn.CallRefundRepair ||
				(call == txn.CallRefundQuery) != (got.Outcome == txn.RefundAbsent) {
				t.Fatalf("%d %q, signed %v, to a %s: %s", status, body, sign, call, railtest.BriefRefund(got))
			}
		default:
			if !sign || status != 200 || !strings.Contains(string(body), "500") {
				t.Fatalf("%d %q, signed %v: %s", status, body, sign, railtest.BriefRefund(got))
			}
		}
		if got.Payer < 0 || got.Discount < 0 || got.Payer+got.Discount > a.Amount.Minor() ||
			len([]rune(got.Account)) > rail.TextMax {
			t.Fatalf("%+v", got)
		}
	})
}
