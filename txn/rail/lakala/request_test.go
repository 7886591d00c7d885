package lakala

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"till/txn"
	"till/txn/money"
	"till/txn/rail"
)

// sent is a request taken apart again.
type sent struct {
	ReqTime string            `json:"req_time"`
	Version string            `json:"version"`
	Data    map[string]any    `json:"req_data"`
	place   map[string]string // location_info
}

func open(t *testing.T, req rail.Request, err error) sent {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var s sent
	if err := json.Unmarshal(req.Body, &s); err != nil {
		t.Fatal(err)
	}
	s.place = map[string]string{}
	if place, ok := s.Data["location_info"].(map[string]any); ok {
		for k, v := range place {
			s.place[k] = fmt.Sprint(v)
		}
	}
	delete(s.Data, "location_info")
	if req.Method != "POST" || s.Version != "3.0" || s.ReqTime != "20260101080000" {
		t.Errorf("%s, version %q, at %q", req.Method, s.Version, s.ReqTime)
	}
	return s
}

// every is every call that the rail can make.
func every(t *testing.T, p *Rail) map[string]func() (rail.Request, error) {
	t.Helper()
	show := txn.SendShow{Ask: testAsk(), Lives: 240 * time.Second}
	return map[string]func() (rail.Request, error){
		pathPay:         func() (rail.Request, error) { return p.Pay(testPay(unionCode), nonce, noon) },
		pathShow:        func() (rail.Request, error) { return p.Show(show, nonce, noon) },
		pathQuery:       func() (rail.Request, error) { return p.Query(testAsk(), nonce, noon) },
		pathReverse:     func() (rail.Request, error) { return p.Reverse(testAsk(), nonce, noon) },
		pathClose:       func() (rail.Request, error) { return p.Close(testAsk(), nonce, noon) },
		pathRefund:      func() (rail.Request, error) { return p.Refund(testRefundAsk(), nonce, noon) },
		pathRefundQuery: func() (rail.Request, error) { return p.RefundQuery(testRefundAsk(), nonce, noon) },
		"find":          func() (rail.Request, error) { return p.Find(testFind(), nonce, noon) },
	}
}

func TestEveryCallSaysWhereTheTerminalStands(t *testing.T) {
	p := testRail(t, func(c *Config) { c.BaseStation = "460+00+4321" })
	for path, call := range every(t, p) {
		req, err := call()
		s := open(t, req, err)
		if s.place["request_ip"] != "36.45.36.95" || s.place["location"] != "+31.221345,+121.12345" ||
			s.place["base_station"] != "460+00+4321" {
			t.Errorf("%s: location_info %v", path, s.place)
		}
		if s.Data["merchant_no"] != "822290070111135" || s.Data["term_no"] != "29034705" {
			t.Errorf("%s: %v", path, s.Data)
		}
		if path != "find" && req.URL != "https://s2.lakala.com/api"+path {
			t.Errorf("%s: sent to %s", path, req.URL)
		}
	}
}

func TestRequestsCarryWhatThePagesWant(t *testing.T) {
	p := testRail(t, func(c *Config) { c.RefundFrom = "05" })
	want := map[string]string{
		pathPay: `auth_code=6220123456789012345 out_trade_no=TESTINSTALL10000000042 ` +
			`subject=街角面包店 000042 total_amount=1250`,
		pathShow: `acc_busi_fields=map[timeout_express:4] account_type=ALIPAY out_trade_no=TESTINSTALL10000000042 ` +
			`subject=街角面包店 000042 total_amount=1250 trans_type=41`,
		pathQuery:   `out_trade_no=TESTINSTALL10000000042`,
		pathReverse: `origin_out_trade_no=TESTINSTALL10000000042 out_trade_no=TESTINSTALL10000000042V767225600`,
		pathClose:   `origin_out_trade_no=TESTINSTALL10000000042`,
		pathRefund: `origin_out_trade_no=TESTINSTALL10000000042 out_trade_no=TESTINSTALL1R0000000043 ` +
			`refund_acc_mode=05 refund_amount=500 refund_reason=面包 不新鲜`,
		pathRefundQuery: `out_trade_no=TESTINSTALL1R0000000043`,
		"find":          `out_trade_no=TESTINSTALL10000000042`,
	}
	for path, call := range every(t, p) {
		req, err := call()
		data := open(t, req, err).Data
		delete(data, "merchant_no")
		delete(data, "term_no")
		got := strings.TrimSuffix(strings.TrimPrefix(fmt.Sprint(data), "map["), "]")
		if got != strings.ReplaceAll(want[path], "=", ":") {
			t.Errorf("%s:\n%s\nwant\n%s", path, got, want[path])
		}
	}
}

func TestTwoAttemptsToRevokeHaveTwoNumbers(t *testing.T) {
	p := testRail(t, nil)
	seen := map[any]bool{}
	for _, at := range []txn.Wall{noon, noon + 10_000, noon + 30_000, 0, -5000, 1 << 60} {
		req, err := p.Reverse(testAsk(), nonce, at)
		if err != nil {
			t.Fatal(err)
		}
		var s sent
		if err := json.Unmarshal(req.Body, &s); err != nil {
			t.Fatal(err)
		}
		number := fmt.Sprint(s.Data["out_trade_no"])
		if seen[number] || len(number) != 32 || !strings.HasPrefix(number, string(testOrder)+"V") ||
			!digits(number[23:]) {
			t.Errorf("at %d: number %q", at, number)
		}
		seen[number] = true
	}
}

func TestRefundsNameLakalasNumberWhenItIsKnown(t *testing.T) {
	p := testRail(t, nil)
	a := testRefundAsk()
	a.Sale = tradeNo
	req, err := p.Refund(a, nonce, noon)
	if s := open(t, req, err); s.Data["origin_trade_no"] != tradeNo {
		t.Errorf("origin_trade_no %v", s.Data["origin_trade_no"])
	}
	f := txn.FindAsk{Reference: tradeNo, Rail: Name}
	req, err = p.Find(f, nonce, noon)
	if s := open(t, req, err); s.Data["trade_no"] != tradeNo || s.Data["out_trade_no"] != nil {
		t.Errorf("find by Lakala's number: %v", s.Data)
	}
}

func TestCodesOfThreeWalletsAreSentAndNoOthers(t *testing.T) {
	p := testRail(t, nil)
	for _, code := range []string{wechatCode, alipayCode, unionCode, "2512345678901234", "301234567890123456789012"} {
		if _, err := p.Pay(testPay(code), nonce, noon); err != nil {
			t.Errorf("%d digits that begin with %s: %v", len(code), code[:2], err)
		}
	}
	for _, code := range []string{"", "6", wechatCode[1:], wechatCode + "1", "162345678901234567", unionCode[1:],
		"6320123456789012345", "28763443825664394x", "0123456789012345678", "251234567890123",
		"2512345678901234567890123"} {
		if _, err := p.Pay(testPay(code), nonce, noon); !errors.Is(err, errNoCode) {
			t.Errorf("%q: %v", code, err)
		}
	}
}

func TestWhatCannotBeSentIsAnError(t *testing.T) {
	p := testRail(t, nil)
	with := func(change func(*txn.Ask)) txn.Ask {
		a := testAsk()
		change(&a)
		return a
	}
	refund := func(change func(*txn.RefundAsk)) txn.RefundAsk {
		a := testRefundAsk()
		change(&a)
		return a
	}
	long := txn.OrderNo(strings.Repeat("A", 23))
	none := with(func(a *txn.Ask) { a.Amount = money.Amount{} })
	tests := []struct {
		name string
		req  func() (rail.Request, error)
		want error
	}{
		{"nothing to pay", func() (rail.Request, error) {
			return p.Pay(txn.SendPay{Ask: none, Code: txn.NewPayerCode(alipayCode)}, nonce, noon)
		}, errNothing},
		{"nothing to show", func() (rail.Request, error) {
			return p.Show(txn.SendShow{Ask: none}, nonce, noon)
		}, errNothing},
		{"an order number too long for its revocations", func() (rail.Request, error) {
			return p.Query(with(func(a *txn.Ask) { a.Order = long }), nonce, noon)
		}, errOrderNo},
		{"a number that breaks out", func() (rail.Request, error) {
			return p.Close(with(func(a *txn.Ask) { a.Order = `A","x":"` }), nonce, noon)
		}, errOrderNo},
		{"a shown code revoked", func() (rail.Request, error) {
			return p.Reverse(with(func(a *txn.Ask) { a.Shown = true }), nonce, noon)
		}, errShown},
		{"no nonce", func() (rail.Request, error) { return p.Query(testAsk(), "", noon) }, errNonce},
		{"a nonce with a line feed", func() (rail.Request, error) {
			return p.Query(testAsk(), "a\nb", noon)
		}, errNonce},
		{"nothing to give back", func() (rail.Request, error) {
			return p.Refund(refund(func(a *txn.RefundAsk) { a.Amount = money.Amount{} }), nonce, noon)
		}, errNothing},
		{"more than the sale", func() (rail.Request, error) {
			return p.Refund(refund(func(a *txn.RefundAsk) { a.Amount = money.Fen(1251) }), nonce, noon)
		}, errTooMuch},
		{"no refund number", func() (rail.Request, error) {
			return p.RefundQuery(refund(func(a *txn.RefundAsk) { a.Refund = "" }), nonce, noon)
		}, errRefundNo},
		{"nothing to find", func() (rail.Request, error) { return p.Find(txn.FindAsk{}, nonce, noon) }, errNoSale},
		{"a reference that is none", func() (rail.Request, error) {
			return p.Find(txn.FindAsk{Reference: `"`}, nonce, noon)
		}, errNoSale},
	}
	for _, tt := range tests {
		if req, err := tt.req(); !errors.Is(err, tt.want) || req.Body != nil {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestAnErrorDoesNotQuoteThePayersCode(t *testing.T) {
	p := testRail(t, nil)
	for _, code := range []string{alipayCode + "0000000000", alipayCode} {
		_, err := p.Pay(testPay(code), "", noon)
		if err == nil || strings.Contains(err.Error(), code) {
			t.Errorf("%v", err)
		}
	}
}

func TestSetupsAreChecked(t *testing.T) {
	bad := map[string]func(*Config){
		"base_url":       func(c *Config) { c.BaseURL = "s2.lakala.com" },
		"app_id":         func(c *Config) { c.AppID = "OP\n3" },
		"merchant_no":    func(c *Config) { c.MerchantNo = "" },
		"term_no":        func(c *Config) { c.TermNo = `"` },
		"ip":             func(c *Config) { c.IP = "till-1" },
		"base_station":   func(c *Config) { c.BaseStation = strings.Repeat("1", 129) },
		"location":       func(c *Config) { c.Location = "31.2,121.1" },
		"subject":        func(c *Config) { c.Subject = " \n" },
		"wallet":         func(c *Config) { c.Wallet = "bestpay" },
		"refund_from":    func(c *Config) { c.RefundFrom = "07" },
		"refund_days":    func(c *Config) { c.RefundDays = -1 },
		"merchant's key": func(c *Config) { c.Signer = nil },
		"Lakala's key":   func(c *Config) { c.Verifier = nil },
		"cannot mean that": func(c *Config) {
			c.Codes = []Code{{txn.CallPay, "BBS20001", txn.Approved, txn.CauseOther}}
		},
		"call was done": func(c *Config) {
			c.Codes = []Code{{txn.CallPay, "BBS00000", txn.Declined, txn.CauseOther}}
		},
		"known already": func(c *Config) {
			c.Codes = []Code{{txn.CallPay, "BBS10000", txn.Declined, txn.CauseOther}}
		},
		"no such cause": func(c *Config) { c.Codes = []Code{{txn.CallPay, "BBS20001", txn.Declined, "bad"}} },
		"letters": func(c *Config) {
			c.RefundCodes = []RefundCode{{txn.CallRefund, "", txn.RefundRefused, txn.CauseOther}}
		},
		"refund code \"RFD1\" to call 1": func(c *Config) {
			c.RefundCodes = []RefundCode{{txn.CallRefundQuery, "RFD1", txn.RefundPaidOut, txn.CauseOther}}
		},
	}
	for want, change := range bad {
		cfg := testConfig()
		change(&cfg)
		if _, err := New(cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	p := testRail(t, func(c *Config) {
		c.BaseURL, c.IP, c.Location, c.RefundDays = c.BaseURL+"/", "2001:db8::1", "", 180
	})
	if p.Name() != "lakala" || p.RefundPolicy().WindowDays != 180 {
		t.Errorf("its name is %q, its window %d", p.Name(), p.RefundPolicy().WindowDays)
	}
}

func TestPoliciesAreWhatTheirSourcesSay(t *testing.T) {
	p := testRail(t, nil)
	if pol := p.Policy(); pol.GiveUp() != 50*time.Second || pol.ReverseAfter != 15*time.Second || !pol.ConfirmReversal {
		t.Errorf("%+v", pol)
	}
	if r := p.RefundPolicy(); r.VoidSameDay || !r.RefundShown || r.Spacing != time.Minute || r.Parts != 50 ||
		r.MayRepair ||
		len(r.Asks) == 0 || r.FundedFrom != "balance" {
		t.Errorf("%+v", r)
	}
	if s := p.ShowPolicy(); s.Lives != 4*time.Minute || !s.Confirm {
		t.Errorf("%+v", s)
	}
	for d, want := range map[time.Duration]string{0: "1", time.Second: "1", time.Minute: "1", 61 * time.Second: "2",
		240 * time.Second: "4", time.Hour: "15"} {
		if got := minutes(d); got != want {
			t.Errorf("%v is %s minutes, want %s", d, got, want)
		}
	}
}
