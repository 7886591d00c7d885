package serial

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"till/device"
)

// TestALateWriteTouchesNoStranger is the trap that can damage the journal: the
// port's descriptor number is given to a file, and the printer goroutine is
// late.
func TestALateWriteTouchesNoStranger(t *testing.T) {
	l := openLine(t)
	p := open(t, l, Mode{})
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	var files []*os.File
	for i := range 8 { // whatever the numbers were, files have them now
		f, err := os.Create(filepath.Join(t.TempDir(), fmt.Sprint("journal", i)))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	if _, err := p.Write([]byte("late receipt")); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Write after Close: %v, want fs.ErrClosed", err)
	}
	for _, f := range files {
		if st, err := f.Stat(); err != nil || st.Size() != 0 {
			t.Errorf("%s holds %d bytes (%v), want 0", f.Name(), st.Size(), err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestWriteSurvivesSignals: the library's Write returned a short count without
// an error when a signal came.
func TestWriteSurvivesSignals(t *testing.T) {
	got := make(chan os.Signal, 1)
	signal.Notify(got, syscall.SIGUSR1)
	defer signal.Stop(got)
	l := openLine(t)
	p := open(t, l, Mode{})
	want := bytes.Repeat([]byte("0123456789abcdef"), 8<<10)
	ctx, stop := context.WithCancel(t.Context())
	bombed := make(chan error, 1)
	go func() {
		for ctx.Err() == nil {
			if err := syscall.Kill(os.Getpid(), syscall.SIGUSR1); err != nil {
				bombed <- err
				return
			}
			<-got
		}
		bombed <- nil
	}()
	read := make(chan []byte, 1)
	go func() {
		b := make([]byte, len(want))
		_, err := io.ReadFull(l.Master(), b)
		if err != nil {
			b = nil
		}
		read <- b
	}()
	if n, err := p.Write(want); n != len(want) || err != nil {
		t.Errorf("Write = %d, %v; want %d, nil", n, err, len(want))
	}
	if b := <-read; !bytes.Equal(b, want) {
		t.Error("the device got other bytes")
	}
	stop()
	if err := <-bombed; err != nil {
		t.Error(err)
	}
}

// TestNothingIsWrittenWhileThePortIsClosing: a byte after the flush would make
// the last close wait 30 s.
func TestNothingIsWrittenWhileThePortIsClosing(t *testing.T) {
	p := open(t, openLine(t), Mode{})
	p.closed.Store(true) // Close has begun, and no descriptor is closed yet
	if n, err := p.Write([]byte("late")); n != 0 || !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Write = %d, %v; want 0, fs.ErrClosed", n, err)
	}
}

// TestCloseDoesNotWaitForAHangingDriver stands in for the 30 s of closing_wait,
// which a pseudo-terminal does not have.
func TestCloseDoesNotWaitForAHangingDriver(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	err := within(time.Millisecond, func() error { <-release; return nil })
	if err == nil {
		t.Error("within returned nil although the driver hangs")
	}
	if err := within(patience, func() error { return io.ErrNoProgress }); err != io.ErrNoProgress {
		t.Errorf("within = %v, want the driver's error", err)
	}
}

// TestSuperviseResumesAfterAReplug pulls the cable of a real driver and plugs
// it in again; the program must notice both by itself.
func TestSuperviseResumesAfterAReplug(t *testing.T) {
	l := openLine(t)
	faults := make(chan *device.Fault, 16)
	heard := make(chan string, 16)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		device.Supervise(ctx, device.Scanner, Opener(l.Path(), Mode{}),
			func(f *device.Fault) { faults <- f }, pump(heard))
	}()
	await(t, faults, "up", func(f *device.Fault) bool { return f == nil })
	for range 3 {
		write(t, l.Master(), "a")
		await(t, heard, "a", func(s string) bool { return s == "a" })
		if err := l.Unplug(); err != nil {
			t.Fatal(err)
		}
		await(t, faults, "D01", func(f *device.Fault) bool {
			return f != nil && f.Code == device.PortGone && f.Device == device.Scanner
		})
		if err := l.Plug(); err != nil {
			t.Fatal(err)
		}
		await(t, faults, "up again", func(f *device.Fault) bool { return f == nil })
	}
	stop()
	await(t, done, "the end", func(struct{}) bool { return true })
	open(t, l, Mode{}) // Supervise has let go of the port
}

// pump is the smallest driver there is.
func pump(heard chan<- string) func(context.Context, device.Port) error {
	return func(_ context.Context, p device.Port) error {
		var b [64]byte
		for {
			n, err := p.Read(b[:])
			if err != nil {
				return err
			}
			heard <- string(b[:n])
		}
	}
}

func await[T any](t *testing.T, c <-chan T, what string, ok func(T) bool) {
	t.Helper()
	select {
	case v := <-c:
		if !ok(v) {
			t.Fatalf("got %v, want %s", v, what)
		}
	case <-time.After(patience):
		t.Fatalf("waited %v for %s", patience, what)
	}
}

// TestNothingIsLeftAfterAHundredCycles counts goroutines and descriptors.
func TestNothingIsLeftAfterAHundredCycles(t *testing.T) {
	l := openLine(t)
	cycle := func(i int) {
		p, err := Open(l.Path(), Mode{})
		if err != nil {
			t.Fatal(err)
		}
		read := make(chan error, 1)
		go func() {
			_, err := p.Read(make([]byte, 1))
			read <- err
		}()
		if i%2 == 0 { // half of them end by an unplug
			if err := l.Unplug(); err != nil {
				t.Fatal(err)
			}
			if err := <-read; err == nil {
				t.Error("Read returned nil at an unplug")
			}
			defer func() {
				if err := l.Plug(); err != nil {
					t.Fatal(err)
				}
			}()
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		if i%2 != 0 {
			if err := <-read; err != io.EOF {
				t.Errorf("Read at Close = %v, want io.EOF", err)
			}
		}
	}
	cycle(0) // Go's own epoll and eventfd appear at the first use
	cycle(1)
	wantFDs, wantGos := descriptors(t), runtime.NumGoroutine()
	for i := range 100 {
		cycle(i)
	}
	for deadline := time.Now().Add(patience); ; {
		fds, gos := descriptors(t), runtime.NumGoroutine()
		if fds <= wantFDs && gos <= wantGos {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d descriptors and %d goroutines, before: %d and %d",
				fds, gos, wantFDs, wantGos)
		}
		runtime.Gosched()
	}
}

func descriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}
