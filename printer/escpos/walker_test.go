package escpos

import (
	"fmt"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// command is one command or one run of text.
type command struct {
	name string
	args []byte
	data []byte
	text string
}

func (c command) String() string {
	switch {
	case c.name == "text":
		return fmt.Sprintf("%q", c.text)
	case len(c.data) > 0:
		return fmt.Sprintf("%s % X + %d bytes", c.name, c.args, len(c.data))
	}
	return fmt.Sprintf("%s % X", c.name, c.args[:min(16, len(c.args))])
}

// walker reads a body as a strict printer would, written from the command
// reference, and checks the promises of the package on the way.
type walker struct {
	columns int // 0: not checked
	chinese bool
	double  bool
	used    int // columns in the open line
	saw     func(command)
}

// walk returns the first broken promise.
func (w *walker) walk(b []byte) error {
	for len(b) > 0 {
		n, c, err := w.next(b)
		if err != nil {
			return fmt.Errorf("%w at % X", err, b[:min(16, len(b))])
		}
		if w.saw != nil && c.name != "" {
			w.saw(c)
		}
		b = b[n:]
	}
	return nil
}

func (w *walker) next(b []byte) (int, command, error) {
	at := func(i int) int {
		if i < len(b) {
			return int(b[i])
		}
		return 0
	}
	block := func(n int, c command) (int, command, error) {
		if w.used > 0 {
			return 0, c, fmt.Errorf("%s in the middle of a line", c.name)
		}
		if n > len(b) {
			return 0, c, fmt.Errorf("%s breaks off", c.name)
		}
		return n, c, nil
	}
	switch {
	case b[0] == 0x0A:
		w.used = 0
		return 1, command{name: "LF"}, nil
	case b[0] >= 0x20:
		return w.text(b)
	case b[0] == 0x1B && at(1) == '@':
		w.double, w.chinese = false, false
		return 2, command{name: "ESC @"}, nil
	case b[0] == 0x1B && at(1) == 'E':
		return 3, command{name: "ESC E", args: b[2:3]}, nil
	case b[0] == 0x1B && at(1) == 'a':
		return block(3, command{name: "ESC a", args: b[2:3]})
	case b[0] == 0x1B && (at(1) == 'J' || at(1) == 'd'):
		return block(3, command{name: "ESC " + string(b[1]), args: b[2:3]})
	case b[0] == 0x1B && at(1) == '*' && at(2) == 33:
		cols := at(3) + at(4)<<8
		end := 5 + 3*cols
		if end > len(b) || cols%12 != 0 || cols == 0 {
			return 0, command{}, fmt.Errorf("ESC * of %d columns", cols)
		}
		return end, command{name: "ESC *", args: b[2:5], data: b[5:end]}, w.use(cols / 12)
	case b[0] == 0x1C && at(1) == '&':
		w.chinese = true
		return 2, command{name: "FS &"}, nil
	case b[0] == 0x1C && at(1) == 'p':
		return block(4, command{name: "FS p", args: b[2:4]})
	case b[0] == 0x1D && at(1) == '!':
		w.double = at(2)&0x10 != 0
		return 3, command{name: "GS !", args: b[2:3]}, nil
	case b[0] == 0x1D && at(1) == '(' && at(2) == 'k':
		n := 5 + at(3) + at(4)<<8
		return block(n, command{name: "GS ( k", args: b[3:min(n, len(b))]})
	case b[0] == 0x1D && at(1) == 'v' && at(2) == '0':
		width, rows := at(4)+at(5)<<8, at(6)+at(7)<<8
		if rows > 255 || rows == 0 || width == 0 {
			return 0, command{}, fmt.Errorf("GS v 0 of %d by %d", width, rows)
		}
		if scale := 1 + at(3)&1; w.columns > 0 && width*8*scale > w.columns*12 {
			return 0, command{}, fmt.Errorf("GS v 0 of %d bytes is too wide", width)
		}
		end := 8 + width*rows
		return block(end, command{name: "GS v 0", args: b[3:8], data: b[8:min(end, len(b))]})
	}
	return 0, command{}, fmt.Errorf("no such command")
}

// text takes a run of characters in ASCII and two-byte GBK.
func (w *walker) text(b []byte) (int, command, error) {
	n := 0
	for n < len(b) && b[n] >= 0x20 {
		if b[n] < 0x7F {
			n++
			if err := w.use(w.size()); err != nil {
				return 0, command{}, err
			}
			continue
		}
		if !w.chinese {
			return 0, command{}, fmt.Errorf("byte %02X without a Chinese ROM", b[n])
		}
		if n+1 >= len(b) || b[n] == 0x80 || b[n] == 0xFF || b[n] == 0x7F || b[n+1] < 0x40 || b[n+1] == 0x7F || b[n+1] == 0xFF {
			return 0, command{}, fmt.Errorf("not a two-byte form: % X", b[n:min(n+4, len(b))])
		}
		n += 2
		if err := w.use(2 * w.size()); err != nil {
			return 0, command{}, err
		}
	}
	s, err := simplifiedchinese.GBK.NewDecoder().Bytes(b[:n])
	return n, command{name: "text", text: string(s)}, err
}

func (w *walker) size() int {
	if w.double {
		return 2
	}
	return 1
}

func (w *walker) use(columns int) error {
	if w.used += columns; w.columns > 0 && w.used > w.columns {
		return fmt.Errorf("line of %d columns", w.used)
	}
	return nil
}
