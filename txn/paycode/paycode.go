package paycode

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"till/txn"
)

// shape is what the codes of one network look like.
type shape struct {
	rail            txn.RailName
	first, last     string // of the first two digits, both included
	shortest, limit int    // digits, both included
}

var shapes = []shape{
	{txn.WeChatPay, "10", "15", 18, 18},
	{txn.Alipay, "25", "30", 16, 24},
	{txn.UnionPay, "62", "62", 19, 19},
}

// halfMin is how many digits a half code has at least when something that is no
// digit follows them: fewer are the beginning of any text.
const halfMin = 8

// Classify says what a scan is. White space around it does not count; key is
// the shop's key of receipts, and without one no receipt is believed.
func Classify(text string, key []byte) txn.Scanned {
	text = strings.TrimSpace(text)
	out := txn.Scanned{Kind: txn.ScanOther, Len: utf8.RuneCountInString(text)}
	digits := leadingDigits(text)
	s, known := network(text, digits)
	switch whole := digits == len(text); {
	case whole && known && s.shortest <= digits && digits <= s.limit:
		out.Kind, out.Rail, out.Code = txn.ScanPayer, s.rail, txn.NewPayerCode(text)
	case whole && goods(text):
		out.Kind, out.Shown = txn.ScanGoods, text
	case known && (whole || digits >= halfMin):
		out.Kind, out.Rail = txn.ScanHalf, s.rail
	case whole && billNumber(text):
		out.Kind, out.Shown = txn.ScanBill, text
	case ownReceipt(text):
		out.Kind = txn.ScanForged
		if order, ok := ParseReceipt(text, key); ok {
			out.Kind, out.Order, out.Shown = txn.ScanReceipt, order, order.Tail()
		}
	case ownNumber(text):
		out.Kind, out.Order, out.Shown = txn.ScanBill, txn.OrderNo(text), text
	case merchant(text):
		out.Kind, out.Shown = txn.ScanMerchant, excerpt(text)
	default:
		out.Shown = excerpt(text)
	}
	return out
}

func leadingDigits(s string) int {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return i
		}
	}
	return len(s)
}

// network finds whose code text begins like.
func network(text string, digits int) (shape, bool) {
	if digits < 2 {
		return shape{}, false
	}
	for _, s := range shapes {
		if s.first <= text[:2] && text[:2] <= s.last {
			return s, true
		}
	}
	return shape{}, false
}

// goods reports whether digits are an EAN-8, UPC-A or EAN-13 number: the last
// digit makes the sum, weighed 3 and 1 by turns from the right, a multiple of
// ten. (UPC-A is EAN-13 without its leading 0, so the weights agree.)
func goods(digits string) bool {
	if n := len(digits); n != 8 && n != 12 && n != 13 {
		return false
	}
	sum := 0
	for i := range len(digits) {
		weight := 1
		if (len(digits)-i)%2 == 0 {
			weight = 3
		}
		sum += weight * int(digits[i]-'0')
	}
	return sum%10 == 0
}

// merchantMarks is how codes begin that a customer is to scan: WeChat Pay's,
// Alipay's and UnionPay's, on stickers and screens (K; rails.md 3.1).
var merchantMarks = []string{
	"wxp://", "weixin://", "https://payapp.wechatpay.cn/", "https://payapp.weixin.qq.com/",
	"https://wx.tenpay.com/", "alipay://", "alipays://", "https://qr.alipay.com/",
	"https://render.alipay.com/", "https://qr.95516.com/", "upwallet://",
}

// emvMark is the beginning of an EMVCo merchant-presented code: payload format
// indicator, two characters long, "01" (rails.md 6). The shortest real one has
// more than emvMin characters: its mandatory fields alone take about 60.
const (
	emvMark = "000201"
	emvMin  = 40
)

func merchant(text string) bool {
	for _, m := range merchantMarks {
		if hasPrefixFold(text, m) || hasPrefixFold(text, strings.Replace(m, "https:", "http:", 1)) {
			return true
		}
	}
	return strings.HasPrefix(text, emvMark) && len(text) >= emvMin
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

const (
	excerptMax = 24 // characters: one line of the smallest display
	secretMin  = 16 // digits of the shortest payer's code or card number
	secretRun  = 14 // digits in a row: one that lost its head
)

// payerMarks is how payers' codes begin that are no digits: Alipay's face code
// (rails.md 2.1) and, in base64, the tag 85 "CPV01" of an EMVCo
// consumer-presented code (rails.md 6).
var payerMarks = []string{"fp", "hQVDUFYwMW"}

// excerpt is the beginning of a text that may be shown to anybody, "" when it
// might be a payer's code or a card number.
func excerpt(text string) string {
	digits, run := 0, 0
	for _, r := range text {
		if run++; unicode.IsDigit(r) {
			digits++
		} else {
			run = 0
		}
		if digits == secretMin || run == secretRun {
			return ""
		}
	}
	for _, m := range payerMarks {
		if strings.HasPrefix(text, m) && len(text) >= secretMin {
			return ""
		}
	}
	var out []rune
	for _, r := range text {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			continue
		}
		if len(out) == excerptMax {
			return string(out[:excerptMax-1]) + "…"
		}
		out = append(out, r)
	}
	return string(out)
}
