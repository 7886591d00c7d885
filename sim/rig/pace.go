package rig

import (
	"io"
	"sync"
	"time"
)

// bitsPerByte is a start bit, eight data bits and a stop bit.
const bitsPerByte = 10

// paceSlice is how much of the line's time is handed over at once. Shorter
// slices cost sleeps, longer ones make a printer's buffer look bigger than it
// is.
const paceSlice = 5 * time.Millisecond

// Pace makes rw as slow as a serial line, in both directions and each on its
// own: a pseudo-terminal has no speed. baud is asked before each slice, so the
// speed may change; 0 means no limit. Slots follow an absolute clock, so that
// sleeps that take too long do not add up.
func Pace(rw io.ReadWriteCloser, baud func() int) io.ReadWriteCloser {
	return &paced{ReadWriteCloser: rw, baud: baud}
}

type paced struct {
	io.ReadWriteCloser
	baud    func() int
	in, out clock
}

// Read returns at most one slice, and not before the line could have carried it.
func (p *paced) Read(b []byte) (int, error) {
	baud := p.baud()
	if n := slice(baud); n < len(b) {
		b = b[:n]
	}
	n, err := p.ReadWriteCloser.Read(b)
	p.in.wait(n, baud)
	return n, err
}

// Write hands b over slice by slice.
func (p *paced) Write(b []byte) (n int, err error) {
	for n < len(b) {
		baud := p.baud()
		part := b[n:min(len(b), n+slice(baud))]
		m, err := p.ReadWriteCloser.Write(part)
		n += m
		if err != nil {
			return n, err
		}
		p.out.wait(m, baud)
	}
	return n, nil
}

// slice is how many bytes a line of baud carries in paceSlice; at least one.
func slice(baud int) int {
	if baud <= 0 {
		return 4096
	}
	return max(1, baud/(bitsPerByte*int(time.Second/paceSlice)))
}

// overslept is how late a sleep may end and still be made up for.
const overslept = 20 * time.Millisecond

// clock says when a line is free again.
type clock struct {
	mu   sync.Mutex
	free time.Time
}

// wait returns when a line of baud has carried n more bytes.
func (c *clock) wait(n, baud int) {
	if baud <= 0 || n == 0 {
		return
	}
	c.mu.Lock()
	if now := time.Now(); now.Sub(c.free) > overslept {
		c.free = now // the line was idle: no credit for that
	}
	c.free = c.free.Add(time.Duration(n) * bitsPerByte * time.Second / time.Duration(baud))
	until := c.free
	c.mu.Unlock()
	time.Sleep(time.Until(until))
}
