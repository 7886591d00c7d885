package railsim_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"till/sim/railsim"
	"till/sim/railsim/alipaysim"
	"till/sim/railsim/wechatsim"
)

// TestOneWorldHoldsSeveralGateways pays at WeChat Pay with a code and looks at
// what Alipay, the customer and the books make of it.
func TestOneWorldHoldsSeveralGateways(t *testing.T) {
	world := railsim.New(railsim.Config{Seed: 7})
	keys := wechatsim.Keys()
	cfg := keys.Config()
	cfg.World = world
	wechat := wechatsim.New(cfg)
	other := alipaysim.Keys().Config()
	other.World = world
	alipay := alipaysim.New(other)
	var heard []string
	world.OnEvent(func(e railsim.Event) { heard = append(heard, e.Rail+" "+e.Text()) })

	customer := world.Customer("")
	if c := alipay.Wallet("").Code(); !strings.HasPrefix(c, "28") {
		t.Error("an Alipay code begins with 28")
	}
	code := customer.CodeOf(railsim.WeChatPay)
	body := fmt.Sprintf(`{"appid":%q,"mchid":%q,"description":"x","out_trade_no":"000001",`+
		`"amount":{"total":1000},"payer":{"auth_code":%q},"scene_info":{"store_info":{"out_id":"1"}}}`,
		keys.AppID, keys.MchID, code)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost,
		"https://x/v3/pay/transactions/codepay", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now().Unix()
	sum := sha256.Sum256(fmt.Appendf(nil, "POST\n/v3/pay/transactions/codepay\n%d\nn\n%s\n", at, body))
	signature, err := rsa.SignPKCS1v15(rand.Reader, keys.Merchant, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{
		"Accept": {"application/json"}, "Content-Type": {"application/json"},
		"Authorization": {fmt.Sprintf(`WECHATPAY2-SHA256-RSA2048 mchid="%s",nonce_str="n",`+
			`timestamp="%d",serial_no="%s",signature="%s"`, keys.MchID, at, keys.MerchantSerial,
			base64.StdEncoding.EncodeToString(signature))},
	}
	answer, err := wechat.Do(t.Context(), r)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%+v, %v", answer, err)
	}
	if len(wechat.Orders()) != 1 || len(alipay.Orders()) != 0 {
		t.Errorf("%+v, %+v", wechat.Orders(), alipay.Orders())
	}
	if bill := customer.Bill(); len(bill) != 1 || bill[0].Rail != "wechatpay" || bill[0].Fen != -1000 {
		t.Errorf("%+v", bill)
	}
	if shown := customer.Shown(); len(shown) != 2 || shown[0].Network != railsim.Alipay {
		t.Errorf("%+v", shown)
	}
	want := "alipay code shown| code shown|wechatpay pay received|wechatpay charged|wechatpay pay answered"
	if got := strings.Join(heard, "|"); got != want {
		t.Errorf("heard %s", got)
	}
	if log := strings.Join(alipay.Log(), "|"); strings.Contains(log, "charged") {
		t.Errorf("Alipay's log: %s", log)
	}
	if err := world.CheckBooks(); err != nil {
		t.Error(err)
	}
	defer func() {
		if recover() == nil {
			t.Error("two gateways have one name")
		}
	}()
	alipaysim.New(other)
}
