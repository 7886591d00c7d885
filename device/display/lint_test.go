package display

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"till/txn"
	"till/txn/money"
	"till/txn/screen"
	"till/txn/screen/screentest"
)

// The layout lint of shared/screens.md 10.3, in pixels of the panel.
const (
	edgeMin = 6 // from a text to the side of the picture
	boxMin  = 4 // from a text to the frame around it
	textMin = 3 // between two texts
)

// forEachPicture draws every screen in every language, size and amount.
func forEachPicture(t *testing.T, f func(name string, c *canvas, operator bool)) {
	t.Helper()
	for _, fen := range []int64{12800, 9999999} {
		for _, cs := range screentest.Cases(fen) {
			for _, lang := range languages {
				s := screen.Of(cs.State, lang).Marked(screen.MarkSimulated)
				for _, size := range []Size{Base, Medium, Large, Compact} {
					c := newCanvas(size)
					c.log = new(record)
					drawOperator(c, s, begun(s))
					f(fmt.Sprintf("%s %s %dx%d %d", cs.Name, langName(lang), size.W, size.H, fen), c, true)
				}
				for _, size := range []Size{Customer, Base, Medium} {
					c := newCanvas(size)
					c.log = new(record)
					drawCustomer(c, s.Customer, begun(s))
					f(fmt.Sprintf("customer %s %s %dx%d %d", cs.Name, langName(lang), size.W, size.H, fen), c, false)
				}
			}
		}
	}
}

// TestNoTextIsOffTheScreenOutOfItsBoxOrOverAnother in any picture.
func TestNoTextIsOffTheScreenOutOfItsBoxOrOverAnother(t *testing.T) {
	seen := 0
	forEachPicture(t, func(name string, c *canvas, _ bool) {
		seen += len(c.log.texts)
		for i, a := range c.log.texts {
			if strings.TrimSpace(a.text) == "" {
				continue
			}
			if a.x0*c.k < edgeMin || a.x1*c.k > c.w*c.k-edgeMin || a.y0 < 0 || a.y1 > c.h {
				t.Errorf("%s: %q is off the screen: %.0f to %.0f", name, a.text, a.x0, a.x1)
			}
			if a.size < smallest-0.01 {
				t.Errorf("%s: %q is only %.1f high", name, a.text, a.size)
			}
			for _, b := range c.log.boxes {
				x, y := (a.x0+a.x1)/2, (a.y0+a.y1)/2
				in := x > b.x0 && x < b.x1 && y > b.y0 && y < b.y1
				if in && (a.x0 < b.x0+boxMin || a.x1 > b.x1-boxMin || a.y0 < b.y0+boxMin || a.y1 > b.y1-boxMin) {
					t.Errorf("%s: %q is out of its box", name, a.text)
				}
			}
			for _, b := range c.log.texts[:i] {
				if a.x0 < b.x1+textMin && b.x0 < a.x1+textMin && a.y0 < b.y1+textMin && b.y0 < a.y1+textMin {
					t.Errorf("%s: %q is over %q", name, a.text, b.text)
				}
			}
		}
	})
	if seen < 1000 {
		t.Errorf("only %d texts were looked at", seen)
	}
}

// TestNoSentenceIsCutShort: an ellipsis is for texts of others (a network's
// own words), never for ours.
func TestNoSentenceIsCutShort(t *testing.T) {
	forEachPicture(t, func(name string, c *canvas, _ bool) {
		for _, s := range c.log.cut {
			if !strings.Contains(s, "this text came from the network") {
				t.Errorf("%s: %q is cut", name, s)
			}
		}
	})
}

// TestEveryCharacterHasAGlyph: U+2212 was once missing and "−¥40.00" became
// "¥40.00".
func TestEveryCharacterHasAGlyph(t *testing.T) {
	var missing []rune
	forEachPicture(t, func(name string, c *canvas, _ bool) {
		for _, m := range c.log.texts {
			for _, r := range m.text {
				if face(m.font).index(r) == 0 && !slices.Contains(missing, r) {
					missing = append(missing, r)
					t.Errorf("%s: %q has no glyph for %q", name, m.text, r)
				}
			}
		}
	})
}

// TestEverySentenceOfEveryCauseAndFaultFits, though no case shows it.
func TestEverySentenceOfEveryCauseAndFaultFits(t *testing.T) {
	find := func(name string) txn.State {
		for _, c := range screentest.Cases(9999999) {
			if c.Name == name {
				return c.State
			}
		}
		t.Fatal("no case " + name)
		return txn.State{}
	}
	check := func(what string, s screen.Screen) {
		for _, size := range []Size{Base, Compact} {
			c := newCanvas(size)
			c.log = new(record)
			drawOperator(c, s, begun(s))
			d := newCanvas(Customer)
			d.log = new(record)
			drawCustomer(d, s.Customer, begun(s))
			for _, cut := range append(c.log.cut, d.log.cut...) {
				t.Errorf("%s %s at %dx%d: %q is cut", what, langName(s.Lang), size.W, size.H, cut)
			}
		}
	}
	for _, lang := range languages {
		for _, cause := range txn.Causes {
			for _, view := range []string{"06-declined", "24-notcharged", "23-cancelling"} {
				st := find(view)
				tx := &st.Ledger.Txs[len(st.Ledger.Txs)-1]
				tx.Cause, tx.Text = cause, ""
				if len(st.Session.Chases) > 0 {
					st.Session.Chases[0].Closing = cause
				}
				check(view+" "+string(cause), screen.Of(st, lang))
			}
		}
		for _, code := range screen.Faults() {
			check("27 "+code, screen.Stopped(screentest.Setup(), lang, "scanner", txn.FaultCode(code)))
			paper := find("13-paperout-silent")
			paper.Ledger.Txs[len(paper.Ledger.Txs)-1].Paper.Fault = txn.FaultCode(code)
			check("13 "+code, screen.Of(paper, lang))
			for _, view := range []string{"01-idle", "03-waitcode", "17-recovery-two"} {
				st := find(view)
				st.Session.Faults = []txn.Fault{{Device: "scanner", Code: txn.FaultCode(code)}, {Device: "x", Code: "S02"}}
				check(view+" "+code, screen.Of(st, lang))
			}
		}
	}
}

// TestEverySentenceOfEveryRuleAndRefundFits, though no case shows it.
func TestEverySentenceOfEveryRuleAndRefundFits(t *testing.T) {
	const fen = 9999999
	check := func(what string, s screen.Screen) {
		for _, size := range []Size{Base, Compact} {
			c, d := newCanvas(size), newCanvas(Customer)
			c.log, d.log = new(record), new(record)
			drawOperator(c, s, begun(s))
			drawCustomer(d, s.Customer, begun(s))
			for _, cut := range append(c.log.cut, d.log.cut...) {
				t.Errorf("%s %s at %dx%d: %q is cut", what, langName(s.Lang), size.W, size.H, cut)
			}
		}
	}
	cases := map[string]txn.State{}
	for _, c := range screentest.Cases(fen) {
		cases[c.Name] = c.State
	}
	for _, lang := range languages {
		for _, r := range txn.Rules {
			a := screen.In(lang).Rule(r, money.Fen(fen))
			s := screen.Of(cases["08-refund-open"], lang)
			s.Word, s.Next = a.What, a.Do
			check("rule "+string(r), s)
			s = screen.Of(cases["08-refund-over"], lang)
			s.Field.Under = a.What
			check("over "+string(r), s)
		}
		for _, cause := range txn.Causes {
			for _, p := range []txn.RefundPhase{txn.Held, txn.Failed, txn.Dead, txn.Stranded} {
				check(p.String()+" "+string(cause), screen.Of(screentest.Given(fen, p,
					func(r *txn.Refund, f *txn.Follow, s *txn.State) {
						r.Cause, r.Code, f.Cause = cause, "RESOURCE_NOT_EXISTS", cause
					}), lang))
			}
			st := cases["08-refund-not-asked"]
			st.Session.Desk.Cause = cause
			check("not asked "+string(cause), screen.Of(st, lang))
		}
		for b := txn.BlockedLimit; b <= txn.BlockedPending; b++ {
			st := cases["26-blocked-silent"]
			st.Session.Why = b
			check(fmt.Sprintf("blocked %d", b), screen.Of(st, lang))
		}
		for p := txn.PermitNone; p <= txn.PermitDrop; p++ {
			st := cases["09-supervisor-cash"]
			st.Session.Desk.For = p
			check("permit "+p.String(), screen.Of(st, lang))
		}
	}
}

// TestTextIsWrappedBetweenHanAndAtSpaces, and closing punctuation never
// begins a line.
func TestTextIsWrappedBetweenHanAndAtSpaces(t *testing.T) {
	c := newCanvas(Base)
	st := plain(16, colInk)
	em := func(n float64) float64 { return n * 16 }
	for _, test := range []struct {
		text  string
		width float64
		want  []string
	}{
		{"请顾客换一张卡", em(4), []string{"请顾客换", "一张卡"}},
		{"请顾客换，一张卡", em(4), []string{"请顾客换，", "一张卡"}},
		{"一二三（四）", em(4), []string{"一二三", "（四）"}},
		{"one two three", c.width("one two", st), []string{"one two", "three"}},
		{"one", 1, []string{"one"}},
		{"", em(4), nil},
	} {
		if got := c.wrap(test.text, st, test.width); !slices.Equal(got, test.want) {
			t.Errorf("%q in %.0f: %q, want %q", test.text, test.width, got, test.want)
		}
	}
}

// TestARareCharacterIsStillSeen: what the font lacks is drawn from the paper
// font, and what that lacks as the geta mark.
func TestARareCharacterIsStillSeen(t *testing.T) {
	for _, r := range []rune{'喆', '堃', '\U0001F980'} {
		if face(false).index(r) != 0 {
			t.Fatalf("%q is in the font: choose another", r)
		}
		g := glyphOf(false, 24, 0, r)
		dark := 0
		for _, v := range g.mask.Pix {
			if v > 128 {
				dark++
			}
		}
		if dark < 30 || math.Abs(face(false).advance(r)-1) > 0.01 {
			t.Errorf("%q: %d dark pixels, %.2f em", r, dark, face(false).advance(r))
		}
	}
}
