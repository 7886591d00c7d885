package lakala

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"till/sim/railsim/railwire"
	"till/txn"
	"till/txn/money"
	"till/txn/rail"
)

// noon is 2026-01-01 00:00:00 UTC and half a second: 08:00:00 in Beijing.
const noon = txn.Wall(1767225600_500)

const (
	testOrder  = txn.OrderNo("TESTINSTALL10000000042")
	testRefund = txn.RefundNo("TESTINSTALL1R0000000043")
	tradeNo    = "20260101110113130266202326851350"
	wechatCode = "134567890123456789"
	alipayCode = "287634438256643945"
	unionCode  = "6220123456789012345"
	nonce      = "N0nceOf32LettersAndDigits0000001"
	ourSerial  = "017d6ae9ad6e"
	hisSerial  = "018a4c2f77b1"
)

var calls = []txn.Call{txn.CallPay, txn.CallQuery, txn.CallReverse, txn.CallShow, txn.CallClose}

var refundCalls = []txn.RefundCall{txn.CallRefund, txn.CallRefundQuery}

func testAsk() txn.Ask {
	return txn.Ask{Order: testOrder, Rail: Name, Amount: money.Fen(1250), Begun: noon}
}

func testPay(code string) txn.SendPay {
	return txn.SendPay{Ask: testAsk(), Code: txn.NewPayerCode(code)}
}

// testRefundAsk gives 5.00 of 12.50 back.
func testRefundAsk() txn.RefundAsk {
	return txn.RefundAsk{Refund: testRefund, Order: testOrder, Rail: Name,
		Amount: money.Fen(500), Total: money.Fen(1250), Reason: "面包 不新鲜", Begun: noon}
}

func testFind() txn.FindAsk { return txn.FindAsk{Order: testOrder, Rail: Name} }

func testConfig() Config {
	return Config{
		BaseURL: "https://s2.lakala.com/api", AppID: "OP00000003", MerchantNo: "822290070111135",
		TermNo: "29034705", IP: "36.45.36.95", Location: "+31.221345,+121.12345",
		Subject: "街角面包店 {order}",
		Signer:  railwire.HMAC(ourSerial), Verifier: railwire.HMAC(hisSerial),
	}
}

func testRail(t testing.TB, change func(*Config)) *Rail {
	t.Helper()
	cfg := testConfig()
	if change != nil {
		change(&cfg)
	}
	p, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func readKey(t testing.TB, who string) *rsa.PrivateKey {
	t.Helper()
	block, _ := pem.Decode(readFile(t, who+".key.pem"))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key.(*rsa.PrivateKey)
}

// rsaRail is a rail with real keys.
func rsaRail(t testing.TB) *Rail {
	t.Helper()
	s, err := rail.NewRSASigner(ourSerial, readKey(t, "merchant"))
	if err != nil {
		t.Fatal(err)
	}
	v, err := rail.NewRSAVerifier(rail.RSAKey{Serial: hisSerial, Key: &readKey(t, "lakala").PublicKey})
	if err != nil {
		t.Fatal(err)
	}
	return testRail(t, func(c *Config) { c.Signer, c.Verifier = s, v })
}

// signed is an answer as the gateway writes it, at noon.
func signed(t testing.TB, body string) rail.Response {
	return signedAt(t, body, strconv.FormatInt(int64(noon)/1000, 10))
}

func signedAt(t testing.TB, body, stamp string) rail.Response {
	t.Helper()
	text := signedText(testConfig().AppID, hisSerial, stamp, "8d2b0f3a91c4", []byte(body))
	sig, err := railwire.HMAC(hisSerial).Sign(text)
	if err != nil {
		t.Fatal(err)
	}
	return headed(body, stamp, base64.StdEncoding.EncodeToString(sig))
}

func headed(body, stamp, signature string) rail.Response {
	return rail.Response{Status: 200, Body: []byte(body), Header: [][2]string{
		{"Content-Type", "application/json;charset=UTF-8"},
		{"Lklapi-Appid", testConfig().AppID}, {"Lklapi-Serial", hisSerial},
		{"Lklapi-Timestamp", stamp}, {"Lklapi-Nonce", "8d2b0f3a91c4"}, {"Lklapi-Signature", signature},
	}}
}

// said is a body with a code and words, and without data.
func said(code, msg string) string {
	return fmt.Sprintf(`{"code":"%s","msg":"%s","resp_time":"20260101080001","resp_data":null}`, code, msg)
}

// with is a body of a call that was done.
func with(code, data string) string {
	return fmt.Sprintf(`{"msg":"成功","resp_time":"20260101080001","code":"%s","resp_data":{%s}}`, code, data)
}

const paidData = `"merchant_no":"822290070111135","out_trade_no":"TESTINSTALL10000000042",` +
	`"trade_no":"20260101110113130266202326851350","account_type":"UQRCODEPAY",` +
	`"total_amount":"1250","payer_amount":"1200",` +
	`"trade_time":"20260101080000"`

func trade(state string) string {
	return with("BBS00000", paidData+`,"trade_main_type":"MICROPAY","trade_state":"`+state+`"`)
}

const revokedData = `"merchant_no":"822290070111135","out_trade_no":"TESTINSTALL10000000042V767225600",` +
	`"origin_out_trade_no":"TESTINSTALL10000000042","total_amount":"1250","trade_time":"20260101080000"`

const closedData = `"origin_out_trade_no":"TESTINSTALL10000000042",` +
	`"origin_trade_no":"20260101110113130266202326851350",` +
	`"trade_time":"20260101080000"`

const shownData = `"merchant_no":"822290070111135","out_trade_no":"TESTINSTALL10000000042",` +
	`"trade_no":"20260101110113130266202326851350",` +
	`"acc_resp_fields":{"code":"https://qr.alipay.com/bax09121p4gu9csgp9ji5531","code_image":""}`

func refundData(state string) string {
	return with("000000",
		`"trade_state":"`+state+`","merchant_no":"822290070111135","out_trade_no":"TESTINSTALL1R0000000043",`+
			`"trade_no":"20260101110113130266202326859999","account_type":"WECHAT",`+
			`"total_amount":"1250","refund_amount":"500",`+
			`"payer_amount":"420","origin_out_trade_no":"TESTINSTALL10000000042","channel_ret_desc":"RFD00000#成功"`)
}

// goodBody is an answer to a call that decides it.
func goodBody(call txn.Call) string {
	return map[txn.Call]string{
		txn.CallPay: with("BBS00000", paidData), txn.CallQuery: trade("SUCCESS"),
		txn.CallReverse: with("BBS00000", revokedData), txn.CallShow: with("BBS00000", shownData),
		txn.CallClose: with("BBS00000", closedData),
	}[call]
}

// swap replaces one piece of a text; it must be there.
func swap(t testing.TB, s, old, new string) string {
	t.Helper()
	if !strings.Contains(s, old) {
		t.Fatalf("%q is not in %s", old, s)
	}
	return strings.Replace(s, old, new, 1)
}
