package display

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"till/txn"
	"till/txn/screen"
	"till/txn/screen/screentest"
)

// memory is a glass that keeps what it was shown.
type memory struct {
	mu     sync.Mutex
	frames []Frame
	block  chan struct{} // when set, Show waits for it
}

func (m *memory) Show(f Frame) error {
	if m.block != nil {
		<-m.block
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.frames = append(m.frames, f)
	return nil
}

func (m *memory) Close() error { return nil }

func (m *memory) take(side Side) []Frame {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []Frame
	for _, f := range m.frames {
		if f.Side == side {
			out = append(out, f)
		}
	}
	m.frames = slices.DeleteFunc(m.frames, func(f Frame) bool { return f.Side == side })
	return out
}

func caseOf(t *testing.T, name string) screen.Screen {
	t.Helper()
	for _, c := range screentest.Cases(12800) {
		if c.Name == name {
			return screen.Of(c.State, txn.English)
		}
	}
	t.Fatal("no case " + name)
	return screen.Screen{}
}

func never(txn.Timer) (time.Duration, bool) { return 0, false }

// small keeps the pictures of these tests cheap.
var small = Config{Size: Compact}

// TestARunnerRedrawsOnceASecondWhileAScreenWaits, and once a minute for the
// clock when it does not.
func TestARunnerRedrawsOnceASecondWhileAScreenWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		glass := &memory{}
		cfg := small
		end := time.Now().Add(60 * time.Second)
		cfg.Glass, cfg.Remaining = glass, func(txn.Timer) (time.Duration, bool) { return time.Until(end), true }
		r := NewRunner(cfg)
		r.Show(caseOf(t, "03-waitcode"))
		synctest.Wait()
		if n := len(glass.take(OperatorSide)); n != 1 {
			t.Fatalf("%d pictures at first, want 1", n)
		}
		time.Sleep(10*time.Second + time.Millisecond)
		synctest.Wait()
		if n := len(glass.take(OperatorSide)); n != 10 {
			t.Errorf("%d pictures in ten seconds of waiting, want 10", n)
		}
		r.Show(caseOf(t, "01-idle"))
		synctest.Wait()
		if n := len(glass.take(OperatorSide)); n != 1 {
			t.Errorf("%d pictures of the idle screen, want 1", n)
		}
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if n := len(glass.take(OperatorSide)); n < 9 || n > 11 {
			t.Errorf("%d pictures in ten idle minutes, want 10", n)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestShowNeverWaitsForTheGlass, and what was shown last is what is seen.
func TestShowNeverWaitsForTheGlass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		glass := &memory{block: make(chan struct{})}
		cfg := small
		cfg.Glass, cfg.Remaining = glass, never
		r := NewRunner(cfg)
		r.Show(caseOf(t, "01-idle"))
		synctest.Wait() // the runner hangs in the glass now
		for range 100 {
			r.Show(caseOf(t, "02-amount"))
			r.Sound(txn.CueApproved)
		}
		r.Show(caseOf(t, "05-approved"))
		close(glass.block)
		synctest.Wait()
		frames := glass.take(OperatorSide)
		if len(frames) != 2 || frames[1].ID != "05-approved" {
			t.Errorf("%d pictures, the last is %s; want 2, the last 05-approved", len(frames), frames[len(frames)-1].ID)
		}
		if n := len(glass.take("")); n != cuesMax {
			t.Errorf("%d sounds, want the last %d", n, cuesMax)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestAScreenShownJustBeforeTheEndIsStillSeen, however the runner is caught.
func TestAScreenShownJustBeforeTheEndIsStillSeen(t *testing.T) {
	for range 8 {
		synctest.Test(t, func(t *testing.T) {
			glass := &memory{block: make(chan struct{})}
			cfg := small
			cfg.Glass, cfg.Remaining = glass, never
			r := NewRunner(cfg)
			r.Show(caseOf(t, "01-idle"))
			synctest.Wait() // the runner hangs in the glass
			r.Show(caseOf(t, "05-approved"))
			ended := make(chan error)
			go func() { ended <- r.Close() }()
			synctest.Wait()
			close(glass.block)
			if err := <-ended; err != nil {
				t.Fatal(err)
			}
			if err := r.Close(); err != nil {
				t.Errorf("the second Close: %v", err)
			}
			f := glass.take(OperatorSide)
			if last := f[len(f)-1]; last.ID != "05-approved" || last.Lang != "en" || last.Tone != "good" {
				t.Errorf("%+v", last)
			}
			f = glass.take(CustomerSide)
			if last := f[len(f)-1]; last.Text[0] != "老张面馆" {
				t.Errorf("%+v", last)
			}
		})
	}
}

// TestASecondIsShownUntilItIsOver: the picture changes when the number does.
func TestASecondIsShownUntilItIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &Runner{cfg: Config{Now: time.Now, Remaining: func(txn.Timer) (time.Duration, bool) {
			return 4200 * time.Millisecond, true
		}}}
		m, again := r.moment(caseOf(t, "03-waitcode"))
		if m.Left != 4200*time.Millisecond || again != 200*time.Millisecond {
			t.Errorf("%v left, redrawn in %v; want 4.2s and 200ms", m.Left, again)
		}
		if _, again = r.moment(caseOf(t, "01-idle")); again <= time.Second {
			t.Errorf("a screen that does not wait is redrawn in %v", again)
		}
		r.cfg.Remaining = never
		if m, again = r.moment(caseOf(t, "03-waitcode")); m.Left != -1 || again != time.Second {
			t.Errorf("a timer that does not run: %v left, redrawn in %v; want -1 and 1s", m.Left, again)
		}
	})
}
