package main

import (
	"fmt"
	"time"

	"till/txn"
	"till/txn/journal"
	"till/txn/rail"
)

// performAtCounter carries out the effects about refunds, people and totals.
func (e *engine) performAtCounter(effect txn.Effect) {
	switch f := effect.(type) {
	case txn.SendRefund:
		e.start(func() txn.Event { return e.refund(txn.CallRefund, f.RefundAsk, f.Method) })
	case txn.SendRefundQuery:
		e.start(func() txn.Event { return e.refund(txn.CallRefundQuery, f.RefundAsk, f.Method) })
	case txn.SendRepair:
		e.start(func() txn.Event { return e.refund(txn.CallRefundRepair, f.RefundAsk, txn.ByRefund) })
	case txn.FindSale:
		e.start(func() txn.Event { return e.findSale(f.FindAsk) })
	case txn.AskBalance:
		e.start(func() txn.Event { return e.balance(f.Rail) })
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

// refundLimit is how long a request about a refund may take.
const refundLimit = 20 * time.Second

// refund sends one request about a refund. A void is a reversal of its sale, and
// asking about it a query.
func (e *engine) refund(call txn.RefundCall, a txn.RefundAsk, method txn.RefundMethod) txn.Event {
	if method == txn.ByVoid {
		return rail.Voided(a, e.void(call, a))
	}
	r, resp, quiet := e.send(a.Rail, call.String(), string(a.Refund), refundLimit,
		func(r rail.Rail, nonce string) (rail.Request, error) {
			refunder, ok := r.(rail.Refunder)
			repairer, mends := r.(rail.Repairer)
			switch {
			case call == txn.CallRefundRepair && mends:
				return repairer.Repair(a, nonce, e.now())
			case call == txn.CallRefund && ok:
				return refunder.Refund(a, nonce, e.now())
			case call == txn.CallRefundQuery && ok:
				return refunder.RefundQuery(a, nonce, e.now())
			}
			return rail.Request{}, errNotOffered
		})
	if quiet != nil {
		return rail.SilentRefund(call, a, *quiet)
	}
	ans := r.(rail.Refunder).ReadRefund(call, a, resp, e.now())
	e.log.Info("answer", "call", call, "refund", a.Refund, "status", resp.Status,
		"outcome", ans.Outcome, "cause", ans.Cause, "code", ans.Code)
	return ans
}

// void asks a network to take a whole sale back, or whether it has.
func (e *engine) void(call txn.RefundCall, a txn.RefundAsk) txn.Answered {
	ask := txn.Ask{Order: a.Order, Rail: a.Rail, Amount: a.Total, Begun: a.Begun, Shown: a.Shown}
	if call == txn.CallRefundQuery {
		return e.asked(txn.CallQuery, ask, func(r rail.Rail, nonce string) (rail.Request, error) {
			return r.Query(ask, nonce, e.now())
		})
	}
	return e.asked(txn.CallReverse, ask, func(r rail.Rail, nonce string) (rail.Request, error) {
		return r.Reverse(ask, nonce, e.now())
	})
}

func (e *engine) findSale(a txn.FindAsk) txn.Event {
	r, resp, quiet := e.send(a.Rail, "find", string(a.Order), callLimit[txn.CallQuery],
		func(r rail.Rail, nonce string) (rail.Request, error) {
			if f, ok := r.(rail.Finder); ok {
				return f.Find(a, nonce, e.now())
			}
			return rail.Request{}, errNotOffered
		})
	if quiet != nil {
		return rail.SilentFind(a, *quiet)
	}
	found := r.(rail.Finder).ReadFind(a, resp, e.now())
	e.log.Info("answer", "call", "find", "order", a.Order, "status", resp.Status, "finding", found.Finding,
		"cause", found.Cause, "code", found.Code)
	return found
}

func (e *engine) balance(name txn.RailName) txn.Event {
	r, resp, quiet := e.send(name, "balance", "", callLimit[txn.CallQuery],
		func(r rail.Rail, nonce string) (rail.Request, error) {
			if b, ok := r.(rail.Balancer); ok {
				return b.Balance(nonce, e.now())
			}
			return rail.Request{}, errNotOffered
		})
	if quiet != nil {
		return txn.Balance{Rail: name, Cause: txn.CauseNoAnswer, Fault: quiet.Fault}
	}
	return r.(rail.Balancer).ReadBalance(resp, e.now())
}
