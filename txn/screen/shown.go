package screen

import "till/txn"

// shown is a sale that the customer pays by scanning our code: drawing 15, from
// the operator's side.
func (t teller) shown(tx txn.Tx, c txn.Chase) Screen {
	rail := t.railOf(tx)
	name := t.Rail(rail.ShownWallet())
	v := Screen{
		ID: "15-shown", Layout: LayoutScan, Title: t.Sale(), Remark: t.Number(tx.Order.Tail()),
		Amount: tx.Amount.String(), Goods: GoodsHold,
		Word: t.CustomerScans(name), Lines: []string{t.UpdatesByItself()}, Small: t.small(tx),
		Keys: []Key{{Key: txn.KeyCancel, Label: t.KeyCancelSale()}},
		Customer: Customer{
			Scene: SceneQR, Title: t.AmountToPay(), Amount: tx.Amount.String(), Word: t.ScanToPay(name),
			Lines: []string{t.CheckShop()}, QR: t.Session.QR(tx.Order),
		},
	}
	if a, ok := t.trouble("link", "gateway"); ok {
		v.Tone, v.Lines = ToneWarning, a
	} else if c.Fault != "" { // the last question did not get through: no news is no answer
		a := t.Fault("link", c.Fault)
		v.Tone, v.Lines = ToneWarning, []string{a.What + " · " + string(c.Fault), a.Do}
	}
	lives := t.Setup.Lives(rail)
	timer := txn.Timer{Kind: txn.TimerShow, Order: tx.Order, Try: 1}
	v.Wait = Wait{Timer: timer, For: lives, Whole: lives, Then: t.ShownCloses()}
	v.Customer.Wait = v.Wait
	v.Customer.Wait.Then = Ticking{}
	if !t.Setup.NoPaper {
		v.Keys = append(v.Keys, Key{Key: txn.KeyF3, Label: t.KeyPrintCode()})
	}
	if s := t.Session.Slip; s == txn.SlipPrinting || s == txn.SlipFailed {
		v.Remark = t.SlipState(s)
	}
	return v
}

// askingForCode: the network has been asked for a code, and has not answered.
func (t teller) askingForCode(tx txn.Tx, c txn.Chase) Screen {
	v := t.asking(tx, c)
	v.ID, v.Word = "15-shown", t.AskingForCode(t.Rail(tx.Rail))
	v.Steps = []Step{{t.StepCode(), StepNow}, {t.StepScans(), StepToDo}, {t.StepResult(), StepToDo}}
	v.Lines = nil
	v.Wait = chaseWait(c, t.ShownCloses())
	v.Keys = []Key{{Key: txn.KeyCancel, Label: t.KeyCancelSale()}}
	v.Customer.Lines = nil
	return v
}
