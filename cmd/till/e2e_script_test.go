package main

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"till/sim/printersim"
)

// TestScriptErrorsNameEveryLine: all mistakes of a script are told at once,
// each with its line and what would be right, before anything is played.
func TestScriptErrorsNameEveryLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ line, says string }{
		{"sell 3", `"sell": not a line of the script language (see till help play)`},
		{"keys", "no key"},
		{"keys 1 entre", `"entre"`},
		{"keys ENTER!", `"ENTER!"`},
		{"scan", `"": want wallet or wechatpay or alipay or unionpay or again or half or receipt or bill`},
		{"scan phone", `"phone": want wallet or `},
		{"scan receipt x", `"x"`},
		{"merchant", "want"},
		{"merchant tops up much", `"much"`},
		{"elsewhere sells 1.00", `"sells 1.00": want refunds YUAN`},
		{"staff 3", `"3": want `},
		{"gateway", `behaviour "": ends too early: expected one of approve, decline,`},
		{"gateway explodes", `"explodes"`},
		{"gateway pay next two decline X", `"two"`},
		{"customer smiles", `"smiles": want confirms or refuses`},
		{"network sideways", `"sideways": want up or down`},
		{"paper left many", `"many"`},
		{"paper left -1", `"-1"`},
		{"paper wet", `"wet": want out or loaded`},
		{"cover ajar", `"ajar": want open or closed`},
		{"unplug kettle", `"kettle": want scanner or printer or keypad`},
		{"plug", `"": want scanner or printer or keypad`},
		{"wait", `""`},
		{"wait long", `"long"`},
		{"power cut when", `"cut when": want cut or on`},
		{"power off", `"off": want cut or on`},
		{"clock noon", `"noon"`},
		{"clock +1", `"+1"`},
		{"disk half", `"half": want full or free`},
		{"lang fr", `"fr": want zh or en`},
		{"expect", "nothing is expected"},
		{"expect screen", "nothing is expected"},
		{"expect no screen", "nothing is expected"},
		{`expect screen ""`, "nothing is expected"},
		{"expect money 3", `"money": want screen, customer, paper, gateway, journal, receipts, bill or phase`},
	} {
		_, err := parseScript("# a story\n\nkeys 1 00 enter\n  " + c.line + "  \nscan walet\n")
		if err == nil {
			t.Errorf("%s: no error", c.line)
			continue
		}
		told := strings.Split(err.Error(), "\n")
		if len(told) != 2 || !strings.HasPrefix(told[0], "line 4: "+c.line+": ") || !strings.Contains(told[0], c.says) ||
			!strings.HasPrefix(told[1], `line 5: scan walet: "walet": want wallet`) {
			t.Errorf("%s: want lines 4 (with %q) and 5, got\n%v", c.line, c.says, err)
		}
	}
}

// TestEveryVerbOfTheManualIsUnderstood, with the arguments that the manual
// gives it.
func TestEveryVerbOfTheManualIsUnderstood(t *testing.T) {
	t.Parallel()
	examples := map[string][]string{
		"keys": {"keys 0 9 00 . enter cancel back updown f1 f4"},
		"scan": {"scan wallet", "scan again", "scan half", "scan text  6901 ", "scan alipay", "scan unionpay",
			"scan receipt", "scan receipt 2", "scan bill"},
		"merchant":  {"merchant available 0.50", "merchant tops up 100.00", "merchant alipay tops up 100.00"},
		"elsewhere": {"elsewhere refunds 5.00"},
		"staff":     {"staff"},
		"policy":    {"policy refund_without_original"},
		"gateway":   {"gateway well", "gateway alipay refund next merchant-short", "gateway pay next 2 system-error charged + late 8s"},
		"customer":  {"customer confirms", "customer refuses", "customer scans"},
		"network":   {"network up", "network down"},
		"paper":     {"paper out", "paper loaded", "paper left 200"},
		"cover":     {"cover open", "cover closed"},
		"unplug":    {"unplug keypad"},
		"plug":      {"plug scanner"},
		"wait":      {"wait 5s", "wait 2m"},
		"power":     {"power cut", `power cut when "pay received"`, "power cut when printing", "power on"},
		"clock":     {"clock 1970-01-01T00:00:00Z", "clock +3h", "clock -2m"},
		"disk":      {"disk full", "disk free"},
		"lang":      {"lang zh", "lang en"},
		"expect": {"expect screen 01-idle", `expect no paper "x"`, "expect gateway paid 1.00",
			"expect journal begun", "expect phase paid", "expect receipts 0", "expect customer x"},
	}
	for _, v := range verbs {
		lines := examples[v.name]
		if len(lines) == 0 {
			t.Errorf("no example of %q", v.name)
		}
		steps, err := parseScript(strings.Join(lines, "\n"))
		if err != nil || len(steps) != len(lines) {
			t.Errorf("%s: %d steps, %v", v.name, len(steps), err)
		}
	}
}

// e2eScript writes a script and returns its name.
func e2eScript(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "story.till")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestAScriptThatIsWrongIsNotPlayed: status 2 and the places.
func TestAScriptThatIsWrongIsNotPlayed(t *testing.T) {
	t.Parallel()
	name := e2eScript(t, "keys 1 00 enter\nscann wallet\n")
	var out, errOut bytes.Buffer
	if status := run([]string{"play", name}, &out, &errOut); status != exitUsage || out.Len() > 0 {
		t.Errorf("status %d, output %q", status, &out)
	}
	e2eSays(t, "play", errOut.String(), name+":\nline 2: scann wallet: ")
}

// TestAnUnmetExpectationFailsWithWhatWasSeen: status 1, the line, and the
// truth beside it.
func TestAnUnmetExpectationFailsWithWhatWasSeen(t *testing.T) {
	t.Parallel()
	const sale = "lang en\nkeys 1 2 8 00 enter\nscan wallet\n"
	for _, c := range []struct{ line, seen string }{
		{"expect screen 06-declined", "05-approved\n"},
		{`expect screen "Declined"`, "Approved\n"},
		{`expect no screen "Approved"`, "Approved\n"},
		{`expect customer "You were not charged"`, "Paid\n"},
		{"expect gateway returned 128.00", "paid 128.00"},
		{"expect receipts 2", "1"},
		{`expect paper "￥129.00"`, "合计    ￥128.00\n"},
		{"expect journal begun", "begun paid receipt-due receipt-sending receipt-printed"},
		{"expect phase reversed", "paid"},
	} {
		name := e2eScript(t, sale+c.line+"\nexpect receipts 99\n")
		var out, errOut bytes.Buffer
		if status := run([]string{"play", "-q", name}, &out, &errOut); status != exitFailed || out.Len() > 0 {
			t.Errorf("%s: status %d, output %q", c.line, status, &out)
		}
		told := errOut.String()
		e2eSays(t, c.line, told, name+": line 4: "+c.line+": it is:\n")
		_, is, _ := strings.Cut(told, "it is:\n")
		e2eSays(t, c.line, strings.ReplaceAll(is, "        ", ""), c.seen)
		if strings.Contains(told, "line 5") {
			t.Errorf("%s: it was played on after a failure:\n%s", c.line, told)
		}
	}
}

// TestPlaySaysWhatItPlays: every line with its number, and at the end how many
// hold; with -q only that.
func TestPlaySaysWhatItPlays(t *testing.T) {
	t.Parallel()
	name := e2eScript(t, "# nothing is sold\nexpect screen 01-idle\n\nexpect receipts 0\n")
	for _, c := range []struct{ flag, want string }{
		{"-q", name + ": 2 lines hold\n"},
		{"--quiet=false", name + "\n   2  expect screen 01-idle\n   4  expect receipts 0\n" + name + ": 2 lines hold\n"},
	} {
		var out, errOut bytes.Buffer
		status := run([]string{"play", c.flag, name}, &out, &errOut)
		if status != exitGood || out.String() != c.want || errOut.Len() > 0 {
			t.Errorf("%s: status %d\n%s%s\nwant\n%s", c.flag, status, &out, &errOut, c.want)
		}
	}
}

// TestArtifactsAreWhatWasSeen: each receipt as bytes that print the same on any
// printer and as the picture of that, each screen as a picture, and the journal.
func TestArtifactsAreWhatWasSeen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := e2eScript(t, "keys 1 2 8 00 enter\nscan wallet\nexpect receipts 1\nwait 6s\nkeys f3\nexpect receipts 2\n")
	var out, errOut bytes.Buffer
	if status := run([]string{"play", "--artifacts", dir, name}, &out, &errOut); status != exitGood {
		t.Fatalf("status %d\n%s%s", status, &out, &errOut)
	}
	dir = filepath.Join(dir, "story")
	for i, marked := range []bool{false, true} {
		base := filepath.Join(dir, "receipt-0"+string(rune('1'+i)))
		raw, err := os.ReadFile(base + ".bin")
		if err != nil {
			t.Fatal(err)
		}
		again := printersim.New(printersim.Epson(384))
		again.Receive(raw)
		pieces := again.Receipts()
		if len(pieces) != 1 || !pieces[0].Cut {
			t.Fatalf("%s.bin makes %d pieces of paper", base, len(pieces))
		}
		text := pieces[0].Text
		e2eSays(t, base, text, "￥128.00", "[QR:TILL1", "模拟 SIMULATED")
		if strings.Contains(text, "重打印") != marked {
			t.Errorf("%s: marked is not %v:\n%s", base, marked, text)
		}
		if unknown := again.Unknown(); len(unknown) > 0 {
			t.Errorf("%s: the printer does not know %q", base, unknown)
		}
		above := i * printersim.Epson(384).CutterDistance
		if got := e2ePNG(t, base+".png"); !e2eSamePaper(got, pieces[0].Image, above) {
			t.Errorf("%s.png, %v, is not the picture of what %s.bin prints, %v",
				base, got.Bounds(), base, pieces[0].Image.Bounds())
		}
	}
	e2eScreens(t, dir)
	journal, err := os.ReadFile(filepath.Join(dir, "journal.json"))
	printed := bytes.Count(journal, []byte(`"receipt-printed/1"`))
	if err != nil || bytes.Count(journal, []byte("\n")) != 9 || printed != 2 {
		t.Errorf("the journal, %v:\n%s", err, journal)
	}
}

// e2eScreens looks at the pictures of the screens of one sale and a reprint.
func e2eScreens(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "screen-*.png"))
	if err != nil {
		t.Fatal(err)
	}
	var story []string
	for _, f := range files {
		if b := e2ePNG(t, f).Bounds(); b.Dx() < 320 || b.Dy() < 240 {
			t.Errorf("%s has %v", f, b)
		}
		id := strings.TrimSuffix(filepath.Base(f)[len("screen-00-"):], ".png")
		if len(story) == 0 || story[len(story)-1] != id {
			story = append(story, id)
		}
	}
	want := []string{"01-idle", "02-amount", "03-waitcode", "04-processing", "05-approved", "01-idle"}
	if len(story) < len(want) || !slices.Equal(story[:len(want)], want) {
		t.Errorf("the screens are %v, want them to begin %v", story, want)
	}
}

func e2ePNG(t *testing.T, name string) image.Image {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return img
}

// e2eSamePaper reports whether a is b, below white paper of a given height: what lay
// between the blade and the head when the receipt before was cut off.
func e2eSamePaper(a, b image.Image, above int) bool {
	size := b.Bounds().Size()
	if a.Bounds().Size() != size.Add(image.Pt(0, above)) {
		return false
	}
	gray := func(img image.Image, x, y int) color.Color {
		m := img.Bounds().Min
		return color.GrayModel.Convert(img.At(m.X+x, m.Y+y))
	}
	for y := range size.Y + above {
		for x := range size.X {
			want := color.Color(color.Gray{Y: 255})
			if y >= above {
				want = gray(b, x, y-above)
			}
			if gray(a, x, y) != want {
				return false
			}
		}
	}
	return true
}

// TestPlayTellsWhenNobodyCanReadIt: a verdict that could not be written is no
// verdict.
func TestPlayTellsWhenNobodyCanReadIt(t *testing.T) {
	t.Parallel()
	var errOut bytes.Buffer
	broken := errors.New("broken pipe")
	args := []string{"play", "-q", e2eScript(t, "expect receipts 0\n")}
	if status := run(args, e2eBrokenWriter{broken}, &errOut); status != exitFailed {
		t.Errorf("status %d", status)
	}
	e2eSays(t, "play", errOut.String(), broken.Error())
}

// e2eBrokenWriter takes nothing.
type e2eBrokenWriter struct{ err error }

func (w e2eBrokenWriter) Write([]byte) (int, error) { return 0, w.err }
