package wechatpay

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"till/txn"
	"till/txn/rail"
	"till/txn/rail/railtest"
)

var calls = []txn.Call{txn.CallPay, txn.CallQuery, txn.CallReverse, txn.CallShow, txn.CallClose}

var refundCalls = []txn.RefundCall{txn.CallRefund, txn.CallRefundQuery, txn.CallRefundRepair}

// documented is every code that rails.md names for payments, reversals and
// refunds of WeChat Pay, copied from sections 1.5, 1.6 and 1.7 by hand, in the
// spellings that stand there.
var documented = strings.Fields(`
	SYSTEMERROR BANKERROR USERPAYING ORDERPAID OUT_TRADE_NO_USED ORDERCLOSED ORDERREVERSED
	AUTHCODEEXPIRE AUTH_CODE_ERROR AUTH_CODE_INVALID NOTENOUGH NOTSUPORTCARD BUYER_MISMATCH TRADE_ERROR
	NOAUTH INVALID_REQUEST APPID_NOT_EXIST MCHID_NOT_EXIST APPID_MCHID_NOT_MATCH
	SIGNERROR LACK_PARAMS PARAM_ERROR XML_FORMAT_ERROR NOT_UTF8 REQUIRE_POST_METHOD POST_DATA_EMPTY
	REVERSE_EXPIRE INVALID_TRANSACTIONID
	SYSTEM_ERROR BIZERR_NEED_RETRY TRADE_OVERDUE USER_ACCOUNT_ABNORMAL INVALID_REQ_TOO_MUCH NOT_ENOUGH
	FREQUENCY_LIMITED ORDERNOTEXIST RESOURCE_NOT_EXISTS ERROR NO_AUTH MCH_NOT_EXISTS SIGN_ERROR
	REFUNDNOTEXIST
	BANK_ERROR USER_PAYING ORDER_PAID ORDER_CLOSED ORDER_REVERSED ORDER_NOT_EXIST AUTH_CODE_EXPIRE`)

// mayDecline is rails.md 1.5 read once more: the codes after which a payment is
// surely not charged. Everything else must stay open.
var mayDecline = strings.Fields(`
	ORDERCLOSED ORDERREVERSED AUTHCODEEXPIRE AUTH_CODE_ERROR AUTH_CODE_INVALID NOTENOUGH NOTSUPORTCARD
	TRADE_ERROR NOAUTH INVALID_REQUEST APPID_NOT_EXIST MCHID_NOT_EXIST APPID_MCHID_NOT_MATCH SIGNERROR
	LACK_PARAMS PARAM_ERROR XML_FORMAT_ERROR NOT_UTF8 REQUIRE_POST_METHOD POST_DATA_EMPTY
	USER_ACCOUNT_ABNORMAL NO_AUTH MCH_NOT_EXISTS NOT_ENOUGH SIGN_ERROR ORDER_CLOSED ORDER_REVERSED
	AUTH_CODE_EXPIRE`)

func TestEveryDocumentedCodeIsMapped(t *testing.T) {
	for _, code := range documented {
		if _, ok := find(code); !ok {
			t.Errorf("%s has no row", code)
		}
	}
	for i, a := range table {
		for _, b := range table[i+1:] {
			if same(a.code, b.code) {
				t.Errorf("%s and %s are one code", a.code, b.code)
			}
		}
	}
}

func TestOnlyCodesThatHideNoChargeDecline(t *testing.T) {
	w := testRail(t, nil)
	for _, code := range documented {
		body := errorBody(code, "")
		got := w.Read(txn.CallPay, testAsk(), genuine(t, 400, body), noon)
		if want := slices.Contains(mayDecline, code); want != (got.Outcome == txn.Declined) {
			t.Errorf("%s to a payment: %s, may decline: %v", code, got.Outcome, want)
		}
		if got := w.Read(txn.CallQuery, testAsk(), genuine(t, 400, body), noon); got.Outcome == txn.Declined {
			t.Errorf("%s to a query declines the payment", code)
		}
		for _, call := range calls {
			if got := w.Read(call, testAsk(), genuine(t, 400, body), noon); got.Outcome == txn.Approved {
				t.Errorf("%s to a %s approves", code, call)
			}
		}
	}
}

// TestCodesGolden is the whole table as people read it: each code, for each
// call, in an answer with a good signature.
func TestCodesGolden(t *testing.T) {
	w := testRail(t, nil)
	var b strings.Builder
	line := func(name string, read func(txn.Call) txn.Answered) {
		fmt.Fprintf(&b, "%-22s", name)
		for _, call := range calls {
			fmt.Fprintf(&b, " | %-38s", railtest.Brief(read(call)))
		}
		fmt.Fprintln(&b)
	}
	fmt.Fprintf(&b, "%-22s | %-38s | %-38s | %-38s | %-38s | %-38s\n",
		"code", "pay", "query", "reverse", "show", "close")
	for _, r := range table {
		line(r.code, func(c txn.Call) txn.Answered {
			return w.Read(c, testAsk(), genuine(t, 400, errorBody(r.code, "")), noon)
		})
	}
	line("NEVER_SEEN", func(c txn.Call) txn.Answered {
		return w.Read(c, testAsk(), genuine(t, 400, errorBody("NEVER_SEEN", "")), noon)
	})
	for _, r := range states {
		line("state "+r.code, func(c txn.Call) txn.Answered {
			return w.Read(c, testAsk(), genuine(t, 200, orderBody(r.code)), noon)
		})
	}
	for _, h := range hints {
		for _, code := range h.codes {
			line(code+" "+h.phrases[0], func(c txn.Call) txn.Answered {
				return w.Read(c, testAsk(), genuine(t, 400, errorBody(code, h.phrases[0])), noon)
			})
		}
	}
	golden(t, "codes.txt", b.String())
}

// TestBothSpellingsAreOne reads v2's and v3's spelling of each code alike.
func TestBothSpellingsAreOne(t *testing.T) {
	w := testRail(t, nil)
	for _, r := range table {
		for _, call := range calls {
			a := w.Read(call, testAsk(), genuine(t, 400, errorBody(r.code, "")), noon)
			old := strings.ReplaceAll(r.code, "_", "")
			b := w.Read(call, testAsk(), genuine(t, 400, errorBody(old, "")), noon)
			if b.Code != old {
				t.Errorf("code %s is told as %s", old, b.Code)
			}
			if b.Code = a.Code; a != b {
				t.Errorf("%s to a %s: %+v, but %s: %+v", r.code, call, a, old, b)
			}
		}
	}
}

// TestServersThatFailDecideNothing sends every code with a failing status, and
// with 429.
func TestServersThatFailDecideNothing(t *testing.T) {
	w := testRail(t, nil)
	for _, status := range []int{429, 500, 501, 502, 503, 504, 599} {
		for _, r := range table {
			for _, call := range calls {
				for _, ans := range []rail.Response{
					genuine(t, status, errorBody(r.code, "")), bare(status, errorBody(r.code, "")),
				} {
					got := w.Read(call, testAsk(), ans, noon)
					if got.Outcome != txn.Unknown && got.Outcome != txn.Pending {
						t.Errorf("%d %s to a %s: %s", status, r.code, call, railtest.Brief(got))
					}
				}
			}
		}
	}
}

func TestCodesListCausesThatExist(t *testing.T) {
	infos := Codes()
	for _, name := range documented {
		if !slices.ContainsFunc(infos, func(c CodeInfo) bool { return same(c.Code, name) }) {
			t.Errorf("%s is not listed", name)
		}
	}
	for i, c := range infos {
		if slices.ContainsFunc(infos[i+1:], func(d CodeInfo) bool { return same(c.Code, d.Code) }) {
			t.Errorf("%s is listed twice", c.Code)
		}
		if c.Code == "" || c.Class == "" || len(c.Causes) == 0 && !slices.Contains([]string{"SUCCESS", "PROCESSING"}, c.Code) {
			t.Errorf("incomplete: %+v", c)
		}
		for _, cause := range c.Causes {
			if !slices.Contains(txn.Causes, cause) {
				t.Errorf("%s has the cause %q, which is not in the catalogue", c.Code, cause)
			}
		}
	}
}
