package alipay

import (
	"time"

	"till/txn"
)

// refundDays is the window of old contracts, three months (rails.md 2.5, A2c). It
// is the shortest that was ever usual: too short costs a look at the contract, too
// long a promise that the network does not keep.
const refundDays = 90

// RefundPolicy implements rail.Refunder.
//
// Sources: the window is Config.RefundDays. Spacing 3 s: rails.md 2.5, A3. A first
// question about a refund that is at work after 10 s, then minutes: 0.2, K. A
// cancellation on the day of the payment returns the fee too (0.4, A6; the
// domestic limit is 24 h, K), also of what was paid by a shown code. No limit of
// parts or of requests is documented. RetryHeld is ours.
func (p *Rail) RefundPolicy() txn.RefundPolicy {
	days := p.cfg.RefundDays
	if days == 0 {
		days = refundDays
	}
	return txn.RefundPolicy{
		WindowDays: days, Spacing: 3 * time.Second, VoidSameDay: true, VoidWhy: txn.CauseFeeBack,
		FundedFrom: "balance",
		Asks:       []time.Duration{10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute},
		Resend:     10 * time.Second, RetryHeld: 10 * time.Minute,
	}
}
