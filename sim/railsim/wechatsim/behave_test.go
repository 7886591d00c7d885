package wechatsim

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Each row sets behaviours, talks, and says what the books must show for
// order 000001 in the end (empty state: the gateway has never seen it).
var conversations = []struct {
	name  string
	set   []string
	talk  []string
	state State
	kept  int64
}{
	{"an honest sale is charged once however often it is repeated and asked for", nil,
		[]string{"pay 000001 -> SUCCESS", "query 000001 -> SUCCESS"}, Success, 1000},
	{"a declined sale costs nothing and its number is spent", []string{"decline NOT_ENOUGH"},
		[]string{"pay 000001 -> NOT_ENOUGH", "query 000001 -> NOTPAY", "reverse 000001 -> recall N",
			"query 000001 -> CLOSED"}, Closed, 0},
	{"a password is confirmed after its time", []string{"pay password 8s"},
		[]string{"pay 000001 -> USERPAYING", "wait 7s -> ", "query 000001 -> USERPAYING",
			"wait 1s -> ", "query 000001 -> SUCCESS"}, Success, 1000},
	{"a password waits for the customer", []string{"pay next password"},
		[]string{"confirm -> wallet customer: no payment waits for this customer",
			"pay 000001 -> USERPAYING", "wait 30m -> ", "query 000001 -> USERPAYING", "confirm -> ",
			"query 000001 -> SUCCESS"}, Success, 1000},
	{"a customer who refuses pays nothing", []string{"pay password"},
		[]string{"pay 000001 -> USERPAYING", "refuse -> ", "query 000001 -> PAYERROR",
			"confirm -> wallet customer: no payment waits for this customer",
			"reverse 000001 -> recall N", "query 000001 -> CLOSED"}, Closed, 0},
	{"a password can end in failure", []string{"password-then-fail 20s"},
		[]string{"pay 000001 -> USERPAYING", "wait 20s -> ", "query 000001 -> PAYERROR"}, PayError, 0},
	{"a small amount needs no password", []string{"password-above 1000 8s"},
		[]string{"pay 000001 -> SUCCESS"}, Success, 1000},
	{"a large amount needs a password", []string{"password-above 999 8s"},
		[]string{"pay 000001 -> USERPAYING", "wait 8s -> ", "query 000001 -> SUCCESS"}, Success, 1000},
	{"on the password screen a reversal does nothing, afterwards it closes", []string{"password"},
		[]string{"pay 000001 -> USERPAYING", "wait 59s -> ", "reverse 000001 -> USERPAYING Y",
			"query 000001 -> USERPAYING", "wait 1s -> ", "reverse 000001 -> recall N",
			"confirm -> wallet customer: no payment waits for this customer",
			"query 000001 -> CLOSED"}, Closed, 0},
	{"a confirmation between two reversals is given back", []string{"password 50s"},
		[]string{"pay 000001 -> USERPAYING", "wait 45s -> ", "reverse 000001 -> USERPAYING Y",
			"wait 10s -> ", "reverse 000001 -> recall N", "query 000001 -> REVOKED"}, Revoked, 0},
	{"a system error can hide a charge", []string{"pay next system-error charged"},
		[]string{"pay 000001 -> SYSTEM_ERROR", "query 000001 -> SUCCESS"}, Success, 1000},
	{"a system error can hide nothing", []string{"pay system-error"},
		[]string{"pay 000001 -> SYSTEM_ERROR", "query 000001 -> NOTPAY"}, NotPay, 0},
	{"a bank error can hide a charge", []string{"bank-error charged"},
		[]string{"pay 000001 -> BANK_ERROR", "query 000001 -> SUCCESS"}, Success, 1000},
	{"a bank error can hide nothing", []string{"bank-error uncharged"},
		[]string{"pay 000001 -> BANK_ERROR", "query 000001 -> NOTPAY"}, NotPay, 0},
	{"a lost answer was a charge", []string{"charge-and-lose-answer"},
		[]string{"pay 000001 -> cut", "query 000001 -> SUCCESS", "reverse 000001 -> recall N",
			"query 000001 -> REVOKED"}, Revoked, 0},
	{"a lost request was none", []string{"pay next lose-request"},
		[]string{"pay 000001 -> cut", "query 000001 -> ORDER_NOT_EXIST"}, "", 0},
	{"a reversal of the unknown closes the number for ever", []string{"pay next lose-request"},
		[]string{"pay 000001 -> cut", "reverse 000001 -> recall N", "query 000001 -> CLOSED",
			"pay 000001 -> ORDER_CLOSED"}, Closed, 0},
	{"a reversal of the unknown may find nothing", []string{"reverse order-not-exist"},
		[]string{"reverse 000001 -> ORDER_NOT_EXIST", "pay 000001 -> SUCCESS"}, Success, 1000},
	{"a slow charge comes although the connection is gone", []string{"slow-charge 30s"},
		[]string{"pay 000001 -> cut", "query 000001 -> NOTPAY", "wait 30s -> ",
			"query 000001 -> SUCCESS"}, Success, 1000},
	{"a reversal stops a slow charge", []string{"slow-charge 30s"},
		[]string{"pay 000001 -> cut", "wait 29s -> ", "reverse 000001 -> recall N", "wait 2s -> ",
			"query 000001 -> CLOSED"}, Closed, 0},
	{"a late request is charged after all", []string{"pay next arrives-late 20s"},
		[]string{"pay 000001 -> cut", "query 000001 -> ORDER_NOT_EXIST", "wait 20s -> ",
			"query 000001 -> SUCCESS"}, Success, 1000},
	{"a late request finds a tombstone", []string{"pay next arrives-late 20s"},
		[]string{"pay 000001 -> cut", "reverse 000001 -> recall N", "wait 20s -> ",
			"query 000001 -> CLOSED"}, Closed, 0},
	{"a late request finds no tombstone where there are none",
		[]string{"pay next arrives-late 20s", "reverse next order-not-exist"},
		[]string{"pay 000001 -> cut", "reverse 000001 -> ORDER_NOT_EXIST", "wait 20s -> ",
			"query 000001 -> SUCCESS"}, Success, 1000},
	{"a request later than its code is refused", []string{"pay next arrives-late 61s"},
		[]string{"pay 000001 -> cut", "wait 61s -> ", "query 000001 -> NOTPAY"}, NotPay, 0},
	{"a payment after the last query is given back by the reversal", []string{"pay-after-last-query"},
		[]string{"pay 000001 -> USERPAYING", "query 000001 -> USERPAYING",
			"reverse 000001 -> recall N", "query 000001 -> REVOKED"}, Revoked, 0},
	{"recall Y means not yet", []string{"recall 2"},
		[]string{"pay 000001 -> SUCCESS", "reverse 000001 -> recall Y", "query 000001 -> SUCCESS",
			"reverse 000001 -> recall Y", "reverse 000001 -> recall N", "query 000001 -> REVOKED"},
		Revoked, 0},
	{"still paying means not yet", []string{"reverse-userpaying 1"},
		[]string{"pay 000001 -> SUCCESS", "reverse 000001 -> USERPAYING Y", "query 000001 -> SUCCESS",
			"reverse 000001 -> recall N"}, Revoked, 0},
	{"the v3 page's reversal has no recall", []string{"reverse no-recall"},
		[]string{"pay 000001 -> SUCCESS", "reverse 000001 -> 200", "query 000001 -> REVOKED"},
		Revoked, 0},
	{"a reversal's answer can be lost", []string{"reverse next lose-answer"},
		[]string{"pay 000001 -> SUCCESS", "reverse 000001 -> cut", "query 000001 -> REVOKED",
			"reverse 000001 -> recall N"}, Revoked, 0},
	{"a reversal can fail and be done", []string{"reverse next system-error charged"},
		[]string{"pay 000001 -> SUCCESS", "reverse 000001 -> SYSTEM_ERROR",
			"query 000001 -> REVOKED"}, Revoked, 0},
	{"a reversal can fail and not be done", []string{"reverse next system-error"},
		[]string{"pay 000001 -> SUCCESS", "reverse 000001 -> SYSTEM_ERROR",
			"query 000001 -> SUCCESS"}, Success, 1000},
	{"a reversal can be refused", []string{"reverse next decline TRADE_ERROR"},
		[]string{"pay 000001 -> SUCCESS", "reverse 000001 -> TRADE_ERROR",
			"query 000001 -> SUCCESS"}, Success, 1000},
	{"after seven days only a refund helps", nil,
		[]string{"pay 000001 -> SUCCESS", "wait 168h1s -> ", "reverse 000001 -> REVERSE_EXPIRE"},
		Success, 1000},
	{"on the seventh day a reversal helps", nil,
		[]string{"pay 000001 -> SUCCESS", "wait 168h -> ", "reverse 000001 -> recall N"}, Revoked, 0},
	{"a query can deny an order", []string{"query next 2 not-found"},
		[]string{"pay 000001 -> SUCCESS", "query 000001 -> ORDER_NOT_EXIST",
			"query 000001 -> ORDER_NOT_EXIST", "query 000001 -> SUCCESS"}, Success, 1000},
	{"a gateway can contradict itself", []string{"query contradictory"},
		[]string{"pay 000001 -> SUCCESS", "query 000001 -> SUCCESS", "query 000001 -> CLOSED",
			"query 000001 -> SUCCESS"}, Success, 1000},
	{"a gateway can say anything", []string{"says REFUND"},
		[]string{"pay 000001 -> SUCCESS", "query 000001 -> REFUND"}, Success, 1000},
	{"a page of HTML can stand for a charge", []string{"pay html-502 charged"},
		[]string{"pay 000001 -> 502", "query 000001 -> SUCCESS"}, Success, 1000},
	{"a page of HTML can stand for nothing", []string{"pay html-502"},
		[]string{"pay 000001 -> 502", "query 000001 -> ORDER_NOT_EXIST"}, "", 0},
	{"too many requests are not handled", []string{"pay http-429"},
		[]string{"pay 000001 -> 429", "query 000001 -> ORDER_NOT_EXIST"}, "", 0},
	{"a limited frequency handles nothing", []string{"any frequency-limited"},
		[]string{"pay 000001 -> FREQUENCY_LIMITED", "query 000001 -> FREQUENCY_LIMITED"}, "", 0},
	{"maintenance handles nothing", []string{"any next maintenance"},
		[]string{"pay 000001 -> SYSTEM_ERROR", "query 000001 -> ORDER_NOT_EXIST"}, "", 0},
	{"nobody listens", []string{"any next 2 down"},
		[]string{"pay 000001 -> error", "query 000001 -> error", "query 000001 -> ORDER_NOT_EXIST"},
		"", 0},
	{"an answer is cut in the middle", []string{"pay cut-mid-answer"},
		[]string{"pay 000001 -> cut", "query 000001 -> SUCCESS"}, Success, 1000},
	{"any code can be sent in any spelling", []string{"password + answer-error USER_PAYING 202"},
		[]string{"pay 000001 -> USER_PAYING", "query 000001 -> USERPAYING"}, UserPaying, 0},
	{"a code payment is not closed but reversed", nil,
		[]string{"pay 000001 -> SUCCESS", "close 000001 -> INVALID_REQUEST"}, Success, 1000},
	{"what was never seen cannot be closed", nil,
		[]string{"close 000001 -> ORDER_NOT_EXIST"}, "", 0},
	{"counted behaviours come in turn and before the standing one",
		[]string{"pay decline NOTENOUGH", "pay next decline TRADE_ERROR", "any next decline NOAUTH"},
		[]string{"pay 000002 -> TRADE_ERROR", "pay 000003 -> NOAUTH", "pay 000001 -> NOTENOUGH"},
		NotPay, 0},
}

func TestConversations(t *testing.T) {
	for _, tt := range conversations {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, nil)
			w.set(tt.set...)
			w.want(tt.talk...)
			if tt.state != "" {
				w.holds("000001", tt.state, tt.kept)
			} else if o, seen := w.g.Order("000001"); seen {
				t.Errorf("the gateway has seen %+v", o)
			}
			if got := w.g.Balance(w.g.MerchantAccount()); got != tt.kept {
				t.Errorf("the merchant holds %d fen, not %d", got, tt.kept)
			}
		})
	}
}

func TestEveryWordIsInAConversationOrASpoiltAnswer(t *testing.T) {
	var all strings.Builder
	for _, c := range append(conversations, moneyTalks...) {
		all.WriteString(strings.Join(c.set, " ") + " ")
	}
	all.WriteString(strings.Join(spoilt, " ") + " approve tombstone short-waits late " +
		strings.Join(spoiltBills, " ") + " bill-wrong-hash coupon wrong-refund")
	said := strings.Fields(all.String())
	for _, help := range Behaviours() {
		found := false
		for _, word := range said {
			found = found || word == string(help.Word)
		}
		if !found {
			t.Errorf("no test says %q", help.Word)
		}
		if help.Text == "" || help.Usage == "" || len(help.Calls) == 0 {
			t.Errorf("no manual for %q: %+v", help.Word, help)
		}
	}
}

// spoilt are the behaviours of TestSpoiltAnswers.
var spoilt = []string{
	"wrong-order", "wrong-amount", "wrong-merchant", "wrong-app", "huge", "huge 5000", "truncated",
	"wrong-signature", "unknown-serial", "signature-probe", "unsigned", "unsigned-errors",
	"clock -5m1s", "twice", "garbage-after", "answer-error SOME_CODE",
}

func TestSpoiltAnswers(t *testing.T) {
	w := newWorld(t, nil)
	if got := w.pay("000001", 1000); got.signed != nil || got.brief() != "SUCCESS" {
		t.Fatalf("%v %s", got.signed, got.raw)
	}
	truth := w.query("000001").reply
	for _, word := range spoilt {
		t.Run(word, func(t *testing.T) {
			w.set("query next " + word)
			s := w.query("000001")
			r := s.reply
			ok := s.signed == nil && s.status == 200
			switch word {
			case "wrong-order":
				ok = ok && r.OutTradeNo != truth.OutTradeNo && len(r.OutTradeNo) == 6
			case "wrong-amount":
				ok = ok && r.Amount.Total != truth.Amount.Total
			case "wrong-merchant":
				ok = ok && r.MchID != truth.MchID
			case "wrong-app":
				ok = ok && r.AppID != truth.AppID
			case "huge":
				ok = ok && len(s.raw) > 1<<20 && r.TradeState == Success
			case "huge 5000":
				ok = ok && len(s.raw) > 5000 && len(s.raw) < 6000
			case "truncated":
				ok = ok && !json.Valid(s.raw)
			case "unsigned-errors", "garbage-after":
				ok = ok && r.TradeState == Success
			case "unsigned":
				ok = s.header.Get("Wechatpay-Signature") == "" && r.TradeState == Success
			case "signature-probe":
				ok = strings.HasPrefix(s.header.Get("Wechatpay-Signature"), "WECHATPAY/SIGNTEST/") &&
					s.signed != nil
			case "clock -5m1s": // refused: the request comes from the gateway's future
				ok = s.status == 401 && s.signed != nil
			case "answer-error SOME_CODE":
				ok = s.signed == nil && s.status == 400 && r.Code == "SOME_CODE"
			case "twice":
				ok = s.signed != nil && bytes.Count(s.raw, []byte("SUCCESS")) == 2
			default:
				ok = s.signed != nil && s.status == 200
			}
			if !ok {
				t.Errorf("status %d, signature %v, body %.300s", s.status, s.signed, s.raw)
			}
		})
	}
	w.set("query next unsigned-errors")
	if s := w.query("000002"); s.brief() != "ORDER_NOT_EXIST" || s.signed == nil {
		t.Errorf("error with signature: %s", s.raw)
	}
}

func TestALateAnswerSleepsOnTheClockAndHonoursTheContext(t *testing.T) {
	w := newWorld(t, nil)
	w.set("pay late 12s")
	before := w.clock.Now()
	if got := w.pay("000001", 1).brief(); got != "SUCCESS" {
		t.Error(got)
	}
	if d := w.clock.Now().Sub(before); d != 12*time.Second {
		t.Errorf("the answer took %s", d)
	}
	o, _ := w.g.Order("000001")
	if !o.Paid.Equal(before) {
		t.Errorf("paid at %s, received at %s", o.Paid, before)
	}
	ctx, cancel := context.WithDeadline(t.Context(), w.clock.Now().Add(5*time.Second))
	defer cancel()
	s := w.send(ctx, w.request("POST", "/v3/pay/transactions/codepay",
		payBody("000002", 1, w.g.Wallet("").Code()), nil))
	if !errors.Is(s.err, context.DeadlineExceeded) {
		t.Errorf("got %v", s.err)
	}
	w.holds("000002", Success, 1)
}

func TestDownIsARefusedConnection(t *testing.T) {
	w := newWorld(t, nil)
	w.set("any down")
	var refusedConn *net.OpError
	if s := w.query("000001"); !errors.As(s.err, &refusedConn) || refusedConn.Op != "dial" {
		t.Errorf("got %v", s.err)
	}
}

func TestAShortWalletIsRefusedOrWaits(t *testing.T) {
	w := newWorld(t, nil)
	poor := w.g.NewWallet("poor", 999)
	if got := w.payCode("000001", 1000, poor.Code()).brief(); got != "NOT_ENOUGH" {
		t.Error(got)
	}
	w.set("pay short-waits")
	if got := w.payCode("000002", 1000, poor.Code()).brief(); got != "USERPAYING" {
		t.Error(got)
	}
	if err := poor.Confirm(); err != nil {
		t.Error(err)
	}
	w.holds("000002", UserPaying, 0)
	poor.Deposit(1)
	if err := poor.Confirm(); err != nil {
		t.Error(err)
	}
	w.holds("000002", Success, 1000)
	if poor.Balance() != 0 {
		t.Errorf("poor holds %d fen", poor.Balance())
	}
}

func TestACodePaysOnceAndExpires(t *testing.T) {
	w := newWorld(t, nil)
	wallet := w.g.Wallet("customer")
	code := wallet.Code()
	if len(code) != 18 || !strings.HasPrefix(code, "13") {
		t.Errorf("code of %d digits", len(code))
	}
	for number, want := range map[string]string{"000001": "SUCCESS"} {
		if got := w.payCode(number, 1, code).brief(); got != want {
			t.Error(got)
		}
	}
	if got := w.payCode("000002", 1, code).brief(); got != "AUTH_CODE_INVALID" {
		t.Errorf("used code: %s", got)
	}
	old := wallet.Code()
	w.clock.Pass(60 * time.Second)
	if got := w.payCode("000003", 1, old).brief(); got != "SUCCESS" {
		t.Errorf("code of 60 s: %s", got)
	}
	old = wallet.Code()
	w.clock.Pass(60*time.Second + 1)
	if got := w.payCode("000004", 1, old).brief(); got != "AUTHCODEEXPIRE" {
		t.Errorf("code of more than 60 s: %s", got)
	}
	if got := w.payCode("000005", 1, "100000000000000001").brief(); got != "SUCCESS" {
		t.Errorf("code never shown: %s", got)
	}
	history := wallet.Shown()
	if len(history) != 4 || history[0].Order != "000001" || history[3].Code != "10****************" {
		t.Errorf("history %+v", history)
	}
	strict := newWorld(t, func(c *Config) { c.StrictCodes = true })
	if got := strict.payCode("000001", 1, "100000000000000001").brief(); got != "AUTH_CODE_INVALID" {
		t.Errorf("foreign code: %s", got)
	}
}

func TestANumberIsSpentForEver(t *testing.T) {
	w := newWorld(t, nil)
	code := w.g.Wallet("").Code()
	first := w.payCode("000001", 1000, code)
	again := w.payCode("000001", 1000, code)
	if !bytes.Equal(first.raw, again.raw) {
		t.Errorf("the same request:\n%s\n%s", first.raw, again.raw)
	}
	if got := w.payCode("000001", 1001, code).brief(); got != "OUT_TRADE_NO_USED" {
		t.Errorf("another amount: %s", got)
	}
	if got := w.payCode("000001", 1000, "").brief(); got != "AUTH_CODE_INVALID" {
		t.Errorf("another code: %s", got)
	}
	w.want("reverse 000001 -> recall N")
	if got := w.payCode("000001", 1000, code).brief(); got != "ORDER_REVERSED" {
		t.Errorf("after the reversal: %s", got)
	}
	o, _ := w.g.Order("000001")
	if o.Pays != 5 || o.Undos != 1 || o.Charged != 1000 || o.Returned != 1000 {
		t.Errorf("%+v", o)
	}
	w.set("pay next system-error charged")
	if got := w.payCode("000002", 1000, "130000000000000002").brief(); got != "SYSTEM_ERROR" {
		t.Error(got)
	}
	if got := w.payCode("000002", 1000, "130000000000000002").brief(); got != "SUCCESS" {
		t.Errorf("repeat of a hidden charge: %s", got)
	}
}

func TestARepeatIsToldWhatBecameOfTheOrder(t *testing.T) {
	w := newWorld(t, nil)
	const code = "130000000000000003"
	w.set("pay next password", "pay next approve", "pay next slow-charge 10s")
	for _, step := range []struct{ number, code, want string }{
		{"000001", code, "USERPAYING"}, {"000001", code, "USERPAYING"},
		{"000002", "130000000000000004", "cut"}, {"000002", "130000000000000004", "SYSTEM_ERROR"},
	} {
		if got := w.payCode(step.number, 1000, step.code).brief(); got != step.want {
			t.Errorf("%s: %s, not %s", step.number, got, step.want)
		}
	}
	w.want("refuse -> ")
	if got := w.payCode("000001", 1000, code).brief(); got != "TRADE_ERROR" {
		t.Errorf("after the customer refused: %s", got)
	}
	w.clock.Pass(10 * time.Second)
	if got := w.payCode("000002", 1000, "130000000000000004").brief(); got != "SUCCESS" {
		t.Errorf("after the slow charge: %s", got)
	}
}

func TestANativeOrderIsClosedNotReversed(t *testing.T) {
	w := newWorld(t, nil)
	body := payBody("000001", 1000, "")
	body["notify_url"] = "https://shop/notify"
	make := func() said {
		return w.send(t.Context(), w.request("POST", "/v3/pay/transactions/native", body, nil))
	}
	first, again := make().reply.CodeURL, make().reply.CodeURL
	if first == "" || first != again {
		t.Errorf("code_url %q, then %q", first, again)
	}
	w.want("reverse 000001 -> INVALID_REQUEST", "query 000001 -> NOTPAY", "close 000001 -> 204")
	if got := make().brief(); got != "ORDER_CLOSED" {
		t.Errorf("made again after closing: %s", got)
	}
	if s := w.undo("000001", "close"); s.status != 204 || s.signed != nil || len(s.raw) != 0 {
		t.Errorf("close: %d %q %v", s.status, s.raw, s.signed)
	}
	body["out_trade_no"] = "000002"
	poor := w.g.NewWallet("poor", 999)
	if err := poor.Scan(make().reply.CodeURL); err == nil {
		t.Error("a short wallet has paid")
	}
	codeURL := make().reply.CodeURL
	if err := w.g.Wallet("").Scan(codeURL); err != nil {
		t.Error(err)
	}
	if err := poor.Scan(codeURL); err == nil || !strings.Contains(err.Error(), "is SUCCESS") {
		t.Errorf("scan of a paid order: %v", err)
	}
	if got := make().brief(); got != "ORDERPAID" {
		t.Errorf("made again after paying: %s", got)
	}
	if err := poor.Scan("weixin://nothing"); err == nil {
		t.Error("an unknown code_url was paid")
	}
	w.pay("000003", 1)
	body["out_trade_no"] = "000003"
	if got := make().brief(); got != "OUT_TRADE_NO_USED" {
		t.Errorf("number of a code payment: %s", got)
	}
}

func TestWhatStandsBeforeTheGatewayDoesNotSign(t *testing.T) {
	w := newWorld(t, nil)
	for _, word := range []string{"maintenance", "html-502", "http-429"} {
		w.set("any next " + word)
		if s := w.query("000001"); s.header.Get("Wechatpay-Signature") != "" || s.status < 429 {
			t.Errorf("%s: %d %v", word, s.status, s.header)
		}
	}
}

func TestTextsAreNotEscapedForHTML(t *testing.T) {
	w := newWorld(t, nil)
	body := payBody("000001", 1, w.g.Wallet("").Code())
	body["attach"] = "<a&b>"
	s := w.send(t.Context(), w.request("POST", "/v3/pay/transactions/codepay", body, nil))
	if !bytes.Contains(s.raw, []byte(`"attach":"<a&b>"`)) {
		t.Errorf("%s", s.raw)
	}
}

func TestUnknownAddressGetsASigned404(t *testing.T) {
	w := newWorld(t, nil)
	for _, path := range []string{"/", "/v3/pay/transactions/", "/v3/refund/domestic/refund",
		"/v3/pay/transactions/out-trade-no/1/nothing", "/v3/pay/transactions/id/"} {
		s := w.send(t.Context(), w.request("POST", path, nil, nil))
		if s.status != 404 || s.signed != nil || s.reply.Code != "RESOURCE_NOT_EXISTS" {
			t.Errorf("%s: %d %s %v", path, s.status, s.raw, s.signed)
		}
	}
	s := w.send(t.Context(), w.request("POST", "/nowhere", nil,
		func(r *http.Request) { r.Header.Del("Authorization") }))
	if s.status != 401 {
		t.Errorf("unsigned request for nowhere: %d", s.status)
	}
}
