package alipay

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"till/txn"
	"till/txn/rail"
	"till/txn/rail/railtest"
)

func TestACodeToShowIsSignedOursAndAnAddress(t *testing.T) {
	p := testRail(t, nil)
	made := cancelled(`,"qr_code":"https:\/\/qr.alipay.com\/bax03431"`)
	tests := []struct {
		name string
		r    rail.Response
		want string
		qr   string
	}{
		{"a code", genuine(t, precreateMember, made), "pending payer-acting", "https://qr.alipay.com/bax03431"},
		{"unsigned", bareAnswer(precreateMember, made), "unknown untrusted R01 again", ""},
		{"of another order", genuine(t, precreateMember, strings.Replace(made, "042", "043", 1)), "unknown foreign R03 again", ""},
		{"of no order", genuine(t, precreateMember, `{"code":"10000","qr_code":"https://a"}`), "unknown foreign R03 again", ""},
		{"no code", genuine(t, precreateMember, cancelled("")), "unknown other L05 again", ""},
		{"a code with a blank", genuine(t, precreateMember, with(t, made, "bax", "b x")), "unknown other L05 again", ""},
		{"a code that is a program", genuine(t, precreateMember, with(t, made, "https:", "javascript:")), "unknown other L05 again", ""},
		{"a huge code", genuine(t, precreateMember, with(t, made, "bax", strings.Repeat("x", qrMax))), "unknown other L05 again", ""},
		{"in process", genuine(t, precreateMember, `{"code":"10003"}`), "unknown other", ""},
		{"paid already", genuine(t, precreateMember, business("ACQ.TRADE_HAS_SUCCESS")), "unknown number-used again", ""},
		{"refused", genuine(t, precreateMember, business("ACQ.ACCESS_FORBIDDEN")), "declined merchant-setup R02", ""},
		{"our key is wrong", genuine(t, precreateMember, failure("40002", "isv.invalid-signature", "")), "declined key-wrong R02", ""},
		{"an answer to a payment", genuine(t, payMember, made), "unknown other L05 again", ""},
	}
	for _, tt := range tests {
		got := p.Read(txn.CallShow, testShow().Ask, tt.r, noon)
		if railtest.Brief(got) != tt.want || got.QR != tt.qr || got.Call != txn.CallShow {
			t.Errorf("%s: %s with %q, want %s with %q", tt.name, railtest.Brief(got), got.QR, tt.want, tt.qr)
		}
	}
}

func TestClosing(t *testing.T) {
	p := testRail(t, nil)
	tests := []struct {
		name string
		r    rail.Response
		want string
	}{
		{"begun and not paid", genuine(t, cancelMember, cancelled(`,"retry_flag":"N","action":"close"`)), "undone undo-final"},
		{"the payer was faster", genuine(t, cancelMember, cancelled(`,"retry_flag":"N","action":"refund"`)), "undone undo-final"},
		{"nobody scanned", genuine(t, cancelMember, cancelled(`,"retry_flag":"N"`)), "undone undo-final"},
		{"once more, please", genuine(t, cancelMember, cancelled(`,"retry_flag":"Y"`)), "pending gateway-down again"},
		{"an action that nobody knows", genuine(t, cancelMember, cancelled(`,"retry_flag":"N","action":"keep"`)), "unknown other"},
		{"unsigned", bareAnswer(cancelMember, cancelled(`,"retry_flag":"N"`)), "unknown untrusted R01"},
		{"another order", genuine(t, cancelMember, strings.Replace(cancelled(`,"retry_flag":"N"`), "042", "043", 1)), "unknown foreign R03"},
		{"paid, and too late", genuine(t, cancelMember, business("ACQ.TRADE_CANCEL_TIME_OUT")), "declined already-paid"},
		{"paid, and the shop is short", genuine(t, cancelMember, business("ACQ.SELLER_BALANCE_NOT_ENOUGH")), "declined already-paid"},
		{"closed already", genuine(t, cancelMember, business("ACQ.TRADE_HAS_CLOSE")), "undone undo-final"},
		{"never heard of it", genuine(t, cancelMember, business("ACQ.TRADE_NOT_EXIST")), "unknown no-such-order"},
	}
	for _, tt := range tests {
		if got := p.Read(txn.CallClose, testShow().Ask, tt.r, noon); railtest.Brief(got) != tt.want || got.Call != txn.CallClose {
			t.Errorf("%s: %s, want %s", tt.name, railtest.Brief(got), tt.want)
		}
	}
}

// TestAnOrderThatNobodyScannedIsPending, and a payment that is not there is not.
func TestAnOrderThatNobodyScannedIsPending(t *testing.T) {
	p := testRail(t, nil)
	absent := genuine(t, queryMember, business("ACQ.TRADE_NOT_EXIST"))
	if got := p.Read(txn.CallQuery, testShow().Ask, absent, noon); railtest.Brief(got) != "pending payer-acting" {
		t.Errorf("shown: %s", railtest.Brief(got))
	}
	if got := p.Read(txn.CallQuery, testAsk(), absent, noon); railtest.Brief(got) != "unknown no-such-order" {
		t.Errorf("not shown: %s", railtest.Brief(got))
	}
	unsigned := bareAnswer(queryMember, business("ACQ.TRADE_NOT_EXIST"))
	if got := p.Read(txn.CallQuery, testShow().Ask, unsigned, noon); railtest.Brief(got) != "unknown untrusted R01" {
		t.Errorf("unsigned: %s", railtest.Brief(got))
	}
}

func TestACodeDiesByItself(t *testing.T) {
	p := testRail(t, nil)
	for lives, want := range map[time.Duration]string{
		0: `"1m"`, 3 * time.Minute: `"4m"`, 90 * time.Second: `"3m"`, -time.Hour: `"1m"`,
	} {
		e := testShow()
		e.Lives = lives
		r, err := p.Show(e, "", noon)
		if err != nil {
			t.Fatal(err)
		}
		form, err := url.ParseQuery(string(r.Body))
		biz := form.Get("biz_content")
		if err != nil || !strings.Contains(biz, `"qr_code_timeout_express":`+want) ||
			!strings.Contains(biz, `"timeout_express":`+want) {
			t.Errorf("%s: %s, %v; want %s", lives, biz, err, want)
		}
	}
	if s := p.ShowPolicy(); s.Confirm || s.Lives != 3*time.Minute || s.Soon != 2*time.Second ||
		s.SoonFor != 30*time.Second || s.Interval != 5*time.Second {
		t.Errorf("%+v", s)
	}
}
