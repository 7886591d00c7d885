package alipay

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"till/txn"
	"till/txn/money"
	"till/txn/rail"
)

// The ways in which there is nothing to send.
var (
	errNoCode   = errors.New("no payer's code of Alipay: 16 to 24 digits that begin with 25 to 30")
	errNothing  = errors.New("nothing to pay or to give back")
	errTooMuch  = errors.New("more than the sale")
	errOrderNo  = errors.New("order number is not 1 to 64 letters and digits")
	errRefundNo = errors.New("refund number is not 1 to 64 letters and digits")
)

// The methods of the gateway (rails.md 2.1).
const (
	methodPay         = "alipay.trade.pay"
	methodQuery       = "alipay.trade.query"
	methodCancel      = "alipay.trade.cancel"
	methodRefund      = "alipay.trade.refund"
	methodRefundQuery = "alipay.trade.fastpay.refund.query"
	methodPrecreate   = "alipay.trade.precreate"
	methodBalance     = "alipay.data.bill.balance.query"
)

const (
	productCode = "FACE_TO_FACE_PAYMENT" // (K)
	// payTimeout is when the network closes a payment by itself, so that none
	// outlives a terminal that burned: longer than the 59 s of the Policy. Its
	// unit is minutes (timeout_express).
	payTimeout = "2m"

	beijing   = 8 * time.Hour
	stampForm = "2006-01-02 15:04:05"
)

type payBody struct {
	OutTradeNo     string `json:"out_trade_no"`
	Scene          string `json:"scene,omitempty"`
	AuthCode       string `json:"auth_code,omitempty"`
	ProductCode    string `json:"product_code"`
	Subject        string `json:"subject"`
	TotalAmount    string `json:"total_amount"` // yuan
	SellerID       string `json:"seller_id,omitempty"`
	TimeoutExpress string `json:"timeout_express"`                   // from the beginning of the trade
	CodeTimeout    string `json:"qr_code_timeout_express,omitempty"` // from that of the code
	shopBody
}

type shopBody struct {
	StoreID    string `json:"store_id,omitempty"`
	OperatorID string `json:"operator_id,omitempty"`
	TerminalID string `json:"terminal_id,omitempty"`
}

type orderBody struct {
	OutTradeNo string `json:"out_trade_no"`
}

// refundBody has the shop's fields, which smartwalle's type lacks (rails.md 5.2).
type refundBody struct {
	OutTradeNo   string `json:"out_trade_no"`
	RefundAmount string `json:"refund_amount"` // yuan
	OutRequestNo string `json:"out_request_no"`
	RefundReason string `json:"refund_reason,omitempty"`
	shopBody
	QueryOptions []string `json:"query_options"`
}

type refundQueryBody struct {
	OutTradeNo   string   `json:"out_trade_no"`
	OutRequestNo string   `json:"out_request_no"`
	QueryOptions []string `json:"query_options"`
}

// refundOptions asks for where the money goes, which is left out by default.
var refundOptions = []string{"refund_detail_item_list"}

// Pay implements rail.Rail: alipay.trade.pay with scene bar_code (rails.md 2.1).
// The protocol has no nonce.
func (p *Rail) Pay(e txn.SendPay, _ string, at txn.Wall) (rail.Request, error) {
	secret := e.Code.Reveal()
	if !payerCode(secret) {
		return rail.Request{}, fmt.Errorf("pay %s: %w", e.Order, errNoCode)
	}
	body := p.payment(e.Ask)
	body.Scene, body.AuthCode, body.TimeoutExpress = "bar_code", secret, payTimeout
	return p.order("pay", methodPay, e.Ask, body, at)
}

// Query implements rail.Rail: alipay.trade.query.
func (p *Rail) Query(a txn.Ask, _ string, at txn.Wall) (rail.Request, error) {
	return p.sale("query", methodQuery, a.Order, orderBody{OutTradeNo: string(a.Order)}, at)
}

// Reverse implements rail.Rail: alipay.trade.cancel (rails.md 2.4).
func (p *Rail) Reverse(a txn.Ask, _ string, at txn.Wall) (rail.Request, error) {
	return p.sale("reverse", methodCancel, a.Order, orderBody{OutTradeNo: string(a.Order)}, at)
}

// Refund implements rail.Refunder: alipay.trade.refund, with out_request_no
// always. The network takes one refund of a sale each 3 s (rails.md 2.5); the
// caller keeps that distance.
func (p *Rail) Refund(a txn.RefundAsk, _ string, at txn.Wall) (rail.Request, error) {
	switch {
	case a.Amount.Zero() || a.Amount.Currency() != money.CNY:
		return rail.Request{}, fmt.Errorf("refund %s: %w", a.Refund, errNothing)
	case a.Amount.Over(a.Total):
		return rail.Request{}, fmt.Errorf("refund %s: %w", a.Refund, errTooMuch)
	}
	body := refundBody{
		OutTradeNo:   string(a.Order),
		RefundAmount: a.Amount.Plain(),
		OutRequestNo: string(a.Refund),
		RefundReason: describe(a.Reason, a.Order.Tail()),
		shopBody:     p.shop(),
		QueryOptions: refundOptions,
	}
	return p.refund("refund", methodRefund, a, body, at)
}

// RefundQuery implements rail.Refunder: alipay.trade.fastpay.refund.query.
func (p *Rail) RefundQuery(a txn.RefundAsk, _ string, at txn.Wall) (rail.Request, error) {
	body := refundQueryBody{string(a.Order), string(a.Refund), refundOptions}
	return p.refund("query refund", methodRefundQuery, a, body, at)
}

func (p *Rail) payment(a txn.Ask) payBody {
	return payBody{
		OutTradeNo:  string(a.Order),
		ProductCode: productCode,
		Subject:     describe(p.cfg.Subject, a.Order.Tail()),
		TotalAmount: a.Amount.Plain(),
		SellerID:    p.cfg.SellerID,
		shopBody:    p.shop(),
	}
}

func (p *Rail) shop() shopBody {
	return shopBody{p.cfg.StoreID, p.cfg.OperatorID, p.cfg.TerminalID}
}

// order is a request for money.
func (p *Rail) order(verb, method string, a txn.Ask, body payBody, at txn.Wall) (rail.Request, error) {
	if a.Amount.Zero() || a.Amount.Currency() != money.CNY {
		return rail.Request{}, fmt.Errorf("%s %s: %w", verb, a.Order, errNothing)
	}
	return p.sale(verb, method, a.Order, body, at)
}

func (p *Rail) refund(verb, method string, a txn.RefundAsk, body any, at txn.Wall) (rail.Request, error) {
	if !number(string(a.Refund)) {
		return rail.Request{}, fmt.Errorf("%s %q: %w", verb, a.Refund, errRefundNo)
	}
	return p.sale(verb, method, a.Order, body, at)
}

// number reports whether s is what the network takes for out_trade_no and
// out_request_no: letters, digits and underscores, at most 64.
func number(s string) bool {
	return rail.Token(s, numberMax) && !strings.Contains(s, "-")
}

// payerCode reports whether s is what package paycode calls a payer's code of
// this network (rails.md 2.1). It is asked again here, because this is the door.
func payerCode(s string) bool {
	if len(s) < 16 || len(s) > 24 || s[:2] < "25" || s[:2] > "30" {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// sale is a request about an order.
func (p *Rail) sale(verb, method string, o txn.OrderNo, body any, at txn.Wall) (rail.Request, error) {
	if !number(string(o)) {
		return rail.Request{}, fmt.Errorf("%s %q: %w", verb, o, errOrderNo)
	}
	return p.request(verb+" "+string(o), method, body, at)
}

// request is a form with everything in its body, so that the URL, which may be
// logged, tells nothing. In errors it is named by what, which tells no secret. A
// method without parameters has no biz_content, as smartwalle sends it.
func (p *Rail) request(what, method string, body any, at txn.Wall) (rail.Request, error) {
	var biz []byte
	if body != nil {
		var err error
		if biz, err = json.Marshal(body); err != nil {
			return rail.Request{}, fmt.Errorf("%s: %w", what, err)
		}
	}
	params := p.params(method, string(biz), at)
	signature, err := p.cfg.Signer.Sign([]byte(join(params, plain)))
	if err != nil {
		return rail.Request{}, fmt.Errorf("%s: %w", what, err)
	}
	params = arrange(append(params, param{"sign", base64.StdEncoding.EncodeToString(signature)}))
	return rail.Request{
		Method: "POST",
		URL:    p.cfg.BaseURL,
		Header: [][2]string{
			{"Content-Type", "application/x-www-form-urlencoded;charset=utf-8"},
			{"Accept", "application/json"},
			{"User-Agent", "till"},
		},
		Body: []byte(join(params, url.QueryEscape)),
	}, nil
}

type param struct{ name, value string }

// params is what is signed: sorted by name, without empty values (rails.md 2.6).
func (p *Rail) params(method, biz string, at txn.Wall) []param {
	return arrange([]param{
		{"alipay_root_cert_sn", p.cfg.RootCertSN},
		{"app_cert_sn", p.cfg.AppCertSN},
		{"app_id", p.cfg.AppID},
		{"biz_content", biz},
		{"charset", "utf-8"},
		{"format", "JSON"},
		{"method", method},
		{"sign_type", "RSA2"},
		{"timestamp", at.In(beijing).Format(stampForm)},
		{"version", "1.0"},
	})
}

// arrange leaves out empty values and sorts by name.
func arrange(params []param) []param {
	params = slices.DeleteFunc(params, func(p param) bool { return p.value == "" })
	slices.SortFunc(params, func(a, b param) int { return strings.Compare(a.name, b.name) })
	return params
}

// join is "k=v&k=v"; names need no escape.
func join(params []param, escape func(string) string) string {
	var b strings.Builder
	for i, p := range params {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(p.name + "=" + escape(p.value))
	}
	return b.String()
}

func plain(s string) string { return s }
