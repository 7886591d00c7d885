package device_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"till/device"
	"till/sim/rig"
)

// script is what a device does at each attempt: an error of open, or an error
// of serve.
type attempt struct{ open, serve error }

// countingPort counts its Closes; serve never reads it.
type countingPort struct{ closes *atomic.Int32 }

func (countingPort) Read([]byte) (int, error)    { return 0, io.EOF }
func (countingPort) Write(b []byte) (int, error) { return len(b), nil }
func (p countingPort) Close() error              { p.closes.Add(1); return nil }
func (countingPort) String() string              { return "port" }

// TestSuperviseTellsEachChangeOnce plays attempts, half a second apart, and
// compares what is reported.
func TestSuperviseTellsEachChangeOnce(t *testing.T) {
	missing := &fs.PathError{Op: "open", Path: "/dev/x", Err: syscall.ENOENT}
	held := &device.Fault{Code: device.PortBusy, Op: "open"}
	torn := &device.Fault{Code: device.PrinterSilent, Device: device.Printer, Op: "read status"}
	for _, tt := range []struct {
		name     string
		attempts []attempt
		want     []string
	}{
		{"a device that is not there is missed once",
			[]attempt{{open: missing}, {open: missing}, {open: missing}}, []string{"scanner D01 open"}},
		{"a device without a driver in the kernel is gone",
			[]attempt{{open: fmt.Errorf("open: %w", syscall.ENXIO)}}, []string{"scanner D01 open"}},
		{"a device that dies while it is opened is gone",
			[]attempt{{open: fmt.Errorf("open: %w", syscall.EIO)}}, []string{"scanner D01 open"}},
		{"a device that comes is good news",
			[]attempt{{open: missing}, {}}, []string{"scanner D01 open", "ok", "scanner D01 use"}},
		{"a held port is another trouble than a missing one",
			[]attempt{{open: missing}, {open: held}, {open: held}, {open: missing}},
			[]string{"scanner D01 open", "scanner D02 open", "scanner D01 open"}},
		{"busy and locked are the same trouble",
			[]attempt{{open: syscall.EBUSY}, {open: syscall.EWOULDBLOCK}}, []string{"scanner D02 open"}},
		{"rights are a trouble of their own",
			[]attempt{{open: syscall.EACCES}}, []string{"scanner D03 open"}},
		{"a fault of the driver passes as it is",
			[]attempt{{serve: fmt.Errorf("serve: %w", torn)}}, []string{"ok", "printer P05 read status"}},
		{"a wire that breaks is a port that is gone",
			[]attempt{{serve: io.ErrUnexpectedEOF}, {}},
			[]string{"ok", "scanner D01 use", "ok", "scanner D01 use"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got, closes := play(t, tt.attempts)
				if fmt.Sprint(got) != fmt.Sprint(tt.want) {
					t.Errorf("reported %q, want %q", got, tt.want)
				}
				opened := 0
				for _, a := range tt.attempts {
					if a.open == nil {
						opened++
					}
				}
				if closes != opened {
					t.Errorf("%d Closes for %d opened ports", closes, opened)
				}
			})
		})
	}
	if held.Device != "" {
		t.Error("Supervise wrote into somebody else's fault")
	}
}

// play supervises through the attempts and ends at the next open.
func play(t *testing.T, attempts []attempt) (told []string, closes int) {
	ctx, stop := context.WithCancel(t.Context())
	var closed atomic.Int32
	start, n := time.Now(), 0
	open := func() (device.Port, error) {
		if n == len(attempts) {
			stop()
			return nil, errors.New("over")
		}
		if want := time.Duration(n) * 500 * time.Millisecond; time.Since(start) != want {
			t.Errorf("attempt %d after %v, want %v", n, time.Since(start), want)
		}
		n++
		if err := attempts[n-1].open; err != nil {
			return nil, err
		}
		return countingPort{&closed}, nil
	}
	report := func(f *device.Fault) {
		switch {
		case ctx.Err() != nil:
		case f == nil:
			told = append(told, "ok")
		default:
			told = append(told, fmt.Sprintf("%s %s %s", f.Device, f.Code, f.Op))
		}
	}
	device.Supervise(ctx, device.Scanner, open, report,
		func(context.Context, device.Port) error { return attempts[n-1].serve })
	return told, int(closed.Load())
}

// TestSuperviseEndsAWaitingRead: to end the context is enough, whatever the
// driver waits for.
func TestSuperviseEndsAWaitingRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := rig.Pipe("wire")
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			device.Supervise(ctx, device.Scanner, w.Open, func(f *device.Fault) {
				if f != nil {
					t.Errorf("an end on purpose is reported as %v", f)
				}
			}, func(_ context.Context, p device.Port) error {
				_, err := p.Read(make([]byte, 1))
				ended <- err
				return err
			})
			close(ended)
		}()
		synctest.Wait()
		stop()
		if err := <-ended; err != io.EOF {
			t.Errorf("Read at the end = %v, want io.EOF", err)
		}
		if _, more := <-ended; more {
			t.Error("the driver was started again")
		}
		if w.Held() {
			t.Error("the port is still open")
		}
	})
}

// TestSuperviseIsBackWithinASecond pulls the cable for three seconds.
func TestSuperviseIsBackWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := rig.Pipe("wire")
		ctx, stop := context.WithCancel(t.Context())
		var told []string
		done := make(chan struct{})
		go func() {
			defer close(done)
			device.Supervise(ctx, device.Keypad, w.Open, func(f *device.Fault) {
				told = append(told, fmt.Sprint(f != nil && errors.Is(f, syscall.EIO)))
			}, func(_ context.Context, p device.Port) error {
				_, err := p.Read(make([]byte, 1))
				return err
			})
		}()
		synctest.Wait()
		w.Unplug()
		synctest.Wait()
		if w.Held() {
			t.Error("the port is held after the unplug: the device would come back under another name")
		}
		time.Sleep(3 * time.Second)
		w.Plug()
		plugged := time.Now()
		for !w.Held() {
			time.Sleep(time.Millisecond)
		}
		if took := time.Since(plugged); took > time.Second {
			t.Errorf("back after %v, want 1s at most", took)
		}
		stop()
		<-done
		// Up, the wire broke; then missing, which is the same code; up again.
		if fmt.Sprint(told) != "[false true false]" {
			t.Errorf("told %v", told)
		}
	})
}

func TestFaultSaysWhatAndWhy(t *testing.T) {
	f := &device.Fault{Code: device.PaperEmpty, Device: device.Printer, Op: "print"}
	if got, want := f.Error(), "printer: print: P02"; got != want {
		t.Errorf("Error = %q, want %q", got, want)
	}
	f.Err = io.ErrShortWrite
	if got, want := f.Error(), "printer: print: P02: short write"; got != want {
		t.Errorf("Error = %q, want %q", got, want)
	}
	if !errors.Is(f, io.ErrShortWrite) {
		t.Error("the cause cannot be found")
	}
	if got := f.LogValue().String(); got != "[code=P02 device=printer op=print err=short write]" {
		t.Errorf("LogValue = %s", got)
	}
}

// TestCodesAreReadOutOnce: a code is a letter, two digits and unique.
func TestCodesAreReadOutOnce(t *testing.T) {
	seen := map[device.Code]bool{}
	for _, c := range device.Codes {
		if seen[c] {
			t.Errorf("%s is there twice", c)
		}
		seen[c] = true
		var letter rune
		var number int
		if n, err := fmt.Sscanf(string(c), "%c%02d", &letter, &number); n != 2 || err != nil || len(c) != 3 {
			t.Errorf("%q is not a letter and two digits", c)
		}
	}
}
