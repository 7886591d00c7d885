package wechatsim

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"strings"
	"testing"
	"time"

	"till/sim/railsim"
)

// moneyTalks are conversations about refunds and links.
var moneyTalks = []struct {
	name  string
	set   []string
	talk  []string
	state State
	kept  int64
}{
	{"a refund is processing and arrives", nil,
		[]string{"pay 000001 -> SUCCESS", "refund 000001 r1 1000 -> PROCESSING",
			"query 000001 -> REFUND", "ask r1 -> PROCESSING", "wait 3s -> ", "ask r1 -> SUCCESS",
			"refund 000001 r1 1000 -> SUCCESS", "query 000001 -> REFUND"}, Refund, 0},
	{"one key moves money once", nil,
		[]string{"pay 000001 -> SUCCESS", "pay 000002 -> SUCCESS", "refund 000001 r1 400 -> PROCESSING",
			"refund 000001 r1 400 -> PROCESSING", "refund 000001 r1 401 -> INVALID_REQUEST",
			"refund 000002 r1 400 -> INVALID_REQUEST", "available 600 -> "}, Refund, 600},
	{"parts make no more than the whole", nil,
		[]string{"pay 000001 -> SUCCESS", "refund 000001 r1 400 -> PROCESSING", "wait 1m -> ",
			"refund 000001 r2 601 -> INVALID_REQUEST", "refund 000001 r2 600 -> PROCESSING",
			"wait 1m -> ", "refund 000001 r3 1 -> INVALID_REQUEST"}, Refund, 0},
	{"two refunds of an order want a minute between them", nil,
		[]string{"pay 000001 -> SUCCESS", "refund 000001 r1 400 -> PROCESSING", "wait 59s -> ",
			"refund 000001 r2 100 -> FREQUENCY_LIMITED", "ask r2 -> RESOURCE_NOT_EXISTS",
			"wait 1s -> ", "refund 000001 r2 100 -> PROCESSING"}, Refund, 500},
	{"a short merchant refunds with the same key after topping up", nil,
		[]string{"pay 000001 -> SUCCESS", "available 399 -> ", "refund 000001 r1 400 -> NOT_ENOUGH",
			"ask r1 -> RESOURCE_NOT_EXISTS", "query 000001 -> SUCCESS", "topup 1 -> ",
			"refund 000001 r1 400 -> PROCESSING", "available 600 -> "}, Refund, 600},
	{"a merchant can look short", []string{"refund next merchant-short"},
		[]string{"pay 000001 -> SUCCESS", "refund 000001 r1 400 -> NOT_ENOUGH",
			"refund 000001 r1 400 -> PROCESSING"}, Refund, 600},
	{"a refund without money goes on when there is some", []string{"refund refund-unfunded"},
		[]string{"pay 000001 -> SUCCESS", "available 0 -> ", "refund 000001 r1 400 -> PROCESSING",
			"wait 24h -> ", "ask r1 -> PROCESSING", "topup 399 -> ", "ask r1 -> PROCESSING",
			"topup 1 -> ", "topup 1 -> ", "wait 3s -> ", "ask r1 -> SUCCESS", "wait 200h -> ", "ask r1 -> SUCCESS",
			"available 600 -> "}, Refund, 600},
	{"a refund without money is closed after seven days, and a new number is needed",
		[]string{"refund next refund-unfunded"},
		[]string{"pay 000001 -> SUCCESS", "available 0 -> ", "refund 000001 r1 400 -> PROCESSING",
			"wait 167h -> ", "ask r1 -> PROCESSING", "wait 1h -> ", "ask r1 -> CLOSED",
			"available 1000 -> ", "refund 000001 r1 400 -> CLOSED",
			"refund 000001 r2 1000 -> PROCESSING"}, Refund, 0},
	{"a dead card makes a refund abnormal", []string{"refund-abnormal 1h"},
		[]string{"pay 000001 -> SUCCESS", "refund 000001 r1 400 -> PROCESSING", "wait 59m -> ",
			"ask r1 -> PROCESSING", "wait 1m -> ", "ask r1 -> ABNORMAL"}, Refund, 600},
	{"a refund can be closed, and the rest is whole again", []string{"refund next refund-closed 1h"},
		[]string{"pay 000001 -> SUCCESS", "refund 000001 r1 400 -> PROCESSING", "available 600 -> ",
			"wait 1h -> ", "ask r1 -> CLOSED", "refund 000001 r2 1000 -> PROCESSING"}, Refund, 0},
	{"a refund can take its time", []string{"refund-late 48h"},
		[]string{"pay 000001 -> SUCCESS", "refund 000001 r1 400 -> PROCESSING", "wait 47h -> ",
			"ask r1 -> PROCESSING", "wait 1h -> ", "ask r1 -> SUCCESS"}, Refund, 600},
	{"a refund can stay for ever", []string{"refund-stays"},
		[]string{"pay 000001 -> SUCCESS", "refund 000001 r1 400 -> PROCESSING", "wait 700h -> ",
			"ask r1 -> PROCESSING"}, Refund, 600},
	{"the answer is lost after booking", []string{"refund next lose-answer"},
		[]string{"pay 000001 -> SUCCESS", "refund 000001 r1 400 -> cut", "wait 3s -> ",
			"ask r1 -> SUCCESS", "refund 000001 r1 400 -> SUCCESS"}, Refund, 600},
	{"a refund can arrive late at the gateway", []string{"refund next arrives-late 30s"},
		[]string{"pay 000001 -> SUCCESS", "refund 000001 r1 400 -> cut", "wait 10s -> ",
			"ask r1 -> RESOURCE_NOT_EXISTS", "wait 20s -> ", "ask r1 -> PROCESSING"}, Refund, 600},
	{"a system error can hide a refund", []string{"refund next system-error charged"},
		[]string{"pay 000001 -> SUCCESS", "refund 000001 r1 400 -> SYSTEM_ERROR", "wait 3s -> ",
			"ask r1 -> SUCCESS"}, Refund, 600},
	{"a query can deny a refund", []string{"refund-query next not-found"},
		[]string{"pay 000001 -> SUCCESS", "refund 000001 r1 400 -> PROCESSING",
			"ask r1 -> RESOURCE_NOT_EXISTS", "ask r1 -> PROCESSING"}, Refund, 600},
	{"what was not paid is not refunded", []string{"pay next password"},
		[]string{"refund 000001 r1 400 -> RESOURCE_NOT_EXISTS", "pay 000001 -> USERPAYING",
			"refund 000001 r1 400 -> RESOURCE_NOT_EXISTS", "confirm -> ", "reverse 000001 -> recall N",
			"refund 000001 r1 400 -> INVALID_REQUEST"}, Revoked, 0},
	{"a refunded order is not reversed", nil,
		[]string{"pay 000001 -> SUCCESS", "refund 000001 r1 400 -> PROCESSING",
			"reverse 000001 -> INVALID_REQUEST", "query 000001 -> REFUND"}, Refund, 600},
	{"a year is over", nil,
		[]string{"pay 000001 -> SUCCESS", "wait 8760h -> ", "refund 000001 r1 400 -> PROCESSING",
			"wait 1m -> ", "refund 000001 r2 400 -> TRADE_OVERDUE"}, Refund, 600},
	{"bad requests are limited", nil,
		[]string{"pay 000001 -> SUCCESS",
			"refund 000009 r1 1 -> RESOURCE_NOT_EXISTS", "refund 000009 r1 1 -> RESOURCE_NOT_EXISTS",
			"refund 000009 r1 1 -> RESOURCE_NOT_EXISTS", "refund 000009 r1 1 -> RESOURCE_NOT_EXISTS",
			"refund 000009 r1 1 -> RESOURCE_NOT_EXISTS", "refund 000009 r1 1 -> RESOURCE_NOT_EXISTS",
			"refund 000001 r1 400 -> INVALID_REQ_TOO_MUCH", "wait 1s -> ",
			"refund 000001 r1 400 -> PROCESSING"}, Refund, 600},
	{"a link is scanned, paid and refunded", nil,
		[]string{"native 000001 -> weixin://wxpay/bizpayurl?", "query 000001 -> NOTPAY", "scan 000001 -> ",
			"query 000001 -> SUCCESS", "close 000001 -> ORDERPAID",
			"refund 000001 r1 400 -> PROCESSING"}, Refund, 600},
	{"a closed link cannot be paid, even by who is looking at it", nil,
		[]string{"native 000001 -> weixin://wxpay/bizpayurl?", "look 000001 -> ",
			"query 000001 -> NOTPAY", "close 000001 -> 204",
			"confirm -> wallet customer: no payment waits for this customer",
			"query 000001 -> CLOSED", "scan 000001 -> no"}, Closed, 0},
	{"who looks at the amount may pay or not", nil,
		[]string{"native 000001 -> weixin://wxpay/bizpayurl?", "look 000001 -> ", "refuse -> ",
			"query 000001 -> NOTPAY", "look 000001 -> ", "confirm -> ", "query 000001 -> SUCCESS"},
		Success, 1000},
	{"a link is paid in the last moment before the close", []string{"close next pay-before-close"},
		[]string{"native 000001 -> weixin://wxpay/bizpayurl?", "close 000001 -> ORDERPAID",
			"query 000001 -> SUCCESS"}, Success, 1000},
	{"a link expires", nil,
		[]string{"native 000001 -> weixin://wxpay/bizpayurl?", "look 000001 -> ", "wait 65m -> ",
			"confirm -> wallet customer: no payment waits for this customer", "query 000001 -> NOTPAY",
			"scan 000001 -> no", "close 000001 -> 204"}, Closed, 0},
}

func TestMoneyTalks(t *testing.T) {
	for _, tt := range moneyTalks {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, nil)
			w.set(tt.set...)
			w.want(tt.talk...)
			if o, _ := w.g.Order("000001"); o.State != tt.state || w.g.Available() != tt.kept {
				t.Errorf("order %+v, the merchant holds %d fen", o, w.g.Available())
			}
		})
	}
}

func TestALinkThatDiesTooSoonIsRefused(t *testing.T) {
	w := newWorld(t, nil)
	body := payBody("000001", 1000, "")
	body["notify_url"] = "https://shop/notify"
	for _, tt := range []struct {
		after time.Duration
		want  string
	}{{4*time.Minute + 59*time.Second, "INVALID_REQUEST"}, {5 * time.Minute, "200"}} {
		body["time_expire"] = w.clock.Now().Add(tt.after).Format(time.RFC3339)
		s := w.send(t.Context(), w.request("POST", "/v3/pay/transactions/native", body, nil))
		if s.brief() != tt.want {
			t.Errorf("%s: %s", tt.after, s.raw)
		}
	}
}

func TestFiftyPartsAreEnough(t *testing.T) {
	w := newWorld(t, nil)
	w.pay("000001", 1000)
	for i := range 51 {
		want := "PROCESSING"
		if i == 50 {
			want = "INVALID_REQUEST"
		}
		w.clock.Pass(time.Minute)
		if got := w.refund("000001", fmt.Sprint("r", i), 1, 1000).brief(); got != want {
			t.Fatalf("part %d: %s", i+1, got)
		}
	}
	if list := w.g.Refunds(); len(list) != 50 || list[0].Amount != 1 || list[0].Order != "000001" ||
		list[0].Number != "r0" || list[0].State != "SUCCESS" || list[0].Stage != railsim.Refunded {
		t.Errorf("%d refunds, the first %+v", len(list), list[0])
	}
}

func TestTheTotalOfARefundMustBeTheOrders(t *testing.T) {
	w := newWorld(t, nil)
	w.pay("000001", 1000)
	for i, want := range []string{"INVALID_REQUEST", "PROCESSING", "INVALID_REQUEST"} {
		if got := w.refund("000001", "r1", 400, 999+int64(i%2)).brief(); got != want {
			t.Errorf("request %d: %s", i, got)
		}
	}
}

func TestManyRefundsInASecondAreLimited(t *testing.T) {
	w := newWorld(t, func(c *Config) {
		c.Sign = func([]byte) ([]byte, error) { return []byte("0123456789abcdef"), nil }
		c.Verify = func(_, _ []byte) error { return nil }
	})
	for i := range 151 {
		number := fmt.Sprintf("%06d", i)
		w.pay(number, 10)
		if got := w.refund(number, number, 1, 10).brief(); (got == "FREQUENCY_LIMITED") != (i == 150) {
			t.Fatalf("refund %d: %s", i+1, got)
		}
	}
}

func TestRefundsOfOldOrdersAreLimited(t *testing.T) {
	w := newWorld(t, nil)
	w.want("pay 000001 -> SUCCESS", "pay 000002 -> SUCCESS", "wait 719h -> ", "wait 1h1s -> ",
		"refund 000002 r0 400 -> PROCESSING", "pay 000003 -> SUCCESS")
	w.g.rates.old += oldRefundRate - 1
	w.want("refund 000001 r1 400 -> FREQUENCY_LIMITED", "refund 000003 r3 400 -> PROCESSING",
		"wait 1m -> ", "refund 000001 r1 400 -> PROCESSING")
}

func TestARefundForAServiceProviderIsRefused(t *testing.T) {
	w := newWorld(t, nil)
	s := w.send(t.Context(), w.request("POST", "/v3/refund/domestic/refunds", map[string]any{
		"out_trade_no": "000001", "out_refund_no": "r1", "sub_mchid": "1900000109",
		"amount": map[string]any{"refund": 1, "total": 1, "currency": "CNY"},
	}, nil))
	if s.brief() != "PARAM_ERROR" || s.reply.Detail == nil || s.reply.Detail.Field != "/sub_mchid" {
		t.Errorf("%s", s.raw)
	}
}

func TestWhoScansLastPays(t *testing.T) {
	w := newWorld(t, nil)
	link := w.native("000001").reply.CodeURL
	first, second := w.g.Wallet(""), w.g.NewWallet("second", 5000)
	if err := errors.Join(first.Open(link), second.Open(link)); err != nil {
		t.Fatal(err)
	}
	if err := first.Confirm(); !errors.Is(err, ErrNothingToConfirm) {
		t.Errorf("the first: %v", err)
	}
	if err := second.Confirm(); err != nil || second.Balance() != 4000 {
		t.Errorf("the second: %v, %d fen left", err, second.Balance())
	}
}

func TestACouponIsSplit(t *testing.T) {
	w := newWorld(t, nil)
	w.set("pay next coupon 301")
	before := w.g.Wallet("").Balance()
	paid := w.pay("000001", 1000).reply
	if paid.Amount.PayerTotal != 699 || paid.Amount.Total != 1000 || len(paid.Promotion) != 1 ||
		paid.Promotion[0].Amount != 301 {
		t.Errorf("%+v", paid)
	}
	var payer, discount int64
	for i, fen := range []int64{333, 333, 334} {
		w.clock.Pass(time.Minute)
		a := w.refund("000001", fmt.Sprint("r", i), fen, 1000).refund.Amount
		if a.PayerRefund+a.DiscountRefund != fen || a.SettlementRefund != fen || a.PayerTotal != 699 {
			t.Errorf("part %d: %+v", i, a)
		}
		payer, discount = payer+a.PayerRefund, discount+a.DiscountRefund
	}
	if payer != 699 || discount != 301 {
		t.Errorf("parts make %d and %d", payer, discount)
	}
	w.clock.Pass(time.Minute)
	if after := w.g.Wallet("").Balance(); after != before {
		t.Errorf("the customer had %d and has %d", before, after)
	}
	w.set("pay next coupon 100")
	w.want("pay 000002 -> SUCCESS", "reverse 000002 -> recall N")
	var lines []string
	for _, l := range w.g.Wallet("").Bill() {
		lines = append(lines, fmt.Sprint(l.Order, " ", l.Reason, " ", l.Fen))
	}
	want := "000001 payment -699|000001 refund 233|000001 refund 233|000001 refund 233|" +
		"000002 payment -900|000002 reversal 900"
	if got := strings.Join(lines, "|"); got != want {
		t.Errorf("the customer's bill: %s", got)
	}
}

func (w *world) hang(t *testing.T, change map[string]any) said {
	t.Helper()
	body := map[string]any{"out_refund_no": "r1"}
	maps.Copy(body, change)
	id := w.get("/v3/refund/domestic/refunds/r1").refund.RefundID
	return w.send(t.Context(), w.request("POST",
		"/v3/refund/domestic/refunds/"+id+"/apply-abnormal-refund", body, nil))
}

func TestAnAbnormalRefundGoesToAnotherCardOrToTheMerchant(t *testing.T) {
	w := newWorld(t, nil)
	seal := func(s string) string {
		b, err := rsa.EncryptOAEP(sha1.New(), rand.Reader, &w.keys.Platform.PublicKey, []byte(s), nil)
		if err != nil {
			t.Fatal(err)
		}
		return base64.StdEncoding.EncodeToString(b)
	}
	for _, tt := range []struct {
		body     map[string]any
		want     string
		received string
		back     int64 // to the customer
	}{
		{map[string]any{"type": "MERCHANT_BANK_CARD"}, "PROCESSING", "商户结算银行账户", 0},
		{map[string]any{"type": "USER_BANK_CARD", "bank_type": "ICBC_DEBIT",
			"bank_account": seal("6222020200001234567"), "real_name": seal("王")},
			"PROCESSING", "ICBC_DEBIT借记卡4567", 400},
		{map[string]any{"type": "USER_BANK_CARD", "bank_type": "ICBC_DEBIT",
			"bank_account": "6222020200001234567", "real_name": seal("王")}, "PARAM_ERROR", "", 0},
		{map[string]any{"type": "CASH"}, "PARAM_ERROR", "", 0},
	} {
		w = newWorld(t, nil)
		w.want("pay 000001 -> SUCCESS")
		w.set("refund refund-abnormal")
		w.want("refund 000001 r1 400 -> PROCESSING")
		if got := w.hang(t, tt.body).brief(); got != "INVALID_REQUEST" && got != "PARAM_ERROR" {
			t.Errorf("of a refund that is not abnormal: %s", got)
		}
		w.want("wait 3s -> ", "ask r1 -> ABNORMAL")
		had := w.g.Wallet("").Balance()
		s := w.hang(t, tt.body)
		if s.brief() != tt.want || s.signed != nil {
			t.Errorf("%v: %s", tt.body, s.raw)
			continue
		}
		if tt.received == "" {
			continue
		}
		w.want("wait 3s -> ", "ask r1 -> SUCCESS")
		done := w.hang(t, tt.body) // a repeat does nothing
		if done.refund.Received != tt.received || done.refund.Channel != "OTHER_BANKCARD" {
			t.Errorf("%+v", done.refund)
		}
		w.want("wait 1h -> ", "ask r1 -> SUCCESS")
		if o, _ := w.g.Order("000001"); o.Returned != 400 {
			t.Errorf("%v: %d fen returned", tt.body, o.Returned)
		}
		if other := w.send(t.Context(), w.request("POST",
			"/v3/refund/domestic/refunds/5000/apply-abnormal-refund", map[string]any{
				"out_refund_no": "r1", "type": "MERCHANT_BANK_CARD"}, nil)); other.status != 404 {
			t.Errorf("another refund id: %s", other.raw)
		}
		if back := w.g.Wallet("").Balance() - had; back != tt.back {
			t.Errorf("%v: the customer got %d", tt.body, back)
		}
	}
}

func TestTheBalanceIsWhatCanBeRefundedFrom(t *testing.T) {
	w := newWorld(t, nil)
	w.want("pay 000001 -> SUCCESS", "refund 000001 r1 400 -> PROCESSING")
	if s := w.get("/v3/merchant/fund/balance/BASIC"); s.signed != nil ||
		string(s.raw) != `{"available_amount":600,"pending_amount":0}` {
		t.Errorf("%s", s.raw)
	}
	if got := w.get("/v3/merchant/fund/balance/GOLD").brief(); got != "PARAM_ERROR" {
		t.Error(got)
	}
	if w.g.Available() != 600 {
		t.Errorf("available %d", w.g.Available())
	}
}

func TestARefundAnswerCanBeForeign(t *testing.T) {
	w := newWorld(t, nil)
	w.want("pay 000001 -> SUCCESS", "refund 000001 r1 400 -> PROCESSING")
	truth := w.get("/v3/refund/domestic/refunds/r1").refund
	for word, same := range map[string]func(refundReply) bool{
		"wrong-order":  func(r refundReply) bool { return r.OutTradeNo == truth.OutTradeNo },
		"wrong-refund": func(r refundReply) bool { return r.OutRefundNo == truth.OutRefundNo },
		"wrong-amount": func(r refundReply) bool { return r.Amount.Refund == truth.Amount.Refund },
		"huge 9999":    func(r refundReply) bool { return r.Padding == "" },
	} {
		w.set("refund-query next " + word)
		if s := w.get("/v3/refund/domestic/refunds/r1"); s.signed != nil || same(s.refund) {
			t.Errorf("%s: %.200s", word, s.raw)
		}
	}
}

// bill gets the file of a day.
func (w *world) bill(query string) (text string, s said) {
	w.t.Helper()
	s = w.get("/v3/bill/tradebill?" + query)
	var a billReply
	if err := json.Unmarshal(s.raw, &a); err != nil || a.URL == "" {
		return "", s
	}
	link, err := url.Parse(a.URL)
	if err != nil || link.Host != "gateway" || a.HashType != "SHA1" {
		w.t.Fatalf("%+v, %v", a, err)
	}
	file := w.get(link.RequestURI())
	if strings.Contains(query, "GZIP") {
		z, err := gzip.NewReader(bytes.NewReader(file.raw))
		if err != nil {
			w.t.Fatal(err)
		}
		if file.raw, err = io.ReadAll(z); err != nil {
			w.t.Fatal(err)
		}
	}
	if sum := fmt.Sprintf("%x", sha1.Sum(file.raw)); (sum != a.Hash) != strings.Contains(query, "#") {
		w.t.Errorf("hash %s of a file with %s", a.Hash, sum)
	}
	return string(file.raw), s
}

func newBillWorld(t *testing.T) *world {
	w := newWorld(t, nil) // 17:00 in Beijing
	w.want("pay 000001 -> SUCCESS", "wait 1s -> ", "pay 000002 -> SUCCESS", "wait 1s -> ",
		"refund 000001 r1 400 -> PROCESSING", "wait 1s -> ", "reverse 000002 -> recall N",
		"wait 1s -> ", "pay 000003 -> SUCCESS")
	return w
}

func TestTheBillOfADay(t *testing.T) {
	w := newBillWorld(t)
	for _, tt := range []struct{ wait, want string }{
		{"0s", "NO_STATEMENT_EXIST"}, {"10h", "STATEMENT_CREATING"}, {"7h", "200"},
	} {
		w.want("wait " + tt.wait + " -> ")
		if _, s := w.bill("bill_date=2030-03-01"); s.brief() != tt.want {
			t.Errorf("after %s: %s", tt.wait, s.raw)
		}
	}
	for query, want := range map[string]string{
		"bill_date=2030-02-28": "NO_STATEMENT_EXIST", "bill_date=2029-11-01": "INVALID_REQUEST",
		"bill_date=x": "PARAM_ERROR", "": "PARAM_ERROR",
		"bill_date=2030-03-01&bill_type=X": "PARAM_ERROR", "bill_date=2030-03-01&tar_type=ZIP": "PARAM_ERROR",
	} {
		if _, s := w.bill(query); s.brief() != want {
			t.Errorf("%s: %s", query, s.raw)
		}
	}
	plain, _ := w.bill("bill_date=2030-03-01")
	packed, _ := w.bill("bill_date=2030-03-01&bill_type=ALL&tar_type=GZIP")
	if plain != packed {
		t.Error("the packed file is another one")
	}
	lines := strings.Split(strings.TrimSuffix(strings.TrimPrefix(plain, "\ufeff"), "\r\n"), "\r\n")
	if len(lines) != 8 || lines[0] != billHead || lines[6] != billSum {
		t.Fatalf("%q", lines)
	}
	if want := "`5,`30.00,`14.00,`0.00,`0.10000,`30.00,`14.00"; lines[7] != want {
		t.Errorf("sums %s, want %s", lines[7], want)
	}
	for i, want := range []string{"000001 SUCCESS 10.00 0.00 0.06000", "000002 SUCCESS 10.00 0.00 0.06000",
		"000001 REFUND 0.00 4.00 -0.02000", "000002 REVOKED 0.00 10.00 -0.06000",
		"000003 SUCCESS 10.00 0.00 0.06000"} {
		f := strings.Split(lines[1+i], ",")
		if len(f) != 27 {
			t.Fatalf("%d fields: %q", len(f), f)
		}
		got := strings.ReplaceAll(strings.Join([]string{f[6], f[9], f[12], f[16], f[22]}, " "), "`", "")
		if got != want {
			t.Errorf("row %d: %s, want %s", i, got, want)
		}
	}
	if some, _ := w.bill("bill_date=2030-03-01&bill_type=REFUND"); strings.Contains(some, "`MICROPAY,`SUCCESS") {
		t.Errorf("refunds alone: %s", some)
	}
	if some, _ := w.bill("bill_date=2030-03-01&bill_type=SUCCESS"); strings.Contains(some, "`REFUND") ||
		strings.Contains(some, "`REVOKED") {
		t.Errorf("payments alone: %s", some)
	}
}

// spoiltBills are the behaviours of TestABillCanDiffer.
var spoiltBills = []string{
	"bill-lacks", "bill-extra", "bill-wrong-amount", "bill-wrong-fee", "bill-wrong-refund",
}

func TestABillCanDiffer(t *testing.T) {
	w := newBillWorld(t)
	w.want("wait 24h -> ")
	truth, _ := w.bill("bill_date=2030-03-01")
	for _, word := range spoiltBills {
		w.set("bill next " + word)
		if text, s := w.bill("bill_date=2030-03-01"); text == truth || text == "" {
			t.Errorf("%s: %s", word, s.raw)
		}
	}
	if again, _ := w.bill("bill_date=2030-03-01"); again != truth {
		t.Error("the bill stays spoilt")
	}
	w.want("wait 1h -> ")
	var a billReply
	if err := json.Unmarshal(w.get("/v3/bill/tradebill?bill_date=2030-03-01").raw, &a); err != nil {
		t.Fatal(err)
	}
	w.want("wait 5m -> ")
	if got := w.get(strings.TrimPrefix(a.URL, "https://gateway")).brief(); got != "RESOURCE_NOT_EXISTS" {
		t.Errorf("a link of five minutes: %s", got)
	}
	w.set("bill next bill-wrong-hash")
	w.bill("bill_date=2030-03-01&%23=%23#") // the mark says that the hash is wrong
	if got := w.get("/v3/billdownload/file?token=none").brief(); got != "RESOURCE_NOT_EXISTS" {
		t.Error(got)
	}
}

// FuzzReadRefund: no body makes the decoders panic, and what they accept is
// within the limits.
func FuzzReadRefund(f *testing.F) {
	f.Add([]byte(`{"out_trade_no":"000001","out_refund_no":"r","amount":{"refund":1,"total":2,"currency":"CNY"}}`))
	f.Add([]byte(`{"out_refund_no":"r","type":"USER_BANK_CARD","bank_account":"AA==","real_name":"x"}`))
	g := New(Keys().Config())
	f.Fuzz(func(t *testing.T, body []byte) {
		r, bad := readRefund(body)
		if bad == nil && (r.fen < 1 || r.total < 1 || r.fen > amountMax || r.order+r.transaction == "" ||
			refundNumberFault(r.key) != "") {
			t.Errorf("%q: %+v", body, r)
		}
		if h, bad := g.readHung(body); bad == nil && !h.toMerchant && len(h.tail) != 4 {
			t.Errorf("%q: %+v", body, h)
		}
	})
}
