package escpos

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// TestParseRealtime asks for all bytes and every n, in binary text so as not
// to repeat the masks.
func TestParseRealtime(t *testing.T) {
	on := func(bits string, n ...int) bool { // one of these bits
		for _, i := range n {
			if bits[7-i] == '1' {
				return true
			}
		}
		return false
	}
	for i := range 256 {
		b := fmt.Sprintf("%08b", i)
		valid := b[0] == '0' && b[3] == '1' && b[6] == '1' && b[7] == '0'
		for n := 1; n <= 4; n++ {
			var want Sensors
			add := func(yes bool, s Sensors) {
				if yes {
					want |= s
				}
			}
			switch n {
			case 1:
				add(on(b, 2), DrawerHigh)
				add(on(b, 3), Offline)
			case 2:
				add(on(b, 2), CoverOpen)
				add(on(b, 3), FeedHeld)
				add(on(b, 5), PaperStop)
				add(on(b, 6), ErrorState)
			case 3:
				add(on(b, 2), Recoverable)
				add(on(b, 3), CutterError)
				add(on(b, 5), Unrecoverable)
				add(on(b, 6), AutoRecoverable)
			case 4:
				add(on(b, 2, 3), PaperNearEnd)
				add(on(b, 5, 6), PaperEnd)
			}
			got, err := ParseRealtime(n, byte(i))
			if valid != (err == nil) || valid && got != want || got&^Told(n) != 0 {
				t.Errorf("ParseRealtime(%d, 0b%s) = %b, %v; want %b", n, b, got, err, want)
			}
		}
	}
	for _, n := range []int{0, 5, -1} {
		if _, err := ParseRealtime(n, 0x12); err == nil {
			t.Errorf("there is no DLE EOT %d", n)
		}
	}
}

func TestParseASB(t *testing.T) {
	for _, c := range []struct {
		b    [4]byte
		want Sensors
		bad  bool
	}{
		{b: [4]byte{0x10, 0, 0, 0}},
		{b: [4]byte{0x14, 0, 0, 0x0F}, want: DrawerHigh},
		{b: [4]byte{0x38, 0, 0, 0}, want: Offline | CoverOpen},
		{b: [4]byte{0x18, 0x08, 0, 0}, want: Offline | CutterError},
		{b: [4]byte{0x50, 0x64, 0, 0}, want: FeedHeld | Recoverable | Unrecoverable | AutoRecoverable},
		{b: [4]byte{0x10, 0, 0x03, 0}, want: PaperNearEnd},
		{b: [4]byte{0x18, 0, 0x0F, 0}, want: Offline | PaperNearEnd | PaperEnd},
		{b: [4]byte{0x12, 0, 0, 0}, bad: true},
		{b: [4]byte{0x10, 0x10, 0, 0}, bad: true},
		{b: [4]byte{0x10, 0, 0x80, 0}, bad: true},
		{b: [4]byte{0x10, 0, 0, 0x13}, bad: true},
	} {
		got, err := ParseASB(c.b)
		if got != c.want || c.bad != (err != nil) || got&^ToldByASB != 0 {
			t.Errorf("ParseASB(% X) = %b, %v", c.b, got, err)
		}
	}
}

func TestParseSensorAndBlocks(t *testing.T) {
	for b, want := range map[byte]Sensors{0x00: 0, 0x03: PaperNearEnd, 0x0C: PaperEnd, 0x2F: PaperNearEnd | PaperEnd} {
		if got, err := ParseSensor(b); got != want || err != nil || got&^ToldBySensor != 0 {
			t.Errorf("ParseSensor(%02X) = %b, %v", b, got, err)
		}
	}
	for _, b := range []byte{0x10, 0x80, 0x12} {
		if _, err := ParseSensor(b); err == nil {
			t.Errorf("%02X answers no GS r", b)
		}
	}
	if id, ok := ParseProcessID([]byte("\x37\x22abcd")); !ok || string(id[:]) != "abcd" {
		t.Error("process ID not read")
	}
	for _, s := range []string{"", "\x37\x22abc", "\x37\x21abcd", "\x5F\x22abcd", "\x37\x22abcde"} {
		if _, ok := ParseProcessID([]byte(s)); ok {
			t.Errorf("% X is no process ID", s)
		}
	}
	if !IsCleared([]byte{0x37, 0x25}) || IsCleared([]byte{0x37, 0x22}) || IsCleared(nil) {
		t.Error("IsCleared")
	}
}

func feed(r *Reader, b []byte) (out []Message) {
	for _, b := range b {
		if m, ok := r.Push(b); ok {
			out = append(out, m)
		}
	}
	return out
}

func say(ms []Message) string {
	var s strings.Builder
	for _, m := range ms {
		switch m.Kind {
		case XOff:
			s.WriteString("off ")
		case XOn:
			s.WriteString("on ")
		case Realtime:
			s.WriteString(fmt.Sprintf("rt%02X ", m.Byte))
		case Sensor:
			s.WriteString(fmt.Sprintf("gsr%02X ", m.Byte))
		case ASB:
			s.WriteString(fmt.Sprintf("asb%02X ", m.ASB))
		case Block:
			s.WriteString(fmt.Sprintf("blk%q ", m.Block))
		}
	}
	return s.String()
}

func TestReaderTakesMixedAnswersApart(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"each alone", "\x13\x11\x12\x00\x10\x00\x00\x00\x37\x22abcd\x00",
			`off on rt12 gsr00 asb10000000 blk"7\"abcd" `},
		{"XOFF and XON inside everything", "\x10\x13\x00\x11\x00\x00\x37\x13\x22a\x11bcd\x13\x00",
			`off on asb10000000 off on off blk"7\"abcd" `},
		{"real-time inside a status and a block", "\x18\x12\x00\x16\x0C\x00\x37\x25\x12\x00", `rt12 rt16 asb18000C00 rt12 blk"7%" `},
		{"sensor after a status", "\x10\x00\x00\x00\x0F", "asb10000000 gsr0F "},
		{"a status that breaks off", "\x10\x00\x10\x00\x00\x00\x00", "asb10000000 gsr00 "},
		{"a block after a broken status", "\x10\x00\x5FEPSON\x00", `blk"_EPSON" `},
		{"a status after a broken block", "\x37\x22ab\x10\x00\x00\x00", "asb10000000 "},
		{"noise", "\xFF\x80\x93\x91\x12", "rt12 "},
		{"noise inside a status", "\x10\x00\xFF\x00\x00", "gsr00 gsr00 "},
		{"control byte ends a block", "\x37\x22a\x01\x12", "gsr01 rt12 "},
	} {
		var r Reader
		if got := say(feed(&r, []byte(c.in))); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if r.Pending() {
			t.Errorf("%s: something is left", c.name)
		}
	}
}

func TestReaderDropsWhatNeverEnds(t *testing.T) {
	var r Reader
	long := append([]byte{0x5F}, bytes.Repeat([]byte{'x'}, 83)...)
	if got := say(feed(&r, append(bytes.Clone(long), 0))); len(got) < 84 {
		t.Errorf("the longest block: %s", got)
	}
	feed(&r, long)
	if !r.Pending() {
		t.Error("the longest block is not kept")
	}
	feed(&r, []byte{'x'})
	if r.Pending() {
		t.Error("a block without end is kept")
	}
	feed(&r, []byte{0x10, 0})
	r.Drop()
	if got := say(feed(&r, []byte{0})); got != "gsr00 " || r.Pending() {
		t.Errorf("after Drop: %s", got)
	}
}

// FuzzReader: no panic, bounded memory; what was said between the noise, after
// a Drop, is understood.
func FuzzReader(f *testing.F) {
	f.Add([]byte("\x37\x22ab\x13\x10\x00\x12\x5F"))
	f.Fuzz(func(t *testing.T, noise []byte) {
		var r Reader
		n := len(feed(&r, noise))
		if n > len(noise) || len(r.block) > blockMax || cap(r.block) > 4*blockMax {
			t.Fatalf("%d messages of %d bytes, block of %d", n, len(noise), cap(r.block))
		}
		r.Drop()
		got := say(feed(&r, []byte("\x38\x00\x00\x0F\x16\x13\x37\x22wxyz\x00\x03")))
		if want := `asb3800000F rt16 off blk"7\"wxyz" gsr03 `; got != want {
			t.Errorf("after noise: %s, want %s", got, want)
		}
	})
}

// FuzzStatus: whatever is read is within what was told.
func FuzzStatus(f *testing.F) {
	f.Add(byte(0x12), byte(0), byte(0), byte(0), 1)
	f.Fuzz(func(t *testing.T, a, b, c, d byte, n int) {
		if s, err := ParseASB([4]byte{a, b, c, d}); s&^ToldByASB != 0 || err != nil && s != 0 {
			t.Error(s, err)
		}
		if s, err := ParseRealtime(n, a); err != nil && s != 0 || err == nil && s&^Told(n) != 0 {
			t.Error(s, err)
		}
	})
}
