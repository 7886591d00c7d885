package screen_test

import (
	"fmt"
	"testing"
	"time"

	"till/txn"
	"till/txn/screen"
	"till/txn/screen/screentest"
)

// chases calls f with every combination of what a chase can say about one sale.
func chases(order txn.OrderNo, f func(txn.Chase)) {
	causes := []txn.Cause{txn.CauseNone, txn.CauseNoAnswer, txn.CauseOperator, txn.CauseGaveUp}
	for bits := range 1 << 7 {
		bit := func(i int) bool { return bits>>i&1 == 1 }
		for last := txn.Unknown; last <= txn.Undone; last++ {
			for _, closing := range causes {
				f(txn.Chase{
					Order: order, Heard: bit(0), Last: last, Closing: closing,
					Query: bit(1), Pay: bit(2), Reversal: bit(3), MayReverse: bit(4), Confirming: bit(5), Show: bit(6),
					Wait: txn.Timer{Kind: txn.TimerAsk, Order: order, Try: 2}, WaitFor: 10 * time.Second,
				})
			}
		}
	}
}

// goodsOf is what the phase of a sale alone says about the goods: they go with
// money that is there, wait for money that may come, and stay otherwise.
func goodsOf(p txn.Phase) screen.Goods {
	switch p {
	case txn.PaidFor:
		return screen.GoodsGive
	case txn.Asking:
		return screen.GoodsHold
	}
	return screen.GoodsKeep
}

// TestTheGoodsFollowTheMoneyInEveryPhaseAndChase is exhaustive (capability 46):
// every phase of a sale with everything that a chase can say, for codes that are
// scanned and codes that are shown, with and without a picture of them.
func TestTheGoodsFollowTheMoneyInEveryPhaseAndChase(t *testing.T) {
	var base txn.State
	for _, c := range screentest.Cases(12800) {
		if c.Name == "15-shown" {
			base = c.State
		}
	}
	seen := 0
	for phase := txn.Asking; phase <= txn.WrittenFor; phase++ {
		for _, kind := range []struct{ shown, qr, back bool }{{}, {shown: true}, {shown: true, qr: true}, {back: true}} {
			if kind.back && phase != txn.ReversedFor {
				continue
			}
			chases(base.Session.Shown, func(c txn.Chase) {
				seen++
				checkGoods(t, base, phase, kind.shown, kind.qr, kind.back, c)
			})
		}
	}
	if seen < 10000 {
		t.Errorf("only %d states were looked at", seen)
	}
}

func checkGoods(t *testing.T, s txn.State, phase txn.Phase, shown, qr, back bool, c txn.Chase) {
	t.Helper()
	s.Ledger.Txs = append([]txn.Tx(nil), s.Ledger.Txs...)
	tx := &s.Ledger.Txs[len(s.Ledger.Txs)-1]
	tx.Phase, tx.Shown = phase, shown
	if phase == txn.Reversing {
		tx.Cause = txn.CauseNoAnswer
	}
	if back {
		tx.Back = txn.NewRefundNo("K7QM2XWTZ4NB", 485)
	}
	if !qr {
		s.Session.QRs = nil
	}
	s.Session.Chases = nil
	if !phase.Final() {
		s.Session.Chases = []txn.Chase{c}
	}
	v := screen.Of(s, txn.English)
	name := fmt.Sprintf("%s shown %v qr %v back %v %+v: %s", phase, shown, qr, back, c, v.ID)
	if v.Goods != goodsOf(phase) || v.Verdict == "" {
		t.Fatalf("%s: goods %s %q, want %s", name, v.Goods, v.Verdict, goodsOf(phase))
	}
	if (v.Tone == screen.ToneGood) != (phase == txn.PaidFor) {
		t.Fatalf("%s: tone %s", name, v.Tone)
	}
	if v.Tone == screen.ToneBad && !phase.Final() || v.Tone == screen.ToneBad && phase == txn.WrittenFor {
		t.Fatalf("%s: red, while nobody knows the outcome", name)
	}
	if !phase.Final() && !v.Wait.Any() {
		t.Fatalf("%s: waits without an end", name)
	}
	if got := v.Customer.Tone == screen.ToneGood; got && phase != txn.PaidFor {
		t.Fatalf("%s: the customer reads that it is paid: %q", name, v.Customer.Text())
	}
}

// TestEveryRefundSaysWhetherTheMoneyWentBack, in every phase and follow, and
// never that it did before it did.
func TestEveryRefundSaysWhetherTheMoneyWentBack(t *testing.T) {
	for _, lang := range languages {
		text := screen.In(lang)
		for _, p := range txn.RefundPhases {
			for bits := range 1 << 5 {
				s := screentest.Given(12800, p, func(r *txn.Refund, f *txn.Follow, s *txn.State) {
					f.Busy, f.Doubt, f.Heard = bits&1 > 0, bits&2 > 0, bits&2 > 0
					if bits&4 > 0 {
						s.Session.Link = txn.LinkIsDown
					}
					if bits&8 > 0 {
						f.Ending = txn.PermitCash
					}
					r.Repaired = bits&16 > 0
					r.Cause = txn.CauseMerchantFunds
				})
				v := screen.Of(s, lang)
				if v.Goods != screen.GoodsNone {
					t.Errorf("%s %s: goods %s of a refund", v.ID, name(lang), v.Goods)
				}
				good := p == txn.PaidBack || p == txn.Cashed
				if (v.Tone == screen.ToneGood) != good || (v.Customer.Tone == screen.ToneGood) != good {
					t.Errorf("%s %s: tones %s and %s", v.ID, name(lang), v.Tone, v.Customer.Tone)
				}
				first := append(v.Lines, "")[0]
				if v.Charged == "" && first != text.NotBackYet() && first != text.AskedBefore(txn.PermitCash) {
					t.Errorf("%s %s: nothing about the money: %q", v.ID, name(lang), v.Text())
				}
				if open := !p.Final() && p != txn.Dead; open && bits&1 == 0 && p != txn.Promised && !v.Wait.Any() {
					t.Errorf("%s %s: waits without an end: %q", v.ID, name(lang), v.Text())
				}
			}
		}
	}
}

// TestEveryRuleReasonPermitRoleAndPhaseHasItsOwnWords, in both languages.
func TestEveryRuleReasonPermitRoleAndPhaseHasItsOwnWords(t *testing.T) {
	for _, lang := range languages {
		text := screen.In(lang)
		seen := map[string]string{}
		own := func(kind, what, said string) {
			if before, ok := seen[kind+said]; ok || said == "" {
				t.Errorf("%s: %s %s and %s are both %q", name(lang), kind, what, before, said)
			}
			seen[kind+said] = what
		}
		limit := screentest.Setup().SaleLimit
		for _, r := range append([]txn.Rule{"never-heard"}, txn.Rules...) {
			a := text.Rule(r, limit)
			own("rule", string(r), a.What)
			if a.Do == "" {
				t.Errorf("%s: rule %s does not say what to do", name(lang), r)
			}
		}
		for _, r := range append([]txn.Reason{txn.ReasonTerminal}, txn.Reasons...) {
			own("reason", string(r), text.Reason(r))
		}
		for p := txn.PermitNone; p <= txn.PermitDrop; p++ {
			own("permit", p.String(), text.PermitTo(p, "X", "Y"))
		}
		for r := txn.Cashier; r <= txn.Technician; r++ {
			own("role", r.String(), text.Role(r))
		}
		for _, p := range txn.RefundPhases {
			v := screen.Of(screentest.Given(12800, p, func(r *txn.Refund, _ *txn.Follow, _ *txn.State) {
				r.Cause = txn.CauseMerchantFunds
			}), lang)
			own("phase", p.String(), v.Word)
		}
		for _, c := range txn.Causes {
			if text.RefundDo(c) == "" {
				t.Errorf("%s: nobody knows what to do about a refund with %s", name(lang), c)
			}
		}
	}
}

// TestCashIsOfferedWhereItHelpsAndNowhereElse asks the machine itself.
func TestCashIsOfferedWhereItHelpsAndNowhereElse(t *testing.T) {
	for _, c := range txn.Causes {
		s := screentest.Given(12800, txn.Failed, func(r *txn.Refund, _ *txn.Follow, s *txn.State) {
			r.Cause, s.Setup.IdleLock = c, 0
		})
		offered := false
		for _, k := range screen.Of(s, txn.English).Keys {
			offered = offered || k.Key == txn.KeyF1
		}
		does := txn.Step(s, s.Ledger.LastAt, txn.KeyPressed{Key: txn.KeyF1}).Session.View == txn.ViewApprove
		if offered != does {
			t.Errorf("%s: cash is offered: %v; F1 asks for it: %v", c, offered, does)
		}
	}
}

// TestALongWaitSpeaksOfMinutes, rounded up, and of seconds at its end.
func TestALongWaitSpeaksOfMinutes(t *testing.T) {
	w := screen.Wait{For: 10 * time.Minute, Whole: 10 * time.Minute, Then: screen.In(txn.English).NextSend()}
	for left, want := range map[time.Duration]string{
		10 * time.Minute:            "Sent again in 10 min, same number",
		9*time.Minute + time.Second: "Sent again in 10 min, same number",
		2 * time.Minute:             "Sent again in 2 min, same number",
		119 * time.Second:           "Sent again in 119 s, same number",
		0:                           "Sent again in 0 s, same number",
	} {
		if got := w.Sentence(left); got != want {
			t.Errorf("%s left: %q, want %q", left, got, want)
		}
	}
}

// TestEveryViewOfAnEmptyTerminalIsAScreen: whatever a view is about may be gone,
// or a list shorter than its cursor.
func TestEveryViewOfAnEmptyTerminalIsAScreen(t *testing.T) {
	for _, lang := range languages {
		for v := txn.ViewIdle; v <= txn.ViewRules; v++ {
			for _, setup := range []txn.Setup{{}, screentest.Setup()} {
				ses := txn.Session{View: v, Cursor: 30, Shown: "x", Back: "y"}
				s := screen.Of(txn.State{Setup: setup, Session: ses}, lang)
				if s.ID == "" || len(s.Text()) == 0 || len(s.Customer.Text()) == 0 {
					t.Errorf("%s %s: %+v", v, name(lang), s)
				}
			}
		}
	}
}

// TestNoPINIsEverOnAScreen, of anybody.
func TestNoPINIsEverOnAScreen(t *testing.T) {
	for _, c := range screentest.Cases(12800) {
		pin := c.State.Session.PIN
		if pin.Len() == 0 {
			continue
		}
		other := c.State
		other.Session.PIN = txn.NewPIN("987654"[:pin.Len()])
		a, b := screen.Of(c.State, txn.English), screen.Of(other, txn.English)
		if fmt.Sprintf("%+v", a) != fmt.Sprintf("%+v", b) {
			t.Errorf("%s: the screen depends on the digits of the PIN", c.Name)
		}
	}
}
