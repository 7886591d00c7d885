package rig

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"till/sim/railsim"
)

// configTOML is the configuration of the terminal on the bench, by the
// contract in cmd/till/deploy/till.toml. Its own program's checker reads it at
// every start.
var configTOML = template.Must(template.New("till.toml").Funcs(template.FuncMap{"q": quoteTOML}).Parse(`
# Written by the bench for its simulated world. No key here is worth anything.
[terminal]
id = "T0317"
name = {{if eq .Lang "en"}}"Counter 1"{{else}}"收银台 1"{{end}}
language = {{q .Lang}}
operator = {{if eq .Lang "en"}}"Wang"{{else}}"王芳"{{end}}
data = {{q .Data}}

[merchant]
name = "老张面馆"
address = "上海市静安区南京西路 100 号"

[wechatpay]
base_url = {{q .URL}}
ca_file = "keys/ca.pem"
appid = {{q .Keys.AppID}}
mchid = {{q .Keys.MchID}}
serial_no = {{q .Keys.MerchantSerial}}
key_file = "keys/apiclient_key.pem"
platform_id = {{q .Keys.PlatformID}}
platform_key_file = "keys/pub_key.pem"
store_id = "S001"
device_ip = "127.0.0.1"
description = "老张面馆 {order}"

[scanner]
port = {{q .Scanner}}

[printer]
port = {{q .Printer}}
profile = "epson-tm-58"

[keypad]
port = {{q .Keypad}}

[display]
kind = "socket"
path = {{q .Display}}

[policy]
footer = "7 天内凭小票退款"
`))

// configData fills the template.
type configData struct {
	Dir, Lang, Data, URL, Display string
	Scanner, Printer, Keypad      string
	CA                            []byte
	Keys                          railsim.KeySet
}

func (r *Rig) configPath() string { return filepath.Join(r.opts.Dir, "till.toml") }

func configOf(r *Rig, keys railsim.KeySet) configData {
	lang := r.opts.Lang
	if lang == "" {
		lang = "zh"
	}
	return configData{
		Dir: r.opts.Dir, Lang: lang, Data: r.DataDir(), URL: r.wan.url(), Display: r.glass.path,
		Scanner: r.lines["scanner"].Path(), Printer: r.lines["printer"].Path(), Keypad: r.lines["keypad"].Path(),
		CA: r.wan.caPEM, Keys: keys,
	}
}

// writeConfig writes the configuration and the key files that it names.
func writeConfig(c configData) error {
	keyDir := filepath.Join(c.Dir, "keys")
	if err := os.MkdirAll(keyDir, 0o700); err != nil {
		return fmt.Errorf("write the configuration: %w", err)
	}
	for name, data := range map[string][]byte{
		"ca.pem": c.CA, "apiclient_key.pem": c.Keys.MerchantKeyPEM(), "pub_key.pem": c.Keys.PlatformKeyPEM(),
	} {
		if err := os.WriteFile(filepath.Join(keyDir, name), data, 0o600); err != nil {
			return fmt.Errorf("write the configuration: %w", err)
		}
	}
	f, err := os.OpenFile(filepath.Join(c.Dir, "till.toml"), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write the configuration: %w", err)
	}
	if err := errors.Join(configTOML.Execute(f, c), f.Close()); err != nil {
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
