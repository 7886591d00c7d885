package paycode

import (
	"strconv"
	"strings"
	"time"

	"till/txn"
)

const (
	billLen      = 28 // digits of a network's number of a payment
	counterLen   = 10 // digits of the counter in an order number of ours
	ownNumberLen = txn.InstallLen + counterLen
)

// billNumber reports whether digits are a number that a wallet shows in its
// bill: a WeChat Pay transaction_id, 28 digits that begin 4200, or 42 with the
// date of the payment from the eleventh on; or an Alipay trade_no, 28 digits that
// begin with the date. Sources: the examples of both networks' manuals,
// "4208450740201411110007820472" (WeChat Pay, profit sharing: transaction_id) and
// "2013112011001004330000121536" (Alipay, alipay.trade.pay: trade_no). Neither
// manual promises more than a length, at most 32 and 64.
func billNumber(digits string) bool {
	if len(digits) != billLen {
		return false
	}
	return strings.HasPrefix(digits, "4200") ||
		strings.HasPrefix(digits, "42") && date(digits[10:18]) ||
		strings.HasPrefix(digits, "20") && date(digits[:8])
}

// date reports whether digits are a day of this century, yyyymmdd.
func date(digits string) bool {
	if !strings.HasPrefix(digits, "20") {
		return false
	}
	n, err := strconv.Atoi(digits)
	if err != nil {
		return false
	}
	t := time.Date(n/10000, time.Month(n/100%100), n%100, 0, 0, 0, 0, time.UTC)
	return t.Format("20060102") == digits
}

// ownNumber reports whether text has the form of an order number of ours, as a
// wallet shows it in its bill: an Install with a letter in it, and a counter.
func ownNumber(text string) bool {
	if len(text) != ownNumberLen {
		return false
	}
	letters := 0
	for i := range len(text) {
		switch c := text[i]; {
		case '0' <= c && c <= '9':
		case 'A' <= c && c <= 'Z' && i < txn.InstallLen:
			letters++
		default:
			return false
		}
	}
	return letters > 0
}
