package txn

import (
	"slices"
	"time"

	"till/txn/money"
)

// Policy is how a payment network wants to be asked about a payment whose
// outcome is open. Its values are data in the rail's package, each with its
// source.
type Policy struct {
	FirstQuery   time.Duration // from the payment to the first query
	Interval     time.Duration // from one query to the next
	Queries      int           // how many, before one last query and the reversal
	ReverseAfter time.Duration // a payment is not reversed, nor cancelled, before this

	ReversalInterval    time.Duration // from one reversal to its repeat; doubles
	ReversalIntervalMax time.Duration // ... up to this
	ConfirmReversal     bool          // a reversal counts only when a query says so too
}

// GiveUp is the time from the payment to the last query.
func (p Policy) GiveUp() time.Duration {
	return p.FirstQuery + time.Duration(p.Queries)*p.Interval
}

// RailSetup is a network that this terminal takes, and its policy.
type RailSetup struct {
	Name    RailName
	Policy  Policy
	Wallets []RailName // whose codes it takes; empty: its own
	Shows   RailName   // whose code it shows; "": its own
	Refund  RefundPolicy
	Show    ShowPolicy // zero when it has no codes to show
	Finds   bool       // it tells what it knows of a sale
	Tells   bool       // it tells the shop's balance
}

// Takes reports whether the rail takes this wallet's codes.
func (r RailSetup) Takes(wallet RailName) bool {
	return r.Name == wallet && len(r.Wallets) == 0 || slices.Contains(r.Wallets, wallet)
}

// ShownWallet is whose code the rail shows.
func (r RailSetup) ShownWallet() RailName {
	if r.Shows != "" {
		return r.Shows
	}
	return r.Name
}

// RefundRules are the shop's own.
type RefundRules struct {
	Limit      money.Amount // above it a second person is asked
	Max        money.Amount // the largest refund; zero: none
	ShiftLimit money.Amount // all refunds of one shift; zero: no limit
	DayLimit   money.Amount // all refunds of one day
	Days       int          // the shop's own window; 0: the network's
	Reasons    bool         // a reason must be given
	NoSale     bool         // cash may be paid out without a sale, when a second person allows it
	Tempo      int          // the most refunds within TempoTime; 0: no rule
	TempoTime  time.Duration
}

// Setup is what the configuration says: constant while the program runs, and
// never journaled but by what is copied into an entry.
type Setup struct {
	Terminal string
	Operator string
	Merchant Merchant
	Zone     time.Duration // east of Greenwich
	Rails    []RailSetup
	Lang     Lang // of the screen at start; a key switches it

	SaleLimit   money.Amount  // a sale above it is refused
	CodeWait    time.Duration // how long the terminal waits for a payment code
	ResultStays time.Duration // how long an approval is shown before idle
	NoPaper     bool          // this shop has no printer
	PaperRetry  time.Duration // from a receipt that could not be printed to the next attempt

	Staff      []Person // nobody signs in when empty
	Refunds    RefundRules
	ShiftSales money.Amount  // all sales of one shift; zero: no limit
	Cash       bool          // sales in cash are recorded
	ShownLives time.Duration // how long a shown code may be paid; at most the network's
	IdleLock   time.Duration // sign out after so long without a key; 0: never
}

// Merchant is what stands at the head of a receipt.
type Merchant struct {
	Name, Address, Phone string
	Footer               string // the refund policy or a greeting; may be empty
}

// goneRail is how a network is asked about its open sales that is no longer in
// the configuration: seldom, and in vain, until it is back.
var goneRail = Policy{
	FirstQuery: time.Minute, Interval: time.Minute, Queries: 10, ReverseAfter: time.Minute,
	ReversalInterval: time.Minute, ReversalIntervalMax: 10 * time.Minute, ConfirmReversal: true,
}

// rail returns the set-up of a network.
func (s Setup) rail(name RailName) (RailSetup, bool) {
	for _, r := range s.Rails {
		if r.Name == name {
			return r, true
		}
	}
	return RailSetup{Name: name, Policy: goneRail}, false
}

// taking returns the network that takes a wallet's codes.
func (s Setup) taking(wallet RailName) (RailSetup, bool) {
	for _, r := range s.Rails {
		if r.Takes(wallet) {
			return r, true
		}
	}
	return RailSetup{}, false
}

// Person returns who has this number.
func (s Setup) Person(number string) (Person, bool) {
	for _, p := range s.Staff {
		if p.Number == number {
			return p, true
		}
	}
	return Person{}, false
}

// Limits, each with its reason.
const (
	// OpenMax is the largest number of sales of unknown outcome; a terminal
	// with more is a terminal whose network or keys are broken. Then new sales
	// are refused; reversals never (decisions.md 6).
	OpenMax = 500
	// KeptFinished is how many finished sales stay in memory, so that a late
	// or contradictory answer still meets the sale it is about. Requests live
	// for less than a minute; nobody makes sixteen sales in one.
	KeptFinished = 16
	// digitsMax is the longest amount that can be keyed: 9,999,999.99.
	digitsMax = 9
)
