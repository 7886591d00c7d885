package wechatpay

import (
	"encoding/json"
	"fmt"
	"strings"

	"till/txn"
	"till/txn/money"
	"till/txn/rail"
)

// bodyMax is the longest answer that is looked into: 64 KiB (house.md 8). The
// longest real one, an order with all its coupons, has a few.
const bodyMax = 64 << 10

// answer is every field that this package looks at, of every call.
type answer struct {
	AppID         string `json:"appid"`
	MchID         string `json:"mchid"`
	OutTradeNo    string `json:"out_trade_no"`
	TransactionID string `json:"transaction_id"`
	TradeState    string `json:"trade_state"`
	StateDesc     string `json:"trade_state_desc"`
	SuccessTime   string `json:"success_time"`
	CodeURL       string `json:"code_url"`
	Recall        string `json:"recall"`
	Code          string `json:"code"`
	Message       string `json:"message"`
	Amount        *struct {
		Total    *int64 `json:"total"`
		Currency string `json:"currency"`
	} `json:"amount"`
}

// Read implements rail.Rail. What it makes of an answer stands in the package's
// Decisions; what each code means, in codes.go.
func (w *Rail) Read(call txn.Call, a txn.Ask, r rail.Response, at txn.Wall) txn.Answered {
	out := txn.Answered{Order: a.Order, Call: call, Code: fmt.Sprintf("HTTP %d", r.Status)}
	ans, readable := parse(r.Body)
	switch {
	case ans.Code != "":
		out.Code, out.Text = clip(ans.Code), rail.Clean(ans.Message)
	case ans.TradeState != "":
		out.Code, out.Text = clip(ans.TradeState), rail.Clean(ans.StateDesc)
	}
	switch how := check(w.cfg.Verifier, r, at); {
	case how != trusted:
		doubt(&out, how, r.Status, ans)
	case r.Status == 204:
		empty(&out)
	case r.Status == 429 || r.Status >= 500: // whatever the body is
		failure(&out, r.Status, ans)
	case !readable: // nothing real is signed and broken; a proxy may be at work
		set(&out, verdict{cause: txn.CauseOther, fault: rail.FaultBroken, again: begins(call)})
	case ans.Code != "" || r.Status < 200 || r.Status > 299:
		failure(&out, r.Status, ans)
	case r.Status != 200: // 202 is "accepted, not done"; at most it tells who is waited for
		set(&out, nothing)
		if ans.TradeState == "USERPAYING" && call != txn.CallShow && w.ours(call, a, ans) {
			set(&out, acting)
		}
	case call == txn.CallShow:
		shown(&out, a, ans)
	case !w.ours(call, a, ans):
		set(&out, verdict{cause: txn.CauseForeign, fault: rail.FaultForeign, again: begins(call)})
	case call == txn.CallReverse:
		reversed(&out, ans)
	default:
		settled(&out, a, ans)
	}
	return out
}

// begins reports whether a call makes an order: when its answer says nothing, the
// order is asked for at once.
func begins(call txn.Call) bool { return call == txn.CallPay || call == txn.CallShow }

func parse(body []byte) (answer, bool) {
	var ans answer
	if len(body) > bodyMax || json.Unmarshal(body, &ans) != nil {
		return answer{}, false
	}
	return ans, true
}

// clip keeps a code that looks like one, and a short piece of any other.
func clip(code string) string {
	const codeMax = 32 // string(32) in the pages
	code = rail.Clean(code)
	if r := []rune(code); len(r) > codeMax {
		code = string(r[:codeMax])
	}
	return code
}

func set(out *txn.Answered, v verdict) {
	out.Outcome, out.Cause, out.Fault = v.outcome, v.cause, v.fault
	out.Again, out.Undo, out.Refunded = v.again, v.undo, v.back
}

// doubt folds an answer that is not believed. It decides nothing but by the
// list of codes that cannot hide a charge, which has one row: see Decisions.
func doubt(out *txn.Answered, how trust, status int, ans answer) {
	v := verdict{cause: txn.CauseUntrusted, fault: rail.FaultUntrusted, again: begins(out.Call)}
	said, _ := judge(out.Call, ans.Code, ans.Message)
	switch {
	case how == stale:
		v.cause, v.fault = txn.CauseClockWrong, txn.FaultSkewed
	case how == wrong:
	case status == 401 && same(ans.Code, "SIGN_ERROR"):
		v = said
	case said.cause == txn.CauseClockWrong:
		v.cause, v.fault = said.cause, said.fault
	case status == 429:
		v = verdict{cause: txn.CauseBusy}
	case status >= 500:
		v = verdict{cause: txn.CauseGatewayDown}
	}
	set(out, v)
}

// empty folds a believed 204. Nothing in it says whose order it is about, so it
// ends a reversal or a closing, which a query confirms, and nothing else.
func empty(out *txn.Answered) {
	out.Code, out.Text = "HTTP 204", ""
	if out.Call == txn.CallReverse || out.Call == txn.CallClose {
		set(out, undone)
		return
	}
	set(out, nothing)
}

// failure folds a believed answer that has a code or a status outside 2xx.
func failure(out *txn.Answered, status int, ans answer) {
	v, known := judge(out.Call, ans.Code, ans.Message)
	switch {
	case status == 429:
		v = verdict{cause: txn.CauseBusy}
	case status >= 500 && (!known || v.outcome != txn.Pending && v.outcome != txn.Unknown):
		v = verdict{cause: txn.CauseGatewayDown} // a server that fails has decided nothing
	}
	set(out, v)
}

// ours reports whether an answer is about this order, merchant and amount. What
// the pages call optional may be missing; nothing may differ.
func (w *Rail) ours(call txn.Call, a txn.Ask, ans answer) bool {
	switch {
	case ans.OutTradeNo != string(a.Order), ans.MchID != w.cfg.MchID,
		ans.AppID != "" && ans.AppID != w.cfg.AppID:
		return false
	case call == txn.CallReverse || ans.Amount == nil:
		return true
	case ans.Amount.Total != nil && *ans.Amount.Total != a.Amount.Minor():
		return false
	}
	return ans.Amount.Currency == "" || money.Currency(ans.Amount.Currency) == a.Amount.Currency()
}

// settled folds the trade_state of an order that is ours.
func settled(out *txn.Answered, a txn.Ask, ans answer) {
	v := verdict{cause: txn.CauseOther, again: begins(out.Call)} // no state, or a new one
	for _, r := range states {
		if r.code == ans.TradeState {
			v = r.verdict(out.Call)
		}
	}
	if a.Shown && v.undo { // the code can still be paid, until it is closed
		v = verdict{outcome: txn.Pending, cause: v.cause}
	}
	switch {
	case v.outcome != txn.Approved && !v.back:
	case ans.Amount == nil || ans.Amount.Total == nil:
		v = verdict{cause: txn.CauseForeign, fault: rail.FaultForeign, again: begins(out.Call)}
	case rail.Token(ans.TransactionID, idMax):
		out.Reference = txn.Reference(ans.TransactionID)
	}
	set(out, v)
}

// reversed folds the answer to a reversal of an order that is ours. It has no
// trade_state; should it have one, that is what the order is.
func reversed(out *txn.Answered, ans answer) {
	state := ans.TradeState
	switch recall := strings.ToUpper(ans.Recall); {
	case state != "" && state != "REVOKED" && state != "CLOSED" && state != "REFUND":
		set(out, nothing)
	case recall == "Y":
		set(out, verdict{outcome: txn.Pending, cause: txn.CauseGatewayDown, again: true})
	case recall == "N", recall == "":
		out.Code = ""
		set(out, undone)
	default:
		out.Code = clip("recall=" + ans.Recall)
		set(out, nothing)
	}
}
