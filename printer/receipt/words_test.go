package receipt

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"till/txn"
	"till/txn/money"
)

func hanzi(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// inBoth checks that something is said in both languages.
func inBoth(t *testing.T, what string, w words) {
	t.Helper()
	if !hanzi(w.zh) || w.en == "" || hanzi(w.en) {
		t.Errorf("%s: %q, %q", what, w.zh, w.en)
	}
}

func TestEveryCauseHasASentence(t *testing.T) {
	var have []txn.Cause
	for _, w := range causeWords {
		inBoth(t, string(w.cause), w.why.words)
		inBoth(t, string(w.cause), actors[w.why.acts])
		if slices.Contains(have, w.cause) || !slices.Contains(txn.Causes, w.cause) {
			t.Errorf("%q is there twice, or is no cause", w.cause)
		}
		have = append(have, w.cause)
	}
	for _, c := range txn.Causes {
		if !slices.Contains(have, c) {
			t.Errorf("%s has no sentence on paper", c)
		}
	}
	if whyOf("of a later version") != whyOf(txn.CauseOther) {
		t.Error("a cause without words is not the network's no")
	}
}

func TestEveryReasonMethodAndPhaseHasWords(t *testing.T) {
	seen := map[string]string{}
	once := func(what string, w words) {
		t.Helper()
		inBoth(t, what, w)
		for _, s := range []string{w.zh, w.en} {
			if was := seen[s]; was != "" {
				t.Errorf("%s and %s are both %q", was, what, s)
			}
			seen[s] = what
		}
	}
	for _, r := range append(slices.Clone(txn.Reasons), txn.ReasonTerminal) {
		once("reason "+string(r), reasonOf(r))
	}
	for _, m := range []txn.RefundMethod{txn.ByRefund, txn.ByVoid, txn.ByCash} {
		once("method "+m.String(), typeOf(m))
	}
	for phase := txn.Promised; phase <= txn.Replaced; phase++ {
		once("state "+phase.String(), stateOf(txn.Refund{Phase: phase}))
		once("tell "+phase.String(), tellOf(txn.Refund{Phase: phase}))
		if !phase.Final() {
			inBoth(t, phase.String(), phaseOf(phase.String()))
		}
	}
	for _, phase := range []txn.Phase{txn.Asking, txn.Reversing} {
		inBoth(t, phase.String(), phaseOf(phase.String()))
	}
	for _, rail := range []txn.RailName{txn.WeChatPay, txn.Alipay, txn.UnionPay, txn.Cash, "lakala"} {
		if !hanzi(railName(rail)) {
			t.Errorf("%s is called %q", rail, railName(rail))
		}
	}
}

// TestOnlyMoneyThatIsBackIsSaidToBeBack: a refund that was accepted is not paid
// out, and one whose outcome is not known did not fail.
func TestOnlyMoneyThatIsBackIsSaidToBeBack(t *testing.T) {
	back := []string{"款项已退回", "款项已按原路退回", "MONEY RETURNED", "money is back"}
	for phase := txn.Promised; phase <= txn.Replaced; phase++ {
		text, _ := printed(refundIn(phase), Look{Columns: 48})
		for _, words := range back {
			if phase != txn.PaidBack && strings.Contains(flat(text), flat(words)) {
				t.Errorf("%s: %q is on it:\n%s", phase, words, text)
			}
		}
		for _, words := range []string{"NOT REFUNDED", "未成功", "failed", "失败"} {
			if phase != txn.Failed && strings.Contains(flat(text), flat(words)) {
				t.Errorf("%s: %q is on it:\n%s", phase, words, text)
			}
		}
	}
	for _, s := range slips() {
		if s.r.Kind != txn.SlipPending && s.name != "undone-open" {
			continue
		}
		text, _ := printed(s.r, lookOf(s.r, 48))
		for _, words := range []string{"failed", "失败", "没有扣款", "NOT CHARGED", "NOT REFUNDED", "declined"} {
			if strings.Contains(text, words) {
				t.Errorf("%s: the outcome is open, and %q is on it:\n%s", s.name, words, text)
			}
		}
	}
}

// TestARefundSlipHasAllThatFindsIt: both numbers, both times, who, why and how,
// in every phase and on both papers.
func TestARefundSlipHasAllThatFindsIt(t *testing.T) {
	for phase := txn.Promised; phase <= txn.Replaced; phase++ {
		for _, columns := range []int{32, 48} {
			r := refundIn(phase)
			text, _ := printed(r, lookOf(r, columns))
			says(t, phase.String(), text, "查询号:   000491",
				string(r.Refund.No), string(r.Refund.Order), string(r.Refund.Sale),
				"2026-11-22 14:28:00", "2026-11-22 15:28:00", "12", "90", "退货 goods returned", "¥36.50",
				"¥128.00", r.Merchant.Phone, r.Merchant.Footer, stateOf(r.Refund).zh, stateOf(r.Refund).en,
				tellOf(r.Refund).zh, tellOf(r.Refund).en)
			if phase.Final() {
				says(t, phase.String(), text, "完成时间: 2026-11-22 15:29:01")
			}
		}
	}
}

func TestTheArithmeticOfARefundAddsUp(t *testing.T) {
	tests := []struct {
		name           string
		phase          txn.RefundPhase
		total, left    int64
		want, wantNone []string
	}{
		{"after an earlier one", txn.Taken, 12800, 7150,
			[]string{"Paid¥128.00", "Others-¥20.00", "Thisrefund-¥36.50", "Left¥71.50"}, nil},
		{"the first", txn.PaidBack, 12800, 9150,
			[]string{"Paid¥128.00", "Thisrefund-¥36.50", "Left¥91.50"}, []string{"Others"}},
		{"the last", txn.Cashed, 3650, 0, []string{"Thisrefund-¥36.50", "Left¥0.00"}, []string{"Others"}},
		{"refused: nothing is taken off", txn.Failed, 12800, 12800,
			[]string{"Thisrefund¥0.00", "Left¥128.00"}, []string{"Others"}},
		{"refused after an earlier one", txn.Failed, 12800, 10800,
			[]string{"Others-¥20.00", "Thisrefund¥0.00", "Left¥108.00"}, nil},
		{"the sale's amount is not known", txn.Taken, 0, 0, nil, []string{"Paid¥", "Left¥"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := refundIn(tt.phase)
			r.Refund.Total, r.Left = money.Fen(tt.total), money.Fen(tt.left)
			text, _ := printed(r, Look{Columns: 48})
			says(t, tt.name, text, tt.want...)
			for _, not := range tt.wantNone {
				if strings.Contains(flat(text), not) {
					t.Errorf("%q is on it:\n%s", not, text)
				}
			}
		})
	}
}

// TestARefusalSaysWhyAndWhoActs takes every cause a refund may fail for.
func TestARefusalSaysWhyAndWhoActs(t *testing.T) {
	for _, c := range txn.Causes {
		r := refundIn(txn.Failed)
		r.Refund.Cause, r.Refund.Code, r.Refund.Text = c, "SOME_CODE", "平台原话"
		text, _ := printed(r, Look{Columns: 32})
		w := whyOf(c)
		says(t, string(c), text, w.zh, w.en, actors[w.acts].zh, actors[w.acts].en, "SOME_CODE", "平台原话")
	}
}

// TestAReportCarriesEverythingForward by number, network and amount, and says how
// much more there is.
func TestAReportCarriesEverythingForward(t *testing.T) {
	for _, name := range []string{"day", "list"} {
		for _, columns := range []int{32, 48} {
			r := slipNamed(name)
			text, _ := printed(r, Look{Columns: columns})
			says(t, name, text, "(23)", "¥1,234.56", "000480", "¥88.00", "000491 退款", "¥36.50",
				"000492", "¥1.00", "另有 20 笔", "reversing", "李店长 (90)", "2026-11-22 21:28:00")
		}
	}
	text, _ := printed(slipNamed("day"), Look{Columns: 48})
	says(t, "day", text, "净额 NET ¥16,123.67", "销售 Sales (160) ¥16,350.67", "退款 Refunds (5) -¥227.00", "已日结 closed")
}
