package wechatpay

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"till/txn"
	"till/txn/money"
	"till/txn/rail"
)

var errNotify = errors.New("no notify_url is configured, without which the network makes no code")

const (
	showPath = "/v3/pay/transactions/native"

	// expireMin is the shortest time_expire of an order whose code is shown, and
	// expireSlack what this clock may be behind the network's without the order
	// being refused for it (rails.md 1.8).
	expireMin, expireSlack = 5 * time.Minute, time.Minute

	beijing = 8 * time.Hour

	// codeMax is the longest code_url that is shown: string(512) in the page.
	codeMax = 512
)

type showBody struct {
	AppID       string     `json:"appid"`
	MchID       string     `json:"mchid"`
	Description string     `json:"description"`
	OutTradeNo  string     `json:"out_trade_no"`
	TimeExpire  string     `json:"time_expire"`
	NotifyURL   string     `json:"notify_url"`
	Amount      amountBody `json:"amount"`
	SceneInfo   sceneShown `json:"scene_info"`
}

// sceneShown is scene_info as it is spelled in this call: see sceneInBody.
type sceneShown struct {
	ClientIP  string      `json:"payer_client_ip"`
	DeviceID  string      `json:"device_id"`
	StoreInfo *storeShown `json:"store_info,omitempty"`
}

type storeShown struct {
	ID string `json:"id"`
}

type closeBody struct {
	MchID string `json:"mchid"`
}

// ShowPolicy implements rail.Shower. The code is taken off the screen and the
// order closed after 3 minutes, a wait that a counter bears and that is well below
// the 4 minutes of rails.md 0.2 and the 5 of time_expire (1.8). Intervals: 0.2, Q4.
func (w *Rail) ShowPolicy() txn.ShowPolicy {
	if w.cfg.NotifyURL == "" {
		return txn.ShowPolicy{} // the network demands the address: no code is offered
	}
	return txn.ShowPolicy{
		Lives: 3 * time.Minute,
		Soon:  2 * time.Second, SoonFor: 30 * time.Second, Interval: 5 * time.Second,
		Confirm: true,
	}
}

// Show implements rail.Shower: POST /v3/pay/transactions/native (rails.md 1.8).
// The order outlives the code by some minutes, because the network takes no
// time_expire under 5; it is closed before.
func (w *Rail) Show(e txn.SendShow, nonce string, at txn.Wall) (rail.Request, error) {
	switch {
	case e.Amount.Zero() || e.Amount.Currency() != money.CNY:
		return rail.Request{}, fmt.Errorf("show %s: %w", e.Order, errNothing)
	case w.cfg.NotifyURL == "":
		return rail.Request{}, fmt.Errorf("show %s: %w", e.Order, errNotify)
	}
	body := showBody{
		AppID:       w.cfg.AppID,
		MchID:       w.cfg.MchID,
		Description: describe(w.cfg.Description, e.Order.Tail(), descriptionMax),
		OutTradeNo:  string(e.Order),
		TimeExpire:  at.In(beijing).Add(max(e.Lives, expireMin) + expireSlack).Format(time.RFC3339),
		NotifyURL:   w.cfg.NotifyURL,
		Amount:      amountBody{e.Amount.Minor(), string(e.Amount.Currency())},
		SceneInfo:   sceneShown{ClientIP: w.cfg.DeviceIP, DeviceID: w.cfg.DeviceID},
	}
	if w.cfg.StoreID != "" {
		body.SceneInfo.StoreInfo = &storeShown{w.cfg.StoreID}
	}
	return w.order("show", "POST", showPath, e.Order, body, nonce, at)
}

// Close implements rail.Shower: POST .../out-trade-no/{no}/close. It is no
// reversal: nothing that was paid comes back (rails.md 1.8).
func (w *Rail) Close(a txn.Ask, nonce string, at txn.Wall) (rail.Request, error) {
	path := orderPath + string(a.Order) + "/close"
	return w.order("close", "POST", path, a.Order, closeBody{w.cfg.MchID}, nonce, at)
}

// shown folds the answer to Show. It names no order and no amount: nothing but
// TLS says whose code it is, so should it name an order, it must be ours.
func shown(out *txn.Answered, a txn.Ask, ans answer) {
	switch {
	case ans.OutTradeNo != "" && ans.OutTradeNo != string(a.Order):
		set(out, verdict{cause: txn.CauseForeign, fault: rail.FaultForeign, again: true})
	case !showable(ans.CodeURL):
		set(out, verdict{cause: txn.CauseOther, fault: rail.FaultBroken, again: true})
	default:
		out.QR = ans.CodeURL
		set(out, acting)
	}
}

// showable reports whether s is a code of the network, in visible ASCII:
// "weixin://wxpay/bizpayurl?pr=...".
func showable(s string) bool {
	return len(s) <= codeMax && strings.HasPrefix(s, "weixin://") &&
		strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

// show is what a code means as the answer to Show: what it means to a payment,
// but nothing is pending without a code.
func (r row) show() verdict {
	if r.pay.outcome == txn.Pending {
		return verdict{cause: r.pay.cause, again: true}
	}
	return r.pay
}

// close is what a code means as the answer to Close: pay.weixin.qq.com
// doc/v3/merchant/4012791881. An order that was never made is closed by nobody:
// the request that makes it may still be on its way.
func (r row) close() verdict {
	switch {
	case same(r.code, "ORDER_PAID"):
		return verdict{outcome: txn.Declined, cause: txn.CauseAlreadyPaid}
	case r.class == ClassDead, r.class == ClassPending:
		return r.reverse
	}
	return verdict{cause: r.reverse.cause, fault: r.reverse.fault}
}
