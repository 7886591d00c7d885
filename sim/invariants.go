package sim

import "fmt"

// OneTrace is the invariant of the simulation itself.
const OneTrace = "a seed has one trace"

// Invariant is what must hold in every world.
type Invariant struct{ Name, Sentence string }

// Invariants are all that are looked at, after every event or at the end: a test
// holds the list to the code.
var Invariants = []Invariant{
	{"a code pays once", "A code that a payer showed is sent to a network under one order number, never under two."},
	{"a number is given out once", "No order and no refund has a number that another had, and none appears that was never begun."},
	{"a refund is replaced only when it is dead", "A new refund takes the place of an old one only when the old one cannot move money any more."},
	{"a refund is sent as it was decided", "Sale and amount of a refund at the network are those that were written down before it left."},
	{"a sale is charged once", "No network takes more for an order than its amount."},
	{OneTrace, "Two lives of one seed are the same, event by event, on every architecture."},
	{"a terminal comes back", "Whatever ended a terminal, it runs again when power and disk are there."},
	{"an older program changes nothing", "A program that is older than the journal is refused by it, and leaves it as it was."},
	{"at most one sale for one scan", "One event begins one sale at most."},
	{"durable before done", "What is sent is on the disk before its first byte leaves."},
	{"every charge kept is on a receipt", "What was paid and kept has a receipt that came out whole."},
	{"every fault shown has a next step", "A screen that tells of something bad or unknown says what to do next."},
	{"every open item is visible", "While something is open the idle screen says so."},
	{"every screen has words in both languages", "No screen is empty, in Chinese or in English."},
	{"GIVE only when the money is there", "The screen says that the goods may be given only when the network has taken the whole amount."},
	{"ids are durable before the first byte", "No network has an order or a refund that no journal has begun."},
	{"memory is bounded", "Sales in memory, events, waits and faults stay below their limits."},
	{"no key is used with two contents", "What is repeated under one number is the same to the letter."},
	{"no refund exceeds its sale", "What went back, is on its way or is promised of a sale is no more than was paid."},
	{"no refund is lost", "What is told as paid back was paid back by the network."},
	{"no refund is paid twice", "What is told as failed, called off, paid in cash or replaced was not paid out by the network as well."},
	{"no sale is reversed before its time", "A network gets no reversal before it allows one."},
	{"no secret is written down", "A payer's code is in the request that pays and nowhere else: no record, no other request, no screen."},
	{"nobody pays out alone", "Cash without a sale is decided by two people."},
	{"nothing is told as failed that has moved", "A refund is told as failed only when the network does not have it."},
	{"nothing is told as failed that was charged", "When all is at rest, a sale that is refused or taken back has cost the customer nothing."},
	{"nothing open is forgotten", "A start finds every sale and refund that was open, and when all is at rest nothing is open any more."},
	{"nothing panics", "The program does not stop by itself."},
	{"nothing stale survives a transaction", "The idle screen shows no amount."},
	{"one unmarked receipt at most", "A second receipt of a sale is marked as a copy, also when the first broke off."},
	{"only what is paid has a receipt", "No receipt of a sale comes out while it is not paid."},
	{"paid is never taken back by an answer", "A sale that was told as paid stays paid, whatever a network says later."},
	{"paid is paid", "What is told as paid was charged in full."},
	{"paper and journal agree", "The amount on paper is the amount in the journal."},
	{"the books of the gateways balance", "What customers paid is what gateways took: the world's own books are right."},
	{"the day ends", "People come to the end of what they do: no screen holds them for ever."},
	{"the hash chain verifies", "Every record of a journal is linked to the one before, after every start."},
	{"the journal is read back", "What was written can be read, looked up and added up."},
	{"the journal takes what is decided", "No decision is refused by the disk's second look at it."},
	{"the machine's own check", "What txn.Check promises holds after every step, as it must in the field."},
	{"the network's pace is kept", "Two refunds of one sale are never sent within the time that the network wants between them."},
	{"the world", "The simulation itself does what it is told."},
	{"totals equal the gateway's books", "What the terminals kept of a sale, less what went back, is what the network kept."},
	{"what is being reversed never becomes paid", "A late approval does not revive a sale that is being taken back."},
	{"what is open is counted right", "The number of open refunds that people see is the number that is open."},
	{"what is shown is durable", "No screen tells of a sale what the journal does not."},
}

// Twice lives a world and once more, and the second life must be the first.
func Twice(o Options) Result {
	r := Run(o)
	o.Tell = nil
	if again := Run(o); again.Trace != r.Trace && r.Failure == nil {
		r.Failure = &Failure{Invariant: OneTrace, Text: fmt.Sprintf("%016x after %d steps, and %016x after %d",
			r.Trace, r.Steps, again.Trace, again.Steps)}
	}
	return r
}
