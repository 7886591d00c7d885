package main

import (
	"fmt"
	"strings"
	"time"

	"till/device/store"
	"till/txn"
	"till/txn/journal"
	"till/txn/money"
	"till/txn/screen"
)

// filed is one transaction as the journal's records tell of it: a sale or a
// refund.
type filed struct {
	kind, number, of string
	begun            txn.Wall
	rail             txn.RailName
	amount           money.Amount
	state            string
	paper            txn.PaperState
	reference        string
	cause            txn.Cause
	open             bool
}

// filedOf folds the records of one transaction.
func filedOf(s *store.Store, n uint64) (filed, error) {
	l, err := foldTx(s, n)
	switch {
	case err != nil:
		return filed{}, err
	case len(l.Txs) == 1 && len(l.Refunds) == 0:
		tx := l.Txs[0]
		return filed{journal.Sale, string(tx.Order), "", tx.Begun, tx.Rail, tx.Amount, tx.Phase.String(), tx.Paper.State,
			string(tx.Reference), tx.Cause, tx.Open()}, nil
	case len(l.Txs) == 0 && len(l.Refunds) == 1:
		r := l.Refunds[0]
		return filed{journal.Refund, string(r.No), string(r.Order), r.Begun, r.Rail, r.Amount, r.Phase.String(), r.Paper.State,
			string(r.Reference), r.Cause, r.Open()}, nil
	}
	return filed{}, damaged("read", fmt.Errorf("transaction %d is %d sales and %d refunds", n, len(l.Txs), len(l.Refunds)))
}

func (k filed) listed() listed {
	return listed{
		Kind: k.kind, Number: k.number, Of: k.of, At: k.begun.In(shopZone).Format(time.DateTime), Rail: string(k.rail),
		Amount: k.amount.Plain(), State: k.state, Paper: k.paper.String(), Reference: k.reference,
	}
}

// line is a listed transaction for people: a refund has a minus.
func (l listed) line() string {
	amount := l.Amount
	if l.Kind == journal.Refund {
		amount = "-" + amount
	}
	return fmt.Sprintf("%s  %s  %-9s  %12s  %-9s  %-11s  %s",
		txn.OrderNo(l.Number).Tail(), l.At, l.Rail, amount, l.State, l.Paper, l.Reference)
}

// tell says in words what an entry adds to its kind.
func tell(text screen.Text, e txn.Entry) string {
	because := func(c txn.Cause, code string) string {
		if c == txn.CauseNone {
			return code
		}
		return strings.TrimSpace(text.Cause(c).What + " " + code)
	}
	switch e := e.(type) {
	case txn.WrittenOff:
		return strings.TrimRight(e.By+"  "+e.Asker+"  "+string(e.Why), " ")
	case txn.ReturnedBy:
		return string(e.Refund) + "  " + because(e.Cause, e.Code)
	case txn.Begun:
		return e.Amount.String() + "  " + e.Terminal + "  " + e.Operator
	case txn.Paid:
		return string(e.Reference)
	case txn.Refused:
		return because(e.Cause, e.Code) + "  " + e.Text
	case txn.ReversalDue:
		return because(e.Cause, e.Code) + "  " + e.Text
	case txn.Reversed:
		return because(e.Cause, e.Code)
	case txn.Contradicted:
		return fmt.Sprintf("%s: %s %s", e.Call, e.Said, because(e.Cause, e.Code))
	case txn.ReceiptSending:
		return fmt.Sprintf("no. %d", e.Attempt)
	case txn.ReceiptHeld:
		return string(e.Fault)
	case txn.ReceiptTorn:
		return string(e.Fault)
	case txn.ReceiptPrinted:
		return "level " + string(e.Proof)
	}
	return tellRefund(e, because)
}

// tellRefund is tell for entries about refunds.
func tellRefund(e txn.Entry, because func(txn.Cause, string) string) string {
	switch e := e.(type) {
	case txn.RefundBegun:
		return strings.TrimSpace(fmt.Sprintf("%s of %s  %s  %s  %s %s", e.Amount, e.Total, e.Method, e.Reason, e.By, e.Approver))
	case txn.RefundHeld:
		return because(e.Cause, e.Code) + "  " + e.Text
	case txn.RefundTaken:
		return string(e.Reference) + "  " + e.Code
	case txn.RefundPaid:
		return strings.TrimSpace(string(e.Reference) + "  " + e.Account)
	case txn.RefundFailed:
		return because(e.Cause, e.Code) + "  " + e.Text
	case txn.RefundDead:
		return e.Code + "  " + e.Text
	case txn.RefundStranded:
		return e.Code + "  " + e.Text
	case txn.RefundRepaired:
		return e.By + "  " + e.Approver
	case txn.RefundSwitched:
		return because(e.Cause, e.Code)
	case txn.RefundReplaced:
		return string(e.With)
	case txn.RefundDropped:
		return e.By + "  " + e.Approver
	case txn.RefundCashed:
		return e.By + "  " + e.Approver
	case txn.PaidOut:
		return strings.TrimSpace(fmt.Sprintf("%s  %s  %s %s", e.Amount, e.Reason, e.By, e.Approver))
	case txn.RefundWrittenOff:
		return strings.TrimRight(e.By+"  "+e.Asker+"  "+string(e.Why), " ")
	}
	return ""
}

// txOf folds the records of one sale.
func txOf(s *store.Store, n uint64) (txn.Tx, error) {
	l, err := foldTx(s, n)
	if err == nil && len(l.Txs) != 1 {
		err = damaged("read", fmt.Errorf("transaction %d is %d sales", n, len(l.Txs)))
	}
	if err != nil {
		return txn.Tx{}, err
	}
	return l.Txs[0], nil
}
