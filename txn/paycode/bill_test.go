package paycode

import (
	"fmt"
	"strings"
	"testing"

	"till/txn"
)

const (
	wechatBill = "4200001234202611221234567890"
	alipayBill = "2026112222001412341234567890"
	billOrder  = txn.OrderNo("0123456789AB0000000487")
)

// TestNumbersOutOfABill are what a wallet shows below a payment, and what looks
// nearly so.
func TestNumbersOutOfABill(t *testing.T) {
	tests := []struct {
		name, text string
		kind       txn.ScanKind
		order      txn.OrderNo
	}{
		{"WeChat Pay's example", "4208450740201411110007820472", txn.ScanBill, ""},
		{"WeChat Pay, 4200 and no date", "4200000000000000000000000001", txn.ScanBill, ""},
		{"WeChat Pay, 42 and no date", "4208450740999999990007820472", txn.ScanOther, ""},
		{"WeChat Pay, 42 and the 30th of February", "4208450740202602300007820472", txn.ScanOther, ""},
		{"one digit short", wechatBill[:27], txn.ScanOther, ""},
		{"one digit long", wechatBill + "0", txn.ScanOther, ""},
		{"43 is nobody's", "43" + wechatBill[2:], txn.ScanOther, ""},
		{"Alipay's example", "2013112011001004330000121536", txn.ScanBill, ""},
		{"Alipay, a leap day", "2028022922001412341234567890", txn.ScanBill, ""},
		{"Alipay, not a leap day", "2026022922001412341234567890", txn.ScanOther, ""},
		{"Alipay, month 13", "2026132222001412341234567890", txn.ScanOther, ""},
		{"Alipay, day 0", "2026110022001412341234567890", txn.ScanOther, ""},
		{"the last century", "1926112222001412341234567890", txn.ScanOther, ""},
		{"28 digits that begin like a code of Alipay", "2526112222001412341234567890", txn.ScanHalf, ""},
		{"28 digits that begin like a code of WeChat Pay", "1326112222001412341234567890", txn.ScanHalf, ""},
		{"white space around it", " " + alipayBill + "\r\n", txn.ScanBill, ""},
		{"ours", string(billOrder), txn.ScanBill, billOrder},
		{"ours, the letter first", "A234567890120000000487", txn.ScanBill, "A234567890120000000487"},
		{"ours in small letters", strings.ToLower(string(billOrder)), txn.ScanOther, ""},
		{"ours, a letter in the counter", "0123456789AB000000048A", txn.ScanOther, ""},
		{"ours, without a letter", "0123456789010000000487", txn.ScanOther, ""},
		{"ours, one character short", string(billOrder[:21]), txn.ScanOther, ""},
		{"ours, one character long", string(billOrder) + "7", txn.ScanOther, ""},
		{"a number of a refund of ours", string(txn.NewRefundNo("0123456789AB", 487)), txn.ScanOther, ""},
		{"ours with a hyphen", "0123-56789AB0000000487", txn.ScanOther, ""},
		{"eight digits of a code before the letter", "13456789012A0000000487", txn.ScanHalf, ""},
		{"seven digits of a code before the letter", "1345678ABCDE0000000487", txn.ScanBill, "1345678ABCDE0000000487"},
		{"the 22 digits of a code of Alipay", "2812345678900000000487", txn.ScanPayer, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Classify(tt.text, shopKey)
			if got.Kind != tt.kind || got.Order != tt.order {
				t.Errorf("Classify(%q) = kind %d, order %q; want %d, %q",
					tt.text, got.Kind, got.Order, tt.kind, tt.order)
			}
			if whole := got.Shown == strings.TrimSpace(tt.text); whole != (tt.kind == txn.ScanBill) {
				t.Errorf("it shows %q", got.Shown)
			}
		})
	}
}

// TestADamagedReceiptNeverOpensAnotherSale takes one character off, puts another
// in its place, adds one, cuts some away at either end, and swaps neighbours.
func TestADamagedReceiptNeverOpensAnotherSale(t *testing.T) {
	key := []byte("the key of a shop: a fixture")
	good := ReceiptCode(billOrder, key)
	if got := Classify(good, key); got.Kind != txn.ScanReceipt || got.Order != billOrder {
		t.Fatalf("%s is of kind %d, order %s", good, got.Kind, got.Order)
	}
	check := func(what, bad string) {
		t.Helper()
		if strings.TrimSpace(bad) == good {
			return
		}
		got := Classify(bad, key)
		if got.Kind == txn.ScanReceipt || got.Order != "" || got.Kind == txn.ScanPayer {
			t.Errorf("%s: %q is of kind %d, order %q", what, bad, got.Kind, got.Order)
		}
		if strings.HasPrefix(bad, "TILL1") && (got.Kind != txn.ScanForged || got.Shown != "") {
			t.Errorf("%s: %q is of kind %d, shows %q", what, bad, got.Kind, got.Shown)
		}
	}
	for i := range good {
		for c := byte(' '); c < 0x7f; c++ {
			bad := good[:i] + string(c) + good[i+1:]
			check("another character", bad)
			whole := bad != good && len(strings.TrimSpace(bad)) == len(good)
			if got := Classify(bad, key); whole && got.Kind != txn.ScanForged {
				t.Errorf("%q is of kind %d, want forged", bad, got.Kind)
			}
			check("one more", good[:i]+string(c)+good[i:])
		}
		check("one less", good[:i]+good[i+1:])
		check("its beginning", good[:i])
		if i > 0 {
			check("swapped", good[:i-1]+good[i:i+1]+good[i-1:i]+good[i+1:])
		}
		if i > 0 {
			check("its end", good[i:])
		}
	}
	check("small letters", strings.ToLower(good))
	check("a small mark", "till1"+good[5:])
	check("small letters in its check", good[:27]+strings.ToLower(good[27:]))
	check("twice", good+good)
	check("in groups, as it is printed", good[:5]+" "+good[5:17]+" "+good[17:27]+" "+good[27:])
}

// TestForeignAndOldReceiptsAreForged: the operator hears that it is a receipt,
// and that it is none of this shop's.
func TestForeignAndOldReceiptsAreForged(t *testing.T) {
	key := []byte("the key of a shop: a fixture")
	good := ReceiptCode(billOrder, key)
	for name, text := range map[string]string{
		"another shop's":                     ReceiptCode(billOrder, []byte("the key of another shop")),
		"no key at all":                      "TILL1" + string(billOrder) + "AAAAAAAA",
		"an older format":                    "TILL0" + good[5:],
		"a later format":                     "TILL2" + good[5:],
		"a later format of another length":   "TILL9" + good[5:] + "ABCDEFGH",
		"the check of another order":         good[:27] + ReceiptCode("0123456789AB0000000488", key)[27:],
		"the number of another order":        strings.Replace(good, "0000000487", "0000000478", 1),
		"the Install of another terminal":    strings.Replace(good, "0123456789AB", "0123456789AC", 1),
		"torn in the middle of its number":   good[:20],
		"torn in the middle of its check":    good[:31],
		"torn behind its mark":               good[:5],
		"small letters":                      strings.ToLower(good),
		"a mark with one character misread":  "TIL11" + good[5:],
		"a mark that begins with another":    "7ILL1" + good[5:],
		"an amount behind it":                good + "12800",
		"the whole in one with a bill":       good + string(billOrder),
		"the number of a refund in its head": ReceiptCode(txn.OrderNo(txn.NewRefundNo("0123456789AB", 1)), []byte("x")),
	} {
		got := Classify(text, key)
		if got.Kind != txn.ScanForged || got.Order != "" || got.Shown != "" || got.Code.Reveal() != "" {
			t.Errorf("%s: %q is of kind %d, order %q, shows %q", name, text, got.Kind, got.Order, got.Shown)
		}
	}
	for _, word := range []string{"TILL", "Tilly the cat", "STILL1", "TILT1", "BILL1", "till roll", "TI"} {
		if got := Classify(word, key); got.Kind == txn.ScanForged {
			t.Errorf("%q is called a forged receipt", word)
		}
	}
	if got := Classify(good, nil); got.Kind != txn.ScanForged {
		t.Errorf("without a key it is of kind %d", got.Kind)
	}
}

// TestABillIsNoSecretAndACodeIs prints what each kind of scan tells.
func TestABillIsNoSecretAndACodeIs(t *testing.T) {
	for _, bill := range []string{wechatBill, alipayBill, string(billOrder)} {
		if got := fmt.Sprintf("%+v", Classify(bill, shopKey)); !strings.Contains(got, bill) {
			t.Errorf("the number of a bill is hidden: %s", got)
		}
	}
	for _, secret := range []string{"134567890123456789", "281234567890123456", "6212345678901234567",
		"4111111111111111", "134567890123456789134567890123456789", "4299999999134567890123456789"} {
		got := fmt.Sprintf("%+v", Classify(secret, shopKey))
		for i := range len(secret) - 8 {
			if strings.Contains(got, secret[i:i+8]) {
				t.Errorf("%s is told: %s", secret, got)
				break
			}
		}
	}
}
