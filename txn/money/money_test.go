package money

import (
	"errors"
	"testing"
)

func TestAnAmountIsReadAndWrittenInFen(t *testing.T) {
	for _, tt := range []struct {
		text  string
		minor int64
		shown string
		err   error
	}{
		{"128", 12800, "¥128.00", nil},
		{"128.5", 12850, "¥128.50", nil},
		{"0.01", 1, "¥0.01", nil},
		{"1234567.89", 123456789, "¥1,234,567.89", nil},
		{"9999999999.99", Max, "¥9,999,999,999.99", nil},
		{"10000000000.00", 0, "", ErrTooLarge},
		{"99999999999999999999", 0, "", ErrTooLarge},
		{"", 0, "", ErrText},
		{".5", 0, "", ErrText},
		{"5.", 0, "", ErrText},
		{"1.234", 0, "", ErrText},
		{"-1", 0, "", ErrText},
		{"1e3", 0, "", ErrText},
	} {
		a, err := Parse(tt.text)
		if !errors.Is(err, tt.err) {
			t.Errorf("Parse(%q) = %v, want %v", tt.text, err, tt.err)
			continue
		}
		if err == nil && (a.Minor() != tt.minor || a.String() != tt.shown) {
			t.Errorf("Parse(%q) = %d, %s; want %d, %s", tt.text, a.Minor(), a, tt.minor, tt.shown)
		}
	}
}

func TestNewRefusesWhatIsNoAmount(t *testing.T) {
	for _, tt := range []struct {
		minor int64
		c     Currency
		want  error
	}{{-1, CNY, ErrNegative}, {Max + 1, CNY, ErrTooLarge}, {1, "EUR", ErrCurrency}, {Max, CNY, nil}} {
		if _, err := New(tt.minor, tt.c); !errors.Is(err, tt.want) {
			t.Errorf("New(%d, %s) = %v, want %v", tt.minor, tt.c, err, tt.want)
		}
	}
}

func FuzzAmountText(f *testing.F) {
	f.Add("12800 CNY")
	f.Add("0 ")
	f.Fuzz(func(t *testing.T, s string) {
		var a, b Amount
		if a.UnmarshalText([]byte(s)) != nil {
			return
		}
		text, err := a.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		if err := b.UnmarshalText(text); err != nil || a != b {
			t.Errorf("%q read as %v, written as %q, read again as %v, %v", s, a, text, b, err)
		}
	})
}
