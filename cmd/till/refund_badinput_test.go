package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"till/txn"
	"till/txn/paycode"
)

// said is a text that a screen must show, in both languages.
type said struct{ en, zh string }

func (s said) in(lang string) string {
	if lang == "zh" {
		return s.zh
	}
	return s.en
}

// afterSale is a shop in which 128.00 was paid, in one of the languages.
func afterSale(t *testing.T, lang string) *twins {
	t.Helper()
	w, err := newTwins()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.On(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(""); err != nil {
			t.Error(err)
		}
	})
	plays(t, w, "lang "+lang, "keys 1 2 8 00 enter", "scan wallet", "expect screen 05-approved", "wait 10s")
	return w
}

func plays(t *testing.T, w *twins, lines ...string) {
	t.Helper()
	steps, err := parseScript(strings.Join(lines, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := playScript(w, steps, func(string, ...any) {}); err != nil {
		t.Error(err)
	}
}

// refuses looks at a screen that refuses, and at books in which nothing moved.
func refuses(t *testing.T, w *twins, id, text string) {
	t.Helper()
	got, err := w.Seen(nil)
	if err != nil {
		t.Fatal(err)
	}
	if got.screen != id || !strings.Contains(strings.Join(got.lines, "\n"), text) {
		t.Errorf("the screen is %s, want %s with %q:\n%s", got.screen, id, text, strings.Join(got.lines, "\n"))
	}
	if books := strings.Join(got.gateway, ", "); books != "paid 128.00" {
		t.Errorf("the gateway's books: %s", books)
	}
	if slices.Contains(got.journal, "refund-begun") {
		t.Errorf("the journal: %v", got.journal)
	}
}

var inBoth = []string{"en", "zh"}

// TestABadReceiptCodeOpensNothing: forged, of another shop, torn, misread, and of
// a version that there is not.
func TestABadReceiptCodeOpensNothing(t *testing.T) {
	for name, spoil := range map[string]func(code, order string) string{
		"forged":            func(code, _ string) string { return code[:len(code)-8] + "AAAAAAAA" },
		"of another number": func(code, _ string) string { return strings.Replace(code, "0000000001", "0000000002", 1) },
		"of another shop": func(_, order string) string {
			return paycode.ReceiptCode(txn.OrderNo(order), []byte("another shop's key"))
		},
		"torn at the end":    func(code, _ string) string { return code[:len(code)-4] },
		"torn in the middle": func(code, _ string) string { return code[:18] },
		"torn at the front":  func(code, _ string) string { return "TILL1" + code[12:] },
		"in small letters":   func(code, _ string) string { return strings.ToLower(code) },
		"of a version to be": func(code, _ string) string { return "TILL9" + code[5:] },
	} {
		for _, lang := range inBoth {
			t.Run(name+" "+lang, func(t *testing.T) {
				t.Parallel()
				w := afterSale(t, lang)
				code, err := codeOn(w.printer.Receipts(), 1)
				if err != nil {
					t.Fatal(err)
				}
				if err := w.Scan(scanned{text: spoil(code, w.gateway.Orders()[0].Number)}); err != nil {
					t.Fatal(err)
				}
				refuses(t, w, "20-codereject", said{"receipt", "小票"}.in(lang))
			})
		}
	}
}

// TestAReceiptOlderThanTheWindowIsRefusedBeforeADigit: a year later the network
// takes no refund any more.
func TestAReceiptOlderThanTheWindowIsRefusedBeforeADigit(t *testing.T) {
	for _, lang := range inBoth {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			w := afterSale(t, lang)
			if err := w.Clock(time.Time{}, 367*24*time.Hour); err != nil {
				t.Fatal(err)
			}
			plays(t, w, "scan receipt", "keys 1 00 enter")
			refuses(t, w, "08-refund", said{"2027", "2027"}.in(lang))
		})
	}
}

// TestABadAmountIsNoRefund: nothing, too much, and more digits than there are.
func TestABadAmountIsNoRefund(t *testing.T) {
	for name, tt := range map[string]struct {
		keys string
		says said
	}{
		"no digit":         {"enter", said{"128.00", "128.00"}},
		"zero":             {"0 00 enter", said{"128.00", "128.00"}},
		"one fen too much": {"1 2 8 0 1 enter", said{"128.00", "128.00"}},
		"far too much":     {"9 9 9 9 9 9 9 9 9 enter", said{"128.00", "128.00"}},
		"too many digits":  {"1 2 3 4 5 6 7 8 9 1 2 3 4 5 6 enter", said{"128.00", "128.00"}},
		"too many yuan":    {"9 9 9 9 9 9 9 9 9 . 9 9 9 enter", said{"128.00", "128.00"}},
		"nothing and dots": {". . 0 . enter", said{"128.00", "128.00"}},
	} {
		for _, lang := range inBoth {
			t.Run(name+" "+lang, func(t *testing.T) {
				t.Parallel()
				w := afterSale(t, lang)
				plays(t, w, "scan receipt", "expect screen 08-refund", "keys "+tt.keys)
				refuses(t, w, "08-refund", tt.says.in(lang))
			})
		}
	}
}

// badAnswers are behaviours of a gateway whose answers decide nothing, and the
// code that the screen shows of them.
var badAnswers = []struct{ does, code string }{
	{"wrong-order", "R03"}, {"wrong-refund", "R03"}, {"wrong-amount", "R03"}, {"huge", "L05"}, {"truncated", "L05"},
	{"wrong-signature", "R01"}, {"unknown-serial", "R01"}, {"unsigned", "R01"}, {"twice", "R01"}, {"clock -24h", "C02"},
}

// TestABadAnswerAboutARefundDecidesNothing: the screen says in both languages that
// it is not known, nothing is told accepted or paid, and the next answer tells:
// the same number was booked once.
func TestABadAnswerAboutARefundDecidesNothing(t *testing.T) {
	for _, bad := range badAnswers {
		for _, lang := range inBoth {
			t.Run(bad.does+" "+lang, func(t *testing.T) {
				t.Parallel()
				w := afterSale(t, lang)
				plays(t, w, "gateway refund next "+bad.does, "scan receipt", "keys 4 0 0 0 enter",
					"expect screen 34-refund-underway", "expect phase underway",
					fmt.Sprintf("expect screen %q", bad.code),
					fmt.Sprintf("expect screen %q", said{"Do not refund again", "不要再次退款"}.in(lang)),
					fmt.Sprintf("expect screen %q", said{"Not known yet", "还不知道"}.in(lang)),
					"expect journal refund-begun refund-sent",
					"wait 5m", "expect phase paid-back", "expect gateway paid 128.00 back 40.00")
				if n := len(w.gateway.WeChat.Refunds()); n != 1 {
					t.Errorf("%d refunds are booked", n)
				}
			})
		}
	}
}

// TestABadAnswerAboutASaleIsNotItsAnswer: the desk says in both languages why the
// network's word is missing, and refunds by the terminal's own record alone.
func TestABadAnswerAboutASaleIsNotItsAnswer(t *testing.T) {
	for _, bad := range []struct {
		does string
		says said
	}{
		{"wrong-order", said{"answer to another sale", "别的交易的回答"}},
		{"wrong-amount", said{"answer to another sale", "别的交易的回答"}},
		{"wrong-merchant", said{"answer to another sale", "别的交易的回答"}},
		{"huge", said{"no answer came", "没有等到回答"}},
		{"truncated", said{"Not asked", "没能问到"}},
		{"wrong-signature", said{"not genuine", "不可信"}},
		{"unknown-serial", said{"not genuine", "不可信"}},
		{"unsigned", said{"not genuine", "不可信"}},
		{"twice", said{"not genuine", "不可信"}},
		{"clock -24h", said{"clock is wrong", "时间不对"}},
	} {
		for _, lang := range inBoth {
			t.Run(bad.does+" "+lang, func(t *testing.T) {
				t.Parallel()
				w := afterSale(t, lang)
				plays(t, w, "gateway query next "+bad.does, "scan receipt")
				refuses(t, w, "08-refund", bad.says.in(lang))
			})
		}
	}
}
