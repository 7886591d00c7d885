package screen

import (
	"fmt"
	"strings"
	"time"

	"till/txn"
	"till/txn/money"
)

// en is the English catalogue.
type en struct{}

// plural is "1 sale", "2 sales".
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

func (en) Language() string  { return "English" }
func (en) Simulated() string { return "SIMULATED" }
func (en) Training() string  { return "TRAINING" }

func (en) Rail(r txn.RailName) string {
	switch r {
	case txn.WeChatPay:
		return "WeChat Pay"
	case txn.Alipay:
		return "Alipay"
	case txn.UnionPay:
		return "UnionPay"
	case txn.Cash:
		return "Cash"
	case "lakala":
		return "Lakala"
	}
	return string(r)
}

func (en) Device(name string) string {
	switch name {
	case "scanner", "printer", "keypad", "display":
		return "The " + name
	case "store":
		return "The memory"
	case "link":
		return "The network"
	case "clock":
		return "The clock"
	case "gateway":
		return "The payment network"
	}
	return "A device"
}

func (en) PendingChip(n int) string   { return fmt.Sprintf("pending %d", n) }
func (en) Number(tail string) string  { return "No. " + tail }
func (en) NetCode(code string) string { return "code " + code }
func (en) Clock(t time.Time) string   { return t.Format("15:04") }

func (en) KeyInAmount() string { return "Key in an amount to sell" }
func (en) PressDigits() string { return "Just press digits, then the green key." }
func (e en) LastSale(at time.Time, rail string) string {
	return "Last sale " + e.Clock(at) + " · " + rail
}
func (en) SalesOn(date int) string { return "Sales" + enDay(date) }
func (en) NetOn(date int) string   { return "Net" + enDay(date) }
func (en) PendingNow() string      { return "Pending" }
func (en) PaidPrinted() string     { return "Approved, receipt printed" }
func (en) PaidPrinting() string    { return "Approved, receipt printing" }
func (en) PaidNotPrinted() string  { return "Approved, receipt still to print" }
func (en) PaidLookAtPaper() string { return "Approved, check the receipt" }
func (en) NotCharged() string      { return "Not charged" }
func (en) More(n int) string       { return fmt.Sprintf("(%d more)", n) }

func (en) Sale() string          { return "Sale" }
func (en) Step(n, of int) string { return fmt.Sprintf("step %d of %d", n, of) }
func (en) LastTwoAreCents(digits string) string {
	return spaced(digits) + ": the last two digits are cents"
}
func (en) WholeYuan(digits string) string { return spaced(digits) + ": whole yuan before the dot" }
func (en) Limit(a money.Amount) string    { return "Limit of one sale " + a.String() }
func (en) OverLimit(a money.Amount) string {
	return "Above the limit of one sale, " + a.String()
}
func (en) ScanCode() string  { return "Scan the customer's code" }
func (en) CodeWait() Ticking { return Ticking{After: " s, then it cancels. Nothing charged."} }

func (en) Verdict(g Goods) string {
	switch g {
	case GoodsGive:
		return "Hand over the goods"
	case GoodsHold:
		return "Hold the goods"
	case GoodsKeep:
		return "Do not hand over the goods"
	}
	return ""
}

func (en) PleaseWait() string         { return "Please wait" }
func (en) WaitingForCustomer() string { return "Waiting for customer" }
func (en) AskingForMoney(rail string) string {
	return "Asking " + rail + " for the money"
}
func (en) EnterPassword() string {
	return "Ask the customer to enter their password on the phone"
}
func (en) UpdatesByItself() string { return "No need to scan again. It updates by itself." }
func (en) GivesUp() Ticking {
	return Ticking{Before: "Not confirmed in ", After: " s: it is taken back."}
}
func (en) StepScanned() string  { return "Scanned" }
func (en) StepAnswer() string   { return "Network answers" }
func (en) StepConfirms() string { return "Customer confirms" }
func (en) StepResult() string   { return "Result" }

func (en) DoNotChargeAgain() string { return "Do not charge again" }
func (en) Checking() string         { return "Outcome unknown. Checking..." }
func (en) NextCheck(done int) Ticking {
	if done == 0 {
		return Ticking{Before: "The first check is in ", After: " s"}
	}
	return Ticking{Before: fmt.Sprintf("Check %d done, the next in ", done), After: " s"}
}
func (en) CheckUnderWay(n int) Ticking {
	return Ticking{Before: fmt.Sprintf("Check %d is under way, the next in ", n), After: " s"}
}
func (en) LastCheck() Ticking {
	return Ticking{Before: "Last check under way, taken back in ", After: " s"}
}
func (e en) GiveUpAt(at time.Time) string {
	return "No answer by " + e.Clock(at) + ": reversed, money goes back"
}
func (en) GiveUp() string { return "No answer: it is reversed, money goes back" }

func (en) TakingBack() string { return "Taking the sale back" }
func (en) Cancelling() string { return "Cancelling the sale" }
func (en) AskedToReturn(rail string) string {
	return rail + " is asked to return the money"
}
func (en) AskedLast(rail string) string { return rail + " is asked one last time" }
func (en) NextReversal(sent int) Ticking {
	return Ticking{Before: fmt.Sprintf("Asked %s, again in ", plural(sent, "time")), After: " s"}
}
func (en) ConfirmingReturn() Ticking {
	return Ticking{Before: "Accepted, checking. Again in ", After: " s"}
}
func (en) GoesOnByItself() string     { return "It goes on by itself until it is done." }
func (en) Because(what string) string { return "Reason: " + what }

func (en) Approved() string       { return "Approved" }
func (en) CustomerPaid() string   { return "The customer has paid." }
func (en) Printing() string       { return "Printing the receipt..." }
func (en) ReceiptPrinted() string { return "Receipt printed" }
func (en) LookAtPaper() string    { return "Is the receipt out? If not, press F3" }
func (en) NetworkDisagrees() string {
	return "The network gave two answers: tell the office"
}
func (en) Closes() Ticking             { return Ticking{Before: "Closes in ", After: " s"} }
func (en) Declined(what string) string { return "Declined: " + what }
func (en) TakenBack(what string) string {
	if what == "" {
		return "Taken back"
	}
	return "Taken back: " + what
}
func (en) CustomerNotCharged() string { return "The customer was not charged" }
func (en) CustomerRepaid() string     { return "The money is back with the customer" }
func (en) NotChargedOrBack() string   { return "Not charged; anything paid is back" }
func (en) NextStep() string           { return "Next step" }

func (en) NotPrintedYet(what string) string { return what + ": receipt not printed" }
func (en) SaleIsSafe() string               { return "The sale is safe. Do not charge again." }
func (en) PaperSteps(fault txn.FaultCode, do string) []string {
	switch fault {
	case "P02":
		return []string{
			"Open the cover, take out the core",
			"Drop in a roll, paper up, pull out 3 cm",
			"Close it. Printing goes on by itself.",
		}
	case "P04":
		return []string{
			"Switch the printer off and open the cover",
			"Take out the paper that is stuck",
			"Close it, switch on. Printing goes on by itself.",
		}
	}
	return []string{do, "Printing goes on by itself."}
}
func (en) PrinterRetry() Ticking { return Ticking{Before: "The next try to print is in ", After: " s"} }

func (en) NotPaymentCode() string { return "That is not a payment code" }
func (en) AmountFirst() string    { return "Key in the amount first" }
func (en) WalletNotTaken(rail string) string {
	return rail + " is not taken here"
}
func (en) CodeUsedBefore() string { return "This code was used before" }
func (en) HalfCode(rail string) string {
	return "Only part of a " + rail + " code arrived"
}
func (en) ItIs(kind txn.ScanKind, shown string) string {
	switch kind {
	case txn.ScanGoods:
		return "It is a product barcode, " + shown
	case txn.ScanMerchant:
		return "It is a shop's code, for customers to scan"
	case txn.ScanReceipt:
		return "It is our receipt " + shown
	case txn.ScanForged:
		return "It looks like our receipt, but it is not"
	}
	if shown != "" {
		return "It reads " + shown
	}
	return "It is some other code"
}
func (en) ItIsPayerCode(rail string) string { return "It is a payment code of " + rail }
func (en) AskForPayCode() string            { return "Ask for the pay code in the wallet app" }
func (en) WhereIsPayCode() string {
	return "WeChat: Me › Services › Money   Alipay: Home › Pay"
}
func (en) AskNewCode() string { return "Ask the customer to refresh the code" }
func (en) TakeOtherWallet(rails string) string {
	return "Ask for one of these: " + rails
}
func (en) AmountThenScan() string { return "Press digits, then the green key, then scan" }
func (en) RejectCloses(canScan bool) Ticking {
	if canScan {
		return Ticking{After: " s, then it cancels. Nothing charged: scan again."}
	}
	return Ticking{After: " s, then it closes. Nothing was charged."}
}
func (en) SameAmountOpen() string { return "Same amount, still open" }
func (en) SameAmountPaid() string { return "Same amount, just paid" }
func (en) ReallyAgain() string    { return "Charge again only if this is another customer" }
func (e en) SaleBegunAt(at time.Time, rail, number string) string {
	return e.Clock(at) + " · " + rail + " · " + number
}
func (en) StillUnknown() string   { return "Outcome unknown" }
func (en) BeingTakenBack() string { return "Being taken back" }
func (en) NothingCharged() string { return "Nothing was charged" }
func (en) CannotBegin(b txn.Blocked, limit money.Amount) Advice {
	switch b {
	case txn.BlockedLimit:
		return Advice{What: "That is too much for one sale",
			Do: "One sale is at most " + limit.String() + ". Key in a smaller amount."}
	case txn.BlockedDisk:
		return Advice{What: "The memory is full",
			Do: "Call service to make room. Sales begun before are finished."}
	case txn.BlockedDamaged:
		return Advice{What: "The journal is damaged",
			Do: "Stop selling and call service. Sales begun before are finished."}
	case txn.BlockedClock:
		return Advice{What: "The clock is not set",
			Do: "Set the time, or connect the network and wait a minute."}
	case txn.BlockedOpen:
		return Advice{What: "Too many sales are open",
			Do: "Check the network. Selling goes on when they are settled."}
	}
	return enCannotBegin(b)
}

// enCannotBegin is what a person or the network must mend first.
func enCannotBegin(b txn.Blocked) Advice {
	switch b {
	case txn.BlockedRail:
		return Advice{What: "This wallet is not taken here", Do: "Ask the customer for another wallet."}
	case txn.BlockedCode:
		return Advice{What: "This code was used before", Do: "Ask the customer to refresh the code, then scan."}
	case txn.BlockedOffline:
		return Advice{What: "No network: no wallet sales now",
			Do: "Check the cable or Wi-Fi. Refunds can be promised meanwhile."}
	case txn.BlockedSilent:
		return Advice{What: "This wallet's network is silent",
			Do: "Ask for another wallet, or try again in half a minute."}
	case txn.BlockedShift:
		return Advice{What: "This shift has reached its limit",
			Do: "Close the shift, or ask the manager to raise its limit."}
	case txn.BlockedNoQR:
		return Advice{What: "No network here has a code to show",
			Do: "Scan the customer's payment code instead."}
	case txn.BlockedPerson:
		return Advice{What: "Only a supervisor may do this",
			Do: "None is set up here. Ask the manager, who can set one up."}
	case txn.BlockedPending:
		return Advice{What: "Something open must end first",
			Do: "Look under pending (menu, F1), then do this again."}
	}
	return Advice{What: "No sale can be begun", Do: "Call service."}
}

func (en) PowerCut() string { return "Back after a power cut" }
func (e en) CutAndBack(cut, back time.Time) string {
	return "cut " + e.Clock(cut) + " · back " + e.Clock(back)
}
func (en) InProgress(n int) string {
	if n == 1 {
		return "One sale was in progress"
	}
	return plural(n, "sale") + " were in progress"
}
func (en) FoundPaid() string      { return "Found: it was approved" }
func (en) FoundRefused() string   { return "Found: it was declined" }
func (en) FoundReturned() string  { return "Found: it was taken back" }
func (en) FoundUnknown() string   { return "Outcome unknown. Checking..." }
func (en) FoundReversing() string { return "It is being taken back" }
func (en) PaidAndPaper(p txn.PaperState) string {
	switch p {
	case txn.PaperDue, txn.PaperSending:
		return "The customer has paid. Printing the receipt."
	case txn.PaperPrinted:
		return "The customer has paid. Receipt printed."
	}
	return "The customer has paid. Check the receipt."
}
func (en) AskAgain() Ticking { return Ticking{Before: "The next check is in ", After: " s"} }
func (en) OtherSales(paid, notCharged, open int) string {
	var parts []string
	for _, p := range []struct {
		n    int
		text string
	}{{paid, "approved"}, {notCharged, "not charged"}, {open, "still open"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.text))
		}
	}
	return "Of the others: " + strings.Join(parts, ", ")
}
func (en) Records(n uint64) string {
	if n == 1 {
		return "The journal is back, with 1 record"
	}
	return fmt.Sprintf("The journal is back, with %d records", n)
}

func (en) KeyReprint() string       { return "Reprint" }
func (en) KeyCancel() string        { return "Cancel" }
func (en) KeyDelete() string        { return "Delete" }
func (en) KeyCharge() string        { return "Charge" }
func (en) KeyCancelSale() string    { return "Cancel this sale" }
func (en) KeyCancelSaleIn() Ticking { return Ticking{Before: "Cancel this sale (in ", After: " s)"} }
func (en) KeyCheckNow() string      { return "Check now" }
func (en) KeyReturnNow() string     { return "Ask now" }
func (en) KeyNextPending() string   { return "Next, this stays" }
func (en) KeyNext() string          { return "Next customer" }
func (en) KeyPrintAgain() string    { return "Print again" }
func (en) KeyNewAmount() string     { return "New amount" }
func (en) KeyEnd() string           { return "End" }
func (en) KeyChangeAmount() string  { return "Change amount" }
func (en) KeySameAmount() string    { return "Same again" }
func (en) KeyPrintLater() string    { return "Print later, next customer" }
func (en) KeyPrintNow() string      { return "Try now" }
func (en) KeyChargeAgain() string   { return "Charge again" }
func (en) KeyLookAtIt() string      { return "Look at it" }
func (en) KeyGoOn() string          { return "Go on selling" }

func (en) Welcome() string             { return "Welcome" }
func (en) AmountToPay() string         { return "Amount to pay" }
func (en) CheckAmount() string         { return "Please check the amount" }
func (en) ShowYourCode() string        { return "Show your payment code" }
func (en) CheckShop() string           { return "Check shop and amount" }
func (en) CheckYourPhone() string      { return "Check your phone for a password" }
func (en) PayOnce() string             { return "Please do not pay twice" }
func (en) OneMoment() string           { return "One moment, please" }
func (en) Paid() string                { return "Paid" }
func (en) TakeReceipt() string         { return "Please take your receipt" }
func (en) YouWereNotCharged() string   { return "You were not charged" }
func (en) WaitChecking() string        { return "Please wait, checking" }
func (en) WillNotPayTwice() string     { return "Do not pay again. You will not pay twice." }
func (en) SaleCancelled() string       { return "This sale is cancelled" }
func (en) MoneyComesBack() string      { return "If you paid, the money comes back" }
func (en) AnythingPaidIsBack() string  { return "If you paid, the money is back" }
func (en) MoneyIsBack() string         { return "Your money is back with you" }
func (en) ShowPayCode() string         { return "Please show the payment code again" }
func (en) ShowFreshCode() string       { return "Please show a fresh payment code" }
func (en) PayWith(rails string) string { return "Please pay with " + rails }

// spaced puts the digits apart, as they were keyed.
func spaced(digits string) string { return strings.Join(strings.Split(digits, ""), " ") }

// enDay is " 22 Nov" of the number 20261122.
func enDay(date int) string {
	if date <= 0 {
		return ""
	}
	return time.Date(0, time.Month(date/100%100), date%100, 0, 0, 0, 0, time.UTC).Format(" 2 Jan")
}
