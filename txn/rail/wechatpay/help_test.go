package wechatpay

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"till/sim/railsim/railwire"
	"till/txn"
	"till/txn/money"
	"till/txn/rail"
)

var update = flag.Bool("update", false, "rewrite the golden files; read the diff before you commit it")

// noon is 2026-01-01 00:00:00 UTC and half a second.
const noon = txn.Wall(1767225600_500)

const (
	testNonce    = "593BEC0C930BF1AFEB40B4A08C8FB242"
	testOrder    = txn.OrderNo("TESTINSTALL10000000042")
	testRefund   = txn.RefundNo("TESTINSTALL1R0000000043")
	refundID     = "50300002012026010112345678901"
	merchantKey  = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"
	platformKey  = "PUB_KEY_ID_0116000000012024"
	platformKey2 = "PUB_KEY_ID_0116000000012026"
)

func testAsk() txn.Ask {
	return txn.Ask{Order: testOrder, Rail: txn.WeChatPay, Amount: money.Fen(1250), Begun: noon}
}

func testPay() txn.SendPay {
	return txn.SendPay{Ask: testAsk(), Code: txn.NewPayerCode("134567890123456789")}
}

func testShow() txn.SendShow {
	a := testAsk()
	a.Shown = true
	return txn.SendShow{Ask: a, Lives: 3 * time.Minute}
}

// testRefundAsk gives 5.00 of 12.50 back.
func testRefundAsk() txn.RefundAsk {
	return txn.RefundAsk{Refund: testRefund, Order: testOrder, Rail: txn.WeChatPay,
		Amount: money.Fen(500), Total: money.Fen(1250), Reason: "面包 不新鲜", Begun: noon}
}

func testConfig() Config {
	return Config{
		BaseURL: "https://api.mch.weixin.qq.com", AppID: "wx8888888888888888", MchID: "1900000109",
		StoreID: "SHOP7", DeviceID: "till-1", DeviceIP: "192.168.1.20",
		Description: "街角面包店 {order}", NotifyURL: "https://shop.example/notify",
		Signer: railwire.HMAC("merchant"), Verifier: railwire.HMAC("platform"),
	}
}

func testRail(t testing.TB, change func(*Config)) *Rail {
	t.Helper()
	cfg := testConfig()
	if change != nil {
		change(&cfg)
	}
	w, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func readKey(t testing.TB, name string) *rsa.PrivateKey {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name+".key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(raw)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key.(*rsa.PrivateKey)
}

func rsaSigner(t testing.TB, serial, name string) *rail.RSASigner {
	t.Helper()
	s, err := rail.NewRSASigner(serial, readKey(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// rsaRail is a rail with real keys: the platform has two, as during a change.
func rsaRail(t testing.TB) *Rail {
	t.Helper()
	v, err := rail.NewRSAVerifier(
		rail.RSAKey{Serial: platformKey, Key: &readKey(t, "platform").PublicKey},
		rail.RSAKey{Serial: platformKey2, Key: &readKey(t, "platform2").PublicKey})
	if err != nil {
		t.Fatal(err)
	}
	return testRail(t, func(c *Config) {
		c.Signer, c.Verifier = rsaSigner(t, merchantKey, "merchant"), v
	})
}

// signed is an answer of the platform, signed at a time in seconds.
func signed(t testing.TB, by rail.Signer, at int64, status int, body string) rail.Response {
	t.Helper()
	const nonce = "c5ac7061fccab6bf3e254dcf98995b8c"
	sig, err := by.Sign(fmt.Appendf(nil, "%d\n%s\n%s\n", at, nonce, body))
	if err != nil {
		t.Fatal(err)
	}
	return rail.Response{Status: status, Body: []byte(body), Header: [][2]string{
		{"Content-Type", "application/json; charset=utf-8"},
		{"Wechatpay-Nonce", nonce},
		{"Wechatpay-Signature", base64.StdEncoding.EncodeToString(sig)},
		{"Wechatpay-Timestamp", strconv.FormatInt(at, 10)},
		{"Wechatpay-Serial", by.Serial()},
	}}
}

// genuine is an answer that testRail believes.
func genuine(t testing.TB, status int, body string) rail.Response {
	return signed(t, railwire.HMAC("platform"), seconds(noon), status, body)
}

// bare is an answer without a signature.
func bare(status int, body string) rail.Response {
	return rail.Response{Status: status, Body: []byte(body)}
}

func errorBody(code, message string) string {
	return fmt.Sprintf(`{"code":%q,"message":%q}`, code, message)
}

func orderBody(state string) string {
	return fmt.Sprintf(`{"appid":"wx8888888888888888","mchid":"1900000109","out_trade_no":"%s",`+
		`"transaction_id":"4200002000202601010123456789","trade_type":"MICROPAY","trade_state":"%s",`+
		`"trade_state_desc":"说明","amount":{"total":1250,"payer_total":1250,"currency":"CNY"}}`,
		testOrder, state)
}

// refundJSON is a refund of testRefundAsk; of its 5.00 the payer gets 4.20.
func refundJSON(status string) string {
	return fmt.Sprintf(`{"refund_id":%q,"out_refund_no":%q,"transaction_id":"4200002000202601010123456789",`+
		`"out_trade_no":%q,"channel":"ORIGINAL","user_received_account":"支付用户零钱",`+
		`"create_time":"2026-01-01T08:00:00+08:00","status":%q,"funds_account":"AVAILABLE",`+
		`"amount":{"total":1250,"refund":500,"payer_total":1170,"payer_refund":420,`+
		`"settlement_refund":420,"settlement_total":1170,"discount_refund":80,"currency":"CNY"}}`,
		refundID, testRefund, testOrder, status)
}

const reverseBodyOK = `{"appid":"wx8888888888888888","mchid":"1900000109","out_trade_no":"TESTINSTALL10000000042"}`

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (run with -update to accept)\n--- want\n%s\n--- got\n%s", path, want, got)
		if err := os.WriteFile(filepath.Join(t.ArtifactDir(), name), []byte(got), 0o644); err != nil {
			t.Log(err)
		}
	}
}
