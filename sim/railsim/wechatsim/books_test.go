package wechatsim

import (
	"bytes"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"till/sim/railsim"
)

func TestLedgerTellsTheStory(t *testing.T) {
	w := newWorld(t, nil)
	start := w.clock.Now()
	w.set("pay slow-charge 10s")
	w.want("pay 000001 -> cut", "wait 25s -> ", "reverse 000001 -> recall N")
	want := []Posting{
		{Order: "", Debit: railsim.OutsideAccount, Credit: "wallet/customer", Fen: 100_000_00,
			At: start, Reason: "deposit", Rail: ""},
		{Order: "000001", Debit: "wallet/customer", Credit: "merchant/1230000109", Fen: 1000,
			At: start.Add(10 * time.Second), Reason: "payment", Rail: "wechatpay"},
		{Order: "000001", Debit: "merchant/1230000109", Credit: "wallet/customer", Fen: 1000,
			At: start.Add(25 * time.Second), Reason: "reversal", Rail: "wechatpay"},
	}
	got := w.g.Ledger()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestWhatIsDueHappensAtItsTime(t *testing.T) {
	w := newWorld(t, nil)
	if _, booked := w.g.NextDue(); booked {
		t.Error("something is booked from the start")
	}
	w.set("pay next password 8s", "pay next password 5s")
	w.want("pay 000001 -> USERPAYING", "pay 000002 -> USERPAYING")
	at, booked := w.g.NextDue()
	if !booked || at.Sub(w.clock.Now()) != 5*time.Second {
		t.Errorf("next due %s, %v", at, booked)
	}
	w.clock.Pass(8 * time.Second)
	var paid []string
	w.g.OnEvent(func(e Event) {
		if e.Kind == Charged {
			paid = append(paid, e.Order+e.At.Format(" 05"))
		}
	})
	w.g.Settle()
	if got := strings.Join(paid, ","); got != "000002 05,000001 08" {
		t.Errorf("paid %s", got)
	}
}

func TestEventsComeInOrderAndMayCallTheGateway(t *testing.T) {
	w := newWorld(t, nil)
	var got []string
	w.g.OnEvent(func(e Event) {
		got = append(got, strings.TrimSpace(e.Text()+" "+e.Order))
		if e.Call == Pay && e.Kind == Received {
			if _, seen := w.g.Order(e.Order); seen {
				t.Error("received comes after the handling")
			}
			if err := w.g.SetText("query next lose-answer"); err != nil {
				t.Error(err)
			}
		}
	})
	w.want("pay 000001 -> SUCCESS", "query 000001 -> cut", "reverse 000001 -> recall N")
	w.set("pay next lose-request")
	w.want("pay 000002 -> cut")
	want := "code shown|pay received 000001|behaviour set|charged 000001|pay answered 000001|" +
		"query received 000001|query answer cut 000001|reverse received 000001|returned 000001|" +
		"ended 000001|reverse answered 000001|behaviour set|code shown|pay request lost 000002"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
	for i, line := range w.g.Log() {
		if line == "" || len(line) < 13 {
			t.Errorf("line %d: %q", i, line)
		}
	}
}

func TestNothingThatIsPrintedShowsACode(t *testing.T) {
	var logged bytes.Buffer
	w := newWorld(t, func(c *Config) { c.Log = slog.New(slog.NewTextHandler(&logged, nil)) })
	code := w.g.Wallet("").Code()
	w.payCode("000001", 1, code)
	w.payCode("000002", 1, "1399999999999999999")
	w.payCode("000003", 1, "139999999999999991")
	all := strings.Join(w.g.Log(), "\n") + logged.String() + fmt.Sprintf("%v %+v %#v %s %v %v",
		w.g, w.g, w.g, w.g, w.g.Orders(), w.g.Wallet("").Shown())
	for _, secret := range []string{code, "139999999", w.keys.Merchant.D.String()[:12]} {
		if strings.Contains(all, secret) {
			t.Errorf("shows a secret:\n%s", all)
		}
	}
	if !strings.Contains(logged.String(), "000001") {
		t.Error("the log is empty")
	}
}

func TestTheSameSeedGivesTheSameBytes(t *testing.T) {
	run := func(seed uint64) string {
		w := newWorld(t, func(c *Config) { c.Seed = seed })
		w.set("any answer-error X + unsigned")
		w.g.Clear()
		return string(w.pay("000001", 1).raw) + strings.Join(w.g.Log(), "\n")
	}
	first, again := run(1), run(1)
	if first != again {
		t.Error("two runs differ")
	}
	if first == run(2) {
		t.Error("two seeds do not differ")
	}
}

func TestSignatureCanBeReplaced(t *testing.T) {
	mac := func(message []byte) []byte {
		h := hmac.New(sha256.New, []byte("fast"))
		h.Write(message)
		return h.Sum(nil)
	}
	refuse := false
	w := newWorld(t, func(c *Config) {
		c.Sign = func(message []byte) ([]byte, error) { return mac(message), nil }
		c.Verify = func(_, _ []byte) error {
			if refuse {
				return errors.New("no")
			}
			return nil
		}
	})
	w.want("pay 000001 -> SUCCESS")
	refuse = true
	w.want("query 000001 -> SIGN_ERROR")
}

func TestManyTerminalsAtOnce(t *testing.T) {
	w := newWorld(t, func(c *Config) {
		c.Sign = func([]byte) ([]byte, error) { return []byte("0123456789abcdef0123456789abcdef"), nil }
		c.Verify = func(_, _ []byte) error { return nil }
	})
	w.set("pay next 20 password 1s", "pay next 20 lose-answer", "reverse next 10 recall")
	code := w.g.Wallet("").Code()
	var wait sync.WaitGroup
	for i := range 8 {
		one := &world{t: t, g: w.g, clock: w.clock, keys: w.keys, nonce: 1000 * (i + 1)}
		wait.Go(func() {
			for n := range 10 {
				number := fmt.Sprintf("%06d", n) // shared: all quarrel about ten orders
				one.payCode(number, 100, code)
				one.query(number)
				one.payCode(fmt.Sprintf("own%d-%d", i, n), 100, "")
				one.reverse(number)
				w.g.Orders()
				w.g.Ledger()
			}
		})
	}
	wait.Wait()
	balanced(t, w.g)
	if n := len(w.g.Orders()); n != 90 {
		t.Errorf("%d orders", n)
	}
}

func TestNewPanicsOnAConfigurationThatCannotWork(t *testing.T) {
	good := Keys().Config()
	for name, harm := range map[string]func(*Config){
		"no app":       func(c *Config) { c.AppID = "" },
		"no merchant":  func(c *Config) { c.MchID = "" },
		"no key":       func(c *Config) { c.MerchantKey = nil },
		"no platform":  func(c *Config) { c.PlatformKey = nil },
		"no id":        func(c *Config) { c.PlatformID = "" },
		"half of both": func(c *Config) { c.Verify = func(_, _ []byte) error { return nil } },
	} {
		func() {
			defer func() {
				if r := recover(); r == nil {
					t.Errorf("%s is accepted", name)
				}
			}()
			c := good
			harm(&c)
			New(c)
		}()
	}
}

func TestKeysCanBeWrittenToFiles(t *testing.T) {
	fresh, err := GenerateKeys()
	if err != nil {
		t.Fatal(err)
	}
	for _, keys := range []KeySet{Keys(), fresh} {
		block, _ := pem.Decode(keys.MerchantKeyPEM())
		private, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil || !keys.Merchant.Equal(private) || keys.Merchant.N.BitLen() != 2048 {
			t.Errorf("merchant's key: %v", err)
		}
		block, _ = pem.Decode(keys.PlatformKeyPEM())
		public, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err != nil || !keys.Platform.PublicKey.Equal(public) {
			t.Errorf("platform's key: %v", err)
		}
	}
	if fresh.Merchant.Equal(Keys().Merchant) || fresh.Platform.Equal(Keys().Platform) {
		t.Error("generated keys are the fixtures")
	}
	var _ *rsa.PrivateKey = fresh.Merchant
	if _, err := Keys().PlatformCertificate(time.Now(), time.Now()); err == nil {
		t.Error("a key id is no serial number")
	}
}
