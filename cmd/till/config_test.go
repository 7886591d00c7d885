package main

import (
	"crypto/rsa"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"till/device/keypad"
	"till/device/serial"
	"till/txn/money"
)

var updateConfig = flag.Bool("update-config", false,
	"rewrite the golden files of the configuration; read the diff before you commit it")

// goldenConfig compares got with a file and rewrites it when asked to.
func goldenConfig(t *testing.T, path, got string) {
	t.Helper()
	if *updateConfig {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (-update-config accepts it)\n--- want\n%s\n--- got\n%s", path, want, got)
	}
}

// TestWrongFilesAreReportedWhole reads files with mistakes. Beside each is what
// a person is told.
func TestWrongFilesAreReportedWhole(t *testing.T) {
	dir, err := filepath.Abs("testdata/config")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.toml"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	t.Chdir(keyDir(t))
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, data, 0o644); err != nil {
				t.Fatal(err)
			}
			cfg, err := LoadConfig(name)
			if cfg != nil {
				t.Errorf("LoadConfig = %v beside %v", cfg, err)
			}
			goldenConfig(t, strings.TrimSuffix(file, ".toml")+".txt", report(t, err)+"\n")
		})
	}
}

// report is what a person is told.
func report(t *testing.T, err error) string {
	t.Helper()
	bad, ok := errors.AsType[*ConfigError](err)
	if !ok {
		t.Fatalf("%v is no *ConfigError", err)
	}
	return bad.Report()
}

// TestExampleIsTheContract: the file in deploy is what the schema says.
func TestExampleIsTheContract(t *testing.T) {
	goldenConfig(t, filepath.Join("deploy", "till.toml"), ExampleConfig())
	_, err := LoadConfig(filepath.Join("deploy", "till.toml"))
	bad, ok := errors.AsType[*ConfigError](err)
	if !ok || len(bad.Problems) != 2 ||
		bad.Problems[0].Key != "wechatpay.key_file" || bad.Problems[1].Key != "wechatpay.platform_key_file" {
		t.Errorf("%v; want the two key files missing and nothing else", err)
	}
	for i, line := range strings.Split(ExampleConfig(), "\n") {
		if n := len([]rune(line)); n > 80 {
			t.Errorf("line %d has %d characters", i+1, n)
		}
	}
}

var commentedKey = regexp.MustCompile(`(?m)^#(\[|"?[a-z0-9_.]+"? = )`)

// certificateMode is the keys of Alipay's other mode: with them the key file of
// the example would have to be a certificate.
var certificateMode = regexp.MustCompile(`(?m)^#(app|root)_cert_file = .*\n`)

// fullExample is the example with nothing commented out but certificateMode.
func fullExample() string {
	return commentedKey.ReplaceAllString(certificateMode.ReplaceAllString(ExampleConfig(), ""), "$1")
}

func load(t *testing.T, text string) *Config {
	t.Helper()
	if err := os.WriteFile("till.toml", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	cfg, err := LoadConfig("till.toml")
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// TestExampleLoads with its keys in place, as it is and with everything in it.
func TestExampleLoads(t *testing.T) {
	t.Chdir(keyDir(t))
	cfg := load(t, ExampleConfig())
	if cfg.Keypad.Map != nil || cfg.Link.Proxy != nil || cfg.WeChatPay.CA.PEM != nil {
		t.Errorf("what is commented out was read: %+v", cfg)
	}
	merchant := MerchantConfig{Name: "街角面包店", Currency: money.CNY}
	if cfg.Merchant != merchant {
		t.Errorf("merchant is %+v, want %+v", cfg.Merchant, merchant)
	}
	if !cfg.WeChatPay.Given || cfg.Alipay.Given || cfg.Lakala.Given || cfg.WeChatPay.RefundDays != 365 ||
		cfg.WeChatPay.Fee.Given || cfg.Alipay.RefundDays != 90 || cfg.Policy.StaffFile != "" {
		t.Errorf("the networks are %+v, %+v, %+v", cfg.WeChatPay, cfg.Alipay, cfg.Lakala)
	}
	link := LinkConfig{nil, 5 * time.Second, 5 * time.Second, 15 * time.Second}
	if cfg.Link != link {
		t.Errorf("link is %+v, want %+v", cfg.Link, link)
	}
	line := LineConfig{"/dev/ttyUSB0", 9600, "none", 8, 1}
	if want := (PrinterConfig{line, false, "generic-58", 58}); cfg.Printer != want {
		t.Errorf("printer is %+v, want %+v", cfg.Printer, want)
	}
	if mode := cfg.Scanner.Line.Mode(); mode != (serial.Mode{Baud: 9600, DataBits: 8, StopBits: 1}) {
		t.Errorf("scanner's mode is %+v", mode)
	}

	cfg = load(t, fullExample())
	terminal := TerminalConfig{"till-0001", "收银台 1", "zh", "01", 8 * time.Hour, "/var/lib/till"}
	if cfg.Terminal != terminal {
		t.Errorf("terminal is %+v, want %+v", cfg.Terminal, terminal)
	}
	w := cfg.WeChatPay
	if w.BaseURL != "https://api.mch.weixin.qq.com" || w.MchID != "1900000001" || w.StoreID != "shop-1" ||
		w.DeviceIP != netip.MustParseAddr("192.168.1.20") || w.Description != "门店消费 {order}" ||
		w.CA.Path != "keys/ca.pem" {
		t.Errorf("wechatpay is %+v", w)
	}
	if w.Key.Reveal() == nil || !w.Key.Reveal().Equal(testKeys().merchant) ||
		!w.PlatformKey.Key.Equal(&testKeys().platform.PublicKey) {
		t.Error("the keys are not those of the files")
	}
	if want := (url.URL{Scheme: "http", Host: "192.168.1.1:3128"}); *cfg.Link.Proxy != want {
		t.Errorf("proxy is %v", cfg.Link.Proxy)
	}
	policy := PolicyConfig{
		SaleLimit: money.Fen(500000), CodeWait: time.Minute, ShownCode: 3 * time.Minute, ResultTime: 5 * time.Second,
		Receipt: "always", Footer: "七天内凭小票退货", Cash: true,
		RefundLimit: money.Fen(20000), RefundMax: money.Fen(500000),
		ShiftRefundLimit: money.Fen(0), ShiftSaleLimit: money.Fen(0), DayRefundLimit: money.Fen(0),
		RefundDays: 7, Reasons: false, RefundVelocityCount: 5, RefundVelocityTime: 10 * time.Minute,
		StaffFile: "staff.toml", IdleLock: 5 * time.Minute, SettleAt: 23*time.Hour + 30*time.Minute,
	}
	if cfg.Policy != policy {
		t.Errorf("policy is %+v, want %+v", cfg.Policy, policy)
	}
	if len(cfg.Keypad.Map) != 20 || cfg.Keypad.Map["."] != keypad.Dot || cfg.Scanner.Prefix != "\x02" {
		t.Errorf("map is %v, prefix %q", cfg.Keypad.Map, cfg.Scanner.Prefix)
	}
	if want := (DisplayConfig{"none", "/run/till/display.sock", 480, 320}); cfg.Display != want {
		t.Errorf("display is %+v", cfg.Display)
	}
}

// TestLimitsAreWithinReach: the largest and the smallest that is allowed, and
// what else is taken as it comes.
func TestLimitsAreWithinReach(t *testing.T) {
	t.Chdir(keyDir(t))
	text := fullExample()
	for key, value := range map[string]string{
		"id": strings.Repeat("x", 32), "name": strings.Repeat("店", 32), "timezone": "-03:30",
		"connect_timeout": "1s", "tls_timeout": "30s", "answer_timeout": "60s",
		"result_time": "1m", "code_wait": "10m", "debounce": "80ms", "sale_limit": "0.01",
		"base_url": "https://localhost:8443/", "serial_no": "1dde55", "profile": "epson-tm",
		"device_ip": "2001:db8::1", "footer": "一\n二", "proxy": "http://proxy:65535",
	} {
		text = setKey(text, key, value)
	}
	text = strings.Replace(text, "paper_width = 58", "paper_width = 80", 1)
	text = strings.ReplaceAll(text, "baud = 9600\n", "")
	cfg := load(t, text)
	if got := cfg.Printer; got.Line.Baud != 38400 || got.PaperWidth != 80 || cfg.Scanner.Line.Baud != 9600 {
		t.Errorf("printer is %+v, scanner %+v; want the profile's speed and 9600", got, cfg.Scanner)
	}
	if got := cfg.WeChatPay; got.BaseURL != "https://localhost:8443" || got.SerialNo != "1DDE55" {
		t.Errorf("base_url %q, serial_no %q", got.BaseURL, got.SerialNo)
	}
	if cfg.Terminal.Timezone != -210*time.Minute || cfg.Policy.SaleLimit != money.Fen(1) ||
		cfg.Policy.Footer != "一\n二" || cfg.Link.AnswerTimeout != time.Minute {
		t.Errorf("%+v", cfg)
	}
}

// TestTOMLIsReadBack: what the rig writes, the program reads.
func TestTOMLIsReadBack(t *testing.T) {
	t.Chdir(keyDir(t))
	for _, text := range []string{ExampleConfig(), fullExample()} {
		cfg := load(t, text)
		if got := load(t, cfg.TOML()); !reflect.DeepEqual(got, cfg) {
			t.Errorf("%s\nwas read as %+v, want %+v", cfg.TOML(), got, cfg)
		}
	}

	cfg := DefaultConfig()
	cfg.Terminal.ID, cfg.Terminal.Data, cfg.Terminal.Timezone = "sim", "a \"b\"\\c", -210*time.Minute
	cfg.Merchant.Name, cfg.Policy.Footer, cfg.Policy.SaleLimit = "模拟", "one\ntwo", money.Fen(1)
	cfg.WeChatPay.BaseURL, cfg.WeChatPay.AppID, cfg.WeChatPay.MchID = "https://127.0.0.1:8443", "wx1", "1"
	cfg.WeChatPay.SerialNo, cfg.WeChatPay.PlatformID = "AB", "PUB_KEY_ID_1"
	cfg.WeChatPay.StoreID, cfg.WeChatPay.Given = "shop-1", true
	cfg.WeChatPay.Key.Path, cfg.WeChatPay.PlatformKey.Path = "keys/apiclient_key.pem", "keys/pub_key.pem"
	cfg.Scanner.Line.Port, cfg.Printer.Line.Port = "/dev/pts/3", "/dev/pts/4"
	cfg.Keypad.Map = keypad.VT100Map()
	got := load(t, cfg.TOML())
	if got.Terminal != cfg.Terminal || got.Keypad.Line.Port != "" || got.Policy != cfg.Policy ||
		got.Scanner != cfg.Scanner || !reflect.DeepEqual(got.Keypad.Map, cfg.Keypad.Map) {
		t.Errorf("%s\nwas read as %+v", cfg.TOML(), got)
	}
}

// TestPathsBeginAtTheConfiguration, wherever the program is started.
func TestPathsBeginAtTheConfiguration(t *testing.T) {
	dir := keyDir(t)
	file := filepath.Join(dir, "till.toml")
	text := strings.Replace(ExampleConfig(), `#data = "/var/lib/till"`, `data = "../store"`, 1)
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	cfg, err := LoadConfig(file)
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(filepath.Dir(dir), "store"); cfg.Terminal.Data != want {
		t.Errorf("data is %s, want %s", cfg.Terminal.Data, want)
	}
	if want := filepath.Join(dir, "keys/apiclient_key.pem"); cfg.WeChatPay.Key.Path != want {
		t.Errorf("key file is %s, want %s", cfg.WeChatPay.Key.Path, want)
	}
}

// TestKeysAreMasked in every way that a configuration could get out.
func TestKeysAreMasked(t *testing.T) {
	t.Chdir(keyDir(t))
	cfg := load(t, fullExample())
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		fmt.Fprintf(&out, verb+verb+verb+verb, cfg, *cfg, cfg.WeChatPay.Key, cfg.Alipay)
	}
	for _, v := range []any{cfg, cfg.WeChatPay.Key, cfg.Lakala} {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(data)
		slog.New(slog.NewTextHandler(&out, nil)).Info("x", "config", v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "config", v)
	}
	for _, private := range []*rsa.PrivateKey{testKeys().merchant, testKeys().alipay, testKeys().lakala} {
		for _, secret := range []string{
			private.D.String(), private.D.Text(16),
			private.Primes[0].String(), strings.ToUpper(private.Primes[0].Text(16)),
		} {
			if strings.Contains(out.String(), secret[:16]) {
				t.Fatal("the key got out")
			}
		}
	}
	if !strings.Contains(out.String(), "[private key]") {
		t.Error("there is no mask either")
	}
}

func TestUnreadableFilesAreOneProblem(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("long.toml", make([]byte, configBytesMax+1), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"none.toml": "none.toml: no such file; 'till config example' prints one to begin with\n1 problem",
		".":         ".: cannot be read: not a file\n1 problem",
		"/dev/zero": "/dev/zero: cannot be read: not a file\n1 problem",
		"long.toml": "long.toml: cannot be read: the file is too large\n1 problem",
	} {
		_, err := LoadConfig(name)
		if got := report(t, err); got != want || err.Error()+"\n1 problem" != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestBytesThatAreNoTextAreShown(t *testing.T) {
	for text, want := range map[string]string{
		"[terminal]\nid = \"\xff\"\n": "x.toml:2:7: the file is not UTF-8 text here",
		"\xff\xfe[\x00":               "x.toml:1:1: the file is not UTF-8 text here",
		"[terminal]\r\nid = 1\r\n":    "     2 | id = 1\n       |      ^\n",
		"\ufeff[termnal]\n": "x.toml:1:2: termnal: unknown table; did you mean terminal?\n" +
			"     1 | [termnal]\n       |  ^\n",
	} {
		_, err := parseConfig("x.toml", []byte(text), memoryFiles{})
		if got := report(t, err); !strings.Contains(got, want) {
			t.Errorf("%q: %s\nwant %s", text, got, want)
		}
	}
}

// TestReportsAreBounded: a file that is something else entirely.
func TestReportsAreBounded(t *testing.T) {
	text := strings.Repeat("x=1,", configBytesMax/4-4)
	for _, text := range []string{
		"a = {" + text + "}", "[terminal]\nx = {" + text + "}", strings.Repeat("[a]\n", configBytesMax/4),
		strings.Repeat("[\n", configBytesMax/2), strings.Repeat("[terminal]\nid = [1]\n", configBytesMax/20),
		"link = {" + text + "}", "[link]\n" + strings.Repeat("y=1\n", configBytesMax/4-2),
		"x = " + strings.Repeat("[", configBytesMax-4),
	} {
		_, err := parseConfig("x.toml", []byte(text), memoryFiles{})
		if got := report(t, err); len(got) > 64<<10 {
			t.Errorf("%.20q...: a report of %d bytes", text, len(got))
		}
	}
}

func TestSuggestions(t *testing.T) {
	known := []string{"id", "port", "paper_width", "baud", "sale_limit"}
	for name, want := range map[string]string{
		"papper_width": "paper_width", "PORT": "port", "prot": "port", "salelimit": "sale_limit",
		"bd": "id", "if": "id", "ab": "", "xyz": "", "paper": "", "": "",
	} {
		if got := suggest(name, known); got != want {
			t.Errorf("suggest(%q) = %q, want %q", name, got, want)
		}
	}
	for _, c := range []struct {
		a, b string
		d    int
	}{{"", "", 0}, {"", "abc", 3}, {"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"abc", "abc", 0}} {
		if got := editDistance(c.a, c.b); got != c.d {
			t.Errorf("editDistance(%q, %q) = %d, want %d", c.a, c.b, got, c.d)
		}
	}
}
