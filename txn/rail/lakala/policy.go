package lakala

import (
	"time"

	"till/txn"
)

// Policy asks at 5 s and every 5 s until 50 s, and reverses at the last answer.
//
// Sources: the acquirer's page of a like call (S3) recommends 5+5+5+5+10+10+20 s
// within a minute; rails.md 0.2 has 3 to 5 s for 40 to 50 s for aggregators (Q4).
// ReverseAfter: the wallet behind may be WeChat Pay, whose payments are not
// reversed before 15 s (rails.md 0.2, W2). The reversal's interval and its
// doubling up to 5 minutes are ours (house.md 8).
func (*Rail) Policy() txn.Policy {
	return txn.Policy{
		FirstQuery:          5 * time.Second,
		Interval:            5 * time.Second,
		Queries:             9,
		ReverseAfter:        15 * time.Second,
		ReversalInterval:    10 * time.Second,
		ReversalIntervalMax: 5 * time.Minute,
		ConfirmReversal:     true,
	}
}

// RefundPolicy implements rail.Refunder. The acquirer publishes no window: it is
// a term of the contract, Config.RefundDays; 0 leaves it to the network. Parts and Spacing are
// WeChat Pay's (rails.md 1.7: 50, and a minute between two), whose wallet may be
// behind. A reversal as a void is not offered: neither its window nor its fee is
// public. The money comes from what Config.RefundFrom or the contract names
// (rails.md 4).
func (p *Rail) RefundPolicy() txn.RefundPolicy {
	return txn.RefundPolicy{
		WindowDays: p.cfg.RefundDays, Parts: 50, Spacing: time.Minute, RefundShown: true, FundedFrom: "balance",
		Asks:   []time.Duration{10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute},
		Resend: 10 * time.Second, RetryHeld: 10 * time.Minute,
	}
}

// ShowPolicy implements rail.Shower: rails.md 0.2, the row of the code that the
// terminal shows (Q4). The order itself lives a little longer than the code: Show
// sends whole minutes.
func (*Rail) ShowPolicy() txn.ShowPolicy {
	return txn.ShowPolicy{
		Lives: 240 * time.Second, Soon: 2 * time.Second, SoonFor: 30 * time.Second,
		Interval: 5 * time.Second, Confirm: true,
	}
}
