package wechatsim

import (
	"strings"

	"till/sim/railsim"
)

// calls are the kinds of requests that this gateway knows.
var calls = []Call{
	Any, Pay, Query, Reverse, Close, Native, RefundPay, RefundQuery, RefundHung, FundBalance, TradeBill,
}

var (
	payOnly     = []Call{Pay}
	queryOnly   = []Call{Query}
	reverseOnly = []Call{Reverse}
	refundOnly  = []Call{RefundPay}
	billOnly    = []Call{TradeBill}
	everyCall   = calls
	payFirst    = append([]Call{Pay}, calls...)
)

// language is what this gateway can be told.
var language = &railsim.Language{
	Calls:    calls,
	States:   tradeStates,
	CodeFits: codeFits,
	CodeName: "an error code such as NOT_ENOUGH",
	Statuses: true,
	FenMax:   amountMax,
	Entries: append([]railsim.Entry{
		say(Approve, everyCall,
			"do what was asked, properly"),
		say(Decline, payFirst,
			"refuse with this code; nothing happens to the money"),
		say(Password, payOnly,
			"USERPAYING until the customer confirms, after this time or when the wallet says so"),
		say(PasswordThenFail, payOnly,
			"USERPAYING, then PAYERROR after this time"),
		say(PasswordAbove, payOnly,
			"as password, but only for amounts above this"),
		say(ShortWaits, payOnly,
			"a wallet that is short of money shows as USERPAYING, not as NOT_ENOUGH"),
		say(SystemError, payFirst,
			"answer SYSTEM_ERROR; charged: and do it all the same"),
		say(BankError, payOnly,
			"answer BANK_ERROR; charged: and charge all the same"),
		say(SlowCharge, payOnly,
			"cut the connection at once and charge after this time, unless reversed before"),
		say(ArrivesLate, []Call{Pay, RefundPay},
			"cut the connection at once; the request reaches the gateway after this time"),
		say(PayAfterLast, payOnly,
			"USERPAYING until the reversal arrives, which finds the order just paid"),
		say(NotFound, []Call{Query, RefundQuery},
			"answer that there is no such order, or refund, whatever the books say"),
		say(Contradictory, queryOnly,
			"say SUCCESS to the first query of an order and CLOSED to the next, in turns"),
		say(Says, queryOnly,
			"say this state whatever the books say"),
		say(RecallAgain, reverseOnly,
			"answer recall Y, not reversed, so many times"),
		say(ReversePaying, reverseOnly,
			"answer USERPAYING with recall Y, not reversed, so many times"),
		say(Tomb, reverseOnly,
			"a number never seen is closed for ever and answered with success"),
		say(NoSuchOrder, reverseOnly,
			"a number never seen is answered ORDER_NOT_EXIST and stays usable"),
		say(PayBeforeClose, []Call{Close},
			"the customer pays in the last moment, so that the order is found paid"),
		say(MerchantShort, refundOnly,
			"403 NOT_ENOUGH, as if the merchant's available balance were too small"),
		say(RefundUnfunded, refundOnly,
			"PROCESSING without money: goes on when the merchant tops up, CLOSED after 7 days"),
		say(RefundLate, refundOnly,
			"PROCESSING, and the money arrives after this time"),
		say(RefundStays, refundOnly,
			"PROCESSING for ever"),
		say(RefundAbnormal, refundOnly,
			"PROCESSING, then ABNORMAL (after this time): the customer's card is dead"),
		say(RefundClosed, refundOnly,
			"PROCESSING, then CLOSED (after this time): the money is the merchant's again"),
		say(BillLacks, billOnly,
			"the last payment is not in the daily file"),
		say(BillExtra, billOnly,
			"a payment that nobody made is in the daily file"),
		say(BillWrongAmount, billOnly,
			"the last payment of the file is one fen more"),
		say(BillWrongFee, billOnly,
			"the fee of the last payment of the file is one fen more"),
		say(BillWrongRefund, billOnly,
			"the last refund of the file is one fen more"),
		say(BillWrongHash, billOnly,
			"the SHA-1 of the daily file is another one"),
		say(HTML502, everyCall,
			"a page of HTML with status 502; charged: and do it all the same"),
		say(HTTP429, everyCall,
			"status 429 with no body"),
		say(Frequency, everyCall,
			"429 FREQUENCY_LIMITED, nothing done"),
		say(Maintenance, everyCall,
			"503 SYSTEM_ERROR, unsigned, nothing done"),
		say(WithCoupon, []Call{Pay, Native},
			"a coupon pays this much of the amount, and the customer the rest"),
		say(NoRecall, reverseOnly,
			"leave recall out, as the v3 page shows it"),
		say(AnswerError, everyCall,
			"whatever happened, answer this code"),
		say(WrongOrder, everyCall,
			"echo another out_trade_no"),
		say(WrongRefund, []Call{RefundPay, RefundQuery, RefundHung},
			"echo another out_refund_no"),
		say(WrongAmount, everyCall,
			"echo another amount"),
		say(WrongMerchant, everyCall,
			"echo another mchid"),
		say(WrongApp, everyCall,
			"echo another appid"),
		say(Huge, everyCall,
			"a well-formed, signed answer of at least so many bytes (1 MiB)"),
		say(Truncated, everyCall,
			"half of the JSON, correctly signed"),
		say(WrongSignature, everyCall,
			"a signature over something else"),
		say(UnknownSerial, everyCall,
			"a serial number that nobody knows"),
		say(SignatureProbe, everyCall,
			"a signature that begins WECHATPAY/SIGNTEST/, to see whether it is checked (K)"),
		say(Unsigned, everyCall,
			"no Wechatpay- headers"),
		say(UnsignedErrors, everyCall,
			"no Wechatpay- headers on errors"),
		say(SkewedClock, everyCall,
			"the gateway's clock is off by this: requests may expire, answers look old or new"),
		say(Twice, everyCall,
			"the body comes twice, the signature covers one"),
		say(GarbageAfter, everyCall,
			"bytes that nobody asked for follow the answer"),
	}, railsim.WireWords(calls)...),
}

func say(w Word, calls []Call, help string) railsim.Entry {
	return railsim.Entry{Word: w, Calls: calls, Help: help}
}

// Behaviours is the manual: every word with what it takes.
func Behaviours() []Help { return language.Behaviours() }

// Parse reads a behaviour: railsim.Language.
func Parse(text string) (Behaviour, error) { return language.Parse(text) }

// codeFits says whether s can be an error code: 1 to 64 of A-Z, 0-9, _ and
// the dot of other networks' codes.
func codeFits(s string) bool {
	return s != "" && len(s) <= 64 &&
		strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") == ""
}
