package wechatsim

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/option"
	"github.com/wechatpay-apiv3/wechatpay-go/services/refunddomestic"
)

// newRefundOracle is the official SDK led to a gateway with one paid order,
// 000001 of 10.00.
func newRefundOracle(t *testing.T) (*Gateway, *core.Client) {
	t.Helper()
	keys := Keys()
	cfg := keys.Config()
	cfg.RefundTime = time.Nanosecond // the SDK has no virtual clock
	g := New(cfg)
	t.Cleanup(func() { balanced(t, g) })
	client, err := core.NewClient(t.Context(),
		option.WithWechatPayPublicKeyAuthCipher(keys.MchID, keys.MerchantSerial, keys.Merchant,
			keys.PlatformID, &keys.Platform.PublicKey),
		option.WithHTTPClient(&http.Client{Transport: g}))
	if err != nil {
		t.Fatal(err)
	}
	if err := g.SetText("pay next coupon 100"); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Post(t.Context(), "https://api.mch.weixin.qq.com/v3/pay/transactions/codepay",
		payBody("000001", 1000, g.Wallet("").Code())); err != nil {
		t.Fatal(err)
	}
	return g, client
}

func refundRequestOf(key string, fen, total int64) refunddomestic.CreateRequest {
	return refunddomestic.CreateRequest{
		OutTradeNo: new("000001"), OutRefundNo: &key, Reason: new("凉了"),
		Amount: &refunddomestic.AmountReq{Refund: &fen, Total: &total, Currency: new("CNY")},
	}
}

func TestOfficialRefundServiceRefundsAndAsks(t *testing.T) {
	g, client := newRefundOracle(t)
	service := refunddomestic.RefundsApiService{Client: client}
	made, _, err := service.Create(t.Context(), refundRequestOf("R-1@x", 400, 1000))
	if err != nil {
		t.Fatal(err)
	}
	asked, _, err := service.QueryByOutRefundNo(t.Context(),
		refunddomestic.QueryByOutRefundNoRequest{OutRefundNo: new("R-1@x")})
	if err != nil {
		t.Fatal(err)
	}
	if *made.Status != refunddomestic.STATUS_PROCESSING || made.SuccessTime != nil {
		t.Errorf("made %v", made)
	}
	if *asked.Status != refunddomestic.STATUS_SUCCESS || time.Since(*asked.SuccessTime) > time.Minute {
		t.Errorf("asked %v", asked)
	}
	for name, r := range map[string]*refunddomestic.Refund{"made": made, "asked": asked} {
		a := r.Amount
		if *r.OutRefundNo != "R-1@x" || *r.OutTradeNo != "000001" || len(*r.RefundId) != 29 ||
			*r.Channel != refunddomestic.CHANNEL_ORIGINAL || *r.UserReceivedAccount == "" ||
			*r.FundsAccount != refunddomestic.FUNDSACCOUNT_AVAILABLE || r.CreateTime == nil ||
			*a.Total != 1000 || *a.Refund != 400 || *a.PayerTotal != 900 || *a.PayerRefund != 360 ||
			*a.DiscountRefund != 40 || *a.SettlementRefund != 400 || *a.Currency != "CNY" ||
			len(r.PromotionDetail) != 1 || *r.PromotionDetail[0].RefundAmount != 40 {
			t.Errorf("%s: %v", name, r)
		}
	}
	if o, _ := g.Order("000001"); o.Returned != 400 || *made.TransactionId != o.TransactionID {
		t.Errorf("%+v", o)
	}
}

func TestOfficialRefundServiceIsRefused(t *testing.T) {
	g, client := newRefundOracle(t)
	service := refunddomestic.RefundsApiService{Client: client}
	short := refundRequestOf("R-2", 400, 1000)
	byID := refundRequestOf("R-3", 400, 1000)
	byID.OutTradeNo, byID.TransactionId = nil, new("4200000000000000000000000000")
	g.SetAvailable(399)
	for want, r := range map[string]refunddomestic.CreateRequest{
		"NOT_ENOUGH": short, "RESOURCE_NOT_EXISTS": byID,
		"INVALID_REQUEST": refundRequestOf("R-4", 1001, 1000), "PARAM_ERROR": refundRequestOf("", 1, 1000),
	} {
		if _, _, err := service.Create(t.Context(), r); apiCode(t, err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	_, _, err := service.QueryByOutRefundNo(t.Context(),
		refunddomestic.QueryByOutRefundNoRequest{OutRefundNo: new("R-2")})
	if apiCode(t, err) != "RESOURCE_NOT_EXISTS" {
		t.Error(err)
	}
	g.TopUp(1)
	if _, _, err := service.Create(t.Context(), short); err != nil {
		t.Errorf("the same key after topping up: %v", err)
	}
}

func TestOfficialClientSendsAnAbnormalRefundToTheMerchant(t *testing.T) {
	g, client := newRefundOracle(t)
	if err := g.SetText("refund next refund-abnormal"); err != nil {
		t.Fatal(err)
	}
	service := refunddomestic.RefundsApiService{Client: client}
	made, _, err := service.Create(t.Context(), refundRequestOf("R-1", 400, 1000))
	if err != nil {
		t.Fatal(err)
	}
	result, err := client.Post(t.Context(), "https://api.mch.weixin.qq.com/v3/refund/domestic/refunds/"+
		*made.RefundId+"/apply-abnormal-refund",
		map[string]any{"out_refund_no": "R-1", "type": "MERCHANT_BANK_CARD"})
	if err != nil {
		t.Fatal(err)
	}
	var r refunddomestic.Refund
	if err := core.UnMarshalResponse(result.Response, &r); err != nil ||
		*r.Status != refunddomestic.STATUS_PROCESSING {
		t.Errorf("%v, %v", r, err)
	}
	if list := g.Refunds(); len(list) != 1 || list[0].State != "SUCCESS" {
		t.Errorf("%+v", list)
	}
}

func TestOfficialClientReadsTheBalance(t *testing.T) {
	_, client := newRefundOracle(t)
	result, err := client.Get(t.Context(), "https://api.mch.weixin.qq.com/v3/merchant/fund/balance/BASIC")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(result.Response.Body)
	var funds struct {
		Available int64 `json:"available_amount"`
	}
	if err != nil || json.Unmarshal(raw, &funds) != nil || funds.Available != 1000 {
		t.Errorf("%s, %v", raw, err)
	}
}
