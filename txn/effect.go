package txn

import (
	"strconv"
	"time"

	"till/txn/money"
)

// Effect is something to be done. No effect returns anything: how it went
// comes back as an event.
type Effect interface{ effect() }

// Ask is what every request about a sale carries: the network's answer must
// echo it.
type Ask struct {
	Order  OrderNo
	Rail   RailName
	Amount money.Amount
	Begun  Wall
	Shown  bool // the payer scans a code that we show
}

// SendPay asks the payer's network for the money.
type SendPay struct {
	Ask
	Code PayerCode
}

// SendQuery asks what became of a sale.
type SendQuery struct{ Ask }

// SendReversal takes a sale back.
type SendReversal struct{ Ask }

// SendShow begins a payment by a code that the payer scans.
type SendShow struct {
	Ask
	Lives time.Duration // how long the code may be paid
}

// SendClose ends such a payment, if it was not paid.
type SendClose struct{ Ask }

// SendRefund asks for money back; as a void when Method says so.
type SendRefund struct {
	RefundAsk
	Method RefundMethod
}

// SendRefundQuery asks what became of a refund.
type SendRefundQuery struct {
	RefundAsk
	Method RefundMethod
}

// SendRepair sends a stranded refund to the shop's own account.
type SendRepair struct{ RefundAsk }

// FindSale asks a network what it knows of a sale.
type FindSale struct{ FindAsk }

// AskBalance asks a network what there is to pay refunds from.
type AskBalance struct{ Rail RailName }

// LookUp searches the journal for sales: by whatever is given, newest first, at
// most LookUpMax.
type LookUp struct {
	Serial    int
	Order     OrderNo
	Reference Reference
	Tail      string // last six digits of the number
	Amount    money.Amount
	About     About // narrows Amount
	Recent    bool  // the newest, when nothing else is given
}

// About is when a sale was made, as people remember it. Who looks it up knows what
// day it is, and how far memory may be wrong.
type About struct {
	Given  bool
	Minute int // of the day at the shop
	Date   int // mmdd, 0 for one of the last days
}

// aboutLen is how many digits a time of day has; a date has as many.
const aboutLen = 4

// ParseAbout reads hhmm, or hhmm and mmdd.
func ParseAbout(digits string) (About, bool) {
	n, err := strconv.Atoi(digits)
	date := 0
	switch {
	case err != nil || len(digits) != aboutLen && len(digits) != 2*aboutLen:
		return About{}, false
	case len(digits) == 2*aboutLen:
		n, date = n/10000, n%10000
		leap := time.Date(2024, time.Month(date/100), date%100, 0, 0, 0, 0, time.UTC)
		if Date(leap)%10000 != date {
			return About{}, false
		}
	}
	if n/100 > 23 || n%100 > 59 {
		return About{}, false
	}
	return About{true, n/100*60 + n%100, date}, true
}

// LookUpMax is how many sales a look-up returns: what a person will page through.
const LookUpMax = 20

// RecallRefunds fetches open refunds with a higher number than After.
type RecallRefunds struct {
	After uint64
	Limit int
}

// CheckPIN asks whose PIN it is: Number's, or any second person's when Number is
// "", but not Not's.
type CheckPIN struct {
	Serial int
	Number string
	Not    string
	PIN    PIN
}

// MakeReport adds a day up.
type MakeReport struct{ Day int }

// WarmLink opens the connection that a sale will need soon.
type WarmLink struct{}

// Print prints one receipt.
type Print struct{ Receipt Receipt }

// TryPaper brings a PaperTurn event, after everything that is already waiting.
type TryPaper struct{}

// ArmTimer brings TimerFired{Timer} after a while.
type ArmTimer struct {
	Timer Timer
	After time.Duration
}

// Sound is heard, and seen as lamps.
type Sound struct{ Cue Cue }

// Cue is a rhythm of screens.md section 6.
type Cue string

const (
	CueApproved  Cue = "approved"
	CueDeclined  Cue = "declined"
	CueUnknown   Cue = "unknown"
	CueRejected  Cue = "rejected" // wrong code, invalid key
	CueAttention Cue = "attention"
)

func (SendPay) effect()         {}
func (SendQuery) effect()       {}
func (SendReversal) effect()    {}
func (SendShow) effect()        {}
func (SendClose) effect()       {}
func (SendRefund) effect()      {}
func (SendRefundQuery) effect() {}
func (SendRepair) effect()      {}
func (FindSale) effect()        {}
func (AskBalance) effect()      {}
func (LookUp) effect()          {}
func (RecallRefunds) effect()   {}
func (CheckPIN) effect()        {}
func (MakeReport) effect()      {}
func (WarmLink) effect()        {}
func (Print) effect()           {}
func (TryPaper) effect()        {}
func (ArmTimer) effect()        {}
func (Sound) effect()           {}

// SlipKind is what a piece of paper is.
type SlipKind uint8

const (
	SlipSale    SlipKind = iota // a sale, paid
	SlipRefund                  // a refund, in whatever phase: promised, accepted, paid out, refused, in cash
	SlipUndone                  // a sale that was not charged, or taken back
	SlipPending                 // a sale or refund whose outcome is open
	SlipQR                      // a code for the payer to scan
	SlipDay                     // the totals of a day
	SlipShift                   // the totals of a shift
	SlipList                    // everything that is open
)

// Receipt is the truth that paper shows. Kind says which fields matter.
type Receipt struct {
	Job       OrderNo // what ReceiptEnded names; the sale or refund, or a slip
	Kind      SlipKind
	Refund    Refund       // of SlipRefund
	Left      money.Amount // what is left of the sale after it
	Sale      Tx           // of SlipUndone and SlipPending
	QR        string       // of SlipQR
	Lives     time.Duration
	Report    Report // of SlipDay and SlipList
	Shift     Shift  // of SlipShift
	Person    string // name of who it is about
	Printed   Wall
	Until     int // a refund is possible until this day, yyyymmdd; 0 not known
	Wallet    RailName
	Merchant  Merchant
	Terminal  string
	Operator  string
	Zone      time.Duration
	Rail      RailName
	Order     OrderNo
	Reference Reference
	Amount    money.Amount
	Paid      Wall
	Attempt   int  // 1 for the first
	Marked    bool // 重打印: an earlier print may exist
}
