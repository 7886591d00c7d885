package alipaysim

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
	Cancel      = railsim.Cancel
	Refund      = railsim.RefundCall
	RefundQuery = railsim.RefundQuery
	Precreate   = railsim.Precreate
	Close       = railsim.Close
)

// The words: Behaviours says what they mean.
const (
	Approve          = railsim.Approve
	Decline          = railsim.Decline
	Password         = railsim.Password
	PasswordThenFail = railsim.PasswordThenFail
	SystemError      = railsim.SystemError
	SlowCharge       = railsim.SlowCharge
	ArrivesLate      = railsim.ArrivesLate
	PayAfterLast     = railsim.PayAfterLast
	NotFound         = railsim.NotFound
	RetryAgain       = railsim.RetryAgain
	MerchantShort    = railsim.MerchantShort
	RefundLost       = railsim.RefundLost
	RefundLate       = railsim.RefundLate
	HTML502          = railsim.HTML502
	AnswerError      = railsim.AnswerError
	WrongOrder       = railsim.WrongOrder
	WrongAmount      = railsim.WrongAmount
	Huge             = railsim.Huge
	DuplicateMember  = railsim.DuplicateMember
	DuplicateInside  = railsim.DuplicateInside
	WrongSignature   = railsim.WrongSignature
	Unsigned         = railsim.Unsigned
	UnsignedErrors   = railsim.UnsignedErrors
	Down             = railsim.Down
	LoseRequest      = railsim.LoseRequest
	LoseAnswer       = railsim.LoseAnswer
	ChargeLose       = railsim.ChargeLose
	CutMidAnswer     = railsim.CutMidAnswer
	Late             = railsim.Late
	PayBeforeClose   = railsim.PayBeforeClose
)

// ErrNothingToConfirm is railsim.ErrNothingToConfirm.
var ErrNothingToConfirm = railsim.ErrNothingToConfirm
