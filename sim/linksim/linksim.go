// Package linksim is the network between a terminal and its acquirers, without
// a network: it has the methods of device/link, hands each request to a gateway
// in the same process, and loses, delays, halves and doubles what it is told to
// lose, delay, halve and double. Its time is a clock that the world moves.
//
// # Decisions
//
// It borrows the request, answer and trace types of device/link, because those
// are the interface that both sides of a twin share; of the code that moves
// bytes it borrows nothing. What would change our mind: a type of device/link
// that starts to do something.
//
// It starts no goroutine. What arrives after the terminal stopped listening is
// kept and delivered by Deliver, or before the next request once its time has
// come, so that a seeded world stays in one order. What would change our mind:
// a world whose clock runs goroutines in a reproducible order by itself.
package linksim

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
	"time"

	"till/device"
	"till/device/link"
)

// Clock is the world's time. Sleep returns early with ctx's error.
type Clock interface {
	Now() time.Time
	Sleep(ctx context.Context, d time.Duration) error
}

// Doer is a gateway. It gets a request as a client writes it, with an absolute
// URL; its error stands for a connection that breaks off.
type Doer interface {
	Do(ctx context.Context, r *http.Request) (*http.Response, error)
}

// Mishap is what happens to a request on its way.
type Mishap uint8

// The mishaps, with the fault that the terminal sees.
const (
	Fine        Mishap = iota
	Refused            // no way to the gateway, open connections are gone: L01, nothing sent
	NoName             // the name does not resolve: L02, nothing sent
	Untrusted          // the certificate does not verify: L03, nothing sent
	Wedged             // the connection opens and the handshake never ends: L04, nothing sent
	DropRequest        // the request leaves and is lost: L04
	LateRequest        // the request arrives after the time limit: L04, and the gateway acts
	DropAnswer         // the gateway acts, its answer is lost: L04
	CutAnswer          // the gateway acts, its answer breaks off: L05
	Twice              // the request arrives twice; the first answer counts
)

// LateBy is how long after the time limit a LateRequest arrives.
const LateBy = 10 * time.Second

// idleTimeout is how long an unused connection stays usable, as in device/link.
const idleTimeout = time.Minute

// Config says which world the link is in.
type Config struct {
	Clock         Clock
	AnswerTimeout time.Duration // 0: 15 s
	TLSTimeout    time.Duration // 0: 5 s
	MaxAnswer     int           // bytes; 0: 64 KiB

	// OnState is told of edges, as by device/link.
	OnState func(up bool, f *device.Fault)
}

// Link is the twin of link.Link. Its methods may be called from many
// goroutines.
type Link struct {
	cfg     Config
	gateway Doer

	mu       sync.Mutex
	standing Mishap
	rules    []rule
	there    time.Duration        // delay of requests
	back     time.Duration        // delay of answers
	open     map[string]time.Time // host: when its connection was last used
	late     []delivery

	stateMu sync.Mutex
	state   string
}

// rule is a mishap that waits for its requests.
type rule struct {
	mishap Mishap
	left   int
	match  func(link.Request) bool
}

// delivery is a request that is still under way.
type delivery struct {
	due time.Time
	req link.Request
}

// New returns a link to gateway on which nothing goes wrong yet.
func New(cfg Config, gateway Doer) *Link {
	if cfg.Clock == nil || gateway == nil {
		panic("linksim: a link needs a clock and a gateway")
	}
	if cfg.AnswerTimeout == 0 {
		cfg.AnswerTimeout = 15 * time.Second
	}
	if cfg.TLSTimeout == 0 {
		cfg.TLSTimeout = 5 * time.Second
	}
	if cfg.MaxAnswer == 0 {
		cfg.MaxAnswer = 64 << 10
	}
	return &Link{cfg: cfg, gateway: gateway, open: map[string]time.Time{}}
}

// Set makes m happen to every request until further notice; Fine ends it.
func (l *Link) Set(m Mishap) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.standing = m
}

// Inject makes m happen to the next n requests that match; a nil match is every
// request. It goes before Set, and the rule that was injected first goes first:
// Inject(Fine, 2, nil) lets two requests pass.
func (l *Link) Inject(m Mishap, n int, match func(link.Request) bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rules = append(l.rules, rule{m, n, match})
}

// Delay makes requests take there, and answers back, from now on. Together at
// or above the time limit, they are L04.
func (l *Link) Delay(there, back time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.there, l.back = there, back
}

// Due returns when the next late request arrives, if one is under way.
func (l *Link) Due() (time.Time, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.late) == 0 {
		return time.Time{}, false
	}
	return l.late[0].due, true
}

// Deliver hands the gateway every late request whose time has come and returns
// how many there were. Nobody reads the answers.
func (l *Link) Deliver(ctx context.Context) int {
	n := 0
	for {
		l.mu.Lock()
		if len(l.late) == 0 || l.late[0].due.After(l.cfg.Clock.Now()) {
			l.mu.Unlock()
			return n
		}
		d := l.late[0]
		l.late = l.late[1:]
		l.mu.Unlock()
		n++
		_, _ = l.hand(ctx, d.req) // whoever asked has stopped listening
	}
}

// take decides what happens to req, and how long its ways are.
func (l *Link) take(req link.Request) (m Mishap, there, back time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	m = l.standing
	for i := range l.rules {
		r := &l.rules[i]
		if r.left > 0 && (r.match == nil || r.match(req)) {
			r.left--
			m = r.mishap
			break
		}
	}
	l.rules = slices.DeleteFunc(l.rules, func(r rule) bool { return r.left <= 0 })
	return m, l.there, l.back
}

// Do is link.Link's Do.
func (l *Link) Do(ctx context.Context, req link.Request) (link.Response, link.Trace, error) {
	l.Deliver(ctx)
	host, err := check(req)
	if err != nil {
		return link.Response{}, link.Trace{}, fault(device.LinkDown, link.Prepare, err)
	}
	m, there, back := l.take(req)
	var tr link.Trace
	f := l.connect(ctx, host, m, &tr)
	var resp link.Response
	if f == nil {
		resp, f = l.exchange(ctx, req, m, there, back, &tr)
		l.keep(host, f == nil)
	}
	l.report(f)
	if f != nil {
		return link.Response{}, tr, f
	}
	return resp, tr, nil
}

// Warm is link.Link's Warm. Rules wait for requests; what stands and what keeps
// a connection from opening happens here too.
func (l *Link) Warm(ctx context.Context, rawURL string) error {
	host, err := check(link.Request{Method: http.MethodGet, URL: rawURL})
	if err != nil {
		return fault(device.LinkDown, link.Prepare, err)
	}
	l.mu.Lock()
	m := l.standing
	l.mu.Unlock()
	f := l.connect(ctx, host, m, new(link.Trace))
	l.report(f)
	if f != nil {
		return f
	}
	l.keep(host, true)
	return nil
}

// Close is link.Link's Close: it drops the open connections.
func (l *Link) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.open)
	return nil
}

func (l *Link) keep(host string, open bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if delete(l.open, host); open {
		l.open[host] = l.cfg.Clock.Now()
	}
}

// check refuses what device/link refuses before anything is opened.
func check(req link.Request) (host string, err error) {
	r, err := http.NewRequest(req.Method, req.URL, nil)
	if err != nil {
		return "", err
	}
	if r.URL.Scheme != "https" || r.URL.Hostname() == "" {
		return "", errors.New("URL is not https://host")
	}
	for _, f := range req.Header {
		if f[0] == "" || strings.ContainsAny(f[0], " \t\r\n:") || strings.ContainsAny(f[1], "\x00\r\n") {
			return "", fmt.Errorf("header %q cannot be sent", f[0])
		}
	}
	return r.URL.Host, nil
}

// connect finds an open connection or opens one. Mishaps that need a new
// connection drop the old one first.
func (l *Link) connect(ctx context.Context, host string, m Mishap, tr *link.Trace) *device.Fault {
	tr.Stage = link.Connect
	if ctx.Err() != nil {
		return stopped(ctx, tr.Stage)
	}
	switch m {
	case Refused, NoName, Untrusted, Wedged:
		l.keep(host, false)
	}
	switch m {
	case Refused:
		return fault(device.LinkDown, link.Connect, errors.New("connection refused"))
	case NoName:
		tr.Stage = link.Resolve
		return fault(device.LinkNameUnknown, link.Resolve, errors.New("no such host"))
	case Untrusted:
		tr.Stage = link.Handshake
		return fault(device.LinkUntrusted, link.Handshake, errors.New("certificate signed by unknown authority"))
	case Wedged:
		tr.Stage, tr.TLS = link.Handshake, l.cfg.TLSTimeout
		return l.silence(ctx, link.Handshake, l.cfg.TLSTimeout)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	used, ok := l.open[host]
	tr.Reused = ok && l.cfg.Clock.Now().Sub(used) <= idleTimeout
	return nil
}

// exchange brings the request to the gateway and the answer back, as far as m
// and the delays let it.
func (l *Link) exchange(ctx context.Context, req link.Request, m Mishap, there, back time.Duration, tr *link.Trace) (link.Response, *device.Fault) {
	start, limit := l.cfg.Clock.Now(), l.cfg.AnswerTimeout
	defer func() { tr.Wait = l.cfg.Clock.Now().Sub(start) }()
	tr.Sent, tr.Stage = true, link.Wait
	if m == Fine && there >= limit {
		m = LateRequest
	}
	switch m {
	case LateRequest:
		l.postpone(delivery{start.Add(max(there, limit+LateBy)), req})
		return link.Response{}, l.silence(ctx, link.Wait, limit)
	case DropRequest:
		return link.Response{}, l.silence(ctx, link.Wait, limit)
	}
	if f := l.sleep(ctx, link.Wait, there); f != nil {
		return link.Response{}, f
	}
	resp, err := l.hand(ctx, req)
	if m == Twice {
		_, _ = l.hand(ctx, req) // the second answer finds nobody
	}
	switch left := limit - l.cfg.Clock.Now().Sub(start); {
	case ctx.Err() != nil:
		return link.Response{}, stopped(ctx, link.Wait)
	case m == DropAnswer || back >= left:
		return link.Response{}, l.silence(ctx, link.Wait, left)
	}
	if f := l.sleep(ctx, link.Wait, back); f != nil {
		return link.Response{}, f
	}
	tr.Stage = link.Read
	if m == CutAnswer {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return link.Response{}, fault(device.LinkBroken, link.Read, err)
	}
	tr.Stage = link.Done
	if date, err := http.ParseTime(resp.Header.Value("Date")); err == nil {
		tr.ServerDate = date
	}
	return resp, nil
}

func (l *Link) postpone(d delivery) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i, _ := slices.BinarySearchFunc(l.late, d.due, func(a delivery, due time.Time) int {
		if a.due.After(due) {
			return 1
		}
		return -1
	})
	l.late = slices.Insert(l.late, i, d)
}

// hand gives the gateway one copy of req and reads its answer.
func (l *Link) hand(ctx context.Context, req link.Request) (link.Response, error) {
	r, err := http.NewRequestWithContext(ctx, req.Method, req.URL, bytes.NewReader(req.Body))
	if err != nil {
		return link.Response{}, err
	}
	for _, f := range req.Header {
		r.Header.Add(f[0], f[1])
	}
	if r.Header.Get("User-Agent") == "" {
		r.Header.Set("User-Agent", "till")
	}
	resp, err := l.gateway.Do(ctx, r)
	if err != nil {
		return link.Response{}, err
	}
	defer func() { _ = resp.Body.Close() }() // a gateway in memory: nothing can fail
	body, err := io.ReadAll(io.LimitReader(resp.Body, int64(l.cfg.MaxAnswer)+1))
	if err != nil {
		return link.Response{}, err
	}
	if len(body) > l.cfg.MaxAnswer {
		return link.Response{}, fmt.Errorf("the answer has more than %d bytes", l.cfg.MaxAnswer)
	}
	answer := link.Response{Status: resp.StatusCode, Body: body}
	for name, values := range resp.Header {
		for _, v := range values {
			answer.Header = append(answer.Header, [2]string{name, v})
		}
	}
	slices.SortStableFunc(answer.Header, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return answer, nil
}

// silence is d of nothing and then L04.
func (l *Link) silence(ctx context.Context, s link.Stage, d time.Duration) *device.Fault {
	if f := l.sleep(ctx, s, d); f != nil {
		return f
	}
	return fault(device.LinkSlow, s, errors.New("no answer within the time limit"))
}

func (l *Link) sleep(ctx context.Context, s link.Stage, d time.Duration) *device.Fault {
	if d <= 0 {
		return nil
	}
	if err := l.cfg.Clock.Sleep(ctx, d); err != nil {
		return fault(device.LinkSlow, s, err)
	}
	return nil
}

func stopped(ctx context.Context, s link.Stage) *device.Fault {
	return fault(device.LinkSlow, s, ctx.Err())
}

func fault(code device.Code, s link.Stage, err error) *device.Fault {
	return &device.Fault{Code: code, Device: device.Link, Op: s.String(), Err: err}
}

// report tells OnState of an edge; a nil fault is up.
func (l *Link) report(f *device.Fault) {
	if f != nil && errors.Is(f, context.Canceled) {
		return
	}
	state := "up"
	if f != nil {
		state = string(f.Code)
	}
	l.stateMu.Lock()
	defer l.stateMu.Unlock()
	if state == l.state {
		return
	}
	l.state = state
	if l.cfg.OnState != nil {
		l.cfg.OnState(f == nil, f)
	}
}
