package receipt

import (
	"fmt"
	"slices"
	"time"

	"till/txn"
	"till/txn/money"
)

const (
	testInstall = txn.Install("0123456789AB")
	paidAt      = txn.Wall(1795328880000) // 2026-11-22 14:28:00 at the shop
	testCode    = "TILL10123456789AB0000000487ABCDEFGH"
)

func saleSlip() txn.Receipt {
	return txn.Receipt{
		Merchant: txn.Merchant{Name: "老张面馆", Address: "上海市静安区南京西路 100 号", Phone: "021-62881234",
			Footer: "7 天内凭小票退款。谢谢惠顾！"},
		Terminal: "T-0317", Operator: "王芳", Zone: 8 * time.Hour, Rail: txn.WeChatPay,
		Order: txn.NewOrderNo(testInstall, 487), Reference: "4200001234202611221234567890",
		Amount: money.Fen(12800), Paid: paidAt, Attempt: 1,
	}
}

// refundIn is a second refund of the sale, of 36.50 after 20.00, in a phase.
func refundIn(phase txn.RefundPhase) txn.Receipt {
	r := saleSlip()
	r.Kind, r.Printed = txn.SlipRefund, paidAt+3700000
	b := txn.Refund{
		No: txn.NewRefundNo(testInstall, 491), Key: txn.NewRefundNo(testInstall, 491), Order: r.Order, Rail: r.Rail,
		Wallet: r.Rail, Amount: money.Fen(3650), Total: r.Amount, SaleAt: r.Paid, SaleDay: 20261122, Sale: r.Reference,
		Reason: txn.ReasonGoods, By: "12", Approver: "90", Terminal: "T-0317", Begun: paidAt + 3600000, Day: 20261122,
		Phase: phase,
	}
	r.Left = money.Fen(12800 - 2000 - 3650)
	if !phase.Counts() {
		r.Left = money.Fen(12800 - 2000)
	}
	switch phase {
	case txn.Taken, txn.PaidBack:
		b.Reference = "50300001232026112212345678901"
	case txn.Held:
		b.Cause, b.Code, b.Text = txn.CauseMerchantFunds, "NOT_ENOUGH", "基本账户余额不足，请充值后重新发起"
	case txn.Failed:
		b.Cause, b.Code, b.Text = txn.CauseWindowOver, "INVALID_REQUEST", "订单已超过可退款的最大期限"
	case txn.Dead:
		b.Cause, b.Code = txn.CauseDead, "CLOSED"
	case txn.Stranded:
		b.Cause, b.Code = txn.CausePayerAccount, "ABNORMAL"
	}
	if phase == txn.PaidBack {
		b.Account, b.Payer, b.Discount = "支付用户零钱", 3000, 650
	}
	if phase.Final() {
		b.Ended = b.Begun + 61000
	}
	r.Refund = b
	return r
}

func txIn(kind txn.SlipKind, phase txn.Phase, change func(*txn.Tx)) txn.Receipt {
	r := saleSlip()
	r.Kind, r.Printed = kind, paidAt+120000
	r.Sale = txn.Tx{Order: r.Order, Rail: r.Rail, Wallet: r.Rail, Amount: r.Amount, Terminal: r.Terminal,
		Operator: "12", Begun: r.Paid, Phase: phase}
	if phase.Final() {
		r.Sale.Ended = r.Sale.Begun + 47000
	}
	if change != nil {
		change(&r.Sale)
	}
	return r
}

func dayOf(closed bool) txn.Receipt {
	r := saleSlip()
	r.Kind, r.Person, r.Operator, r.Printed = txn.SlipDay, "李店长", "90", paidAt+7*3600000
	r.Report = txn.Report{
		Day: 20261122, Ready: true, Closed: closed, Count: 23, Fen: 123456,
		Lines: []txn.ReportLine{
			{Rail: txn.WeChatPay, Sales: 118, SaleFen: 1234567, Backs: 3, BackFen: 12800, Taken: 2},
			{Rail: txn.Alipay, Sales: 41, SaleFen: 400000},
			{Rail: txn.Cash, Sales: 1, SaleFen: 500, Backs: 2, BackFen: 9900},
		},
		Open: []txn.OpenItem{
			{Order: txn.NewOrderNo(testInstall, 480), Rail: txn.WeChatPay,
				Amount: money.Fen(8800), At: paidAt - 86400000, Phase: "reversing", Cause: txn.CauseNoAnswer},
			{Order: txn.NewOrderNo(testInstall, 487), Refund: txn.NewRefundNo(testInstall, 491), Rail: txn.Alipay,
				Amount: money.Fen(3650), At: paidAt, Phase: "held", Cause: txn.CauseMerchantFunds},
			{Order: txn.NewOrderNo(testInstall, 487), Refund: txn.NewRefundNo(testInstall, 492), Rail: "lakala",
				Amount: money.Fen(100), At: paidAt, Phase: "promised"},
		},
	}
	return r
}

type slip struct {
	name string
	r    txn.Receipt
}

// slips are one of each kind and state, and each mark.
func slips() []slip {
	all := []slip{{"sale", saleSlip()}}
	add := func(name string, r txn.Receipt, changes ...func(*txn.Receipt)) {
		for _, change := range changes {
			change(&r)
		}
		all = append(all, slip{name, r})
	}
	add("marked", saleSlip(), func(r *txn.Receipt) { r.Marked, r.Attempt = true, 2 })
	add("long", saleSlip(), func(r *txn.Receipt) {
		r.Amount, r.Operator = money.Fen(999999999), ""
		r.Merchant.Name = "上海老张精品手工牛肉面馆有限公司静安旗舰店"
		r.Merchant.Footer = "退款须知：七天内凭小票和原付款账户可以退款，生鲜食品不退。\nRefunds within 7 days with this receipt."
	})
	add("sale-wallet", saleSlip(), func(r *txn.Receipt) {
		r.Rail, r.Wallet, r.Until = "lakala", txn.UnionPay, 20271122
	})
	for phase := txn.Promised; phase <= txn.Replaced; phase++ {
		add("refund-"+phase.String(), refundIn(phase))
	}
	add("refund-written-off", refundIn(txn.GivenUp), func(r *txn.Receipt) {
		r.Refund.WrittenBy, r.Refund.WrittenOn = "90", txn.ReasonGone
	})
	add("refund-no-sale", refundIn(txn.Cashed), func(r *txn.Receipt) {
		b := &r.Refund
		r.Rail, r.Wallet, r.Order, r.Reference, r.Paid, r.Left = txn.Cash, txn.Cash, "", "", 0, money.Fen(0)
		b.Rail, b.Wallet, b.Order, b.Method, b.Total, b.Sale, b.SaleAt, b.SaleDay = txn.Cash, txn.Cash, "", txn.ByCash, b.Amount, "", 0, 0
	})
	add("refund-void", refundIn(txn.PaidBack), func(r *txn.Receipt) {
		b := &r.Refund
		b.Method, b.Why, b.Amount, b.Account, b.Payer, b.Discount = txn.ByVoid, txn.CauseFeeBack, b.Total, "", 12800, 0
		b.Rail, b.Wallet, b.Approver, r.Left = txn.Alipay, txn.Alipay, "", money.Fen(0)
	})
	add("refund-marked", refundIn(txn.Taken), func(r *txn.Receipt) { r.Marked, r.Attempt = true, 2 })
	add("refund-repaired", refundIn(txn.PaidBack), func(r *txn.Receipt) {
		r.Refund.Repaired, r.Refund.Account = true, ""
	})
	add("refund-terminal", refundIn(txn.Taken), func(r *txn.Receipt) {
		r.Refund.Reason, r.Refund.By, r.Refund.Approver = txn.ReasonTerminal, "", ""
		r.Refund.Method, r.Refund.Why, r.Refund.Disputed = txn.ByRefund, txn.CauseFeeBack, true
		r.Refund.Replaces, r.Refund.Key = txn.NewRefundNo(testInstall, 400), txn.NewRefundNo("OTHERINSTALL", 7)
	})
	add("pending-refund", refundIn(txn.Underway), func(r *txn.Receipt) { r.Kind = txn.SlipPending })
	add("undone-declined", txIn(txn.SlipUndone, txn.RefusedFor, func(t *txn.Tx) {
		t.Cause, t.Code, t.Text = txn.CausePayerFunds, "NOTENOUGH", "余额不足"
	}))
	add("undone-gave-up", txIn(txn.SlipUndone, txn.ReversedFor, func(t *txn.Tx) { t.Cause = txn.CauseGaveUp }))
	add("undone-paid-late", txIn(txn.SlipUndone, txn.ReversedFor, func(t *txn.Tx) { t.Cause = txn.CausePaidLate }))
	add("undone-refunded", txIn(txn.SlipUndone, txn.ReversedFor, func(t *txn.Tx) {
		t.Cause, t.Back = txn.CauseTooLate, txn.NewRefundNo(testInstall, 491)
	}))
	add("undone-open", txIn(txn.SlipUndone, txn.Reversing, nil))
	add("pending", txIn(txn.SlipPending, txn.Asking, nil))
	add("pending-written", txIn(txn.SlipPending, txn.WrittenFor, nil))
	add("qr", saleSlip(), func(r *txn.Receipt) {
		r.Kind, r.QR, r.Lives, r.Printed = txn.SlipQR, "weixin://wxpay/bizpayurl?pr=p4lpSuKzz", 5*time.Minute, paidAt
		r.Reference, r.Paid = "", 0
	})
	add("day", dayOf(true), func(r *txn.Receipt) { r.Report.NoSale, r.Report.NoFen = 1, 6600 })
	add("day-open", dayOf(false), func(r *txn.Receipt) { r.Report.Open, r.Report.Count, r.Report.Fen = nil, 0, 0 })
	add("shift", saleSlip(), func(r *txn.Receipt) {
		r.Kind, r.Person, r.Printed = txn.SlipShift, "王芳", paidAt+7*3600000
		r.Shift = txn.Shift{Number: "12", Since: paidAt, Sales: 31, SaleFen: 345600, Backs: 2,
			BackFen: 7300, Cash: -1200, Reversed: 1}
	})
	add("list", dayOf(false), func(r *txn.Receipt) { r.Kind = txn.SlipList })
	return all
}

// slipNamed finds one of slips.
func slipNamed(name string) txn.Receipt {
	all := slips()
	i := slices.IndexFunc(all, func(s slip) bool { return s.name == name })
	if i < 0 {
		panic(fmt.Sprintf("receipt: no slip %s", name))
	}
	return all[i].r
}
