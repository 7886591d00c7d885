package wechatsim

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestAPaymentWithAWrongMemberIsAParamError(t *testing.T) {
	set := func(path string, value any) func(map[string]any) {
		return func(m map[string]any) {
			parts := strings.Split(path, "/")
			for _, p := range parts[:len(parts)-1] {
				m = m[p].(map[string]any)
			}
			last := parts[len(parts)-1]
			if value == nil {
				delete(m, last)
			} else {
				m[last] = value
			}
		}
	}
	tests := []struct {
		name   string
		change func(map[string]any)
		code   string // "" for accepted
		field  string
	}{
		{"complete", func(map[string]any) {}, "", ""},
		{"no appid", set("appid", nil), codeParam, "/appid"},
		{"unknown appid", set("appid", "wx0"), codeApp, ""},
		{"unknown merchant", set("mchid", "1"), codeMerchant, ""},
		{"merchant as a number", set("mchid", 1230000109), codeParam, "/mchid"},
		{"no description", set("description", nil), codeParam, "/description"},
		{"empty description", set("description", ""), codeParam, "/description"},
		{"description of 127 characters", set("description", strings.Repeat("商", 127)), "", ""},
		{"description of 128 characters", set("description", strings.Repeat("商", 128)), codeParam,
			"/description"},
		{"number of 5", set("out_trade_no", "12345"), codeParam, "/out_trade_no"},
		{"number of 6", set("out_trade_no", "a_-|*6"), "", ""},
		{"number of 32", set("out_trade_no", strings.Repeat("Z", 32)), "", ""},
		{"number of 33", set("out_trade_no", strings.Repeat("Z", 33)), codeParam, "/out_trade_no"},
		{"number with a dot", set("out_trade_no", "123456.7"), codeParam, "/out_trade_no"},
		{"null number", set("out_trade_no", json.RawMessage("null")), codeParam, "/out_trade_no"},
		{"amount 0", set("amount/total", 0), codeParam, "/amount/total"},
		{"amount below 0", set("amount/total", -1), codeParam, "/amount/total"},
		{"amount 1", set("amount/total", 1), "", ""},
		{"amount at the limit", set("amount/total", amountMax), codeShort, ""},
		{"amount over the limit", set("amount/total", amountMax+1), codeParam, "/amount/total"},
		{"amount as text", set("amount/total", "100"), codeParam, "/amount/total"},
		{"amount with a fraction", set("amount/total", json.RawMessage("1.0")), codeParam,
			"/amount/total"},
		{"amount missing", set("amount/total", nil), codeParam, "/amount/total"},
		{"no amount", set("amount", nil), codeParam, "/amount"},
		{"amount no object", set("amount", 100), codeParam, "/amount"},
		{"currency left out", set("amount/currency", nil), "", ""},
		{"currency USD", set("amount/currency", "USD"), codeParam, "/amount/currency"},
		{"no payer", set("payer", nil), codeParam, "/payer"},
		{"code of 17", set("payer/auth_code", "13000000000000001"), codeParam, "/payer/auth_code"},
		{"code of 19", set("payer/auth_code", "1300000000000000010"), codeParam, "/payer/auth_code"},
		{"code with a letter", set("payer/auth_code", "13000000000000000x"), codeParam,
			"/payer/auth_code"},
		{"code beginning 09", set("payer/auth_code", "090000000000000000"), codeParam,
			"/payer/auth_code"},
		{"code beginning 16", set("payer/auth_code", "160000000000000000"), codeParam,
			"/payer/auth_code"},
		{"code beginning 15", set("payer/auth_code", "150000000000000000"), "", ""},
		{"no scene", set("scene_info", nil), codeParam, "/scene_info"},
		{"no store", set("scene_info/store_info", nil), codeParam, "/scene_info/store_info"},
		{"store without a number", set("scene_info/store_info/out_id", nil), codeParam,
			"/scene_info/store_info/out_id"},
		{"store by WeChat's number", set("scene_info/store_info", map[string]any{"id": "1"}), "", ""},
		{"device of 33", set("scene_info/device_id", strings.Repeat("1", 33)), codeParam,
			"/scene_info/device_id"},
		{"address that is none", set("scene_info/device_ip", "1.2.3"), codeParam,
			"/scene_info/device_ip"},
		{"address of version 6", set("scene_info/device_ip", "fe80::1"), "", ""},
		{"a member nobody knows", set("something", 1), "", ""},
		{"a name in capitals", func(m map[string]any) { m["APPID"] = m["appid"]; delete(m, "appid") },
			codeParam, "/appid"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, nil)
			body := payBody("000001", 1000, w.g.Wallet("").Code())
			tt.change(body)
			s := w.send(t.Context(), w.request("POST", "/v3/pay/transactions/codepay", body, nil))
			field := ""
			if s.reply.Detail != nil {
				field = s.reply.Detail.Field
			}
			if s.signed != nil || s.reply.Code != tt.code || field != tt.field {
				t.Errorf("%d %s, signature %v", s.status, s.raw, s.signed)
			}
			if orders := len(w.g.Orders()); (orders == 1) != (tt.code == "" || tt.code == codeShort) {
				t.Errorf("%d orders", orders)
			}
		})
	}
}

func TestABodyThatIsNoObjectIsAParamError(t *testing.T) {
	w := newWorld(t, nil)
	for _, body := range []string{"", "null", "[]", "{", "{}{}", "{\"a\":\"\xff\"}", "1"} {
		for _, path := range []string{"codepay", "native", "out-trade-no/000001/reverse",
			"out-trade-no/000001/close"} {
			s := w.send(t.Context(), w.request("POST", "/v3/pay/transactions/"+path, body, nil))
			if s.brief() != codeParam || s.status != 400 {
				t.Errorf("%s %q: %s", path, body, s.raw)
			}
		}
	}
	good, err := json.Marshal(payBody("000001", 1, w.g.Wallet("").Code()))
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{string(good) + "{}", string(good) + "x",
		strings.Replace(string(good), "T0001", "T\xff", 1)} {
		s := w.send(t.Context(), w.request("POST", "/v3/pay/transactions/codepay", body, nil))
		if s.brief() != codeParam {
			t.Errorf("%q: %s", body, s.raw)
		}
	}
	if n := len(w.g.Orders()); n != 0 {
		t.Errorf("%d orders", n)
	}
}

func TestHeadersAndParties(t *testing.T) {
	w := newWorld(t, nil)
	const path = "/v3/pay/transactions/out-trade-no/000001"
	tests := []struct {
		name, method, path string
		body               any
		change             func(*http.Request)
		want               string
	}{
		{"no Accept", "GET", path + "?mchid=" + w.keys.MchID, nil,
			func(r *http.Request) { r.Header.Del("Accept") }, codeParam},
		{"empty User-Agent", "GET", path + "?mchid=" + w.keys.MchID, nil,
			func(r *http.Request) { r.Header["User-Agent"] = []string{""} }, codeParam},
		{"form instead of JSON", "POST", path + "/close", "a=b",
			func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, codeParam},
		{"query without merchant", "GET", path, nil, nil, codeParam},
		{"query for another merchant", "GET", path + "?mchid=1", nil, nil, codeMerchant},
		{"reverse for another merchant", "POST", path + "/reverse",
			map[string]any{"appid": w.keys.AppID, "mchid": "1"}, nil, codeMerchant},
		{"reverse for another app", "POST", path + "/reverse",
			map[string]any{"appid": "wx0", "mchid": w.keys.MchID}, nil, codeApp},
		{"reverse without app", "POST", path + "/reverse",
			map[string]any{"mchid": w.keys.MchID}, nil, codeParam},
		{"another merchant in the authorization", "GET", path + "?mchid=" + w.keys.MchID, nil,
			func(r *http.Request) {
				header := r.Header.Get("Authorization")
				r.Header.Set("Authorization", strings.Replace(header, w.keys.MchID, "1230000108", 1))
			}, codeSign},
		{"reverse of a number of 33", "POST",
			"/v3/pay/transactions/out-trade-no/" + strings.Repeat("1", 33) + "/reverse",
			map[string]any{"appid": w.keys.AppID, "mchid": w.keys.MchID}, nil, codeParam},
		{"reverse of an impossible number", "POST",
			"/v3/pay/transactions/out-trade-no/1/reverse",
			map[string]any{"appid": w.keys.AppID, "mchid": w.keys.MchID}, nil, codeParam},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := w.send(t.Context(), w.request(tt.method, tt.path, tt.body, tt.change))
			if s.brief() != tt.want {
				t.Errorf("got %d %s", s.status, s.raw)
			}
		})
	}
	if n := len(w.g.Orders()); n != 0 {
		t.Errorf("%d orders", n)
	}
}

func TestSkewNonceAndBodyAreSigned(t *testing.T) {
	w := newWorld(t, nil)
	const path = "/v3/pay/transactions/out-trade-no/000001"
	full := path + "?mchid=" + w.keys.MchID
	at := func(now time.Time, nonce string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set("Authorization", signed(w.keys, now, nonce, "GET", full, nil))
		}
	}
	now := w.clock.Now()
	tests := []struct {
		name   string
		change func(*http.Request)
		want   string
	}{
		{"five minutes old", at(now.Add(-5*time.Minute), "a"), codeNoOrder},
		{"five minutes ahead", at(now.Add(5*time.Minute), "b"), codeNoOrder},
		{"older", at(now.Add(-5*time.Minute-time.Second), "c"), codeSign},
		{"further ahead", at(now.Add(5*time.Minute+time.Second), "d"), codeSign},
		{"a nonce", at(now, "e"), codeNoOrder},
		{"the nonce again", at(now, "e"), codeSign},
		{"another body", func(r *http.Request) {
			r.Body = http.NoBody
			r.Method = "POST"
			r.URL.Path = path + "/close"
		}, codeSign},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if s := w.send(t.Context(), w.request("GET", full, nil, tt.change)); s.brief() != tt.want {
				t.Errorf("got %d %s", s.status, s.raw)
			}
		})
	}
	w.clock.Pass(time.Hour)
	if s := w.send(t.Context(), w.request("GET", full, nil, at(w.clock.Now(), "e"))); s.brief() !=
		codeNoOrder {
		t.Errorf("a nonce of an hour ago: %s", s.raw)
	}
	if n := len(w.g.nonces.seen); n != 1 {
		t.Errorf("%d nonces are remembered after an hour", n)
	}
}

func TestParseAuthorization(t *testing.T) {
	good := scheme + ` mchid="1",nonce_str="n",timestamp="1700000000",serial_no="AB",signature="AAE="`
	a, err := parseAuthorization(good)
	if err != nil || a.mchID != "1" || a.nonce != "n" || a.timestamp != 1700000000 ||
		a.serial != "AB" || len(a.signature) != 2 {
		t.Errorf("%+v, %v", a, err)
	}
	if _, err := parseAuthorization(scheme +
		` signature="AAE=",serial_no="AB",timestamp="1",nonce_str="n",mchid="1"`); err != nil {
		t.Errorf("another order: %v", err)
	}
	replace := func(old, fresh string) string { return strings.Replace(good, old, fresh, 1) }
	for name, bad := range map[string]string{
		"empty":              "",
		"another scheme":     replace("RSA2048", "SM2"),
		"scheme alone":       scheme + " ",
		"missing nonce":      replace(`nonce_str="n",`, ""),
		"missing signature":  replace(`,signature="AAE="`, ""),
		"twice":              good + `,mchid="1"`,
		"unknown":            good + `,x="1"`,
		"comma at the end":   good + ",",
		"no quotes":          replace(`"1"`, `1`),
		"open quote":         good[:len(good)-1],
		"blank after comma":  replace(",n", ", n"),
		"signed timestamp":   replace("1700000000", "-170000000"),
		"timestamp in words": replace("1700000000", "now"),
		"timestamp too long": replace("1700000000", "1700000000000"),
		"not base64":         replace("AAE=", "???"),
		"empty merchant":     replace(`mchid="1"`, `mchid=""`),
		"long nonce":         replace(`"n"`, `"`+strings.Repeat("n", 65)+`"`),
		"very long":          good + strings.Repeat(" ", authorizationMax),
	} {
		if _, err := parseAuthorization(bad); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func FuzzParseAuthorization(f *testing.F) {
	f.Add(scheme + ` mchid="1",nonce_str="n",timestamp="1700000000",serial_no="AB",signature="AAE="`)
	f.Add(scheme + ` mchid="1",mchid="1"`)
	f.Add("")
	f.Fuzz(func(t *testing.T, header string) {
		a, err := parseAuthorization(header)
		if err != nil {
			return
		}
		back := scheme + ` mchid="` + a.mchID + `",nonce_str="` + a.nonce + `",timestamp="` +
			strconv.FormatInt(a.timestamp, 10) + `",serial_no="` +
			a.serial + `",signature="` + base64.StdEncoding.EncodeToString(a.signature) + `"`
		again, err := parseAuthorization(back)
		if err != nil || again.mchID != a.mchID || again.nonce != a.nonce ||
			again.serial != a.serial || again.timestamp != a.timestamp ||
			string(again.signature) != string(a.signature) {
			t.Errorf("%q\n%q\n%+v\n%+v\n%v", header, back, a, again, err)
		}
	})
}

func FuzzReadPay(f *testing.F) {
	body, err := json.Marshal(payBody("000001", 1000, "130000000000000001"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Add([]byte(`{"amount":{"total":1e3}}`))
	g := New(Keys().Config())
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, coded := range []bool{true, false} {
			r, bad := g.readPay(body, coded)
			if bad == nil && (r.fen <= 0 || orderNumberFault(r.number) != "" ||
				coded && authCodeFault(r.authCode) != "") {
				t.Errorf("accepted %+v", r)
			}
		}
	})
}
