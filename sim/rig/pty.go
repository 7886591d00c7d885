// Package rig lays the cables of the bench: pseudo-terminals for a program
// that believes in /dev/ttyUSB0, and pipes in memory for one process that
// plays both ends.
//
// A Line is a pseudo-terminal behind a symbolic link that keeps its name when
// the cable is pulled and plugged in again; a Wire is the same in memory. The
// simulated device holds the far end and never notices which one it is on: its
// end lives through an unplug, and what it sends while nobody listens is lost,
// as on a real line.
//
// Source: /work/shared/devices.md, section 3, measured on Linux 6.18.
package rig

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// idlePoll is how often a master looks whether somebody has opened the slave:
// the kernel answers EIO instead of waiting.
const idlePoll = 5 * time.Millisecond

// OpenPTY returns a master that honours deadlines, and the path of its slave.
func OpenPTY() (master *os.File, slave string, err error) {
	const flags = unix.O_RDWR | unix.O_NOCTTY | unix.O_CLOEXEC | unix.O_NONBLOCK
	fd, err := unix.Open("/dev/ptmx", flags, 0)
	if err != nil {
		return nil, "", &fs.PathError{Op: "open", Path: "/dev/ptmx", Err: err}
	}
	if err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err == nil {
		var n int
		if n, err = unix.IoctlGetInt(fd, unix.TIOCGPTN); err == nil {
			return os.NewFile(uintptr(fd), "ptmx"), "/dev/pts/" + strconv.Itoa(n), nil
		}
	}
	_ = unix.Close(fd) // the error that matters is err
	return nil, "", fmt.Errorf("unlock pseudo-terminal: %w", err)
}

// Line is a serial cable with a name: a symbolic link to the slave of a
// pseudo-terminal. Every plug makes a new pseudo-terminal, as a USB adapter
// makes a new device.
type Line struct {
	path string

	mu     sync.Mutex
	master *os.File      // nil while unplugged
	change chan struct{} // closed at the next plug, unplug or close
	closed bool
}

// OpenLine lays a line whose program end is dir/name, and plugs it in. dir must
// exist.
func OpenLine(dir, name string) (*Line, error) {
	l := &Line{path: filepath.Join(dir, name), change: make(chan struct{})}
	if err := l.Plug(); err != nil {
		return nil, err
	}
	return l, nil
}

// Path is what the program under test opens.
func (l *Line) Path() string { return l.path }

// Plug makes the device appear. A line that is plugged in stays as it is.
func (l *Line) Plug() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return fmt.Errorf("plug %s: %w", l.path, fs.ErrClosed)
	}
	if l.master != nil {
		return nil
	}
	master, slave, err := OpenPTY()
	if err != nil {
		return fmt.Errorf("plug %s: %w", l.path, err)
	}
	if err = touch(slave); err == nil {
		err = link(slave, l.path)
	}
	if err != nil {
		return fmt.Errorf("plug %s: %w", l.path, errors.Join(err, master.Close()))
	}
	l.master = master
	l.wake()
	return nil
}

// touch opens and closes the slave once. Only then does the kernel say of the
// master that nobody is at the other end.
func touch(slave string) error {
	fd, err := unix.Open(slave, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return &fs.PathError{Op: "open", Path: slave, Err: err}
	}
	return unix.Close(fd)
}

// link points path at slave in one step, so that nobody finds it missing.
func link(slave, path string) error {
	next := path + ".new"
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Symlink(slave, next); err != nil {
		return err
	}
	return os.Rename(next, path)
}

// Unplug makes the device disappear: the link is gone and the slave hangs up.
// Bytes on their way are lost. An unplugged line stays as it is.
func (l *Line) Unplug() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.unplug()
}

func (l *Line) unplug() error {
	if l.master == nil {
		return nil
	}
	err := errors.Join(os.Remove(l.path), l.master.Close())
	l.master = nil
	l.wake()
	if err != nil {
		return fmt.Errorf("unplug %s: %w", l.path, err)
	}
	return nil
}

// Close unplugs the line for good and frees everybody who waits on it.
func (l *Line) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	l.wake()
	return l.unplug()
}

func (l *Line) wake() {
	close(l.change)
	l.change = make(chan struct{})
}

// state is what a waiter needs to know: the master or nil, and a channel that
// is closed when that changes.
func (l *Line) state() (master *os.File, change <-chan struct{}, closed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.master, l.change, l.closed
}

// Held reports whether a program has the line open.
func (l *Line) Held() bool {
	master, _, _ := l.state()
	return master != nil && held(master)
}

// held asks the kernel whether the slave of master is open.
func held(master *os.File) bool {
	open := false
	_ = control(master, func(fd int) error { // a closed master is not held
		poll := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		_, err := unix.Poll(poll, 0)
		for errors.Is(err, unix.EINTR) { // a signal, even without waiting
			_, err = unix.Poll(poll, 0)
		}
		open = err == nil && poll[0].Revents&unix.POLLHUP == 0
		return err
	})
	return open
}

// Baud is the speed that the program has set, in bits a second; 0 when the
// line is unplugged or the speed cannot be read.
func (l *Line) Baud() int {
	master, _, _ := l.state()
	if master == nil {
		return 0
	}
	baud := 0
	_ = control(master, func(fd int) error { // 0 says it
		t, err := unix.IoctlGetTermios(fd, unix.TCGETS2)
		if errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.ENOTTY) { // qemu-arm-static
			if t, err = unix.IoctlGetTermios(fd, unix.TCGETS); err == nil {
				baud = constantSpeed(t.Cflag)
			}
			return err
		}
		if err == nil {
			baud = int(t.Ospeed)
		}
		return err
	})
	return baud
}

// constantSpeed is the speed in the old settings, for the rates that tills use.
func constantSpeed(cflag uint32) int {
	switch cflag & unix.CBAUD {
	case unix.B1200:
		return 1200
	case unix.B2400:
		return 2400
	case unix.B4800:
		return 4800
	case unix.B9600:
		return 9600
	case unix.B19200:
		return 19200
	case unix.B38400:
		return 38400
	case unix.B57600:
		return 57600
	case unix.B115200:
		return 115200
	}
	return 0
}

// control runs f on the descriptor and leaves its mode alone.
func control(file *os.File, f func(fd int) error) (err error) {
	rc, err := file.SyscallConn()
	if err != nil {
		return err
	}
	if cerr := rc.Control(func(fd uintptr) { err = f(int(fd)) }); cerr != nil {
		return cerr
	}
	return err
}

// Master is the device's end of the line. It lives through unplug and plug.
//
// Read waits until a program writes, however often the line is pulled
// meanwhile, and returns io.EOF after Close of the line. Write never fails for
// want of a listener: while the line is unplugged or not open at the other
// end, its bytes are lost, as on a real line. Close closes the line.
func (l *Line) Master() io.ReadWriteCloser { return master{l} }

type master struct{ line *Line }

func (m master) Close() error { return m.line.Close() }

func (m master) Read(b []byte) (int, error) {
	for {
		file, change, closed := m.line.state()
		switch {
		case closed:
			return 0, io.EOF
		case file == nil:
			<-change
			continue
		}
		n, err := file.Read(b)
		if n > 0 || len(b) == 0 {
			return n, nil
		}
		if err == nil || errors.Is(err, fs.ErrClosed) {
			continue
		}
		if !errors.Is(err, unix.EIO) && !errors.Is(err, io.EOF) {
			return 0, fmt.Errorf("read %s: %w", m.line.path, err)
		}
		select { // nobody has the slave open
		case <-change:
		case <-time.After(idlePoll):
		}
	}
}

func (m master) Write(b []byte) (int, error) {
	file, _, closed := m.line.state()
	switch {
	case closed:
		return 0, fmt.Errorf("write %s: %w", m.line.path, fs.ErrClosed)
	case file == nil, !held(file):
		return len(b), nil // lost
	}
	n, err := file.Write(b)
	if err != nil && (errors.Is(err, fs.ErrClosed) || errors.Is(err, unix.EIO)) {
		return len(b), nil // unplugged meanwhile: the rest is lost
	}
	return n, err
}
