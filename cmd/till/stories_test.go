package main

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"till/sim/railsim/wechatsim"
	"till/txn"
	"till/txn/money"
	"till/txn/rail"
)

// review plays a script that a reviewer wrote, and returns why it does not hold.
func review(t *testing.T, script string) error {
	t.Helper()
	steps, err := parseScript(script)
	if err != nil {
		t.Fatal(err)
	}
	st, err := newTwins()
	if err != nil {
		t.Fatal(err)
	}
	if err := st.On(); err != nil {
		t.Fatal(err)
	}
	err = playScript(st, steps, t.Logf)
	if cerr := st.Close(""); cerr != nil {
		t.Error(cerr)
	}
	return err
}

// TestAPowerCutDoesNotEndInASecondCharge: the gateway has charged, the
// power goes, the customer holds the phone up again, and the operator does what
// the screen says.
func TestAPowerCutDoesNotEndInASecondCharge(t *testing.T) {
	err := review(t, `lang en
power cut when "pay received"
keys 1 2 8 00 enter
scan wallet
expect screen dark
power on
expect screen 17-recovery
wait 20s
expect phase paid
scan wallet
keys 1 2 8 00 enter
scan wallet
wait 20s
expect gateway paid 128.00
`)
	if err != nil {
		t.Error(err)
	}
}

// TestASaleLeftInDoubtAsksBeforeTheSameAmount is the same without the cut.
func TestASaleLeftInDoubtAsksBeforeTheSameAmount(t *testing.T) {
	err := review(t, `lang en
gateway pay next charge-and-lose-answer
keys 1 2 8 00 enter
scan wallet
expect screen 07-unknown
keys cancel
wait 20s
expect phase paid
keys 1 2 8 00 enter
expect screen 25-repeat
`)
	if err != nil {
		t.Error(err)
	}
}

// signedAnswer is an answer as the platform signs it, about whatever it is about.
func signedAnswer(t *testing.T, keys wechatsim.KeySet, status int, at txn.Wall, body string) rail.Response {
	t.Helper()
	stamp := fmt.Sprint(int64(at) / 1000)
	sum := sha256.Sum256([]byte(stamp + "\nN0NCE\n" + body + "\n"))
	sig, err := rsa.SignPKCS1v15(rand.Reader, keys.Platform, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return rail.Response{Status: status, Body: []byte(body), Header: [][2]string{
		{"Wechatpay-Serial", keys.PlatformID}, {"Wechatpay-Nonce", "N0NCE"},
		{"Wechatpay-Timestamp", stamp}, {"Wechatpay-Signature", base64.StdEncoding.EncodeToString(sig)},
	}}
}

// TestAnAnswerThatNamesNoOrderEndsNoSale: a signed error names neither
// order nor request, so one about another order, or signed before this sale was
// begun, looks the same.
func TestAnAnswerThatNamesNoOrderEndsNoSale(t *testing.T) {
	keys := wechatsim.Keys()
	rails, err := twinsRails()
	if err != nil {
		t.Fatal(err)
	}
	r := rails[0]
	now := txn.Wall(time.Date(2026, 11, 22, 6, 28, 0, 0, time.UTC).UnixMilli())
	ask := txn.Ask{Order: "0123456789AB0000000001", Rail: txn.WeChatPay, Amount: money.Fen(100), Begun: now}
	for _, tt := range []struct {
		call   txn.Call
		status int
		signed txn.Wall
		body   string
	}{
		{txn.CallQuery, 400, now, `{"code":"ORDER_CLOSED","message":"x"}`},
	} {
		ans := r.Read(tt.call, ask, signedAnswer(t, keys, tt.status, tt.signed, tt.body), now)
		if ans.Outcome == txn.Declined || ans.Outcome == txn.Undone {
			t.Errorf("%s %s, signed %d s before the sale was begun: %s", tt.call, tt.body, (now-tt.signed)/1000, ans.Outcome)
		}
	}
	ans := r.Read(txn.CallPay, ask, signedAnswer(t, keys, 202, now,
		`{"mchid":"1230000109","out_trade_no":"0123456789AB0000000001","trade_state":"USERPAYING"}`), now)
	if ans.Outcome != txn.Pending {
		t.Errorf("202 with USERPAYING as the state of our order: %s", ans.Outcome)
	}
}
