package alipaysim

import (
	"context"
	"time"
)

// Clock is the gateway's time. Everything that the gateway does later (a
// customer who confirms after 8 s, a charge that comes late, a code that
// expires) is worked out from Now when somebody next asks, so a virtual clock
// needs no goroutine of the gateway; only a late answer sleeps.
type Clock interface {
	Now() time.Time
	// Sleep returns nil after d, or the context's error if that comes first.
	Sleep(ctx context.Context, d time.Duration) error
}

// RealClock is the Clock of a gateway that serves real sockets.
type RealClock struct{}

// Now is time.Now.
func (RealClock) Now() time.Time { return time.Now() }

// Sleep waits d on the runtime's timer.
func (RealClock) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// due is something that happens at a time although nobody calls: the charge of
// a slow bank, the customer's password, a request that arrives late.
type due struct {
	at  time.Time
	seq int
	run func(at time.Time)
}

// later books run for at. Equal times run in the order of booking.
func (g *Gateway) later(at time.Time, run func(at time.Time)) {
	g.dueSeq++
	entry := due{at: at, seq: g.dueSeq, run: run}
	i := len(g.dues)
	for i > 0 && g.dues[i-1].at.After(at) {
		i--
	}
	g.dues = append(g.dues, due{})
	copy(g.dues[i+1:], g.dues[i:])
	g.dues[i] = entry
}

// settle lets everything happen that was due until now, each at its own time.
func (g *Gateway) settle(now time.Time) {
	for len(g.dues) > 0 && !g.dues[0].at.After(now) {
		next := g.dues[0]
		g.dues = g.dues[1:]
		next.run(next.at)
	}
}

// NextDue returns when the gateway will next do something by itself, and false
// if nothing is booked. A virtual clock may stop there and call Settle, so
// that the events come at their own time and not with the next request.
func (g *Gateway) NextDue() (time.Time, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.dues) == 0 {
		return time.Time{}, false
	}
	return g.dues[0].at, true
}

// Settle lets everything happen that is due by the Clock. Every request and
// every look into the books does it too.
func (g *Gateway) Settle() { g.do(func(time.Time) {}) }
