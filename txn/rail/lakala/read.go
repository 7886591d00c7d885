package lakala

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"till/txn"
	"till/txn/rail"
)

// bodyMax is the longest answer that is looked into: 64 KiB (house.md 8).
const bodyMax = 64 << 10

// codeMax is the longest code that is kept: real ones have 6 or 8 characters,
// states at most 11.
const codeMax = 32

// qrMax is the longest code that the terminal shows.
const qrMax = 1024

// answer is the envelope of every answer.
type answer struct {
	Code word            `json:"code"`
	Msg  word            `json:"msg"`
	Raw  json.RawMessage `json:"resp_data"`
	data data
}

// data is every field of resp_data that this package looks at, of every call.
// Amounts are fen.
type data struct {
	MerchantNo  word `json:"merchant_no"`
	OutTradeNo  word `json:"out_trade_no"` // of the call: of the revocation, of the refund
	TradeNo     word `json:"trade_no"`     // Lakala's
	AccountType word `json:"account_type"`
	MainType    word `json:"trade_main_type"`
	TotalAmount word `json:"total_amount"`
	TradeState  word `json:"trade_state"`
	StateDesc   word `json:"trade_state_desc"`
	TradeTime   word `json:"trade_time"` // yyyyMMddHHmmss, Beijing

	OriginOutTradeNo  word `json:"origin_out_trade_no"`
	OriginTradeNo     word `json:"origin_trade_no"`
	OriginTotalAmount word `json:"origin_total_amount"`
	RefundAmount      word `json:"refund_amount"`
	PayerAmount       word `json:"payer_amount"`
	ChannelDesc       word `json:"channel_ret_desc"` // "code#words"

	Wallet json.RawMessage `json:"acc_resp_fields"`
}

// word is a text or a number: the pages say text, and examples of notices have
// numbers (S13). Null and what is neither are "".
type word string

func (w *word) UnmarshalJSON(raw []byte) error {
	*w = ""
	switch {
	case len(raw) > 0 && raw[0] == '"':
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return err
		}
		*w = word(s)
	case digits(string(raw)):
		*w = word(raw)
	}
	return nil
}

// fen reads an amount: digits, without a leading zero.
func fen(w word) (int64, bool) {
	if len(w) > 12 || !digits(string(w)) || len(w) > 1 && w[0] == '0' {
		return 0, false
	}
	n, err := strconv.ParseInt(string(w), 10, 64)
	return n, err == nil
}

func (a answer) done() bool { return slices.Contains(done, string(a.Code)) }

// name is the network's own code of an answer: the most telling one.
func (a answer) name(status int) string {
	switch {
	case a.Code == "":
		return fmt.Sprintf("HTTP %d", status)
	case a.done() && a.data.TradeState != "":
		return clip(string(a.data.TradeState))
	}
	return clip(string(a.Code))
}

// words is what the network says beside a state or an error.
func (a answer) words() string {
	if !a.done() {
		return rail.Clean(string(a.Msg))
	}
	if _, desc, ok := strings.Cut(string(a.data.ChannelDesc), "#"); ok {
		return rail.Clean(desc)
	}
	return rail.Clean(string(a.data.StateDesc))
}

// clip keeps a code that looks like one, and a short piece of any other.
func clip(code string) string {
	code = rail.Clean(code)
	if r := []rune(code); len(r) > codeMax {
		code = string(r[:codeMax])
	}
	return code
}

// parse reads an answer; resp_data may be missing, null or an empty text.
func parse(body []byte) (answer, bool) {
	var ans answer
	if len(body) > bodyMax || json.Unmarshal(body, &ans) != nil || ans.Code == "" {
		return answer{}, false
	}
	if len(ans.Raw) > 0 && ans.Raw[0] == '{' && json.Unmarshal(ans.Raw, &ans.data) != nil {
		return answer{}, false
	}
	return ans, true
}

// refusal is why an answer is not looked into; the zero refusal is none.
type refusal struct {
	cause txn.Cause
	fault txn.FaultCode
}

// admit believes an answer or says why not. What comes with another status than
// 200 is not looked into; 5xx and 429 come from the machine in front of the
// gateway on any bad day and raise no R01.
func (p *Rail) admit(r rail.Response, at txn.Wall) (answer, refusal) {
	ans, readable := parse(r.Body)
	switch {
	case r.Status == 429:
		return ans, refusal{txn.CauseBusy, ""}
	case r.Status >= 500:
		return ans, refusal{txn.CauseGatewayDown, ""}
	case r.Status != 200:
		return ans, refusal{txn.CauseOther, rail.FaultBroken}
	}
	switch p.check(r, at) {
	case trusted:
	case stale:
		return ans, refusal{txn.CauseClockWrong, txn.FaultSkewed}
	default:
		return ans, refusal{txn.CauseUntrusted, rail.FaultUntrusted}
	}
	if !readable {
		return ans, refusal{txn.CauseOther, rail.FaultBroken}
	}
	return ans, refusal{}
}

// Read implements rail.Rail and rail.Shower. What it makes of an answer stands in
// the package's Decisions; what each code means, in codes.go.
func (p *Rail) Read(call txn.Call, a txn.Ask, r rail.Response, at txn.Wall) txn.Answered {
	out := txn.Answered{Order: a.Order, Call: call}
	ans, why := p.admit(r, at)
	out.Code, out.Text = ans.name(r.Status), ans.words()
	var v verdict
	switch {
	case why != refusal{}:
		v = verdict{cause: why.cause, fault: why.fault, again: call == txn.CallPay && why.fault != ""}
	case !ans.done() && !p.contradicts(call, a, ans.data):
		v = p.judge(call, string(ans.Code))
	case !ans.done() || !p.ours(call, a, ans.data):
		v = verdict{cause: txn.CauseForeign, fault: rail.FaultForeign, again: call == txn.CallPay}
	default:
		v = fold(&out, a, ans)
	}
	out.Outcome, out.Cause, out.Fault, out.Again, out.Undo = v.outcome, v.cause, v.fault, v.again, v.undo
	return out
}

// contradicts reports whether an answer names another order, merchant or amount
// than ours.
func (p *Rail) contradicts(call txn.Call, a txn.Ask, d data) bool {
	number := string(a.Order)
	if call == txn.CallReverse || call == txn.CallClose {
		attempt := string(d.OutTradeNo)
		if attempt != "" && attempt != number && !strings.HasPrefix(attempt, number+revokeMark) {
			return true
		}
		if differs(d.OriginOutTradeNo, number) {
			return true
		}
	} else if differs(d.OutTradeNo, number) {
		return true
	}
	total, ok := fen(d.TotalAmount)
	return differs(d.MerchantNo, p.cfg.MerchantNo) ||
		d.TotalAmount != "" && (!ok || total != a.Amount.Minor()) ||
		d.MainType == "REFUND" || d.MainType == "CANCEL"
}

// ours reports whether an answer is about this order: it names it, and nothing in
// it contradicts.
func (p *Rail) ours(call txn.Call, a txn.Ask, d data) bool {
	named := d.OutTradeNo != ""
	if call == txn.CallReverse || call == txn.CallClose {
		named = named || d.OriginOutTradeNo != ""
	}
	return named && !p.contradicts(call, a, d)
}

func differs(got word, want string) bool { return got != "" && string(got) != want }

// fold folds the answer to a call that was done and is about our order.
func fold(out *txn.Answered, a txn.Ask, ans answer) verdict {
	switch out.Call {
	case txn.CallReverse, txn.CallClose:
		return takenBack(ans)
	case txn.CallShow:
		return shown(out, ans)
	}
	v := verdict{cause: txn.CauseOther} // a new state
	switch state := stateOf(ans); {
	case ans.data.TradeState == "" && out.Call == txn.CallPay:
		v = approved // a payment that was done has no state: the code is the state (S2)
	case state >= 0:
		v = states[state].v
	}
	switch v.outcome {
	case txn.Approved:
		if ans.data.TotalAmount == "" {
			return verdict{cause: txn.CauseForeign, fault: rail.FaultForeign, again: out.Call == txn.CallPay}
		}
		if rail.Token(string(ans.data.TradeNo), numberMax) {
			out.Reference = txn.Reference(ans.data.TradeNo)
		}
	case txn.Declined:
		v.cause = hinted(payHints, out.Text, v.cause)
		v.undo = a.Shown // another payer may still scan it
	case txn.Undone:
		if out.Call == txn.CallPay { // a number that was used before
			v = verdict{cause: txn.CauseNumberUsed, again: true}
		}
	case txn.Unknown:
		v.again = out.Call == txn.CallPay
	}
	return v
}

// stateOf is the place of an answer's trade_state in states, or -1.
func stateOf(ans answer) int {
	for i, s := range states {
		if s.name == string(ans.data.TradeState) {
			return i
		}
	}
	return -1
}

// takenBack folds a revocation or a close that was done. A state beside it, which
// the pages do not have, must agree.
func takenBack(ans answer) verdict {
	switch ans.data.TradeState {
	case "", "SUCCESS", "CLOSE", "REFUND":
		return undone
	}
	return verdict{cause: txn.CauseOther}
}

// shown folds an order that was made for a code: acc_resp_fields has its text
// (S9, S15).
func shown(out *txn.Answered, ans answer) verdict {
	var wallet struct {
		Code word `json:"code"`
	}
	if json.Unmarshal(ans.data.Wallet, &wallet) != nil || !showable(string(wallet.Code)) {
		return verdict{cause: txn.CauseOther, fault: rail.FaultBroken}
	}
	out.QR = string(wallet.Code)
	return acting
}

// showable reports whether s is an address in visible ASCII: "https://..." of
// Alipay and UnionPay, "weixin://...".
func showable(s string) bool {
	scheme, rest, ok := strings.Cut(s, "://")
	return ok && scheme != "" && rest != "" && len(s) <= qrMax &&
		strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

// ReadFind implements rail.Finder.
func (p *Rail) ReadFind(a txn.FindAsk, r rail.Response, at txn.Wall) txn.Found {
	out := txn.Found{Ask: a}
	ans, why := p.admit(r, at)
	out.Code, out.Text = ans.name(r.Status), ans.words()
	d := ans.data
	switch {
	case why != refusal{}:
		out.Cause, out.Fault = why.cause, why.fault
		return out
	case !ans.done():
		if out.Cause = p.judge(txn.CallQuery, string(ans.Code)).cause; out.Cause == txn.CauseNoSuchOrder {
			out.Finding = txn.FindNothing
		}
		return out
	}
	amount, ok := fen(d.TotalAmount)
	if !ok || d.OutTradeNo == "" || !rail.Token(string(d.OutTradeNo), numberMax) ||
		a.Order != "" && differs(d.OutTradeNo, string(a.Order)) ||
		a.Reference != "" && differs(d.TradeNo, string(a.Reference)) ||
		differs(d.MerchantNo, p.cfg.MerchantNo) || d.MainType == "REFUND" || d.MainType == "CANCEL" {
		out.Cause, out.Fault = txn.CauseForeign, rail.FaultForeign
		return out
	}
	out.Cause = txn.CauseOther
	if state := stateOf(ans); state >= 0 {
		out.Finding, out.Cause = states[state].find, states[state].v.cause
	}
	out.Order, out.Amount = txn.OrderNo(d.OutTradeNo), amount
	if rail.Token(string(d.TradeNo), numberMax) {
		out.Reference = txn.Reference(d.TradeNo)
	}
	for _, w := range wallets {
		if w.name == d.AccountType {
			out.Wallet = w.rail
		}
	}
	out.Paid = when(d.TradeTime)
	switch out.Finding {
	case txn.FindPaid:
		out.Refunded = d.TradeState == "PART_REFUND"
	case txn.FindGone:
		out.Refunded, out.Back = true, amount
	default:
		out.Paid = 0
	}
	return out
}

// when is a time of the network, 0 when it is none.
func when(w word) txn.Wall {
	t, err := time.ParseInLocation(stampForm, string(w), time.FixedZone("", int(beijing/time.Second)))
	if err != nil {
		return 0
	}
	return txn.Wall(t.UnixMilli())
}
