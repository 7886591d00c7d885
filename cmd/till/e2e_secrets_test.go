package main

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"till/sim/railsim/wechatsim"
)

// e2eCanary is a secret and the forms in which it must not be found.
type e2eCanary struct {
	name  string
	forms [][]byte
}

// e2eCodeCanary is a payer's code: any ten digits of it in a row give it away.
func e2eCodeCanary(code string) e2eCanary {
	const part = 10
	c := e2eCanary{name: "payer's code"}
	for i := range len(code) - part + 1 {
		c.forms = append(c.forms, []byte(code[i:i+part]))
	}
	sum := sha256.Sum256([]byte(code)) // 10^17 codes are tried in a day
	c.forms = append(c.forms, []byte(hex.EncodeToString(sum[:])))
	return c
}

// e2eKeyCanary is key material: the bytes themselves, and as text.
func e2eKeyCanary(name string, key []byte) e2eCanary {
	return e2eCanary{name, [][]byte{key, fmt.Append(nil, key), []byte(hex.EncodeToString(key)),
		[]byte(base64.StdEncoding.EncodeToString(key)), []byte(base64.RawURLEncoding.EncodeToString(key))}}
}

// e2eEcho is a gateway that repeats the payer's code in its complaint, signed
// or not, for as long as mode is not 0.
type e2eEcho struct {
	gateway *wechatsim.Gateway
	keys    wechatsim.KeySet
	mode    atomic.Int32
}

// What the echoing gateway does with a payment.
const (
	echoSigned = iota + 1
	echoUnsigned
	echoPage
)

func (g *e2eEcho) ServeHTTP(rw http.ResponseWriter, req *http.Request) {
	mode := g.mode.Load()
	if mode == 0 || !strings.HasSuffix(req.URL.Path, "/codepay") {
		g.gateway.ServeHTTP(rw, req)
		return
	}
	body, err := io.ReadAll(req.Body)
	var asked struct {
		Payer struct {
			Code string `json:"auth_code"`
		} `json:"payer"`
	}
	if err = errors.Join(err, json.Unmarshal(body, &asked)); err != nil || asked.Payer.Code == "" {
		panic(fmt.Sprintf("no code in %s: %v", body, err))
	}
	code := asked.Payer.Code
	answer := fmt.Sprintf(`{"code":"AUTH_CODE_INVALID","message":"code %s is not known, auth_code=%s"}`, code, code)
	status := http.StatusBadRequest
	switch mode {
	case echoSigned:
		stamp := strconv.FormatInt(time.Now().Unix(), 10)
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n", stamp, "nonce", answer))
		sig, err := rsa.SignPKCS1v15(rand.Reader, g.keys.Platform, crypto.SHA256, sum[:])
		if err != nil {
			panic(err)
		}
		rw.Header().Set("Wechatpay-Timestamp", stamp)
		rw.Header().Set("Wechatpay-Nonce", "nonce")
		rw.Header().Set("Wechatpay-Serial", g.keys.PlatformID)
		rw.Header().Set("Wechatpay-Signature", base64.StdEncoding.EncodeToString(sig))
	case echoPage:
		answer, status = "<html>"+string(body)+"</html>", http.StatusBadGateway
	}
	rw.WriteHeader(status)
	_, _ = io.WriteString(rw, answer) // the terminal may be gone
}

// TestNoSecretIsFoundAnywhere sells, fails, is lied to and is cut off, and then
// looks for every payer's code and every key in whatever the program has
// written, shown, printed or said.
func TestNoSecretIsFoundAnywhere(t *testing.T) {
	exe := e2eBinary(t)
	t.Parallel()
	w := e2eBuildWorld(t, exe)
	gateway := &e2eEcho{gateway: w.Gateway, keys: wechatsim.Keys()}
	w.point(e2eGateway(t, gateway))
	w.on()
	canaries := e2eUseCodes(w, gateway)
	w.must(w.PowerCut()) // the last sale is open, and the log not tidied up
	after := e2eEvidence(t, w)
	w.on()
	w.screen("17-recovery")
	w.stop()

	for _, file := range []string{"keys/apiclient_key.pem", "data/shop.key"} {
		data, err := os.ReadFile(filepath.Join(w.Dir(), file))
		w.must(err)
		canaries = append(canaries, e2eKeyCanary(file, data))
	}
	key := gateway.keys.Merchant
	lines := bytes.Split(bytes.TrimSpace(gateway.keys.MerchantKeyPEM()), []byte("\n"))
	canaries = append(canaries, e2eCanary{"a line of the key", lines},
		e2eKeyCanary("the merchant's exponent", key.D.Bytes()), e2eKeyCanary("a prime", key.Primes[0].Bytes()))
	evidence := e2eEvidence(t, w)
	for name, data := range after {
		evidence["after the power cut: "+name] = data
	}
	for _, args := range []string{"journal list", "journal list --json", "journal show 1", "journal show 2",
		"journal show 3", "journal show 4", "journal show 5", "journal export", "journal verify"} {
		end := e2eRun(t, exe, append(strings.Fields(args), "--data", w.DataDir())...)
		evidence["till "+args] = []byte(end.out + end.errOut)
	}
	for _, args := range []string{"help run", "help journal", "help play", "config example", "version",
		"config check " + w.config(), "config check " + filepath.Join(w.Dir(), "keys", "apiclient_key.pem"),
		"run --config " + filepath.Join(w.Dir(), "keys", "apiclient_key.pem")} {
		end := e2eRun(t, exe, strings.Fields(args)...)
		evidence["till "+args] = []byte(end.out + end.errOut)
	}
	for where, data := range evidence {
		for _, c := range canaries {
			for _, form := range c.forms {
				if at := bytes.Index(data, form); at >= 0 {
					t.Errorf("%s: %s stands there: ...%.120q", where, c.name, data[max(0, at-40):])
					break
				}
			}
		}
	}
}

// e2eUseCodes gives the terminal codes in every way and returns them.
func e2eUseCodes(w *e2eWorld, gateway *e2eEcho) []e2eCanary {
	w.t.Helper()
	var used []e2eCanary
	code := func() string {
		c := w.Gateway.Wallet("").Code()
		used = append(used, e2eCodeCanary(c))
		return c
	}
	sale := func(ends string) {
		w.t.Helper()
		used = append(used, e2eCodeCanary(w.ask(strconv.Itoa(len(used)+1), "00")))
		w.screen(ends)
		w.press("enter", "cancel")
	}
	sale("05-approved")
	gateway.mode.Store(echoSigned)
	sale("06-declined")
	gateway.mode.Store(echoUnsigned)
	sale("07-unknown") // and is left so, for the next customer
	gateway.mode.Store(0)
	w.must(w.Gateway.SetText("pay next decline NOT_ENOUGH"))
	sale("06-declined")

	// What is no payer's code, but has one in it, whole or in part.
	w.screen("01-idle")
	for _, text := range []string{
		code(), code()[:14], code() + code(), "X" + code(), code() + "?", "]Q1" + code(), "https://pay/?c=" + code(),
		code()[:9] + " " + code()[9:], "28" + code()[2:], "62" + code() + "1",
	} {
		w.must(w.Scanner.Send(text))
		w.screen("20-codereject")
		w.press("cancel")
		w.screen("01-idle")
	}
	gateway.mode.Store(echoPage)
	used = append(used, e2eCodeCanary(w.ask("9", "00")))
	w.until("an answer", func() bool { return strings.Count(strings.Join(w.Log(), "\n"), "call=pay") == 5 })
	gateway.mode.Store(0)
	w.must(w.Scanner.Send("\x01\x02\x03" + code())) // noise
	w.until("the fault", func() bool { return strings.Contains(strings.Join(w.Log(), "\n"), "fault.code=S01") })
	return used
}

// e2eEvidence is all that can be read and seen outside the program's memory.
func e2eEvidence(t *testing.T, w *e2eWorld) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	err := filepath.WalkDir(w.Dir(), func(path string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel(w.Dir(), path)
		if err != nil || !d.Type().IsRegular() || strings.HasPrefix(name, "keys/") || name == "data/shop.key" {
			return err
		}
		all[name], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range w.Printer.Receipts() {
		all[fmt.Sprintf("receipt %d", i+1)] = append([]byte(r.Text), r.Raw...)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	all["the displays"] = []byte(strings.Join(w.shown, "\n"))
	for _, must := range []string{"till.log", "data/till.db", "data/till.db-wal", "receipt 1", "the displays"} {
		if len(all[must]) == 0 {
			t.Errorf("no evidence: %s", must)
		}
	}
	return all
}
