package wechatpay

import (
	"slices"
	"strings"

	"till/txn"
	"till/txn/rail"
)

// Class groups codes by who can do something about them (rails.md 1.5).
type Class string

const (
	ClassUnknown  Class = "unknown"  // the network itself does not know: ask
	ClassPending  Class = "pending"  // the payer is acting
	ClassResend   Class = "resend"   // the number exists already: ask
	ClassDead     Class = "dead"     // the order is over: new number
	ClassRescan   Class = "rescan"   // the payer refreshes his code: new number
	ClassCustomer Class = "customer" // another card, another way to pay
	ClassSetup    Class = "setup"    // rights, ids and contract of the shop
	ClassRequest  Class = "request"  // our request or our key is wrong
	ClassBusy     Class = "busy"     // too many requests
	ClassUndo     Class = "undo"     // about reversals and refunds
	ClassState    Class = "state"    // not an error: a trade_state
)

// CodeInfo is one code of the network and what this package makes of it.
type CodeInfo struct {
	Code   string
	Class  Class
	Causes []txn.Cause // all that it can become, without repeats
}

// verdict is what a code means as the answer to one call.
type verdict struct {
	outcome txn.Outcome
	cause   txn.Cause
	fault   txn.FaultCode
	again   bool // ask now; the Policy's wait otherwise
	undo    bool
	back    bool // paid, and some of it was refunded
}

type row struct {
	code                string
	class               Class
	pay, query, reverse verdict
}

func (r row) verdict(call txn.Call) verdict {
	switch call {
	case txn.CallPay:
		return r.pay
	case txn.CallQuery:
		return r.query
	case txn.CallShow:
		return r.show()
	case txn.CallClose:
		return r.close()
	}
	return r.reverse
}

// open is a code that decides nothing, whatever the call.
func open(class Class, cause txn.Cause, codes ...string) []row {
	var rows []row
	v := verdict{outcome: txn.Unknown, cause: cause}
	for _, c := range codes {
		rows = append(rows, row{c, class, v, v, v})
	}
	return rows
}

// ask is the same, and a payment that is answered so is asked for at once.
func ask(class Class, cause txn.Cause, codes ...string) []row {
	rows := open(class, cause, codes...)
	for i := range rows {
		rows[i].pay.again = true
	}
	return rows
}

// refuse is a code that declines a payment. As the answer to a query or a
// reversal it is about that call and says nothing about the payment.
func refuse(class Class, cause txn.Cause, fault txn.FaultCode, codes ...string) []row {
	rows := open(class, cause, codes...)
	for i := range rows {
		rows[i].pay.outcome = txn.Declined
		rows[i].pay.fault, rows[i].query.fault, rows[i].reverse.fault = fault, fault, fault
	}
	return rows
}

var (
	noOrder = verdict{outcome: txn.Unknown, cause: txn.CauseNoSuchOrder}
	nothing = verdict{outcome: txn.Unknown, cause: txn.CauseOther}
	acting  = verdict{outcome: txn.Pending, cause: txn.CausePayerActing}
	dead    = verdict{outcome: txn.Declined, cause: txn.CauseOrderClosed}
	over    = verdict{outcome: txn.Undone, cause: txn.CauseElsewhere}
	closed  = verdict{outcome: txn.Unknown, cause: txn.CauseOrderClosed} // an error names no order: reverse, and confirm
	undone  = verdict{outcome: txn.Undone, cause: txn.CauseConfirmed}
	tooLate = verdict{outcome: txn.Declined, cause: txn.CauseTooLate}
)

// table is every code of rails.md 1.5 (payment), 1.6 (reversal) and 1.7
// (refund), and the few that the v3 pages add (K): ACCOUNT_ERROR, RULE_LIMIT,
// RATELIMIT_EXCEEDED. Each stands in its v3 spelling; v2 leaves the underscores
// out, so codes are compared without them. Codes of refunds decide nothing here:
// they cannot be the answer to a sale. What they mean to refunds: refundTable.
var table = slices.Concat(
	// 1.5 unknown
	open(ClassUnknown, txn.CauseGatewayDown, "SYSTEM_ERROR", "BIZERR_NEED_RETRY"),
	ask(ClassUnknown, txn.CauseBankDown, "BANK_ERROR"),
	// 1.5 pending; to a reversal it means "not reversed yet" (1.6)
	[]row{{"USER_PAYING", ClassPending, acting, acting, acting}},
	// 1.5 our bug or a resend
	ask(ClassResend, txn.CauseNumberUsed, "ORDER_PAID", "OUT_TRADE_NO_USED"),
	ask(ClassResend, txn.CauseOtherPayer, "BUYER_MISMATCH"),
	// 1.5 dead order; to a reversal: it is done
	[]row{
		{"ORDER_CLOSED", ClassDead, dead, closed, undone},
		{"ORDER_REVERSED", ClassDead, dead, closed, undone},
	},
	// 1.5 rescan
	refuse(ClassRescan, txn.CauseCodeExpired, "", "AUTH_CODE_EXPIRE"),
	refuse(ClassRescan, txn.CauseCodeInvalid, "", "AUTH_CODE_ERROR", "AUTH_CODE_INVALID"),
	// 1.5 customer
	refuse(ClassCustomer, txn.CausePayerFunds, "", "NOT_ENOUGH"),
	refuse(ClassCustomer, txn.CausePayerCard, "", "NOTSUPORTCARD"), // sic
	refuse(ClassCustomer, txn.CauseRisk, "", "TRADE_ERROR"),
	refuse(ClassCustomer, txn.CausePayerAccount, "", "USER_ACCOUNT_ABNORMAL", "ACCOUNT_ERROR"),
	// 1.5 and 1.7 merchant set-up
	refuse(ClassSetup, txn.CauseMerchantSetup, rail.FaultRefused,
		"NO_AUTH", "APPID_NOT_EXIST", "MCHID_NOT_EXIST", "MCH_NOT_EXISTS", "APPID_MCHID_NOT_MATCH"),
	refuse(ClassSetup, txn.CauseMerchantLimit, "", "RULE_LIMIT"),
	// INVALID_REQUEST stands among the set-up codes in 1.5; the v3 page says
	// that the request breaks the rules of the interface
	refuse(ClassRequest, txn.CauseRequestWrong, rail.FaultRefused,
		"INVALID_REQUEST", "LACK_PARAMS", "PARAM_ERROR", "XML_FORMAT_ERROR", "NOT_UTF8",
		"REQUIRE_POST_METHOD", "POST_DATA_EMPTY"),
	refuse(ClassRequest, txn.CauseKeyWrong, rail.FaultRefused, "SIGN_ERROR"),
	// 0.2 and 1.7 busy: whether the payment was begun is not said
	open(ClassBusy, txn.CauseBusy, "FREQUENCY_LIMITED", "INVALID_REQ_TOO_MUCH", "RATELIMIT_EXCEEDED"),
	// 1.6 and 1.7. "No such order" to a payment makes no sense
	[]row{
		{"ORDER_NOT_EXIST", ClassUndo, nothing, noOrder, noOrder},
		{"RESOURCE_NOT_EXISTS", ClassUndo, nothing, noOrder, noOrder},
		{"REVERSE_EXPIRE", ClassUndo, nothing, nothing, tooLate},
	},
	// 1.6 and 1.7. We reverse by our own number, so a wrong transaction id is
	// not "no such order"
	open(ClassUndo, txn.CauseRequestWrong, "INVALID_TRANSACTIONID"),
	open(ClassUndo, txn.CauseOther, "TRADE_OVERDUE", "ERROR", "REFUND_NOT_EXIST"),
)

// states is every trade_state of rails.md 1.4.
var states = []row{
	state("SUCCESS", verdict{outcome: txn.Approved}),
	state("REFUND", verdict{outcome: txn.Undone, cause: txn.CauseElsewhere, back: true}), // "some refund exists"
	state("CLOSED", over),
	state("REVOKED", over),
	state("NOTPAY", acting),
	state("USERPAYING", acting),
	state("ACCEPT", acting),
	// final, and the network wants a reversal all the same (1.4, W8c)
	state("PAYERROR", verdict{outcome: txn.Declined, cause: txn.CausePayerRefused, undo: true}),
}

// state is the same for a payment and a query; a reversal is answered with none.
func state(name string, v verdict) row {
	return row{code: name, class: ClassState, pay: v, query: v, reverse: nothing}
}

// hint is what the words beside a code add to it. Every phrase was seen in
// answers of the network (causes.md, rails.md 1.2) or stands in its pages (K).
type hint struct {
	codes   []string // in the spelling of table
	phrases []string // any of them, compared in lower case
	cause   txn.Cause
	fault   txn.FaultCode // replaces the code's own, unless ""
	doubt   bool          // a refusal becomes Unknown, to be asked for at once
}

var (
	codeCodes    = []string{"AUTH_CODE_EXPIRE", "AUTH_CODE_ERROR", "AUTH_CODE_INVALID"}
	requestCodes = []string{"INVALID_REQUEST", "PARAM_ERROR"}
)

var hints = []hint{
	{codes: codeCodes, phrases: []string{"过期", "expired"}, cause: txn.CauseCodeExpired},
	{codes: codeCodes, phrases: []string{"使用一次", "已使用", "已被使用", "been used"},
		cause: txn.CauseCodeUsed},
	{codes: []string{"TRADE_ERROR"}, phrases: []string{"没有输入支付密码", "取消支付", "密码错误"},
		cause: txn.CausePayerRefused},
	{codes: []string{"TRADE_ERROR"}, phrases: []string{"余额不足"}, cause: txn.CausePayerFunds},
	{codes: requestCodes, phrases: []string{"订单号重复"}, cause: txn.CauseNumberUsed, doubt: true},
	{codes: append([]string{"SIGN_ERROR"}, requestCodes...),
		phrases: []string{"时间戳", "timestamp"}, cause: txn.CauseClockWrong, fault: txn.FaultSkewed},
}

// find returns the row of a code, in either spelling.
func find(code string) (row, bool) {
	for _, r := range table {
		if same(r.code, code) {
			return r, true
		}
	}
	return row{}, false
}

// same compares two codes without their underscores.
func same(a, b string) bool {
	return strings.ReplaceAll(a, "_", "") == strings.ReplaceAll(b, "_", "")
}

// judge says what a code means, with the words beside it.
func judge(call txn.Call, code, text string) (verdict, bool) {
	r, ok := find(code)
	if !ok {
		return verdict{outcome: txn.Unknown, cause: txn.CauseOther}, false
	}
	v := r.verdict(call)
	if h, ok := hinted(r.code, text); ok {
		v.cause = h.cause
		if h.fault != "" {
			v.fault = h.fault
		}
		if h.doubt && v.outcome == txn.Declined {
			v.outcome, v.fault, v.again = txn.Unknown, "", true
		}
	}
	return v, true
}

func hinted(code, text string) (hint, bool) {
	text = strings.ToLower(text)
	for _, h := range hints {
		if slices.Contains(h.codes, code) && slices.ContainsFunc(h.phrases, func(p string) bool {
			return strings.Contains(text, p)
		}) {
			return h, true
		}
	}
	return hint{}, false
}

// Codes lists every code, every trade_state and every status of a refund that this
// package knows, for the catalogues of sentences and their tests. An answer without any is named by
// its status: "HTTP 502".
func Codes() []CodeInfo {
	var out []CodeInfo
	add := func(code string, class Class, causes ...txn.Cause) {
		at := slices.IndexFunc(out, func(c CodeInfo) bool { return same(c.Code, code) })
		if at < 0 {
			at = len(out)
			out = append(out, CodeInfo{Code: code, Class: class})
		}
		for _, c := range causes {
			if c != txn.CauseNone && !slices.Contains(out[at].Causes, c) {
				out[at].Causes = append(out[at].Causes, c)
			}
		}
	}
	for _, r := range slices.Concat(table, states) {
		add(r.code, r.class, r.pay.cause, r.query.cause, r.reverse.cause, r.show().cause, r.close().cause)
		for _, h := range hints {
			if slices.Contains(h.codes, r.code) {
				add(r.code, r.class, h.cause)
			}
		}
	}
	for _, f := range findings {
		add(f.state, ClassState, f.cause)
	}
	for _, r := range refundTable {
		add(r.code, r.class, r.refund.cause, r.query.cause)
	}
	for _, c := range speaking {
		for _, h := range refundHints {
			add(c, ClassRequest, h.v.cause)
		}
	}
	for _, s := range refundStates {
		add(s.status, ClassState, s.v.cause)
	}
	return out
}
