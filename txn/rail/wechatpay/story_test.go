package wechatpay_test

import (
	"fmt"
	"testing"
	"time"

	"till/txn"
	"till/txn/money"
	"till/txn/rail"
	"till/txn/rail/wechatpay"
)

var nonces int

// nonce is new each time: the network takes none twice.
func nonce() string { nonces++; return fmt.Sprintf("story%d", nonces) }

// begin is a sale of 12.50, paid at the twin after it was told something, and a
// refund of 5.00 of it.
func begin(t *testing.T, w twin, tell ...string) (*wechatpay.Rail, txn.RefundAsk) {
	t.Helper()
	r := theRail(t)
	for _, text := range tell {
		if err := w.SetText(text); err != nil {
			t.Fatal(err)
		}
	}
	a := txn.Ask{Order: "STORYINSTALL0000000001", Rail: txn.WeChatPay, Amount: money.Fen(1250), Begun: w.Now()}
	req, err := r.Pay(txn.SendPay{Ask: a, Code: txn.NewPayerCode(w.Code())}, nonce(), w.Now())
	if ans := r.Read(txn.CallPay, a, carry(t, w, req, err), w.Now()); ans.Outcome != txn.Approved {
		t.Fatalf("%+v", ans)
	}
	return r, txn.RefundAsk{Refund: "STORYINSTALLR0000000002", Order: a.Order, Rail: a.Rail,
		Amount: money.Fen(500), Total: a.Amount, Begun: w.Now()}
}

func carry(t *testing.T, w twin, req rail.Request, err error) rail.Response {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := w.Exchange(req)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// refund sends a refund, lets time pass and asks about it.
func refund(t *testing.T, w twin, r *wechatpay.Rail, a txn.RefundAsk, wait time.Duration) (first, last txn.RefundAnswered) {
	t.Helper()
	req, err := r.Refund(a, nonce(), w.Now())
	first = r.ReadRefund(txn.CallRefund, a, carry(t, w, req, err), w.Now())
	w.Pass(wait)
	req, err = r.RefundQuery(a, nonce(), w.Now())
	return first, r.ReadRefund(txn.CallRefundQuery, a, carry(t, w, req, err), w.Now())
}

// TestC06ThePayerIsToldWhatComesBackAndWhatLapses: he paid 10.00 of 12.50 and had
// a coupon for the rest.
func TestC06ThePayerIsToldWhatComesBackAndWhatLapses(t *testing.T) {
	w := open(t).(twin)
	r, a := begin(t, w, "pay next coupon 250")
	_, got := refund(t, w, r, a, time.Hour)
	if got.Outcome != txn.RefundPaidOut || got.Payer != 400 || got.Discount != 100 || got.Account != "支付用户零钱" {
		t.Errorf("%+v, want 4.00 in money and 1.00 of the coupon", got)
	}
	if back := w.Books(a.Order).Returned; back != got.Payer {
		t.Errorf("the payer got %d fen, the answer says %d", back, got.Payer)
	}
}

// TestC02ARefundThatNobodyFundsIsClosedAfterAWeek, and paid under a new number
// once the shop has paid in.
func TestC02ARefundThatNobodyFundsIsClosedAfterAWeek(t *testing.T) {
	w := open(t).(twin)
	r, a := begin(t, w, "refund next refund-unfunded")
	w.SetFunds(0)
	first, last := refund(t, w, r, a, 6*24*time.Hour)
	if first.Outcome != txn.RefundAccepted || last.Outcome != txn.RefundAccepted {
		t.Errorf("in the first days: %+v, then %+v", first, last)
	}
	w.Pass(2 * 24 * time.Hour)
	req, err := r.RefundQuery(a, nonce(), w.Now())
	got := r.ReadRefund(txn.CallRefundQuery, a, carry(t, w, req, err), w.Now())
	if got.Outcome != txn.RefundClosed || got.Cause != txn.CauseDead {
		t.Errorf("after a week: %+v", got)
	}
	w.SetFunds(1000)
	a.Refund = "STORYINSTALLR0000000003"
	if _, got := refund(t, w, r, a, time.Hour); got.Outcome != txn.RefundPaidOut {
		t.Errorf("under a new number: %+v", got)
	}
	if kept := w.Books(a.Order).Kept(); kept != 750 {
		t.Errorf("the sale cost the payer %d fen, want 750", kept)
	}
}

// TestTheFiftyFirstPartAndTheSecondInAMinuteAreRefused (rails.md 1.7).
func TestTheFiftyFirstPartAndTheSecondInAMinuteAreRefused(t *testing.T) {
	w := open(t).(twin)
	r, a := begin(t, w)
	a.Amount = money.Fen(1)
	p := r.RefundPolicy()
	for i := range p.Parts + 1 {
		a.Refund = txn.RefundNo(fmt.Sprintf("STORYINSTALLR%010d", i+2))
		if i == 1 {
			soon := a
			soon.Refund = "STORYINSTALLR0000000099"
			if got, _ := refund(t, w, r, soon, 0); got.Outcome != txn.RefundRefused || got.Cause != txn.CauseBusy {
				t.Errorf("two in a minute: %+v", got)
			}
			w.Pass(p.Spacing)
		}
		got, _ := refund(t, w, r, a, 0)
		if i == p.Parts && (got.Outcome != txn.RefundRefused || got.Cause != txn.CauseTooManyParts) ||
			i < p.Parts && got.Outcome != txn.RefundAccepted {
			t.Fatalf("part %d: %+v", i+1, got)
		}
		if i > 0 {
			w.Pass(p.Spacing)
		}
	}
}

// TestC14ASaleOfLastYearIsRefused on the day after the window.
func TestC14ASaleOfLastYearIsRefused(t *testing.T) {
	w := open(t).(twin)
	r, a := begin(t, w)
	w.Pass(time.Duration(r.RefundPolicy().WindowDays) * 24 * time.Hour)
	w.Pass(time.Hour)
	if got, _ := refund(t, w, r, a, 0); got.Outcome != txn.RefundRefused || got.Cause != txn.CauseWindowOver {
		t.Errorf("%+v", got)
	}
}
