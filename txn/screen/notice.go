package screen

import (
	"slices"

	"till/txn"
)

// notice is what 20, 25 and 26 have in common: a triangle, and nothing was
// charged.
func (t teller) notice(id string) Screen {
	v := Screen{
		ID: id, Layout: LayoutNotice, Tone: ToneWarning, Title: t.Sale(),
		Keys:     []Key{{Key: txn.KeyCancel, Label: t.KeyCancel()}},
		Customer: Customer{Scene: SceneWaiting, Word: t.OneMoment()},
	}
	if !t.Session.Amount.Zero() {
		v.Amount = t.Session.Amount.String()
	}
	return v
}

// reject is drawing 20: what was scanned is not a payer's code, or none that
// can be charged.
func (t teller) reject() Screen {
	v := t.notice("20-codereject")
	s := t.Session.Reject
	canScan := v.Amount != ""
	v.Wait = t.screenTimer(txn.TimerCode, t.Setup.CodeWait, t.RejectCloses(canScan))
	if canScan {
		v.Customer = Customer{Scene: SceneWaiting, Amount: v.Amount, Word: t.ShowYourCode(),
			Lines: []string{t.ShowPayCode()}}
	}
	rail := t.Rail(s.Rail)
	switch {
	case t.Session.Why == txn.BlockedCode:
		v.Word, v.Charged = t.CodeUsedBefore(), t.ItIsPayerCode(rail)
		v.Cards = []Card{{Text: t.AskNewCode(), Under: t.WhereIsPayCode()}}
		v.Customer.Lines = []string{t.ShowFreshCode()}
	case t.Session.Why == txn.BlockedRail:
		v.Word, v.Charged = t.WalletNotTaken(rail), t.ItIsPayerCode(rail)
		v.Cards = []Card{{Text: t.TakeOtherWallet(t.rails()), Under: t.WhereIsPayCode()}}
		v.Customer.Lines = []string{t.PayWith(t.rails())}
	case s.Kind == txn.ScanPayer && !canScan:
		v.Word, v.Charged = t.AmountFirst(), t.ItIsPayerCode(rail)
		v.Cards = []Card{{Text: t.AmountThenScan()}}
	case s.Kind == txn.ScanHalf:
		v.Word, v.Charged = t.NotPaymentCode(), t.HalfCode(rail)
		v.Cards = []Card{{Text: t.AskNewCode(), Under: t.WhereIsPayCode()}}
		v.Customer.Lines = []string{t.ShowFreshCode()}
	default:
		v.Word, v.Charged = t.NotPaymentCode(), t.ItIs(s.Kind, t.shownCode(s))
		v.Cards = []Card{{Text: t.AskForPayCode(), Under: t.WhereIsPayCode()}}
	}
	if !canScan && s.Kind != txn.ScanPayer {
		v.Cards = []Card{{Text: t.AmountThenScan()}}
	}
	return v
}

// shownCode is what may be shown of a scan, cut to what a line holds.
func (t teller) shownCode(s txn.Scanned) string {
	if s.Kind == txn.ScanReceipt {
		return t.Number(s.Order.Tail())
	}
	const most = 24
	r := []rune(s.Shown)
	if len(r) > most {
		return string(r[:most]) + "…"
	}
	return s.Shown
}

// repeat is drawing 25: a sale of the same amount is open.
func (t teller) repeat() Screen {
	v := t.notice("25-repeat")
	v.Word, v.Charged = t.SameAmountOpen(), t.ReallyAgain()
	if tx, ok := t.Ledger.Tx(t.Session.Shown); ok {
		if tx.Phase == txn.PaidFor {
			v.Word = t.SameAmountPaid()
		}
		v.Cards = []Card{{
			Tone:   ToneUnknown,
			Over:   t.SaleBegunAt(t.wall(tx.Begun), t.Rail(tx.Rail), t.Number(tx.Order.Tail())),
			Text:   t.openState(tx),
			Amount: tx.Amount.String(),
		}}
	}
	v.Keys = []Key{
		{Key: txn.KeyCancel, Label: t.KeyCancel()},
		{Key: txn.KeyF1, Label: t.KeyLookAtIt()},
		{Key: txn.KeyEnter, Label: t.KeyChargeAgain()},
	}
	return v
}

// cash asks whether the money is in the drawer, before a sale in cash counts.
func (t teller) cash() Screen {
	amount := t.Session.Amount.String()
	return Screen{
		ID: "37-cash", Layout: LayoutNotice, Title: t.CashSale(), Remark: t.Step(2, 2),
		Word: t.TakeCash(), Amount: amount, Next: t.CashInDrawer(),
		Wait: t.screenTimer(txn.TimerCode, t.Setup.CodeWait, t.LeavesIn()),
		Keys: []Key{
			{Key: txn.KeyCancel, Label: t.KeyCancel()},
			{Key: txn.KeyEnter, Label: t.KeyCashTaken()},
		},
		Customer: Customer{Scene: SceneAmount, Amount: amount, Lines: []string{t.CheckAmount()}},
	}
}

// openState is what is known of an open sale, in few words.
func (t teller) openState(tx txn.Tx) string {
	switch tx.Phase {
	case txn.Asking:
		return t.StillUnknown()
	case txn.Reversing:
		return t.BeingTakenBack()
	}
	return t.found(tx)
}

// found is what is known of a sale, in one line.
func (t teller) found(tx txn.Tx) string {
	switch tx.Phase {
	case txn.PaidFor:
		return t.FoundPaid()
	case txn.RefusedFor:
		return t.FoundRefused()
	case txn.ReversedFor:
		return t.FoundReturned()
	case txn.Reversing:
		return t.FoundReversing()
	}
	if tx.Phase == txn.WrittenFor {
		return t.OutcomeNeverKnown()
	}
	return t.FoundUnknown()
}

// blocked is drawing 26: no sale can be begun.
func (t teller) blocked() Screen {
	if t.Session.Why == txn.BlockedOffline {
		return t.offline()
	}
	v := t.notice("26-blocked")
	a := t.CannotBegin(t.Session.Why, t.Setup.SaleLimit)
	v.Word, v.Next = a.What, a.Do
	v.Charged = t.NothingCharged()
	return v
}

// offline is drawing 16: what still works without a network.
func (t teller) offline() Screen {
	v := Screen{
		ID: "16-offline", Layout: LayoutOffline, Tone: ToneWarning,
		Word: t.OfflineNow(), Charged: t.OfflineResumes(), Label: t.StillWorks(), Next: t.CheckCable(),
		Keys:     []Key{{Key: txn.KeyCancel, Label: t.KeyCancel()}},
		Customer: Customer{Scene: SceneWaiting, Word: t.OneMoment()},
	}
	if !t.Session.Amount.Zero() {
		v.Amount = t.Session.Amount.String()
	}
	if t.Setup.Cash {
		v.Steps = append(v.Steps, Step{t.WorksCash(), StepDone})
	}
	v.Steps = append(v.Steps, Step{t.WorksReprint(), StepDone}, Step{t.WorksRefund(), StepDone})
	v.Keys = append(v.Keys, Key{Key: txn.KeyF1, Label: t.KeyRefund()})
	if t.Setup.Cash {
		v.Keys = append(v.Keys, Key{Key: txn.KeyF4, Label: t.KeyCash()})
	}
	v.Keys = append(v.Keys, Key{Key: txn.KeyEnter, Label: t.KeyRetry()})
	return v
}

// recovery is drawing 17: back after a power cut, the newest sale that was in
// progress first.
func (t teller) recovery() Screen {
	b := t.Session.Boot
	v := Screen{
		ID: "17-recovery", Layout: LayoutRecovery, Tone: ToneWarning,
		Title: t.PowerCut(), Remark: t.CutAndBack(t.wall(b.CutAt), t.wall(b.At)),
		Word:     t.InProgress(len(b.Orders)),
		Customer: Customer{Scene: SceneWelcome, Word: t.Welcome()},
	}
	tx, ok := t.Ledger.Tx(t.Session.Shown)
	if ok {
		t.recovered(&v, tx)
	}
	if s := t.others(b.Orders, tx.Order); s != "" {
		v.Lines = append(v.Lines, s)
	}
	v.Lines = append(v.Lines, t.Records(b.Records))
	if a, bad := t.trouble(); bad {
		v.Lines = append(v.Lines, a[0])
	}
	if !ok || !paid(tx) {
		tx, ok = t.last(paid)
	}
	if ok {
		v.Keys = append(v.Keys, Key{Key: txn.KeyF3, Label: t.KeyPrintAgain(), Off: t.printing(tx.Paper)})
	}
	v.Keys = append(v.Keys, Key{Key: txn.KeyEnter, Label: t.KeyGoOn()})
	return v
}

// recovered fills in the sale that was in progress.
func (t teller) recovered(v *Screen, tx txn.Tx) {
	v.Amount, v.Small = tx.Amount.String(), t.small(tx)
	c, _ := t.Session.Chase(tx.Order)
	card := Card{Tone: ToneBad, Text: t.found(tx), Under: t.CustomerNotCharged()}
	switch tx.Phase {
	case txn.PaidFor:
		card.Tone, card.Under, v.Goods = ToneGood, t.PaidAndPaper(tx.Paper.State), GoodsGive
		if f := t.paperFault(tx.Paper); f != "" {
			card.Under = t.NotPrintedYet(t.Fault("printer", f).What)
		}
	case txn.Asking, txn.Reversing:
		card.Tone, card.Under, v.Goods = ToneUnknown, t.DoNotChargeAgain(), GoodsHold
		v.Wait = chaseWait(c, t.AskAgain())
		if tx.Phase == txn.Reversing {
			card.Under, v.Goods = "", GoodsKeep
			v.Wait.Then = t.NextReversal(c.Reversals)
		}
	case txn.WrittenFor:
		card.Tone, card.Text, card.Under, v.Goods = ToneUnknown, t.GaveUpAsking(), t.OutcomeNeverKnown(), GoodsKeep
	case txn.ReversedFor:
		card.Under, v.Goods = t.NotChargedOrBack(), GoodsKeep
		if tx.Back != "" {
			card.Under = t.RefundedInstead(t.RefundNumber(tx.Back.Tail()))
		}
	default:
		v.Goods = GoodsKeep
	}
	v.Cards = []Card{card}
}

// others sums up the other sales that were in progress.
func (t teller) others(orders []txn.OrderNo, but txn.OrderNo) string {
	paid, not, open := 0, 0, 0
	for _, tx := range t.Ledger.Txs {
		switch {
		case tx.Order == but || !slices.Contains(orders, tx.Order):
		case tx.Phase == txn.PaidFor:
			paid++
		case tx.Phase.Final():
			not++
		default:
			open++
		}
	}
	if paid+not+open == 0 {
		return ""
	}
	return t.OtherSales(paid, not, open)
}
