package bench

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"till/sim/railsim"
	"till/sim/rig"
)

// newBench is a page around a world whose terminal is switched off.
func newBench(t *testing.T) *Bench {
	t.Helper()
	r, err := rig.Start(rig.Options{Dir: t.TempDir(), Exe: "/bin/false", Off: true})
	if err != nil {
		t.Fatal(err)
	}
	b := New(r, Options{Lang: "en"})
	t.Cleanup(func() {
		b.hub.stop()
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// ask sends one request as a page of this machine does, changed by set.
func ask(b *Bench, method, path, body string, set func(*http.Request)) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, "http://127.0.0.1:8420"+path, strings.NewReader(body))
	req.RemoteAddr = "127.0.0.1:50000"
	if set != nil {
		set(req)
	}
	res := httptest.NewRecorder()
	b.ServeHTTP(res, req)
	return res
}

func TestOnlyPagesOfThisMachineGetIn(t *testing.T) {
	b := newBench(t)
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	host := func(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }
	for _, c := range []struct {
		name, method, path string
		set                func(*http.Request)
		want               int
	}{
		{"the page", "GET", "/", nil, 200},
		{"by name", "GET", "/", host("localhost:8420"), 200},
		{"by name without a port", "GET", "/", host("localhost"), 200},
		{"by IPv6", "GET", "/", host("[::1]:8420"), 200},
		{"by another name", "GET", "/", host("evil.example"), 403},
		{"by another name with a port", "GET", "/", host("evil.example:8420"), 403},
		{"by a name that begins well", "GET", "/", host("127.0.0.1.evil.example"), 403},
		{"by no name", "GET", "/", host(""), 403},
		{"by every address", "GET", "/", host("0.0.0.0:8420"), 403},
		{"events by another name", "GET", "/events", host("evil.example"), 403},
		{"from another machine", "GET", "/", func(r *http.Request) { r.RemoteAddr = "192.0.2.7:4000" }, 403},
		{"a key", "POST", "/key/1", nil, 204},
		{"a key of its own page", "POST", "/key/1", header("Origin", "http://127.0.0.1:8420"), 204},
		{"a key of a foreign page", "POST", "/key/1", header("Origin", "http://evil.example"), 403},
		{"a key of a foreign page, newer browser", "POST", "/key/1", header("Sec-Fetch-Site", "cross-site"), 403},
		{"a key by GET", "GET", "/key/1", nil, 405},
		{"a key that is none", "POST", "/key/boom", nil, 400},
		{"a switch that is none", "POST", "/set/gravity/off", nil, 400},
		{"a value that is none", "POST", "/set/power/maybe", nil, 400},
		{"a negative latency", "POST", "/set/latency/-1", nil, 400},
		{"a story that is none", "POST", "/story/happy", nil, 400},
		{"a gateway that is none", "POST", "/gateway/paypal/pay/decline", nil, 400},
		{"a way to pay that is none", "POST", "/gateway/alipay/pay/always", nil, 400},
		{"refunds that Alipay does not have", "POST", "/gateway/alipay/refund/closed", nil, 400},
		{"refunds that WeChat Pay has", "POST", "/gateway/wechatpay/refund/closed", nil, 204},
		{"a merchant who takes all", "POST", "/gateway/alipay/merchant/rob", nil, 400},
		{"a wallet that is none", "POST", "/set/wallet/purse", nil, 400},
		{"staff where none is", "POST", "/set/staff/demo", nil, 400},
		{"a code where none is on show", "POST", "/phone/camera", nil, 400},
		{"a bill of nothing", "POST", "/phone/bill", nil, 400},
		{"a receipt where none is", "POST", "/receipt/0", nil, 400},
		{"a receipt with a bad number", "POST", "/receipt/x", nil, 400},
		{"a slip that is none", "GET", "/slip/1.png", nil, 404},
		{"a slip that is a path", "GET", "/slip/..%2f1.png", nil, 404},
		{"a file that is none", "GET", "/etc/passwd", nil, 404},
	} {
		if got := ask(b, c.method, c.path, "", c.set).Code; got != c.want {
			t.Errorf("%s: status %d, want %d", c.name, got, c.want)
		}
	}
}

func TestPageRunsOnlyItsOwnScript(t *testing.T) {
	res := ask(newBench(t), "GET", "/", "", nil)
	got := res.Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", hashOf("script"), hashOf("style"), "frame-ancestors 'none'"} {
		if !strings.Contains(got, want) {
			t.Errorf("the policy %q lacks %s", got, want)
		}
	}
	if strings.Contains(got, "unsafe") {
		t.Errorf("the policy %q is unsafe", got)
	}
	for _, foreign := range []string{"http://", "https://", " style=", " onclick=", "import("} {
		if strings.Contains(page, foreign) {
			t.Errorf("the page has %q in it", foreign)
		}
	}
}

// TestPageSaysEverythingInBothLanguages joins the texts in the page's script.
func TestPageSaysEverythingInBothLanguages(t *testing.T) {
	_, rest, _ := strings.Cut(page, "const TEXT = {")
	en, zh, ok := strings.Cut(rest, "\n  zh: {")
	zh, _, ok2 := strings.Cut(zh, "\n};")
	if !ok || !ok2 {
		t.Fatal("the texts were not found")
	}
	names := func(s string) []string {
		var out []string
		s = regexp.MustCompile(`"[^"]*"`).ReplaceAllString(s, `""`)
		for _, m := range regexp.MustCompile(`(\w+): ?(?:""|\w+ =>|\(|\{)`).FindAllStringSubmatch(s, -1) {
			if m[1] != "en" {
				out = append(out, m[1])
			}
		}
		slices.Sort(out)
		return out
	}
	if e, z := names(en), names(zh); !slices.Equal(e, z) || len(e) < 50 {
		t.Errorf("the languages differ:\n%v\n%v", e, z)
	}
	for _, m := range regexp.MustCompile(`data-[tp]="(\w+)"`).FindAllStringSubmatch(page, -1) {
		if !slices.Contains(names(en), m[1]) {
			t.Errorf("nothing says what %q is", m[1])
		}
	}
}

// TestPageHasAButtonForEveryStoryKeyAndMode joins the page and what it asks for.
func TestPageHasAButtonForEveryStoryKeyAndMode(t *testing.T) {
	for name := range stories {
		if !strings.Contains(page, `data-story="`+name+`"`) {
			t.Errorf("no button for the story %s", name)
		}
	}
	for _, k := range keys {
		if !strings.Contains(page, `data-k="`+k+`"`) {
			t.Errorf("no button for the key %s", k)
		}
	}
	for name := range payModes {
		if !strings.Contains(page, `name="mode" id="mode-`+name+`" value="`+name+`"`) {
			t.Errorf("no button for payments: %s", name)
		}
	}
	for name := range refundModes {
		button := `name="refund" id="refund-` + name + `" value="` + name + `"`
		if !slices.Contains(refundNames, name) || !strings.Contains(page, button) {
			t.Errorf("no button for refunds: %s", name)
		}
	}
	for name := range wallets {
		if !strings.Contains(page, `name="wallet" id="wallet-`+name+`" value="`+name+`"`) {
			t.Errorf("no button for the wallet %s", name)
		}
	}
	for name, values := range switches {
		for value := range values {
			if !strings.Contains(page, `data-set="`+name+`"`) || !strings.Contains(page, `"`+value+`"`) {
				t.Errorf("no switch for %s %s", name, value)
			}
		}
	}
}

func TestEventsBeginWithEverything(t *testing.T) {
	b := newBench(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- b.Serve(ctx, ln) }()
	res, err := http.Get("http://" + ln.Addr().String() + "/events")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for lines := bufio.NewScanner(res.Body); len(names) < 7 && lines.Scan(); {
		if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			names = append(names, name)
		}
	}
	if want := []string{"frame", "frame", "paper", "ledger", "world", "phone", "log"}; !slices.Equal(names, want) {
		t.Errorf("the page got %v, want %v", names, want)
	}
	cancel()
	if err := <-served; err != nil {
		t.Errorf("serve: %v", err)
	}
	if err := res.Body.Close(); err != nil {
		t.Error(err)
	}
}

func TestPageThatIsTooSlowIsDroppedAndNobodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHub(func(part) []message { return nil })
		defer h.stop()
		slow, quick := h.join(), h.join()
		got := 0
		for range queueLen + 10 {
			h.send(message{"cue", nil})
			<-quick
			got++
		}
		n := 0
		for range slow {
			n++
		}
		if n != queueLen || got != queueLen+10 {
			t.Errorf("the slow page got %d, the quick one %d", n, got)
		}
		h.leave(slow) // its handler does
		h.leave(quick)
	})
}

func TestChangesThatComeTogetherAreSentTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked []part
		h := newHub(func(p part) []message {
			asked = append(asked, p)
			return nil
		})
		defer h.stop()
		h.mark(paperPart)
		synctest.Wait()
		for range 100 {
			h.mark(paperPart)
			h.mark(ledgerPart)
		}
		time.Sleep(10 * refreshEvery)
		synctest.Wait()
		if want := []part{paperPart, paperPart | ledgerPart}; !slices.Equal(asked, want) {
			t.Errorf("asked for %v, want %v", asked, want)
		}
	})
}

func TestLogMasksWhatIsScanned(t *testing.T) {
	b := newBench(t)
	if err := b.Scan("134567890123456789"); err != nil {
		t.Fatal(err)
	}
	if err := b.Phone("present"); err != nil {
		t.Fatal(err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.log {
		if strings.Contains(l.Text, "134567890123456789") || strings.Contains(l.Text, b.phone.Code) {
			t.Errorf("the log says %q", l.Text)
		}
	}
	if got := masked("134567890123456789"); got != "1345**********6789" {
		t.Errorf("masked: %s", got)
	}
}

func TestPhoneShowsAFreshCodeOnceTheLastWasUsed(t *testing.T) {
	b := newBench(t)
	code := func(what string) string {
		if err := b.Phone(what); err != nil {
			t.Fatal(err)
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.phone.Code
	}
	first := code("present")
	if again := code("again"); again != first {
		t.Error("again is another code")
	}
	if second := code("present"); second == first {
		t.Error("a used code was presented as new")
	}
	b.mu.Lock()
	b.phone.used, b.phone.shown = false, time.Now().Add(-codeLife)
	old := b.phone.Code
	b.mu.Unlock()
	if code("present") == old {
		t.Error("an expired code was presented")
	}
}

func TestWhatIsDoneBecomesAScript(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecorder()
		time.Sleep(time.Hour)
		for _, k := range []string{"1", "2", "enter"} {
			r.key(k)
		}
		r.add("scan wallet")
		r.key("f1")
		time.Sleep(6*time.Second + 400*time.Millisecond)
		r.add("power cut")
		r.add("power on")
		r.key("f3")
		const want = "# Recorded on the bench. Play it: till play FILE\n" +
			"keys 1 2 enter\nscan wallet\nkeys f1\nwait 6s\npower cut\npower on\nkeys f3\n"
		if got := r.script(); got != want {
			t.Errorf("recorded:\n%s\nwant:\n%s", got, want)
		}
		time.Sleep(30 * time.Second)
		if got := r.script(); got != want+"wait 30s\n" {
			t.Errorf("half a minute later it says:\n%s", got)
		}
	})
	bill := []railsim.BillLine{{Fen: -12800}, {Fen: 4000}, {Fen: 5}}
	if got := expectation(bill); got != "wait 60s\nexpect bill paid 128.00, back 40.00, back 0.05\n" || expectation(nil) != "" {
		t.Errorf("the bill becomes %q", got)
	}
}

func TestListenRefusesWhatOthersCanReach(t *testing.T) {
	for _, addr := range []string{":0", "0.0.0.0:0", "192.0.2.1:0", "example.com:0", "127.0.0.1"} {
		if ln, err := Listen(addr); err == nil {
			t.Errorf("%s was listened on", addr)
			_ = ln.Close() // the test has failed
		}
	}
	ln, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := ln.Close(); err != nil {
		t.Error(err)
	}
}
