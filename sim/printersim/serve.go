package printersim

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// outMost is how many bytes of answers are kept when nobody fetches them; more
// are lost, as in a UART.
const outMost = 4096

// Serve is the printer's end of the wire rw: it executes what it reads and
// writes its answers, until rw ends or is closed, which is not an error: the
// printer was unplugged, keeps its power and its buffers, and Serve may be
// called again with another wire. A wire that the host does not read does not
// stop the printer. Two wires at the same time are not possible: the later
// one gets the answers.
func (p *Printer) Serve(rw io.ReadWriter) error {
	out := newMailbox()
	detach := p.Connect(out.put)
	defer detach()

	var wg sync.WaitGroup
	var writeErr error
	wg.Go(func() { writeErr = out.writeTo(rw) })
	readErr := p.readFrom(rw)
	out.close()
	wg.Wait()

	for _, err := range []error{readErr, writeErr} {
		if err != nil && !unplugged(err) {
			return fmt.Errorf("serve the printer's wire: %w", err)
		}
	}
	return nil
}

func unplugged(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrClosedPipe) || errors.Is(err, os.ErrClosed)
}

func (p *Printer) readFrom(r io.Reader) error {
	buf := make([]byte, 4096)
	for {
		n, err := r.Read(buf)
		p.Receive(buf[:n])
		if err != nil {
			return err
		}
	}
}

// Connect makes send the one who is told every answer, in order and never
// concurrently, and returns a function that takes it off again. Answers that
// were not fetched from the wire before are lost. It is for a world without
// goroutines; Serve is built on it.
func (p *Printer) Connect(send func([]byte)) (detach func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wireNo++
	mine := p.wireNo
	p.send, p.outbox = send, nil
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.wireNo == mine {
			p.send, p.outbox = nil, nil
		}
	}
}

// Receive gives the printer bytes that came over the wire.
func (p *Printer) Receive(b []byte) {
	p.mu.Lock()
	hook := p.onByte
	n := p.received
	p.mu.Unlock()
	if hook == nil {
		p.take(b)
		return
	}
	for i := range b {
		hook(n + i + 1)
		p.take(b[i : i+1])
	}
}

func (p *Printer) take(b []byte) {
	p.mu.Lock()
	for _, v := range b {
		p.takeByte(v)
	}
	p.mu.Unlock()
	p.deliver()
}

// takeByte is the way of one byte: real-time commands are executed at once,
// whatever they are part of; then the byte goes into the receive buffer. It
// is called with p.mu held, as all methods below.
func (p *Printer) takeByte(b byte) {
	offset := p.received
	p.received++
	if p.off {
		return
	}
	if cmd := p.tap.push(b); cmd != nil && p.realTime(cmd, offset) {
		p.run() // the buffers were cleared, and this byte with them
		return
	}
	if p.off || p.forgetting() {
		return
	}
	if p.cfg.Buffer > 0 && p.occupied() >= p.cfg.Buffer {
		p.dropped++
		return
	}
	if got, ok := p.framer.push(b, offset); ok && got.kind != kindRealTime {
		p.enqueue(got)
	}
	p.run()
}

// enqueue puts a piece into the receive buffer. Text bytes join, as they are
// taken out together.
func (p *Printer) enqueue(got piece) {
	p.queued += len(got.raw)
	if n := len(p.queue); got.kind == kindText && n > 0 {
		if last := &p.queue[n-1]; last.kind == kindText && len(last.raw) < textRun {
			last.raw = append(last.raw, got.raw...)
			return
		}
	}
	p.queue = append(p.queue, got)
}

// occupied is how many bytes of the receive buffer are in use. A command that
// is arriving while nothing waits is already being worked on.
func (p *Printer) occupied() int {
	if len(p.queue) == 0 && !p.stopped() {
		return 0
	}
	return p.queued + len(p.framer.buf)
}

// reply queues an answer.
func (p *Printer) reply(b ...byte) {
	if p.silent || p.off || p.send == nil || len(p.outbox)+len(b) > outMost {
		return
	}
	p.outbox = append(p.outbox, b...)
}

// replyFlow sends XON or XOFF, which overtakes: it goes behind the byte that
// is on its way, be it in the middle of an answer (printing.md, section 2).
func (p *Printer) replyFlow(b byte) {
	if len(p.outbox) < 2 {
		p.reply(b)
		return
	}
	if !p.silent && !p.off {
		p.outbox = append(p.outbox[:1], append([]byte{b}, p.outbox[1:]...)...)
	}
}

const xon, xoff = 0x11, 0x13

// flow sends XOFF when the buffer is nearly full or the printer is offline,
// and XON when there is room again.
func (p *Printer) flow() {
	if !p.cfg.XONXOFF || p.off {
		return
	}
	free := p.cfg.Buffer - p.occupied()
	stop := p.cfg.Buffer > 0 && free <= p.cfg.Buffer/8
	start := p.cfg.Buffer == 0 || free >= p.cfg.Buffer/4
	switch {
	case !p.xoff && (stop || p.stopped()):
		p.xoff = true
		p.replyFlow(xoff)
	case p.xoff && start && !p.stopped():
		p.xoff = false
		p.replyFlow(xon)
	}
}

// deliver hands out what has become due, without the lock. Only one goroutine
// delivers at a time, so answers keep their order.
func (p *Printer) deliver() {
	p.mu.Lock()
	if p.sending {
		p.mu.Unlock()
		return
	}
	p.sending = true
	for len(p.outbox) > 0 || p.changed {
		out, send := p.outbox, p.send
		tell := p.onChange
		if !p.changed {
			tell = nil
		}
		p.outbox, p.changed = nil, false
		p.mu.Unlock()
		if len(out) > 0 && send != nil {
			send(out)
		}
		if tell != nil {
			tell()
		}
		p.mu.Lock()
	}
	p.sending = false
	p.mu.Unlock()
}

// mailbox is an outgoing queue that never blocks the printer.
type mailbox struct {
	mu     sync.Mutex
	cond   *sync.Cond
	buf    []byte
	closed bool
}

func newMailbox() *mailbox {
	m := &mailbox{}
	m.cond = sync.NewCond(&m.mu)
	return m
}

func (m *mailbox) put(b []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.closed && len(m.buf)+len(b) <= outMost {
		m.buf = append(m.buf, b...)
		m.cond.Signal()
	}
}

func (m *mailbox) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	m.cond.Signal()
}

// writeTo writes what is put until the mailbox is closed and empty.
func (m *mailbox) writeTo(w io.Writer) error {
	for {
		m.mu.Lock()
		for len(m.buf) == 0 && !m.closed {
			m.cond.Wait()
		}
		if len(m.buf) == 0 {
			m.mu.Unlock()
			return nil
		}
		out := m.buf
		m.buf = nil
		m.mu.Unlock()
		if _, err := w.Write(out); err != nil {
			return err
		}
	}
}
