package bill

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"till/txn"
)

// Zone is how far east of Greenwich both networks keep their days: China has
// one zone.
const Zone = 8 * time.Hour

// Limits of a file. A row is some 300 bytes, and a shop with a hundred thousand
// payments a day has other tools. Memory is a few times the size of the file.
const (
	BytesMax   = 32 << 20
	rowsMax    = 100_000
	lineMax    = 16 << 10 // bytes
	columnsMax = 64
	notesMax   = 16
)

// Covers is which part of a day a file holds. What it does not hold cannot be
// missing in it.
type Covers uint8

// The bill types of WeChat Pay; Alipay's file is always All.
const (
	All Covers = iota
	PaymentsOnly
	RefundsOnly
)

// Fate is what a row means.
type Fate uint8

// The fates of a payment (Charged) and of money on its way back.
const (
	Charged   Fate = iota
	Returned       // arrived, when the file was made
	Returning      // accepted; the file is not updated later
	Revoked        // the whole payment was reversed; there may be no refund number
	Failed         // accepted once, and not paid out
)

// Line is one row of a file.
type Line struct {
	Line      int    // in the file, from 1
	Order     string // merchant order number (out_trade_no)
	Refund    string // merchant refund number; "" for a payment, and where the network names none
	Reference string // the network's number of the payment, or of the refund where there is one
	Amount    int64  // fen, gross
	Fee       int64  // fen that the network keeps; below 0: that it gives back with a refund
	Rate      int64  // millionths, as the file says; 0 when it does not
	State     string // in the network's words
	Fate      Fate
	At        txn.Wall // payment: of the success; refund: of the acceptance
}

// Sum is how many and how much.
type Sum struct {
	Count int   `json:"count"`
	Fen   int64 `json:"fen"`
}

func (s *Sum) add(fen int64) { s.Count++; s.Fen += fen }

// Totals are sums over the rows of a file, which its own summary confirms.
type Totals struct {
	Payments Sum   `json:"payments"`
	Refunds  Sum   `json:"refunds"` // reversals included
	Fee      int64 `json:"fee"`     // fen, net of what was given back
}

// Note is something odd that is no reason to refuse a file.
type Note struct {
	Line int    `json:"line"`
	Text string `json:"column"` // that nobody knows
}

// Bill is one day file. Merchant is the number of the shop at the network: for
// WeChat Pay the mchid (of the sub-merchant, where there is one), for Alipay the
// account of sixteen digits (2088...).
type Bill struct {
	Rail     txn.RailName
	Merchant string // "" when there is no row to tell
	Day      int    // yyyymmdd; 0 when there is no row to tell
	Covers   Covers
	Payments []Line
	Refunds  []Line
	Totals   Totals
	Notes    []Note
}

// Problem is why a file is refused, as a key for the words in cmd/till.
type Problem string

// The reasons. What Error's other fields hold is in the comment.
const (
	Empty     Problem = "empty"
	TooLarge  Problem = "too-large"  // Want: the limit
	Packed    Problem = "packed"     // a zip or gzip that nobody unpacked
	NotText   Problem = "not-text"   // Line: where the characters end
	Refusal   Problem = "refusal"    // Value: what the network answered instead of a file
	OtherRail Problem = "other-rail" // Want: the rail that was asked for
	OtherBill Problem = "other-bill" // Value: what it begins with; another kind of file
	Shape     Problem = "shape"      // Line, Value; Want: what belongs there
	NoColumn  Problem = "no-column"  // Want: the column
	Fields    Problem = "fields"     // Value, Want: numbers of fields
	BadValue  Problem = "value"      // Line, Column, Value, Want
	Truncated Problem = "truncated"  // Line: the last; Want: what should follow
	Differs   Problem = "sum"        // Column; Value: the summary; Want: the rows
	Merchants Problem = "merchant"   // Value: of this row; Want: of the others, or of the shop
	Days      Problem = "day"        // Value: of this row; Want: of the others, or the day asked for
)

// Problems lists them all, for the words and their test.
var Problems = []Problem{
	Empty, TooLarge, Packed, NotText, Refusal, OtherRail, OtherBill, Shape, NoColumn, Fields, BadValue,
	Truncated, Differs, Merchants, Days,
}

// Error says why a file is refused. Nothing of such a file is used.
type Error struct {
	Problem Problem
	Line    int // from 1; 0 when it is about the whole file
	Column  string
	Value   string // as found, shortened, printable
	Want    string // what belongs there, or an example of it, in no language
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("bill: " + string(e.Problem))
	if e.Line > 0 {
		fmt.Fprintf(&b, ", line %d", e.Line)
	}
	if e.Column != "" {
		b.WriteString(", " + e.Column)
	}
	if e.Value != "" {
		fmt.Fprintf(&b, ": %q", e.Value)
	}
	if e.Want != "" {
		b.WriteString("; expected " + e.Want)
	}
	return b.String()
}

// shown makes a piece of a file fit for a message.
func shown(s string) string {
	const most = 40
	var out []rune
	for _, r := range s {
		if !unicode.IsPrint(r) {
			r = ' '
		}
		if len(out) == most {
			return strings.TrimSpace(string(out)) + "…"
		}
		out = append(out, r)
	}
	return strings.TrimSpace(string(out))
}

// Parse reads a day file of a rail: the text itself, not a zip of it. Its error
// is an *Error, and then the Bill is empty.
func Parse(rail txn.RailName, data []byte) (Bill, error) {
	text, err := decode(data)
	if err != nil {
		return Bill{}, err
	}
	var b Bill
	switch rail {
	case txn.WeChatPay:
		b, err = parseWeChat(text)
	case txn.Alipay:
		b, err = parseAlipay(text)
	default:
		return Bill{}, &Error{Problem: OtherRail, Value: shown(string(rail)), Want: "wechatpay, alipay"}
	}
	if err != nil {
		return Bill{}, err
	}
	return b, nil
}

// Check refuses the file of another merchant or of another day. An empty
// merchant is not checked. A file without rows belongs to any day.
func (b Bill) Check(merchant string, day int) error {
	if merchant != "" && b.Merchant != "" && b.Merchant != merchant {
		return &Error{Problem: Merchants, Value: b.Merchant, Want: merchant}
	}
	if b.Day != 0 && b.Day != day {
		return &Error{Problem: Days, Value: fmt.Sprint(b.Day), Want: fmt.Sprint(day)}
	}
	return nil
}
