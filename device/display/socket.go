package display

import (
	"errors"
	"image"
	"net"
	"sync"
	"time"

	"till/txn"
)

// errClosed is what Show answers after Close.
var errClosed = errors.New("the remote glass is closed")

// Socket is a remote glass on a unix socket: the bench listens, the terminal
// dials and goes on dialling. Whoever is slow misses pictures, never the last;
// whoever is gone is not missed.
type Socket struct {
	path string
	wake chan struct{}
	quit chan struct{}
	done chan struct{}

	mu     sync.Mutex
	closed bool
	newest map[Side]Frame
	cues   []txn.Cue
}

const (
	redialFirst = 50 * time.Millisecond // after a refusal; doubles
	redialMax   = 2 * time.Second
	writeLimit  = 2 * time.Second // a listener that takes longer is dropped
)

// DialSocket returns a glass that shows its frames to the listener at path, as
// soon as there is one. ReadFrame is the other end.
func DialSocket(path string) *Socket {
	s := &Socket{
		path: path, newest: map[Side]Frame{},
		wake: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{}),
	}
	go s.run()
	return s
}

// Show hands a frame over. It never waits.
func (s *Socket) Show(f Frame) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed
	}
	if f.Side != "" {
		s.newest[f.Side] = f
	}
	if f.Cue != "" {
		s.cues = append(s.cues, f.Cue)
		s.cues = s.cues[max(0, len(s.cues)-cuesMax):]
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
	return nil
}

// Close sends the newest pictures to a listener that is there, and hangs up.
func (s *Socket) Close() error {
	s.mu.Lock()
	was := s.closed
	s.closed = true
	s.mu.Unlock()
	if was {
		return errClosed
	}
	close(s.quit)
	<-s.done
	return nil
}

// run dials until there is a listener, serves it until it is gone, and dials
// again.
func (s *Socket) run() {
	defer close(s.done)
	pause := redialFirst
	for {
		conn, err := net.Dial("unix", s.path)
		if err == nil {
			pause = redialFirst
			s.serve(conn)
		}
		select {
		case <-s.quit:
			return
		case <-time.After(pause):
			pause = min(2*pause, redialMax)
		}
	}
}

// serve sends frames to one listener.
func (s *Socket) serve(conn net.Conn) {
	gone := make(chan struct{})
	go func() { // nothing comes the other way: the end of a read is the end
		defer close(gone)
		var b [1]byte
		for {
			if _, err := conn.Read(b[:]); err != nil {
				return
			}
		}
	}()
	sent := map[Side]*image.RGBA{}
	for s.send(conn, sent) {
		select {
		case <-s.wake:
			continue
		case <-gone:
		case <-s.quit:
			_ = s.send(conn, sent) // the last picture may say why it is the last
		}
		break
	}
	_ = conn.Close() // nothing of value can be lost: the next listener gets whole pictures
	<-gone
}

// send sends what the listener does not have yet, and reports whether it is
// still there.
func (s *Socket) send(conn net.Conn, sent map[Side]*image.RGBA) bool {
	s.mu.Lock()
	frames := make([]Frame, 0, 2+len(s.cues))
	for _, side := range []Side{OperatorSide, CustomerSide} {
		if f, ok := s.newest[side]; ok && f.Image != sent[side] {
			f.Cue = ""
			frames = append(frames, f)
		}
	}
	for _, c := range s.cues {
		frames = append(frames, Frame{Cue: c})
	}
	s.cues = nil
	s.mu.Unlock()
	for _, f := range frames {
		msg, err := encode(f, sent[f.Side])
		if err != nil {
			return false
		}
		if err := conn.SetWriteDeadline(time.Now().Add(writeLimit)); err != nil {
			return false
		}
		if _, err := conn.Write(msg); err != nil {
			return false
		}
		if f.Side != "" {
			sent[f.Side] = f.Image
		}
	}
	return true
}
