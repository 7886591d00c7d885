package railsim

import (
	"context"
	"sync"
	"time"
)

// Clock is the world's time. Everything that a gateway does later (a
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

// VirtualClock is the Clock of a test: it stands until somebody sleeps, and then
// it is later at once.
type VirtualClock struct {
	mu  sync.Mutex
	now time.Time
}

// NewVirtualClock returns a clock that shows start.
func NewVirtualClock(start time.Time) *VirtualClock { return &VirtualClock{now: start} }

// Now is where the clock stands.
func (c *VirtualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Sleep moves the clock by d, or to the context's deadline if that comes first.
func (c *VirtualClock) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	deadline, bounded := ctx.Deadline()
	c.mu.Lock()
	defer c.mu.Unlock()
	if bounded && deadline.Sub(c.now) < d {
		c.now = deadline
		return context.DeadlineExceeded
	}
	c.now = c.now.Add(d)
	return nil
}

// Pass moves the clock by d.
func (c *VirtualClock) Pass(d time.Duration) { _ = c.Sleep(context.Background(), d) }

// due is something that happens at a time although nobody calls: the charge of
// a slow bank, the customer's password, a request that arrives late.
type due struct {
	at  time.Time
	seq int
	run func(at time.Time)
}

// Later books run for at, under the lock; run is called under it too. Equal times run in the order of bookinw.
func (w *World) Later(at time.Time, run func(at time.Time)) {
	w.dueSeq++
	entry := due{at: at, seq: w.dueSeq, run: run}
	i := len(w.dues)
	for i > 0 && w.dues[i-1].at.After(at) {
		i--
	}
	w.dues = append(w.dues, due{})
	copy(w.dues[i+1:], w.dues[i:])
	w.dues[i] = entry
}

// settle lets everything happen that was due until now, each at its own time.
func (w *World) settle(now time.Time) {
	for len(w.dues) > 0 && !w.dues[0].at.After(now) {
		next := w.dues[0]
		w.dues = w.dues[1:]
		next.run(next.at)
	}
}

// NextDue returns when something will next happen by itself, and false
// if nothing is booked. A virtual clock may stop there and call Settle, so
// that the events come at their own time and not with the next request.
func (w *World) NextDue() (time.Time, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.dues) == 0 {
		return time.Time{}, false
	}
	return w.dues[0].at, true
}

// Settle lets everything happen that is due by the Clock. Every request and
// every look into the books does it too.
func (w *World) Settle() { w.Locked(func(time.Time) {}) }
