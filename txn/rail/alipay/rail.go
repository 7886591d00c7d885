package alipay

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"till/txn"
	"till/txn/rail"
)

// Config is what a merchant's contract and shop say. BaseURL, AppID, Subject,
// Signer and Verifier are needed.
type Config struct {
	BaseURL string // the gateway: "https://openapi.alipay.com/gateway.do"
	AppID   string // app_id of the merchant's application, at most 32 digits

	SellerID   string // seller_id, 2088...: who receives the money; optional, the contract's account otherwise
	StoreID    string // store_id: the merchant's own number of the shop, at most 32; optional
	TerminalID string // terminal_id: at most 32; optional
	OperatorID string // operator_id: at most 28; optional

	// Subject is what the payer reads in his bill. "{order}" in it becomes the
	// last six digits of the order number. It is a fixed template of the shop:
	// the network refuses words it does not like (causes.md C29).
	Subject string

	// RefundDays is how many days after its payment a sale can be refunded: a term
	// of the contract, 1 to 3650. 0 is the 90 of old contracts.
	RefundDays int

	// AppCertSN and RootCertSN switch to certificate mode: the serial numbers of
	// the application's certificate and of Alipay's root certificates, as Alipay
	// counts them (MD5 of issuer and number, in hexadecimal; the roots joined by
	// "_"). Then Verifier must know Alipay's key under the serial number of
	// Alipay's certificate, which every answer names. Both or none.
	AppCertSN  string
	RootCertSN string

	Signer   rail.Signer   // the application's key: RSA2 is RSASSA-PKCS1-v1_5 over SHA-256
	Verifier rail.Verifier // Alipay's key: under KeySerial, or under its certificate's serial number
}

// KeySerial is the name under which Config.Verifier must know Alipay's public
// key when there are no certificates: answers do not name a key then.
const KeySerial = "alipay"

// Rail is Alipay for one merchant.
type Rail struct{ cfg Config }

var (
	_ rail.Refunder = (*Rail)(nil)
	_ rail.Shower   = (*Rail)(nil)
	_ rail.Finder   = (*Rail)(nil)
	_ rail.Balancer = (*Rail)(nil)
)

const (
	idMax       = 32 // app_id, store_id, terminal_id
	operatorMax = 28
	numberMax   = 64  // out_trade_no, out_request_no, trade_no
	subjectMax  = 256 // characters
	daysMax     = 3650
	rootsMax    = 256 // a handful of roots, 32 digits each
)

// New checks a configuration.
func New(cfg Config) (*Rail, error) {
	var errs []error
	demand := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	optional := func(name, value string, longest int) {
		demand(value == "" || rail.Token(value, longest),
			"%s %q: not letters and digits, at most %d", name, value, longest)
	}
	demand(gatewayURL(cfg.BaseURL), "base_url %q: not https://host/path", cfg.BaseURL)
	demand(rail.Token(cfg.AppID, idMax), "app_id %q: not 1 to %d digits", cfg.AppID, idMax)
	optional("seller_id", cfg.SellerID, operatorMax)
	optional("store", cfg.StoreID, idMax)
	optional("terminal", cfg.TerminalID, idMax)
	optional("operator", cfg.OperatorID, operatorMax)
	demand(cfg.RefundDays >= 0 && cfg.RefundDays <= daysMax,
		"refund_days %d: not 0 to %d", cfg.RefundDays, daysMax)
	demand(describe(cfg.Subject, "000000") != "", "subject %q: nothing printable in it", cfg.Subject)
	optional("app_cert_sn", cfg.AppCertSN, numberMax)
	optional("alipay_root_cert_sn", cfg.RootCertSN, rootsMax)
	demand((cfg.AppCertSN == "") == (cfg.RootCertSN == ""),
		"app_cert_sn and alipay_root_cert_sn: one without the other")
	demand(cfg.Signer != nil, "application's key: none given")
	demand(cfg.Verifier != nil, "Alipay's key: none given")
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("set up Alipay: %w", err)
	}
	return &Rail{cfg}, nil
}

// Name implements rail.Rail.
func (*Rail) Name() txn.RailName { return txn.Alipay }

// Policy asks at 5 s and every 3 s until 59 s, 19 times in all, and reverses at
// the last answer without a gap. An answer that the payer is acting is followed
// by a query at once: Read sets Again.
//
// Sources: rails.md 0.2 and 2.3, from jingblog (A5) and docs.antom.com (A6): at
// once, or 5 s without an answer; 3 to 5 s; 10 to 20 tries in about 60 s; cancel
// immediately after the last query. The network has no earliest moment for a
// cancellation; ReverseAfter is ours, see Decisions. The reversal's interval and
// its doubling up to 5 minutes are ours (house.md 8).
func (*Rail) Policy() txn.Policy {
	return txn.Policy{
		FirstQuery:          5 * time.Second,
		Interval:            3 * time.Second,
		Queries:             18,
		ReverseAfter:        5 * time.Second,
		ReversalInterval:    10 * time.Second,
		ReversalIntervalMax: 5 * time.Minute,
		ConfirmReversal:     true,
	}
}

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

// describe fills in a subject: printable characters of the basic plane, none of
// those that the page of alipay.trade.pay forbids in a subject ("/", "=", "&"),
// and at most subjectMax.
func describe(template, tail string) string {
	var b strings.Builder
	n := 0
	for _, r := range strings.ReplaceAll(template, "{order}", tail) {
		if unicode.IsSpace(r) {
			r = ' '
		}
		if !unicode.IsPrint(r) || r > 0xFFFF || r == unicode.ReplacementChar || strings.ContainsRune("/=&", r) {
			continue
		}
		if n++; n > subjectMax {
			break
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}
