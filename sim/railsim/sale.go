package railsim

import (
	"slices"
	"time"
)

// State is the state of an order or a refund in the gateway's own words.
type State string

// Stage is where an order stands, whatever its gateway calls it.
type Stage int

// The stages. Only Open and Waiting can still be paid; Gone is for ever.
const (
	Open    Stage = iota // made, nobody has been asked for money
	Waiting              // the customer has been asked
	Paid                 // charged; refunds do not change it
	Gone                 // closed, refused, failed, reversed
)

var stageNames = []string{"open", "waiting", "paid", "gone"}

// String is the stage in one word.
func (s Stage) String() string { return stageNames[s] }

// Sale is one order as its gateway keeps it. It is guarded by World.Locked.
type Sale struct {
	Number   string // the merchant's, spent for ever
	ID       string // the gateway's, empty until there is one
	Kind     string // the gateway's word for how it is paid
	State    State
	Fen      int64
	Coupon   int64     // of Fen: paid by somebody else for the customer
	Code     Digest    // of the payment code, zero if the customer scanned
	Payer    *Customer // nil until known
	Received time.Time
	Paid     time.Time
	Ended    time.Time
	Charged  int64 // taken, with the coupon
	Returned int64 // given back in all, with the coupon's part
	Undone   int64 // of Returned: by a reversal or a cancel, not by refunds
	Refunds  []*Refund
	Pays     int // payment requests that arrived under the number
	Queries  int
	Undos    int // reversals or cancels that arrived
	Own      any // the gateway's own half
}

// RefundStage is where a refund stands, whatever its gateway calls it.
type RefundStage int

// The stages of a refund. Processing ends in one of the others; Abnormal can
// still end in Refunded.
const (
	Processing    RefundStage = iota
	Refunded                  // the money is with the customer (or where Moved went)
	Abnormal                  // the customer's card is dead: the money hangs
	RefundDropped             // closed: the money went back to the merchant
)

var refundStageNames = []string{"processing", "refunded", "abnormal", "closed"}

// String is the stage in one word.
func (s RefundStage) String() string { return refundStageNames[s] }

// Refund is one refund key as its gateway keeps it. It is guarded by
// World.Locked.
type Refund struct {
	Key    string // the merchant's
	ID     string // the gateway's
	Fen    int64
	Stage  RefundStage
	Coupon int64     // of Fen: goes back to whoever paid the coupon
	Moved  int64     // fen that have left the gateway
	funded bool      // left the merchant
	Asked  time.Time // when the gateway accepted it
	At     time.Time // of the last change
	Own    any       // the gateway's own half
}

// Refunding is what refunds have returned or are about to.
func (s *Sale) Refunding() int64 {
	var fen int64
	for _, r := range s.Refunds {
		if r.Stage != RefundDropped {
			fen += r.Fen
		}
	}
	return fen
}

// couponOf is the coupon's part of the next fen that go back: in proportion,
// so that all parts together make the whole coupon.
func (s *Sale) couponOf(fen int64) int64 {
	if s.Coupon == 0 {
		return 0
	}
	before := s.Undone
	var gone int64
	for _, r := range s.Refunds {
		if r.Stage != RefundDropped {
			before += r.Fen
			gone += r.Coupon
		}
	}
	return min(fen, max(0, (before+fen)*s.Coupon/s.Fen-gone))
}

// RefundOf returns the refund of a key, nil if there is none.
func (s *Sale) RefundOf(key string) *Refund {
	i := slices.IndexFunc(s.Refunds, func(r *Refund) bool { return r.Key == key })
	if i < 0 {
		return nil
	}
	return s.Refunds[i]
}

// Order is one order as the books show it.
type Order struct {
	Rail          string // the gateway's name
	Number        string // the merchant's
	TransactionID string // the gateway's, empty until there is one
	Kind          string // the gateway's word for how it is paid
	State         State  // in the gateway's words
	Stage         Stage  // the same for every gateway
	Fen           int64  // asked for
	Coupon        int64  // of Fen: paid by somebody else for the customer
	Charged       int64  // taken, with the coupon
	Returned      int64  // given back in all, with the coupon's part
	Wallet        string // the customer's name
	Received      time.Time
	Paid          time.Time // zero if never
	Ended         time.Time // when closed, revoked or failed; zero if not
	Pays          int       // payment requests that arrived under the number
	Queries       int
	Undos         int // reversals or cancels that arrived
	Refunds       []RefundView
}

// RefundView is one refund as the books show it.
type RefundView struct {
	Rail   string
	Number string // the merchant's key of the refund
	Order  string
	ID     string // the gateway's
	Amount int64  // fen
	Coupon int64  // of Amount: not the customer's
	Moved  int64  // fen that have arrived
	State  State  // in the gateway's words
	Stage  RefundStage
	Asked  time.Time
	At     time.Time // of the last change
}

// Orders returns every order, in the order of their arrival.
func (d *Desk) Orders() []Order {
	var list []Order
	d.Locked(func(now time.Time) {
		for _, s := range d.sales {
			list = append(list, d.view(s, now))
		}
	})
	return list
}

// Order returns one order, and false if the number was never seen.
func (d *Desk) Order(number string) (Order, bool) {
	var found Order
	ok := false
	d.Locked(func(now time.Time) {
		if s := d.byNumber[number]; s != nil {
			found, ok = d.view(s, now), true
		}
	})
	return found, ok
}

// Refunds returns every refund, in the order of the orders.
func (d *Desk) Refunds() []RefundView {
	var list []RefundView
	for _, o := range d.Orders() {
		list = append(list, o.Refunds...)
	}
	return list
}

func (d *Desk) view(s *Sale, now time.Time) Order {
	state := s.State
	if d.rules.Show != nil {
		state = d.rules.Show(s, now)
	}
	o := Order{
		Rail: d.Name(), Number: s.Number, TransactionID: s.ID, Kind: s.Kind, State: state,
		Stage: d.rules.Stages[state], Fen: s.Fen, Coupon: s.Coupon, Charged: s.Charged, Returned: s.Returned,
		Received: s.Received, Paid: s.Paid, Ended: s.Ended,
		Pays: s.Pays, Queries: s.Queries, Undos: s.Undos,
	}
	if s.Payer != nil {
		o.Wallet = s.Payer.name
	}
	for _, r := range s.Refunds {
		o.Refunds = append(o.Refunds, RefundView{
			Rail: d.Name(), Number: r.Key, Order: s.Number, ID: r.ID, Amount: r.Fen, Coupon: r.Coupon, Moved: r.Moved,
			State: d.rules.RefundStates[r.Stage], Stage: r.Stage, Asked: r.Asked, At: r.At,
		})
	}
	return o
}
