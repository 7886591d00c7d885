package serial

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"till/device"
	"till/device/devicetest"
	"till/sim/rig"
)

// patience bounds a failure; no test measures speed with it.
const patience = 20 * time.Second

func openLine(t *testing.T) *rig.Line {
	t.Helper()
	l, err := rig.OpenLine(t.TempDir(), "ttyTEST")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

func open(t *testing.T, l *rig.Line, m Mode) *Port {
	t.Helper()
	p, err := Open(l.Path(), m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func write(t *testing.T, w io.Writer, s string) {
	t.Helper()
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
}

func expect(t *testing.T, r io.Reader, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(r, got); err != nil || string(got) != want {
		t.Fatalf("read %q, %v; want %q", got, err, want)
	}
}

func TestSerialOnAPseudoTerminalIsAPort(t *testing.T) {
	devicetest.TestPort(t, func(t *testing.T) devicetest.Cable {
		l := openLine(t)
		return devicetest.Cable{
			Port: open(t, l, Mode{Baud: 115200}),
			Far:  l.Master(),
			Pull: func() {
				if err := l.Unplug(); err != nil {
					t.Error(err)
				}
			},
		}
	})
}

// TestOpenSortsWhatCanBeWrong: a missing device is waited for, the others need
// a person, and each a different one.
func TestOpenSortsWhatCanBeWrong(t *testing.T) {
	dir := t.TempDir()
	plain := filepath.Join(dir, "file")
	if err := os.WriteFile(plain, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	held := openLine(t)
	open(t, held, Mode{})
	line := openLine(t)
	for _, tt := range []struct {
		name, path string
		mode       Mode
		missing    bool
		code       device.Code
	}{
		{name: "nothing there", path: filepath.Join(dir, "no"), missing: true},
		{name: "a link to nothing", path: dangling(t, dir), missing: true},
		{name: "a regular file", path: plain, code: device.PortRefused},
		{name: "a folder", path: dir, code: device.PortRefused},
		{name: "the null device", path: os.DevNull, code: device.PortRefused},
		{name: "held already", path: held.Path(), code: device.PortBusy},
		{name: "9 data bits", path: line.Path(), mode: Mode{DataBits: 9}, code: device.PortRefused},
		{name: "3 stop bits", path: line.Path(), mode: Mode{StopBits: 3}, code: device.PortRefused},
		{name: "1 baud", path: line.Path(), mode: Mode{Baud: 1}, code: device.PortRefused},
		{name: "no parity", path: line.Path(), mode: Mode{Parity: 9}, code: device.PortRefused},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := Open(tt.path, tt.mode)
			if err == nil {
				t.Fatal("Open succeeded", p.Close())
			}
			f, fault := errors.AsType[*device.Fault](err)
			if fault != (tt.code != "") || fault && f.Code != tt.code {
				t.Errorf("Open: %v, want code %q", err, tt.code)
			}
			if got := errors.Is(err, fs.ErrNotExist); got != tt.missing {
				t.Errorf("Open: %v; wraps fs.ErrNotExist: %v, want %v", err, got, tt.missing)
			}
		})
	}
	p := open(t, line, Mode{}) // a refused Open holds nothing
	if got := p.String(); got != line.Path() {
		t.Errorf("String = %q, want the path as configured, %q", got, line.Path())
	}
}

func dangling(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "dangling")
	if err := os.Symlink("/dev/pts/99999", path); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestASecondOpenIsBusyEvenForRoot: TIOCEXCL does not stop root, the lock does,
// and it goes with the port.
func TestASecondOpenIsBusyEvenForRoot(t *testing.T) {
	l := openLine(t)
	p := open(t, l, Mode{})
	for range 2 { // the library's second Close used to remove the exclusivity
		_, err := Open(l.Path(), Mode{})
		if f, ok := errors.AsType[*device.Fault](err); !ok || f.Code != device.PortBusy {
			t.Errorf("second Open: %v, want D02", err)
		}
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, l, Mode{})
}

func TestModeReachesTheLine(t *testing.T) {
	for _, tt := range []struct {
		mode Mode
		baud int
	}{
		{Mode{}, 9600},
		{Mode{Baud: 115200, DataBits: 8, StopBits: 1}, 115200},
		{Mode{Baud: 9600, DataBits: 7, Parity: SpaceParity, StopBits: 2}, 9600},
		{Mode{Baud: 250000, Parity: EvenParity}, 250000}, // without a constant
		{Mode{Baud: 19200, Parity: OddParity}, 19200},
		{Mode{Baud: 1200, Parity: MarkParity}, 1200},
	} {
		t.Run(fmt.Sprint(tt.mode), func(t *testing.T) {
			l := openLine(t)
			p := open(t, l, tt.mode)
			if got := l.Baud(); got != tt.baud {
				t.Errorf("the device sees %d baud, want %d", got, tt.baud)
			}
			cflag := settings(t, p).Cflag
			if stops := cflag&unix.CSTOPB != 0; stops != (tt.mode.StopBits == 2) {
				t.Errorf("two stop bits: %v", stops)
			}
		})
	}
}

func settings(t *testing.T, p *Port) (s *unix.Termios) {
	t.Helper()
	err := p.control(func(fd int) (err error) { s, err = termios(fd); return err })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestFlowControlIsSetAfterTheLibraryClearsIt also looks at the line after
// Close, where a flow control left on costs 30 s.
func TestFlowControlIsSetAfterTheLibraryClearsIt(t *testing.T) {
	l := openLine(t)
	p := open(t, l, Mode{RTSCTS: true})
	if settings(t, p).Cflag&unix.CRTSCTS == 0 {
		t.Error("RTS/CTS is off, want on")
	}
	watch, err := os.OpenFile(l.Path(), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = watch.Close() }() // read only
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	rc, err := watch.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	err = rc.Control(func(fd uintptr) {
		if s, err := termios(int(fd)); err != nil || s.Cflag&unix.CRTSCTS != 0 {
			t.Errorf("after Close RTS/CTS is on (%v), want off", err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	q := open(t, l, Mode{})
	if settings(t, q).Cflag&unix.CRTSCTS != 0 {
		t.Error("RTS/CTS is on, want off")
	}
}

// TestOpenDropsWhatWasSaidBefore has the kernel keep a scan for the next
// opener, and another one under way when the port is opened.
func TestOpenDropsWhatWasSaidBefore(t *testing.T) {
	l := openLine(t)
	other, err := os.OpenFile(l.Path(), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	write(t, l.Master(), "stale\r")
	started := make(chan struct{})
	tail := make(chan error, 1)
	go func() { // the tail of a scan that began before Open
		close(started)
		for range 20 {
			if _, err := io.WriteString(l.Master(), "9"); err != nil {
				tail <- err
				return
			}
			time.Sleep(time.Millisecond) // the pace of 9600 baud, not a wait for something
		}
		tail <- nil
	}()
	<-started
	p := open(t, l, Mode{})
	if err := <-tail; err != nil {
		t.Fatal(err)
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, l.Master(), "fresh\r")
	expect(t, p, "fresh\r")
}

// TestALateWriteTouchesNoStranger is the trap that can damage the journal: the
// port's descriptor number is given to a file, and the printer goroutine is
// late.
func TestALateWriteTouchesNoStranger(t *testing.T) {
	l := openLine(t)
	p := open(t, l, Mode{})
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	var files []*os.File
	for i := range 8 { // whatever the numbers were, files have them now
		f, err := os.Create(filepath.Join(t.TempDir(), fmt.Sprint("journal", i)))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	if _, err := p.Write([]byte("late receipt")); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Write after Close: %v, want fs.ErrClosed", err)
	}
	for _, f := range files {
		if st, err := f.Stat(); err != nil || st.Size() != 0 {
			t.Errorf("%s holds %d bytes (%v), want 0", f.Name(), st.Size(), err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestWriteSurvivesSignals: the library's Write returned a short count without
// an error when a signal came.
func TestWriteSurvivesSignals(t *testing.T) {
	got := make(chan os.Signal, 1)
	signal.Notify(got, syscall.SIGUSR1)
	defer signal.Stop(got)
	l := openLine(t)
	p := open(t, l, Mode{})
	want := bytes.Repeat([]byte("0123456789abcdef"), 8<<10)
	ctx, stop := context.WithCancel(t.Context())
	bombed := make(chan error, 1)
	go func() {
		for ctx.Err() == nil {
			if err := syscall.Kill(os.Getpid(), syscall.SIGUSR1); err != nil {
				bombed <- err
				return
			}
			<-got
		}
		bombed <- nil
	}()
	read := make(chan []byte, 1)
	go func() {
		b := make([]byte, len(want))
		_, err := io.ReadFull(l.Master(), b)
		if err != nil {
			b = nil
		}
		read <- b
	}()
	if n, err := p.Write(want); n != len(want) || err != nil {
		t.Errorf("Write = %d, %v; want %d, nil", n, err, len(want))
	}
	if b := <-read; !bytes.Equal(b, want) {
		t.Error("the device got other bytes")
	}
	stop()
	if err := <-bombed; err != nil {
		t.Error(err)
	}
}

// TestOpenRefusesDescriptorsThatReadCannotHave fills the table up to 1024; the
// library's Read would panic there.
func TestOpenRefusesDescriptorsThatReadCannotHave(t *testing.T) {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	if limit.Cur < 1200 {
		t.Skipf("at most %d open files here", limit.Cur)
	}
	l := openLine(t)
	var fds []int
	defer func() {
		for _, fd := range fds {
			if err := unix.Close(fd); err != nil {
				t.Error(err)
			}
		}
	}()
	for len(fds) == 0 || fds[len(fds)-1] < 1030 {
		fd, err := unix.Open(os.DevNull, unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		fds = append(fds, fd)
	}
	_, err := Open(l.Path(), Mode{})
	f, ok := errors.AsType[*device.Fault](err)
	if !ok || f.Code != device.PortRefused || !strings.Contains(err.Error(), "too many open files") {
		t.Errorf("Open with 1030 files open: %v, want D03 that says so", err)
	}
}

// TestChildrenDoNotInheritThePort starts a program and looks at what it has.
func TestChildrenDoNotInheritThePort(t *testing.T) {
	l := openLine(t)
	open(t, l, Mode{})
	slave, err := os.Readlink(l.Path())
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("ls", "-l", "/proc/self/fd").CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(out, []byte(slave+"\n")) {
		t.Errorf("a child has %s open:\n%s", slave, out)
	}
}

// TestSpeedIsReadUnderOldKernels: qemu-arm-static has only the old call, whose
// answer has the speed as a constant.
func TestSpeedIsReadUnderOldKernels(t *testing.T) {
	for _, tt := range []struct {
		t    unix.Termios
		want int
	}{
		{unix.Termios{Cflag: unix.B9600 | unix.CS8}, 9600},
		{unix.Termios{Cflag: unix.B115200 | unix.CS8 | unix.CRTSCTS}, 115200},
		{unix.Termios{Cflag: unix.BOTHER | unix.CS8}, 0},
		{unix.Termios{Cflag: unix.BOTHER, Ospeed: 250000}, 250000},
		{unix.Termios{Cflag: unix.B9600, Ospeed: 9600}, 9600},
	} {
		if got := speed(&tt.t); got != tt.want {
			t.Errorf("speed(%#o, %d) = %d, want %d", tt.t.Cflag, tt.t.Ospeed, got, tt.want)
		}
	}
	for _, err := range []error{unix.ENOSYS, unix.ENOTTY} {
		if !missing(err) {
			t.Errorf("%v does not count as a missing call", err)
		}
	}
}

func TestASpeedMayBeOffByTwoPercent(t *testing.T) {
	for _, tt := range []struct {
		got, want int
		near      bool
	}{
		{9600, 9600, true}, {9792, 9600, true}, {9408, 9600, true},
		{9793, 9600, false}, {9407, 9600, false}, {115200, 9600, false}, {9600, 115200, false},
		{4_080_000, 4_000_000, true}, {4_080_001, 4_000_000, false},
	} {
		if near(tt.got, tt.want) != tt.near {
			t.Errorf("near(%d, %d) = %v", tt.got, tt.want, !tt.near)
		}
	}
}

// TestCloseDoesNotWaitForAHangingDriver stands in for the 30 s of closing_wait,
// which a pseudo-terminal does not have.
func TestCloseDoesNotWaitForAHangingDriver(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	err := within(time.Millisecond, func() error { <-release; return nil })
	if err == nil {
		t.Error("within returned nil although the driver hangs")
	}
	if err := within(patience, func() error { return io.ErrNoProgress }); err != io.ErrNoProgress {
		t.Errorf("within = %v, want the driver's error", err)
	}
}

// TestNobodyListsPorts: both list functions of the library open every ttyS and
// change the console's settings.
func TestNobodyListsPorts(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			if strings.Contains(spec.Path.Value, "enumerator") {
				t.Errorf("%s imports %s", name, spec.Path.Value)
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && strings.HasSuffix(sel.Sel.Name, "PortsList") {
				t.Errorf("%s calls %s", name, sel.Sel.Name)
			}
			return true
		})
	}
}

// TestSuperviseResumesAfterAReplug pulls the cable of a real driver and plugs
// it in again; the program must notice both by itself.
func TestSuperviseResumesAfterAReplug(t *testing.T) {
	l := openLine(t)
	faults := make(chan *device.Fault, 16)
	heard := make(chan string, 16)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		device.Supervise(ctx, device.Scanner, Opener(l.Path(), Mode{}),
			func(f *device.Fault) { faults <- f }, pump(heard))
	}()
	await(t, faults, "up", func(f *device.Fault) bool { return f == nil })
	for range 3 {
		write(t, l.Master(), "a")
		await(t, heard, "a", func(s string) bool { return s == "a" })
		if err := l.Unplug(); err != nil {
			t.Fatal(err)
		}
		await(t, faults, "D01", func(f *device.Fault) bool {
			return f != nil && f.Code == device.PortGone && f.Device == device.Scanner
		})
		if err := l.Plug(); err != nil {
			t.Fatal(err)
		}
		await(t, faults, "up again", func(f *device.Fault) bool { return f == nil })
	}
	stop()
	await(t, done, "the end", func(struct{}) bool { return true })
	open(t, l, Mode{}) // Supervise has let go of the port
}

// pump is the smallest driver there is.
func pump(heard chan<- string) func(context.Context, device.Port) error {
	return func(_ context.Context, p device.Port) error {
		var b [64]byte
		for {
			n, err := p.Read(b[:])
			if err != nil {
				return err
			}
			heard <- string(b[:n])
		}
	}
}

func await[T any](t *testing.T, c <-chan T, what string, ok func(T) bool) {
	t.Helper()
	select {
	case v := <-c:
		if !ok(v) {
			t.Fatalf("got %v, want %s", v, what)
		}
	case <-time.After(patience):
		t.Fatalf("waited %v for %s", patience, what)
	}
}

// TestNothingIsLeftAfterAHundredCycles counts goroutines and descriptors.
func TestNothingIsLeftAfterAHundredCycles(t *testing.T) {
	l := openLine(t)
	cycle := func(i int) {
		p, err := Open(l.Path(), Mode{})
		if err != nil {
			t.Fatal(err)
		}
		read := make(chan error, 1)
		go func() {
			_, err := p.Read(make([]byte, 1))
			read <- err
		}()
		if i%2 == 0 { // half of them end by an unplug
			if err := l.Unplug(); err != nil {
				t.Fatal(err)
			}
			<-read
			defer func() {
				if err := l.Plug(); err != nil {
					t.Fatal(err)
				}
			}()
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		if i%2 != 0 {
			<-read
		}
	}
	cycle(0) // Go's own epoll and eventfd appear at the first use
	cycle(1)
	wantFDs, wantGos := descriptors(t), runtime.NumGoroutine()
	for i := range 100 {
		cycle(i)
	}
	for deadline := time.Now().Add(patience); ; {
		fds, gos := descriptors(t), runtime.NumGoroutine()
		if fds <= wantFDs && gos <= wantGos {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d descriptors and %d goroutines, before: %d and %d",
				fds, gos, wantFDs, wantGos)
		}
		runtime.Gosched()
	}
}

func descriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}
