package printer

import (
	"bytes"
	"net"
	"sync"
	"time"
)

// fake is a small printer at the other end of a pipe: a receive buffer that
// drops what does not fit, a head that takes its time, a cutter. Real-time
// requests are answered on arrival, also in the middle of other commands.
type fake struct {
	mu      sync.Mutex
	wake    *sync.Cond
	conn    net.Conn
	buffer  []byte
	limit   int           // receive buffer
	perLine time.Duration // what a line feed takes

	silent, noEOT, noASB, noSensor, noID, noDC4 bool
	jamAtCut                                    bool
	lastEOT                                     byte // answers DLE EOT up to this n
	outAfter                                    int  // lines of paper left, -1 for a whole roll

	cover, out, near, jam, hot, offline bool
	asb                                 bool
	paper                               []string // lines
	line                                []byte
	cuts, dropped, cleared, polls       int
	closed                              bool
}

func newFake() (*fake, net.Conn) {
	ours, theirs := net.Pipe()
	f := &fake{conn: theirs, limit: 2048, lastEOT: 4, perLine: 75 * time.Millisecond, outAfter: -1}
	f.wake = sync.NewCond(&f.mu)
	go f.receive()
	go f.head()
	return f, ours
}

// do changes the printer's state as a person would.
func (f *fake) do(change func()) {
	f.mu.Lock()
	change()
	f.status()
	f.wake.Broadcast()
	f.mu.Unlock()
}

// seen is what is on paper.
func (f *fake) seen() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.paper...)
}

// count reads one of the counters.
func (f *fake) count(n *int) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return *n
}

func (f *fake) stopped() bool { return f.cover || f.out || f.jam || f.offline || f.hot }

// say answers; f.mu is held. A pipe blocks until it is read, so it is written
// by a goroutine of its own, in order.
func (f *fake) say(b ...byte) {
	if f.silent {
		return
	}
	f.mu.Unlock()
	_, _ = f.conn.Write(b) // the other side may be gone
	f.mu.Lock()
}

func bit(on bool, b byte) byte {
	if on {
		return b
	}
	return 0
}

func (f *fake) status() {
	if f.asb && !f.noASB {
		f.say(0x10|bit(f.stopped(), 0x08)|bit(f.cover, 0x20), bit(f.jam, 0x08)|bit(f.hot, 0x40), bit(f.near, 0x03)|bit(f.out, 0x0C), 0)
	}
}

func (f *fake) realtime(n byte) {
	f.polls++
	switch b := byte(0x12); n {
	case 1:
		f.say(b | bit(f.stopped(), 0x08))
	case 2:
		f.say(b | bit(f.cover, 0x04) | bit(f.out, 0x20) | bit(f.jam || f.hot, 0x40))
	case 3:
		f.say(b | bit(f.jam, 0x08) | bit(f.hot, 0x40))
	case 4:
		f.say(b | bit(f.near, 0x0C) | bit(f.out, 0x60))
	}
}

func (f *fake) receive() {
	var tail []byte
	buf := make([]byte, 64)
	for {
		n, err := f.conn.Read(buf)
		f.mu.Lock()
		for _, b := range buf[:n] {
			if len(f.buffer) < f.limit {
				f.buffer = append(f.buffer, b)
			} else {
				f.dropped++
			}
			tail = append(tail, b)
			if len(tail) > 10 {
				tail = tail[1:]
			}
			f.command(tail)
		}
		f.closed = err != nil
		f.wake.Broadcast()
		f.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// command executes a real-time command that ends here and takes it out of the buffer.
func (f *fake) command(tail []byte) {
	take := func(n int) { f.buffer = f.buffer[:max(0, len(f.buffer)-n)] }
	switch n := len(tail); {
	case n >= 3 && tail[n-3] == 0x10 && tail[n-2] == 0x04 && tail[n-1] >= 1 && tail[n-1] <= 4:
		take(3)
		if !f.noEOT && tail[n-1] <= f.lastEOT {
			f.realtime(tail[n-1])
		}
	case n >= 3 && tail[n-3] == 0x10 && tail[n-2] == 0x05 && tail[n-1] == 2:
		take(3)
		if f.jam {
			f.jam, f.buffer = false, nil
			f.status()
		}
	case bytes.HasSuffix(tail, []byte{0x10, 0x14, 8, 1, 3, 20, 1, 6, 2, 8}) && !f.noDC4:
		f.buffer, f.line = nil, nil
		f.cleared++
		f.say(0x37, 0x25, 0)
	}
}

// head prints what is in the buffer, command by command.
func (f *fake) head() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for !f.closed {
		n := f.length()
		if n == 0 || f.stopped() {
			f.wake.Wait()
			continue
		}
		c := bytes.Clone(f.buffer[:n])
		f.buffer = f.buffer[n:]
		f.print(c)
	}
}

// length of the command at the beginning of the buffer, 0 if it is not all there.
func (f *fake) length() int {
	b := f.buffer
	need := 1
	at := func(i int) int {
		if i < len(b) {
			return int(b[i])
		}
		return 0
	}
	switch {
	case len(b) == 0:
		return 0
	case b[0] == 0x1B && (at(1) == '@'), b[0] == 0x1C && at(1) == '&', len(b) == 1 && (b[0] == 0x1B || b[0] == 0x1D || b[0] == 0x1C):
		need = 2
	case b[0] == 0x1B:
		need = 3
	case b[0] == 0x1D && at(1) == 'V':
		need = 4
	case b[0] == 0x1D && at(1) == 'v':
		need = 8 + (at(4)+256*at(5))*(at(6)+256*at(7))
	case b[0] == 0x1D && at(1) == '(':
		need = 5 + at(3) + 256*at(4)
	case b[0] == 0x1D:
		need = 3
	}
	if need > len(b) {
		return 0
	}
	return need
}

func (f *fake) print(c []byte) {
	switch {
	case c[0] == 0x0A || c[0] == 0x1D && c[1] == 'v':
		f.mu.Unlock()
		time.Sleep(f.perLine)
		f.mu.Lock()
		f.paper, f.line = append(f.paper, string(f.line)), nil
		if f.outAfter > 0 {
			if f.outAfter--; f.outAfter == 0 {
				f.out, f.outAfter = true, -1
				f.status()
			}
		}
	case c[0] == 0x1B && c[1] == '@':
		f.asb, f.line = false, nil
	case c[0] == 0x1D && c[1] == 'a':
		f.asb = true
		f.status()
	case c[0] == 0x1D && c[1] == 'r' && !f.noSensor:
		f.say(bit(f.near, 3))
	case c[0] == 0x1D && c[1] == '(' && c[2] == 'H' && !f.noID:
		f.say(append(append([]byte{0x37, 0x22}, c[7:11]...), 0)...)
	case c[0] == 0x1D && c[1] == 'V':
		if f.jamAtCut {
			f.jam, f.jamAtCut = true, false
			f.status()
			return
		}
		f.cuts++
	case c[0] >= 0x20:
		f.line = append(f.line, c...)
	}
}
