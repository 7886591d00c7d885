package keypad

import (
	"fmt"
	"slices"
	"testing"
)

// feed pushes b without a pause and ends with silence.
func feed(m Map, b []byte) (keys []Key, noises int) {
	d := newDecoder(m)
	take := func(found []Key, noisy bool) {
		keys = append(keys, found...)
		if noisy {
			noises++
		}
		if len(d.buf) >= sequenceMax {
			panic("the buffer has grown beyond its bound")
		}
	}
	for i := range b {
		take(d.push(b[i]))
	}
	take(d.silence())
	if d.pending() {
		panic("something is pending after silence")
	}
	return keys, noises
}

// FuzzDecoder: no bytes make it panic or invent a key: the bytes of the keys
// that came out, in order, are the bytes that went in, up to the first noise
// (and but for the LF of CR LF). Without a pause there is at most one noise.
func FuzzDecoder(f *testing.F) {
	f.Add(true, []byte("12D\r\n\x1bOP\x1b[A\x1b"))
	f.Add(false, []byte("1?2\x1b[15~"))
	f.Add(true, []byte("\x1b\x1b\x1bO\x1bOP\x1bOZ1"))
	f.Fuzz(func(t *testing.T, vt bool, b []byte) {
		m := DefaultMap()
		if vt {
			m = VT100Map()
		}
		keys, noises := feed(m, b)
		if noises > 1 {
			t.Errorf("%d noises without a pause", noises)
		}
		rest := b
		for i, k := range keys {
			n := spelled(m, k, rest)
			if n == 0 {
				t.Fatalf("key %d of %v, %s, is not what was sent: %q of %q", i, keys, k, rest, b)
			}
			if n == 1 && rest[0] == '\r' && len(rest) > 1 && rest[1] == '\n' {
				n++
			}
			rest = rest[n:]
		}
		if noises == 0 && len(rest) > 0 {
			t.Errorf("%q was lost without a word; keys %v of %q", rest, keys, b)
		}
	})
}

// spelled is the length of the longest sequence for k at the start of b, 0 for
// none.
func spelled(m Map, k Key, b []byte) int {
	for n := min(len(b), sequenceMax); n > 0; n-- {
		if m[string(b[:n])] == k {
			return n
		}
	}
	return 0
}

// TestKeysThatBeginEachOther: the longer one wins when it is whole, and the
// shorter one when nothing follows.
func TestKeysThatBeginEachOther(t *testing.T) {
	m := DefaultMap()
	m["\x1b1"], m["\x1b12"] = F1, F2
	for _, tt := range []struct {
		raw    string
		want   []Key
		noises int
	}{
		{"\x1b", []Key{Cancel}, 0},
		{"\x1b1", []Key{F1}, 0},
		{"\x1b12", []Key{F2}, 0},
		{"\x1b2", []Key{Cancel, Digit2}, 0},
		{"\x1b13", nil, 1}, // f1 and 3, or a sequence that nobody knows
		{"\x1b12\x1b12", []Key{F2, F2}, 0},
	} {
		got, noises := feed(m, []byte(tt.raw))
		if !slices.Equal(got, tt.want) || noises != tt.noises {
			t.Errorf("%q makes %v and %d noises, want %v and %d", tt.raw, got, noises, tt.want, tt.noises)
		}
	}
}

func ExampleKey_String() {
	fmt.Println(Keys)
	// Output: [f1 f2 f3 f4 1 2 3 cancel 4 5 6 back 7 8 9 updown 00 0 . enter]
}
