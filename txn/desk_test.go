package txn

import "testing"

// scanned has a receipt on the desk, and the network is being asked.
func scanned(t *testing.T, s State, o OrderNo) State {
	t.Helper()
	s = after(t, s, CodeScanned{Scanned{Kind: ScanReceipt, Order: o}})
	s = after(t, s, LookedUp{s.Session.Lookups, []Original{originalOf(s, o)}})
	if s.Session.Desk.Asking == 0 {
		t.Fatal("nobody is asked")
	}
	return s
}

// TestWhatIsKeyedWhileTheNetworkIsAskedIsKept, but for the key that confirms it:
// nobody has seen yet what he would confirm.
func TestWhatIsKeyedWhileTheNetworkIsAskedIsKept(t *testing.T) {
	paid, o := paidSale(t, nil)
	for keys, want := range map[string]string{
		"3 6 5 0": "3650", "3 6 . 5": "36.5", "3 6 back": "3", "3 back": "", "f1": "10000", "f1 back": "",
		"f1 5 0": "50", "3 6 f1": "10000", "0": "", "3 0 00 enter": "3000", "f1 enter": "10000",
	} {
		s := after(t, scanned(t, paid, o), typing(keys)...)
		if len(s.Ledger.Refunds) > 0 || s.Session.View != ViewRefund {
			t.Fatalf("%s: refunded before the network has answered", keys)
		}
		if s = heardPaid(t, s); s.Session.Digits != want || s.Session.Desk.All {
			t.Errorf("%s: %q is kept, want %q", keys, s.Session.Digits, want)
		}
		if want == "" {
			continue
		}
		if s = after(t, s, KeyPressed{KeyEnter}); len(s.Ledger.Refunds) != 1 || s.Ledger.Refunds[0].Amount != Keyed(want) {
			t.Errorf("%s, confirmed: %+v", keys, s.Ledger.Refunds)
		}
	}
}

// TestAllOfItIsWhatTheNetworkLeaves, not what was thought to be left when it was
// keyed; and a sale that cannot be refunded leaves nothing of what was keyed.
func TestAllOfItIsWhatTheNetworkLeaves(t *testing.T) {
	paid, o := paidSale(t, nil)
	s := after(t, scanned(t, paid, o), KeyPressed{KeyF1})
	told := func(f Finding, back int64) State {
		return after(t, s, Found{Ask: FindAsk{Order: o, Rail: WeChatPay, Serial: s.Session.Desk.Serial}, Finding: f,
			Amount: 10000, Refunded: back > 0, Back: back})
	}
	if got := told(FindPaid, 7000).Session.Digits; got != "3000" {
		t.Errorf("of 30.00 that are left, all is %q", got)
	}
	if gone := told(FindGone, 10000); gone.Session.Digits != "" || gone.Session.Desk.All {
		t.Errorf("of nothing, all is %q", gone.Session.Digits)
	}
}

// TestWhatIsKeyedOutlivesTheNumber: a sale of which only the network's number was
// known gets its own while the operator types, and is looked up and asked for anew.
func TestWhatIsKeyedOutlivesTheNumber(t *testing.T) {
	paid, o := paidSale(t, nil)
	s := after(t, paid, CodeScanned{Scanned{Kind: ScanBill, Shown: "42"}})
	s = after(t, s, LookedUp{Serial: s.Session.Lookups})
	s = after(t, s, typing("3 0")...)
	s = after(t, s, Found{Ask: FindAsk{Reference: "42", Rail: WeChatPay, Serial: s.Session.Desk.Serial}, Finding: FindPaid,
		Order: o, Amount: 10000})
	s = after(t, s, typing("0 0")...)
	s = heardPaid(t, after(t, s, LookedUp{s.Session.Lookups, []Original{originalOf(s, o)}}))
	if s.Session.Digits != "3000" {
		t.Errorf("%q is left of what was keyed", s.Session.Digits)
	}
	if other := scanned(t, s, o); other.Session.Digits != "" {
		t.Errorf("the next receipt begins with %q", other.Session.Digits)
	}
}

// TestTheTimeOfASaleNarrowsItsAmount: F2 after the amount, hhmm, and mmdd for an
// older one; what is no time finds nothing.
func TestTheTimeOfASaleNarrowsItsAmount(t *testing.T) {
	paid, _ := paidSale(t, nil)
	for keys, want := range map[string]LookUp{
		"f1 3 6 5 0 f2 1 4 3 0 enter":         {Amount: Keyed("3650"), About: About{true, 870, 0}},
		"f1 3 6 . 5 f2 0 0 0 0 enter":         {Amount: Keyed("3650"), About: About{true, 0, 0}},
		"f1 1 f2 2 3 5 9 1 2 3 1 enter":       {Amount: Keyed("1"), About: About{true, 1439, 1231}},
		"f1 1 f2 1 00 0 0 2 2 9 enter":        {Amount: Keyed("1"), About: About{true, 600, 229}},
		"f1 1 f2 1 9 back 0 00 enter":         {Amount: Keyed("1"), About: About{true, 600, 0}},
		"f1 0 0 0 0 4 2 f2 1 00 0 enter":      {Amount: Keyed("42"), About: About{true, 600, 0}},
		"f1 0 0 0 0 4 2 f2 1 f2 enter":        {Amount: Keyed("42"), Tail: "000042"},
		"f1 3 6 5 0 f2 back 0 enter":          {Amount: Keyed("36500")},
		"f1 1 f2 1 4 3 0 1 1 2 1 9 00 enter":  {Amount: Keyed("1"), About: About{true, 870, 1121}},
		"f1 f2 1 4 3 0 enter":                 {Amount: Keyed("1430")},
		"f1 1 f2 enter":                       {},
		"f1 1 f2 1 4 3 enter":                 {},
		"f1 1 f2 2 4 00 enter":                {},
		"f1 1 f2 1 2 6 0 enter":               {},
		"f1 1 f2 1 2 00 0 2 3 0 enter":        {},
		"f1 1 f2 1 2 00 1 3 0 1 enter":        {},
		"f1 1 f2 1 2 00 0 00 0 enter":         {},
		"f1 1 f2 1 2 00 0 3 enter":            {},
		"f1 1 f2 1 4 3 0 cancel f1 9 9 enter": {Amount: Keyed("99")},
	} {
		_, rd := last(t, paid, typing(keys)...)
		var got LookUp
		for _, e := range rd.Effects {
			if l, ok := e.(LookUp); ok {
				got = l
				got.Serial = 0
			}
		}
		if got != want {
			t.Errorf("%s looks for %+v, want %+v", keys, got, want)
		}
	}
}

// TestTooManyOfOnePriceAreNarrowedByTheTime, without keying the amount again.
func TestTooManyOfOnePriceAreNarrowedByTheTime(t *testing.T) {
	s, o := paidSale(t, nil)
	s = after(t, s, typing("f1 1 0 00 0 enter")...)
	two := originalOf(s, o)
	two.Order = NewOrderNo(testInstall, 1)
	s = after(t, s, LookedUp{s.Session.Lookups, []Original{originalOf(s, o), two}})
	s, rd := last(t, s, typing("f2 1 4 3 0 enter")...)
	if l, ok := rd.Effects[len(rd.Effects)-1].(LookUp); !ok || l.Amount.Minor() != 10000 || l.About != (About{true, 870, 0}) {
		t.Errorf("%+v", rd.Effects)
	}
	s = after(t, s, LookedUp{Serial: s.Session.Lookups})
	if d := s.Session.Desk; !d.Missed || !d.Timing || d.Time != "1430" {
		t.Errorf("nothing found: %+v", d)
	}
}
