package lakalasim

import (
	"strings"

	"till/sim/railsim"
)

// calls are the kinds of requests that this gateway knows.
var calls = []Call{Any, Pay, Query, Reverse, Preorder, Close, Refund, RefundQuery}

var (
	payOnly    = []Call{Pay}
	refundOnly = []Call{Refund}
	payFirst   = append([]Call{Pay}, calls...)
)

// language is what this gateway can be told.
var language = &railsim.Language{
	Calls:    calls,
	CodeFits: codeFits,
	CodeName: "a code such as BBS11105",
	FenMax:   amountMax,
	Entries: append([]railsim.Entry{
		say(railsim.Approve, calls, "do what was asked, properly"),
		say(railsim.Decline, payFirst, "refuse with this code; a payment so refused is FAIL"),
		say(railsim.Password, payOnly,
			"BBS10000 until the customer confirms, after this time or when the wallet says so"),
		say(railsim.PasswordThenFail, payOnly, "BBS10000, then FAIL after this time"),
		say(railsim.SystemError, payFirst, "answer BBS11112, or RFD11112; charged: and do it all the same"),
		say(railsim.SlowCharge, payOnly,
			"cut the connection at once and charge after this time, unless revoked before"),
		say(railsim.ArrivesLate, payOnly,
			"cut the connection at once; the request reaches the gateway after this time"),
		say(railsim.PayAfterLast, payOnly,
			"BBS10000 until the revocation arrives, which finds the order just paid"),
		say(railsim.NotFound, []Call{Query, RefundQuery}, "answer that there is no such trade, whatever the books say"),
		say(railsim.ReversePaying, []Call{Reverse}, "answer BBS10000 and do nothing, so many times"),
		say(railsim.MerchantShort, refundOnly, "FAIL: the merchant's balance is short, nothing moved"),
		say(railsim.RefundLost, refundOnly, "RFD11105, and the request is forgotten: the same key does it later"),
		say(railsim.RefundLate, refundOnly, "PROCESSING; the money arrives after this time"),
		say(railsim.RefundStays, refundOnly, "PROCESSING, and DEAL for ever"),
		say(railsim.RefundAbnormal, refundOnly, "PROCESSING, then EXCEPTION after this time"),
		say(railsim.RefundClosed, refundOnly, "PROCESSING, then FAIL after this time, the money back at the merchant"),
		say(railsim.HTML502, calls, "a page of HTML with status 502; charged: and do it all the same"),
		say(railsim.AnswerError, calls, "whatever happened, answer this code"),
		say(railsim.WrongOrder, calls, "echo another number of the sale"),
		say(railsim.WrongRefund, []Call{Refund, RefundQuery}, "echo another number of the refund"),
		say(railsim.WrongAmount, calls, "echo other amounts"),
		say(railsim.WrongMerchant, calls, "echo another merchant_no"),
		say(railsim.Huge, calls, "a well-formed, signed answer of at least so many bytes (1 MiB)"),
		say(railsim.Truncated, calls, "half of the answer, rightly signed"),
		say(railsim.WrongSignature, calls, "a signature over something else"),
		say(railsim.UnknownSerial, calls, "the serial number of another key"),
		say(railsim.Unsigned, calls, "no signature"),
		say(railsim.UnsignedErrors, calls, "no signature on errors"),
		say(railsim.SkewedClock, calls, "sign with a clock that is off by this time"),
	}, railsim.WireWords(calls)...),
}

func say(w Word, calls []Call, help string) railsim.Entry {
	return railsim.Entry{Word: w, Calls: calls, Help: help}
}

// Behaviours is the manual: every word with what it takes.
func Behaviours() []Help { return language.Behaviours() }

// Parse reads a behaviour: railsim.Language.
func Parse(text string) (Behaviour, error) { return language.Parse(text) }

// codeFits says whether s can be a code: 1 to 16 capital letters and digits.
func codeFits(s string) bool {
	return s != "" && len(s) <= 16 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}
