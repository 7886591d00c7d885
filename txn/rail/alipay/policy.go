package alipay

import (
	"time"

	"till/txn"
)

// RefundPolicy implements rail.Refunder. The window is a term of the contract
// and is set by the configuration; three months was the old default (rails.md
// 2.5, A2c). Spacing: A3. A cancellation on the same day returns the fee too
// (rails.md 0.4, A6).
func (p *Rail) RefundPolicy() txn.RefundPolicy {
	return txn.RefundPolicy{
		WindowDays: 90, Spacing: 3 * time.Second, VoidSameDay: true, VoidWhy: txn.CauseFeeBack,
		FundedFrom: "balance",
		Asks:       []time.Duration{10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute},
		Resend:     10 * time.Second, RetryHeld: 10 * time.Minute,
	}
}
