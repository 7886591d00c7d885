package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"till/sim/railsim"
	"till/sim/rig"
)

// Options say how the page begins.
type Options struct {
	Lang    string // of the page: "zh" or "en"
	Version string // of the program, for the header

	// Staff is who can be put to work, none if empty; their file is StaffFile.
	Staff     []Person
	StaffFile string
	Staffed   bool // they work already
}

// Person is somebody of the demonstration staff, as the page shows him.
type Person struct {
	Number string `json:"number"`
	Name   string `json:"name"`
	Role   string `json:"role"` // "cashier", "supervisor" or "technician"
	PIN    string `json:"pin"`  // worth nothing outside (decisions.md 21)
}

// Bench is the page and what stands behind it. It is an http.Handler.
type Bench struct {
	rig     *rig.Rig
	opts    Options
	began   time.Time
	handler http.Handler
	hub     *hub
	rec     *recorder

	mu    sync.Mutex
	world world
	phone phone
	roll  roll
	sheet ledger
	log   []logLine
	story story
}

// New makes the page of a rig and begins to listen to it.
func New(r *rig.Rig, opts Options) *Bench {
	if opts.Lang != "zh" {
		opts.Lang = "en"
	}
	b := &Bench{
		rig: r, opts: opts, began: time.Now(), rec: newRecorder(),
		world: newWorld(),
	}
	b.world.Staffed = opts.Staffed
	b.hub = newHub(b.refresh)
	r.Latency(usualLatency * time.Millisecond)
	b.phone.fresh(b.customer())
	b.handler = guard(b.routes())
	r.OnEvent(b.happened)
	b.hub.mark(everything)
	return b
}

// ServeHTTP implements http.Handler.
func (b *Bench) ServeHTTP(w http.ResponseWriter, r *http.Request) { b.handler.ServeHTTP(w, r) }

// Listen opens the address of a page, which must be loopback.
func Listen(addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w", addr, err)
	}
	if !loopback(host) {
		return nil, fmt.Errorf("listen on %q: the bench answers on loopback only, such as 127.0.0.1:8420", addr)
	}
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w", addr, err)
	}
	return ln, nil
}

// Serve serves the page until ctx ends, which is no error.
func (b *Bench) Serve(ctx context.Context, ln net.Listener) error {
	srv := &http.Server{
		Handler: b, ReadHeaderTimeout: 10 * time.Second,
		ErrorLog: log.New(io.Discard, "", 0), // of pages that were closed
	}
	stop := context.AfterFunc(ctx, func() { _ = srv.Close() }) // Serve says what matters
	defer stop()
	defer b.hub.stop()
	err := srv.Serve(ln)
	if errors.Is(err, http.ErrServerClosed) && ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("serve the bench: %w", err)
}

// happened takes in what the rig tells. It never waits.
func (b *Bench) happened(ev rig.Event) {
	switch ev.Kind {
	case rig.Shown:
		b.hub.send(frameMessage(ev.Patch))
		b.hub.mark(ledgerPart)
		if ev.Patch == nil || ev.Patch.Side == "customer" {
			b.hub.mark(phonePart) // its camera may have a code before it
		}
	case rig.Sounded:
		b.hub.send(message{"cue", map[string]string{"cue": ev.Text}})
	case rig.PowerOn, rig.PowerOff, rig.WorldSet:
		b.hub.mark(worldPart | ledgerPart)
		b.noteKind(ev)
	case rig.Ended:
		b.note("terminal: " + ev.Text)
		b.hub.mark(worldPart | ledgerPart)
	case rig.Logged:
		b.note("till: " + shorten(ev.Text))
		b.hub.mark(ledgerPart)
	case rig.PaperMoved:
		b.hub.mark(paperPart | ledgerPart)
	case rig.GatewayDid:
		if ev.Text != string(railsim.CodeShown) {
			b.note(strings.TrimSpace(cmp.Or(ev.Rail, "gateway") + ": " + ev.Text + " " + tail(ev.Order)))
		}
		b.hub.mark(worldPart | phonePart | ledgerPart)
	}
}

func (b *Bench) noteKind(ev rig.Event) {
	switch ev.Kind {
	case rig.PowerOn:
		b.note("power on")
	case rig.PowerOff:
		b.note("power cut: SIGKILL")
	}
}
