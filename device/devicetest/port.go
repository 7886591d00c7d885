// Package devicetest holds the conformance suites: what every implementation
// of an interface of package device, and its twin, must do.
package devicetest

import (
	"bytes"
	"errors"
	"io"
	"os"
	"sync"
	"testing"
	"time"

	"till/device"
)

// Cable is a port under test with what is at its other end.
type Cable struct {
	Port device.Port
	Far  io.ReadWriter // the device's end; its Read may wait for ever
	Pull func()        // unplug
}

// patience is how long a test waits for what should come at once. It bounds a
// failure and is no measure of speed.
const patience = 20 * time.Second

// TestPort runs the promises of device.Port against fresh cables from lay,
// which registers its own clean-up.
func TestPort(t *testing.T, lay func(*testing.T) Cable) {
	for name, test := range map[string]func(*testing.T, Cable){
		"Read returns what the device sent":         readReturns,
		"Write delivers every byte value":           writeDelivers,
		"Read and Write work at the same time":      bothWays,
		"Read waits for a byte and Close frees it":  closeFrees,
		"Read returns EOF after Close":              readAfterClose,
		"Write after Close is an error":             writeAfterClose,
		"Close may be called again and by many":     closeAgain,
		"an unplug frees Read with a real error":    unplugFrees,
		"Write after an unplug is an error":         writeAfterUnplug,
		"Write gives up on a device that is stuck":  writeStalls,
		"Close is quick although Write is stuck":    closeWhileStalled,
		"an empty Read returns at once":             emptyRead,
		"String names the port":                     stringNames,
		"Close after an unplug needs no second try": closeAfterUnplug,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, lay(t))
		})
	}
}

// everyByte is all 256 values.
func everyByte() []byte {
	b := make([]byte, 256)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}

// soon runs f and fails the test when it does not return in time.
func soon(t *testing.T, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); f() }()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatalf("%s: still waiting after %v", what, patience)
	}
}

func readReturns(t *testing.T, c Cable) {
	want := everyByte()
	if _, err := c.Far.Write(want); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(want))
	soon(t, "Read", func() {
		if _, err := io.ReadFull(c.Port, got); err != nil {
			t.Errorf("Read: %v", err)
		}
	})
	if !bytes.Equal(got, want) {
		t.Errorf("Read %x, want %x", got, want)
	}
}

func writeDelivers(t *testing.T, c Cable) {
	want := everyByte()
	if n, err := c.Port.Write(want); n != len(want) || err != nil {
		t.Fatalf("Write = %d, %v; want %d, nil", n, err, len(want))
	}
	got := make([]byte, len(want))
	soon(t, "the device's Read", func() {
		if _, err := io.ReadFull(c.Far, got); err != nil {
			t.Errorf("the device's Read: %v", err)
		}
	})
	if !bytes.Equal(got, want) {
		t.Errorf("the device got %x, want %x", got, want)
	}
}

func bothWays(t *testing.T, c Cable) {
	want := bytes.Repeat(everyByte(), 64)
	var wg sync.WaitGroup
	up, down := make([]byte, len(want)), make([]byte, len(want))
	for _, job := range []func() error{
		func() error { _, err := c.Port.Write(want); return err },
		func() error { _, err := c.Far.Write(want); return err },
		func() error { _, err := io.ReadFull(c.Port, down); return err },
		func() error { _, err := io.ReadFull(c.Far, up); return err },
	} {
		wg.Go(func() {
			if err := job(); err != nil {
				t.Error(err)
			}
		})
	}
	soon(t, "both ways", wg.Wait)
	if !bytes.Equal(up, want) || !bytes.Equal(down, want) {
		t.Error("bytes were changed, lost or doubled")
	}
}

// reading starts a Read and returns its result; the Read is on its way, though
// it cannot be known to wait already.
func reading(p device.Port) <-chan error {
	result := make(chan error, 1)
	started := make(chan struct{})
	go func() {
		var b [1]byte
		close(started)
		_, err := p.Read(b[:])
		result <- err
	}()
	<-started
	return result
}

func closeFrees(t *testing.T, c Cable) {
	result := reading(c.Port)
	soon(t, "Close", func() {
		if err := c.Port.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	soon(t, "Read", func() {
		if err := <-result; err != io.EOF {
			t.Errorf("Read during Close = %v, want io.EOF", err)
		}
	})
}

func readAfterClose(t *testing.T, c Cable) {
	if _, err := c.Far.Write([]byte("late")); err != nil {
		t.Fatal(err)
	}
	if err := c.Port.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	var b [8]byte
	if n, err := c.Port.Read(b[:]); n != 0 || err != io.EOF {
		t.Errorf("Read after Close = %d, %v; want 0, io.EOF", n, err)
	}
}

func writeAfterClose(t *testing.T, c Cable) {
	if err := c.Port.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	n, err := c.Port.Write([]byte("to nobody"))
	if n != 0 || !errors.Is(err, os.ErrClosed) {
		t.Errorf("Write after Close = %d, %v; want 0 and an error that wraps fs.ErrClosed", n, err)
	}
}

func closeAgain(t *testing.T, c Cable) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := c.Port.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		})
	}
	soon(t, "eight Closes", wg.Wait)
	if err := c.Port.Close(); err != nil {
		t.Errorf("one more Close: %v", err)
	}
}

func unplugFrees(t *testing.T, c Cable) {
	result := reading(c.Port)
	c.Pull()
	soon(t, "Read", func() {
		if err := <-result; err == nil || err == io.EOF {
			t.Errorf("Read at an unplug = %v, want an error that is not io.EOF", err)
		}
	})
}

func writeAfterUnplug(t *testing.T, c Cable) {
	c.Pull()
	if n, err := c.Port.Write([]byte("to nobody")); err == nil {
		t.Errorf("Write after an unplug = %d, nil; want an error", n)
	}
}

func closeAfterUnplug(t *testing.T, c Cable) {
	c.Pull()
	soon(t, "Close", func() {
		if err := c.Port.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	var b [1]byte
	if _, err := c.Port.Read(b[:]); err != io.EOF {
		t.Errorf("Read after Close = %v, want io.EOF", err)
	}
}

// flood is more than any wire holds.
var flood = make([]byte, 1<<20)

func writeStalls(t *testing.T, c Cable) {
	soon(t, "Write", func() {
		n, err := c.Port.Write(flood)
		if n == len(flood) || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("Write to a stuck device = %d, %v; want a short count and a deadline error", n, err)
		}
	})
}

func closeWhileStalled(t *testing.T, c Cable) {
	result := make(chan error, 1)
	go func() {
		_, err := c.Port.Write(flood)
		result <- err
	}()
	soon(t, "Close", func() {
		if err := c.Port.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	soon(t, "Write", func() {
		if err := <-result; err == nil {
			t.Error("Write of a flood returned nil although the port was closed")
		}
	})
}

func emptyRead(t *testing.T, c Cable) {
	soon(t, "Read", func() {
		if n, err := c.Port.Read(nil); n != 0 || err != nil {
			t.Errorf("Read(nil) = %d, %v; want 0, nil", n, err)
		}
	})
}

func stringNames(t *testing.T, c Cable) {
	if c.Port.String() == "" {
		t.Error("String is empty")
	}
}
