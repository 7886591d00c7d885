package alipaysim

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"till/sim/railsim"
)

// The stories of rails.md section 8: what is set, what is asked, what comes.
func TestPaymentsGoWrongAsTold(t *testing.T) {
	tests := []struct {
		name  string
		set   string
		steps []string
	}{
		{"decline", "decline BUYER_BALANCE_NOT_ENOUGH", []string{
			"pay 1 -> BUYER_BALANCE_NOT_ENOUGH", "query 1 -> TRADE_NOT_EXIST",
			"cancel 1 -> 10000 N close", "pay 1 -> TRADE_HAS_CLOSE"}},
		{"password", "password 20s", []string{
			"pay 1 -> 10003", "query 1 -> 10000 WAIT_BUYER_PAY", "wait 20s -> <nil>",
			"query 1 -> 10000 TRADE_SUCCESS"}},
		{"password confirmed", "password", []string{
			"pay 1 -> 10003", "confirm -> <nil>", "query 1 -> 10000 TRADE_SUCCESS"}},
		{"password refused", "password", []string{
			"pay 1 -> 10003", "refuse -> <nil>", "query 1 -> 10000 TRADE_CLOSED"}},
		{"password then fail", "password-then-fail 5s", []string{
			"pay 1 -> 10003", "wait 6s -> <nil>", "query 1 -> 10000 TRADE_CLOSED"}},
		{"nobody types", "password", []string{
			"pay 1 -> 10003", "wait 2m59s -> <nil>", "query 1 -> 10000 WAIT_BUYER_PAY",
			"wait 1s -> <nil>", "query 1 -> 10000 TRADE_CLOSED", "cancel 1 -> 10000 N close"}},
		{"password after the deadline", "password 2m", []string{
			"pay 1 1m -> 10003", "wait 3m -> <nil>", "query 1 -> 10000 TRADE_CLOSED"}},
		{"closes at midnight", "password", []string{ // 09:00 UTC is 17:00 in Beijing
			"pay 1 1c -> 10003", "wait 6h59m -> <nil>", "query 1 -> 10000 WAIT_BUYER_PAY",
			"wait 1m -> <nil>", "query 1 -> 10000 TRADE_CLOSED"}},
		{"cancel closes a waiting trade", "password 20s", []string{
			"pay 1 -> 10003", "cancel 1 -> 10000 N close", "wait 1m -> <nil>",
			"query 1 -> 10000 TRADE_CLOSED"}},
		{"system error, charged", "system-error charged", []string{
			"pay 1 -> isp.unknow-error", "query 1 -> 10000 TRADE_SUCCESS",
			"pay 1 -> TRADE_HAS_SUCCESS", "cancel 1 -> 10000 N refund"}},
		{"system error, not charged", "system-error uncharged", []string{
			"pay 1 -> isp.unknow-error", "query 1 -> TRADE_NOT_EXIST",
			"cancel 1 -> 10000 N close"}},
		{"lost answer", "charge-and-lose-answer", []string{
			"pay 1 -> cut", "query 1 -> 10000 TRADE_SUCCESS"}},
		{"lost request", "pay lose-request", []string{"pay 1 -> cut", "query 1 -> TRADE_NOT_EXIST"}},
		{"cut", "pay cut-mid-answer", []string{"pay 1 -> cut", "query 1 -> 10000 TRADE_SUCCESS"}},
		{"slow charge", "slow-charge 20s", []string{
			"pay 1 -> cut", "query 1 -> 10000 WAIT_BUYER_PAY", "wait 20s -> <nil>",
			"query 1 -> 10000 TRADE_SUCCESS"}},
		{"slow charge, cancelled", "slow-charge 20s", []string{
			"pay 1 -> cut", "cancel 1 -> 10000 N close", "wait 20s -> <nil>",
			"query 1 -> 10000 TRADE_CLOSED"}},
		{"slow charge, too slow", "slow-charge 5m", []string{
			"pay 1 -> cut", "wait 5m -> <nil>", "query 1 -> 10000 TRADE_CLOSED"}},
		{"another customer", "password", []string{
			"pay 1 -> 10003", "pay 1 -> TRADE_BUYER_NOT_MATCH"}},
		{"confirmed too late", "password", []string{
			"pay 1 -> 10003", "wait 4m -> <nil>",
			"confirm -> wallet customer: no payment waits for this customer"}},
		{"arrives late", "arrives-late 20s", []string{
			"pay 1 -> cut", "query 1 -> TRADE_NOT_EXIST", "wait 20s -> <nil>",
			"query 1 -> 10000 TRADE_SUCCESS"}},
		{"arrives after the cancel", "arrives-late 20s", []string{
			"pay 1 -> cut", "cancel 1 -> 10000 N close", "wait 20s -> <nil>",
			"query 1 -> TRADE_NOT_EXIST"}},
		{"paid after the last query", "pay-after-last-query", []string{
			"pay 1 -> 10003", "query 1 -> 10000 WAIT_BUYER_PAY", "cancel 1 -> 10000 N refund",
			"query 1 -> 10000 TRADE_CLOSED"}},
		{"page of a proxy", "pay html-502", []string{
			"pay 1 -> status 502", "query 1 -> TRADE_NOT_EXIST"}},
		{"page of a proxy, charged", "pay html-502 charged", []string{
			"pay 1 -> status 502", "query 1 -> 10000 TRADE_SUCCESS"}},
		{"not found", "query next not-found", []string{
			"pay 1 -> 10000", "query 1 -> TRADE_NOT_EXIST", "query 1 -> 10000 TRADE_SUCCESS"}},
		{"unsigned", "pay unsigned", []string{
			"pay 1 -> 10000 unsigned", "query 1 -> 10000 TRADE_SUCCESS"}},
		{"unsigned errors", "any unsigned-errors", []string{
			"query 1 -> TRADE_NOT_EXIST unsigned", "pay 1 -> 10000"}},
		{"wrong signature", "pay wrong-signature", []string{"pay 1 -> 10000 unsigned"}},
		{"any code", "query answer-error ACQ.SYSTEM_ERROR", []string{
			"pay 1 -> 10000", "query 1 -> SYSTEM_ERROR"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, nil)
			w.set(tt.set)
			w.want(tt.steps...)
		})
	}
}

func TestCancelsAndRefundsGoWrongAsTold(t *testing.T) {
	tests := []struct {
		name  string
		set   string
		steps []string
	}{
		{"retry", "cancel retry 2", []string{
			"cancel 1 -> 10000 Y", "query 1 -> 10000 TRADE_SUCCESS", "cancel 1 -> 10000 Y",
			"cancel 1 -> 10000 N refund"}},
		{"cancel, lost answer", "cancel next lose-answer", []string{
			"cancel 1 -> cut", "cancel 1 -> 10000 N refund"}},
		{"cancel, error all the same", "cancel next system-error charged", []string{
			"cancel 1 -> isp.unknow-error", "query 1 -> 10000 TRADE_CLOSED"}},
		{"cancel after a refund", "approve", []string{
			"refund 1 k 4.00 -> 10000 Y 4.00", "cancel 1 -> REASON_TRADE_REFUND_FEE_ERR N"}},
		{"cancel too late", "approve", []string{
			"wait 24h1s -> <nil>", "cancel 1 -> TRADE_CANCEL_TIME_OUT N",
			"refund 1 k 10.00 -> 10000 Y 10.00", "cancel 1 -> 10000 N refund"}},
		{"cancel, merchant short", "cancel next merchant-short", []string{
			"cancel 1 -> SELLER_BALANCE_NOT_ENOUGH N", "cancel 1 -> 10000 N refund"}},
		{"takings paid out", "approve", []string{
			"payout -> ok", "refund 1 k 4.00 -> SELLER_BALANCE_NOT_ENOUGH",
			"cancel 1 -> SELLER_BALANCE_NOT_ENOUGH N", "asked 1 k -> 10000", "topup -> ok",
			"refund 1 k 4.00 -> 10000 Y 4.00", "asked 1 k -> 10000 REFUND_SUCCESS"}},
		{"merchant short", "refund next merchant-short", []string{
			"refund 1 k 4 -> SELLER_BALANCE_NOT_ENOUGH", "refund 1 k 4 -> 10000 Y 4.00"}},
		{"refund lost", "refund next refund-lost", []string{
			"refund 1 k 4.00 -> 10000 N 0.00", "asked 1 k -> 10000",
			"refund 1 k 4.00 -> 10000 Y 4.00", "refund 1 k 4.00 -> 10000 N 4.00"}},
		{"refund late", "refund next refund-late 20s", []string{
			"refund 1 k 4.00 -> 10000 N 0.00", "asked 1 k -> 10000",
			"refund 1 k 4.00 -> 10000 N 0.00", "refund 1 k 5.00 -> DISCORDANT_REPEAT_REQUEST",
			"refund 1 m 7.00 -> REFUND_AMT_NOT_EQUAL_TOTAL", "wait 20s -> <nil>",
			"asked 1 k -> 10000 REFUND_SUCCESS", "refund 1 k 4.00 -> 10000 N 4.00"}},
		{"refund late and then short", "refund next refund-late 20s", []string{
			"refund 1 k 4.00 -> 10000 N 0.00", "payout -> ok", "wait 20s -> <nil>",
			"asked 1 k -> 10000", "topup -> ok", "refund 1 k 4.00 -> 10000 Y 4.00"}},
		{"refund, lost answer", "refund next lose-answer", []string{
			"refund 1 k 4.00 -> cut", "asked 1 k -> 10000 REFUND_SUCCESS",
			"refund 1 k 4.00 -> 10000 N 4.00"}},
		{"refund query not found", "refund-query next not-found", []string{
			"refund 1 k 4.00 -> 10000 Y 4.00", "asked 1 k -> 10000",
			"asked 1 k -> 10000 REFUND_SUCCESS"}},
		{"window over", "approve", []string{
			"wait 8760h1s -> <nil>", "query 1 -> 10000 TRADE_FINISHED",
			"refund 1 k 4.00 -> TRADE_HAS_FINISHED", "cancel 1 -> TRADE_HAS_FINISHED N"}},
		{"refund declined", "refund next decline ACQ.REASON_TRADE_BEEN_FREEZEN", []string{
			"refund 1 k 4.00 -> REASON_TRADE_BEEN_FREEZEN", "asked 1 k -> 10000"}},
		{"refund of nothing", "approve", []string{
			"refund 2 k 4.00 -> TRADE_NOT_EXIST", "asked 2 k -> TRADE_NOT_EXIST",
			"close 2 -> TRADE_NOT_EXIST", "close 1 -> TRADE_STATUS_ERROR"}},
		{"refund of an unpaid trade", "pay password", []string{
			"pay 2 -> 10003", "refund 2 k 4.00 -> TRADE_STATUS_ERROR"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, nil)
			w.want("pay 1 -> 10000")
			w.set(tt.set)
			w.want(tt.steps...)
		})
	}
}

func TestWrongAnswersAreSignedLies(t *testing.T) {
	tests := []struct{ set, holds string }{
		{"wrong-order", `"out_trade_no":"X"`},
		{"wrong-amount", `"total_amount":"10.01"`},
		{"huge 100000", strings.Repeat("0123456789abcdef", 6000)},
		{"duplicate-inside", `,"code":"10000","trade_status":"TRADE_SUCCESS","fund_change":"Y"}`},
	}
	for _, tt := range tests {
		w := newWorld(t, nil)
		w.want("pay 1 -> 10000")
		w.set("query " + tt.set)
		body, err := w.send(w.parameters("alipay.trade.query",
			map[string]any{"out_trade_no": "1"}, nil))
		member, ok := verified(body, "alipay_trade_query_response")
		if err != nil || !ok || !strings.Contains(member, tt.holds) {
			t.Errorf("%s: %v, signed %v, %.300s", tt.set, err, ok, body)
		}
	}
	w := newWorld(t, nil)
	w.set("query duplicate-member")
	body, err := w.send(w.parameters("alipay.trade.query", map[string]any{"out_trade_no": "1"}, nil))
	if err != nil || strings.Count(body, `"alipay_trade_query_response":`) != 2 ||
		!strings.Contains(body, "TRADE_NOT_EXIST") || !strings.Contains(body, "TRADE_SUCCESS") {
		t.Errorf("duplicate-member: %v, %s", err, body)
	}
}

func TestDownIsARefusedConnection(t *testing.T) {
	w := newWorld(t, nil)
	w.set("pay next down")
	if got := w.step([]string{"pay", "1", "", ""}); !strings.Contains(got, "connection refused") {
		t.Errorf("got %q", got)
	}
	if _, seen := w.g.Order("1"); seen {
		t.Error("handled all the same")
	}
}

func TestPaymentCodesPayOnceAndExpire(t *testing.T) {
	w := newWorld(t, nil)
	pay := func(number, code, want string) {
		t.Helper()
		if got := w.call("alipay.trade.pay", payContent(number, code, "10.00")); got != want {
			t.Errorf("%s: got %s, want %s", number, got, want)
		}
	}
	code := w.g.Wallet("").Code()
	pay("1", code, "10000")
	pay("1", code, "TRADE_HAS_SUCCESS")
	pay("2", code, "PAYMENT_AUTH_CODE_INVALID")
	pay("2", code, "PAYMENT_AUTH_CODE_INVALID")
	old := w.g.Wallet("").Code()
	w.want("wait 61s -> <nil>")
	pay("3", old, "PAYMENT_AUTH_CODE_INVALID")
	pay("4", "130000000000000000", "PAYMENT_AUTH_CODE_INVALID") // another wallet's
	pay("5", "301234567890123456", "10000")                     // never shown: the default customer's
	poor := w.g.NewWallet("poor", 9_99)
	pay("6", poor.Code(), "BUYER_BALANCE_NOT_ENOUGH")
	content := payContent("5", "301234567890123456", "10.01")
	if got := w.call("alipay.trade.pay", content); got != "CONTEXT_INCONSISTENT" {
		t.Errorf("another amount: %s", got)
	}
	strict := newWorld(t, func(c *Config) { c.StrictCodes = true })
	if got := strict.call("alipay.trade.pay", payContent("1", code, "1")); got !=
		"PAYMENT_AUTH_CODE_INVALID" {
		t.Errorf("a stranger's code: %s", got)
	}
}

func TestUnknownCancelCanBeRefused(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Unknown = TradeNotExist })
	w.want("cancel 1 -> TRADE_NOT_EXIST", "pay 1 -> 10000")
}

func TestLedgerTellsTheStory(t *testing.T) {
	w := newWorld(t, nil)
	start := w.clock.Now()
	w.set("refund refund-late 10s")
	w.want("pay 1 -> 10000", "refund 1 k 4.00 -> 10000 N 0.00", "wait 30s -> <nil>")
	want := []Posting{
		{Order: "", Debit: railsim.OutsideAccount, Credit: "wallet/customer", Fen: 100_000_00,
			At: start, Reason: "deposit", Rail: ""},
		{Order: "1", Debit: "wallet/customer", Credit: w.g.MerchantAccount(), Fen: 1000,
			At: start, Reason: "payment", Rail: "alipay"},
		{Order: "1", Debit: w.g.MerchantAccount(), Credit: "wallet/customer", Fen: 400,
			At: start.Add(10 * time.Second), Reason: "refund", Rail: "alipay"},
	}
	got := w.g.Ledger()
	if len(got) != len(want) {
		t.Fatalf("got %v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("posting %d: got %v, want %v", i, got[i], want[i])
		}
	}
	o, _ := w.g.Order("1")
	if o.State != Success || o.Charged != 1000 || o.Returned != 400 || len(o.Refunds) != 1 {
		t.Errorf("order %+v", o)
	}
}

func TestEventsTellTheStoryWithoutTheCode(t *testing.T) {
	w := newWorld(t, nil)
	var told []string
	w.g.OnEvent(func(e Event) { told = append(told, strings.TrimSpace(e.Text()+" "+e.Order)) })
	code := w.g.Wallet("").Code()
	w.call("alipay.trade.pay", payContent("1", code, "10.00"))
	w.want("refund 1 k 10.00 -> 10000 Y 10.00")
	want := "code shown|pay received 1|charged 1|pay answered 1|refund received 1|returned 1|" +
		"ended 1|refund answered 1"
	if got := strings.Join(told, "|"); got != want {
		t.Errorf("got %s", got)
	}
	if log := strings.Join(w.g.Log(), "\n"); strings.Contains(log, code) {
		t.Error("the log has the payment code")
	}
}

func TestRepeatedPaymentIsToldWhatItWasTold(t *testing.T) {
	w := newWorld(t, nil)
	pay := func(code, want string) {
		t.Helper()
		if got := w.call("alipay.trade.pay", payContent("1", code, "10.00")); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	code := w.g.Wallet("").Code()
	w.set("pay next decline ACQ.TOTAL_FEE_EXCEED")
	pay(code, "TOTAL_FEE_EXCEED")
	pay(code, "TOTAL_FEE_EXCEED")
	w.want("cancel 1 -> 10000 N close")
	pay(code, "TRADE_HAS_CLOSE")
	w = newWorld(t, nil)
	w.set("password")
	code = w.g.Wallet("").Code()
	pay(code, "10003")
	pay(code, "10003")
}

// precreate makes a QR code for 10.00 yuan and returns the whole answer too.
func (w *world) precreate(number string) (qr, body string) {
	w.t.Helper()
	content := payContent(number, "", "10.00")
	delete(content, "scene")
	delete(content, "auth_code")
	body, err := w.send(w.parameters("alipay.trade.precreate", content, nil))
	member, ok := verified(body, "alipay_trade_precreate_response")
	var r reply
	if err != nil || !ok || json.Unmarshal([]byte(member), &r) != nil || r.QRCode == "" {
		w.t.Fatalf("%v %s", err, body)
	}
	return r.QRCode, body
}

func TestQRCodesDieAndSlashesAreEscaped(t *testing.T) {
	w := newWorld(t, nil)
	wallet := w.g.Wallet("")
	qr, body := w.precreate("1")
	if !strings.Contains(body, `"qr_code":"https:\/\/qr.alipay.com\/`) {
		t.Errorf("answered %s", body)
	}
	if again, _ := w.precreate("1"); again != qr {
		t.Errorf("a repeat made %s of %s", again, qr)
	}
	w.want("pay 1 -> CONTEXT_INCONSISTENT", "cancel 1 -> 10000 N close", "query 1 -> TRADE_NOT_EXIST")
	if err := wallet.Open(qr); err == nil {
		t.Error("a cancelled QR code opens")
	}
	qr, _ = w.precreate("2")
	w.want("wait 2h -> <nil>")
	if err := wallet.Scan(qr); err == nil {
		t.Error("a QR code of 2 hours is paid")
	}
	qr, _ = w.precreate("3")
	if err := w.g.NewWallet("poor", 1).Scan(qr); err == nil {
		t.Error("a poor wallet pays")
	}
	w.want("query 3 -> 10000 WAIT_BUYER_PAY", "close 3 -> 10000", "query 3 -> 10000 TRADE_CLOSED")
}

func TestCertificateModeNamesTheCertificate(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.CertSN = "0123abcd" })
	body, err := w.send(w.parameters("alipay.trade.query", map[string]any{"out_trade_no": "1"}, nil))
	if err != nil || !strings.Contains(body, `},"alipay_cert_sn":"0123abcd","sign":"`) {
		t.Errorf("%v %s", err, body)
	}
}

func TestALinkIsPaidInTheLastMoment(t *testing.T) {
	w := newWorld(t, nil)
	w.set("cancel next pay-before-close", "close next pay-before-close")
	w.precreate("1")
	w.want("cancel 1 -> 10000 N refund", "query 1 -> 10000 TRADE_CLOSED")
	w.precreate("2")
	w.want("close 2 -> TRADE_STATUS_ERROR", "query 2 -> 10000 TRADE_SUCCESS")
	if o, _ := w.g.Order("1"); o.Charged != 1000 || o.Returned != 1000 {
		t.Errorf("%+v", o)
	}
	w.precreate("3")
	w.set("close next pay-before-close")
	w.want("wait 2h -> <nil>", "close 3 -> TRADE_NOT_EXIST")
}

func TestAMerchantWhoseTakingsAreGoneCannotCancelOrRefund(t *testing.T) {
	w := newWorld(t, nil)
	w.want("pay 1 -> 10000")
	w.g.SetAvailable(999)
	w.want("cancel 1 -> SELLER_BALANCE_NOT_ENOUGH N", "refund 1 k 10.00 -> SELLER_BALANCE_NOT_ENOUGH")
	w.g.TopUp(1)
	w.want("refund 1 k 10.00 -> 10000 Y 10.00")
	if list := w.g.Refunds(); len(list) != 1 || list[0].State != "REFUND_SUCCESS" || list[0].Amount != 1000 {
		t.Errorf("%+v", list)
	}
}
