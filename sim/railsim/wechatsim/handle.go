package wechatsim

import (
	"fmt"
	"net/http"
	"time"

	"till/sim/railsim"
)

// answer is what the gateway wants to say, before the behaviours of answer
// and wire spoil it.
type answer struct {
	status int
	reply  *reply // nil for no body, or another one:
	other  any
	body   []byte // instead of reply: not JSON
	kind   string // Content-Type of body
	failed bool   // an error, signed unless a behaviour says otherwise
	signed bool
}

func success(r *reply) answer { return answer{status: http.StatusOK, reply: r, signed: true} }

// content is a success with members of its own.
func content(v any) answer { return answer{status: http.StatusOK, other: v, signed: true} }

func failure(e *apiError) answer {
	r := &reply{Code: e.code, Message: e.message}
	if e.field != "" || e.issue != "" {
		r.Detail = &detail{Field: e.field, Issue: e.issue, Location: "body"}
	}
	return answer{status: e.status, reply: r, failed: true, signed: true}
}

// chosenError is the error that a behaviour names.
func chosenError(a Act) *apiError {
	e := newError(a.Code)
	if a.Status != 0 {
		e.status = a.Status
	}
	return e
}

// reply is every member that an answer can have (doc.go S4 to S7). Those that
// do not apply are left out.
type reply struct {
	Amount         *replyAmount `json:"amount,omitempty"`
	AppID          string       `json:"appid,omitempty"`
	Promotion      []promotion  `json:"promotion_detail,omitempty"`
	Attach         string       `json:"attach,omitempty"`
	BankType       string       `json:"bank_type,omitempty"`
	CodeURL        string       `json:"code_url,omitempty"`
	MchID          string       `json:"mchid,omitempty"`
	OutTradeNo     string       `json:"out_trade_no,omitempty"`
	Payer          *payer       `json:"payer,omitempty"`
	Recall         string       `json:"recall,omitempty"`
	SuccessTime    string       `json:"success_time,omitempty"`
	TradeState     State        `json:"trade_state,omitempty"`
	TradeStateDesc string       `json:"trade_state_desc,omitempty"`
	TradeType      string       `json:"trade_type,omitempty"`
	TransactionID  string       `json:"transaction_id,omitempty"`

	Code    string  `json:"code,omitempty"`
	Message string  `json:"message,omitempty"`
	Detail  *detail `json:"detail,omitempty"`

	Padding string `json:"promotion_remark,omitempty"` // of a huge answer
}

type replyAmount struct {
	Total         int64  `json:"total"`
	PayerTotal    int64  `json:"payer_total,omitempty"`
	Currency      string `json:"currency"`
	PayerCurrency string `json:"payer_currency"`
}

// promotion is the coupon that paid a part (doc.go S6).
type promotion struct {
	ID         string `json:"coupon_id"`
	Scope      string `json:"scope"`
	Type       string `json:"type"`
	Amount     int64  `json:"amount"`
	StockID    string `json:"stock_id"`
	WeChat     int64  `json:"wechatpay_contribute"`
	Merchant   int64  `json:"merchant_contribute"`
	Others     int64  `json:"other_contribute"`
	CurrencyOf string `json:"currency"`
}

type payer struct {
	OpenID string `json:"openid"`
}

type detail struct {
	Field    string `json:"field,omitempty"`
	Issue    string `json:"issue,omitempty"`
	Location string `json:"location"`
}

// report is the answer of a payment and of a query: the order as it stands.
func (o *order) report(g *Gateway) answer {
	return success(o.asState(g, o.shown()))
}

// asState is the order as it would look in a state, which a contradictory
// gateway invents.
func (o *order) asState(g *Gateway, state State) *reply {
	r := &reply{
		AppID: g.cfg.AppID, MchID: g.cfg.MchID, OutTradeNo: o.Number, Attach: o.attach,
		TradeType: o.Kind, TradeState: state, TradeStateDesc: descriptions[state],
		Amount: &replyAmount{Total: o.Fen, Currency: "CNY", PayerCurrency: "CNY"},
	}
	if o.Paid.IsZero() && state != Success && state != Refund {
		if o.Fen == 0 { // reversed before any payment: the gateway never heard an amount
			r.Amount = nil
		}
		return r
	}
	paid := o.Paid
	if paid.IsZero() {
		paid = o.Received
	}
	r.TransactionID = o.ID
	if r.TransactionID == "" {
		r.TransactionID = "4200000000" + paid.In(railsim.Beijing).Format("20060102") + "0000000000"
	}
	r.BankType = "OTHERS"
	r.SuccessTime = paid.In(railsim.Beijing).Format(time.RFC3339)
	r.Amount.PayerTotal = o.Fen - o.Coupon
	if o.Coupon > 0 {
		r.Promotion = []promotion{{
			ID: couponID, Scope: "GLOBAL", Type: "CASH", Amount: o.Coupon, StockID: couponID,
			WeChat: o.Coupon, CurrencyOf: "CNY",
		}}
	}
	if o.Payer != nil {
		r.Payer = &payer{OpenID: openID(g.cfg.AppID, o.Payer.Name())}
	}
	return r
}

// openID is the customer's name to this merchant: 28 characters beginning o.
func openID(app, wallet string) string {
	return fmt.Sprintf("oSIM%.12x", railsim.DigestOf(app+"\x00"+wallet))
}

// query answers what became of an order.
func (g *Gateway) query(at route, merchant string, b Behaviour) answer {
	if merchant != g.cfg.MchID {
		return failure(newError(codeMerchant))
	}
	o := g.find(at.order)
	if at.byID != "" {
		o = own(g.FindID(at.byID))
	}
	if o == nil || b.Has(NotFound) {
		return failure(newError(codeNoOrder))
	}
	o.Queries++
	if b.Has(Contradictory) {
		if o.Queries%2 == 1 {
			return success(o.asState(g, Success))
		}
		return success(o.asState(g, Closed))
	}
	if a, ok := b.Act(Says); ok {
		return success(o.asState(g, State(a.Code)))
	}
	return o.report(g)
}

// reverse takes an order back (rails.md 1.6). While the customer is on the
// password screen it answers USERPAYING; when the screen is gone
// (Config.PasswordScreen, or the time the customer was going to take) an order
// that nobody confirmed is closed for ever.
func (g *Gateway) reverse(number string, b Behaviour, now time.Time) answer {
	o := g.find(number)
	if o == nil {
		return g.reverseUnknown(number, b, now)
	}
	o.Undos++
	if b.Has(ReversePaying) {
		return withRecall(failure(newError(codePaying)), "Y")
	}
	if b.Has(RecallAgain) {
		return withRecall(g.reversed(o, b), "Y")
	}
	if o.Kind != "MICROPAY" {
		return failure(newError(codeInvalid))
	}
	if now.Sub(o.Received) > reverseWindow {
		return failure(newError(codeTooOld))
	}
	if o.payAtReverse && o.State == UserPaying {
		g.charge(o, now)
	}
	switch o.State {
	case UserPaying:
		if now.Before(o.screenEnd) {
			return withRecall(failure(newError(codePaying)), "Y")
		}
		g.End(o.Sale, Closed, now)
	case NotPay, PayError:
		g.End(o.Sale, Closed, now)
	case Success:
		if len(o.Refunds) > 0 {
			e := newError(codeInvalid)
			e.message = "订单已转入退款，不能撤销"
			return failure(e)
		}
		if !g.Undo(o.Sale, "reversal", now) {
			e := newError(codeShort)
			e.message = "基本账户余额不足，请充值后重新发起"
			return withRecall(failure(e), "N")
		}
		g.End(o.Sale, Revoked, now)
	}
	return g.reversed(o, b)
}

// reverseUnknown answers a reversal of a number never seen.
func (g *Gateway) reverseUnknown(number string, b Behaviour, now time.Time) answer {
	missing := g.cfg.Unknown == OrderNotExist
	if b.Has(Tomb) {
		missing = false
	}
	if missing || b.Has(NoSuchOrder) {
		return failure(newError(codeNoOrder))
	}
	if fault := orderNumberFault(number); fault != "" {
		return failure(paramError("/out_trade_no", fault))
	}
	o := g.newOrder("MICROPAY", payRequest{number: number}, now)
	o.Undos = 1
	g.End(o.Sale, Closed, now)
	return g.reversed(o, b)
}

func (g *Gateway) reversed(o *order, b Behaviour) answer {
	a := success(&reply{AppID: g.cfg.AppID, MchID: g.cfg.MchID, OutTradeNo: o.Number})
	if g.cfg.Recall == WithRecall && !b.Has(NoRecall) {
		a.reply.Recall = "N"
	}
	return a
}

func withRecall(a answer, recall string) answer {
	a.reply.Recall = recall
	return a
}

// close ends an unpaid native order; the answer has no body (rails.md 1.1). A
// code payment has to be reversed instead. A customer who is looking at the
// amount cannot pay any more.
func (g *Gateway) close(number string, b Behaviour, now time.Time) answer {
	o := g.find(number)
	switch {
	case o == nil:
		return failure(newError(codeNoOrder))
	case o.Kind != "NATIVE":
		return failure(newError(codeInvalid))
	}
	if b.Has(PayBeforeClose) && o.open(now) == nil {
		if o.Payer == nil {
			o.Payer = g.First()
		}
		g.charge(o, now)
	}
	switch o.State {
	case Success:
		return failure(newError(codeOrderPaid))
	case NotPay, UserPaying:
		g.End(o.Sale, Closed, now)
	}
	return answer{status: http.StatusNoContent, signed: true}
}
