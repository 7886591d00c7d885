package bill

import (
	"time"

	"till/txn"
)

// Midnight is how far from midnight a sale may be in the neighbouring day's
// file: see the package's decisions.
const Midnight = 10 * time.Minute

// Compare says of each row of a file and of each entry of its day whether they
// agree. The entries are those of the day before, the day and the day after,
// and older ones that rows of the file name; only those of the day itself can be
// missing. Files of the neighbouring days, where they are at hand, settle what
// is near midnight.
func Compare(entries []Entry, b Bill, near ...Bill) Report {
	c := newComparison(entries, b, near)
	c.namedRefunds()
	c.voids()
	c.payments()
	c.otherRefunds()
	c.absent()
	return c.report
}

// comparison is one under way.
type comparison struct {
	entries  []Entry
	bill     Bill
	near     []Bill
	sales    map[string]int   // entries by order
	refunds  map[string]int   // entries by refund number
	installs map[string]bool  // of the numbers that the entries bear
	back     map[string][]int // rows about refunds, by order
	used     []bool           // rows about refunds that are spoken for
	met      []bool           // entries that are
	report   Report
}

func newComparison(entries []Entry, b Bill, near []Bill) *comparison {
	c := &comparison{
		entries: entries, bill: b, near: near, sales: map[string]int{}, refunds: map[string]int{},
		installs: map[string]bool{}, back: map[string][]int{},
		used: make([]bool, len(b.Refunds)), met: make([]bool, len(entries)),
		report: Report{Rail: b.Rail, Merchant: b.Merchant, Day: b.Day, There: b.Totals},
	}
	for i, e := range entries {
		if e.Kind == Sale {
			c.sales[e.Order] = i
		} else {
			c.refunds[e.Refund] = i
		}
		if life := install(e.Order); life != "" {
			c.installs[life] = true
		}
		if e.Day != b.Day {
			continue
		}
		switch {
		case e.Kind == Sale && e.State == Paid:
			c.report.Here.Payments.add(e.Amount)
		case e.Kind == Refund && e.moved():
			c.report.Here.Refunds.add(e.Amount)
		}
	}
	for i, l := range b.Refunds {
		c.back[l.Order] = append(c.back[l.Order], i)
	}
	return c
}

// install is the random part of a number of ours, "" of others.
func install(number string) string {
	if len(number) <= txn.InstallLen || txn.OrderNo(number).N() == 0 {
		return ""
	}
	if len(number) != len(txn.NewOrderNo(txn.Install(number[:txn.InstallLen]), 1)) {
		return ""
	}
	return number[:txn.InstallLen]
}

// moved reports whether the network must have the refund in its books.
func (e Entry) moved() bool { return e.State == Refunded || e.State == Accepted || e.State == Stuck }

// nameless reports whether a row gives money back under no number of a refund.
func (l Line) nameless() bool { return l.Fate == Revoked || l.Refund == "" || l.Refund == l.Order }

// item begins a verdict about a row.
func (c *comparison) item(k Kind, l Line) Item {
	return Item{
		Verdict: Matched, Kind: k, Order: l.Order, Refund: l.Refund, Reference: l.Reference,
		Here: -1, There: l.Amount, Line: l.Line, State: l.State,
	}
}

// with adds what our entry says.
func (c *comparison) with(i Item, at int) Item {
	e := c.entries[at]
	c.met[at] = true
	i.Here, i.StateHere = e.Amount, e.State
	if e.Refund != "" {
		i.Refund = e.Refund
	}
	if e.Day != c.bill.Day {
		i.Day = e.Day
	}
	return i
}

func (c *comparison) add(i Item) { c.report.Items = append(c.report.Items, i) }

// namedRefunds pairs the rows that bear a refund number of ours.
func (c *comparison) namedRefunds() {
	for n, l := range c.bill.Refunds {
		at, ok := c.refunds[l.Refund]
		if !ok || l.Refund == "" {
			continue
		}
		c.used[n] = true
		again := c.met[at]
		i, e := c.with(c.item(Refund, l), at), c.entries[at]
		switch {
		case again:
			i.Verdict, i.Action = Twice, CallNetwork
		case e.Amount != l.Amount:
			i.Verdict, i.Action = AmountDiffers, CheckAmount
		case e.Order != l.Order, !e.moved() && l.Fate != Failed:
			i.Verdict, i.Action = StatusDiffers, CheckPayout
		case e.State == Refunded && l.Fate == Failed, e.State == Stuck && l.Fate == Returned:
			i.Verdict, i.Action = StatusDiffers, CheckPayout
		}
		c.add(i)
	}
}

// voids pairs refunds that were made by a reversal: their rows bear no number
// of a refund, but the order and the amount.
func (c *comparison) voids() {
	for at, e := range c.entries {
		if e.Kind != Refund || c.met[at] || !e.moved() {
			continue
		}
		for _, n := range c.back[e.Order] {
			l := c.bill.Refunds[n]
			if c.used[n] || !l.nameless() || l.Amount != e.Amount {
				continue
			}
			c.used[n] = true
			c.add(c.with(c.item(Refund, l), at))
			break
		}
	}
}

// payments judges the rows about payments.
func (c *comparison) payments() {
	seen := map[string]bool{}
	for _, l := range c.bill.Payments {
		i := c.item(Sale, l)
		at, ours := c.sales[l.Order]
		switch {
		case seen[l.Order]:
			i.Verdict, i.Action = Twice, CallNetwork
			if ours {
				i = c.with(i, at)
			}
		case !ours:
			i = c.onlyThere(i)
		default:
			i = c.paid(c.with(i, at), c.entries[at], l)
		}
		seen[l.Order] = true
		c.add(i)
	}
}

// onlyThere tells a row whose number the journal must know from others.
func (c *comparison) onlyThere(i Item) Item {
	if c.installs[install(i.Order)] {
		i.Verdict, i.Action = OnlyThere, FindRecord
		return i
	}
	i.Verdict, i.Action = Foreign, CheckOthers
	if i.Kind == Sale {
		c.report.Foreign.Payments.add(i.There)
	} else {
		c.report.Foreign.Refunds.add(i.There)
	}
	return i
}

// paid judges a sale that was charged, as the file says.
func (c *comparison) paid(i Item, e Entry, l Line) Item {
	if e.State == Paid {
		switch {
		case e.Amount != l.Amount:
			i.Verdict, i.Action = AmountDiffers, CheckAmount
		case c.undone(e.Order):
			i.Verdict, i.Action = StatusDiffers, CheckUndone
		}
		return i
	}
	gone, undone := int64(0), Sum{}
	for _, n := range c.back[e.Order] {
		b := c.bill.Refunds[n]
		if b.Fate == Failed {
			continue
		}
		if gone += b.Amount; !c.used[n] { // else it is a refund of ours, and counted as such
			undone.add(b.Amount)
		}
		c.used[n] = true
	}
	switch other := c.otherDay(e); {
	case gone >= l.Amount && e.State != Open: // charged and given back: as we say
		c.report.Undone.Payments.add(l.Amount)
		c.report.Undone.Refunds.Count += undone.Count
		c.report.Undone.Refunds.Fen += undone.Fen
	case e.State == Open:
		i.Verdict, i.Action = StatusDiffers, Settle
	case c.bill.Covers == PaymentsOnly:
		i.Verdict = NotCovered
	case e.State == Reversed && other != 0 && c.inNear(other, func(b Bill) bool { return b.returns(e.Order, l.Amount) }):
		i.Other = other
	case e.State == Reversed && other != 0:
		i.Verdict, i.Action, i.Other = OtherFile, SeeOtherFile, other
	default:
		i.Verdict, i.Action = StatusDiffers, GiveBack
	}
	return i
}

// undone reports whether the file takes back an order without a refund of ours,
// and speaks for those rows.
func (c *comparison) undone(order string) bool {
	found := false
	for _, n := range c.back[order] {
		if !c.used[n] && c.bill.Refunds[n].nameless() {
			c.used[n], found = true, true
		}
	}
	return found
}

// returns reports whether a file gives back this much of an order.
func (b Bill) returns(order string, fen int64) bool {
	for _, l := range b.Refunds {
		if l.Order == order && l.Fate != Failed {
			fen -= l.Amount
		}
	}
	return fen <= 0
}

// otherRefunds judges the rows about refunds that nobody has spoken for.
func (c *comparison) otherRefunds() {
	for n, l := range c.bill.Refunds {
		if c.used[n] {
			continue
		}
		i := c.item(Refund, l)
		at, ours := c.sales[l.Order]
		if !ours {
			c.add(c.onlyThere(i))
			continue
		}
		e := c.entries[at]
		i.StateHere = e.State
		switch {
		case e.State == Reversed: // charged on an earlier day, given back now
			i = c.with(i, at)
			c.report.Undone.Refunds.add(l.Amount)
		case l.nameless() && e.State == Paid:
			i.Verdict, i.Action = StatusDiffers, CheckUndone
		default:
			i.Verdict, i.Action = OnlyThere, CheckRefund
		}
		c.add(i)
	}
}

// absent judges the entries of the day that no row is about.
func (c *comparison) absent() {
	for at, e := range c.entries {
		if c.met[at] || e.Day != c.bill.Day {
			continue
		}
		i := Item{
			Verdict: Matched, Kind: e.Kind, Order: e.Order, Refund: e.Refund, Reference: e.Reference,
			Here: e.Amount, There: -1, StateHere: e.State,
		}
		covered := c.bill.Covers == All || (e.Kind == Sale) == (c.bill.Covers == PaymentsOnly)
		moved, other := e.State == Paid || e.moved(), c.otherDay(e)
		switch {
		case !covered:
			i.Verdict = NotCovered
		case e.State == Open:
			i.Verdict, i.Action = StillOpen, Settle
		case !moved: // nothing happened, on both sides
		case other != 0 && c.inNear(other, func(b Bill) bool { return b.has(e) }):
			i.There, i.Other = e.Amount, other
		case other != 0 && !c.haveNear(other):
			i.Verdict, i.Action, i.Other = OtherFile, SeeOtherFile, other
		case e.Kind == Sale:
			i.Verdict, i.Action = OnlyHere, AskSale
		default:
			i.Verdict, i.Action = OnlyHere, AskRefund
		}
		c.add(i)
	}
}

// has reports whether a file has a row about an entry, with its amount.
func (b Bill) has(e Entry) bool {
	if e.Kind == Sale {
		for _, l := range b.Payments {
			if l.Order == e.Order && l.Amount == e.Amount {
				return true
			}
		}
		return false
	}
	for _, l := range b.Refunds {
		if l.Order == e.Order && l.Amount == e.Amount && (l.Refund == e.Refund || l.nameless()) {
			return true
		}
	}
	return false
}

// otherDay is the day in whose file an entry may be as well, 0 for none: it
// began or ended near midnight, or ended on a later day.
func (c *comparison) otherDay(e Entry) int {
	for _, at := range []txn.Wall{e.At, e.Ended} {
		if at == 0 {
			continue
		}
		for _, shift := range []time.Duration{-Midnight, Midnight} {
			if day := (at + txn.Wall(shift.Milliseconds())).Day(Zone); day != c.bill.Day {
				return day
			}
		}
	}
	return 0
}

func (c *comparison) haveNear(day int) bool {
	return c.inNear(day, func(Bill) bool { return true })
}

// inNear reports whether a file of this day is at hand for which yes holds.
func (c *comparison) inNear(day int, yes func(Bill) bool) bool {
	for _, b := range c.near {
		if b.Day == day && yes(b) {
			return true
		}
	}
	return false
}
