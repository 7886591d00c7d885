package main

import (
	"fmt"
	"till/txn"
	"till/txn/journal"
)

// performAtCounter carries out the effects about refunds, people and totals.
func (e *engine) performAtCounter(effect txn.Effect) {
	switch f := effect.(type) {
	case txn.LookUp:
		e.start(func() txn.Event {
			found, err := journal.LookUp(shelf{e.store}, f, e.now(), e.setup.Zone)
			if err != nil {
				e.log.Error("look up", "err", err)
			}
			return txn.LookedUp{Serial: f.Serial, Found: found}
		})
	case txn.RecallRefunds:
		e.recalls = append(e.recalls, f)
	case txn.CheckPIN:
		e.start(func() txn.Event {
			return e.staff.check(f)
		})
	case txn.MakeReport:
		e.start(func() txn.Event {
			r, err := journal.DayReport(shelf{e.store}, f.Day)
			if err != nil {
				e.log.Error("add up", "day", f.Day, "err", err)
				return nil
			}
			return txn.Reported{Report: r}
		})
	default:
		panic(fmt.Sprintf("till: effect %T has no performer", effect))
	}
}

// recall fetches what the machine has asked for, when all that came with it is
// stored, and in the loop itself, some 2 ms: what is recalled must not be older
// than what the machine does next with the same refund.
func (e *engine) recall() {
	for _, f := range e.recalls {
		refunds, more, err := journal.Recall(shelf{e.store}, f.After, f.Limit)
		if err != nil {
			e.log.Error("recall refunds", "err", err)
		}
		e.own = append(e.own, txn.RefundsRecalled{Refunds: refunds, More: more})
	}
	e.recalls = nil
}

// whole adds to a refund slip what memory alone does not tell.
func (e *engine) whole(r txn.Receipt) txn.Receipt {
	r, err := journal.Whole(shelf{e.store}, r)
	if err != nil {
		e.log.Error("add up refunds", "order", r.Order, "err", err)
	}
	return r
}
