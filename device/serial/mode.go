package serial

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	bugst "go.bug.st/serial"
	"golang.org/x/sys/unix"
)

// Parity is what the ninth bit of a character says.
type Parity uint8

const (
	NoParity Parity = iota
	OddParity
	EvenParity
	MarkParity
	SpaceParity
)

// ParseParity reads a parity from a configuration: none, odd, even, mark,
// space. The empty string is none.
func ParseParity(s string) (Parity, error) {
	switch s {
	case "", "none":
		return NoParity, nil
	case "odd":
		return OddParity, nil
	case "even":
		return EvenParity, nil
	case "mark":
		return MarkParity, nil
	case "space":
		return SpaceParity, nil
	}
	return 0, fmt.Errorf("%q is not a parity; use none, odd, even, mark or space", s)
}

// Mode is how a line is set. The zero Mode is 9600 baud, 8 data bits, no
// parity, one stop bit, no flow control: what most scanners are delivered with
// (devices.md 10.1).
type Mode struct {
	Baud     int // bits a second, 50 to 4,000,000; 0 is 9600
	DataBits int // 5 to 8; 0 is 8
	Parity   Parity
	StopBits int  // 1 or 2; 0 is 1
	RTSCTS   bool // hardware flow control: the device says when it can take bytes
}

const (
	baudMin     = 50
	baudMax     = 4_000_000
	baudDefault = 9600
)

// baud is the speed with its default filled in.
func (m Mode) baud() int {
	if m.Baud == 0 {
		return baudDefault
	}
	return m.Baud
}

// Check says what is wrong with a mode, for the one who reads the
// configuration; Open checks too.
func (m Mode) Check() error {
	_, err := m.library()
	return err
}

// library is m as the library wants it. InitialStatusBits stays empty: with
// it, Open fails on a line without modem bits (devices.md 3.2).
func (m Mode) library() (*bugst.Mode, error) {
	lib := &bugst.Mode{BaudRate: m.baud(), DataBits: m.DataBits}
	if lib.BaudRate < baudMin || lib.BaudRate > baudMax {
		return nil, fmt.Errorf("%d baud: not between %d and %d", lib.BaudRate, baudMin, baudMax)
	}
	if lib.DataBits == 0 {
		lib.DataBits = 8
	}
	if lib.DataBits < 5 || lib.DataBits > 8 {
		return nil, fmt.Errorf("%d data bits: not between 5 and 8", m.DataBits)
	}
	switch m.StopBits {
	case 0, 1:
		lib.StopBits = bugst.OneStopBit
	case 2:
		lib.StopBits = bugst.TwoStopBits
	default:
		return nil, fmt.Errorf("%d stop bits: not 1 or 2", m.StopBits)
	}
	switch m.Parity {
	case NoParity:
		lib.Parity = bugst.NoParity
	case OddParity:
		lib.Parity = bugst.OddParity
	case EvenParity:
		lib.Parity = bugst.EvenParity
	case MarkParity:
		lib.Parity = bugst.MarkParity
	case SpaceParity:
		lib.Parity = bugst.SpaceParity
	default:
		return nil, fmt.Errorf("parity %d: unknown", m.Parity)
	}
	return lib, nil
}

// finish checks the speed and sets the flow control, both through the side
// descriptor, after the library's Open.
func finish(fd int, mode Mode) error {
	t, err := termios(fd)
	if err != nil {
		return fmt.Errorf("read the line settings: %w", err)
	}
	if err := checkSpeed(speed(t), mode.baud()); err != nil {
		return err
	}
	if !mode.RTSCTS {
		return nil // the library has switched it off
	}
	return setFlow(fd, true)
}

// checkSpeed compares the speed that the line has, 0 for unknown, with the one
// asked for: the 8250 driver ignores a speed it cannot make, in silence.
func checkSpeed(got, want int) error {
	diff := got - want
	if got == 0 || diff*50 <= want && -diff*50 <= want { // 2 %: the divided clock
		return nil
	}
	return fmt.Errorf("%d baud refused, the line runs at %d", want, got)
}

// setFlow switches RTS/CTS on or off and leaves the rest alone.
func setFlow(fd int, on bool) error {
	t, err := termios(fd)
	if err != nil {
		return err
	}
	if on == (t.Cflag&unix.CRTSCTS != 0) {
		return nil
	}
	t.Cflag ^= unix.CRTSCTS
	err = unix.IoctlSetTermios(fd, unix.TCSETS2, t)
	if missing(err) {
		err = unix.IoctlSetTermios(fd, unix.TCSETS, t)
	}
	if err != nil {
		return fmt.Errorf("switch RTS/CTS: %w", err)
	}
	return nil
}

// termios reads the line settings. qemu-arm-static does not implement TCGETS2
// (ENOSYS, or ENOTTY in some versions); TCGETS is tried then, whose answer has
// the speed in Cflag alone.
func termios(fd int) (*unix.Termios, error) {
	t, err := unix.IoctlGetTermios(fd, unix.TCGETS2)
	if missing(err) {
		return unix.IoctlGetTermios(fd, unix.TCGETS)
	}
	return t, err
}

func missing(err error) bool { return errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.ENOTTY) }

// speed is the output speed in baud, or 0 when the settings do not tell it:
// the old call says only "other" for a speed without a constant.
func speed(t *unix.Termios) int {
	if t.Ospeed != 0 { // TCGETS leaves it 0
		return int(t.Ospeed)
	}
	for _, b := range constants {
		if t.Cflag&unix.CBAUD == b.flag {
			return b.baud
		}
	}
	return 0
}

// constants are the speeds that fit into Cflag (termios(3)).
var constants = []struct {
	flag uint32
	baud int
}{
	{unix.B50, 50}, {unix.B75, 75}, {unix.B110, 110}, {unix.B134, 134}, {unix.B150, 150},
	{unix.B200, 200}, {unix.B300, 300}, {unix.B600, 600}, {unix.B1200, 1200},
	{unix.B1800, 1800}, {unix.B2400, 2400}, {unix.B4800, 4800}, {unix.B9600, 9600},
	{unix.B19200, 19200}, {unix.B38400, 38400}, {unix.B57600, 57600}, {unix.B115200, 115200},
	{unix.B230400, 230400}, {unix.B460800, 460800}, {unix.B500000, 500000},
	{unix.B576000, 576000}, {unix.B921600, 921600}, {unix.B1000000, 1000000},
	{unix.B1152000, 1152000}, {unix.B1500000, 1500000}, {unix.B2000000, 2000000},
	{unix.B2500000, 2500000}, {unix.B3000000, 3000000}, {unix.B3500000, 3500000},
	{unix.B4000000, 4000000},
}

// closeOnExec marks every descriptor of this process that is open on side's
// device, because the library does not, and a child that inherits a port keeps
// it busy after an unplug. Without /proc nothing is marked; till starts no
// programs while it holds ports, so that is the second net and not the first.
func closeOnExec(side *os.File) {
	own, err := side.Stat()
	if err != nil {
		return
	}
	const dir = "/proc/self/fd"
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		fd, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		// Stat follows the link to the very file, whatever its name is by now.
		st, err := os.Stat(filepath.Join(dir, e.Name()))
		if err == nil && os.SameFile(own, st) {
			unix.CloseOnExec(fd)
		}
	}
}
