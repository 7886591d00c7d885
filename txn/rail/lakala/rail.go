package lakala

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"unicode"

	"till/txn"
	"till/txn/rail"
)

// Name is the rail as the configuration and the journal call it.
const Name txn.RailName = "lakala"

// wallets are those behind the acquirer, as account_type names them (S2, S5).
var wallets = []struct {
	rail txn.RailName
	name word
}{
	{txn.WeChatPay, "WECHAT"}, {txn.Alipay, "ALIPAY"}, {txn.UnionPay, "UQRCODEPAY"},
}

// Config is what a merchant's contract and shop say. BaseURL, AppID, MerchantNo,
// TermNo, IP, Subject, Signer and Verifier are needed.
type Config struct {
	BaseURL    string // "https://s2.lakala.com/api"; for tests "https://test.wsmsd.cn/sit/api"
	AppID      string // appid: "OP00000003", at most 32
	MerchantNo string // merchant_no of the acquirer, 15 characters, at most 32
	TermNo     string // term_no of the acquirer, 8 characters, at most 32

	// The place of the terminal, which every call names (location_info).
	IP          string // the terminal's address, "36.45.36.95"
	BaseStation string // of the mobile network; optional, at most 128
	Location    string // "+31.221345,+121.12345", north and east; optional, at most 32

	// Subject is what the payer reads in his bill, at most 42 characters.
	// "{order}" in it becomes the last six digits of the order number.
	Subject string

	// Wallet is whose code the terminal shows: Alipay's, UnionPay's, or WeChat
	// Pay's where the contract has it; "" is Alipay's. The acquirer has no code that
	// all wallets can pay (see Decisions).
	Wallet txn.RailName

	// RefundFrom is what pays for refunds (refund_acc_mode): "00" the refund
	// account, "05" the merchant's balance, "06" the terminal's, "30" the final
	// account; "" is what the contract says.
	RefundFrom string

	// RefundDays is how many days after its payment a sale can be refunded: a term
	// of the contract, at most 3650; 0 is not known.
	RefundDays int

	// Codes and RefundCodes are what the acquirer's own list adds: it is handed
	// out with the contract and not public (rails.md 9). A code that neither this
	// package nor these lists know is Unknown.
	Codes       []Code
	RefundCodes []RefundCode

	Signer   rail.Signer   // the merchant's key under its certificate's serial number
	Verifier rail.Verifier // the acquirer's key under its certificate's serial number
}

// Rail is Lakala for one merchant.
type Rail struct {
	cfg     Config
	account string // account_type of Config.Wallet
}

var (
	_ rail.Refunder = (*Rail)(nil)
	_ rail.Shower   = (*Rail)(nil)
	_ rail.Finder   = (*Rail)(nil)
)

const (
	idMax      = 32 // appid, merchant_no, term_no
	numberMax  = 32 // out_trade_no, trade_no
	subjectMax = 42 // characters
	reasonMax  = 32 // characters
	stationMax = 128
	daysMax    = 3650
	placeMax   = 32
)

// New checks a configuration.
func New(cfg Config) (*Rail, error) {
	var errs []error
	demand := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	if cfg.Wallet == "" {
		cfg.Wallet = txn.Alipay
	}
	account := ""
	for _, w := range wallets {
		if w.rail == cfg.Wallet {
			account = string(w.name)
		}
	}
	cfg.BaseURL = strings.TrimSuffix(cfg.BaseURL, "/")
	demand(gatewayURL(cfg.BaseURL), "base_url %q: not https://host/path", cfg.BaseURL)
	demand(rail.Token(cfg.AppID, idMax), "app_id %q: not 1 to %d letters and digits", cfg.AppID, idMax)
	demand(rail.Token(cfg.MerchantNo, idMax),
		"merchant_no %q: not 1 to %d letters and digits", cfg.MerchantNo, idMax)
	demand(rail.Token(cfg.TermNo, idMax), "term_no %q: not 1 to %d letters and digits", cfg.TermNo, idMax)
	_, err := netip.ParseAddr(cfg.IP)
	demand(err == nil, "ip %q: no address", cfg.IP)
	demand(visible(cfg.BaseStation, stationMax), "base_station %q: at most %d visible characters",
		cfg.BaseStation, stationMax)
	demand(cfg.Location == "" || place(cfg.Location), "location %q: not like +31.221345,+121.12345", cfg.Location)
	demand(describe(cfg.Subject, "000000", subjectMax) != "", "subject %q: nothing printable in it", cfg.Subject)
	demand(account != "", "wallet %q: not %s, %s or %s", cfg.Wallet, txn.Alipay, txn.UnionPay, txn.WeChatPay)
	demand(slices.Contains([]string{"", "00", "05", "06", "30"}, cfg.RefundFrom),
		"refund_from %q: not 00, 05, 06 or 30", cfg.RefundFrom)
	demand(cfg.RefundDays >= 0 && cfg.RefundDays <= daysMax, "refund_days %d: not 0 to %d", cfg.RefundDays, daysMax)
	errs = append(errs, checkCodes(cfg)...)
	demand(cfg.Signer != nil, "merchant's key: none given")
	demand(cfg.Verifier != nil, "Lakala's key: none given")
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("set up Lakala: %w", err)
	}
	return &Rail{cfg, account}, nil
}

// Name implements rail.Rail.
func (*Rail) Name() txn.RailName { return Name }

// gatewayURL reports whether s is a scheme, a host and perhaps a path, without
// a query.
func gatewayURL(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(s, "http://")
	}
	return ok && rest != "" && rest[0] != '/' && strings.IndexFunc(rest, func(r rune) bool {
		return r <= ' ' || r > '~' || strings.ContainsRune(`?#@\"`, r)
	}) < 0
}

// visible reports whether s is at most longest characters of ASCII that can be
// seen.
func visible(s string, longest int) bool {
	return len(s) <= longest && strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}

// place reports whether s is a latitude and a longitude with their signs.
func place(s string) bool {
	north, east, ok := strings.Cut(s, ",")
	return ok && len(s) <= placeMax && degrees(north) && degrees(east)
}

func degrees(s string) bool {
	if s == "" || s[0] != '+' && s[0] != '-' {
		return false
	}
	whole, fraction, point := strings.Cut(s[1:], ".")
	return digits(whole) && len(whole) <= 3 && (!point || digits(fraction))
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// describe fills in a text for the payer: printable characters of the basic
// plane, at most longest.
func describe(template, tail string, longest int) string {
	var b strings.Builder
	n := 0
	for _, r := range strings.ReplaceAll(template, "{order}", tail) {
		if unicode.IsSpace(r) {
			r = ' '
		}
		if !unicode.IsPrint(r) || r > 0xFFFF || r == unicode.ReplacementChar {
			continue
		}
		if n++; n > longest {
			break
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}
