package alipaysim

import (
	"strings"

	"till/sim/railsim"
)

// calls are the kinds of requests that this gateway knows.
var calls = []Call{Any, Pay, Query, Cancel, Refund, RefundQuery, Precreate, Close}

var (
	payOnly    = []Call{Pay}
	refundOnly = []Call{Refund}
	everyCall  = calls
	payFirst   = append([]Call{Pay}, calls...)
)

// language is what this gateway can be told.
var language = &railsim.Language{
	Calls:    calls,
	CodeFits: codeFits,
	CodeName: "a sub_code such as ACQ.BUYER_BALANCE_NOT_ENOUGH",
	FenMax:   amountMax,
	Entries: append([]railsim.Entry{
		say(Approve, everyCall,
			"do what was asked, properly"),
		say(Decline, payFirst,
			"refuse with 40004 and this sub_code; nothing happens to the money"),
		say(Password, payOnly,
			"10003 until the customer confirms, after this time or when the wallet says so"),
		say(PasswordThenFail, payOnly,
			"10003, then TRADE_CLOSED after this time"),
		say(SystemError, payFirst,
			"answer 20000; charged: and do it all the same"),
		say(SlowCharge, payOnly,
			"cut the connection at once and charge after this time, unless cancelled before"),
		say(ArrivesLate, payOnly,
			"cut the connection at once; the request reaches the gateway after this time"),
		say(PayAfterLast, payOnly,
			"10003 until the cancel arrives, which finds the order just paid"),
		say(PayBeforeClose, []Call{Cancel, Close},
			"the customer pays in the last moment, so that the order is found paid"),
		say(NotFound, []Call{Query, RefundQuery},
			"answer that there is no such order, or no such refund, whatever the books say"),
		say(RetryAgain, []Call{Cancel},
			"answer retry_flag Y, not cancelled, so many times"),
		say(MerchantShort, []Call{Refund, Cancel},
			"40004 ACQ.SELLER_BALANCE_NOT_ENOUGH, nothing moved"),
		say(RefundLost, refundOnly,
			"10000 with fund_change N, and the request is forgotten: the same key does it later"),
		say(RefundLate, refundOnly,
			"10000 with fund_change N; the money moves after this time, if the merchant has it then"),
		say(HTML502, everyCall,
			"a page of HTML with status 502; charged: and do it all the same"),
		say(AnswerError, everyCall,
			"whatever happened, answer this sub_code"),
		say(WrongOrder, everyCall,
			"echo another out_trade_no"),
		say(WrongAmount, everyCall,
			"echo other amounts"),
		say(Huge, everyCall,
			"a well-formed, signed answer of at least so many bytes (1 MiB)"),
		say(DuplicateMember, everyCall,
			"the response member twice: the true one, which the signature covers, then a forged success"),
		say(DuplicateInside, everyCall,
			"a second code, trade_status and fund_change inside the signed response"),
		say(WrongSignature, everyCall,
			"a signature over something else"),
		say(Unsigned, everyCall,
			"no sign"),
		say(UnsignedErrors, everyCall,
			"no sign on errors"),
	}, railsim.WireWords(calls)...),
}

func say(w Word, calls []Call, help string) railsim.Entry {
	return railsim.Entry{Word: w, Calls: calls, Help: help}
}

// Behaviours is the manual: every word with what it takes.
func Behaviours() []Help { return language.Behaviours() }

// Parse reads a behaviour: railsim.Language.
func Parse(text string) (Behaviour, error) { return language.Parse(text) }

// codeFits says whether s can be a sub_code: 1 to 64 letters, digits, _ - and
// dots.
func codeFits(s string) bool {
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9', r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
		case strings.ContainsRune("_-.", r):
		default:
			return false
		}
	}
	return s != "" && len(s) <= 64
}
