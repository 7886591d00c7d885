package keypadsim_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"till/sim/keypadsim"
)

// TestPadsSpeakTheirBytes writes the whole pad, row by row.
func TestPadsSpeakTheirBytes(t *testing.T) {
	for _, tt := range []struct {
		name string
		opts keypadsim.Options
		want string
	}{
		{"one byte a key", keypadsim.Options{}, "ABEF" + "123C" + "456\b" + "789U" + "D0.\r"},
		{"VT100 with CR LF", keypadsim.Options{VT100: true, CRLF: true},
			"\x1bOP\x1bOQ\x1bOR\x1bOS" + "123\x1b" + "456\x7f" + "789\x1b[B" + "D0.\r\n"},
		{"bouncing", keypadsim.Options{Bounce: 1},
			"AABBEEFF" + "112233CC" + "445566\b\b" + "778899UU" + "DD00..\r\r"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var wire bytes.Buffer
			if err := keypadsim.NewWith(&wire, tt.opts).Press(keypadsim.Keys...); err != nil {
				t.Fatal(err)
			}
			if wire.String() != tt.want {
				t.Errorf("sent %q, want %q", wire.String(), tt.want)
			}
		})
	}
}

func TestAStuckKeyRepeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var wire bytes.Buffer
		start := time.Now()
		if err := keypadsim.New(&wire).Hold("5", 100); err != nil {
			t.Fatal(err)
		}
		if wire.String() != strings.Repeat("5", 101) || time.Since(start) != 3300*time.Millisecond {
			t.Errorf("sent %d bytes in %v", wire.Len(), time.Since(start))
		}
	})
}

func TestAKeyThatIsNotOnThePadIsAMistakeOfTheScript(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("Press accepted it")
		}
	}()
	t.Error(keypadsim.New(io.Discard).Press("ok"))
}

func TestABrokenWireIsToldToTheBench(t *testing.T) {
	r, w := io.Pipe()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	k := keypadsim.New(w)
	for _, err := range []error{k.Press("1"), k.Hold("1", 1), k.Raw([]byte("1"))} {
		if !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("got %v", err)
		}
	}
}
