package paycode

import (
	"fmt"
	"strings"
	"testing"

	"till/txn"
)

var shopKey = []byte("a shop's key of 32 bytes, or so..")

const order = txn.OrderNo("TESTINSTALL10000000042")

func TestClassify(t *testing.T) {
	receipt := ReceiptCode(order, shopKey)
	emv := "00020101021226310006COM.EX0108123456785204581253031565802CN5906BAKERY6007Beijing6304ABCD"
	tests := []struct {
		name, text string
		kind       txn.ScanKind
		rail       txn.RailName
		shown      string
	}{
		{"WeChat Pay, the first prefix", "100000000000000000", txn.ScanPayer, txn.WeChatPay, ""},
		{"WeChat Pay, the last prefix", "159999999999999999", txn.ScanPayer, txn.WeChatPay, ""},
		{"white space around a code", " 134567890123456789\r\n", txn.ScanPayer, txn.WeChatPay, ""},
		{"09 is nobody's", "094567890123456789", txn.ScanOther, "", ""},
		{"16 is nobody's", "164567890123456789", txn.ScanOther, "", ""},
		{"Alipay, the shortest", "2512345678901234", txn.ScanPayer, txn.Alipay, ""},
		{"Alipay, as usual", "281234567890123456", txn.ScanPayer, txn.Alipay, ""},
		{"Alipay, the longest", "301234567890123456789012", txn.ScanPayer, txn.Alipay, ""},
		{"24 is nobody's", "241234567890123456", txn.ScanOther, "", ""},
		{"31 is nobody's", "311234567890123456", txn.ScanOther, "", ""},
		{"UnionPay", "6212345678901234567", txn.ScanPayer, txn.UnionPay, ""},
		{"a bank card of UnionPay, 16 digits", "6222020000000000", txn.ScanHalf, txn.UnionPay, ""},
		{"61 is nobody's", "6112345678901234567", txn.ScanOther, "", ""},
		{"a Visa card", "4111111111111111", txn.ScanOther, "", ""},
		{"a card number in groups", "4111 1111 1111 1111", txn.ScanOther, "", ""},
		{"two codes run into each other", "134567890123456789134567890123456789", txn.ScanHalf, txn.WeChatPay, ""},
		{"a code and noise", "13456789012345678Q", txn.ScanHalf, txn.WeChatPay, ""},
		{"a code in the middle of a line", "134567890123456789\n9", txn.ScanHalf, txn.WeChatPay, ""},
		{"seven digits and a word", "1345678 tea", txn.ScanOther, "", "1345678 tea"},
		{"full-width digits", "１３４５６７８９０１２３４５６７８９", txn.ScanOther, "", ""},
		{"EAN-13", "4006381333931", txn.ScanGoods, "", "4006381333931"},
		{"EAN-13 that begins like WeChat Pay", "1300000000000", txn.ScanGoods, "", "1300000000000"},
		{"a label of the shop's scales", "2812345001257", txn.ScanGoods, "", "2812345001257"},
		{"the same with a wrong check digit", "2812345001258", txn.ScanHalf, txn.Alipay, ""},
		{"EAN-13, wrong check digit", "4006381333932", txn.ScanOther, "", "4006381333932"},
		{"EAN-8", "96385074", txn.ScanGoods, "", "96385074"},
		{"EAN-8, wrong check digit", "96385075", txn.ScanOther, "", "96385075"},
		{"UPC-A", "036000291452", txn.ScanGoods, "", "036000291452"},
		{"UPC-A, wrong check digit", "036000291453", txn.ScanOther, "", "036000291453"},
		{"WeChat Pay's sticker", "wxp://f2f0Kd8z", txn.ScanMerchant, "", "wxp://f2f0Kd8z"},
		{"WeChat Pay's order", "weixin://wxpay/bizpayurl?pr=abc", txn.ScanMerchant, "", "weixin://wxpay/bizpayur…"},
		{"WeChat Pay's page", "https://payapp.wechatpay.cn/qr/x", txn.ScanMerchant, "", "https://payapp.wechatpa…"},
		{"Alipay's sticker", "https://qr.alipay.com/fkx", txn.ScanMerchant, "", "https://qr.alipay.com/f…"},
		{"Alipay's sticker in capitals", "HTTPS://QR.ALIPAY.COM/FKX", txn.ScanMerchant, "", "HTTPS://QR.ALIPAY.COM/F…"},
		{"UnionPay's sticker", "https://qr.95516.com/00010000/6214", txn.ScanMerchant, "", ""},
		{"EMVCo merchant code", emv, txn.ScanMerchant, "", ""},
		{"only its beginning", "000201010212", txn.ScanOther, "", "000201010212"},
		{"a page that names Alipay", "https://example.org/qr.alipay.com", txn.ScanOther, "", "https://example.org/qr.…"},
		{"our receipt", receipt, txn.ScanReceipt, "", "000042"},
		{"our receipt, one letter changed", receipt[:34] + "1", txn.ScanForged, "", ""},
		{"our receipt, another order", strings.Replace(receipt, "42", "43", 1), txn.ScanForged, "", ""},
		{"our receipt, cut short", receipt[:30], txn.ScanForged, "", ""},
		{"our receipt in small letters", strings.ToLower(receipt), txn.ScanForged, "", ""},
		{"only the mark", "TILL1", txn.ScanForged, "", ""},
		{"another shop's receipt", ReceiptCode(order, []byte("another key")), txn.ScanForged, "", ""},
		{"another version", "TILL2" + receipt[5:], txn.ScanForged, "", ""},
		{"WeChat Pay's number", wechatBill, txn.ScanBill, "", wechatBill},
		{"Alipay's number", alipayBill, txn.ScanBill, "", alipayBill},
		{"our order number", string(billOrder), txn.ScanBill, "", string(billOrder)},
		{"Alipay's face code", "fp0123456789abcdef0123456789abcdef", txn.ScanOther, "", ""},
		{"EMVCo payer's code", "hQVDUFYwMWETTwegAAAAVVVVUAhQcm9kdWN0MQ==", txn.ScanOther, "", ""},
		{"nothing", "", txn.ScanOther, "", ""},
		{"one digit", "1", txn.ScanOther, "", "1"},
		{"two digits", "13", txn.ScanHalf, txn.WeChatPay, ""},
		{"a word", "M-77120", txn.ScanOther, "", "M-77120"},
		{"control characters", "a\x00\x1b[31mb\u202ec", txn.ScanOther, "", "a[31mbc"},
		{"no UTF-8", "\xff\xfeab", txn.ScanOther, "", "ab"},
		{"a long text", strings.Repeat("字", 40), txn.ScanOther, "", strings.Repeat("字", 23) + "…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Classify(tt.text, shopKey)
			if got.Kind != tt.kind || got.Rail != tt.rail || got.Shown != tt.shown {
				t.Errorf("Classify(%q) = kind %d, rail %q, shown %q; want %d, %q, %q",
					tt.text, got.Kind, got.Rail, got.Shown, tt.kind, tt.rail, tt.shown)
			}
			if want := len([]rune(strings.TrimSpace(tt.text))); got.Len != want {
				t.Errorf("%d characters, want %d", got.Len, want)
			}
			code := ""
			if tt.kind == txn.ScanPayer {
				code = strings.TrimSpace(tt.text)
			}
			if got.Code.Reveal() != code {
				t.Errorf("code %q, want %q", got.Code.Reveal(), code)
			}
			if (got.Order == order) != (tt.kind == txn.ScanReceipt) {
				t.Errorf("order %q", got.Order)
			}
		})
	}
}

// TestCodesOfEveryLength walks through all lengths of all prefixes: only the
// right ones are payers' codes, and every other is half a code or, with a check
// digit, goods.
func TestCodesOfEveryLength(t *testing.T) {
	lengths := func(prefix int) (txn.RailName, int, int) {
		switch {
		case 10 <= prefix && prefix <= 15:
			return txn.WeChatPay, 18, 18
		case 25 <= prefix && prefix <= 30:
			return txn.Alipay, 16, 24
		case prefix == 62:
			return txn.UnionPay, 19, 19
		}
		return "", 0, 0
	}
	for prefix := range 100 {
		rail, shortest, longest := lengths(prefix)
		for n := 2; n <= 40; n++ {
			text := (fmt.Sprintf("%02d", prefix) + strings.Repeat("7", 40))[:n]
			want := txn.ScanOther
			switch {
			case rail != "" && shortest <= n && n <= longest:
				want = txn.ScanPayer
			case goods(text):
				want = txn.ScanGoods
			case rail != "":
				want = txn.ScanHalf
			}
			got := Classify(text, shopKey)
			if got.Kind != want || want != txn.ScanGoods && got.Rail != rail {
				t.Errorf("%s (%d digits): kind %d of %q, want %d of %q", text, n, got.Kind, got.Rail, want, rail)
			}
			if n >= 16 && got.Shown != "" {
				t.Errorf("%d digits are shown: %q", n, got.Shown)
			}
		}
	}
}

// TestCheckDigits are numbers off real goods, and each with every other last
// digit.
func TestCheckDigits(t *testing.T) {
	for _, number := range []string{
		"4006381333931", "9781234567897", "6901234567892", "5901234123457", "96385074", "73513537", "036000291452",
	} {
		for d := range 10 {
			text := number[:len(number)-1] + fmt.Sprint(d)
			if got := goods(text); got != (text == number) {
				t.Errorf("goods(%s) = %v", text, got)
			}
		}
	}
	for _, n := range []int{0, 1, 7, 9, 10, 11, 14} {
		if goods(strings.Repeat("0", n)) {
			t.Errorf("%d digits are goods", n)
		}
	}
}

// TestReceiptCodeVector is 8 characters of base32(HMAC-SHA256), computed with
//
//	printf %s TESTINSTALL10000000042 |
//	openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf 0123456789abcdef | xxd -p) -binary |
//	base32 | head -c 8
func TestReceiptCodeVector(t *testing.T) {
	key := []byte("0123456789abcdef")
	const want = "TILL1TESTINSTALL10000000042E4MQV3EM"
	got := ReceiptCode(order, key)
	if got != want {
		t.Errorf("ReceiptCode = %s, want %s", got, want)
	}
	if len(got) != 35 || strings.Trim(got, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		t.Errorf("%s does not fit the alphanumeric mode of a QR code", got)
	}
}

func TestReceiptsNeedTheKeyAndEveryCharacter(t *testing.T) {
	good := ReceiptCode(order, shopKey)
	if o, ok := ParseReceipt(good, shopKey); !ok || o != order {
		t.Fatalf("ParseReceipt(%s) = %s, %v", good, o, ok)
	}
	for i := range len(good) {
		for _, c := range []byte{'A', '0', ' ', 0, good[i] ^ 0x20} {
			if c == good[i] {
				continue
			}
			bad := good[:i] + string([]byte{c}) + good[i+1:]
			if o, ok := ParseReceipt(bad, shopKey); ok || o != "" {
				t.Errorf("ParseReceipt(%q) = %s, %v", bad, o, ok)
			}
		}
		if o, ok := ParseReceipt(good[:i], shopKey); ok {
			t.Errorf("ParseReceipt(%q) = %s", good[:i], o)
		}
	}
	for _, key := range [][]byte{nil, {}, shopKey[1:]} {
		if _, ok := ParseReceipt(good, key); ok {
			t.Errorf("believed with the key %q", key)
		}
	}
	if _, ok := ParseReceipt(receiptMark+string(order)+check(order, nil), nil); ok {
		t.Error("without a key, what anybody can compute is believed")
	}
	for _, o := range []txn.OrderNo{"A2345", txn.OrderNo(strings.Repeat("A", 33))} {
		if _, ok := ParseReceipt(ReceiptCode(o, shopKey), shopKey); ok {
			t.Errorf("an order number of %d characters is believed", len(o))
		}
	}
}

func TestReceiptCodeWithoutAKeyPanics(t *testing.T) {
	defer func() {
		if r := recover(); r == nil || !strings.HasPrefix(fmt.Sprint(r), "paycode: ") {
			t.Errorf("recovered %v", r)
		}
	}()
	ReceiptCode(order, nil)
}

// FuzzClassify promises that nothing panics, that what may be a payer's code
// is never shown, and that a payer's code comes back as it was scanned.
func FuzzClassify(f *testing.F) {
	for _, s := range []string{"134567890123456789", "2512345678901234", "6212345678901234567", "4006381333931",
		"wxp://f2f0", "TILL1" + string(order) + "AAAAAAAA", "\xff", "1345678901234567８", " 13\n",
		"TIML1" + string(order) + "AAAAAAAA", "till2", wechatBill, alipayBill, string(billOrder)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Classify(s, shopKey)
		trimmed := strings.TrimSpace(s)
		if got.Kind == txn.ScanPayer != (got.Code.Reveal() != "") {
			t.Fatalf("%q: kind %d, code of %d characters", s, got.Kind, len(got.Code.Reveal()))
		}
		if got.Kind == txn.ScanPayer && got.Code.Reveal() != trimmed {
			t.Fatalf("%q becomes another code", s)
		}
		if strings.Contains(fmt.Sprintf("%+v", got), trimmed) && got.Kind <= txn.ScanHalf && len(trimmed) > 2 {
			t.Fatalf("%q is printed: %+v", s, got)
		}
		digits := 0
		for _, r := range got.Shown {
			if '0' <= r && r <= '9' {
				digits++
			}
			if r < ' ' || r == 0x7f {
				t.Fatalf("%q shows %q", s, got.Shown)
			}
		}
		if got.Kind == txn.ScanBill {
			if got.Shown != trimmed || len(trimmed) != 22 && len(trimmed) != 28 {
				t.Fatalf("%q is a bill and shows %q", s, got.Shown)
			}
			if own := len(trimmed) == 22; own != (string(got.Order) == trimmed) || !own && got.Order != "" {
				t.Fatalf("%q is a bill of %q", s, got.Order)
			}
		} else if digits >= 16 || len([]rune(got.Shown)) > 24 {
			t.Fatalf("%q shows %q", s, got.Shown)
		}
		if got.Order != "" && got.Kind != txn.ScanReceipt && got.Kind != txn.ScanBill {
			t.Fatalf("%q of kind %d names %s", s, got.Kind, got.Order)
		}
		if got.Kind == txn.ScanReceipt && ReceiptCode(got.Order, shopKey) != trimmed {
			t.Fatalf("%q is believed", s)
		}
	})
}

func FuzzReceiptRoundTrip(f *testing.F) {
	f.Add(string(order), shopKey)
	f.Fuzz(func(t *testing.T, o string, key []byte) {
		if len(key) == 0 || len(o) < 6 || len(o) > 32 {
			return
		}
		if got, ok := ParseReceipt(ReceiptCode(txn.OrderNo(o), key), key); !ok || string(got) != o {
			t.Fatalf("%q comes back as %q, %v", o, got, ok)
		}
	})
}
