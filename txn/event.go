package txn

// Event is something that happened. The machine is told of it once and in the
// order of the one inbox.
type Event interface{ event() }

// Booted is the first event of a process. Fresh is a new random Install.
type Booted struct {
	Fresh   Install
	Records uint64 // how many journal records were found and verified at start
	Oldest  Wall   // of the oldest open refund, 0 when there is none
}

// KeyPressed is one press of a key, bounces taken out.
type KeyPressed struct{ Key Key }

// CodeScanned is one whole scan, classified by package txn/paycode.
type CodeScanned struct{ Scanned Scanned }

// Answered is what became of one request: the network's answer, folded by the
// rail, or the link's silence.
type Answered struct {
	Order     OrderNo
	Call      Call
	Outcome   Outcome
	Cause     Cause
	Code      string    // the network's own code, as it came: "USERPAYING"
	Text      string    // the network's own words, cleaned for display
	Reference Reference // of an approval
	QR        string    // of CallShow: what the payer scans; it holds nothing secret
	Again     bool      // the network says: ask (or reverse) again now
	Refunded  bool      // of Undone: it was paid, and some of it went back by a refund, or all of it
	Undo      bool      // a refusal after which the network wants a reversal all the same
	Fault     FaultCode // of the link or the rail, "" when none
}

// TimerFired is the end of a wait that ArmTimer began.
type TimerFired struct{ Timer Timer }

// PaperTurn says that the printer may be free for the next receipt.
type PaperTurn struct{}

// ReceiptEnded is how a print went.
type ReceiptEnded struct {
	Order   OrderNo
	Attempt int
	Result  PrintResult
	Proof   Proof
	Fault   FaultCode
}

// PrintResult is how one attempt to print a receipt ended.
type PrintResult uint8

const (
	PrintDone        PrintResult = iota // printed, to the degree that Proof says
	PrintRefused                        // nothing was sent: the printer was not ready
	PrintTorn                           // it broke off in the middle
	PrintUnconfirmed                    // sent; the printer says nothing
)

// Proof is how far a printer vouches for a print: the acknowledgement ladder of
// printing.md section 3, "A" to "D".
type Proof string

// FaultRaised and FaultCleared tell of the machine's own troubles: codes of
// package device.
type FaultRaised struct {
	Device string
	Code   FaultCode
}

// FaultCleared says that the device is well again.
type FaultCleared struct{ Device string }

// LinkUp and LinkDown tell of the way to the gateways.
type LinkUp struct{}

// LinkDown names why.
type LinkDown struct{ Code FaultCode }

// LookedUp is what the journal holds of a sale that was looked for, newest
// first. Serial is that of the LookUp.
type LookedUp struct {
	Serial int
	Found  []Original
}

// RefundsRecalled are open refunds from the journal, oldest first. More says
// that there are others behind the last.
type RefundsRecalled struct {
	Refunds []Refund
	More    bool
}

// PINChecked says whose PIN it was, "" when nobody's.
type PINChecked struct {
	Serial int
	Number string
	Role   Role
}

// Reported is the totals of a day.
type Reported struct{ Report Report }

func (Found) event()           {}
func (RefundAnswered) event()  {}
func (Balance) event()         {}
func (LookedUp) event()        {}
func (RefundsRecalled) event() {}
func (PINChecked) event()      {}
func (Reported) event()        {}

func (Booted) event()       {}
func (KeyPressed) event()   {}
func (CodeScanned) event()  {}
func (Answered) event()     {}
func (TimerFired) event()   {}
func (PaperTurn) event()    {}
func (ReceiptEnded) event() {}
func (FaultRaised) event()  {}
func (FaultCleared) event() {}
func (LinkUp) event()       {}
func (LinkDown) event()     {}

// Key is a key of the pad of 20 (decisions.md 27).
type Key uint8

const (
	Key0 Key = iota
	Key1
	Key2
	Key3
	Key4
	Key5
	Key6
	Key7
	Key8
	Key9
	Key00
	KeyDot // switches the amount to whole yuan
	KeyEnter
	KeyCancel
	KeyBack
	KeyUpDown
	KeyF1
	KeyF2
	KeyF3
	KeyF4
)

var keyNames = [...]string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "00", ".",
	"enter", "cancel", "back", "updown", "f1", "f2", "f3", "f4"}

func (k Key) String() string { return keyNames[k] }

// ScanKind is what a scanned string is.
type ScanKind uint8

const (
	ScanPayer    ScanKind = iota // a payer's code, of Rail
	ScanHalf                     // begins like a payer's code of Rail, and has the wrong length
	ScanGoods                    // a product bar code; Shown is its number
	ScanMerchant                 // a code for customers to scan: a shop's own QR
	ScanReceipt                  // our own receipt; Order is whose
	ScanBill                     // a number out of the customer's wallet: the network's, or ours without its check
	ScanForged                   // looks like our receipt, and its check is wrong
	ScanOther                    // none of these
)

// Scanned is one scan and what it is. Shown may be shown to anybody; it is
// empty for what might be a payer's code.
type Scanned struct {
	Kind  ScanKind
	Rail  RailName
	Code  PayerCode
	Order OrderNo
	Shown string
	Len   int // characters
}

// Timer is a wait. It names what it is for, so that a timer of the last sale
// cannot end this one, and counts, so that the machine need not remember how
// often it has asked.
type Timer struct {
	Kind  TimerKind
	Order OrderNo // "" for waits of the screen
	Try   int     // 1 for the first
}

// TimerKind is what a wait is for.
type TimerKind uint8

const (
	TimerAsk        TimerKind = iota // the next query
	TimerMayReverse                  // the earliest moment of a reversal
	TimerReverse                     // the repeat of a reversal
	TimerCode                        // no code was scanned: back to idle
	TimerResult                      // the result was shown long enough
	TimerPaper                       // try to print again
	TimerGuard                       // the red key works again
	TimerShow                        // the code on show has been there long enough
	TimerClose                       // the repeat of a close
	TimerWatch                       // a look at a sale that was closed: paid all the same?
	TimerRefund                      // the next step of a refund; Order is its number
	TimerSpacing                     // another refund of the sale may be sent
	TimerRound                       // the next walk through the open refunds
	TimerGap                         // the network's pace allows more
	TimerProbe                       // a silent network may be tried again; Order is its name
	TimerPIN                         // a PIN may be tried again
	TimerLock                        // nobody pressed a key: sign out
	TimerTempo                       // one refund fewer in the time of the velocity rule
	TimerAlarm                       // what is open has become more urgent
	TimerFair                        // a sale or refund has been in doubt for so long that a person may give it up
)

var timerNames = [...]string{"ask", "may-reverse", "reverse", "code", "result", "paper", "guard", "show", "close",
	"watch", "refund", "spacing", "round", "gap", "probe", "pin", "lock", "tempo", "alarm", "fair"}

func (k TimerKind) String() string { return timerNames[k] }
