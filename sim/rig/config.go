package rig

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"till/sim/railsim/alipaysim"
	"till/sim/railsim/lakalasim"
	"till/sim/railsim/wechatsim"
)

// configTOML is the configuration of the terminal on the bench, by the
// contract in cmd/till/deploy/till.toml. Its own program's checker reads it at
// every start.
//
// It is filled by os.Expand: text/template, which calls methods by name, would
// have the linker keep every exported method of the whole program, 3 MB.
const configTOML = `
# Written by the bench for its simulated world. No key here is worth anything.
[terminal]
id = "T0317"
name = ${name}
language = ${Lang}
operator = ${operator}
data = ${Data}

[merchant]
name = "老张面馆"
address = "上海市静安区南京西路 100 号"

[wechatpay]
base_url = ${URL}
ca_file = "keys/ca.pem"
appid = ${AppID}
mchid = ${MchID}
serial_no = ${MerchantSerial}
key_file = "keys/apiclient_key.pem"
platform_id = ${PlatformID}
platform_key_file = "keys/pub_key.pem"
store_id = "S001"
device_ip = "127.0.0.1"
description = "老张面馆 {order}"
notify_url = "https://shop.till/notify"

[alipay]
base_url = ${AlipayURL}
ca_file = "keys/ca-alipay.pem"
app_id = ${AlipayApp}
key_file = "keys/alipay_app_key.pem"
alipay_key_file = "keys/alipay_public_key.pem"
store_id = "S001"
subject = "老张面馆 {order}"

[lakala]
base_url = ${LakalaURL}
ca_file = "keys/ca-lakala.pem"
appid = ${LakalaApp}
merchant_no = ${LakalaMerchant}
term_no = ${LakalaTerm}
serial_no = ${LakalaOurs}
key_file = "keys/lakala_merchant_key.pem"
platform_id = ${LakalaTheirs}
platform_key_file = "keys/lakala_public_key.pem"
wallets = ["unionpay"]
codes = ["pay BBS90051 payer-funds", "query BBS90404 no-such-order", "reverse BBS90404 no-such-order",
  "close BBS90407 already-paid", "refund RFD90404 not-paid", "refund-query RFD90404 absent"]
device_ip = "127.0.0.1"
location = "+31.230416,+121.473701"
subject = "老张面馆 {order}"

[scanner]
port = ${Scanner}

[printer]
port = ${Printer}
profile = "epson-tm-58"

[keypad]
port = ${Keypad}

[display]
kind = "socket"
path = ${Display}

[policy]
footer = "7 天内凭小票退款"
staff_file = ${Staff}
`

// text is the configuration.
func (c configData) text() string {
	name, operator := "收银台 1", "王芳"
	if c.Lang == "en" {
		name, operator = "Counter 1", "Wang"
	}
	alipay, lakala := alipaysim.Keys(), lakalasim.Keys()
	values := map[string]string{
		"name": name, "language": c.Lang, "operator": operator, "Data": c.Data, "URL": c.URL,
		"AppID": c.Keys.AppID, "MchID": c.Keys.MchID, "MerchantSerial": c.Keys.MerchantSerial,
		"PlatformID": c.Keys.PlatformID, "Scanner": c.Scanner, "Printer": c.Printer, "Keypad": c.Keypad,
		"Display": c.Display, "Lang": c.Lang, "Staff": c.Staff,
		"AlipayURL": c.Alipay.url(), "AlipayApp": alipay.AppID,
		"LakalaURL": c.Lakala.url() + lakalasim.Root, "LakalaApp": lakala.AppID, "LakalaMerchant": lakala.MerchantNo,
		"LakalaTerm": lakala.TermNo, "LakalaOurs": lakala.MerchantSerial, "LakalaTheirs": lakala.LakalaSerial,
	}
	return os.Expand(configTOML, func(key string) string {
		v, ok := values[key]
		if !ok {
			panic("rig: the configuration has no " + key)
		}
		return quoteTOML(v)
	})
}

// configData fills the template.
type configData struct {
	Dir, Lang, Data, URL, Display string
	Scanner, Printer, Keypad      string
	Staff                         string // the name of a staff file, none if empty
	StaffText                     string
	CA                            []byte
	Keys                          wechatsim.KeySet
	Alipay, Lakala                *wan
}

func (r *Rig) configPath() string { return filepath.Join(r.opts.Dir, "till.toml") }

// staffFile is the name of the staff file, beside the configuration.
const staffFile = "staff.toml"

// SetStaff gives the terminal a staff file with that text, or with "" none. It
// counts from the next start on.
func (r *Rig) SetStaff(text string) error {
	r.power.Lock()
	defer r.power.Unlock()
	r.opts.Staff = text
	return writeConfig(configOf(r, r.keys))
}

func configOf(r *Rig, keys wechatsim.KeySet) configData {
	lang := r.opts.Lang
	if lang == "" {
		lang = "zh"
	}
	staff := ""
	if r.opts.Staff != "" {
		staff = staffFile
	}
	return configData{
		Staff: staff, StaffText: r.opts.Staff,
		Dir: r.opts.Dir, Lang: lang, Data: r.DataDir(), URL: r.wans[0].url(), Display: r.glass.path,
		Scanner: r.lines["scanner"].Path(), Printer: r.lines["printer"].Path(), Keypad: r.lines["keypad"].Path(),
		CA: r.wans[0].caPEM, Keys: keys, Alipay: r.wans[1], Lakala: r.wans[2],
	}
}

// writeConfig writes the configuration and the key files that it names.
func writeConfig(c configData) error {
	keyDir := filepath.Join(c.Dir, "keys")
	alipay, lakala := alipaysim.Keys(), lakalasim.Keys()
	if err := os.MkdirAll(keyDir, 0o700); err != nil {
		return fmt.Errorf("write the configuration: %w", err)
	}
	for name, data := range map[string][]byte{
		"ca.pem": c.CA, "apiclient_key.pem": c.Keys.MerchantKeyPEM(), "pub_key.pem": c.Keys.PlatformKeyPEM(),
		"ca-alipay.pem": c.Alipay.caPEM, "ca-lakala.pem": c.Lakala.caPEM,
		"alipay_app_key.pem": alipay.AppKeyPEM(), "alipay_public_key.pem": alipay.AlipayKeyPEM(),
		"lakala_merchant_key.pem": lakala.MerchantKeyPEM(), "lakala_public_key.pem": lakala.LakalaKeyPEM(),
	} {
		if err := os.WriteFile(filepath.Join(keyDir, name), data, 0o600); err != nil {
			return fmt.Errorf("write the configuration: %w", err)
		}
	}
	if c.StaffText != "" {
		if err := os.WriteFile(filepath.Join(c.Dir, staffFile), []byte(c.StaffText), 0o600); err != nil {
			return fmt.Errorf("write the staff file: %w", err)
		}
	}
	if err := os.WriteFile(filepath.Join(c.Dir, "till.toml"), []byte(c.text()), 0o600); err != nil {
		return fmt.Errorf("write the configuration: %w", err)
	}
	return nil
}

// quoteTOML is s as a TOML basic string (TOML 1.0, string).
func quoteTOML(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
