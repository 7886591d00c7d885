package railsim

import (
	"context"
	"net/http"
)

// Gateway is any twin, for benches that hold several.
type Gateway interface {
	http.Handler // over a socket
	http.RoundTripper
	Do(ctx context.Context, r *http.Request) (*http.Response, error) // without one

	Name() string
	OnEvent(listener func(Event))
	Log() []string

	SetText(behaviour string) error
	Clear()
	Current() []Behaviour
	Behaviours() []Help

	Orders() []Order
	Order(number string) (Order, bool)
	Refunds() []RefundView
	Wallet(name string) *Wallet

	Available() int64 // fen that the merchant can refund from
	TopUp(fen int64)
	PayOut(fen int64)
	SetAvailable(fen int64)

	Settle()
	CheckBooks() error
}
