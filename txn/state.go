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

	Refunds []Refund // by number; those that are being worked on, and the last 16 finished
	Backlog Backlog  // of all open refunds, in memory or not
	Shifts  []Shift  // open ones, by operator
	Tries   []Tries  // wrong PINs, by number
	Closed  int      // the last day that was closed, yyyymmdd
}

// Day counts what was paid, and given back, on one calendar day.
type Day struct {
	Date     int // yyyymmdd
	Count    int
	Fen      int64
	Backs    int   // refunds begun
	BacksFen int64 // ... and their amounts
}

// Backlog counts the refunds that are not at their end. They may be far too
// many to be held in memory: they are recalled from the journal in turn.
type Backlog struct {
	Count int
	Fen   int64
}

// Shift is what one cashier answers for.
type Shift struct {
	Number   string
	Since    Wall
	Sales    int
	SaleFen  int64
	Backs    int
	BackFen  int64
	Cash     int64 // fen in the drawer: taken in cash, less given back in cash
	Reversed int   // sales that were taken back
}

// Tries counts wrong PINs since the last right one. They survive a power cut.
type Tries struct {
	Number string // "" for second persons
	Failed int
}

// Phase is where one sale stands.
type Phase uint8

const (
	Asking      Phase = iota // the request may have left; the outcome is open
	PaidFor                  // approved
	RefusedFor               // declined; no money moved
	Reversing                // being taken back, until a final answer
	ReversedFor              // taken back, or never charged
	WrittenFor               // given up by a person; what became of the money is not known
)

var phaseNames = [...]string{"asking", "paid", "refused", "reversing", "reversed", "written-off"}

func (p Phase) String() string { return phaseNames[p] }

// Final reports whether nothing about the money is open.
func (p Phase) Final() bool {
	return p == PaidFor || p == RefusedFor || p == ReversedFor || p == WrittenFor
}

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
	Cause     Cause   // of the refusal, or why it is or was taken back
	Code      string  // the network's own code
	Text      string  // the network's own words
	Disputed  bool    // a later answer denied that it is paid, or told how one ended that a person gave up
	Said      Outcome // ... this one
	Paper     Paper
	Wallet    RailName // whose code it is; the rail itself unless that takes several
	Shown     bool     // the payer scanned a code that we showed
	Back      RefundNo // the refund that took it back, when a reversal could not
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

	Desk     Desk         // a refund being prepared
	Back     RefundNo     // the refund on the screen
	Follows  []Follow     // by number; one for each refund that is being worked on
	Round    Round        // through the refunds that are not in memory
	Spacing  []OrderNo    // sales of which a refund was sent just now
	Rails    []RailHealth // by name; those that were heard or missed
	Balances []Balance    // by rail, as last told
	Who      string       // number of who is signed in; "" nobody
	Number   string       // who is signing in, once it is keyed
	PIN      PIN          // as far as it is keyed
	Checking bool         // a PIN is being checked
	Barred   bool         // too many wrong PINs: wait
	Tempo    int          // refunds begun within the time of the velocity rule
	Cursor   int          // in a list
	Report   Report       // of the day on the screen
	Slip     SlipState    // a print that is nobody's receipt
	Alarm    int          // how urgent what is open has become, 0 to 4
	Watching bool         // the time of the alarm runs
	Alarms   int          // counts such times
	Lookups  int          // counts questions to the journal and about PINs
	Tempos   int          // counts waits of the velocity rule
	Bars     int          // counts waits for another PIN
	Presses  int          // counts keys, for the idle lock
	Slips    int          // counts prints that are nobody's receipt
	Fairs    int          // counts waits before something may be given up
	Oldest   Wall         // of the open refunds, as last seen
	Unheard  []RefundNo   // refused while nobody looked
	QRs      []QR         // codes on show, by order
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
	ViewSignIn        // nobody is signed in: number, then PIN
	ViewMenu          // ten tiles
	ViewWallet        // whose code is to be shown
	ViewFind          // digits of a sale's number, or its amount, are being keyed
	ViewFound         // several sales fit
	ViewRefund        // the sale to refund, what is left of it, and the amount being keyed
	ViewReason        // why money goes back
	ViewApprove       // a second person's PIN is being keyed
	ViewBack          // the refund Back, drawn by its phase and follow
	ViewPending       // everything that is open
	ViewDay           // the totals of a day
	ViewShift         // the totals of a shift
	ViewRules         // the rules that hold here
	ViewCash          // is it in the drawer?
	ViewPayout        // cash is to be paid out without a sale: the amount is being keyed
)

var viewNames = [...]string{"idle", "amount", "code", "sale", "reject", "repeat", "blocked", "recovery",
	"sign-in", "menu", "wallet", "find", "found", "refund", "reason", "approve", "back", "pending", "day", "shift", "rules", "cash", "payout"}

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
	BlockedOffline         // no network: a wallet cannot be charged
	BlockedSilent          // this wallet's network does not answer; others may
	BlockedShift           // the limit of this shift is reached
	BlockedNoQR            // no network here pays by a shown code
	BlockedPerson          // only a supervisor may do this
	BlockedPending         // something is open that must end first
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
	Show       bool // a request for a code to show is on its way
	Close      bool // a request to close is on its way
	Closes     int  // ... how many were answered: no such order, or with a code that says nothing
	Unclosed   bool // the network will not close it: the payer was faster
	Fair       Fair // how long its outcome has been in doubt
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
//
// Recalled are refunds that were fetched from the journal and are in memory
// from now on; Parked are those that leave it: the journal holds them.
type Ready struct {
	Recalled []Refund
	Session  Session
	Entries  []Entry
	Effects  []Effect
	Parked   []RefundNo
}
