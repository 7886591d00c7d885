package screen

import (
	"slices"
	"strings"

	"till/txn"
	"till/txn/money"
)

// freshBack reports whether a refund is on the screen and its first answer is
// awaited: then it is not pending yet.
func (t teller) freshBack(r txn.Refund) bool {
	f, _ := t.Session.Follow(r.No)
	return t.Session.View == txn.ViewBack && t.Session.Back == r.No && r.Phase == txn.Underway && !f.Doubt
}

// back is screen 34: where the refund Back stands.
func (t teller) back() Screen {
	r, ok := t.Ledger.Refund(t.Session.Back)
	if !ok {
		return t.idle() // long settled and forgotten: package txn takes any key as idle's
	}
	f, _ := t.Session.Follow(r.No)
	v := t.backOf(r, f)
	v.ID = "34-refund-" + r.Phase.String()
	v.Title, v.Amount = t.RefundNumber(r.No.Tail()), r.Amount.String()
	rail := t.Rail(r.Rail) + " · "
	switch {
	case r.Order == "":
		v.Small = rail + t.RefundNumber(r.No.Tail()) + " · " + t.WithoutSale()
	case v.Layout == LayoutApproved:
		v.Small = rail + t.RefundOfSale(r.No.Tail(), r.Order.Tail())
	case v.Layout == LayoutBack:
		v.Small = rail + t.OfSale(r.Order.Tail())
	default:
		v.Small = rail + t.RefundNumber(r.No.Tail())
	}
	if v.Code == "" {
		v.Code = t.codeOf(r.Code)
	}
	switch {
	case r.Disputed && r.WrittenBy != "":
		v.Lines = append(v.Lines, t.GivenUpBefore())
	case r.Disputed:
		v.Lines = append(v.Lines, t.ToldOtherwise())
	}
	if t.paperFault(r.Paper) != "" {
		v.Lines = append(v.Lines, t.SlipNotPrinted())
	}
	if v.Customer.Scene != SceneWelcome {
		v.Customer.Amount = v.Amount
	}
	if v.Customer.Scene == SceneWaiting {
		v.Customer.Title = t.RefundTitle()
	}
	return v
}

func (t teller) backOf(r txn.Refund, f txn.Follow) Screen {
	switch r.Phase {
	case txn.Promised:
		return t.backPromised(r, f)
	case txn.Underway:
		return t.backUnderway(r, f)
	case txn.Held:
		return t.backHeld(r, f)
	case txn.Taken:
		return t.backTaken(r, f)
	case txn.PaidBack:
		return t.backPaid(r)
	case txn.Failed:
		return t.backFailed(r)
	case txn.Dead, txn.Stranded:
		return t.backStuck(r, f)
	}
	return t.backEnded(r)
}

// standing is what the calm screens of a refund have in common.
func (t teller) standing(tone Tone, word, charged string, lines ...string) Screen {
	return Screen{
		Layout: LayoutBack, Tone: tone, Word: word, Charged: charged, Lines: lines,
		Customer: Customer{Scene: SceneWaiting, Word: t.RefundUnderWay(), Lines: []string{t.Arrival()}},
	}
}

// backWait is the wait for the next step with a refund, once one runs.
func backWait(f txn.Follow, then Ticking) Wait {
	if f.Busy || f.Wait == (txn.Timer{}) {
		return Wait{}
	}
	return Wait{Timer: f.Wait, For: f.WaitFor, Whole: f.WaitFor, Then: then}
}

// spaced reports whether the network wants a pause before this refund is sent,
// and nothing else keeps it.
func (t teller) spaced(r txn.Refund, f txn.Follow) bool {
	return !f.Busy && !f.Doubt && slices.Contains(t.Session.Spacing, r.Order) &&
		f.Cause != txn.CauseNotSent && t.Session.Link != txn.LinkIsDown && !t.Session.RailSilent(r.Rail) &&
		(r.Phase == txn.Promised || r.Phase == txn.Underway)
}

func (t teller) backPromised(r txn.Refund, f txn.Follow) Screen {
	v := t.standing(ToneCalm, t.BackPromised(), t.NotBackYet(), t.GoesByItself(),
		t.KeepNumber(r.No.Tail()))
	v.Customer.Word, v.Customer.Lines = t.RefundNoted(), []string{t.KeepYourSlip()}
	if t.spaced(r, f) {
		rail := t.Rail(r.Rail)
		v.Word = t.BackSpaced(rail)
		v.Lines = []string{t.TakesTurns(rail, t.refundPolicy(r.Rail).Spacing), t.KeepNumber(r.No.Tail())}
		v.Wait = backWait(f, t.NextSend())
	} else if t.Session.Link != txn.LinkIsDown {
		v.Lines[0] = t.RefundDo(txn.CauseNoAnswer)
		v.Wait = backWait(f, t.NextSend())
	}
	t.callOffKey(&v, r)
	t.slipKey(&v, r)
	v.Keys = append(v.Keys, Key{Key: txn.KeyEnter, Label: t.KeyNext()})
	return v
}

// callOffKey calls a refund off; not one of a sale that was told taken back: that
// is owed.
func (t teller) callOffKey(v *Screen, r txn.Refund) {
	if r.Reason != txn.ReasonTerminal {
		v.Keys = append(v.Keys, Key{Key: txn.KeyF2, Label: t.KeyCallOff()})
	}
}

// slipKey prints the refund's slip.
func (t teller) slipKey(v *Screen, r txn.Refund) {
	if !t.Setup.NoPaper {
		v.Keys = append(v.Keys, Key{Key: txn.KeyF3, Label: t.KeySlip(), Off: t.printing(r.Paper)})
	}
}

func (t teller) backUnderway(r txn.Refund, f txn.Follow) Screen {
	rail := t.Rail(r.Rail)
	var v Screen
	switch {
	case f.Doubt:
		v = t.backDoubt(r, f)
	case t.spaced(r, f):
		v = t.standing(ToneCalm, t.BackSpaced(rail), t.NotBackYet(), t.TakesTurns(rail, t.refundPolicy(r.Rail).Spacing))
		v.Wait = backWait(f, t.NextSend())
	case f.Busy:
		v = t.standing(ToneCalm, t.BackUnderway(rail), "", t.NotBackYet(), t.SameNumber())
		v.Layout = LayoutWaiting
		v.Steps = []Step{{t.StepDecided(), StepDone}, {t.StepAnswer(), StepNow}, {t.StepMoneyBack(), StepToDo}}
	default:
		v = t.standing(ToneCalm, t.BackWaitsLink(), t.NotBackYet(), t.GoesByItself())
		if f.Cause != txn.CauseNone && f.Cause != txn.CauseNotSent {
			v.Word, v.Lines = t.BackHeld(t.Cause(f.Cause).What), []string{t.RefundDo(f.Cause)}
		}
		v.Wait = backWait(f, t.NextSend())
		v.Keys = []Key{{Key: txn.KeyEnter, Label: t.KeyTryNow()}}
	}
	if !f.Doubt { // nobody has accepted it: nothing to be told of when it arrives
		v.Customer.Lines = []string{t.RefundWait()}
	}
	if f.Ending != txn.PermitNone {
		v.Lines = []string{t.AskedBefore(f.Ending)}
	}
	more := v.Keys
	v.Keys = []Key{{Key: txn.KeyCancel, Label: t.KeyLeave()}}
	if f.Doubt {
		v.Keys = append(v.Keys, Key{Key: txn.KeyF1, Label: t.KeyPayCash()})
	}
	t.callOffKey(&v, r)
	t.lateKey(&v, r, f)
	v.Keys = append(v.Keys, more...)
	return v
}

// lateKey prints the slip of a doubt; when it has lasted for long a person may give
// it up, and whoever needed the slip has it (F3 still prints it: there is room for
// five keys).
func (t teller) lateKey(v *Screen, r txn.Refund, f txn.Follow) {
	switch {
	case t.Setup.MayGiveUp(f.Fair):
		v.Keys = append(v.Keys, Key{Key: txn.KeyF4, Label: t.KeyWriteOff()})
	case f.Doubt || r.Phase == txn.Held:
		t.slipKey(v, r)
	}
}

// backDoubt is drawing 07 for a refund: nobody knows whether it arrived.
func (t teller) backDoubt(r txn.Refund, f txn.Follow) Screen {
	code := f.Code
	if f.Fault != "" {
		code = string(f.Fault)
	}
	v := Screen{
		Layout: LayoutHazard, Tone: ToneUnknown,
		Word: t.BackDoubt(), Charged: t.NotKnownWhetherBack(),
		Next: t.SameNumber(), Lines: []string{t.KeepNumber(r.No.Tail())},
		Wait: backWait(f, t.NextDoubt()),
		Code: t.codeOf(code),
		Keys: []Key{{Key: txn.KeyEnter, Label: t.KeyAskNow(), Off: f.Busy}},
		Customer: Customer{Scene: SceneUnknown, Tone: ToneUnknown, Word: t.RefundChecking(),
			Lines: []string{t.RefundWait()}},
	}
	if f.Busy {
		v.Next = t.BackUnderway(t.Rail(r.Rail))
	}
	return v
}

func (t teller) backHeld(r txn.Refund, f txn.Follow) Screen {
	v := t.standing(ToneWarning, t.BackHeld(t.why(r)), t.NotBackYet())
	if r.Cause == txn.CauseMerchantFunds {
		if short, ok := t.short(r); ok {
			v.Lines = append(v.Lines, t.ShortBy(short))
		}
	}
	v.Lines = append(v.Lines, t.RefundDo(r.Cause), t.KeepNumber(r.No.Tail()))
	if f.Ending != txn.PermitNone {
		v.Lines = []string{t.AskedBefore(f.Ending)}
	}
	v.Wait = backWait(f, t.NextSend())
	v.Customer.Word, v.Customer.Lines = t.RefundNoted(), []string{t.KeepYourSlip()}
	v.Keys = []Key{
		{Key: txn.KeyCancel, Label: t.KeyLeave()},
		{Key: txn.KeyF1, Label: t.KeyPayCash()},
	}
	t.callOffKey(&v, r)
	t.lateKey(&v, r, f)
	v.Keys = append(v.Keys, Key{Key: txn.KeyEnter, Label: t.KeyTryNow(), Off: f.Busy})
	return v
}

// why says why a refund was refused: the network's own words when nobody has
// mapped its code.
func (t teller) why(r txn.Refund) string {
	if r.Cause == txn.CauseOther && r.Text != "" {
		return r.Text
	}
	return t.Cause(r.Cause).What
}

// short is what the shop's balance lacks, where the network tells.
func (t teller) short(r txn.Refund) (money.Amount, bool) {
	for _, b := range t.Session.Balances {
		if b.Rail == r.Rail && b.Known && b.Fen < r.Amount.Minor() {
			return sum(r.Amount.Minor() - b.Fen), true
		}
	}
	return money.Amount{}, false
}

func (t teller) backTaken(r txn.Refund, f txn.Follow) Screen {
	v := t.standing(ToneCalm, t.BackTaken(), t.IsOnItsWay(t.Rail(r.Rail)), t.Arrival(), t.KeepNumber(r.No.Tail()))
	if r.Repaired { // it goes to the shop's account, not to the customer's
		v.Word, v.Charged = t.BackRepairing(), t.NotBackYet()
		v.Lines = []string{t.CashOnceThere(r.Amount), t.KeepNumber(r.No.Tail())}
		v.Customer.Word, v.Customer.Lines = t.RefundWait(), []string{t.AskTheShop()}
	}
	t.switched(&v, r)
	v.Wait = backWait(f, t.NextAsk(f.Asked))
	v.Keys = []Key{{Key: txn.KeyCancel, Label: t.KeyNext()}}
	t.slipKey(&v, r)
	v.Keys = append(v.Keys, Key{Key: txn.KeyEnter, Label: t.KeyAskNow(), Off: f.Busy})
	return v
}

// switched tells that a cancellation became a refund: the fee does not come back.
func (t teller) switched(v *Screen, r txn.Refund) {
	if r.Method == txn.ByRefund && r.Why == txn.CauseFeeBack {
		v.Lines = append(v.Lines, t.VoidTooLate())
	}
}

func (t teller) backPaid(r txn.Refund) Screen {
	v := Screen{
		Layout: LayoutApproved, Tone: ToneGood, Word: t.BackPaid(), Charged: t.WentBack(),
		Customer: Customer{Scene: SceneResult, Tone: ToneGood, Word: t.RefundDone(), Lines: []string{t.LookAtWallet()}},
	}
	if r.Method == txn.ByVoid {
		v.Word = t.BackVoided()
		if r.Why == txn.CauseFeeBack {
			v.Lines = append(v.Lines, t.FeeBack())
		}
	}
	if r.Repaired {
		v.Word, v.Charged = t.PayCashNow(), t.RepairedByHand(r.Amount)
		v.Customer.Lines = []string{t.CashFromShop()}
	} else if r.Account != "" && !codeWord(r.Account) {
		v.Lines = append(v.Lines, t.BackToAccount(r.Account))
	}
	if r.Discount > 0 {
		v.Lines = append(v.Lines, t.Split(sum(r.Payer), sum(r.Discount)))
	}
	t.switched(&v, r)
	t.doneKeys(&v, r)
	return v
}

// codeWord reports whether a network named an account in a code of its own
// ("ALIPAYACCOUNT", "UQRCODEPAY"), which tells nobody anything.
func codeWord(s string) bool {
	return strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == ""
}

// doneKeys are those of a refund that is at its end.
func (t teller) doneKeys(v *Screen, r txn.Refund) {
	v.Keys = append(v.Keys, Key{Key: txn.KeyEnter, Label: t.KeyNext()})
	t.slipKey(v, r)
	v.Keys = append(v.Keys, Key{Digits: true, Label: t.KeyNewAmount()})
}

// handable reports whether cash can help where the network refused, as package
// txn has it.
func handable(c txn.Cause) bool {
	switch c {
	case txn.CauseWindowOver, txn.CauseTooLate, txn.CauseTooManyParts, txn.CauseFullOnly, txn.CausePayerAccount,
		txn.CausePayerCard, txn.CauseFrozen, txn.CauseOther:
		return true
	}
	return false
}

func (t teller) backFailed(r txn.Refund) Screen {
	v := Screen{
		Layout: LayoutRefused, Tone: ToneBad, Word: t.BackFailed(t.why(r)), Charged: t.NothingWentBack(),
		Label: t.NextStep(), Next: t.RefundDo(r.Cause),
		Customer: Customer{Scene: SceneResult, Tone: ToneBad, Word: t.RefundNotMade(), Lines: []string{t.AskTheShop()}},
	}
	v.Keys = []Key{{Key: txn.KeyCancel, Label: t.KeyEnd()}}
	if handable(r.Cause) {
		v.Keys = append(v.Keys, Key{Key: txn.KeyF1, Label: t.KeyPayCash()})
	}
	t.slipKey(&v, r)
	v.Keys = append(v.Keys, Key{Key: txn.KeyEnter, Label: t.KeyNext()})
	return v
}

// backStuck: the network waits for a person.
func (t teller) backStuck(r txn.Refund, f txn.Follow) Screen {
	rail := t.Rail(r.Rail)
	v := t.standing(ToneWarning, t.BackDead(rail), t.NothingWentBack(), t.DeadDo())
	v.Keys = []Key{{Key: txn.KeyCancel, Label: t.KeyLater()}}
	v.Customer.Word, v.Customer.Lines = t.RefundWait(), []string{t.AskTheShop()}
	if r.Phase == txn.Dead {
		v.Keys = append(v.Keys, Key{Key: txn.KeyF1, Label: t.KeyNewNumber()}, Key{Key: txn.KeyF2, Label: t.KeyPayCash()})
		t.slipKey(&v, r)
		return v
	}
	repair := t.refundPolicy(r.Rail).MayRepair && !r.Repaired
	v.Word, v.Charged = t.BackStranded(), t.WaitsAtNetwork(rail)
	v.Lines = []string{t.StrandedDo(repair)}
	switch {
	case r.Repaired:
		v.Tone, v.Word, v.Charged = ToneCalm, t.BackRepairing(), t.NotBackYet()
		v.Lines = []string{t.CashOnceThere(r.Amount)}
	case repair:
		v.Keys = append(v.Keys, Key{Key: txn.KeyF1, Label: t.KeyRepair()})
	}
	if f.Ending != txn.PermitNone {
		v.Lines = []string{t.AskedBefore(f.Ending)}
	}
	v.Wait = backWait(f, t.NextAsk(f.Asked))
	t.slipKey(&v, r)
	v.Keys = append(v.Keys, Key{Key: txn.KeyEnter, Label: t.KeyAskNow(), Off: f.Busy})
	return v
}

func (t teller) refundPolicy(name txn.RailName) txn.RefundPolicy {
	for _, r := range t.Setup.Rails {
		if r.Name == name {
			return r.Refund
		}
	}
	return txn.RefundPolicy{}
}

// backEnded: called off, paid in cash, or replaced.
func (t teller) backEnded(r txn.Refund) Screen {
	v := t.standing(ToneCalm, t.BackDropped(), t.NothingWentBack(), t.NothingThroughNetwork(t.Rail(r.Rail)))
	v.Ended = true
	v.Customer = Customer{Scene: SceneWelcome, Word: t.Welcome()}
	switch r.Phase {
	case txn.Cashed:
		v.Layout, v.Tone, v.Word, v.Charged = LayoutApproved, ToneGood, t.BackCashed(), t.HandOverCash(r.Amount)
		if r.Rail == txn.Cash {
			v.Lines = nil
		}
		v.Customer = Customer{Scene: SceneResult, Tone: ToneGood, Word: t.RefundDone(), Lines: []string{t.CashFromShop()}}
	case txn.Handed:
		v.Word, v.Charged, v.Lines = t.BackHanded(), t.HandedOver(), []string{t.OtherTerminalDo()}
	case txn.GivenUp:
		v.Ended, v.Tone, v.Word, v.Charged = false, ToneUnknown, t.GaveUpAsking(), t.BackNeverKnown()
		v.Lines = []string{t.WrittenOffDo(), t.Because(t.Reason(r.WrittenOn)), t.NoneUnderNumber()}
		v.Customer = Customer{Scene: SceneWaiting, Word: t.RefundWait(), Lines: []string{t.AskTheShop()}}
	case txn.Replaced:
		v.Word, v.Lines = t.BackReplaced(), nil
		for _, next := range t.Ledger.Refunds {
			if next.Replaces == r.No {
				v.Lines = []string{t.ReplacedBy(t.RefundNumber(next.No.Tail()))}
			}
		}
	}
	if r.Replaces != "" {
		v.Lines = append(v.Lines, t.ReplacesOld(t.RefundNumber(r.Replaces.Tail())))
	}
	t.doneKeys(&v, r)
	return v
}
