package rig

import (
	"errors"
	"fmt"
	"image"
	"image/draw"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"till/device/display"
)

// Dark is the Screen of a display without power.
const Dark = "dark"

// View is what one display of the terminal shows.
type View struct {
	Screen string // "05-approved", or Dark
	Lang   string // "zh" or "en"
	Tone   string // "calm", "good", "bad", "unknown" or "warning"
	Text   []string
	W, H   int
}

// socketMax is the longest path of a unix socket (sockaddr_un, 108 bytes with
// the NUL).
const socketMax = 107

// glass listens where the terminal's display dials, and keeps the pictures
// whole.
type glass struct {
	path string
	temp string // directory of the path, if it had to be a shorter one
	ln   net.Listener
	tell func(Event)
	wg   sync.WaitGroup

	mu     sync.Mutex
	conn   net.Conn // the one that counts: the newest
	closed bool
	views  map[display.Side]View
	images map[display.Side]*image.RGBA
}

func openGlass(dir string, tell func(Event)) (*glass, error) {
	g := &glass{path: filepath.Join(dir, "display.sock"), tell: tell}
	g.forget()
	if len(g.path) > socketMax {
		temp, err := os.MkdirTemp("", "till-")
		if err != nil {
			return nil, fmt.Errorf("listen for the display: %w", err)
		}
		g.temp, g.path = temp, filepath.Join(temp, "display.sock")
	}
	if err := os.Remove(g.path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("listen for the display: %w", err)
	}
	ln, err := net.Listen("unix", g.path)
	if err != nil {
		return nil, fmt.Errorf("listen for the display: %w", err)
	}
	g.ln = ln
	g.wg.Go(g.accept)
	return g, nil
}

func (g *glass) accept() {
	for {
		conn, err := g.ln.Accept()
		if err != nil {
			return // closed
		}
		g.mu.Lock()
		old := g.conn
		g.conn = conn
		if g.closed {
			old, g.conn = conn, nil
		}
		g.mu.Unlock()
		if old != nil {
			_ = old.Close() // nothing is ever written to it
		}
		g.wg.Go(func() { g.serve(conn) })
	}
}

// serve takes in frames until the connection ends, or another one counts.
func (g *glass) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }() // as above
	for {
		m, err := display.ReadFrame(conn)
		if err != nil || !g.show(conn, m) {
			return
		}
	}
}

// show takes in one frame and reports whether the connection still counts.
func (g *glass) show(conn net.Conn, m display.Message) bool {
	if m.Side == "" {
		g.tell(Event{Kind: Sounded, Text: string(m.Cue)})
		return true
	}
	patch, err := m.Picture()
	if err != nil {
		return false
	}
	g.mu.Lock()
	if g.conn != conn {
		g.mu.Unlock()
		return false
	}
	view := View{m.ID, m.Lang, m.Tone, m.Text, m.W, m.H}
	at := image.Rect(m.Rect.X, m.Rect.Y, m.Rect.X+m.Rect.W, m.Rect.Y+m.Rect.H)
	g.views[m.Side] = view
	if patch != nil {
		whole := g.images[m.Side]
		if whole == nil || whole.Rect.Dx() != m.W || whole.Rect.Dy() != m.H {
			whole = image.NewRGBA(image.Rect(0, 0, m.W, m.H))
			g.images[m.Side] = whole
		}
		draw.Draw(whole, at, patch, patch.Bounds().Min, draw.Src)
	}
	g.mu.Unlock()
	g.tell(Event{Kind: Shown, Patch: &Patch{string(m.Side), view, at, m.PNG}})
	return true
}

// forget is a display without power. Under the lock, or before anybody sees g.
func (g *glass) forget() {
	g.views = map[display.Side]View{}
	g.images = map[display.Side]*image.RGBA{}
}

// darken cuts the power of the displays: what was sent before is not shown
// any more.
func (g *glass) darken() {
	g.mu.Lock()
	conn := g.conn
	g.conn = nil
	g.forget()
	g.mu.Unlock()
	if conn != nil {
		_ = conn.Close() // nothing is ever written to it
	}
	g.tell(Event{Kind: Shown})
}

func (g *glass) close() error {
	g.mu.Lock()
	conn, was := g.conn, g.closed
	g.conn, g.closed = nil, true
	g.mu.Unlock()
	if was {
		return nil
	}
	err := g.ln.Close()
	if conn != nil {
		err = errors.Join(err, conn.Close())
	}
	g.wg.Wait()
	if errors.Is(err, net.ErrClosed) {
		err = nil // the other end was faster
	}
	if g.temp != "" {
		err = errors.Join(err, os.RemoveAll(g.temp))
	}
	return err
}

func (g *glass) view(side display.Side) View {
	g.mu.Lock()
	defer g.mu.Unlock()
	v, ok := g.views[side]
	if !ok {
		return View{Screen: Dark}
	}
	v.Text = slices.Clone(v.Text)
	return v
}

func (g *glass) picture(side display.Side) *image.RGBA {
	g.mu.Lock()
	defer g.mu.Unlock()
	whole := g.images[side]
	if whole == nil {
		return nil
	}
	return &image.RGBA{Pix: slices.Clone(whole.Pix), Stride: whole.Stride, Rect: whole.Rect}
}

// Operator is what the operator's display shows.
func (r *Rig) Operator() View { return r.glass.view(display.OperatorSide) }

// Customer is what the customer's display shows.
func (r *Rig) Customer() View { return r.glass.view(display.CustomerSide) }

// OperatorPicture is a copy of the operator's picture, nil when it is dark.
func (r *Rig) OperatorPicture() *image.RGBA { return r.glass.picture(display.OperatorSide) }

// CustomerPicture is a copy of the customer's picture, nil when it is dark.
func (r *Rig) CustomerPicture() *image.RGBA { return r.glass.picture(display.CustomerSide) }
