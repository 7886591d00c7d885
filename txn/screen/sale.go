package screen

import (
	"slices"
	"time"

	"till/txn"
)

// sale is the sale Shown: drawings 04 to 07, 13 and their kin.
func (t teller) sale() Screen {
	tx, ok := t.Ledger.Tx(t.Session.Shown)
	if !ok {
		return t.idle() // long settled and forgotten: package txn takes any key as idle's
	}
	c, _ := t.Session.Chase(tx.Order)
	switch tx.Phase {
	case txn.PaidFor:
		if t.paperFault(tx.Paper) != "" {
			return t.paperOut(tx)
		}
		return t.approved(tx)
	case txn.WrittenFor:
		return t.writtenOff(tx)
	case txn.RefusedFor, txn.ReversedFor:
		return t.notPaid(tx)
	case txn.Reversing:
		return t.reversing(tx, c)
	}
	switch {
	case tx.Shown && c.Closing != txn.CauseNone:
		return t.cancelling(tx, c)
	case tx.Shown && t.Session.QR(tx.Order) != "":
		return t.shown(tx, c)
	case c.Doubtful(), c.Closing == txn.CauseNoAnswer:
		return t.unknown(tx, c)
	case c.Closing != txn.CauseNone:
		return t.cancelling(tx, c)
	case tx.Shown && c.Show:
		return t.askingForCode(tx, c)
	}
	return t.asking(tx, c)
}

// small is wallet and number.
func (t teller) small(tx txn.Tx) string {
	return t.walletName(tx) + " · " + t.Number(tx.Order.Tail())
}

// walletName names whose code paid.
func (t teller) walletName(tx txn.Tx) string {
	if tx.Wallet != "" {
		return t.Rail(tx.Wallet)
	}
	return t.Rail(tx.Rail)
}

// codeOf is the network's code or the fault's, in words; "" for none.
func (t teller) codeOf(code string) string {
	if code == "" {
		return ""
	}
	return t.NetCode(code)
}

// rail is the network of a sale; the zero RailSetup when it is no longer taken.
func (t teller) railOf(tx txn.Tx) txn.RailSetup {
	for _, r := range t.Setup.Rails {
		if r.Name == tx.Rail {
			return r
		}
	}
	return txn.RailSetup{}
}

// chaseWait is the wait whose end the chase names.
func chaseWait(c txn.Chase, then Ticking) Wait {
	return Wait{Timer: c.Wait, For: c.WaitFor, Whole: c.WaitFor, Then: then}
}

// giveUpWait ends when the terminal takes the sale back: the next query, and
// all queries after that.
func (t teller) giveUpWait(tx txn.Tx, c txn.Chase) Wait {
	w := chaseWait(c, t.GivesUp())
	p := t.railOf(tx).Policy
	if c.Wait.Kind == txn.TimerAsk {
		w.Rest = time.Duration(max(0, p.Queries+1-c.Wait.Try)) * p.Interval
	}
	w.Whole = max(p.GiveUp(), w.For+w.Rest)
	return w
}

// asking is drawing 04: nothing is in doubt, it is just not there yet.
func (t teller) asking(tx txn.Tx, c txn.Chase) Screen {
	v := Screen{
		ID: "04-processing", Layout: LayoutWaiting,
		Title: t.PleaseWait(), Amount: tx.Amount.String(), Goods: GoodsHold,
		Word:  t.AskingForMoney(t.Rail(tx.Rail)),
		Lines: []string{t.UpdatesByItself()},
		Wait:  t.giveUpWait(tx, c),
		Steps: []Step{{t.StepScanned(), StepDone}, {t.StepAnswer(), StepNow}, {t.StepResult(), StepToDo}},
		Small: t.small(tx),
		Customer: Customer{
			Scene: SceneWaiting, Word: t.OneMoment(), Amount: tx.Amount.String(),
			Lines: []string{t.PayOnce()},
		},
	}
	if c.Heard && c.Last == txn.Pending {
		v.Title, v.Word = t.WaitingForCustomer(), t.EnterPassword()
		v.Steps[1].Label = t.StepConfirms()
		v.Customer.Word = t.CheckYourPhone()
	}
	v.Customer.Wait = v.Wait
	v.Customer.Wait.Then = Ticking{}
	key := Key{Key: txn.KeyCancel, Label: t.KeyCancelSale()}
	if !c.MayReverse {
		after := t.railOf(tx).Policy.ReverseAfter
		key.Off = true
		key.Wait = Wait{Timer: txn.Timer{Kind: txn.TimerMayReverse, Order: tx.Order, Try: 1},
			For: after, Whole: after, Then: t.KeyCancelSaleIn()}
	}
	v.Keys = []Key{key}
	return v
}

// unknown is drawing 07.
func (t teller) unknown(tx txn.Tx, c txn.Chase) Screen {
	v := t.hazard("07-unknown", tx, c)
	v.Word, v.Charged, v.Goods = t.DoNotChargeAgain(), t.Checking(), GoodsHold
	then := t.NextCheck(c.Asked)
	switch {
	case c.Closing != txn.CauseNone:
		then = t.LastCheck()
	case c.Query:
		then = t.CheckUnderWay(c.Asked + 1)
	}
	v.Wait = chaseWait(c, then)
	v.Lines = []string{t.GiveUp()}
	if c.GiveUpAt > 0 && c.Closing == txn.CauseNone {
		v.Lines = []string{t.GiveUpAt(t.wall(c.GiveUpAt))}
	}
	if c.Doubtful() {
		v.Keys = []Key{
			{Key: txn.KeyEnter, Label: t.KeyCheckNow(), Off: c.Query},
			{Key: txn.KeyCancel, Label: t.KeyNextPending()},
		}
		t.doubtKeys(&v, c.Fair)
	}
	v.Customer.Word = t.WaitChecking()
	v.Customer.Lines = []string{t.WillNotPayTwice()}
	return v
}

// hazard is what the amber screens have in common.
func (t teller) hazard(id string, tx txn.Tx, c txn.Chase) Screen {
	code := c.Code
	if c.Fault != "" {
		code = string(c.Fault)
	}
	return Screen{
		ID: id, Layout: LayoutHazard, Tone: ToneUnknown,
		Amount: tx.Amount.String(), Small: t.small(tx), Code: t.codeOf(code),
		Customer: Customer{Scene: SceneUnknown, Tone: ToneUnknown, Amount: tx.Amount.String()},
	}
}

// doubtKeys print a slip of what is open, and, once it has been in doubt for long,
// let a second person give it up.
func (t teller) doubtKeys(v *Screen, f txn.Fair) {
	if !t.Setup.NoPaper {
		v.Keys = append(v.Keys, Key{Key: txn.KeyF3, Label: t.KeyPrintPending()})
	}
	t.slip(v)
	if t.Setup.MayGiveUp(f) {
		v.Keys = append(v.Keys, Key{Key: txn.KeyF2, Label: t.KeyWriteOff()})
	}
}

// slip tells of a print that a key of this screen began: of its trouble, and
// that it is under way. That it is done is seen on the paper.
func (t teller) slip(v *Screen) {
	if s := t.Session.Slip; s == txn.SlipPrinting || s == txn.SlipFailed {
		if v.Code != "" {
			v.Code += " · "
		}
		v.Code += t.SlipState(s)
	}
}

// cancelling is the last query before a sale is taken back that is not in
// doubt, just not wanted any more.
func (t teller) cancelling(tx txn.Tx, c txn.Chase) Screen {
	v := t.hazard("23-reversing", tx, c)
	v.Word, v.Charged, v.Goods = t.Cancelling(), t.AskedLast(t.Rail(tx.Rail)), GoodsHold
	v.Wait = chaseWait(c, t.LastCheck())
	v.Lines = []string{t.Because(t.Cause(c.Closing).What)}
	if tx.Shown {
		v.Word = t.ClosingCode()
		v.Wait.Then = t.ClosingAgain()
		if c.Heard { // package txn lets the next customer in once the network was asked
			v.Keys = []Key{{Key: txn.KeyCancel, Label: t.KeyNextPending()}}
		}
		if t.Setup.MayGiveUp(c.Fair) {
			v.Keys = append(v.Keys, Key{Key: txn.KeyF2, Label: t.KeyWriteOff()})
		}
	}
	v.Customer.Word = t.WaitChecking()
	v.Customer.Lines = []string{t.PayOnce()}
	return v
}

// reversing: no longer a sale, whatever comes.
func (t teller) reversing(tx txn.Tx, c txn.Chase) Screen {
	v := t.hazard("23-reversing", tx, c)
	v.Word, v.Charged, v.Goods = t.TakingBack(), t.AskedToReturn(t.Rail(tx.Rail)), GoodsKeep
	then := t.NextReversal(c.Reversals)
	if c.Confirming {
		then = t.ConfirmingReturn()
	}
	v.Wait = chaseWait(c, then)
	v.Lines = []string{t.GoesOnByItself()}
	v.Keys = []Key{
		{Key: txn.KeyEnter, Label: t.KeyReturnNow(), Off: !c.MayReverse || c.Reversal || c.Query},
		{Key: txn.KeyCancel, Label: t.KeyNextPending()},
	}
	t.doubtKeys(&v, c.Fair)
	v.Customer.Word = t.SaleCancelled()
	v.Customer.Lines = []string{t.MoneyComesBack()}
	return v
}

// printing reports whether the receipt is in the printer, or behind another
// that is: then a key can bring nothing forward.
func (t teller) printing(p txn.Paper) bool { return p.Owed() && t.Session.Printer != "" }

// approved is drawing 05.
func (t teller) approved(tx txn.Tx) Screen {
	v := Screen{
		ID: "05-approved", Layout: LayoutApproved, Tone: ToneGood,
		Word: t.Approved(), Amount: tx.Amount.String(), Charged: t.CustomerPaid(), Goods: GoodsGive,
		Small: t.small(tx),
		Keys: []Key{
			{Key: txn.KeyF1, Label: t.KeyRefund()},
			{Key: txn.KeyF2, Label: t.KeyWrongAmount()},
			{Key: txn.KeyF3, Label: t.KeyReprint(), Off: t.printing(tx.Paper)},
			{Key: txn.KeyEnter, Label: t.KeyNext()},
		},
		Customer: Customer{
			Scene: SceneResult, Tone: ToneGood, Word: t.Paid(), Amount: tx.Amount.String(),
			Lines: []string{t.TakeReceipt()},
		},
	}
	switch tx.Paper.State {
	case txn.PaperDue, txn.PaperSending:
		v.Lines = []string{t.Printing()}
	case txn.PaperUnconfirmed:
		v.Lines = []string{t.LookAtPaper()}
	case txn.PaperPrinted:
		v.Lines = []string{t.ReceiptPrinted()}
		v.Wait = t.screenTimer(txn.TimerResult, t.Setup.ResultStays, t.Closes())
	}
	if tx.Disputed {
		v.Lines = append(v.Lines, t.NetworkDisagrees())
	}
	return v
}

// paperOut is drawing 13: the approval stays, the paper asks for a hand.
func (t teller) paperOut(tx txn.Tx) Screen {
	fault := t.paperFault(tx.Paper)
	a := t.Fault("printer", fault)
	v := Screen{
		ID: "13-paperout", Layout: LayoutPaper, Tone: ToneGood,
		Word: t.Approved(), Amount: tx.Amount.String(), Charged: t.SaleIsSafe(), Goods: GoodsGive,
		Next: t.NotPrintedYet(a.What),
		Wait: Wait{Timer: txn.Timer{Kind: txn.TimerPaper, Try: t.Session.Retries},
			For: t.Setup.PaperRetry, Whole: t.Setup.PaperRetry, Then: t.PrinterRetry()},
		Small: t.small(tx), Code: t.codeOf(string(fault)),
		Keys: []Key{
			{Key: txn.KeyF3, Label: t.KeyPrintNow(), Off: t.printing(tx.Paper)},
			{Key: txn.KeyEnter, Label: t.KeyPrintLater()},
		},
		Customer: Customer{Scene: SceneResult, Tone: ToneGood, Word: t.Paid(),
			Amount: tx.Amount.String()},
	}
	for _, s := range t.PaperSteps(fault, a.Do) {
		v.Steps = append(v.Steps, Step{Label: s})
	}
	return v
}

// refusal says why a sale was refused: the network's own words when nobody has
// mapped its code.
func (t teller) refusal(tx txn.Tx) string {
	if tx.Cause == txn.CauseOther && tx.Text != "" {
		return tx.Text
	}
	return t.Cause(tx.Cause).What
}

// notPaid is drawing 06, and its sister for a sale that was taken back.
func (t teller) notPaid(tx txn.Tx) Screen {
	why := t.Cause(tx.Cause)
	v := Screen{
		ID: "06-declined", Layout: LayoutRefused, Tone: ToneBad,
		Word: t.Declined(t.refusal(tx)), Amount: tx.Amount.String(),
		Charged: t.CustomerNotCharged(), Goods: GoodsKeep,
		Label: t.NextStep(), Next: why.Do, Small: t.small(tx), Code: t.codeOf(tx.Code),
		Keys: []Key{
			{Key: txn.KeyCancel, Label: t.KeyEnd()},
			{Key: txn.KeyF1, Label: t.KeyChangeAmount()},
			{Key: txn.KeyEnter, Label: t.KeySameAmount()},
		},
		Customer: Customer{
			Scene: SceneResult, Tone: ToneBad, Word: t.YouWereNotCharged(),
			Amount: tx.Amount.String(), Lines: []string{why.Payer},
		},
	}
	if tx.Phase == txn.ReversedFor {
		if !t.Setup.NoPaper {
			v.Keys = slices.Insert(v.Keys, 2, Key{Key: txn.KeyF3, Label: t.KeySlip()})
			t.slip(&v)
		}
		v.ID, v.Word, v.Charged = "24-notcharged", t.TakenBack(t.refusal(tx)), t.NotChargedOrBack()
		v.Customer.Word, v.Customer.Lines = t.SaleCancelled(), []string{t.AnythingPaidIsBack()}
		if tx.Cause == txn.CauseConfirmed {
			v.Word = t.TakenBack("")
		}
		if tx.Back != "" {
			t.refundedInstead(&v, tx)
			return v
		}
		if tx.Cause == txn.CausePaidLate {
			v.Charged, v.Customer.Word, v.Customer.Lines = t.CustomerRepaid(), t.MoneyIsBack(), nil
		}
	}
	return v
}

// refundedInstead: a reversal came too late, and a refund of all of it does
// what the reversal could not.
func (t teller) refundedInstead(v *Screen, tx txn.Tx) {
	v.Word = t.RefundedInstead(t.RefundNumber(tx.Back.Tail()))
	phase := txn.Underway
	if r, ok := t.Ledger.Refund(tx.Back); ok {
		phase = r.Phase
	}
	v.Charged, v.Next = t.NotBackYet(), t.RefundInsteadState(phase)
	v.Customer = Customer{Scene: SceneWaiting, Title: t.RefundTitle(), Word: t.RefundUnderWay(),
		Amount: v.Amount, Lines: []string{t.Arrival()}}
	if phase == txn.PaidBack || phase == txn.Cashed {
		v.Charged = t.CustomerRepaid()
		v.Customer = Customer{Scene: SceneResult, Tone: ToneGood, Word: t.MoneyIsBack(), Amount: v.Amount}
	}
}

// writtenOff: a person gave it up. It is not called declined, for it may be paid.
func (t teller) writtenOff(tx txn.Tx) Screen {
	v := t.hazard("24-writtenoff", tx, txn.Chase{Code: tx.Code})
	v.Word, v.Charged, v.Goods = t.GaveUpAsking(), t.OutcomeNeverKnown(), GoodsKeep
	v.Lines = []string{t.WrittenOffDo()}
	if tx.Disputed {
		v.Charged = t.ToldLate(tx.Said)
	}
	if tx.Cause == txn.CauseHanded {
		v.Word, v.Charged, v.Lines = t.BackHanded(), t.HandedOver(), []string{t.OtherTerminalDo()}
	}
	v.Keys = []Key{
		{Key: txn.KeyCancel, Label: t.KeyEnd()},
		{Key: txn.KeyF1, Label: t.KeyChangeAmount()},
	}
	v.Customer.Word, v.Customer.Lines = t.SaleCancelled(), []string{t.OfficeChecks()}
	return v
}
