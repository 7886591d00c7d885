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
