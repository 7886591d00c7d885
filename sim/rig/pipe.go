package rig

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"syscall"
	"time"

	"till/device"
)

const (
	// wireBuffer is how many bytes a Wire holds in each direction.
	wireBuffer = 64 << 10

	// wireWriteLimit is how long the driver's Write waits for a full wire, as
	// device.Port demands.
	wireWriteLimit = 2 * time.Second
)

// Wire is a cable in memory: a device.Port for the driver at one end, a plain
// stream for the simulated device at the other, both buffered. It behaves as a
// Line does: what the device sends while no driver listens is lost, an unplug
// loses what is on its way, and the device's end lives through it. It works in
// a testing/synctest bubble and outside.
type Wire struct {
	name string

	mu       sync.Mutex
	moved    sync.Cond // something below has changed
	plugged  bool
	closed   bool
	port     *wirePort // the driver's, nil when it has none open
	toDriver []byte
	toTwin   []byte
	twin     struct{ reads, waits bool } // has it ever read; is it waiting now
}

// Pipe lays a wire called name and plugs it in.
func Pipe(name string) *Wire {
	w := &Wire{name: name, plugged: true}
	w.moved.L = &w.mu
	return w
}

// Open gives the driver its end; it is a device.Opener. An unplugged wire
// is reported as fs.ErrNotExist, one that is open already as D02.
func (w *Wire) Open() (device.Port, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.closed, !w.plugged:
		return nil, &fs.PathError{Op: "open", Path: w.name, Err: fs.ErrNotExist}
	case w.port != nil:
		return nil, &device.Fault{Code: device.PortBusy, Op: "open", Err: syscall.EBUSY}
	}
	w.toDriver, w.toTwin = nil, nil
	w.port = &wirePort{wire: w}
	w.moved.Broadcast()
	return w.port, nil
}

// Twin is the simulated device's end. Read waits, through any unplug, until
// the driver writes, and returns io.EOF when the wire is closed. Write waits
// only for a full wire. Close closes the wire.
func (w *Wire) Twin() io.ReadWriteCloser { return wireTwin{w} }

// Unplug pulls the cable: the driver's Read and Write fail with EIO until it
// opens the wire again after Plug.
func (w *Wire) Unplug() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.plugged = false
	w.toDriver, w.toTwin = nil, nil
	if w.port != nil {
		w.port.lost = true
	}
	w.moved.Broadcast()
}

// Plug makes the wire open again.
func (w *Wire) Plug() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.plugged = true
	w.moved.Broadcast()
}

// Held reports whether the driver has the wire open.
func (w *Wire) Held() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.port != nil && !w.port.lost
}

// Quiet reports whether everything on the wire has been said and heard: no
// byte is unread in either direction, the driver waits in Read, and so does
// the device if it ever reads. A wire whose cable is pulled is quiet as soon
// as the driver has let go of it; one that is plugged in is not before the
// driver has opened it.
//
// It knows nothing of a driver's timers: half a scan or half an escape
// sequence may be pending on a quiet wire.
func (w *Wire) Quiet() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.closed:
		return true
	case w.port == nil:
		return !w.plugged
	}
	return !w.port.lost && w.port.waits && len(w.toDriver) == 0 && len(w.toTwin) == 0 &&
		(w.twin.waits || !w.twin.reads)
}

// Close ends the wire: the device reads io.EOF, and for the driver it is
// unplugged for good.
func (w *Wire) Close() error {
	w.Unplug()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	w.moved.Broadcast()
	return nil
}

// wirePort is the driver's end between one Open and its Close.
type wirePort struct {
	wire *Wire

	// All under wire.mu.
	closed bool // by the driver
	lost   bool // unplugged since it was opened
	waits  bool // in Read
}

func (p *wirePort) String() string { return p.wire.name }

func (p *wirePort) Close() error {
	p.wire.mu.Lock()
	defer p.wire.mu.Unlock()
	p.closed = true
	if p.wire.port == p {
		p.wire.port = nil
	}
	p.wire.moved.Broadcast()
	return nil
}

func (p *wirePort) Read(b []byte) (int, error) {
	w := p.wire
	w.mu.Lock()
	defer w.mu.Unlock()
	for {
		switch {
		case p.closed:
			return 0, io.EOF
		case p.lost:
			return 0, &fs.PathError{Op: "read", Path: w.name, Err: syscall.EIO}
		case len(b) == 0:
			return 0, nil
		case len(w.toDriver) > 0:
			n := take(b, &w.toDriver)
			w.moved.Broadcast()
			return n, nil
		}
		p.waits = true
		w.moved.Wait()
		p.waits = false
	}
}

func (p *wirePort) Write(b []byte) (n int, err error) {
	w := p.wire
	w.mu.Lock()
	defer w.mu.Unlock()
	late := false
	timer := time.AfterFunc(wireWriteLimit, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		late = true
		w.moved.Broadcast()
	})
	defer timer.Stop()
	for {
		switch {
		case p.closed:
			return n, &fs.PathError{Op: "write", Path: w.name, Err: fs.ErrClosed}
		case p.lost:
			return n, &fs.PathError{Op: "write", Path: w.name, Err: syscall.EIO}
		}
		n += give(&w.toTwin, b[n:])
		w.moved.Broadcast()
		switch {
		case n == len(b):
			return n, nil
		case late:
			return n, fmt.Errorf("write %s: %w", w.name, os.ErrDeadlineExceeded)
		}
		w.moved.Wait()
	}
}

// wireTwin is the device's end.
type wireTwin struct{ wire *Wire }

func (t wireTwin) Close() error { return t.wire.Close() }

func (t wireTwin) Read(b []byte) (int, error) {
	w := t.wire
	w.mu.Lock()
	defer w.mu.Unlock()
	w.twin.reads = true
	for {
		switch {
		case w.closed:
			return 0, io.EOF
		case len(b) == 0:
			return 0, nil
		case len(w.toTwin) > 0:
			n := take(b, &w.toTwin)
			w.moved.Broadcast()
			return n, nil
		}
		w.twin.waits = true
		w.moved.Wait()
		w.twin.waits = false
	}
}

func (t wireTwin) Write(b []byte) (n int, err error) {
	w := t.wire
	w.mu.Lock()
	defer w.mu.Unlock()
	listener := w.port // bytes meant for one program are not for the next
	for {
		switch {
		case w.closed:
			return n, &fs.PathError{Op: "write", Path: w.name, Err: fs.ErrClosed}
		case w.port == nil, w.port != listener, w.port.lost:
			return len(b), nil // lost
		}
		n += give(&w.toDriver, b[n:])
		w.moved.Broadcast()
		if n == len(b) {
			return n, nil
		}
		w.moved.Wait()
	}
}

// take moves bytes from the front of q to b.
func take(b []byte, q *[]byte) int {
	n := copy(b, *q)
	*q = (*q)[n:]
	if len(*q) == 0 {
		*q = nil // an idle wire holds no memory
	}
	return n
}

// give appends as much of b to q as the wire holds.
func give(q *[]byte, b []byte) int {
	n := min(len(b), wireBuffer-len(*q))
	*q = append(*q, b[:n]...)
	return n
}
