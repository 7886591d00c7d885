package txn

import (
	"fmt"
	"strings"
	"testing"

	"till/txn/money"
)

// heard lists the sounds among effects.
func heard(es []Effect) string {
	var cues []string
	for _, e := range es {
		if s, ok := e.(Sound); ok {
			cues = append(cues, string(s.Cue))
		}
	}
	return strings.Join(cues, " ")
}

// armed returns the wait of a kind among effects.
func armed(es []Effect, k TimerKind) (ArmTimer, bool) {
	for _, e := range es {
		if a, ok := e.(ArmTimer); ok && a.Timer.Kind == k {
			return a, true
		}
	}
	return ArmTimer{}, false
}

var keysByName = func() map[string]Key {
	m := map[string]Key{}
	for k := Key0; k <= KeyF4; k++ {
		m[k.String()] = k
	}
	return m
}()

// typing presses keys by their names.
func typing(names string) []Event {
	var evs []Event
	for n := range strings.FieldsSeq(names) {
		k, ok := keysByName[n]
		if !ok {
			panic("no key " + n)
		}
		evs = append(evs, KeyPressed{k})
	}
	return evs
}

func TestAmountsAreKeyedAsTheyAreRead(t *testing.T) {
	tests := []struct {
		name, keys, digits string
		fen                int64
	}{
		{"the last two digits are fen", "1 2 5 0", "1250", 1250},
		{"one digit is fen", "5", "5", 5},
		{"no amount begins with 0", "0 00 0 7", "7", 7},
		{"00 is two zeros", "3 00", "300", 300},
		{"a dot makes whole yuan of what stands before it", "3 6 .", "36.", 3600},
		{"one digit behind the dot is ten fen", "3 6 . 5", "36.5", 3650},
		{"two digits behind the dot are fen", "3 6 . 5 8", "36.58", 3658},
		{"a third digit behind the dot is refused", "3 6 . 5 8 1", "36.58", 3658},
		{"a second dot is refused", "3 6 . 5 .", "36.5", 3650},
		{"0 counts behind the dot", "3 6 . 0 5", "36.05", 3605},
		{"yellow takes one back", "1 2 back", "1", 1},
		{"also the dot", "1 2 . back", "12", 12},
		{"nine digits fit", "9 9 9 9 9 9 9 9 9", "999999999", 999999999},
		{"a tenth does not", "9 9 9 9 9 9 9 9 9 8", "999999999", 999999999},
		{"seven digits and two behind the dot fit", "9 9 9 9 9 9 9 . 9 9", "9999999.99", 999999999},
		{"an eighth digit before the dot makes it too long for a dot", "9 9 9 9 9 9 9 9 .", "99999999", 99999999},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := after(t, booted(t), typing(tt.keys)...)
			if s.Session.Digits != tt.digits || Keyed(s.Session.Digits) != money.Fen(tt.fen) {
				t.Errorf("%s is %q, %s; want %q, %s", tt.keys, s.Session.Digits, Keyed(s.Session.Digits), tt.digits, money.Fen(tt.fen))
			}
		})
	}
}

func TestKeyedNeverInventsMoney(t *testing.T) {
	for _, digits := range []string{"", ".", "x", "-5", "99999999999999999999", "1.2.3"} {
		if a := Keyed(digits); !a.Zero() {
			t.Errorf("Keyed(%q) = %s", digits, a)
		}
	}
}

// TestKeysDoWhatTheScreensSay walks through the screens by keys and scans.
func TestKeysDoWhatTheScreensSay(t *testing.T) {
	_, in, o := standings(t)
	doubt := after(t, in["asking, paying"], answer(o, CallPay, Unknown, CauseNoAnswer), TimerFired{Timer{TimerMayReverse, o, 1}})
	typingCustomer := after(t, in["asking, paying"], answer(o, CallPay, Pending, CausePayerActing))
	typing15 := after(t, typingCustomer, TimerFired{Timer{TimerMayReverse, o, 1}})
	idle := booted(t)
	code := after(t, idle, typing("1 2 5 0 enter")...)
	reject := after(t, code, CodeScanned{Scanned{Kind: ScanGoods, Shown: "6901234567892", Len: 13}})
	repeat := after(t, doubt, typing("cancel 1 2 5 0 enter")...)
	tests := []struct {
		name, keys string
		from       State
		view       View
		heard      string // at the last key
		sent       string
	}{
		{"idle: a digit begins an amount", "1", idle, ViewAmount, "", ""},
		{"idle: 0 begins nothing", "0", idle, ViewIdle, "", ""},
		{"idle: a dot begins nothing", ".", idle, ViewIdle, "rejected", ""},
		{"idle: green means nothing", "enter", idle, ViewIdle, "rejected", ""},
		{"idle: red means nothing", "cancel", idle, ViewIdle, "rejected", ""},
		{"idle: no receipt to print again", "f3", idle, ViewIdle, "rejected", ""},
		{"amount: green asks for a code", "1 enter", idle, ViewCode, "", ""},
		{"amount: red leaves", "1 2 cancel", idle, ViewIdle, "", ""},
		{"amount: yellow to the end leaves", "1 2 back back", idle, ViewIdle, "", ""},
		{"amount: a function key means nothing", "1 f2", idle, ViewAmount, "rejected", ""},
		{"amount: 1.00 with one digit more", "1 . 0 0 7", idle, ViewAmount, "rejected", ""},
		{"code: red leaves", "cancel", code, ViewIdle, "", ""},
		{"code: yellow leaves", "back", code, ViewIdle, "", ""},
		{"code: a digit means nothing, the amount is agreed", "5", code, ViewCode, "rejected", ""},
		{"rejected: red leaves", "cancel", reject, ViewIdle, "", ""},
		{"rejected: green leaves", "enter", reject, ViewIdle, "", ""},
		{"rejected: a digit begins a new amount", "7", reject, ViewAmount, "", ""},
		{"rejected: a function key means nothing", "f2", reject, ViewReject, "rejected", ""},
		{"in doubt: green asks now", "enter", doubt, ViewSale, "", "query"},
		{"in doubt: green twice asks once", "enter enter", doubt, ViewSale, "", ""},
		{"in doubt: red is the next customer, and sends nothing", "cancel", doubt, ViewIdle, "", ""},
		{"in doubt: no digit begins another sale", "5", doubt, ViewSale, "rejected", ""},
		{"pending: red before 15 s means nothing", "cancel", typingCustomer, ViewSale, "rejected", ""},
		{"pending: red after 15 s asks before it reverses", "cancel", typing15, ViewSale, "", "query"},
		{"pending: red twice is red once", "cancel cancel", typing15, ViewSale, "rejected", ""},
		{"pending: green means nothing", "enter", typing15, ViewSale, "rejected", ""},
		{"reversing: red is the next customer", "cancel", in["reversing"], ViewIdle, "", ""},
		{"reversing: green while a reversal is on its way sends no other", "enter", in["reversing"], ViewSale, "", ""},
		{"reversing: no digit begins another sale", "5", in["reversing"], ViewSale, "rejected", ""},
		{"paid: a digit begins the next amount", "5", in["paid"], ViewAmount, "", ""},
		{"paid: green leaves", "enter", in["paid"], ViewIdle, "", ""},
		{"paid: red leaves, and takes nothing back", "cancel", in["paid"], ViewIdle, "", ""},
		{"paid: F4 means nothing", "f4", in["paid"], ViewSale, "rejected", ""},
		{"paid: F1 looks it up, to take it back", "f1", in["paid"], ViewFind, "", ""},
		{"paid: F2 looks it up, a wrong amount", "f2", in["paid"], ViewFind, "", ""},
		{"refused: green asks for another code for the same amount", "enter", in["refused"], ViewCode, "", ""},
		{"refused: F1 changes the amount", "f1", in["refused"], ViewAmount, "", ""},
		{"refused: red leaves", "cancel", in["refused"], ViewIdle, "", ""},
		{"refused: a digit begins the next amount", "5", in["refused"], ViewAmount, "", ""},
		{"refused: a function key means nothing", "f2", in["refused"], ViewSale, "rejected", ""},
		{"reversed: green asks for another code for the same amount", "enter", in["reversed"], ViewCode, "", ""},
		{"the same amount as an open sale: asked first", "", repeat, ViewRepeat, "", ""},
		{"the same amount: green means really another one", "enter", repeat, ViewCode, "", ""},
		{"the same amount: F1 shows the open sale", "f1", repeat, ViewSale, "", ""},
		{"the same amount: red leaves", "cancel", repeat, ViewIdle, "", ""},
		{"the same amount: yellow leaves", "back", repeat, ViewIdle, "", ""},
		{"the same amount: a digit means nothing", "3", repeat, ViewRepeat, "rejected", ""},
		{"another amount than an open sale's is not asked about", "cancel cancel 1 2 5 1 enter", doubt, ViewCode, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, rd := tt.from, Ready{}
			if tt.keys != "" {
				s, rd = last(t, tt.from, typing(tt.keys)...)
			}
			if s.Session.View != tt.view || heard(rd.Effects) != tt.heard || sendNames(rd.Effects) != tt.sent {
				t.Errorf("view %s, heard %q, sent %q; want %s, %q, %q",
					s.Session.View, heard(rd.Effects), sendNames(rd.Effects), tt.view, tt.heard, tt.sent)
			}
		})
	}
}

func TestScansDoWhatTheScreensSay(t *testing.T) {
	_, in, o := standings(t)
	idle := booted(t)
	code := after(t, idle, typing("1 2 5 0 enter")...)
	goods := CodeScanned{Scanned{Kind: ScanGoods, Shown: "6901234567892", Len: 13}}
	half := CodeScanned{Scanned{Kind: ScanHalf, Rail: WeChatPay, Len: 14}}
	other := CodeScanned{Scanned{Kind: ScanPayer, Rail: Alipay, Code: NewPayerCode("281234567890123456"), Len: 18}}
	used, fresh := payerScan("134567890123456789"), payerScan("134567890123456780")
	stale := after(t, in["refused"], TimerFired{Timer{TimerCode, "", in["refused"].Session.Serial}})
	next := after(t, in["paid"], typing("8 8 8 enter")...)
	tests := []struct {
		name    string
		from    State
		scan    Event
		view    View
		why     Blocked
		entered string
	}{
		{"a payer's code begins the sale", code, fresh, ViewSale, BlockedNot, "Begun"},
		{"a product's code is named and refused", code, goods, ViewReject, BlockedNot, ""},
		{"half a code is refused", code, half, ViewReject, BlockedNot, ""},
		{"a wallet that is not taken here is refused", code, other, ViewReject, BlockedRail, ""},
		{"a code that was used in this life is refused", next, used, ViewReject, BlockedCode, ""},
		{"after a refusal the right code begins the sale", after(t, code, goods), fresh, ViewSale, BlockedNot, "Begun"},
		{"a code without an amount is refused", idle, fresh, ViewReject, BlockedNot, ""},
		{"and so is the next one", after(t, idle, fresh), fresh, ViewReject, BlockedNot, ""},
		{"a code while an amount is keyed is refused", after(t, idle, typing("5")...), fresh, ViewAmount, BlockedNot, ""},
		{"a second scan shows the sale", in["asking, paying"], used, ViewSale, BlockedNot, ""},
		{"so does another customer's", in["asking, paying"], fresh, ViewSale, BlockedNot, ""},
		{"so does one while it is reversed", in["reversing"], fresh, ViewSale, BlockedNot, ""},
		{"a paid sale is not paid again", in["paid"], fresh, ViewSale, BlockedNot, ""},
		{"a refused sale is tried again by the next code", in["refused"], fresh, ViewSale, BlockedNot, "Begun"},
		{"but not by the same code", in["refused"], used, ViewReject, BlockedCode, ""},
		{"a sale that was taken back is not begun again by a code alone", in["reversed"], fresh, ViewSale, BlockedNot, ""},
		{"a refusal that has stood for a minute is not retried by a code alone", stale, fresh, ViewSale, BlockedNot, ""},
		{"a product's code after a refusal changes nothing about the sale", in["refused"], goods, ViewReject, BlockedNot, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, rd := last(t, tt.from, tt.scan)
			if s.Session.View != tt.view || s.Session.Why != tt.why || entryNames(rd.Entries) != tt.entered {
				t.Errorf("view %s, why %d, entered %q; want %s, %d, %q",
					s.Session.View, s.Session.Why, entryNames(rd.Entries), tt.view, tt.why, tt.entered)
			}
			if tt.entered == "" && sendNames(rd.Effects) != "" {
				t.Errorf("it sent %q", sendNames(rd.Effects))
			}
			if tx, ok := s.Ledger.Tx(o); ok && tt.view == ViewSale && tt.entered == "" && s.Session.Shown != tx.Order {
				t.Errorf("it shows %s, not the sale", s.Session.Shown)
			}
		})
	}
}

func TestASaleIsNotBegunWhen(t *testing.T) {
	idle := booted(t)
	full := openSales(OpenMax)
	tests := []struct {
		name string
		from State
		keys string
		view View
		why  Blocked
	}{
		{"the amount is nothing: not even asked", idle, "0 0 enter", ViewIdle, BlockedNot},
		{"the amount is at the limit: it is", idle, "5 0 0 0 . enter", ViewCode, BlockedNot},
		{"the amount is one fen above the limit", idle, "5 0 0 0 . 0 1 enter", ViewBlocked, BlockedLimit},
		{"the disk is full", after(t, idle, FaultRaised{"store", FaultDiskFull}), "5 enter", ViewBlocked, BlockedDisk},
		{"the disk was full: it is", after(t, idle, FaultRaised{"store", FaultDiskFull}, FaultCleared{"store"}), "5 enter", ViewCode, BlockedNot},
		{"the clock is not set", after(t, idle, FaultRaised{"clock", FaultClock}), "5 enter", ViewBlocked, BlockedClock},
		{"the clock was not set: it is", after(t, idle, FaultRaised{"clock", FaultClock}, FaultCleared{"clock"}), "5 enter", ViewCode, BlockedNot},
		{"the printer is out of paper: it is", after(t, idle, FaultRaised{"printer", "P02"}), "5 enter", ViewCode, BlockedNot},
		{"499 sales are open: it is", after(t, openSales(OpenMax-1), Booted{}), "5 enter", ViewCode, BlockedNot},
		{"500 sales are open", after(t, full, Booted{}), "5 enter", ViewBlocked, BlockedOpen},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := after(t, tt.from, typing(tt.keys)...)
			if s.Session.View != tt.view || s.Session.Why != tt.why {
				t.Errorf("view %s, why %d; want %s, %d", s.Session.View, s.Session.Why, tt.view, tt.why)
			}
		})
	}
}

// openSales is a ledger with n sales that are being reversed.
func openSales(n int) State {
	s := State{Setup: testSetup}
	s.Ledger = Apply(s.Ledger, Opened{testAt, testInstall})
	for i := range n {
		o := NewOrderNo(testInstall, uint64(i+1))
		s.Ledger = Apply(s.Ledger, Begun{At: testAt, Order: o, Rail: WeChatPay, Amount: money.Fen(int64(100000 + i)), Terminal: "T-0317", Operator: "Wang"})
		s.Ledger = Apply(s.Ledger, ReversalDue{testAt, o, CauseNoAnswer, "", ""})
	}
	return s
}

// TestFiveHundredOpenSalesAreAllReversed: the limit refuses sales, never
// reversals, and they do not leave all at once.
func TestFiveHundredOpenSalesAreAllReversed(t *testing.T) {
	s, rd := last(t, openSales(OpenMax), Booted{})
	if got := sendNames(rd.Effects); got != "reverse" {
		t.Errorf("at once it sends %q", got)
	}
	_, log := silentNetwork(t, s, rd, OpenMax*resumeStagger)
	seen := map[string]int{}
	for _, line := range log {
		seen[line]++
	}
	if len(log) < OpenMax || seen["reverse 50s"] > 20 {
		t.Errorf("%d reversals in %s, %d of them in one second", len(log), OpenMax*resumeStagger, seen["reverse 50s"])
	}
}

// TestWhatIsOpenIsFinishedOnAFullDisk: nothing about a sale that was begun is
// held back by what keeps new ones away.
func TestWhatIsOpenIsFinishedOnAFullDisk(t *testing.T) {
	_, in, o := standings(t)
	for _, f := range []Event{FaultRaised{"store", FaultDiskFull}, FaultRaised{"clock", FaultClock}} {
		s := after(t, in["asking"], f, answer(o, CallQuery, Approved, ""))
		if got := phaseOf(t, s, o); got != PaidFor {
			t.Errorf("%+v: an approval leaves it %s", f, got)
		}
		_, rd := last(t, in["asking, closing"], f, answer(o, CallQuery, Unknown, CauseNoAnswer))
		if got := sendNames(rd.Effects); got != "reverse" {
			t.Errorf("%+v: silence to the last query sends %q", f, got)
		}
	}
	blocked := after(t, in["refused"], FaultRaised{"store", FaultDiskFull})
	if s, rd := last(t, blocked, payerScan("134567890123456780")); len(rd.Entries) > 0 || s.Session.View != ViewBlocked {
		t.Errorf("a scan that would begin a sale: %q, view %s", entryNames(rd.Entries), s.Session.View)
	}
	if s, _ := last(t, blocked, KeyPressed{KeyEnter}); s.Session.View != ViewBlocked {
		t.Errorf("green for another code: view %s", s.Session.View)
	}
}

// TestWaitsEndOnlyTheirOwnScreen lets the waits of screens run out.
func TestWaitsEndOnlyTheirOwnScreen(t *testing.T) {
	_, in, o := standings(t)
	code, rd := last(t, booted(t), typing("1 2 5 0 enter")...)
	wait, ok := armed(rd.Effects, TimerCode)
	if !ok || wait.After != testSetup.CodeWait {
		t.Fatalf("the wait for a code is %+v", wait)
	}
	if s := after(t, code, TimerFired{wait.Timer}); s.Session.View != ViewIdle || !s.Session.Amount.Zero() {
		t.Errorf("nobody showed a code: view %s, amount %s", s.Session.View, s.Session.Amount)
	}
	if s := after(t, code, append(typing("cancel 7 7"), TimerFired{wait.Timer})...); s.Session.View != ViewAmount {
		t.Errorf("the wait of the sale before ends the amount being keyed: %s", s.Session.View)
	}
	if s := after(t, in["asking"], TimerFired{wait.Timer}); s.Session.View != ViewSale {
		t.Errorf("it ends a sale: %s", s.Session.View)
	}

	paid, rd := last(t, in["asking"], answer(o, CallQuery, Approved, ""))
	wait, ok = armed(rd.Effects, TimerResult)
	if !ok || wait.After != testSetup.ResultStays {
		t.Fatalf("the wait of a result is %+v", wait)
	}
	if s := after(t, paid, TimerFired{wait.Timer}); s.Session.View != ViewSale {
		t.Error("a result whose receipt is still due leaves the screen")
	}
	printed := after(t, paid, PaperTurn{}, ReceiptEnded{Order: o, Attempt: 1, Proof: "A"})
	if s := after(t, printed, TimerFired{wait.Timer}); s.Session.View != ViewIdle {
		t.Errorf("a result that is printed stays: %s", s.Session.View)
	}
	if s := after(t, printed, append(typing("8"), TimerFired{wait.Timer})...); s.Session.View != ViewAmount {
		t.Errorf("it ends the next amount: %s", s.Session.View)
	}
	refused, rd := last(t, in["asking"], answer(o, CallQuery, Declined, CausePayerFunds))
	wait, _ = armed(rd.Effects, TimerResult)
	if s := after(t, refused, TimerFired{wait.Timer}); s.Session.View != ViewSale {
		t.Error("a refusal leaves before anybody has seen it")
	}
}

// TestAResultComesToTheScreenOnlyIfItsSaleIsThere: the answer of a sale that
// was left for the next customer does not take the screen away from him.
func TestAResultComesToTheScreenOnlyIfItsSaleIsThere(t *testing.T) {
	_, in, o := standings(t)
	s := after(t, in["asking, under 15 s"], typing("cancel 7 7 7 enter")...)
	s, rd := last(t, s, answer(o, CallQuery, Approved, ""))
	if s.Session.View != ViewCode || phaseOf(t, s, o) != PaidFor {
		t.Errorf("view %s, %s", s.Session.View, phaseOf(t, s, o))
	}
	if _, ok := armed(rd.Effects, TimerResult); ok {
		t.Error("it arms the wait of a result that nobody sees")
	}
}

func TestTheLanguageIsSwitchedOnTheMenu(t *testing.T) {
	s := booted(t)
	if s.Session.Lang != Chinese {
		t.Fatal("it does not start in the language of the setup")
	}
	s = after(t, s, typing("f4 0")...)
	if s.Session.Lang != English {
		t.Error("0 on the menu does not switch")
	}
	s = after(t, s, typing("cancel")...)
	if got := after(t, s, typing("5 f4")...); got.Session.Lang != English {
		t.Error("F4 switches while an amount is keyed")
	}
	if got := after(t, s, payerScan("134567890123456789"), KeyPressed{KeyF4}); got.Session.Lang != English {
		t.Error("F4 switches while a refused scan is shown")
	}
	if got := after(t, s, typing("f4 0")...); got.Session.Lang != Chinese {
		t.Error("0 does not switch back")
	}
	english := State{Setup: testSetup}
	english.Setup.Lang = English
	if got := after(t, english, Booted{Fresh: testInstall}); got.Session.Lang != English {
		t.Error("the setup's language is not taken")
	}
}

// TestEverySoundHasItsReason: what is heard at the ends of a sale.
func TestEverySoundHasItsReason(t *testing.T) {
	_, in, o := standings(t)
	for want, ev := range map[string]Event{
		"approved": answer(o, CallQuery, Approved, ""), "declined": answer(o, CallQuery, Declined, CauseRisk),
	} {
		if _, rd := last(t, in["asking"], ev); heard(rd.Effects) != want {
			t.Errorf("%+v: heard %q", ev, heard(rd.Effects))
		}
	}
	s, rd := last(t, in["asking, paying"], answer(o, CallPay, Unknown, CauseNoAnswer))
	if heard(rd.Effects) != "unknown" {
		t.Errorf("doubt: heard %q", heard(rd.Effects))
	}
	if _, rd = last(t, s, answer(o, CallQuery, Unknown, CauseNoAnswer)); heard(rd.Effects) != "" {
		t.Errorf("doubt goes on: heard %q", heard(rd.Effects))
	}
	if _, rd = last(t, in["paid"], answer(o, CallQuery, Declined, CauseRisk)); heard(rd.Effects) != "attention" {
		t.Errorf("a contradiction: heard %q", heard(rd.Effects))
	}
}

// TestSpentCodesAreRememberedForAWhile: sixteen codes, the oldest forgotten.
func TestSpentCodesAreRememberedForAWhile(t *testing.T) {
	s := booted(t)
	code := func(i int) Event { return payerScan(fmt.Sprintf("13%016d", i)) }
	for i := range spentMax + 1 {
		s = after(t, s, typing("5 enter")...)
		s = after(t, s, code(i))
		s = after(t, s, answer(s.Session.Shown, CallPay, Declined, CauseRisk), KeyPressed{KeyCancel})
	}
	s = after(t, s, typing("5 enter")...)
	for i := 1; i <= spentMax; i++ {
		if got := after(t, s, code(i)); got.Session.Why != BlockedCode {
			t.Errorf("code %d of %d is taken again", i, spentMax)
		}
	}
	if len(s.Session.Spent) != spentMax {
		t.Errorf("%d codes are remembered", len(s.Session.Spent))
	}
}

// TestWhatIsKeyedIsBounded on every screen that takes digits: more keys than fit
// are heard, and end no program. (sim: seed 7, calm.)
func TestWhatIsKeyedIsBounded(t *testing.T) {
	for _, screen := range []string{"", "f1"} {
		s, _ := paidSale(t, nil)
		s = after(t, s, typing(screen+" 7 7 1 9 8 5 9 0 1 5 . 5 00")...)
		if n := len(s.Session.Digits); n > digitsMax+1 {
			t.Errorf("%q: %d digits are kept", screen, n)
		}
	}
}
