package serial

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
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
// opener.
func TestOpenDropsWhatWasSaidBefore(t *testing.T) {
	l := openLine(t)
	other, err := os.OpenFile(l.Path(), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	write(t, l.Master(), "stale\r")
	p := open(t, l, Mode{})
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, l.Master(), "fresh\r")
	expect(t, p, "fresh\r")
}

// talker is a line that says a byte every 20 ms, says times.
type talker struct {
	says    int
	timeout time.Duration
	flushed bool
}

func (l *talker) Read(b []byte) (int, error) {
	if l.says == 0 {
		time.Sleep(l.timeout)
		return 0, nil
	}
	l.says--
	time.Sleep(20 * time.Millisecond)
	return copy(b, "9"), nil
}

func (l *talker) SetReadTimeout(d time.Duration) error { l.timeout = d; return nil }
func (l *talker) ResetInputBuffer() error              { l.flushed = true; return nil }
func (*talker) ResetOutputBuffer() error               { return nil }
func (*talker) Close() error                           { return nil }

// TestOpenWaitsForTheEndOfWhatBeganBefore: the tail of a scan must not pass for
// a scan, and a line that is never silent must not be waited for for ever.
func TestOpenWaitsForTheEndOfWhatBeganBefore(t *testing.T) {
	for _, tt := range []struct {
		says int
		took time.Duration
	}{
		{0, 50 * time.Millisecond},
		{10, 250 * time.Millisecond},
		{1 << 30, 4 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			l := &talker{says: tt.says}
			start := time.Now()
			if err := (&Port{lib: l}).waitQuiet(); err != nil {
				t.Error(err)
			}
			if took := time.Since(start); took != tt.took || !l.flushed || l.timeout != -1 {
				t.Errorf("%d bytes: took %v, want %v; flushed %v, time limit %v afterwards",
					tt.says, took, tt.took, l.flushed, l.timeout)
			}
		})
	}
}

// TestAReplugBetweenTheTwoOpensIsNoticed: one descriptor would be on the old
// device and one on the new.
func TestAReplugBetweenTheTwoOpensIsNoticed(t *testing.T) {
	l := openLine(t)
	side, err := openSide(l.Path())
	if err != nil {
		t.Fatal(err)
	}
	p := &Port{path: l.Path(), side: side}
	if err := p.sameDevice(); err != nil {
		t.Error(err)
	}
	if err := l.Unplug(); err != nil {
		t.Fatal(err)
	}
	if err := p.sameDevice(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("unplugged: %v, want fs.ErrNotExist", err)
	}
	if err := l.Plug(); err != nil {
		t.Fatal(err)
	}
	if err := p.sameDevice(); !errors.Is(err, syscall.ENODEV) {
		t.Errorf("replugged: %v, want ENODEV", err)
	}
	if err := side.Close(); err != nil {
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
		ok        bool
	}{
		{9600, 9600, true}, {9792, 9600, true}, {9408, 9600, true}, {0, 9600, true},
		{9793, 9600, false}, {9407, 9600, false}, {115200, 9600, false}, {9600, 250000, false},
		{4_080_000, 4_000_000, true}, {4_080_001, 4_000_000, false},
	} {
		if err := checkSpeed(tt.got, tt.want); (err == nil) != tt.ok {
			t.Errorf("checkSpeed(%d, %d) = %v", tt.got, tt.want, err)
		}
	}
}

func TestAnInterruptedCallIsRepeated(t *testing.T) {
	errs := []error{unix.EINTR, fmt.Errorf("open: %w", unix.EINTR), unix.ENOENT, nil}
	calls := 0
	n, err := uninterrupted(func() (int, error) { calls++; return calls, errs[calls-1] })
	if n != 3 || err != unix.ENOENT {
		t.Errorf("uninterrupted = %d, %v; want the third call's 3, ENOENT", n, err)
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
