package linksim

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"till/device/devicetest"
	"till/device/link"
)

// clock is time that passes when somebody sleeps.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return nil
}

// gateway runs a handler on requests as a server would see them.
type gateway struct{ handler http.Handler }

func (g gateway) Do(_ context.Context, r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	g.handler.ServeHTTP(w, r)
	return w.Result(), nil
}

func TestConformance(t *testing.T) {
	mishaps := map[devicetest.LinkTrouble]Mishap{
		devicetest.LinkFine: Fine, devicetest.LinkRefused: Refused, devicetest.LinkNoName: NoName,
		devicetest.LinkUntrusted: Untrusted, devicetest.LinkMute: DropAnswer, devicetest.LinkCut: CutAnswer,
	}
	devicetest.TestLink(t, func(t *testing.T, h http.Handler, o devicetest.LinkOptions) devicetest.LinkRig {
		l := New(Config{Clock: newClock(), AnswerTimeout: o.AnswerTimeout, OnState: o.OnState}, gateway{h})
		return devicetest.LinkRig{Link: l, Trouble: func(trouble devicetest.LinkTrouble) string {
			l.Set(mishaps[trouble])
			return "https://gateway.example"
		}}
	})
}

// world is a link to a gateway that notes its requests and when they came.
type world struct {
	*Link
	clock  *clock
	start  time.Time
	served []string
}

func newWorld() *world {
	w := &world{clock: newClock()}
	w.start = w.clock.Now()
	w.Link = New(Config{Clock: w.clock}, gateway{w})
	return w
}

func (w *world) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	w.served = append(w.served, fmt.Sprintf("%s at %v", body, w.clock.Now().Sub(w.start)))
}

// pay sends body and returns how it ended and when, for instance "wait for
// answer: L04 sent at 15s".
func (w *world) pay(t *testing.T, body string) string {
	t.Helper()
	_, tr, err := w.Do(t.Context(), link.Request{Method: http.MethodPost, URL: "https://gateway.example/pay", Body: []byte(body)})
	end := "ok"
	if err != nil {
		end = strings.TrimPrefix(err.Error(), "link: ")
		end = end[:strings.LastIndex(end, ": ")]
	}
	if tr.Sent {
		end += " sent"
	}
	return fmt.Sprintf("%s at %v", end, w.clock.Now().Sub(w.start))
}

func expect(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %s, want %s", what, got, want)
	}
}

func TestEachMishapEndsAsItsNameSays(t *testing.T) {
	cases := []struct {
		mishap Mishap
		end    string
		served []string
	}{
		{Fine, "ok sent at 0s", []string{"1 at 0s"}},
		{Refused, "connect: L01 at 0s", nil},
		{NoName, "find host: L02 at 0s", nil},
		{Untrusted, "shake hands: L03 at 0s", nil},
		{Wedged, "shake hands: L04 at 5s", nil},
		{DropRequest, "wait for answer: L04 sent at 15s", nil},
		{LateRequest, "wait for answer: L04 sent at 15s", []string{"1 at 25s"}},
		{DropAnswer, "wait for answer: L04 sent at 15s", []string{"1 at 0s"}},
		{CutAnswer, "read answer: L05 sent at 0s", []string{"1 at 0s"}},
		{Twice, "ok sent at 0s", []string{"1 at 0s", "1 at 0s"}},
	}
	for _, c := range cases {
		w := newWorld()
		w.Inject(c.mishap, 1, nil)
		expect(t, fmt.Sprintf("mishap %d", c.mishap), w.pay(t, "1"), c.end)
		if due, ok := w.Due(); ok {
			w.clock.now = due
			w.Deliver(t.Context())
		}
		if !slices.Equal(w.served, c.served) {
			t.Errorf("mishap %d: served %q, want %q", c.mishap, w.served, c.served)
		}
		if end := w.pay(t, "2"); !strings.HasPrefix(end, "ok") {
			t.Errorf("after mishap %d: %s", c.mishap, end)
		}
	}
}

func TestDelaysTakeTheirTimeAndTooLongIsSilence(t *testing.T) {
	w := newWorld()
	w.Delay(2*time.Second, 3*time.Second)
	expect(t, "5 s", w.pay(t, "1"), "ok sent at 5s")
	w.Delay(2*time.Second, 13*time.Second)
	expect(t, "15 s", w.pay(t, "2"), "wait for answer: L04 sent at 20s")
	w.Delay(15*time.Second, 0)
	expect(t, "late request", w.pay(t, "3"), "wait for answer: L04 sent at 35s")
	w.Delay(0, 0)
	expect(t, "after a late one", w.pay(t, "4"), "ok sent at 35s")
	w.clock.now = w.start.Add(45 * time.Second)
	expect(t, "when the late one arrives", w.pay(t, "5"), "ok sent at 45s")
	want := []string{"1 at 2s", "2 at 7s", "4 at 35s", "3 at 45s", "5 at 45s"}
	if !slices.Equal(w.served, want) {
		t.Errorf("served %q, want %q", w.served, want)
	}
}

func TestRulesWaitForTheirRequests(t *testing.T) {
	w := newWorld()
	w.Inject(Fine, 1, nil)
	w.Inject(DropAnswer, 1, func(r link.Request) bool { return string(r.Body) == "refund" })
	w.Inject(CutAnswer, 2, nil)
	expect(t, "let pass", w.pay(t, "sale"), "ok sent at 0s")
	expect(t, "the second rule is not for it", w.pay(t, "sale"), "read answer: L05 sent at 0s")
	expect(t, "its rule", w.pay(t, "refund"), "wait for answer: L04 sent at 15s")
	expect(t, "the last one", w.pay(t, "sale"), "read answer: L05 sent at 15s")
	expect(t, "all used up", w.pay(t, "refund"), "ok sent at 15s")
}

func TestLateRequestsArriveInTheOrderOfTheirTime(t *testing.T) {
	w := newWorld()
	w.postpone(delivery{w.start.Add(3), link.Request{URL: "https://x", Body: []byte("c")}})
	w.postpone(delivery{w.start.Add(1), link.Request{URL: "https://x", Body: []byte("a")}})
	w.postpone(delivery{w.start.Add(3), link.Request{URL: "https://x", Body: []byte("d")}})
	w.postpone(delivery{w.start.Add(2), link.Request{URL: "https://x", Body: []byte("b")}})
	w.clock.now = w.start.Add(3)
	if n := w.Deliver(t.Context()); n != 4 {
		t.Errorf("%d delivered, want 4", n)
	}
	if got := fmt.Sprint(w.served); got != "[a at 3ns b at 3ns c at 3ns d at 3ns]" {
		t.Errorf("served %s", got)
	}
}
