package scanner

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"
	"unicode/utf8"

	"till/device"
)

// heard is what a framer makes of bytes that come without a pause.
func heard(prefix string, b []byte) (scans []string, codes []device.Code) {
	f := framer{prefix: prefix}
	for i := range b {
		scan, code := f.push(b[i])
		if scan != nil {
			scans = append(scans, scan.Symbology.String()+" "+scan.Text.Reveal())
		}
		if code != "" {
			codes = append(codes, code)
		}
		if len(f.buf) > f.rawMax() {
			panic("the buffer has grown beyond its bound")
		}
	}
	return scans, codes
}

// FuzzFramer: no bytes make it panic, make a scan that is empty, too long or
// unprintable, or one that is not, without its head, a run of the bytes
// between two ends; and without a pause there is at most one fault.
func FuzzFramer(f *testing.F) {
	f.Add("", []byte("280012345678901234\r"))
	f.Add("\x02", []byte("\x02]Q1abc\r\n\x02]E06901234567892\r\n"))
	f.Add("", []byte("]C1\r\n\n\r\x00]z0x\r"))
	f.Add("ab", bytes.Repeat([]byte("ab7"), 1000))
	f.Add("", append(bytes.Repeat([]byte("9"), scanBytesMax), '\r', '1', '\n'))
	f.Fuzz(func(t *testing.T, prefix string, b []byte) {
		if (Config{Prefix: prefix}).Check() != nil {
			return
		}
		scans, codes := heard(prefix, b)
		if len(codes) > 1 {
			t.Errorf("%d faults without a pause", len(codes))
		}
		whole := wholeScans(prefix, b)
		for _, s := range scans {
			if !whole[s] {
				t.Errorf("the scan %q was never sent as a whole line, or is no text", s)
			}
		}
	})
}

// wholeScans is every scan that the lines of b may make.
func wholeScans(prefix string, b []byte) map[string]bool {
	whole := map[string]bool{}
	for _, line := range bytes.FieldsFunc(b, func(r rune) bool { return r == '\r' || r == '\n' }) {
		text, ok := strings.CutPrefix(string(line), prefix)
		symbology, n := parseAIM([]byte(text))
		text = text[n:]
		unshown := func(r rune) bool { return !unicode.IsPrint(r) }
		if ok && text != "" && len(text) <= scanBytesMax && utf8.ValidString(text) &&
			!strings.ContainsFunc(text, unshown) {
			whole[symbology.String()+" "+text] = true
		}
	}
	return whole
}

// FuzzSplit: how the bytes fall into chunks changes nothing, through Serve
// itself.
func FuzzSplit(f *testing.F) {
	f.Add([]byte("280012345678901234\r\n6901234567892\r"), uint64(0x0102030405))
	f.Add([]byte("]Q1abc\r\x00def\rghi\n"), uint64(1))
	f.Add(append(bytes.Repeat([]byte("9"), scanBytesMax+1), '\r', '1', '\n'), uint64(0xffff))
	f.Fuzz(func(t *testing.T, b []byte, cuts uint64) {
		if len(b) > 8<<10 {
			b = b[:8<<10]
		}
		want, wantCodes := heard("", b)
		port := &chunks{rest: b, cuts: cuts}
		var got []string
		var codes []device.Code
		synctest.Test(t, func(t *testing.T) {
			err := Serve(context.Background(), port, Config{}, func(s Scan) {
				got = append(got, s.Symbology.String()+" "+s.Text.Reveal())
			}, func(f *device.Fault) {
				if f != nil {
					codes = append(codes, f.Code)
				}
			})
			if err != io.EOF {
				t.Errorf("Serve = %v", err)
			}
		})
		if fmt.Sprintf("%q %q", got, codes) != fmt.Sprintf("%q %q", want, wantCodes) {
			t.Errorf("in chunks %.200q %q, in one piece %.200q %q", got, codes, want, wantCodes)
		}
	})
}

// chunks is a port that gives its bytes in pieces of 1 to 16, as cuts says,
// sometimes with the last of them and the error together.
type chunks struct {
	rest []byte
	cuts uint64
}

func (c *chunks) Read(b []byte) (int, error) {
	if len(c.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), 1+int(c.cuts&15))], c.rest)
	c.cuts = c.cuts>>4 | c.cuts<<60
	c.rest = c.rest[n:]
	if len(c.rest) == 0 {
		return n, io.EOF
	}
	return n, nil
}

func (*chunks) Write(b []byte) (int, error) { return len(b), nil }
func (*chunks) Close() error                { return nil }
func (*chunks) String() string              { return "chunks" }

// TestALateProgramBelievesNoTail has the program held up in the middle of a
// scan, so that timer and bytes are found together, in either order. The line
// is driven by hand because a bubble's clock is never late.
func TestALateProgramBelievesNoTail(t *testing.T) {
	for name, late := range map[string]func(*line){
		"the bytes are found first": func(l *line) { l.heard([]byte("5678\r")); l.silent() },
		"the timer is found first":  func(l *line) { l.silent(); l.heard([]byte("5678\r")) },
		"the timer is found first, and again late": func(l *line) {
			l.silent()
			time.Sleep(tornGap + 100*time.Millisecond)
			l.silent()
			l.heard([]byte("5678\r"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log []string
				l := &line{
					out:    func(s Scan) { log = append(log, s.Text.Reveal()) },
					report: func(f *device.Fault) { log = append(log, fmt.Sprint(f)) },
				}
				// A timer that never fires by itself: the scheduler's part is
				// played by hand.
				l.timer = time.AfterFunc(time.Hour, func() {})
				l.heard([]byte("28001234"))
				l.timer.Stop()
				time.Sleep(400 * time.Millisecond) // held up
				late(l)
				l.timer.Stop()
				if got := fmt.Sprint(log); got != "[scanner: read scan: S02]" {
					t.Errorf("came out %v, want the fault alone", got)
				}
				l.heard([]byte("6901\r"))
				if got := log[1]; got != "6901" {
					t.Errorf("the next scan is %v", got)
				}
			})
		})
	}
}

// TestCodeHidesItselfInEveryFormat tries what a careless line would.
func TestCodeHidesItselfInEveryFormat(t *testing.T) {
	const secret = "280012345678901234"
	scan := Scan{Text: NewCode(secret), Symbology: QR}
	private := struct{ code Code }{scan.Text}
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("x", "scan", scan, "code", scan.Text)
	slog.New(slog.NewTextHandler(&logged, nil)).Info("x", "scan", scan, "code", scan.Text)
	marshalled, err := json.Marshal(scan)
	if err != nil {
		t.Fatal(err)
	}
	said := []string{logged.String(), string(marshalled), scan.Text.String(), scan.Text.GoString()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%t", "%30.20s"} {
		for _, v := range []any{scan, &scan, scan.Text, &scan.Text, private, []Scan{scan}} {
			said = append(said, fmt.Sprintf(verb, v))
		}
		if got := fmt.Sprintf(verb, scan.Text); got != "2800****1234" {
			t.Errorf("%s prints %q", verb, got)
		}
	}
	for _, s := range said {
		for _, hidden := range []string{"56789", fmt.Sprintf("%x", "56789"), fmt.Sprintf("%X", "56789"), "35 36 37"} {
			if strings.Contains(s, hidden) {
				t.Errorf("%q shows %q", s, hidden)
			}
		}
	}
	if got := scan.Text.Reveal(); got != secret {
		t.Errorf("Reveal = %q", got)
	}
}

func TestCodeShowsAtMostFourAndFour(t *testing.T) {
	for text, want := range map[string]string{
		"": "****", "1": "****", "123": "****", "1234": "1****4", "12345678": "12****78",
		"6901234567892": "690****892", "280012345678901234": "2800****1234",
		strings.Repeat("x", 2953): "xxxx****xxxx", "收钱吧二维码收款": "收钱****收款",
		"\xff\xfe\xfd\xfc": "****",
	} {
		if got := NewCode(text).String(); got != want {
			t.Errorf("NewCode(%.20q) prints as %q, want %q", text, got, want)
		}
	}
	if got := (Code{}).Reveal() + (Code{}).String(); got != "****" {
		t.Errorf("the zero Code prints as %q", got)
	}
}

func TestSymbologiesHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for s := Unknown; s <= Other; s++ {
		if name := s.String(); name == "" || seen[name] {
			t.Errorf("symbology %d is called %q", s, name)
		} else {
			seen[name] = true
		}
	}
	if got := Symbology(200).String(); got != "symbology 200" {
		t.Errorf("String = %q", got)
	}
}
