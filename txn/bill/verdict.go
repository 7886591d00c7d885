package bill

import "till/txn"

// Kind is what an entry is about.
type Kind string

// The two kinds.
const (
	Sale   Kind = "sale"
	Refund Kind = "refund"
)

// State is where our journal says that a sale or a refund stands.
type State string

// States of a sale (Paid to Open) and of a refund (Refunded to Open).
const (
	Paid     State = "paid"
	Reversed State = "reversed" // taken back, or never charged
	Refused  State = "refused"  // sale or refund: no money moved
	GivenUp  State = "given-up" // written off by a person, who did not know the outcome
	Open     State = "open"     // not known yet, promised, being reversed
	Refunded State = "refunded" // paid out
	Accepted State = "accepted" // taken by the network, not yet paid out
	Stuck    State = "stuck"    // accepted once, and then closed or abnormal: money is not with the payer
)

// Entry is what our journal says of one sale or refund.
type Entry struct {
	Kind      Kind
	Order     string // of the sale
	Refund    string // of the refund
	Reference string
	Amount    int64 // fen
	State     State
	At        txn.Wall // begun
	Ended     txn.Wall // final; 0 when it is not, or when nobody looked
	Day       int      // yyyymmdd on which it counts
}

// Verdict is what comparing one entry or row found.
type Verdict string

// The verdicts.
const (
	Matched       Verdict = "matched"
	OnlyHere      Verdict = "only-here"      // in the journal, not in the file
	OnlyThere     Verdict = "only-there"     // in the file, not in the journal; the number is of this terminal
	Foreign       Verdict = "not-ours"       // ... and the number is not known to be of this terminal
	AmountDiffers Verdict = "amount-differs" // another amount
	StatusDiffers Verdict = "status-differs" // the money stands otherwise than we say
	StillOpen     Verdict = "open"           // we do not know yet, and the file has nothing
	OtherFile     Verdict = "other-file"     // near midnight: look at the neighbouring day's file first
	Twice         Verdict = "twice"          // the file has the same number again
	NotCovered    Verdict = "not-covered"    // the file is of the other type
)

// Verdicts lists them all, for the words and their test.
var Verdicts = []Verdict{
	Matched, OnlyHere, OnlyThere, Foreign, AmountDiffers, StatusDiffers, StillOpen, OtherFile, Twice,
	NotCovered,
}

// Action is what to do about a verdict. The words are in cmd/till.
type Action string

// The actions.
const (
	DoNothing    Action = ""
	AskSale      Action = "ask-sale"      // ask the network for the order; if it knows none, it was not paid
	AskRefund    Action = "ask-refund"    // ask the network for the refund; if it knows none, it was not paid out
	GiveBack     Action = "give-back"     // the payer was charged for a sale that did not happen
	FindRecord   Action = "find-record"   // our own number without a record: the journal lost something
	CheckOthers  Action = "check-others"  // another terminal, channel or life of this one
	CheckUndone  Action = "check-undone"  // the network gave back what we hold for paid
	CheckRefund  Action = "check-refund"  // money went back that we did not send: less is left than we think
	CheckAmount  Action = "check-amount"  // no refund before the amounts are explained
	CheckPayout  Action = "check-payout"  // the refund stands otherwise at the network
	Settle       Action = "settle"        // let the terminal finish what is open
	SeeOtherFile Action = "see-other-day" // compare with the file of Item.Other too
	CallNetwork  Action = "call-network"  // the same number twice
)

// Actions lists them all but DoNothing, for the words and their test.
var Actions = []Action{
	AskSale, AskRefund, GiveBack, FindRecord, CheckOthers, CheckUndone, CheckRefund, CheckAmount, CheckPayout,
	Settle, SeeOtherFile, CallNetwork,
}

// Item is the verdict on one sale or refund.
type Item struct {
	Verdict   Verdict `json:"verdict"`
	Action    Action  `json:"action,omitempty"`
	Kind      Kind    `json:"kind"`
	Order     string  `json:"order"`
	Refund    string  `json:"refund,omitempty"`
	Reference string  `json:"reference,omitempty"`
	Here      int64   `json:"here"`  // fen, ours; -1 when we have nothing
	There     int64   `json:"there"` // fen, theirs; -1 when they have nothing
	StateHere State   `json:"state_here,omitempty"`
	State     string  `json:"state_there,omitempty"` // in the network's words
	Line      int     `json:"line,omitempty"`        // in the file
	Day       int     `json:"day,omitempty"`         // the day in our journal, when it is another than the file's
	Other     int     `json:"other,omitempty"`       // the day whose file may have it, or has it
}

// Report is the comparison of one day. Here is what the journal of that day says
// was paid and was accepted as refund; There is what the file says.
type Report struct {
	Rail     txn.RailName `json:"rail"`
	Merchant string       `json:"merchant"`
	Day      int          `json:"day"`
	Items    []Item       `json:"items"` // refunds of ours, payments, other refunds, what is only here
	Here     Totals       `json:"here"`  // without a fee
	There    Totals       `json:"there"`
	Foreign  Totals       `json:"not_ours"` // of There: what is Foreign; without a fee
	Undone   Totals       `json:"undone"`   // of There: sales that did not happen, charged and given back; the same
}

// Count is the number of items with a verdict.
func (r Report) Count(v Verdict) int {
	n := 0
	for _, i := range r.Items {
		if i.Verdict == v {
			n++
		}
	}
	return n
}

// Differs reports whether an item asks for something. With shared, the merchant
// number belongs to other terminals too, and what is theirs is no difference.
func (i Item) Differs(shared bool) bool {
	switch i.Verdict {
	case Matched, NotCovered:
		return false
	case Foreign:
		return !shared
	}
	return true
}
