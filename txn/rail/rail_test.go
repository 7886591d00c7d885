package rail

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"till/device"
	"till/txn"
)

func TestOnlyAPaymentThatNeverLeftIsDecided(t *testing.T) {
	a := txn.Ask{Order: "TESTINSTALL10000000042"}
	tests := []struct {
		call    txn.Call
		sent    bool
		outcome txn.Outcome
		cause   txn.Cause
	}{
		{txn.CallPay, false, txn.Declined, txn.CauseNotSent},
		{txn.CallPay, true, txn.Unknown, txn.CauseNoAnswer},
		{txn.CallQuery, false, txn.Unknown, txn.CauseNotSent},
		{txn.CallQuery, true, txn.Unknown, txn.CauseNoAnswer},
		{txn.CallReverse, false, txn.Unknown, txn.CauseNotSent},
		{txn.CallReverse, true, txn.Unknown, txn.CauseNoAnswer},
	}
	for _, tt := range tests {
		got := Silent(tt.call, a, Silence{Fault: "L04", Sent: tt.sent})
		want := txn.Answered{Order: a.Order, Call: tt.call, Outcome: tt.outcome, Cause: tt.cause, Fault: "L04"}
		if got != want {
			t.Errorf("%s, sent %v: %+v, want %+v", tt.call, tt.sent, got, want)
		}
	}
}

func TestHeadersAreFoundInAnyCase(t *testing.T) {
	r := Response{Header: [][2]string{{"wechatpay-serial", "A"}, {"Wechatpay-Serial", "B"}}}
	if got := r.Value("WECHATPAY-SERIAL"); got != "A" {
		t.Errorf("Value = %q, want the first", got)
	}
	if got := r.Value("Date"); got != "" {
		t.Errorf("Value of what is not there = %q", got)
	}
}

func TestRequestPrintsNoSecret(t *testing.T) {
	r := Request{Method: "POST", URL: "https://gateway/pay",
		Header: [][2]string{{"Authorization", "SECRET"}}, Body: []byte(`"SECRET"`)}
	var out []string
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		out = append(out, fmt.Sprintf(verb, r), fmt.Sprintf(verb, &r), fmt.Sprintf(verb, []Request{r}))
	}
	raw, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("sent", "request", r)
	for _, s := range append(out, string(raw), log.String()) {
		for _, secret := range []string{"SECRET", "534543524554", "83 69 67 82 69 84", "[34 83"} {
			if strings.Contains(s, secret) {
				t.Errorf("printed: %s", s)
			}
		}
	}
}

func TestCleanKeepsWhatPeopleCanReadAndNoCodes(t *testing.T) {
	tests := []struct{ in, want string }{
		{"余额不足", "余额不足"},
		{"  a\r\n\tb  ", "a b"},
		{"a\x00\x1b[31mb\u202ec\ufffd", "a[31mbc"},
		{"\xff\xfeok", "ok"},
		{"授权码134567890123456789无效", "授权码…无效"},
		{"13456789\u200b0123456789", "…"},
		{"15 digits 123456789012345.", "15 digits 123456789012345."},
		{"twice 1234567890123456,1234567890123456", "twice …,…"},
		{strings.Repeat("字", 200), strings.Repeat("字", TextMax-1) + "…"},
		{strings.Repeat("字", TextMax), strings.Repeat("字", TextMax)},
		{strings.Repeat("字", TextMax-2) + "134567890123456789x", strings.Repeat("字", TextMax-2) + "…x"},
	}
	for _, tt := range tests {
		if got := Clean(tt.in); got != tt.want {
			t.Errorf("Clean(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

// TestFaultsAreTheDevices joins the names that nothing below txn may import.
func TestFaultsAreTheDevices(t *testing.T) {
	for ours, theirs := range map[txn.FaultCode]device.Code{
		FaultUntrusted: device.RailUntrusted, FaultRefused: device.RailRefused,
		FaultForeign: device.RailForeign, FaultBroken: device.LinkBroken,
		txn.FaultSkewed: device.ClockSkewed,
	} {
		if string(ours) != string(theirs) {
			t.Errorf("%s is %s in package device", ours, theirs)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("授权码134567890123456789无效")
	f.Add("\xff 1234567890123456 7")
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		run := 0
		for _, r := range got {
			if '0' <= r && r <= '9' {
				run++
			} else {
				run = 0
			}
			if run >= 16 || r < ' ' || r == 0x7f {
				t.Fatalf("Clean(%q) = %q", s, got)
			}
		}
		if n := len([]rune(got)); n > TextMax {
			t.Fatalf("%d characters", n)
		}
		if again := Clean(got); again != got {
			t.Fatalf("Clean is not stable: %q, then %q", got, again)
		}
	})
}
