package txn

import (
	"time"

	"till/txn/money"
)

// State is everything the terminal knows. It is a value: Step and Apply
// return new ones and change nothing that another State still holds.
type State struct {
	Setup   Setup
	Ledger  Ledger
	Session Session
}

// Ledger is what the journal says: all of it survives a power cut. It holds
// what is open and the last few sales, never the whole history.
type Ledger struct {
	Install Install // of this start of the program
	Last    uint64  // counter of the last order number given out, 0 before the first
	Txs     []Tx    // by number; everything open, and the last 16 finished
	Day     Day
	LastAt  Wall // of the last entry
}

// Day counts the sales that were paid on one calendar day.
type Day struct {
	Date  int // yyyymmdd
	Count int
	Fen   int64
}

// Phase is where one sale stands.
type Phase uint8

const (
	Asking      Phase = iota // the request may have left; the outcome is open
	PaidFor                  // approved
	RefusedFor               // declined; no money moved
	Reversing                // being taken back, until a final answer
	ReversedFor              // taken back, or never charged
)

var phaseNames = [...]string{"asking", "paid", "refused", "reversing", "reversed"}

func (p Phase) String() string { return phaseNames[p] }

// Final reports whether nothing about the money is open.
func (p Phase) Final() bool { return p == PaidFor || p == RefusedFor || p == ReversedFor }

// PaperState is where the receipt of one sale stands.
type PaperState uint8

const (
	PaperNone PaperState = iota // no receipt is owed
	PaperDue
	PaperSending     // bytes may have reached the printer
	PaperPrinted     // the end
	PaperUnconfirmed // the end, as far as a printer that cannot answer can tell
)

var paperNames = [...]string{"none", "due", "sending", "printed", "unconfirmed"}

func (p PaperState) String() string { return paperNames[p] }

// Paper is the receipt of one sale, a machine of its own: a jammed printer
// changes nothing about money.
type Paper struct {
	State   PaperState
	Attempt int       // of the last ReceiptSending
	Marked  bool      // the next print carries 重打印
	Fault   FaultCode // why the last attempt failed
}

// Owed reports whether a receipt is still to be printed.
func (p Paper) Owed() bool { return p.State == PaperDue || p.State == PaperSending }

// Tx is one sale, a machine of its own: one that hangs holds up no other.
type Tx struct {
	Order     OrderNo
	Rail      RailName
	Amount    money.Amount
	Terminal  string
	Operator  string
	Begun     Wall
	Ended     Wall // of the entry that made it final
	Day       int  // yyyymmdd on which it was paid
	Phase     Phase
	Reference Reference
	Cause     Cause  // of the refusal, or why it is or was taken back
	Code      string // the network's own code
	Text      string // the network's own words
	Disputed  bool   // a later answer denied that it is paid
	Paper     Paper
}

// Open reports whether the sale or its paper still needs work.
func (t Tx) Open() bool { return !t.Phase.Final() || t.Paper.Owed() }

// Session is what is gone after a power cut: digits typed, the screen, how
// often was asked.
type Session struct {
	View       View
	Digits     string       // the amount as keyed: "1250", or "36.5" after the dot
	Amount     money.Amount // what is being charged
	Shown      OrderNo      // the sale on the screen
	Reject     Scanned      // what was scanned instead of a payer's code
	Why        Blocked      // why no sale can be begun
	Lang       Lang
	Unseen     []OrderNo   // approved while not on the screen, or found after a power cut
	Retry      bool        // the refusal on the screen is new: a scan is a retry
	Guarded    bool        // the red key has just changed its meaning
	Guards     int         // counts such moments
	Serial     int         // counts screens, so that an old wait ends no new screen
	Chases     []Chase     // by order; one for each open sale
	Spent      []PayerCode // codes already used, newest last
	Printer    OrderNo     // whose receipt is in the printer, "" when none
	Retries    int         // counts waits for another try to print
	PaperFails int         // tries to print that failed, one after the other
	Faults     []Fault     // by device
	Link       LinkState
	Boot       Boot
}

// Lang is the language of the screen. Receipts are bilingual by template.
type Lang uint8

const (
	Chinese Lang = iota
	English
)

// View is what the operator has before him.
type View uint8

const (
	ViewIdle     View = iota
	ViewAmount        // digits are being keyed
	ViewCode          // waiting for a payer's code
	ViewSale          // the sale Shown, drawn by its phase and chase
	ViewReject        // what was scanned is not a payer's code
	ViewRepeat        // a sale of the same amount is open: really another one?
	ViewBlocked       // no sale can be begun, and why
	ViewRecovery      // back after a power cut, with what was found
)

var viewNames = [...]string{"idle", "amount", "code", "sale", "reject", "repeat", "blocked", "recovery"}

func (v View) String() string { return viewNames[v] }

// Blocked is why no sale can be begun.
type Blocked uint8

const (
	BlockedNot     Blocked = iota
	BlockedLimit           // the amount is above the limit of a sale
	BlockedDisk            // no room for another sale
	BlockedClock           // the clock is not set
	BlockedOpen            // too many sales of unknown outcome
	BlockedRail            // this wallet is not taken here
	BlockedCode            // this very code was used before
	BlockedDamaged         // the journal does not verify
)

// Chase is how far the terminal has got with asking about one open sale.
type Chase struct {
	Order      OrderNo
	Query      bool      // a query is on its way
	Pay        bool      // the payment request is on its way
	Reversal   bool      // a reversal is on its way
	Asked      int       // queries answered or given up
	Reversals  int       // reversals sent since the start of the process
	Rounds     int       // ... of these, without those that the operator or the network hurried
	NoOrder    bool      // the last reversal was answered: no such order
	Found      bool      // it was open when the process started
	Reached    int       // queries since then that left the machine
	Before     bool      // a query is on its way that left before the last reversal
	Refused    Cause     // why the network refuses to reverse
	Last       Outcome   // what the last answer said: Pending or Unknown
	Heard      bool      // there was an answer at all (Last means something)
	Cause      Cause     // of the last answer
	Code       string    // of the last answer
	Fault      FaultCode // of the last answer
	Closing    Cause     // why it is to be reversed after the query that is on its way
	MayReverse bool      // the earliest moment of a reversal has passed
	Confirming bool      // a reversal was accepted; a query must confirm it
	Wait       Timer     // the wait whose end the screen shows
	WaitFor    time.Duration
	GiveUpAt   Wall // when the terminal will take the sale back, for display
}

// Fault is one trouble of one device, while it lasts.
type Fault struct {
	Device string
	Code   FaultCode
}

// LinkState is what is known of the way to the gateways. Unknown is neither
// up nor down.
type LinkState uint8

const (
	LinkUnknown LinkState = iota
	LinkIsUp
	LinkIsDown
)

// Boot is what was found when the process started.
type Boot struct {
	CutAt   Wall // of the last entry before
	At      Wall // of this start
	Records uint64
	Orders  []OrderNo // sales that were open, newest last
}

// Ready is what Step wants done, in this order: make Entries durable, Apply
// them, take over Session, perform Effects. An effect performed before the
// entries are on disk is a payment that a power cut can lose.
type Ready struct {
	Session Session
	Entries []Entry
	Effects []Effect
}
