// Package money counts in minor units. There is no float in it and no
// negative amount: what goes the other way is another transaction.
package money

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Currency is an ISO 4217 alphabetic code.
type Currency string

// CNY is the Chinese yuan: two decimals, minor unit fen. Decisions, 7: others
// are refused at start until a rail needs them.
const CNY Currency = "CNY"

// Max is the largest amount in minor units: twelve digits, what ISO 8583
// field 4 holds.
const Max = 999_999_999_999

// The ways in which a number or a text is no amount.
var (
	ErrNegative = errors.New("an amount is never negative")
	ErrTooLarge = errors.New("an amount has at most 12 digits in minor units")
	ErrCurrency = errors.New("the only currency is CNY")
	ErrText     = errors.New("not an amount such as 128.00")
)

// Amount is a sum of money. The zero Amount is nothing in no currency.
type Amount struct {
	minor    int64
	currency Currency
}

// New returns an amount of minor units (fen), 0 to Max.
func New(minor int64, c Currency) (Amount, error) {
	switch {
	case c != CNY:
		return Amount{}, fmt.Errorf("%q: %w", c, ErrCurrency)
	case minor < 0:
		return Amount{}, fmt.Errorf("%d: %w", minor, ErrNegative)
	case minor > Max:
		return Amount{}, fmt.Errorf("%d: %w", minor, ErrTooLarge)
	}
	return Amount{minor, c}, nil
}

// Fen returns an amount of Chinese money and panics on what New refuses; it is
// for numbers that are already known to be amounts.
func Fen(minor int64) Amount {
	a, err := New(minor, CNY)
	if err != nil {
		panic("money: " + err.Error())
	}
	return a
}

// Parse reads yuan with at most two decimals: "128", "128.5", "128.00".
func Parse(s string) (Amount, error) {
	whole, frac, _ := strings.Cut(s, ".")
	if whole == "" || len(frac) > 2 || !digits(whole) || !digits(frac) || strings.HasSuffix(s, ".") {
		return Amount{}, fmt.Errorf("%q: %w", s, ErrText)
	}
	n, err := strconv.ParseInt(whole+(frac + "00")[:2], 10, 64)
	if err != nil {
		return Amount{}, fmt.Errorf("%q: %w", s, ErrTooLarge)
	}
	return New(n, CNY)
}

func digits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}

// Minor returns the amount in minor units (fen).
func (a Amount) Minor() int64 { return a.minor }

// Currency returns the amount's currency.
func (a Amount) Currency() Currency { return a.currency }

// Zero reports whether the amount is nothing.
func (a Amount) Zero() bool { return a.minor == 0 }

// Over reports whether a is more than b.
func (a Amount) Over(b Amount) bool { return a.minor > b.minor }

// Plain is the amount without a sign or a grouping: "1280.00".
func (a Amount) Plain() string { return fmt.Sprintf("%d.%02d", a.minor/100, a.minor%100) }

// String is the amount as people read it: "¥1,280.00".
func (a Amount) String() string {
	whole := strconv.FormatInt(a.minor/100, 10)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return fmt.Sprintf("¥%s.%02d", whole, a.minor%100)
}

// MarshalText writes minor units and currency, "12800 CNY": what the journal
// keeps.
func (a Amount) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%d %s", a.minor, a.currency), nil
}

// UnmarshalText reads what MarshalText wrote.
func (a *Amount) UnmarshalText(text []byte) error {
	n, c, ok := strings.Cut(string(text), " ")
	minor, err := strconv.ParseInt(n, 10, 64)
	if !ok || err != nil {
		return fmt.Errorf("%q: %w", text, ErrText)
	}
	if minor == 0 && c == "" {
		*a = Amount{}
		return nil
	}
	got, err := New(minor, Currency(c))
	if err != nil {
		return err
	}
	*a = got
	return nil
}
