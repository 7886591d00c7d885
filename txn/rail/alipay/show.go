package alipay

import (
	"fmt"
	"strings"
	"time"

	"till/txn"
	"till/txn/rail"
)

// qrMax is the longest code that the terminal shows: qr_code has at most 1024
// characters in the page of alipay.trade.precreate.
const qrMax = 1024

// ShowPolicy implements rail.Shower: rails.md 0.2, Q4, with 3 minutes as at the
// other wallet. Closing needs no confirmation, and could get none: an order that
// nobody scanned is no trade, before it is closed and afterwards.
func (*Rail) ShowPolicy() txn.ShowPolicy {
	return txn.ShowPolicy{
		Lives: 3 * time.Minute,
		Soon:  2 * time.Second, SoonFor: 30 * time.Second, Interval: 5 * time.Second,
		Returns: true, // codes are closed by alipay.trade.cancel
	}
}

// Show implements rail.Shower: alipay.trade.precreate. No trade exists before the
// payer scans. The code dies by itself a minute after it was to be closed, and a
// trade that was begun with it as long after its scan.
func (p *Rail) Show(e txn.SendShow, _ string, at txn.Wall) (rail.Request, error) {
	body := p.payment(e.Ask)
	body.TimeoutExpress = minutes(e.Lives + time.Minute)
	body.CodeTimeout = body.TimeoutExpress
	return p.order("show", methodPrecreate, e.Ask, body, at)
}

// minutes writes a time as the network does, rounded up: "4m".
func minutes(d time.Duration) string {
	return fmt.Sprintf("%dm", max(1, (d+time.Minute-1)/time.Minute))
}

// Close implements rail.Shower: alipay.trade.cancel. See Decisions.
func (p *Rail) Close(a txn.Ask, _ string, at txn.Wall) (rail.Request, error) {
	return p.sale("close", methodCancel, a.Order, orderBody{OutTradeNo: string(a.Order)}, at)
}

// showAnswer folds a precreation that was done. It echoes no amount.
func showAnswer(out *txn.Answered, _ txn.Ask, ans answer) verdict {
	if !showable(ans.QRCode) {
		return verdict{cause: txn.CauseOther, fault: rail.FaultBroken, again: true}
	}
	out.QR = ans.QRCode
	return waiting
}

// showable reports whether s is an address in visible ASCII.
func showable(s string) bool {
	return len(s) <= qrMax && strings.HasPrefix(s, "https://") &&
		strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

// closeAnswer folds a cancellation of an order that was shown. That there was no
// trade means that nobody scanned in time.
func closeAnswer(out *txn.Answered, a txn.Ask, ans answer) verdict {
	v := cancelAnswer(out, a, ans)
	if v == noOrder {
		return undone
	}
	return v
}
