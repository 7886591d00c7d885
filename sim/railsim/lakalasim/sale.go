package lakalasim

import (
	"fmt"
	"time"

	"till/sim/railsim"
)

// The states of a sale: trade_state (rails.md 4; doc.go S6). PART_REFUND is never
// stored, see state.
const (
	Create     State = "CREATE" // a link that nobody has scanned
	Deal       State = "DEAL"   // the customer is acting
	Success    State = "SUCCESS"
	Failed     State = "FAIL"
	Closed     State = "CLOSE"
	PartRefund State = "PART_REFUND"
	Refunded   State = "REFUND" // refunded in full, or revoked
)

// stages are the states, for the core.
var stages = map[State]railsim.Stage{
	Create: railsim.Open, Deal: railsim.Waiting, Success: railsim.Paid, PartRefund: railsim.Paid,
	Failed: railsim.Gone, Closed: railsim.Gone, Refunded: railsim.Gone,
}

// order is one out_trade_no of a sale: what the core does not keep of it. Its ID
// is the trade_no, its Kind a Call: Pay or Preorder.
type order struct {
	*railsim.Sale
	account     string // account_type
	walletNo    string // acc_trade_no
	words       string // trade_state_desc
	link        string // of a preorder
	deadline    time.Time
	payAtRevoke bool
}

func own(s *railsim.Sale) *order {
	if s == nil {
		return nil
	}
	return s.Own.(*order)
}

// newOrder books a number.
func (g *Gateway) newOrder(kind Call, r request, account string, state State, now time.Time) *order {
	o := &order{account: account}
	o.Sale = &railsim.Sale{Number: r.number, Kind: string(kind), State: state, Fen: r.fen, Own: o}
	g.Add(o.Sale, now)
	for o.ID == "" {
		if id := now.In(railsim.Beijing).Format("20060102") + "110113130266" + g.Digits(12); g.FindID(id) == nil {
			g.SetID(o.Sale, id)
		}
	}
	return o
}

// logNo is the last 14 digits of a trade_no (doc.go S6).
func logNo(trade string) string { return trade[max(0, len(trade)-14):] }

// find returns the sale that a request is about; Lakala's number comes first
// (doc.go S6, S7).
func (g *Gateway) find(number, trade string, now time.Time) *order {
	o := own(g.Find(number))
	if trade != "" {
		o = own(g.FindID(trade))
	}
	if o != nil {
		g.expire(o, now)
	}
	return o
}

// state is the state to be shown.
func (g *Gateway) state(o *order, now time.Time) State {
	g.expire(o, now)
	if o.State == Success && o.Refunding() > 0 {
		return PartRefund
	}
	return o.State
}

// expire closes a link when its minutes are over.
func (g *Gateway) expire(o *order, now time.Time) {
	if (o.State == Create || o.State == Deal) && !o.deadline.IsZero() && !now.Before(o.deadline) {
		g.End(o.Sale, Closed, o.deadline)
	}
}

// charge takes the money, once, from a sale that can still be paid. It says
// whether the customer has paid; a wallet that is short leaves it as it is.
func (g *Gateway) charge(o *order, at time.Time) bool {
	g.expire(o, at)
	if o.State != Deal {
		return o.Charged > o.Returned
	}
	return g.Collect(o.Sale, Success, at)
}

// fail ends a sale that was not paid.
func (g *Gateway) fail(o *order, words string, at time.Time) {
	o.words = words
	g.End(o.Sale, Failed, at)
}

// accounts are the wallets by the first two digits of a code (doc.go S5).
var accounts = []struct{ first, last, name string }{
	{"10", "15", "WECHAT"}, {"25", "30", "ALIPAY"}, {"62", "62", "UQRCODEPAY"},
}

func accountOf(code string) string {
	for _, a := range accounts {
		if len(code) >= 16 && a.first <= code[:2] && code[:2] <= a.last {
			return a.name
		}
	}
	return ""
}

// pay handles a code payment that has reached the gateway. A number is never
// taken twice (doc.go S2).
func (g *Gateway) pay(r request, b Behaviour, now time.Time) answer {
	if o := own(g.Find(r.number)); o != nil {
		o.Pays++
		return refusal(codeRepeated)
	}
	o := g.newOrder(Pay, r, accountOf(r.code), Deal, now)
	o.Code, o.Pays = railsim.DigestOf(r.code), 1
	refuse := func(code, words string) answer {
		g.fail(o, words, now)
		return answer{code: code, msg: words}
	}
	act := b.AboutOrder()
	switch {
	case act.Word == railsim.Decline:
		return refuse(act.Code, "交易失败")
	case o.account == "":
		return refuse(codeFailed, "付款码无效")
	}
	c := g.Code(r.code, g.cfg.StrictCodes, now)
	switch {
	case c == nil:
		return refuse(codeFailed, "付款码无效")
	case c.Order != "":
		return refuse(codeFailed, "付款码已使用")
	case now.Sub(c.Shown) > g.cfg.CodeLife:
		return refuse(codeFailed, "付款码已过期")
	}
	o.Payer, c.Order = c.Payer, o.Number
	if act.Word == railsim.SystemError && !act.Done {
		return refuse(codeTimeout, "系统异常")
	}
	if g.Holds(o.Payer.Account()) < o.Fen {
		return refuse(codeFailed, "用户余额不足")
	}
	o.walletNo = "4200" + g.Digits(24)
	return g.payFirst(o, act, now)
}

// payFirst decides what becomes of a new sale with a good code.
func (g *Gateway) payFirst(o *order, act Act, now time.Time) answer {
	switch act.Word {
	case railsim.Password, railsim.PasswordThenFail, railsim.PayAfterLast:
		o.payAtRevoke = act.Word == railsim.PayAfterLast
		g.Await(o.Sale, Deal)
		if act.After > 0 {
			g.Decide(o.Sale, act.Word != railsim.PasswordThenFail, now.Add(act.After))
		}
		return refusal(codePaying)
	case railsim.SlowCharge: // the answer is cut anyway
		g.Later(now.Add(act.After), func(at time.Time) { g.charge(o, at) })
		return refusal(codePaying)
	}
	g.charge(o, now)
	if act.Word == railsim.SystemError {
		return refusal(codeTimeout)
	}
	return success(g.saleReply(o))
}

// preorder makes a sale that the customer pays by scanning a link: Alipay's or
// UnionPay's; WeChat Pay's needs a contract that this merchant does not have
// (doc.go S5, S9). The same again, while nobody has scanned, is the same link (K).
func (g *Gateway) preorder(r request, now time.Time) answer {
	if o := g.find(r.number, "", now); o != nil {
		o.Pays++
		if o.State != Create || o.Fen != r.fen || o.account != r.account {
			return refusal(codeRepeated)
		}
		return g.linkAnswer(o)
	}
	var host string
	switch r.account {
	case "ALIPAY":
		host = "https://qr.alipay.com/bax0"
	case "UQRCODEPAY":
		host = "https://qr.95516.com/00010000/0"
	case "WECHAT":
		return refusal(codeWeChat)
	default:
		return refusal(codeParameter)
	}
	o := g.newOrder(Preorder, r, r.account, Create, now)
	o.Pays, o.link = 1, host+g.Digits(20)
	o.deadline = now.Add(time.Duration(r.minutes) * time.Minute)
	return g.linkAnswer(o)
}

func (g *Gateway) linkAnswer(o *order) answer {
	reply := g.saleReply(o)
	reply.TotalAmount, reply.Wallet = "", &wallet{Code: o.link}
	return success(reply)
}

// scanned begins the payment of a link.
func (g *Gateway) scanned(c *railsim.Customer, link string, now time.Time) (*railsim.Sale, error) {
	for _, s := range g.Sales() {
		o := own(s)
		if o.link == "" || o.link != link {
			continue
		}
		g.expire(o, now)
		switch {
		case o.State == Deal && o.Payer == c:
			return s, nil
		case o.State != Create:
			return nil, fmt.Errorf("order %s is used or closed", o.Number)
		}
		o.Payer, o.walletNo = c, "2026"+g.Digits(24)
		g.Await(s, Deal)
		return s, nil
	}
	return nil, nil
}

// query answers what became of a sale. That it was found says nothing more
// (doc.go S6).
func (g *Gateway) query(r request, b Behaviour, now time.Time) answer {
	o := g.find(r.number, r.trade, now)
	if o != nil {
		o.Queries++
	}
	if o == nil || b.Has(railsim.NotFound) {
		return refusal(codeNoTrade)
	}
	reply := g.saleReply(o)
	reply.TradeState, reply.StateDesc = g.state(o, now), o.words
	reply.MainType = map[string]string{string(Pay): "MICROPAY", string(Preorder): "PREORDER"}[o.Kind]
	return success(reply)
}

// revoke takes a code payment back: CLOSE if nothing was paid, REFUND if it was.
// Its own number counts once. A repeat finds the sale gone.
func (g *Gateway) revoke(r request, b Behaviour, now time.Time) answer {
	o := g.find(r.origin, r.parent, now)
	switch {
	case o == nil:
		return refusal(codeNoTrade)
	case g.spent[r.number]:
		return refusal(codeRepeated)
	case b.Has(railsim.ReversePaying):
		return refusal(codePaying)
	}
	g.spent[r.number] = true
	o.Undos++
	if o.payAtRevoke {
		g.charge(o, now)
	}
	switch {
	case o.Kind != string(Pay), o.State != Deal && o.State != Success, o.Refunding() > 0:
		return refusal(codeState)
	case o.State == Success && !g.Undo(o.Sale, "reversal", now):
		return refusal(codeShort)
	case o.State == Success:
		g.End(o.Sale, Refunded, now)
	default:
		g.End(o.Sale, Closed, now)
	}
	reply := g.saleReply(o)
	reply.OutTradeNo, reply.OriginOutTradeNo, reply.OriginTradeNo = r.number, o.Number, o.ID
	return success(reply)
}

// close ends a link that is not paid (doc.go S4).
func (g *Gateway) close(r request, now time.Time) answer {
	o := g.find(r.origin, r.parent, now)
	switch {
	case o == nil:
		return refusal(codeNoTrade)
	case o.Charged > 0:
		return refusal(codePaid)
	case o.Kind != string(Preorder) || o.State != Create && o.State != Deal:
		return refusal(codeState)
	}
	g.End(o.Sale, Closed, now)
	return success(&reply{OriginOutTradeNo: o.Number, OriginTradeNo: o.ID, TradeTime: stamp(now)})
}
