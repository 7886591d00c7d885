package screentest

import (
	"time"

	"till/txn"
	"till/txn/money"
)

const hour txn.Wall = 60 * minute

func refundNo(n uint64) txn.RefundNo { return txn.NewRefundNo(install, n) }

// shop is base with people, rules of refunds, and codes to show.
func shop(fen int64) txn.State {
	s := base(fen)
	s.Setup.Rails[0].Refund = txn.RefundPolicy{WindowDays: 365, Parts: 50, Spacing: time.Minute, FundedFrom: "balance",
		RetryHeld: 10 * time.Minute, MayRepair: true}
	s.Setup.Rails[1].Refund = txn.RefundPolicy{WindowDays: 90, VoidSameDay: true, VoidWhy: txn.CauseFeeBack,
		RefundShown: true, FundedFrom: "takings"}
	for i := range s.Setup.Rails {
		s.Setup.Rails[i].Finds, s.Setup.Rails[i].Tells = true, i == 0
		s.Setup.Rails[i].Show = txn.ShowPolicy{Lives: 2 * time.Hour, Interval: 5 * time.Second}
	}
	s.Setup.Staff = []txn.Person{{Number: "07", Name: "Wang"}, {Number: "21", Name: "Li", Role: txn.Supervisor}}
	s.Setup.Refunds = txn.RefundRules{Limit: money.Fen(10000), Max: money.Fen(max(fen, 500000)), Reasons: true,
		ShiftLimit: money.Fen(20000000), DayLimit: money.Fen(50000000), Tempo: 5, TempoTime: 10 * time.Minute}
	s.Setup.Cash, s.Setup.ShownLives, s.Setup.IdleLock = true, 3*time.Minute, 10*time.Minute
	s.Session.Who = "07"
	s.Ledger.Shifts = []txn.Shift{{Number: "07", Since: noon - 6*hour, Sales: 41, SaleFen: 312050, Backs: 2, BackFen: 7650,
		Cash: -1250, Reversed: 1}}
	return s
}

// original is the sale of the drawings, paid this morning.
func original(fen int64) txn.Original {
	return txn.Original{Order: order(431), Rail: txn.WeChatPay, Amount: money.Fen(fen), Paid: noon - 3*hour,
		Day: 20261122, Terminal: "T-0317", Operator: "07", Phase: txn.PaidFor, Ours: true}
}

// give is one refund of the sale of the drawings.
func give(n uint64, fen, of int64, p txn.RefundPhase) txn.Refund {
	r := txn.Refund{No: refundNo(n), Key: refundNo(n), Order: order(431), Rail: txn.WeChatPay, Wallet: txn.WeChatPay,
		Amount: money.Fen(fen), Total: money.Fen(of), SaleAt: noon - 3*hour, SaleDay: 20261122, By: "07",
		Begun: noon - 9*minute, Day: 20261122, Phase: p, Sent: p != txn.Promised}
	if p.Final() {
		r.Ended = noon
	}
	return r
}

// desk is the sale on the desk.
func desk(fen int64, change func(*txn.State)) txn.State {
	s := shop(fen)
	s.Session.View = txn.ViewRefund
	s.Session.Desk = txn.Desk{Original: original(fen), Heard: true, Finding: txn.FindPaid, At: noon}
	change(&s)
	return s
}

func refunds(fen int64) []Case {
	part := fen * 2 / 7
	at := func(name string, change func(*txn.State)) Case {
		return Case{"08-refund" + name, "08-refund", desk(fen, change)}
	}
	parts := func(s *txn.State) {
		s.Session.Desk.Original.Refunds = []txn.Refund{give(440, part, fen, txn.PaidBack)}
	}
	return []Case{
		at("", func(s *txn.State) { parts(s); s.Session.Digits = "3650" }),
		at("-fresh", func(s *txn.State) {}),
		at("-crowded", func(s *txn.State) {
			s.Session.Desk.Original.Refunds = []txn.Refund{give(440, part, fen, txn.PaidBack),
				give(441, part, fen, txn.Taken), give(442, part, fen, txn.Promised)}
			s.Setup.Refunds.Limit = money.Fen(1)
			s.Session.Balances = []txn.Balance{{Rail: txn.WeChatPay, Known: true, Fen: 1}}
			s.Session.Digits, s.Session.Desk.Over, s.Setup.Refunds.ShiftLimit = "12", txn.RuleShift, money.Fen(fen)
			s.Ledger.Shifts[0].BackFen = fen
			s.Session.Spacing = []txn.OrderNo{order(431)}
			s.Session.Link = txn.LinkIsDown
		}),
		at("-over", func(s *txn.State) {
			parts(s)
			s.Session.Digits, s.Session.Desk.Over = "99999999", txn.RuleLeft
		}),
		at("-void", func(s *txn.State) {
			s.Session.Desk.Original.Rail, s.Session.Desk.Original.Wallet = txn.Alipay, txn.Alipay
			s.Session.Digits = "36.5"
		}),
		at("-not-asked", func(s *txn.State) {
			s.Session.Desk.Heard, s.Session.Desk.At, s.Session.Desk.Cause = false, 0, txn.CauseNoAnswer
		}),
		at("-silent", func(s *txn.State) {
			s.Session.Rails = []txn.RailHealth{{Name: txn.WeChatPay, Silent: 3, Open: true}}
		}),
		at("-elsewhere-too", func(s *txn.State) {
			s.Session.Desk.Original.Ours, s.Session.Desk.Original.Terminal = false, ""
			s.Session.Desk.Refunded, s.Session.Desk.Back = true, part
		}),
		at("-elsewhere-unknown", func(s *txn.State) {
			s.Session.Desk.Original.Ours, s.Session.Desk.Original.Terminal = false, ""
			s.Session.Desk.Original.Refunds = nil
			s.Session.Desk.Refunded, s.Session.Desk.Back = true, 0
		}),
		at("-cash", func(s *txn.State) {
			s.Session.Desk.Original.Rail, s.Session.Desk.Original.Wallet = txn.Cash, txn.Cash
			s.Session.Desk.Heard, s.Session.Desk.At = false, 0
		}),
		at("-asking", func(s *txn.State) { s.Session.Desk.Asking, s.Session.Desk.Heard, s.Session.Desk.At = 1, false, 0 }),
		at("-ahead", func(s *txn.State) {
			s.Session.Desk.Asking, s.Session.Desk.Heard, s.Session.Desk.At, s.Session.Digits = 1, false, 0, "3650"
		}),
		at("-ahead-all", func(s *txn.State) {
			s.Session.Desk = txn.Desk{Original: txn.Original{Order: order(431)}, Asking: 1, All: true}
		}),
		at("-unknown", func(s *txn.State) {
			s.Session.Desk = txn.Desk{Original: txn.Original{Order: order(431)}, Code: "ORDER_NOT_EXIST"}
		}),
		at("-elsewhere", func(s *txn.State) {
			s.Session.Desk = txn.Desk{Original: txn.Original{Order: order(431)}, Cause: txn.CauseNotSent}
		}),
		at("-open", func(s *txn.State) {
			s.Session.Desk.Original.Phase, s.Session.Desk.Original.Order = txn.Asking, order(481)
			s.Session.Desk.Heard, s.Session.Desk.Finding, s.Session.Desk.At = false, txn.FindUnknown, 0
			s.Ledger.Txs[0].Phase, s.Ledger.Txs[0].Paper, s.Ledger.Txs[0].Ended = txn.Asking, txn.Paper{}, 0
		}),
		at("-nothing", func(s *txn.State) {
			s.Session.Desk.Original.Refunds = []txn.Refund{give(440, fen, fen, txn.PaidBack)}
		}),
		at("-window", func(s *txn.State) {
			s.Session.Desk.Original.Paid, s.Session.Desk.Original.Day = noon-400*24*hour, 20251018
		}),
	}
}

// Given is the state with one refund on the screen, in a phase.
func Given(fen int64, p txn.RefundPhase, change func(*txn.Refund, *txn.Follow, *txn.State)) txn.State {
	s := shop(fen)
	r := give(485, fen, fen, p)
	wait := txn.Timer{Kind: txn.TimerRefund, Order: txn.OrderNo(r.No), Try: 2}
	f := txn.Follow{Refund: r.No, Wait: wait, WaitFor: time.Minute}
	s.Session.View, s.Session.Back = txn.ViewBack, r.No
	change(&r, &f, &s)
	s.Ledger.Refunds = append(s.Ledger.Refunds, r)
	if !r.Phase.Final() {
		s.Ledger.Backlog = txn.Backlog{Count: 1, Fen: fen}
		if r.Phase != txn.Dead {
			s.Session.Follows = []txn.Follow{f}
		}
	}
	return s
}

func given(fen int64) []Case {
	type change = func(*txn.Refund, *txn.Follow, *txn.State)
	back := func(p txn.RefundPhase, name string, f change) Case {
		id := "34-refund-" + p.String()
		return Case{id + name, id, Given(fen, p, f)}
	}
	none := func(*txn.Refund, *txn.Follow, *txn.State) {}
	held := func(c txn.Cause, code string) change {
		return func(r *txn.Refund, f *txn.Follow, s *txn.State) {
			r.Cause, r.Code = c, code
			f.WaitFor = 10 * time.Minute
			s.Session.Balances = []txn.Balance{{Rail: txn.WeChatPay, Known: true, Fen: fen / 3}}
		}
	}
	return []Case{
		back(txn.Promised, "", func(_ *txn.Refund, f *txn.Follow, s *txn.State) { s.Session.Link = txn.LinkIsDown }),
		back(txn.Promised, "-spaced", func(r *txn.Refund, _ *txn.Follow, s *txn.State) {
			s.Session.Spacing = []txn.OrderNo{r.Order}
		}),
		back(txn.Underway, "", func(_ *txn.Refund, f *txn.Follow, _ *txn.State) { f.Busy, f.Wait = true, txn.Timer{} }),
		back(txn.Underway, "-doubt", func(_ *txn.Refund, f *txn.Follow, _ *txn.State) {
			f.Doubt, f.Heard, f.Cause, f.Fault, f.Silences = true, true, txn.CauseNoAnswer, "L04", 1
		}),
		back(txn.Underway, "-doubt-asking", func(_ *txn.Refund, f *txn.Follow, _ *txn.State) {
			f.Doubt, f.Busy, f.Code = true, true, "SYSTEM_ERROR"
		}),
		back(txn.Underway, "-spaced", func(r *txn.Refund, _ *txn.Follow, s *txn.State) {
			s.Session.Spacing = []txn.OrderNo{r.Order}
		}),
		back(txn.Underway, "-link", func(_ *txn.Refund, f *txn.Follow, _ *txn.State) { f.Cause = txn.CauseNotSent }),
		back(txn.Underway, "-ending", func(_ *txn.Refund, f *txn.Follow, _ *txn.State) {
			f.Doubt, f.Ending = true, txn.PermitDrop
		}),
		back(txn.Underway, "-long", func(_ *txn.Refund, f *txn.Follow, _ *txn.State) {
			f.Doubt, f.Heard, f.Cause, f.Fault, f.Silences = true, true, txn.CauseNoAnswer, "L04", 9
			f.Fair = txn.Fair{Runs: 1, Past: true}
		}),
		back(txn.Cashed, "-no-sale", func(r *txn.Refund, _ *txn.Follow, _ *txn.State) {
			r.Order, r.Rail, r.Wallet, r.Method, r.Approver = "", txn.Cash, txn.Cash, txn.ByCash, "21"
		}),
		back(txn.GivenUp, "", func(r *txn.Refund, _ *txn.Follow, _ *txn.State) {
			r.WrittenBy, r.WrittenOn, r.Code = "21", txn.ReasonSettled, "SYSTEM_ERROR"
		}),
		back(txn.PaidBack, "-written", func(r *txn.Refund, _ *txn.Follow, _ *txn.State) {
			r.WrittenBy, r.WrittenOn, r.Disputed = "21", txn.ReasonSettled, true
		}),
		back(txn.Held, "", held(txn.CauseMerchantFunds, "NOT_ENOUGH")),
		back(txn.Held, "-busy", held(txn.CauseBusy, "FREQUENCY_LIMITED")),
		back(txn.Taken, "", func(_ *txn.Refund, _ *txn.Follow, s *txn.State) {}),
		back(txn.PaidBack, "", func(r *txn.Refund, _ *txn.Follow, _ *txn.State) {
			r.Account, r.Payer, r.Discount = "this text came from the network", fen-500, 500
			r.Paper = txn.Paper{State: txn.PaperPrinted, Attempt: 1}
		}),
		back(txn.PaidBack, "-void", func(r *txn.Refund, _ *txn.Follow, _ *txn.State) {
			r.Rail, r.Method, r.Why, r.Disputed = txn.Alipay, txn.ByVoid, txn.CauseFeeBack, true
		}),
		back(txn.PaidBack, "-repaired", func(r *txn.Refund, _ *txn.Follow, _ *txn.State) { r.Repaired = true }),
		back(txn.Failed, "", func(r *txn.Refund, _ *txn.Follow, _ *txn.State) {
			r.Cause, r.Code = txn.CauseWindowOver, "TRADE_OVERDUE"
		}),
		back(txn.Failed, "-number", func(r *txn.Refund, _ *txn.Follow, _ *txn.State) {
			r.Cause, r.Code = txn.CauseKeyReused, "INVALID_REQUEST"
			r.Paper = txn.Paper{State: txn.PaperDue, Attempt: 1, Fault: "P02"}
		}),
		back(txn.Dead, "", func(r *txn.Refund, _ *txn.Follow, _ *txn.State) { r.Cause, r.Code = txn.CauseDead, "CLOSED" }),
		back(txn.Stranded, "", func(r *txn.Refund, _ *txn.Follow, _ *txn.State) {
			r.Cause, r.Code = txn.CausePayerAccount, "ABNORMAL"
		}),
		back(txn.Stranded, "-alipay", func(r *txn.Refund, _ *txn.Follow, _ *txn.State) { r.Rail = txn.Alipay }),
		back(txn.Stranded, "-repairing", func(r *txn.Refund, f *txn.Follow, _ *txn.State) { r.Repaired, f.Busy = true, true }),
		back(txn.Dropped, "", none),
		back(txn.Cashed, "", func(r *txn.Refund, _ *txn.Follow, _ *txn.State) { r.Method = txn.ByCash }),
		back(txn.Handed, "", none),
		back(txn.Held, "-owed", func(r *txn.Refund, _ *txn.Follow, _ *txn.State) {
			r.Cause, r.Reason = txn.CauseGatewayDown, txn.ReasonTerminal
		}),
		back(txn.Replaced, "", func(r *txn.Refund, _ *txn.Follow, s *txn.State) {
			next := give(484, fen, fen, txn.PaidBack)
			next.Replaces = r.No
			s.Ledger.Refunds = []txn.Refund{next}
		}),
	}
}

// shown are sales that the customer pays by scanning our code.
func shown(fen int64) []Case {
	sale := func(change func(*txn.Tx, *txn.Chase, *txn.State)) txn.State {
		s := with(fen, func(tx *txn.Tx, c *txn.Chase, s *txn.State) {
			p := shop(fen)
			s.Setup, s.Session.Who, s.Ledger.Shifts = p.Setup, p.Session.Who, p.Ledger.Shifts
			tx.Shown = true
			s.Session.QRs = []txn.QR{{Order: tx.Order, Text: "weixin://wxpay/bizpayurl?pr=ExampleOnly0"}}
			change(tx, c, s)
		})
		return s
	}
	return []Case{
		{"15-shown", "15-shown", sale(func(*txn.Tx, *txn.Chase, *txn.State) {})},
		{"15-shown-trouble", "15-shown", sale(func(_ *txn.Tx, _ *txn.Chase, s *txn.State) {
			s.Session.Faults = []txn.Fault{{Device: "link", Code: "L04"}}
			s.Session.Slip = txn.SlipFailed
		})},
		{"15-shown-asking", "15-shown", sale(func(_ *txn.Tx, c *txn.Chase, s *txn.State) {
			c.Show, s.Session.QRs = true, nil
		})},
		{"23-closing", "23-reversing", sale(func(_ *txn.Tx, c *txn.Chase, _ *txn.State) {
			c.Closing, c.Query, c.MayReverse = txn.CauseOperator, true, true
		})},
		{"24-refunded-instead", "24-notcharged", sale(func(tx *txn.Tx, _ *txn.Chase, s *txn.State) {
			tx.Phase, tx.Cause, tx.Ended, tx.Back = txn.ReversedFor, txn.CauseTooLate, noon, refundNo(485)
			s.Ledger.Refunds = []txn.Refund{give(485, fen, fen, txn.Taken)}
			s.Ledger.Backlog = txn.Backlog{Count: 1, Fen: fen}
		})},
		{"24-writtenoff", "24-writtenoff", sale(func(tx *txn.Tx, _ *txn.Chase, _ *txn.State) {
			tx.Phase, tx.Ended = txn.WrittenFor, noon
		})},
		{"24-writtenoff-told", "24-writtenoff", sale(func(tx *txn.Tx, _ *txn.Chase, _ *txn.State) {
			tx.Phase, tx.Ended, tx.Disputed, tx.Said = txn.WrittenFor, noon, true, txn.Approved
		})},
		{"24-handed", "24-writtenoff", sale(func(tx *txn.Tx, _ *txn.Chase, _ *txn.State) {
			tx.Phase, tx.Ended, tx.Cause = txn.WrittenFor, noon, txn.CauseHanded
		})},
		{"07-unknown-long", "07-unknown", sale(func(tx *txn.Tx, c *txn.Chase, s *txn.State) {
			tx.Shown, s.Session.QRs, c.Fair = false, nil, txn.Fair{Runs: 1, Past: true}
			s.Session.Slip = txn.SlipFailed
			c.Heard, c.Last, c.Cause, c.Wait.Try, c.Asked = true, txn.Unknown, txn.CauseNoAnswer, 3, 2
		})},
	}
}
