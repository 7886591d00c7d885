package alipay

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"till/sim/railsim/railwire"
	"till/txn"
	"till/txn/money"
	"till/txn/rail"
)

var update = flag.Bool("update", false, "rewrite the golden files; read the diff before you commit it")

// noon is 2026-01-01 00:00:00 UTC and half a second: 08:00:00 in Beijing.
const noon = txn.Wall(1767225600_500)

const (
	testOrder  = txn.OrderNo("TESTINSTALL10000000042")
	testRefund = txn.RefundNo("TESTINSTALL1R0000000043")
	tradeNo    = "2026010122001425541456789012"
	secretCode = "287634438256643945"
)

var calls = []txn.Call{txn.CallPay, txn.CallQuery, txn.CallReverse, txn.CallShow, txn.CallClose}

var refundCalls = []txn.RefundCall{txn.CallRefund, txn.CallRefundQuery}

func testAsk() txn.Ask {
	return txn.Ask{Order: testOrder, Rail: txn.Alipay, Amount: money.Fen(1250), Begun: noon}
}

func testPay() txn.SendPay {
	return txn.SendPay{Ask: testAsk(), Code: txn.NewPayerCode(secretCode)}
}

func testShow() txn.SendShow {
	a := testAsk()
	a.Shown = true
	return txn.SendShow{Ask: a, Lives: 3 * time.Minute}
}

// testRefundAsk gives 5.00 of 12.50 back.
func testRefundAsk() txn.RefundAsk {
	return txn.RefundAsk{Refund: testRefund, Order: testOrder, Rail: txn.Alipay,
		Amount: money.Fen(500), Total: money.Fen(1250), Reason: "面包 不新鲜", Begun: noon}
}

func testConfig() Config {
	return Config{
		BaseURL: "https://openapi.alipay.com/gateway.do", AppID: "2021000122610000",
		StoreID: "SHOP7", TerminalID: "till-1", OperatorID: "07",
		Subject: "街角面包店 {order}",
		Signer:  railwire.HMAC("merchant"), Verifier: railwire.HMAC(KeySerial),
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

// rsaRail is a rail with real keys.
func rsaRail(t testing.TB) *Rail {
	t.Helper()
	v, err := rail.NewRSAVerifier(rail.RSAKey{Serial: KeySerial, Key: &readKey(t, "alipay").PublicKey})
	if err != nil {
		t.Fatal(err)
	}
	return testRail(t, func(c *Config) { c.Signer, c.Verifier = rsaSigner(t, "merchant", "merchant"), v })
}

// The names of the members.
const (
	payMember         = "alipay_trade_pay_response"
	queryMember       = "alipay_trade_query_response"
	cancelMember      = "alipay_trade_cancel_response"
	refundMember      = "alipay_trade_refund_response"
	refundQueryMember = "alipay_trade_fastpay_refund_query_response"
	precreateMember   = "alipay_trade_precreate_response"
	balanceMember     = "alipay_data_bill_balance_query_response"
)

func memberOf(call txn.Call) string {
	return []string{payMember, queryMember, cancelMember, precreateMember, cancelMember}[call]
}

func refundMemberOf(call txn.RefundCall) string {
	return []string{refundMember, refundQueryMember}[call]
}

func signature(t testing.TB, by rail.Signer, content string) string {
	t.Helper()
	sig, err := by.Sign([]byte(content))
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(sig)
}

// signed is an answer as the gateway writes it.
func signed(t testing.TB, by rail.Signer, member, content string) rail.Response {
	t.Helper()
	return answered(fmt.Sprintf(`{"%s":%s,"sign":"%s"}`, member, content, signature(t, by, content)))
}

// genuine is an answer that testRail believes.
func genuine(t testing.TB, member, content string) rail.Response {
	return signed(t, railwire.HMAC(KeySerial), member, content)
}

// bareAnswer is an answer without a signature.
func bareAnswer(member, content string) rail.Response {
	return answered(fmt.Sprintf(`{"%s":%s}`, member, content))
}

func answered(body string) rail.Response {
	return rail.Response{Status: 200, Body: []byte(body),
		Header: [][2]string{{"Content-Type", "text/html;charset=utf-8"}}} // as the real one
}

// failure is the content of a refusal.
func failure(code, sub, words string) string {
	return fmt.Sprintf(`{"code":"%s","msg":"Business Failed","sub_code":"%s","sub_msg":"%s"}`, code, sub, words)
}

func business(sub string) string { return failure("40004", sub, "") }

// paid is the content of a payment that was done, with a voucher in it: nested
// braces, brackets, quotes and escapes.
const paid = `{"code":"10000","msg":"Success","buyer_logon_id":"ali***@163.com","buyer_pay_amount":"10.50",` +
	`"fund_bill_list":[{"amount":"10.50","fund_channel":"PCREDIT"},{"amount":"2.00","fund_channel":"MCOUPON"}],` +
	`"gmt_payment":"2026-01-01 08:00:00","out_trade_no":"TESTINSTALL10000000042","store_name":"a\"},\"sign\":\"\\}{\/店",` +
	`"total_amount":"12.50","trade_no":"2026010122001425541456789012"}`

func trade(state string) string {
	return fmt.Sprintf(`{"code":"10000","msg":"Success","buyer_pay_amount":"10.50","out_trade_no":"%s",`+
		`"total_amount":"12.50","trade_no":"%s","trade_status":"%s"}`, testOrder, tradeNo, state)
}

func cancelled(fields string) string {
	return fmt.Sprintf(`{"code":"10000","msg":"Success","out_trade_no":"%s"%s}`, testOrder, fields)
}

// refunded is the content of a refund that moved the money: 3.00 were given back
// before, and of these 5.00 the payer gets 4.20.
const refunded = `{"code":"10000","msg":"Success","buyer_logon_id":"ali***@163.com","fund_change":"Y",` +
	`"out_trade_no":"TESTINSTALL10000000042","refund_fee":"8.00","trade_no":"2026010122001425541456789012",` +
	`"refund_detail_item_list":[{"amount":"4.00","fund_channel":"BANKCARD"},{"amount":"0.20","fund_channel":"BANKCARD"},{"amount":"0.80","fund_channel":"MCOUPON"}],` +
	`"present_refund_buyer_amount":"4.20","present_refund_discount_amount":"0.50","present_refund_mdiscount_amount":"0.30"}`

const refundFound = `{"code":"10000","msg":"Success","out_request_no":"TESTINSTALL1R0000000043",` +
	`"out_trade_no":"TESTINSTALL10000000042","refund_amount":"5.00","refund_status":"REFUND_SUCCESS",` +
	`"total_amount":"12.50","trade_no":"2026010122001425541456789012",` +
	`"refund_detail_item_list":[{"amount":"5.00","fund_channel":"ALIPAYACCOUNT"}]}`

// with returns a text with one piece of it replaced; it must be there.
func with(t testing.TB, s, old, new string) string {
	t.Helper()
	if !strings.Contains(s, old) {
		t.Fatalf("%q is not in %s", old, s)
	}
	return strings.Replace(s, old, new, 1)
}

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

// Serial numbers of certificates: MD5 sums in hexadecimal.
const (
	appSN    = "6f1d2c0a9f3b4e5d8c7b6a5f4e3d2c1b"
	rootSN   = "687b59193f3f462dd5336e5abf83c5d8_02941eef3187dddf3d3b83462e1dfcf6"
	alipaySN = "0123456789abcdef0123456789abcdef"
)

// certRail is a rail in certificate mode.
func certRail(t testing.TB) *Rail {
	return testRail(t, func(c *Config) {
		c.AppCertSN, c.RootCertSN, c.Verifier = appSN, rootSN, railwire.HMAC(alipaySN)
	})
}
