package main

import (
	"net/netip"
	"slices"
	"strings"

	"till/txn"
)

// FeeRate is what the contract with a network says that a sale costs.
type FeeRate struct {
	Given  bool // the configuration names one
	Points int  // hundredths of a percent of the sale, 0 to 1000
}

// WeChatPayConfig is the table [wechatpay].
type WeChatPayConfig struct {
	Given       bool   // the table is there: this shop takes WeChat Pay directly
	BaseURL     string // https://host[:port]
	CA          CAFile
	AppID       string
	MchID       string
	SerialNo    string // of the merchant's certificate, hex in capitals
	Key         PrivateKey
	PlatformID  string // serial of the platform certificate, or PUB_KEY_ID_...
	PlatformKey PublicKey
	StoreID     string
	DeviceIP    netip.Addr
	Description string
	NotifyURL   string // "": no payments by a code that we show
	RefundDays  int    // from the day of the payment, 1 to 365
	Fee         FeeRate
}

// AlipayConfig is the table [alipay].
type AlipayConfig struct {
	Given      bool   // the table is there: this shop takes Alipay directly
	BaseURL    string // https://host[:port], without the path: see Gateway
	CA         CAFile
	AppID      string
	Key        PrivateKey // of the application
	AlipayKey  PublicKey  // bare, or in Alipay's certificate: see Certified
	AppCert    SerialFile // with RootCert: certificate mode
	RootCert   SerialFile
	SellerID   string // 2088...; "" is the contract's account
	StoreID    string // may be empty
	Subject    string
	RefundDays int // from the day of the payment, 1 to 366
	Fee        FeeRate
}

// Gateway is where every call goes.
//
// Source: the public page of alipay.trade.pay, "请求地址".
func (a AlipayConfig) Gateway() string { return a.BaseURL + "/gateway.do" }

// Certified reports whether the calls name certificates and not bare keys.
func (a AlipayConfig) Certified() bool { return a.AppCert.Serial != "" }

// LakalaConfig is the table [lakala].
type LakalaConfig struct {
	Given       bool   // the table is there
	BaseURL     string // https://host[:port][/path]
	CA          CAFile
	AppID       string
	MerchantNo  string
	TermNo      string
	SerialNo    string // of the merchant's certificate, as Lakala spells it
	Key         PrivateKey
	PlatformID  string         // serial of Lakala's certificate, as its answers spell it
	PlatformKey PublicKey      // Lakala's, or its certificate
	Wallets     []txn.RailName // whose codes go through Lakala, at least one, none twice
	ShownWallet txn.RailName   // whose code the terminal shows; one of Wallets
	DeviceIP    netip.Addr     // location_info.request_ip
	BaseStation string         // of the mobile network; "" is not told
	Location    string         // "+31.230416,+121.473701", latitude first; "" is not told
	Codes       ContractCodes  // of the acquirer
	RefundFrom  string         // one of refundSources
	Subject     string
	RefundDays  int // from the day of the payment, 1 to 366; 0: not known
	Fee         FeeRate
}

// Takes reports whether the codes of a wallet go through Lakala.
func (l LakalaConfig) Takes(wallet txn.RailName) bool {
	return l.Given && slices.Contains(l.Wallets, wallet)
}

// refundSources are what pays for a refund at Lakala, in the order of
// refundModes.
var refundSources = choiceKind{"contract", "refund_account", "merchant_balance", "terminal_balance", "final_account"}

// refundModes are refund_acc_mode (rails.md 4); "" is what the contract says.
var refundModes = []string{"", "00", "05", "06", "30"}

// RefundMode is RefundFrom as the network calls it.
func (l LakalaConfig) RefundMode() string {
	return refundModes[slices.Index(refundSources, l.RefundFrom)]
}

// railTable is a table that may be left out, as long as one of them is there.
type railTable struct {
	name  string
	given func(*Config) *bool
}

var railTables = []railTable{
	{"wechatpay", func(c *Config) *bool { return &c.WeChatPay.Given }},
	{"alipay", func(c *Config) *bool { return &c.Alipay.Given }},
	{"lakala", func(c *Config) *bool { return &c.Lakala.Given }},
}

// optional reports whether t may be left out, and where it is noted that it is
// there.
func (t tableSpec) optional() (given func(*Config) *bool, ok bool) {
	for _, r := range railTables {
		if r.name == t.name {
			return r.given, true
		}
	}
	return nil, false
}

// railsTogether notes which networks there are. There must be one, and no
// wallet may go two ways: money would be looked for at the wrong one.
func (c *configChecker) railsTogether() {
	var names []string
	any := false
	for _, r := range railTables {
		names = append(names, "["+r.name+"]")
		*r.given(&c.config) = c.tableAt(r.name) >= 0
		any = any || *r.given(&c.config) || c.tree.broken[r.name]
	}
	if !any && !c.tree.cut {
		c.problem(c.end(), "", complaint{text: "no payment network is configured", hide: true},
			"add one of "+strings.Join(names, ", "))
	}
	at, ok := c.good("lakala.wallets")
	if !ok {
		return
	}
	for _, r := range railTables {
		if *r.given(&c.config) && c.config.Lakala.Takes(txn.RailName(r.name)) {
			c.problem(at, "lakala.wallets", complaint{
				text: quote(r.name) + " goes through [lakala] and through [" + r.name + "]",
			}, "take it out of the list, or take out ["+r.name+"]")
		}
	}
	c.shownWallet()
}

// shownWallet picks whose code Lakala shows when the file does not say: there is
// none that all wallets can pay.
func (c *configChecker) shownWallet() {
	l := &c.config.Lakala
	if at, set := c.set["lakala.shown_wallet"]; set {
		if !c.bad["lakala.shown_wallet"] && !slices.Contains(l.Wallets, l.ShownWallet) {
			c.problem(at, "lakala.shown_wallet", complaint{
				text: quote(string(l.ShownWallet)) + " is not in wallets",
			}, "use one of those")
		}
		return
	}
	for _, w := range []txn.RailName{txn.Alipay, txn.UnionPay, txn.WeChatPay} {
		if slices.Contains(l.Wallets, w) {
			l.ShownWallet = w
			return
		}
	}
}

// keysTogether finds the two usual mistakes with keys: the merchant's own in
// the place of the network's, and a certificate under another's number.
func (c *configChecker) keysTogether() {
	w, a, l := &c.config.WeChatPay, &c.config.Alipay, &c.config.Lakala
	if c.ownKey("wechatpay.key_file", w.Key, "wechatpay.platform_key_file", w.PlatformKey) {
		return
	}
	c.ownKey("alipay.key_file", a.Key, "alipay.alipay_key_file", a.AlipayKey)
	c.ownKey("lakala.key_file", l.Key, "lakala.platform_key_file", l.PlatformKey)
	c.platformNumbers()
	c.alipayCertificates()
}

// ownKey reports whether the merchant's key stands in both places.
func (c *configChecker) ownKey(ours string, key PrivateKey, theirs string, public PublicKey) bool {
	at, ok := c.good(theirs)
	if _, both := c.good(ours); !ok || !both || !key.key.PublicKey.Equal(public.Key) {
		return false
	}
	c.problem(at, theirs, complaint{
		text: public.Path + ": this is the merchant's own key, the public half of key_file",
	}, "use the platform's")
	return true
}

// platformNumbers holds the networks' numbers against their keys.
func (c *configChecker) platformNumbers() {
	w, l := &c.config.WeChatPay, &c.config.Lakala
	_, known := c.good("wechatpay.platform_key_file")
	at, ok := c.good("wechatpay.platform_id")
	if ok && known && w.PlatformKey.Serial == "" && !strings.HasPrefix(w.PlatformID, "PUB_KEY_ID_") {
		c.problem(at, "wechatpay.platform_id", complaint{
			text: "platform_key_file holds a public key, whose number begins with PUB_KEY_ID_",
		}, "use the number that is shown beside the key")
	} else {
		c.certificateNumber("wechatpay", w.PlatformID, w.PlatformKey)
	}
	c.certificateNumber("lakala", strings.ToUpper(l.PlatformID), l.PlatformKey)
}

// certificateNumber compares a number with that of the certificate in the file.
func (c *configChecker) certificateNumber(table, number string, key PublicKey) {
	_, known := c.good(table + ".platform_key_file")
	at, ok := c.good(table + ".platform_id")
	if ok && known && key.Serial != "" && strings.TrimLeft(number, "0") != key.Serial {
		c.problem(at, table+".platform_id", complaint{
			text: "the certificate in platform_key_file has the number " + key.Serial,
		}, "use that number")
	}
}

// alipayCertificates: all three of them, or none.
func (c *configChecker) alipayCertificates() {
	a := &c.config.Alipay
	app, haveApp := c.good("alipay.app_cert_file")
	root, haveRoot := c.good("alipay.root_cert_file")
	haveApp, haveRoot = haveApp && a.AppCert.Path != "", haveRoot && a.RootCert.Path != ""
	key, haveKey := c.good("alipay.alipay_key_file")
	switch {
	case c.bad["alipay.app_cert_file"] || c.bad["alipay.root_cert_file"]:
	case haveApp && !haveRoot:
		c.problem(app, "alipay.app_cert_file", complaint{text: "root_cert_file is missing beside it"},
			"set both, or none for bare keys")
	case haveRoot && !haveApp:
		c.problem(root, "alipay.root_cert_file", complaint{text: "app_cert_file is missing beside it"},
			"set both, or none for bare keys")
	case haveApp && haveKey && a.AlipayKey.CertSN == "":
		c.problem(key, "alipay.alipay_key_file", complaint{
			text: a.AlipayKey.Path + ": a bare key, but app_cert_file and root_cert_file are set",
		}, "use alipayCertPublicKey_RSA2.crt")
	case !haveApp && haveKey && a.AlipayKey.CertSN != "":
		c.problem(key, "alipay.alipay_key_file", complaint{
			text: a.AlipayKey.Path + ": a certificate, but app_cert_file and root_cert_file are not set",
		}, "set both, or use Alipay's bare key")
	}
}

// The keys that rails have in common, each with where its value goes.

func baseURLKey(def string, path bool, at func(*Config) any) keySpec {
	return keySpec{name: "base_url", def: quote(def), doc: "The gateway",
		kind: gatewayKind{hostKind{"https", def}, path}, at: at}
}

func caKey(at func(*Config) any) keySpec {
	return keySpec{name: "ca_file", def: `""`, example: `"keys/ca.pem"`,
		doc: "Who vouches for the gateway; without it, whom the system trusts", kind: caKind{}, at: at}
}

func refundDaysKey(def, doc string, days rangeKind, at func(*Config) any) keySpec {
	return keySpec{name: "refund_days", def: def, doc: doc, kind: days, at: at}
}

func feeKey(at func(*Config) any) keySpec {
	return keySpec{name: "fee", example: `"0.6%"`,
		doc: "What a sale costs by the contract, to be compared with what is booked", kind: feeKind{}, at: at}
}

var wechatPayKeys = []keySpec{
	baseURLKey("https://api.mch.weixin.qq.com", false, func(c *Config) any { return &c.WeChatPay.BaseURL }),
	caKey(func(c *Config) any { return &c.WeChatPay.CA }),
	{name: "appid", must: true, example: `"wx8888888888888888"`,
		doc:  "Number of the account that the merchant is bound to",
		kind: token(1), at: func(c *Config) any { return &c.WeChatPay.AppID }},
	{name: "mchid", must: true, example: `"1900000001"`, doc: "Merchant number",
		kind: token(1), at: func(c *Config) any { return &c.WeChatPay.MchID }},
	{name: "serial_no", must: true, example: `"1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C"`,
		doc:  "Serial number of the merchant's certificate",
		kind: textKind{min: 1, max: 40, pattern: serialPattern, what: "a hexadecimal number", capitals: true},
		at:   func(c *Config) any { return &c.WeChatPay.SerialNo }},
	{name: "key_file", must: true, example: `"keys/apiclient_key.pem"`, doc: "Signs what we ask",
		kind: privateKeyKind{}, at: func(c *Config) any { return &c.WeChatPay.Key }},
	{name: "platform_id", must: true, example: `"PUB_KEY_ID_0119000000012025010100000001"`,
		doc:  "Serial number of the platform's certificate, or the number of its public key",
		kind: textKind{min: 1, max: 64, pattern: tokenPattern, what: tokenWhat},
		at:   func(c *Config) any { return &c.WeChatPay.PlatformID }},
	{name: "platform_key_file", must: true, example: `"keys/pub_key.pem"`,
		doc:  "Verifies what is answered",
		kind: publicKeyKind{}, at: func(c *Config) any { return &c.WeChatPay.PlatformKey }},
	{name: "store_id", must: true, example: `"shop-1"`,
		doc:  "The merchant's own number of this shop",
		kind: token(1), at: func(c *Config) any { return &c.WeChatPay.StoreID }},
	{name: "device_ip", def: `"127.0.0.1"`, example: `"192.168.1.20"`,
		doc:  "The terminal's address, for the network's risk control",
		kind: addressKind{}, at: func(c *Config) any { return &c.WeChatPay.DeviceIP }},
	{name: "description", def: `"门店消费 {order}"`,
		doc:  "What the payer reads in his bill; {order} is the end of the order number",
		kind: textKind{min: 1, max: 60},
		at:   func(c *Config) any { return &c.WeChatPay.Description }},
	{name: "notify_url", def: `""`, example: `"https://shop.example/wechat"`,
		doc: "An address of the shop's own, which the network demands of payments by a code that we show; " +
			"without it none are offered. Till itself asks and needs no notices",
		kind: textKind{max: 255, pattern: notifyPattern, what: "https://host/path, or nothing"},
		at:   func(c *Config) any { return &c.WeChatPay.NotifyURL }},
	refundDaysKey(`365`, "How long after the payment the network refunds", rangeKind{1, 365, "days"},
		func(c *Config) any { return &c.WeChatPay.RefundDays }),
	feeKey(func(c *Config) any { return &c.WeChatPay.Fee }),
}

// alipayDigits is what Alipay's numbers are made of.
var alipayDigits = textKind{min: 1, max: 32, pattern: digitsPattern, what: "a number"}

var alipayKeys = []keySpec{
	baseURLKey("https://openapi.alipay.com", false, func(c *Config) any { return &c.Alipay.BaseURL }),
	caKey(func(c *Config) any { return &c.Alipay.CA }),
	{name: "app_id", must: true, example: `"2021000000000001"`, doc: "Number of the application",
		kind: alipayDigits, at: func(c *Config) any { return &c.Alipay.AppID }},
	{name: "key_file", must: true, example: `"keys/alipay_app_key.pem"`,
		doc:  "The application's key; signs what we ask",
		kind: privateKeyKind{}, at: func(c *Config) any { return &c.Alipay.Key }},
	{name: "alipay_key_file", must: true, example: `"keys/alipay_pub_key.pem"`,
		doc:  "Alipay's key (支付宝公钥, not the application's); verifies what is answered",
		kind: publicKeyKind{}, at: func(c *Config) any { return &c.Alipay.AlipayKey }},
	{name: "app_cert_file", def: `""`, example: `"keys/appCertPublicKey.crt"`,
		doc:  "The application's certificate, for an application in certificate mode",
		kind: serialKind{}, at: func(c *Config) any { return &c.Alipay.AppCert }},
	{name: "root_cert_file", def: `""`, example: `"keys/alipayRootCert.crt"`,
		doc:  "Alipay's root certificates, beside app_cert_file",
		kind: serialKind{bundle: true}, at: func(c *Config) any { return &c.Alipay.RootCert }},
	{name: "seller_id", def: `""`, example: `"2088000000000001"`,
		doc:  "Who receives the money; without it, whom the contract names",
		kind: textKind{max: 28, pattern: digitsPattern, what: "a number"},
		at:   func(c *Config) any { return &c.Alipay.SellerID }},
	{name: "store_id", def: `""`, example: `"shop-1"`, doc: "The merchant's own number of this shop",
		kind: token(0), at: func(c *Config) any { return &c.Alipay.StoreID }},
	{name: "subject", def: `"门店消费 {order}"`,
		doc:  "What the payer reads in his bill; {order} is the end of the order number",
		kind: textKind{min: 1, max: 60}, at: func(c *Config) any { return &c.Alipay.Subject }},
	refundDaysKey(`90`, "How long after the payment the contract lets refund", rangeKind{1, 366, "days"},
		func(c *Config) any { return &c.Alipay.RefundDays }),
	feeKey(func(c *Config) any { return &c.Alipay.Fee }),
}

// wallets are those whose codes are known.
var wallets = walletsKind{txn.WeChatPay, txn.Alipay, txn.UnionPay}

var lakalaKeys = []keySpec{
	baseURLKey("https://s2.lakala.com/api", true, func(c *Config) any { return &c.Lakala.BaseURL }),
	caKey(func(c *Config) any { return &c.Lakala.CA }),
	{name: "codes", def: `[]`, example: `["query BBS90404 no-such-order", "refund-query RFD90404 absent"]`,
		doc: "The list of answers that comes with the contract, each as call, code and meaning; a code that is " +
			"neither here nor public is unknown, and asked about",
		kind: codesKind{}, at: func(c *Config) any { return &c.Lakala.Codes }},
	{name: "wallets", must: true, example: `["unionpay"]`, doc: "Whose codes go through Lakala",
		kind: wallets, at: func(c *Config) any { return &c.Lakala.Wallets }},
	{name: "shown_wallet", example: `"unionpay"`,
		doc:  "Whose code the terminal shows; without it, alipay, unionpay or wechatpay, if it is in wallets",
		kind: choiceKind(wallets.names()), at: func(c *Config) any { return &c.Lakala.ShownWallet }},
	{name: "appid", must: true, example: `"OP00000003"`, doc: "Number of the application",
		kind: token(1), at: func(c *Config) any { return &c.Lakala.AppID }},
	{name: "merchant_no", must: true, example: `"82229007392000A"`, doc: "Merchant number",
		kind: token(1), at: func(c *Config) any { return &c.Lakala.MerchantNo }},
	{name: "term_no", must: true, example: `"D9296400"`, doc: "Lakala's number of this terminal",
		kind: token(1), at: func(c *Config) any { return &c.Lakala.TermNo }},
	{name: "serial_no", must: true, example: `"00dfba8194c41b84cf"`,
		doc:  "Serial number of the merchant's certificate, as Lakala's platform spells it",
		kind: textKind{min: 1, max: 40, pattern: serialPattern, what: "a hexadecimal number"},
		at:   func(c *Config) any { return &c.Lakala.SerialNo }},
	{name: "key_file", must: true, example: `"keys/lakala_key.pem"`, doc: "Signs what we ask",
		kind: privateKeyKind{}, at: func(c *Config) any { return &c.Lakala.Key }},
	{name: "platform_id", must: true, example: `"0dfba8194c41b84e"`,
		doc:  "Serial number of Lakala's certificate, as Lakala spells it",
		kind: textKind{min: 1, max: 40, pattern: serialPattern, what: "a hexadecimal number"},
		at:   func(c *Config) any { return &c.Lakala.PlatformID }},
	{name: "platform_key_file", must: true, example: `"keys/lakala_cert.pem"`,
		doc:  "Verifies what is answered",
		kind: publicKeyKind{}, at: func(c *Config) any { return &c.Lakala.PlatformKey }},
	{name: "device_ip", def: `"127.0.0.1"`, example: `"192.168.1.20"`,
		doc:  "The terminal's address, which is sent with every request",
		kind: addressKind{}, at: func(c *Config) any { return &c.Lakala.DeviceIP }},
	{name: "location", def: `""`, example: `"+31.230416,+121.473701"`, doc: "Where the terminal stands",
		kind: locationKind{}, at: func(c *Config) any { return &c.Lakala.Location }},
	{name: "base_station", def: `""`, example: `"460-00-6361-58130"`,
		doc:  "The mobile network's station near the terminal",
		kind: textKind{max: 128, pattern: visiblePattern, what: "a text of ASCII"},
		at:   func(c *Config) any { return &c.Lakala.BaseStation }},
	{name: "refund_from", def: `"contract"`, doc: "What pays for refunds",
		kind: refundSources, at: func(c *Config) any { return &c.Lakala.RefundFrom }},
	{name: "subject", def: `"门店消费 {order}"`,
		doc:  "What the payer reads in his bill; {order} is the end of the order number",
		kind: textKind{min: 1, max: 42}, at: func(c *Config) any { return &c.Lakala.Subject }},
	refundDaysKey(`0`, "How long after the payment the contract lets refund; 0 is not known", rangeKind{0, 366, "days"},
		func(c *Config) any { return &c.Lakala.RefundDays }),
	feeKey(func(c *Config) any { return &c.Lakala.Fee }),
}
