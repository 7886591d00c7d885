// Package serial is a serial line as a device.Port: a UART, a USB adapter or,
// in tests and on the bench, a pseudo-terminal. It is the only importer of
// go.bug.st/serial.
//
// # How a port is made
//
// The device is opened twice. The side descriptor is ours, opened first and
// non-blocking: it holds the lock, sets what the library cannot, and does all
// the writing, with a deadline. The library configures the line and reads.
// Every clause of this package that looks odd closes a trap that was
// reproduced in /work/shared/devices.md, sections 3 to 6:
//
//   - The library's Write has no time limit, is not freed by Close, returns
//     short counts without an error, and after Close writes into whatever file
//     inherited the descriptor number, which may be the journal. So nothing
//     here can call it: the field that holds the library's port is an interface
//     without Write.
//   - The library says "port closed" for an unplugged device too. A flag of
//     our own tells the two apart.
//   - Its Read panics when a descriptor number is 1024 or more. Open tries it
//     once and refuses such a port.
//   - It switches RTS/CTS off at every open, leaves its descriptor open in
//     child processes, and does not notice a speed that the driver ignored.
//   - TIOCEXCL does not stop root, and root's second Close removes it. A lock
//     (flock) of our own does.
//   - With unsent bytes or RTS/CTS in the way, the last close waits 30 s in the
//     kernel. Close drops both first and has a time limit.
//   - GetPortsList opens every ttyS and changes the console's settings. It is
//     never called; ports are named by their configured path.
//
// # Decisions
//
// A port is handed out when its line has been silent for 50 ms (at most 4 s
// are waited): what arrives before belongs to a conversation that began
// without us, and the tail of a scan must not pass for a scan. Costs 50 ms an
// open. A device that never stops talking would change our mind; none is known.
//
// The speed read back may differ by 2 % from the one asked for, because some
// drivers report the divided clock. A UART tolerates about as much.
//
// Faults made here name no device, for a port does not know what hangs on it;
// device.Supervise fills the name in.
package serial

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	bugst "go.bug.st/serial"
	"golang.org/x/sys/unix"

	"till/device"
)

const (
	// writeLimit is how long Write may wait for a line that does not move.
	writeLimit = 2 * time.Second

	// closeLimit is how long Close may take. Flushed, a 16550 closes in 50 ms;
	// a driver that hangs in closing_wait would take 30 s.
	closeLimit = 2 * time.Second

	// quietGap is the silence after which a line is taken to be between two
	// messages, and quietLimit the longest wait for it: the longest scan, 2953
	// bytes, takes 3.1 s at 9600 baud.
	quietGap   = 50 * time.Millisecond
	quietLimit = 4 * time.Second
)

// reader is what we use of the library's port. Write is left out on purpose.
type reader interface {
	Read([]byte) (int, error)
	Close() error
	SetReadTimeout(time.Duration) error
	ResetInputBuffer() error
	ResetOutputBuffer() error
}

// Port is an open serial line. It implements device.Port.
type Port struct {
	path   string
	side   *os.File
	lib    reader
	closed atomic.Bool // by us, as opposed to unplugged
	once   sync.Once
}

var _ device.Port = (*Port)(nil)

// Open opens the serial line at path, which may be a symbolic link, and waits
// until it is silent (50 ms, at most 4 s); what arrives meanwhile is dropped.
//
// When nothing is at path the error wraps fs.ErrNotExist. A port that another
// program or another Open holds is a *device.Fault D02; one that is no serial
// line, may not be opened, or refuses mode is D03. Other errors (EIO, ENXIO)
// mean that the device went away meanwhile.
func Open(path string, mode Mode) (*Port, error) {
	lib, err := mode.library()
	if err != nil {
		return nil, refused(fmt.Errorf("open %s: %w", path, err))
	}
	side, err := openSide(path)
	if err != nil {
		return nil, err
	}
	p := &Port{path: path, side: side}
	opened, err := uninterrupted(func() (bugst.Port, error) { return bugst.Open(path, lib) })
	if err != nil {
		_ = side.Close() // nothing was written; the error that matters is err
		return nil, libraryFault(path, err)
	}
	p.lib = opened
	if err := p.settle(mode); err != nil {
		_ = p.Close() // the same
		return nil, err
	}
	return p, nil
}

// openSide opens, checks and locks the descriptor for writing.
func openSide(path string) (*os.File, error) {
	const flags = unix.O_RDWR | unix.O_NOCTTY | unix.O_NONBLOCK | unix.O_CLOEXEC
	fd, err := uninterrupted(func() (int, error) { return unix.Open(path, flags, 0) })
	switch {
	case err == nil:
	case errors.Is(err, unix.EBUSY):
		return nil, busy(&fs.PathError{Op: "open", Path: path, Err: err})
	case errors.Is(err, fs.ErrPermission), errors.Is(err, unix.EISDIR):
		return nil, refused(&fs.PathError{Op: "open", Path: path, Err: err})
	default:
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	// Non-blocking when NewFile gets it, so deadlines work (devices.md 2, rule 13).
	side := os.NewFile(uintptr(fd), path)
	if err := claim(fd, path); err != nil {
		_ = side.Close() // nothing was written
		return nil, err
	}
	return side, nil
}

// claim makes sure that fd is a serial line and that it is ours alone.
func claim(fd int, path string) error {
	if _, err := termios(fd); err != nil {
		err = fmt.Errorf("open %s: read the line settings: %w", path, err)
		if errors.Is(err, unix.EIO) { // a ttyS without a UART, or gone again
			return err
		}
		return refused(err)
	}
	_, err := uninterrupted(func() (int, error) {
		return 0, unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB)
	})
	if errors.Is(err, unix.EWOULDBLOCK) {
		return busy(fmt.Errorf("open %s: locked by another program: %w", path, err))
	}
	if err != nil {
		return refused(fmt.Errorf("lock %s: %w", path, err))
	}
	return nil
}

// settle does what is left to do when both descriptors are open.
func (p *Port) settle(mode Mode) error {
	if err := p.sameDevice(); err != nil {
		return err
	}
	closeOnExec(p.side)
	err := p.control(func(fd int) error { return finish(fd, mode) })
	if err != nil {
		return refused(fmt.Errorf("open %s: %w", p.path, err))
	}
	return p.waitQuiet()
}

// sameDevice guards against a replug between the two opens: one descriptor
// would be on the old device and one on the new.
func (p *Port) sameDevice() error {
	now, err := os.Stat(p.path)
	if err != nil {
		return fmt.Errorf("open %s: %w", p.path, err)
	}
	was, err := p.side.Stat()
	if err != nil {
		return fmt.Errorf("open %s: %w", p.path, err)
	}
	if !os.SameFile(was, now) {
		return fmt.Errorf("open %s: another device took its place: %w", p.path, syscall.ENODEV)
	}
	return nil
}

// waitQuiet drops what the line says until it has been silent for quietGap.
func (p *Port) waitQuiet() error {
	if err := p.lib.ResetInputBuffer(); err != nil {
		return fmt.Errorf("flush %s: %w", p.path, err)
	}
	if err := p.lib.SetReadTimeout(quietGap); err != nil {
		return refused(fmt.Errorf("set the time limit of %s: %w", p.path, err))
	}
	var drop [512]byte
	for start := time.Now(); time.Since(start) < quietLimit; {
		n, err := p.guardedRead(drop[:])
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
	}
	if err := p.lib.SetReadTimeout(bugst.NoTimeout); err != nil {
		return refused(fmt.Errorf("set the time limit of %s: %w", p.path, err))
	}
	return nil
}

// guardedRead is Read for a port whose descriptor numbers are not yet known to
// be small enough: the library uses select(2), and beyond its table of 1024 it
// panics.
func (p *Port) guardedRead(b []byte) (n int, err error) {
	defer func() {
		if recover() != nil {
			n, err = 0, refused(fmt.Errorf(
				"open %s: too many open files: the descriptor of a port must be below 1024", p.path))
		}
	}()
	if n, err = p.lib.Read(b); err != nil {
		return n, fmt.Errorf("read %s: the device is gone: %w (%v)", p.path, syscall.EIO, err)
	}
	return n, nil
}

// Read waits for at least one byte. After Close it returns io.EOF; when the
// device is unplugged, an error that wraps syscall.EIO.
func (p *Port) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil // the library would call it a closed port
	}
	for {
		n, err := p.lib.Read(b)
		switch {
		case p.closed.Load():
			return 0, io.EOF
		case err != nil:
			// The library's error has nothing inside that could be told apart.
			return n, fmt.Errorf("read %s: the device is gone: %w (%v)", p.path, syscall.EIO, err)
		case n > 0:
			return n, nil
		}
	}
}

// Write returns when the kernel has all of b, which proves nothing about the
// device. For a line that does not move it gives up after 2 s with an error
// that wraps os.ErrDeadlineExceeded; n bytes may then be on their way. After
// Close the error wraps fs.ErrClosed, after an unplug syscall.EIO.
func (p *Port) Write(b []byte) (n int, err error) {
	if p.closed.Load() { // SetWriteDeadline's error would not wrap ErrClosed
		return 0, fmt.Errorf("write %s: %w", p.path, fs.ErrClosed)
	}
	if err := p.side.SetWriteDeadline(time.Now().Add(writeLimit)); err != nil {
		if p.closed.Load() {
			err = fs.ErrClosed
		}
		return 0, fmt.Errorf("write %s: %w", p.path, err)
	}
	return p.side.Write(b) // loops until all is written; names the path in its errors
}

// Close gives the line back and frees a waiting Read. Unsent bytes are
// dropped. It takes at most 2 s; when the driver needs longer, it goes on
// alone and Close returns an error. A second Close waits for the first and
// returns nil.
func (p *Port) Close() (err error) {
	p.once.Do(func() {
		p.closed.Store(true)
		if err = within(closeLimit, p.release); err != nil {
			err = fmt.Errorf("close %s: %w", p.path, err)
		}
	})
	return err
}

// release switches flow control off and drops unsent bytes before it closes:
// with either of them in the way the last close waits 30 s (devices.md 4.12).
func (p *Port) release() error {
	// On a device that is gone these two fail, and are not needed.
	_ = p.control(func(fd int) error { return setFlow(fd, false) })
	_ = p.lib.ResetOutputBuffer()
	return errors.Join(p.side.Close(), p.lib.Close())
}

// uninterrupted repeats a system call that a signal broke off. The runtime
// sends such signals to preempt goroutines, so no call is safe from them.
func uninterrupted[T any](call func() (T, error)) (T, error) {
	for {
		v, err := call()
		if !errors.Is(err, unix.EINTR) {
			return v, err
		}
	}
}

// within runs f in a goroutine of its own and waits for it at most limit.
func within(limit time.Duration, f func() error) error {
	done := make(chan error, 1)
	go func() { done <- f() }()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		return fmt.Errorf("the driver is still at it after %v", limit)
	}
}

// String is the path as given to Open.
func (p *Port) String() string { return p.path }

// control runs f on the side descriptor without making it blocking, as Fd would.
func (p *Port) control(f func(fd int) error) (err error) {
	rc, err := p.side.SyscallConn()
	if err != nil {
		return err
	}
	if cerr := rc.Control(func(fd uintptr) { err = f(int(fd)) }); cerr != nil {
		return cerr
	}
	return err
}

// libraryFault sorts the errors of the library's Open.
func libraryFault(path string, err error) error {
	wrapped := fmt.Errorf("open %s: %w", path, err)
	pe, ok := errors.AsType[*bugst.PortError](err)
	switch {
	case !ok: // a bare errno: the path vanished between the two opens
		return wrapped
	case pe.Code() == bugst.PortBusy:
		return busy(wrapped)
	}
	return refused(wrapped)
}

func busy(err error) error {
	return &device.Fault{Code: device.PortBusy, Op: "open", Err: err}
}

func refused(err error) error {
	return &device.Fault{Code: device.PortRefused, Op: "open", Err: err}
}

// Opener is Open as device.Supervise wants it.
func Opener(path string, mode Mode) device.Opener {
	return func() (device.Port, error) {
		p, err := Open(path, mode)
		if err != nil {
			return nil, err
		}
		return p, nil
	}
}
