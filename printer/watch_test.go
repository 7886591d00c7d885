package printer

import (
	"slices"
	"testing"
	"time"

	"till/device"
	"till/printer/escpos"
)

func TestIdlePrinterIsLeftAloneWhenItTellsOfItself(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*fake)
		most int // requests in ten minutes, four a look
	}{
		{"automatic status", nil, 0},
		{"no automatic status", func(f *fake) { f.noASB = true }, 4 * 20},
		{"cover open", func(f *fake) { f.cover = true }, 4 * 300},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b := at(t, epson(), c.set)
				defer b.end()
				time.Sleep(5 * time.Second)
				before := b.fake.count(&b.fake.polls)
				time.Sleep(10 * time.Minute)
				if n := b.fake.count(&b.fake.polls) - before; n > c.most {
					t.Errorf("%d requests", n)
				}
			})
		})
	}
}

func TestCoverAndPaperAreReportedInBothDirections(t *testing.T) {
	for name, set := range map[string]func(*fake){"told": nil, "asked": func(f *fake) { f.noASB = true }} {
		bubble(t, func(t *testing.T) {
			b := at(t, epson(), set)
			defer b.end()
			time.Sleep(time.Second)
			b.fake.do(func() { b.fake.cover = true })
			time.Sleep(31 * time.Second)
			b.fake.do(func() { b.fake.cover = false })
			time.Sleep(3 * time.Second)
			want := []Status{{Known: true, Online: true}, {Known: true, CoverOpen: true}, {Known: true, Online: true}}
			if got := b.reported(); !slices.Equal(got, want) {
				t.Errorf("%s: reported %+v", name, got)
			}
		})
	}
}

func TestNothingUnknownIsGood(t *testing.T) {
	if (Status{}).Ready() || (Status{}).Fault().Code != device.PrinterSilent {
		t.Error("the zero Status is good")
	}
	if (Status{Known: true}).Ready() {
		t.Error("offline is good")
	}
}

func TestLostByteOfAStatusDoesNotSwallowAnAnswer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := at(t, fixed(escpos.LevelB), func(f *fake) { f.noASB = true })
		defer b.end()
		time.Sleep(time.Second)
		b.fake.do(func() { b.fake.say(0x10, 0, 0) })
		time.Sleep(time.Second)
		begun := time.Now()
		expect(t, b.print(1), Printed, escpos.LevelB, "")
		if d := time.Since(begun); d > 3*time.Second {
			t.Errorf("it took %v", d)
		}
	})
}
