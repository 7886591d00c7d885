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
//	state                  event                   then       entered                sent
//	asking, paying         pay approved            paid       Paid ReceiptDue
//	asking, paying         pay declined            refused    Refused
//	asking, paying         pay undone              reversed   Reversed
//	asking, paying         pay unknown, again      asking                            query
//	asking, paying         pay declined, undo      reversing  ReversalDue
//	asking, paying         query approved          paid       Paid ReceiptDue
//	asking, paying         query declined          refused    Refused
//	asking, paying         query undone            reversed   Reversed
//	asking, paying         query declined, undo    reversing  ReversalDue
//	asking, paying         time to ask             asking                            query
//	asking, paying         time to ask last        asking                            query
//	asking, paying         time is over            asking                            query
//	asking, under 15 s     pay approved            paid       Paid ReceiptDue
//	asking, under 15 s     pay declined            refused    Refused
//	asking, under 15 s     pay undone              reversed   Reversed
//	asking, under 15 s     pay unknown, again      asking                            query
//	asking, under 15 s     pay declined, undo      reversing  ReversalDue
//	asking, under 15 s     query approved          paid       Paid ReceiptDue
//	asking, under 15 s     query declined          refused    Refused
//	asking, under 15 s     query undone            reversed   Reversed
//	asking, under 15 s     query declined, undo    reversing  ReversalDue
//	asking, under 15 s     time to ask             asking                            query
//	asking, under 15 s     time to ask last        asking                            query
//	asking, under 15 s     time is over            asking                            query
//	asking, under 15 s     enter key               asking                            query
//	asking                 pay approved            paid       Paid ReceiptDue
//	asking                 pay declined            refused    Refused
//	asking                 pay undone              reversed   Reversed
//	asking                 pay unknown, again      asking                            query
//	asking                 pay declined, undo      reversing  ReversalDue            reverse
//	asking                 query approved          paid       Paid ReceiptDue
//	asking                 query declined          refused    Refused
//	asking                 query undone            reversed   Reversed
//	asking                 query no such order     reversing  ReversalDue            reverse
//	asking                 query declined, undo    reversing  ReversalDue            reverse
//	asking                 time to ask             asking                            query
//	asking                 time to ask last        asking                            query
//	asking                 time is over            reversing  ReversalDue            reverse
//	asking                 enter key               asking                            query
//	asking, closing        pay approved            paid       Paid ReceiptDue
//	asking, closing        pay declined            refused    Refused
//	asking, closing        pay undone              reversed   Reversed
//	asking, closing        pay declined, undo      reversing  ReversalDue            reverse
//	asking, closing        query unknown           reversing  ReversalDue            reverse
//	asking, closing        query pending           reversing  ReversalDue            reverse
//	asking, closing        query approved          paid       Paid ReceiptDue
//	asking, closing        query declined          refused    Refused
//	asking, closing        query undone            reversed   Reversed
//	asking, closing        query no such order     reversing  ReversalDue            reverse
//	asking, closing        query unknown, again    reversing  ReversalDue            reverse
//	asking, closing        query declined, undo    reversing  ReversalDue            reverse
//	asking, closing        time is over            reversing  ReversalDue            reverse
//	reversing              query undone            reversed   Reversed
//	reversing              reverse approved        reversing                         query
//	reversing              reverse declined        reversing                         query
//	reversing              reverse undone          reversing                         query
//	reversing              reverse no such order   reversing                         query
//	reversing              reverse unknown, again  reversing                         reverse
//	reversing              reverse declined, undo  reversing                         query
//	reversing, confirming  query declined          reversed   Reversed
//	reversing, confirming  query undone            reversed   Reversed
//	reversing, confirming  query declined, undo    reversed   Reversed
//	reversing, confirming  reverse unknown, again  reversing                         reverse
//	reversing, confirming  time to reverse         reversing                         reverse
//	paid                   pay declined            paid       Contradicted
//	paid                   pay undone              paid       Contradicted
//	paid                   pay declined, undo      paid       Contradicted
//	paid                   query declined          paid       Contradicted
//	paid                   query undone            paid       Contradicted
//	paid                   query declined, undo    paid       Contradicted
//	refused                pay approved            reversing  ReversalDue
//	refused                query approved          reversing  ReversalDue
//	refused                another code            refused    Begun                  pay
//	reversed               pay approved            reversing  ReversalDue
//	reversed               query approved          reversing  ReversalDue
//
// # Transition table of refunds
//
// Made in the same way. F1 and F2 are keys on the refund's screen, without a
// second person; paper is left out. What is not listed enters nothing and sends
// nothing else.
//
//	state              event                  then       entered                     sent
//	promised, offline  refund accepted        taken      RefundTaken
//	promised, offline  refund paid-out        paid-back  RefundPaid
//	promised, offline  refund closed          dead       RefundDead
//	promised, offline  refund abnormal        stranded   RefundStranded
//	promised, offline  refund query accepted  taken      RefundTaken
//	promised, offline  refund query paid-out  paid-back  RefundPaid
//	promised, offline  refund query closed    dead       RefundDead
//	promised, offline  refund query abnormal  stranded   RefundStranded
//	promised, offline  F2 key                 dropped    RefundDropped
//	underway           refund accepted        taken      RefundTaken
//	underway           refund paid-out        paid-back  RefundPaid
//	underway           refund refused         failed     RefundFailed
//	underway           refund closed          dead       RefundDead
//	underway           refund abnormal        stranded   RefundStranded
//	underway           refund short           held       RefundHeld
//	underway           refund query accepted  taken      RefundTaken
//	underway           refund query paid-out  paid-back  RefundPaid
//	underway           refund query closed    dead       RefundDead
//	underway           refund query abnormal  stranded   RefundStranded
//	underway, doubt    refund accepted        taken      RefundTaken
//	underway, doubt    refund paid-out        paid-back  RefundPaid
//	underway, doubt    refund closed          dead       RefundDead
//	underway, doubt    refund abnormal        stranded   RefundStranded
//	underway, doubt    refund query accepted  taken      RefundTaken
//	underway, doubt    refund query paid-out  paid-back  RefundPaid
//	underway, doubt    refund query closed    dead       RefundDead
//	underway, doubt    refund query abnormal  stranded   RefundStranded
//	underway, doubt    time is over           underway                               query
//	underway, doubt    enter key              underway                               query
//	underway, doubt    F1 key                 underway                               query
//	underway, doubt    F2 key                 underway                               query
//	underway, asked    refund accepted        taken      RefundTaken
//	underway, asked    refund paid-out        paid-back  RefundPaid
//	underway, asked    refund closed          dead       RefundDead
//	underway, asked    refund abnormal        stranded   RefundStranded
//	underway, asked    refund query accepted  taken      RefundTaken
//	underway, asked    refund query paid-out  paid-back  RefundPaid
//	underway, asked    refund query closed    dead       RefundDead
//	underway, asked    refund query abnormal  stranded   RefundStranded
//	underway, asked    refund query short     held       RefundHeld
//	underway, refused  refund accepted        taken      RefundTaken
//	underway, refused  refund paid-out        paid-back  RefundPaid
//	underway, refused  refund closed          dead       RefundDead
//	underway, refused  refund abnormal        stranded   RefundStranded
//	underway, refused  refund query accepted  taken      RefundTaken
//	underway, refused  refund query paid-out  paid-back  RefundPaid
//	underway, refused  refund query closed    dead       RefundDead
//	underway, refused  refund query abnormal  stranded   RefundStranded
//	underway, refused  refund query short     held       RefundHeld
//	held               refund accepted        taken      RefundTaken
//	held               refund paid-out        paid-back  RefundPaid
//	held               refund closed          dead       RefundDead
//	held               refund abnormal        stranded   RefundStranded
//	held               refund query accepted  taken      RefundTaken
//	held               refund query paid-out  paid-back  RefundPaid
//	held               refund query closed    dead       RefundDead
//	held               refund query abnormal  stranded   RefundStranded
//	held               F1 key                 held                                   query
//	held               F2 key                 held                                   query
//	held, called off   refund accepted        taken      RefundTaken
//	held, called off   refund paid-out        paid-back  RefundPaid
//	held, called off   refund closed          dead       RefundDead
//	held, called off   refund abnormal        stranded   RefundStranded
//	held, called off   refund query accepted  taken      RefundTaken
//	held, called off   refund query paid-out  paid-back  RefundPaid
//	held, called off   refund query refused   failed     RefundFailed
//	held, called off   refund query absent    dropped    RefundDropped
//	held, called off   refund query closed    dead       RefundDead
//	held, called off   refund query abnormal  stranded   RefundStranded
//	taken              refund paid-out        paid-back  RefundPaid
//	taken              refund closed          dead       RefundDead
//	taken              refund abnormal        stranded   RefundStranded
//	taken              refund query paid-out  paid-back  RefundPaid
//	taken              refund query closed    dead       RefundDead
//	taken              refund query abnormal  stranded   RefundStranded
//	taken              time is over           taken                                  query
//	taken              enter key              taken                                  query
//	taken, asked       refund paid-out        paid-back  RefundPaid
//	taken, asked       refund closed          dead       RefundDead
//	taken, asked       refund abnormal        stranded   RefundStranded
//	taken, asked       refund query paid-out  paid-back  RefundPaid
//	taken, asked       refund query closed    dead       RefundDead
//	taken, asked       refund query abnormal  stranded   RefundStranded
//	failed             refund accepted        taken      RefundTaken
//	failed             refund paid-out        paid-back  RefundPaid
//	failed             refund query accepted  taken      RefundTaken
//	failed             refund query paid-out  paid-back  RefundPaid
//	failed             F1 key                 failed     RefundBegun RefundCashed
//	dead               refund accepted        taken      RefundTaken
//	dead               refund paid-out        paid-back  RefundPaid
//	dead               refund abnormal        stranded   RefundStranded
//	dead               refund query accepted  taken      RefundTaken
//	dead               refund query paid-out  paid-back  RefundPaid
//	dead               refund query abnormal  stranded   RefundStranded
//	dead               F2 key                 cashed     RefundCashed
//	stranded           refund accepted        taken      RefundTaken
//	stranded           refund paid-out        paid-back  RefundPaid
//	stranded           refund closed          dead       RefundDead
//	stranded           refund query accepted  taken      RefundTaken
//	stranded           refund query paid-out  paid-back  RefundPaid
//	stranded           refund query closed    dead       RefundDead
//	stranded           time is over           stranded                               query
//	stranded           enter key              stranded                               query
//	stranded           F1 key                 stranded   RefundRepaired              repair
//	dropped            refund accepted        taken      RefundTaken
//	dropped            refund paid-out        paid-back  RefundPaid
//	dropped            refund query accepted  taken      RefundTaken
//	dropped            refund query paid-out  paid-back  RefundPaid
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
// The random part of order numbers is new at every start, not only when a store
// is made: a terminal cannot know that its disk was restored from a copy or
// cloned, and a counter that went back would give numbers out twice. It costs
// one commit a start. (A store that could prove its own age would change this.)
//
// A sale that was approved while nobody looked (another was on the screen, or
// the power was gone) is remembered until the operator has gone on from its
// result: the same amount asks first, because the customer who is charged
// twice is the one whose success nobody saw. (A network that names the payer
// before the charge would change this.)
//
// What is heard is about the sale on the screen; news of another is only
// "attention". The red key is dead for a moment after its meaning changed under
// a finger. A scan alone retries a refusal for as long as a code is waited for,
// and never begins a sale again that was cancelled.
//
// A sale that was open when the program started is not taken back by time
// before one question about it has reached the network: the customer may have
// gone home with a phone that says "paid". When the network comes back,
// reversals leave first, then questions.
//
// Finished sales leave memory but for the last sixteen; answers to older ones
// are dropped. The link ends every request within a minute.
package txn
