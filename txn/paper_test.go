package txn

import (
	"reflect"
	"strings"
	"testing"

	"till/txn/money"
)

// printing returns the receipt among effects.
func printing(es []Effect) (Receipt, bool) {
	for _, e := range es {
		if p, ok := e.(Print); ok {
			return p.Receipt, true
		}
	}
	return Receipt{}, false
}

func ended(o OrderNo, attempt int, r PrintResult, f FaultCode) Event {
	return ReceiptEnded{Order: o, Attempt: attempt, Result: r, Proof: "A", Fault: f}
}

func TestWhatBecomesOfAReceipt(t *testing.T) {
	_, in, o := standings(t)
	due := in["paid"]
	sending := after(t, due, PaperTurn{})
	copyDue := append(typing("f3"), PaperTurn{})
	retry := func(n int) Event { return TimerFired{Timer{TimerPaper, "", n}} }
	tests := []struct {
		name    string
		from    State
		events  []Event
		entered string // by the last event
		state   PaperState
		print   int  // the attempt that is sent to the printer, 0 for none
		marked  bool // that print
	}{
		{"it is journaled as being sent before it is sent", due, []Event{PaperTurn{}}, "ReceiptSending", PaperSending, 1, false},
		{"one is in the printer: no other is sent", sending, []Event{PaperTurn{}}, "", PaperSending, 0, false},
		{"printed is the end", sending, []Event{ended(o, 1, PrintDone, "")}, "ReceiptPrinted", PaperPrinted, 0, false},
		{"printed twice is printed once", sending, []Event{ended(o, 1, PrintDone, ""), ended(o, 1, PrintDone, "")}, "", PaperPrinted, 0, false},
		{"a printer that cannot answer leaves it unconfirmed, and printed once", sending,
			[]Event{ended(o, 1, PrintUnconfirmed, "")}, "ReceiptPrinted", PaperUnconfirmed, 0, false},
		{"nothing was sent: it is due as before", sending, []Event{ended(o, 1, PrintRefused, "P02")}, "ReceiptHeld", PaperDue, 0, false},
		{"and the next print is no duplicate", sending,
			[]Event{ended(o, 1, PrintRefused, "P02"), retry(1)}, "ReceiptSending", PaperSending, 2, false},
		{"it broke off: it is due again", sending, []Event{ended(o, 1, PrintTorn, "P01")}, "ReceiptTorn", PaperDue, 0, false},
		{"and the next print is marked", sending,
			[]Event{ended(o, 1, PrintTorn, "P01"), retry(1)}, "ReceiptSending", PaperSending, 2, true},
		{"once marked, always marked", sending,
			[]Event{ended(o, 1, PrintTorn, "P01"), retry(1), ended(o, 2, PrintRefused, "P02"), retry(2)},
			"ReceiptSending", PaperSending, 3, true},
		{"the word about an earlier attempt says nothing about this one", sending,
			[]Event{ended(o, 1, PrintRefused, "P02"), retry(1), ended(o, 1, PrintDone, "")}, "", PaperSending, 0, false},
		{"the wait of an earlier attempt tries nothing", sending,
			[]Event{ended(o, 1, PrintRefused, "P02"), retry(1), ended(o, 2, PrintRefused, "P02"), retry(1)}, "", PaperDue, 0, false},
		{"the key prints what is due without another mark", sending,
			[]Event{ended(o, 1, PrintRefused, "P02"), KeyPressed{KeyF3}}, "ReceiptSending", PaperSending, 2, false},
		{"the key while it is being printed asks for no other", sending, []Event{KeyPressed{KeyF3}}, "", PaperSending, 0, false},
		{"a copy is another receipt, and marked", sending, []Event{ended(o, 1, PrintDone, ""), KeyPressed{KeyF3}},
			"ReceiptDue ReceiptSending", PaperSending, 2, true},
		{"the key from the idle screen copies the last receipt", after(t, sending, append([]Event{ended(o, 1, PrintDone, "")}, typing("cancel")...)...),
			copyDue[:1], "ReceiptDue ReceiptSending", PaperSending, 2, true},
		{"an unconfirmed receipt can be printed again", sending, []Event{ended(o, 1, PrintUnconfirmed, ""), KeyPressed{KeyF3}},
			"ReceiptDue ReceiptSending", PaperSending, 2, true},
		{"a printer that is known to be in trouble is not tried", after(t, in["asking"], FaultRaised{"printer", "P02"}, answer(o, CallQuery, Approved, "")),
			[]Event{PaperTurn{}}, "", PaperDue, 0, false},
		{"but by the key", after(t, in["asking"], FaultRaised{"printer", "P02"}, answer(o, CallQuery, Approved, "")),
			[]Event{KeyPressed{KeyF3}}, "ReceiptSending", PaperSending, 1, false},
		{"near the end of the roll it is printed", after(t, in["asking"], FaultRaised{"printer", "P03"}, answer(o, CallQuery, Approved, "")),
			[]Event{PaperTurn{}}, "ReceiptSending", PaperSending, 1, false},
		{"when the trouble is over it is printed", after(t, in["asking"], FaultRaised{"printer", "P02"}, answer(o, CallQuery, Approved, "")),
			[]Event{FaultCleared{"printer"}, PaperTurn{}}, "ReceiptSending", PaperSending, 1, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, rd := last(t, tt.from, tt.events...)
			tx, _ := s.Ledger.Tx(o)
			r, sent := printing(rd.Effects)
			if entryNames(rd.Entries) != tt.entered || tx.Paper.State != tt.state || tx.Phase != PaidFor {
				t.Errorf("entered %q, paper %s, %s; want %q, %s, paid", entryNames(rd.Entries), tx.Paper.State, tx.Phase, tt.entered, tt.state)
			}
			if sent != (tt.print > 0) || r.Attempt != tt.print || r.Marked != tt.marked {
				t.Errorf("sent %v: attempt %d, marked %v; want attempt %d, marked %v", sent, r.Attempt, r.Marked, tt.print, tt.marked)
			}
		})
	}
}

// TestAReceiptHasWhatTheJournalHas: everything on it comes from the entries of
// its sale and the setup of the shop.
func TestAReceiptHasWhatTheJournalHas(t *testing.T) {
	_, in, o := standings(t)
	_, rd := last(t, in["paid"], PaperTurn{})
	r, ok := printing(rd.Effects)
	want := Receipt{
		Merchant: testSetup.Merchant, Terminal: "T-0317", Operator: "Wang", Zone: testSetup.Zone, Rail: WeChatPay,
		Order: o, Reference: "4200001", Amount: money.Fen(1250), Paid: testAt, Attempt: 1, Job: o, Wallet: WeChatPay,
	}
	if !ok || !reflect.DeepEqual(r, want) {
		t.Errorf("got  %+v\nwant %+v", r, want)
	}
}

// TestPaperThatWasInThePrinterWhenThePowerWentIsMarked restarts in every state of a receipt.
func TestPaperThatWasInThePrinterWhenThePowerWentIsMarked(t *testing.T) {
	_, in, o := standings(t)
	sending := after(t, in["paid"], PaperTurn{})
	tests := []struct {
		name          string
		before        State
		entered       string // at the start
		print, marked bool   // then
	}{
		{"due", in["paid"], "", true, false},
		{"sending", sending, "ReceiptTorn", true, true},
		{"held", after(t, sending, ended(o, 1, PrintRefused, "P02")), "", true, false},
		{"torn", after(t, sending, ended(o, 1, PrintTorn, "P01")), "", true, true},
		{"printed", after(t, sending, ended(o, 1, PrintDone, "")), "", false, false},
		{"unconfirmed", after(t, sending, ended(o, 1, PrintUnconfirmed, "")), "", false, false},
		{"a copy in the printer", after(t, sending, ended(o, 1, PrintDone, ""), KeyPressed{KeyF3}), "ReceiptTorn", true, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, rd := last(t, State{Setup: testSetup, Ledger: tt.before.Ledger}, Booted{})
			if entryNames(rd.Entries) != strings.TrimSpace("Opened "+tt.entered) || sendNames(rd.Effects) != "" {
				t.Errorf("the start enters %q and sends %q", entryNames(rd.Entries), sendNames(rd.Effects))
			}
			s, rd = last(t, s, FaultCleared{"printer"}, PaperTurn{}) // the printer says that it is there
			r, sent := printing(rd.Effects)
			if sent != tt.print || r.Marked != tt.marked {
				t.Errorf("printed %v, marked %v; want %v, %v", sent, r.Marked, tt.print, tt.marked)
			}
			if got := phaseOf(t, s, o); got != PaidFor {
				t.Errorf("the money is %s", got)
			}
		})
	}
}

// TestReceiptsArePrintedOneByOneInTheOrderOfTheirSales: two are due.
func TestReceiptsArePrintedOneByOneInTheOrderOfTheirSales(t *testing.T) {
	s := after(t, booted(t), FaultRaised{"printer", "P02"})
	var orders []OrderNo
	for _, code := range []string{"134567890123456701", "134567890123456702"} {
		s = after(t, s, append(typing("5 enter"), payerScan(code))...)
		orders = append(orders, s.Session.Shown)
		s = after(t, s, answer(s.Session.Shown, CallPay, Approved, ""))
	}
	s = after(t, s, FaultCleared{"printer"})
	for i, o := range orders {
		var rd Ready
		s, rd = last(t, s, PaperTurn{})
		r, ok := printing(rd.Effects)
		if !ok || r.Order != o {
			t.Fatalf("receipt %d is of %s, want %s", i+1, r.Order, o)
		}
		if _, rd := last(t, s, PaperTurn{}); len(rd.Entries) > 0 {
			t.Errorf("while it is in the printer: %s", entryNames(rd.Entries))
		}
		s, rd = last(t, s, ended(o, 1, PrintDone, ""))
		turn := false
		for _, e := range rd.Effects {
			turn = turn || e == TryPaper{}
		}
		if !turn {
			t.Error("the next receipt is not tried")
		}
	}
}

// TestAReceiptThatCannotBePrintedIsTriedAgainByItself and the operator is told.
func TestAReceiptThatCannotBePrintedIsTriedAgainByItself(t *testing.T) {
	_, in, o := standings(t)
	sending := after(t, in["paid"], PaperTurn{})
	for _, result := range []PrintResult{PrintRefused, PrintTorn} {
		_, rd := last(t, sending, ended(o, 1, result, "P02"))
		if wait, ok := armed(rd.Effects, TimerPaper); !ok || wait.After != testSetup.PaperRetry || heard(rd.Effects) != "attention" {
			t.Errorf("result %d: wait %+v, heard %q", result, wait, heard(rd.Effects))
		}
	}
}
