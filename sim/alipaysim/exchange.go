package alipaysim

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// exchange is one request from arrival to the bytes that leave. It returns an
// error only if the context ended while a late answer waited.
func (g *Gateway) exchange(ctx context.Context, r *request) (wire, error) {
	if r.path != gatePath {
		g.note(Rejected, "", "", "no "+printable(r.path, 100))
		return wire{status: http.StatusNotFound, header: http.Header{}}, nil
	}
	f, formError := parseForm(r)
	call := methods[f["method"]]
	number := peekNumber(f["biz_content"])
	var b Behaviour
	g.do(func(time.Time) { b = g.take(call) })
	if b.has(Down) {
		return wire{fate: refused}, nil
	}
	if b.has(LoseRequest) {
		g.note(RequestLost, call, number, "")
		return g.leave(ctx, b, wire{fate: silent})
	}
	var a answer
	if formError != nil {
		g.note(Rejected, call, number, formError.Error())
		a = failure(gateError("40002", "isv.invalid-parameter", ""))
	} else {
		a = g.process(r, f, call, number, b)
	}
	if act, ok := b.act(AnswerError); ok {
		a = failure(chosenError(act))
	}
	a.member = "error_response"
	if call != "" {
		a.member = strings.ReplaceAll(f["method"], ".", "_") + "_response"
	}
	a.bare = f["app_id"] != g.cfg.AppID
	w := g.encode(a, b)
	if b.has(LoseAnswer, ChargeLose, SlowCharge, ArrivesLate) {
		w = wire{fate: silent}
	}
	w, err := g.leave(ctx, b, w)
	if err != nil || w.fate == silent {
		g.note(AnswerCut, call, number, "")
		return w, err
	}
	g.note(Answered, call, number, a.summary())
	return w, nil
}

func (g *Gateway) note(kind EventKind, call Call, order, detail string) {
	g.do(func(now time.Time) { g.happened(now, kind, call, order, detail) })
}

// leave waits as long as the behaviour says.
func (g *Gateway) leave(ctx context.Context, b Behaviour, w wire) (wire, error) {
	if act, ok := b.act(Late); ok {
		if err := g.clock.Sleep(ctx, act.After); err != nil {
			return wire{fate: silent}, err
		}
	}
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
func (g *Gateway) process(r *request, f form, call Call, number string, b Behaviour) answer {
	broken, html := b.act(HTML502)
	if html && !broken.Done {
		g.note(Rejected, call, number, "refused by behaviour")
		return badGateway()
	}
	if bad := g.authenticate(r, f); bad != nil {
		g.note(Rejected, call, number, bad.sub)
		return failure(bad)
	}
	handle, complaint := g.prepare(call, f["biz_content"], b)
	if complaint != "" {
		g.note(Rejected, call, number, subParameter+" "+complaint)
		return failure(gateError("40004", subParameter, complaint))
	}
	g.note(Received, call, number, "")
	act := b.aboutOrder()
	switch {
	case act.Word == Decline && call != Pay:
		return failure(chosenError(act))
	case act.Word == SystemError && !act.Done && call != Pay:
		return failure(unavailable())
	case act.Word == ArrivesLate:
		g.do(func(now time.Time) {
			g.later(now.Add(act.After), func(t time.Time) { handle(t) })
		})
		return failure(unavailable()) // cut anyway
	}
	var a answer
	g.do(func(now time.Time) { a = handle(now) })
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
	return func(now time.Time) answer { return g.close(t, now) }, bad
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
