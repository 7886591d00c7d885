package screen

import (
	"strconv"

	"till/txn"
	"till/txn/money"
)

// at is the moment for which the sale on the desk is judged: when the network
// told of it, or the last entry of the journal. The screen has no clock.
func (t teller) at() txn.Wall {
	if at := t.Session.Desk.At; at != 0 {
		return at
	}
	return t.Ledger.LastAt
}

// refund is drawing 08: the sale, what is left of it, and how much goes back.
func (t teller) refund() Screen {
	d, o := t.Session.Desk, t.Session.Desk.Original
	p := t.Preflight(t.at())
	v := Screen{
		ID: "08-refund", Layout: LayoutRefund, Title: t.Refund(), Remark: t.Number(o.Order.Tail()),
		Wait:     t.screenTimer(txn.TimerCode, 2*t.Setup.CodeWait, t.LeavesIn()),
		Keys:     []Key{{Key: txn.KeyCancel, Label: t.KeyCancel()}},
		Customer: t.customerWaits(t.RefundTitle()),
	}
	if o.Order.Tail() == "" { // found by the number in the customer's bill, and not known yet
		v.Remark = ""
	}
	switch {
	case d.At != 0 && d.Heard && d.Asking == 0:
		v.Remark += " · " + t.AskedAt(t.wall(d.At))
	case !o.Ours && o.Rail != "":
		v.Remark += " · " + t.NotOurs()
	}
	if o.Rail != "" {
		v.Rows = t.sums(o, p)
	}
	switch {
	case p.Verdict == txn.RuleAsking && (t.Session.Digits != "" || d.All):
		t.ahead(&v, p)
		return v
	case p.Verdict != txn.RuleNone:
		t.forbidden(&v, p)
		return v
	}
	v.Lines = t.notes(o, p)
	v.Field = Field{Label: t.RefundNow(), Text: keyed(t.Session.Digits), Under: t.BackTo(t.walletOf(o)), Money: true}
	if o.Rail == txn.Cash || d.ByCash {
		v.Field.Under = t.BackInCash()
	}
	if t.Session.Digits == "" {
		v.Field.Text, v.Field.Faint = p.Left.String(), true
	}
	if d.Over != txn.RuleNone {
		v.Field.Under, v.Field.Wrong = t.Rule(d.Over, t.bound(d.Over, p)).What, true
	}
	v.Customer.Amount = v.Field.Text
	v.Customer.Lines = []string{t.CheckAmount()}
	v.Keys = append(v.Keys, Key{Key: txn.KeyBack, Label: t.KeyDelete()})
	if t.Session.Digits == "" {
		v.Keys[1].Label = t.KeyOther()
	}
	v.Keys = append(v.Keys, Key{Key: txn.KeyF1, Label: t.KeyAllOfIt()})
	t.receiptKey(&v, o)
	v.Keys = append(v.Keys, Key{Key: txn.KeyEnter, Label: t.KeyRefund(), Off: d.Over != txn.RuleNone})
	return v
}

// ahead is what is keyed while the network is being asked: it is kept, and nothing
// is done before somebody has seen the answer.
func (t teller) ahead(v *Screen, p txn.Preflight) {
	a := t.Rule(p.Verdict, p.Left)
	v.Lines = []string{a.What}
	v.Field = Field{Label: t.RefundNow(), Text: keyed(t.Session.Digits), Under: t.KeptForNow(), Money: true}
	if t.Session.Desk.All {
		v.Field.Text, v.Field.Faint, v.Field.Money = t.KeyAllOfIt(), true, false
	}
	v.Keys = append(v.Keys, Key{Key: txn.KeyBack, Label: t.KeyDelete()}, Key{Key: txn.KeyF1, Label: t.KeyAllOfIt()},
		Key{Key: txn.KeyEnter, Label: t.KeyRefund(), Off: true})
}

// receiptKey prints the sale's receipt again: what went wrong may be paper alone.
func (t teller) receiptKey(v *Screen, o txn.Original) {
	if !o.Ours || o.Phase != txn.PaidFor || t.Setup.NoPaper {
		return
	}
	k := Key{Key: txn.KeyF3, Label: t.KeyReceipt()}
	if tx, ok := t.Ledger.Tx(o.Order); ok {
		k.Off = t.printing(tx.Paper)
	}
	v.Keys = append(v.Keys, k)
}

// sums are what was paid, what went back, and what is left.
func (t teller) sums(o txn.Original, p txn.Preflight) []Row {
	rows := []Row{{Cells: []string{t.PaidAt(t.when(o.Paid), t.walletOf(o)), o.Amount.String()}}}
	unpaid := o.Phase != txn.PaidFor && t.Session.Desk.Finding != txn.FindPaid
	switch {
	case o.Paid == 0: // the network did not tell when
		rows[0].Cells[0] = t.walletOf(o)
	case unpaid:
		rows[0].Cells[0] = t.when(o.Paid) + " · " + t.walletOf(o)
	}
	if unpaid {
		return rows
	}
	less := func(name string, a money.Amount) {
		if !a.Zero() {
			rows = append(rows, Row{Tone: ToneBad, Cells: []string{name, "−" + a.String()}})
		}
	}
	less(t.GivenBack(p.Parts, p.PartsMax), p.Back)
	less(t.OnItsWay(), p.Underway)
	less(t.PromisedBack(), p.Promised)
	less(t.LostBack(), p.Lost)
	until := ""
	if p.Until != 0 {
		until = t.Date(p.Until)
	}
	left := Row{Tone: ToneGood, Bold: true, Cells: []string{t.StillRefundable(until), p.Left.String()}}
	if p.Elsewise && t.Session.Desk.Back == 0 { // the network does not say how much
		left.Tone, left.Cells[0] = ToneWarning, t.AtMostRefundable()
	}
	return append(rows, left)
}

// notes are what must be known before a digit is keyed, the most important
// first.
func (t teller) notes(o txn.Original, p txn.Preflight) []string {
	var n []string
	rail := t.Rail(o.Rail)
	switch {
	case t.Session.Link == txn.LinkIsDown && p.Offline:
		n = append(n, t.NoteOffline())
	case p.Offline:
		n = append(n, t.NoteSilent(rail))
	case t.Session.Desk.Cause != txn.CauseNone:
		n = append(n, t.NoteNotAsked(t.Cause(t.Session.Desk.Cause).What))
	}
	if lack := t.lack(p); lack > 0 {
		n = append(n, t.NoteShort(rail, money.Fen(min(lack, money.Max))))
	}
	switch {
	case !p.Approval || !p.Left.Over(p.Limit):
	case !p.Limit.Zero():
		n = append(n, t.NoteApproval(p.Limit))
	case t.Setup.Refunds.Tempo > 0 && t.Session.Tempo >= t.Setup.Refunds.Tempo:
		n = append(n, t.NoteTempo())
	}
	if p.Elsewise {
		n = append(n, t.NoteElsewise())
	}
	if p.Spaced && !p.Offline { // without the network that is not what it waits for
		n = append(n, t.NoteSpaced(rail, t.refundPolicy(o.Rail).Spacing))
	}
	if p.Void {
		n = append(n, t.NoteVoid(p.VoidWhy))
	}
	return n
}

// lack is what the shop's balance lacks for the amount keyed, or for all that is
// left while nothing is keyed: fen, 0 or less when it has enough or is not known.
func (t teller) lack(p txn.Preflight) int64 {
	if !p.Funds || p.Short <= 0 || t.Session.Digits == "" {
		return p.Short
	}
	return txn.Keyed(t.Session.Digits).Minor() - (p.Left.Minor() - p.Short)
}

// bound is the amount that a rule is about.
func (t teller) bound(r txn.Rule, p txn.Preflight) money.Amount {
	switch rules := t.Setup.Refunds; r {
	case txn.RuleMax:
		return rules.Max
	case txn.RuleShift:
		return rules.ShiftLimit
	case txn.RuleDay:
		return rules.DayLimit
	}
	return p.Left
}

// forbidden says which rule speaks against any refund of the sale.
func (t teller) forbidden(v *Screen, p txn.Preflight) {
	d, o := t.Session.Desk, t.Session.Desk.Original
	a := t.Rule(p.Verdict, t.bound(p.Verdict, p))
	v.Tone, v.Word, v.Next = ToneWarning, a.What, a.Do
	if p.Verdict == txn.RuleAsking {
		v.Tone = ToneCalm
	}
	if d.Cause != txn.CauseNone {
		v.Charged = t.Because(t.Cause(d.Cause).What)
	}
	v.Code = t.codeOf(d.Code)
	v.Keys = append(v.Keys, Key{Key: txn.KeyBack, Label: t.KeyOther()})
	t.receiptKey(v, o)
	if p.InCash() {
		v.Keys = append(v.Keys, Key{Key: txn.KeyF1, Label: t.KeyPayCash()})
	}
	switch p.Verdict {
	case txn.RuleOpen:
		if _, ok := t.Ledger.Tx(o.Order); ok {
			v.Keys = append(v.Keys, Key{Key: txn.KeyEnter, Label: t.KeyLookAtSale()})
		}
	case txn.RuleElsewhere:
		v.Keys = append(v.Keys, Key{Key: txn.KeyEnter, Label: t.KeyRetry()})
	case txn.RuleAsking:
		v.Keys = append(v.Keys, Key{Key: txn.KeyF1, Label: t.KeyAllOfIt()})
	}
}

// reason is screen 33: why money goes back, or why nobody asks any more.
func (t teller) reason() Screen {
	d := t.Session.Desk
	v := Screen{
		ID: "33-reason", Layout: LayoutTiles, Title: t.WhyBack(), Remark: d.Amount.String(),
		Wait:     t.screenTimer(txn.TimerCode, t.Setup.CodeWait, t.LeavesIn()),
		Keys:     []Key{{Key: txn.KeyCancel, Label: t.KeyCancel()}},
		Customer: t.customerWaits(t.RefundTitle()),
	}
	v.Customer.Amount = d.Amount.String()
	if d.For == txn.PermitWriteOff {
		v.Title, v.Remark = t.WhyGiveUp(), t.Number(t.Session.Shown.Tail())
		if t.Session.Back != "" {
			v.Remark = t.RefundNumber(t.Session.Back.Tail())
		}
		v.Customer = t.customerWaits("")
	}
	for i, r := range d.Reasons() {
		v.Rows = append(v.Rows, Row{Cap: strconv.Itoa(i + 1), Cells: []string{t.Reason(r)}})
	}
	return v
}
