package alipaysim

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
func (g *Gateway) exchange(ctx context.Context, r *railsim.Request) (railsim.Wire, error) {
	if r.Path != gatePath {
		g.Note(Rejected, "", "", "no "+railsim.Printable(r.Path, 100))
		return railsim.Wire{Status: http.StatusNotFound, Header: http.Header{}}, nil
	}
	f, formError := parseForm(r)
	call := methods[f["method"]]
	number := peekNumber(f["biz_content"])
	b := g.Take(call)
	if b.Has(Down) {
		return railsim.Wire{Fate: railsim.Refused}, nil
	}
	if b.Has(LoseRequest) {
		g.Note(RequestLost, call, number, "")
		return g.Leave(ctx, b, railsim.Wire{Fate: railsim.Silent})
	}
	var a answer
	if formError != nil {
		g.Note(Rejected, call, number, formError.Error())
		a = failure(gateError("40002", "isv.invalid-parameter", ""))
	} else {
		a = g.process(r, f, call, number, b)
	}
	if act, ok := b.Act(AnswerError); ok {
		a = failure(chosenError(act))
	}
	a.member = "error_response"
	if call != "" {
		a.member = strings.ReplaceAll(f["method"], ".", "_") + "_response"
	}
	a.bare = f["app_id"] != g.cfg.AppID
	w := g.encode(a, b)
	w, err := g.Leave(ctx, b, w)
	if err != nil || w.Fate == railsim.Silent {
		g.Note(AnswerCut, call, number, "")
		return w, err
	}
	g.Note(Answered, call, number, a.summary())
	return w, nil
}

// summary is the answer in a few words of the log.
func (a answer) summary() string {
	if a.reply == nil {
		return http.StatusText(a.status)
	}
	r := a.reply
	return strings.Join(strings.Fields(strings.Join([]string{r.Code, r.SubCode,
		string(r.TradeStatus), r.Action, r.RetryFlag, r.FundChange, r.RefundStatus}, " ")), " ")
}

// process verifies, decodes and handles a request.
func (g *Gateway) process(r *railsim.Request, f form, call Call, number string, b Behaviour) answer {
	broken, html := b.Act(HTML502)
	if html && !broken.Done {
		g.Note(Rejected, call, number, "refused by behaviour")
		return badGateway()
	}
	if bad := g.authenticate(r, f); bad != nil {
		g.Note(Rejected, call, number, bad.sub)
		return failure(bad)
	}
	handle, complaint := g.prepare(call, f["biz_content"], b)
	if complaint != "" {
		g.Note(Rejected, call, number, subParameter+" "+complaint)
		return failure(gateError("40004", subParameter, complaint))
	}
	g.Note(Received, call, number, "")
	act := b.AboutOrder()
	switch {
	case act.Word == Decline && call != Pay:
		return failure(chosenError(act))
	case act.Word == SystemError && !act.Done && call != Pay:
		return failure(unavailable())
	case act.Word == ArrivesLate:
		g.Locked(func(now time.Time) {
			g.Later(now.Add(act.After), func(t time.Time) { handle(t) })
		})
		return failure(unavailable()) // cut anyway
	}
	var a answer
	g.Locked(func(now time.Time) { a = handle(now) })
	switch {
	case act.Word == SystemError && call != Pay:
		return failure(unavailable())
	case html:
		return badGateway()
	}
	return a
}

// prepare decodes and checks biz_content and returns what handles it, to be
// called under the lock, or a complaint.
func (g *Gateway) prepare(call Call, content string, b Behaviour) (
	func(now time.Time) answer, string,
) {
	switch call {
	case Pay:
		p, bad := readPay(content, true)
		return func(now time.Time) answer { return g.pay(p, b, now) }, bad
	case Precreate:
		p, bad := readPay(content, false)
		return func(now time.Time) answer { return g.precreate(p, now) }, bad
	case Refund:
		r, bad := readRefund(content)
		return func(now time.Time) answer { return g.refund(r, b, now) }, bad
	case RefundQuery:
		r, bad := readRefundQuery(content)
		return func(time.Time) answer { return g.refundQuery(r, b) }, bad
	}
	t, bad := readTarget(content)
	switch call {
	case Query:
		return func(now time.Time) answer { return g.query(t, b, now) }, bad
	case Cancel:
		return func(now time.Time) answer { return g.cancel(t, b, now) }, bad
	}
	return func(now time.Time) answer { return g.close(t, b, now) }, bad
}

func badGateway() answer {
	return answer{
		status: http.StatusBadGateway, failed: true,
		body: []byte("<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n" +
			"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>spanner</center>\r\n" +
			"</body>\r\n</html>\r\n"),
	}
}

// peekNumber finds the order number in a content that nobody has checked, for
// the log and for scripts.
func peekNumber(content string) string {
	var peek struct {
		Number string `json:"out_trade_no"`
	}
	if json.Unmarshal([]byte(content), &peek) != nil {
		return ""
	}
	return peek.Number
}
