// Package sim is the world that till is tried in: its time, its people, its
// mishaps. The twins of its devices are the packages below.
//
// [Run] lives one world: one seed, one goroutine, virtual time. The machine
// (package txn), the order "durable, known, done" (txn/terminal), the journal's
// encoding, look-ups and start (txn/journal), the requests and answers of all
// three networks (txn/rail/...), what a scan is (txn/paycode) and the screens
// (txn/screen) are those of the program, unchanged. The store, the wires, the
// gateways with their books, the printer, the keypad, the scanner, the clock, the
// cashiers and the customers are the world's. Every seed has one trace, on every
// machine:
//
//	till sim --seeds 1000 --faults storm     a thousand worlds
//	till sim --seed 0x1871a --faults storm   one of them again, told
//	make sim, make sim-long                  for CI, and for nights
//
// # What goes wrong, and what till survives
//
// This is the specification. Each mishap has a name (Kind) and a likelihood; the
// behaviours of gateways are named after gateway, call and word, "alipay pay
// wrong-signature". After all of it everything comes to rest, and the books of
// terminals, networks, customers and the paper agree.
//
//   - Power and process. The power goes before, during and after every write, before
//     and after every effect and while a slip is printed; the process is killed at
//     any event; it comes back after seconds or after a night. A newer program takes
//     over what is open; an older one is refused by a newer journal and leaves it
//     as it was.
//   - Disk. A commit fails and was done, or fails and was not; it is torn, and a
//     start finds all of it or nothing (that SQLite keeps this promise on disks that
//     lose, tear and reorder what was not synced is what the slow tier shows:
//     sim/disksim under cmd/till's sweeps). The disk fills up, is read-only, or takes
//     seconds for a commit. What fails ends the process; it never goes on.
//   - Wires. Names do not resolve, certificates do not verify, connections are
//     refused, half open or pulled for seconds to hours. Requests are lost; answers
//     are lost, late, broken off, doubled, out of order, or old ones of the same
//     call. A request that the terminal has given up arrives all the same, up to 45 s
//     after it was sent.
//   - Networks. They charge and do not say so, say that they know nothing of what they
//     have charged, answer for another order, amount or merchant, with wrong
//     signatures, unknown keys, halves, doubles, pages of HTML and megabytes; they
//     are busy, limited, in maintenance, or sign with a key that nobody was told of;
//     they refund late, close refunds, cannot credit a customer, run out of the
//     shop's money, and close codes by themselves.
//   - Clock. The terminal's clock stands in 1970, jumps by days, drifts.
//   - Paper. It is out, the cover is open, the blade jams, the head is hot, the cable
//     is out in the middle of a slip; the printer acknowledges nothing, or says that
//     it broke off and prints everything later.
//   - Scanner and keypad. Halves, doubles, noise, a trigger that is stuck; keys that
//     bounce, stick or are dead; either is unplugged and back.
//   - People. They scan the wrong thing, scan twice, cancel while the customer pays,
//     press green all the time, walk away, serve the next one, press anything, pull
//     the plug, refund what is not paid, more than is left, and at two terminals at
//     once; customers are short, refuse, do not decide, and pay a code from the
//     picture that they took ten minutes ago.
//
// What till does not survive, and does not claim to:
//
//   - A disk that acknowledges a sync and loses the data (lying-sync). Tried as a
//     control: the invariants must see it.
//   - A printer that says it has printed and has not (printer-lies): the receipt is
//     missing, the money is right. Tried as a control.
//   - A gateway that signs what is not true: SUCCESS for what nobody paid, another
//     word each time, a refund that is "processing" for ever. Its words exist
//     (contradictory, says, refund-stays) and are left out here; scripts have them.
//     What it answers is believed once it is signed and about this order.
//   - A network that says again and again, for a minute, that it has never heard of
//     what it has booked. Here it says so once of each number.
//   - Another exchange's answer in this one where it names no order: TLS keeps
//     connections apart, and a signed error names nothing.
//   - A request that lingers for more than 45 s. A payment that a network says it has
//     never heard of is asked about for a quarter of an hour more, and goes back when
//     it is found; after a restart nobody asks any more, and the day's file finds it
//     (till bill). The same of a refund that was called off.
//   - Cash at one terminal and a refund through the network at another for the same
//     part of a sale: no network knows of cash.
//   - Two copies of one disk in use at once.
//
// # What must hold
//
// Looked at after every event, or when all has come to rest ([Invariants]; the
// machine's own, txn.Check, are always on in the field as well):
//
//   - A code pays once: a code that a payer showed is sent to a network under one
//     order number, never under two.
//   - A number is given out once: no order and no refund has a number that another
//     had, and none appears that was never begun.
//   - A refund is replaced only when it is dead: a new refund takes the place of
//     an old one only when the old one cannot move money any more.
//   - A refund is sent as it was decided: sale and amount of a refund at the
//     network are those that were written down before it left.
//   - A sale is charged once: no network takes more for an order than its amount.
//   - A seed has one trace: two lives of one seed are the same, event by event, on
//     every architecture.
//   - A terminal comes back: whatever ended a terminal, it runs again when power
//     and disk are there.
//   - An older program changes nothing: a program that is older than the journal
//     is refused by it, and leaves it as it was.
//   - At most one sale for one scan: one event begins one sale at most.
//   - Durable before done: what is sent is on the disk before its first byte
//     leaves.
//   - Every charge kept is on a receipt: what was paid and kept has a receipt that
//     came out whole.
//   - Every fault shown has a next step: a screen that tells of something bad or
//     unknown says what to do next.
//   - Every open item is visible: while something is open the idle screen says so.
//   - Every screen has words in both languages: no screen is empty, in Chinese or
//     in English.
//   - GIVE only when the money is there: the screen says that the goods may be
//     given only when the network has taken the whole amount.
//   - Ids are durable before the first byte: no network has an order or a refund
//     that no journal has begun.
//   - Memory is bounded: sales in memory, events, waits and faults stay below
//     their limits.
//   - No key is used with two contents: what is repeated under one number is the
//     same to the letter.
//   - No refund exceeds its sale: what went back, is on its way or is promised of
//     a sale is no more than was paid.
//   - No refund is lost: what is told as paid back was paid back by the network.
//   - No refund is paid twice: what is told as failed, called off, paid in cash or
//     replaced was not paid out by the network as well.
//   - No sale is reversed before its time: a network gets no reversal before it
//     allows one.
//   - No secret is written down: a payer's code is in the request that pays and
//     nowhere else: no record, no other request, no screen.
//   - Nobody pays out alone: cash without a sale is decided by two people.
//   - Nothing is told as failed that has moved: a refund is told as failed only
//     when the network does not have it.
//   - Nothing is told as failed that was charged: when all is at rest, a sale that
//     is refused or taken back has cost the customer nothing.
//   - Nothing open is forgotten: a start finds every sale and refund that was
//     open, and when all is at rest nothing is open any more.
//   - Nothing panics: the program does not stop by itself.
//   - Nothing stale survives a transaction: the idle screen shows no amount.
//   - One unmarked receipt at most: a second receipt of a sale is marked as a
//     copy, also when the first broke off.
//   - Only what is paid has a receipt: no receipt of a sale comes out while it is
//     not paid.
//   - Paid is never taken back by an answer: a sale that was told as paid stays
//     paid, whatever a network says later.
//   - Paid is paid: what is told as paid was charged in full.
//   - Paper and journal agree: the amount on paper is the amount in the journal.
//   - The books of the gateways balance: what customers paid is what gateways
//     took: the world's own books are right.
//   - The day ends: people come to the end of what they do: no screen holds them
//     for ever.
//   - The hash chain verifies: every record of a journal is linked to the one
//     before, after every start.
//   - The journal is read back: what was written can be read, looked up and added
//     up.
//   - The journal takes what is decided: no decision is refused by the disk's
//     second look at it.
//   - The machine's own check: what txn.Check promises holds after every step, as
//     it must in the field.
//   - The network's pace is kept: two refunds of one sale are never sent within
//     the time that the network wants between them.
//   - The world: the simulation itself does what it is told.
//   - Totals equal the gateway's books: what the terminals kept of a sale, less
//     what went back, is what the network kept.
//   - What is being reversed never becomes paid: a late approval does not revive a
//     sale that is being taken back.
//   - What is open is counted right: the number of open refunds that people see is
//     the number that is open.
//   - What is shown is durable: no screen tells of a sale what the journal does
//     not.
//
// # Two tiers
//
// This is the fast one: signatures are HMAC, screens and slips are values, the
// store keeps SQLite's promise by construction (sim/storesim, compared with
// device/store question by question in cmd/till). The slow one runs the real
// SQLite engine on a disk that forgets (sim/disksim) and cuts the power at every
// operation of scripted journeys, and kills the real binary on pseudo-terminals
// (make kill). Bytes on the wires of scanner, keypad and printer are tried there,
// and by the twins' own tests.
//
// # Replay
//
// What people do (Act) and what goes wrong (Mishap) are numbered apart: each act
// has a seed of its own and each kind of mishap counts its own chances within the
// act. So one act or mishap fewer moves no other, and a failure is made small by
// leaving out (Shrink). testdata/seeds.txt lists worlds that once failed; the
// tests live them for ever.
//
// # Decisions
//
// Likelihoods are drawn anew for each world, and some kinds not at all (swarm
// testing): a world in which one thing never goes wrong and another all the time
// gets to places where a little of everything does not. Would change our mind: a
// measure of coverage that says otherwise.
//
// A mishap is decided by a hash of seed, kind and count, never by the order of
// draws from one generator: two runs that differ in one thing stay comparable.
//
// CI lives the same seeds every time: what it says is about the change that it was
// shown. New seeds are for nights (make sim-long) and for whoever asks (make sim
// FROM=fresh); what they find is kept in testdata/seeds.txt.
//
// People are coroutines (iter.Pull) that read the state and press keys, because a
// flow reads as a person would tell it. They are ended with their world.
//
// The audit believes nobody: it keeps what each terminal has made durable, entry by
// entry, and compares it at the end with the gateways' ledgers.
package sim
