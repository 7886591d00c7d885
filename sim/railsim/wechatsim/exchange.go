package wechatsim

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"till/sim/railsim"
)

// exchange is one request from arrival to the bytes that leave. It returns an
// error only if the context ended while a late answer waited.
func (g *Gateway) exchange(ctx context.Context, in *railsim.Request) (railsim.Wire, error) {
	r := read(in)
	at, known := routeOf(r.method, r.path)
	var b Behaviour
	if known {
		b = g.Take(at.call)
	}
	number := at.order
	if at.call == Pay || at.call == Native || at.call == RefundPay {
		number = peekNumber(r.body)
	}
	if b.Has(Down) {
		return railsim.Wire{Fate: railsim.Refused}, nil
	}
	if b.Has(LoseRequest) {
		g.Note(RequestLost, at.call, number, "")
		return g.Leave(ctx, b, railsim.Wire{Fate: railsim.Silent})
	}
	var a answer
	if known {
		a = g.process(r, at, number, b)
	} else {
		a = g.stranger(r, b)
	}
	if act, ok := b.Act(AnswerError); ok {
		a = failure(chosenError(act))
	}
	w := g.encode(a, b)
	w, err := g.Leave(ctx, b, w)
	if err != nil || w.Fate == railsim.Silent {
		g.Note(AnswerCut, at.call, number, "")
		return w, err
	}
	g.Note(Answered, at.call, number, a.summary())
	return w, nil
}

// summary is the answer in a few words of the log.
func (a answer) summary() string {
	var s strings.Builder
	s.WriteString(http.StatusText(a.status))
	if a.reply != nil {
		for _, more := range []string{a.reply.Code, string(a.reply.TradeState)} {
			if more != "" {
				s.WriteString(" " + more)
			}
		}
	}
	if r, ok := a.other.(*refundReply); ok {
		s.WriteString(" " + string(r.Status))
	}
	return s.String()
}

// now is the gateway's time with the skew of the behaviour.
func (g *Gateway) now(b Behaviour) time.Time {
	act, _ := b.Act(SkewedClock)
	return g.Clock().Now().Add(act.After)
}

// stranger answers an address that does not exist: signed 404, if at least
// the request was.
func (g *Gateway) stranger(r *request, b Behaviour) answer {
	if err := g.authenticate(r, g.now(b)); err != nil {
		g.Note(Rejected, "", "", err.Error())
		return failure(newError(codeSign))
	}
	g.Note(Rejected, "", "", "no "+r.method+" "+railsim.Printable(r.path, 100))
	return failure(newError(codeNotFound))
}

// process verifies, decodes and handles a request for a known address.
func (g *Gateway) process(r *request, at route, number string, b Behaviour) answer {
	if a, refuses := early(b); refuses {
		g.Note(Rejected, at.call, number, "refused by behaviour")
		return a
	}
	if err := g.authenticate(r, g.now(b)); err != nil {
		g.Note(Rejected, at.call, number, err.Error())
		return failure(newError(codeSign))
	}
	handle, bad := g.prepare(r, at, b)
	if bad != nil {
		g.Note(Rejected, at.call, number, strings.TrimSpace(bad.code+" "+bad.field+" "+bad.issue))
		return failure(bad)
	}
	g.Note(Received, at.call, number, "")
	if act, ok := b.Act(Decline); ok && at.call != Pay {
		return failure(chosenError(act))
	}
	if act, ok := b.Act(SystemError); ok && !act.Done && at.call != Pay {
		return failure(newError(codeSystem))
	}
	if act, ok := b.Act(ArrivesLate); ok {
		g.Locked(func(now time.Time) {
			g.Later(now.Add(act.After), func(t time.Time) { handle(t) })
		})
		return answer{}
	}
	var a answer
	g.Locked(func(now time.Time) { a = handle(now) })
	if b.Has(SystemError) && at.call != Pay {
		return failure(newError(codeSystem))
	}
	if b.Has(HTML502) {
		return badGateway()
	}
	return a
}

// early are the answers of whatever stands before the gateway.
func early(b Behaviour) (answer, bool) {
	act, _ := b.Act(HTML502)
	switch {
	case b.Has(HTML502) && !act.Done:
		return badGateway(), true
	case b.Has(HTTP429):
		return answer{status: http.StatusTooManyRequests, failed: true}, true
	case b.Has(Frequency):
		return failure(newError(codeFrequency)), true
	case b.Has(Maintenance):
		e := newError(codeSystem)
		e.status, e.message = http.StatusServiceUnavailable, "系统维护中，请稍后重试"
		a := failure(e)
		a.signed = false
		return a, true
	}
	return answer{}, false
}

func badGateway() answer {
	return answer{
		status: http.StatusBadGateway, failed: true, kind: "text/html",
		body: []byte("<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n" +
			"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n" +
			"</body>\r\n</html>\r\n"),
	}
}

// prepare decodes and checks a request and returns what handles it, to be
// called under the lock.
func (g *Gateway) prepare(r *request, at route, b Behaviour) (
	func(now time.Time) answer, *apiError,
) {
	if bad := r.checkHeaders(); bad != nil {
		return nil, bad
	}
	switch at.call {
	case Pay:
		p, bad := g.readPay(r.body, true)
		return func(now time.Time) answer { return g.pay(p, b, now) }, bad
	case Native:
		p, bad := g.readPay(r.body, false)
		return func(now time.Time) answer { return g.native(p, b, now) }, bad
	case Query:
		merchant := r.query.Get("mchid")
		if merchant == "" {
			return nil, paramError("/mchid", "is missing")
		}
		return func(time.Time) answer { return g.query(at, merchant, b) }, nil
	case Reverse:
		bad := g.readUndo(r.body, true)
		return func(now time.Time) answer { return g.reverse(at.order, b, now) }, bad
	}
	return g.prepareMore(r, at, b)
}

func (g *Gateway) prepareMore(r *request, at route, b Behaviour) (
	func(now time.Time) answer, *apiError,
) {
	switch at.call {
	case RefundPay:
		p, bad := readRefund(r.body)
		return func(now time.Time) answer { return g.refund(p, b, now) }, bad
	case RefundQuery:
		return func(time.Time) answer { return g.refundQuery(at.refund, b) }, nil
	case RefundHung:
		p, bad := g.readHung(r.body)
		return func(now time.Time) answer { return g.hung(at.byID, p, now) }, bad
	case FundBalance:
		return func(time.Time) answer { return g.balance(at.account) }, nil
	case TradeBill:
		if r.path == billFilePath {
			return func(now time.Time) answer { return g.fetchBill(r.query.Get("token"), now) }, nil
		}
		p, bad := readBill(r)
		return func(now time.Time) answer { return g.tradeBill(p, b, now) }, bad
	}
	bad := g.readUndo(r.body, false)
	return func(now time.Time) answer { return g.close(at.order, b, now) }, bad
}

// checkHeaders demands what the v3 rules demand of every request (doc.go S1).
func (r *request) checkHeaders() *apiError {
	missing := newError(codeParam)
	missing.message = "Http头缺少Accept或User-Agent"
	switch {
	case r.accept == "" || r.userAgent == "":
		return missing
	case r.method == http.MethodPost && !strings.HasPrefix(r.contentType, "application/json"):
		return paramError("Content-Type", "is not application/json")
	}
	return nil
}

// peekNumber finds the order number in a body that nobody has checked, for the
// log and for scripts.
func peekNumber(body []byte) string {
	var peek struct {
		Number string `json:"out_trade_no"`
	}
	if json.Unmarshal(body, &peek) != nil {
		return ""
	}
	return peek.Number
}
