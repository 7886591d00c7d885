package rail

import (
	"testing"

	"till/txn"
)

func TestSilenceDecidesNoRefund(t *testing.T) {
	a := txn.RefundAsk{Refund: "TESTINSTALL1R0000000043", Order: "TESTINSTALL10000000042"}
	for _, call := range []txn.RefundCall{txn.CallRefund, txn.CallRefundQuery} {
		for sent, cause := range map[bool]txn.Cause{true: txn.CauseNoAnswer, false: txn.CauseNotSent} {
			got := SilentRefund(call, a, Silence{Fault: "L04", Sent: sent})
			want := txn.RefundAnswered{Refund: a.Refund, Order: a.Order, Call: call,
				Outcome: txn.RefundUnknown, Cause: cause, Fault: "L04"}
			if got != want {
				t.Errorf("%s, sent %v: %+v, want %+v", call, sent, got, want)
			}
		}
	}
}

// TestAVoidIsDoneWhenAQueryDeniesThePayment: the reversal's own answer decides
// nothing, and an order that is still paid, or may be, is not taken back.
func TestAVoidIsDoneWhenAQueryDeniesThePayment(t *testing.T) {
	a := txn.RefundAsk{Refund: "TESTINSTALL1R0000000043", Order: "TESTINSTALL10000000042"}
	for _, tt := range []struct {
		call    txn.Call
		outcome txn.Outcome
		cause   txn.Cause
		want    txn.RefundOutcome
	}{
		{txn.CallReverse, txn.Undone, "", txn.RefundAccepted},
		{txn.CallReverse, txn.Declined, txn.CauseTooLate, txn.RefundRefused},
		{txn.CallReverse, txn.Unknown, txn.CauseNoAnswer, txn.RefundUnknown},
		{txn.CallQuery, txn.Undone, "", txn.RefundPaidOut},
		{txn.CallQuery, txn.Declined, "", txn.RefundPaidOut},
		{txn.CallQuery, txn.Approved, "", txn.RefundAbsent},
		{txn.CallQuery, txn.Pending, "", txn.RefundAbsent},
		{txn.CallQuery, txn.Unknown, txn.CauseNoSuchOrder, txn.RefundAbsent},
		{txn.CallQuery, txn.Unknown, txn.CauseNoAnswer, txn.RefundUnknown},
	} {
		got := Voided(a, txn.Answered{Order: a.Order, Call: tt.call, Outcome: tt.outcome, Cause: tt.cause})
		if got.Outcome != tt.want || got.Refund != a.Refund || got.Payer != 0 {
			t.Errorf("%s %s %s: %+v, want %s", tt.call, tt.outcome, tt.cause, got, tt.want)
		}
	}
}
