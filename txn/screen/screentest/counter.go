package screentest

import (
	"till/txn"
	"till/txn/money"
)

// viewsOf makes cases of views of the shop with an amount.
func viewsOf(fen int64) func(name, id string, v txn.View, change func(*txn.State)) Case {
	return func(name, id string, v txn.View, change func(*txn.State)) Case {
		s := shop(fen)
		s.Session.View = v
		change(&s)
		return Case{name, id, s}
	}
}

// counter are the views of people, lists and totals.
func counter(fen int64) []Case {
	view := viewsOf(fen)
	out := func(s *txn.State) { s.Session.Who = "" }
	none := func(*txn.State) {}
	wrong := func(s *txn.State, number string, n int) { s.Ledger.Tries = []txn.Tries{{Number: number, Failed: n}} }
	asks := func(p txn.Permit, change func(*txn.State)) func(*txn.State) {
		return func(s *txn.State) {
			s.Session.Desk = txn.Desk{Original: original(fen), Amount: money.Fen(fen), For: p, Refund: refundNo(485)}
			r := give(485, fen, fen, txn.Held)
			s.Ledger.Refunds, s.Ledger.Backlog = []txn.Refund{r}, txn.Backlog{Count: 1, Fen: fen}
			s.Session.Follows = []txn.Follow{{Refund: r.No}}
			change(s)
		}
	}
	cases := []Case{
		view("28-signin", "28-signin", txn.ViewSignIn, out),
		view("28-signin-number", "28-signin", txn.ViewSignIn, func(s *txn.State) {
			out(s)
			s.Session.Digits = "07"
		}),
		view("28-signin-pin", "28-signin", txn.ViewSignIn, func(s *txn.State) {
			out(s)
			open(s, fen)
			s.Session.Number, s.Session.PIN = "07", txn.NewPIN("12")
		}),
		view("28-signin-full", "28-signin", txn.ViewSignIn, func(s *txn.State) {
			out(s)
			s.Session.Number, s.Session.PIN = "21", txn.NewPIN("123456")
		}),
		view("28-signin-checking", "28-signin", txn.ViewSignIn, func(s *txn.State) {
			out(s)
			s.Session.Number, s.Session.Checking = "07", true
		}),
		view("28-signin-barred", "28-signin", txn.ViewSignIn, func(s *txn.State) {
			out(s)
			wrong(s, "07", 5)
			s.Session.Number, s.Session.Barred, s.Session.Bars = "07", true, 1
		}),
		view("29-menu", "29-menu", txn.ViewMenu, none),
		view("29-menu-nobody", "29-menu", txn.ViewMenu, func(s *txn.State) {
			out(s)
			s.Setup.Staff = nil
			open(s, fen)
		}),
		view("30-wallet", "30-wallet", txn.ViewWallet, func(s *txn.State) { s.Session.Amount = money.Fen(fen) }),
		view("33-reason", "33-reason", txn.ViewReason, func(s *txn.State) {
			s.Session.Desk = txn.Desk{Original: original(fen), Amount: money.Fen(fen), Heard: true, Finding: txn.FindPaid}
		}),
		view("09-supervisor", "09-supervisor", txn.ViewApprove, asks(txn.PermitRefund, func(s *txn.State) {
			s.Session.PIN = txn.NewPIN("1234")
			wrong(s, "", 1)
		})),
		view("09-supervisor-full", "09-supervisor", txn.ViewApprove, asks(txn.PermitRepair, func(s *txn.State) {
			s.Session.PIN = txn.NewPIN("123456")
		})),
		view("09-supervisor-cash", "09-supervisor", txn.ViewApprove, asks(txn.PermitCash, func(s *txn.State) {
			s.Session.Checking = true
		})),
		view("09-supervisor-drop", "09-supervisor", txn.ViewApprove, asks(txn.PermitDrop, func(s *txn.State) {
			wrong(s, "", 7)
			s.Session.Barred, s.Session.Bars = true, 3
		})),
		view("09-supervisor-day", "09-supervisor", txn.ViewApprove, asks(txn.PermitDayClose, none)),
		view("38-payout", "38-payout", txn.ViewPayout, func(s *txn.State) {
			s.Setup.Refunds.NoSale, s.Session.Desk = true, txn.Desk{For: txn.PermitPayout}
			s.Setup.Staff = append(s.Setup.Staff[:2:2], txn.Person{Number: "22", Name: "Zhou", Role: txn.Supervisor})
		}),
		view("38-payout-over", "38-payout", txn.ViewPayout, func(s *txn.State) {
			s.Setup.Refunds.NoSale, s.Session.Desk = true, txn.Desk{For: txn.PermitPayout, Over: txn.RuleMax}
			s.Session.Digits = "99999999"
		}),
		view("09-supervisor-payout", "09-supervisor", txn.ViewApprove, func(s *txn.State) {
			s.Session.Desk = txn.Desk{For: txn.PermitPayout, Amount: money.Fen(fen), Reason: txn.ReasonGoods}
		}),
		view("33-reason-writeoff", "33-reason", txn.ViewReason, func(s *txn.State) {
			open(s, fen)
			s.Session.Shown, s.Session.Desk = order(484), txn.Desk{For: txn.PermitWriteOff}
		}),
		view("09-supervisor-writeoff", "09-supervisor", txn.ViewApprove, asks(txn.PermitWriteOff, func(s *txn.State) {
			open(s, fen)
			s.Session.Shown = order(484)
		})),
	}
	return append(append(append(cases, resting(fen)...), found(fen)...), totals(fen)...)
}

// resting are the views in which nothing is being refunded.
func resting(fen int64) []Case {
	view, none := viewsOf(fen), func(*txn.State) {}
	return []Case{
		view("37-cash", "37-cash", txn.ViewCash, func(s *txn.State) { s.Session.Amount = money.Fen(fen) }),
		view("36-rules", "36-rules", txn.ViewRules, none),
		view("36-rules-2", "36-rules", txn.ViewRules, func(s *txn.State) { s.Session.Cursor = 1 }),
		view("36-rules-3", "36-rules", txn.ViewRules, func(s *txn.State) { s.Session.Cursor = 2 }),
		view("01-idle-old", "01-idle", txn.ViewIdle, func(s *txn.State) { open(s, fen); s.Session.Alarm = 3 }),
		view("03-waitcode-choice", "03-waitcode", txn.ViewCode, func(s *txn.State) {
			s.Session.Amount = money.Fen(fen)
		}),
		view("16-offline", "16-offline", txn.ViewBlocked, func(s *txn.State) {
			s.Session.Why, s.Session.Amount, s.Session.Link = txn.BlockedOffline, money.Fen(fen), txn.LinkIsDown
		}),
		view("26-blocked-silent", "26-blocked", txn.ViewBlocked, func(s *txn.State) {
			s.Session.Why, s.Session.Amount = txn.BlockedSilent, money.Fen(fen)
		}),
	}
}

// open makes a sale and three refunds open.
func open(s *txn.State, fen int64) {
	o := order(484)
	s.Ledger.Txs = append(s.Ledger.Txs, txn.Tx{Order: o, Rail: txn.WeChatPay, Amount: money.Fen(fen),
		Begun: noon - 12*minute, Phase: txn.Reversing, Cause: txn.CauseNoAnswer})
	wait := txn.Timer{Kind: txn.TimerReverse, Order: o, Try: 2}
	s.Session.Chases = []txn.Chase{{Order: o, Wait: wait, WaitFor: 2, MayReverse: true}}
	for i, p := range []txn.RefundPhase{txn.Promised, txn.Underway, txn.Held, txn.Taken, txn.Dead} {
		r := give(485+uint64(i), fen, fen, p)
		s.Ledger.Refunds = append(s.Ledger.Refunds, r)
		s.Ledger.Backlog.Count++
		s.Ledger.Backlog.Fen += fen
	}
	s.Ledger.Last = 490
}

func found(fen int64) []Case {
	at := func(name string, change func(*txn.State)) Case {
		s := shop(fen)
		s.Session.View = txn.ViewFind
		change(&s)
		return Case{"31-find" + name, "31-find", s}
	}
	list := func(name string, n, cursor int) Case {
		s := shop(fen)
		s.Session.View, s.Session.Cursor = txn.ViewFound, cursor
		for i := range n {
			o := original(fen)
			o.Order, o.Paid = order(uint64(460-i)), noon-txn.Wall(i)*hour
			switch i % 4 {
			case 1:
				o.Refunds = []txn.Refund{give(480, fen/3, fen, txn.Taken)}
			case 2:
				o.Refunds = []txn.Refund{give(480, fen, fen, txn.PaidBack)}
			case 3:
				o.Phase, o.Wallet = txn.RefusedFor, txn.UnionPay
			}
			s.Session.Desk.Choices = append(s.Session.Desk.Choices, o)
		}
		if name == "-amount" {
			s.Session.Digits = "3650"
		}
		return Case{"32-found" + name, "32-found", s}
	}
	return []Case{
		at("", func(*txn.State) {}),
		at("-no-sale", func(s *txn.State) { s.Setup.Refunds.NoSale = true }),
		at("-keyed", func(s *txn.State) { s.Session.Digits = "000431" }),
		at("-looking", func(s *txn.State) { s.Session.Digits, s.Session.Desk.Looking = "36.50", true }),
		at("-missed", func(s *txn.State) { s.Session.Digits, s.Session.Desk.Missed = "9999999.99", true }),
		at("-time", func(s *txn.State) { s.Session.Digits, s.Session.Desk.Timing = "3650", true }),
		at("-time-keyed", func(s *txn.State) {
			s.Session.Digits, s.Session.Desk.Timing, s.Session.Desk.Time = "3650", true, "14301121"
		}),
		at("-time-wrong", func(s *txn.State) {
			s.Session.Digits, s.Session.Desk.Timing, s.Session.Desk.Time = "3650", true, "2460"
		}),
		at("-time-missed", func(s *txn.State) {
			s.Session.Digits, s.Session.Desk.Timing, s.Session.Desk.Time = "3650", true, "1430"
			s.Session.Desk.Missed = true
		}),
		list("", 3, 1), list("-pages", 20, 10), list("-amount", 20, 0),
	}
}

func totals(fen int64) []Case {
	view := viewsOf(fen)
	report := func(s *txn.State) {
		s.Session.Report = txn.Report{Day: 20261122, Ready: true, Lines: []txn.ReportLine{
			{Rail: txn.WeChatPay, Sales: 52, SaleFen: 324060 + fen, Backs: 1, BackFen: fen},
			{Rail: txn.Alipay, Sales: 31, SaleFen: 276520, Backs: 3, BackFen: 7650, Taken: 2},
			{Rail: txn.UnionPay, Sales: 4, SaleFen: 51950},
			{Rail: txn.Cash, Sales: 1, SaleFen: 100, BackFen: fen},
		}}
	}
	return []Case{
		view("10-queue", "10-queue", txn.ViewPending, func(s *txn.State) {
			open(s, fen)
			s.Session.Cursor, s.Session.Round = 1, txn.Round{Due: true, Next: 3, Quiet: 2}
		}),
		view("10-queue-many", "10-queue", txn.ViewPending, func(s *txn.State) {
			open(s, fen)
			s.Ledger.Backlog = txn.Backlog{Count: 312, Fen: 312 * fen}
			s.Session.Cursor, s.Session.Round = 4, txn.Round{Walking: true, Forced: true, Seen: 120, Ended: 7}
		}),
		view("10-queue-offline", "10-queue", txn.ViewPending, func(s *txn.State) {
			open(s, fen)
			s.Session.Link, s.Session.Slip = txn.LinkIsDown, txn.SlipFailed
		}),
		view("10-queue-none", "10-queue", txn.ViewPending, func(*txn.State) {}),
		view("11-settlement", "11-settlement", txn.ViewDay, report),
		view("11-settlement-open", "11-settlement", txn.ViewDay, func(s *txn.State) {
			report(s)
			open(s, fen)
			r := &s.Session.Report
			r.Open, r.Count, r.Fen, r.Closed = s.Pending(), 312, 312*fen, true
			s.Session.Slip = txn.SlipFailed
		}),
		view("11-settlement-adding", "11-settlement", txn.ViewDay, func(*txn.State) {}),
		view("35-shift", "35-shift", txn.ViewShift, func(*txn.State) {}),
		view("35-shift-open", "35-shift", txn.ViewShift, func(s *txn.State) {
			open(s, fen)
			s.Ledger.Shifts[0].Cash, s.Ledger.Shifts[0].BackFen = 99999999, 99999999
			s.Session.Slip = txn.SlipPrinted
		}),
	}
}
