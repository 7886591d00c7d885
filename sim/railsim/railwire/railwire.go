// Package railwire carries a rail's requests to the twin of its gateway, for tests
// that need no socket.
package railwire

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"till/sim/railsim"
	"till/txn"
	"till/txn/rail"
	"till/txn/rail/railtest"
)

// Gateway is a twin.
type Gateway interface {
	Do(context.Context, *http.Request) (*http.Response, error)
	Ledger() []railsim.Posting
}

// Exchange brings a request to the twin once, and its answer back or a silence.
// The error is that r is no HTTP request, or that the twin cannot be read.
func Exchange(ctx context.Context, g Gateway, r rail.Request) (rail.Response, *rail.Silence, error) {
	req, err := http.NewRequestWithContext(ctx, r.Method, r.URL, bytes.NewReader(r.Body))
	if err != nil {
		return rail.Response{}, nil, err
	}
	for _, h := range r.Header {
		req.Header.Add(h[0], h[1])
	}
	answer, err := g.Do(ctx, req)
	if err != nil {
		return rail.Response{}, &rail.Silence{Fault: rail.FaultBroken, Sent: railsim.IsCut(err)}, nil
	}
	body, err := io.ReadAll(answer.Body)
	switch {
	case railsim.IsCut(err):
		return rail.Response{}, &rail.Silence{Fault: rail.FaultBroken, Sent: true}, nil
	case err != nil:
		return rail.Response{}, nil, err
	}
	out := rail.Response{Status: answer.StatusCode, Body: body}
	for _, name := range slices.Sorted(maps.Keys(answer.Header)) {
		for _, v := range answer.Header[name] {
			out.Header = append(out.Header, [2]string{name, v})
		}
	}
	return out, nil, nil
}

// Kit is Exchange as package railtest wants it.
func Kit(g Gateway, r rail.Request) (rail.Response, error) {
	answer, silence, err := Exchange(context.Background(), g, r)
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
