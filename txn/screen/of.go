package screen

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"till/txn"
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
	v := t.view()
	v.Lang = lang
	v.Status = t.status()
	v.Verdict = t.Verdict(v.Goods)
	v.Customer.Lang, v.Customer.Shop = lang, s.Setup.Merchant.Name
	return v
}

// view tells what is before the operator.
func (t teller) view() Screen {
	switch t.Session.View {
	case txn.ViewAmount:
		return t.amount()
	case txn.ViewCode:
		return t.code()
	case txn.ViewSale:
		return t.sale()
	case txn.ViewReject:
		return t.reject()
	case txn.ViewRepeat:
		return t.repeat()
	case txn.ViewBlocked:
		return t.blocked()
	case txn.ViewRecovery:
		return t.recovery()
	}
	return t.counterView()
}

// counterView is a view of refunds, people and totals.
func (t teller) counterView() Screen {
	switch t.Session.View {
	case txn.ViewSignIn:
		return t.signIn()
	case txn.ViewMenu:
		return t.menu()
	case txn.ViewWallet:
		return t.wallets()
	case txn.ViewFind:
		return t.find()
	case txn.ViewFound:
		return t.choices()
	case txn.ViewRefund:
		return t.refund()
	case txn.ViewReason:
		return t.reason()
	case txn.ViewApprove:
		return t.approve()
	case txn.ViewBack:
		return t.back()
	case txn.ViewPending:
		return t.pendingList()
	case txn.ViewDay:
		return t.day()
	case txn.ViewShift:
		return t.shift()
	case txn.ViewRules:
		return t.rules()
	case txn.ViewCash:
		return t.cash()
	case txn.ViewPayout:
		return t.payout()
	}
	return t.idle()
}

func (t teller) wall(w txn.Wall) time.Time { return w.In(t.Setup.Zone) }

func (t teller) status() Status {
	st := Status{Terminal: t.Setup.Terminal, Operator: t.Setup.Operator}
	if len(t.Setup.Staff) > 0 {
		p, _ := t.Signed()
		st.Operator = p.Name
	}
	if n := t.pending(); n > 0 {
		st.Pending = t.PendingChip(n)
	}
	if _, sum := t.open(); !sum.Zero() {
		st.PendingSum = sum.String()
	}
	st.Urgent = t.Session.Alarm >= alarmUrgent
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

// alarmUrgent is the level of Session.Alarm at which something has been open for
// too long: ten minutes.
const alarmUrgent = 2

// pending counts what is still to be settled: sales and refunds without an
// outcome, and receipts that could not be printed. What is just being made is
// not pending yet.
func (t teller) pending() int {
	n, _ := t.open()
	return n + t.unprinted() + len(t.Session.Unheard)
}

// unprinted counts the receipts and slips that could not be printed.
func (t teller) unprinted() int {
	n := 0
	for _, tx := range t.Ledger.Txs {
		if tx.Phase.Final() && t.paperFault(tx.Paper) != "" {
			n++
		}
	}
	for _, r := range t.Ledger.Refunds {
		if r.Phase.Final() && t.paperFault(r.Paper) != "" {
			n++
		}
	}
	return n
}

// fresh reports whether a sale is on the screen and nothing is in doubt about it.
func (t teller) fresh(tx txn.Tx) bool {
	c, _ := t.Session.Chase(tx.Order)
	return t.Session.View == txn.ViewSale && t.Session.Shown == tx.Order &&
		tx.Phase == txn.Asking && !c.Doubtful() && c.Closing == txn.CauseNone
}

// paperFault is why a receipt that is owed is not in the printer, or "".
func (t teller) paperFault(p txn.Paper) txn.FaultCode {
	if p.State != txn.PaperDue {
		return ""
	}
	if f := t.Session.Fault("printer"); f != "" && f != "P03" {
		return f
	}
	return p.Fault
}

// idle is drawing 01.
func (t teller) idle() Screen {
	v := Screen{ID: "01-idle", Layout: LayoutIdle, Word: t.KeyInAmount()}
	if a, ok := t.trouble(); ok {
		v.Tone, v.Lines = ToneWarning, a
	} else {
		v.Lines = []string{t.PressDigits()}
	}
	if n, sum := t.open(); n > 0 && t.Session.Alarm >= alarmUrgent && v.Tone != ToneWarning {
		v.Tone, v.Lines = ToneWarning, []string{t.OpenFor(t.Session.Alarm), t.openLine(n, sum)}
	}
	if tx, ok := t.last(func(tx txn.Tx) bool { return tx.Phase.Final() }); ok {
		v.Cards = []Card{t.lastCard(tx)}
	}
	day := t.Ledger.Day
	v.Facts = []Fact{
		{t.SalesOn(day.Date), strconv.Itoa(day.Count)},
		{t.NetOn(day.Date), yuan(day.Fen - day.BacksFen)},
		{t.PendingNow(), strconv.Itoa(t.pending())},
	}
	if _, sum := t.open(); !sum.Zero() {
		v.Facts[2] = Fact{t.PendingChip(t.pending()), sum.String()}
	}
	v.Keys = []Key{{Key: txn.KeyF1, Label: t.KeyRefund()}}
	if tx, ok := t.last(paid); ok {
		v.Keys = append(v.Keys, Key{Key: txn.KeyF3, Label: t.KeyReprint(), Off: t.printing(tx.Paper)})
	}
	v.Keys = append(v.Keys, Key{Key: txn.KeyF4, Label: t.KeyMenu()})
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
	over := t.LastSale(t.wall(tx.Begun), t.walletName(tx))
	c := Card{Tone: ToneBad, Over: over, Amount: tx.Amount.String()}
	switch {
	case tx.Phase == txn.RefusedFor:
		c.Text = t.Declined(t.refusal(tx))
	case tx.Phase == txn.ReversedFor && tx.Back != "":
		c.Text = t.RefundedInstead(t.RefundNumber(tx.Back.Tail()))
	case tx.Phase == txn.WrittenFor:
		c.Tone, c.Text = ToneUnknown, t.OutcomeNeverKnown()
	case tx.Phase == txn.ReversedFor:
		c.Text = t.TakenBack("")
	case tx.Paper.State == txn.PaperNone:
		c.Tone, c.Text = ToneGood, t.Approved()
	case tx.Paper.State == txn.PaperUnconfirmed:
		c.Tone, c.Text = ToneGood, t.PaidLookAtPaper()
	case t.paperFault(tx.Paper) != "":
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
	if strings.Contains(digits, ".") {
		v.Amount, v.Lines[0] = keyed(digits), t.WholeYuan(digits)
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
	if len(t.Setup.Showers()) > 0 {
		v.Keys = append(v.Keys, Key{Key: txn.KeyF1, Label: t.KeyShowCode()})
	}
	if t.Setup.Cash {
		v.Keys = append(v.Keys, Key{Key: txn.KeyF4, Label: t.KeyCash()})
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
		wallets := r.Wallets
		if len(wallets) == 0 {
			wallets = []txn.RailName{r.Name}
		}
		for _, w := range wallets {
			if n := t.Rail(w); !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	return strings.Join(names, " · ")
}
