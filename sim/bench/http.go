package bench

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

//go:embed page.html
var page string

// policy is the page's content security policy: its own script and style by
// their hashes, pictures as data, and nothing from anywhere else.
var policy = fmt.Sprintf("default-src 'none'; script-src '%s'; style-src '%s'; img-src 'self' data:; "+
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	hashOf("script"), hashOf("style"))

// hashOf is the hash of the text in the page's only element of that name.
func hashOf(element string) string {
	_, rest, ok := strings.Cut(page, "<"+element+">")
	text, _, closed := strings.Cut(rest, "</"+element+">")
	if !ok || !closed {
		panic("bench: the page has no " + element)
	}
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

func (b *Bench) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", b.servePage)
	mux.HandleFunc("GET /events", b.serveEvents)
	mux.HandleFunc("GET /scenario", b.serveScenario)
	mux.HandleFunc("GET /slip/{file}", b.serveSlip)
	mux.HandleFunc("POST /key/{key}", b.act(func(r *http.Request) error { return b.Key(r.PathValue("key")) }))
	mux.HandleFunc("POST /scan", b.serveScan)
	mux.HandleFunc("POST /receipt/{id}", b.act(b.actReceipt))
	mux.HandleFunc("POST /gateway/{name}", b.serveGateway)
	mux.HandleFunc("POST /gateway/{name}/{what}/{value}", b.act(func(r *http.Request) error {
		return b.Gateway(r.PathValue("name"), r.PathValue("what"), r.PathValue("value"))
	}))
	mux.HandleFunc("POST /phone/{what}", b.act(func(r *http.Request) error { return b.Phone(r.PathValue("what")) }))
	mux.HandleFunc("POST /set/{what}/{value}", b.act(func(r *http.Request) error {
		return b.Set(r.PathValue("what"), r.PathValue("value"))
	}))
	mux.HandleFunc("POST /story/{name}", b.act(func(r *http.Request) error { return b.Story(r.PathValue("name")) }))
	return mux
}

// act answers 204, or 400 with the reason.
func (b *Bench) act(f func(*http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := f(r); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

// textMax is the longest text that is scanned or said to the gateway.
const textMax = 4 << 10

func bodyText(w http.ResponseWriter, r *http.Request) (string, error) {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, textMax))
	return strings.TrimSpace(string(text)), err
}

func (b *Bench) serveScan(w http.ResponseWriter, r *http.Request) {
	b.act(func(r *http.Request) error {
		text, err := bodyText(w, r)
		if err != nil {
			return err
		}
		return b.Scan(text)
	})(w, r)
}

func (b *Bench) serveGateway(w http.ResponseWriter, r *http.Request) {
	b.act(func(r *http.Request) error {
		text, err := bodyText(w, r)
		if err != nil {
			return err
		}
		return b.Behave(r.PathValue("name"), text)
	})(w, r)
}

func (b *Bench) servePage(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", policy)
	_, _ = io.WriteString(w, page) // a page that is gone needs none
}

func (b *Bench) serveScenario(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, b.rec.script()+expectation(b.customer().Bill())) // as above
}

// serveEvents sends everything as it is, and then what changes.
func (b *Bench) serveEvents(w http.ResponseWriter, r *http.Request) {
	page := b.hub.join()
	defer b.hub.leave(page)
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	send := func(ms ...message) error {
		for _, m := range ms {
			data, err := json.Marshal(m.data)
			if err != nil {
				panic("bench: marshal " + m.event + ": " + err.Error()) // values of this package
			}
			if _, err := fmt.Fprintf(w, "event: %s\ndata: %s\n\n", m.event, data); err != nil {
				return err
			}
		}
		return out.Flush()
	}
	if send(b.snapshot()...) != nil {
		return
	}
	for {
		select {
		case m, ok := <-page:
			if !ok || send(m) != nil {
				return
			}
		case <-r.Context().Done():
			return
		case <-b.hub.quit:
			return
		}
	}
}

// guard lets in only pages of this machine, opened by their own address.
func guard(h http.Handler) http.Handler {
	h = http.NewCrossOriginProtection().Handler(h)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		from, _, err := net.SplitHostPort(r.RemoteAddr)
		if !loopback(host) || err == nil && !loopback(from) {
			// Another name that leads here is DNS rebinding: a page elsewhere
			// must not press our keys.
			http.Error(w, "the bench answers on loopback only", http.StatusForbidden)
			return
		}
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
		w.Header().Set("Cache-Control", "no-store")
		h.ServeHTTP(w, r)
	})
}

func loopback(host string) bool {
	host = strings.Trim(host, "[]")
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}
