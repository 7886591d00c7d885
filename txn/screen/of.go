package screen

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"till/txn"
	"till/txn/money"
)

// teller tells one state in one language.
type teller struct {
	txn.State
	Text
	lang txn.Lang
}

// Of is the screen of a state, in a language. It is a function of its
// arguments alone.
func Of(s txn.State, lang txn.Lang) Screen {
	t := teller{s, In(lang), lang}
	var v Screen
	switch s.Session.View {
	case txn.ViewAmount:
		v = t.amount()
	case txn.ViewCode:
		v = t.code()
	case txn.ViewSale:
		v = t.sale()
	case txn.ViewReject:
		v = t.reject()
	case txn.ViewRepeat:
		v = t.repeat()
	case txn.ViewBlocked:
		v = t.blocked()
	case txn.ViewRecovery:
		v = t.recovery()
	default:
		v = t.idle()
	}
	v.Lang = lang
	v.Status = t.status()
	v.Verdict = t.Verdict(v.Goods)
	v.Customer.Lang, v.Customer.Shop = lang, s.Setup.Merchant.Name
	return v
}

func (t teller) wall(w txn.Wall) time.Time { return w.In(t.Setup.Zone) }

func (t teller) status() Status {
	st := Status{Terminal: t.Setup.Terminal, Operator: t.Setup.Operator}
	if n := t.pending(); n > 0 {
		st.Pending = t.Pending(n)
	}
	for _, f := range t.Session.Faults {
		switch f.Device {
		case "printer":
			st.Printer = LightBad
		case "link":
			st.Link = LightBad
		}
	}
	switch {
	case t.Session.Link == txn.LinkIsDown:
		st.Link = LightBad
	case t.Session.Link == txn.LinkUnknown && st.Link == LightOn:
		st.Link = LightDim
	}
	return st
}

// pending counts what is still to be settled: sales without an outcome, and
// receipts that could not be printed. The sale that is just being made is not
// pending yet.
func (t teller) pending() int {
	n := 0
	for _, tx := range t.Ledger.Txs {
		c, _ := t.Session.Chase(tx.Order)
		fresh := t.Session.View == txn.ViewSale && t.Session.Shown == tx.Order &&
			tx.Phase == txn.Asking && !c.Doubtful() && c.Closing == txn.CauseNone
		switch {
		case fresh:
		case !tx.Phase.Final(), tx.Paper.Owed() && t.paperFault(tx) != "":
			n++
		}
	}
	return n
}

// paperFault is why a receipt that is owed is not in the printer, or "".
func (t teller) paperFault(tx txn.Tx) txn.FaultCode {
	if tx.Paper.State != txn.PaperDue {
		return ""
	}
	if f := t.Session.Fault("printer"); f != "" && f != "P03" {
		return f
	}
	return tx.Paper.Fault
}

// idle is drawing 01.
func (t teller) idle() Screen {
	v := Screen{ID: "01-idle", Layout: LayoutIdle, Word: t.KeyInAmount()}
	if a, ok := t.trouble(); ok {
		v.Tone, v.Lines = ToneWarning, a
	} else {
		v.Lines = []string{t.PressDigits()}
	}
	if tx, ok := t.last(func(tx txn.Tx) bool { return tx.Phase.Final() }); ok {
		v.Cards = []Card{t.lastCard(tx)}
	}
	day := t.Ledger.Day
	net := money.Fen(max(0, min(day.Fen, money.Max)))
	v.Facts = []Fact{
		{t.SalesOn(day.Date), strconv.Itoa(day.Count)},
		{t.NetOn(day.Date), net.String()},
		{t.PendingNow(), strconv.Itoa(t.pending())},
	}
	if tx, ok := t.last(paid); ok {
		v.Keys = append(v.Keys, Key{Key: txn.KeyF3, Label: t.KeyReprint(), Off: t.printing(tx)})
	}
	v.Keys = append(v.Keys, Key{Key: txn.KeyF4, Label: In(1 - t.lang).Language()})
	v.Customer = Customer{Scene: SceneWelcome, Word: t.Welcome()}
	return v
}

func paid(tx txn.Tx) bool { return tx.Phase == txn.PaidFor }

// last is the newest sale of which f is true.
func (t teller) last(f func(txn.Tx) bool) (txn.Tx, bool) {
	for _, tx := range slices.Backward(t.Ledger.Txs) {
		if f(tx) {
			return tx, true
		}
	}
	return txn.Tx{}, false
}

func (t teller) lastCard(tx txn.Tx) Card {
	over := t.LastSale(t.wall(tx.Begun), t.Rail(tx.Rail))
	c := Card{Tone: ToneBad, Over: over, Amount: tx.Amount.String()}
	switch {
	case tx.Phase == txn.RefusedFor:
		c.Text = t.Declined(t.refusal(tx))
	case tx.Phase == txn.ReversedFor:
		c.Text = t.TakenBack("")
	case tx.Paper.State == txn.PaperNone:
		c.Tone, c.Text = ToneGood, t.Approved()
	case tx.Paper.State == txn.PaperUnconfirmed:
		c.Tone, c.Text = ToneGood, t.PaidLookAtPaper()
	case t.paperFault(tx) != "":
		c.Tone, c.Text = ToneGood, t.PaidNotPrinted()
	case tx.Paper.Owed():
		c.Tone, c.Text = ToneGood, t.PaidPrinting()
	default:
		c.Tone, c.Text = ToneGood, t.PaidPrinted()
	}
	return c
}

// trouble is the most urgent fault among some devices, or among all, and what
// to do about it: two lines.
func (t teller) trouble(devices ...string) ([]string, bool) {
	urgent := Faults()
	rank := func(f txn.Fault) int {
		if i := slices.Index(urgent, string(f.Code)); i >= 0 {
			return i
		}
		return len(urgent)
	}
	var worst txn.Fault
	n := 0
	for _, f := range t.Session.Faults {
		if len(devices) > 0 && !slices.Contains(devices, f.Device) {
			continue
		}
		if n == 0 || rank(f) < rank(worst) {
			worst = f
		}
		n++
	}
	if n == 0 {
		return nil, false
	}
	a := t.Fault(worst.Device, worst.Code)
	what := a.What + " · " + string(worst.Code)
	if n > 1 {
		what += " " + t.More(n-1)
	}
	return []string{what, a.Do}, true
}

// amount is drawing 02.
func (t teller) amount() Screen {
	digits := t.Session.Digits
	a := txn.Keyed(digits)
	v := Screen{
		ID: "02-amount", Layout: LayoutAmount,
		Title: t.Sale(), Remark: t.Step(1, 2),
		Amount: a.String(),
		Lines:  []string{t.LastTwoAreCents(digits)},
		Keys: []Key{
			{Key: txn.KeyCancel, Label: t.KeyCancel()},
			{Key: txn.KeyBack, Label: t.KeyDelete()},
			{Key: txn.KeyEnter, Label: t.KeyCharge(), Off: a.Zero()},
		},
		Customer: Customer{Scene: SceneAmount, Amount: a.String(), Lines: []string{t.CheckAmount()}},
	}
	if whole, frac, dot := strings.Cut(digits, "."); dot {
		// As far as it is keyed: "¥36." and "¥36.5" tell where the next digit goes.
		v.Amount = strings.TrimSuffix(txn.Keyed(whole+"00").String(), ".00") + "." + frac
		v.Lines[0] = t.WholeYuan(digits)
	}
	if limit := t.Setup.SaleLimit; !limit.Zero() {
		if a.Over(limit) {
			v.Tone = ToneWarning
			v.Lines = append(v.Lines, t.OverLimit(limit))
		} else {
			v.Lines = append(v.Lines, t.Limit(limit))
		}
	}
	return v
}

// screenTimer is the timer of the screen that is up: package txn counts
// screens, so that an old wait ends no new one.
func (t teller) screenTimer(k txn.TimerKind, after time.Duration, then Ticking) Wait {
	return Wait{Timer: txn.Timer{Kind: k, Try: t.Session.Serial}, For: after, Whole: after, Then: then}
}

// code is drawing 03.
func (t teller) code() Screen {
	amount := t.Session.Amount.String()
	v := Screen{
		ID: "03-waitcode", Layout: LayoutScan,
		Title: t.Sale(), Remark: t.Step(2, 2),
		Amount: amount,
		Word:   t.ScanCode(),
		Lines:  []string{t.rails()},
		Wait:   t.screenTimer(txn.TimerCode, t.Setup.CodeWait, t.CodeWait()),
		Keys:   []Key{{Key: txn.KeyCancel, Label: t.KeyCancel()}},
	}
	if a, ok := t.trouble("scanner", "link", "gateway", "clock"); ok {
		v.Tone, v.Lines = ToneWarning, a
	}
	v.Customer = Customer{
		Scene: SceneCode, Title: t.AmountToPay(), Amount: amount, Word: t.ShowYourCode(),
		Lines: []string{t.rails(), t.CheckShop()}, Wait: v.Wait,
	}
	v.Customer.Wait.Then = Ticking{}
	return v
}

// rails names every wallet that is taken.
func (t teller) rails() string {
	var names []string
	for _, r := range t.Setup.Rails {
		names = append(names, t.Rail(r.Name))
	}
	return strings.Join(names, " · ")
}
