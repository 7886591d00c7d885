// Package screentest holds one state of the machine for every screen there is,
// for the tests of the texts, of the drawing, and of whoever shows screens.
package screentest

import (
	"time"

	"till/txn"
	"till/txn/money"
)

// Case is one state and the screen that it must bring.
type Case struct {
	Name   string // "05-approved-printing"
	Screen string // the Screen's ID
	State  txn.State
}

const install txn.Install = "K7QM2XWTZ4NB"

// noon is 2026-11-22 14:32 in China.
const noon txn.Wall = 1795329120000

const minute txn.Wall = 60_000

// Cases returns every case with an amount in fen: 12800 as in the drawings,
// 9999999 to see whether everything fits.
func Cases(fen int64) []Case {
	var all []Case
	all = append(all, quiet(fen)...)
	all = append(all, asking(fen)...)
	all = append(all, ended(fen)...)
	all = append(all, refused(fen)...)
	all = append(all, recovery(fen)...)
	all = append(all, refunds(fen)...)
	all = append(all, given(fen)...)
	all = append(all, shown(fen)...)
	all = append(all, counter(fen)...)
	for i := range all {
		if n, _ := all[i].State.OpenCount(); n > 0 { // as package txn has it: its age is watched
			all[i].State.Session.Watching, all[i].State.Session.Alarms = true, 1
		}
	}
	return all
}

// Setup is the shop of the drawings.
func Setup() txn.Setup {
	wechat := txn.Policy{
		FirstQuery: 5 * time.Second, Interval: 10 * time.Second, Queries: 4, ReverseAfter: 15 * time.Second,
		ReversalInterval: 2 * time.Second, ReversalIntervalMax: time.Minute,
	}
	alipay := wechat
	alipay.Interval, alipay.Queries, alipay.ReverseAfter = 5*time.Second, 9, 0
	return txn.Setup{
		Terminal: "T-0317", Operator: "Wang", Zone: 8 * time.Hour,
		Merchant:  txn.Merchant{Name: "老张面馆"},
		Rails:     []txn.RailSetup{{Name: txn.WeChatPay, Policy: wechat}, {Name: txn.Alipay, Policy: alipay}},
		SaleLimit: money.Fen(500000),
		CodeWait:  60 * time.Second, ResultStays: 5 * time.Second, PaperRetry: 20 * time.Second,
	}
}

func order(n uint64) txn.OrderNo { return txn.NewOrderNo(install, n) }

// base is an idle terminal in the middle of a good day.
func base(fen int64) txn.State {
	s := txn.State{Setup: Setup()}
	s.Ledger = txn.Ledger{
		Install: install, Last: 481, LastAt: noon,
		Day: txn.Day{Date: 20261122, Count: 87, Fen: 641230},
		Txs: []txn.Tx{{
			Order: order(481), Rail: txn.WeChatPay, Amount: money.Fen(fen),
			Begun: noon - 4*minute, Ended: noon - 4*minute,
			Phase: txn.PaidFor, Paper: txn.Paper{State: txn.PaperPrinted, Attempt: 1},
		}},
	}
	s.Session.Link = txn.LinkIsUp
	s.Session.Serial = 7
	return s
}

// with is base and one more sale on the screen.
func with(fen int64, change func(*txn.Tx, *txn.Chase, *txn.State)) txn.State {
	s := base(fen)
	o := order(484)
	p := s.Setup.Rails[0].Policy
	tx := txn.Tx{Order: o, Rail: txn.WeChatPay, Amount: money.Fen(fen), Begun: noon}
	c := txn.Chase{Order: o, Wait: txn.Timer{Kind: txn.TimerAsk, Order: o, Try: 1}, WaitFor: p.FirstQuery,
		GiveUpAt: noon + txn.Wall(p.GiveUp().Milliseconds())}
	s.Session.View, s.Session.Shown = txn.ViewSale, o
	change(&tx, &c, &s)
	s.Ledger.Txs = append(s.Ledger.Txs, tx)
	if !tx.Phase.Final() {
		s.Session.Chases = append(s.Session.Chases, c)
	}
	return s
}

// reverse is the wait for the next reversal.
func reverse(tx *txn.Tx, try int) txn.Timer {
	return txn.Timer{Kind: txn.TimerReverse, Order: tx.Order, Try: try}
}

func quiet(fen int64) []Case {
	view := func(v txn.View, change func(*txn.State)) txn.State {
		s := base(fen)
		s.Session.View = v
		change(&s)
		return s
	}
	digits := money.Fen(fen).Plain()
	keyed := digits[:len(digits)-3] + digits[len(digits)-2:]
	return []Case{
		{"01-idle", "01-idle", view(txn.ViewIdle, func(*txn.State) {})},
		{"01-idle-new", "01-idle", view(txn.ViewIdle, func(s *txn.State) {
			s.Ledger.Txs, s.Ledger.Day, s.Session.Link = nil, txn.Day{}, txn.LinkUnknown
		})},
		{"01-idle-trouble", "01-idle", view(txn.ViewIdle, func(s *txn.State) {
			s.Session.Link = txn.LinkIsDown
			s.Session.Faults = []txn.Fault{{Device: "printer", Code: "P02"}, {Device: "link", Code: "L01"}}
			s.Ledger.Txs[0].Phase, s.Ledger.Txs[0].Cause = txn.RefusedFor, txn.CausePayerFunds
		})},
		{"02-amount", "02-amount", view(txn.ViewAmount, func(s *txn.State) {
			s.Setup.SaleLimit = money.Fen(0)
			s.Session.Digits = keyed
			if fen < 500000 {
				s.Setup.SaleLimit = money.Fen(500000)
			}
		})},
		{"02-amount-dot", "02-amount", view(txn.ViewAmount, func(s *txn.State) {
			s.Session.Digits = digits[:len(digits)-1]
		})},
		{"02-amount-over", "02-amount", view(txn.ViewAmount, func(s *txn.State) {
			s.Session.Digits, s.Setup.SaleLimit = keyed, money.Fen(fen-1)
		})},
		{"03-waitcode", "03-waitcode", view(txn.ViewCode, func(s *txn.State) {
			s.Session.Amount = money.Fen(fen)
		})},
		{"03-waitcode-scanner", "03-waitcode", view(txn.ViewCode, func(s *txn.State) {
			s.Session.Amount = money.Fen(fen)
			s.Session.Faults = []txn.Fault{{Device: "scanner", Code: "D01"}}
		})},
	}
}

func asking(fen int64) []Case {
	query := func(c *txn.Chase, try int) {
		c.Wait.Try, c.WaitFor, c.Asked = try, 10*time.Second, try-1
	}
	return []Case{
		{"04-processing-asking", "04-processing", with(fen, func(*txn.Tx, *txn.Chase, *txn.State) {})},
		{"04-processing", "04-processing", with(fen, func(_ *txn.Tx, c *txn.Chase, _ *txn.State) {
			query(c, 2)
			c.Heard, c.Last, c.Cause = true, txn.Pending, txn.CausePayerActing
		})},
		{"04-processing-may-cancel", "04-processing", with(fen, func(_ *txn.Tx, c *txn.Chase, _ *txn.State) {
			query(c, 4)
			c.Heard, c.Last, c.MayReverse = true, txn.Pending, true
		})},
		{"07-unknown", "07-unknown", with(fen, func(_ *txn.Tx, c *txn.Chase, s *txn.State) {
			query(c, 4)
			c.Heard, c.Last, c.Cause, c.Fault = true, txn.Unknown, txn.CauseNoAnswer, "L04"
			s.Session.Faults = []txn.Fault{{Device: "link", Code: "L04"}}
		})},
		{"07-unknown-first", "07-unknown", with(fen, func(_ *txn.Tx, c *txn.Chase, _ *txn.State) {
			c.Heard, c.Last, c.Code, c.Query = true, txn.Unknown, "SYSTEMERROR", true
		})},
		{"07-unknown-last", "07-unknown", with(fen, func(_ *txn.Tx, c *txn.Chase, _ *txn.State) {
			query(c, 6)
			c.Closing, c.Query, c.MayReverse = txn.CauseNoAnswer, true, true
		})},
		{"23-cancelling", "23-reversing", with(fen, func(_ *txn.Tx, c *txn.Chase, _ *txn.State) {
			query(c, 3)
			c.Heard, c.Last, c.Closing, c.Query, c.MayReverse = true, txn.Pending, txn.CauseOperator, true, true
		})},
		{"23-reversing", "23-reversing", with(fen, func(tx *txn.Tx, c *txn.Chase, s *txn.State) {
			tx.Phase, tx.Cause = txn.Reversing, txn.CauseNoAnswer
			c.Wait, c.WaitFor, c.Reversals, c.MayReverse = reverse(tx, 2), 8*time.Second, 2, true
		})},
		{"23-reversing-confirm", "23-reversing", with(fen, func(tx *txn.Tx, c *txn.Chase, s *txn.State) {
			tx.Phase, tx.Cause = txn.Reversing, txn.CausePaidLate
			c.Wait, c.WaitFor, c.Reversals, c.MayReverse = reverse(tx, 1), 2*time.Second, 1, true
			c.Confirming, c.Query = true, true
		})},
		{"25-repeat", "25-repeat", with(fen, func(_ *txn.Tx, c *txn.Chase, s *txn.State) {
			query(c, 4)
			c.Heard, c.Last = true, txn.Unknown
			s.Session.View, s.Session.Amount = txn.ViewRepeat, money.Fen(fen)
		})},
		{"01-idle-pending", "01-idle", with(fen, func(_ *txn.Tx, c *txn.Chase, s *txn.State) {
			c.Heard, c.Last = true, txn.Unknown
			s.Session.View, s.Session.Shown = txn.ViewIdle, ""
		})},
	}
}

func ended(fen int64) []Case {
	paid := func(p txn.Paper, change func(*txn.Tx, *txn.State)) txn.State {
		return with(fen, func(tx *txn.Tx, _ *txn.Chase, s *txn.State) {
			tx.Phase, tx.Ended, tx.Paper, tx.Rail = txn.PaidFor, noon, p, txn.Alipay
			change(tx, s)
		})
	}
	none := func(*txn.Tx, *txn.State) {}
	notPaid := func(p txn.Phase, why txn.Cause, code, text string) txn.State {
		return with(fen, func(tx *txn.Tx, _ *txn.Chase, s *txn.State) {
			tx.Phase, tx.Ended, tx.Cause, tx.Code, tx.Text = p, noon, why, code, text
		})
	}
	unconfirmed := txn.Paper{State: txn.PaperUnconfirmed, Attempt: 1}
	return []Case{
		{"05-approved", "05-approved", paid(txn.Paper{State: txn.PaperPrinted, Attempt: 1}, none)},
		{"05-approved-printing", "05-approved", paid(txn.Paper{State: txn.PaperSending, Attempt: 1},
			func(tx *txn.Tx, s *txn.State) { s.Session.Printer = tx.Order })},
		{"05-approved-look", "05-approved", paid(unconfirmed, func(tx *txn.Tx, _ *txn.State) { tx.Disputed = true })},
		{"13-paperout", "13-paperout", paid(txn.Paper{State: txn.PaperDue, Attempt: 1, Marked: true, Fault: "P02"},
			func(_ *txn.Tx, s *txn.State) { s.Session.Faults = []txn.Fault{{Device: "printer", Code: "P02"}} })},
		{"13-paperout-silent", "13-paperout", paid(txn.Paper{State: txn.PaperDue, Attempt: 1, Fault: "P05"}, none)},
		{"06-declined", "06-declined", notPaid(txn.RefusedFor, txn.CausePayerFunds, "NOTENOUGH", "余额不足")},
		{"06-declined-other", "06-declined", notPaid(txn.RefusedFor, txn.CauseOther, "ODD_CODE", "this text came from the network")},
		{"24-notcharged", "24-notcharged", notPaid(txn.ReversedFor, txn.CauseOperator, "", "")},
		{"24-notcharged-late", "24-notcharged", notPaid(txn.ReversedFor, txn.CausePaidLate, "", "")},
		{"24-notcharged-silence", "24-notcharged", notPaid(txn.ReversedFor, txn.CauseNoAnswer, "", "")},
	}
}

func refused(fen int64) []Case {
	scanned := func(amount int64, why txn.Blocked, s txn.Scanned) txn.State {
		st := base(fen)
		st.Session.View, st.Session.Reject, st.Session.Why = txn.ViewReject, s, why
		if amount > 0 {
			st.Session.Amount = money.Fen(amount)
		}
		return st
	}
	reject := func(name string, amount int64, why txn.Blocked, s txn.Scanned) Case {
		return Case{"20-codereject-" + name, "20-codereject", scanned(amount, why, s)}
	}
	blocked := func(name string, why txn.Blocked) Case {
		s := base(fen)
		s.Session.View, s.Session.Why, s.Session.Amount = txn.ViewBlocked, why, money.Fen(fen)
		return Case{"26-blocked-" + name, "26-blocked", s}
	}
	return []Case{
		reject("goods", fen, 0, txn.Scanned{Kind: txn.ScanGoods, Shown: "6901234567892"}),
		reject("half", fen, 0, txn.Scanned{Kind: txn.ScanHalf, Rail: txn.WeChatPay, Len: 9}),
		reject("merchant", fen, 0, txn.Scanned{Kind: txn.ScanMerchant}),
		reject("receipt", fen, 0, txn.Scanned{Kind: txn.ScanReceipt, Order: order(481)}),
		reject("forged", fen, 0, txn.Scanned{Kind: txn.ScanForged}),
		reject("other", fen, 0, txn.Scanned{Kind: txn.ScanOther, Shown: "https://example.com/some/long/path/on/a/flyer"}),
		reject("rail", fen, txn.BlockedRail, txn.Scanned{Kind: txn.ScanPayer, Rail: txn.UnionPay}),
		reject("used", fen, txn.BlockedCode, txn.Scanned{Kind: txn.ScanPayer, Rail: txn.WeChatPay}),
		reject("no-amount", 0, 0, txn.Scanned{Kind: txn.ScanPayer, Rail: txn.Alipay}),
		reject("idle-goods", 0, 0, txn.Scanned{Kind: txn.ScanGoods, Shown: "6901234567892"}),
		blocked("limit", txn.BlockedLimit), blocked("disk", txn.BlockedDisk),
		blocked("damaged", txn.BlockedDamaged),
		blocked("clock", txn.BlockedClock), blocked("open", txn.BlockedOpen),
	}
}

func recovery(fen int64) []Case {
	back := func(change func(*txn.Tx, *txn.Chase, *txn.State)) txn.State {
		s := with(fen, change)
		s.Session.View = txn.ViewRecovery
		s.Session.Boot = txn.Boot{CutAt: noon - 3*minute, At: noon - minute, Records: 482,
			Orders: []txn.OrderNo{order(484)}}
		return s
	}
	return []Case{
		{"17-recovery-found", "17-recovery", back(func(tx *txn.Tx, _ *txn.Chase, s *txn.State) {
			s.Session.Printer = tx.Order
			tx.Phase, tx.Paper = txn.PaidFor, txn.Paper{State: txn.PaperSending, Attempt: 1}
		})},
		{"17-recovery-asking", "17-recovery", back(func(_ *txn.Tx, c *txn.Chase, _ *txn.State) {
			c.Query = true
		})},
		{"17-recovery-reversing", "17-recovery", back(func(tx *txn.Tx, c *txn.Chase, s *txn.State) {
			tx.Phase, tx.Cause = txn.Reversing, txn.CauseNoAnswer
			c.Wait, c.WaitFor, c.Reversals = reverse(tx, 2), 8*time.Second, 1
		})},
		{"17-recovery-two", "17-recovery", Two(fen)},
	}
}

// Two is the state after a cut in which two sales were in progress, and the
// network is down.
func Two(fen int64) txn.State {
	s := with(fen, func(tx *txn.Tx, _ *txn.Chase, s *txn.State) {
		tx.Phase, tx.Cause = txn.RefusedFor, txn.CausePayerFunds
	})
	s.Ledger.Txs[0].Phase = txn.Asking
	s.Session.View, s.Session.Link = txn.ViewRecovery, txn.LinkIsDown
	s.Session.Faults = []txn.Fault{{Device: "link", Code: "L01"}}
	s.Session.Boot = txn.Boot{CutAt: noon - 3*minute, At: noon - minute, Records: 482,
		Orders: []txn.OrderNo{order(481), order(484)}}
	return s
}
