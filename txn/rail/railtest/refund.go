package railtest

import (
	"slices"
	"time"

	"till/txn"
	"till/txn/money"
	"till/txn/rail"
)

var refundTests = []test{
	{"a refund ends with the money at the payer, once", refundPaidOut},
	{"a sale is refunded in two parts, and not in three", refundParts},
	{"another amount under the same number moves nothing", refundReused},
	{"a refund that the network has never heard of is absent", refundAbsent},
	{"a refund of what was not paid is refused", refundUnpaid},
	{"a refund waits for the shop's money under its number", refundShort},
	{"a refund without an answer is unknown, and booked once", refundSilent},
	{"a refund after an error of the network is unknown, and booked once", refundErrs},
	{"a refund that is given up is closed", refundGivenUp},
	{"a refund that is stuck is abnormal", refundStuck},
	{"the whole of a sale is voided, where that is better", refundVoided},
}

// ended is what a refund that can be paid must not come to.
var ended = []txn.RefundOutcome{
	txn.RefundRefused, txn.RefundAbsent, txn.RefundClosed, txn.RefundAbnormal,
}

func refundPaidOut(k *kit) {
	k.has(Refund)
	a, _ := k.paid()
	ra := k.refundAsk(a, part)
	ans := k.refund(txn.CallRefund, ra)
	if slices.Contains(ended, ans.Outcome) {
		k.Errorf("%s", saidRefund(ans))
	}
	if ans = k.settleRefund(ra, ans); ans.Outcome != txn.RefundPaidOut || ans.Cause != txn.CauseNone {
		k.Errorf("at last: %s", saidRefund(ans))
	}
	k.kept(a.Order, price.Minor()-part.Minor())
	for range 2 { // repeats
		k.g.Pass(k.spacing())
		again := k.refund(txn.CallRefund, ra)
		if slices.Contains(ended, again.Outcome) {
			k.Errorf("the same again: %s", saidRefund(again))
		}
		k.kept(a.Order, price.Minor()-part.Minor())
	}
	if ans = k.refund(txn.CallRefundQuery, ra); ans.Outcome != txn.RefundPaidOut {
		k.Errorf("asked once more: %s", saidRefund(ans))
	}
}

func (k *kit) spacing() time.Duration { return k.s.Rail.(rail.Refunder).RefundPolicy().Spacing }

func refundParts(k *kit) {
	k.has(Refund)
	a, _ := k.paid()
	rest := rest()
	for _, amount := range []money.Amount{part, rest} {
		ra := k.refundAsk(a, amount)
		if ans := k.settleRefund(ra, k.refund(txn.CallRefund, ra)); ans.Outcome != txn.RefundPaidOut {
			k.Errorf("%s of it: %s", amount, saidRefund(ans))
		}
		k.g.Pass(k.spacing())
	}
	k.kept(a.Order, 0)
	third := k.refundAsk(a, money.Fen(1))
	ans := k.refund(txn.CallRefund, third)
	if ans.Outcome != txn.RefundRefused ||
		ans.Cause != txn.CauseOverRemainder && ans.Cause != txn.CauseRefundedUp {
		k.Errorf("one fen more: %s", saidRefund(ans))
	}
	k.kept(a.Order, 0)

	b, _ := k.paid()
	first := k.refundAsk(b, rest)
	k.settleRefund(first, k.refund(txn.CallRefund, first))
	k.g.Pass(k.spacing())
	over := k.refund(txn.CallRefund, k.refundAsk(b, rest))
	if over.Outcome != txn.RefundRefused || over.Cause != txn.CauseOverRemainder {
		k.Errorf("more than the remainder: %s", saidRefund(over))
	}
	k.kept(b.Order, price.Minor()-rest.Minor())
}

func refundReused(k *kit) {
	k.has(Refund)
	a, _ := k.paid()
	ra := k.refundAsk(a, part)
	k.settleRefund(ra, k.refund(txn.CallRefund, ra))
	k.g.Pass(k.spacing())
	other := ra
	other.Amount = money.Fen(part.Minor() + 1)
	for _, call := range []txn.RefundCall{txn.CallRefund, txn.CallRefundQuery} {
		ans := k.refund(call, other)
		if ans.Outcome != txn.RefundUnknown || ans.Cause == txn.CauseNone {
			k.Errorf("%s", saidRefund(ans))
		}
	}
	k.kept(a.Order, price.Minor()-part.Minor())
}

func refundAbsent(k *kit) {
	k.has(RefundQuery)
	a, _ := k.paid()
	if ans := k.refund(txn.CallRefundQuery, k.refundAsk(a, part)); ans.Outcome != txn.RefundAbsent {
		k.Errorf("%s", saidRefund(ans))
	}
}

func refundUnpaid(k *kit) {
	k.has(Refund)
	a := k.ask()
	ans := k.refund(txn.CallRefund, k.refundAsk(a, part))
	if ans.Outcome != txn.RefundRefused || ans.Cause != txn.CauseNotPaid {
		k.Errorf("a sale that the network has never heard of: %s", saidRefund(ans))
	}
	if k.tell(Pay, Password) {
		a = k.ask()
		k.sale(txn.CallPay, a)
		ans = k.refund(txn.CallRefund, k.refundAsk(a, part))
		if ans.Outcome == txn.RefundAccepted || ans.Outcome == txn.RefundPaidOut {
			k.Errorf("a sale that is not paid yet: %s", saidRefund(ans))
		}
		k.kept(a.Order, 0)
	}
}

func refundShort(k *kit) {
	k.has(Refund)
	a, _ := k.paid()
	k.g.SetFunds(part.Minor() - 1)
	ra := k.refundAsk(a, part)
	ans := k.refund(txn.CallRefund, ra)
	held := ans.Outcome == txn.RefundRefused && ans.Cause == txn.CauseMerchantFunds
	if !held && ans.Outcome != txn.RefundAccepted {
		k.Errorf("%s", saidRefund(ans))
	}
	k.kept(a.Order, price.Minor())
	k.g.SetFunds(price.Minor())
	k.g.Pass(k.s.Rail.(rail.Refunder).RefundPolicy().RetryHeld)
	if ans = k.settleRefund(ra, k.refund(txn.CallRefund, ra)); ans.Outcome != txn.RefundPaidOut {
		k.Errorf("after the shop has paid in: %s", saidRefund(ans))
	}
	k.kept(a.Order, price.Minor()-part.Minor())
}

func refundSilent(k *kit) {
	k.has(Refund)
	for _, b := range []Behaviour{Down, LoseRequest, LoseAnswer, CutMidAnswer} {
		a, _ := k.paid()
		ra := k.refundAsk(a, part)
		if !k.tell(Refund, b) {
			continue
		}
		ans := k.refund(txn.CallRefund, ra)
		if ans.Outcome != txn.RefundUnknown || ans.Cause == txn.CauseNone {
			k.Errorf("%s: %s", b, saidRefund(ans))
		}
		if k.tell(RefundQuery, b) {
			if ans = k.refund(txn.CallRefundQuery, ra); ans.Outcome != txn.RefundUnknown {
				k.Errorf("%s to the query: %s", b, saidRefund(ans))
			}
		}
		k.g.Pass(k.spacing())
		if ans = k.settleRefund(ra, k.refund(txn.CallRefund, ra)); ans.Outcome != txn.RefundPaidOut {
			k.Errorf("%s, and sent again: %s", b, saidRefund(ans))
		}
		k.kept(a.Order, price.Minor()-part.Minor())
	}
}

func refundErrs(k *kit) {
	k.has(Refund)
	for _, b := range []Behaviour{ErrorDone, ErrorUndone} {
		a, _ := k.paid()
		ra := k.refundAsk(a, part)
		if !k.tell(Refund, b) {
			continue
		}
		ans := k.refund(txn.CallRefund, ra)
		if ans.Outcome != txn.RefundUnknown || ans.Cause == txn.CauseNone {
			k.Errorf("%s: %s", b, saidRefund(ans))
		}
		k.g.Pass(k.spacing())
		if ans = k.settleRefund(ra, ans); ans.Outcome != txn.RefundPaidOut {
			k.Errorf("%s, at last: %s", b, saidRefund(ans))
		}
		k.kept(a.Order, price.Minor()-part.Minor())
	}
}

// later makes a refund whose end the gateway was told, and asks after a day.
func (k *kit) later(b Behaviour) (txn.Ask, txn.RefundAsk, txn.RefundAnswered) {
	k.Helper()
	k.has(Refund)
	a, _ := k.paid()
	k.must(Refund, b)
	ra := k.refundAsk(a, part)
	if ans := k.refund(txn.CallRefund, ra); ans.Outcome != txn.RefundAccepted {
		k.Errorf("%s", saidRefund(ans))
	}
	k.g.Pass(24 * time.Hour)
	ans := k.refund(txn.CallRefundQuery, ra)
	ra.Reference = ans.Reference
	return a, ra, ans
}

func refundGivenUp(k *kit) {
	a, ra, ans := k.later(RefundClosed)
	if ans.Outcome != txn.RefundClosed || ans.Cause != txn.CauseDead {
		k.Errorf("%s", saidRefund(ans))
	}
	k.kept(a.Order, price.Minor())
	ans = k.refund(txn.CallRefund, ra)
	if ans.Outcome == txn.RefundPaidOut || ans.Outcome == txn.RefundAccepted {
		k.Errorf("sent again under the dead number: %s", saidRefund(ans))
	}
	fresh := k.refundAsk(a, part)
	if ans = k.settleRefund(fresh, k.refund(txn.CallRefund, fresh)); ans.Outcome != txn.RefundPaidOut {
		k.Errorf("under a new number: %s", saidRefund(ans))
	}
	k.kept(a.Order, price.Minor()-part.Minor())
}

func refundStuck(k *kit) {
	a, _, ans := k.later(RefundAbnormal)
	if ans.Outcome != txn.RefundAbnormal || ans.Cause == txn.CauseNone {
		k.Errorf("%s", saidRefund(ans))
	}
	k.kept(a.Order, price.Minor())
}

func abnormalIsRepaired(k *kit) {
	k.has(Repair)
	a, ra, ans := k.later(RefundAbnormal)
	if ra.Reference == "" {
		k.Fatalf("the network's own number is not told: %s", saidRefund(ans))
	}
	ans = k.refund(txn.CallRefundRepair, ra)
	if !slices.Contains([]txn.RefundOutcome{txn.RefundAccepted, txn.RefundPaidOut}, ans.Outcome) {
		k.Errorf("%s", saidRefund(ans))
	}
	ans = k.settleRefund(ra, ans)
	if ans.Outcome != txn.RefundPaidOut || ans.Payer != 0 || ans.Account == "" {
		k.Errorf("to %q, %d of it the payer's: %s", ans.Account, ans.Payer, saidRefund(ans))
	}
	k.kept(a.Order, price.Minor())
}

func refundVoided(k *kit) {
	if !k.s.Rail.(rail.Refunder).RefundPolicy().VoidSameDay {
		k.Skip("the rail has no voids")
	}
	a, _ := k.paid()
	ra := k.refundAsk(a, price)
	if ans := rail.Voided(ra, k.undo(a)); ans.Outcome != txn.RefundAccepted {
		k.Errorf("%s", saidRefund(ans))
	}
	if ans := rail.Voided(ra, k.sale(txn.CallQuery, a)); ans.Outcome != txn.RefundPaidOut {
		k.Errorf("asked: %s", saidRefund(ans))
	}
	k.kept(a.Order, 0)
}
