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
// # One refund
//
//	          the decision: RefundBegun, one number for ever
//	                           |
//	                           v
//	                      +----------+   called off, or paid in cash,
//	                      | promised |   before anything has left
//	                      +----------+------------------------------+
//	                           | RefundSent, then the request       |
//	                           v                                    v
//	+--------+ refused   +----------+ nothing is known of it   +---------+
//	|  held  |<----------| underway |------------------------->| dropped |
//	| (goes  | for now   | (sent or |  there, and it is to be  | cashed  |
//	| again) |---------->| asked)   |  called off or paid in   +---------+
//	+--------+ same no.  +----------+  cash: Dropped, Cashed
//	                       |      |
//	      accepted:        |      | refused for good, and nothing
//	      RefundTaken      v      v lingers: RefundFailed
//	                 +-------+  +--------+
//	                 | taken |  | failed |--> cash, as a refund of its own
//	                 +-------+  +--------+
//	paid out: RefundPaid |  | given up: RefundDead   payer's account: RefundStranded
//	                     v  +-------------+-------------------+
//	              +-----------+      +--------+         +----------+
//	              | paid back |      |  dead  |         | stranded |--> to the shop's
//	              +-----------+      +--------+         +----------+    account
//	                                   |    |
//	       another number: Replaced <--+    +--> Cashed
//
// What stays in doubt a person may give up: RefundWrittenOff, and WrittenOff of a
// sale. Nothing is sent or asked any more, and nothing is told about the money.
//
// What the network has booked is the truth from every state: a refund that was
// told final and is taken or paid out all the same is marked (Disputed). A void
// is the same machine; refused, it becomes a refund under its number
// (RefundSwitched).
//
// # One sale by a shown code
//
//	begun --show--> on show --paid--> paid
//	                   |
//	                   | cancelled, time is over, no code came
//	                   v
//	                closing --closed, and a query says so--> reversed
//	                   |                                        |
//	                   | the payer was faster                   | paid all the same
//	                   v                                        v
//	                  paid                                  given back
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
//	written-off        refund accepted        taken      RefundTaken
//	written-off        refund paid-out        paid-back  RefundPaid
//	written-off        refund closed          dead       RefundDead
//	written-off        refund abnormal        stranded   RefundStranded
//	written-off        refund query accepted  taken      RefundTaken
//	written-off        refund query paid-out  paid-back  RefundPaid
//	written-off        refund query closed    dead       RefundDead
//	written-off        refund query abnormal  stranded   RefundStranded
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
//
// # Decisions about refunds
//
// A refund is a transaction of its own, with a number out of the counter of the
// sales and an R in it: it may be of another terminal's sale, or of one long out of
// memory, and takes days. (A network that had no refund numbers would change this.)
//
// Accepted is not paid out: a refund that the network has taken is followed until
// it says paid, given up, or that the payer's account cannot take it. Only then is
// anything final told.
//
// A refund whose request was lost counts as never made only when the network has
// said three times, a quarter of a minute apart, that it knows nothing of it: a
// request that lingers has half a minute to arrive. It is sent again after the
// first time, for the same number moves money once. For the same reason a refund
// is called off, or paid in cash, at once only when nothing can have left. After a
// power cut everything that was sent may linger. (A network that closes a refund
// number on demand would change this.)
//
// Only the answer to the request that is on its way may refuse, or deny. An answer
// that comes twice would otherwise speak about what was sent since.
//
// What rests in the journal is asked about by rounds and not by a timer each: ten
// thousand timers do not survive a power cut, and the journal does. A round goes by
// age, sixteen at a time, at the pace that the network allows. Refunds begun here
// have timers, up to 64, because somebody waits for them. Only refunds that the
// network has not taken make the terminal urgent.
//
// The machine chooses the void: where the network takes the whole of a sale of
// today back without keeping its fee, a refund would cost the shop the fee. Nobody
// is asked, everybody is told. A clock that is not set chooses the refund.
//
// A refund that the network gave up still counts against its sale until a person
// replaces it or pays in cash: otherwise another refund takes what it had, and the
// cash comes on top. What the terminal itself owes (it told "reversed", and could
// not reverse) never fails and cannot be called off: it is held, in sight, until
// the network takes it or the shop pays in cash. Cash is not paid for what waits at
// the network for a repair.
//
// What nobody answers is given up by a supervisor alone, with a reason, and only when
// it has been in doubt for ten minutes in this life of the process: a timer counts
// them, each item its own, since no decision depends on the clock. It never says that
// money moved, or did not: a refund that was given up counts against its sale for ever,
// and its number is dead. An answer that comes all the same is written down and marked;
// what is to be done then, a person decides. A refund in doubt stays in memory, where a
// person finds it, as long as they are few.
//
// Cash without a sale, where a shop allows it, is a refund of no sale: over in the
// entry that decides it (PaidOut), counted against every limit of refunds, and never
// by one person alone, be he a supervisor. No network has a call for such a thing.
//
// Two terminals are coordinated by the network alone. It knows nothing of cash: a
// shop that pays in cash at one terminal and refunds the same sale at another pays
// twice. (A journal that the terminals share would change this.)
//
// A network is left alone after three silences, each a second apart from the last
// so that one hiccup is one silence, and is tried again after half a minute. No new
// sale is begun there, refunds are promised, what is open is asked about all the
// same. Other networks go on.
//
// After five wrong PINs in a row one must wait, half a minute at first and twice as
// long after each further one. The count is in the journal: pulling the plug brings
// the same wait again. A technician neither refunds nor allows a refund.
//
// A shown code is closed within asking, not reversing: nobody has paid, so nothing
// is taken back, and the payer may still be faster. A query that left before the
// close confirms nothing. The network is asked four times more in a quarter of an
// hour, should it have taken the money after it had said "closed".
//
// The issue is silent on these: more refunds in a short time than the shop allows
// ask for a second person, whatever the amount; a refund that failed frees the
// limit of its shift; the end of the day is the fourth level of urgency by the
// clock at the shop; a day can be closed over what is open.
//
// A refund that is refused while nobody looks was told "promised" or "accepted" to
// somebody: it is heard, its paper says so, and it stays among what is pending until
// a person opens it. One that the network has taken and then calls failed, three
// times, is dead: a person decides.
//
// A sale in cash counts when a second key says that the money is in the drawer.
// Where the network cannot refund any more (its window, its parts) cash is recorded
// against the sale, but only with the network's word that it is paid and that nobody
// else gave anything back.
//
// The refund of a sale on the screen is looked up in the journal like any other:
// its earlier refunds may rest there, and memory alone would give them twice.
//
// What is pending can be handed over to another terminal of the shop, sealed: under
// the keys that the network knows, asked about before anything is sent, once for
// each terminal. A sale of unknown outcome is not: whether the goods were given is
// known at its counter alone.
package txn
