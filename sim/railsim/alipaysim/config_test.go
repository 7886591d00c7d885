package alipaysim

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestConfigThatCannotWorkPanics(t *testing.T) {
	good := Keys().Config()
	for name, change := range map[string]func(*Config){
		"no app":      func(c *Config) { c.AppID = "" },
		"no key":      func(c *Config) { c.AppKey = nil },
		"no own key":  func(c *Config) { c.AlipayKey = nil },
		"half a pair": func(c *Config) { c.Sign = func([]byte) ([]byte, error) { return nil, nil } },
	} {
		cfg := good
		change(&cfg)
		func() {
			defer func() {
				if r := recover(); r == nil {
					t.Errorf("%s is accepted", name)
				}
			}()
			New(cfg)
		}()
	}
}

func TestHMACStandsInForRSA(t *testing.T) {
	mac := func(message []byte) []byte {
		h := hmac.New(sha256.New, []byte("k"))
		_, _ = h.Write(message) // never fails
		return h.Sum(nil)
	}
	g := New(Config{
		AppID: "1",
		Sign:  func(m []byte) ([]byte, error) { return mac(m), nil },
		Verify: func(m, s []byte) error {
			if !bytes.Equal(s, mac(m)) {
				return errors.New("other")
			}
			return nil
		},
	})
	if err := g.verify([]byte("a"), mac([]byte("a"))); err != nil {
		t.Error(err)
	}
	if err := g.verify([]byte("b"), mac([]byte("a"))); err == nil {
		t.Error("a wrong signature is right")
	}
	if s, err := g.sign([]byte("a")); err != nil || !bytes.Equal(s, mac([]byte("a"))) {
		t.Errorf("%x, %v", s, err)
	}
}

func TestNothingPrintsKeysOrCodes(t *testing.T) {
	g := New(Keys().Config())
	code := g.Wallet("").Code()
	text := fmt.Sprintf("%v %+v %#v %s %v", g, g, g, g, g.Wallet("").Shown())
	if strings.Contains(text, code) || len(text) > 500 || !strings.Contains(text, "28****") {
		t.Errorf("prints %.600s", text)
	}
}

func TestWhatIsDueHappensAtItsTime(t *testing.T) {
	w := newWorld(t, nil)
	w.set("pay next password 8s", "pay next password 5s")
	w.want("pay 1 -> 10003", "pay 2 -> 10003")
	at, booked := w.g.NextDue()
	if !booked || at.Sub(w.clock.Now()) != 5*time.Second {
		t.Errorf("next due %s, %v", at, booked)
	}
	w.want("wait 8s -> <nil>")
	var paid []string
	w.g.OnEvent(func(e Event) {
		if e.Kind == Charged {
			paid = append(paid, e.Order+e.At.Format(" 05"))
		}
	})
	w.g.Settle()
	if got := strings.Join(paid, ","); got != "2 05,1 08" {
		t.Errorf("paid %s", got)
	}
}

func TestManyTerminalsAtOnceRefundNoMoreThanWasPaid(t *testing.T) {
	w := newWorld(t, nil)
	w.want("pay 1 -> 10000")
	var all sync.WaitGroup
	for i := range 16 {
		f := w.parameters("alipay.trade.refund", map[string]any{
			"out_trade_no": "1", "out_request_no": fmt.Sprint("k", i%8), "refund_amount": "3.00"}, nil)
		all.Go(func() {
			if _, err := w.send(f); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if o, _ := w.g.Order("1"); o.Returned != 900 || len(o.Refunds) != 3 {
		t.Errorf("%+v", o)
	}
}
