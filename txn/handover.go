package txn

import "till/txn/money"

// Handover is one pending item on its way from a terminal that can no longer
// work to another of the same shop. It is what the other must know to finish it
// under the key that the network knows.
type Handover struct {
	Refund   RefundNo // of the terminal that hands it over; "" when a sale is to be taken back
	Key      RefundNo
	Order    OrderNo
	Rail     RailName
	Wallet   RailName
	Amount   money.Amount
	Total    money.Amount
	SaleAt   Wall
	SaleDay  int
	Sale     Reference
	Shown    bool
	Method   RefundMethod
	Why      Cause
	Reason   Reason
	By       string
	Approver string
	Terminal string
	Begun    Wall
	Sent     bool // a request may have left
}

// HandRefund tells what another terminal needs to finish a refund. One that
// waits for a person, or is at its end, is not handed over: ok is false.
func HandRefund(r Refund) (h Handover, ok bool) {
	switch r.Phase {
	case Promised, Underway, Held, Taken:
	default:
		return Handover{}, false
	}
	return Handover{
		Refund: r.No, Key: r.Key, Order: r.Order, Rail: r.Rail, Wallet: r.Wallet, Amount: r.Amount, Total: r.Total,
		SaleAt: r.SaleAt, SaleDay: r.SaleDay, Sale: r.Sale, Shown: r.Shown, Method: r.Method, Why: r.Why, Reason: r.Reason,
		By: r.By, Approver: r.Approver, Terminal: r.Terminal, Begun: r.Begun, Sent: r.Sent,
	}, true
}

// HandSale tells what another terminal needs to take a sale back that is being
// reversed. A sale of unknown outcome is not handed over: whether the goods were
// given is known at the counter alone, and a person looks it up at the network.
func HandSale(tx Tx) (h Handover, ok bool) {
	if tx.Phase != Reversing {
		return Handover{}, false
	}
	return Handover{
		Order: tx.Order, Rail: tx.Rail, Wallet: tx.Wallet, Amount: tx.Amount, Total: tx.Amount, SaleAt: tx.Begun,
		Shown: tx.Shown, Method: ByVoid, Why: tx.Cause, Reason: ReasonTerminal, By: tx.Operator, Terminal: tx.Terminal,
		Begun: tx.Begun, Sent: true,
	}, true
}

// TakeOver is the entries with which a terminal takes items over: each gets a
// number of its own here and keeps its key, so that whatever the first terminal
// had sent is what the network remembers. l is the ledger before.
func TakeOver(l Ledger, at Wall, day int, seal, from string, items []Handover) []Entry {
	entries := []Entry{TakenOver{at, seal, from, len(items)}}
	for i, h := range items {
		n := NewRefundNo(l.Install, l.Last+1+uint64(i))
		key := h.Key
		if key == "" {
			key = n // a sale that is taken back has no refund key yet
		}
		entries = append(entries, RefundBegun{
			At: at, Day: day, Refund: n, Key: key, Order: h.Order, Rail: h.Rail, Wallet: h.Wallet, Amount: h.Amount,
			Total: h.Total, SaleAt: h.SaleAt, SaleDay: h.SaleDay, Sale: h.Sale, Shown: h.Shown, Method: h.Method,
			Why: h.Why, Reason: h.Reason, By: h.By, Approver: h.Approver, Terminal: h.Terminal,
		})
		if h.Sent { // it is asked about before anything is sent
			entries = append(entries, RefundSent{at, n})
		}
	}
	return entries
}
