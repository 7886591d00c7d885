package txn

import "till/txn/money"

// Entry is a decision taken, which must survive a power cut. Entries are
// folded by Apply for ever; an old one keeps its meaning. At is the wall time
// of the decision.
type Entry interface{ entry() }

// Opened begins a life under a new Install: the order numbers of this start of
// the program begin with it.
type Opened struct {
	At      Wall
	Install Install
}

// Begun is a sale whose request may leave from now on. The payer's code is
// not in it: after a restart the sale is asked for or reversed, never paid
// again with the same code.
type Begun struct {
	At       Wall
	Order    OrderNo
	Rail     RailName
	Amount   money.Amount
	Terminal string
	Operator string
	Wallet   RailName // whose code it is, when the rail takes several wallets; "" is the rail itself
	Shown    bool     // the payer scans a code that we show
}

// Paid is an approval.
type Paid struct {
	At        Wall
	Day       int // yyyymmdd at the shop
	Order     OrderNo
	Reference Reference
}

// Refused is a final refusal: no money moved.
type Refused struct {
	At    Wall
	Order OrderNo
	Cause Cause
	Code  string
	Text  string
}

// ReversalDue is the decision to take a sale back. From here on the sale never
// becomes paid.
type ReversalDue struct {
	At    Wall
	Order OrderNo
	Cause Cause // why
	Code  string
	Text  string
}

// Reversed ends a sale that took no money or gave it back.
type Reversed struct {
	At    Wall
	Order OrderNo
	Cause Cause
	Code  string
}

// WrittenOff ends a sale whose outcome could not be found out: a person's
// decision, never the machine's.
type WrittenOff struct {
	At    Wall
	Order OrderNo
	By    string // who decided
	Asker string // who asked for it
	Why   Reason
}

// ReturnedBy ends a sale that a reversal can no longer take back: a refund of
// all of it, begun in the same breath, does.
type ReturnedBy struct {
	At     Wall
	Order  OrderNo
	Refund RefundNo
	Cause  Cause
	Code   string
}

// Contradicted records an answer that denies what is already final and paid, or
// that comes after a person gave the sale up. It changes no money; the sale is marked
// for people to look at.
type Contradicted struct {
	At    Wall
	Order OrderNo
	Call  Call
	Said  Outcome
	Cause Cause
	Code  string
}

// ReceiptDue says that a receipt must be printed; Copy that the operator asked
// for another one, which is marked. In this and the other entries about paper,
// Order is the number of the sale or of the refund that the paper is about.
type ReceiptDue struct {
	At    Wall
	Order OrderNo
	Copy  bool
}

// ReceiptSending is on disk before the first byte of the job.
type ReceiptSending struct {
	At      Wall
	Order   OrderNo
	Attempt int
}

// ReceiptHeld takes the sending back: nothing reached the printer.
type ReceiptHeld struct {
	At      Wall
	Order   OrderNo
	Attempt int
	Fault   FaultCode
}

// ReceiptTorn says that the job broke off: the next print is marked.
type ReceiptTorn struct {
	At      Wall
	Order   OrderNo
	Attempt int
	Fault   FaultCode
}

// ReceiptPrinted ends the paper of a sale. With PrintUnconfirmed the printer
// could not say so, and the screen asks the operator to look.
type ReceiptPrinted struct {
	At          Wall
	Order       OrderNo
	Attempt     int
	Proof       Proof
	Unconfirmed bool
}

func (Opened) entry()         {}
func (Begun) entry()          {}
func (Paid) entry()           {}
func (Refused) entry()        {}
func (ReversalDue) entry()    {}
func (Reversed) entry()       {}
func (WrittenOff) entry()     {}
func (ReturnedBy) entry()     {}
func (Contradicted) entry()   {}
func (ReceiptDue) entry()     {}
func (ReceiptSending) entry() {}
func (ReceiptHeld) entry()    {}
func (ReceiptTorn) entry()    {}
func (ReceiptPrinted) entry() {}
