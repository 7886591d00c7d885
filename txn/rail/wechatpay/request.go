package wechatpay

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"till/txn"
	"till/txn/money"
	"till/txn/rail"
)

// The ways in which there is nothing to send.
var (
	errNoCode  = errors.New("no payer's code of WeChat Pay: 18 digits that begin with 10 to 15")
	errNothing = errors.New("nothing to pay or to give back")
	errNonce   = errors.New("nonce is not 1 to 32 letters and digits")
	errOrderNo = errors.New("order number is not 6 to 32 letters and digits")
)

type payBody struct {
	AppID       string      `json:"appid"`
	MchID       string      `json:"mchid"`
	Description string      `json:"description"`
	OutTradeNo  string      `json:"out_trade_no"`
	Payer       payerBody   `json:"payer"`
	Amount      amountBody  `json:"amount"`
	SceneInfo   sceneInBody `json:"scene_info"`
}

type payerBody struct {
	AuthCode string `json:"auth_code"`
}

type amountBody struct {
	Total    int64  `json:"total"` // fen
	Currency string `json:"currency"`
}

// sceneInBody has device_ip where other calls of v3 have payer_client_ip, and
// out_id for the merchant's own number of the shop (rails.md 1.3, W7).
type sceneInBody struct {
	DeviceID  string     `json:"device_id"`
	DeviceIP  string     `json:"device_ip"`
	StoreInfo *storeBody `json:"store_info,omitempty"`
}

type storeBody struct {
	OutID string `json:"out_id"`
}

type reverseBody struct {
	AppID string `json:"appid"`
	MchID string `json:"mchid"`
}

const (
	payPath   = "/v3/pay/transactions/codepay"
	orderPath = "/v3/pay/transactions/out-trade-no/"
	scheme    = "WECHATPAY2-SHA256-RSA2048"
	userAgent = "till"
)

// Pay implements rail.Rail: POST /v3/pay/transactions/codepay (rails.md 1.1).
func (w *Rail) Pay(e txn.SendPay, nonce string, at txn.Wall) (rail.Request, error) {
	code := e.Code.Reveal()
	switch {
	case !payerCode(code):
		return rail.Request{}, fmt.Errorf("pay %s: %w", e.Order, errNoCode)
	case e.Amount.Zero() || e.Amount.Currency() != money.CNY:
		return rail.Request{}, fmt.Errorf("pay %s: %w", e.Order, errNothing)
	}
	body := payBody{
		AppID:       w.cfg.AppID,
		MchID:       w.cfg.MchID,
		Description: describe(w.cfg.Description, e.Order.Tail(), descriptionMax),
		OutTradeNo:  string(e.Order),
		Payer:       payerBody{code},
		Amount:      amountBody{e.Amount.Minor(), string(e.Amount.Currency())},
		SceneInfo:   sceneInBody{DeviceID: w.cfg.DeviceID, DeviceIP: w.cfg.DeviceIP},
	}
	if w.cfg.StoreID != "" {
		body.SceneInfo.StoreInfo = &storeBody{w.cfg.StoreID}
	}
	return w.order("pay", "POST", payPath, e.Order, body, nonce, at)
}

// Query implements rail.Rail: GET /v3/pay/transactions/out-trade-no/{no}.
func (w *Rail) Query(a txn.Ask, nonce string, at txn.Wall) (rail.Request, error) {
	path := orderPath + string(a.Order) + "?mchid=" + w.cfg.MchID
	return w.order("query", "GET", path, a.Order, nil, nonce, at)
}

// Reverse implements rail.Rail: POST .../out-trade-no/{no}/reverse.
func (w *Rail) Reverse(a txn.Ask, nonce string, at txn.Wall) (rail.Request, error) {
	path := orderPath + string(a.Order) + "/reverse"
	return w.order("reverse", "POST", path, a.Order, reverseBody{w.cfg.AppID, w.cfg.MchID}, nonce, at)
}

// payerCode reports whether s is what package paycode calls a payer's code of
// this network (rails.md 1.2). It is asked again here, because this is the door.
func payerCode(s string) bool {
	if len(s) != 18 || s[0] != '1' || s[1] > '5' {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// order is a request about an order.
func (w *Rail) order(
	verb, method, path string, order txn.OrderNo, body any, nonce string, at txn.Wall,
) (rail.Request, error) {
	if !orderNo(order) {
		return rail.Request{}, fmt.Errorf("%s %q: %w", verb, order, errOrderNo)
	}
	return w.request(verb+" "+string(order), method, path, body, nonce, at)
}

func orderNo(o txn.OrderNo) bool { return len(o) >= 6 && rail.Token(string(o), idMax) }

// request signs; what names it in errors, so it tells no secret.
func (w *Rail) request(
	what, method, path string, body any, nonce string, at txn.Wall,
) (rail.Request, error) {
	var raw []byte
	if body != nil {
		var err error
		if raw, err = json.Marshal(body); err != nil {
			return rail.Request{}, fmt.Errorf("%s: %w", what, err)
		}
	}
	auth, err := w.authorization(method, path, raw, nonce, at)
	if err != nil {
		return rail.Request{}, fmt.Errorf("%s: %w", what, err)
	}
	req := rail.Request{
		Method: method,
		URL:    w.cfg.BaseURL + path,
		Header: [][2]string{
			{"Authorization", auth},
			{"Accept", "application/json"},
			{"User-Agent", userAgent},
		},
		Body: raw,
	}
	if raw != nil {
		req.Header = append(req.Header, [2]string{"Content-Type", "application/json"})
	}
	if w.cfg.AcceptSerial != "" {
		req.Header = append(req.Header, [2]string{"Wechatpay-Serial", w.cfg.AcceptSerial})
	}
	return req, nil
}

// authorization signs "METHOD\nPATH\nTIMESTAMP\nNONCE\nBODY\n", the time stamp
// in seconds since 1970 UTC (rails.md 1.9).
func (w *Rail) authorization(
	method, path string, body []byte, nonce string, at txn.Wall,
) (string, error) {
	if !rail.Token(nonce, 32) {
		return "", errNonce
	}
	stamp := strconv.FormatInt(seconds(at), 10)
	message := fmt.Appendf(nil, "%s\n%s\n%s\n%s\n%s\n", method, path, stamp, nonce, body)
	signature, err := w.cfg.Signer.Sign(message)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(`%s mchid="%s",nonce_str="%s",timestamp="%s",serial_no="%s",signature="%s"`,
		scheme, w.cfg.MchID, nonce, stamp, w.cfg.Signer.Serial(),
		base64.StdEncoding.EncodeToString(signature)), nil
}

// seconds since 1970 UTC, the broken one left off: also before 1970.
func seconds(at txn.Wall) int64 {
	s := int64(at) / 1000
	if int64(at)%1000 < 0 {
		s--
	}
	return s
}
