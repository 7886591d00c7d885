package display

import (
	"errors"
	"slices"
	"sync"
	"time"

	"till/txn"
	"till/txn/screen"
)

// Config is what a Runner needs. Glass and Remaining must be there.
type Config struct {
	Glass    Glass
	Size     Size // of the operator's display; Base if zero
	Customer Size // of the customer's display; Customer if zero
	Mark     screen.Mark
	Zone     time.Duration // east of Greenwich, for the clock

	// Remaining asks the timer wheel how long a wait still runs; false when it
	// does not run.
	Remaining func(txn.Timer) (time.Duration, bool)
	// Now is the wall clock; time.Now if nil.
	Now func() time.Time
	// Failed hears what a glass could not show; it may be nil.
	Failed func(error)
}

// Runner puts screens on a glass. It draws in a goroutine of its own, the
// newest screen only: Show and Sound never wait.
type Runner struct {
	cfg  Config
	wake chan struct{} // holds one token: there is something to do
	quit chan struct{}
	done chan struct{}
	once sync.Once

	mu   sync.Mutex
	next screen.Screen
	any  bool // next is set
	cues []txn.Cue

	// Of the goroutine.
	shown map[Side]Frame
}

// cuesMax bounds sounds that nobody has fetched yet; older ones are dropped.
const cuesMax = 8

// NewRunner starts a runner, which owns the glass from now on.
func NewRunner(cfg Config) *Runner {
	if cfg.Glass == nil || cfg.Remaining == nil {
		panic("display: a Runner needs a Glass and a Remaining")
	}
	if cfg.Size == (Size{}) {
		cfg.Size = Base
	}
	if cfg.Customer == (Size{}) {
		cfg.Customer = Customer
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	r := &Runner{
		cfg: cfg, shown: map[Side]Frame{},
		wake: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{}),
	}
	go r.run()
	return r
}

// Show puts a screen up, soon. A screen that is followed by another before it
// was drawn is never seen.
func (r *Runner) Show(s screen.Screen) {
	r.mu.Lock()
	r.next, r.any = s.Marked(r.cfg.Mark), true
	r.mu.Unlock()
	r.nudge()
}

// Sound sends a sound along.
func (r *Runner) Sound(c txn.Cue) {
	r.mu.Lock()
	r.cues = append(r.cues, c)
	r.cues = r.cues[max(0, len(r.cues)-cuesMax):]
	r.mu.Unlock()
	r.nudge()
}

func (r *Runner) nudge() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Close draws what was shown last, ends the runner and closes the glass.
func (r *Runner) Close() error {
	r.once.Do(func() { close(r.quit) })
	<-r.done
	if err := r.cfg.Glass.Close(); err != nil && !errors.Is(err, errClosed) {
		return err
	}
	return nil
}

func (r *Runner) run() {
	defer close(r.done)
	tick := time.NewTimer(time.Hour)
	tick.Stop()
	defer tick.Stop()
	for {
		select {
		case <-r.wake:
		case <-tick.C:
		case <-r.quit:
			r.draw()
			return
		}
		if again := r.draw(); again > 0 {
			tick.Reset(again)
		} else {
			tick.Stop()
		}
	}
}

// draw shows the newest screen as it is now, and returns when it will look
// different by itself; 0 is never.
func (r *Runner) draw() time.Duration {
	r.mu.Lock()
	s, any, cues := r.next, r.any, r.cues
	r.cues = nil
	r.mu.Unlock()
	if any {
		m, again := r.moment(s)
		r.put(operatorFrame(s, r.cfg.Size, m))
		r.put(customerFrame(s, r.cfg.Customer, m))
		r.sounds(cues)
		return again
	}
	r.sounds(cues)
	return 0
}

func (r *Runner) sounds(cues []txn.Cue) {
	for _, c := range cues {
		r.glass(Frame{Cue: c})
	}
}

// moment asks for the time of day and for what is left of the waits.
func (r *Runner) moment(s screen.Screen) (screen.Moment, time.Duration) {
	now := r.cfg.Now().In(time.FixedZone("", int(r.cfg.Zone/time.Second)))
	m := screen.Moment{Clock: now.Format("15:04"), Left: -1, KeyLeft: -1}
	again := time.Minute - time.Duration(now.Second())*time.Second - time.Duration(now.Nanosecond())
	if !s.Waits() {
		return m, again
	}
	// A second is over at its own time, not at that of the wall clock.
	ask := func(w screen.Wait) time.Duration {
		if !w.Any() {
			return -1
		}
		left, ok := r.cfg.Remaining(w.Timer)
		if !ok {
			again = min(again, time.Second)
			return -1
		}
		next := left % time.Second
		if next == 0 {
			next = time.Second
		}
		again = min(again, next)
		return left
	}
	m.Left, m.KeyLeft = ask(s.Wait), ask(s.KeyWait())
	if !s.Wait.Any() {
		m.Left = ask(s.Customer.Wait)
	}
	return m, again
}

// put shows a frame, unless it is the one that is there.
func (r *Runner) put(f Frame) {
	old, ok := r.shown[f.Side]
	if ok && dirty(old.Image, f.Image).Empty() && old.ID == f.ID && slices.Equal(old.Text, f.Text) {
		return
	}
	r.shown[f.Side] = f
	r.glass(f)
}

func (r *Runner) glass(f Frame) {
	if err := r.cfg.Glass.Show(f); err != nil && r.cfg.Failed != nil {
		r.cfg.Failed(err)
	}
}
