package screen

import (
	"fmt"
	"time"

	"till/txn"
	"till/txn/money"
)

func (en) SignIn() string             { return "Sign in" }
func (en) YourNumber() string         { return "Your number" }
func (en) NumberHow() string          { return "Two digits, then the green key" }
func (en) YourPIN(name string) string { return "PIN of " + name }
func (en) TriesLeft(n int) string {
	if n == 1 {
		return "1 try left"
	}
	return fmt.Sprintf("%d tries left", n)
}
func (en) CheckingPIN() string { return "Checking..." }
func (en) PINWait() Ticking {
	return Ticking{Before: "Too many wrong PINs. Again in ", After: " s", Minutes: " min"}
}
func (en) SecondPerson() string { return "Supervisor needed" }
func (en) AsksTo(name string) string {
	if name == "" {
		return "Asked for at the counter"
	}
	return name + " asks to"
}
func (en) PermitTo(p txn.Permit, rail, number string) string {
	switch p {
	case txn.PermitRefund:
		return "refund to " + rail + " · " + number
	case txn.PermitDayClose:
		return "close the day"
	case txn.PermitWriteOff:
		return "give up " + rail + " · " + number
	case txn.PermitCash:
		return "refund in cash · " + number
	case txn.PermitRepair:
		return "refund to the shop · " + number
	case txn.PermitDrop:
		return "call off the refund · " + number
	case txn.PermitPayout:
		return "pay cash without a sale"
	}
	return "go on"
}
func (en) OtherPIN() string   { return "Supervisor PIN" }
func (en) NotOneself() string { return "not your own PIN" }
func (en) CancelsIn() Ticking { return Ticking{Before: "cancels in ", After: " s"} }

func (en) Menu() string                     { return "Menu" }
func (en) TileSale() string                 { return "Sale" }
func (en) TileRefund() string               { return "Refund" }
func (en) TileDay() string                  { return "Close the day" }
func (en) TileReprint() string              { return "Reprint" }
func (en) TileShift() string                { return "End of shift" }
func (en) TileRules() string                { return "Rules here" }
func (en) TileLanguage(other string) string { return "Language " + other }

func (en) WhoseCode() string                { return "Whose code is to be shown?" }
func (en) AskingForCode(rail string) string { return "Asking " + rail + " for a code to show" }
func (en) CustomerScans(rail string) string { return "The customer scans the code" }
func (en) ShownCloses() Ticking {
	return Ticking{After: " s, then it closes. Nothing charged.", Minutes: " min, then it closes. Nothing charged."}
}
func (en) ClosingCode() string          { return "Closing the code" }
func (en) StepCode() string             { return "Code" }
func (en) StepScans() string            { return "Customer scans" }
func (en) ScanToPay(rail string) string { return "Scan with " + rail }

func (en) PendingWork() string    { return "Pending work" }
func (en) NothingPending() string { return "Nothing is pending" }
func (en) StillToPrint(n int) string {
	if n == 1 {
		return "1 receipt is still to be printed: look at the printer"
	}
	return fmt.Sprintf("%d receipts are still to be printed: look at the printer", n)
}
func (en) OpenSum(n int, sum money.Amount) string {
	return fmt.Sprintf("%d · %s", n, sum)
}
func (en) OpenSince(n int, sum money.Amount, since string) string {
	return fmt.Sprintf("%d pending, %s, since %s", n, sum, since)
}
func (en) OpenFor(alarm int) string {
	switch alarm {
	case 1:
		return "Pending for over a minute"
	case 2:
		return "Pending for over 10 minutes"
	case 3:
		return "Pending for over an hour"
	}
	return "Pending past the end of the day"
}
func (en) ItemReversal() string { return "Take back" }
func (en) ItemSale() string     { return "Outcome unknown" }
func (en) ItemRefund(p txn.RefundPhase) string {
	switch p {
	case txn.Promised:
		return "Refund to send"
	case txn.Underway:
		return "Refund to confirm"
	case txn.Held:
		return "Refund held"
	case txn.Taken:
		return "Refund accepted"
	case txn.Dead, txn.Stranded:
		return "Refund: decide"
	case txn.Failed:
		return "Refund refused"
	}
	return "Refund"
}
func (en) Since(when string) string { return "since " + when }
func (en) MoreStored(n int) string {
	return plural(n, "more refund") + " stored here, safe in a power cut."
}
func (en) TryingAll(seen, ended int) string {
	return fmt.Sprintf("Trying all: %d asked, %d done", seen, ended)
}
func (en) NextRound() string    { return "Each is tried again by itself." }
func (en) WaitsForLink() string { return "All go by themselves once online." }
func (en) SafeHere() string     { return "Stored here, safe in a power cut. Do not swap this device." }

func (e en) DayTotals(day int) string { return "Day " + e.Date(day) }
func (en) AddingUp() string           { return "Adding up..." }
func (en) HeadChannel() string        { return "Channel" }
func (en) HeadCount() string          { return "Count" }
func (en) HeadRefunds() string        { return "Refunds" }
func (en) HeadNet() string            { return "Net" }
func (en) TotalSales(n int) string    { return "Total, " + plural(n, "sale") }
func (en) NoSaleRefunds(n int, sum money.Amount) string {
	return fmt.Sprintf("%d without a sale, %s", n, sum)
}
func (en) TakenBackSales(n int) string {
	return plural(n, "sale") + " taken back, not counted"
}
func (en) NothingOpen() string { return "Nothing is open" }
func (en) CarriedForward(n int, sum money.Amount) string {
	return fmt.Sprintf("Carried forward: %d open, %s", n, sum)
}
func (en) DayClosed() string { return "closed" }
func (en) SlipState(s txn.SlipState) string {
	switch s {
	case txn.SlipPrinting:
		return "printing..."
	case txn.SlipPrinted:
		return "printed"
	case txn.SlipFailed:
		return "not printed: look at the printer"
	}
	return ""
}
func (en) ShiftOf(name string) string    { return "Shift of " + name }
func (en) ShiftSince(when string) string { return "since " + when }
func (en) ShiftSales(n int) string       { return fmt.Sprintf("Sales (%d)", n) }
func (en) ShiftRefunds(n int) string     { return fmt.Sprintf("Refunds (%d)", n) }
func (en) ShiftReversed(n int) string    { return "Sales taken back" }
func (en) ShiftCash() string             { return "Cash in the drawer" }
func (en) ShiftNet() string              { return "Sales less refunds" }
func (en) NoShift() string               { return "No shift is open" }

func (en) RulesHere() string              { return "Rules here" }
func (en) RuleSaleLimit() string          { return "Limit of one sale" }
func (en) RuleRefundLimit() string        { return "Supervisor for refunds above" }
func (en) RuleRefundMax() string          { return "Largest refund" }
func (en) RuleShiftRefunds() string       { return "Refunds of one shift" }
func (en) RuleDayRefunds() string         { return "Refunds of one day" }
func (en) RuleShiftSales() string         { return "Sales of one shift" }
func (en) RuleDays() string               { return "Shop refunds within" }
func (en) RuleReasons() string            { return "A reason is asked for" }
func (en) RuleTempo() string              { return "Refunds in a short time" }
func (en) RuleNoSale() string             { return "Cash back without a sale" }
func (en) RuleCash() string               { return "Sales in cash" }
func (en) RuleStaff() string              { return "Sign-in" }
func (en) RuleLock() string               { return "Locks without a key after" }
func (en) RuleWindow(rail string) string  { return rail + " refunds within" }
func (en) RuleParts(rail string) string   { return rail + " parts of a sale" }
func (en) RuleSpacing(rail string) string { return rail + " between refunds" }
func (en) RuleVoid(rail string) string    { return rail + " all, same day" }
func (en) RuleShown(rail string) string   { return rail + " shown code lives" }
func (en) RuleFunded(rail string) string  { return rail + " refunds from" }
func (en) None() string                   { return "none" }
func (en) Yes() string                    { return "yes" }
func (en) No() string                     { return "no" }
func (en) Days(n int) string              { return plural(n, "day") }
func (en) Parts(n int) string             { return fmt.Sprintf("at most %d", n) }
func (en) Staffed(n int) string           { return fmt.Sprintf("staff of %d", n) }
func (en) Lasts(d time.Duration) string {
	switch {
	case d >= time.Hour && d%time.Hour == 0:
		return fmt.Sprintf("%d h", d/time.Hour)
	case d >= time.Minute && d%time.Minute == 0:
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	return fmt.Sprintf("%d s", d/time.Second)
}
func (e en) TempoOf(n int, d time.Duration) string { return fmt.Sprintf("%d in %s", n, e.Lasts(d)) }
func (en) FundedFrom(key string) string {
	switch key {
	case "balance":
		return "shop's balance"
	case "takings":
		return "today's takings"
	}
	return "not known"
}
func (en) VoidToday(why txn.Cause) string {
	if why == txn.CauseFeeBack {
		return "cancelled, fee back"
	}
	return "cancelled"
}
func (en) Role(r txn.Role) string {
	switch r {
	case txn.Supervisor:
		return "supervisor"
	case txn.Technician:
		return "technician"
	}
	return "cashier"
}
func (en) SwitchedOff() string { return "not here" }

func (en) OfflineNow() string     { return "Offline: no wallet sales now" }
func (en) OfflineResumes() string { return "Nothing was charged · green key retries" }
func (en) StillWorks() string     { return "Still works" }
func (en) WorksCash() string      { return "Record a cash sale" }
func (en) WorksReprint() string   { return "Reprint, look up sales" }
func (en) WorksRefund() string    { return "Promise a refund, sent once online" }
func (en) CheckCable() string     { return "Check: router lights on? cable pushed in?" }

func (en) KeyShowCode() string     { return "Show a code" }
func (en) KeyCash() string         { return "Cash" }
func (en) KeyPrintCode() string    { return "Print it" }
func (en) KeyPrintPending() string { return "Slip" }
func (en) KeyPending(n int) string { return fmt.Sprintf("Pending %d", n) }
func (en) KeyLock() string         { return "Lock" }
func (en) KeyMenu() string         { return "Menu" }
func (en) KeyEnterPIN() string     { return "Sign in" }
func (en) KeyNextStep() string     { return "Next" }
func (en) KeyAuthorise() string    { return "Authorise" }
func (en) KeyTryAll() string       { return "Try all" }
func (en) KeyPrintList() string    { return "Print" }
func (en) KeyPrintOnly() string    { return "Print only" }
func (en) KeyCloseDay() string     { return "Close and print" }
func (en) KeyCloseShift() string   { return "Close and print" }
func (en) KeyRetry() string        { return "Try again" }
func (en) KeyMore() string         { return "More" }

func (en) ClosingAgain() Ticking {
	return Ticking{Before: "The network is asked again in ", After: " s", Minutes: " min"}
}

func (en) ListOnPaper(state string) string { return "The list on paper: " + state }

func (en) NextRoundIn() Ticking {
	return Ticking{Before: "All are tried again in ", After: " s, by themselves", Minutes: " min, by themselves"}
}
