package printersim

import (
	"fmt"
	"image"
	"slices"
	"strings"
	"testing"
)

// black returns the dots of img as text, for small pictures: # and ., lines
// of blanks at the end left out.
func black(img *image.Gray, w int) string {
	var lines []string
	for y := range img.Rect.Dy() {
		var line strings.Builder
		for x := range w {
			line.WriteByte("#."[img.GrayAt(x, y).Y/255])
		}
		lines = append(lines, line.String())
	}
	for len(lines) > 0 && !strings.Contains(lines[len(lines)-1], "#") {
		lines = lines[:len(lines)-1]
	}
	return strings.Join(lines, "\n")
}

func TestChineseIsWhatTheROMMakesOfIt(t *testing.T) {
	yuan := "\x81\x30\x84\x36" // U+00A5 in GB 18030
	for name, test := range map[string]struct {
		rom  Charset
		send []byte
		want string
	}{
		"text":                         {GBK, join("\x1c&", gbk("交易成功"), "A"), "交易成功A"},
		"the yuan trap":                {GBK, join("\x1c&", yuan, "12"), "0612"},
		"the yuan in GB 18030":         {GB18030, join("\x1c&", yuan, "12"), "¥12"},
		"full-width yuan":              {GBK, join("\x1c&\xa3\xa4", "12"), "￥12"},
		"without FS &":                 {GBK, gbk("交易"), "╜╗╥╫"},
		"after FS .":                   {GBK, join("\x1c&\x1c.", gbk("交易")), "╜╗╥╫"},
		"after ESC @":                  {GBK, join("\x1c&\x1b@", gbk("交易")), "╜╗╥╫"},
		"no ROM":                       {NoChinese, join("\x1c&", gbk("交易")), "╜╗╥╫"},
		"lead byte before LF":          {GBK, join("\x1c&A\xbd"), "A"},
		"lead byte before a command":   {GBK, join("\x1c&A\xbd\x1bE\x01B"), "AB"},
		"a code GBK does not have":     {GBK, join("\x1c&\xa9\x89"), "\uFFFD"},
		"the same in GB 18030":         {GB18030, join("\x1c&\xa9\x89"), "\u303E"},
		"bytes that begin nothing":     {GBK, join("\x1c&\x80\xff"), "\uFFFD\uFFFD"},
		"a broken four-byte form":      {GB18030, join("\x1c&\x81\x30A"), "A"},
		"a space in the Chinese width": {GBK, join("\x1c&", gbk("一　二")), "一　二"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(Config{Chinese: test.rom})
			d.print(test.send, "\n")
			if got := strings.TrimSuffix(d.Receipts()[0].Text, "\n"); got != test.want {
				t.Errorf("prints %q, want %q", got, test.want)
			}
		})
	}
}

func TestCodePagesAndCountries(t *testing.T) {
	for name, test := range map[string]struct{ send, want string }{
		"PC437":          {"\x1bt\x00\x9d\x81", "¥ü"},
		"PC858":          {"\x1bt\x13\xd5", "€"},
		"Windows 1252":   {"\x1bt\x10\xa5\x80", "¥€"},
		"Katakana":       {"\x1bt\x01\xb1\xdf\xe0", "ｱﾟ\uFFFD"},
		"China":          {"\x1bR\x0f$1", "¥1"},
		"Germany":        {"\x1bR\x02[]~", "ÄÜß"},
		"unknown page":   {"\x1bt\x63\x9d", "¥"},
		"after ESC @":    {"\x1bR\x0f\x1b@$", "$"},
		"what DEL makes": {"\x7f", "\uFFFD"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(Config{})
			d.print(test.send, "\n")
			if got := strings.TrimSuffix(d.Receipts()[0].Text, "\n"); got != test.want {
				t.Errorf("prints %q, want %q", got, test.want)
			}
		})
	}
}

func TestPositionsBecomeColumns(t *testing.T) {
	for name, test := range map[string]struct{ send, want string }{
		"default tabs":              {"a\tb\tc\n", "a       b       c\n"},
		"tabs of ESC D":             {"\x1bD\x05\x0a\x00a\tb\tc\td\n", "a    b    cd\n"},
		"tabs end where they fall":  {"\x1bD\x05\x03\x00a\tb\n", "a    b\n" + "\x00"},
		"ESC $ goes there":          {"a\x1b$\x78\x00b\n", "a         b\n"},
		"ESC $ goes back":           {"bb\x1b$\x00\x00a\n", "bab\n"},
		"ESC \\ goes on and back":   {"a\x1b\\\x0c\x00b\x1b\\\xf4\xffc\n", "a bc\n"},
		"a full line breaks":        {strings.Repeat("0123456789", 4) + "\n", "01234567890123456789012345678901\n23456789\n"},
		"a narrower area":           {"\x1dW\x3c\x00123456\n", "12345\n6\n"},
		"a margin takes room":       {"\x1dL\x50\x01123456\n", "1234\n56\n"},
		"wide letters":              {"\x1d!\x7012345\n", "1234\n5\n"},
		"blank lines are no text":   {"\n\n  \nx\n", "x\n"},
		"FF, CAN, CR, NUL are mute": {"a\x0c\x18\r\x00b\n", "ab\n"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(Config{})
			d.print(test.send)
			want := strings.TrimSuffix(test.want, "\x00")
			if got := d.Receipts()[0].Text; got != want {
				t.Errorf("prints %q, want %q", got, want)
			}
		})
	}
}

func TestPaperMovesAsFarAsItIsTold(t *testing.T) {
	for name, test := range map[string]struct {
		send string
		dots int
	}{
		"LF":                          {"a\n", 30},
		"LF after ESC 3":              {"\x1b3\x40a\n", 64},
		"ESC 2 sets it back":          {"\x1b3\x40\x1b2a\n", 30},
		"never less than the line":    {"\x1b3\x00a\n", 24},
		"high letters":                {"\x1d!\x03a\n", 96},
		"the highest letter counts":   {"a\x1d!\x01b\x1d!\x00c\n", 48},
		"double height of ESC !":      {"\x1b!\x10a\n", 48},
		"ESC J prints and feeds":      {"a\x1bJ\x64", 100},
		"ESC d feeds lines":           {"a\x1bd\x03", 90},
		"font B is lower":             {"\x1b3\x00\x1bM\x01a\n", 17},
		"ESC ! sizes no Chinese":      {"\x1c&\x1b!\x10\xbd\xbb\n", 30},
		"FS ! does":                   {"\x1c&\x1c!\x08\xbd\xbb\n", 48},
		"FS W does":                   {"\x1c&\x1cW\x01\xbd\xbb\n", 48},
		"GS ! does":                   {"\x1c&\x1d!\x01\xbd\xbb\n", 48},
		"a feed has its limit of 1 m": {"\x1b3\xffa\n\x1bd\xff", 255 + 8128},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(Config{Chinese: GBK})
			d.print(test.send)
			if got := d.Receipts()[0].Image.Rect.Dy(); got != test.dots {
				t.Errorf("%d dots, want %d", got, test.dots)
			}
		})
	}
}

func TestRasterPrintsInEveryMode(t *testing.T) {
	const picture = "\x01\x00\x02\x00\xa0\x40" // #.#..... above .#......
	for m, want := range []string{
		"#.#.....\n.#......",
		"##..##..\n..##....",
		"#.#.....\n#.#.....\n.#......\n.#......",
		"##..##..\n##..##..\n..##....\n..##....",
	} {
		for _, form := range []int{m, m + '0'} {
			d := newDesk(Config{})
			d.print("\x1dv0", form, picture)
			d.wantNothingStrange(t)
			d.wantTexts(t, fmt.Sprintf("[IMG:%dx%d]\n", 8<<(m&1), 2<<(m>>1)))
			if got := black(d.Receipts()[0].Image, 8); got != want {
				t.Errorf("GS v 0 m=%d prints\n%s\nwant\n%s", form, got, want)
			}
		}
	}
}

func TestRasterIsAlignedClippedAndJoined(t *testing.T) {
	d := newDesk(Config{})
	d.print("\x1ba\x02\x1dv0\x00\x01\x00\x01\x00\xff")
	img := d.Receipts()[0].Image
	if img.GrayAt(375, 0).Y == 0 || img.GrayAt(376, 0).Y != 0 || img.GrayAt(383, 0).Y != 0 {
		t.Error("a raster of one byte is not at the right edge")
	}

	d = newDesk(Config{})
	wide := "\x1dv0\x00\x40\x00\x02\x00" + strings.Repeat("\xff", 128)
	d.print(wide, wide, "text\n", wide, "\n", wide)
	d.wantTexts(t, "[IMG:384x4]\ntext\n[IMG:384x2]\n[IMG:384x2]\n")
}

func TestBitImageStandsInTheLine(t *testing.T) {
	for name, test := range map[string]struct{ send, want string }{
		"24 dots, double": {"\x1b*\x21\x02\x00\x80\x00\x00\x40\x00\x01", "#.......\n.#......" + strings.Repeat("\n........", 21) + "\n.#......"},
		"24 dots, single": {"\x1b*\x20\x02\x00\x80\x00\x00\x40\x00\x00", "##......\n..##...."},
		"8 dots, double":  {"\x1b*\x01\x02\x00\x80\x40", "#.......\n#.......\n#.......\n.#......\n.#......\n.#......"},
		"8 dots, single":  {"\x1b*\x00\x01\x00\x80", "##......\n##......\n##......"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(Config{})
			d.print(test.send, "\n")
			d.wantNothingStrange(t)
			if got := black(d.Receipts()[0].Image, 8); got != test.want {
				t.Errorf("prints\n%s\nwant\n%s", got, test.want)
			}
		})
	}
	d := newDesk(Config{})
	d.print("Sum \x1b*\x21\x18\x00", strings.Repeat("\xff", 72), "\x1b*\x21\x18\x00", strings.Repeat("\x0f", 72), " 12\n")
	d.wantTexts(t, "Sum ▯▯ 12\n")
}

func TestBlockCommandsNeedTheBeginningOfALine(t *testing.T) {
	for name, block := range map[string][]byte{
		"QR":       qrBytes("x", 4, 0),
		"CODE128":  join("\x1dkI\x05{Babc"),
		"raster":   join("\x1dv0\x00\x01\x00\x01\x00\xff"),
		"cut":      join("\x1dV\x00"),
		"graphics": join("\x1d(L\x0b\x000p0\x01\x011\x08\x00\x01\x00\xff", "\x1d(L\x02\x0002"),
		"align":    join("\x1ba\x01"),
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(Epson(384))
			d.print("\x1c&", gbk("谢谢"), block, "\n")
			d.wantTexts(t, "谢谢\n")
			if got := d.Unknown(); len(got) != 1 || !strings.Contains(got[0], notInLine) {
				t.Errorf("complains %q", got)
			}
			d = newDesk(Epson(384))
			d.print("\x1c&", gbk("谢谢"), "\n", block)
			d.wantNothingStrange(t)
		})
	}
}

func TestGraphicsAndLogosArePrinted(t *testing.T) {
	d := newDesk(Epson(384))
	d.print("\x1d(L\x0b\x000p0\x02\x011\x08\x00\x01\x00\xa0", "\x1d(L\x02\x0002")
	if got := black(d.Receipts()[0].Image, 8); got != "##..##.." {
		t.Errorf("stored graphics: %q", got)
	}

	d = newDesk(Epson(384))
	d.print("\x1d(L\x0c\x000C0G1\x01\x08\x00\x01\x001\xa0", "\x1cq\x01\x01\x00\x01\x00\x80\x40\x20\x10\x08\x04\x02\x01")
	d.SetPower(false)
	d.SetPower(true)
	d.print("\x1d(L\x06\x000EG1\x01\x02", "\x1cp\x01\x00")
	d.wantNothingStrange(t)
	want := "#.#.....\n#.#.....\n#.......\n.#......\n..#.....\n...#....\n....#...\n.....#..\n......#.\n.......#"
	if got := black(d.Receipts()[0].Image, 8); got != want {
		t.Errorf("logos after a power cut:\n%s\nwant\n%s", got, want)
	}
	d.print("\x1cp\x02\x00")
	if got := d.Unknown(); len(got) != 1 || !strings.Contains(got[0], "no such logo") {
		t.Errorf("complains %q", got)
	}
}

func TestPrinterWithAShortCountReadsTheRestOfTheRasterAsText(t *testing.T) {
	cfg := Config{LowRowByte: true}
	d := newDesk(cfg)
	d.print("\x1dv0\x00\x01\x00\x01\x01", strings.Repeat("A", 257), "\n") // 257 rows, read as 1
	if text := d.Receipts()[0].Text; !strings.HasPrefix(text, "[IMG:8x1]\nAAAA") {
		t.Errorf("prints %q", text)
	}
}

// TestCutSeparatesAtTheBlade cuts with the blade 100 dots behind the head.
func TestCutSeparatesAtTheBlade(t *testing.T) {
	five := "1\n2\n3\n4\n5\n" // 150 dots
	for name, test := range map[string]struct {
		cut   string
		texts []string
		dots  int // of the first receipt
	}{
		"without a feed the last lines stay": {"\x1dV\x00", []string{"1\n2\n", "3\n4\n5\n"}, 50},
		"ESC i is the same":                  {"\x1bi", []string{"1\n2\n", "3\n4\n5\n"}, 50},
		"partial, as a digit":                {"\x1dV1", []string{"1\n2\n", "3\n4\n5\n"}, 50},
		"with feed":                          {"\x1dVB\x0a", []string{"1\n2\n3\n4\n5\n"}, 160},
		"full with feed":                     {"\x1dVA\x00", []string{"1\n2\n3\n4\n5\n"}, 150},
		"there and back":                     {"\x1dVg\x05", []string{"1\n2\n3\n4\n5\n"}, 155},
		"later, when it has come so far":     {"\x1dVb\x00six\n\n\n\n\n", []string{"1\n2\n3\n4\n5\n", "six\n"}, 150},
		"later, and the paper stops before":  {"\x1dVb\x00six\n", []string{"1\n2\n3\n4\n5\nsix\n"}, 180},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := Epson(384)
			cfg.CutterDistance = 100
			d := newDesk(cfg)
			d.print(five, test.cut)
			d.wantNothingStrange(t)
			d.wantTexts(t, test.texts...)
			if got := d.Receipts()[0].Image.Rect.Dy(); got != test.dots {
				t.Errorf("first receipt is %d dots long, want %d", got, test.dots)
			}
		})
	}
}

func TestLinesThatStayBehindTheBladeBelongToTheNextReceipt(t *testing.T) {
	cfg := Epson(384)
	cfg.CutterDistance = 100
	d := newDesk(cfg)
	d.print("1\n2\n3\n4\n5\n", "\x1dV\x00", "6\n7\n8\n", "\x1dV\x00")
	d.wantTexts(t, "1\n2\n", "3\n4\n5\n", "6\n7\n8\n")
}

func TestPrinterWithoutCutterIsTorn(t *testing.T) {
	d := newDesk(Clone(384))
	d.print("one\n", "\x1dVB\x00", "\x1dVB\x00")
	d.Tear()
	d.print("two\n")
	d.wantTexts(t, "one\n", "two\n")
	if r := d.Receipts(); r[0].Cut || r[0].Unfinished || !r[1].Unfinished {
		t.Errorf("cut %v, unfinished %v, %v; want false, false, true", r[0].Cut, r[0].Unfinished, r[1].Unfinished)
	}
	if got := d.Unknown(); len(got) != 1 || !strings.Contains(got[0], "(2 times)") {
		t.Errorf("complains %q", got)
	}
}

// TestNonsenseIsRefusedAndItsParametersAreNotPrinted sends commands with
// values out of range, and some the printer only knows the length of.
func TestNonsenseIsRefusedAndItsParametersAreNotPrinted(t *testing.T) {
	for _, send := range []string{
		"\x1ba3", "\x1b-\x03", "\x1d!\x88", "\x1bM2", "\x1bR\x10", "\x1dV\x05", "\x1dr\x07", "\x1dI\x63",
		"\x1dw\x01", "\x1dh\x00", "\x1dH4", "\x1b*\x02\x00\x00", "\x1dv1\x00\x01\x00\x01\x00A",
		"\x1d(H\x06\x0000ab\x01d", "\x1d(H\x03\x00101", "\x1d(D\x02\x00\x14\x01", "\x1d(D\x03\x00\x14\x03\x01",
		"\x1d(L\x02\x0002", "\x1d(L\x01\x000", "\x1d(L\x06\x000EXX\x01\x01", "\x1d(L\x04\x000AAA", "\x1cp\x01\x09",
		"\x1d8K\x02\x00\x00\x00AA", "\x1cq\x01\x00\x00\x01\x00", "\x1dk\x01AAA\x00", "\x1dk\x20",
		"\x1d*\x01\x01AAAAAAAA", "\x1b&\x03AB\x01abc\x02abcdef", "\x1b&\x02AA", "\x1bWAAAAAAAA", "\x1bL", "\x1bc3A",
		"\x1dg2AAA", "\x1dC0AA", "\x1d^AAA", "\x1dPAA", "\x1bV1", "\x1b=A", "\x1c?AA", "\x1d/\x00", "\x1d(AA\x00" + strings.Repeat("A", 65),
	} {
		d := newDesk(Epson(384))
		d.print(send, "after\n")
		if got := d.Unknown(); len(got) != 1 || !strings.HasPrefix(got[0], "offset 0: ") {
			t.Errorf("% X: complains %q", send, got)
		}
		d.wantTexts(t, "after\n")
	}
}

func TestWhatIsNotDoneIsListedWithItsOffset(t *testing.T) {
	d := newDesk(Config{})
	d.print("ab\x1b5", "\x1dP\x01\x02", "\x1b5", "\x01", "\x1d(A\x02\x00\x00\x02", "\x1d(k\x03\x00\x31\x43\x04", "z\n")
	want := []string{
		"offset 2: 1B 35: unknown command (2 times)",
		"offset 4: 1D 50 01 02: unknown command",
		"offset 10: 01: unknown control byte",
		"offset 11: 1D 28 41 02 00 00 02: unknown command",
		"offset 18: 1D 28 6B 03 00 31 43 04: " + notHere,
	}
	if got := d.Unknown(); !slices.Equal(got, want) {
		t.Errorf("unknown %q, want %q", got, want)
	}
	d.wantTexts(t, "abz\n")
}

func TestPaperIsForgottenFromItsOldEnd(t *testing.T) {
	d := newDesk(Config{MaxPaper: 300, Cutter: true})
	for i := range 100 {
		d.print(fmt.Sprintf("%d\n", i), "\x1dV\x00")
	}
	rs := d.Receipts()
	if n := len(rs); n < 8 || n > 12 || rs[n-1].Text != "99\n" {
		t.Errorf("%d receipts, the last %q; want about 10 up to 99", n, rs[n-1].Text)
	}
	if h := d.Roll(90).Rect.Dy(); h != 90 {
		t.Errorf("the roll shows %d dots, want 90", h)
	}

	d = newDesk(Config{MaxPaper: 300})
	d.print(strings.Repeat("x\n", 1000))
	if h := d.Receipts()[0].Image.Rect.Dy(); h < 300 || h > 340 {
		t.Errorf("an endless receipt keeps %d dots, want about 300", h)
	}
}
