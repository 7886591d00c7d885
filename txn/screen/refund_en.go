package screen

import (
	"fmt"
	"time"

	"till/txn"
	"till/txn/money"
)

func (en) When(at time.Time) string { return at.Format("2 Jan 15:04") }
func (en) Date(day int) string {
	return time.Date(day/10000, time.Month(day/100%100), day%100, 0, 0, 0, 0, time.UTC).Format("2 Jan 2006")
}
func (en) RefundNumber(tail string) string { return "Refund " + tail }
func (en) RefundOfSale(refund, sale string) string {
	return "Refund " + refund + " of sale " + sale
}

func (en) FindSale() string                { return "Refund: find the sale" }
func (en) FindBy() string                  { return "Number or amount" }
func (en) FindHow() string                 { return "Last 6 digits of the number, or the amount" }
func (en) Searching() string               { return "Searching..." }
func (en) NothingFound() string            { return "Nothing found. Try the amount, or scan the receipt" }
func (en) SoldAbout(a money.Amount) string { return a.String() + ": about what time?" }
func (en) SoldAboutHow() string            { return "hhmm; then mmdd, when it was over a week ago" }
func (en) NoSuchTime() string              { return "No such time. First hhmm, then mmdd" }
func (en) NothingAbout() string            { return "Nothing within half an hour. Another time, or none" }
func (en) KeyTime() string                 { return "Time" }
func (en) KeyNoTime() string               { return "No time" }
func (en) FoundTimes(n int) string         { return plural(n, "sale") + " fit" }
func (en) Page(n, of int) string           { return fmt.Sprintf("page %d of %d", n, of) }
func (en) PressNumber() string             { return "press the number" }
func (en) StatePaid() string               { return "paid" }
func (en) StateNotCharged() string         { return "not paid" }
func (en) StateRefunded() string           { return "refunded" }
func (en) StatePartly() string             { return "in part" }
func (en) StateOpen() string               { return "open" }
func (en) RefundedOf(back money.Amount, rail, number string) string {
	return rail + " " + number + ": " + back.String() + " refunded"
}
func (en) LeavesIn() Ticking { return Ticking{Before: "closes in ", After: " s", Minutes: " min"} }

func (en) Refund() string                    { return "Refund" }
func (en) PaidAt(when, wallet string) string { return "Paid " + when + " · " + wallet }
func (en) NotOurs() string                   { return "sold on another terminal" }
func (en) GivenBack(part, of int) string {
	if of > 0 {
		return fmt.Sprintf("Given back (%d of at most %d)", part, of)
	}
	return fmt.Sprintf("Given back (%d)", part)
}
func (en) OnItsWay() string         { return "On its way" }
func (en) PromisedBack() string     { return "Promised, not sent" }
func (en) AtMostRefundable() string { return "At most (part went elsewhere)" }
func (en) StillRefundable(until string) string {
	if until == "" {
		return "Still refundable"
	}
	return "Refundable until " + until
}
func (en) RefundNow() string           { return "Refund now" }
func (en) BackTo(rail string) string   { return "To the same " + rail + " account" }
func (en) BackInCash() string          { return "In cash, out of the drawer" }
func (en) KeptForNow() string          { return "Kept. Confirm it when the answer is here." }
func (en) AskedAt(at time.Time) string { return "checked " + at.Format("15:04") }
func (en) NoteOffline() string {
	return "No network: promised now, sent when it is back"
}
func (en) NoteSilent(rail string) string {
	return rail + " is silent: promised now, sent later"
}
func (en) NoteShort(rail string, by money.Amount) string {
	return rail + " account short by " + by.String() + ": it would wait"
}
func (en) NoteElsewise() string {
	return "The network knows of refunds made elsewhere"
}
func (en) NoteApproval(above money.Amount) string {
	return "Above " + above.String() + " a second person is asked"
}
func (en) NoteVoid(why txn.Cause) string {
	if why == txn.CauseFeeBack {
		return "All of it today is a cancellation: the fee is back too"
	}
	return "All of it today is a cancellation"
}
func (en) NoteSpaced(rail string, pause time.Duration) string {
	return "A refund was just sent: " + rail + " wants " + enPause(pause)
}
func (en) NoteNotAsked(what string) string {
	return "Not asked (" + what + "): from our record"
}

func (en) WhyBack() string { return "Why does money go back?" }
func (en) Reason(r txn.Reason) string {
	switch r {
	case txn.ReasonCustomer:
		return "Changed their mind"
	case txn.ReasonGoods:
		return "Returned or faulty"
	case txn.ReasonAmount:
		return "Wrong amount"
	case txn.ReasonTwice:
		return "Paid twice"
	case txn.ReasonMissing:
		return "Sold out, missing"
	case txn.ReasonTerminal:
		return "Cancelled too late"
	case txn.ReasonBooks:
		return "Seen in network's list"
	case txn.ReasonSettled:
		return "Settled otherwise"
	case txn.ReasonGone:
		return "Nobody answers"
	}
	return "Another reason"
}

func (en) BackPromised() string            { return "Promised, not sent" }
func (en) BackSpaced(rail string) string   { return "Waiting for its turn" }
func (en) BackWaitsLink() string           { return "Waiting for the network" }
func (en) BackUnderway(rail string) string { return "Sent, waiting for " + rail }
func (en) BackDoubt() string               { return "Do not refund again" }
func (en) BackHeld(what string) string     { return "It waits: " + what }
func (en) BackTaken() string               { return "Accepted, not yet paid out" }
func (en) BackPaid() string                { return "Refunded" }
func (en) BackVoided() string              { return "Sale cancelled" }
func (en) BackFailed(what string) string   { return "Not refunded: " + what }
func (en) BackDead(rail string) string     { return rail + " gave this refund up" }
func (en) BackStranded() string            { return "Customer's account cannot take it" }
func (en) BackRepairing() string           { return "Going to the shop's account" }
func (en) BackDropped() string             { return "Called off" }
func (en) BackCashed() string              { return "Refunded in cash" }
func (en) BackHanded() string              { return "Handed to another terminal" }
func (en) BackReplaced() string            { return "Replaced by another number" }

func (en) NotBackYet() string                { return "The money has not gone back yet" }
func (en) NotKnownWhetherBack() string       { return "Not known yet whether the money went back" }
func (en) IsOnItsWay(rail string) string     { return rail + " is paying it back" }
func (en) WentBack() string                  { return "The money is back with the customer." }
func (en) NothingWentBack() string           { return "No money went back" }
func (en) WaitsAtNetwork(rail string) string { return "The money waits at " + rail }
func (en) HandOverCash(a money.Amount) string {
	return "Hand " + a.String() + " out of the drawer"
}

func (en) GoesByItself() string { return "It goes by itself when the network is back." }
func (en) SameNumber() string   { return "It is asked about under the same number." }
func (en) TakesTurns(rail string, pause time.Duration) string {
	return rail + " wants " + enPause(pause) + " between two refunds."
}
func (en) KeepNumber(tail string) string   { return "The customer can ask for it as number " + tail }
func (en) ShortBy(a money.Amount) string   { return "Short by " + a.String() }
func (en) Arrival() string                 { return "In a wallet within minutes, on a card in 1 to 3 days." }
func (en) BackToAccount(a string) string   { return "To: " + a }
func (en) FeeBack() string                 { return "A cancellation: the fee came back too" }
func (en) VoidTooLate() string             { return "Too late to cancel: it goes as a refund." }
func (en) DeadDo() string                  { return "Refund again under a new number, or pay in cash." }
func (en) ReplacedBy(number string) string { return "It goes on as " + number }
func (en) ReplacesOld(n string) string     { return "It takes the place of " + n }
func (en) Split(m, coupons money.Amount) string {
	return m.String() + " in money, " + coupons.String() + " in coupons"
}
func (en) PayCashNow() string { return "Now pay in cash" }
func (en) RepairedByHand(a money.Amount) string {
	return "It is in the shop's account: hand " + a.String() + " in cash"
}
func (en) StrandedDo(repair bool) string {
	if repair {
		return "Send it to the shop's account, then pay in cash."
	}
	return "The customer reopens the account; it goes on by itself."
}
func (en) NothingThroughNetwork(rail string) string {
	return "Nothing goes back through " + rail
}
func (en) AskedBefore(p txn.Permit) string {
	if p == txn.PermitCash {
		return "Asked a last time before it is paid in cash."
	}
	return "Asked a last time before it is called off."
}
func (en) ToldOtherwise() string  { return "First told as not refunded: tell the office" }
func (en) SlipNotPrinted() string { return "The slip is not printed yet" }
func (en) StepDecided() string    { return "Decided" }
func (en) StepMoneyBack() string  { return "Money back" }
func (en) NextSend() Ticking {
	return Ticking{Before: "Sent again in ", After: " s, same number", Minutes: " min, same number"}
}
func (en) NextAsk(asked int) Ticking {
	return Ticking{Before: "The network is asked again in ", After: " s", Minutes: " min"}
}
func (en) NextDoubt() Ticking {
	return Ticking{Before: "Asked again in ", After: " s, same number", Minutes: " min, same number"}
}

func (en) RefundedInstead(number string) string {
	return "Too late to take back: " + number
}
func (e en) RefundInsteadState(p txn.RefundPhase) string {
	switch p {
	case txn.PaidBack:
		return "All of it was refunded to the customer."
	case txn.Cashed:
		return "All of it was refunded in cash."
	case txn.Failed, txn.Dead, txn.Stranded, txn.Dropped, txn.Replaced, txn.GivenUp:
		return "That refund needs a hand: look at it under pending."
	}
	return "All of it is being refunded. It goes on by itself."
}
func (en) GaveUpAsking() string      { return "Given up" }
func (en) OutcomeNeverKnown() string { return "Not known whether the customer paid" }
func (en) WrittenOffDo() string      { return "The office looks it up in the network's list." }
func (en) KeyNoSale() string         { return "No sale" }
func (en) PayoutTitle() string       { return "Refund without a sale" }
func (en) PayoutCashOnly() string    { return "Cash only: no network refunds without the sale" }
func (en) PayoutSecond() string      { return "It needs a reason, and another supervisor's PIN" }
func (en) WithoutSale() string       { return "without a sale" }

func (en) WhyGiveUp() string       { return "Why give up asking?" }
func (en) BackNeverKnown() string  { return "Nobody knows whether the money went back" }
func (en) NoneUnderNumber() string { return "Nothing more under this number. It counts as refunded." }
func (en) GivenUpBefore() string   { return "The answer came after it was given up: tell the office" }
func (en) LostBack() string        { return "Not known, given up" }
func (en) ToldLate(o txn.Outcome) string {
	switch o {
	case txn.Approved:
		return "The network said later: the customer paid"
	case txn.Undone:
		return "The network said later: taken back"
	}
	return "The network said later: the customer did not pay"
}

func (en) CashSale() string       { return "Cash sale" }
func (en) TakeCash() string       { return "Take the cash" }
func (en) CashInDrawer() string   { return "Press the green key when the money is in the drawer." }
func (en) KeyCashTaken() string   { return "Cash taken" }
func (en) KeyWrongAmount() string { return "Wrong ¥" }
func (en) KeyRefund() string      { return "Refund" }
func (en) KeyAllOfIt() string     { return "All" }
func (en) KeyNewest() string      { return "Newest sales" }
func (en) KeyFind() string        { return "Find" }
func (en) KeyOther() string       { return "Other sale" }
func (en) KeyOpenIt() string      { return "Open" }
func (en) KeyMove() string        { return "Down" }
func (en) KeyLookAtSale() string  { return "Look at it" }
func (en) KeyReceipt() string     { return "Receipt" }
func (en) KeySlip() string        { return "Slip" }
func (en) KeyCallOff() string     { return "Call off" }
func (en) KeyPayCash() string     { return "Cash" }
func (en) KeyTryNow() string      { return "Try now" }
func (en) KeyAskNow() string      { return "Ask now" }
func (en) KeyNewNumber() string   { return "Again, new number" }
func (en) KeyRepair() string      { return "To shop" }
func (en) KeyLater() string       { return "Later" }
func (en) KeyWriteOff() string    { return "Give up" }
func (en) KeyLeave() string       { return "Next" }

func (en) RefundTitle() string    { return "Refund" }
func (en) RefundNoted() string    { return "Your refund is noted" }
func (en) RefundUnderWay() string { return "Your refund is being processed" }
func (en) RefundChecking() string { return "Your refund is being checked" }
func (en) RefundWait() string     { return "Thank you for waiting a moment" }
func (en) RefundDone() string     { return "Refunded" }
func (en) RefundNotMade() string  { return "Sorry, no refund this way" }
func (en) AskTheShop() string     { return "The shop will help you in another way" }
func (en) CashFromShop() string   { return "Please take the money at the counter" }
func (en) LookAtWallet() string   { return "Please look at the bill in your wallet" }
func (en) KeepYourSlip() string   { return "Please keep the slip with its number" }
func (en) OfficeChecks() string   { return "We check whether you paid. Please keep your bill." }

func (en) ScanToFind() string { return "Or scan the receipt, or the number in the customer's bill" }
func (en) CashOnceThere(a money.Amount) string {
	return "Once it is there, hand " + a.String() + " in cash."
}

func (en) OfSale(tail string) string { return "of sale " + tail }

func (en) NoteTempo() string { return "Many refunds just now: a second person is asked" }

func (en) HandedOver() string      { return "That terminal sees to the money now" }
func (en) OtherTerminalDo() string { return "It goes on there, under the same number." }

// enPause is a pause that a network wants, in a sentence.
func enPause(d time.Duration) string {
	if d == time.Minute {
		return "a minute"
	}
	return en{}.Lasts(d)
}
