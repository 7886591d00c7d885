// Package railwire carries a rail's requests to the twin of its gateway without a
// socket, and has what stands in for RSA on both sides of that wire where many
// thousand payments are made a second (decisions.md 16).
package railwire

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"slices"

	"till/sim/railsim"
	"till/txn/rail"
)

// Gateway is a twin.
type Gateway interface {
	Do(context.Context, *http.Request) (*http.Response, error)
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
