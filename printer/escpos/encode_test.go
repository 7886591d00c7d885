package escpos

import (
	"bytes"
	"fmt"
	"image"
	"math/rand/v2"
	"strings"
	"testing"

	"till/printer/raster"
)

// check holds the promises of the package comment for one body.
func check(t *testing.T, p Profile, body []Chunk) {
	t.Helper()
	all := Join(body)
	if at := realtimeAt(all); at >= 0 {
		t.Errorf("%s: real-time sequence % X", p.Name, all[at:at+2])
	}
	for i, c := range body {
		if len(c.Bytes) > p.ChunkMax() || len(c.Bytes) == 0 || c.Dots < 0 {
			t.Errorf("%s: chunk %d of %d bytes and %d dots", p.Name, i, len(c.Bytes), c.Dots)
		}
		// A chunk ends where a command ends: it can be walked alone.
		if err := (&walker{chinese: true}).walk(c.Bytes); err != nil && !strings.Contains(err.Error(), "middle") {
			t.Errorf("%s: chunk %d: %v", p.Name, i, err)
		}
	}
	w := &walker{columns: p.Columns}
	if err := w.walk(all); err != nil {
		t.Errorf("%s: %v", p.Name, err)
	}
	if w.used > 0 {
		t.Errorf("%s: the body ends in the middle of a line", p.Name)
	}
}

func realtimeAt(b []byte) int {
	for i := range len(b) - 1 {
		if b[i] == 0x10 && (b[i+1] == 0x04 || b[i+1] == 0x05 || b[i+1] == 0x14) {
			return i
		}
	}
	return -1
}

func TestReceiptKeepsThePromises(t *testing.T) {
	for _, p := range Profiles {
		check(t, p, mustEncode(t, p, sample(p.Columns)))
		tall := append(sample(p.Columns), Picture{Centre, raster.New(100, 700)})
		for _, p.Buffer = range []int{256, 1 << 20} {
			check(t, p, mustEncode(t, p, tall))
		}
	}
}

// FuzzEncode prints anything in any style on every printer.
func FuzzEncode(f *testing.F) {
	f.Add("交易成功 ¥128.50", "\x10\x04\x10\x05", uint8(3), uint8(1), uint8(6), uint16(2048))
	f.Add("重打印 REPRINT (第2次) 镕䶮€😀\ufe0f\n\x00", "http://x", uint8(7), uint8(2), uint8(16), uint16(256))
	f.Add(strings.Repeat("龘\u200b", 99), strings.Repeat("\x10\x14", 40), uint8(4), uint8(0), uint8(3), uint16(300))
	f.Fuzz(func(t *testing.T, text, data string, style, align, module uint8, buffer uint16) {
		if len(text) > 500 || len(data) > 1500 {
			return
		}
		picture := &raster.Image{W: 100, H: max(1, len(data)/13), Stride: 13, Bits: []byte(data + strings.Repeat("\x10\x04", 13))}
		picture.Bits = picture.Bits[:picture.H*picture.Stride]
		half := len(text) / 2
		ops := []Op{
			Line{Align(align % 3), []Span{{text[:half], Style(style % 8)}, {text[half:], Style(style / 8 % 8)}}},
			QR{Align(align % 3), data, raster.Level(style % 4), int(module)},
			Picture{Align(align / 3 % 3), picture}, Rule{'='}, Feed{int(module)},
			Say(strings.ToValidUTF8(data, "?"), Bold),
		}
		for _, p := range Profiles {
			p.Buffer = max(256, int(buffer))
			body, err := Encode(p, ops)
			if err != nil {
				ops[1] = Say("no code", 0)
				body = mustEncode(t, p, ops)
			}
			check(t, p, body)
		}
	})
}

// TestDitheredPicturesAreScrubbed prints gradients, which are full of
// real-time sequences before scrubbing.
func TestDitheredPicturesAreScrubbed(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	before, moved := 0, 0
	p, _ := ProfileNamed("raster-58")
	for range 40 {
		grey := image.NewGray(image.Rect(0, 0, 384, 256))
		a, b := rnd.IntN(5)+1, rnd.IntN(7)+1
		for i := range grey.Pix {
			grey.Pix[i] = uint8(i%384/a + i/384/b + rnd.IntN(3))
		}
		m := raster.FromImage(grey, true)
		if realtimeAt(m.Bits) >= 0 {
			before++
		}
		body := mustEncode(t, p, []Op{Picture{Left, m}})
		check(t, p, body)
		for i, sent := 0, pictureBytes(body); i < len(sent); i++ {
			if sent[i] != m.Bits[i] {
				moved++
			}
		}
	}
	t.Logf("%d of 40 pictures held a real-time sequence; %d dots moved", before, moved)
	if before < 5 {
		t.Error("the test does not test")
	}
}

func pictureBytes(body []Chunk) (out []byte) {
	w := &walker{saw: func(c command) { out = append(out, c.data...) }}
	if err := w.walk(Join(body)); err != nil {
		panic(err)
	}
	return out
}

func TestScrub(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "\x10": "\x10", "\x10\x04": "\x20\x04", "\x10\x10\x05": "\x10\x20\x05", "\x10\x14\x10\x14": "\x20\x14\x20\x14",
		"\x10\x06\x04": "\x10\x06\x04", "\x04\x10": "\x04\x10",
	} {
		b := []byte(in)
		if scrub(b); string(b) != want {
			t.Errorf("scrub(% X) = % X, want % X", in, b, want)
		}
	}
}

func TestYuanIsFullWidthBeforeItIsMeasured(t *testing.T) {
	p, _ := ProfileNamed("generic-58")
	body := Join(mustEncode(t, p, []Op{Say("¥1", 0)}))
	if want := "\x1b@\x1c&\xa3\xa41\n"; string(body) != want {
		t.Errorf("% X, want % X", body, want)
	}
	if Width("¥1") != 3 || Width("￥1") != 3 {
		t.Error("the yuan sign is not two columns wide")
	}
	if line := Pad("合计", "¥128.50", 32); Width(line) != 32 {
		t.Errorf("%q is %d wide", line, Width(line))
	}
}

func TestQRThatHoldsARealTimeSequenceIsDrawn(t *testing.T) {
	p, _ := ProfileNamed("epson-tm")
	for name, c := range map[string]struct {
		data   string
		native bool
	}{
		"plain":               {"abc", true},
		"sequence":            {"a\x10\x04b", false},
		"length 0410h":        {strings.Repeat("x", 0x410-3), false},
		"length 0411h":        {strings.Repeat("x", 0x411-3), true},
		"ends in 10h":         {"abc\x10", true},
		"longer than a chunk": {strings.Repeat("7", 4100), false},
	} {
		ecc := raster.LevelL
		if len(c.data) > 2953 { // more than a code holds in bytes
			if _, err := Encode(p, []Op{QR{Data: c.data, Module: 1, ECC: ecc}}); err == nil {
				t.Errorf("%s: no error", name)
			}
			continue
		}
		body := mustEncode(t, p, []Op{QR{Data: c.data, Module: 2, ECC: ecc}})
		check(t, p, body)
		if native := bytes.Contains(Join(body), []byte{gs, '(', 'k'}); native != c.native {
			t.Errorf("%s: native %v", name, native)
		}
	}
}

func TestBadQRIsAnError(t *testing.T) {
	for _, p := range Profiles {
		for _, op := range []QR{{Data: "", Module: 4}, {Data: "x", Module: 0}, {Data: "x", Module: 17},
			{Data: "x", Module: 4, ECC: 4}, {Data: strings.Repeat("x", 3000), Module: 1}} {
			if _, err := Encode(p, []Op{op}); err == nil {
				t.Errorf("%s: no error for %d bytes, %d dots, level %d", p.Name, len(op.Data), op.Module, op.ECC)
			}
		}
	}
}

func TestQRVersionIsThatOfAnotherLibraryForBytes(t *testing.T) {
	for ecc := raster.LevelL; ecc <= raster.LevelH; ecc++ {
		for n := 1; n < 1270; n += 19 {
			data := strings.Repeat("x", n)
			m, err := raster.QR(data, ecc, 1)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := qrVersion(n, ecc), (m.W-8-17)/4; got != want {
				t.Errorf("%d bytes at level %d: version %d, want %d", n, ecc, got, want)
			}
		}
	}
}

func TestLongLinesGoOnInTheNext(t *testing.T) {
	p, _ := ProfileNamed("generic-58")
	for text, lines := range map[string]int{
		"":                                 1,
		strings.Repeat("x", 32):            1,
		strings.Repeat("x", 33):            2,
		strings.Repeat("中", 16):            1,
		strings.Repeat("中", 17):            2,
		"x" + strings.Repeat("中", 16):      2,
		"a\nb\n":                           3,
		strings.Repeat("x", 16) + "\x00\r": 1,
	} {
		body := Join(mustEncode(t, p, []Op{Say(text, 0)}))
		if got := bytes.Count(body, []byte{lf}); got != lines {
			t.Errorf("%q: %d lines, want %d", text, got, lines)
		}
	}
	double := Join(mustEncode(t, p, []Op{Say(strings.Repeat("x", 17), Double)}))
	if bytes.Count(double, []byte{lf}) != 2 {
		t.Error("17 letters of double width fit on 32 columns")
	}
}

func TestCutIsWhatTheProfileHas(t *testing.T) {
	for want, p := range map[string]Profile{
		"1B 64 04":                   {Cutter: NoCutter, TearLines: 4},
		"":                           {Cutter: NoCutter},
		"1D 56 42 00":                {Cutter: CutPartial},
		"1D 56 41 00":                {Cutter: CutFull},
		"1B 4A FF 1B 4A 2D 1D 56 01": {Cutter: CutPartial, CutterDots: 300},
		"1B 4A 78 1D 56 00":          {Cutter: CutFull, CutterDots: 120},
	} {
		if got := fmt.Sprintf("% X", EncodeCut(p)); got != want {
			t.Errorf("%+v: %s, want %s", p, got, want)
		}
	}
}

func TestRequestsAreTheBytesOfTheReference(t *testing.T) {
	for want, got := range map[string][]byte{
		"10 04 03":                         AskStatus(3),
		"1D 72 01":                         AskSensor(),
		"1D 61 FF":                         EnableASB(),
		"1D 28 48 06 00 30 30 31 32 33 34": AskProcessID([4]byte{'1', '2', '3', '4'}),
		"10 14 08 01 03 14 01 06 02 08":    ClearBuffers(),
		"10 05 02":                         RecoverAndClear(),
		"1B 40":                            Reset(),
		"00 00 00":                         Flush(3),
	} {
		if s := fmt.Sprintf("% X", got); s != want {
			t.Errorf("%s, want %s", s, want)
		}
	}
}

func TestProcessIDsAreDistinctAndPrintable(t *testing.T) {
	seen := map[[4]byte]bool{}
	for n := range uint32(20000) {
		id := ProcessID(n * 4001)
		for _, b := range id {
			if b < 0x20 || b > 0x7E {
				t.Fatalf("%d is % X", n, id)
			}
		}
		if seen[id] {
			t.Fatalf("%d repeats % X", n, id)
		}
		seen[id] = true
	}
	if ProcessID(0) != [4]byte{' ', ' ', ' ', ' '} || ProcessID(96) != [4]byte{' ', ' ', '!', '!'} {
		t.Error("not base 95")
	}
}

func TestProfilesAreSound(t *testing.T) {
	for _, p := range Profiles {
		if err := p.Check(); err != nil {
			t.Error(err)
		}
		if q, ok := ProfileNamed(p.Name); !ok || q != p {
			t.Errorf("%s is not found", p.Name)
		}
	}
	good := Profiles[0]
	for name, spoil := range map[string]func(*Profile){
		"dots":    func(p *Profile) { p.Dots = 380 },
		"columns": func(p *Profile) { p.Columns = 33 },
		"buffer":  func(p *Profile) { p.Buffer = 255 },
		"row":     func(p *Profile) { p.Dots, p.Columns, p.Buffer = 2040, 170, 256 },
		"speed":   func(p *Profile) { p.Speed = 0 },
		"tear":    func(p *Profile) { p.TearLines = 256 },
	} {
		p := good
		if spoil(&p); p.Check() == nil {
			t.Errorf("%s: not seen", name)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text string
		cols int
		want []string
	}{
		{"", 8, []string{""}},
		{"one two three", 8, []string{"one two", "three"}},
		{"abcdefghijkl", 8, []string{"abcdefgh", "ijkl"}},
		{"退款请出示本小票", 8, []string{"退款请出", "示本小票"}},
		{"退款请出，示本", 8, []string{"退款请", "出，示本"}},
		{"金额 ¥128.50元", 8, []string{"金额", "￥128.50", "元"}},
		{"a\n\nb", 8, []string{"a", "", "b"}},
		{"，，，，，，", 8, []string{"，，，，", "，，"}},
	} {
		got := Wrap(strings.ReplaceAll(c.text, "¥", "￥"), c.cols)
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("Wrap(%q, %d) = %q, want %q", c.text, c.cols, got, c.want)
		}
	}
}

// FuzzWrap: no line is too wide, and nothing but spaces is lost.
func FuzzWrap(f *testing.F) {
	f.Add("退款请 出示，本小票 abc", uint8(8))
	f.Fuzz(func(t *testing.T, text string, columns uint8) {
		cols := max(2, int(columns))
		lines := Wrap(text, cols)
		for _, l := range lines {
			if Width(l) > cols {
				t.Errorf("%q is %d wide, not %d", l, Width(l), cols)
			}
		}
		bare := func(s string) string { return strings.NewReplacer(" ", "", "\n", "").Replace(s) }
		if bare(strings.Join(lines, "")) != bare(text) {
			t.Errorf("%q became %q", text, lines)
		}
	})
}
