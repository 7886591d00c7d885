// Package txn is the machine that decides: what is a sale, when is it paid,
// when is it taken back, what is printed and what the operator has before him.
// It is told what happened (Event), says what must be remembered (Entry) and
// what must be done (Effect), and can do nothing itself: there is no file, no
// socket, no clock and no goroutine in it.
//
// Step decides and may change with every release. Apply folds entries that
// were decided before, by whatever release, and only grows. Check holds in
// every state. Everything of State.Ledger survives a power cut, nothing of
// State.Session does.
//
// # One sale
//
//	                       scan of a payer's code: Begun, pay
//	                                      |
//	                                      v
//	   declined: Refused            +-----------+      approved: Paid, ReceiptDue
//	 +------------------------------|  asking   |-------------------------------+
//	 |                              +-----------+                               |
//	 |      undone: Reversed          |       |  last query without an end,     |
//	 |      +-------------------------+       |  cancelled, no such order,      |
//	 |      |                                 |  refused but to be undone:      |
//	 v      v                                 v  ReversalDue                    v
//	+--------------+  reversal confirmed  +-----------+                   +-----------+
//	| refused,     |<---------------------| reversing |                   |   paid    |
//	| reversed     |       Reversed       |  (for as  |                   | (denied   |
//	|              |--------------------->|  long as  |                   |  later:   |
//	+--------------+   approved all the   | it takes) |                   |  Contra-  |
//	                   same: ReversalDue  +-----------+                   |  dicted)  |
//	                                                                      +-----------+
//
// An approval never brings back what is being reversed. Paid is never taken
// back by an answer. Nothing open ends by age: a reversal is repeated until the
// network has answered it, and (where its Policy says so) confirmed it.
//
// # Its paper
//
//	due --ReceiptSending--> sending --ReceiptPrinted--> printed or unconfirmed
//	 ^                        |
//	 +-- ReceiptHeld: nothing was sent ------------------+
//	 +-- ReceiptTorn: broke off, or the power went; the next print is marked
//
// # Transition table
//
// Made by the test from the machine itself (go test ./txn -run Table -update);
// what is not listed changes no phase, enters nothing and sends nothing.
// "asking, closing" is a sale of which the last query is on its way;
// "reversing, confirming" one whose reversal was accepted and not confirmed.
//
//table:begin
//table:end
//
// # Decisions
//
// Step takes the wall time as an argument. It is printed and journaled; no
// decision depends on it. (A clock that the machine could compare would decide
// about money on the day it jumps.)
//
// Apply folds a Ledger, not a State: it cannot even see the session, so what
// is lost at a power cut is a matter of type.
//
// The last query and the reversal are one move: the query's answer, if it ends
// nothing, sends the reversal at once. A payment in between is met by the
// reversal itself, which gives the money back. (A network whose reversal
// refuses paid orders is covered: a refused reversal asks again.)
//
// "No such order" never counts as "not charged" by itself: the request may
// still be on its way somewhere. The order is reversed, which closes its number
// for ever; a network that does not know the order even then must say so three
// times over half a minute. (A network that guarantees a lifetime of requests
// would change this.)
//
// A request of which the link knows that not a byte left is Declined: that is
// the one silence that proves something.
//
// Finished sales leave memory but for the last sixteen; answers to older ones
// are dropped. The link ends every request within a minute.
package txn
