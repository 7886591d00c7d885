package rig_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"till/device"
	"till/device/devicetest"
	"till/sim/rig"
)

func TestWireIsAPort(t *testing.T) {
	devicetest.TestPort(t, func(t *testing.T) devicetest.Cable {
		w := rig.Pipe("wire")
		t.Cleanup(func() { closeAll(t, w) })
		p, err := w.Open()
		if err != nil {
			t.Fatal(err)
		}
		return devicetest.Cable{Port: p, Far: w.Twin(), Pull: w.Unplug}
	})
}

func closeAll(t *testing.T, cs ...io.Closer) {
	t.Helper()
	for _, c := range cs {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestWireIsQuietWhenAllIsSaidAndHeard walks one wire through the states in
// which a player of virtual time must and must not wait.
func TestWireIsQuietWhenAllIsSaidAndHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := rig.Pipe("wire")
		quiet := func(when string, want bool) {
			t.Helper()
			synctest.Wait()
			if got := w.Quiet(); got != want {
				t.Errorf("%s: Quiet = %v, want %v", when, got, want)
			}
		}
		quiet("before the driver has opened it", false)
		p, err := w.Open()
		if err != nil {
			t.Fatal(err)
		}
		quiet("while the driver does not read", false)
		heard := make(chan string)
		go func() {
			b := make([]byte, 4)
			for {
				n, err := p.Read(b)
				if err != nil {
					close(heard)
					return
				}
				heard <- string(b[:n])
			}
		}()
		quiet("while the driver waits in Read", true)
		write(t, w.Twin(), "12345678")
		quiet("while the driver is busy with what it read", false)
		<-heard
		quiet("while more is unread", false)
		<-heard
		quiet("when all is read", true)
		write(t, p, "status?")
		quiet("while the device has not read", false)
		b := make([]byte, 100)
		if _, err := w.Twin().Read(b); err != nil {
			t.Fatal(err)
		}
		quiet("while the device is busy with what it read", false)
		go func() { _, _ = w.Twin().Read(b) }() // ends with the wire
		quiet("when the device waits again", true)
		w.Unplug()
		if w.Quiet() {
			t.Error("before the driver has noticed the unplug: Quiet = true, want false")
		}
		quiet("while the driver holds a pulled cable", false)
		closeAll(t, p)
		quiet("when the driver has let go of a pulled cable", true)
		w.Plug()
		quiet("when it is plugged in and not open", false)
		closeAll(t, w)
		quiet("when it is closed", true)
	})
}

func write(t *testing.T, w io.Writer, s string) {
	t.Helper()
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
}

// TestWireLosesWhatNobodyHears: as on a real line, a device that talks while
// nobody has the port open talks to nobody.
func TestWireLosesWhatNobodyHears(t *testing.T) {
	w := rig.Pipe("wire")
	defer closeAll(t, w)
	write(t, w.Twin(), "too early")
	p, err := w.Open()
	if err != nil {
		t.Fatal(err)
	}
	write(t, w.Twin(), "lost with the cable")
	w.Unplug()
	write(t, w.Twin(), "into the air")
	if _, err := w.Open(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open of a pulled wire: %v, want fs.ErrNotExist", err)
	}
	w.Plug()
	_, err = w.Open()
	if f, ok := errors.AsType[*device.Fault](err); !ok || f.Code != device.PortBusy {
		t.Errorf("Open while the old port is held: %v, want D02", err)
	}
	closeAll(t, p)
	if p, err = w.Open(); err != nil {
		t.Fatal(err)
	}
	write(t, w.Twin(), "heard")
	expect(t, p, "heard")
	write(t, w.Twin(), "not read in time")
	closeAll(t, p)
	if p, err = w.Open(); err != nil {
		t.Fatal(err)
	}
	write(t, w.Twin(), "heard again")
	expect(t, p, "heard again")
}

func expect(t *testing.T, r io.Reader, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(r, got); err != nil || string(got) != want {
		t.Errorf("read %q, %v; want %q", got, err, want)
	}
}

// openSlave opens the program's end without the serial driver.
func openSlave(t *testing.T, l *rig.Line) *os.File {
	t.Helper()
	f, err := os.OpenFile(l.Path(), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func openLine(t *testing.T) *rig.Line {
	t.Helper()
	l, err := rig.OpenLine(t.TempDir(), "ttyX")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeAll(t, l) })
	return l
}

// TestLineLosesWhatNobodyHears is the same for a pseudo-terminal, whose kernel
// would keep the bytes for the next program.
func TestLineLosesWhatNobodyHears(t *testing.T) {
	l := openLine(t)
	if l.Held() {
		t.Error("a fresh line is held")
	}
	write(t, l.Master(), "too early")
	slave := openSlave(t, l)
	if !l.Held() {
		t.Error("an open line is not held")
	}
	raw(t, slave)
	write(t, l.Master(), "heard")
	expect(t, slave, "heard")
	closeAll(t, slave)
	if l.Held() {
		t.Error("a line is held after its program has closed it")
	}
	write(t, l.Master(), "too late")
	slave = openSlave(t, l)
	raw(t, slave)
	write(t, l.Master(), "heard again")
	expect(t, slave, "heard again")
	closeAll(t, slave)
}

// TestAnOpenLineIsHeldThroughSignals: a signal interrupts even a poll that does
// not wait, and that must not look like a pulled cable.
func TestAnOpenLineIsHeldThroughSignals(t *testing.T) {
	got := make(chan os.Signal, 1)
	signal.Notify(got, unix.SIGUSR1)
	defer signal.Stop(got)
	l := openLine(t)
	slave := openSlave(t, l)
	defer closeAll(t, slave)
	runtime.LockOSThread() // the runtime preempts threads by such signals
	defer runtime.UnlockOSThread()
	self, done := unix.Gettid(), make(chan struct{})
	go func() {
		defer close(done)
		for range 20_000 {
			if err := unix.Tgkill(os.Getpid(), self, unix.SIGUSR1); err != nil {
				t.Error(err)
			}
		}
	}()
	for looking := true; looking; {
		select {
		case <-done:
			looking = false
		default:
			if !l.Held() {
				t.Fatal("the line is not held")
			}
		}
	}
}

// raw switches the terminal's line editing off, and its speed to 19200.
func raw(t *testing.T, slave *os.File) {
	t.Helper()
	rc, err := slave.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	cerr := rc.Control(func(fd uintptr) {
		var s *unix.Termios
		if s, err = unix.IoctlGetTermios(int(fd), unix.TCGETS); err != nil {
			return
		}
		s.Lflag, s.Iflag, s.Oflag = 0, 0, 0
		s.Cflag = s.Cflag&^unix.CBAUD | unix.B19200
		err = unix.IoctlSetTermios(int(fd), unix.TCSETS, s)
	})
	if err := errors.Join(err, cerr); err != nil {
		t.Fatal(err)
	}
}

func TestLineShowsTheSpeedThatTheProgramSet(t *testing.T) {
	l := openLine(t)
	slave := openSlave(t, l)
	raw(t, slave)
	if got := l.Baud(); got != 19200 {
		t.Errorf("Baud = %d, want 19200", got)
	}
	closeAll(t, slave)
	if err := l.Unplug(); err != nil {
		t.Error(err)
	}
	if got := l.Baud(); got != 0 {
		t.Errorf("Baud of an unplugged line = %d, want 0", got)
	}
}

// TestMasterLivesThroughAReplug keeps one Read of the device waiting while the
// cable is pulled and plugged in, until the program speaks on the new one.
func TestMasterLivesThroughAReplug(t *testing.T) {
	l := openLine(t)
	got := make(chan string, 1)
	go func() {
		b := make([]byte, 16)
		n, err := l.Master().Read(b)
		got <- fmt.Sprint(string(b[:n]), " ", err)
	}()
	before, err := os.Readlink(l.Path())
	if err != nil {
		t.Fatal(err)
	}
	held := openSlave(t, l) // so that the kernel cannot give the number again
	defer closeAll(t, held)
	if err := l.Unplug(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(l.Path()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the path of an unplugged line: %v, want fs.ErrNotExist", err)
	}
	write(t, l.Master(), "into the air")
	if err := l.Plug(); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Readlink(l.Path()); err != nil || after == before {
		t.Errorf("after the replug the link is %q, %v; want another than before", after, err)
	}
	slave := openSlave(t, l)
	defer closeAll(t, slave)
	write(t, slave, "back")
	if s := <-got; s != "back <nil>" {
		t.Errorf("the device read %q", s)
	}
}

func TestLineIsGoneAfterClose(t *testing.T) {
	l, err := rig.OpenLine(t.TempDir(), "ttyX")
	if err != nil {
		t.Fatal(err)
	}
	end := make(chan error, 1)
	go func() {
		_, err := l.Master().Read(make([]byte, 1))
		end <- err
	}()
	closeAll(t, l, l)
	if err := <-end; err != io.EOF {
		t.Errorf("Read of the device at Close = %v, want io.EOF", err)
	}
	if err := l.Plug(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Plug after Close = %v, want fs.ErrClosed", err)
	}
	if names, err := filepath.Glob(filepath.Dir(l.Path()) + "/*"); err != nil || len(names) > 0 {
		t.Errorf("Close leaves %v, %v", names, err)
	}
}

// TestPaceTakesAsLongAsTheLine: 960 bytes at 9600 baud are one second, both
// ways, and the bubble's clock makes it exact.
func TestPaceTakesAsLongAsTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := rig.Pipe("wire")
		defer closeAll(t, w)
		p, err := w.Open()
		if err != nil {
			t.Fatal(err)
		}
		slow := rig.Pace(w.Twin(), func() int { return 9600 })
		text := strings.Repeat("0123456789", 96)
		start := time.Now()
		write(t, slow, text)
		if took := time.Since(start).Round(time.Millisecond); took != time.Second {
			t.Errorf("960 bytes from the device took %v, want 1s", took)
		}
		expect(t, p, text)
		write(t, p, text)
		start = time.Now()
		expect(t, slow, text)
		if took := time.Since(start).Round(time.Millisecond); took != time.Second {
			t.Errorf("960 bytes to the device took %v, want 1s", took)
		}
	})
}
