package alipay

import (
	"encoding/json"
	"fmt"
	"strings"

	"till/txn"
	"till/txn/money"
	"till/txn/rail"
)

// answer is every field that this package looks at, of every call. Amounts are
// yuan.
type answer struct {
	Code    string `json:"code"`
	Msg     string `json:"msg"`
	SubCode string `json:"sub_code"`
	SubMsg  string `json:"sub_msg"`

	OutTradeNo    string `json:"out_trade_no"`
	TradeNo       string `json:"trade_no"`
	TradeStatus   string `json:"trade_status"`
	TotalAmount   string `json:"total_amount"`
	TransCurrency string `json:"trans_currency"`
	SendPayDate   string `json:"send_pay_date"`
	Available     string `json:"available_amount"`

	RetryFlag string `json:"retry_flag"`
	Action    string `json:"action"`
	QRCode    string `json:"qr_code"`

	OutRequestNo string `json:"out_request_no"`
	FundChange   string `json:"fund_change"`
	RefundFee    string `json:"refund_fee"` // all refunds of the trade together
	RefundAmount string `json:"refund_amount"`
	RefundStatus string `json:"refund_status"`
	RefundItems  []struct {
		FundChannel string `json:"fund_channel"`
	} `json:"refund_detail_item_list"`
	Buyer     string `json:"present_refund_buyer_amount"`
	Discount  string `json:"present_refund_discount_amount"`
	MDiscount string `json:"present_refund_mdiscount_amount"`

	failed bool // it came as error_response
}

// done is the one code that says that a call was done (rails.md 2.2). It says
// nothing about money. It is never compared but here: 10003 is not it.
func (a answer) done() bool { return a.Code == "10000" && !a.failed }

// Read implements rail.Rail. What it makes of an answer stands in the package's
// Decisions; what each code means, in codes.go.
func (p *Rail) Read(call txn.Call, a txn.Ask, r rail.Response, _ txn.Wall) txn.Answered {
	switch call {
	case txn.CallPay:
		return p.read(call, methodPay, payCodes, a, r, payAnswer)
	case txn.CallQuery:
		out := p.read(call, methodQuery, queryCodes, a, r, queryAnswer)
		if a.Shown && out.Outcome == txn.Unknown && out.Cause == txn.CauseNoSuchOrder {
			out.Outcome, out.Cause = txn.Pending, txn.CausePayerActing // nobody has scanned
		}
		return out
	case txn.CallShow:
		return p.read(call, methodPrecreate, payCodes, a, r, showAnswer)
	case txn.CallClose:
		return p.read(call, methodCancel, closeCodes, a, r, closeAnswer)
	}
	return p.read(call, methodCancel, cancelCodes, a, r, cancelAnswer)
}

// read folds what all calls about an order have in common; fold gets the answer
// to a call that was done and is about our order.
func (p *Rail) read(
	call txn.Call, method string, table []code[verdict], a txn.Ask, r rail.Response,
	fold func(*txn.Answered, txn.Ask, answer) verdict,
) txn.Answered {
	out := txn.Answered{Order: a.Order, Call: call}
	ans, why := p.admit(method, r)
	out.Code, out.Text = name(ans, r.Status), words(ans)
	var v verdict
	switch {
	case why.cause != txn.CauseNone:
		v = verdict{cause: why.cause, fault: why.fault}
		v.again = begins(call) && why.fault != ""
	case !ans.done() && (ans.OutTradeNo == "" || ans.OutTradeNo == string(a.Order)):
		v = judge(call, table, ans)
	case !echoes(a, ans):
		v = foreign(call)
	default:
		v = fold(&out, a, ans)
	}
	out.Outcome, out.Cause, out.Fault, out.Again = v.outcome, v.cause, v.fault, v.again
	return out
}

// refusal is why an answer is not looked into; the zero refusal is none.
type refusal struct {
	cause txn.Cause
	fault txn.FaultCode
}

// admit believes an answer or says why not. What comes with another status than
// 200, with 5xx and 429 from the machine in front of the gateway on any bad day,
// raises no R01.
func (p *Rail) admit(method string, r rail.Response) (answer, refusal) {
	switch {
	case r.Status == 429:
		return answer{}, refusal{txn.CauseBusy, ""}
	case r.Status >= 500:
		return answer{}, refusal{txn.CauseGatewayDown, ""}
	case r.Status != 200:
		return answer{}, refusal{txn.CauseOther, rail.FaultBroken}
	}
	env, ok := open(method, r.Body)
	if !ok {
		return answer{}, refusal{txn.CauseOther, rail.FaultBroken}
	}
	var ans answer
	readable := len(env.member) > 0 && env.member[0] == '{' && json.Unmarshal(env.member, &ans) == nil
	if !readable {
		ans = answer{}
	}
	ans.failed = env.failed
	switch {
	case !p.trusted(env):
		return ans, refusal{txn.CauseUntrusted, rail.FaultUntrusted}
	case !readable:
		return ans, refusal{txn.CauseOther, rail.FaultBroken}
	}
	return ans, refusal{}
}

// name is the network's own code of an answer: the most telling one.
func name(ans answer, status int) string {
	for _, s := range []string{ans.SubCode, ans.TradeStatus, ans.Code} {
		if s != "" {
			return clip(s)
		}
	}
	return fmt.Sprintf("HTTP %d", status)
}

// words is what the network says beside an error.
func words(ans answer) string {
	switch {
	case ans.SubMsg != "":
		return rail.Clean(ans.SubMsg)
	case ans.Code != "10000":
		return rail.Clean(ans.Msg)
	}
	return ""
}

// clip keeps a code that looks like one, and a short piece of any other.
func clip(code string) string {
	const codeMax = 64 // the longest real one has 52
	code = rail.Clean(code)
	if r := []rune(code); len(r) > codeMax {
		code = string(r[:codeMax])
	}
	return code
}

func foreign(call txn.Call) verdict {
	return verdict{cause: txn.CauseForeign, fault: rail.FaultForeign, again: begins(call)}
}

// begins reports whether a call makes an order: when its answer says nothing, the
// order is asked for at once.
func begins(call txn.Call) bool { return call == txn.CallPay || call == txn.CallShow }

// echoes reports whether an answer is about this order. Its number must be
// there; amount and currency may be missing and may not differ.
func echoes(a txn.Ask, ans answer) bool {
	total, ok := fen(ans.TotalAmount)
	return ans.OutTradeNo == string(a.Order) &&
		(ans.TotalAmount == "" || ok && total == a.Amount.Minor()) &&
		(ans.TransCurrency == "" || money.Currency(ans.TransCurrency) == a.Amount.Currency())
}

// fen reads an amount as the network writes it, yuan with two decimals, and
// nothing else: "12.50". It is the one place where yuan become fen.
func fen(s string) (int64, bool) {
	if len(s) < 4 || s[len(s)-3] != '.' || len(s) > 4 && s[0] == '0' {
		return 0, false
	}
	a, err := money.Parse(s)
	return a.Minor(), err == nil
}

// payAnswer is a payment that was done. It is not an approval: see Decisions.
func payAnswer(*txn.Answered, txn.Ask, answer) verdict {
	return acting
}

// queryAnswer folds trade_status (rails.md 2.2).
func queryAnswer(out *txn.Answered, _ txn.Ask, ans answer) verdict {
	v := verdict{cause: txn.CauseOther} // no state, or a new one
	for _, s := range states {
		if s.name == ans.TradeStatus {
			v = s.v
		}
	}
	switch {
	case v.outcome != txn.Approved:
	case ans.TotalAmount == "":
		return foreign(out.Call)
	case rail.Token(ans.TradeNo, numberMax):
		out.Reference = txn.Reference(ans.TradeNo)
	}
	return v
}

// cancelAnswer folds retry_flag and action (rails.md 2.1 and 2.4).
func cancelAnswer(out *txn.Answered, _ txn.Ask, ans answer) verdict {
	retry, action := strings.ToUpper(ans.RetryFlag), strings.ToLower(ans.Action)
	switch {
	case retry == "Y":
		out.Code = "retry_flag=Y"
		return verdict{outcome: txn.Pending, cause: txn.CauseGatewayDown, again: true}
	case retry != "N" && retry != "":
		out.Code = clip("retry_flag=" + ans.RetryFlag)
		return verdict{cause: txn.CauseOther}
	case action == "close", action == "refund":
		out.Code = "action=" + action
		return undone
	case action == "" && retry == "N":
		out.Code = "retry_flag=N"
		return noOrder
	}
	out.Code = clip("action=" + ans.Action)
	return verdict{cause: txn.CauseOther}
}
