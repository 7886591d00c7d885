package screen

import (
	"strconv"
	"strings"

	"till/txn"
	"till/txn/money"
)

// when is a moment that may not be today: the date and the time of day.
func (t teller) when(w txn.Wall) string { return t.When(t.wall(w)) }

// keyed is an amount as far as it is keyed: "¥36." and "¥36.5" tell where the
// next digit goes.
func keyed(digits string) string {
	if whole, frac, dot := strings.Cut(digits, "."); dot {
		return strings.TrimSuffix(txn.Keyed(whole+"00").String(), ".00") + "." + frac
	}
	return txn.Keyed(digits).String()
}

// waiting is what the customer sees while somebody works for him.
func (t teller) customerWaits(title string) Customer {
	return Customer{Scene: SceneWaiting, Title: title, Word: t.OneMoment()}
}

// find is screen 31: a sale that somebody wants money back from.
func (t teller) find() Screen {
	v := Screen{
		ID: "31-find", Layout: LayoutEntry, Title: t.FindSale(),
		Field:    Field{Label: t.FindBy(), Text: t.Session.Digits, Under: t.FindHow()},
		Lines:    []string{t.ScanToFind()},
		Wait:     t.screenTimer(txn.TimerCode, t.Setup.CodeWait, t.LeavesIn()),
		Keys:     []Key{{Key: txn.KeyCancel, Label: t.KeyCancel()}},
		Customer: t.customerWaits(t.RefundTitle()),
	}
	switch {
	case t.Session.Desk.Looking:
		v.Lines = []string{t.Searching()}
	case t.Session.Desk.Missed:
		v.Tone, v.Field.Under, v.Field.Wrong = ToneWarning, t.NothingFound(), true
	}
	if t.Session.Desk.Timing {
		t.timing(&v)
		return v
	}
	if t.Session.Digits == "" {
		v.Keys = append(v.Keys, Key{Key: txn.KeyF1, Label: t.KeyNewest()})
		if t.Setup.Refunds.NoSale {
			v.Keys = append(v.Keys, Key{Key: txn.KeyF4, Label: t.KeyNoSale()})
		}
		return v
	}
	v.Keys = append(v.Keys, Key{Key: txn.KeyBack, Label: t.KeyDelete()})
	t.timeKey(&v)
	v.Keys = append(v.Keys, Key{Key: txn.KeyEnter, Label: t.KeyFind()})
	return v
}

// timeKey narrows an amount by the time of the sale.
func (t teller) timeKey(v *Screen) {
	if !sought(t.Session.Digits).Zero() {
		v.Keys = append(v.Keys, Key{Key: txn.KeyF2, Label: t.KeyTime()})
	}
}

// sought is the amount that digits of a search stand for, as package txn has it.
func sought(digits string) money.Amount { return txn.Keyed(strings.TrimLeft(digits, "0")) }

// timing is the second step of the search: about when it was.
func (t teller) timing(v *Screen) {
	d := t.Session.Desk
	_, whole := txn.ParseAbout(d.Time)
	v.Field.Label, v.Field.Text = t.SoldAbout(sought(t.Session.Digits)), clockDigits(d.Time)
	switch {
	case d.Missed:
		v.Field.Under = t.NothingAbout()
	case len(d.Time)%4 == 0 && d.Time != "" && !whole:
		v.Field.Under, v.Field.Wrong = t.NoSuchTime(), true
	default:
		v.Field.Under = t.SoldAboutHow()
	}
	v.Keys = append(v.Keys, Key{Key: txn.KeyBack, Label: t.KeyDelete()})
	if d.Time == "" {
		v.Keys[1].Label = t.KeyNoTime()
	}
	v.Keys = append(v.Keys, Key{Key: txn.KeyEnter, Label: t.KeyFind(), Off: !whole})
}

// clockDigits are the digits of a time of day and of a date, as far as they are
// keyed: "14:3", "14:30 11-2".
func clockDigits(d string) string {
	var b strings.Builder
	for i, r := range d {
		b.WriteString([...]string{2: ":", 4: " ", 6: "-", 7: ""}[i])
		b.WriteRune(r)
	}
	return b.String()
}

// payout is screen 38: cash without a sale.
func (t teller) payout() Screen {
	d := t.Session.Desk
	v := Screen{
		ID: "38-payout", Layout: LayoutRefund, Title: t.PayoutTitle(),
		Lines: []string{t.PayoutCashOnly(), t.PayoutSecond()},
		Field: Field{Label: t.RefundNow(), Text: keyed(t.Session.Digits), Under: t.BackInCash(), Money: true,
			Faint: t.Session.Digits == ""},
		Wait: t.screenTimer(txn.TimerCode, t.Setup.CodeWait, t.LeavesIn()),
		Keys: []Key{{Key: txn.KeyCancel, Label: t.KeyCancel()}, {Key: txn.KeyBack, Label: t.KeyDelete()},
			{Key: txn.KeyEnter, Label: t.KeyRefund(), Off: d.Over != txn.RuleNone}},
		Customer: t.customerWaits(t.RefundTitle()),
	}
	if t.Session.Digits == "" {
		v.Keys[1].Label = t.KeyOther()
	}
	if d.Over != txn.RuleNone {
		v.Field.Under, v.Field.Wrong = t.Rule(d.Over, t.bound(d.Over, txn.Preflight{})).What, true
	}
	v.Customer.Amount, v.Customer.Lines = v.Field.Text, []string{t.CheckAmount()}
	return v
}

// foundPage is how many sales a digit can choose from, as package txn has it.
const foundPage = 9

// choices is screen 32: several sales fit.
func (t teller) choices() Screen {
	list := t.Session.Desk.Choices
	first := pageOf(t.Session.Cursor, len(list), foundPage)
	v := Screen{
		ID: "32-found", Layout: LayoutList, Title: t.FoundTimes(len(list)), Remark: t.PressNumber(),
		Wait:     t.screenTimer(txn.TimerCode, t.Setup.CodeWait, t.LeavesIn()),
		Keys:     []Key{{Key: txn.KeyCancel, Label: t.KeyCancel()}, {Key: txn.KeyBack, Label: t.KeyOther()}},
		Customer: t.customerWaits(t.RefundTitle()),
	}
	if pages := (len(list) + foundPage - 1) / foundPage; pages > 1 {
		v.Remark = t.Page(first/foundPage+1, pages)
	}
	for i := first; i < min(len(list), first+foundPage); i++ {
		o := list[i]
		state, tone := t.originalState(o)
		v.Rows = append(v.Rows, Row{
			Cap: strconv.Itoa(i - first + 1), Now: i == t.Session.Cursor, Tone: tone,
			Cells: []string{t.when(o.Paid), t.walletOf(o), o.Order.Tail(), o.Amount.String(), state},
		})
	}
	if c := t.Session.Cursor; c < len(list) {
		if back := list[c].Amount.Minor() - txn.Left(list[c].Amount, list[c].Refunds).Minor(); back > 0 {
			v.Small = t.RefundedOf(money.Fen(back), t.walletOf(list[c]), list[c].Order.Tail())
		}
	}
	t.timeKey(&v)
	if len(list) > 1 {
		v.Keys = append(v.Keys, Key{Key: txn.KeyUpDown, Label: t.KeyMove()})
	}
	if t.Session.Cursor < len(list) {
		v.Keys = append(v.Keys, Key{Key: txn.KeyEnter, Label: t.KeyOpenIt()})
	}
	return v
}

// walletOf names whose code paid a sale.
func (t teller) walletOf(o txn.Original) string {
	if o.Wallet != "" {
		return t.Rail(o.Wallet)
	}
	return t.Rail(o.Rail)
}

// originalState is where a sale stands, in a word.
func (t teller) originalState(o txn.Original) (string, Tone) {
	left := txn.Left(o.Amount, o.Refunds)
	switch {
	case o.Phase == txn.Asking || o.Phase == txn.Reversing || o.Phase == txn.WrittenFor:
		return t.StateOpen(), ToneUnknown
	case o.Phase != txn.PaidFor:
		return t.StateNotCharged(), ToneBad
	case left.Zero():
		return t.StateRefunded(), ToneBad
	case left != o.Amount:
		return t.StatePartly(), ToneWarning
	}
	return t.StatePaid(), ToneGood
}

// wallets is screen 30: whose code is to be shown.
func (t teller) wallets() Screen {
	v := Screen{
		ID: "30-wallet", Layout: LayoutTiles, Title: t.WhoseCode(), Remark: t.Session.Amount.String(),
		Wait:     t.screenTimer(txn.TimerCode, t.Setup.CodeWait, t.CancelsIn()),
		Keys:     []Key{{Key: txn.KeyCancel, Label: t.KeyCancel()}},
		Customer: t.customerWaits(t.AmountToPay()),
	}
	v.Customer.Amount = t.Session.Amount.String()
	for _, r := range t.Setup.Showers() {
		v.Rows = append(v.Rows, Row{Cap: strconv.Itoa(len(v.Rows) + 1), Cells: []string{t.Rail(r.ShownWallet())}})
	}
	return v
}
