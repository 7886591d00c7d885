package txn

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"till/txn/money"
)

// TestCheckSeesEveryBrokenPromiseAboutRefunds breaks one promise at a time in a
// state that keeps them all.
func TestCheckSeesEveryBrokenPromiseAboutRefunds(t *testing.T) {
	_, in, _ := refundStandings(t)
	paid, o := paidSale(t, nil)
	sent, _ := refunding(t, paid, o, "6 0 00 enter")
	two, _ := refunding(t, sent, o, "1 0 00 enter")
	desk := desked(t, paid, o)
	shown := after(t, paid, typing("5 00 enter f1")...)
	shown = after(t, shown, Answered{Order: shown.Session.Shown, Call: CallShow, Outcome: Pending, QR: "weixin://x"})
	tests := []struct {
		says  string
		from  State
		spoil func(*State)
	}{
		{"stands after", two, func(s *State) { slices.Reverse(s.Ledger.Refunds) }},
		{"never given out", in["taken"], func(s *State) { s.Ledger.Refunds[0].No = "no number" }},
		{"has no key", in["taken"], func(s *State) { s.Ledger.Refunds[0].Key = "" }},
		{"gives nothing back", in["taken"], func(s *State) { s.Ledger.Refunds[0].Amount = money.Fen(0) }},
		{"more back than was paid", in["taken"], func(s *State) { s.Ledger.Refunds[0].Amount = money.Fen(10001) }},
		{"others of the sale have given back", two, func(s *State) { s.Ledger.Refunds[1].Amount = money.Fen(4001) }},
		{"has ended and is open", in["taken"], func(s *State) { s.Ledger.Refunds[0].Ended = testAt }},
		{"in a printer that does not print it", in["taken"], func(s *State) { s.Ledger.Refunds[0].Paper.State = PaperSending }},
		{"nobody follows it", after(t, in["underway"], TimerFired{}), func(s *State) { s.Session.Follows = nil }},
		{"nothing will happen to it", in["underway"], func(s *State) { s.Session.Follows[0].Busy = false }},
		{"nothing will happen to it", in["promised, offline"], func(s *State) { s.Session.Follows[0].Waiting = false }},
		{"counted as open", in["taken"], func(s *State) { s.Ledger.Backlog.Count = 0 }},
		{"counted as open", paid, func(s *State) { s.Ledger.Backlog.Count = -1 }},
		{"a PIN is kept", paid, func(s *State) { s.Session.PIN = NewPIN("1") }},
		{"the refund on the screen is gone", paid, func(s *State) { s.Session.View = ViewBack }},
		{"no sale is on the desk", paid, func(s *State) { s.Session.View = ViewRefund }},
		{"nothing to choose from", paid, func(s *State) { s.Session.View = ViewFound }},
		{"a refund of nothing", desk, func(s *State) { s.Session.View = ViewReason }},
		{"asked for nothing", desk, func(s *State) { s.Session.View = ViewApprove }},
		{"for no amount", paid, func(s *State) { s.Session.View = ViewWallet }},
		{"signed in who is asked", paid, func(s *State) { s.Session.View, s.Session.Who = ViewSignIn, "01" }},
		{"on show that nobody may pay", shown, func(s *State) { s.Ledger.Txs[1].Shown = false }},
		{"on show that nobody may pay", shown, func(s *State) { s.Session.QRs[0].Order = o }},
		{"grows without bound", paid, func(s *State) { s.Session.Spacing = make([]OrderNo, spacingMax+1) }},
		{"grows without bound", paid, func(s *State) { s.Session.Follows = make([]Follow, 4*followsMax+1) }},
	}
	for i, tt := range tests {
		s := copyState(tt.from)
		if err := Check(s); err != nil {
			t.Fatalf("%d, before: %v", i, err)
		}
		tt.spoil(&s)
		if err := Check(s); !errors.Is(err, ErrPromise) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%d: Check = %v, want %q", i, err, tt.says)
		}
	}
}
