package scannersim_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"till/sim/scannersim"
)

// TestScannerPutsOnTheWireWhatItIsSetTo writes each act and compares bytes.
func TestScannerPutsOnTheWireWhatItIsSetTo(t *testing.T) {
	type act func(*scannersim.Scanner) error
	send := func(s *scannersim.Scanner) error { return s.Send("12345") }
	for _, tt := range []struct {
		name string
		opts scannersim.Options
		act  act
		want string
	}{
		{"as delivered", scannersim.Options{}, send, "12345\r"},
		{"all set", scannersim.Options{Prefix: "\x02", AIM: "]Q1", Suffix: "\r\n"}, send, "\x02]Q112345\r\n"},
		{"another kind of code", scannersim.Options{AIM: "]Q1"},
			func(s *scannersim.Scanner) error { return s.SendAs("]E0", "690") }, "]E0690\r"},
		{"half", scannersim.Options{Prefix: "\x02"},
			func(s *scannersim.Scanner) error { return s.SendHalf("12345", 2) }, "\x0212"},
		{"half and the rest", scannersim.Options{}, func(s *scannersim.Scanner) error {
			return errors.Join(s.SendHalf("12345", 2), s.SendRest("12345", 2))
		}, "12345\r"},
		{"double", scannersim.Options{Suffix: "\n"},
			func(s *scannersim.Scanner) error { return s.Double("1") }, "1\n1\n"},
		{"raw", scannersim.Options{Prefix: "x"},
			func(s *scannersim.Scanner) error { return s.Raw([]byte{0, 255}) }, "\x00\xff"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var wire bytes.Buffer
			if err := tt.act(scannersim.New(&wire, tt.opts)); err != nil {
				t.Fatal(err)
			}
			if wire.String() != tt.want {
				t.Errorf("sent %q, want %q", wire.String(), tt.want)
			}
		})
	}
}

func TestNoiseIsTheSameForTheSameSeed(t *testing.T) {
	noise := func(seed uint64) string {
		var wire bytes.Buffer
		if err := scannersim.New(&wire, scannersim.Options{}).Noise(seed, 500); err != nil {
			t.Fatal(err)
		}
		return wire.String()
	}
	if a := noise(1); len(a) != 500 || a != noise(1) || a == noise(2) {
		t.Error("noise does not follow its seed")
	}
}

// TestPacingIsThatOfTheLine: 96 bytes at 9600 baud are 100 ms, and the line
// remembers that it is busy.
func TestPacingIsThatOfTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scannersim.New(io.Discard, scannersim.Options{Baud: 9600})
		start := time.Now()
		for range 2 {
			if err := s.Send(strings.Repeat("1", 47)); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start).Round(time.Millisecond); took != 100*time.Millisecond {
			t.Errorf("took %v, want 100ms", took)
		}
	})
}

// TestABrokenWireIsToldToTheBench, not swallowed.
func TestABrokenWireIsToldToTheBench(t *testing.T) {
	r, w := io.Pipe()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if err := scannersim.New(w, scannersim.Options{Baud: 115200}).Send("1"); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("Send = %v", err)
	}
}
