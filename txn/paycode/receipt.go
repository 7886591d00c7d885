package paycode

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"till/txn"
)

const (
	// receiptMark begins every receipt code; its digit is the version.
	receiptMark = "TILL1"
	// checkLen is the length of the check in characters of five bits: 40 bits,
	// one lucky guess in a million million.
	checkLen = 8
	// ownCodeLen is the length of the code of an order number of ours.
	ownCodeLen = len(receiptMark) + ownNumberLen + checkLen
)

// ReceiptCode is what a receipt of order o carries as QR code: "TILL1", the
// order number and 8 characters of base32(HMAC-SHA256(key, order number)). It has
// letters and digits only, 35 with our order numbers; while those are upper case
// it fits the alphanumeric mode of QR codes. It never holds the amount: whoever
// reads it asks the network (decisions.md 8). An empty key panics.
func ReceiptCode(o txn.OrderNo, key []byte) string {
	if len(key) == 0 {
		panic("paycode: receipt code without a key")
	}
	return receiptMark + string(o) + check(o, key)
}

func check(o txn.OrderNo, key []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(o)) // a hash never fails to write
	return base32.StdEncoding.EncodeToString(mac.Sum(nil))[:checkLen]
}

// ParseReceipt returns the order that a receipt code is about, and whether its
// check is right. It takes the same time wherever the check differs.
func ParseReceipt(text string, key []byte) (txn.OrderNo, bool) {
	const orderMin, orderMax = 6, 32 // rails.md 0.3
	rest := len(text) - len(receiptMark) - checkLen
	if len(key) == 0 || rest < orderMin || rest > orderMax || text[:len(receiptMark)] != receiptMark {
		return "", false
	}
	o := txn.OrderNo(text[len(receiptMark) : len(text)-checkLen])
	if !hmac.Equal([]byte(text[len(text)-checkLen:]), []byte(check(o, key))) {
		return "", false
	}
	return o, true
}

// ownReceipt reports whether text means to be a code of a receipt of ours: of
// this version or another, whole or torn, in whatever case, or as long as one
// and with one character of the mark misread. What it says is for ParseReceipt.
func ownReceipt(text string) bool {
	n := len(receiptMark)
	if len(text) < n {
		return false
	}
	if name := receiptMark[:n-1]; hasPrefixFold(text, name) {
		return '0' <= text[n-1] && text[n-1] <= '9' || len(text) == ownCodeLen
	}
	wrong := 0
	for i := range n {
		if !strings.EqualFold(text[i:i+1], receiptMark[i:i+1]) {
			wrong++
		}
	}
	return wrong == 1 && len(text) == ownCodeLen
}
