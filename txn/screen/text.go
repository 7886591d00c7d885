package screen

import (
	"time"

	"till/txn"
	"till/txn/money"
)

// Text is every sentence the terminal can say. A language that lacks one does
// not compile. Sentences are short, have a verb and no jargon.
type Text interface {
	RefundText
	CounterText

	Language() string // its own name
	Simulated() string
	Training() string
	Rail(r txn.RailName) string
	Device(name string) string // as package device names it
	PendingChip(n int) string  // of the status bar
	Number(tail string) string // of a sale
	NetCode(code string) string
	Clock(t time.Time) string // the time of day

	// Idle.
	KeyInAmount() string
	PressDigits() string
	LastSale(at time.Time, rail string) string
	SalesOn(date int) string // yyyymmdd; 0 is no day yet
	NetOn(date int) string
	PendingNow() string
	PaidPrinted() string
	PaidPrinting() string
	PaidNotPrinted() string
	PaidLookAtPaper() string
	NotCharged() string
	More(n int) string // other troubles

	// A new sale.
	Sale() string
	Step(n, of int) string
	LastTwoAreCents(digits string) string
	WholeYuan(digits string) string
	Limit(a money.Amount) string
	OverLimit(a money.Amount) string
	ScanCode() string
	CodeWait() Ticking

	// A sale on its way.
	Verdict(g Goods) string
	PleaseWait() string
	WaitingForCustomer() string
	AskingForMoney(rail string) string
	EnterPassword() string
	UpdatesByItself() string
	GivesUp() Ticking
	StepScanned() string
	StepAnswer() string
	StepConfirms() string
	StepResult() string

	// Unknown.
	DoNotChargeAgain() string
	Checking() string
	NextCheck(done int) Ticking
	CheckUnderWay(n int) Ticking
	LastCheck() Ticking
	GiveUpAt(at time.Time) string
	GiveUp() string

	// Taking back.
	TakingBack() string
	Cancelling() string
	AskedToReturn(rail string) string
	AskedLast(rail string) string
	NextReversal(sent int) Ticking
	ConfirmingReturn() Ticking
	GoesOnByItself() string
	Because(what string) string

	// Results.
	Approved() string
	CustomerPaid() string
	Printing() string
	ReceiptPrinted() string
	LookAtPaper() string
	NetworkDisagrees() string
	Closes() Ticking
	Declined(what string) string
	TakenBack(what string) string // what may be ""
	CustomerNotCharged() string
	CustomerRepaid() string
	NotChargedOrBack() string
	NextStep() string

	// Paper.
	NotPrintedYet(what string) string
	SaleIsSafe() string
	PaperSteps(fault txn.FaultCode, do string) []string
	PrinterRetry() Ticking

	// Refusals to begin.
	NotPaymentCode() string
	AmountFirst() string
	WalletNotTaken(rail string) string
	CodeUsedBefore() string
	HalfCode(rail string) string
	ItIs(kind txn.ScanKind, shown string) string
	ItIsPayerCode(rail string) string
	AskForPayCode() string
	WhereIsPayCode() string
	AskNewCode() string
	TakeOtherWallet(rails string) string
	AmountThenScan() string
	RejectCloses(canScan bool) Ticking
	SameAmountOpen() string
	SameAmountPaid() string
	ReallyAgain() string
	SaleBegunAt(at time.Time, rail, number string) string
	StillUnknown() string
	BeingTakenBack() string
	NothingCharged() string
	CannotBegin(b txn.Blocked, limit money.Amount) Advice

	// After a power cut.
	PowerCut() string
	CutAndBack(cut, back time.Time) string
	InProgress(n int) string
	FoundPaid() string
	FoundRefused() string
	FoundReturned() string
	FoundUnknown() string
	FoundReversing() string
	PaidAndPaper(p txn.PaperState) string
	AskAgain() Ticking
	OtherSales(paid, notCharged, open int) string
	Records(n uint64) string

	// Keys.
	KeyReprint() string
	KeyCancel() string
	KeyDelete() string
	KeyCharge() string
	KeyCancelSale() string
	KeyCancelSaleIn() Ticking
	KeyCheckNow() string
	KeyReturnNow() string
	KeyNextPending() string
	KeyNext() string
	KeyPrintAgain() string
	KeyNewAmount() string
	KeyEnd() string
	KeyChangeAmount() string
	KeySameAmount() string
	KeyPrintLater() string
	KeyPrintNow() string
	KeyChargeAgain() string
	KeyLookAtIt() string
	KeyGoOn() string

	// The customer.
	Welcome() string
	AmountToPay() string
	CheckAmount() string
	ShowYourCode() string
	CheckShop() string
	CheckYourPhone() string
	PayOnce() string
	OneMoment() string
	Paid() string
	TakeReceipt() string
	YouWereNotCharged() string
	WaitChecking() string
	WillNotPayTwice() string
	SaleCancelled() string
	MoneyComesBack() string
	AnythingPaidIsBack() string
	MoneyIsBack() string
	ShowPayCode() string
	ShowFreshCode() string
	PayWith(rails string) string

	// By code.
	Cause(c txn.Cause) Advice
	Fault(device string, code txn.FaultCode) Advice
}

// Advice is what to say about a cause or a fault.
type Advice struct {
	What  string // what is the matter
	Do    string // what to do about it
	Payer string // what to say to the customer; causes only
}

var _ = []Text{zh{}, en{}}

// In returns the catalogue of a language.
func In(l txn.Lang) Text {
	if l == txn.Chinese {
		return zh{}
	}
	return en{}
}

// Faults lists every code of package device that has sentences, in the order
// of urgency: what stops selling first.
func Faults() []string {
	return []string{
		"J01", "J02", "J07", "J06", "J04", "J05", "J03", "C01",
		"L03", "R02", "R01", "R03", "C02", "D02", "D03", "D01",
		"L01", "L02", "L05", "L04",
		"P06", "P05", "P02", "P01", "P04", "P08", "P07", "P03",
		"S01", "S03", "S02",
	}
}
