package alipay

import (
	"slices"
	"strings"

	"till/txn"
	"till/txn/rail"
)

// Class groups codes by who can do something about them (rails.md 2.5).
type Class string

const (
	ClassUnknown  Class = "unknown"  // the network itself does not know: ask
	ClassPending  Class = "pending"  // the payer is acting
	ClassResend   Class = "resend"   // the number exists already: ask
	ClassDead     Class = "dead"     // the order is over: new number
	ClassRescan   Class = "rescan"   // the payer refreshes his code: new number
	ClassFunds    Class = "funds"    // the payer's money, card or limit
	ClassAccount  Class = "account"  // the payer's account
	ClassRisk     Class = "risk"     // stopped by the network
	ClassMerchant Class = "merchant" // a limit or the status of the shop
	ClassSetup    Class = "setup"    // rights, ids, keys and contract of the shop
	ClassRequest  Class = "request"  // our request is wrong
	ClassSpecial  Class = "special"  // of products that this terminal does not use
	ClassBusy     Class = "busy"     // too many requests
	ClassUndo     Class = "undo"     // about cancellations
	ClassRefund   Class = "refund"   // about refunds
	ClassState    Class = "state"    // not an error: a trade_status
)

// CodeInfo is one code of the network and what this package makes of it.
type CodeInfo struct {
	Code   string
	Class  Class
	Causes []txn.Cause // all that it can become, without repeats
}

// verdict is what a code means as the answer to one call about an order.
type verdict struct {
	outcome txn.Outcome
	cause   txn.Cause
	fault   txn.FaultCode
	again   bool // ask now; the Policy's wait otherwise
}

// refundVerdict is the same for a call about a refund.
type refundVerdict struct {
	outcome txn.RefundOutcome
	cause   txn.Cause
	fault   txn.FaultCode
}

// code is a sub_code without its prefix, "ACQ." most often.
type code[V any] struct {
	name  string
	class Class
	v     V
}

// codes gives many codes one meaning; names are separated by white space.
func codes[V any](class Class, v V, names string) []code[V] {
	var out []code[V]
	for n := range strings.FieldsSeq(names) {
		out = append(out, code[V]{n, class, v})
	}
	return out
}

func find[V any](table []code[V], sub string) (V, bool) {
	sub = bare(sub)
	for _, c := range table {
		if c.name == sub {
			return c.v, true
		}
	}
	var none V
	return none, false
}

// bare takes the prefix off a sub_code: "ACQ.", "AQC." (sic, rails.md 2.4), and
// either behind "aop.". The refund query has TRADE_NOT_EXIST without one (A1).
func bare(sub string) string {
	s := strings.TrimPrefix(sub, "aop.")
	for _, prefix := range []string{"ACQ.", "AQC."} {
		if after, ok := strings.CutPrefix(s, prefix); ok {
			return after
		}
	}
	return sub
}

// gate is a code that the gateway gives before the call reaches the trade system
// (rails.md 2.2).
type gate struct {
	name  string
	class Class
	cause txn.Cause
	fault txn.FaultCode
	sure  bool // the call was not done
}

var gates = []gate{
	{"20000", ClassUnknown, txn.CauseGatewayDown, "", false},
	{"20001", ClassSetup, txn.CauseMerchantSetup, rail.FaultRefused, true},
	{"40001", ClassRequest, txn.CauseRequestWrong, rail.FaultRefused, true},
	{"40002", ClassRequest, txn.CauseRequestWrong, rail.FaultRefused, true},
	{"40003", ClassSetup, txn.CauseMerchantSetup, rail.FaultRefused, true},
	{"40005", ClassBusy, txn.CauseBusy, "", false},
	{"40006", ClassSetup, txn.CauseMerchantSetup, rail.FaultRefused, true},
}

// gateHints is what the sub_code beside such a code adds to it: the names stand
// in the page of the common error codes, opendocs.alipay.com/common/02km9f (K).
var gateHints = []gate{
	{"isv.invalid-signature", ClassSetup, txn.CauseKeyWrong, rail.FaultRefused, true},
	{"isv.invalid-signature-type", ClassSetup, txn.CauseKeyWrong, rail.FaultRefused, true},
	{"isv.missing-signature", ClassSetup, txn.CauseKeyWrong, rail.FaultRefused, true},
	{"isv.missing-signature-type", ClassSetup, txn.CauseKeyWrong, rail.FaultRefused, true},
	{"isv.missing-signature-key", ClassSetup, txn.CauseKeyWrong, rail.FaultRefused, true},
	{"isv.invalid-app-id", ClassSetup, txn.CauseMerchantSetup, rail.FaultRefused, true},
	{"isv.missing-app-id", ClassSetup, txn.CauseMerchantSetup, rail.FaultRefused, true},
	{"isv.insufficient-isv-permissions", ClassSetup, txn.CauseMerchantSetup, rail.FaultRefused, true},
	{"isv.insufficient-user-permissions", ClassSetup, txn.CauseMerchantSetup, rail.FaultRefused, true},
	{"aop.invalid-auth-token", ClassSetup, txn.CauseMerchantSetup, rail.FaultRefused, true},
	{"aop.invalid-app-auth-token", ClassSetup, txn.CauseMerchantSetup, rail.FaultRefused, true},
	{"aop.auth-token-time-out", ClassSetup, txn.CauseMerchantSetup, rail.FaultRefused, true},
	{"isv.invalid-timestamp", ClassSetup, txn.CauseClockWrong, txn.FaultSkewed, true},
	{"isv.missing-timestamp", ClassSetup, txn.CauseClockWrong, txn.FaultSkewed, true},
	{"isv.app-call-limited", ClassBusy, txn.CauseBusy, "", false},
	{"isv.method-call-limited", ClassBusy, txn.CauseBusy, "", false},
	{"isp.unknow-error", ClassUnknown, txn.CauseGatewayDown, "", false}, // sic
	{"aop.unknow-error", ClassUnknown, txn.CauseGatewayDown, "", false},
}

// gateOf says what the gateway means, and whether it means anything. A code that
// refuses is doubted when the sub_code beside it is not of the gateway's own
// family: then the call went further than the code says.
func gateOf(ans answer) (gate, bool) {
	at := slices.IndexFunc(gates, func(g gate) bool { return g.name == ans.Code })
	if at < 0 {
		return gate{}, false
	}
	g := gates[at]
	if !g.sure || ans.SubCode == "" {
		return g, true
	}
	for _, h := range gateHints {
		if h.name == ans.SubCode {
			return h, true
		}
	}
	return g, strings.HasPrefix(ans.SubCode, "isv.")
}

// judge says what an answer to a call that was not done means. To a query or a
// cancellation a refusal is about that call, and says nothing about the payment.
func judge(call txn.Call, table []code[verdict], ans answer) verdict {
	if ans.Code == "10003" && !ans.failed && call == txn.CallPay {
		return acting
	}
	if g, ok := gateOf(ans); ok {
		v := verdict{cause: g.cause, fault: g.fault}
		if begins(call) {
			v.again = ans.Code == "20000"
			if g.sure {
				v.outcome = txn.Declined
			}
		}
		return v
	}
	v, ok := find(table, ans.SubCode)
	if !ok || !refused(ans) {
		return verdict{cause: txn.CauseOther}
	}
	if h, ok := hinted(bare(ans.SubCode), ans.SubMsg); ok && v.outcome == txn.Declined {
		v.cause = h.cause
	}
	return v
}

// refused reports whether an answer's sub_code counts: beside 40004, and beside
// a refusal of the gateway that names a code of the trade system.
func refused(ans answer) bool {
	return ans.Code == "40004" || slices.ContainsFunc(gates, func(g gate) bool {
		return g.sure && g.name == ans.Code
	})
}

// hint is what the words beside a code add to it. The page lists the reasons for
// an invalid payment code; the words were seen in answers (K).
type hint struct {
	name, phrase string
	cause        txn.Cause
}

var hints = []hint{
	{"PAYMENT_AUTH_CODE_INVALID", "过期", txn.CauseCodeExpired},
	{"PAYMENT_AUTH_CODE_INVALID", "已使用", txn.CauseCodeUsed},
	{"PAYMENT_AUTH_CODE_INVALID", "已被使用", txn.CauseCodeUsed},
}

func hinted(name, text string) (hint, bool) {
	for _, h := range hints {
		if h.name == name && strings.Contains(text, h.phrase) {
			return h, true
		}
	}
	return hint{}, false
}

// Codes lists every code, sub_code (without "ACQ.") and trade_status that this
// package knows, for the catalogues of sentences and their tests. An answer
// without any is named by its status: "HTTP 502".
func Codes() []CodeInfo {
	var out []CodeInfo
	add := func(name string, class Class, cause txn.Cause) {
		at := slices.IndexFunc(out, func(c CodeInfo) bool { return c.Code == name })
		if at < 0 {
			at = len(out)
			out = append(out, CodeInfo{Code: name, Class: class})
		}
		if cause != txn.CauseNone && !slices.Contains(out[at].Causes, cause) {
			out[at].Causes = append(out[at].Causes, cause)
		}
	}
	add("10003", ClassPending, acting.cause)
	for _, g := range slices.Concat(gates, gateHints) {
		add(g.name, g.class, g.cause)
	}
	for _, c := range slices.Concat(payCodes, queryCodes, cancelCodes, closeCodes, states) {
		add(c.name, c.class, c.v.cause)
	}
	for _, c := range slices.Concat(refundCodes, refundQueryCodes) {
		add(c.name, c.class, c.v.cause)
	}
	for _, h := range hints {
		add(h.name, ClassRescan, h.cause)
	}
	return out
}
