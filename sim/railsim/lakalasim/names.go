package lakalasim

import "till/sim/railsim"

// The names of the core that a user of this gateway needs, so that one import
// is enough.
type (
	Clock      = railsim.Clock
	Event      = railsim.Event
	Call       = railsim.Call
	Word       = railsim.Word
	Act        = railsim.Act
	Behaviour  = railsim.Behaviour
	Help       = railsim.Help
	State      = railsim.State
	Order      = railsim.Order
	RefundView = railsim.RefundView
	Wallet     = railsim.Wallet
)

// The calls.
const (
	Any         = railsim.Any
	Pay         = railsim.Pay
	Query       = railsim.Query
	Reverse     = railsim.Reverse
	Preorder    = Call("preorder") // a link for the customer to scan
	Close       = railsim.Close
	Refund      = railsim.RefundCall
	RefundQuery = railsim.RefundQuery
)
