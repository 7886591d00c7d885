package txn

import (
	"log/slog"
	"time"

	"till/txn/money"
)

// Refund is one refund, a machine of its own. The sale it is of need not be in
// memory, nor in this journal.
type Refund struct {
	No        RefundNo
	Key       RefundNo
	Order     OrderNo
	Rail      RailName
	Wallet    RailName
	Amount    money.Amount
	Total     money.Amount // of the sale
	SaleAt    Wall
	SaleDay   int
	Sale      Reference
	Shown     bool
	Method    RefundMethod
	Why       Cause // why this method
	Reason    Reason
	By        string
	Approver  string
	Terminal  string
	Replaces  RefundNo
	Begun     Wall
	Ended     Wall // of the entry that made it final
	Day       int  // yyyymmdd on which it was begun
	Phase     RefundPhase
	Sent      bool // a request may have left
	Repaired  bool // it goes to the shop's account instead
	Reference Reference
	Account   string // where the money went
	Payer     int64  // fen in money, 0 when not told
	Discount  int64  // fen of coupons
	Cause     Cause  // why it waits, failed, or a void became a refund
	Code      string
	Text      string
	Disputed  bool   // the network took it or paid it out after it had been told that it would not be
	WrittenBy string // who gave it up, should the network have answered after that; else ""
	WrittenOn Reason // ... and why
	Paper     Paper
}

// RefundPhase is where one refund stands.
type RefundPhase uint8

const (
	Promised RefundPhase = iota // decided and numbered; nothing was sent, and it may be called off
	Underway                    // the request may have left; the outcome is open
	Held                        // refused for now; the same number goes again
	Taken                       // accepted, not paid out
	PaidBack                    // the money is back; final
	Failed                      // no money moved and none will under this number; final
	Dead                        // the network gave the number up; a person decides
	Stranded                    // the payer's account cannot take it; a person must act
	Dropped                     // called off, before the network knew of it; final
	Cashed                      // paid in cash instead; final
	Replaced                    // dead, and another number has taken its place; final
	Handed                      // handed over to another terminal, sealed; final here
	GivenUp                     // by a person: nobody knows what became of the money, and nobody asks any more; final
)

var refundPhaseNames = [...]string{"promised", "underway", "held", "taken", "paid-back", "failed",
	"dead", "stranded", "dropped", "cashed", "replaced", "handed", "written-off"}

// RefundPhases lists every phase, in the order of the journal's words.
var RefundPhases = []RefundPhase{Promised, Underway, Held, Taken, PaidBack, Failed, Dead, Stranded, Dropped, Cashed,
	Replaced, Handed, GivenUp}

func (p RefundPhase) String() string { return refundPhaseNames[p] }

// Final reports whether nothing about the refund is open.
func (p RefundPhase) Final() bool {
	switch p {
	case PaidBack, Failed, Dropped, Cashed, Replaced, Handed, GivenUp:
		return true
	}
	return false
}

// Counts reports whether a refund takes something off what is left of its sale:
// money that went back, is on its way, or is promised. One that the network gave up
// is still promised to the customer, until a person has decided.
func (p RefundPhase) Counts() bool { return p != Failed && p != Dropped && p != Replaced }

// Open reports whether the refund or its paper still needs work.
func (r Refund) Open() bool { return !r.Phase.Final() || r.Paper.Owed() }

// Original is a sale that somebody wants money back from: what this journal
// knows of it, and what the network says.
type Original struct {
	Order     OrderNo
	Rail      RailName // "" while it is not known whose
	Wallet    RailName
	Amount    money.Amount
	Paid      Wall
	Day       int
	Reference Reference
	Terminal  string
	Operator  string
	Shown     bool
	Phase     Phase // as the journal tells, or the network for a sale of another terminal
	Disputed  bool
	Ours      bool     // it is in this journal
	Refunds   []Refund // those of it in this journal, oldest first
}

// Desk is a refund being prepared.
type Desk struct {
	Original Original
	Choices  []Original // what a look-up found, newest first
	Looking  bool       // a look-up is under way
	Missed   bool       // ... and found nothing
	Timing   bool       // the time of the sale is being keyed, which narrows its amount
	Time     string     // as far as it is keyed: hhmm, and mmdd
	Serial   int        // of the question to the networks
	Asking   int        // networks that were asked and have not answered
	Heard    bool       // a network has answered
	Finding  Finding    // what it said
	Refunded bool       // the network says that some of it went back
	Back     int64      // fen that went back, as the network tells; 0 when it does not
	Cause    Cause      // why the network could not be asked
	Code     string
	At       Wall // when it was heard
	Amount   money.Amount
	Reason   Reason
	Replaces RefundNo
	For      Permit // what the second person is to allow
	Refund   RefundNo
	ByCash   bool // the network cannot any more: it is paid in cash, and recorded against the sale
	Over     Rule // why the amount that was keyed cannot be
	All      bool // all that will be left is wanted, said while the networks were being asked
}

// Permit is what a second person allows.
type Permit uint8

const (
	PermitNone Permit = iota
	PermitRefund
	PermitDayClose
	PermitWriteOff
	PermitCash
	PermitRepair
	PermitDrop
	PermitPayout
)

var permitNames = [...]string{"none", "refund", "day-close", "write-off", "cash", "repair", "drop", "payout"}

func (p Permit) String() string { return permitNames[p] }

// Follow is how far the terminal has got with one refund that is open.
type Follow struct {
	Refund   RefundNo
	Busy     bool // a request is on its way
	Call     RefundCall
	Left     bool // a request may have left, in this life of the process or before
	Doubt    bool // ... and what became of it is not known
	Fair     Fair // how long nobody has known what became of it
	Switched bool // a void has just become a refund: the void's refusal may come twice
	Resent   int
	Asked    int // queries answered since the acceptance
	Silences int // one after the other
	Vague    int // questions answered with a code that nobody has mapped, one after the other
	Absents  int // how often the network said that it knows nothing of it
	Denials  int // answers in a row to a question: it failed
	Heard    bool
	Last     RefundOutcome
	Cause    Cause // of the last answer
	Code     string
	Fault    FaultCode
	Refusal  Cause  // a refusal that counts once the network says that nothing was booked
	RefCode  string // ... its code and text
	RefText  string
	Ending   Permit // what the operator wants once the network knows nothing of it: PermitDrop or PermitCash
	By       string
	Approver string
	InRound  bool // it came from the journal in a round, and goes back when it was answered
	Waiting  bool // the time of Wait runs
	Wait     Timer
	WaitFor  time.Duration
}

// Fair counts the time for which something must have been in doubt before a person
// may give it up.
type Fair struct {
	Runs int  // of the timer; 0 when none runs
	Past bool // it is over
}

// Round is one walk through the open refunds in the journal.
type Round struct {
	Walking  bool
	Fetching bool
	After    uint64 // the last one that was fetched
	More     bool   // there are more behind it
	Gap      bool   // the network's pace demands a rest
	Due      bool   // the time to the next walk runs
	Next     int    // counts waits for the next round
	Quiet    int    // rounds in a row that changed nothing
	Changed  bool
	Forced   bool // by a key: its results are on the screen
	Seen     int  // in this round
	Ended    int  // ... of which came to an end
	Worries  int  // ... of which rest in the journal and are not on their way
	Worry    int  // the same at the end of the last walk
}

// RailHealth is how a network answers: after some silences in a row no new sale
// is begun there until it was heard again; other networks go on.
type RailHealth struct {
	Name   RailName
	Silent int
	Hushed bool // a silence has just been counted: others of the same moment are none
	Open   bool // the breaker: nothing new is begun
}

// QR is a code on show. It is not journaled: after a power cut the sale is asked
// about and closed.
type QR struct {
	Order OrderNo
	Text  string
}

// Role is what a person may do.
type Role uint8

const (
	Cashier Role = iota
	Supervisor
	Technician
)

var roleNames = [...]string{"cashier", "supervisor", "technician"}

func (r Role) String() string { return roleNames[r] }

// Person works here. How his PIN is checked is told to package cmd/till.
type Person struct {
	Number string // two digits
	Name   string
	Role   Role
}

// PIN is a secret of a person, as far as it is keyed. It prints, formats, logs
// and marshals as a mask, as PayerCode does and for the same reasons.
type PIN struct{ clear *string }

// NewPIN wraps s, which the caller should then forget.
func NewPIN(s string) PIN { return PIN{&s} }

const pinMask = "[PIN]"

// Reveal returns the digits. Every call of it is a line to review.
func (p PIN) Reveal() string {
	if p.clear == nil {
		return ""
	}
	return *p.clear
}

// Len is how many digits there are: what the screen shows of it.
func (p PIN) Len() int { return len(p.Reveal()) }

func (PIN) String() string               { return pinMask }
func (PIN) GoString() string             { return pinMask }
func (PIN) LogValue() slog.Value         { return slog.StringValue(pinMask) }
func (PIN) MarshalText() ([]byte, error) { return []byte(pinMask), nil }

// Report is the totals of a day, made from the journal.
type Report struct {
	Day    int // yyyymmdd
	Lines  []ReportLine
	Open   []OpenItem // what is carried forward, oldest first, at most 20 of Count
	Count  int
	Fen    int64
	NoSale int   // refunds without a sale, counted among those in cash
	NoFen  int64 // ... and their amounts
	Ready  bool
	Closed bool
}

// ReportLine is what one network or tender adds up to.
type ReportLine struct {
	Rail    RailName
	Sales   int
	SaleFen int64
	Backs   int // refunds paid out or on their way
	BackFen int64
	Taken   int // sales that were taken back
}

// OpenItem is something that is not at its end.
type OpenItem struct {
	Order  OrderNo // of a sale, or
	Refund RefundNo
	Rail   RailName
	Amount money.Amount
	At     Wall
	Phase  string
	Cause  Cause
}

// SlipState is where a print stands that is nobody's receipt: a report, a
// pending slip, a code on paper.
type SlipState uint8

const (
	SlipNone SlipState = iota
	SlipPrinting
	SlipPrinted
	SlipFailed
)
