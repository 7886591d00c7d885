package txn

import (
	"fmt"
	"log/slog"
	"time"
)

// Wall is a time by the terminal's clock, in milliseconds since 1970-01-01
// UTC. It is printed and sent, never compared to decide about money: a
// terminal without a battery clock boots in 1970 and jumps when NTP answers.
// Waits are timers.
type Wall int64

// In returns the time of day at a place that is zone east of Greenwich.
func (w Wall) In(zone time.Duration) time.Time {
	return time.UnixMilli(int64(w)).In(time.FixedZone("", int(zone/time.Second)))
}

// ClockFloor is a moment that has passed, 2026-11-01 UTC: a clock that stands before
// it was never set. Requests signed with such a time are refused by every network.
const ClockFloor Wall = 1793491200000

// Day is the calendar day at such a place, as the number yyyymmdd.
func (w Wall) Day(zone time.Duration) int {
	return Date(w.In(zone))
}

// Date is a calendar day as the number yyyymmdd.
func Date(t time.Time) int { return t.Year()*10000 + int(t.Month())*100 + t.Day() }

// Install names one life of one terminal: random, minted at every start, so
// that no order number can collide with another terminal's, or with those that
// this one gave out before its store was restored from a copy, or cloned.
type Install string

// InstallLen is the number of characters of an Install: 12 of 32 kinds, 60 bits.
const InstallLen = 12

const counterLen = 10

// OrderNo is the merchant order number (out_trade_no): the Install and a
// counter of ten digits. There is one for each scanned payment code, on stable
// storage before the first byte leaves, and none is ever used again, not even
// after a refusal (rails.md 0.3). 22 letters and digits: WeChat Pay allows 6
// to 32, Alipay 64.
type OrderNo string

// NewOrderNo returns number n of an installation.
func NewOrderNo(i Install, n uint64) OrderNo {
	return OrderNo(fmt.Sprintf("%s%0*d", i, counterLen, n))
}

// N is the counter in the number, or 0 when it is none of ours.
func (o OrderNo) N() uint64 {
	if len(o) <= counterLen {
		return 0
	}
	var n uint64 // ten digits fit; numbers are compared in every step
	for i := len(o) - counterLen; i < len(o); i++ {
		d := o[i] - '0'
		if d > 9 {
			return 0
		}
		n = n*10 + uint64(d)
	}
	return n
}

// Tail is what people read: the last six digits.
func (o OrderNo) Tail() string {
	if len(o) < 6 {
		return string(o)
	}
	return string(o[len(o)-6:])
}

// RailName names a payment network as the configuration does: "wechatpay".
type RailName string

// The rails that codes can belong to.
const (
	WeChatPay RailName = "wechatpay"
	Alipay    RailName = "alipay"
	UnionPay  RailName = "unionpay"
	Cash      RailName = "cash" // no network: the drawer
)

// Reference is the network's own number of a payment (transaction_id).
type Reference string

// FaultCode is a device.Code as package txn sees it: a name to show and to
// journal, nothing to decide by but a few named here.
type FaultCode string

// The faults that the machine itself looks at.
const (
	FaultClock    FaultCode = "C01" // sales would be signed with a wrong time: none is begun
	FaultDiskFull FaultCode = "J03" // no room for another sale: none is begun
	FaultSkewed   FaultCode = "C02"
	FaultDamaged  FaultCode = "J02" // the journal does not verify: no sale is begun
)

// PayerCode is what the payer showed: whoever has it can spend the payer's
// money for as long as it is valid. It prints, formats, logs and marshals as
// a mask; Reveal is the one way to its characters, and only the packages
// below rail have a reason to call it. It is never journaled (decisions.md 3).
//
// The characters sit behind a pointer because package fmt does not call the
// methods of a value in an unexported field: it prints the value's insides.
type PayerCode struct{ clear *string }

// NewPayerCode wraps s, which the caller should then forget.
func NewPayerCode(s string) PayerCode { return PayerCode{&s} }

const payerCodeMask = "[payer code]"

// Reveal returns the characters. Every call of it is a line to review.
func (c PayerCode) Reveal() string {
	if c.clear == nil {
		return ""
	}
	return *c.clear
}

// Same reports whether two codes have the same characters. Two empty codes
// are not the same: they are no codes.
func (c PayerCode) Same(d PayerCode) bool {
	return c.clear != nil && d.clear != nil && *c.clear == *d.clear && *c.clear != ""
}

func (PayerCode) String() string               { return payerCodeMask }
func (PayerCode) GoString() string             { return payerCodeMask }
func (PayerCode) LogValue() slog.Value         { return slog.StringValue(payerCodeMask) }
func (PayerCode) MarshalText() ([]byte, error) { return []byte(payerCodeMask), nil }
