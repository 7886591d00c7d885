package main

import (
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"till/sim/railsim/wechatsim"
)

// TestAMissingDeviceIsNamedAndTakenWhenItAppears: the terminal starts without
// its devices, says which is missing, and needs no restart when it comes.
func TestAMissingDeviceIsNamedAndTakenWhenItAppears(t *testing.T) {
	exe := e2eBinary(t)
	t.Parallel()
	w := e2eBuildWorld(t, exe)
	missing := map[string]string{
		"scanner": "The scanner is not connected · D01",
		"keypad":  "The keypad is not connected · D01",
		"printer": "The printer is not connected · D01",
	}
	for device := range missing {
		w.must(w.Unplug(device))
	}
	w.on()
	w.screen("Plug in its cable")
	w.screen("(2 more)")
	for device := range missing {
		w.until("the log about the "+device, func() bool {
			return slices.ContainsFunc(w.Log(), func(l string) bool {
				return strings.Contains(l, "fault.code=D01 fault.device="+device)
			})
		})
	}
	w.must(w.Plug("keypad"))
	w.screen("(1 more)")
	w.must(w.Plug("scanner"))
	w.screen(missing["printer"])
	w.must(w.Plug("printer"))
	took := w.until("an end of the complaint", func() bool { return !w.reads("D01") })
	t.Logf("the printer was taken after %v", took) // half a second a try, and the questions to it
	w.must(w.Ready(e2ePatience))
	w.sell("3", "00")

	w.must(w.Unplug("scanner")) // while a code is waited for
	w.press("4", "00", "enter")
	w.screen(missing["scanner"])
	w.must(w.Plug("scanner"))
	t.Logf("the scanner was taken after %v", w.until("an end of the complaint", func() bool { return !w.reads("D01") }))
	w.must(w.Ready(e2ePatience))
	w.must(w.Scanner.Send(w.Gateway.Wallet("").Code()))
	w.screen("05-approved")
}

// TestSalesGoOnWithoutThePrinter: they are approved and said to be safe, and
// their receipts come, once and unmarked, when the cable is back.
func TestSalesGoOnWithoutThePrinter(t *testing.T) {
	exe := e2eBinary(t)
	t.Parallel()
	w := e2eStart(t, exe)
	w.must(w.Unplug("printer"))
	for _, amount := range []string{"6", "7"} {
		w.ask(amount, "00")
		w.screen("13-paperout")
		if !w.reads("The sale is safe. Do not charge again.") {
			t.Errorf("the screen is %+v", w.Operator())
		}
		w.press("enter")
	}
	w.screen("01-idle")
	if got := strings.Join(booksOf(w.Gateway), ", "); got != "paid 6.00, paid 7.00" {
		t.Errorf("the gateway's books: %s", got)
	}
	w.must(w.Plug("printer"))
	w.until("both receipts", func() bool { return w.pieces() == 2 })
	w.until("an end of the complaint", func() bool { return !w.reads("D01") })
	for i, r := range w.Printer.Receipts() {
		e2eSays(t, "the receipt", r.Text, "￥"+[]string{"6", "7"}[i]+".00")
		if strings.Contains(r.Text, "重打印") {
			t.Errorf("receipt %d is marked, and nothing of it was printed before:\n%s", i+1, r.Text)
		}
	}
	w.stop()
	end := e2eRun(t, exe, "journal", "show", "1", "--data", w.DataDir())
	e2eSays(t, "show 1", end.out, "paid", "receipt-printed  level A")
}

// e2eGateway is a second gateway, with keys that the configuration knows and a
// certificate from somebody else. It returns its address and its ca_file.
func e2eGateway(t *testing.T, handler http.Handler) (url, ca string) {
	t.Helper()
	srv := httptest.NewUnstartedServer(handler)
	srv.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes that the terminal refuses
	srv.StartTLS()
	t.Cleanup(srv.Close)
	ca = filepath.Join(t.TempDir(), "ca.pem")
	block := &pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw}
	if err := os.WriteFile(ca, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	return srv.URL, ca
}

// point changes base_url and ca_file in the configuration.
func (w *e2eWorld) point(url, ca string) {
	w.t.Helper()
	e2eEdit(w.t, w.config(), func(text []byte) []byte {
		text = regexp.MustCompile(`(?m)^base_url = .*`).ReplaceAll(text, []byte(`base_url = "`+url+`"`))
		return regexp.MustCompile(`(?m)^ca_file = .*`).ReplaceAll(text, []byte(`ca_file = "`+ca+`"`))
	})
}

// TestBaseURLAndCAFileSayWhichGatewayIsTalkedTo, and nothing else has to change.
func TestBaseURLAndCAFileSayWhichGatewayIsTalkedTo(t *testing.T) {
	exe := e2eBinary(t)
	t.Parallel()
	w := e2eStart(t, exe)
	w.sell("1", "00")
	w.stop()

	other := wechatsim.New(wechatsim.Keys().Config())
	w.point(e2eGateway(t, other))
	w.on()
	w.ask("2", "00")
	w.screen("05-approved")
	first, second := strings.Join(booksOf(w.Gateway), ", "), strings.Join(booksOf(other), ", ")
	if first != "paid 1.00" || second != "paid 2.00" {
		t.Errorf("the first gateway has %q and the second %q", first, second)
	}
	w.must(other.CheckBooks())
}

// TestAGatewayThatNobodyVouchesForHearsNothing: with another authority's
// ca_file no sale is begun, the customer was not charged, and the gateway has not
// seen a byte of a request.
func TestAGatewayThatNobodyVouchesForHearsNothing(t *testing.T) {
	exe := e2eBinary(t)
	t.Parallel()
	heard := make(chan string, 100)
	other := wechatsim.New(wechatsim.Keys().Config())
	url, ca := e2eGateway(t, http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		heard <- req.Method + " " + req.URL.Path
		other.ServeHTTP(rw, req)
	}))
	w := e2eBuildWorld(t, exe)
	w.point(url, "keys/ca.pem") // the rig's own
	w.on()
	code := w.ask("8", "00")
	w.screen("16-offline")
	w.screen("Nothing was charged")
	w.press("cancel")
	w.screen("L03")
	if n := len(heard); n > 0 {
		t.Errorf("the gateway heard %d requests, the first of them %s", n, <-heard)
	}
	w.stop()
	if end := e2eRun(t, exe, "journal", "show", "1", "--data", w.DataDir()); end.status != exitAbsent {
		t.Errorf("show 1: status %d\n%s", end.status, end.out)
	}
	if got := append(other.Orders(), w.Gateway.Orders()...); len(got) > 0 {
		t.Errorf("a gateway has %+v", got)
	}

	w.point(url, ca) // with the right one the same code still pays
	w.on()
	w.screen("01-idle")
	w.press("8", "00", "enter")
	w.screen("03-waitcode")
	w.must(w.Scanner.Send(code))
	w.screen("05-approved")
	if got := strings.Join(booksOf(other), ", "); got != "paid 8.00" {
		t.Errorf("the gateway's books: %s", got)
	}
}

// TestSIGTERMEndsTheTerminalAndNothingIsForgotten: status 0, also in the middle
// of a sale, which the next start finishes.
func TestSIGTERMEndsTheTerminalAndNothingIsForgotten(t *testing.T) {
	exe := e2eBinary(t)
	t.Parallel()
	w := e2eStart(t, exe)
	w.stop() // at rest
	w.on()
	w.must(w.Gateway.SetText("pay next password"))
	w.ask("9", "00")
	w.screen("Waiting for customer")
	w.stop()
	w.must(w.Gateway.Wallet("").Confirm())
	w.on()
	e2eFinds(t, w, exe, "paid 9.00")
}

// e2eFinds waits for the end of the sale that was cut, and looks at what there
// is of it: one charge, one receipt, one journal that verifies.
func e2eFinds(t *testing.T, w *e2eWorld, exe, books string) {
	t.Helper()
	w.screen("Found: it was approved")
	w.until("the receipt", func() bool { return w.pieces() == 1 })
	w.screen("Receipt printed")
	if got := strings.Join(booksOf(w.Gateway), ", "); got != books {
		t.Errorf("the gateway's books: %s", got)
	}
	if o := w.Gateway.Orders()[0]; o.Pays != 1 {
		t.Errorf("the order was asked to be paid %d times", o.Pays)
	}
	w.press("enter")
	w.stop()
	if end := e2eRun(t, exe, "journal", "verify", "--data", w.DataDir()); end.status != 0 {
		t.Errorf("verify: %s", end.errOut)
	}
	if end := e2eRun(t, exe, "journal", "show", "1", "--data", w.DataDir()); strings.Count(end.out, " paid ") != 1 {
		t.Errorf("the story:\n%s", end.out)
	}
	if n := len(w.Printer.Receipts()); n != 1 {
		t.Errorf("%d pieces of paper", n)
	}
}

// TestSIGKILLInTheMiddleOfASaleLosesNothing: the power goes while the gateway
// works; the next start finds out that it was paid and prints.
func TestSIGKILLInTheMiddleOfASaleLosesNothing(t *testing.T) {
	exe := e2eBinary(t)
	t.Parallel()
	w := e2eStart(t, exe)
	w.CutWhen("charged")
	w.ask("1", "0", "00")
	w.until("the power cut", func() bool { return !w.Alive() })
	w.on()
	e2eFinds(t, w, exe, "paid 10.00")
}
