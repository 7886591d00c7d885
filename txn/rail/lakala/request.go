package lakala

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"till/txn"
	"till/txn/money"
	"till/txn/rail"
)

// The ways in which there is nothing to send.
var (
	errNoCode   = errors.New("no payer's code of WeChat Pay, Alipay or UnionPay")
	errNothing  = errors.New("nothing to pay or to give back")
	errTooMuch  = errors.New("more than the sale")
	errNonce    = errors.New("nonce is not 1 to 32 letters and digits")
	errOrderNo  = errors.New("order number is not 1 to 22 letters and digits")
	errRefundNo = errors.New("refund number is not 1 to 32 letters and digits")
	errNoSale   = errors.New("neither our number nor Lakala's")
	errShown    = errors.New("a payment by a shown code is closed or refunded, not revoked")
)

// The calls (rails.md 4; S1, S5).
const (
	pathPay         = "/v3/labs/trans/micropay"
	pathShow        = "/v3/labs/trans/preorder"
	pathQuery       = "/v3/labs/query/tradequery"
	pathClose       = "/v3/labs/relation/close"
	pathReverse     = "/v3/labs/relation/revoked"
	pathRefund      = "/v3/rfd/refund_front/refund"
	pathRefundQuery = "/v3/rfd/refund_front/refund_query"
)

const (
	scheme    = "LKLAPI-SHA256withRSA"
	version   = "3.0"
	native    = "41" // trans_type: a code to be scanned
	beijing   = 8 * time.Hour
	stampForm = "20060102150405"

	// revokeMark stands between the number of a sale and the time of one attempt
	// to revoke it: together they are the attempt's own out_trade_no.
	revokeMark   = "V"
	revokeDigits = 9
	orderMax     = numberMax - len(revokeMark) - revokeDigits
)

// envelope is the body of every request.
type envelope struct {
	ReqTime string `json:"req_time"` // Beijing
	Version string `json:"version"`
	ReqData any    `json:"req_data"`
}

// common is in every req_data.
type common struct {
	MerchantNo string    `json:"merchant_no"`
	TermNo     string    `json:"term_no"`
	Place      placeBody `json:"location_info"`
}

type placeBody struct {
	RequestIP   string `json:"request_ip"`
	BaseStation string `json:"base_station,omitempty"`
	Location    string `json:"location,omitempty"`
}

type payBody struct {
	common
	OutTradeNo  string `json:"out_trade_no"`
	AuthCode    string `json:"auth_code"`
	TotalAmount string `json:"total_amount"` // fen
	Subject     string `json:"subject"`
}

type showBody struct {
	common
	OutTradeNo  string   `json:"out_trade_no"`
	AccountType string   `json:"account_type"`
	TransType   string   `json:"trans_type"`
	TotalAmount string   `json:"total_amount"` // fen
	Subject     string   `json:"subject"`
	Wallet      showLife `json:"acc_busi_fields"`
}

// showLife is how long an order may be paid, in minutes, two digits at most; 5
// when it is not said (S5).
type showLife struct {
	TimeoutExpress string `json:"timeout_express"`
}

type queryBody struct {
	common
	OutTradeNo string `json:"out_trade_no,omitempty"`
	TradeNo    string `json:"trade_no,omitempty"`
}

type relationBody struct {
	common
	OutTradeNo       string `json:"out_trade_no,omitempty"` // of this call, not of the sale
	OriginOutTradeNo string `json:"origin_out_trade_no"`
}

type refundBody struct {
	common
	OutTradeNo       string `json:"out_trade_no"`  // of the refund
	RefundAmount     string `json:"refund_amount"` // fen
	RefundReason     string `json:"refund_reason,omitempty"`
	OriginOutTradeNo string `json:"origin_out_trade_no"`
	OriginTradeNo    string `json:"origin_trade_no,omitempty"`
	RefundAccMode    string `json:"refund_acc_mode,omitempty"`
}

// Pay implements rail.Rail: micropay. The acquirer tells the wallets apart by the
// first digits of the code (S5).
func (p *Rail) Pay(e txn.SendPay, nonce string, at txn.Wall) (rail.Request, error) {
	secret := e.Code.Reveal()
	if !payerCode(secret) {
		return rail.Request{}, fmt.Errorf("pay %s: %w", e.Order, errNoCode)
	}
	if nothing(e.Amount) {
		return rail.Request{}, fmt.Errorf("pay %s: %w", e.Order, errNothing)
	}
	return p.about("pay", pathPay, e.Order, payBody{
		common: p.common(), OutTradeNo: string(e.Order), AuthCode: secret, TotalAmount: fenText(e.Amount),
		Subject: describe(p.cfg.Subject, e.Order.Tail(), subjectMax),
	}, nonce, at)
}

// Query implements rail.Rail: tradequery by our number.
func (p *Rail) Query(a txn.Ask, nonce string, at txn.Wall) (rail.Request, error) {
	body := queryBody{common: p.common(), OutTradeNo: string(a.Order)}
	return p.about("query", pathQuery, a.Order, body, nonce, at)
}

// Reverse implements rail.Rail: revoked, which is for code payments. Each attempt
// has a number of its own (see Decisions).
func (p *Rail) Reverse(a txn.Ask, nonce string, at txn.Wall) (rail.Request, error) {
	if a.Shown {
		return rail.Request{}, fmt.Errorf("reverse %s: %w", a.Order, errShown)
	}
	const cycle = 1_000_000_000 // of revokeDigits digits: 31 years of seconds
	second := (seconds(at)%cycle + cycle) % cycle
	body := relationBody{common: p.common(), OriginOutTradeNo: string(a.Order),
		OutTradeNo: fmt.Sprintf("%s%s%0*d", a.Order, revokeMark, revokeDigits, second)}
	return p.about("reverse", pathReverse, a.Order, body, nonce, at)
}

// Show implements rail.Shower: preorder with trans_type 41, for Config.Wallet.
func (p *Rail) Show(e txn.SendShow, nonce string, at txn.Wall) (rail.Request, error) {
	if nothing(e.Amount) {
		return rail.Request{}, fmt.Errorf("show %s: %w", e.Order, errNothing)
	}
	return p.about("show", pathShow, e.Order, showBody{
		common: p.common(), OutTradeNo: string(e.Order), AccountType: p.account, TransType: native,
		TotalAmount: fenText(e.Amount), Subject: describe(p.cfg.Subject, e.Order.Tail(), subjectMax),
		Wallet: showLife{minutes(e.Lives)},
	}, nonce, at)
}

// Close implements rail.Shower: close, for orders of Show that are not paid (S4).
func (p *Rail) Close(a txn.Ask, nonce string, at txn.Wall) (rail.Request, error) {
	body := relationBody{common: p.common(), OriginOutTradeNo: string(a.Order)}
	return p.about("close", pathClose, a.Order, body, nonce, at)
}

// Find implements rail.Finder: tradequery by our number or Lakala's. The wallet's
// own number, which stands in the payer's bill, finds nothing (S6).
func (p *Rail) Find(a txn.FindAsk, nonce string, at txn.Wall) (rail.Request, error) {
	body := queryBody{common: p.common(), OutTradeNo: string(a.Order), TradeNo: string(a.Reference)}
	switch {
	case a.Order == "" && a.Reference == "":
		return rail.Request{}, fmt.Errorf("find: %w", errNoSale)
	case a.Order != "" && !rail.Token(string(a.Order), numberMax):
		return rail.Request{}, fmt.Errorf("find %q: %w", a.Order, errOrderNo)
	case a.Reference != "" && !rail.Token(string(a.Reference), numberMax):
		return rail.Request{}, fmt.Errorf("find %q: %w", a.Reference, errNoSale)
	}
	return p.request("find", pathQuery, string(a.Order), body, nonce, at)
}

// Refund implements rail.Refunder: refund_front/refund, which the acquirer's page
// recommends over relation/refund (S7).
func (p *Rail) Refund(a txn.RefundAsk, nonce string, at txn.Wall) (rail.Request, error) {
	switch {
	case nothing(a.Amount):
		return rail.Request{}, fmt.Errorf("refund %s: %w", a.Refund, errNothing)
	case a.Amount.Over(a.Total):
		return rail.Request{}, fmt.Errorf("refund %s: %w", a.Refund, errTooMuch)
	}
	body := refundBody{
		common: p.common(), OutTradeNo: string(a.Refund), RefundAmount: fenText(a.Amount),
		RefundReason: describe(a.Reason, a.Order.Tail(), reasonMax), OriginOutTradeNo: string(a.Order),
		RefundAccMode: p.cfg.RefundFrom,
	}
	if rail.Token(string(a.Sale), numberMax) {
		body.OriginTradeNo = string(a.Sale)
	}
	return p.refund("refund", pathRefund, a, body, nonce, at)
}

// RefundQuery implements rail.Refunder: refund_front/refund_query.
func (p *Rail) RefundQuery(a txn.RefundAsk, nonce string, at txn.Wall) (rail.Request, error) {
	body := queryBody{common: p.common(), OutTradeNo: string(a.Refund)}
	return p.refund("query refund", pathRefundQuery, a, body, nonce, at)
}

func (p *Rail) common() common {
	return common{p.cfg.MerchantNo, p.cfg.TermNo, placeBody{p.cfg.IP, p.cfg.BaseStation, p.cfg.Location}}
}

func (p *Rail) refund(
	verb, path string, a txn.RefundAsk, body any, nonce string, at txn.Wall,
) (rail.Request, error) {
	if !rail.Token(string(a.Refund), numberMax) {
		return rail.Request{}, fmt.Errorf("%s %q: %w", verb, a.Refund, errRefundNo)
	}
	return p.about(verb, path, a.Order, body, nonce, at)
}

// about is a request about an order of ours.
func (p *Rail) about(
	verb, path string, o txn.OrderNo, body any, nonce string, at txn.Wall,
) (rail.Request, error) {
	if !rail.Token(string(o), orderMax) {
		return rail.Request{}, fmt.Errorf("%s %q: %w", verb, o, errOrderNo)
	}
	return p.request(verb, path, string(o), body, nonce, at)
}

func (p *Rail) request(verb, path, name string, data any, nonce string, at txn.Wall) (rail.Request, error) {
	if !rail.Token(nonce, 32) {
		return rail.Request{}, fmt.Errorf("%s %s: %w", verb, name, errNonce)
	}
	body, err := json.Marshal(envelope{at.In(beijing).Format(stampForm), version, data})
	if err != nil {
		return rail.Request{}, fmt.Errorf("%s %s: %w", verb, name, err)
	}
	serial, stamp := p.cfg.Signer.Serial(), strconv.FormatInt(seconds(at), 10)
	signature, err := p.cfg.Signer.Sign(signedText(p.cfg.AppID, serial, stamp, nonce, body))
	if err != nil {
		return rail.Request{}, fmt.Errorf("%s %s: %w", verb, name, err)
	}
	return rail.Request{
		Method: "POST",
		URL:    p.cfg.BaseURL + path,
		Header: [][2]string{
			{"Authorization", fmt.Sprintf(
				`%s appid="%s",serial_no="%s",timestamp="%s",nonce_str="%s",signature="%s"`,
				scheme, p.cfg.AppID, serial, stamp, nonce, base64.StdEncoding.EncodeToString(signature))},
			{"Content-Type", "application/json"},
			{"Accept", "application/json"},
			{"User-Agent", "till"},
		},
		Body: body,
	}, nil
}

func nothing(a money.Amount) bool { return a.Zero() || a.Currency() != money.CNY }

func fenText(a money.Amount) string { return strconv.FormatInt(a.Minor(), 10) }

func seconds(at txn.Wall) int64 { return int64(at) / 1000 }

// minutes is a time in whole minutes, rounded up, 1 to 15: the acquirer advises
// not to go beyond 15 (S5).
func minutes(d time.Duration) string {
	return strconv.FormatInt(int64(min(max((d+time.Minute-1)/time.Minute, 1), 15)), 10)
}

// shapes is what the codes of the three wallets look like (rails.md 1.2, 2.1,
// 3.1): the first two digits, and how many there are.
var shapes = []struct {
	first, last     string
	shortest, limit int
}{
	{"10", "15", 18, 18}, // WeChat Pay
	{"25", "30", 16, 24}, // Alipay
	{"62", "62", 19, 19}, // UnionPay
}

// payerCode reports whether s is what package paycode calls a payer's code of
// one of the three. It is asked again here, because this is the door.
func payerCode(s string) bool {
	if len(s) < 2 || !digits(s) {
		return false
	}
	for _, f := range shapes {
		if f.first <= s[:2] && s[:2] <= f.last {
			return f.shortest <= len(s) && len(s) <= f.limit
		}
	}
	return false
}
