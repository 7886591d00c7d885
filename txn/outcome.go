package txn

// Outcome is all that an answer of any payment network can mean (rails.md 0.1).
type Outcome uint8

const (
	Unknown  Outcome = iota // no answer, or one that says nothing; never "failed"
	Pending                 // the payer is still acting, or the request is still at work
	Approved                // the money has moved; final
	Declined                // the money has not moved and will not; final
	Undone                  // the money has moved back, or never will; final
)

var outcomeNames = [...]string{"unknown", "pending", "approved", "declined", "undone"}

func (o Outcome) String() string { return outcomeNames[o] }

// Call names a request to a network: which question an answer answers.
type Call uint8

const (
	CallPay Call = iota
	CallQuery
	CallReverse
	CallShow  // begin a payment by a code that the payer scans
	CallClose // end one that was not paid
)

var callNames = [...]string{"pay", "query", "reverse", "show", "close"}

func (c Call) String() string { return callNames[c] }

// unmapped reports whether an answer was believed and not understood: it has a code
// that nobody has mapped.
func unmapped(code string, c Cause) bool { return code != "" && c == CauseOther }

// Cause says why, in terms that hold for every network. Each has a title and a
// next step in both languages (package txn/screen); the network's own code
// travels beside it and is shown in small print. Causes are journaled: they
// are never renamed.
type Cause string

const (
	CauseNone          Cause = ""
	CausePayerActing   Cause = "payer-acting"   // the payer is entering a password or choosing a card
	CausePayerFunds    Cause = "payer-funds"    // not enough money, or the payer's own limit
	CausePayerCard     Cause = "payer-card"     // this card cannot be used
	CausePayerAccount  Cause = "payer-account"  // the payer's wallet is restricted
	CausePayerRefused  Cause = "payer-refused"  // cancelled, wrong password, payment failed at the wallet
	CauseCodeExpired   Cause = "code-expired"   // the code is too old: refresh it
	CauseCodeUsed      Cause = "code-used"      // the code was used before: refresh it
	CauseCodeInvalid   Cause = "code-invalid"   // the network does not know the code
	CauseOtherPayer    Cause = "other-payer"    // the number belongs to another payer
	CauseRisk          Cause = "risk"           // stopped by the network's risk control
	CauseNumberUsed    Cause = "number-used"    // the order number was used with other data
	CauseOrderClosed   Cause = "order-closed"   // the order is closed or reversed already
	CauseMerchantSetup Cause = "merchant-setup" // rights, ids or contract of the shop
	CauseMerchantLimit Cause = "merchant-limit" // a limit of the shop
	CauseMerchantFunds Cause = "merchant-funds" // the shop's balance does not cover it
	CauseRequestWrong  Cause = "request-wrong"  // the network does not understand us
	CauseKeyWrong      Cause = "key-wrong"      // our signature is refused: key or serial number
	CauseClockWrong    Cause = "clock-wrong"    // our time is refused
	CauseBusy          Cause = "busy"           // too many requests
	CauseGatewayDown   Cause = "gateway-down"   // error or maintenance at the network
	CauseBankDown      Cause = "bank-down"      // error at the payer's bank
	CauseNoAnswer      Cause = "no-answer"      // the request may have arrived; no answer came
	CauseNotSent       Cause = "not-sent"       // no connection: not a byte of the request left
	CauseUntrusted     Cause = "untrusted"      // the answer is not signed by the network
	CauseForeign       Cause = "foreign"        // the answer is about another order, amount or merchant
	CauseNoSuchOrder   Cause = "no-such-order"  // the network has never heard of the order
	CauseTooLate       Cause = "too-late"       // the window of a reversal is over
	CauseOverRemainder Cause = "over-remainder" // a refund is more than is left of the sale
	CauseWindowOver    Cause = "window-over"    // too old to be refunded through the network
	CauseTooManyParts  Cause = "too-many-parts" // the network takes no further partial refund
	CauseFullOnly      Cause = "full-only"      // only the whole sale can be refunded
	CauseNotPaid       Cause = "not-paid"       // the network knows no payment to refund
	CauseRefundedUp    Cause = "refunded-up"    // all of it was refunded before
	CauseFrozen        Cause = "frozen"         // in dispute: the network holds the money
	CauseAlreadyPaid   Cause = "already-paid"   // it cannot be closed: the payer was faster
	CauseDead          Cause = "refund-dead"    // the network gave a refund up; it needs a new number
	CauseKeyReused     Cause = "refund-reused"  // the refund number was used with other data
	CauseHanded        Cause = "handed-over"    // another terminal of the shop sees to it
	CauseFeeBack       Cause = "fee-back"       // a reversal on the same day returns the fee too
	CauseOther         Cause = "other"          // a code that nobody has mapped; its text is shown

	// Why the terminal itself took a sale back.
	CauseOperator  Cause = "operator"   // the operator cancelled
	CausePaidLate  Cause = "paid-late"  // approved after it had been told not charged
	CauseElsewhere Cause = "elsewhere"  // undone at the network by somebody else
	CauseGaveUp    Cause = "gave-up"    // the payer did not confirm in time
	CauseConfirmed Cause = "undo-final" // a reversal that the network confirmed
)

// Causes lists every cause but CauseNone, for the catalogues and their tests.
var Causes = []Cause{
	CausePayerActing, CausePayerFunds, CausePayerCard, CausePayerAccount, CausePayerRefused,
	CauseCodeExpired, CauseCodeUsed, CauseCodeInvalid, CauseOtherPayer, CauseRisk, CauseNumberUsed,
	CauseOrderClosed, CauseMerchantSetup, CauseMerchantLimit, CauseMerchantFunds, CauseRequestWrong,
	CauseKeyWrong, CauseClockWrong, CauseBusy, CauseGatewayDown, CauseBankDown, CauseNoAnswer,
	CauseNotSent, CauseUntrusted, CauseForeign, CauseNoSuchOrder, CauseTooLate,
	CauseOverRemainder, CauseWindowOver, CauseTooManyParts, CauseFullOnly, CauseNotPaid, CauseRefundedUp, CauseFrozen,
	CauseAlreadyPaid, CauseDead, CauseKeyReused, CauseFeeBack, CauseHanded,
	CauseOther,
	CauseOperator, CausePaidLate, CauseElsewhere, CauseGaveUp, CauseConfirmed,
}
