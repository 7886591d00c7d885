package lakalasim_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"till/sim/railsim"
	"till/sim/railsim/lakalasim"
	"till/txn"
	"till/txn/rail"
	"till/txn/rail/lakala"
)

func TestACodeOfEachWalletPays(t *testing.T) {
	w := newWorld(t, nil)
	for n, network := range []railsim.Network{railsim.WeChatPay, railsim.Alipay, railsim.UnionPay} {
		a := ask(n + 1)
		got := w.pay(a, w.g.Customer("").CodeOf(network))
		w.says(got, "approved ")
		w.holds(a, 1250)
		found := w.find(txn.FindAsk{Reference: got.Reference, Rail: lakala.Name})
		if found.Finding != txn.FindPaid || string(found.Wallet) != string(network) || found.Order != a.Order ||
			found.Amount != 1250 || found.Paid != w.now() || found.Refunded {
			t.Errorf("%s: %+v", network, found)
		}
		w.says(w.query(a), "approved ")
	}
}

func TestAPasswordIsWaitedFor(t *testing.T) {
	w := newWorld(t, nil)
	w.set("pay next password")
	a := ask(1)
	w.says(w.sell(a), "pending payer-acting")
	w.wait(5 * time.Second)
	w.says(w.query(a), "pending payer-acting")
	if found := w.find(txn.FindAsk{Order: a.Order}); found.Finding != txn.FindUnpaid {
		t.Errorf("found %s", found.Finding)
	}
	if err := w.g.Customer("").Confirm(); err != nil {
		t.Fatal(err)
	}
	w.says(w.query(a), "approved ")
	w.holds(a, 1250)
}

func TestARefusalIsToldByTheQuery(t *testing.T) {
	w := newWorld(t, nil)
	poor := w.g.NewCustomer("poor", 100)
	used := poor.CodeOf(railsim.Alipay)
	old := poor.CodeOf(railsim.Alipay)
	for n, tt := range []struct {
		code, cause string
		later       time.Duration
	}{
		{used, "declined payer-funds", 0}, {used, "declined code-used", 0},
		{old, "declined code-expired", 2 * time.Minute}, {"131234567890123456", "declined payer-refused", 0},
	} {
		if n == 3 {
			w.set("pay next decline BBS90777")
		}
		w.wait(tt.later)
		a := ask(n + 1)
		got := w.pay(a, tt.code)
		if w.says(got, "unknown other"); !got.Again {
			t.Errorf("%s does not ask at once", got.Code)
		}
		w.says(w.query(a), tt.cause)
		w.holds(a, 0)
		if found := w.find(txn.FindAsk{Order: a.Order}); found.Finding != txn.FindUnpaid {
			t.Errorf("found %s", found.Finding)
		}
	}
}

func TestACustomerWhoLeavesThePasswordDeclines(t *testing.T) {
	w := newWorld(t, nil)
	w.set("pay next password-then-fail 8s")
	a := ask(1)
	w.says(w.sell(a), "pending payer-acting")
	w.wait(8 * time.Second)
	w.says(w.query(a), "declined payer-refused")
}

func TestALostAnswerIsAskedFor(t *testing.T) {
	for behaviour, want := range map[string]string{
		"pay next charge-and-lose-answer": "approved ", "pay next lose-answer": "approved ",
		"pay next cut-mid-answer": "approved ", "pay next system-error charged": "approved ",
		"pay next html-502 charged": "approved ", "pay next slow-charge 3s": "pending payer-acting",
		"pay next lose-request": "unknown no-such-order", "pay next arrives-late 3s": "unknown no-such-order",
		"pay next html-502": "unknown no-such-order", "pay next system-error": "declined payer-refused",
	} {
		t.Run(behaviour, func(t *testing.T) {
			w := newWorld(t, contract)
			w.set(behaviour)
			a := ask(1)
			if got := w.sell(a); got.Outcome != txn.Unknown {
				t.Errorf("%s %s", got.Outcome, got.Cause)
			}
			w.says(w.query(a), want)
			w.wait(3 * time.Second)
			if o, _ := w.g.Order(string(a.Order)); o.Charged > 0 {
				w.says(w.query(a), "approved ")
			}
		})
	}
}

func TestARevocationTakesThePaymentBack(t *testing.T) {
	w := newWorld(t, nil)
	a := ask(1)
	w.says(w.sell(a), "approved ")
	w.wait(15 * time.Second)
	w.says(w.reverse(a), "undone undo-final")
	w.says(w.query(a), "undone elsewhere")
	w.holds(a, 0)
	w.wait(10 * time.Second)
	w.says(w.reverse(a), "unknown other") // a repeat; the query has told
	w.says(w.query(a), "undone elsewhere")
	if found := w.find(txn.FindAsk{Order: a.Order}); found.Finding != txn.FindGone || found.Back != 1250 {
		t.Errorf("found %+v", found)
	}
}

// TestALostRevocationIsRepeated: under another number, and the money goes back once.
func TestALostRevocationIsRepeated(t *testing.T) {
	w := newWorld(t, contract)
	for n, lost := range []string{"reverse next lose-answer", "reverse next lose-request"} {
		w.set(lost)
		a := ask(n + 1)
		w.says(w.sell(a), "approved ")
		w.says(w.reverse(a), "unknown no-answer")
		w.wait(10 * time.Second)
		if again := w.reverse(a); n == 0 {
			w.says(again, "declined too-late")
		} else {
			w.says(again, "undone undo-final")
		}
		w.says(w.query(a), "undone elsewhere")
		w.holds(a, 0)
	}
}

func TestARevocationMeetsACustomerWhoIsFaster(t *testing.T) {
	w := newWorld(t, nil)
	w.set("pay next pay-after-last-query", "reverse next reverse-userpaying")
	a := ask(1)
	w.says(w.sell(a), "pending payer-acting")
	w.says(w.reverse(a), "unknown other")
	w.wait(10 * time.Second)
	w.says(w.reverse(a), "undone undo-final")
	w.says(w.query(a), "undone elsewhere")
	if o, _ := w.g.Order(string(a.Order)); o.Charged != 1250 || o.Returned != 1250 {
		t.Errorf("charged %d, returned %d", o.Charged, o.Returned)
	}
}

func TestARefundInTwoPartsAndNoThird(t *testing.T) {
	w := newWorld(t, nil)
	a := ask(1)
	w.says(w.sell(a), "approved ")
	first := w.refund(back(a, 2, 500))
	w.saysRefund(first, "paid-out ")
	if first.Payer != 500 || first.Discount != 0 || first.Account != "WECHAT" || first.Reference == "" {
		t.Errorf("%+v", first)
	}
	w.says(w.query(a), "approved ")
	if found := w.find(txn.FindAsk{Order: a.Order}); found.Finding != txn.FindPaid || !found.Refunded {
		t.Errorf("found %+v", found)
	}
	w.saysRefund(w.refund(back(a, 3, 751)), "refused over-remainder")
	w.saysRefund(w.refundQuery(back(a, 3, 751)), "refused over-remainder")
	w.saysRefund(w.refund(back(a, 4, 750)), "paid-out ")
	w.saysRefund(w.refund(back(a, 5, 1)), "refused over-remainder")
	w.saysRefund(w.refundQuery(back(a, 4, 750)), "paid-out ")
	w.holds(a, 0)
	w.says(w.query(a), "undone elsewhere")
}

func TestOneKeyPaysOnce(t *testing.T) {
	w := newWorld(t, nil)
	a := ask(1)
	w.says(w.sell(a), "approved ")
	for range 3 {
		w.saysRefund(w.refund(back(a, 2, 500)), "paid-out ")
	}
	w.holds(a, 750)
	w.saysRefund(w.refund(back(a, 2, 501)), "unknown other")
	w.saysRefund(w.refundQuery(back(a, 2, 501)), "unknown foreign")
	w.holds(a, 750)
}

func TestAShortMerchantTopsUpAndTheSameKeyPays(t *testing.T) {
	w := newWorld(t, nil)
	a := ask(1)
	w.says(w.sell(a), "approved ")
	w.g.SetAvailable(499)
	for range 2 {
		w.saysRefund(w.refund(back(a, 2, 500)), "refused merchant-funds")
		w.saysRefund(w.refundQuery(back(a, 2, 500)), "refused merchant-funds")
	}
	w.holds(a, 1250)
	w.g.TopUp(1)
	w.saysRefund(w.refund(back(a, 2, 500)), "paid-out ")
	w.saysRefund(w.refundQuery(back(a, 2, 500)), "paid-out ")
	w.holds(a, 750)
	w.set("refund next merchant-short")
	w.saysRefund(w.refund(back(a, 3, 1)), "refused merchant-funds")
}

func TestARefundIsFollowed(t *testing.T) {
	for behaviour, want := range map[string][3]string{ // the answer, a query at once, a query later
		"refund next refund-late 1m":        {"accepted ", "accepted ", "paid-out "},
		"refund next refund-stays":          {"accepted ", "accepted ", "accepted "},
		"refund next refund-abnormal 1m":    {"accepted ", "accepted ", "unknown other"},
		"refund next refund-closed 1m":      {"accepted ", "accepted ", "refused other"},
		"refund next refund-lost":           {"unknown gateway-down", "absent no-such-order", "absent no-such-order"},
		"refund next lose-answer":           {"unknown no-answer", "paid-out ", "paid-out "},
		"refund next lose-request":          {"unknown no-answer", "absent no-such-order", "absent no-such-order"},
		"refund next down":                  {"unknown not-sent", "absent no-such-order", "absent no-such-order"},
		"refund next system-error":          {"unknown gateway-down", "absent no-such-order", "absent no-such-order"},
		"refund next system-error charged":  {"unknown gateway-down", "paid-out ", "paid-out "},
		"refund next html-502":              {"unknown gateway-down", "absent no-such-order", "absent no-such-order"},
		"refund next decline RFD90777":      {"unknown other", "absent no-such-order", "absent no-such-order"},
		"refund next answer-error RFD11112": {"unknown gateway-down", "paid-out ", "paid-out "},
	} {
		t.Run(behaviour, func(t *testing.T) {
			w := newWorld(t, contract)
			a, r := ask(1), back(ask(1), 2, 500)
			w.says(w.sell(a), "approved ")
			w.set(behaviour)
			w.saysRefund(w.refund(r), want[0])
			w.saysRefund(w.refundQuery(r), want[1])
			w.wait(time.Minute)
			w.saysRefund(w.refundQuery(r), want[2])
			if want[2] == "absent no-such-order" { // then the same key is sent again
				w.saysRefund(w.refund(r), "paid-out ")
				w.holds(a, 750)
			}
		})
	}
}

func TestRefundsOfWhatWasNotPaidAreRefused(t *testing.T) {
	w := newWorld(t, nil)
	a := ask(1)
	w.saysRefund(w.refund(back(a, 2, 500)), "unknown other")
	w.set("pay next password")
	w.says(w.sell(a), "pending payer-acting")
	w.saysRefund(w.refund(back(a, 2, 500)), "unknown other")
	w.says(w.reverse(a), "undone undo-final")
	w.saysRefund(w.refund(back(a, 2, 500)), "unknown other")
	b := ask(3)
	w.says(w.sell(b), "approved ")
	w.says(w.reverse(b), "undone undo-final")
	w.saysRefund(w.refund(back(b, 4, 500)), "unknown other")
	w.holds(b, 0)
}

func shownAsk(n int) txn.Ask {
	a := ask(n)
	a.Shown = true
	return a
}

func TestAShownCodeIsPaid(t *testing.T) {
	for wallet, host := range map[txn.RailName]string{"": "https://qr.alipay.com/",
		txn.UnionPay: "https://qr.95516.com/"} {
		w := newWorld(t, func(c *lakala.Config) { c.Wallet = wallet })
		a := shownAsk(1)
		got := w.show(a)
		if w.says(got, "pending payer-acting"); !strings.HasPrefix(got.QR, host) {
			t.Fatalf("the code is %q", got.QR)
		}
		w.says(w.query(a), "pending payer-acting")
		if err := w.g.Customer("").Open(got.QR); err != nil {
			t.Fatal(err)
		}
		w.says(w.query(a), "pending payer-acting")
		if err := w.g.Customer("").Scan(got.QR); err != nil {
			t.Fatal(err)
		}
		w.says(w.query(a), "approved ")
		w.says(w.close(a), "unknown other")
		w.saysRefund(w.refund(back(a, 2, 1250)), "paid-out ")
	}
}

func TestAClosedCodeCannotBePaid(t *testing.T) {
	w := newWorld(t, contract)
	a, b, c := shownAsk(1), shownAsk(2), shownAsk(3)
	first, second, third := w.show(a), w.show(b), w.show(c)
	w.says(w.close(a), "undone undo-final")
	w.says(w.query(a), "undone elsewhere")
	w.says(w.close(a), "unknown other")
	if again := w.show(c); again.QR != third.QR || third.QR == "" {
		t.Errorf("shown again, the code is %q, was %q", again.QR, third.QR)
	}
	w.says(w.show(a), "unknown other") // spent
	if err := w.g.Customer("").Scan(first.QR); err == nil {
		t.Error("a closed code was paid")
	}
	if err := w.g.Customer("").Scan(second.QR); err != nil {
		t.Fatal(err)
	}
	w.says(w.close(b), "declined already-paid")
	w.says(w.query(b), "approved ")
	w.wait(4 * time.Minute)
	w.says(w.query(c), "undone elsewhere") // it closes by itself
	if err := w.g.Customer("").Scan(third.QR); err == nil {
		t.Error("an old code was paid")
	}
	w.says(w.close(shownAsk(9)), "unknown other")
}

func TestWeChatPaysLinkNeedsAContract(t *testing.T) {
	w := newWorld(t, func(c *lakala.Config) { c.Wallet = txn.WeChatPay })
	got := w.show(shownAsk(1))
	if w.says(got, "unknown other"); got.Code != "BBS16111" {
		t.Errorf("code %q", got.Code)
	}
}

func TestANumberIsTakenOnce(t *testing.T) {
	w := newWorld(t, nil)
	a := ask(1)
	w.says(w.sell(a), "approved ")
	w.says(w.sell(a), "unknown other")
	if o, _ := w.g.Order(string(a.Order)); o.Charged != 1250 || o.Pays != 2 {
		t.Errorf("%d payments, charged %d", o.Pays, o.Charged)
	}
}

// TestNoLieDecides: whatever the gateway does to an answer, nothing is decided by
// one that is not what it says.
func TestNoLieDecides(t *testing.T) {
	w := newWorld(t, nil)
	paid, shown := ask(1), shownAsk(2)
	w.says(w.sell(paid), "approved ")
	w.saysRefund(w.refund(back(paid, 3, 500)), "paid-out ")
	code := w.show(shown).QR
	if code == "" {
		t.Fatal("no code")
	}
	lies := map[string]txn.FaultCode{
		"any always wrong-signature": rail.FaultUntrusted, "any always unsigned": rail.FaultUntrusted,
		"any always unknown-serial": rail.FaultUntrusted, "any always clock 10m": txn.FaultSkewed,
		"any always clock -24h": txn.FaultSkewed, "any always wrong-order": rail.FaultForeign,
		"any always huge": rail.FaultBroken, "any always html-502": "",
	}
	for lie, fault := range lies {
		w.g.Clear()
		w.set(lie)
		for _, got := range []txn.Answered{w.query(paid), w.sell(ask(10)), w.reverse(ask(11)), w.show(shownAsk(12))} {
			if got.Outcome != txn.Unknown || got.QR != "" {
				t.Errorf("%s: %s %s %s", lie, got.Call, got.Outcome, got.Cause)
			}
		}
		if got := w.query(paid); got.Fault != fault {
			t.Errorf("%s: fault %q", lie, got.Fault)
		}
		if got := w.refundQuery(back(paid, 3, 500)); got.Outcome != txn.RefundUnknown {
			t.Errorf("%s: refund %s", lie, got.Outcome)
		}
		if got := w.find(txn.FindAsk{Order: paid.Order}); got.Finding != txn.FindUnknown {
			t.Errorf("%s: found %s", lie, got.Finding)
		}
	}
	w.g.Clear()
	w.set("any always unsigned-errors")
	if got := w.query(ask(99)); got.Fault != rail.FaultUntrusted {
		t.Errorf("an unsigned error: %s %s", got.Outcome, got.Cause)
	}
	w.says(w.query(paid), "approved ")
	for _, lie := range []string{"any always wrong-amount", "any always wrong-merchant"} {
		w.g.Clear()
		w.set(lie)
		if got := w.query(paid); got.Outcome != txn.Unknown || got.Fault != rail.FaultForeign {
			t.Errorf("%s: %s %s", lie, got.Outcome, got.Cause)
		}
		if got := w.refundQuery(back(paid, 3, 500)); got.Outcome != txn.RefundUnknown ||
			got.Fault != rail.FaultForeign {
			t.Errorf("%s: refund %s", lie, got.Outcome)
		}
	}
}

// TestEveryBehaviourEndsInTheTruth sells under everything that a payment can meet,
// asks and revokes, and compares what the rail says with the books.
func TestEveryBehaviourEndsInTheTruth(t *testing.T) {
	for _, help := range lakalasim.Behaviours() {
		if !slices.Contains(help.Calls, lakalasim.Pay) && !slices.Contains(help.Calls, lakalasim.Any) {
			continue
		}
		var text strings.Builder
		text.WriteString("pay next " + string(help.Word))
		for _, arg := range strings.Fields(help.Usage)[1:] {
			text.WriteString(map[string]string{"DURATION": " 20s", "[DURATION]": "", "CODE": " BBS90777", "BYTES": "",
				"[BYTES]":   "",
				"[charged]": " charged", "charged": " charged"}[arg])
		}
		t.Run(text.String(), func(t *testing.T) {
			w := newWorld(t, contract)
			w.set(text.String())
			a := ask(1)
			last := w.sell(a)
			for n := 0; last.Outcome == txn.Unknown || last.Outcome == txn.Pending; n++ {
				if n == 40 {
					t.Fatalf("no end: %s %s", last.Outcome, last.Cause)
				}
				w.wait(5 * time.Second)
				if n > 9 {
					w.reverse(a)
				}
				if last = w.query(a); last.Cause == txn.CauseNoSuchOrder && n > 20 {
					return // it never came
				}
			}
			o, _ := w.g.Order(string(a.Order))
			if kept := o.Charged - o.Returned; (kept == 1250) != (last.Outcome == txn.Approved) {
				t.Errorf("%s %s, and the merchant has %d fen", last.Outcome, last.Cause, kept)
			}
		})
	}
}
