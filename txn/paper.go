package txn

import (
	"slices"

	"till/txn/money"
)

// printNext gives the oldest receipt that is due to the printer, one at a
// time. While the printer is known to be in trouble nothing is tried but by
// the timer, in case the trouble went away unheard.
func (m *move) printNext(try bool) {
	trouble := m.ses.Fault(devicePrinter)
	if m.ses.Printer != "" || !try && trouble != "" && trouble != faultNearEnd {
		return
	}
	i := slices.IndexFunc(m.led.Txs, func(tx Tx) bool { return tx.Paper.State == PaperDue })
	if i < 0 {
		m.printRefund()
		return
	}
	tx := m.led.Txs[i]
	attempt := tx.Paper.Attempt + 1
	m.enter(ReceiptSending{m.at, tx.Order, attempt})
	m.ses.Printer = tx.Order
	m.do(Print{Receipt{
		Job: tx.Order, Wallet: tx.Wallet, Until: m.until(tx),
		Merchant: m.setup.Merchant, Terminal: tx.Terminal, Operator: tx.Operator, Zone: m.setup.Zone,
		Rail: tx.Rail, Order: tx.Order, Reference: tx.Reference, Amount: tx.Amount, Paid: tx.Ended,
		Attempt: attempt, Marked: tx.Paper.Marked,
	}})
}

// until is the last day on which the network refunds a sale; 0 when that is not
// known.
func (m *move) until(tx Tx) int {
	rail, ok := m.setup.rail(tx.Rail)
	days := rail.Refund.WindowDays
	if shop := m.setup.Refunds.Days; shop > 0 && (days == 0 || shop < days) {
		days = shop
	}
	if !ok || days == 0 || tx.Ended == 0 {
		return 0
	}
	return dayAfter(tx.Ended, m.setup.Zone, days)
}

// printRefund gives the oldest refund slip that is due to the printer.
func (m *move) printRefund() {
	i := slices.IndexFunc(m.led.Refunds, func(r Refund) bool { return r.Paper.State == PaperDue })
	if i < 0 {
		return
	}
	r := m.led.Refunds[i]
	attempt := r.Paper.Attempt + 1
	m.enter(ReceiptSending{m.at, OrderNo(r.No), attempt})
	m.ses.Printer = OrderNo(r.No)
	person, _ := m.setup.Person(r.By)
	m.do(Print{Receipt{
		Kind: SlipRefund, Job: OrderNo(r.No), Refund: r, Left: m.leftOf(r), Wallet: r.Wallet, Printed: m.at,
		Merchant: m.setup.Merchant, Terminal: r.Terminal, Operator: r.By, Person: person.Name, Zone: m.setup.Zone,
		Rail: r.Rail, Order: r.Order, Reference: r.Reference, Amount: r.Amount, Paid: r.SaleAt,
		Attempt: attempt, Marked: r.Paper.Marked,
	}})
}

// leftOf is what the refunds in memory leave of a sale: at most that is left.
func (m *move) leftOf(r Refund) money.Amount {
	var of []Refund
	for _, o := range m.led.Refunds {
		if o.Order == r.Order && r.Order != "" || o.No == r.No {
			of = append(of, o)
		}
	}
	return Left(r.Total, of)
}

// paperOf is the paper of a sale or of a refund.
func (m *move) paperOf(o OrderNo) (Paper, bool) {
	if r, ok := m.refund(RefundNo(o)); ok {
		return r.Paper, true
	}
	tx, ok := m.tx(o)
	return tx.Paper, ok
}

func (m *move) receiptEnded(ev ReceiptEnded) {
	if ev.Order == slipJob && m.ses.Printer == slipJob {
		m.slipEnded(ev)
		return
	}
	p, ok := m.paperOf(ev.Order)
	if !ok || p.State != PaperSending || p.Attempt != ev.Attempt {
		return
	}
	m.ses.Printer = ""
	if ev.Result == PrintUnconfirmed && ev.Fault != "" {
		ev.Result = PrintTorn // it fell silent with the job in it: print again, marked
	}
	switch ev.Result {
	case PrintDone:
		m.enter(ReceiptPrinted{m.at, ev.Order, ev.Attempt, ev.Proof, false})
	case PrintUnconfirmed:
		m.enter(ReceiptPrinted{m.at, ev.Order, ev.Attempt, ev.Proof, true})
		m.sound(CueAttention)
	case PrintRefused:
		m.enter(ReceiptHeld{m.at, ev.Order, ev.Attempt, ev.Fault})
		m.paperAgain()
		return
	case PrintTorn:
		m.enter(ReceiptTorn{m.at, ev.Order, ev.Attempt, ev.Fault})
		m.paperAgain()
		return
	}
	if r, ok := m.refund(RefundNo(ev.Order)); ok && !r.Phase.Final() && r.Phase != Dead {
		if _, followed := m.ses.Follow(r.No); !followed {
			m.park(r)
		}
	}
	m.ses.PaperFails = 0
	if m.shows(ev.Order) {
		m.armResult()
	}
	m.do(TryPaper{})
}

// paperAgain waits for the operator, or for the printer to come back unheard.
func (m *move) paperAgain() {
	m.ses.Retries++
	wait := m.setup.PaperRetry << min(m.ses.PaperFails, paperDoublings)
	m.ses.PaperFails++
	m.arm(Timer{TimerPaper, "", m.ses.Retries}, wait)
	m.sound(CueAttention)
}

// paperDoublings bounds the wait between two tries to print, each of which is
// two records in the journal: 32 times the first.
const paperDoublings = 5

// reprint makes a copy of the last receipt.
func (m *move) reprint() {
	if m.ses.View == ViewRecovery {
		if tx, ok := m.tx(m.ses.Shown); ok && tx.Phase == PaidFor {
			m.copyReceipt(tx)
			return
		}
	}
	for _, tx := range slices.Backward(m.led.Txs) {
		if tx.Phase == PaidFor {
			m.copyReceipt(tx)
			return
		}
	}
	m.sound(CueRejected)
}

// copyReceipt makes another print due, which is marked. One that is still due
// is tried again instead.
func (m *move) copyReceipt(tx Tx) {
	if m.setup.NoPaper {
		m.sound(CueRejected)
		return
	}
	if !tx.Paper.Owed() {
		m.enter(ReceiptDue{m.at, tx.Order, true})
	}
	if m.ses.Printer == "" {
		m.printNext(true)
	}
}
