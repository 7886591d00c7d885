package screen

import (
	"time"

	"till/txn"
	"till/txn/money"
)

// RefundText is what is said about money that goes back.
type RefundText interface {
	When(at time.Time) string // "22 Nov 11:05"
	Date(day int) string      // "22 Nov 2026" of 20261122
	RefundNumber(tail string) string
	OfSale(tail string) string
	RefundOfSale(refund, sale string) string // both numbers, as people read them

	// The search.
	FindSale() string
	FindBy() string
	FindHow() string
	ScanToFind() string
	Searching() string
	NothingFound() string
	SoldAbout(a money.Amount) string // when was it?
	SoldAboutHow() string            // how a time is keyed
	NoSuchTime() string
	NothingAbout() string
	KeyTime() string
	KeyNoTime() string
	FoundTimes(n int) string
	Page(n, of int) string
	PressNumber() string
	StatePaid() string
	StateNotCharged() string
	StateRefunded() string
	StatePartly() string
	StateOpen() string
	RefundedOf(back money.Amount, rail, number string) string
	LeavesIn() Ticking

	// The sale on the desk.
	Refund() string
	PaidAt(when, wallet string) string
	NotOurs() string
	GivenBack(part, of int) string // of is 0 when no limit is known
	OnItsWay() string
	PromisedBack() string
	AtMostRefundable() string
	StillRefundable(until string) string // "" when no end is known
	RefundNow() string
	BackTo(rail string) string
	BackInCash() string
	KeptForNow() string // what is keyed while the network is asked
	AskedAt(at time.Time) string
	NoteOffline() string
	NoteSilent(rail string) string
	NoteShort(rail string, by money.Amount) string
	NoteElsewise() string
	NoteApproval(above money.Amount) string
	NoteTempo() string
	NoteVoid(why txn.Cause) string
	NoteSpaced(rail string, pause time.Duration) string
	NoteNotAsked(what string) string
	Rule(r txn.Rule, a money.Amount) Advice // a is the limit or what is left

	WhyBack() string
	Reason(r txn.Reason) string

	// Where a refund stands.
	BackPromised() string
	BackSpaced(rail string) string
	BackWaitsLink() string
	BackUnderway(rail string) string
	BackDoubt() string
	BackHeld(what string) string
	BackTaken() string
	BackPaid() string
	BackVoided() string
	BackFailed(what string) string
	BackDead(rail string) string
	BackStranded() string
	BackRepairing() string
	BackDropped() string
	BackCashed() string
	KeyWrongAmount() string
	CashSale() string
	TakeCash() string
	CashInDrawer() string
	KeyCashTaken() string
	BackReplaced() string
	BackHanded() string

	NotBackYet() string
	NotKnownWhetherBack() string
	IsOnItsWay(rail string) string
	WentBack() string
	NothingWentBack() string
	WaitsAtNetwork(rail string) string
	HandOverCash(a money.Amount) string

	GoesByItself() string
	SameNumber() string
	TakesTurns(rail string, pause time.Duration) string
	KeepNumber(tail string) string
	ShortBy(a money.Amount) string
	RefundDo(c txn.Cause) string // what to do about a refund that was refused
	Arrival() string
	BackToAccount(account string) string
	Split(money, coupons money.Amount) string
	FeeBack() string
	VoidTooLate() string
	PayCashNow() string // it is in the shop's account, and not with the customer
	RepairedByHand(a money.Amount) string
	CashOnceThere(a money.Amount) string
	DeadDo() string
	StrandedDo(repair bool) string
	ReplacedBy(number string) string
	ReplacesOld(number string) string
	NothingThroughNetwork(rail string) string
	AskedBefore(p txn.Permit) string
	ToldOtherwise() string
	SlipNotPrinted() string
	StepDecided() string
	StepMoneyBack() string
	NextSend() Ticking
	NextAsk(asked int) Ticking
	NextDoubt() Ticking

	// Sales that end by a refund, or by a person.
	RefundedInstead(number string) string
	RefundInsteadState(p txn.RefundPhase) string
	GaveUpAsking() string
	OutcomeNeverKnown() string
	HandedOver() string
	OtherTerminalDo() string
	WrittenOffDo() string
	WhyGiveUp() string

	// Cash without a sale.
	KeyNoSale() string
	PayoutTitle() string
	PayoutCashOnly() string
	PayoutSecond() string
	WithoutSale() string

	BackNeverKnown() string
	NoneUnderNumber() string
	GivenUpBefore() string
	ToldLate(o txn.Outcome) string // what the network said of a sale after it was given up
	LostBack() string

	// Keys.
	KeyRefund() string
	KeyAllOfIt() string
	KeyNewest() string
	KeyFind() string
	KeyOther() string
	KeyOpenIt() string
	KeyMove() string
	KeyLookAtSale() string
	KeyReceipt() string
	KeySlip() string
	KeyCallOff() string
	KeyPayCash() string
	KeyTryNow() string
	KeyAskNow() string
	KeyNewNumber() string
	KeyRepair() string
	KeyLater() string
	KeyWriteOff() string
	KeyLeave() string

	// The customer.
	RefundTitle() string
	RefundNoted() string
	RefundUnderWay() string
	RefundChecking() string
	RefundWait() string
	RefundDone() string
	RefundNotMade() string
	AskTheShop() string
	CashFromShop() string
	LookAtWallet() string
	KeepYourSlip() string
	OfficeChecks() string
}

// CounterText is what is said about people, days and rules, and about a code
// that the customer scans.
type CounterText interface {
	SignIn() string
	YourNumber() string
	NumberHow() string
	YourPIN(name string) string
	TriesLeft(n int) string
	CheckingPIN() string
	PINWait() Ticking
	SecondPerson() string
	AsksTo(name string) string
	PermitTo(p txn.Permit, rail, number string) string
	OtherPIN() string
	NotOneself() string
	CancelsIn() Ticking

	Menu() string
	TileSale() string
	TileRefund() string
	TileDay() string
	TileReprint() string
	TileShift() string
	TileRules() string
	TileLanguage(other string) string

	// A code that we show.
	WhoseCode() string
	AskingForCode(rail string) string
	CustomerScans(rail string) string
	ShownCloses() Ticking
	ClosingCode() string
	ClosingAgain() Ticking
	StepCode() string
	StepScans() string
	ScanToPay(rail string) string

	// What is open.
	PendingWork() string
	NothingPending() string
	StillToPrint(n int) string // receipts and slips that are owed
	OpenSum(n int, sum money.Amount) string
	OpenSince(n int, sum money.Amount, since string) string
	OpenFor(alarm int) string
	ItemReversal() string
	ItemSale() string
	ItemRefund(p txn.RefundPhase) string
	Since(when string) string
	MoreStored(n int) string
	TryingAll(seen, ended int) string
	NextRound() string
	NextRoundIn() Ticking
	WaitsForLink() string
	SafeHere() string
	ListOnPaper(state string) string

	// Totals.
	DayTotals(day int) string
	AddingUp() string
	HeadChannel() string
	HeadCount() string
	HeadRefunds() string
	HeadNet() string
	TotalSales(n int) string
	TakenBackSales(n int) string
	NoSaleRefunds(n int, sum money.Amount) string
	NothingOpen() string
	CarriedForward(n int, sum money.Amount) string
	DayClosed() string
	SlipState(s txn.SlipState) string
	ShiftOf(name string) string
	ShiftSince(when string) string
	ShiftSales(n int) string
	ShiftRefunds(n int) string
	ShiftReversed(n int) string
	ShiftCash() string
	ShiftNet() string
	NoShift() string

	// Rules.
	RulesHere() string
	RuleSaleLimit() string
	RuleRefundLimit() string
	RuleRefundMax() string
	RuleShiftRefunds() string
	RuleDayRefunds() string
	RuleShiftSales() string
	RuleDays() string
	RuleReasons() string
	RuleTempo() string
	RuleNoSale() string
	RuleCash() string
	RuleStaff() string
	RuleLock() string
	RuleWindow(rail string) string
	RuleParts(rail string) string
	RuleSpacing(rail string) string
	RuleVoid(rail string) string
	RuleShown(rail string) string
	RuleFunded(rail string) string
	None() string
	Yes() string
	No() string
	Days(n int) string
	Parts(n int) string
	Lasts(d time.Duration) string
	TempoOf(n int, d time.Duration) string
	Staffed(n int) string
	FundedFrom(key string) string
	VoidToday(why txn.Cause) string
	Role(r txn.Role) string
	SwitchedOff() string

	// No network.
	OfflineNow() string
	OfflineResumes() string
	StillWorks() string
	WorksCash() string
	WorksReprint() string
	WorksRefund() string
	CheckCable() string

	// Keys.
	KeyShowCode() string
	KeyCash() string
	KeyPrintCode() string
	KeyPrintPending() string
	KeyPending(n int) string
	KeyLock() string
	KeyMenu() string
	KeyEnterPIN() string
	KeyNextStep() string
	KeyAuthorise() string
	KeyTryAll() string
	KeyPrintList() string
	KeyPrintOnly() string
	KeyCloseDay() string
	KeyCloseShift() string
	KeyRetry() string
	KeyMore() string
}
