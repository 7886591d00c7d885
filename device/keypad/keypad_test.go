package keypad_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"till/device"
	"till/device/keypad"
	"till/device/serial"
	"till/sim/keypadsim"
	"till/sim/rig"
)

// bench is a keypad and its twin on a wire.
type bench struct {
	t    *testing.T
	twin *keypadsim.Keypad

	mu  sync.Mutex
	log []string
}

func lay(t *testing.T, cfg keypad.Config, opts keypadsim.Options) *bench {
	wire := rig.Pipe("wire")
	b := &bench{t: t, twin: keypadsim.NewWith(wire.Twin(), opts)}
	port, err := wire.Open()
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- keypad.Serve(t.Context(), port, cfg, b.key, b.fault) }()
	t.Cleanup(func() {
		if err := port.Close(); err != nil {
			t.Error(err)
		}
		if err := <-done; err != io.EOF {
			t.Errorf("Serve returned %v after Close, want io.EOF", err)
		}
	})
	return b
}

func (b *bench) note(s string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.log = append(b.log, s)
}

func (b *bench) key(k keypad.Key) { b.note(k.String()) }

func (b *bench) fault(f *device.Fault) {
	if f == nil {
		b.note("ok")
		return
	}
	b.note(fmt.Sprintf("<%s %s>", f.Device, f.Op))
}

func (b *bench) raw(s string) {
	b.t.Helper()
	if err := b.twin.Raw([]byte(s)); err != nil {
		b.t.Fatal(err)
	}
	synctest.Wait()
}

func (b *bench) press(names ...string) {
	b.t.Helper()
	if err := b.twin.Press(names...); err != nil {
		b.t.Fatal(err)
	}
}

// expect compares all that came out since the last time, by words.
func (b *bench) expect(want string) {
	b.t.Helper()
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	if got := strings.Join(b.log, " "); got != want {
		b.t.Errorf("came out %q, want %q", got, want)
	}
	b.log = nil
}

func bubble(t *testing.T, f func(*testing.T)) { synctest.Test(t, f) }

// TestEveryKeyOfThePadArrives strikes all twenty on both kinds of pad, and the
// names are the same at both ends.
func TestEveryKeyOfThePadArrives(t *testing.T) {
	for _, tt := range []struct {
		name string
		keys keypad.Map
		opts keypadsim.Options
	}{
		{"one byte a key", nil, keypadsim.Options{}},
		{"enter with CR LF", nil, keypadsim.Options{CRLF: true}},
		{"VT100", keypad.VT100Map(), keypadsim.Options{VT100: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b := lay(t, keypad.Config{Map: tt.keys}, tt.opts)
				for i, name := range keypadsim.Keys {
					b.press(name)
					time.Sleep(20 * time.Millisecond)
					b.expect(name)
					if k, err := keypad.ParseKey(name); err != nil || k != keypad.Keys[i] {
						t.Errorf("ParseKey(%q) = %v, %v; want %v", name, k, err, keypad.Keys[i])
					}
				}
			})
		})
	}
}

// TestAKeyIsHandedOnWithoutWaiting: on the default pad no virtual time passes.
func TestAKeyIsHandedOnWithoutWaiting(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := lay(t, keypad.Config{}, keypadsim.Options{})
		start := time.Now()
		b.press("1", "2", "00", "enter", "cancel", "1", "1")
		b.raw("\x1b*#\x7f")
		b.expect("1 2 00 enter cancel 1 1 cancel back enter back")
		if took := time.Since(start); took != 0 {
			t.Errorf("took %v", took)
		}
	})
}

// TestBytesBecomeKeys goes through what a line can bring, with ~ for a pause
// of 20 ms.
func TestBytesBecomeKeys(t *testing.T) {
	for _, tt := range []struct {
		name, raw, want string
		keys            keypad.Map
	}{
		{name: "LF alone is enter", raw: "\n~1\n", want: "enter 1 enter"},
		{name: "CR LF is one enter", raw: "\r\n1\r\n", want: "enter 1 enter"},
		{name: "CR, a pause, LF are two", raw: "\r~\n", want: "enter enter"},
		{name: "CR CR are two", raw: "\r\r", want: "enter enter"},
		{name: "an unknown byte is noise and voids what comes with it",
			raw: "1?23~4", want: "1 <keypad read keys> 4 ok"},
		{name: "and what comes slowly after it is good",
			raw: "?~1~?~2", want: "<keypad read keys> 1 ok <keypad read keys> 2 ok"},
		{name: "an escape sequence on a pad without them cancels and types nothing",
			raw: "\x1b[15~", want: "cancel <keypad read keys>"},
		{name: "a byte above 127 is noise", raw: "\xff", want: "<keypad read keys>"},

		{name: "ESC alone waits for its pause", keys: keypad.VT100Map(), raw: "\x1b~", want: "cancel"},
		{name: "ESC ESC is twice", keys: keypad.VT100Map(), raw: "\x1b\x1b~", want: "cancel cancel"},
		{name: "ESC and a key at once are two keys",
			keys: keypad.VT100Map(), raw: "\x1b1\x1bD~", want: "cancel 1 cancel 00"},
		{name: "ESC and a function key", keys: keypad.VT100Map(), raw: "\x1b\x1bOP", want: "cancel f1"},
		{name: "up and down", keys: keypad.VT100Map(), raw: "\x1b[A\x1b[B", want: "updown updown"},
		{name: "an unknown sequence types no digits and cancels nothing",
			keys: keypad.VT100Map(), raw: "\x1b[15~", want: "<keypad read keys>"},
		{name: "an unknown letter is no cancel", keys: keypad.VT100Map(), raw: "\x1bz~1",
			want: "<keypad read keys> 1 ok"},
		{name: "an unknown function key is no cancel", keys: keypad.VT100Map(), raw: "\x1bOZ~1",
			want: "<keypad read keys> 1 ok"},
		{name: "half a sequence is noise", keys: keypad.VT100Map(), raw: "\x1bO~1",
			want: "<keypad read keys> 1 ok"},
		{name: "a sequence in pieces is cancel and rubbish",
			keys: keypad.VT100Map(), raw: "\x1b~OP~", want: "cancel <keypad read keys>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b := lay(t, keypad.Config{Map: tt.keys}, keypadsim.Options{})
				for i, part := range strings.Split(tt.raw, "~") {
					if i > 0 {
						time.Sleep(20 * time.Millisecond)
						synctest.Wait()
					}
					if part != "" {
						b.raw(part)
					}
				}
				b.expect(tt.want)
			})
		})
	}
}

// TestEscapeWaitsTwentyMilliseconds and not longer.
func TestEscapeWaitsTwentyMilliseconds(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := lay(t, keypad.Config{Map: keypad.VT100Map()}, keypadsim.Options{VT100: true})
		b.press("cancel")
		time.Sleep(19 * time.Millisecond)
		b.expect("")
		time.Sleep(time.Millisecond)
		b.expect("cancel")
		b.raw("\x1b")
		time.Sleep(19 * time.Millisecond)
		b.raw("O")
		time.Sleep(19 * time.Millisecond)
		b.raw("P")
		b.expect("f1")
	})
}

func TestBouncesAreFilteredWhenConfigured(t *testing.T) {
	const bounce = 5 * time.Millisecond
	for _, tt := range []struct {
		debounce time.Duration
		want     string
	}{
		{0, "1 1 1 2 2 2"},
		{bounce, "1 1 1 2 2 2"},
		{bounce + 1, "1 2"},
		{50 * time.Millisecond, "1 2"},
	} {
		t.Run(tt.debounce.String(), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b := lay(t, keypad.Config{Debounce: tt.debounce},
					keypadsim.Options{Bounce: 2, Between: bounce})
				b.press("1", "2")
				b.expect(tt.want)
				time.Sleep(100 * time.Millisecond) // a practised hand
				b.raw("2")
				b.expect("2")
			})
		})
	}
}

// TestAStuckKeyIsStopped: 16 of it, one fault, and nothing more until it is
// released.
func TestAStuckKeyIsStopped(t *testing.T) {
	sixteen := strings.TrimSpace(strings.Repeat("enter ", 16))
	bubble(t, func(t *testing.T) {
		b := lay(t, keypad.Config{}, keypadsim.Options{})
		if err := b.twin.Hold("enter", 15); err != nil {
			t.Fatal(err)
		}
		b.expect(sixteen)
		time.Sleep(time.Second)
		if err := b.twin.Hold("enter", 500); err != nil {
			t.Fatal(err)
		}
		b.expect(sixteen + " <keypad release enter>")
		time.Sleep(time.Second)
		b.press("enter")
		b.expect("enter ok")
		if err := b.twin.Hold("enter", 100); err != nil {
			t.Fatal(err)
		}
		b.press("1")
		b.expect(sixteen[6:] + " <keypad release enter> 1 ok")
	})
}

// TestAQuickHandIsNotStuck: the same key every 151 ms, for ever.
func TestAQuickHandIsNotStuck(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := lay(t, keypad.Config{}, keypadsim.Options{Repeat: 151 * time.Millisecond})
		if err := b.twin.Hold("9", 39); err != nil {
			t.Fatal(err)
		}
		b.expect(strings.TrimSpace(strings.Repeat("9 ", 40)))
	})
}

func TestParseMapTakesWhatIsConfigured(t *testing.T) {
	full := func(change func(map[string][]string)) map[string][]string {
		m := map[string][]string{"enter": {"\r"}, "cancel": {"\x1b"}, "back": {"\b"}}
		for d := range 10 {
			m[fmt.Sprint(d)] = []string{fmt.Sprint(d)}
		}
		change(m)
		return m
	}
	for _, tt := range []struct {
		name, want string
		sequences  map[string][]string
	}{
		{"the least there can be", "", full(func(map[string][]string) {})},
		{"two sequences for a key", "", full(func(m map[string][]string) { m["f1"] = []string{"A", "\x1bOP"} })},
		{"no digit", "no bytes for 7", full(func(m map[string][]string) { delete(m, "7") })},
		{"no enter and no back", "no bytes for back, enter", full(func(m map[string][]string) {
			delete(m, "enter")
			m["back"] = nil
		})},
		{"no such key", `"ok" is not a key`, full(func(m map[string][]string) { m["ok"] = []string{"o"} })},
		{"twice the same", `"8" is the key 7 and the key 8`,
			full(func(m map[string][]string) { m["7"] = []string{"8"} })},
		{"no bytes", "key f1: no bytes", full(func(m map[string][]string) { m["f1"] = []string{""} })},
		{"too long", "longer than 8 bytes", full(func(m map[string][]string) { m["f1"] = []string{"123456789"} })},
		{"nothing", "no bytes for 1, 2, 3, cancel", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := keypad.ParseMap(tt.sequences)
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("ParseMap: %v, want %q", err, tt.want)
			}
		})
	}
	for name, m := range map[string]keypad.Map{"default": keypad.DefaultMap(), "VT100": keypad.VT100Map()} {
		if err := m.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if (keypad.Map{"x": 99}).Check() == nil || (keypad.Map{"x": 0}).Check() == nil {
		t.Error("Check accepts a key that does not exist")
	}
}

func TestKeysHaveOneNameEach(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range keypad.Keys {
		name := k.String()
		if seen[name] {
			t.Errorf("%q is there twice", name)
		}
		seen[name] = true
		if got, err := keypad.ParseKey(name); err != nil || got != k {
			t.Errorf("ParseKey(%q) = %v, %v", name, got, err)
		}
		d, ok := k.Digit()
		if ok != (len(name) == 1 && name != ".") || ok && fmt.Sprint(d) != name {
			t.Errorf("%s.Digit = %d, %v", name, d, ok)
		}
	}
	for _, name := range []string{"", "10", "F1", "Enter", "key 0"} {
		if k, err := keypad.ParseKey(name); err == nil {
			t.Errorf("ParseKey(%q) = %v", name, k)
		}
	}
	if got := keypad.Key(0).String() + keypad.Key(99).String(); got != "key 0key 99" {
		t.Errorf("unknown keys print as %q", got)
	}
}

func TestABadConfigPanics(t *testing.T) {
	for _, cfg := range []keypad.Config{
		{Map: keypad.Map{}}, {Debounce: -1}, {Debounce: 81 * time.Millisecond},
	} {
		func() {
			defer func() {
				if s, ok := recover().(string); !ok || !strings.HasPrefix(s, "keypad: ") {
					t.Errorf("Serve takes %v", cfg)
				}
			}()
			t.Error(keypad.Serve(t.Context(), nil, cfg, nil, nil))
		}()
	}
}

// TestKeysComeThroughAPseudoTerminal runs the real driver with the real serial
// port and a pulled cable.
func TestKeysComeThroughAPseudoTerminal(t *testing.T) {
	line, err := rig.OpenLine(t.TempDir(), "ttyKEYPAD")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	keys, ups := make(chan keypad.Key, 8), make(chan bool, 8)
	done := make(chan struct{})
	go func() {
		defer close(done)
		report := func(f *device.Fault) { ups <- f == nil }
		device.Supervise(ctx, device.Keypad, serial.Opener(line.Path(), serial.Mode{}), report,
			func(ctx context.Context, p device.Port) error {
				return keypad.Serve(ctx, p, keypad.Config{}, func(k keypad.Key) { keys <- k }, report)
			})
	}()
	defer func() { stop(); <-done }()
	twin := keypadsim.New(line.Master())
	await(t, ups, true)
	for range 2 {
		for _, k := range keypad.Keys {
			if err := twin.Press(k.String()); err != nil {
				t.Fatal(err)
			}
			await(t, keys, k)
		}
		if err := line.Unplug(); err != nil {
			t.Fatal(err)
		}
		await(t, ups, false)
		if err := line.Plug(); err != nil {
			t.Fatal(err)
		}
		await(t, ups, true)
	}
	if err := line.Close(); err != nil {
		t.Error(err)
	}
}

func await[T comparable](t *testing.T, c <-chan T, want T) {
	t.Helper()
	select {
	case got := <-c:
		if got != want {
			t.Fatalf("got %v, want %v", got, want)
		}
	case <-time.After(20 * time.Second):
		t.Fatalf("waited 20 s for %v", want)
	}
}
