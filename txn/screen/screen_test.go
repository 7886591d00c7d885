package screen_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"till/txn"
	"till/txn/money"
	"till/txn/screen"
	"till/txn/screen/screentest"
)

var update = flag.Bool("update", false, "write the golden files anew")

var languages = []txn.Lang{txn.Chinese, txn.English}

func name(l txn.Lang) string { return []string{"zh", "en"}[l] }

// TestEveryScreenSaysWhatItSaid holds the text of every screen in both
// languages: the main golden file.
func TestEveryScreenSaysWhatItSaid(t *testing.T) {
	for _, lang := range languages {
		var b strings.Builder
		for _, c := range screentest.Cases(12800) {
			s := screen.Of(c.State, lang)
			if s.ID != c.Screen {
				t.Errorf("%s: the screen is %s, want %s", c.Name, s.ID, c.Screen)
			}
			fmt.Fprintf(&b, "== %s (%s, %s, %s)\n", c.Name, s.ID, s.Tone, s.Goods)
			for _, line := range s.Text() {
				fmt.Fprintf(&b, "%s\n", line)
			}
			fmt.Fprintf(&b, "-- customer (%s)\n", s.Customer.Tone)
			for _, line := range s.Customer.Text() {
				fmt.Fprintf(&b, "%s\n", line)
			}
			b.WriteByte('\n')
		}
		golden(t, filepath.Join("testdata", "screens."+name(lang)+".txt"), b.String())
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("%s:%d: got %q, want %q (go test -update writes it anew)", file, i+1, g[i], w[i])
		}
	}
	t.Fatalf("%s: got %d lines, want %d", file, len(g), len(w))
}

// TestEveryWaitShowsItsEndAndWhatHappensThen: screens.md, rules, 5.
func TestEveryWaitShowsItsEndAndWhatHappensThen(t *testing.T) {
	closing := []string{"08-refund", "09-supervisor", "15-shown", "30-wallet", "31-find", "32-found", "33-reason"}
	for _, lang := range languages {
		for _, c := range screentest.Cases(12800) {
			s := screen.Of(c.State, lang)
			tx, shown := c.State.Ledger.Tx(c.State.Session.Shown)
			waits := slices.Contains(closing, s.ID) || s.ID == "03-waitcode" || s.ID == "20-codereject" || s.ID == "13-paperout" ||
				shown && !tx.Phase.Final() && c.State.Session.View != txn.ViewRepeat && c.State.Session.View != txn.ViewApprove
			if !waits {
				continue
			}
			if !s.Wait.Any() || s.Wait.Timer == (txn.Timer{}) || s.Wait.Then.Before+s.Wait.Then.After == "" {
				t.Errorf("%s %s: waits, and says neither how long nor what then: %+v", c.Name, name(lang), s.Wait)
			}
			for _, k := range s.Keys {
				if k.Off && k.Key == txn.KeyCancel && !k.Wait.Any() {
					t.Errorf("%s %s: key %s is off, nobody knows for how long", c.Name, name(lang), k.Key)
				}
			}
		}
	}
}

// TestAResultSaysOutcomeAmountChargeAndNextStepInThisOrder: screens.md, rules, 3.
func TestAResultSaysOutcomeAmountChargeAndNextStepInThisOrder(t *testing.T) {
	for _, lang := range languages {
		for _, c := range screentest.Cases(12800) {
			s := screen.Of(c.State, lang)
			if !slices.Contains([]string{"05", "06", "07", "13", "23", "24"}, s.ID[:2]) {
				continue
			}
			next := s.Next
			if next == "" {
				next = s.Verdict
			}
			at := 0
			text := s.Text()
			for _, part := range []string{s.Word, s.Amount, s.Charged, next, s.Small} {
				i := slices.Index(text[at:], part)
				if part == "" || i < 0 {
					t.Errorf("%s %s: %q is missing or comes too early in %q", c.Name, name(lang), part, text)
					break
				}
				at += i
			}
		}
	}
}

// TestTheVerdictOnTheGoodsFollowsTheMoney: nothing is handed over that is not
// paid, and nothing is called refused that may be paid.
func TestTheVerdictOnTheGoodsFollowsTheMoney(t *testing.T) {
	for _, c := range screentest.Cases(12800) {
		s := screen.Of(c.State, txn.English)
		view := c.State.Session.View
		tx, ok := c.State.Ledger.Tx(c.State.Session.Shown)
		if !ok || view != txn.ViewSale && view != txn.ViewRecovery {
			if s.Goods != screen.GoodsNone {
				t.Errorf("%s: goods %s without a sale", c.Name, s.Goods)
			}
			continue
		}
		want := map[txn.Phase]screen.Goods{txn.Asking: screen.GoodsHold, txn.PaidFor: screen.GoodsGive,
			txn.RefusedFor: screen.GoodsKeep, txn.Reversing: screen.GoodsKeep, txn.ReversedFor: screen.GoodsKeep,
			txn.WrittenFor: screen.GoodsKeep}[tx.Phase]
		if s.Goods != want || s.Verdict == "" {
			t.Errorf("%s: goods %s %q, want %s", c.Name, s.Goods, s.Verdict, want)
		}
		if bad := s.Tone == screen.ToneBad; bad && !tx.Phase.Final() {
			t.Errorf("%s: red, while the outcome is open", c.Name)
		}
	}
}

// TestEveryCauseAndFaultHasItsOwnSentences, in both languages and for the customer.
func TestEveryCauseAndFaultHasItsOwnSentences(t *testing.T) {
	for _, lang := range languages {
		text := screen.In(lang)
		seen := map[string]txn.Cause{}
		for _, c := range txn.Causes {
			a := text.Cause(c)
			if a.What == "" || a.Do == "" || a.Payer == "" {
				t.Errorf("%s: cause %s lacks a sentence: %+v", name(lang), c, a)
			}
			if before, ok := seen[a.What]; ok {
				t.Errorf("%s: causes %s and %s are both %q", name(lang), before, c, a.What)
			}
			seen[a.What] = c
		}
		if text.Cause("never-heard") != text.Cause(txn.CauseOther) {
			t.Errorf("%s: an unknown cause is not told as CauseOther", name(lang))
		}
		none := text.Fault("", "never-heard")
		for _, f := range screen.Faults() {
			a := text.Fault("scanner", txn.FaultCode(f))
			if a == none || a.What == "" || a.Do == "" {
				t.Errorf("%s: fault %s has no sentences of its own", name(lang), f)
			}
		}
		for b := txn.BlockedLimit; b <= txn.BlockedPending; b++ {
			if a := text.CannotBegin(b, money.Fen(1)); a == text.CannotBegin(99, money.Fen(1)) || a.Do == "" {
				t.Errorf("%s: blocked %d has no sentences of its own", name(lang), b)
			}
		}
	}
}

// TestEverySentenceIsSaidInItsOwnLanguage calls every method of the catalogue
// with simple arguments: none is empty, no English one has a hanzi, and no
// Chinese one is the English one.
func TestEverySentenceIsSaidInItsOwnLanguage(t *testing.T) {
	zh, en := reflect.ValueOf(screen.In(txn.Chinese)), reflect.ValueOf(screen.In(txn.English))
	same := []string{"Clock", "SaleBegunAt"} // made of their arguments
	for i := range zh.NumMethod() {
		method := zh.Type().Method(i).Name
		a, b := say(zh.Method(i)), say(en.MethodByName(method))
		if a == "" || b == "" || a == b && !slices.Contains(same, method) {
			t.Errorf("%s: Chinese %q, English %q", method, a, b)
		}
		if strings.ContainsFunc(b, han) {
			t.Errorf("%s: English %q", method, b)
		}
	}
}

func han(r rune) bool { return unicode.Is(unicode.Han, r) }

// say calls a method with one simple value for each parameter.
func say(m reflect.Value) string {
	values := map[reflect.Type]any{
		reflect.TypeFor[string](): "X", reflect.TypeFor[int](): 3, reflect.TypeFor[uint64](): uint64(3), reflect.TypeFor[bool](): true,
		reflect.TypeFor[txn.RailName](): txn.WeChatPay, reflect.TypeFor[screen.Goods](): screen.GoodsGive,
		reflect.TypeFor[txn.SlipState](): txn.SlipPrinted,
		reflect.TypeFor[time.Time]():     time.Date(2026, 11, 22, 14, 32, 0, 0, time.UTC), reflect.TypeFor[money.Amount](): money.Fen(12800),
	}
	var args []reflect.Value
	for in := range m.Type().Ins() {
		if v, ok := values[in]; ok {
			args = append(args, reflect.ValueOf(v))
		} else {
			args = append(args, reflect.Zero(in))
		}
	}
	return strings.TrimSpace(fmt.Sprint(m.Call(args)[0].Interface()))
}

// TestHanziStandInTheChineseCatalogueAlone reads the source: whatever is
// written elsewhere would be said in both languages.
func TestHanziStandInTheChineseCatalogueAlone(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f, "zh.go") || strings.HasSuffix(f, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && strings.ContainsFunc(lit.Value, han) {
				t.Errorf("%s: %s", f, lit.Value)
			}
			return true
		})
	}
}

// TestACustomerNeverSeesAnOperatorsDetail: no number, code, fault or operator.
func TestACustomerNeverSeesAnOperatorsDetail(t *testing.T) {
	for _, lang := range languages {
		for _, c := range screentest.Cases(12800) {
			s := screen.Of(c.State, lang)
			text := strings.Join(s.Customer.Text(), "\n")
			for _, secret := range []string{"T-0317", "Wang", "000484", "L04", "NOTENOUGH", "SYSTEMERROR", "P02", "6901234567892",
				"000485", "000431", "NOT_ENOUGH", "TRADE_OVERDUE", "Li", "pending", "weixin"} {
				if strings.Contains(text, secret) {
					t.Errorf("%s %s: the customer reads %q:\n%s", c.Name, name(lang), secret, text)
				}
			}
			if text == "" {
				t.Errorf("%s %s: the customer's screen is empty", c.Name, name(lang))
			}
		}
	}
}

// TestEqualStatesHaveEqualScreens: nothing but the arguments goes in.
func TestEqualStatesHaveEqualScreens(t *testing.T) {
	a, b := screentest.Cases(12800), screentest.Cases(12800)
	for i := range a {
		if x, y := screen.Of(a[i].State, txn.English), screen.Of(b[i].State, txn.English); !reflect.DeepEqual(x, y) {
			t.Errorf("%s: %+v\nand %+v", a[i].Name, x, y)
		}
	}
}

// TestTheRingOfASaleEndsWhenItIsTakenBack: the wait for the customer counts
// through all queries, not only to the next.
func TestTheRingOfASaleEndsWhenItIsTakenBack(t *testing.T) {
	for _, c := range screentest.Cases(12800) {
		if c.Name != "04-processing" {
			continue
		}
		w := screen.Of(c.State, txn.English).Wait
		// Query 2 of 4 is due in 10 s, then 3, 4 and the last: 40 s in all.
		if got := w.Seconds(10 * time.Second); got != 40 {
			t.Errorf("40 s are left, the ring says %d", got)
		}
		if got := w.Seconds(9500 * time.Millisecond); got != 40 {
			t.Errorf("a second is shown until it is over, the ring says %d", got)
		}
		if got := w.Sentence(-1); got != "" {
			t.Errorf("a timer that does not run says %q", got)
		}
	}
}

// TestMarkedScreensSayThatTheyAreNotReal on both screens.
func TestMarkedScreensSayThatTheyAreNotReal(t *testing.T) {
	for _, lang := range languages {
		for _, m := range []screen.Mark{screen.MarkSimulated, screen.MarkTraining} {
			s := screen.Of(screentest.Cases(12800)[0].State, lang).Marked(m)
			if s.Status.Mark == "" || !slices.Contains(s.Text(), s.Status.Mark) || !slices.Contains(s.Customer.Text(), s.Status.Mark) {
				t.Errorf("%s mark %d: %q", name(lang), m, s.Text())
			}
		}
	}
}

// TestEveryKeyOnTheScreenDoesSomething asks the machine itself; and a key that
// is drawn grey does nothing.
func TestEveryKeyOnTheScreenDoesSomething(t *testing.T) {
	for _, c := range screentest.Cases(12800) {
		c.State.Setup.IdleLock = 0                                                                                // else every key does something: it shows that somebody is there
		c.State.Session = txn.Step(c.State, c.State.Ledger.LastAt, txn.FaultCleared{Device: "no device"}).Session // what any step sees to
		s := screen.Of(c.State, txn.English)
		for _, r := range s.Rows {
			if n, err := strconv.Atoi(r.Cap); err == nil {
				s.Keys = append(s.Keys, screen.Key{Key: txn.Key(n), Label: r.Cells[0]})
			}
		}
		for _, k := range s.Keys {
			key := k.Key
			if k.Digits {
				key = txn.Key5
			}
			ready := txn.Step(c.State, c.State.Ledger.LastAt, txn.KeyPressed{Key: key})
			before := c.State.Session
			before.Presses = ready.Session.Presses // any key keeps the lock away
			idle := len(ready.Entries) == 0 && reflect.DeepEqual(ready.Session, before)
			for _, e := range ready.Effects {
				arm, _ := e.(txn.ArmTimer)
				if _, sound := e.(txn.Sound); !sound && arm.Timer.Kind != txn.TimerRound &&
					arm.Timer.Kind != txn.TimerLock {
					idle = false
				}
			}
			if idle != k.Off {
				t.Errorf("%s: %q does nothing: %v; is drawn grey: %v", c.Name, k.Label, idle, k.Off)
			}
		}
	}
}
