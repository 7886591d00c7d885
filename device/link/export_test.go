package link

import (
	"context"
	"net"
	"net/http"
	"sync"
)

// SetDial replaces TCP, so that a test can lay a pipe in a synctest bubble.
func (l *Link) SetDial(dial func(ctx context.Context, network, addr string) (net.Conn, error)) {
	l.dial = dial
}

// Gone returns a channel that is closed when the only idle connection, if there
// is one, is known to be dead.
func (l *Link) Gone() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.idle) == 0 {
		c := make(chan struct{})
		close(c)
		return c
	}
	return l.idle[0].gone()
}

// gone is closed when net/http has seen the connection end.
func (s *session) gone() <-chan struct{} {
	c := make(chan struct{})
	var once sync.Once
	s.conn.SetStateHook(func(conn *http.ClientConn) {
		if conn.Err() != nil {
			once.Do(func() { close(c) })
		}
	})
	if s.conn.Err() != nil {
		once.Do(func() { close(c) })
	}
	return c
}
