package lakalasim

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"till/sim/railsim"
)

// Root is the path of the gateway's address: "https://host/api".
const Root = "/api"

// paths are the calls by their addresses behind Root (rails.md 4).
var paths = map[string]Call{
	"/v3/labs/trans/micropay":           Pay,
	"/v3/labs/trans/preorder":           Preorder,
	"/v3/labs/query/tradequery":         Query,
	"/v3/labs/relation/revoked":         Reverse,
	"/v3/labs/relation/close":           Close,
	"/v3/rfd/refund_front/refund":       Refund,
	"/v3/rfd/refund_front/refund_query": RefundQuery,
}

// exchange is one request from arrival to the bytes that leave. It returns an
// error only if the context ended while a late answer waited.
func (g *Gateway) exchange(ctx context.Context, r *railsim.Request) (railsim.Wire, error) {
	call := paths[strings.TrimPrefix(r.Path, Root)]
	if call == "" || !strings.HasPrefix(r.Path, Root) || r.Method != http.MethodPost || r.Query != "" {
		g.Note(railsim.Rejected, "", "", "no "+r.Method+" "+railsim.Printable(r.Path, 100))
		return railsim.Wire{Status: http.StatusNotFound, Header: http.Header{}}, nil
	}
	number := peekNumber(r.Body)
	b := g.Take(call)
	if b.Has(railsim.Down) {
		return railsim.Wire{Fate: railsim.Refused}, nil
	}
	if b.Has(railsim.LoseRequest) {
		g.Note(railsim.RequestLost, call, number, "")
		return g.Leave(ctx, b, railsim.Wire{Fate: railsim.Silent})
	}
	a := g.process(r, call, number, b)
	if act, ok := b.Act(railsim.AnswerError); ok {
		a = refusal(act.Code)
	}
	if a.code == codeDone && (call == Refund || call == RefundQuery) {
		a.code = codeRefundDone
	}
	w, err := g.Leave(ctx, b, g.encode(a, b))
	if err != nil || w.Fate == railsim.Silent {
		g.Note(railsim.AnswerCut, call, number, "")
		return w, err
	}
	g.Note(railsim.Answered, call, number, a.summary())
	return w, nil
}

// process verifies, decodes and handles a request.
func (g *Gateway) process(r *railsim.Request, call Call, number string, b Behaviour) answer {
	broken, html := b.Act(railsim.HTML502)
	page := answer{status: http.StatusBadGateway, html: true}
	if html && !broken.Done {
		g.Note(railsim.Rejected, call, number, "refused by behaviour")
		return page
	}
	if err := g.authenticate(r, g.Clock().Now()); err != nil {
		g.Note(railsim.Rejected, call, number, err.Error())
		return answer{status: http.StatusUnauthorized, code: codeSignature, bare: true}
	}
	asked, complaint := g.read(call, r.Body)
	if complaint != "" {
		g.Note(railsim.Rejected, call, number, complaint)
		return answer{code: codeParameter, msg: texts[codeParameter] + " " + complaint}
	}
	g.Note(railsim.Received, call, number, "")
	act := b.AboutOrder()
	unknown := refusal(codeTimeout)
	if call == Refund || call == RefundQuery {
		unknown = refusal(codeRefundTimeout)
	}
	switch {
	case act.Word == railsim.Decline && call != Pay:
		return refusal(act.Code)
	case act.Word == railsim.SystemError && !act.Done && call != Pay:
		return unknown
	case act.Word == railsim.ArrivesLate:
		g.Locked(func(now time.Time) {
			g.Later(now.Add(act.After), func(t time.Time) { g.handle(call, asked, b, t) })
		})
		return unknown // cut anyway
	}
	var a answer
	g.Locked(func(now time.Time) { a = g.handle(call, asked, b, now) })
	switch {
	case act.Word == railsim.SystemError:
		return unknown
	case html:
		return page
	}
	return a
}

// handle does what a request asks. Under the lock.
func (g *Gateway) handle(call Call, r request, b Behaviour, now time.Time) answer {
	switch call {
	case Pay:
		return g.pay(r, b, now)
	case Preorder:
		return g.preorder(r, now)
	case Query:
		return g.query(r, b, now)
	case Reverse:
		return g.revoke(r, b, now)
	case Close:
		return g.close(r, now)
	case Refund:
		return g.refund(r, b, now)
	}
	return g.refundQuery(r, b)
}

// peekNumber finds the number of the sale in a body that nobody has checked, for
// the log and for scripts.
func peekNumber(body []byte) string {
	var peek struct {
		Data struct {
			Number string `json:"out_trade_no"`
			Origin string `json:"origin_out_trade_no"`
		} `json:"req_data"`
	}
	if json.Unmarshal(body, &peek) != nil {
		return ""
	}
	if peek.Data.Origin != "" {
		return railsim.Printable(peek.Data.Origin, 32)
	}
	return railsim.Printable(peek.Data.Number, 32)
}
