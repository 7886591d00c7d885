package main

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"net/url"
	"os"
	"reflect"
	"strings"
	"testing"

	oracle "github.com/smartwalle/alipay/v3"

	"till/txn"
	"till/txn/rail"
	"till/txn/rail/alipay"
	"till/txn/rail/lakala"
)

// TestEveryNetworkIsReadWhole reads the full example.
func TestEveryNetworkIsReadWhole(t *testing.T) {
	t.Chdir(keyDir(t))
	cfg := load(t, fullExample())
	a, l := cfg.Alipay, cfg.Lakala
	if !a.Given || a.Gateway() != "https://openapi.alipay.com/gateway.do" || a.AppID != "2021000000000001" ||
		a.SellerID != "2088000000000001" || a.StoreID != "shop-1" || a.Subject != "门店消费 {order}" ||
		a.RefundDays != 90 || a.Fee != (FeeRate{true, 60}) || a.Certified() || a.CA.Path != "keys/ca.pem" {
		t.Errorf("alipay is %+v", a)
	}
	if !a.Key.Reveal().Equal(testKeys().alipay) || !a.AlipayKey.Key.Equal(&testKeys().platform.PublicKey) {
		t.Error("alipay's keys are not those of the files")
	}
	if !l.Given || l.BaseURL != "https://s2.lakala.com/api" || l.AppID != "OP00000003" ||
		l.MerchantNo != "82229007392000A" || l.TermNo != "D9296400" || l.SerialNo != "00dfba8194c41b84cf" ||
		l.PlatformID != "0dfba8194c41b84e" || l.DeviceIP.String() != "192.168.1.20" ||
		l.Location != "+31.230416,+121.473701" || l.BaseStation != "460-00-6361-58130" || l.RefundMode() != "" ||
		l.RefundDays != 0 || l.Fee != (FeeRate{true, 60}) || l.ShownWallet != txn.UnionPay {
		t.Errorf("lakala is %+v", l)
	}
	if !l.Takes(txn.UnionPay) || l.Takes(txn.Alipay) || (LakalaConfig{Wallets: wallets}).Takes(txn.Alipay) {
		t.Errorf("lakala takes %v", l.Wallets)
	}
	if !l.Key.Reveal().Equal(testKeys().lakala) || !l.PlatformKey.Key.Equal(&testKeys().platform.PublicKey) {
		t.Error("lakala's keys are not those of the files")
	}
}

// TestWhatTheCheckerTakesTheRailsTake builds the rails from the full example.
func TestWhatTheCheckerTakesTheRailsTake(t *testing.T) {
	t.Chdir(keyDir(t))
	cfg := load(t, fullExample())
	a, l := cfg.Alipay, cfg.Lakala
	signer := func(serial string, key *rsa.PrivateKey) rail.Signer {
		s, err := rail.NewRSASigner(serial, key)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	verifier := func(serial string, key *rsa.PublicKey) rail.Verifier {
		v, err := rail.NewRSAVerifier(rail.RSAKey{Serial: serial, Key: key})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if _, err := alipay.New(alipay.Config{
		BaseURL: a.Gateway(), AppID: a.AppID, SellerID: a.SellerID, StoreID: a.StoreID, TerminalID: cfg.Terminal.ID,
		Subject: a.Subject, RefundDays: a.RefundDays, Signer: signer(alipay.KeySerial, a.Key.Reveal()),
		Verifier: verifier(alipay.KeySerial, a.AlipayKey.Key),
	}); err != nil {
		t.Error(err)
	}
	for _, mode := range refundModes {
		if _, err := lakala.New(lakala.Config{
			BaseURL: l.BaseURL, AppID: l.AppID, MerchantNo: l.MerchantNo, TermNo: l.TermNo, IP: l.DeviceIP.String(),
			BaseStation: l.BaseStation, Location: l.Location, Subject: l.Subject, RefundFrom: mode,
			Wallet: l.ShownWallet, RefundDays: l.RefundDays,
			Signer:   signer(l.SerialNo, l.Key.Reveal()),
			Verifier: verifier(l.PlatformID, l.PlatformKey.Key),
		}); err != nil {
			t.Error(err)
		}
	}
}

// onlyRail is the example with one network, and what is set in its table.
func onlyRail(name string, set ...string) string {
	var out strings.Builder
	inside, other := false, false
	for line := range strings.SplitSeq(ExampleConfig(), "\n") {
		if bare := strings.TrimPrefix(line, "#"); strings.HasPrefix(bare, "[") {
			inside = bare == "["+name+"]"
			other = !inside && (bare == "[wechatpay]" || bare == "[alipay]" || bare == "[lakala]")
			if inside {
				line = bare
			}
		}
		if other {
			continue
		}
		key, _, isKey := strings.Cut(strings.TrimPrefix(line, "#"), " = ")
		spec, _ := tableNamed(name)
		if k, known := spec.key(key); inside && isKey && known && k.must {
			line = strings.TrimPrefix(line, "#")
		}
		for _, s := range set {
			if inside && isKey && strings.HasPrefix(s, key+" = ") {
				line = s
			}
		}
		out.WriteString(line + "\n")
	}
	return out.String()
}

// TestOneNetworkIsEnough, whichever it is; what is left out is not written.
func TestOneNetworkIsEnough(t *testing.T) {
	t.Chdir(keyDir(t))
	for _, r := range railTables {
		cfg := load(t, onlyRail(r.name))
		for _, other := range railTables {
			if *other.given(cfg) != (other.name == r.name) {
				t.Errorf("with only %s: %s is %v", r.name, other.name, *other.given(cfg))
			}
		}
		if again := load(t, cfg.TOML()); !reflect.DeepEqual(again, cfg) {
			t.Errorf("%s\nwas read as %+v, want %+v", cfg.TOML(), again, cfg)
		}
	}
}

// TestTheWalletThatIsShownIsPickedOnce when the file does not say.
func TestTheWalletThatIsShownIsPickedOnce(t *testing.T) {
	t.Chdir(keyDir(t))
	for list, want := range map[string]txn.RailName{
		`["wechatpay", "unionpay", "alipay"]`: txn.Alipay,
		`["wechatpay", "unionpay"]`:           txn.UnionPay,
		`["wechatpay"]`:                       txn.WeChatPay,
	} {
		cfg := load(t, onlyRail("lakala", "wallets = "+list))
		if got := cfg.Lakala.ShownWallet; got != want || !cfg.Lakala.Takes(got) {
			t.Errorf("%s shows %s, want %s", list, got, want)
		}
	}
}

// TestWalletsAreAListOfKnownOnes, each once.
func TestWalletsAreAListOfKnownOnes(t *testing.T) {
	for text, want := range map[string]string{
		`["alipay"]`: "", `["unionpay", "wechatpay", "alipay"]`: "", `[]`: "no wallet is in the list",
		`["alipay", "unionpay", "alipay"]`: `"alipay" stands in the list twice`, `"alipay"`: `"alipay" is not a list`,
		`[["alipay"]]`: "a list is not a text", `["Alipay"]`: `"Alipay" is not a wallet`, `[1]`: "1 is not a text",
	} {
		var got []txn.RailName
		bad := wallets.read(literal(text), nil, &got)
		if (bad == nil) != (want == "") || bad != nil && (!strings.Contains(bad.text, want) || got != nil) {
			t.Errorf("%s: %v, %+v, want %q", text, got, bad, want)
		}
		if bad == nil && wallets.show(&got) != text {
			t.Errorf("%s is written as %s", text, wallets.show(&got))
		}
	}
}

// TestFeesAreHundredthsOfAPercent.
func TestFeesAreHundredthsOfAPercent(t *testing.T) {
	for text, want := range map[string]int{
		`"0.6%"`: 60, `"0.38%"`: 38, `"0%"`: 0, `"1%"`: 100, `"10%"`: 1000, `"0.05%"`: 5, `"10.00%"`: 1000,
		`"10.01%"`: -1, `"0.625%"`: -1, `"0,6%"`: -1, `"0.6"`: -1, `"-1%"`: -1, `""`: -1, `"%"`: -1, `0.6`: -1, `"6‰"`: -1,
	} {
		var got FeeRate
		bad := feeKind{}.read(literal(text), nil, &got)
		if (bad != nil) != (want < 0) || bad == nil && got != (FeeRate{true, want}) {
			t.Errorf("fee %s is %+v (%v), want %d", text, got, bad, want)
		}
		if bad == nil && (feeKind{}).read(literal(feeKind{}.show(&got)), nil, &FeeRate{}) != nil {
			t.Errorf("fee %s is written as %s", text, feeKind{}.show(&got))
		}
	}
}

// TestAlipayCountsCertificatesAsOthersDo compares with an independent client,
// which sends the numbers with every request.
func TestAlipayCountsCertificatesAsOthersDo(t *testing.T) {
	t.Chdir(keyDir(t))
	cfg := load(t, onlyRail("alipay", `alipay_key_file = "keys/cert.pem"`,
		`app_cert_file = "keys/appCertPublicKey.crt"`, `root_cert_file = "keys/alipayRootCert.crt"`))
	a := cfg.Alipay
	if !a.Certified() || a.AlipayKey.CertSN != a.AppCert.Serial { // the same certificate here
		t.Fatalf("alipay is %+v", a)
	}
	key := base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PrivateKey(testKeys().alipay))
	client, err := oracle.New("2021000000000001", key, true)
	if err != nil {
		t.Fatal(err)
	}
	root, err := os.ReadFile("keys/alipayRootCert.crt")
	if err != nil {
		t.Fatal(err)
	}
	if err := client.LoadAppCertPublicKeyFromFile("keys/appCertPublicKey.crt"); err != nil {
		t.Fatal(err)
	}
	if err := client.LoadAliPayRootCert(string(root)); err != nil {
		t.Fatal(err)
	}
	sent, err := client.URLValues(oracle.TradeQuery{OutTradeNo: "1"})
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{"app_cert_sn": {a.AppCert.Serial}, "alipay_root_cert_sn": {a.RootCert.Serial}}
	for name := range want {
		if sent.Get(name) != want.Get(name) || sent.Get(name) == "" {
			t.Errorf("%s is %s, the independent client says %s", name, want.Get(name), sent.Get(name))
		}
	}
	if strings.Count(a.RootCert.Serial, "_") != 1 {
		t.Errorf("%s: want the two of RSA, without the one that cannot be read", a.RootCert.Serial)
	}
}

// TestAlipaysCertificatesGoTogether.
func TestAlipaysCertificatesGoTogether(t *testing.T) {
	t.Chdir(keyDir(t))
	app, root := `app_cert_file = "keys/appCertPublicKey.crt"`, `root_cert_file = "keys/alipayRootCert.crt"`
	cert := `alipay_key_file = "keys/cert.pem"`
	for _, c := range []struct {
		set  []string
		want string
	}{
		{[]string{app, cert}, "alipay.app_cert_file: root_cert_file is missing beside it; set both"},
		{[]string{root, cert}, "alipay.root_cert_file: app_cert_file is missing beside it; set both"},
		{[]string{app, root}, "keys/alipay_pub_key.pem: a bare key, but app_cert_file and root_cert_file are set"},
		{[]string{cert}, "keys/cert.pem: a certificate, but app_cert_file and root_cert_file are not set"},
		{[]string{`key_file = "keys/merchant.pem"`, `alipay_key_file = "keys/own.pem"`},
			"alipay.alipay_key_file: keys/own.pem: this is the merchant's own key"},
		{[]string{app, root, cert, `root_cert_file = "keys/text.pem"`}, "keys/text.pem: no certificate of RSA in it"},
		{[]string{root, cert, `app_cert_file = "keys/damaged_cert.pem"`}, "the certificate is damaged"},
		{[]string{root, cert, `app_cert_file = "keys/alipay_pub_key.pem"`}, "holds a public key, not a certificate"},
	} {
		if err := os.WriteFile("till.toml", []byte(onlyRail("alipay", c.set...)), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := LoadConfig("till.toml")
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasSuffix(report(t, err), "\n1 problem") {
			t.Errorf("%v: %v\nwant %s", c.set, err, c.want)
		}
	}
}

// TestGatewaysHaveAPathWhereTheyMayHaveOne.
func TestGatewaysHaveAPathWhereTheyMayHaveOne(t *testing.T) {
	t.Chdir(keyDir(t))
	for text, want := range map[string]string{
		"https://test.wsmsd.cn/sit/api": "https://test.wsmsd.cn/sit/api", "https://h:8443/a/": "https://h:8443/a",
		"https://h": "https://h", "https://h/a/../b": "", "http://h/a": "", "https://u:p@h/a": "", "https://h/a?b": "",
		"https://h/a#b": "", "https://h/a?": "", "/a": "", "https://h:0/a": "",
	} {
		var got string
		k := gatewayKind{hostKind{"https", "https://x"}, true}
		bad := k.read(literal(quote(text)), &configEnv{}, &got)
		if bad == nil && got != want || bad != nil && want != "" {
			t.Errorf("%s is read as %q (%v), want %q", text, got, bad, want)
		}
	}
}
