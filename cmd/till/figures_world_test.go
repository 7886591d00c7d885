package main

import (
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"till/sim/railsim/wechatsim"
	"till/sim/rig"
)

// shop is the real program in the rig's world, with a gateway's port whose
// socket tells when bytes come, and a printer line that does not dawdle.
type shop struct {
	t    *testing.T
	rig  *rig.Rig
	door *door

	stir   chan struct{} // holds a token when something has happened
	papers atomic.Int64  // receipts that have ended
	ended  atomic.Bool   // the program, by itself
	idleAt atomic.Int64  // when the idle screen came after a start, Unix ns; 0: not yet
}

// figuresSpeed is the speed of the printer's line: at 9600 baud most of a run
// would be waiting for paper.
const figuresSpeed = 115200

// openShop builds the world in dir, with the program running on the journal
// in dir/data.
func openShop(t *testing.T, exe, dir string) *shop {
	t.Helper()
	s := &shop{t: t, stir: make(chan struct{}, 1), door: openDoor(t)}
	config := filepath.Join(dir, "figures.toml")
	var err error
	s.rig, err = rig.Start(rig.Options{Dir: dir, Exe: exe, Off: true, Lang: "zh", Args: []string{
		"run", "--simulated", "--config", config, "--data", filepath.Join(dir, "data")}})
	must(t, "build the world", err)
	t.Cleanup(func() {
		if err := s.rig.Close(); err != nil {
			t.Error(err)
		}
	})
	must(t, "write the configuration", s.door.configure(dir, config))
	s.door.gateway.Store(s.rig.Gateway)
	s.rig.OnEvent(s.happened)
	must(t, "switch on", s.rig.PowerOn())
	return s
}

func (s *shop) happened(ev rig.Event) {
	switch {
	case ev.Kind == rig.Shown && s.idleAt.Load() == 0 && s.rig.Operator().Screen == idleScreen:
		s.idleAt.CompareAndSwap(0, time.Now().UnixNano())
	case ev.Kind == rig.Logged && strings.Contains(ev.Text, "msg=receipt "):
		s.papers.Add(1)
	case ev.Kind == rig.Ended:
		s.ended.Store(true)
	}
	select {
	case s.stir <- struct{}{}:
	default:
	}
}

// The screens that a sale without trouble shows.
const (
	idleScreen     = "01-idle"
	codeScreen     = "03-waitcode"
	approvedScreen = "05-approved"
)

// figuresPatience is how long a step of a run may take before it is taken to
// have failed.
const figuresPatience = 30 * time.Second

// until waits for something to be so.
func (s *shop) until(what string, so func() bool) {
	s.t.Helper()
	late := time.After(figuresPatience)
	for !so() {
		select {
		case <-s.stir:
		case <-time.After(5 * time.Millisecond):
		case <-late:
			s.t.Fatalf("cannot measure: waited %v for %s; the screen is %q; the log ends:\n%s",
				figuresPatience, what, s.rig.Operator().Screen, s.lastWords())
		}
		if s.ended.Load() {
			s.t.Fatalf("cannot measure: the program has ended:\n%s", s.lastWords())
		}
	}
}

func (s *shop) lastWords() string {
	b, err := os.ReadFile(filepath.Join(s.rig.Dir(), "till.log"))
	if err != nil {
		return err.Error()
	}
	return string(b[max(0, len(b)-2000):])
}

func (s *shop) untilScreen(id string) {
	s.t.Helper()
	s.until("the screen "+id, func() bool { return s.rig.Operator().Screen == id })
}

// restart switches off and on again, and returns how long it took from the
// start of the process to the idle screen, as the other end of the display's
// socket has decoded it.
func (s *shop) restart() time.Duration {
	s.t.Helper()
	must(s.t, "cut the power", s.rig.PowerCut())
	s.idleAt.Store(0)
	start := time.Now()
	must(s.t, "switch on", s.rig.PowerOn())
	s.until("the idle screen", func() bool { return s.idleAt.Load() != 0 })
	return time.Unix(0, s.idleAt.Load()).Sub(start)
}

// askForCode keys an amount in.
func (s *shop) askForCode() {
	s.t.Helper()
	must(s.t, "press keys", s.rig.Keypad.Press("1", "2", "8", "00", "enter"))
	s.untilScreen(codeScreen)
}

// crGap is between the digits of a scan and its end: long enough for the
// program to have taken the digits in, as it has on a real line.
const crGap = 2 * time.Millisecond

// sell shows a code, and returns how long it took from the CR of the scan to
// the first byte of the request, and whether that had to open a connection
// first. It ends when the receipt has.
func (s *shop) sell() (took time.Duration, fresh bool) {
	s.t.Helper()
	code, papers := s.rig.Gateway.Wallet("").Code(), s.papers.Load()
	must(s.t, "scan", s.rig.Scanner.SendHalf(code, len(code)))
	time.Sleep(crGap)
	s.door.arm()
	start := time.Now()
	must(s.t, "end the scan", s.rig.Scanner.SendRest(code, len(code)))
	s.untilScreen(approvedScreen)
	first, fresh := s.door.opened()
	s.until("the receipt", func() bool { return s.papers.Load() > papers })
	return first.Sub(start), fresh
}

// door is the gateway's TLS port.
type door struct {
	srv     *httptest.Server
	gateway atomic.Pointer[wechatsim.Gateway]

	mu    sync.Mutex
	first time.Time // when the first byte came after arm
	fresh bool      // a connection was opened after arm
}

func openDoor(t *testing.T) *door {
	d := &door{}
	d.srv = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.gateway.Load().ServeHTTP(w, r) // there before the program is
	}))
	d.srv.Config.ErrorLog = log.New(io.Discard, "", 0) // ends of connections that SIGKILL leaves
	d.srv.Listener = &doorListener{d.srv.Listener, d}
	d.srv.StartTLS()
	t.Cleanup(d.srv.Close)
	return d
}

// configure makes of the rig's configuration one that leads to this door.
func (d *door) configure(dir, config string) error {
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: d.srv.Certificate().Raw})
	if err := os.WriteFile(filepath.Join(dir, "keys", "figures.pem"), ca, 0o600); err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(dir, "till.toml"))
	if err != nil {
		return err
	}
	for pattern, line := range map[string]string{
		`(?m)^base_url = .*$`:         fmt.Sprintf("base_url = %q", d.srv.URL),
		`(?m)^ca_file = .*$`:          `ca_file = "keys/figures.pem"`,
		`(?m)^\[printer\]\nport = .*`: fmt.Sprintf("${0}\nbaud = %d", figuresSpeed),
	} {
		re := regexp.MustCompile(pattern)
		if !re.Match(text) {
			return fmt.Errorf("the rig's configuration has no %s", pattern)
		}
		text = re.ReplaceAll(text, []byte(line))
	}
	return os.WriteFile(config, text, 0o600)
}

// arm begins to listen for the first byte of a request.
func (d *door) arm() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.first, d.fresh = time.Time{}, false
}

// opened is when the first byte came, and whether a handshake was in between.
func (d *door) opened() (first time.Time, fresh bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.first, d.fresh
}

type doorListener struct {
	net.Listener
	door *door
}

func (l *doorListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.door.mu.Lock()
	l.door.fresh = true
	l.door.mu.Unlock()
	return &doorConn{c, l.door}, nil
}

// doorConn is below TLS: nothing but our reading of the socket is measured
// with the program's way.
type doorConn struct {
	net.Conn
	door *door
}

func (c *doorConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if now := time.Now(); n > 0 {
		c.door.mu.Lock()
		if c.door.first.IsZero() {
			c.door.first = now
		}
		c.door.mu.Unlock()
	}
	return n, err
}
