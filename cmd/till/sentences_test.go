package main

import (
	"slices"
	"strings"
	"testing"

	"till/device"
	"till/txn"
	"till/txn/rail/wechatpay"
	"till/txn/screen"
)

var languages = []txn.Lang{txn.Chinese, txn.English}

// TestEveryFaultHasSentences joins the codes of package device with the
// catalogue: what is wrong and what to do, in both languages.
func TestEveryFaultHasSentences(t *testing.T) {
	devices := []string{device.Scanner, device.Printer, device.Keypad, device.Display, device.Store, device.Link, device.Clock, device.Gateway}
	for _, c := range device.Codes {
		if !slices.Contains(screen.Faults(), string(c)) {
			t.Errorf("%s has no sentences", c)
		}
		for _, lang := range languages {
			for _, d := range devices {
				a := screen.In(lang).Fault(d, txn.FaultCode(c))
				if a.What == "" || a.Do == "" {
					t.Errorf("%s of the %s says %q, %q", c, d, a.What, a.Do)
				}
			}
		}
	}
	for _, c := range screen.Faults() {
		if !slices.Contains(device.Codes, device.Code(c)) {
			t.Errorf("%s has sentences and no device has it", c)
		}
	}
}

// TestEveryCodeOfANetworkHasSentences follows each code of WeChat Pay to its
// cause and on to what the cashier and the customer are told.
func TestEveryCodeOfANetworkHasSentences(t *testing.T) {
	codes := wechatpay.Codes()
	if len(codes) < 45 {
		t.Fatalf("only %d codes are mapped", len(codes))
	}
	for _, c := range codes {
		for _, cause := range c.Causes {
			if cause == txn.CauseNone {
				continue
			}
			if !slices.Contains(txn.Causes, cause) {
				t.Errorf("%s has the cause %q, which there is not", c.Code, cause)
			}
		}
	}
	for _, cause := range txn.Causes {
		for _, lang := range languages {
			a := screen.In(lang).Cause(cause)
			if a.What == "" || a.Do == "" || a.Payer == "" {
				t.Errorf("%s says %q, %q, %q", cause, a.What, a.Do, a.Payer)
			}
			if strings.Contains(strings.ToLower(a.What+a.Do+a.Payer), "failed") && cause == txn.CauseNoAnswer {
				t.Errorf("%s calls an unknown outcome failed", cause)
			}
		}
	}
}
