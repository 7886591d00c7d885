// Package railkit shows a twin to the kit that every rail must pass.
package railkit

import (
	"context"
	"strings"

	"till/sim/railsim"
	"till/sim/railsim/railwire"
	"till/txn"
	"till/txn/rail"
	"till/txn/rail/railtest"
)

// Gateway is a twin whose books can be read.
type Gateway interface {
	railwire.Gateway
	Ledger() []railsim.Posting
}

// Exchange is railwire.Exchange as package railtest wants it.
func Exchange(g Gateway, r rail.Request) (rail.Response, error) {
	answer, silence, err := railwire.Exchange(context.Background(), g, r)
	if silence != nil {
		err = &railtest.Lost{Sent: silence.Sent}
	}
	return answer, err
}

// Books counts what a sale took from wallets, and what came back to them.
func Books(g Gateway, o txn.OrderNo) railtest.Books {
	var b railtest.Books
	for _, p := range g.Ledger() {
		if p.Order != string(o) {
			continue
		}
		if strings.HasPrefix(p.Debit, "wallet/") {
			b.Charged += p.Fen
		}
		if strings.HasPrefix(p.Credit, "wallet/") {
			b.Returned += p.Fen
		}
	}
	return b
}
