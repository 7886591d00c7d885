package main

import (
	"regexp"
	"time"

	"till/device/keypad"
	"till/printer/escpos"
)

// tableSpec is one table of the configuration. The schema feeds the checker,
// 'till config example' and Config.TOML, so that they cannot differ.
type tableSpec struct {
	name string
	doc  string
	must bool
	off  bool // commented out in the example
	keys []keySpec
}

// keySpec is one key. Def and example are TOML; a key without def that is not
// must stays at the zero value.
type keySpec struct {
	name    string
	doc     string // a noun; the kind's want follows it in the example
	must    bool
	def     string
	example string
	kind    configKind
	at      func(*Config) any
}

func (t tableSpec) key(name string) (keySpec, bool) {
	for _, k := range t.keys {
		if k.name == name {
			return k, true
		}
	}
	return keySpec{}, false
}

func (t tableSpec) names() []string {
	var names []string
	for _, k := range t.keys {
		names = append(names, k.name)
	}
	return names
}

func tableNamed(name string) (tableSpec, bool) {
	for _, t := range configSchema {
		if t.name == name {
			return t, true
		}
	}
	return tableSpec{}, false
}

func tableNames() []string {
	var names []string
	for _, t := range configSchema {
		names = append(names, t.name)
	}
	return names
}

var (
	tokenPattern   = regexp.MustCompile(`^[A-Za-z0-9_-]*$`)
	serialPattern  = regexp.MustCompile(`^[0-9A-Fa-f]*$`)
	notifyPattern  = regexp.MustCompile(`^(https://[^/?#\s]+/[^?#\s]*)?$`)
	digitsPattern  = regexp.MustCompile(`^[0-9]*$`)
	visiblePattern = regexp.MustCompile(`^[ -~]*$`)
)

const tokenWhat = "a word of letters, digits, _ and -"

// oneNetwork stands at each table of a payment network.
const oneNetwork = "May be left out where another network is configured."

var configSchema = []tableSpec{
	{name: "terminal", doc: "This terminal.", must: true, keys: []keySpec{
		{name: "id", must: true, example: `"till-0001"`,
			doc:  "Its number at the network, on receipts and in reports",
			kind: token(1), at: func(c *Config) any { return &c.Terminal.ID }},
		{name: "name", def: `""`, example: `"收银台 1"`, doc: "What people call it",
			kind: textKind{max: 32}, at: func(c *Config) any { return &c.Terminal.Name }},
		{name: "language", def: `"zh"`, doc: "Language of the screen at start",
			kind: choiceKind{"zh", "en"}, at: func(c *Config) any { return &c.Terminal.Language }},
		{name: "operator", def: `""`, example: `"01"`, doc: "Cashier on receipts",
			kind: textKind{max: 32}, at: func(c *Config) any { return &c.Terminal.Operator }},
		{name: "timezone", def: `"+08:00"`, doc: "Local time",
			kind: offsetKind{}, at: func(c *Config) any { return &c.Terminal.Timezone }},
		{name: "data", def: `"/var/lib/till"`, doc: "Where the journal is kept",
			kind: pathKind{what: "a directory"},
			at:   func(c *Config) any { return &c.Terminal.Data }},
	}},
	{name: "merchant",
		doc: "The shop, as it stands at the head of receipts.", must: true, keys: []keySpec{
			{name: "name", must: true, example: `"街角面包店"`, doc: "Name",
				kind: textKind{min: 1, max: 60}, at: func(c *Config) any { return &c.Merchant.Name }},
			{name: "address", def: `""`, example: `"上海市黄浦区某路 1 号"`, doc: "Address",
				kind: textKind{max: 120}, at: func(c *Config) any { return &c.Merchant.Address }},
			{name: "phone", def: `""`, example: `"021-12345678"`, doc: "Telephone number",
				kind: textKind{max: 32}, at: func(c *Config) any { return &c.Merchant.Phone }},
			{name: "currency", def: `"CNY"`, doc: "Currency of all amounts",
				kind: choiceKind{"CNY"}, at: func(c *Config) any { return &c.Merchant.Currency }},
		}},
	{name: "wechatpay",
		doc: "WeChat Pay, API v3. The numbers and keys come from pay.weixin.qq.com, account centre, API security. " +
			oneNetwork,
		keys: wechatPayKeys},
	{name: "alipay", off: true,
		doc: "Alipay, payments face to face. The numbers and keys come from open.alipay.com, the application's " +
			"development settings. " + oneNetwork,
		keys: alipayKeys},
	{name: "lakala", off: true,
		doc: "Lakala, which takes the codes of several wallets. A wallet goes one way: what is in its list here " +
			"has no table of its own. " + oneNetwork,
		keys: lakalaKeys},
	{name: "link", doc: "The way to the payment networks.", keys: []keySpec{
		{name: "proxy", example: `"http://192.168.1.1:3128"`,
			doc:  "Proxy for everything; without it, none",
			kind: hostKind{"http", "http://192.168.1.1:3128"},
			at:   func(c *Config) any { return &c.Link.Proxy }},
		{name: "connect_timeout", def: `"5s"`, doc: "For the name, the connection and the proxy",
			kind: durationKind{time.Second, 30 * time.Second},
			at:   func(c *Config) any { return &c.Link.ConnectTimeout }},
		{name: "tls_timeout", def: `"5s"`, doc: "For the TLS handshake",
			kind: durationKind{time.Second, 30 * time.Second},
			at:   func(c *Config) any { return &c.Link.TLSTimeout }},
		{name: "answer_timeout", def: `"15s"`,
			doc:  "From the first byte of a request to the last of its answer",
			kind: durationKind{time.Second, time.Minute},
			at:   func(c *Config) any { return &c.Link.AnswerTimeout }},
	}},
	{name: "scanner",
		doc: "The code scanner on a serial line (or a USB one that is set to be a serial line).", must: true,
		keys: append(lineKeys(func(c *Config) *LineConfig { return &c.Scanner.Line }, "/dev/ttyACM0"),
			keySpec{name: "prefix", def: `""`, example: `"\u0002"`,
				doc:  "What the scanner sends before each scan; a scan without it is noise",
				kind: prefixKind{}, at: func(c *Config) any { return &c.Scanner.Prefix }})},
	{name: "printer", doc: "The receipt printer, ESC/POS.", must: true,
		keys: append(printerLineKeys(),
			keySpec{name: "rts_cts", def: `false`, doc: "Hardware flow control",
				kind: flagKind{}, at: func(c *Config) any { return &c.Printer.RTSCTS }},
			keySpec{name: "profile", def: quote(escpos.Profiles[0].Name),
				doc:  "What kind of printer it is",
				kind: profiles(), at: func(c *Config) any { return &c.Printer.Profile }},
			keySpec{name: "paper_width", example: `58`,
				doc:  "Width of the roll; without it, the profile's",
				kind: numberKind{[]int{58, 80}, "mm"},
				at:   func(c *Config) any { return &c.Printer.PaperWidth }})},
	{name: "keypad", doc: "The keypad on a serial line.", must: true,
		keys: append(lineKeys(func(c *Config) *LineConfig { return &c.Keypad.Line }, "/dev/ttyS1"),
			keySpec{name: "debounce", def: `"0s"`,
				doc:  "Drop the same key again within this; 0s drops none",
				kind: durationKind{0, 80 * time.Millisecond},
				at:   func(c *Config) any { return &c.Keypad.Debounce }})},
	{name: "keypad.map", off: true,
		doc: "The bytes that each key sends. Without this table: one byte a key, as the manual lists them. " +
			"With it, only what stands here counts; 0 to 9, enter, back and cancel are demanded.", keys: mapKeys()},
	{name: "display", doc: "The screen.", keys: []keySpec{
		{name: "kind", def: `"none"`, doc: "How it is driven",
			kind: choiceKind{"none", "console", "socket"},
			at:   func(c *Config) any { return &c.Display.Kind }},
		{name: "path", def: `""`, example: `"/run/till/display.sock"`, doc: `For kind = "socket"`,
			kind: pathKind{what: "the socket's path", free: true},
			at:   func(c *Config) any { return &c.Display.Path }},
		{name: "size", def: `"480x320"`, doc: "Width and height in dots",
			kind: sizeKind{"480x320", "320x240", "800x480", "1024x600"},
			at:   func(c *Config) any { return &c.Display }},
	}},
	{name: "indicator", doc: "Beeper and lamps.", keys: []keySpec{
		{name: "beep", def: `"none"`, doc: "How it beeps",
			kind: choiceKind{"none"}, at: func(c *Config) any { return &c.Indicator.Beep }},
	}},
	{name: "policy", doc: "How this shop sells.", keys: policyKeys},
}

func token(least int) textKind {
	return textKind{min: least, max: 32, pattern: tokenPattern, what: tokenWhat}
}

// bauds are the speeds of receipt printers, scanners and keypads.
var bauds = []int{1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200}

// lineKeys are the keys of a serial line.
func lineKeys(line func(*Config) *LineConfig, example string) []keySpec {
	return []keySpec{
		{name: "port", must: true, example: quote(example), doc: "Where it is connected",
			kind: pathKind{what: "the device's path", none: true, abs: true},
			at:   func(c *Config) any { return &line(c).Port }},
		{name: "baud", def: `9600`, doc: "Speed of the line",
			kind: numberKind{bauds, ""}, at: func(c *Config) any { return &line(c).Baud }},
		{name: "parity", def: `"none"`, doc: "Parity",
			kind: choiceKind{"none", "odd", "even", "mark", "space"},
			at:   func(c *Config) any { return &line(c).Parity }},
		{name: "data_bits", def: `8`, doc: "Bits of a character",
			kind: numberKind{[]int{7, 8}, ""},
			at:   func(c *Config) any { return &line(c).DataBits }},
		{name: "stop_bits", def: `1`, doc: "Stop bits",
			kind: numberKind{[]int{1, 2}, ""},
			at:   func(c *Config) any { return &line(c).StopBits }},
	}
}

// printerLineKeys are the keys of a serial line whose speed is the profile's.
func printerLineKeys() []keySpec {
	keys := lineKeys(func(c *Config) *LineConfig { return &c.Printer.Line }, "/dev/ttyUSB0")
	for i := range keys {
		if keys[i].name == "baud" {
			keys[i].def, keys[i].example = "", "9600"
			keys[i].doc += "; without it, the profile's"
		}
	}
	return keys
}

// mapKeys are the keys of the pad, by name.
func mapKeys() []keySpec {
	examples := map[keypad.Key]string{}
	for seq, key := range keypad.DefaultMap() {
		if old, taken := examples[key]; !taken || quote(seq) < old {
			examples[key] = quote(seq)
		}
	}
	var keys []keySpec
	for _, key := range keypad.Keys {
		keys = append(keys, keySpec{name: key.String(), example: examples[key], doc: "Key " + key.String(),
			kind: sequencesKind{key}, at: func(c *Config) any { return &c.Keypad.Map }})
	}
	return keys
}

func profiles() choiceKind {
	var names choiceKind
	for _, p := range escpos.Profiles {
		names = append(names, p.Name)
	}
	return names
}
