package screen

import (
	"strings"
	"time"

	"till/txn"
)

// Lengths of PINs, and how many may be wrong in a row, as package txn has them.
const (
	cashierPIN = 4
	otherPIN   = 6
	pinTries   = 5
)

// barFor is how long one must wait after so many wrong PINs (txn.pinWait).
func barFor(failed int) time.Duration {
	return 30 * time.Second << min(max(failed-pinTries, 0), 5)
}

// pin is the field of a PIN, with the tries that are left: one after each bar.
func (t teller) pin(label, number string, length int) Field {
	return Field{Label: label, Text: strings.Repeat("*", t.Session.PIN.Len()),
		Boxes: max(length, t.Session.PIN.Len()), Under: t.TriesLeft(max(1, pinTries-t.Ledger.Failed(number)))}
}

// barred fills in the wait after too many wrong PINs, and reports whether one
// must wait or a PIN is just being checked.
func (t teller) barred(v *Screen, number string) bool {
	switch {
	case t.Session.Barred:
		wait := barFor(t.Ledger.Failed(number))
		v.Tone = ToneWarning
		v.Field.Under = ""
		timer := txn.Timer{Kind: txn.TimerPIN, Try: t.Session.Bars}
		v.Wait = Wait{Timer: timer, For: wait, Whole: wait, Then: t.PINWait()}
		return true
	case t.Session.Checking:
		v.Field.Under = t.CheckingPIN()
		return true
	}
	return false
}

// signIn is screen 28: the number of who works here, then the PIN.
func (t teller) signIn() Screen {
	v := Screen{
		ID: "28-signin", Layout: LayoutEntry, Title: t.SignIn(), Remark: t.Setup.Merchant.Name,
		Customer: Customer{Scene: SceneWelcome, Word: t.Welcome()},
	}
	if n, sum := t.open(); n > 0 {
		v.Lines = []string{t.openLine(n, sum)}
	}
	if a, ok := t.trouble(); ok {
		v.Lines = append(v.Lines, a[0])
	}
	if t.Session.Number == "" {
		d := t.Session.Digits
		v.Field = Field{Label: t.YourNumber(), Text: d, Boxes: 2, Under: t.NumberHow()}
		if d != "" {
			v.Keys = []Key{{Key: txn.KeyCancel, Label: t.KeyCancel()}, {Key: txn.KeyBack, Label: t.KeyDelete()}}
		}
		v.Keys = append(v.Keys, Key{Key: txn.KeyF4, Label: In(1 - t.lang).Language()})
		if len(d) == 2 {
			v.Keys = append(v.Keys, Key{Key: txn.KeyEnter, Label: t.KeyNextStep()})
		}
		return v
	}
	name, length := t.Session.Number, cashierPIN
	if p, ok := t.Setup.Person(t.Session.Number); ok {
		name = p.Name
		if p.Role != txn.Cashier {
			length = otherPIN
		}
	}
	v.Field = t.pin(t.YourPIN(name), t.Session.Number, length)
	v.Keys = []Key{{Key: txn.KeyCancel, Label: t.KeyCancel()}}
	if t.barred(&v, t.Session.Number) {
		if t.Session.Checking {
			v.Keys = nil
		}
		return v
	}
	t.pinKeys(&v, length, t.KeyEnterPIN())
	return v
}

// pinKeys are delete and enter, once there is something to delete or enter.
func (t teller) pinKeys(v *Screen, length int, enter string) {
	n := t.Session.PIN.Len()
	if n > 0 {
		v.Keys = append(v.Keys, Key{Key: txn.KeyBack, Label: t.KeyDelete()})
	}
	if n >= length {
		v.Keys = append(v.Keys, Key{Key: txn.KeyEnter, Label: enter})
	}
}

// approve is drawing 09: who asks, for what, how much.
func (t teller) approve() Screen {
	d := t.Session.Desk
	v := Screen{
		ID: "09-supervisor", Layout: LayoutEntry, Title: t.SecondPerson(),
		Wait:     t.screenTimer(txn.TimerCode, t.Setup.CodeWait, t.CancelsIn()),
		Keys:     []Key{{Key: txn.KeyCancel, Label: t.KeyCancel()}},
		Customer: t.customerWaits(t.RefundTitle()),
	}
	name := t.Setup.Operator
	if p, ok := t.Signed(); ok {
		name = p.Name
	}
	v.Cards = []Card{t.asked(t.AsksTo(name))}
	if d.For == txn.PermitDayClose || d.For == txn.PermitWriteOff {
		v.Customer = t.customerWaits("")
	}
	v.Field = t.pin(t.OtherPIN(), "", otherPIN)
	v.Field.Under += " · " + t.NotOneself()
	if t.barred(&v, "") {
		return v
	}
	t.pinKeys(&v, otherPIN, t.KeyAuthorise())
	return v
}

// asked is what a second person is to allow.
func (t teller) asked(over string) Card {
	d := t.Session.Desk
	c := Card{Over: over}
	switch {
	case d.For == txn.PermitRefund:
		c.Text = t.PermitTo(d.For, t.Rail(d.Original.Rail), t.Number(d.Original.Order.Tail()))
		c.Amount = d.Amount.String()
	case d.For == txn.PermitWriteOff && t.Session.Back == "":
		tx, _ := t.Ledger.Tx(t.Session.Shown)
		c.Text, c.Amount = t.PermitTo(d.For, t.Rail(tx.Rail), t.Number(tx.Order.Tail())), tx.Amount.String()
	case d.For == txn.PermitPayout:
		c.Text, c.Under, c.Amount = t.PermitTo(d.For, "", ""), t.Because(t.Reason(d.Reason)), d.Amount.String()
	case d.For == txn.PermitDayClose:
		c.Text = t.PermitTo(d.For, "", "")
	default:
		r, _ := t.Ledger.Refund(d.Refund)
		c.Text, c.Amount = t.PermitTo(d.For, t.Rail(r.Rail), t.Number(d.Refund.Tail())), r.Amount.String()
	}
	return c
}

// menu is drawing 18.
func (t teller) menu() Screen {
	v := Screen{
		ID: "29-menu", Layout: LayoutTiles, Title: t.Menu(), Remark: t.PressNumber(),
		Keys:     []Key{{Key: txn.KeyCancel, Label: t.KeyCancel()}},
		Customer: Customer{Scene: SceneWelcome, Word: t.Welcome()},
	}
	tile := func(number, label string) {
		v.Rows = append(v.Rows, Row{Cap: number, Cells: []string{label}})
	}
	tile("1", t.TileSale())
	tile("3", t.TileRefund())
	tile("5", t.TileDay())
	if _, ok := t.last(paid); ok && !t.Setup.NoPaper {
		tile("6", t.TileReprint())
	}
	_, signed := t.Signed()
	if signed {
		tile("7", t.TileShift())
	}
	tile("9", t.TileRules())
	tile("0", t.TileLanguage(In(1-t.lang).Language()))
	v.Keys = append(v.Keys, Key{Key: txn.KeyF1, Label: t.KeyPending(t.pending())})
	if signed {
		v.Keys = append(v.Keys, Key{Key: txn.KeyF4, Label: t.KeyLock()})
	}
	return v
}
