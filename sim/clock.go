package sim

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// Clock is virtual time. It stands still until Advance moves it to the next
// wait that ends. It also counts what is under way, so that whoever moves it
// can tell when the world has come to rest.
type Clock struct {
	mu    sync.Mutex
	now   time.Time
	waits waits
	seq   uint64
	busy  int
}

// NewClock returns a clock that shows start.
func NewClock(start time.Time) *Clock { return &Clock{now: start.Round(0)} }

// Now is the world's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// AfterFunc calls f, from Advance, once d has passed. stop keeps it from being
// called and reports whether it was in time.
func (c *Clock) AfterFunc(d time.Duration, f func()) (stop func() bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seq++
	w := &wait{due: c.now.Add(max(d, 0)), seq: c.seq, f: f}
	heap.Push(&c.waits, w)
	return func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		if w.at < 0 {
			return false
		}
		heap.Remove(&c.waits, w.at)
		return true
	}
}

// Sleep waits for d, or until ctx is done. A sleeper is not busy.
func (c *Clock) Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	woken := make(chan struct{})
	stop := c.AfterFunc(d, func() {
		c.Busy(1)
		close(woken)
	})
	c.Busy(-1)
	select {
	case <-woken:
		return nil
	case <-ctx.Done():
		if stop() {
			c.Busy(1)
		} else {
			<-woken // it woke at the same moment and is counted
		}
		return ctx.Err()
	}
}

// Busy counts n more things under way (fewer when n is negative).
func (c *Clock) Busy(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy += n
}

// Forget counts nothing as under way: whatever was, went with the power.
func (c *Clock) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy = 0
}

// Quiet reports whether nothing is under way.
func (c *Clock) Quiet() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.busy == 0
}

// Waiting is how many waits have not ended.
func (c *Clock) Waiting() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.waits)
}

// Advance moves to the next wait that ends no later than limit and ends it.
// When there is none, it moves to limit and returns false.
func (c *Clock) Advance(limit time.Time) bool {
	c.mu.Lock()
	if len(c.waits) == 0 || c.waits[0].due.After(limit) {
		if limit.After(c.now) {
			c.now = limit
		}
		c.mu.Unlock()
		return false
	}
	w := heap.Pop(&c.waits).(*wait)
	if w.due.After(c.now) {
		c.now = w.due
	}
	c.mu.Unlock()
	w.f()
	return true
}

type wait struct {
	due time.Time
	seq uint64
	f   func()
	at  int // place in the heap, -1 when it has left
}

type waits []*wait

func (w waits) Len() int { return len(w) }
func (w waits) Less(i, j int) bool {
	if w[i].due.Equal(w[j].due) {
		return w[i].seq < w[j].seq
	}
	return w[i].due.Before(w[j].due)
}
func (w waits) Swap(i, j int) {
	w[i], w[j] = w[j], w[i]
	w[i].at, w[j].at = i, j
}
func (w *waits) Push(x any) {
	e := x.(*wait)
	e.at = len(*w)
	*w = append(*w, e)
}
func (w *waits) Pop() any {
	old := *w
	e := old[len(old)-1]
	*w, e.at = old[:len(old)-1], -1
	return e
}
