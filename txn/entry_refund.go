package txn

import "till/txn/money"

// RefundBegun is the decision to give money back: it fixes the number for ever.
// It holds all that is needed to carry the refund out, so that the sale itself
// may be another terminal's, or long out of memory.
type RefundBegun struct {
	At       Wall
	Day      int // yyyymmdd at the shop
	Refund   RefundNo
	Key      RefundNo // what the network knows it by; Refund itself, but for one taken over from another terminal
	Order    OrderNo  // the sale
	Rail     RailName
	Wallet   RailName
	Amount   money.Amount
	Total    money.Amount // of the sale
	SaleAt   Wall         // when it was paid
	SaleDay  int          // yyyymmdd
	Sale     Reference    // the network's number of the sale
	Shown    bool
	Method   RefundMethod
	Why      Cause // why this method
	Reason   Reason
	By       string // who asked for it, by number; "" when the terminal itself did
	Approver string // the second person
	Terminal string
	Replaces RefundNo // one that the network gave up
}

// RefundSent says that a request may have left: from here on the refund is
// called off only when the network says that it knows nothing of it.
type RefundSent struct {
	At     Wall
	Refund RefundNo
}

// RefundHeld says that the network refused for now; the same number goes again.
type RefundHeld struct {
	At     Wall
	Refund RefundNo
	Cause  Cause
	Code   string
	Text   string
}

// RefundTaken says that the network took it: accepted is not paid out.
type RefundTaken struct {
	At        Wall
	Refund    RefundNo
	Reference Reference
	Code      string
}

// RefundPaid says that the money is back with the payer.
type RefundPaid struct {
	At        Wall
	Day       int // yyyymmdd at the shop
	Refund    RefundNo
	Reference Reference
	Account   string // where it went, in the network's words
	Payer     int64  // fen in money; 0 when the network does not split
	Discount  int64  // fen of coupons and discounts
	Code      string
}

// RefundFailed says that no money moved and none will under this number.
type RefundFailed struct {
	At     Wall
	Refund RefundNo
	Cause  Cause
	Code   string
	Text   string
}

// RefundDead says that the network gave the number up (unfunded for too long): a
// person decides whether there is to be another.
type RefundDead struct {
	At     Wall
	Refund RefundNo
	Code   string
	Text   string
}

// RefundStranded says that the payer's account cannot take the money, which
// waits at the network for a person to act.
type RefundStranded struct {
	At     Wall
	Refund RefundNo
	Code   string
	Text   string
}

// RefundRepaired says that a stranded refund is being sent to the shop's own
// account: the shop hands the money to the payer.
type RefundRepaired struct {
	At           Wall
	Refund       RefundNo
	By, Approver string
}

// RefundSwitched says that a void became a refund, under the same number.
type RefundSwitched struct {
	At     Wall
	Refund RefundNo
	Cause  Cause // why the void was refused
	Code   string
}

// RefundReplaced ends a dead refund: another number has taken its place.
type RefundReplaced struct {
	At     Wall
	Refund RefundNo
	With   RefundNo
}

// RefundHanded ends a refund here: it was handed over to another terminal of the
// shop in a sealed file, under the key that the network knows.
type RefundHanded struct {
	At     Wall
	Refund RefundNo
	Seal   string // names the file
}

// SaleHanded ends a reversal here: another terminal of the shop takes the sale
// back.
type SaleHanded struct {
	At    Wall
	Order OrderNo
	Seal  string
}

// TakenOver says that a sealed file was taken in; the same one is refused
// another time.
type TakenOver struct {
	At    Wall
	Seal  string
	From  string // the terminal
	Count int
}

// RefundDropped calls a refund off of which the network knows nothing.
type RefundDropped struct {
	At           Wall
	Refund       RefundNo
	By, Approver string
}

// RefundCashed says that the shop paid in cash: no request under this number
// leaves any more, and what it gave back counts against the sale.
type RefundCashed struct {
	At           Wall
	Day          int // yyyymmdd at the shop
	Refund       RefundNo
	By, Approver string
}

// RefundWrittenOff ends a refund whose outcome could not be found out: a person's
// decision, never the machine's. Its number is dead for ever and its amount counts
// against the sale for ever, for the money may have gone back.
type RefundWrittenOff struct {
	At     Wall
	Refund RefundNo
	By     string // who decided
	Asker  string // who asked for it
	Why    Reason
}

// PaidOut is cash out of the drawer without a sale: no network has a call for it. It
// is a refund of no sale, decided by two persons and over in the same breath.
type PaidOut struct {
	At       Wall
	Day      int // yyyymmdd at the shop
	Refund   RefundNo
	Amount   money.Amount
	Reason   Reason
	By       string // who paid it out
	Approver string // who allowed it: never the same
	Terminal string
}

func (RefundBegun) entry()    {}
func (RefundSent) entry()     {}
func (RefundHeld) entry()     {}
func (RefundTaken) entry()    {}
func (RefundPaid) entry()     {}
func (RefundFailed) entry()   {}
func (RefundDead) entry()     {}
func (RefundStranded) entry() {}
func (RefundRepaired) entry() {}
func (RefundSwitched) entry() {}
func (RefundReplaced) entry() {}
func (RefundHanded) entry()   {}
func (SaleHanded) entry()     {}
func (TakenOver) entry()      {}
func (RefundDropped) entry()  {}
func (RefundCashed) entry()   {}

func (RefundWrittenOff) entry() {}
func (PaidOut) entry()          {}

// RefundMethod is how money goes back.
type RefundMethod uint8

const (
	ByRefund RefundMethod = iota // a refund through the network, to where the money came from
	ByVoid                       // the whole sale is taken back by a reversal
	ByCash                       // out of the drawer: sales in cash, and when the network cannot
)

var methodNames = [...]string{"refund", "void", "cash"}

func (m RefundMethod) String() string { return methodNames[m] }

// Reason is why the shop gives money back. Reasons are journaled: they are
// never renamed.
type Reason string

const (
	ReasonNone     Reason = ""
	ReasonCustomer Reason = "customer" // the customer changed his mind
	ReasonGoods    Reason = "goods"    // goods returned or faulty
	ReasonAmount   Reason = "amount"   // a wrong amount was charged
	ReasonTwice    Reason = "twice"    // paid twice
	ReasonMissing  Reason = "missing"  // sold out, not delivered
	ReasonOther    Reason = "other"
	ReasonTerminal Reason = "terminal" // the terminal: a reversal came too late

	// Why a person gave up to ask.
	ReasonBooks   Reason = "books"   // the network's own list shows how it ended
	ReasonSettled Reason = "settled" // it was settled with the customer in another way
	ReasonGone    Reason = "gone"    // the network or the contract is gone, and nobody answers any more
)

// Reasons lists what a person can choose, by the digits 1 to 6.
var Reasons = []Reason{ReasonCustomer, ReasonGoods, ReasonAmount, ReasonTwice, ReasonMissing, ReasonOther}

// WriteOffReasons lists why a person may give up to ask, by the digits 1 to 4.
var WriteOffReasons = []Reason{ReasonBooks, ReasonSettled, ReasonGone, ReasonOther}

// SignedIn says that somebody proved who he is and works here from now on.
type SignedIn struct {
	At     Wall
	Number string
}

// SignedOut says that he does not any more; his shift stays open.
type SignedOut struct {
	At     Wall
	Number string
	Locked bool // by time, not by a key
}

// PINRefused counts a wrong PIN; PINTaken ends the count.
type PINRefused struct {
	At     Wall
	Number string // "" for a second person, who names himself by his PIN
}

// PINTaken says that a second person proved who he is.
type PINTaken struct {
	At     Wall
	Number string
	For    string // what he allowed: "refund", "day-close" ...
}

// ShiftOpened and ShiftClosed bound what one cashier answers for.
type ShiftOpened struct {
	At     Wall
	Number string
}

// ShiftClosed holds the totals as they were printed.
type ShiftClosed struct {
	At    Wall
	Shift Shift
}

// DayClosed says that the totals of a day were looked at; what was open then is
// carried forward, never dropped.
type DayClosed struct {
	At       Wall
	Day      int // yyyymmdd
	By       string
	Approver string
	Open     int   // sales and refunds carried forward
	OpenFen  int64 // their amounts
}

func (SignedIn) entry()    {}
func (SignedOut) entry()   {}
func (PINRefused) entry()  {}
func (PINTaken) entry()    {}
func (ShiftOpened) entry() {}
func (ShiftClosed) entry() {}
func (DayClosed) entry()   {}
