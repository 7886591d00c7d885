package txn

import (
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

func (SendPay) effect()      {}
func (SendQuery) effect()    {}
func (SendReversal) effect() {}
func (SendShow) effect()     {}
func (SendClose) effect()    {}
func (WarmLink) effect()     {}
func (Print) effect()        {}
func (TryPaper) effect()     {}
func (ArmTimer) effect()     {}
func (Sound) effect()        {}

// Receipt is the truth that paper shows.
type Receipt struct {
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
