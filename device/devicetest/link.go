package devicetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"till/device"
	"till/device/link"
)

// Linker is what device/link and its twin can do.
type Linker interface {
	Do(context.Context, link.Request) (link.Response, link.Trace, error)
	Warm(ctx context.Context, url string) error
	Close() error
}

// LinkTrouble is what stands between a link and the gateway.
type LinkTrouble uint8

// The troubles that every link can be put in.
const (
	LinkFine      LinkTrouble = iota
	LinkRefused               // nobody listens
	LinkNoName                // the name does not resolve
	LinkUntrusted             // another authority's certificate
	LinkMute                  // the gateway acts and does not answer
	LinkCut                   // the gateway acts and its answer breaks off
)

// LinkRig is a link to a gateway that runs the suite's handler.
type LinkRig struct {
	Link Linker

	// Trouble puts the way to the gateway in trouble and returns the URL,
	// without a path, at which requests meet it.
	Trouble func(LinkTrouble) (url string)
}

// LinkOptions is what a case wants of its link. Zero: 10 s, no one to tell.
type LinkOptions struct {
	AnswerTimeout time.Duration
	OnState       func(up bool, f *device.Fault)
}

// TestLink runs the conformance suite on links that open makes: each on a
// fresh gateway that runs h.
func TestLink(t *testing.T, open func(t *testing.T, h http.Handler, o LinkOptions) LinkRig) {
	cases := []struct {
		promise string
		test    func(*testing.T, *linkCase)
	}{
		{"a request arrives as it was given", linkDelivers},
		{"every status is an answer and no redirect is followed", linkStatuses},
		{"before a connection nothing was sent", linkUnsent},
		{"an answer that does not come is an error after sending", linkLost},
		{"a request whose answer broke off is never sent again", linkOnce},
		{"an answer is read up to its limit", linkLimit},
		{"a connection is reused, and warm before the first request", linkWarm},
		{"up and down are told once", linkStates},
		{"the context ends a request and says nothing about the link", linkCancel},
		{"what cannot be a request is refused", linkRefuses},
	}
	for _, c := range cases {
		t.Run(c.promise, func(t *testing.T) {
			c.test(t, &linkCase{open: open})
		})
	}
}

// linkCase is one case's gateway: it notes what it was asked and answers as the
// path says.
type linkCase struct {
	open func(*testing.T, http.Handler, LinkOptions) LinkRig

	mu     sync.Mutex
	served []string
	states []string
	head   http.Header // of the last request
	hang   func()      // called by /hang
}

func (c *linkCase) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	c.mu.Lock()
	c.served = append(c.served, fmt.Sprintf("%s %s %s", r.Method, r.URL.RequestURI(), body))
	c.head = r.Header.Clone()
	c.mu.Unlock()
	var n int
	switch {
	case scan(r.URL.Path, "/status/%d", &n):
		w.Header().Set("Location", "/elsewhere")
		w.Header().Set("Date", "Sun, 22 Nov 2026 10:00:00 GMT")
		w.WriteHeader(n)
	case scan(r.URL.Path, "/bytes/%d", &n):
		_, _ = w.Write(bytes.Repeat([]byte("x"), n)) // the client may have hung up on purpose
	case r.URL.Path == "/hang":
		c.hang()
		<-r.Context().Done()
	default:
		w.Header().Set("X-Echo", "yes")
		_, _ = w.Write(body) // as above
	}
}

func scan(path, format string, n *int) bool {
	got, err := fmt.Sscanf(path, format, n)
	return err == nil && got == 1
}

// rig opens a link that answers within limit, 0 meaning one that no test waits
// for.
func (c *linkCase) rig(t *testing.T, limit time.Duration) LinkRig {
	t.Helper()
	if limit == 0 {
		limit = 10 * time.Second
	}
	return c.open(t, c, LinkOptions{AnswerTimeout: limit, OnState: func(up bool, f *device.Fault) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if up {
			c.states = append(c.states, "up")
			return
		}
		c.states = append(c.states, string(f.Code))
	}})
}

func (c *linkCase) expectServed(t *testing.T, want ...string) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !slices.Equal(c.served, want) {
		t.Errorf("the gateway served %q, want %q", c.served, want)
	}
}

func (c *linkCase) expectStates(t *testing.T, want ...string) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !slices.Equal(c.states, want) {
		t.Errorf("states are %q, want %q", c.states, want)
	}
}

// expectFault checks an error of Do and what its trace says of sending.
func expectFault(t *testing.T, err error, tr link.Trace, code device.Code, sent bool) {
	t.Helper()
	f, ok := errors.AsType[*device.Fault](err)
	if !ok || f.Code != code || f.Device != device.Link {
		t.Errorf("error is %v, want a link fault %s", err, code)
	} else if f.Op == "" || f.Err == nil {
		t.Errorf("fault %v does not name its stage and cause", f)
	}
	if tr.Sent != sent {
		t.Errorf("%s: trace says sent = %v, want %v", code, tr.Sent, sent)
	}
	if tr.Stage == link.Done {
		t.Errorf("%s: the trace of a failed request says done", code)
	}
}

func mustDo(t *testing.T, l Linker, req link.Request) (link.Response, link.Trace) {
	t.Helper()
	resp, tr, err := l.Do(t.Context(), req)
	if err != nil {
		t.Fatalf("%s %s: %v", req.Method, req.URL, err)
	}
	if !tr.Sent || tr.Stage != link.Done {
		t.Errorf("%s %s: answered, and the trace says sent = %v, stage %v", req.Method, req.URL, tr.Sent, tr.Stage)
	}
	return resp, tr
}

func linkDelivers(t *testing.T, c *linkCase) {
	rig := c.rig(t, 0)
	url := rig.Trouble(LinkFine)
	body := []byte("{\"auth_code\":\"\x00\xff\"}")
	resp, _ := mustDo(t, rig.Link, link.Request{
		Method: http.MethodPost, URL: url + "/v3/pay?mchid=1%2F2",
		Header: link.Header{{"Content-Type", "application/json"}, {"Authorization", "X y"}}, Body: body,
	})
	if resp.Status != 200 || !bytes.Equal(resp.Body, body) || resp.Header.Value("x-echo") != "yes" {
		t.Errorf("answer is %d %q %q", resp.Status, resp.Header, resp.Body)
	}
	c.expectServed(t, "POST /v3/pay?mchid=1%2F2 "+string(body))
	for name, want := range map[string]string{
		"Content-Type": "application/json", "Authorization": "X y", "User-Agent": "till", "Accept-Encoding": "",
	} {
		if got := c.head.Get(name); got != want {
			t.Errorf("header %s arrived as %q, want %q", name, got, want)
		}
	}
}

func linkStatuses(t *testing.T, c *linkCase) {
	rig := c.rig(t, 0)
	url := rig.Trouble(LinkFine)
	var want []string
	for _, status := range []int{200, 204, 302, 307, 401, 429, 500, 502} {
		path := fmt.Sprintf("/status/%d", status)
		resp, tr := mustDo(t, rig.Link, link.Request{Method: http.MethodGet, URL: url + path})
		if resp.Status != status || resp.Header.Value("Location") != "/elsewhere" {
			t.Errorf("%s: answer is %d %q", path, resp.Status, resp.Header)
		}
		if date := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC); !tr.ServerDate.Equal(date) {
			t.Errorf("%s: the server's date is %v, want %v", path, tr.ServerDate, date)
		}
		want = append(want, "GET "+path+" ")
	}
	c.expectServed(t, want...)
}

func linkUnsent(t *testing.T, c *linkCase) {
	rig := c.rig(t, 0)
	for trouble, code := range map[LinkTrouble]device.Code{
		LinkRefused: device.LinkDown, LinkNoName: device.LinkNameUnknown, LinkUntrusted: device.LinkUntrusted,
	} {
		_, tr, err := rig.Link.Do(t.Context(), link.Request{Method: http.MethodPost, URL: rig.Trouble(trouble) + "/pay", Body: []byte("x")})
		expectFault(t, err, tr, code, false)
	}
	c.expectServed(t)
}

func linkLost(t *testing.T, c *linkCase) {
	rig := c.rig(t, 50*time.Millisecond)
	_, tr, err := rig.Link.Do(t.Context(), link.Request{Method: http.MethodPost, URL: rig.Trouble(LinkMute) + "/pay", Body: []byte("1")})
	expectFault(t, err, tr, device.LinkSlow, true)
	if tr.Stage != link.Wait || tr.Wait <= 0 {
		t.Errorf("silence ended in stage %v after %v", tr.Stage, tr.Wait)
	}

	c2 := &linkCase{open: c.open}
	rig = c2.rig(t, 0)
	_, tr, err = rig.Link.Do(t.Context(), link.Request{Method: http.MethodPost, URL: rig.Trouble(LinkCut) + "/pay", Body: []byte("2")})
	expectFault(t, err, tr, device.LinkBroken, true)
	c2.expectServed(t, "POST /pay 2")
}

// linkOnce is about reused connections: that is where clients like to try again.
func linkOnce(t *testing.T, c *linkCase) {
	for _, method := range []string{http.MethodPost, http.MethodGet} {
		c := &linkCase{open: c.open}
		rig := c.rig(t, 0)
		url := rig.Trouble(LinkFine)
		mustDo(t, rig.Link, link.Request{Method: http.MethodGet, URL: url + "/first"})
		url = rig.Trouble(LinkCut)
		_, tr, err := rig.Link.Do(t.Context(), link.Request{
			Method: method, URL: url + "/pay", Header: link.Header{{"Idempotency-Key", "7"}},
		})
		expectFault(t, err, tr, device.LinkBroken, true)
		if !tr.Reused {
			t.Errorf("%s: the connection was not reused, so nothing is proved", method)
		}
		c.expectServed(t, "GET /first ", method+" /pay ")
	}
}

func linkLimit(t *testing.T, c *linkCase) {
	rig := c.rig(t, 0)
	url := rig.Trouble(LinkFine)
	resp, _ := mustDo(t, rig.Link, link.Request{Method: http.MethodGet, URL: fmt.Sprintf("%s/bytes/%d", url, link.DefaultMaxAnswer)})
	if len(resp.Body) != link.DefaultMaxAnswer {
		t.Errorf("body has %d bytes, want %d", len(resp.Body), link.DefaultMaxAnswer)
	}
	_, tr, err := rig.Link.Do(t.Context(), link.Request{Method: http.MethodGet, URL: fmt.Sprintf("%s/bytes/%d", url, link.DefaultMaxAnswer+1)})
	expectFault(t, err, tr, device.LinkBroken, true)
}

func linkWarm(t *testing.T, c *linkCase) {
	rig := c.rig(t, 0)
	url := rig.Trouble(LinkFine)
	for range 2 {
		if err := rig.Link.Warm(t.Context(), url); err != nil {
			t.Fatal(err)
		}
	}
	c.expectStates(t, "up")
	c.expectServed(t)
	get := link.Request{Method: http.MethodGet, URL: url + "/"}
	for i := range 3 {
		if _, tr := mustDo(t, rig.Link, get); !tr.Reused || tr.Connect != 0 || tr.TLS != 0 {
			t.Errorf("request %d after warming: reused = %v, connect %v, TLS %v", i, tr.Reused, tr.Connect, tr.TLS)
		}
	}
	if err := rig.Link.Close(); err != nil {
		t.Fatal(err)
	}
	if _, tr := mustDo(t, rig.Link, get); tr.Reused {
		t.Error("a connection was reused after Close")
	}
	err := rig.Link.Warm(t.Context(), rig.Trouble(LinkRefused))
	if f, ok := errors.AsType[*device.Fault](err); !ok || f.Code != device.LinkDown {
		t.Errorf("warming where nobody listens: %v, want L01", err)
	}
	c.expectStates(t, "up", "L01")
}

func linkStates(t *testing.T, c *linkCase) {
	rig := c.rig(t, 0)
	for _, trouble := range []LinkTrouble{LinkFine, LinkFine, LinkRefused, LinkRefused, LinkNoName, LinkCut, LinkFine, LinkFine} {
		url := rig.Trouble(trouble)
		_, _, err := rig.Link.Do(t.Context(), link.Request{Method: http.MethodGet, URL: url + "/"})
		if (err == nil) != (trouble == LinkFine) {
			t.Errorf("trouble %d: %v", trouble, err)
		}
	}
	c.expectStates(t, "up", "L01", "L02", "L05", "up")
}

func linkCancel(t *testing.T, c *linkCase) {
	rig := c.rig(t, 0)
	url := rig.Trouble(LinkFine)
	ctx, cancel := context.WithCancel(t.Context())
	c.hang = cancel
	_, tr, err := rig.Link.Do(ctx, link.Request{Method: http.MethodPost, URL: url + "/hang", Body: []byte("1")})
	expectFault(t, err, tr, device.LinkSlow, true)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v does not wrap the context's error", err)
	}
	_, tr, err = rig.Link.Do(ctx, link.Request{Method: http.MethodPost, URL: url + "/", Body: []byte("2")})
	expectFault(t, err, tr, device.LinkSlow, false)
	c.expectServed(t, "POST /hang 1")
	c.expectStates(t)
}

func linkRefuses(t *testing.T, c *linkCase) {
	rig := c.rig(t, 0)
	url := rig.Trouble(LinkFine)
	for _, req := range []link.Request{
		{Method: "GET", URL: ""},
		{Method: "GET", URL: strings.Replace(url, "https", "http", 1)},
		{Method: "GET", URL: "https://"},
		{Method: "GE T", URL: url},
		{Method: "GET", URL: url + "/\x00"},
		{Method: "GET", URL: url, Header: link.Header{{"a b", "c"}}},
		{Method: "GET", URL: url, Header: link.Header{{"A", "b\r\nC: d"}}},
	} {
		_, tr, err := rig.Link.Do(t.Context(), req)
		expectFault(t, err, tr, device.LinkDown, false)
	}
	c.expectServed(t)
	c.expectStates(t)
}
