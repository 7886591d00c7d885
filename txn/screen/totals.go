package screen

import (
	"strconv"
	"strings"
	"time"

	"till/txn"
	"till/txn/money"
)

// open counts what is open, with its amounts: the sale that is just being made,
// and the refund whose first answer is awaited, are not pending yet.
func (t teller) open() (int, money.Amount) {
	n, fen := t.OpenCount()
	if tx, ok := t.Ledger.Tx(t.Session.Shown); ok && t.fresh(tx) {
		n, fen = n-1, fen-tx.Amount.Minor()
	}
	if r, ok := t.Ledger.Refund(t.Session.Back); ok && t.freshBack(r) {
		n, fen = n-1, fen-r.Amount.Minor()
	}
	return max(0, n), sum(fen)
}

// sum is an amount of many: cut to what an amount can hold.
func sum(fen int64) money.Amount { return money.Fen(max(0, min(fen, money.Max))) }

// openLine is what is open, in one line: number, amount and since when.
func (t teller) openLine(n int, a money.Amount) string {
	since := t.Session.Oldest
	for _, it := range t.Pending() {
		if since == 0 || it.At < since {
			since = it.At
		}
	}
	if since == 0 {
		return t.PendingChip(n) + " · " + a.String()
	}
	return t.OpenSince(n, a, t.when(since))
}

// Rows of a page, so that every panel can show them.
const (
	pendingPage = 4
	rulesPage   = 8
)

// pageOf is the first line of the page that the cursor is on, or of the last one
// when the list has become shorter.
func pageOf(cursor, n, page int) int { return max(0, min(cursor, n-1)) / page * page }

// roundWait is how long package txn waits for the next walk through what is open,
// after so many that changed nothing; what is left of it comes with the Moment.
func roundWait(quiet int) time.Duration {
	waits := [...]time.Duration{time.Minute, time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute}
	return waits[min(quiet, len(waits)-1)]
}

// pendingList is drawing 10: everything that is open, reversals first.
func (t teller) pendingList() Screen {
	items := t.Pending()
	n, fen := t.OpenCount()
	v := Screen{
		ID: "10-queue", Layout: LayoutList, Title: t.PendingWork(),
		Keys:     []Key{{Key: txn.KeyCancel, Label: t.KeyCancel()}},
		Customer: Customer{Scene: SceneWelcome, Word: t.Welcome()},
	}
	owed := t.unprinted()
	if n == 0 && owed > 0 {
		v.Word, v.Tone = t.StillToPrint(owed), ToneWarning
		return v
	}
	if n == 0 {
		v.Word, v.Tone = t.NothingPending(), ToneGood
		return v
	}
	v.Remark = t.OpenSum(n, sum(fen))
	first := pageOf(t.Session.Cursor, len(items), pendingPage)
	for i := first; i < min(len(items), first+pendingPage); i++ {
		it := items[i]
		what, tail, tone := t.item(it)
		v.Rows = append(v.Rows, Row{Now: i == t.Session.Cursor, Tone: tone,
			Cells: []string{what, it.Amount.String()},
			Under: t.Rail(it.Rail) + " " + tail + " · " + t.Since(t.when(it.At))})
	}
	if round := t.Session.Round; round.Walking && round.Forced {
		v.Lines = append(v.Lines, t.TryingAll(round.Seen, round.Ended))
	} else if t.Session.Link == txn.LinkIsDown {
		v.Lines = append(v.Lines, t.WaitsForLink())
	} else if round.Due && !round.Walking {
		wait := roundWait(round.Quiet)
		v.Wait = Wait{Timer: txn.Timer{Kind: txn.TimerRound, Try: round.Next}, For: wait, Whole: wait, Then: t.NextRoundIn()}
	} else {
		v.Lines = append(v.Lines, t.NextRound())
	}
	switch more, s := n-len(items), t.SlipState(t.Session.Slip); {
	case s != "":
		v.Lines = append(v.Lines, t.ListOnPaper(s))
	case more > 0:
		v.Lines = append(v.Lines, t.MoreStored(more))
	case owed > 0:
		v.Lines = append(v.Lines, t.StillToPrint(owed))
	default:
		v.Lines = append(v.Lines, t.SafeHere())
	}
	if len(items) > 1 {
		v.Keys = append(v.Keys, Key{Key: txn.KeyUpDown, Label: t.KeyMove()})
	}
	if t.Session.Cursor < len(items) {
		v.Keys = append(v.Keys, Key{Key: txn.KeyF1, Label: t.KeyOpenIt()})
	}
	if !t.Setup.NoPaper {
		v.Keys = append(v.Keys, Key{Key: txn.KeyF3, Label: t.KeyPrintList()})
	}
	v.Keys = append(v.Keys, Key{Key: txn.KeyEnter, Label: t.KeyTryAll()})
	return v
}

// item is what something open is, its number, and how it feels.
func (t teller) item(it txn.OpenItem) (what, tail string, tone Tone) {
	if it.Refund == "" {
		if it.Phase == txn.Reversing.String() {
			return t.ItemReversal(), it.Order.Tail(), ToneBad
		}
		return t.ItemSale(), it.Order.Tail(), ToneUnknown
	}
	phase, tone := txn.Promised, ToneWarning
	for _, p := range txn.RefundPhases {
		if p.String() == it.Phase {
			phase = p
		}
	}
	switch phase {
	case txn.Promised, txn.Taken:
		tone = ToneCalm
	case txn.Dead, txn.Stranded:
		tone = ToneBad
	}
	return t.ItemRefund(phase), it.Refund.Tail(), tone
}

// day is drawing 11: the totals of a day, and what is carried forward.
func (t teller) day() Screen {
	r := t.Session.Report
	v := Screen{
		ID: "11-settlement", Layout: LayoutTable, Title: t.DayTotals(r.Day), Remark: t.SlipState(t.Session.Slip),
		Keys:     []Key{{Key: txn.KeyCancel, Label: t.KeyCancel()}},
		Customer: Customer{Scene: SceneWelcome, Word: t.Welcome()},
	}
	if !r.Ready {
		v.Title, v.Lines = t.TileDay(), []string{t.AddingUp()}
		return v
	}
	if r.Closed && v.Remark == "" {
		v.Remark = t.DayClosed()
	}
	v.Head = []string{t.HeadChannel(), t.HeadCount(), t.HeadRefunds(), t.HeadNet()}
	var sales, taken int
	var back, net int64
	for _, l := range r.Lines {
		cells := []string{t.Rail(l.Rail), strconv.Itoa(l.Sales), signed(-l.BackFen), signed(l.SaleFen - l.BackFen)}
		v.Rows = append(v.Rows, Row{Cells: cells})
		sales, taken = sales+l.Sales, taken+l.Taken
		back, net = back+l.BackFen, net+l.SaleFen-l.BackFen
	}
	v.Rows = append(v.Rows, Row{Bold: true, Cells: []string{t.TotalSales(sales), "", signed(-back), signed(net)}})
	if taken > 0 {
		v.Small = t.TakenBackSales(taken)
	}
	if r.NoSale > 0 {
		if v.Small != "" {
			v.Small += " · "
		}
		v.Small += t.NoSaleRefunds(r.NoSale, sum(r.NoFen))
	}
	v.Cards = []Card{{Tone: ToneGood, Text: t.NothingOpen()}}
	if r.Count > 0 {
		v.Cards = []Card{{Tone: ToneWarning, Text: t.CarriedForward(r.Count, sum(r.Fen))}}
		for i, it := range r.Open {
			if i == 2 {
				break
			}
			what, tail, _ := t.item(it)
			line := what + " · " + t.Rail(it.Rail) + " " + tail + " · " + it.Amount.String()
			v.Lines = append(v.Lines, line)
		}
	}
	if r.Closed {
		t.closeKeys(&v, t.KeyLeave())
		return v
	}
	t.closeKeys(&v, t.KeyCloseDay())
	return v
}

// closeKeys print, or close and print.
func (t teller) closeKeys(v *Screen, enter string) {
	if !t.Setup.NoPaper {
		v.Keys = append(v.Keys, Key{Key: txn.KeyF3, Label: t.KeyPrintOnly()})
	}
	v.Keys = append(v.Keys, Key{Key: txn.KeyEnter, Label: enter})
}

// signed is an amount of fen that may be below zero, without the yuan sign.
func signed(fen int64) string {
	if fen < 0 {
		return "−" + signed(-fen)
	}
	return strings.TrimPrefix(sum(fen).String(), "¥")
}

// yuan is the same with the sign.
func yuan(fen int64) string {
	if fen < 0 {
		return "−" + sum(-fen).String()
	}
	return sum(fen).String()
}

// shift is screen 35: what one cashier answers for.
func (t teller) shift() Screen {
	name := t.Session.Who
	if p, ok := t.Signed(); ok {
		name = p.Name + " · " + t.Role(p.Role)
	}
	v := Screen{
		ID: "35-shift", Layout: LayoutTable, Title: t.ShiftOf(name), Remark: t.SlipState(t.Session.Slip),
		Keys:     []Key{{Key: txn.KeyCancel, Label: t.KeyCancel()}},
		Customer: Customer{Scene: SceneWelcome, Word: t.Welcome()},
	}
	s, ok := t.Ledger.Shift(t.Session.Who)
	if !ok {
		v.Lines = []string{t.NoShift()}
		return v
	}
	if v.Remark == "" {
		v.Remark = t.ShiftSince(t.when(s.Since))
	}
	v.Rows = []Row{
		{Cells: []string{t.ShiftSales(s.Sales), sum(s.SaleFen).String()}},
		{Cells: []string{t.ShiftRefunds(s.Backs), yuan(-s.BackFen)}},
		{Cells: []string{t.ShiftReversed(s.Reversed), strconv.Itoa(s.Reversed)}},
		{Cells: []string{t.ShiftCash(), yuan(s.Cash)}},
		{Bold: true, Cells: []string{t.ShiftNet(), yuan(s.SaleFen - s.BackFen)}},
	}
	v.Cards = []Card{{Tone: ToneGood, Text: t.NothingOpen()}}
	if n, a := t.open(); n > 0 {
		v.Cards = []Card{{Tone: ToneWarning, Text: t.CarriedForward(n, a)}}
	}
	t.closeKeys(&v, t.KeyCloseShift())
	return v
}
