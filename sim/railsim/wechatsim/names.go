package wechatsim

import "till/sim/railsim"

// The names of the core that a user of this gateway needs, so that one import
// is enough.
type (
	Clock      = railsim.Clock
	Event      = railsim.Event
	EventKind  = railsim.EventKind
	Call       = railsim.Call
	Word       = railsim.Word
	Act        = railsim.Act
	Behaviour  = railsim.Behaviour
	Help       = railsim.Help
	State      = railsim.State
	Order      = railsim.Order
	RefundView = railsim.RefundView
	Posting    = railsim.Posting
	Wallet     = railsim.Wallet
)

// The events.
const (
	CodeShown    = railsim.CodeShown
	RequestLost  = railsim.RequestLost
	Received     = railsim.Received
	Rejected     = railsim.Rejected
	Charged      = railsim.Charged
	Returned     = railsim.Returned
	Ended        = railsim.Ended
	Answered     = railsim.Answered
	AnswerCut    = railsim.AnswerCut
	ConfirmedPay = railsim.ConfirmedPay
	RefusedPay   = railsim.RefusedPay
	BehaviourSet = railsim.BehaviourSet
)

// The calls.
const (
	Any         = railsim.Any
	Pay         = railsim.Pay
	Query       = railsim.Query
	Reverse     = railsim.Reverse
	Close       = railsim.Close
	Native      = railsim.Native
	RefundPay   = railsim.RefundCall
	RefundQuery = railsim.RefundQuery
	RefundHung  = railsim.RefundHung
	FundBalance = railsim.FundBalance
	TradeBill   = railsim.TradeBill
)

// The words: Behaviours says what they mean.
const (
	Approve          = railsim.Approve
	Decline          = railsim.Decline
	Password         = railsim.Password
	PasswordThenFail = railsim.PasswordThenFail
	PasswordAbove    = railsim.PasswordAbove
	ShortWaits       = railsim.ShortWaits
	SystemError      = railsim.SystemError
	BankError        = railsim.BankError
	SlowCharge       = railsim.SlowCharge
	ArrivesLate      = railsim.ArrivesLate
	PayAfterLast     = railsim.PayAfterLast
	NotFound         = railsim.NotFound
	Contradictory    = railsim.Contradictory
	Says             = railsim.Says
	RecallAgain      = railsim.RecallAgain
	NoRecall         = railsim.NoRecall
	ReversePaying    = railsim.ReversePaying
	Tomb             = railsim.Tomb
	NoSuchOrder      = railsim.NoSuchOrder
	HTML502          = railsim.HTML502
	HTTP429          = railsim.HTTP429
	Frequency        = railsim.Frequency
	Maintenance      = railsim.Maintenance
	AnswerError      = railsim.AnswerError
	WrongOrder       = railsim.WrongOrder
	WrongAmount      = railsim.WrongAmount
	WrongMerchant    = railsim.WrongMerchant
	WrongApp         = railsim.WrongApp
	Huge             = railsim.Huge
	Truncated        = railsim.Truncated
	WrongSignature   = railsim.WrongSignature
	UnknownSerial    = railsim.UnknownSerial
	SignatureProbe   = railsim.SignatureProbe
	Unsigned         = railsim.Unsigned
	UnsignedErrors   = railsim.UnsignedErrors
	SkewedClock      = railsim.SkewedClock
	Down             = railsim.Down
	LoseRequest      = railsim.LoseRequest
	LoseAnswer       = railsim.LoseAnswer
	ChargeLose       = railsim.ChargeLose
	CutMidAnswer     = railsim.CutMidAnswer
	Late             = railsim.Late
	Twice            = railsim.Twice
	GarbageAfter     = railsim.GarbageAfter
	PayBeforeClose   = railsim.PayBeforeClose
	WithCoupon       = railsim.WithCoupon
	MerchantShort    = railsim.MerchantShort
	RefundLate       = railsim.RefundLate
	RefundStays      = railsim.RefundStays
	RefundAbnormal   = railsim.RefundAbnormal
	RefundClosed     = railsim.RefundClosed
	RefundUnfunded   = railsim.RefundUnfunded
	WrongRefund      = railsim.WrongRefund
	BillLacks        = railsim.BillLacks
	BillExtra        = railsim.BillExtra
	BillWrongAmount  = railsim.BillWrongAmount
	BillWrongFee     = railsim.BillWrongFee
	BillWrongRefund  = railsim.BillWrongRefund
	BillWrongHash    = railsim.BillWrongHash
)

// ErrNothingToConfirm is railsim.ErrNothingToConfirm.
var ErrNothingToConfirm = railsim.ErrNothingToConfirm
