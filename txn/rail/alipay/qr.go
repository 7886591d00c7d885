package alipay

import (
	"strings"

	"till/txn"
	"till/txn/rail"
)

// qrMax is the longest code that the terminal shows: qr_code has at most 1024
// characters in the page of alipay.trade.precreate.
const qrMax = 1024

// ReadPrecreated says what an answer to Precreate means: with Pending, qr is
// the text for the payer to scan, valid for 2 hours (rails.md 2.1); it is ""
// with every other outcome. The answer echoes no amount. Its Call is CallPay.
func (p *Rail) ReadPrecreated(a txn.Ask, r rail.Response, _ txn.Wall) (qr string, out txn.Answered) {
	fold := func(_ *txn.Answered, _ txn.Ask, ans answer) verdict {
		if !showable(ans.QRCode) {
			return verdict{cause: txn.CauseOther, fault: rail.FaultBroken}
		}
		qr = ans.QRCode
		return waiting
	}
	out = p.read(txn.CallPay, methodPrecreate, payCodes, a, r, fold)
	if qr == "" && out.Outcome == txn.Pending { // 10003 is no answer to this call
		out.Outcome, out.Cause = txn.Unknown, txn.CauseOther
	}
	return qr, out
}

// showable reports whether s is an address in visible ASCII.
func showable(s string) bool {
	return len(s) <= qrMax && strings.HasPrefix(s, "https://") &&
		strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

// ReadClosed says what an answer to Close means: a believed one about our order
// is Undone. Its Call is CallReverse.
func (p *Rail) ReadClosed(a txn.Ask, r rail.Response, _ txn.Wall) txn.Answered {
	fold := func(*txn.Answered, txn.Ask, answer) verdict { return undone }
	return p.read(txn.CallReverse, methodClose, closeCodes, a, r, fold)
}
