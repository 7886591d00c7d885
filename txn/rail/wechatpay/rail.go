package wechatpay

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"till/txn"
	"till/txn/rail"
)

// Config is what a merchant's contract and shop say. Every field is needed that is
// not called optional.
type Config struct {
	BaseURL string // "https://api.mch.weixin.qq.com": scheme and host, no path
	AppID   string // appid, at most 32 characters
	MchID   string // mchid, at most 32 characters
	StoreID string // scene_info.store_info.out_id: the merchant's own number of the shop; optional

	DeviceID string // scene_info.device_id: the terminal, at most 32 letters and digits
	DeviceIP string // scene_info.device_ip: IPv4 or IPv6, in digits

	// Description is what the payer reads in his bill. "{order}" in it becomes
	// the last six digits of the order number. It is a fixed template of the
	// shop, not a list of goods: the network refuses words it does not like
	// (causes.md C29).
	Description string

	// AcceptSerial asks the network to sign its answers with this key, while
	// keys are being replaced: the request header Wechatpay-Serial. Optional.
	AcceptSerial string

	// NotifyURL is where the network tells of payments by a shown code, which it
	// wants to know although this terminal asks and never listens: "https://...",
	// without a query, at most 255 characters. Optional: without it no code can be
	// shown, Show returns an error, and the network must not be offered for that.
	NotifyURL string

	// RefundAvailable takes refunds from the available balance (funds_account
	// AVAILABLE) instead of the account that the contract names: for merchants of
	// the old flow, whose unsettled funds do not last (rails.md 1.7, W9).
	RefundAvailable bool

	Signer   rail.Signer
	Verifier rail.Verifier
}

// Rail is WeChat Pay for one merchant.
type Rail struct{ cfg Config }

var (
	_ rail.Refunder = (*Rail)(nil)
	_ rail.Repairer = (*Rail)(nil)
	_ rail.Shower   = (*Rail)(nil)
	_ rail.Finder   = (*Rail)(nil)
	_ rail.Balancer = (*Rail)(nil)
)

const (
	idMax = 32 // appid, mchid, device_id, out_trade_no: string(32)
	ipMax = 45 // an IPv6 address that ends in an IPv4 one
	// descriptionMax is 127: of characters in the page of v3, of bytes in that
	// of v2. Bytes are safe with both.
	descriptionMax = 127
)

// New checks a configuration.
func New(cfg Config) (*Rail, error) {
	var errs []error
	demand := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	demand(bareURL(cfg.BaseURL), "base_url %q: not https://host", cfg.BaseURL)
	demand(rail.Token(cfg.AppID, idMax), "appid %q: not 1 to %d letters and digits", cfg.AppID, idMax)
	demand(rail.Token(cfg.MchID, idMax), "mchid %q: not 1 to %d letters and digits", cfg.MchID, idMax)
	demand(cfg.StoreID == "" || rail.Token(cfg.StoreID, idMax),
		"store %q: not letters and digits, at most %d", cfg.StoreID, idMax)
	demand(rail.Token(cfg.DeviceID, idMax),
		"terminal %q: not 1 to %d letters and digits", cfg.DeviceID, idMax)
	demand(addressLike(cfg.DeviceIP), "device_ip %q: not an IP address", cfg.DeviceIP)
	demand(describe(cfg.Description, "000000", descriptionMax) != "",
		"description %q: nothing printable in it", cfg.Description)
	demand(cfg.AcceptSerial == "" || rail.Token(cfg.AcceptSerial, 64),
		"serial number %q of the network's key: not letters and digits", cfg.AcceptSerial)
	demand(cfg.NotifyURL == "" || notifyURL(cfg.NotifyURL),
		"notify_url %q: not https://host/path", cfg.NotifyURL)
	demand(cfg.Signer != nil, "merchant's key: none given")
	demand(cfg.Verifier != nil, "network's key: none given")
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("set up WeChat Pay: %w", err)
	}
	return &Rail{cfg}, nil
}

// Name implements rail.Rail.
func (*Rail) Name() txn.RailName { return txn.WeChatPay }

// Policy asks at 5, 15, 25 and 35 s, and a last time at 45 s, when the page
// says to reverse; no reversal is sent in the first 15 s, because a payment can
// still become successful after the last query (rails.md 0.2 and 8).
//
// Sources: rails.md 0.2, from pay.weixin.qq.com/doc/v2/merchant/4011937125 of
// 2025-08-14 (5 s after a system error, then 10 s apart, 45 s in all; reversal
// not before 15 s, again when it has no answer) and .../4011937361 (repeats are
// safe). The doubling up to 5 minutes is ours (house.md 8). That a query must
// confirm a reversal: rails.md 1.6.
func (*Rail) Policy() txn.Policy {
	return txn.Policy{
		FirstQuery:          5 * time.Second,
		Interval:            10 * time.Second,
		Queries:             4,
		ReverseAfter:        15 * time.Second,
		ReversalInterval:    10 * time.Second,
		ReversalIntervalMax: 5 * time.Minute,
		ConfirmReversal:     true,
	}
}

// bareURL reports whether s is a scheme and a host, with a port or without.
func bareURL(s string) bool {
	host, ok := strings.CutPrefix(s, "https://")
	if !ok {
		host, ok = strings.CutPrefix(s, "http://")
	}
	return ok && host != "" && strings.IndexFunc(host, func(r rune) bool {
		return r <= ' ' || r > '~' || strings.ContainsRune(`/?#@\"`, r)
	}) < 0
}

// addressLike reports whether s has the characters of an IP address; whether
// it is one is for the network to say.
func addressLike(s string) bool {
	return s != "" && len(s) <= ipMax && strings.ContainsAny(s, ".:") &&
		strings.Trim(s, "0123456789abcdefABCDEF.:") == ""
}

// notifyURL reports whether s is an address that the network takes: without a
// query, at most 255 characters (doc/v3/merchant/4012791877).
func notifyURL(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://")
	host, _, _ := strings.Cut(rest, "/")
	return ok && host != "" && len(s) <= 255 && strings.IndexFunc(rest, func(r rune) bool {
		return r <= ' ' || r > '~' || strings.ContainsRune(`?#@\"`, r)
	}) < 0
}

// describe fills in a description: printable characters of the basic plane,
// because the network's own tables refuse others, and at most bytesMax bytes.
func describe(template, tail string, bytesMax int) string {
	var b strings.Builder
	for _, r := range strings.ReplaceAll(template, "{order}", tail) {
		if unicode.IsSpace(r) {
			r = ' '
		}
		if !unicode.IsPrint(r) || r > 0xFFFF || r == unicode.ReplacementChar {
			continue
		}
		if b.Len()+utf8.RuneLen(r) > bytesMax {
			break
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}
